"""Markers and their marks; what was agreed; the city's reply; decisions and appeals."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from mudmai.apps.assessment.models.file import CityFile
from mudmai.apps.registry.models import Person
from mudmai.core.language import Text


class MarkerState(models.TextChoices):
    """Where a marker stands."""

    APPOINTED = "appointed", "appointed"
    MARKING = "marking", "marking"
    DONE = "done", "done"
    RECUSED = "recused", "recused"

    @property
    def title(self) -> Text:
        """The state in words."""
        return MARKER_TITLES[self]


MARKER_TITLES = {
    MarkerState.APPOINTED: Text("รอแจ้งเรื่องส่วนได้เสีย", "has to declare on conflicts of interest"),
    MarkerState.MARKING: Text("กำลังให้คะแนน", "marking"),
    MarkerState.DONE: Text("ส่งคะแนนแล้ว", "handed in"),
    MarkerState.RECUSED: Text("ถอนตัว", "recused"),
}


class Marker(models.Model):
    """A person who marks a file, alone: nobody sees another's marks before all have handed in.

    ``declaration``: what they declared; a conflict of interest makes them RECUSED and another is appointed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.ForeignKey(CityFile, on_delete=models.PROTECT, related_name="markers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="files_to_mark")
    state = models.CharField(max_length=10, choices=MarkerState.choices, default=MarkerState.APPOINTED)
    declaration = models.TextField(blank=True)
    has_conflict = models.BooleanField(null=True)
    declared_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    appointed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="markers_appointed")
    appointed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("file_id", "appointed_at", "id")
        constraints = (models.UniqueConstraint(fields=["file", "person"], name="assessment_marker_once"),)

    def __str__(self) -> str:
        return f"{self.file_id} {self.state}"


class Mark(models.Model):
    """One marker's mark of one criterion. ``value``: a step of the scale. ``reason`` is needed where it differs from
    the city's own answer."""

    marker = models.ForeignKey(Marker, on_delete=models.PROTECT, related_name="marks")
    criterion = models.CharField(max_length=64)
    value = models.PositiveSmallIntegerField()
    reason = models.TextField(blank=True)
    marked_at = models.DateTimeField(auto_now=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("marker_id", "criterion")
        constraints = (models.UniqueConstraint(fields=["marker", "criterion"], name="assessment_mark_once"),)

    def __str__(self) -> str:
        return f"{self.marker_id} {self.criterion} {self.value}"


class ReconciledMark(models.Model):
    """The mark that counts: as the markers agreed, or as settled with a reason. Settling again adds a row; the last
    ``sequence`` counts."""

    file = models.ForeignKey(CityFile, on_delete=models.PROTECT, related_name="reconciled")
    criterion = models.CharField(max_length=64)
    sequence = models.PositiveIntegerField(default=1)
    value = models.PositiveSmallIntegerField()
    reason = models.TextField(blank=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="marks_reconciled")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("file_id", "criterion", "sequence")
        constraints = (
            models.UniqueConstraint(fields=["file", "criterion", "sequence"], name="assessment_reconciled_once"),
        )

    def __str__(self) -> str:
        return f"{self.file_id} {self.criterion} {self.value}"


class Reply(models.Model):
    """What the city says to the provisional result; ``criterion`` "" is the whole. Rows are only added."""

    file = models.ForeignKey(CityFile, on_delete=models.PROTECT, related_name="replies")
    criterion = models.CharField(max_length=64, blank=True)
    text = models.TextField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="city_replies")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("file_id", "at", "id")

    def __str__(self) -> str:
        return f"{self.file_id} {self.criterion}"


class Outcome(models.TextChoices):
    """What was decided."""

    GRANTED = "granted", "granted"
    REFUSED = "refused", "refused"

    @property
    def title(self) -> Text:
        """The outcome in words."""
        return OUTCOME_TITLES[self]


OUTCOME_TITLES = {
    Outcome.GRANTED: Text("รับรอง", "granted"),
    Outcome.REFUSED: Text("ไม่รับรอง", "refused"),
}


class Decision(models.Model):
    """A decision on a file; the highest ``sequence`` stands. ``scores``: overall, parts, paper, outcome, agreement as
    they were. Rows are only added."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.ForeignKey(CityFile, on_delete=models.PROTECT, related_name="decisions")
    sequence = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    level = models.CharField(max_length=64, blank=True)
    reasons = models.TextField()
    scores: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    decided_on = models.DateField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="city_decisions")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("file_id", "sequence")
        constraints = (
            models.UniqueConstraint(fields=["file", "sequence"], name="assessment_decision_once"),
            models.CheckConstraint(condition=Q(outcome="refused") | ~Q(level=""), name="assessment_decision_level"),
        )

    def __str__(self) -> str:
        return f"{self.file_id} {self.sequence} {self.outcome}"


class AppealOutcome(models.TextChoices):
    """What became of an appeal."""

    OPEN = "open", "open"
    UPHELD = "upheld", "upheld"
    DISMISSED = "dismissed", "dismissed"

    @property
    def title(self) -> Text:
        """The outcome in words."""
        return APPEAL_TITLES[self]


APPEAL_TITLES = {
    AppealOutcome.OPEN: Text("รอพิจารณา", "waiting"),
    AppealOutcome.UPHELD: Text("รับอุทธรณ์ ส่งกลับไปพิจารณาใหม่", "upheld: to be decided again"),
    AppealOutcome.DISMISSED: Text("ยกอุทธรณ์", "dismissed"),
}


class Appeal(models.Model):
    """One appeal against one decision; whoever decided may not decide it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="appeal")
    text = models.TextField()
    filed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="appeals_filed")
    filed_at = models.DateTimeField(auto_now_add=True)
    outcome = models.CharField(max_length=10, choices=AppealOutcome.choices, default=AppealOutcome.OPEN)
    reasons = models.TextField(blank=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="appeals_decided")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("filed_at", "id")

    def __str__(self) -> str:
        return f"{self.decision_id} {self.outcome}"


class Notice(models.Model):
    """A mail about a file or certificate that went out; addresses are not kept. Rows are only added."""

    about_kind = models.CharField(max_length=20)
    about_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=30)
    mails = models.PositiveSmallIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-at",)
        constraints = (
            models.UniqueConstraint(fields=["about_kind", "about_id", "kind"], name="assessment_notice_once"),
        )

    def __str__(self) -> str:
        return f"{self.about_kind} {self.about_id} {self.kind}"
