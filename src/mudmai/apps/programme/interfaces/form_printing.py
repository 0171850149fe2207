"""The official forms of a programme as files: made at once, or kept once they were made in the background.

A kept file belongs to one state of the plan: when a decision changes the programme, another one is made. The folder of
kept files is a cache; nothing is lost when it is emptied.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from django.db.models import Max

from mudmai.apps.data.site import workspace
from mudmai.apps.programme.interfaces.form_book import form_book_of
from mudmai.apps.programme.models import Programme
from mudmai.apps.programme.queries import counted_projects
from mudmai.core.language import Digits
from mudmai.exchange.forms.layouts import FormLayouts
from mudmai.exchange.forms.printing.blank import MOST_YEARS, blank_print, years_between
from mudmai.exchange.forms.printing.build import form_print
from mudmai.exchange.forms.printing.model import FormPrint
from mudmai.exchange.forms.printing.spec import PrintSpec
from mudmai.exchange.tables import write_file
from mudmai.workspace.form_packs import FormPack, form_pack_of

MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
AT_ONCE = 150
"""Projects up to which a PDF is made while one waits: about two seconds; 1,200 take a quarter of a minute."""
_KEPT = 40
"""Files that are kept; the oldest go first."""


def form_pack_for(programme: Programme) -> FormPack | None:
    """The family of forms of the programme: the one that it names, else the one that its projects came in by."""
    names = [programme.form]
    if not programme.form:
        names = list(counted_projects(programme.projects.all()).order_by().values_list("form", flat=True).distinct())
    return form_pack_of(workspace().home, names)


def has_print(programme: Programme) -> bool:
    """True where there are forms to print and projects to stand on them."""
    return form_pack_for(programme) is not None and programme.projects.exists()


def takes_long(programme: Programme, forms: Sequence[str], media: str) -> bool:
    """True for a PDF of so many projects that nobody should wait for it with the page open."""
    if media != "pdf":
        return False
    found = form_pack_for(programme)
    rows = counted_projects(programme.projects.all())
    if forms and found is not None:
        rows = rows.filter(form__in=_details(found.layouts, forms))
    return rows[: AT_ONCE + 1].count() > AT_ONCE


def _details(layouts: FormLayouts, forms: Sequence[str]) -> list[str]:
    """The ids of the detail forms among the chosen ones: a summary is one short table."""
    return [one.id for one in layouts.forms if one.role == "detail" and (one.id in forms or one.code in forms)]


def print_of(programme: Programme, forms: Sequence[str] = (), digits: Digits = "arabic") -> tuple[FormPrint, PrintSpec]:
    """The print model of the plan in force. Raises :class:`InputError` ``form_unknown``."""
    found = form_pack_for(programme)
    assert found is not None
    book = form_book_of(programme, found.layouts)
    organisation = programme.organisation.name_th
    made = form_print(book, found.layouts, found.spec, forms=forms, digits=digits, organisation=organisation)
    return made, found.spec


def blank_of(programme: Programme, forms: Sequence[str] = (), digits: Digits = "arabic") -> tuple[FormPrint, PrintSpec]:
    """Empty forms with the years and the office of a programme. Raises :class:`InputError` ``form_unknown``."""
    found = form_pack_for(programme)
    assert found is not None
    years = years_between(programme.first_year, programme.last_year)[:MOST_YEARS]
    office = programme.organisation.name_th
    made = blank_print(found.layouts, found.spec, years, forms=forms, digits=digits, organisation=office)
    return made, found.spec


def written(made: FormPrint, spec: PrintSpec, media: str) -> bytes:
    """The print as ``pdf``, ``docx`` or ``xlsx``; each writer is loaded when it is first asked for."""
    if media == "pdf":
        from mudmai.exchange.forms.printing.pdf import print_pdf as write
    elif media == "docx":
        from mudmai.exchange.forms.printing.docx import print_docx as write
    else:
        from mudmai.exchange.forms.printing.xlsx import print_xlsx as write
    return write(made, spec)


def kept_print(programme: Programme, forms: Sequence[str], digits: Digits) -> Path:
    """Where the PDF of this state of the plan is kept, whether it is there or not."""
    last = programme.events.aggregate(last=Max("sequence"))["last"]
    found = form_pack_for(programme)
    told = [programme.pk, last, programme.revision, programme.organisation.name_th, digits, *sorted(forms)]
    told += [repr(found.spec), repr(found.layouts)] if found else []
    name = hashlib.sha256("\n".join(map(str, told)).encode()).hexdigest()
    return workspace().home.cache / "prints" / f"{name}.pdf"


def keep_print(programme: Programme, forms: Sequence[str], digits: Digits) -> Path:
    """Make the PDF of the plan in force and keep it; one that is kept already is left as it is."""
    path = kept_print(programme, forms, digits)
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_file(path, written(*print_of(programme, forms, digits), "pdf"))
        kept = sorted(path.parent.glob("*.pdf"), key=lambda one: one.stat().st_mtime_ns)
        for old in kept[:-_KEPT]:
            old.unlink(missing_ok=True)
    return path
