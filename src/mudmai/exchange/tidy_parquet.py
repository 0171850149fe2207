"""Reading tidy Parquet files, batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from mudmai.core.errors import ImportRefused
from mudmai.core.language import Text
from mudmai.exchange.tidy_columns import MOST_WORDS, RawColumns, ValuesBuilder, WordsBuilder, check_header
from mudmai.exchange.tidy_csv import too_many_words
from mudmai.exchange.tidy_problems import ProblemLog, refusal

MOST_ROWS = 100_000_000
"""Some bytes of Parquet can claim any number of rows."""


def read_parquet(path: Path, dimensions: Sequence[str], progress: Callable[[int, int], None]) -> RawColumns:
    """Read a Parquet file; rows are numbered from 1. Text may be plain or dictionary-encoded; ``period`` and ``area``
    may be whole numbers, ``value`` any number or text to be read as one."""
    import pyarrow.parquet as pq  # only Parquet files need it

    log = ProblemLog(path.name)
    try:
        with pq.ParquetFile(path) as file:
            rows = file.metadata.num_rows
            if rows > MOST_ROWS:
                raise _too_many_rows(path, rows)
            schema = file.schema_arrow
            names = check_header(schema.names, dimensions, log, None)
            _check_types(schema, names, log)
            return _read(path, file.iter_batches(batch_size=1 << 16), names, rows, progress)
    except (pa.ArrowException, OSError) as found:
        raise refusal(
            path,
            "damaged",
            Text("ไฟล์ Parquet ขาดหรือเสียหาย", f"the Parquet file is truncated or damaged: {_short(found)}"),
            Text("คัดลอกหรือส่งออกไฟล์ใหม่แล้วลองอีกครั้ง", "copy or export the file again and retry"),
        ) from found


def _short(found: BaseException) -> str:
    return str(found).partition("\n")[0].rstrip(". ")[:200]


def _too_many_rows(path: Path, rows: int) -> ImportRefused:
    return refusal(
        path,
        "too_many_rows",
        Text(f"ไฟล์มี {rows:,} แถว เกิน {MOST_ROWS:,}", f"the file has {rows:,} rows, more than {MOST_ROWS:,}"),
        Text("แบ่งเป็นไฟล์ย่อย", "split the file"),
    )


def _check_types(schema: pa.Schema, names: Sequence[str], log: ProblemLog) -> None:
    for field, name in zip(schema, names, strict=True):
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        number = pa.types.is_integer(kind) or (
            name == "value" and (pa.types.is_floating(kind) or pa.types.is_decimal(kind))
        )
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or number or pa.types.is_null(kind)):
            log.add(
                "column_type",
                Text(f"คอลัมน์ {name} เป็นชนิด {field.type}", f"the column {name} is of type {field.type}"),
                Text(
                    "เก็บเป็นข้อความ" if name != "value" else "เก็บเป็นตัวเลข",
                    "store it as text" if name != "value" else "store it as numbers",
                ),
                field=name,
            )
    log.raise_if_any()


def _read(
    path: Path,
    batches: object,
    names: Sequence[str],
    rows: int,
    progress: Callable[[int, int], None],
) -> RawColumns:
    coded = {name: WordsBuilder() for name in names if name not in ("value", "locator")}
    values = ValuesBuilder()
    locator: list[pa.Array] = []
    for batch in batches:  # type: ignore[attr-defined]
        for name, array in zip(names, batch.columns, strict=True):
            if name == "value":
                values.add_arrow(array)
            elif name == "locator":
                locator.append(array.cast(pa.string()).fill_null(""))
            else:
                coded[name].add_arrow(array)
                if coded[name].size > MOST_WORDS:
                    raise too_many_words(path, name)
        progress(values.size, rows)
    text = {name: builder.column() for name, builder in coded.items()}
    given = pa.chunked_array(locator, pa.string()) if "locator" in names else None
    numbers = np.arange(1, rows + 1, dtype=np.int32)
    return RawColumns(path.name, None, text, values.values(), values.states(), values.texts, given, numbers)
