"""One project: six answers, its money with the cell of every amount, its history, what it belongs to."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from mudmai.apps.programme.domain.projects import project_for
from mudmai.apps.programme.models import BudgetLine, ProjectState, RevisionKind, Stage
from mudmai.apps.programme.models.project import STAGE_TITLES, STATUS_TITLES, Status
from mudmai.apps.programme.policy import change_action, decide_project
from mudmai.web.pages import address, language_of, reader, render_page
from mudmai.web.views.projects.answers import answers_of
from mudmai.web.views.projects.monitoring import monitoring_of
from mudmai.web.views.projects.readers import asker, or_sign_in, person_or_none
from mudmai.web.views.projects.surroundings import duplicates_of, links_of
from mudmai.web.views.projects.totals import totals


@dataclass(frozen=True)
class MoneyRow:
    """One fiscal year and source of fund: a line for each stage, None where nothing is recorded."""

    fiscal_year: int
    source: str
    lines: list[BudgetLine | None]


@never_cache
@or_sign_in
def project(request: HttpRequest, project: UUID, language: str) -> HttpResponse:
    """The page of one project."""
    person, here = asker(request), reader(request)
    held = project_for(person, project)
    budget = list(held.budget.all())
    stages = totals(budget)
    columns = [stage for stage in Stage if any(line.stage == stage for line in budget)]
    rows = money_rows(budget, columns)
    seen = monitoring_of(held)
    signed = person_or_none(request)
    versions = list(held.versions.select_related("event", "successor").order_by("-sequence"))
    may_change = decide_project(signed, change_action(held.programme), held) if signed else None
    return render_page(
        request,
        "projects/project.html",
        current="projects",
        project=held,
        status_words=STATUS_TITLES[Status(held.status)],
        state=ProjectState(held.state),
        headings=held.hierarchy[-3:],
        answers=answers_of(held, stages, here, on_time=seen.on_time, decisions=seen.decisions),
        columns=[STAGE_TITLES[one] for one in columns],
        rows=rows,
        stage_totals=[stages.get(one) for one in columns],
        history=[(one, RevisionKind(one.event.kind).label, ProjectState(one.state).label) for one in versions],
        predecessors=list(held.predecessors.all()[:50]),
        links=links_of(held),
        duplicates=duplicates_of(held),
        documents=list(held.documents.all()[:100]),
        milestones=list(held.milestones.all()),
        contracts=list(held.contracts.select_related("supplier")),
        may_change=may_change,
        may_report=decide_project(signed, "project.report", held) if signed else None,
        reports_address=seen.address(language_of(request)),
    )


def money_rows(budget: Iterable[BudgetLine], columns: list[Stage]) -> list[MoneyRow]:
    """The table of money, by year and source."""
    grid: dict[tuple[int, str], dict[str, BudgetLine]] = {}
    for line in budget:
        grid.setdefault((line.fiscal_year, line.source_of_fund), {})[line.stage] = line
    return [
        MoneyRow(year, source, [lines.get(one) for one in columns]) for (year, source), lines in sorted(grid.items())
    ]


@never_cache
@or_sign_in
def site_sign(request: HttpRequest, project: UUID, language: str) -> HttpResponse:
    """The QR code for the sign at the site: it leads to the page of the project."""
    import segno

    held = project_for(asker(request), project)
    target = request.build_absolute_uri(address(language_of(request), "project", project=held.pk))
    out = io.BytesIO()
    segno.make(target, error="m").save(
        out, kind="svg", scale=8, border=4, xmldecl=True, svgns=True, title=held.title[:120]
    )
    response = HttpResponse(out.getvalue(), content_type="image/svg+xml")
    if request.GET.get("download"):
        response.headers["Content-Disposition"] = f'attachment; filename="project-{held.pk}.svg"'
    return response


@never_cache
@or_sign_in
def one_page(request: HttpRequest, project: UUID, language: str) -> HttpResponse:
    """The project on one A4 page."""
    held = project_for(asker(request), project)
    from mudmai.web.views.projects.paper import project_paper  # typesetting loads when it is asked for

    response = HttpResponse(project_paper(request, held), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="project-{held.pk}.pdf"'
    return response
