"""Many new rows at once, past the machinery for single ones: a plan workbook brings twenty thousand.

Only for rows that our own code has checked and completed: no defaults are filled in, no signals are sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

from django.db import connection, connections, models

Prepare = Callable[[Any], Any]


def insert(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert ``rows`` of the columns ``names`` (attribute names: ``project_id``) by one prepared statement."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    quote = connection.ops.quote_name
    columns = ", ".join(quote(fields[name].column) for name in names)
    marks = ", ".join(["%s"] * len(names))
    prepared = [(place, prepare) for place, name in enumerate(names) if (prepare := _prepare(fields[name]))]
    values: list[list[Any]] = []
    for row in rows:
        made = list(row)
        for place, prepare in prepared:
            if made[place] is not None:
                made[place] = prepare(made[place])
        values.append(made)
    if values:
        with connection.cursor() as cursor:
            table = quote(model._meta.db_table)
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values)  # noqa: S608  own names


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


def _prepare(field: models.Field[Any, Any]) -> Prepare | None:
    """How a value is handed to the database; None where it goes as it is."""
    plain = (models.CharField, models.TextField, models.IntegerField, models.BooleanField)
    if isinstance(field, plain):
        return None
    if isinstance(field, models.ForeignKey):
        return _prepare(field.target_field)
    database = connections[connection.alias]
    if isinstance(field, models.UUIDField) and not database.features.has_native_uuid_field:
        return attrgetter("hex")
    return lambda value: field.get_db_prep_save(value, database)
