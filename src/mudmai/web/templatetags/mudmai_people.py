"""Tags of the pages for people who sign in: fields with label, help and faults; notices; moments; data for scripts."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.contrib.messages import get_messages
from django.core.serializers.json import DjangoJSONEncoder
from django.forms import BaseForm, BoundField
from django.template import Context

from mudmai.apps.registry.interfaces.words import error_text
from mudmai.apps.registry.models import Person, Role
from mudmai.apps.registry.policy import ACTIONS, roles_of
from mudmai.core.language import Text
from mudmai.web.templatetags.mudmai_web import here_of
from mudmai.web.views.people.moments import write_day, write_moment
from mudmai.web.wording import wording

register = template.Library()


def _faults(bound: BoundField) -> list[Text]:
    return [error_text(one) for one in bound.form.errors.as_data().get(bound.name, [])]


@register.inclusion_tag("web/people/parts/field.html", takes_context=True)
def field(
    context: Context,
    bound: BoundField,
    label: str,
    hint: str = "",
    type: str = "text",  # the name of HTML's own attribute
    autocomplete: str = "",
    id: str = "",
    **more: str,
) -> dict[str, Any]:
    """An input with its label; ``label`` and ``hint`` are keys of wordings; ``more`` become attributes."""
    name = id or bound.auto_id
    value = "" if type == "password" else bound.value()
    return {
        "here": here_of(context),
        "id": name,
        "name": bound.html_name,
        "value": "" if value is None else value,
        "label": wording(label),
        "hint": wording(hint) if hint else None,
        "type": type,
        "autocomplete": autocomplete,
        "required": bound.field.required,
        "faults": _faults(bound),
        "more": more,
    }


@register.inclusion_tag("web/people/parts/choice.html", takes_context=True)
def choose(
    context: Context, bound: BoundField | None, label: str, choices: Any, id: str, name: str = "", value: str = ""
) -> dict[str, Any]:
    """A select; ``choices`` are pairs of a value and a text."""
    given = bound.value() if bound is not None else value
    return {
        "here": here_of(context),
        "id": id,
        "name": bound.html_name if bound is not None else name,
        "label": wording(label),
        "choices": choices,
        "given": given,
        "faults": _faults(bound) if bound is not None else [],
    }


@register.inclusion_tag("web/people/parts/faults.html", takes_context=True)
def form_faults(context: Context, form: BaseForm) -> dict[str, Any]:
    """Faults of the form as a whole, and word that there are some."""
    whole = [error_text(one) for one in form.errors.as_data().get("__all__", [])] if form.is_bound else []
    return {"here": here_of(context), "faults": whole, "any": form.is_bound and bool(form.errors)}


@register.simple_tag(takes_context=True)
def notices(context: Context) -> list[Any]:
    """Notices for this page; they are shown once."""
    return list(get_messages(context["request"]))


@register.simple_tag(takes_context=True)
def moment(context: Context, value: datetime | None, seconds: bool = False) -> str:
    """A day and time in the reader's calendar and digits, at the site's own clock."""
    return write_moment(here_of(context), value, seconds=seconds)


@register.simple_tag(takes_context=True)
def day(context: Context, value: date | None) -> str:
    """A day in the reader's calendar and digits."""
    return write_day(here_of(context), value)


@register.filter
def as_json(value: Any) -> str:
    """JSON for a data attribute."""
    return json.dumps(value, cls=DjangoJSONEncoder)


@register.simple_tag
def outside_login() -> str:
    """The name of the outside login; empty when there is none."""
    name: str = settings.MUDMAI_OUTSIDE_LOGIN
    return name


@register.simple_tag
def reads_log(person: object) -> bool:
    """True for people who may read the log of some organisation."""
    if not isinstance(person, Person):
        return False
    lowest = ACTIONS["audit.view"].role
    return any(lowest and Role(m.role).rank >= lowest.rank for m in roles_of(person))
