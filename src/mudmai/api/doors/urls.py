"""Addresses of the standard doors, below the root of the site."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from mudmai.api.doors import ckan, dcat, files, ogc, sdmx
from mudmai.api.doors.door import door
from mudmai.exchange.dcat import MEDIA_TYPES

_FILES = (
    ("data.csv", files.csv_file),
    ("data.xlsx", files.xlsx_file),
    ("data.parquet", files.parquet),
    ("data.json", files.json_file),
    ("data.geojson", files.geojson_file),
    ("areas.csv", files.areas_file),
    ("series.csv", files.series_file),
    ("datapackage.json", files.package_json),
    ("datapackage.zip", files.package_zip),
)

_DATA = door(sdmx.data, fault=sdmx.fault)
_STRUCTURES = door(sdmx.structures, fault=sdmx.fault)

urlpatterns: list[URLPattern] = [
    path("api/3/action/<str:name>", ckan.action),
    path("api/action/<str:name>", ckan.action),
    # trailing parts are optional, and so is a last slash: clients write them as they like
    re_path(r"^sdmx/data/(?P<flow>[^/]+)(?:/(?P<key>[^/]+))?(?:/(?P<provider>[^/]+))?/?$", _DATA),
    re_path(
        r"^sdmx/(?P<kind>[^/]+)(?:/(?P<agency>[^/]+))?(?:/(?P<name>[^/]+))?(?:/(?P<version>[^/]+))?/?$", _STRUCTURES
    ),
    path("ogc", door(ogc.landing)),
    path("ogc/", door(ogc.landing)),
    path("ogc/api", door(ogc.api)),
    path("ogc/conformance", door(ogc.conformance)),
    path("ogc/collections", door(ogc.collections)),
    path("ogc/collections/<str:name>", door(ogc.collection)),
    path("ogc/collections/<str:name>/items", door(ogc.items)),
    path("ogc/collections/<str:name>/items/<str:feature>", door(ogc.item)),
    path("catalog", door(dcat.catalogue)),
    path("dataset/<slug:dataset>", door(dcat.dataset)),
    *(path(f"catalog.{form}", door(dcat.catalogue), {"form": form}) for form in MEDIA_TYPES),
    *(path(f"dataset/<slug:dataset>.{form}", door(dcat.dataset), {"form": form}) for form in MEDIA_TYPES),
    *(path(f"dataset/<slug:dataset>/{name}", door(view)) for name, view in _FILES),
]
