"""What every change of a submission does: take the row, see that nobody was faster, write the step and the log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Max

from mudmai.apps.data.models import State, Submission, SubmissionStep
from mudmai.apps.registry.domain.audit import SYSTEM, record
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor
from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text

_AGAIN = Text(
    "เปิดหน้านี้ใหม่ อ่านสิ่งที่เปลี่ยนไป แล้วสั่งอีกครั้งหากยังต้องการ",
    "open the page again, read what changed, and repeat it if it is still wanted",
)


def lock(submission: Submission, *, states: Iterable[State] = (), check_revision: bool = True) -> Submission:
    """The row as it is now, held until the transaction ends.

    Raises :class:`InputError`: ``submission_state`` when it is not in one of ``states`` any more,
    ``submission_changed`` when somebody changed it after the caller read it.
    """
    rows = Submission.objects.select_for_update(of=("self",), no_key=True).select_related("organisation")
    held = rows.get(pk=submission.pk)
    wanted = tuple(states)
    if wanted and held.state not in wanted:
        raise wrong_state(held, wanted)
    if check_revision and held.revision != submission.revision:
        raise changed(held)
    return held


def wrong_state(held: Submission, wanted: Iterable[State]) -> InputError:
    """The refusal of a change that does not go with the state."""
    now = State(held.state).title
    may = [State(one).title for one in wanted]
    last = held.steps.order_by("-sequence").first()
    when = f" ({last.at:%Y-%m-%d %H:%M})" if last else ""
    return InputError(
        Text(
            f"รายการส่งนี้อยู่ในสถานะ “{now.th}” แล้ว{when} การสั่งนี้ทำได้เมื่ออยู่ในสถานะ {' หรือ '.join(f'“{t.th}”' for t in may)}",
            f"this submission is now “{now.en}”{when}; this goes with {' or '.join(f'“{t.en}”' for t in may)}",
        ),
        remedy=_AGAIN,
        code="submission_state",
        where=Where(field="state"),
    )


def changed(held: Submission) -> InputError:
    """The refusal of a change that was made from an older state of things."""
    now = State(held.state).title
    return InputError(
        Text(
            f"มีผู้เปลี่ยนรายการส่งนี้หลังจากที่เปิดหน้า ขณะนี้อยู่ในสถานะ “{now.th}” การสั่งครั้งนี้ยังไม่มีผล",
            f"somebody changed this submission after you opened it; it is now “{now.en}”, and your change was not made",
        ),
        remedy=_AGAIN,
        code="submission_changed",
        where=Where(field="revision"),
    )


def keep(
    held: Submission,
    given: Submission | None,
    *,
    actor: Actor | str,
    action: str,
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
    note: str = "",
    facts: dict[str, Any] | None = None,
) -> Submission:
    """Save the row with the next revision, its step and its row in the log; ``given`` is brought up to date as well."""
    held.revision += 1
    held.save()
    add_step(held, actor=actor, action=action, note=note, facts=facts)
    record(
        actor=actor,
        action=action,
        organisation=held.organisation,
        object_kind="submission",
        object_id=str(held.pk),
        old=old,
        new={"dataset": held.dataset, **(new or {})},
        reason=note,
    )
    if given is not None and given is not held:
        for field in Submission._meta.concrete_fields:
            setattr(given, field.attname, getattr(held, field.attname))
    return held


def add_step(
    held: Submission, *, actor: Actor | str, action: str, note: str = "", facts: dict[str, Any] | None = None
) -> SubmissionStep:
    """One more step of the history."""
    last: int = held.steps.aggregate(Max("sequence"))["sequence__max"] or 0
    return SubmissionStep.objects.create(
        submission=held,
        sequence=last + 1,
        action=action,
        state=held.state,
        by=actor if isinstance(actor, Person) else None,
        note=note.strip(),
        facts=facts or {},
    )


def as_actor(actor: Actor | str | None) -> Actor | str:
    """Who stands in the log; nobody in particular is the system."""
    return SYSTEM if actor is None else actor


def needed(text: str, field: str) -> str:
    """A reason or note that must be given."""
    said = text.strip()
    if not said:
        raise InputError(
            Text("ต้องบอกเหตุผล", "a reason is needed"),
            remedy=Text("เขียนเหตุผลให้ผู้เกี่ยวข้องอ่านเข้าใจ", "write it so that those concerned understand it"),
            code="reason_needed",
            where=Where(field=field),
        )
    if len(said) > 4000:
        raise InputError(
            Text("ข้อความยาวเกิน 4,000 ตัวอักษร", "the text has more than 4,000 characters"),
            remedy=Text("เขียนให้สั้นลง", "make it shorter"),
            code="reason_needed",
            where=Where(field=field),
        )
    return said
