"""``mudmai assess profile``: a city beside its peers, as its public page says it; needs the database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mudmai.cli.home import home, site_address
from mudmai.cli.output import Column, Printer, Sheet, printing, table_text, terminal_width
from mudmai.cli.wording import SpokenCommand, language_of, option, say
from mudmai.core.language import MISSING_TEXT, Text, write_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from mudmai.apps.assessment.domain.city_profiles import Decided
    from mudmai.apps.assessment.domain.profiles import CityProfile
    from mudmai.core.peers import Body, Spread, Terms

Row = dict[str, Any]

PARTS = {
    "certificate": Text("ใบรับรอง", "Certificates"),
    "score": Text("คะแนนตามคำตัดสิน (ร้อยละของคะแนนเต็ม)", "Scores of the decision (per cent of full marks)"),
    "peer": Text("เมืองเทียบเคียง ใกล้ที่สุดอยู่บน", "Peers, the nearest first"),
    "emissions": Text("ก๊าซเรือนกระจก", "Greenhouse gases"),
    "area": Text("ตัวเลขของพื้นที่", "Figures of the area"),
    "unknown": Text("สิ่งที่ยังไม่ทราบ และใครให้ข้อมูลได้", "What is not known, and who could tell"),
}
"""Kinds of rows in the order in which they are printed, and their headings."""

_RATIO = click.FloatRange(1, 100)


@click.command(
    "profile",
    cls=SpokenCommand,
    text=Text(
        "โปรไฟล์เมือง: ใบรับรอง คะแนนเป็นช่วงรายหมวด เมืองเทียบเคียงพร้อมเหตุผล\n\nไม่ระบุเงื่อนไข ใช้เงื่อนไขเดียวกับหน้าเว็บ",
        "A city beside its peers: certificates, scores by part as ranges, each peer with its reason.\n\n"
        "Without terms the peers are those of its page.",
    ),
    examples=[
        ("mudmai assess profile phuket", Text("โปรไฟล์หนึ่งเมือง", "one city")),
        ("mudmai assess profile phuket --region --parts 0.5", Text("เลือกเมืองเทียบเคียงเอง", "peers by your own terms")),
        ("mudmai assess profile phuket --format csv -o phuket.csv", Text("ทุกแถวเป็น CSV", "every row as CSV")),
        ("mudmai assess profile phuket --pdf phuket.pdf --lang en", Text("หน้า A4 ภาษาอังกฤษ", "the A4 page in English")),
    ],
)
@click.argument("city")
@option("--any-legal-type", is_flag=True, text=Text("เทียบข้ามประเภทหน่วยงาน", "mix legal types"))
@option("--population", type=_RATIO, text=Text("ประชากรต่างกันไม่เกินกี่เท่า", "population at most so many times apart"))
@option("--budget", type=_RATIO, text=Text("งบประมาณต่างกันไม่เกินกี่เท่า", "budget at most so many times apart"))
@option("--region", is_flag=True, text=Text("ภูมิภาคเดียวกันเท่านั้น", "the same region only"))
@option(
    "--terrain",
    multiple=True,
    text=Text("ลักษณะพื้นที่ที่ต้องเหมือนกัน (ใช้ซ้ำได้)", "a fact of the place that must be the same (repeatable)"),
)
@option(
    "--parts",
    type=click.FloatRange(0, 1, min_open=True),
    text=Text("ด้านที่ได้รับการรับรองตรงกันอย่างน้อยส่วนนี้ (0–1)", "least share (0-1) of parts certified for alike"),
)
@option(
    "--pdf",
    type=click.Path(dir_okay=False, path_type=Path),
    text=Text("เขียนหน้า A4 ลงไฟล์นี้แทน", "write the A4 page to this file instead"),
)
@option(
    "--digits",
    type=click.Choice(["arabic", "thai"]),
    default="arabic",
    text=Text("ตัวเลขในหน้า A4", "digits of the A4 page"),
)
@printing
def profile(*, printer: Printer, city: str, pdf: Path | None, digits: Any, **terms: Any) -> None:
    """See ``text`` above."""
    from mudmai.site.starting import start_django  # Django: only for this command

    start_django(home())
    from mudmai.apps.assessment.domain.profiles import city_profile

    seen = city_profile(city, choose=_chooser(**terms))
    if pdf is not None:
        _print_paper(seen, pdf, digits)
        return
    from mudmai.apps.assessment.domain.profile_records import peers_record, profile_record

    rows = rows_of(seen)
    width = terminal_width() if printer.output is None else None
    printer.show(
        Sheet("profile", _columns(), rows),
        as_json={**profile_record(seen), "peers": peers_record(seen.peers)},
        as_text=lambda: _text(seen, rows, width),
    )


def _chooser(
    *,
    any_legal_type: bool,
    population: float | None,
    budget: float | None,
    region: bool,
    terrain: tuple[str, ...],
    parts: float | None,
) -> Callable[[Body], Terms]:
    """What peers must have in common: what was asked for, or for the city what is usual."""
    from mudmai.apps.assessment.domain.city_profiles import terrain_asked
    from mudmai.core.errors import UnknownNameError
    from mudmai.core.peers import Terms, usual_terms

    known = terrain_asked()
    for name in terrain:
        if name not in known:
            raise UnknownNameError(Text("ลักษณะพื้นที่", "fact of the place"), name, list(known))
    if not (any_legal_type or region or terrain) and population is None and budget is None and parts is None:
        return usual_terms
    asked = Terms(not any_legal_type, population, budget, terrain, region, parts)
    return lambda body: asked


def _print_paper(seen: CityProfile, file: Path, digits: Any) -> None:
    from mudmai.site.papers import city_paper

    Printer("table", file).write_bytes(city_paper(seen, language_of(), digits, site_address()))
    click.echo(say(Text(f"เขียน {file} แล้ว", f"wrote {file}")))


# ------------------------------------------------------------------------------------------------ rows


def _columns() -> list[Column]:
    hidden = (
        *("part", "scheme", "id", "low", "high", "quartile_low", "median", "quartile_high", "peers"),
        *("unit", "period", "not_known"),
    )
    shown = [
        Column("title", Text("เรื่อง", "Measure")),
        Column("value_words", Text("ค่า", "Value")),
        Column("middle", Text("ครึ่งกลางของกลุ่มเทียบเคียง", "Middle half of peers")),
        Column("told", Text("รายละเอียด", "Told")),
    ]
    return [*(Column(key, Text(key, key), in_table=False) for key in hidden), *shown]


def rows_of(seen: CityProfile) -> list[Row]:
    """The profile as rows of one table; ``low`` and ``high`` are the figures as they are (scores: shares 0-1)."""
    return [*_certificates(seen), *_scores(seen), *_peers(seen), *_emissions(seen), *_area(seen), *_unknown(seen)]


def _row(part: str, id: str, title: Text, value_words: str = "", told: Text | None = None, **more: Any) -> Row:
    language = language_of()
    blank = dict.fromkeys(column.key for column in _columns())
    words = told.in_(language) if told is not None else ""
    return {
        **blank,
        **{"part": part, "id": id, "title": title.in_(language), "value_words": value_words, "told": words},
        **{"scheme": "", "unit": "", "period": "", "not_known": "", "middle": "", **more},
    }


def _spread(spread: Spread | None, count: int, written: Callable[[float], str]) -> Row:
    if spread is None:
        return {"peers": count}
    middle = f"{written(spread.low)} – {written(spread.high)}"
    quartiles = {"quartile_low": spread.low, "median": spread.median, "quartile_high": spread.high}
    return {"peers": count, "middle": middle, **quartiles}


def _certificates(seen: CityProfile) -> Iterator[Row]:
    from mudmai.apps.assessment.domain.register_reading import claimed_of, level_title, standing_on, text_of
    from mudmai.core.days import write_day

    for one in seen.certificates:
        scheme, level = text_of(one.facts.get("scheme"), one.scheme), level_title(one)
        end = write_day(one.expires_on) if one.expires_on else None
        until = Text(f"ถึง {end.th}", f"until {end.en}") if end else Text("ไม่ทราบวันสิ้นอายุ", "no known end")
        claimed = claimed_of(one)
        names = [level, standing_on(one, seen.today).title, until]
        if claimed:
            names.append(Text(" · ".join(part.th for part in claimed), ", ".join(part.en for part in claimed)))
        told = Text(" · ".join(part.th for part in names), "; ".join(part.en for part in names))
        period = one.granted_on.isoformat() if one.granted_precision == "day" else str(one.granted_on.year)
        yield _row("certificate", one.number, scheme, told=told, scheme=one.scheme, period=period)


def _scores(seen: CityProfile) -> Iterator[Row]:
    for decided in seen.decided:
        for line in decided.lines:
            middle = _spread(line.spread, len(line.others), lambda share: _percent(share, None))
            yield _row(
                "score", line.id, line.title, _percent(line.low, line.high), scheme=decided.certificate.scheme,
                low=line.low, high=line.high, unit="share", **middle,
            )  # fmt: skip


def _peers(seen: CityProfile) -> Iterator[Row]:
    for one in seen.peers.peers:
        silent = [say(trait.text) for trait in one.traits if trait.fits is None]
        yield _row("peer", one.body.id, one.body.name, told=one.fitting, not_known="; ".join(silent))


def _emissions(seen: CityProfile) -> Iterator[Row]:
    from mudmai.core.peers import spread_of

    mine = seen.emissions.get(seen.city.code)
    if mine is None:
        return
    others = [seen.emissions[code].per_head for code in seen.shown if code in seen.emissions]
    known = [one for one in others if one is not None]
    title = Text("ก๊าซเรือนกระจกต่อหัว (ตัน CO₂e)", "Greenhouse gases a head (tonnes CO2e)")
    told = None if mine.is_complete else Text("ยังไม่ครบทุกช่อง", "not complete")
    middle = _spread(spread_of(known), len(known), lambda value: write_number(value, 2))
    figure = {"low": mine.per_head, "unit": "t CO2e", "period": str(mine.inventory.year)}
    yield _row("emissions", "per-head", title, write_number(mine.per_head, 2), told, **figure, **middle)


def _area(seen: CityProfile) -> Iterator[Row]:
    if seen.area is None:
        return
    for one in seen.area.indices:
        span, scores = one.row.span, [score for score in one.scores.values() if score is not None]
        told = one.row.reason
        if one.row.score is not None and span is not None:
            told = Text(
                f"อันดับ {span.low}–{span.high} จาก {span.out_of} เมื่อเปลี่ยนวิธีคิด",
                f"rank {span.low}–{span.high} of {span.out_of} as methods vary",
            )
        middle = _spread(one.spread, len(scores), lambda value: write_number(value, 1))
        score = one.row.score
        yield _row("area", one.offered.id, one.offered.index.title, write_number(score, 1), told, low=score, **middle)
        for figure in one.figures:
            decimals = figure.unit.decimals
            known = [value for value in figure.others.values() if value is not None]
            yield _row(
                "area", figure.id, figure.title, write_number(figure.value, decimals), figure.unit.label,
                low=figure.value, unit=figure.unit.code, period=figure.period.iso if figure.period else "",
                **_spread(figure.spread, len(known), lambda value, decimals=decimals: write_number(value, decimals)),
            )  # fmt: skip


def _unknown(seen: CityProfile) -> Iterator[Row]:
    for number, one in enumerate(seen.unknown, 1):
        yield _row("unknown", str(number), one.what, told=one.who)


def _percent(low: float | None, high: float | None) -> str:
    """Per cent of full marks, never rounded up: ``72.5`` or ``72.5–80.0`` where answers were open."""
    from mudmai.core.criteria_words import percent_tenths

    if low is None:
        return MISSING_TEXT
    if high is None or high - low < 1e-9:
        return f"{percent_tenths(low):.1f}"
    return f"{percent_tenths(low):.1f}–{percent_tenths(high):.1f}"


# ------------------------------------------------------------------------------------------------ for people


def _text(seen: CityProfile, rows: list[Row], width: int | None) -> str:
    """A table for each kind of rows, with the columns that say something there."""
    blocks = [_heading(seen)]
    for part, title in PARTS.items():
        held = [row for row in rows if row["part"] == part]
        if held:
            columns = [one for one in _columns() if one.in_table and any(row[one.key] for row in held)]
            blocks.append(f"{say(title)}\n{table_text(columns, held, width)}")
    return "\n\n".join([*blocks, _footer(seen)]) + "\n"


def _heading(seen: CityProfile) -> str:
    city = seen.city
    under = [seen.legal_type, seen.area_name, seen.region]
    if seen.body.population is not None:
        people = write_number(seen.body.population, 0)
        under.append(Text(f"ประชากร {people} คน", f"{people} people"))
    body = city.organisation.name if city.organisation else Text("ยังไม่มีหน่วยงานรับผิดชอบ", "nobody answers for it yet")
    told = [one for one in (*under, body) if one is not None]
    name = say(city.name)
    return f"{name} ({city.code})\n" + say(Text(" · ".join(one.th for one in told), ", ".join(one.en for one in told)))


def _footer(seen: CityProfile) -> str:
    told = [_of_decision(one) for one in seen.decided]
    if not seen.decided:
        told.append(
            Text(
                "ไม่มีคะแนน: ใบรับรองที่นำมาจากประกาศไม่มีคะแนนติดมา",
                "No scores: nothing was decided here, and certificates taken from announcements come without scores.",
            )
        )
    if seen.peers.silent:
        lacks = [one.words for one in seen.peers.silent]
        told.append(
            Text(
                f"ไม่ทราบ{' · '.join(one.th for one in lacks)}ของเมืองนี้ จึงเทียบได้เฉพาะกับเมืองที่ไม่ทราบเช่นกัน",
                f"Not known of this city: {', '.join(one.en.lower() for one in lacks)}. Its peers are cities of which "
                "that is not known either.",
            )
        )
    if seen.peers.told is not None:
        told.append(seen.peers.told)
    if seen.area is not None and not seen.area_is_city:
        name = seen.area.area.name
        told.append(
            Text(
                f"ตัวเลขของพื้นที่เป็นของ{name.th}ทั้งหมด ไม่ใช่ของเมืองโดยเฉพาะ",
                f"Figures of the area are of the whole of {name.en} and not the city's own.",
            )
        )
    return "\n".join(say(one) for one in told)


def _of_decision(one: Decided) -> Text:
    found = [Text(f"{one.scheme.th} เกณฑ์รุ่น {one.version}", f"{one.scheme.en}, criteria version {one.version}")]
    if one.apart:
        found.append(
            Text(
                f"เมืองเทียบเคียง {one.apart} เมืองประเมินด้วยเกณฑ์ที่เทียบกันไม่ได้",
                f"{one.apart} peers were assessed by criteria that do not compare",
            )
        )
    if one.lacks is not None and one.next is not None:
        found.append(
            Text(
                f"สิ่งที่ยังขาดก่อนถึงระดับ “{one.next.th}”: {one.lacks.th}",
                f"missing for the level “{one.next.en}”: {one.lacks.en}",
            )
        )
    return Text(" · ".join(each.th for each in found), "; ".join(each.en for each in found))
