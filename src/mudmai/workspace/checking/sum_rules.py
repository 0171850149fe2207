"""Rules that hold a figure against others of the same period: parts against the whole, and formulas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mudmai.core.areas import AreaSystem
from mudmai.core.checks import CheckRule, Fact, Incomplete
from mudmai.core.language import Text
from mudmai.core.observations import read_dims, write_dims
from mudmai.core.periods import Frequency, Period
from mudmai.workspace.checking.figures import NO_ROW, Axes, Bools, FileFigures, Floats, Grid, Ints
from mudmai.workspace.checking.hits import Hits, Said, cells_hit
from mudmai.workspace.checking.scope import in_scope
from mudmai.workspace.checking.sentences import apart, dims_words, fact_words, number

if TYPE_CHECKING:
    from collections.abc import Hashable

    from mudmai.core.series import Series
    from mudmai.engine.objects import SeriesKey
    from mudmai.engine.sources import SeriesRun
    from mudmai.engine.steps import Span

_FLOAT_NOISE = 1e-12
_FAR = np.iinfo(np.int64).max


@dataclass(frozen=True)
class _Sums:
    """Sums of parts at the cells of a grid.

    ``total`` of the parts and ``size`` of their amounts, how many are ``there`` and how many there ``should`` be,
    whether any is ``given`` by the file, and the first ``row`` among them.
    """

    total: Floats
    size: Floats
    there: Ints
    should: Ints
    given: Bools
    row: Ints


def parts(rule: CheckRule, figures: FileFigures) -> Iterator[Hits]:
    """Wholes that are not the sum of their parts: areas below them, or the codes of a dimension.

    Series that must not be added (aggregation other than ``sum``) are left alone over areas, whatever a rule says.
    """
    for name in rule.series or figures.series:
        series = figures.catalogue.series.get(name)
        if series is None or (not series.additive):
            continue
        for dims in _whole_keys(rule, figures, name):
            grid = figures.grid(name, dims)
            if grid is None:
                continue
            for sums in _sums_of(rule, figures, grid):
                found = _differences(rule, figures, grid, sums)
                if found is not None:
                    yield found


def _whole_keys(rule: CheckRule, figures: FileFigures, name: str) -> list[str]:
    """The dimension values whose whole is looked at: those of the file, or what its codes make."""
    mine = [dims for series, dims in figures.held((name,))]
    if not rule.dimension:
        return mine
    made = ((rule.dimension, rule.of),) if rule.of else ()
    others = [tuple(p for p in read_dims(dims) if p[0] != rule.dimension) for dims in mine]
    return list(dict.fromkeys(write_dims((*pairs, *made)) for pairs in others))


def _codes(rule: CheckRule, series: Series) -> tuple[str, ...]:
    """The codes of the rule's dimension that are added; none when the series lacks the dimension."""
    declared = next((d for d in series.dimensions if d.id == rule.dimension), None)
    return () if declared is None else rule.codes or declared.codes


def _part_dims(rule: CheckRule, dims: str, code: str) -> str:
    """The dimension values of one part of the whole with the dimension values ``dims``."""
    return write_dims((*(p for p in read_dims(dims) if p[0] != rule.dimension), (rule.dimension, code)))


def _sums_of(rule: CheckRule, figures: FileFigures, grid: Grid) -> Iterator[_Sums]:
    if rule.dimension:
        found = _dimension_sums(rule, figures, grid)
        if found is not None:
            yield found
        return
    yield _area_sums(rule, figures, grid)


def _dimension_sums(rule: CheckRule, figures: FileFigures, grid: Grid) -> _Sums | None:
    codes = _codes(rule, grid.series)
    if not codes:
        return None
    shape = grid.axes.shape
    total, size, there = np.zeros(shape), np.zeros(shape), np.zeros(shape, np.int64)
    given, row = np.zeros(shape, bool), np.full(shape, NO_ROW, np.int64)
    for code in codes:
        part = figures.grid(grid.series.id, _part_dims(rule, grid.dims, code))
        if part is None:
            continue
        values = part.spread(grid.axes, _values(figures, part), np.nan)
        known = ~np.isnan(values)
        total += np.where(known, values, 0)
        size += np.where(known, np.abs(values), 0)
        there += known
        rows = part.spread(grid.axes, part.rows, NO_ROW)
        given |= rows != NO_ROW
        row = np.where(row == NO_ROW, rows, row)
    return _Sums(total, size, there, np.full(shape, len(codes), np.int64), given, row)


def _area_sums(rule: CheckRule, figures: FileFigures, grid: Grid) -> _Sums:
    axes = grid.axes
    owner = _owners(axes.system, rule.whole, rule.parts)
    values = _values(figures, grid)
    place = np.full(len(axes.system.areas), -1, np.int64)
    place[axes.areas] = np.arange(len(axes.areas))
    mine = owner[axes.areas]  # the whole of every area of the axis, as a place in the system
    at = np.where(mine >= 0, place[np.maximum(mine, 0)], -1)
    order = np.argsort(at, kind="stable")
    order = order[at[order] >= 0]  # the parts, side by side with those of the same whole
    shape = axes.shape
    total, size, there = np.zeros(shape), np.zeros(shape), np.zeros(shape, np.int64)
    given, row = np.zeros(shape, bool), np.full(shape, NO_ROW, np.int64)
    if len(order):
        wholes, starts = np.unique(at[order], return_index=True)
        known = ~np.isnan(values[order])
        filled = np.where(known, values[order], 0)
        total[wholes] = np.add.reduceat(filled, starts, axis=0)
        size[wholes] = np.add.reduceat(np.abs(filled), starts, axis=0)
        there[wholes] = np.add.reduceat(known.astype(np.int64), starts, axis=0)
        rows = np.where(grid.given[order], grid.rows[order], _FAR)
        first = np.minimum.reduceat(rows, starts, axis=0)
        given[wholes] = first < _FAR
        row[wholes] = np.where(first < _FAR, first, NO_ROW)
    return _Sums(total, size, there, _should(axes, owner), given, row)


def _owners(system: AreaSystem, whole: str, parts: str) -> Ints:
    """For every area of the system the place of the whole that it is a part of; -1 for none.

    Without levels a part belongs to its parent; with them, to its ancestor of level ``whole``.
    """
    place = {area.code: at for at, area in enumerate(system.areas)}
    found = np.full(len(system.areas), -1, np.int64)
    for at, area in enumerate(system.areas):
        if parts and area.level != parts:
            continue
        if not whole:
            found[at] = -1 if area.parent is None else place[area.parent]
            continue
        above = next((one for one in system.ancestors(area.code) if one.level == whole), None)
        found[at] = -1 if above is None else place[above.code]
    return found


def _should(axes: Axes, owner: Ints) -> Ints:
    """How many parts alive in each period every whole has, [areas, periods]."""
    counts = np.zeros((len(axes.system.areas), len(axes.periods)), np.int64)
    periods = [axes.period(at) for at in range(len(axes.periods))]
    for at in np.flatnonzero(owner >= 0).tolist():
        area = axes.system.areas[at]
        if area.valid_from is None and area.valid_to is None:
            counts[owner[at]] += 1
        else:
            counts[owner[at]] += np.array([area.is_valid_in(one) for one in periods], np.int64)
    found: Ints = counts[axes.areas]
    return found


def _values(figures: FileFigures, grid: Grid) -> Floats:
    return grid.filled if figures.fill else grid.values


def _differences(rule: CheckRule, figures: FileFigures, grid: Grid, sums: _Sums) -> Hits | None:
    whole = _values(figures, grid)
    tolerance = rule.tolerance
    with np.errstate(invalid="ignore"):
        allowed = np.maximum(tolerance.absolute, tolerance.relative * np.abs(whole))
        allowed = np.maximum(allowed, (sums.there + 1) * tolerance.rounding_per_figure)
        allowed = allowed + _FLOAT_NOISE * np.maximum(np.abs(whole), sums.size)
        off = whole - sums.total
        match rule.incomplete:
            case Incomplete.SKIP:
                hit = (sums.there == sums.should) & (np.abs(off) > allowed)
            case Incomplete.AT_MOST:
                complete = sums.there == sums.should
                hit = np.where(complete, np.abs(off) > allowed, -off > allowed)
            case Incomplete.NOTHING:
                hit = np.abs(off) > allowed
    hit &= ~np.isnan(whole) & (sums.there > 0) & (grid.given | sums.given) & in_scope(rule, grid)
    rows = np.where(grid.given, grid.rows, sums.row)
    hints = _Hint(rule, figures, grid)
    catalogue = figures.catalogue
    decimals = catalogue.unit(grid.series.unit).decimals

    def say(area: int, period: int, fact: Fact) -> Said:
        value, total = float(whole[area, period]), float(sums.total[area, period])
        there, should = int(sums.there[area, period]), int(sums.should[area, period])
        name, kind = fact_words(fact, catalogue), _kind_of_parts(rule, grid)
        shown = apart(value, total, decimals)
        off = number(abs(value - total), decimals)
        some = there < should
        of = Text(f" (มี {there:,} จาก {should:,})", f" ({there:,} of {should:,} are there)") if some else Text("", "")
        side = Text("มากกว่า", "more") if value > total else Text("น้อยกว่า", "less")
        hint = hints.words(value - total, area, period)
        most = rule.incomplete is Incomplete.AT_MOST and some
        return Said(
            Text(
                f"{name.th} เป็น {shown[0]} แต่{kind.th}รวมกันได้ {shown[1]}{of.th} ยอดรวม{side.th}อยู่ {off}{hint.th}",
                f"{name.en}: {shown[0]}, but {kind.en} add up to {shown[1]}{of.en}; "
                f"the whole is {off} {side.en}{hint.en}",
            ),
            Text(
                "ตรวจยอดรวมและตัวเลขของทุกส่วน หากผู้จัดทำเผยแพร่ต่างกันเช่นนี้จริง ให้บันทึกเหตุผลเป็นข้อยกเว้น",
                "check the whole and each part; if the publisher really has them so, say why and accept it",
            ),
            Text(f"{'ไม่น้อยกว่า ' if most else ''}{shown[1]}", f"{'at least ' if most else ''}{shown[1]}"),
        )

    return cells_hit(
        rule,
        grid,
        hit,
        say,
        rows=rows,
        marks=lambda a, p: (float(whole[a, p]), float(sums.total[a, p])),
        value=lambda a, p: float(whole[a, p]),
    )


def _kind_of_parts(rule: CheckRule, grid: Grid) -> Text:
    if rule.dimension:
        declared = next(d for d in grid.series.dimensions if d.id == rule.dimension)
        return Text(f"ทุกกลุ่มตาม{declared.title.th}", f"the groups by {declared.title.en}")
    return Text("พื้นที่ย่อย", "the areas below it")


class _Hint:
    """One part alone that explains a difference: left out of the sum of the whole, or counted twice."""

    def __init__(self, rule: CheckRule, figures: FileFigures, grid: Grid) -> None:
        self._rule = rule
        self._grid = grid
        self._figures = figures

    def words(self, off: float, area: int, period: int) -> Text:
        """The part whose value is the difference; empty for none."""
        slack = self._rule.tolerance.absolute * 1e-3
        for words, value in self._parts(area, period):
            if value and abs(abs(off) - abs(value)) <= 1e-9 * abs(value) + slack:
                return Text(f" เท่ากับค่าของ{words.th}พอดี", f", exactly the value of {words.en}")
        return Text("", "")

    def _parts(self, area: int, period: int) -> Iterator[tuple[Text, float]]:
        if self._rule.dimension:
            for name, values in self._groups:
                yield name, float(values[area, period])
            return
        axes = self._grid.axes
        for at in self._below.get(int(axes.areas[area]), ()):
            yield axes.system.areas[int(axes.areas[at])].name, float(self._all[at, period])

    @cached_property
    def _all(self) -> Floats:
        return _values(self._figures, self._grid)

    @cached_property
    def _below(self) -> Mapping[int, list[int]]:
        """The whole, as a place in the system → its parts, as places on the axis."""
        axes = self._grid.axes
        owner = _owners(axes.system, self._rule.whole, self._rule.parts)[axes.areas]
        found: dict[int, list[int]] = {}
        for at in np.flatnonzero(owner >= 0).tolist():
            found.setdefault(int(owner[at]), []).append(at)
        return found

    @cached_property
    def _groups(self) -> list[tuple[Text, Floats]]:
        found = []
        for code in _codes(self._rule, self._grid.series):
            part = self._figures.grid(self._grid.series.id, _part_dims(self._rule, self._grid.dims, code))
            if part is not None:
                values = part.spread(self._grid.axes, _values(self._figures, part), np.nan)
                found.append((dims_words(f"{self._rule.dimension}={code}", self._grid.series), values))
        return found


# ------------------------------------------------------------------------------------------------ formulas


def identities(rule: CheckRule, figures: FileFigures, definitions: Mapping[str, str]) -> Iterator[Hits]:
    """Figures that are not what their formula gives. The formula is read in the series' area system and unit."""
    from mudmai.core.formulas.check import check  # formulas and the engine load where a rule has one
    from mudmai.engine.evaluator import CubeEvaluator

    for name in rule.series:
        grid = figures.grid(name, "")
        if grid is None or not len(grid.axes.periods):
            continue
        checked = check(rule.formula, figures.catalogue, definitions, grid.axes.system.id, grid.series.unit)
        first, last = grid.axes.period(0), grid.axes.period(len(grid.axes.periods) - 1)
        source = _Source(figures, [leaf.series for leaf in checked.series])
        evaluator = CubeEvaluator(source, figures.catalogue)
        cube = dict(evaluator.evaluate({"": checked}, first, last, grid.axes.system.id))[""]
        asked = source.given(grid, [leaf.series for leaf in checked.series])
        expected = _at(grid, np.asarray(cube.values), first)
        found = _unlike(rule, figures, grid, expected, asked)
        if found is not None:
            yield found


def _at(grid: Grid, values: Floats, first: Period) -> Floats:
    """Values of a cube (all areas of the system, all periods from ``first`` on) at the cells of the grid."""
    found: Floats = values[np.ix_(grid.axes.areas, grid.axes.periods - first.ordinal)]
    return found


def _unlike(rule: CheckRule, figures: FileFigures, grid: Grid, expected: Floats, asked: Bools) -> Hits | None:
    values = _values(figures, grid)
    with np.errstate(invalid="ignore"):
        allowed = np.maximum(rule.tolerance.absolute, rule.tolerance.relative * np.abs(expected))
        allowed = np.maximum(allowed, rule.tolerance.rounding_per_figure) + _FLOAT_NOISE * np.abs(expected)
        hit = np.abs(values - expected) > allowed
    hit &= (grid.given | asked) & in_scope(rule, grid)
    catalogue = figures.catalogue
    decimals = catalogue.unit(grid.series.unit).decimals

    def say(area: int, period: int, fact: Fact) -> Said:
        value, wanted = float(values[area, period]), float(expected[area, period])
        name = fact_words(fact, catalogue)
        shown = apart(value, wanted, decimals)
        return Said(
            Text(
                f"{name.th} เป็น {shown[0]} แต่คำนวณตาม {rule.formula} ได้ {shown[1]}",
                f"{name.en}: {shown[0]}, but {rule.formula} gives {shown[1]}",
            ),
            Text(
                "ตรวจค่านี้และค่าที่ใช้คำนวณ รวมทั้งหน่วยของแต่ละคอลัมน์",
                "check this figure and those it is computed from, and the unit of each column",
            ),
            Text(shown[1], shown[1]),
        )

    return cells_hit(
        rule,
        grid,
        hit,
        say,
        marks=lambda a, p: (float(values[a, p]), float(expected[a, p])),
        value=lambda a, p: float(values[a, p]),
    )


class _Source:
    """The figures of the file over those published, as the fast evaluator asks for them."""

    def __init__(self, figures: FileFigures, series: Sequence[str]) -> None:
        self._figures = figures
        self._keys = self._known(list(dict.fromkeys(series)))

    def _known(self, series: Sequence[str]) -> Mapping[SeriesKey, Grid]:
        from mudmai.engine.objects import SeriesKey  # the engine loads where a rule has a formula

        found: dict[SeriesKey, Grid] = {}
        for name in series:
            one: Series = self._figures.catalogue.one_series(name)
            held = [] if self._figures.history is None else [k.dims for k in self._figures.history.keys_of(name, None)]
            dims = [d for s, d in self._figures.parts if s == name]
            for each in dict.fromkeys([*dims, *held]):
                grid = self._figures.grid(name, each)
                if grid is not None:
                    found[SeriesKey(one.area_system, name, each)] = grid
        return dict(sorted(found.items()))

    def given(self, grid: Grid, series: Sequence[str]) -> Bools:
        """Cells of ``grid`` at which the file gives any of the ``series``."""
        found = np.zeros(grid.axes.shape, bool)
        for key, one in self._keys.items():
            if key.series in series and one.axes.system is grid.axes.system:
                found |= one.spread(grid.axes, one.given, 0)
        return found

    def keys(self) -> Sequence[SeriesKey]:
        return tuple(self._keys)

    def extent(self, key: SeriesKey, frequency: Frequency) -> Span | None:
        grid = self._keys.get(key)
        if grid is None or grid.axes.frequency is not frequency or not len(grid.axes.periods):
            return None
        return int(grid.axes.periods[0]), int(grid.axes.periods[-1])

    def runs(self, key: SeriesKey) -> Sequence[SeriesRun]:
        grid = self._keys.get(key)
        return [] if grid is None else [_Run(grid, _values(self._figures, grid))]


@dataclass(frozen=True)
class _Run:
    grid: Grid
    numbers: Floats

    @property
    def layout(self) -> Hashable:
        axes = self.grid.axes
        return (axes.system.id, axes.areas.tobytes(), axes.periods.tobytes())

    def cells(self) -> tuple[Sequence[str], Ints, Sequence[str], Ints]:
        axes = self.grid.axes
        areas, periods = axes.shape
        codes = [axes.area(at) for at in range(areas)]
        times = [axes.period(at).iso for at in range(periods)]
        return codes, np.repeat(np.arange(areas), periods), times, np.tile(np.arange(periods), areas)

    def values(self) -> Floats:
        return self.numbers.ravel()
