"""The cascade of plans: goals without projects, money without goals, and the same goal under different names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from mudmai.apps.programme.cascade import ClauseRow, Crossing, Unlinked, cascade, crossing
from mudmai.apps.programme.cascade_export import CascadeExport
from mudmai.apps.programme.models import Stage
from mudmai.apps.programme.models.project import STAGE_TITLES
from mudmai.apps.programme.policy import decide_on
from mudmai.apps.programme.portfolio import Chosen, projects_of
from mudmai.core.language import Text
from mudmai.core.plan_clauses import FAMILIES, FAMILY_TITLES, Family, clauses_of
from mudmai.core.plans import Plan
from mudmai.exchange.tables import csv_chunks
from mudmai.web.asking import asked_choice
from mudmai.web.pages import address, language_of, render_page, workspace_of
from mudmai.web.views.projects.readers import asker, for_readers, person_or_none
from mudmai.workspace.alike_clauses import alike_clauses

FORMS = ("csv", "xlsx")


@dataclass(frozen=True, slots=True)
class Amounts:
    """Satang as baht, one for each stage that is shown; None where nothing is known."""

    baht: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A clause with its money; ``depth`` 0 at the top; ``address`` leads to its projects."""

    row: ClauseRow
    depth: int
    own: Amounts
    undivided: Amounts
    address: str

    @property
    def has_undivided(self) -> bool:
        """True where money is for this clause and others together."""
        return any(self.undivided.baht)


@dataclass(frozen=True, slots=True)
class Cell:
    """Projects that are linked to both; ``stated``: the plan itself ties the two."""

    count: int
    stated: bool


@for_readers
def cascade_page(request: HttpRequest, language: str) -> HttpResponse:
    """``?plan=``, ``?rows=`` a family, ``?against=PLAN:FAMILY``."""
    person, asked = asker(request), request.GET
    workspace = workspace_of(request)
    plan = workspace.plan(asked.get("plan") or None)
    families = families_of(plan)
    family = asked_choice(asked, "rows", families)
    others = [f"{one.id}:{name}" for one in workspace.plans for name in families_of(one)]
    first = next((one for one in others if one != f"{plan.id}:{family}"), others[0])
    against = asked_choice(asked, "against", (first, *(one for one in others if one != first)))
    projects = projects_of(person, Chosen())
    held = cascade(projects, plan, family)
    assert held is not None  # families_of names those with clauses
    stages = held.stages
    name, _, of = against.partition(":")
    other = workspace.plan(name)
    crossed = crossing(projects, (plan, family), (other, of))  # type: ignore[arg-type]
    signed = person_or_none(request)
    portfolio = address(language_of(request), "projects")
    return render_page(
        request,
        "projects/cascade.html",
        current="projects",
        plan=plan,
        plans=workspace.plans,
        family=family,
        families=[(one, FAMILY_TITLES[one]) for one in families],
        against=against,
        others=[(one, _other_title(workspace.plan(one.partition(":")[0]), one)) for one in others],
        stages=[STAGE_TITLES[Stage(stage)] for stage in stages],
        lines=[_line(row, stages, plan, portfolio) for row in held.rows],
        empty=[row for row in held.rows if row.is_empty],
        top=held.top,
        whole=_amounts(held.top.undivided, stages),
        rest=_amounts(held.top.unlinked, stages),
        grand=_amounts(held.top.grand, stages),
        unlinked=[_unlinked(one, stages, plan, family, signed, language_of(request)) for one in held.unlinked],
        without_address=f"{portfolio}?clause={plan.id}:-{family}",
        crossed=crossed,
        grid=[(row, [_cell(crossed, row.id, column.id) for column in crossed.columns]) for row in crossed.rows],
        alike=alike_clauses(workspace.plans),
        downloads=[(form, address(language_of(request), "cascade_table", form=form)) for form in FORMS],
    )


def families_of(plan: Plan) -> tuple[Family, ...]:
    """The families in which the plan has clauses."""
    there = {one.family for one in clauses_of(plan).values()}
    return tuple(one for one in FAMILIES if one in there)


def _other_title(plan: Plan, value: str) -> Text:
    title = FAMILY_TITLES[value.partition(":")[2]]  # type: ignore[index]
    return Text(f"{title.th} · {plan.title.th}", f"{title.en} · {plan.title.en}")


def _line(row: ClauseRow, stages: tuple[str, ...], plan: Plan, portfolio: str) -> Line:
    one = row.clause
    return Line(
        row,
        0 if one.parent is None else 1,
        _amounts(row.sums.own, stages),
        _amounts(row.sums.undivided, stages),
        f"{portfolio}?clause={plan.id}:{one.id}" if row.sums.projects else "",
    )


def _amounts(satang: Mapping[str, int], stages: tuple[str, ...]) -> Amounts:
    return Amounts(tuple(None if stage not in satang else Decimal(satang[stage]).scaleb(-2) for stage in stages))


def _unlinked(
    one: Unlinked, stages: tuple[str, ...], plan: Plan, family: Family, signed: Any, language: Any
) -> dict[str, Any]:
    may = signed is not None and bool(decide_on(signed, "project.link", programme=one.programme))
    if may:
        own = address(language, "programme_links", programme=one.programme.pk)
        to = f"{own}?plan={plan.id}&level={FAMILIES[family][-1]}&show=unlinked"
    else:
        to = f"{address(language, 'projects')}?programme={one.programme.pk}&clause={plan.id}:-{family}"
    return {"told": one, "amounts": _amounts(one.money, stages), "address": to}


def _cell(crossed: Crossing, row: str, column: str) -> Cell:
    return Cell(crossed.cells.get((row, column), 0), (row, column) in crossed.stated)


def cascade_table(request: HttpRequest, form: str, language: str) -> HttpResponseBase:
    """Every project with its money and its links, as a file; ``?programme=`` and the other choices of the list."""
    from mudmai.web.views.projects.portfolio import read_choice

    asked_choice({"form": form}, "form", FORMS)
    chosen, _, _ = read_choice(request)
    export = CascadeExport(projects_of(asker(request), chosen), workspace_of(request).plans, language_of(request))
    if form == "csv":
        body = csv_chunks(export.columns, export.batches())
        answer: HttpResponseBase = StreamingHttpResponse(body, content_type="text/csv; charset=utf-8")
    else:
        media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        answer = HttpResponse(export.workbook(), content_type=media)
    answer.headers["Content-Disposition"] = f'attachment; filename="projects-and-plans.{form}"'
    answer.headers["Cache-Control"] = "no-cache"
    return answer
