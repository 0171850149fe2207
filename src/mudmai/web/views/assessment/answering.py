"""Answering one part of a file: one criterion after another; what was typed is never lost, nobody is overwritten."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from mudmai.apps.assessment.domain import answers as do
from mudmai.apps.assessment.domain.evidence_rows import counts, current_evidence
from mudmai.apps.assessment.domain.facts import criteria_of, facts_of
from mudmai.apps.assessment.domain.files import file_for, fill_until, may_fill_now
from mudmai.apps.assessment.domain.standing import FigureClaim, marks_told, standing_of
from mudmai.apps.assessment.models import Answer, CityFile, Evidence
from mudmai.apps.assessment.policy import area_of, decide_city_side
from mudmai.apps.registry.areas import AreaRef, covers
from mudmai.apps.registry.models import Membership, Person, Role
from mudmai.apps.registry.policy import ACTIONS, NotAllowed, line_of
from mudmai.core.criteria import CriteriaSet, Criterion, Part
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text
from mudmai.web.pages import address, language_of, render_page
from mudmai.web.views.assessment.shared import step_typed
from mudmai.web.views.people.access import person_of, row_number, signed_in, tell
from mudmai.web.wording import wording

FAULT_STATUS = {"answer_changed": 409}


@dataclass(frozen=True)
class Typed:
    """What the form says of one criterion. ``touched``: it differs from what the page showed."""

    value: str
    text: str
    revision: int
    touched: bool


@dataclass(frozen=True)
class AskedView:
    """A criterion as the page asks it."""

    criterion: Criterion
    why: Text
    unknown: list[Text]
    """What it asks of the body where that is not known: filling it in may excuse the city."""
    answer: Answer | None
    value: str
    text: str
    revision: int
    seen: str
    assigned: str
    evidence: list[tuple[Evidence, bool]]
    lacking: int
    fault: InputError | None
    others: str | None
    """What somebody else kept in the meantime, the title of its step; None where nobody did."""


@signed_in
def part_page(request: HttpRequest, file: UUID, part: str, language: str) -> HttpResponse:
    """The criteria of one part; one form keeps all that was changed, each criterion by itself."""
    person = person_of(request)
    held = file_for(person, file)
    criteria = criteria_of(held)
    chosen = _part(criteria, held, part)
    faults: dict[str, InputError] = {}
    typed: dict[str, Typed] = {}
    if request.method == "POST":
        typed = _typed(request, criteria.of_part(part))
        faults = _save(request, person, held, criteria.of_part(part), typed)
        if not faults:
            return HttpResponseRedirect(_next(request, held, criteria, part))
    return _show(request, person, held, criteria, chosen, typed, faults)


def _part(criteria: CriteriaSet, file: CityFile, name: str) -> Part:
    for one in criteria.parts:
        if one.id == name and (not one.optional or name in file.claimed):
            return one
    known = [one.id for one in criteria.parts if not one.optional or one.id in file.claimed]
    raise UnknownNameError(Text("หมวดของแฟ้มนี้", "part of this file"), name, known)


def _typed(request: HttpRequest, asked: tuple[Criterion, ...]) -> dict[str, Typed]:
    given = request.POST
    found = {}
    for one in asked:
        if f"r_{one.id}" not in given:
            continue
        value, text = given.get(f"v_{one.id}", ""), _plain(given.get(f"t_{one.id}", ""))
        touched = given.get(f"s_{one.id}", "") != _digest(value, text)
        found[one.id] = Typed(value, text, row_number(given[f"r_{one.id}"]), touched)
    return found


def _plain(text: str) -> str:
    """Browsers send line ends of their own."""
    return text.replace("\r\n", "\n").strip()


def _digest(value: str, text: str) -> str:
    """A mark of what the page showed: it tells what was touched from what was only sent along."""
    return hashlib.sha256(f"{value}|{text}".encode()).hexdigest()[:16]


def _save(
    request: HttpRequest, person: Person, file: CityFile, asked: tuple[Criterion, ...], typed: Mapping[str, Typed]
) -> dict[str, InputError]:
    """Keep what was touched; faults by criterion. One that is refused does not hold back the others."""
    faults: dict[str, InputError] = {}
    kept = 0
    colleagues = {str(one.pk): one for one in colleagues_of(file)}
    for one in asked:
        try:
            if one.id in typed and typed[one.id].touched:
                given = typed[one.id]
                do.save_answer(
                    acting_user=person,
                    file=file,
                    criterion=one.id,
                    value=step_typed(given.value),
                    text=given.text,
                    revision=given.revision,
                )
                kept += 1
            kept += _assign(request, person, file, one.id, colleagues)
        except NotAllowed:
            raise
        except InputError as fault:
            faults[one.id] = fault
    if kept:
        tell(request, "assess.kept" if not faults else "assess.kept_some")
    return faults


def _assign(
    request: HttpRequest, person: Person, file: CityFile, criterion: str, colleagues: Mapping[str, Person]
) -> int:
    """1 where another colleague was asked than the page showed."""
    asked, before = request.POST.get(f"a_{criterion}"), request.POST.get(f"b_{criterion}", "")
    if asked is None or asked == before:
        return 0
    do.assign_answer(acting_user=person, file=file, criterion=criterion, person=colleagues.get(asked))
    return 1


def colleagues_of(file: CityFile) -> list[Person]:
    """People who may answer for the city: those with the role in its organisation or above it."""
    body = file.city.organisation
    if body is None:
        return []
    lowest = ACTIONS["assess.fill"].role
    assert lowest is not None
    rows = Membership.objects.filter(organisation_id__in=line_of(body), ended_at=None, person__is_active=True)
    place, found = area_of(file.city), {}
    for one in rows.select_related("person__details"):
        if Role(one.role).rank >= lowest.rank and covers(AreaRef(one.area_system, one.area_code), place):
            found[one.person_id] = one.person
    return sorted(found.values(), key=lambda one: one.shown.th)


def _next(request: HttpRequest, file: CityFile, criteria: CriteriaSet, part: str) -> str:
    """Where the button leads: to the evidence of a criterion, to the next part, or back to this one."""
    language, go = language_of(request), request.POST.get("go", "")
    kind, _, key = go.partition(":")
    if kind == "evidence" and key in criteria.by_id:
        return address(language, "file_evidence", file=file.pk, criterion=key)
    if kind == "part" and any(one.id == key for one in criteria.parts):
        return address(language, "file_part", file=file.pk, part=key)
    if kind == "file":
        return address(language, "city_file", file=file.pk)
    here = address(language, "file_part", file=file.pk, part=part)
    return f"{here}#c-{key}" if kind == "stay" and key in criteria.by_id else here


def _show(
    request: HttpRequest,
    person: Person,
    file: CityFile,
    criteria: CriteriaSet,
    part: Part,
    typed: Mapping[str, Typed],
    faults: Mapping[str, InputError],
) -> HttpResponse:
    may = decide_city_side(person, "assess.fill", file)
    editable = bool(may) and may_fill_now(file)
    facts, rows = facts_of(file), do.answers_of(file)
    held: dict[str, list[tuple[Evidence, bool]]] = {}
    for one in current_evidence(file):
        held.setdefault(one.criterion, []).append((one, counts(one)))
    standing, told = standing_of(file), marks_told(file)
    claims = {one.criterion: one for one in standing.figures}
    asked: list[tuple[AskedView, FigureClaim | None]] = []
    left_out = []
    for criterion in criteria.of_part(part.id):
        fit = criterion.fit(facts)
        if not fit.applies:
            left_out.append((criterion, fit.reason))
            continue
        row, pieces = rows.get(criterion.id), held.get(criterion.id, [])
        unknown = [clause.words for clause in criterion.fits if clause.holds(facts) is None]
        view = _view(criterion, fit.reason, unknown, row, pieces, typed, faults, language_of(request))
        asked.append((view, claims.get(criterion.id)))
    claimed = [one for one in criteria.parts if not one.optional or one.id in file.claimed]
    at = claimed.index(part)
    conflict = any(one.code == "answer_changed" for one in faults.values())
    lost = (
        [(criteria.by_id[key], one) for key, one in typed.items() if one.touched and key in faults]
        if not editable
        else []
    )
    return render_page(
        request,
        "assessment/part.html",
        200 if not faults else 409 if conflict else 422,
        current="assessments",
        part="assessments",
        file=file,
        set=criteria,
        one=part,
        number=at + 1,
        count=len(claimed),
        before=claimed[at - 1] if at else None,
        after=claimed[at + 1] if at + 1 < len(claimed) else None,
        score=standing.assessed.parts.get(part.id),
        standing=standing,
        ahead=standing if told == "answers" else standing_of(file, marks=told, figures=False),
        settled=told == "reconciled",
        plans=bool(decide_city_side(person, "assess.view", file)),
        asked=asked,
        left_out=left_out,
        colleagues=[(str(one.pk), one.shown) for one in colleagues_of(file)] if editable else [],
        editable=editable,
        may=may,
        until=fill_until(file),
        faults=[(criteria.by_id[key], one) for key, one in faults.items()],
        lost=lost,
        summary=wording("assess.some_refused"),
    )


def _view(
    criterion: Criterion,
    why: Text,
    unknown: list[Text],
    answer: Answer | None,
    evidence: list[tuple[Evidence, bool]],
    typed: Mapping[str, Typed],
    faults: Mapping[str, InputError],
    language: str,
) -> AskedView:
    kept_value = "" if answer is None or answer.value is None else str(answer.value)
    kept_text = answer.text if answer else ""
    value, text = kept_value, kept_text
    fault, others = faults.get(criterion.id), None
    if fault is not None and criterion.id in typed:
        value, text = typed[criterion.id].value, typed[criterion.id].text
        if fault.code == "answer_changed":
            titles = {str(step.value): step.title for step in criterion.scale}
            told = titles.get(kept_value, wording("assess.not_answered"))
            others = told.th if language == "th" else told.en
    lacking = 0
    if answer is not None and (answer.value or 0) > 0:
        lacking = max(0, criterion.evidence - sum(1 for _, counted in evidence if counted))
    return AskedView(
        criterion,
        why,
        unknown,
        answer,
        value,
        text,
        answer.revision if answer else 0,
        _digest(kept_value, _plain(kept_text)),
        str(answer.assigned_to_id) if answer and answer.assigned_to_id else "",
        evidence,
        lacking,
        fault,
        others,
    )
