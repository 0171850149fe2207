"""Reports of progress over the API: read, written and sent by the same rules as on the pages.

Writing is idempotent: the same report again changes nothing and answers the same. Amounts are exact decimal text.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from mudmai.api.callers import KNOWN_CALLERS, caller, person_of
from mudmai.api.problem_docs import problems
from mudmai.apps.programme.domain.finding import project_for
from mudmai.apps.programme.domain.report_entries import enter_report, reports_of
from mudmai.apps.programme.domain.reporting import submit_report
from mudmai.apps.programme.models import Report, ReportState
from mudmai.apps.registry.policy import NotAllowed, decide
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text
from mudmai.core.periods import Period

router = Router(tags=["reports"])
_READ = problems("401", "403", "404", "422", "429", "500")
_CHANGE = problems("400", "401", "403", "404", "409", "422", "429", "500")


class ReportOut(Schema):
    """A report of one project for one period. Amounts and percents are decimal text; null is not known."""

    project: UUID
    period: str = Field(description="ISO: 2024-07 or 2024-Q3")
    until: str = Field(description="The last day that it covers")
    percent: str | None = Field(description="Work done since the start of the project, 0 to 100")
    disbursed: str | None = Field(description="Baht paid out since the start of the project")
    state: str = Field(description="draft, submitted, approved or returned; the public sees approved ones")
    revision: int | None = Field(description="Send it with a change; null for readers outside of the organisation")
    note: str | None
    fall_reason: str | None
    over_reason: str | None


class ReportsOut(Schema):
    """The reports of a project, oldest first."""

    items: list[ReportOut]


class ReportIn(Schema):
    """A report. What is left out is not known, and never zero."""

    period: str = Field(max_length=8)
    percent: Decimal | None = Field(None, description="0 to 100, two decimals at most")
    disbursed: Decimal | None = Field(None, description="Baht, two decimals at most")
    note: str = Field("", max_length=20_000)
    fall_reason: str = Field("", max_length=4000)
    over_reason: str = Field("", max_length=4000)
    revision: int | None = Field(None, ge=0, le=2_000_000_000, description="Of the report that is changed; null: new")
    send: bool = Field(False, description="Also send it for approval")


class SendIn(Schema):
    """Sending a draft."""

    revision: int = Field(ge=0, le=2_000_000_000)


@router.get("/projects/{id}/reports", response=ReportsOut, operation_id="projectReports", openapi_extra=_READ)
def project_reports(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """The reports of a project. Who has no role in its organisation is told the figures of approved ones."""
    person = caller(request)
    held = project_for(person, id)
    inside = bool(decide(person, "project.view", organisation=held.programme.organisation))
    return {"items": [_told(one, inside) for one in reports_of([held.pk], approved_only=not inside)]}


@router.post("/projects/{id}/reports", response=ReportOut, operation_id="writeReport", auth=KNOWN_CALLERS,
             openapi_extra=_CHANGE)  # fmt: skip
def write_report(request: HttpRequest, id: UUID, asked: ReportIn) -> dict[str, Any]:
    """Write the draft of a report, or change it; with `send` it goes for approval. The same again changes nothing."""
    person = person_of(request)
    held = project_for(person, id)
    entered = enter_report(
        acting_user=person,
        project=held,
        period=Period.from_iso(asked.period),
        percent=asked.percent,
        disbursed=asked.disbursed,
        note=asked.note,
        fall_reason=asked.fall_reason,
        over_reason=asked.over_reason,
        revision=asked.revision,
        send=asked.send,
    )
    return _told(entered.report, True)


@router.post("/projects/{id}/reports/{period}/submit", response=ReportOut, operation_id="sendReport",
             auth=KNOWN_CALLERS, openapi_extra=_CHANGE)  # fmt: skip
def send_report(request: HttpRequest, id: UUID, period: str, asked: SendIn) -> dict[str, Any]:
    """Send a draft for approval; one that was sent already is answered as it is."""
    person = person_of(request)
    held = project_for(person, id)
    decision = decide(person, "project.view", organisation=held.programme.organisation)
    if not decision:
        raise NotAllowed(decision)
    rows = Report.objects.select_related("project__programme__organisation")
    report = rows.filter(project=held, period=Period.from_iso(period).iso).first()
    if report is None:
        raise UnknownNameError(Text("รายงาน", "report"), period)
    already = report.state == ReportState.SUBMITTED and report.submitted_by_id == person.pk
    if not already or asked.revision not in (report.revision, report.revision - 1):
        report.revision = asked.revision
        report = submit_report(acting_user=person, report=report)
    return _told(report, True)


def _told(one: Report, inside: bool) -> dict[str, Any]:
    return {
        "project": one.project_id,
        "period": one.period,
        "until": one.until.isoformat(),
        "percent": None if one.percent is None else f"{one.percent:f}",
        "disbursed": None if one.disbursed is None else f"{one.disbursed:f}",
        "state": one.state,
        "revision": one.revision if inside else None,
        "note": one.note if inside else None,
        "fall_reason": one.fall_reason if inside else None,
        "over_reason": one.over_reason if inside else None,
    }
