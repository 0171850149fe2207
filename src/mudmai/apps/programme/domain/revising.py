"""Changing projects: every change is an event of the ledger, with its day and its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from mudmai.apps.programme.domain.facts import check_commitment, cleaned, facts_of, plain
from mudmai.apps.programme.domain.ledger_rows import (
    Decision,
    Written,
    add_event,
    as_written,
    latest_day,
    lock_programme,
    lock_projects,
    next_position,
    write,
)
from mudmai.apps.programme.domain.refusals import needed, refused
from mudmai.apps.programme.models import Programme, Project, ProjectState, RevisionEvent, RevisionKind
from mudmai.apps.programme.policy import areas_of, change_action, require_on
from mudmai.apps.registry.areas import AreaRef
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.policy import Actor
from mudmai.core.apportionment import SharingRule
from mudmai.core.language import Text

_ACTIVE = Text("เลือกโครงการที่ยังอยู่ในแผน", "choose a project that is still in the plan")


@dataclass(frozen=True)
class ProjectChange:
    """What a revision does to one project: the fields that become something else. ``project`` None: a new one.

    ``state`` "removed" takes it out of the plan; "active" brings a removed one back.
    """

    project: Project | None
    facts: Mapping[str, Any] = field(default_factory=dict)
    state: str = ""
    note: str = ""


def create_project(
    *,
    acting_user: Actor,
    programme: Programme,
    facts: Mapping[str, Any],
    kind: str = RevisionKind.ADDED,
    decided_on: date | None = None,
    reason: str = "",
    number: str = "",
    document: str = "",
    over_commitment: str = "",
) -> Project:
    """A new project at the end of the programme (fields: ``domain/facts.py``), by an event of its own."""
    change = ProjectChange(None, facts)
    told = Decision(kind, decided_on or timezone.localdate(), reason, number, document)
    return _revise(acting_user, programme, told, [change], "project.create", over_commitment)[1][0]


def change_project(
    *, acting_user: Actor, project: Project, facts: Mapping[str, Any], reason: str = "", over_commitment: str = ""
) -> Project:
    """Change a project of a programme that is not released yet: kept in the ledger, but no revision of the plan.

    Once the programme is released it takes :func:`revise` (``revision_needed``). ``over_commitment`` as there.
    """
    with transaction.atomic():
        held = lock_programme(project.programme)
        if held.is_released:
            raise refused(
                "แผนงานนี้เปิดเผยแล้ว โครงการแก้ได้โดยการทบทวนแผนเท่านั้น",
                "the programme is released: its projects change by revision only",
                "kind",
                code="revision_needed",
                remedy=Text("เปิดหน้านี้ใหม่ แล้วบันทึกเป็นการทบทวนแผน", "open the page again and record it as a revision"),
            )
        told = Decision(RevisionKind.CORRECTED, latest_day(project), reason, is_official=False)
        _revise(acting_user, held, told, [ProjectChange(project, facts)], "project.change", over_commitment)
    project.refresh_from_db()
    return project


def remove_project(
    *,
    acting_user: Actor,
    project: Project,
    reason: str,
    back: bool = False,
    decided_on: date | None = None,
    document: str = "",
    revision_number: str = "",
) -> Project:
    """Take a project out of the plan: it stays in the ledger and counts nowhere. ``back``: into the plan again."""
    told = Decision(RevisionKind.CHANGED, decided_on or timezone.localdate(), needed(reason), revision_number, document)
    state = ProjectState.ACTIVE if back else ProjectState.REMOVED
    if project.state == state.value:
        title = state.label
        raise refused(
            f"“{project.title}” {title.th}อยู่แล้ว",
            f"“{project.title}” is {title.en} already",
            "project",
            code="project_gone",
            remedy=_ACTIVE,
        )
    action = "project.restore" if back else "project.remove"
    _revise(acting_user, project.programme, told, [ProjectChange(project, state=state.value)], action)
    project.refresh_from_db()
    return project


def revise(
    *,
    acting_user: Actor,
    programme: Programme,
    kind: str,
    decided_on: date,
    reason: str,
    changes: Sequence[ProjectChange],
    document: str = "",
    document_sha: str = "",
    number: str = "",
    over_commitment: str = "",
) -> RevisionEvent:
    """One decision over any number of projects: all of it is kept, or nothing.

    A project changed by somebody since its row was read is refused (``project_changed``): compare ``Project.version``.
    ``over_commitment`` is the reason why more is disbursed than committed. Raises :class:`NotAllowed`,
    :class:`InputError`.
    """
    if not changes:
        raise refused("ไม่มีโครงการที่เปลี่ยน", "no project is changed", "changes")
    told = Decision(kind, decided_on, needed(reason), number, document, document_sha)
    return _revise(acting_user, programme, told, changes, "programme.revise", over_commitment)[0]


def _revise(
    acting_user: Actor,
    programme: Programme,
    told: Decision,
    changes: Sequence[ProjectChange],
    action: str,
    over_commitment: str = "",
) -> tuple[RevisionEvent, list[Project]]:
    with transaction.atomic():
        held = lock_programme(programme)
        rows = iter(lock_projects([one.project for one in changes if one.project is not None]))
        position = next_position(held)
        written: list[Written] = []
        for change in changes:
            if change.project is None:
                facts = cleaned(held, change.facts)
                written.append(Written(Project(programme=held, position=position), facts, note=change.note))
                position += 1
            else:
                written.append(_changed(held, next(rows), change))
            check_commitment(written[-1].facts, over_commitment)
        _require(acting_user, held, written)
        if over_commitment.strip():
            told.reason = f"{told.reason}\n{over_commitment.strip()}".strip()
        event = add_event(acting_user=acting_user, programme=held, decision=told)
        projects = write(event, written, by=acting_user)
        _keep(acting_user, action, event, projects)
    _bring_callers_up(changes, projects)
    return event, projects


def _changed(held: Programme, row: Project, change: ProjectChange) -> Written:
    if row.programme_id != held.pk:
        raise refused(f"“{row.title}” ไม่ได้อยู่ในแผนงานนี้", f"“{row.title}” is not of this programme", "changes")
    state = change.state or row.state
    if state not in (ProjectState.ACTIVE.value, ProjectState.REMOVED.value):
        raise refused(
            f"“{row.title}” ถูกย้าย รวม หรือซ้ำ จึงแก้ไม่ได้",
            f"“{row.title}” was moved, merged or is a duplicate",
            "changes",
            remedy=_ACTIVE,
        )
    facts = cleaned(held, change.facts, base=facts_of(row))
    return as_written(row, facts, state=state, note=change.note)


def _require(acting_user: Actor, held: Programme, written: Iterable[Written]) -> None:
    """The right is needed where the projects are, and where they will be."""
    areas: dict[AreaRef, None] = {}
    for one in written:
        own = [AreaRef(place["area_system"], place["area"]) for place in one.facts["places"]] or [held.area]
        before = areas_of(one.project) if one.old is not None else []
        areas.update(dict.fromkeys([*own, *before]))
    require_on(acting_user, change_action(held), programme=held, areas=areas)


def _bring_callers_up(changes: Iterable[ProjectChange], projects: Iterable[Project]) -> None:
    for change, project in zip(changes, projects, strict=True):
        if change.project is not None:
            change.project.version = project.version


def move_project(
    *,
    acting_user: Actor,
    project: Project,
    programme: Programme | None = None,
    hierarchy: Sequence[tuple[str, str]] | None = None,
    number: str | None = None,
    decided_on: date | None = None,
    reason: str,
    document: str = "",
    revision_number: str = "",
) -> Project:
    """Move to another programme, or to another section of its own (``hierarchy``): the project goes on as a new row.

    The old row stays, counts nowhere and names its successor. Both programmes keep the event.
    """
    there = programme or project.programme
    if not Programme.objects.filter(pk=there.pk).exists():
        raise refused(
            "ไม่พบแผนงานปลายทาง",
            "the programme to move to is not there",
            "programme",
            code="successor_missing",
            remedy=_ACTIVE,
        )
    if there.pk == project.programme_id and hierarchy is None:
        raise refused("ต้องบอกแผนงานหรือส่วนของแผนปลายทาง", "say which programme or section it moves to", "hierarchy")
    told = Decision(RevisionKind.CHANGED, decided_on or timezone.localdate(), needed(reason), revision_number, document)
    with transaction.atomic():
        keys = {project.programme_id: project.programme, there.pk: there}
        held = {pk: lock_programme(keys[pk]) for pk in sorted(keys, key=str)}
        here, there = held[project.programme_id], held[there.pk]
        (row,) = lock_projects([project])
        _refuse_gone(row)
        given: dict[str, Any] = {} if hierarchy is None else {"hierarchy": hierarchy}
        given |= {} if number is None else {"number": number}
        old = facts_of(row)
        facts = cleaned(there, {**given, "budget": old["budget"]}, base=old)
        new = Written(Project(programme=there, position=next_position(there)), facts)
        gone = as_written(row, state=ProjectState.MOVED.value, successor=new.project)
        _require(acting_user, here, [gone])
        event = add_event(acting_user=acting_user, programme=here, decision=told)
        if here.pk == there.pk:
            write(event, [new, gone], by=acting_user)
        else:
            _require(acting_user, there, [new])
            write(add_event(acting_user=acting_user, programme=there, decision=told), [new], by=acting_user)
            write(event, [gone], by=acting_user)
        _keep(acting_user, "project.move", event, [row, new.project])
    project.refresh_from_db()
    return new.project


def merge_projects(
    *,
    acting_user: Actor,
    projects: Sequence[Project],
    into: Project,
    facts: Mapping[str, Any] | None = None,
    decided_on: date | None = None,
    reason: str,
    document: str = "",
    revision_number: str = "",
) -> Project:
    """``projects`` go on as ``into`` (with ``facts``, such as the joint budget); they stay, and count nowhere."""
    told = Decision(RevisionKind.CHANGED, decided_on or timezone.localdate(), needed(reason), revision_number, document)
    return _succeeded(acting_user, projects, into, facts or {}, told, ProjectState.MERGED, "project.merge")


def mark_duplicate(
    *,
    acting_user: Actor,
    project: Project,
    of: Project,
    decided_on: date | None = None,
    reason: str,
    document: str = "",
    revision_number: str = "",
) -> Project:
    """``project`` is the same as ``of``: it stays, and counts nowhere. Returns the one that counts."""
    told = Decision(
        RevisionKind.CORRECTED, decided_on or timezone.localdate(), needed(reason), revision_number, document
    )
    return _succeeded(acting_user, [project], of, {}, told, ProjectState.DUPLICATE, "project.duplicate")


def _succeeded(
    acting_user: Actor,
    projects: Sequence[Project],
    into: Project,
    facts: Mapping[str, Any],
    told: Decision,
    state: ProjectState,
    action: str,
) -> Project:
    if not projects or any(one.pk == into.pk for one in projects):
        raise refused(
            "โครงการแทนตัวเองไม่ได้", "a project cannot stand for itself", "into", code="successor_cycle", remedy=_ACTIVE
        )
    with transaction.atomic():
        programmes = {one.programme_id: one.programme for one in [*projects, into]}
        held = {pk: lock_programme(programmes[pk]) for pk in sorted(programmes, key=str)}
        rows = lock_projects([*projects, into])
        for row in rows:
            _refuse_gone(row)
        *gone, stays = rows
        by_programme: dict[Any, list[Written]] = {pk: [] for pk in held}
        for row in gone:
            by_programme[row.programme_id].append(as_written(row, state=state.value, successor=stays))
        if facts:
            by_programme[stays.programme_id].append(
                as_written(stays, cleaned(held[stays.programme_id], facts, base=facts_of(stays)))
            )
        for pk, written in by_programme.items():
            if written:
                _require(acting_user, held[pk], written)
                event = add_event(acting_user=acting_user, programme=held[pk], decision=told)
                _keep(acting_user, action, event, write(event, written, by=acting_user), into=str(stays.pk))
    for one in (*projects, into):
        one.refresh_from_db()
    return into


def _refuse_gone(row: Project) -> None:
    if not row.counts:
        title = ProjectState(row.state).label
        raise refused(
            f"“{row.title}” {title.th}แล้ว",
            f"“{row.title}” is {title.en} already",
            "project",
            code="project_gone",
            remedy=_ACTIVE,
        )


def set_places(
    *,
    acting_user: Actor,
    project: Project,
    places: Sequence[AreaRef | tuple[AreaRef, Decimal | None]],
    rule: str | None = None,
    reason: str = "",
) -> Project:
    """The areas of a project, with the weights that its sharing rule (or ``rule``, from now on) needs."""
    pairs = [one if isinstance(one, tuple) else (one, None) for one in places]
    facts: dict[str, Any] = {
        "places": [{"area_system": area.system, "area": area.code, "weight": plain(weight)} for area, weight in pairs]
    }
    if rule is not None:
        facts["sharing_rule"] = str(rule)
    return _bookkeeping(acting_user, project, facts, reason, "project.places")


def set_sharing(
    *,
    acting_user: Actor,
    project: Project,
    rule: SharingRule | str,
    weights: Mapping[str, Decimal | None] | None = None,
    reason: str = "",
) -> Project:
    """How the money is shared among the places; ``weights`` by area code (shares set by hand are parts of 1).

    Weights that are missing, or shares that make more or less than 100 %, are refused.
    """
    places = facts_of(project)["places"]
    if weights is not None:
        strange = sorted(set(weights) - {one["area"] for one in places})
        if strange:
            told = ", ".join(strange)
            raise refused(f"{told} ไม่ใช่พื้นที่ของโครงการ", f"{told}: no place of the project", "weights")
        places = [{**one, "weight": plain(weights.get(one["area"]))} for one in places]
    facts = {"places": places, "sharing_rule": str(rule)}
    return _bookkeeping(acting_user, project, facts, reason, "project.sharing")


def _bookkeeping(acting_user: Actor, project: Project, facts: Mapping[str, Any], reason: str, action: str) -> Project:
    told = Decision(RevisionKind.CORRECTED, latest_day(project), reason, is_official=False)
    _revise(acting_user, project.programme, told, [ProjectChange(project, facts)], action)
    project.refresh_from_db()
    return project


def _keep(actor: Actor, action: str, event: RevisionEvent, projects: Sequence[Project], **more: Any) -> None:
    one = projects[0] if len(projects) == 1 else None
    record(
        actor=actor,
        action=action,
        organisation=event.programme.organisation,
        object_kind="project" if one else "programme",
        object_id=str(one.pk if one else event.programme_id),
        new={"event": str(event.pk), "kind": event.kind, "number": event.number, "projects": len(projects), **more},
        reason=event.reason,
    )
    announce(action, programme=str(event.programme_id), event=str(event.pk), projects=[str(p.pk) for p in projects])
