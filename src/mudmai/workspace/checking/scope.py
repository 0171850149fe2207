"""Which cells a rule looks at: its levels of areas and its first and last period."""

from __future__ import annotations

import numpy as np

from mudmai.core.checks import CheckRule
from mudmai.core.periods import Frequency, Period
from mudmai.workspace.checking.figures import Axes, Bools, Grid


def in_scope(rule: CheckRule, grid: Grid) -> Bools:
    """Cells [areas, periods] that the rule looks at."""
    return areas_of_levels(grid.axes, rule.levels)[:, None] & periods_of_rule(grid.axes, rule)[None, :]


def areas_of_levels(axes: Axes, levels: tuple[str, ...]) -> Bools:
    """Areas (A,) of these levels; of all levels where none is named."""
    if not levels:
        return np.ones(len(axes.areas), bool)
    own = np.array([area.level in levels for area in axes.system.areas], bool)
    found: Bools = own[axes.areas]
    return found


def periods_of_rule(axes: Axes, rule: CheckRule) -> Bools:
    """Periods (P,) from the rule's first to its last."""
    inside = np.ones(len(axes.periods), bool)
    if rule.first is not None:
        inside &= axes.periods >= _bound(rule.first, axes.frequency, end=False)
    if rule.last is not None:
        inside &= axes.periods <= _bound(rule.last, axes.frequency, end=True)
    return inside


def _bound(period: Period, frequency: Frequency, *, end: bool) -> int:
    """The first or last ordinal of ``frequency`` inside ``period``; years stand for all their parts."""
    if period.frequency is frequency:
        return period.ordinal
    parts = frequency.per_year
    return period.year_ce * parts + (parts - 1 if end else 0)
