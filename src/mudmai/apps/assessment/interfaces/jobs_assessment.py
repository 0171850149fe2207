"""The clock of files, every hour: the right of reply ends on its day, and mails go out, each once.

Certificates expire by the clock of the registers (:mod:`mudmai.apps.assessment.domain.register_clock`).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from mudmai.apps.assessment.domain.notices import Pending, send_notices
from mudmai.apps.assessment.domain.replying import over_due
from mudmai.apps.jobs.domain.jobs import JobRun, job, periodic
from mudmai.apps.registry.models import Person
from mudmai.core.days import write_day
from mudmai.core.language import Language, Text

log = logging.getLogger(__name__)

CLOCK = "assessment.clock"
CITY_PAGE, MARKING_PAGE, DESK_PAGE = "/assessments/{id}/", "/marking/{id}/", "/marking/{id}/mark/"
REGISTER_PAGE = "/register/"
"""Where the links of mails lead: the city's side, the certifying side, a marker's desk, the public register."""

_SUBJECT = Text("หมุดหมาย: การประเมินเมือง {count} เรื่อง", "Mudmai: assessment of cities ({count})")
_OPENING = Text("เรื่องการประเมินเมืองที่เกี่ยวกับคุณ", "What concerns you in the assessment of cities:")
_CLOSING = Text("ระบบแจ้งแต่ละเรื่องครั้งเดียว", "Each of these is told once.")

LINES: dict[str, Text] = {
    "appointed": Text(
        "{city}: คุณได้รับแต่งตั้งให้ตรวจแฟ้มประเมิน โปรดแจ้งเรื่องส่วนได้เสียก่อนเริ่มให้คะแนน",
        "{city}: you are appointed to mark its file; please declare on conflicts of interest first",
    ),
    "marker_lacking": Text(
        "{city}: ผู้ตรวจถอนตัว ต้องแต่งตั้งผู้ตรวจคนใหม่", "{city}: a marker stepped back; another has to be appointed"
    ),
    "submitted": Text("{city}: ส่งแฟ้มประเมินแล้ว", "{city}: its file was submitted"),
    "returned": Text(
        "{city}: แฟ้มถูกส่งกลับให้แก้ไข เหตุผลอยู่ในแฟ้ม", "{city}: the file was returned for correction; the reasons are in it"
    ),
    "provisional": Text(
        "{city}: มีผลเบื้องต้นแล้ว ชี้แจงได้ถึงวันที่ {until}", "{city}: the provisional result is there; reply until {until}"
    ),
    "reply_soon": Text("{city}: ใกล้หมดเวลาชี้แจง วันสุดท้ายคือ {until}", "{city}: the time to reply ends soon, on {until}"),
    "to_decide": Text("{city}: หมดช่วงชี้แจงแล้ว รอตัดสิน", "{city}: the time of reply is over; a decision is due"),
    "decided": Text("{city}: มีผลการตัดสินแล้ว เหตุผลอยู่ในแฟ้ม", "{city}: the file is decided; the reasons are in it"),
    "appealed": Text("{city}: ยื่นอุทธรณ์ผลการตัดสิน", "{city}: the decision was appealed"),
    "appeal_decided": Text(
        "{city}: มีผลอุทธรณ์แล้ว เหตุผลอยู่ในแฟ้ม", "{city}: the appeal is decided; the reasons are in the file"
    ),
    "expires": Text("{city}: ใบรับรอง {number} จะหมดอายุวันที่ {until}", "{city}: certificate {number} expires on {until}"),
}
"""What a mail says of each kind of notice."""


@job(CLOCK, title=Text("ทำสิ่งที่ถึงกำหนดของการประเมินเมือง", "do what is due in the assessment of cities"), attempts=1)
def clock(run: JobRun) -> dict[str, Any]:
    """Do what is due, then send what is pending; a worker that is asked to stop does so between two mails."""
    over = over_due(timezone.localdate())
    return {"replies_over": len(over), **asdict(send_notices(deliver=deliver, pause=run.check))}


def deliver(person: Person, notices: Sequence[Pending]) -> bool:
    """Mail one person; False, and a line in the server's log, where the mail server does not take it."""
    language: Language = "en" if person.language == "en" else "th"
    subject = _SUBJECT.format(count=len(notices)).in_(language)
    try:
        EmailMessage(subject, body_of(notices, language), settings.DEFAULT_FROM_EMAIL, [person.email]).send()
    except (OSError, ValueError):  # ValueError: an address that no mail can be written to
        log.exception("a notice of the assessment could not be mailed")
        return False
    return True


def body_of(notices: Sequence[Pending], language: Language) -> str:
    """The text of a mail: a line and a link for each notice."""
    lines = [_OPENING.in_(language), ""]
    for one in notices:
        lines += [f"- {_line(one, language)}", f"  {_link(one, language)}"]
    return "\n".join([*lines, "", _CLOSING.in_(language), ""])


def _line(one: Pending, language: Language) -> str:
    until = one.facts.get("until")
    return (
        LINES[one.kind]
        .in_(language)
        .format(
            city=one.city.name.in_(language),
            until=write_day(until).in_(language) if until is not None else "–",
            number=one.certificate.number if one.certificate is not None else "",
        )
    )


def _link(one: Pending, language: Language) -> str:
    if one.file is None:
        path = REGISTER_PAGE
    else:
        side = MARKING_PAGE if one.is_certifier else CITY_PAGE
        path = (DESK_PAGE if one.kind == "appointed" else side).format(id=one.file.pk)
    return f"{settings.MUDMAI_MAIL_LINKS}{'/en' if language == 'en' else ''}{path}"


periodic(CLOCK, every=3600)
