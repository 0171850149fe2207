"""Periods: the house form, the calendar, and arithmetic that never skips a period."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudmai.core.errors import InputError
from mudmai.core.periods import Frequency, Period, period_range

periods = st.builds(
    lambda f, year, part: Period(f, year * f.per_year + part % f.per_year),
    st.sampled_from(list(Frequency)), st.integers(1, 9998), st.integers(0, 11),
)  # fmt: skip


@given(periods)
def test_the_house_form_is_read_back(period: Period) -> None:
    assert Period.from_iso(period.iso) == period


@pytest.mark.parametrize(
    ("iso", "frequency", "year", "part"),
    [
        ("2019", Frequency.ANNUAL, 2019, 1),
        ("FY2024", Frequency.FISCAL, 2024, 1),
        ("2019-Q4", Frequency.QUARTERLY, 2019, 4),
        ("2019-04", Frequency.MONTHLY, 2019, 4),
    ],
)
def test_parts_of_a_period(iso: str, frequency: Frequency, year: int, part: int) -> None:
    period = Period.from_iso(iso)
    assert (period.frequency, period.year_ce, period.part, str(period)) == (frequency, year, part, iso)
    assert period.year_be == year + 543


@pytest.mark.parametrize(
    "text",
    ["", "19", "2019-Q5", "2019-Q0", "2019-13", "2019-00", "2019-4", "FY24", "fy2024", "2019Q4", " 2019", "2019 ",
     "๒๐๑๙", "2019-01-01", "0000", "FY0000", "9999", "-2019", "20190"],
)  # fmt: skip
def test_anything_else_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(InputError) as caught:
        Period.from_iso(text)
    assert caught.value.code == "period"
    assert "FY2024" in caught.value.remedy.th
    assert "FY2024" in caught.value.remedy.en


@given(periods, st.integers(-40, 40), st.integers(-40, 40))
def test_shifting_is_addition(period: Period, a: int, b: int) -> None:
    assert period.shift(a).shift(b) == period.shift(a + b)
    assert period.shift(a).shift(-a) == period
    assert (period.shift(a) < period) == (a < 0)


@given(st.builds(Period, st.sampled_from(list(Frequency)), st.integers(24_000, 26_000)))
def test_periods_follow_each_other_without_gap_or_overlap(period: Period) -> None:
    if period.frequency in (Frequency.ANNUAL, Frequency.FISCAL):
        period = Period(period.frequency, period.ordinal // 12)
    for start_month in range(1, 13):
        days = (period.shift(1).start(start_month) - period.start(start_month)).days
        assert 365 / period.frequency.per_year - 3 <= days <= 366 / period.frequency.per_year + 3
        if period.frequency is not Frequency.FISCAL:
            last = period.shift(1).start() - timedelta(days=1)
            assert last.year == period.start().year == period.year_ce


def test_a_fiscal_year_is_named_after_its_end() -> None:
    fiscal = Period.fiscal(2024)
    assert (fiscal.start(), fiscal.shift(1).start()) == (date(2023, 10, 1), date(2024, 10, 1))
    assert fiscal.start(fiscal_start_month=1) == date(2024, 1, 1)
    assert fiscal.year_be == 2567


def test_ranges_hold_both_ends_and_refuse_mixed_frequencies() -> None:
    first, last = Period.from_iso("2019-Q3"), Period.from_iso("2020-Q2")
    assert [p.iso for p in period_range(first, last)] == ["2019-Q3", "2019-Q4", "2020-Q1", "2020-Q2"]
    assert period_range(last, first) == ()
    with pytest.raises(InputError):
        period_range(Period.year(2019), Period.fiscal(2020))


def test_a_year_and_a_fiscal_year_are_not_equal() -> None:
    assert Period.year(2019) != Period.fiscal(2019)
    assert len({Period.year(2019), Period.fiscal(2019), Period.year(2019)}) == 2
