"""One piece of long work as people see it; the library's own row (``ticket``) only brings it to a worker."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from mudmai.apps.registry.models import Organisation, Person
from mudmai.core.language import Text


class JobState(models.TextChoices):
    """Where a job stands; the last three are ends."""

    QUEUED = "queued", "queued"
    RUNNING = "running", "running"
    DONE = "done", "done"
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "cancelled"

    @property
    def title(self) -> Text:
        """The state in words."""
        return _TITLES[self]


_TITLES = {
    JobState.QUEUED: Text("รอคิว", "waiting"),
    JobState.RUNNING: Text("กำลังทำ", "running"),
    JobState.DONE: Text("เสร็จแล้ว", "done"),
    JobState.FAILED: Text("ไม่สำเร็จ", "failed"),
    JobState.CANCELLED: Text("ยกเลิกแล้ว", "cancelled"),
}
WAITING = (JobState.QUEUED, JobState.RUNNING)
ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class Job(models.Model):
    """``done`` of ``total`` steps (``total`` 0: not known). ``claim`` counts how often a worker has taken it up: only
    the latest may write to the row. ``attempts`` counts runs that ended in an error, ``losses`` those that ended
    with their worker. ``started_by`` empty: the machine itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    message_th = models.CharField(max_length=300, blank=True)
    message_en = models.CharField(max_length=300, blank=True)
    result = models.JSONField(null=True)
    fault = models.JSONField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    losses = models.PositiveIntegerField(default=0)
    claim = models.PositiveIntegerField(default=0)
    about_kind = models.CharField(max_length=30, blank=True)
    about_id = models.CharField(max_length=80, blank=True)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    started_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="jobs")
    created_at = models.DateTimeField(auto_now_add=True)
    not_before = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    lease_owner = models.CharField(max_length=80, blank=True)
    ticket = models.UUIDField(null=True)

    class Meta:
        ordering: ClassVar = ("-created_at",)
        indexes: ClassVar = (
            models.Index(fields=["state", "lease_until"], name="jobs_job_state"),
            models.Index(fields=["about_kind", "about_id"], name="jobs_job_about"),
            models.Index(fields=["started_by", "-created_at"], name="jobs_job_starter"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def message(self) -> Text:
        """What it is doing or has done, in words; empty where nothing was said."""
        return Text(self.message_th, self.message_en)

    @property
    def state_title(self) -> Text:
        """The state in words."""
        return JobState(self.state).title

    @property
    def is_over(self) -> bool:
        """True once nothing more happens by itself."""
        return self.state in ENDED

    @property
    def share(self) -> float | None:
        """How much is done, 0 to 1; None when the size of the work is not known."""
        if self.state == JobState.DONE:
            return 1.0
        return min(self.done / self.total, 1.0) if self.total else None


class Schedule(models.Model):
    """When timed work of one kind is due next; whoever moves ``next_at`` on is the one who starts it."""

    kind = models.CharField(max_length=60, primary_key=True)
    next_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ("kind",)

    def __str__(self) -> str:
        return self.kind
