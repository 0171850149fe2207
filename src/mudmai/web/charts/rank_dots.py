"""Geometry of a plot of ranks: one line for each area, its interval and its place by the index's own choices.

Places are per cent of the width, so that the plot fits any column; the template draws it.
"""

from __future__ import annotations

from dataclasses import dataclass

from mudmai.workspace.index_results import AreaScore

_TICKS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 2000, 5000)


@dataclass(frozen=True, slots=True)
class RankDot:
    """One line of the plot; without an interval ``left`` and ``width`` are None."""

    dot: str | None
    left: str | None
    width: str | None


def rank_dot(row: AreaScore, ranked: int) -> RankDot:
    """Where an area lies among ``ranked`` areas; rank 1 at the left."""
    if row.rank is None or not ranked:
        return RankDot(None, None, None)
    step = 100 / ranked
    dot = f"{(row.rank - 0.5) * step:.1f}%"
    if row.span is None:
        return RankDot(dot, None, None)
    return RankDot(dot, f"{(row.span.low - 1) * step:.1f}%", f"{(row.span.high - row.span.low + 1) * step:.1f}%")


def rank_ticks(ranked: int) -> list[tuple[int, str]]:
    """A few round ranks and where they lie; the first and the last always."""
    if ranked < 2:
        return []
    step = next((one for one in _TICKS if ranked / one <= 5), ranked)
    inner = [n for n in range(step, ranked, step) if 1 < n <= ranked - step / 2]
    return [(n, f"{(n - 0.5) * 100 / ranked:.1f}%") for n in (1, *inner, ranked)]
