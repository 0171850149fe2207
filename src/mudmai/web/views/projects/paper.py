"""One A4 page as PDF: a project, or an area with its indicators, projects and money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from mudmai.apps.programme.domain.monitoring import standing_of
from mudmai.apps.programme.models import BudgetLine, Project, ProjectIndicator, Stage
from mudmai.apps.registry.areas import AreaRef, area_name
from mudmai.core.apportionment import SharingRule
from mudmai.core.language import Text
from mudmai.core.project_status import ProjectStatus
from mudmai.exchange.one_page import (
    AreaMoney,
    Named,
    ProjectLine,
    ProjectSheet,
    Result,
    StageMoney,
    area_page,
    project_page,
)
from mudmai.exchange.one_page.sheets import Tone
from mudmai.web.pages import address, language_of, reader, workspace_of
from mudmai.web.views.projects.totals import totals
from mudmai.web.wording import wording
from mudmai.workspace.area_sheet import area_sheet
from mudmai.workspace.portfolio_summary import ProjectMoney, money_of_area

_TONES: Mapping[ProjectStatus, Tone] = {
    ProjectStatus.ON_SCHEDULE: "good",
    ProjectStatus.COMPLETED: "good",
    ProjectStatus.LATE: "bad",
    ProjectStatus.OVER_COST: "bad",
}


def project_paper(request: HttpRequest, held: Project) -> bytes:
    """The page of a project; approved reports only."""
    here, language = reader(request), language_of(request)
    found = standing_of(held, timezone.localdate(), approved_only=True)
    stages = totals(BudgetLine.counted.filter(project=held))
    places = list(held.places.all())
    first, last = held.programme.first_year, held.programme.last_year
    sheet = ProjectSheet(
        title=held.title,
        owner=held.programme.organisation.name.in_(language),
        printed_on=timezone.localdate(),
        number=held.number,
        programme=held.programme.title.in_(language),
        money=_money(stages),
        places=tuple(area_name(AreaRef(one.area_system, one.area)).in_(language) for one in places),
        sharing=SharingRule(held.sharing_rule).label if len(places) > 1 else Text("", ""),
        start=held.start,
        end=held.end,
        years=f"{here.year(first)}–{here.year(last)}",
        status=found.judgement.status.label,
        reason=found.judgement.reason,
        tone=_TONES.get(found.judgement.status, "open"),
        physical=found.latest.percent if found.latest else None,
        deciders=(Named(wording("portfolio.facet_department"), held.department),) if held.department else (),
        objective=held.objective,
        results=tuple(_result(one) for one in held.indicators.all()),
        sources=(held.locator,) if held.locator else (),
        address=request.build_absolute_uri(address(language, "project", project=held.pk)),
        as_of=found.latest.until if found.latest else None,
    )
    return project_page(sheet, language)


def _money(stages: Mapping[str, Decimal]) -> tuple[StageMoney, ...]:
    return (
        StageMoney("planned", stages.get(Stage.PLANNED)),
        StageMoney("ordinance", stages.get(Stage.ORDINANCE)),
        StageMoney("allocated", stages.get(Stage.ALLOCATED)),
        StageMoney("committed", stages.get(Stage.COMMITTED)),
        StageMoney("disbursed", stages.get(Stage.DISBURSED)),
    )


def _result(one: ProjectIndicator) -> Result:
    def said(value: Decimal | None) -> str:
        return "" if value is None else f"{value.normalize():,f} {one.unit}".strip()

    return Result(one.title, said(one.baseline), said(one.target), said(one.actual))


@never_cache
def area_paper(request: HttpRequest, area: str, language: str) -> HttpResponse:
    """An area on one A4 page; its projects and money from the public summary, without the database."""
    workspace, words = workspace_of(request), language_of(request)
    whole = request.build_absolute_uri(address(words, "area", area=area))
    sheet = area_sheet(workspace, area, printed_on=timezone.localdate(), address=whole)
    money = money_of_area(workspace, area)
    if money is not None:
        sheet = replace(
            sheet,
            money=AreaMoney(money.direct, money.shared, money.wider if money.wider_projects else None),
            stages=_area_stages(money),
            project_count=money.projects,
            projects=tuple(ProjectLine(one.title, one.amount) for one in money.largest),
        )
    response = HttpResponse(area_page(sheet, words), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="area-{area}.pdf"'
    return response


def _area_stages(money: ProjectMoney) -> tuple[StageMoney, ...]:
    return (StageMoney("planned", money.total), StageMoney("disbursed", money.disbursed))
