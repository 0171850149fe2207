"""Real processes: one is killed at every instant of a publication, two act on one submission at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mudmai.site.database import migrate
from mudmai.workspace import Workspace
from tests.apps.data.data_world import write_packs

HERE = Path(__file__).parent
ROOT = Path(__file__).parents[3]
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("MUDMAI_", "DJANGO_", "PYTEST_"))}
SEED = """
import json
import django; django.setup()
from mudmai.apps.data.domain import submissions as do
from mudmai.apps.registry.models import Role
from tests.apps.data.data_world import build_data_world, draft, open_from_environment
from tests.apps.registry.small_world import holding
world = build_data_world(open_from_environment())
second = holding(Role.PUBLISHER, world.ministry, name="second")
def made(value, state):
    one = draft(world.contributor, world.ministry, [("A", "2021", value), ("A", "2020", value)])
    if state != "draft":
        do.submit(acting_user=world.contributor, submission=one)
    if state == "approved":
        do.approve(acting_user=world.reviewer, submission=one, level=1)
    return str(one.pk)
people = {"contributor": world.contributor, "reviewer": world.reviewer, "publisher": world.publisher, "second": second}
print(json.dumps({
    "people": {name: p.pseudonym for name, p in people.items()},
    "approved": [made(100.0 + n, "approved") for n in range(8)],
    "submitted": [made(200.0 + n, "submitted") for n in range(3)],
    "draft": made(300.0, "draft"),
}))
"""


class Site:
    """One installation on disk."""

    def __init__(self, folder: Path, database: str = "") -> None:
        write_packs(folder / "shipped")
        self.home = folder / "home"
        self.workspace = Workspace.open(self.home, shipped=folder / "shipped")
        self.workspace.init()
        more = {"MUDMAI_DATABASE_URL": database} if database else {}
        self.variables = {**CLEAN, **more, "MUDMAI_HOME": str(self.home)}
        migrate(self.home, self.variables)
        self.variables |= {"DJANGO_SETTINGS_MODULE": "mudmai.site.settings", "TOY_PACKS": str(folder / "shipped")}
        self.variables["PYTHONPATH"] = str(ROOT)
        self.ids = json.loads(self.run("-c", SEED).stdout.splitlines()[-1])

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.variables,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *arguments: str, killed: bool = False) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=300)
        assert process.returncode == (-9 if killed else 0), err[-3000:]
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def told(self, submission: str) -> dict[str, object]:
        told: dict[str, object] = json.loads(
            self.run(str(HERE / "killed.py"), "state", submission).stdout.splitlines()[-1]
        )
        return told

    def race(self, first: tuple[str, str], second: tuple[str, str], submission: str) -> list[str]:
        """What came of two changes at one moment: both hold the submission before either goes on."""
        both = [
            self.start(str(HERE / "racing.py"), what, submission, self.ids["people"][who])
            for what, who in (first, second)
        ]
        for process in both:
            assert process.stdin and process.stdout
            assert process.stdout.readline() == "ready\n", process.communicate(timeout=300)
        for process in both:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        said = [process.communicate(timeout=300) for process in both]
        assert all(process.returncode == 0 for process in both), said
        return sorted(out.split()[-1] for out, _ in said)

    def served(self) -> tuple[float | None, float | None]:
        """Two facts that every submission changes together."""
        release = self.workspace.release()
        cells = [release.cell("money", "", "A", year) for year in ("2020", "2021")]
        return cells[0].value if cells[0] else None, cells[1].value if cells[1] else None


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """On SQLite."""
    return Site(tmp_path_factory.mktemp("processes"))


MOMENTS = ["ordered", "manifest", "before the swap", "after the swap", "before the end", "in the last transaction"]


@pytest.mark.slow
def test_killed_at_any_instant_nothing_is_half_and_nothing_is_lost(site: Site) -> None:
    before = site.served()
    for number, moment in enumerate(MOMENTS):
        one, value = site.ids["approved"][number], 100.0 + number
        site.run(str(HERE / "killed.py"), moment, one, killed=True)
        assert site.served() in (before, (value, value)), moment
        said = json.loads(site.run(str(HERE / "killed.py"), "resume", one).stdout.splitlines()[-1])
        told, after = said["before"], said["after"]
        assert (told["state"], told["open"]) == ("publishing", 1), moment
        assert said["finished"] == [1, 0], moment
        assert (after["state"], after["open"], after["whole"]) == ("released", 0, True), moment
        assert after["steps"].count("submission.released") == 1
        assert site.served() == (value, value), moment
        assert site.workspace.release().id == after["release"]
        assert site.workspace.release().sequence == number + 2, "one release for each, no more"
        before = site.served()
    site.workspace.store.check_whole()


@pytest.mark.slow
def test_of_two_at_once_one_wins_and_the_other_is_told(site: Site) -> None:
    first, second, third = site.ids["submitted"]
    assert site.race(("approve", "reviewer"), ("approve", "publisher"), first) == ["done", "submission_state"]
    told = site.told(first)
    assert (told["state"], told["approvals"], told["steps"].count("submission.approve")) == ("approved", 1, 1)  # type: ignore[attr-defined]
    assert site.race(("approve", "reviewer"), ("return", "publisher"), second)[0] == "done"
    assert site.told(second)["state"] in ("approved", "returned")
    changed = site.race(("recipe", "contributor"), ("recipe", "second"), site.ids["draft"])
    assert changed == ["done", "submission_changed"]
    assert site.told(site.ids["draft"])["steps"].count("submission.recipe") == 1  # type: ignore[attr-defined]
    ready = site.ids["approved"][7]
    outcome = site.race(("release", "publisher"), ("release", "second"), ready)
    assert outcome == ["done", "submission_state"]
    told = site.told(ready)
    assert (told["state"], told["steps"].count("submission.released"), told["whole"]) == ("released", 1, True)  # type: ignore[attr-defined]
    assert site.told(third)["state"] == "submitted"
