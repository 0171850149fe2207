"""Tags of the catalogue's pages: days and ISO periods in the reader's calendar and digits."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django import template
from django.template import Context

from mudmai.apps.data.site import workspace
from mudmai.core.datasets import Dataset
from mudmai.core.errors import MudmaiError
from mudmai.core.periods import Period
from mudmai.web.preferences import Preferences

register = template.Library()

_MONTHS = {
    "th": ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}


@register.simple_tag(takes_context=True)
def day(context: Context, value: date | datetime | None) -> str:
    """A day: ``1 ม.ค. 2566``, ``1 Jan 2023``; an en dash when there is none. Moments count in UTC."""
    here: Preferences = context["here"]
    if value is None:
        return "–"
    at = value.astimezone(UTC).date() if isinstance(value, datetime) else value
    year = at.year + 543 if here.era == "BE" else at.year
    return here.say(f"{at.day} {_MONTHS[here.language][at.month - 1]} {year}")


@register.simple_tag
def dataset_with(table: str) -> Dataset | None:
    """The open dataset that a release's table belongs to; None where it is none's, such as a file of a try."""
    return next((one.dataset for one in workspace().dataset_catalogue().open if one.dataset.holds(table)), None)


@register.simple_tag(takes_context=True)
def iso_period(context: Context, iso: str) -> str:
    """A period given as ISO text; the text itself where it is none."""
    here: Preferences = context["here"]
    try:
        return here.period(Period.from_iso(iso), short=True)
    except (MudmaiError, ValueError):
        return iso
