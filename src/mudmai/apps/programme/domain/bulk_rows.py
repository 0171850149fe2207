"""Many new rows at once, past the machinery for single ones: a plan workbook brings twenty thousand.

Only for rows that our own code has checked and completed: no defaults are filled in, no signals are sent.
"""

from __future__ import annotations

import secrets
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from operator import attrgetter
from typing import Any

from django.db import connection, connections, models

Prepare = Callable[[Any], Any]

_AT_ONCE = 100
"""Rows of one statement: further ones save little, and the text of a statement stays short."""
_VALUES = 1_000
"""Values of one statement, at most: longer ones of many columns cost more to prepare than they save."""
_ROOM = 64 * 1024
"""Kibibytes of the database that a large transaction on a file may hold in memory."""


def insert(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert ``rows`` of the columns ``names`` (attribute names: ``project_id``), many by each statement."""
    prepared = [(place, prepare) for place, name in enumerate(names) if (prepare := preparing(model, name))]
    values: list[list[Any]] = []
    for row in rows:
        made = list(row)
        for place, prepare in prepared:
            if made[place] is not None:
                made[place] = prepare(made[place])
        values.append(made)
    insert_prepared(model, names, values)


def insert_prepared(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """As :func:`insert`, of values that stand as the database takes them (:func:`preparing`, JSON and amounts as
    text)."""
    if not rows:
        return
    fields = {field.attname: field for field in model._meta.concrete_fields}
    quote = connection.ops.quote_name
    columns = ", ".join(quote(fields[name].column) for name in names)
    head = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES "  # noqa: S608  own names
    marks = f"({', '.join(['%s'] * len(names))})"
    size = max(1, min(_AT_ONCE, _VALUES // len(names), _most_values() // len(names)))
    whole = len(rows) - len(rows) % size
    with connection.cursor() as cursor:
        for some, each in ((rows[:whole], size), (rows[whole:], len(rows) - whole)):
            values = [list(chain.from_iterable(some[at : at + each])) for at in range(0, len(some), each or 1)]
            if values:
                cursor.executemany(head + ", ".join([marks] * each), values)


def _most_values() -> int:
    """How many values one statement takes; SQLite tells more than Django reckons with."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        return int(connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER))
    return connection.features.max_query_params or 30_000


def insert_whole(objects: Sequence[models.Model]) -> None:
    """Insert complete objects of one model whose keys are known (no automatic ones)."""
    if not objects:
        return
    model = type(objects[0])
    names = [field.attname for field in model._meta.concrete_fields]
    values = attrgetter(*names)
    insert(model, names, map(values, objects))
    for one in objects:
        one._state.adding, one._state.db = False, connection.alias


def preparing(model: type[models.Model], name: str) -> Prepare | None:
    """How a value of a column (attribute name) is handed to the database; None where it goes as it is."""
    return _prepare(next(field for field in model._meta.concrete_fields if field.attname == name))


def keys_in_order(count: int) -> list[uuid.UUID]:
    """New keys of version 7 (RFC 9562, 6.2 method 1): each is greater than the one before, so that rows which come
    together lie together in every index. 24 bits count, 50 are random.

    >>> one, two = keys_in_order(2)
    >>> one < two, one.version, one.variant == uuid.RFC_4122
    (True, 7, True)
    """
    if count >= 1 << 24:
        raise ValueError(count)
    start = (time.time_ns() // 1_000_000 & (1 << 48) - 1) << 80 | 7 << 76 | 2 << 62
    chance, low = secrets.token_bytes(7 * count), (1 << 50) - 1
    return [
        uuid.UUID(
            int=start | n >> 12 << 64 | (n & 0xFFF) << 50 | int.from_bytes(chance[7 * n : 7 * n + 7], "big") & low
        )
        for n in range(count)
    ]


@contextmanager
def room() -> Iterator[None]:
    """A database in a file keeps what is written inside in memory until the transaction ends, within measure."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA cache_size").fetchone()[0]
        cursor.execute(f"PRAGMA cache_size = -{_ROOM}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size = {int(before)}")


def _prepare(field: models.Field[Any, Any]) -> Prepare | None:
    plain = (models.CharField, models.TextField, models.IntegerField, models.BooleanField)
    if isinstance(field, plain):
        return None
    if isinstance(field, models.ForeignKey):
        return _prepare(field.target_field)
    database = connections[connection.alias]
    if isinstance(field, models.UUIDField) and not database.features.has_native_uuid_field:
        return attrgetter("hex")
    return lambda value: field.get_db_prep_save(value, database)
