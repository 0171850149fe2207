"""``mudmai worker``: long work done in a process of its own, on this machine or on another that shares the database."""

from __future__ import annotations

import os

import click

from mudmai.cli.home import home
from mudmai.cli.wording import SpokenCommand, option
from mudmai.core.language import Text


@click.command(
    "worker",
    cls=SpokenCommand,
    text=Text(
        "ทำงานเบื้องหลังทีละงาน เช่น อ่านไฟล์ เผยแพร่ ดึงข้อมูลจากแหล่งอื่น หยุดด้วย Ctrl+C ซึ่งคืนงานที่ค้างเข้าคิว\n\n"
        "mudmai serve มีให้ในตัวหนึ่งกระบวนการแล้ว คำสั่งนี้ใช้เมื่อต้องการเพิ่ม หรือเมื่อเปิดด้วย --no-worker",
        "Do long work one piece after the other: reading files, publishing, fetching from other sources. Stop with "
        "Ctrl+C, which puts unfinished work back into the queue.\n\nmudmai serve brings one along; use this for more "
        "of them, or beside --no-worker.",
    ),
    examples=[
        ("mudmai worker", Text("จนกว่าจะหยุด", "until it is stopped")),
        ("mudmai worker --once", Text("ทำที่ค้างอยู่แล้วจบ", "do what is due, then end")),
    ],
)
@option("--once", is_flag=True, text=Text("ทำงานที่ถึงกำหนดแล้วจบ", "end when nothing more is due"))
def worker(*, once: bool) -> None:
    """See ``text`` above."""
    from mudmai.site.starting import start_django  # Django: only for this command

    os.environ.pop("MUDMAI_LANG", None)  # a setting of the command line, unknown to the site
    start_django(home())
    from mudmai.apps.jobs.interfaces.worker import work

    work(once=once)
