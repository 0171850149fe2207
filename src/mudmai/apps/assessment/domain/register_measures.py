"""Measures of the project register that may stand as evidence: of released programmes of the city's organisation."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from mudmai.apps.assessment.models import City
from mudmai.apps.programme.models import BudgetLine, LinkState, PlanLink, Project, Stage, Status
from mudmai.apps.programme.queries import counted_projects
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text
from mudmai.core.plan_clauses import below, clause_of, clauses_of
from mudmai.workspace import Workspace

_DONE = (Status.COMPLETION.value, Status.COMPLETED.value)


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. ``unit`` in words."""

    id: str
    title: Text
    unit: Text


MEASURES = {
    one.id: one
    for one in (
        Measure("projects.count", Text("จำนวนโครงการ", "number of projects"), Text("โครงการ", "projects")),
        Measure("projects.planned", Text("งบประมาณตามแผนของโครงการ", "planned budget"), Text("บาท", "baht")),
        Measure("projects.disbursed", Text("เงินเบิกจ่ายของโครงการ", "money disbursed by projects"), Text("บาท", "baht")),
        Measure(
            "projects.completed_share",
            Text("ร้อยละของโครงการที่ทำเสร็จ", "share of projects that are done"),
            Text("ร้อยละ", "per cent"),
        ),
    )
}
"""Every measure by its id. ``projects.count/<plan>/<clause>`` counts projects with a confirmed link to the clause or
below it; their money counts whole."""


def measure_titled(workspace: Workspace, measure: str) -> tuple[Measure, Text]:
    """The measure and what it is called with its clause. Raises :class:`UnknownNameError`."""
    name, plan, clause = _split(measure)
    found = MEASURES.get(name)
    if found is None:
        raise UnknownNameError(Text("ตัววัดของทะเบียนโครงการ", "measure of the project register"), name, list(MEASURES))
    if not plan:
        return found, found.title
    title = clause_of(workspace.plan(plan), clause).title
    return found, Text(
        f"{found.title.th} ที่เชื่อมโยงกับ {clause} {title.th}", f"{found.title.en} linked to {clause} {title.en}"
    )


def read_measure(workspace: Workspace, measure: str, city: City) -> dict[str, Any]:
    """``value`` (None: missing, ``why`` says so), ``programmes`` that were counted, ``projects`` how many."""
    name, plan, clause = _split(measure)
    measure_titled(workspace, measure)
    rows = counted_projects(
        Project.objects.filter(programme__organisation_id=city.organisation_id, programme__is_released=True)
    )
    if plan:
        held = workspace.plan(plan)
        names = {clause, *below(clauses_of(held), clause)}
        linked = PlanLink.objects.filter(plan=held.id, clause__in=names, state=LinkState.CONFIRMED)
        rows = rows.filter(pk__in=linked.values("project_id"))
    many = rows.count()
    programmes = sorted(str(pk) for pk in rows.values_list("programme_id", flat=True).distinct())
    value, why = _value(name, rows, many)
    return {"value": value, "why": why, "programmes": programmes, "projects": many}


def _value(name: str, rows: QuerySet[Project], many: int) -> tuple[float | None, Text | None]:
    if name == "projects.count":
        return float(many), None
    if not many:
        return None, Text("ยังไม่มีโครงการที่เปิดเผยแล้วให้นับ", "there is no released project to count")
    if name == "projects.completed_share":
        return 100.0 * rows.filter(status__in=_DONE).count() / many, None
    stage = Stage.PLANNED if name == "projects.planned" else Stage.DISBURSED
    lines = BudgetLine.objects.filter(project__in=rows.values("pk"), stage=stage.value)
    total: Decimal | None = lines.aggregate(total=Sum("amount"))["total"]
    if total is None:
        return None, Text(f"ยังไม่มียอด{stage.title.th}ของโครงการใดเลย", f"no project has an amount {stage.title.en}")
    return float(total), None


def _split(measure: str) -> tuple[str, str, str]:
    name, _, rest = measure.partition("/")
    plan, _, clause = rest.partition("/")
    return name, plan, clause
