"""One fetch and its outcome; rows are added and never changed."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from mudmai.apps.connections.models.connection import Connection
from mudmai.apps.data.models import Submission
from mudmai.apps.registry.models import Person
from mudmai.core.language import Text


class Outcome(models.TextChoices):
    """How a fetch ended."""

    NEW = "new", "new"
    UNCHANGED = "unchanged", "unchanged"
    FAILED = "failed", "failed"

    @property
    def title(self) -> Text:
        """The outcome in words."""
        return OUTCOME_TITLES[self]


OUTCOME_TITLES = {
    Outcome.NEW: Text("ได้ข้อมูลใหม่", "new data"),
    Outcome.UNCHANGED: Text("ไม่เปลี่ยน", "unchanged"),
    Outcome.FAILED: Text("ล้มเหลว", "failed"),
}


class Fetch(models.Model):
    """``sha256`` names the kept file, ``original_sha`` the message it was made from. ``fault`` and ``problems`` are as
    :meth:`mudmai.core.errors.Problem.as_dict` tells them. ``by`` None: the clock, or the operator."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="fetches")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    sha256 = models.CharField(max_length=64, blank=True)
    original_sha = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=255, blank=True)
    original_name = models.CharField(max_length=255, blank=True)
    size = models.BigIntegerField(default=0)
    claimed = models.CharField(max_length=120, blank=True)
    found = models.CharField(max_length=120, blank=True)
    validators = models.JSONField(default=dict)
    fault = models.JSONField(null=True)
    problems = models.JSONField(default=list)
    failures = models.PositiveIntegerField(default=0)
    next_due = models.DateTimeField(null=True)
    submission = models.ForeignKey(Submission, null=True, on_delete=models.PROTECT, related_name="fetches")
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="fetches")

    class Meta:
        ordering = ("-started_at", "-finished_at")
        verbose_name_plural = "fetches"
        constraints = (
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="connections_outcome"),
            models.CheckConstraint(
                condition=Q(outcome="failed", fault__isnull=False) | ~Q(outcome="failed"), name="connections_fault_told"
            ),
        )

    def __str__(self) -> str:
        return f"{self.connection_id} {self.outcome} {self.started_at:%Y-%m-%d %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only once."""
        if not self._state.adding:
            raise RuntimeError("a fetch is written once and never changed")
        super().save(*args, **kwargs)

    @property
    def outcome_title(self) -> Text:
        """The outcome in words."""
        return Outcome(self.outcome).title

    @property
    def fault_text(self) -> Text | None:
        """What went wrong."""
        return Text(self.fault["th"], self.fault["en"]) if self.fault else None

    @property
    def remedy_text(self) -> Text | None:
        """What to do about it."""
        return Text(self.fault["remedy_th"], self.fault["remedy_en"]) if self.fault else None

    @property
    def problem_texts(self) -> list[Text]:
        """What was noticed beside."""
        return [Text(one["th"], one["en"]) for one in self.problems]
