"""Reading tidy CSV: in blocks, so that memory holds codes and numbers but never the text of a large file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from mudmai.core.errors import ImportRefused
from mudmai.core.language import Text
from mudmai.exchange.tidy_columns import MOST_WORDS, RawColumns, ValuesBuilder, WordsBuilder, check_header
from mudmai.exchange.tidy_files import encoding_of
from mudmai.exchange.tidy_problems import COUNTED, ProblemLog, refusal

_BLOCK = 8 << 20
_LONGEST_HEADER = 1 << 16
_DELIMITERS = ",\t;"


def read_csv(path: Path, dimensions: Sequence[str], progress: Callable[[int, int], None]) -> RawColumns:
    """Read a CSV file (comma, tab or semicolon; UTF-8 with or without BOM, TIS-620/CP874).

    Row 1 is the header. Rows with too many or too few fields and line breaks inside fields are refused; empty lines
    are passed over.
    """
    encoding = encoding_of(path)
    header, delimiter = _header(path, encoding)
    log = ProblemLog(path.name)
    names = check_header(header, dimensions, log, 1)
    try:
        return _read(path, header, names, encoding, delimiter, log, progress)
    except pa.ArrowInvalid as found:
        log.raise_if_any()  # there were more misshapen rows than anybody would read
        raise refusal(
            path,
            "unreadable",
            Text("อ่านโครงสร้าง CSV ไม่ได้ อาจมีเครื่องหมายคำพูดที่ไม่ปิด", f"the CSV cannot be parsed: {str(found).rstrip('.')}"),
            Text('ตรวจเครื่องหมาย " ที่ไม่ปิด แล้วบันทึกใหม่เป็น CSV UTF-8', 'look for an unclosed ", then save as CSV UTF-8'),
        ) from found


def _header(path: Path, encoding: str) -> tuple[list[str], str]:
    with path.open("rb") as file:
        line = file.readline(_LONGEST_HEADER)
    text = line.decode("utf-8-sig" if encoding == "utf8" else encoding, errors="replace").rstrip("\r\n")
    text = text.partition("\r")[0]
    if len(line) == _LONGEST_HEADER or text.count('"') % 2:
        message = Text("แถวแรกไม่ใช่หัวตาราง", "the first line is not a header")
        raise refusal(
            path, "header", message, Text("แถวแรกต้องเป็นชื่อคอลัมน์", "the first line must name the columns"), row=1
        )
    delimiter = max(_DELIMITERS, key=lambda mark: (text.count(mark), mark == ","))
    return next(csv.reader([text], delimiter=delimiter), []), delimiter


def _read(
    path: Path,
    header: Sequence[str],
    names: Sequence[str],
    encoding: str,
    delimiter: str,
    log: ProblemLog,
    progress: Callable[[int, int], None],
) -> RawColumns:
    misshapen = _Misshapen(log)
    coded = {name: WordsBuilder() for name in names if name not in ("value", "locator")}
    values = ValuesBuilder()
    locator: list[pa.Array] = []
    kept: list[np.ndarray[tuple[int], np.dtype[np.int32]]] = []
    size, done, first = path.stat().st_size, 0, 2
    own = [f"c{at}" for at in range(len(header))]
    reader = arrow_csv.open_csv(
        path,
        read_options=arrow_csv.ReadOptions(
            use_threads=False, block_size=_BLOCK, encoding=encoding, column_names=own, skip_rows=1
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=misshapen
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types={
                mark: pa.string() if name in ("value", "locator") else pa.dictionary(pa.int32(), pa.string())
                for mark, name in zip(own, names, strict=True)
            },
            strings_can_be_null=False,
        ),
    )
    for batch in reader:
        rows = np.arange(first, first + batch.num_rows, dtype=np.int32)
        first += batch.num_rows
        filled = _not_empty(batch)
        if not filled.all():
            batch, rows = batch.filter(pa.array(filled)), rows[filled]
        kept.append(rows)
        for name, array in zip(names, batch.columns, strict=True):
            _check_lines(name, array, rows, log)
            if name == "value":
                values.add_arrow(array)
            elif name == "locator":
                locator.append(array)
            else:
                coded[name].add_arrow(array)
                _check_words(path, name, coded[name])
        done = min(size, done + _BLOCK)
        progress(done, size)
    log.raise_if_any()
    text = {name: builder.column() for name, builder in coded.items()}
    given = pa.chunked_array(locator, pa.string()) if "locator" in names else None
    numbers = np.concatenate(kept) if kept else np.zeros(0, np.int32)
    return RawColumns(path.name, None, text, values.values(), values.states(), values.texts, given, numbers)


class _Misshapen:
    """Takes note of rows whose number of fields is not the header's."""

    def __init__(self, log: ProblemLog) -> None:
        self._log = log

    def __call__(self, row: arrow_csv.InvalidRow) -> str:
        found, wanted = row.actual_columns, row.expected_columns
        self._log.add(
            "row_shape",
            Text(f"แถวนี้มี {found} ช่อง แต่หัวตารางมี {wanted} ช่อง", f"this row has {found} fields, the header {wanted}"),
            Text(
                'ข้อความที่มีจุลภาคต้องอยู่ในเครื่องหมาย "..." และตัวเลขไม่ใส่จุลภาคคั่นหลักพัน',
                'put text that holds a comma in "..." and write numbers without thousands separators',
            ),
            row=row.number,
        )
        return "skip" if self._log.count <= COUNTED else "error"


def _not_empty(batch: pa.RecordBatch) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Rows in which at least one field holds something."""
    found = np.zeros(batch.num_rows, bool)
    for array in batch.columns:
        if pa.types.is_dictionary(array.type):
            empty = pc.index_in(pa.scalar(""), array.dictionary).as_py()
            found |= np.ones(len(found), bool) if empty is None else array.indices.to_numpy() != empty
        else:
            found |= pc.not_equal(array, "").to_numpy(zero_copy_only=False)
        if found.all():
            break
    return found


def _check_lines(name: str, array: pa.Array, rows: np.ndarray[tuple[int], np.dtype[np.int32]], log: ProblemLog) -> None:
    words = array.dictionary if pa.types.is_dictionary(array.type) else array
    if not pc.any(pc.match_substring_regex(words, "[\r\n]")).as_py():
        return
    plain = array.dictionary_decode() if pa.types.is_dictionary(array.type) else array
    told = (
        Text("มีการขึ้นบรรทัดใหม่ภายในช่อง", "there is a line break inside a field"),
        Text('ลบการขึ้นบรรทัด หรือปิดเครื่องหมาย " ให้ครบ', 'remove the line break, or close an open "'),
    )
    broken = np.flatnonzero(pc.match_substring_regex(plain, "[\r\n]").to_numpy(zero_copy_only=False))
    log.add_rows("line_break", lambda _: told, rows, broken, field=name)


def _check_words(path: Path, name: str, column: WordsBuilder) -> None:
    if column.size > MOST_WORDS:
        raise too_many_words(path, name)


def too_many_words(path: Path, name: str) -> ImportRefused:
    """The refusal of a column of codes that holds anything but codes."""
    return refusal(
        path,
        "too_many_words",
        Text(
            f"คอลัมน์ {name} มีค่าต่างกันมากกว่า {MOST_WORDS:,} ค่า จึงไม่ใช่รหัส",
            f"the column {name} has more than {MOST_WORDS:,} different entries: these are not codes",
        ),
        Text("ตรวจลำดับคอลัมน์ของไฟล์", "check the order of the columns"),
    )
