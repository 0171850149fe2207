"""Tags of submissions for the menu."""

from __future__ import annotations

from typing import Any

from django import template

from mudmai.apps.registry.policy import organisations_allowing

register = template.Library()


@register.simple_tag
def reads_submissions(person: Any) -> bool:
    """True for people who may read data that are not public anywhere: the list is of use to them."""
    return organisations_allowing(person, "data.read_internal").exists()
