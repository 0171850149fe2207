"""``mudmai explain``: the work behind one figure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from mudmai.cli.home import open_loaded, site_address
from mudmai.cli.output import Column, Printer, Sheet, printing, table_text, terminal_width
from mudmai.cli.periods import PERIOD, period_words, verdict_words
from mudmai.cli.score import path_words
from mudmai.cli.wording import SpokenCommand, language_of, option, say
from mudmai.core.language import MISSING_TEXT, Text, write_number
from mudmai.core.periods import Period

if TYPE_CHECKING:
    from mudmai.core.sources import Source
    from mudmai.workspace import Explanation

COLUMNS = (
    Column("role", Text("ใช้เป็น", "Role")),
    Column("series", Text("อนุกรม", "Series")),
    Column("area_name", Text("พื้นที่", "Area")),
    Column("period_words", Text("ช่วงเวลา", "Period")),
    Column("value_words", Text("ค่า", "Value")),
    Column("flag", Text("สถานะ", "Flag")),
    Column("source_number", Text("แหล่ง", "Source")),
    Column("locator", Text("ตำแหน่ง", "Place")),
)
_FLAT = (
    "role", "series", "title_th", "title_en", "area", "area_name_th", "area_name_en", "period", "value", "unit", "flag",
    "source_id", "publisher_th", "publisher_en", "source_title_th", "source_title_en", "url", "method", "locator",
    "dataset", "dims",
)  # fmt: skip
_ROLES = {"value": Text("ค่า", "value"), "comparator": Text("ตัวเทียบ", "comparator")}


@click.command(
    "explain",
    cls=SpokenCommand,
    text=Text(
        "ที่มาของตัวเลขหนึ่งตัว: สูตรพร้อมตัวเลข ข้อมูลเข้าพร้อมแหล่งที่มา วิธีการ รุ่นข้อมูล การอ้างอิง และลิงก์ถาวร",
        "The work behind one figure: formula with its numbers, inputs with sources, method, release, citation, link.",
    ),
    examples=[
        ("mudmai explain I1.1 --area NESDC-N --year 2562", Text("ภาคเหนือ ปี 2562", "the North in 2019")),
        (
            "mudmai explain I2.1 --area NSOI-S --year 2566 --format csv -o inputs.csv",
            Text("ข้อมูลเข้าทุกค่าพร้อมแหล่งที่มา", "every input with its source"),
        ),
    ],
)
@click.argument("indicator")
@option("--area", required=True, text=Text("รหัสพื้นที่", "code of the area"))
@option("--year", type=PERIOD, text=Text("ปี พ.ศ. หรือ ค.ศ. (ปกติคือล่าสุด)", "Buddhist or Common Era (default: the latest)"))
@option("--reading", text=Text("วิธีอ่านตัวชี้วัด", "how the indicator is read"))
@option("--plan", text=Text("แผน (ปกติคือแผนแรก)", "the plan (default: the first)"))
@option("--release", text=Text("รุ่นข้อมูล (ปกติคือรุ่นปัจจุบัน)", "release of the data (default: the current one)"))
@option("--packs", text=Text("รุ่นของชุดเนื้อหาตามลิงก์ถาวร (ปกติคือที่ใช้อยู่)", "state of the packs, as a permanent link names it"))
@printing
def explain(
    *,
    printer: Printer,
    indicator: str,
    area: str,
    year: Period | None,
    reading: str | None,
    plan: str | None,
    release: str | None,
    packs: str | None,
) -> None:
    """See ``text`` above."""
    from mudmai.workspace.citations import at_site  # the analytic half of the house: never for --help

    found = open_loaded().explain(plan, indicator, area, year, reading=reading, release=release, packs=packs)
    if site := site_address():
        found = replace(found, citation=at_site(found.citation, site), permalink=site + found.permalink)
    if printer.format in ("csv", "xlsx"):
        columns = [Column(key, Text(key, key)) for key in _FLAT]
        printer.show(Sheet("inputs", columns, _flat_inputs(found), notes=_notes(found)))
        return
    printer.show(Sheet("inputs", COLUMNS, []), as_json=found.as_dict(), as_text=lambda: _words(found))


def _flat_inputs(found: Explanation) -> list[dict[str, object]]:
    rows = []
    for one in found.inputs:
        source = one.source
        rows.append(
            {
                **one.as_dict(),
                "source_id": source.id if source else None,
                "publisher_th": source.publisher.th if source else None,
                "publisher_en": source.publisher.en if source else None,
                "source_title_th": source.title.th if source else None,
                "source_title_en": source.title.en if source else None,
                "url": source.url if source else None,
            }
        )
    return rows


def _words(found: Explanation) -> str:
    """The explanation as a page of text."""
    language, row = language_of(), found.row
    lines = [
        f"{found.indicator.id}  {found.indicator.title.in_(language)}",
        f"{row.area_name.in_(language)} ({row.area}) · {period_words(row.period)} · "
        f"{found.reading.id}: {found.reading.title.in_(language)}",
        "",
        f"{verdict_words(row.verdict)}  {row.sentence.in_(language)}",
        *([path_words(row)] if row.path else []),
        "",
        _part(Text("สูตร", "Formula"), found.formula, found.words.in_(language), found.with_numbers.in_(language)),
    ]
    if found.comparator_with_numbers is not None:
        lines.append(_part(Text("ตัวเทียบ", "Compared with"), found.comparator_with_numbers.in_(language)))
    lines += ["", f"{say(Text('ข้อมูลเข้า', 'Inputs'))}", table_text(COLUMNS, _input_rows(found), terminal_width()), ""]
    lines += [f"[{n}] {_source_words(s)}" for n, s in enumerate(_sources(found), start=1)]
    lines += [
        _part(Text("วิธีการ", "Method"), found.method.in_(language)),
        _part(Text("รุ่นข้อมูล", "Release"), found.release),
        _part(Text("ชุดเนื้อหา", "Pack"), str(found.pack)),
        _part(Text("อ้างอิงว่า", "Cite as"), found.citation.in_(language)),
        _part(Text("ลิงก์ถาวร", "Permanent link"), found.permalink),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _part(head: Text, *lines: str) -> str:
    said = [line for line in dict.fromkeys(lines) if line]
    return f"{say(head)}: " + "\n  ".join(said or [MISSING_TEXT])


def _input_rows(found: Explanation) -> list[dict[str, object]]:
    language, sources = language_of(), _sources(found)
    rows: list[dict[str, object]] = []
    for one in found.inputs:
        role = _ROLES.get(one.role)
        unit = one.unit_label.in_(language) or one.unit
        rows.append(
            {
                "role": role.in_(language) if role else one.role,
                "series": f"{one.series}[{one.dims}]" if one.dims else one.series,
                "area_name": one.area_name.in_(language),
                "period_words": period_words(one.period),
                "value_words": MISSING_TEXT
                if one.value is None
                else f"{write_number(one.value, _decimals(one.value))} {unit}",
                "flag": one.flag.value if one.flag else None,
                "source_number": f"[{sources.index(one.source) + 1}]" if one.source else None,
                "locator": one.locator or None,
            }
        )
    return rows


def _sources(found: Explanation) -> list[Source]:
    """The sources of the inputs, each once, in order of first use."""
    return list(dict.fromkeys(one.source for one in found.inputs if one.source is not None))


def _source_words(source: Source) -> str:
    language = language_of()
    parts = [
        source.publisher.in_(language),
        source.title.in_(language),
        source.edition_words.in_(language),
        source.url or "",
    ]
    return ", ".join(part for part in parts if part) + (f" · {source.note.in_(language)}" if source.note.en else "")


def _decimals(value: float) -> int:
    """As many decimals as the figure has, at most four."""
    return next((d for d in range(4) if round(value, d) == value), 4)


def _notes(found: Explanation) -> list[tuple[str, str]]:
    return [
        (found.indicator.id, f"{found.indicator.title.th}\n{found.indicator.title.en}"),
        ("Formula", found.formula),
        ("With numbers", f"{found.with_numbers.th}\n{found.with_numbers.en}"),
        ("Verdict", f"{found.row.sentence.th}\n{found.row.sentence.en}"),
        ("Method", f"{found.method.th}\n{found.method.en}"),
        ("Release", found.release),
        ("Pack", str(found.pack)),
        ("Cite as", f"{found.citation.th}\n{found.citation.en}"),
        ("Permanent link", found.permalink),
    ]
