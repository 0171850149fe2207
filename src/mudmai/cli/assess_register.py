"""``mudmai assess register ...`` and ``mudmai assess clock``: the register of certificates; these need the database."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from mudmai.cli.home import home
from mudmai.cli.output import Column, Printer, Sheet, printing
from mudmai.cli.wording import SpokenCommand, SpokenGroup, language_of, option, say
from mudmai.core.days import read_day
from mudmai.core.errors import InputError
from mudmai.core.language import Text, so_many

_STATES = ("in_force", "expired", "withdrawn", "superseded", "not_yet")
_DAY = option("--today", default=None, text=Text("นับว่าวันนี้เป็นวันที่นี้", "the day that counts as today"))


def _start() -> None:
    from mudmai.site.starting import start_django  # Django: only for these commands

    start_django(home())


def _day(text: str | None) -> date | None:
    return read_day(text) if text else None


@click.group(
    "register",
    cls=SpokenGroup,
    text=Text("ทะเบียนใบรับรองเมือง", "The register of certified cities."),
    examples=[("mudmai assess register list", Text("ใบรับรองทั้งหมด", "every certificate"))],
)
def register() -> None:
    """See ``text`` above."""


def _columns() -> list[Column]:
    return [
        Column("number", Text("เลขที่", "Number")),
        Column("city", Text("เมือง", "City")),
        Column("area", Text("พื้นที่", "Area")),
        Column("level", Text("ระดับ", "Level")),
        Column("granted", Text("ออกเมื่อ", "Granted")),
        Column("expires_on", Text("สิ้นอายุ", "Expires")),
        Column("state", Text("สถานะ", "State")),
    ]


@register.command(
    "list",
    cls=SpokenCommand,
    text=Text("ใบรับรองในทะเบียน", "Certificates of the register."),
    examples=[
        ("mudmai assess register list --state in_force", Text("เฉพาะที่มีผล", "only those in force")),
        ("mudmai assess register list --format csv -o register.csv", Text("ทั้งหมดเป็น CSV", "all of it as CSV")),
    ],
)
@option("--scheme", default="", text=Text("เฉพาะทะเบียนนี้", "this scheme only"))
@option("--state", type=click.Choice(_STATES), default=None, text=Text("เฉพาะสถานะนี้", "this state only"))
@option("--find", default="", text=Text("คำในชื่อเมืองหรือเลขที่", "words in the city's name or the number"))
@printing
def list_(*, printer: Printer, scheme: str, state: str | None, find: str) -> None:
    """See ``text`` above."""
    _start()
    from mudmai.apps.assessment.domain.register_reading import COLUMNS, Asked, chosen, records

    rows = list(records(chosen(Asked(scheme=scheme, words=find, standing=state or ""))))
    shown = {one.key for one in _columns()}
    more = [Column(name, Text(name, name), in_table=False) for name in COLUMNS if name not in shown]
    printer.show(Sheet("register", [*_columns(), *more], rows))


@register.command(
    "show",
    cls=SpokenCommand,
    text=Text("ใบรับรองหนึ่งใบกับประวัติ", "One certificate and its history."),
    examples=[("mudmai assess register show smart-city-2021-F13", Text("ใบหนึ่ง", "one certificate"))],
)
@click.argument("number")
@printing
def show(*, printer: Printer, number: str) -> None:
    """See ``text`` above."""
    _start()
    from mudmai.apps.assessment.domain.register_reading import certificate_named, records
    from mudmai.apps.assessment.models import EventKind

    held = certificate_named(number)
    (row,) = records([held])
    language = language_of()
    rows: list[dict[str, Any]] = [{"key": key, "value": value} for key, value in row.items() if value not in (None, "")]
    rows += [
        {
            "key": one.on_iso,
            "value": f"{EventKind(one.kind).title.in_(language)} {one.reason}".strip(),
        }
        for one in held.events.all()
    ]
    columns = [Column("key", Text("รายการ", "Field")), Column("value", Text("ค่า", "Value"))]
    printer.show(Sheet("certificate", columns, rows))


@register.command(
    "counts",
    cls=SpokenCommand,
    text=Text("จำนวนที่มีผล ณ สิ้นปี", "Valid certificates at the end of each year."),
    examples=[("mudmai assess register counts --scheme smart-city", Text("เมืองอัจฉริยะรายปี", "smart cities by year"))],
)
@option("--scheme", default="", text=Text("เฉพาะทะเบียนนี้", "this scheme only"))
@_DAY
@printing
def counts(*, printer: Printer, scheme: str, today: str | None) -> None:
    """See ``text`` above."""
    _start()
    from mudmai.apps.assessment.domain.register_publishing import schemes_in_register
    from mudmai.apps.assessment.domain.register_reading import counts_of

    rows = [
        {"scheme": key, "year": str(one.year), "day": one.day.isoformat(), "count": one.count,
         "no_known_end": one.no_known_end, "provisional": one.is_provisional}
        for key in schemes_in_register()
        if scheme in ("", key)
        for one in counts_of(key, _day(today)).counts
    ]  # fmt: skip
    columns = [
        Column("scheme", Text("ทะเบียน", "Scheme")),
        Column("year", Text("ปี", "Year")),
        Column("day", Text("นับ ณ วันที่", "As of")),
        Column("count", Text("มีผล", "Valid"), decimals=0),
        Column("no_known_end", Text("ไม่ทราบวันสิ้นอายุ", "No known end"), decimals=0),
        Column("provisional", Text("เบื้องต้น", "Provisional")),
    ]
    printer.show(Sheet("counts", columns, rows))


@register.command(
    "load",
    cls=SpokenCommand,
    text=Text(
        "นำรายการตั้งต้นของชุดเนื้อหาเข้าทะเบียน ทำซ้ำได้ ไม่เปลี่ยนใบที่มีอยู่",
        "Bring first entries of packs into the register. May be repeated; what is there is not changed.",
    ),
    examples=[("mudmai assess register load", Text("นำเข้าทุกชุด", "of every pack"))],
)
def load() -> None:
    """See ``text`` above."""
    _start()
    from mudmai.apps.assessment.domain.first_entries import load_first_entries

    for one in load_first_entries(home()):
        told = Text(f"ใหม่ {one.new} มีแล้ว {one.known}", f"{one.new} new, {one.known} known")
        click.echo(f"{one.scheme}: {say(told)}")
        for text in one.differing:
            click.echo(say(text))


@register.command(
    "hold",
    cls=SpokenCommand,
    text=Text("กำหนดหน่วยงานผู้ดูแลทะเบียน", "Name the organisation that keeps a register."),
    examples=[("mudmai assess register hold smart-city depa", Text("ให้ดีป้าดูแล", "depa keeps it"))],
)
@click.argument("scheme")
@click.argument("organisation")
def hold(scheme: str, organisation: str) -> None:
    """See ``text`` above."""
    _start()
    from mudmai.apps.assessment.domain.registers import hold_register
    from mudmai.apps.registry.models import Organisation
    from mudmai.apps.registry.policy import OPERATOR
    from mudmai.core.errors import UnknownNameError

    held = Organisation.objects.filter(code=organisation).first()
    if held is None:
        known = list(Organisation.objects.values_list("code", flat=True))
        raise UnknownNameError(Text("หน่วยงาน", "organisation"), organisation, known) if known else _no_organisation()
    hold_register(acting_user=OPERATOR, scheme=scheme, organisation=held)
    click.echo(say(Text(f"{scheme}: ดูแลโดย {held.name_th}", f"{scheme}: kept by {held.name_en}")))


def _no_organisation() -> InputError:
    return InputError(
        Text("ยังไม่มีหน่วยงานใดในระบบ", "there is no organisation yet"),
        remedy=Text(
            "สร้างหน่วยงานบนสุดพร้อมผู้ดูแลด้วย mudmai account create-admin <อีเมล> ซึ่งได้รหัส operator "
            "แล้วเพิ่มหน่วยงานอื่นที่หน้า หน่วยงาน",
            "make the one at the top and its administrator with: mudmai account create-admin <address>; its code "
            "is operator. Others are added on the page Organisations",
        ),
        code="unknown_name",
    )


@register.command(
    "export",
    cls=SpokenCommand,
    text=Text("ทั้งทะเบียนเป็นไฟล์ CSV, XLSX หรือ JSON ตามนามสกุล", "The whole register as CSV, XLSX or JSON, by the suffix."),
    examples=[("mudmai assess register export register.xlsx", Text("เป็นสมุดงาน", "as a workbook"))],
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(file: Path) -> None:
    """See ``text`` above."""
    _start()
    import json

    from mudmai.apps.assessment.domain.register_reading import COLUMNS, Asked, chosen, records
    from mudmai.exchange.tables import csv_bytes, xlsx_bytes

    rows = list(records(chosen(Asked())))
    match file.suffix.lower():
        case ".csv":
            body = csv_bytes(COLUMNS, rows)
        case ".xlsx":
            body = xlsx_bytes(COLUMNS, rows, sheet="certificates")
        case ".json":
            body = json.dumps({"certificates": rows}, ensure_ascii=False, indent=1).encode()
        case _:
            raise InputError(
                Text(f"ไม่รู้จักนามสกุล {file.suffix}", f"unknown suffix {file.suffix}"),
                remedy=Text("ใช้ .csv .xlsx หรือ .json", "use .csv, .xlsx or .json"),
                code="output",
            )
    file.write_bytes(body)
    wrote = so_many(len(rows), "certificate", "certificates")
    click.echo(say(Text(f"เขียน {len(rows)} ใบลง {file}", f"wrote {wrote} to {file}")))


@click.command(
    "clock",
    cls=SpokenCommand,
    text=Text(
        "สิ้นอายุใบที่ครบกำหนดและเผยแพร่จำนวนใหม่ โดยนับว่าวันนี้เป็นวันที่กำหนด (ลงบันทึก)",
        "End what has expired and publish the counts, as of a day (logged). An earlier day brings no certificate back.",
    ),
    examples=[
        ("mudmai assess clock", Text("ณ วันนี้", "as of today")),
        ("mudmai assess clock --today 2028-12-31 --rehearsal", Text("ซ้อมสิ้นปี 2571", "rehearse the end of 2028")),
    ],
)
@_DAY
@option(
    "--rehearsal",
    is_flag=True,
    text=Text(
        "ยอมรับวันที่ยังมาไม่ถึง สำหรับพื้นที่ทำงานทดลองเท่านั้น",
        "accept a day that is still to come; only in a workspace for trials",
    ),
)
def clock(today: str | None, rehearsal: bool) -> None:
    """See ``text`` above."""
    _start()
    from mudmai.apps.assessment.domain.register_clock import run_clock
    from mudmai.apps.registry.policy import OPERATOR

    done = run_clock(acting_user=OPERATOR, today=_day(today), rehearsal=rehearsal)
    for number in done.expired:
        click.echo(say(Text(f"{number}: หมดอายุ", f"{number}: expired")))
    for one in done.published:
        click.echo(f"{one.scheme}: {one.old} → {one.new} ({one.release})")
    for scheme, fault in done.faults.items():
        click.echo(say(Text(f"{scheme}: {fault.words('th')}", f"{scheme}: {fault.words('en')}")))
    if not (done.expired or done.published or done.faults):
        click.echo(say(Text("ไม่มีอะไรเปลี่ยน", "nothing changed")))
