"""The ledger: dated revisions of a programme and, for each, the full state of every project that it touched."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from mudmai.apps.programme.models.programme import Programme
from mudmai.apps.programme.models.project import STATES, Project
from mudmai.apps.registry.models import Person
from mudmai.core.language import Text
from mudmai.core.ledger import ProjectState, RevisionKind

REVISIONS = [(one.value, one.value) for one in RevisionKind]


class RevisionEvent(models.Model):
    """A decision on a day. Rows are added and never changed; ``sequence`` counts the events of a programme from 1.

    ``number`` is the office's own ("2/2567"); ``document`` names the decision, ``document_sha`` its kept file.
    ``is_official`` False: the register's own bookkeeping (places, sharing), no revision of the plan document.
    ``day_is_assumed``: the file named a revision without its day, so the end of its year stands. ``lacks_before``: the
    file holds no figures of before that revision, so nothing can be said to have changed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=REVISIONS)
    number = models.CharField(max_length=40, blank=True)
    decided_on = models.DateField()
    document = models.CharField(max_length=500, blank=True)
    document_sha = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)
    is_official = models.BooleanField(default=True)
    day_is_assumed = models.BooleanField(default=False, db_default=False)
    lacks_before = models.BooleanField(default=False, db_default=False)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="revisions_recorded")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("programme_id", "sequence")
        constraints = (
            models.UniqueConstraint(fields=["programme", "sequence"], name="programme_event_once"),
            models.CheckConstraint(condition=Q(kind__in=[k for k, _ in REVISIONS]), name="programme_event_kind"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.number} {self.decided_on}"

    @property
    def title(self) -> Text:
        """The kind in words."""
        return RevisionKind(self.kind).label


class ProjectVersion(models.Model):
    """The state of a project from an event on. ``facts`` is all of it, money and places too (see ``domain/facts.py``).

    ``sequence`` counts the versions of a project from 1.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="versions", db_index=False)
    event = models.ForeignKey(RevisionEvent, on_delete=models.PROTECT, related_name="versions")
    sequence = models.PositiveIntegerField()
    facts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=STATES, default=ProjectState.ACTIVE.value)
    successor = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.PROTECT, related_name="succeeded_versions"
    )
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("project_id", "sequence")
        constraints = (
            models.UniqueConstraint(fields=["project", "sequence"], name="programme_version_once"),
            models.UniqueConstraint(fields=["project", "event"], name="programme_version_per_event"),
        )

    def __str__(self) -> str:
        return f"{self.project_id} {self.sequence} {self.state}"


class FormLoad(models.Model):
    """A workbook that was loaded: its file, what disagreed in it, and why it was loaded all the same."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="loads")
    event = models.ForeignKey(RevisionEvent, on_delete=models.PROTECT, related_name="loads")
    raw_sha = models.CharField(max_length=64)
    raw_name = models.CharField(max_length=255)
    projects = models.PositiveIntegerField()
    lines = models.PositiveIntegerField()
    disagreements: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="form_loads")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-at", "id")
        constraints = (models.UniqueConstraint(fields=["programme", "raw_sha"], name="programme_file_once"),)

    def __str__(self) -> str:
        return f"{self.raw_name} {self.projects}"
