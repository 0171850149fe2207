"""``mudmai projects report``: reports of a programme out and in, and what is overdue."""

from __future__ import annotations

from pathlib import Path

import click

from mudmai.cli.home import home
from mudmai.cli.output import Column, Printer, Sheet, printing
from mudmai.cli.project_files import tell_problems
from mudmai.cli.wording import SpokenCommand, SpokenGroup, option, say
from mudmai.core.language import Text

_HIDDEN = ("project", "department", "period", "budget", "earlier_percent", "earlier_disbursed", "fall_reason")
_PERIOD = Text(
    "งวด เช่น FY2567-Q2 (ไตรมาสของปีงบประมาณ), 2024-07 (เดือน) หรือ 2024-Q1 (ไตรมาสตามปฏิทิน)",
    "period: FY2024-Q2 (quarter of a fiscal year), 2024-07 (month) or 2024-Q1 (quarter of the calendar)",
)


@click.group(
    "report",
    cls=SpokenGroup,
    text=Text("รายงานความก้าวหน้าของโครงการ", "Reports of the progress of projects."),
)
def report() -> None:
    """See ``text`` above."""


@report.command(
    "list",
    cls=SpokenCommand,
    text=Text(
        "ใบรายงานของแผนหนึ่งในงวดหนึ่ง พร้อมตัวเลขที่มีและของงวดก่อน กรอกแล้วนำเข้าด้วย submit ได้ คอลัมน์เดียวกัน",
        "The sheet of a programme and period with what is kept and what was told before. Fill it in and hand it to "
        "submit: the columns are the same.",
    ),
    examples=[
        (
            "mudmai projects report list --programme ID --period FY2567-Q3 --format xlsx -o q3.xlsx",
            Text("ใบรายงานไว้กรอก", "a sheet to fill in"),
        )
    ],
)
@option("--programme", required=True, text=Text("รหัสแผนงาน", "id of the programme"))
@option("--period", required=True, text=_PERIOD)
@printing
def list_(*, printer: Printer, programme: str, period: str) -> None:
    """See ``text`` above."""
    from mudmai.site.starting import start_django  # Django: only for this command

    start_django(home())
    from mudmai.apps.programme.interfaces.reports import period_in, report_rows
    from mudmai.exchange.report_sheets import COLUMNS  # loads the readers of tables

    meant, words = period_in(programme, period)
    hidden = (*_HIDDEN, "over_reason", "note")
    columns = [Column(one.key, one.title, in_table=one.key not in hidden) for one in COLUMNS]
    printer.show(Sheet("reports", columns, report_rows(programme, meant), heading=say(words)))


@report.command(
    "overdue",
    cls=SpokenCommand,
    text=Text("รายงานที่เกินกำหนดส่ง เกินนานที่สุดก่อน", "Reports past their due day, the longest overdue first."),
    examples=[("mudmai projects report overdue", Text("ทุกแผน", "all programmes"))],
)
@option("--programme", default="", text=Text("เฉพาะแผนงานนี้", "of this programme only"))
@printing
def overdue(*, printer: Printer, programme: str) -> None:
    """See ``text`` above."""
    from mudmai.site.starting import start_django  # Django: only for this command

    start_django(home())
    from mudmai.apps.programme.interfaces.reports import overdue_rows

    columns = [
        Column("project", Text("รหัสโครงการ", "project id"), in_table=False),
        Column("organisation", Text("หน่วยงาน", "organisation")),
        Column("title", Text("ชื่อโครงการ", "project name")),
        Column("period", Text("งวดรายงาน", "period")),
        Column("due_on", Text("ครบกำหนด", "due")),
        Column("days", Text("เกินกำหนด (วัน)", "days overdue")),
    ]
    printer.show(Sheet("overdue", columns, overdue_rows(programme)))


@report.command(
    "submit",
    cls=SpokenCommand,
    text=Text(
        "นำเข้าใบรายงานที่กรอกแล้ว ทั้งใบหรือไม่รับเลย เก็บเป็นร่าง หรือส่งให้รับรองด้วย --send นำเข้าซ้ำไม่มีผลซ้ำ",
        "Take a filled sheet of reports in, all of it or nothing: as drafts, or with --send for approval. The same "
        "sheet again changes nothing.",
    ),
    examples=[
        ("mudmai projects report submit q3.xlsx --programme ID --period FY2567-Q3 --dry-run", Text("ลองก่อน", "try it")),
        ("mudmai projects report submit q3.xlsx --programme ID --period FY2567-Q3 --send", Text("ส่งทั้งใบ", "send all")),
    ],
)
@click.argument("file", type=click.Path(path_type=Path))
@option("--programme", required=True, text=Text("รหัสแผนงาน", "id of the programme"))
@option("--period", required=True, text=_PERIOD)
@option("--send", is_flag=True, text=Text("ส่งให้รับรองทันที", "send for approval at once"))
@option("--dry-run", is_flag=True, text=Text("ตรวจเท่านั้น ไม่บันทึก", "check only, keep nothing"))
@printing
def submit(*, printer: Printer, file: Path, programme: str, period: str, send: bool, dry_run: bool) -> None:
    """See ``text`` above."""
    from mudmai.exchange.report_sheets import read_report_sheet  # loads the readers of tables

    sheet = read_report_sheet(file)
    if sheet.problems:
        tell_problems(Text("ที่ผิด ไม่ได้บันทึกแถวใด:", "faults; no row was kept:"), sheet.problems)
        click.get_current_context().exit(1)
    from mudmai.site.starting import start_django  # Django: only for this command

    start_django(home())
    from mudmai.apps.programme.interfaces.reports import enter_file, period_in

    meant, words = period_in(programme, period)
    found = enter_file(sheet, programme, meant, send=send, keep=not dry_run)
    if found.problems:
        tell_problems(Text("ที่ผิด ไม่ได้บันทึกแถวใด:", "faults; no row was kept:"), found.problems)
        click.get_current_context().exit(1)
    columns = [
        Column("title", Text("ชื่อโครงการ", "project name")),
        Column("percent", Text("ผลงานสะสม", "work so far")),
        Column("disbursed", Text("เบิกจ่ายสะสม", "disbursed so far")),
        Column("what", Text("ผล", "what")),
    ]
    rows = [
        {"title": one.title, "percent": one.row.percent, "disbursed": one.row.disbursed, "what": one.what}
        for one in found.rows
    ]
    told = Text("ตรวจแล้ว ไม่ได้บันทึก", "checked; nothing was kept") if dry_run else Text("บันทึกแล้ว", "kept")
    rows = [{key: None if value is None else str(value) for key, value in row.items()} for row in rows]
    printer.show(Sheet("reports", columns, rows, heading=say(words), footer=say(told)))
