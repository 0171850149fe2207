"""Two marks on every request: an id that the log and the answer carry, and the list of addresses of its language."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from mudmai.apps.registry.domain.requests import new_request_id, request_id

ENGLISH_ADDRESSES = "mudmai.site.urls_english"

PRIVATE = ("/account/", "/en/account/")
"""The sign-in library does not say of all its pages that they must not be kept."""


class RequestMarks:
    """Sets the request's id, and its addresses where it is under ``/en/``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        mark = request_id.set(new_request_id())
        if request.path_info.startswith("/en/"):
            request.urlconf = ENGLISH_ADDRESSES  # type: ignore[attr-defined]  # Django looks for it
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = request_id.get()
            if request.path_info.startswith(PRIVATE):
                response.headers.setdefault("Cache-Control", "no-store, private")
        finally:
            request_id.reset(mark)
        return response
