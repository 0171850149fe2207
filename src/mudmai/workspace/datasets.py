"""The catalogue of datasets: what packs say about them, joined with what a release holds.

Rows belong to a dataset when they are of one of its series and stand in one of its tables; a series that another table
carries too (an import of the reader's own) stays out. An indicator is open when every table behind its readings belongs
to an open dataset; only then do the standard doors show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from mudmai.core.datasets import Dataset, DatasetRecord, Holding
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text
from mudmai.core.observations import read_dims
from mudmai.core.periods import Period
from mudmai.core.plans import Indicator, Plan
from mudmai.core.series import Catalogue

if TYPE_CHECKING:
    import pyarrow as pa

    from mudmai.engine.objects import SeriesKey
    from mudmai.engine.release import Release
    from mudmai.exchange.packs import Pack
    from mudmai.workspace.shelf import Shelf


def list_datasets(
    packs: Mapping[str, Pack], catalogue: Catalogue, release: Release, releases: Iterable[Release]
) -> tuple[DatasetRecord, ...]:
    """Every dataset of every pack, in order of packs; of two with one id the later pack's stays.

    ``releases`` are all releases, newest first; they say when a dataset was first published.
    """
    history = [one for one in releases if one.sequence <= release.sequence]
    found: dict[str, DatasetRecord] = {}
    for pack in packs.values():
        for dataset in pack.datasets:
            holding = _holding(dataset, catalogue, release, history)
            found[dataset.id] = DatasetRecord(dataset, holding, pack.id, pack.fiscal_year_starts)
    return tuple(found.values())


def keys_of(release: Release, dataset: Dataset) -> tuple[SeriesKey, ...]:
    """The keys with rows of the dataset: in the order of its series, then of dimension values."""
    place = {name: at for at, name in enumerate(dataset.series)}
    mine = [key for key, runs in release.runs.items() if key.series in place and any(dataset.holds(t) for t, _ in runs)]
    return tuple(sorted(mine, key=lambda key: (place[key.series], key.area_system, key.dims)))


def rows_of(release: Release, dataset: Dataset, key: SeriesKey) -> int:
    """How many rows of ``key`` belong to the dataset."""
    return sum(run.rows for table, run in release.runs[key] if dataset.holds(table))


def last_release_with(releases: Iterable[Release], dataset: Dataset) -> Release | None:
    """The newest of ``releases`` (newest first) that has rows of the dataset; None where none ever had."""
    return next((one for one in releases if keys_of(one, dataset)), None)


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which rows of a dataset: by series, area codes, exact dimension values and days (periods that lie inside)."""

    series: frozenset[str] | None = None
    areas: frozenset[str] | None = None
    dims: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Dimension id → codes; the empty code stands for the total (and for series without the dimension)."""
    first: Period | None = None
    last: Period | None = None

    def wants(self, key: SeriesKey) -> bool:
        """False when no row of ``key`` can pass."""
        if self.series is not None and key.series not in self.series:
            return False
        own = dict(read_dims(key.dims))
        return all(own.get(name, "") in codes for name, codes in self.dims.items())

    def wants_period(self, period: Period) -> bool:
        """True when the period lies inside the asked range."""
        if self.first is not None and period.start() < self.first.start():
            return False
        return self.last is None or period.shift(1).start() <= self.last.shift(1).start()


def tables_of(release: Release, dataset: Dataset, wanted: RowFilter | None = None) -> Iterator[pa.Table]:
    """The dataset's rows (columns as ``OBSERVATION_SCHEMA``), one table for each key, sorted by area and period."""
    import pyarrow as pa  # the engine's columns load where observations are read
    import pyarrow.compute as pc

    chosen = wanted or RowFilter()
    for key in keys_of(release, dataset):
        if not chosen.wants(key):
            continue
        table = release.observations_of(key)
        mine = [name for name, _ in release.runs[key] if dataset.holds(name)]
        if len(mine) < len(release.runs[key]):
            table = table.filter(pc.is_in(table.column("dataset"), pa.array(mine, pa.string())))
        if chosen.areas is not None:
            table = table.filter(pc.is_in(table.column("area"), pa.array(sorted(chosen.areas), pa.string())))
        if chosen.first is not None or chosen.last is not None:
            known = table.column("period").unique().to_pylist()
            inside = [iso for iso in known if chosen.wants_period(Period.from_iso(iso))]
            table = table.filter(pc.is_in(table.column("period"), pa.array(inside, pa.string())))
        if table.num_rows:
            yield table.sort_by([("area", "ascending"), ("period", "ascending")])


def open_tables(records: Iterable[DatasetRecord]) -> frozenset[str]:
    """Names of the tables that open datasets hold."""
    return frozenset(t for one in records if one.dataset.is_open for t in one.dataset.tables)


def all_open(release: Release, series: Iterable[str], tables: frozenset[str]) -> bool:
    """True when every row of these series stands in one of the open ``tables``."""
    return all(
        table.partition("@")[0] in tables
        for name in series
        for key in release.keys_of(name, None)
        for table, _ in release.runs[key]
    )


def _holding(dataset: Dataset, catalogue: Catalogue, release: Release, history: list[Release]) -> Holding:
    present = [t for t in release.datasets if dataset.holds(t)]
    keys = keys_of(release, dataset)
    if not keys:
        return Holding(release.id)
    areas: dict[str, set[str]] = {}
    missing = rows = 0
    periods: set[str] = set()
    sources: set[str] = set()
    methods: set[str] = set()
    for table in tables_of(release, dataset):
        system = str(table.column("area_system")[0].as_py())
        areas.setdefault(system, set()).update(table.column("area").unique().to_pylist())
        periods.update(table.column("period").unique().to_pylist())
        sources.update(table.column("source").unique().to_pylist())
        methods.update(table.column("method").unique().to_pylist())
        missing += table.column("value").null_count
        rows += table.num_rows
    ordered = sorted((Period.from_iso(iso) for iso in periods), key=lambda p: (p.start(), p.frequency))
    defaults = [catalogue.series[name] for name in dict.fromkeys(key.series for key in keys)]
    return Holding(
        release=release.id,
        rows=rows,
        missing=missing,
        series=tuple(dict.fromkeys(key.series for key in keys)),
        areas={system: _in_order(catalogue, system, codes) for system, codes in sorted(areas.items())},
        dimensions=tuple(dict.fromkeys(d.id for series in defaults for d in series.dimensions)),
        first=ordered[0],
        last=max(ordered, key=lambda p: p.shift(1).start()),
        issued=_issued(dataset, history),
        modified=_modified(release, present, history),
        sources=_known(sources, catalogue.sources, [s.source for s in defaults]),
        methods=_known(methods, catalogue.methods, [s.method for s in defaults]),
    )


def _in_order(catalogue: Catalogue, system: str, codes: set[str]) -> tuple[str, ...]:
    known = catalogue.area_systems.get(system)
    order = {} if known is None else {area.code: at for at, area in enumerate(known.areas)}
    return tuple(sorted(codes, key=lambda code: (order.get(code, len(order)), code)))


def _known(named: set[str], known: Mapping[str, object], defaults: list[str]) -> tuple[str, ...]:
    """Ids that rows name, in the catalogue's order; the defaults of the series where rows name none."""
    wanted = (named - {""}) | (set(defaults) if "" in named else set())
    return tuple(name for name in known if name in wanted)


def _issued(dataset: Dataset, history: list[Release]) -> datetime | None:
    for release in reversed(history):
        if any(dataset.holds(t) for t in release.datasets):
            return release.created_at
    return None


def _modified(release: Release, present: list[str], history: list[Release]) -> datetime | None:
    """When the youngest of the tables as they are now was published."""
    when = {one.id: one.created_at for one in history}
    return max((when.get(release.datasets[t].since, release.created_at) for t in present), default=None)


class DatasetCatalogue:
    """All datasets as one release has them. Made by :meth:`Workspace.dataset_catalogue`; safe to share."""

    def __init__(self, shelf: Shelf, release: Release, releases: Iterable[Release]) -> None:
        self._shelf = shelf
        self.release = release
        self.catalogue = shelf.catalogue
        self.records = list_datasets(shelf.packs, shelf.catalogue, release, releases)
        """Every dataset, open or not."""
        self.open = tuple(one for one in self.records if one.dataset.is_open and one.holding.rows)
        """Open datasets that have rows, in order of packs: what the standard doors serve."""
        self._open_tables = open_tables(self.records)
        told = {name for one in self.records if one.dataset.is_open for name in one.dataset.series}
        self._closed_series = {name for one in self.records for name in one.dataset.series} - told

    def open_one(self, dataset: str) -> DatasetRecord:
        """The open dataset with this id; any other, closed ones too, is an :class:`UnknownNameError`."""
        for one in self.open:
            if one.id == dataset:
                return one
        raise UnknownNameError(Text("ชุดข้อมูล", "dataset"), dataset, [one.id for one in self.open])

    def tables(self, record: DatasetRecord, wanted: RowFilter | None = None) -> Iterator[pa.Table]:
        """The rows of one dataset, see :func:`tables_of`."""
        return tables_of(self.release, record.dataset, wanted)

    def is_open(self, plan: Plan, indicator: Indicator) -> bool:
        """True when the indicator's default reading rests on open datasets only."""
        from mudmai.core.formulas.check import check  # formulas load where they are used

        definitions = self._shelf.definitions_of(plan)
        formula = check(indicator.reading().formula, self.catalogue, definitions, indicator.area_system, indicator.unit)
        series = {leaf.series for leaf in formula.series}
        return not series & self._closed_series and all_open(self.release, series, self._open_tables)
