"""Doors to plans, scorecards, indicators and the work behind a figure."""

from __future__ import annotations

from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router

from mudmai.api.parameters import Packs, Release, YearText, asked_calendar_year, asked_period
from mudmai.api.problem_docs import PROBLEMS
from mudmai.api.schemas import ExplanationOut, IndicatorCellsOut, PlanBriefOut, PlanOut, ScorecardOut
from mudmai.core.plans import Indicator, Plan, Rule
from mudmai.workspace.citations import at_site

router = Router(tags=["plans"])

Reading = Annotated[str | None, Query(description="A reading of the indicator; absent: its default", max_length=80)]


@router.get("", response=list[PlanBriefOut], operation_id="listPlans", openapi_extra=PROBLEMS)
def list_plans(request: HttpRequest) -> list[dict[str, Any]]:
    """All plans."""
    return [_brief(plan) for plan in request.workspace.plans]  # type: ignore[attr-defined]


@router.get("/{plan}", response=PlanOut, operation_id="getPlan", openapi_extra=PROBLEMS)
def get_plan(request: HttpRequest, plan: str) -> dict[str, Any]:
    """A plan whole: goals, indicators with all readings and rules, strategies."""
    found = request.workspace.plan(plan)  # type: ignore[attr-defined]
    return {
        **_brief(found),
        "goals": [{"id": g.id, "title_th": g.title.th, "title_en": g.title.en} for g in found.goals],
        "indicators": [_indicator(i) for i in found.indicators],
        "strategies": [
            {
                "id": s.id,
                "parent": s.parent,
                "title_th": s.title.th,
                "title_en": s.title.en,
                "text_th": s.text.th,
                "text_en": s.text.en,
            }
            for s in found.strategies
        ],
    }


@router.get("/{plan}/scorecard", response=ScorecardOut, operation_id="getScorecard", openapi_extra=PROBLEMS)
def get_scorecard(
    request: HttpRequest,
    plan: str,
    year: YearText = None,
    indicator: Annotated[str | None, Query(max_length=80)] = None,
    area: Annotated[str | None, Query(max_length=80)] = None,
    reading: Reading = None,
    release: Release = None,
    packs: Packs = None,
) -> dict[str, Any]:
    """Every indicator of a plan, judged; rows as ``mudmai score --format json`` gives them."""
    card = request.workspace.scorecard(  # type: ignore[attr-defined]
        plan,
        year=asked_calendar_year(year),
        indicator=indicator,
        area=area,
        reading=reading,
        release=release,
        packs=packs or None,
    )
    return {
        "plan": card.plan.id,
        "release": card.release,
        "packs": card.packs,
        "period": card.period.iso if card.period else None,
        "rows": card.as_dicts(),
        "references": [row.as_dict() for row in card.references],
    }


@router.get(
    "/{plan}/indicators/{indicator}", response=IndicatorCellsOut, operation_id="getIndicator", openapi_extra=PROBLEMS
)
def get_indicator(
    request: HttpRequest,
    plan: str,
    indicator: str,
    reading: Reading = None,
    release: Release = None,
    packs: Packs = None,
) -> dict[str, Any]:
    """One indicator in all areas and periods under one reading, judged cell by cell."""
    view = request.workspace.indicator_view(  # type: ignore[attr-defined]
        plan, indicator, reading=reading, release=release, packs=packs or None
    )
    return {
        "plan": view.plan.id,
        "indicator": view.indicator.id,
        "reading": view.reading.id,
        "release": view.release,
        "packs": view.packs,
        "unit": view.unit.code,
        "periods": [p.iso for p in view.periods],
        "breaks": [b.period.iso for b in view.breaks],
        "rows": [row.as_dict() for line in view.lines for row in line.rows],
    }


@router.get(
    "/{plan}/indicators/{indicator}/explain",
    response=ExplanationOut,
    operation_id="explain",
    openapi_extra=PROBLEMS,
)
def explain(
    request: HttpRequest,
    plan: str,
    indicator: str,
    area: Annotated[str, Query(max_length=80)],
    year: YearText = None,
    reading: Reading = None,
    release: Release = None,
    packs: Packs = None,
) -> dict[str, Any]:
    """The work behind one figure: formula with its numbers, inputs with sources, citation, permanent link."""
    found = request.workspace.explain(  # type: ignore[attr-defined]
        plan, indicator, area, asked_period(year), reading=reading, release=release, packs=packs or None
    )
    answer: dict[str, Any] = found.as_dict()
    if site := settings.MUDMAI_SITE_ADDRESS:
        cited = at_site(found.citation, site)
        answer |= {"citation_th": cited.th, "citation_en": cited.en, "permalink": site + found.permalink}
    return answer


def _brief(plan: Plan) -> dict[str, Any]:
    return {
        "id": plan.id,
        "title_th": plan.title.th,
        "title_en": plan.title.en,
        "first": plan.first.iso,
        "last": plan.last.iso,
        "version": plan.version,
        "href": f"/api/v1/plans/{plan.id}",
    }


def _indicator(indicator: Indicator) -> dict[str, Any]:
    return {
        "id": indicator.id,
        "goal": indicator.goal,
        "title_th": indicator.title.th,
        "title_en": indicator.title.en,
        "unit": indicator.unit,
        "area_system": indicator.area_system,
        "areas": list(indicator.areas),
        "default_reading": indicator.default_reading,
        "readings": [
            {
                "id": r.id,
                "title_th": r.title.th,
                "title_en": r.title.en,
                "formula": r.formula,
                "why_th": r.why.th,
                "why_en": r.why.en,
                "is_default": r.id == indicator.default_reading,
            }
            for r in indicator.readings
        ],
        "rules": [_rule(None, indicator.rule), *(_rule(area, rule) for area, rule in indicator.exceptions.items())],
        "method_th": indicator.method.th,
        "method_en": indicator.method.en,
        "proxy_th": indicator.proxy.th,
        "proxy_en": indicator.proxy.en,
    }


def _rule(area: str | None, rule: Rule) -> dict[str, Any]:
    return {
        "area": area,
        "form": rule.form.value,
        "operator": rule.operator.value,
        "target": rule.target,
        "base": rule.base.iso if rule.base else None,
        "deadline": rule.deadline.iso if rule.deadline else None,
    }
