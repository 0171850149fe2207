"""A register of certificates as numbers: which are valid on a day, and how many were at the end of each year.

A certificate holds from the day it was granted up to and with the day it expires; where it ended before (withdrawn,
replaced by a new one) it no longer holds on that day. Its end may not be known: it then counts, and how many of a count
stand on that is told with it. Before the first grant there is no count: that is not a count of zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from mudmai.core.language import Text

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Entry:
    """One certificate. ``expires_on``: last day on which it holds (None: no end is known); ``ended_on``: first day on
    which it does not hold any more (None: nothing ended it)."""

    granted_on: date
    expires_on: date | None = None
    ended_on: date | None = None
    area: str = ""

    def valid_on(self, day: date) -> bool:
        """Does it hold on this day?

        >>> paper = Entry(date(2024, 1, 1), expires_on=date(2025, 12, 31))
        >>> paper.valid_on(date(2025, 12, 31)), paper.valid_on(date(2026, 1, 1))
        (True, False)
        """
        if day < self.granted_on or (self.ended_on is not None and day >= self.ended_on):
            return False
        return self.expires_on is None or day <= self.expires_on


@dataclass(frozen=True, slots=True)
class YearCount:
    """Certificates valid on ``day``: the last day of ``year``, or today in the year that still runs.

    ``is_provisional``: the year still runs. ``no_known_end``: how many of ``count`` have no known end.
    """

    year: int
    day: date
    count: int
    no_known_end: int
    is_provisional: bool

    @property
    def note(self) -> Text | None:
        """What a reader has to know beside the number; None where there is nothing."""
        th, en = [], []
        if self.is_provisional:
            th.append(f"นับถึงวันที่ {self.day.isoformat()} ยังไม่สิ้นปี")
            en.append(f"as of {self.day.isoformat()}, the year still runs")
        if self.no_known_end:
            th.append(f"{self.no_known_end} ใบไม่ทราบวันสิ้นอายุ")
            en.append(f"{self.no_known_end} without a known end")
        return Text(" ".join(th), "; ".join(en)) if th else None


def counts_by_year(entries: Iterable[Entry], today: date) -> tuple[YearCount, ...]:
    """One count for each year from that of the first grant up to today's; empty before the first grant.

    A withdrawal changes the counts from its year on, never those of ended years before it; expiry likewise.
    """
    held = [one for one in entries if one.granted_on <= today]
    if not held:
        return ()
    found = []
    for year in range(min(one.granted_on for one in held).year, today.year + 1):
        day = min(date(year, 12, 31), today)
        valid = [one for one in held if one.valid_on(day)]
        endless = sum(1 for one in valid if one.expires_on is None)
        found.append(YearCount(year, day, len(valid), endless, year == today.year))
    return tuple(found)


def counts_by_group(
    entries: Iterable[Entry], today: date, *, group: Callable[[Entry], K], groups: Iterable[K] = ()
) -> dict[K, tuple[YearCount, ...]]:
    """The same for each group, all over the years of the whole register.

    The register is complete: a group of ``groups`` without any certificate has a count of 0 in every one of its years.
    """
    held = list(entries)
    years = counts_by_year(held, today)
    inside: dict[K, list[Entry]] = defaultdict(list)
    for one in held:
        inside[group(one)].append(one)
    found: dict[K, tuple[YearCount, ...]] = {}
    for key in dict.fromkeys([*groups, *inside]):
        told = {one.year: one for one in counts_by_year(inside.get(key, []), today)}
        found[key] = tuple(told.get(one.year, YearCount(one.year, one.day, 0, 0, one.is_provisional)) for one in years)
    return found


def months_after(day: date, months: int) -> date:
    """The last day of a term of ``months`` that begins on ``day``.

    >>> months_after(date(2026, 11, 22), 24), months_after(date(2024, 2, 29), 12), months_after(date(2024, 1, 31), 1)
    (datetime.date(2028, 11, 21), datetime.date(2025, 2, 28), datetime.date(2024, 2, 29))
    """
    return month_day(day, months) - timedelta(days=1) if _has_day(day, months) else month_day(day, months)


def month_day(day: date, months: int) -> date:
    """The same day ``months`` later, or the last day of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise ValueError(f"{day} and {months} months is no day")


def _has_day(day: date, months: int) -> bool:
    return month_day(day, months).day == day.day
