"""*Fix it in Excel*: a file given back as a workbook with the cells to mend marked and a first sheet that lists them.

An Excel workbook keeps its sheets as they are: formats, merged cells, widths, formulas and the values they gave. Macros
and links to other files never come along (cells that used such links keep their values). Other kinds of files come back
as a workbook of their cells. What cannot be kept - text drawn over the cells - is told on the first sheet and as a
comment at its place. Handed in again, the first sheet is left out by the readers (:mod:`mudmai.exchange.marked_sheet`);
marks of an earlier round are taken off before new ones are set.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from mudmai.core.checks import Severity
from mudmai.core.language import Text
from mudmai.exchange.marked_sheet import AUTHOR, FINDINGS_SHEET, ListSheet, is_findings_sheet
from mudmai.exchange.sheets.cells import cell_name
from mudmai.exchange.sheets.formats import Format
from mudmai.exchange.sheets.workbook import Sheet, Workbook, open_workbook

MOST_STYLED_CELLS = 1_000_000
"""A workbook with more cells comes back as cells without formats: keeping them would take minutes."""

MOST_ROWS = 1_048_576
"""Rows of an Excel sheet; a longer table cannot come back, only the list."""

MOST_COMMENTS = 1_000
"""So many cells get a comment; every marked cell gets its colour, and every finding stands on the list."""

COMMENT_SIGNS = 700
"""A comment is cut after so many signs."""

_HEAD_ROWS = 60


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing to mend. ``cell`` as ``D7``; without it ``row`` (from 1) and ``column`` (a heading) tell the place;
    without these the mark stands on the list only. ``sheet`` empty: the first sheet."""

    text: Text
    remedy: Text
    severity: Severity
    sheet: str = ""
    cell: str = ""
    row: int | None = None
    column: str = ""
    found: str = ""
    expected: Text = field(default_factory=lambda: Text("", ""))


def marked_workbook(path: Path, *, name: str, marks: Sequence[Mark], summary: Sequence[Text] = ()) -> bytes:
    """The file at ``path``, called ``name``, as an xlsx workbook with these marks.

    ``summary`` are lines above the list. Raises :class:`mudmai.core.errors.ImportRefused` for a file that cannot be
    opened safely.
    """
    book = open_workbook(path)
    placed = [_placed(mark, book) for mark in marks]
    size = sum(len(sheet.rows) * sheet.width for sheet in book.sheets)
    notes = [*summary, *_file_notes(book)]
    if book.format is Format.XLSX and size <= MOST_STYLED_CELLS:
        return _styled(path, book, ListSheet(name, placed, notes))
    return _from_cells(book, ListSheet(name, placed, notes))


def _file_notes(book: Workbook) -> list[Text]:
    found = []
    for sheet in book.sheets:
        for box in sheet.text_boxes:
            place = cell_name(*box.anchor)
            found.append(
                Text(
                    f"กล่องข้อความในแผ่น {sheet.name} ที่ {place} ไม่ได้อยู่ในไฟล์นี้ ข้อความเดิมคือ “{box.text}”",
                    f"a text box on sheet {sheet.name} at {place} is not in this file; it said “{box.text}”",
                )
            )
    return found


# ------------------------------------------------------------------------------------------------ places


def _placed(mark: Mark, book: Workbook) -> Mark:
    """The mark with its sheet and cell, where these can be told."""
    sheet = book.sheet(mark.sheet) if mark.sheet else next(iter(book.sheets), None)
    if sheet is None:
        return replace(mark, cell="")
    if mark.cell or mark.row is None:
        return replace(mark, sheet=sheet.name if mark.cell else mark.sheet)
    return replace(mark, sheet=sheet.name, cell=cell_name(mark.row - 1, _column_of(mark, sheet)))


def _column_of(mark: Mark, sheet: Sheet) -> int:
    wanted = mark.column.strip().lower()
    for row in islice(sheet.rows, min(_HEAD_ROWS, max((mark.row or 1) - 1, 1))):
        for col, value in enumerate(row):
            if wanted and str(value).strip().lower() == wanted:
                return col
    return 0


def _by_cell(marks: Iterable[Mark]) -> dict[tuple[str, str], list[Mark]]:
    found: dict[tuple[str, str], list[Mark]] = {}
    for mark in marks:
        if mark.cell:
            found.setdefault((mark.sheet, mark.cell), []).append(mark)
    return found


def comment_text(marks: Sequence[Mark]) -> str:
    """What the comment of a cell says: Thai, then a line of English, for each finding.

    >>> print(comment_text([Mark(Text("ผิด", "wrong"), Text("แก้", "mend"), Severity.ERROR)]))
    [ต้องแก้ไข] ผิด → แก้
    [must be mended] wrong
    """
    lines = []
    for mark in marks:
        label = mark.severity.label
        lines += [f"[{label.th}] {mark.text.th} → {mark.remedy.th}", f"[{label.en}] {mark.text.en}"]
    text = "\n".join(lines)
    return text if len(text) <= COMMENT_SIGNS else text[: COMMENT_SIGNS - 1] + "…"


def worst(marks: Sequence[Mark]) -> Severity:
    """The severity that colours the cell."""
    return Severity.ERROR if any(mark.severity is Severity.ERROR for mark in marks) else Severity.WARNING


# ------------------------------------------------------------------------------------------------ workbooks kept


def _styled(path: Path, source: Workbook, listed: ListSheet) -> bytes:
    from openpyxl import load_workbook  # heavy, and needed only where a workbook is marked

    from mudmai.exchange import marked_styles as styles
    from mudmai.exchange.marked_values import kept_values, values_put_back

    with path.open("rb") as file:  # openpyxl goes by the suffix of a name, and kept files have none
        book = load_workbook(file, keep_vba=False, keep_links=False, rich_text=True)
    values = kept_values(path, book)
    dropped = styles.without_links(book, values)
    listed.note(*dropped)
    for sheet in [one for one in book.worksheets if is_findings_sheet(one.title)]:
        styles.take_marks_off(book, styles.kept_fills(sheet))
        del book[sheet.title]
    fills: dict[tuple[str, str], str] = {}
    comments = 0
    for (name, cell), marks in _by_cell(listed.marks).items():
        if name in book.sheetnames:
            fills[name, cell] = styles.mark(
                book[name][cell], worst(marks), comment_text(marks) if comments < MOST_COMMENTS else ""
            )
            comments += 1
    for one in source.sheets:
        for box in one.text_boxes:
            if one.name in book.sheetnames:
                styles.add_comment(book[one.name][cell_name(*box.anchor)], f"[กล่องข้อความ / text box] {box.text}")
    listed.write_openpyxl(book, fills)
    out = io.BytesIO()
    book.save(out)
    return values_put_back(out.getvalue(), values)


# ------------------------------------------------------------------------------------------------ workbooks made anew

_PLAIN_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,12})?")


def _from_cells(source: Workbook, listed: ListSheet) -> bytes:
    import xlsxwriter  # heavy, and needed only where a workbook is marked

    out = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    marks: Mapping[tuple[str, str], list[Mark]] = _by_cell(listed.marks)
    sheets = [sheet for sheet in source.sheets if len(sheet.rows) <= MOST_ROWS and sheet.width <= 16_384]
    if len(sheets) < len(source.sheets):
        listed.note(
            Text(
                f"ตารางยาวเกิน {MOST_ROWS:,} แถวที่ Excel รับได้ จึงมีเฉพาะรายการนี้ ให้แก้ในไฟล์ต้นฉบับตามแถวที่บอก",
                f"the table is longer than the {MOST_ROWS:,} rows that Excel takes, so this is the list alone; mend "
                "the original at the rows given",
            )
        )
    names = _sheet_names(sheets)
    with xlsxwriter.Workbook(out, options) as book:
        listed.write_xlsxwriter(book, names)
        looks = _Looks(book)
        comments = 0
        for sheet in sheets:
            page = book.add_worksheet(names[sheet.name])
            if sheet.hidden:
                page.hide()
            for row, cells in enumerate(sheet.rows):
                told = {}
                for col, value in enumerate(cells):
                    here = marks.get((sheet.name, cell_name(row, col))) if marks else None
                    _write(page, row, col, value, looks, worst(here) if here else None)
                    if here and comments < MOST_COMMENTS:
                        told[col] = here
                for col, here in told.items():
                    comments += 1
                    page.write_comment(row, col, comment_text(here), {"author": AUTHOR, "x_scale": 2.5})
    return out.getvalue()


def _sheet_names(sheets: Sequence[Sheet]) -> dict[str, str]:
    """Names that Excel allows, each once, none equal to the first sheet's."""
    from mudmai.exchange.tables import sheet_name  # beside its only use

    taken = {FINDINGS_SHEET.lower()}
    found = {}
    for one in sheets:
        name, n = sheet_name(one.name), 2
        while name.lower() in taken:
            name, n = f"{sheet_name(one.name)[:27]} ({n})", n + 1
        taken.add(name.lower())
        found[one.name] = name
    return found


class _Looks:
    """Formats of an xlsxwriter workbook: colour of the mark, and dates as dates."""

    _COLOURS: Mapping[Severity | None, str] = {Severity.ERROR: "#FFC9C2", Severity.WARNING: "#FFEBA8"}

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[Severity | None, str], Any] = {}

    def of(self, severity: Severity | None, shown: str = "") -> Any:
        """The format of a cell; None for a plain one."""
        if severity is None and not shown:
            return None
        if (severity, shown) not in self._made:
            told = {"num_format": shown} if shown else {}
            told |= {"bg_color": self._COLOURS[severity]} if severity is not None else {}
            self._made[severity, shown] = self._book.add_format(told)
        return self._made[severity, shown]


def _write(page: Any, row: int, col: int, value: object, looks: _Looks, severity: Severity | None) -> None:
    import datetime  # only cells of dates need it

    look = looks.of(severity)
    if value is None or value == "":
        if look is not None:
            page.write_blank(row, col, None, look)
    elif isinstance(value, bool):
        page.write_boolean(row, col, value, look)
    elif isinstance(value, (int, float)):
        if value == value and abs(value) != float("inf"):
            page.write_number(row, col, value, look)
    elif isinstance(value, datetime.datetime):
        page.write_datetime(row, col, value.replace(tzinfo=None), looks.of(severity, "yyyy-mm-dd hh:mm:ss"))
    elif isinstance(value, datetime.date):
        page.write_datetime(row, col, value, looks.of(severity, "yyyy-mm-dd"))
    elif isinstance(value, str) and _PLAIN_NUMBER.fullmatch(value):
        page.write_number(row, col, float(value), look)
    else:
        page.write_string(row, col, str(value)[:32_767], look)
