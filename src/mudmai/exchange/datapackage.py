"""Frictionless data packages: the descriptor with table schemas, and the package in one ZIP file.

Three tables: ``data`` (tidy observations), ``areas`` and ``series`` (what their codes mean), tied by foreign keys.
Source: Data Package and Table Schema specifications, version 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from mudmai.core.datasets import LICENCES, DatasetRecord
from mudmai.core.observations import Flag
from mudmai.core.series import Catalogue
from mudmai.exchange.addresses import Addresses, stable_id
from mudmai.exchange.dataset_files import area_rows, csv_pieces, notes_of, series_rows, tidy_columns
from mudmai.exchange.tables import csv_bytes

if TYPE_CHECKING:
    import pyarrow as pa

Json = dict[str, Any]

AREA_COLUMNS = ("area_system", "area", "name_th", "name_en", "level", "parent")
SERIES_COLUMNS = ("series", "title_th", "title_en", "unit", "unit_th", "unit_en", "frequency", "area_system",
                  "additive_over_areas", "note_th", "note_en")  # fmt: skip
_IN_MEMORY = 16 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of files in a package: equal content gives equal bytes."""


def descriptor(record: DatasetRecord, catalogue: Catalogue, to: Addresses, *, remote: bool = False) -> Json:
    """``datapackage.json``; with ``remote`` the tables are named by their public addresses."""
    dataset, holding = record.dataset, record.holding
    licence = LICENCES[dataset.licence]
    named: Json = {"name": licence.spdx or licence.id, "title": licence.title.en}
    if licence.url:
        named["path"] = licence.url
    found: Json = {
        "profile": "data-package",
        "name": dataset.id,
        "id": str(stable_id("dataset", f"{record.pack}/{dataset.id}")),
        "title": dataset.title.th,
        "title_en": dataset.title.en,
        "description": f"{dataset.notes.th}\n\n{dataset.notes.en}",
        "version": holding.release,
        "homepage": to.dataset(dataset.id),
        "keywords": [tag.th for tag in dataset.tags],
        "contributors": [
            {"title": dataset.publisher.name.th, "role": "publisher"}
            | ({"path": dataset.publisher.url} if dataset.publisher.url else {}),
            {"title": dataset.contact.name.th, "email": dataset.contact.email, "role": "contributor"},
        ],
        "sources": [_source(catalogue, name) for name in holding.sources],
        "licenses": [named],
        "resources": [
            _resource(to, record, "data", "data.csv", data_schema(record, catalogue), remote),
            _resource(to, record, "areas", "areas.csv", _areas_schema(), remote),
            _resource(to, record, "series", "series.csv", _series_schema(), remote),
        ],
    }
    if holding.modified is not None:
        found["created"] = holding.modified.isoformat()
    return found


def _source(catalogue: Catalogue, name: str) -> Json:
    source = catalogue.sources[name]
    found = {"title": f"{source.publisher.th} {source.title.th}"}
    return found | ({"path": source.url} if source.url else {})


def _resource(to: Addresses, record: DatasetRecord, name: str, path: str, schema: Json, remote: bool) -> Json:
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": to.dataset(record.id, f"/{path}") if remote else path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": schema,
    }


def data_schema(record: DatasetRecord, catalogue: Catalogue) -> Json:
    """The table schema of ``data``: types, allowed values, the key of a fact, the tables of its codes."""
    series = [catalogue.one_series(name) for name in record.holding.series]
    labels = {d.id: d for s in series for d in s.dimensions}
    fields: list[Json] = []
    for name in tidy_columns(record):
        one: Json = {"name": name, "type": "number" if name == "value" else "string"}
        if name in ("area_system", "area", "period", "series", "flag"):
            one["constraints"] = {"required": True}
        if name == "period":
            one["constraints"]["pattern"] = r"(FY)?[0-9]{4}(-Q[1-4]|-[01][0-9])?"
            one["description"] = "ปี ค.ศ. ไตรมาส หรือเดือน / Common Era year, quarter or month"
        elif name == "series":
            one["constraints"]["enum"] = list(record.holding.series)
        elif name == "flag":
            one["constraints"]["enum"] = [flag.value for flag in Flag]
            one["description"] = "SDMX CL_OBS_STATUS"
        elif name == "value":
            one["description"] = "ว่าง = ไม่มีค่า ไม่ใช่ศูนย์ / empty is missing, never zero"
        elif name in labels:
            one["title"] = labels[name].title.th
            one["constraints"] = {"enum": list(labels[name].codes)}
            one["description"] = "ว่าง = รวมทุกกลุ่ม / empty: all together"
        _declared(one, record)
        fields.append(one)
    key = ["area_system", "area", "period", "series", *record.holding.dimensions]
    found: Json = {
        "fields": fields,
        "missingValues": [""],
        "foreignKeys": [
            {"fields": ["area_system", "area"],
             "reference": {"resource": "areas", "fields": ["area_system", "area"]}},
            {"fields": ["series"], "reference": {"resource": "series", "fields": ["series"]}},
        ],
    }  # fmt: skip
    if not record.holding.dimensions:  # a key may not hold empty cells, and totals have empty dimensions
        found["primaryKey"] = key
    return found


def _declared(one: Json, record: DatasetRecord) -> None:
    """Add what the dataset declares about the column; of two lists of words the narrower one stands."""
    rule = next((rule for rule in record.dataset.fields if rule.name == one["name"]), None)
    if rule is None:
        return
    if rule.type == "integer":
        one["type"] = "integer"
    limits = one.setdefault("constraints", {})
    if rule.enum:
        known = limits.get("enum")
        limits["enum"] = [word for word in rule.enum if known is None or word in known]
    told = {"minimum": rule.minimum, "maximum": rule.maximum, "pattern": rule.pattern or None}
    limits.update({key: value for key, value in told.items() if value is not None})
    if rule.required:
        limits["required"] = True
    if not limits:
        del one["constraints"]


def _areas_schema() -> Json:
    fields = [{"name": name, "type": "string"} for name in AREA_COLUMNS]
    return {"fields": fields, "missingValues": [""], "primaryKey": ["area_system", "area"]}


def _series_schema() -> Json:
    fields = [
        {"name": name, "type": "boolean" if name == "additive_over_areas" else "string"} for name in SERIES_COLUMNS
    ]
    return {"fields": fields, "missingValues": [""], "primaryKey": ["series"]}


def zipped(record: DatasetRecord, catalogue: Catalogue, tables: Iterable[pa.Table], to: Addresses) -> IO[bytes]:
    """The package as a ZIP file, at its beginning; large ones live on disk until they are closed."""
    out = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - handed to the caller, who closes it
    with ZipFile(out, "w") as archive:
        told = json.dumps(descriptor(record, catalogue, to), ensure_ascii=False, indent=1)
        _put(archive, "datapackage.json", [told.encode()])
        _put(archive, "data.csv", csv_pieces(record, tables))
        _put(archive, "areas.csv", [csv_bytes(AREA_COLUMNS, area_rows(record, catalogue))])
        _put(archive, "series.csv", [csv_bytes(SERIES_COLUMNS, series_rows(record, catalogue))])
        notes = "".join(f"{heading}: {text}\r\n" for heading, text in notes_of(record, catalogue))
        _put(archive, "README.txt", [notes.encode("utf-8-sig")])
    out.seek(0)
    return cast("IO[bytes]", out)


def _put(archive: ZipFile, name: str, pieces: Iterable[bytes]) -> None:
    info = ZipInfo(name, _EPOCH)
    info.compress_type = ZIP_DEFLATED
    with archive.open(info, "w", force_zip64=True) as inside:
        for piece in pieces:
            inside.write(piece)
