"""Where the counted certificates lie: by the smallest areas of one system; cities that lie in none, by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mudmai.apps.assessment.domain.register_reading import Asked, chosen
from mudmai.apps.assessment.domain.registers import criteria_of
from mudmai.apps.data.site import workspace
from mudmai.apps.registry.areas import AreaRef, area_name
from mudmai.core.areas import AreaSystem
from mudmai.core.language import Text
from mudmai.core.series import Catalogue
from mudmai.workspace.register_tables import area_within


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """An area with counted certificates; ``key`` is ``system:code``."""

    key: str
    code: str
    name: Text
    count: int


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A city with a counted certificate that lies in no area of the level; ``where`` is what is known of its place."""

    code: str
    name: Text
    where: Text


@dataclass(frozen=True)
class Places:
    """Counts by area, largest first. ``placed`` certificates lie in them, ``empty`` areas of the level have none."""

    system: AreaSystem
    level: str
    rows: tuple[PlaceCount, ...]
    unplaced: tuple[Unplaced, ...]
    placed: int
    empty: int


def places_of(scheme: str, day: date) -> Places | None:
    """Where those lie that the plan counts on ``day``; "" is every scheme. None where there are none, or no system to
    count them by.

    They are the certificates of ``?counted=`` with the year of ``day``, each in the area in which the published series
    of the register count it.
    """
    rows_held = chosen(Asked(scheme=scheme, counted=str(day.year)), day).order_by("city__code", "number")
    fields = ("scheme", "city__code", "city__name_th", "city__name_en", "city__area_system", "city__area_code")
    held = list(rows_held.values_list(*fields))
    catalogue = workspace().catalogue
    system = _system(catalogue, sorted({row[0] for row in held}), [row[4] for row in held])
    if not held or system is None:
        return None
    level = system.levels[-1]
    counts: dict[str, int] = {}
    unplaced: dict[str, Unplaced] = {}
    inside = {pair: area_within(catalogue, system, *pair) for pair in {(row[4], row[5]) for row in held}}
    for _, city, th, en, home, code in held:
        place = inside[home, code]
        if place is None:
            unplaced[city] = Unplaced(city, Text(th, en or th), area_name(AreaRef(home, code)))
        else:
            counts[place] = counts.get(place, 0) + 1
    rows = [PlaceCount(f"{system.id}:{one}", one, system.by_code[one].name, n) for one, n in counts.items()]
    rows.sort(key=lambda one: (-one.count, one.code))
    empty = sum(one.code not in counts for one in system.level(level))
    return Places(system, level, tuple(rows), tuple(unplaced.values()), sum(counts.values()), empty)


def _system(catalogue: Catalogue, schemes: list[str], homes: list[str]) -> AreaSystem | None:
    """The system of a series that counts these schemes by area; else the one that most cities' places are told in."""
    for scheme in schemes:
        criteria = criteria_of(scheme)
        for name in criteria.register.series if criteria is not None and criteria.register is not None else ():
            series = catalogue.series.get(name)
            system = catalogue.area_systems.get(series.area_system) if series is not None else None
            if system is not None and len(system.areas) > 1:
                return system
    known = [one for one in homes if one in catalogue.area_systems]
    return catalogue.area_systems[max(sorted(set(known)), key=known.count)] if known else None
