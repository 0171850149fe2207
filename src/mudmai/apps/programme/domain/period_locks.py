"""Closing a period of reporting, and opening it again with a reason."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from mudmai.apps.programme.domain.ledger_rows import lock_programme
from mudmai.apps.programme.domain.refusals import needed, refused
from mudmai.apps.programme.domain.report_cycle import cycle_of
from mudmai.apps.programme.models import PeriodLock, Programme
from mudmai.apps.programme.policy import require_on
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor
from mudmai.core.period_text import period_text
from mudmai.core.periods import Period


def lock_period(*, acting_user: Actor, programme: Programme, period: Period) -> PeriodLock:
    """No report of ``period`` may be changed, submitted or approved from now on. Twice is once.

    A period that the programme does not report on, or that is not over, is refused (``report_period``).
    """
    with transaction.atomic():
        held = lock_programme(programme)
        require_on(acting_user, "project.lock", programme=held)
        cycle, told = cycle_of(held), period_text(period)
        latest = cycle.latest_ended(timezone.localdate())
        if latest is None or period.frequency is not latest.frequency:
            raise refused(
                f"แผนงานนี้ไม่มีงวดรายงาน {told.th}", f"this programme has no reports for {told.en}", "period",
                code="report_period",
            )  # fmt: skip
        if period > latest:
            raise refused(f"งวด {told.th} ยังไม่สิ้นสุด", f"{told.en} is not over yet", "period", code="report_period")
        person = acting_user if isinstance(acting_user, Person) else None
        lock, made = PeriodLock.objects.get_or_create(
            programme=held, period=period.iso, reopened_at=None, defaults={"locked_by": person}
        )
        if made:
            _told(acting_user, "period.lock", lock)
    return lock


def reopen_period(*, acting_user: Actor, programme: Programme, period: Period, reason: str) -> PeriodLock:
    """Open a locked period again; the reason is needed and kept."""
    said = needed(reason)
    with transaction.atomic():
        held = lock_programme(programme)
        require_on(acting_user, "project.lock", programme=held)
        lock = PeriodLock.objects.filter(programme=held, period=period.iso, reopened_at=None).first()
        if lock is None:
            told = period_text(period)
            raise refused(f"งวด {told.th} ไม่ได้ล็อกอยู่", f"{told.en} is not locked", "period", code="report_period")
        lock.reopened_at, lock.reason = timezone.now(), said
        lock.reopened_by = acting_user if isinstance(acting_user, Person) else None
        lock.save(update_fields=["reopened_at", "reopened_by", "reason"])
        _told(acting_user, "period.reopen", lock, said)
    return lock


def _told(actor: Actor, action: str, lock: PeriodLock, reason: str = "") -> None:
    record(
        actor=actor,
        action=action,
        organisation=lock.programme.organisation,
        object_kind="programme",
        object_id=str(lock.programme_id),
        new={"period": lock.period},
        reason=reason,
    )
    announce(action, programme=str(lock.programme_id), period=lock.period)
