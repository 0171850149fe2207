"""Planned against actual: the curve of a project, and of many together; why a forecast cannot be made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from mudmai.apps.programme.domain.monitoring import Standing
from mudmai.apps.programme.domain.planned_curves import BASES
from mudmai.core.language import Text
from mudmai.core.project_status import CostRange, FinishRange

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One point of a curve: the percent of the work (0-100) and the baht by the end of a day; None: not known.

    ``covered``: of how many projects, where the curve is that of many.
    """

    day: date
    percent: float | None
    money: Decimal | None
    covered: int | None = None


@dataclass(frozen=True, slots=True)
class SCurve:
    """Planned against actual. ``basis`` says what the plan rests on; None where there is no plan in time."""

    planned: tuple[CurvePoint, ...]
    actual: tuple[CurvePoint, ...]
    basis: Text | None
    finish: FinishRange | None = None
    cost: CostRange | None = None


@dataclass(frozen=True, slots=True)
class ManyCurve:
    """The curve of many projects. ``projects`` and ``budget`` are those that have a plan in time and a budget;
    ``without`` is how many have none and are not in it."""

    curve: SCurve
    projects: int
    budget: Decimal
    without: int


def s_curve(standing: Standing) -> SCurve:
    """Planned against actual of one project. Points without a figure keep None: lines are not drawn through them."""
    budget, curve = standing.facts.budget, standing.curve
    planned: Sequence[CurvePoint] = ()
    if curve is not None:
        planned = [CurvePoint(d, p, _share(budget, p)) for d, p in zip(curve.days, curve.percents, strict=True)]
    actual = [CurvePoint(r.until, _number(r.percent), r.disbursed) for r in standing.reports]
    basis = BASES[curve.basis] if curve is not None else None
    return SCurve(tuple(planned), tuple(actual), basis, standing.facts.finish, standing.facts.cost)


def curve_of_many(standings: Iterable[Standing], today: date) -> ManyCurve | None:
    """Planned against actual of many projects, each weighing as much as its budget; None where none has a plan.

    The plan is told at the end of every quarter. The work done is told on the last days of reports: what each project
    had told by then. Projects that had told nothing by then count neither as done nor as nothing: the percent is of
    those that had, and ``covered`` says how many they are.
    """
    known, without = [], 0
    for one in standings:
        if one.curve is None or not one.facts.budget:
            without += 1
        else:
            known.append((one, one.curve, one.facts.budget))
    if not known:
        return None
    grand = sum((budget for _, _, budget in known), Decimal(0))
    first = min(curve.days[0] for _, curve, _ in known)
    last = max(curve.days[-1] for _, curve, _ in known)
    planned = []
    for day in _quarter_ends(first, last):
        money = sum((budget * Decimal(str(curve.at(day))) / 100 for _, curve, budget in known), Decimal(0))
        planned.append(CurvePoint(day, float(money / grand * 100), money.quantize(_CENT)))
    actual = [_told_by(known, day) for day in sorted({r.until for one, _, _ in known for r in one.reports})]
    basis = Text("ตามงบประมาณของแต่ละโครงการ", "each project weighs as much as its budget")
    shown = [one for one in actual if one.day <= today]
    return ManyCurve(SCurve(tuple(planned), tuple(shown), basis), len(known), grand, without)


def _told_by(known: Sequence[tuple[Standing, object, Decimal]], day: date) -> CurvePoint:
    done = weight = paid = Decimal(0)
    covered = sums = 0
    for one, _, budget in known:
        earlier = [r for r in one.reports if r.until <= day]
        percent = next((r.percent for r in reversed(earlier) if r.percent is not None), None)
        total = next((r.disbursed for r in reversed(earlier) if r.disbursed is not None), None)
        if percent is not None:
            covered += 1
            weight += budget
            done += budget * percent
        if total is not None:
            sums += 1
            paid += total
    return CurvePoint(day, float(done / weight) if weight else None, paid if sums else None, covered)


def _quarter_ends(first: date, last: date) -> list[date]:
    """``first``, the ends of the quarters between, and ``last``."""
    found, year, month = [first], first.year, first.month
    while True:
        month = (month - 1) // 3 * 3 + 4
        year, month = (year + 1, month - 12) if month > 12 else (year, month)
        day = date.fromordinal(date(year, month, 1).toordinal() - 1)
        if day >= last:
            break
        if day > found[-1]:
            found.append(day)
    if last > found[-1]:
        found.append(last)
    return found


def cost_unknown(standing: Standing) -> Text | None:
    """Why the final cost cannot be forecast; None where it can."""
    facts, latest = standing.facts, standing.latest
    if facts.cost is not None:
        return None
    if latest is None:
        return Text("ยังไม่มีรายงาน", "no report yet")
    if facts.budget is None:
        return Text("ยังไม่รู้งบประมาณของโครงการ", "the budget is not known")
    if not facts.budget:
        return Text("งบประมาณเป็น 0", "the budget is zero")
    if latest.percent is None:
        return Text("รายงานล่าสุดไม่บอกร้อยละของงาน", "the latest report gives no percent of the work")
    if latest.disbursed is None:
        return Text("รายงานล่าสุดไม่บอกยอดเบิกจ่าย", "the latest report gives no disbursement")
    if not latest.percent:
        return Text("ยังไม่มีงานเสร็จ จึงไม่รู้ว่างานแต่ละส่วนใช้เงินเท่าใด", "no work is done yet, so nothing shows what it costs")
    if not latest.disbursed:
        return Text("ยังไม่มีการเบิกจ่าย จึงไม่รู้ว่างานแต่ละส่วนใช้เงินเท่าใด", "nothing is paid yet, so its cost does not show")
    return Text("ตัวเลขที่รายงานยังไม่พอให้คาดการณ์", "the reported figures do not suffice for a forecast")


def finish_unknown(standing: Standing) -> Text | None:
    """Why the finish cannot be forecast; None where it can."""
    facts = standing.facts
    if facts.finish is not None:
        return None
    if standing.curve is None:
        return Text("ยังไม่รู้วันเริ่มหรือวันสิ้นสุด", "its start or its end is not known")
    if standing.latest is None:
        return Text("ยังไม่มีรายงาน", "no report yet")
    told = [one.percent for one in standing.reports if one.percent is not None]
    if not told:
        return Text("ยังไม่มีรายงานที่บอกร้อยละของงาน", "no report gives a percent of the work")
    if not told[-1]:
        return Text("ยังไม่มีงานเสร็จ จึงไม่รู้อัตราที่ทำได้", "no work is done yet, so there is no pace to go by")
    return Text("ตัวเลขที่รายงานยังไม่พอให้คาดการณ์", "the reported figures do not suffice for a forecast")


def _share(budget: Decimal | None, percent: float) -> Decimal | None:
    return None if budget is None else (budget * Decimal(str(percent)) / 100).quantize(_CENT)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
