"""The official forms of a programme: what to print is chosen on a page; long PDFs are made in the background."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from mudmai.apps.jobs.models import Job
from mudmai.apps.programme.domain.projects import programme_for
from mudmai.apps.programme.interfaces import form_printing as press
from mudmai.apps.programme.interfaces.jobs_printing import PRINT, begin_printing
from mudmai.apps.programme.models import Programme
from mudmai.apps.programme.queries import counted_projects
from mudmai.core.language import Digits
from mudmai.web.asking import asked_choice
from mudmai.web.pages import address, language_of, reader, render_page
from mudmai.web.views.people.access import person_of, signed_in
from mudmai.web.views.projects.readers import asker, or_sign_in, person_or_none


def print_page(request: HttpRequest, programme: UUID, language: str) -> HttpResponse:
    """Choose forms, digits and kind of file; a POST has a long PDF made in the background."""
    if request.method == "POST":
        return _begin(request, programme=programme, language=language)
    return _chooser(request, programme=programme, language=language)


@or_sign_in
def _chooser(request: HttpRequest, programme: UUID, language: str) -> HttpResponse:
    held = _printable(request, programme)
    forms, digits = _asked(request)
    long = press.takes_long(held, forms, "pdf")
    ready = long and press.kept_print(held, forms, digits).is_file()
    person = person_or_none(request)
    job = _job(held, request, forms, digits) if person is not None and long and not ready else None
    return render_page(
        request,
        "projects/print.html",
        current="projects",
        programme=held,
        forms=_forms(held),
        chosen=forms,
        digits=digits,
        question=_question(forms, digits),
        long=long,
        ready=ready,
        job=job,
        signed=person is not None,
    )


@signed_in
def _begin(request: HttpRequest, programme: UUID, language: str) -> HttpResponse:
    held = _printable(request, programme)
    forms, digits = _asked(request)
    if press.takes_long(held, forms, "pdf") and not press.kept_print(held, forms, digits).is_file():
        begin_printing(acting_user=person_of(request), programme=held, forms=forms, digits=digits)
    to = address(language_of(request), "programme_print_page", programme=held.pk)
    return HttpResponseRedirect(f"{to}?{_question(forms, digits)}#file")


@or_sign_in
def printed(request: HttpRequest, programme: UUID, form: str, language: str) -> HttpResponseBase:
    """The forms of the plan in force, as a file; ``?digits=thai`` and ``?form=ผ.02`` choose.

    A long PDF that is not made yet leads to the page where it can be asked for.
    """
    if form not in press.MEDIA:
        raise Http404
    held = _printable(request, programme)
    forms, digits = _asked(request)
    if press.takes_long(held, forms, form):
        path = press.kept_print(held, forms, digits)
        if not path.is_file():
            to = address(language_of(request), "programme_print_page", programme=held.pk)
            return HttpResponseRedirect(f"{to}?{_question(forms, digits)}#file")
        response: HttpResponseBase = FileResponse(path.open("rb"), content_type=press.MEDIA[form])
    else:
        made, spec = press.print_of(held, forms, digits)
        response = HttpResponse(press.written(made, spec, form), content_type=press.MEDIA[form])
    response.headers["Content-Disposition"] = f'attachment; filename="programme-{held.pk}.{form}"'
    response.headers["Cache-Control"] = "no-cache"
    return response


@or_sign_in
def blank(request: HttpRequest, programme: UUID, form: str, language: str) -> HttpResponse:
    """Empty forms of the years of a programme, to be filled in and loaded; ``?form=ผ.02`` chooses."""
    if form not in press.MEDIA:
        raise Http404
    held = programme_for(asker(request), programme)
    if press.form_pack_for(held) is None:
        raise Http404
    made, spec = press.blank_of(held, *_asked(request))
    response = HttpResponse(press.written(made, spec, form), content_type=press.MEDIA[form])
    response.headers["Content-Disposition"] = f'attachment; filename="empty-forms.{form}"'
    response.headers["Cache-Control"] = "no-cache"
    return response


def _printable(request: HttpRequest, programme: UUID) -> Programme:
    held = programme_for(asker(request), programme)
    if not press.has_print(held):
        raise Http404
    return held


def _asked(request: HttpRequest) -> tuple[list[str], Digits]:
    given = request.POST if request.method == "POST" else request.GET
    default = "thai" if reader(request).digits == "thai" else "arabic"
    asked = asked_choice(given, "digits", ("arabic", "thai")) if given.get("digits") else default
    return sorted({one for one in given.getlist("form") if one})[:20], "thai" if asked == "thai" else "arabic"


def _question(forms: list[str], digits: Digits) -> str:
    return urlencode([*(("form", one) for one in forms), ("digits", digits)])


def _forms(held: Programme) -> list[Any]:
    """The forms with something to print: those of its projects, and the summaries of these."""
    pack = press.form_pack_for(held)
    assert pack is not None
    used = set(counted_projects(held.projects.all()).order_by().values_list("form", flat=True).distinct())
    found = [one for one in pack.layouts.forms if one.id in used or used & set(one.summarises)]
    return found or [one for one in pack.layouts.forms if one.role == "detail"][:1]


def _job(held: Programme, request: HttpRequest, forms: list[str], digits: Digits) -> Job | None:
    """The latest run of this very choice by this person."""
    told = {"programme": str(held.pk), "forms": forms, "digits": digits}
    rows = Job.objects.filter(kind=PRINT, about_id=str(held.pk), started_by=person_or_none(request))
    return next((one for one in rows.order_by("-created_at")[:20] if one.arguments == told), None)
