"""Calendar and digits: a page with a form, so that no other page has to carry a form token."""

from __future__ import annotations

from typing import get_args

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from mudmai.core.errors import InputError
from mudmai.core.language import Digits, Text
from mudmai.core.periods import Period
from mudmai.web.pages import address, language_of, reader, render_page
from mudmai.web.preferences import COOKIE, COOKIE_AGE, CalendarChoice, Preferences


@never_cache
def preferences(request: HttpRequest, language: str) -> HttpResponse:
    """Show the form, or keep what it says and go back to where the reader came from."""
    if request.method == "POST":
        return _keep(request)
    back = _safe(request, request.GET.get("next", ""))
    return render_page(
        request, "preferences.html", current="preferences", back=back, chosen=reader(request), sample=Period.year(2023)
    )


def _keep(request: HttpRequest) -> HttpResponse:
    calendar, digits = request.POST.get("calendar", ""), request.POST.get("digits", "")
    if calendar not in get_args(CalendarChoice) or digits not in get_args(Digits):
        raise InputError(
            Text("ค่าที่เลือกไม่ถูกต้อง", "this choice does not exist"),
            remedy=Text("เลือกจากแบบฟอร์มอีกครั้ง", "choose again in the form"),
            code="preferences",
        )
    kept = Preferences(language_of(request), calendar, digits)  # type: ignore[arg-type]  # membership was checked above
    response = HttpResponseRedirect(_safe(request, request.POST.get("next", "")))
    response.set_cookie(
        COOKIE,
        kept.cookie(),
        max_age=COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.CSRF_COOKIE_SECURE,
    )
    return response


def _safe(request: HttpRequest, target: str) -> str:
    """``target`` when it is an address of ours, else the front page."""
    inside = target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if inside else address(language_of(request), "home")
