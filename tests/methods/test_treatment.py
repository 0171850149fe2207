"""Outliers: the measures against SciPy's, and what is pulled in, logged or left."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from mudmai.core.composites import Treatment
from mudmai.methods.treatment import has_outliers, kurtosis, skewness, treat

NAN = float("nan")
RULE = Treatment()


@settings(max_examples=50, deadline=None)
@given(arrays(np.float64, st.integers(4, 30), elements=st.integers(-50, 50).map(float)))
def test_measures_are_sample_adjusted(x: np.ndarray):
    if np.ptp(x) == 0:
        assert np.isnan(skewness(x)) and np.isnan(kurtosis(x))
        return
    assert skewness(x) == pytest.approx(stats.skew(x, bias=False), abs=1e-9)
    assert kurtosis(x) == pytest.approx(stats.kurtosis(x, bias=False), abs=1e-9)
    assert skewness([*x, NAN]) == pytest.approx(skewness(x), nan_ok=True)


def test_too_few_values_have_no_outliers():
    assert np.isnan(skewness([1, 2])) and np.isnan(kurtosis([1, 2, 9]))
    assert not has_outliers([1, 1, 900], RULE)


def test_the_highest_are_pulled_in_one_at_a_time():
    x = np.array([*range(20), 300.0, 320.0, NAN])
    found = treat(x, RULE)
    assert found.moved == (20, 21) and found.values[20:22].tolist() == [19, 19] and np.isnan(found.values[22])
    assert found.passes and found.changed and not found.log
    assert found.skewness == pytest.approx(skewness(x))  # of before


def test_the_lowest_are_pulled_in_where_the_tail_is_below():
    found = treat([-300.0, *range(20)], RULE)
    assert found.moved == (0,) and found.values[0] == 0


def test_more_than_five_points_are_logged_or_left():
    x = np.array([*np.linspace(1, 2, 200), *np.geomspace(50, 1000, 8)])
    logged = treat(x, RULE)
    assert logged.log and not logged.moved and (np.diff(logged.values) > 0).all()
    low = treat(-x, RULE)
    assert low.log and (np.diff(low.values) < 0).all()
    left = treat(x, RULE, allow_log=False)
    assert not left.changed and not left.passes and left.values.tolist() == x.tolist()


def test_ties_at_the_edge_move_together():
    found = treat([*range(20), 300.0, 300.0], RULE)
    assert found.moved == (20, 21) and found.values[20:].tolist() == [19, 19]


@settings(max_examples=50, deadline=None)
@given(arrays(np.float64, st.integers(5, 40), elements=st.floats(0, 1e6).map(lambda v: float(np.exp(v / 1e5)))))
def test_treatment_keeps_the_order(x: np.ndarray):
    found = treat(x, RULE)
    order = np.argsort(x)
    assert (np.diff(found.values[order]) >= -1e-12).all()
    assert len(found.moved) <= RULE.most_points
