"""Generated worlds and formulas, shared by the tests of the two evaluators.

``worlds()`` gives a catalogue with two area systems (hierarchy, validity dates, crosswalks both ways), series of four
frequencies with breaks, dimensions and every aggregation rule, and ragged observations: gaps, missing, zeros,
negatives. ``formulas(world)`` gives typed formulas, as text, that the checker accepts.

Two evaluators may differ in the last bit of a sum, a power or a logarithm. Where such a bit could decide between a
value and missing, between true and false or between two ranks, the generated operand is *exact*: quarters of small
whole numbers, on which sums are exact in any order, or *stable*: element-wise IEEE arithmetic on exact values in the
order that nodes.py writes, which is the same to the bit everywhere. So every difference between evaluators is a fault.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hypothesis import strategies as st

from mudmai.core.areas import Area, AreaSystem, Crosswalk, CrosswalkLink
from mudmai.core.formulas import nodes
from mudmai.core.formulas.nodes import ChildrenFunction, Node, ScalarFunction
from mudmai.core.formulas.unparse import unparse
from mudmai.core.language import same
from mudmai.core.observations import Dims
from mudmai.core.periods import Frequency, Period, period_range
from mudmai.core.series import Aggregation, AggregationRule, Break, Catalogue, Series, SeriesDimension
from mudmai.core.units import Unit, unit

FIRST_YEAR = 2015
MAIN, OTHER = "main", "other"
UNITS = {
    u.code: u
    for u in (
        unit("amount", {"THB": 1}),
        unit("kilo_amount", {"THB": 1}, 1000),
        unit("heads", {"person": 1}),
        unit("kilo_amount_per_head", {"THB": 1, "person": -1}, 1000),
    )
}
Key = tuple[str, Dims, str, Period]


@dataclass(frozen=True)
class World:
    """A catalogue and its observations. A key with the value None is an observation that is flagged missing."""

    catalogue: Catalogue
    observations: dict[Key, float | None] = field(repr=False)
    years: int

    def lookup(self, series: str, dims: Dims, area: str, period: Period) -> float | None:
        """As the reference evaluator wants it."""
        return self.observations.get((series, dims, area, period))

    def periods(self, frequency: Frequency) -> tuple[Period, ...]:
        """The periods in which this world has observations."""
        return _span(frequency, self.years)

    def areas(self, system: str) -> tuple[str, ...]:
        """All area codes of a system."""
        return tuple(a.code for a in self.catalogue.area_systems[system].areas)


def _span(frequency: Frequency, years: int) -> tuple[Period, ...]:
    years = min(years, 2) if frequency is Frequency.MONTHLY else years
    per = frequency.per_year
    first = Period(frequency, FIRST_YEAR * per)
    return period_range(first, first.shift(years * per - 1))


# --- worlds ----------------------------------------------------------------------------------------------------------


@st.composite
def worlds(draw: st.DrawFn, max_areas: int = 12) -> World:
    """A small world; shapes shrink, the figures follow a seed."""
    years = draw(st.integers(1, 6), label="years")
    rng = random.Random(draw(st.integers(0, 2**32 - 1), label="seed"))
    main = _area_system(rng, MAIN, draw(st.integers(1, max_areas), label="areas"))
    other = _area_system(rng, OTHER, draw(st.integers(1, 6), label="other areas"))
    series = {s.id: s for s in _all_series(rng, years)}
    catalogue = Catalogue(
        units=UNITS,
        area_systems={MAIN: main, OTHER: other},
        crosswalks={(MAIN, OTHER): _crosswalk(rng, main, other), (OTHER, MAIN): _crosswalk(rng, other, main)},
        series=series,
    )
    raggedness = draw(st.sampled_from([0.0, 0.1, 0.4]), label="share missing")
    return World(catalogue, _observations(rng, catalogue, years, raggedness), years)


def _area_system(rng: random.Random, system: str, size: int) -> AreaSystem:
    """Areas in a shuffled order: one or more roots, two levels below, some with a short legal life."""
    codes = [f"{system[0].upper()}{i:02d}" for i in range(size)]
    level_of: dict[str, int] = {}
    areas = []
    for i, code in enumerate(codes):
        above = [c for c in codes[:i] if level_of[c] < 2]
        parent = rng.choice(above) if above and rng.random() > 0.1 else None
        level_of[code] = 0 if parent is None else level_of[parent] + 1
        begins = date(FIRST_YEAR + rng.randint(0, 3), rng.choice([1, 3, 7]), rng.choice([1, 23]))
        ends = date(begins.year + rng.randint(0, 3), 12, 31)
        areas.append(
            Area(
                code,
                same(code),
                ("kingdom", "region", "province")[level_of[code]],
                parent,
                valid_from=begins if rng.random() < 0.15 else None,
                valid_to=ends if rng.random() < 0.1 else None,
            )
        )
    rng.shuffle(areas)
    return AreaSystem(system, same(system), tuple(areas))


def _crosswalk(rng: random.Random, origin: AreaSystem, destination: AreaSystem) -> Crosswalk:
    links: dict[tuple[str, str], CrosswalkLink] = {}
    for area in destination.areas:
        for _ in range(rng.choice([0, 1, 1, 1, 2, 3])):
            start = rng.choice(origin.areas).code
            links[start, area.code] = CrosswalkLink(start, area.code, rng.choice([1.0, 1.0, 0.5, 0.25]))
    return Crosswalk(origin.id, destination.id, tuple(links.values()))


def _all_series(rng: random.Random, years: int) -> list[Series]:
    annual, fiscal, quarterly, monthly = Frequency.ANNUAL, Frequency.FISCAL, Frequency.QUARTERLY, Frequency.MONTHLY
    total, none = Aggregation(AggregationRule.SUM), Aggregation()
    sex = SeriesDimension("sex", same("sex"), ("F", "M"))
    age = SeriesDimension("age", same("age"), ("0-14", "15-59", "60+"))

    def made(id_: str, how: Aggregation, frequency: Frequency = annual, **given: object) -> Series:
        span = _span(frequency, years)
        count = rng.choice([0, 0, 0, 1, 1, 2])
        breaks = tuple(Break(p, same("method")) for p in rng.sample(span, min(count, len(span))))
        fields: dict[str, object] = {"area_system": MAIN, "unit": "amount", **given}
        return Series(id_, same(id_), frequency=frequency, aggregation=how, breaks=breaks, **fields)  # type: ignore[arg-type]

    return [
        made("x.a", total),
        made("x.b", total, dimensions=(sex, age)),
        made("x.heads", total, unit="heads"),
        made("x.rate", none),
        made("x.kilo", none, unit="kilo_amount"),
        made("x.mean", Aggregation(AggregationRule.WEIGHTED_MEAN, weight="x.heads")),
        made(
            "x.per_head",
            Aggregation(AggregationRule.RATIO_OF_SUMS, numerator="x.a", denominator="x.heads"),
            unit="kilo_amount_per_head",
        ),
        made("q.a", total, quarterly, dimensions=(sex,)),
        made("q.rate", none, quarterly),
        made("m.a", total, monthly),
        made("f.a", total, fiscal),
        made("o.a", total, area_system=OTHER),
        made("o.rate", none, area_system=OTHER),
    ]


def _observations(rng: random.Random, catalogue: Catalogue, years: int, raggedness: float) -> dict[Key, float | None]:
    found: dict[Key, float | None] = {}
    for series in catalogue.series.values():
        for area in catalogue.area_systems[series.area_system].areas:
            if rng.random() < raggedness / 4:
                continue  # an area that was never observed
            for period in _span(series.frequency, years):
                for dims in _all_dims(series):
                    if rng.random() < raggedness / 2:
                        continue
                    missing = rng.random() < raggedness / 2
                    found[series.id, dims, area.code, period] = None if missing else _figure(rng)
    return found


def _figure(rng: random.Random) -> float:
    draw = rng.random()
    if draw < 0.08:
        return 0.0
    figure = rng.randint(1, 400) / 4
    return -figure if draw < 0.16 else figure


def _all_dims(series: Series) -> list[Dims]:
    found: list[Dims] = [()]
    for dimension in series.dimensions:
        found += [tuple(sorted((*d, (dimension.id, code)))) for d in found for code in dimension.codes]
    return found


# --- formulas --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """In which area system and at which frequency a node lives."""

    system: str = MAIN
    frequency: Frequency = Frequency.ANNUAL


FREE, STABLE, EXACT = 0, 1, 2
"""How sharp an operand must be (see the module's first lines)."""


def formulas(world: World, depth: int = 4) -> st.SearchStrategy[str]:
    """Texts of formulas about ``world``: amounts, ratios, per cents and conditions, at home in any system."""
    return formula_nodes(world, depth).map(unparse)


@st.composite
def formula_nodes(draw: st.DrawFn, world: World, depth: int = 4) -> Node:
    """As :func:`formulas`, before they are written out."""
    place = draw(
        st.sampled_from([Place()] * 6 + [Place(OTHER), Place(MAIN, Frequency.QUARTERLY), Place(MAIN, Frequency.FISCAL)])
    )
    writer = _Writer(draw, world)
    kind = draw(st.sampled_from([writer.amount, writer.amount, writer.percent, writer.pure, writer.condition]))
    return kind(place, depth, FREE)


class _Writer:
    """Draws nodes of one kind of unit each: amounts, pure numbers, per cents, conditions."""

    def __init__(self, draw: st.DrawFn, world: World) -> None:
        self.draw = draw
        self.world = world

    def one_of(self, *ways: Callable[[], Node]) -> Node:
        return self.draw(st.sampled_from(ways))()

    def literal(self, *, nonzero: bool = False) -> Node:
        return nodes.Number(self.draw(st.integers(1 if nonzero else 0, 40)) / self.draw(st.sampled_from([1, 2, 4])))

    def period(self, place: Place) -> Period:
        first = self.world.periods(place.frequency)[0]
        return first.shift(self.draw(st.integers(-1, 6)))

    def span(self) -> int:
        return self.draw(st.integers(1, 4))

    # amounts ------------------------------------------------------------------------------------------------------

    def series(self, place: Place, *, additive: bool = False) -> Node:
        known = self.world.catalogue.series.values()
        fits = [
            s
            for s in known
            if (s.area_system, s.frequency, s.unit) == (place.system, place.frequency, "amount")
            and (s.additive or not additive)
        ]
        series = self.draw(st.sampled_from(fits))
        dims = self.draw(st.sampled_from(_all_dims(series)))
        return nodes.SeriesRef(series.id, dims)

    def amount(self, place: Place, depth: int, sharp: int) -> Node:
        if depth <= 0:
            return self.series(place)
        less = depth - 1
        ways: list[Callable[[], Node]] = [
            lambda: self.additive(place, depth, sharp),
            lambda: self.pointwise(place, less, sharp),
            lambda: self.over_time(place, less, sharp),
            lambda: self.over_areas(place, less, sharp),
            lambda: self.choice(lambda d: self.amount(place, d, sharp), place, less),
            lambda: nodes.Convert(self.kilo(place, less, sharp), Unit("amount")),
        ]
        return self.one_of(*ways)

    def kilo(self, place: Place, depth: int, sharp: int) -> Node:
        if place == Place() and (sharp or self.draw(st.booleans())):
            return nodes.SeriesRef("x.kilo")
        return nodes.Convert(self.amount(place, depth, sharp), Unit("amount"))

    def additive(self, place: Place, depth: int, sharp: int) -> Node:
        """Amounts that may be summed over areas; exact as long as nothing else is asked for."""
        if depth <= 0:
            return self.series(place, additive=True)
        less = depth - 1

        def again() -> Node:
            return self.additive(place, less, sharp)

        ways: list[Callable[[], Node]] = [
            lambda: self.series(place, additive=True),
            lambda: nodes.Arithmetic(self.draw(st.sampled_from(["+", "-"])), again(), again()),
            lambda: nodes.Arithmetic("*", again(), self.literal()),
            lambda: nodes.Negate(again()),
            lambda: nodes.Lag(again(), self.draw(st.integers(0, 4))),
            lambda: nodes.AtPeriod(again(), self.period(place)),
            lambda: nodes.CumulativeSince(again(), self.period(place)),
            lambda: self.children(ChildrenFunction.SUM, again(), None),
            lambda: self.moved(place, less, sharp, self.additive),
            lambda: self.summed(place),
            lambda: nodes.If(self.condition(place, less, sharp), again(), nodes.Number(0.0)),
        ]
        if sharp < EXACT:
            ways.append(lambda: nodes.Arithmetic("/", again(), self.literal(nonzero=True)))
        return self.one_of(*ways)

    def summed(self, place: Place) -> Node:
        if place == Place():
            dims: Dims = self.draw(st.sampled_from([(), (("sex", "F"),)]))
            dimension = "age" if dims else self.draw(st.sampled_from(["sex", "age"]))
            return nodes.SumOver(nodes.SeriesRef("x.b", dims), dimension)
        if place.frequency is Frequency.QUARTERLY:
            return nodes.SumOver(nodes.SeriesRef("q.a"), "sex")
        return self.series(place, additive=True)

    def moved(self, place: Place, depth: int, sharp: int, of: Callable[[Place, int, int], Node]) -> Node:
        """From another area system or frequency into ``place``."""
        if place.frequency is not Frequency.ANNUAL:
            return of(place, depth, sharp)
        inner_sharp = EXACT if sharp else FREE
        if place.system == OTHER or self.draw(st.booleans()):
            origin = MAIN if place.system == OTHER else OTHER
            return nodes.Crosswalked(of(Place(origin), depth, inner_sharp), place.system)
        finer = self.draw(st.sampled_from([Frequency.QUARTERLY, Frequency.MONTHLY]))
        operand = of(Place(MAIN, finer), min(depth, 2), inner_sharp)
        how = self.draw(st.sampled_from(["pick", "sum", "mean"]))
        if how == "pick" or (how == "mean" and sharp):
            return nodes.PickPart(operand, self.draw(st.integers(1, finer.per_year)), finer)
        return nodes.Annual(operand, "sum" if how == "sum" else "mean")

    def pointwise(self, place: Place, depth: int, sharp: int) -> Node:
        def again() -> Node:
            return self.amount(place, depth, sharp)

        ways: list[Callable[[], Node]] = [
            lambda: nodes.Arithmetic(self.draw(st.sampled_from(["+", "-"])), again(), again()),
            lambda: nodes.Arithmetic(self.draw(st.sampled_from(["+", "-"])), again(), self.literal()),
            lambda: nodes.Arithmetic("*", self.literal(), again()),
            lambda: nodes.Scalar(ScalarFunction.ABS, (again(),)),
            lambda: nodes.Scalar(
                ScalarFunction.ROUND,
                (self.amount(place, depth, EXACT if sharp == EXACT else STABLE),),
                self.draw(st.integers(0, 2 if sharp < EXACT else 0)),
            ),
            lambda: nodes.Scalar(
                self.draw(st.sampled_from([ScalarFunction.LEAST, ScalarFunction.GREATEST])),
                (again(), again(), self.literal()),
            ),
        ]
        if sharp < EXACT:
            ways.append(lambda: nodes.Arithmetic("/", again(), self.pure(place, depth, STABLE)))
            ways.append(lambda: nodes.Arithmetic("*", self.pure(place, depth, sharp), self.series(place)))
        return self.one_of(*ways)

    def over_time(self, place: Place, depth: int, sharp: int) -> Node:
        def again() -> Node:
            return self.amount(place, depth, EXACT if sharp else FREE)

        ways: list[Callable[[], Node]] = [
            lambda: nodes.Lag(self.amount(place, depth, sharp), self.draw(st.integers(0, 5))),
            lambda: nodes.AtPeriod(self.amount(place, depth, sharp), self.period(place)),
            lambda: nodes.CumulativeSince(again(), self.period(place)),
            lambda: self.moved(place, depth, sharp, self.amount),
        ]
        if sharp < STABLE:
            ways.append(lambda: nodes.MeanOver(again(), self.span()))
        return self.one_of(*ways)

    def over_areas(self, place: Place, depth: int, sharp: int) -> Node:
        ends = st.sampled_from([ChildrenFunction.MIN, ChildrenFunction.MAX])
        ways: list[Callable[[], Node]] = [
            lambda: nodes.Parent(self.amount(place, depth, sharp)),
            lambda: self.children(self.draw(ends), self.amount(place, depth, sharp), None),
            lambda: self.children(ChildrenFunction.SUM, self.additive(place, depth, EXACT if sharp else FREE), None),
        ]
        if sharp < STABLE:
            ways += [
                lambda: self.children(ChildrenFunction.MEAN, self.amount(place, depth, FREE), None),
                lambda: self.children(
                    ChildrenFunction.WEIGHTED_MEAN,
                    self.amount(place, depth, FREE),
                    self.amount(place, depth - 1, EXACT),
                ),
            ]
            if place == Place():
                ways.append(
                    lambda: nodes.Rollup(nodes.SeriesRef(self.draw(st.sampled_from(["x.a", "x.mean"]))), self.level())
                )
        return self.one_of(*ways)

    def level(self) -> str | None:
        levels = self.world.catalogue.area_systems[MAIN].levels
        return self.draw(st.sampled_from([None, *levels]))

    def children(self, function: ChildrenFunction, operand: Node, weight: Node | None) -> Node:
        coverage = self.draw(st.sampled_from([1.0, 1.0, 0.5, 0.25, 0.6]))
        levels = set(self.world.catalogue.area_systems[MAIN].levels) & set(
            self.world.catalogue.area_systems[OTHER].levels
        )
        level = self.draw(st.sampled_from([None, None, *sorted(levels)]))
        return nodes.Children(function, operand, weight, level, coverage)

    def choice(self, branch: Callable[[int], Node], place: Place, depth: int) -> Node:
        if self.draw(st.booleans()):
            return nodes.If(self.condition(place, depth, STABLE), branch(depth), branch(depth))
        return nodes.Coalesce(tuple(branch(depth - i) for i in range(self.draw(st.integers(2, 3)))))

    # pure numbers, per cents, conditions ----------------------------------------------------------------------------

    def ratio(self, place: Place, depth: int) -> Node:
        return nodes.Arithmetic("/", self.amount(place, depth, EXACT), self.amount(place, depth, EXACT))

    def pure(self, place: Place, depth: int, sharp: int) -> Node:
        less = depth - 1
        ways: list[Callable[[], Node]] = [
            lambda: self.ratio(place, less),
            lambda: nodes.Rank(self.stable_amount(place, less), self.draw(st.booleans())),
            lambda: self.children(ChildrenFunction.COUNT, self.condition(place, less, STABLE), None),
        ]
        if sharp < STABLE:
            unequal = self.draw(st.sampled_from([ChildrenFunction.GINI, ChildrenFunction.THEIL]))
            ways += [
                lambda: self.children(unequal, self.stable_amount(place, less), None),
                lambda: self.children(unequal, self.ratio(place, less), self.amount(place, less - 1, EXACT)),
                lambda: nodes.Scalar(ScalarFunction.LN, (self.ratio(place, less),)),
                lambda: nodes.Convert(self.percent(place, less, FREE), Unit("ratio")),
            ]
            if place == Place() and less > 0:
                ways.append(
                    lambda: nodes.Arithmetic(
                        "/", nodes.Rollup(nodes.SeriesRef("x.per_head")), nodes.SeriesRef("x.per_head")
                    )
                )
        return self.one_of(*ways)

    def stable_amount(self, place: Place, depth: int) -> Node:
        return self.amount(place, depth, STABLE)

    def percent(self, place: Place, depth: int, sharp: int) -> Node:
        less = depth - 1
        ways: list[Callable[[], Node]] = [
            lambda: nodes.Growth(self.stable_amount(place, less), self.span()),
            lambda: nodes.Convert(self.ratio(place, less), Unit("percent")),
            lambda: nodes.ShareOfParent(self.additive(place, less, EXACT)),
        ]
        if sharp < STABLE:
            ways += (
                [
                    lambda: nodes.Cagr(self.stable_amount(place, less), self.span()),
                    lambda: nodes.Arithmetic("-", self.percent(place, less, FREE), self.percent(place, less, FREE)),
                    lambda: nodes.Parent(self.percent(place, less, FREE)),
                    lambda: nodes.MeanOver(self.percent(place, less, FREE), self.span()),
                    lambda: self.choice(lambda d: self.percent(place, d, FREE), place, less),
                ]
                if less > 0
                else []
            )
        return self.one_of(*ways)

    def condition(self, place: Place, depth: int, sharp: int) -> Node:
        less = depth - 1
        sign: st.SearchStrategy[Any] = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
        ways: list[Callable[[], Node]] = [
            lambda: nodes.Compare(self.draw(sign), self.stable_amount(place, less), self.stable_amount(place, less)),
            lambda: nodes.Compare(self.draw(sign), self.stable_amount(place, less), self.literal()),
        ]
        if less > 0:

            def again() -> Node:
                return self.condition(place, less, sharp)

            ways += [
                lambda: nodes.Logic(self.draw(st.sampled_from(["and", "or"])), again(), again()),
                lambda: nodes.Not(again()),
                lambda: nodes.Lag(again(), 1),
                lambda: nodes.Compare(
                    self.draw(sign), self.percent(place, less, STABLE), self.percent(place, less, STABLE)
                ),
            ]
        return self.one_of(*ways)
