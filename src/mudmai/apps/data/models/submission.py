"""A submission: one file on its way from a draft to a release, its steps and its approvals."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from mudmai.apps.registry.models import Organisation, Person
from mudmai.apps.registry.models.membership import AreaScoped
from mudmai.core.language import Text


class State(models.TextChoices):
    """Where a submission stands."""

    DRAFT = "draft", "draft"
    SUBMITTED = "submitted", "submitted"
    RETURNED = "returned", "returned"
    APPROVED = "approved", "approved"
    PUBLISHING = "publishing", "publishing"
    RELEASED = "released", "released"
    WITHDRAWN = "withdrawn", "withdrawn"
    SUPERSEDED = "superseded", "superseded"
    DISCARDED = "discarded", "discarded"

    @property
    def title(self) -> Text:
        """The state in words."""
        return STATE_TITLES[self]


STATE_TITLES = {
    State.DRAFT: Text("ร่าง", "draft"),
    State.SUBMITTED: Text("รอตรวจทาน", "waiting for review"),
    State.RETURNED: Text("ส่งกลับให้แก้ไข", "returned for correction"),
    State.APPROVED: Text("ผ่านการตรวจทาน รอเผยแพร่", "approved, waiting for release"),
    State.PUBLISHING: Text("กำลังเผยแพร่", "being published"),
    State.RELEASED: Text("เผยแพร่แล้ว", "released"),
    State.WITHDRAWN: Text("ถอนแล้ว", "withdrawn"),
    State.SUPERSEDED: Text("มีรุ่นใหม่แทนแล้ว", "superseded"),
    State.DISCARDED: Text("ทิ้งร่างแล้ว", "discarded"),
}

EDITABLE = (State.DRAFT, State.RETURNED)
"""States in which file, recipe and reading may still change; in all others the submission is locked."""


class Mode(models.TextChoices):
    """``replace``: the file is everything there is (in the submission's area); ``update``: it revises and adds."""

    REPLACE = "replace", "replace"
    UPDATE = "update", "update"

    @property
    def title(self) -> Text:
        """The mode in words."""
        return MODE_TITLES[self]


MODE_TITLES = {
    Mode.REPLACE: Text("แทนข้อมูลเดิมทั้งหมดของพื้นที่ที่ส่ง", "replaces everything of the submitted area"),
    Mode.UPDATE: Text("แก้และเพิ่มเฉพาะค่าที่อยู่ในไฟล์", "revises and adds only what the file gives"),
}


class Submission(AreaScoped):
    """``revision`` goes up with every change: a change made from an older page is refused, never merged.

    ``only_areas`` are the areas (``[system, code]``) that alone are read of the file, with those below; none: all.
    ``table_sha`` and ``report_sha`` name files in the shelf of raw files: the tidy Parquet and the report of checks.
    ``errors`` are those that nobody has accepted. ``release`` is the release that brought it, ``base_release`` the one
    that was served before.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.CharField(max_length=120, db_index=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="submissions")
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.UPDATE)
    note = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT, db_index=True)
    raw_sha = models.CharField(max_length=64)
    raw_name = models.CharField(max_length=255)
    raw_size = models.BigIntegerField()
    recipe = models.JSONField(null=True, blank=True)
    recipe_name = models.CharField(max_length=120, blank=True)
    only_areas = models.JSONField(default=list, blank=True)
    reading = models.JSONField(null=True, blank=True)
    table_sha = models.CharField(max_length=64, blank=True)
    report_sha = models.CharField(max_length=64, blank=True)
    errors = models.PositiveIntegerField(default=0)
    warnings = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    levels = models.PositiveSmallIntegerField(default=1)
    release = models.CharField(max_length=40, blank=True)
    base_release = models.CharField(max_length=40, blank=True)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="submissions_created")
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="submissions_submitted")
    submitted_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-changed_at", "-created_at")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=State.values), name="data_submission_state"),
            models.CheckConstraint(
                condition=Q(area_system="", area_code="") | (~Q(area_system="") & ~Q(area_code="")),
                name="data_submission_area_whole_or_none",
            ),
        )

    def __str__(self) -> str:
        return f"{self.dataset} {self.id}"

    @property
    def is_editable(self) -> bool:
        """True while its content may change."""
        return self.state in EDITABLE

    @property
    def state_title(self) -> Text:
        """Its state in words."""
        return State(self.state).title


class SubmissionStep(models.Model):
    """One step of a submission's history; rows are added and never changed. ``by`` None: the operator or the system."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="steps")
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    action = models.CharField(max_length=30)
    state = models.CharField(max_length=10)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="submission_steps")
    note = models.TextField(blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ("submission_id", "sequence")
        constraints = (models.UniqueConstraint(fields=["submission", "sequence"], name="data_step_once"),)

    def __str__(self) -> str:
        return f"{self.submission_id} {self.sequence} {self.action}"


class Approval(models.Model):
    """One level's yes. Those of a submission that was returned are deleted; the steps keep that they were given."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="approvals")
    level = models.PositiveSmallIntegerField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="approvals")
    at = models.DateTimeField(auto_now_add=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ("submission_id", "level")
        constraints = (models.UniqueConstraint(fields=["submission", "level"], name="data_one_approval_per_level"),)

    def __str__(self) -> str:
        return f"{self.submission_id} level {self.level}"
