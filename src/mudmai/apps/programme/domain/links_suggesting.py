"""Suggestions of links for a whole programme: made in the background, kept until a person decides on them.

What was confirmed before teaches: the same words in another programme that the asker may read point the same way. What
was refused is not suggested again, and a project that is linked already gets no further suggestion of that level.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from mudmai.apps.data.site import workspace
from mudmai.apps.jobs.domain.jobs import JobRun, enqueue, job
from mudmai.apps.jobs.models import Job
from mudmai.apps.programme.models import LinkState, PlanLink, Programme, Project, ProjectState
from mudmai.apps.programme.policy import areas_of, require_on, visible_projects
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.policy import Actor
from mudmai.core.language import Text
from mudmai.core.plan_clauses import PlanLevel, clauses_of, family_of
from mudmai.core.plans import Plan
from mudmai.workspace.plan_links import Suggestion, suggest

SUGGEST = "programme.suggest_links"
MOST = 3
"""Suggestions that are kept for a project at a level."""

TAUGHT = 4000
"""Confirmed links that teach, the latest first."""

_LONGEST = 1500
_LINES = 8
_GLANCE = 40
_TITLE_WEIGHS = 3
"""Measured on the checked lines of the tests: the title alone, or lines of equal weight, point to the right clause less
often."""

_BATCH = 500
_READ = ("id", "title", "objective", "extra")


@dataclass(frozen=True, slots=True)
class Suggested:
    """How many projects were asked about, how many got suggestions, and how many suggestions wait now."""

    projects: int
    with_suggestions: int
    suggestions: int


def project_text(project: Project) -> str:
    """What a project says of itself, as suggestions compare it: its title above all, its objective, its lines."""
    said = (*[project.title] * _TITLE_WEIGHS, project.objective[:300], _lines_said(project))
    return " · ".join(one for one in said if one)[:_LONGEST]


def _lines_said(project: Project) -> str:
    """What the first lines of a flat list are for, each piece once: without the cell, the amount and the id that stand
    around it, and without the categories that every budget has."""
    lines = [line.split(" · ")[2:-1][-2:] for line in str(project.extra.get("lines", "")).splitlines()[:_LINES]]
    return " · ".join(dict.fromkeys(piece for pieces in lines for piece in pieces))


def _words(words: Sequence[str]) -> str:
    """The words of a suggestion, none longer than a person reads at a glance."""
    return " · ".join(one if len(one) <= _GLANCE else one[: _GLANCE - 1] + "…" for one in words[:3])


def begin_suggesting(*, acting_user: Actor, programme: Programme, plan: str, level: str) -> Job:
    """Have links of all projects of ``programme`` suggested in the background. Raises :class:`NotAllowed`."""
    require_on(acting_user, "project.link", programme=programme)
    family_of(level)
    return enqueue(
        SUGGEST,
        {"programme": str(programme.pk), "plan": workspace().plan(plan or None).id, "level": level},
        actor=acting_user,
        organisation=programme.organisation,
        about_kind="programme",
        about_id=str(programme.pk),
    )


@job(SUGGEST, title=Text("เสนอความเชื่อมโยงกับแผน", "suggest links to a plan"), attempts=2)
def suggest_in_background(run: JobRun, *, programme: str, plan: str, level: PlanLevel) -> dict[str, Any]:
    """All projects; a run that is repeated finds the same."""
    held = Programme.objects.select_related("organisation").get(pk=uuid.UUID(programme))
    run.progress(0, 1, Text("เทียบถ้อยคำของโครงการกับแผน", "comparing the words of projects with the plan"))
    done = suggest_links(acting_user=run.actor, programme=held, plan=plan, level=level)
    run.progress(1, 1, Text("เสนอแล้ว รอผู้ยืนยัน", "suggested, to be confirmed by a person"))
    return {"projects": done.projects, "with_suggestions": done.with_suggestions, "suggestions": done.suggestions}


def suggest_links(
    *,
    acting_user: Actor,
    programme: Programme,
    plan: str = "",
    level: PlanLevel = "sub_strategy",
    projects: QuerySet[Project] | None = None,
) -> Suggested:
    """Suggest clauses of ``level`` for the projects of a programme that count (or for those of ``projects``), anew.

    A suggestion that waits and is suggested again keeps its place; one that is suggested no longer goes.
    Raises :class:`NotAllowed`; :class:`UnknownNameError` for a plan or level that there is not.
    """
    known = workspace().plan(plan or None)
    chosen = (Project.objects.all() if projects is None else projects).filter(programme=programme)
    if projects is None:
        require_on(acting_user, "project.link", programme=programme)
    else:
        areas = {area: None for one in chosen.prefetch_related("places") for area in areas_of(one)}
        require_on(acting_user, "project.link", programme=programme, areas=areas)
    rows = list(chosen.filter(state=ProjectState.ACTIVE.value).only(*_READ).order_by("position"))
    texts = [project_text(one) for one in rows]
    taught = taught_links(acting_user, known, level)
    found = suggest(workspace(), texts, known, level=level, confirmed=taught, most=MOST + 2) if rows else ()
    with transaction.atomic():
        kept = _keep(programme, known, level, [one.pk for one in rows], found)
        record(
            actor=acting_user,
            action=SUGGEST,
            organisation=programme.organisation,
            object_kind="programme",
            object_id=str(programme.pk),
            new={"plan": known.id, "level": level, "projects": len(rows), "suggestions": sum(map(len, kept.values()))},
        )
    return Suggested(len(rows), sum(map(bool, kept.values())), sum(map(len, kept.values())))


def taught_links(person: Actor, plan: Plan, level: PlanLevel) -> list[tuple[str, str]]:
    """(title, clause) of what was confirmed in programmes that the person may read: two queries."""
    known = {one.id for one in clauses_of(plan).values() if one.level == level}
    links = PlanLink.objects.filter(plan=plan.id, level=level, state=LinkState.CONFIRMED)
    links = links.filter(project__in=visible_projects(Project.objects.all(), person).order_by().values("pk"))
    pairs = list(links.order_by("-decided_at").values_list("project_id", "clause")[:TAUGHT])
    texts = dict(Project.objects.filter(pk__in={key for key, _ in pairs}).values_list("pk", "title"))
    return list(dict.fromkeys((texts[key], clause) for key, clause in pairs if clause in known))


def _keep(
    programme: Programme,
    plan: Plan,
    level: PlanLevel,
    keys: Sequence[uuid.UUID],
    found: Sequence[tuple[Suggestion, ...]],
) -> dict[uuid.UUID, list[Suggestion]]:
    """The rows of the suggestions, made the same as ``found``; what a person decided stays as it is."""
    linked: set[uuid.UUID] = set()
    decided: set[tuple[uuid.UUID, str]] = set()
    waiting: dict[tuple[uuid.UUID, str], PlanLink] = {}
    asked = set(keys)
    rows = PlanLink.objects.filter(plan=plan.id, level=level, project__programme=programme)
    for row in rows.select_for_update(of=("self",), no_key=True).order_by("pk"):
        if row.project_id not in asked:
            continue
        if row.state == LinkState.SUGGESTED:
            waiting[row.project_id, row.clause] = row
            continue
        decided.add((row.project_id, row.clause))
        if row.state == LinkState.CONFIRMED:
            linked.add(row.project_id)
    kept = {
        key: [] if key in linked else [one for one in told if (key, one.id) not in decided][:MOST]
        for key, told in zip(keys, found, strict=True)
    }
    made, again = [], []
    for key, told in kept.items():
        for one in told:
            facts = {"confidence": _four(one.confidence), "words": _words(one.words)}
            row = waiting.pop((key, one.id), None)
            if row is None:
                made.append(PlanLink(project_id=key, plan=plan.id, level=level, clause=one.id, **facts))
            elif (row.confidence, row.words) != (facts["confidence"], facts["words"]):
                row.confidence, row.words = facts["confidence"], facts["words"]
                again.append(row)
    gone = [row.pk for row in waiting.values()]
    for start in range(0, len(gone), _BATCH):
        PlanLink.objects.filter(pk__in=gone[start : start + _BATCH], state=LinkState.SUGGESTED).delete()
    PlanLink.objects.bulk_update(again, ["confidence", "words"], batch_size=_BATCH)
    PlanLink.objects.bulk_create(made, batch_size=_BATCH, ignore_conflicts=True)
    return kept


def _four(part: float) -> Decimal:
    """Four places, and never a hair above 1."""
    return min(Decimal(1), Decimal(repr(part)).quantize(Decimal("0.0001")))
