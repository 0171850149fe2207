"""``mudmai pack``: plans and area systems as content."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mudmai.cli.home import home, open_workspace
from mudmai.cli.output import Column, Printer, Sheet, printing
from mudmai.cli.periods import period_words
from mudmai.cli.wording import SpokenCommand, SpokenGroup, language_of, say
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text

if TYPE_CHECKING:
    from mudmai.core.plans import Indicator, Plan
    from mudmai.exchange.packs import Pack


@click.group("pack", cls=SpokenGroup, text=Text("ชุดแผนและชุดพื้นที่", "Packs of plans and of areas."))
def pack() -> None:
    """See ``text`` above."""


@pack.command(
    "list",
    cls=SpokenCommand,
    text=Text("ชุดทั้งหมดในโฟลเดอร์งาน", "The packs of this workspace."),
    examples=[("mudmai pack list", Text("ชุดที่มากับโปรแกรมและของเราเอง", "shipped ones and our own"))],
)
@printing
def list_(*, printer: Printer) -> None:
    """See ``text`` above."""
    columns = [
        Column("pack", Text("ชุด", "Pack")),
        Column("kind", Text("ชนิด", "Kind")),
        Column("version", Text("รุ่น", "Version")),
        Column("title", Text("ชื่อ", "Title")),
        Column("origin", Text("มาจาก", "Origin")),
        Column("datasets", Text("ชุดข้อมูลที่โหลด", "Datasets loaded"), decimals=0),
        Column("directory", Text("โฟลเดอร์", "Folder"), in_table=False),
    ]
    language = language_of()
    rows = [
        {
            "pack": s.id,
            "kind": s.kind,
            "version": s.version,
            "title": s.title.in_(language),
            "title_th": s.title.th,
            "title_en": s.title.en,
            "origin": say(Text("มากับโปรแกรม", "shipped") if s.shipped else Text("ในโฟลเดอร์งาน", "workspace")),
            "shipped": s.shipped,
            "datasets": len(s.datasets),
            "directory": s.directory,
        }
        for s in open_workspace().pack_states()
    ]
    printer.show(Sheet("packs", columns, rows))


@pack.command(
    "check",
    cls=SpokenCommand,
    text=Text(
        "ตรวจชุดในโฟลเดอร์หนึ่ง: บอกไฟล์ บรรทัด คีย์ และวิธีแก้ของทุกปัญหา (รหัสออก 1 ถ้ามีปัญหา)",
        "Check the pack in a folder: file, line, key and remedy of every problem (exit code 1 when there is one).",
    ),
    examples=[("mudmai pack check ./my-plan", Text("ก่อนนำไปใช้หรือส่งต่อ", "before you use it or pass it on"))],
)
@click.argument("directory", type=click.Path(path_type=Path))
@printing
def check(*, printer: Printer, directory: Path) -> None:
    """See ``text`` above."""
    from mudmai.exchange.packs import check_pack, pack_beside  # loads YAML and the schema: only for this command

    beside = pack_beside(directory)

    def find(required: str) -> Path:
        """Beside the pack, in the workspace, or among the shipped ones."""
        own = home() / "packs" / required
        return own if (own / "pack.yaml").is_file() else beside(required)

    problems = check_pack(directory, required=find)
    columns = [
        Column("file", Text("ไฟล์", "File")),
        Column("line", Text("บรรทัด", "Line")),
        Column("field", Text("คีย์", "Key")),
        Column("message", Text("ปัญหา", "Problem")),
        Column("remedy", Text("วิธีแก้", "Remedy")),
    ]
    language = language_of()
    rows = [
        {
            "code": p.code,
            "file": p.where.file,
            "line": p.where.line if p.where.line is not None else p.where.row,
            "field": p.where.field,
            "message": p.message.in_(language),
            "remedy": p.remedy.in_(language),
        }
        for p in problems
    ]
    fine = Text(f"{directory}: ไม่พบปัญหา", f"{directory}: no problem found")
    bad = Text(
        f"{directory}: พบ {len(problems)} ปัญหา", f"{directory}: {len(problems)} problem{'s'[: len(problems) != 1]}"
    )
    printer.show(
        Sheet("problems", columns, rows, heading=say(bad) if problems else "", footer="" if problems else say(fine)),
        as_json=[p.as_dict() for p in problems],
    )
    if problems:
        click.get_current_context().exit(1)


@pack.command(
    "show",
    cls=SpokenCommand,
    text=Text(
        "เนื้อหาของชุดหนึ่ง: เป้าหมาย ตัวชี้วัด วิธีอ่านทุกแบบ สูตร และยุทธศาสตร์ หรือระบบพื้นที่",
        "What a pack holds: goals, indicators with every reading and formula, strategies; or its area systems.",
    ),
    examples=[("mudmai pack show th-m8", Text("แผนหมุดหมายที่ 8", "the plan of Milestone 8"))],
)
@click.argument("name", metavar="PACK")
@printing
def show(*, printer: Printer, name: str) -> None:
    """See ``text`` above."""
    packs = open_workspace().packs
    if name not in packs:
        raise UnknownNameError(Text("ชุด", "pack"), name, list(packs))
    found = packs[name]
    columns = [
        Column(key, Text(key, key)) for key in ("indicator", "title_th", "title_en", "reading", "default", "formula")
    ]
    rows = [row for i in (found.plan.indicators if found.plan else ()) for row in _readings(i)]
    if found.plan is None:
        columns = [Column("system", Text("ระบบ", "System")), Column("areas", Text("พื้นที่", "Areas"), decimals=0)]
        rows = [{"system": s.id, "areas": len(s.areas)} for s in found.catalogue.area_systems.values()]
    printer.show(Sheet(found.id, columns, rows), as_json=_as_json(found), as_text=lambda: _words(found))


def _readings(indicator: Indicator) -> list[dict[str, Any]]:
    return [
        {
            "indicator": indicator.id,
            "title_th": indicator.title.th,
            "title_en": indicator.title.en,
            "reading": r.id,
            "reading_th": r.title.th,
            "reading_en": r.title.en,
            "default": r.id == indicator.default_reading,
            "formula": r.formula,
            "why_th": r.why.th,
            "why_en": r.why.en,
        }
        for r in indicator.readings
    ]


def _as_json(found: Pack) -> dict[str, Any]:
    told: dict[str, Any] = {
        "pack": found.id,
        "kind": found.kind,
        "version": found.version,
        "title_th": found.title.th,
        "title_en": found.title.en,
        "area_systems": [s.id for s in found.catalogue.area_systems.values()],
    }
    plan = found.plan
    if plan is None:
        return told
    return told | {
        "first": plan.first.iso,
        "last": plan.last.iso,
        "goals": [{"goal": g.id, "title_th": g.title.th, "title_en": g.title.en} for g in plan.goals],
        "indicators": [
            {
                "indicator": i.id,
                "goal": i.goal,
                "title_th": i.title.th,
                "title_en": i.title.en,
                "unit": i.unit,
                "area_system": i.area_system,
                "areas": list(i.areas),
                "form": i.rule.form.value,
                "operator": i.rule.operator.value,
                "target": i.rule.target,
                "deadline": i.rule.deadline.iso if i.rule.deadline else None,
                "exceptions": {code: r.target for code, r in i.exceptions.items()},
                "readings": _readings(i),
            }
            for i in plan.indicators
        ],
        "strategies": [
            {"strategy": s.id, "parent": s.parent, "title_th": s.title.th, "title_en": s.title.en}
            for s in plan.strategies
        ],
    }


def _words(found: Pack) -> str:
    """The pack as a page of text."""
    language = language_of()
    lines = [f"{found.id} {found.version}  {found.title.in_(language)}"]
    if found.plan is None:
        for system in found.catalogue.area_systems.values():
            levels = ", ".join(f"{name} ({len(system.level(name))})" for name in system.levels)
            lines.append(f"  {system.id}  {system.title.in_(language)}: {levels}")
        return "\n".join(lines) + "\n"
    lines += _plan_words(found.plan)
    return "\n".join(lines) + "\n"


def _plan_words(plan: Plan) -> list[str]:
    language = language_of()
    lines = [f"{period_words(plan.first)} – {period_words(plan.last)}", ""]
    for goal in plan.goals:
        lines.append(f"{goal.id}  {goal.title.in_(language)}")
        for one in plan.of_goal(goal.id):
            lines.append(f"  {one.id}  {one.title.in_(language)}  ({one.area_system}, {one.unit})")
            for reading in one.readings:
                mark = "*" if reading.id == one.default_reading else " "
                lines.append(f"    {mark} {reading.id}: {reading.title.in_(language)}")
                lines.append(f"        {reading.formula}")
    for strategy in (s for s in plan.strategies if s.parent is None):
        lines += ["", f"{strategy.id}  {strategy.title.in_(language)}"]
        lines += [f"  {sub.id}  {sub.title.in_(language)}" for sub in plan.sub_strategies(strategy.id)]
    lines += ["", say(Text("* วิธีอ่านที่เป็นค่าปกติ", "* the default reading"))]
    return lines
