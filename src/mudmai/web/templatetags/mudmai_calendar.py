"""Tags of the calendar: days in the reader's calendar, states with word and sign."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.template import Context

from mudmai.apps.obligations.domain.calendar import DueItem, DueState
from mudmai.web.views.people.moments import write_day
from mudmai.web.wording import wording

register = template.Library()

_SIGNS = {
    DueState.OVERDUE: "!",
    DueState.DUE_SOON: "◔",
    DueState.UPCOMING: "○",
    DueState.RECEIVED: "✓",
    DueState.RECEIVED_LATE: "✓",
    DueState.WAIVED: "–",
}


@register.simple_tag(takes_context=True)
def due_day(context: Context, value: date | None) -> str:
    """A day in the reader's calendar and digits."""
    return write_day(context["here"], value)


@register.inclusion_tag("web/calendar/state.html", takes_context=True)
def due_state(context: Context, item: DueItem) -> dict[str, Any]:
    """The state as sign and word, with the days where they matter."""
    days = None
    if item.state is DueState.OVERDUE:
        days = wording("cal.days_over", days=-item.days)
    elif item.state is DueState.DUE_SOON:
        if item.days > 0:
            days = wording("cal.days_left", days=item.days)
        else:
            days = wording("cal.in_grace", days=-item.days) if item.days else wording("cal.due_today")
    return {
        "here": context["here"],
        "state": item.state.value,
        "title": item.state.title,
        "sign": _SIGNS[item.state],
        "days": days,
    }
