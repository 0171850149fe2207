"""The plan's tree as text: links upward, goals with indicators, strategies with sub-strategies."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from mudmai.web.freshness import fresh
from mudmai.web.pages import render_page, workspace_of


@fresh
def strategies(request: HttpRequest, plan: str, language: str) -> HttpResponse:
    """The page of strategies of one plan."""
    one = workspace_of(request).plan(plan)
    upward: dict[str, list[object]] = {}
    for link in one.upward:
        upward.setdefault(link.framework.in_("en"), []).append(link)
    return render_page(
        request,
        "strategies.html",
        current="strategies",
        plan=one,
        upward=list(upward.values()),
        goals=[(goal, one.of_goal(goal.id)) for goal in one.goals],
        tree=[(s, one.sub_strategies(s.id)) for s in one.strategies if s.parent is None],
    )
