"""Projection against the textbook's formula and against statsmodels."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mudmai.methods.projection import MINIMUM_POINTS, ProjectionMethod, ProjectionRefused, project


def test_drift_with_equal_spacing_is_the_textbook_formula():
    # Hyndman & Athanasopoulos, FPP3 5.5: sigma_h = sigma * sqrt(h * (1 + h / (T - 1))), sigma^2 with T - 2 degrees.
    values = [3.0, 5.0, 4.0, 8.0, 9.0]  # steps 2, -1, 4, 1: drift 1.5, deviations .5, -2.5, 2.5, -.5: sum of squares 13
    found = project([1, 2, 3, 4, 5], values, [6, 8])
    assert found.drift == pytest.approx(1.5)
    assert found.sigma == pytest.approx(math.sqrt(13 / 3))
    assert found.degrees == 3
    assert found.median == pytest.approx([10.5, 13.5])
    assert found.error == pytest.approx([math.sqrt(13 / 3 * 1 * (1 + 1 / 4)), math.sqrt(13 / 3 * 3 * (1 + 3 / 4))])
    low, high = found.interval(0.95)  # t(0.975; 3) = 3.182446 from a printed table
    assert (high - low) / 2 == pytest.approx(3.182446 * found.error, rel=1e-6)


def test_unequal_spacing_counts_gaps_at_their_length():
    # 15, 30, 36, 37 at 2021, 2022, 2023, 2025: drift 22/4 = 5.5; deviations 9.5, .5, -10 over 1, 1, 2
    found = project([2021, 2022, 2023, 2025], [15, 30, 36, 37], [2027])
    variance = (9.5**2 + 0.5**2 + 10**2 / 2) / 2
    assert found.sigma**2 == pytest.approx(variance)
    assert found.error[0] ** 2 == pytest.approx(variance * (2 + 4 / 4))
    assert found.median[0] == pytest.approx(48.0)


def test_a_gap_filled_on_the_line_changes_nothing_in_the_drift():
    with_gap = project([0, 1, 2, 4, 5], [0.0, 2.0, 3.0, 9.0, 8.0], [7])
    filled = project([0, 1, 2, 3, 4, 5], [0.0, 2.0, 3.0, 6.0, 9.0, 8.0], [7])
    assert with_gap.median == pytest.approx(filled.median)


def test_intervals_and_chance_agree_with_scipy():
    from scipy import stats

    found = project(range(6), [1.0, 4.0, 2.0, 6.0, 9.0, 8.0], [8.0])
    spread = stats.t(found.degrees, loc=found.median[0], scale=found.error[0])
    low, high = found.interval(0.8)
    assert (low[0], high[0]) == pytest.approx(spread.interval(0.8))
    assert found.chance_at_least(12.0)[0] == pytest.approx(spread.sf(12.0))
    assert found.chance_at_least(float(high[0]))[0] == pytest.approx(0.1)


def test_trend_agrees_with_statsmodels():
    sm = pytest.importorskip("statsmodels.api", reason="statsmodels is a development dependency")
    times = np.array([2010.0, 2011, 2013, 2014, 2017, 2018])
    values = np.array([3.1, 3.9, 4.1, 5.7, 7.0, 6.4])
    ahead = np.array([2019.0, 2022])
    oracle = sm.OLS(values, sm.add_constant(times - 2010)).fit()
    frame = oracle.get_prediction(sm.add_constant(ahead - 2010)).summary_frame(alpha=0.2)
    found = project(times, values, ahead, ProjectionMethod.TREND)
    low, high = found.interval(0.8)
    assert found.median == pytest.approx(frame["mean"].to_numpy())
    assert low == pytest.approx(frame["obs_ci_lower"].to_numpy())
    assert high == pytest.approx(frame["obs_ci_upper"].to_numpy())


@pytest.mark.parametrize("method", list(ProjectionMethod))
@pytest.mark.parametrize(
    ("times", "values", "ahead"),
    [
        (range(MINIMUM_POINTS - 1), [1.0, 2.0, 4.0], [9]),
        ([0, 1, 2, 3], [1.0, 2.0, math.nan, 4.5], [9]),
        ([0, 1, 1, 3], [1.0, 2.0, 3.0, 4.5], [9]),
        ([0, 1, 2, 3], [1.0, 2.0, 3.5, 4.5], [3]),
        ([0, 1, 2, 3], [1.0, 2.0, 3.0, 4.0], [9]),
        ([0, 1, 2, 3], [7.0, 7.0, 7.0, 7.0], [9]),
    ],
    ids=["few", "missing", "disordered", "not ahead", "no scatter", "constant"],
)
def test_refusals_say_why(times, values, ahead, method):
    with pytest.raises(ProjectionRefused) as refused:
        project(times, values, ahead, method)
    assert refused.value.reason.th and refused.value.reason.en
