"""Answers of the self-assessment: several people, one criterion each at a time, nobody overwrites another unseen."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from mudmai.apps.assessment.domain.answer_books import (
    BookChange,
    BookPreview,
    export_answer_book,
    load_answer_book,
    preview_answer_book,
    read_book_of,
)
from mudmai.apps.assessment.domain.answer_rows import (
    answer_changed,
    answers_of,
    check_value,
    held_row,
    keep_answer,
    values_of,
)
from mudmai.apps.assessment.domain.filling import criterion_asked, held_to_fill
from mudmai.apps.assessment.domain.refusals import checked_text, refused
from mudmai.apps.assessment.domain.steps import note_step
from mudmai.apps.assessment.models import Answer, CityFile
from mudmai.apps.assessment.policy import decide_city_side
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor
from mudmai.core.language import Text

__all__ = [
    "BookChange",
    "BookPreview",
    "answers_of",
    "assign_answer",
    "check_value",
    "export_answer_book",
    "load_answer_book",
    "preview_answer_book",
    "read_book_of",
    "save_answer",
    "values_of",
]

LONGEST = 20_000


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
        row = held_row(held, criterion)
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
        row = held_row(held, criterion)
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
