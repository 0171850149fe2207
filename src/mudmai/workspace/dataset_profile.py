"""A dataset looked at closely: one of its series as figures over time and areas, what is missing, what was revised.

Facts that are owed are areas times periods: every area that a series has ever spoken about, at every period that it
has for any of them. A fact is there when it has a value; missing is told, never counted as zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mudmai.core.areas import Area, AreaSystem
from mudmai.core.datasets import DatasetRecord
from mudmai.core.language import Text, same
from mudmai.core.observations import Dims, Flag, read_dims
from mudmai.core.periods import Period
from mudmai.core.series import Catalogue, Series
from mudmai.workspace.datasets import keys_of, tables_of
from mudmai.workspace.publishing import note_for_people

if TYPE_CHECKING:
    import pyarrow as pa

    from mudmai.engine.diff import Counts
    from mudmai.engine.objects import SeriesKey
    from mudmai.engine.release import Release
    from mudmai.workspace.datasets import DatasetCatalogue
    from mudmai.workspace.workspace import Workspace

MOST_DIFFS = 6
MOST_DIFF_ROWS = 1_000_000
"""Releases of a dataset with more rows are listed without what they changed: a page must not wait for it."""


@dataclass(frozen=True, slots=True)
class SeriesPart:
    """One series of a dataset, or one of its breakdowns: how many facts are owed and how many are there."""

    series: Series
    dims: Dims
    key: str
    """How an address names it."""
    first: Period
    last: Period
    areas: int
    there: int
    owed: int

    @property
    def filled(self) -> float:
        """Share (0..1) of the owed facts that are there."""
        return self.there / self.owed if self.owed else 0.0

    @property
    def name(self) -> Text:
        """The series, or its breakdown: ``Employed persons (sex: women)``."""
        if not self.dims:
            return self.series.title
        known = {one.id: one for one in self.series.dimensions}
        titles = [known[name].title if name in known else same(name) for name, _ in self.dims]
        labels = [known[name].labels.get(code, same(code)) if name in known else same(code) for name, code in self.dims]
        th = ", ".join(f"{t.th}: {v.th}" for t, v in zip(titles, labels, strict=True))
        en = ", ".join(f"{t.en}: {v.en}" for t, v in zip(titles, labels, strict=True))
        return Text(f"{self.series.title.th} ({th})", f"{self.series.title.en} ({en})")


@dataclass(frozen=True, slots=True)
class LevelCoverage:
    """One level of areas: how many there are, and how many of them have a value at each period."""

    level: str
    areas: int
    there: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """An area without values at some periods, as runs of (first, last) period."""

    area: Area
    runs: tuple[tuple[Period, Period], ...]
    count: int


@dataclass(frozen=True)
class SeriesGrid:
    """The values of one part: ``values[i, j]`` of ``areas[i]`` at ``periods[j]``; NaN is missing.

    ``flags`` are the codes of the flags, empty where there is no row at all. Areas stand in the system's order.
    """

    part: SeriesPart
    system: AreaSystem
    areas: tuple[Area, ...]
    periods: tuple[Period, ...]
    values: npt.NDArray[np.float64]
    flags: npt.NDArray[np.str_]
    coverage: tuple[LevelCoverage, ...]
    gaps: tuple[Gap, ...]

    @property
    def root(self) -> Area:
        """The area of the highest level that has values; the one with most values where there are several."""
        levels = self.system.levels
        filled = (~np.isnan(self.values)).sum(axis=1)
        at = min(
            range(len(self.areas)), key=lambda i: (not filled[i], levels.index(self.areas[i].level), -filled[i], i)
        )
        return self.areas[at]

    def line(self, code: str) -> tuple[tuple[Period, float | None], ...]:
        """Values of one area over all periods; None is missing."""
        at = next(i for i, area in enumerate(self.areas) if area.code == code)
        return tuple((p, _known(v)) for p, v in zip(self.periods, self.values[at], strict=True))

    @property
    def mapped_level(self) -> str:
        """The level with most areas."""
        return max(self.coverage, key=lambda one: one.areas).level

    def latest_of(self, level: str) -> Period:
        """The last period with at least half of the areas of ``level`` that its fullest period has; else the last."""
        for one in self.coverage:
            if one.level == level:
                most = max(one.there)
                told = [p for p, n in zip(self.periods, one.there, strict=True) if n and 2 * n >= most]
                return told[-1] if told else self.periods[-1]
        return self.periods[-1]

    def at(self, period: Period, level: str | None = None) -> tuple[tuple[Area, float | None, Flag | None], ...]:
        """Every area (of one level) with its value and flag at ``period``; flag None: there is no row."""
        column = self.periods.index(period)
        return tuple(
            (area, _known(self.values[i, column]), Flag(str(self.flags[i, column])) if self.flags[i, column] else None)
            for i, area in enumerate(self.areas)
            if level is None or area.level == level
        )


def series_parts(held: DatasetCatalogue, record: DatasetRecord) -> tuple[SeriesPart, ...]:
    """What the dataset holds, series by series: totals first, then breakdowns."""
    keys = keys_of(held.release, record.dataset)
    return tuple(_part(table, held.catalogue) for _, table in _tables(held.release, record, keys))


def series_grid(held: DatasetCatalogue, record: DatasetRecord, part: SeriesPart) -> SeriesGrid:
    """The values of one part, laid out by area and period."""
    for key, table in _tables(held.release, record, keys_of(held.release, record.dataset)):
        if _key_name(key.series, read_dims(key.dims)) == part.key:
            return _grid(table, part, held.catalogue)
    raise LookupError(part.key)


def _tables(release: Release, record: DatasetRecord, keys: Sequence[SeriesKey]) -> Iterable[tuple[SeriesKey, pa.Table]]:
    """The dataset's rows by key, in the order of ``keys``."""
    return zip(keys, tables_of(release, record.dataset), strict=False)


def _key_name(series: str, dims: Dims) -> str:
    return ";".join([series, *(f"{name}={code}" for name, code in dims)])


def _part(table: pa.Table, catalogue: Catalogue) -> SeriesPart:
    series = catalogue.one_series(str(table.column("series")[0].as_py()))
    dims = read_dims(str(table.column("dims")[0].as_py()))
    periods = _periods(table)
    areas = len(table.column("area").unique())
    return SeriesPart(
        series,
        dims,
        _key_name(series.id, dims),
        periods[0],
        periods[-1],
        areas,
        table.num_rows - table.column("value").null_count,
        areas * len(periods),
    )


def _periods(table: pa.Table) -> list[Period]:
    return sorted(
        (Period.from_iso(iso) for iso in table.column("period").unique().to_pylist()), key=lambda p: p.ordinal
    )


def _grid(table: pa.Table, part: SeriesPart, catalogue: Catalogue) -> SeriesGrid:
    system = catalogue.area_system(str(table.column("area_system")[0].as_py()))
    codes = set(table.column("area").unique().to_pylist())
    areas = tuple(area for area in system.areas if area.code in codes)
    periods = tuple(_periods(table))
    row_of = {area.code: i for i, area in enumerate(areas)}
    column_of = {period.iso: j for j, period in enumerate(periods)}
    values = np.full((len(areas), len(periods)), np.nan)
    flags = np.full((len(areas), len(periods)), "", dtype="<U2")
    told = table.select(["area", "period", "value", "flag"]).to_pydict()
    for code, iso, value, flag in zip(told["area"], told["period"], told["value"], told["flag"], strict=True):
        if code in row_of:
            values[row_of[code], column_of[iso]] = np.nan if value is None else value
            flags[row_of[code], column_of[iso]] = flag
    there = ~np.isnan(values)
    return SeriesGrid(
        part, system, areas, periods, values, flags, _coverage(system, areas, there), _gaps(areas, periods, there)
    )


def _coverage(system: AreaSystem, areas: Sequence[Area], there: npt.NDArray[np.bool_]) -> tuple[LevelCoverage, ...]:
    found = []
    for level in system.levels:
        mine = np.array([area.level == level for area in areas], bool)
        if mine.any():
            counts = tuple(int(n) for n in there[mine].sum(axis=0))
            found.append(LevelCoverage(level, int(mine.sum()), counts))
    return tuple(found)


def _gaps(areas: Sequence[Area], periods: Sequence[Period], there: npt.NDArray[np.bool_]) -> tuple[Gap, ...]:
    found = []
    for i, area in enumerate(areas):
        missing = np.flatnonzero(~there[i])
        if len(missing):
            parts = np.split(missing, np.flatnonzero(np.diff(missing) > 1) + 1)
            found.append(Gap(area, tuple((periods[run[0]], periods[run[-1]]) for run in parts), len(missing)))
    return tuple(found)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


# ------------------------------------------------------------------ revisions
@dataclass(frozen=True, slots=True)
class Revision:
    """A release that changed the dataset: ``counts`` None where nobody counted (the first one, or a very large one).

    ``largest`` is the largest revision in per cent, signed. ``note`` is what the publisher said.
    """

    release: str
    at: datetime
    note: str
    is_first: bool
    counts: Counts | None = None
    largest: float | None = None


def revisions(workspace: Workspace, held: DatasetCatalogue, record: DatasetRecord) -> tuple[Revision, ...]:
    """The releases up to the one that is shown that changed the dataset's tables, newest first."""
    history = [one for one in workspace.releases() if one.sequence <= held.release.sequence]
    oldest_first = history[::-1]
    found: list[Revision] = []
    before: Mapping[str, str] = {}
    for older, newer in pairwise([None, *oldest_first]):
        assert newer is not None
        mine = {t: v.object for t, v in newer.datasets.items() if record.dataset.holds(t)}
        if mine != before:
            found.append(Revision(newer.id, newer.created_at, note_for_people(newer.note), is_first=not before))
            if older is not None and before:
                found[-1] = _counted(workspace, record, older, newer, found[-1], len(history))
        before = mine
    return tuple(found[::-1])


def _counted(
    workspace: Workspace, record: DatasetRecord, older: Release, newer: Release, told: Revision, releases: int
) -> Revision:
    import pyarrow as pa
    import pyarrow.compute as pc

    from mudmai.engine.diff import Counts

    if record.holding.rows > MOST_DIFF_ROWS or releases - newer.sequence >= 50:
        return told
    change = workspace.store.diff(older, newer)
    counts = sum((n for name, n in change.by_dataset.items() if record.dataset.holds(name)), Counts())
    mine = [name for name in change.by_dataset if record.dataset.holds(name)]
    cells = change.cells.filter(pc.is_in(change.cells.column("dataset"), pa.array(mine, pa.string())))
    percent = cells.column("change_percent").drop_null().to_numpy()
    largest = float(percent[int(np.argmax(np.abs(percent)))]) if len(percent) else None
    return Revision(told.release, told.at, told.note, False, counts, largest)
