"""Evidence of a city's file over the API: listed, attached as link, file, live figure or project, and taken off.

The rules, limits and refusals are those of the pages. A file comes as a multipart form, is written to disk as it comes
and refused as soon as it is too large; what it is, its bytes say.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from mudmai.api.callers import KNOWN_CALLERS, person_of
from mudmai.api.problem_docs import problems
from mudmai.apps.assessment.domain.evidence import (
    LINK_INSTEAD,
    attach_figure,
    attach_file,
    attach_link,
    attach_project,
    evidence_limit,
    evidence_named,
    remove_evidence,
)
from mudmai.apps.assessment.domain.evidence_rows import counts
from mudmai.apps.assessment.domain.files import file_for
from mudmai.apps.assessment.domain.filling import criterion_asked
from mudmai.apps.assessment.models import CityFile, Evidence
from mudmai.apps.assessment.policy import decide_city_side
from mudmai.apps.programme.domain.finding import project_for
from mudmai.apps.registry.areas import checked_area
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text
from mudmai.http.receiving import limit_upload, received, refuse_too_large

router = Router(tags=["assessments"], auth=KNOWN_CALLERS)
_READ = problems("401", "403", "404", "422", "429", "500")
_CHANGE = problems("400", "401", "403", "404", "409", "422", "429", "500")
_REPLACES = "Id of the piece of the same criterion that it stands in for"
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "criterion"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "A document, picture, workbook or text; videos are attached as links",
                        },
                        "criterion": {"type": "string", "maxLength": 64},
                        "title": {"type": "string", "maxLength": 300, "description": "Empty: the file's name"},
                        "replaces": {"type": "string", "format": "uuid", "description": _REPLACES},
                    },
                }
            }
        },
    }
}


class EvidenceOut(Schema):
    """One piece of evidence; those taken off or replaced are told too."""

    id: UUID
    criterion: str
    kind: str = Field(description="file, link, figure or project")
    title: str
    url: str
    file: str = Field(description="Name of an attached file")
    sha256: str
    size: int
    figure: dict[str, Any] = Field(description="A live figure or project, frozen as it was read")
    project: UUID | None
    counts: bool = Field(
        description="Supports the answer: figures that are missing or of a wider area do not, "
        "nor does a project until its programme is released"
    )
    standing: bool = Field(description="Neither taken off nor replaced")
    replaces: UUID | None
    added_at: str
    removed_at: str | None


class EvidenceListOut(Schema):
    """Evidence of a file, by criterion."""

    items: list[EvidenceOut]


class EvidenceIn(Schema):
    """What every piece has."""

    criterion: str = Field(max_length=64)
    title: str = Field("", max_length=300, description="Empty: what is attached gives it")
    replaces: UUID | None = Field(None, description=_REPLACES)


class LinkIn(EvidenceIn):
    """A link as evidence."""

    url: str = Field(max_length=1000)


class FigureIn(EvidenceIn):
    """A live figure as evidence: that of the criterion itself, or one of formula, series and measure."""

    formula: str = Field("", max_length=2000)
    series: str = Field("", max_length=120)
    measure: str = Field("", max_length=120, description="A measure of the project register")
    area_system: str = Field("", max_length=60, description="With area; both empty: the city's own area")
    area: str = Field("", max_length=60, description="The city's own area, or one that holds it (context only)")
    period: str = Field("", max_length=40, description="Empty: the latest")


class ProjectIn(EvidenceIn):
    """A project of the register as evidence."""

    project: UUID


class RemovalIn(Schema):
    """Why a piece is taken off."""

    reason: str = Field("", max_length=4000, description="Needed once the file was sent; in the history of the file")


@router.get(
    "/assessments/{id}/evidence", response=EvidenceListOut, operation_id="assessmentEvidence", openapi_extra=_READ
)
def assessment_evidence(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Evidence of the file, with what was taken off or replaced."""
    held = file_for(person_of(request), id)
    rows = held.evidence.select_related("replaced_by", "project__programme")
    return {"items": [_told(one) for one in rows]}


@router.post(
    "/assessments/{id}/evidence", response={201: EvidenceOut}, operation_id="attachLink", openapi_extra=_CHANGE
)
def attach_a_link(request: HttpRequest, id: UUID, asked: LinkIn) -> Status[dict[str, Any]]:
    """Attach a link (http or https) to a criterion; nothing is fetched from it."""
    person = person_of(request)
    held = file_for(person, id)
    return _made(attach_link(**_common(person, held, asked), url=asked.url))


@router.post(
    "/assessments/{id}/evidence/figures",
    response={201: EvidenceOut},
    operation_id="attachFigure",
    openapi_extra=_CHANGE,
)
def attach_a_figure(request: HttpRequest, id: UUID, asked: FigureIn) -> Status[dict[str, Any]]:
    """Attach a live figure, frozen as it is now. One that is missing, or of a wider area, counts as no evidence."""
    person = person_of(request)
    held = file_for(person, id)
    place = checked_area(asked.area_system, asked.area)
    made = attach_figure(
        **_common(person, held, asked),
        formula=asked.formula.strip(),
        series=asked.series.strip(),
        measure=asked.measure.strip(),
        area=place if place.code else None,
        period=asked.period.strip(),
    )
    return _made(made)


@router.post(
    "/assessments/{id}/evidence/projects",
    response={201: EvidenceOut},
    operation_id="attachProject",
    openapi_extra=_CHANGE,
)
def attach_a_project(request: HttpRequest, id: UUID, asked: ProjectIn) -> Status[dict[str, Any]]:
    """Attach a project of the city's own organisation, or a released one, with what it says now. It counts as no
    evidence until its programme is released."""
    person = person_of(request)
    held = file_for(person, id)
    project = project_for(person, asked.project)
    return _made(attach_project(**_common(person, held, asked), project=project))


@router.post(
    "/assessments/{id}/evidence/files",
    response={201: EvidenceOut},
    operation_id="attachFile",
    openapi_extra={**_CHANGE, **_FORM},
)
def attach_a_file(request: HttpRequest, id: UUID) -> Status[dict[str, Any]]:
    """Attach a file (multipart form). The same bytes for the same criterion twice are one piece."""
    person = person_of(request)
    most = evidence_limit()
    limit_upload(request, most)
    held = file_for(person, id)
    decision = decide_city_side(person, "assess.fill", held)
    if not decision:
        raise NotAllowed(decision)  # before the file is taken in
    refuse_too_large(request, most=most, remedy=LINK_INSTEAD)
    given = request.POST
    criterion = given.get("criterion", "")
    criterion_asked(held, criterion)
    made = attach_file(
        acting_user=person,
        file=held,
        criterion=criterion,
        raw=received(request, most=most, remedy=LINK_INSTEAD),
        title=given.get("title", "").strip(),
        replaces=_replaced(held, given.get("replaces", "")),
    )
    return _made(made)


@router.post(
    "/assessments/{id}/evidence/{evidence}/remove",
    response=EvidenceOut,
    operation_id="removeEvidence",
    openapi_extra=_CHANGE,
)
def take_off(request: HttpRequest, id: UUID, evidence: UUID, asked: RemovalIn) -> dict[str, Any]:
    """Take a piece off. It stays in the list and counts for nothing; to change one, attach another with `replaces`."""
    person = person_of(request)
    piece = evidence_named(file_for(person, id), evidence)
    return _told(remove_evidence(acting_user=person, evidence=piece, reason=asked.reason))


def _common(person: Person, file: CityFile, asked: EvidenceIn) -> dict[str, Any]:
    return {
        "acting_user": person,
        "file": file,
        "criterion": asked.criterion,
        "title": asked.title.strip(),
        "replaces": evidence_named(file, asked.replaces) if asked.replaces else None,
    }


def _replaced(file: CityFile, key: str) -> Evidence | None:
    if not key:
        return None
    try:
        return evidence_named(file, UUID(key))
    except ValueError as error:
        raise UnknownNameError(Text("หลักฐาน", "evidence"), key[:80]) from error


def _made(one: Evidence) -> Status[dict[str, Any]]:
    return Status(201, _told(one))


def _told(one: Evidence) -> dict[str, Any]:
    return {
        "id": one.pk,
        "criterion": one.criterion,
        "kind": one.kind,
        "title": one.title,
        "url": one.url,
        "file": one.raw_name,
        "sha256": one.raw_sha,
        "size": one.raw_size,
        "figure": one.figure,
        "project": one.project_id,
        "counts": counts(one),
        "standing": one.removed_at is None and not hasattr(one, "replaced_by"),
        "replaces": one.replaces_id,
        "added_at": one.added_at.isoformat(),
        "removed_at": one.removed_at.isoformat() if one.removed_at else None,
    }
