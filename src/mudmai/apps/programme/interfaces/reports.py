"""What the command line asks of reports of progress. The operator acts."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from mudmai.apps.programme.domain.finding import programme_for
from mudmai.apps.programme.domain.monitoring import overdue_list
from mudmai.apps.programme.domain.report_cycle import cycle_of
from mudmai.apps.programme.domain.report_entries import EnteredSheet, enter_sheet, sheet_rows
from mudmai.apps.programme.models import Programme, Project
from mudmai.apps.registry.policy import OPERATOR
from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.core.reporting_periods import cycle_text, period_asked
from mudmai.exchange.report_sheets import ReportSheet


def period_in(programme: str, text: str) -> tuple[Period, Text]:
    """The period that a person means in a programme, and its words with its months and fiscal year."""
    start = cycle_of(_programme(programme)).fiscal_start
    period = period_asked(text, start)
    return period, cycle_text(period, start)


def report_rows(programme: str, period: Period) -> list[dict[str, Any]]:
    """The sheet of a period, amounts as exact text."""
    rows = sheet_rows(_programme(programme), period)
    return [{key: value if value is None else str(value) for key, value in row.items()} for row in rows]


def overdue_rows(programme: str) -> list[dict[str, Any]]:
    """Overdue reports of one programme, or of all ("")."""
    projects = Project.objects.filter(programme=_programme(programme)) if programme else Project.objects.all()
    return [
        {
            "project": str(one.project.pk),
            "organisation": one.project.programme.organisation.code,
            "title": one.project.title,
            "period": owed.period.iso,
            "due_on": owed.due_on.isoformat(),
            "days": owed.days,
        }
        for one, owed in overdue_list(projects, timezone.localdate())
    ]


def enter_file(sheet: ReportSheet, programme: str, period: Period, *, send: bool, keep: bool) -> EnteredSheet:
    """A sheet that was read, entered whole or not at all."""
    held = _programme(programme)
    return enter_sheet(
        acting_user=OPERATOR, programme=held, period=period, rows=sheet.rows, empty=sheet.empty, send=send, keep=keep
    )


def _programme(key: str) -> Programme:
    return programme_for(OPERATOR, key)
