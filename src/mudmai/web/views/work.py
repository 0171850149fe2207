"""Show the work: formula with numbers, inputs with sources, method, release, citation, permanent link."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from mudmai.core.period_text import read_period
from mudmai.web.freshness import fresh
from mudmai.web.pages import render_page, workspace_of


@fresh
def work(
    request: HttpRequest, release: str, plan: str, indicator: str, area: str, period: str, language: str
) -> HttpResponse:
    """The work behind one figure of one release; for the panel, scripts take ``#work`` out of the same answer."""
    workspace = workspace_of(request)
    when = read_period(period).period
    reading, packs = request.GET.get("reading") or None, request.GET.get("packs") or None
    explanation = workspace.explain(plan, indicator, area, when, reading=reading, release=release, packs=packs)
    current = workspace.release()
    return render_page(
        request,
        "work.html",
        current="scorecard",
        work=explanation,
        row=explanation.row,
        plan=explanation.plan,
        permalink=request.build_absolute_uri(("/en" if language == "en" else "") + explanation.permalink),
        is_current=current.id == explanation.release,
        current_release=current.id,
        packs_are_current=explanation.pack.state == workspace.packs_state,
    )
