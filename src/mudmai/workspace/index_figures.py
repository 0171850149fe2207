"""The figures that an index is made of: one formula for each indicator, one period each, all areas of the level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mudmai.core.areas import Area, AreaSystem
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.core.periods import Frequency, Period
from mudmai.core.units import Unit
from mudmai.workspace.figures import Figures
from mudmai.workspace.index_shelf import OfferedIndex

if TYPE_CHECKING:
    from mudmai.core.composites import IndexIndicator
    from mudmai.core.formulas.check import CheckedFormula
    from mudmai.engine.cubes import Cube

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class FigureUsed:
    """One indicator's figures: ``period`` is the one used (None where there is nothing), ``periods`` all with data."""

    indicator: IndexIndicator
    text: str
    formula: CheckedFormula
    unit: Unit
    period: Period | None
    periods: tuple[Period, ...]
    known: int


@dataclass(frozen=True)
class IndexFigures:
    """Figures [areas in the system's order, indicators in the index's order]; NaN where missing."""

    system: AreaSystem
    areas: tuple[Area, ...]
    used: tuple[FigureUsed, ...]
    values: Floats

    @property
    def years(self) -> tuple[int, ...]:
        """CE years in which every indicator has a figure of some area, newest first."""
        each = [{p.year_ce for p in one.periods} for one in self.used]
        return tuple(sorted(set.intersection(*each), reverse=True)) if each else ()


def index_figures(figures: Figures, offered: OfferedIndex, year_ce: int | None) -> IndexFigures:
    """The figures of one release; ``year_ce`` None: the index's own year, else each indicator's latest well-covered.

    Well covered: at least half of the areas that ever have a figure have one, as elsewhere. Raises
    :class:`InputError` (``no_data``) where nobody has any figure of a year that was asked for.
    """
    index = offered.index
    system = figures.catalogue.area_system(index.area_system)
    declared = offered.declared.period
    year = year_ce if year_ce is not None or declared is None else declared.year_ce
    areas = _areas(system, index.level, year)
    columns, used = [], []
    for one in index.indicators:
        values, told = _column(figures, offered, one, areas, year)
        columns.append(values)
        used.append(told)
    made = IndexFigures(system, areas, tuple(used), np.column_stack(columns))
    if year_ce is not None and not np.isfinite(made.values).any():
        raise _no_figures(offered, year_ce, made.years)
    return made


def _areas(system: AreaSystem, level: str, year: int | None) -> tuple[Area, ...]:
    """The areas of the level; with a year, those that lived in it."""
    everyone = system.level(level)
    return everyone if year is None else tuple(a for a in everyone if a.is_valid_in(Period.year(year)))


def _column(
    figures: Figures, offered: OfferedIndex, one: IndexIndicator, areas: Sequence[Area], year: int | None
) -> tuple[Floats, FigureUsed]:
    from mudmai.exchange.indices.reading import figure_of  # the shape of packs loads where indices are asked for

    text = figure_of(one)
    formula = figures.checked(text, offered.definitions, offered.index.area_system, one.unit or None)
    unit = figures.catalogue.unit(one.unit) if one.unit else formula.type.unit
    cube = figures.cube(formula, offered.index.area_system)
    empty = np.full(len(areas), np.nan)
    if cube is None:
        return empty, FigureUsed(one, text, formula, unit, None, (), 0)
    table = _table(cube, areas)
    counts = np.isfinite(table).sum(axis=0)
    periods = tuple(p for p, many in zip(cube.periods.periods, counts, strict=True) if many)
    chosen = _latest(table, counts) if year is None else _in_year(cube, counts, year)
    if chosen is None:
        asked = None if year is None else Period.year(year) if cube.periods.frequency is Frequency.ANNUAL else None
        return empty, FigureUsed(one, text, formula, unit, asked, periods, 0)
    values = table[:, chosen].copy()
    return values, FigureUsed(one, text, formula, unit, cube.periods.periods[chosen], periods, int(counts[chosen]))


def _table(cube: Cube, areas: Sequence[Area]) -> Floats:
    """[areas, periods]; areas that the cube does not know are missing."""
    rows = [cube.areas.row(area.code) for area in areas]
    table = np.full((len(areas), cube.values.shape[1]), np.nan)
    for at, row in enumerate(rows):
        if row is not None:
            table[at] = cube.values[row]
    return table


def _latest(table: Floats, counts: npt.NDArray[np.int_]) -> int | None:
    ever = int(np.isfinite(table).any(axis=1).sum())
    full = np.flatnonzero((2 * counts >= ever) & (counts > 0))
    if full.size:
        return int(full[-1])
    return int(np.flatnonzero(counts == counts.max())[-1]) if counts.size and counts.max() > 0 else None


def _in_year(cube: Cube, counts: npt.NDArray[np.int_], year: int) -> int | None:
    """The last part of the year with data."""
    fitting = [n for n, p in enumerate(cube.periods.periods) if p.year_ce == year and counts[n]]
    return fitting[-1] if fitting else None


def _no_figures(offered: OfferedIndex, year_ce: int, years: Sequence[int]) -> InputError:
    known = ", ".join(str(one + 543) for one in years[:12]) or "–"
    known_ce = ", ".join(map(str, years[:12])) or "–"
    return InputError(
        Text(
            f"ดัชนี {offered.id} ไม่มีตัวเลขใดเลยของปี พ.ศ. {year_ce + 543} (ค.ศ. {year_ce})",
            f"no indicator of the index {offered.id} has a figure of {year_ce} ({year_ce + 543} BE)",
        ),
        remedy=Text(f"เลือกปีที่มีข้อมูล: {known}", f"choose a year with data: {known_ce}"),
        code="no_data",
    )
