"""``mudmai score``: a plan under judgement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from mudmai.cli.home import open_loaded
from mudmai.cli.output import Column, Printer, Sheet, printing
from mudmai.cli.periods import PERIOD, period_words, verdict_words
from mudmai.cli.wording import SpokenCommand, language_of, option, say
from mudmai.core.language import Text
from mudmai.core.path_words import chance_words
from mudmai.core.periods import Period

if TYPE_CHECKING:
    from mudmai.core.verdicts import PathAhead
    from mudmai.workspace import IndicatorSummary, Scorecard, ScoreRow

COLUMNS = (
    Column("indicator", Text("ตัวชี้วัด", "Indicator"), in_table=False),
    Column("area", Text("รหัส", "Code")),
    Column("area_name", Text("พื้นที่", "Area")),
    Column("area_system", Text("ระบบพื้นที่", "Area system"), in_table=False),
    Column("period", Text("ช่วงเวลา", "Period"), in_table=False),
    Column("period_words", Text("ช่วงเวลา", "Period")),
    Column("value", Text("ค่า", "Value"), decimals="decimals"),
    Column("comparator", Text("เทียบกับ", "Against"), decimals="decimals"),
    Column("target", Text("เป้าหมาย", "Target"), decimals="decimals"),
    Column("unit", Text("หน่วย", "Unit"), in_table=False),
    Column("verdict", Text("ผล", "Verdict"), in_table=False),
    Column("verdict_words", Text("ผล", "Verdict")),
    Column("reason", Text("เหตุผล", "Reason"), in_table=False),
    Column("coverage_percent", Text("ครอบคลุม %", "Coverage %"), decimals=0),
)
_FLAT = (
    "indicator", "area", "area_name_th", "area_name_en", "area_system", "period", "value", "unit", "comparator",
    "target", "verdict", "reason", "sentence_th", "sentence_en", "coverage", "reading", "release",
)  # fmt: skip


@click.command(
    "score",
    cls=SpokenCommand,
    text=Text(
        "ตัวชี้วัดของแผน (ปกติคือแผนแรก): ค่า เทียบกับอะไร และผลตัดสินรายพื้นที่\n\nถ้าไม่ระบุปี ตัวชี้วัดแต่ละตัวแสดงปีล่าสุดที่มีข้อมูล",
        "Judge a plan's indicators (default: the first plan): value, what it is compared with, verdict by area.\n\n"
        "Without --year each indicator shows its latest period with data.",
    ),
    examples=[
        ("mudmai score", Text("ทุกตัวชี้วัด ข้อมูลล่าสุด", "every indicator, latest data")),
        (
            "mudmai score th-m8 --indicator I1.1 --year 2562 --reading real-cagr-4",
            Text("ตัวชี้วัดเดียว ปีเดียว วิธีอ่านเดียว", "one indicator, one year, one reading"),
        ),
        ("mudmai score --area NESDC-N --format json", Text("พื้นที่เดียว เป็น JSON", "one area, as JSON")),
        ("mudmai score -o score.xlsx", Text("ไฟล์ Excel พร้อมหน้าหมายเหตุ", "a workbook with a sheet of notes")),
    ],
)
@click.argument("plan", required=False)
@option(
    "--year",
    type=PERIOD,
    text=Text("ปี พ.ศ. หรือ ค.ศ. (2562, 2019, FY2567)", "Buddhist or Common Era (2562, 2019)"),
)
@option("--indicator", text=Text("รหัสตัวชี้วัด", "only this indicator"))
@option("--area", text=Text("รหัสพื้นที่", "only this area"))
@option("--reading", text=Text("วิธีอ่านตัวชี้วัด", "how the indicator is read (see mudmai pack show)"))
@option("--release", text=Text("รุ่นข้อมูล (ปกติคือรุ่นปัจจุบัน)", "release of the data (default: the current one)"))
@option(
    "--with-references",
    is_flag=True,
    text=Text("แสดงพื้นที่อ้างอิงที่แผนไม่ตัดสินด้วย (เช่น ทั้งประเทศ)", "show areas that are not judged too (the kingdom)"),
)
@option(
    "--within",
    is_flag=True,
    text=Text(
        "พื้นที่ภายใน (เช่น จังหวัด) เทียบกับทุกพื้นที่ที่สังกัด ใช้กับ --indicator",
        "the areas inside (provinces), each against every area above it; with --indicator",
    ),
)
@printing
def score(
    *,
    printer: Printer,
    plan: str | None,
    year: Period | None,
    indicator: str | None,
    area: str | None,
    reading: str | None,
    release: str | None,
    with_references: bool,
    within: bool,
) -> None:
    """See ``text`` above."""
    if within:
        _show_within(printer, plan, indicator, area, year, reading, release)
        return
    card = open_loaded().scorecard(plan, year=year, indicator=indicator, area=area, reading=reading, release=release)
    rows = [*card.rows, *(card.references if with_references else ())]
    order = {i.id: n for n, i in enumerate(card.plan.indicators)}
    rows.sort(key=lambda row: order[row.indicator])
    if printer.format in ("csv", "xlsx"):
        flat = [_flat(row.as_dict()) for row in rows]
        columns = [Column(key, Text(key, key)) for key in (*_FLAT, *_PATH)]
        printer.show(Sheet("score", columns, flat, notes=_notes(card)))
        return
    printer.show(
        Sheet(
            "score",
            COLUMNS,
            [_row(row) for row in rows],
            heading=_heading(card),
            groups="indicator",
            group_heads={s.indicator.id: _head(s) for s in card.summaries},
            footer=_footer(card),
        ),
        as_json=[row.as_dict() for row in rows],
    )


_PATH = ("chance", "needed_per_period", "last_reachable")


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    path = row["path"] or {}
    return {**row, **{key: path.get(key) for key in _PATH}}


def _row(row: ScoreRow) -> dict[str, Any]:
    return {
        **row.as_dict(),
        "area_name": row.area_name.in_(language_of()),
        "period_words": period_words(row.period),
        "verdict_words": verdict_words(row.verdict) if not row.is_reference else say(Text("(อ้างอิง)", "(reference)")),
        "coverage_percent": 100 * row.coverage,
        "decimals": row.decimals,
    }


def _heading(card: Scorecard) -> str:
    """Plan and release; a period of which nothing is known is said before the tables of empty rows."""
    lines = [card.plan.title.in_(language_of()), f"{say(Text('รุ่นข้อมูล', 'release'))} {card.release}"]
    if card.period is not None and card.rows and all(row.value is None for row in card.rows):
        when = period_words(card.period)
        lines.append(
            say(Text(f"รุ่นนี้ไม่มีข้อมูลของ {when} สำหรับตัวชี้วัดที่แสดง", f"this release has no data of {when} for what is shown"))
        )
    return "\n".join(lines)


def _head(summary: IndicatorSummary) -> str:
    """Id and title, then reading and unit, then the finding in one line."""
    language = language_of()
    reading = f"{summary.reading.id}: {summary.reading.title.in_(language)}"
    unit = summary.unit_label.in_(language) or summary.indicator.unit
    return (
        f"{summary.indicator.id}  {summary.indicator.title.in_(language)}\n"
        f"{reading} · {say(Text('หน่วย', 'unit'))}: {unit}\n{summary.headline.in_(language)}"
    )


def _footer(card: Scorecard) -> str:
    """Paths to deadlines and the reasons of what could not be judged."""
    language = language_of()
    lines = [path_words(row) for row in card.rows if row.path is not None]
    lines += [
        f"{row.indicator} {row.area_name.in_(language)}: {row.sentence.in_(language)}"
        for row in card.rows
        if row.verdict.value == "not_judged"
    ]
    return "\n".join(dict.fromkeys(lines))


def path_words(row: ScoreRow) -> str:
    """The way to a deadline in one line: what is still needed, the chance, the last year it could be reached."""
    path: PathAhead | None = row.path
    assert path is not None
    language = language_of()
    said = [
        path.needed_note,
        None if path.chance is None else chance_words(path.chance),
        None if path.latest is None and path.needed_note.en else path.refusal,  # the note says it already
        path.last_reachable_note,
    ]
    parts = [f"{row.indicator} {row.area_name.in_(language)}", *(one.in_(language) for one in said if one is not None)]
    return " · ".join(part for part in parts if part)


def _notes(card: Scorecard) -> list[tuple[str, str]]:
    """The sheet of notes: plan, release, and how each indicator is read."""
    notes = [
        ("แผน", card.plan.title.th),
        ("Plan", card.plan.title.en),
        ("Release", card.release),
        ("Missing", "an empty cell is a missing value, never zero · ช่องว่างคือไม่มีค่า ไม่ใช่ศูนย์"),
    ]
    for summary in card.summaries:
        one = summary.indicator
        notes.append((one.id, f"{one.title.th}\n{one.title.en}"))
        notes.append((f"{one.id} {summary.reading.id}", f"{summary.reading.title.th}\n{summary.reading.title.en}"))
        for text in (one.method, one.proxy):
            if text.th or text.en:
                notes.append((one.id, f"{text.th}\n{text.en}"))
    return notes


def _show_within(
    printer: Printer,
    plan: str | None,
    indicator: str | None,
    area: str | None,
    year: Period | None,
    reading: str | None,
    release: str | None,
) -> None:
    """Areas inside the judged ones, each against every area above it; ``area``: it alone, or those inside it."""
    from mudmai.core.verdicts import Verdict
    from mudmai.workspace.judging_within import judge_within

    workspace = open_loaded()
    chosen = indicator or next((one.id for one in workspace.plan(plan).indicators if one.within), "")
    year_ce = year.year_ce if year else None
    view = judge_within(workspace, plan, chosen, year=year_ce, reading=reading, release=release)
    language = language_of()
    system = workspace.catalogue.area_system(view.indicator.area_system)
    wanted = system.find(area).code if area else None
    rows = [
        {
            **row,
            "area_name": row[f"area_{language}"],
            "against_name": row[f"against_{language}"],
            "verdict_words": verdict_words(Verdict(row["verdict"])),
        }
        for row in view.as_dicts()
        if wanted is None or wanted in (row["area"], *(one.code for one in system.ancestors(row["area"])))
    ]
    columns = [
        Column("area", Text("รหัส", "Code")),
        Column("area_name", Text("พื้นที่", "Area")),
        Column("value", Text("ค่า", "Value"), decimals=view.unit.decimals),
        Column("against_name", Text("เทียบกับ", "Against")),
        Column("comparator", Text("ค่าของพื้นที่นั้น", "Its value"), decimals=view.unit.decimals),
        Column("verdict_words", Text("ผล", "Verdict")),
    ]
    when = period_words(view.period) if view.period else "–"
    heading = f"{view.indicator.id}  {view.indicator.title.in_(language)}\n{view.reading.id} · {when}"
    printer.show(Sheet("within", columns, rows, heading=heading, notes=[("Release", view.release)]))
