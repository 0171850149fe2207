"""Lists of submissions for a person: what waits for them, what is theirs, what has been released."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from mudmai.apps.data.domain.drafts import submission_for
from mudmai.apps.data.domain.releasing import decide_release, decide_withdrawal
from mudmai.apps.data.domain.reviewing import areas_concerned, decide_approval, decide_return, next_level
from mudmai.apps.data.models import EDITABLE, State, Submission
from mudmai.apps.data.policy import area_of, decide_over, may_begin
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor, Decision, NotAllowed, organisations_allowing
from mudmai.core.language import Text

SHOWS = ("todo", "mine", "review", "publish", "returned", "released", "all")
"""Names of the lists."""
MOST = 1000
"""A list goes back so many submissions; older ones are found by dataset."""


def visible_submissions(person: Actor | None) -> QuerySet[Submission]:
    """Submissions of the organisations in which the person may read data that are not public, and their own.

    Areas are not asked here: a row is put to :func:`submission_for` before it is shown.
    """
    rows = Submission.objects.select_related("organisation", "submitted_by__details", "created_by__details")
    if not isinstance(person, Person):
        return rows if person is not None else rows.none()
    mine = organisations_allowing(person, "data.read_internal").values("pk")
    return rows.filter(organisation__in=mine)


def find_submissions(person: Person, show: str, dataset: str = "") -> QuerySet[Submission]:
    """One of the lists, newest change first; by role alone, so that a count costs one query."""
    rows = visible_submissions(person)
    if dataset:
        rows = rows.filter(dataset=dataset)
    match show:
        case "mine":
            return rows.filter(Q(created_by=person) | Q(submitted_by=person))
        case "review":
            return rows.filter(_review(person))
        case "publish":
            return rows.filter(_publish(person))
        case "todo":
            return rows.filter(_own_drafts(person) | _review(person) | _publish(person))
        case "returned":
            return rows.filter(state=State.RETURNED)
        case "released":
            return rows.filter(state__in=(State.RELEASED, State.SUPERSEDED, State.WITHDRAWN))
    return rows


def _own_drafts(person: Person) -> Q:
    return Q(state__in=EDITABLE) & (Q(created_by=person) | Q(submitted_by=person))


def _review(person: Person) -> Q:
    where = organisations_allowing(person, "data.review").values("pk")
    own = Q(submitted_by=person) | Q(created_by=person)
    return Q(state=State.SUBMITTED, organisation__in=where) & ~own & ~Q(approvals__by=person)


def _publish(person: Person) -> Q:
    where = organisations_allowing(person, "data.publish").values("pk")
    return Q(state__in=(State.APPROVED, State.PUBLISHING), organisation__in=where)


def seen_by(person: Actor | None, rows: Iterable[Submission]) -> list[Submission]:
    """Those of ``rows`` that the person may see, area by area."""
    return [one for one in rows if _seen(person, one)]


def _seen(person: Actor | None, one: Submission) -> bool:
    try:
        submission_for(person, one.pk)
    except NotAllowed:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Possible:
    """Something that goes with the state of a submission, and whether the person may do it."""

    do: str
    decision: Decision
    level: int = 0


def possible_steps(person: Actor | None, held: Submission) -> list[Possible]:
    """What can be done next, the likeliest first."""
    state = State(held.state)
    if state in EDITABLE:
        begin = may_begin(person, held.organisation, area_of(held), replaces=held.mode == "replace")
        whole = decide_over(person, "data.submit", organisation=held.organisation, areas=areas_concerned(held))
        return [Possible("submit", whole if held.table_sha else begin), Possible("discard", begin)]
    if state is State.SUBMITTED:
        level = next_level(held)
        return [
            Possible("approve", decide_approval(person, held, level), level),
            Possible("return", decide_return(person, held)),
        ]
    if state is State.APPROVED:
        return [Possible("release", decide_release(person, held)), Possible("return", decide_return(person, held))]
    if state is State.RELEASED:
        return [Possible("withdraw", decide_withdrawal(person, held))]
    return []


def why_not_yet(held: Submission) -> Text | None:
    """Why a draft cannot be handed in yet; None when it can."""
    if not held.table_sha:
        return Text(
            "ยังอ่านไฟล์ไม่เสร็จหรือยังไม่ได้ยืนยันวิธีอ่าน", "the file has not been read yet, or how to read it is not confirmed"
        )
    if held.errors:
        return Text(
            f"ยังมีข้อผิดพลาด {held.errors:,} รายการ", f"{held.errors:,} {'error' if held.errors == 1 else 'errors'} left"
        )
    return None
