"""``mudmai db``: the database of accounts, rights and the log."""

from __future__ import annotations

import os
from pathlib import Path

import click

from mudmai.cli.home import home
from mudmai.cli.wording import SpokenCommand, SpokenGroup, say
from mudmai.core.language import Text


@click.group(
    "db",
    cls=SpokenGroup,
    text=Text(
        "ฐานข้อมูลของบัญชี สิทธิ์ และบันทึกการเปลี่ยนแปลง (ตัวเลขอยู่ในคลังข้อมูลแยกต่างหาก)",
        "The database of accounts, rights and the log of changes (figures are kept elsewhere).",
    ),
)
def db() -> None:
    """See ``text`` above."""


@db.command(
    "migrate",
    cls=SpokenCommand,
    text=Text(
        "สร้างหรือปรับโครงสร้างฐานข้อมูล (mudmai init และ serve ทำให้เองเมื่อจำเป็น)",
        "Make the database or bring it up to date. `mudmai init` and `serve` do it by themselves when it is due.",
    ),
    examples=[("mudmai db migrate", Text("หลังติดตั้งรุ่นใหม่", "after installing a new version"))],
)
def migrate() -> None:
    """See ``text`` above."""
    from mudmai.site.database import migrate as run  # starts a process of its own

    done = run(home(), dict(os.environ))
    click.echo(say(Text(f"ปรับโครงสร้างแล้ว {done} ขั้น", f"up to date: {done} migrations were run")))


@db.command(
    "backup",
    cls=SpokenCommand,
    text=Text(
        "สำรองไฟล์ฐานข้อมูลขณะระบบทำงานอยู่ เก็บ secret-key ไว้คู่กัน (ใช้ถอดรหัสกุญแจยืนยันตัวตน)",
        "Copy the database file while the site runs. Keep `secret-key` with it: second factors are encrypted with it.",
    ),
    examples=[("mudmai db backup mudmai-2567.sqlite3", Text("ไฟล์ใหม่หนึ่งไฟล์", "one new file"))],
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(*, file: Path) -> None:
    """See ``text`` above."""
    from mudmai.site.database import backup as copy  # standard library only

    size = copy(home(), os.environ.get("MUDMAI_DATABASE_URL", "").strip(), file)
    click.echo(say(Text(f"สำรองที่ {file} ({size:,} ไบต์)", f"copied to {file} ({size:,} bytes)")))
