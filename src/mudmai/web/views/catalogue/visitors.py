"""Visitors get pages that are kept in memory and touch no database; people who have signed in may see more."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from mudmai.apps.data.domain.catalogue_access import closed_datasets_for
from mudmai.web.freshness import fresh_for_a_day

View = Callable[..., HttpResponse]


def for_visitors(view: View) -> View:
    """``view`` kept for a day for visitors; made anew for whoever brings a session, who may find more."""
    kept = fresh_for_a_day(view)
    own = never_cache(view)

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return kept(request, *args, **kwargs)
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        request.closed_datasets = closed_datasets_for(request.user)  # type: ignore[attr-defined]
        return own(request, *args, **kwargs)

    return cast(View, answer)


def closed_of(request: HttpRequest) -> frozenset[str]:
    """Datasets that are not public and that this reader may find."""
    return cast("frozenset[str]", getattr(request, "closed_datasets", frozenset()))


def has_session(request: HttpRequest) -> bool:
    """True where the page is made for one person."""
    return hasattr(request, "closed_datasets")
