"""What a job function is handed: who asked, the workspace, and a way to tell how far it has come."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from mudmai.apps.jobs.domain.leases import stopping, until
from mudmai.apps.jobs.models import Job, JobState
from mudmai.apps.registry.policy import OPERATOR, Actor
from mudmai.core.language import Text

if TYPE_CHECKING:
    from mudmai.workspace import Workspace

TELL_SECONDS = 0.5
"""Progress is written at most so often, so that a job may tell it at every row."""
MESSAGE_LENGTH = 300


class JobStopped(BaseException):  # not an Exception: a function that catches those must not swallow it
    """The function must end now."""


class JobCancelled(JobStopped):
    """Somebody has asked to stop."""


class JobLost(JobStopped):
    """Another worker has taken the job up meanwhile: nothing this one does counts any more."""


class WorkerStopping(JobStopped):
    """The worker is being stopped; another will begin the job again."""


class JobRun:
    """One run of one job."""

    def __init__(self, row: Job) -> None:
        self.job = row
        self._told = time.monotonic()
        self._last: tuple[int, int, Text | None] = (row.done, row.total, None)

    @property
    def actor(self) -> Actor:
        """Who asked: a person, or the machine itself. The function decides anew what they may do."""
        return self.job.started_by or OPERATOR

    @property
    def workspace(self) -> Workspace:
        """The workspace of this process."""
        give = cast("Callable[[], Workspace]", import_string(settings.MUDMAI_WORKSPACE))
        return give()

    @property
    def is_last_attempt(self) -> bool:
        """True when an error in this run ends the job as failed."""
        from mudmai.apps.jobs.domain.kinds import kind_named  # only where it is asked

        return self.job.attempts + 1 >= kind_named(self.job.kind).attempts

    def progress(self, done: int, total: int, message: Text | None = None) -> None:
        """Tell that ``done`` of ``total`` steps are behind (``total`` 0: not known), and what is being done.

        Cheap enough for every row. Raises :class:`JobCancelled` when somebody has asked to stop, and other kinds of
        :class:`JobStopped` when this run must end; let them pass.
        """
        self._last = (done, total, message or self._last[2])
        if stopping.is_set():
            raise WorkerStopping
        now = time.monotonic()
        if now - self._told < TELL_SECONDS and not (total and done >= total):
            return
        self._told = now
        self.tell()

    def check(self) -> None:
        """Only ask whether to go on, at once."""
        if stopping.is_set():
            raise WorkerStopping
        self.tell()

    def tell(self) -> None:
        """Write the latest progress and lengthen the lease."""
        done, total, message = self._last
        said = {"message_th": message.th[:MESSAGE_LENGTH], "message_en": message.en[:MESSAGE_LENGTH]} if message else {}
        mine = Job.objects.filter(pk=self.job.pk, claim=self.job.claim, state=JobState.RUNNING)
        if not mine.update(done=done, total=total, lease_until=until(timezone.now()), **said):
            raise JobLost
        if mine.filter(cancel_asked_at__isnull=False).exists():
            raise JobCancelled

    def last_words(self) -> dict[str, object]:
        """The latest progress, told or not, for the row of a job that is done."""
        done, total, message = self._last
        said = {"message_th": message.th[:MESSAGE_LENGTH], "message_en": message.en[:MESSAGE_LENGTH]} if message else {}
        return {"done": total or done, "total": total, **said}
