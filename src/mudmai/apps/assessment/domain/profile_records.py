"""A public profile of a city as plain records: what the API answers and the command line prints."""

from __future__ import annotations

from typing import Any

from mudmai.apps.assessment.domain.city_profiles import Decided, Point
from mudmai.apps.assessment.domain.profiles import CityProfile
from mudmai.apps.assessment.domain.register_reading import records
from mudmai.apps.assessment.models import City
from mudmai.core.peers import Body, Peers, Spread


def peers_record(found: Peers) -> dict[str, Any]:
    """The peers of a city, nearest first, each with its reason feature by feature."""
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


def city_record(one: City, body: Body) -> dict[str, Any]:
    """A city in short; None is not known."""
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


def profile_record(seen: CityProfile) -> dict[str, Any]:
    """The whole public profile but for its peers (:func:`peers_record`)."""
    mine = seen.emissions.get(seen.city.code)
    return {
        **city_record(seen.city, seen.body),
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


def _decided(one: Decided) -> dict[str, Any]:
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


def _point(one: Point) -> dict[str, Any]:
    scores = {name: one.scores[name][0] if name in one.scores else None for name in ("overall", "paper", "outcome")}
    return {
        "certificate": one.certificate.number,
        "granted_on": one.certificate.granted_on.isoformat(),
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


def _quartiles(spread: Spread | None) -> list[float] | None:
    return [spread.low, spread.median, spread.high] if spread else None
