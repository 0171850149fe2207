"""The numbers of one column of cells, with what was written around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from mudmai.core.errors import InputError
from mudmai.core.number_text import ReadNumber, ReadUnit, read_number, read_unit
from mudmai.core.observations import Flag
from mudmai.exchange.sheets.findings import Findings
from mudmai.exchange.sheets.recipe import Recipe
from mudmai.exchange.sheets.said import error_value, formula_without_value
from mudmai.exchange.sheets.workbook import Sheet

FLAGS = tuple(Flag)
_FLAG_RANK = {flag: n for n, flag in enumerate(FLAGS)}
NORMAL = _FLAG_RANK[Flag.NORMAL]
MISSING = _FLAG_RANK[Flag.MISSING]


@dataclass(frozen=True)
class CellValues:
    """Values of n rows: NaN where missing; ``flags`` into :data:`FLAGS`; ``there`` False for cells to be left out.

    ``percent``: written as per cent, value as read (5 for 5 %). ``units``: rows whose cell names a unit of its own.
    """

    values: npt.NDArray[np.float64]
    flags: npt.NDArray[np.int8]
    there: npt.NDArray[np.bool_]
    percent: npt.NDArray[np.bool_]
    units: dict[int, ReadUnit] = field(default_factory=dict)
    empty: int = 0
    dashes: int = 0
    marks: frozenset[str] = frozenset()


def read_values(sheet: Sheet, col: int, rows: npt.NDArray[np.intp], recipe: Recipe, findings: Findings) -> CellValues:
    """Read column ``col`` in ``rows``; faults go to ``findings`` by cell."""
    column = sheet.columns[col]
    cells = [column[row] for row in rows.tolist()] if len(rows) != len(column) else list(column)
    n = len(cells)
    flags = np.full(n, NORMAL, np.int8)
    percent = np.zeros(n, bool)
    if set(map(type, cells)) <= {float}:
        values = np.array(cells, np.float64)
        there = np.ones(n, bool)
        found = CellValues(values, flags, there, percent)
    else:
        found = _mixed(cells, rows, col, recipe, findings)
    _spoilt(sheet, col, rows, found, findings)
    return found


def _mixed(cells: list[object], rows: npt.NDArray[np.intp], col: int, recipe: Recipe, findings: Findings) -> CellValues:
    n = len(cells)
    values, flags = np.full(n, np.nan), np.full(n, NORMAL, np.int8)
    there, percent = np.ones(n, bool), np.zeros(n, bool)
    units: dict[int, ReadUnit] = {}
    empty = dashes = 0
    marks: set[str] = set()
    for at, cell in enumerate(cells):
        if cell.__class__ is float:
            values[at] = cell
            continue
        read = _read(cell, int(rows[at]), col, recipe, findings)
        if read is None:
            there[at] = False
        elif cell == "" or cell is None or (isinstance(cell, str) and not cell.strip()):
            empty += 1
            there[at] = recipe.empty == "missing"
            flags[at] = MISSING
        else:
            dashes += read.dash
            marks.update([read.marks] if read.marks else ())
            values[at] = np.nan if read.value is None else read.value
            flags[at], percent[at] = _FLAG_RANK[read.flag], read.percent
            unit = read_unit(read.unit) if read.unit else None
            if unit is not None:
                units[at] = unit
    return CellValues(values, flags, there, percent, units, empty, dashes, frozenset(marks))


def _read(cell: object, row: int, col: int, recipe: Recipe, findings: Findings) -> ReadNumber | None:
    try:
        if cell is None:
            return ReadNumber(None, Flag.MISSING)
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return ReadNumber(float(cell))
        return read_number(cell if isinstance(cell, str) else f"“{cell}”", dash=recipe.dash)
    except InputError as found:
        findings.problem(found.code, found.message, found.remedy, row=row, col=col)
        return None


def _spoilt(sheet: Sheet, col: int, rows: npt.NDArray[np.intp], found: CellValues, findings: Findings) -> None:
    """Formulas without values and error values are faults; numbers shown as per cent become what is shown."""
    at_row: dict[int, int] = {}
    wanted = [row for row, c in (*sheet.without_value, *sheet.errors) if c == col]
    shown = [row for row, c in sheet.percent if c == col]
    if wanted or shown:
        at_row = {row: at for at, row in enumerate(rows.tolist())}
    for row in sorted(set(wanted)):
        if row not in at_row:
            continue
        if (row, col) in sheet.errors:
            findings.problem("cell_error", *error_value(sheet.errors[row, col]), row=row, col=col)
        else:
            findings.problem("cell_formula", *formula_without_value(), row=row, col=col)
        found.there[at_row[row]] = False
    for row in shown:
        at = at_row.get(row)
        if at is not None and found.there[at] and found.values[at] == found.values[at] and not found.percent[at]:
            found.values[at] = float(Decimal(repr(float(found.values[at]))) * 100)
            found.percent[at] = True
