"""Asking a release for observations: filters, a stable order, pages. Only what a page needs is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.core.series import Catalogue
from mudmai.workspace.results import ObservationPage, SeriesInfo

if TYPE_CHECKING:
    import pyarrow as pa

    from mudmai.engine.objects import SeriesKey
    from mudmai.engine.release import Release


@dataclass(frozen=True, slots=True)
class ObservationFilter:
    """What to keep; empty or None: everything. ``areas`` are codes or aliases; periods count by their years where the
    frequencies differ."""

    series: str | None = None
    areas: tuple[str, ...] = ()
    first: Period | None = None
    last: Period | None = None
    dims: str | None = None
    dataset: str | None = None

    @property
    def whole_keys(self) -> bool:
        """True when a series is kept whole or not at all, so that rows can be counted without reading them."""
        return not self.areas and self.first is None and self.last is None and self.dataset is None


def find_observations(
    release: Release, catalogue: Catalogue, wanted: ObservationFilter, *, offset: int = 0, limit: int | None = None
) -> ObservationPage:
    """One page, sorted by area system, series, dimensions, area, period.

    Unknown series, areas and datasets are :class:`UnknownNameError`; known ones without observations give no rows.
    """
    import pyarrow as pa  # the engine's columns load where observations are read

    from mudmai.engine.release import OBSERVATION_SCHEMA

    if offset < 0 or (limit is not None and limit < 0):
        raise InputError(
            Text("offset และ limit ต้องไม่ติดลบ", "offset and limit must not be negative"),
            remedy=Text("ใช้ 0 หรือมากกว่า", "use 0 or more"),
            code="paging",
        )
    _refuse_unknown(release, catalogue, wanted)
    codes = _area_codes(catalogue, wanted.areas)
    parts: list[pa.Table] = []
    total = 0
    for key in _keys(release, wanted):
        stop = None if limit is None else offset + limit
        if wanted.whole_keys:
            rows = sum(run.rows for _, run in release.runs[key])
            if total + rows <= offset or (stop is not None and total >= stop):
                total += rows
                continue
        table = _kept(release.observations_of(key), wanted, codes)
        rows = table.num_rows
        start = max(0, offset - total)
        room = rows - start if stop is None else min(rows - start, stop - total - start)
        if start < rows and room > 0:
            parts.append(_sorted(table).slice(start, room))
        total += rows
    table = pa.concat_tables([OBSERVATION_SCHEMA.empty_table(), *parts])
    return ObservationPage(table, total, offset, limit, release.id)


def _keys(release: Release, wanted: ObservationFilter) -> Iterator[SeriesKey]:
    for key in sorted(release.series_keys()):
        if wanted.series in (None, key.series) and wanted.dims in (None, key.dims):
            yield key


def _refuse_unknown(release: Release, catalogue: Catalogue, wanted: ObservationFilter) -> None:
    stored = {key.series for key in release.series_keys()}
    if wanted.series is not None and wanted.series not in catalogue.series and wanted.series not in stored:
        raise UnknownNameError(Text("อนุกรม", "series"), wanted.series, sorted({*catalogue.series, *stored}))
    if wanted.dataset is not None and wanted.dataset not in release.datasets:
        raise UnknownNameError(Text("ชุดข้อมูล", "dataset"), wanted.dataset, list(release.datasets))


def _area_codes(catalogue: Catalogue, areas: Sequence[str]) -> tuple[str, ...]:
    """The codes behind codes and aliases, in all systems that know them."""
    from mudmai.workspace.scorecards import known_areas  # that module stands above this one

    return tuple(dict.fromkeys(a.code for name in areas for a in known_areas(catalogue, name).values()))


def _kept(table: pa.Table, wanted: ObservationFilter, codes: tuple[str, ...]) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    if codes:
        table = table.filter(pc.is_in(table.column("area"), pa.array(codes)))
    if wanted.dataset is not None:
        table = table.filter(pc.equal(table.column("dataset"), wanted.dataset))
    if wanted.first is not None or wanted.last is not None:
        inside = [p for p in table.column("period").unique().to_pylist() if _inside(Period.from_iso(p), wanted)]
        table = table.filter(pc.is_in(table.column("period"), pa.array(inside, pa.string())))
    return table


def _inside(period: Period, wanted: ObservationFilter) -> bool:
    def order(one: Period) -> int:
        return one.ordinal if one.frequency is period.frequency else one.year_ce

    for bound, sign in ((wanted.first, 1), (wanted.last, -1)):
        if bound is not None:
            own = period.ordinal if bound.frequency is period.frequency else period.year_ce
            if sign * (own - order(bound)) < 0:
                return False
    return True


def _sorted(table: pa.Table) -> pa.Table:
    return table.sort_by([("area", "ascending"), ("period", "ascending"), ("dataset", "ascending")])


def list_series(release: Release | None, catalogue: Catalogue) -> tuple[SeriesInfo, ...]:
    """Every series of the catalogue, in its order, with what the release holds of it (nothing when there is none)."""
    return tuple(_series_info(release, catalogue, name) for name in catalogue.series)


def _series_info(release: Release | None, catalogue: Catalogue, name: str) -> SeriesInfo:
    series = catalogue.series[name]
    keys = () if release is None else release.keys_of(name, None)
    if release is None or not keys:
        return SeriesInfo(series)
    table = release.observations(name, None)
    periods = [Period.from_iso(p) for key in keys for p in release.periods_of(key)]
    return SeriesInfo(
        series,
        observations=table.num_rows,
        missing=table.column("value").null_count,
        areas=len(table.column("area").unique()),
        first=min(periods),
        last=max(periods),
        datasets=tuple(dict.fromkeys(dataset for key in keys for dataset, _ in release.runs[key])),
    )
