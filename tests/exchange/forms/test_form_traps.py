"""Small sheets with one trap each, and properties that hold for any rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mudmai.core.errors import ImportRefused
from mudmai.exchange.forms import FormBook, NoteKind, read_form_book, reconcile, shipped_form_layouts
from mudmai.exchange.forms.amounts import MOST, read_amount
from mudmai.exchange.forms.notes import note_reader
from mudmai.exchange.sheets import open_workbook

LAYOUTS = shipped_form_layouts()[0]
HEAD = ["ที่", "โครงการ", "วัตถุประสงค์", "เป้าหมาย", "งบประมาณ", None, "ตัวชี้วัด", "ผลที่คาดว่าจะได้รับ", "หน่วยงาน"]
YEARS: Sequence[object] = [None, None, None, None, 2566, 2567]
Box = tuple[int, str]


def row(number: object, title: object, *amounts: object, department: str = "สำนักช่าง") -> list[object]:
    return [number, title, "", "", *amounts, "", "", department]


def read(
    folder: Path,
    rows: Sequence[Sequence[object]],
    *,
    boxes: Sequence[Box] = (),
    years: Sequence[object] = YEARS,
    above: Sequence[str] = ("แบบ ผ.02", "ยุทธศาสตร์ที่ 1 เมืองน่าอยู่", "แผนงานการศึกษา"),
    also: Callable[[Any, Any], None] | None = None,
) -> FormBook:
    """The book of one sheet: three rows above, two of heading, rows from row 6 on; boxes by row from 0."""
    path = folder / "one.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("แผน")
        for n, line in enumerate([*[[text] for text in above], HEAD, years, *rows]):
            for col, value in enumerate(line):
                if value is not None and value != "":
                    sheet.write(n, col, value)
        for at, text in boxes:
            sheet.insert_textbox(at, 1, text, {"width": 100, "height": 16, "y_offset": 2})
        if also:
            also(book, sheet)
    return read_form_book(open_workbook(path), LAYOUTS)


@pytest.mark.parametrize(
    ("value", "code"),
    [(1e15, "form_too_large"), (-5.0, "form_negative"), ("(1,200)", "form_negative"), ("สองล้าน", "form_amount"),
     ("5 %", "form_amount"), (10.125, "form_satang"), ("10 คน", "form_amount")],
)  # fmt: skip
def test_amounts_that_cannot_be_are_faults_at_their_cell(tmp_path: Path, value: object, code: str) -> None:
    book = read(tmp_path, [row(1, "โครงการ ก", 1000, value)])
    assert [(one.code, one.where.sheet, one.where.cell) for one in book.faults] == [(code, "แผน", "F6")]
    assert book.faults[0].message.th and book.faults[0].remedy.en


def test_a_dash_is_a_zero_that_was_told_and_an_empty_cell_is_none(tmp_path: Path) -> None:
    first, second = read(tmp_path, [row(1, "ก", " -   ", ""), row(2, "ข", "๑,๒๐๐.๕๐", 0)]).projects
    assert [(a.amount, a.told, a.cell) for a in first.amounts] == [(Decimal(0), True, "E6"), (None, False, "F6")]
    assert [(a.amount, a.told) for a in second.amounts] == [(Decimal("1200.50"), False), (Decimal(0), False)]


@pytest.mark.parametrize("years", [[2566, 2024], ["พ.ศ. 2566", "ค.ศ. 2024"], [2566, "2567 (2024)"]])
def test_years_of_two_calendars_are_refused_with_the_cell(tmp_path: Path, years: list[object]) -> None:
    book = read(tmp_path, [row(1, "ก", 1, 2)], years=[None] * 4 + years)
    assert [(one.code, one.where.cell) for one in book.faults] == [("form_calendars", "F5")]


def test_years_in_thai_digits_and_words(tmp_path: Path) -> None:
    for years in (["พ.ศ. ๒๕๖๖", "ปี 2567 (บาท)"], ["ปีงบประมาณ 2566", "ปี 67"], [2023, 2024]):
        assert read(tmp_path, [row(1, "ก", 1, 2)], years=[None] * 4 + list(years)).years == (2023, 2024)


def test_a_year_with_two_columns_is_a_fault(tmp_path: Path) -> None:
    book = read(tmp_path, [row(1, "ก", 1, 2)], years=[None] * 4 + [2566, 2566])
    assert [(one.code, one.where.cell) for one in book.faults] == [("form_year_twice", "F5")]


def test_numbers_that_restart_keep_projects_apart(tmp_path: Path) -> None:
    rows = [row(1, "ก", 1), row(2, "ข", 2), ["เพิ่มเติม ครั้งที่ 1/2567"], row(1, "ค", 3), row(2, "ง", 4), row(1, "จ", 5)]
    projects = read(tmp_path, rows).projects
    assert [(p.number, p.run) for p in projects] == [("1", 0), ("2", 0), ("1", 1), ("2", 1), ("1", 2)]
    assert [[n.number for n in p.notes] for p in projects] == [[], [], ["1/2567"], ["1/2567"], ["1/2567"]]


def test_a_merge_looks_for_its_number_in_its_own_numbering(tmp_path: Path) -> None:
    rows = [row(1, "ก", 1), row(2, "ข", 2), row(1, "ค", 3), row(2, "ง", 4), row(3, "จ", 5)]
    book = read(tmp_path, rows, boxes=[(9, "รวมกับลำดับที่ 2")])
    assert (book.projects[4].state, book.projects[4].successor) == ("merged", ("แผน", 9))
    assert book.totals("por-02") == (4, Decimal(10))


def test_a_number_that_is_not_there_and_a_plan_that_is_not_there_are_faults(tmp_path: Path) -> None:
    book = read(tmp_path, [row(1, "ก", 1), row(2, "ข", 2)], boxes=[(5, "ซ้ำลำดับที่ 63"), (6, "ย้ายไปแผนงานพลังงาน")])
    assert [(one.code, one.where.cell) for one in book.faults] == [("form_target", "B6"), ("form_target", "B7")]
    assert book.totals("por-02") == (2, Decimal(3)), "what is not resolved still counts"


def test_a_moved_project_counts_once_and_is_kept_when_it_is_not_found(tmp_path: Path) -> None:
    rows = [row(1, "ก", 1), row(2, "ข", 2), ["แผนงานสาธารณสุข"], row(1, "ก", 1)]
    boxes = [(5, "ย้ายไปแผนงานสาธารณสุข"), (6, "ย้ายไป แผนงานสาธารณสุข")]
    book = read(tmp_path, rows, boxes=boxes)
    assert [p.state for p in book.projects] == ["moved", "active", "active"]
    assert [one.code for one in book.warnings if one.code != "form_sheet_name"] == ["form_move_unmatched"]
    assert book.totals("por-02") == (2, Decimal(3))


def test_projects_that_point_at_each_other_are_a_fault_and_still_count(tmp_path: Path) -> None:
    book = read(tmp_path, [row(1, "ก", 1), row(2, "ข", 2)], boxes=[(5, "รวมกับลำดับที่ 2"), (6, "รวมกับลำดับที่ 1")])
    assert [one.code for one in book.faults] == ["form_target"]
    assert book.totals("por-02")[0] == 2


def test_a_box_over_no_project_and_unknown_words_are_listed(tmp_path: Path) -> None:
    book = read(tmp_path, [row(1, "ก", 1)], boxes=[(0, "แก้ไข ครั้งที่ 1/2567"), (5, "ด่วนมาก")])
    assert [(n.kind, n.text, n.cell) for _, n in book.unknown_notes] == [
        (NoteKind.CORRECTED, "แก้ไข ครั้งที่ 1/2567", "B1"),
        (NoteKind.UNKNOWN, "ด่วนมาก", "B6"),
    ]
    assert "form_note_adrift" in [one.code for one in book.warnings]


def test_one_box_may_say_two_things(tmp_path: Path) -> None:
    notes = note_reader(LAYOUTS.notes).read("แก้ไข ครั้งที่ ๒/๒๕๖๗ ย้ายไปแผนงานเคหะและชุมชน ลำดับที่ 5", "B6")
    assert [(n.kind.value, n.number, n.plan, n.target) for n in notes] == [
        ("corrected", "2/2567", "", ""),
        ("moved", "", "แผนงานเคหะและชุมชน", "5"),
    ]


def test_departments_go_by_one_name_and_what_is_written_stays(tmp_path: Path) -> None:
    rows = [row(1, "ก", 1, "", department="สำนักการช่าง"), row(2, "ข", 1, "", department="กองดาราศาสตร์")]
    book = read(tmp_path, rows)
    assert [p.fields["department"] for p in book.projects] == ["สำนักช่าง", "กองดาราศาสตร์"]
    assert book.projects[0].fields["department_written"] == "สำนักการช่าง"
    assert "form_department" in [one.code for one in book.warnings]


def test_rows_that_go_on_join_and_rows_of_totals_do_not_count(tmp_path: Path) -> None:
    rows = [row(1, "ก่อสร้างถนน", 5, ""), ["", "สายหลัก", "", "ยาว 5 กม."], ["", "รวม", "", "", 5], [2], [3]]
    book = read(tmp_path, rows)
    assert len(book.projects) == 1 and book.faults == ()
    assert book.projects[0].title == "ก่อสร้างถนน\nสายหลัก"
    assert book.projects[0].fields["target"] == "ยาว 5 กม."


def test_money_of_nobody_and_money_without_a_title_are_faults(tmp_path: Path) -> None:
    book = read(tmp_path, [row(1, "ก", 1), ["", "", "", "", 7], row(2, "", 5)])
    assert [(one.code, one.where.cell) for one in book.faults] == [
        ("form_orphan_amount", "E7"),
        ("form_no_title", "B8"),
    ]


def test_a_heading_repeated_on_the_next_page_is_passed_over(tmp_path: Path) -> None:
    book = read(tmp_path, [row(1, "ก", 1), HEAD, list(YEARS), row(2, "ข", 2)])
    assert [(p.number, p.total()) for p in book.projects] == [("1", 1), ("2", 2)]
    assert book.faults == ()


def test_hidden_rows_count_and_are_told(tmp_path: Path) -> None:
    book = read(
        tmp_path, [row(1, "ก", 1), row(2, "ข", 2)], also=lambda _, sheet: sheet.set_row(6, None, None, {"hidden": True})
    )
    assert book.totals("por-02") == (2, Decimal(3))
    assert ("form_hidden", "B7") in [(one.code, one.where.cell) for one in book.warnings]


def test_a_table_that_does_not_say_its_form_is_never_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "two.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, mark in (("ก", "แบบ ผ.02"), ("ข", "")):
            sheet = book.add_worksheet(name)
            for n, line in enumerate([[mark], HEAD, list(YEARS), row(1, "โครงการ", 5)]):
                for col, value in enumerate(line):
                    if value is not None:
                        sheet.write(n, col, value)
    found = read_form_book(open_workbook(path), LAYOUTS)
    assert [(one.code, one.where.sheet) for one in found.faults] == [("form_unnamed", "ข")]


def test_a_file_without_forms_is_refused_whole(tmp_path: Path) -> None:
    path = tmp_path / "none.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("รายงาน").write(0, 0, "จังหวัด")
    with pytest.raises(ImportRefused) as caught:
        read_form_book(open_workbook(path), LAYOUTS)
    assert caught.value.code == "no_form"


def test_a_book_without_a_summary_does_not_claim_to_agree(tmp_path: Path) -> None:
    assert not reconcile(read(tmp_path, [row(1, "ก", 1)])).agrees


@given(st.decimals(min_value=0, max_value=MOST // 1000, places=2))
def test_any_amount_written_with_commas_or_thai_digits_reads_the_same(value: Decimal) -> None:
    written = f"{value:,.2f}"
    thai = written.translate({48 + n: 0x0E50 + n for n in range(10)})
    assert read_amount(written).amount == read_amount(thai).amount == read_amount(float(value)).amount == value


_CELLS = st.one_of(st.none(), st.just(" - "), st.integers(0, 10**12))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(_CELLS, _CELLS), min_size=1, max_size=12), st.integers(1, 12))
def test_no_baht_is_lost_or_made(tmp_path: Path, cells: list[tuple[object, object]], restart: int) -> None:
    rows = [row(n % restart + 1, f"โครงการ {n}", *pair) for n, pair in enumerate(cells)]
    book = read(tmp_path, rows)
    assert book.faults == ()
    amounts = [value for pair in cells for value in pair]
    assert book.totals("por-02") == (len(cells), sum(v for v in amounts if isinstance(v, int)))
    read_cells = [a for one in book.projects for a in one.amounts]
    assert [a.amount is None for a in read_cells] == [value is None for value in amounts]
    assert [a.told for a in read_cells] == [value == " - " for value in amounts]
    assert len({(one.run, one.number) for one in book.projects}) == len(cells), "a number is one project of its run"
