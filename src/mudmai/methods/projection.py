"""Projection of one short line: a random walk with drift, and a straight trend, both with prediction intervals.

**Random walk with drift** (the default for stocks, counts and amounts added up). Points ``(t_i, y_i)``, i = 0..m, at
any spacing; steps ``dy_i`` over ``dt_i``::

    drift   = (y_m - y_0) / (t_m - t_0)
    sigma^2 = sum_i (dy_i - drift * dt_i)^2 / dt_i / (m - 1)
    y(t_m + h) ~ y_m + drift * h  +  Student t with m - 1 degrees of freedom
                 * sqrt(sigma^2 * (h + h^2 / (t_m - t_0)))

The first term under the root is the walk itself, the second the uncertainty of the drift. With equal spacing this is
the drift method of Hyndman & Athanasopoulos, *Forecasting: Principles and Practice*, 3rd ed., sections 5.2 and 5.5:
sigma * sqrt(h * (1 + h / (T - 1))).

**Linear trend**: ordinary least squares on time, with the prediction interval of a new observation (Student t, n - 2
degrees of freedom).

Fewer than :data:`MINIMUM_POINTS` points are refused, and so are steps that are all exactly alike: they hold no
information about their own uncertainty, and a sure future would be a false one. NaN is refused, not skipped.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from mudmai.core.language import Text

MINIMUM_POINTS = 4
"""Points below which nothing is projected (two degrees of freedom are left for either method)."""

Floats = NDArray[np.float64]


class ProjectionMethod(StrEnum):
    """Which model looks ahead."""

    DRIFT = "drift"
    TREND = "trend"

    @property
    def words(self) -> Text:
        """The method, said in one sentence."""
        return _WORDS[self]


_WORDS = {
    ProjectionMethod.DRIFT: Text(
        "พยากรณ์ด้วยแบบจำลองเดินสุ่มที่มีแนวโน้ม (random walk with drift) คือค่าล่าสุดบวกการเปลี่ยนแปลงเฉลี่ยต่อช่วงที่ผ่านมา "
        "ช่วงพยากรณ์ใช้การแจกแจงแบบที ปีที่เว้นว่างคิดตามระยะเวลาจริง",
        "Projected by a random walk with drift: the latest value plus the average change per period so far; prediction "
        "intervals by Student's t, unequal gaps between observations counted at their true length",
    ),
    ProjectionMethod.TREND: Text(
        "พยากรณ์ด้วยเส้นแนวโน้มกำลังสองน้อยที่สุด ช่วงพยากรณ์ของค่าใหม่ใช้การแจกแจงแบบที",
        "Projected along a least-squares straight line; prediction intervals of a new observation by Student's t",
    ),
}


@dataclass(frozen=True)
class Projection:
    """Medians and standard errors at ``times`` (equal shapes); Student's t has ``degrees`` of freedom."""

    method: ProjectionMethod
    times: Floats
    median: Floats
    error: Floats
    degrees: int
    points: int
    drift: float
    sigma: float

    def interval(self, level: float) -> tuple[Floats, Floats]:
        """Lower and upper limits of the central prediction interval, e.g. ``interval(0.8)``."""
        from scipy.special import stdtrit  # scipy is only loaded where something is projected

        reach = float(stdtrit(self.degrees, 0.5 + level / 2)) * self.error
        return self.median - reach, self.median + reach

    def chance_at_least(self, threshold: float) -> Floats:
        """P(value >= threshold) at each time."""
        from scipy.special import stdtr  # scipy is only loaded where something is projected

        chance: Floats = 1.0 - np.asarray(stdtr(self.degrees, (threshold - self.median) / self.error), dtype=np.float64)
        return chance


class ProjectionRefused(ValueError):
    """Nothing honest can be said about the future of this line; ``reason`` says why in both languages."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


def project(
    times: Sequence[float],
    values: Sequence[float],
    ahead: Sequence[float],
    method: ProjectionMethod = ProjectionMethod.DRIFT,
) -> Projection:
    """Project the line ``values`` at ``times`` (increasing, any spacing) to the later times ``ahead``.

    Raises :class:`ProjectionRefused` for too few points, missing values, times that do not increase, times ahead that
    are not ahead, or a line without any scatter.

    >>> found = project([2021, 2022, 2023, 2025], [15, 30, 36, 37], [2027])
    >>> float(found.median[0]), found.degrees
    (48.0, 2)
    """
    t, y, later = (np.asarray(a, dtype=np.float64) for a in (times, values, ahead))
    _refuse_unusable(t, y, later)
    fitted = _drift(t, y, later) if method is ProjectionMethod.DRIFT else _trend(t, y, later)
    scale = max(1.0, float(np.max(np.abs(y))))
    if not math.isfinite(fitted.sigma) or fitted.sigma <= 1e-12 * scale:
        raise ProjectionRefused(
            Text(
                "ยังพยากรณ์ไม่ได้ เพราะที่ผ่านมาเปลี่ยนเท่ากันทุกช่วงพอดี จึงไม่รู้ว่าจะคลาดเคลื่อนได้เพียงใด",
                "no projection: so far every step was exactly alike, so nothing is known of how far off it could be",
            )
        )
    return fitted


def too_few(known: int, needed: int) -> Text:
    """The refusal of a line with fewer figures than are needed."""
    if known == 0:
        return Text("ยังพยากรณ์ไม่ได้ เพราะยังไม่มีข้อมูล", "no projection: there are no figures yet")
    return Text(
        f"ยังพยากรณ์ไม่ได้ เพราะมีข้อมูลเพียง {known} ช่วงเวลา ต้องมีอย่างน้อย {needed}",
        f"no projection: figures for only {known} period{'' if known == 1 else 's'}, at least {needed} are needed",
    )


def _refuse_unusable(t: Floats, y: Floats, later: Floats) -> None:
    if len(t) < MINIMUM_POINTS:
        raise ProjectionRefused(too_few(len(t), MINIMUM_POINTS))
    if len(t) != len(y) or not np.isfinite(t).all() or not np.isfinite(y).all() or not (np.diff(t) > 0).all():
        raise ProjectionRefused(
            Text("พยากรณ์ไม่ได้ เพราะข้อมูลมีค่าขาดหรือเวลาไม่เรียงลำดับ", "no projection: missing values, or times out of order")
        )
    if len(later) and not (later > t[-1]).all():
        raise ProjectionRefused(
            Text(
                "พยากรณ์ไม่ได้ เพราะเวลาที่ถามไม่ได้อยู่หลังข้อมูลล่าสุด",
                "no projection: the time asked for is not ahead of the data",
            )
        )


def _drift(t: Floats, y: Floats, later: Floats) -> Projection:
    dt, dy, span = np.diff(t), np.diff(y), float(t[-1] - t[0])
    drift = float(y[-1] - y[0]) / span
    degrees = len(dt) - 1
    variance = float(np.sum((dy - drift * dt) ** 2 / dt)) / degrees
    h = later - t[-1]
    error = np.sqrt(variance * (h + h**2 / span))
    return Projection(
        ProjectionMethod.DRIFT, later, y[-1] + drift * h, error, degrees, len(t), drift, math.sqrt(variance)
    )


def _trend(t: Floats, y: Floats, later: Floats) -> Projection:
    middle, mean = float(t.mean()), float(y.mean())
    centred = t - middle
    spread = float(np.sum(centred**2))
    slope = float(np.sum(centred * (y - mean))) / spread
    degrees = len(t) - 2
    variance = float(np.sum((y - mean - slope * centred) ** 2)) / degrees
    error = np.sqrt(variance * (1 + 1 / len(t) + (later - middle) ** 2 / spread))
    median = mean + slope * (later - middle)
    return Projection(ProjectionMethod.TREND, later, median, error, degrees, len(t), slope, math.sqrt(variance))
