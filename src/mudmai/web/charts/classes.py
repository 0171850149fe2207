"""Classes of a shaded map: few, with round limits, each with at least one area."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

MOST = 5


@dataclass(frozen=True, slots=True)
class Classes:
    """``limits`` are the inner limits in ascending order; class 1 lies below the first, the last one above the last."""

    low: float
    high: float
    limits: tuple[float, ...]

    def of(self, value: float | None) -> int | None:
        """The class 1.. of a value (a value on a limit belongs to the class above it); None when missing."""
        return None if value is None else bisect_right(self.limits, value) + 1

    @property
    def ranges(self) -> tuple[tuple[int, float, float], ...]:
        """(class, from, to) in ascending order."""
        edges = (self.low, *self.limits, self.high)
        return tuple((n + 1, edges[n], edges[n + 1]) for n in range(len(edges) - 1))


def quantile_classes(values: Sequence[float | None], decimals: int = 2, most: int = MOST) -> Classes | None:
    """Classes of about equally many areas; limits are rounded to ``decimals`` midpoints. None without values."""
    known = sorted(v for v in values if v is not None)
    if not known:
        return None
    wanted = min(most, len(set(known)), max(2, ceil(len(known) / 2)))
    limits = []
    for k in range(1, wanted):
        at = round(k * len(known) / wanted)
        if known[at - 1] == known[at]:
            continue
        limit = round((known[at - 1] + known[at]) / 2, decimals)
        if known[at - 1] < limit <= known[at] and (not limits or limit > limits[-1]):
            limits.append(limit)
    return Classes(known[0], known[-1], tuple(limits))
