"""Files to take away: tables as CSV, Excel and JSON, charts as PNG and SVG."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Language, Text
from mudmai.core.sources import Source
from mudmai.exchange.tables import csv_bytes, xlsx_bytes
from mudmai.web.asking import READ
from mudmai.web.charts.panels import drawn_lines
from mudmai.web.charts.rendering import render_png, render_svg
from mudmai.web.charts.sheets import sheet
from mudmai.web.freshness import fresh
from mudmai.web.pages import absolute_citation, address, lasting_address, reader, workspace_of
from mudmai.web.preferences import Preferences
from mudmai.web.views.indicator import read_view
from mudmai.web.views.scorecard import read_scorecard
from mudmai.web.wording import wording
from mudmai.workspace import IndicatorView, Scorecard, ScoreRow

TABLES = ("csv", "xlsx", "json")
CHARTS = ("png", "svg")
COLUMNS = (
    "indicator",
    "area",
    "area_name_th",
    "area_name_en",
    "area_system",
    "period",
    "year_be",
    "value",
    "unit",
    "comparator",
    "target",
    "verdict",
    "reason",
    "sentence_th",
    "sentence_en",
    "coverage",
    "reading",
    "is_reference",
    "release",
)
CARD_COLUMNS = (
    "indicator",
    "indicator_th",
    "indicator_en",
    "reading",
    "reading_th",
    "reading_en",
    "chosen",
    *COLUMNS[1:8],
    "unit_th",
    "unit_en",
    *(name for name in COLUMNS[9:] if name != "reading"),
)
_KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json; charset=utf-8",
    "png": "image/png",
    "svg": "image/svg+xml; charset=utf-8",
}
Notes = list[tuple[str, str]]


@fresh
def scorecard_table(request: HttpRequest, plan: str, form: str, language: str) -> HttpResponse:
    """Every row of the scorecard that the address asks for."""
    _check(form, TABLES)
    card = read_scorecard(request, plan)
    if form == "xlsx":
        return _workbook(request, card)
    rows = [_record(r) for one in card.plan.indicators for r in (*card.of(one.id), *card.references_of(one.id))]
    return _file(form, _card_name(card), rows, _card_notes(request, card))


@fresh
def indicator_table(request: HttpRequest, plan: str, indicator: str, form: str, language: str) -> HttpResponse:
    """Every area and period of one indicator under one reading."""
    _check(form, TABLES)
    view = read_view(request, plan, indicator)
    rows = [_record(r) for line in view.lines for r in line.rows]
    return _file(form, f"{plan}-{indicator}-{view.reading.id}", rows, _view_notes(request, view))


@fresh
def chart(request: HttpRequest, plan: str, indicator: str, form: str, language: str) -> HttpResponse:
    """The chart of one indicator for a report or a slide."""
    _check(form, CHARTS)
    view = read_view(request, plan, indicator)
    if not drawn_lines(view):
        raise UnknownNameError(Text("ภาพของตัวชี้วัด", "chart of indicator"), indicator)
    here = reader(request)
    spec = sheet(view, here, lasting_address(request, here.language, view))
    body = render_png(spec) if form == "png" else render_svg(spec).encode()
    return _attachment(body, form, f"{plan}-{indicator}-{view.reading.id}")


def _workbook(request: HttpRequest, card: Scorecard) -> HttpResponse:
    """The scorecard under every reading of every indicator; a column says which readings the page shows."""
    workspace, packs = workspace_of(request), request.GET.get("packs") or None
    rows: list[dict[str, Any]] = []
    for one in card.summaries:
        for reading in one.indicator.readings:
            chosen = reading.id == one.reading.id
            found = (
                card
                if chosen
                else workspace.scorecard(
                    card.plan.id,
                    year=card.period,
                    indicator=one.indicator.id,
                    reading=reading.id,
                    release=card.release,
                    packs=packs,
                )
            )
            told = {
                "indicator_th": one.indicator.title.th,
                "indicator_en": one.indicator.title.en,
                "reading_th": reading.title.th,
                "reading_en": reading.title.en,
                "chosen": chosen,
            }
            shown = (*found.of(one.indicator.id), *found.references_of(one.indicator.id))
            labels = [{"unit_th": row.unit_label.th, "unit_en": row.unit_label.en} for row in shown]
            rows += [
                {**_record(row), **told, **label, "decimals": row.decimals}
                for row, label in zip(shown, labels, strict=True)
            ]
    body = xlsx_bytes(
        CARD_COLUMNS,
        rows,
        titles={name: f"{text.th}\n{text.en}" for name, text in _titles().items()},
        notes=_card_notes(request, card),
        decimals=_decimals,
    )
    return _attachment(body, "xlsx", _card_name(card))


def _decimals(row: Mapping[str, Any], column: str) -> int | None:
    return row["decimals"] if column in ("value", "comparator", "target") else None


def _titles() -> dict[str, Text]:
    """Heads of the workbook's columns in both languages."""
    return {name: wording(f"column.{name}") for name in CARD_COLUMNS}


def _card_name(card: Scorecard) -> str:
    return f"{card.plan.id}-scorecard" + (f"-{card.period.year_ce}" if card.period else "")


def _check(form: str, forms: Sequence[str]) -> None:
    if form not in forms:
        raise UnknownNameError(Text("รูปแบบไฟล์", "file format"), form, forms)


def _record(row: ScoreRow) -> dict[str, Any]:
    found = row.as_dict()
    found.pop("path")
    return {**found, "year_be": row.period.year_be, "is_reference": row.is_reference}


def _file(form: str, name: str, rows: list[dict[str, Any]], notes: Notes) -> HttpResponse:
    if form == "json":
        body = json.dumps({"notes": dict(notes), "rows": rows}, ensure_ascii=False, allow_nan=False).encode()
    elif form == "csv":
        body = csv_bytes(COLUMNS, rows)
    else:
        body = xlsx_bytes(COLUMNS, rows, notes=notes)
    return _attachment(body, form, name)


def _attachment(body: bytes, form: str, name: str) -> HttpResponse:
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in name)
    response = HttpResponse(body, content_type=_KINDS[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{safe}.{form}"'
    return response


def _card_notes(request: HttpRequest, card: Scorecard) -> Notes:
    here, workspace = reader(request), workspace_of(request)
    say = here.say
    notes: Notes = [
        (say(wording("file.plan")), f"{say(card.plan.title)} ({card.plan.id})"),
        (say(wording("file.release")), card.release),
        (say(wording("file.pack")), f"{card.plan.id} {card.plan.version} ({card.packs})"),
        (say(wording("work.link")), _card_address(request, card, here.language)),
        (say(wording("file.missing")), say(wording("file.missing_note"))),
    ]
    sources: dict[str, str] = {}
    for one in card.summaries:
        notes.append((one.indicator.id, f"{say(one.indicator.title)} · {say(one.reading.title)} · {say(one.headline)}"))
        packs = request.GET.get("packs") or None
        view = workspace.indicator_view(
            card.plan.id, one.indicator.id, reading=one.reading.id, release=card.release, packs=packs
        )
        sources |= {source.id: _source_line(source, here) for source in view.sources}
    return [*notes, *((say(wording("indicator.sources")), line) for line in sources.values())]


def _card_address(request: HttpRequest, card: Scorecard, language: Language) -> str:
    """The whole address that keeps showing this scorecard."""
    held = {READ + s.indicator.id: s.reading.id for s in card.summaries}
    if card.period is not None:
        held["year"] = str(card.period.year_ce)
    held |= {"release": card.release, "packs": card.packs}
    path = address(language, "scorecard", plan=card.plan.id)
    return request.build_absolute_uri(f"{path}?{urlencode(held)}")


def _source_line(source: Source, here: Preferences) -> str:
    say = here.say
    parts = (say(source.publisher), say(source.title), say(source.edition_words), source.url or "")
    return f"{'. '.join(part for part in parts if part)}. {say(source.note)}".strip()


def _view_notes(request: HttpRequest, view: IndicatorView) -> Notes:
    here = reader(request)
    say = here.say
    notes: Notes = [
        (say(wording("file.plan")), f"{say(view.plan.title)} ({view.plan.id})"),
        (say(wording("file.indicator")), f"{view.indicator.id} {say(view.indicator.title)}"),
        (say(wording("score.reading")), f"{say(view.reading.title)} ({view.reading.id})"),
        (say(wording("indicator.formula")), f"{say(view.formula_words)} · {view.reading.formula}"),
        (say(wording("file.unit")), f"{say(view.unit.label)} ({view.unit.code})"),
        (say(wording("indicator.how")), say(view.indicator.method)),
        (say(wording("file.release")), view.release),
        (say(wording("file.missing")), say(wording("file.missing_note"))),
    ]
    if view.indicator.proxy.th:
        notes.append((say(wording("score.proxy")), say(view.indicator.proxy)))
    for one in view.breaks:
        notes.append((say(wording("chart.break")), f"{here.period(one.period)}: {say(one.reason)}"))
    for source in view.sources:
        notes.append((say(wording("indicator.sources")), _source_line(source, here)))
    notes.append((say(wording("cite.title")), say(absolute_citation(request, view.citation))))
    return notes
