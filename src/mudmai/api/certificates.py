"""Doors to the public register of certificates: the list, one certificate with its history, the counts."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from mudmai.api.problem_docs import problems
from mudmai.apps.assessment.domain.register_publishing import schemes_in_register
from mudmai.apps.assessment.domain.register_reading import (
    Asked,
    Standing,
    certificate_named,
    chosen,
    counts_of,
    records,
)
from mudmai.apps.assessment.models import EventKind

router = Router(tags=["certificates"])


class CertificateOut(Schema):
    """A certificate of the register; null is not known."""

    number: str
    scheme: str
    city: str
    name_th: str
    name_en: str
    area_system: str
    area: str
    area_th: str
    area_en: str
    level: str
    level_th: str
    level_en: str
    granted: str = Field(description="A day, or only a year where no more is known")
    granted_precision: str = Field(description="day or year")
    expires_on: date | None = Field(description="Last day on which it holds; null: no end is known")
    state: str = Field(description="in_force, expired, withdrawn, superseded or not_yet, on the day asked or today")
    ended_on: date | None = Field(description="First day on which it does not hold any more")
    claimed: str = Field(description="Ids of the parts that it was granted for, joined by |")
    overall: float | None = Field(description="Share 0-1 that was certain at the decision")
    paper: float | None
    outcome: float | None
    renews: str | None = Field(description="Number of the certificate before it")
    source: str | None = Field(description="Where a first entry is from; null: a decision of this system")


class CertificatesOut(Schema):
    """Some of the register."""

    count: int = Field(description="How many fit in all")
    certificates: list[CertificateOut]


class EventOut(Schema):
    """An event of a certificate."""

    kind: str
    title_th: str
    title_en: str
    on: str = Field(description="A day, or only a year where no more is known")
    on_precision: str = Field(description="day or year")
    reason: str
    facts: dict[str, Any] = Field(description="Old and new of a correction, progress of a check")


class CertificateWholeOut(CertificateOut):
    """A certificate with everything that happened to it."""

    history: list[EventOut]


class YearCountOut(Schema):
    """Certificates valid at the end of a year."""

    year: int
    day: date = Field(description="The day that is counted; today in the year that still runs")
    count: int
    no_known_end: int = Field(description="How many of the count have no known end")
    provisional: bool


class YearCountsOut(Schema):
    """A register over the years; empty before its first certificate."""

    scheme: str
    title_th: str
    title_en: str
    levels: list[str] = Field(description="Levels that are counted; empty: every level")
    series: list[str]
    years: list[YearCountOut]


@router.get(
    "/certificates",
    response=CertificatesOut,
    operation_id="listCertificates",
    openapi_extra=problems("400", "422", "500"),
)
def list_certificates(
    request: HttpRequest,
    scheme: Annotated[str, Query(description="Only this scheme")] = "",
    q: Annotated[str, Query(description="Words in the name of the city or the number", max_length=200)] = "",
    area: Annotated[str, Query(description="Only this area, as `system:code`")] = "",
    level: Annotated[str, Query(description="Only this level")] = "",
    state: Annotated[Standing | None, Query(description="Only certificates that stand so on the day")] = None,
    counted: Annotated[
        str, Query(description="A year BE or CE; only certificates that plans count at its end", max_length=20)
    ] = "",
    on: Annotated[
        date | None,
        Query(
            description="The day on which they stand; today if left out. Granted later: only by state=not_yet. "
            "Later corrections are in it"
        ),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> dict[str, Any]:
    """The register of certificates, newest first."""
    day = on or timezone.localdate()
    rows = chosen(Asked(scheme, q.strip(), area, level, state.value if state else "", counted.strip()), day)
    if on is not None and state is None:
        rows = rows.filter(granted_on__lte=on)
    return {"count": rows.count(), "certificates": list(records(rows[offset : offset + limit], day))}


@router.get(
    "/certificates/counts",
    response=list[YearCountsOut],
    operation_id="countCertificates",
    openapi_extra=problems("422", "500"),
)
def count_certificates(request: HttpRequest) -> list[dict[str, Any]]:
    """Valid certificates at the end of each year, by scheme, as plans count them."""
    told = []
    for scheme in schemes_in_register():
        held = counts_of(scheme, timezone.localdate())
        told.append(
            {
                "scheme": scheme,
                "title_th": held.title.th,
                "title_en": held.title.en,
                "levels": list(held.rule.levels) if held.rule else [],
                "series": list(held.rule.series) if held.rule else [],
                "years": [
                    {
                        "year": one.year,
                        "day": one.day,
                        "count": one.count,
                        "no_known_end": one.no_known_end,
                        "provisional": one.is_provisional,
                    }
                    for one in held.counts
                ],
            }
        )
    return told


@router.get(
    "/certificates/{number}",
    response=CertificateWholeOut,
    operation_id="getCertificate",
    url_name="getCertificate",
    openapi_extra=problems("404", "422", "500"),
)
def get_certificate(request: HttpRequest, number: str) -> dict[str, Any]:
    """One certificate with its history."""
    held = certificate_named(number)
    (row,) = records([held])
    history = [
        {
            "kind": one.kind,
            "title_th": EventKind(one.kind).title.th,
            "title_en": EventKind(one.kind).title.en,
            "on": one.on_iso,
            "on_precision": one.on_precision,
            "reason": one.reason,
            "facts": one.facts,
        }
        for one in held.events.all()
    ]
    return {**row, "history": history}
