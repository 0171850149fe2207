"""Timeliness: how old the newest figures are against how often they are promised.

Figures of a period are at hand one interval after its end at the latest, and stay the newest for one more interval;
so they are *late* once more than two intervals have gone by since the end of the last period with figures. Source: the
dimension "timeliness" of the European Statistics Code of Practice (principle 13), with the interval as the yardstick.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from mudmai.core.datasets import Dataset, Holding, UpdateUnit
from mudmai.core.language import Text


class Timeliness(StrEnum):
    """How current a dataset is."""

    CURRENT = "current"
    LATE = "late"
    NO_PROMISE = "no_promise"
    """Nobody said how often it is renewed, or that it never will be."""
    NO_DATA = "no_data"

    @property
    def label(self) -> Text:
        """In words."""
        return _LABELS[self]


_LABELS = {
    Timeliness.CURRENT: Text("เป็นปัจจุบันตามรอบ", "up to date"),
    Timeliness.LATE: Text("เลยรอบปรับปรุง", "behind its promised renewal"),
    Timeliness.NO_PROMISE: Text("ไม่ได้ระบุรอบปรับปรุง", "no renewal promised"),
    Timeliness.NO_DATA: Text("ยังไม่มีข้อมูล", "no figures yet"),
}

_MONTHS = {UpdateUnit.YEAR: 12, UpdateUnit.HALF_YEAR: 6, UpdateUnit.QUARTER: 3, UpdateUnit.MONTH: 1}
_DAYS = {
    UpdateUnit.WEEK: 7,
    UpdateUnit.DAY: 1,
    UpdateUnit.WORKING_DAY: 1,
    UpdateUnit.HOUR: 1,
    UpdateUnit.MINUTE: 1,
    UpdateUnit.REAL_TIME: 1,
}


@dataclass(frozen=True, slots=True)
class Currency:
    """The judgement and the two days behind it: the end of the last period, and when the next figures are due."""

    state: Timeliness
    until: date | None = None
    next_due: date | None = None


def currency(dataset: Dataset, holding: Holding, today: date) -> Currency:
    """How current the holding is on ``today``."""
    if holding.last is None:
        return Currency(Timeliness.NO_DATA)
    end = holding.last.shift(1).start()
    due = _later(end, dataset, 2)
    if due is None:
        return Currency(Timeliness.NO_PROMISE, end - timedelta(days=1))
    return Currency(Timeliness.CURRENT if today <= due else Timeliness.LATE, end - timedelta(days=1), due)


def _later(day: date, dataset: Dataset, times: int) -> date | None:
    count = times * dataset.interval
    if dataset.update in _MONTHS:
        months = day.year * 12 + day.month - 1 + count * _MONTHS[dataset.update]
        return date(min(months // 12, 9999), months % 12 + 1, min(day.day, 28))
    return day + timedelta(days=count * _DAYS[dataset.update]) if dataset.update in _DAYS else None
