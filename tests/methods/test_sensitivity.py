"""Sobol indices on a function with known ones, and what moves the ranks of small indices."""

from __future__ import annotations

import numpy as np
import pytest

from mudmai.core.composites import Aggregation, MissingRule, Normalisation, Uncertainty, Weighting, WeightNoise
from mudmai.core.errors import InputError
from mudmai.methods.composite import compute
from mudmai.methods.index_draws import prepare_draws
from mudmai.methods.sensitivity import index_sensitivity, leave_one_out, sobol_indices, swaps_of
from tests.methods.small_index import GOALPOSTS, fixed, group, index, indicator


def _ishigami(x: dict[str, np.ndarray]) -> np.ndarray:
    return np.sin(x["a"]) + 7 * np.sin(x["b"]) ** 2 + 0.1 * x["c"] ** 4 * np.sin(x["a"])


def test_ishigami():
    chance, points = np.random.default_rng(11), 2**18
    a, b = ({name: chance.uniform(-np.pi, np.pi, points) for name in "abc"} for _ in range(2))
    found = sobol_indices(_ishigami, a, b, seed=1, resamples=20)
    assert [one.first for one in found.factors] == pytest.approx([0.313905, 0.442411, 0.0], abs=0.008)
    assert [one.total for one in found.factors] == pytest.approx([0.557589, 0.442411, 0.243684], abs=0.008)
    assert found.runs == 5 * points and found.variance == pytest.approx(13.8446, abs=0.1)


def test_choices_and_sets_of_numbers_are_factors_too():
    chance, points = np.random.default_rng(2), 2**15

    def sample() -> dict[str, np.ndarray]:
        return {"choice": chance.integers(2, size=points), "set": chance.normal(size=(points, 4))}

    found = sobol_indices(lambda x: 4.0 * x["choice"] + x["set"].sum(axis=1), sample(), sample(), seed=1)
    assert [one.first for one in found.factors] == pytest.approx([0.5, 0.5], abs=0.03)  # variances 4 and 4
    assert [one.total for one in found.factors] == pytest.approx([0.5, 0.5], abs=0.03)
    assert all(one.first_low < 0.5 < one.first_high for one in found.factors)


def test_nothing_varies():
    same = {"x": np.zeros(32)}
    found = sobol_indices(lambda x: np.ones(32), same, same, seed=1)
    assert found.variance == 0 and np.isnan(found.factors[0].first) and np.isnan(found.factors[0].total)


def test_the_choice_that_moves_ranks_is_found():
    chance = np.random.default_rng(4)
    balanced = chance.uniform(0.4, 0.6, size=(20, 1)) + np.zeros((1, 4))
    uneven = np.hstack([chance.uniform(0.9, 1.0, size=(20, 2)), chance.uniform(0.01, 0.1, size=(20, 2))])
    told = Uncertainty(aggregations=(Aggregation.GEOMETRIC, Aggregation.HARMONIC), spread=0.02)
    one = index(*(fixed(name) for name in "abcd"), normalisation=GOALPOSTS, uncertainty=told)
    found = index_sensitivity(prepare_draws(np.vstack([balanced, uneven]), one), seed=3, points=512)
    by_name = {share.factor: share for share in found.factors}
    assert set(by_name) == {"aggregation", "weights:root"}
    assert by_name["aggregation"].total > 0.9 > 0.1 > by_name["weights:root"].total
    with pytest.raises(InputError, match="declares no alternatives"):
        index_sensitivity(
            prepare_draws(balanced, index(fixed("a"), fixed("b"), fixed("c"), fixed("d"), normalisation=GOALPOSTS,
                                          uncertainty=Uncertainty(noise=WeightNoise.NONE))), seed=3
        )  # fmt: skip


def test_leave_one_out():
    values = np.array([[0.9, 0.1, 0.5], [0.1, 0.8, 0.5], [0.5, 0.5, 0.5]])
    one = index(
        group("g", fixed("a", weight=0.4), fixed("b", weight=0.6), weight=0.5), group("h", fixed("c"), weight=0.5),
        normalisation=GOALPOSTS, weighting=Weighting.GIVEN,
    )  # fmt: skip
    a, b, c = leave_one_out(values, one)
    assert a.ranks is not None and a.ranks.tolist() == [3, 1, 2]
    assert b.ranks is not None and b.ranks.tolist() == [1, 3, 2]
    assert c.ranks is not None and c.ranks.tolist() == compute(values, one).ranks.tolist() and c.mean_shift == 0
    pairs = {"root": ((1.0, 2.0, 4.0), (0.5, 1.0, 2.0), (0.25, 0.5, 1.0))}
    by_pairs = index(
        fixed("a"), fixed("b"), fixed("c"), normalisation=GOALPOSTS, weighting=Weighting.AHP, pairwise=pairs
    )
    assert all(found.reason is None for found in leave_one_out(values, by_pairs))
    shared = index(fixed("a"), fixed("b"), fixed("c"), normalisation=GOALPOSTS, weighting=Weighting.BUDGET,
                   budget={"root": ({"a": 1, "b": 2, "c": 3},)})  # fmt: skip
    assert all(found.reason is None for found in leave_one_out(values, shared))
    assert leave_one_out(values[:, :1], index(fixed("a"), normalisation=GOALPOSTS)) == ()


def test_shifts_are_among_areas_with_a_score_both_ways():
    """a, b, c weigh the same. D and E lack c: without it they have a score and stand between A and B, which moves
    nobody who is compared. Without a: A (0.9 + 0)/2 = 0.45, B 0.5, C 0.4, so A and B change places."""
    nan = float("nan")
    values = np.array([[0.9, 0.9, 0.0], [0.5, 0.5, 0.5], [0.1, 0.1, 0.7], [0.8, 0.8, nan], [0.7, 0.7, nan]])
    one = index(fixed("a"), fixed("b"), fixed("c"), normalisation=GOALPOSTS, missing=MissingRule.NONE)
    a, _, c = leave_one_out(values, one)
    assert c.ranks is not None and c.ranks.tolist() == [1, 4, 5, 2, 3]
    assert (c.mean_shift, c.largest_shift, c.compared, c.gained, c.lost) == (0, 0, 3, 2, 0)
    assert (a.mean_shift, a.largest_shift) == (pytest.approx(2 / 3), 1)
    assert (a.compared, a.gained, a.lost) == (3, 0, 0)


def test_areas_that_lose_their_score_are_counted_and_not_compared():
    """The floor is 0.6: D has two of three figures, without a one of two. Among A and D alone only A is left."""
    nan = float("nan")
    values = np.array([[0.9, 0.2, 0.3], [0.5, 0.6, 0.5], [0.1, 0.7, 0.7], [0.8, 0.8, nan]])
    one = index(fixed("a"), fixed("b"), fixed("c"), normalisation=GOALPOSTS, missing=MissingRule.REWEIGHT,
                coverage_floor=0.6)  # fmt: skip
    a, _, c = leave_one_out(values, one)
    assert (a.compared, a.gained, a.lost) == (3, 0, 1)
    # with a: A 1.4/3, B 1.6/3, C 1.5/3, so 3, 1, 2; without: A 0.25, B 0.55, C 0.7, so 3, 2, 1
    assert (a.mean_shift, a.largest_shift) == (pytest.approx(2 / 3), 1)
    assert (c.compared, c.gained, c.lost) == (4, 0, 0)
    alone = leave_one_out(values[[0, 3]], one)[0]
    assert (alone.compared, alone.lost, alone.reason) == (1, 1, None) and np.isnan(alone.mean_shift)


def test_an_index_that_fails_without_an_indicator_says_why():
    values = np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 5.0]])
    one = index(group("g", indicator("a"), indicator("b")), weighting=Weighting.ENTROPY)
    assert all(found.ranks is not None for found in leave_one_out(values, one))
    zero = index(group("g", fixed("a", weight=0.0), fixed("b", weight=1.0)), normalisation=GOALPOSTS,
                 weighting=Weighting.GIVEN)  # fmt: skip
    assert [found.reason is None for found in leave_one_out(values / 10, zero)] == [True, False]


def test_swaps_draw_level_exactly():
    values = np.array([[0.9, 0.2, 0.6], [0.3, 0.8, 0.5]])
    one = index(fixed("a"), fixed("b"), fixed("c"), normalisation=GOALPOSTS)
    found = compute(values, one)
    swaps = swaps_of(found, 0, 1)
    assert [(s.taker, s.giver) for s in swaps] == [("b", "a"), ("b", "c"), ("c", "a")]
    assert swaps[0].shift == pytest.approx(0.1 / 3 / 1.2)
    for swap in swaps:
        w = dict(zip("abc", found.weights["root"], strict=True))
        w[swap.taker], w[swap.giver] = swap.taker_weight, swap.giver_weight
        level = compute(values, one, weights={"root": [w[n] for n in "abc"]})
        assert level.score[0] == pytest.approx(level.score[1])
        w[swap.taker] += 0.01
        w[swap.giver] -= 0.01
        if w[swap.giver] > 0:
            over = compute(values, one, weights={"root": [w[n] for n in "abc"]})
            assert over.score[0] < over.score[1]


def test_swaps_inside_a_group():
    values = np.array([[0.9, 0.2, 0.6], [0.3, 0.78, 0.6]])
    one = index(group("g", fixed("a"), fixed("b")), fixed("c"), normalisation=GOALPOSTS, missing=MissingRule.REWEIGHT)
    found = compute(values, one)
    assert swaps_of(found, 0, 1) == ()  # the groups differ in one direction only
    (swap,) = swaps_of(found, 0, 1, group="g")
    level = compute(values, one, weights={"g": [swap.giver_weight, swap.taker_weight]})
    assert (swap.taker, swap.giver) == ("b", "a") and level.score[0] == pytest.approx(level.score[1])
    gap = compute([[0.9, np.nan, 0.6], [0.3, 0.78, 0.6]], one)
    assert swaps_of(gap, 0, 1, group="g") == ()
    geometric = index(fixed("a"), fixed("b"), normalisation=GOALPOSTS, how=Aggregation.GEOMETRIC)
    assert swaps_of(compute([[0.9, 0.2], [0.3, 0.5]], geometric), 0, 1) == ()


def test_rank_normalisation_in_an_index_s_sensitivity():
    values = np.random.default_rng(6).lognormal(size=(25, 4))
    told = Uncertainty((Normalisation.ZSCORE, Normalisation.RANK))
    one = index(group("g", *(indicator(n) for n in "ab")), group("h", *(indicator(n) for n in "cd")), uncertainty=told)
    found = index_sensitivity(prepare_draws(values, one), seed=1, points=128)
    assert {share.factor for share in found.factors} == {"normalisation", "weights:root", "weights:g", "weights:h"}
    assert found.mean > 0 and all(-0.2 < s.first <= s.total + 0.2 < 1.5 for s in found.factors)
