"""The certifier's page of a file: where it stands, its markers, what to do next, decisions and history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from mudmai.apps.assessment.domain.agreement import agreement_of, consistency_of
from mudmai.apps.assessment.domain.facts import criteria_of
from mudmai.apps.assessment.domain.files import RETURNABLE, return_file
from mudmai.apps.assessment.domain.filling import asked_criteria
from mudmai.apps.assessment.domain.markers import (
    BEFORE_MARKS_COUNT,
    appoint_marker,
    appointable,
    lacking,
    recuse_marker,
    unfit_to_mark,
)
from mudmai.apps.assessment.domain.marks import handed_in
from mudmai.apps.assessment.domain.settled import unsettled
from mudmai.apps.assessment.domain.standing import Standing, standing_of
from mudmai.apps.assessment.models import CityFile, FileState, Marker, MarkerState
from mudmai.apps.assessment.policy import conflict_of, decide_call
from mudmai.apps.registry.models import Membership, Organisation, Person, Role
from mudmai.apps.registry.policy import ACTIONS, NotAllowed, line_of
from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text
from mudmai.web.pages import address, language_of, render_page
from mudmai.web.views.assessment.history import history_of
from mudmai.web.views.assessment.shared import as_uuid
from mudmai.web.views.marking.shared import agreement_told, certifying_file, clock_of, status_of, waits_for
from mudmai.web.views.people.access import person_of, row_number, signed_in, tell
from mudmai.web.wording import wording

LENIENT = 0.25
"""Steps of the scale by which a marker's mean differs before a word is said of it."""


@dataclass(frozen=True, slots=True)
class MarkerRow:
    """A marker with how far they are; ``unfit``: why they can mark no more, None where they can."""

    marker: Marker
    given: int
    asked: int
    may_recuse: bool
    unfit: Text | None


@signed_in
def marking_file(request: HttpRequest, file: UUID, language: str) -> HttpResponse:
    """The page of the file and what its forms ask for."""
    held = certifying_file(request, file)
    if request.method != "POST":
        return _show(request, held)
    try:
        done = _act(request, held)
    except NotAllowed:
        raise
    except InputError as fault:
        return _show(request, certifying_file(request, file), fault)
    tell(request, done)
    return HttpResponseRedirect(address(language_of(request), "marking_file", file=held.pk))


def _act(request: HttpRequest, file: CityFile) -> str:
    """Do what the form asks; the key of the words that tell it was done."""
    given, person = request.POST, person_of(request)
    match given.get("do", ""):
        case "appoint":
            chosen = Person.objects.filter(pk=row_number(given.get("person"))).first()
            if chosen is None:
                raise InputError(
                    wording("marking.no_person"),
                    remedy=wording("marking.no_person_remedy"),
                    code="person",
                    where=Where(field="person"),
                )
            appoint_marker(acting_user=person, file=file, person=chosen)
            return "marking.appointed"
        case "recuse":
            marker = file.markers.filter(pk=as_uuid(given.get("marker", ""))).first()
            if marker is None:
                raise Http404
            recuse_marker(acting_user=person, marker=marker, reason=given.get("reason", ""))
            return "marking.recused"
        case "return":
            return_file(acting_user=person, file=file, reason=given.get("reason", ""))
            return "marking.returned"
        case _:
            raise Http404


def _show(request: HttpRequest, file: CityFile, fault: InputError | None = None) -> HttpResponse:
    person, today = person_of(request), timezone.localdate()
    criteria = criteria_of(file)
    markers = list(file.markers.select_related("person__details", "appointed_by__details"))
    runs, decides = (decide_call(person, name, file.call) for name in ("assess.run", "assess.decide"))
    conflict = conflict_of(person, file)
    sees = handed_in(file) and bool(runs) and conflict is None
    agreement = agreement_told(request, agreement_of(file).as_dict()) if sees else None
    lacks = lacking(file)
    left = unsettled(file, criteria) if sees and file.state in (FileState.RECONCILING, FileState.DECIDING) else ()
    asked = len(asked_criteria(file, criteria)) if sees else 0
    decision = file.decisions.select_related("by__details").order_by("-sequence").first()
    candidates = None
    appointing = bool(runs) and conflict is None and bool(lacks) and file.state in RETURNABLE
    if appointing:
        candidates = _candidates(file)
    return render_page(
        request,
        "marking/file.html",
        status_of(fault),
        current="assessments",
        part="marking",
        file=file,
        set=criteria,
        waits=waits_for(file, markers, today, settled=asked - len(left), asked=asked),
        clock=clock_of(file.reply_due, today) if file.state == FileState.REPLY else None,
        markers=_markers(file, markers, person, bool(runs)),
        lacking=lacks,
        candidates=candidates,
        barred=any(why is not None for _, why in candidates or ()),
        runs=runs,
        decides=decides,
        conflict=conflict,
        own=next((one for one in markers if one.person_id == person.pk), None),
        sees=sees,
        agreement=agreement,
        open=left,
        standing=_standing(file) if sees else None,
        may_return=bool(runs) and conflict is None and file.state in RETURNABLE,
        consistency=_consistency(file.call.organisation) if runs else [],
        decision=decision,
        appeal=getattr(decision, "appeal", None) if decision else None,
        replies=file.replies.count(),
        steps=history_of(file, criteria),
        fault=fault,
        posted=request.POST if fault is not None else {},
    )


def _standing(file: CityFile) -> Standing | None:
    """What the settled marks come to; None before any is settled."""
    return standing_of(file, marks="reconciled", figures=False) if file.reconciled.exists() else None


def _markers(file: CityFile, markers: list[Marker], person: Person, runs: bool) -> list[MarkerRow]:
    asked = {one.id for one in asked_criteria(file)}
    found = []
    for one in markers:
        given = sum(1 for key in one.marks.values_list("criterion", flat=True) if key in asked)
        can = one.state != MarkerState.RECUSED and file.state in BEFORE_MARKS_COUNT
        found.append(
            MarkerRow(
                one,
                given,
                len(asked),
                can and (runs or one.person_id == person.pk),
                unfit_to_mark(one) if can else None,
            )
        )
    return found


def _candidates(file: CityFile) -> list[tuple[Person, Text | None]]:
    """People of the certifying side by name, and why one cannot be appointed."""
    lowest = ACTIONS["assess.mark"].role
    assert lowest is not None
    rows = Membership.objects.filter(
        organisation_id__in=line_of(file.call.organisation), ended_at=None, person__is_active=True
    )
    people = {
        one.person_id: one.person
        for one in rows.select_related("person__details")
        if Role(one.role).rank >= lowest.rank
    }
    found = [(one, appointable(one, file)) for one in people.values()]
    return sorted(found, key=lambda one: (one[1] is not None, one[0].shown.th))


def _consistency(organisation: Organisation) -> list[tuple[Any, Text]]:
    """Every marker of the organisation with a word: lenient, strict or even."""
    found = []
    for one in consistency_of(organisation):
        name = "lenient" if one.difference > LENIENT else "strict" if one.difference < -LENIENT else "even"
        found.append((one, wording(f"marking.is_{name}")))
    return found
