"""One dataset: what it is, a chart, a map, a preview, quality, metadata, ways to take it away and to cite it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from mudmai.apps.data.domain.catalogue_access import may_submit
from mudmai.core.areas import Area
from mudmai.core.datasets import LICENCES, DatasetRecord, frequency_of_update
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Language, Text
from mudmai.core.observations import Flag
from mudmai.core.periods import Period
from mudmai.core.timeliness import currency
from mudmai.exchange.dataset_files import MOST_SHEET_ROWS, estimated_sizes
from mudmai.exchange.dcat import sdmx_name
from mudmai.exchange.government_fields import required_fields
from mudmai.web.charts.classes import Classes, quantile_classes
from mudmai.web.charts.lines import line_document
from mudmai.web.charts.maps import Outlines, Shape, outlines
from mudmai.web.charts.rendering import inline_svg
from mudmai.web.pages import address, reader, render_page, workspace_of
from mudmai.web.preferences import Preferences
from mudmai.web.views.area import level_name
from mudmai.web.views.catalogue.search import FORMATS
from mudmai.web.views.catalogue.visitors import closed_of, for_visitors, has_session
from mudmai.web.wording import wording
from mudmai.workspace import Workspace
from mudmai.workspace.catalogue_entries import CLASS_NAMES, formats_of
from mudmai.workspace.catalogue_search import today
from mudmai.workspace.dataset_profile import Gap, SeriesGrid, SeriesPart, revisions, series_grid, series_parts
from mudmai.workspace.dataset_uses import uses_of
from mudmai.workspace.datasets import DatasetCatalogue, last_release_with
from mudmai.workspace.notices import public_notices

PREVIEW_ROWS = 12
_BARS = 10
_MOST_BREAKDOWNS = 60
_MOST_GAPS = 40
_MOST_PERIODS = 24
_FILES = {
    "xlsx": "/data.xlsx",
    "csv": "/data.csv",
    "parquet": "/data.parquet",
    "json": "/data.json",
    "geojson": "/data.geojson",
    "zip": "/datapackage.zip",
}
ADDRESSES = {
    "csv": "/dataset/{id}/data.csv",
    "ckan": "/api/3/action/package_show?id={id}",
    "sdmx": "/sdmx/data/{flow}",
    "dcat": "/dataset/{id}.ttl",
    "package": "/dataset/{id}/datapackage.json",
}
"""What programs ask for, by the name of its wording."""


@dataclass(frozen=True, slots=True)
class Value:
    """An area with its value: ``decimals`` as the unit has them, ``shade`` the class on the map, ``bar`` in 0..100."""

    area: Area
    value: float | None
    flag: Flag | None
    decimals: int
    shade: int | None
    bar: Bar | None


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from ``x`` of ``width`` in a box 0..100."""

    x: float
    width: float
    mark: float | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """An area of the map."""

    shape: Shape
    fill: str
    row: Value | None


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row of the preview; ``flag`` where it is not the usual one."""

    area: Area
    period: Period
    value: float | None
    flag: Flag


@dataclass(frozen=True, slots=True)
class GapGroup:
    """Areas of one level that lack the same periods."""

    level: Text
    runs: tuple[tuple[Period, Period], ...]
    count: int
    areas: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class Download:
    """A file to take away; ``size`` in bytes is an estimate, None where none was made."""

    kind: str
    label: Text
    what: Text
    address: str
    size: str


@for_visitors
def dataset(request: HttpRequest, dataset: str, language: str) -> HttpResponse:
    """``?series=`` the series (or breakdown) that is shown, ``?area=`` whose line, ``?release=`` as of when."""
    workspace, here = workspace_of(request), reader(request)
    held = workspace.dataset_catalogue(release=request.GET.get("release") or None)
    record = _record(workspace, held, dataset, closed_of(request))
    is_public = record.dataset.is_open and record.holding.rows > 0
    shown = _figures(request, workspace, held, record, here) if is_public else {}
    current = workspace.release().id
    asked = request.GET.get("release") or None
    formats = tuple(FORMATS[one] for one in formats_of(record))
    return render_page(
        request,
        "catalogue/dataset.html",
        current="datasets",
        record=record,
        dataset=record.dataset,
        holding=record.holding,
        licence=LICENCES[record.dataset.licence],
        update=frequency_of_update(record.dataset),
        currency=currency(record.dataset, record.holding, today()),
        where=_where(workspace, record),
        fields=required_fields(record, formats),
        sources=[held.catalogue.sources[name] for name in record.holding.sources],
        methods=[held.catalogue.methods[name] for name in record.holding.methods],
        uses=uses_of(workspace, record),
        notices=public_notices(workspace, dataset) if record.dataset.is_open else (),
        class_name=None if record.dataset.is_open else CLASS_NAMES[record.dataset.data_class],
        is_public=is_public,
        last_with=None if record.holding.rows else _last_with(workspace, record),
        may_submit=has_session(request) and may_submit(request.user, dataset),
        citation=_citation(request, held, record),
        release=held.release.id,
        asked_release=asked,
        is_current=held.release.id == current,
        packs_are_current=True,
        current_release=current,
        **shown,
    )


def _record(workspace: Workspace, held: DatasetCatalogue, name: str, closed: frozenset[str]) -> DatasetRecord:
    """A dataset whose figures were all withdrawn keeps its page."""
    for one in held.records:
        if one.id == name and (one.id in closed or (one.dataset.is_open and _was_public(workspace, one))):
            return one
    seen = [one.id for one in held.records if one in held.open or one.id in closed]
    raise UnknownNameError(Text("ชุดข้อมูล", "dataset"), name, seen)


def _was_public(workspace: Workspace, record: DatasetRecord) -> bool:
    return bool(record.holding.rows or public_notices(workspace, record.id) or _last_with(workspace, record))


def _last_with(workspace: Workspace, record: DatasetRecord) -> str | None:
    """The last release that everybody could read with figures of the dataset."""
    found = last_release_with(workspace.releases(), record.dataset) if record.dataset.is_open else None
    return found.id if found else None


def _where(workspace: Workspace, record: DatasetRecord) -> list[tuple[Text, int]]:
    """Levels of areas with the number of areas that the dataset speaks about."""
    counts: dict[str, int] = {}
    for system, codes in record.holding.areas.items():
        known = workspace.catalogue.area_system(system)
        for code in codes:
            if code in known.by_code:
                counts[known.by_code[code].level] = counts.get(known.by_code[code].level, 0) + 1
    return [(level_name(level), count) for level, count in counts.items()]


def _figures(
    request: HttpRequest, workspace: Workspace, held: DatasetCatalogue, record: DatasetRecord, here: Preferences
) -> dict[str, Any]:
    """Chart, map, preview, quality and files of a public dataset."""
    parts = series_parts(held, record)
    part = _asked_part(parts, request.GET.get("series", ""))
    grid = series_grid(held, record, part)
    level = grid.mapped_level
    period = grid.latest_of(level)
    unit = held.catalogue.unit(part.series.unit)
    values = _values(grid, period, level, unit.decimals)
    one = _asked_area(grid, request.GET.get("area", ""))
    own = grid.line(one.code)
    spec = line_document(own, here, unit.decimals, sorted(part.series.break_periods, key=lambda p: p.ordinal))
    title = f"{here.say(part.series.title)} {here.say(one.name)}"
    changes = revisions(workspace, held, record)
    return {
        "parts": parts[:_MOST_BREAKDOWNS],
        "part": part,
        "unit": unit,
        "grid": grid,
        "area": one,
        "line": own,
        "chart": inline_svg(spec, "series", title, here.say(unit.label)) if spec else "",
        "breaks": part.series.breaks,
        "period": period,
        "level": level_name(level),
        "values": values[:_BARS] if len(values) > 1 else [],
        "more_values": values[_BARS:],
        "map": _map(workspace, grid, level, values, here, unit.decimals),
        "preview": _preview(grid),
        "periods": grid.periods[: -_MOST_PERIODS - 1 : -1],
        "coverage_cells": [
            (level_name(c.level), c.areas, list(zip(grid.periods, c.there, strict=True))[: -_MOST_PERIODS - 1 : -1])
            for c in grid.coverage
        ],
        "older_periods": max(0, len(grid.periods) - _MOST_PERIODS),
        "gaps": _gap_groups(grid.gaps),
        "revisions": changes,
        "downloads": _downloads(request, held, record, here),
        "addresses": _addresses(request, record),
    }


def _asked_part(parts: tuple[SeriesPart, ...], key: str) -> SeriesPart:
    if not key:
        return next((p for p in parts if not p.dims), parts[0])
    for one in parts:
        if one.key == key:
            return one
    raise UnknownNameError(Text("ชุดข้อมูลอนุกรม", "series"), key, [p.key for p in parts])


def _asked_area(grid: SeriesGrid, code: str) -> Area:
    if not code:
        return grid.root
    for area in grid.areas:
        if area.code == code:
            return area
    raise UnknownNameError(Text("พื้นที่", "area"), code, [a.code for a in grid.areas])


def _values(grid: SeriesGrid, period: Period, level: str, decimals: int) -> list[Value]:
    """All areas of a level at a period, the largest value first, areas without a value last."""
    told = grid.at(period, level)
    known = [v for _, v, _ in told if v is not None]
    classes = quantile_classes(known, decimals)
    low, high = min([0.0, *known]), max([0.0, *known])
    rows = [
        Value(area, value, flag, decimals, classes.of(value) if classes else None, _bar(value, low, high))
        for area, value, flag in told
    ]
    return sorted(rows, key=lambda one: (one.value is None, -(one.value or 0.0)))


def _bar(value: float | None, low: float, high: float) -> Bar | None:
    if value is None or high == low:
        return None
    start, end = sorted(100 * (v - low) / (high - low) for v in (0.0, value))
    return Bar(round(start, 1), round(end - start, 1))


def _map(
    workspace: Workspace, grid: SeriesGrid, level: str, values: list[Value], here: Preferences, decimals: int
) -> dict[str, object] | None:
    """The map of the latest values; None where fewer than two areas have an outline."""
    found: Outlines | None = outlines(workspace.areas_geojson(grid.system.id, level)["features"], here.language)
    by_code = {one.area.code: one for one in values}
    if found is None or len({shape.code for shape in found.shapes} & set(by_code)) < 2:
        return None
    classes: Classes | None = quantile_classes([one.value for one in values], decimals)

    def fill(row: Value | None) -> str:
        return "none" if row is None or row.shade is None else str(row.shade)

    drawn = [Drawn(shape, fill(by_code.get(shape.code)), by_code.get(shape.code)) for shape in found.shapes]
    return {"outlines": found, "areas": drawn, "classes": classes, "missing": any(d.fill == "none" for d in drawn)}


def _preview(grid: SeriesGrid) -> list[PreviewRow]:
    """The newest rows, in the order of the areas."""
    rows: list[PreviewRow] = []
    for period in reversed(grid.periods):
        for area, value, flag in grid.at(period):
            if flag is not None and len(rows) < PREVIEW_ROWS:
                rows.append(PreviewRow(area, period, value, flag))
        if len(rows) >= PREVIEW_ROWS:
            break
    return rows


def _gap_groups(gaps: tuple[Gap, ...]) -> list[GapGroup]:
    """Gaps that are alike, told once; the largest groups first."""
    groups: dict[tuple[str, tuple[tuple[Period, Period], ...]], list[Area]] = {}
    for one in gaps:
        groups.setdefault((one.area.level, one.runs), []).append(one.area)
    counts = {(g.area.level, g.runs): g.count for g in gaps}
    told = [GapGroup(level_name(key[0]), key[1], counts[key], tuple(areas)) for key, areas in groups.items()]
    return sorted(told, key=lambda one: -one.count * len(one.areas))[:_MOST_GAPS]


def _downloads(
    request: HttpRequest, held: DatasetCatalogue, record: DatasetRecord, here: Preferences
) -> list[Download]:
    sizes = estimated_sizes(record, held.tables(record))
    asked = request.GET.get("release")
    keep = f"?release={asked}" if asked else ""
    kinds = [k for k in _FILES if k in formats_of(record) and (k != "xlsx" or record.holding.rows <= MOST_SHEET_ROWS)]
    return [
        Download(
            kind,
            FORMATS[kind],
            wording(f"dataset.file_{kind}"),
            f"/dataset/{record.id}{_FILES[kind]}{keep}",
            _size(sizes[kind], here) if kind in sizes else "",
        )
        for kind in kinds
    ]


def _size(count: int, here: Preferences) -> str:
    """Bytes as people say them.

    >>> _size(1_234_567, Preferences())
    '1.2 MB'
    """
    if count < 1_000_000:
        return f"{here.number(max(1, round(count / 1000)), 0)} kB"
    return f"{here.number(count / 1_000_000, 1)} MB"


def _addresses(request: HttpRequest, record: DatasetRecord) -> list[tuple[Text, str]]:
    """Addresses for programs, whole."""
    told = {name: where.format(id=record.id, flow=sdmx_name(record.id)) for name, where in ADDRESSES.items()}
    return [(wording(f"dataset.address_{name}"), request.build_absolute_uri(path)) for name, path in told.items()]


def _citation(request: HttpRequest, held: DatasetCatalogue, record: DatasetRecord) -> Text:
    dataset, release = record.dataset, held.release
    day = release.created_at.date()

    def link(language: Language) -> str:
        return request.build_absolute_uri(f"{address(language, 'dataset', dataset=record.id)}?release={release.id}")

    return Text(
        f"{dataset.publisher.name.th}. {dataset.title.th}. รุ่นข้อมูล {release.id} (เผยแพร่ {day.day}/{day.month}/"
        f"{day.year + 543}). {LICENCES[dataset.licence].title.th}. {link('th')}",
        f"{dataset.publisher.name.en}. {dataset.title.en}. Data release {release.id} (published {day.isoformat()}). "
        f"{LICENCES[dataset.licence].title.en}. {link('en')}",
    )
