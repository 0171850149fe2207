"""Show the work: formula with numbers, inputs with sources, method, release, citation, permanent link."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from mudmai.core.period_text import read_period
from mudmai.web.freshness import fresh
from mudmai.web.pages import absolute_citation, render_page, workspace_of
from mudmai.web.views.scorecard import held_state
from mudmai.workspace.dataset_uses import open_datasets_behind
from mudmai.workspace.notices import withdrawn_inputs


@fresh
def work(
    request: HttpRequest, release: str, plan: str, indicator: str, area: str, period: str, language: str
) -> HttpResponse:
    """The work behind one figure of one release; for the panel, scripts take ``#work`` out of the same answer."""
    workspace = workspace_of(request)
    when = read_period(period).period
    reading, packs = request.GET.get("reading") or None, request.GET.get("packs") or None
    found = workspace.explain(plan, indicator, area, when, reading=reading, release=release, packs=packs)
    prefix = "/en" if language == "en" else ""
    return render_page(
        request,
        "work.html",
        current="scorecard",
        work=found,
        citation=absolute_citation(request, found.citation),
        row=found.row,
        plan=found.plan,
        behind=open_datasets_behind(workspace, found.plan.id, found.row.indicator),
        withdrawn=withdrawn_inputs(workspace, found),
        permalink=request.build_absolute_uri(prefix + found.permalink),
        **held_state(request, found.release, found.pack.state),
    )
