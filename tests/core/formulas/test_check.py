"""Units, area systems, frequencies, additivity, breaks, names: what may be computed and what is refused, in words."""

from __future__ import annotations

import pickle
from fractions import Fraction

import pytest

from mudmai.core.errors import AreaSystemError, CycleError, FormulaError, MudmaiError, UnitError, UnknownNameError
from mudmai.core.formulas import nodes
from mudmai.core.formulas.check import check
from mudmai.core.formulas.nodes import ChildrenFunction, SeriesRef
from mudmai.core.formulas.scope import MAX_NODES
from mudmai.core.formulas.unparse import unparse
from mudmai.core.periods import Frequency, Period
from tests.core.formulas.small_world import CATALOGUE, checked


def refused(text: str, definitions: dict[str, str] | None = None, **demands: str) -> MudmaiError:
    with pytest.raises(MudmaiError) as caught:
        check(text, CATALOGUE, definitions, demands.get("area_system"), demands.get("unit"))
    assert caught.value.message.th
    assert caught.value.remedy.th
    return caught.value


# --- units --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("gpp", "million_baht"),
        ("-gpp", "million_baht"),
        ("gpp + 5", "million_baht"),
        ("5 + gpp", "million_baht"),
        ("gpp - lag(gpp, 1)", "million_baht"),
        ("2 * gpp / 3", "million_baht"),
        ("gpp / gpp", "ratio"),
        ("gpp * index", "million_baht"),
        ("index * gpp", "million_baht"),
        ("gpp / index", "million_baht"),
        ("index * index", "ratio"),
        ("gpp / gpp * pop", "person"),
        ("convert(gpp, baht) / pop", "baht_per_head"),
        ("convert(gpp / pop, baht_per_head)", "baht_per_head"),
        ("per_head * pop", "baht"),
        ("growth(gpp)", "percent"),
        ("growth(per_head, 4) - parent(growth(per_head, 4))", "percent"),
        ("cagr(gpp / pop, 4)", "percent"),
        ("share_of_parent(gpp)", "percent"),
        ("convert(pop / pop, percent)", "percent"),
        ("abs(round(gpp, 1))", "million_baht"),
        ("least(gpp, 100, lag(gpp, 1))", "million_baht"),
        ("greatest(0, gpp)", "million_baht"),
        ("ln(gpp / lag(gpp, 1))", "ratio"),
        ("if(gpp > 5, gpp, 0)", "million_baht"),
        ("if(gpp > 5, 1, 0)", "number"),
        ("coalesce(gpp, 0)", "million_baht"),
        ("mean_over(rate, 3)", "percent"),
        ("cumulative(gpp, 2015)", "million_baht"),
        ("children_sum(gpp)", "million_baht"),
        ("children_mean(per_head)", "baht_per_head"),
        ("children_weighted_mean(per_head, pop)", "baht_per_head"),
        ("children_count(gpp > 5)", "number"),
        ("children_gini(per_head, weight=pop)", "ratio"),
        ("children_theil(gpp)", "ratio"),
        ("children_max(gpp)", "million_baht"),
        ("rank(gpp)", "number"),
        ("sum_over(pop, sex)", "person"),
        ("crosswalk(jobs, land)", "person"),
        ("rollup(gpp)", "million_baht"),
        ("rollup(per_head)", "baht_per_head"),
        ("rollup(age_mean)", "number"),
        ("1 + 1", "number"),
        ("gpp > 5", "number"),
    ],
)
def test_units_of_results(text: str, unit: str) -> None:
    assert checked(text).type.unit.code == unit


def test_a_derived_unit_keeps_dimension_and_scale() -> None:
    unit = checked("gpp / pop").type.unit
    assert (unit.dimension.exponents, unit.scale) == ((("THB", 1), ("person", -1)), Fraction(10**6))
    assert unit.label.th == "ล้านบาท/คน"
    assert checked("gpp * gpp").type.unit.dimension.exponents == (("THB", 2),)
    assert checked("1 / gpp").type.unit.dimension.exponents == (("THB", -1),)


def test_conversion_gets_its_factor() -> None:
    root = checked('convert(gpp / pop, "baht_per_head")').root
    assert isinstance(root, nodes.Convert)
    assert (root.factor, root.unit.label.en) == (1e6, "baht per head")
    small = checked("convert(rate, ratio)").root
    assert isinstance(small, nodes.Convert)
    assert small.factor == 0.01


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        (
            "gpp + pop",
            "“gpp” is in million baht (million_baht) and “pop” in persons (person); they cannot be added",
            "use two quantities of one measure, or multiply or divide to reach one first",
        ),
        (
            "gpp > convert(gpp, baht)",
            '“gpp” is in million baht (million_baht) and “convert(gpp, "baht")” in baht; they cannot be compared',
            'bring both to one unit first: convert(convert(gpp, "baht"), "million_baht")',
        ),
        (
            "gpp / pop - per_head",
            "“gpp / pop” is in million baht/persons (million_baht/person)"
            " and “per_head” in baht per head (baht_per_head); they cannot be subtracted",
            'bring both to one unit first: convert(gpp / pop, "baht_per_head")',
        ),
        (
            "if(gpp > 1, gpp, pop)",
            "“gpp” is in million baht (million_baht) and “pop” in persons (person);"
            " they cannot be alternatives of one result",
            "use two quantities of one measure, or multiply or divide to reach one first",
        ),
        (
            "rate + index",
            "“rate” is in per cent (percent) and “index” in ratio; they cannot be added",
            'bring both to one unit first: convert(index, "percent")',
        ),
        (
            "ln(gpp)",
            "“gpp” is in million baht (million_baht); ln takes a pure number only",
            'divide by a quantity of the same unit, such as ln(x / lag(x, 1)), or convert(x, "ratio") from per cent',
        ),
        (
            "convert(gpp, person)",
            "“gpp” is in million baht (million_baht) and cannot be converted to persons (person)",
            "only units of one measure and another size convert",
        ),
    ],
)
def test_unit_clashes_name_both_sides(text: str, message: str, remedy: str) -> None:
    error = refused(text)
    assert isinstance(error, UnitError)
    assert (error.message.en, error.remedy.en) == (message, remedy)


def test_a_unit_clash_in_thai() -> None:
    assert refused("gpp + pop").words("th") == (
        "gpp + pop\n^\n“gpp” มีหน่วยเป็น ล้านบาท (million_baht) แต่ “pop” มีหน่วยเป็น คน (person) จึงนำมาบวกกันไม่ได้\n"
        "→ ใช้ปริมาณที่วัดสิ่งเดียวกัน หรือคูณ/หารให้ได้หน่วยเดียวกันก่อน"
    )


def test_the_demanded_unit_is_held_against_the_result() -> None:
    assert checked("growth(gpp)", unit="percent").type.unit.code == "percent"
    assert checked("children_count(gpp > 5)", unit="ratio").type.unit.code == "ratio"
    assert checked("5", unit="million_baht").type.unit.code == "million_baht"
    error = refused("100 * pop / pop", unit="percent")
    assert isinstance(error, UnitError)
    assert error.message.en == "the formula gives ratio, but per cent (percent) is asked for"
    assert error.remedy.en == 'wrap it in convert(..., "percent") and drop factors that change the unit (such as 100 *)'
    assert isinstance(refused("gpp", unit="person"), UnitError)
    assert isinstance(refused("gpp", unit="no_such_unit"), UnknownNameError)
    assert refused("gpp > 5", unit="ratio").code == "wrong_type"


# --- area systems, frequencies, levels ----------------------------------------------------------------------------


def test_area_systems_do_not_meet() -> None:
    error = refused("gpp / jobs")
    assert isinstance(error, AreaSystemError)
    assert error.message.en == (
        "“gpp” is measured in the area system land and “jobs” in survey; names may agree while the areas differ"
    )
    assert error.remedy.en == 'carry one side over where that is what you mean: crosswalk(jobs, "land")'
    assert (
        refused("gpp / alone").remedy.en == "use series of one area system; no crosswalk between these two is declared"
    )
    assert isinstance(refused("children_gini(gpp, weight=jobs)"), AreaSystemError)
    assert isinstance(refused("if(jobs > 1, gpp, 0)"), AreaSystemError)


def test_a_crosswalk_carries_a_series_over() -> None:
    assert checked('pop / crosswalk(jobs, "land")').type.area_system == "land"
    error = refused("crosswalk(gpp, survey)")
    assert isinstance(error, AreaSystemError)
    assert error.message.en == "no crosswalk from land to survey is declared"
    assert refused("crosswalk(jobs, lonely)").remedy.en == "from survey there are crosswalks to: land"


def test_the_demanded_area_system() -> None:
    assert checked("1 + 1", area_system="land").type.area_system is None
    error = refused("jobs", area_system="land")
    assert isinstance(error, AreaSystemError)
    assert error.message.en == "the formula gives areas of survey, but land is asked for"
    assert error.remedy.en == 'wrap it in crosswalk(..., "land")'
    assert isinstance(refused("jobs", area_system="no such"), UnknownNameError)


def test_frequencies_do_not_meet() -> None:
    error = refused("gpp + quarterly")
    assert error.code == "frequency_clash"
    assert error.message.en == "“gpp” is annual and “quarterly” is quarterly"
    assert error.remedy.en == (
        'make it annual first: annual(quarterly, "sum"), annual(quarterly, "mean"), pick(quarterly, "Q4")'
    )
    assert 'pick(monthly, "M12")' in refused("monthly / gpp").remedy.en
    assert "fiscal" in refused("gpp + fiscal").remedy.en
    assert "bring both to years" in refused("quarterly + monthly").remedy.en
    assert checked("gpp + annual(quarterly, sum)").type.frequency is Frequency.ANNUAL
    assert checked("gpp + pick(monthly, M12)").type.frequency is Frequency.ANNUAL


@pytest.mark.parametrize(
    "text",
    [
        "at(quarterly, 2020)",
        "cumulative(gpp, FY2020)",
        "at(gpp, 2020-Q1)",
        "pick(gpp, Q4)",
        "pick(quarterly, M12)",
        "pick(monthly, Q4)",
        "annual(gpp, sum)",
        "annual(fiscal, sum)",
    ],
)
def test_periods_and_parts_fit_the_frequency(text: str) -> None:
    assert refused(text).code == "frequency_clash"


def test_a_period_of_another_frequency_is_shown_how_to_write() -> None:
    error = refused("at(quarterly, 2020)")
    assert error.message.en == "2020 is annual, but “quarterly” is quarterly"
    assert error.remedy.en == "write a period like 2020-Q1"


def test_levels_are_those_of_the_area_system() -> None:
    assert checked("children_sum(gpp, level=province)")
    error = refused("children_sum(gpp, level=provinces)")
    assert (error.code, error.message.en) == ("unknown_level", "unknown level of the area system land “provinces”")
    assert error.remedy.en == "near or existing names: province"


# --- conditions, data, additivity -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "(gpp > 1) + 1",
        "gpp and gpp",
        "not gpp",
        "if(gpp, 1, 2)",
        "if(gpp > 1, gpp > 2, 3)",
        "children_count(gpp)",
        "growth(gpp > 1)",
        "abs(gpp > 1)",
        "(gpp > 1) == (gpp > 2)",
        "children_sum(gpp > 1)",
        "coalesce(gpp > 1, 0)",
    ],
)
def test_conditions_and_numbers_are_kept_apart(text: str) -> None:
    assert refused(text).code == "wrong_type"


def test_conditions_may_move_in_time_and_space() -> None:
    for text in ("lag(gpp > 1, 1)", "parent(gpp > 1)", "at(gpp > 1, 2012)", "if(gpp > 1, gpp > 2, gpp > 3)"):
        assert checked(text).type.boolean


@pytest.mark.parametrize("text", ["growth(5)", "lag(1, 1)", "parent(2)", "children_mean(3)", "rank(1)", "at(1, 2020)"])
def test_functions_of_time_and_area_need_data(text: str) -> None:
    assert refused(text).code == "needs_series"


@pytest.mark.parametrize(
    "text",
    [
        "gpp",
        "-gpp",
        "gpp + lag(gpp, 1)",
        "gpp - gpp",
        "2 * gpp / 3",
        "cumulative(gpp, 2012)",
        "convert(gpp, baht)",
        "at(gpp, 2012)",
        "annual(quarterly, sum)",
        "pick(quarterly, Q4)",
        "mean_over(gpp, 3)",
        "children_sum(gpp)",
        "sum_over(pop, sex)",
        "crosswalk(jobs, land)",
        "if(gpp > 1, gpp, 0)",
        "coalesce(gpp, lag(gpp, 1))",
        "pop[sex=F]",
        "children_count(gpp > 1)",
        "rollup(gpp)",
    ],
)
def test_additive(text: str) -> None:
    assert checked(text).type.additive
    assert checked(f"children_sum({text})")


@pytest.mark.parametrize(
    "text",
    [
        "rate",
        "per_head",
        "gpp / pop",
        "gpp + 1",
        "gpp * index",
        "growth(gpp)",
        "cagr(gpp, 2)",
        "share_of_parent(gpp)",
        "parent(gpp)",
        "abs(gpp)",
        "least(gpp, gpp)",
        "rank(gpp)",
        "children_mean(gpp)",
        "1 / gpp",
        "if(gpp > 1, gpp, 1)",
        "coalesce(gpp, rate * gpp / rate)",
        "rollup(per_head)",
    ],
)
def test_not_additive(text: str) -> None:
    assert not checked(text).type.additive
    assert refused(f"children_sum({text})").code == "not_additive"


def test_what_cannot_be_added_says_what_to_do() -> None:
    error = refused("share_of_parent(per_head)")
    assert error.message.en == (
        "share_of_parent adds over areas, but “per_head” must not be added"
        " (a rate, a mean, or a series whose aggregation rule is not sum)"
    )
    assert error.remedy.en == (
        "use children_weighted_mean(x, weight), rollup(series), or sum numerator and denominator before dividing"
    )
    assert error.code == "not_additive"


# --- roll-up, dimensions, breaks ------------------------------------------------------------------------------------


def test_rollup_is_written_out_by_the_rule_of_the_series() -> None:
    total = nodes.Children(ChildrenFunction.SUM, SeriesRef("gpp"), level="province")
    assert checked("rollup(gpp, level=province)").root == total
    mean = nodes.Children(ChildrenFunction.WEIGHTED_MEAN, SeriesRef("age_mean"), SeriesRef("pop"))
    assert checked("rollup(age_mean)").root == mean
    assert (
        unparse(checked("rollup(per_head)").root) == 'convert(children_sum(gpp) / children_sum(pop), "baht_per_head")'
    )
    error = refused("rollup(rate)")
    assert (error.code, error.message.en) == ("aggregation", "the series rate has no rule to aggregate areas")


def test_dimensions_and_codes_are_declared_ones() -> None:
    assert checked('pop[sex="F", age="_T"]').root == SeriesRef("pop", (("sex", "F"),))
    assert refused("pop[sx=F]").message.en == "unknown dimension of pop “sx”"
    assert refused("pop[sex=W]").message.en == "unknown code of the dimension sex “W”"
    assert refused("pop[sex=W]").remedy.en == "near or existing names: F, M"
    assert refused("sum_over(pop, region)").code == "unknown_dimension"
    assert refused("sum_over(pop[sex=F], sex)").message.en == "sex is filtered and summed at once"
    assert refused("sum_over(rate, sex)").code == "not_additive"


def test_observations_that_are_read() -> None:
    found = checked("sum_over(pop[age=old], sex) / pop + children_sum(pop) / pop")
    old = ("age", "old")
    assert found.series == (
        SeriesRef("pop", (old, ("sex", "F"))),
        SeriesRef("pop", (old, ("sex", "M"))),
        SeriesRef("pop"),
    )
    assert checked("rollup(per_head)").series == (SeriesRef("gpp"), SeriesRef("pop"))


def test_breaks_are_the_union_of_the_leaves() -> None:
    year = Period.year(2015)
    assert checked("broken + gpp").type.breaks == {year}
    assert checked("growth(gpp)").type.breaks == frozenset()
    assert checked("q_broken").type.breaks == {Period.from_iso("2015-Q3")}
    assert checked("annual(q_broken, sum)").type.breaks == {year}
    assert checked("pick(q_broken, Q2)").type.breaks == {Period.year(2016)}
    assert checked("pick(q_broken, Q3)").type.breaks == {year}
    assert checked("pick(q_broken, Q4) + broken").type.breaks == {year}


# --- names ----------------------------------------------------------------------------------------------------------


def test_named_formulas_are_inlined() -> None:
    found = check("growth(ph, 4)", CATALOGUE, {"ph": "gpp / people", "people": "pop"})
    assert unparse(found.root) == "growth(gpp / pop, 4)"
    assert found.types[found.root].unit.code == "percent"


def test_a_circle_is_shown() -> None:
    error = refused("a + 1", {"a": "gpp + b", "b": "lag(c, 1)", "c": "a"})
    assert isinstance(error, CycleError)
    assert error.message.en == "the formula needs itself: a → b → c → a"
    assert error.message.th == "สูตรอ้างถึงตัวเองเป็นวง: a → b → c → a"
    assert isinstance(refused("x", {"x": "x"}), CycleError)


def test_a_fault_inside_a_named_formula_points_there() -> None:
    error = refused("1 + a", {"a": "gpp + pop"})
    assert isinstance(error, UnitError)
    assert (error.source, error.position, error.where.field) == ("gpp + pop", 0, "a")
    broken = refused("1 + a", {"a": "gpp +"})
    assert isinstance(broken, FormulaError)
    assert (broken.source, broken.position, broken.where.field) == ("gpp +", 5, "a")


def test_unknown_names_list_near_ones() -> None:
    error = refused("gppp + 1")
    assert isinstance(error, FormulaError)
    assert (error.code, error.position) == ("unknown_name", 0)
    assert error.message.en == "unknown series or named formula “gppp”"
    assert error.remedy.en.startswith("near or existing names: gpp")
    assert refused("real-growth", {"real-growth": "gpp"}).remedy.en == "near or existing names: `real-growth`"
    assert check("`real-growth`", CATALOGUE, {"real-growth": "gpp"}).root == SeriesRef("gpp")
    assert refused("gpp", {"gpp": "pop"}).code == "ambiguous_name"
    assert refused("a[sex=F]", {"a": "pop"}).code == "unknown_dimension"
    assert refused("convert(gpp, bath)").remedy.en == "near or existing names: baht"


def test_named_formulas_cannot_grow_without_bound() -> None:
    doubling = {"d0": "gpp"} | {f"d{i}": f"d{i - 1} + d{i - 1}" for i in range(1, 60)}
    assert check("d8", CATALOGUE, doubling).type.additive
    assert refused("d59", doubling).code == "formula_too_deep"
    assert f"{MAX_NODES:,}" in refused("d59", doubling).message.en
    steep = {"s0": "gpp"} | {f"s{i}": "-" * 50 + f"s{i - 1}" for i in range(1, 40)}
    assert refused("s30", steep).code == "formula_too_deep"
    assert check("s1", CATALOGUE, steep).type.additive
    chain = {"c0": "gpp"} | {f"c{i}": f"-c{i - 1}" for i in range(1, 5000)}
    assert refused("c4999", chain).code == "formula_too_deep"


def test_a_checked_formula_travels_and_compares() -> None:
    found = checked("growth(gpp / pop)")
    again = pickle.loads(pickle.dumps(found))
    assert (again, again.types) == (found, found.types)
    assert hash(again) == hash(found)
    assert found.types[SeriesRef("gpp")].unit is CATALOGUE.unit("million_baht")
