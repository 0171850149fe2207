"""Workbooks that must not be loaded, and loads that end on the way: nothing half-loaded, and what to do is told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from mudmai.apps.programme.domain.projects import create_programme, load_form_book
from mudmai.apps.programme.models import BudgetLine, FormLoad, Project, ProjectVersion, RevisionEvent
from mudmai.core.errors import InputError
from mudmai.exchange.forms import read_form_book, shipped_form_layouts
from mudmai.exchange.sheets import open_workbook
from mudmai.site.database import migrate
from tests.apps.data.test_processes import CLEAN, ROOT
from tests.apps.programme.form_books import raw
from tests.apps.programme.killed_load import LINES, PROJECTS
from tests.apps.programme.programme_world import ProgrammeWorld

HEAD = ["ที่", "โครงการ", "วัตถุประสงค์", "เป้าหมาย", "งบประมาณ", "", "ตัวชี้วัด", "ผลที่คาดว่าจะได้รับ", "หน่วยงาน"]
Sheets = dict[str, tuple[Sequence[object], Sequence[Sequence[object]]]]


def workbook(path: Path, sheets: Sheets) -> Path:
    """Sheets of form ผ.02 by name: the years of two columns, and rows of (title, amount, amount) from row 6 on."""
    with xlsxwriter.Workbook(str(path)) as book:
        for name, (years, rows) in sheets.items():
            sheet = book.add_worksheet(name)
            lines = [["แบบ ผ.02"], ["ยุทธศาสตร์ที่ 1"], ["แผนงานการศึกษา"], HEAD, ["", "", "", "", *years]]
            lines += [[n, title, "", "", *amounts] for n, (title, *amounts) in enumerate(rows, start=1)]
            for n, line in enumerate(lines):
                for col, value in enumerate(line):
                    if value != "":
                        sheet.write(n, col, value)
    return path


def told_of(world: ProgrammeWorld, path: Path) -> set[tuple[str, str | None, str | None]]:
    """The faults of a refused load (code, sheet, cell), each with words and a next step in both languages."""
    programme = create_programme(
        acting_user=world.officer, organisation=world.people.department, title_th="แผน", first_year=2023, last_year=2027
    )
    book = read_form_book(open_workbook(path), shipped_form_layouts()[0])
    with pytest.raises(InputError) as told:
        load_form_book(acting_user=world.officer, programme=programme, book=book, raw=raw(), reason="ตรวจแล้ว")
    assert told.value.code == "form_book_faults"
    assert not any(m.objects.exists() for m in (Project, BudgetLine, RevisionEvent, ProjectVersion, FormLoad))
    for one in told.value.problems:
        assert one.message.th and one.message.en and one.remedy.th and one.remedy.en
    return {(one.code, one.where.sheet, one.where.cell) for one in told.value.problems}


def test_all_bad_amounts_of_a_workbook_are_told_at_once(world: ProgrammeWorld, tmp_path: Path) -> None:
    rows = [
        ("ถนน", 10**15, 5),
        ("คลอง", 7, -2_000_000),
        ("สะพาน", 10**13, "(1,200)"),
        ("ดี", 100, " - "),
        ("ฝาย", "ล้าน", 0),
    ]
    assert told_of(world, workbook(tmp_path / "bad.xlsx", {"แผน": ((2566, 2567), rows)})) == {
        ("form_too_large", "แผน", "E6"),
        ("form_negative", "แผน", "F7"),
        ("budget_too_large", "แผน", "E8"),
        ("form_negative", "แผน", "F8"),
        ("form_amount", "แผน", "E10"),
    }


@pytest.mark.parametrize(
    ("first", "second", "fault"),
    [
        ((2566, 2567), (2023, 2024), ("form_calendars", "ข", "E5")),
        ((2566, 2567), (2566, 2024), ("form_calendars", "ข", "F5")),
        ((2566, "2567 (2024)"), (2566, 2567), ("form_calendars", "ก", "F5")),
        ((2566, 2567), (2567, 2571), ("year_outside", "ข", "F6")),
        ((2566, 2567), (25660, 2567), ("form_year", "ข", "E5")),
        ((2566, 2567), (2566, 3110), ("form_year", "ข", "F5")),
    ],
)
def test_years_that_cannot_be_are_told_with_their_cell(
    world: ProgrammeWorld,
    tmp_path: Path,
    first: Sequence[object],
    second: Sequence[object],
    fault: tuple[str, str, str],
) -> None:
    rows = [("ถนน", 1, 2)]
    found = told_of(world, workbook(tmp_path / "years.xlsx", {"ก": (first, rows), "ข": (second, rows)}))
    assert fault in found


@pytest.mark.slow
def test_a_load_killed_at_any_instant_leaves_nothing_and_another_try_loads_all(tmp_path: Path) -> None:
    import subprocess
    import sys

    home = tmp_path / "home"
    home.mkdir()
    variables = {**CLEAN, "MUDMAI_HOME": str(home), "PYTHONPATH": str(ROOT)}
    migrate(home, variables)
    ended = subprocess.run(
        [sys.executable, str(Path(__file__).parent / "killed_load.py")],
        cwd=ROOT,
        env={**variables, "DJANGO_SETTINGS_MODULE": "mudmai.site.settings"},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    told = json.loads(ended.stdout.splitlines()[-1])
    whole, nothing = [PROJECTS, LINES, PROJECTS, 2, 1, 1], [0] * 6
    assert told["whole"] == whole
    assert told["sound"] == "ok"
    arranged = [one for one in told["children"] if not one["moment"].startswith("after")]
    assert len(arranged) == 5
    for one in arranged:
        assert (one["killed"], one["after"], one["again"]) == (True, nothing, "loaded"), one
    for one in told["children"]:
        assert one["after"] in (nothing, whole), one
        assert one["again"] == ("loaded" if one["after"] == nothing else "form_loaded_already"), one
        assert (one["then"], one["faults"]) == (whole, 0), one
    assert any(one["killed"] and one not in arranged for one in told["children"])
