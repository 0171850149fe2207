"""How one reader wants figures written: language (from the address), calendar and digits (from one cookie)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from mudmai.core.language import Digits, Language, Text, to_thai_digits, write_number
from mudmai.core.period_text import Calendar, write_period
from mudmai.core.periods import Period

COOKIE = "mudmai_prefs"
COOKIE_AGE = 400 * 24 * 3600
CalendarChoice = Literal["auto", "BE", "CE"]


@dataclass(frozen=True, slots=True)
class Preferences:
    """``calendar`` "auto" follows the language: Buddhist Era in Thai, Common Era in English."""

    language: Language = "th"
    calendar: CalendarChoice = "auto"
    digits: Digits = "arabic"

    @property
    def era(self) -> Calendar:
        """The calendar that years are written in."""
        if self.calendar == "auto":
            return "BE" if self.language == "th" else "CE"
        return self.calendar

    @property
    def key(self) -> str:
        """A short text that differs whenever a page may look different."""
        return f"{self.language}.{self.era}.{self.digits}"

    def cookie(self) -> str:
        """What the cookie holds."""
        return f"{self.calendar}.{self.digits}"

    def say(self, text: Text | str | None) -> str:
        """``text`` in the reader's language and digits."""
        if text is None:
            return ""
        words = text if isinstance(text, str) else text.in_(self.language)
        return to_thai_digits(words) if self.digits == "thai" else words

    def period(self, period: Period | None, *, short: bool = False) -> str:
        """The period in the reader's calendar; an en dash when there is none."""
        if period is None:
            return "–"
        return write_period(period, self.language, self.era, self.digits, short=short)

    def year(self, year_ce: int) -> str:
        """A bare calendar year."""
        return self.period(Period.year(year_ce), short=True)

    def number(self, value: float | None, decimals: int = 2, *, signed: bool = False) -> str:
        """The number in the reader's digits; missing as an en dash."""
        return write_number(value, decimals, self.digits, signed=signed)


def read_preferences(language: Language, cookies: Mapping[str, str]) -> Preferences:
    """The reader's preferences; a cookie that cannot be read counts as none."""
    calendar, _, digits = cookies.get(COOKIE, "").partition(".")
    if calendar not in get_args(CalendarChoice) or digits not in get_args(Digits):
        return Preferences(language)
    return Preferences(language, calendar, digits)  # type: ignore[arg-type]  # membership was checked above
