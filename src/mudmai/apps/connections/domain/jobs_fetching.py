"""The work behind connections: one fetch, and the clock that starts those that are due."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from mudmai.apps.connections.domain.connections import FETCH, enqueue_due
from mudmai.apps.connections.domain.fetching import due_connections, run_fetch
from mudmai.apps.connections.models import Connection
from mudmai.apps.jobs.domain.jobs import JobRun, job, periodic
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import OPERATOR
from mudmai.core.language import Text

DUE = "connections.due"
_MB = 1 << 20


@job(FETCH, title=Text("ดึงข้อมูลจากแหล่งข้อมูล", "fetch from a source"), attempts=1)
def fetch_one(run: JobRun, *, connection: str) -> dict[str, Any]:
    """Fetch one connection. Failing is an outcome of its own, tried again by the connection's schedule."""
    held = Connection.objects.filter(pk=connection, ended_at=None).first()
    if held is None:
        return {"outcome": "ended"}

    def tick(count: int) -> None:
        run.progress(0, 0, Text(f"รับแล้ว {count / _MB:.1f} MB", f"{count / _MB:.1f} MB received"))

    run.progress(0, 0, Text(f"ติดต่อ {held.name}", f"asking {held.name}"))
    actor = run.actor
    row = run_fetch(held, by=actor if isinstance(actor, Person) else None, tick=tick)
    if row is None:
        return {"outcome": "skipped"}
    return {"outcome": row.outcome, "fetch": str(row.pk), "submission": str(row.submission_id or "")}


@job(DUE, title=Text("ดูว่าถึงเวลาดึงข้อมูลใด", "see which sources are due"), attempts=1)
def start_those_due(run: JobRun) -> dict[str, Any]:
    """Ask for a fetch of every connection whose time has come."""
    started = [one for one in due_connections(timezone.now()) if enqueue_due(one, OPERATOR) is not None]
    return {"started": len(started)}


periodic(DUE, every=60)
