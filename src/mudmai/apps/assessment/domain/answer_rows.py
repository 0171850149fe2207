"""Rows of answers: read for a file, checked against a scale, kept; what a second writer is told."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from mudmai.apps.assessment.domain.refusals import changed
from mudmai.apps.assessment.domain.steps import told_by
from mudmai.apps.assessment.models import Answer, CityFile
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor
from mudmai.core.criteria import Criterion
from mudmai.core.days import write_day
from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text


def answers_of(file: CityFile) -> dict[str, Answer]:
    """Every row of the file by criterion, with who answered and who is asked to."""
    rows = file.answers.select_related("changed_by__details", "assigned_to__details")
    return {one.criterion: one for one in rows}


def values_of(file: CityFile) -> dict[str, int | None]:
    """The answers alone, as :func:`mudmai.core.criteria.assess` takes them."""
    return dict(file.answers.values_list("criterion", "value"))


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


def held_row(file: CityFile, criterion: str) -> Answer:
    """The row, which its file's lock holds; a new one has the revision 0."""
    rows = file.answers.select_related("changed_by__details", "assigned_to")
    return rows.filter(criterion=criterion).first() or Answer(file=file, criterion=criterion, revision=0)
