"""Who owes which figures by when; what was forgiven; what was reminded of. No row names a person."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from mudmai.apps.registry.models import Organisation, Role
from mudmai.apps.registry.models.membership import AreaScoped
from mudmai.core.language import Text
from mudmai.core.periods import Frequency, Period


class DueUnit(models.TextChoices):
    """What ``due_after`` counts, from the end of the period."""

    DAY = "day", "day"
    MONTH = "month", "month"

    @property
    def title(self) -> Text:
        """The unit in words."""
        return Text("วัน", "days") if self is DueUnit.DAY else Text("เดือน", "months")


class Obligation(AreaScoped):
    """An organisation owes a dataset for every period of ``frequency`` from ``first`` to ``last`` (ISO; empty: no end).

    A period is due ``due_after`` days or months after its end, on Monday where ``skip_weekends`` and the day is a
    Saturday or Sunday, and overdue after ``grace`` further days. ``fiscal_start`` is the month in which a fiscal year
    begins. Rows end, they are not deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.CharField(max_length=120, db_index=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="obligations")
    frequency = models.CharField(max_length=1, choices=[(f.value, f.name.lower()) for f in Frequency])
    due_after = models.PositiveSmallIntegerField()
    due_unit = models.CharField(max_length=5, choices=DueUnit.choices, default=DueUnit.DAY)
    first = models.CharField(max_length=8)
    last = models.CharField(max_length=8, blank=True)
    grace = models.PositiveSmallIntegerField(default=0)
    remind_before = models.PositiveSmallIntegerField(default=14)
    skip_weekends = models.BooleanField(default=False)
    fiscal_start = models.PositiveSmallIntegerField(default=10)
    contact_role = models.CharField(max_length=20, choices=Role.choices, default=Role.CONTRIBUTOR)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("dataset", "created_at")
        constraints = (
            models.UniqueConstraint(
                fields=["dataset", "organisation", "area_system", "area_code", "frequency"],
                condition=Q(ended_at__isnull=True),
                name="obligations_one_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.dataset} {self.organisation_id} {self.frequency}"

    @property
    def first_period(self) -> Period:
        """The first period that is owed."""
        return Period.from_iso(self.first)

    @property
    def last_period(self) -> Period | None:
        """The last one; None: no end."""
        return Period.from_iso(self.last) if self.last else None


class Waiver(models.Model):
    """One period of an obligation that need not be sent, and why; the log says who decided."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="waivers")
    period = models.CharField(max_length=8)
    reason = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("obligation_id", "period")
        constraints = (models.UniqueConstraint(fields=["obligation", "period"], name="obligations_one_waiver"),)

    def __str__(self) -> str:
        return f"{self.obligation_id} {self.period}"


class Stage(models.TextChoices):
    """When a reminder goes out: some days ahead, on the day it becomes due, once it is overdue."""

    SOON = "soon", "soon"
    DUE = "due", "due"
    OVERDUE = "overdue", "overdue"

    @property
    def title(self) -> Text:
        """The stage in words."""
        return _STAGES[self]


_STAGES = {
    Stage.SOON: Text("ใกล้ครบกำหนด", "due soon"),
    Stage.DUE: Text("ครบกำหนด", "due"),
    Stage.OVERDUE: Text("เกินกำหนด", "overdue"),
}


class Reminder(models.Model):
    """A reminder that went out: rows are only added. ``role`` is the lowest role it went to, ``mails`` how many took
    it; addresses are not kept."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="reminders")
    period = models.CharField(max_length=8)
    stage = models.CharField(max_length=8, choices=Stage.choices)
    role = models.CharField(max_length=20)
    mails = models.PositiveSmallIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-at",)
        constraints = (
            models.UniqueConstraint(fields=["obligation", "period", "stage"], name="obligations_once_per_stage"),
        )

    def __str__(self) -> str:
        return f"{self.obligation_id} {self.period} {self.stage}"

    @property
    def stage_title(self) -> Text:
        """The stage in words."""
        return Stage(self.stage).title
