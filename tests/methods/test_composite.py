"""Scores of composite indices by hand, and what must hold whatever the figures."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mudmai.core.composites import Aggregation, MissingRule, Normalisation, Treatment, Weighting
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.methods.aggregate import aggregate
from mudmai.methods.composite import competition_ranks, compute
from tests.methods.small_index import GOALPOSTS, fixed, group, index, indicator

NAN = float("nan")
A, B = indicator("a"), indicator("b", direction=-1)


def test_every_stage_by_hand():
    per_head = indicator("a", denominator="people")
    found = compute([[10, 5], [40, 1], [90, 3]], index(per_head, B), {"a": [10, 20, 30]})
    assert found.stages.raw[:, 0].tolist() == [10, 40, 90]
    assert found.stages.denominated[:, 0].tolist() == [1, 2, 3]
    assert found.normalised.tolist() == [[0, 0], [0.5, 1], [1, 0.5]]
    assert found.score.tolist() == [0, 0.75, 0.75]
    assert found.ranks.tolist() == [3, 1, 1]
    assert found.coverage.tolist() == [1, 1, 1] and found.reasons == (None, None, None)
    assert found.weights == {"root": (0.5, 0.5)}


def test_a_zero_denominator_is_missing_and_one_must_be_given():
    per_head = indicator("a", denominator="people")
    found = compute([[10, 5], [40, 1], [90, 3]], index(per_head, B), {"a": [0, 20, 30]})
    assert math.isnan(found.score[0]) and found.reasons[0] is not None and found.reasons[0].en == "no figure for a"
    with pytest.raises(InputError, match="denominator of “a”"):
        compute([[10, 5], [40, 1]], index(per_head, B))


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        (Normalisation.MINMAX, [0, 1 / 3, 1]),
        (Normalisation.ZSCORE, [-0.872872, -0.218218, 1.091089]),
        (Normalisation.RANK, [0, 0.5, 1]),
        (Normalisation.TARGET, [0, 0.5, 1]),
        (GOALPOSTS, [0.1, 0.2, 0.4]),
    ],
)
def test_normalisations(method: Normalisation, expected: list[float]):
    one = indicator("a", goalposts=(0.0, 10.0), target=3.0)
    assert compute([[1], [2], [4]], index(one, normalisation=method)).score == pytest.approx(expected, abs=1e-6)
    low = indicator("a", goalposts=(-10.0, 0.0), target=-3.0, direction=-1)
    assert compute([[-1], [-2], [-4]], index(low, normalisation=method)).score == pytest.approx(expected, abs=1e-6)


def test_log_cap_and_floor():
    one = indicator("a", goalposts=(1.0, 100.0), log=True, cap=True)
    found = compute([[1000], [10], [0.1]], index(one, normalisation=GOALPOSTS))
    assert found.score == pytest.approx([1, 0.5, 0])
    floored = compute([[1000], [10], [0.1]], index(one, normalisation=GOALPOSTS, floor=0.2))
    assert floored.score == pytest.approx([1, 0.6, 0.2])
    z = compute([[1], [2], [4]], index(A, normalisation=Normalisation.ZSCORE, floor=0.1)).score
    assert z[0] == pytest.approx(0.1) and z[2] - z[0] == pytest.approx(1.963961, abs=1e-6)


def test_means_by_hand_and_nested():
    inner = group("g", fixed("a"), fixed("b"), aggregation=Aggregation.ARITHMETIC)
    nested = index(inner, fixed("c"), how=Aggregation.GEOMETRIC, normalisation=GOALPOSTS)
    found = compute([[0.2, 0.6, 0.9]], nested)
    assert found.group_scores["g"] == pytest.approx([0.4])
    assert found.score == pytest.approx([0.6])
    x, w = np.array([[1.0, 2.0, 4.0]]), np.array([0.5, 0.25, 0.25])
    assert aggregate(x, w, Aggregation.HARMONIC) == pytest.approx([1 / (0.5 + 0.125 + 0.0625)])
    assert aggregate(x, w, Aggregation.GEOMETRIC) == pytest.approx([2**0.75])


def test_copeland_by_hand():
    # a beats b on two of three, b beats c on two of three, a beats c on all: 2, 0, -2 of two others
    x = np.array([[3.0, 3.0, 2.0], [2.0, 2.0, 3.0], [1.0, 1.0, 1.0]])
    w = np.full(3, 1 / 3)
    assert aggregate(x, w, Aggregation.COPELAND).tolist() == [1.0, 0.5, 0.0]
    assert aggregate(x[[0, 0]], w, Aggregation.COPELAND).tolist() == [0.5, 0.5]
    assert math.isnan(aggregate(np.array([[NAN], [1.0]]), np.ones(1), Aggregation.COPELAND)[0])


def test_missing_rules():
    values = [[0.2, 0.4, 0.6], [NAN, 0.4, 0.8], [NAN, NAN, 0.9], [NAN, NAN, NAN]]
    three = (fixed("a"), fixed("b"), fixed("c"))

    def scores(missing: MissingRule, **more: object) -> list[float]:
        found = compute(values, index(*three, normalisation=GOALPOSTS, missing=missing, **more))
        assert [reason is None for reason in found.reasons] == found.scored.tolist()
        return found.score.tolist()

    assert scores(MissingRule.NONE) == pytest.approx([0.4, NAN, NAN, NAN], nan_ok=True)
    assert scores(MissingRule.REWEIGHT) == pytest.approx([0.4, 0.6, NAN, NAN], nan_ok=True)
    assert scores(MissingRule.REWEIGHT, coverage_floor=0.0) == pytest.approx([0.4, 0.6, 0.9, NAN], nan_ok=True)
    assert scores(MissingRule.GROUP_MEAN) == pytest.approx([0.4, 1.4 / 3, NAN, NAN], nan_ok=True)
    assert scores(MissingRule.MEDIAN, coverage_floor=0.0) == pytest.approx([0.4, 1.4 / 3, 0.5, NAN], nan_ok=True)


def test_put_in_figures_are_shown_and_come_from_the_area_s_group():
    values = [[0.1, 0.5], [0.3, 0.5], [0.9, 0.5], [NAN, 0.5], [NAN, 0.5]]
    both = index(fixed("a"), fixed("b"), normalisation=GOALPOSTS, missing=MissingRule.GROUP_MEAN)
    found = compute(values, both, area_groups=["n", "n", "s", "n", "s"])
    assert found.stages.filled[3:, 0] == pytest.approx([0.2, 0.9])
    assert found.imputed.sum() == 2 and found.coverage[3] == 0.5
    assert any("2 missing figures" in note.en for note in found.notes)
    alone = compute([*values, [NAN, 0.1]], both, area_groups=["n", "n", "s", "n", "s", "w"])
    assert math.isnan(alone.score[5]) and alone.reasons[5] is not None and "a" in alone.reasons[5].en


def test_a_group_below_the_floor_falls_out():
    nested = index(
        group("g", fixed("a"), fixed("b"), fixed("c")), group("h", fixed("d"), fixed("e"), fixed("f")),
        normalisation=GOALPOSTS, missing=MissingRule.REWEIGHT,
    )  # fmt: skip
    found = compute([[0.9, NAN, NAN, 0.1, 0.2, 0.3], [0.5] * 6], nested)
    assert math.isnan(found.group_scores["g"][0])
    assert found.score[0] == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("values", "more", "code"),
    [
        ([[1, 2], [1, 3]], {}, "index_constant"),
        ([[NAN, 2], [NAN, 3]], {}, "index_all_missing"),
        ([[math.inf, 2], [1, 3]], {}, "index_values"),
        ([[1], [2]], {}, "index_values"),
        ([[0.0, 0.5], [0.2, 0.5]], {"normalisation": GOALPOSTS, "how": Aggregation.GEOMETRIC}, "index_not_positive"),
        ([[1, 2], [2, 3]], {"weighting": Weighting.PCA}, "index_weights"),
        ([[1, 2], [2, 3]], {"weighting": Weighting.ENTROPY, "normalisation": Normalisation.ZSCORE}, "index_weights"),
    ],
)
def test_figures_refused(values: list[list[float]], more: dict[str, object], code: str):
    with pytest.raises(InputError) as caught:
        compute(values, index(fixed("a"), fixed("b"), **more))
    assert caught.value.code == code
    assert "{" not in caught.value.words("th") + caught.value.words("en")


@pytest.mark.parametrize(
    ("values", "how", "found_th", "found_en", "next_th", "next_en"),
    [
        ([[1, 2], [1, 3]], Aggregation.ARITHMETIC, "“a” มีค่าเดียวกันทุกพื้นที่ (1)", "“a” is the same everywhere (1)",
         "ใช้หลักหมุด", "use goalposts"),
        ([[NAN, 2], [NAN, 3]], Aggregation.ARITHMETIC, "“a” ไม่มีค่าในพื้นที่ใดเลย", "“a” has no figure in any area",
         "นำเข้าข้อมูล", "load its data"),
        ([[-1, 0.5], [-0.2, 0.5]], Aggregation.GEOMETRIC, "“a” มีค่าปกติไม่เกินศูนย์ 2 พื้นที่",
         "“a” is not above zero in 2 areas", "กำหนดค่าปกติต่ำสุด (floor)", "give a floor"),
    ],
)  # fmt: skip
def test_a_refusal_names_what_was_found_and_what_to_do_in_both_languages(
    values: list[list[float]], how: Aggregation, found_th: str, found_en: str, next_th: str, next_en: str
):
    method = GOALPOSTS if how is Aggregation.GEOMETRIC else Normalisation.MINMAX
    with pytest.raises(InputError) as caught:
        compute(values, index(fixed("a"), fixed("b"), normalisation=method, how=how))
    assert found_th in caught.value.message.th and found_en in caught.value.message.en
    assert next_th in caught.value.remedy.th and next_en in caught.value.remedy.en


def test_a_logarithm_of_nothing_is_refused():
    with pytest.raises(InputError, match="no logarithm"):
        compute([[0], [3]], index(indicator("a", log=True)))


def test_moved_weights_stand_for_the_index_s_own():
    both = index(fixed("a"), fixed("b"), normalisation=GOALPOSTS)
    assert compute([[0.2, 0.6]], both, weights={"root": [3, 1]}).score == pytest.approx([0.3])
    with pytest.raises(InputError, match="2 numbers"):
        compute([[0.2, 0.6]], both, weights={"root": [1, 2, 3]})
    with pytest.raises(UnknownNameError):
        compute([[0.2, 0.6]], both, weights={"rot": [1, 2]})


def test_treatment_is_told_and_left_alone_under_goalposts():
    values = np.column_stack([[*range(1, 12), 500.0], np.arange(12)])
    treated = compute(values, index(A, B, treatment=Treatment()))
    assert treated.stages.treatments["a"].moved == (11,)
    assert treated.stages.treated[11, 0] == 11 and treated.stages.raw[11, 0] == 500
    assert any("“a”" in note.en for note in treated.notes)
    fixed_posts = index(indicator("a", goalposts=(0.0, 500.0)), normalisation=GOALPOSTS, treatment=Treatment())
    assert compute(values[:, :1], fixed_posts).stages.treated[11, 0] == 500


def test_negative_pca_weights_are_told():
    chance = np.random.default_rng(2)
    x = chance.normal(size=(60, 1))
    values = np.hstack([x, x + chance.normal(size=(60, 1)) / 4, -x + chance.normal(size=(60, 1)) / 4])
    found = compute(values, index(indicator("a"), indicator("b"), indicator("c"), weighting=Weighting.PCA))
    assert found.weights["root"][2] < 0 and sum(found.weights["root"]) == pytest.approx(1)
    assert any("negative" in note.en and "c" in note.en for note in found.notes)


def test_competition_ranking():
    assert competition_ranks(np.array([1.0, 2.0, 2.0, 0.5, NAN])).tolist()[:4] == [3, 1, 1, 4]


FIGURES = st.floats(0.01, 0.99).map(lambda x: round(x, 3))
TABLES = st.integers(3, 12).flatmap(lambda n: arrays(np.float64, (n, 4), elements=FIGURES))
MEANS = st.sampled_from([Aggregation.ARITHMETIC, Aggregation.GEOMETRIC, Aggregation.HARMONIC])


def four(how: Aggregation, **more: object):
    one = {"target": 0.8, "goalposts": (0.0, 1.0)}
    return index(
        group("g", indicator("a", **one), indicator("b", direction=-1, **(one | {"target": 0.1}))),
        group("h", indicator("c", **one), indicator("d", **one)),
        how=how,
        **more,
    )


ANY_MEAN = st.sampled_from([*Aggregation])
FIXED_ENDS = st.sampled_from([Normalisation.MINMAX, Normalisation.RANK, Normalisation.TARGET, GOALPOSTS])
"""Where one area does better, no other one gains by it."""
PARTS = st.floats(0.05, 1).map(lambda x: round(x, 2))
WEIGHTS = st.fixed_dictionaries({name: st.tuples(PARTS, PARTS) for name in ("root", "g", "h")})


def improved(x: np.ndarray, column: int, step: float) -> np.ndarray:
    """The first area does better in one indicator; less is better in the second."""
    better = x.copy()
    better[0, column] = np.clip(better[0, column] + (-step if column == 1 else step), 0, 1)
    return better


def varied(*tables: np.ndarray) -> None:
    """Only tables that a scale from the worst to the best can be made of."""
    assume(all((np.ptp(x, axis=0) > 1e-6).all() for x in tables))


@settings(max_examples=150, deadline=None)
@given(TABLES, FIXED_ENDS, ANY_MEAN, WEIGHTS, st.integers(0, 3), st.floats(0.0, 0.5))
def test_better_input_never_lowers_a_score_or_rank(
    x: np.ndarray,
    method: Normalisation,
    how: Aggregation,
    weights: dict[str, tuple[float, float]],
    column: int,
    step: float,
):
    declared, better = four(how, normalisation=method, floor=0.01), improved(x, column, step)
    varied(x, better)
    before, after = (compute(one, declared, weights=weights) for one in (x, better))
    assert after.score[0] >= before.score[0] - 1e-9
    assert after.ranks[0] <= before.ranks[0]


@settings(max_examples=80, deadline=None)
@given(TABLES, WEIGHTS, st.integers(0, 3), st.floats(0.0, 0.5))
def test_better_input_never_lowers_a_mean_of_z_scores(
    x: np.ndarray, weights: dict[str, tuple[float, float]], column: int, step: float
):
    declared = four(Aggregation.ARITHMETIC, normalisation=Normalisation.ZSCORE)
    better = improved(x, column, step)
    varied(x, better)
    before, after = (compute(one, declared, weights=weights).score[0] for one in (x, better))
    assert after >= before - 1e-9


def test_a_better_figure_may_cost_a_rank_among_z_scores():
    """It spreads the indicator, so that those far below the mean come nearer to it: others gain more."""
    declared = index(A, indicator("c"), normalisation=Normalisation.ZSCORE)
    x = np.array([[9.0, 3.0], [5.0, 3.0], [7.0, 4.0], [5.0, 9.0]])
    better = x.copy()
    better[0, 0] = 19.0
    before, after = compute(x, declared), compute(better, declared)
    assert after.score[0] > before.score[0] and after.ranks[0] > before.ranks[0]


@pytest.mark.parametrize(
    ("weighting", "x"),
    [
        (Weighting.PCA, [[6, 3, 1], [5, 2, 6], [7, 6, 5], [5, 6, 6], [2, 4, 3]]),
        (Weighting.ENTROPY, [[2, 7, 7], [1, 8, 5], [1, 6, 1], [2, 2, 4], [2, 8, 4]]),
    ],
)
def test_a_better_figure_may_cost_points_where_weights_come_from_the_figures(weighting: Weighting, x: list[list[int]]):
    """It changes how much the indicators weigh; this is why such weights are told to be statistical."""
    declared = index(fixed("a"), fixed("b"), fixed("c"), normalisation=GOALPOSTS, weighting=weighting)
    given = np.array(x) / 10
    better = given.copy()
    better[0, 0] += 0.1
    before, after = compute(given, declared), compute(better, declared)
    assert after.score[0] < before.score[0]
    assert min(before.weights["root"] + after.weights["root"]) > 0, "not for a negative weight"


@settings(max_examples=150, deadline=None)
@given(
    TABLES,
    st.sampled_from([*Normalisation]),
    ANY_MEAN,
    st.sampled_from([Weighting.EQUAL, Weighting.ENTROPY]),
    st.randoms(use_true_random=False),
)
def test_the_order_of_areas_changes_nothing(
    x: np.ndarray, method: Normalisation, how: Aggregation, weighting: Weighting, random: object
):
    varied(x)
    assume(weighting is Weighting.EQUAL or method is not Normalisation.ZSCORE)
    same_in_any_order(x, four(how, normalisation=method, floor=0.01, weighting=weighting), random)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([*Normalisation]),
    st.sampled_from([*MissingRule]),
    st.randoms(use_true_random=False),
)
def test_principal_components_know_neither_the_order_nor_areas_without_figures(
    seed: int, method: Normalisation, rule: MissingRule, random: object
):
    """Of indicators that have one thing in common: without it the first component is any of several."""
    chance = np.random.default_rng(seed)
    x = chance.uniform(0.2, 0.8, size=(12, 1)) + chance.uniform(-0.15, 0.15, size=(12, 3))
    one = {"target": 0.9, "goalposts": (0.0, 1.0)}
    parts = (indicator(name, **one) for name in "abc")
    declared = index(*parts, normalisation=method, weighting=Weighting.PCA, missing=rule)
    same_in_any_order(x, declared, random)
    same_beside_empty_areas(x, declared)


def same_in_any_order(x: np.ndarray, declared: Any, random: object) -> None:
    order = np.arange(len(x))
    random.shuffle(order)  # type: ignore[attr-defined]
    one, other = compute(x, declared), compute(x[order], declared)
    assert other.score == pytest.approx(one.score[order])
    assert other.ranks.tolist() == one.ranks[order].tolist()


@settings(max_examples=60, deadline=None)
@given(TABLES, MEANS, st.sampled_from([MissingRule.NONE, MissingRule.REWEIGHT]))
def test_with_goalposts_a_score_does_not_depend_on_other_areas(x: np.ndarray, how: Aggregation, rule: MissingRule):
    declared = four(how, normalisation=GOALPOSTS, floor=0.01, missing=rule)
    x[0, 0] = np.nan
    alone = compute(x[1:2], declared).score[0]
    assert compute(x, declared).score[1] == pytest.approx(alone)
    emptied = np.vstack([x, np.full((2, 4), np.nan)])
    assert compute(emptied, declared).score[:-2] == pytest.approx(compute(x, declared).score, nan_ok=True)


@settings(max_examples=60, deadline=None)
@given(TABLES, MEANS, st.floats(0.1, 1000), st.floats(-100, 100))
def test_min_max_does_not_know_the_unit(x: np.ndarray, how: Aggregation, scale: float, shift: float):
    if (np.ptp(x, axis=0) == 0).any():
        return
    declared = four(how, floor=0.01)
    assert compute(x * scale + shift, declared).score == pytest.approx(compute(x, declared).score, abs=1e-6)


@settings(max_examples=150, deadline=None)
@given(
    TABLES,
    st.sampled_from([*Normalisation]),
    ANY_MEAN,
    st.sampled_from([Weighting.EQUAL, Weighting.ENTROPY]),
    st.sampled_from([*MissingRule]),
)
def test_areas_without_figures_change_nobody_s_score(
    x: np.ndarray, method: Normalisation, how: Aggregation, weighting: Weighting, rule: MissingRule
):
    varied(x)
    assume(weighting is Weighting.EQUAL or method is not Normalisation.ZSCORE)
    same_beside_empty_areas(x, four(how, normalisation=method, floor=0.01, weighting=weighting, missing=rule))


def same_beside_empty_areas(x: np.ndarray, declared: Any) -> None:
    alone, more = compute(x, declared), compute(np.vstack([x, np.full((2, x.shape[1]), np.nan)]), declared)
    assert np.isnan(more.score[-2:]).all() and np.isnan(more.ranks[-2:]).all()
    assert more.score[:-2] == pytest.approx(alone.score)
    assert more.ranks[:-2].tolist() == alone.ranks.tolist()


def test_an_area_with_some_figures_and_no_score_still_counts_for_the_ends():
    """Under all but goalposts: the worst of an indicator may be an area that has no score."""
    whole = [[0.5, 0.5], [0.7, 0.9], [0.9, 0.7]]
    both = (fixed("a"), fixed("b"))
    for method in (Normalisation.MINMAX, GOALPOSTS):
        declared = index(*both, normalisation=method, missing=MissingRule.NONE)
        alone, beside = compute(whole, declared), compute([*whole, [0.1, NAN]], declared)
        assert math.isnan(beside.score[3])
        assert bool(beside.score[0] == pytest.approx(alone.score[0])) is (method is GOALPOSTS)
