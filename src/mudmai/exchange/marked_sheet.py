"""The first sheet of a marked workbook: the list of what to mend, and how readers know it from the data.

The sheet carries a fixed name and, in a hidden column, a fixed mark. Readers leave out a sheet whose name begins so
(Excel adds " (2)" to copies) and that has the mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from mudmai.core.checks import Severity
from mudmai.core.language import Text

if TYPE_CHECKING:
    from mudmai.exchange.marked_workbook import Mark

FINDINGS_SHEET = "รายการที่ต้องแก้ไข"
"""The name of the first sheet."""

AUTHOR = "Mudmai"
"""The author of our comments, by which they are taken off again."""

MARKER = "mudmai.findings/1"
"""Stands in a hidden column of the list's heading."""

COLUMNS = (
    ("ลำดับ / No.", 8),
    ("แผ่นงาน / Sheet", 20),
    ("เซลล์ / Cell", 11),
    ("ระดับ / Severity", 16),
    ("ที่พบ / Found", 18),
    ("ที่ควรเป็น / Expected", 24),
    ("ปัญหา / What is wrong", 70),
    ("ต้องทำอย่างไร / What to do", 60),
)
"""Headings of the list and the widths of their columns."""

FILL_COLUMN = len(COLUMNS) + 1
"""The hidden column (from 1) that keeps the fill a marked cell had before."""

_HOW = Text(
    "แก้เซลล์ที่ระบายสีในแผ่นข้อมูลแล้วส่งไฟล์นี้กลับมา ไม่ต้องลบแผ่นนี้ ระบบจะข้ามไปเอง",
    "mend the coloured cells on the data sheets and hand this file in again; this sheet may stay, it is not read",
)


def is_findings_sheet(name: str) -> bool:
    """True for the list of an earlier round.

    >>> is_findings_sheet("รายการที่ต้องแก้ไข (2)"), is_findings_sheet("รายการ")
    (True, False)
    """
    return name.strip().startswith(FINDINGS_SHEET)


def is_list(name: str, rows: Iterable[Sequence[object]]) -> bool:
    """True when a sheet of this name with these rows is our list, and no data."""
    return is_findings_sheet(name) and any(MARKER in row for row in islice(rows, 1_000))


class ListSheet:
    """What the first sheet says: lines of summary, then one row for each mark, errors first."""

    def __init__(self, file: str, marks: Sequence[Mark], notes: Sequence[Text]) -> None:
        self.file = file
        self.marks = sorted(marks, key=lambda mark: mark.severity is not Severity.ERROR)
        self._notes = list(notes)

    def note(self, *lines: Text) -> None:
        """Say something more above the list."""
        self._notes.extend(lines)

    def _above(self) -> list[str]:
        lines = [f"{FINDINGS_SHEET} / What to mend: {self.file}", _both(_HOW)]
        return [*lines, *(_both(line) for line in self._notes)]

    def _rows(self) -> list[list[str]]:
        return [
            [
                str(n),
                mark.sheet if mark.cell else "",
                mark.cell or (f"แถว / row {mark.row}" if mark.row else "–"),
                _both(mark.severity.label),
                mark.found or "–",
                _both(mark.expected) or "–",
                f"{mark.text.th}\n{mark.text.en}",
                f"{mark.remedy.th}\n{mark.remedy.en}",
            ]
            for n, mark in enumerate(self.marks, start=1)
        ]

    def write_openpyxl(self, book: Any, fills: Mapping[tuple[str, str], str]) -> None:
        """Put the sheet in front of an openpyxl workbook; ``fills`` are what marked cells looked like before."""
        from openpyxl.styles import Alignment, Font  # loaded with the workbook
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.hyperlink import Hyperlink

        sheet = book.create_sheet(FINDINGS_SHEET, 0)
        wrapped = Alignment(wrap_text=True, vertical="top")
        for n, line in enumerate(self._above(), start=1):
            _text(sheet.cell(n, 1), line).font = Font(bold=n == 1, size=14 if n == 1 else 11)
        head = len(self._above()) + 2
        for col, (title, width) in enumerate(COLUMNS, start=1):
            cell = _text(sheet.cell(head, col), title)
            cell.font, cell.alignment = Font(bold=True), wrapped
            sheet.column_dimensions[get_column_letter(col)].width = width
        _text(sheet.cell(head, FILL_COLUMN), MARKER)
        sheet.column_dimensions[get_column_letter(FILL_COLUMN)].hidden = True
        rows = self._rows()
        for n, (mark, words) in enumerate(zip(self.marks, rows, strict=True), start=1):
            for col, word in enumerate(words, start=1):
                cell = _text(sheet.cell(head + n, col), word)
                if col > 4:
                    cell.alignment = wrapped
            if mark.cell and (mark.sheet, mark.cell) in fills:
                link = sheet.cell(head + n, 3)
                link.hyperlink = Hyperlink(ref=link.coordinate, location=_target(mark.sheet, mark.cell))
                link.font = Font(underline="single", color="FF0B5CAD")
                _text(sheet.cell(head + n, FILL_COLUMN), fills[mark.sheet, mark.cell])
        sheet.freeze_panes = sheet.cell(head + 1, 1)
        sheet.auto_filter.ref = f"A{head}:{get_column_letter(len(COLUMNS))}{head + max(1, len(rows))}"
        for one in book.worksheets:
            one.sheet_view.tabSelected = one is sheet
        book.active = 0

    def write_xlsxwriter(self, book: Any, names: Mapping[str, str]) -> None:
        """Write the sheet as the first of an xlsxwriter workbook; ``names`` are sheets of the file → of the book."""
        sheet = book.add_worksheet(FINDINGS_SHEET)
        bold, link = book.add_format({"bold": True}), book.add_format({"underline": 1, "font_color": "#0B5CAD"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for col, (_, width) in enumerate(COLUMNS):
            sheet.set_column(col, col, width)
        sheet.set_column(FILL_COLUMN - 1, FILL_COLUMN - 1, None, None, {"hidden": True})
        for n, line in enumerate(self._above()):
            sheet.write_string(n, 0, line, bold if n == 0 else None)
        head = len(self._above()) + 1
        for col, (title, _) in enumerate(COLUMNS):
            sheet.write_string(head, col, title, bold)
        sheet.write_string(head, FILL_COLUMN - 1, MARKER)
        for n, (mark, words) in enumerate(zip(self.marks, self._rows(), strict=True), start=1):
            for col, word in enumerate(words):
                if col == 2 and mark.cell and mark.sheet in names:
                    target = f"internal:{_target(names[mark.sheet], mark.cell)}"
                    sheet.write_url(head + n, col, target, link, word)
                else:
                    sheet.write_string(head + n, col, word, wrapped if col > 3 else None)
        sheet.freeze_panes(head + 1, 0)
        sheet.autofilter(head, 0, head + max(1, len(self.marks)), len(COLUMNS) - 1)


def _both(text: Text) -> str:
    return text.th if text.th == text.en else f"{text.th} / {text.en}"


def _target(sheet: str, cell: str) -> str:
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!{cell}"


def _text(cell: Any, text: str) -> Any:
    """Write text that stays text, whatever it begins with; signs that a workbook cannot hold are left out."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # loaded with the workbook

    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:32_000]
    cell.data_type = "s"
    return cell
