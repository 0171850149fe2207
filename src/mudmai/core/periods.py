"""Periods of observation: calendar years, fiscal years, quarters and months.

A period is a frequency and an ordinal, so that ``shift`` is always true to the calendar: a missing year is a cell that
is missing, never a neighbour that slides up. Inside the house a period is written in ISO style and in Common Era years:
``2019``, ``FY2024``, ``2019-Q4``, ``2019-04``. Buddhist years, Thai digits and Thai month names live in
:mod:`mudmai.core.period_text`. Source: ISO 8601-1:2019; SDMX 2.1 ObservationalTimePeriod.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from mudmai.core.errors import InputError
from mudmai.core.language import Text

BE_OFFSET = 543
"""Buddhist year minus Common Era year since 1941 (BE 2484), when the Thai year began to start on 1 January."""


LAST_YEAR = 9998
"""The last year that can be written; the day after it still has a date."""


class Frequency(StrEnum):
    """How often a series is observed (SDMX CL_FREQ where it has a code; ``F`` is a fiscal year)."""

    ANNUAL = "A"
    FISCAL = "F"
    QUARTERLY = "Q"
    MONTHLY = "M"

    @property
    def per_year(self) -> int:
        """Periods in one year: 1, 1, 4, 12."""
        return {"A": 1, "F": 1, "Q": 4, "M": 12}[self.value]


_ISO = re.compile(
    r"(?P<fy>FY)(?P<fyear>[0-9]{4})|(?P<year>[0-9]{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?"
)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One period: ``frequency`` and ``ordinal`` (years: the CE year; quarters: 4·year+q-1; months: 12·year+m-1).

    Comparing two periods compares frequency first; only periods of one frequency have a meaningful order.

    >>> Period.from_iso("2019").shift(-4).iso
    '2015'
    >>> Period.from_iso("2019-Q1").shift(-1).iso
    '2018-Q4'
    """

    frequency: Frequency
    ordinal: int

    @classmethod
    def year(cls, year_ce: int) -> Period:
        """The calendar year ``year_ce`` (Common Era)."""
        return cls(Frequency.ANNUAL, year_ce)

    @classmethod
    def fiscal(cls, year_ce: int) -> Period:
        """The fiscal year named after the CE year in which it ends (FY 2567 BE = ``fiscal(2024)``)."""
        return cls(Frequency.FISCAL, year_ce)

    @classmethod
    def from_iso(cls, text: str) -> Period:
        """Read the house form; anything else is an :class:`InputError` (Thai spellings: ``read_period``)."""
        match = _ISO.fullmatch(text)
        if match is None or not 1 <= int(match["year"] or match["fyear"]) <= LAST_YEAR:
            raise InputError(
                Text(f"“{text}” ไม่ใช่รูปแบบช่วงเวลาของระบบ", f"“{text}” is not a period"),
                remedy=Text(
                    "ใช้ 2019, FY2024, 2019-Q4 หรือ 2019-04 (ปี ค.ศ.)", "write 2019, FY2024, 2019-Q4 or 2019-04 (CE years)"
                ),
                code="period",
            )
        if match["fy"]:
            return cls(Frequency.FISCAL, int(match["fyear"]))
        year = int(match["year"])
        if match["quarter"]:
            return cls(Frequency.QUARTERLY, 4 * year + int(match["quarter"]) - 1)
        if match["month"]:
            return cls(Frequency.MONTHLY, 12 * year + int(match["month"]) - 1)
        return cls(Frequency.ANNUAL, year)

    @property
    def year_ce(self) -> int:
        """The CE year the period lies in (a fiscal year: the year it ends in)."""
        return self.ordinal // self.frequency.per_year

    @property
    def year_be(self) -> int:
        """The Buddhist year the period lies in."""
        return self.year_ce + BE_OFFSET

    @property
    def part(self) -> int:
        """Quarter 1-4 or month 1-12 inside the year; 1 for years."""
        return self.ordinal % self.frequency.per_year + 1

    @property
    def iso(self) -> str:
        """The house form, readable by :meth:`from_iso`."""
        match self.frequency:
            case Frequency.FISCAL:
                return f"FY{self.ordinal:04d}"
            case Frequency.QUARTERLY:
                return f"{self.year_ce:04d}-Q{self.part}"
            case Frequency.MONTHLY:
                return f"{self.year_ce:04d}-{self.part:02d}"
        return f"{self.ordinal:04d}"

    def shift(self, n: int) -> Period:
        """The period ``n`` steps later (negative: earlier) on the calendar of its own frequency."""
        return Period(self.frequency, self.ordinal + n)

    def start(self, fiscal_start_month: int = 10) -> date:
        """First day of the period (a fiscal year starts in ``fiscal_start_month`` of the year before)."""
        match self.frequency:
            case Frequency.FISCAL:
                return date(self.ordinal - (1 if fiscal_start_month > 1 else 0), fiscal_start_month, 1)
            case Frequency.QUARTERLY:
                return date(self.year_ce, 3 * self.part - 2, 1)
            case Frequency.MONTHLY:
                return date(self.year_ce, self.part, 1)
        return date(self.ordinal, 1, 1)

    def __str__(self) -> str:
        return self.iso


def period_range(first: Period, last: Period) -> tuple[Period, ...]:
    """All periods from ``first`` to ``last``, both included; empty when ``last`` is earlier.

    >>> [p.iso for p in period_range(Period.year(2018), Period.year(2020))]
    ['2018', '2019', '2020']
    """
    if first.frequency != last.frequency:
        raise InputError(
            Text("ช่วงเวลาต่างความถี่กัน", "the two ends have different frequencies"),
            remedy=Text("ใช้ความถี่เดียวกัน เช่น 2018 ถึง 2020", "use one frequency, such as 2018 to 2020"),
            code="period",
        )
    return tuple(Period(first.frequency, o) for o in range(first.ordinal, last.ordinal + 1))
