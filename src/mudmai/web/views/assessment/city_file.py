"""The file of a city for its own people: what stands before the next level, the score as a range, parts, who answers
what, sending it, the reply, its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from mudmai.apps.assessment.domain import files as do
from mudmai.apps.assessment.domain import local_criteria
from mudmai.apps.assessment.domain.answers import answers_of
from mudmai.apps.assessment.domain.evidence_rows import counted_evidence, lacks_of
from mudmai.apps.assessment.domain.facts import criteria_of, facts_of, frozen_facts
from mudmai.apps.assessment.domain.filling import asked_criteria
from mudmai.apps.assessment.domain.standing import Standing, marks_told, standing_of
from mudmai.apps.assessment.models import Answer, CityFile, FileState
from mudmai.apps.assessment.policy import decide_city_side
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.criteria import CriteriaSet, Criterion, Part, Score, Side
from mudmai.core.errors import InputError, Problem
from mudmai.core.language import Text
from mudmai.web.pages import address, language_of, render_page
from mudmai.web.views.assessment.criteria import compulsory_words
from mudmai.web.views.assessment.history import history_of
from mudmai.web.views.assessment.shared import as_uuid, call_row, revision_of
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.web.wording import wording

CONFLICTS = ("file_changed", "assessment_changed")


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of the file: its score, how much of it is answered, how much evidence lacks."""

    part: Part
    score: Score | None
    asked: int
    answered: int
    lacking: int

    @property
    def done(self) -> bool:
        """Everything asked is answered with its evidence."""
        return self.asked == self.answered and not self.lacking


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A score of the table with its title and, where a level asks for one, what is needed."""

    title: Text
    score: Score | None
    need: float | None = None


@signed_in
def city_file(request: HttpRequest, file: UUID, language: str) -> HttpResponse:
    """The page of the file and what its forms ask for."""
    person = person_of(request)
    held = do.file_for(person, file)
    if request.method != "POST":
        return _show(request, person, held)
    try:
        done = _act(request, person, held)
    except NotAllowed:
        raise
    except InputError as fault:
        return _show(request, person, do.file_for(person, file), fault)
    tell(request, done)
    return HttpResponseRedirect(address(language_of(request), "city_file", file=held.pk))


def _act(request: HttpRequest, person: Person, file: CityFile) -> str:
    """Do what the form asks; the key of the words that tell it was done."""
    given = request.POST
    asked: dict[str, Any] = {"acting_user": person, "file": file}
    match given.get("do", ""):
        case "claim":
            do.claim_parts(**asked, parts=given.getlist("part"), revision=revision_of(request))
            return "assess.claimed"
        case "refresh":
            do.refresh_facts(**asked)
            return "assess.refreshed"
        case "submit":
            left = given.getlist("leave_open")
            do.submit_file(**asked, note=given.get("note", ""), leave_open=left, revision=revision_of(request))
            return "assess.submitted"
        case "withdraw":
            do.withdraw_file(**asked, reason=given.get("reason", ""))
            return "assess.withdrawn"
        case "add_local":
            local_criteria.add_local(
                **asked, title=given.get("title", ""), why=given.get("why", ""), standing=given.get("standing", "")
            )
            return "assess.local_added"
        case "remove_local":
            row = file.local_criteria.filter(pk=as_uuid(given.get("id", ""))).first()
            if row is None:
                raise Http404
            local_criteria.remove_local(acting_user=person, local=row, mark=given.get("mark", ""))
            return "assess.local_removed"
        case _:
            raise Http404


def _show(request: HttpRequest, person: Person, file: CityFile, fault: InputError | None = None) -> HttpResponse:
    today = timezone.localdate()
    criteria, standing, answers, told = criteria_of(file), standing_of(file), answers_of(file), marks_told(file)
    values = {key: one.value for key, one in answers.items()}
    asked = asked_criteria(file, criteria)
    lacks = lacks_of(asked, values, counted_evidence(file), set())
    facts = facts_of(file)
    unsure = [one for one in asked if any(clause.holds(facts) is None for clause in one.fits)]
    open_ = [one for one in asked if values.get(one.id) is None]
    may_fill, may_submit = (decide_city_side(person, name, file) for name in ("assess.fill", "assess.submit"))
    editable = bool(may_fill) and do.may_fill_now(file)
    returned = _last(file, "file.return") if file.state == FileState.DRAFT else None
    posted = request.POST if fault is not None else {}
    parts = _parts(criteria, file, standing, asked, values, lacks)
    scores = _scores(criteria, standing)
    return render_page(
        request,
        "assessment/city_file.html",
        200 if fault is None else 409 if fault.code in CONFLICTS else 422,
        current="assessments",
        part="assessments",
        file=file,
        set=criteria,
        row=call_row(file.call, {criteria.id: criteria.title}, today),
        until=do.fill_until(file),
        until_days=(do.fill_until(file) - today).days,
        standing=standing,
        ahead=standing if told == "answers" else standing_of(file, marks=told, figures=False),
        settled=told == "reconciled",
        plans=bool(decide_city_side(person, "assess.view", file)),
        scores=scores,
        ranged=any(one.score is not None and one.score.low != one.score.high for one in scores),
        needed=any(one.need is not None for one in scores),
        part_scores=[
            ScoreRow(criteria.part(key).title, one, _needed(standing, key))
            for key, one in standing.assessed.parts.items()
        ],
        parts=parts,
        go_on=next((one for one in parts if not one.done), None) if editable else None,
        optional=_optional(criteria, file, may_tick=editable),
        asked=asked,
        open=open_,
        unsure=unsure,
        printing=bool(request.GET.get("print")),
        evidence_lacks=[(_criterion_of(one), one) for one in lacks if one.code == "evidence_missing"],
        answered=len(asked) - len(open_),
        people=_people(criteria, asked, answers),
        left_out=[(criteria.by_id[key].title, fit.reason) for key, fit in standing.assessed.left_out.items()],
        local=[(one, local_criteria.local_mark(one)) for one in file.local_criteria.all()],
        steps=history_of(file, criteria),
        returned=returned,
        stale_facts=file.state == FileState.DRAFT and file.facts != frozen_facts(file.city),
        editable=editable,
        may_fill=may_fill,
        may_submit=may_submit,
        may_withdraw=bool(may_submit) and file.state in do.UNDECIDED,
        decision=file.decisions.order_by("-sequence").first(),
        fault=fault,
        lacks=_by_part(criteria, fault.problems) if fault is not None and fault.code == "file_incomplete" else [],
        posted=posted,
        left_open=posted.getlist("leave_open") if fault is not None else [],
    )


def _optional(criteria: CriteriaSet, file: CityFile, *, may_tick: bool) -> list[tuple[Part, bool, Text | None]]:
    """The parts that may be chosen: whether ticked, and for which levels compulsory.

    Until the choice is saved for the first time the form proposes the compulsory ones.
    """
    proposed = may_tick and not file.claimed and not file.steps.filter(action="file.claim").exists()
    found = []
    for one in criteria.parts:
        if one.optional:
            words = compulsory_words(criteria, one.id)
            found.append((one, one.id in file.claimed or (proposed and words is not None), words))
    return found


def _by_part(criteria: CriteriaSet, problems: Sequence[Problem]) -> list[tuple[Part, list[tuple[str, Problem]]]]:
    """What keeps the file from being sent, part by part, each with the id of its criterion."""
    found: dict[str, list[tuple[str, Problem]]] = {part.id: [] for part in criteria.parts}
    for one in problems:
        key = _criterion_of(one)
        if key in criteria.by_id:
            found[criteria.by_id[key].part].append((key, one))
    return [(part, found[part.id]) for part in criteria.parts if found[part.id]]


def _criterion_of(one: Problem) -> str:
    """The criterion that a lack is about."""
    return (one.where.field or "").removeprefix("answer.")


def _last(file: CityFile, action: str) -> Any:
    return file.steps.filter(action=action).select_related("by__details").order_by("-sequence").first()


def _scores(criteria: CriteriaSet, standing: Standing) -> list[ScoreRow]:
    """The whole, the paper side and the outcome side, apart."""
    need = standing.next.level.overall if standing.next else None
    found = [ScoreRow(wording("assess.overall"), standing.assessed.overall, need)]
    found += [ScoreRow(side.label, standing.assessed.sides.get(side)) for side in Side]
    return found


def _needed(standing: Standing, part: str) -> float | None:
    """What the next level asks of this part by itself."""
    if standing.next is None:
        return None
    return next((one.need for one in standing.next.unmet if one.kind == "part" and one.part == part), None)


def _parts(
    criteria: CriteriaSet,
    file: CityFile,
    standing: Standing,
    asked: tuple[Criterion, ...],
    values: dict[str, int | None],
    lacks: list[Any],
) -> list[PartRow]:
    short = {_criterion_of(one) for one in lacks if one.code == "evidence_missing"}
    found = []
    for part in criteria.parts:
        if part.optional and part.id not in file.claimed:
            continue
        mine = [one.id for one in asked if one.part == part.id]
        answered = sum(1 for key in mine if values.get(key) is not None)
        lacking = sum(1 for key in mine if key in short)
        found.append(PartRow(part, standing.assessed.parts.get(part.id), len(mine), answered, lacking))
    return found


def _people(
    criteria: CriteriaSet, asked: tuple[Criterion, ...], answers: dict[str, Answer]
) -> list[tuple[Text | None, list[tuple[Criterion, bool]]]]:
    """Who is asked to answer what, and whether it is answered; last what nobody in particular is asked."""
    found: dict[int | None, tuple[Text | None, list[tuple[Criterion, bool]]]] = {}
    for one in asked:
        row = answers.get(one.id)
        person = row.assigned_to if row else None
        held = found.setdefault(person.pk if person else None, (person.shown if person else None, []))
        held[1].append((one, row is not None and row.value is not None))
    return sorted(found.values(), key=lambda one: (one[0] is None, one[0].th if one[0] else ""))
