"""A new project, and every fact of one: kept at once while the plan is a draft, by a confirmed revision afterwards."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

from mudmai.apps.programme.domain import projects as do
from mudmai.apps.programme.domain.comparing import differences
from mudmai.apps.programme.domain.facts import cleaned, empty_facts, facts_of
from mudmai.apps.programme.domain.refusals import changed
from mudmai.apps.programme.models import Programme, Project, ProjectState, RevisionKind
from mudmai.apps.programme.policy import change_action, decide_on, decide_project
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.errors import InputError
from mudmai.web.pages import address, language_of, reader, render_page
from mudmai.web.preferences import Preferences
from mudmai.web.views.people.access import person_of, row_number, signed_in, tell
from mudmai.web.views.projects.changes import ChangeRow, change_rows, rows_of
from mudmai.web.views.projects.editing_form import DecidedBy, ProjectForm, decision_fields, read_decision
from mudmai.web.wording import wording

CONTROLS = frozenset({"csrfmiddlewaretoken", "do"})
"""What a preview does not carry on."""


@signed_in
def new_project(request: HttpRequest, programme: UUID, language: str) -> HttpResponse:
    """The form of a project that is not there yet."""
    person = person_of(request)
    held = do.programme_for(person, programme)
    decision = decide_on(person, change_action(held), programme=held)
    if not decision:
        raise NotAllowed(decision)
    return _editing(request, person, held, None)


@signed_in
def change_project(request: HttpRequest, project: UUID, language: str) -> HttpResponse:
    """The form of a project of the plan."""
    person = person_of(request)
    held = do.project_for(person, project)
    decision = decide_project(person, change_action(held.programme), held)
    if not decision:
        raise NotAllowed(decision)
    refuse_gone(held)
    return _editing(request, person, held.programme, held)


def refuse_gone(held: Project) -> None:
    """A project that counts nowhere is not edited: the one that counts in its stead is."""
    if held.counts:
        return
    state = ProjectState(held.state).label
    raise InputError(
        wording("editing.gone", title=held.title, state=state),
        remedy=wording("editing.gone_remedy"),
        code="project_gone",
    )


def _editing(request: HttpRequest, person: Person, programme: Programme, held: Project | None) -> HttpResponse:
    here = reader(request)
    posted = request.POST if request.method == "POST" else None
    form = ProjectForm(programme, held, here, posted)
    if posted is None or posted.get("do") == "again":
        return _form_page(request, form)
    facts = form.facts()
    decided = read_decision(form) if programme.is_released else None
    if form.faults:
        return _form_page(request, form)
    version = held.version if held else 0
    try:
        if held is not None and row_number(posted.get("version")) != version:
            raise changed(held.title)
        if programme.is_released and posted.get("do") != "confirm":
            return _preview(request, person, form, facts, decided)
        made = _keep(person, programme, held, facts, decided, posted)
    except NotAllowed:
        raise
    except InputError as fault:
        form.tell(fault)
        if fault.code == "disbursement_above_commitment":
            form.faults["over_reason"] = wording("editing.over_needed")
        if held is not None:
            held.refresh_from_db()
        return _form_page(request, form, fault)
    tell(request, "editing.added" if held is None else "editing.kept")
    return HttpResponseRedirect(address(language_of(request), "project", project=made.pk))


def _keep(
    person: Person,
    programme: Programme,
    held: Project | None,
    facts: dict[str, Any],
    decided: DecidedBy | None,
    posted: QueryDict,
) -> Project:
    over = posted.get("over_reason", "")
    if held is not None and _same(held, facts):
        raise InputError(
            wording("editing.nothing_changed"), remedy=wording("editing.nothing_changed_remedy"), code="project"
        )
    if held is None:
        told = (
            {"kind": RevisionKind.ORIGINAL.value}
            if decided is None
            else {
                "kind": decided.kind,
                "decided_on": decided.decided_on,
                "reason": decided.reason,
                "number": decided.number,
                "document": decided.document,
            }
        )
        return do.create_project(acting_user=person, programme=programme, facts=facts, over_commitment=over, **told)
    if decided is None:
        return do.change_project(acting_user=person, project=held, facts=facts, over_commitment=over)
    do.revise(
        acting_user=person,
        programme=programme,
        kind=decided.kind,
        decided_on=decided.decided_on,
        reason=decided.reason,
        changes=[do.ProjectChange(held, facts)],
        document=decided.document,
        number=decided.number,
        over_commitment=over,
    )
    return held


def _same(held: Project, facts: dict[str, Any]) -> bool:
    old = facts_of(held)
    return cleaned(held.programme, facts, base=old) == old


def _preview(
    request: HttpRequest, person: Person, form: ProjectForm, facts: dict[str, Any], decided: DecidedBy | None
) -> HttpResponse:
    """What the decision would change, before it is recorded: the very table that the ledger will show."""
    programme, held = form.programme, form.project

    def see(made: Project) -> list[ChangeRow]:
        version = made.versions.select_related("event__programme").order_by("-sequence")[0]
        if held is None:
            return rows_of(differences(str(made.pk), empty_facts(), version.facts), {}, form.here)
        return change_rows(do.revision_table(version.event), form.here)

    rows = do.tried(lambda: _keep(person, programme, held, facts, decided, request.POST), see)
    return render_page(
        request,
        "projects/change_preview.html",
        part="programmes",
        current="projects",
        programme=programme,
        project=held,
        rows=rows,
        decided=decided,
        kind=RevisionKind(decided.kind).label if decided else None,
        button=wording("editing.confirm"),
        carried=carried(request),
    )


def carried(request: HttpRequest) -> list[tuple[str, str]]:
    """All that was typed, for the next page."""
    return [(name, text) for name, texts in request.POST.lists() if name not in CONTROLS for text in texts]


def _form_page(request: HttpRequest, form: ProjectForm, fault: InputError | None = None) -> HttpResponse:
    held, programme = form.project, form.programme
    meanwhile, version = None, held.version if held else 0
    if fault is not None and fault.code == "project_changed" and held is not None:
        meanwhile = Meanwhile(held, row_number(request.POST.get("version")), form.here)
    elif form.given is not None and held is not None:
        version = row_number(form.given.get("version"))
    status = 200 if fault is None and not form.faults else 409 if meanwhile else 400
    return render_page(
        request,
        "projects/project_form.html",
        status,
        part="programmes",
        current="projects",
        programme=programme,
        project=held,
        form=form,
        fault=fault,
        meanwhile=meanwhile,
        version=version,
        decision=decision_fields(form) if programme.is_released else [],
    )


class Meanwhile:
    """What somebody else changed after the page was opened: shown beside what was typed, never merged with it."""

    def __init__(self, held: Project, version: int, here: Preferences) -> None:
        changes, self.versions = do.changes_since(held, version)
        self.rows = rows_of(changes, {str(held.pk): held.title}, here)
