"""Rows of one resource, as CKAN's ``datastore_search`` gives them: filters, words, columns, an order, pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

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
    """Fields, records and the total; ``_id`` counts the rows of the whole table from 1, so that it never changes."""
    known = ["_id", *tidy_columns(record)]
    _refuse_unknown([*filters, *columns], known)
    order = _order(sort, known)
    chosen = [f for f in datastore_fields(record) if not columns or f["id"] in columns]
    if not filters and not words and not order:
        total = record.holding.rows
        rows = islice(_rows_from(held, record, offset), limit)
    else:
        found = [row for row in _rows_from(held, record, 0) if _fits(row, filters, words)]
        for field, downwards in reversed(order):
            found.sort(key=lambda row: _sortable(row.get(field)), reverse=downwards)
        total = len(found)
        rows = islice(found, offset, offset + limit)
    return chosen, [{f["id"]: row.get(f["id"]) for f in chosen} for row in rows], total


def _rows_from(held: DatasetCatalogue, record: DatasetRecord, offset: int) -> Iterator[Row]:
    """Rows from ``offset`` on; whole series before it are passed over unread."""
    number = 0
    for key in keys_of(held.release, record.dataset):
        rows = rows_of(held.release, record.dataset, key)
        if number + rows <= offset:
            number += rows
            continue
        own = dict(read_dims(key.dims))
        exact = {name: frozenset((own.get(name, ""),)) for name in record.holding.dimensions}
        wanted = RowFilter(series=frozenset((key.series,)), dims=exact)
        for table in tables_of(held.release, record.dataset, wanted):
            for row in tidy_rows(table):
                number += 1
                if number > offset:
                    yield {"_id": number, **row}


def _fits(row: Row, filters: Mapping[str, Any], words: str) -> bool:
    for name, wanted in filters.items():
        values = wanted if isinstance(wanted, list) else [wanted]
        own = row.get(name)
        if not any(_same(own, value) for value in values):
            return False
    if not words:
        return True
    text = to_arabic_digits(" ".join(str(v) for v in row.values() if v is not None)).casefold()
    return all(word in text for word in to_arabic_digits(words).casefold().split())


def _same(own: Any, wanted: Any) -> bool:
    if own is None or own == "":
        return wanted in (None, "")
    if isinstance(own, (int, float)):
        try:
            return float(wanted) == own
        except (TypeError, ValueError):
            return False
    return str(own) == str(wanted)


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
