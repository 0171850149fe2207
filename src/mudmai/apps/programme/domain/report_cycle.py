"""Which reports a project owes, by when, and by which lines it is judged: the rules of its programme."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from mudmai.apps.programme.domain.ledger_rows import lock_programme
from mudmai.apps.programme.domain.refusals import refused
from mudmai.apps.programme.models import MonitoringRule, Programme, Project, Reporting, Status
from mudmai.apps.programme.policy import require_on
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.policy import Actor
from mudmai.core.periods import Frequency, Period
from mudmai.core.project_status import Thresholds
from mudmai.core.reporting_periods import last_day, period_of_day

FREQUENCIES = {Reporting.MONTH.value: Frequency.MONTHLY, Reporting.QUARTER.value: Frequency.QUARTERLY}

OWING = (Status.PREPARATION, Status.IMPLEMENTATION, Status.COMPLETION)
"""Projects that owe reports: a line that only stands in the plan owes none."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """The rules of one programme. ``frequency`` None: no reports are owed."""

    frequency: Frequency | None
    first: Period | None
    due_after: int = 15
    fiscal_start: int = 10
    thresholds: Thresholds = field(default_factory=Thresholds)

    def due_on(self, period: Period) -> date:
        """The last day on which the report of the period is in time."""
        return last_day(period) + timedelta(days=self.due_after)

    def latest_ended(self, today: date) -> Period | None:
        """The latest period that is over."""
        return period_of_day(today, self.frequency).shift(-1) if self.frequency else None


@dataclass(frozen=True, slots=True)
class Owed:
    """A report that is not there. ``days`` after the due day; 0 or less: not yet overdue."""

    period: Period
    due_on: date
    days: int


def cycle_of(programme: Programme) -> Cycle:
    """The rules of the programme, defaults where it has none of its own."""
    frequency = FREQUENCIES.get(programme.reporting)
    rule: MonitoringRule | None = getattr(programme, "monitoring", None)
    first = Period.from_iso(rule.first_period) if rule and rule.first_period else None
    if frequency is not None and (first is None or first.frequency is not frequency):
        began = first.start() if first else timezone.localdate(programme.created_at)
        first = period_of_day(began, frequency)
    if rule is None:
        return Cycle(frequency, first)
    return Cycle(frequency, first, rule.due_after, rule.fiscal_start, Thresholds.read(rule.thresholds))


def owed_reports(cycle: Cycle, project: Project, sent: Collection[str], today: date, *, done: bool) -> list[Owed]:
    """Reports of ended periods that were not sent, oldest first; ``done``: all work was reported done."""
    latest = cycle.latest_ended(today)
    if done or cycle.first is None or latest is None or project.status not in OWING or not project.counts:
        return []
    assert cycle.frequency is not None
    period = cycle.first
    if project.start is not None:
        period = max(period, period_of_day(project.start, cycle.frequency))
    found: list[Owed] = []
    while period <= latest:
        if period.iso not in sent:
            due = cycle.due_on(period)
            found.append(Owed(period, due, (today - due).days))
        period = period.shift(1)
    return found


def set_monitoring(
    *,
    acting_user: Actor,
    programme: Programme,
    first_period: Period | None = None,
    due_after: int = 15,
    fiscal_start: int = 10,
    thresholds: dict[str, Any] | None = None,
) -> MonitoringRule:
    """Set from when reports are owed, how long after a period, and the lines of the status."""
    lines = Thresholds.read(thresholds or {})
    if not 0 <= due_after <= 365 or not 1 <= fiscal_start <= 12:
        raise refused("จำนวนวันหรือเดือนอยู่นอกช่วง", "a number of days or a month is out of range", "due_after")
    with transaction.atomic():
        held = lock_programme(programme)
        require_on(acting_user, "project.lock", programme=held)
        if first_period is not None and first_period.frequency is not FREQUENCIES.get(held.reporting):
            raise refused(
                "งวดแรกไม่ตรงกับรอบรายงานของแผนงาน", "the first period is none of the programme's cycle", "first_period",
                code="report_period",
            )  # fmt: skip
        facts: dict[str, Any] = {
            "first_period": first_period.iso if first_period else "",
            "due_after": due_after,
            "fiscal_start": fiscal_start,
            "thresholds": lines.as_dict(),
        }
        old = MonitoringRule.objects.filter(programme=held).values(*facts).first()
        rule, _ = MonitoringRule.objects.update_or_create(programme=held, defaults=facts)
        record(
            actor=acting_user,
            action="programme.monitoring",
            organisation=held.organisation,
            object_kind="programme",
            object_id=str(held.pk),
            old=old,
            new=facts,
        )
        announce("programme.monitoring", programme=str(held.pk))
    return rule
