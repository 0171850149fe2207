"""What the values of an OpenDocument sheet do not tell: hidden rows and sheets, comments, merges, empty formulas."""

from __future__ import annotations

from pathlib import Path

from mudmai.core.number_text import clean_text
from mudmai.exchange.sheets.archive import Element, attribute, check_archive, every, local, parse_part, read_parts
from mudmai.exchange.sheets.cells import MergedRange, Place, TextBox
from mudmai.exchange.sheets.sheet_scan import SheetScan
from mudmai.exchange.sheets.xlsx_parts import BookParts, SheetParts

_MOST_REPEATS = 1_048_576


def read_ods_parts(path: Path) -> tuple[BookParts, dict[str, tuple[MergedRange, ...]]]:
    """The parts of all sheets, and their merged ranges by sheet."""
    members = check_archive(path, lambda name: None)
    content = read_parts(path, lambda name: name == "content.xml").get("content.xml")
    if content is None:
        return BookParts({}), {}
    tree = parse_part(path, content)
    hidden_styles = {
        attribute(style, "name")
        for style in every(tree, "style")
        if any(attribute(one, "display") == "false" for one in every(style, "table-properties"))
    }
    sheets: dict[str, SheetParts] = {}
    merged: dict[str, tuple[MergedRange, ...]] = {}
    for table in every(tree, "table"):
        name = attribute(table, "name")
        sheets[name], merged[name] = _sheet(table, attribute(table, "style-name") in hidden_styles)
    return BookParts(sheets, macros=any(name.startswith("Basic/") for name in members)), merged


def _sheet(table: Element, hidden: bool) -> tuple[SheetParts, tuple[MergedRange, ...]]:
    scan, comments, boxes, merged = SheetScan(), dict[Place, str](), list[TextBox](), list[MergedRange]()
    col = 0
    for column in every(table, "table-column"):
        count = _repeats(column, "number-columns-repeated")
        if attribute(column, "visibility") in ("collapse", "filter"):
            scan.hidden_columns.update(range(col, min(col + count, 16384)))
        col += count
    row = 0
    for line in every(table, "table-row"):
        count = _repeats(line, "number-rows-repeated")
        if attribute(line, "visibility") in ("collapse", "filter"):
            scan.hidden_rows.update(range(row, min(row + count, _MOST_REPEATS)))
        _row(line, row, scan, comments, merged)
        row += count
    for shapes in every(table, "shapes"):
        text = clean_text(" ".join("".join(p.itertext()) for p in every(shapes, "p")))
        boxes += [TextBox((0, 0), text)] if text else []
    return SheetParts(hidden, scan, comments, tuple(boxes)), tuple(merged)


def _row(line: Element, row: int, scan: SheetScan, comments: dict[Place, str], merged: list[MergedRange]) -> None:
    col = 0
    for cell in line:
        if local(cell) not in ("table-cell", "covered-table-cell"):
            continue
        for note in every(cell, "annotation"):
            comments[row, col] = clean_text(" ".join("".join(p.itertext()) for p in every(note, "p")))
        down, across = _repeats(cell, "number-rows-spanned"), _repeats(cell, "number-columns-spanned")
        if down > 1 or across > 1:
            merged.append(MergedRange(row, col, row + down - 1, col + across - 1))
        if attribute(cell, "formula") and not attribute(cell, "value-type"):
            scan.without_value.add((row, col))
        col += _repeats(cell, "number-columns-repeated")


def _repeats(element: Element, name: str) -> int:
    text = attribute(element, name)
    return min(int(text), _MOST_REPEATS) if text.isdigit() and int(text) > 0 else 1
