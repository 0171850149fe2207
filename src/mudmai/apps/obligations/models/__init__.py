"""The rows."""

from mudmai.apps.obligations.models.obligation import DueUnit, Obligation, Reminder, Stage, Waiver

__all__ = ["DueUnit", "Obligation", "Reminder", "Stage", "Waiver"]
