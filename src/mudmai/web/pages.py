"""What every page shares: the reader's preferences, the address of its twin in the other language, built files."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import iri_to_uri

from mudmai.core.errors import MudmaiError
from mudmai.core.language import Language, Text
from mudmai.core.plans import Plan
from mudmai.web.build import script_url, style_urls
from mudmai.web.preferences import Preferences, read_preferences
from mudmai.workspace import IndicatorView, Workspace

ENGLISH = "/en/"
API_DOCS = "/api/v1/docs"


def language_of(request: HttpRequest) -> Language:
    """The language that the address asks for."""
    return "en" if request.path.startswith(ENGLISH) or request.path == ENGLISH[:-1] else "th"


def reader(request: HttpRequest) -> Preferences:
    """How this reader wants figures written."""
    return read_preferences(language_of(request), request.COOKIES)


def workspace_of(request: HttpRequest) -> Workspace:
    """The workspace that the site's wiring attached to the request."""
    found: Workspace = request.workspace  # type: ignore[attr-defined]
    return found


def address(language: Language, name: str, **parts: object) -> str:
    """The address of the page ``name`` in ``language``."""
    return reverse(f"{language}:{name}", kwargs=parts)


def twin(request: HttpRequest) -> str:
    """The same page, same query, in the other language."""
    full = request.get_full_path()
    if language_of(request) == "en":
        return "/" + full.removeprefix(ENGLISH)
    return ENGLISH + full.removeprefix("/")


def lasting_address(request: HttpRequest, language: Language, view: IndicatorView) -> str:
    """The whole address that keeps showing this indicator as ``view`` has it."""
    held = urlencode({"reading": view.reading.id, "release": view.release, "packs": view.packs})
    path = address(language, "indicator", plan=view.plan.id, indicator=view.indicator.id)
    return request.build_absolute_uri(f"{path}?{held}")


def absolute_citation(request: HttpRequest, citation: Text) -> Text:
    """``citation`` with the whole address; the English one leads to the English page."""
    from mudmai.workspace.citations import at_site  # the analytic half loads with the first figure

    return at_site(citation, request.build_absolute_uri("/").rstrip("/"), english=ENGLISH.rstrip("/"))


def _first_plan(request: HttpRequest) -> Plan | None:
    """The plan that the menu leads to; None where the workspace itself is what cannot be opened."""
    try:
        return workspace_of(request).plan()
    except (MudmaiError, AttributeError, LookupError):
        return None


def _whole_address(request: HttpRequest) -> str:
    """The address of this page as paper shows it; a path alone where the host is one that we refuse."""
    try:
        return iri_to_uri(request.build_absolute_uri())
    except DisallowedHost:
        return request.get_full_path()


def page_context(request: HttpRequest, plan: Plan | None = None) -> dict[str, Any]:
    """What every page needs."""
    here = reader(request)
    return {
        "here": here,
        "language": here.language,
        "other_language": "th" if here.language == "en" else "en",
        "twin": twin(request),
        "script": script_url("main"),
        "styles": style_urls("main"),
        "full_path": request.get_full_path(),
        "page_address": _whole_address(request),
        "api_docs": API_DOCS,
        "nav_plan": plan or _first_plan(request),
    }


def context_of_library_pages(request: HttpRequest) -> dict[str, Any]:
    """For pages whose views belong to the sign-in library: they use our templates and know nothing of our context."""
    match = getattr(request, "resolver_match", None)
    if match is None or match.namespace or not match.func.__module__.startswith("allauth."):
        return {}
    return page_context(request)


def render_page(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    """Render ``templates/web/<template>`` with what every page needs."""
    shared = page_context(request, context.get("plan"))
    body = render_to_string(f"web/{template}", {**shared, **context}, request=request)
    response = HttpResponse(body, status=status)
    response.headers["Content-Language"] = shared["language"]
    return response
