"""The planned course of a project: how much of the work should be done by when, and on what that rests.

In this order: milestones with weights that add up to 1; the money of each fiscal year, between start and end; else the
straight line from start to end. Without both start and end there is no plan in time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from mudmai.apps.programme.models import Milestone
from mudmai.core.language import Text
from mudmai.core.reporting_periods import fiscal_year_of

BASES = {
    "milestones": Text("ตามน้ำหนักของหมุดหมาย", "by the weights of the milestones"),
    "budget": Text("ตามงบประมาณรายปี", "by the budget of each year"),
    "linear": Text("เส้นตรงจากวันเริ่มถึงวันสิ้นสุด", "a straight line from start to end"),
}
"""What a planned curve rests on."""

_CLOSE = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class PlannedCurve:
    """Days and the percent of the work (0-100) planned by each; straight between them."""

    basis: str
    days: tuple[date, ...]
    percents: tuple[float, ...]

    def at(self, day: date) -> float:
        """The percent planned by the end of ``day``."""
        at = day.toordinal()
        points = list(zip((one.toordinal() for one in self.days), self.percents, strict=True))
        if at <= points[0][0]:
            return points[0][1]
        for (t0, p0), (t1, p1) in pairwise(points):
            if at <= t1:
                return p0 + (p1 - p0) * (at - t0) / (t1 - t0)
        return points[-1][1]


def planned_curve(
    start: date | None,
    end: date | None,
    *,
    milestones: Iterable[Milestone] = (),
    budget_by_year: Mapping[int, Decimal] | None = None,
    fiscal_start: int = 10,
) -> PlannedCurve | None:
    """The curve; None without a start and a later end."""
    if start is None or end is None or end <= start:
        return None
    by_milestone = _by_milestones(start, milestones)
    if by_milestone is not None:
        return by_milestone
    return _by_budget(start, end, budget_by_year or {}, fiscal_start) or PlannedCurve(
        "linear", (start, end), (0.0, 100.0)
    )


def _by_milestones(start: date, milestones: Iterable[Milestone]) -> PlannedCurve | None:
    due: dict[date, Decimal] = {}
    for one in milestones:
        if one.weight is None or one.due_on is None:
            continue
        due[one.due_on] = due.get(one.due_on, Decimal(0)) + one.weight
    if not due or min(due) <= start or abs(sum(due.values()) - 1) > _CLOSE:
        return None
    days, percents, reached = [start], [0.0], Decimal(0)
    for day in sorted(due):
        reached += due[day]
        days.append(day)
        percents.append(min(100.0, float(reached * 100)))
    percents[-1] = 100.0
    return PlannedCurve("milestones", tuple(days), tuple(percents))


def _by_budget(start: date, end: date, money: Mapping[int, Decimal], fiscal_start: int) -> PlannedCurve | None:
    """Each year's money over its days between start and end; None unless two such years or more have money."""
    first, last = fiscal_year_of(start, fiscal_start), fiscal_year_of(end, fiscal_start)
    years = range(first, last + 1)
    total = sum((money.get(year, Decimal(0)) for year in years), Decimal(0))
    if total <= 0 or sum(1 for year in years if money.get(year)) < 2 or total != sum(money.values()):
        return None
    days, percents, reached = [start], [0.0], Decimal(0)
    for year in years:
        reached += money.get(year, Decimal(0))
        closes = date(year if fiscal_start > 1 else year + 1, fiscal_start, 1)
        day = min(closes, end)
        if day > days[-1]:
            days.append(day)
            percents.append(float(reached * 100 / total))
    percents[-1] = 100.0
    return PlannedCurve("budget", tuple(days), tuple(percents))
