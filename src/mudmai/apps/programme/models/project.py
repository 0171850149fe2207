"""A project as it stands today, with its places and its money. Field names follow OC4IDS 0.9 where it has them."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from mudmai.apps.programme.models.programme import Programme
from mudmai.apps.registry.models import Person
from mudmai.core.apportionment import SharingRule
from mudmai.core.language import Text
from mudmai.core.ledger import ProjectState

STATES = [(one.value, one.value) for one in ProjectState]
RULES = [(one.value, one.value) for one in SharingRule]


class Status(models.TextChoices):
    """Where the project stands in its life (codelist ``projectStatus`` of OC4IDS)."""

    IDENTIFICATION = "identification", "identification"
    PREPARATION = "preparation", "preparation"
    IMPLEMENTATION = "implementation", "implementation"
    COMPLETION = "completion", "completion"
    COMPLETED = "completed", "completed"
    CANCELLED = "cancelled", "cancelled"

    @property
    def title(self) -> Text:
        """The status in words."""
        return STATUS_TITLES[self]


STATUS_TITLES = {
    Status.IDENTIFICATION: Text("อยู่ในแผน", "identified in the plan"),
    Status.PREPARATION: Text("เตรียมการ", "being prepared"),
    Status.IMPLEMENTATION: Text("กำลังดำเนินการ", "under way"),
    Status.COMPLETION: Text("ส่งมอบแล้ว รอปิดโครงการ", "handed over, to be closed"),
    Status.COMPLETED: Text("เสร็จสิ้น", "completed"),
    Status.CANCELLED: Text("ยกเลิก", "cancelled"),
}


class Stage(models.TextChoices):
    """How far money has come; the stages are kept apart and never added to each other."""

    PLANNED = "planned", "planned"
    ORDINANCE = "ordinance", "ordinance"
    ALLOCATED = "allocated", "allocated"
    COMMITTED = "committed", "committed"
    DISBURSED = "disbursed", "disbursed"

    @property
    def title(self) -> Text:
        """The stage in words."""
        return STAGE_TITLES[self]


STAGE_TITLES = {
    Stage.PLANNED: Text("แผน", "planned"),
    Stage.ORDINANCE: Text("ข้อบัญญัติ/เทศบัญญัติ", "in the ordinance"),
    Stage.ALLOCATED: Text("จัดสรร", "allocated"),
    Stage.COMMITTED: Text("ก่อหนี้ผูกพัน", "committed"),
    Stage.DISBURSED: Text("เบิกจ่าย", "disbursed"),
}


class Project(models.Model):
    """The projection of the ledger: never changed but together with a new :class:`ProjectVersion`.

    ``state`` other than ``active`` (moved, merged, duplicate, removed): kept, and counted nowhere; ``successor`` is the
    project that counts in its stead. ``hierarchy`` gives the headings above it in the plan, top first. ``version`` is
    the number of its latest version: a change made from an older one is refused. ``position`` orders a programme.
    ``form`` is the form of its row in a workbook, ``extra`` what that form tells beyond the register's own fields.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="projects", db_index=False
    )  # the unique constraint begins with it; so below, and with versions
    number = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=1000)
    description = models.TextField(blank=True)
    objective = models.TextField(blank=True)
    output = models.TextField(blank=True)
    outcome = models.TextField(blank=True)
    kpi = models.TextField(blank=True)
    department = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.IDENTIFICATION)
    type = models.CharField(max_length=60, blank=True)
    sector = models.CharField(max_length=120, blank=True)
    purpose = models.TextField(blank=True)
    start = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)
    hierarchy: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list, blank=True)
    sharing_rule = models.CharField(max_length=16, choices=RULES, default=SharingRule.UNDIVIDED.value)
    beneficiaries = models.PositiveBigIntegerField(null=True, blank=True)
    form = models.CharField(max_length=60, blank=True)
    extra: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    sheet = models.CharField(max_length=120, blank=True)
    cell = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, choices=STATES, default=ProjectState.ACTIVE.value)
    successor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="predecessors")
    version = models.PositiveIntegerField(default=1)
    position = models.PositiveIntegerField()
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="projects_created")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("programme_id", "position")
        constraints = (
            models.UniqueConstraint(fields=["programme", "position"], name="programme_project_position"),
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in ProjectState]), name="programme_project_state"
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | ~Q(state=ProjectState.ACTIVE.value), name="programme_active_stands_alone"
            ),
        )
        indexes = (
            models.Index(fields=["programme", "state", "position"], name="programme_in_order"),
            models.Index(fields=["status", "programme"], name="programme_by_status"),
            models.Index(fields=["department"], name="programme_by_department"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    @property
    def locator(self) -> str:
        """Where in the workbook it stood: ``sheet!cell``, "" where it came from no workbook."""
        return f"{self.sheet}!{self.cell}" if self.cell else self.sheet

    @property
    def counts(self) -> bool:
        """True when its money counts."""
        return ProjectState(self.state).counts


class ProjectPlace(models.Model):
    """One area of a project. ``weight``: what the sharing rule needs (inhabitants, square kilometres, a part of 1)."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="places", db_index=False)
    area_system = models.CharField(max_length=60)
    area = models.CharField(max_length=60)
    weight = models.DecimalField(max_digits=24, decimal_places=8, null=True, blank=True)

    class Meta:
        ordering = ("project_id", "id")
        constraints = (
            models.UniqueConstraint(fields=["project", "area_system", "area"], name="programme_place_once"),
            models.CheckConstraint(condition=Q(weight=None) | Q(weight__gte=0), name="programme_weight_not_below_zero"),
        )
        indexes = (models.Index(fields=["area_system", "area"], name="programme_by_area"),)

    def __str__(self) -> str:
        return f"{self.project_id} {self.area_system}:{self.area}"


class LineOrigin(models.TextChoices):
    """Where a line of money comes from."""

    LEDGER = "ledger", "ledger"
    REPORT = "report", "report"


class _Ledger(models.Manager["BudgetLine"]):
    """The lines of the ledger alone."""

    def get_queryset(self) -> models.QuerySet[BudgetLine]:
        return super().get_queryset().filter(origin=LineOrigin.LEDGER)


class _Counted(models.Manager["BudgetLine"]):
    """The lines that add up: the ledger's, and in the stead of some of its disbursed ones those of reports."""

    def get_queryset(self) -> models.QuerySet[BudgetLine]:
        return super().get_queryset().filter(counts=True)


class BudgetLine(models.Model):
    """Money of a project: fiscal year (CE) x source of fund x stage, in baht. ``amount`` NULL: not known; no 0.

    ``locator`` is the cell it was read from (``sheet!cell``); ``note`` tells what stood there if not the number.

    ``objects`` (and ``project.budget``) are the lines of the ledger: what was planned and what a revision changes.
    ``counted`` is what totals add up: disbursement that approved reports tell (``origin`` report, written by
    ``domain.disbursed_years`` alone) takes the place of the ledger's own of the same year (``counts`` False).
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="budget", db_index=False)
    fiscal_year = models.PositiveSmallIntegerField()
    source_of_fund = models.CharField(max_length=120, blank=True)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.PLANNED)
    amount = models.DecimalField(max_digits=20, decimal_places=2, null=True, blank=True)
    locator = models.CharField(max_length=160, blank=True)
    note = models.CharField(max_length=300, blank=True)
    origin = models.CharField(
        max_length=6, choices=LineOrigin.choices, default=LineOrigin.LEDGER, db_default=LineOrigin.LEDGER
    )
    counts = models.BooleanField(default=True, db_default=True)

    objects = _Ledger()
    counted = _Counted()
    every: models.Manager[BudgetLine] = models.Manager()

    class Meta:
        ordering = ("project_id", "fiscal_year", "stage", "source_of_fund")
        indexes = (
            models.Index(fields=["project"], condition=Q(origin=LineOrigin.REPORT), name="programme_money_reported"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["project", "fiscal_year", "source_of_fund", "stage", "origin"], name="programme_money_once"
            ),
            models.CheckConstraint(
                condition=Q(origin=LineOrigin.LEDGER) | Q(stage=Stage.DISBURSED), name="programme_money_origin"
            ),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="programme_money_stage"),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="programme_money_not_below_zero"),
        )

    def __str__(self) -> str:
        return f"{self.project_id} {self.fiscal_year} {self.stage} {self.amount}"
