"""What changed between two releases: cells added, removed and revised, counted for each series and dataset.

A cell is *revised* when its value differs, *noted* when only its flag, source or method does; the place in the file
(``locator``) is not a change. A missing value that gets a number is a revision, and so is the reverse. A cell that
moves from one dataset to another with the same content has not changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mudmai.core.language import Text, write_number
from mudmai.engine.objects import SeriesKey
from mudmai.engine.release import Release

CHANGES = ("added", "removed", "revised", "noted")

CELL_SCHEMA = pa.schema(
    [
        *((n, pa.string()) for n in ("change", "dataset", "area_system", "series", "dims", "area", "period")),
        *((n, pa.float64()) for n in ("old_value", "new_value", "change_percent")),
        *((n, pa.string()) for n in ("old_flag", "new_flag", "old_source", "new_source", "old_method", "new_method")),
    ]
)
"""Columns of :attr:`ReleaseDiff.cells`; ``change_percent`` is null where a value is missing or the old one is 0."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cells changed, by kind."""

    added: int = 0
    removed: int = 0
    revised: int = 0
    noted: int = 0

    @property
    def total(self) -> int:
        """All changed cells."""
        return self.added + self.removed + self.revised + self.noted

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.added + other.added,
            self.removed + other.removed,
            self.revised + other.revised,
            self.noted + other.noted,
        )


@dataclass(frozen=True)
class ReleaseDiff:
    """The way from release ``older`` to release ``newer`` (ids).

    ``by_series`` and ``by_dataset`` hold only what changed; a removed cell counts for the dataset it was in.
    ``cells`` (columns :data:`CELL_SCHEMA`) holds the changed cells in storage order, at most as many as were asked to
    be kept: ``is_cut`` says whether there are more. ``largest`` is the largest revision in per cent (signed), over all.
    """

    older: str
    newer: str
    by_series: Mapping[SeriesKey, Counts]
    by_dataset: Mapping[str, Counts]
    cells: pa.Table
    counts: Counts = field(default_factory=Counts)
    largest: float | None = None

    @property
    def is_cut(self) -> bool:
        """True when more cells changed than ``cells`` holds."""
        return bool(self.cells.num_rows < self.counts.total)

    @property
    def summary(self) -> Text:
        """One line for people: ``14 values revised (largest +3.1%)``."""
        said_th, said_en = [], []
        size = "" if self.largest is None else f"{write_number(self.largest, 1, signed=True)}"
        for kind, th, one, many in _WORDS:
            count = getattr(self.counts, kind)
            if not count:
                continue
            tail_th = tail_en = ""
            if kind == "revised" and size:
                tail_th, tail_en = f" (มากที่สุดร้อยละ {size})", f" (largest {size}%)"
            said_th.append(f"{th} {count:,} ค่า{tail_th}")
            said_en.append(f"{count:,} {one if count == 1 else many}{tail_en}")
        if not said_th:
            return Text("ข้อมูลไม่เปลี่ยนแปลง", "no data changed")
        return Text(" ".join(said_th), ", ".join(said_en))


_WORDS = (
    ("revised", "ปรับปรุง", "value revised", "values revised"),
    ("added", "เพิ่ม", "value added", "values added"),
    ("removed", "นำออก", "value removed", "values removed"),
    ("noted", "เปลี่ยนสถานะ แหล่งที่มา หรือวิธีการ", "value with another flag or source", "values with another flag or source"),
)


def diff_releases(older: Release, newer: Release, *, keep: int | None = 100_000) -> ReleaseDiff:
    """Compare key by key; keys whose digests are equal on both sides are not read."""
    by_series: dict[SeriesKey, Counts] = {}
    by_dataset: dict[str, Counts] = {}
    parts: list[pa.Table] = []
    largest: float | None = None
    kept = 0
    for key in sorted(older.runs.keys() | newer.runs.keys()):
        before, after = older.runs.get(key, ()), newer.runs.get(key, ())
        if sorted(run.digest for _, run in before) == sorted(run.digest for _, run in after):
            continue
        cells = _compare(key, older, newer)
        if not cells.num_rows:
            continue
        by_series[key] = _count(cells)
        for name in cells.column("dataset").unique().to_pylist():
            counts = _count(cells.filter(pc.equal(cells.column("dataset"), name)))
            by_dataset[name] = by_dataset.get(name, Counts()) + counts
        largest = _larger(largest, cells.column("change_percent"))
        room = cells.num_rows if keep is None else max(0, keep - kept)
        parts.append(cells.slice(0, room))
        kept += parts[-1].num_rows
    total = sum(by_series.values(), Counts())
    table = pa.concat_tables([CELL_SCHEMA.empty_table(), *parts])
    return ReleaseDiff(older.id, newer.id, by_series, by_dataset, table, total, largest)


def _count(cells: pa.Table) -> Counts:
    told = {v["values"]: v["counts"] for v in cells.column("change").value_counts().to_pylist()}
    return Counts(*(int(told.get(kind, 0)) for kind in CHANGES))


def _larger(largest: float | None, percent: pa.ChunkedArray) -> float | None:
    values = percent.drop_null().to_numpy()
    if not len(values):
        return largest
    found = float(values[int(np.argmax(np.abs(values)))])
    return found if largest is None or abs(found) > abs(largest) else largest


def _compare(key: SeriesKey, older: Release, newer: Release) -> pa.Table:
    """The changed cells of one key, by area and period."""
    before, after = older.observations_of(key).combine_chunks(), newer.observations_of(key).combine_chunks()
    first, second, old_at, new_at = _align(before, after)
    old = before.take(pa.array(old_at, mask=~first))
    new = after.take(pa.array(new_at, mask=~second))
    change = _kinds(first, second, old, new)
    old_value, new_value = old.column("value"), new.column("value")
    percent = pc.if_else(
        pc.and_kleene(pa.array(change == "revised"), pc.not_equal(old_value, 0.0)),
        pc.multiply(pc.divide(pc.subtract(new_value, old_value), pc.abs(old_value)), 100.0),
        None,
    )
    told: dict[str, Any] = {
        "change": pa.array(change.tolist(), pa.string()),
        "change_percent": percent,
        "old_value": old_value,
        "new_value": new_value,
    }
    for name in ("dataset", "area_system", "series", "dims", "area", "period"):
        told[name] = pc.coalesce(new.column(name), old.column(name))
    for name in ("flag", "source", "method"):
        told[f"old_{name}"], told[f"new_{name}"] = old.column(name), new.column(name)
    table = pa.table([told[name] for name in CELL_SCHEMA.names], schema=CELL_SCHEMA)
    return table.filter(pa.array(change != ""))


def _align(
    before: pa.Table, after: pa.Table
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """For every cell of either side, sorted: is it in ``before``, in ``after``, and at which row of each."""
    codes = []
    for name in ("area", "period"):
        both = pa.chunked_array([*before.column(name).chunks, *after.column(name).chunks], pa.string())
        words = pc.unique(both)
        words = words.take(pc.sort_indices(words))
        codes.append([pc.index_in(t.column(name), words).to_numpy().astype(np.int64) for t in (before, after)])
        codes[-1].append(np.array([len(words)]))
    width = int(codes[1][2][0])
    old_key, new_key = (codes[0][side] * width + codes[1][side] for side in (0, 1))
    cells = np.union1d(old_key, new_key)
    return (
        np.isin(cells, old_key, assume_unique=True),
        np.isin(cells, new_key, assume_unique=True),
        _places(cells, old_key),
        _places(cells, new_key),
    )


def _places(cells: npt.NDArray[np.int64], keys: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    order = np.argsort(keys, kind="stable")
    if not len(order):
        return np.zeros(len(cells), np.int64)
    at = np.minimum(np.searchsorted(keys[order], cells), len(order) - 1)
    return order[at].astype(np.int64)


def _kinds(
    first: npt.NDArray[np.bool_], second: npt.NDArray[np.bool_], old: pa.Table, new: pa.Table
) -> npt.NDArray[np.str_]:
    values = [np.asarray(t.column("value").to_numpy(), np.float64) for t in (old, new)]
    same = (values[0] == values[1]) | (np.isnan(values[0]) & np.isnan(values[1]))
    noted = np.zeros(len(same), bool)
    for name in ("flag", "source", "method"):
        noted |= pc.fill_null(pc.not_equal(old.column(name), new.column(name)), False).to_numpy()
    kinds: Sequence[Any] = ["added", "removed", "revised", "noted"]
    return np.select([~first, ~second, ~same, noted], kinds, default="")


__all__ = ["CELL_SCHEMA", "Counts", "ReleaseDiff", "diff_releases"]
