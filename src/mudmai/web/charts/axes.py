"""Axes whose labels we write ourselves: either calendar, either set of digits, round steps."""

from __future__ import annotations

import json
from math import ceil, floor, log10
from typing import Any

from mudmai.core.periods import Period
from mudmai.web.preferences import Preferences

INK = "#16202c"
MUTED = "#53606e"
LINE = "#dde3e8"


def place(period: Period) -> float:
    """Where a period stands on an axis of CE years."""
    return period.year_ce + (period.part - 1) / period.frequency.per_year


def round_steps(low: float, high: float, about: int = 4) -> list[float]:
    """Round numbers that span ``low`` to ``high``: steps of 1, 2, 2.5 or 5 times a power of ten.

    >>> round_steps(0.31, 0.39)
    [0.3, 0.32, 0.34, 0.36, 0.38, 0.4]
    """
    span = (high - low) or abs(high) or 1.0
    raw = span / about
    power = 10.0 ** floor(log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * 0.999)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(k * step, 10) for k in range(first, last + 1)]


def decimals_of(steps: list[float]) -> int:
    """How many decimals the steps need."""
    return max((len(f"{s:.6f}".rstrip("0").partition(".")[2]) for s in steps), default=0)


def year_axis(first: float, last: float, here: Preferences, width: int, room: int = 0) -> dict[str, Any]:
    """The scale and axis of periods: at most one label for each 44 pixels, the last year always labelled.

    ``room`` pixels at the right are kept free for the last value in figures.
    """
    per_pixel = (last - first + 0.8) / max(1, width - room)
    low, high = floor(first), floor(last)
    most = max(2, (width - room) // 44)
    step = next(s for s in (1, 2, 3, 5, 10, 20, 50, 100) if (high - low) // s + 1 <= most)
    years = list(range(high, low - 1, -step))[::-1]
    return {
        "field": "x",
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [first - 0.4, last + 0.4 + room * per_pixel], "nice": False, "zero": False},
        "axis": _axis(years, [here.year(y) for y in years], grid=False),
    }


def value_axis(steps: list[float], here: Preferences, field: str = "y") -> dict[str, Any]:
    """The scale and axis of values."""
    decimals = decimals_of(steps)
    return {
        "field": field,
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [steps[0], steps[-1]], "nice": False, "zero": False},
        "axis": _axis(steps, [here.number(s, decimals) for s in steps], grid=True),
    }


def _axis(values: list[Any], labels: list[str], *, grid: bool) -> dict[str, Any]:
    chosen = " : ".join(
        f"abs(datum.value - {v!r}) < 1e-9 ? {json.dumps(w, ensure_ascii=False)}"
        for v, w in zip(values, labels, strict=True)
    )
    return {"values": values, "labelExpr": f"{chosen} : ''", "grid": grid, "labelOverlap": False}


def theme() -> dict[str, Any]:
    """The looks shared by all charts."""
    return {
        "font": "IBM Plex Sans Thai, Sarabun, sans-serif",
        "background": "transparent",
        "view": {"stroke": None},
        "axis": {
            "domain": False,
            "ticks": False,
            "labelFont": "IBM Plex Sans Thai, Sarabun, sans-serif",
            "labelFontSize": 12,
            "labelColor": MUTED,
            "labelPadding": 6,
            "gridColor": LINE,
        },
        "title": {
            "font": "IBM Plex Sans Thai, Sarabun, sans-serif",
            "subtitleFont": "IBM Plex Sans Thai, Sarabun, sans-serif",
            "fontSize": 15,
            "fontWeight": 600,
            "color": INK,
            "subtitleFontSize": 12,
            "subtitleColor": MUTED,
            "anchor": "start",
            "offset": 10,
        },
        "text": {"font": "IBM Plex Sans Thai, Sarabun, sans-serif", "fontSize": 12, "color": INK},
    }
