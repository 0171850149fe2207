"""OGC API Features, Part 1: Core, below ``/ogc``: areas with outlines and indicator layers as GeoJSON.

A parameter that is not declared is a 400, as the standard asks. There is no ``timeStamp``, so that an unchanged page is
an unchanged document with one ETag. Source: OGC 17-069r4; Part 2 (18-058r1) with CRS84 alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timezone
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from mudmai.api.doors.door import addresses, whole_number
from mudmai.api.doors.ogc_layers import Box, Feature, Layer, all_layers, one_layer
from mudmai.api.doors.ogc_openapi import CRS84, EVERYWHERE, MOST, OF_ITEMS, USUAL, document
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text

Json = dict[str, Any]

JSON = "application/json"
GEOJSON = "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
CONFORMS_TO = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
)
_EVERYWHERE = frozenset(p["name"] for p in EVERYWHERE)
_OF_ITEMS = frozenset(str(p["name"]) for p in OF_ITEMS)


def landing(request: HttpRequest) -> HttpResponse:
    """Where everything is."""
    _refuse_unknown(request, _EVERYWHERE)
    links = [
        _link(request, "", "self", JSON, "this document"),
        _link(request, "/api", "service-desc", OPENAPI, "OpenAPI 3.0"),
        _link(request, "/conformance", "conformance", JSON, "standards"),
        _link(request, "/collections", "data", JSON, "layers"),
    ]
    title = "หมุดหมาย: พื้นที่และตัวชี้วัดบนแผนที่ / Mudmai: areas and indicators on the map"
    return _json({"title": title, "description": title, "links": links})


def api(request: HttpRequest) -> HttpResponse:
    """The OpenAPI description."""
    _refuse_unknown(request, _EVERYWHERE)
    return _json(document(all_layers(request), addresses(request).name("/ogc")), OPENAPI)


def conformance(request: HttpRequest) -> HttpResponse:
    """Standards that are kept to."""
    _refuse_unknown(request, _EVERYWHERE)
    return _json({"conformsTo": list(CONFORMS_TO)})


def collections(request: HttpRequest) -> HttpResponse:
    """All layers."""
    _refuse_unknown(request, _EVERYWHERE)
    links = [_link(request, "/collections", "self", JSON, "layers")]
    found = [_described(request, layer) for layer in all_layers(request)]
    return _json({"links": links, "collections": found, "crs": [CRS84]})


def collection(request: HttpRequest, name: str) -> HttpResponse:
    """One layer."""
    _refuse_unknown(request, _EVERYWHERE)
    return _json(_described(request, one_layer(request, name)))


def items(request: HttpRequest, name: str) -> HttpResponse:
    """Features of one layer: by box, time and properties, page by page."""
    layer = one_layer(request, name)
    filters = {one: request.GET[one] for one in layer.properties if one in request.GET and one != "release"}
    _refuse_unknown(request, _OF_ITEMS | set(layer.properties))
    _refuse_crs(request)
    found = _chosen(layer, request, filters)
    limit = min(MOST, whole_number(request.GET.get("limit"), "limit", least=1, most=10**9, absent=USUAL))
    offset = whole_number(request.GET.get("offset"), "offset", least=0, most=10**9, absent=0)
    page = found[offset : offset + limit]
    here = f"/collections/{name}"
    links = [
        _paged(request, f"{here}/items", "self", None),
        _link(request, here, "collection", JSON, layer.title.en),
    ]
    if offset + limit < len(found):
        links.append(_paged(request, f"{here}/items", "next", offset + limit))
    if offset > 0:
        links.append(_paged(request, f"{here}/items", "prev", max(0, offset - limit)))
    body = {"type": "FeatureCollection", "numberMatched": len(found), "numberReturned": len(page), "links": links,
            "features": page}  # fmt: skip
    return _json(body, GEOJSON)


def item(request: HttpRequest, name: str, feature: str) -> HttpResponse:
    """One feature."""
    _refuse_unknown(request, _EVERYWHERE | {"crs"})
    _refuse_crs(request)
    layer = one_layer(request, name)
    for one in layer.features:
        if one["id"] == feature:
            here = f"/collections/{name}"
            links = [
                _link(request, f"{here}/items/{feature}", "self", GEOJSON, feature),
                _link(request, here, "collection", JSON, layer.title.en),
            ]
            return _json({**one, "links": links}, GEOJSON)
    raise UnknownNameError(Text("พื้นที่", "feature"), feature, [str(f["id"]) for f in layer.features])


# ------------------------------------------------------------------ choosing


def _chosen(layer: Layer, request: HttpRequest, filters: Mapping[str, str]) -> list[Feature]:
    """The features that fit every condition, in the layer's order."""
    found: Iterable[Feature] = layer.features
    if request.GET.get("bbox"):
        inside = layer.inside(_box(request.GET["bbox"]))
        found = [f for f in found if f["id"] in inside]
    if request.GET.get("datetime"):
        during = layer.during(*_days(request.GET["datetime"]))
        found = [f for f in found if f["id"] in during]
    return [f for f in found if all(_is(f["properties"].get(name), wanted) for name, wanted in filters.items())]


def _is(own: Any, wanted: str) -> bool:
    if isinstance(own, (int, float)):
        try:
            return float(wanted) == own
        except ValueError:
            return False
    return wanted == ("" if own is None else str(own))


def _box(text: str) -> Box:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (4, 6) or any(n != n or abs(n) > 1e6 for n in numbers):
        raise _refused("bbox", text, Text("ใช้ ตะวันตก,ใต้,ตะวันออก,เหนือ เป็นองศา", "give west,south,east,north in degrees"))
    west, south, east, north = numbers if len(numbers) == 4 else (numbers[0], numbers[1], numbers[3], numbers[4])
    if south > north:
        raise _refused("bbox", text, Text("ให้ทิศใต้น้อยกว่าทิศเหนือ", "south must not be above north"))
    return west, south, east, north


def _days(text: str) -> tuple[date | None, date | None]:
    parts = text.split("/")
    if len(parts) > 2 or (len(parts) == 2 and all(p in ("", "..") for p in parts) and text != "../.."):
        raise _refused("datetime", text, _DATES)
    first = _day(parts[0], text)
    last = first if len(parts) == 1 else _day(parts[1], text)
    if first and last and first > last:
        raise _refused("datetime", text, _DATES)
    return first, last


_DATES = Text("เช่น 2019-01-01 หรือ 2018-01-01/.. (ปี ค.ศ.)", "such as 2019-01-01 or 2018-01-01/.. (Common Era)")


def _day(part: str, text: str) -> date | None:
    if part in ("", ".."):
        return None
    try:
        moment = datetime.fromisoformat(part)
    except ValueError:
        raise _refused("datetime", text, _DATES) from None
    return (moment.astimezone(timezone.utc) if moment.tzinfo else moment).date()  # noqa: UP017


def _refused(name: str, text: str, remedy: Text) -> InputError:
    return InputError(
        Text(f"{name}={text[:80]} ใช้ไม่ได้", f"{name}={text[:80]} cannot be used"),
        remedy=remedy,
        code="invalid_parameter",
    )


def _refuse_unknown(request: HttpRequest, known: Iterable[str]) -> None:
    """The standard asks for a 400 at any parameter that the description does not declare."""
    strange = [name for name in request.GET if name not in set(known)]
    if strange:
        raise InputError(
            Text(f"ไม่รู้จักพารามิเตอร์ {', '.join(strange)[:200]}", f"unknown parameter {', '.join(strange)[:200]}"),
            remedy=Text("ดูพารามิเตอร์ที่ /ogc/api", "see the parameters at /ogc/api"),
            code="invalid_parameter",
        )
    if request.GET.get("f", "json") not in ("json", ""):
        raise _refused("f", request.GET["f"], Text("ใช้ json", "use json"))


def _refuse_crs(request: HttpRequest) -> None:
    for name in ("crs", "bbox-crs"):
        if request.GET.get(name, CRS84) != CRS84:
            raise _refused(name, request.GET[name], Text(f"ใช้ {CRS84}", f"use {CRS84}"))


# ------------------------------------------------------------------ documents


def _described(request: HttpRequest, layer: Layer) -> Json:
    here = f"/collections/{layer.id}"
    first, last = layer.span
    extent: Json = {"spatial": {"bbox": [list(layer.box)], "crs": CRS84}}
    if layer.spans and (first or last):
        interval = [f"{d.isoformat()}T00:00:00Z" if d else None for d in (first, last)]
        extent["temporal"] = {
            "interval": [interval],
            "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
        }
    return {
        "id": layer.id,
        "title": layer.title.th,
        "description": f"{layer.title.en}. {layer.description.th} {layer.description.en}".strip(),
        "itemType": "feature",
        "extent": extent,
        "crs": [CRS84],
        "storageCrs": CRS84,
        "links": [
            _link(request, here, "self", JSON, layer.title.en),
            _link(request, f"{here}/items", "items", GEOJSON, layer.title.en),
        ],
    }


def _link(request: HttpRequest, path: str, relation: str, media: str, title: str) -> Json:
    return {"href": addresses(request).at(f"/ogc{path}"), "rel": relation, "type": media, "title": title}


def _paged(request: HttpRequest, path: str, relation: str, offset: int | None) -> Json:
    """A link to this page, or to another one of the same question."""
    query = {name: request.GET.getlist(name) for name in request.GET}
    if offset is not None:
        query["offset"] = [str(offset)]
    asked = urlencode(query, doseq=True, safe=",:/")
    href = addresses(request).name(f"/ogc{path}")
    return {"href": f"{href}?{asked}" if asked else href, "rel": relation, "type": GEOJSON, "title": relation}


def _json(body: Json, content_type: str = JSON) -> HttpResponse:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    response = HttpResponse(text.encode("utf-8"), content_type=content_type)
    if content_type == GEOJSON:
        response.headers["Content-Crs"] = f"<{CRS84}>"
    return response
