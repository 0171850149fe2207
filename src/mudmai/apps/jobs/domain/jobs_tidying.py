"""Old jobs, used tickets, marks of dead workers and half-written files are cleared away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from mudmai.apps.jobs.domain.jobs import JobRun, job, periodic
from mudmai.apps.jobs.domain.kinds import periods
from mudmai.apps.jobs.domain.leases import clear_marks
from mudmai.apps.jobs.models import ENDED, Job, JobState
from mudmai.core.language import Text
from mudmai.workspace.raw_files import raw_files

KEPT_DAYS = 90
"""How long a job that is over can be looked up."""


@job("jobs.tidy", title=Text("เก็บกวาดงานเก่า", "clear away old work"))
def tidy(run: JobRun) -> dict[str, Any]:
    """Remove jobs that ended 90 days ago (timed ones that went well: yesterday), tickets, marks and orphan files."""
    now = timezone.now()
    yesterday = now - timedelta(days=1)
    old = Job.objects.filter(state__in=ENDED, finished_at__lt=now - timedelta(days=KEPT_DAYS))
    timed = Job.objects.filter(
        state=JobState.DONE, kind__in=list(periods()), started_by=None, finished_at__lt=yesterday
    )
    owners = set(Job.objects.exclude(lease_owner="").values_list("lease_owner", flat=True))
    return {
        "jobs": old.delete()[0] + timed.delete()[0],
        "tickets": DBTaskResult.objects.finished().filter(finished_at__lt=yesterday).delete()[0]
        + DBTaskResult.objects.running().filter(started_at__lt=now - timedelta(days=KEPT_DAYS)).delete()[0],
        "marks": clear_marks(owners),
        "files": raw_files(run.workspace).clear_orphans(),
    }


periodic("jobs.tidy", every=6 * 3600)
