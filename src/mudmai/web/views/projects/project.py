"""One project: six answers, its money with the cell of every amount, its history, what it belongs to."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from mudmai.apps.programme.domain.projects import project_for
from mudmai.apps.programme.models import (
    BudgetLine,
    Milestone,
    Project,
    ProjectDocument,
    ProjectState,
    RevisionKind,
    Stage,
)
from mudmai.apps.programme.models.project import STAGE_TITLES, STATUS_TITLES, Status
from mudmai.apps.programme.policy import change_action, decide_project
from mudmai.core.language import Language, Text, same
from mudmai.web.pages import address, language_of, reader, render_page, workspace_of
from mudmai.web.views.projects.answers import answers_of
from mudmai.web.views.projects.decided import decided_of
from mudmai.web.views.projects.detail_fields import PHOTO, document_types, is_late
from mudmai.web.views.projects.monitoring import monitoring_of
from mudmai.web.views.projects.promised import results_of
from mudmai.web.views.projects.readers import asker, or_sign_in, person_or_none
from mudmai.web.views.projects.surroundings import duplicates_of, links_of
from mudmai.web.views.projects.totals import totals
from mudmai.web.wording import wording


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
    budget = list(BudgetLine.counted.filter(project=held))
    stages = totals(budget)
    columns = [stage for stage in Stage if any(line.stage == stage for line in budget)]
    rows = money_rows(budget, columns)
    seen = monitoring_of(held)
    signed = person_or_none(request)
    versions = list(held.versions.select_related("event", "successor").defer("facts").order_by("-sequence"))
    papers = Papers(held, language_of(request))
    results = results_of(held, workspace_of(request), here)
    may_change = decide_project(signed, change_action(held.programme), held) if signed else None
    return render_page(
        request,
        "projects/project.html",
        current="projects",
        project=held,
        status_words=STATUS_TITLES[Status(held.status)],
        state=ProjectState(held.state),
        headings=held.hierarchy[-3:],
        answers=answers_of(
            held,
            stages,
            here,
            on_time=seen.on_time,
            decisions=seen.decisions,
            decided=decided_of(versions, papers.rows, here),
            results=results,
        ),
        results=results,
        columns=[STAGE_TITLES[one] for one in columns],
        rows=rows,
        stage_totals=[stages.get(one) for one in columns],
        history=[(one, RevisionKind(one.event.kind).label, ProjectState(one.state).label) for one in versions],
        predecessors=list(held.predecessors.all()[:50]),
        links=links_of(held),
        duplicates=duplicates_of(held),
        papers=papers,
        milestones=milestones_of(held),
        contracts=list(held.contracts.select_related("supplier")),
        parties=[(one, wording(f"detail.role_{one.role}")) for one in held.parties.all() if one.role != "supplier"],
        may_change=may_change,
        may_edit=decide_project(signed, "project.edit", held) if signed else None,
        may_report=decide_project(signed, "project.report", held) if signed else None,
        **seen.curve_parts(here),
        reports_address=seen.address(language_of(request)),
    )


class Papers:
    """Photos, and documents with the addresses that they are had at; one query."""

    def __init__(self, held: Project, language: Language) -> None:
        known = dict(document_types())
        self.rows: list[tuple[str, ProjectDocument]] = []
        self.photos: list[tuple[str, ProjectDocument]] = []
        self.documents: list[tuple[str, ProjectDocument, Text]] = []
        for one in held.documents.all():
            to = one.url or address(language, "project_document", project=held.pk, document=one.pk)
            self.rows.append((to, one))
            if one.type == PHOTO and one.raw_sha:
                self.photos.append((to, one))
            else:
                self.documents.append((to, one, known.get(one.type) or same(one.type)))

    @property
    def first_photos(self) -> list[tuple[str, ProjectDocument]]:
        """Those that are shown at once: the latest."""
        return self.photos[::-1][:FEW]

    @property
    def more_photos(self) -> list[tuple[str, ProjectDocument]]:
        """The others."""
        return self.photos[::-1][FEW:]

    @property
    def first_documents(self) -> list[tuple[str, ProjectDocument, Text]]:
        """Those that are shown at once: the latest."""
        return self.documents[::-1][:FEW]

    @property
    def more_documents(self) -> list[tuple[str, ProjectDocument, Text]]:
        """The others."""
        return self.documents[::-1][FEW:]


FEW = 6
"""Rows of a list that are shown at once; the rest opens."""


@dataclass(frozen=True)
class Milestones:
    """``open_first`` are those not met yet, by their day; ``rest`` the later ones and those met."""

    total: int
    met: int
    late: int
    weighed: bool
    done: Decimal
    first: list[tuple[Milestone, bool]]
    rest: list[tuple[Milestone, bool]]


def milestones_of(held: Project) -> Milestones | None:
    """None where there is none: what is late or next comes first, so that forty of them stay readable."""
    found = list(held.milestones.all())
    if not found:
        return None
    today = timezone.localdate()
    waiting = [(one, is_late(one, today)) for one in found if one.met_on is None]
    met = [(one, False) for one in found if one.met_on is not None]
    shown = [*waiting, *met]
    return Milestones(
        len(found),
        len(met),
        sum(late for _, late in waiting),
        any(one.weight is not None for one in found),
        sum((one.weight for one, _ in met if one.weight is not None), Decimal(0)) * 100,
        shown[:FEW],
        shown[FEW:],
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
