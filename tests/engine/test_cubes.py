"""Axes, hierarchy as codes, and the kernels at their edges; expected figures are worked out by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from mudmai.core.areas import Area, AreaSystem, Crosswalk, CrosswalkLink
from mudmai.core.formulas.nodes import ChildrenFunction
from mudmai.core.language import same
from mudmai.core.periods import Frequency, Period
from mudmai.engine import kernels, kernels_areas
from mudmai.engine.cubes import AreaAxis, Cube, Floats, Passage, PeriodAxis

NAN = float("nan")


def area(code: str, parent: str | None = None, level: str = "x", **dates: date) -> Area:
    return Area(code, same(code), level, parent, **dates)


def system(*areas: Area) -> AreaAxis:
    return AreaAxis(AreaSystem("s", same("s"), areas))


def rows(*lines: list[float]) -> Floats:
    return np.array(lines, np.float64)


def same_values(found: Floats, expected: Floats) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)


FAMILY = system(area("B2", "B"), area("K"), area("B", "K"), area("A", "K"), area("A1", "A"), area("B1", "B"))
"""Children stand before and after their parents; rows: B2 K B A A1 B1."""


# -- axes ---


def test_periods_know_their_column() -> None:
    axis = PeriodAxis.between(Period.from_iso("2018-Q4"), Period.from_iso("2019-Q2"))
    assert axis.labels == ("2018-Q4", "2019-Q1", "2019-Q2")
    assert axis.position(Period.from_iso("2019-Q1")) == 1
    assert axis.position(Period.from_iso("2019-Q3")) is None
    assert axis.position(Period.year(2019)) is None
    assert PeriodAxis.between(Period.year(2020), Period.year(2019)).count == 0


def test_whole_years_where_frequencies_differ() -> None:
    axis = PeriodAxis.spanning(Period.from_iso("2018-Q3"), Period.from_iso("2019-Q1"), Frequency.MONTHLY)
    assert (axis.labels[0], axis.labels[-1], axis.count) == ("2018-01", "2019-12", 24)
    assert PeriodAxis.spanning(Period.year(2018), Period.year(2019), Frequency.FISCAL).labels == ("FY2018", "FY2019")


def test_children_in_any_order_of_areas() -> None:
    families = FAMILY.children()
    by_owner = {
        FAMILY.codes[owner]: [FAMILY.codes[m] for m in families.members[start : start + size]]
        for owner, start, size in zip(families.owner_rows, families.starts, families.sizes, strict=True)
    }
    assert by_owner == {"K": ["B", "A"], "B": ["B2", "B1"], "A": ["A1"]}


def test_descendants_of_a_level_skip_what_lies_between() -> None:
    axis = system(area("K", level="top"), area("A", "K", "mid"), area("A1", "A", "low"), area("K1", "K", "low"))
    families = axis.children("low")
    found = [
        (axis.codes[families.owner_rows[g]], axis.codes[m])
        for g, m in zip(families.group, families.members, strict=True)
    ]
    assert found == [("K", "A1"), ("K", "K1"), ("A", "A1")]
    assert not axis.children("nowhere").members.size


def test_validity_counts_in_part_of_a_period() -> None:
    axis = system(area("K"), area("A", "K", valid_from=date(2011, 3, 23)), area("B", "K", valid_to=date(2011, 12, 31)))
    mask = axis.valid(PeriodAxis.between(Period.year(2010), Period.year(2012)))
    assert mask is not None
    assert mask.tolist() == [[True, True, True], [False, True, True], [True, True, False]]
    assert axis.valid(PeriodAxis.between(Period.year(2011), Period.year(2011))) is None
    assert FAMILY.valid(PeriodAxis.between(Period.year(2011), Period.year(2012))) is None


def test_a_cube_answers_by_labels() -> None:
    periods = PeriodAxis.between(Period.year(2018), Period.year(2019))
    cube = Cube(np.array([[1.0, NAN]] * 6), FAMILY, periods)
    assert cube.at("B2", Period.year(2018)) == 1.0
    assert cube.at("B2", Period.year(2019)) is None
    assert cube.at("nobody", Period.year(2018)) is None
    assert cube.at("B2", Period.year(2030)) is None
    assert next(iter(cube.cells())) == ("B2", Period.year(2018), 1.0)
    assert cube.same_bits(Cube(cube.values.copy(), FAMILY, periods))
    assert not cube.same_bits(Cube(np.where(np.isnan(cube.values), 0.0, cube.values), FAMILY, periods))


# -- kernels at one cell and along the calendar ---


def test_division_by_zero_and_overflow_are_missing() -> None:
    x, y = rows([1.0, 0.0, -1.0, 6.0, NAN]), rows([0.0, 0.0, -0.0, 3.0, 0.0])
    same_values(kernels.arithmetic("/", x, y), rows([NAN, NAN, NAN, 2.0, NAN]))
    huge = rows([1e308, -1e308, 2.0])
    same_values(kernels.arithmetic("+", huge, huge), rows([NAN, NAN, 4.0]))
    same_values(kernels.arithmetic("*", huge, huge), rows([NAN, NAN, 4.0]))
    same_values(kernels.arithmetic("-", huge, -huge), rows([NAN, NAN, 4.0]))
    same_values(kernels.running_sum(rows([1e308, 1e308, 1.0])), rows([1e308, NAN, NAN]))


def test_comparisons_with_missing_are_missing() -> None:
    x, y = rows([1.0, NAN, 2.0]), rows([1.0, 1.0, NAN])
    for op in ("<", "<=", "==", "!=", ">=", ">"):
        assert np.isnan(kernels.compare(op, x, y)[0, 1:]).all()
    assert kernels.compare("!=", x, y)[0, 0] == 0.0


def test_only_the_chosen_branch_needs_a_value() -> None:
    condition, then, otherwise = rows([1.0, 0.0, 1.0, NAN]), rows([5.0, NAN, NAN, 5.0]), rows([NAN, 7.0, 7.0, 7.0])
    same_values(kernels.choose(condition, then, otherwise), rows([5.0, 7.0, NAN, NAN]))


@pytest.mark.parametrize(
    ("value", "digits"),
    [(2.675, 2), (0.5, 0), (1.5, 0), (2.5, 0), (-2.5, 0), (1.005, 2), (1e17, 2), (0.1 + 0.2, 12), (1234.56785, 4)],
)
def test_rounding_is_half_to_even_on_the_binary_value(value: float, digits: int) -> None:
    assert kernels.rounded(rows([value]), digits)[0, 0] == round(value, digits)


def test_rounding_agrees_with_exact_rounding_near_halves() -> None:
    rng = np.random.default_rng(1)
    values = (rng.integers(-(10**6), 10**6, (1, 2000)) + 0.5) / 1000.0
    assert kernels.rounded(values, 3).tolist() == [[round(v, 3) for v in values[0].tolist()]]


def test_growth_needs_a_positive_base() -> None:
    now, base = rows([110.0, 110.0, 110.0, NAN]), rows([100.0, 0.0, -100.0, 100.0])
    same_values(kernels.growth(now, base), rows([10.0, NAN, NAN, NAN]))
    same_values(
        kernels.compound_growth(rows([121.0, 0.0, -1.0]), rows([100.0, 5.0, 5.0]), 0.5), rows([10.0, -100.0, NAN])
    )


def test_windows_need_every_period() -> None:
    same_values(kernels.mean_over(rows([1.0, 2.0, 3.0, NAN, 5.0]), 2), rows([1.5, 2.5, NAN, NAN]))
    same_values(kernels.over_parts(rows([1, 2, 3, 4, 5, NAN, 7, 8]), 4, "sum"), rows([10.0, NAN]))


# -- kernels over areas ---


def children(function: ChildrenFunction, x: Floats, w: Floats | None = None, coverage: float = 1.0) -> list[float]:
    """The aggregate at the kingdom, over the provinces of a flat system."""
    axis = system(area("K"), *(area(f"P{i}", "K") for i in range(len(x) - 1)))
    found = kernels_areas.of_children(function, x, w, axis.children(), None, coverage)
    assert np.isnan(found[1:]).all()
    return found[0].tolist()


def test_aggregates_of_children() -> None:
    x = rows([0, 0], [1, 5], [2, NAN], [6, 3])
    w = rows([9, 9], [1, 1], [1, 1], [2, 0])
    assert children(ChildrenFunction.SUM, x)[0] == 9.0
    assert np.isnan(children(ChildrenFunction.SUM, x)[1])
    assert children(ChildrenFunction.SUM, x, coverage=0.6) == [9.0, 8.0]
    assert children(ChildrenFunction.MEAN, x, coverage=0.6) == [3.0, 4.0]
    assert children(ChildrenFunction.MIN, x, coverage=0.6) == [1.0, 3.0]
    assert children(ChildrenFunction.MAX, x, coverage=0.6) == [6.0, 5.0]
    assert children(ChildrenFunction.WEIGHTED_MEAN, x, w, 0.6) == [3.75, 5.0]


def test_nobody_present_is_missing_whatever_the_coverage() -> None:
    for function in ChildrenFunction:
        x = rows([1.0], [NAN], [NAN])
        assert np.isnan(children(function, x, rows([1.0], [1.0], [1.0]), 1e-9)).all()


def test_weights_below_zero_or_nothing_are_undefined() -> None:
    x = rows([0, 0], [1, 1], [2, 2])
    for function in (ChildrenFunction.WEIGHTED_MEAN, ChildrenFunction.GINI, ChildrenFunction.THEIL):
        assert np.isnan(children(function, x, rows([0, 0], [-1, 0], [2, 0]))).all()


def _gini_by_pairs(x: list[float], w: list[float]) -> float:
    total = sum(w)
    mean = sum(a * b for a, b in zip(x, w, strict=True)) / total
    pairs = sum(wi * wj * abs(xi - xj) for xi, wi in zip(x, w, strict=True) for xj, wj in zip(x, w, strict=True))
    return pairs / (2 * total**2 * mean)


def test_gini_is_its_definition_over_pairs() -> None:
    rng = np.random.default_rng(7)
    for size in (1, 2, 3, 5, 8, 9, 33):
        x, w = rng.integers(0, 20, (size, 1)) + 1.0, rng.integers(0, 4, (size, 1)) + 1.0
        head = np.zeros((1, 1))
        expected = _gini_by_pairs(x[:, 0].tolist(), w[:, 0].tolist())
        found = children(ChildrenFunction.GINI, np.vstack([head, x]), np.vstack([head, w]))[0]
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-15)
        plain = children(ChildrenFunction.GINI, np.vstack([head, x]))[0]
        assert plain == pytest.approx(_gini_by_pairs(x[:, 0].tolist(), [1.0] * size), rel=1e-12, abs=1e-15)


def test_inequality_refuses_what_has_no_meaning() -> None:
    for function in (ChildrenFunction.GINI, ChildrenFunction.THEIL):
        assert np.isnan(children(function, rows([0.0], [-1.0], [2.0]))).all()
        assert np.isnan(children(function, rows([0.0], [0.0], [0.0]))).all()
        assert children(function, rows([0.0], [4.0], [4.0], [4.0])) == [0.0]
    assert children(ChildrenFunction.THEIL, rows([0.0], [0.0], [2.0]))[0] == pytest.approx(np.log(2.0))
    assert children(ChildrenFunction.GINI, rows([0.0], [0.0], [2.0])) == [0.5]


def test_sums_do_not_depend_on_how_many_periods_are_computed() -> None:
    rng = np.random.default_rng(3)
    x = rng.lognormal(0.0, 8.0, (400, 20))
    axis = system(area("K"), *(area(f"P{i}", "K") for i in range(399)))
    together = kernels_areas.of_children(ChildrenFunction.SUM, x, None, axis.children(), None, 1.0)
    for column in range(20):
        alone = kernels_areas.of_children(
            ChildrenFunction.SUM, np.ascontiguousarray(x[:, column : column + 1]), None, axis.children(), None, 1.0
        )
        assert alone[0, 0] == together[0, column]


def test_ranks_share_the_better_place() -> None:
    axis = system(area("K"), *(area(f"P{i}", "K") for i in range(5)))
    x = rows([1.0], [7.0], [9.0], [7.0], [NAN], [3.0])
    assert kernels_areas.rank(x, axis.siblings, None, False)[:, 0].tolist()[:4] == [1.0, 2.0, 1.0, 2.0]
    ascending = kernels_areas.rank(x, axis.siblings, None, True)[:, 0]
    assert ascending[5] == 1.0
    assert ascending[2] == 4.0
    assert np.isnan(ascending[4])
    valid = np.array([[True], [True], [False], [True], [True], [True]])
    ranks = kernels_areas.rank(x, axis.siblings, valid, False)[:, 0]
    assert np.isnan(ranks[2])
    assert ranks[1] == 1.0


def test_parents_and_shares() -> None:
    x = rows([2.0], [10.0], [4.0], [0.0], [5.0], [1.0])  # B2 K B A A1 B1
    same_values(kernels_areas.of_parent(x, FAMILY.parents), rows([4.0], [NAN], [10.0], [10.0], [0.0], [4.0]))
    shares = kernels_areas.share_of_parent(x, FAMILY.parents)
    same_values(shares, rows([50.0], [NAN], [40.0], [0.0], [NAN], [25.0]))


def test_crosswalks_carry_sums_by_weight_and_the_rest_one_to_one() -> None:
    old = AreaAxis(AreaSystem("old", same("old"), (area("a"), area("b"), area("c"))))
    new = AreaAxis(AreaSystem("new", same("new"), (area("x"), area("y"), area("z"))))
    links = (CrosswalkLink("a", "x"), CrosswalkLink("b", "x", 0.25), CrosswalkLink("c", "z"))
    passage = Passage.from_crosswalk(Crosswalk("old", "new", links), old, new)
    values = rows([10.0, NAN], [4.0, 4.0], [3.0, 3.0])
    same_values(kernels_areas.crosswalked(values, passage, 3, True), rows([11.0, NAN], [NAN, NAN], [3.0, 3.0]))
    same_values(kernels_areas.crosswalked(values, passage, 3, False), rows([NAN, NAN], [NAN, NAN], [3.0, 3.0]))
