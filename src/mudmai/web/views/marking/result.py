"""The city's side of the end: the provisional result with the clock, replies, the decision with reasons, the appeal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from mudmai.apps.assessment.domain.answers import answers_of
from mudmai.apps.assessment.domain.appeals import appeal_until, file_appeal
from mudmai.apps.assessment.domain.assessing import assessed_by
from mudmai.apps.assessment.domain.facts import criteria_of
from mudmai.apps.assessment.domain.files import file_for
from mudmai.apps.assessment.domain.filling import asked_criteria
from mudmai.apps.assessment.domain.reasons import reasons_seen_by
from mudmai.apps.assessment.domain.replying import end_reply, reply
from mudmai.apps.assessment.domain.settled import settled_seen_by, settled_values
from mudmai.apps.assessment.models import (
    Answer,
    AppealOutcome,
    CityFile,
    Decision,
    FileState,
    Outcome,
    ReconciledMark,
    Reply,
)
from mudmai.apps.assessment.policy import DECIDED, decide_city_side
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.criteria import CriteriaSet, Criterion, Part
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.web.pages import address, language_of, render_page
from mudmai.web.views.marking.deciding import score_rows
from mudmai.web.views.marking.marks import step_title
from mudmai.web.views.marking.public import level_named
from mudmai.web.views.marking.shared import clock_of, status_of
from mudmai.web.views.people.access import person_of, signed_in, tell

SHOWS = ("lower", "all")
OFTEN = 3
"""From so many criteria without a reason on, they are told once above the list and not at each."""


@dataclass(frozen=True)
class Told:
    """One criterion as the city is told of it, and its replies."""

    criterion: Criterion
    answer: Answer | None
    answered: Text | None
    settled: ReconciledMark
    title: Text | None
    replies: list[Reply]
    fault: InputError | None
    text: str
    said: tuple[str, ...]
    """What markers wrote, without who."""

    @property
    def unsaid(self) -> bool:
        """Nobody wrote down why, where the city would ask."""
        explained = self.settled.reason or self.said
        return not explained and (self.settled.value < self.criterion.top or not self.as_answered)

    @property
    def as_answered(self) -> bool:
        """Settled as the city answered."""
        return self.answer is not None and self.answer.value == self.settled.value

    @property
    def lower(self) -> bool:
        """Settled below the city's own answer."""
        return self.answer is not None and self.answer.value is not None and self.settled.value < self.answer.value


@signed_in
def result_page(request: HttpRequest, file: UUID, language: str) -> HttpResponse:
    """What was found, provisional or decided, and what the city may do about it."""
    person = person_of(request)
    held = _held(person, file)
    if request.method != "POST":
        return _show(request, person, held)
    asked = request.POST.get("do", "")
    said = asked == "end" or (asked == "appeal" and request.POST.get("text", "").strip())
    if said and request.POST.get("sure") != "yes":
        return _confirm(request, held, asked)
    try:
        done = _act(request, person, held)
    except NotAllowed:
        raise
    except InputError as fault:
        return _show(request, person, _held(person, file), fault)
    tell(request, done)
    here = address(language_of(request), "file_result", file=held.pk)
    criterion = request.POST.get("criterion", "")
    return HttpResponseRedirect(f"{here}#c-{criterion}" if criterion else here)


def _held(person: Person, key: UUID) -> CityFile:
    """The file for its city's side: who marks or decides has pages of their own."""
    held = file_for(person, key)
    decision = decide_city_side(person, "assess.view", held)
    if not decision:
        raise NotAllowed(decision)
    return held


def _act(request: HttpRequest, person: Person, file: CityFile) -> str:
    given = request.POST
    match given.get("do", ""):
        case "reply":
            reply(acting_user=person, file=file, text=given.get("text", ""), criterion=given.get("criterion", ""))
            return "marking.replied"
        case "end":
            end_reply(acting_user=person, file=file)
            return "marking.reply_ended"
        case "appeal":
            decision = file.decisions.order_by("-sequence").first()
            if decision is None:
                raise Http404
            file_appeal(acting_user=person, decision=decision, text=given.get("text", ""))
            return "marking.appealed"
        case _:
            raise Http404


def _confirm(request: HttpRequest, file: CityFile, asked: str) -> HttpResponse:
    """Ask once more: neither is taken back."""
    return render_page(
        request,
        "marking/result_confirm.html",
        current="assessments",
        part="assessments",
        file=file,
        set=criteria_of(file),
        asked=asked,
        text=request.POST.get("text", ""),
    )


def _show(request: HttpRequest, person: Person, file: CityFile, fault: InputError | None = None) -> HttpResponse:
    today, criteria = timezone.localdate(), criteria_of(file)
    settled = settled_seen_by(person, file)
    posted: Mapping[str, Any] = request.POST if fault is not None else {}
    rows = _rows(file, criteria, settled, reasons_seen_by(person, file), fault, posted)
    result = assessed_by(file, settled_values(settled), criteria) if settled else None
    scores, parts = score_rows(criteria, result) if result else ([], [])
    decisions = list(file.decisions.select_related("appeal").order_by("-sequence"))
    last = decisions[0] if decisions else None
    may = decide_city_side(person, "assess.submit", file)
    clock = clock_of(file.reply_due, today) if file.state == FileState.REPLY else None
    until = clock_of(appeal_until(last), today) if last and file.state in DECIDED else None
    show = "lower" if request.GET.get("show") == "lower" else "all"
    unsaid = sum(one.unsaid for one in rows)
    return render_page(
        request,
        "marking/result.html",
        status_of(fault),
        current="assessments",
        part="assessments",
        file=file,
        set=criteria,
        scores=scores,
        part_scores=parts,
        level=result.level if result else None,
        told=_by_part(criteria.parts, [one for one in rows if show == "all" or one.lower or one.fault]),
        count=len(rows),
        lower=sum(one.lower for one in rows),
        show=show,
        unsaid=unsaid if unsaid >= OFTEN else 0,
        clock=clock,
        replying=bool(may) and clock is not None and clock.left >= 0,
        may=may,
        whole=list(file.replies.filter(criterion="").select_related("by__details")),
        decisions=[_decided(criteria, one) for one in decisions],
        until=until,
        appealing=bool(may) and until is not None and until.left >= 0 and _appeal(last) is None,
        certificate=getattr(last, "certificate", None) if last else None,
        fault=fault,
        faulty=next((one.criterion for one in rows if one.fault), None),
        posted=posted,
    )


def _rows(
    file: CityFile,
    criteria: CriteriaSet,
    settled: Mapping[str, ReconciledMark],
    said: Mapping[str, tuple[str, ...]],
    fault: InputError | None,
    posted: Mapping[str, Any],
) -> list[Told]:
    answers = answers_of(file)
    replies: dict[str, list[Reply]] = {}
    for one in file.replies.select_related("by__details"):
        replies.setdefault(one.criterion, []).append(one)
    found = []
    for criterion in asked_criteria(file, criteria):
        mark = settled.get(criterion.id)
        if mark is None:
            continue
        answer = answers.get(criterion.id)
        mine = fault if fault is not None and posted.get("criterion") == criterion.id else None
        found.append(
            Told(
                criterion, answer, step_title(criterion, answer.value) if answer else None, mark,
                step_title(criterion, mark.value), replies.get(criterion.id, []), mine,
                posted.get("text", "") if mine else "", said.get(criterion.id, ()),
            )
        )  # fmt: skip
    return found


def _by_part(parts: tuple[Part, ...], rows: list[Told]) -> list[tuple[Part, list[Told]]]:
    found = [(part, [one for one in rows if one.criterion.part == part.id]) for part in parts]
    return [one for one in found if one[1]]


def _appeal(decision: Decision | None) -> Any:
    return getattr(decision, "appeal", None) if decision is not None else None


def _decided(criteria: CriteriaSet, one: Decision) -> tuple[Decision, Text, Text, Any, Text | None]:
    """A decision with its outcome and level in words, its appeal and what became of it."""
    appeal = _appeal(one)
    outcome = Outcome(one.outcome).title
    return (
        one,
        outcome,
        level_named(criteria, one.level),
        appeal,
        AppealOutcome(appeal.outcome).title if appeal else None,
    )
