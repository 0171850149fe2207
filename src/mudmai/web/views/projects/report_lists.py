"""What waits: projects that need a decision, reports to approve, reports overdue; locking and reopening periods."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from mudmai.apps.programme.domain.monitoring import monitored, overdue_of, portfolio_state
from mudmai.apps.programme.domain.period_locks import lock_period, reopen_period
from mudmai.apps.programme.domain.progress_curves import ManyCurve, curve_of_many
from mudmai.apps.programme.domain.report_cycle import Cycle, cycle_of
from mudmai.apps.programme.domain.report_urgency import Concern
from mudmai.apps.programme.models import PeriodLock, Programme, Project, Report, ReportState
from mudmai.apps.programme.policy import decide_on
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import NotAllowed, allowed_rows, organisations_allowing, require_anywhere
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.core.reporting_periods import cycle_text
from mudmai.web.charts.progress_curve import described, progress_curve
from mudmai.web.charts.rendering import inline_svg
from mudmai.web.pages import address, language_of, reader, render_page
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.web.wording import wording

SHOWN = 100
"""Rows of one list on the page; the rest is told as a number."""

_PERIODS = 8


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """One ended period of a programme: how many reports came, how many are approved, and its lock."""

    period: Period
    words: Text
    sent: int
    approved: int
    lock: PeriodLock | None


@signed_in
def report_list(request: HttpRequest, language: str) -> HttpResponse:
    """The page, and locking or reopening a period of the chosen programme."""
    person = person_of(request)
    require_anywhere(person, "project.view")
    programmes = list(
        allowed_rows(Programme.objects.select_related("organisation", "monitoring"), person, "project.view")
    )
    chosen = _chosen(request, programmes)
    fault: InputError | None = None
    if request.method == "POST":
        try:
            _act(request, person, chosen)
        except NotAllowed:
            raise
        except InputError as refused:
            fault = refused
        else:
            assert chosen is not None
            to = address(language_of(request), "project_reports")
            return HttpResponseRedirect(f"{to}?programme={chosen.pk}#periods")
    return _show(request, person, programmes, chosen, fault)


def _chosen(request: HttpRequest, programmes: list[Programme]) -> Programme | None:
    asked = request.POST.get("programme") or request.GET.get("programme") or ""
    if not asked:
        return programmes[0] if len(programmes) == 1 else None
    try:
        key = UUID(asked)
    except ValueError:
        raise Http404 from None
    found = next((one for one in programmes if one.pk == key), None)
    if found is None:
        raise Http404
    return found


def _act(request: HttpRequest, person: Person, programme: Programme | None) -> None:
    if programme is None:
        raise Http404
    period = Period.from_iso(request.POST.get("period", ""))
    match request.POST.get("do", ""):
        case "lock":
            lock_period(acting_user=person, programme=programme, period=period)
            tell(request, "reports.locked")
        case "reopen":
            reason = request.POST.get("reason", "")
            reopen_period(acting_user=person, programme=programme, period=period, reason=reason)
            tell(request, "reports.reopened")
        case _:
            raise Http404


def _show(
    request: HttpRequest,
    person: Person,
    programmes: list[Programme],
    chosen: Programme | None,
    fault: InputError | None,
) -> HttpResponse:
    today = timezone.localdate()
    inside = Project.objects.filter(programme__in=[chosen] if chosen else [one.pk for one in programmes])
    found = portfolio_state(inside, today)
    by_concern = Counter(one.concern for one in found)
    decide_first = [one for one in found if one.urgency > Concern.OVERDUE]
    many = curve_of_many(found, today) if chosen else None
    here = reader(request)
    chart = progress_curve(many.curve, here) if many else None
    overdue = overdue_of(found)
    waiting = _waiting(inside)
    counts: dict[Any, int] = {}
    for one in found:
        counts[one.judgement.status] = counts.get(one.judgement.status, 0) + 1
    cycle = cycle_of(chosen) if chosen else None
    return render_page(
        request,
        "reports/list.html",
        status=200 if fault is None else 422,
        part="reports",
        programmes=programmes,
        chosen=chosen,
        cycle=cycle,
        monitored=len(found),
        counts=sorted(counts.items(), key=lambda pair: (-pair[0].urgency, pair[0].value)),
        concerns=[(one, by_concern[one]) for one in reversed(Concern)],
        only_overdue=by_concern[Concern.OVERDUE],
        many=many,
        many_told=_told(many) if many else None,
        chart=inline_svg(chart, "progress", *described(wording("reports.curve"), here.language)) if chart else "",
        decide_first=decide_first[:SHOWN],
        decide_more=max(0, len(decide_first) - SHOWN),
        followed=found[:SHOWN],
        followed_more=max(0, len(found) - SHOWN),
        waiting=[
            (one, cycle_text(one.reported_period, cycle_of(one.project.programme).fiscal_start))
            for one in waiting[:SHOWN]
        ],
        waiting_more=max(0, waiting.count() - SHOWN),
        overdue=[(one, owed, cycle_text(owed.period, one.cycle.fiscal_start)) for one, owed in overdue[:SHOWN]],
        overdue_more=max(0, len(overdue) - SHOWN),
        periods=_periods(chosen, cycle, inside, today) if chosen and cycle else [],
        may_review=organisations_allowing(person, "project.approve").exists(),
        may_lock=chosen is not None and bool(decide_on(person, "project.lock", programme=chosen)),
        fault=fault,
    )


def _told(many: ManyCurve) -> Text:
    """What the curve of a programme is made of, and what is not in it."""
    return wording(
        "reports.many_told", count=f"{many.projects:,}", budget=f"{many.budget:,.2f}", without=f"{many.without:,}"
    )


def _waiting(projects: QuerySet[Project]) -> QuerySet[Report]:
    """Submitted reports, those that wait longest first."""
    rows = Report.objects.filter(project__in=projects.values("pk"), state=ReportState.SUBMITTED)
    return rows.select_related("project__programme__monitoring").order_by("submitted_at", "pk")


def _periods(programme: Programme, cycle: Cycle, projects: QuerySet[Project], today: date) -> list[PeriodRow]:
    latest = cycle.latest_ended(today)
    if latest is None:
        return []
    first = cycle.first or latest
    periods = [latest.shift(-n) for n in range(_PERIODS) if n == 0 or latest.shift(-n) >= first]
    rows = Report.objects.filter(project__in=monitored(projects).values("pk"), period__in=[one.iso for one in periods])
    sent = {
        one["period"]: one
        for one in rows.order_by()
        .values("period")
        .annotate(
            approved=Count("pk", filter=Q(state=ReportState.APPROVED)),
            sent=Count("pk", filter=Q(state__in=[ReportState.APPROVED, ReportState.SUBMITTED])),
        )
    }
    locks = {one.period: one for one in PeriodLock.objects.filter(programme=programme, reopened_at=None)}
    return [
        PeriodRow(
            one,
            cycle_text(one, cycle.fiscal_start),
            sent.get(one.iso, {}).get("sent", 0),
            sent.get(one.iso, {}).get("approved", 0),
            locks.get(one.iso),
        )
        for one in periods
    ]
