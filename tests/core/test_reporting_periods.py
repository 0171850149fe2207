"""Reporting periods and their fiscal years."""

from __future__ import annotations

import doctest
from datetime import date

from mudmai.core import reporting_periods as module
from mudmai.core.periods import Frequency, Period
from mudmai.core.reporting_periods import cycle_text, last_day, period_of_day


def test_the_examples_in_the_docstrings():
    assert doctest.testmod(module).failed == 0


def test_a_year_of_days_falls_into_its_periods():
    for frequency in (Frequency.MONTHLY, Frequency.QUARTERLY):
        for month in range(1, 13):
            found = period_of_day(date(2024, month, 28), frequency)
            assert found.start() <= date(2024, month, 28) <= last_day(found)
            assert Period.from_iso(found.iso) == found


def test_quarters_by_other_fiscal_years():
    assert cycle_text(Period.from_iso("2024-Q2"), 4).en == "Q1 of FY2025 (Apr–Jun 2024)"
    assert cycle_text(Period.from_iso("2024-Q1"), 1).en == "Q1 of FY2024 (Jan–Mar 2024)"
    assert cycle_text(Period.from_iso("2024-Q1"), 2).en == "Jan–Mar 2024"
