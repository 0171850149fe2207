"""Tags of the pages about connections."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BoundField
from django.urls import NoReverseMatch

from mudmai.apps.connections.interfaces.forms import SourceField
from mudmai.apps.connections.policy import organisations_to_connect, visible_connections
from mudmai.apps.registry.models import Person
from mudmai.core.language import Text
from mudmai.web.pages import address
from mudmai.web.templatetags.mudmai_people import field
from mudmai.web.wording import wording

register = template.Library()


@register.simple_tag
def has_connections(user: Any) -> bool:
    """Whether the page of connections is of any use to this person."""
    if not isinstance(user, Person):
        return False
    return visible_connections(user).exists() or organisations_to_connect(user).exists()


@register.inclusion_tag("web/people/parts/field.html", takes_context=True)
def source_field(context: Any, bound: BoundField, about: SourceField) -> dict[str, Any]:
    """One field of a source, with the wordings that bear its name."""
    hint = f"conn.{about.name}_help" if about.help else ""
    found: dict[str, Any] = field(context, bound, f"conn.{about.name}", hint, about.type, "off")
    return found


@register.filter
def setting_title(name: str) -> Text:
    """The name of a setting in words."""
    return wording(f"conn.{name}")


@register.filter
def title_of(titles: dict[str, Text], dataset: str) -> Text:
    """The dataset's title; its id where it is no longer declared."""
    return titles.get(dataset, Text(dataset, dataset))


@register.simple_tag(takes_context=True)
def submission_address(context: Any, submission: Any) -> str:
    """The page of a submission."""
    try:
        return address(context["here"].language, "submission", submission=submission)
    except NoReverseMatch:
        return ""


@register.filter
def file_size(count: int) -> str:
    """Bytes for people: ``1.2 MB``."""
    for unit, factor in (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if count >= factor:
            return f"{count / factor:.1f} {unit}"
    return f"{count} B"
