"""Tags of the steward's desk."""

from __future__ import annotations

from django import template
from django.template import Context

from mudmai.apps.data.domain.definitions import ACTION
from mudmai.apps.registry.models import Person, Role
from mudmai.apps.registry.policy import ACTIONS, roles_of
from mudmai.core.language import MISSING_TEXT, Text
from mudmai.web.wording import wording

register = template.Library()

KIND_WORDS = {
    "formula": Text("สูตร", "formula"),
    "series": Text("อนุกรม", "series"),
    "reading": Text("ตัวชี้วัด", "indicator"),
    "situation": Text("สถานการณ์ของแผน", "situation of the plan"),
    "dataset": Text("ชุดข้อมูล", "dataset"),
}
"""What depends on a definition, by :attr:`Dependent.kind`."""


@register.simple_tag(takes_context=True)
def kind_word(context: Context, kind: str) -> str:
    """What sort of thing depends on a definition."""
    said: str = context["here"].say(KIND_WORDS[kind])
    return said


@register.simple_tag(takes_context=True)
def truth(context: Context, value: float | None) -> str:
    """1 and 0 of a condition as words; missing as a dash."""
    if value is None:
        return MISSING_TEXT
    said: str = context["here"].say(wording("desk.yes") if value else wording("desk.no"))
    return said


@register.simple_tag
def has_desk(person: object) -> bool:
    """True for people who may edit definitions anywhere."""
    if not isinstance(person, Person):
        return False
    lowest = ACTIONS[ACTION].role
    return any(lowest and m.is_everywhere and Role(m.role).rank >= lowest.rank for m in roles_of(person))
