"""One indicator through all areas and periods; one area through all indicators."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mudmai.core.areas import Area, AreaSystem
from mudmai.core.formulas import nodes
from mudmai.core.judgement import break_between
from mudmai.core.judgement_words import amount
from mudmai.core.language import Text
from mudmai.core.path_words import change
from mudmai.core.period_text import period_text
from mudmai.core.periods import Frequency, Period
from mudmai.core.plans import Plan, SituationFact
from mudmai.core.series import Catalogue
from mudmai.core.sources import Method, Source
from mudmai.workspace.citations import cite
from mudmai.workspace.figures import Figures
from mudmai.workspace.results import (
    AreaIndicator,
    AreaLine,
    AreaView,
    IndicatorView,
    Membership,
    ScoreRow,
    SituationFigure,
)
from mudmai.workspace.scorecards import judged_for, known_areas
from mudmai.workspace.scoring import Score


def build_indicator_view(score: Score, *, everyone: bool = False) -> IndicatorView:
    """Judged areas, then reference areas; with ``everyone`` also every other area of the system that has a value."""
    areas: list[Area] = [*score.judged, *score.references]
    if everyone:
        shown = {a.code for a in areas}
        areas += [a for a in score.system.areas if a.code not in shown and score.known_periods(a.code)]
    lines = tuple(
        AreaLine(a, tuple(score.row(a, p) for p in score.periods), a.code not in score.indicator.areas, score.path(a))
        for a in areas
    )
    sources, methods = provenance(score.figures, score.formula.series)
    from mudmai.core.formulas.words import say  # the wording of formulas loads where it is shown

    return IndicatorView(
        plan=score.plan,
        indicator=score.indicator,
        reading=score.reading,
        release=score.figures.release.id,
        packs=score.pack.state,
        unit=score.unit,
        periods=score.periods,
        lines=lines,
        latest=score.latest,
        breaks=score.breaks,
        formula_words=say(score.formula, score.figures.catalogue),
        sources=sources,
        methods=methods,
        citation=cite(score, sources),
    )


def provenance(figures: Figures, series: Sequence[nodes.SeriesRef]) -> tuple[tuple[Source, ...], tuple[Method, ...]]:
    """All sources and methods that the observations of these series name, in the catalogue's order."""
    catalogue = figures.catalogue
    sources: set[str] = set()
    methods: set[str] = set()
    for ref in series:
        declared = catalogue.one_series(ref.series)
        table = figures.release.observations(ref.series, ref.dims)
        sources |= {name or declared.source for name in table.column("source").unique().to_pylist()}
        methods |= {name or declared.method for name in table.column("method").unique().to_pylist()}
    return (
        tuple(source for name, source in catalogue.sources.items() if name in sources),
        tuple(method for name, method in catalogue.methods.items() if name in methods),
    )


def build_area_view(
    code: str,
    *,
    figures: Figures,
    scores: Sequence[Score],
    plans: Sequence[Plan],
    situation_of: Callable[[Plan, SituationFact], SituationCube],
    year_ce: int | None,
) -> AreaView:
    """Every indicator and situation figure of one area in every system that knows it."""
    catalogue = figures.catalogue
    places = known_areas(catalogue, code)
    first = next(iter(places.values()))
    memberships = tuple(_membership(catalogue.area_system(system), area) for system, area in places.items())
    indicators = tuple(
        _area_indicator(score, places[score.system.id], year_ce) for score in scores if score.system.id in places
    )
    shown = [
        _situation(catalogue, situation_of(plan, fact), fact, speaking, plan.source)
        for plan in plans
        for fact in plan.situation
        if (speaking := _speaks_for(catalogue, fact, places)) is not None
    ]
    kept = tuple(f for f in shown if f.value is not None or f.stated is not None)
    return AreaView(first.code, first.name, figures.release.id, memberships, indicators, kept)


def _speaks_for(catalogue: Catalogue, fact: SituationFact, places: Mapping[str, Area]) -> Area | None:
    """The area that a situation figure is about: this one, or its nearest ancestor in the figure's own system."""
    area = places.get(fact.area_system)
    if area is None:
        return None
    above = catalogue.area_system(fact.area_system).ancestors(area.code)
    return next((one for one in (area, *above) if one.code in fact.areas), None)


def _membership(system: AreaSystem, area: Area) -> Membership:
    beside = system.children_of.get(area.parent, ()) if area.parent is not None else ()
    return Membership(
        system.id,
        system.title,
        area,
        system.ancestors(area.code),
        tuple(system.by_code[c] for c in beside if c != area.code),
        tuple(system.by_code[c] for c in system.children_of.get(area.code, ())),
    )


def _area_indicator(score: Score, area: Area, year_ce: int | None) -> AreaIndicator:
    speaking = judged_for(score.indicator, score.system, area)
    period = _period_for(score, area, speaking, year_ce)
    judged = None if speaking is None else score.row(speaking, period, with_path=True)
    whole = score.reckoned_against(area)
    is_the_whole = whole is not None and score.system.children_of[whole.code] == (area.code,)  # 100 % of itself
    own_known = bool(score.known_periods(area.code)) and not is_the_whole
    own = judged if speaking == area else score.row(area, period) if own_known else None
    line = area if own_known or speaking is None else speaking
    place = _Place(score, area, speaking, period) if own_known and speaking != area else None
    return AreaIndicator(
        plan=score.plan,
        indicator=score.indicator,
        reading=score.reading,
        system=score.system.id,
        own=own,
        judged=judged,
        parent=_parent_row(score, speaking or area, period),
        peers=_peer_rows(score, speaking or area, period),
        history=tuple((p, score.value(line.code, p)) for p in score.periods),
        own_note=Text("", "") if place is None else _joined(place.words, _own_note(score, area, period)),
        gap=None if place is None else place.gap,
        rank=None if place is None else place.rank,
        out_of=0 if place is None else place.out_of,
    )


class _Place:
    """Where the own value of an unjudged area stands in one period: against the area above, and among its siblings."""

    def __init__(self, score: Score, area: Area, speaking: Area | None, period: Period) -> None:
        above = score.system.ancestors(area.code)
        self._score, self._level = score, area.level
        self._parent = above[0] if above else None
        self._against = speaking or self._parent
        value = score.value(area.code, period)
        other = None if self._against is None else score.value(self._against.code, period)
        compares = value is not None and other is not None and score.reckoned_against(area) is None
        self.gap = value - other if compares and value is not None and other is not None else None
        beside = score.system.children_of.get(area.parent, ()) if area.parent is not None else ()
        values = [v for v in (score.value(code, period) for code in beside) if v is not None]
        ranked = value is not None and len(values) > 1
        self.rank = 1 + sum(v > value for v in values) if ranked and value is not None else None
        self.out_of = len(values) if ranked else 0

    @property
    def words(self) -> Text:
        """``The plan does not judge this level · 0.88 below Central · rank 12 of 20 in Central``; empty: no value."""
        if self.gap is None and self.rank is None:
            return Text("", "")
        level = _LEVELS.get(self._level, Text("ระดับนี้", "this level"))
        told = [Text(f"แผนไม่ตัดสิน{level.th}", f"The plan does not judge {level.en}")]
        if self.gap is not None and self._against is not None:
            how = Text("สูงกว่า", "above") if self.gap > 0 else Text("ต่ำกว่า", "below")
            much, name = change(abs(self.gap), self._score.unit), self._against.name
            told.append(
                Text(f"{how.th}{name.th} {much.th}", f"{much.en} {how.en} {name.en}")
                if self.gap
                else Text(f"เท่ากับ{name.th}", f"equal to {name.en}")
            )
        if self.rank is not None and self._parent is not None:
            name = self._parent.name
            told.append(
                Text(
                    f"อันดับ {self.rank} จาก {self.out_of} ใน{name.th} (1 คือค่ามากที่สุด)",
                    f"rank {self.rank} of {self.out_of} in {name.en} (1 is the largest value)",
                )
            )
        return Text(" · ".join(one.th for one in told), " · ".join(one.en for one in told))


_LEVELS = {
    "province": Text("ระดับจังหวัด", "provinces"),
    "region": Text("ระดับภาค", "regions"),
    "zone": Text("ระดับเขต", "zones"),
}


def _joined(*parts: Text) -> Text:
    """What is not empty, in order."""
    return Text(" · ".join(p.th for p in parts if p.th), " · ".join(p.en for p in parts if p.en))


def _own_note(score: Score, area: Area, shown: Period) -> Text:
    """The words for :attr:`AreaIndicator.own_note`; empty when the area's own value stands for itself."""
    whole, name = score.reckoned_against(area), area.name
    known = [p for p in score.known_periods(area.code) if p <= shown]
    if score.value(area.code, shown) is not None:
        if whole is None:
            return Text("", "")
        return Text(
            f"ค่าของ{name.th}คิดเทียบกับ{whole.name.th} จึงนำไปเทียบกับค่าของ{whole.name.th}โดยตรงไม่ได้",
            f"The value of {name.en} is reckoned against {whole.name.en}, so it does not compare with the value of "
            f"{whole.name.en} itself",
        )
    if not known:
        return Text("", "")
    period = known[-1]
    between = break_between(score.breaks, period, shown)
    when, much = period_text(period), amount(score.value(area.code, period), score.unit)
    if whole is not None:
        beside = Text(f"เมื่อเทียบกับ{whole.name.th}", f"reckoned against {whole.name.en}")
    else:
        above = [(a, score.value(a.code, period)) for a in score.system.ancestors(area.code)]
        told = [(a.name, amount(value, score.unit)) for a, value in above if value is not None]
        beside = Text(
            " ".join(f"{n.th} {m.th}" for n, m in told) or "ไม่มีค่าของพื้นที่ที่ใหญ่กว่าในปีนั้น",
            ", ".join(f"{n.en} {m.en}" for n, m in told) or "no value of a larger area in that period",
        )
    warning = Text("", "")
    if between is not None:
        at = period_text(between.period)
        warning = Text(
            f" วิธีวัดเปลี่ยนเมื่อ {at.th} ({between.reason.th}) จึงเทียบกับค่าของ {period_text(shown).th} ไม่ได้",
            f"; the method changed in {at.en} ({between.reason.en}), so it does not compare with values of "
            f"{period_text(shown).en}",
        )
    return Text(
        f"ค่าล่าสุดของ{name.th}เองคือ {when.th}: {much.th} ({beside.th}){warning.th}",
        f"The latest value of {name.en} itself is of {when.en}: {much.en} ({beside.en}){warning.en}",
    )


def _period_for(score: Score, area: Area, speaking: Area | None, year_ce: int | None) -> Period:
    """The asked year, or the last period with a value of the judged area, of the area itself, of any judged area."""
    if year_ce is not None:
        return score.period_in(year_ce)
    for one in (speaking, area):
        known = score.known_periods(one.code) if one is not None else ()
        if known:
            return known[-1]
    return score.latest or score.period_in(score.plan.last.year_ce)


def _parent_row(score: Score, area: Area, period: Period) -> ScoreRow | None:
    above = score.system.ancestors(area.code)
    return score.row(above[0], period) if above and score.known_periods(above[0].code) else None


def _peer_rows(score: Score, area: Area, period: Period) -> tuple[ScoreRow, ...]:
    """Siblings that the plan judges too, or that have a value in this period."""
    siblings = score.system.children_of.get(area.parent, ()) if area.parent is not None else ()
    beside = [score.system.by_code[c] for c in siblings if c != area.code]
    if area.parent is None:
        beside = [a for a in score.judged if a.code != area.code]
    shown = [a for a in beside if a.code in score.indicator.areas or score.value(a.code, period) is not None]
    return tuple(score.row(a, period) for a in shown)


class SituationCube:
    """A situation figure's values over all areas of its system, at the fact's own period."""

    def __init__(self, figures: Figures, fact: SituationFact, definitions: Mapping[str, str]) -> None:
        self.formula = figures.checked(fact.formula, definitions, fact.area_system, fact.unit)
        self.cube = figures.cube(self.formula, fact.area_system)
        frequency = self.formula.type.frequency or Frequency.ANNUAL
        same_kind = fact.period.frequency is frequency
        self.period = (
            fact.period if same_kind else Period(frequency, (fact.period.year_ce + 1) * frequency.per_year - 1)
        )

    def value(self, area: str) -> float | None:
        """The value of one area."""
        return None if self.cube is None else self.cube.at(area, self.period)


def _situation(
    catalogue: Catalogue, found: SituationCube, fact: SituationFact, area: Area, document: str
) -> SituationFigure:
    """One figure; ``document`` is the source of the plan itself."""
    root = found.formula.root
    if isinstance(root, nodes.SeriesRef) and catalogue.one_series(root.series).source == document:
        return _stated_figure(catalogue, fact, area)
    system, unit = catalogue.area_system(fact.area_system), catalogue.unit(fact.unit)
    beside = system.children_of.get(area.parent, ()) if area.parent is not None else (area.code,)
    value = found.value(area.code)
    values = [v for v in map(found.value, beside) if v is not None]
    return SituationFigure(
        fact=fact,
        area=area,
        value=value,
        stated=fact.stated.get(area.code),
        unit=fact.unit,
        unit_label=unit.label if unit.label.th else Text("", ""),
        decimals=unit.decimals,
        parent_value=None if area.parent is None else found.value(area.parent),
        rank=None if value is None else 1 + sum(v > value for v in values),
        out_of=len(values),
        stated_decimals=_stated_decimals(fact),
    )


def _stated_figure(catalogue: Catalogue, fact: SituationFact, area: Area) -> SituationFigure:
    """A figure that only the document itself gives."""
    unit, decimals = catalogue.unit(fact.unit), _stated_decimals(fact)
    stated = fact.stated.get(area.code)
    return SituationFigure(
        fact, area, None, stated, fact.unit, unit.label, unit.decimals, stated_only=True, stated_decimals=decimals
    )


def _stated_decimals(fact: SituationFact) -> int:
    """The decimals that the fact's stated figures are written with."""
    written = [repr(value).partition(".")[2].rstrip("0") for value in fact.stated.values()]
    return max(map(len, written), default=0)
