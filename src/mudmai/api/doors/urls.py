"""Addresses of the standard doors, below the root of the site."""

from __future__ import annotations

from django.urls import URLPattern, path

from mudmai.api.doors import ckan, dcat, files
from mudmai.api.doors.door import door
from mudmai.exchange.dcat import MEDIA_TYPES

_FILES = (
    ("data.csv", files.csv_file),
    ("data.xlsx", files.xlsx_file),
    ("data.geojson", files.geojson_file),
    ("areas.csv", files.areas_file),
    ("series.csv", files.series_file),
    ("datapackage.json", files.package_json),
    ("datapackage.zip", files.package_zip),
)

urlpatterns: list[URLPattern] = [
    path("api/3/action/<str:name>", ckan.action),
    path("api/action/<str:name>", ckan.action),
    path("catalog", door(dcat.catalogue)),
    path("dataset/<slug:dataset>", door(dcat.dataset)),
    *(path(f"catalog.{form}", door(dcat.catalogue), {"form": form}) for form in MEDIA_TYPES),
    *(path(f"dataset/<slug:dataset>.{form}", door(dcat.dataset), {"form": form}) for form in MEDIA_TYPES),
    *(path(f"dataset/<slug:dataset>/{name}", door(view)) for name, view in _FILES),
]
