"""The readable evaluator against hand computations: every node, and every reason for a missing value."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mudmai.core.areas import Area, AreaSystem
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.formulas import nodes
from mudmai.core.formulas.check import check
from mudmai.core.formulas.reference import ReferenceEvaluator, inputs
from mudmai.core.language import same
from mudmai.core.periods import Frequency, Period
from mudmai.core.series import Catalogue, Series
from tests.core.formulas.small_world import CATALOGUE, cell, checked, evaluator, value, years
from tests.strategies import formulas, worlds

GPP = {
    "gpp": years("n1", 2010, 100, 110, 121, 133.1, 146.41)
    | years("n2", 2010, 50, 60, None, 80, 90)
    | years("n3", 2010, 10, 20, 30, 40, 50)
    | years("N", 2010, 160, 190, 220, 250, 290)
    | years("s1", 2010, 0, 5, -5, 10)
    | years("s2", 2010, 7, 7, 7, 7)
    | years("K", 2010, 400, 440, 484),
    "pop": years("n1", 2010, 4, 4, 4)
    | years("n2", 2010, 2, 2, 2)
    | years("n3", 2010, 1, 1, 0)
    | years("s1", 2010, 0, 5),
}


@pytest.mark.parametrize(
    ("text", "at", "wanted"),
    [
        ("5", "n1 2012", 5.0),
        ("gpp", "n1 2012", 121.0),
        ("gpp", "n2 2012", "input_missing"),
        ("gpp", "n1 1999", "input_missing"),
        ("-gpp", "s1 2010", 0.0),
        ("gpp + lag(gpp, 1) - 1", "n1 2011", 209.0),
        ("2 * gpp / 4", "n1 2010", 50.0),
        ("gpp / pop", "n1 2010", 25.0),
        ("gpp / pop", "s1 2010", "division_by_zero"),
        ("gpp / pop", "s1 2012", "input_missing"),
        ("gpp > 100", "n1 2010", 0.0),
        ("gpp >= 100", "n1 2010", 1.0),
        ("gpp != 100", "n1 2010", 0.0),
        ("gpp == lag(gpp, 0)", "n1 2010", 1.0),
        ("gpp > 100", "n2 2012", "input_missing"),
        ("gpp > 1 and pop > 1", "n3 2012", 0.0),
        ("gpp > 1 or pop > 1", "n3 2012", 1.0),
        ("gpp > 1 or pop > 1", "n3 2013", "input_missing"),
        ("not gpp > 1", "n3 2012", 0.0),
        ("if(gpp > 100, 1, 2)", "n1 2011", 1.0),
        ("if(gpp > 100, gpp / 0, gpp)", "n1 2010", 100.0),
        ("if(gpp > 100, gpp / 0, gpp)", "n1 2011", "division_by_zero"),
        ("if(pop > 1, gpp, gpp)", "n1 2014", "input_missing"),
        ("coalesce(gpp, lag(gpp, 1))", "n2 2012", 60.0),
        ("coalesce(lag(pop, 0), pop / 0)", "n1 2014", "input_missing"),
        ("coalesce(pop / 0, pop * 0)", "n1 2010", 0.0),
        ("abs(gpp)", "s1 2012", 5.0),
        ("round(gpp, 0)", "n1 2013", 133.0),
        ("round(gpp / 8, 1)", "n1 2010", 12.5),
        ("round(gpp / 200)", "n1 2010", 0.0),
        ("round(0 * gpp / gpp + 0.3825, 3)", "n1 2010", 0.383),
        ("round(0 * gpp / gpp + 2.675, 2)", "n1 2010", 2.67),
        ("least(gpp, 105, lag(gpp, 1))", "n1 2011", 100.0),
        ("greatest(gpp, 105)", "n1 2010", 105.0),
        ("greatest(gpp, 105)", "n2 2012", "input_missing"),
        ("ln(gpp / lag(gpp, 1))", "n1 2011", math.log(1.1)),
        ("ln(gpp / pop * pop / gpp)", "s1 2011", 0.0),
        ("ln(gpp / at(gpp, 2013))", "s1 2012", "undefined"),
        ("ln(gpp / at(gpp, 2013))", "s1 2010", "undefined"),
        ("convert(gpp / pop, baht_per_head)", "n1 2010", 25e6),
        ("convert(growth(gpp), ratio)", "n2 2011", 100.0 * (60 / 50 - 1) * 0.01),
    ],
)
def test_one_cell(text: str, at: str, wanted: object) -> None:
    found = value(text, at, GPP)
    assert found == (pytest.approx(wanted, rel=1e-15) if isinstance(wanted, float) else wanted)


@pytest.mark.parametrize(
    ("text", "at", "wanted"),
    [
        ("lag(gpp, 0)", "n1 2010", 100.0),
        ("lag(gpp, 2)", "n1 2012", 100.0),
        ("lag(gpp, 1)", "n2 2013", "input_missing"),
        ("lag(gpp, 1)", "n1 2010", "input_missing"),
        ("growth(gpp)", "n1 2011", 10.0),
        ("growth(gpp, 4)", "n1 2014", 46.41),
        ("growth(gpp)", "n2 2013", "input_missing"),
        ("growth(gpp)", "s1 2011", "division_by_zero"),
        ("growth(gpp)", "s1 2013", "undefined"),
        ("growth(gpp)", "s1 2012", -200.0),
        ("cagr(gpp, 4)", "n1 2014", 10.0),
        ("cagr(gpp, 2)", "n2 2013", 100 * (math.sqrt(80 / 60) - 1)),
        ("cagr(gpp, 1)", "s1 2011", "division_by_zero"),
        ("cagr(gpp, 1)", "s1 2012", "undefined"),
        ("cagr(gpp, 1)", "s1 2013", "undefined"),
        ("mean_over(gpp, 3)", "n1 2012", 331 / 3),
        ("mean_over(gpp, 3)", "n1 2011", "input_missing"),
        ("mean_over(gpp, 2)", "n2 2013", "input_missing"),
        ("mean_over(growth(gpp), 4)", "n1 2014", 10.0),
        ("cumulative(gpp, since=2011)", "n1 2013", 110 + 121 + 133.1),
        ("cumulative(gpp, since=2011)", "n1 2011", 110.0),
        ("cumulative(gpp, since=2011)", "n1 2010", "input_missing"),
        ("cumulative(gpp, since=2011)", "n2 2013", "input_missing"),
        ("at(gpp, 2010)", "n1 2014", 100.0),
        ("at(gpp, 2010)", "n1 1950", 100.0),
        ("at(gpp, 2012)", "n2 2014", "input_missing"),
        ("gpp / at(gpp, 2010)", "n1 2014", 1.4641),
    ],
)
def test_over_time(text: str, at: str, wanted: object) -> None:
    found = value(text, at, GPP)
    assert found == (pytest.approx(wanted, rel=1e-12) if isinstance(wanted, float) else wanted)


BROKEN = {
    "broken": years("n1", 2012, 1, 2, 3, 40, 50, 60),
    "gpp": years("n1", 2012, 5, 5, 5, 5, 5, 5),
    "q_broken": {f"n1 {y}-Q{q}": float(y - 2000 + q) for y in (2014, 2015, 2016) for q in (1, 2, 3, 4)},
    "quarterly": {f"n1 {y}-Q{q}": float(q) for y in (2014, 2015) for q in (1, 2, 3, 4) if (y, q) != (2015, 3)},
    "monthly": {f"n1 2014-{m:02d}": float(m) for m in range(1, 13)},
}


@pytest.mark.parametrize(
    ("text", "at", "wanted"),
    [
        ("lag(broken, 1)", "n1 2014", 2.0),
        ("lag(broken, 1)", "n1 2015", "series_break"),
        ("lag(broken, 1)", "n1 2016", 40.0),
        ("growth(broken, 2)", "n1 2016", "series_break"),
        ("growth(broken, 2)", "n1 2017", 50.0),
        ("growth(broken)", "n1 2014", 50.0),
        ("cagr(broken, 3)", "n1 2015", "series_break"),
        ("mean_over(broken, 2)", "n1 2015", "series_break"),
        ("mean_over(broken, 2)", "n1 2016", 45.0),
        ("cumulative(broken, 2014)", "n1 2014", 3.0),
        ("cumulative(broken, 2014)", "n1 2016", "series_break"),
        ("cumulative(broken, 2015)", "n1 2016", 90.0),
        ("at(broken, 2014)", "n1 2012", 3.0),
        ("at(broken, 2014)", "n1 2016", "series_break"),
        ("at(broken, 2016)", "n1 2014", "series_break"),
        ("growth(gpp + 0 * broken)", "n1 2015", "series_break"),
        ("growth(gpp)", "n1 2015", 0.0),
        ("growth(broken, 9)", "n1 2016", "series_break"),
        ("annual(q_broken, sum)", "n1 2014", 66.0),
        ("annual(q_broken, sum)", "n1 2015", "series_break"),
        ("annual(q_broken, mean)", "n1 2016", 18.5),
        ("growth(annual(q_broken, sum), 2)", "n1 2016", "series_break"),
        ("pick(q_broken, Q2)", "n1 2015", 17.0),
        ("lag(pick(q_broken, Q2), 1)", "n1 2015", 16.0),
        ("lag(pick(q_broken, Q2), 1)", "n1 2016", "series_break"),
        ("lag(pick(q_broken, Q4), 1)", "n1 2015", "series_break"),
        ("lag(pick(q_broken, Q4), 1)", "n1 2016", 19.0),
        ("annual(quarterly, sum)", "n1 2014", 10.0),
        ("annual(quarterly, mean)", "n1 2014", 2.5),
        ("annual(quarterly, sum)", "n1 2015", "input_missing"),
        ("pick(quarterly, Q4)", "n1 2015", 4.0),
        ("annual(monthly, mean)", "n1 2014", 6.5),
        ("pick(monthly, M12)", "n1 2014", 12.0),
        ("lag(quarterly, 1)", "n1 2015-Q1", 4.0),
        ("cagr(quarterly, 2)", "n1 2014-Q4", 100 * (2.0**2 - 1)),
    ],
)
def test_breaks_and_parts_of_years(text: str, at: str, wanted: object) -> None:
    found = value(text, at, BROKEN)
    assert found == (pytest.approx(wanted, rel=1e-12) if isinstance(wanted, float) else wanted)


@pytest.mark.parametrize(
    ("text", "at", "wanted"),
    [
        ("parent(gpp)", "n1 2010", 160.0),
        ("parent(gpp)", "K 2010", "no_parent"),
        ("parent(gpp)", "s1 2010", "input_missing"),
        ("share_of_parent(gpp)", "n1 2010", 62.5),
        ("share_of_parent(gpp)", "K 2010", "no_parent"),
        ("share_of_parent(gpp - parent(gpp) * 0)", "n1 2010", "refused"),
        ("children_sum(gpp)", "N 2011", 190.0),
        ("children_sum(gpp)", "N 2010", 150.0),  # n3 was founded in 2011
        ("children_sum(gpp)", "N 2012", "child_missing"),
        ("children_sum(gpp, min_coverage=0.6)", "N 2012", 151.0),
        ("children_sum(gpp, min_coverage=0.7)", "N 2012", "child_missing"),
        ("children_sum(gpp)", "n1 2010", "no_children"),
        ("children_sum(gpp)", "E 2010", "no_children"),
        ("children_sum(gpp)", "S 2012", 2.0),
        ("children_sum(gpp)", "S 2013", 10.0),  # s2 ended in 2012
        ("children_sum(gpp, level=province)", "K 2011", 202.0),
        ("children_sum(gpp, level=province)", "K 2012", "child_missing"),
        ("children_sum(gpp, level=region)", "N 2011", "no_children"),
        ("children_sum(gpp)", "K 2011", "child_missing"),
        ("children_sum(gpp, min_coverage=0.3)", "K 2011", 190.0),
        ("children_mean(gpp)", "N 2011", 190 / 3),
        ("children_weighted_mean(gpp, pop)", "N 2011", (110 * 4 + 60 * 2 + 20) / 7),
        ("children_weighted_mean(gpp, pop)", "N 2013", "child_missing"),
        ("children_weighted_mean(gpp, pop)", "S 2010", "child_missing"),
        ("children_weighted_mean(gpp, pop, min_coverage=0.5)", "S 2010", "undefined"),
        ("children_weighted_mean(gpp, gpp)", "S 2012", "undefined"),
        ("children_count(gpp > 50)", "N 2011", 2.0),
        ("children_count(gpp > 50)", "N 2012", "child_missing"),
        ("children_min(gpp)", "N 2011", 20.0),
        ("children_max(gpp)", "N 2011", 110.0),
        ("children_gini(gpp)", "S 2011", 1 / 12),
        ("children_gini(gpp)", "S 2012", "undefined"),
        ("children_gini(gpp * 0)", "S 2012", "division_by_zero"),
        ("children_theil(gpp)", "S 2012", "undefined"),
        ("children_theil(gpp)", "S 2010", math.log(2)),
        ("rank(gpp)", "n1 2011", 1.0),
        ("rank(gpp)", "n2 2011", 2.0),
        ("rank(gpp)", "n3 2011", 3.0),
        ("rank(gpp, ascending=true)", "n3 2011", 1.0),
        ("rank(gpp)", "n3 2012", 2.0),  # n2 has no value
        ("rank(gpp)", "n2 2012", "input_missing"),
        ("rank(gpp)", "n3 2010", "input_missing"),  # not yet founded
        ("rank(gpp)", "n2 2010", 2.0),
        ("rank(gpp)", "K 2010", 1.0),
        ("rank(gpp * 0)", "n3 2011", 1.0),  # ties share the better rank
        ("rollup(gpp)", "N 2011", 190.0),
        ("rollup(per_head)", "N 2011", 190e6 / 7),
    ],
)
def test_over_areas(text: str, at: str, wanted: object) -> None:
    if wanted == "refused":
        with pytest.raises(InputError):
            value(text, at, GPP)
        return
    found = value(text, at, GPP)
    assert found == (pytest.approx(wanted, rel=1e-12) if isinstance(wanted, float) else wanted)


def test_a_parent_of_zero() -> None:
    figures = {"gpp": {"n1 2010": 5.0, "N 2010": 0.0}}
    assert value("share_of_parent(gpp)", "n1 2010", figures) == "division_by_zero"


def test_crosswalks() -> None:
    figures = {
        "jobs": {"A 2010": 10.0, "B 2010": 8.0, "K 2010": 18.0, "A 2011": 10.0},
        "gini": {"A 2010": 0.4, "B 2010": 0.3, "K 2010": 0.35},
    }
    assert value("crosswalk(jobs, land)", "N 2010", figures) == 0.5 * 10 + 0.25 * 8
    assert value("crosswalk(jobs, land)", "S 2010", figures) == 5.0
    assert value("crosswalk(jobs, land)", "N 2011", figures) == "input_missing"
    assert value("crosswalk(jobs, land)", "n1 2010", figures) == "no_crosswalk_link"
    assert value("crosswalk(gini, land)", "K 2010", figures) == 0.35
    assert value("crosswalk(gini, land)", "S 2010", figures) == "no_crosswalk_link"
    assert value("children_sum(crosswalk(jobs, land), min_coverage=0.6)", "K 2010", figures) == 12.0


def test_sums_over_dimensions() -> None:
    women, men = {"n1 2010": 3.0, "n1 2011": 4.0}, {"n1 2010": 2.0}
    figures = {"pop[sex=F]": women, "pop[sex=M]": men, "pop[age=old,sex=F]": {"n1 2010": 1.0}}
    assert value("sum_over(pop, sex)", "n1 2010", figures) == 5.0
    assert value("sum_over(pop, sex)", "n1 2011", figures) == "input_missing"
    assert value('pop[sex="F", age="old"] / pop[sex="F"]', "n1 2010", figures) == 1 / 3
    assert value("pop", "n1 2010", figures) == "input_missing"


# --- published small cases (../shared/design/methods.md) -------------------------------------------------------------


def _children(function: str, *incomes: float, weights: tuple[float, ...] = ()) -> object:
    """The aggregate of one whole whose parts have these incomes."""
    parts = tuple(Area(f"p{i}", same(f"p{i}"), "part", "whole") for i in range(len(incomes)))
    system = AreaSystem("s", same("s"), (Area("whole", same("whole"), "whole"), *parts))
    series = {i: Series(i, same(i), "s", Frequency.ANNUAL, "number") for i in ("x", "w")}
    catalogue = Catalogue(area_systems={"s": system}, series=series)
    figures = {"x": incomes, "w": weights}
    found = ReferenceEvaluator(catalogue, lambda s, dims, area, period: figures[s][int(area[1:])])
    text = f"children_{function}(x{', weight=w' if weights else ''})"
    return found.cell(check(text, catalogue), "whole", Period.year(2000)).value


def test_gini_of_four() -> None:
    assert _children("gini", 20, 50, 20, 10) == pytest.approx(0.3, abs=1e-15)


def test_gini_of_grouped_incomes() -> None:
    groups = (500, 1500, 2500, 4000, 7500, 15000)
    assert _children("gini", *groups, weights=(1000, 1200, 1600, 400, 200, 600)) == pytest.approx(0.5278, abs=5e-5)


def test_theil_of_five() -> None:
    assert _children("theil", 10, 10, 10, 20, 50) == pytest.approx(0.2502, abs=5e-5)
    assert _children("theil", 10, 20, 50, weights=(3, 1, 1)) == pytest.approx(0.2502, abs=5e-5)
    assert _children("theil", 0, 0, 3) == pytest.approx(math.log(3))


def test_inequality_of_equals_and_of_scaled_incomes() -> None:
    assert _children("gini", 7, 7, 7) == 0.0
    assert _children("theil", 7, 7, 7) == 0.0
    assert _children("gini", 1, 2, 3) == pytest.approx(_children("gini", 10, 20, 30))


# --- extremes, traces, arguments -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "figure", "wanted"),
    [
        ("gpp * gpp", 1e200, "undefined"),
        ("gpp + gpp", 1.7e308, "undefined"),
        ("cumulative(gpp, 2009)", 1.7e308, "undefined"),
        ("gpp / 0.0000001", 1.7e308, "undefined"),
        ("gpp", math.nan, "input_missing"),
        ("gpp", math.inf, "input_missing"),
        ("children_gini(gpp, weight=gpp)", 1e200, "undefined"),
        ("children_theil(gpp, weight=gpp)", 1e200, "undefined"),
        ("children_gini(gpp, weight=gpp)", 1e-200, "division_by_zero"),
        ("round(gpp, 12)", 1.7e308, 1.7e308),
    ],
)
def test_infinities_are_never_values(text: str, figure: float, wanted: object) -> None:
    ask = ReferenceEvaluator(CATALOGUE, lambda *_: figure)
    one = ask.cell(checked(text), "N", Period.year(2011))
    assert (one.value if one.missing is None else one.missing.value) == wanted


def test_a_negative_zero_is_zero() -> None:
    for text in ("-gpp", "gpp * -1", "round(-gpp - 0.2)", "gpp / -5"):
        found = value(text, "n1 2010", {"gpp": {"n1 2010": 0.0}})
        assert math.copysign(1.0, float(str(found))) == 1.0


def test_the_trace_shows_every_cell_that_was_looked_at() -> None:
    found = cell("cagr(gpp / pop, 2)", "n1 2012", GPP)
    assert [(c.area, c.period.iso, c.value) for c in found.children] == [("n1", "2012", 30.25), ("n1", "2010", 25.0)]
    assert found.unit is not None
    assert found.unit.code == "percent"
    leaves = [(i.node.series, i.period.iso, i.value) for i in inputs(found) if isinstance(i.node, nodes.SeriesRef)]
    assert leaves == [("gpp", "2012", 121.0), ("pop", "2012", 4.0), ("gpp", "2010", 100.0), ("pop", "2010", 4.0)]


def test_inputs_name_missing_ones_and_each_cell_once() -> None:
    found = cell("gpp + gpp + lag(gpp, 1) + lag(gpp, 1)", "n2 2013", GPP)
    assert [(i.period.iso, i.value) for i in ReferenceEvaluator.inputs(found)] == [("2013", 80.0), ("2012", None)]
    across = cell("growth(broken)", "n1 2015", BROKEN)
    assert [i.value for i in inputs(across)] == [40.0, 3.0]


def test_booleans_say_so() -> None:
    found = cell("gpp > 1", "n1 2010", GPP)
    assert (found.value, found.boolean) == (1.0, True)


def test_the_question_itself_is_checked() -> None:
    ask = evaluator(GPP)
    with pytest.raises(UnknownNameError):
        ask.cell(checked("gpp"), "nowhere", Period.year(2010))
    with pytest.raises(InputError):
        ask.cell(checked("gpp"), "n1", Period.from_iso("2010-Q1"))
    assert ask.cell(checked("1 + 1"), "anywhere", Period.year(2010)).value == 2.0


def test_deep_formulas_and_far_periods_do_not_break_it() -> None:
    assert value("-" * 99 + "gpp", "n1 2010", GPP) == -100.0
    assert value("children_sum(lag(lag(gpp, 1200), 1200))", "N 2010", GPP) == "child_missing"
    assert value("rank(lag(lag(gpp, 1200), 1200))", "n1 2010", GPP) == "input_missing"
    assert value("lag(children_sum(gpp), 1200)", "N 1000", GPP) == "no_children"


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_any_formula_on_ragged_data_gives_a_finite_value_or_a_reason(data: st.DataObject) -> None:
    world = data.draw(worlds())
    found = check(data.draw(formulas(world)), world.catalogue)
    ask = ReferenceEvaluator(world.catalogue, world.lookup)
    assert found.type.area_system is not None
    assert found.type.frequency is not None
    for area in world.areas(found.type.area_system)[:4]:
        for period in world.periods(found.type.frequency)[-3:]:
            one = ask.cell(found, area, period)
            assert (one.value is None) == (one.missing is not None)
            assert one.value is None or math.isfinite(one.value)
            assert one == ask.cell(found, area, period)
