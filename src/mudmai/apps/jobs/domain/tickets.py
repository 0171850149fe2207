"""The library's queue: a ticket names a job and brings it to whichever worker is free."""

from __future__ import annotations

import uuid

from django_tasks import task

from mudmai.apps.jobs.models import Job


@task
def take_up(job_id: str) -> None:
    """What a worker does with a ticket; how the job ends stands in the job's own row."""
    from mudmai.apps.jobs.domain.running import perform  # needs this module

    perform(uuid.UUID(job_id))


def write_ticket(row: Job) -> None:
    """Put the job into the queue, inside the running transaction; not to be taken before ``row.not_before``."""
    ticket = take_up.using(run_after=row.not_before).enqueue(str(row.pk))
    row.ticket = uuid.UUID(ticket.id)
    Job.objects.filter(pk=row.pk).update(ticket=row.ticket)
