"""The commands by name; the code of one is loaded only when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from mudmai.cli.wording import SpokenGroup, language_of
from mudmai.core.language import Text

COMMANDS: dict[str, tuple[str, Text]] = {
    "init": (
        "mudmai.cli.init:init",
        Text("เตรียมโฟลเดอร์งานและโหลดข้อมูลเริ่มต้น", "make the workspace and load the starter data"),
    ),
    "score": ("mudmai.cli.score:score", Text("ตัวชี้วัดของแผน: ค่า เทียบกับอะไร และผลตัดสิน", "judge a plan's indicators")),
    "explain": ("mudmai.cli.explain:explain", Text("ที่มาของตัวเลขหนึ่งตัว", "show the work behind one figure")),
    "eval": ("mudmai.cli.evaluate:evaluate", Text("คำนวณสูตรกับทุกพื้นที่", "compute a formula over all areas")),
    "data": ("mudmai.cli.data:data", Text("นำเข้า ดู และเทียบข้อมูล", "import, list and compare data")),
    "projects": (
        "mudmai.cli.projects:projects",
        Text("ทะเบียนโครงการและงบประมาณ", "the register of projects and money"),
    ),
    "index": ("mudmai.cli.index:index", Text("ดัชนีประกอบและช่วงอันดับ", "composite indices and rank intervals")),
    "assess": ("mudmai.cli.assess:assess", Text("ประเมินเมืองตามชุดเกณฑ์", "assess cities by sets of criteria")),
    "inventory": (
        "mudmai.cli.inventory:inventory",
        Text("บัญชีก๊าซเรือนกระจกของเมืองจากไฟล์", "greenhouse-gas inventories of cities from files"),
    ),
    "areas": ("mudmai.cli.areas:areas", Text("ระบบพื้นที่และขอบเขต", "area systems and their boundaries")),
    "pack": ("mudmai.cli.pack:pack", Text("ชุดแผนและชุดพื้นที่", "packs of plans and areas")),
    "serve": ("mudmai.cli.serve:serve", Text("เปิดหน้าเว็บและ API ในเครื่องนี้", "serve the pages and the API")),
    "worker": ("mudmai.cli.worker:worker", Text("ทำงานเบื้องหลังที่รออยู่", "do the long work that is waiting")),
    "account": ("mudmai.cli.account:account", Text("บัญชีผู้ดูแลและคำเชิญ", "accounts of administrators, invitations")),
    "audit": ("mudmai.cli.audit:audit", Text("ตรวจและอ่านบันทึกการเปลี่ยนแปลง", "check and read the log of changes")),
    "db": ("mudmai.cli.db:db", Text("ฐานข้อมูลบัญชี: ปรับโครงสร้าง สำรอง", "the database of accounts: migrate, back up")),
    "bench": ("mudmai.cli.bench:bench", Text("วัดความเร็ว", "measure the speed")),
}
"""Name → where its command object lives, and the line that the overview shows."""


class LazyGroup(SpokenGroup):
    """A group that imports a command's module when the command is called, not when it is listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: Any = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text.in_(language_of(ctx))) for name, (_, text) in COMMANDS.items()])
