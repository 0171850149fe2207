"""Rows of one resource, as CKAN's ``datastore_search`` gives them: filters, words, columns, an order, pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from mudmai.core.datasets import DatasetRecord
from mudmai.core.errors import InputError
from mudmai.core.language import Text, to_arabic_digits
from mudmai.core.observations import read_dims
from mudmai.exchange.ckan import datastore_fields
from mudmai.exchange.dataset_files import tidy_columns, tidy_rows
from mudmai.workspace.datasets import DatasetCatalogue, RowFilter, keys_of, rows_of, tables_of

Row = dict[str, Any]

MOST_ROWS = 32_000
"""Rows of one answer at most (CKAN's own default)."""
MOST_LOOKED_AT = 200_000
"""Rows that are searched for words or sorted at most; more must be narrowed by filters first."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a table: exact filters by column, words, an order."""

    filters: Mapping[str, Any]
    words: str
    order: tuple[tuple[str, bool], ...]


def search_rows(
    held: DatasetCatalogue,
    record: DatasetRecord,
    *,
    filters: Mapping[str, Any],
    words: str,
    columns: Sequence[str],
    sort: str,
    limit: int,
    offset: int,
) -> tuple[list[Mapping[str, str]], list[Row], int]:
    """Fields, records and the total; ``_id`` counts the rows of the whole table from 1, so that it never changes.

    Raises :class:`InputError` for unknown columns, and for words or an order over too many rows.
    """
    known = ["_id", *tidy_columns(record)]
    _refuse_unknown([*filters, *columns], known)
    asked = Question(filters, words, tuple(_order(sort, known)))
    chosen = [f for f in datastore_fields(record) if not columns or f["id"] in columns]
    if words or asked.order:
        found = _sorted(_matching(held, record, asked), asked)
        total, rows = len(found), found[offset : offset + limit]
    else:
        total, rows = _page(held, record, asked, limit, offset)
    return chosen, [{f["id"]: row.get(f["id"]) for f in chosen} for row in rows], total


def _page(
    held: DatasetCatalogue, record: DatasetRecord, asked: Question, limit: int, offset: int
) -> tuple[int, list[Row]]:
    """One page in the table's own order; only its own rows are looked at one by one."""
    if not asked.filters:
        return record.holding.rows, list(islice(_rows_from(held, record, offset), limit))
    total, page = 0, list[Row]()
    for table, numbers in _filtered(held, record, asked.filters):
        here = len(numbers)
        start = max(0, offset - total)
        room = limit - len(page)
        if start < here and room > 0:
            part = table.slice(start, room)
            page += _numbered(part, numbers[start : start + room])
        total += here
    return total, page


def _matching(held: DatasetCatalogue, record: DatasetRecord, asked: Question) -> Iterator[Row]:
    looked_at = 0
    words = to_arabic_digits(asked.words).casefold().split()
    for table, numbers in _filtered(held, record, asked.filters):
        looked_at += len(numbers)
        if looked_at > MOST_LOOKED_AT:
            raise InputError(
                Text(
                    f"มีแถวเกิน {MOST_LOOKED_AT:,} แถว", f"more than {MOST_LOOKED_AT:,} rows would have to be looked at"
                ),
                remedy=Text(
                    "กรองด้วย filters (series, area) ก่อน หรือใช้ data.csv", "narrow them by filters, or take data.csv"
                ),
                code="paging",
            )
        for row in _numbered(table, numbers):
            text = to_arabic_digits(" ".join(str(v) for v in row.values() if v is not None)).casefold()
            if all(word in text for word in words):
                yield row


def _sorted(rows: Iterator[Row], asked: Question) -> list[Row]:
    found = list(rows)
    for field, downwards in reversed(asked.order):
        found.sort(key=lambda row: _sortable(row.get(field)), reverse=downwards)
    return found


def _rows_from(held: DatasetCatalogue, record: DatasetRecord, offset: int) -> Iterator[Row]:
    """Rows from ``offset`` on; whole series before it are passed over unread."""
    for base, table in _tables(held, record, offset):
        start = max(0, offset - base)
        yield from _numbered(table.slice(start), np.arange(base + start, base + table.num_rows))


def _tables(held: DatasetCatalogue, record: DatasetRecord, offset: int = 0) -> Iterator[tuple[int, Any]]:
    """The table of each key that does not end before ``offset``, with the number of rows before it."""
    base = 0
    for key in keys_of(held.release, record.dataset):
        rows = rows_of(held.release, record.dataset, key)
        if base + rows > offset:
            own = dict(read_dims(key.dims))
            exact = {name: frozenset((own.get(name, ""),)) for name in record.holding.dimensions}
            for table in tables_of(held.release, record.dataset, RowFilter(frozenset((key.series,)), dims=exact)):
                yield base, table
        base += rows


def _filtered(held: DatasetCatalogue, record: DatasetRecord, filters: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Of each key the rows that fit, and their numbers in the whole table (from 0)."""
    import pyarrow as pa  # columns load where rows are searched

    for base, table in _tables(held, record):
        fits = np.ones(table.num_rows, dtype=bool)
        dims = dict(read_dims(str(table.column("dims")[0].as_py())))
        for name, wanted in filters.items():
            fits &= _fits(table, dims, base, name, wanted if isinstance(wanted, list) else [wanted])
            if not fits.any():
                break
        if fits.any():
            yield table.filter(pa.array(fits)), np.flatnonzero(fits) + base


def _fits(table: Any, dims: Mapping[str, str], base: int, name: str, wanted: list[Any]) -> Any:
    """For each row: is its cell one of the wanted values? An empty one stands for a missing cell."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if name in dims or name not in {*table.column_names, "_id"}:
        return np.full(table.num_rows, dims.get(name, "") in {"" if w is None else str(w) for w in wanted})
    if name in ("value", "_id"):
        numbers = [n for n in map(_number, wanted) if n is not None]
        own = table.column("value").to_numpy() if name == "value" else np.arange(base + 1, base + table.num_rows + 1)
        fits = np.isin(own, np.array(numbers, dtype=float))
        return fits | np.isnan(own) if name == "value" and any(w in (None, "") for w in wanted) else fits
    values = pa.array(["" if w is None else str(w) for w in wanted], pa.string())
    return pc.is_in(pc.fill_null(table.column(name), ""), values).to_numpy()


def _number(value: Any) -> float | None:
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


def _numbered(table: Any, numbers: Any) -> Iterator[Row]:
    for number, row in zip(numbers.tolist(), tidy_rows(table), strict=True):
        yield {"_id": number + 1, **row}


def _sortable(value: Any) -> tuple[int, float, str]:
    """Missing last, numbers by size, words by their letters."""
    if value is None:
        return (1, 0.0, "")
    return (0, float(value), "") if isinstance(value, (int, float)) else (0, 0.0, str(value))


def _order(sort: str, known: Sequence[str]) -> list[tuple[str, bool]]:
    found = []
    for part in filter(None, (p.strip() for p in sort.split(","))):
        field, _, way = part.partition(" ")
        field = field.strip('"')
        if way.strip().lower() not in ("", "asc", "desc"):
            _refuse_unknown([part], known)
        _refuse_unknown([field], known)
        found.append((field, way.strip().lower() == "desc"))
    return found


def _refuse_unknown(names: Sequence[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            raise InputError(
                Text(f"ไม่มีคอลัมน์ {name[:60]}", f"there is no column {name[:60]}"),
                remedy=Text(f"ใช้ {', '.join(known)}", f"use one of {', '.join(known)}"),
                code="unknown_column",
            )
