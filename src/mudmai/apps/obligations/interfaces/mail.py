"""Reminder mails, in the language of the person who gets them."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.mail import EmailMessage

from mudmai.apps.obligations.domain.calendar import DueItem
from mudmai.apps.obligations.interfaces.words import day_text, item_line
from mudmai.apps.obligations.models import Stage
from mudmai.apps.registry.models import Person
from mudmai.core.language import Language, Text

log = logging.getLogger(__name__)

_SUBJECT = Text("หมุดหมาย: ข้อมูลที่ต้องส่ง {count} รายการ", "Mudmai: {count} figures to send")
_OPENING = Text("รายการข้อมูลที่หน่วยงานของคุณต้องส่ง", "What your organisation owes:")
_CLOSING = Text(
    "ส่งไฟล์ที่หน้าชุดข้อมูล ดูปฏิทินทั้งหมดที่ {address}\nระบบเตือนครั้งเดียวในแต่ละช่วง: ใกล้ครบกำหนด ครบกำหนด และเกินกำหนด",
    "Send the file on the page of the dataset. The whole calendar: {address}\n"
    "There is one reminder for each stage: due soon, due, overdue.",
)


def deliver(person: Person, reminders: list[tuple[DueItem, Stage]]) -> bool:
    """Mail one person; False, and a line in the server's log, where the mail server does not take it."""
    language: Language = "en" if person.language == "en" else "th"
    message = EmailMessage(
        _SUBJECT.format(count=len(reminders)).in_(language),
        body_of(reminders, language),
        settings.DEFAULT_FROM_EMAIL,
        [person.email],
    )
    try:
        message.send()
    except OSError:
        log.exception("the mail server did not take a reminder")
        return False
    return True


def body_of(reminders: list[tuple[DueItem, Stage]], language: Language) -> str:
    """The text of a mail: the most urgent first."""
    lines = [_OPENING.in_(language), ""]
    for stage in (Stage.OVERDUE, Stage.DUE, Stage.SOON):
        mine = [item for item, at in reminders if at == stage]
        if mine:
            lines += [stage.title.in_(language)]
            lines += [f"- {item_line(item).in_(language)}: {day_text(item.due).in_(language)}" for item in mine]
            lines += [""]
    site = settings.MUDMAI_MAIL_LINKS
    path = "/en/calendar/" if language == "en" else "/calendar/"
    return "\n".join([*lines, _CLOSING.format(address=site + path).in_(language), ""])
