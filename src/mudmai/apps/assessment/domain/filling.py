"""When a city may work on its file: as a draft while the call is open, or for some days after it was returned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone

from mudmai.apps.assessment.domain.calls import is_open
from mudmai.apps.assessment.domain.facts import criteria_of, facts_of
from mudmai.apps.assessment.domain.refusals import call_closed, refused
from mudmai.apps.assessment.domain.steps import held_by_city
from mudmai.apps.assessment.models import CityFile, FileState
from mudmai.apps.registry.policy import Actor
from mudmai.core.criteria import CriteriaSet, Criterion
from mudmai.core.criteria_words import why_not_asked
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text


def fill_until(file: CityFile) -> date:
    """The last day on which the file may be filled and sent.

    It is that of the call; of a returned file at least ``reply_days`` of the call after the day it was returned on.
    """
    ends = file.call.closes_on
    if file.submitted_at is None:
        return ends
    back = file.steps.filter(action="file.return").order_by("-sequence").values_list("at", flat=True).first()
    if back is None:
        return ends
    return max(ends, timezone.localdate(back) + timedelta(days=file.call.reply_days))


def may_fill_now(file: CityFile, today: date | None = None) -> bool:
    """Is the file one to work on today (whoever asks)?"""
    day = today or timezone.localdate()
    return file.state == FileState.DRAFT and (is_open(file.call, day) or _extended(file, day))


def _extended(file: CityFile, day: date) -> bool:
    return file.call.is_published and file.call.opens_on <= day <= fill_until(file)


def held_to_fill(
    file: CityFile,
    *,
    acting_user: Actor,
    action: str = "assess.fill",
    revision: int | None = None,
    today: date | None = None,
    also: Iterable[FileState] = (),
) -> CityFile:
    """The held row of a draft that may be filled today, or of a file in one of the states ``also``.

    Raises :class:`NotAllowed`, :class:`InputError` ``file_changed``, ``file_state``, ``call_closed``.
    """
    states = (FileState.DRAFT, *also)
    held = held_by_city(file, acting_user=acting_user, action=action, states=states, revision=revision)
    day = today or timezone.localdate()
    if held.state == FileState.DRAFT and not may_fill_now(held, day):
        raise call_closed(held.call, day, fill_until(held))
    return held


def criterion_asked(file: CityFile, criterion: str) -> tuple[CriteriaSet, Criterion]:
    """The criterion, where it is asked of this city.

    Raises :class:`UnknownNameError`, and :class:`InputError` ``not_asked`` with the reason where it does not apply to
    the city or is of a part that the city does not claim.
    """
    criteria = criteria_of(file)
    found = criteria.by_id.get(criterion)
    if found is None:
        raise UnknownNameError(Text("เกณฑ์", "criterion"), criterion, list(criteria.by_id))
    why = not_asked(file, criteria, found)
    if why is not None:
        raise refused(
            f"ไม่ต้องตอบข้อ “{found.title.th}”: {why.th}",
            f"“{found.title.en}” is not asked: {why.en}",
            "criterion",
            code="not_asked",
            remedy=Text(
                "หากข้อมูลของเมืองไม่ถูกต้อง ให้แก้ข้อมูลเมืองแล้วปรับแฟ้มตาม หรือเลือกด้านนี้ก่อน",
                "if the facts of the city are wrong, correct them and refresh the file, or claim the part first",
            ),
        )
    return criteria, found


def not_asked(file: CityFile, criteria: CriteriaSet, criterion: Criterion) -> Text | None:
    """Why the criterion is not asked of this city; None where it is."""
    return why_not_asked(criteria, criterion, facts=facts_of(file), claimed=file.claimed)


def asked_criteria(file: CityFile, criteria: CriteriaSet | None = None) -> tuple[Criterion, ...]:
    """Every criterion that the file has to answer, in the order of the set."""
    known = criteria or criteria_of(file)
    facts, claimed = facts_of(file), set(file.claimed)
    optional = {part.id for part in known.parts if part.optional}
    return tuple(
        one for one in known.criteria if (one.part not in optional or one.part in claimed) and one.fit(facts).applies
    )
