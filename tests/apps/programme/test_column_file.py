"""The file that a new process begins with: never stale, of what everybody may see alone, passed over when damaged."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from mudmai.apps.programme import column_file, kept_columns
from mudmai.apps.programme.area_money import held_projects
from mudmai.apps.programme.column_file import column_path
from mudmai.apps.programme.domain import public_summary
from mudmai.apps.programme.domain.projects import conceal_programme, create_programme, release_programme, set_sharing
from mudmai.apps.programme.kept_columns import keep_columns, programme_marks, register_columns
from mudmai.apps.programme.models import BudgetLine, Project
from mudmai.apps.programme.money_columns import Columns, read_columns
from mudmai.site.database import migrate
from tests.apps.data.test_processes import CLEAN, ROOT
from tests.apps.programme.programme_world import ProgrammeWorld, build_programme_world, money

Worlds = tuple[ProgrammeWorld, ProgrammeWorld]


@pytest.fixture(autouse=True)
def _any_size(_settings: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(column_file, "ENOUGH", 1)


@pytest.fixture
def worlds(db: None) -> Worlds:
    """Two programmes of one department: the first released, the second a draft."""
    one = build_programme_world()
    more = create_programme(
        acting_user=one.officer, organisation=one.people.department, title_th="ร่าง", title_en="", first_year=2024,
        last_year=2028,
    )  # fmt: skip
    other = replace(one, programme=more)
    two_places = [{"area_system": "one", "area": code, "weight": "2.50"} for code in ("P1", "P2")]
    one.project("ถนน", places=two_places, sharing_rule="population", department="กองช่าง")
    one.project("สะพาน", budget=[money(2024, "0.07", source="เงินอุดหนุน"), money(2025, "3.00")])
    other.project("ร่างโครงการ", department="กองลับ")
    release_programme(acting_user=one.publisher, programme=one.programme)
    return one, other


Started = tuple[Columns, list[str]]


@pytest.fixture
def started(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> Callable[[], Started]:
    """The columns as a process that was just started finds them; how it asked the table of places."""

    def start() -> Started:
        monkeypatch.setattr(kept_columns, "_kept", None)
        with django_capture_on_commit_callbacks(execute=True), CaptureQueriesContext(connection) as queries:
            found = register_columns()
        return found, [one["sql"] for one in queries if "programme_projectplace" in one["sql"]]

    return start


@pytest.fixture
def keep(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Callable[[], bool]:
    """Bring the file up; True when it was written."""

    def act() -> bool:
        before = _file()
        with django_capture_on_commit_callbacks(execute=True):
            keep_columns()
        return _file() not in (before, None)

    return act


def _file() -> tuple[int, int] | None:
    if not column_path().is_file():
        return None
    return column_path().stat().st_ino, column_path().stat().st_mtime_ns


def plain(columns: Columns) -> set[tuple[object, ...]]:
    """Every line of money with all that the columns tell of its project."""
    return {
        (
            int(columns.line[n]), columns.keys[of], columns.programmes[columns.programme[of]],
            columns.groups[columns.place[of]], int(columns.number[of]), columns.statuses[columns.status[of]],
            columns.departments[columns.department[of]], int(columns.year[n]), int(columns.stage[n]),
            int(columns.satang[n]), columns.sources[columns.source[n]],
        )
        for n, of in enumerate(columns.owner.tolist())
    }  # fmt: skip


def test_a_process_that_starts_reads_released_programmes_from_the_file_and_drafts_from_the_database(
    worlds: Worlds, started: Callable[[], Started], keep: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    released, draft = worlds
    first, asked = started()
    assert asked and column_path().is_file()
    again, asked = started()
    assert plain(again) == plain(first) == plain(read_columns()) and len(plain(first)) == 4
    assert len(asked) == 1 and draft.programme.pk.hex in asked[0] and released.programme.pk.hex not in asked[0]
    release_programme(acting_user=draft.publisher, programme=draft.programme)
    assert keep() and not keep(), "what stands in the file is not written twice"
    whole, asked = started()
    assert not asked and plain(whole) == plain(first)
    assert all(getattr(whole, name).dtype == np.int64 for name in column_file._ARRAYS)


def test_what_changed_after_the_file_was_written_is_seen_at_once(
    worlds: Worlds, started: Callable[[], Started], keep: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    released, draft = worlds
    release_programme(acting_user=draft.publisher, programme=draft.programme)
    started()
    road = Project.objects.get(title="ถนน")
    set_sharing(acting_user=released.reviewer, project=road, rule="equal", weights={}, reason="แบ่งเท่ากัน")
    found, asked = started()
    assert plain(found) == plain(read_columns())
    assert len(asked) == 1 and released.programme.pk.hex in asked[0] and draft.programme.pk.hex not in asked[0]
    keep()
    assert not started()[1]


def test_the_file_holds_nothing_but_what_everybody_may_see(
    worlds: Worlds, started: Callable[[], Started], keep: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    released, draft = worlds
    started()

    def in_file() -> str:
        with zipfile.ZipFile(column_path()) as packed:
            return " ".join(packed.read(name).hex() + packed.read(name).decode("latin-1") for name in packed.namelist())

    secret = Project.objects.get(title="ร่างโครงการ")
    shown = Project.objects.get(title="ถนน")
    written = in_file()
    assert shown.pk.hex in written and "กองช่าง".encode().hex() in written
    for word in (secret.pk.hex, draft.programme.pk.hex, draft.programme.pk.hex.encode().hex(), "กองลับ".encode().hex()):
        assert word not in written
    assert held_projects(None).count == 2 and held_projects(draft.officer).count == 3
    release_programme(acting_user=draft.publisher, programme=draft.programme)
    assert keep() and secret.pk.hex in in_file()
    conceal_programme(acting_user=draft.publisher, programme=draft.programme, reason="ยังไม่เปิดเผย")
    started()
    assert held_projects(None).count == 2, "hidden at once, whatever the file holds"
    assert keep() and secret.pk.hex not in in_file()
    conceal_programme(acting_user=released.publisher, programme=released.programme, reason="ยังไม่เปิดเผย")
    assert not keep() and not column_path().exists()


@pytest.mark.parametrize("part", [0.0, 0.3, 0.99])
def test_a_half_written_file_is_passed_over_and_made_anew(
    worlds: Worlds, started: Callable[[], Started], part: float
) -> None:
    started()
    whole = column_path().read_bytes()
    column_path().write_bytes(whole[: int(len(whole) * part)])
    found, asked = started()
    assert asked and plain(found) == plain(read_columns())
    assert len(started()[1]) == 1, "of the draft alone: the file is whole again"


def test_a_flipped_bit_in_any_part_and_another_format_are_passed_over(
    worlds: Worlds, started: Callable[[], Started], keep: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    truth = plain(started()[0])
    whole = column_path().read_bytes()
    with zipfile.ZipFile(column_path()) as packed:
        begins = {one.filename: one.header_offset + 30 + len(one.filename) for one in packed.infolist()}
    assert {"about", "words", "keys", *column_file._ARRAYS} == begins.keys()
    for name, at in begins.items():
        column_path().write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        found, asked = started()
        assert plain(found) == truth, name
        assert len(asked) == 2 or "IN" not in asked[0], name
    column_path().write_bytes(whole)
    monkeypatch.setattr(column_file, "FORMAT", column_file.FORMAT + 1)
    assert plain(started()[0]) == truth
    with zipfile.ZipFile(column_path()) as packed:
        assert json.loads(packed.read("about"))["format"] == column_file.FORMAT


def test_a_database_of_another_history_takes_nothing_from_the_file(
    worlds: Worlds, started: Callable[[], Started], keep: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    started()
    with zipfile.ZipFile(column_path()) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    about = json.loads(parts["about"])
    about["head"][1] = "f" * 64
    with zipfile.ZipFile(column_path(), "w") as packed:
        for name, content in (parts | {"about": json.dumps(about).encode()}).items():
            packed.writestr(name, content)
    BudgetLine.objects.filter(project__title="ถนน").update(amount="555.00")  # as after another life with equal marks
    found, _ = started()
    assert 55500 in found.satang.tolist()


def test_nothing_is_written_of_a_transaction_that_may_be_undone_and_a_full_disk_is_no_fault(
    worlds: Worlds,
    started: Callable[[], Started],
    keep: Callable[[], bool],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept_columns, "_kept", None)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        register_columns()
        transaction.set_rollback(True)
    assert not column_path().exists()
    column_path().parent.write_text("no folder")  # what stands in its place cannot be written into
    assert plain(started()[0]) == plain(read_columns())
    assert not keep()


def test_work_in_the_background_keeps_the_file_up(
    worlds: Worlds, settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    released, draft = worlds
    settings.MUDMAI_JOBS = "immediate"
    release_programme(acting_user=draft.publisher, programme=draft.programme)
    with django_capture_on_commit_callbacks(execute=True):
        public_summary.ask_for_summary()
    with zipfile.ZipFile(column_path()) as packed:
        told = json.loads(packed.read("about"))["marks"]
    assert told.keys() == {released.programme.pk.hex, draft.programme.pk.hex}
    assert told == {key: column_file._told(mark) for key, mark in programme_marks().items()}


def test_a_small_register_has_no_file(
    worlds: Worlds, started: Callable[[], Started], keep: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(column_file, "ENOUGH", 4)
    started()
    assert not keep() and not column_path().exists()


class Apart:
    """A process of its own over the register of a folder."""

    def __init__(self, home: Path) -> None:
        variables = {**CLEAN, "MUDMAI_HOME": str(home), "DJANGO_SETTINGS_MODULE": "mudmai.site.settings"}
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("columns_apart.py"))],
            cwd=ROOT, env={**variables, "PYTHONPATH": str(ROOT)}, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )  # fmt: skip

    def told(self, words: str) -> dict[str, object]:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(words + "\n")
        self.process.stdin.flush()
        found: dict[str, object] = json.loads(self.process.stdout.readline())
        return found

    def close(self) -> None:
        try:
            self.process.communicate(timeout=240)
        finally:
            self.process.kill()
            self.process.wait()


@pytest.mark.slow
def test_two_processes_and_a_backup_brought_back(tmp_path: Path) -> None:
    home = tmp_path / "home"
    migrate(home, {**CLEAN, "MUDMAI_HOME": str(home)})
    with closing(Apart(home)) as one, closing(Apart(home)) as other:
        assert one.told("seed") == {"rules": ["undivided"], "from_file": True}
        assert other.told("look") == {"rules": ["undivided"], "from_file": True}
        assert one.told("change equal") == {"rules": ["equal"], "from_file": False}
        assert other.told("look") == {"rules": ["equal"], "from_file": False}, "a change of another process is seen"
        assert other.told("keep") == {"rules": ["equal"], "from_file": True}
        assert one.told("look") == {"rules": ["equal"], "from_file": True}
    for path in home.glob("mudmai.sqlite3*"):
        path.unlink()
    (home / "backup.sqlite3").rename(home / "mudmai.sqlite3")
    with closing(Apart(home)) as one:
        assert one.told("look") == {"rules": ["undivided"], "from_file": False}, "the file is of a life that is undone"
