"""One area of an index: its score walked back, step by step, to the cells that figures were taken from."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from mudmai.web.freshness import fresh
from mudmai.web.pages import reader, render_page, workspace_of
from mudmai.web.views.indices.asked import POINTS, kept, read_index, weights_told
from mudmai.web.views.indices.composing import composition
from mudmai.web.views.indices.index import rank_words
from mudmai.web.views.scorecard import held_state
from mudmai.workspace.index_tracing import index_area as traced


@weights_told
@fresh
def index_area(request: HttpRequest, index: str, area: str, language: str) -> HttpResponse:
    """The page of one area of one index."""
    view = read_index(request, index)
    found = traced(workspace_of(request), view, area)
    return render_page(
        request,
        "indices/area.html",
        current="areas",
        view=view,
        index=view.index,
        declared=view.offered.declared,
        row=found.row,
        work=found.work,
        rank=rank_words(found.row, len(view.scored), reader(request)),
        composed=composition(view, found.row, reader(request)),
        asked=urlencode(kept(request, POINTS, "year", "release", "packs")),
        **held_state(request, view.release, view.offered.pack.state),
    )
