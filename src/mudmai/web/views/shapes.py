"""Outlines of areas for the map: our own GeoJSON, nothing from elsewhere."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse

from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text
from mudmai.web.freshness import fresh
from mudmai.web.pages import workspace_of


@fresh
def shapes(request: HttpRequest, system: str, level: str, language: str) -> HttpResponse:
    """One level of one area system as GeoJSON."""
    workspace = workspace_of(request)
    levels = workspace.catalogue.area_system(system).levels
    if level not in levels:
        raise UnknownNameError(Text("ระดับพื้นที่", "level"), level, levels)
    found = workspace.areas_geojson(system, level)
    body = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(body, content_type="application/geo+json; charset=utf-8")
