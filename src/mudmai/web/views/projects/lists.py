"""A list of projects that was exported and edited: drop it, see what it would change, load all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse

from mudmai.apps.jobs.models import Job
from mudmai.apps.programme.domain.jobs_lists import READ, begin_list_loading, begin_list_reading
from mudmai.apps.programme.domain.projects import programme_for
from mudmai.apps.programme.models import Programme
from mudmai.apps.programme.policy import change_action, require_on
from mudmai.core.days import read_day
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text, same
from mudmai.exchange.project_lists import COLUMNS
from mudmai.http.receiving import received, upload_limit
from mudmai.web.pages import address, language_of, render_page
from mudmai.web.views.intake.receiving import takes_files
from mudmai.web.views.people.access import person_of, signed_in
from mudmai.web.views.projects.loading import Told
from mudmai.web.wording import wording
from mudmai.workspace.raw_files import RawFile

_TITLES = {one.id: one.title for one in COLUMNS}


@takes_files
@signed_in
def load_list(request: HttpRequest, programme: UUID, language: str) -> HttpResponse:
    """Drop the list; nothing is loaded yet."""
    person = person_of(request)
    held = programme_for(person, programme)
    require_on(person, change_action(held), programme=held)  # before the file is taken in
    fault: InputError | None = None
    if request.method == "POST":
        try:
            asked = begin_list_reading(acting_user=person, programme=held, raw=received(request))
            to = address(language_of(request), "programme_list_preview", programme=held.pk, job=asked.pk)
            return _go(request, to)
        except InputError as found:
            fault = found
    if fault and request.headers.get("X-Upload") == "script":
        words = language_of(request)
        return JsonResponse({"message": fault.message.in_(words), "remedy": fault.remedy.in_(words)}, status=400)
    return render_page(
        request,
        "projects/load_list.html",
        400 if fault else 200,
        part="programmes",
        current="projects",
        programme=held,
        fault=fault,
        limit=f"{upload_limit() / (1 << 20):,.0f}",
        limit_bytes=upload_limit(),
        columns=COLUMNS,
    )


@dataclass(frozen=True)
class FieldChange:
    """A field or a line of money: before, after and the cell."""

    name: Text
    before: str
    after: str
    cell: str


@dataclass(frozen=True)
class ChangedProject:
    """What the list does to one project; ``project`` is "" for a new one."""

    project: str
    title: str
    number: str
    row: int
    fields: list[FieldChange]


@signed_in
def preview_list(request: HttpRequest, programme: UUID, job: UUID, language: str) -> HttpResponse:
    """What the list would change; the button that loads it."""
    person = person_of(request)
    held = programme_for(person, programme)
    require_on(person, change_action(held), programme=held)
    row = Job.objects.filter(pk=job, kind=READ, about_id=str(held.pk)).first()
    if row is None:
        raise UnknownNameError(Text("การอ่านบัญชีโครงการ", "reading of a list"), str(job))
    fault: InputError | None = None
    if request.method == "POST":
        try:
            return _load(request, held, row)
        except InputError as found:
            fault = found
    if row.result is None:
        return render_page(
            request, "projects/reading.html", part="programmes", current="projects", programme=held, job=row,
            name=row.arguments["name"], still=bool(request.GET.get("still")),
        )  # fmt: skip
    result = row.result
    return render_page(
        request,
        "projects/preview_list.html",
        400 if fault else 200,
        part="programmes",
        current="projects",
        programme=held,
        fault=fault,
        given=request.POST,
        name=row.arguments["name"],
        result=result,
        changes=[_changed(one) for one in result["changes"]],
        faults=[_told(one) for one in result["faults"]],
    )


def _load(request: HttpRequest, held: Programme, row: Job) -> HttpResponse:
    given = request.POST
    if not given.get("reason", "").strip():
        raise InputError(
            wording("projectlist.reason_needed"), remedy=wording("projectlist.reason_hint"), code="reason_needed"
        )
    told = row.arguments
    asked = begin_list_loading(
        acting_user=person_of(request),
        programme=held,
        raw=RawFile(told["sha"], told["size"], told["name"]),
        decided_on=read_day(given["decided_on"]) if given.get("decided_on", "").strip() else None,
        number=given.get("number", "").strip()[:40],
        document=given.get("document", "").strip()[:500],
        reason=given["reason"].strip()[:4000],
    )
    return HttpResponseRedirect(address(language_of(request), "job", job=asked.pk))


def _changed(one: Mapping[str, Any]) -> ChangedProject:
    fields = [FieldChange(_TITLES.get(n, same(n)), before, after, cell) for n, before, after, cell in one["fields"]]
    return ChangedProject(one["project"], one["title"], one["number"], one["row"], fields)


def _told(one: Mapping[str, Any]) -> Told:
    place = "!".join(part for part in (one["sheet"], one["cell"]) if part)
    return Told(Text(one["th"], one["en"]), Text(one["remedy_th"], one["remedy_en"]), place)


def _go(request: HttpRequest, to: str) -> HttpResponse:
    """On to the next page; a script that shows the progress of the upload is told where."""
    return JsonResponse({"to": to}) if request.headers.get("X-Upload") == "script" else HttpResponseRedirect(to)
