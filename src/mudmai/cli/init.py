"""``mudmai init``: the workspace made and the starter data loaded."""

from __future__ import annotations

import click

from mudmai.cli.home import home, open_workspace
from mudmai.cli.progress import progress
from mudmai.cli.wording import SpokenCommand, say
from mudmai.core.language import Text


@click.command(
    "init",
    cls=SpokenCommand,
    text=Text(
        "เตรียมโฟลเดอร์งาน (MUDMAI_HOME) และโหลดข้อมูลเริ่มต้นของทุกชุด เรียกซ้ำได้: สิ่งที่มีอยู่แล้วไม่ถูกแตะต้อง",
        "Make the workspace (MUDMAI_HOME) and load the starter data of every pack. Run it as often as you like: what "
        "is already there is left alone.",
    ),
    examples=[
        ("mudmai init", Text("ใช้โฟลเดอร์ ./var", "in ./var")),
        ("MUDMAI_HOME=~/mudmai mudmai init", Text("ใช้โฟลเดอร์อื่น", "in another folder")),
    ],
)
def init() -> None:
    """See ``text`` above."""
    workspace = open_workspace()
    with progress() as tell:
        release = workspace.init(tell)
    from mudmai.site.database import prepare  # the database of accounts; needs no Django in this process

    prepare(home())
    rows = sum(version.rows for version in release.datasets.values())
    said = Text(
        f"พร้อมใช้ที่ {home()}: รุ่น {release.id} มี {len(release.datasets)} ชุดข้อมูล {rows:,} ค่า\n"
        "ดูผล: mudmai score    เปิดหน้าเว็บ: mudmai serve",
        f"ready in {home()}: release {release.id} with {len(release.datasets)} datasets, {rows:,} observations\n"
        "next: mudmai score, or mudmai serve for the pages",
    )
    click.echo(say(said))
