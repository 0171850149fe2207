"""Money and numbers of projects by area, for pages: added up by :mod:`mudmai.engine.money` over kept columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

import numpy as np

from mudmai.apps.programme.kept_columns import register_columns
from mudmai.apps.programme.models import Programme, Stage
from mudmai.apps.programme.money_columns import STAGES, Bools, Columns, SeenIn
from mudmai.apps.programme.policy import Asking, visible
from mudmai.apps.programme.queries import passages
from mudmai.core.apportionment import SATANG, AreaMoney, LevelTotals
from mudmai.core.area_passages import Passages
from mudmai.core.areas import Area, AreaSystem
from mudmai.engine.money import MoneyLines, money_totals

_KEPT_LINES = 8
_LOW_BITS = 26


@dataclass(frozen=True, eq=False)
class Held:
    """Some projects of the register: ``wanted`` says which rows of ``columns`` they are."""

    columns: Columns
    wanted: Bools
    mark: tuple[UUID, ...] | None
    """The programmes, where all of their projects are wanted."""

    @property
    def count(self) -> int:
        """How many projects."""
        return int(self.wanted.sum())

    def lines(self, system: str) -> MoneyLines:
        """The money by areas of a system; remembered where whole programmes are asked for."""
        key = (system, self.mark)
        kept = _lines.get(key) if self.mark is not None else None
        if kept is not None and kept[0] is self.columns:
            return kept[1]
        seen = self.seen(system)
        rows = self.wanted[self.columns.owner[seen.row]]
        made = seen.money(self.columns, None if rows.all() else rows)
        if self.mark is not None:
            while len(_lines) >= _KEPT_LINES:
                _lines.pop(next(iter(_lines)), None)
            _lines[key] = (self.columns, made)
        return made

    def seen(self, system: str) -> SeenIn:
        """The places as areas of a system."""
        return self.columns.seen_in(passages(), system)

    def by_year_and_stage(self, year: int | None = None) -> dict[int, dict[str, Decimal]]:
        """Known money by fiscal year (CE) and stage, in baht."""
        columns, found = self.columns, dict[int, dict[str, Decimal]]()
        mine = self.wanted[columns.owner] if len(columns.owner) else np.zeros(0, bool)
        if not mine.any():
            return found
        first = int(columns.year.min())
        codes, satang = ((columns.year - first) * len(STAGES) + columns.stage)[mine], columns.satang[mine]
        counts = np.bincount(codes)
        high = np.bincount(codes, satang >> _LOW_BITS).astype(np.int64)  # both halves stay whole numbers below 2^53
        low = np.bincount(codes, satang & ((1 << _LOW_BITS) - 1)).astype(np.int64)
        for code in np.flatnonzero(counts).tolist():
            of, stage = divmod(code, len(STAGES))
            if year in (None, of + first):
                total = (int(high[code]) << _LOW_BITS) + int(low[code])
                found.setdefault(of + first, {})[STAGES[stage]] = total * SATANG
        return found

    def narrowed(self, kept: Bools) -> Held:
        """Those of the projects where ``kept`` is true."""
        return Held(self.columns, self.wanted & kept, None)

    def within_programme(self, programme: UUID) -> Held:
        """Those of one programme."""
        found = self.narrowed(self.columns.having("programme", programme.hex))
        return found if self.mark is None else replace(found, mark=tuple(one for one in self.mark if one == programme))


_lines: dict[tuple[str, tuple[UUID, ...] | None], tuple[Columns, MoneyLines]] = {}


def held_projects(person: Asking, keys: Collection[UUID] | None = None, programme: UUID | None = None) -> Held:
    """The projects that count and that the person may read: of one programme only, with these ``keys`` only."""
    programmes = visible(Programme.objects.all(), person).order_by("pk")
    if programme is not None:
        programmes = programmes.filter(pk=programme)
    own = tuple(programmes.values_list("pk", flat=True))
    columns = register_columns()
    return Held(columns, columns.chosen(keys, own), own if keys is None else None)


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area: its money, and the number of projects with a place in it."""

    area: Area
    money: AreaMoney
    count: int


@dataclass(frozen=True)
class Breakdown:
    """Money by the areas inside ``focus``. The rows, ``whole`` (for the whole of it, undivided), ``elsewhere`` (areas
    beside it) and ``outside`` (no place known in this system) together are ``grand``.

    ``system`` has the rows; ``view`` is the system that the reader started from: regions may be of one system and the
    districts of their provinces of another. ``trail`` leads from its root to the focus.
    """

    view: AreaSystem
    system: AreaSystem
    focus: Area
    trail: tuple[Area, ...]
    level: str
    rows: tuple[AreaRow, ...]
    whole: Decimal
    whole_count: int
    elsewhere: Decimal
    elsewhere_count: int
    outside: Decimal
    outside_count: int
    grand: Decimal
    refused: int = 0
    smallest: bool = False
    """The focus has no areas below it: its own money is the only row."""

    @property
    def adds_up(self) -> bool:
        """True when nothing was lost or counted twice."""
        rows = sum((row.money.total for row in self.rows), Decimal(0))
        return rows + self.whole + self.elsewhere + self.outside == self.grand


def widest_system(held: Held) -> AreaSystem | None:
    """The first system in which most of the projects have a place below the whole; None where none has a place."""
    known, columns = passages(), held.columns
    counts = np.bincount(columns.place[held.wanted], minlength=len(columns.groups))
    if not counts[[bool(places) for _, places in columns.groups]].any() if len(columns.groups) else True:
        return None
    divided = [system for system in known.systems.values() if system.children_of]
    return max(divided, key=lambda one: int(counts[columns.placed_in(known, one.id)].sum()), default=None)


def view_of(known: Passages, system: str, code: str) -> str:
    """The system to look at an area from where none was chosen: the first in which more areas stand above it."""
    own = len(known.systems[system].ancestors(code))
    for one in known.systems:
        trail = known.trail(one, system, code)
        if trail[0][0] == one and len(trail) > own + 1:
            return one
    return system


def breakdown(
    held: Held, view: AreaSystem, system: AreaSystem, focus: Area, stage: str, year: int | None = None
) -> Breakdown:
    """The areas below ``focus`` (an area of ``system``) with their money of a stage; of the focus where none is."""
    known = passages()
    trail = tuple(one for _, one in known.trail(view.id, system.id, focus.code))
    down = known.below(system.id, focus.code)
    below, code = (known.systems[down[0]], down[1]) if down else (system, focus.code)
    rows = below.children_of.get(code, ()) if down else (focus.code,)
    level = below.by_code[rows[0]].level
    lines = held.lines(below.id)
    years = None if year is None else [year]
    totals = money_totals(lines, areas=(below, level), years=years, stages=[stage]).level_totals(level)
    near = _Near(below, code)
    whole, elsewhere = near.undivided(totals)
    elsewhere += sum((money.total for one, money in totals.areas.items() if one not in set(rows)), Decimal(0))
    counts = near.counts(held, level)
    return Breakdown(
        view, below, focus, trail, level,
        tuple(AreaRow(below.by_code[one], totals.areas.get(one, AreaMoney()), counts.areas[one]) for one in rows),
        whole, counts.whole, elsewhere, counts.elsewhere, totals.outside, counts.outside, totals.grand,
        int(held.seen(below.id).refused[held.wanted].sum()) if held.count else 0,
        smallest=down is None,
    )  # fmt: skip


@dataclass
class _Counts:
    areas: Counter[str] = field(default_factory=Counter)
    whole: int = 0
    elsewhere: int = 0
    outside: int = 0


class _Near:
    """The focus, what lies below it and what lies above it."""

    def __init__(self, system: AreaSystem, code: str) -> None:
        self.system = system
        self.above = {code, *(one.code for one in system.ancestors(code))}
        self.near = self.above | descendants(system, code)
        self.wide = self.above if system.children_of.get(code) else self.above - {code}

    def undivided(self, totals: LevelTotals) -> tuple[Decimal, Decimal]:
        """Amounts not divided at the level: those that touch the focus, and those beside it."""
        here = there = Decimal(0)
        for places, amount in totals.whole.items():
            if self.near.intersection(places):
                here += amount
            else:
                there += amount
        return here, there

    def counts(self, held: Held, level: str) -> _Counts:
        """Projects by the areas of the level that they have places in; one project may count in several."""
        seen, found = held.seen(self.system.id), _Counts()
        if not held.count:
            return found
        found.outside = int(seen.stray[held.wanted].sum())
        numbers = np.bincount(seen.home[held.wanted], minlength=len(seen.areas))
        codes, group, code = seen.codes
        homes: dict[str | None, int] = {None: 0}
        home = np.array([homes.setdefault(self._home(one, level), len(homes)) for one in codes], np.int64)
        pairs = np.unique(group * len(homes) + home[code])  # a project counts once in an area, however many places
        sums = np.bincount(pairs % len(homes), weights=numbers[pairs // len(homes)], minlength=len(homes))
        found.areas.update({name: int(n) for name, n in zip(homes, sums.tolist(), strict=True) if name is not None})
        touched, near = (self._groups_with(seen, area) for area in (self.wide, self.near))
        placed = np.array([bool(places) for places in seen.areas], bool)
        found.whole = int(numbers[touched].sum())
        found.elsewhere = int(numbers[placed & ~touched & ~near].sum())
        return found

    def _groups_with(self, seen: SeenIn, areas: set[str]) -> Bools:
        codes, group, code = seen.codes
        hit = np.zeros(len(seen.areas), bool)
        hit[group[np.array([one in areas for one in codes], bool)[code]]] = True
        return hit

    def _home(self, code: str, level: str) -> str | None:
        if self.system.by_code[code].level == level:
            return code
        return next((one.code for one in self.system.ancestors(code) if one.level == level), None)


def descendants(system: AreaSystem, code: str) -> set[str]:
    """The codes of all areas below ``code``."""
    found: set[str] = set()
    waiting = list(system.children_of.get(code, ()))
    while waiting:
        one = waiting.pop()
        found.add(one)
        waiting.extend(system.children_of.get(one, ()))
    return found


def all_stages(money: Mapping[int, Mapping[str, Decimal]]) -> dict[str, Decimal | None]:
    """Money by stage over all years; None where no amount is known."""
    found: dict[str, Decimal | None] = dict.fromkeys(Stage.values)
    for by_stage in money.values():
        for stage, amount in by_stage.items():
            found[stage] = (found[stage] or Decimal(0)) + amount
    return found
