"""Days and times for people."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from mudmai.core.language import MISSING_TEXT
from mudmai.core.periods import Period
from mudmai.web.preferences import Preferences

NO_BREAK = "\N{NO-BREAK SPACE}"


def write_moment(here: Preferences, value: datetime | None, *, seconds: bool = False) -> str:
    """A day and time in the reader's calendar and digits, at the site's own clock: ``22 พ.ย. 2569 16:53``."""
    if value is None:
        return MISSING_TEXT
    local = timezone.localtime(value)
    month = here.period(Period.from_iso(f"{local:%Y-%m}"), short=True)
    return here.say(f"{local.day} {month} {local:%H:%M:%S}" if seconds else f"{local.day} {month} {local:%H:%M}")


def write_day(here: Preferences, value: date | None) -> str:
    """A day in the reader's calendar and digits: ``22 พ.ย. 2569``."""
    if value is None:
        return MISSING_TEXT
    return here.say(f"{value.day} {here.period(Period.from_iso(f'{value:%Y-%m}'), short=True)}")
