"""Marking city files over the API: one's own marks, and what the certifying side may see once all have handed in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from mudmai.api.callers import KNOWN_CALLERS, person_of
from mudmai.api.problem_docs import problems
from mudmai.apps.assessment.domain.agreement import Agreement, agreement_of
from mudmai.apps.assessment.domain.answers import values_of
from mudmai.apps.assessment.domain.files import file_for
from mudmai.apps.assessment.domain.filling import asked_criteria
from mudmai.apps.assessment.domain.markers import marker_for
from mudmai.apps.assessment.domain.marks import (
    SeenMarks,
    hand_in,
    marks_seen_by,
    save_mark,
    stale_marks,
    unmarked,
)
from mudmai.apps.assessment.domain.reasons import reasons_seen_by
from mudmai.apps.assessment.domain.settled import settled_seen_by
from mudmai.apps.assessment.domain.steps import refuse_conflict
from mudmai.apps.assessment.models import CityFile, Mark
from mudmai.apps.assessment.policy import decide_city_side, require_call
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import NotAllowed

router = Router(tags=["assessments"], auth=KNOWN_CALLERS)
_READ = problems("401", "403", "404", "422", "429", "500")
_CHANGE = problems("400", "401", "403", "404", "409", "422", "429", "500")


class MarkOut(Schema):
    """One mark."""

    criterion: str
    value: int = Field(description="A step of the scale")
    reason: str
    revision: int = Field(description="Send it with a change")
    marked_at: str


class MarkerOut(Schema):
    """A marker's marks. Those of others are there once all have handed in, and for nobody of the city."""

    marker: UUID
    mine: bool
    state: str = Field(description="appointed, marking, done or recused")
    marks: list[MarkOut]
    missing: list[str] = Field(description="One's own: criteria still to mark")
    stale: list[str] = Field(
        description="One's own: marks older than the evidence or answer, to be confirmed or changed"
    )


class MarksOut(Schema):
    """The marks that the caller may see."""

    items: list[MarkerOut]


class MarkIn(Schema):
    """A mark."""

    criterion: str = Field(max_length=64)
    value: int = Field(ge=0, le=100, description="A step of the scale")
    reason: str = Field("", max_length=4000, description="Needed where it is not what the city answered")
    revision: int = Field(0, ge=0, le=2_000_000_000, description="Of the mark that is changed; 0: the first")


class CriterionResultOut(Schema):
    """What the city is told of one criterion, and why."""

    criterion: str
    part: str
    title_th: str
    title_en: str
    answer: int | None = Field(description="What the city answered; null is not answered")
    value: int = Field(description="The settled step")
    top: int = Field(description="The highest step")
    reason: str = Field(description="Of who settled it; empty: none was written")
    marker_reasons: list[str] = Field(
        description="What markers wrote, without names, in no order of persons; empty where the call keeps them back"
    )


class ResultOut(Schema):
    """The result as the city's side reads it; no items before the provisional result is told."""

    state: str
    reply_due: str | None = Field(description="Last day of the city's right of reply")
    shows_reasons: bool = Field(description="The call lets the city read the markers' reasons")
    items: list[CriterionResultOut]


class AgreementOut(Schema):
    """How far the markers agree; kappa is null where it is undefined, and the text says why."""

    kappa: float | None = Field(description="Weighted quadratically; of more than two markers the mean of pairs")
    low: float | None = Field(description="95% interval; null where none is told")
    high: float | None
    count: int = Field(description="Criteria with every marker's mark")
    exact: float | None = Field(description="Share of equal marks")
    pairs: int
    differing: list[str]
    told_th: str
    told_en: str


class FileAgreementOut(AgreementOut):
    """The same, and of each part."""

    parts: dict[str, AgreementOut]


@router.get("/assessments/{id}/marks", response=MarksOut, operation_id="assessmentMarks", openapi_extra=_READ)
def assessment_marks(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """One's own marks; those of others for the certifying side once all have handed in."""
    person = person_of(request)
    return _seen(person, file_for(person, id))


@router.post("/assessments/{id}/marks", response=MarkOut, operation_id="markCriterion", openapi_extra=_CHANGE)
def mark_criterion(request: HttpRequest, id: UUID, asked: MarkIn) -> dict[str, Any]:
    """Mark one criterion of a file that one is appointed to."""
    person = person_of(request)
    made = save_mark(
        acting_user=person,
        marker=marker_for(person, file_for(person, id)),
        criterion=asked.criterion,
        value=asked.value,
        reason=asked.reason,
        revision=asked.revision,
    )
    return _mark(made)


@router.post("/assessments/{id}/hand-in", response=MarksOut, operation_id="handInMarks", openapi_extra=_CHANGE)
def hand_in_marks(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Hand in one's marks. What is missing or older than the evidence is listed whole."""
    person = person_of(request)
    file = file_for(person, id)
    hand_in(acting_user=person, marker=marker_for(person, file))
    return _seen(person, file)


@router.get(
    "/assessments/{id}/agreement", response=FileAgreementOut, operation_id="assessmentAgreement", openapi_extra=_READ
)
def assessment_agreement(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """How far the markers agree, for whoever runs the call."""
    person = person_of(request)
    file = file_for(person, id)
    require_call(person, "assess.run", file.call)
    refuse_conflict(person, file)
    told = agreement_of(file)
    return {**_agreement(told), "parts": {key: _agreement(one) for key, one in told.parts.items()}}


@router.get("/assessments/{id}/result", response=ResultOut, operation_id="assessmentResult", openapi_extra=_READ)
def assessment_result(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """The settled marks with their reasons, for the city's side, once it was told."""
    person = person_of(request)
    file = file_for(person, id)
    decision = decide_city_side(person, "assess.view", file)
    if not decision:
        raise NotAllowed(decision)
    settled, said, answers = settled_seen_by(person, file), reasons_seen_by(person, file), values_of(file)
    items = [
        {
            "criterion": one.id,
            "part": one.part,
            "title_th": one.title.th,
            "title_en": one.title.en,
            "answer": answers.get(one.id),
            "value": settled[one.id].value,
            "top": one.top,
            "reason": settled[one.id].reason,
            "marker_reasons": list(said.get(one.id, ())),
        }
        for one in asked_criteria(file)
        if one.id in settled
    ]
    due = file.reply_due.isoformat() if file.reply_due else None
    return {"state": file.state, "reply_due": due, "shows_reasons": file.call.shows_reasons, "items": items}


def _seen(person: Person, file: CityFile) -> dict[str, Any]:
    return {"items": [_marker(person, one) for one in marks_seen_by(person, file)]}


def _marker(person: Person, seen: SeenMarks) -> dict[str, Any]:
    mine = seen.marker.person_id == person.pk
    return {
        "marker": seen.marker.pk,
        "mine": mine,
        "state": seen.marker.state,
        "marks": [_mark(one) for one in seen.marks.values()],
        "missing": list(unmarked(seen.marker)) if mine else [],
        "stale": list(stale_marks(seen.marker)) if mine else [],
    }


def _mark(one: Mark) -> dict[str, Any]:
    return {
        "criterion": one.criterion,
        "value": one.value,
        "reason": one.reason,
        "revision": one.revision,
        "marked_at": one.marked_at.isoformat(),
    }


def _agreement(one: Agreement) -> dict[str, Any]:
    told = one.as_dict()
    words = told.pop("told")
    return {**told, "told_th": words["th"], "told_en": words["en"]}
