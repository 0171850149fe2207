"""What each publisher of a dataset gives, and which of two who give the same fact is served.

Tables here are plain: columns as :data:`mudmai.exchange.tidy.TIDY_COLUMNS`, text as strings. A fact is (area system,
series, dims, area, period). A missing value is a fact like any other: it can stand in the way of another's number.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mudmai.engine.facts import KEY_COLUMNS
from mudmai.exchange.tidy import TIDY_COLUMNS

if TYPE_CHECKING:
    from mudmai.engine.releases import ReleaseStore

KEYS = list(KEY_COLUMNS)
_TYPES = {"value": pa.float64(), "row": pa.int32()}
PLAIN = pa.schema([(name, _TYPES.get(name, pa.string())) for name in TIDY_COLUMNS])
"""Columns of every table here."""

Rank = Callable[[str, str], int]
"""(series, organisation) → place in the order of precedence, 0 first."""


def plain(table: pa.Table) -> pa.Table:
    """``table`` in the plain form; columns that it lacks get the house's defaults (empty text, no row, flag A)."""
    columns = []
    for field in PLAIN:
        if field.name in table.column_names:
            columns.append(table.column(field.name).cast(field.type))
        elif field.name == "row":
            columns.append(pa.chunked_array([pa.nulls(table.num_rows, pa.int32())]))
        else:
            word = "A" if field.name == "flag" else ""
            columns.append(pa.chunked_array([pa.repeat(pa.scalar(word), table.num_rows)]))
    filled = [pc.fill_null(c, "") if pa.types.is_string(c.type) else c for c in columns]
    return pa.Table.from_arrays(filled, schema=PLAIN)


def served(store: ReleaseStore, name: str) -> pa.Table:
    """The table ``name`` as it is served now; no rows where there is none."""
    now = store.current()
    if now is None or name not in now.datasets:
        return PLAIN.empty_table()
    return plain(now.dataset_table(name))


def object_of(store: ReleaseStore, name: str) -> str:
    """The content of the served table by its hash; empty where there is none."""
    now = store.current()
    return now.datasets[name].object if now is not None and name in now.datasets else ""


def without_facts(table: pa.Table, others: pa.Table) -> pa.Table:
    """``table`` without the facts that ``others`` has as well."""
    if not table.num_rows or not others.num_rows:
        return table
    return table.join(others.select(KEYS), keys=KEYS, join_type="left anti").select(PLAIN.names)


def with_facts(table: pa.Table, others: pa.Table) -> pa.Table:
    """Those facts of ``table`` that ``others`` has as well."""
    if not table.num_rows or not others.num_rows:
        return table.slice(0, 0)
    return table.join(others.select(KEYS), keys=KEYS, join_type="left semi").select(PLAIN.names)


def equal_facts(table: pa.Table, others: pa.Table) -> pa.Table:
    """Those facts of ``table`` that ``others`` has with the same value (or missing in both) and the same flag."""
    if not table.num_rows or not others.num_rows:
        return table.slice(0, 0)
    told = others.select([*KEYS, "value", "flag"]).rename_columns([*KEYS, "other_value", "other_flag"])
    joined = table.join(told, keys=KEYS, join_type="inner")
    one, two = joined.column("value"), joined.column("other_value")
    missing = pc.and_(pc.is_null(one), pc.is_null(two))
    same = pc.or_(missing, pc.fill_null(pc.equal(one, two), False))
    return joined.filter(pc.and_(same, pc.equal(joined.column("flag"), joined.column("other_flag")))).select(
        PLAIN.names
    )


def updated(older: pa.Table, newer: pa.Table) -> pa.Table:
    """Both together; where a fact is in both, ``newer`` holds."""
    return pa.concat_tables([without_facts(older, newer), newer])


def inside_areas(table: pa.Table, areas: Mapping[str, Collection[str]]) -> pa.Table:
    """The rows of these areas, given by area system."""
    return table.filter(_in_areas(table, areas))


def outside_areas(table: pa.Table, areas: Mapping[str, Collection[str]]) -> pa.Table:
    """``table`` without the rows of these areas."""
    return table.filter(pc.invert(_in_areas(table, areas)))


def _in_areas(table: pa.Table, areas: Mapping[str, Collection[str]]) -> pa.ChunkedArray:
    found = pa.chunked_array([pa.repeat(pa.scalar(False), table.num_rows)])
    for system, codes in areas.items():
        listed = pc.is_in(table.column("area"), pa.array(sorted(codes), pa.string()))
        found = pc.or_(found, pc.and_(pc.equal(table.column("area_system"), system), listed))
    return found


@dataclass(frozen=True)
class Holding:
    """Everything that one organisation gives of a dataset."""

    organisation: str
    rows: pa.Table


@dataclass(frozen=True)
class Division:
    """A holding cut in two: what is served, and what stands back because somebody else's figure is the official one."""

    served: pa.Table
    left_out: pa.Table


def divide(holdings: Sequence[Holding], rank: Rank) -> Mapping[str, Division]:
    """Every fact is served once: from the holding that comes first for its series."""
    found: dict[str, Division] = {}
    for one in holdings:
        kept = one.rows
        for other in holdings:
            if other.organisation != one.organisation and kept.num_rows and other.rows.num_rows:
                kept = without_facts(kept, _stronger(other, one, rank))
        found[one.organisation] = Division(kept, without_facts(one.rows, kept))
    return found


def _stronger(other: Holding, one: Holding, rank: Rank) -> pa.Table:
    """Rows of ``other`` in series where it comes before ``one``."""
    series = [
        s
        for s in pc.unique(other.rows.column("series")).to_pylist()
        if rank(s, other.organisation) < rank(s, one.organisation)
    ]
    return other.rows.filter(pc.is_in(other.rows.column("series"), pa.array(series, pa.string())))


def side_by_side(one: pa.Table, two: pa.Table) -> pa.Table:
    """Facts that both give: keys, ``value_one``, ``value_two``, ``source_one``, ``source_two``, sorted."""
    left = one.select([*KEYS, "value", "source"]).rename_columns([*KEYS, "value_one", "source_one"])
    right = two.select([*KEYS, "value", "source"]).rename_columns([*KEYS, "value_two", "source_two"])
    joined = left.join(right, keys=KEYS, join_type="inner")
    return joined.sort_by([(name, "ascending") for name in ("series", "dims", "area", "period")])
