"""``mudmai projects import`` and ``list`` for files in the register's own columns."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mudmai.cli.output import Column, Printer, Sheet
from mudmai.cli.wording import language_of, say
from mudmai.core.errors import InputError
from mudmai.core.language import Text

if TYPE_CHECKING:
    from mudmai.exchange.project_list_reading import ProjectList

_HEADS = {
    "file": Text("ไฟล์", "file"),
    "rows": Text("โครงการในไฟล์", "projects in the file"),
    "lines": Text("รายการเงิน", "lines of money"),
    "changed": Text("เปลี่ยน", "changed"),
    "new": Text("ใหม่", "new"),
    "unchanged": Text("เหมือนเดิม", "unchanged"),
    "programme": Text("แผนงาน", "programme"),
}


def day_of(text: str) -> date | None:
    """The day of ``--decided-on``; empty: today."""
    from mudmai.core.days import read_day  # only where a day is given

    try:
        return read_day(text) if text else None
    except InputError as refusal:
        raise click.BadParameter(say(refusal.message), param_hint="--decided-on") from refusal


def import_list(
    printer: Printer,
    file: Path,
    listed: ProjectList,
    *,
    programme: str,
    organisation: str,
    title: str,
    reason: str,
    decided_on: str,
    dry_run: bool,
) -> None:
    """Apply the list (needs the database) and show what it did."""
    from mudmai.apps.programme.interfaces.project_lists import load_list  # Django has started

    if listed.left_out:
        told = ", ".join(listed.left_out[:10])
        click.echo(say(Text(f"คอลัมน์ที่ไม่ได้อ่าน: {told}", f"columns that were not read: {told}")), err=True)
    done = load_list(
        file,
        listed,
        programme=programme,
        organisation=organisation,
        title=title,
        reason=reason,
        dry_run=dry_run,
        decided_on=day_of(decided_on),
    )
    row: dict[str, Any] = {"file": file.name, "rows": len(listed.projects), "lines": listed.line_count, **done}
    if dry_run:
        said = Text("อ่านแล้ว ไม่ได้นำเข้า", "read; nothing was loaded")
    elif done["changed"] or done["new"]:
        said = Text("นำเข้าแล้วเป็นการทบทวนครั้งเดียว", "loaded as one revision")
    else:
        said = Text("ไม่มีสิ่งใดต่างจากทะเบียน จึงไม่ได้บันทึก", "nothing differs from the register; nothing was recorded")
    printer.show(Sheet("import", [Column(key, _HEADS[key]) for key in row], [row], footer=say(said)), as_json=row)


def write_list(printer: Printer, programme: str, words: str, limit: int | None) -> None:
    """The rows that import takes, as CSV (ids as headings), or as a workbook with headings in the reader's language."""
    from mudmai.apps.programme.interfaces.project_lists import chosen_projects, list_batches  # Django has started
    from mudmai.exchange.project_lists import list_csv, list_xlsx

    chosen = chosen_projects(programme, words)
    batches = list_batches(chosen[:limit] if limit else chosen)
    if printer.format == "csv":
        printer.write_bytes(b"".join(list_csv(batches)))
    else:
        printer.write_workbook(list_xlsx([row for batch in batches for row in batch], heads=language_of()))
