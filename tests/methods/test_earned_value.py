"""Earned value against published figures and sums that a reader can follow."""

from __future__ import annotations

import doctest
import math

import numpy as np
import pytest

from mudmai.methods import earned_value as module
from mudmai.methods.earned_value import cost_forecast, earned_schedule, earned_value, finish_forecast


def test_the_examples_in_the_docstrings():
    assert doctest.testmod(module).failed == 0


def test_published_example():
    """Teaching slides "Earned Value: What is Earned Value?" (www.wnwk.com/doc/3476926.html, read 2026-11-22).

    Design, build, test: BAC 500, PV 300, EV 200, AC 250 give CV -50, SV -100, CPI .80, SPI .67, EAC 625, VAC -125.
    """
    found = earned_value(500, 300, 40, 250)
    assert float(found.earned) == 200
    assert (float(found.cost_variance), float(found.schedule_variance)) == (-50, -100)
    assert (round(float(found.cpi), 2), round(float(found.spi), 2)) == (0.80, 0.67)
    final = cost_forecast(found)
    assert float(final.central) == 625
    assert 500 - float(final.central) == -125
    # by hand: 250 + 300 = 550 as budgeted; 250 + 300 / (0.8 * 2/3) = 812.5 with both pressing
    assert (float(final.low), float(final.high)) == (550, pytest.approx(812.5))


def test_many_projects_at_once_and_missing_stays_missing():
    found = earned_value([500, 500, np.nan, 100], [300, 300, 300, 0], [40, np.nan, 40, 10], [250, 250, 250, 0])
    assert np.isnan(found.earned).tolist() == [False, True, True, False]
    assert np.isnan(found.spi).tolist() == [False, True, True, True]  # nothing was planned yet: no ratio, not infinity
    final = cost_forecast(found)
    assert np.isnan(final.central).tolist() == [False, True, True, True]  # nothing was paid yet: no forecast
    assert np.isnan(final.low).tolist() == np.isnan(final.high).tolist() == np.isnan(final.central).tolist()


def test_finished_work_costs_what_it_cost():
    final = cost_forecast(earned_value(500, 500, 100, 480))
    assert {float(final.low), float(final.central), float(final.high)} == {480.0}


def test_earned_schedule_on_a_plan_that_stands_still():
    times, plan = [0, 1, 2, 3, 4], [0, 50, 50, 50, 100]
    assert earned_schedule(times, plan, 50) == 3
    assert earned_schedule(times, plan, 75) == 3.5
    assert earned_schedule([0, 1, 2], [0, 100, 100], 100) == 1
    assert earned_schedule(times, plan, 120) == 4
    assert math.isnan(earned_schedule(times, plan, math.nan))


def test_duration_forecast_by_hand():
    """Planned evenly over 10 months; 15, 25 and 30 percent were done after 2, 4 and 6 months.

    ES = 3 months after 6: SPI(t) = 0.5, so 10 / 0.5 = 20 months. As planned from now on: 6 + 7 = 13.
    The latest pace, from month 2 to 6: (3 - 1.5) / 4 = 0.375, so 6 + 7 / 0.375 = 24.67.
    """
    found = finish_forecast([0, 10], [0, 100], [2, 4, 6], [15, 25, 30])
    assert (found.earned_schedule, found.gone, found.spi_t) == (3, 6, 0.5)
    assert found.central == 20
    assert found.low == 13
    assert found.high == pytest.approx(6 + 7 / 0.375)


def test_no_forecast_without_work_and_an_open_end_when_work_stopped():
    assert finish_forecast([0, 10], [0, 100], [], []) is None
    assert finish_forecast([0, 10], [0, 100], [2], [0]) is None
    assert finish_forecast([0, 10], [0, 100], [2], [math.nan]) is None
    stuck = finish_forecast([0, 10], [0, 100], [2, 3, 4, 5], [20, 20, 20, 20])
    assert stuck.recent_pace == 0 and math.isinf(stuck.high) and stuck.central == 25


def test_complete_work_ends_when_it_was_first_reported_complete():
    found = finish_forecast([0, 10], [0, 100], [5, 12, 14], [40, 100, 100])
    assert (found.low, found.central, found.high) == (12, 12, 12)
    assert found.spi_t == pytest.approx(10 / 12)


def test_a_plan_that_falls_is_refused():
    with pytest.raises(ValueError, match="does not fall"):
        finish_forecast([0, 1, 2], [0, 50, 40], [1], [20])
