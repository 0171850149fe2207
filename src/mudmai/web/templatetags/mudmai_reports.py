"""Tags that write the figures of reports."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.template import Context

from mudmai.apps.programme.models import Programme
from mudmai.apps.registry.policy import organisations_allowing
from mudmai.core.language import MISSING_TEXT, same, write_number

register = template.Library()


@register.simple_tag(takes_context=True)
def money(context: Context, amount: Decimal | str | None) -> str:
    """An exact amount in baht, satang only where there are any; a dash where it is not known."""
    if amount is None:
        return MISSING_TEXT
    told: str = context["here"].say(same(f"{Decimal(amount):,.2f}".removesuffix(".00")))
    return told


@register.simple_tag(takes_context=True)
def share(context: Context, percent: Decimal | float | str | None) -> str:
    """A percentage with one decimal where it has any; a dash where it is not known."""
    if percent is None:
        return MISSING_TEXT
    told: str = context["here"].say(same(write_number(float(percent), 1).removesuffix(".0")))
    return told


@register.simple_tag
def has_reports(person: Any) -> bool:
    """True when an organisation of the person's has a programme to report on."""
    return Programme.objects.filter(
        organisation__in=organisations_allowing(person, "project.view").values("pk")
    ).exists()
