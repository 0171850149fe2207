"""What every read of the API shares: open to other origins, an ETag before any work is done, a small cache.

The ETag is made of the release and packs that the answer depends on (:meth:`Workspace.etag`), the address with its
query, and the version of the code, so that ``If-None-Match`` is answered with 304 without computing anything.
Source: RFC 9110 sections 8.8.3 and 13.1.2; WHATWG Fetch for CORS.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from importlib.metadata import version
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from mudmai.api.problems import problem_response
from mudmai.core.errors import MudmaiError
from mudmai.core.language import Text

View = Callable[..., HttpResponse]
Varies = Callable[[HttpRequest], str]

ALLOWED = "GET, HEAD, OPTIONS"
EXPOSED = "ETag, Link, X-Total-Count"
_CODE = version("mudmai")


class BodyCache:
    """Finished answers by ETag, least recently used first out, bounded in bytes; safe for threads."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._lock = Lock()
        self._kept: OrderedDict[str, tuple[bytes, dict[str, str]]] = OrderedDict()

    def get(self, key: str) -> tuple[bytes, dict[str, str]] | None:
        """The body and headers kept under ``key``, or None."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        return None

    def put(self, key: str, body: bytes, headers: dict[str, str]) -> None:
        """Keep an answer unless it is larger than an eighth of the whole room."""
        if len(body) > self._limit // 8:
            return
        with self._lock:
            if key in self._kept:
                self._held -= len(self._kept.pop(key)[0])
            self._kept[key] = (body, headers)
            self._held += len(body)
            while self._held > self._limit:
                _, (gone, _headers) = self._kept.popitem(last=False)
                self._held -= len(gone)


_cache = BodyCache(getattr(settings, "MUDMAI_PAGE_CACHE_BYTES", 0))


def entity_tag(request: HttpRequest, varies: Varies | None = None) -> str | None:
    """The strong ETag of the answer to ``request``; None when the release it names does not exist.

    ``varies`` says what else the answer depends on (the host that stands in its addresses, the media type asked for).
    """
    try:
        state = request.workspace.etag(request.GET.get("release") or None)  # type: ignore[attr-defined]
    except MudmaiError:
        return None
    asked = f"{state}\n{_CODE}\n{request.get_full_path()}\n{varies(request) if varies else ''}"
    return '"' + hashlib.sha256(asked.encode()).hexdigest()[:32] + '"'


def open_to_others(response: HttpResponse) -> HttpResponse:
    """Let programs of other origins read the answer (CORS)."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = EXPOSED
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _knows(request: HttpRequest, tag: str) -> bool:
    sent = request.headers.get("If-None-Match", "")
    return sent == "*" or tag in {part.strip().removeprefix("W/") for part in sent.split(",")}


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
    if _knows(request, tag):
        unchanged = HttpResponseNotModified()
        unchanged.headers["ETag"] = tag
        unchanged.headers["Cache-Control"] = "public, no-cache"
        return unchanged
    kept = _cache.get(tag)
    if kept is not None:
        response = HttpResponse(kept[0])
        for name, value in kept[1].items():
            response.headers[name] = value
        return response
    if request.method == "HEAD":  # the doors know GET; the body of a HEAD is dropped by the server
        request.method = "GET"
    response = view(request, *args, **kwargs)
    if response.status_code == 200:
        response.headers["ETag"] = tag
        response.headers["Cache-Control"] = "public, no-cache"
        if not response.streaming:
            _cache.put(tag, response.content, dict(response.headers.items()))
    return response
