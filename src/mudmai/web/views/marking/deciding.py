"""The decision and the appeal against it: what is reached, what lacks, reasons, and a page that asks once more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from mudmai.apps.assessment.domain.agreement import agreement_of
from mudmai.apps.assessment.domain.appeals import BACK, decide_appeal, standing_decision
from mudmai.apps.assessment.domain.certificates import in_force
from mudmai.apps.assessment.domain.deciding import check_end, decide_file, result_of
from mudmai.apps.assessment.domain.facts import criteria_of
from mudmai.apps.assessment.domain.settled import unsettled
from mudmai.apps.assessment.models import AppealOutcome, CityFile, FileState, Outcome
from mudmai.apps.assessment.policy import conflict_of, require_call
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Decision as Allowed
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.certificates import months_after
from mudmai.core.criteria import Assessed, CriteriaSet, Level, Score, Side, unmet
from mudmai.core.criteria_words import lacks_told
from mudmai.core.days import read_day
from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text
from mudmai.web.pages import address, language_of, render_page
from mudmai.web.views.assessment.shared import revision_of
from mudmai.web.views.marking.public import level_named
from mudmai.web.views.marking.shared import agreement_told, certifying_file, status_of
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.web.wording import wording


@dataclass(frozen=True, slots=True)
class LevelRow:
    """A level of the set: ``lacks`` says what is missing, None where the settled marks reach it for certain."""

    level: Level
    lacks: Text | None


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A score with its title; the shape that ``parts/scores.html`` of the city's pages reads."""

    title: Text
    score: Score | None
    need: float | None = None


def score_rows(criteria: CriteriaSet, found: Assessed) -> tuple[list[ScoreRow], list[ScoreRow]]:
    """The whole with the paper and the outcome side, and the parts."""
    heads = [ScoreRow(wording("assess.overall"), found.overall)]
    heads += [ScoreRow(side.label, found.sides.get(side)) for side in Side]
    return heads, [ScoreRow(criteria.part(key).title, one) for key, one in found.parts.items()]


def deciding_open(file: CityFile, person: Person) -> None:
    """Raise :class:`NotAllowed` for those who do not decide the file, with why."""
    require_call(person, "assess.decide", file.call)
    conflict = conflict_of(person, file)
    if conflict is not None:
        raise NotAllowed(Allowed(False, conflict, "conflict"))


@signed_in
def decide_page(request: HttpRequest, file: UUID, language: str) -> HttpResponse:
    """The form of the decision; sent once it is shown again to be confirmed."""
    held = certifying_file(request, file)
    deciding_open(held, person_of(request))
    if request.method != "POST":
        return _show(request, held)
    if request.POST.get("back"):
        return _show(request, held, posted=request.POST)
    try:
        asked = _asked(request)
        if request.POST.get("sure") != "yes":
            _check_whole(asked)
            return _show(request, held, posted=request.POST, confirming=held.state == FileState.DECIDING)
        decide_file(acting_user=person_of(request), file=held, revision=revision_of(request), **asked)
    except NotAllowed:
        raise
    except InputError as fault:
        return _show(request, certifying_file(request, file), fault, request.POST)
    tell(request, "marking.decided")
    return HttpResponseRedirect(address(language_of(request), "marking_file", file=held.pk))


def _asked(request: HttpRequest) -> dict[str, Any]:
    """The decision as the form has it: ``granted:<level>`` or ``refused``."""
    kind, _, level = request.POST.get("outcome", "").partition(":")
    if not kind:
        raise InputError(
            wording("marking.no_outcome"),
            remedy=wording("marking.no_outcome_remedy"),
            code="decision_level",
            where=Where(field="outcome"),
        )
    asked: dict[str, Any] = {"outcome": kind, "level": level, "reasons": request.POST.get("reasons", "")}
    until = request.POST.get("expires_on", "").strip()
    if until and kind == Outcome.GRANTED:
        try:
            asked["expires_on"] = read_day(until)
        except InputError as fault:
            where = Where(field="expires_on")
            raise InputError(fault.message, remedy=fault.remedy, code=fault.code, where=where) from None
    return asked


def _check_whole(asked: dict[str, Any]) -> None:
    """Refuse before the page of confirmation what would be refused after it: no reasons, a last day that is past."""
    if not asked["reasons"].strip():
        raise InputError(
            wording("marking.no_reasons"),
            remedy=wording("marking.no_reasons_remedy"),
            code="reason_needed",
            where=Where(field="reasons"),
        )
    check_end(asked["outcome"], asked.get("expires_on"), timezone.localdate())


def _show(
    request: HttpRequest,
    file: CityFile,
    fault: InputError | None = None,
    posted: Any = None,
    confirming: bool = False,
) -> HttpResponse:
    criteria = criteria_of(file)
    result = result_of(file, criteria)
    scores, parts = score_rows(criteria, result)
    levels = [_level(criteria, result, one) for one in criteria.levels]
    reached = list(takewhile(lambda one: one.lacks is None, levels))
    given = posted or {}
    kind, _, name = given.get("outcome", "").partition(":")
    return render_page(
        request,
        "marking/decide_confirm.html" if confirming else "marking/decide.html",
        status_of(fault),
        current="assessments",
        part="marking",
        file=file,
        set=criteria,
        scores=scores,
        part_scores=parts,
        levels=levels,
        reached=reached[-1].level if reached else None,
        agreement=agreement_told(request, agreement_of(file).as_dict()),
        left=[criteria.by_id[key] for key in unsettled(file, criteria)],
        earlier=standing_decision(file),
        is_marker=file.markers.filter(person=person_of(request)).exists(),
        deciding=file.state == FileState.DECIDING,
        term=criteria.register,
        term_end=_last_day(criteria, ""),
        ends=_last_day(criteria, given.get("expires_on", "")) if confirming else None,
        replaced=in_force(file.city, criteria.scheme, timezone.localdate()) if confirming else None,
        replies=[(one, criteria.by_id.get(one.criterion)) for one in file.replies.order_by("at")],
        outcome=Outcome(kind).title if kind in Outcome.values else None,
        level=next((one.title for one in criteria.levels if one.id == name), None),
        revision=given.get("revision", file.revision) if not fault else file.revision,
        posted=given,
        fault=fault,
    )


def _last_day(criteria: CriteriaSet, typed: str) -> date | None:
    """The last day that a certificate granted today would have: as typed, else by the term of the set."""
    if typed.strip():
        return read_day(typed.strip())
    months = criteria.register.months if criteria.register else None
    return months_after(timezone.localdate(), months) if months else None


def _level(criteria: CriteriaSet, result: Assessed, level: Level) -> LevelRow:
    lacks = unmet(criteria, level, result.parts, result.overall)
    return LevelRow(level, lacks_told(criteria, lacks) if lacks else None)


@signed_in
def appeal_page(request: HttpRequest, file: UUID, language: str) -> HttpResponse:
    """The appeal and the form of whoever decides it, somebody else than who decided."""
    held, person = certifying_file(request, file), person_of(request)
    deciding_open(held, person)
    decision = held.decisions.select_related("by__details", "appeal__filed_by__details").order_by("-sequence").first()
    appeal = getattr(decision, "appeal", None) if decision else None
    if decision is None or appeal is None:
        raise Http404
    fault: InputError | None = None
    if request.method == "POST":
        try:
            _decide_appeal(request, appeal)
        except NotAllowed:
            raise
        except InputError as found:
            fault = found
        else:
            tell(request, "marking.appeal_decided")
            return HttpResponseRedirect(address(language_of(request), "marking_file", file=held.pk))
    criteria = criteria_of(held)
    return render_page(
        request,
        "marking/appeal.html",
        status_of(fault),
        current="assessments",
        part="marking",
        file=held,
        set=criteria,
        decision=decision,
        outcome=Outcome(decision.outcome).title,
        level=level_named(criteria, decision.level) if decision.level else None,
        appeal=appeal,
        appeal_outcome=AppealOutcome(appeal.outcome).title,
        is_open=appeal.outcome == AppealOutcome.OPEN,
        is_own=decision.by_id == person.pk,
        choices=[
            ("upheld:deciding", wording("marking.appeal_upheld_deciding")),
            ("upheld:reconciling", wording("marking.appeal_upheld_reconciling")),
            ("dismissed", wording("marking.appeal_dismissed")),
        ],
        fault=fault,
        posted=request.POST if fault else {},
    )


def _decide_appeal(request: HttpRequest, appeal: Any) -> None:
    kind, _, back = request.POST.get("outcome", "").partition(":")
    if not kind:
        raise InputError(
            wording("marking.no_outcome"),
            remedy=wording("marking.no_appeal_outcome_remedy"),
            code="unknown_name",
            where=Where(field="outcome"),
        )
    asked: dict[str, Any] = {"outcome": kind, "reasons": request.POST.get("reasons", "")}
    if back in [one.value for one in BACK]:
        asked["back_to"] = FileState(back)
    decide_appeal(acting_user=person_of(request), appeal=appeal, **asked)
