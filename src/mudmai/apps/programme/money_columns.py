"""The money and places of many projects as columns, straight from SQL: three queries, whatever the number of rows.

:func:`read_columns` reads them for any projects; :mod:`mudmai.apps.programme.kept_columns` keeps those of the whole
register. Amounts are whole satang in int64; an amount that is not known has no row.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, Literal
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import BigIntegerField, F, QuerySet
from django.db.models.functions import Cast, Round

from mudmai.apps.programme.models import BudgetLine, Project, ProjectPlace, Stage
from mudmai.core.apportionment import SharingRule, share
from mudmai.core.area_passages import Passages
from mudmai.core.errors import InputError
from mudmai.core.ledger import ProjectState
from mudmai.engine.money import MoneyLines, in_satang, read_money_lines

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Place = tuple[str, str, Decimal | None]
Group = tuple[SharingRule, tuple[Place, ...]]
"""A sharing rule and places (system, area, weight): what projects that lie alike have in common."""

STAGES: tuple[str, ...] = tuple(Stage.values)
SATANG = Cast(Round(F("amount") * 100), BigIntegerField())
"""An amount in whole satang: adding these up is exact on every database."""
_AT_ONCE = 2_000
_JOIN = "\x1f"
_NUMBERS = 1 << 32
"""More than a programme has places for projects."""
NOWHERE: Group = (SharingRule.UNDIVIDED, ())


@dataclass(frozen=True, eq=False)
class Columns:
    """Projects (``keys``, what is asked of them, the group of places they have) and the lines of their money.

    ``owner`` of a line is the position of its project; ``stage`` the position in :data:`STAGES`, ``source`` that in
    ``sources``, ``place`` of a project that in ``groups``, and so with programme, status and department. ``number`` is
    the place of a project in its programme.
    """

    keys: tuple[str, ...]
    programmes: tuple[str, ...]
    programme: Ints
    groups: tuple[Group, ...]
    place: Ints
    number: Ints
    status: Ints
    statuses: tuple[str, ...]
    department: Ints
    departments: tuple[str, ...]
    line: Ints
    owner: Ints
    year: Ints
    stage: Ints
    satang: Ints
    source: Ints
    sources: tuple[str, ...]
    _seen: dict[str, tuple[Passages, SeenIn]] = field(default_factory=dict, compare=False, repr=False)
    _placed: dict[str, tuple[Passages, Bools]] = field(default_factory=dict, compare=False, repr=False)

    def seen_in(self, passages: Passages, system: str) -> SeenIn:
        """The same money with its places as areas of ``system`` ("": of the first system that each has places in)."""
        kept = self._seen.get(system)
        if kept is None or kept[0] is not passages:
            kept = self._seen[system] = (passages, _see(self, passages, system))
        return kept[1]

    def placed_in(self, passages: Passages, system: str) -> Bools:
        """Which groups have all their places in areas of ``system`` below its root."""
        kept = self._placed.get(system)
        if kept is None or kept[0] is not passages:
            roots = {one.code for one in passages.systems[system].areas if one.parent is None}
            there = ({passages.into(of, area, system) for of, area, _ in places} for _, places in self.groups)
            found = [bool(codes) and None not in codes and not codes <= roots for codes in there]
            kept = self._placed[system] = (passages, np.array(found, bool))
        return kept[1]

    @cached_property
    def places(self) -> Ints:
        """For each project its place in the order programme, number: larger is later."""
        rank = np.empty(len(self.programmes), np.int64)
        rank[np.argsort(np.array(self.programmes, dtype=str))] = np.arange(len(self.programmes))
        return rank[self.programme] * _NUMBERS + self.number if len(self.keys) else np.zeros(0, np.int64)

    @cached_property
    def order(self) -> Ints:
        """The positions of the projects in that order."""
        return np.argsort(self.places, kind="stable")

    def place_of(self, programme: str, number: int) -> int:
        """Where a project of this programme and number stands among :attr:`places`, whether there is one or not."""
        names = sorted(self.programmes)
        rank = bisect_left(names, programme)
        known = rank < len(names) and names[rank] == programme
        return rank * _NUMBERS + (number if known else -1)

    def having(self, name: Literal["programme", "status", "department"], value: str) -> Bools:
        """The projects with this value."""
        codes, words = self.coded(name)
        return codes == words.index(value) if value in words else np.zeros(len(self.keys), bool)

    def coded(self, name: Literal["programme", "status", "department"]) -> tuple[Ints, tuple[str, ...]]:
        """For each project the position of its value among the values."""
        match name:
            case "programme":
                return self.programme, self.programmes
            case "status":
                return self.status, self.statuses
            case "department":
                return self.department, self.departments

    def with_money(self, year: int | None, stage: str) -> Bools:
        """The projects with a known amount of a fiscal year, of a stage, or of both."""
        rows = np.ones(len(self.line), bool)
        if year is not None:
            rows &= self.year == year
        if stage:
            rows &= self.stage == STAGES.index(stage)
        found = np.zeros(len(self.keys), bool)
        found[self.owner[rows]] = True
        return found

    def within(self, areas: Collection[str]) -> Bools:
        """The projects with a place in any of these areas (of any system)."""
        hit = np.array([any(area in areas for _, area, _ in places) for _, places in self.groups], bool)
        return hit[self.place] if len(self.keys) else np.zeros(0, bool)

    def named(self, keys: Collection[str]) -> Bools:
        """The projects with these keys."""
        return np.fromiter((key in keys for key in self.keys), bool, len(self.keys))

    def only(self, kept: Bools) -> Columns:
        """The projects where ``kept`` is true, with their lines."""
        position = np.cumsum(kept) - 1
        lines = kept[self.owner] if len(self.owner) else np.zeros(0, bool)
        return Columns(
            tuple(key for key, one in zip(self.keys, kept.tolist(), strict=True) if one),
            self.programmes, self.programme[kept], self.groups, self.place[kept], self.number[kept],
            self.status[kept], self.statuses, self.department[kept], self.departments,
            self.line[lines], position[self.owner[lines]], self.year[lines], self.stage[lines], self.satang[lines],
            self.source[lines], self.sources,
        )  # fmt: skip

    def trimmed(self) -> Columns:
        """The same without the programmes, places, departments and the like that no row of it has."""
        programmes, programme = used_words(self.programmes, self.programme)
        groups, place = used_words(self.groups, self.place)
        statuses, status = used_words(self.statuses, self.status)
        departments, department = used_words(self.departments, self.department)
        sources, source = used_words(self.sources, self.source)
        return replace(
            self, programmes=programmes, programme=programme, groups=groups, place=place, statuses=statuses,
            status=status, departments=departments, department=department, sources=sources, source=source,
            _seen={}, _placed={},
        )  # fmt: skip

    def chosen(self, keys: Collection[UUID] | None, programmes: Collection[UUID]) -> Bools:
        """Which projects are among ``keys`` (None: any) and of ``programmes``."""
        wanted = {one.hex for one in programmes}
        open_ones = np.array([key in wanted for key in self.programmes], bool)
        held = open_ones[self.programme] if len(self.keys) else np.zeros(0, bool)
        if keys is None:
            return held
        return held & self.named({one.hex for one in keys})


@dataclass(frozen=True, eq=False)
class SeenIn:
    """Money by area of one system. A row is a part of a line: ``row`` its line, ``area`` the position of its group of
    areas in ``areas``. ``home`` is the group of all areas of each project; ``refused`` the projects whose rule lacks
    weights; ``stray`` the projects with a place that has none in the system."""

    areas: tuple[tuple[str, ...], ...]
    row: Ints
    area: Ints
    satang: Ints
    home: Ints
    refused: Bools
    stray: Bools

    @cached_property
    def codes(self) -> tuple[tuple[str, ...], Ints, Ints]:
        """The distinct areas of all groups; and for each area of each group, the positions of group and area."""
        known: dict[str, int] = {}
        code = [known.setdefault(one, len(known)) for places in self.areas for one in places]
        group = np.repeat(np.arange(len(self.areas)), [len(places) for places in self.areas])
        return tuple(known), group.astype(np.int64), np.array(code, np.int64)

    def money(self, columns: Columns, rows: Bools | None = None) -> MoneyLines:
        """Rows ready to be added up: all, or those where ``rows`` is true."""
        row, area, satang = (one if rows is None else one[rows] for one in (self.row, self.area, self.satang))
        words = pa.array([_JOIN.join(codes) for codes in self.areas], pa.string())
        none = pa.DictionaryArray.from_arrays(pa.nulls(len(row), pa.int32()), pa.array([""], pa.string()))
        stages = pa.DictionaryArray.from_arrays(pa.array(columns.stage[row].astype(np.int32)), pa.array(STAGES))
        return read_money_lines(
            pa.table(
                {
                    "line": columns.line[row],
                    "fiscal_year": columns.year[row].astype(np.int16),
                    "stage": stages,
                    "areas": pa.DictionaryArray.from_arrays(pa.array(area.astype(np.int32)), words),
                    "strategies": none,
                    "satang": satang,
                }
            )
        )


def read_columns(
    projects: QuerySet[Project] | None = None,
    *,
    years: Collection[int] | None = None,
    stages: Collection[str] | None = None,
) -> Columns:
    """The columns of ``projects`` (None: of the whole register) that count: three queries."""
    chosen = (
        (Project.objects.all() if projects is None else projects).filter(state=ProjectState.ACTIVE.value).order_by()
    )
    rows, places = BudgetLine.counted.filter(amount__isnull=False), ProjectPlace.objects.all()
    if projects is not None:  # of the whole register, rows of projects that do not count are sooner read than asked for
        rows = rows.filter(project__in=chosen.values("pk"))
        places = places.filter(project__in=chosen.values("pk"))
    if years is not None:
        rows = rows.filter(fiscal_year__in=list(years))
    if stages is not None:
        rows = rows.filter(stage__in=list(stages))
    named = ("pk", "programme_id", "sharing_rule", "position", "status", "department")
    own = [row for some in _fetched(chosen.values_list(*named)) for row in some]
    index = {row[0]: n for n, row in enumerate(own)}
    programmes, statuses, departments = _Words(), _Words(), _Words()
    programme, status, department = (
        words.codes([row[n] for row in own]) for words, n in ((programmes, 1), (statuses, 4), (departments, 5))
    )
    groups, place = _groups(own, places)
    sources, money = _read_lines(rows, index)
    return Columns(
        tuple(_key(row[0]) for row in own), tuple(map(_key, programmes.known)), programme, groups, place,
        np.fromiter((row[3] for row in own), np.int64, len(own)),
        status, tuple(statuses.known), department, tuple(departments.known), *money, sources,
    )  # fmt: skip


_LINE = ("pk", "project_id", "fiscal_year", "stage", "source_of_fund", SATANG)


def _read_lines(rows: QuerySet[BudgetLine], index: Mapping[Any, int]) -> tuple[tuple[str, ...], list[Ints]]:
    """The sources, and for each line of a project in ``index``: line, owner, year, stage, satang, source."""
    sources, position = _Words(), {name: n for n, name in enumerate(STAGES)}
    parts: list[list[Ints]] = [[np.zeros(0, np.int64)] * 6]
    for some in _fetched(rows.order_by().values_list(*_LINE)):
        line, owner, year, stage, source, satang = zip(*some, strict=True)
        owners = np.fromiter((index.get(one, -1) for one in owner), np.int64, len(owner))
        part = [
            np.array(line, np.int64), owners, np.array(year, np.int64),
            np.fromiter(map(position.__getitem__, stage), np.int64, len(stage)),
            np.array(satang, np.int64), sources.codes(source),
        ]  # fmt: skip
        there = owners >= 0
        parts.append(part if there.all() else [one[there] for one in part])
    return tuple(sources.known), [np.concatenate(column) for column in zip(*parts, strict=True)]


def _fetched(rows: QuerySet[Any, Any]) -> Iterator[list[tuple[Any, ...]]]:
    """The rows by thousands as the database driver gives them: nothing is made of them that is not needed."""
    try:
        sql, given = rows.query.get_compiler(using=rows.db).as_sql()
    except EmptyResultSet:
        return
    with connections[rows.db].cursor() as cursor:
        cursor.execute(sql, given)
        while some := cursor.fetchmany(_AT_ONCE):
            yield some


def keys_of(projects: QuerySet[Project]) -> set[str]:
    """The keys of projects as :class:`Columns` has them: one query."""
    return {_key(row[0]) for some in _fetched(projects.order_by().values_list("pk")) for row in some}


def _key(value: UUID | str) -> str:
    return value if isinstance(value, str) else value.hex


class _Words:
    """Distinct values in the order of their first appearance."""

    def __init__(self) -> None:
        self.known: dict[Any, int] = {}

    def codes(self, values: Sequence[Any]) -> Ints:
        """The position of each."""
        for one in dict.fromkeys(values):
            self.known.setdefault(one, len(self.known))
        return np.fromiter(map(self.known.__getitem__, values), np.int64, len(values))


def used_words(words: tuple[Any, ...], codes: Ints) -> tuple[tuple[Any, ...], Ints]:
    """Those of the words that are used, and the codes of them."""
    used = np.unique(codes)
    return tuple(words[n] for n in used.tolist()), np.searchsorted(used, codes)


def _groups(own: Sequence[tuple[Any, ...]], places: QuerySet[ProjectPlace]) -> tuple[tuple[Group, ...], Ints]:
    held: dict[Any, tuple[Place, ...]] = {}
    for some in _fetched(places.order_by("pk").values_list("project_id", "area_system", "area", "weight")):
        for project, system, area, weight in some:
            exact = None if weight is None else Decimal(str(weight)).normalize()
            held[project] = (*held.get(project, ()), (system, area, exact))
    rules = {one.value: one for one in SharingRule}
    known: dict[Group, int] = {}
    codes = np.empty(len(own), np.int64)
    for n, (key, _, rule, *_) in enumerate(own):
        mine = held.get(key, ())
        group = (rules[rule] if len(mine) > 1 else SharingRule.UNDIVIDED, mine)
        codes[n] = known.setdefault(group, len(known))
    return tuple(known), codes


# ----------------------------------------------------------------------------- places as areas of a system


def _see(columns: Columns, passages: Passages, system: str) -> SeenIn:
    told = _all_told(columns.groups, passages, system)
    known: dict[tuple[str, ...], int] = {}
    homes = np.array([known.setdefault(one.areas, len(known)) for one in told], np.int64)
    shared = np.array([one.shared is not None for one in told], bool)
    refused, stray = np.array([one.refused for one in told], bool), np.array([one.stray for one in told], bool)
    rows = np.arange(len(columns.line), dtype=np.int64)
    if not len(columns.keys):
        none = np.zeros(0, bool)
        return SeenIn((), rows, rows, columns.satang, rows, none, none)
    group_of = columns.place[columns.owner]
    plain = rows[~shared[group_of]]
    parts: list[tuple[Ints, Ints, Ints]] = [(plain, homes[group_of[plain]], columns.satang[plain])]
    others = rows[shared[group_of]]
    others = others[np.argsort(group_of[others], kind="stable")]
    found, starts = np.unique(group_of[others], return_index=True)
    for n, mine in zip(found.tolist(), np.split(others, starts[1:]), strict=False):
        weights, areas = told[n].shared
        codes = np.array([known.setdefault(one, len(known)) for one in areas], np.int64)
        amounts = _divided(columns.satang[mine], weights, columns.groups[n][0])
        parts.append((np.repeat(mine, len(codes)), np.tile(codes, len(mine)), amounts.ravel()))
    row, area, satang = (np.concatenate(one) for one in zip(*parts, strict=True))
    return SeenIn(tuple(known), row, area, satang, homes[columns.place], refused[columns.place], stray[columns.place])


Weights = tuple[tuple[str, Decimal | None], ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """A group of places in a system: all its areas; where it is shared the weights and the areas of each part."""

    areas: tuple[str, ...]
    shared: Any = None
    refused: bool = False
    stray: bool = False


_groups_told: dict[str, tuple[Passages, dict[Group, _Told]]] = {}


def _all_told(groups: Sequence[Group], passages: Passages, system: str) -> list[_Told]:
    """What each group is in a system; remembered, since a change of some projects leaves most groups as they were."""
    kept = _groups_told.get(system)
    known = kept[1] if kept is not None and kept[0] is passages else {}
    found = [known.get(group) or _told(group, passages, system) for group in groups]
    _groups_told[system] = (passages, dict(zip(groups, found, strict=True)))
    return found


def _told(group: Group, passages: Passages, system: str) -> _Told:
    rule, places = group
    own = _in_one_system(places, passages, system)
    there = [passages.into(name, area, system) if system else area for name, area, _ in own]
    stray = not own or None in there
    areas = tuple(dict.fromkeys(code for code in there if code is not None))
    if len(own) > 1 and rule is not SharingRule.UNDIVIDED:
        weights: Weights = tuple((area, weight) for _, area, weight in own)
        if _can_share(rule, weights):
            parts = tuple((code,) if code is not None else () for code in there)
            return _Told(areas, (weights, parts), stray=stray)
        return _Told(() if stray else areas, refused=True, stray=stray)
    return _Told(() if stray else areas, stray=stray)


def _in_one_system(places: Sequence[Place], passages: Passages, system: str) -> list[Place]:
    """The places of one system: the one asked for, else the one of which most lie in it, else the first there is."""
    by: dict[str, list[Place]] = {}
    for one in places:
        by.setdefault(one[0], []).append(one)
    if not by:
        return []
    if system in by or not system:
        return by[system] if system in by else next(iter(by.values()))
    return max(by.values(), key=lambda own: sum(passages.into(name, area, system) is not None for name, area, _ in own))


def _can_share(rule: SharingRule, weights: Weights) -> bool:
    codes = [code for code, _ in weights]
    if rule is SharingRule.EQUAL:
        return len(set(codes)) == len(codes)
    try:
        share(Decimal(1), codes, rule, dict(weights))
    except InputError:
        return False
    return True


def _divided(satang: Ints, weights: Weights, rule: SharingRule) -> Ints:
    """One row of parts for each amount, to the satang, as :func:`mudmai.core.apportionment.share` gives them."""
    n = len(weights)
    if rule is SharingRule.EQUAL:
        each, rest = np.divmod(satang, n)
        return each[:, None] + (np.arange(n)[None, :] < rest[:, None])
    rows = [_parts(one, weights, rule) for one in satang.tolist()]
    return np.array(rows, np.int64).reshape(len(rows), n)


@lru_cache(maxsize=1 << 16)
def _parts(satang: int, weights: Weights, rule: SharingRule) -> tuple[int, ...]:
    parts = share(Decimal(satang).scaleb(-2), [code for code, _ in weights], rule, dict(weights))
    found = {part.places[0]: in_satang(part.amount) for part in parts}
    return tuple(found.get(code, 0) for code, _ in weights)
