"""The clock's part: reminders of missing reports, looked for every hour; each goes out once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage

from mudmai.apps.jobs.domain.jobs import JobRun, job, periodic
from mudmai.apps.programme.domain.report_cycle import cycle_of
from mudmai.apps.programme.domain.report_reminders import Missing, send_reminders
from mudmai.apps.programme.models import ReminderStage
from mudmai.apps.registry.models import Person
from mudmai.core.days import write_day
from mudmai.core.language import Language, Text
from mudmai.core.reporting_periods import cycle_text

log = logging.getLogger(__name__)

REMIND = "reports.remind"
_SUBJECT = Text("หมุดหมาย: รายงานความก้าวหน้าที่ต้องส่ง {count} งวด", "Mudmai: reports of progress to send ({count})")
_OPENING = Text("รายงานความก้าวหน้าโครงการที่หน่วยงานของคุณต้องส่ง", "Reports of progress that your organisation owes:")
_LINE = Text(
    "- {programme} {period}: {count} โครงการ ครบกำหนด {due}", "- {programme}, {period}: {count} projects, due {due}"
)
_CLOSING = Text(
    "ส่งรายงานที่ {address}\nระบบเตือนครั้งเดียวเมื่อใกล้ครบกำหนด และอีกครั้งเมื่อเกินกำหนด",
    "Send them at {address}\nThere is one reminder before the due day and one after it.",
)


@job(REMIND, title=Text("เตือนรายงานความก้าวหน้าที่ต้องส่ง", "remind of reports of progress"), attempts=1)
def remind(run: JobRun) -> dict[str, Any]:
    """Send what is pending."""
    return asdict(send_reminders(deliver=deliver))


def deliver(person: Person, reminders: Sequence[Missing]) -> bool:
    """Mail one person; False, and a line in the server's log, where the mail server does not take it."""
    language: Language = "en" if person.language == "en" else "th"
    subject = _SUBJECT.format(count=len(reminders)).in_(language)
    body = body_of(reminders, language)
    try:
        EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [person.email]).send()
    except OSError:
        log.exception("the mail server did not take a reminder of reports")
        return False
    return True


def body_of(reminders: Sequence[Missing], language: Language) -> str:
    """The text of a mail: what is overdue first."""
    lines = [_OPENING.in_(language), ""]
    for stage in (ReminderStage.OVERDUE, ReminderStage.DUE):
        mine = [one for one in reminders if one.stage == stage]
        if mine:
            lines += [stage.title.in_(language), *(_line(one, language) for one in mine), ""]
    path = "/en/projects/reports/" if language == "en" else "/projects/reports/"
    return "\n".join([*lines, _CLOSING.format(address=settings.MUDMAI_MAIL_LINKS + path).in_(language), ""])


def _line(one: Missing, language: Language) -> str:
    period = cycle_text(one.period, cycle_of(one.programme).fiscal_start).in_(language)
    return _LINE.in_(language).format(
        programme=one.programme.title.in_(language), period=period, count=one.projects,
        due=write_day(one.due_on).in_(language),
    )  # fmt: skip


periodic(REMIND, every=3600)
