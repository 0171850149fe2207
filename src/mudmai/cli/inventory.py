"""``mudmai inventory``: greenhouse gases of a city from a workbook or CSV, without a database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mudmai.cli.home import home
from mudmai.cli.inventory_sums import footer, heading, json_of, sum_columns, sum_rows
from mudmai.cli.output import Column, Printer, Sheet, printing
from mudmai.cli.project_files import tell_problems
from mudmai.cli.wording import SpokenCommand, SpokenGroup, language_of, option, say
from mudmai.core.errors import InputError
from mudmai.core.language import Text

if TYPE_CHECKING:
    from mudmai.core.inventories import InventoryRules

_LEVELS = click.Choice(["BASIC", "BASIC+"])


@click.group(
    "inventory",
    cls=SpokenGroup,
    text=Text(
        "บัญชีก๊าซเรือนกระจกของเมือง: คำนวณจากไฟล์ ทำแบบฟอร์ม",
        "Greenhouse-gas inventories of cities: worked out from a file, templates.",
    ),
    examples=[
        ("mudmai inventory template -o inventory.xlsx", Text("แบบฟอร์มเปล่า", "an empty template")),
        ("mudmai inventory compute inventory.xlsx", Text("คำนวณจากไฟล์", "work it out")),
    ],
)
def inventory() -> None:
    """See ``text`` above."""


@inventory.command(
    "compute",
    cls=SpokenCommand,
    text=Text(
        "ผลรวมรายหมวด ช่องที่ยังไม่ทราบพร้อมเหตุผล และดุล จากไฟล์ตามแบบฟอร์ม",
        "Sums by sector, which cells are not known and why, and balances, from a file as the template.",
    ),
    examples=[
        ("mudmai inventory compute inventory.xlsx", Text("ผลรวมของไฟล์ที่กรอกแล้ว", "the sums of a filled file")),
        (
            "mudmai inventory compute inventory.xlsx --population 50000",
            Text("พร้อมค่าต่อหัว", "with the value a head"),
        ),
    ],
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@option(
    "--level",
    type=_LEVELS,
    text=Text(
        "ระดับของบัญชี (ปกติตามที่เขียนในแบบฟอร์ม ถ้าไม่มีคือ BASIC)",
        "level of the inventory (default: what the sheet says, else BASIC)",
    ),
)
@option("--gwp", text=Text("ชุดค่า GWP (ปกติคือชุดแรก)", "GWP set (default: the first)"))
@option("--population", type=int, text=Text("ประชากร เพื่อค่าต่อหัว", "population, for the value a head"))
@printing
def compute(*, printer: Printer, file: Path, level: str | None, gwp: str | None, population: int | None) -> None:
    """See ``text`` above."""
    from mudmai.core.inventories import Level
    from mudmai.exchange.inventories.sheets import read_inventory_sheet
    from mudmai.methods.balances import balance
    from mudmai.methods.greenhouse_gas import added_up

    if not file.is_file():
        raise InputError(
            Text(f"ไม่มีไฟล์ {file}", f"there is no file {file}"),
            remedy=Text("ตรวจชื่อไฟล์", "check the name of the file"),
            code="no_file",
        )
    rules = _rules()
    sheet = read_inventory_sheet(file, rules, name=file.name)
    sheet.refuse()
    reach = Level(level) if level else sheet.level or Level.BASIC
    tell_problems(Text(f"ที่ควรตรวจใน {file.name}:", f"To look at in {file.name}:"), sheet.warnings)
    if sheet.level is not None and sheet.level is not reach:
        told = Text(
            f"แบบฟอร์มเป็นระดับ {sheet.level} แต่คำนวณระดับ {reach} ตาม --level",
            f"the sheet is of level {sheet.level}; worked out for {reach}, as --level says",
        )
        click.echo(say(told), err=True)
    totals = added_up(rules, sheet.entries, level=reach, gwp=rules.gwp(gwp or next(iter(rules.gwp_sets))))
    balances = [balance(kind, sheet.flows_of(kind.id)) for kind in rules.balances.values()]
    rows = sum_rows(rules, totals)
    printer.show(
        Sheet(
            "inventory",
            sum_columns(totals),
            rows,
            heading=heading(rules, totals),
            footer=footer(rules, totals, balances, sheet, population),
        ),
        as_json=json_of(rules, totals, balances, sheet, population, rows),
    )


@inventory.command(
    "template",
    cls=SpokenCommand,
    text=Text("แบบฟอร์มเปล่าของระดับที่เลือก", "An empty template of the level chosen."),
    examples=[
        ("mudmai inventory template -o inventory.xlsx", Text("แบบฟอร์ม Excel", "as a workbook")),
        ("mudmai inventory template -o inventory.csv", Text("แบบฟอร์ม CSV", "as CSV")),
    ],
)
@option("--level", type=_LEVELS, default="BASIC", text=Text("ระดับของบัญชี", "level of the inventory"))
@option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    text=Text("ไฟล์ .xlsx หรือ .csv", "a .xlsx or .csv file"),
)
def template(level: str, output: Path) -> None:
    """See ``text`` above."""
    from mudmai.core.inventories import Level
    from mudmai.exchange.inventories.sheets import inventory_csv, inventory_rows, inventory_xlsx
    from mudmai.exchange.tables import write_file

    rules, language = _rules(), language_of()
    rows = inventory_rows(rules, [], {}, language, level=Level(level))
    made = inventory_csv(rows, language) if output.suffix == ".csv" else inventory_xlsx(rules, rows, language)
    write_file(output, made)
    click.echo(say(Text(f"เขียน {output} แล้ว", f"wrote {output}")))


@inventory.command(
    "show",
    cls=SpokenCommand,
    text=Text("ค่าการปล่อยที่มีให้ พร้อมที่มา", "The factors that are given, with their sources."),
    examples=[
        ("mudmai inventory show", Text("ค่าการปล่อยทั้งหมด", "all factors")),
        ("mudmai inventory show --format csv", Text("พร้อมที่มา เป็น CSV", "with their sources, as CSV")),
    ],
)
@printing
def show(*, printer: Printer) -> None:
    """See ``text`` above."""
    language = language_of()
    rows = [
        {
            "factor": one.id,
            "title": one.title.in_(language),
            "unit": one.unit,
            "gases": ", ".join(f"{gas} {value:.15g}" for gas, value in one.gases.items()),
            "heat": ", ".join(
                f"{value:g} MJ/{unit}"
                for value, unit in ((one.heat.per_kg, "kg"), (one.heat.per_m3, "m3"))
                if value is not None
            ),
            "uncertainty": ", ".join(f"{gas or 'all'} {value:g}" for gas, value in one.uncertainty.items()),
            "cells": " ".join(one.cells),
            "source": one.source.in_(language),
        }
        for one in _rules().factors.values()
    ]
    columns = [
        Column("factor", Text("รหัส", "Id")),
        Column("title", Text("ชื่อ", "Title")),
        Column("unit", Text("หน่วย", "Unit")),
        Column("gases", Text("ก๊าซ", "Gases")),
        Column("heat", Text("ค่าความร้อน", "Heat value"), in_table=False),
        Column("uncertainty", Text("ความไม่แน่นอน (±%)", "Uncertainty (±%)"), in_table=False),
        Column("cells", Text("ช่อง", "Cells")),
        Column("source", Text("ที่มา", "Source"), in_table=False),
    ]
    printer.show(Sheet("factors", columns, rows))


def _rules() -> InventoryRules:
    from mudmai.workspace.home import Home
    from mudmai.workspace.inventories import inventory_rules

    return inventory_rules(Home(home()))
