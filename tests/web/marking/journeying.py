"""Files of the small world as of today, brought to where a page begins."""

from __future__ import annotations

from collections.abc import Mapping

from mudmai.apps.assessment.domain.answers import save_answer
from mudmai.apps.assessment.domain.deciding import decide_file
from mudmai.apps.assessment.domain.evidence import attach_figure, attach_link
from mudmai.apps.assessment.domain.files import claim_parts, open_file, submit_file
from mudmai.apps.assessment.domain.markers import appoint_marker, declare
from mudmai.apps.assessment.domain.marks import hand_in, save_mark
from mudmai.apps.assessment.domain.reconciling import reconcile, reconcile_equal, tell_provisional
from mudmai.apps.assessment.domain.replying import end_reply
from mudmai.apps.assessment.models import CityFile, Decision, Marker
from mudmai.apps.registry.models import Person
from tests.apps.assessment.assessment_world import AssessmentWorld
from tests.apps.assessment.marking_world import fresh

ANSWERS = {"c-plan": 3, "c-open": 2, "c-money": 2, "c-waste": 3}
ONE = {"c-plan": 3, "c-open": 3, "c-money": 2, "c-waste": 3}
TWO = {"c-plan": 3, "c-open": 2, "c-money": 3, "c-waste": 3}
FIRST_REASON, SECOND_REASON = "เหตุผลของคนแรกเท่านั้น", "เหตุผลของคนที่สองเท่านั้น"


def submitted(world: AssessmentWorld) -> CityFile:
    """A file of today that was sent, with a link and a live figure."""
    file = open_file(acting_user=world.filler, call=world.call, city=world.city)
    file = claim_parts(acting_user=world.filler, file=file, parts=["environment"], revision=file.revision)
    for criterion, value in ANSWERS.items():
        save_answer(acting_user=world.filler, file=file, criterion=criterion, value=value, text=f"คำอธิบาย {criterion}")
    told = {"acting_user": world.filler, "file": file}
    attach_link(**told, criterion="c-plan", url="https://town.example/plan", title="แผนของเมือง")
    attach_figure(**told, criterion="c-money")
    return submit_file(acting_user=world.sender, file=fresh(file))


def appointed(world: AssessmentWorld, file: CityFile) -> tuple[Marker, Marker]:
    """Two who declared that they have no conflict."""
    made = [appoint_marker(acting_user=world.runner, file=file, person=one) for one in world.markers[:2]]
    return tuple(declare(acting_user=one.person, marker=one, has_conflict=False) for one in made)  # type: ignore[return-value]


def handed(marker: Marker, values: Mapping[str, int], reason: str) -> None:
    """All marks of a marker, handed in."""
    for criterion, value in values.items():
        save_mark(acting_user=marker.person, marker=marker, criterion=criterion, value=value, reason=reason)
    hand_in(acting_user=marker.person, marker=marker)


def marked(world: AssessmentWorld, file: CityFile) -> CityFile:
    """Both have handed in, and differ on two criteria."""
    first, second = appointed(world, file)
    handed(first, ONE, FIRST_REASON)
    handed(second, TWO, SECOND_REASON)
    return fresh(file)


def settled(world: AssessmentWorld, file: CityFile) -> CityFile:
    """Every criterion has its settled mark."""
    reconcile_equal(acting_user=world.runner, file=file)
    for criterion, value in (("c-open", 2), ("c-money", 2)):
        reconcile(acting_user=world.runner, file=file, criterion=criterion, value=value, reason="หารือแล้ว")
    return fresh(file)


def told(world: AssessmentWorld, file: CityFile) -> CityFile:
    """The city was told."""
    return tell_provisional(acting_user=world.runner, file=settled(world, marked(world, file)))


def deciding(world: AssessmentWorld, file: CityFile) -> CityFile:
    """The city has said all."""
    return end_reply(acting_user=world.sender, file=told(world, file))


def granted(world: AssessmentWorld, by: Person | None = None) -> Decision:
    """Granted at the first level."""
    file = deciding(world, submitted(world))
    return decide_file(
        acting_user=by or world.decider, file=file, outcome="granted", level="passed", reasons="ครบตามเกณฑ์ของระดับ",
        revision=file.revision,
    )  # fmt: skip
