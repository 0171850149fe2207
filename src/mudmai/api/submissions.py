"""Submissions over the API: read, and moved on, by the same rules as on the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from mudmai.api.callers import KNOWN_CALLERS, person_of
from mudmai.api.problem_docs import problems
from mudmai.apps.data.domain import submissions as domain
from mudmai.apps.data.domain.differences import difference_of
from mudmai.apps.data.domain.finding import possible_steps, seen_by, visible_submissions
from mudmai.apps.data.domain.reviewing import next_level
from mudmai.apps.data.domain.submissions import submission_for
from mudmai.apps.data.models import State, Submission
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text
from mudmai.workspace.row_diff import summary

router = Router(tags=["submissions"], auth=KNOWN_CALLERS)
PAGE = 100
MOST = 1000
_READ = problems("401", "403", "404", "422", "429", "500")
_CHANGE = problems("400", "401", "403", "404", "409", "422", "429", "500")


class SubmissionOut(Schema):
    """A submission as lists show it."""

    id: UUID
    dataset: str
    organisation: str
    area_system: str = Field(description="Empty together with area: what its rows say counts")
    area: str
    mode: str = Field(description="replace or update")
    state: str
    file: str
    sha256: str
    errors: int
    warnings: int
    accepted: int
    revision: int = Field(description="Send it with every change; a change from an older one is refused with 409")
    release: str | None
    created_at: str
    changed_at: str


class SubmissionPageOut(Schema):
    """One page, the latest change first."""

    count: int
    page: int
    pages: int
    items: list[SubmissionOut]


class StepOut(Schema):
    """One step of the history."""

    sequence: int
    at: str
    action: str
    state: str
    by: str | None = Field(description="Pseudonym; null: the system or the operator")
    note: str


class CountsOut(Schema):
    """What it changes of what is served (or was, before its release)."""

    revised: int
    removed: int
    added: int
    noted: int
    unchanged: int
    summary: str
    summary_th: str


class PossibleOut(Schema):
    """What goes with the state, and whether the caller may do it."""

    do: str
    level: int
    allowed: bool
    reason: str
    reason_th: str


class SubmissionDetailOut(SubmissionOut):
    """One submission with its history."""

    note: str
    level: int = Field(description="The approval that is due; 0: none")
    levels: int
    steps: list[StepOut]
    possible: list[PossibleOut]
    differences: CountsOut | None


class SubmitIn(Schema):
    """Handing in."""

    revision: int = Field(ge=0, le=2_000_000_000)
    note: str = Field("", max_length=4000)


class ApproveIn(SubmitIn):
    """One level's yes."""

    level: int = Field(1, ge=1, le=5)


class ReasonIn(Schema):
    """A change that needs a reason."""

    revision: int = Field(ge=0, le=2_000_000_000)
    reason: str = Field(max_length=4000)


class RevisionIn(Schema):
    """A change that needs no more."""

    revision: int = Field(ge=0, le=2_000_000_000)


@router.get("/submissions", response=SubmissionPageOut, operation_id="submissions", openapi_extra=_READ)
def submission_list(
    request: HttpRequest,
    state: str = Query("", max_length=20),
    dataset: str = Query("", max_length=120),
    page: int = Query(1, ge=1, le=10_000),
) -> dict[str, Any]:
    """Submissions that the caller may see."""
    person = person_of(request)
    if state and state not in State.values:
        raise UnknownNameError(Text("สถานะ", "state"), state, list(State.values))
    rows = visible_submissions(person)
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(dataset=dataset) if dataset else rows
    pages = Paginator(seen_by(person, rows[:MOST]), PAGE)
    shown = pages.get_page(page)
    return {
        "count": pages.count,
        "page": shown.number,
        "pages": pages.num_pages,
        "items": [_told(one) for one in shown.object_list],
    }


@router.get("/submissions/{id}", response=SubmissionDetailOut, operation_id="submission", openapi_extra=_READ)
def submission(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """One submission, what it changes, and what the caller may do with it."""
    return _whole(request, submission_for(person_of(request), id))


@router.post("/submissions/{id}/submit", response=SubmissionDetailOut, operation_id="submit", openapi_extra=_CHANGE)
def submit(request: HttpRequest, id: UUID, asked: SubmitIn) -> dict[str, Any]:
    """Hand a draft in for review."""
    held = _held(request, id, asked.revision)
    return _whole(request, domain.submit(acting_user=person_of(request), submission=held, note=asked.note))


@router.post("/submissions/{id}/approve", response=SubmissionDetailOut, operation_id="approve", openapi_extra=_CHANGE)
def approve(request: HttpRequest, id: UUID, asked: ApproveIn) -> dict[str, Any]:
    """Give one level's approval."""
    held = _held(request, id, asked.revision)
    done = domain.approve(acting_user=person_of(request), submission=held, level=asked.level, note=asked.note)
    return _whole(request, done)


@router.post(
    "/submissions/{id}/return",
    response=SubmissionDetailOut,
    operation_id="returnSubmission",
    openapi_extra=_CHANGE,
)
def return_submission(request: HttpRequest, id: UUID, asked: ReasonIn) -> dict[str, Any]:
    """Give it back with reasons."""
    held = _held(request, id, asked.revision)
    done = domain.return_submission(acting_user=person_of(request), submission=held, reasons=asked.reason)
    return _whole(request, done)


@router.post("/submissions/{id}/release", response=SubmissionDetailOut, operation_id="release", openapi_extra=_CHANGE)
def release(request: HttpRequest, id: UUID, asked: RevisionIn) -> dict[str, Any]:
    """Publish an approved submission; answers when it is served."""
    held = _held(request, id, asked.revision)
    return _whole(request, domain.release(acting_user=person_of(request), submission=held))


@router.post("/submissions/{id}/withdraw", response=SubmissionDetailOut, operation_id="withdraw", openapi_extra=_CHANGE)
def withdraw(request: HttpRequest, id: UUID, asked: ReasonIn) -> dict[str, Any]:
    """Take its figures out of what is served; the reason is public."""
    held = _held(request, id, asked.revision)
    return _whole(request, domain.withdraw(acting_user=person_of(request), submission=held, reason=asked.reason))


def _held(request: HttpRequest, id: UUID, revision: int) -> Submission:
    held = submission_for(person_of(request), id)
    held.revision = revision
    return held


def _told(one: Submission) -> dict[str, Any]:
    return {
        "id": one.pk,
        "dataset": one.dataset,
        "organisation": one.organisation.code,
        "area_system": one.area_system,
        "area": one.area_code,
        "mode": one.mode,
        "state": one.state,
        "file": one.raw_name,
        "sha256": one.raw_sha,
        "errors": one.errors,
        "warnings": one.warnings,
        "accepted": one.accepted,
        "revision": one.revision,
        "release": one.release or None,
        "created_at": one.created_at.isoformat(),
        "changed_at": one.changed_at.isoformat(),
    }


def _whole(request: HttpRequest, one: Submission) -> dict[str, Any]:
    workspace = request.workspace  # type: ignore[attr-defined]
    try:
        diff = difference_of(one)
    except InputError:  # its organisation was never a holder, or the table is gone
        diff = None
    said = summary(diff, workspace.catalogue) if diff else Text("", "")
    return {
        **_told(one),
        "note": one.note,
        "level": next_level(one),
        "levels": one.levels,
        "steps": [_step(s) for s in one.steps.select_related("by")],
        "possible": [
            {
                "do": p.do,
                "level": p.level,
                "allowed": p.decision.allowed,
                "reason": p.decision.reason.en,
                "reason_th": p.decision.reason.th,
            }
            for p in possible_steps(person_of(request), one)
        ],
        "differences": _counts(diff, said) if diff else None,
    }


def _step(one: Any) -> dict[str, Any]:
    return {
        "sequence": one.sequence,
        "at": one.at.isoformat(),
        "action": one.action,
        "state": one.state,
        "by": one.by.pseudonym if one.by else None,
        "note": one.note,
    }


def _counts(diff: Any, said: Text) -> dict[str, Any]:
    counts = {name: getattr(diff.counts, name) for name in ("revised", "removed", "added", "noted", "unchanged")}
    return {**counts, "summary": said.en, "summary_th": said.th}
