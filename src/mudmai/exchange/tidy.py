"""Tidy files of observations in: CSV, Excel or Parquet, checked as a whole before anything is kept.

One row is one value: ``area_system, area, period, series, value``, then, where wanted, one column for each dimension
(named by its id), ``flag``, ``source``, ``method`` and ``locator``. A file with any fault is refused whole; the refusal
names every fault with its row and the remedy. Rules in full: docs/reference/tidy-data.md.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa

from mudmai.core.language import Text
from mudmai.core.series import Catalogue
from mudmai.exchange.tidy_checks import Checked, check_columns
from mudmai.exchange.tidy_columns import RawColumns, TextColumn, narrow
from mudmai.exchange.tidy_files import DEFAULT_MAX_BYTES, Kind, check_file
from mudmai.exchange.tidy_problems import ProblemLog, refusal

TIDY_COLUMNS = (
    *("area_system", "area", "period", "series", "dims", "value"),
    *("flag", "source", "method", "locator", "row"),
)
"""Columns of :func:`read_tidy`: text as dictionaries with the smallest codes; ``value`` float64, null is missing;
``row`` is the row of the file where ``locator`` (then ``file`` or ``file!sheet``) is not given by the file itself."""


def read_tidy(
    path: Path,
    catalogue: Catalogue,
    *,
    dataset: str,
    max_bytes: int = DEFAULT_MAX_BYTES,
    sheet: str | None = None,
    progress: Callable[[int, int], None] | None = None,
    unsourced: str | None = None,
) -> pa.Table:
    """Read and check a tidy file; gives observations in house form (:data:`TIDY_COLUMNS`), in the order of the file.

    Periods may be Buddhist or Common Era years, in Thai or Arabic digits, but of one calendar throughout; areas may be
    aliases. An empty value is missing and needs a missing flag; an empty ``source`` or ``method`` takes the series'
    own; ``unsourced`` is the source of values without one instead (a user's file does not speak for the edition that a
    series was made from). ``dataset`` is only named in refusals. ``max_bytes`` is checked before anything is read;
    ``sheet`` picks one sheet of a workbook; ``progress`` hears (done, total) now and then.

    Raises :class:`mudmai.core.errors.ImportRefused`; up to 10,000 faults are counted, the first 200 told.
    """
    heard = progress or _nobody
    raw = _read(path, check_file(path, max_bytes), catalogue, heard, sheet)
    if not len(raw.rows):
        raise refusal(
            path,
            "no_rows",
            Text(f"ไฟล์มีแต่หัวตาราง ไม่มีข้อมูลสำหรับ {dataset}", f"the file has a header but no rows for {dataset}"),
            Text("ส่งออกไฟล์ใหม่ให้มีข้อมูล", "export it again with its data"),
        )
    log = ProblemLog(raw.file, raw.sheet)
    checked = check_columns(raw, catalogue, log, unsourced)
    log.raise_if_any()
    return _table(raw, checked)


def _nobody(done: int, total: int) -> None:
    """Hears progress when nobody else does."""


def _read(
    path: Path, kind: Kind, catalogue: Catalogue, progress: Callable[[int, int], None], sheet: str | None
) -> RawColumns:
    dimensions = tuple(dict.fromkeys(d.id for series in catalogue.series.values() for d in series.dimensions))
    # One reader is needed at a time, and each brings its own library.
    if kind is Kind.XLSX:
        from mudmai.exchange.tidy_xlsx import read_xlsx

        return read_xlsx(path, dimensions, progress, sheet)
    if kind is Kind.PARQUET:
        from mudmai.exchange.tidy_parquet import read_parquet

        return read_parquet(path, dimensions, progress)
    from mudmai.exchange.tidy_csv import read_csv

    return read_csv(path, dimensions, progress)


def _table(raw: RawColumns, checked: Checked) -> pa.Table:
    arrays = {name: _dictionary(column) for name, column in checked.columns.items()}
    arrays["value"] = pa.array(checked.values, pa.float64(), mask=np.isnan(checked.values))
    place = raw.file if raw.sheet is None else f"{raw.file}!{raw.sheet}"
    own = np.zeros(len(raw.rows), bool)
    if raw.locator is None:
        arrays["locator"] = _dictionary(TextColumn(np.zeros(len(raw.rows), np.int8), (place,)))
    else:
        import pyarrow.compute as pc  # only files with locators of their own

        given = pc.utf8_trim_whitespace(raw.locator.combine_chunks())
        own = pc.not_equal(given, "").to_numpy(zero_copy_only=False)
        arrays["locator"] = pc.if_else(pa.array(own), given, place).dictionary_encode()
    arrays["row"] = pa.array(raw.rows, pa.int32(), mask=own)
    return pa.table({name: arrays[name] for name in TIDY_COLUMNS})


def _dictionary(column: TextColumn) -> pa.DictionaryArray:
    codes = pa.array(narrow(column.codes, len(column.words)))
    return pa.DictionaryArray.from_arrays(codes, pa.array(column.words, pa.string()))
