"""Setting, ending and waiving obligations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from mudmai.apps.data.site import dataset_named
from mudmai.apps.obligations.models import DueUnit, Obligation, Waiver
from mudmai.apps.registry.areas import EVERYWHERE, AreaRef
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.models import Organisation, Role
from mudmai.apps.registry.policy import Actor, require
from mudmai.core.errors import InputError, UnknownNameError, Where
from mudmai.core.language import Text
from mudmai.core.periods import Frequency, Period

_MOST_MONTHS, _MOST_DAYS, _MOST_PERIODS = 60, 1000, 1200


def obligation_named(key: UUID) -> Obligation:
    """The obligation with this id."""
    found = Obligation.objects.select_related("organisation").filter(pk=key).first()
    if found is None:
        raise UnknownNameError(Text("กำหนดส่ง", "obligation"), str(key))
    return found


def set_obligation(
    *,
    acting_user: Actor,
    dataset: str,
    organisation: Organisation,
    frequency: Frequency,
    first: Period,
    due_after: int,
    due_unit: str = DueUnit.DAY,
    area: AreaRef = EVERYWHERE,
    last: Period | None = None,
    grace: int = 0,
    remind_before: int = 14,
    skip_weekends: bool = False,
    fiscal_start: int = 10,
    contact_role: str = Role.CONTRIBUTOR,
) -> Obligation:
    """Say what ``organisation`` owes; the open obligation for the same dataset, area and frequency is changed.

    Raises :class:`NotAllowed`, or :class:`InputError` (code ``obligation``) for periods or numbers that do not fit.
    """
    dataset_named(dataset)
    _check(frequency, first, last, due_after, due_unit, grace, remind_before, fiscal_start, contact_role)
    facts: dict[str, Any] = {
        "first": first.iso,
        "last": last.iso if last else "",
        "due_after": due_after,
        "due_unit": str(due_unit),
        "grace": grace,
        "remind_before": remind_before,
        "skip_weekends": skip_weekends,
        "fiscal_start": fiscal_start,
        "contact_role": str(contact_role),
    }
    with transaction.atomic():
        require(acting_user, "calendar.edit", organisation=organisation)
        key = {
            "dataset": dataset,
            "organisation": organisation,
            "area_system": area.system,
            "area_code": area.code,
            "frequency": frequency.value,
            "ended_at": None,
        }
        held = Obligation.objects.select_for_update(of=("self",), no_key=True).filter(**key).first()
        old = {name: getattr(held, name) for name in facts} if held else None
        if held is not None and old == facts:
            return held
        if held is None:
            held = Obligation(**key)
        for name, value in facts.items():
            setattr(held, name, value)
        held.save()
        new = {**facts, "dataset": dataset, "frequency": frequency.value, **area.as_dict()}
        _record(acting_user, "obligation.set", held, old=old, new=new)
    return held


def end_obligation(*, acting_user: Actor, obligation: Obligation, reason: str = "") -> Obligation:
    """Nothing is owed any more; what was keeps its place in the history. Twice is once."""
    with transaction.atomic():
        held = _locked(obligation)
        require(acting_user, "calendar.edit", organisation=held.organisation)
        if held.ended_at is None:
            held.ended_at = timezone.now()
            held.save(update_fields=["ended_at"])
            _record(acting_user, "obligation.end", held, new={"dataset": held.dataset}, reason=reason)
    return held


def waive(*, acting_user: Actor, obligation: Obligation, period: Period, reason: str) -> Waiver:
    """One owed period need not be sent. A reason is needed; it is public."""
    if not reason.strip():
        raise _refused("ต้องบอกเหตุผลที่ยกเว้น", "a waiver needs a reason", "reason")
    with transaction.atomic():
        held = _locked(obligation)
        require(acting_user, "calendar.edit", organisation=held.organisation)
        last = held.last_period
        owed = period.frequency == held.first_period.frequency and held.first_period <= period
        if not owed or (last is not None and period > last):
            raise _refused(f"ไม่มีกำหนดส่งของงวด {period.iso}", f"the period {period.iso} is not owed", "period")
        made, new = Waiver.objects.get_or_create(
            obligation=held, period=period.iso, defaults={"reason": reason.strip()}
        )
        if new:
            facts = {"dataset": held.dataset, "period": period.iso}
            _record(acting_user, "obligation.waive", held, new=facts, reason=reason)
    return made


def _locked(obligation: Obligation) -> Obligation:
    rows = Obligation.objects.select_for_update(of=("self",), no_key=True).select_related("organisation")
    return rows.get(pk=obligation.pk)


def _record(actor: Actor, action: str, held: Obligation, **facts: Any) -> None:
    record(
        actor=actor,
        action=action,
        organisation=held.organisation,
        object_kind="obligation",
        object_id=str(held.pk),
        **facts,
    )
    announce(action, obligation=str(held.pk), dataset=held.dataset)


def _check(
    frequency: Frequency,
    first: Period,
    last: Period | None,
    due_after: int,
    due_unit: str,
    grace: int,
    remind_before: int,
    fiscal_start: int,
    contact_role: str,
) -> None:
    if first.frequency != frequency or (last is not None and last.frequency != frequency):
        raise _refused("งวดแรกหรืองวดสุดท้ายไม่ตรงกับความถี่", "first and last must be periods of the frequency", "first")
    if last is not None and last < first:
        raise _refused("งวดสุดท้ายอยู่ก่อนงวดแรก", "the last period is before the first", "last")
    if last is None and not 1900 <= first.year_ce <= 2200:
        raise _refused("ปีของงวดแรกไม่น่าเป็นไปได้", "the year of the first period is out of range", "first")
    if last is not None and last.ordinal - first.ordinal > _MOST_PERIODS:
        raise _refused("จำนวนงวดมากเกินไป", "there are too many periods", "last")
    limit = _MOST_DAYS if due_unit == DueUnit.DAY else _MOST_MONTHS
    if due_unit not in DueUnit.values or not 0 <= due_after <= limit:
        raise _refused("ระยะเวลาส่งไม่ถูกต้อง", f"the due rule is 0 to {limit} days or months after the end", "due_after")
    if not (0 <= grace <= 365 and 0 <= remind_before <= 365 and 1 <= fiscal_start <= 12):
        raise _refused("จำนวนวันหรือเดือนอยู่นอกช่วง", "a number of days or a month is out of range", "grace")
    if contact_role not in Role.values:
        raise UnknownNameError(Text("บทบาท", "role"), contact_role, Role.values)


def _refused(th: str, en: str, field: str) -> InputError:
    return InputError(
        Text(th, en),
        remedy=Text("แก้ช่องที่ระบุแล้วบันทึกอีกครั้ง", "correct the field and save again"),
        code="obligation",
        where=Where(field=field),
    )
