"""Long work: asking for it, stopping it, asking again.

::

    from mudmai.apps.jobs.domain.jobs import JobRun, enqueue, job

    @job("data.read", title=Text("อ่านไฟล์", "read a file"))
    def read(run: JobRun, *, submission: str) -> dict:
        for n, row in enumerate(rows):
            run.progress(n, len(rows), Text(f"แถวที่ {n}", f"row {n}"))
        return {"rows": len(rows)}

    enqueue("data.read", {"submission": str(submission.id)}, actor=person)

What is asked for inside a transaction is there when the transaction is kept, and not otherwise.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from mudmai.apps.jobs.domain.kinds import job, kind_named, kind_title, periodic
from mudmai.apps.jobs.domain.run import JobCancelled, JobRun
from mudmai.apps.jobs.domain.tickets import write_ticket
from mudmai.apps.jobs.models import Job, JobState
from mudmai.apps.jobs.policy import may_control
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.models import Organisation, Person
from mudmai.apps.registry.policy import OPERATOR, Actor, NotAllowed
from mudmai.core.errors import InputError
from mudmai.core.language import Text

__all__ = ["JobCancelled", "JobRun", "ask_once", "cancel_job", "enqueue", "job", "kind_title", "periodic", "retry_job"]

log = logging.getLogger(__name__)


def enqueue(
    kind: str,
    arguments: dict[str, Any],
    *,
    actor: Actor,
    organisation: Organisation | None = None,
    about_kind: str = "",
    about_id: str = "",
    not_before: datetime | None = None,
) -> Job:
    """Ask for work of ``kind``; it begins once the running transaction is kept, and not before ``not_before``.

    ``arguments`` are plain JSON and hold ids, no personal data. Rights are the caller's affair: this is called by the
    use case that has decided and logged what is to happen.
    """
    kind_named(kind)
    with transaction.atomic():
        row = Job.objects.create(
            kind=kind,
            arguments=arguments,
            started_by=actor if isinstance(actor, Person) else None,
            organisation=organisation,
            about_kind=about_kind,
            about_id=about_id,
            not_before=not_before,
        )
        start(row)
    return row


def ask_once(kind: str, arguments: dict[str, Any], *, about_kind: str = "", about_id: str = "") -> None:
    """Ask, in nobody's name, for work that brings something up to date with what is kept, such as a summary.

    Where such work waits already nothing is added: it will see this change too. A fault is logged and not raised, as
    the change that asks is kept already; the next change, or the clock, asks again.
    """
    try:
        waiting = Job.objects.filter(kind=kind, about_id=about_id, state=JobState.QUEUED, not_before=None)
        if not waiting.exists():
            enqueue(kind, arguments, actor=OPERATOR, about_kind=about_kind, about_id=about_id)
    except Exception:
        log.exception("work was not asked for: %s %s", kind, about_id)


def start(row: Job) -> None:
    """Bring a queued job to a worker, or run it here once the transaction is kept."""
    if settings.MUDMAI_JOBS == "immediate":
        from mudmai.apps.jobs.domain.running import perform  # needs this module

        transaction.on_commit(lambda: perform(row.pk))
        return
    write_ticket(row)


def cancel_job(*, acting_user: Actor, job: Job) -> Job:
    """Stop a job: at once while it waits, at its next step while it runs. One that is over is refused."""
    with transaction.atomic():
        row = Job.objects.select_for_update(of=("self",), no_key=True).get(pk=job.pk)
        _require(acting_user, row)
        if row.is_over:
            raise _wrong_state(row, Text("ยกเลิกไม่ได้แล้ว", "it can no longer be cancelled"))
        if row.cancel_asked_at is not None:
            return row
        row.cancel_asked_at = timezone.now()
        if row.state == JobState.QUEUED:
            row.state, row.finished_at = JobState.CANCELLED, row.cancel_asked_at
        row.save(update_fields=["cancel_asked_at", "state", "finished_at"])
        _log(acting_user, "job.cancel", row)
    return row


def retry_job(*, acting_user: Actor, job: Job) -> Job:
    """Ask again for a job that failed or was cancelled; it has all its attempts again."""
    with transaction.atomic():
        row = Job.objects.select_for_update(of=("self",), no_key=True).get(pk=job.pk)
        _require(acting_user, row)
        if row.state not in (JobState.FAILED, JobState.CANCELLED):
            raise _wrong_state(
                row, Text("ทำซ้ำได้เฉพาะงานที่ไม่สำเร็จหรือถูกยกเลิก", "only work that failed or was cancelled is repeated")
            )
        row.state, row.attempts, row.losses, row.done, row.total = JobState.QUEUED, 0, 0, 0, 0
        row.message_th = row.message_en = ""
        row.fault = row.result = row.finished_at = row.started_at = row.cancel_asked_at = row.not_before = None
        row.save()
        _log(acting_user, "job.retry", row)
        start(row)
    return row


def _require(acting_user: Actor, row: Job) -> None:
    decision = may_control(acting_user, row)
    if not decision:
        raise NotAllowed(decision)


def _log(acting_user: Actor, action: str, row: Job) -> None:
    record(
        actor=acting_user,
        action=action,
        organisation=row.organisation,
        object_kind="job",
        object_id=str(row.pk),
        new={"work": row.kind},
    )


def _wrong_state(row: Job, why: Text) -> InputError:
    state = JobState(row.state).title
    return InputError(
        Text(f"งานนี้{state.th} {why.th}", f"this work is {state.en}: {why.en}"),
        remedy=Text("โหลดหน้านี้ใหม่เพื่อดูสถานะล่าสุด", "load the page again to see how it stands"),
        code="job_state",
    )
