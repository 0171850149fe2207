"""Earned value and earned schedule: how far a project is against its plan, and where it is heading.

With the budget at completion *BAC*, the planned value *PV*, the earned value *EV* (physical percent x BAC) and the
actual cost *AC*, all cumulative and in one currency::

    SV  = EV - PV        SPI = EV / PV
    CV  = EV - AC        CPI = EV / AC

    final cost, the rest as budgeted        AC + (BAC - EV)
    final cost, the rest as so far          BAC / CPI
    final cost, cost and time pressing      AC + (BAC - EV) / (CPI * SPI)

The *earned schedule* ES is the time at which the plan meant to have earned what has been earned; with the time gone
AT and the planned duration PD, ``SPI(t) = ES / AT`` and the duration is forecast as ``AT + (PD - ES) / pace``: pace 1
(the rest as planned), the pace of the whole time so far, and the pace of the latest reports. Money-based SPI returns to
1 when a late project ends; SPI(t) does not.

A forecast is a range, from the lowest to the highest of its variants, with the usual variant inside it. Missing (NaN)
stays missing: nothing is taken for zero, and a ratio over zero is missing.

Sources: PMI, *Practice Standard for Earned Value Management*, 2nd ed. 2011, chapter 10 and appendix D; W. Lipke,
"Schedule is Different", *The Measurable News*, summer 2003 (earned schedule); W. Lipke, "Earned Schedule Forecasting",
2009 (duration = planned duration / SPI(t)).

Payment lags work in public projects: where *AC* is what has been disbursed, a CPI above 1 is not yet a saving. The
rules that judge a project (:mod:`mudmai.core.project_status`) know that; this module computes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

RECENT_REPORTS = 3
"""Steps between reports that make up the pace of late."""


@dataclass(frozen=True)
class EarnedValue:
    """The measures of one or many projects, all arrays of one shape; NaN where something they need is missing."""

    budget: Floats
    planned: Floats
    earned: Floats
    actual: Floats
    schedule_variance: Floats
    cost_variance: Floats
    spi: Floats
    cpi: Floats


@dataclass(frozen=True)
class CostForecast:
    """The final cost by three variants and their range, arrays of one shape; ``central`` is the rest as so far.

    Once all work is done, all are the actual cost.
    """

    as_budgeted: Floats
    central: Floats
    pressed: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class FinishForecast:
    """The finish of one project, in the times of its plan (for example day numbers): range and usual variant.

    ``earned_schedule`` is how much of the planned duration has been earned, ``gone`` the time since the start, both
    in the same unit; ``spi_t`` their ratio. ``recent_pace`` is None with fewer than two reports.
    """

    low: float
    central: float
    high: float
    earned_schedule: float
    gone: float
    spi_t: float
    recent_pace: float | None


def earned_value(budget: ArrayLike, planned: ArrayLike, percent: ArrayLike, actual: ArrayLike) -> EarnedValue:
    """The measures from budget at completion, planned value, physical percent (0-100) and actual cost.

    >>> found = earned_value(500, 300, 40, 250)
    >>> [float(a.round(2)) for a in (found.earned, found.schedule_variance, found.cost_variance, found.spi, found.cpi)]
    [200.0, -100.0, -50.0, 0.67, 0.8]
    """
    given = [np.asarray(a, dtype=np.float64) for a in (budget, planned, percent, actual)]
    bac, pv, done, ac = np.broadcast_arrays(*given)
    ev = bac * done / 100
    return EarnedValue(bac, pv, ev, ac, ev - pv, ev - ac, _ratio(ev, pv), _ratio(ev, ac))


def cost_forecast(measures: EarnedValue) -> CostForecast:
    """The final cost and its range; missing until work has been both earned and paid.

    >>> found = cost_forecast(earned_value(500, 300, 40, 250))
    >>> [float(a) for a in (found.low, found.central, found.high)]
    [550.0, 625.0, 812.5]
    """
    m = measures
    rest = m.budget - m.earned
    finished = m.earned >= m.budget
    usable = (m.cpi > 0) | finished
    as_budgeted = np.where(usable, m.actual + rest, np.nan)
    central = np.where(finished, m.actual, m.actual + _ratio(rest, m.cpi))
    pressed = np.where(finished, m.actual, m.actual + _ratio(rest, m.cpi * m.spi))
    variants = np.stack([as_budgeted, central, pressed])
    known = ~np.isnan(central)
    low = np.where(known, np.fmin.reduce(variants), np.nan)
    high = np.where(known, np.fmax.reduce(variants), np.nan)
    return CostForecast(as_budgeted, central, pressed, low, high)


def earned_schedule(times: ArrayLike, planned: ArrayLike, earned: float) -> float:
    """The time at which the plan meant to have ``earned``: linear between the points of the cumulative plan.

    ``times`` increase and ``planned`` does not fall. Where the plan stands still the latest such time counts, but
    the end of the plan is the first time at which it is complete. NaN when something is missing.

    >>> earned_schedule([0, 1, 2, 3, 4], [0, 10, 30, 60, 100], 45)
    2.5
    """
    t, plan = _plan(times, planned)
    if np.isnan(earned) or np.isnan(plan).any():
        return float("nan")
    if earned >= plan[-1]:
        return float(t[int(np.searchsorted(plan, plan[-1], side="left"))])
    if earned < plan[0]:
        return float(t[0])
    at = int(np.searchsorted(plan, earned, side="right"))
    share = (earned - plan[at - 1]) / (plan[at] - plan[at - 1])
    return float(t[at - 1] + share * (t[at] - t[at - 1]))


def finish_forecast(
    times: Sequence[float], planned: Sequence[float], reported: Sequence[float], earned: Sequence[float]
) -> FinishForecast | None:
    """When the work will be done, from the cumulative plan and the cumulative work at the times ``reported``.

    ``planned`` and ``earned`` share a unit (money, or percent of the work). Reports with a missing figure are left
    out. None when nothing can be said: no report, no time gone, or nothing earned yet. Work that is complete ends at
    the first report that says so, without a range.

    >>> found = finish_forecast([0, 4], [0, 100], [1, 2], [20, 40])
    >>> found.central, round(found.low, 2), found.spi_t
    (5.0, 4.4, 0.8)
    """
    t, plan = _plan(times, planned)
    at, done = np.asarray(reported, dtype=np.float64), np.asarray(earned, dtype=np.float64)
    known = ~np.isnan(at) & ~np.isnan(done)
    at, done = at[known], done[known]
    if not len(at) or np.isnan(plan).any():
        return None
    order = np.argsort(at, kind="stable")
    at, done = at[order], done[order]
    start, gone = float(t[0]), float(at[-1] - t[0])
    schedules = np.array([earned_schedule(t, plan, float(one)) - start for one in done])
    reached, duration = float(schedules[-1]), earned_schedule(t, plan, float(plan[-1])) - start
    if gone <= 0 or reached <= 0 or duration <= 0:
        return None
    if done[-1] >= plan[-1]:
        end = float(at[int(np.argmax(done >= plan[-1]))])
        spi = duration / (end - start) if end > start else float("nan")
        return FinishForecast(end, end, end, duration, end - start, spi, None)
    pace, recent = reached / gone, _recent_pace(at - start, schedules)
    paces = [1.0, pace] + ([recent] if recent is not None else [])
    ends = [float(at[-1]) + (duration - reached) / one if one > 0 else float("inf") for one in paces]
    return FinishForecast(min(ends), ends[1], max(ends), reached, gone, pace, recent)


def _recent_pace(gone: Floats, schedules: Floats) -> float | None:
    """Earned schedule per time over the last steps between reports."""
    if len(gone) < 2:
        return None
    first = max(0, len(gone) - 1 - RECENT_REPORTS)
    span = float(gone[-1] - gone[first])
    return float(schedules[-1] - schedules[first]) / span if span > 0 else None


def _plan(times: ArrayLike, planned: ArrayLike) -> tuple[Floats, Floats]:
    t, plan = np.asarray(times, dtype=np.float64), np.asarray(planned, dtype=np.float64)
    if t.shape != plan.shape or t.ndim != 1 or len(t) < 2:
        raise ValueError("a plan has two points or more, each with its time")
    if not (np.diff(t) > 0).all() or (np.diff(plan) < 0).any():
        raise ValueError("the times of a plan increase and a cumulative plan does not fall")
    return t, plan


def _ratio(above: Floats, below: Floats) -> Floats:
    """``above / below``; missing over zero."""
    found = np.full(np.broadcast(above, below).shape, np.nan)
    np.divide(above, below, out=found, where=np.asarray(below) != 0)
    return found
