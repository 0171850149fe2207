"""The map of certificates in force, drawn by the server; every figure stands in the table beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mudmai.apps.assessment.domain.register_places import Places
from mudmai.core.language import Text
from mudmai.web.charts.maps import Outlines, Shape, labels_apart
from mudmai.web.drawn_levels import drawn_level
from mudmai.web.preferences import Preferences
from mudmai.workspace import Workspace

SHADES = (2, 3, 4, 5)
"""The shades of maps but the palest, which is too near to that of areas without a figure."""


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
    """The drawing; areas without a certificate lie below the others. ``shades``: shade, least and most certificates."""

    drawing: Outlines
    areas: tuple[Drawn, ...]
    shades: tuple[tuple[int, str, str], ...]


def register_map(workspace: Workspace, places: Places, here: Preferences) -> RegisterMap | None:
    """The map of the counts; None where the level has no outlines, or no certificate lies in it."""
    drawing = drawn_level(workspace, places.system.id, places.level, here.language)
    if drawing is None or not places.rows:
        return None
    counts = {one.code: one.count for one in places.rows}
    shade_of = _shades(counts.values())
    areas = []
    for shape in drawing.shapes:
        count = counts.get(shape.code, 0)
        name = places.system.by_code[shape.code].name
        fill = str(shade_of[count]) if count else "none"
        areas.append(Drawn(shape, fill, name, count, here.number(count, 0) if count else ""))
    areas.sort(key=lambda one: one.count)
    by_shade: dict[int, list[int]] = {}
    for count, shade in shade_of.items():
        by_shade.setdefault(shade, []).append(count)
    shades = tuple((one, here.number(min(held), 0), here.number(max(held), 0)) for one, held in by_shade.items())
    return RegisterMap(drawing, _apart(areas), shades)


def _shades(counts: Iterable[int]) -> dict[int, int]:
    """Count → shade, fewest first: one shade for each count while there are no more counts than shades; else shades of
    about as many counts each."""
    known = sorted(set(counts))
    many = max(len(known), len(SHADES))
    return {count: SHADES[at * len(SHADES) // many] for at, count in enumerate(known)}


def _apart(areas: Sequence[Drawn]) -> tuple[Drawn, ...]:
    shown = labels_apart((one.shape, one.label) for one in reversed(areas) if one.label)
    return tuple(
        one if one.shape.code in shown else Drawn(one.shape, one.fill, one.name, one.count, "") for one in areas
    )
