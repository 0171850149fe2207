"""ETags before rendering, and rendered pages kept for as long as nothing they show can change.

A page depends on the release, the packs, the code, the reader's preferences and the address; the ETag is a hash of
these. When the browser still has it, the answer is 304 without any work; otherwise the finished page (plain and
compressed) may already be in memory. Pages hold no secret and no form token, so compressing them gives nothing away.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from mudmai.core.language import Language
from mudmai.http.kept import answers, finished, given
from mudmai.http.tags import code_key, knows, tag_of
from mudmai.web.preferences import read_preferences
from mudmai.workspace.catalogue_search import today
from mudmai.workspace.portfolio_summary import portfolio_mark

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def etag_of(request: HttpRequest, language: Language, release: str | None = None, day: str = "") -> str:
    """The strong ETag of this address for this reader; changes when any answer may change.

    ``day`` is for answers that say what is late today.
    """
    preferences = read_preferences(language, request.COOKIES)
    state = request.workspace.etag(release)  # type: ignore[attr-defined]  # set by the site's wiring
    projects = portfolio_mark(request.workspace)  # type: ignore[attr-defined]  # set by the site's wiring
    code = "debug" if settings.DEBUG else code_key()
    return tag_of(
        state, code, preferences.key, request.get_host(), request.get_full_path(), *filter(None, (day, projects))
    )


def fresh(view: View[P]) -> View[P]:
    """Answer 304 or from memory when the page cannot have changed; else render, keep and compress."""
    return _kept(view, lambda: "")


def fresh_for_a_day(view: View[P]) -> View[P]:
    """As :func:`fresh`, for pages that say what is late: they are made anew on another day of the site."""
    return _kept(view, lambda: today().isoformat())


def fresh_while(mark: Callable[[], str]) -> Callable[[View[P]], View[P]]:
    """As :func:`fresh`, for pages that show more than the release: they are made anew when ``mark`` changes."""
    return lambda view: _kept(view, mark)


def _kept(view: View[P], day: Callable[[], str]) -> View[P]:
    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        language: Language = "en" if kwargs.get("language") == "en" else "th"
        tag = etag_of(request, language, day=day())
        if knows(request.headers.get("If-None-Match", ""), tag):
            return _marked(HttpResponse(status=304), tag)
        kept = None if settings.DEBUG else answers().get(tag)
        if kept is None:
            made = view(request, *args, **kwargs)
            if made.status_code != 200:
                return made
            kept = finished(made)
            answers().put(tag, kept)
        return _marked(given(request, kept), tag)

    return answer


def _marked(response: HttpResponse, tag: str) -> HttpResponse:
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Cookie, Accept-Encoding"
    return response
