"""Tags that write money, days and links of projects."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import template
from django.template import Context

from mudmai.apps.programme.portfolio import any_programme
from mudmai.apps.registry.policy import organisations_allowing
from mudmai.core.language import to_thai_digits
from mudmai.web.pages import workspace_of
from mudmai.web.preferences import Preferences
from mudmai.web.views.people.moments import NO_BREAK, write_day
from mudmai.workspace.portfolio_summary import has_portfolio

if TYPE_CHECKING:
    from mudmai.web.views.projects.portfolio import Step

register = template.Library()
_MILLION = Decimal(1_000_000)


def written_baht(here: Preferences, amount: Decimal | None) -> str:
    """The exact amount: whole baht where it has no satang; an en dash where it is not known."""
    if not isinstance(amount, Decimal):
        return "–"
    whole = amount == amount.to_integral_value()
    text = f"{amount:,.0f}" if whole else f"{amount:,.2f}"
    return to_thai_digits(text) if here.digits == "thai" else text


def written_millions(here: Preferences, amount: Decimal | None) -> str:
    """The amount in millions, for reading at a glance."""
    if not isinstance(amount, Decimal):
        return "–"
    text = f"{amount / _MILLION:,.1f}" if amount >= _MILLION or not amount else f"{amount / _MILLION:,.3f}"
    return to_thai_digits(text) if here.digits == "thai" else text


@register.simple_tag(takes_context=True)
def baht(context: Context, amount: Decimal | None) -> str:
    """An exact amount in baht, without the unit."""
    return written_baht(context["here"], amount)


@register.simple_tag(takes_context=True)
def millions(context: Context, amount: Decimal | None) -> str:
    """An amount in millions of baht, without the unit."""
    return written_millions(context["here"], amount)


@register.simple_tag(takes_context=True)
def on_day(context: Context, value: date | None) -> str:
    """A day in the reader's calendar and digits; a line never breaks inside it."""
    return write_day(context["here"], value).replace(" ", NO_BREAK)


@register.simple_tag(takes_context=True)
def projects_there(context: Context) -> bool:
    """True when the menu of every page leads to projects: from the public summary alone, for those pages are kept."""
    request = context.get("request")
    return request is not None and hasattr(request, "workspace") and has_portfolio(workspace_of(request))


@register.simple_tag
def sees_programmes(person: Any) -> bool:
    """True when the menu of somebody who has signed in leads to programmes."""
    known: bool | None = getattr(person, "_sees_programmes", None)
    if known is None:
        known = any_programme(person) or organisations_allowing(person, "project.edit").exists()
        person._sees_programmes = known
    return known


@register.simple_tag
def share_in(steps: Sequence[Step], step: Step) -> dict[str, str]:
    """How wide the bars of a stage are, its own and that of the stage before, in a box of 1000 (the largest)."""
    most = max((one.amount for one in steps if one.amount is not None), default=Decimal(0))
    return {"amount": _width(step.amount, most), "before": _width(step.before, most)}


def _width(amount: Decimal | None, most: Decimal) -> str:
    if not amount or not most:
        return "0"
    return f"{max(Decimal(2), amount / most * 1000):.0f}"
