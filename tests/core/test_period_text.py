"""Periods as offices write them; every written period is read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudmai.core.errors import InputError
from mudmai.core.language import to_thai_digits
from mudmai.core.period_text import (
    BE_YEARS,
    CE_YEARS,
    MONTHS_EN_FULL,
    MONTHS_TH,
    MONTHS_TH_FULL,
    read_period,
    write_period,
)
from mudmai.core.periods import Frequency, Period

SPELLINGS = [
    ("2566", "2023", "BE"),
    ("พ.ศ. 2566", "2023", "BE"),
    ("พ.ศ.2566", "2023", "BE"),
    ("พศ 2566", "2023", "BE"),
    ("พ. ศ. 2566", "2023", "BE"),
    ("ปี 66", "2023", "BE"),
    ("ปี66", "2023", "BE"),
    ("ปี 2566", "2023", "BE"),
    ("ปี พ.ศ. ๒๕๖๖", "2023", "BE"),
    ("๒๕๖๖", "2023", "BE"),
    ("2566 BE", "2023", "BE"),
    ("B.E. 2566", "2023", "BE"),
    ("66 BE", "2023", "BE"),
    ("ค.ศ. 2023", "2023", "CE"),
    ("ปี ค.ศ. 2023", "2023", "CE"),
    ("2023", "2023", "CE"),
    ("2023 CE", "2023", "CE"),
    ("A.D. 2023", "2023", "CE"),
    ("FY2023", "FY2023", "CE"),
    ("FY 2566", "FY2023", "BE"),
    ("FY2566", "FY2023", "BE"),
    ("Fiscal year 2023", "FY2023", "CE"),
    ("ปีงบประมาณ 2567", "FY2024", "BE"),
    ("ปีงบประมาณ พ.ศ. 2567", "FY2024", "BE"),
    ("ปีงบประมาณ พ.ศ. ๒๕๖๗", "FY2024", "BE"),
    ("ปีงบ 67", "FY2024", "BE"),
    ("งปม. 2567", "FY2024", "BE"),
    ("งปม.67", "FY2024", "BE"),
    ("ปีงบประมาณ ค.ศ. 2024", "FY2024", "CE"),
    ("ไตรมาส 4 ปี 2563", "2020-Q4", "BE"),
    ("ไตรมาสที่ 4 ปี 2563", "2020-Q4", "BE"),
    ("ไตรมาสที่สี่ ปี 2563", "2020-Q4", "BE"),
    ("ไตรมาส 4/2563", "2020-Q4", "BE"),
    ("ไตรมาส ๔/๒๕๖๓", "2020-Q4", "BE"),
    ("ไตรมาศ 4/63", "2020-Q4", "BE"),
    ("Q4/2563", "2020-Q4", "BE"),
    ("2563 Q4", "2020-Q4", "BE"),
    ("4Q2020", "2020-Q4", "CE"),
    ("2020-Q4", "2020-Q4", "CE"),
    ("Quarter 4, 2020", "2020-Q4", "CE"),
    ("ไตรมาส 1 ปีงบประมาณ 2567", "2023-Q4", "BE"),
    ("ไตรมาส 4 ปีงบประมาณ 2567", "2024-Q3", "BE"),
    ("ม.ค. 2566", "2023-01", "BE"),
    ("ม.ค.66", "2023-01", "BE"),
    ("มค 66", "2023-01", "BE"),
    ("มกราคม 2566", "2023-01", "BE"),
    ("เดือนมกราคม พ.ศ. 2566", "2023-01", "BE"),
    ("Jan 2023", "2023-01", "CE"),
    ("January 2023", "2023-01", "CE"),
    ("Jan-2023", "2023-01", "CE"),
    ("Sept. 2023", "2023-09", "CE"),
    ("2023-01", "2023-01", "CE"),
    ("2566-01", "2023-01", "BE"),
    ("01/2566", "2023-01", "BE"),
    ("12/2566", "2023-12", "BE"),
    ("2023/01", "2023-01", "CE"),
    ("2566.0", "2023", "BE"),
    ("2023.00", "2023", "CE"),
    ("\u00a02566\u200b ", "2023", "BE"),
    ("พ.ศ.\u00a02566\ufeff", "2023", "BE"),
    ("มี\u200bนาคม\u00a02566", "2023-03", "BE"),
    ("เม.ย.2566", "2023-04", "BE"),
    ("กุมภาพันธุ์ 2566", "2023-02", "BE"),
    ("กรกฏาคม 2566", "2023-07", "BE"),
    ("พฤษจิกายน 2566", "2023-11", "BE"),
    ("กันยายน\u200b2566", "2023-09", "BE"),
    ("(2566)", "2023", "BE"),
]


@pytest.mark.parametrize(("text", "iso", "calendar"), SPELLINGS)
def test_the_spellings_of_offices_are_read(text: str, iso: str, calendar: str) -> None:
    read = read_period(text)
    assert (read.period.iso, read.calendar) == (iso, calendar)


def test_every_thai_and_english_month_name_is_read() -> None:
    for n in range(12):
        expected = f"2023-{n + 1:02d}"
        for name in (
            MONTHS_TH_FULL[n],
            MONTHS_TH[n],
            MONTHS_TH[n].replace(".", ""),
            MONTHS_EN_FULL[n],
            MONTHS_EN_FULL[n][:3],
        ):
            assert read_period(f"{name} 2566").period.iso == expected, name


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "–", "ปี", "พ.ศ.", "abc", "66", "23", "Jan 23", "FY66", "Q4/63", "ค.ศ. 23", "4/2563", "1/2566", "10/66",
        "พ.ศ. 2023", "ค.ศ. 2566", "พ.ศ. ค.ศ. 2566", "1799", "2200", "2342", "2743", "0", "25666", "256",
        "2566-2570", "2566 (2023)", "2566/67", "2023-13", "2023-01-15", "15 ม.ค. 2566", "ไตรมาส 5/2563", "ไตรมาส 2563",
        "Q4", "ม.ค. ปีงบประมาณ 2567", "ม.ค. ก.พ. 2566", "2566.5", "2566p", "ปีการศึกษา 2566", "-2566 to", "nan", "1e3",
    ],
)  # fmt: skip
def test_what_is_ambiguous_or_no_period_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(InputError) as caught:
        read_period(text)
    assert caught.value.code == "period"
    assert text in caught.value.message.th
    assert text in caught.value.message.en
    assert caught.value.remedy.th
    assert caught.value.remedy.en


def test_the_frequency_settles_what_alone_is_ambiguous() -> None:
    assert read_period("4/2563", frequency=Frequency.QUARTERLY).period.iso == "2020-Q4"
    assert read_period("4/2563", frequency=Frequency.MONTHLY).period.iso == "2020-04"
    assert read_period("2567", frequency=Frequency.FISCAL).period.iso == "FY2024"


@pytest.mark.parametrize(
    ("text", "frequency"),
    [
        ("2566", Frequency.MONTHLY),
        ("FY2567", Frequency.ANNUAL),
        ("ม.ค. 2566", Frequency.QUARTERLY),
        ("5/2563", Frequency.QUARTERLY),
        ("Q4/2563", Frequency.ANNUAL),
        ("2023-01", Frequency.ANNUAL),
    ],
)
def test_another_frequency_than_the_wanted_one_is_refused(text: str, frequency: Frequency) -> None:
    with pytest.raises(InputError):
        read_period(text, frequency=frequency)


def test_numbers_of_spreadsheets_and_another_pivot() -> None:
    assert read_period(2566).period.iso == "2023"
    assert read_period(2566.0).period.iso == "2023"
    assert read_period("ปี 99").period.year_be == 2599
    assert read_period("ปี 99", pivot=2570).period.year_be == 2499


def test_fiscal_quarters_follow_the_start_of_the_fiscal_year() -> None:
    text = "ไตรมาส 1 ปีงบประมาณ 2567"
    starts = {m: read_period(text, fiscal_start_month=m).period.start() for m in (1, 4, 7, 10)}
    assert starts == {m: Period.fiscal(2024).start(m) for m in (1, 4, 7, 10)}
    with pytest.raises(InputError):
        read_period(text, fiscal_start_month=2)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    frequency = draw(st.sampled_from(list(Frequency)))
    year = draw(st.integers(CE_YEARS.start, CE_YEARS.stop - 1))
    return Period(frequency, year * frequency.per_year + draw(st.integers(0, frequency.per_year - 1)))


@given(
    period=periods(),
    language=st.sampled_from(["th", "en"]),
    calendar=st.sampled_from([None, "BE", "CE"]),
    digits=st.sampled_from(["arabic", "thai"]),
    short=st.booleans(),
    space=st.sampled_from([" ", "\u00a0", " \u200b", "  "]),
)
def test_what_is_written_is_read_back(period, language, calendar, digits, short, space) -> None:  # type: ignore[no-untyped-def]
    text = write_period(period, language, calendar, digits, short=short)
    read = read_period(text.replace(" ", space))
    assert read.period == period
    assert read.calendar == (calendar or ("BE" if language == "th" else "CE"))


@given(periods())
def test_the_house_form_is_read_with_either_digits(period: Period) -> None:
    assert read_period(period.iso).period == period
    assert read_period(to_thai_digits(period.iso)).period == period


@given(st.text(max_size=30) | st.text(alphabet="0123456789๐๑๒๓๔๕๖๗๘๙ ./-Qqปีงบพศคมกราไตรมาส", max_size=20))
def test_any_text_is_read_or_refused_never_a_crash(text: str) -> None:
    try:
        read = read_period(text)
    except InputError:
        return
    assert read.period.year_ce in range(CE_YEARS.start - 1, CE_YEARS.stop)


def test_the_two_calendars_cannot_be_confused() -> None:
    assert not set(BE_YEARS) & set(CE_YEARS)


def test_natural_wording() -> None:
    quarter = Period.from_iso("2020-Q4")
    assert [write_period(quarter, "th"), write_period(quarter, "en"), write_period(quarter, "th", short=True)] == [
        "ไตรมาสที่ 4 ปี 2563",
        "Q4 2020",
        "ไตรมาส 4/2563",
    ]
    assert write_period(Period.fiscal(2024), "en", "BE") == "FY2567 BE"
    assert write_period(Period.year(2023), "th", short=True) == "2566"
