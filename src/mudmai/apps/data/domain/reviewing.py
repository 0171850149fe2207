"""Review: a draft handed in, approved level by level, or returned with reasons."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from mudmai.apps.data.domain.submission_rows import keep, lock, needed
from mudmai.apps.data.domain.tables import areas_of
from mudmai.apps.data.models import EDITABLE, Approval, DatasetHolder, Mode, State, Submission
from mudmai.apps.data.policy import LISTED, area_of, decide_over, holder_of, require_over
from mudmai.apps.registry.areas import AreaRef, area_name, covers
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.models import Organisation, Person
from mudmai.apps.registry.policy import Actor, Decision, NotAllowed
from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text, so_many


def submit(*, acting_user: Actor, submission: Submission, note: str = "") -> Submission:
    """Hand a draft in for review; from now on it is locked.

    It must have been read, without errors that nobody has accepted, and ``acting_user`` must be allowed to submit for
    *every* area in its table: the refusal lists those that are not (:class:`NotAllowed`).
    """
    with transaction.atomic():
        held = lock(submission, states=EDITABLE)
        require_over(acting_user, "data.submit", organisation=held.organisation, areas=areas_concerned(held))
        _check_complete(held)
        holder = _holder(held)
        old = {"state": held.state}
        held.state, held.levels = State.SUBMITTED, holder.levels
        held.submitted_by = acting_user if isinstance(acting_user, Person) else None
        held.submitted_at = timezone.now()
        if note.strip():
            held.note = note.strip()[:4000]
        new = {"state": "submitted", "table": held.table_sha, "file": held.raw_sha, "levels": held.levels}
        keep(held, submission, actor=acting_user, action="submission.submit", old=old, new=new, note=note)
        announce("submission.submit", submission=str(held.pk), dataset=held.dataset)
    return held


def approve(*, acting_user: Actor, submission: Submission, level: int, note: str = "") -> Submission:
    """One level's yes; with the last one the submission is approved.

    Levels are given in their order, each by another person, none by the submitter unless the holder of the dataset
    allows it. Of two who approve at once the second is told so (``submission_changed`` or ``submission_state``).
    """
    with transaction.atomic():
        held = lock(submission, states=(State.SUBMITTED,))
        decision = decide_approval(acting_user, held, level)
        if not decision:
            raise NotAllowed(decision)
        due = next_level(held)
        if level != due:
            raise _wrong_level(level, due)
        Approval.objects.create(
            submission=held, level=level, by=acting_user if isinstance(acting_user, Person) else None, note=note.strip()
        )
        last = level >= held.levels
        old = {"state": held.state}
        if last:
            held.state = State.APPROVED
        facts = {"level": level, "of": held.levels}
        new = {"state": held.state, **facts}
        keep(held, submission, actor=acting_user, action="submission.approve", old=old, new=new, note=note, facts=facts)
        announce("submission.approve", submission=str(held.pk), dataset=held.dataset, level=level, last=last)
    return held


def return_submission(*, acting_user: Actor, submission: Submission, reasons: str) -> Submission:
    """Give it back with reasons: it becomes a draft again, and what was approved has to be approved anew."""
    said = needed(reasons, "reasons")
    with transaction.atomic():
        held = lock(submission, states=(State.SUBMITTED, State.APPROVED))
        decision = decide_return(acting_user, held)
        if not decision:
            raise NotAllowed(decision)
        old = {"state": held.state}
        held.approvals.all().delete()
        held.state = State.RETURNED
        new = {"state": "returned"}
        keep(held, submission, actor=acting_user, action="submission.return", old=old, new=new, note=said)
        announce("submission.return", submission=str(held.pk), dataset=held.dataset)
    return held


def next_level(held: Submission) -> int:
    """The level whose approval is due; 0 when none is."""
    given = held.approvals.count()
    return given + 1 if held.state == State.SUBMITTED and given < held.levels else 0


def areas_concerned(held: Submission) -> tuple[AreaRef, ...]:
    """What a right must cover: the declared area where the file replaces all of it, else the areas of its rows."""
    declared = area_of(held)
    if held.mode == Mode.REPLACE:
        return (declared,)
    return areas_of(held) or (declared,)


def decide_approval(person: Actor | None, held: Submission, level: int) -> Decision:
    """May the person give this level's approval? The state is not asked here."""
    where = _organisation_of_level(held, level)
    decision = decide_over(person, "data.review", organisation=where, areas=areas_concerned(held))
    if not decision or not isinstance(person, Person):
        return decision
    holder = holder_of(held.dataset, held.organisation)
    if person.pk in (held.submitted_by_id, held.created_by_id) and not (holder and holder.own_approval):
        text = Text("ผู้ส่งข้อมูลตรวจทานผ่านรายการของตนเองไม่ได้", "one's own submission is approved by somebody else")
        return Decision(False, text, "own_submission")
    if held.approvals.filter(by=person).exclude(level=level).exists():
        text = Text("แต่ละระดับต้องตรวจโดยคนละคน", "each level is approved by another person")
        return Decision(False, text, "approved_before")
    return decision


def decide_return(person: Actor | None, held: Submission) -> Decision:
    """May the person give it back? The state is not asked here."""
    return decide_over(person, "data.review", organisation=held.organisation, areas=areas_concerned(held))


def _organisation_of_level(held: Submission, level: int) -> Organisation:
    """The first level is reviewed where the data come from; the levels above in the organisation that holds them."""
    holder = holder_of(held.dataset, held.organisation)
    return held.organisation if level <= 1 or holder is None else holder.organisation


def _holder(held: Submission) -> DatasetHolder:
    from mudmai.apps.data.domain.drafts import not_holder

    found = holder_of(held.dataset, held.organisation)
    if found is None:
        raise not_holder(held.dataset, held.organisation)
    return found


def _check_complete(held: Submission) -> None:
    if not held.table_sha:
        raise InputError(
            Text(
                "ไฟล์นี้ยังอ่านไม่เสร็จ หรือยังไม่ได้ยืนยันวิธีอ่าน",
                "the file has not been read yet, or how to read it is not confirmed",
            ),
            remedy=Text(
                "เปิดหน้าอ่านไฟล์ ยืนยันวิธีอ่าน แล้วรอผลตรวจ", "open the page of the reading, confirm it and wait for the checks"
            ),
            code="submission_unread",
        )
    if held.errors:
        raise InputError(
            Text(
                f"ยังมีข้อผิดพลาด {held.errors:,} รายการ",
                f"there {'is 1 error' if held.errors == 1 else f'are {held.errors:,} errors'} left",
            ),
            remedy=Text(
                "แก้ในไฟล์แล้วส่งไฟล์ใหม่ หรือขอยกเว้นพร้อมเหตุผลที่หน้าผลตรวจ",
                "correct the file and replace it, or accept exceptions with a reason on the page of the checks",
            ),
            code="submission_errors",
        )
    declared = area_of(held)
    outside = [one for one in areas_of(held) if not covers(declared, one)]
    if outside:
        names = [area_name(one) for one in outside[:LISTED]]
        raise InputError(
            Text(
                f"ไฟล์มีข้อมูล {len(outside):,} พื้นที่นอก {area_name(declared).th}: {', '.join(n.th for n in names)}",
                f"the file speaks about {so_many(len(outside), 'area', 'areas')} outside {area_name(declared).en}: "
                f"{', '.join(n.en for n in names)}",
            ),
            remedy=Text(
                "เอาแถวเหล่านั้นออก หรือเริ่มรายการส่งใหม่ที่ครอบคลุมพื้นที่",
                "take those rows out, or start a submission for a wider area",
            ),
            code="submission_area",
            where=Where(field="area"),
        )


def _wrong_level(level: int, due: int) -> InputError:
    return InputError(
        Text(f"ขณะนี้รอการตรวจระดับ {due} ไม่ใช่ระดับ {level}", f"level {due} is due now, not level {level}"),
        remedy=Text("ตรวจตามลำดับระดับ", "levels are approved in their order"),
        code="approval_level",
        where=Where(field="level"),
    )
