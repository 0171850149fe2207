"""Files with one table and nothing else: delimited text in any Thai encoding, records in JSON, Parquet."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from mudmai.core.language import Text
from mudmai.exchange.sheets.archive import damaged, too_large
from mudmai.exchange.sheets.formats import wide_encoding
from mudmai.exchange.sheets.refusals import refused
from mudmai.exchange.sheets.xlsx_parts import MOST_CELLS

Rows = Sequence[Sequence[object]]
_DELIMITERS = (",", "\t", ";", "|")
MOST_TEXT_BYTES = 256 << 20
"""Delimited text and JSON above this size belong into Parquet, or into the tidy importer."""


def read_text(path: Path) -> tuple[str, str]:
    """The content of a text file and its encoding: ``utf-8``, ``utf-8-sig``, ``utf-16`` or ``cp874``."""
    if path.stat().st_size > MOST_TEXT_BYTES:
        raise too_large(path, f"{path.stat().st_size / (1 << 20):,.0f} MB")
    data = path.read_bytes()
    for encoding in _encodings(data):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise refused(
        path,
        "encoding",
        Text("อ่านรหัสอักขระไม่ได้ (ไม่ใช่ UTF-8, UTF-16 หรือ TIS-620)", "the text is not UTF-8, UTF-16 or TIS-620/CP874"),
        Text("บันทึกใหม่เป็น CSV UTF-8", "save it again as CSV UTF-8"),
    )


def _encodings(data: bytes) -> tuple[str, ...]:
    if data.startswith(codecs.BOM_UTF8):
        return ("utf-8-sig",)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    wide = wide_encoding(data[:4096])
    return (wide,) if wide else ("utf-8", "cp874")


def read_csv(path: Path) -> tuple[Rows, str]:
    """Rows of text and the encoding. The delimiter is the one that cuts most lines into the same number of fields."""
    text, encoding = read_text(path)
    if "\0" in text:
        raise damaged(path, "NUL")
    delimiter = _delimiter(text)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False))
    except csv.Error as found:
        raise damaged(path, found) from found
    width = max(map(len, rows), default=0)
    if width * len(rows) > MOST_CELLS:
        raise too_large(path, f"{len(rows):,} x {width:,}")
    return rows, encoding


def _delimiter(text: str) -> str:
    """Judged on the first rows (a quoted cell may have several lines); a comma when nothing tells."""
    best, score = ",", (0.0, 0)
    for delimiter in _DELIMITERS:
        try:
            rows = list(islice(csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=delimiter), 60))
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows if len(row) > 1)
        if not widths:
            continue
        width, rows_of_it = widths.most_common(1)[0]
        if (rows_of_it / len(rows), width) > score:
            best, score = delimiter, (rows_of_it / len(rows), width)
    return best


def read_json(path: Path) -> tuple[Rows, str]:
    """Records (a list of objects, or an object with one such list) as rows under a heading of their keys."""
    text, encoding = read_text(path)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as found:
        raise damaged(path, found) from found
    records = _records(document)
    if records is None:
        raise refused(
            path,
            "file_type",
            Text("JSON นี้ไม่ใช่รายการระเบียน", "the JSON is not a list of records"),
            Text('เขียนแบบ [{"คอลัมน์": ค่า, ...}, ...] โดยไม่ซ้อนชั้น', 'write [{"column": value, ...}, ...], not nested'),
        )
    keys = list(dict.fromkeys(key for record in records for key in record))
    if len(keys) * len(records) > MOST_CELLS:
        raise too_large(path, f"{len(records):,} x {len(keys):,}")
    return [keys, *([_plain(record.get(key)) for key in keys] for record in records)], encoding


def _records(document: object) -> list[dict[str, object]] | None:
    if isinstance(document, dict):
        lists = [value for value in document.values() if _is_records(value)]
        return lists[0] if len(lists) == 1 else None
    return document if _is_records(document) else None  # type: ignore[return-value]


def _is_records(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, dict) and not any(isinstance(v, dict | list) for v in one.values()) for one in value)
    )


def _plain(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value) if abs(value) < 1 << 53 else str(value)
    return value


def read_parquet(path: Path) -> Rows:
    """The columns of a Parquet file as rows under a heading of their names."""
    import pyarrow as pa  # heavy, and only these files need it
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        if file.metadata.num_rows * max(1, file.metadata.num_columns) > MOST_CELLS:
            raise too_large(path, f"{file.metadata.num_rows:,} x {file.metadata.num_columns:,}")
        table = file.read()
    except (pa.ArrowException, OSError) as found:
        raise damaged(path, found) from found
    columns = [["" if v is None else _plain(v) for v in column.to_pylist()] for column in table.columns]
    return [list(table.column_names), *map(list, zip(*columns, strict=True))]
