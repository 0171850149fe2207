"""Tables out: CSV that Excel opens in Thai, XLSX with a sheet of notes, JSON and Parquet.

CSV is UTF-8 with a byte order mark (without it Excel shows Thai as noise), commas, CRLF (RFC 4180). Text that a
spreadsheet would run as a formula (it begins with ``=``, ``+``, ``-``, ``@``, tab or return) gets an apostrophe in
front; XLSX stores it as text. Numbers are written in full precision, never rounded for looks; a missing value is an
empty cell, never zero.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

BOM = "\ufeff"
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?")
_WIDEST = 60


def csv_bytes(
    columns: Sequence[str], rows: Iterable[Mapping[str, Any]], *, titles: Mapping[str, str] | None = None
) -> bytes:
    """The rows as a CSV file: ``columns`` are keys of the rows, ``titles`` their heads where they differ.

    >>> csv_bytes(["area", "value"], [{"area": "=1+1", "value": None}]).decode("utf-8-sig")
    "area,value\\r\\n'=1+1,\\r\\n"
    """
    return b"".join(csv_chunks(columns, [rows], titles=titles))


def csv_chunks(
    columns: Sequence[str],
    batches: Iterable[Iterable[Mapping[str, Any]]],
    *,
    titles: Mapping[str, str] | None = None,
) -> Iterator[bytes]:
    """As :func:`csv_bytes`, in pieces: the heading first, then one piece for each batch of rows."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_text((titles or {}).get(c, c)) for c in columns])
    yield (BOM + out.getvalue()).encode("utf-8")
    for rows in batches:
        out.seek(0)
        out.truncate()
        for row in rows:
            writer.writerow([_csv_cell(row.get(c)) for c in columns])
        yield out.getvalue().encode("utf-8")


def xlsx_bytes(
    columns: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
    *,
    titles: Mapping[str, str] | None = None,
    sheet: str = "data",
    notes: Sequence[tuple[str, str]] = (),
    notes_sheet: str = "notes",
    decimals: Callable[[Mapping[str, Any], str], int | None] | None = None,
) -> bytes:
    """The rows as a workbook: a sheet of data with a frozen, filtered head, and one of ``notes`` (heading, text).

    ``decimals`` tells for a row and a column how many decimals Excel shows (None: as many as there are); the cell
    itself keeps the full value.
    """
    import xlsxwriter  # loaded when the first workbook is asked for

    listed = list(rows)
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        data = book.add_worksheet(sheet_name(sheet))
        formats: dict[int | None, Any] = {}
        for j, column in enumerate(columns):
            title = (titles or {}).get(column, column)
            data.write_string(0, j, title, head)
            cells = [_plain(row.get(column)) for row in listed]
            for i, cell in enumerate(cells, start=1):
                shown = decimals(listed[i - 1], column) if decimals is not None else None
                if shown is not None and shown not in formats:
                    formats[shown] = book.add_format({"num_format": "#,##0" + ("." + "0" * shown if shown else "")})
                _write_cell(data, i, j, cell, formats.get(shown))
            widest = max((width_of(_shown(c)) for c in (title, *cells)), default=8)
            data.set_column(j, j, min(_WIDEST, max(8, widest + 2)))
        data.freeze_panes(1, 0)
        if columns:
            data.autofilter(0, 0, max(1, len(listed)), len(columns) - 1)
        if notes:
            _write_notes(book, sheet_name(notes_sheet), notes)
    return out.getvalue()


def json_bytes(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The rows as a JSON list of objects in UTF-8, Thai as it stands; missing (also NaN) is null.

    >>> json_bytes(["area", "value"], [{"area": "ก", "value": float("nan")}]).decode()
    '[\\n{"area": "ก", "value": null}\\n]\\n'
    """
    lines = (json.dumps({c: _json_cell(row.get(c)) for c in columns}, ensure_ascii=False) for row in rows)
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode("utf-8")


def parquet_bytes(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The rows as a Parquet file; every column takes the one type of its values, missing (also NaN) is null.

    Lists and mappings are stored as JSON text.
    """
    import pyarrow as pa  # loaded when the first Parquet file is asked for
    import pyarrow.parquet as pq

    listed = list(rows)
    table = pa.table({c: pa.array([_plain(row.get(c)) for row in listed]) for c in columns})
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]], **settings: Any) -> None:
    """Write :func:`csv_bytes` to ``path``, whole or not at all."""
    write_file(path, csv_bytes(columns, rows, **settings))


def write_xlsx(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]], **settings: Any) -> None:
    """Write :func:`xlsx_bytes` to ``path``, whole or not at all."""
    write_file(path, xlsx_bytes(columns, rows, **settings))


def write_file(path: Path, content: bytes) -> None:
    """Write ``content`` aside and swap it in, so that a file of before survives a full disk."""
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.write_bytes(content)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def sheet_name(name: str) -> str:
    """A name that Excel allows for a sheet: at most 31 signs, none of ``[]:*?/\\``."""
    return (re.sub(r"[\[\]:*?/\\]", "-", name).strip("'") or "data")[:31]


def width_of(text: str) -> int:
    """Columns that ``text`` takes: Thai vowels and marks above and below take none.

    >>> width_of("ที่นี่")
    2
    """
    return sum(0 if unicodedata.category(c) in ("Mn", "Me", "Cf") else 1 for c in text)


def _plain(value: Any) -> Any:
    """A cell's value: None for missing (also NaN), text for lists and mappings."""
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False)
    return value


def _json_cell(value: Any) -> Any:
    return value if isinstance(value, (list, tuple, dict)) else _plain(value)


def _csv_cell(value: Any) -> Any:
    value = _plain(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    return safe_text(str(value))


def safe_text(text: str) -> str:
    """Text that no spreadsheet runs as a formula; plain numbers are left alone."""
    return "'" + text if text.startswith(_RISKY) and len(text) > 1 and not _NUMBER.fullmatch(text) else text


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def _write_cell(sheet: Any, row: int, column: int, value: Any, form: Any = None) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value, form)
    else:
        sheet.write_string(row, column, str(value))


def _write_notes(book: Any, name: str, notes: Sequence[tuple[str, str]]) -> None:
    sheet = book.add_worksheet(name)
    bold, wrapped = (
        book.add_format({"bold": True, "valign": "top"}),
        book.add_format({"text_wrap": True, "valign": "top"}),
    )
    for i, (heading, text) in enumerate(notes):
        sheet.write_string(i, 0, heading, bold)
        sheet.write_string(i, 1, text, wrapped)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
