"""Doors to series, observations, releases and free formulas."""

from __future__ import annotations

import io
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from mudmai.api.parameters import (
    Limit,
    Offset,
    Release,
    TableFormat,
    asked_range,
    next_address,
    with_paging,
)
from mudmai.api.problem_docs import PROBLEMS
from mudmai.api.schemas import EvaluationOut, ObservationPageOut, ReleaseOut, SeriesOut, SeriesPageOut
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text
from mudmai.workspace.results import ObservationPage, SeriesInfo

router = Router(tags=["data"])

_COLUMNS = ("area_system", "area", "period", "series", "dims", "value", "flag", "source", "method", "locator")

_FILES: dict[str, Any] = {
    "responses": {
        **PROBLEMS["responses"],
        "200": {
            "description": "A page of observations",
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/ObservationPageOut"}},
                "text/csv": {"schema": {"type": "string"}},
                "application/vnd.apache.parquet": {"schema": {"type": "string", "format": "binary"}},
            },
        },
    }
}


@router.get("/series", response=SeriesPageOut, operation_id="listSeries", openapi_extra=PROBLEMS)
def list_series(request: HttpRequest, release: Release = None) -> dict[str, Any]:
    """Every series: what is measured, in which area system, how often, in which unit, and what is loaded of it."""
    found = request.workspace.series_list(release=release)  # type: ignore[attr-defined]
    current = request.workspace.release(release)  # type: ignore[attr-defined]
    return {"release": current.id, "total": len(found), "items": [_series(one) for one in found]}


@router.get("/series/{series}", response=SeriesOut, operation_id="getSeries", openapi_extra=PROBLEMS)
def get_series(request: HttpRequest, series: str, release: Release = None) -> dict[str, Any]:
    """One series."""
    found = request.workspace.series_list(release=release)  # type: ignore[attr-defined]
    for one in found:
        if one.series.id == series:
            return _series(one)
    raise UnknownNameError(Text("ชุดข้อมูลอนุกรม", "series"), series, [one.series.id for one in found])


@router.get("/observations", response=ObservationPageOut, operation_id="listObservations", openapi_extra=_FILES)
def list_observations(
    request: HttpRequest,
    series: Annotated[str | None, Query(max_length=120)] = None,
    area: Annotated[list[str] | None, Query(description="Area codes; repeat for several", max_length=1000)] = None,
    first: Annotated[str | None, Query(alias="from", max_length=40)] = None,
    last: Annotated[str | None, Query(alias="to", max_length=40)] = None,
    dims: Annotated[str | None, Query(description="sex=F; empty: totals only; absent: all", max_length=200)] = None,
    dataset: Annotated[str | None, Query(max_length=200)] = None,
    release: Release = None,
    limit: Limit = 1000,
    offset: Offset = 0,
    format: TableFormat = "json",
) -> Any:
    """Observations that fit all filters, in stable order, page by page. A missing value is ``null`` with its flag."""
    start, end = asked_range(first, last)
    page = request.workspace.observations(  # type: ignore[attr-defined]
        series,
        areas=tuple(area or ()),
        first=start,
        last=end,
        dims=dims,
        dataset=dataset,
        release=release,
        offset=offset,
        limit=limit,
    )
    if format != "json":
        return with_paging(_file(page, format), request, page.total, page.next_offset)
    return {
        "release": page.release,
        "total": page.total,
        "offset": offset,
        "limit": limit,
        "next": next_address(request, page.next_offset),
        "items": page.as_dicts(),
    }


@router.get("/evaluate", response=EvaluationOut, operation_id="evaluate", openapi_extra=PROBLEMS)
def evaluate(
    request: HttpRequest,
    formula: Annotated[str, Query(max_length=2000, description="A formula, see docs/reference/formulas.md")],
    area_system: Annotated[str | None, Query(max_length=80)] = None,
    first: Annotated[str | None, Query(alias="from", max_length=40)] = None,
    last: Annotated[str | None, Query(alias="to", max_length=40)] = None,
    release: Release = None,
) -> dict[str, Any]:
    """A free formula over all areas of its system; checked for units and area systems before it is computed."""
    start, end = asked_range(first, last)
    workspace = request.workspace  # type: ignore[attr-defined]
    checked = workspace.check_formula(formula, area_system=area_system)
    cube = workspace.evaluate(formula, area_system=area_system, first=start, last=end, release=release)
    return {
        "formula": formula,
        "area_system": checked.type.area_system or area_system or "",
        "unit": checked.type.unit.code,
        "release": workspace.release(release).id,
        "items": [
            {"area": area, "period": period.iso, "value": bool(value) if cube.boolean and value is not None else value}
            for area, period, value in cube.cells()
        ],
    }


@router.get("/releases", response=list[ReleaseOut], operation_id="listReleases", openapi_extra=PROBLEMS)
def list_releases(request: HttpRequest) -> list[dict[str, Any]]:
    """All releases, newest first."""
    workspace = request.workspace  # type: ignore[attr-defined]
    current = workspace.release().id
    return [
        {
            "id": one.id,
            "sequence": one.sequence,
            "created_at": str(one.created_at),
            "parent": one.parent,
            "is_current": one.id == current,
            "datasets": sorted(one.datasets),
        }
        for one in workspace.releases()
    ]


def _series(info: SeriesInfo) -> dict[str, Any]:
    one = info.series
    return {
        "id": one.id,
        "title_th": one.title.th,
        "title_en": one.title.en,
        "area_system": one.area_system,
        "frequency": one.frequency.value,
        "unit": one.unit,
        "aggregation": one.aggregation.rule.value,
        "dimensions": [d.id for d in one.dimensions],
        "breaks": [b.period.iso for b in one.breaks],
        "method": one.method,
        "source": one.source,
        "observations": info.observations,
        "missing": info.missing,
        "areas": info.areas,
        "first": info.first.iso if info.first else None,
        "last": info.last.iso if info.last else None,
        "datasets": list(info.datasets),
    }


def _file(page: ObservationPage, format: str) -> HttpResponse:
    table = page.table.select([c for c in _COLUMNS if c in page.table.column_names])
    name = f"observations-{page.release}.{format}"
    if format == "csv":
        from mudmai.exchange.tables import csv_bytes  # only answers in CSV need the writer

        response = HttpResponse(
            csv_bytes(table.column_names, table.to_pylist()), content_type="text/csv; charset=utf-8"
        )
    else:
        import pyarrow.parquet as pq  # loaded when the first Parquet file is asked for

        buffer = io.BytesIO()
        pq.write_table(table, buffer)
        response = HttpResponse(buffer.getvalue(), content_type="application/vnd.apache.parquet")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
