"""Reminders of reports that went out."""

from __future__ import annotations

from django.db import models

from mudmai.apps.programme.models.programme import Programme
from mudmai.core.language import Text


class ReminderStage(models.TextChoices):
    """When people are reminded of a report."""

    DUE = "due", "due"
    OVERDUE = "overdue", "overdue"

    @property
    def title(self) -> Text:
        """The stage in words."""
        return REMINDER_TITLES[self]


REMINDER_TITLES = {
    ReminderStage.DUE: Text("ใกล้ครบกำหนด", "due soon"),
    ReminderStage.OVERDUE: Text("เกินกำหนดแล้ว", "overdue"),
}


class ReportReminder(models.Model):
    """A reminder of a programme's missing reports of one period that went out; ``mails`` took it, addresses are not
    kept. Rows are only added."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="report_reminders")
    period = models.CharField(max_length=8)
    stage = models.CharField(max_length=8, choices=ReminderStage.choices)
    missing = models.PositiveIntegerField()
    mails = models.PositiveSmallIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-at",)
        constraints = (
            models.UniqueConstraint(fields=["programme", "period", "stage"], name="programme_reminder_once"),
        )

    def __str__(self) -> str:
        return f"{self.programme_id} {self.period} {self.stage}"
