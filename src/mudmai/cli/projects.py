"""``mudmai projects``: files of projects into the register, the register listed and added up."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mudmai.cli.home import open_workspace
from mudmai.cli.output import Column, Printer, Sheet, printing
from mudmai.cli.project_columns import PROGRAMME_COLUMNS, PROJECT_COLUMNS
from mudmai.cli.project_files import read_file, reconcile, start_register, tell_disagreements, tell_problems
from mudmai.cli.project_links import cascade, links
from mudmai.cli.project_lists import day_of, import_list, write_list
from mudmai.cli.project_printing import print_
from mudmai.cli.project_reports import report
from mudmai.cli.project_revisions import alike, revise
from mudmai.cli.wording import SpokenCommand, SpokenGroup, language_of, option, say
from mudmai.core.language import Text

if TYPE_CHECKING:
    from mudmai.core.areas import AreaSystem
    from mudmai.engine.money import MoneyTotals
    from mudmai.workspace.project_files import ProjectFile

MOST_SHOWN = 1000
UNIT = option(
    "--unit",
    "units",
    multiple=True,
    text=Text("ชื่อหน่วยในไฟล์หมายถึงพื้นที่ใด: ชื่อ=รหัส (ใส่ซ้ำได้)", "what a unit of the file means: NAME=CODE; may be repeated"),
)


@click.group(
    "projects",
    cls=SpokenGroup,
    text=Text("ทะเบียนโครงการและงบประมาณ", "The register of projects and their money."),
)
def projects() -> None:
    """See ``text`` above."""


projects.add_command(reconcile)
projects.add_command(revise)
projects.add_command(alike)
projects.add_command(print_)
projects.add_command(report)
projects.add_command(links)
projects.add_command(cascade)


@projects.command(
    "import",
    cls=SpokenCommand,
    text=Text(
        "นำเข้าเล่มแผน บัญชีงบประมาณ หรือไฟล์ที่ส่งออกจากทะเบียน ทั้งไฟล์หรือไม่รับเลย รูปแบบรู้ได้จากหัวตาราง ไม่ต้องระบุ\n\n"
        "ไฟล์ที่ส่งออกด้วย mudmai projects list นำกลับเข้ามาได้ แถวที่มีรหัสจะเปลี่ยนเฉพาะที่ต่าง แถวที่ไม่มีรหัสเป็นโครงการใหม่\n\n"
        "ไม่ระบุ --programme จะตั้งแผนงานใหม่ให้ ชื่อหน่วยที่ไม่แน่ว่าหมายถึงพื้นที่ใดจะไม่เดา แต่บอกไว้ให้เลือกด้วย --unit",
        "Load a plan workbook, a list of budget lines or a file exported from the register, all of it or nothing. "
        "Which layout it has is seen from its headings.\n\nA file of mudmai projects list comes back: rows with an id "
        "change what differs, rows without are new.\n\nWithout --programme a new one is set up. Units that are not "
        "certainly one area are never guessed: they are listed, to be settled by --unit.",
    ),
    examples=[
        ("mudmai projects import plan.xlsx --title 'แผนพัฒนา 2566-2570'", Text("เล่มแผน", "a plan workbook")),
        ("mudmai projects import budget.csv --dry-run", Text("ลองอ่าน ไม่นำเข้า", "read only")),
        (
            "mudmai projects import projects.xlsx --reason 'มติสภา 3/2568'",
            Text("ไฟล์ที่ส่งออกและแก้แล้ว", "an exported file, edited"),
        ),
        (
            "mudmai projects import budget.csv --unit='จังหวัดสิงค์บุรี=TH-17'",
            Text("บอกความหมายของชื่อที่สะกดผิด", "settle a misspelt name"),
        ),
    ],
)
@click.argument("file", type=click.Path(path_type=Path))
@option("--programme", default="", text=Text("รหัสแผนงานที่มีอยู่แล้ว", "id of a programme that is there"))
@option("--organisation", default="", text=Text("รหัสหน่วยงานเจ้าของแผนใหม่", "code of the organisation of a new one"))
@option(
    "--title", default="", text=Text("ชื่อแผนใหม่ (ปกติคือชื่อไฟล์)", "title of a new programme (default: the file's name)")
)
@option(
    "--reason",
    default="",
    text=Text("เหตุผลของการเปลี่ยน หรือที่ผลรวมไม่ตรงกับแบบสรุป", "why projects change, or why sums disagree with the summary"),
)
@option(
    "--decided-on",
    default="",
    text=Text("วันที่มีมติ ของไฟล์ที่ส่งออกไป (ปกติคือวันนี้)", "day of the decision, for an exported file (default: today)"),
)
@option("--dry-run", is_flag=True, text=Text("อ่านและตรวจเท่านั้น", "read and check only"))
@UNIT
@printing
def import_(
    *,
    printer: Printer,
    file: Path,
    programme: str,
    organisation: str,
    title: str,
    reason: str,
    decided_on: str,
    dry_run: bool,
    units: tuple[str, ...],
) -> None:
    """See ``text`` above."""
    read = read_file(file, units)
    if read.listed is not None:
        start_register()
        import_list(
            printer, file, read.listed, programme=programme, organisation=organisation, title=title or file.stem,
            reason=reason, decided_on=decided_on, dry_run=dry_run,
        )  # fmt: skip
        return
    if day_of(decided_on) is not None:
        raise click.UsageError(
            say(Text("--decided-on ใช้กับไฟล์ที่ส่งออกจากทะเบียน", "--decided-on is for a file exported from the register"))
        )
    book = read.book
    tell_problems(Text("โปรดตรวจ:", "please look at:"), book.warnings)
    if read.flat is None:
        tell_disagreements(file, book)
    row = _summary(file, read)
    if dry_run:
        tell_problems(Text("ที่ผิด:", "faults:"), book.faults)
        _show_import(printer, row, Text("อ่านแล้ว ไม่ได้นำเข้า", "read; nothing was loaded"))
        if book.faults:
            click.get_current_context().exit(1)
        return
    if read.flat is not None:
        read.flat.refuse_if_faulty()
    row["programme"] = _load(file, read, programme, organisation, title or file.stem, reason)
    _show_import(printer, row, Text("นำเข้าแล้ว", "loaded"))


def _summary(file: Path, read: ProjectFile) -> dict[str, Any]:
    flat, years = read.flat, read.fiscal_years
    return {
        "file": file.name,
        "layout": flat.layout.id if flat else read.book.layout,
        "projects": len(read.book.counted),
        "lines": len(flat.lines) if flat else sum(len(one.amounts) for one in read.book.counted),
        "first_year": years[0] if years else None,
        "last_year": years[-1] if years else None,
        "baht": f"{flat.total if flat else sum(one.total() for one in read.book.counted):.2f}",
        "unmatched_units": len(flat.unmatched) if flat else 0,
        "faults": len(read.book.faults),
        "programme": "",
    }


def _show_import(printer: Printer, row: dict[str, Any], said: Text) -> None:
    heads = {
        "file": Text("ไฟล์", "file"),
        "layout": Text("รูปแบบ", "layout"),
        "projects": Text("โครงการ", "projects"),
        "lines": Text("รายการ", "lines"),
        "first_year": Text("ปีแรก (ค.ศ.)", "first year"),
        "last_year": Text("ปีสุดท้าย", "last year"),
        "baht": Text("บาท", "baht"),
        "unmatched_units": Text("หน่วยที่ยังไม่รู้พื้นที่", "units without an area"),
        "faults": Text("ที่ผิด", "faults"),
        "programme": Text("แผนงาน", "programme"),
    }
    printer.show(Sheet("import", [Column(key, heads[key]) for key in row], [row], footer=say(said)), as_json=row)


def _load(file: Path, read: ProjectFile, programme: str, organisation: str, title: str, reason: str) -> str:
    start_register()
    from mudmai.apps.programme.interfaces.command_line import load_file

    return load_file(file, read, programme=programme, organisation=organisation, title=title, reason=reason)


@projects.command(
    "list",
    cls=SpokenCommand,
    text=Text(
        "โครงการในทะเบียนพร้อมเงินแต่ละขั้น\n\n"
        "table และ json ให้หนึ่งแถวต่อโครงการ csv และ xlsx ให้หนึ่งแถวต่อรายการเงิน ครบทุกโครงการ "
        "ด้วยคอลัมน์เดียวกับที่ mudmai projects import รับ",
        "The projects of the register with their money at each stage.\n\ntable and json give a row for each project; "
        "csv and xlsx a row for each line of money, of all projects, in the columns that mudmai projects import takes.",
    ),
    examples=[
        ("mudmai projects list --programmes", Text("แผนงานทั้งหมด", "the programmes")),
        ("mudmai projects list --text ถนน --format csv -o roads.csv", Text("ที่ชื่อมีคำนี้", "with this word in the title")),
    ],
)
@option("--programme", default="", text=Text("เฉพาะแผนงานนี้", "of this programme only"))
@option("--programmes", "only_programmes", is_flag=True, text=Text("แสดงแผนงานแทนโครงการ", "the programmes instead"))
@option("--text", "words", default="", text=Text("คำในชื่อโครงการ", "words in the title"))
@option(
    "--limit",
    type=click.IntRange(1),
    text=Text("จำนวนมากสุด (ปกติ table และ json 1000 แถว csv และ xlsx ทั้งหมด)",
              "how many at most (default: 1000 in table and json, all in csv and xlsx)"),
)  # fmt: skip
@printing
def list_(*, printer: Printer, programme: str, only_programmes: bool, words: str, limit: int | None) -> None:
    """See ``text`` above."""
    start_register()
    from mudmai.apps.programme.interfaces.command_line import programme_rows, project_rows

    if only_programmes:
        rows, columns, name = programme_rows(limit or MOST_SHOWN), PROGRAMME_COLUMNS, "programmes"
    elif printer.format in ("csv", "xlsx"):
        write_list(printer, programme, words, limit)
        return
    else:
        rows, columns, name = project_rows(programme, words, limit or MOST_SHOWN), PROJECT_COLUMNS, "projects"
    printer.show(Sheet(name, columns, rows))
    if len(rows) == (limit or MOST_SHOWN):
        said = Text(f"แสดง {len(rows):,} แถวแรก ดูทั้งหมดด้วย --limit", f"the first {len(rows):,}; --limit shows more")
        click.echo(say(said), err=True)


@projects.command(
    "totals",
    cls=SpokenCommand,
    text=Text(
        "ยอดเงินรายพื้นที่ ของทะเบียน หรือของไฟล์หนึ่งไฟล์ (ไม่นำเข้า) แยกเงินของพื้นที่เอง เงินที่แบ่งกัน เงินที่ไม่แบ่ง และเงินที่ไม่รู้พื้นที่ "
        "รวมแล้วเท่ายอดรวมเสมอ",
        "Money by area, of the register or of one file (which is not loaded): the area's own, shared, undivided and "
        "without an area; together they are the grand total.",
    ),
    examples=[
        ("mudmai projects totals --level region", Text("ทะเบียนทั้งหมด รายภาค", "the register, by region")),
        (
            "mudmai projects totals budget.csv --level province --format csv",
            Text("ไฟล์เดียว รายจังหวัด", "one file, by province"),
        ),
        ("mudmai projects totals budget.csv --by category", Text("รายหมวดงบประมาณ", "by category")),
    ],
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@option(
    "--by",
    type=click.Choice(["area", "unit", "category"]),
    default="area",
    show_default=True,
    text=Text("พื้นที่ หรือ (ไฟล์แบบแถวเดียว) หน่วยหรือหมวด", "area, or (flat files) unit or category"),
)
@option("--system", default="th-clusters", show_default=True, text=Text("ระบบพื้นที่", "area system"))
@option("--level", default="province", show_default=True, text=Text("ระดับพื้นที่", "level of areas"))
@option("--programme", default="", text=Text("เฉพาะแผนงานนี้", "of this programme only"))
@UNIT
@printing
def totals(
    *, printer: Printer, file: Path | None, by: str, system: str, level: str, programme: str, units: tuple[str, ...]
) -> None:
    """See ``text`` above."""
    read = read_file(file, units) if file else None
    if by != "area":
        _flat_totals(printer, read, by)
        return
    where = open_workspace().catalogue.area_system(system)
    _show_totals(
        printer, _file_totals(read, where, level) if read else _register_totals(programme, where, level), where
    )


def _file_totals(read: ProjectFile, where: AreaSystem, level: str) -> MoneyTotals:
    from mudmai.engine.money import money_table, money_totals, read_money_lines  # loads PyArrow

    if read.flat is not None:
        read.flat.refuse_if_faulty()
    return money_totals(read_money_lines(money_table(read.amounts())), areas=(where, level))


def _register_totals(programme: str, where: AreaSystem, level: str) -> MoneyTotals:
    start_register()
    from mudmai.apps.programme.interfaces.command_line import totals_of

    return totals_of(programme, (where, level))


def _show_totals(printer: Printer, found: MoneyTotals, where: AreaSystem) -> None:
    columns = [
        Column("kind", Text("ลักษณะ", "kind")),
        Column("area", Text("รหัสพื้นที่", "area")),
        Column("name", Text("พื้นที่", "name")),
        Column("fiscal_year", Text("ปีงบประมาณ (ค.ศ.)", "fiscal year")),
        Column("stage", Text("ขั้นของเงิน", "stage")),
        Column("baht", Text("บาท", "baht")),
    ]
    rows = [
        {
            "kind": row.area_kind,
            "area": "+".join(row.areas),
            "name": ", ".join(where.by_code[code].name.in_(language_of()) for code in row.areas),
            "fiscal_year": row.fiscal_year,
            "stage": row.stage,
            "baht": f"{row.baht:.2f}",
        }
        for row in found.rows
    ]
    stages: dict[str, Decimal] = {}
    for row in found.rows:
        stages[row.stage] = stages.get(row.stage, Decimal(0)) + row.baht
    told = " · ".join(f"{stage} {baht:,.2f}" for stage, baht in stages.items()) or "0.00"
    apart = Text(" (แต่ละขั้นไม่นำมาบวกกัน)", " (stages are never added together)") if len(stages) > 1 else Text("", "")
    footer = Text(f"รวมทั้งสิ้น {told} บาท{apart.th}", f"grand total {told} baht{apart.en}")
    printer.show(Sheet("totals", columns, rows, footer=say(footer)))


def _flat_totals(printer: Printer, read: ProjectFile | None, by: str) -> None:
    if read is None or read.flat is None:
        raise click.UsageError(say(Text("--by ใช้กับไฟล์แบบแถวเดียว", "--by needs a flat file")))
    read.flat.refuse_if_faulty()
    sums = read.flat.totals_by_unit() if by == "unit" else read.flat.totals_by_category()
    columns = [Column(by, Text("หน่วย" if by == "unit" else "หมวด", by)), Column("baht", Text("บาท", "baht"))]
    rows = [{by: name, "baht": f"{amount:.2f}"} for name, amount in sums.items()]
    _show(printer, "totals", columns, rows, f"{read.flat.total:,.2f}")


def _show(printer: Printer, name: str, columns: Sequence[Column], rows: list[dict[str, Any]], grand: str) -> None:
    printer.show(Sheet(name, columns, rows, footer=say(Text(f"รวมทั้งสิ้น {grand} บาท", f"grand total {grand} baht"))))
