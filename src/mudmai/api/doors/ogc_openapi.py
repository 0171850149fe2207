"""The OpenAPI 3.0 description of the map door; clients read from it which properties can be filtered by."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from mudmai.api.doors.ogc_layers import Layer

Json = dict[str, Any]

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
MOST = 10_000
USUAL = 10

_LIMIT = {
    "name": "limit",
    "in": "query",
    "required": False,
    "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
    "style": "form",
    "explode": False,
    "description": "Features on a page; larger values are cut down to the maximum",
}
_OFFSET = {
    "name": "offset",
    "in": "query",
    "required": False,
    "schema": {"type": "integer", "minimum": 0, "default": 0},
    "style": "form",
    "explode": False,
    "description": "Features to skip; follow the links `next` instead of counting",
}
_BBOX = {
    "name": "bbox",
    "in": "query",
    "required": False,
    "schema": {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}},
    "style": "form",
    "explode": False,
    "description": "West, south, east, north in degrees: features that touch this box",
}
_DATETIME = {
    "name": "datetime",
    "in": "query",
    "required": False,
    "schema": {"type": "string"},
    "style": "form",
    "explode": False,
    "description": "A day or time, or a span with `/` and `..` (RFC 3339): features whose time meets it",
}
_F = {
    "name": "f",
    "in": "query",
    "required": False,
    "schema": {"type": "string", "enum": ["json"]},
    "style": "form",
    "explode": False,
    "description": "The format; there is one",
}
_RELEASE = {
    "name": "release",
    "in": "query",
    "required": False,
    "schema": {"type": "string"},
    "style": "form",
    "explode": False,
    "description": "A release; answers for a named release never change. Absent: the current one",
}


def _crs(name: str) -> Json:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "schema": {"type": "string", "format": "uri", "enum": [CRS84], "default": CRS84},
        "style": "form",
        "explode": False,
        "description": "Coordinates are longitude and latitude, WGS 84",
    }


EVERYWHERE = (_F, _RELEASE)
OF_ITEMS = (_LIMIT, _OFFSET, _BBOX, _DATETIME, _crs("crs"), _crs("bbox-crs"), *EVERYWHERE)


def document(layers: Sequence[Layer], server: str) -> Json:
    """The whole description; ``server`` is the address of the landing page."""
    paths: Json = {
        "/": _path("getLandingPage", "Landing page"),
        "/api": _path("getApi", "This description", "application/vnd.oai.openapi+json;version=3.0"),
        "/conformance": _path("getConformance", "Standards that this door keeps to"),
        "/collections": _path("getCollections", "All layers"),
    }
    for layer in layers:
        name = "".join(part.capitalize() for part in layer.id.split("-"))
        here = f"/collections/{layer.id}"
        paths[here] = _path(f"describe{name}", layer.title.en)
        items = _path(f"get{name}", layer.title.en, "application/geo+json", [*OF_ITEMS, *_filters(layer)])
        paths[f"{here}/items"] = items
        one = _path(f"getOne{name}", f"{layer.title.en}: one feature", "application/geo+json",
                    [_ID, _crs("crs"), *EVERYWHERE])  # fmt: skip
        paths[f"{here}/items/{{featureId}}"] = one
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Mudmai OGC API Features",
            "description": "Areas with their outlines, and indicators with their last values and verdicts.",
            "version": version("mudmai"),
        },
        "servers": [{"url": server}],
        "paths": paths,
    }


_ID = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}


def _filters(layer: Layer) -> list[Json]:
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "schema": {"type": kind},
            "style": "form",
            "explode": False,
            "description": f"Features whose `{name}` is exactly this",
        }
        for name, kind in layer.properties.items()
        if name not in {"release"}
    ]


def _path(operation: str, summary: str, media: str = "application/json", parameters: Sequence[Json] = ()) -> Json:
    problem = {"application/problem+json": {"schema": {"type": "object"}}}
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "parameters": list(parameters or EVERYWHERE),
            "responses": {
                "200": {"description": summary, "content": {media: {"schema": {"type": "object"}}}},
                "400": {"description": "A parameter that is unknown or cannot be used", "content": problem},
                "404": {"description": "Not there", "content": problem},
            },
        }
    }
