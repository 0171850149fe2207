"""``mudmai data fetch``: fetch a connection now, or all that are due (for a clock of the machine's own)."""

from __future__ import annotations

from typing import Any

import click

from mudmai.cli.home import home
from mudmai.cli.output import Column, Printer, Sheet, printing
from mudmai.cli.wording import SpokenCommand, language_of, option, say
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text


@click.command(
    "fetch",
    cls=SpokenCommand,
    text=Text(
        "ดึงข้อมูลของการเชื่อมต่อหนึ่ง (ชื่อหรือรหัส) หรือทุกการเชื่อมต่อที่ถึงเวลา ข้อมูลใหม่เข้าเป็นรายการส่งข้อมูลที่รออ่าน "
        "ไม่มีอะไรเผยแพร่เอง ถ้ามีครั้งใดล้มเหลวจะจบด้วยรหัส 1",
        "Fetch one connection (its name or id), or all that are due. New data become a submission that waits to be "
        "read; nothing is published. Ends with code 1 when a fetch failed.",
    ),
    examples=[
        ("mudmai data fetch --due", Text("ทุกการเชื่อมต่อที่ถึงเวลา", "all that are due")),
        ('mudmai data fetch "GPP"', Text("การเชื่อมต่อชื่อ GPP เดี๋ยวนี้", "the connection GPP, now")),
    ],
)
@click.argument("connection", required=False)
@option("--due", is_flag=True, text=Text("ทุกการเชื่อมต่อที่ถึงเวลา", "all connections that are due"))
@printing
def fetch(*, connection: str | None, due: bool, printer: Printer) -> None:
    """See ``text`` above."""
    if bool(connection) == due:
        raise click.UsageError(say(Text("ระบุการเชื่อมต่อ หรือ --due อย่างใดอย่างหนึ่ง", "name a connection, or give --due")))
    from mudmai.site.starting import start_django  # Django: only for this command

    start_django(home())
    from mudmai.apps.connections.domain.fetching import due_connections, run_fetch

    wanted = due_connections() if due else [_named(str(connection))]
    rows = [_row(one, run_fetch(one, by=None)) for one in wanted]
    columns = [
        Column("connection", Text("การเชื่อมต่อ", "connection")),
        Column("outcome", Text("ผล", "outcome")),
        Column("file", Text("ไฟล์", "file")),
        Column("size", Text("ไบต์", "bytes"), 0),
        Column("fault", Text("สาเหตุ", "fault")),
        Column("next_due", Text("ครั้งต่อไป", "next")),
        Column("sha256", Text("SHA-256", "SHA-256"), in_table=False),
        Column("submission", Text("รายการส่งข้อมูล", "submission"), in_table=False),
        Column("id", Text("รหัส", "id"), in_table=False),
    ]
    printer.show(Sheet("fetches", columns, rows))
    if any(row["outcome"] == "failed" for row in rows):
        raise SystemExit(1)


def _named(told: str) -> Any:
    from mudmai.apps.connections.models import Connection

    rows = Connection.objects.filter(ended_at=None).select_related("organisation")
    found = [one for one in rows if told in (one.name, str(one.pk))]
    if not found:
        raise UnknownNameError(Text("การเชื่อมต่อ", "connection"), told, [one.name for one in rows])
    if len(found) > 1:
        raise InputError(
            Text(f"มีการเชื่อมต่อชื่อ “{told}” มากกว่าหนึ่ง", f"more than one connection is called “{told}”"),
            remedy=Text(
                "ใช้รหัสแทน: " + ", ".join(str(one.pk) for one in found),
                "give the id: " + ", ".join(str(one.pk) for one in found),
            ),
        )
    return found[0]


def _row(connection: Any, row: Any) -> dict[str, Any]:
    """``outcome`` is ``skipped`` where another worker is at it."""
    fault = ""
    if row is not None and row.fault is not None:
        said = row.fault_text.in_(language_of())
        fault = f"{row.fault['code']}: {said}"
    return {
        "connection": connection.name,
        "outcome": row.outcome if row is not None else "skipped",
        "file": row.name if row is not None else "",
        "size": row.size if row is not None and row.size else None,
        "fault": fault,
        "next_due": row.next_due.isoformat(timespec="minutes") if row is not None and row.next_due else "",
        "sha256": row.sha256 if row is not None else "",
        "submission": str(row.submission_id or "") if row is not None else "",
        "id": str(connection.pk),
    }
