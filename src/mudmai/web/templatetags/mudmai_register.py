"""Tags that lead to the register of certificates from figures that are counted from it."""

from __future__ import annotations

from django import template

from mudmai.apps.data.site import workspace
from mudmai.workspace.register_uses import CertifiedHere, certified_in, scheme_of_dataset

register = template.Library()


@register.simple_tag
def register_behind(dataset: str) -> str:
    """The scheme whose register the dataset is counted from; "" where it is none."""
    return scheme_of_dataset(workspace(), dataset) or ""


@register.simple_tag
def certified_here(area: str) -> tuple[CertifiedHere, ...]:
    """What the registers count in an area."""
    return certified_in(workspace(), area)
