"""Connections: the list with their health, setting one up, one with its fetches, and the files that it brought."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from mudmai.apps.connections.domain import connections
from mudmai.apps.connections.interfaces.forms import ConnectionForm, NewConnectionForm, initial_of, known_kind
from mudmai.apps.connections.models import Connection, Every, Fetch
from mudmai.apps.connections.models.connection import EVERY_TITLES
from mudmai.apps.connections.policy import (
    may_change,
    may_download,
    organisations_to_connect,
    visible_connections,
)
from mudmai.apps.data.models import Mode
from mudmai.apps.data.policy import holder_of
from mudmai.apps.data.site import datasets, workspace
from mudmai.apps.registry.domain.organisations import organisation_named
from mudmai.apps.registry.models import Organisation, Person
from mudmai.apps.registry.policy import NotAllowed, require_anywhere
from mudmai.core.errors import InputError, MudmaiError
from mudmai.core.language import Text
from mudmai.exchange.connectors import KIND_TITLES
from mudmai.web.pages import address, language_of, page_context, render_page
from mudmai.web.views.connections.health import health_of
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.workspace.raw_files import raw_files

SHOWN_FETCHES = 30
EVERY = [(str(one.value), EVERY_TITLES[one]) for one in Every]
MODES = [(one.value, one.title) for one in Mode]
FORMS = [
    ("any", Text("ตามที่บริการให้ได้", "whichever the service gives")),
    ("xml", Text("SDMX-ML", "SDMX-ML")),
    ("csv", Text("SDMX-CSV", "SDMX-CSV")),
    ("json", Text("SDMX-JSON", "SDMX-JSON")),
]


@signed_in
def connection_list(request: HttpRequest, language: str) -> HttpResponse:
    """The connections that one may see, and how each is doing."""
    person = person_of(request)
    here = page_context(request)["here"]
    rows = [(one, health_of(one, here)) for one in visible_connections(person)]
    return render_page(
        request,
        "connections/list.html",
        part="connections",
        rows=rows,
        titles={dataset.id: dataset.title for dataset in datasets().values()},
        may_connect=organisations_to_connect(person).exists(),
    )


@signed_in
def new_connection(request: HttpRequest, language: str) -> HttpResponse:
    """First the kind of source, then its settings."""
    person = person_of(request)
    require_anywhere(person, "source.connect")
    places = _places(person)
    kind = request.GET.get("kind", "")
    if not known_kind(kind) or not places:
        return render_page(
            request, "connections/kinds.html", part="connections", kinds=KIND_TITLES.items(), places=places
        )
    form = NewConnectionForm(kind, request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _saved(request, form, lambda: _create(person, kind, form))
        if made is not None:
            tell(request, "conn.created")
            return _to(request, made)
    return _form_page(request, form, kind, places=places)


def _create(person: Person, kind: str, form: NewConnectionForm) -> Connection:
    given = form.cleaned_data
    return connections.create_connection(
        acting_user=person,
        organisation=organisation_named(given["organisation"]),
        dataset=given["dataset"],
        name=given["name"],
        kind=kind,
        settings=form.settings(),
        secret=form.secret() or "",
        every=given["every"],
        mode=given["mode"],
        auto_submit=given["auto_submit"],
    )


def _saved(request: HttpRequest, form: ConnectionForm, save: Any) -> Any:
    """What ``save`` gives; a fault of the settings goes to its field and gives None."""
    try:
        return save()
    except NotAllowed:
        raise
    except InputError as fault:
        field = fault.where.field or ""
        field = "name_in" if field == "name" and form.kind == "ckan" and form.cleaned_data.get("name") else field
        said = f"{fault.message.in_(language_of(request))} {fault.remedy.in_(language_of(request))}"
        form.add_error(field if field in form.fields else None, ValidationError(said))
        return None


@signed_in
def connection(request: HttpRequest, language: str, connection: UUID) -> HttpResponse:
    """One connection: health, settings, its last fetches and what they brought."""
    person = person_of(request)
    found = connections.connection_for(person, connection)
    if request.method == "POST":
        return _act(request, person, found)
    rows = list(found.fetches.select_related("submission")[:SHOWN_FETCHES])
    return render_page(
        request,
        "connections/connection.html",
        part="connections",
        connection=found,
        dataset=datasets().get(found.dataset),
        health=health_of(found, page_context(request)["here"]),
        told=[
            (name, value)
            for name, value in found.settings.items()
            if value not in ("", False, "any") and (name != "key_header" or found.secret)
        ],
        rows=rows,
        last_fault=rows[0] if rows and rows[0].outcome == "failed" else None,
        waiting=connections.waiting_job(found),
        may_change=may_change(person, found).allowed and found.ended_at is None,
        may_download=may_download(person, found).allowed,
    )


def _act(request: HttpRequest, person: Person, found: Connection) -> HttpResponse:
    match request.POST.get("do", ""):
        case "fetch":
            job = connections.ask_fetch(acting_user=person, connection=found)
            tell(request, "conn.asked")
            job.refresh_from_db()
            if not job.is_over:
                return HttpResponseRedirect(address(language_of(request), "job", job=job.pk))
        case "pause":
            connections.pause_connection(acting_user=person, connection=found)
            tell(request, "conn.paused")
        case "resume":
            connections.resume_connection(acting_user=person, connection=found)
            tell(request, "conn.resumed")
        case "end":
            connections.end_connection(
                acting_user=person, connection=found, reason=request.POST.get("reason", "")[:500]
            )
            tell(request, "conn.ended")
            return HttpResponseRedirect(address(language_of(request), "connections"))
        case _:
            raise Http404
    return _to(request, found)


@signed_in
def change_connection(request: HttpRequest, language: str, connection: UUID) -> HttpResponse:
    """The settings of one connection, to be corrected."""
    person = person_of(request)
    found = connections.connection_for(person, connection)
    decision = may_change(person, found)
    if not decision:
        raise NotAllowed(decision)
    form = ConnectionForm(found.kind, request.POST or None, initial=initial_of(found))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = _saved(
            request,
            form,
            lambda: connections.change_connection(
                acting_user=person,
                connection=found,
                name=given["name"],
                settings=form.settings(),
                every=given["every"],
                mode=given["mode"],
                auto_submit=given["auto_submit"],
                secret=form.secret(),
            ),
        )
        if done is not None:
            tell(request, "conn.changed")
            return _to(request, found)
    return _form_page(request, form, found.kind, connection=found)


@signed_in
def snapshot(request: HttpRequest, language: str, connection: UUID, sha256: str) -> HttpResponse:
    """A file as it was fetched, for those who may read what is not public."""
    person = person_of(request)
    found = connections.connection_for(person, connection)
    decision = may_download(person, found)
    if not decision:
        raise NotAllowed(decision)
    row = Fetch.objects.filter(connection=found, sha256=sha256).first()
    name = row.name if row else ""
    if row is None:
        row = Fetch.objects.filter(connection=found).exclude(original_sha="").filter(original_sha=sha256).first()
        name = row.original_name if row else ""
    try:
        if row is None:
            raise Http404
        path = raw_files(workspace()).path(sha256)
    except MudmaiError as gone:
        raise Http404 from gone
    response = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _form_page(request: HttpRequest, form: ConnectionForm, kind: str, **more: Any) -> HttpResponse:
    return render_page(
        request,
        "connections/form.html",
        part="connections",
        form=form,
        kind=kind,
        kind_title=KIND_TITLES[kind],  # type: ignore[index]  # checked by the caller
        every=EVERY,
        modes=MODES,
        forms=FORMS,
        **more,
    )


def _places(person: Person) -> list[tuple[Organisation, list[tuple[str, Text]]]]:
    """Organisations for which one may connect, with the datasets that they hold or send in somebody's name."""
    known = datasets().values()
    found = []
    for organisation in organisations_to_connect(person):
        held = [(one.id, one.title) for one in known if holder_of(one.id, organisation) is not None]
        if held:
            found.append((organisation, held))
    return found


def _to(request: HttpRequest, found: Connection) -> HttpResponse:
    return HttpResponseRedirect(address(language_of(request), "connection", connection=found.pk))
