"""Days and owed periods in words, as mails and calendar feeds write them (pages follow their reader's preferences)."""

from __future__ import annotations

from datetime import date

from mudmai.apps.obligations.domain.calendar import DueItem
from mudmai.apps.registry.areas import area_name
from mudmai.core.language import Text
from mudmai.core.period_text import MONTHS_EN_FULL, MONTHS_TH_FULL, write_period
from mudmai.core.periods import BE_OFFSET


def day_text(day: date) -> Text:
    """``31 มีนาคม 2570`` and ``31 March 2027``."""
    return Text(
        f"{day.day} {MONTHS_TH_FULL[day.month - 1]} {day.year + BE_OFFSET}",
        f"{day.day} {MONTHS_EN_FULL[day.month - 1]} {day.year}",
    )


def item_line(item: DueItem) -> Text:
    """Dataset, period, organisation, and the area where there is one."""
    period = Text(write_period(item.period, "th", "BE"), write_period(item.period, "en", "CE"))
    name, place = item.obligation.organisation.name, area_name(item.area)
    th = f"{item.title.th} {period.th} – {name.th}"
    en = f"{item.title.en}, {period.en} – {name.en}"
    return Text(th, en) if item.area.is_everywhere else Text(f"{th} ({place.th})", f"{en} ({place.en})")
