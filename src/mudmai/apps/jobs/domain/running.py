"""Running one job: take it up, call its function, write down how it ended.

Every write names the claim under which it is made; a worker that was taken for dead and was not changes nothing.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from mudmai.apps.jobs.domain.kinds import Kind, kind_named
from mudmai.apps.jobs.domain.leases import this_worker, until
from mudmai.apps.jobs.domain.run import JobCancelled, JobLost, JobRun, WorkerStopping
from mudmai.apps.jobs.models import Job, JobState
from mudmai.apps.registry.domain.requests import request_id
from mudmai.core.errors import FaultError, MudmaiError, UnknownNameError
from mudmai.core.language import Text

log = logging.getLogger("mudmai.jobs")

FIRST_WAIT, LONGEST_WAIT = 2, 600
MOST_PROBLEMS = 200
"""Problems of one error that are kept with a job; a report of all belongs into a file."""

in_hand: set[tuple[UUID, int]] = set()
"""The jobs (and claims) that this process is running now."""


def perform(job_id: UUID) -> None:
    """Run the job if it is waiting and due; otherwise nothing. Whatever goes wrong ends in the job's row."""
    row = _take(job_id)
    if row is None:
        return
    mark = request_id.set(f"job-{row.pk.hex[:12]}")
    in_hand.add((row.pk, row.claim))
    try:
        _run(row)
    finally:
        in_hand.discard((row.pk, row.claim))
        request_id.reset(mark)


def _take(job_id: UUID) -> Job | None:
    now = timezone.now()
    due = Job.objects.filter(pk=job_id, state=JobState.QUEUED).filter(Q(not_before=None) | Q(not_before__lte=now))
    taken = due.update(
        state=JobState.RUNNING,
        claim=F("claim") + 1,
        started_at=now,
        lease_until=until(now),
        lease_owner=this_worker().name,
        done=0,
        total=0,
    )
    return Job.objects.select_related("started_by__details", "organisation").get(pk=job_id) if taken else None


def _run(row: Job) -> None:
    run = JobRun(row)
    try:
        kind = kind_named(row.kind)
        result = plain_json(kind.function(run, **row.arguments))
    except JobCancelled:
        _end(row, JobState.CANCELLED)
    except JobLost:
        log.warning("%s was taken up by another worker; this run does not count", row)
    except WorkerStopping:
        put_back(row)
    except Exception as error:
        _failed(row, error)
    else:
        _end(row, JobState.DONE, result=result, **run.last_words())


def plain_json(result: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What a function gave, as it will be kept; what JSON cannot hold is our own mistake."""
    if result is None:
        return None
    kept: dict[str, Any] = json.loads(json.dumps(dict(result), allow_nan=False))
    return kept


def _mine(row: Job) -> Any:
    return Job.objects.filter(pk=row.pk, claim=row.claim, state=JobState.RUNNING)


def _end(row: Job, state: JobState, **values: Any) -> None:
    ended = _mine(row).update(
        state=state, finished_at=timezone.now(), lease_until=None, lease_owner="", **{"fault": None, **values}
    )
    if not ended:
        log.warning("%s was taken up by another worker; this run does not count", row)


def put_back(row: Job) -> None:
    """Into the queue again, as if it had not been begun: its worker is being stopped."""
    from mudmai.apps.jobs.domain.jobs import start  # needs this module

    with transaction.atomic():
        if _mine(row).update(state=JobState.QUEUED, lease_until=None, lease_owner="", not_before=None):
            row.refresh_from_db()
            start(row)


def _failed(row: Job, error: Exception) -> None:
    from mudmai.apps.jobs.domain.jobs import start  # needs this module

    fault = _fault(row, error)
    attempts, again = row.attempts + 1, _may_try_again(row, error)
    with transaction.atomic():
        if row.cancel_asked_at is None and not again:
            _end(row, JobState.FAILED, fault=fault, attempts=attempts)
            return
        due = timezone.now() + wait_before(attempts)
        waiting = _mine(row).filter(cancel_asked_at=None)
        if waiting.update(
            state=JobState.QUEUED, attempts=attempts, fault=fault, lease_until=None, lease_owner="", not_before=due
        ):
            row.refresh_from_db()
            start(row)
        else:
            _end(row, JobState.CANCELLED, fault=fault, attempts=attempts)


def _may_try_again(row: Job, error: Exception) -> bool:
    try:
        kind: Kind = kind_named(row.kind)
    except UnknownNameError:
        return False
    lasting = isinstance(error, MudmaiError) and not isinstance(error, FaultError)
    if lasting and getattr(error, "code", "") not in kind.retry_codes:
        return False
    return row.attempts + 1 < kind.attempts


def wait_before(attempt: int) -> timedelta:
    """The pause after failed attempt number ``attempt`` (from 1): doubled each time, at most ten minutes, and moved by
    up to a quarter so that jobs which failed together do not come back together."""
    seconds = min(FIRST_WAIT * 2 ** (min(attempt, 30) - 1), LONGEST_WAIT)
    return timedelta(seconds=seconds * (1 + secrets.randbelow(1000) / 4000))


def _fault(row: Job, error: Exception) -> dict[str, Any]:
    if isinstance(error, MudmaiError):
        if isinstance(error, FaultError):
            log.error("%s failed", row, exc_info=error)
        problems = [problem.as_dict() for problem in error.problems[:MOST_PROBLEMS]]
        return {**error.as_problem().as_dict(), "problems": problems, "problem_count": len(error.problems)}
    number = secrets.token_hex(4)
    log.error("%s failed; fault %s", row, number, exc_info=error)
    told = FaultError(
        Text(f"ระบบขัดข้องระหว่างทำงานนี้ (รหัส {number})", f"a fault of ours during this work (number {number})"),
        remedy=Text(
            f"ลองทำซ้ำ หากยังไม่สำเร็จ แจ้งผู้ดูแลระบบพร้อมรหัส {number}",
            f"try again; if it fails again, tell the operator the number {number}",
        ),
    )
    return {**told.as_problem().as_dict(), "problems": [], "problem_count": 0, "number": number}


def lost(row: Job, now: datetime) -> None:
    """The worker of ``row`` is gone: back into the queue, or failed once too many workers were lost over it.

    Nothing happens where the worker has shown life since ``row`` was read.
    """
    from mudmai.apps.jobs.domain.jobs import start  # needs this module

    losses = row.losses + 1
    try:
        limit = kind_named(row.kind).losses
    except UnknownNameError:
        limit = 1
    with transaction.atomic():
        held = _mine(row).filter(lease_until=row.lease_until).select_for_update(of=("self",), no_key=True).first()
        if held is None:
            return
        if held.cancel_asked_at is not None:
            _end(held, JobState.CANCELLED, losses=losses)
            return
        if losses >= limit:
            _end(held, JobState.FAILED, losses=losses, fault=_lost_fault(losses))
            return
        due = None if losses == 1 else now + timedelta(seconds=min(2 ** (losses - 2), 60))
        _mine(held).update(state=JobState.QUEUED, losses=losses, lease_until=None, lease_owner="", not_before=due)
        held.refresh_from_db()
        start(held)


def _lost_fault(losses: int) -> dict[str, Any]:
    told = FaultError(
        Text(
            f"กระบวนการที่ทำงานนี้หยุดกลางทาง {losses} ครั้ง",
            f"the process that did this work ended midway {losses} times",
        ),
        remedy=Text(
            "ผู้ดูแลระบบควรตรวจหน่วยความจำและพื้นที่ดิสก์ของเครื่อง แล้วสั่งทำซ้ำ",
            "the operator should look at the machine's memory and disk, then repeat it",
        ),
        code="job_lost",
    )
    return {**told.as_problem().as_dict(), "problems": [], "problem_count": 0}
