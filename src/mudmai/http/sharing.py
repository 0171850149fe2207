"""Open data for programs of other origins (CORS): what anybody reads, and nothing that was asked for as somebody.

The answer is open to every origin and never to one with credentials, so that a page elsewhere reads what its reader
could read without an account. Source: WHATWG Fetch, CORS protocol.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

EXPOSED = "ETag, Link, X-Total-Count"
READS = ("GET", "HEAD")
OPEN = (200, 304)


def open_to_others(response: HttpResponse) -> HttpResponse:
    """Let programs of other origins read the answer."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = EXPOSED
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def asked_by_nobody(request: HttpRequest) -> bool:
    """True for a read that shows neither a session nor a token."""
    named = settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers
    return request.method in READS and not named


def open_file(view: View[P]) -> View[P]:
    """``view``, a file of open data on the pages, open to other origins when nobody in particular asks for it."""

    @wraps(view)
    def answered(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        shared = response.status_code in OPEN and asked_by_nobody(request)
        return open_to_others(response) if shared else response

    return answered
