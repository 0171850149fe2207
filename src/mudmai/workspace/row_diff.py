"""What a table of figures would change of another one, row by row, and in one sentence.

A row is *revised* when its value differs (a missing value that gets a number, too), *noted* when only its flag, source
or method does, *added* and *removed* where only one side has the fact. The place in the file is no change. A value that
differs by what a computer's arithmetic leaves behind (235,362.5041 against 235,362.50410000003) is no revision: such
facts are counted apart as *rounding*.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from math import floor, log10
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text, write_number
from mudmai.core.period_text import period_text
from mudmai.core.periods import Period
from mudmai.core.series import Catalogue
from mudmai.workspace.checking.sentences import dims_words
from mudmai.workspace.durable_files import write_json
from mudmai.workspace.holdings import KEYS

CHANGES = ("revised", "removed", "added", "noted")
"""Kinds of change, in the order in which rows are shown."""

ROWS = pa.schema(
    [
        ("change", pa.string()),
        *((name, pa.string()) for name in KEYS),
        ("old_value", pa.float64()),
        ("new_value", pa.float64()),
        ("percent", pa.float64()),
        ("old_flag", pa.string()),
        ("new_flag", pa.string()),
        ("old_source", pa.string()),
        ("new_source", pa.string()),
    ]
)
"""Columns of the rows of a difference; ``percent`` is null where a value is missing or the old one is 0."""
_NOISE = 1e-9
"""Relative difference above which two values never are one figure."""
_LAST_BITS = 1e-13
"""Relative difference that no source states."""
_NOTES = ("flag", "source", "method")


@dataclass(frozen=True, slots=True)
class Largest:
    """The revision that is largest in per cent (signed)."""

    percent: float
    area_system: str
    area: str
    period: str
    series: str


@dataclass(frozen=True, slots=True)
class DiffCounts:
    """How many facts of each kind."""

    revised: int = 0
    removed: int = 0
    added: int = 0
    noted: int = 0
    unchanged: int = 0
    rounding: int = 0

    @property
    def changed(self) -> int:
        """All but those that stay as they are, by rounding or whole."""
        return self.revised + self.removed + self.added + self.noted


@dataclass(frozen=True)
class RowDiff:
    """``rows`` (columns :data:`ROWS`) in reading order: revisions by size, then removed, added, noted."""

    counts: DiffCounts
    largest: Largest | None
    rows: pa.Table


def diff_rows(old: pa.Table, new: pa.Table, *, removes: bool) -> RowDiff:
    """The way from ``old`` to ``new`` (plain tables, see :mod:`mudmai.workspace.holdings`).

    ``removes`` False: facts that ``new`` does not mention stay, as in an update.
    """
    values = ["value", *_NOTES]
    left = old.select([*KEYS, *values]).rename_columns([*KEYS, *(f"old_{v}" for v in values)])
    right = new.select([*KEYS, *values]).rename_columns([*KEYS, *(f"new_{v}" for v in values)])
    left = left.append_column("in_old", pa.repeat(pa.scalar(True), left.num_rows))
    right = right.append_column("in_new", pa.repeat(pa.scalar(True), right.num_rows))
    joined = left.join(right, keys=KEYS, join_type="full outer" if removes else "right outer")
    change = _change(joined)
    table = joined.append_column("change", change).append_column("percent", _percent(joined))
    told = {str(v["values"]): int(v["counts"]) for v in change.value_counts().to_pylist()}
    shown = pc.invert(pc.is_in(change, pa.array(["unchanged", "rounding"])))
    rows = _in_reading_order(table.filter(shown)).select(ROWS.names)
    return RowDiff(DiffCounts(**told), _largest(rows), rows.cast(ROWS))


def _change(joined: pa.Table) -> pa.ChunkedArray:
    in_old, in_new = (pc.is_valid(joined.column(name)) for name in ("in_old", "in_new"))
    same_value = _same(joined, "value")
    same_notes = _same(joined, "flag")
    for name in _NOTES[1:]:
        same_notes = pc.and_(same_notes, _same(joined, name))
    rounding = pa.chunked_array([_rounding_only(joined)])
    kept = pc.if_else(same_value, pc.if_else(same_notes, "unchanged", "noted"), "revised")
    kept = pc.if_else(rounding, pc.if_else(same_notes, "rounding", "noted"), kept)
    return pc.if_else(pc.invert(in_old), "added", pc.if_else(pc.invert(in_new), "removed", kept))


def _rounding_only(joined: pa.Table) -> pa.BooleanArray:
    """True where two values differ by no more than the last bits of a float."""
    import numpy as np  # only where rows are compared

    old, new = (joined.column(name).to_numpy().astype(float) for name in ("old_value", "new_value"))
    with np.errstate(invalid="ignore"):
        near = (old != new) & (np.abs(new - old) <= _NOISE * np.maximum(np.abs(old), np.abs(new)))
    found = np.zeros(len(old), bool)
    for at in np.flatnonzero(near):
        found[at] = is_rounding(float(old[at]), float(new[at]))
    return pa.array(found)


def is_rounding(one: float, other: float) -> bool:
    """True for two values that are one figure, written with the decimals that the shorter one has.

    >>> is_rounding(235362.5041, 235362.50410000003), is_rounding(12345678901.0, 12345678902.0), is_rounding(5.0, 5.4)
    (True, False, False)
    """
    size = max(abs(one), abs(other))
    if abs(one - other) > _NOISE * size or (one.is_integer() and other.is_integer()):
        return one == other
    decimals = min(_decimals(one), _decimals(other))
    return abs(one - other) <= _LAST_BITS * size or round(one, decimals) == round(other, decimals)


def _decimals(value: float) -> int:
    """Decimals with which the value is stored.

    >>> _decimals(2.5), _decimals(3.0), _decimals(1e-7)
    (1, 0, 7)
    """
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _same(joined: pa.Table, name: str) -> pa.ChunkedArray:
    one, two = joined.column(f"old_{name}"), joined.column(f"new_{name}")
    both_missing = pc.and_(pc.is_null(one), pc.is_null(two))
    return pc.or_(both_missing, pc.fill_null(pc.equal(one, two), False))


def _percent(joined: pa.Table) -> pa.ChunkedArray:
    old, new = joined.column("old_value"), joined.column("new_value")
    base = pc.if_else(pc.equal(old, 0.0), pa.scalar(None, pa.float64()), pc.abs(old))
    return pc.multiply(pc.divide(pc.subtract(new, old), base), 100.0)


def _in_reading_order(rows: pa.Table) -> pa.Table:
    place = pc.index_in(rows.column("change"), pa.array(CHANGES))
    shown = pc.round(pc.abs(rows.column("percent")), 6)  # as people see it: the last bits of a float are no order
    size = pc.if_else(pc.equal(rows.column("change"), "revised"), shown, None)
    keyed = rows.append_column("place", place).append_column("size", size)
    order = [("place", "ascending"), ("size", "descending")]
    return keyed.sort_by(
        [*order, *((name, "ascending") for name in ("area_system", "series", "dims", "area", "period"))]
    )


def _largest(rows: pa.Table) -> Largest | None:
    if not rows.num_rows or rows.column("change")[0].as_py() != "revised":
        return None
    first: dict[str, Any] = rows.slice(0, 1).to_pylist()[0]
    if first["percent"] is None:
        return None
    return Largest(first["percent"], first["area_system"], first["area"], first["period"], first["series"])


def summary(diff: RowDiff, catalogue: Catalogue) -> Text:
    """One plain sentence: ``14 values revised, the largest by +3.1% (Money, Alpha, 2020); 77 added``."""
    told_th, told_en = [], []
    for kind, th, one, many in _WORDS:
        count = getattr(diff.counts, kind)
        if not count:
            continue
        tail = _largest_words(diff.largest, catalogue) if kind == "revised" and diff.largest else Text("", "")
        told_th.append(f"{th} {count:,} ค่า{tail.th}")
        told_en.append(f"{count:,} {one if count == 1 else many}{tail.en}")
    if not diff.counts.changed:
        same = diff.counts.rounding
        th, en = (f" (ต่างเพียงการปัดเศษ {same:,} ค่า)", f" ({same:,} by rounding only)") if same else ("", "")
        return Text(f"ไม่มีค่าใดเปลี่ยนจากที่เผยแพร่อยู่{th}", f"nothing differs from what is published{en}")
    return Text(" ".join(told_th), "; ".join(told_en))


_WORDS = (
    ("revised", "แก้ไข", "value revised", "values revised"),
    ("added", "เพิ่ม", "added", "added"),
    ("removed", "นำออก", "removed", "removed"),
    ("noted", "เปลี่ยนเฉพาะสถานะหรือแหล่งที่มา", "with another flag or source only", "with another flag or source only"),
    ("rounding", "ต่างเพียงการปัดเศษ", "by rounding only", "by rounding only"),
    ("unchanged", "คงเดิม", "unchanged", "unchanged"),
)


def _largest_words(largest: Largest, catalogue: Catalogue) -> Text:
    small = 0 < abs(largest.percent) < 0.05
    size = write_number(largest.percent, min(6, -floor(log10(abs(largest.percent)))) if small else 1, signed=True)
    area, series = area_words(catalogue, largest.area_system, largest.area), series_words(catalogue, largest.series)
    when = period_text(Period.from_iso(largest.period))
    return Text(
        f" มากที่สุดร้อยละ {size} ({series.th} {area.th} {when.th})",
        f", the largest by {size}% ({series.en}, {area.en}, {when.en})",
    )


def area_words(catalogue: Catalogue, system: str, code: str) -> Text:
    """The area's name; its code where it is not known any more."""
    known = catalogue.area_systems.get(system)
    found = known.by_code.get(code) if known else None
    return found.name if found else Text(code, code)


def series_words(catalogue: Catalogue, series: str) -> Text:
    """The series' title; its name where it is not known any more."""
    try:
        return catalogue.series[series].title
    except (KeyError, UnknownNameError):
        return Text(series, series)


def parts_words(catalogue: Catalogue, series: str, dims: str) -> Text:
    """The parts of a figure (``sex=F``) by the labels of their codes; a code itself where it is not known any more."""
    return dims_words(dims, catalogue.series.get(series))


def source_words(catalogue: Catalogue, source: str) -> Text:
    """The source's title; its name where it is not known any more."""
    found = catalogue.sources.get(source)
    return found.title if found else Text(source, source)


def kept_diff(folder: Path, name: str, make: Callable[[], RowDiff]) -> RowDiff:
    """The difference ``name`` as it was worked out before, or made now and kept; the folder may be emptied any time."""
    import pyarrow.parquet as pq

    rows, counts = folder / f"{name}.parquet", folder / f"{name}.json"
    try:
        told = json.loads(counts.read_text("utf-8"))
        return _told_diff(told, pq.read_table(rows, memory_map=True))
    except (OSError, ValueError, KeyError, pa.ArrowInvalid):
        made = make()
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(made.rows, rows, compression="zstd")
    largest = asdict(made.largest) if made.largest else None
    write_json(counts, {"counts": asdict(made.counts), "largest": largest})
    return made


def _told_diff(told: Mapping[str, Any], rows: pa.Table) -> RowDiff:
    largest = Largest(**told["largest"]) if told["largest"] else None
    return RowDiff(DiffCounts(**told["counts"]), largest, rows)
