"""What a worker does beside its jobs: start timed work, and take up what was left behind."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from mudmai.apps.jobs.domain.jobs import enqueue
from mudmai.apps.jobs.domain.kinds import periods
from mudmai.apps.jobs.domain.leases import is_dead
from mudmai.apps.jobs.domain.running import lost
from mudmai.apps.jobs.domain.tickets import write_ticket
from mudmai.apps.jobs.models import WAITING, Job, JobState, Schedule
from mudmai.apps.registry.policy import OPERATOR

TAKING_SECONDS = 10
"""A ticket that was taken so long ago, and whose job still waits, was taken by a worker that is gone."""
AT_ONCE = 200


def start_due(now: datetime | None = None) -> list[Job]:
    """Ask for the timed work that is due; of several workers one does so."""
    now, timed = now or timezone.now(), periods()
    if not timed:
        return []
    known = dict(Schedule.objects.filter(kind__in=timed).values_list("kind", "next_at"))
    started = []
    for kind, every in timed.items():
        if kind not in known:
            _know(kind, now)
        if known.get(kind, now) <= now:
            row = _start_one(kind, now, every)
            if row is not None:
                started.append(row)
    return started


def _know(kind: str, now: datetime) -> None:
    try:
        with transaction.atomic():
            Schedule.objects.create(kind=kind, next_at=now)
    except IntegrityError:  # another worker has just written it
        return


def _start_one(kind: str, now: datetime, every: int) -> Job | None:
    with transaction.atomic():
        due = Schedule.objects.filter(kind=kind, next_at__lte=now)
        if not due.update(next_at=now + timedelta(seconds=every)):
            return None
        if Job.objects.filter(kind=kind, arguments={}, state__in=WAITING).exists():
            return None
        return enqueue(kind, {}, actor=OPERATOR)


def take_up_lost(now: datetime | None = None) -> int:
    """Jobs whose worker has gone, and jobs without a ticket, go into the queue again; how many."""
    now = now or timezone.now()
    found = 0
    for row in Job.objects.filter(state=JobState.RUNNING)[:AT_ONCE]:
        if row.lease_until is None or row.lease_until <= now or is_dead(row.lease_owner):
            lost(row, now)
            found += 1
    return found + _renew_tickets(now)


def _renew_tickets(now: datetime) -> int:
    """A worker that dies between taking a ticket and taking its job leaves a job that nobody would bring anywhere."""
    waiting = Job.objects.filter(state=JobState.QUEUED)
    if not waiting.exists():
        return 0
    ready = DBTaskResult.objects.filter(status="READY")
    taken = DBTaskResult.objects.filter(started_at__gt=now - timedelta(seconds=TAKING_SECONDS))
    stranded = waiting.exclude(ticket__in=ready.values("pk")).exclude(ticket__in=taken.values("pk"))
    found = 0
    for row in stranded[:AT_ONCE]:
        with transaction.atomic():
            kept = Job.objects.select_for_update(no_key=True).get(pk=row.pk)
            if kept.state == JobState.QUEUED and kept.ticket == row.ticket:
                write_ticket(kept)
                found += 1
    return found
