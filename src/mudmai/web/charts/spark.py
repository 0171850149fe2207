"""Geometry of a spark line: where the strokes go in a small box. The template draws it; there is no style inside."""

from __future__ import annotations

from dataclasses import dataclass

from mudmai.core.periods import Period

WIDTH, HEIGHT = 220, 56
_LEFT, _RIGHT, _TOP, _BOTTOM = 4, 8, 8, 8


@dataclass(frozen=True, slots=True)
class Spark:
    """``strokes`` are runs of neighbouring periods with values (a gap stays a gap); ``dots`` single points."""

    strokes: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    target_y: float | None
    last: tuple[float, float]
    first_period: Period
    last_period: Period
    first_value: float
    last_value: float
    width: int = WIDTH
    height: int = HEIGHT


def spark(points: tuple[tuple[Period, float | None], ...], target: float | None = None, step: int = 1) -> Spark | None:
    """The line through ``points`` with the ``target`` inside the box; None with fewer than two values.

    Values more than ``step`` periods apart are not joined.
    """
    known = [(p, v) for p, v in points if v is not None]
    if len(known) < 2:
        return None
    values = [v for _, v in known] + ([target] if target is not None else [])
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    first, last = known[0][0].ordinal, known[-1][0].ordinal

    def place(period: Period, value: float) -> tuple[float, float]:
        x = _LEFT + (WIDTH - _LEFT - _RIGHT) * (period.ordinal - first) / (last - first)
        y = HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * (value - low) / span
        return round(x, 1), round(y, 1)

    runs: list[list[tuple[float, float]]] = [[]]
    before: int | None = None
    for period, value in known:
        if before is not None and period.ordinal > before + step:
            runs.append([])
        runs[-1].append(place(period, value))
        before = period.ordinal
    return Spark(
        strokes=tuple(" ".join(f"{x},{y}" for x, y in run) for run in runs if len(run) > 1),
        dots=tuple(run[0] for run in runs if len(run) == 1),
        target_y=None if target is None else place(known[0][0], target)[1],
        last=place(*known[-1]),
        first_period=known[0][0],
        last_period=known[-1][0],
        first_value=known[0][1],
        last_value=known[-1][1],
    )
