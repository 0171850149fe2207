"""*Fix it in Excel*: what comes back keeps the sheet, marks the cells, lists them, and reads as before."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from mudmai.core.checks import Severity
from mudmai.core.language import Text
from mudmai.exchange.marked_sheet import AUTHOR, FINDINGS_SHEET, MARKER
from mudmai.exchange.marked_workbook import MOST_COMMENTS, Mark, marked_workbook
from mudmai.exchange.sheets.workbook import open_workbook

ERROR, WARNING = "FFFFC9C2", "FFFFEBA8"


def a_mark(cell: str = "", *, sheet: str = "", severity: Severity = Severity.ERROR, **more: object) -> Mark:
    return Mark(
        Text("ยอดรวมไม่ตรง", "the total is off"), Text("ตรวจยอดรวม", "check the total"), severity, sheet, cell, **more
    )  # type: ignore[arg-type]


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A workbook as offices make them: merged title, formula with its value, formats, a comment, a text box, a hidden
    sheet."""
    path = tmp_path / "รายงาน.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("ข้อมูล")
        sheet.merge_range("A1:C1", "ผลิตภัณฑ์ พ.ศ. 2562", book.add_format({"bold": True, "align": "center"}))
        sheet.write_row("A2", ["จังหวัด", "มูลค่า", "หมายเหตุ"])
        sheet.write_row("A3", ["เชียงใหม่", 1234.5])
        sheet.write_string("C3", "=SUM(1,1) เป็นข้อความ")
        sheet.write_row("A4", ["ลำพูน", 765.5, ""])
        sheet.write("A5", "รวม")
        sheet.write_formula(
            "B5", "=SUM(B3:B4)", book.add_format({"num_format": "#,##0.00", "bg_color": "#CCFFCC"}), 2000
        )
        sheet.write_comment("B3", "ตัวเลขเบื้องต้น", {"author": "เจ้าหน้าที่"})
        sheet.insert_textbox("E2", "หน่วย: ล้านบาท")
        sheet.set_column("A:A", 33)
        hidden = book.add_worksheet("ลับ")
        hidden.write("A1", 1)
        hidden.hide()
    return path


def opened(content: bytes, **how: object) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content), **how)


def written(tmp_path: Path, content: bytes, name: str = "again.xlsx") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_cells_are_marked_and_the_sheet_stays_as_it_was(office: Path) -> None:
    content = marked_workbook(
        office,
        name="รายงาน.xlsx",
        marks=[a_mark("B5", sheet="ข้อมูล"), a_mark("B3", sheet="ข้อมูล", severity=Severity.WARNING)],
    )
    book = opened(content)
    assert book.sheetnames == [FINDINGS_SHEET, "ข้อมูล", "ลับ"]
    sheet = book["ข้อมูล"]
    assert sheet["B5"].fill.fgColor.rgb == ERROR
    assert sheet["B3"].fill.fgColor.rgb == WARNING
    assert sheet["B5"].value == "=SUM(B3:B4)"
    assert sheet["B5"].number_format == "#,##0.00"
    assert [str(r) for r in sheet.merged_cells.ranges] == ["A1:C1"]
    assert sheet["A1"].font.bold
    assert sheet.column_dimensions["A"].width == pytest.approx(33, abs=1)
    assert book["ลับ"].sheet_state == "hidden"
    said = sheet["B5"].comment
    assert said.author == AUTHOR
    assert "ยอดรวมไม่ตรง → ตรวจยอดรวม" in said.text
    assert "the total is off" in said.text
    assert sheet["B3"].comment.text.startswith("ตัวเลขเบื้องต้น\n---\n")


def test_the_list_comes_first_with_links_and_in_order_of_severity(office: Path) -> None:
    marks = [
        a_mark("B3", sheet="ข้อมูล", severity=Severity.WARNING),
        a_mark("B5", sheet="ข้อมูล", found="2,000", expected=Text("2,100", "2,100")),
        a_mark(severity=Severity.ERROR),
    ]
    content = marked_workbook(office, name="รายงาน.xlsx", marks=marks, summary=[Text("พบ 3 รายการ", "3 findings")])
    sheet = opened(content)[FINDINGS_SHEET]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(n for n, row in enumerate(rows) if MARKER in row)
    assert [row[2] for row in rows[head + 1 :]] == ["B5", "–", "B3"]
    assert rows[head + 1][4:6] == ["2,000", "2,100"]
    assert sheet.cell(head + 2, 3).hyperlink.location == "'ข้อมูล'!B5"
    assert any("พบ 3 รายการ" in str(row[0]) for row in rows[:head])
    assert opened(content).active.title == FINDINGS_SHEET


def test_a_lost_text_box_is_told_on_the_list_and_at_its_place(office: Path) -> None:
    book = opened(marked_workbook(office, name="รายงาน.xlsx", marks=[a_mark("B5", sheet="ข้อมูล")]))
    above = " ".join(str(row[0].value) for row in book[FINDINGS_SHEET].iter_rows())
    assert "หน่วย: ล้านบาท" in above
    assert "หน่วย: ล้านบาท" in book["ข้อมูล"]["E2"].comment.text


def test_it_reads_as_before(office: Path, tmp_path: Path) -> None:
    before = open_workbook(office)
    content = marked_workbook(
        office, name="รายงาน.xlsx", marks=[a_mark("B5", sheet="ข้อมูล"), a_mark("C4", sheet="ข้อมูล")]
    )
    after = open_workbook(written(tmp_path, content))
    assert [sheet.name for sheet in after.sheets] == [sheet.name for sheet in before.sheets]
    for one, other in zip(before.sheets, after.sheets, strict=True):
        assert list(map(list, other.rows)) == list(map(list, one.rows))
        assert other.merged == one.merged
        assert other.hidden == one.hidden
        assert other.without_value == one.without_value == set()


def test_a_second_round_takes_the_first_marks_off(office: Path, tmp_path: Path) -> None:
    first = marked_workbook(
        office,
        name="a.xlsx",
        marks=[a_mark("B5", sheet="ข้อมูล"), a_mark("B3", sheet="ข้อมูล"), a_mark("A4", sheet="ข้อมูล")],
    )
    path = written(tmp_path, first)
    second = opened(marked_workbook(path, name="a.xlsx", marks=[a_mark("A4", sheet="ข้อมูล", severity=Severity.WARNING)]))
    sheet = second["ข้อมูล"]
    assert second.sheetnames == [FINDINGS_SHEET, "ข้อมูล", "ลับ"]
    assert sheet["B5"].fill.fgColor.rgb == "FFCCFFCC"  # what it had before
    assert sheet["B5"].comment is None
    assert sheet["B3"].fill.fill_type is None
    assert sheet["B3"].comment.text == "ตัวเลขเบื้องต้น"
    assert sheet["A4"].fill.fgColor.rgb == WARNING
    assert sheet["A4"].comment.text.count("ยอดรวมไม่ตรง") == 1


def test_macros_and_links_never_come_along(tmp_path: Path) -> None:
    path = tmp_path / "linked.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("s")
        sheet.write_formula("A1", "='[other.xlsx]Sheet1'!A1", None, 41)
        sheet.write_formula("A2", "=1+1", None, 2)
    raw = tmp_path / "macro.xlsm"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(raw, "w") as new:
        for item in old.infolist():
            data = old.read(item.filename)
            if item.filename == "xl/worksheets/sheet1.xml":
                data = data.replace(b"&apos;[other.xlsx]Sheet1&apos;!A1", b"[1]Sheet1!A1").replace(
                    b"'[other.xlsx]Sheet1'!A1", b"[1]Sheet1!A1"
                )
            new.writestr(item, data)
        new.writestr("xl/vbaProject.bin", b"macro")
    content = marked_workbook(raw, name="macro.xlsm", marks=[a_mark("A2")])
    assert not any("vba" in name or "externalLink" in name for name in zipfile.ZipFile(io.BytesIO(content)).namelist())
    assert opened(content)["s"]["A1"].value == 41
    assert opened(content, data_only=True)["s"]["A2"].value == 2


def test_text_that_looks_like_a_formula_stays_text(office: Path, tmp_path: Path) -> None:
    evil = a_mark("C3", sheet="ข้อมูล", found='=HYPERLINK("http://x","y")', expected=Text("@SUM(A1)", "@SUM(A1)"))
    book = opened(marked_workbook(office, name="=cmd|x.xlsx", marks=[evil]))
    assert all(cell.data_type != "f" for row in book[FINDINGS_SHEET].iter_rows() for cell in row)
    assert book["ข้อมูล"]["C3"].data_type == "s"


def test_csv_comes_back_as_a_workbook_of_its_cells(tmp_path: Path) -> None:
    path = tmp_path / "ตาราง.csv"
    rows = [["area", "value", "note"], ["TH-50", "12.50", "=1+1"], ["01", "", "ok"]]
    with path.open("w", encoding="cp874", newline="") as file:
        csv.writer(file).writerows(rows)
    marks = [a_mark(row=3, column="value"), a_mark(row=2, column="value", severity=Severity.WARNING)]
    content = marked_workbook(path, name="ตาราง.csv", marks=marks)
    book = opened(content)
    sheet = book["ตาราง"]
    assert [[c.value for c in row] for row in sheet.iter_rows()] == [
        ["area", "value", "note"], ["TH-50", 12.5, "=1+1"], ["01", None, "ok"],
    ]  # fmt: skip
    assert sheet["C2"].data_type == "s"
    assert sheet["B3"].fill.fgColor.rgb == ERROR
    assert sheet["B2"].fill.fgColor.rgb == WARNING
    assert sheet["B3"].comment is not None
    assert book.sheetnames[0] == FINDINGS_SHEET
    assert [sheet.name for sheet in open_workbook(written(tmp_path, content)).sheets] == ["ตาราง"]


def test_ten_thousand_marks_stay_usable(tmp_path: Path) -> None:
    path = tmp_path / "many.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("s")
        for row in range(10_000):
            sheet.write_number(row, 0, row)
    content = marked_workbook(path, name="many.xlsx", marks=[a_mark(f"A{n}", sheet="s") for n in range(1, 10_001)])
    book = opened(content)
    assert book["s"]["A10000"].fill.fgColor.rgb == ERROR
    assert sum(cell.comment is not None for row in book["s"].iter_rows() for cell in row) == MOST_COMMENTS
    assert book[FINDINGS_SHEET].max_row > 10_000
    assert len(content) < 3_000_000


def test_a_mark_inside_a_merged_range_marks_its_corner(office: Path) -> None:
    sheet = opened(marked_workbook(office, name="a.xlsx", marks=[a_mark("C1", sheet="ข้อมูล")]))["ข้อมูล"]
    assert sheet["A1"].fill.fgColor.rgb == ERROR
    assert sheet["A1"].comment is not None


def test_an_office_sheet_of_the_same_name_without_the_mark_is_data(tmp_path: Path) -> None:
    path = tmp_path / "own.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet(FINDINGS_SHEET).write_row("A1", ["จังหวัด", "2566"])
    assert [sheet.name for sheet in open_workbook(path).sheets] == [FINDINGS_SHEET]


def test_styles_of_people_survive_next_to_ours(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = 5
    sheet["A1"].fill = PatternFill("solid", fgColor="FF112233")
    sheet["A1"].font = Font(italic=True)
    sheet["A1"].comment = Comment("ของเดิม", "คนเดิม")
    path = tmp_path / "own.xlsx"
    book.save(path)
    first = written(tmp_path, marked_workbook(path, name="own.xlsx", marks=[a_mark("A1", sheet="Sheet")]))
    back = opened(marked_workbook(first, name="own.xlsx", marks=[]))["Sheet"]["A1"]
    assert back.fill.fgColor.rgb == "FF112233"
    assert back.font.italic
    assert back.comment.text == "ของเดิม"
