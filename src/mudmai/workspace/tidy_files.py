"""Is a file tidy already? Told by its heading alone, so that large files cost nothing.

A tidy heading has most of ``area_system, area, period, series, value`` among its columns. Files of kinds that the
tidy reader does not take (xls, ods, JSON, UTF-16) are written out as CSV first, row for row, so that the places told
stay right.
"""

from __future__ import annotations

import contextlib
import csv
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mudmai.core.errors import ImportRefused
from mudmai.core.language import Text
from mudmai.exchange.sheets.flat_files import Rows
from mudmai.exchange.sheets.formats import ENDINGS, Format, format_of
from mudmai.exchange.sheets.workbook import open_workbook
from mudmai.exchange.tidy_columns import REQUIRED
from mudmai.exchange.tidy_files import DEFAULT_MAX_BYTES

_HEAD = 1 << 16
_DELIMITERS = ",\t;"
_SUFFIX = {Format.CSV: ".csv", Format.XLSX: ".xlsx", Format.PARQUET: ".parquet"}
_LOOKED_AT = 5_000
"""Rows whose series are looked at to guess the dataset."""


@dataclass(frozen=True)
class TidyForm:
    """A file with a tidy heading: its format by content, and the sheet of a workbook that carries it."""

    path: Path
    format: Format
    sheet: str | None = None
    rows: Rows | None = field(default=None, repr=False)
    """The rows, where the tidy reader does not take the format itself."""
    notes: tuple[Text, ...] = ()

    @contextlib.contextmanager
    def as_readable(self, cache: Path) -> Iterator[Path]:
        """The file in a form and under an ending that the tidy reader takes."""
        suffix = ".csv" if self.rows is not None else _SUFFIX[self.format]
        if self.rows is None and ENDINGS.get(self.path.suffix.lower()) is self.format:
            yield self.path
            return
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="tidy-", dir=cache) as room:
            place = Path(room) / (self.path.name if self.rows is not None else self.path.stem + suffix)
            if self.rows is None:
                place.symlink_to(self.path.resolve())
            else:
                place = place.with_name(self.path.stem + suffix)
                with place.open("w", encoding="utf-8", newline="") as file:
                    csv.writer(file).writerows([_plain(value) for value in row] for row in self.rows)
            yield place

    def first_series(self) -> frozenset[str]:
        """The series named in the first rows."""
        if self.format is Format.PARQUET:
            import pyarrow.parquet as pq  # only such files need it

            with pq.ParquetFile(self.path) as file:
                if "series" not in file.schema_arrow.names:
                    return frozenset()
                batch = next(file.iter_batches(batch_size=_LOOKED_AT, columns=["series"]), None)
            return frozenset() if batch is None else frozenset(str(one) for one in batch.column(0).to_pylist() if one)
        rows = self.rows if self.rows is not None else _some_rows(self.path, self.format, self.sheet)
        if not rows:
            return frozenset()
        heading = [str(one).strip().lower() for one in rows[0]]
        if "series" not in heading:
            return frozenset()
        at = heading.index("series")
        return frozenset(str(row[at]).strip() for row in rows[1:_LOOKED_AT] if at < len(row) and row[at])

    @staticmethod
    def counted(refused: ImportRefused) -> int:
        """How many faults a refusal counts; it tells the first ones only."""
        told = re.search(r"([\d,]+) problem", refused.message.en)
        return int(told.group(1).replace(",", "")) if told else len(refused.problems)


def tidy_form(path: Path) -> TidyForm | None:
    """The file as a tidy one, or None where its heading is another; refuses as :func:`format_of` does."""
    kind = format_of(path, DEFAULT_MAX_BYTES)
    if kind is Format.CSV:
        heading, encoding = _first_line(path)
        if not is_tidy_heading(heading):
            return None
        if encoding.startswith("utf-16"):
            return TidyForm(path, kind, rows=open_workbook(path).sheets[0].rows)
        return TidyForm(path, kind)
    if kind is Format.PARQUET:
        return TidyForm(path, kind) if is_tidy_heading(_parquet_names(path)) else None
    if kind is Format.JSON and path.stat().st_size > (256 << 20):
        return None
    book = open_workbook(path)
    for sheet in book.visible:
        if sheet.rows and is_tidy_heading([str(value) for value in sheet.rows[0]]):
            own = kind is Format.XLSX
            return TidyForm(path, kind, sheet.name if own else None, None if own else sheet.rows, book.notes)
    return None


def is_tidy_heading(names: Sequence[str]) -> bool:
    """True when most of the columns that tidy data must have are there; the tidy reader says which one lacks.

    >>> is_tidy_heading(["area_system", "area", "period", "value"]), is_tidy_heading(["จังหวัด", "2566"])
    (True, False)
    """
    return len(set(REQUIRED) & {name.strip().lower().lstrip("\ufeff") for name in names}) >= _MOST


_MOST = 3
"""Tidy names in a heading by which it is a tidy one, though perhaps a faulty one."""


def _first_line(path: Path) -> tuple[list[str], str]:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    line = head.decode(encoding, "replace").lstrip("\ufeff").partition("\n")[0].partition("\r")[0]
    delimiter = max(_DELIMITERS, key=line.count)
    return next(csv.reader([line], delimiter=delimiter), []), encoding


def _parquet_names(path: Path) -> list[str]:
    import pyarrow as pa  # only Parquet files need it
    import pyarrow.parquet as pq

    try:
        return list(pq.read_schema(path).names)
    except (pa.ArrowException, OSError):
        return []  # the reader of sheets says what is wrong with it


def _some_rows(path: Path, kind: Format, sheet: str | None) -> Rows:
    if kind is Format.CSV:
        with path.open("rb") as file:
            head = file.read(1 << 20)
        text = head.decode("utf-8", "replace").lstrip("\ufeff")
        first = text.partition("\n")[0]
        return list(csv.reader(text.splitlines()[:_LOOKED_AT], delimiter=max(_DELIMITERS, key=first.count)))
    found = open_workbook(path).sheet(sheet or "")
    return found.rows if found else []


def _plain(value: object) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return "" if value is None else str(value)
