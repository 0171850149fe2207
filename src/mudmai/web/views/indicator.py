"""One indicator: all areas against what they are compared with, map, table, method, sources, downloads."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from mudmai.core.areas import Area
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.core.plans import Rule
from mudmai.core.verdicts import Verdict
from mudmai.web.asking import READ, Order, asked_choice, asked_order, asked_state, asked_year
from mudmai.web.charts.classes import Classes, quantile_classes
from mudmai.web.charts.maps import Outlines, Shape, outlines
from mudmai.web.charts.panels import Frame, drawn_lines, marked_row, panel_document
from mudmai.web.charts.rendering import inline_svg
from mudmai.web.charts.sheets import own_scales
from mudmai.web.freshness import fresh
from mudmai.web.pages import absolute_citation, reader, render_page, workspace_of
from mudmai.web.preferences import Preferences
from mudmai.web.views.scorecard import ORDER, before_plan, held_state
from mudmai.web.wording import wording
from mudmai.workspace import AreaLine, IndicatorView, ScoreRow, Workspace
from mudmai.workspace.dataset_uses import open_datasets_behind

COLUMNS = ("area", "value", "comparator", "gap", "verdict")


@dataclass(frozen=True, slots=True)
class Panel:
    """A chart of one area, drawn."""

    line: AreaLine
    row: ScoreRow | None
    svg: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of the sortable table; ``shade`` is the class of its value on the map, ``bar`` a bar in a box of 100."""

    row: ScoreRow
    shade: int | None
    bar: Bar | None


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from ``x`` of ``width`` in a box 0..100, and where the comparator stands."""

    x: float
    width: float
    mark: float | None


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: what it says, how it is sorted now, what choosing it asks for."""

    label: Text
    style: str
    state: str
    next: str
    arrow: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """An area of the map that is drawn here: how it is filled, and what stands inside it."""

    shape: Shape
    fill: str
    row: ScoreRow | None


@dataclass(frozen=True, slots=True)
class Shading:
    """What the map shows: where its shapes come from and the classes of its legend."""

    system: str
    level: str
    classes: Classes | None
    outlines: Outlines
    areas: tuple[Drawn, ...]


@fresh
def indicator(request: HttpRequest, plan: str, indicator: str, language: str) -> HttpResponse:
    """The page of one indicator."""
    workspace, here = workspace_of(request), reader(request)
    view = read_view(request, plan, indicator)
    period = _asked_period(request, view)
    order = asked_order(request.GET, COLUMNS, Order("area", descending=False))
    card = workspace.scorecard(
        view.plan.id,
        year=period,
        indicator=view.indicator.id,
        reading=view.reading.id,
        release=view.release,
        packs=view.packs,
    )
    rows = tuple(r for r in view.at(period) if not r.is_reference) if period else card.rows
    references = tuple(r for r in view.at(period) if r.is_reference and r.value is not None) if period else ()
    classes = quantile_classes([r.value for r in rows], view.unit.decimals)
    map_by = asked_choice(request.GET, "map", ("verdict", "value"))
    counts = {v: sum(1 for r in rows if r.verdict is v) for v in ORDER}
    return render_page(
        request,
        "indicator.html",
        summary=card.summaries[0],
        why_not=_why_not(rows),
        judged_rows=rows,
        before_plan=before_plan(view.plan, period, rows),
        year_was_asked=bool(request.GET.get("year")),
        current="scorecard",
        view=view,
        citation=absolute_citation(request, view.citation),
        plan=view.plan,
        indicator=view.indicator,
        period=period,
        asked_year=period.year_ce if period else None,
        periods=[p for p in reversed(view.periods) if any(r.value is not None for r in view.at(p))],
        counts=[(v, n) for v, n in counts.items() if n],
        rows=_table(_sorted(rows, order), classes, references),
        references=_table(references, classes, references, rows),
        heads=[_head(column, order) for column in COLUMNS],
        panels=_panels(view, here, period),
        publishers=list(dict.fromkeys(s.publisher for s in view.sources)),
        own_scales=own_scales(view),
        shading=_shading(workspace, view, rows, here, classes if map_by == "value" else None),
        paths=[line for line in view.lines if line.path is not None and not line.is_reference],
        history=_history(view),
        exceptions=_exceptions(workspace, view),
        readings=view.indicator.readings if len(view.indicator.readings) > 1 else (),
        parameter=READ + view.indicator.id,
        chosen=[(n, v) for n, v in request.GET.items() if v and n in ("release", "packs")],
        **held_state(request, view.release, view.packs),
        map_by=map_by,
        behind=open_datasets_behind(workspace, view.plan.id, view.indicator.id),
        counted_in=open_datasets_behind(workspace, view.plan.id, view.indicator.id, view.reading.id),
    )


def read_view(request: HttpRequest, plan: str, indicator: str) -> IndicatorView:
    """The indicator under the reading that the address asks for (``?reading=`` or the scorecard's parameter)."""
    reading = request.GET.get("reading") or request.GET.get(READ + indicator) or None
    return workspace_of(request).indicator_view(plan, indicator, reading=reading, **asked_state(request.GET))


def _asked_period(request: HttpRequest, view: IndicatorView) -> Period | None:
    asked = asked_year(request.GET)
    if asked is None:
        return view.latest
    inside = [p for p in view.periods if p.year_ce == asked.year_ce]
    if not inside:
        years = [p.year_ce for p in view.periods]
        span = f"{min(years) + 543}-{max(years) + 543} ({min(years)}-{max(years)})" if years else "–"
        raise InputError(
            Text(
                f"ตัวชี้วัด {view.indicator.id} ไม่มีข้อมูลปี พ.ศ. {asked.year_be} (ค.ศ. {asked.year_ce})",
                f"indicator {view.indicator.id} has no figures for {asked.year_ce} ({asked.year_be} BE)",
            ),
            remedy=Text(f"ปีที่มีข้อมูล: {span}", f"years with figures: {span}"),
            code="period",
        )
    return inside[-1]


def _why_not(rows: tuple[ScoreRow, ...]) -> list[tuple[Text, list[Text]]]:
    """Reasons not to judge, each with the names of the areas it holds for."""
    found: dict[str, list[Text]] = {}
    for row in rows:
        if row.verdict is Verdict.NOT_JUDGED:
            found.setdefault(row.reason.value, []).append(row.area_name)
    return [(wording(f"reason.{reason}"), names) for reason, names in found.items()]


def _head(column: str, order: Order) -> Head:
    """Numbers are sorted from the largest first, words from the first; choosing again turns the order round."""
    numeric = column in ("value", "comparator", "gap")
    style = {"gap": "num gap"}.get(column, "num" if numeric else "")
    label = wording(f"table.{column}")
    if order.column != column:
        return Head(label, style, "", f"-{column}" if numeric else column, "↕")
    if order.descending:
        return Head(label, style, "descending", column, "▼")
    return Head(label, style, "ascending", f"-{column}", "▲")


def _sorted(rows: tuple[ScoreRow, ...], order: Order) -> tuple[ScoreRow, ...]:
    """Rows by the asked column; missing values stand last in either direction; equal ones keep the system's order."""
    if order.column == "area":
        return tuple(reversed(rows)) if order.descending else rows
    if order.column == "verdict":
        return tuple(sorted(rows, key=lambda r: ORDER.index(r.verdict), reverse=order.descending))
    known = [r for r in rows if getattr(r, order.column) is not None]
    known.sort(key=lambda r: getattr(r, order.column), reverse=order.descending)
    return (*known, *(r for r in rows if getattr(r, order.column) is None))


def _table(
    rows: tuple[ScoreRow, ...],
    classes: Classes | None,
    references: tuple[ScoreRow, ...],
    others: tuple[ScoreRow, ...] = (),
) -> list[TableRow]:
    everyone = (*rows, *references, *others)
    values = [v for r in everyone for v in (r.value, r.comparator) if v is not None]
    low, high = min([0.0, *values]), max([0.0, *values])
    return [TableRow(r, classes.of(r.value) if classes else None, _bar(r, low, high)) for r in rows]


def _bar(row: ScoreRow, low: float, high: float) -> Bar | None:
    if row.value is None or high == low:
        return None

    def at(value: float) -> float:
        return round(100 * (value - low) / (high - low), 1)

    start, end = sorted((at(0.0), at(row.value)))
    return Bar(start, round(end - start, 1), None if row.comparator is None else at(row.comparator))


def _panels(view: IndicatorView, here: Preferences, period: Period | None) -> list[Panel]:
    lines = drawn_lines(view)
    if not lines:
        return []
    together = Frame.of(view, lines)
    size = {"width": 460, "height": 200} if len(lines) == 1 else {}
    found = []
    for number, line in enumerate(lines):
        name = here.say(line.area.name)
        title = f"{view.indicator.id} {name}"
        row = marked_row(line, period)
        description = here.say(row.sentence) if row else ""
        frame = Frame.of(view, (line,)) if own_scales(view) else together
        spec = panel_document(line, frame, here, period, **size)
        found.append(Panel(line, row, inline_svg(spec, f"c{number}", title, description)))
    return found


def _shading(
    workspace: Workspace, view: IndicatorView, rows: tuple[ScoreRow, ...], here: Preferences, classes: Classes | None
) -> Shading | None:
    """The map, by value where ``classes`` are given, else by verdict; None where there is nothing to show."""
    system = workspace.catalogue.area_system(view.indicator.area_system)
    levels = [system.by_code[a].level for a in view.indicator.areas if a in system.by_code]
    if not levels:
        return None
    level = max(set(levels), key=levels.count)
    found = outlines(workspace.areas_geojson(system.id, level)["features"], here.language)
    if found is None or len({s.code for s in found.shapes} & set(view.indicator.areas)) < 2:
        return None
    by_code = {row.area: row for row in rows}
    drawn = tuple(_drawn(shape, by_code.get(shape.code), classes) for shape in found.shapes)
    return Shading(system.id, level, classes, found, drawn)


def _drawn(shape: Shape, row: ScoreRow | None, classes: Classes | None) -> Drawn:
    if row is None:
        return Drawn(shape, "none", None)
    return Drawn(shape, str(classes.of(row.value) or "none") if classes else row.verdict.value, row)


def _history(view: IndicatorView) -> list[tuple[AreaLine, list[ScoreRow]]]:
    """Every line with its rows in the order of ``view.periods``."""
    return [(line, list(line.rows)) for line in view.lines if line.latest is not None]


def _exceptions(workspace: Workspace, view: IndicatorView) -> list[tuple[Area, Rule]]:
    """Areas with a rule of their own, in the order in which they are judged."""
    known = workspace.catalogue.area_system(view.indicator.area_system).by_code
    own = view.indicator.exceptions
    return [(known[code], own[code]) for code in view.indicator.areas if code in own and code in known]
