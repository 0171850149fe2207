"""Published measures of progress towards a target, each reproducible from its base, current value and target.

Sources: Statistics Canada, *Canadian Indicator Framework*: progress measure with and without a target; United Nations
Statistics Division, *SDG progress chart: technical note* (ratio of the projected to the required change); UN ESCAP,
*Asia and the Pacific SDG progress report*, annex (current status index).

Values must be positive where a compound rate is taken; a missing value, a base that is not positive or no time
between the two years gives ``not_available``: never zero.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Direction = Literal[1, -1]
"""+1: more is better; -1: less is better."""

_LIMIT_EXPONENT = 4.44


class Progress(StrEnum):
    """Steps of progress, best first."""

    TARGET_ACHIEVED = "target_achieved"
    SUBSTANTIAL = "substantial_progress"
    MODERATE = "moderate_progress"
    LIMITED = "limited_progress"
    DETERIORATION = "deterioration"
    NOT_AVAILABLE = "not_available"


@dataclass(frozen=True, slots=True)
class ProgressMeasure:
    """``value``: observed over required rate (with a target), or the rate in the good direction (without one).

    ``score`` runs from -5 to 5. Both are None when not available.
    """

    value: float | None
    status: Progress
    score: float | None


_UNAVAILABLE = ProgressMeasure(None, Progress.NOT_AVAILABLE, None)


def compound_rate(first: float, last: float, years: float) -> float | None:
    """(last / first)^(1 / years) - 1; None where it is undefined (first or last <= 0, or no years between).

    >>> round(compound_rate(100, 121, 2), 10)
    0.1
    """
    if years <= 0 or first <= 0 or last < 0 or not math.isfinite(first) or not math.isfinite(last):
        return None
    rate: float = (last / first) ** (1.0 / years) - 1.0
    return rate


def limit_factor(base: float, limit: float, direction: Direction) -> float:
    """How far a natural limit slows a rate, 0..1: 1 - (y0/lim)^4.44 towards a maximum, mirrored towards a minimum."""
    if direction == -1 and base >= 2 * limit:
        return 1.0
    nearness = base / limit if direction == 1 else (2 * limit - base) / limit
    return 1.0 - math.pow(nearness, _LIMIT_EXPONENT)


def canada_progress(
    base: float | None,
    base_year: float,
    current: float | None,
    current_year: float | None,
    direction: Direction,
    *,
    target: float | None = None,
    target_year: float = 2030,
    limit: float | None = None,
) -> ProgressMeasure:
    """Statistics Canada's progress measure of one series.

    With a target: R = direction * rate observed / abs(rate required); R >= 0.95 substantial, >= 0.60 moderate, >= 0
    limited, below deterioration; ``target_achieved`` when the current value has met it. Without: thresholds 1.5 %,
    0.5 % and 0 a year, times the limit factor.

    >>> canada_progress(14.5, 2015, 10.4, 2023, -1, target=7.25).status.value
    'moderate_progress'
    """
    if base is None or current is None or current_year is None:
        return _UNAVAILABLE
    observed = compound_rate(base, current, current_year - base_year)
    if observed is None:
        return _UNAVAILABLE
    if target is None:
        return _without_target(direction * observed, 1.0 if limit is None else limit_factor(base, limit, direction))
    required = compound_rate(base, target, target_year - base_year)
    achieved = direction * (current - target) >= 0
    if required is None or required == 0:
        return ProgressMeasure(None, Progress.TARGET_ACHIEVED, 5.0) if achieved else _UNAVAILABLE
    ratio = direction * observed / abs(required)
    if achieved:
        return ProgressMeasure(ratio, Progress.TARGET_ACHIEVED, 5.0)
    status = _step(ratio, 0.95, 0.60)
    score = 7.1429 * ratio - 4.2857 if ratio >= 0.6 else 4.1667 * ratio - 2.5
    return ProgressMeasure(ratio, status, _clip(score))


def _without_target(rate: float, factor: float) -> ProgressMeasure:
    """Score, linear between: -5 at -2 % a year, -2.5 at 0, 0 at 0.5 %, 2.5 at 1.5 %, 5 at 2 %.

    The limit factor scales the thresholds above zero only; a base at its limit has no way up (factor 0).
    """
    if rate < 0:
        return ProgressMeasure(rate, Progress.DETERIORATION, _clip(125 * rate - 2.5))
    if factor <= 0:
        return ProgressMeasure(rate, Progress.SUBSTANTIAL, 5.0)
    pace = rate / factor
    if pace >= 0.015:
        return ProgressMeasure(rate, Progress.SUBSTANTIAL, _clip(500 * pace - 5))
    if pace >= 0.005:
        return ProgressMeasure(rate, Progress.MODERATE, 250 * (pace - 0.005))
    return ProgressMeasure(rate, Progress.LIMITED, 500 * (pace - 0.005))


def _step(value: float, substantial: float, moderate: float) -> Progress:
    if value >= substantial:
        return Progress.SUBSTANTIAL
    if value >= moderate:
        return Progress.MODERATE
    return Progress.LIMITED if value >= 0 else Progress.DETERIORATION


def _clip(score: float) -> float:
    return min(5.0, max(-5.0, score))


class ChartStatus(StrEnum):
    """Steps of the United Nations progress chart."""

    ON_TRACK = "on_track"
    FAIR = "fair_progress"
    LIMITED = "limited_or_no_progress"
    NOT_AVAILABLE = "not_available"


@dataclass(frozen=True, slots=True)
class ChartRatio:
    """``ratio``: expected over needed change from the base to the target year; ``expected``: the value carried on."""

    ratio: float | None
    status: ChartStatus
    expected: float | None


def un_chart_ratio(
    base: float | None,
    base_year: float,
    current: float | None,
    current_year: float,
    target: float,
    target_year: float = 2030,
) -> ChartRatio:
    """The United Nations chart: v = current * (1 + rate)^(years left); ratio = (v - base) / (target - base).

    >= 0.95 on track, >= 0.10 fair progress, below limited. A base that is already the target is not available.

    >>> found = un_chart_ratio(50, 2015, 60, 2020, 80)
    >>> round(found.expected, 1), round(found.ratio, 4), found.status.value
    (86.4, 1.2133, 'on_track')
    """
    nothing = ChartRatio(None, ChartStatus.NOT_AVAILABLE, None)
    if base is None or current is None or target == base:
        return nothing
    rate = compound_rate(base, current, current_year - base_year)
    if rate is None:
        return nothing
    expected = current * (1 + rate) ** (target_year - current_year)
    ratio = (expected - base) / (target - base)
    status = ChartStatus.ON_TRACK if ratio >= 0.95 else ChartStatus.FAIR if ratio >= 0.10 else ChartStatus.LIMITED
    return ChartRatio(ratio, status, expected)


def escap_status_index(base: float | None, current: float | None, target: float, direction: Direction) -> float | None:
    """ESCAP's current status index: 10 * D * (current - base) / abs(target - base); 10 = arrived, below 0 = regressed.

    >>> escap_status_index(20, 35, 50, 1)
    5.0
    """
    if base is None or current is None or target == base:
        return None
    return 10.0 * direction * (current - base) / abs(target - base)
