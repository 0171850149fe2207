"""Tags of the assessment of cities: scores as ranges with bars, days that are left, whether the menu leads there."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from django import template
from django.db.models import Q
from django.template import Context
from django.urls import NoReverseMatch

from mudmai.apps.assessment.models import (
    Certificate,
    City,
    CityFile,
    EndReason,
    Evidence,
    EvidenceKind,
    RoadmapItem,
    RoadmapState,
)
from mudmai.apps.programme.policy import decide_view
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import organisations_allowing
from mudmai.core.criteria import Score
from mudmai.core.errors import InputError
from mudmai.core.language import Text, same
from mudmai.web.pages import address
from mudmai.web.preferences import Preferences
from mudmai.web.templatetags.mudmai_web import here_of
from mudmai.web.views.assessment.fact_times import as_of_words
from mudmai.web.wording import day_count, wording

register = template.Library()
_EQUAL = 1e-9


def written_share(here: Preferences, share: float | None) -> str:
    """A share 0..1 in per cent, never rounded up: 69.98 is no 70. One decimal where it has any."""
    if share is None:
        return "–"
    tenths = math.floor(share * 1000 + 1e-6)
    return here.number(tenths / 10, 0 if tenths % 10 == 0 else 1)


def score_text(here: Preferences, score: Score | None) -> Text:
    """A score in words: what is certain and what it may come to."""
    if score is None or score.low is None or score.high is None:
        return wording("assess.no_score")
    low, high = written_share(here, score.low), written_share(here, score.high)
    if score.high - score.low < _EQUAL:
        return wording("assess.score_known", low=low)
    return wording("assess.score_range", low=low, high=high)


@register.simple_tag(takes_context=True)
def score_words(context: Context, score: Score | None) -> str:
    """What is certain of a score and what it may come to."""
    here = here_of(context)
    return here.say(score_text(here, score))


@register.simple_tag(takes_context=True)
def share_of(context: Context, share: float | None) -> str:
    """A share 0..1 in per cent, without the sign; never rounded up."""
    return written_share(here_of(context), share)


@register.inclusion_tag("web/assessment/parts/bar.html")
def score_bar(score: Score | None, need: float | None = None) -> dict[str, Any]:
    """A bar in a box of 1000: the certain part full, the open part paler, a line at what is needed. Words beside it."""
    low = score.low if score else None
    high = score.high if score else None
    return {
        "has": low is not None,
        "low": f"{(low or 0) * 1000:.0f}",
        "open": f"{((high or 0) - (low or 0)) * 1000:.0f}",
        "need": None if need is None else f"{need * 1000:.0f}",
    }


@register.simple_tag
def assesses(person: Any) -> bool:
    """True for people whose organisations have cities or files: the menu leads there."""
    if not isinstance(person, Person):
        return False
    inside = organisations_allowing(person, "assess.view").values("pk")
    if City.objects.filter(organisation__in=inside).exists():
        return True
    return CityFile.objects.filter(Q(call__organisation__in=inside) | Q(markers__person=person)).exists()


@register.simple_tag(takes_context=True)
def set_title(context: Context, titles: Mapping[str, Text], *keys: str) -> str:
    """The title of a criteria set by the first key that is known; the first key that is given where none is."""
    known = next((titles[key] for key in keys if key in titles), None)
    return here_of(context).say(known or same(next((key for key in keys if key), "")))


@register.simple_tag(takes_context=True)
def why_ended(context: Context, certificate: Certificate) -> str:
    """Why a certificate ended."""
    return here_of(context).say(EndReason(certificate.end_reason).title)


@register.inclusion_tag("web/assessment/parts/field_fault.html", takes_context=True)
def field_fault(context: Context, name: str) -> dict[str, Any]:
    """The fault of a form beside the field that it is about; nothing where it is about another."""
    fault: InputError | None = context.get("fault")
    field = (fault.where.field or "") if fault else ""
    mine = fault is not None and name == field.replace("facts.", "fact_")
    return {"here": here_of(context), "fault": fault if mine else None, "name": name}


@register.simple_tag(takes_context=True)
def kind_words(context: Context, kind: str) -> str:
    """What a piece of evidence is."""
    return here_of(context).say(EvidenceKind(kind).title)


@register.simple_tag(takes_context=True)
def opens_project(context: Context, evidence: Evidence) -> bool:
    """True where the reader may open the project that is evidence: no link leads to a refusal."""
    if evidence.project is None:
        return False
    return bool(decide_view(context["request"].user, evidence.project.programme))


@register.filter(name="day_count")
def counted_days(days: int) -> Text:
    """So many days in words that agree with the number."""
    return day_count(days)


@register.simple_tag(takes_context=True)
def fact_time(context: Context, text: str) -> str:
    """The time of a city's fact in the reader's era and digits."""
    return as_of_words(here_of(context), text)


@register.simple_tag(takes_context=True)
def bytes_words(context: Context, count: int) -> str:
    """The size of a file, ``1.2 MB``; below a kilobyte in bytes."""
    here = here_of(context)
    for unit, factor in (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if count >= factor:
            return f"{here.number(count / factor, 1)} {unit}"
    return here.say(wording("assess.bytes", count=here.number(count, 0)))


@register.simple_tag(takes_context=True)
def of_figure(context: Context, figure: Mapping[str, Any], name: str) -> str:
    """Words of a frozen figure in the reader's language."""
    here = here_of(context)
    return here.say(str(figure.get(f"{name}_{here.language}") or ""))


@register.simple_tag(takes_context=True)
def figure_sources(context: Context, figure: Mapping[str, Any]) -> list[str]:
    """Where a frozen figure comes from."""
    here = here_of(context)
    return [here.say(str(one)) for one in figure.get(f"sources_{here.language}") or []]


@register.simple_tag(takes_context=True)
def page_there(context: Context, name: str, **parts: object) -> str:
    """The address of a page of another part; empty where this site has none."""
    try:
        return address(here_of(context).language, name, **parts)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def roadmap_state(context: Context, item: RoadmapItem) -> str:
    """Where an item of a road map stands."""
    return here_of(context).say(RoadmapState(item.state).title)
