"""The pages of the desk: what there is, one definition with its form and check, its history, what uses a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from mudmai.apps.data.domain.definitions import (
    ACTION,
    changed_facts,
    governing,
    may_edit,
    remove_definition,
    restore_definition,
    save_definition,
)
from mudmai.apps.registry.domain.audit import names_of
from mudmai.apps.registry.domain.audit_words import change_words
from mudmai.apps.registry.models import Organisation, Person
from mudmai.apps.registry.policy import organisations_allowing, require_anywhere, roles_of
from mudmai.core.errors import InputError, PackError, Problem
from mudmai.core.language import Text
from mudmai.web.pages import address, language_of, reader, render_page, workspace_of
from mudmai.web.views.desk import words
from mudmai.web.views.desk.checking import WITH_FORMULA, Checked, checked, map_of, said
from mudmai.web.views.desk.fields import FIELDS, Filled, form_of, read_form
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.workspace.definitions import Dependent, dependents, known_content
from mudmai.workspace.overlay import Overlay, State
from mudmai.workspace.overlay_files import KINDS, Content, name_of

PART = "desk"


@dataclass(frozen=True, slots=True)
class Row:
    """A definition in the list."""

    kind: str
    kind_title: Text
    name: str
    title: Text
    owner: Text
    at: datetime | None
    by: Text


@dataclass(frozen=True, slots=True)
class Change:
    """A version of a definition in its history."""

    version: str
    at: datetime
    by: Text
    note: str
    what: Text
    is_now: bool
    is_there: bool


def stewarded(person: Person) -> list[Organisation]:
    """Where the person may edit definitions, first where the role is held; refused with the reason where nowhere."""
    roles = roles_of(person)
    direct = {m.organisation_id for m in roles}
    found = sorted(organisations_allowing(person, ACTION), key=lambda one: (one.pk not in direct, one.code))
    if not found:
        require_anywhere(person, ACTION)
    return found


@signed_in
def desk(request: HttpRequest, language: str) -> HttpResponse:
    """What the installation has defined itself."""
    stewarded(person_of(request))
    overlay = Overlay(workspace_of(request))
    state = overlay.state()
    latest = {one.changed: one for one in reversed(overlay.history()) if one.changed}
    people = names_of({one.by for one in latest.values() if one.by})
    owners = {one.code: one.name for one in Organisation.objects.filter(code__in=set(state.owners.values()))}
    rows = []
    for (kind, name), content in sorted(state.definitions.items.items()):
        last = latest.get((kind, name))
        owner = owners.get(state.owners.get((kind, name), ""), Text("–", "–"))
        by = people.get(last.by, Text("–", "–")) if last else Text("–", "–")
        rows.append(Row(kind, KINDS[kind], name, _title(content), owner, last.at if last else None, by))
    removed = sorted(key for key in latest if key not in state.definitions.items)
    return render_page(
        request,
        "desk/desk.html",
        part=PART,
        rows=rows,
        removed=[(kind, KINDS[kind], name) for kind, name in removed],
        kinds=KINDS.items(),
        faults=workspace_of(request).pack_faults,
        known=words.names(workspace_of(request)),
    )


@signed_in
def edit(request: HttpRequest, language: str, kind: str, item: str = "") -> HttpResponse:
    """The form of one definition; without an item, of a new one."""
    name = item
    person = person_of(request)
    organisations = stewarded(person)
    if kind not in FIELDS:
        raise Http404
    overlay = Overlay(workspace_of(request))
    state = overlay.state()
    content = state.find(kind, name) if name else {}
    if request.method != "POST":
        given = form_of(kind, content) if name else _prefilled(request, kind)
        found = (
            checked(workspace_of(request), kind, given, name=name, replaces=_replaced(state, name)) if name else None
        )
        return _show(request, kind, name, given, state, organisations, found)
    given = read_form(kind, request.POST)
    replaces = request.POST.get("replaces") == "on"
    match request.POST.get("do", ""):
        case "check":
            found = checked(workspace_of(request), kind, given, name=name, replaces=replaces)
            return _show(request, kind, name, given, state, organisations, found)
        case "save":
            return _save(request, person, kind, name, given, state, organisations)
        case "remove":
            return _remove(request, person, kind, name, given, state, organisations)
    raise Http404


@require_POST
@signed_in
def check(request: HttpRequest, language: str, kind: str) -> HttpResponse:
    """The check alone, for the page while somebody types."""
    stewarded(person_of(request))
    if kind not in FIELDS:
        raise Http404
    name = request.POST.get("name", "")
    given = read_form(kind, request.POST)
    found = checked(workspace_of(request), kind, given, name=name, replaces=request.POST.get("replaces") == "on")
    return render_page(request, "desk/check.html", **_told(request, kind, found))


@signed_in
def history(request: HttpRequest, language: str, kind: str, item: str) -> HttpResponse:
    """The versions of one definition, what changed in each, and back to one of them."""
    name = item
    person = person_of(request)
    organisations = stewarded(person)
    overlay = Overlay(workspace_of(request))
    state = overlay.state()
    versions = overlay.history_of(kind, name) if kind in KINDS else ()
    if not versions:
        raise Http404
    fault: Problem | None = None
    if request.method == "POST":
        try:
            restore_definition(
                acting_user=person,
                organisation=organisations[0],
                kind=kind,
                name=name,
                version=request.POST.get("version", ""),
                started_from=request.POST.get("started_from", ""),
                note=request.POST.get("note", ""),
            )
        except (PackError, InputError) as refused:
            if not _is_told(refused):
                raise
            fault = refused.problems[0] if refused.problems else refused.as_problem()
        else:
            tell(request, "desk.restored")
            return HttpResponseRedirect(address(language_of(request), "desk_edit", kind=kind, item=name))
    people = names_of({one.by for one, _ in versions if one.by})
    now = state.definitions.items.get((kind, name))
    changes = []
    for at, (one, content) in enumerate(versions):
        before = versions[at + 1][1] if at + 1 < len(versions) else None
        what = change_words(*changed_facts(before, content)) if content is not None else Text("ลบ", "removed")
        by = people.get(one.by, Text("–", "–"))
        changes.append(Change(one.version, one.at, by, one.note, what, at == 0, content is not None))
    return render_page(
        request,
        "desk/history.html",
        part=PART,
        kind=kind,
        kind_title=KINDS[kind],
        name=name,
        title=_title(now or next((c for _, c in versions if c), {})),
        changes=changes,
        there=now is not None,
        version=state.version,
        fault=said(fault) if fault else None,
    )


@signed_in
def uses(request: HttpRequest, language: str) -> HttpResponse:
    """What depends on a series or named formula, whoever defined it."""
    stewarded(person_of(request))
    workspace = workspace_of(request)
    name = request.GET.get("name", "").strip()
    found: tuple[Dependent, ...] = dependents(workspace, name) if name else ()
    kind = "series" if name in workspace.catalogue.series else "formulas"
    return render_page(
        request, "desk/uses.html", part=PART, name=name, users=found, known=words.names(workspace), kind=kind
    )


def _show(
    request: HttpRequest,
    kind: str,
    name: str,
    given: dict[str, Any],
    state: State,
    organisations: list[Organisation],
    found: Checked | None = None,
    fault: Problem | None = None,
    status: int = 200,
) -> HttpResponse:
    workspace = workspace_of(request)
    faults = found.faults if found else {}
    filled = [
        Filled(
            one,
            given.get(one.name, ""),
            list(one.choices(workspace)) if one.choices else (),
            [said(p) for p in faults.get(one.name, ())],
        )
        for one in FIELDS[kind]
    ]
    decision = may_edit(person_of(request), state, kind, name) if name else None
    users = dependents(workspace, name) if kind in ("series", "formulas") and name in _usable(request) else ()
    return render_page(
        request,
        "desk/edit.html",
        status=status,
        part=PART,
        kind=kind,
        kind_title=KINDS[kind],
        name=name,
        fields=filled,
        organisations=organisations,
        owner=governing(state, kind, name, organisations[0]) if name else None,
        may_save=decision is None or decision.allowed,
        refusal=None if decision is None or decision.allowed else decision.reason,
        started_from=request.POST.get("started_from") or state.version,
        note=request.POST.get("note", ""),
        replaces=request.POST.get("replaces") == "on" or _replaced(state, name),
        may_replace=kind in ("series", "formulas"),
        with_formula=kind in WITH_FORMULA,
        functions=words.functions(),
        known=words.names(workspace),
        fault=said(fault) if fault else None,
        users=users,
        **_told(request, kind, found),
    )


def _told(request: HttpRequest, kind: str, found: Checked | None) -> dict[str, Any]:
    """What the part with the check shows."""
    shown = found.shown if found else None
    return {
        "checked": found,
        "shown": shown,
        "system": words.system_title(workspace_of(request), shown.area_system) if shown else None,
        "faults": [(field, [said(p) for p in told]) for field, told in _by_field(kind, found)],
        "others": [said(p) for p in found.others] if found else [],
        "map": map_of(workspace_of(request), shown, reader(request)) if shown else None,
    }


def _by_field(kind: str, found: Checked | None) -> list[tuple[Text, tuple[Problem, ...]]]:
    return [(one.label, found.faults[one.name]) for one in FIELDS[kind] if one.name in found.faults] if found else []


def _save(
    request: HttpRequest,
    person: Person,
    kind: str,
    name: str,
    given: dict[str, Any],
    state: State,
    organisations: list[Organisation],
) -> HttpResponse:
    replaces = request.POST.get("replaces") == "on"
    found = checked(workspace_of(request), kind, given, name=name, replaces=replaces)
    if not found.sound:
        return _show(request, kind, name, given, state, organisations, found, status=422)
    chosen = request.POST.get("organisation", "")
    try:
        save_definition(
            acting_user=person,
            organisation=next((one for one in organisations if one.code == chosen), organisations[0]),
            kind=kind,
            content=found.content,
            name=name,
            started_from=request.POST.get("started_from", ""),
            note=request.POST.get("note", ""),
            replaces=replaces,
            publisher=found.publisher,
        )
    except (PackError, InputError) as refused:
        if not _is_told(refused):
            raise
        fault = refused.problems[0] if refused.problems else refused.as_problem()
        return _show(request, kind, name, given, state, organisations, found, fault, status=409)
    tell(request, "desk.saved")
    saved = name or name_of(kind, found.content)
    return HttpResponseRedirect(address(language_of(request), "desk_edit", kind=kind, item=saved))


def _remove(
    request: HttpRequest,
    person: Person,
    kind: str,
    name: str,
    given: dict[str, Any],
    state: State,
    organisations: list[Organisation],
) -> HttpResponse:
    try:
        remove_definition(
            acting_user=person,
            organisation=organisations[0],
            kind=kind,
            name=name,
            started_from=request.POST.get("started_from", ""),
            note=request.POST.get("note", ""),
        )
    except (PackError, InputError) as refused:
        if not _is_told(refused):
            raise
        fault = refused.problems[0] if refused.problems else refused.as_problem()
        return _show(request, kind, name, given, state, organisations, None, fault, status=409)
    tell(request, "desk.removed")
    return HttpResponseRedirect(address(language_of(request), "desk"))


def _is_told(refused: InputError) -> bool:
    """True for refusals that the form itself can answer; those of the policy get their own page."""
    return isinstance(refused, PackError) or refused.code in ("definition_changed", "definition_exists", "store_busy")


def _prefilled(request: HttpRequest, kind: str) -> dict[str, Any]:
    """A new form: a copy of the definition that the address names, else what the address gives."""
    copied = request.GET.get("copy", "")
    if copied and kind in ("series", "formulas"):
        return form_of(kind, known_content(workspace_of(request), kind, copied))
    given = {one.name: [] if one.widget == "many" else request.GET.get(one.name, "")[:4000] for one in FIELDS[kind]}
    if kind == "datasets":
        given["data_type"] = given["data_type"] or "statistics"
        given["interval"] = given["interval"] or "1"
    return given


def _replaced(state: State, name: str) -> bool:
    return name in state.definitions.replaces


def _usable(request: HttpRequest) -> set[str]:
    shelf = workspace_of(request).shelf
    return {*shelf.definitions, *shelf.catalogue.series}


def _title(content: Content) -> Text:
    told = content.get("title") or content.get("label") or {}
    return Text(told.get("th", "–"), told.get("en", "–"))
