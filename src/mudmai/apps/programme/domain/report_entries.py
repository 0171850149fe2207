"""Reports that come from programs and sheets: the same report twice is once; a sheet is kept whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from mudmai.apps.programme.domain.monitoring import monitored, standings
from mudmai.apps.programme.domain.report_cycle import cycle_of
from mudmai.apps.programme.domain.reporting import save_report, submit_report
from mudmai.apps.programme.models import Programme, Project, Report
from mudmai.apps.programme.policy import areas_of, require_on
from mudmai.apps.registry.policy import Actor, NotAllowed
from mudmai.core.errors import InputError, Problem
from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.core.reporting_periods import last_day
from mudmai.exchange.report_sheets import SheetRow

_TEXTS = ("note", "fall_reason", "over_reason")


@dataclass(frozen=True, slots=True)
class Entered:
    """A report after it was entered, and what that did: ``new``, ``changed``, ``sent`` or ``same``."""

    report: Report
    what: str


@dataclass(frozen=True, slots=True)
class EnteredRow:
    """A row of a sheet, its project, and what came of it."""

    row: SheetRow
    title: str
    what: str


@dataclass(frozen=True, slots=True)
class EnteredSheet:
    """What a sheet does, or would do. With ``problems`` nothing of it is kept."""

    rows: tuple[EnteredRow, ...]
    problems: tuple[Problem, ...]
    empty: int = 0

    def count(self, what: str) -> int:
        """How many rows of a kind."""
        return sum(1 for one in self.rows if one.what == what)


def enter_report(
    *,
    acting_user: Actor,
    project: Project,
    period: Period,
    percent: Decimal | None,
    disbursed: Decimal | None,
    note: str = "",
    fall_reason: str = "",
    over_reason: str = "",
    revision: int | None = None,
    send: bool = False,
) -> Entered:
    """Write a report and, with ``send``, submit it; what is kept already with the same content stays as it is.

    ``revision``: the one that was read; None: there was none yet. Raises as :func:`reporting.save_report` and
    :func:`reporting.submit_report`; nothing is kept of a report that is refused on sending.
    """
    with transaction.atomic():
        require_on(acting_user, "project.report", programme=project.programme, areas=areas_of(project))
        held = Report.objects.select_related("project__programme__organisation").filter(
            project=project, period=period.iso
        ).first()  # fmt: skip
        told = {"percent": percent, "disbursed": disbursed, "note": note.strip(), "fall_reason": fall_reason.strip()}
        told["over_reason"] = over_reason.strip()
        what = "same"
        if held is None or any(getattr(held, name) != value for name, value in told.items()):
            what = "new" if held is None else "changed"
            held = save_report(
                acting_user=acting_user,
                project=project,
                period=period,
                percent=percent,
                disbursed=disbursed,
                note=note,
                fall_reason=fall_reason,
                over_reason=over_reason,
                revision=revision or 0,
            )
        if send and held.is_editable:
            held = submit_report(acting_user=acting_user, report=held)
            what = "sent"
        return Entered(held, what)


def enter_sheet(
    *,
    acting_user: Actor,
    programme: Programme,
    period: Period,
    rows: Sequence[SheetRow],
    empty: int = 0,
    send: bool = False,
    keep: bool = True,
) -> EnteredSheet:
    """All rows of a sheet, or none: every row is entered as :func:`enter_report` does, and where one is refused, or
    without ``keep``, all is taken back. So a preview passes every check and cannot differ from what is done."""
    require_on(acting_user, "project.view", programme=programme)
    projects = {
        one.pk: one
        for one in Project.objects.filter(programme=programme, pk__in=[row.project for row in rows])
        .select_related("programme__organisation", "programme__monitoring")
        .prefetch_related("places")
    }
    found: list[EnteredRow] = []
    problems: list[Problem] = []
    with transaction.atomic():
        for row in rows:
            project = projects.get(row.project)
            try:
                with transaction.atomic():
                    what = _enter_row(acting_user, project, period, row, send)
            except (InputError, NotAllowed) as fault:
                problems.append(_problem(fault, row))
                what = "refused"
            found.append(EnteredRow(row, project.title if project else "", what))
        if problems or not keep:
            transaction.set_rollback(True)
    return EnteredSheet(tuple(found), tuple(problems), empty)


def _enter_row(acting_user: Actor, project: Project | None, period: Period, row: SheetRow, send: bool) -> str:
    if project is None:
        raise InputError(
            Text("แผนงานนี้ไม่มีโครงการรหัสนี้", "the programme has no project with this id"),
            remedy=Text("ใช้ใบรายงานของแผนงานนี้", "use the sheet of this programme"),
            code="report_sheet",
        )
    if row.period and row.period != period.iso:
        raise InputError(
            Text(f"แถวนี้เป็นของงวด {row.period} ไม่ใช่ {period.iso}", f"this row is of {row.period}, not {period.iso}"),
            remedy=Text("เลือกงวดให้ตรงกับไฟล์", "choose the period of the file"),
            code="report_sheet",
        )
    entered = enter_report(
        acting_user=acting_user,
        project=project,
        period=period,
        percent=row.percent,
        disbursed=row.disbursed,
        note=row.note,
        fall_reason=row.fall_reason,
        over_reason=row.over_reason,
        revision=row.revision,
        send=send,
    )
    return entered.what


def _problem(fault: InputError | NotAllowed, row: SheetRow) -> Problem:
    named = fault.where.field if fault.where else None
    remedy = fault.remedy or Text("แก้แถวนี้แล้วส่งไฟล์อีกครั้ง", "mend this row and send the file again")
    return Problem(fault.code, fault.message, remedy, row.where(named if named in row.cells else None))


def sheet_rows(programme: Programme, period: Period, today: date | None = None) -> list[dict[str, Any]]:
    """The sheet of a period: a row for each project that is monitored and not stopped, with what is kept and what was
    told before. The number of queries does not depend on the number of projects."""
    rows = monitored(Project.objects.filter(programme=programme)).order_by("position")
    found = standings(rows, today or timezone.localdate(), cycle=cycle_of(programme))
    kept = {one.project_id: one for one in Report.objects.filter(project__in=rows.values("pk"), period=period.iso)}
    until = last_day(period)
    return [_sheet_row(one, kept.get(one.project.pk), period, until) for one in found if not one.facts.stopped]


def _sheet_row(one: Any, report: Report | None, period: Period, until: date) -> dict[str, Any]:
    earlier = [r for r in one.reports if r.until < until]
    planned = one.curve.at(until) if one.curve is not None else None
    return {
        "project": str(one.project.pk),
        "number": one.project.number,
        "title": one.project.title,
        "department": one.project.department,
        "period": period.iso,
        "budget": one.facts.budget,
        "planned_percent": None if planned is None else Decimal(str(round(planned, 2))),
        "earlier_percent": earlier[-1].percent if earlier else None,
        "earlier_disbursed": earlier[-1].disbursed if earlier else None,
        **{name: getattr(report, name) if report else None for name in ("percent", "disbursed", *_TEXTS)},
        "state": report.state if report else "",
        "revision": report.revision if report else None,
    }


def reports_of(projects: Iterable[UUID], *, approved_only: bool = False) -> list[Report]:
    """Reports of projects, oldest first; ``approved_only``: what the public is told."""
    rows = Report.objects.filter(project__in=list(projects)).select_related("project").order_by("until")
    return list(rows.filter(state="approved") if approved_only else rows)
