"""The official forms of a programme as Excel, PDF and Word."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from mudmai.apps.programme.interfaces.form_book import form_book_of
from mudmai.apps.programme.models import Programme
from mudmai.core.language import Digits
from mudmai.exchange.forms import FormLayouts, shipped_form_layouts
from mudmai.exchange.forms.printing.build import form_print
from mudmai.exchange.forms.printing.spec import shipped_print_spec
from mudmai.web.asking import asked_choice


def layouts_of(programme: Programme) -> FormLayouts | None:
    """The layouts that the programme's form belongs to; the first ones where it names none that is known."""
    known = shipped_form_layouts()
    named = [one for one in known if programme.form in (one.id, *(form.id for form in one.forms))]
    return next(iter(named or known), None)


def has_print(programme: Programme) -> bool:
    """True where the forms of the programme can be printed and it has projects to print."""
    return layouts_of(programme) is not None and programme.projects.exists()


def print_programme(request: HttpRequest, programme: Programme, form: str, media: str) -> HttpResponse:
    """The forms of the plan in force. Raises :class:`InputError` for a form that is not there."""
    layouts = layouts_of(programme)
    assert layouts is not None
    digits: Digits = "thai" if asked_choice(request.GET, "digits", ("arabic", "thai")) == "thai" else "arabic"
    spec = shipped_print_spec()
    made = form_print(
        form_book_of(programme, layouts),
        layouts,
        spec,
        forms=[one for one in request.GET.getlist("form") if one],
        digits=digits,
        organisation=programme.organisation.name_th,
    )
    if form == "pdf":
        from mudmai.exchange.forms.printing.pdf import print_pdf as write  # typesetting loads when it is asked for
    elif form == "docx":
        from mudmai.exchange.forms.printing.docx import print_docx as write
    else:
        from mudmai.exchange.forms.printing.xlsx import print_xlsx as write
    response = HttpResponse(write(made, spec), content_type=media)
    response.headers["Content-Disposition"] = f'attachment; filename="programme-{programme.pk}.{form}"'
    response.headers["Cache-Control"] = "no-cache"
    return response
