"""Doors to cities: the list, the public profile of one, its peers with their reasons."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from mudmai.api.problem_docs import problems
from mudmai.apps.assessment.domain.city_profiles import all_cities, bodies_of, peer_words
from mudmai.apps.assessment.domain.profiles import CityProfile, city_profile
from mudmai.apps.assessment.domain.register_reading import records
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text
from mudmai.core.peers import Body, Peers, Terms, find_peers, usual_terms

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
    return {"count": rows.count(), "cities": [_city(one, bodies[one.code]) for one in page]}


@router.get(
    "/cities/{code}",
    response=ProfileOut,
    operation_id="getCity",
    url_name="getCity",
    openapi_extra=problems("404", "422", "500"),
)
def get_city(request: HttpRequest, code: str) -> dict[str, Any]:
    """The public profile of a city, beside its usual peers."""
    return _profile(city_profile(code, timezone.localdate()))


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
    return _peers(find_peers(bodies[code], bodies.values(), terms, peer_words()))


def _peers(found: Peers) -> dict[str, Any]:
    return {
        "city": found.body.id,
        "features": [one.value for one in found.terms.features],
        "not_known": [one.value for one in found.silent],
        "ruled_out": {one.value: count for one, count in found.failed.items()},
        "told_th": found.told.th if found.told else None,
        "told_en": found.told.en if found.told else None,
        "peers": [
            {
                "code": one.body.id,
                "name_th": one.body.name.th,
                "name_en": one.body.name.en,
                "distance": one.distance,
                "reason_th": one.reason.th,
                "reason_en": one.reason.en,
                "traits": [
                    {"feature": t.feature.value, "fits": t.fits, "text_th": t.text.th, "text_en": t.text.en}
                    for t in one.traits
                ],
            }
            for one in found.peers
        ],
    }


def _city(one: Any, body: Body) -> dict[str, Any]:
    return {
        "code": one.code,
        "name_th": one.name.th,
        "name_en": one.name.en,
        "area_system": one.area_system,
        "area": one.area_code,
        "is_whole_area": one.is_whole_area,
        "region": body.region or None,
        "legal_type": body.legal_type or None,
        "population": body.population,
        "budget": body.budget,
        "organisation": one.organisation.code if one.organisation else None,
        "terrain": dict(body.terrain),
        "certified_for": sorted(body.marks),
    }


def _profile(seen: CityProfile) -> dict[str, Any]:
    mine = seen.emissions.get(seen.city.code)
    return {
        **_city(seen.city, seen.body),
        "certificates": list(records(seen.certificates)),
        "decided": [_decided(one) for one in seen.decided],
        "history": {one.points[0].certificate.scheme: [_point(p) for p in one.points] for one in seen.histories},
        "emissions_per_head": mine.per_head if mine else None,
        "emissions_year": mine.inventory.year if mine else None,
        "areas": _areas(seen),
        "unknown": [
            {"what_th": one.what.th, "what_en": one.what.en, "who_th": one.who.th, "who_en": one.who.en}
            for one in seen.unknown
        ],
    }


def _decided(one: Any) -> dict[str, Any]:
    return {
        "scheme": one.certificate.scheme,
        "certificate": one.certificate.number,
        "version": one.version,
        "scores": [
            {
                "id": line.id,
                "title_th": line.title.th,
                "title_en": line.title.en,
                "low": line.low,
                "high": line.high,
                "peers": dict(line.others),
                "quartiles": _quartiles(line.spread),
            }
            for line in one.lines
        ],
        "peers_apart": one.apart,
        "next_level_th": one.next.th if one.next else None,
        "next_level_en": one.next.en if one.next else None,
        "lacks_th": one.lacks.th if one.lacks else None,
        "lacks_en": one.lacks.en if one.lacks else None,
    }


def _point(one: Any) -> dict[str, Any]:
    scores = {name: one.scores[name][0] if name in one.scores else None for name in ("overall", "paper", "outcome")}
    return {
        "certificate": one.certificate.number,
        "granted_on": one.certificate.granted_on,
        "version": one.version,
        **scores,
        "break_th": one.why.th if one.why else None,
        "break_en": one.why.en if one.why else None,
    }


def _areas(seen: CityProfile) -> list[dict[str, Any]]:
    if seen.area is None:
        return []
    return [
        {
            "area": seen.area.area.code,
            "is_city": seen.area_is_city,
            "index": one.offered.id,
            "score": one.row.score,
            "rank_low": one.row.span.low if one.row.span else None,
            "rank_high": one.row.span.high if one.row.span else None,
            "figures": [
                {
                    "id": figure.id,
                    "title_th": figure.title.th,
                    "title_en": figure.title.en,
                    "unit": figure.unit.code,
                    "period": figure.period.iso if figure.period else None,
                    "value": figure.value,
                    "peers": dict(figure.others),
                    "quartiles": _quartiles(figure.spread),
                }
                for figure in one.figures
            ],
        }
        for one in seen.area.indices
    ]


def _quartiles(spread: Any) -> list[float] | None:
    return [spread.low, spread.median, spread.high] if spread else None
