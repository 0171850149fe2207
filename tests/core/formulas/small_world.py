"""A country of three regions and five provinces, small enough to compute by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from mudmai.core.areas import Area, AreaSystem, Crosswalk, CrosswalkLink
from mudmai.core.formulas.check import CheckedFormula, check
from mudmai.core.formulas.reference import ReferenceEvaluator, Traced
from mudmai.core.language import Text, same
from mudmai.core.observations import Dims
from mudmai.core.periods import Frequency, Period
from mudmai.core.series import Aggregation, AggregationRule, Break, Catalogue, Series, SeriesDimension
from mudmai.core.units import unit

SUM = Aggregation(AggregationRule.SUM)
ANNUAL, QUARTERLY, MONTHLY = Frequency.ANNUAL, Frequency.QUARTERLY, Frequency.MONTHLY


def _area(code: str, level: str, parent: str | None = None, **validity: date) -> Area:
    return Area(code, Text(f"พื้นที่ {code}", f"Area {code}"), level, parent, **validity)


LAND = AreaSystem(
    "land",
    Text("ระบบหลัก", "the land"),
    (
        _area("K", "kingdom"),
        _area("N", "region", "K"),
        _area("S", "region", "K"),
        _area("E", "region", "K"),
        _area("n1", "province", "N"),
        _area("n2", "province", "N"),
        _area("n3", "province", "N", valid_from=date(2011, 3, 23)),
        _area("s1", "province", "S"),
        _area("s2", "province", "S", valid_to=date(2012, 12, 31)),
    ),
)
SURVEY = AreaSystem(
    "survey",
    Text("ระบบสำรวจ", "the survey"),
    (_area("K", "kingdom"), _area("A", "region", "K"), _area("B", "region", "K")),
)
LONELY = AreaSystem("lonely", same("lonely"), (_area("K", "kingdom"),))

UNITS = {
    u.code: u
    for u in (
        unit("baht", {"THB": 1}, 1, Text("บาท", "baht")),
        unit("million_baht", {"THB": 1}, 10**6, Text("ล้านบาท", "million baht")),
        unit("person", {"person": 1}, 1, Text("คน", "persons"), decimals=0),
        unit("baht_per_head", {"THB": 1, "person": -1}, 1, Text("บาทต่อคน", "baht per head")),
    )
}


def _series(
    id_: str,
    title: Text,
    of: str = "million_baht",
    how: Aggregation = SUM,
    frequency: Frequency = ANNUAL,
    **more: object,
) -> Series:
    fields: dict[str, object] = {"area_system": "land", **more}
    return Series(id_, title, frequency=frequency, unit=of, aggregation=how, **fields)  # type: ignore[arg-type]


SEX = SeriesDimension("sex", Text("เพศ", "sex"), ("F", "M"), {"F": Text("หญิง", "female"), "M": Text("ชาย", "male")})
AGE = SeriesDimension("age", Text("อายุ", "age"), ("young", "old"))
BREAK_2015 = (Break(Period.year(2015), same("another method")),)

SERIES = {
    s.id: s
    for s in (
        _series("gpp", Text("ผลิตภัณฑ์จังหวัด", "gross product")),
        _series("pop", Text("ประชากร", "population"), "person", dimensions=(AGE, SEX)),
        _series(
            "per_head",
            Text("ผลิตภัณฑ์ต่อหัว", "product per head"),
            "baht_per_head",
            Aggregation(AggregationRule.RATIO_OF_SUMS, numerator="gpp", denominator="pop"),
        ),
        _series(
            "age_mean", Text("อายุเฉลี่ย", "mean age"), "number", Aggregation(AggregationRule.WEIGHTED_MEAN, weight="pop")
        ),
        _series("rate", Text("อัตรา", "rate"), "percent", Aggregation()),
        _series("index", Text("ดัชนี", "index"), "ratio", Aggregation()),
        _series("broken", Text("อนุกรมขาดตอน", "broken series"), breaks=BREAK_2015),
        _series("fiscal", Text("งบประมาณ", "budget"), frequency=Frequency.FISCAL),
        _series("quarterly", Text("รายไตรมาส", "quarterly figure"), frequency=QUARTERLY),
        _series(
            "q_broken",
            Text("รายไตรมาสขาดตอน", "broken quarters"),
            frequency=QUARTERLY,
            breaks=(Break(Period.from_iso("2015-Q3"), same("another method")),),
        ),
        _series("monthly", Text("รายเดือน", "monthly figure"), frequency=MONTHLY),
        _series("jobs", Text("ผู้มีงานทำ", "employed persons"), "person", area_system="survey"),
        _series("gini", Text("จีนี", "Gini"), "ratio", Aggregation(), area_system="survey"),
        _series("alone", Text("โดดเดี่ยว", "alone"), area_system="lonely"),
    )
}
WALK = Crosswalk(
    "survey",
    "land",
    (
        CrosswalkLink("K", "K"),
        CrosswalkLink("A", "N", 0.5),
        CrosswalkLink("B", "N", 0.25),
        CrosswalkLink("A", "S", 0.5),
    ),
)
CATALOGUE = Catalogue(
    units=UNITS,
    area_systems={s.id: s for s in (LAND, SURVEY, LONELY)},
    crosswalks={("survey", "land"): WALK},
    series=SERIES,
)

Figures = Mapping[str, Mapping[str, float | None]]
"""``series`` or ``series[sex=F]`` → ``area period`` → value."""


def cell(text: str, at: str, figures: Figures, definitions: Mapping[str, str] | None = None) -> Traced:
    """``text`` at ``"n1 2012"`` with the given figures."""
    checked = check(text, CATALOGUE, definitions)
    area, _, period = at.partition(" ")
    return evaluator(figures).cell(checked, area, Period.from_iso(period))


def value(text: str, at: str, figures: Figures) -> object:
    """The value of a cell, or the reason why it is missing as a text."""
    found = cell(text, at, figures)
    return found.value if found.missing is None else found.missing.value


def evaluator(figures: Figures) -> ReferenceEvaluator:
    """The reference evaluator over ``figures``."""

    def lookup(series: str, dims: Dims, area: str, period: Period) -> float | None:
        name = series + (f"[{','.join(f'{d}={c}' for d, c in dims)}]" if dims else "")
        return figures.get(name, {}).get(f"{area} {period.iso}")

    return ReferenceEvaluator(CATALOGUE, lookup)


def checked(text: str, **demands: str) -> CheckedFormula:
    """``text`` checked against the small world."""
    return check(text, CATALOGUE, area_system=demands.get("area_system"), unit=demands.get("unit"))


def years(area: str, first: int, *values: float | None) -> dict[str, float | None]:
    """``{"n1 2010": v0, "n1 2011": v1, ...}``; None is left out: no observation."""
    return {f"{area} {first + i}": v for i, v in enumerate(values) if v is not None}
