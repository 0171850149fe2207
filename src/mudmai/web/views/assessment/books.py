"""Workbooks: a criteria set and its answers to work on without a network, and the answers back with a preview."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from mudmai.apps.assessment.domain import answer_books as do
from mudmai.apps.assessment.domain.facts import criteria_of
from mudmai.apps.assessment.domain.files import file_for, may_fill_now
from mudmai.apps.assessment.models import CityFile
from mudmai.apps.assessment.policy import decide_city_side
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.criteria import CriteriaSet, Criterion
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text, same
from mudmai.exchange.criteria.answer_sheets import write_answer_book
from mudmai.exchange.criteria.criteria_book import write_criteria_book
from mudmai.http.receiving import SMALLER_WORKBOOK, received, refuse_too_large, workbook_limit
from mudmai.web.pages import address, language_of, render_page, workspace_of
from mudmai.web.views.assessment.criteria import joined, set_asked
from mudmai.web.views.intake.receiving import takes_workbooks
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.web.views.projects.tables import XLSX
from mudmai.web.wording import wording
from mudmai.workspace.raw_files import raw_files

_SALT = "assessment.book"
_HELD = 3600 * 12
"""Seconds that a workbook that was looked at may be loaded."""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """What the workbook does to one criterion: before and after, steps in words."""

    change: do.BookChange
    before: Text
    after: Text


def set_book(request: HttpRequest, set: str, kind: str, language: str) -> HttpResponse:
    """The set as a workbook (``set``), or the workbook to answer it in, empty (``answers``)."""
    criteria = set_asked(request, set)
    if kind not in ("set", "answers"):
        raise UnknownNameError(Text("ไฟล์", "file"), kind, ["set", "answers"])
    data = write_criteria_book(criteria) if kind == "set" else write_answer_book(criteria)
    return _xlsx(data, f"{criteria.id}-{kind}")


def _xlsx(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@signed_in
def filled_book(request: HttpRequest, file: UUID, language: str) -> HttpResponse:
    """The answers of the file as they are, to go on without a network."""
    held = file_for(person_of(request), file)
    return _xlsx(do.export_answer_book(held), f"{held.city.code}-{held.call.criteria}")


@takes_workbooks
@signed_in
def load_book(request: HttpRequest, file: UUID, language: str) -> HttpResponse:
    """Bring a filled workbook: look at what it changes and at its faults by cell, then load all of it or nothing."""
    person = person_of(request)
    held = file_for(person, file)
    decision = decide_city_side(person, "assess.fill", held)
    if not decision:
        raise NotAllowed(decision)  # before the file is taken in
    fault: InputError | None = None
    seen: do.BookPreview | None = None
    token = ""
    if request.method == "POST":
        try:
            refuse_too_large(request, most=workbook_limit(), remedy=SMALLER_WORKBOOK)
            if request.POST.get("do") == "load":
                return _load(request, person, held)
            raw = received(request, most=workbook_limit(), remedy=SMALLER_WORKBOOK)
            book = do.read_book_of(held, _path(request, raw.sha256), name=raw.name)
            seen = do.preview_answer_book(held, book)
            told = [person.pk, str(held.pk), raw.sha256, seen.mark, raw.name]
            token = signing.dumps(told, salt=_SALT) if seen.ok else ""
        except NotAllowed:
            raise
        except InputError as found:
            fault = found
    return _page(request, held, seen, token, fault)


def _path(request: HttpRequest, sha: str) -> Path:
    return raw_files(workspace_of(request)).path(sha)


def _page(
    request: HttpRequest, file: CityFile, seen: do.BookPreview | None, token: str, fault: InputError | None
) -> HttpResponse:
    criteria = criteria_of(file)
    changed = fault is not None and fault.code == "answer_changed"
    return render_page(
        request,
        "assessment/book.html",
        409 if changed else 422 if fault or (seen is not None and not seen.ok) else 200,
        current="assessments",
        part="assessments",
        file=file,
        set=criteria,
        seen=seen,
        changes=_rows(seen) if token else [],
        claimed=_claimed(criteria, seen) if seen is not None else None,
        facts_differ=_titles(criteria, seen) if seen is not None else [],
        token=token,
        limit=f"{workbook_limit() / (1 << 20):,.0f}",
        editable=may_fill_now(file),
        fault=fault,
    )


def _rows(seen: do.BookPreview | None) -> list[ChangeRow]:
    changes = seen.changes if seen is not None else ()
    return [
        ChangeRow(one, *(_step(one.criterion, value) for value in (one.old_value, one.new_value))) for one in changes
    ]


def _load(request: HttpRequest, person: Person, file: CityFile) -> HttpResponse:
    """Load what was looked at: the bytes kept then, by a mark that only this page gives."""
    try:
        told = signing.loads(request.POST.get("token", ""), salt=_SALT, max_age=_HELD)
    except signing.BadSignature:
        told = None
    if not isinstance(told, list) or len(told) != 5 or told[:2] != [person.pk, str(file.pk)]:
        raise InputError(wording("book.again"), remedy=wording("book.again_remedy"), code="answer_book")
    book = do.read_book_of(file, _path(request, told[2]), name=told[4])
    do.load_answer_book(acting_user=person, file=file, book=book, mark=told[3])
    tell(request, "book.loaded")
    return HttpResponseRedirect(address(language_of(request), "city_file", file=file.pk))


def _claimed(criteria: CriteriaSet, seen: do.BookPreview) -> Text | None:
    """The parts that would be claimed from then on; None where they stay."""
    if seen.claimed_old == seen.claimed_new:
        return None
    titles = [criteria.part(key).title for key in seen.claimed_new]
    return joined(titles) if titles else wording("assess.none_of_them")


def _titles(criteria: CriteriaSet, seen: do.BookPreview) -> list[Text]:
    known = {one.id: one.title for one in criteria.facts}
    return [known.get(name, same(name)) for name in seen.facts_differ]


def _step(criterion: Criterion, value: int | None) -> Text:
    for step in criterion.scale:
        if step.value == value:
            return Text(f"{value} {step.title.th}", f"{value} {step.title.en}")
    return wording("assess.not_answered")
