"""Reconciling: equal marks are taken over, differing ones settled with a reason; then the city is told."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from mudmai.apps.assessment.domain.assessing import refuse_step, titles
from mudmai.apps.assessment.domain.facts import criteria_of
from mudmai.apps.assessment.domain.filling import asked_criteria, criterion_asked
from mudmai.apps.assessment.domain.markers import keep_told
from mudmai.apps.assessment.domain.refusals import needed, refused
from mudmai.apps.assessment.domain.settled import marks_by_criterion, settled_marks, unsettled
from mudmai.apps.assessment.domain.steps import held_by_call
from mudmai.apps.assessment.models import CityFile, FileState, ReconciledMark
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor
from mudmai.core.criteria import CriteriaSet
from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text, so_many

SETTLING = (FileState.RECONCILING, FileState.DECIDING)
"""Marks are settled after marking, and again after the city's reply."""


def reconcile(
    *,
    acting_user: Actor,
    file: CityFile,
    criterion: str,
    value: int,
    reason: str = "",
    sequence: int | None = None,
) -> ReconciledMark:
    """Settle the mark of one criterion, within the marked range or outside of it; settling again adds a row.

    Without a reason only what every marker marked is taken over, the first time. ``sequence``: of the settled mark that
    was read (0: none), so that of two who settle at once the second is refused. Raises :class:`NotAllowed` or
    :class:`InputError`: ``file_state``, ``marker_own``, ``not_asked``, ``mark_step``, ``reason_needed``,
    ``mark_changed``.
    """
    said = needed(reason) if reason.strip() else ""
    with transaction.atomic():
        held = held_by_call(file, acting_user=acting_user, action="assess.run", states=SETTLING)
        refuse_marker(acting_user, held)
        _, one = criterion_asked(held, criterion)
        refuse_step(one, value)
        last = held.reconciled.filter(criterion=one.id).order_by("-sequence").first()
        now = last.sequence if last else 0
        if sequence is not None and sequence != now:
            raise refused(
                "คะแนนข้อนี้มีผู้หาข้อยุติไปแล้วหลังจากที่เปิดหน้า สิ่งที่สั่งยังไม่มีผล",
                "somebody settled this mark after you opened the page; nothing was changed",
                "sequence",
                code="mark_changed",
            )
        given = {mark.value for mark in marks_by_criterion(held).get(one.id, [])}
        if not said and (last is not None or given != {value}):
            needed("")
        made = ReconciledMark.objects.create(
            file=held, criterion=one.id, sequence=now + 1, value=value, reason=said, by=_person(acting_user)
        )
        keep_told(held, "file.reconcile", acting_user, facts={"criterion": one.id, "sequence": now + 1})
    return made


def reconcile_equal(*, acting_user: Actor, file: CityFile) -> int:
    """Take over every mark on which all markers agree and that is not settled yet. How many."""
    with transaction.atomic():
        held = held_by_call(file, acting_user=acting_user, action="assess.run", states=(FileState.RECONCILING,))
        refuse_marker(acting_user, held)
        marks, settled, open_ = marks_by_criterion(held), settled_marks(held), set(unsettled(held))
        wanted = held.call.markers
        made = [
            ReconciledMark(
                file=held,
                criterion=one.id,
                sequence=settled[one.id].sequence + 1 if one.id in settled else 1,
                value=given[0].value,
                by=_person(acting_user),
            )
            for one in asked_criteria(held)
            if one.id in open_
            and len(given := marks.get(one.id, [])) >= wanted
            and len({mark.value for mark in given}) == 1
        ]
        if made:
            ReconciledMark.objects.bulk_create(made)
            keep_told(held, "file.reconcile", acting_user, facts={"equal": len(made)})
    return len(made)


def tell_provisional(*, acting_user: Actor, file: CityFile, today: date | None = None) -> CityFile:
    """Tell the city the provisional result: from now on it may reply, until ``reply_due``.

    Raises :class:`NotAllowed` or :class:`InputError`: ``file_state``, ``marker_own``, ``marks_unsettled``.
    """
    now = today or timezone.localdate()
    with transaction.atomic():
        held = held_by_call(file, acting_user=acting_user, action="assess.run", states=(FileState.RECONCILING,))
        refuse_marker(acting_user, held)
        refuse_unsettled(held, criteria_of(held))
        held.state, held.reply_due = FileState.REPLY, now + timedelta(days=held.call.reply_days)
        keep_told(held, "file.provisional", acting_user, facts={"reply_due": held.reply_due.isoformat()})
    return held


def refuse_unsettled(file: CityFile, criteria: CriteriaSet) -> None:
    """Raise ``marks_unsettled`` while a criterion has no settled mark, or one older than what it was settled on."""
    left = unsettled(file, criteria)
    if not left:
        return
    named = titles(criteria, left)
    raise InputError(
        Text(
            f"ยังไม่มีข้อยุติของ {named.th} ({len(left)} ข้อ)",
            f"not settled yet: {named.en} ({so_many(len(left), 'criterion', 'criteria')})",
        ),
        remedy=Text(
            "หาข้อยุติของข้อที่เหลือ รวมทั้งข้อที่หลักฐานเปลี่ยนหลังจากมีข้อยุติแล้ว",
            "settle what is left, and again where the evidence changed since",
        ),
        code="marks_unsettled",
        where=Where(field="criterion"),
    )


def refuse_marker(person: Actor, file: CityFile) -> None:
    """Raise ``marker_own``: four eyes, a marker of the file neither settles its marks nor decides it.

    That holds for one who stepped back, too.
    """
    if isinstance(person, Person) and file.markers.filter(person=person).exists():
        raise refused(
            "เป็นผู้ตรวจให้คะแนนแฟ้มนี้ จึงหาข้อยุติหรือตัดสินแฟ้มเดียวกันไม่ได้",
            "marked this file, and so does not settle its marks or decide it",
            "person",
            code="marker_own",
            remedy=Text("ให้ผู้มีสิทธิ์คนอื่นดำเนินการ", "have somebody else who may do it"),
        )


def _person(actor: Actor) -> Person | None:
    return actor if isinstance(actor, Person) else None
