"""Pages for what cannot be answered: each says what was found, what was expected and where to go on.

Errors that carry a message for people (:mod:`mudmai.core.errors`) become 404, 400 or 500 pages in the reader's
language. Addresses of the API are left to the API, which answers in its own form.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import OperationalError, ProgrammingError
from django.http import HttpRequest, HttpResponse

from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.errors import InputError, MudmaiError, UnknownNameError
from mudmai.core.language import Text
from mudmai.web.pages import render_page
from mudmai.web.wording import wording

log = logging.getLogger(__name__)
API = "/api/"


class FaultPages:
    """Turns errors that a view raises into pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for a :class:`MudmaiError`; None (Django goes on) for anything else and for the API."""
        if request.path.startswith(API):
            return None
        if isinstance(exception, (OperationalError, ProgrammingError)):
            log.error("%s", exception)
            return _page(request, 503, wording("database.missing"), wording("database.missing_remedy"))
        if not isinstance(exception, MudmaiError):
            return None
        if isinstance(exception, NotAllowed):
            return _page(request, 403, exception.message, exception.remedy, exception)
        if isinstance(exception, UnknownNameError):
            return _page(request, 404, exception.message, exception.remedy, exception)
        if isinstance(exception, InputError):
            return _page(request, 400, exception.message, exception.remedy, exception)
        log.error("%s", exception.words("en"))
        return _page(request, 500, exception.message, exception.remedy, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 for an address that leads nowhere."""
    return _page(request, 404, wording("fault.no_page"), wording("fault.no_page_remedy"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 for a request that cannot be read at all (a foreign host name, too large a form)."""
    return _page(request, 400, wording("fault.bad_request"), wording("fault.bad_request_remedy"))


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that did not come from our own page."""
    return _page(request, 403, wording("fault.form"), wording("fault.form_remedy"))


def fault(request: HttpRequest) -> HttpResponse:
    """500 for what we did not foresee."""
    return _page(request, 500, wording("fault.ours"), wording("fault.ours_remedy"))


def _page(
    request: HttpRequest, status: int, message: Text, remedy: Text, exception: MudmaiError | None = None
) -> HttpResponse:
    response = render_page(
        request,
        "fault.html",
        status,
        message=message,
        remedy=remedy,
        code=status,
        problems=exception.further[:50] if exception else (),
    )
    response.headers["Cache-Control"] = "no-store"
    return response
