"""Connections set up, changed, paused, resumed, asked to fetch, ended."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from mudmai.apps.connections.domain.reach import allowed
from mudmai.apps.connections.domain.secrets import locked
from mudmai.apps.connections.models import Connection, Every
from mudmai.apps.connections.policy import CHANGE, may_see
from mudmai.apps.data.policy import holder_of
from mudmai.apps.data.site import dataset_named
from mudmai.apps.jobs.domain.jobs import enqueue
from mudmai.apps.jobs.models import WAITING, Job
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.models import Organisation, Person
from mudmai.apps.registry.policy import Actor, NotAllowed, require
from mudmai.core.errors import InputError, UnknownNameError, Where
from mudmai.core.language import Text
from mudmai.exchange.connectors import admit, plain_settings, read_source

FETCH = "connections.fetch"


def create_connection(
    *,
    acting_user: Actor,
    organisation: Organisation,
    dataset: str,
    name: str,
    kind: str,
    settings: Mapping[str, Any],
    secret: str = "",
    every: int = Every.DAY,
    mode: str = "update",
    auto_submit: bool = False,
) -> Connection:
    """A connection in the name of ``organisation``, which must hold ``dataset`` (or stand below one that does).

    A scheduled one is due at once. Raises :class:`NotAllowed`, :class:`InputError` for settings that cannot be used.
    """
    dataset_named(dataset)
    require(acting_user, CHANGE, organisation=organisation)
    source = read_source(kind, settings)
    admit(source, allowed())
    _check(name, every, mode)
    with transaction.atomic():
        require(acting_user, CHANGE, organisation=organisation)
        if holder_of(dataset, organisation) is None:
            raise _not_holder(dataset, organisation)
        made = Connection.objects.create(
            name=name.strip(),
            organisation=organisation,
            dataset=dataset,
            kind=kind,
            settings=plain_settings(source),
            secret=locked(secret.strip()),
            mode=mode,
            auto_submit=auto_submit,
            every=every,
            next_due=timezone.now() if every else None,
            set_up_by=acting_user if isinstance(acting_user, Person) else None,
        )
        _log(acting_user, "connection.create", made, new=_facts(made))
    return made


def change_connection(
    *,
    acting_user: Actor,
    connection: Connection,
    name: str,
    settings: Mapping[str, Any],
    every: int,
    mode: str,
    auto_submit: bool,
    secret: str | None = None,
) -> Connection:
    """Other settings; from now on it fetches in the right of whoever changed it.

    ``secret`` None keeps the one there is, as long as the host stays the same: a secret is never carried to another
    address. Changed settings forget what was known of the source and the failures.
    """
    require(acting_user, CHANGE, organisation=connection.organisation)
    source = read_source(connection.kind, settings)
    admit(source, allowed())
    _check(name, every, mode)
    with transaction.atomic():
        held = _held(acting_user, connection)
        old = _facts(held)
        moved = plain_settings(source) != held.settings
        if secret is None and held.secret and _host(plain_settings(source)) != _host(held.settings):
            held.secret = ""
        elif secret is not None:
            held.secret = locked(secret.strip())
        held.name, held.every, held.mode, held.auto_submit = name.strip(), every, mode, auto_submit
        held.settings = plain_settings(source)
        held.set_up_by = acting_user if isinstance(acting_user, Person) else None
        held.revision += 1
        held.failures = 0
        if moved:
            held.validators = {}
        held.next_due = timezone.now() if every and held.enabled else None
        held.save()
        _log(
            acting_user, "connection.change", held, old=old, new=_facts(held) | {"secret": "set" if secret else "kept"}
        )
    return held


def pause_connection(*, acting_user: Actor, connection: Connection) -> Connection:
    """Fetch no more until it is resumed."""
    return _switch(acting_user, connection, on=False)


def resume_connection(*, acting_user: Actor, connection: Connection) -> Connection:
    """Fetch again, at once where there is a schedule; failures are forgotten."""
    return _switch(acting_user, connection, on=True)


def end_connection(*, acting_user: Actor, connection: Connection, reason: str = "") -> Connection:
    """Give it up for good: it leaves the lists, its secret is wiped, what it brought stays on record."""
    with transaction.atomic():
        held = _held(acting_user, connection)
        held.ended_at, held.enabled, held.next_due, held.secret = timezone.now(), False, None, ""
        held.revision += 1
        held.save()
        _log(acting_user, "connection.end", held, new={"name": held.name}, reason=reason)
    return held


def ask_fetch(*, acting_user: Actor, connection: Connection) -> Job:
    """Fetch now, as a job; one that waits or runs already is given back."""
    with transaction.atomic():
        held = _held(acting_user, connection)
        waiting = waiting_job(held)
        if waiting is not None:
            return waiting
        _log(acting_user, "connection.ask", held)
        return _enqueue(held, acting_user)


def enqueue_due(connection: Connection, actor: Actor) -> Job | None:
    """A scheduled fetch, unless one waits already."""
    return None if waiting_job(connection) is not None else _enqueue(connection, actor)


def waiting_job(connection: Connection) -> Job | None:
    """The fetch that waits or runs now."""
    about = Job.objects.filter(kind=FETCH, about_kind="connection", about_id=str(connection.pk))
    return about.filter(state__in=WAITING).order_by("-created_at").first()


def connection_for(person: Actor | None, id: uuid.UUID | str) -> Connection:
    """The connection, when the person may see it; :class:`UnknownNameError`, or :class:`NotAllowed` with the reason."""
    try:
        key = id if isinstance(id, uuid.UUID) else uuid.UUID(id)
    except ValueError:
        key = None
    found = Connection.objects.select_related("organisation", "set_up_by").filter(pk=key).first() if key else None
    if found is None:
        raise UnknownNameError(Text("การเชื่อมต่อ", "connection"), str(id))
    decision = may_see(person, found)
    if not decision:
        raise NotAllowed(decision)
    return found


def _enqueue(connection: Connection, actor: Actor) -> Job:
    return enqueue(
        FETCH,
        {"connection": str(connection.pk)},
        actor=actor,
        organisation=connection.organisation,
        about_kind="connection",
        about_id=str(connection.pk),
    )


def _switch(acting_user: Actor, connection: Connection, *, on: bool) -> Connection:
    with transaction.atomic():
        held = _held(acting_user, connection)
        if held.enabled == on:
            return held
        held.enabled, held.revision = on, held.revision + 1
        held.next_due = timezone.now() if on and held.every else None
        if on:
            held.failures = 0
        held.save()
        _log(acting_user, "connection.resume" if on else "connection.pause", held)
    return held


def _held(acting_user: Actor, connection: Connection) -> Connection:
    """The locked row of a connection that the person may change."""
    held = (
        Connection.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation")
        .get(pk=connection.pk)
    )
    require(acting_user, CHANGE, organisation=held.organisation)
    if held.ended_at is not None:
        raise InputError(
            Text("การเชื่อมต่อนี้เลิกใช้แล้ว", "this connection was ended"),
            remedy=Text("ตั้งการเชื่อมต่อใหม่", "set up another one"),
            code="connection_setting",
        )
    return held


def _check(name: str, every: int, mode: str) -> None:
    if not name.strip() or len(name.strip()) > 120:
        raise _refused("name", "ต้องมีชื่อ ยาวไม่เกิน 120 ตัวอักษร", "a name is needed, of at most 120 characters")
    if every not in Every.values:
        raise _refused("every", "เลือกความถี่จากรายการ", "choose how often from the list")
    if mode not in ("update", "replace"):
        raise _refused("mode", "เลือกวิธีใส่ข้อมูลจากรายการ", "choose the mode from the list")


def _facts(held: Connection) -> dict[str, Any]:
    """For the log: never a secret."""
    return {
        "name": held.name,
        "dataset": held.dataset,
        "kind": held.kind,
        "settings": held.settings,
        "every": held.every,
        "mode": held.mode,
        "auto_submit": held.auto_submit,
    }


def _log(acting_user: Actor, action: str, held: Connection, **facts: Any) -> None:
    record(
        actor=acting_user,
        action=action,
        organisation=held.organisation,
        object_kind="connection",
        object_id=str(held.pk),
        **facts,
    )
    announce(action, connection=str(held.pk))


def _host(settings: Mapping[str, Any]) -> tuple[str, str]:
    from urllib.parse import urlsplit

    parts = urlsplit(str(settings.get("url") or settings.get("portal") or settings.get("root") or ""))
    return f"{parts.scheme}://{parts.netloc}".lower(), str(settings.get("key_header", ""))


def _refused(field: str, th: str, en: str) -> InputError:
    return InputError(
        Text(th, en),
        remedy=Text("แก้แล้วส่งอีกครั้ง", "correct it and send it again"),
        code="connection_setting",
        where=Where(field=field),
    )


def _not_holder(dataset: str, organisation: Organisation) -> InputError:
    from mudmai.apps.data.domain.drafts import not_holder

    return not_holder(dataset, organisation)
