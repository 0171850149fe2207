"""One project's report for one period: written, sent, approved, with evidence, obstacles and milestones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone

from mudmai.apps.programme.domain import obstacles, reporting
from mudmai.apps.programme.domain.disbursed_years import years_of_project
from mudmai.apps.programme.domain.finding import project_for
from mudmai.apps.programme.domain.monitoring import Standing, standing_of
from mudmai.apps.programme.domain.progress_curves import cost_unknown, finish_unknown, s_curve
from mudmai.apps.programme.domain.report_cycle import Cycle, cycle_of
from mudmai.apps.programme.models import Milestone, Obstacle, PeriodLock, Project, Report, ReportEvidence
from mudmai.apps.programme.policy import decide_project
from mudmai.apps.registry.domain.audit_words import action_words
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Decision, NotAllowed, decide
from mudmai.core.days import read_day
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.core.reporting_periods import cycle_text, last_day, period_of_day
from mudmai.core.typed_figures import exact_number
from mudmai.http.receiving import received, refuse_too_large
from mudmai.web.charts.progress_curve import described, progress_curve
from mudmai.web.charts.rendering import inline_svg
from mudmai.web.pages import address, language_of, reader, render_page, workspace_of
from mudmai.web.views.intake.receiving import takes_files
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.web.views.projects.report_pictures import is_picture_name, picture_type
from mudmai.web.wording import wording
from mudmai.workspace.raw_files import raw_files

_PERIODS = 24
"""Periods that the page lets choose from, back from the current one."""

_WRITTEN = ("percent", "disbursed", "note", "fall_reason", "over_reason")


@dataclass(frozen=True, slots=True)
class PeriodChoice:
    """A period to choose, its words, and whether its report is there, missing, overdue or locked."""

    period: Period
    words: Text
    state: Text


@takes_files
@signed_in
def report(request: HttpRequest, language: str, project: UUID) -> HttpResponse:
    """The page of one period, and what its forms ask for. What was typed is never lost with a refusal."""
    person = person_of(request)
    held = project_for(person, project)
    _require_inside(person, held)
    cycle = cycle_of(held.programme)
    refuse_too_large(request)
    period = _period(request, cycle, held)
    fault: InputError | None = None
    if request.method == "POST" and period is not None:
        try:
            _act(request, person, held, period)
        except NotAllowed:
            raise
        except InputError as refused:
            fault = refused
        else:
            to = address(language_of(request), "project_report", project=held.pk)
            return HttpResponseRedirect(f"{to}?period={period.iso}")
    return _show(request, person, held, cycle, period, fault)


@signed_in
def evidence(request: HttpRequest, language: str, project: UUID, evidence: UUID) -> HttpResponseBase:
    """A file that was attached, for those who work with the project: a download, or with ``show=picture`` a photo
    inside a page, told by its bytes and never by its name."""
    person = person_of(request)
    held = project_for(person, project)
    _require_inside(person, held)
    found = ReportEvidence.objects.filter(pk=evidence, report__project=held).first()
    if found is None:
        raise Http404
    path = raw_files(workspace_of(request)).path(found.raw_sha)
    if request.GET.get("show") == "picture":
        kind = picture_type(path)
        if kind is None:
            raise Http404
        shown = FileResponse(path.open("rb"), content_type=kind)
        shown.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return shown
    response = FileResponse(path.open("rb"), as_attachment=True, filename=found.raw_name)
    response.headers["Content-Type"] = "application/octet-stream"
    return response


def _require_inside(person: Person, project: Project) -> None:
    """Reports at work are for those with a role in the organisation; the project's page shows what is approved."""
    decision = decide(person, "project.view", organisation=project.programme.organisation)
    if not decision:
        raise NotAllowed(decision)


def _period(request: HttpRequest, cycle: Cycle, project: Project) -> Period | None:
    """The period asked for; else the oldest that is owed; else the latest that is over."""
    if cycle.frequency is None:
        return None
    asked = request.POST.get("period") or request.GET.get("period") or ""
    if asked:
        found = Period.from_iso(asked)
        if found.frequency is cycle.frequency:
            return found
    today = timezone.localdate()
    owed = standing_of(project, today).owed
    return owed[0].period if owed else cycle.latest_ended(today)


def _act(request: HttpRequest, person: Person, project: Project, period: Period) -> None:
    """Do what the form asks, and tell that it was done."""
    given = request.POST
    match given.get("do", ""):
        case "save":
            _save(request, person, project, period)
            tell(request, "reports.saved")
        case "submit":
            made = _save(request, person, project, period)
            reporting.submit_report(acting_user=person, report=made)
            tell(request, "reports.sent")
        case "approve":
            reporting.approve_report(acting_user=person, report=_as_read(request, project, period))
            tell(request, "reports.approved")
        case "return":
            found = _as_read(request, project, period)
            reporting.return_report(acting_user=person, report=found, reason=given.get("reason", ""))
            tell(request, "reports.returned")
        case "attach":
            _attach(request, person, project, period)
            tell(request, "reports.attached")
        case "detach":
            found = _as_read(request, project, period)
            file = ReportEvidence.objects.filter(report=found, pk=_uuid(given.get("evidence", ""))).first()
            if file is None:
                raise Http404
            reporting.detach_evidence(acting_user=person, report=found, evidence=file)
            tell(request, "reports.detached")
        case "obstacle":
            asks = given.get("needs_decision") == "on"
            obstacles.raise_obstacle(
                acting_user=person, project=project, text=given.get("obstacle", ""), needs_decision=asks
            )
            tell(request, "reports.raised")
        case "resolve":
            stone = Obstacle.objects.filter(project=project, pk=_uuid(given.get("id", ""))).first()
            if stone is None:
                raise Http404
            obstacles.resolve_obstacle(acting_user=person, obstacle=stone, resolution=given.get("resolution", ""))
            tell(request, "reports.resolved")
        case "milestone":
            _meet(request, person, project)
            tell(request, "reports.saved")
        case _:
            raise Http404


def _attach(request: HttpRequest, person: Person, project: Project, period: Period) -> None:
    """Rights are asked before the file is taken in."""
    decision = decide_project(person, "project.report", project)
    if not decision:
        raise NotAllowed(decision)
    found = _as_read(request, project, period)
    reporting.attach_evidence(acting_user=person, report=found, raw=received(request))


def _save(request: HttpRequest, person: Person, project: Project, period: Period) -> Report:
    given = request.POST
    return reporting.save_report(
        acting_user=person,
        project=project,
        period=period,
        percent=exact_number(given.get("percent", ""), "percent"),
        disbursed=exact_number(given.get("disbursed", ""), "disbursed"),
        note=given.get("note", ""),
        fall_reason=given.get("fall_reason", ""),
        over_reason=given.get("over_reason", ""),
        revision=_revision(request),
    )


def _meet(request: HttpRequest, person: Person, project: Project) -> None:
    key = request.POST.get("id", "")
    found = Milestone.objects.filter(project=project, pk=int(key)).first() if key.isdecimal() else None
    if found is None:
        raise Http404
    typed = request.POST.get("met_on", "").strip()
    obstacles.meet_milestone(acting_user=person, milestone=found, met_on=read_day(typed) if typed else None)


def _as_read(request: HttpRequest, project: Project, period: Period) -> Report:
    """The report as the reader saw it: a change made since is refused."""
    found = Report.objects.select_related("project__programme__organisation").filter(
        project=project, period=period.iso
    ).first()  # fmt: skip
    if found is None:
        raise Http404
    found.revision = _revision(request)
    return found


def _revision(request: HttpRequest) -> int:
    typed = request.POST.get("revision", "")
    return int(typed) if typed.isdecimal() and len(typed) < 9 else 0


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _show(
    request: HttpRequest,
    person: Person,
    project: Project,
    cycle: Cycle,
    period: Period | None,
    fault: InputError | None,
) -> HttpResponse:
    today = timezone.localdate()
    standing = standing_of(project, today)
    found = Report.objects.filter(project=project, period=period.iso).first() if period else None
    lock = (
        PeriodLock.objects.filter(programme=project.programme, period=period.iso, reopened_at=None).first()
        if period
        else None
    )
    may_report = decide_project(person, "project.report", project)
    may_approve = decide_project(person, "project.approve", project)
    editable = bool(period) and bool(may_report) and lock is None and (found is None or found.is_editable)
    posted = request.POST if fault is not None and request.method == "POST" else {}
    written = {name: posted.get(name, _kept(found, name)) for name in _WRITTEN}
    here = reader(request)
    curve = s_curve(standing)
    chart = progress_curve(curve, here)
    earlier = [one for one in standing.reports if period is None or one.until < last_day(period)]
    return render_page(
        request,
        "reports/report.html",
        status=200 if fault is None else 409 if fault.code == "report_changed" else 422,
        part="reports",
        project=project,
        programme=project.programme,
        standing=standing,
        report=found,
        period=period,
        period_words=cycle_text(period, cycle.fiscal_start) if period else None,
        choices=_choices(cycle, standing, project, today),
        planned=standing.curve.at(last_day(period)) if standing.curve and period else None,
        due_on=cycle.due_on(period) if period else None,
        earlier=earlier[-1] if earlier else None,
        lock=lock,
        editable=editable,
        may_report=may_report,
        may_approve=_may_approve(may_approve, person, found, lock),
        may_return=bool(may_approve) and lock is None and found is not None and not found.is_editable,
        written=written,
        revision=found.revision if found else 0,
        typed=_typed(posted) if not editable else [],
        posted=posted,
        fault=fault,
        steps=[(action_words(s.action), s) for s in found.steps.select_related("by__details").order_by("-sequence")]
        if found
        else [],
        files=[(one, is_picture_name(one.raw_name)) for one in found.evidence.all()] if found else [],
        milestones=list(project.milestones.all()),
        last_return=found.steps.filter(action="report.return").last() if found and found.state == "returned" else None,
        curve=curve,
        chart=inline_svg(chart, "progress", *described(wording("reports.curve"), here.language)) if chart else "",
        thresholds=cycle.thresholds,
        no_cost=cost_unknown(standing),
        no_finish=finish_unknown(standing),
        by_year=years_of_project(project),
    )


def _typed(posted: Mapping[str, str]) -> list[tuple[Text, str]]:
    """What was typed into a form that is not shown any more: nothing is lost."""
    names = {
        "percent": wording("reports.percent"),
        "disbursed": wording("reports.disbursed"),
        "note": wording("reports.note"),
        "fall_reason": wording("reports.fall_reason"),
        "over_reason": wording("reports.over_reason"),
        "reason": wording("reports.return_reason"),
    }
    return [(words, posted[name]) for name, words in names.items() if posted.get(name)]


def _may_approve(decision: Decision, person: Person, found: Report | None, lock: PeriodLock | None) -> bool:
    waiting = found is not None and found.state == "submitted" and found.submitted_by_id != person.pk
    return bool(decision) and waiting and lock is None


def _kept(found: Report | None, name: str) -> str:
    value: Any = getattr(found, name) if found else ""
    if isinstance(value, Decimal):
        return f"{value:,f}"
    return value or ""


def _choices(cycle: Cycle, standing: Standing, project: Project, today: date) -> list[PeriodChoice]:
    """The current period and those before it, the latest first, each with its state."""
    if cycle.frequency is None:
        return []
    current = period_of_day(today, cycle.frequency)
    first = current.shift(1 - _PERIODS)
    begun = period_of_day(project.start, cycle.frequency) if project.start else first
    states = {one.period: one.state_title for one in Report.objects.filter(project=project)}
    owed = {one.period: one for one in standing.owed}
    found: list[PeriodChoice] = []
    period = current
    while period >= max(first, min(begun, current)):
        state = states.get(period.iso)
        if state is None:
            state = wording("reports.not_there")
            if period in owed:
                state = wording("reports.is_overdue" if owed[period].days > 0 else "reports.is_owed")
        found.append(PeriodChoice(period, cycle_text(period, cycle.fiscal_start), state))
        period = period.shift(-1)
    return found
