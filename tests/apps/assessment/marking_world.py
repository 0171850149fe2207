"""Files of the small world brought to where marking, replying and deciding begin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from mudmai.apps.assessment.domain.deciding import decide_file
from mudmai.apps.assessment.domain.files import file_named
from mudmai.apps.assessment.domain.markers import appoint_marker, declare
from mudmai.apps.assessment.domain.marks import hand_in, save_mark
from mudmai.apps.assessment.domain.reconciling import reconcile, reconcile_equal, tell_provisional
from mudmai.apps.assessment.domain.replying import end_reply
from mudmai.apps.assessment.models import CityFile, Decision, Marker
from mudmai.apps.registry.models import AuditEntry, Person
from tests.apps.assessment.assessment_world import DAY, AssessmentWorld

GOOD = {"c-plan": 3, "c-open": 3, "c-money": 3, "c-waste": 3}
POOR = {"c-plan": 2, "c-open": 1, "c-money": 1, "c-waste": 2}
"""What the city of :meth:`AssessmentWorld.submitted` answers itself."""


def fresh(file: CityFile) -> CityFile:
    """The file as it is now."""
    return file_named(file.pk)


def appointed(world: AssessmentWorld, file: CityFile, person: Person, *, declares: bool = True) -> Marker:
    """A marker who declared no conflict."""
    marker = appoint_marker(acting_user=world.runner, file=file, person=person)
    return declare(acting_user=person, marker=marker, has_conflict=False) if declares else marker


def in_marking(
    world: AssessmentWorld, answers: Mapping[str, int | None] | None = None
) -> tuple[CityFile, Marker, Marker]:
    """A sent file with its two markers."""
    file = world.submitted(answers)
    first, second = (appointed(world, file, person) for person in world.markers[:2])
    return fresh(file), first, second


def mark_all(marker: Marker, values: Mapping[str, int], reason: str = "ดูหลักฐานแล้ว") -> None:
    """Every criterion, by the marker."""
    for criterion, value in values.items():
        save_mark(acting_user=marker.person, marker=marker, criterion=criterion, value=value, reason=reason)


def handed(marker: Marker, values: Mapping[str, int]) -> Marker:
    """All marks given and handed in."""
    mark_all(marker, values)
    return hand_in(acting_user=marker.person, marker=marker)


def in_reconciling(
    world: AssessmentWorld, one: Mapping[str, int] = GOOD, two: Mapping[str, int] = GOOD
) -> tuple[CityFile, Marker, Marker]:
    """Both have handed in."""
    file, first, second = in_marking(world)
    handed(first, one)
    handed(second, two)
    return fresh(file), first, second


def in_reply(world: AssessmentWorld, values: Mapping[str, int] = GOOD, today: date = DAY) -> CityFile:
    """The provisional result is told."""
    file, _, _ = in_reconciling(world, values, values)
    reconcile_equal(acting_user=world.runner, file=file)
    return tell_provisional(acting_user=world.runner, file=file, today=today)


def in_deciding(world: AssessmentWorld, values: Mapping[str, int] = GOOD) -> CityFile:
    """The city has said all."""
    return end_reply(acting_user=world.sender, file=in_reply(world, values))


def granted(world: AssessmentWorld, **more: Any) -> Decision:
    """A grant of the first level."""
    file = in_deciding(world)
    given = {"outcome": "granted", "level": "passed", "reasons": "ครบตามเกณฑ์", "today": DAY, **more}
    return decide_file(acting_user=world.decider, file=file, revision=file.revision, **given)


def refused_grant(world: AssessmentWorld) -> Decision:
    """A refusal."""
    file = in_deciding(world, POOR)
    return decide_file(
        acting_user=world.decider, file=file, revision=file.revision, outcome="refused", reasons="ยังไม่ถึงเกณฑ์", today=DAY
    )


def settle(world: AssessmentWorld, file: CityFile, criterion: str, value: int, reason: str = "หารือแล้ว") -> None:
    """A settled mark."""
    reconcile(acting_user=world.runner, file=file, criterion=criterion, value=value, reason=reason)


def logged(action: str) -> int:
    """Rows of the log."""
    return AuditEntry.objects.filter(action=action).count()
