"""The file of a city: its answers, evidence and history."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from mudmai.apps.assessment.models.call import Call
from mudmai.apps.assessment.models.city import City
from mudmai.apps.programme.models import Project
from mudmai.apps.registry.models import Person
from mudmai.core.language import Text


class FileState(models.TextChoices):
    """Where a file stands."""

    DRAFT = "draft", "draft"
    SUBMITTED = "submitted", "submitted"
    MARKING = "marking", "marking"
    RECONCILING = "reconciling", "reconciling"
    REPLY = "reply", "reply"
    DECIDING = "deciding", "deciding"
    GRANTED = "granted", "granted"
    REFUSED = "refused", "refused"
    APPEALED = "appealed", "appealed"
    WITHDRAWN = "withdrawn", "withdrawn"

    @property
    def title(self) -> Text:
        """The state in words."""
        return STATE_TITLES[self]


STATE_TITLES = {
    FileState.DRAFT: Text("กำลังประเมินตนเอง", "self-assessment"),
    FileState.SUBMITTED: Text("ส่งแล้ว รอแต่งตั้งผู้ตรวจ", "submitted, waiting for markers"),
    FileState.MARKING: Text("ผู้ตรวจกำลังให้คะแนน", "being marked"),
    FileState.RECONCILING: Text("กำลังหาข้อยุติคะแนน", "marks are being reconciled"),
    FileState.REPLY: Text("เปิดให้เมืองชี้แจง", "open to the city's reply"),
    FileState.DECIDING: Text("รอตัดสิน", "waiting for a decision"),
    FileState.GRANTED: Text("ได้รับการรับรอง", "granted"),
    FileState.REFUSED: Text("ไม่ผ่านการรับรอง", "refused"),
    FileState.APPEALED: Text("อยู่ระหว่างอุทธรณ์", "under appeal"),
    FileState.WITHDRAWN: Text("ถอนแฟ้มแล้ว", "withdrawn"),
}


class CityFile(models.Model):
    """One city in one call. ``criteria_sha``: the kept state of the set it is assessed by, whatever packs say later.

    ``claimed``: optional parts that the city claims. ``facts``: what was known of the body when the file was opened or
    last refreshed (fit of criteria). ``reply_due``: last day of the right of reply. ``revision`` goes up with each
    change of this row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="files")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="files")
    criteria_sha = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=FileState.choices, default=FileState.DRAFT)
    claimed: models.JSONField[list[str], list[str]] = models.JSONField(default=list, blank=True)
    facts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    reply_due = models.DateField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="city_files_opened")
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="city_files_submitted")
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["call", "city"], condition=~Q(state="withdrawn"), name="assessment_file_once"
            ),
            models.CheckConstraint(condition=Q(state__in=FileState.values), name="assessment_file_state"),
        )
        indexes = (models.Index(fields=["state", "reply_due"], name="assessment_files_waiting"),)

    def __str__(self) -> str:
        return f"{self.city_id} {self.call_id} {self.state}"

    @property
    def state_title(self) -> Text:
        """Its state in words."""
        return FileState(self.state).title


class FileStep(models.Model):
    """One step of a file's history; rows are only added. ``by`` None: the operator or the clock."""

    file = models.ForeignKey(CityFile, on_delete=models.PROTECT, related_name="steps")
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    action = models.CharField(max_length=30)
    state = models.CharField(max_length=12)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="city_file_steps")
    note = models.TextField(blank=True)
    facts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)

    class Meta:
        ordering = ("file_id", "sequence")
        constraints = (models.UniqueConstraint(fields=["file", "sequence"], name="assessment_step_once"),)

    def __str__(self) -> str:
        return f"{self.file_id} {self.sequence} {self.action}"


class Answer(models.Model):
    """What the city says to one criterion. ``value``: a step of its scale; NULL is not answered."""

    file = models.ForeignKey(CityFile, on_delete=models.PROTECT, related_name="answers")
    criterion = models.CharField(max_length=64)
    value = models.PositiveSmallIntegerField(null=True, blank=True)
    text = models.TextField(blank=True)
    assigned_to = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="criteria_assigned")
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="criteria_answered")
    changed_at = models.DateTimeField(auto_now=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("file_id", "criterion")
        constraints = (models.UniqueConstraint(fields=["file", "criterion"], name="assessment_answer_once"),)

    def __str__(self) -> str:
        return f"{self.file_id} {self.criterion} {self.value}"


class EvidenceKind(models.TextChoices):
    """What a piece of evidence is."""

    FILE = "file", "file"
    LINK = "link", "link"
    FIGURE = "figure", "figure"
    PROJECT = "project", "project"

    @property
    def title(self) -> Text:
        """The kind in words."""
        return KIND_TITLES[self]


KIND_TITLES = {
    EvidenceKind.FILE: Text("ไฟล์", "file"),
    EvidenceKind.LINK: Text("ลิงก์", "link"),
    EvidenceKind.FIGURE: Text("ตัวเลขจากระบบ", "live figure"),
    EvidenceKind.PROJECT: Text("โครงการในทะเบียน", "project of the register"),
}


class Evidence(models.Model):
    """One piece. A file is kept by its SHA-256; a live figure as it was read (``figure``: formula or register measure,
    area, period, value or null with why, unit, release, permanent link).

    Never deleted once the file was submitted: taking off sets ``removed_at`` with a reason; a new piece may ``replace``
    it. Marks given before a replacement are told to be older than the evidence.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.ForeignKey(CityFile, on_delete=models.PROTECT, related_name="evidence")
    criterion = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=EvidenceKind.choices)
    title = models.CharField(max_length=300)
    raw_sha = models.CharField(max_length=64, blank=True)
    raw_name = models.CharField(max_length=255, blank=True)
    raw_size = models.BigIntegerField(default=0)
    url = models.URLField(max_length=1000, blank=True)
    figure: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    project = models.ForeignKey(Project, null=True, on_delete=models.PROTECT, related_name="evidence_for")
    added_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="city_evidence")
    added_at = models.DateTimeField(auto_now_add=True)
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="city_evidence_removed")
    removed_why = models.TextField(blank=True)

    class Meta:
        ordering = ("file_id", "criterion", "added_at", "id")
        indexes = (models.Index(fields=["file", "criterion"], name="assessment_evidence_of"),)

    def __str__(self) -> str:
        return self.title


class LocalCriterion(models.Model):
    """What the community itself values; stands beside the score and never in it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.ForeignKey(CityFile, on_delete=models.PROTECT, related_name="local_criteria")
    title = models.CharField(max_length=300)
    why = models.TextField(blank=True)
    standing = models.TextField(blank=True)
    added_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="local_criteria")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("file_id", "added_at", "id")

    def __str__(self) -> str:
        return self.title
