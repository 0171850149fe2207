"""What the command line asks about links of projects to plans. The operator acts."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from mudmai.apps.data.site import workspace
from mudmai.apps.programme.cascade import cascade
from mudmai.apps.programme.cascade_export import CascadeExport
from mudmai.apps.programme.clause_money import baht_text
from mudmai.apps.programme.domain.finding import programme_for
from mudmai.apps.programme.domain.links import MOST, LinkDecision, decide_links
from mudmai.apps.programme.domain.links_suggesting import suggest_links
from mudmai.apps.programme.models import LinkState, PlanLink, Programme, Project, Stage
from mudmai.apps.programme.queries import counted_projects
from mudmai.apps.registry.policy import OPERATOR
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Language, Text
from mudmai.core.plan_clauses import Family, PlanLevel, clause_of, clauses_of


def suggest_all(programme: str, plan: str, level: PlanLevel) -> list[dict[str, Any]]:
    """Suggest links for a programme, or for all of them; one row for each programme."""
    chosen = (
        [programme_for(OPERATOR, programme)] if programme else list(Programme.objects.select_related("organisation"))
    )
    found = []
    for one in chosen:
        done = suggest_links(acting_user=OPERATOR, programme=one, plan=plan, level=level)
        found.append(
            {
                "programme": str(one.pk),
                "title": one.title_th,
                "projects": done.projects,
                "with_suggestions": done.with_suggestions,
                "suggestions": done.suggestions,
            }
        )
    return found


def link_rows(
    programme: str, plan: str, state: str, clause: str, limit: int, language: Language
) -> list[dict[str, Any]]:
    """Links in the order of the projects: three queries, whatever their number."""
    rows = PlanLink.objects.filter(project__in=_projects(programme).order_by().values("pk"))
    if plan:
        rows = rows.filter(plan=workspace().plan(plan).id)
    if clause:
        rows = rows.filter(clause=clause_of(workspace().plan(plan or None), clause).id)
    if state:
        rows = rows.filter(state=state)
    order = ("project__programme_id", "project__position", "plan", "-confidence", "clause")
    known = {(one.id, id): clause for one in workspace().plans for id, clause in clauses_of(one).items()}
    return [
        {
            "link": str(one.pk),
            "project": str(one.project_id),
            "title": one.project.title,
            "plan": one.plan,
            "level": one.level,
            "clause": one.clause,
            "clause_title": known[one.plan, one.clause].title.in_(language) if (one.plan, one.clause) in known else "",
            "state": one.state,
            "confidence": None if one.confidence is None else str(one.confidence),
            "part": None if one.weight is None else str(one.weight.normalize()),
            "words": one.words,
        }
        for one in rows.select_related("project").order_by(*order)[:limit]
    ]


def confirm(links: Sequence[str], programme: str, least: Decimal | None, refuse: bool, reason: str) -> dict[str, int]:
    """Confirm (or refuse) links by their ids; or, of projects that wait, the first suggestion from ``least`` on."""
    rows = _named(links) if links else _likeliest(programme, least if least is not None else Decimal(1))
    by_programme: dict[uuid.UUID, list[PlanLink]] = {}
    for row in rows:
        by_programme.setdefault(row.project.programme_id, []).append(row)
    confirmed = refused = 0
    for key, own in by_programme.items():
        held = Programme.objects.select_related("organisation").get(pk=key)
        for start in range(0, len(own), MOST):
            some = [LinkDecision(one.pk, one.revision, not refuse) for one in own[start : start + MOST]]
            done = decide_links(acting_user=OPERATOR, programme=held, decisions=some, reason=reason)
            confirmed, refused = confirmed + done.confirmed, refused + done.refused
    return {"confirmed": confirmed, "refused": refused}


def _named(links: Sequence[str]) -> list[PlanLink]:
    found = []
    for text in links:
        try:
            row = PlanLink.objects.select_related("project").filter(pk=uuid.UUID(text)).first()
        except ValueError:
            row = None
        if row is None:
            raise UnknownNameError(Text("ความเชื่อมโยง", "link"), text)
        found.append(row)
    return found


def _likeliest(programme: str, least: Decimal) -> list[PlanLink]:
    """Of each project, plan and level that has no confirmed link: its first suggestion, where it is sure enough."""
    held = programme_for(OPERATOR, programme)
    rows = PlanLink.objects.filter(project__in=counted_projects(Project.objects.filter(programme=held)))
    links = rows.select_related("project").order_by("project_id", "-confidence", "clause")
    linked = {(one.project_id, one.plan, one.level) for one in links if one.state == LinkState.CONFIRMED}
    first: dict[tuple[uuid.UUID, str, str], PlanLink] = {}
    for one in links:
        if one.state == LinkState.SUGGESTED:
            first.setdefault((one.project_id, one.plan, one.level), one)
    return [
        one
        for key, one in first.items()
        if key not in linked and one.confidence is not None and one.confidence >= least
    ]


def export_of(programme: str, language: Language) -> CascadeExport:
    """The projects of a programme (or all) with the columns of national systems."""
    return CascadeExport(_projects(programme), workspace().plans, language)


def cascade_rows(programme: str, plan: str, family: Family, language: Language) -> list[dict[str, Any]]:
    """The clauses of a family with projects and money by stage; then what is undivided, without a clause, and all."""
    held = cascade(_projects(programme), workspace().plan(plan or None), family)
    if held is None:
        return []
    rows: list[dict[str, Any]] = [
        {
            "kind": "clause",
            "clause": one.clause.id,
            "level": one.clause.level,
            "title": one.clause.title.in_(language),
            "projects": one.sums.projects,
            "through": one.through or None,
            **_stages(one.sums.own),
        }
        for one in held.rows
    ]
    top = held.top
    empty = {"clause": "", "level": top.level, "title": "", "projects": None, "through": None}
    rows.append({**empty, "kind": "undivided", **_stages(top.undivided)})
    rows.append({**empty, "kind": "no_clause", "projects": top.unlinked_projects, **_stages(top.unlinked)})
    rows.append({**empty, "kind": "grand", **_stages(top.grand)})
    return rows


def _stages(satang: dict[str, int]) -> dict[str, str | None]:
    return {stage: baht_text(satang[stage]) if stage in satang else None for stage in Stage.values}


def _projects(programme: str) -> Any:
    rows = Project.objects.all()
    return counted_projects(rows.filter(programme=programme_for(OPERATOR, programme)) if programme else rows)
