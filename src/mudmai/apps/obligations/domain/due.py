"""When a period is due: whole days, no holidays but weekends where they are to be skipped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from mudmai.apps.obligations.models import DueUnit, Obligation

if TYPE_CHECKING:
    from mudmai.core.periods import Period

_SATURDAY = 5


def period_end(period: Period, fiscal_start: int = 10) -> date:
    """The last day of the period."""
    return period.shift(1).start(fiscal_start) - timedelta(days=1)


def due_date(obligation: Obligation, period: Period) -> date:
    """The day by which the period is to be sent.

    Months are counted from the end of the month: two months after 31 December is the last day of February.
    """
    end = period_end(period, obligation.fiscal_start)
    if obligation.due_unit == DueUnit.DAY:
        day = end + timedelta(days=obligation.due_after)
    else:
        months = end.year * 12 + end.month + obligation.due_after
        day = date(months // 12, months % 12 + 1, 1) - timedelta(days=1)
    if obligation.skip_weekends and day.weekday() >= _SATURDAY:
        day += timedelta(days=7 - day.weekday())
    return day


def owed_periods(obligation: Obligation, until: date) -> Iterator[Period]:
    """The periods owed, oldest first, of which the due day is not after ``until``."""
    period, last = obligation.first_period, obligation.last_period
    while last is None or period <= last:
        if due_date(obligation, period) > until:
            return
        yield period
        period = period.shift(1)
