"""Where projects stand: status with its reason, what somebody has to decide first, overdue reports, curves.

All functions read; none changes anything. The number of queries does not depend on the number of projects. Submitted
and approved reports count; with ``approved_only`` only the figures of approved ones and no obstacles, which nobody has
approved: that is what the public is shown. A report that waits for approval is not called missing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

import numpy as np
from django.db.models import Exists, OuterRef, Q, QuerySet

from mudmai.apps.programme.domain.planned_curves import PlannedCurve, planned_curve
from mudmai.apps.programme.domain.report_cycle import OWING, Cycle, Owed, cycle_of, owed_reports
from mudmai.apps.programme.domain.report_urgency import Concern, concerns_of
from mudmai.apps.programme.models import (
    SENT_REPORTS,
    BudgetLine,
    Milestone,
    Obstacle,
    Project,
    Report,
    ReportState,
    Stage,
    Status,
)
from mudmai.core.language import Text
from mudmai.core.ledger import ProjectState
from mudmai.core.project_status import (
    CostRange,
    FinishRange,
    ProjectFacts,
    ProjectJudgement,
    judge_project,
)
from mudmai.methods.earned_value import FinishForecast, cost_forecast, earned_value, finish_forecast

_BUDGET_STAGES = (Stage.COMMITTED, Stage.ALLOCATED, Stage.ORDINANCE, Stage.PLANNED)
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Standing:
    """A project as it stands. ``budget`` is the money of ``budget_stage``, the furthest stage that is known.

    ``concerns``: what somebody has to decide or to ask for, with reasons, the most urgent first; empty where nothing.
    ``owed``: reports that are not there; ``waiting``: the latest report is not approved yet.
    """

    project: Project
    judgement: ProjectJudgement
    facts: ProjectFacts
    cycle: Cycle
    budget_stage: Stage | None
    curve: PlannedCurve | None
    reports: tuple[Report, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    owed: tuple[Owed, ...] = ()
    concerns: Mapping[Concern, Sequence[Text]] = field(default_factory=dict)

    @property
    def concern(self) -> Concern | None:
        """The most urgent of its concerns."""
        return next(iter(self.concerns), None)

    @property
    def urgency(self) -> int:
        """Orders the list; 0: nothing to decide."""
        return int(self.concern or 0)

    @property
    def why(self) -> tuple[Text, ...]:
        """All reasons, the most urgent first."""
        return tuple(text for texts in self.concerns.values() for text in texts)

    @property
    def latest(self) -> Report | None:
        """The latest report that counts."""
        return self.reports[-1] if self.reports else None

    @property
    def waiting(self) -> bool:
        """True when the figures shown are not approved yet."""
        return self.latest is not None and self.latest.state != ReportState.APPROVED

    @property
    def overdue(self) -> tuple[Owed, ...]:
        """Reports past their due day."""
        return tuple(one for one in self.owed if one.days > 0)


@dataclass
class _Gathered:
    """What belongs to the projects asked for, by project."""

    reports: dict[UUID, list[Report]] = field(default_factory=dict)
    sent: dict[UUID, set[str]] = field(default_factory=dict)
    money: dict[UUID, list[tuple[int, str, Decimal]]] = field(default_factory=dict)
    milestones: dict[UUID, list[Milestone]] = field(default_factory=dict)
    obstacles: dict[UUID, list[Obstacle]] = field(default_factory=dict)


def monitored(projects: QuerySet[Project]) -> QuerySet[Project]:
    """Those of ``projects`` that are monitored: under way, stopped, or reported on. Lines of a plan alone are not."""
    sent = Report.objects.filter(project=OuterRef("pk"), state__in=SENT_REPORTS)
    begun = Q(status__in=[*OWING, Status.COMPLETED, Status.CANCELLED])
    return projects.filter(begun | Exists(sent), state=ProjectState.ACTIVE.value)


def standings(
    projects: QuerySet[Project], today: date, *, approved_only: bool = False, cycle: Cycle | None = None
) -> list[Standing]:
    """Where each of ``projects`` stands on ``today``, in their order; by the rules of ``cycle`` where it is given."""
    rows = list(projects.select_related("programme__organisation", "programme__monitoring"))
    gathered = _gather(projects, approved_only)
    cycles = {row.programme_id: cycle or cycle_of(row.programme) for row in rows}
    return [_standing(row, cycles[row.programme_id], gathered, today) for row in rows]


def standing_of(project: Project, today: date, *, approved_only: bool = False) -> Standing:
    """Where one project stands."""
    return standings(Project.objects.filter(pk=project.pk), today, approved_only=approved_only)[0]


def portfolio_state(projects: QuerySet[Project], today: date, *, approved_only: bool = False) -> list[Standing]:
    """The monitored ones of ``projects``: first those that need a decision, the most urgent and largest in front."""
    found = standings(monitored(projects), today, approved_only=approved_only)
    return sorted(found, key=lambda one: (-one.urgency, -(one.facts.budget or 0), one.project.position))


def overdue_list(projects: QuerySet[Project], today: date) -> list[tuple[Standing, Owed]]:
    """Reports past their due day, the longest overdue first."""
    return overdue_of(standings(monitored(projects), today))


def overdue_of(found: Iterable[Standing]) -> list[tuple[Standing, Owed]]:
    """As :func:`overdue_list`, of standings that are known already."""
    pairs = [(one, owed) for one in found for owed in one.overdue]
    return sorted(pairs, key=lambda pair: (-pair[1].days, pair[0].project.position))


def _gather(projects: QuerySet[Project], approved_only: bool) -> _Gathered:
    inside = projects.order_by().values("pk")
    found = _Gathered()
    for report in Report.objects.filter(project__in=inside, state__in=SENT_REPORTS).order_by("until"):
        found.sent.setdefault(report.project_id, set()).add(report.period)
        if not approved_only or report.state == ReportState.APPROVED:
            found.reports.setdefault(report.project_id, []).append(report)
    lines = BudgetLine.objects.filter(project__in=inside).exclude(amount=None).order_by()
    for key, year, stage, amount in lines.values_list("project_id", "fiscal_year", "stage", "amount"):
        assert amount is not None
        found.money.setdefault(key, []).append((year, stage, amount))
    for milestone in Milestone.objects.filter(project__in=inside):
        found.milestones.setdefault(milestone.project_id, []).append(milestone)
    open_ones = Obstacle.objects.filter(project__in=inside, resolved_on=None)
    for obstacle in open_ones.none() if approved_only else open_ones:
        found.obstacles.setdefault(obstacle.project_id, []).append(obstacle)
    return found


def _standing(project: Project, cycle: Cycle, gathered: _Gathered, today: date) -> Standing:
    reports = gathered.reports.get(project.pk, [])
    money = gathered.money.get(project.pk, [])
    stage, budget, by_year = _budget(money)
    curve = planned_curve(
        project.start,
        project.end,
        milestones=gathered.milestones.get(project.pk, ()),
        budget_by_year=by_year,
        fiscal_start=cycle.fiscal_start,
    )
    latest = reports[-1] if reports else None
    until = min(latest.until, today) if latest else None
    planned = curve.at(until) if curve and until else None
    done = any(r.percent is not None and r.percent >= 100 for r in reports)
    owed = owed_reports(cycle, project, gathered.sent.get(project.pk, ()), today, done=done)
    missed = sum(1 for one in owed if one.days > 0 and (latest is None or one.period > latest.reported_period))
    obstacles = gathered.obstacles.get(project.pk, [])
    facts = ProjectFacts(
        today=today,
        start=project.start,
        end=project.end,
        reported_until=until,
        percent=latest.percent if latest else None,
        planned_percent=planned,
        budget=budget,
        disbursed=latest.disbursed if latest else None,
        cost=_cost(budget, planned, latest),
        finish=_finish(curve, reports, today),
        missed=missed,
        stopped=project.status == Status.CANCELLED,
    )
    judgement = judge_project(facts, cycle.thresholds)
    concerns = concerns_of(judgement, facts, obstacles, owed, cycle)
    return Standing(
        project, judgement, facts, cycle, stage, curve, tuple(reports), tuple(obstacles), tuple(owed), concerns
    )


def _budget(money: Sequence[tuple[int, str, Decimal]]) -> tuple[Stage | None, Decimal | None, dict[int, Decimal]]:
    """The money of the furthest stage that is known, as a whole and by fiscal year."""
    for stage in _BUDGET_STAGES:
        lines = [(year, amount) for year, at, amount in money if at == stage]
        if lines:
            by_year: dict[int, Decimal] = {}
            for year, amount in lines:
                by_year[year] = by_year.get(year, Decimal(0)) + amount
            return stage, sum(by_year.values(), Decimal(0)), by_year
    return None, None, {}


def _cost(budget: Decimal | None, planned: float | None, latest: Report | None) -> CostRange | None:
    if budget is None or latest is None or latest.percent is None or latest.disbursed is None:
        return None
    value = float(budget) * planned / 100 if planned is not None else math.nan
    found = cost_forecast(earned_value(float(budget), value, float(latest.percent), float(latest.disbursed)))
    low, central, high = (float(one) for one in (found.low, found.central, found.high))
    if not all(math.isfinite(one) for one in (low, central, high)):
        return None
    return CostRange(_baht(low), _baht(central), _baht(high))


def _finish(curve: PlannedCurve | None, reports: Sequence[Report], today: date) -> FinishRange | None:
    if curve is None:
        return None
    found = finish_forecast(
        [float(day.toordinal()) for day in curve.days],
        curve.percents,
        [float(min(r.until, today).toordinal()) for r in reports],
        [np.nan if r.percent is None else float(r.percent) for r in reports],
    )
    return _as_days(found) if found is not None else None


def _as_days(found: FinishForecast) -> FinishRange | None:
    low = _day(found.low)
    return FinishRange(low, _day(found.central), _day(found.high)) if low is not None else None


def _day(ordinal: float) -> date | None:
    """The day; None beyond any calendar."""
    return date.fromordinal(math.ceil(ordinal)) if ordinal < date(2300, 1, 1).toordinal() else None


def _baht(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(_CENT)
