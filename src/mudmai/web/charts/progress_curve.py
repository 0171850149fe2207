"""Planned against actual progress of one project: the planned line, the reported points, the range of the finish."""

from __future__ import annotations

from datetime import date
from typing import Any

from mudmai.apps.programme.domain.progress_curves import SCurve
from mudmai.core.language import Language, Text
from mudmai.core.periods import Period
from mudmai.web.charts.axes import INK, MUTED, round_steps, theme, value_axis, year_axis
from mudmai.web.charts.lines import ACCENT, HEIGHT, WIDTH
from mudmai.web.preferences import Preferences
from mudmai.web.wording import wording

_YEAR = 365.25


def progress_curve(curve: SCurve, here: Preferences) -> dict[str, Any] | None:
    """The chart as a specification; None where there is neither a plan nor two reported points."""
    actual = [one for one in curve.actual if one.percent is not None]
    if not curve.planned and len(actual) < 2:
        return None
    days = [one.day for one in (*curve.planned, *actual)]
    ends = [one for one in (curve.finish.low, curve.finish.high) if one] if curve.finish else []
    first, last = min(days), max([*days, *ends])
    x = year_axis(_place(first), _place(last), here, WIDTH, 60)
    y = value_axis(round_steps(0, 100), here)
    layers: list[dict[str, Any]] = []
    if curve.planned:
        dash = {"type": "line", "color": MUTED, "strokeWidth": 1.8, "strokeDash": [5, 4]}
        layers.append(_layer([_point(one.day, one.percent) for one in curve.planned], dash, x, y))
        layers.append(_label(curve.planned[-1].day, 100, wording("reports.planned").in_(here.language), x, y, MUTED))
    if actual:
        points = [_point(one.day, one.percent) for one in actual]
        layers.append(_layer(points, {"type": "line", "color": ACCENT, "strokeWidth": 2.2}, x, y))
        layers.append(
            _layer(points, {"type": "point", "filled": True, "size": 44, "color": ACCENT, "opacity": 1}, x, y)
        )
        told = wording("reports.actual").in_(here.language)
        layers.append(_label(actual[-1].day, actual[-1].percent, told, x, y, INK))
    if curve.finish is not None and curve.finish.high is not None and actual and curve.finish.high > curve.finish.low:
        span = [_point(curve.finish.low, 100), _point(curve.finish.high, 100)]
        layers.append(_layer(span, {"type": "line", "color": ACCENT, "strokeWidth": 5, "opacity": 0.35}, x, y))
    return {"width": WIDTH, "height": HEIGHT, "layer": layers, "config": theme(), "padding": 4}


def described(name: Text, language: Language) -> tuple[str, str]:
    """The name of a curve and what its marks mean, for whoever does not see it."""
    return name.in_(language), wording("reports.curve_description").in_(language)


def _place(day: date) -> float:
    """Days on the axis of years: 1 January of a year is that year's own number."""
    return day.year + (day - Period.year(day.year).start()).days / _YEAR


def _point(day: date, value: float | None) -> dict[str, Any]:
    return {"x": _place(day), "y": value}


def _layer(points: list[dict[str, Any]], mark: dict[str, Any], x: dict[str, Any], y: dict[str, Any]) -> dict[str, Any]:
    return {"data": {"values": points}, "mark": mark, "encoding": {"x": x, "y": y}}


def _label(
    day: date, value: float | None, told: str, x: dict[str, Any], y: dict[str, Any], color: str
) -> dict[str, Any]:
    mark = {"type": "text", "align": "left", "dx": 8, "dy": -4, "fontSize": 12, "color": color}
    return {
        "data": {"values": [{**_point(day, value), "label": told}]},
        "mark": mark,
        "encoding": {"x": x, "y": y, "text": {"field": "label"}},
    }
