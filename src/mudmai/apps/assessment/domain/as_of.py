"""The time that a fact of a city is of: a day, month, quarter or year, in either era and either digits."""

from __future__ import annotations

from datetime import date

from mudmai.core.days import read_day
from mudmai.core.errors import InputError
from mudmai.core.period_text import read_period
from mudmai.core.periods import Period

LONGEST = 40


def read_as_of(text: str) -> Period | date:
    """The time that ``text`` means. Raises :class:`InputError` ``period`` for what is none, or could be two.

    >>> read_as_of("๒๕๖๘").iso, read_as_of("2025").iso, read_as_of("1 ต.ค. 2567").isoformat()
    ('2025', '2025', '2024-10-01')
    """
    try:
        return read_day(text)
    except InputError:
        return read_period(text).period


def known_as_of(text: str) -> Period | date | None:
    """The same; None for free text that was kept before such texts were read."""
    try:
        return read_as_of(text)
    except InputError:
        return None


def kept_as_of(text: str, before: str = "") -> str:
    """How a time is kept: ISO. What was kept ``before`` stays as it was written while it says the same.

    Raises :class:`InputError` as :func:`read_as_of`.
    """
    if text == before:
        return before
    found = read_as_of(text)
    if before and known_as_of(before) == found:
        return before
    return found.isoformat() if isinstance(found, date) else found.iso
