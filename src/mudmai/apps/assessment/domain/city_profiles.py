"""A city beside its peers, from what is public: certificates, the scores on them, released inventories.

The file behind a certificate stays with those who may read it; nothing of files that are not decided, or were refused,
is told here. Everything is read for all cities at once, however many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from mudmai.apps.assessment.domain.certificates import valid_on
from mudmai.apps.assessment.domain.facts import LEGAL_TYPE, facts_asked
from mudmai.apps.assessment.domain.inventory_rows import totals_of
from mudmai.apps.assessment.domain.register_reading import text_of
from mudmai.apps.assessment.models import Certificate, City, Inventory, InventoryState
from mudmai.apps.data.site import workspace
from mudmai.core.criteria import CriteriaSet, FactKind, Score, unmet
from mudmai.core.criteria_changes import changes_between
from mudmai.core.criteria_words import lacks_told
from mudmai.core.errors import MudmaiError
from mudmai.core.language import Text
from mudmai.core.peers import Body, PeerWords, Spread, spread_of
from mudmai.workspace.city_profiles import city_region
from mudmai.workspace.criteria import criteria_by_sha

POPULATION, BUDGET = "population", "budget"
WHOLE = ("overall", "paper", "outcome")


def bodies_of(cities: Iterable[City], today: date) -> dict[str, Body]:
    """Code → the city as peers are chosen by, with what it is certified for on ``today``."""
    held = list(cities)
    marks: dict[Any, set[str]] = {}
    rows = valid_on(Certificate.objects.filter(city__in=[one.pk for one in held]), today)
    for city, scheme, facts in rows.values_list("city_id", "scheme", "facts"):
        marks.setdefault(city, set()).update(f"{scheme}:{part.get('id', '')}" for part in facts.get("claimed", []))
    terrain = terrain_asked()
    regions: dict[tuple[str, str], str] = {}
    for one in held:
        place = (one.area_system, one.area_code)
        if place not in regions:
            found = city_region(workspace(), *place)
            regions[place] = found[0] if found else ""
    return {
        one.code: Body(
            id=one.code,
            name=one.name,
            legal_type=one.legal_type,
            population=_number(one, POPULATION),
            budget=_number(one, BUDGET),
            terrain={name: value for name in terrain if isinstance(value := _value(one, name), bool)},
            region=regions[(one.area_system, one.area_code)],
            marks=frozenset(marks.get(one.pk, ())),
        )
        for one in held
    }


def all_cities() -> QuerySet[City]:
    """Every city with its organisation, by code."""
    return City.objects.select_related("organisation").defer("note").order_by("code")


def terrain_asked() -> dict[str, Text]:
    """Facts of the place that are either so or not, as the sets of criteria ask for them."""
    return {key: one.title for key, one in facts_asked().items() if one.kind is FactKind.YES_NO}


def peer_words() -> PeerWords:
    """What ids of the cities are called."""
    legal = facts_asked().get(LEGAL_TYPE)
    regions = {}
    for system in workspace().catalogue.area_systems.values():
        for code in system.children_of if len(system.levels) > 1 else ():
            regions.setdefault(code, system.by_code[code].name)
    return PeerWords(dict(legal.choices) if legal else {}, terrain_asked(), regions)


# ------------------------------------------------------------------------------------------------ scores


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One score of the city beside those of its peers, shares 0..1. ``low`` is certain, ``high`` what it could be."""

    id: str
    title: Text
    low: float | None
    high: float | None
    others: Mapping[str, float]
    spread: Spread | None


@dataclass(frozen=True)
class Decided:
    """The scores of the newest certificate of a scheme. ``apart``: peers whose scores stand under other criteria.

    ``criteria`` is the set that was decided by (None: it is gone), ``parts`` the scores of its parts that stand on the
    certificates of the city and of the peers that compare: city → part → score.
    """

    certificate: Certificate
    scheme: Text
    version: str
    lines: tuple[ScoreLine, ...]
    apart: int
    lacks: Text | None
    next: Text | None
    criteria: CriteriaSet | None
    parts: Mapping[str, Mapping[str, Score]]


@dataclass(frozen=True, slots=True)
class Point:
    """One certificate in the history of a scheme. ``why``: why it does not compare with the one before; None: it
    does, or it is the first with a score."""

    certificate: Certificate
    version: str
    scores: Mapping[str, tuple[float | None, float | None]]
    why: Text | None


@dataclass(frozen=True)
class History:
    """The certificates of a scheme, oldest first."""

    scheme: Text
    points: tuple[Point, ...]


def scored(codes: Sequence[str]) -> list[Certificate]:
    """All certificates of these cities with what their scores stand on, oldest first."""
    rows = Certificate.objects.filter(city__code__in=codes).select_related("city", "decision__file")
    return list(rows.defer("city__facts", "city__note").order_by("granted_on", "number"))


def decided_of(code: str, rows: Sequence[Certificate], others: Sequence[str], today: date) -> tuple[Decided, ...]:
    """The scores of the city, by scheme, beside those of ``others`` under criteria that compare with its own."""
    found = []
    for scheme in sorted({one.scheme for one in rows if one.city.code == code}):
        mine = _newest([one for one in rows if one.city.code == code and one.scheme == scheme], today)
        if mine is None:
            continue
        beside, apart = {}, 0
        for other in others:
            theirs = _newest([one for one in rows if one.city.code == other and one.scheme == scheme], today)
            if theirs is None:
                continue
            if why_apart(_sha(theirs), _sha(mine)) is None:
                beside[other] = theirs
            else:
                apart += 1
        found.append(_decided(mine, beside, apart))
    return tuple(found)


def histories_of(rows: Sequence[Certificate]) -> tuple[History, ...]:
    """The certificates of one city over the versions of each scheme, breaks marked."""
    found = []
    for scheme in sorted({one.scheme for one in rows}):
        points: list[Point] = []
        before: str | None = None
        for one in (row for row in rows if row.scheme == scheme):
            scores = _scores(one)
            why = None
            if scores:
                why = why_apart(before, _sha(one)) if before is not None else None
                before = _sha(one)
            points.append(Point(one, str(one.facts.get("version", "")), scores, why))
        title = text_of(points[-1].certificate.facts.get("scheme"), scheme)
        found.append(History(title, tuple(points)))
    return tuple(found)


def why_apart(older: str, newer: str) -> Text | None:
    """Why scores under the two kept sets must not be compared; None where they may."""
    if older and older == newer:
        return None
    sets = _kept(older), _kept(newer)
    if sets[0] is None or sets[1] is None:
        return Text(
            "ไม่พบชุดเกณฑ์ที่ใช้ตัดสิน จึงบอกไม่ได้ว่าเทียบกันได้", "a set of criteria is gone, nothing tells that they compare"
        )
    changes = changes_between(sets[0], sets[1])
    if changes.comparable:
        return None
    if changes.breaks is not None:
        return changes.breaks
    counts = len(changes.added), len(changes.removed), len({*changes.rescaled, *changes.reweighted, *changes.moved})
    return Text(
        f"เกณฑ์เปลี่ยน: เพิ่ม {counts[0]} ข้อ ตัด {counts[1]} ข้อ เปลี่ยนระดับหรือน้ำหนัก {counts[2]} ข้อ",
        f"the criteria changed: {counts[0]} added, {counts[1]} removed, {counts[2]} scaled or weighted anew",
    )


def _decided(mine: Certificate, beside: Mapping[str, Certificate], apart: int) -> Decided:
    held = mine.facts.get("scores", {})
    criteria = _kept(_sha(mine))
    parts = {one.id: one.title for one in criteria.parts} if criteria else {}
    others = {code: one.facts.get("scores", {}) for code, one in beside.items()}
    lines = [
        _line(name, _WORDS[name], held.get(name), {code: one.get(name) for code, one in others.items()})
        for name in WHOLE
        if name in held
    ]
    for key, told in (held.get("parts") or {}).items():
        title = parts.get(key, Text(key, key))
        lines.append(_line(key, title, told, {code: (one.get("parts") or {}).get(key) for code, one in others.items()}))
    lacks, following = _next(mine, criteria, held)
    scheme = text_of(mine.facts.get("scheme"), mine.scheme)
    held_by = {mine.city.code: held, **others}
    scores = {code: _part_scores(criteria, one) for code, one in held_by.items()} if criteria else {}
    version = str(mine.facts.get("version", ""))
    return Decided(mine, scheme, version, tuple(lines), apart, lacks, following, criteria, scores)


def _part_scores(criteria: CriteriaSet, held: Mapping[str, Any]) -> dict[str, Score]:
    told = held.get("parts") or {}
    return {one.id: _score(told[one.id]) for one in criteria.parts if one.id in told}


_WORDS = {
    "overall": Text("คะแนนรวม", "Overall score"),
    "paper": Text("คะแนนเอกสาร", "Paper score"),
    "outcome": Text("คะแนนผลลัพธ์", "Outcome score"),
}


def _line(id: str, title: Text, told: Any, others: Mapping[str, Any]) -> ScoreLine:
    low, high = _range(told)
    beside = {code: share for code, one in others.items() if (share := _range(one)[0]) is not None}
    return ScoreLine(id, title, low, high, beside, spread_of(list(beside.values())))


def _next(mine: Certificate, criteria: CriteriaSet | None, held: Mapping[str, Any]) -> tuple[Text | None, Text | None]:
    """What stood between the decided scores and the next level, and that level; part by part, no single criterion."""
    order = [one.id for one in criteria.levels] if criteria else []
    if criteria is None or mine.level not in order or order.index(mine.level) + 1 >= len(order):
        return None, None
    level = criteria.levels[order.index(mine.level) + 1]
    parts = {key: _score(told) for key, told in (held.get("parts") or {}).items()}
    lacks = unmet(criteria, level, parts, _score(held.get("overall")))
    return (lacks_told(criteria, lacks) if lacks else None), level.title


def _score(told: Any) -> Score:
    low, high = _range(told)
    return Score(0.0, 0.0, 0.0) if low is None else Score(low, max(0.0, (high or low) - low), 1.0)


def _range(told: Any) -> tuple[float | None, float | None]:
    return (told.get("low"), told.get("high")) if isinstance(told, Mapping) else (None, None)


def _scores(row: Certificate) -> dict[str, tuple[float | None, float | None]]:
    held = row.facts.get("scores") or {}
    return {name: _range(held[name]) for name in WHOLE if isinstance(held.get(name), Mapping)}


def _newest(rows: Sequence[Certificate], today: date) -> Certificate | None:
    """The newest certificate with scores that was granted by then, whether or not it still holds."""
    return next((one for one in reversed(rows) if one.granted_on <= today and _scores(one)), None)


def _sha(row: Certificate) -> str:
    return row.decision.file.criteria_sha if row.decision is not None else ""


def _kept(sha: str) -> CriteriaSet | None:
    try:
        return criteria_by_sha(workspace().home, sha) if sha else None
    except MudmaiError:
        return None


# ------------------------------------------------------------------------------------------------ emissions


@dataclass(frozen=True, slots=True)
class Emissions:
    """A released inventory. ``per_head`` tonnes CO2e a person, None without a population or a total; ``is_complete``
    False: some of it is not known, the figure is a lower bound of what was counted."""

    inventory: Inventory
    total: float | None
    per_head: float | None
    is_complete: bool


def emissions_of(codes: Sequence[str]) -> dict[str, Emissions]:
    """City → its newest released inventory."""
    rows = Inventory.objects.filter(city__code__in=codes, state=InventoryState.RELEASED).select_related("city")
    found: dict[str, Emissions] = {}
    for one in rows.prefetch_related("entries").order_by("-year"):
        if one.city.code in found:
            continue
        try:
            told = totals_of(one)
        except MudmaiError:  # the tables that it was made with are gone
            continue
        per_head = told.per_head(one.population)
        found[one.city.code] = Emissions(one, told.total.co2e, per_head, told.total.is_complete and not told.open_cells)
    return found


def _value(city: City, name: str) -> Any:
    told = city.facts.get(name)
    return told.get("value") if isinstance(told, dict) else None


def _number(city: City, name: str) -> float | None:
    value = _value(city, name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else None
