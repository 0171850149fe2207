"""Who reads a page of projects: visitors get it from memory, people who have signed in see what they may."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache

from mudmai.apps.programme.policy import Asking
from mudmai.apps.programme.portfolio import ledger_mark
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import NotAllowed
from mudmai.web.freshness import fresh_while
from mudmai.workspace.catalogue_search import today

View = Callable[..., HttpResponse]


def has_session(request: HttpRequest) -> bool:
    """True for a browser that brings a session: only then is anybody looked up."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def asker(request: HttpRequest) -> Asking:
    """The person who asks; None for visitors."""
    return request.user if has_session(request) and request.user.is_authenticated else None


def person_or_none(request: HttpRequest) -> Person | None:
    """The person who has signed in."""
    found = asker(request)
    return found if isinstance(found, Person) else None


def or_sign_in(view: View) -> View:
    """A visitor who may not read what the address names is led to the sign-in page; others are told why not."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotAllowed:
            if asker(request) is not None:
                raise
            return redirect_to_login(request.get_full_path(), reverse("account_login"))

    return cast(View, answer)


def for_readers(view: View) -> View:
    """``view`` kept for visitors until a programme changes or the day does; made anew for whoever has a session."""
    view = or_sign_in(view)
    kept = fresh_while(lambda: f"{today().isoformat()} {ledger_mark()}")(view)
    own = never_cache(view)

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not has_session(request):
            return kept(request, *args, **kwargs)
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        return own(request, *args, **kwargs)

    return cast(View, answer)
