"""The map of certificates in force, drawn by the server; every figure stands in the table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mudmai.apps.assessment.domain.register_places import Places
from mudmai.core.language import Text
from mudmai.web.charts.classes import quantile_classes
from mudmai.web.charts.maps import Outlines, Shape, labels_apart
from mudmai.web.drawn_levels import drawn_level
from mudmai.web.preferences import Preferences
from mudmai.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Drawn:
    """An area of the map. ``label`` is its figure, "" where it holds none or the figure would cover a larger one."""

    shape: Shape
    fill: str
    name: Text
    count: int
    label: str


@dataclass(frozen=True)
class RegisterMap:
    """The drawing; areas without a certificate lie below the others. ``shades``: class, least and most certificates."""

    drawing: Outlines
    areas: tuple[Drawn, ...]
    shades: tuple[tuple[int, str, str], ...]


def register_map(workspace: Workspace, places: Places, here: Preferences) -> RegisterMap | None:
    """The map of the counts; None where the level has no outlines, or no certificate lies in it."""
    drawing = drawn_level(workspace, places.system.id, places.level, here.language)
    if drawing is None or not places.rows:
        return None
    counts = {one.code: one.count for one in places.rows}
    classes = quantile_classes(list(counts.values()), 0)
    by_class: dict[int, list[int]] = {}
    areas = []
    for shape in drawing.shapes:
        count = counts.get(shape.code, 0)
        shade = classes.of(count) if classes is not None and count else None
        if shade is not None:
            by_class.setdefault(shade, []).append(count)
        name = places.system.by_code[shape.code].name
        areas.append(Drawn(shape, str(shade or "none"), name, count, here.number(count, 0) if count else ""))
    areas.sort(key=lambda one: one.count)
    shades = tuple(
        (shade, here.number(min(held), 0), here.number(max(held), 0)) for shade, held in sorted(by_class.items())
    )
    return RegisterMap(drawing, _apart(areas), shades)


def _apart(areas: Sequence[Drawn]) -> tuple[Drawn, ...]:
    shown = labels_apart((one.shape, one.label) for one in reversed(areas) if one.label)
    return tuple(
        one if one.shape.code in shown else Drawn(one.shape, one.fill, one.name, one.count, "") for one in areas
    )
