"""All indices that packs declare."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from mudmai.web.freshness import fresh
from mudmai.web.pages import render_page, workspace_of
from mudmai.workspace.indices import list_indices


@fresh
def indices(request: HttpRequest, language: str) -> HttpResponse:
    """What each index is, and what it is not."""
    workspace = workspace_of(request)
    found = [
        (one, len(workspace.catalogue.area_system(one.index.area_system).level(one.index.level)))
        for one in list_indices(workspace)
    ]
    return render_page(request, "indices/list.html", current="areas", found=found)
