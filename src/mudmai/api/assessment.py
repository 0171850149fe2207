"""Files of cities over the API: read, answered and sent by the same rules as on the pages.

Scores are shares of what can be reached: `low` is certain, `high` is what open questions could still bring. What is not
answered is null and never zero.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from mudmai.api.callers import KNOWN_CALLERS, person_of
from mudmai.api.problem_docs import problems
from mudmai.apps.assessment.domain.answers import answers_of, save_answer
from mudmai.apps.assessment.domain.files import file_for, files_seen_by, fill_until, submit_file
from mudmai.apps.assessment.domain.filling import asked_criteria
from mudmai.apps.assessment.domain.standing import FigureClaim, Standing, standing_of
from mudmai.apps.assessment.models import Answer, CityFile, FileState
from mudmai.core.criteria import Criterion, Score
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text

router = Router(tags=["assessments"], auth=KNOWN_CALLERS)
PAGE = 100
_LIST = problems("401", "403", "404", "422", "429", "500")
_READ = problems("401", "403", "404", "422", "429", "500")
_CHANGE = problems("400", "401", "403", "404", "409", "422", "429", "500")
_LONGEST = 20_000


class AssessmentOut(Schema):
    """A city's file in short."""

    id: UUID
    city: str = Field(description="Code of the city")
    city_th: str
    city_en: str
    call: UUID
    call_th: str
    call_en: str
    criteria: str = Field(description="Id of the set that the call is about")
    criteria_sha256: str = Field(description="The very version that the file is assessed by")
    shows_reasons: bool = Field(
        description="The city reads the markers' reasons, without names, once it is told the provisional result"
    )
    state: str
    claimed: list[str] = Field(description="Optional parts that the city claims")
    revision: int
    submitted_at: str | None


class AssessmentPageOut(Schema):
    """One page, newest first."""

    count: int
    page: int
    pages: int
    items: list[AssessmentOut]


class FileStepOut(Schema):
    """One step of the history."""

    sequence: int
    at: str
    action: str
    state: str
    by: str | None = Field(description="Pseudonym; null: the system or the operator")
    note: str


class AssessmentWholeOut(AssessmentOut):
    """A file with its history."""

    fill_until: str = Field(description="Last day on which it may be filled and sent while it is a draft")
    reply_due: str | None
    steps: list[FileStepOut]


class AnswerOut(Schema):
    """One criterion that is asked of the city, and its answer."""

    criterion: str
    part: str
    title_th: str
    title_en: str
    side: str = Field(description="paper or outcome")
    value: int | None = Field(description="A step of the scale; null is not answered")
    top: int = Field(description="The highest step")
    text: str
    evidence_needed: int = Field(description="Pieces that an answer above step 0 needs")
    by: str | None = Field(description="Pseudonym of who answered last")
    at: str | None
    assigned_to: str | None = Field(description="Pseudonym of who is asked to answer")
    revision: int = Field(description="Send it with a change; 0: nothing there yet")


class AnswersOut(Schema):
    """Every criterion that is asked, in the order of the set."""

    items: list[AnswerOut]


class ScoreOut(Schema):
    """A share of what can be reached, 0 to 1; null: nothing can be reached."""

    low: float | None = Field(description="Certain")
    high: float | None = Field(description="If everything open were earned in full")
    coverage: float | None = Field(description="Share of the points that have been answered")


class BlockerOut(Schema):
    """One thing in the way of the next level."""

    kind: str = Field(description="overall, part, unclaimed, count or criterion")
    part: str
    criterion: str
    gain: float = Field(description="What it could add to the share of the whole at most")
    text_th: str
    text_en: str


class FigureClaimOut(Schema):
    """What a live figure says beside the answer."""

    criterion: str
    answer: int | None
    reaches: int | None = Field(description="The step that the figure gives; null: none, and the text says why")
    above: bool
    text_th: str
    text_en: str


class StandingOut(Schema):
    """Where the file stands by the city's own answers."""

    level: str | None = Field(description="The highest level that is certain")
    next_level: str | None
    overall: ScoreOut
    paper: ScoreOut
    outcome: ScoreOut
    parts: dict[str, ScoreOut]
    left_out: dict[str, dict[str, str]] = Field(
        description="Criteria that do not apply to the city, and why: `th` and `en`"
    )
    open_questions: list[str]
    evidence_missing: dict[str, int]
    blockers: list[BlockerOut]
    figures: list[FigureClaimOut]


class AnswerIn(Schema):
    """An answer."""

    value: int | None = Field(ge=0, le=100, description="A step of the scale; null takes the answer back")
    text: str = Field("", max_length=_LONGEST)
    revision: int = Field(0, ge=0, le=2_000_000_000, description="Of the answer that is changed; 0: the first")


class SendFileIn(Schema):
    """Sending a file."""

    revision: int = Field(ge=0, le=2_000_000_000)
    note: str = Field("", max_length=4000)
    leave_open: list[str] = Field(
        default_factory=list, max_length=2000, description="Criteria that the city confirms not to answer"
    )


@router.get("/assessments", response=AssessmentPageOut, operation_id="listAssessments", openapi_extra=_LIST)
def list_assessments(
    request: HttpRequest,
    state: str = Query("", max_length=20),
    city: str = Query("", max_length=60, description="Code of a city"),
    page: int = Query(1, ge=1, le=10_000),
) -> dict[str, Any]:
    """Files that the caller may read: of their own city, of their own call once sent, those they mark."""
    if state and state not in FileState.values:
        raise UnknownNameError(Text("สถานะ", "state"), state, list(FileState.values))
    rows = files_seen_by(person_of(request))
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(city__code=city) if city else rows
    pages = Paginator(rows, PAGE)
    shown = pages.get_page(page)
    return {
        "count": pages.count,
        "page": shown.number,
        "pages": pages.num_pages,
        "items": [_told(one) for one in shown.object_list],
    }


@router.get("/assessments/{id}", response=AssessmentWholeOut, operation_id="getAssessment", openapi_extra=_READ)
def assessment(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """One file and its history."""
    return _whole(file_for(person_of(request), id))


@router.get("/assessments/{id}/answers", response=AnswersOut, operation_id="assessmentAnswers", openapi_extra=_READ)
def assessment_answers(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Every criterion that is asked of the city, answered or not."""
    held = file_for(person_of(request), id)
    rows = answers_of(held)
    return {"items": [_answer(one, rows.get(one.id)) for one in asked_criteria(held)]}


@router.get("/assessments/{id}/standing", response=StandingOut, operation_id="assessmentStanding", openapi_extra=_READ)
def assessment_standing(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Score as a range, level, and what blocks the next one, by the city's own answers."""
    return _standing(standing_of(file_for(person_of(request), id)))


@router.post(
    "/assessments/{id}/answers/{criterion}",
    response=AnswerOut,
    operation_id="answerCriterion",
    openapi_extra=_CHANGE,
)
def answer_criterion(request: HttpRequest, id: UUID, criterion: str, asked: AnswerIn) -> dict[str, Any]:
    """Answer a criterion of a draft. The same answer again changes nothing."""
    person = person_of(request)
    held = file_for(person, id)
    row = save_answer(
        acting_user=person,
        file=held,
        criterion=criterion,
        value=asked.value,
        text=asked.text,
        revision=asked.revision,
    )
    known = {one.id: one for one in asked_criteria(held)}
    return _answer(known[criterion], row)


@router.post(
    "/assessments/{id}/submit", response=AssessmentWholeOut, operation_id="sendAssessment", openapi_extra=_CHANGE
)
def send_assessment(request: HttpRequest, id: UUID, asked: SendFileIn) -> dict[str, Any]:
    """Send a draft. What is missing is listed whole, one problem for each criterion."""
    person = person_of(request)
    done = submit_file(
        acting_user=person,
        file=file_for(person, id),
        note=asked.note,
        leave_open=asked.leave_open,
        revision=asked.revision,
    )
    return _whole(done)


def _told(one: CityFile) -> dict[str, Any]:
    return {
        "id": one.pk,
        "city": one.city.code,
        "city_th": one.city.name.th,
        "city_en": one.city.name.en,
        "call": one.call_id,
        "call_th": one.call.title.th,
        "call_en": one.call.title.en,
        "criteria": one.call.criteria,
        "criteria_sha256": one.criteria_sha,
        "shows_reasons": one.call.shows_reasons,
        "state": one.state,
        "claimed": one.claimed,
        "revision": one.revision,
        "submitted_at": one.submitted_at.isoformat() if one.submitted_at else None,
    }


def _whole(one: CityFile) -> dict[str, Any]:
    steps = [
        {
            "sequence": step.sequence,
            "at": step.at.isoformat(),
            "action": step.action,
            "state": step.state,
            "by": step.by.pseudonym if step.by else None,
            "note": step.note,
        }
        for step in one.steps.select_related("by")
    ]
    due = one.reply_due.isoformat() if one.reply_due else None
    return {**_told(one), "fill_until": fill_until(one).isoformat(), "reply_due": due, "steps": steps}


def _answer(one: Criterion, row: Answer | None) -> dict[str, Any]:
    answered = row is not None and row.changed_by_id is not None
    return {
        "criterion": one.id,
        "part": one.part,
        "title_th": one.title.th,
        "title_en": one.title.en,
        "side": one.side.value,
        "value": row.value if row else None,
        "top": one.top,
        "text": row.text if row else "",
        "evidence_needed": one.evidence,
        "by": row.changed_by.pseudonym if row and row.changed_by else None,
        "at": row.changed_at.isoformat() if row and answered else None,
        "assigned_to": row.assigned_to.pseudonym if row and row.assigned_to else None,
        "revision": row.revision if row else 0,
    }


def _score(one: Score) -> dict[str, float | None]:
    return {"low": one.low, "high": one.high, "coverage": one.coverage}


def _standing(one: Standing) -> dict[str, Any]:
    sides = {side.value: _score(score) for side, score in one.assessed.sides.items()}
    return {
        "level": one.assessed.level.id if one.assessed.level else None,
        "next_level": one.next.level.id if one.next else None,
        "overall": _score(one.assessed.overall),
        "paper": sides["paper"],
        "outcome": sides["outcome"],
        "parts": {key: _score(score) for key, score in one.assessed.parts.items()},
        "left_out": {key: {"th": fit.reason.th, "en": fit.reason.en} for key, fit in one.assessed.left_out.items()},
        "open_questions": [each.id for each in one.open_questions],
        "evidence_missing": {each.id: many for each, many in one.evidence_missing},
        "blockers": [
            {
                "kind": each.kind,
                "part": each.part,
                "criterion": each.criterion,
                "gain": each.gain,
                "text_th": each.text.th,
                "text_en": each.text.en,
            }
            for each in one.blockers
        ],
        "figures": [_claim(each) for each in one.figures],
    }


def _claim(one: FigureClaim) -> dict[str, Any]:
    return {
        "criterion": one.criterion,
        "answer": one.answer,
        "reaches": one.reaches,
        "above": one.above,
        "text_th": one.text.th,
        "text_en": one.text.en,
    }
