"""The two pages as PDF. Long texts are cut with ``…`` and lists say how many more there are: it stays one page."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from mudmai.core.days import write_day
from mudmai.core.language import Digits, Language, Text, to_thai_digits
from mudmai.exchange.one_page.sheets import (
    AreaSheet,
    CertificateSheet,
    DotLine,
    IndicatorLine,
    ProfilePart,
    ProfileSheet,
    ProjectSheet,
    StageMoney,
)
from mudmai.exchange.one_page.wording import STAGES, UNBROKEN, WORDS
from mudmai.exchange.typesetting import typeset

TEMPLATE = Path(__file__).with_name("page.typ")
QR = "qr.svg"

MOST_PLACES = 14
MOST_RESULTS = 6
MOST_PEOPLE = 6
MOST_SOURCES = 5
MOST_INDICATORS = 12
MOST_PROJECTS = 14
MOST_LINES = 14
_TITLE, _LINE, _PARAGRAPH = 260, 160, 420
_LONG_RUN = re.compile(r"[^\s\u0e00-\u0e7f\u200b]{18,}")
_AS_WRITTEN = re.compile(
    r"(?P<kept>(?:\b(?:CC|ODbL|ODC|OGL|PDDL|EUPL|GPL)\b|Creative Commons|Licen[cs]e)[A-Za-z \u200b-]*\d+(?:\.\d+)*"
    r"|[0-9.,/:_\u200b-]*[A-Za-z][^\s\u0e00-\u0e7f]*)|\d+"
)
"""Licences with their version and runs of letters and figures (codes, numbers, addresses) keep their digits."""
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]")


def project_page(sheet: ProjectSheet, language: Language = "th") -> bytes:
    """The page of a project: funded? spent? where? when? on time? who decides? what did it change?

    Raises :class:`mudmai.core.errors.FaultError` ``font_missing`` when the font of the print is not installed.
    """
    return typeset(TEMPLATE, project_data(sheet, language), files=_qr(sheet.address))


def area_page(sheet: AreaSheet, language: Language = "th") -> bytes:
    """The page of an area: its indicators with their verdicts, then its projects and money when given.

    Raises as :func:`project_page`.
    """
    return typeset(TEMPLATE, area_data(sheet, language), files=_qr(sheet.address))


def certificate_page(sheet: CertificateSheet, language: Language = "th") -> bytes:
    """The page of a certificate: what it is, whether it holds, what was found, what happened to it.

    Raises as :func:`project_page`.
    """
    return typeset(TEMPLATE, certificate_data(sheet, language), files=_qr(sheet.address))


def profile_page(sheet: ProfileSheet, language: Language = "th", digits: Digits = "arabic") -> bytes:
    """The page of a city beside its peers, in Arabic or Thai digits (its address keeps its own).

    Raises as :func:`project_page`.
    """
    return typeset(TEMPLATE, profile_data(sheet, language, digits), files=_qr(sheet.address))


def profile_data(sheet: ProfileSheet, language: Language, digits: Digits = "arabic") -> dict[str, Any]:
    """What the template is given for a city."""
    say = _Words(language)
    parts: list[dict[str, Any]] = [
        {"head": say("state"), "verdict": {"text": sheet.standing.in_(language), "tone": sheet.tone}, "lines": []},
        *(_profile_part(one, say) for one in sheet.parts),
    ]
    made = {
        **_frame(sheet.address, sheet.sources, say),
        "kind": sheet.kind.in_(language),
        "title": _short(sheet.title.in_(language), _TITLE),
        "under": [_short(one.in_(language), _LINE) for one in sheet.under],
        "parts": parts,
        "foot": _foot(sheet.printed_on, say),
    }
    kept = {name: made[name] for name in ("address", "qr", "font", "language", "unbroken")}
    written = {**_in_thai_digits(made), **kept} if digits == "thai" else made
    return {**written, "foot": [*([say("release", release=sheet.release)] if sheet.release else []), *written["foot"]]}


def _profile_part(part: ProfilePart, say: _Words) -> dict[str, Any]:
    lines = [_short(one.in_(say.language), _PARAGRAPH) for one in part.lines[:MOST_LINES]]
    if len(part.lines) > MOST_LINES:
        lines.append(say("more", count=len(part.lines) - MOST_LINES))
    made: dict[str, Any] = {"head": part.head.in_(say.language), "lines": lines}
    if part.dots:
        made["dots"] = {
            "heads": [one.in_(say.language) for one in part.heads],
            "rows": [_dots(one, say) for one in part.dots[:MOST_INDICATORS]],
        }
    return made


def _dots(one: DotLine, say: _Words) -> dict[str, Any]:
    return {
        "title": _short(one.title.in_(say.language), _LINE),
        "note": _short(one.note.in_(say.language), _LINE),
        "own": one.own,
        "middle": one.middle,
        "at": one.at,
        "to": one.to,
        "others": list(one.others),
        "low": one.low,
        "median": one.median,
        "high": one.high,
    }


def _in_thai_digits(part: Any) -> Any:
    if isinstance(part, str):
        return _AS_WRITTEN.sub(lambda one: one[0] if one["kept"] else to_thai_digits(one[0]), part)
    if isinstance(part, dict):
        return {name: _in_thai_digits(value) for name, value in part.items()}
    return [_in_thai_digits(one) for one in part] if isinstance(part, list) else part


def certificate_data(sheet: CertificateSheet, language: Language) -> dict[str, Any]:
    """What the template is given for a certificate."""
    say = _Words(language)
    parts: list[dict[str, Any]] = [
        {"head": say("state"), "verdict": {"text": sheet.standing.in_(language), "tone": sheet.tone}, "lines": []}
    ]
    for part in sheet.parts:
        lines = [_short(one.in_(language), _PARAGRAPH) for one in part.lines[:MOST_LINES]]
        if len(part.lines) > MOST_LINES:
            lines.append(say("more", count=len(part.lines) - MOST_LINES))
        parts.append({"head": part.head.in_(language), "lines": lines})
    return {
        **_frame(sheet.address, sheet.sources, say),
        "kind": sheet.kind.in_(language),
        "title": _short(sheet.title.in_(language), _TITLE),
        "under": [_short(one.in_(language), _LINE) for one in sheet.under],
        "parts": parts,
        "foot": _foot(sheet.printed_on, say),
    }


def project_data(sheet: ProjectSheet, language: Language) -> dict[str, Any]:
    """What the template is given for a project."""
    say = _Words(language)
    under = [sheet.owner, f"{say('programme')}: {sheet.programme}" if sheet.programme else ""]
    under.append(f"{say('number')} {sheet.number}" if sheet.number else "")
    return {
        **_frame(sheet.address, sheet.sources, say),
        "kind": say("project"),
        "title": _short(sheet.title, _TITLE),
        "under": [_short(line, _LINE) for line in under if line],
        "parts": [
            {"head": say("funded"), "bars": _bars(sheet.money, say), "lines": [] if sheet.money else [say("no_money")]},
            {"head": say("where"), "lines": _places(sheet, say)},
            {"head": say("when"), "lines": [_when(sheet, say)]},
            {"head": say("status"), **_status(sheet, say)},
            {"head": say("who"), "lines": _people(sheet, say)},
            {"head": say("change"), **_change(sheet, say)},
        ],
        "foot": _foot(sheet.printed_on, say, as_of=sheet.as_of),
    }


def area_data(sheet: AreaSheet, language: Language) -> dict[str, Any]:
    """What the template is given for an area."""
    say = _Words(language)
    belongs = sheet.belongs.in_(language)
    parts = [{"head": say("indicators"), **_indicators(sheet.indicators, say)}]
    if sheet.money is not None or sheet.stages or sheet.project_count is not None or sheet.projects:
        parts.append({"head": say("money"), **_money(sheet, say)})
    return {
        **_frame(sheet.address, sheet.sources, say),
        "kind": say("area"),
        "title": _short(sheet.name.in_(language), _TITLE),
        "under": [_short(belongs, _LINE)] if belongs else [],
        "parts": parts,
        "foot": _foot(sheet.printed_on, say, release=sheet.release),
    }


class _Words:
    """The words of one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        text = WORDS[key].in_(self.language)
        for name, value in values.items():
            text = text.replace("{" + name + "}", str(value))
        return text

    def day(self, day: date) -> str:
        return write_day(day).in_(self.language)


# ------------------------------------------------------------------------------------------------ parts


def _frame(address: str, sources: Sequence[str | Text], say: _Words) -> dict[str, Any]:
    told = [one if isinstance(one, str) else one.in_(say.language) for one in sources[:MOST_SOURCES]]
    listed = [_short(one, _LINE) for one in told]
    if len(sources) > MOST_SOURCES:
        listed.append(say("more", count=len(sources) - MOST_SOURCES))
    return {
        "language": say.language,
        "font": "Sarabun",
        "unbroken": list(UNBROKEN),
        "qr": QR if address else "",
        "scan": say("scan"),
        "address": _short(address, _LINE),
        "sources_head": say("sources"),
        "sources": listed or [say("not_known")],
    }


def _bars(money: Sequence[StageMoney], say: _Words) -> list[dict[str, Any]]:
    largest = max((one.amount for one in money if one.amount is not None), default=Decimal(0))
    planned = next((one.amount for one in money if one.stage == "planned"), None)
    bars: list[dict[str, Any]] = []
    for one in money:
        label = STAGES[one.stage].in_(say.language)
        if one.amount is None:
            bars.append({"label": label, "part": None, "text": say("not_reported"), "note": ""})
            continue
        part = float(one.amount / largest) if largest > 0 else 0.0
        note = ""
        if one.stage != "planned" and planned:
            note = say("of_plan", percent=_percent(one.amount / planned * 100))
        text = f"{baht(one.amount)} {say('baht')}"
        bars.append({"label": label, "part": min(max(part, 0.0), 1.0), "text": text, "note": note})
    return bars


def _status(sheet: ProjectSheet, say: _Words) -> dict[str, Any]:
    lines = [_short(sheet.reason.in_(say.language), _PARAGRAPH)] if sheet.reason.in_(say.language) else []
    if sheet.physical is not None:
        lines.insert(0, say("physical", percent=_percent(sheet.physical)))
    status = sheet.status.in_(say.language) or say("not_known")
    return {"verdict": {"text": status, "tone": sheet.tone}, "lines": lines}


def _places(sheet: ProjectSheet, say: _Words) -> list[str]:
    if not sheet.places:
        return [say("not_known")]
    named = ", ".join(_short(one, 60) for one in sheet.places[:MOST_PLACES])
    if len(sheet.places) > MOST_PLACES:
        named += " " + say("more", count=len(sheet.places) - MOST_PLACES)
    sharing = sheet.sharing.in_(say.language)
    return [named, *([sharing] if sharing else [])]


def _when(sheet: ProjectSheet, say: _Words) -> str:
    days = [say.day(one) if one else "…" for one in (sheet.start, sheet.end)]
    told = f" {say('to')} ".join(days) if sheet.start or sheet.end else ""
    both = " · ".join(part for part in (told, sheet.years) if part)
    return _short(both, _LINE) or say("not_known")


def _people(sheet: ProjectSheet, say: _Words) -> list[str]:
    lines = [_short(f"{one.role.in_(say.language)}: {one.name}", _LINE) for one in sheet.deciders[:MOST_PEOPLE]]
    if len(sheet.deciders) > MOST_PEOPLE:
        lines.append(say("more", count=len(sheet.deciders) - MOST_PEOPLE))
    return lines or [say("not_known")]


def _change(sheet: ProjectSheet, say: _Words) -> dict[str, Any]:
    lines = [f"{say('objective')}: {_short(sheet.objective, _PARAGRAPH)}"] if sheet.objective else []
    if not sheet.results:
        return {"lines": [*lines, say("not_measured")]}
    rows = []
    for one in sheet.results[:MOST_RESULTS]:
        period = one.period.in_(say.language)
        actual = " ".join(part for part in (one.actual, f"({period})" if one.actual and period else "") if part)
        told = [_short(part, 60) or "–" for part in (one.baseline, one.target)]
        rows.append([_short(one.title, _LINE), *told, _short(actual, 60) or say("not_measured")])
    if len(sheet.results) > MOST_RESULTS:
        rows.append([say("more", count=len(sheet.results) - MOST_RESULTS), "", "", ""])
    heads = [say("indicator"), say("baseline"), say("target"), say("actual")]
    return {"lines": lines, "table": {"heads": heads, "rows": _cells(rows), "widths": [3, 1.2, 1.2, 1.4], "right": []}}


def _indicators(indicators: Sequence[IndicatorLine], say: _Words) -> dict[str, Any]:
    if not indicators:
        return {"lines": [say("no_indicators")]}
    rows: list[list[dict[str, Any]]] = []
    for one in indicators[:MOST_INDICATORS]:
        period = one.period.in_(say.language)
        value = _short(one.value.in_(say.language), 60) + (f"\n{period}" if period else "")
        rows.append(
            [
                {"text": _short(one.title.in_(say.language), _LINE)},
                {"text": value},
                {
                    "text": one.verdict.in_(say.language),
                    "tone": one.tone,
                    "note": _short(one.sentence.in_(say.language), 240),
                },
            ]
        )
    lines = []
    if len(indicators) > MOST_INDICATORS:
        lines.append(say("more", count=len(indicators) - MOST_INDICATORS))
    heads = [say("indicator"), say("value"), say("verdict")]
    return {"table": {"heads": heads, "rows": rows, "widths": [2.2, 1.1, 2.7], "right": []}, "lines": lines}


def _money(sheet: AreaSheet, say: _Words) -> dict[str, Any]:
    facts = []
    if sheet.project_count is not None:
        facts.append(say("count", count=f"{sheet.project_count:,}"))
    sums: list[tuple[str, Decimal, bool]] = []
    if sheet.money is not None:
        told = sheet.money
        sums = [(say("direct"), told.direct, False), (say("shared"), told.shared, False)]
        sums.append((say("sum"), told.direct + told.shared, True))
        if told.whole is not None:
            sums.append((say("whole"), told.whole, False))
    rows: list[list[dict[str, Any]]] = []
    for one in sheet.projects[:MOST_PROJECTS]:
        amount = baht(one.amount) if one.amount is not None else "–"
        status = one.status.in_(say.language) or say("not_known")
        rows.append([{"text": _short(one.title, 140)}, {"text": amount}, {"text": status, "tone": one.tone}])
    count = max(sheet.project_count or 0, len(sheet.projects))
    if rows and count > len(rows):
        rows.append([{"text": say("more", count=f"{count - len(rows):,}")}, {"text": ""}, {"text": ""}])
    heads = [say("project"), say("amount"), say("state")]
    shown = [{"label": label, "text": f"{baht(amount)} {say('baht')}", "sum": total} for label, amount, total in sums]
    made: dict[str, Any] = {"facts": facts, "sums": shown, "bars": _bars(sheet.stages, say)}
    if rows:
        made["table"] = {"heads": heads, "rows": rows, "widths": [3.4, 1.4, 1.2], "right": [1]}
    elif sheet.project_count == 0:
        made["lines"] = [say("no_projects")]
    return made


def _cells(rows: Sequence[Sequence[str]]) -> list[list[dict[str, Any]]]:
    return [[{"text": text} for text in row] for row in rows]


def _foot(printed_on: date, say: _Words, *, as_of: date | None = None, release: str = "") -> list[str]:
    told = [say("as_of", day=say.day(as_of))] if as_of else []
    if release:
        told.append(say("release", release=_short(release, 60)))
    return [*told, say("printed", day=say.day(printed_on))]


# ------------------------------------------------------------------------------------------------ small parts


def baht(amount: Decimal) -> str:
    """Whole baht without decimals, satang with two.

    >>> baht(Decimal("1234.5")), baht(Decimal("1000000"))
    ('1,234.50', '1,000,000')
    """
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"


def _percent(value: Decimal) -> str:
    text = f"{value.quantize(Decimal('0.1'), ROUND_HALF_UP):,f}"
    return text.removesuffix(".0")


def _short(text: str, most: int) -> str:
    """One line, cut with ``…``; long runs without a space get places where a line may end."""
    plain = " ".join(_UNSEEN.sub("", text).split())
    if len(plain) > most:
        plain = plain[: most - 1].rstrip() + "…"
    return _LONG_RUN.sub(lambda run: "\u200b".join(re.findall(r".{1,9}", run[0], re.DOTALL)), plain)


def _qr(address: str) -> dict[str, bytes]:
    if not address:
        return {}
    import segno  # only where a page has an address

    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", scale=4, border=2)
    return {QR: out.getvalue()}
