"""Tags that lead to the register of certificates from figures that are counted from it."""

from __future__ import annotations

from django import template

from mudmai.apps.assessment.domain.register_reading import source_of, text_of
from mudmai.apps.assessment.models import Certificate, City
from mudmai.apps.data.site import workspace
from mudmai.core.criteria import RegisterRule
from mudmai.core.language import Text
from mudmai.workspace.dataset_uses import Use, indicators_reading
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


@register.simple_tag
def register_feeds(rule: RegisterRule | None) -> tuple[Use, ...]:
    """The indicators of plans that read what a register counts; none where its rule is gone or counts into nothing."""
    return indicators_reading(workspace(), frozenset(rule.series)) if rule is not None else ()


@register.simple_tag
def city_source(city: City) -> Text | None:
    """Where the facts of a city are from; None if not told."""
    return source_of(city)


@register.simple_tag
def certificate_source(certificate: Certificate) -> Text:
    """Where a certificate is known from, in both languages where they were kept."""
    return text_of(certificate.facts.get("source"), certificate.source)
