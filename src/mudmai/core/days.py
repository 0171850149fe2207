"""Reading a day as people write it: Buddhist or Common Era, Thai or Arabic digits, words or numbers."""

from __future__ import annotations

import re
from datetime import date

from mudmai.core.errors import InputError
from mudmai.core.language import Text, to_arabic_digits

BUDDHIST = 543
FIRST_BUDDHIST = 2400
"""Years from here on are of the Buddhist Era: nothing was published in 2400 of the other."""
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})")
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})")
_WORDS = re.compile(r"(?P<day>\d{1,2})\s*(?P<month>[^\d]+?)\s*(?P<year>\d{4})")


def read_day(text: str) -> date:
    """The day; :class:`InputError` ``period`` when it cannot be read.

    >>> read_day("1/10/2567") == read_day("2024-10-01") == read_day("๑ ตุลาคม พ.ศ. ๒๕๖๗") == read_day("1 Oct 2024")
    True
    """
    given = to_arabic_digits(text.strip())
    for form in (_YEAR_FIRST, _DAY_FIRST, _WORDS):
        found = form.fullmatch(given)
        if found is not None:
            year, day = int(found["year"]), int(found["day"])
            year = year - BUDDHIST if year >= FIRST_BUDDHIST else year
            try:
                return date(year, _month(found["month"]), day)
            except ValueError:
                break
    raise InputError(
        Text(f"วันที่ “{text}” อ่านไม่ได้", f"the day “{text}” cannot be read"),
        remedy=Text(
            "เขียนเป็น วัน/เดือน/ปี เช่น 1/10/2567 หรือ 1 ต.ค. 2567", "write such as 2024-10-01, 1 Oct 2024 or 1/10/2567"
        ),
        code="period",
    )


def _month(text: str) -> int:
    if text.isdigit():
        return int(text)
    from mudmai.core.period_text import read_period  # only days in words need the vocabulary

    words = re.sub(r"(?:พ\.?\s?ศ\.?|ค\.?\s?ศ\.?|B\.?E\.?|C\.?E\.?|A\.?D\.?|,)\s*$", "", text, flags=re.IGNORECASE)
    try:
        found = read_period(f"{words.strip()} 2000").period
    except InputError as fault:
        raise ValueError from fault
    if not found.iso.startswith("2000-") or len(found.iso) != 7:
        raise ValueError
    return int(found.iso[5:])


def write_day(day: date) -> Text:
    """``1 ต.ค. 2567`` and ``1 Oct 2024``.

    >>> write_day(date(2024, 10, 1))
    Text(th='1 ต.ค. 2567', en='1 Oct 2024')
    """
    from mudmai.core.period_text import MONTHS_EN, MONTHS_TH  # only where days meet people

    return Text(
        f"{day.day} {MONTHS_TH[day.month - 1]} {day.year + BUDDHIST}",
        f"{day.day} {MONTHS_EN[day.month - 1]} {day.year}",
    )
