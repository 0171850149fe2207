"""Who calls: a program with a token, a person signed in on the pages, or nobody.

A token comes as ``Authorization: Bearer mudmai_…``. A session counts too, so that our own pages can use the API, but
for anything that changes something only with the CSRF token that those pages carry. Source: RFC 6750 section 3, RFC
9110 section 11.6.1.

Failing tokens are counted by the caller's address; beyond :data:`FAILURES` in :data:`WINDOW` seconds the answer is 429.
A token that works is never held up by those of others behind the same address.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from ninja.security import APIKeyCookie, HttpBearer

from mudmai.apps.registry.domain.tokens import TokenRefused, person_of_token
from mudmai.apps.registry.models import Person
from mudmai.core.errors import InputError
from mudmai.core.language import Text

FAILURES = 30
WINDOW = 300
_SAFE = ("GET", "HEAD", "OPTIONS")


class SignInNeeded(InputError):
    """A call that needs somebody, made by nobody."""

    default_code = "sign_in_needed"

    def __init__(self) -> None:
        super().__init__(
            Text("ต้องระบุตัวผู้เรียก", "this needs a caller who is known"),
            remedy=Text(
                "ส่งส่วนหัว Authorization: Bearer <โทเคน> โทเคนสร้างได้ที่ /account/tokens/",
                "send the header Authorization: Bearer <token>; tokens are made on /en/account/tokens/",
            ),
        )


class TooManyFailures(InputError):
    """So many failing tokens from one address that they are no longer looked at."""

    default_code = "too_many_failures"

    def __init__(self) -> None:
        super().__init__(
            Text("โทเคนที่ใช้ไม่ได้ถูกส่งมาถี่เกินไป", "too many failing tokens from this address"),
            remedy=Text(f"หยุดส่ง {WINDOW // 60} นาที แล้วตรวจโทเคน", f"wait {WINDOW // 60} minutes and check the token"),
        )


class FormTokenMissing(InputError):
    """A change asked for by a session without the CSRF token of our own pages."""

    default_code = "csrf"

    def __init__(self) -> None:
        super().__init__(
            Text("คำขอไม่ได้มาจากหน้าเว็บของเรา", "the request did not come from our own pages"),
            remedy=Text("ใช้โทเคน API แทนคุกกี้", "use an API token instead of the cookie"),
        )


def caller(request: HttpRequest) -> Person | AnonymousUser:
    """Whoever calls; nobody is :class:`AnonymousUser`.

    Raises :class:`TokenRefused`, :class:`TooManyFailures` or :class:`FormTokenMissing`.
    """
    sent = request.headers.get("Authorization", "").strip()
    if sent:
        scheme, _, secret = sent.partition(" ")
        return _of_token(request, secret.strip() if scheme.lower() == "bearer" else "")
    user = request.user
    if not isinstance(user, Person):
        return AnonymousUser()
    if request.method not in _SAFE:
        _check_form_token(request)
    return user


def known_caller(request: HttpRequest) -> Person:
    """As :func:`caller`, but nobody is refused with :class:`SignInNeeded`."""
    found = caller(request)
    if not isinstance(found, Person):
        raise SignInNeeded
    return found


def person_of(request: HttpRequest) -> Person:
    """The caller whom ``Router(auth=KNOWN_CALLERS)`` has let in."""
    found: Person = request.auth  # type: ignore[attr-defined]
    return found


def _of_token(request: HttpRequest, secret: str) -> Person:
    try:
        return person_of_token(secret)
    except TokenRefused:
        key = f"token-failures:{get_adapter(request).get_client_ip(request)}"
        cache.add(key, 0, WINDOW)
        if cache.incr(key) > FAILURES:
            raise TooManyFailures from None
        raise


class _FormTokens(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        raise FormTokenMissing


def _check_form_token(request: HttpRequest) -> None:
    def answer(_: HttpRequest) -> HttpResponse:
        return HttpResponse()

    check = _FormTokens(answer)
    check.process_request(request)
    request.csrf_processing_done = False  # type: ignore[attr-defined]  # the site's own pass left the API out
    check.process_view(request, answer, (), {})


class ApiTokenAuth(HttpBearer):
    """How the OpenAPI document calls a token; :func:`caller` does the work."""

    openapi_description = "An API token: Authorization: Bearer mudmai_…"

    def __call__(self, request: HttpRequest) -> Any:
        return known_caller(request)

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return known_caller(request)


class SessionAuth(APIKeyCookie):
    """How the OpenAPI document calls a session of the pages."""

    param_name = "mudmai_session"
    openapi_description = "Signed in on the pages; changes also need the header X-CSRFToken"

    def __init__(self) -> None:
        super().__init__(csrf=False)

    def __call__(self, request: HttpRequest) -> Any:
        return known_caller(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return known_caller(request)


KNOWN_CALLERS = [ApiTokenAuth(), SessionAuth()]
"""``Router(auth=KNOWN_CALLERS)``: only for callers who are known; ``request.auth`` is the :class:`Person`.

Addresses with it are answered to their caller alone: not cached, not open to other origins (``api/urls.py``).
"""
