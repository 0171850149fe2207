"""Tags that write wordings, texts, periods and numbers as the reader wants them, and build addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.template import Context

from mudmai.core.errors import Where
from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.core.plans import Operator
from mudmai.core.verdicts import Verdict
from mudmai.web.pages import address
from mudmai.web.preferences import Preferences
from mudmai.web.wording import wording

register = template.Library()


@dataclass(frozen=True, slots=True)
class Step:
    """A line of a working and the steps that it was made from."""

    line: str
    inside: list[Step]


def here_of(context: Context) -> Preferences:
    """How the reader of the page wants it."""
    found: Preferences = context["here"]
    return found


@register.simple_tag(takes_context=True)
def t(context: Context, key: str, **values: object) -> str:
    """A wording of the catalogue: ``{% t "score.title" year=2566 %}``."""
    here = here_of(context)
    language = here.language
    plain = {n: v.in_(language) if isinstance(v, Text) else v for n, v in values.items()}
    return here.say(wording(key, **plain))


@register.simple_tag(takes_context=True)
def say(context: Context, text: Text | str | None) -> str:
    """A bilingual text in the reader's language and digits."""
    return here_of(context).say(text)


@register.simple_tag(takes_context=True)
def place(context: Context, where: Where) -> str:
    """The place of a fault in the reader's words; empty when nothing is known of it."""
    return where.words(here_of(context).language)


@register.simple_tag(takes_context=True)
def period(context: Context, value: Period | None, short: bool = False) -> str:
    """A period in the reader's calendar."""
    return here_of(context).period(value, short=short)


@register.simple_tag(takes_context=True)
def year(context: Context, value: int) -> str:
    """A CE year as a bare year of the reader's calendar."""
    return here_of(context).year(value)


@register.simple_tag(takes_context=True)
def number(context: Context, value: float | None, decimals: int = 2, signed: bool = False) -> str:
    """A number in the reader's digits; missing as an en dash."""
    return here_of(context).number(value, decimals, signed=signed)


@register.simple_tag(takes_context=True)
def exact(context: Context, value: float | None) -> str:
    """A number with the decimals that it has (four at most): an input as its publisher printed it."""
    if value is None:
        return "–"
    decimals = len(f"{value:.4f}".rstrip("0").partition(".")[2])
    return here_of(context).number(value, decimals)


@register.simple_tag(takes_context=True)
def percent(context: Context, share: float | None) -> str:
    """A share 0..1 as whole per cent, without the sign."""
    here = here_of(context)
    return "–" if share is None else here.number(share * 100, 0)


@register.filter
def sign_of(operator: Operator | None) -> str:
    """The mathematical sign of an operator."""
    return "" if operator is None else operator.value.replace(">=", "≥").replace("<=", "≤")


@register.simple_tag(takes_context=True)
def to(context: Context, name: str, **parts: object) -> str:
    """The address of a page in the reader's language."""
    return address(here_of(context).language, name, **parts)


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """The present query string with some parameters changed (empty: dropped); ``__`` stands for a dot."""
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        name = name.replace("__", ".")
        if value in (None, ""):
            parameters.pop(name, None)
        else:
            parameters[name] = value
    return "?" + parameters.urlencode()


@register.inclusion_tag("web/parts/numbers.html", takes_context=True)
def numbers(context: Context, text: Text) -> dict[str, object]:
    """A formula with its numbers: the first line says the figure, the others how its parts came about."""
    first, *others = here_of(context).say(text).splitlines() or [""]
    return {"first": first, "steps": _tree(others)}


def _tree(lines: Sequence[str]) -> list[Step]:
    """Lines that are indented by two spaces for each level as nested steps."""
    top: list[Step] = []
    open_: list[tuple[int, Step]] = []
    for line in lines:
        depth = len(line) - len(line.lstrip(" "))
        step = Step(line.strip(), [])
        while open_ and open_[-1][0] >= depth:
            open_.pop()
        (open_[-1][1].inside if open_ else top).append(step)
        open_.append((depth, step))
    return top


@register.inclusion_tag("web/parts/verdict.html", takes_context=True)
def verdict(context: Context, value: Verdict, count: int | None = None) -> dict[str, object]:
    """A verdict with sign, shape and word (and a count in front)."""
    return {"here": here_of(context), "verdict": value.value, "label": value.label, "count": count}


@register.inclusion_tag("web/parts/sign.html")
def sign(value: Verdict | str) -> dict[str, object]:
    """The sign of a verdict alone, hidden from screen readers: the word stands beside it."""
    return {"verdict": value.value if isinstance(value, Verdict) else value}
