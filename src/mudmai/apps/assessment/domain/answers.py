"""Answers of the self-assessment: several people, one criterion each at a time, nobody overwrites another unseen."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from mudmai.apps.assessment.domain.filling import criterion_asked, held_to_fill
from mudmai.apps.assessment.domain.refusals import changed, checked_text, refused
from mudmai.apps.assessment.domain.steps import note_step, told_by
from mudmai.apps.assessment.models import Answer, CityFile
from mudmai.apps.assessment.policy import decide_city_side
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor
from mudmai.core.criteria import Criterion
from mudmai.core.days import write_day
from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text

LONGEST = 20_000


def answers_of(file: CityFile) -> dict[str, Answer]:
    """Every row of the file by criterion, with who answered and who is asked to."""
    rows = file.answers.select_related("changed_by__details", "assigned_to__details")
    return {one.criterion: one for one in rows}


def values_of(file: CityFile) -> dict[str, int | None]:
    """The answers alone, as :func:`mudmai.core.criteria.assess` takes them."""
    return dict(file.answers.values_list("criterion", "value"))


def save_answer(
    *,
    acting_user: Actor,
    file: CityFile,
    criterion: str,
    value: int | None,
    text: str = "",
    revision: int = 0,
    today: date | None = None,
) -> Answer:
    """Answer a criterion; ``value`` is a step of its scale, None takes the answer back. ``revision``: the one read, 0
    where there was none. The same answer again changes nothing.

    Raises :class:`NotAllowed`, :class:`UnknownNameError`, :class:`InputError`: ``answer_changed`` (with what was
    changed, by whom), ``answer_scale``, ``not_asked``, ``file_state``, ``call_closed``.
    """
    with transaction.atomic():
        held = held_to_fill(file, acting_user=acting_user, today=today)
        _, asked = criterion_asked(held, criterion)
        check_value(asked, value)
        said = checked_text(text, "text", most=LONGEST, what=Text("คำอธิบาย", "the explanation"), needs=False)
        row = _held_row(held, criterion)
        if (row.value, row.text) == (value, said):
            return row
        if row.revision != revision:
            raise answer_changed(asked, row)
        old = {"value": row.value, "text": row.text}
        keep_answer(row, value, said, acting_user)
        note_step(
            held,
            "file.answer",
            acting_user,
            facts={"criterion": criterion, "value": value},
            old={"criterion": criterion, "value": old["value"]},
            only_here={"text": said, "before": old},
        )
    return row


def assign_answer(
    *, acting_user: Actor, file: CityFile, criterion: str, person: Person | None, today: date | None = None
) -> Answer:
    """Ask a colleague to answer a criterion (None: nobody in particular). Others may still answer it.

    Raises as :func:`save_answer`, and ``assignee`` for somebody who may not answer.
    """
    with transaction.atomic():
        held = held_to_fill(file, acting_user=acting_user, today=today)
        criterion_asked(held, criterion)
        if person is not None:
            decision = decide_city_side(person, "assess.fill", held)
            if not decision:
                raise refused(
                    f"มอบหมายไม่ได้: {decision.reason.th}",
                    f"cannot be asked to answer: {decision.reason.en}",
                    "person",
                    code="assignee",
                    remedy=Text("เลือกผู้มีสิทธิ์ตอบของเมืองนี้", "choose somebody who may answer for this city"),
                )
        row = _held_row(held, criterion)
        before = row.assigned_to
        if row.assigned_to == person and not row._state.adding:
            return row
        row.assigned_to = person
        if row._state.adding:
            row.save(force_insert=True)
        else:
            row.save(update_fields=["assigned_to"])  # when it was answered, and by whom, stays
        note_step(
            held,
            "file.assign",
            acting_user,
            facts={"criterion": criterion, "to": person.pseudonym if person else None},
            old={"criterion": criterion, "to": before.pseudonym if before else None},
        )
    return row


def check_value(criterion: Criterion, value: Any) -> None:
    """Raise ``answer_scale`` for what is no step of the criterion's scale; None is no answer and fits."""
    steps = {step.value: step.title for step in criterion.scale}
    if value is None or (type(value) is int and value in steps):
        return
    th = ", ".join(f"{one} ({title.th})" for one, title in steps.items())
    en = ", ".join(f"{one} ({title.en})" for one, title in steps.items())
    raise InputError(
        Text(
            f"คำตอบ {value} ไม่อยู่ในระดับของข้อ “{criterion.title.th}”",
            f"{value} is no step of the scale of “{criterion.title.en}”",
        ),
        remedy=Text(f"เลือกหนึ่งใน {th}", f"choose one of {en}"),
        code="answer_scale",
        where=Where(field=f"answer.{criterion.id}"),
    )


def answer_changed(criterion: Criterion, row: Answer) -> InputError:
    """The refusal to the second of two writers: what is there now, from whom, since when."""
    who, titles = told_by(row.changed_by), {step.value: step.title for step in criterion.scale}
    now = Text("ยังไม่ตอบ", "not answered") if row.value is None else titles.get(row.value, Text("–", "–"))
    at = timezone.localtime(row.changed_at)
    day = write_day(at.date())
    return changed(
        Text(f"คำตอบข้อ “{criterion.title.th}”", f"the answer to “{criterion.title.en}”"),
        code="answer_changed",
        told=Text(
            f"ขณะนี้คำตอบคือ “{now.th}” โดย {who.th} เมื่อ {day.th} {at:%H:%M} น.",
            f"It is now “{now.en}”, by {who.en}, {day.en} {at:%H:%M}.",
        ),
    )


def keep_answer(row: Answer, value: int | None, text: str, acting_user: Actor) -> None:
    """Save a (held) row with its next revision and who answered."""
    made = row._state.adding
    row.value, row.text = value, text
    row.changed_by = acting_user if isinstance(acting_user, Person) else None
    row.revision += 1
    row.save(force_insert=made)


def _held_row(file: CityFile, criterion: str) -> Answer:
    """The row, which its file's lock holds; a new one has the revision 0."""
    rows = file.answers.select_related("changed_by__details", "assigned_to")
    return rows.filter(criterion=criterion).first() or Answer(file=file, criterion=criterion, revision=0)
