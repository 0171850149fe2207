"""Doors to area systems and their outlines."""

from __future__ import annotations

import json
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from mudmai.api.problem_docs import PROBLEMS
from mudmai.api.schemas import AreaSystemOut, LinkOut
from mudmai.core.areas import AreaSystem

router = Router(tags=["areas"])

GEOJSON = "application/geo+json"

_SHAPES: dict[str, Any] = {
    "responses": {
        **PROBLEMS["responses"],
        "200": {
            "description": "A GeoJSON FeatureCollection (RFC 7946); areas without an outline are left out",
            "content": {GEOJSON: {"schema": {"type": "object"}}},
        },
    }
}


@router.get("/area-systems", response=list[LinkOut], operation_id="listAreaSystems", openapi_extra=PROBLEMS)
def list_area_systems(request: HttpRequest) -> list[dict[str, str]]:
    """All area systems."""
    found = request.workspace.catalogue.area_systems  # type: ignore[attr-defined]
    return [{"name": one, "href": f"/api/v1/area-systems/{one}"} for one in found]


@router.get("/area-systems/{system}", response=AreaSystemOut, operation_id="getAreaSystem", openapi_extra=PROBLEMS)
def get_area_system(request: HttpRequest, system: str) -> dict[str, Any]:
    """One area system with its areas, hierarchy and validity dates."""
    return _system(request.workspace.catalogue.area_system(system))  # type: ignore[attr-defined]


@router.get("/area-systems/{system}/areas.geojson", operation_id="getAreaShapes", openapi_extra=_SHAPES)
def get_shapes(
    request: HttpRequest,
    system: str,
    level: Annotated[
        str | None, Query(description="A level of the system; absent: the one below the root", max_length=80)
    ] = None,
) -> HttpResponse:
    """Outlines of one level of a system."""
    shapes = request.workspace.areas_geojson(system, level)  # type: ignore[attr-defined]
    return HttpResponse(json.dumps(shapes, ensure_ascii=False, separators=(",", ":")), content_type=GEOJSON)


def _system(system: AreaSystem) -> dict[str, Any]:
    return {
        "id": system.id,
        "title_th": system.title.th,
        "title_en": system.title.en,
        "note_th": system.note.th,
        "note_en": system.note.en,
        "levels": list(system.levels),
        "areas": [
            {
                "code": a.code,
                "name_th": a.name.th,
                "name_en": a.name.en,
                "level": a.level,
                "parent": a.parent,
                "valid_from": a.valid_from.isoformat() if a.valid_from else None,
                "valid_to": a.valid_to.isoformat() if a.valid_to else None,
                "aliases": list(a.aliases),
            }
            for a in system.areas
        ],
    }
