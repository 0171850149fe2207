"""``mudmai data calendar`` and ``mudmai data remind``: who owes what, and reminders at a time of one's own."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from mudmai.cli.home import home
from mudmai.cli.output import Column, Printer, Sheet, printing
from mudmai.cli.periods import period_words
from mudmai.cli.wording import SpokenCommand, language_of, option, say
from mudmai.core.language import Text

_STATES = ("overdue", "due_soon", "upcoming", "received", "received_late", "waived")


@click.command(
    "calendar",
    cls=SpokenCommand,
    text=Text(
        "ปฏิทินส่งข้อมูล: หน่วยงานใดต้องส่งชุดข้อมูลใด ภายในวันไหน ส่งแล้วหรือยัง",
        "The calendar of submissions: which organisation owes which dataset, by when, and whether it has come.",
    ),
    examples=[
        ("mudmai data calendar --state overdue", Text("เฉพาะที่เกินกำหนด", "what is overdue")),
        ("mudmai data calendar --format csv -o calendar.csv", Text("ทั้งหมดเป็น CSV", "all of it as CSV")),
    ],
)
@option("--dataset", default="", text=Text("เฉพาะชุดข้อมูลนี้", "this dataset only"))
@option("--organisation", default="", text=Text("เฉพาะหน่วยงานนี้", "this organisation only"))
@option("--state", type=click.Choice(_STATES), default=None, text=Text("เฉพาะสถานะนี้", "this state only"))
@printing
def calendar(*, printer: Printer, dataset: str, organisation: str, state: str | None) -> None:
    """See ``text`` above."""
    from mudmai.site.starting import start_django  # Django: only for this command

    start_django(home())
    from mudmai.apps.obligations.domain.calendar import due_items, open_obligations

    wanted = [
        one
        for one in open_obligations()
        if dataset in ("", one.dataset) and organisation in ("", one.organisation.code)
    ]
    items = [i for i in due_items(wanted) if state in (None, i.state.value)]
    columns = [
        Column("dataset", Text("ชุดข้อมูล", "Dataset")),
        Column("organisation", Text("หน่วยงาน", "Organisation")),
        Column("area", Text("พื้นที่", "Area")),
        Column("period", Text("งวด", "Period")),
        Column("due", Text("ส่งภายใน", "Due")),
        Column("state", Text("สถานะ", "State")),
        Column("days", Text("เหลือ (วัน)", "Days left"), decimals=0),
        Column("received", Text("ได้รับ", "Received")),
        Column("reason", Text("เหตุผลที่ยกเว้น", "Waived because"), in_table=False),
    ]
    printer.show(Sheet("calendar", columns, [_row(i, for_people=printer.format == "table") for i in items]))


def _row(item: Any, *, for_people: bool) -> dict[str, Any]:
    return {
        "dataset": item.obligation.dataset,
        "organisation": item.obligation.organisation.code,
        "area": item.obligation.area_code,
        "period": period_words(item.period) if for_people else item.period.iso,
        "due": item.due.isoformat(),
        "state": item.state.title.in_(language_of()) if for_people else item.state.value,
        "days": item.days,
        "received": item.received.isoformat() if item.received else None,
        "reason": item.reason or None,
    }


@click.command(
    "remind",
    cls=SpokenCommand,
    text=Text(
        "ส่งอีเมลเตือนข้อมูลที่ต้องส่ง ช่วงละครั้ง (ใกล้ครบกำหนด ครบกำหนด เกินกำหนด) "
        "ระบบทำเองทุกชั่วโมงเมื่อมีตัวทำงานเบื้องหลัง คำสั่งนี้สำหรับตั้งเวลาเอง",
        "Mail reminders of data to be sent, once for each stage (due soon, due, overdue). A worker does so by itself "
        "every hour; this command is for a clock of the machine's own.",
    ),
    examples=[("mudmai data remind --dry-run", Text("ดูว่าจะเตือนกี่รายการ", "only count what would go out"))],
)
@option("--dry-run", is_flag=True, text=Text("ไม่ส่งจริง", "send nothing"))
@printing
def remind(*, printer: Printer, dry_run: bool) -> None:
    """See ``text`` above."""
    from mudmai.site.starting import start_django  # Django: only for this command

    start_django(home())
    from mudmai.apps.obligations.domain.reminders import send_reminders
    from mudmai.apps.obligations.interfaces.mail import deliver
    from mudmai.apps.registry.policy import OPERATOR

    sent = send_reminders(acting_user=OPERATOR, deliver=deliver, dry_run=dry_run)
    columns = [
        Column("reminders", Text("รายการที่ถึงเวลาเตือน", "Reminders"), decimals=0),
        Column("mails", Text("อีเมล", "Mails"), decimals=0),
        Column("nobody", Text("ไม่มีผู้รับ", "Nobody to remind"), decimals=0),
        Column("failed", Text("ส่งไม่ได้", "Not taken"), decimals=0),
    ]
    footer = say(Text("ยังไม่ได้ส่ง (--dry-run)", "nothing was sent (--dry-run)")) if dry_run else ""
    printer.show(Sheet("reminders", columns, [asdict(sent)], footer=footer))
    if sent.failed:
        raise SystemExit(1)
