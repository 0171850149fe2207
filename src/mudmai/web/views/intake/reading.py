"""How a handed-in file is read: the sheet beside the tidy result, what is open, and the recipe that is kept."""

from __future__ import annotations

import json
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from mudmai.apps.data.domain.jobs_reading import confirm_recipe, read_again, read_areas
from mudmai.apps.data.domain.reviewing import areas_concerned
from mudmai.apps.data.domain.submissions import set_recipe, submission_for
from mudmai.apps.data.domain.tables import table_named
from mudmai.apps.data.models import Mode, Submission
from mudmai.apps.data.policy import area_of, decide_over, may_begin
from mudmai.apps.jobs.models import Job
from mudmai.apps.registry.models import Person
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.exchange.sheets.recipe import Recipe
from mudmai.http.receiving import upload_limit
from mudmai.web.pages import address, language_of, render_page, workspace_of
from mudmai.web.views.intake.answers import asked_answers
from mudmai.web.views.intake.choices import Choices
from mudmai.web.views.intake.tidy_rows import TidyView, tidy_view
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.workspace.intake import Reading, known_dataset
from mudmai.workspace.looking import Look, look, tried
from mudmai.workspace.raw_files import raw_files
from mudmai.workspace.recipe_answers import answered


@signed_in
def reading(request: HttpRequest, language: str, submission: UUID) -> HttpResponse:
    """The page, and its buttons: show what the answers give, confirm and keep, begin anew."""
    person = person_of(request)
    held = submission_for(person, submission)
    if request.method == "POST":
        return _act(request, person, held)
    return _show(request, person, held)


def _act(request: HttpRequest, person: Person, held: Submission) -> HttpResponse:
    here = HttpResponseRedirect(address(language_of(request), "submission_reading", submission=held.pk))
    done = request.POST.get("do", "")
    if done == "again":
        read_again(acting_user=person, submission=held)
        return here
    if done in ("own_areas", "all_areas"):
        read_areas(acting_user=person, submission=held, own=done == "own_areas")
        return here
    if done == "forget":
        set_recipe(acting_user=person, submission=held, recipe=None, name="")
        tell(request, "reading.forgotten")
        return here
    seen = _look(request, held, sheet=request.POST.get("sheet", ""))
    _unchanged(request, held)
    recipe = answered(seen.recipe, asked_answers(request.POST, seen))
    if done != "confirm":
        set_recipe(acting_user=person, submission=held, recipe=json.loads(recipe.to_json()), name="")
        return here
    name = request.POST.get("name", "").strip()
    try:
        confirm_recipe(acting_user=person, submission=held, recipe=recipe, name=name)
    except InputError as found:
        if found.code != "recipe_name":
            raise
        return _show(request, person, held, fault=found)
    tell(request, "reading.kept")
    return here


def _unchanged(request: HttpRequest, held: Submission) -> None:
    """Answers to an older page would be matched with other questions: they are refused."""
    if request.POST.get("revision", "") != str(held.revision):
        raise InputError(
            Text("รายการนี้เปลี่ยนไปแล้วหลังจากเปิดหน้านี้", "this has changed since the page was opened"),
            remedy=Text("โหลดหน้านี้ใหม่แล้วตอบอีกครั้ง", "load the page again and answer once more"),
            code="submission_changed",
        )


def _recipe(held: Submission) -> Recipe | None:
    return Recipe.from_json(json.dumps(held.recipe)) if held.recipe else None


def _look(request: HttpRequest, held: Submission, *, sheet: str = "") -> Look:
    workspace = workspace_of(request)
    path = raw_files(workspace).path(held.raw_sha)
    return look(workspace, path, name=held.raw_name, dataset=held.dataset, recipe=_recipe(held), sheet=sheet)


def _show(request: HttpRequest, person: Person, held: Submission, *, fault: InputError | None = None) -> HttpResponse:
    job = Job.objects.filter(about_kind="submission", about_id=str(held.pk)).order_by("-created_at").first()
    busy = job is not None and not job.is_over
    found = held.reading or {}
    seen: Look | None = None
    unreadable: InputError | None = None
    if not busy and found.get("kind") != "tidy":
        try:
            seen = _look(request, held, sheet=request.GET.get("sheet", ""))
        except InputError as refused:
            unreadable = refused
    may_change = held.is_editable and bool(
        may_begin(person, held.organisation, area_of(held), replaces=held.mode == "replace")
    )
    dataset = known_dataset(workspace_of(request), held.dataset)
    return render_page(
        request,
        "intake/reading.html",
        status=400 if fault else 200,
        part="submissions",
        submission=held,
        dataset=dataset,
        job=job if busy or (job is not None and job.fault) else None,
        busy=busy,
        result=found,
        look=seen,
        choices=Choices(workspace_of(request).catalogue, dataset, seen) if seen else None,
        tidy=_tidy(request, held, seen),
        unreadable=unreadable,
        fault=fault,
        may_change=may_change,
        confirmed=bool(held.recipe_name) or bool(held.table_sha),
        outside=_outside(person, held),
        may_cut=held.mode == Mode.UPDATE,
        folded=fault is None and bool(held.recipe_name) and bool(held.table_sha) and not held.errors,
        name=request.POST.get("name", "") or held.recipe_name or (seen.recipe_name if seen else "") or _own_name(held),
        sheet=request.GET.get("sheet", ""),
        limit_bytes=upload_limit(),
    )


def _outside(person: Person, held: Submission) -> Text | None:
    """Which areas of what was read the person's right does not reach; None where it reaches all."""
    if not held.table_sha or not held.is_editable:
        return None
    decision = decide_over(person, "data.submit", organisation=held.organisation, areas=areas_concerned(held))
    return decision.reason if decision.code == "outside_area" and not decision else None


def _own_name(held: Submission) -> str:
    """A name for a recipe: that of the file, without its ending."""
    return held.raw_name.rpartition(".")[0] or held.raw_name


def _tidy(request: HttpRequest, held: Submission, seen: Look | None) -> TidyView | None:
    """What was read, or what the recipe as it stands gives."""
    catalogue = workspace_of(request).catalogue
    if held.table_sha:
        return tidy_view(table_named(held.table_sha), catalogue)
    if seen is None:
        return None
    workspace = workspace_of(request)
    path = raw_files(workspace).path(held.raw_sha)
    found: Reading | None = tried(workspace, path, name=held.raw_name, dataset=held.dataset, look=seen)
    return None if found is None else tidy_view(found.table, catalogue, found)
