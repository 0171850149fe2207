"""Marks: each marker marks every criterion, alone; what the city changes afterwards opens a criterion again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from mudmai.apps.assessment.domain.answers import values_of
from mudmai.apps.assessment.domain.assessing import refuse_step, titles
from mudmai.apps.assessment.domain.evidence_rows import evidence_changed_at
from mudmai.apps.assessment.domain.facts import criteria_of
from mudmai.apps.assessment.domain.filling import asked_criteria, criterion_asked
from mudmai.apps.assessment.domain.markers import (
    active_markers,
    held_marker,
    keep_told,
    lacking,
    refuse_marker_state,
)
from mudmai.apps.assessment.domain.refusals import AGAIN, needed, refused
from mudmai.apps.assessment.models import CityFile, FileState, Mark, Marker, MarkerState
from mudmai.apps.assessment.policy import conflict_of, decide_call
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor
from mudmai.core.criteria import CriteriaSet, Criterion
from mudmai.core.errors import InputError, Problem, Where
from mudmai.core.language import Text, so_many

_MARK = Text("ให้คะแนนข้อที่เหลือ แล้วส่งอีกครั้ง", "mark the criteria that are left and hand in again")
_CONFIRM = Text(
    "อ่านหลักฐานหรือคำตอบที่เปลี่ยนไป แล้วบันทึกคะแนนข้อนั้นอีกครั้ง จะยืนยันหรือเปลี่ยนก็ได้",
    "read what changed and save the mark again, the same or another",
)


@dataclass(frozen=True, slots=True)
class SeenMarks:
    """One marker's marks as somebody may see them, by criterion."""

    marker: Marker
    marks: Mapping[str, Mark]


def save_mark(
    *, acting_user: Actor, marker: Marker, criterion: str, value: int, reason: str = "", revision: int = 0
) -> Mark:
    """Mark one criterion. ``revision`` is that of the mark read, 0 for a new one; the log does not tell the value.

    Raises :class:`NotAllowed` or :class:`InputError`: ``file_state``, ``marker_state``, ``not_asked``,
    ``mark_step``, ``mark_closed``, ``mark_changed``, ``reason_needed``.
    """
    said = needed(reason) if reason.strip() else ""
    with transaction.atomic():
        file, held = held_marker(marker, acting_user=acting_user)
        refuse_marker_state(held, MarkerState.MARKING)
        _, one = criterion_asked(file, criterion)
        refuse_step(one, value)
        if not said and needs_reason(one, value, values_of(file).get(one.id)):
            needed("")
        if held.done_at is not None and one.id not in open_again(held):
            raise refused(
                "ส่งคะแนนข้อนี้แล้วและไม่มีอะไรเปลี่ยน แก้ได้เฉพาะข้อที่หลักฐานหรือคำตอบเปลี่ยนหลังจากส่ง",
                "this mark was handed in and nothing changed: only criteria whose evidence or answer changed are open",
                "criterion",
                code="mark_closed",
            )
        mark = held.marks.filter(criterion=one.id).first()
        if (mark.revision if mark else 0) != revision:
            raise refused(
                "คะแนนข้อนี้ถูกบันทึกจากอีกหน้าหนึ่งแล้ว การบันทึกครั้งนี้ยังไม่มีผล",
                "this mark was saved from another page; nothing was changed",
                "revision",
                code="mark_changed",
            )
        mark = mark or Mark(marker=held, criterion=one.id, revision=0)
        mark.value, mark.reason, mark.revision = value, said, revision + 1
        mark.save()
        record(
            actor=acting_user,
            action="file.mark",
            organisation=file.call.organisation,
            object_kind="city_file",
            object_id=str(file.pk),
            new={"marker": str(held.pk), "criterion": one.id, "revision": mark.revision},
        )
    return mark


def hand_in(*, acting_user: Actor, marker: Marker) -> Marker:
    """A marker's marks are complete; after a file was returned, those of what changed.

    With the last marker's the file goes to be reconciled.

    Raises :class:`NotAllowed` or :class:`InputError`: ``file_state``, ``marker_state``, ``marks_missing``,
    ``marks_stale``.
    """
    with transaction.atomic():
        file, held = held_marker(marker, acting_user=acting_user)
        refuse_marker_state(held, MarkerState.MARKING)
        criteria = criteria_of(file)
        _refuse_incomplete(held, criteria)
        again = sorted(open_again(held)) if held.done_at is not None else []
        held.state, held.done_at = MarkerState.DONE, timezone.now()
        held.save(update_fields=["state", "done_at"])
        move_on(file)
        keep_told(file, "file.marks_done", acting_user, facts={"marker": str(held.pk), "again": again})
    return held


def needs_reason(criterion: Criterion, value: int, answer: int | None) -> bool:
    """True where the mark is not what the city says; of what it did not answer the lowest step needs no reason."""
    lowest = min(step.value for step in criterion.scale)
    return value != (lowest if answer is None else answer)


def unmarked(marker: Marker, criteria: CriteriaSet | None = None) -> tuple[str, ...]:
    """Criteria that the marker has still to mark, in order."""
    have = set(marker.marks.values_list("criterion", flat=True))
    return tuple(one.id for one in asked_criteria(marker.file, criteria) if one.id not in have)


def stale_marks(marker: Marker) -> tuple[str, ...]:
    """Criteria whose evidence or answer the city changed after this marker marked them."""
    changes = changed_at(marker.file)
    rows = marker.marks.values_list("criterion", "marked_at")
    return tuple(key for key, at in rows if key in changes and changes[key] > at)


def open_again(marker: Marker) -> frozenset[str]:
    """What a marker who handed in before may mark again: what changed since, and what they have no mark of."""
    since = marker.done_at
    changed = {key for key, at in changed_at(marker.file).items() if since is not None and at > since}
    return frozenset(changed) | frozenset(unmarked(marker))


def changed_at(file: CityFile) -> dict[str, datetime]:
    """When the city last changed its answer or evidence, by criterion."""
    found = evidence_changed_at(file)
    for key, at in file.answers.values_list("criterion", "changed_at"):
        found[key] = max(found.get(key, at), at)
    return found


def handed_in(file: CityFile, markers: list[Marker] | None = None) -> bool:
    """True once as many markers as the call wants have all handed in, and none has anything open."""
    held = active_markers(file) if markers is None else markers
    return len(held) >= file.call.markers and all(one.state == MarkerState.DONE for one in held)


def marks_seen_by(person: Actor | None, file: CityFile) -> tuple[SeenMarks, ...]:
    """The marks that the person may see: their own always, those of others only once all have handed in.

    Pages and the API ask only here. The certifying side sees them then, unless in conflict; the city never sees whose
    mark is which. Marks of whoever stepped back are seen by nobody else.
    """
    markers = list(file.markers.select_related("person"))
    active = [one for one in markers if one.state != MarkerState.RECUSED]
    mine = [one for one in markers if isinstance(person, Person) and one.person_id == person.pk]
    seen = list(mine)
    if handed_in(file, active) and _may_see_all(person, file, active):
        seen = [*active, *(one for one in mine if one not in active)]
    marks: dict[object, dict[str, Mark]] = {one.pk: {} for one in seen}
    for mark in Mark.objects.filter(marker__in=seen):
        marks[mark.marker_id][mark.criterion] = mark
    return tuple(SeenMarks(one, marks[one.pk]) for one in seen)


def move_on(held: CityFile) -> None:
    """Set the state of a file that all markers have handed in. The caller keeps the row."""
    if held.state == FileState.MARKING and not lacking(held) and handed_in(held):
        held.state = FileState.RECONCILING


def _may_see_all(person: Actor | None, file: CityFile, active: list[Marker]) -> bool:
    if isinstance(person, Person):
        if conflict_of(person, file) is not None:
            return False
        if any(one.person_id == person.pk for one in active):
            return bool(decide_call(person, "assess.mark", file.call))
    return bool(decide_call(person, "assess.run", file.call))


def _refuse_incomplete(marker: Marker, criteria: CriteriaSet) -> None:
    left = unmarked(marker, criteria)
    if left:
        raise _incomplete(criteria, left, "marks_missing", _MARK, Text("ยังไม่มีคะแนน", "no mark yet"))
    stale = stale_marks(marker)
    if stale:
        told = Text("หลักฐานหรือคำตอบเปลี่ยนหลังจากให้คะแนน", "the evidence or answer changed after the mark")
        raise _incomplete(criteria, stale, "marks_stale", _CONFIRM, told)
    answers = values_of(marker.file)
    rows = marker.marks.filter(reason="").values_list("criterion", "value")
    asked = {one.id: one for one in asked_criteria(marker.file, criteria)}
    bare = [key for key, value in rows if key in asked and needs_reason(asked[key], value, answers.get(key))]
    if bare:
        told = Text("คะแนนต่างจากคำตอบของเมือง ต้องบอกเหตุผล", "the mark differs from the answer: a reason is needed")
        raise _incomplete(criteria, bare, "reason_needed", AGAIN, told)


def _incomplete(
    criteria: CriteriaSet, keys: tuple[str, ...] | list[str], code: str, remedy: Text, told: Text
) -> InputError:
    named, many = titles(criteria, keys), so_many(len(keys), "criterion", "criteria")
    return InputError(
        Text(f"{told.th}: {named.th} ({len(keys)} ข้อ)", f"{told.en}: {named.en} ({many})"),
        remedy=remedy,
        code=code,
        where=Where(field="criterion"),
        problems=[Problem(code, Text(criteria.by_id[key].title.th, criteria.by_id[key].title.en), remedy,
                          Where(field=key)) for key in keys],
    )  # fmt: skip
