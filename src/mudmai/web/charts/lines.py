"""One line over time: the values of one area, gaps left open, breaks of method marked, the last value in figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from mudmai.core.periods import Period
from mudmai.web.charts.axes import INK, place, round_steps, theme, value_axis, year_axis
from mudmai.web.preferences import Preferences

ACCENT = "#0b4f6c"
WIDTH, HEIGHT = 460, 210
_MOST_DOTS = 14


def line_document(
    points: Sequence[tuple[Period, float | None]],
    here: Preferences,
    decimals: int,
    breaks: Sequence[Period] = (),
) -> dict[str, Any] | None:
    """The chart as a specification; None with fewer than two values.

    A wider gap than the usual step between two periods, or a break, is not joined.
    """
    known = [(p, v) for p, v in points if v is not None]
    if len(known) < 2:
        return None
    step = min(b.ordinal - a.ordinal for (a, _), (b, _) in pairwise(points))
    data, part = [], 0
    for before, (period, value) in zip([None, *known[:-1]], known, strict=True):
        if before is not None:
            crossed = any(before[0].ordinal < b.ordinal <= period.ordinal for b in breaks)
            part += crossed or period.ordinal - before[0].ordinal > step
        data.append({"x": place(period), "y": value, "part": part})
    values = [v for _, v in known]
    low, high = min(values), max(values)
    steps = round_steps(min(low, 0.0) if 0 <= low <= 0.45 * high or low < 0 < high else low, high)
    told = here.number(values[-1], decimals)
    x = year_axis(place(known[0][0]), place(known[-1][0]), here, WIDTH, max(46, 14 + 8 * len(told)))
    y = value_axis(steps, here)
    inside = [b for b in breaks if known[0][0].ordinal < b.ordinal <= known[-1][0].ordinal]
    layers: list[dict[str, Any]] = [_break(b, x) for b in inside]
    layers.append(
        {
            "data": {"values": data},
            "mark": {"type": "line", "strokeJoin": "round", "color": ACCENT, "strokeWidth": 2.2},
            "encoding": {"x": x, "y": y, "detail": {"field": "part", "type": "nominal"}},
        }
    )
    sizes = Counter(one["part"] for one in data)
    dots = data if len(data) <= _MOST_DOTS else [one for one in data if sizes[one["part"]] == 1 or one is data[-1]]
    point = {"type": "point", "filled": True, "size": 36, "color": ACCENT, "opacity": 1}
    layers.append({"data": {"values": dots}, "mark": point, "encoding": {"x": x, "y": y}})
    text = {"type": "text", "align": "left", "dx": 8, "fontWeight": 600, "fontSize": 13, "color": INK}
    last = [{**data[-1], "label": told}]
    layers.append({"data": {"values": last}, "mark": text, "encoding": {"x": x, "y": y, "text": {"field": "label"}}})
    return {"width": WIDTH, "height": HEIGHT, "layer": layers, "config": theme(), "padding": 4}


def _break(period: Period, x: dict[str, Any]) -> dict[str, Any]:
    mark = {"type": "rule", "color": INK, "strokeDash": [2, 3], "strokeWidth": 1.2}
    return {"data": {"values": [{"x": place(period) - 0.5}]}, "mark": mark, "encoding": {"x": x}}
