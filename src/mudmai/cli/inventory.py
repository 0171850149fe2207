"""``mudmai inventory``: greenhouse gases of a city from a workbook or CSV, without a database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mudmai.cli.home import home
from mudmai.cli.output import Column, Printer, Sheet, printing
from mudmai.cli.wording import SpokenCommand, SpokenGroup, language_of, option, say
from mudmai.core.errors import InputError
from mudmai.core.language import Text

if TYPE_CHECKING:
    from mudmai.core.inventories import InventoryRules
    from mudmai.methods.greenhouse_gas import InventoryTotals, Total

_LEVEL = option(
    "--level",
    type=click.Choice(["BASIC", "BASIC+"]),
    default="BASIC",
    text=Text("ระดับของบัญชี", "level of the inventory"),
)


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
        "ผลรวมรายหมวด สิ่งที่ยังไม่ทราบ และดุล จากไฟล์ตามแบบฟอร์ม",
        "Sums by sector, what is not known, and balances, from a file as the template.",
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
@_LEVEL
@option("--gwp", text=Text("ชุดค่า GWP (ปกติคือชุดแรก)", "GWP set (default: the first)"))
@option("--population", type=int, text=Text("ประชากร เพื่อค่าต่อหัว", "population, for the value a head"))
@printing
def compute(*, printer: Printer, file: Path, level: str, gwp: str | None, population: int | None) -> None:
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
    totals = added_up(rules, sheet.entries, level=Level(level), gwp=rules.gwp(gwp or next(iter(rules.gwp_sets))))
    balances = [balance(kind, sheet.flows_of(kind.id)) for kind in rules.balances.values()]
    language = language_of()
    told = [one for one in balances if len(one.missing) < len(one.kind.flows)]
    notes = [f"{one.kind.title.in_(language)}: {one.verdict.in_(language)}" for one in told]
    printer.show(_sums(rules, totals, population, notes))


@inventory.command(
    "template",
    cls=SpokenCommand,
    text=Text("แบบฟอร์มเปล่าของระดับที่เลือก", "An empty template of the level chosen."),
    examples=[
        ("mudmai inventory template -o inventory.xlsx", Text("แบบฟอร์ม Excel", "as a workbook")),
        ("mudmai inventory template -o inventory.csv", Text("แบบฟอร์ม CSV", "as CSV")),
    ],
)
@_LEVEL
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
            "gases": ", ".join(f"{gas} {value:g}" for gas, value in one.gases.items()),
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
        Column("cells", Text("ช่อง", "Cells")),
        Column("source", Text("ที่มา", "Source"), in_table=False),
    ]
    printer.show(Sheet("factors", columns, rows))


def _rules() -> InventoryRules:
    from mudmai.workspace.home import Home
    from mudmai.workspace.inventories import inventory_rules

    return inventory_rules(Home(home()))


def _sums(rules: InventoryRules, totals: InventoryTotals, population: int | None, notes: list[str]) -> Sheet:
    language = language_of()

    def row(id: str, title: str, total: Total) -> dict[str, Any]:
        known = [one for one in totals.open_cells if not id or one.cell.sector == id]
        scopes = {f"scope_{n}": (totals.sector_scopes[id, n] if id else one).co2e for n, one in totals.scopes.items()}
        return {
            "sector": id,
            "title": title,
            "co2e_t": total.co2e,
            **scopes,
            "uncertainty": total.uncertainty,
            "open_cells": len(known),
            "biogenic_t": total.biogenic,
        }

    rows = [row(id, rules.sectors[id].title.in_(language), total) for id, total in totals.sectors.items()]
    rows.append(row("", Text("รวมที่ทราบ", "known total").in_(language), totals.total))
    columns = [
        Column("sector", Text("หมวด", "Sector")),
        Column("title", Text("ชื่อ", "Title")),
        Column("co2e_t", Text("ตัน CO2e", "t CO2e"), decimals=1),
        *(Column(f"scope_{n}", Text(f"ขอบเขต {n}", f"Scope {n}"), decimals=1) for n in totals.scopes),
        Column("uncertainty", Text("± %", "± %"), decimals=0),
        Column("open_cells", Text("ช่องยังไม่ทราบ", "Cells not known"), decimals=0),
        Column("biogenic_t", Text("CO2 ชีวภาพ", "Biogenic CO2"), decimals=1, in_table=False),
    ]
    a_head = totals.per_head(population)
    told = [] if a_head is None else [Text(f"{a_head:.2f} ตันต่อคน", f"{a_head:.2f} t a head").in_(language)]
    footer = "\n".join([*told, *notes])
    return Sheet("inventory", columns, rows, footer=footer)
