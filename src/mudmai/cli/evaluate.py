"""``mudmai eval``: a free formula over all areas of a system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mudmai.cli.home import open_loaded
from mudmai.cli.output import Column, Printer, Sheet, printing
from mudmai.cli.periods import PERIOD, period_words
from mudmai.cli.wording import SpokenCommand, language_of, option, say
from mudmai.core.errors import InputError
from mudmai.core.language import Text, so_many
from mudmai.core.periods import Period

if TYPE_CHECKING:
    from mudmai.core.areas import Area
    from mudmai.engine.cubes import Cube

_LONG = (
    Column("area", Text("รหัส", "Code")),
    Column("area_name_th", Text("พื้นที่", "Thai name")),
    Column("area_name_en", Text("พื้นที่", "English name")),
    Column("area_system", Text("ระบบพื้นที่", "Area system")),
    Column("period", Text("ช่วงเวลา", "Period")),
    Column("value", Text("ค่า", "Value"), decimals=4),
    Column("unit", Text("หน่วย", "Unit")),
)


@click.command(
    "eval",
    cls=SpokenCommand,
    text=Text(
        "คำนวณสูตรกับทุกพื้นที่ของระบบหนึ่ง หน่วยและระบบพื้นที่ถูกตรวจก่อนคำนวณ ค่าที่ขาดคือไม่มีค่า ไม่ใช่ศูนย์\n\n"
        "ดูชื่ออนุกรมด้วย mudmai data series",
        "Compute a formula over all areas of a system. Units and area systems are checked first; what is missing stays "
        "missing.\n\nThe names of series: mudmai data series.",
    ),
    examples=[
        (
            'mudmai eval "growth(grp_per_head)" --area-system th-nesdc --from 2560 --to 2562',
            Text("อัตราเติบโตของทุกภาคและจังหวัด", "growth in every region and province"),
        ),
        (
            'mudmai eval "share_of_parent(grp_current)" --area-system th-nesdc --year 2019 --format csv',
            Text("ส่วนแบ่งของแต่ละพื้นที่ เป็น CSV", "each area's share, as CSV"),
        ),
    ],
)
@click.argument("formula")
@option("--area-system", text=Text("ระบบพื้นที่ของคำตอบ", "area system of the answer (default: that of the series)"))
@option("--year", type=PERIOD, text=Text("ช่วงเวลาเดียว แทน --from และ --to", "one period, instead of --from and --to"))
@option("--from", "first", type=PERIOD, text=Text("ช่วงเวลาแรก", "first period (default: with data)"))
@option("--to", "last", type=PERIOD, text=Text("ช่วงเวลาสุดท้าย", "last period (default: with data)"))
@option("--area", "areas", multiple=True, text=Text("เฉพาะพื้นที่นี้ (ซ้ำได้)", "only this area (repeatable)"))
@option("--level", text=Text("เฉพาะระดับนี้", "only areas of this level"))
@option("--release", text=Text("รุ่นข้อมูล (ปกติคือรุ่นปัจจุบัน)", "release of the data (default: the current one)"))
@printing
def evaluate(
    *,
    printer: Printer,
    formula: str,
    area_system: str | None,
    year: Period | None,
    first: Period | None,
    last: Period | None,
    areas: tuple[str, ...],
    level: str | None,
    release: str | None,
) -> None:
    """See ``text`` above."""
    if year is not None:
        if first is not None or last is not None:
            raise click.UsageError(
                say(Text("ใช้ --year หรือ --from/--to อย่างใดอย่างหนึ่ง", "give either --year, or --from and --to"))
            )
        first = last = year
    if first is not None and last is not None and last.start() < first.start():
        raise InputError(
            Text("ช่วงเวลาสุดท้ายอยู่ก่อนช่วงเวลาแรก", "the last period is before the first"),
            remedy=Text("สลับ --from กับ --to", "exchange --from and --to"),
            code="period",
        )
    workspace = open_loaded()
    checked = workspace.check_formula(formula, area_system=area_system)
    cube = workspace.evaluate(formula, area_system=area_system, first=first, last=last, release=release)
    system = workspace.catalogue.area_system(cube.areas.system)
    wanted = [system.find(code) for code in areas] or [a for a in system.areas if level in (None, a.level)]
    unit = checked.type.unit
    label = unit.label.in_(language_of()) or unit.code
    rows = _long_rows(cube, wanted, unit.code)
    notes = [("Formula", formula), ("Unit", unit.code), ("Release", workspace.release(release).id)]
    if printer.format == "table":
        printer.show(_wide(cube, wanted, f"{formula}  ({label})", unit.decimals))
    else:
        printer.show(Sheet("eval", _LONG, rows, notes=notes))


def _long_rows(cube: Cube, wanted: list[Area], unit: str) -> list[dict[str, Any]]:
    return [
        {
            "area": area.code,
            "area_name_th": area.name.th,
            "area_name_en": area.name.en,
            "area_system": cube.areas.system,
            "period": period.iso,
            "value": _value(cube, area.code, period),
            "unit": unit,
        }
        for area in wanted
        for period in cube.periods.periods
    ]


def _value(cube: Cube, area: str, period: Period) -> float | bool | None:
    value = cube.at(area, period)
    return bool(value) if cube.boolean and value is not None else value


def _wide(cube: Cube, wanted: list[Area], heading: str, decimals: int) -> Sheet:
    """Areas down, periods across; areas without any value are left out of the table and counted below it."""
    language, periods = language_of(), cube.periods.periods
    columns = [
        Column("area", Text("รหัส", "Code")),
        Column("name", Text("พื้นที่", "Area")),
        *(Column(p.iso, Text(period_words(p), period_words(p)), decimals=decimals) for p in periods),
    ]
    rows = [
        {"area": a.code, "name": a.name.in_(language), **{p.iso: _value(cube, a.code, p) for p in periods}}
        for a in wanted
    ]
    full = [row for row in rows if any(row[p.iso] is not None for p in periods)]
    empty = len(rows) - len(full)
    footer = (
        say(Text(f"อีก {empty} พื้นที่ไม่มีค่า", f"{so_many(empty, 'more area has', 'more areas have')} no value"))
        if empty
        else ""
    )
    return Sheet("eval", columns, full, heading=heading, footer=footer)
