"""Doors to cities: the list, the public profile of one, its peers with their reasons."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from mudmai.api.problem_docs import problems
from mudmai.apps.assessment.domain.city_profiles import all_cities, bodies_of, peer_words
from mudmai.apps.assessment.domain.profile_records import city_record, peers_record, profile_record
from mudmai.apps.assessment.domain.profiles import city_profile
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text
from mudmai.core.peers import Terms, find_peers, usual_terms

router = Router(tags=["cities"])


class CityOut(Schema):
    """A city; null is not known."""

    code: str
    name_th: str
    name_en: str
    area_system: str
    area: str = Field(description="The smallest known area that holds it")
    is_whole_area: bool = Field(description="The city is that area: figures of the area are its own")
    region: str | None
    legal_type: str | None
    population: float | None
    budget: float | None
    organisation: str | None = Field(description="Code of the organisation that answers for it")
    terrain: dict[str, bool] = Field(description="Facts of the place that are known")
    certified_for: list[str] = Field(description="`scheme:part` of its certificates in force")


class CitiesOut(Schema):
    """Some of the cities, by code."""

    count: int
    cities: list[CityOut]


class ProfileScoreOut(Schema):
    """A score beside those of the peers; shares 0-1."""

    id: str
    title_th: str
    title_en: str
    low: float | None = Field(description="Share that was certain; null: no score")
    high: float | None
    peers: dict[str, float]
    quartiles: list[float] | None = Field(description="Quartiles of the peers; null: fewer than four")


class DecidedOut(Schema):
    """The newest decided scores of a scheme."""

    scheme: str
    certificate: str
    version: str
    scores: list[ProfileScoreOut]
    peers_apart: int = Field(description="Peers assessed by criteria that do not compare")
    next_level_th: str | None
    next_level_en: str | None
    lacks_th: str | None = Field(description="What was missing for the next level")
    lacks_en: str | None


class PointOut(Schema):
    """A certificate in the history of a scheme."""

    certificate: str
    granted_on: date
    version: str
    overall: float | None
    paper: float | None
    outcome: float | None
    break_th: str | None = Field(description="Why it does not compare with the one before; null: it does")
    break_en: str | None


class ProfileFigureOut(Schema):
    """A figure of the area beside areas like it."""

    id: str
    title_th: str
    title_en: str
    unit: str
    period: str | None
    value: float | None
    peers: dict[str, float | None]
    quartiles: list[float] | None


class ProfileAreaOut(Schema):
    """Figures of the area that the city lies in, of an index of the packs."""

    area: str
    is_city: bool = Field(description="False: the city is only a part of the area, the figures are not its own")
    index: str
    score: float | None
    rank_low: int | None
    rank_high: int | None
    figures: list[ProfileFigureOut]


class ProfileOut(CityOut):
    """A city with what is public of it."""

    certificates: list[dict[str, Any]]
    decided: list[DecidedOut]
    history: dict[str, list[PointOut]]
    emissions_per_head: float | None = Field(description="Tonnes CO2e, of the newest released inventory")
    emissions_year: int | None
    areas: list[ProfileAreaOut]
    unknown: list[dict[str, str]] = Field(description="What is not known, and who could tell")


class TraitOut(Schema):
    """One feature of a pair."""

    feature: str
    fits: bool | None = Field(description="null: known of neither, so not compared")
    text_th: str
    text_en: str


class PeerOut(Schema):
    """A peer and why it is one."""

    code: str
    name_th: str
    name_en: str
    distance: float
    reason_th: str
    reason_en: str
    traits: list[TraitOut]


class PeersOut(Schema):
    """The peers of a city, nearest first."""

    city: str
    features: list[str] = Field(description="What they are compared by")
    not_known: list[str] = Field(description="Features asked for that are not known of the city itself")
    ruled_out: dict[str, int] = Field(description="Feature: how many cities it ruled out")
    told_th: str | None = Field(description="Where there are too few to show a range, or none, and why")
    told_en: str | None
    peers: list[PeerOut]


@router.get("/cities", response=CitiesOut, operation_id="listCities", openapi_extra=problems("422", "500"))
def list_cities(
    request: HttpRequest,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> dict[str, Any]:
    """All cities, by code."""
    rows = all_cities()
    page = list(rows[offset : offset + limit])
    bodies = bodies_of(page, timezone.localdate())
    return {"count": rows.count(), "cities": [city_record(one, bodies[one.code]) for one in page]}


@router.get(
    "/cities/{code}",
    response=ProfileOut,
    operation_id="getCity",
    url_name="getCity",
    openapi_extra=problems("404", "422", "500"),
)
def get_city(request: HttpRequest, code: str) -> dict[str, Any]:
    """The public profile of a city, beside its usual peers."""
    return profile_record(city_profile(code, timezone.localdate()))


@router.get(
    "/cities/{code}/peers",
    response=PeersOut,
    operation_id="listCityPeers",
    openapi_extra=problems("400", "404", "422", "500"),
)
def list_city_peers(
    request: HttpRequest,
    code: str,
    legal_type: Annotated[bool | None, Query(description="Only the same legal type")] = None,
    population: Annotated[float | None, Query(ge=1, le=100, description="At most so many times apart")] = None,
    budget: Annotated[float | None, Query(ge=1, le=100, description="At most so many times apart")] = None,
    terrain: Annotated[str, Query(description="Facts that must be the same, joined by commas", max_length=400)] = "",
    region: Annotated[bool | None, Query(description="Only the same region")] = None,
    parts: Annotated[float | None, Query(gt=0, le=1, description="Least share of parts certified for alike")] = None,
) -> dict[str, Any]:
    """The peers of a city, nearest first. Without any parameter they are chosen as on its profile."""
    cities = {one.code: one for one in all_cities()}
    if code not in cities:
        raise UnknownNameError(Text("เมือง", "city"), code, list(cities))
    bodies = bodies_of(cities.values(), timezone.localdate())
    names = tuple(one.strip() for one in terrain.split(",") if one.strip())
    asked = (legal_type, population, budget, region, parts)
    if not names and all(one is None for one in asked):
        terms = usual_terms(bodies[code])
    else:
        terms = Terms(legal_type is not False, population, budget, names, bool(region), parts)
    return peers_record(find_peers(bodies[code], bodies.values(), terms, peer_words()))
