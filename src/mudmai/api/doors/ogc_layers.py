"""Layers of the map door: every level of every area system with outlines, and every open indicator by level.

A layer holds only areas whose outline is known. An indicator's layer has one feature for each area, with the last value
and its verdict; the areas that the plan judges stand in the layer named after the indicator, those of other levels,
which are shown and not judged, in one layer for each level.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from threading import Lock
from typing import Any

from django.http import HttpRequest

from mudmai.api.doors.door import asked_release, datasets
from mudmai.core.areas import AreaSystem
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text
from mudmai.core.plans import Indicator, Plan
from mudmai.workspace import IndicatorView
from mudmai.workspace.results import AreaLine, ScoreRow

Feature = dict[str, Any]
Box = tuple[float, float, float, float]
Span = tuple[date | None, date | None]

AREA_PROPERTIES = {
    "code": "string",
    "name_th": "string",
    "name_en": "string",
    "level": "string",
    "parent": "string",
    "shape": "string",
}
VALUE_PROPERTIES = {
    "code": "string",
    "name_th": "string",
    "name_en": "string",
    "level": "string",
    "parent": "string",
    "plan": "string",
    "indicator": "string",
    "reading": "string",
    "period": "string",
    "value": "number",
    "unit": "string",
    "comparator": "number",
    "target": "number",
    "verdict": "string",
    "verdict_th": "string",
    "reason": "string",
    "sentence_th": "string",
    "sentence_en": "string",
    "coverage": "number",
    "release": "string",
}


@dataclass
class Layer:
    """A collection of features. ``spans`` are days of each feature by id (both None: no time)."""

    id: str
    title: Text
    description: Text
    properties: dict[str, str]
    features: list[Feature]
    spans: dict[str, Span] = field(default_factory=dict)
    _shapes: Any = None

    @property
    def box(self) -> Box:
        """West, south, east, north of all outlines; the whole world where there are none."""
        if not self.features:
            return -180.0, -90.0, 180.0, 90.0
        import shapely  # outlines are only measured where a map asks

        west, south, east, north = (float(v) for v in shapely.total_bounds(self.shapes))
        return west, south, east, north

    @property
    def span(self) -> Span:
        """First and last day of all features; None where open or unknown."""
        firsts = [s[0] for s in self.spans.values() if s[0]]
        lasts = [s[1] for s in self.spans.values() if s[1]]
        return min(firsts, default=None), max(lasts, default=None)

    @property
    def shapes(self) -> Any:
        """Geometries in the order of the features."""
        if self._shapes is None:
            import numpy as np
            import shapely

            self._shapes = np.array([shapely.geometry.shape(f["geometry"]) for f in self.features], dtype=object)
        return self._shapes

    def inside(self, box: Box) -> set[str]:
        """Ids of features that touch ``box``; one whose west is east of its east spans the antimeridian."""
        import shapely

        west, south, east, north = box
        parts = [shapely.box(west, south, east, north)]
        if west > east:
            parts = [shapely.box(west, south, 180, north), shapely.box(-180, south, east, north)]
        touched = shapely.intersects(self.shapes, shapely.union_all(parts))
        return {str(f["id"]) for f, hit in zip(self.features, touched, strict=True) if hit}

    def during(self, first: date | None, last: date | None) -> set[str]:
        """Ids of features whose days meet the asked ones; those without time always do."""
        found = set()
        for feature in self.features:
            start, end = self.spans.get(str(feature["id"]), (None, None))
            if not ((last and start and start > last) or (first and end and end < first)):
                found.add(str(feature["id"]))
        return found


class _Layers:
    """Layers that were made lately, by state of the workspace and the outlines behind them; safe for threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[tuple[Any, ...], tuple[Any, Layer]] = OrderedDict()

    def get(self, key: tuple[Any, ...], outlines: Any, make: Callable[[], Layer]) -> Layer:
        """The layer under ``key``, as long as ``outlines`` is the very object it was made from."""
        with self._lock:
            known = self._kept.get(key)
            if known is not None and known[0] is outlines:
                self._kept.move_to_end(key)
                return known[1]
        made = make()
        with self._lock:
            self._kept[key] = (outlines, made)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made


_layers = _Layers(64)


def all_layers(request: HttpRequest) -> list[Layer]:
    """Every layer with at least one outline, areas first."""
    return [*_area_layers(request), *_indicator_layers(request)]


def one_layer(request: HttpRequest, name: str) -> Layer:
    """The layer with this id, without making the others; :class:`UnknownNameError` otherwise."""
    for found in (_area_layers(request, name), _indicator_layers(request, name)):
        for layer in found:
            return layer
    raise UnknownNameError(Text("ชั้นข้อมูล", "collection"), name, [layer.id for layer in all_layers(request)])


def _area_layers(request: HttpRequest, wanted: str | None = None) -> Iterator[Layer]:
    catalogue = datasets(request).catalogue
    for system in catalogue.area_systems.values():
        for level in system.levels:
            name = plain_id(f"areas-{system.id}-{level}")
            if wanted not in (None, name):
                continue
            shapes = request.workspace.areas_geojson(system.id, level)  # type: ignore[attr-defined]
            if shapes["features"]:
                yield _layers.get((_state(request), name), shapes, _area_maker(name, system, level, shapes))


def _area_maker(name: str, system: AreaSystem, level: str, shapes: dict[str, Any]) -> Callable[[], Layer]:
    def make() -> Layer:
        known = system.by_code
        spans = {f["id"]: (known[f["id"]].valid_from, known[f["id"]].valid_to) for f in shapes["features"]}
        title = Text(f"{system.title.th}: {level}", f"{system.title.en}: {level}")
        features = [{**f, "id": str(f["id"])} for f in shapes["features"]]
        return Layer(name, title, system.note, AREA_PROPERTIES, features, spans)

    return make


def _indicator_layers(request: HttpRequest, wanted: str | None = None) -> Iterator[Layer]:
    held, workspace = datasets(request), request.workspace  # type: ignore[attr-defined]
    for plan in workspace.plans:
        for indicator in plan.indicators:
            whole = plain_id(f"indicator-{plan.id}-{indicator.id}")
            if (wanted is not None and not wanted.startswith(whole)) or not held.is_open(plan, indicator):
                continue
            view = workspace.indicator_view(plan.id, indicator.id, release=asked_release(request), everyone=True)
            for level, lines in _by_level(view).items():
                name = plain_id(f"{whole}-{level}")
                if wanted not in (None, name):
                    continue
                shapes = workspace.areas_geojson(indicator.area_system, level or lines[0].area.level)
                outlined = {f["properties"]["code"] for f in shapes["features"]}
                if any(line.area.code in outlined for line in lines):
                    make = _indicator_maker(name, plan, indicator, view, lines, shapes)
                    yield _layers.get((_state(request), name), shapes, make)


def _by_level(view: IndicatorView) -> dict[str, list[AreaLine]]:
    """Judged areas under the empty name, others by level where a level has several with a value.

    Judged areas of several levels would need several sets of outlines; the level of the first counts.
    """
    found: dict[str, list[AreaLine]] = {}
    for line in view.lines:
        if not line.is_reference:
            found.setdefault("", []).append(line)
        elif line.latest is not None:
            found.setdefault(line.area.level, []).append(line)
    return {level: lines for level, lines in found.items() if not level or len(lines) > 1}


def _indicator_maker(
    name: str,
    plan: Plan,
    indicator: Indicator,
    view: IndicatorView,
    lines: Sequence[AreaLine],
    shapes: dict[str, Any],
) -> Callable[[], Layer]:
    def make() -> Layer:
        outlines = {f["properties"]["code"]: f["geometry"] for f in shapes["features"]}
        features, spans = [], {}
        for line in lines:
            row = line.latest or next((r for r in line.rows if r.period == view.latest), None)
            if line.area.code in outlines and (row or line.rows):
                features.append(_value_feature(plan, line, row or line.rows[-1], outlines[line.area.code]))
                shown = (row or line.rows[-1]).period
                spans[line.area.code] = (shown.start(), shown.shift(1).start() - timedelta(days=1))
        judged = not lines[0].is_reference
        level = lines[0].area.level
        kind = Text("ค่าล่าสุดและผลการตัดสิน", "last values and verdicts") if judged else Text(
            f"ค่าล่าสุด ระดับ {level} (ไม่ตัดสิน)", f"last values, level {level} (not judged)")  # fmt: skip
        title = Text(
            f"{indicator.id} {indicator.title.th}: {kind.th}", f"{indicator.id} {indicator.title.en}: {kind.en}"
        )
        told = Text(f"{view.reading.title.th} {view.citation.th}", f"{view.reading.title.en} {view.citation.en}")
        return Layer(name, title, told, VALUE_PROPERTIES, features, spans)

    return make


def _value_feature(plan: Plan, line: AreaLine, row: ScoreRow, geometry: Any) -> Feature:
    told = row.as_dict()
    own = ("period", "value", "unit", "comparator", "target", "verdict", "reason", "sentence_th", "sentence_en",
           "coverage", "reading", "release", "indicator")  # fmt: skip
    return {
        "type": "Feature",
        "id": line.area.code,
        "properties": {
            "code": line.area.code,
            "name_th": line.area.name.th,
            "name_en": line.area.name.en,
            "level": line.area.level,
            "parent": line.area.parent,
            "plan": plan.id,
            "verdict_th": row.verdict.label.th,
            **{name: told[name] for name in own},
        },
        "geometry": geometry,
    }


def plain_id(text: str) -> str:
    """A name that stands in addresses and in the layer lists of GIS programs.

    >>> plain_id("indicator-th-m8-I1.1")
    'indicator-th-m8-i1-1'
    """
    return re.sub(r"[^a-z0-9_]+", "-", text.lower()).strip("-")


def _state(request: HttpRequest) -> str:
    state: str = request.workspace.etag(asked_release(request))  # type: ignore[attr-defined]
    return state
