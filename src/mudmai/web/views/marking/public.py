"""A decision as everybody reads it: level, scores by part, reasons, agreement; never who marked or decided."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mudmai.apps.assessment.domain.facts import criteria_or_fault
from mudmai.apps.assessment.domain.register_reading import certificate_named
from mudmai.apps.assessment.models import AppealOutcome, Outcome
from mudmai.core.criteria import CriteriaSet
from mudmai.core.errors import FaultError, UnknownNameError
from mudmai.core.language import Text, same
from mudmai.web.pages import render_page
from mudmai.web.views.marking.shared import agreement_told
from mudmai.web.wording import wording


@dataclass(frozen=True, slots=True)
class KeptScore:
    """A score as a decision keeps it: the shares that a score bar draws."""

    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """A score with its title."""

    title: Text
    score: KeptScore


def level_named(criteria: CriteriaSet, level: str) -> Text:
    """The title of a level of the set; the id where the set has no such level."""
    return next((one.title for one in criteria.levels if one.id == level), same(level))


@require_safe
@never_cache
def decision_page(request: HttpRequest, number: str, language: str) -> HttpResponse:
    """The decision that the certificate was given for; 404 for first entries, which have none here."""
    try:
        held = certificate_named(number)
    except UnknownNameError as unknown:
        raise Http404 from unknown
    decision = held.decision
    if decision is None:
        raise Http404
    found = criteria_or_fault(decision.file)
    criteria = None if isinstance(found, FaultError) else found
    known = {one.id: one.title for one in criteria.parts} if criteria is not None else {}
    kept = decision.scores
    parts = [
        Row(known.get(key) or same(key), _kept(one))
        for key, one in kept.get("parts", {}).items()
        if criteria is None or key in known
    ]
    heads = [(wording(f"marking.score_{name}"), name) for name in ("overall", "paper", "outcome")]
    appeals = [
        (one.decided_on, Outcome(one.outcome).title, AppealOutcome(one.appeal.outcome).title)
        for one in decision.file.decisions.select_related("appeal")
        if getattr(one, "appeal", None) is not None
    ]
    return render_page(
        request,
        "marking/public.html",
        current="register",
        certificate=held,
        decision=decision,
        set_title=criteria.title if criteria is not None else same(held.criteria),
        outcome=Outcome(decision.outcome).title,
        level=level_named(criteria, decision.level) if criteria is not None else same(decision.level),
        heads=[Row(title, _kept(kept.get(name))) for title, name in heads],
        parts=parts,
        agreement=agreement_told(request, kept.get("agreement", {})),
        differing=[
            criteria.by_id[key]
            for key in kept.get("agreement", {}).get("differing", [])
            if criteria is not None and key in criteria.by_id
        ],
        appeals=appeals,
    )


def _kept(told: object) -> KeptScore:
    held = told if isinstance(told, dict) else {}
    return KeptScore(held.get("low"), held.get("high"))
