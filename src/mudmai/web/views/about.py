"""How the figures are judged, in a page; what is loaded; how to read the marks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from mudmai import __version__
from mudmai.web.freshness import fresh
from mudmai.web.pages import render_page, workspace_of
from mudmai.web.views.scorecard import ORDER


@fresh
def about(request: HttpRequest, language: str) -> HttpResponse:
    """The page about method and sources."""
    workspace = workspace_of(request)
    release = workspace.release()
    return render_page(
        request,
        "about.html",
        current="about",
        order=ORDER,
        release=release,
        packs=list(workspace.packs.values()),
        sources=sorted(workspace.catalogue.sources.values(), key=lambda s: s.publisher.in_("en")),
        version=__version__,
    )
