"""The status of a project by rule, with its reason in figures.

:func:`judge_project` is pure: it is handed what is known of a project and the thresholds of its programme, and gives
the first status of this table whose condition holds.

===============  =============================================================================================
status           condition
===============  =============================================================================================
``stopped``      it was stopped or cancelled
``over_cost``    more was disbursed than budgeted
``completed``    all work is reported done
``not_started``  its start lies ahead and no work is reported
``not_judged``   start or end is unknown; no report yet; no report for :attr:`Thresholds.silent_periods` periods
                 or more; or the latest report has no physical percent
``late``         its end has passed; or it is behind its plan by :attr:`Thresholds.late_points` or more; or even the
                 most favourable forecast ends :attr:`Thresholds.late_days` days or more after its end
``over_cost``    even the lowest forecast of the final cost is over the budget by :attr:`Thresholds.cost_percent`
``at_risk``      behind by :attr:`Thresholds.risk_points`; or the usual forecast ends :attr:`Thresholds.risk_days` days
                 after its end; or paid ahead of the work by :attr:`Thresholds.paid_ahead_points`
``on_schedule``  none of these
===============  =============================================================================================

What is missing leads to no guess: a condition whose figures are missing does not hold, and where the work itself is
unknown nothing is judged. Payment lags work, so money that is not yet paid out is no saving and no sign of lateness.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from mudmai.core.days import write_day
from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text, so_many, write_number


class ProjectStatus(StrEnum):
    """Where a project stands."""

    NOT_STARTED = "not_started"
    ON_SCHEDULE = "on_schedule"
    AT_RISK = "at_risk"
    LATE = "late"
    OVER_COST = "over_cost"
    STOPPED = "stopped"
    COMPLETED = "completed"
    NOT_JUDGED = "not_judged"

    @property
    def label(self) -> Text:
        """The status in words."""
        return _LABELS[self]

    @property
    def urgency(self) -> int:
        """The larger, the sooner somebody has to decide; 0: nothing to decide."""
        return _URGENCY.get(self, 0)


_LABELS = {
    ProjectStatus.NOT_STARTED: Text("ยังไม่ถึงกำหนดเริ่ม", "not started yet"),
    ProjectStatus.ON_SCHEDULE: Text("เป็นไปตามแผน", "on schedule"),
    ProjectStatus.AT_RISK: Text("เสี่ยงล่าช้า", "at risk"),
    ProjectStatus.LATE: Text("ล่าช้า", "late"),
    ProjectStatus.OVER_COST: Text("เกินงบ", "over cost"),
    ProjectStatus.STOPPED: Text("หยุดหรือยกเลิก", "stopped"),
    ProjectStatus.COMPLETED: Text("แล้วเสร็จ", "completed"),
    ProjectStatus.NOT_JUDGED: Text("ยังตัดสินไม่ได้", "not judged"),
}
_URGENCY = {ProjectStatus.OVER_COST: 3, ProjectStatus.LATE: 2}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where the rules draw their lines; a programme may set its own, and pages show those that hold.

    Points are percentage points of the work, days are calendar days, ``cost_percent`` is percent of the budget: more
    than an advance payment, since money paid in advance is no overrun.
    """

    risk_points: float = 10
    late_points: float = 20
    risk_days: int = 30
    late_days: int = 90
    cost_percent: float = 20
    paid_ahead_points: float = 15
    silent_periods: int = 2

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Thresholds:
        """From names and numbers; what is not named keeps its default. :class:`InputError` names the field."""
        known = {f.name: f for f in fields(cls)}
        values: dict[str, Any] = {}
        for name, value in given.items():
            if name not in known:
                raise _refused(name, Text(f"ไม่รู้จักเกณฑ์ “{name}”", f"unknown threshold “{name}”"))
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1000:
                found = Text(f"เกณฑ์ต้องเป็นเลขมากกว่า 0 ไม่เกิน 1000: {value}", f"not a number from 0 to 1000: {value}")
                raise _refused(name, found)
            values[name] = value
        made = cls(**values)
        if made.risk_points > made.late_points or made.risk_days > made.late_days:
            text = Text("เกณฑ์เสี่ยงล่าช้าต้องไม่มากกว่าเกณฑ์ล่าช้า", "the line of at risk lies beyond the line of late")
            raise _refused("risk_points" if made.risk_points > made.late_points else "risk_days", text)
        return made

    def as_dict(self) -> dict[str, float]:
        """Names and numbers, readable by :meth:`read`."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


@dataclass(frozen=True, slots=True)
class FinishRange:
    """When the work is forecast to end; ``high`` None: at the latest pace, never."""

    low: date
    central: date | None
    high: date | None


@dataclass(frozen=True, slots=True)
class CostRange:
    """The forecast of the final cost, in baht."""

    low: Decimal
    central: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """What is known of a project on ``today``. None: unknown.

    ``reported_until`` is the last day that a report covers, ``percent`` the work done by then (0-100),
    ``planned_percent`` the work planned to be done by then. ``missed`` counts the reports that are overdue.
    """

    today: date
    start: date | None = None
    end: date | None = None
    reported_until: date | None = None
    percent: Decimal | None = None
    planned_percent: float | None = None
    budget: Decimal | None = None
    disbursed: Decimal | None = None
    cost: CostRange | None = None
    finish: FinishRange | None = None
    missed: int = 0
    stopped: bool = False
    stopped_because: str = ""


@dataclass(frozen=True, slots=True)
class ProjectJudgement:
    """A status, the rule that gave it and the reason in figures."""

    status: ProjectStatus
    rule: str
    reason: Text


def judge_project(facts: ProjectFacts, thresholds: Thresholds | None = None) -> ProjectJudgement:
    """The status of a project and why. Never raises for missing figures.

    >>> facts = ProjectFacts(date(2024, 7, 5), date(2024, 1, 1), date(2024, 12, 31), date(2024, 6, 30), Decimal(25), 50)
    >>> found = judge_project(facts)
    >>> found.status.value, found.reason.en
    ('late', '25% of the work is done, 50% was planned by 30 Jun 2024: 25 points behind')
    """
    lines = thresholds or Thresholds()
    for rule in (_stopped, _overspent, _completed, _not_started, _not_judged, _late, _over_forecast, _at_risk):
        found = rule(facts, lines)
        if found is not None:
            return found
    reason = _work(facts)
    if facts.finish is not None and facts.finish.central is not None:
        ends = write_day(facts.finish.central)
        reason = Text(f"{reason.th} คาดว่าแล้วเสร็จ {ends.th}", f"{reason.en}; forecast to end on {ends.en}")
    return ProjectJudgement(ProjectStatus.ON_SCHEDULE, "on_schedule", reason)


def _stopped(facts: ProjectFacts, _: Thresholds) -> ProjectJudgement | None:
    if not facts.stopped:
        return None
    why = facts.stopped_because.strip()
    reason = Text(f"หยุดหรือยกเลิก: {why}", f"stopped: {why}") if why else Text("หยุดหรือยกเลิกแล้ว", "it was stopped")
    return ProjectJudgement(ProjectStatus.STOPPED, "stopped", reason)


def _overspent(facts: ProjectFacts, _: Thresholds) -> ProjectJudgement | None:
    if facts.budget is None or facts.disbursed is None or facts.disbursed <= facts.budget:
        return None
    paid, budget, over = (_baht(one) for one in (facts.disbursed, facts.budget, facts.disbursed - facts.budget))
    reason = Text(
        f"เบิกจ่ายแล้ว {paid} บาท เกินงบประมาณ {budget} บาท อยู่ {over} บาท",
        f"{paid} baht disbursed, {over} more than the budget of {budget}",
    )
    return ProjectJudgement(ProjectStatus.OVER_COST, "overspent", reason)


def _completed(facts: ProjectFacts, _: Thresholds) -> ProjectJudgement | None:
    if facts.percent is None or facts.percent < 100:
        return None
    day = write_day(facts.reported_until or facts.today)
    reason = Text(f"รายงานถึง {day.th} ว่างานเสร็จร้อยละ 100", f"all work is reported done by {day.en}")
    return ProjectJudgement(ProjectStatus.COMPLETED, "completed", reason)


def _not_started(facts: ProjectFacts, _: Thresholds) -> ProjectJudgement | None:
    if facts.start is None or facts.today >= facts.start or facts.percent:
        return None
    day = write_day(facts.start)
    return ProjectJudgement(
        ProjectStatus.NOT_STARTED, "not_started", Text(f"กำหนดเริ่ม {day.th}", f"it is to start on {day.en}")
    )


def _not_judged(facts: ProjectFacts, lines: Thresholds) -> ProjectJudgement | None:
    found: tuple[str, Text] | None = None
    if facts.reported_until is None:
        found = "no_report", _silent_from_the_start(facts)
    elif facts.missed >= lines.silent_periods:
        day = write_day(facts.reported_until)
        found = (
            "silent",
            Text(
                f"ยังตัดสินไม่ได้ เพราะไม่มีรายงานหลัง {day.th} (ค้างส่ง {facts.missed} งวด)",
                f"not judged: no report since {day.en} ({facts.missed} overdue)",
            ),
        )
    elif facts.start is None or facts.end is None:
        text = Text("ยังตัดสินไม่ได้ เพราะยังไม่มีวันเริ่มหรือวันสิ้นสุด", "not judged: its start or its end is not known")
        found = "no_dates", text
    elif facts.percent is None:
        day = write_day(facts.reported_until)
        text = Text(
            f"ยังตัดสินไม่ได้ เพราะรายงานถึง {day.th} ไม่บอกความก้าวหน้าทางกายภาพ",
            f"not judged: the report up to {day.en} gives no physical progress",
        )
        found = "no_percent", text
    return ProjectJudgement(ProjectStatus.NOT_JUDGED, *found) if found else None


def _silent_from_the_start(facts: ProjectFacts) -> Text:
    if facts.missed:
        return Text(
            f"ยังตัดสินไม่ได้ เพราะยังไม่เคยมีรายงาน (ค้างส่ง {facts.missed} งวด)",
            f"not judged: no report yet ({facts.missed} overdue)",
        )
    return Text("ยังตัดสินไม่ได้ เพราะยังไม่มีรายงาน", "not judged: no report yet")


def _late(facts: ProjectFacts, lines: Thresholds) -> ProjectJudgement | None:
    assert facts.percent is not None and facts.end is not None
    if facts.today > facts.end:
        days, day, done = (facts.today - facts.end).days, write_day(facts.end), _percent(facts.percent)
        reason = Text(
            f"พ้นกำหนดแล้วเสร็จ {day.th} มา {days} วัน งานเสร็จร้อยละ {done}",
            f"due on {day.en}, {so_many(days, 'day', 'days')} ago; {done}% of the work is done",
        )
        return ProjectJudgement(ProjectStatus.LATE, "past_end", reason)
    if _behind(facts) >= lines.late_points:
        return ProjectJudgement(ProjectStatus.LATE, "behind", _work(facts))
    if facts.finish is not None and (facts.finish.low - facts.end).days >= lines.late_days:
        return ProjectJudgement(ProjectStatus.LATE, "forecast_late", _slip(facts, facts.finish.low))
    return None


def _over_forecast(facts: ProjectFacts, lines: Thresholds) -> ProjectJudgement | None:
    if facts.cost is None or facts.budget is None or not facts.budget:
        return None
    if (facts.cost.low - facts.budget) * 100 < facts.budget * Decimal(str(lines.cost_percent)):
        return None
    low, high, budget = (_baht(one) for one in (facts.cost.low, facts.cost.high, facts.budget))
    reason = Text(
        f"คาดว่าค่าใช้จ่ายสุดท้าย {low} ถึง {high} บาท เกินงบประมาณ {budget} บาท",
        f"the final cost is forecast at {low} to {high} baht, over the budget of {budget}",
    )
    return ProjectJudgement(ProjectStatus.OVER_COST, "forecast_over", reason)


def _at_risk(facts: ProjectFacts, lines: Thresholds) -> ProjectJudgement | None:
    assert facts.percent is not None and facts.end is not None
    if _behind(facts) >= lines.risk_points:
        return ProjectJudgement(ProjectStatus.AT_RISK, "behind", _work(facts))
    if facts.finish is not None:
        central = facts.finish.central
        if central is None or (central - facts.end).days >= lines.risk_days:
            return ProjectJudgement(ProjectStatus.AT_RISK, "forecast_late", _slip(facts, central))
    if facts.budget and facts.disbursed is not None:
        paid = facts.disbursed * 100 / facts.budget
        if float(paid - facts.percent) >= lines.paid_ahead_points:
            share, done = _percent(paid), _percent(facts.percent)
            reason = Text(
                f"เบิกจ่ายแล้วร้อยละ {share} ของงบประมาณ แต่งานเสร็จร้อยละ {done}",
                f"{share}% of the budget is paid out, but {done}% of the work is done",
            )
            return ProjectJudgement(ProjectStatus.AT_RISK, "paid_ahead", reason)
    return None


def _behind(facts: ProjectFacts) -> float:
    """Percentage points behind the plan; what is not known is not behind."""
    if facts.planned_percent is None or facts.percent is None:
        return 0.0
    return facts.planned_percent - float(facts.percent)


def _work(facts: ProjectFacts) -> Text:
    done = _percent(facts.percent)
    if facts.planned_percent is None:
        return Text(f"งานเสร็จร้อยละ {done}", f"{done}% of the work is done")
    planned, behind = _percent(facts.planned_percent), _behind(facts)
    day = write_day(facts.reported_until or facts.today)
    gap = _percent(abs(behind))
    side = (
        Text(f"ช้ากว่าแผน {gap} จุด", f"{gap} {'point' if gap == '1' else 'points'} behind")
        if behind > 0
        else Text("ไม่ช้ากว่าแผน", "not behind")
    )
    return Text(
        f"งานเสร็จร้อยละ {done} แผนถึง {day.th} คือร้อยละ {planned} {side.th}",
        f"{done}% of the work is done, {planned}% was planned by {day.en}: {side.en}",
    )


def _slip(facts: ProjectFacts, ends: date | None) -> Text:
    assert facts.end is not None
    due = write_day(facts.end)
    if ends is None:
        return Text(
            f"งานหยุดนิ่ง ไม่เห็นวันแล้วเสร็จ กำหนดเดิม {due.th}", f"work stands still: no end in sight, due on {due.en}"
        )
    day, days = write_day(ends), (ends - facts.end).days
    return Text(
        f"คาดว่าแล้วเสร็จ {day.th} ช้ากว่ากำหนด {due.th} อยู่ {days} วัน",
        f"forecast to end on {day.en}, {so_many(days, 'day', 'days')} after {due.en}",
    )


def _percent(value: Decimal | float | None) -> str:
    if value is None:
        return write_number(None)
    text = write_number(float(value), 1)
    return text.removesuffix(".0")


def _baht(value: Decimal) -> str:
    return f"{value:,.2f}".removesuffix(".00")


def _refused(field: str, message: Text) -> InputError:
    remedy = Text("แก้เกณฑ์ที่ระบุแล้วบันทึกอีกครั้ง", "correct the threshold and save again")
    return InputError(message, remedy=remedy, code="project_threshold", where=Where(field=field))
