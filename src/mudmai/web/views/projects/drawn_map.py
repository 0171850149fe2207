"""The map of projects, drawn by the server; every area is a link, every figure stands in the table beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mudmai.apps.programme.area_money import Breakdown
from mudmai.web.charts.classes import Classes, quantile_classes
from mudmai.web.charts.maps import Outlines, Shape, labels_apart, outlines
from mudmai.web.preferences import Preferences
from mudmai.web.templatetags.mudmai_projects import written_millions
from mudmai.web.wording import wording
from mudmai.workspace import Workspace


@dataclass(frozen=True, slots=True)
class MapArea:
    """An area of the drawn map, and where choosing it leads."""

    shape: Shape
    fill: str
    label: str
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class AreaMap:
    """The map beside its table."""

    drawing: Outlines
    areas: list[MapArea]
    classes: Classes | None


def area_map(
    workspace: Workspace, held: Breakdown, by: str, here: Preferences, link: Callable[[str], str]
) -> AreaMap | None:
    """The areas of the breakdown as a drawing; None where no outlines are there for them."""
    rows = {row.area.code: row for row in held.rows}
    drawing = _outlines(workspace.areas_geojson(held.system.id, held.level), held, here.language)
    if drawing is None:
        return None
    values = {code: float(row.money.total) if by == "money" else float(row.count) for code, row in rows.items()}
    classes = quantile_classes([value or None for value in values.values()], 0)
    areas = []
    for shape in drawing.shapes:
        row, value = rows[shape.code], values[shape.code]
        label = written_millions(here, row.money.total) if by == "money" else here.number(row.count, 0)
        fill = str(classes.of(value)) if classes and value else "none"
        words = wording(
            "portfolio.map_area",
            name=row.area.name,
            n=row.count,
            money=label if by == "money" else written_millions(here, row.money.total),
        )
        areas.append(MapArea(shape, fill, label if value else "", here.say(words), link(shape.code)))
    return AreaMap(drawing, _apart(areas, values), classes)


_drawn: dict[tuple[str, str, str, str], tuple[Any, Outlines | None]] = {}
_MOST_DRAWN = 64


def _outlines(collection: dict[str, Any], held: Breakdown, language: str) -> Outlines | None:
    """The areas of the breakdown drawn; drawn anew only when the collection of outlines is another one."""
    key = (held.system.id, held.level, held.rows[0].area.parent or "", language)
    kept = _drawn.get(key)
    if kept is None or kept[0] is not collection:
        codes = {row.area.code for row in held.rows}
        drawing = outlines([one for one in collection["features"] if one["properties"]["code"] in codes], language)
        while len(_drawn) >= _MOST_DRAWN:
            _drawn.pop(next(iter(_drawn)), None)
        kept = _drawn[key] = (collection, drawing)
    return kept[1]


def _apart(areas: list[MapArea], values: Mapping[str, float]) -> list[MapArea]:
    """Labels only where they cover no other: the larger figure keeps its place, the table has them all."""
    shown = labels_apart((one.shape, one.label) for one in sorted(areas, key=lambda area: -values[area.shape.code]))
    return [one if one.shape.code in shown else replace(one, label="") for one in areas]
