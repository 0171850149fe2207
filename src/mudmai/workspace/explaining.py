"""The work behind one figure: its formula with the numbers put in, every observation used, and how to quote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mudmai.core.areas import Area
from mudmai.core.judgement import compared_period
from mudmai.core.judgement_words import amount
from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.core.plans import Form
from mudmai.core.sources import Source
from mudmai.core.verdicts import PathAhead
from mudmai.workspace.checking.sentences import dims_words
from mudmai.workspace.citations import cite, permalink
from mudmai.workspace.figures import Figures, Leaf
from mudmai.workspace.results import Explanation, InputUsed
from mudmai.workspace.scoring import Score, leaf_words

if TYPE_CHECKING:
    from mudmai.core.formulas.reference import Traced


def build_explanation(score: Score, area: Area, period: Period) -> Explanation:
    """Explain one cell, judged or not. Missing inputs are listed as missing."""
    from mudmai.core.formulas.words import say  # the wording of formulas loads where it is shown

    figures = score.figures
    traced = figures.trace(score.formula, area.code, period)
    inputs = _inputs(score, traced, "value")
    against = _compared_cell(score, area, period)
    beside: Text | None = None
    if against is not None:
        other = figures.trace(score.formula, against[0].code, against[1])
        beside = with_numbers(other, figures)
        known = {(i.series, i.dims, i.area, i.period) for i in inputs}
        found = _inputs(score, other, "comparator")
        inputs += [i for i in found if (i.series, i.dims, i.area, i.period) not in known]
    sources = tuple({i.source.id: i.source for i in inputs if i.source is not None}.values())
    row = score.row(area, period, with_path=True)
    return Explanation(
        row=row,
        plan=score.plan,
        indicator=score.indicator,
        reading=score.reading,
        formula=score.reading.formula,
        words=say(score.formula, figures.catalogue),
        with_numbers=with_numbers(traced, figures),
        judgement=score.judgement(area, period),
        inputs=tuple(inputs),
        method=method_words(score, row.path),
        release=figures.release.id,
        citation=cite(score, sources, area, period),
        permalink=permalink(score, area, period),
        pack=score.pack,
        comparator_with_numbers=beside,
    )


def with_numbers(traced: Traced, figures: Figures) -> Text:
    """The formula with its numbers, in both languages."""
    from mudmai.core.formulas.words import say_with_numbers  # the wording of formulas loads where it is shown

    return Text(
        say_with_numbers(traced, figures.catalogue, "th"),
        say_with_numbers(traced, figures.catalogue, "en"),
    )


def method_words(score: Score, path: PathAhead | None = None) -> Text:
    """What a reader must know of the method: of the reading, the indicator, what stands in for it, the projection."""
    parts = [score.reading.method, score.indicator.method, score.indicator.proxy]
    if path is not None:
        parts.append(path.method)
    return Text(" ".join(p.th for p in parts if p.th), " ".join(p.en for p in parts if p.en))


def _compared_cell(score: Score, area: Area, period: Period) -> tuple[Area, Period] | None:
    """The cell that the verdict compares with, if it is computed by the same formula."""
    if area.code not in score.indicator.areas:
        return None
    rule = score.indicator.rule_for(area.code)
    if rule.form is Form.PARENT:
        above = score.system.ancestors(area.code)
        return (above[0], period) if above else None
    earlier = compared_period(rule, period, score.indicator.step)
    if earlier is None or earlier.frequency is not score.frequency or earlier == period:
        return None
    return area, earlier


def _inputs(score: Score, traced: Traced, role: str) -> list[InputUsed]:
    return [input_used(score.figures, leaf, role) for leaf in score.figures.leaves(traced)]


def input_used(figures: Figures, leaf: Leaf, role: str = "value") -> InputUsed:
    """One observation with its provenance: what it does not name is its series' own; one that is not there has none."""
    catalogue = figures.catalogue
    series = catalogue.one_series(leaf.series)
    unit = catalogue.unit(series.unit)
    system = catalogue.area_system(series.area_system)
    name = system.by_code[leaf.area].name if leaf.area in system.by_code else Text(leaf.area, leaf.area)
    stored = figures.observation(leaf)
    source: Source | None = None
    method = ""
    if stored is not None:
        source = catalogue.sources.get(stored.source or series.source)
        method = stored.method or series.method
    named, much = leaf_words(catalogue, leaf), amount(leaf.value, unit)
    if leaf.value is None:
        much = Text("ไม่มีค่า", "missing")
    return InputUsed(
        series=leaf.series,
        title=series.title,
        area=leaf.area,
        area_name=name,
        period=leaf.period,
        value=leaf.value,
        unit=series.unit,
        flag=None if stored is None else stored.flag,
        source=source,
        method=method,
        locator="" if stored is None else stored.locator,
        dataset="" if stored is None else stored.dataset,
        text=Text(f"{named.th}: {much.th}", f"{named.en}: {much.en}"),
        dims=leaf.dims,
        role=role,
        method_title=catalogue.methods[method].title if method in catalogue.methods else Text("", ""),
        unit_label=unit.label,
        dims_title=dims_words(leaf.dims, series),
    )
