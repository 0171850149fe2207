"""The calendar as an iCalendar feed (RFC 5545): whole-day events, which every calendar program shows.

To-dos (VTODO) would say more, but the common programs leave them out of subscribed calendars.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from icalendar import Calendar, Event

from mudmai.apps.obligations.domain.calendar import DueItem, DueState
from mudmai.apps.obligations.interfaces.words import item_line
from mudmai.core.language import Language, Text

_NAME = Text("ปฏิทินส่งข้อมูล หมุดหมาย", "Mudmai: calendar of data to be sent")
_STATE = Text("สถานะ: {state}", "State: {state}")
_REASON = Text("ยกเว้นเพราะ {reason}", "Waived: {reason}")
_DONE = (DueState.RECEIVED, DueState.RECEIVED_LATE)


def uid_of(item: DueItem) -> str:
    """The same for the same owed period for good, whatever its due day becomes."""
    return f"{item.obligation.pk}-{item.period.iso}@calendar.mudmai"


def feed(items: Iterable[DueItem], language: Language, *, address: str) -> bytes:
    """The items as an iCalendar file; ``address`` is that of the page."""
    calendar = Calendar()
    facts = {
        "prodid": "-//Mudmai//Calendar of submissions//EN",
        "version": "2.0",
        "calscale": "GREGORIAN",
        "method": "PUBLISH",
        "x-wr-calname": _NAME.in_(language),
        "x-published-ttl": "PT12H",
    }
    for name, value in facts.items():
        calendar.add(name, value)
    calendar.add(name="refresh-interval", value=timedelta(hours=12), parameters={"VALUE": "DURATION"})
    for item in items:
        calendar.add_component(_event(item, language, address))
    return bytes(calendar.to_ical())


def _event(item: DueItem, language: Language, address: str) -> Event:
    event = Event()
    line = item_line(item).in_(language)
    mark = "✓ " if item.state in _DONE else "! " if item.state is DueState.OVERDUE else ""
    told = [_STATE.format(state=item.state.title.in_(language)).in_(language)]
    if item.reason:
        told.append(_REASON.format(reason=item.reason).in_(language))
    facts = {
        "uid": uid_of(item),
        "dtstamp": item.obligation.created_at,
        "dtstart": item.due,
        "dtend": item.due + timedelta(days=1),
        "summary": mark + line,
        "description": "\n".join(told),
        "categories": [item.state.title.in_(language)],
        "status": "CANCELLED" if item.state is DueState.WAIVED else "CONFIRMED",
        "transp": "TRANSPARENT",
        "url": address,
    }
    for name, value in facts.items():
        event.add(name, value)
    return event
