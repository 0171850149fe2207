"""Reports of progress, their evidence and history; obstacles; locked periods; the rules of a programme's reporting."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from mudmai.apps.programme.models.programme import Programme
from mudmai.apps.programme.models.project import Project
from mudmai.apps.registry.models import Person
from mudmai.core.language import Text
from mudmai.core.periods import Period


class ReportState(models.TextChoices):
    """Where a report stands."""

    DRAFT = "draft", "draft"
    SUBMITTED = "submitted", "submitted"
    APPROVED = "approved", "approved"
    RETURNED = "returned", "returned"

    @property
    def title(self) -> Text:
        """The state in words."""
        return STATE_TITLES[self]


STATE_TITLES = {
    ReportState.DRAFT: Text("ร่าง", "draft"),
    ReportState.SUBMITTED: Text("ส่งแล้ว รอรับรอง", "submitted, waiting for approval"),
    ReportState.APPROVED: Text("รับรองแล้ว", "approved"),
    ReportState.RETURNED: Text("ส่งกลับให้แก้ไข", "returned for correction"),
}

EDITABLE_REPORTS = (ReportState.DRAFT, ReportState.RETURNED)
"""States in which the figures of a report may still change."""

SENT_REPORTS = (ReportState.SUBMITTED, ReportState.APPROVED)
"""States in which a report counts as sent."""


class MonitoringRule(models.Model):
    """How the projects of a programme report and are judged; a programme without a row goes by the defaults.

    ``first_period`` (ISO): reports are owed from it on, "" from the period in which the programme was set up.
    ``due_after``: days after the end of a period. ``fiscal_start``: the month in which a fiscal year begins.
    ``thresholds``: see :class:`mudmai.core.project_status.Thresholds`.
    """

    programme = models.OneToOneField(Programme, on_delete=models.CASCADE, related_name="monitoring")
    first_period = models.CharField(max_length=8, blank=True)
    due_after = models.PositiveSmallIntegerField(default=15)
    fiscal_start = models.PositiveSmallIntegerField(default=10)
    thresholds: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(due_after__lte=365, fiscal_start__range=(1, 12)), name="programme_monitoring_days"
            ),
        )

    def __str__(self) -> str:
        return f"{self.programme_id} {self.due_after}"


class Report(models.Model):
    """One project in one period. ``percent`` is the work done by its end (0-100), ``disbursed`` the money paid out by
    its end since the start of the project, in baht; NULL: not known. ``fall_reason``: why less is done or paid than
    before; ``over_reason``: why more is paid out than was committed.

    ``revision`` goes up with every change: a change made from an older page is refused, never merged.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="reports")
    period = models.CharField(max_length=8)
    until = models.DateField()
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    disbursed = models.DecimalField(max_digits=20, decimal_places=2, null=True, blank=True)
    note = models.TextField(blank=True)
    fall_reason = models.TextField(blank=True)
    over_reason = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=ReportState.choices, default=ReportState.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="reports_created")
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="reports_submitted")
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("project_id", "until")
        constraints = (
            models.UniqueConstraint(fields=["project", "period"], name="programme_report_once"),
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="programme_report_state"),
            models.CheckConstraint(
                condition=Q(percent=None) | Q(percent__gte=0, percent__lte=100), name="programme_report_percent"
            ),
            models.CheckConstraint(
                condition=Q(disbursed=None) | Q(disbursed__gte=0), name="programme_report_not_below_zero"
            ),
        )
        indexes = (models.Index(fields=["state", "until"], name="programme_reports_waiting"),)

    def __str__(self) -> str:
        return f"{self.project_id} {self.period} {self.state}"

    @property
    def is_editable(self) -> bool:
        """True while its figures may change."""
        return self.state in EDITABLE_REPORTS

    @property
    def state_title(self) -> Text:
        """Its state in words."""
        return ReportState(self.state).title

    @property
    def reported_period(self) -> Period:
        """The period that it covers."""
        return Period.from_iso(self.period)


class ReportStep(models.Model):
    """One step of a report's history, with the figures then; rows are only added. ``by`` None: the operator."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="steps")
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    action = models.CharField(max_length=30)
    state = models.CharField(max_length=10)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="report_steps")
    note = models.TextField(blank=True)
    facts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)

    class Meta:
        ordering = ("report_id", "sequence")
        constraints = (models.UniqueConstraint(fields=["report", "sequence"], name="programme_report_step_once"),)

    def __str__(self) -> str:
        return f"{self.report_id} {self.sequence} {self.action}"


class ReportEvidence(models.Model):
    """A photo or paper that shows what a report says, kept by its SHA-256 in the shelf of raw files."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="evidence")
    raw_sha = models.CharField(max_length=64)
    raw_name = models.CharField(max_length=255)
    raw_size = models.BigIntegerField()
    added_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="report_evidence")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("report_id", "added_at", "id")
        constraints = (models.UniqueConstraint(fields=["report", "raw_sha"], name="programme_evidence_once"),)

    def __str__(self) -> str:
        return self.raw_name


class Obstacle(models.Model):
    """What stands in the way. ``needs_decision``: it is beyond the project, somebody above has to decide."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="obstacles")
    text = models.TextField()
    needs_decision = models.BooleanField(default=False)
    raised_on = models.DateField()
    resolved_on = models.DateField(null=True, blank=True)
    resolution = models.TextField(blank=True)
    raised_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="obstacles_raised")

    class Meta:
        ordering = ("project_id", "raised_on", "id")
        indexes = (models.Index(fields=["project", "resolved_on"], name="programme_obstacles_open"),)

    def __str__(self) -> str:
        return f"{self.project_id} {self.raised_on}"


class PeriodLock(models.Model):
    """A closed period of a programme: no report of it changes. Reopening ends the row, with a reason."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="locks")
    period = models.CharField(max_length=8)
    locked_at = models.DateTimeField(auto_now_add=True)
    locked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="periods_locked")
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="periods_reopened")
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ("programme_id", "period", "locked_at")
        constraints = (
            models.UniqueConstraint(
                fields=["programme", "period"], condition=Q(reopened_at__isnull=True), name="programme_one_lock"
            ),
        )

    def __str__(self) -> str:
        return f"{self.programme_id} {self.period}"
