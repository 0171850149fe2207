"""Which row of a revised workbook is which project of the plan: the sure ones first, then the likely, the rest asked.

Numbers restart after amendments and rows move, so no single mark tells a project. A row is surely a project of the same
title in the same section, where number, money or output tell those of one title apart; then one of the same title in
another section; then one whose title is alike, with what else agrees as the reason. Where two come into question, or
the likeness is middling, a person decides. Pure: rows and facts in, pairs out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from mudmai.core.language import Text
from mudmai.core.ledger import ProjectState
from mudmai.core.search_text import fold
from mudmai.exchange.forms.book import FormProject, ProjectKey
from mudmai.methods.title_likeness import Titles, numbers_in

Facts = Mapping[str, Any]
LIKELY = 0.85
"""A title this much alike is taken for the same project, when no other comes near; a person may say otherwise."""
MIDDLING = 0.5
"""Less than this: a new project."""
CLEAR = 0.08
"""How far the best must lie before the second best."""
_ROWS = 500
_MOST = 5


class How(StrEnum):
    """How a row was matched."""

    SURE = "sure"
    LIKELY = "likely"
    CHOSEN = "chosen"
    NEW = "new"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Held:
    """A project of the plan: its id, its facts, its state and the project that counts in its stead ("" none)."""

    id: str
    facts: Facts
    state: str = ProjectState.ACTIVE.value
    successor: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the workbook with its facts (``domain/facts.py``)."""

    key: ProjectKey
    facts: Facts
    state: str = ProjectState.ACTIVE.value
    successor: ProjectKey | None = None

    @classmethod
    def of(cls, one: FormProject, facts: Facts) -> Row:
        """The row of a project of a book."""
        return cls(one.key, facts, one.state, one.successor)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project that a row may be, how likely (0 to 1), and why in words."""

    project: str
    score: float
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """What a row is: ``project`` is None for a new one, and while it is asked."""

    key: ProjectKey
    how: How
    project: str | None = None
    reasons: tuple[Text, ...] = ()
    candidates: tuple[Candidate, ...] = ()


@dataclass
class Matching:
    """All rows in their order, and the projects of the plan (those that count) that no row is."""

    rows: dict[ProjectKey, Match] = field(default_factory=dict)
    missing: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[Match, ...]:
        """Rows that a person has to decide."""
        return tuple(one for one in self.rows.values() if one.how is How.ASKED)


SAME_TITLE = Text("ชื่อเดียวกัน", "the same title")
SAME_SECTION = Text("อยู่ในแผนงานเดียวกัน", "in the same section")
OTHER_SECTION = Text("อยู่คนละแผนงาน", "in another section")
SAME_NUMBER = Text("ลำดับที่เดียวกัน", "the same number")
SAME_MONEY = Text("จำนวนเงินเดียวกัน", "the same money")
SOME_MONEY = Text("เงินบางปีเท่ากัน", "the same money in some years")
SAME_OUTPUT = Text("เป้าหมายเดียวกัน", "the same target")
SAME_DEPARTMENT = Text("หน่วยงานเดียวกัน", "the same department")
OTHER_NUMBERS = Text("ตัวเลขในชื่อต่างกัน", "the numbers in the titles differ")


def match_rows(rows: Sequence[Row], held: Sequence[Held]) -> Matching:
    """Each row with its project. Every project is given to one row at most."""
    return _Matcher(rows, held).run()


class _Matcher:
    def __init__(self, rows: Sequence[Row], held: Sequence[Held]) -> None:
        self.rows = {one.key: one for one in rows}
        self.held = {one.id: one for one in held}
        self.free_rows = dict(self.rows)
        self.free_held = dict(self.held)
        self.found: dict[ProjectKey, Match] = {}

    def run(self) -> Matching:
        self._by_title(_title_and_section, How.SURE, (SAME_TITLE, SAME_SECTION))
        for key in [one.id for one in self.free_held.values() if one.state not in _COMES_BACK]:
            del self.free_held[key]  # what was moved, merged or doubled is no candidate for anything but its own row
        self._by_title(_title_alone, How.LIKELY, (SAME_TITLE, OTHER_SECTION))
        self._by_likeness()
        for key in self.free_rows:
            self.found[key] = Match(key, How.NEW)
        taken = {one.project for one in self.found.values() if one.project is not None}
        missing = tuple(one.id for one in self.held.values() if one.id not in taken and one.state == _ACTIVE)
        return Matching({key: self.found[key] for key in self.rows}, missing)

    def _take(self, key: ProjectKey, project: str, how: How, reasons: Iterable[Text]) -> None:
        self.found[key] = Match(key, how, project, tuple(reasons))
        del self.free_rows[key], self.free_held[project]

    def _ask(self, key: ProjectKey, candidates: Sequence[Candidate]) -> None:
        best = sorted(candidates, key=lambda one: -one.score)[:_MOST]
        self.found[key] = Match(key, How.ASKED, candidates=tuple(best))
        del self.free_rows[key]

    def _by_title(self, mark: Callable[[Facts], Hashable], how: How, reasons: tuple[Text, ...]) -> None:
        """Rows and projects of one title: at once where there is one of each, else by what else agrees."""
        projects: dict[Hashable, list[Held]] = defaultdict(list)
        for held in self.free_held.values():
            projects[mark(held.facts)].append(held)
        groups: dict[Hashable, list[Row]] = defaultdict(list)
        for row in self.free_rows.values():
            groups[mark(row.facts)].append(row)
        for title, rows in groups.items():
            if title in projects:
                self._group(rows, projects[title], how, reasons)

    def _group(self, rows: list[Row], held: list[Held], how: How, reasons: tuple[Text, ...]) -> None:
        if len(rows) == len(held) == 1:
            self._take(rows[0].key, held[0].id, how, (*reasons, *_agreeing(rows[0].facts, held[0].facts)))
            return
        pairs = [(_evidence(row, one), row, one) for row in rows for one in held]
        pairs.sort(key=lambda pair: -pair[0])  # stable: of the same evidence, in the order of the plan
        for evidence, row, one in pairs:
            if row.key not in self.free_rows or one.id not in self.free_held:
                continue
            if self._alone(rows, held, row, one) or (evidence >= _ENOUGH and not self._rival(evidence, row, one, held)):
                self._take(row.key, one.id, how, (*reasons, *_agreeing(row.facts, one.facts)))
        left = [one for one in held if one.id in self.free_held]
        for row in rows:
            if row.key in self.free_rows and left:
                self._ask(row.key, [_of_one_title(row, one, reasons) for one in left])

    def _alone(self, rows: Sequence[Row], held: Sequence[Held], row: Row, one: Held) -> bool:
        """True when nothing else is left in the group, or nothing else that counts, or does not count, as both do."""
        left_rows = [other for other in rows if other.key in self.free_rows]
        left_held = [other for other in held if other.id in self.free_held]
        if len(left_rows) == len(left_held) == 1:
            return True
        alike = (
            sum(other.state == row.state for other in left_rows),
            sum(other.state == row.state for other in left_held),
        )
        return row.state == one.state and alike == (1, 1)

    def _rival(self, evidence: float, row: Row, one: Held, held: Sequence[Held]) -> bool:
        """True when another project with other money has as much for it: only a person can tell them apart."""
        money = _planned(one.facts)
        return any(
            other.id != one.id
            and other.id in self.free_held
            and _planned(other.facts) != money
            and _evidence(row, other) > evidence - 1.0
            for other in held
        )

    def _by_likeness(self) -> None:
        """What is left: by the likeness of titles and what else agrees; both must be each other's best."""
        rows = list(self.free_rows.values())
        held = [one for one in self.free_held.values() if one.state == _ACTIVE]
        if not rows or not held:
            return
        titles = Titles([str(one.facts["title"]) for one in held])
        scored: dict[ProjectKey, list[Candidate]] = {}
        best_of: dict[str, list[float]] = defaultdict(list)
        for start in range(0, len(rows), _ROWS):
            block = rows[start : start + _ROWS]
            likeness = titles.likeness([str(row.facts["title"]) for row in block])
            by_mark = _by_marks(held)
            for place, row in enumerate(block):
                near = {int(n) for n in likeness[place].argsort()[-_MOST * 2 :]} | by_mark(row)
                found = [_candidate(row, held[n], float(likeness[place, n])) for n in near]
                kept = sorted((one for one in found if one.score >= MIDDLING), key=lambda one: -one.score)[:_MOST]
                scored[row.key] = kept
                for one in kept:
                    best_of[one.project].append(one.score)
        for row in sorted(rows, key=lambda row: -max((one.score for one in scored[row.key]), default=0)):
            self._settle(row, [one for one in scored[row.key] if one.project in self.free_held], best_of)

    def _settle(self, row: Row, candidates: Sequence[Candidate], best_of: Mapping[str, Sequence[float]]) -> None:
        if not candidates:
            return
        best = candidates[0]
        second = candidates[1].score if candidates[1:] else 0.0
        rivals = sorted(best_of[best.project], reverse=True)
        rival = rivals[1] if rivals[1:] else 0.0
        if best.score >= LIKELY and best.score - max(second, rival) >= CLEAR:
            self._take(row.key, best.project, How.LIKELY, best.reasons)
        else:
            self._ask(row.key, candidates)


_ACTIVE = ProjectState.ACTIVE.value
_COMES_BACK = (_ACTIVE, ProjectState.REMOVED.value)
_UNLIKE = 0.3
"""Titles less alike name other projects, unless number and section are the same."""
_ENOUGH = 4.0
"""Evidence that tells two projects of one title apart: the number, or the money."""


def _section(facts: Facts) -> tuple[str, ...]:
    return (str(facts["form"]), *(fold(words) for _, words in facts["hierarchy"]))


def _title_and_section(facts: Facts) -> Hashable:
    return (_title_alone(facts), _section(facts))


def _title_alone(facts: Facts) -> Hashable:
    return fold(str(facts["title"])).replace(" ", "")


def amounts(facts: Facts) -> dict[tuple[int, str], Decimal]:
    """The known amounts by year and stage, over all sources of fund."""
    found: dict[tuple[int, str], Decimal] = {}
    for line in facts["budget"]:
        if line["amount"] is not None:
            key = (line["fiscal_year"], line["stage"])
            found[key] = found.get(key, Decimal(0)) + Decimal(line["amount"])
    return found


def _planned(facts: Facts) -> dict[int, Decimal]:
    return {year: amount for (year, stage), amount in amounts(facts).items() if stage == "planned" and amount}


def _evidence(row: Row, held: Held) -> float:
    """How much besides the title says that the row is this project."""
    mine, other = row.facts, held.facts
    found = 4.0 if mine["number"] and mine["number"] == other["number"] else 0.0
    found += 4.0 if _planned(mine) and _planned(mine) == _planned(other) else 0.0
    found += 2.0 if mine["output"] and fold(mine["output"]) == fold(other["output"]) else 0.0
    found += 1.0 if row.state == held.state else 0.0
    found += 0.5 if mine["sheet"] == other["sheet"] and mine["cell"] == other["cell"] else 0.0
    return found


def _agreeing(mine: Facts, other: Facts) -> tuple[Text, ...]:
    found = []
    if mine["number"] and mine["number"] == other["number"]:
        found.append(SAME_NUMBER)
    own, its = _planned(mine), _planned(other)
    if own and own == its:
        found.append(SAME_MONEY)
    elif any(own[year] == its.get(year) for year in own):
        found.append(SOME_MONEY)
    if mine["output"] and fold(mine["output"]) == fold(other["output"]):
        found.append(SAME_OUTPUT)
    if mine["department"] and mine["department"] == other["department"]:
        found.append(SAME_DEPARTMENT)
    return tuple(found)


def _of_one_title(row: Row, held: Held, reasons: tuple[Text, ...]) -> Candidate:
    score = 0.6 + 0.03 * _evidence(row, held)
    return Candidate(held.id, score, (*reasons, *_agreeing(row.facts, held.facts)))


_ADDS = {SAME_NUMBER: 0.15, SAME_MONEY: 0.5, SOME_MONEY: 0.3, SAME_OUTPUT: 0.2, SAME_DEPARTMENT: 0.05}


def _candidate(row: Row, held: Held, likeness: float) -> Candidate:
    """The likeness of the titles, raised by what else agrees by a part of what lacks; lowered in another section."""
    agreeing = _agreeing(row.facts, held.facts)
    same_section = _section(row.facts) == _section(held.facts)
    score = likeness
    for one in agreeing:
        score += (1 - score) * _ADDS[one]
    score *= 1.0 if same_section else 0.9
    if likeness < _UNLIKE and not (same_section and SAME_NUMBER in agreeing):
        score *= 0.5  # the same sum and department make no project of another name
    alike = round(likeness * 100)
    reasons = [Text(f"ชื่อคล้ายกัน {alike}%", f"titles {alike}% alike")]
    if numbers_in(str(row.facts["title"])) != numbers_in(str(held.facts["title"])):
        reasons.append(OTHER_NUMBERS)
    reasons.append(SAME_SECTION if same_section else OTHER_SECTION)
    return Candidate(held.id, score, (*reasons, *agreeing))


def _by_marks(held: Sequence[Held]) -> Callable[[Row], set[int]]:
    """Projects of the same number in the same section: a title that was written anew is found by them."""
    places: dict[Hashable, set[int]] = defaultdict(set)
    for place, one in enumerate(held):
        if one.facts["number"]:
            places[_section(one.facts), one.facts["number"]].add(place)
    return lambda row: set(sorted(places.get((_section(row.facts), row.facts["number"]), ()))[:_MOST])
