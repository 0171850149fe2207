"""A project leaves its place: moved, merged into another, found to be a duplicate, removed, or put back.

Each is confirmed on a page that says what will no longer be counted and where the money counts instead: it is tried and
taken back, so that the page says what will be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from mudmai.apps.programme.domain import projects as do
from mudmai.apps.programme.domain.form_layouts import layouts_named
from mudmai.apps.programme.domain.refusals import changed
from mudmai.apps.programme.models import Programme, Project, ProjectState, Stage
from mudmai.apps.programme.models.project import STAGE_TITLES
from mudmai.apps.programme.policy import change_action, decide_project, visible_projects
from mudmai.apps.programme.portfolio import Chosen, money_by_programme, projects_of
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import NotAllowed, organisations_allowing
from mudmai.core.errors import InputError, UnknownNameError, Where
from mudmai.core.language import Text
from mudmai.web.pages import address, language_of, reader, render_page
from mudmai.web.views.people.access import person_of, row_number, signed_in, tell
from mudmai.web.views.projects.editing_form import (
    DecidedBy,
    DecisionForm,
    decision_fields,
    heading_fields,
    read_decision,
)
from mudmai.web.views.projects.editing_pages import carried, refuse_gone
from mudmai.web.views.projects.totals import totals
from mudmai.web.wording import wording

MOST_FOUND = 20
_MOST_PROGRAMMES = 200


@dataclass(frozen=True)
class MoneyMove:
    """A stage of money of a project or a programme, before and after; None: none is known."""

    stage: Text
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True)
class Outcome:
    """What a decision would do: the project that counts afterwards (None: none), and the sums of the programmes."""

    stays: Project | None
    sums: list[tuple[Programme, list[MoneyMove]]]
    stays_money: list[MoneyMove]


@signed_in
def leave(request: HttpRequest, project: UUID, how: str, language: str) -> HttpResponse:
    """The page of one way to leave; ``how``: move, merge, duplicate, remove, restore."""
    person = person_of(request)
    held = do.project_for(person, project)
    decision = decide_project(person, change_action(held.programme), held)
    if not decision:
        raise NotAllowed(decision)
    if how != "restore":
        refuse_gone(held)
    posted = request.POST if request.method == "POST" else None
    form = DecisionForm(reader(request), posted)
    fault: InputError | None = None
    target: Project | Programme | None = None
    try:
        target = _target(request, person, held, how)
        if posted is not None and posted.get("do") != "again":
            done = _decide(request, person, held, how, target, form)
            if done is not None:
                return done
    except NotAllowed:
        raise
    except InputError as found:
        fault = found
        form.tell(found)
    return _page(request, person, held, how, target, form, fault)


def _decide(
    request: HttpRequest,
    person: Person,
    held: Project,
    how: str,
    target: Project | Programme | None,
    form: DecisionForm,
) -> HttpResponse | None:
    """The preview, or the deed; None where the form has faults."""
    decided = read_decision(form)
    if decided is None:
        return None
    if how in ("merge", "duplicate") and target is None:
        raise _missing(wording("leaving.no_target"))
    _as_read(request, held, target)
    told = _Told(request, person, held, how, target, decided)
    if request.POST.get("do") != "confirm":
        ids = [held.programme_id]
        if target is not None:
            ids.append(target.pk if isinstance(target, Programme) else target.programme_id)
        before = money_by_programme(ids)
        had = totals(target.budget.all()) if isinstance(target, Project) else {}
        outcome = do.tried(told.act, lambda stays: _outcome(stays, ids, before, had))
        return _preview(request, told, outcome)
    stays = told.act()
    tell(request, _DONE[how])
    return HttpResponseRedirect(address(language_of(request), "project", project=(stays or held).pk))


_DONE = {
    "move": "leaving.moved",
    "merge": "leaving.merged",
    "duplicate": "leaving.marked",
    "remove": "leaving.removed",
    "restore": "leaving.restored",
}


@dataclass(frozen=True)
class _Told:
    """All that the deed needs."""

    request: HttpRequest
    person: Person
    held: Project
    how: str
    target: Project | Programme | None
    decided: DecidedBy

    def act(self) -> Project | None:
        """Do it: the project that counts from now on; rows are read anew, so that it can be tried first."""
        held, target, by = self._again(self.held), self.target, self.decided
        more: dict[str, Any] = {
            "acting_user": self.person,
            "decided_on": by.decided_on,
            "reason": by.reason,
            "document": by.document,
            "revision_number": by.number,
        }
        if self.how == "move":
            assert target is None or isinstance(target, Programme)
            hierarchy = self._hierarchy()
            same = target is None or target.pk == held.programme_id
            if same and hierarchy == [tuple(one) for one in held.hierarchy]:
                raise InputError(
                    wording("leaving.same_place"),
                    remedy=wording("leaving.same_place_remedy"),
                    code="project",
                    where=Where(field="words_0"),
                )
            number = self.request.POST.get("number")
            return do.move_project(project=held, programme=target, hierarchy=hierarchy, number=number, **more)
        if self.how in ("remove", "restore"):
            done = do.remove_project(project=held, back=self.how == "restore", **more)
            return done if done.counts else None
        assert isinstance(target, Project)
        into = self._again(target)
        if self.how == "duplicate":
            return do.mark_duplicate(project=held, of=into, **more)
        facts = {"budget": do.joint_budget(into, held)} if self.request.POST.get("money") == "joint" else None
        return do.merge_projects(projects=[held], into=into, facts=facts, **more)

    def _again(self, one: Project) -> Project:
        row = Project.objects.select_related("programme__organisation").get(pk=one.pk)
        row.version = one.version
        return row

    def _hierarchy(self) -> list[tuple[str, str]]:
        given = self.request.POST
        pairs = zip(given.getlist("level"), given.getlist("words"), strict=False)
        return [(level, words.strip()[:300]) for level, words in pairs if words.strip()]


def _as_read(request: HttpRequest, held: Project, target: Project | Programme | None) -> None:
    """Both projects as the reader saw them: a change made since is refused."""
    for one, name in ((held, "version"), (target, "into_version")):
        if isinstance(one, Project) and row_number(request.POST.get(name)) != one.version:
            raise changed(one.title)


def _outcome(
    stays: Project | None,
    ids: list[UUID],
    before: Mapping[UUID, Mapping[str, Decimal]],
    had: Mapping[str, Decimal],
) -> Outcome:
    """Read inside the trial: sums of the programmes afterwards, and the money of the project that stays."""
    after = money_by_programme(ids)
    programmes = {one.pk: one for one in Programme.objects.filter(pk__in=ids)}
    sums = [(programmes[key], _moves(before.get(key, {}), after.get(key, {}))) for key in dict.fromkeys(ids)]
    own: list[MoneyMove] = []
    if stays is not None:
        stays = Project.objects.select_related("programme").get(pk=stays.pk)
        own = _moves(had, totals(stays.budget.all()))
    return Outcome(stays, sums, own)


def _moves(before: Mapping[str, Decimal], after: Mapping[str, Decimal]) -> list[MoneyMove]:
    return [
        MoneyMove(STAGE_TITLES[stage], before.get(stage.value), after.get(stage.value))
        for stage in Stage
        if stage.value in before or stage.value in after
    ]


def _target(request: HttpRequest, person: Person, held: Project, how: str) -> Project | Programme | None:
    """Where it goes: a programme for ``move``, a project for ``merge`` and ``duplicate``; None: not chosen yet."""
    name = "to" if how == "move" else "into"
    asked = (request.POST.get(name) or request.GET.get(name) or "").strip().rstrip("/").rpartition("/")[2]
    if not asked or how in ("remove", "restore"):
        return held.programme if how == "move" else None
    try:
        if how == "move":
            return do.programme_for(person, asked)
        found = do.project_for(person, asked)
    except (UnknownNameError, NotAllowed):
        kind = "leaving.no_programme" if how == "move" else "leaving.no_project"
        raise _missing(wording(kind, name=asked[:60])) from None
    if found.pk == held.pk:
        raise _missing(wording("leaving.itself"))
    if not found.counts:
        raise _missing(wording("leaving.target_gone", title=found.title, state=ProjectState(found.state).label))
    return found


def _missing(said: Text) -> InputError:
    return InputError(said, remedy=wording("leaving.choose_other"), code="successor_missing", where=Where(field="into"))


def _found(person: Person, held: Project, text: str) -> list[Project]:
    """Projects that the words name, of any programme that the person may read; first those beside this one."""
    if not text.strip():
        beside = visible_projects(Project.objects.filter(programme=held.programme, state="active"), person)
        rows = beside.filter(hierarchy=held.hierarchy).exclude(pk=held.pk)
    else:
        rows = projects_of(person, Chosen(text=text)).exclude(pk=held.pk)
    return list(rows.select_related("programme").order_by("programme_id", "position")[:MOST_FOUND])


def _page(
    request: HttpRequest,
    person: Person,
    held: Project,
    how: str,
    target: Project | Programme | None,
    form: DecisionForm,
    fault: InputError | None,
) -> HttpResponse:
    conflict = fault is not None and fault.code == "project_changed"
    status = 409 if conflict else 400 if fault or form.faults else 200
    needs_project = how in ("merge", "duplicate")
    chosen = isinstance(target, Project)
    sections: list[Any] = []
    programmes: list[Programme] = []
    if how == "move":
        there = target if isinstance(target, Programme) else held.programme
        sections = heading_fields(there, held.hierarchy, form.given, layouts_named(there))
        offices = organisations_allowing(person, "project.edit")
        programmes = list(Programme.objects.filter(organisation__in=offices)[:_MOST_PROGRAMMES])
    fields = decision_fields(form, kinds=False)
    return render_page(
        request,
        "projects/leave.html",
        status,
        part="programmes",
        current="projects",
        project=held,
        how=how,
        title=wording(f"leaving.title_{how}"),
        lede=wording(f"leaving.lede_{how}"),
        button=wording(f"leaving.button_{how}"),
        target=target,
        needs_project=needs_project,
        ready=chosen or not needs_project,
        asked=request.GET.get("q", ""),
        candidates=_found(person, held, request.GET.get("q", "")) if needs_project and not chosen else [],
        programmes=programmes,
        sections=sections,
        number=form.value("number", held.number),
        money=form.value("money", "own"),
        own_money=_one_sided(held),
        target_money=_one_sided(target) if isinstance(target, Project) else [],
        fields=fields,
        faulty=[one for one in fields if one.fault is not None],
        fault=fault,
        version=held.version if conflict else form.value("version", str(held.version)),
        into_version=target.version if isinstance(target, Project) else 0,
    )


def _one_sided(one: Project) -> list[tuple[Text, Decimal]]:
    sums = totals(one.budget.all())
    return [(STAGE_TITLES[stage], sums[stage.value]) for stage in Stage if stage.value in sums]


def _preview(request: HttpRequest, told: _Told, outcome: Outcome) -> HttpResponse:
    return render_page(
        request,
        "projects/leave_preview.html",
        part="programmes",
        current="projects",
        project=told.held,
        how=told.how,
        title=wording(f"leaving.title_{told.how}"),
        button=wording(f"leaving.button_{told.how}"),
        outcome=outcome,
        target=told.target if isinstance(told.target, Project) else None,
        own_money=_one_sided(told.held),
        decided=told.decided,
        carried=carried(request),
    )
