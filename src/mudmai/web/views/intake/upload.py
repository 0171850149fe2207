"""Handing in a file: for a dataset, or for the dataset that its recipe or its series name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse

from mudmai.apps.data.domain.drafts import require_draft
from mudmai.apps.data.domain.jobs_reading import begin_reading
from mudmai.apps.data.domain.submissions import replace_file, start_submission, submission_for
from mudmai.apps.data.models import Mode, Submission
from mudmai.apps.data.policy import holder_of, top_organisation
from mudmai.apps.registry.areas import AreaRef, checked_area
from mudmai.apps.registry.models import Organisation, Person
from mudmai.apps.registry.policy import (
    NotAllowed,
    decide,
    decide_anywhere,
    organisations_allowing,
    require_anywhere,
)
from mudmai.core.datasets import Dataset
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text
from mudmai.http.receiving import received, upload_limit
from mudmai.web.pages import address, language_of, render_page, workspace_of
from mudmai.web.views.intake.receiving import takes_files
from mudmai.web.views.people.access import person_of, signed_in
from mudmai.web.wording import wording
from mudmai.workspace.intake import all_datasets, guess_datasets
from mudmai.workspace.raw_files import RawFile, raw_files

_WAITING = "file_waiting"
"""Where the session remembers a received file whose dataset is not known yet."""


@takes_files
@signed_in
def submit(request: HttpRequest, language: str, id: str) -> HttpResponse:
    """Hand in a file for one dataset."""
    person = person_of(request)
    dataset = _dataset(request, id)
    organisations = senders(person, dataset)
    if not organisations:
        raise _nobody(person, dataset)
    fault: InputError | None = None
    if request.method == "POST":
        try:
            made = _start(request, person, dataset, organisations, received(request))
            return _answer(request, made)
        except InputError as found:
            if isinstance(found, NotAllowed):
                raise
            fault = found
    return _form(request, fault, dataset=dataset, organisations=organisations)


@takes_files
@signed_in
def submit_any(request: HttpRequest, language: str) -> HttpResponse:
    """Hand in a file whose dataset is found by its recipe or its series, or chosen after a look at it."""
    person = person_of(request)
    allowed = _allowed(request, person)
    if not allowed:
        return _nothing(request, person)
    fault: InputError | None = None
    if request.method == "POST":
        try:
            return _take(request, person, allowed)
        except InputError as found:
            if isinstance(found, NotAllowed):
                raise
            fault = found
    waiting = _waiting(request)
    return _form(request, fault, choices=allowed, waiting=waiting)


def _nothing(request: HttpRequest, person: Person) -> HttpResponse:
    """No dataset is assigned to an organisation of the person: what to do about it, or whom to ask."""
    may_assign = bool(decide(person, "dataset.assign", organisation=top_organisation()))
    if not may_assign:
        require_anywhere(person, "data.submit")
    datasets = all_datasets(workspace_of(request)) if may_assign else ()
    return render_page(request, "intake/nothing.html", part="submissions", may_assign=may_assign, datasets=datasets)


@takes_files
@signed_in
def replace(request: HttpRequest, language: str, submission: Any) -> HttpResponse:
    """Another file in the place of a draft's: the mended one."""
    person = person_of(request)
    held = submission_for(person, submission)
    if request.method != "POST":
        return HttpResponseRedirect(address(language_of(request), "submission_reading", submission=held.pk))
    require_draft(acting_user=person, submission=held)  # before the file is taken in
    changed = replace_file(acting_user=person, submission=held, raw=received(request))
    begin_reading(acting_user=person, submission=changed)
    return _answer(request, changed)


def senders(person: Person, dataset: Dataset) -> list[Organisation]:
    """The organisations in whose name the person may hand in the dataset, the holders themselves first."""
    holders = {one: holder_of(dataset.id, one) for one in organisations_allowing(person, "data.submit")}
    able = [one for one, held in holders.items() if held is not None]
    return sorted(able, key=lambda one: (holders[one].organisation_id != one.pk, one.code))  # type: ignore[union-attr]


def _dataset(request: HttpRequest, id: str) -> Dataset:
    known = {one.id: one for one in all_datasets(workspace_of(request))}
    if id not in known:
        raise UnknownNameError(Text("ชุดข้อมูล", "dataset"), id, list(known))
    return known[id]


def _allowed(request: HttpRequest, person: Person) -> list[Dataset]:
    return [one for one in all_datasets(workspace_of(request)) if senders(person, one)]


def _start(
    request: HttpRequest, person: Person, dataset: Dataset, organisations: list[Organisation], raw: RawFile
) -> Submission:
    code = request.POST.get("organisation", "") or organisations[0].code
    chosen = next((one for one in organisations if one.code == code), None)
    if chosen is None:
        raise UnknownNameError(Text("หน่วยงานผู้ส่ง", "organisation"), code, [one.code for one in organisations])
    system, _, area = request.POST.get("area", "").partition(":")
    made = start_submission(
        acting_user=person,
        dataset=dataset.id,
        organisation=chosen,
        raw=raw,
        area=checked_area(system, area) if area else AreaRef("", ""),
        mode=request.POST.get("mode", "") or Mode.UPDATE.value,
        note=request.POST.get("note", ""),
    )
    begin_reading(acting_user=person, submission=made)
    return made


def _take(request: HttpRequest, person: Person, allowed: list[Dataset]) -> HttpResponse:
    """The first step receives the file and guesses; where that fails, the second names the dataset."""
    chosen = request.POST.get("dataset", "")
    waiting = _waiting(request)
    if waiting is None or "file" in request.FILES:
        waiting = received(request)
    names = {one.id: one for one in allowed}
    if chosen not in names:
        path = raw_files(workspace_of(request)).path(waiting.sha256)
        guesses = [g for g in guess_datasets(workspace_of(request), path, name=waiting.name) if g.dataset in names]
        sure = len(guesses) == 1 or (len(guesses) > 1 and guesses[0].score > guesses[1].score)
        chosen = guesses[0].dataset if guesses and sure else ""
    if not chosen:
        request.session[_WAITING] = [waiting.sha256, waiting.size, waiting.name]
        return _go(request, address(language_of(request), "submit_any"))
    request.session.pop(_WAITING, None)
    return _answer(request, _start(request, person, names[chosen], senders(person, names[chosen]), waiting))


def _waiting(request: HttpRequest) -> RawFile | None:
    told = request.session.get(_WAITING)
    if not told or not raw_files(workspace_of(request)).has(told[0]):
        return None
    return RawFile(told[0], told[1], told[2])


def _answer(request: HttpRequest, made: Submission) -> HttpResponse:
    return _go(request, address(language_of(request), "submission_reading", submission=made.pk))


def _go(request: HttpRequest, to: str) -> HttpResponse:
    """On to the next page; a script that shows the progress of the upload is told where."""
    return JsonResponse({"to": to}) if _by_script(request) else HttpResponseRedirect(to)


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Upload") == "script"


@dataclass(frozen=True, slots=True)
class ModeChoice:
    """A way of putting a file in."""

    value: str
    title: Text


def _form(request: HttpRequest, fault: InputError | None, **more: Any) -> HttpResponse:
    language = language_of(request)
    status = 400 if fault else 200
    if fault and _by_script(request):
        told = {"message": fault.message.in_(language), "remedy": fault.remedy.in_(language)}
        return JsonResponse(told, status=status)
    return render_page(
        request,
        "intake/submit.html",
        status=status,
        part="submissions",
        fault=fault,
        limit=f"{upload_limit() / (1 << 20):,.0f}",
        limit_bytes=upload_limit(),
        modes=[ModeChoice(one.value, Mode(one).title) for one in (Mode.UPDATE, Mode.REPLACE)],
        given=request.POST,
        **more,
    )


def _nobody(person: Person, dataset: Dataset) -> InputError:
    """Why the person cannot hand in this dataset."""
    if not organisations_allowing(person, "data.submit").exists():
        return NotAllowed(decide_anywhere(person, "data.submit"))
    return _not_held(wording("submit.nobody", dataset=dataset.title))


def _not_held(message: Text) -> InputError:
    return InputError(
        message,
        remedy=wording("submit.nobody_remedy"),
        code="not_holder",
    )
