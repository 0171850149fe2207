"""The workbook of 47 sheets, whole: totals to the baht, every row and amount, every box, every planted disagreement."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from mudmai.exchange.forms import FormBook, NoteKind, read_form_book, reconcile, shipped_form_layouts
from mudmai.exchange.sheets import Workbook, open_workbook
from mudmai.exchange.sheets.cells import place_of
from tests.exchange.forms.plan_workbook import (
    BOXES,
    COMMUNITIES,
    COMMUNITY_PROJECTS,
    COORDINATION_BAHT,
    COORDINATION_PROJECTS,
    EQUIPMENT,
    KINDS,
    LONG_SHEETS,
    MAIN_BAHT,
    MAIN_PROJECTS,
    MERGES,
    SHEETS,
    PlanWorkbook,
    write_plan_workbook,
)

LAYOUTS = shipped_form_layouts()[0]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> PlanWorkbook:
    return write_plan_workbook(tmp_path_factory.mktemp("plan") / "plan.xlsx")


@pytest.fixture(scope="module")
def workbook(made: PlanWorkbook) -> Workbook:
    return open_workbook(made.path)


@pytest.fixture(scope="module")
def book(workbook: Workbook) -> FormBook:
    return read_form_book(workbook, LAYOUTS)


def test_the_file_is_as_hard_as_the_real_one(workbook: Workbook) -> None:
    assert len(workbook.sheets) == SHEETS
    assert sum(len(sheet.merged) for sheet in workbook.sheets) == MERGES
    assert sum(len(sheet.text_boxes) for sheet in workbook.sheets) == BOXES
    assert sum(len(sheet.rows) == 400 for sheet in workbook.sheets) == LONG_SHEETS


def test_totals_are_those_of_the_plan_to_the_baht(book: FormBook) -> None:
    assert book.faults == () and book.warnings == () and book.unknown_notes == ()
    assert book.totals("por-02") == (MAIN_PROJECTS, Decimal(MAIN_BAHT))
    assert book.totals("por-02-2") == (COORDINATION_PROJECTS, Decimal(COORDINATION_BAHT))
    assert book.totals("por-02-1")[0] == COMMUNITY_PROJECTS
    assert book.totals("por-03")[0] == EQUIPMENT
    assert book.years == (2023, 2024, 2025, 2026, 2027)
    widths = Counter(len(sheet.columns) for sheet in book.sheets if sheet.form == "por-02")
    assert widths == {12: 22, 17: 11}


def test_every_row_is_read_as_it_was_written(book: FormBook, made: PlanWorkbook) -> None:
    read = {one.key: one for one in book.projects}
    assert len(read) == len(made.projects)
    for written in made.projects:
        one = read[written.sheet, written.row]
        assert (one.number, one.title, one.form, one.run) == (
            str(written.number),
            written.title,
            written.form,
            written.run,
        )
        assert (one.fields["department"], one.fields["department_written"]) == (written.department, written.written)
        amounts = {(a.fiscal_year + 543, a.stage): a for a in one.amounts}
        assert {key: a.amount for key, a in amounts.items()} == written.amounts
        assert {key for key, a in amounts.items() if a.told} == written.dashes
        assert (one.state == "active") == (written.state == "active")
        if written.form != "por-03":
            assert one.section == written.section


def test_every_amount_keeps_its_cell(book: FormBook, workbook: Workbook) -> None:
    sheets = {sheet.name: sheet for sheet in workbook.sheets}
    for one in book.projects:
        for amount in one.amounts:
            value = sheets[one.sheet].value(*place_of(amount.cell))
            if isinstance(value, float):
                assert amount.amount == Decimal(int(value))
            else:
                assert (amount.amount is None) == (value == "")


def test_moved_merged_and_doubled_projects_go_on_where_they_were_meant(book: FormBook, made: PlanWorkbook) -> None:
    read = {one.key: one for one in book.projects}
    shadows = [one for one in made.projects if one.state != "active"]
    assert Counter(one.state for one in shadows) == {"moved": 20, "merged": 15, "duplicate": 10}
    for written in shadows:
        one = read[written.sheet, written.row]
        assert written.follows is not None
        assert (one.state, one.successor) == (written.state, (written.follows.sheet, written.follows.row))
        assert not one.counted


def test_each_box_is_bound_to_the_row_it_lies_over(book: FormBook, made: PlanWorkbook) -> None:
    drawn = {one.key: [note.kind.value for note in one.notes if note.drawn] for one in book.projects}
    wanted = {(one.sheet, one.row): [one.box[0]] if one.box else [] for one in made.projects}
    assert drawn == wanted
    assert Counter(kind for kinds in drawn.values() for kind in kinds) == KINDS
    numbers = {n.number for one in book.projects for n in one.notes if n.kind is NoteKind.CORRECTED}
    assert numbers == {f"{n}/{2566 + year}" for n in (1, 2, 3, 4) for year in (0, 1, 2)}
    partners = {n.partner for one in book.projects for n in one.notes if n.kind is NoteKind.CO_FUNDED}
    assert partners == {"อบจ", "กรมโยธาธิการ", "มูลนิธิ"}


def test_projects_after_an_amendment_carry_it(book: FormBook) -> None:
    added = [one for one in book.projects if any(note.kind is NoteKind.ADDED for note in one.notes)]
    assert added and all(one.run == 1 for one in added if one.form == "por-02")
    assert {note.number for one in added for note in one.notes if note.kind is NoteKind.ADDED} == {"1/2567"}


def test_the_hierarchy_comes_from_the_rows_above(book: FormBook) -> None:
    one = next(p for p in book.projects if p.sheet == "ยุทธ1.1แผนงานการศึกษา")
    levels = [level for level, _ in one.hierarchy]
    assert levels == [level.id for level in LAYOUTS.levels if level.id != "community"]
    assert dict(one.hierarchy)["strategy"] == "ช. ยุทธศาสตร์เทศบาลที่ 1 เมืองน่าอยู่"
    communities = {dict(p.hierarchy)["community"] for p in book.projects if p.form == "por-02-1"}
    assert COMMUNITIES <= len(communities) <= COMMUNITIES + 1
    no_rows = [s for s in book.sheets if s.form == "por-02" and "national_strategy" in dict(s.hierarchy)]
    assert len(no_rows) == 33


def test_hidden_and_empty_sheets_are_left_out_with_their_reason(book: FormBook) -> None:
    reasons = {one.sheet: one.reason.en for one in book.left_out if not one.cell}
    assert reasons["ยุทธ1.1 เดิม"] == "a hidden sheet"
    assert reasons["Sheet2"] == "an empty sheet" and reasons["ปก"] == "no table of a form"
    assert len(reasons) == 7
    assert all("หมายเหตุ" in one.text for one in book.left_out if one.cell)


def test_everything_agrees_with_the_summary(book: FormBook) -> None:
    found = reconcile(book)
    assert found.agrees and len(found.lines) > 200
    sections = [line for line in found.lines if line.what == "section" and line.year is not None]
    assert sum(line.form_sum or 0 for line in sections) == MAIN_BAHT + COORDINATION_BAHT
    assert all(line.form_cells and line.summary_cells for line in sections)


def test_each_planted_disagreement_is_named_with_its_cells_and_nothing_else(tmp_path: Path) -> None:
    made = write_plan_workbook(tmp_path / "planted.xlsx", planted=True)
    found = reconcile(read_form_book(open_workbook(made.path), LAYOUTS)).disagreements
    told = {(one.what, one.section, one.year, one.difference, one.count_difference) for one in found}
    wanted = {(one.what, one.section, one.year, one.difference, one.count_difference) for one in made.planted}
    assert len(made.planted) == 8 == len(found)
    assert told == wanted
    for one in made.planted:
        line = next(f for f in found if (f.what, f.section, f.year) == (one.what, one.section, one.year))
        assert not one.cell or one.cell in line.summary_cells
        assert line.form_cells or one.what == "no_sheet"


def test_the_same_workbook_is_made_each_time(tmp_path: Path, made: PlanWorkbook) -> None:
    again = write_plan_workbook(tmp_path / "again.xlsx")
    assert [(p.sheet, p.row, p.title, p.amounts) for p in again.projects] == [
        (p.sheet, p.row, p.title, p.amounts) for p in made.projects
    ]
