"""What the community itself values: beside the score, never in it."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from django.db import transaction

from mudmai.apps.assessment.domain.filling import held_to_fill
from mudmai.apps.assessment.domain.refusals import changed, checked_text, refused
from mudmai.apps.assessment.domain.steps import note_step
from mudmai.apps.assessment.models import CityFile, LocalCriterion
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text

MOST = 50
_LONG = 8000


def local_mark(local: LocalCriterion) -> str:
    """What a change must be made from: another mark means that somebody was faster."""
    said = "\0".join((local.title, local.why, local.standing))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def add_local(
    *,
    acting_user: Actor,
    file: CityFile,
    title: str,
    why: str = "",
    standing: str = "",
    today: date | None = None,
) -> LocalCriterion:
    """A criterion of the community's own: what it is, why it matters, where the city stands."""
    values = _checked(title, why, standing)
    with transaction.atomic():
        held = held_to_fill(file, acting_user=acting_user, today=today)
        if held.local_criteria.count() >= MOST:
            raise refused(f"เกณฑ์ท้องถิ่นมีได้ไม่เกิน {MOST} ข้อ", f"{MOST} local criteria at most", "title")
        by = acting_user if isinstance(acting_user, Person) else None
        made = LocalCriterion.objects.create(file=held, added_by=by, **values)
        _note(held, acting_user, "add", made, None)
    return made


def change_local(
    *,
    acting_user: Actor,
    local: LocalCriterion,
    mark: str,
    title: str,
    why: str = "",
    standing: str = "",
    today: date | None = None,
) -> LocalCriterion:
    """Change it, from the state that ``mark`` (:func:`local_mark`) names."""
    values = _checked(title, why, standing)
    with transaction.atomic():
        held = held_to_fill(local.file, acting_user=acting_user, today=today)
        row = _row(held, local, mark)
        before = _told(row)
        if before == values:
            return row
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        _note(held, acting_user, "change", row, before)
    return row


def remove_local(*, acting_user: Actor, local: LocalCriterion, mark: str, today: date | None = None) -> None:
    """Take it out; the step keeps what it said."""
    with transaction.atomic():
        held = held_to_fill(local.file, acting_user=acting_user, today=today)
        row = _row(held, local, mark)
        before = _told(row)
        _note(held, acting_user, "remove", row, before)
        row.delete()


def _row(file: CityFile, local: LocalCriterion, mark: str) -> LocalCriterion:
    row = file.local_criteria.filter(pk=local.pk).first()
    if row is None:
        raise UnknownNameError(Text("เกณฑ์ท้องถิ่น", "local criterion"), str(local.pk))
    if local_mark(row) != mark:
        raise changed(Text(f"เกณฑ์ท้องถิ่น “{row.title}”", f"the local criterion “{row.title}”"))
    return row


def _checked(title: str, why: str, standing: str) -> dict[str, str]:
    words = Text("ข้อความ", "the text")
    return {
        "title": checked_text(title, "title", most=300, what=Text("ชื่อเกณฑ์ท้องถิ่น", "the title")),
        "why": checked_text(why, "why", most=_LONG, what=words, needs=False),
        "standing": checked_text(standing, "standing", most=_LONG, what=words, needs=False),
    }


def _told(row: LocalCriterion) -> dict[str, str]:
    return {"title": row.title, "why": row.why, "standing": row.standing}


def _note(file: CityFile, acting_user: Actor, did: str, row: LocalCriterion, before: dict[str, Any] | None) -> None:
    told = {"did": did, "local": str(row.pk)}
    here = {"now": None if did == "remove" else _told(row), "before": before}
    note_step(file, "file.local", acting_user, facts=told, only_here=here)
