"""Which reports a project owes, by when, and by which lines it is judged: the rules of its programme."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from mudmai.apps.programme.domain.disbursed_years import FISCAL_START, refresh_disbursed
from mudmai.apps.programme.domain.ledger_rows import lock_programme
from mudmai.apps.programme.domain.refusals import changed, refused
from mudmai.apps.programme.models import MonitoringRule, Programme, Project, Reporting, Status
from mudmai.apps.programme.policy import require_on
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.policy import Actor
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text
from mudmai.core.periods import Frequency, Period
from mudmai.core.project_status import Thresholds
from mudmai.core.reporting_periods import fiscal_year_of, last_day, period_of_day

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
    if rule is None:
        return with_first(Cycle(frequency, first), programme)
    lines = Thresholds.read(rule.thresholds)
    return with_first(Cycle(frequency, first, rule.due_after, rule.fiscal_start, lines), programme)


def with_first(cycle: Cycle, programme: Programme) -> Cycle:
    """The same rules with the first period of their own cycle, where none is set that in which the programme began."""
    if cycle.frequency is None or (cycle.first is not None and cycle.first.frequency is cycle.frequency):
        return cycle
    began = cycle.first.start() if cycle.first else timezone.localdate(programme.created_at)
    return replace(cycle, first=period_of_day(began, cycle.frequency))


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


def refuse_straddling(period: Period, fiscal_start: int) -> None:
    """Raise ``report_period`` for a period with days of two fiscal years: its money could not be told by year."""
    first, last = period.start(), last_day(period)
    if fiscal_year_of(first, fiscal_start) == fiscal_year_of(last, fiscal_start):
        return
    raise refused(
        f"งวด {first:%d/%m/%Y}-{last:%d/%m/%Y} คร่อมปีงบประมาณสองปี จึงบอกเงินของแต่ละปีไม่ได้",
        f"the period {first} to {last} lies in two fiscal years: its money cannot be told by year",
        "fiscal_start",
        code="report_period",
        remedy=Text(
            "ใช้รอบรายเดือน หรือให้ปีงบประมาณเริ่มเดือนมกราคม เมษายน กรกฎาคม หรือตุลาคม",
            "report by month, or begin the fiscal year in January, April, July or October",
        ),
    )


def check_cycle(
    reporting: str, first_period: Period | None, due_after: int, fiscal_start: int, thresholds: Mapping[str, Any]
) -> Cycle:
    """The rules that these settings make; what does not fit is refused by its field."""
    if reporting not in Reporting.values:
        raise UnknownNameError(Text("รอบรายงาน", "cycle of reporting"), reporting, Reporting.values)
    if not 0 <= due_after <= 365:
        raise refused("จำนวนวันต้องอยู่ระหว่าง 0 ถึง 365", "a number of days is 0 to 365", "due_after")
    if not 1 <= fiscal_start <= 12:
        raise refused("เดือนต้องอยู่ระหว่าง 1 ถึง 12", "a month is 1 to 12", "fiscal_start")
    lines = Thresholds.read(thresholds)
    frequency = FREQUENCIES.get(reporting)
    if first_period is not None and first_period.frequency is not frequency:
        raise refused(
            "งวดแรกไม่ตรงกับรอบรายงานของแผนงาน", "the first period is none of the programme's cycle", "first_period",
            code="report_period",
        )  # fmt: skip
    if frequency is Frequency.QUARTERLY:
        refuse_straddling(period_of_day(date(2024, fiscal_start, 1), frequency), fiscal_start)
    return Cycle(frequency, first_period, due_after, fiscal_start, lines)


def set_monitoring(
    *,
    acting_user: Actor,
    programme: Programme,
    reporting: str | None = None,
    first_period: Period | None = None,
    due_after: int = 15,
    fiscal_start: int = 10,
    thresholds: dict[str, Any] | None = None,
    revision: int | None = None,
) -> MonitoringRule:
    """Set the cycle (None: as it is), from when reports are owed, how long after a period, the month in which a fiscal
    year begins, and the lines of the status.

    ``revision`` is the programme's as it was read; an older one is refused (``project_changed``). What reports say was
    paid by fiscal year is counted anew when the month changes. Raises :class:`NotAllowed` or :class:`InputError`.
    """
    with transaction.atomic():
        held = lock_programme(programme)
        require_on(acting_user, "project.lock", programme=held)
        if revision is not None and held.revision != revision:
            raise changed(held.title_th)
        asked = held.reporting if reporting is None else reporting
        lines = check_cycle(asked, first_period, due_after, fiscal_start, thresholds or {}).thresholds
        facts: dict[str, Any] = {
            "first_period": first_period.iso if first_period else "",
            "due_after": due_after,
            "fiscal_start": fiscal_start,
            "thresholds": lines.as_dict(),
        }
        before = MonitoringRule.objects.filter(programme=held).values(*facts).first()
        rule, _ = MonitoringRule.objects.update_or_create(programme=held, defaults=facts)
        record(
            actor=acting_user,
            action="programme.monitoring",
            organisation=held.organisation,
            object_kind="programme",
            object_id=str(held.pk),
            old={**(before or {}), "reporting": held.reporting},
            new={**facts, "reporting": asked},
        )
        held.reporting = asked
        held.revision += 1
        held.save(update_fields=["reporting", "revision"])
        if (before or {}).get("fiscal_start", FISCAL_START) != fiscal_start:
            refresh_disbursed(list(held.projects.order_by().values_list("pk", flat=True)))
        announce("programme.monitoring", programme=str(held.pk))
    return rule
