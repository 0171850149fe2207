"""Totals of many budget lines by areas of any level, strategies, fiscal years and stages: exact, in whole satang.

The meaning is that of :mod:`mudmai.core.apportionment`: what belongs to one area is *direct*, a part of an amount that
other areas share is *shared*, what is not divided at the level asked for is *whole*, and what has no place in the
system is *outside*; together they are the grand total. Here the lines are columns, so that millions add up at once.

A table of lines has one row for each part of an amount (:data:`SCHEMA`); rows of one amount stand together and bear one
``line``. ``areas`` and ``strategies`` are codes: one for a part of one place, several for a part that stays undivided
among them, none where it has no place. Amounts are int64 satang, never floating point; a missing amount has no row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mudmai.core.apportionment import SATANG, AreaMoney, LevelTotals, SharingRule, Weight, home_of, share
from mudmai.core.areas import AreaSystem
from mudmai.core.errors import InputError, UnknownNameError, Where
from mudmai.core.language import Text

Kind = Literal["direct", "shared", "whole", "outside"]
Level = tuple[AreaSystem, str]
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]

SCHEMA = pa.schema(
    [
        ("line", pa.int64()),
        ("fiscal_year", pa.int16()),
        ("stage", pa.string()),
        ("areas", pa.list_(pa.string())),
        ("strategies", pa.list_(pa.string())),
        ("satang", pa.int64()),
    ]
)
"""Columns of a table of lines; others beside them are left alone. A column of places may also hold one code as text."""

_EXACT = 1 << 53
_LOW_BITS = 24
_MOST_CELLS = 1 << 25
_JOIN = "\x1f"


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount of a line before it is shared: baht, its places and strategies, and how each of them share it."""

    fiscal_year: int
    stage: str
    baht: Decimal
    areas: tuple[str, ...] = ()
    area_rule: SharingRule = SharingRule.UNDIVIDED
    area_weights: Mapping[str, Weight | None] = field(default_factory=dict)
    strategies: tuple[str, ...] = ()
    strategy_rule: SharingRule = SharingRule.UNDIVIDED
    strategy_weights: Mapping[str, Weight | None] = field(default_factory=dict)


def money_table(amounts: Iterable[Amount]) -> pa.Table:
    """The amounts as a table of lines: shared among areas, each part then among strategies, to the satang."""
    rows: list[tuple[int, int, str, tuple[str, ...], tuple[str, ...], int]] = []
    for line, one in enumerate(amounts):
        for by_area in share(one.baht, one.areas, one.area_rule, one.area_weights):
            for part in share(by_area.amount, one.strategies, one.strategy_rule, one.strategy_weights):
                satang = in_satang(part.amount)
                rows.append((line, one.fiscal_year, one.stage, by_area.places, part.places, satang))
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(SCHEMA)
    return pa.table([pa.array(list(c), f.type) for c, f in zip(columns, SCHEMA, strict=True)], schema=SCHEMA)


def in_satang(baht: Decimal) -> int:
    """``baht`` in whole satang; :class:`InputError` ``money_lines`` when it has a finer rest.

    >>> in_satang(Decimal("12.30"))
    1230
    """
    satang = baht / SATANG
    if satang != satang.to_integral_value():
        raise _bad("satang", Text(f"{baht} บาท ละเอียดกว่าสตางค์", f"{baht} baht is finer than a satang"))
    return int(satang)


@dataclass(frozen=True)
class Places:
    """A column of places: the distinct groups of codes, and for each row which one it has (-1: none)."""

    groups: tuple[tuple[str, ...], ...]
    codes: Codes


@dataclass(frozen=True)
class MoneyLines:
    """Lines ready to be added up, see :func:`read_money_lines`. ``spread`` are the rows of lines of several rows, and
    ``starts`` where each such line begins among them."""

    satang: Ints
    years: tuple[int, ...]
    stages: tuple[str, ...]
    when: Codes
    areas: Places
    strategies: Places
    spread: Ints
    starts: Ints
    bits: int
    _slots: dict[tuple[str, str, str], tuple[Level, _Slots]] = field(default_factory=dict, compare=False, repr=False)

    def slots(self, which: Literal["areas", "strategies"], level: Level) -> _Slots:
        """Where each group of places counts at a level; worked out once for each level."""
        key = (which, level[0].id, level[1])
        kept = self._slots.get(key)
        if kept is None or kept[0][0] is not level[0]:
            places = self.areas if which == "areas" else self.strategies
            kept = self._slots[key] = (level, _slots_of(places.groups, *level))
        return kept[1]


def read_money_lines(table: pa.Table) -> MoneyLines:
    """The columns of a table of lines as arrays.

    Raises :class:`InputError` ``money_lines``: a column is missing, amounts are no int64 or missing, a total could
    leave 64 bits, or rows of one line do not stand together.
    """
    for name in SCHEMA.names:
        if name not in table.column_names:
            raise _bad(name, Text(f"ไม่มีคอลัมน์ {name}", f"the column {name} is missing"))
    column = table.column("satang")
    if not pa.types.is_integer(column.type) or column.null_count:
        raise _bad("satang", Text("จำนวนเงินต้องเป็นจำนวนเต็มสตางค์ทุกแถว", "amounts are whole satang in every row"))
    satang = np.ascontiguousarray(column.cast(pa.int64()).to_numpy())
    years, year_codes = _coded(table.column("fiscal_year"))
    stages, stage_codes = _coded(table.column("stage"))
    spread, starts = _spread(table.column("line").to_numpy())
    absolute = float(np.abs(satang.astype(np.float64)).sum())
    if absolute >= 2.0**63:
        raise _bad("satang", Text("ยอดรวมเกินกว่าที่นับได้", "the total is larger than can be counted"))
    return MoneyLines(
        satang,
        tuple(map(int, years)),
        tuple(map(str, stages)),
        year_codes * np.int32(max(1, len(stages))) + stage_codes,
        _places(table.column("areas")),
        _places(table.column("strategies")),
        spread,
        starts,
        53 if absolute < _EXACT else 64,
    )


def _coded(column: pa.ChunkedArray) -> tuple[list[Any], Codes]:
    if column.null_count:
        raise _bad("fiscal_year", Text("ต้องมีปีงบประมาณและขั้นของเงินทุกแถว", "every row needs a fiscal year and a stage"))
    chunk = _whole(column)
    coded = chunk if pa.types.is_dictionary(chunk.type) else chunk.dictionary_encode()
    return coded.dictionary.to_pylist(), np.asarray(coded.indices, dtype=np.int32)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    joined = column.unify_dictionaries() if pa.types.is_dictionary(column.type) else column
    return joined.combine_chunks() if joined.num_chunks != 1 else joined.chunk(0)


def _places(column: pa.ChunkedArray) -> Places:
    chunk = _whole(column)
    if pa.types.is_list(chunk.type) or pa.types.is_large_list(chunk.type):
        chunk = pc.binary_join(chunk.cast(pa.list_(pa.string())), _JOIN)
    coded = chunk if pa.types.is_dictionary(chunk.type) else chunk.dictionary_encode()
    groups = tuple(tuple(key.split(_JOIN)) if key else () for key in coded.dictionary.to_pylist())
    return Places(groups, np.asarray(pc.fill_null(coded.indices, -1), dtype=np.int32))


def _spread(lines: Ints) -> tuple[Ints, Ints]:
    """Rows of the lines that have several, and where each of these lines begins among them."""
    if not len(lines):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    first = np.flatnonzero(np.concatenate(([True], lines[1:] != lines[:-1])))
    ordered = np.sort(lines[first])
    if (ordered[1:] == ordered[:-1]).any():
        raise _bad("line", Text("แถวของรายการเดียวกันต้องอยู่ติดกัน", "rows of one line have to stand together"))
    sizes = np.diff(first, append=len(lines))
    several = sizes > 1
    rows = np.flatnonzero(np.repeat(several, sizes))
    counts = sizes[several]
    return rows, np.cumsum(counts) - counts


@dataclass(frozen=True)
class _Slots:
    """Places of the answer at a level: direct areas, the same areas shared, then whole groups, then outside."""

    areas: tuple[str, ...]
    wholes: tuple[tuple[str, ...], ...]
    of_group: Codes

    @property
    def count(self) -> int:
        return 2 * len(self.areas) + len(self.wholes) + 1

    def named(self, slot: int) -> tuple[Kind, tuple[str, ...]]:
        n = len(self.areas)
        if slot < n:
            return "direct", (self.areas[slot],)
        if slot < 2 * n:
            return "shared", (self.areas[slot - n],)
        return ("whole", self.wholes[slot - 2 * n]) if slot < self.count - 1 else ("outside", ())


def _slots_of(groups: Sequence[tuple[str, ...]], system: AreaSystem, level: str) -> _Slots:
    if level not in system.levels:
        raise UnknownNameError(Text("ระดับ", "level"), level, list(system.levels))
    areas = tuple(area.code for area in system.level(level))
    homes = [home_of(group, system, level) for group in groups]
    wholes = tuple(dict.fromkeys(home for home in homes if isinstance(home, tuple)))
    at: dict[str | tuple[str, ...] | None, int] = {code: n for n, code in enumerate(areas)}
    at |= {whole: 2 * len(areas) + n for n, whole in enumerate(wholes)}
    at[None] = 2 * len(areas) + len(wholes)
    return _Slots(areas, wholes, np.array([*(at[home] for home in homes), at[None]], dtype=np.int32))


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """One sum. ``area_kind``/``strategy_kind`` None: not asked for; ``fiscal_year``/``stage`` None: all of them."""

    area_kind: Kind | None
    areas: tuple[str, ...]
    strategy_kind: Kind | None
    strategies: tuple[str, ...]
    fiscal_year: int | None
    stage: str | None
    satang: int

    @property
    def baht(self) -> Decimal:
        """The sum in baht."""
        return self.satang * SATANG


@dataclass(frozen=True)
class MoneyTotals:
    """Sums that are not zero, in the order of areas, strategies, years and stages. ``grand`` was added up apart.

    ``places`` and ``aims`` are positions in the slots of the two levels (None: not asked for), ``when`` positions of
    years and stages; :attr:`rows` and :meth:`table` put them in words.
    """

    places: Ints
    aims: Ints
    years: Ints
    stages: Ints
    satang: Ints
    grand: int
    _area: _Slots | None
    _strategy: _Slots | None
    _year_names: tuple[int | None, ...]
    _stage_names: tuple[str | None, ...]

    @property
    def adds_up(self) -> bool:
        """True when all sums together are the grand total, to the satang."""
        return bool(sum(self.satang.tolist()) == self.grand)

    @cached_property
    def rows(self) -> tuple[MoneyRow, ...]:
        """The sums one by one."""
        columns = (self.places, self.aims, self.years, self.stages, self.satang)
        none: tuple[None, tuple[str, ...]] = (None, ())
        found = []
        for area, strategy, year, stage, satang in zip(*(column.tolist() for column in columns), strict=True):
            area_kind, areas = self._area.named(area) if self._area else none
            aim_kind, aims = self._strategy.named(strategy) if self._strategy else none
            names = (self._year_names[year], self._stage_names[stage])
            found.append(MoneyRow(area_kind, areas, aim_kind, aims, *names, satang))
        return tuple(found)

    def table(self) -> pa.Table:
        """The sums as Arrow columns: ``area_kind, areas, strategy_kind, strategies, fiscal_year, stage, satang``.

        ``areas`` and ``strategies`` are codes joined by ``+``; columns that were not asked for are null.
        """
        columns: dict[str, Any] = {}
        for name, plural, slots, codes in (
            ("area", "areas", self._area, self.places),
            ("strategy", "strategies", self._strategy, self.aims),
        ):
            named = [slots.named(n) for n in range(slots.count)] if slots else [(None, ())]
            kinds = pa.array([kind for kind, _ in named], pa.string())
            words = pa.array(["+".join(places) if slots else None for _, places in named], pa.string())
            columns[f"{name}_kind"], columns[plural] = kinds.take(pa.array(codes)), words.take(pa.array(codes))
        columns["fiscal_year"] = pa.array(self._year_names, pa.int16()).take(pa.array(self.years))
        columns["stage"] = pa.array(self._stage_names, pa.string()).take(pa.array(self.stages))
        return pa.table({**columns, "satang": self.satang})

    def level_totals(self, level: str) -> LevelTotals:
        """The rows as :func:`mudmai.core.apportionment.level_totals` tells them, strategies, years, stages together."""
        zero = Decimal(0)
        direct: dict[str, Decimal] = {}
        shared: dict[str, Decimal] = {}
        whole: dict[tuple[str, ...], Decimal] = {}
        outside = zero
        for row in self.rows:
            match row.area_kind:
                case "direct":
                    direct[row.areas[0]] = direct.get(row.areas[0], zero) + row.baht
                case "shared":
                    shared[row.areas[0]] = shared.get(row.areas[0], zero) + row.baht
                case "whole":
                    whole[row.areas] = whole.get(row.areas, zero) + row.baht
                case _:
                    outside += row.baht
        areas = {
            code: AreaMoney(direct.get(code, zero), shared.get(code, zero))
            for code in dict.fromkeys((*direct, *shared))
        }
        return LevelTotals(level, areas, whole, outside, self.grand * SATANG)


def money_totals(
    lines: MoneyLines,
    *,
    areas: Level | None = None,
    strategies: Level | None = None,
    years: Sequence[int] | None = None,
    stages: Sequence[str] | None = None,
    by_year: bool = True,
    by_stage: bool = True,
) -> MoneyTotals:
    """Sums by the areas of a level, the strategies of a level, year and stage; of some years and stages only.

    ``areas`` and ``strategies`` are (system, level). Stages mean different things of the same money: adding them
    together (``by_stage`` False) is sensible for one stage.
    """
    area_slots = lines.slots("areas", areas) if areas else None
    strategy_slots = lines.slots("strategies", strategies) if strategies else None
    whens = max(1, len(lines.years) * len(lines.stages))
    key = lines.when
    if strategy_slots is not None:
        key = _slot_of_rows(lines, lines.strategies, strategy_slots) * np.int64(whens) + key
    if area_slots is not None:
        below = whens * (strategy_slots.count if strategy_slots else 1)
        step = np.int32(below) if below * area_slots.count < 1 << 31 and key.dtype == np.int32 else np.int64(below)
        key = _slot_of_rows(lines, lines.areas, area_slots) * step + key
    cells = whens * (strategy_slots.count if strategy_slots else 1) * (area_slots.count if area_slots else 1)
    keys, sums = _sums(key, lines, cells)
    wanted = _wanted(lines, years, stages)
    chosen = wanted[keys % whens]
    keys, sums = keys[chosen], sums[chosen]
    place, when = np.divmod(keys, whens)
    year, stage = np.divmod(when, max(1, len(lines.stages)))
    if not (by_year and by_stage):
        year, stage = year * by_year, stage * by_stage
        keys, at = np.unique((place * len(lines.years) + year) * max(1, len(lines.stages)) + stage, return_inverse=True)
        merged = np.zeros(len(keys), dtype=np.int64)
        np.add.at(merged, at, sums)
        keys, sums = keys[merged != 0], merged[merged != 0]
        place, when = np.divmod(keys, whens)
        year, stage = np.divmod(when, max(1, len(lines.stages)))
    area, strategy = np.divmod(place, strategy_slots.count if strategy_slots else 1)
    year_names = lines.years if by_year else (None,)
    stage_names = lines.stages if by_stage else (None,)
    grand = _grand(lines, wanted)
    return MoneyTotals(area, strategy, year, stage, sums, grand, area_slots, strategy_slots, year_names, stage_names)


def _slot_of_rows(lines: MoneyLines, places: Places, slots: _Slots) -> Codes:
    """The slot of every row; rows of lines whose parts count in several places are the shared ones."""
    found: Codes = slots.of_group[places.codes]
    if len(lines.spread):
        own = found[lines.spread]
        most = np.maximum.reduceat(own, lines.starts)
        least = np.minimum.reduceat(own, lines.starts)
        sizes = np.diff(lines.starts, append=len(own))
        apart = np.repeat(most != least, sizes) & (own < len(slots.areas))
        found[lines.spread[apart]] += np.int32(len(slots.areas))
    return found


def _sums(key: npt.NDArray[Any], lines: MoneyLines, cells: int) -> tuple[Ints, Ints]:
    """Cells that have money and their sums, exactly: floating point only ever holds whole numbers below 2^53."""
    names: npt.NDArray[Any] | None = None
    if cells > _MOST_CELLS:
        names, key = np.unique(key, return_inverse=True)
    if lines.bits <= 53:
        sums = np.bincount(key, lines.satang).astype(np.int64)
    else:
        high = np.bincount(key, lines.satang >> _LOW_BITS).astype(np.int64)
        low = np.bincount(key, lines.satang & ((1 << _LOW_BITS) - 1)).astype(np.int64)
        sums = (high << _LOW_BITS) + low
    held = np.flatnonzero(sums)
    return (held if names is None else names[held]).astype(np.int64), sums[held]


def _wanted(lines: MoneyLines, years: Sequence[int] | None, stages: Sequence[str] | None) -> npt.NDArray[np.bool_]:
    year = np.array([years is None or one in years for one in lines.years], dtype=bool)
    stage = np.array([stages is None or one in stages for one in lines.stages], dtype=bool)
    return np.outer(year, stage).ravel()


def _grand(lines: MoneyLines, wanted: npt.NDArray[np.bool_]) -> int:
    if wanted.all():
        return int(lines.satang.sum())
    return int(lines.satang[wanted[lines.when]].sum())


def _bad(name: str, message: Text) -> InputError:
    return InputError(
        message,
        remedy=Text("ดูคอลัมน์ที่ต้องมีในคู่มือการรวมยอดเงิน", "see the columns in the explanation of totals of money"),
        code="money_lines",
        where=Where(field=name),
    )
