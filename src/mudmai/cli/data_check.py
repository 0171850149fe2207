"""``mudmai data check``: a file held against what its dataset declares; with ``-o x.xlsx`` it comes back marked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from mudmai.cli.data_files import read_with_recipe, tell_unready
from mudmai.cli.home import open_workspace
from mudmai.cli.output import Column, Printer, Sheet, printing
from mudmai.cli.wording import SpokenCommand, language_of, option, say
from mudmai.core.language import Text, so_many

if TYPE_CHECKING:
    from mudmai.core.checks import CheckReport, Finding
    from mudmai.workspace.intake import Reading

MOST_TOLD = 50


@click.command(
    "check",
    cls=SpokenCommand,
    text=Text(
        "ตรวจไฟล์ตามที่ชุดข้อมูลกำหนด โดยไม่เผยแพร่: ผลรวมของส่วนย่อย ช่วงของค่า ค่าที่เปลี่ยนผิดปกติ ค่าเดิมที่ถูกแก้ ความครบถ้วน "
        "ข้อมูลซ้ำ\n\nกับ -o ไฟล์.xlsx จะได้ไฟล์เดิมที่ระบายสีเซลล์ที่ต้องแก้พร้อมรายการในแผ่นแรก จบด้วยรหัส 1 เมื่อมีรายการที่ต้องแก้ไข",
        "Check a file against what its dataset declares, without publishing it: parts and wholes, ranges, jumps, "
        "changed history, coverage, duplicates.\n\nWith -o FILE.xlsx the same file comes back with the cells to mend "
        "marked and listed on its first sheet. Ends with code 1 where something must be mended.",
    ),
    examples=[
        (
            "mudmai data check figures.csv --dataset boi-applications",
            Text("รายการที่ต้องแก้ไข", "what has to be mended"),
        ),
        (
            "mudmai data check figures.csv --dataset boi-applications -o marked.xlsx",
            Text("ไฟล์ที่ทำเครื่องหมายแล้ว", "the file with its cells marked"),
        ),
    ],
)
@click.argument("file", type=click.Path(path_type=Path))
@option("--dataset", default="", text=Text("ชุดข้อมูล (ปกติหาจากเนื้อหา)", "dataset (default: told by the content)"))
@option("--recipe", default="", text=Text("สูตรอ่านไฟล์: ชื่อที่เก็บไว้ หรือไฟล์ .json", "recipe: a kept name, or a .json file"))
@option(
    "--mode",
    type=click.Choice(["update", "replace"]),
    default="update",
    text=Text(
        "update: ไฟล์เพิ่มหรือแก้บางค่าของที่เผยแพร่แล้ว (ปกติ), replace: ไฟล์แทนทั้งหมด",
        "update: the file adds to what is published (default); replace: it takes its place",
    ),
)
@printing
def check(*, printer: Printer, file: Path, dataset: str, recipe: str, mode: Literal["update", "replace"]) -> None:
    """See ``text`` above."""
    from mudmai.workspace.checking import checked_reading, marked_file
    from mudmai.workspace.intake import known_dataset

    workspace = open_workspace()
    reading = read_with_recipe(workspace, file, dataset, recipe)
    if reading.table is None and not reading.problems:
        tell_unready(reading, file)
        click.get_current_context().exit(1)
    report = checked_reading(workspace, reading, mode=mode)
    known = known_dataset(workspace, reading.dataset)
    title = known.title if known is not None else Text(reading.dataset, reading.dataset)
    if printer.format == "xlsx":
        printer.write_bytes(marked_file(workspace, file, name=file.name, report=report, title=title))
        click.echo(say(_summary(report, reading)), err=True)
    else:
        _show(printer, report, reading)
    if not report.ok:
        click.get_current_context().exit(1)


def _summary(report: CheckReport, reading: Reading) -> Text:
    return Text(
        f"{reading.file} ({reading.dataset}): ต้องแก้ไข {report.errors:,} ควรตรวจสอบ {report.warnings:,} "
        f"จาก {report.rows:,} ค่า",
        f"{reading.file} ({reading.dataset}): {report.errors:,} to mend, {report.warnings:,} worth a look, "
        f"of {so_many(report.rows, 'value', 'values')}",
    )


def _show(printer: Printer, report: CheckReport, reading: Reading) -> None:
    from mudmai.workspace.checking.reports import CSV_COLUMNS, finding_rows

    for_people = printer.format == "table"
    findings = report.findings[:MOST_TOLD] if for_people else report.findings
    columns = (
        [
            Column("severity", Text("ระดับ", "Severity")),
            Column("place", Text("ตำแหน่ง", "Place")),
            Column("problem", Text("ที่พบ", "Finding")),
        ]
        if for_people
        else [Column(key, Text(key, key)) for key in CSV_COLUMNS]
    )
    rows = [_told(one) for one in findings] if for_people else list(finding_rows(findings))
    rest = sum(one.found for one in report.counts) - len(findings)
    footer = say(Text(f"และอีก {rest:,} รายการ", f"and {rest:,} more")) if rest > 0 and for_people else ""
    told = report.as_dict() if printer.format == "json" else None
    printer.show(Sheet("findings", columns, rows, heading=say(_summary(report, reading)), footer=footer), as_json=told)


def _told(one: Finding) -> dict[str, Any]:
    language = language_of()
    return {
        "severity": say(one.severity.label),
        "place": one.where.words(language, file=False),
        "problem": f"{say(one.text)} → {say(one.remedy)}",
    }
