"""What a workspace knows of the area of a city beside areas like it: figures of indices, scores with rank intervals.

A city is seldom a whole area. What stands here is said of the area, and whoever shows it says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mudmai.core.errors import InputError, PackError
from mudmai.core.language import Text
from mudmai.core.peers import Body, Peers, PeerWords, Spread, Terms, find_peers, spread_of, usual_terms
from mudmai.workspace.index_shelf import indices_of_area

if TYPE_CHECKING:
    from mudmai.core.areas import Area, AreaSystem
    from mudmai.core.periods import Period
    from mudmai.core.units import Unit
    from mudmai.workspace.index_results import AreaScore, IndexView
    from mudmai.workspace.index_shelf import OfferedIndex
    from mudmai.workspace.workspace import Workspace

POPULATION = "population"
"""The series that tells how many live in an area, where the packs have one of this name for the area system."""
REGION = "region"
"""The level of areas that are called regions, as area systems name it."""
AREAS = PeerWords(noun=Text("พื้นที่", "area"), nouns=Text("พื้นที่", "areas"))


@dataclass(frozen=True, slots=True)
class AreaFigure:
    """One figure of an area beside those of its peers; None is missing. ``rises``: more is better."""

    id: str
    title: Text
    unit: Unit
    period: Period | None
    rises: bool
    value: float | None
    others: Mapping[str, float | None]
    spread: Spread | None


@dataclass(frozen=True)
class AreaIndex:
    """An index over the areas of this level: the area's row, its peers' scores, and the figures that it is made of."""

    offered: OfferedIndex
    view: IndexView
    row: AreaScore
    scores: Mapping[str, float | None]
    spread: Spread | None
    figures: tuple[AreaFigure, ...]


@dataclass(frozen=True)
class AreaProfile:
    """An area beside its peers. ``indices`` is empty where no pack declares one of this level."""

    area: Area
    system: AreaSystem
    body: Body
    peers: Peers
    names: Mapping[str, Text]
    indices: tuple[AreaIndex, ...]


def area_profile(workspace: Workspace, code: str, terms: Terms | None = None) -> AreaProfile | None:
    """The profile of an area; None where no index of the packs covers its level.

    ``terms`` None: by population and region as far as they are known.
    """
    offered = indices_of_area(workspace, code)
    if not offered:
        return None
    system = workspace.catalogue.area_systems[offered[0].index.area_system]
    area = system.by_code[code] if code in system.by_code else system.get(code)
    if area is None:
        return None
    bodies = area_bodies(workspace, system, area.level)
    body = bodies[area.code]
    asked = terms or area_terms(body)
    words = PeerWords(regions=region_names(system), noun=AREAS.noun, nouns=AREAS.nouns)
    peers = find_peers(body, bodies.values(), asked, words)
    names = {one.id: one.name for one in bodies.values()}
    indices = (_index(workspace, one, area.code, peers) for one in offered if one.index.area_system == system.id)
    return AreaProfile(area, system, body, peers, names, tuple(one for one in indices if one is not None))


def area_terms(body: Body) -> Terms:
    """An area is compared by how many live there, else by its region; it has no legal type of its own."""
    usual = usual_terms(body)
    return Terms(legal_type=False, population=usual.population, region=usual.population is None and bool(body.region))


def area_bodies(workspace: Workspace, system: AreaSystem, level: str) -> Mapping[str, Body]:
    """Code → the area as peers are chosen by; remembered for the release in force."""
    held = workspace.release(None)
    key = ("area-bodies", held.id, workspace.shelf_of(None).digest, system.id, level)

    def make() -> Mapping[str, Body]:
        people = _population(workspace, system, level)
        return {
            one.code: Body(one.code, one.name, population=people.get(one.code), region=region_of(system, one.code))
            for one in system.level(level)
        }

    return workspace.remembered(key, make)


def region_of(system: AreaSystem, code: str) -> str:
    """The area of the level :data:`REGION` that holds ``code``; "" where there is none, or the place is unknown."""
    place = system.get(code)
    line = system.ancestors(place.code) if place is not None else ()
    return next((one.code for one in line if one.level == REGION), "")


def region_names(system: AreaSystem) -> Mapping[str, Text]:
    """Names of all areas that have areas below them."""
    return {code: system.by_code[code].name for code in system.children_of}


def city_region(workspace: Workspace, area_system: str, code: str) -> tuple[str, Text] | None:
    """The region of a place: by its own system, else by the first other that knows it or an area above it.

    None where no system has regions.
    """
    systems = workspace.catalogue.area_systems
    own = systems.get(area_system)
    place = own.get(code) if own is not None else None
    if own is None or place is None:
        return None
    line = (place.code, *(one.code for one in own.ancestors(place.code)))
    for system in (own, *systems.values()):
        for one in line:
            if found := region_of(system, one):
                return found, system.by_code[found].name
    return None


def _population(workspace: Workspace, system: AreaSystem, level: str) -> Mapping[str, float]:
    """Persons by area, of the latest year in which at least half of the areas have a figure."""
    from mudmai.core.periods import Period  # figures load where they are asked for

    series = workspace.catalogue.series.get(POPULATION)
    if series is None or series.area_system != system.id:
        return {}
    shelf, held = workspace.shelf_of(None), workspace.release(None)
    figures = workspace.figures_of(shelf, held)
    cube = figures.cube(figures.checked(POPULATION, {}, system.id, None), system.id)
    if cube is None:
        return {}
    areas = system.level(level)
    rows = [(one.code, cube.areas.row(one.code)) for one in areas]
    scale = float(workspace.catalogue.unit(series.unit).scale)
    best: dict[str, float] = {}
    for at in range(len(cube.periods.periods)):
        assert isinstance(cube.periods.periods[at], Period)
        values = {code: float(cube.values[row, at]) for code, row in rows if row is not None}
        known = {code: one * scale for code, one in values.items() if one == one}
        if 2 * len(known) >= len(areas):
            best = known
    return best


def _index(workspace: Workspace, offered: OfferedIndex, code: str, peers: Peers) -> AreaIndex | None:
    from mudmai.workspace.indices import compute_index  # indices load where they are asked for

    try:
        view = compute_index(workspace, offered.id)
    except (InputError, PackError):
        return None
    rows = {one.area.code: one for one in view.rows}
    row = rows.get(code)
    if row is None:
        return None
    scores = {one: rows[one].score for one in peers.ids if one in rows}
    used = view.figures.used
    figures = []
    for at, one in enumerate(used):
        others = {key: rows[key].stages[at].raw for key in peers.ids if key in rows}
        made = one.indicator
        figures.append(
            AreaFigure(
                made.id, made.title, one.unit, one.period, made.direction > 0, row.stages[at].raw, others,
                spread_of(list(others.values())),
            )
        )  # fmt: skip
    return AreaIndex(offered, view, row, scores, spread_of(list(scores.values())), tuple(figures))
