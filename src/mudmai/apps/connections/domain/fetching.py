"""One fetch of a connection: out to the source without holding the database, then everything it means in one step.

A new snapshot becomes a submission in the name of the connection's organisation and by the right of who set it up; it
is read and checked as any other. Nothing is published from here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from mudmai.apps.connections.domain.reach import allowed
from mudmai.apps.connections.domain.secrets import opened
from mudmai.apps.connections.models import Connection, Fetch, Outcome
from mudmai.apps.connections.policy import CHANGE
from mudmai.apps.data.domain.jobs_reading import begin_reading
from mudmai.apps.data.domain.submissions import replace_file, start_submission
from mudmai.apps.data.models import State, Submission
from mudmai.apps.data.site import workspace
from mudmai.apps.registry.domain.audit import SYSTEM, record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import OPERATOR, Actor, decide
from mudmai.core.errors import InputError, MudmaiError
from mudmai.core.language import Text
from mudmai.exchange.connectors import Fetched, Limits, Validators, fetch, next_try, read_source
from mudmai.workspace.raw_files import RawFile, RawFiles, raw_files

LIMITS = Limits()
TRIES_UNASKED = 5
"""A connection without a schedule gives up trying by itself after so many failures in a row."""

BUSY = timedelta(seconds=120)
"""A fetch that has shown no life for so long belongs to a worker that is gone."""

Tick = Callable[[int], None]


class _Alive:
    """Keeps the connection claimed while bytes come, and passes the word on."""

    def __init__(self, held: Connection, tick: Tick | None) -> None:
        self._held, self._tick, self._next = held, tick, timezone.now() + BUSY / 6

    def __call__(self, count: int) -> None:
        now = timezone.now()
        if now >= self._next:
            self._next = now + BUSY / 6
            Connection.objects.filter(pk=self._held.pk).update(busy_until=now + BUSY)
        if self._tick is not None:
            self._tick(count)


def due_connections(now: datetime | None = None) -> list[Connection]:
    """Those whose time has come, the longest overdue first."""
    due = Connection.objects.filter(enabled=True, ended_at=None, next_due__lte=now or timezone.now())
    return list(due.select_related("organisation").order_by("next_due")[:200])


def run_fetch(connection: Connection, *, by: Person | None, tick: Tick | None = None) -> Fetch | None:
    """Fetch once and record it; None when another worker is at it, or the connection changed or ended meanwhile."""
    held = _claim(connection)
    if held is None:
        return None
    began = timezone.now()
    try:
        fault = _right_is_lost(held)
        alive = _Alive(held, tick)
        found = Fetched("failed", fault=fault.as_problem()) if fault else _fetch(held, raw_files(workspace()), alive)
        return _record(held, found, began, by)
    finally:
        Connection.objects.filter(pk=held.pk).update(busy_until=None)


def _claim(connection: Connection) -> Connection | None:
    now = timezone.now()
    free = Connection.objects.filter(Q(busy_until=None) | Q(busy_until__lt=now), pk=connection.pk, ended_at=None)
    if not free.update(busy_until=now + BUSY):
        return None
    return Connection.objects.select_related("organisation", "set_up_by").get(pk=connection.pk)


def actor_of(connection: Connection) -> Actor:
    """In whose right it fetches."""
    return connection.set_up_by or OPERATOR


def _right_is_lost(held: Connection) -> InputError | None:
    decision = decide(actor_of(held), CHANGE, organisation=held.organisation)
    if decision:
        return None
    return InputError(
        Text(
            f"ผู้ตั้งการเชื่อมต่อไม่มีสิทธิ์แล้ว: {decision.reason.th}",
            f"who set this connection up has no right to it any more: {decision.reason.en}",
        ),
        remedy=Text(
            "ให้ผู้มีสิทธิ์เปิดหน้าการเชื่อมต่อแล้วบันทึกค่าอีกครั้ง", "have somebody with the right save the connection's settings again"
        ),
        code="connection_owner",
    )


def _fetch(held: Connection, into: RawFiles, tick: Tick | None) -> Fetched:
    try:
        source, secret = read_source(held.kind, held.settings), opened(held.secret)
    except MudmaiError as fault:
        return Fetched("failed", fault=fault.as_problem())
    known = Validators.from_dict(held.validators)
    return fetch(source, into=into, known=known, limits=LIMITS, allowed=allowed(), secret=secret, tick=tick)


def _record(held: Connection, found: Fetched, began: datetime, by: Person | None) -> Fetch | None:
    try:
        return _record_once(held, found, began, by)
    except MudmaiError as refused:  # the submission was refused: that is the outcome
        failed = Fetched("failed", validators=Validators.from_dict(held.validators), fault=refused.as_problem())
        return _record_once(held, replace(failed, claimed=found.claimed, found=found.found), began, by)


def _record_once(seen: Connection, found: Fetched, began: datetime, by: Person | None) -> Fetch | None:
    with transaction.atomic():
        held = (
            Connection.objects.select_for_update(of=("self",), no_key=True)
            .select_related("organisation", "set_up_by")
            .get(pk=seen.pk)
        )
        if held.revision != seen.revision:
            return None  # what was fetched is not what is wanted any more; the change has set its own time
        now = timezone.now()
        submission = _submission(held, found) if found.status == "new" else None
        _note(held, found, now)
        row = Fetch.objects.create(
            connection=held,
            started_at=began,
            finished_at=now,
            outcome=found.status,
            **_files(found),
            claimed=found.claimed[:120],
            found=found.found[:120],
            validators=found.validators.as_dict(),
            fault=found.fault.as_dict() if found.fault else None,
            problems=[one.as_dict() for one in found.problems],
            failures=held.failures,
            next_due=held.next_due,
            submission=submission,
            by=by,
        )
        _tell(held, row)
    return row


def _note(held: Connection, found: Fetched, now: datetime) -> None:
    """The connection after this outcome."""
    held.last_tried_at = now
    if found.status == Outcome.FAILED:
        held.failures += 1
        again = held.every or held.failures < TRIES_UNASKED
        held.next_due = next_try(now, held.failures, retry_after=found.retry_after) if again else None
    else:
        held.failures, held.last_success_at = 0, now
        held.validators = found.validators.as_dict()
        held.next_due = now + timedelta(seconds=held.every) if held.every else None
    if not held.enabled:
        held.next_due = None
    held.save(update_fields=["last_tried_at", "failures", "next_due", "last_success_at", "validators"])


def _files(found: Fetched) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if found.raw is not None:
        told = {"sha256": found.raw.sha256, "name": found.raw.name[:255], "size": found.raw.size}
    if found.original is not None:
        told |= {"original_sha": found.original.sha256, "original_name": found.original.name[:255]}
    return told


def _submission(held: Connection, found: Fetched) -> Submission:
    """The draft for this snapshot: the connection's own one that nobody has taken up yet, else another; to be read."""
    assert found.raw is not None
    actor = actor_of(held)
    raw = RawFile(found.raw.sha256, found.raw.size, found.raw.name)
    open_draft = _untouched_draft(held)
    if open_draft is not None:
        made = replace_file(acting_user=actor, submission=open_draft, raw=raw)
    else:
        made = start_submission(
            acting_user=actor,
            dataset=held.dataset,
            organisation=held.organisation,
            raw=raw,
            mode=held.mode,
            note=f"{held.name} ({held.address})",
        )
    begin_reading(acting_user=actor, submission=made)
    return made


def _untouched_draft(held: Connection) -> Submission | None:
    last = held.fetches.exclude(submission=None).select_related("submission").first()
    found = last.submission if last else None
    if found is None or found.state != State.DRAFT or found.mode != held.mode:
        return None
    touched = found.steps.exclude(action__in=["submission.start", "submission.read", "submission.file"]).exists()
    return None if touched else found


def _tell(held: Connection, row: Fetch) -> None:
    """The log tells what changed something: new data, and the first failure of a row of them."""
    facts: dict[str, Any]
    if row.outcome == Outcome.NEW:
        facts = {"file": row.name, "sha256": row.sha256, "size": row.size, "submission": str(row.submission_id)}
        action = "connection.fetch"
    elif row.outcome == Outcome.FAILED and held.failures == 1:
        facts, action = {"code": (row.fault or {}).get("code", "")}, "connection.fail"
    else:
        return
    record(
        actor=held.set_up_by or (OPERATOR if row.by is None else SYSTEM),
        action=action,
        organisation=held.organisation,
        object_kind="connection",
        object_id=str(held.pk),
        new=facts,
    )
    announce(action, connection=str(held.pk), fetch=str(row.pk))
