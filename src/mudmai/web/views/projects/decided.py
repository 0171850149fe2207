"""What was decided about a project: revisions of the plan, approved reports, papers of decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mudmai.apps.programme.models import (
    ProjectDocument,
    ProjectState,
    ProjectVersion,
    Report,
    ReportState,
    ReportStep,
    RevisionKind,
)
from mudmai.core.language import Text
from mudmai.core.reporting_periods import cycle_text
from mudmai.web.preferences import Preferences
from mudmai.web.views.people.moments import write_day
from mudmai.web.wording import wording

MOST = 3
DECIDING = frozenset({"budgetApproval", "contractSigned", "environmentalImpact", "finalAudit"})
"""Types of documents that are decisions."""


@dataclass(frozen=True)
class Decided:
    """Sentences, the latest first, and the addresses of papers."""

    told: tuple[Text, ...] = ()
    papers: tuple[tuple[str, Text], ...] = ()


def decided_of(
    versions: Sequence[ProjectVersion],
    documents: Sequence[tuple[str, ProjectDocument]],
    here: Preferences,
    *,
    fiscal_start: int = 10,
) -> Decided:
    """``versions`` the latest first with their events; ``documents`` with their addresses. One query for approvals."""
    official = [one for one in versions if one.event.is_official]
    told = [_revision(one, here) for one in official[:MOST]]
    if len(official) > MOST:
        told.append(wording("project.more_decided", n=here.number(len(official) - MOST, 0)))
    approved = (
        _approval(official[0].project_id if official else versions[0].project_id, here, fiscal_start)
        if versions
        else None
    )
    if approved is not None:
        told.append(approved)
    papers = [
        (address, wording("project.paper", title=one.title)) for address, one in documents if one.type in DECIDING
    ]
    return Decided(tuple(told), tuple(papers[:MOST]))


def _revision(one: ProjectVersion, here: Preferences) -> Text:
    event = one.event
    kind = RevisionKind(event.kind).label
    number = f" {event.number}" if event.number else ""
    said = wording("project.decided", day=write_day(here, event.decided_on),
                   what=Text(f"{kind.th}{number}", f"{kind.en}{number}"))  # fmt: skip
    parts = [said]
    if one.state != ProjectState.ACTIVE.value:
        parts.append(ProjectState(one.state).label)
    if event.document:
        parts.append(Text(event.document, event.document))
    return Text(" · ".join(part.th for part in parts), " · ".join(part.en for part in parts))


def _approval(project: object, here: Preferences, fiscal_start: int) -> Text | None:
    """The latest report that was approved, and when."""
    step = (
        ReportStep.objects.filter(
            report__project=project, action="report.approve", report__state=ReportState.APPROVED.value
        )
        .select_related("report")
        .order_by("-report__until", "-sequence")
        .first()
    )
    if step is None:
        return None
    report: Report = step.report
    period = cycle_text(report.reported_period, fiscal_start)
    return wording("project.report_approved", period=period, day=write_day(here, step.at.date()))
