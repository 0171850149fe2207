"""Reading tidy sheets of Excel workbooks, guarded against archives that unfold into far more than they seem."""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from mudmai.core.errors import ImportRefused
from mudmai.core.language import Text
from mudmai.exchange.marked_sheet import is_list
from mudmai.exchange.sheets.sheet_scan import column_number
from mudmai.exchange.tidy_columns import REQUIRED, RawColumns, ValuesBuilder, WordsBuilder, check_header
from mudmai.exchange.tidy_files import bytes_in_words
from mudmai.exchange.tidy_problems import ProblemLog, refusal

MOST_UNFOLDED_BYTES = 1 << 30
"""A workbook may unfold to this size; a million rows of tidy data take about a third of it."""

MOST_CELLS = 16_000_000
"""Rows times columns of one sheet, empty cells between the outermost ones included."""

_BLOCK = 1 << 20
_Tables: TypeAlias = Mapping[str, Sequence[Sequence[object]]]
_COLUMN = re.compile(rb'<c\b[^>]{0,100}?\br="([A-Z]{1,3})\d')
_ROW = re.compile(rb'<row\b[^>]{0,100}?\br="(\d{1,7})"')


def read_xlsx(
    path: Path, dimensions: Sequence[str], progress: Callable[[int, int], None], sheet: str | None = None
) -> RawColumns:
    """Read the one sheet whose header names the required columns (or ``sheet``).

    Rows are numbered as in the sheet. A period may be text, a number, or a cell that the spreadsheet turned into the
    first day of a month (read as that month).
    """
    _check_archive(path)
    from python_calamine import CalamineError, CalamineWorkbook  # heavy, and only workbooks need it

    try:
        with CalamineWorkbook.from_path(path) as book:
            if sheet is not None and sheet not in book.sheet_names:
                raise _no_such_sheet(path, sheet, book.sheet_names)
            sheets = {name: book.get_sheet_by_name(name) for name in ([sheet] if sheet else book.sheet_names)}
            read = {name: found.to_python(skip_empty_area=False) for name, found in sheets.items()}
            tables: _Tables = {name: rows for name, rows in read.items() if not is_list(name, rows)}
    except (CalamineError, OSError, ValueError) as found:
        raise _damaged(path, found) from found
    name, at = _tidy_sheet(path, tables)
    progress(1, 2)
    columns = _columns(path, name, tables[name], at, dimensions)
    progress(2, 2)
    return columns


def _damaged(path: Path, found: object) -> ImportRefused:
    return refusal(
        path,
        "damaged",
        Text("เปิดสมุดงานไม่ได้ ไฟล์เสียหายหรือมีรหัสผ่าน", f"the workbook cannot be opened: {found}"),
        Text("บันทึกใหม่เป็น .xlsx โดยไม่ใส่รหัสผ่าน", "save it again as .xlsx without a password"),
    )


def _no_such_sheet(path: Path, sheet: str, known: Sequence[str]) -> ImportRefused:
    listed = ", ".join(known)
    return refusal(
        path,
        "no_sheet",
        Text(f"ไม่มีแผ่นงาน {sheet} (พบ {listed})", f"there is no sheet {sheet} (found {listed})"),
        Text("ระบุชื่อแผ่นงานที่มีอยู่", "name one of the sheets that are there"),
    )


def _check_archive(path: Path) -> None:
    """Refuse a workbook by what its archive says it unfolds to; then unfold it once, counting, to see that it does."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            said = sum(member.file_size for member in members)
            if said > MOST_UNFOLDED_BYTES:
                raise _too_large(path, bytes_in_words(said))
            for member in members:
                _check_member(path, archive, member)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, RuntimeError, NotImplementedError) as found:
        raise _damaged(path, found) from found
    except Exception as found:
        if type(found).__module__ == "zlib":
            raise _damaged(path, found) from found
        raise


def _check_member(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    is_sheet = member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml")
    widest, tallest, tail = 0, 0, b""
    with archive.open(member) as file:
        while block := file.read(_BLOCK):  # never more than the archive said; a lie ends in a checksum that is wrong
            if is_sheet:
                text = tail + block
                widest = max([widest, *(column_number(c) for c in set(_COLUMN.findall(text)))])
                tallest = max([tallest, *map(int, _ROW.findall(text))])
                tail = text[-200:]
    if widest * tallest > MOST_CELLS:
        raise _too_large(path, f"{tallest:,} x {widest:,} cells")


def _too_large(path: Path, size: str) -> ImportRefused:
    return refusal(
        path,
        "unfolds_too_large",
        Text(f"สมุดงานขยายออกแล้วใหญ่เกินไป ({size})", f"the workbook unfolds to {size}: too much"),
        Text("ลบแถวและคอลัมน์ที่ไม่ใช้ หรือบันทึกเป็น CSV", "delete unused rows and columns, or save it as CSV"),
    )


def _tidy_sheet(path: Path, tables: _Tables) -> tuple[str, int]:
    """The sheet to import and the index of its header row."""
    heads = {name: next((n for n, row in enumerate(rows) if any(map(_word, row))), 0) for name, rows in tables.items()}
    fitting = [
        name
        for name, rows in tables.items()
        if rows and set(REQUIRED) <= {_word(cell).lower() for cell in rows[heads[name]]}
    ]
    if len(fitting) > 1:
        listed = ", ".join(fitting)
        raise refusal(
            path,
            "several_sheets",
            Text(f"มีหลายแผ่นงานที่นำเข้าได้: {listed}", f"several sheets could be imported: {listed}"),
            Text("เหลือไว้แผ่นเดียว หรือระบุชื่อแผ่นงาน", "keep one of them, or name the sheet"),
        )
    filled = [name for name, rows in tables.items() if rows]
    if not fitting and len(filled) != 1:
        listed = ", ".join(tables)
        wanted = ", ".join(REQUIRED)
        raise refusal(
            path,
            "no_sheet",
            Text(f"ไม่มีแผ่นงานที่มีหัวตารางครบ (พบ {listed})", f"no sheet has the header that is needed (found {listed})"),
            Text(f"แถวแรกของแผ่นงานต้องมี {wanted}", f"the first row of the sheet must name {wanted}"),
        )
    name = (fitting or filled)[0]
    return name, heads[name]


def _columns(
    path: Path, sheet: str, rows: Sequence[Sequence[object]], at: int, dimensions: Sequence[str]
) -> RawColumns:
    header = [_word(cell) for cell in rows[at]]
    width = max((n + 1 for n, word in enumerate(header) if word), default=0)
    body = [(n + 1, row) for n, row in enumerate(rows) if n > at and any(map(_word, row))]
    width = max([width, *(n + 1 for _, row in body for n, cell in enumerate(row) if n >= width and _word(cell))])
    names = check_header(header[:width], dimensions, ProblemLog(path.name, sheet), at + 1)
    text, values, locator = {}, ValuesBuilder(), None
    for column, name in enumerate(names):
        if name == "value":
            values.add_cells(row[column] for _, row in body)
        elif name == "locator":
            locator = pa.chunked_array([pa.array([_word(row[column]) for _, row in body], pa.string())])
        else:
            builder = WordsBuilder()
            builder.add_words(_word(row[column]) for _, row in body)
            text[name] = builder.column()
    numbers = np.array([number for number, _ in body], np.int32)
    return RawColumns(path.name, sheet, text, values.values(), values.states(), values.texts, locator, numbers)


def _word(cell: object) -> str:
    """A cell as the text a reader of the sheet would take it for."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        cell = cell.date() if cell.time() == datetime.time() else cell
    if isinstance(cell, datetime.date) and not isinstance(cell, datetime.datetime) and cell.day == 1:
        return f"{cell.year:04d}-{cell.month:02d}"
    return str(cell).strip()
