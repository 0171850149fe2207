"""The files of a dataset: tidy rows for CSV, a workbook for people, GeoJSON for maps.

CSV has exactly the columns that an import reads (``area_system, area, period, series``, one column for each dimension,
``value, flag, source, method, locator``), so that a second installation can take it as it is. Periods are ISO and
Common Era; a missing value is an empty cell under a flag that says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, cast

import numpy as np

from mudmai.core.datasets import LICENCES, DatasetRecord, frequency_of_update
from mudmai.core.observations import Flag, read_dims
from mudmai.core.period_text import write_period
from mudmai.core.periods import Period
from mudmai.core.series import Catalogue
from mudmai.exchange.tables import csv_bytes, csv_chunks, xlsx_bytes

if TYPE_CHECKING:
    import pyarrow as pa

_BEFORE = ("area_system", "area", "period", "series")
_AFTER = ("value", "flag", "source", "method", "locator")

Row = dict[str, Any]

_IN_MEMORY = 16 << 20
_GROUP_ROWS = 200_000
_SAMPLE_ROWS = 200
_XLSX_BASE, _XLSX_ROW, _PARQUET_BASE, _ZIP_BASE = 7_000, 60, 3_000, 6_000

MOST_SHEET_ROWS = 1_000_000
"""A sheet holds 1,048,576 rows; larger datasets have no workbook."""


def tidy_columns(record: DatasetRecord) -> tuple[str, ...]:
    """The columns of the tidy form."""
    return (*_BEFORE, *record.holding.dimensions, *_AFTER)


def tidy_rows(table: pa.Table) -> Iterator[Row]:
    """The rows of one key (see :func:`mudmai.workspace.datasets.tables_of`) in the tidy form."""
    if not table.num_rows:
        return
    dims = dict(read_dims(str(table.column("dims")[0].as_py())))
    for row in table.select([*_BEFORE, *_AFTER]).to_pylist():
        yield {**row, **dims}


def csv_pieces(record: DatasetRecord, tables: Iterable[pa.Table]) -> Iterator[bytes]:
    """The tidy CSV, piece by piece."""
    return csv_chunks(tidy_columns(record), (tidy_rows(table) for table in tables))


def json_pieces(record: DatasetRecord, tables: Iterable[pa.Table]) -> Iterator[bytes]:
    """The tidy rows as one JSON list of objects, piece by piece; a missing value is null under a flag that says so."""
    columns = tidy_columns(record)
    yield b"["
    before = "\n"
    for table in tables:
        lines = [json.dumps({c: row.get(c) for c in columns}, ensure_ascii=False) for row in tidy_rows(table)]
        if lines:
            yield (before + ",\n".join(lines)).encode()
            before = ",\n"
    yield b"\n]\n"


def parquet_file(record: DatasetRecord, tables: Iterable[pa.Table]) -> IO[bytes]:
    """The tidy rows as a Parquet file at its beginning; large ones live on disk until they are closed.

    Columns as :func:`tidy_columns`; ``value`` is a float with nulls where it is missing, all others are texts.
    """
    import pyarrow as pa  # columns load where rows are read
    import pyarrow.parquet as pq

    schema = pa.schema([(c, pa.float64() if c == "value" else pa.string()) for c in tidy_columns(record)])
    out = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - handed to the caller, who closes it
    with pq.ParquetWriter(out, schema) as writer:
        held: list[pa.Table] = []
        for table in tables:
            held.append(_with_dimensions(table, schema))
            if sum(one.num_rows for one in held) >= _GROUP_ROWS:
                writer.write_table(pa.concat_tables(held))
                held = []
        if held:
            writer.write_table(pa.concat_tables(held))
    out.seek(0)
    return cast("IO[bytes]", out)


def _with_dimensions(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """One column for each dimension in the place of ``dims``."""
    import pyarrow as pa

    dims = dict(read_dims(str(table.column("dims")[0].as_py()))) if table.num_rows else {}
    columns = [
        table.column(name).cast(kind)
        if name in table.column_names
        else pa.repeat(dims.get(name), table.num_rows).cast(kind)
        for name, kind in zip(schema.names, schema.types, strict=True)
    ]
    return pa.table(columns, schema=schema)


def estimated_sizes(record: DatasetRecord, tables: Iterable[pa.Table]) -> dict[str, int]:
    """About how many bytes the files ``csv``, ``json``, ``xlsx``, ``parquet`` and ``zip`` have, from some of the rows.

    A packed file is estimated from the packed sample; good to a factor of two, enough to know before a download.
    """
    import zlib  # only where sizes are told

    sample: list[Row] = []
    rows = record.holding.rows
    for table in tables:
        every = max(1, table.num_rows // _SAMPLE_ROWS)
        sample += [row for at, row in enumerate(tidy_rows(table.slice(0, _SAMPLE_ROWS * every))) if at % every == 0]
        if len(sample) >= 4 * _SAMPLE_ROWS:
            break
    if not sample:
        return {}
    columns = tidy_columns(record)
    csv = csv_bytes(columns, sample)
    lines = sum(len(json.dumps({c: row.get(c) for c in columns}, ensure_ascii=False).encode()) + 2 for row in sample)
    share = rows / len(sample)
    packed = len(zlib.compress(csv, 6)) * share
    return {
        "csv": round(len(csv) * share),
        "json": round(lines * share),
        "xlsx": round(_XLSX_BASE + _XLSX_ROW * rows),
        "parquet": round(_PARQUET_BASE + packed),
        "zip": round(_ZIP_BASE + packed),
    }


def area_rows(record: DatasetRecord, catalogue: Catalogue) -> list[Row]:
    """The areas that the rows speak about: ``area_system, area, name_th, name_en, level, parent``."""
    rows: list[Row] = []
    for system, codes in record.holding.areas.items():
        known = catalogue.area_system(system).by_code
        rows += [
            {
                "area_system": system,
                "area": code,
                "name_th": known[code].name.th if code in known else code,
                "name_en": known[code].name.en if code in known else code,
                "level": known[code].level if code in known else "",
                "parent": (known[code].parent or "") if code in known else "",
            }
            for code in codes
        ]
    return rows


def series_rows(record: DatasetRecord, catalogue: Catalogue) -> list[Row]:
    """The series with rows: id, titles, unit, frequency, area system, notes."""
    rows = []
    for name in record.holding.series:
        series = catalogue.one_series(name)
        unit = catalogue.unit(series.unit)
        rows.append(
            {
                "series": name,
                "title_th": series.title.th,
                "title_en": series.title.en,
                "unit": series.unit,
                "unit_th": unit.label.th,
                "unit_en": unit.label.en,
                "frequency": series.frequency.value,
                "area_system": series.area_system,
                "additive_over_areas": series.additive,
                "note_th": series.note.th,
                "note_en": series.note.en,
            }
        )
    return rows


def workbook(record: DatasetRecord, catalogue: Catalogue, tables: Iterable[pa.Table]) -> bytes:
    """An XLSX workbook for people: names beside codes, Buddhist years beside ISO periods, and a sheet of notes."""
    dims = record.holding.dimensions
    titles = {
        "area": "รหัสพื้นที่ (area)",
        "area_th": "พื้นที่",
        "area_en": "area (English)",
        "period": "period (ค.ศ.)",
        "period_th": "ช่วงเวลา (พ.ศ.)",
        "series_th": "รายการ",
        "series_en": "series (English)",
        "unit_th": "หน่วย",
        "value": "ค่า (value)",
        "flag_th": "สถานะ",
        "source_th": "แหล่งข้อมูล",
        "method_th": "วิธีการ",
        "locator": "ตำแหน่งในแหล่งข้อมูล",
    }
    columns = ("area", "area_th", "area_en", "period", "period_th", "series_th", "series_en", *dims, "unit_th", "value",
               "flag_th", "source_th", "method_th", "locator")  # fmt: skip
    rows = (said for table in tables for said in _said_rows(table, catalogue))
    return xlsx_bytes(columns, rows, titles=titles, sheet=record.id, notes=notes_of(record, catalogue))


def notes_of(record: DatasetRecord, catalogue: Catalogue) -> list[tuple[str, str]]:
    """What a reader must know, as headings and texts in Thai."""
    dataset, holding = record.dataset, record.holding
    told = [
        ("ชุดข้อมูล", dataset.title.th),
        ("dataset", dataset.title.en),
        ("รายละเอียด", dataset.notes.th),
        ("หน่วยงานผู้เผยแพร่", dataset.publisher.name.th),
        ("ติดต่อ", f"{dataset.contact.name.th} {dataset.contact.email}"),
        ("สัญญาอนุญาต", LICENCES[dataset.licence].title.th),
        ("การปรับปรุง", frequency_of_update(dataset).th),
        ("รุ่นข้อมูล (release)", holding.release),
    ]
    for name in holding.series:
        series = catalogue.one_series(name)
        told.append((f"รายการ {name}", f"{series.title.th} ({catalogue.unit(series.unit).label.th}) {series.note.th}"))
    for name in holding.sources:
        source = catalogue.sources[name]
        told.append((f"แหล่งข้อมูล {name}", f"{source.publisher.th} {source.title.th} {source.note.th}".strip()))
    for name in holding.methods:
        method = catalogue.methods[name]
        told.append((f"วิธีการ {name}", f"{method.title.th} {method.note.th}".strip()))
    return told


def _said_rows(table: pa.Table, catalogue: Catalogue) -> Iterator[Row]:
    for row in tidy_rows(table):
        series = catalogue.one_series(row["series"])
        area = catalogue.area_system(row["area_system"]).by_code.get(row["area"])
        period = Period.from_iso(row["period"])
        source = catalogue.sources.get(row["source"] or series.source)
        method = catalogue.methods.get(row["method"] or series.method)
        yield {
            **row,
            "area_th": area.name.th if area else row["area"],
            "area_en": area.name.en if area else row["area"],
            "period_th": write_period(period, "th", "BE"),
            "series_th": series.title.th,
            "series_en": series.title.en,
            "unit_th": catalogue.unit(series.unit).label.th,
            "flag_th": Flag(row["flag"]).label.th,
            "source_th": f"{source.publisher.th} {source.title.th}" if source else row["source"],
            "method_th": method.title.th if method else row["method"],
        }


def latest_values(tables: Iterable[pa.Table]) -> dict[tuple[str, str], Row]:
    """(area system, area) → ``<series>`` and ``<series>_period`` of its last value; dimension values join the name.

    A missing value is passed over: the last value that is there stands with its own period.
    """
    import pyarrow.compute as pc  # columns load where rows are read

    found: dict[tuple[str, str], Row] = {}
    for table in tables:
        known = table.filter(pc.is_valid(table.column("value")))
        if not known.num_rows:
            continue
        dims = read_dims(str(known.column("dims")[0].as_py()))
        name = "_".join([str(known.column("series")[0].as_py()), *(f"{d}_{code}" for d, code in dims)])
        areas = known.column("area").to_numpy(zero_copy_only=False)
        last = np.flatnonzero(np.append(areas[1:] != areas[:-1], True))  # rows are sorted by area, then period
        for row in known.select(["area_system", "area", "period", "value"]).take(last).to_pylist():
            mine = found.setdefault((row["area_system"], row["area"]), {})
            mine[name], mine[f"{name}_period"] = row["value"], row["period"]
    return found


def geojson(
    record: DatasetRecord,
    catalogue: Catalogue,
    tables: Iterable[pa.Table],
    outlines: Mapping[tuple[str, str], Any],
) -> dict[str, Any]:
    """A FeatureCollection (RFC 7946): one feature for each area with its last values; null where no outline is known.

    ``outlines`` are geometries by (area system, area).
    """
    values = latest_values(tables)
    features = [
        {
            "type": "Feature",
            "id": f"{area['area_system']}.{area['area']}",
            "geometry": outlines.get((area["area_system"], area["area"])),
            "properties": {**area, **values.get((area["area_system"], area["area"]), {})},
        }
        for area in area_rows(record, catalogue)
    ]
    return {"type": "FeatureCollection", "features": features}
