"""``mudmai audit``: is the log of changes whole, and what does it say?"""

from __future__ import annotations

from typing import Any

import click

from mudmai.cli.home import home
from mudmai.cli.output import Column, Printer, Sheet, printing
from mudmai.cli.wording import SpokenCommand, SpokenGroup, option, say
from mudmai.core.errors import InputError
from mudmai.core.language import Text, so_many


@click.group("audit", cls=SpokenGroup, text=Text("บันทึกการเปลี่ยนแปลง", "The log of changes."))
def audit() -> None:
    """See ``text`` above."""


@audit.command(
    "verify",
    cls=SpokenCommand,
    text=Text(
        "ตรวจว่าบันทึกไม่ถูกแก้ ลบ หรือแทรก แล้วพิมพ์ค่าท้ายบันทึก จดค่านี้ไว้ที่อื่น แล้วใส่ใน --expect ครั้งต่อไป เพื่อจับการตัดท้ายบันทึกด้วย",
        "Check that no row of the log was changed, removed or put in between, and print its head. Note the head "
        "elsewhere and give it to the next check as --expect: then rows cut off the end are found too.",
    ),
    examples=[
        ("mudmai audit verify", Text("ตรวจทั้งหมด", "check all of it")),
        ("mudmai audit verify --expect 42:9f0c", Text("เทียบค่าที่จดไว้", "against a head noted before")),
    ],
)
@option("--expect", default="", text=Text("ค่าท้ายบันทึกที่จดไว้ก่อน", "a head noted before"))
def verify(*, expect: str) -> None:
    """See ``text`` above."""
    from mudmai.site.starting import start_django  # Django: only for this command

    start_django(home())
    from mudmai.apps.registry.domain.audit import verify_chain

    found = verify_chain(expected_head=expect)
    if found.fault is not None:
        raise InputError(
            Text(
                f"บันทึกเสียที่แถว {found.broken_at}: {found.fault.th}", f"broken at row {found.broken_at}: {found.fault.en}"
            ),
            remedy=Text(
                "เก็บไฟล์ฐานข้อมูลนี้ไว้เป็นหลักฐาน แล้วเทียบกับไฟล์สำรอง",
                "keep this database as evidence and compare it with a backup",
            ),
            code="audit_broken",
        )
    click.echo(
        say(
            Text(
                f"บันทึกครบถ้วน {found.rows:,} แถว ค่าท้ายบันทึก {found.head}",
                f"whole: {so_many(found.rows, 'row', 'rows')}, head {found.head}",
            )
        )
    )


@audit.command(
    "list",
    cls=SpokenCommand,
    text=Text("อ่านบันทึก ล่าสุดก่อน", "Read the log, the latest first."),
    examples=[
        ("mudmai audit list --limit 20", Text("20 แถวล่าสุด", "the latest 20 rows")),
        ("mudmai audit list --action role.grant --format csv", Text("เฉพาะการให้สิทธิ์", "grants of roles only")),
    ],
)
@option("--limit", type=click.IntRange(1), default=50, show_default=True, text=Text("จำนวนแถว", "rows"))
@option("--action", default="", text=Text("เฉพาะการกระทำนี้", "this action only"))
@option("--actor", default="", text=Text("เฉพาะผู้กระทำ (รหัสแทนชื่อ)", "this actor only (pseudonym)"))
@printing
def list_(*, printer: Printer, limit: int, action: str, actor: str) -> None:
    """See ``text`` above."""
    from mudmai.site.starting import start_django  # Django: only for this command

    start_django(home())
    from mudmai.apps.registry.domain.audit_reading import Filters, find_entries, rows_of
    from mudmai.apps.registry.policy import OPERATOR

    found = find_entries(OPERATOR, Filters(action=action, actor=actor))[:limit]
    columns = [
        Column("sequence", Text("ลำดับ", "row")),
        Column("at", Text("เวลา", "when")),
        Column("actor", Text("ผู้กระทำ", "who")),
        Column("action", Text("การกระทำ", "what")),
        Column("organisation", Text("หน่วยงาน", "organisation")),
        Column("object", Text("สิ่งที่เปลี่ยน", "on what")),
        Column("old", Text("เดิม", "old")),
        Column("new", Text("ใหม่", "new")),
        Column("reason", Text("เหตุผล", "reason")),
        Column("request_id", Text("รหัสคำขอ", "request"), in_table=False),
        Column("hash", Text("แฮช", "hash"), in_table=False),
    ]
    rows: list[dict[str, Any]] = rows_of(found)
    printer.show(Sheet("audit", columns, rows))
