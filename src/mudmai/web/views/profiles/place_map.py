"""The map of a city and its peers: the areas that they lie in, as the server draws them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mudmai.apps.assessment.domain.profiles import CityProfile
from mudmai.web.charts.maps import Outlines, Shape
from mudmai.web.drawn_levels import drawn_level
from mudmai.web.preferences import Preferences
from mudmai.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Place:
    """An area of the map. ``own``: the city lies here; ``peer``: ``count`` of its peers do."""

    shape: Shape
    kind: Literal["own", "peer", "none"]
    count: int


@dataclass(frozen=True, slots=True)
class PlaceMap:
    """The drawing; ``unplaced`` peers lie in areas that it does not have."""

    drawing: Outlines
    places: tuple[Place, ...]
    unplaced: int


def place_map(workspace: Workspace, seen: CityProfile, here: Preferences) -> PlaceMap | None:
    """The areas of the level of the city's area profile; None where there are no outlines of it."""
    if seen.area is None:
        return None
    system, level = seen.area.system, seen.area.area.level
    drawing = drawn_level(workspace, system.id, level, here.language)
    if drawing is None:
        return None
    known = {one.code for one in drawing.shapes}
    counts: dict[str, int] = {}
    unplaced = 0
    for code in seen.shown:
        held = seen.cities[code]
        place = _on_map(workspace, held.area_system, held.area_code, known)
        if place:
            counts[place] = counts.get(place, 0) + 1
        else:
            unplaced += 1
    own = seen.area.area.code
    places = tuple(
        Place(one, "own" if one.code == own else "peer" if one.code in counts else "none", counts.get(one.code, 0))
        for one in drawing.shapes
    )
    return PlaceMap(drawing, tuple(sorted(places, key=lambda one: one.kind != "none")), unplaced)


def _on_map(workspace: Workspace, area_system: str, code: str, known: set[str]) -> str:
    """The area of the drawing that holds a place; "" where none is known to."""
    if code in known:
        return code
    system = workspace.catalogue.area_systems.get(area_system)
    place = system.get(code) if system is not None else None
    line = system.ancestors(place.code) if system is not None and place is not None else ()
    return next((one.code for one in line if one.code in known), "")
