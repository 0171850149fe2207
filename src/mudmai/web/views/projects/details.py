"""What hangs on a project, as lists and small forms: parties, milestones, contracts, risks, results, documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from mudmai.apps.programme.domain import projects as do
from mudmai.apps.programme.domain.details import DETAILS
from mudmai.apps.programme.models import Project, ProjectDocument
from mudmai.apps.programme.policy import decide_project
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.http.receiving import received, refuse_too_large
from mudmai.web.pages import address, language_of, reader, render_page, workspace_of
from mudmai.web.views.intake.receiving import takes_files
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.web.views.projects.detail_fields import (
    DetailForm,
    plan_indicators,
    row_of,
    summary_line,
)
from mudmai.web.views.projects.detail_files import check_photo
from mudmai.web.wording import wording

_NEW = "new"


@dataclass(frozen=True)
class Kind:
    """One kind of detail with its rows on the page of all details."""

    name: str
    title: Text
    hint: Text
    none: Text
    rows: list[tuple[Any, Text, Text]]


def _editable(request: HttpRequest, project: UUID) -> tuple[Person, Project]:
    person = person_of(request)
    held = do.project_for(person, project)
    decision = decide_project(person, "project.edit", held)
    if not decision:
        raise NotAllowed(decision)
    return person, held


@signed_in
def details(request: HttpRequest, project: UUID, language: str) -> HttpResponse:
    """All that hangs on the project, each with a way to change and to remove it."""
    _, held = _editable(request, project)
    here = reader(request)
    kinds = []
    for kind in DETAILS:
        rows = [(one, *summary_line(one, here)) for one in row_of(held, kind)]
        titles = (wording(f"detail.kind_{kind}"), wording(f"detail.hint_{kind}"), wording(f"detail.none_{kind}"))
        kinds.append(Kind(kind, *titles, rows))
    weights = [one.weight for one in held.milestones.all() if one.weight is not None]
    return render_page(
        request,
        "projects/details.html",
        part="programmes",
        current="projects",
        project=held,
        kinds=kinds,
        weights=float(sum(weights, Decimal(0)) * 100) if weights else None,
    )


@takes_files
@signed_in
def detail(request: HttpRequest, project: UUID, kind: str, key: str, language: str) -> HttpResponse:
    """The form of one detail; ``key`` "new" for one that is not there yet."""
    person, held = _editable(request, project)
    row = _row(held, kind, key)
    refuse_too_large(request)
    posted = request.POST if request.method == "POST" else None
    form = DetailForm(kind, row, reader(request), posted, suppliers=_suppliers(held), indicators=_indicators(request))
    fault: InputError | None = None
    if posted is not None:
        values = form.values()
        if not form.faults:
            try:
                _keep(request, person, held, kind, row, values, posted.get("seen", ""))
            except NotAllowed:
                raise
            except InputError as found:
                fault = found
                form.tell(found)
            else:
                tell(request, "detail.kept")
                to = address(language_of(request), "project_details", project=held.pk)
                return HttpResponseRedirect(f"{to}#{kind}")
    conflict = fault is not None and fault.code == "project_changed"
    now = _row(held, kind, key) if conflict and row is not None else None
    return render_page(
        request,
        "projects/detail_form.html",
        409 if conflict else 400 if fault or form.faults else 200,
        part="programmes",
        current="projects",
        project=held,
        kind=kind,
        title=wording(f"detail.edit_{kind}" if row else f"detail.add_{kind}"),
        hint=wording(f"detail.hint_{kind}"),
        row=row,
        fields=form.fields(),
        faulty=[one for one in form.fields() if one.fault is not None],
        fault=fault,
        now=summary_line(now, reader(request)) if now is not None else None,
        seen=do.detail_mark(now or row) if row and (conflict or posted is None) else (posted or {}).get("seen", ""),
        takes_file=kind == "document" and row is None,
    )


def _keep(
    request: HttpRequest,
    person: Person,
    held: Project,
    kind: str,
    row: Model | None,
    values: Mapping[str, Any],
    seen: str,
) -> None:
    if kind != "document":
        do.keep_detail(
            acting_user=person, project=held, kind=kind, values=values, pk=row.pk if row else None, seen=seen
        )
        return
    if isinstance(row, ProjectDocument):
        if row.raw_sha and values["type"] == "photo":
            check_photo(workspace_of(request), row.raw_sha, row.raw_size or 0)
        do.change_document(acting_user=person, project=held, document=row, values=values, seen=seen)
        return
    raw = received(request) if request.FILES.get("file") else None
    if raw is not None and values["type"] == "photo":
        check_photo(workspace_of(request), raw.sha256, raw.size)
    do.attach_document(
        acting_user=person,
        project=held,
        title=values["title"],
        raw=raw,
        url=values["url"],
        type=values["type"],
        published_on=values["published_on"],
    )


@signed_in
def remove(request: HttpRequest, project: UUID, kind: str, key: str, language: str) -> HttpResponse:
    """Take a detail away, after a page that asks."""
    person, held = _editable(request, project)
    row = _row(held, kind, key)
    if row is None:
        raise Http404
    fault: InputError | None = None
    if request.method == "POST":
        try:
            _remove(person, held, kind, row, request.POST.get("seen", ""))
        except NotAllowed:
            raise
        except InputError as found:
            fault = found
        else:
            tell(request, "detail.removed")
            to = address(language_of(request), "project_details", project=held.pk)
            return HttpResponseRedirect(f"{to}#{kind}")
    title, more = summary_line(row, reader(request))
    return render_page(
        request,
        "projects/detail_remove.html",
        200 if fault is None else 409 if fault.code == "project_changed" else 400,
        part="programmes",
        current="projects",
        project=held,
        kind=kind,
        kind_title=wording(f"detail.kind_{kind}"),
        row=row,
        title=title,
        more=more,
        fault=fault,
        seen=do.detail_mark(row),
    )


def _remove(person: Person, held: Project, kind: str, row: Model, seen: str) -> None:
    if isinstance(row, ProjectDocument):
        do.remove_document(acting_user=person, project=held, document=row, seen=seen)
    else:
        do.remove_detail(acting_user=person, project=held, kind=kind, pk=row.pk, seen=seen)


def _row(held: Project, kind: str, key: str) -> Model | None:
    """The detail; None for a new one. What is not there, or of another project, is not found."""
    if kind not in DETAILS:
        raise Http404
    if key == _NEW:
        return None
    rows = row_of(held, kind)
    if kind == "document":
        try:
            found = rows.filter(pk=UUID(key)).first()
        except ValueError:
            raise Http404 from None
    else:
        found = rows.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 18 else None
    if found is None:
        raise Http404
    return found  # type: ignore[no-any-return]


def _suppliers(held: Project) -> list[str]:
    return list(held.parties.filter(role="supplier").values_list("name", flat=True))


def _indicators(request: HttpRequest) -> list[tuple[str, Text]]:
    return plan_indicators(workspace_of(request))
