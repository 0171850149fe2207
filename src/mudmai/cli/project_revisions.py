"""``mudmai projects revise`` and ``alike``: a revised workbook against a plan, and projects that may be one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from mudmai.cli.home import home
from mudmai.cli.output import Column, Printer, Sheet, printing
from mudmai.cli.project_files import read_file, tell_disagreements, tell_problems
from mudmai.cli.wording import SpokenCommand, option, say
from mudmai.core.days import read_day
from mudmai.core.language import Text, so_many


@click.command(
    "revise",
    cls=SpokenCommand,
    text=Text(
        "เทียบเล่มแผนฉบับใหม่กับโครงการที่มีอยู่ แล้วบันทึกเป็นการทบทวนครั้งเดียว ทั้งหมดหรือไม่เลย แถวที่ไม่แน่ใจต้องบอกด้วย --row",
        "Match a revised plan workbook with the projects that are there and write it as one revision, all of it or "
        "nothing. Rows that are not certain are to be decided by --row.",
    ),
    examples=[
        ("mudmai projects revise plan-2.xlsx --into ID --dry-run", Text("ดูว่าเปลี่ยนอะไร", "see what it changes")),
    ],
)
@click.argument("file", type=click.Path(path_type=Path))
@option("--into", "programme", required=True, text=Text("รหัสแผนงาน", "id of the programme"))
@option(
    "--as",
    "kind",
    type=click.Choice(["changed", "added", "corrected"]),
    default="changed",
    show_default=True,
    text=Text("ชนิดการทบทวน", "kind of revision"),
)
@option("--number", default="", text=Text("ครั้งที่ เช่น 2/2567", "its number, such as 2/2567"))
@option("--decided-on", default="", text=Text("วันที่มีมติ (ปกติวันนี้)", "day of the decision (default: today)"))
@option("--reason", default="", text=Text("เหตุผล", "reason"))
@option("--document", default="", text=Text("เอกสารมติ", "document of the decision"))
@option("--row", "rows", multiple=True, text=Text("แผ่น!แถว=รหัสโครงการ หรือ new", "SHEET!ROW=PROJECT or new"))
@option("--remove", multiple=True, text=Text("รหัสโครงการที่ยกเลิกจากแผน", "id of a project to be taken out"))
@option("--dry-run", is_flag=True, text=Text("เทียบเท่านั้น", "compare only"))
@printing
def revise(
    *,
    printer: Printer,
    file: Path,
    programme: str,
    kind: str,
    number: str,
    decided_on: str,
    reason: str,
    document: str,
    rows: tuple[str, ...],
    remove: tuple[str, ...],
    dry_run: bool,
) -> None:
    """See ``text`` above."""
    book = read_file(file, ()).book
    tell_problems(Text("โปรดตรวจ:", "please look at:"), book.warnings)
    tell_disagreements(file, book)
    from mudmai.site.starting import start_django  # Django: only for this command

    start_django(home())
    from mudmai.apps.programme.interfaces import revisions

    choices = revisions.choices_of(rows, remove)
    if dry_run:
        found, unchanged = revisions.compared(programme, book, choices, say)
        said = Text(f"ไม่เปลี่ยน {unchanged:,} โครงการ ยังไม่ได้บันทึก", f"{unchanged:,} unchanged; nothing was written")
        printer.show(Sheet("revision", _COLUMNS, found, footer=say(said)))
        return
    day = read_day(decided_on) if decided_on else date.today()
    done = revisions.revised(
        file, programme, book, choices, kind=kind, number=number, decided_on=day, reason=reason, document=document
    )
    columns = [Column(key, _DONE[key]) for key in done]
    printer.show(Sheet("revision", columns, [done]), as_json=done)


_COLUMNS = [
    Column("what", Text("ผล", "result")),
    Column("row", Text("แถว", "row")),
    Column("title", Text("โครงการ", "project")),
    Column("project", Text("รหัสโครงการ", "id")),
    Column("changes", Text("สิ่งที่เปลี่ยน", "changes")),
    Column("reasons", Text("เหตุที่จับคู่", "why matched")),
]
_DONE: dict[str, Text] = {
    "event": Text("การทบทวน", "revision"),
    "changed": Text("เปลี่ยน", "changed"),
    "added": Text("ใหม่", "new"),
    "removed": Text("ยกเลิก", "removed"),
    "unchanged": Text("ไม่เปลี่ยน", "unchanged"),
}


@click.command(
    "alike",
    cls=SpokenCommand,
    text=Text("คู่โครงการที่อาจเป็นโครงการเดียวกัน ยังไม่ได้ตัดสิน", "Pairs of projects that may be one, not decided yet."),
    examples=[("mudmai projects alike --format csv -o alike.csv", Text("เป็นตาราง", "as a table"))],
)
@option("--programme", default="", text=Text("เฉพาะแผนงานนี้", "with a project of this programme"))
@printing
def alike(*, printer: Printer, programme: str) -> None:
    """See ``text`` above."""
    from mudmai.site.starting import start_django  # Django: only for this command

    start_django(home())
    from mudmai.apps.programme.interfaces.revisions import alike_rows

    heads: dict[str, Text] = {
        "score": Text("ความคล้าย", "score"),
        "first": Text("รหัส ก", "id A"),
        "first_title": Text("โครงการ ก", "project A"),
        "second": Text("รหัส ข", "id B"),
        "second_title": Text("โครงการ ข", "project B"),
        "reasons": Text("เหตุผล", "reasons"),
    }
    found, compared = alike_rows(programme, say)
    said = Text(f"เทียบแล้ว {compared:,} โครงการ", f"{so_many(compared, 'project was', 'projects were')} compared")
    printer.show(Sheet("alike", [Column(key, title) for key, title in heads.items()], found, footer=say(said)))
