"""``mudmai projects print``: the official forms of a plan workbook, or of a programme of the register."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from mudmai.cli.home import open_workspace
from mudmai.cli.project_files import read_file, start_register
from mudmai.cli.wording import SpokenCommand, option, say
from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text, so_many, to_arabic_digits

if TYPE_CHECKING:
    from mudmai.exchange.forms.printing import FormPrint, PrintSpec

Script = Literal["arabic", "thai"]


@click.command(
    "print",
    cls=SpokenCommand,
    text=Text(
        "พิมพ์แบบทางการกลับจากทะเบียน (--programme) หรือจากเล่มแผนหนึ่งไฟล์ เป็น PDF Word หรือ Excel "
        "ตามนามสกุลของไฟล์ปลายทาง ตัวเลขเหมือนกันทั้งสามแบบ --blank ให้แบบเปล่าสำหรับกรอก",
        "Print the official forms of a programme of the register (--programme) or of a plan workbook as PDF, Word or "
        "Excel, by the ending of the file to write. The figures are the same in all three. --blank gives empty forms "
        "to fill in.",
    ),
    examples=[
        ("mudmai projects print --programme ID -o forms.pdf", Text("จากทะเบียน", "from the register")),
        ("mudmai projects print plan.xlsx -o forms.pdf --digits thai", Text("ทุกแบบ เลขไทย", "all forms, Thai digits")),
        ("mudmai projects print plan.xlsx -o forms.docx --form ผ.02", Text("เฉพาะแบบเดียว", "one form only")),
        (
            "mudmai projects print --blank 2566-2570 --form ผ.02 -o plan.xlsx",
            Text("แบบเปล่าสำหรับกรอก", "an empty form to fill in"),
        ),
    ],
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@option("--programme", default="", text=Text("รหัสแผนงานในทะเบียน แทนไฟล์", "id of a programme of the register, no file"))
@option(
    "--blank",
    default="",
    metavar="YEARS",
    text=Text(
        "แบบเปล่าสำหรับกรอก ของปีงบประมาณเหล่านี้ เช่น 2566-2570",
        "empty forms to fill in, for these fiscal years, such as 2566-2570",
    ),
)
@option(
    "--rows",
    type=click.IntRange(1, 500),
    default=20,
    show_default=True,
    text=Text("จำนวนแถวของแบบเปล่า", "rows of an empty form"),
)
@option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    text=Text("ไฟล์ที่จะเขียน: .pdf .docx หรือ .xlsx", "the file to write: .pdf, .docx or .xlsx"),
)
@option(
    "--form",
    "forms",
    multiple=True,
    text=Text(
        "แบบที่พิมพ์ เช่น ผ.02 หรือ por-02 (ใส่ซ้ำได้)",
        "a form to print, by its code or an id such as por-02; may be given again",
    ),
)
@option(
    "--digits",
    type=click.Choice(["arabic", "thai"]),
    default="arabic",
    show_default=True,
    text=Text("เลขอารบิกหรือเลขไทย", "digits of the print"),
)
@option(
    "--organisation",
    default="",
    text=Text(
        "ชื่อหน่วยงานบนหัวแบบ (ของไฟล์หรือแบบเปล่า)", "name of the organisation in the titles (of a file or empty form)"
    ),
)
def print_(
    *,
    file: Path | None,
    programme: str,
    blank: str,
    rows: int,
    output: Path,
    forms: tuple[str, ...],
    digits: Script,
    organisation: str,
) -> None:
    """See ``text`` above."""
    if [file is not None, bool(programme), bool(blank)].count(True) != 1:
        raise click.UsageError(
            say(
                Text("ระบุไฟล์ --programme หรือ --blank อย่างใดอย่างหนึ่ง", "give a file, --programme or --blank; one of them")
            )
        )
    ending = output.suffix.lower().lstrip(".")
    if ending not in ("pdf", "docx", "xlsx"):
        raise click.BadParameter(
            say(Text("ใช้นามสกุล .pdf .docx หรือ .xlsx", "use the ending .pdf, .docx or .xlsx")), param_hint="--output"
        )
    if blank:
        made, spec, said = _blank(blank, rows, forms, digits, organisation)
    elif file is None:
        made, spec, said = _of_register(programme, forms, digits)
    else:
        made, spec, said = _of_file(file, forms, digits, organisation)
    _write(output, made, spec, ending)
    click.echo(say(Text(f"พิมพ์ {said.th} ลง {output}", f"{said.en}, to {output}")), err=True)


def _blank(
    years: str, rows: int, forms: tuple[str, ...], digits: Script, organisation: str
) -> tuple[FormPrint, PrintSpec, Text]:
    from mudmai.exchange.forms.printing import blank_print, years_between  # typesetting is loaded for this command only
    from mudmai.workspace.form_packs import form_pack_of

    first, _, last = to_arabic_digits(years).replace(" ", "").replace("–", "-").partition("-")
    if not (first.isdigit() and (last or first).isdigit()):
        raise click.BadParameter(
            say(Text("เขียนปีแรก-ปีสุดท้าย เช่น 2566-2570", "write FIRST-LAST, such as 2566-2570")), param_hint="--blank"
        )
    pack = form_pack_of(open_workspace().home, ())
    assert pack is not None
    between = years_between(int(first), int(last or first))
    made = blank_print(
        pack.layouts, pack.spec, between, forms=forms, rows=rows, digits=digits, organisation=organisation
    )
    said = Text(
        f"แบบเปล่า {len(made.sheets)} แบบ แบบละ {rows:,} แถว",
        f"empty forms: {len(made.sheets)}, of {so_many(rows, 'row', 'rows')} each",
    )
    return made, pack.spec, said


def _of_file(
    file: Path, forms: tuple[str, ...], digits: Script, organisation: str
) -> tuple[FormPrint, PrintSpec, Text]:
    from mudmai.exchange.forms.printing import form_print  # typesetting is loaded for this command only
    from mudmai.workspace.form_packs import form_pack_of

    read = read_file(file)
    if read.layouts is None:
        raise InputError(
            Text("บัญชีแบบแถวเดียวไม่มีแบบพิมพ์ทางการ", "a flat list has no official form to print"),
            remedy=Text(
                "ใช้เล่มแผนตามแบบ ผ. หรือนำเข้าทะเบียนแล้วพิมพ์ด้วย --programme",
                "give a workbook of plan forms, or load the list and print it with --programme",
            ),
            code="form_unknown",
            where=Where(file=str(file)),
        )
    pack = form_pack_of(open_workspace().home, [read.layouts.id])
    assert pack is not None
    made = form_print(read.book, read.layouts, pack.spec, forms=forms, digits=digits, organisation=organisation)
    counted = [one for one in read.book.counted if not forms or _is_of(one.form, forms, read.layouts)]
    total = sum(one.total() for one in counted)
    return (
        made,
        pack.spec,
        Text(
            f"{len(counted):,} โครงการ {total:,} บาท", f"{so_many(len(counted), 'project', 'projects')}, {total:,} baht"
        ),
    )


def _is_of(form: str, forms: tuple[str, ...], layouts: object) -> bool:
    known = getattr(layouts, "forms", ())
    return any(one.id == form and (one.id in forms or one.code in forms) for one in known)


def _of_register(programme: str, forms: tuple[str, ...], digits: Script) -> tuple[FormPrint, PrintSpec, Text]:
    start_register()
    from mudmai.apps.programme.interfaces.command_line import programme_to_print

    made, spec = programme_to_print(programme, forms, digits)
    details = [sheet for sheet in made.sheets if sheet.columns[0].kind == "number"]
    count = sum(1 for sheet in details for row in sheet.rows if row.kind == "project")
    return (
        made,
        spec,
        Text(
            f"{count:,} โครงการ {len(made.sheets):,} ตาราง",
            f"{so_many(count, 'project', 'projects')}, {so_many(len(made.sheets), 'table', 'tables')}",
        ),
    )


def _write(output: Path, made: FormPrint, spec: PrintSpec, ending: str) -> None:
    from mudmai.exchange.forms import printing as press
    from mudmai.exchange.tables import write_file

    writers = {"pdf": press.print_pdf, "docx": press.print_docx, "xlsx": press.print_xlsx}
    content = writers[ending](made, spec)
    try:
        write_file(output, content)
    except OSError as error:
        raise InputError(
            Text(f"เขียนไฟล์ไม่ได้ ({error.strerror})", f"the file cannot be written ({error.strerror})"),
            remedy=Text("เลือกโฟลเดอร์อื่นที่เขียนได้และมีที่ว่าง", "choose a folder that exists and can be written to"),
            code="output",
            where=Where(file=str(output)),
        ) from error
