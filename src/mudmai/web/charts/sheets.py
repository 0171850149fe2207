"""All panels of an indicator laid side by side: the picture for a report, complete in itself.

It carries what the page says around the chart: unit, reading, how to read lines and marks, breaks, sources, the release
and the address that keeps showing it.
"""

from __future__ import annotations

from typing import Any

from mudmai.core.plans import Form
from mudmai.exchange.tables import width_of
from mudmai.web.charts.axes import MUTED, theme
from mudmai.web.charts.panels import HEIGHT, WIDTH, Frame, drawn_lines, panel
from mudmai.web.preferences import Preferences
from mudmai.web.wording import wording
from mudmai.workspace import AreaLine, IndicatorView

COLUMNS = 3
_WIDE = {1: (860, 330), 2: (440, 220), 4: (440, 180)}
"""Width and height of each panel where fewer than a row of three would leave the sheet half empty."""
_SIGN = 6.4
"""Pixels that a sign of 12 pixel type takes on average."""


def sheet(view: IndicatorView, here: Preferences, address: str = "") -> dict[str, Any]:
    """The picture of ``view``; ``address`` is where it stays to be seen."""
    lines = drawn_lines(view)
    together = Frame.of(view, lines)
    width, height = _WIDE.get(len(lines), (WIDTH, HEIGHT))
    columns = 2 if len(lines) in (2, 4) else min(COLUMNS, max(1, len(lines)))
    cells = []
    for line in lines:
        frame = Frame.of(view, (line,)) if own_scales(view) else together
        drawn = panel(line, frame, here, width=width, height=height)
        cells.append({**drawn, "title": {"text": here.say(line.area.name), "subtitle": _standing(line, here)}})
    whole = columns * (width + 44)
    title = f"{view.indicator.id} {here.say(view.indicator.title)}"
    facts = [f"{here.say(view.unit.label)} · {here.say(view.reading.title)}", *reading_notes(view, here)]
    grid: dict[str, Any] = {"concat": cells, "columns": columns, "spacing": 28}
    return {
        "title": {
            "text": wrapped(title, whole * 0.68),
            "subtitle": [part for fact in facts for part in wrapped(fact, whole)],
            "subtitleLineHeight": 18,
            "fontSize": 18,
        },
        "vconcat": [grid, _foot(_origin(view, here, address), whole)],
        "spacing": 18,
        "config": {**theme(), "background": "white", "concat": {"spacing": 28}},
        "padding": 20,
    }


def own_scales(view: IndicatorView) -> bool:
    """True when every area is judged against its own past: one scale for all would flatten what matters."""
    return view.indicator.rule.form is Form.BASE_PERIOD


def reading_notes(view: IndicatorView, here: Preferences) -> list[str]:
    """How to read the marks, the scales and the breaks of the chart: the same words as on the page."""
    lines = drawn_lines(view)
    keys = ["indicator.chart_key"]
    if len(lines) > 1:
        keys.append("indicator.scale_own" if own_scales(view) else "indicator.scale_shared")
    if any(line.path is not None for line in lines):
        keys.append("indicator.chart_key_path")
    notes = [here.say(wording(key)) for key in keys]
    for one in view.breaks:
        since = wording("indicator.break", since=here.period(one.period))
        notes.append(f"{here.say(since)} {here.say(one.reason)}")
    return notes


def wrapped(text: str, width: float) -> list[str]:
    """Lines of about ``width`` pixels, broken at spaces only (in Thai these stand between clauses).

    >>> wrapped("one two three", 48)
    ['one two', 'three']
    """
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer) * _SIGN <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _standing(line: AreaLine, here: Preferences) -> str:
    latest = line.latest
    return f"{here.say(latest.verdict.label)} · {here.period(latest.period)}" if latest else ""


def _origin(view: IndicatorView, here: Preferences, address: str) -> list[str]:
    publishers = " · ".join(dict.fromkeys(here.say(s.publisher) for s in view.sources))
    found = [f"{here.say(wording('chart.source'))} {publishers}"] if publishers else []
    found.append(f"{here.say(view.plan.title)} · {here.say(wording('site.release', release=view.release))}")
    return [*found, address] if address else found


def _foot(notes: list[str], width: float) -> dict[str, Any]:
    lines = [part for note in notes for part in (wrapped(note, width) if " " in note else [note])]
    mark = {"type": "text", "align": "left", "baseline": "top", "fontSize": 12, "color": MUTED, "lineHeight": 18}
    return {
        "data": {"values": [{"lines": lines}]},
        "width": width,
        "height": 18 * len(lines),
        "mark": mark,
        "encoding": {"x": {"value": 0}, "y": {"value": 0}, "text": {"field": "lines"}},
    }
