"""One release: an immutable snapshot of all observations, opened for reading."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mudmai.core.observations import Dims, Flag, write_dims
from mudmai.core.periods import Period
from mudmai.engine.manifest import DatasetVersion, Manifest
from mudmai.engine.objects import COLUMNS, KeyRun, SeriesKey, StoredObject

OBSERVATION_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("area_system", "area", "period", "series", "dims")),
        ("value", pa.float64()),
        *((name, pa.string()) for name in ("flag", "source", "method", "locator", "dataset")),
    ]
)
"""Columns of :meth:`Release.observations`; ``value`` null is missing, ``period`` is ISO, ``dims`` canonical text."""

_LAYOUT_BYTES = 64 << 20
_CELLS_KEPT = 64
_SMALL_RUN = 20_000


@dataclass(frozen=True, slots=True)
class StoredObservation:
    """One cell as the release holds it; ``value`` None is missing. ``dataset``, ``locator``: where it came from."""

    area_system: str
    area: str
    period: Period
    series: str
    dims: str
    value: float | None
    flag: Flag
    source: str
    method: str
    locator: str
    dataset: str


@dataclass(frozen=True)
class SeriesColumns:
    """All n values of one key as columns, sorted by area, then period.

    ``area_codes``/``period_codes`` (n,) int32 point into ``areas``/``periods`` (sorted tuples shared by all keys of an
    object, so compare by identity first); ``values`` (n,) float64, NaN = missing. Two keys of equal ``layout`` have the
    same areas and periods in the same sequence (by name, in whichever object), so a scatter plan made for one fits the
    other.
    """

    key: SeriesKey
    layout: str
    areas: tuple[str, ...]
    area_codes: npt.NDArray[np.int32]
    periods: tuple[str, ...]
    period_codes: npt.NDArray[np.int32]
    values: npt.NDArray[np.float64]

    @property
    def missing(self) -> npt.NDArray[np.bool_]:
        """True where a value is given as missing."""
        return np.isnan(self.values)


class Release:
    """A snapshot. Reading needs no lock and is not disturbed by publications; safe to share between threads."""

    def __init__(self, manifest: Manifest, open_object: Callable[[str], StoredObject]) -> None:
        self._manifest = manifest
        self._open = open_object
        self._layouts: OrderedDict[tuple[str, str], tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]] = OrderedDict()
        self._cells: OrderedDict[SeriesKey, pa.Table] = OrderedDict()
        self._guard = threading.Lock()

    def __repr__(self) -> str:
        return f"Release({self.id})"

    @property
    def id(self) -> str:
        """``r<sequence>-<first 8 digits of the content hash>``."""
        return self._manifest.id

    @property
    def hash(self) -> str:
        """The hash part of the id: equal for equal content."""
        return self.id.partition("-")[2]

    @property
    def sequence(self) -> int:
        """1 for the first release of the store."""
        return self._manifest.sequence

    @property
    def parent(self) -> str | None:
        """The id of the release before."""
        return self._manifest.parent

    @property
    def created_at(self) -> datetime:
        """When it was published, by the writer's clock."""
        return self._manifest.created_at

    @property
    def note(self) -> str:
        """What the publisher said about it."""
        return self._manifest.note

    @property
    def datasets(self) -> Mapping[str, DatasetVersion]:
        """Datasets by name."""
        return self._manifest.datasets

    @property
    def rows(self) -> int:
        """Number of observations."""
        return sum(version.rows for version in self.datasets.values())

    @cached_property
    def runs(self) -> Mapping[SeriesKey, tuple[tuple[str, KeyRun], ...]]:
        """For every key the datasets that speak about it (usually one) with the place of its rows."""
        found: dict[SeriesKey, list[tuple[str, KeyRun]]] = {}
        for name, version in self.datasets.items():
            for key, run in self._open(version.object).runs.items():
                found.setdefault(key, []).append((name, run))
        return {key: tuple(runs) for key, runs in found.items()}

    def series_keys(self) -> tuple[SeriesKey, ...]:
        """Every (area system, series, dims) that has observations, in storage order (dataset by dataset)."""
        return tuple(self.runs)

    def keys_of(self, series: str, dims: str | Dims | None = "") -> tuple[SeriesKey, ...]:
        """The keys of one series: with these dimension values, or with all when ``dims`` is None."""
        wanted = dims if dims is None or isinstance(dims, str) else write_dims(dims)
        return tuple(k for k in self._by_series.get(series, ()) if wanted is None or k.dims == wanted)

    def periods_of(self, key: SeriesKey) -> tuple[str, ...]:
        """The first and the last ISO period in which ``key`` has observations; empty when it has none."""
        runs = self.runs.get(key, ())
        if not runs:
            return ()
        return min(run.first_period for _, run in runs), max(run.last_period for _, run in runs)

    @cached_property
    def _by_series(self) -> Mapping[str, tuple[SeriesKey, ...]]:
        found: dict[str, list[SeriesKey]] = {}
        for key in self.runs:
            found.setdefault(key.series, []).append(key)
        return {series: tuple(keys) for series, keys in found.items()}

    def observations(self, series: str | None = None, dims: str | Dims | None = "") -> pa.Table:
        """Observations of a series with these dimension values (``dims=None``: all; ``series=None``: everything).

        Columns as :data:`OBSERVATION_SCHEMA`; no rows when the release has none.
        """
        keys = self.series_keys() if series is None else self.keys_of(series, dims)
        parts = [self._told(name, run) for key in keys for name, run in self.runs[key]]
        return pa.concat_tables([OBSERVATION_SCHEMA.empty_table(), *parts])

    def observations_of(self, key: SeriesKey) -> pa.Table:
        """Observations of one exact key; no rows when the release has none."""
        parts = [self._told(name, run) for name, run in self.runs.get(key, ())]
        return pa.concat_tables([OBSERVATION_SCHEMA.empty_table(), *parts])

    def dataset_table(self, dataset: str) -> pa.Table:
        """A dataset as it was published: text columns as dictionaries, ``row`` apart from ``locator``."""
        found = self._open(self.datasets[dataset].object)
        return found.read(0, found.rows, COLUMNS)

    def cell(self, series: str, dims: str | Dims, area: str, period: Period | str) -> StoredObservation | None:
        """The stored observation of one cell; None when nothing is stored (a stored missing value is not None)."""
        iso = period if isinstance(period, str) else period.iso
        for key in self.keys_of(series, dims):
            for name, run in self.runs[key]:
                at = self._find(name, run, area, iso)
                if at is not None:
                    return _observation(self._one_row(key, name, run, at))
        return None

    def series_columns(self, series: str, dims: str | Dims = "") -> SeriesColumns | None:
        """The values of one key for computing; None when the release has none.

        Where two area systems carry the same series name the first is taken; use :meth:`columns_of` with a key.
        """
        keys = self.keys_of(series, dims)
        return self.columns_of(keys[0]) if keys else None

    def columns_of(self, key: SeriesKey) -> SeriesColumns:
        """As :meth:`series_columns`, for an exact key; reads only its row groups, and only values where the layout of
        areas and periods was read before."""
        parts = [self._columns(name, run) for name, run in self.runs[key]]
        return parts[0] if len(parts) == 1 else _merged(parts)

    def scan(self, keys: Iterable[SeriesKey] | None = None) -> Iterator[SeriesColumns]:
        """Columns of many keys (None: of all), in storage order: one pass over the files."""
        wanted = None if keys is None else set(keys)
        for key in self.runs:
            if wanted is None or key in wanted:
                yield self.columns_of(key)

    # Inside

    def _columns(self, dataset: str, run: KeyRun) -> SeriesColumns:
        stored = self._open(self.datasets[dataset].object)
        area, period = self._layout(dataset, run)
        values = stored.read_values(run.first, run.rows)
        return SeriesColumns(run.key, run.layout, stored.areas, area, stored.periods, period, values)

    def _layout(self, dataset: str, run: KeyRun) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        name = (self.datasets[dataset].object, run.layout)
        with self._guard:
            if name in self._layouts:
                self._layouts.move_to_end(name)
                return self._layouts[name]
        found = self._open(name[0]).read_codes(run.first, run.rows)
        with self._guard:
            self._layouts[name] = found
            while (
                len(self._layouts) > 1 and sum(a.nbytes + p.nbytes for a, p in self._layouts.values()) > _LAYOUT_BYTES
            ):
                self._layouts.popitem(last=False)
        return found

    def _find(self, dataset: str, run: KeyRun, area: str, iso: str) -> int | None:
        stored = self._open(self.datasets[dataset].object)
        area_code, period_code = bisect_left(stored.areas, area), bisect_left(stored.periods, iso)
        if stored.areas[area_code : area_code + 1] != (area,) or stored.periods[period_code : period_code + 1] != (
            iso,
        ):
            return None
        areas, periods = self._layout(dataset, run)
        first, after = np.searchsorted(areas, [area_code, area_code + 1]).tolist()
        at = first + int(np.searchsorted(periods[first:after], period_code))
        return at if at < after and periods[at] == period_code else None

    def _one_row(self, key: SeriesKey, dataset: str, run: KeyRun, at: int) -> dict[str, object]:
        if run.rows > _SMALL_RUN or len(self.runs[key]) > 1:
            return dict(self._told(dataset, run, at, 1).to_pylist()[0])
        with self._guard:
            table = self._cells.get(key)
        if table is None:
            table = self._told(dataset, run)
            with self._guard:
                self._cells[key] = table
                if len(self._cells) > _CELLS_KEPT:
                    self._cells.popitem(last=False)
        return dict(table.slice(at, 1).to_pylist()[0])

    def _told(self, dataset: str, run: KeyRun, skip: int = 0, rows: int | None = None) -> pa.Table:
        stored = self._open(self.datasets[dataset].object)
        table = stored.read(run.first + skip, run.rows if rows is None else rows)
        plain = {name: table.column(name).cast(pa.string()) for name in COLUMNS if name not in ("row", "value")}
        row = table.column("row")
        if row.null_count < len(row):
            numbered = pc.binary_join_element_wise(plain["locator"], row.cast(pa.string()), "!")
            plain["locator"] = pc.coalesce(numbered, plain["locator"])
        plain["dataset"] = pa.chunked_array([pa.repeat(pa.scalar(dataset), len(row))])
        columns = [table.column("value") if name == "value" else plain[name] for name in OBSERVATION_SCHEMA.names]
        return pa.Table.from_arrays(columns, schema=OBSERVATION_SCHEMA)


def _observation(row: Mapping[str, object]) -> StoredObservation:
    told = {name: str(row[name]) for name in OBSERVATION_SCHEMA.names if name not in ("value", "period", "flag")}
    value = row["value"]
    return StoredObservation(
        **told,
        period=Period.from_iso(str(row["period"])),
        flag=Flag(str(row["flag"])),
        value=value if isinstance(value, float) else None,
    )


def _merged(parts: list[SeriesColumns]) -> SeriesColumns:
    """One key spread over several datasets, brought together and sorted again."""
    areas = tuple(sorted({area for part in parts for area in part.areas}))
    periods = tuple(sorted({period for part in parts for period in part.periods}))
    area_code = {area: code for code, area in enumerate(areas)}
    period_code = {period: code for code, period in enumerate(periods)}
    area = np.concatenate([np.array([area_code[a] for a in p.areas], np.int32)[p.area_codes] for p in parts])
    period = np.concatenate([np.array([period_code[q] for q in p.periods], np.int32)[p.period_codes] for p in parts])
    values = np.concatenate([part.values for part in parts])
    order = np.lexsort((period, area))
    layout = "+".join(part.layout for part in parts)
    return SeriesColumns(parts[0].key, layout, areas, area[order], periods, period[order], values[order])
