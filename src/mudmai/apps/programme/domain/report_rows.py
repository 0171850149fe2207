"""What every change of a report does: take the row, see that nobody was faster, write its step and the log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Max

from mudmai.apps.programme.domain.ledger_rows import lock_programme
from mudmai.apps.programme.domain.refusals import AGAIN
from mudmai.apps.programme.models import PeriodLock, Programme, Report, ReportState, ReportStep
from mudmai.apps.programme.policy import areas_of, require_on
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor
from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text
from mudmai.core.period_text import period_text
from mudmai.core.periods import Period


def held_report(report: Report, *, acting_user: Actor, action: str, states: Iterable[ReportState]) -> Report:
    """The row as it is now, held until the transaction ends, for somebody who may do ``action``.

    Raises :class:`NotAllowed`, or :class:`InputError`: ``report_changed``, ``report_state``, ``report_locked``.
    """
    lock_programme(report.project.programme)
    rows = Report.objects.select_for_update(of=("self",), no_key=True).select_related(
        "project__programme__organisation"
    )
    held = rows.get(pk=report.pk)
    programme = held.project.programme
    require_on(acting_user, action, programme=programme, areas=areas_of(held.project))
    refuse_locked(programme, held.reported_period)
    if held.revision != report.revision:
        raise changed(held)
    wanted = tuple(states)
    if held.state not in wanted:
        raise wrong_state(held, wanted)
    return held


def refuse_locked(programme: Programme, period: Period) -> None:
    """Raise ``report_locked`` when the period is locked."""
    lock = PeriodLock.objects.filter(programme=programme, period=period.iso, reopened_at=None).first()
    if lock is None:
        return
    told, day = period_text(period), lock.locked_at
    raise InputError(
        Text(
            f"งวด {told.th} ล็อกแล้วเมื่อ {day:%Y-%m-%d} รายงานของงวดนี้แก้ ส่ง หรือรับรองไม่ได้",
            f"the period {told.en} was locked on {day:%Y-%m-%d}: its reports cannot be changed, submitted or approved",
        ),
        remedy=Text("ขอให้ผู้มีสิทธิ์เปิดงวดนี้พร้อมเหตุผลก่อน", "ask somebody who may to reopen the period first, with a reason"),
        code="report_locked",
        where=Where(field="period"),
    )


def changed(held: Report) -> InputError:
    """The refusal of a change that was made from an older state of the report."""
    now = held.state_title
    return InputError(
        Text(
            f"มีผู้แก้รายงานงวดนี้หลังจากที่เปิดหน้า ขณะนี้ “{now.th}” สิ่งที่สั่งยังไม่มีผล",
            f"somebody changed this report after you opened it; it is now “{now.en}”, and your change was not made",
        ),
        remedy=AGAIN,
        code="report_changed",
        where=Where(field="revision"),
    )


def wrong_state(held: Report, wanted: Iterable[ReportState]) -> InputError:
    """The refusal of a change that does not go with the state."""
    now, may = held.state_title, [one.title for one in wanted]
    return InputError(
        Text(
            f"รายงานนี้ “{now.th}” ทำสิ่งนี้ได้เมื่อ {' หรือ '.join(f'“{t.th}”' for t in may)}",
            f"this report is “{now.en}”; this goes with {' or '.join(f'“{t.en}”' for t in may)}",
        ),
        remedy=AGAIN,
        code="report_state",
        where=Where(field="state"),
    )


def figures(report: Report) -> dict[str, Any]:
    """The figures of a report as text, for its history and the log."""
    return {
        "period": report.period,
        "percent": None if report.percent is None else str(report.percent),
        "disbursed": None if report.disbursed is None else str(report.disbursed),
    }


def keep(
    held: Report,
    *,
    acting_user: Actor,
    action: str,
    note: str = "",
    old: dict[str, Any] | None = None,
    facts: dict[str, Any] | None = None,
) -> Report:
    """Save the row with the next revision, its step and its row in the log."""
    made = held._state.adding
    if not made:
        held.revision += 1
    held.save(force_insert=made)
    last: int = held.steps.aggregate(Max("sequence"))["sequence__max"] or 0
    told = {**figures(held), **(facts or {})}
    ReportStep.objects.create(
        report=held,
        sequence=last + 1,
        action=action,
        state=held.state,
        by=acting_user if isinstance(acting_user, Person) else None,
        note=note.strip(),
        facts=told,
    )
    record(
        actor=acting_user,
        action=action,
        organisation=held.project.programme.organisation,
        object_kind="report",
        object_id=str(held.pk),
        old=old,
        new={"project": str(held.project_id), "state": held.state, **told},
        reason=note,
    )
    announce(action, report=str(held.pk), project=str(held.project_id))
    return held
