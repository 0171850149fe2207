"""Files of projects on the command line, and ``mudmai projects reconcile``: without any database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mudmai.cli.home import home, open_workspace
from mudmai.cli.output import Column, Printer, Sheet, printing
from mudmai.cli.wording import SpokenCommand, language_of, option, say
from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text

if TYPE_CHECKING:
    from mudmai.core.errors import Problem
    from mudmai.exchange.forms.book import FormBook, ReconciledLine
    from mudmai.workspace.project_files import ProjectFile

_MOST_PROBLEMS = 30


def said_units(given: Sequence[str]) -> Mapping[str, str]:
    """``NAME=CODE`` of ``--unit`` as a mapping."""
    found = {}
    for one in given:
        name, equals, code = one.rpartition("=")
        if not (equals and name.strip() and code.strip()):
            raise click.BadParameter(say(Text("เขียนเป็น ชื่อ=รหัสพื้นที่", "write NAME=AREA-CODE")), param_hint="--unit")
        found[name.strip()] = code.strip()
    return found


def read_file(path: Path, units: Sequence[str] = ()) -> ProjectFile:
    """The file of projects, read by the layout that fits."""
    from mudmai.workspace.project_files import read_project_file  # only where a file is read

    if not path.is_file():
        raise InputError(
            Text(f"ไม่พบไฟล์ {path.name}", f"there is no file {path.name}"),
            remedy=Text("ตรวจชื่อและโฟลเดอร์ของไฟล์", "check its name and folder"),
            code="file_missing",
            where=Where(file=str(path)),
        )
    return read_project_file(open_workspace(), path, aliases=said_units(units))


def start_register() -> None:
    """Start Django, for commands that read the register."""
    from mudmai.site.starting import start_django  # Django: only where the register is asked

    start_django(home())


def tell_problems(head: Text, problems: Sequence[Problem]) -> None:
    """A list of what was found, on standard error."""
    if not problems:
        return
    lines = [f"  - {_told(one)}" for one in problems[:_MOST_PROBLEMS]]
    rest = len(problems) - len(lines)
    more = [say(Text(f"  ... และอีก {rest} รายการ", f"  ... and {rest} more"))] if rest else []
    click.echo("\n".join([say(head), *lines, *more]), err=True)


def _told(one: Problem) -> str:
    place = one.where.words(language_of(), file=False)
    return (f"{place}: " if place else "") + f"{say(one.message)} – {say(one.remedy)}"


def tell_disagreements(file: Path, book: FormBook) -> None:
    """One line on standard error where the workbook disagrees with its own summary."""
    from mudmai.exchange.forms.reconciling import reconcile as compare  # only where a workbook is read

    found = compare(book)
    if found.disagreements:
        n, bad = len(found.lines), len(found.disagreements)
        told = Text(
            f"ไม่ตรงกับแบบสรุปของเล่มเอง {bad:,} จาก {n:,} รายการ ดูแต่ละรายการด้วย mudmai projects reconcile {file.name}",
            f"{bad:,} of {n:,} comparisons with the book's own summary disagree; "
            f"mudmai projects reconcile {file.name} lists them",
        )
        click.echo(say(told), err=True)


@click.command(
    "reconcile",
    cls=SpokenCommand,
    text=Text(
        "เทียบเล่มแผนกับแบบสรุปของเล่มเอง ทุกแผนงานทุกปี ถึงระดับบาท ไม่นำเข้าอะไร จบด้วยรหัส 1 เมื่อมีรายการที่ไม่ตรงกัน",
        "Compare a plan workbook with its own summary, every section and year, to the baht. Nothing is loaded. Ends "
        "with code 1 when something disagrees.",
    ),
    examples=[
        ("mudmai projects reconcile plan.xlsx", Text("เฉพาะที่ไม่ตรง", "what disagrees")),
        ("mudmai projects reconcile plan.xlsx --all --format csv -o check.csv", Text("ทุกรายการ", "every comparison")),
    ],
)
@click.argument("file", type=click.Path(path_type=Path))
@option("--all", "every", is_flag=True, text=Text("แสดงรายการที่ตรงกันด้วย", "also what agrees"))
@printing
def reconcile(*, printer: Printer, file: Path, every: bool) -> None:
    """See ``text`` above."""
    from mudmai.exchange.forms.reconciling import reconcile as compare  # only for this command

    read = read_file(file)
    found = compare(read.book)
    rows = [_compared(line) for line in (found.lines if every else found.disagreements)]
    columns = [
        Column("what", Text("เทียบอะไร", "what")),
        Column("section", Text("แผนงาน", "section")),
        Column("form", Text("แบบ", "form"), in_table=False),
        Column("fiscal_year", Text("ปีงบประมาณ (ค.ศ.)", "fiscal year")),
        Column("form_count", Text("โครงการในแบบ", "projects, forms")),
        Column("summary_count", Text("ในสรุป", "summary")),
        Column("form_baht", Text("บาทในแบบ", "baht, forms")),
        Column("summary_baht", Text("บาทในสรุป", "baht, summary")),
        Column("difference", Text("ต่าง", "difference")),
        Column("cells", Text("เซลล์", "cells")),
        Column("agrees", Text("ตรงกัน", "agrees"), in_table=every),
    ]
    if not found.lines:
        said = Text("ไม่มีแบบสรุปให้เทียบ", "there is no summary to compare with")
    else:
        n, bad = len(found.lines), len(found.disagreements)
        said = Text(f"เทียบ {n:,} รายการ ไม่ตรง {bad:,}", f"{n:,} comparisons, {bad:,} disagree")
    printer.show(Sheet("reconciliation", columns, rows, footer=say(said)))
    tell_problems(Text("ที่ผิดในไฟล์:", "faults of the file:"), read.book.faults)
    if found.disagreements or read.book.faults:
        click.get_current_context().exit(1)


def _compared(line: ReconciledLine) -> dict[str, Any]:
    return {
        "what": line.what,
        "section": line.section,
        "form": line.form,
        "fiscal_year": line.year,
        "form_count": line.form_count,
        "summary_count": line.summary_count,
        "form_baht": _baht(line.form_sum),
        "summary_baht": _baht(line.summary_sum),
        "difference": _baht(line.difference),
        "cells": ", ".join((*line.form_cells, *line.summary_cells)),
        "agrees": line.agrees,
    }


def _baht(amount: Any) -> str | None:
    """Exact decimal text; never a binary number."""
    return None if amount is None else f"{amount:.2f}"
