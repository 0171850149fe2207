"""Where cubes get their observations: a release on disk, or observations in memory.

A :class:`CubeSource` knows its series in storage order, the periods in which each may have observations, and the runs
of rows of each series. Rows of equal *layout* (the same sequence of areas and periods) lie at the same cells, so their
places are worked out once and only values are read after that.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np

from mudmai.core.observations import Observation, write_dims
from mudmai.core.periods import Frequency, Period
from mudmai.core.series import Catalogue
from mudmai.engine.cubes import AreaAxis, Floats, Ints, PeriodAxis
from mudmai.engine.objects import SeriesKey
from mudmai.engine.release import Release, SeriesColumns
from mudmai.engine.steps import Span


class SeriesRun(Protocol):
    """Rows of one series that were stored together."""

    @property
    def layout(self) -> Hashable:
        """Equal layouts mean the same areas and periods in the same order."""

    def cells(self) -> tuple[Sequence[str], Ints, Sequence[str], Ints]:
        """Area codes and, per row, which of them; ISO periods and, per row, which of them."""

    def values(self) -> Floats:
        """The values, NaN where missing."""


class CubeSource(Protocol):
    """Observations, series by series."""

    def keys(self) -> Sequence[SeriesKey]:
        """All series in storage order."""

    def extent(self, key: SeriesKey, frequency: Frequency) -> Span | None:
        """Ordinals between which observations of ``key`` lie; None when it has none."""

    def runs(self, key: SeriesKey) -> Sequence[SeriesRun]:
        """The rows of a series; no two runs hold the same cell."""


@dataclass(frozen=True)
class _MemoryRun:
    areas: tuple[str, ...]
    area_codes: Ints
    periods: tuple[str, ...]
    period_codes: Ints
    numbers: Floats

    @property
    def layout(self) -> Hashable:
        return (self.areas, self.area_codes.tobytes(), self.periods, self.period_codes.tobytes())

    def cells(self) -> tuple[Sequence[str], Ints, Sequence[str], Ints]:
        return self.areas, self.area_codes, self.periods, self.period_codes

    def values(self) -> Floats:
        return self.numbers


class MemorySource:
    """A :class:`CubeSource` over observations in memory, for what-if questions and tests."""

    def __init__(self, observations: Iterable[Observation], catalogue: Catalogue) -> None:
        found: dict[SeriesKey, list[Observation]] = {}
        for observation in observations:
            system = catalogue.one_series(observation.series).area_system
            key = SeriesKey(system, observation.series, write_dims(observation.dims))
            found.setdefault(key, []).append(observation)
        self._series: Mapping[SeriesKey, list[Observation]] = dict(sorted(found.items()))

    def keys(self) -> Sequence[SeriesKey]:
        return tuple(self._series)

    def extent(self, key: SeriesKey, frequency: Frequency) -> Span | None:
        known = [o.period.ordinal for o in self._series.get(key, ()) if o.period.frequency is frequency]
        return (min(known), max(known)) if known else None

    def runs(self, key: SeriesKey) -> Sequence[SeriesRun]:
        rows = self._series.get(key, [])
        areas = tuple(sorted({o.area for o in rows}))
        periods = tuple(sorted({o.period.iso for o in rows}))
        area_at, period_at = {a: i for i, a in enumerate(areas)}, {p: i for i, p in enumerate(periods)}
        return [
            _MemoryRun(
                areas,
                np.array([area_at[o.area] for o in rows], np.int64),
                periods,
                np.array([period_at[o.period.iso] for o in rows], np.int64),
                np.array([np.nan if o.value is None else o.value for o in rows], np.float64),
            )
        ]


class ReleaseSource:
    """A :class:`CubeSource` over a release on disk."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self._extents: dict[tuple[tuple[str, ...], Frequency], Span | None] = {}

    def keys(self) -> Sequence[SeriesKey]:
        return self.release.series_keys()

    def extent(self, key: SeriesKey, frequency: Frequency) -> Span | None:
        words = self.release.periods_of(key)
        if (words, frequency) not in self._extents:
            known = [p.ordinal for p in map(_period, words) if p.frequency is frequency]
            self._extents[words, frequency] = (min(known), max(known)) if known else None
        return self._extents[words, frequency]

    def runs(self, key: SeriesKey) -> Sequence[SeriesRun]:
        return [_StoredRun(self.release.columns_of(key))] if key in self.release.runs else []


@dataclass(frozen=True)
class _StoredRun:
    columns: SeriesColumns

    @property
    def layout(self) -> Hashable:
        return self.columns.layout

    def cells(self) -> tuple[Sequence[str], Ints, Sequence[str], Ints]:
        found = self.columns
        return found.areas, found.area_codes.astype(np.int64), found.periods, found.period_codes.astype(np.int64)

    def values(self) -> Floats:
        return self.columns.values


def source_of(observations: Release | CubeSource) -> CubeSource:
    """A release as a source; a source as it is."""
    return ReleaseSource(observations) if isinstance(observations, Release) else observations


class Placement:
    """Puts runs of rows into dense cubes; remembers where the rows of a layout belong."""

    _REMEMBERED = 16

    def __init__(self) -> None:
        self._places: dict[Hashable, tuple[Ints | None, Ints | None]] = {}

    def dense(self, runs: Iterable[SeriesRun], areas: AreaAxis, periods: PeriodAxis) -> Floats:
        """[areas, periods] of one series; cells without a row are NaN, rows outside of the axes are left out."""
        flat: Floats | None = None
        size = len(areas) * periods.count
        for run in runs:
            rows, cells = self._of(run, areas, periods)
            values = run.values()
            if flat is None and rows is None and cells is None and values.size == size:
                flat = values  # the rows are the cells, in order
                continue
            if flat is None:
                flat = np.full(size, np.nan)
            elif not flat.flags.writeable:
                flat = flat.copy()
            chosen = values if rows is None else values[rows]
            flat[cells if cells is not None else slice(None)] = chosen
        return (np.full(size, np.nan) if flat is None else flat).reshape(len(areas), periods.count)

    def _of(self, run: SeriesRun, areas: AreaAxis, periods: PeriodAxis) -> tuple[Ints | None, Ints | None]:
        """Which rows to take (None: all) and the flat cells they go to (None: all cells in order)."""
        identity = (run.layout, areas.system, periods)
        if identity not in self._places:
            while len(self._places) >= self._REMEMBERED:
                self._places.pop(next(iter(self._places)))
            self._places[identity] = _places(run, areas, periods)
        return self._places[identity]


def _places(run: SeriesRun, areas: AreaAxis, periods: PeriodAxis) -> tuple[Ints | None, Ints | None]:
    area_words, area_codes, period_words, period_codes = run.cells()
    area_rows = np.array([areas.rows.get(code, -1) for code in area_words], np.int64)
    columns = [periods.position(_period(word)) for word in period_words]
    period_columns = np.array([-1 if c is None else c for c in columns], np.int64)
    row, column = area_rows[area_codes], period_columns[period_codes]
    inside = (row >= 0) & (column >= 0)
    cells = row * periods.count + column
    taken = None if inside.all() else np.flatnonzero(inside)
    cells = cells if taken is None else cells[taken]
    if taken is None and cells.size == len(areas) * periods.count and np.array_equal(cells, np.arange(cells.size)):
        return None, None
    return taken, cells


@lru_cache(maxsize=4096)
def _period(iso: str) -> Period:
    return Period.from_iso(iso)
