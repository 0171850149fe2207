"""Addresses of the standard doors, below the root of the site."""

from __future__ import annotations

from django.urls import URLPattern, path

from mudmai.api.doors import ckan, files
from mudmai.api.doors.door import door

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
    *(path(f"dataset/<slug:dataset>/{name}", door(view)) for name, view in _FILES),
]
