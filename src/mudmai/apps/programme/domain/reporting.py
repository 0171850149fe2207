"""Reports of progress: written, submitted, approved or returned; their evidence.

Draft and returned reports may be changed. What is submitted waits for somebody else to approve it. An approved report
that turns out to be wrong is returned, with a reason, as long as its period is not locked.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from mudmai.apps.programme.domain.disbursed_years import refresh_disbursed
from mudmai.apps.programme.domain.facts import CENT, MOST
from mudmai.apps.programme.domain.ledger_rows import lock_programme
from mudmai.apps.programme.domain.refusals import needed, refused
from mudmai.apps.programme.domain.report_cycle import cycle_of, refuse_straddling
from mudmai.apps.programme.domain.report_rows import changed, figures, held_report, keep, refuse_locked, wrong_state
from mudmai.apps.programme.models import (
    EDITABLE_REPORTS,
    SENT_REPORTS,
    BudgetLine,
    Project,
    Report,
    ReportEvidence,
    ReportState,
    Stage,
)
from mudmai.apps.programme.policy import areas_of, require_on
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor
from mudmai.core.errors import InputError, UnknownNameError, Where
from mudmai.core.language import Text
from mudmai.core.period_text import period_text
from mudmai.core.periods import Period
from mudmai.core.reporting_periods import last_day
from mudmai.workspace.raw_files import RawFile

MOST_EVIDENCE = 20
"""Files that one report takes."""

_LONGEST = 20_000


def report_named(key: Any) -> Report:
    """The report with this id."""
    found = Report.objects.select_related("project__programme__organisation").filter(pk=key).first()
    if found is None:
        raise UnknownNameError(Text("รายงาน", "report"), str(key))
    return found


def save_report(
    *,
    acting_user: Actor,
    project: Project,
    period: Period,
    percent: Decimal | None,
    disbursed: Decimal | None,
    note: str = "",
    fall_reason: str = "",
    over_reason: str = "",
    revision: int = 0,
    today: date | None = None,
) -> Report:
    """Write or change the draft of the project's report for ``period``. ``revision`` is the one read, 0 for a new one.

    None is unknown, not zero. Raises :class:`NotAllowed`, or :class:`InputError`: ``report_period``,
    ``report_figures``, ``report_locked``, ``report_changed``, ``report_state``.
    """
    _check_figures(percent, disbursed, note, fall_reason, over_reason)
    with transaction.atomic():
        programme = lock_programme(project.programme)
        require_on(acting_user, "project.report", programme=programme, areas=areas_of(project))
        _check_period(project, period, today or timezone.localdate())
        refuse_locked(programme, period)
        rows = Report.objects.select_for_update(of=("self",), no_key=True).select_related(
            "project__programme__organisation"
        )
        held = rows.filter(project=project, period=period.iso).first()
        if held is not None and held.revision != revision:
            raise changed(held)
        if held is not None and held.state not in EDITABLE_REPORTS:
            raise wrong_state(held, EDITABLE_REPORTS)
        old = figures(held) if held else None
        if held is None:
            held = Report(project=project, period=period.iso, until=last_day(period))
            held.created_by = acting_user if isinstance(acting_user, Person) else None
        held.percent, held.disbursed, held.note = percent, disbursed, note.strip()
        held.fall_reason, held.over_reason = fall_reason.strip(), over_reason.strip()
        return keep(held, acting_user=acting_user, action="report.save", old=old)


def submit_report(*, acting_user: Actor, report: Report, note: str = "") -> Report:
    """Send a draft to be approved. What cannot be right without a reason is refused until the reason is given."""
    with transaction.atomic():
        held = held_report(report, acting_user=acting_user, action="project.report", states=EDITABLE_REPORTS)
        check_sendable(held)
        held.state = ReportState.SUBMITTED
        held.submitted_by = acting_user if isinstance(acting_user, Person) else None
        held.submitted_at = timezone.now()
        return keep(held, acting_user=acting_user, action="report.submit", note=note)


def approve_report(*, acting_user: Actor, report: Report, note: str = "") -> Report:
    """Approve a submitted report. Four eyes: who submitted it does not approve it."""
    with transaction.atomic():
        held = held_report(report, acting_user=acting_user, action="project.approve", states=(ReportState.SUBMITTED,))
        if isinstance(acting_user, Person) and held.submitted_by_id == acting_user.pk:
            raise InputError(
                Text("ผู้ส่งรายงานรับรองรายงานของตนไม่ได้", "who submitted a report does not approve it"),
                remedy=Text("ให้ผู้มีสิทธิ์รับรองคนอื่นตรวจ", "have somebody else who may approve look at it"),
                code="report_own",
            )
        check_sendable(held)
        held.state = ReportState.APPROVED
        done = keep(held, acting_user=acting_user, action="report.approve", note=note)
        refresh_disbursed([held.project_id])
        return done


def return_report(*, acting_user: Actor, report: Report, reason: str) -> Report:
    """Give a submitted or approved report back for correction; the reason is needed."""
    said = needed(reason)
    with transaction.atomic():
        held = held_report(report, acting_user=acting_user, action="project.approve", states=SENT_REPORTS)
        held.state = ReportState.RETURNED
        done = keep(held, acting_user=acting_user, action="report.return", note=said)
        refresh_disbursed([held.project_id])
        return done


def attach_evidence(*, acting_user: Actor, report: Report, raw: RawFile) -> ReportEvidence:
    """Add a kept file to a report that may still be changed; the same file twice is once."""
    with transaction.atomic():
        held = held_report(report, acting_user=acting_user, action="project.report", states=EDITABLE_REPORTS)
        found = held.evidence.filter(raw_sha=raw.sha256).first()
        if found is not None:
            return found
        if held.evidence.count() >= MOST_EVIDENCE:
            raise refused(f"แนบได้ไม่เกิน {MOST_EVIDENCE} ไฟล์", f"{MOST_EVIDENCE} files at most", "evidence")
        made = ReportEvidence.objects.create(
            report=held,
            raw_sha=raw.sha256,
            raw_name=raw.name[:255],
            raw_size=raw.size,
            added_by=acting_user if isinstance(acting_user, Person) else None,
        )
        keep(held, acting_user=acting_user, action="report.attach", facts={"file": raw.sha256})
        report.revision = held.revision
    return made


def detach_evidence(*, acting_user: Actor, report: Report, evidence: ReportEvidence) -> None:
    """Take a file off a report that may still be changed. The history keeps that it was there."""
    with transaction.atomic():
        held = held_report(report, acting_user=acting_user, action="project.report", states=EDITABLE_REPORTS)
        held.evidence.filter(pk=evidence.pk).delete()
        keep(held, acting_user=acting_user, action="report.detach", facts={"file": evidence.raw_sha})
        report.revision = held.revision


def _check_figures(percent: Decimal | None, disbursed: Decimal | None, *texts: str) -> None:
    if percent is not None and (
        not percent.is_finite() or not 0 <= percent <= 100 or percent != percent.quantize(CENT)
    ):
        raise _figures(f"ความก้าวหน้าต้องอยู่ระหว่าง 0 ถึง 100: {percent}", f"progress is 0 to 100: {percent}", "percent")
    if disbursed is not None and (not disbursed.is_finite() or not 0 <= disbursed < MOST):
        text = f"{disbursed:,}" if disbursed.is_finite() else str(disbursed)
        raise _figures(f"ยอดเบิกจ่าย {text} บาท ใช้ไม่ได้", f"{text} baht disbursed cannot be", "disbursed")
    if disbursed is not None and disbursed != disbursed.quantize(CENT):
        raise _figures(f"{disbursed} ละเอียดกว่าสตางค์", f"{disbursed} is finer than 0.01 baht", "disbursed")
    if any(len(text) > _LONGEST for text in texts):
        raise _figures("ข้อความยาวเกิน 20,000 ตัวอักษร", "a text has more than 20,000 characters", "note")


def _check_period(project: Project, period: Period, today: date) -> None:
    cycle = cycle_of(project.programme)
    frequency, told = cycle.frequency, period_text(period)
    if frequency is None or period.frequency is not frequency:
        raise refused(
            f"แผนงานนี้ไม่มีงวดรายงาน {told.th}", f"this programme has no reports for {told.en}", "period",
            code="report_period",
        )  # fmt: skip
    if period.start() > today:
        raise refused(
            f"งวด {told.th} ยังมาไม่ถึง", f"the period {told.en} is still to come", "period", code="report_period"
        )
    refuse_straddling(period, cycle.fiscal_start)
    if not project.counts:
        raise refused(
            "โครงการนี้ย้าย รวม หรือตัดออกจากแผนแล้ว ให้รายงานที่โครงการที่แทน",
            "this project was moved, merged or removed: report on the one in its stead", "period", code="report_period",
        )  # fmt: skip


def check_sendable(report: Report) -> None:
    """Raise where it says nothing, calls the work done without any evidence, or tells less than before or more paid
    than committed without a reason."""
    if report.percent is None and report.disbursed is None:
        raise _figures("รายงานยังไม่มีทั้งความก้าวหน้าและยอดเบิกจ่าย", "the report has neither progress nor money", "percent")
    _check_done(report)
    earlier = Report.objects.filter(project=report.project_id, state__in=SENT_REPORTS, until__lt=report.until)
    if not report.fall_reason:
        for name, th, en in (("percent", "ความก้าวหน้า", "progress"), ("disbursed", "ยอดเบิกจ่ายสะสม", "disbursed so far")):
            now = getattr(report, name)
            last = earlier.exclude(**{name: None}).order_by("-until").first()
            before = getattr(last, name) if last else None
            if now is not None and before is not None and now < before:
                raise _figures(
                    f"{th} {now:,} น้อยกว่างวดก่อน ({before:,}) ต้องบอกเหตุผล",
                    f"{en} {now:,} is less than in an earlier period ({before:,}): a reason is needed",
                    "fall_reason",
                )
    committed = committed_of(report.project)
    if committed is None or report.disbursed is None or report.disbursed <= committed or report.over_reason:
        return
    over = report.disbursed - committed
    raise refused(
        f"เบิกจ่าย {report.disbursed:,} บาท เกินก่อหนี้ผูกพัน {committed:,} บาท อยู่ {over:,} บาท",
        f"{report.disbursed:,} baht disbursed is {over:,} more than the {committed:,} committed",
        "disbursed",
        code="disbursement_above_commitment",
        remedy=Text(
            "แก้ยอดเบิกจ่าย บันทึกก่อหนี้ที่ขาด หรือบอกเหตุผล",
            "correct the sum, record the commitment that is missing, or give the reason",
        ),
    )


def _check_done(report: Report) -> None:
    """Work that is all done is seen on a photo or a paper of acceptance, with this report or with an earlier one."""
    if report.percent is None or report.percent < 100:
        return
    sent = Q(report__state__in=SENT_REPORTS, report__until__lt=report.until, report__percent__gte=100)
    if ReportEvidence.objects.filter(Q(report=report) | sent, report__project=report.project_id).exists():
        return
    raise refused(
        "รายงานว่างานเสร็จร้อยละ 100 แต่ยังไม่มีหลักฐาน",
        "the report says that all work is done, but no evidence is attached",
        "percent",
        code="report_evidence",
        remedy=Text(
            "แนบภาพถ่ายหรือใบตรวจรับงานที่หัวข้อหลักฐาน แล้วส่งอีกครั้ง (ร่างบันทึกไว้แล้ว)",
            "attach a photo or the paper of acceptance under Evidence and send again (the draft is kept)",
        ),
    )


def committed_of(project: Project) -> Decimal | None:
    """What was committed in all years; None where it is not known."""
    lines = BudgetLine.objects.filter(project=project, stage=Stage.COMMITTED).exclude(amount=None)
    amounts = [one for one in lines.values_list("amount", flat=True) if one is not None]
    return sum(amounts, Decimal(0)) if amounts else None


def _figures(th: str, en: str, field: str) -> InputError:
    remedy = Text("แก้ช่องที่ระบุแล้วบันทึกอีกครั้ง", "correct the field and save again")
    return InputError(Text(th, en), remedy=remedy, code="report_figures", where=Where(field=field))
