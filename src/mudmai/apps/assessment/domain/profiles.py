"""Everything that a public profile of a city says, put together once: for its page, its A4 sheet and the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from mudmai.apps.assessment.domain.city_profiles import (
    Decided,
    Emissions,
    History,
    all_cities,
    bodies_of,
    decided_of,
    emissions_of,
    histories_of,
    peer_words,
    scored,
    terrain_asked,
)
from mudmai.apps.assessment.domain.register_reading import Standing, standing_on
from mudmai.apps.assessment.models import Certificate, City, RegisterHolder
from mudmai.apps.data.site import workspace
from mudmai.apps.registry.areas import AreaRef, area_name
from mudmai.core.errors import MudmaiError, UnknownNameError
from mudmai.core.language import Text, same
from mudmai.core.peers import Body, Feature, Peers, PeerWords, Terms, find_peers, usual_terms
from mudmai.workspace.city_profiles import AreaProfile, area_profile, city_region
from mudmai.workspace.portfolio_summary import ProjectMoney, money_of_area

MOST_PEERS = 30
"""The nearest peers that are shown; ``Peers`` holds all."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """What is not known of a city, and who could tell it."""

    what: Text
    who: Text


@dataclass(frozen=True)
class CityProfile:
    """A city beside its peers. ``area`` is what figures there are of the place it lies in; they are the city's own only
    where ``area_is_city``. ``shown`` are the nearest peers; ``certificates`` its own, newest first."""

    today: date
    city: City
    body: Body
    area_name: Text
    region: Text | None
    legal_type: Text | None
    peers: Peers
    words: PeerWords
    cities: Mapping[str, City]
    certificates: tuple[Certificate, ...]
    held: Mapping[str, Certificate]
    decided: tuple[Decided, ...]
    histories: tuple[History, ...]
    emissions: Mapping[str, Emissions]
    area: AreaProfile | None
    area_is_city: bool
    money: ProjectMoney | None
    unknown: tuple[Unknown, ...]

    @property
    def shown(self) -> tuple[str, ...]:
        """Codes of the peers that are shown."""
        return self.peers.ids[:MOST_PEERS]

    @property
    def in_force(self) -> Certificate | None:
        """Its newest certificate that holds today."""
        return self.held.get(self.city.code)


def city_profile(code: str, today: date | None = None, choose: Callable[[Body], Terms] = usual_terms) -> CityProfile:
    """The profile, as of ``today``; ``choose`` says by what peers are found. Raises :class:`UnknownNameError`."""
    today = today or timezone.localdate()
    cities = {one.code: one for one in all_cities()}
    city = cities.get(code)
    if city is None:
        raise UnknownNameError(Text("เมือง", "city"), code, list(cities))
    words = peer_words()
    bodies = bodies_of(cities.values(), today)
    peers = find_peers(bodies[code], bodies.values(), choose(bodies[code]), words)
    shown = peers.ids[:MOST_PEERS]
    rows = scored([code, *shown])
    mine = [one for one in rows if one.city.code == code]
    emissions = emissions_of([code, *shown])
    area = _area(city)
    region = city_region(workspace(), city.area_system, city.area_code)
    return CityProfile(
        today=today,
        city=city,
        body=bodies[code],
        area_name=area_name(AreaRef(city.area_system, city.area_code)),
        region=region[1] if region else None,
        legal_type=words.legal_types.get(city.legal_type, same(city.legal_type)) if city.legal_type else None,
        peers=peers,
        words=words,
        cities=cities,
        certificates=tuple(reversed(mine)),
        held=_held(rows, today),
        decided=decided_of(code, rows, shown, today),
        histories=histories_of(mine),
        emissions=emissions,
        area=area,
        area_is_city=area is not None and city.is_whole_area and area.area.code == city.area_code,
        money=money_of_area(workspace(), city.area_code),
        unknown=_unknown(city, bodies[code], mine, code in emissions),
    )


@dataclass(frozen=True)
class Compared:
    """A few cities side by side; ``unfair`` says why they should not be, None where they may."""

    cities: tuple[City, ...]
    bodies: Mapping[str, Body]
    words: PeerWords
    certificates: Mapping[str, Certificate]
    decided: Mapping[str, tuple[Decided, ...]]
    emissions: Mapping[str, Emissions]


def compared(codes: Sequence[str], today: date) -> Compared:
    """These cities, in the order asked for. Raises :class:`UnknownNameError` for a code that is none."""
    known = {one.code: one for one in all_cities().filter(code__in=codes)}
    for code in codes:
        if code not in known:
            raise UnknownNameError(Text("เมือง", "city"), code, list(City.objects.values_list("code", flat=True)))
    rows = scored(codes)
    return Compared(
        cities=tuple(known[code] for code in codes),
        bodies=bodies_of(known.values(), today),
        words=peer_words(),
        certificates=_held(rows, today),
        decided={code: decided_of(code, rows, [one for one in codes if one != code], today) for code in codes},
        emissions=emissions_of(codes),
    )


def _held(rows: Sequence[Certificate], today: date) -> dict[str, Certificate]:
    """City → its newest certificate that holds; rows are oldest first."""
    return {one.city.code: one for one in rows if standing_on(one, today) is Standing.IN_FORCE}


def _area(city: City) -> AreaProfile | None:
    """The profile of the smallest area of the city that indices cover."""
    system = workspace().catalogue.area_systems.get(city.area_system)
    place = system.get(city.area_code) if system is not None else None
    if system is None or place is None:
        return None
    for code in (place.code, *(one.code for one in system.ancestors(place.code))):
        try:
            found = area_profile(workspace(), code)
        except MudmaiError:  # no release or no figures yet: the city has a profile all the same
            return None
        if found is not None:
            return found
    return None


def _unknown(city: City, body: Body, mine: Sequence[Certificate], has_inventory: bool) -> tuple[Unknown, ...]:
    """What the profile lacks, with who could give it; the most useful first."""
    body_name = city.organisation.name if city.organisation else None
    city_hall = body_name or Text(
        "หน่วยงานของเมือง เมื่อรับผิดชอบเมืองนี้ในระบบแล้ว", "the city's organisation, once it answers here"
    )
    found: list[Unknown] = []
    if city.organisation is None:
        found.append(Unknown(Text("หน่วยงานที่รับผิดชอบเมืองนี้", "Who answers for this city"), _keepers(mine)))
    lacks = [
        title
        for known, title in (
            (body.legal_type, Feature.LEGAL_TYPE.words),
            (body.population, Feature.POPULATION.words),
            (body.budget, Feature.BUDGET.words),
        )
        if not known
    ]
    lacks += [title for name, title in terrain_asked().items() if name not in body.terrain]
    if lacks:
        th, en = " · ".join(one.th for one in lacks), ", ".join(one.en for one in lacks)
        found.append(Unknown(Text(th, en), city_hall))
    if any(one.expires_on is None and one.ended_on is None for one in mine):
        found.append(Unknown(Text("วันสิ้นอายุใบรับรอง", "The end of its certificate"), _keepers(mine)))
    if mine and not any(one.facts.get("scores") for one in mine):
        why = Text(
            "ผู้ให้การรับรอง ใบรับรองนี้นำมาจากประกาศซึ่งไม่มีคะแนน จะมีคะแนนเมื่อเมืองยื่นแฟ้มประเมินและมีคำตัดสิน",
            "the certifier; this certificate is from an announcement without scores, a decision on a file has them",
        )
        found.append(Unknown(Text("คะแนนประเมิน", "Scores"), why))
    if not has_inventory:
        found.append(Unknown(Text("ก๊าซเรือนกระจกของเมือง", "The city's greenhouse gases"), city_hall))
    return tuple(found)


def _keepers(mine: Sequence[Certificate]) -> Text:
    schemes = {one.scheme for one in mine}
    names = [
        one.organisation.name
        for one in RegisterHolder.objects.filter(scheme__in=schemes).select_related("organisation").order_by("scheme")
    ]
    if not names:
        return Text("ผู้ดูแลทะเบียนใบรับรอง ซึ่งยังไม่ได้กำหนด", "the keeper of the register, not named yet")
    return Text(", ".join(one.th for one in names), ", ".join(one.en for one in names))
