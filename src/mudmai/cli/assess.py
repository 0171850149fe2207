"""``mudmai assess``: criteria that cities are assessed by, workbooks of answers, the register of certificates.

The code of a command is loaded when it is called: those of the register need the database, the others never do.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from mudmai.cli.wording import SpokenGroup, language_of
from mudmai.core.language import Text

PARTS: dict[str, tuple[str, Text]] = {
    "criteria": (
        "mudmai.cli.assess_criteria:criteria",
        Text("ชุดเกณฑ์ที่มี และเกณฑ์ในชุด", "criteria sets, and what is in one"),
    ),
    "template": ("mudmai.cli.assess_criteria:template", Text("แบบฟอร์ม Excel สำหรับกรอกคำตอบ", "a workbook to fill in")),
    "score": ("mudmai.cli.assess_criteria:score", Text("คิดคะแนนจากแบบฟอร์มที่กรอกแล้ว", "score a filled workbook")),
    "criteria-pack": (
        "mudmai.cli.assess_criteria:criteria_pack",
        Text("แปลงสมุดเกณฑ์ที่แก้แล้วเป็นชุดเนื้อหา", "make a pack of an edited workbook of criteria"),
    ),
    "register": (
        "mudmai.cli.assess_register:register",
        Text("ทะเบียนใบรับรอง", "the register of certificates"),
    ),
    "profile": (
        "mudmai.cli.assess_profile:profile",
        Text("เมืองหนึ่งข้างเมืองเทียบเคียง และหน้า A4", "a city beside its peers, and its A4 page"),
    ),
    "clock": (
        "mudmai.cli.assess_register:clock",
        Text("ให้นาฬิกาของทะเบียนเดิน", "end what has expired, publish the counts"),
    ),
}
"""Name → where its command lives, and the line of the overview."""


class AssessGroup(SpokenGroup):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(PARTS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in PARTS:
            return None
        module, _, attribute = PARTS[cmd_name][0].partition(":")
        command: Any = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text.in_(language_of(ctx))) for name, (_, text) in PARTS.items()])


@click.group(
    "assess",
    cls=AssessGroup,
    text=Text(
        "การประเมินเมือง: ชุดเกณฑ์ แบบฟอร์มคำตอบ และคะแนน\n\nข้อที่ยังไม่ตอบไม่ใช่ศูนย์ คะแนนจึงเป็นช่วง",
        "Assessment of cities: criteria, workbooks of answers, scores.\n\n"
        "What is not answered is not zero: a score is a range.",
    ),
    examples=[
        ("mudmai assess criteria", Text("ชุดเกณฑ์ที่มี", "which sets there are")),
        ("mudmai assess template smart-city --out answers.xlsx", Text("แบบฟอร์มสำหรับกรอก", "a workbook to fill in")),
        ("mudmai assess score answers.xlsx", Text("คะแนนและสิ่งที่ติดขัด", "the score, and what blocks the next level")),
    ],
)
def assess() -> None:
    """See ``text`` above."""
