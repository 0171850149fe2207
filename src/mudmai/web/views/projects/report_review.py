"""The reviewer's page: submitted reports of all programmes in reach, approved or returned many at once; who owes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from mudmai.apps.programme.domain.monitoring import Standing, monitored, overdue_of, standings
from mudmai.apps.programme.domain.report_cycle import Owed, cycle_of
from mudmai.apps.programme.domain.report_review import Reviewed, review_many
from mudmai.apps.programme.models import SENT_REPORTS, Obstacle, Programme, Project, Report, ReportState
from mudmai.apps.registry.models import Organisation, Person
from mudmai.apps.registry.policy import NotAllowed, allowed_rows, require_anywhere
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.core.period_text import period_text
from mudmai.core.periods import Period
from mudmai.core.reporting_periods import cycle_text
from mudmai.web.pages import address, language_of, render_page
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.web.views.projects.report_pictures import is_picture_name

SHOWN = 50
MOST = 200


@dataclass(frozen=True)
class ReviewRow:
    """A report that waits: its period in words, what was told before, its evidence, what stands in the way."""

    report: Report
    words: Text
    before: Report | None
    pictures: Sequence[object]
    papers: Sequence[object]
    own: bool


@dataclass(frozen=True)
class Chosen:
    """The filters."""

    organisation: str = ""
    programme: str = ""
    period: str = ""
    department: str = ""
    obstacles: bool = False

    @property
    def query(self) -> str:
        """The same as the end of an address."""
        told = {name: value for name, value in vars(self).items() if value}
        return f"?{urlencode(told | ({'obstacles': 'on'} if self.obstacles else {}))}" if told else ""


@signed_in
def report_review(request: HttpRequest, language: str) -> HttpResponse:
    """The page, and approving or returning what was ticked."""
    person = person_of(request)
    require_anywhere(person, "project.approve")
    given = request.POST if request.method == "POST" else request.GET
    chosen = Chosen(
        *(given.get(name, "")[:120] for name in ("organisation", "programme", "period", "department")),
        given.get("obstacles") == "on",
    )
    done: Reviewed | None = None
    fault: InputError | None = None
    if request.method == "POST":
        try:
            done = _review(person, request.POST)
        except NotAllowed:
            raise
        except InputError as refused:
            fault = refused
        else:
            if not done.refused:
                tell(request, "review.approved" if request.POST.get("do") == "approve" else "review.returned")
                return HttpResponseRedirect(address(language_of(request), "report_review") + chosen.query)
    return _show(request, person, chosen, fault, done)


def _review(person: Person, given: Mapping[str, str]) -> Reviewed:
    ticked: list[tuple[UUID, int]] = []
    for one in given.getlist("report")[:MOST]:  # type: ignore[attr-defined]  # a QueryDict
        key, _, revision = one.partition(":")
        try:
            ticked.append((UUID(key), int(revision)))
        except ValueError:
            continue
    return review_many(
        acting_user=person, reports=ticked, approve=given.get("do") == "approve", reason=given.get("reason", "")
    )


def _programmes(person: Person) -> list[Programme]:
    rows = Programme.objects.select_related("organisation", "monitoring")
    return list(allowed_rows(rows, person, "project.approve"))


def _show(
    request: HttpRequest, person: Person, chosen: Chosen, fault: InputError | None, done: Reviewed | None
) -> HttpResponse:
    programmes = _programmes(person)
    inside = [one for one in programmes if _fits(one, chosen)]
    waiting = _waiting(inside, chosen)
    count = waiting.count()
    all_waiting = Report.objects.filter(project__programme__in=inside, state=ReportState.SUBMITTED).order_by()
    today = timezone.localdate()
    overdue = overdue_of(standings(monitored(Project.objects.filter(programme__in=inside)), today))
    refused = {one.report: one.fault for one in done.refused} if done else {}
    posted = request.POST if request.method == "POST" else {}
    return render_page(
        request,
        "reports/review.html",
        status=200 if fault is None and not refused else 422,
        part="reports",
        programmes=programmes,
        organisations=list({one.organisation_id: one.organisation for one in programmes}.values()),
        periods=[
            (one, period_text(Period.from_iso(one)))
            for one in sorted(set(all_waiting.values_list("period", flat=True)), reverse=True)
        ],
        departments=[
            one
            for one in all_waiting.values_list("project__department", flat=True)
            .annotate(n=Count("pk"))
            .order_by("project__department")
            if one
        ],
        chosen=chosen,
        rows=[(row, refused.get(row.report.pk)) for row in _rows(waiting[:SHOWN], person)],
        count=count,
        more=max(0, count - SHOWN),
        fault=fault,
        done=done,
        ticked={one.partition(":")[0] for one in request.POST.getlist("report")} if posted else set(),
        reason=posted.get("reason", ""),
        overdue=_by_organisation(overdue),
        overdue_count=len(overdue),
    )


def _fits(programme: Programme, chosen: Chosen) -> bool:
    by_programme = not chosen.programme or str(programme.pk) == chosen.programme
    return by_programme and (not chosen.organisation or programme.organisation.code == chosen.organisation)


def _waiting(programmes: Sequence[Programme], chosen: Chosen) -> QuerySet[Report]:
    """Submitted reports, those that wait longest first."""
    rows = Report.objects.filter(project__programme__in=programmes, state=ReportState.SUBMITTED)
    if chosen.period:
        rows = rows.filter(period=chosen.period)
    if chosen.department:
        rows = rows.filter(project__department=chosen.department)
    if chosen.obstacles:
        rows = rows.filter(Exists(Obstacle.objects.filter(project=OuterRef("project"), resolved_on=None)))
    rows = rows.select_related("project__programme__organisation", "project__programme__monitoring")
    return rows.prefetch_related("evidence").order_by("submitted_at", "pk")


def _rows(reports: QuerySet[Report], person: Person) -> list[ReviewRow]:
    shown = list(reports)
    earlier: dict[UUID, list[Report]] = {}
    for one in Report.objects.filter(project__in=[r.project_id for r in shown], state__in=SENT_REPORTS).order_by(
        "until"
    ):
        earlier.setdefault(one.project_id, []).append(one)
    found = []
    for one in shown:
        before = [r for r in earlier.get(one.project_id, []) if r.until < one.until]
        files = list(one.evidence.all())
        found.append(
            ReviewRow(
                one,
                cycle_text(one.reported_period, cycle_of(one.project.programme).fiscal_start),
                before[-1] if before else None,
                [file for file in files if is_picture_name(file.raw_name)],
                [file for file in files if not is_picture_name(file.raw_name)],
                one.submitted_by_id == person.pk,
            )
        )
    return found


@dataclass(frozen=True)
class OwingRow:
    """What a programme of an organisation owes: reports, projects, the oldest by how many days."""

    organisation: Organisation
    programme: Programme
    reports: int
    projects: int
    days: int


def _by_organisation(overdue: Sequence[tuple[Standing, Owed]]) -> list[OwingRow]:
    """The most owing organisation first, its programmes together."""
    found: dict[UUID, list[tuple[Standing, Owed]]] = {}
    for one, owed in overdue:
        found.setdefault(one.project.programme_id, []).append((one, owed))
    rows = [
        OwingRow(
            pairs[0][0].project.programme.organisation,
            pairs[0][0].project.programme,
            len(pairs),
            len({one.project.pk for one, _ in pairs}),
            max(owed.days for _, owed in pairs),
        )
        for pairs in found.values()
    ]
    whole: dict[int, int] = {}
    for row in rows:
        whole[row.organisation.pk] = whole.get(row.organisation.pk, 0) + row.reports
    return sorted(rows, key=lambda row: (-whole[row.organisation.pk], row.organisation.pk, -row.reports))
