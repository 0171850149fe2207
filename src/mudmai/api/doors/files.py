"""Files of a dataset: CSV, XLSX, Parquet, JSON, GeoJSON and the data package."""

from __future__ import annotations

import json
from typing import IO, Any

from django.http import FileResponse, HttpRequest, HttpResponse

from mudmai.api.doors.door import WHOLE_ROWS, addresses, datasets, sent
from mudmai.core.datasets import DatasetRecord
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.exchange import datapackage
from mudmai.exchange.dataset_files import (
    MOST_SHEET_ROWS,
    area_rows,
    csv_pieces,
    geojson,
    json_pieces,
    parquet_file,
    series_rows,
    workbook,
)
from mudmai.exchange.tables import csv_bytes
from mudmai.workspace.datasets import DatasetCatalogue

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GEOJSON = "application/geo+json"
JSON = "application/json; charset=utf-8"
PARQUET = "application/vnd.apache.parquet"


def csv_file(request: HttpRequest, dataset: str) -> HttpResponse:
    """The tidy table, UTF-8 with a byte order mark so that Excel shows Thai."""
    held = datasets(request)
    record = held.open_one(dataset)
    return sent(record, csv_pieces(record, held.tables(record)), CSV, filename=_name(record, "csv"))


def areas_file(request: HttpRequest, dataset: str) -> HttpResponse:
    """Codes and names of the areas that the table speaks about."""
    held = datasets(request)
    record = held.open_one(dataset)
    body = csv_bytes(datapackage.AREA_COLUMNS, area_rows(record, held.catalogue))
    return sent(record, [body], CSV, filename=_name(record, "areas.csv"))


def series_file(request: HttpRequest, dataset: str) -> HttpResponse:
    """Titles and units of the series in the table."""
    held = datasets(request)
    record = held.open_one(dataset)
    body = csv_bytes(datapackage.SERIES_COLUMNS, series_rows(record, held.catalogue))
    return sent(record, [body], CSV, filename=_name(record, "series.csv"))


def xlsx_file(request: HttpRequest, dataset: str) -> HttpResponse:
    """A workbook with names, Buddhist years and a sheet of notes."""
    held = datasets(request)
    record = held.open_one(dataset)
    if record.holding.rows > MOST_SHEET_ROWS:
        raise InputError(
            Text("ชุดข้อมูลนี้ใหญ่เกินหนึ่งแผ่นงานของ Excel", "this dataset is larger than a sheet of Excel"),
            remedy=Text("ใช้ data.csv", "use data.csv"),
            code="too_large",
        )
    body = workbook(record, held.catalogue, held.tables(record))
    return sent(record, [body], XLSX, filename=_name(record, "xlsx"))


def json_file(request: HttpRequest, dataset: str) -> HttpResponse:
    """The tidy rows as a list of objects."""
    held = datasets(request)
    record = held.open_one(dataset)
    return sent(record, json_pieces(record, held.tables(record)), JSON, filename=_name(record, "json"))


def parquet(request: HttpRequest, dataset: str) -> HttpResponse:
    """The tidy table for programs that read columns."""
    held = datasets(request)
    record = held.open_one(dataset)
    return _file(record, parquet_file(record, held.tables(record)), PARQUET, _name(record, "parquet"))


def geojson_file(request: HttpRequest, dataset: str) -> HttpResponse:
    """The last value of every area, with its outline."""
    held = datasets(request)
    record = held.open_one(dataset)
    found = geojson(record, held.catalogue, held.tables(record), _outlines(request, held, record))
    body = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
    return sent(record, [body], GEOJSON, filename=_name(record, "geojson"))


def package_json(request: HttpRequest, dataset: str) -> HttpResponse:
    """The descriptor of the data package; its resources are the files beside it."""
    held = datasets(request)
    record = held.open_one(dataset)
    found = datapackage.descriptor(record, held.catalogue, addresses(request), remote=True)
    return HttpResponse(json.dumps(found, ensure_ascii=False, indent=1), content_type="application/json; charset=utf-8")


def package_zip(request: HttpRequest, dataset: str) -> HttpResponse:
    """The data package whole: descriptor, table, areas, series, notes."""
    held = datasets(request)
    record = held.open_one(dataset)
    file = datapackage.zipped(record, held.catalogue, held.tables(record), addresses(request))
    return _file(record, file, "application/zip", _name(record, "zip"))


def _file(record: DatasetRecord, file: IO[bytes], kind: str, name: str) -> HttpResponse:
    if record.holding.rows <= WHOLE_ROWS:
        with file:
            return sent(record, [file.read()], kind, filename=name)
    return FileResponse(file, as_attachment=True, filename=name, content_type=kind)  # type: ignore[return-value]


def _name(record: DatasetRecord, ending: str) -> str:
    return f"{record.id}-{record.holding.release}.{ending}"


def _outlines(request: HttpRequest, held: DatasetCatalogue, record: DatasetRecord) -> dict[tuple[str, str], Any]:
    """Geometries of the dataset's areas by (system, area)."""
    found = {}
    for system, codes in record.holding.areas.items():
        wanted = set(codes)
        known = held.catalogue.area_system(system)
        for level in dict.fromkeys(a.level for a in known.areas if a.code in wanted):
            shapes = request.workspace.areas_geojson(system, level)  # type: ignore[attr-defined]
            for feature in shapes["features"]:
                found[system, feature["properties"]["code"]] = feature["geometry"]
    return found
