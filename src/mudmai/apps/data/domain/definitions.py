"""Definitions changed by people: series, formulas, readings, datasets of the installation's own overlay.

A definition belongs to the organisation that made it; only a publisher of that organisation (or of one above it)
changes it later. What comes with a pack is replaced by publishers of the organisation at the top alone.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from mudmai.apps.data.site import workspace
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.domain.organisations import organisation_named
from mudmai.apps.registry.models import Organisation, Person
from mudmai.apps.registry.policy import Actor, Decision, decide, organisations_allowing, require
from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text
from mudmai.workspace.overlay import Overlay, State
from mudmai.workspace.overlay_files import Content, name_of

ACTION = "definition.edit"
RESERVED = frozenset({"new", "check", "uses"})
"""Words of addresses: no id of a definition."""

WORDS = {
    "definition.save": Text("บันทึกนิยาม", "saved a definition"),
    "definition.remove": Text("ลบนิยาม", "removed a definition"),
    "definition.restore": Text("คืนนิยามเป็นรุ่นก่อน", "restored a definition"),
}


def save_definition(
    *,
    acting_user: Actor,
    organisation: Organisation,
    kind: str,
    content: Content,
    name: str = "",
    started_from: str,
    note: str = "",
    replaces: bool = False,
    publisher: Content | None = None,
) -> State:
    """Keep a new definition, or with ``name`` the changed one. Refusals as :meth:`Overlay.save`, and the policy's."""
    overlay = Overlay(workspace())
    now = overlay.state()
    called = name or name_of(kind, content)
    old = now.definitions.items.get((kind, called))
    if called in RESERVED:
        raise InputError(
            Text(f"ใช้ {called} เป็นรหัสไม่ได้", f"{called} cannot be an id"),
            remedy=Text("ใช้รหัสอื่น", "use another id"),
            code="definition_exists",
            where=Where(field="id"),
        )
    with transaction.atomic():
        holder = governing(now, kind, called, organisation)
        require(acting_user, ACTION, organisation=holder)
        if replaces or called in now.definitions.replaces:
            require(acting_user, ACTION, organisation=_top(holder))
        before, after = changed_facts(old, content)
        _record(acting_user, "definition.save", holder, kind, called, before, after, note)
        return overlay.save(
            kind,
            content,
            name=name,
            started_from=started_from,
            by=_pseudonym(acting_user),
            note=note,
            owner=holder.code,
            replaces=replaces,
            publisher=publisher,
        )


def remove_definition(
    *, acting_user: Actor, organisation: Organisation, kind: str, name: str, started_from: str, note: str = ""
) -> State:
    """Take a definition away; its history stays."""
    overlay = Overlay(workspace())
    now = overlay.state()
    old = now.find(kind, name)
    with transaction.atomic():
        holder = governing(now, kind, name, organisation)
        require(acting_user, ACTION, organisation=holder)
        before, _ = changed_facts(old, {})
        _record(acting_user, "definition.remove", holder, kind, name, before, None, note)
        return overlay.remove(kind, name, started_from=started_from, by=_pseudonym(acting_user), note=note)


def restore_definition(
    *,
    acting_user: Actor,
    organisation: Organisation,
    kind: str,
    name: str,
    version: str,
    started_from: str,
    note: str = "",
) -> State:
    """Give a definition the content of an earlier version; one that was removed comes back."""
    overlay = Overlay(workspace())
    now, then = overlay.state(), overlay.state(version)
    content = then.find(kind, name)
    with transaction.atomic():
        holder = governing(now if (kind, name) in now.owners else then, kind, name, organisation)
        require(acting_user, ACTION, organisation=holder)
        if name in then.definitions.replaces:
            require(acting_user, ACTION, organisation=_top(holder))
        before, after = changed_facts(now.definitions.items.get((kind, name)), content)
        _record(acting_user, "definition.restore", holder, kind, name, before, after, note)
        return overlay.restore(kind, name, version, started_from=started_from, by=_pseudonym(acting_user), note=note)


def governing(state: State, kind: str, name: str, organisation: Organisation) -> Organisation:
    """Whose definition it is; ``organisation`` for a new one."""
    owner = state.owners.get((kind, name), "")
    return organisation_named(owner) if owner else organisation


def may_edit(person: Person, state: State, kind: str, name: str) -> Decision:
    """May this person change a definition that is there?"""
    owner = state.owners.get((kind, name), "")
    if owner:
        return decide(person, ACTION, organisation=organisation_named(owner))
    allowed = organisations_allowing(person, ACTION).first()
    return decide(person, ACTION, organisation=allowed)


def changed_facts(old: Content | None, new: Content) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """The keys that differ, with both sides, for the log.

    >>> changed_facts({"unit": "a", "id": "x"}, {"unit": "b", "id": "x"})
    ({'unit': 'a'}, {'unit': 'b'})
    """
    if old is None:
        return None, dict(new)
    keys = [key for key in dict.fromkeys([*old, *new]) if old.get(key) != new.get(key)]
    return {k: old[k] for k in keys if k in old}, {k: new[k] for k in keys if k in new}


def _record(
    actor: Actor,
    action: str,
    holder: Organisation,
    kind: str,
    name: str,
    old: dict[str, Any] | None,
    new: dict[str, Any] | None,
    reason: str,
) -> None:
    record(
        actor=actor,
        action=action,
        organisation=holder,
        object_kind="definition",
        object_id=f"{kind}/{name}"[:80],
        old=old,
        new=new,
        reason=reason,
    )
    announce(action, definition=f"{kind}/{name}")


def _top(organisation: Organisation) -> Organisation:
    here = organisation
    while here.parent is not None:
        here = here.parent
    return here


def _pseudonym(actor: Actor) -> str:
    return actor.pseudonym if isinstance(actor, Person) else actor.value
