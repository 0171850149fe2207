"""``mudmai projects links`` and ``mudmai projects cascade``: links of projects to plans, and what they leave open."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

import click

from mudmai.cli.home import home
from mudmai.cli.output import Column, Printer, Sheet, printing
from mudmai.cli.wording import SpokenCommand, SpokenGroup, language_of, option, say
from mudmai.core.language import Text
from mudmai.core.plan_clauses import FAMILIES, FAMILY_TITLES, Family, PlanLevel

LEVELS = [level for levels in FAMILIES.values() for level in levels]
PROGRAMME = option("--programme", default="", text=Text("เฉพาะแผนงานนี้", "of this programme only"))
PLAN = option("--plan", default="", text=Text("รหัสแผน (ปกติคือแผนแรก)", "id of the plan (default: the first)"))

LINK_COLUMNS = (
    Column("link", Text("รหัสความเชื่อมโยง", "link")),
    Column("project", Text("รหัสโครงการ", "project"), in_table=False),
    Column("title", Text("โครงการ", "title")),
    Column("plan", Text("แผน", "plan")),
    Column("level", Text("ระดับ", "level"), in_table=False),
    Column("clause", Text("ข้อ", "clause")),
    Column("clause_title", Text("ชื่อข้อ", "title of the clause"), in_table=False),
    Column("state", Text("สถานะ", "state")),
    Column("confidence", Text("ความมั่นใจ", "confidence")),
    Column("part", Text("ส่วนของเงิน", "part of the money")),
    Column("words", Text("ถ้อยคำ", "words"), in_table=False),
)
CASCADE_COLUMNS = (
    Column("kind", Text("แถว", "row")),
    Column("clause", Text("ข้อ", "clause")),
    Column("level", Text("ระดับ", "level"), in_table=False),
    Column("title", Text("ชื่อ", "title")),
    Column("projects", Text("โครงการ", "projects")),
    Column("through", Text("ผ่านยุทธศาสตร์", "through strategies")),
    Column("planned", Text("แผน (บาท)", "planned (baht)")),
    Column("ordinance", Text("ข้อบัญญัติ", "ordinance")),
    Column("allocated", Text("จัดสรร", "allocated")),
    Column("committed", Text("ก่อหนี้ผูกพัน", "committed")),
    Column("disbursed", Text("เบิกจ่าย", "disbursed")),
)


@click.group(
    "links",
    cls=SpokenGroup,
    text=Text("ความเชื่อมโยงของโครงการกับข้อของแผน", "Links of projects to the clauses of plans."),
)
def links() -> None:
    """See ``text`` above."""


@links.command(
    "suggest",
    cls=SpokenCommand,
    text=Text(
        "เสนอข้อของแผนที่ถ้อยคำใกล้กับโครงการ ข้อเสนอไม่นับในยอดใดจนกว่าจะยืนยัน",
        "Suggest clauses whose words are near those of projects. A suggestion counts nowhere until it is confirmed.",
    ),
    examples=[("mudmai projects links suggest", Text("ทุกแผนงาน ระดับกลยุทธ์ย่อย", "every programme, sub-strategies"))],
)
@PROGRAMME
@PLAN
@option(
    "--level", type=click.Choice(LEVELS), default="sub_strategy", show_default=True, text=Text("ระดับของแผน", "level")
)
@printing
def suggest(*, printer: Printer, programme: str, plan: str, level: str) -> None:
    """See ``text`` above."""
    _start()
    from mudmai.apps.programme.interfaces.link_lines import suggest_all

    columns = [
        Column("programme", Text("แผนงาน", "programme")),
        Column("title", Text("ชื่อ", "title")),
        Column("projects", Text("โครงการ", "projects")),
        Column("with_suggestions", Text("มีข้อเสนอ", "with suggestions")),
        Column("suggestions", Text("ข้อเสนอ", "suggestions")),
    ]
    printer.show(Sheet("suggested", columns, suggest_all(programme, plan, cast(PlanLevel, level))))


@links.command(
    "list",
    cls=SpokenCommand,
    text=Text("ความเชื่อมโยง พร้อมความมั่นใจและถ้อยคำ", "Links with their confidence and words."),
    examples=[
        ("mudmai projects links list --state suggested", Text("ที่รอยืนยัน", "to be confirmed")),
        ("mudmai projects links list --clause S2.2 --format csv", Text("ของข้อเดียว", "of one clause")),
    ],
)
@PROGRAMME
@PLAN
@option(
    "--state",
    type=click.Choice(["suggested", "confirmed", "refused"]),
    default=None,
    text=Text("เฉพาะสถานะนี้", "in this state only"),
)
@option("--clause", default="", text=Text("เฉพาะข้อนี้", "of this clause only"))
@option("--limit", type=click.IntRange(1), default=1000, show_default=True, text=Text("จำนวนมากสุด", "how many at most"))
@printing
def list_(*, printer: Printer, programme: str, plan: str, state: str | None, clause: str, limit: int) -> None:
    """See ``text`` above."""
    _start()
    from mudmai.apps.programme.interfaces.link_lines import link_rows

    rows = link_rows(programme, plan, state or "", clause, limit, language_of())
    printer.show(Sheet("links", LINK_COLUMNS, rows))


@links.command(
    "confirm",
    cls=SpokenCommand,
    text=Text(
        "ยืนยันความเชื่อมโยงตามรหัส หรือข้อแรกของทุกโครงการที่มั่นใจพอ (ต้องบอกเหตุผล) ผู้สั่งเป็นผู้รับผิดชอบ",
        "Confirm links by their ids, or the first suggestion of every project that is sure enough (with a reason). "
        "Whoever orders it stands for it.",
    ),
    examples=[
        (
            "mudmai projects links confirm 3f0c…",
            Text("ข้อเดียว รหัสจาก links list", "one link, its id from links list"),
        ),
        (
            "mudmai projects links confirm --programme ID --least 0.8 --reason 'อ่านทานแล้ว'",
            Text("ทุกข้อแรกที่มั่นใจตั้งแต่ 0.8", "every first suggestion from 0.8"),
        ),
    ],
)
@click.argument("links", nargs=-1)
@PROGRAMME
@option("--least", type=click.FloatRange(0, 1), default=None, text=Text("ความมั่นใจอย่างน้อย", "least confidence"))
@option("--refuse", is_flag=True, text=Text("ปัดแทนการยืนยัน", "refuse instead"))
@option("--reason", default="", text=Text("เหตุผล", "reason"))
@printing
def confirm(
    *, printer: Printer, links: tuple[str, ...], programme: str, least: float | None, refuse: bool, reason: str
) -> None:
    """See ``text`` above."""
    if bool(links) is (least is not None):
        raise click.UsageError(say(Text("ระบุรหัส หรือ --least อย่างใดอย่างหนึ่ง", "give ids, or --least, one of them")))
    if least is not None and not (programme and reason.strip() and not refuse):
        raise click.UsageError(
            say(Text("--least ต้องมี --programme และ --reason", "--least needs --programme and --reason"))
        )
    _start()
    from mudmai.apps.programme.interfaces.link_lines import confirm as do_confirm

    bound = None if least is None else Decimal(repr(least))
    row: dict[str, Any] = do_confirm(links, programme, bound, refuse, reason)
    columns = [Column("confirmed", Text("ยืนยัน", "confirmed")), Column("refused", Text("ปัด", "refused"))]
    printer.show(Sheet("decided", columns, [row]), as_json=row)


@links.command(
    "export",
    cls=SpokenCommand,
    text=Text(
        "หนึ่งแถวต่อโครงการ ด้วยคอลัมน์ที่ระบบติดตามระดับชาติถาม: หน่วยงาน พื้นที่ เวลา เงิน ข้อของทุกแผน ความมั่นใจ สถานะ",
        "One row for each project with the columns that national systems ask for: agency, areas, time, money, clauses "
        "of every plan, confidence, status.",
    ),
    examples=[("mudmai projects links export --format xlsx -o projects.xlsx", Text("ทุกโครงการ", "every project"))],
)
@PROGRAMME
@printing
def export(*, printer: Printer, programme: str) -> None:
    """See ``text`` above."""
    _start()
    from mudmai.apps.programme.interfaces.link_lines import export_of

    found = export_of(programme, language_of())
    if printer.format == "xlsx":
        printer.write_workbook(found.workbook())
        return
    narrow = {"title", "agency", "budget_stage", "link_status", "link_confidence"}
    columns = [Column(name, Text(name, name), in_table=name in narrow) for name in found.columns]
    printer.show(Sheet("projects", columns, [row for batch in found.batches() for row in batch]))


@click.command(
    "cascade",
    cls=SpokenCommand,
    text=Text(
        "ข้อของแผนกับโครงการและเงิน ข้อใดไม่มีโครงการ เงินใดไม่มีข้อ (นับเฉพาะที่ยืนยันแล้ว)",
        "Clauses of a plan with projects and money: which have none, which money has no clause (confirmed links only).",
    ),
    examples=[
        ("mudmai projects cascade", Text("ยุทธศาสตร์และกลยุทธ์ย่อย", "strategies and sub-strategies")),
        ("mudmai projects cascade --rows goals --format json", Text("เป้าหมายและตัวชี้วัด", "goals and indicators")),
    ],
)
@PROGRAMME
@PLAN
@option(
    "--rows",
    type=click.Choice(list(FAMILIES)),
    default="strategies",
    show_default=True,
    text=Text("กลุ่มของข้อ", "family of clauses"),
)
@printing
def cascade(*, printer: Printer, programme: str, plan: str, rows: str) -> None:
    """See ``text`` above."""
    _start()
    from mudmai.apps.programme.interfaces.link_lines import cascade_rows

    family = cast(Family, rows)
    found = cascade_rows(programme, plan, family, language_of())
    printer.show(Sheet("cascade", CASCADE_COLUMNS, found, heading=say(FAMILY_TITLES[family])))


def _start() -> None:
    from mudmai.site.starting import start_django  # Django: only for these commands

    start_django(home())
