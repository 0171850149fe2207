"""Observations in memory the way a release stores them: dictionary codes, in storage order.

Thirty million rows of text do not fit where thirty million small integers do, so every text column becomes sorted
distinct words and one small code per row. Codes sort as their words do, and storage order (area system, series,
dimensions, area, period) is then one integer key per row.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mudmai.core.errors import ImportRefused, InputError, Problem, Where
from mudmai.core.language import Text
from mudmai.core.observations import MISSING_FLAGS, Flag, read_dims, write_dims
from mudmai.core.periods import Period

Ints: TypeAlias = npt.NDArray[np.integer[Any]]

KEY_COLUMNS = ("area_system", "series", "dims", "area", "period")
"""A fact: at most one value in a release; also the storage order."""

NOTE_COLUMNS = ("flag", "source", "method", "locator")
"""What is told about a value besides the value."""

TEXT_COLUMNS = KEY_COLUMNS + NOTE_COLUMNS

_REQUIRED = ("area_system", "area", "period", "series", "value")
_DEFAULTS = {"dims": "", "flag": Flag.NORMAL.value, "source": "", "method": "", "locator": ""}


@dataclass(frozen=True)
class Coded:
    """A text column of n rows: ``codes`` (n,) into ``words``, which are distinct, sorted by code point, all in use."""

    codes: Ints
    words: pa.StringArray

    def take(self, rows: Any) -> Coded:
        """The same words with the codes of ``rows``."""
        return Coded(self.codes[rows], self.words)


@dataclass(frozen=True)
class Facts:
    """Coded observations of n rows in any order.

    ``columns`` holds every name of :data:`TEXT_COLUMNS`; ``values`` (n,) is NaN where missing; ``rows`` (n,) is the row
    of the file a value came from, -1 where unknown (the locator then stands alone).
    """

    columns: Mapping[str, Coded]
    values: npt.NDArray[np.float64]
    rows: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def ordered(self) -> Ordered:
        """Storage order, made once; duplicates are refused here (:class:`ImportRefused`)."""
        return _order(self)


@dataclass(frozen=True)
class Ordered:
    """``order`` (n,) lists rows in storage order (None: already so). ``bounds`` (k+1,) cuts it into the k keys."""

    order: npt.NDArray[np.int64] | None
    bounds: npt.NDArray[np.int64]

    def cuts(self) -> Iterator[Any]:
        """For each key, the rows that belong to it, in storage order (a slice or an index array)."""
        for first, after in zip(self.bounds[:-1].tolist(), self.bounds[1:].tolist(), strict=True):
            yield slice(first, after) if self.order is None else self.order[first:after]


def facts_of(table: pa.Table) -> Facts:
    """Code a table of observations (columns as :func:`mudmai.exchange.tidy.read_tidy` makes them).

    ``dims``, ``flag``, ``source``, ``method``, ``locator`` and ``row`` may be left out. ``value`` null is missing and
    goes with a missing flag; NaN and infinities, unknown flags and periods not in house form are refused.
    """
    absent = [name for name in _REQUIRED if name not in table.column_names]
    if absent:
        listed = ", ".join(absent)
        raise InputError(
            Text(f"ตารางค่าสังเกตขาดคอลัมน์ {listed}", f"the table of observations lacks {listed}"),
            remedy=Text(f"ต้องมีคอลัมน์ {', '.join(_REQUIRED)}", f"it needs the columns {', '.join(_REQUIRED)}"),
            code="facts",
        )
    size = table.num_rows
    columns = {
        name: _code(table.column(name)) if name in table.column_names else _constant(_DEFAULTS[name], size)
        for name in TEXT_COLUMNS
    }
    rows: npt.NDArray[np.int32] = np.broadcast_to(np.int32(-1), (size,))
    if "row" in table.column_names:
        rows = table.column("row").cast(pa.int32()).fill_null(-1).to_numpy().astype(np.int32, copy=False)
    given = table.column("value").cast(pa.float64())
    missing = given.is_null().to_numpy()
    values = np.array(given.to_numpy(), dtype=np.float64)
    values += 0.0  # a negative zero is zero
    facts = Facts(columns, values, rows)
    _check_words(facts)
    _check_values(facts, missing)
    return facts


def join_facts(older: Facts, newer: Facts) -> Facts:
    """Both together; where a fact is in both, ``newer`` holds."""
    columns = {}
    for name in TEXT_COLUMNS:
        one, two = older.columns[name], newer.columns[name]
        both = pa.chunked_array([_as_arrow(one), _as_arrow(two)])
        columns[name] = _code(both)
    joined = Facts(columns, np.concatenate([older.values, newer.values]), np.concatenate([older.rows, newer.rows]))
    group, _ = _group_codes(joined)
    key = _full_key(joined, group)
    order = np.argsort(key, kind="stable")
    last = np.ones(len(order), bool)
    last[:-1] = key[order[1:]] != key[order[:-1]]
    keep = order[last]
    return Facts(
        {name: _used(column.take(keep)) for name, column in columns.items()}, joined.values[keep], joined.rows[keep]
    )


def small_codes(codes: Ints, words: int) -> Ints:
    """``codes`` in the smallest integer type that holds ``words`` different ones."""
    kind: Any = np.uint8 if words <= 1 << 8 else np.uint16 if words <= 1 << 16 else np.int32
    return codes.astype(kind, copy=False)


def _constant(word: str, size: int) -> Coded:
    return Coded(np.broadcast_to(np.uint8(0), (size,)), pa.array([word] if size else [], pa.string()))


def _as_arrow(column: Coded) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(column.codes.astype(np.int32)), column.words)


def _code(column: pa.ChunkedArray) -> Coded:
    if column.null_count or not (pa.types.is_dictionary(column.type) and pa.types.is_string(column.type.value_type)):
        column = column.cast(pa.string()).fill_null("").dictionary_encode()
    array = column.unify_dictionaries().combine_chunks()
    if isinstance(array, pa.ChunkedArray):  # no chunk at all
        return _constant("", 0)
    # A dictionary made elsewhere may name a word twice.
    distinct = array.dictionary.dictionary_encode()
    codes = array.indices.to_numpy()
    if len(distinct.dictionary) != len(array.dictionary):
        codes = distinct.indices.to_numpy()[codes]
    order = pc.sort_indices(distinct.dictionary).to_numpy()
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return _used(Coded(small_codes(rank, len(order))[codes], distinct.dictionary.take(pa.array(order))))


def _used(column: Coded) -> Coded:
    """Without the words no row uses; a column of one word costs nothing."""
    used = np.zeros(len(column.words), bool)
    used[column.codes] = True
    if not used.all():
        codes = np.cumsum(used, dtype=np.int64)[column.codes] - 1
        column = Coded(small_codes(codes, int(used.sum())), column.words.filter(pa.array(used)))
    if len(column.words) == 1:
        return Coded(np.broadcast_to(np.uint8(0), column.codes.shape), column.words)
    return column


def _group_codes(facts: Facts) -> tuple[Ints, int]:
    """A code per row for (area system, series, dims), sorted as the words, without gaps; and how many there are."""
    columns = [facts.columns[name] for name in ("area_system", "series", "dims")]
    size = math.prod(max(1, len(column.words)) for column in columns)
    # In place and narrow: at thirty million rows every temporary of 8 bytes is 240 MB.
    combined: Any = np.zeros(len(facts), np.int32 if size < 1 << 31 else np.int64)
    for column in columns:
        combined *= max(1, len(column.words))
        combined += column.codes
    if size <= 1 << 26:
        used = np.zeros(size, bool)
        used[combined] = True
        ranks = np.cumsum(used, dtype=np.int64) - 1
        count = int(used.sum())
        return small_codes(ranks, count)[combined], count
    distinct, codes = np.unique(combined, return_inverse=True)
    return small_codes(codes, len(distinct)), len(distinct)


def _full_key(facts: Facts, group: Ints) -> npt.NDArray[np.int64]:
    """One number per row that sorts as storage order does."""
    area, period = facts.columns["area"], facts.columns["period"]
    key = group.astype(np.int64)
    key *= max(1, len(area.words))
    key += area.codes
    key *= max(1, len(period.words))
    key += period.codes
    return key


def _order(facts: Facts) -> Ordered:
    group, count = _group_codes(facts)
    key = _full_key(facts, group)
    order = None if bool(np.all(key[1:] > key[:-1])) else np.argsort(key, kind="stable")
    if order is not None:
        key = key[order]
        twice = np.flatnonzero(key[1:] == key[:-1])
        if len(twice):
            raise _refuse_twice(facts, order, twice)
    del key
    bounds = np.concatenate([[0], np.cumsum(np.bincount(group, minlength=count))]).astype(np.int64)
    return Ordered(order, bounds)


def _refuse_twice(facts: Facts, order: Ints, twice: Ints) -> ImportRefused:
    remedy = Text("คงไว้เพียงค่าเดียว", "keep one of them")
    problems = []
    for at in twice[:200].tolist():
        words = fact_words(facts, int(order[at]))
        row = int(facts.rows[order[at + 1]])
        where = Where(row=row if row >= 0 else None)
        problems.append(Problem("duplicate", Text(f"{words} มีสองค่า", f"{words} has two values"), remedy, where))
    count = len(twice)
    return ImportRefused(
        Text(f"มีข้อมูลซ้ำ {count:,} รายการ", f"{count:,} {'facts are' if count > 1 else 'fact is'} given twice"),
        remedy=remedy,
        problems=problems,
    )


def fact_words(facts: Facts, row: int) -> str:
    """A fact as people would name it: ``gpp TH-10 2019 (th-nesdc, sex=F)``."""
    system, series, dims, area, period = (
        facts.columns[name].words[int(facts.columns[name].codes[row])].as_py() for name in KEY_COLUMNS
    )
    return f"{series} {area} {period} ({', '.join(part for part in (system, dims) if part)})"


def _check_words(facts: Facts) -> None:
    for word in facts.columns["period"].words.to_pylist():
        Period.from_iso(word)
    for word in facts.columns["dims"].words.to_pylist():
        if write_dims(read_dims(word)) != word:
            raise InputError(
                Text(f"มิติ “{word}” ไม่อยู่ในรูปแบบของระบบ", f"“{word}” is not the house form of dimensions"),
                remedy=Text("เรียงตามชื่อมิติ เช่น age=15-24;sex=F", "sort by dimension, such as age=15-24;sex=F"),
                code="facts",
            )
    known = {flag.value for flag in Flag}
    for word in facts.columns["flag"].words.to_pylist():
        if word not in known:
            raise InputError(
                Text(f"ไม่รู้จักสถานะค่า “{word}”", f"unknown flag “{word}”"),
                remedy=Text(f"ใช้ {', '.join(sorted(known))}", f"use {', '.join(sorted(known))}"),
                code="facts",
            )
    for name in ("area_system", "area", "series"):
        if "" in facts.columns[name].words.to_pylist():
            raise InputError(
                Text(f"คอลัมน์ {name} มีช่องว่างเปล่า", f"the column {name} has empty cells"),
                remedy=Text("เติมให้ครบทุกแถว", "fill every row"),
                code="facts",
            )


def _check_values(facts: Facts, missing: npt.NDArray[np.bool_]) -> None:
    if not bool(np.all(np.isfinite(facts.values) | missing)):
        raise InputError(
            Text("มีค่าที่ไม่ใช่จำนวนจำกัด (NaN หรืออนันต์)", "a value is not a finite number (NaN or infinity)"),
            remedy=Text("เว้นค่าว่างและใส่สถานะ O", "leave the value empty and set the flag O"),
            code="facts",
        )
    flag = facts.columns["flag"]
    says_missing = np.array([Flag(word) in MISSING_FLAGS for word in flag.words.to_pylist()], bool)
    if len(says_missing) and not bool(np.array_equal(says_missing[flag.codes], missing)):
        raise InputError(
            Text("สถานะกับค่าไม่ตรงกัน", "flags and values contradict each other"),
            remedy=Text("ค่าว่างใช้สถานะ O, M หรือ L เท่านั้น", "an empty value goes with the flag O, M or L, and only it"),
            code="facts",
        )
