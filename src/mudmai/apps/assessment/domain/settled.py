"""The marks that count, as they stand: settled criteria, those still to settle, and what the city is told of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Max

from mudmai.apps.assessment.domain.facts import criteria_of
from mudmai.apps.assessment.domain.filling import asked_criteria
from mudmai.apps.assessment.domain.marks import changed_at
from mudmai.apps.assessment.models import CityFile, FileState, Mark, MarkerState, ReconciledMark
from mudmai.apps.assessment.policy import conflict_of, decide_call, decide_city_side
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor
from mudmai.core.criteria import CriteriaSet

PROVISIONAL = "file.provisional"
_DECIDED = (FileState.GRANTED, FileState.REFUSED, FileState.APPEALED)


def settled_marks(file: CityFile, until: datetime | None = None) -> dict[str, ReconciledMark]:
    """The last settled mark of each criterion; ``until``: as it stood then."""
    rows = file.reconciled.order_by("criterion", "sequence")
    return {row.criterion: row for row in (rows.filter(at__lte=until) if until is not None else rows)}


def settled_values(marks: Mapping[str, ReconciledMark]) -> dict[str, int | None]:
    """Their steps, as scores are made of."""
    return {key: mark.value for key, mark in marks.items()}


def marks_by_criterion(file: CityFile) -> dict[str, list[Mark]]:
    """The marks that count, by criterion, in order of appointment of their markers."""
    rows = Mark.objects.filter(marker__file=file).exclude(marker__state=MarkerState.RECUSED)
    found: dict[str, list[Mark]] = {}
    for mark in rows.order_by("marker__appointed_at", "marker_id"):
        found.setdefault(mark.criterion, []).append(mark)
    return found


def unsettled(file: CityFile, criteria: CriteriaSet | None = None) -> tuple[str, ...]:
    """Criteria without a settled mark that is later than every mark, answer and piece of evidence, in order."""
    held = criteria or criteria_of(file)
    settled, marks, changes = settled_marks(file), marks_by_criterion(file), changed_at(file)
    found = []
    for one in asked_criteria(file, held):
        last = settled.get(one.id)
        times = [mark.marked_at for mark in marks.get(one.id, [])]
        if one.id in changes:
            times.append(changes[one.id])
        if last is None or any(at > last.at for at in times):
            found.append(one.id)
    return tuple(found)


def settled_seen_by(person: Actor | None, file: CityFile) -> dict[str, ReconciledMark]:
    """The settled marks that the person may see.

    Who runs the call, and not in conflict, sees them as they stand. The city sees what the provisional result told,
    and after the decision what was decided on; nothing before.
    """
    fit = not (isinstance(person, Person) and conflict_of(person, file) is not None)
    if fit and decide_call(person, "assess.run", file.call):
        return settled_marks(file)
    if not decide_city_side(person, "assess.view", file):
        return {}
    if file.state in _DECIDED:
        return settled_marks(file)
    told: datetime | None = file.steps.filter(action=PROVISIONAL).aggregate(Max("at"))["at__max"]
    return settled_marks(file, told) if told is not None else {}
