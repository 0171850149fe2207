"""Geometry of dot plots of one body among its peers, and of scores over versions of criteria.

Places of dots are per cent of the width, so that a plot fits any column; the template draws it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from mudmai.core.peers import Spread

_MARGIN = 3.0


@dataclass(frozen=True, slots=True)
class PeerDots:
    """``own`` and ``own_to``: the body's value and, where it is a range, its other end; ``others``: its peers.

    ``left`` and ``width``: the middle half of the peers, ``middle`` their median. None: not known."""

    own: str | None
    own_to: str | None
    others: tuple[str, ...]
    left: str | None
    width: str | None
    middle: str | None


def peer_dots(
    own: float | None,
    others: Iterable[float | None],
    spread: Spread | None,
    *,
    own_to: float | None = None,
    scale: tuple[float, float] | None = None,
) -> PeerDots | None:
    """The plot; None where fewer than two values are known. ``scale`` None: from the least to the largest value."""
    beside = [one for one in others if one is not None]
    known = [*beside, *(one for one in (own, own_to) if one is not None)]
    if not beside or len(known) < 2:
        return None
    low, high = scale or (min(known), max(known))
    if high <= low:
        low, high = low - 0.5, high + 0.5

    def at(value: float) -> float:
        return _MARGIN + (100 - 2 * _MARGIN) * (min(max(value, low), high) - low) / (high - low)

    def place(value: float | None) -> str | None:
        return None if value is None else f"{at(value):.1f}%"

    ranged = own_to if own is not None and own_to is not None and own_to - own > 0.0005 * (high - low) else None
    return PeerDots(
        own=place(own),
        own_to=place(ranged),
        others=tuple(f"{at(one):.1f}%" for one in beside),
        left=place(spread.low) if spread else None,
        width=f"{at(spread.high) - at(spread.low):.1f}%" if spread else None,
        middle=place(spread.median) if spread else None,
    )


WIDTH, HEIGHT = 640, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 40, 18, 34


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """A score in the history: where it lies and what is written beside it."""

    x: float
    y: float
    share: float
    day: date


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Scores over time: ``runs`` are lines through points that compare; ``breaks`` where they do not."""

    points: tuple[HistoryPoint, ...]
    runs: tuple[str, ...]
    breaks: tuple[float, ...]
    steps: tuple[tuple[float, float], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    foot: int = HEIGHT - _BOTTOM


def history_line(points: Sequence[tuple[date, float, bool]]) -> HistoryLine | None:
    """``points``: day, share 0..1, whether it compares with the one before; oldest first. None for fewer than two."""
    if len(points) < 2:
        return None
    first, last = points[0][0].toordinal(), points[-1][0].toordinal()
    span = max(last - first, 1)
    room, deep = WIDTH - _LEFT - _RIGHT - 40, HEIGHT - _TOP - _BOTTOM
    placed = [
        HistoryPoint(
            round(_LEFT + 20 + room * (day.toordinal() - first) / span, 1),
            round(_TOP + deep * (1 - share), 1),
            share,
            day,
        )
        for day, share, _ in points
    ]
    runs: list[list[HistoryPoint]] = []
    breaks = []
    for at, one in enumerate(placed):
        if at and points[at][2]:
            runs[-1].append(one)
        else:
            if at:
                breaks.append(round((placed[at - 1].x + one.x) / 2, 1))
            runs.append([one])
    lines = tuple(" ".join(f"{one.x},{one.y}" for one in run) for run in runs if len(run) > 1)
    steps = tuple((share, round(_TOP + deep * (1 - share), 1)) for share in (0.0, 0.5, 1.0))
    return HistoryLine(tuple(placed), lines, tuple(breaks), steps)
