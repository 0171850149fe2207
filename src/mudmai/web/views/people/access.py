"""Who may open these pages at all, and short notices between two of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View as ClassView
from django.views.decorators.cache import never_cache

from mudmai.apps.registry.models import Person, Role
from mudmai.apps.registry.policy import lacks_second_factor
from mudmai.core.language import Text
from mudmai.web.pages import language_of, render_page
from mudmai.web.wording import wording

View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    """Only for people who have signed in; others are led to the sign-in page and back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("account_login"))
        if lacks_second_factor(person_of(request)) and "/account/" not in request.path:
            role = Role(settings.MUDMAI_SECOND_FACTOR_FROM).title
            return render_page(request, "people/second_factor_needed.html", 403, part="account", role=role)
        return view(request, *args, **kwargs)

    return cast(View, never_cache(guarded))


class ConfirmedView(ClassView):
    """Pages for people who have signed in and given their password not long ago."""

    @method_decorator(signed_in)
    @method_decorator(reauthentication_required)
    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]  # Django's own looser type


def person_of(request: HttpRequest) -> Person:
    """The person who has signed in."""
    return cast(Person, request.user)


def tell(request: HttpRequest, key: str, **values: Text) -> None:
    """Show the wording ``key``, with ``values`` in its places, on the next page."""
    messages.success(request, wording(key, **values).in_(language_of(request)))


def row_number(text: str | None) -> int:
    """The number of a row that a form names; 0, which no row has, for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0
