"""One indicator under one reading in one release: values, sides of comparison, verdicts, paths.

Nothing here knows a plan by name. Values come from the fast evaluator; the readable one is asked for cells that are
missing (why, and which inputs) and for the methods behind a value, where a series carries more than one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from mudmai.core.areas import Area
from mudmai.core.formulas import nodes
from mudmai.core.judgement import Case, Side, compared_period, judge, judges_in, reference
from mudmai.core.judgement_words import telling_decimals
from mudmai.core.language import Text
from mudmai.core.observations import read_dims, write_dims
from mudmai.core.path_words import needed_words
from mudmai.core.period_text import period_text
from mudmai.core.periods import Frequency, Period
from mudmai.core.plans import Form, Indicator, Plan, Reading, Rule
from mudmai.core.series import Break, Catalogue, SeriesDimension
from mudmai.core.verdicts import Judgement, PathAhead
from mudmai.methods.path import path_ahead
from mudmai.workspace.figures import Figures, Leaf
from mudmai.workspace.results import PackUsed, ScoreRow

_VARYING = (nodes.Children, nodes.If, nodes.Coalesce, nodes.Rank)
"""Nodes that need other inputs from cell to cell."""
_RELATIVE = (nodes.Parent, nodes.ShareOfParent, nodes.Rank)
"""Nodes whose value depends on which parent an area has."""


class Score:
    """An indicator under a reading: everything that can be said about it cell by cell."""

    def __init__(
        self,
        figures: Figures,
        plan: Plan,
        indicator: Indicator,
        reading: Reading,
        definitions: Mapping[str, str],
        pack: PackUsed,
    ) -> None:
        self.figures = figures
        self.pack = pack
        self.plan = plan
        self.indicator = indicator
        self.reading = reading
        self.system = figures.catalogue.area_system(indicator.area_system)
        self.unit = figures.catalogue.unit(indicator.unit)
        self.formula = figures.checked(reading.formula, definitions, indicator.area_system, indicator.unit)
        self.cube = figures.cube(self.formula, indicator.area_system)
        self.frequency = self.formula.type.frequency or Frequency.ANNUAL
        self._sides: dict[tuple[str, Period], Side] = {}
        self._usual_inputs: int | None = None

    # ------------------------------------------------------------------ what is there
    def value(self, area: str, period: Period) -> float | None:
        """The value of one cell."""
        return None if self.cube is None else self.cube.at(area, period)

    @cached_property
    def judged(self) -> tuple[Area, ...]:
        """The areas that the plan judges, in its order."""
        return tuple(self.system.by_code[code] for code in self.indicator.areas)

    @cached_property
    def references(self) -> tuple[Area, ...]:
        """Ancestors of judged areas that are not judged themselves and have a value in some period, nearest first."""
        above = {a.code: a for area in self.judged for a in self.system.ancestors(area.code)}
        return tuple(a for a in above.values() if a.code not in self.indicator.areas and self.known_periods(a.code))

    def known_periods(self, area: str) -> tuple[Period, ...]:
        """Periods in which an area has a value, in order."""
        if self.cube is None:
            return ()
        return tuple(p for p in self.cube.periods.periods if self.cube.at(area, p) is not None)

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """From the first to the last period in which a judged or reference area has a value, without gaps."""
        known = sorted({p for a in (*self.judged, *self.references) for p in self.known_periods(a.code)})
        if not known:
            return ()
        return tuple(Period(self.frequency, o) for o in range(known[0].ordinal, known[-1].ordinal + 1))

    @cached_property
    def latest(self) -> Period | None:
        """The last period in which at least half of the judged areas that ever have a value have one.

        Only periods that the rule judges count, where there are any (none before its base, none after its deadline).
        Where no period has that many, the one with the most, the later of equals. A period that only few areas have
        reached so far (:attr:`newer`) does not hide the full one before it.
        """
        counts = {period: len(areas) for period, areas in self._known_areas.items()}
        ever = len({area for areas in self._known_areas.values() for area in areas})
        full = [p for p, many in counts.items() if 2 * many >= ever]
        return max(full) if full else max(counts, key=lambda p: (counts[p], p), default=None)

    @cached_property
    def newer(self) -> tuple[Period, int] | None:
        """The last period after :attr:`latest` with any value of a judged area, and how many areas have one."""
        last = max(self._known_areas, default=None)
        return None if last is None or last == self.latest else (last, len(self._known_areas[last]))

    @cached_property
    def _known_areas(self) -> Mapping[Period, frozenset[str]]:
        """Period → the judged areas with a value; only periods that their rules judge, where there are any."""
        known = {(a.code, p) for a in self.judged for p in self.known_periods(a.code)}
        told = {(area, p) for area, p in known if self._judges(area, p)} or known
        return {period: frozenset(area for area, p in told if p == period) for period in {p for _, p in told}}

    def _judges(self, area: str, period: Period) -> bool:
        """Does the rule of an area say anything about a period?"""
        rule = self.indicator.rule_for(area)
        return judges_in(rule, period, self._common(rule))

    def _common(self, rule: Rule) -> Rule | None:
        """The indicator's common rule, for an area that has another."""
        return self.indicator.rule if rule is not self.indicator.rule else None

    @cached_property
    def any_data(self) -> bool:
        """Has any judged area a value in any period?"""
        return self.latest is not None

    def period_in(self, year_ce: int) -> Period:
        """The indicator's period in a CE year: the year itself, or the last part of it with a value (else its last)."""
        parts = self.frequency.per_year
        inside = [Period(self.frequency, year_ce * parts + n) for n in range(parts)]
        known = [p for p in inside if any(self.value(a.code, p) is not None for a in self.judged)]
        return known[-1] if known else inside[-1]

    @cached_property
    def breaks(self) -> tuple[Break, ...]:
        """Breaks of the series behind the formula, in the formula's own frequency, with their reasons."""
        series = [self.figures.catalogue.one_series(leaf.series) for leaf in self.formula.series]
        reasons = {b.period.year_ce: b.reason for one in series for b in one.breaks}
        return tuple(
            Break(period, reasons.get(period.year_ce, Text("วิธีวัดเปลี่ยน", "the method changed")))
            for period in sorted(self.formula.type.breaks)
        )

    # ------------------------------------------------------------------ judging
    def side(self, area: Area, period: Period) -> Side:
        """One side of a comparison; missing cells say why and name the inputs that are not there."""
        key = (area.code, period)
        found = self._sides.get(key)
        if found is None:
            found = self._sides[key] = self._make_side(area, period)
        return found

    def _make_side(self, area: Area, period: Period) -> Side:
        value = self.value(area.code, period)
        if value is not None and not self._many_methods:
            needed = self._inputs_of(area, period)
            return Side(area, period, value, present=needed, needed=needed)
        traced = self.figures.trace(self.formula, area.code, period)
        leaves = self.figures.leaves(traced)
        lacking = tuple(self.named(leaf) for leaf in leaves if leaf.value is None)
        present, needed = len(leaves) - len(lacking), len(leaves)
        if value is None:
            return Side(area, period, None, traced.missing, lacking, present=present, needed=max(needed, 1))
        return Side(area, period, value, methods=self._methods(leaves), present=present, needed=needed)

    def _inputs_of(self, area: Area, period: Period) -> int:
        """How many observations a value is made of; counted once where the formula needs the same number everywhere."""
        if self._usual_inputs is not None:
            return self._usual_inputs
        count = len(self.figures.leaves(self.figures.trace(self.formula, area.code, period)))
        if not any(isinstance(node, _VARYING) for node in self.formula.types):
            self._usual_inputs = count
        return count

    @cached_property
    def _many_methods(self) -> bool:
        """Does any series behind the formula carry observations of more than one method?"""
        return any(len(self.figures.methods_of(s.series, write_dims(s.dims)) - {""}) > 1 for s in self.formula.series)

    def _methods(self, leaves: tuple[Leaf, ...]) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for leaf in leaves:
            if leaf.value is not None:
                found.setdefault(leaf.series, set()).add(self.figures.method_of(leaf))
        return {series: frozenset(methods) for series, methods in found.items()}

    def named(self, leaf: Leaf) -> Text:
        """An observation in words: series, dimensions, area, period."""
        return leaf_words(self.figures.catalogue, leaf)

    def case(self, rule: Rule, area: Area, period: Period) -> Case:
        """All that the verdict on one cell needs."""
        other: Side | None = None
        if rule.form is Form.PARENT:
            parent = self.system.ancestors(area.code)
            other = self.side(parent[0], period) if parent else None
        else:
            against = compared_period(rule, period, self.indicator.step)
            if against is not None and against.frequency is self.frequency:
                other = self.side(area, against)
        return Case(self.unit, self.side(area, period), other, self.breaks, self.any_data, self._common(rule))

    def judgement(self, area: Area, period: Period) -> Judgement:
        """The verdict on one cell; areas that the plan does not judge get a reference."""
        if area.code not in self.indicator.areas:
            return reference(Case(self.unit, self.side(area, period)), self.reckoned_against(area))
        rule = self.indicator.rule_for(area.code)
        return judge(rule, self.case(rule, area, period))

    def reckoned_against(self, area: Area) -> Area | None:
        """The parent that the values of an unjudged area are relative to (a share of it, a rank in it), if they are.

        Such a value answers another question than that of a judged area with another parent: a province's share of
        its region does not compare with the region's share of the country.
        """
        above = self.system.ancestors(area.code)
        if not above or not any(isinstance(node, _RELATIVE) for node in self.formula.types):
            return None
        judged_against = {a.parent for a in self.judged}
        return None if area.parent in judged_against else above[0]

    def path(self, area: Area, until: Period | None = None) -> PathAhead | None:
        """The path of a judged area to its deadline, from values up to ``until``."""
        if area.code not in self.indicator.areas:
            return None
        line = [(p, self.value(area.code, p)) for p in self.known_periods(area.code) if until is None or p <= until]
        rule, method = self.indicator.rule_for(area.code), self.indicator.projection
        found = path_ahead(rule, line, self.breaks, method=method, can_fall=self.indicator.can_fall)
        return None if found is None else replace(found, needed_note=needed_words(found, self.unit))

    def row(self, area: Area, period: Period, *, with_path: bool = False) -> ScoreRow:
        """One row of a scorecard."""
        verdict = self.judgement(area, period)
        is_reference = area.code not in self.indicator.areas
        rule = None if is_reference else self.indicator.rule_for(area.code)
        return ScoreRow(
            indicator=self.indicator.id,
            area=area.code,
            area_name=area.name,
            area_system=self.system.id,
            period=period,
            value=verdict.value,
            unit=self.indicator.unit,
            comparator=verdict.comparator,
            target=verdict.target,
            verdict=verdict.verdict,
            reason=verdict.reason,
            sentence=verdict.sentence,
            coverage=verdict.coverage,
            reading=self.reading.id,
            release=self.figures.release.id,
            path=self.path(area, period) if with_path else None,
            is_reference=is_reference,
            form=None if rule is None else rule.form,
            operator=None if rule is None else rule.operator,
            unit_label=self.unit.label,
            decimals=telling_decimals(self.unit, verdict.value, verdict.comparator, verdict.target),
        )


def leaf_words(catalogue: Catalogue, leaf: Leaf) -> Text:
    """An observation in words: series, dimensions, area, period."""
    series = catalogue.one_series(leaf.series)
    system = catalogue.area_system(series.area_system)
    name = system.by_code[leaf.area].name if leaf.area in system.by_code else Text(leaf.area, leaf.area)
    labels = [_dimension_label(series.dimensions, one, code) for one, code in read_dims(leaf.dims)]
    th = " ".join([series.title.th, *(one.th for one in labels)])
    en = " ".join([series.title.en, *(one.en for one in labels)])
    when = period_text(leaf.period)
    return Text(f"{th} {name.th} {when.th}", f"{en}, {name.en}, {when.en}")


def _dimension_label(dimensions: tuple[SeriesDimension, ...], wanted: str, code: str) -> Text:
    for one in dimensions:
        if one.id == wanted:
            return one.labels.get(code, Text(code, code))
    return Text(code, code)
