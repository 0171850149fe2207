"""The plan's tree as text: links upward, goals with indicators, strategies with sub-strategies."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from mudmai.web.freshness import fresh
from mudmai.web.pages import render_page, workspace_of
from mudmai.workspace.portfolio_summary import money_of_nodes, summary_as_of


@fresh
def strategies(request: HttpRequest, plan: str, language: str) -> HttpResponse:
    """The page of strategies of one plan."""
    one = workspace_of(request).plan(plan)
    money = money_of_nodes(workspace_of(request), one.id)
    upward: dict[str, list[object]] = {}
    for link in one.upward:
        upward.setdefault(link.framework.in_("en"), []).append((link, money.get(link.id)))
    return render_page(
        request,
        "strategies.html",
        current="strategies",
        plan=one,
        upward=list(upward.values()),
        goals=[(goal, one.of_goal(goal.id), money.get(goal.id)) for goal in one.goals],
        has_money=bool(money),
        as_of=summary_as_of(workspace_of(request)) if money else None,
        tree=[
            (s, money.get(s.id), [(child, money.get(child.id)) for child in one.sub_strategies(s.id)])
            for s in one.strategies
            if s.parent is None
        ],
    )
