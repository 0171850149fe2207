"""Why marks are as they are: what the city reads of it, and what it would be told without a word of reason.

Words of markers reach the city only in a call that says so (``Call.shows_reasons``), and only with the result that it
is told. They carry no name, no mark and no trace of who wrote them but their own words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from mudmai.apps.assessment.domain.facts import criteria_of
from mudmai.apps.assessment.domain.filling import asked_criteria
from mudmai.apps.assessment.domain.marks import handed_in
from mudmai.apps.assessment.domain.settled import marks_by_criterion, settled_marks, settled_seen_by
from mudmai.apps.assessment.models import CityFile
from mudmai.apps.assessment.policy import decide_city_side
from mudmai.apps.registry.policy import Actor
from mudmai.core.criteria import CriteriaSet, Criterion


def reasons_seen_by(person: Actor | None, file: CityFile) -> dict[str, tuple[str, ...]]:
    """What the markers wrote, by criterion, as the city's side may read it; nothing for anybody else.

    Pages and the API of the city ask only here. A criterion without words of a marker is left out.
    """
    if not decide_city_side(person, "assess.view", file):
        return {}
    told = settled_seen_by(person, file)
    return {key: said for key, said in reasons_for_city(file).items() if key in told}


def reasons_for_city(file: CityFile) -> dict[str, tuple[str, ...]]:
    """What the city will read of the markers' words once it is told; empty where its call keeps them back."""
    if not file.call.shows_reasons or not handed_in(file):
        return {}
    found = {key: mixed(file, key, [one.reason for one in marks]) for key, marks in marks_by_criterion(file).items()}
    return {key: said for key, said in found.items() if said}


def mixed(file: CityFile, criterion: str, reasons: Sequence[str]) -> tuple[str, ...]:
    """The reasons in an order that follows from their words and the criterion alone: it tells nothing of who wrote
    which, also over criteria. The same words of two markers stand once."""
    said = {one.strip() for one in reasons} - {""}
    return tuple(sorted(said, key=lambda one: hashlib.sha256(f"{file.pk}\n{criterion}\n{one}".encode()).digest()))


def told_without_reason(file: CityFile, criteria: CriteriaSet | None = None) -> tuple[str, ...]:
    """Criteria on which the city loses points and would read no reason at all, in order."""
    settled, words = settled_marks(file), reasons_for_city(file)
    return tuple(
        one.id
        for one in asked_criteria(file, criteria or criteria_of(file))
        if (last := settled.get(one.id)) is not None and is_unsaid(one, last.value, last.reason, words.get(one.id, ()))
    )


def is_unsaid(criterion: Criterion, value: int, reason: str, words: Sequence[str]) -> bool:
    """True for a mark below the top step that neither who settled it nor, for the city to read, a marker explained."""
    return value < criterion.top and not reason.strip() and not words
