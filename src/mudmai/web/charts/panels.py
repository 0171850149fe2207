"""One small chart for each area: its values against what they are compared with, breaks marked, the way ahead shaded.

Small panels on one scale are read on a phone and on A4 alike, and never become a tangle of lines.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from mudmai.core.periods import Period
from mudmai.core.verdicts import PathAhead, Verdict
from mudmai.web.charts.axes import INK, MUTED, place, round_steps, theme, value_axis, year_axis
from mudmai.web.preferences import Preferences
from mudmai.web.wording import wording
from mudmai.workspace import AreaLine, IndicatorView, ScoreRow

ACCENT = "#0b4f6c"
COLOURS = {
    Verdict.MET: "#00664f",
    Verdict.ON_TRACK: "#0b5394",
    Verdict.OFF_TRACK: "#8a4b00",
    Verdict.NOT_MET: "#a3261b",
    Verdict.NOT_JUDGED: "#4d5966",
}
MOST_PANELS = 16
WIDTH, HEIGHT = 300, 130


@dataclass(frozen=True, slots=True)
class Frame:
    """The scales that all panels of one indicator share."""

    first: float
    last: float
    steps: tuple[float, ...]
    breaks: tuple[float, ...]
    step: int = 1
    """Periods between two regular observations: a wider gap is left open."""

    @classmethod
    def of(cls, view: IndicatorView, lines: tuple[AreaLine, ...]) -> Frame:
        """Scales that hold every value, comparator, target and interval of ``lines``."""
        xs = [place(p) for p in view.periods]
        ys: list[float] = []
        for line in lines:
            ys += [v for r in line.rows for v in (r.value, r.comparator) if v is not None]
            if line.path is not None:
                xs += [place(line.path.deadline), place(line.path.start)]
                ys += [line.path.target, *(v for _, v in line.path.required)]
                ys += [limit for p in line.path.points for limit in (p.low80, p.high80)]
        if not ys:
            ys = [0.0, 1.0]
        low, high = min(ys), max(ys)
        if 0 <= low <= 0.45 * high or low < 0 < high:
            low = min(low, 0.0)
        steps = round_steps(low, high)
        breaks = tuple(place(b.period) for b in view.breaks)
        return cls(min(xs, default=0), max(xs, default=1), tuple(steps), breaks, view.indicator.step)


def panel(
    line: AreaLine,
    frame: Frame,
    here: Preferences,
    *,
    width: int = WIDTH,
    height: int = HEIGHT,
    period: Period | None = None,
) -> dict[str, Any]:
    """The chart of one area, without a title (the page writes it above); the value of ``period`` stands out."""
    values, comparators = _segments(line, frame, "value"), _segments(line, frame, "comparator")
    marked = marked_row(line, period)
    told = here.number(marked.value, marked.decimals) if marked else ""
    room = max(46, 14 + 8 * len(told)) if line.path is None else 12
    x, y = year_axis(frame.first, frame.last, here, width, room), value_axis(list(frame.steps), here)
    layers: list[dict[str, Any]] = []
    if frame.steps[0] < 0 < frame.steps[-1]:
        layers.append(
            {"data": {"values": [{"y": 0}]}, "mark": {"type": "rule", "color": "#9aa5b0"}, "encoding": {"y": y}}
        )
    if line.path is not None:
        layers += _path(line.path, frame, x, y)
    layers += _breaks(frame, x, here)
    layers.append(_line(comparators, x, y, {"color": MUTED, "strokeWidth": 1.5, "strokeDash": [5, 3]}))
    layers += _ticks(comparators, x, y) if line.path is None else []
    layers.append(_line(values, x, y, {"color": ACCENT, "strokeWidth": 2.2}))
    layers += _ends(line, marked, values, x, y, here)
    return {"width": width, "height": height, "layer": layers}


def panel_document(
    line: AreaLine, frame: Frame, here: Preferences, period: Period | None = None, **size: int
) -> dict[str, Any]:
    """One panel as a specification of its own."""
    return {**panel(line, frame, here, period=period, **size), "config": theme(), "padding": 4}


def marked_row(line: AreaLine, period: Period | None) -> ScoreRow | None:
    """The row of ``period`` when it has a value, else the latest that has one."""
    asked = next((r for r in line.rows if r.period == period and r.value is not None), None)
    return asked or line.latest


def drawn_lines(view: IndicatorView) -> tuple[AreaLine, ...]:
    """The judged lines that have any value; the first :data:`MOST_PANELS` of them."""
    return tuple(one for one in view.lines if not one.is_reference and one.latest is not None)[:MOST_PANELS]


def _segments(line: AreaLine, frame: Frame, what: str) -> list[dict[str, Any]]:
    """Points with a segment number that grows over gaps and breaks, so that no stroke crosses either."""
    found: list[dict[str, Any]] = []
    part, before = 0, None
    for row in line.rows:
        value = getattr(row, what)
        if value is None:
            continue
        if before is not None:
            missing = row.period.ordinal - before.ordinal > frame.step
            broken = any(place(before) < b <= place(row.period) for b in frame.breaks)
            part += missing or broken
        found.append({"x": place(row.period), "y": value, "part": part})
        before = row.period
    return found


def _line(points: list[dict[str, Any]], x: dict[str, Any], y: dict[str, Any], mark: dict[str, Any]) -> dict[str, Any]:
    return {
        "data": {"values": points},
        "mark": {"type": "line", "strokeJoin": "round", **mark},
        "encoding": {"x": x, "y": y, "detail": {"field": "part", "type": "nominal"}},
    }


def _alone(points: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Points that no stroke reaches: each the only one of its part."""
    sizes = Counter(point["part"] for point in points)
    return [point for point in points if sizes[point["part"]] == 1]


def _ticks(comparators: list[dict[str, Any]], x: dict[str, Any], y: dict[str, Any]) -> list[dict[str, Any]]:
    """A short bar where the yardstick is a single point (after a break, between gaps)."""
    if not (points := _alone(comparators)):
        return []
    mark = {"type": "point", "shape": "stroke", "size": 420, "stroke": MUTED, "strokeWidth": 2.2, "opacity": 1}
    return [{"data": {"values": points}, "mark": mark, "encoding": {"x": x, "y": y}}]


def _ends(
    line: AreaLine,
    latest: ScoreRow | None,
    points: list[dict[str, Any]],
    x: dict[str, Any],
    y: dict[str, Any],
    here: Preferences,
) -> list[dict[str, Any]]:
    """Dots where points are few or stand alone, and one value in figures, coloured by its verdict."""
    layers: list[dict[str, Any]] = []
    dots = points if len(points) <= 12 else _alone(points)
    if dots:
        layers.append(
            {
                "data": {"values": dots},
                "mark": {"type": "point", "filled": True, "size": 28, "color": ACCENT, "opacity": 1},
                "encoding": {"x": x, "y": y},
            }
        )
    if latest is None or latest.value is None:
        return layers
    colour = COLOURS[latest.verdict]
    end = [{"x": place(latest.period), "y": latest.value, "label": here.number(latest.value, latest.decimals)}]
    layers.append(
        {
            "data": {"values": end},
            "mark": {"type": "point", "filled": True, "size": 64, "color": colour, "opacity": 1},
            "encoding": {"x": x, "y": y},
        }
    )
    last = line.latest is latest
    place_of_text = {"dx": 8, "dy": 0} if last and line.path is None else {"dx": -2, "dy": -13}
    text = {"type": "text", "align": "left", "fontWeight": 600, "fontSize": 13, **place_of_text}
    for looks in ({"stroke": "white", "strokeWidth": 4, "fill": "white"}, {"color": colour}):
        layers.append(
            {
                "data": {"values": end},
                "mark": {**text, **looks},
                "encoding": {"x": x, "y": y, "text": {"field": "label"}},
            }
        )
    return layers


def _breaks(frame: Frame, x: dict[str, Any], here: Preferences) -> list[dict[str, Any]]:
    """A dotted upright where a new method begins, named at its head."""
    marks = [
        {"x": b - 0.5, "label": here.say(wording("chart.break"))} for b in frame.breaks if frame.first < b <= frame.last
    ]
    if not marks:
        return []
    half = (frame.first + frame.last) / 2
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": marks},
            "mark": {"type": "rule", "color": INK, "strokeDash": [2, 3], "strokeWidth": 1.2},
            "encoding": {"x": x},
        }
    ]
    for align, chosen in (
        ("left", [m for m in marks if m["x"] < half]),
        ("right", [m for m in marks if m["x"] >= half]),
    ):
        if chosen:
            mark = {"type": "text", "align": align, "dx": 4 if align == "left" else -4, "fontSize": 11, "color": INK}
            layers.append(
                {
                    "data": {"values": chosen[-1:]},
                    "mark": {**mark, "baseline": "top"},
                    "encoding": {"x": x, "y": {"value": 0}, "text": {"field": "label"}},
                }
            )
    return layers


def _path(path: PathAhead, frame: Frame, x: dict[str, Any], y: dict[str, Any]) -> list[dict[str, Any]]:
    """The straight line that the target asks for, the target, and the projection with its two intervals."""
    layers: list[dict[str, Any]] = []
    low, high = frame.steps[0], frame.steps[-1]
    for name, opacity in (("95", 0.12), ("80", 0.2)):
        band = [
            {
                "x": place(p.period),
                "y": max(low, min(high, getattr(p, f"low{name}"))),
                "y2": max(low, min(high, getattr(p, f"high{name}"))),
            }
            for p in path.points
        ]
        if band and path.latest is not None and path.latest_value is not None:
            band.insert(0, {"x": place(path.latest), "y": path.latest_value, "y2": path.latest_value})
        if len(band) > 1:
            layers.append(
                {
                    "data": {"values": band},
                    "mark": {"type": "area", "color": ACCENT, "opacity": opacity},
                    "encoding": {"x": x, "y": y, "y2": {"field": "y2"}},
                }
            )
    if path.points and path.latest is not None and path.latest_value is not None:
        median = [{"x": place(path.latest), "y": path.latest_value, "part": 0}]
        median += [{"x": place(p.period), "y": max(low, min(high, p.median)), "part": 0} for p in path.points]
        layers.append(_line(median, x, y, {"color": ACCENT, "strokeWidth": 1.6, "strokeDash": [2, 2]}))
    required = [{"x": place(p), "y": v, "part": 0} for p, v in path.required]
    layers.append(_line(required, x, y, {"color": MUTED, "strokeWidth": 1.5, "strokeDash": [5, 3]}))
    target = [{"x": place(path.deadline), "y": path.target}]
    layers.append(
        {
            "data": {"values": target},
            "mark": {"type": "point", "shape": "diamond", "filled": True, "size": 110, "color": INK, "opacity": 1},
            "encoding": {"x": x, "y": y},
        }
    )
    return layers
