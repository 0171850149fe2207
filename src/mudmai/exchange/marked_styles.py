"""Colours and comments of marked cells in an openpyxl workbook: set, and taken off again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.styles.colors import Color

from mudmai.core.checks import Severity
from mudmai.core.language import Text
from mudmai.exchange.marked_sheet import AUTHOR, COLUMNS, FILL_COLUMN, MARKER

FILLS = {Severity.ERROR: "FFFFC9C2", Severity.WARNING: "FFFFEBA8"}
"""Colours (ARGB) that no palette of Excel has: by them our marks are known."""

_OUTER = re.compile(r"\[\d+\]|\|'|^DDE|\bWEBSERVICE\(", re.IGNORECASE)
"""Formulas that reach outside of the file: links to other workbooks, DDE, web calls."""


def mark(cell: Any, severity: Severity, comment: str) -> str:
    """Colour a cell and say why; gives the fill it had, to be kept on the list. Parts of a merged range mark its
    corner."""
    cell = _corner(cell)
    before = _written(cell.fill)
    cell.fill = PatternFill("solid", fgColor=FILLS[severity])
    if comment:
        add_comment(cell, comment)
    return before


def _corner(cell: Any) -> Any:
    if type(cell).__name__ != "MergedCell":
        return cell
    sheet = cell.parent
    for one in sheet.merged_cells.ranges:
        if cell.coordinate in one:
            return sheet.cell(one.min_row, one.min_col)
    return cell


def add_comment(cell: Any, text: str) -> None:
    """A comment of ours; what a person wrote there before stays above it."""
    cell = _corner(cell)
    said = f"{cell.comment.text}\n---\n{text}" if cell.comment is not None else text
    comment = Comment(said, AUTHOR)
    comment.width, comment.height = 380, 60 + 18 * min(12, 1 + len(said) // 45)
    cell.comment = comment


def _written(fill: Any) -> str:
    """A fill in words: ``solid|rgb|FF00FF00``; empty for none or for one that words do not hold."""
    if fill is None or fill.fill_type != "solid" or fill.fgColor is None:
        return ""
    color = fill.fgColor
    if color.type == "rgb" and color.rgb in FILLS.values():
        return ""
    value = color.rgb if color.type == "rgb" else getattr(color, color.type)
    return f"solid|{color.type}|{value}|{color.tint}"


def _read(words: str) -> PatternFill:
    parts = words.split("|")
    if len(parts) != 4 or parts[0] != "solid":
        return PatternFill()
    kind, value, tint = parts[1], parts[2], float(parts[3])
    if kind == "rgb":
        return PatternFill("solid", fgColor=Color(rgb=value, tint=tint))
    return PatternFill("solid", fgColor=Color(**{kind: int(value)}, tint=tint))


def kept_fills(sheet: Any) -> dict[tuple[str, str], str]:
    """What marked cells looked like before, as the list of an earlier round keeps it."""
    found: dict[tuple[str, str], str] = {}
    inside = False
    for row in sheet.iter_rows(min_col=1, max_col=FILL_COLUMN):
        words = [str(cell.value or "") for cell in row]
        if words[-1] == MARKER and len(words) == len(COLUMNS) + 1:
            inside = True
        elif inside and words[1] and words[2]:
            found[words[1], words[2]] = words[-1]
    return found


def take_marks_off(book: Any, fills: Mapping[tuple[str, str], str]) -> None:
    """Remove our colours and comments of an earlier round; the fills from before come back."""
    ours = set(FILLS.values())
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if not cell.has_style and getattr(cell, "comment", None) is None:
                    continue
                if cell.fill.fill_type == "solid" and cell.fill.fgColor.type == "rgb" and cell.fill.fgColor.rgb in ours:
                    cell.fill = _read(fills.get((sheet.title, cell.coordinate), ""))
                _comment_off(cell)


def _comment_off(cell: Any) -> None:
    comment = getattr(cell, "comment", None)
    if comment is None or comment.author != AUTHOR:
        return
    own, cut, _ = comment.text.partition("\n---\n")
    cell.comment = Comment(own, "") if cut else None


def without_links(book: Any, values: Mapping[str, Mapping[str, Any]]) -> list[Text]:
    """Formulas that reach outside of the file become the values they gave; says how many."""
    count = 0
    for sheet in book.worksheets:
        kept = values.get(sheet.title, {})
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f" and isinstance(cell.value, str) and _OUTER.search(cell.value):
                    cell.value = kept.get(cell.coordinate)
                    count += 1
    if not count:
        return []
    return [
        Text(
            f"สูตร {count:,} ช่องที่เชื่อมไปนอกไฟล์ ถูกแทนด้วยค่าที่คำนวณไว้ล่าสุด",
            f"{count:,} formulas that reached outside of the file are replaced by their last values",
        )
    ]
