"""Projects that may be one and the same: pairs with a score and the reasons for it. Pure: descriptions in, pairs out.

Titles find the pairs (:func:`mudmai.methods.title_likeness.alike_titles`: letters, and the same numbers); place, money,
years, output, number and department raise or lower the score. Nothing is decided here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mudmai.core.language import Text
from mudmai.methods.title_likeness import alike_titles

LEAST = 0.8
"""The score from which on a pair is shown."""
_TITLES = 0.78
"""Titles less alike are not looked at any further."""
MOST = 20_000
"""Pairs that are kept: those of the highest scores."""


class Reason(StrEnum):
    """Why two projects may be one, or may not be."""

    TITLE = "title"
    TITLE_ALIKE = "title_alike"
    PLACE = "place"
    MONEY = "money"
    SOME_MONEY = "some_money"
    YEARS = "years"
    OUTPUT = "output"
    NUMBER = "number"
    DEPARTMENT = "department"
    OFFICE = "office"
    OTHER_PLACE = "other_place"
    OTHER_MONEY = "other_money"
    OTHER_YEARS = "other_years"
    OTHER_DEPARTMENT = "other_department"
    OTHER_OFFICE = "other_office"
    COMMON = "common"

    @property
    def title(self) -> Text:
        """The reason in words."""
        return REASON_TITLES[self]

    @property
    def against(self) -> bool:
        """True for what speaks against it."""
        return self in _TAKES


REASON_TITLES = {
    Reason.TITLE: Text("ชื่อเดียวกัน", "the same title"),
    Reason.TITLE_ALIKE: Text("ชื่อคล้ายกันมาก", "much the same title"),
    Reason.PLACE: Text("พื้นที่เดียวกัน", "the same place"),
    Reason.MONEY: Text("จำนวนเงินเท่ากันทุกปี", "the same money in every year"),
    Reason.SOME_MONEY: Text("จำนวนเงินบางปีเท่ากัน", "the same money in some years"),
    Reason.YEARS: Text("ปีงบประมาณเดียวกัน", "the same fiscal years"),
    Reason.OUTPUT: Text("เป้าหมายเดียวกัน", "the same output"),
    Reason.NUMBER: Text("ลำดับที่เดียวกัน", "the same number"),
    Reason.DEPARTMENT: Text("หน่วยรับผิดชอบเดียวกัน", "the same department"),
    Reason.OFFICE: Text("หน่วยงานเดียวกัน", "the same organisation"),
    Reason.OTHER_PLACE: Text("คนละพื้นที่", "other places"),
    Reason.OTHER_MONEY: Text("จำนวนเงินต่างกัน", "other amounts"),
    Reason.OTHER_YEARS: Text("คนละปีงบประมาณ อาจเป็นโครงการต่อเนื่อง", "other fiscal years: it may go on from the other"),
    Reason.OTHER_DEPARTMENT: Text("คนละหน่วยรับผิดชอบ", "other departments"),
    Reason.OTHER_OFFICE: Text("คนละหน่วยงาน", "other organisations"),
    Reason.COMMON: Text("ชื่อที่หลายโครงการใช้", "a title that many projects have"),
}

_ADDS = {
    Reason.PLACE: 0.25,
    Reason.MONEY: 0.5,
    Reason.SOME_MONEY: 0.25,
    Reason.OUTPUT: 0.2,
    Reason.DEPARTMENT: 0.05,
}
_TAKES = {Reason.OTHER_PLACE: 0.7, Reason.OTHER_MONEY: 0.88, Reason.OTHER_DEPARTMENT: 0.92, Reason.COMMON: 0.85}
_MANY = 3
"""So many others of much the same title make it a common one, which alone tells nothing."""


@dataclass(frozen=True, slots=True)
class Described:
    """A project as it is compared. ``places`` with all areas above them; ``planned`` baht or satang by fiscal year."""

    id: str
    programme: str
    organisation: str
    title: str
    number: str = ""
    department: str = ""
    output: str = ""
    own_places: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    planned: Mapping[int, int] | None = None


@dataclass(frozen=True, slots=True)
class LikelyPair:
    """Two projects, the one with the smaller id first; ``score`` 0 to 1."""

    first: str
    second: str
    programmes: tuple[str, str]
    score: float
    reasons: tuple[Reason, ...]


def likely_pairs(rows: Sequence[Described], *, least: float = LEAST) -> list[LikelyPair]:
    """The pairs from ``least`` on, the likeliest first; no more than :data:`MOST`."""
    found = []
    pairs = alike_titles([one.title for one in rows], least=min(_TITLES, least))
    others = Counter(place for pair in pairs for place in (pair.first, pair.second))
    for pair in pairs:
        first, second = rows[pair.first], rows[pair.second]
        common = min(others[pair.first], others[pair.second]) >= _MANY
        if first.id > second.id:
            first, second = second, first
        reasons = (Reason.TITLE if pair.likeness >= 1.0 else Reason.TITLE_ALIKE, *_compared(first, second))
        if common and (Reason.OTHER_DEPARTMENT in reasons or Reason.MONEY not in reasons):
            reasons = (*reasons, Reason.COMMON)
        score = pair.likeness
        for reason in reasons:
            score += (1 - score) * _ADDS.get(reason, 0.0)
        for reason in reasons:
            score *= _TAKES.get(reason, 1.0)
        if score >= least:
            programmes = (first.programme, second.programme)
            found.append(LikelyPair(first.id, second.id, programmes, round(score, 4), reasons))
    found.sort(key=lambda one: (-one.score, one.first, one.second))
    return found[:MOST]


def _compared(first: Described, second: Described) -> tuple[Reason, ...]:
    found = []
    if first.own_places and second.own_places:
        same = first.own_places == second.own_places
        meet = first.own_places & second.places or second.own_places & first.places
        found += [Reason.PLACE] if same else [] if meet else [Reason.OTHER_PLACE]
    found += _money(first.planned or {}, second.planned or {})
    if first.output and first.output == second.output:
        found.append(Reason.OUTPUT)
    if first.number and first.number == second.number:
        found.append(Reason.NUMBER)
    if first.department and second.department:
        found.append(Reason.DEPARTMENT if first.department == second.department else Reason.OTHER_DEPARTMENT)
    found.append(Reason.OFFICE if first.organisation == second.organisation else Reason.OTHER_OFFICE)
    return tuple(found)


def _money(first: Mapping[int, int], second: Mapping[int, int]) -> list[Reason]:
    own = {year: amount for year, amount in first.items() if amount}
    other = {year: amount for year, amount in second.items() if amount}
    if not own or not other:
        return []
    shared = own.keys() & other.keys()
    years = [Reason.YEARS] if own.keys() == other.keys() else []
    if own == other:
        return [Reason.MONEY, *years]
    if not shared:
        return [Reason.OTHER_YEARS]
    if any(own[year] == other[year] for year in shared):
        return [Reason.SOME_MONEY, *years]
    return [Reason.OTHER_MONEY, *years]
