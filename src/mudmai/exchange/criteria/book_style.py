"""Cells of workbooks for people who fill in: one look, wrapped Thai that can be read, text that is never a formula."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from mudmai.core.language import Text

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

FONT = "TH Sarabun New"
SIZE = 14
LONGEST = 32_000
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
HEAD, OPEN, QUIET = "FFD9E8E3", "FFFFFBE6", "FF6B6B6B"


def put(
    sheet: Worksheet, row: int, col: int, value: Any, *, bold: bool = False, fill: str = "", open_: bool = False
) -> None:
    """Write a cell (from 1); text is stored as text whatever it begins with. ``open_``: people may write here."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side  # heavy, only for workbooks

    cell = sheet.cell(row, col)
    if isinstance(value, str):
        cell.value = _UNWRITABLE.sub("", value)[:LONGEST]
        if cell.value:
            cell.data_type = "s"
    else:
        cell.value = value
    cell.font = Font(name=FONT, size=SIZE, bold=bold)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    thin = Side(style="thin", color="FFBFBFBF")
    if open_ or fill:
        cell.fill = PatternFill("solid", fgColor=fill or OPEN)
        cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
    cell.protection = Protection(locked=not open_)


def both(text: Text) -> str:
    """Thai, and English in a line below."""
    return f"{text.th}\n{text.en}"


def height(sheet: Worksheet, row: int, widths: dict[int, float]) -> None:
    """Make the row as high as its longest text needs; marks above and below Thai letters take no width."""
    lines = 1
    for col, width in widths.items():
        value = sheet.cell(row, col).value
        if isinstance(value, str):
            signs = sum(max(1, -(-_wide(line) // max(1, int(width * 1.05)))) for line in value.split("\n"))
            lines = max(lines, signs)
    sheet.row_dimensions[row].height = min(400, 21 * lines + 4)


def _wide(text: str) -> int:
    return sum(not unicodedata.combining(sign) and unicodedata.category(sign) != "Mn" for sign in text)


def locked(sheet: Worksheet) -> None:
    """Protect what is not open, without a password: a guard against slips, not against will."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False


def structure_locked(book: Workbook) -> None:
    """Sheets can be neither removed nor renamed by a slip."""
    from openpyxl.workbook.protection import WorkbookProtection  # only for workbooks

    book.security = WorkbookProtection(lockStructure=True)


def saved(book: Workbook) -> bytes:
    """The bytes of the workbook."""
    import io  # only for workbooks

    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
