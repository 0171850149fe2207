"""The first rows of a sheet as people know it, each column with what it is taken for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mudmai.core.language import Text
from mudmai.exchange.sheets.cells import cell_name, column_name, text_of
from mudmai.exchange.sheets.column_facts import sort_columns
from mudmai.exchange.sheets.finding_tables import FoundTable
from mudmai.exchange.sheets.layout import RowKind
from mudmai.exchange.sheets.propose import Proposal
from mudmai.exchange.sheets.recipe import Meaning, Recipe

MOST_COLUMNS = 40
DATA_ROWS = 14
ABOVE = 8
"""Rows above the heading that are shown at most."""
LONGEST = 120


@dataclass(frozen=True, slots=True)
class PreviewCell:
    """One cell, or a merged one over several columns and rows; ``comment`` is what somebody wrote beside it."""

    text: str
    place: str
    meaning: str = ""
    columns: int = 1
    rows: int = 1
    comment: str = ""
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row of the sheet by its number; ``role``: above, heading, data, total, section, note, blank, hidden."""

    number: int
    role: str
    cells: tuple[PreviewCell, ...]


@dataclass(frozen=True, slots=True)
class PreviewColumn:
    """A column: its letters, heading, meaning (a :class:`Meaning`, or ``unread``), confidence (None: told by a recipe)
    and reason."""

    col: int
    letters: str
    heading: str
    meaning: str
    dimension: str = ""
    fill_down: bool = False
    confidence: float | None = None
    reason: Text | None = None
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetPreview:
    """``rows_left`` and ``columns_left`` are not shown. ``remarks``: text boxes, comments and notes by cell."""

    sheet: str
    columns: tuple[PreviewColumn, ...]
    rows: tuple[PreviewRow, ...]
    rows_left: int
    columns_left: int
    remarks: tuple[tuple[str, str], ...]
    hidden_rows: int
    hidden_columns: tuple[str, ...]


def preview(found: FoundTable, recipe: Recipe, proposal: Proposal | None = None) -> SheetPreview:
    """The part of a sheet around the beginning of a table."""
    columns = preview_columns(found, recipe, proposal)
    table, sheet = found.table, found.sheet
    first = max(0, table.heading_rows[0] - ABOVE)
    last = min(table.last_row, table.first_row + DATA_ROWS - 1)
    width = min(sheet.width, MOST_COLUMNS)
    meaning = {one.col: one.meaning for one in columns}
    spans, covered = _spans(found, first, last, width)
    rows = []
    for row in range(first, last + 1):
        cells = []
        for col in range(width):
            if (row, col) in covered:
                continue
            down, across = spans.get((row, col), (1, 1))
            value = sheet.value(row, col)
            text = sheet.errors.get((row, col)) or text_of(value)
            cells.append(
                PreviewCell(
                    text[:LONGEST],
                    cell_name(row, col),
                    meaning.get(col, ""),
                    across,
                    down,
                    sheet.comments.get((row, col), "")[:500],
                    isinstance(value, int | float),
                )
            )
        rows.append(PreviewRow(row + 1, _role(found, row), tuple(cells)))
    return SheetPreview(
        sheet.name,
        columns,
        tuple(rows),
        max(0, len(sheet.rows) - last - 1),
        max(0, sheet.width - width),
        _remarks(found),
        len(sheet.hidden_rows & set(table.data_rows)),
        tuple(column_name(col) for col in sorted(sheet.hidden_columns)),
    )


def preview_columns(found: FoundTable, recipe: Recipe, proposal: Proposal | None) -> tuple[PreviewColumn, ...]:
    """Every column of the table with what the recipe takes it for, in the order of the sheet."""
    sorted_ = sort_columns(found.table, recipe)
    told = {one.col: one for one in proposal.columns} if proposal else {}
    rules = {column.col: rule for rule, column in sorted_.labels}
    values = {facts.column.col: facts for facts in sorted_.values}
    columns = []
    for column in found.table.columns:
        rule, facts, reason = rules.get(column.col), values.get(column.col), told.get(column.col)
        meaning = rule.meaning.value if rule else "unread"
        if facts is not None:
            meaning = Meaning.IGNORE.value if facts.ignored else Meaning.VALUE.value
        same = reason is not None and reason.meaning.value == meaning
        columns.append(
            PreviewColumn(
                column.col,
                column_name(column.col),
                column.text,
                meaning,
                rule.dimension if rule else "",
                rule.fill_down if rule else False,
                reason.confidence if reason and same else None,
                reason.reason if reason and same else None,
                reason.examples if reason else (),
            )
        )
    return tuple(columns)


def _role(found: FoundTable, row: int) -> str:
    if row in found.sheet.hidden_rows:
        return "hidden"
    if row in found.table.heading_rows:
        return "heading"
    if row < found.table.first_row:
        return "above"
    kind = found.table.kinds.get(row, RowKind.DATA)
    return "heading" if kind is RowKind.REPEATED_HEADING else kind.value


Place = tuple[int, int]


def _spans(found: FoundTable, first: int, last: int, width: int) -> tuple[Mapping[Place, Place], set[Place]]:
    """Corner → (rows, columns) of merged cells in what is shown, and the places they cover."""
    spans: dict[Place, Place] = {}
    covered: set[Place] = set()
    for one in found.sheet.merged:
        top, left = max(one.top, first), one.left
        bottom, right = min(one.bottom, last), min(one.right, width - 1)
        if top != one.top or top > bottom or left > right:
            continue
        spans[top, left] = (bottom - top + 1, right - left + 1)
        covered |= {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)} - {(top, left)}
    return spans, covered


def _remarks(found: FoundTable) -> tuple[tuple[str, str], ...]:
    sheet = found.sheet
    told = [(cell_name(*box.anchor), box.text) for box in sheet.text_boxes]
    told += [(cell_name(*place), text) for place, text in sorted(sheet.comments.items())]
    told += [(cell_name(*place), text) for place, text in found.table.notes]
    return tuple((place, text[:1000]) for place, text in told[:60])
