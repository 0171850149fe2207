"""Weighted kappa: where it is undefined, what is left out, intervals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mudmai.core.errors import InputError
from mudmai.methods.agreement import agreement_of_table, agreement_weights, bootstrap_interval, weighted_kappa

NAN = float("nan")
SCALE = (0.0, 1.0, 2.0, 3.0)
MARKS = st.lists(st.tuples(st.sampled_from(SCALE), st.sampled_from(SCALE)), min_size=1, max_size=40)


def test_all_marks_the_same_is_undefined_and_told():
    found = weighted_kappa([2, 2, 2], [2, 2, 2], SCALE)
    assert found.kappa is None and found.low is None and found.error is None
    assert found.exact == 1.0 and found.reason is not None and "one and the same mark" in found.reason.en


def test_no_pairs_is_undefined_and_told():
    found = weighted_kappa([1, NAN], [NAN, 2], SCALE)
    assert found.kappa is None and found.exact is None and found.unpaired == 2 and found.items == 0
    assert found.reason is not None and found.reason.th


def test_one_marker_without_variety_is_chance_agreement():
    assert weighted_kappa([1, 1, 1, 1], [1, 2, 3, 0], SCALE, weights="none").kappa == pytest.approx(0)


def test_missing_marks_are_left_out_and_counted():
    found = weighted_kappa([0, 1, NAN, 3], [0, 2, 1, 3], SCALE)
    assert found.items == 3 and found.unpaired == 1 and found.table.sum() == 3
    assert found.exact == pytest.approx(2 / 3) and found.small


def test_kappa_by_hand():
    # p_o = (2 + 1/2)/4 = .625 with linear weights; margins (1/2, 1/4, 1/4) and (1/4, 1/2, 1/4): p_e = .5625
    found = weighted_kappa([0, 0, 1, 2], [0, 1, 1, 2], (0, 1, 2), weights="none")
    assert found.kappa == pytest.approx((3 / 4 - 5 / 16) / (1 - 5 / 16))
    linear = weighted_kappa([0, 0, 1, 2], [0, 1, 1, 2], (0, 1, 2), weights="linear")
    assert linear.observed == pytest.approx(7 / 8)
    assert linear.expected == pytest.approx((2 * (1 + 2 * 0.5) + 1 * (0.5 + 2 + 0.5) + 1 * (2 * 0.5 + 1)) / 16)


@settings(max_examples=80, deadline=None)
@given(MARKS, st.sampled_from(["none", "linear", "quadratic"]))
def test_bounds_and_symmetry(marks: list[tuple[float, float]], weights: str):
    first, second = np.array(marks).T
    one = weighted_kappa(first, second, SCALE, weights=weights)  # type: ignore[arg-type]
    other = weighted_kappa(second, first, SCALE, weights=weights)  # type: ignore[arg-type]
    assert (one.kappa is None) == (other.kappa is None) == (one.reason is not None)
    if one.kappa is not None and one.low is not None and one.high is not None and other.kappa is not None:
        assert one.kappa == pytest.approx(other.kappa, abs=1e-9)
        assert one.error == pytest.approx(other.error, abs=1e-6), "a root of rounding where the variance is nothing"
        assert -1 - 1e-9 <= one.low <= one.kappa + 1e-9 and one.kappa - 1e-9 <= one.high <= 1
        turned = weighted_kappa(3 - first, 3 - second, SCALE, weights=weights)  # type: ignore[arg-type]
        assert turned.kappa == pytest.approx(one.kappa, abs=1e-9)


def test_two_categories_have_one_kappa():
    table = [[20, 5], [10, 15]]
    assert [agreement_of_table(table, weights=w).kappa for w in ("none", "linear", "quadratic")] == pytest.approx(
        [0.4] * 3
    )


def test_large_sample_and_bootstrap_intervals_agree_where_there_is_much():
    table = [[88, 10, 2], [14, 40, 6], [18, 10, 12]]
    found = agreement_of_table(table, weights="linear")
    assert found.low is not None and found.high is not None and found.method == "large-sample"
    assert bootstrap_interval(table, weights="linear", seed=4) == pytest.approx((found.low, found.high), abs=0.02)


def test_bootstrap_of_few_items():
    first, second = [0, 1, 2, 3, 2, 1], [0, 1, 3, 3, 2, 2]
    found = weighted_kappa(first, second, SCALE, seed=9)
    again = weighted_kappa(first, second, SCALE, seed=9)
    assert found.method == "bootstrap" and (found.low, found.high) == (again.low, again.high)
    assert found.low is not None and found.kappa is not None and found.high is not None
    assert found.low <= found.kappa <= found.high <= 1


def test_the_error_is_that_of_many_samples():
    p = np.array([[0.3, 0.1, 0.0], [0.05, 0.2, 0.1], [0.05, 0.05, 0.15]])
    drawn = np.random.default_rng(2).multinomial(400, p.ravel(), size=1500).reshape(-1, 3, 3)
    kappas = [agreement_of_table(table).kappa for table in drawn]
    assert np.std(kappas) == pytest.approx(agreement_of_table((p * 400).astype(int)).error, rel=0.06)


@pytest.mark.parametrize(
    ("first", "second", "scale"),
    [([1, 2], [1], SCALE), ([1, 9], [1, 1], SCALE), ([1], [1], (1.0,)), ([1], [1], (1.0, 1.0)), ([1], [1.5], SCALE)],
)
def test_refused(first: list[float], second: list[float], scale: tuple[float, ...]):
    with pytest.raises(InputError) as caught:
        weighted_kappa(first, second, scale)
    assert caught.value.code == "marks"


def test_weights_are_one_on_the_diagonal_and_zero_in_the_corner():
    for name in ("none", "linear", "quadratic"):
        v = agreement_weights(4, name)  # type: ignore[arg-type]
        assert np.diag(v).tolist() == [1] * 4 and v[0, 3] == 0
