"""What every read of the API shares: open to other origins, an ETag before any work is done, a small cache.

The ETag is made of the release and packs that the answer depends on (:meth:`Workspace.etag`), the address with its
query, and the version of the code, so that ``If-None-Match`` is answered with 304 without computing anything.
Source: RFC 9110 sections 8.8.3 and 13.1.2; WHATWG Fetch for CORS.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers

from mudmai.api.problems import problem_response
from mudmai.core.errors import MudmaiError
from mudmai.core.language import Text
from mudmai.http.kept import answers, finished, given
from mudmai.http.sharing import open_to_others
from mudmai.http.tags import code_key, knows, tag_of

View = Callable[..., HttpResponse]
Varies = Callable[[HttpRequest], str]

ALLOWED = "GET, HEAD, OPTIONS"


def entity_tag(request: HttpRequest, varies: Varies | None = None) -> str | None:
    """The strong ETag of the answer to ``request``; None when the release it names does not exist.

    ``varies`` says what else the answer depends on (the host that stands in its addresses, the media type asked for).
    """
    try:
        state = request.workspace.etag(request.GET.get("release") or None)  # type: ignore[attr-defined]
    except MudmaiError:
        return None
    code = "debug" if settings.DEBUG else code_key()
    return tag_of("api", state, code, request.get_full_path(), varies(request) if varies else "")


def readable(view: View, *, cached: bool = True, varies: Varies | None = None) -> View:
    """``view`` as an open, conditional, cached read; other methods are refused as a problem document."""

    @wraps(view)
    def read(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            preflight = HttpResponse(status=204)
            preflight.headers["Access-Control-Allow-Methods"] = ALLOWED
            preflight.headers["Access-Control-Allow-Headers"] = "If-None-Match, Accept"
            preflight.headers["Access-Control-Max-Age"] = "86400"
            return open_to_others(preflight)
        if request.method not in ("GET", "HEAD"):
            refused = problem_response(
                request,
                405,
                "method_not_allowed",
                Text("ประตูนี้อ่านได้อย่างเดียว", "this door only answers reads"),
                Text("ใช้ GET", "use GET"),
            )
            refused.headers["Allow"] = ALLOWED
            return open_to_others(refused)
        return open_to_others(_answer(view, request, cached, varies, *args, **kwargs))

    return read


def _answer(
    view: View, request: HttpRequest, cached: bool, varies: Varies | None, *args: Any, **kwargs: Any
) -> HttpResponse:
    tag = entity_tag(request, varies) if cached else None
    if tag is None:
        return view(request, *args, **kwargs)
    if knows(request.headers.get("If-None-Match", ""), tag):
        unchanged = HttpResponseNotModified()
        unchanged.headers["ETag"] = tag
        unchanged.headers["Cache-Control"] = "public, no-cache"
        return unchanged
    kept = answers().get(tag)
    if kept is not None:
        return given(request, kept)
    if request.method == "HEAD":  # the doors know GET; the body of a HEAD is dropped by the server
        request.method = "GET"
    response = view(request, *args, **kwargs)
    if response.status_code != 200:
        return response
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "public, no-cache"
    patch_vary_headers(response, ["Accept-Encoding"])
    if response.streaming:
        return response
    made = finished(response)
    answers().put(tag, made)
    return given(request, made)
