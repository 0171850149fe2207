"""A checked file and what is published as grids: areas by periods, one grid for each series and its dimension values.

Every rule works on whole grids, so that a file of millions of rows costs a few passes over arrays. A cell knows the row
of the file it came from; cells that the file does not hold may be filled from what is published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from mudmai.core.areas import AreaSystem
from mudmai.core.errors import Where
from mudmai.core.observations import read_dims
from mudmai.core.periods import Frequency, Period
from mudmai.core.series import Catalogue, Series

if TYPE_CHECKING:
    import pyarrow as pa

    from mudmai.engine.objects import SeriesKey
    from mudmai.engine.release import Release

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]

NO_ROW = -1
"""Row of a cell that the file does not hold."""

GridKey: TypeAlias = tuple[str, str]
"""(series, dims)."""


@dataclass(frozen=True)
class Axes:
    """``areas`` (A,) places in the area system, ``periods`` (P,) ordinals; both ascending."""

    system: AreaSystem
    frequency: Frequency
    areas: Ints
    periods: Ints

    @property
    def shape(self) -> tuple[int, int]:
        """(A, P)."""
        return len(self.areas), len(self.periods)

    def area(self, at: int) -> str:
        """The code of the area at a place of the axis."""
        return self.system.areas[int(self.areas[at])].code

    def period(self, at: int) -> Period:
        """The period at a place of the axis."""
        return Period(self.frequency, int(self.periods[at]))


@dataclass(frozen=True)
class Grid:
    """All cells of one series and its dimension values, [areas, periods].

    ``rows`` is the row of the table, :data:`NO_ROW` where the file has none; ``values`` are the file's (NaN: none or
    told as missing), ``published`` what stands in the release (NaN: nothing).
    """

    series: Series
    dims: str
    axes: Axes
    rows: Ints
    values: Floats
    published: Floats

    @property
    def given(self) -> Bools:
        """Cells that the file holds a row for."""
        found: Bools = self.rows != NO_ROW
        return found

    @cached_property
    def filled(self) -> Floats:
        """The file's values, and published ones where the file has no row."""
        return np.where(self.given, self.values, self.published)

    def spread(self, axes: Axes, cells: npt.NDArray[Any], empty: float) -> npt.NDArray[Any]:
        """``cells`` of this grid at the places of other axes of the same system; ``empty`` elsewhere."""
        found = np.full(axes.shape, empty, cells.dtype)
        mine, theirs = _common(self.axes.areas, axes.areas)
        my_time, their_time = _common(self.axes.periods, axes.periods)
        found[np.ix_(theirs, their_time)] = cells[np.ix_(mine, my_time)]
        return found


def _common(one: Ints, other: Ints) -> tuple[Ints, Ints]:
    """Places in ``one`` and in ``other`` of what both hold (both ascending)."""
    _, mine, theirs = np.intersect1d(one, other, assume_unique=True, return_indices=True)
    return mine, theirs


@dataclass(frozen=True)
class _Rows:
    """The rows of one grid in the table: row numbers, places of areas, ordinals of periods."""

    rows: Ints
    areas: Ints
    periods: Ints


@dataclass(frozen=True)
class Twice:
    """Rows of the file that tell a fact another row told before: ``rows`` and the row told ``first``."""

    rows: Ints
    first: Ints


@dataclass
class FileFigures:
    """The figures of one file over the release that is served. Made by :func:`file_figures`."""

    table: pa.Table
    catalogue: Catalogue
    file: str
    series: tuple[str, ...]
    history: Release | None
    fill: bool
    """Whether cells without a row count as published (a file that adds to what is there), or as absent."""
    parts: Mapping[GridKey, _Rows]
    twice: Twice
    _grids: dict[GridKey, Grid | None] = field(default_factory=dict)

    def held(self, series: Sequence[str] = ()) -> Iterator[GridKey]:
        """Keys that the file has rows of, in the order of the dataset's series."""
        wanted = series or self.series
        place = {name: at for at, name in enumerate(self.series)}
        mine = [key for key in self.parts if key[0] in wanted]
        yield from sorted(mine, key=lambda key: (place.get(key[0], len(place)), key[1]))

    def grid(self, series: str, dims: str = "") -> Grid | None:
        """The grid of a series, from the file and from what is published; None where there is neither."""
        key = (series, dims)
        if key not in self._grids:
            self._grids[key] = self._made(*key)
        return self._grids[key]

    def grids(self, series: Sequence[str] = ()) -> Iterator[Grid]:
        """The grids that the file has rows of."""
        for key in self.held(series):
            grid = self.grid(*key)
            if grid is not None:
                yield grid

    def _made(self, name: str, dims: str) -> Grid | None:
        series = self.catalogue.series.get(name)
        if series is None:
            return None
        system = self.catalogue.area_system(series.area_system)
        mine = self.parts.get((name, dims))
        old = self._published(series, dims, system)
        if mine is None and old is None:
            return None
        areas = np.unique(np.concatenate([p.areas for p in (mine, old) if p is not None]))
        periods = np.unique(np.concatenate([p.periods for p in (mine, old) if p is not None]))
        axes = Axes(system, series.frequency, areas, periods)
        rows = np.full(axes.shape, NO_ROW, np.int64)
        values, published = np.full(axes.shape, np.nan), np.full(axes.shape, np.nan)
        if mine is not None:
            at = (np.searchsorted(areas, mine.areas), np.searchsorted(periods, mine.periods))
            rows[at] = mine.rows
            values[at] = self.values[mine.rows]
        if old is not None:
            published[np.searchsorted(areas, old.areas), np.searchsorted(periods, old.periods)] = old.values
        return Grid(series, dims, axes, rows, values, published)

    def _published(self, series: Series, dims: str, system: AreaSystem) -> _Published | None:
        if self.history is None:
            return None
        key = next((k for k in self.history.keys_of(series.id, dims) if k.area_system == system.id), None)
        return None if key is None else _published(self.history, key, system, series.frequency)

    @cached_property
    def values(self) -> Floats:
        """The column ``value`` (n,), NaN where missing."""
        return np.asarray(self.table.column("value").to_numpy(), np.float64)

    @cached_property
    def _row_numbers(self) -> Ints:
        column = self.table.column("row").fill_null(0)
        return np.asarray(column.to_numpy(), np.int64)

    def place(self, row: int) -> Where:
        """Where a row of the table stands in the file."""
        if row < 0:
            return Where(file=self.file or None)
        locator = str(self.table.column("locator")[row].as_py() or "")
        number = int(self._row_numbers[row])
        book, _, rest = locator.partition("!")
        sheet, _, cell = rest.rpartition("!")
        if number:
            is_book = book.lower().endswith((".xlsx", ".xlsm"))
            return Where(file=self.file or book, sheet=rest if is_book and rest else None, row=number, field="value")
        if sheet and _is_cell(cell):
            return Where(file=self.file or book, sheet=sheet, cell=cell)
        return Where(file=self.file or None, row=row + 2, field="value")


@dataclass(frozen=True)
class _Published:
    areas: Ints
    periods: Ints
    values: Floats


def _published(release: Release, key: SeriesKey, system: AreaSystem, frequency: Frequency) -> _Published:
    found = release.columns_of(key)
    place = {area.code: at for at, area in enumerate(system.areas)}
    areas = np.array([place.get(code, -1) for code in found.areas], np.int64)[found.area_codes]
    periods = np.array([_ordinal(iso, frequency) for iso in found.periods], np.int64)[found.period_codes]
    known = (areas >= 0) & (periods >= 0)
    return _Published(areas[known], periods[known], found.values[known])


def _is_cell(text: str) -> bool:
    letters = text.rstrip("0123456789")
    return letters.isascii() and letters.isalpha() and letters.isupper() and len(letters) <= 3 and letters != text


@lru_cache(maxsize=65536)
def _ordinal(iso: str, frequency: Frequency) -> int:
    period = Period.from_iso(iso)
    return period.ordinal if period.frequency is frequency else -1


def file_figures(
    table: pa.Table,
    catalogue: Catalogue,
    *,
    series: Sequence[str],
    file: str = "",
    history: Release | None = None,
    fill: bool = True,
) -> FileFigures:
    """Take a tidy table (canonical columns) apart into grids. Rows of series outside of ``series`` are left alone."""
    parts: dict[GridKey, _Rows] = {}
    none = np.zeros(0, np.int64)
    again, first = [none], [none]
    for (one, dims), found in _groups(table, catalogue, frozenset(series)):
        parts[one.id, dims], repeats, told = _once(found)
        again.append(repeats)
        first.append(told)
    repeated, told_first = np.concatenate(again), np.concatenate(first)
    order = np.argsort(repeated, kind="stable")
    twice = Twice(repeated[order], told_first[order])
    return FileFigures(table, catalogue, file, tuple(series), history, fill, parts, twice)


def _groups(
    table: pa.Table, catalogue: Catalogue, wanted: frozenset[str]
) -> Iterator[tuple[tuple[Series, str], _Rows]]:
    columns = {name: words_of(table.column(name)) for name in ("series", "dims", "area", "period")}
    names, dims = columns["series"], columns["dims"]
    group = names.codes * max(1, len(dims.words)) + dims.codes
    order = np.argsort(group, kind="stable")
    bounds = np.flatnonzero(np.diff(group[order], prepend=-1, append=-1)) if len(order) else np.zeros(0, np.int64)
    for start, stop in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        rows = order[start:stop]
        one = catalogue.series.get(names.words[int(names.codes[rows[0]])])
        if one is None or one.id not in wanted:
            continue
        system = catalogue.area_system(one.area_system)
        place = {area.code: at for at, area in enumerate(system.areas)}
        areas = np.array([place.get(word, -1) for word in columns["area"].words] or [-1], np.int64)
        times = np.array([_safe_ordinal(word, one.frequency) for word in columns["period"].words] or [-1], np.int64)
        own_areas, own_times = areas[columns["area"].codes[rows]], times[columns["period"].codes[rows]]
        known = (own_areas >= 0) & (own_times >= 0)
        if known.any():
            yield (one, dims.words[int(dims.codes[rows[0]])]), _Rows(rows[known], own_areas[known], own_times[known])


def _safe_ordinal(word: str, frequency: Frequency) -> int:
    return _ordinal(word, frequency) if word else -1


def _once(rows: _Rows) -> tuple[_Rows, Ints, Ints]:
    """The first row of every fact; then the rows that tell a fact again, and which row told it first."""
    low = int(rows.periods.min(initial=0))
    span = int(rows.periods.max(initial=0)) - low + 1
    key = rows.areas * span + (rows.periods - low)
    order = np.lexsort((rows.rows, key))
    starts = np.ones(len(order), bool)
    starts[1:] = key[order[1:]] != key[order[:-1]]
    if starts.all():
        none = np.zeros(0, np.int64)
        return rows, none, none
    head = order[np.maximum.accumulate(np.where(starts, np.arange(len(order)), 0))]
    keep, again = order[starts], order[~starts]
    return (
        _Rows(rows.rows[keep], rows.areas[keep], rows.periods[keep]),
        rows.rows[again],
        rows.rows[head[~starts]],
    )


@dataclass(frozen=True)
class Words:
    """A text column as codes (n,) into words."""

    codes: Ints
    words: list[str]


def words_of(column: pa.ChunkedArray) -> Words:
    """A text column, dictionary or not, nulls as empty text."""
    import pyarrow as pa  # heavy, and needed only where a file is checked

    if pa.types.is_dictionary(column.type):
        coded = column.unify_dictionaries().combine_chunks()
    else:
        coded = column.cast(pa.string()).fill_null("").combine_chunks().dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.chunk(0) if coded.num_chunks else pa.array([], pa.string()).dictionary_encode()
    words = [word or "" for word in coded.dictionary.to_pylist()]
    if coded.null_count:
        words.append("")
        return Words(np.asarray(coded.indices.fill_null(len(words) - 1), np.int64), words)
    return Words(np.asarray(coded.indices, np.int64), words)


def total_of(dims: str, dimension: str) -> str:
    """The same dimension values without ``dimension``: the total over it.

    >>> total_of("age=15-24;sex=F", "sex")
    'age=15-24'
    """
    from mudmai.core.observations import write_dims  # beside its reader

    return write_dims(tuple(pair for pair in read_dims(dims) if pair[0] != dimension))
