"""Real workers in processes of their own, killed at random instants, several at once; on both databases."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from mudmai.site.addresses import FILE_NAME
from mudmai.site.database import migrate
from tests.site.test_postgres import CLEAN, PROGRAMS, server  # noqa: F401  the server is a fixture

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Site:
    """A workspace with its database, and commands run there."""

    home: Path
    variables: dict[str, str]

    def begin(self, what: str, *, heard: int = subprocess.DEVNULL, **given: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.apps.jobs.killable", what, json.dumps(given)],
            cwd=ROOT,
            env=self.variables,
            stdout=heard,
            text=True,
        )

    def run(self, what: str, **given: Any) -> Any:
        process = self.begin(what, heard=subprocess.PIPE, **given)
        try:
            out, _ = process.communicate(timeout=900)
        finally:
            process.kill()
        assert process.returncode == 0
        return json.loads(out)

    def jobs(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.run("jobs")
        return found


def _site(home: Path, **more: str) -> Site:
    return Site(home, {**CLEAN, "MUDMAI_HOME": str(home), "DJANGO_SETTINGS_MODULE": "mudmai.site.settings", **more})


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file that is up to date."""
    home = tmp_path_factory.mktemp("template")
    migrate(home, _site(home).variables)
    return home / FILE_NAME


@pytest.fixture(scope="module")
def on_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a server whose database is up to date."""
    if None in PROGRAMS.values() or find_spec("psycopg") is None:
        pytest.skip("PostgreSQL's server programs (initdb, postgres) or psycopg are not on this machine")
    address: str = request.getfixturevalue("server")
    home = tmp_path_factory.mktemp("on-server")
    migrate(home, _site(home, MUDMAI_DATABASE_URL=address).variables)
    return address


@pytest.fixture
def on_file(template: Path, tmp_path: Path) -> Site:
    """A workspace of its own with the file."""
    shutil.copy(template, tmp_path / FILE_NAME)
    return _site(tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    """The same on the file and on a server."""
    if request.param == "sqlite":
        found: Site = request.getfixturevalue("on_file")
        return found
    address = request.getfixturevalue("on_server")
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("TRUNCATE jobs_job, jobs_schedule, django_tasks_database_dbtaskresult CASCADE")
    return _site(tmp_path, MUDMAI_DATABASE_URL=address)


def wait_for(what: Callable[[], bool], seconds: float = 240) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


def test_nothing_acknowledged_is_lost_and_nothing_is_done_twice_when_workers_are_killed(site: Site) -> None:
    target = site.home / "effects.txt"
    lines = [f"line-{n}" for n in range(60)]
    ids = site.run("enqueue", kind="test.append", all=[{"path": str(target), "line": line} for line in lines])
    site.run("storm", rounds=24, seed=1)
    killed = sum(row["losses"] for row in site.jobs())
    assert killed > 3, "the storm must hit workers at work"
    site.run("finish", seconds=300)
    rows = site.jobs()
    assert {row["id"] for row in rows} == set(ids)
    assert Counter(row["state"] for row in rows) == {"done": 60}
    assert Counter(target.read_text().split()) == dict.fromkeys(lines, 1)


def test_workers_at_once_share_the_work_and_run_nothing_twice(site: Site) -> None:
    target = site.home / "log.txt"
    given = [{"path": str(target), "line": str(n), "seconds": 0.5} for n in range(30)]
    site.run("enqueue", kind="test.log", all=given)
    site.run("together", workers=3, seconds=240)
    site.run("finish", seconds=300)
    found = [line.split() for line in target.read_text().splitlines()]
    ends = Counter(n for word, n, _ in found if word == "end")
    assert ends == {str(n): 1 for n in range(30)}
    assert len({pid for *_, pid in found}) > 1
    assert {row["state"] for row in site.jobs()} == {"done"}


def test_a_worker_that_is_asked_to_end_puts_its_job_back(on_file: Site) -> None:
    target = on_file.home / "log.txt"
    on_file.run("enqueue", kind="test.log", all=[{"path": str(target), "line": "a", "seconds": 600}])
    worker = on_file.begin("work")
    try:
        wait_for(target.exists)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=240) == 0, "long before the job would be done"
    finally:
        worker.kill()
    (row,) = on_file.jobs()
    assert (row["state"], row["losses"], row["attempts"]) == ("queued", 0, 0)
    assert not list((on_file.home / "workers").glob("*.lock")), "a worker that ends takes its mark along"


def test_a_job_that_kills_its_workers_ends_as_failed(on_file: Site) -> None:
    on_file.run("enqueue", kind="test.deaf", all=[{}])
    for _ in range(2):
        worker = on_file.begin("work")
        try:
            assert worker.wait(timeout=240) == -signal.SIGKILL
        finally:
            worker.kill()
    on_file.run("work", once=True)
    (row,) = on_file.jobs()
    assert (row["state"], row["losses"], row["fault"]["code"]) == ("failed", 2, "job_lost")


def test_timed_work_is_started_once_whatever_the_number_of_workers(site: Site) -> None:
    took = site.run("ticking", workers=3, seconds=240)
    rows = [row for row in site.jobs() if row["kind"] == "test.tick"]
    assert 3 <= len(rows) <= took + 1, "every second or two, by one of the three"
    assert all(row["claim"] <= 1 for row in rows)


EMBEDDED = """
import sys, time
from mudmai.site.embedded import EmbeddedWorker
beside = EmbeddedWorker()
beside.start()
print(beside._child.pid, flush=True)
while True:
    time.sleep(0.1)
    print(beside._child.pid, flush=True)
"""


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc to see whether a process lives")
def test_the_embedded_worker_is_started_again_and_does_not_outlive_its_server(on_file: Site) -> None:
    home = on_file.home
    parent = subprocess.Popen(
        [sys.executable, "-c", EMBEDDED], env=on_file.variables, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert parent.stdout is not None
    try:
        first = int(parent.stdout.readline())
        wait_for(lambda: bool(list((home / "workers").glob("*.lock"))))
        os.kill(first, signal.SIGKILL)
        second = first
        while second == first:
            second = int(parent.stdout.readline())
        wait_for(lambda: any(f"-{second}-" in path.name for path in (home / "workers").glob("*.lock")))
    finally:
        parent.kill()
        parent.wait()
        parent.stdout.close()
    wait_for(lambda: not _alive(second), seconds=240)
