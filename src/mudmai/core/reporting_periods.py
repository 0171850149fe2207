"""Months and quarters of a reporting cycle, told by the fiscal year that they belong to."""

from __future__ import annotations

import re
from datetime import date, timedelta

from mudmai.core.language import Text, to_arabic_digits
from mudmai.core.periods import BE_OFFSET, Frequency, Period

_FISCAL_QUARTER = re.compile(r"(?:FY|ปีงบประมาณ|ปีงบ)\s*(\d{4})\s*[-/ ]?\s*(?:Q|ไตรมาส)\s*([1-4])", re.IGNORECASE)


def period_of_day(day: date, frequency: Frequency) -> Period:
    """The month or quarter of a day.

    >>> period_of_day(date(2023, 11, 5), Frequency.QUARTERLY).iso
    '2023-Q4'
    """
    if frequency is Frequency.MONTHLY:
        return Period(frequency, 12 * day.year + day.month - 1)
    return Period(Frequency.QUARTERLY, 4 * day.year + (day.month - 1) // 3)


def last_day(period: Period) -> date:
    """The last day of a month or quarter.

    >>> last_day(Period.from_iso("2024-02"))
    datetime.date(2024, 2, 29)
    """
    return period.shift(1).start() - timedelta(days=1)


def fiscal_year_of(day: date, fiscal_start: int) -> int:
    """The fiscal year (CE year in which it ends) of a day.

    >>> fiscal_year_of(date(2023, 10, 1), 10), fiscal_year_of(date(2023, 9, 30), 10)
    (2024, 2023)
    """
    return day.year + (1 if fiscal_start > 1 and day.month >= fiscal_start else 0)


def period_asked(text: str, fiscal_start: int) -> Period:
    """A period as a person types it: ISO (``2024-07``, ``2024-Q3``: quarters of the calendar), or a quarter of a fiscal
    year, in either era. Raises :class:`mudmai.core.errors.InputError` ``period``.

    >>> period_asked("FY2567-Q1", 10).iso, period_asked("ปีงบประมาณ ๒๕๖๗ ไตรมาส ๒", 10).iso
    ('2023-Q4', '2024-Q1')
    >>> period_asked("FY2025-Q1", 4).iso, period_asked("2024-Q1", 10).iso
    ('2024-Q2', '2024-Q1')
    """
    found = _FISCAL_QUARTER.fullmatch(to_arabic_digits(text).strip())
    if found is None:
        return Period.from_iso(text)
    year, quarter = int(found.group(1)), int(found.group(2))
    year -= BE_OFFSET if year >= 2400 else 0
    month = fiscal_start - 1 + 3 * (quarter - 1) - (12 if fiscal_start > 1 else 0)
    return period_of_day(date(year + month // 12, month % 12 + 1, 1), Frequency.QUARTERLY)


def cycle_text(period: Period, fiscal_start: int) -> Text:
    """A month or quarter with its fiscal year; a quarter that straddles two fiscal years is told by its months.

    >>> cycle_text(Period.from_iso("2023-Q4"), 10)
    Text(th='ไตรมาสที่ 1 ปีงบประมาณ 2567 (ต.ค.–ธ.ค. 2566)', en='Q1 of FY2024 (Oct–Dec 2023)')
    >>> cycle_text(Period.from_iso("2023-11"), 10).en
    'Nov 2023 (FY2024)'
    """
    from mudmai.core.period_text import MONTHS_EN, MONTHS_TH  # only where periods meet people

    first = period.start()
    year = fiscal_year_of(first, fiscal_start)
    if period.frequency is Frequency.MONTHLY:
        return Text(
            f"{MONTHS_TH[first.month - 1]} {first.year + BE_OFFSET} (ปีงบประมาณ {year + BE_OFFSET})",
            f"{MONTHS_EN[first.month - 1]} {first.year} (FY{year})",
        )
    end = last_day(period)
    months = Text(
        f"{MONTHS_TH[first.month - 1]}–{MONTHS_TH[end.month - 1]} {first.year + BE_OFFSET}",
        f"{MONTHS_EN[first.month - 1]}–{MONTHS_EN[end.month - 1]} {first.year}",
    )
    offset = (first.month - fiscal_start) % 12
    if offset % 3:
        return months
    number = offset // 3 + 1
    return Text(f"ไตรมาสที่ {number} ปีงบประมาณ {year + BE_OFFSET} ({months.th})", f"Q{number} of FY{year} ({months.en})")
