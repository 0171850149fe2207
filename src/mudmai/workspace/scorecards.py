"""Putting a scorecard together: which indicators, areas and periods are shown, and what stands above them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from mudmai.core.areas import Area, AreaSystem
from mudmai.core.errors import UnknownNameError
from mudmai.core.judgement_words import amount, bare_amount, headline
from mudmai.core.language import Text
from mudmai.core.period_text import period_text
from mudmai.core.periods import Period
from mudmai.core.plans import Indicator, Plan, Reading
from mudmai.core.series import Catalogue
from mudmai.core.verdicts import Verdict
from mudmai.workspace.results import IndicatorSummary, Scorecard, ScoreRow
from mudmai.workspace.scoring import Score


def chosen_readings(plan: Plan, indicator: str | None, reading: str | None) -> tuple[tuple[Indicator, Reading], ...]:
    """The indicators to show, each with its reading.

    With ``indicator`` the reading must be one of its own; without, it holds for the indicators that know it and the
    others keep their default - but some indicator must know it.
    """
    if indicator is not None:
        one = plan.indicator(indicator)
        return ((one, one.reading(reading)),)
    known = {r.id for i in plan.indicators for r in i.readings}
    if reading is not None and reading not in known:
        raise UnknownNameError(Text("วิธีอ่าน", "reading"), reading, sorted(known))
    return tuple((i, i.reading(reading if reading in {r.id for r in i.readings} else None)) for i in plan.indicators)


def known_areas(catalogue: Catalogue, code: str) -> Mapping[str, Area]:
    """Area system id → the area with this code or alias there; :class:`UnknownNameError` when no system knows it."""
    systems = catalogue.area_systems.values()
    found = {system.id: area for system in systems if (area := system.get(code)) is not None}
    if not found:
        shown: dict[str, str] = {}
        for system in systems:
            shown = {**system.shown_near(code), **shown}
        raise UnknownNameError(Text("พื้นที่", "area"), code, list(shown), shown=shown)
    return found


def judged_for(indicator: Indicator, system: AreaSystem, area: Area) -> Area | None:
    """The area whose verdict speaks for ``area``: itself, or its nearest ancestor that the plan judges."""
    for one in (area, *system.ancestors(area.code)):
        if one.code in indicator.areas:
            return one
    return None


def build_scorecard(
    plan: Plan,
    scores: Sequence[Score],
    release: str,
    packs: str,
    *,
    year_ce: int | None,
    area: str | None,
    catalogue: Catalogue,
) -> Scorecard:
    """All chosen indicators at one year, or each at its latest period with data.

    ``area`` keeps, for each indicator, the row that speaks for this area (its own, or that of the nearest judged
    ancestor) and, among the references, its own row where the plan does not judge it.
    """
    wanted = None if area is None else known_areas(catalogue, area)
    rows: list[ScoreRow] = []
    references: list[ScoreRow] = []
    summaries: list[IndicatorSummary] = []
    for score in scores:
        period = score.latest if year_ce is None else score.period_in(year_ce)
        shown = period if period is not None else score.plan.last
        all_judged = [score.row(a, _fitting(score, shown), with_path=True) for a in score.judged]
        summaries.append(_summary(score, period, all_judged, score.newer if year_ce is None else None))
        judged, others = _kept(score, wanted)
        rows += [r for r in all_judged if r.area in judged]
        references += [score.row(a, _fitting(score, shown)) for a in others]
    years = sorted({p.year_ce for s in scores for a in s.judged for p in s.known_periods(a.code)})
    period = None if year_ce is None else Period.year(year_ce)
    return Scorecard(plan, release, period, tuple(rows), packs, tuple(references), tuple(summaries), tuple(years))


def _fitting(score: Score, period: Period) -> Period:
    """``period`` in the indicator's own frequency."""
    return period if period.frequency is score.frequency else score.period_in(period.year_ce)


def _kept(score: Score, wanted: Mapping[str, Area] | None) -> tuple[set[str], tuple[Area, ...]]:
    """Codes of the judged rows to show, and the reference areas beside them."""
    if wanted is None:
        return set(score.indicator.areas), score.references
    area = wanted.get(score.system.id)
    if area is None:
        return set(), ()
    speaking = judged_for(score.indicator, score.system, area)
    own = () if area.code in score.indicator.areas or not score.known_periods(area.code) else (area,)
    above = [] if speaking is None else [a for a in score.references if a in score.system.ancestors(speaking.code)]
    return (set() if speaking is None else {speaking.code}), (*own, *(a for a in above if a not in own))


def _summary(
    score: Score, period: Period | None, rows: Sequence[ScoreRow], newer: tuple[Period, int] | None
) -> IndicatorSummary:
    counts = Counter(r.verdict for r in rows)
    owed = len(rows)
    spark_area = score.references[0] if score.references else score.judged[0] if len(score.judged) == 1 else None
    rules = {score.indicator.rule_for(a.code).target for a in score.judged}
    return IndicatorSummary(
        indicator=score.indicator,
        period=period,
        reading=score.reading,
        counts={v: counts.get(v, 0) for v in Verdict},
        judged=owed - counts.get(Verdict.NOT_JUDGED, 0),
        owed=owed,
        coverage=sum(r.coverage for r in rows) / owed if owed else 0.0,
        headline=_headline(score, rows, counts),
        spark=() if spark_area is None else tuple((p, score.value(spark_area.code, p)) for p in score.periods),
        spark_area="" if spark_area is None else spark_area.code,
        target=next(iter(rules)) if len(rules) == 1 else None,
        unit_label=score.unit.label,
        decimals=score.unit.decimals,
        path=rows[0].path if owed == 1 else None,
        newer=None if newer is None else newer[0],
        newer_note=Text("", "") if newer is None else _newer_note(*newer, owed),
    )


def _newer_note(period: Period, many: int, owed: int) -> Text:
    """A later period that only few areas have reached so far."""
    when = period_text(period)
    return Text(f"มีค่าใหม่กว่านี้: {when.th} {many} จาก {owed} พื้นที่", f"newer: {when.en} for {many} of {owed} areas")


def _headline(score: Score, rows: Sequence[ScoreRow], counts: Mapping[Verdict, int]) -> Text:
    """All areas in one line; a single area says its number, and the target where there is one."""
    if len(rows) != 1 or rows[0].value is None:
        return headline(counts)
    row = rows[0]
    much = amount(row.value, score.unit, row.decimals)
    if row.target is None:
        return Text(f"{much.th}: {row.verdict.label.th}", f"{much.en}: {row.verdict.label.en}")
    goal, much = amount(row.target, score.unit, row.decimals), bare_amount(row.value, score.unit, row.decimals)
    return Text(f"{much.th} จาก {goal.th}: {row.verdict.label.th}", f"{much.en} of {goal.en}: {row.verdict.label.en}")
