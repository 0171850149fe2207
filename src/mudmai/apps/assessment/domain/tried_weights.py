"""Overall scores of cities by weights of parts that a reader tries out, from what stands on public certificates.

Only the whole score moves: a certificate tells each part's score, not the paper and outcome share of it. Nothing is
kept, and no level follows from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mudmai.apps.assessment.domain.city_profiles import Decided, ScoreLine, why_apart
from mudmai.core.criteria import CriteriaSet, Part, Score
from mudmai.core.criteria_weights import whole_by
from mudmai.core.language import Text
from mudmai.core.peers import spread_of

TRIED = "tried"
TITLE = Text("คะแนนรวมตามน้ำหนักที่ลอง", "Overall score by the tried weights")


def parts_to_weigh(decided: Iterable[Decided]) -> tuple[Part, ...]:
    """The parts that any of these cities has a score in, in the order of the first set; empty where that is gone."""
    held = list(decided)
    criteria = held[0].criteria if held else None
    if criteria is None:
        return ()
    scored = {key for one in held for parts in one.parts.values() for key, score in parts.items() if score.reachable}
    return tuple(one for one in criteria.parts if one.id in scored)


def tried_line(decided: Decided, weights: Mapping[str, float]) -> ScoreLine:
    """The whole score of the city beside its peers. A city without a score in any part that counts has none."""
    code = decided.certificate.city.code
    own = tried_score(decided, weights)
    beside = {
        other: low
        for other, parts in decided.parts.items()
        if other != code and (low := _whole(decided.criteria, parts, weights).low) is not None
    }
    return ScoreLine(TRIED, TITLE, own.low, own.high, beside, spread_of(list(beside.values())))


def tried_score(decided: Decided, weights: Mapping[str, float]) -> Score:
    """The whole score of the city alone."""
    return _whole(decided.criteria, decided.parts.get(decided.certificate.city.code, {}), weights)


def is_under_same_criteria(one: Decided, other: Decided) -> bool:
    """Scores of the two may be weighed together."""
    shas = [
        decision.file.criteria_sha if (decision := told.certificate.decision) is not None else ""
        for told in (one, other)
    ]
    return why_apart(shas[0], shas[1]) is None


def _whole(criteria: CriteriaSet | None, parts: Mapping[str, Score], weights: Mapping[str, float]) -> Score:
    if criteria is None:
        return Score(0.0, 0.0, 0.0)
    own = {one.id: one.weight for one in criteria.parts}
    return whole_by(parts, {**own, **weights}, own)
