"""Marks side by side with the city's answers: how far markers agree, settling, and telling the city."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from mudmai.apps.assessment.domain.agreement import agreement_of
from mudmai.apps.assessment.domain.answers import answers_of
from mudmai.apps.assessment.domain.facts import criteria_of
from mudmai.apps.assessment.domain.filling import asked_criteria
from mudmai.apps.assessment.domain.marks import SeenMarks, handed_in, marks_seen_by
from mudmai.apps.assessment.domain.reasons import is_unsaid, reasons_for_city, told_without_reason
from mudmai.apps.assessment.domain.reconciling import SETTLING, reconcile, reconcile_equal, tell_provisional
from mudmai.apps.assessment.domain.settled import settled_seen_by, unsettled
from mudmai.apps.assessment.models import Answer, CityFile, FileState, Mark, MarkerState, ReconciledMark, Reply
from mudmai.apps.assessment.policy import conflict_of, decide_call, require_call
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Decision, NotAllowed
from mudmai.core.criteria import Criterion, Part, Step
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.web.pages import address, language_of, render_page
from mudmai.web.views.assessment.shared import step_typed
from mudmai.web.views.marking.shared import Piece, agreement_told, certifying_file, clock_of, pieces_of, status_of
from mudmai.web.views.people.access import person_of, row_number, signed_in, tell
from mudmai.web.wording import wording

SHOWS = ("open", "differing", "bare", "replies", "all")


@dataclass(frozen=True)
class Given:
    """A marker's mark with the title of its step."""

    name: Text
    mark: Mark
    title: Text


@dataclass(frozen=True)
class Settling:
    """One criterion: the city's answer, the marks, what is settled, what the city replied; what the form holds."""

    criterion: Criterion
    answer: Answer | None
    answered: Text | None
    given: list[Given]
    last: ReconciledMark | None
    settled: Text | None
    replies: list[Reply]
    pieces: list[Piece]
    is_open: bool
    fault: InputError | None
    value: str
    reason: str
    bare: bool
    """Below the top step, and the city would read no reason."""

    @property
    def differs(self) -> bool:
        """The markers do not agree."""
        return len({one.mark.value for one in self.given}) > 1

    @property
    def sequence(self) -> int:
        """Of the settled mark that the page shows."""
        return self.last.sequence if self.last else 0


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often which pair of marks was given: rows of the first marker, columns of the second."""

    steps: Sequence[int]
    rows: list[tuple[int, list[tuple[int, bool]]]]


def marking_open(file: CityFile, person: Person) -> None:
    """Raise :class:`NotAllowed` for those who may not see the marks of a file, with why."""
    require_call(person, "assess.run", file.call)
    conflict = conflict_of(person, file)
    if conflict is not None:
        raise NotAllowed(Decision(False, conflict, "conflict"))


@signed_in
def marks_page(request: HttpRequest, file: UUID, language: str) -> HttpResponse:
    """The table of reconciliation."""
    held, person = certifying_file(request, file), person_of(request)
    marking_open(held, person)
    if request.method != "POST":
        return _show(request, held)
    criterion = request.POST.get("criterion", "")
    try:
        _act(request, held, criterion)
    except NotAllowed:
        raise
    except InputError as fault:
        return _show(request, certifying_file(request, file), fault)
    here = address(language_of(request), "marking_marks", file=held.pk)
    chosen = _chosen(request)
    place = "table" if chosen in ("open", "bare") else f"c-{criterion}"
    return HttpResponseRedirect(f"{here}?show={chosen}{f'#{place}' if criterion else ''}")


def _act(request: HttpRequest, file: CityFile, criterion: str) -> None:
    given, person = request.POST, person_of(request)
    match given.get("do", ""):
        case "equal":
            many = reconcile_equal(acting_user=person, file=file)
            tell(request, "marking.equal_taken" if many else "marking.equal_none")
        case "settle":
            value = step_typed(given.get("value", ""))
            if value is None:
                raise InputError(wording("marking.no_step"), remedy=wording("marking.no_step_remedy"), code="mark_step")
            reconcile(
                acting_user=person,
                file=file,
                criterion=criterion,
                value=value,
                reason=given.get("reason", ""),
                sequence=row_number(given.get("sequence")),
            )
            tell(request, "marking.settled_now")
        case _:
            raise Http404


def _chosen(request: HttpRequest, otherwise: str = "all") -> str:
    asked = request.POST.get("show") or request.GET.get("show", "")
    return asked if asked in SHOWS else otherwise


def _show(request: HttpRequest, file: CityFile, fault: InputError | None = None) -> HttpResponse:
    person, criteria = person_of(request), criteria_of(file)
    seen = [one for one in marks_seen_by(person, file) if one.marker.state != MarkerState.RECUSED]
    sees = handed_in(file)
    asked = asked_criteria(file, criteria)
    left = set(unsettled(file, criteria)) if sees else set()
    rows = _rows(request, file, asked, seen if sees else [], left, fault)
    counted = {
        "open": sum(one.is_open for one in rows),
        "differing": sum(one.differs for one in rows),
        "bare": sum(one.bare for one in rows),
        "replies": sum(bool(one.replies) for one in rows),
        "all": len(rows),
    }
    taking = file.state == FileState.RECONCILING
    chosen = _chosen(request, "open" if taking and counted["open"] else "all")
    kept = [one for one in rows if _fits(one, chosen) or one.fault]
    agreement = agreement_of(file) if sees else None
    return render_page(
        request,
        "marking/marks.html",
        status_of(fault),
        current="assessments",
        part="marking",
        file=file,
        set=criteria,
        sees=sees,
        parts=_by_part(criteria.parts, kept),
        show=chosen,
        shows=[(name, wording(f"marking.show_{name}"), counted[name]) for name in SHOWS],
        left=counted["open"],
        equal=sum(one.is_open and not one.differs and len(one.given) >= 2 for one in rows),
        agreement=agreement_told(request, agreement.as_dict()) if agreement else None,
        of_parts=[
            (criteria.part(key).title, agreement_told(request, one.as_dict())[0])
            for key, one in agreement.parts.items()
        ]
        if agreement
        else [],
        differing=[criteria.by_id[key] for key in agreement.differing] if agreement else [],
        confusion=_confusion(asked, seen) if sees and len(seen) == 2 else None,
        names=[one.marker.person.shown for one in seen],
        settling=file.state in SETTLING,
        taking=taking,
        may_settle=not file.markers.filter(person=person).exists(),
        whole=file.replies.filter(criterion="").select_related("by__details"),
        fault=fault,
        faulty=next((one.criterion for one in rows if one.fault), None),
        posted=request.POST if fault is not None else {},
    )


def _fits(one: Settling, show: str) -> bool:
    return {"open": one.is_open, "differing": one.differs, "bare": one.bare, "replies": bool(one.replies)}.get(
        show, True
    )


def _by_part(parts: Sequence[Part], rows: list[Settling]) -> list[tuple[Part, list[Settling]]]:
    found = [(part, [one for one in rows if one.criterion.part == part.id]) for part in parts]
    return [one for one in found if one[1]]


def _rows(
    request: HttpRequest,
    file: CityFile,
    asked: Sequence[Criterion],
    seen: Sequence[SeenMarks],
    left: set[str],
    fault: InputError | None,
) -> list[Settling]:
    answers, settled = answers_of(file), settled_seen_by(person_of(request), file)
    pieces, words = pieces_of(request, file), reasons_for_city(file) if seen else {}
    replies: dict[str, list[Reply]] = {}
    for one in file.replies.select_related("by__details"):
        replies.setdefault(one.criterion, []).append(one)
    found = []
    for criterion in asked:
        answer, last = answers.get(criterion.id), settled.get(criterion.id)
        given = [
            Given(one.marker.person.shown, mark, step_title(criterion, mark.value) or Text("", ""))
            for one in seen
            if (mark := one.marks.get(criterion.id)) is not None
        ]
        mine = fault if fault is not None and request.POST.get("criterion") == criterion.id else None
        value, reason = _held(given, last)
        if mine is not None:
            value, reason = request.POST.get("value", ""), request.POST.get("reason", "")
        found.append(
            Settling(
                criterion, answer, step_title(criterion, answer.value) if answer else None, given, last,
                step_title(criterion, last.value) if last else None, replies.get(criterion.id, []),
                pieces.get(criterion.id, []), criterion.id in left, mine, value, reason,
                _bare(criterion, given, last, words.get(criterion.id, ())),
            )
        )  # fmt: skip
    return found


def _bare(criterion: Criterion, given: Sequence[Given], last: ReconciledMark | None, words: Sequence[str]) -> bool:
    """As settled; before that where all marked the same, which can be taken over without a word."""
    if last is not None:
        return is_unsaid(criterion, last.value, last.reason, words)
    values = {one.mark.value for one in given}
    return len(values) == 1 and is_unsaid(criterion, values.pop(), "", words)


def _held(given: Sequence[Given], last: ReconciledMark | None) -> tuple[str, str]:
    """What the form begins with: what is settled; else what all marked. Nothing where the marks differ."""
    if last is not None:
        return str(last.value), ""
    values = {one.mark.value for one in given}
    return (str(values.pop()), "") if len(values) == 1 else ("", "")


def step_title(criterion: Criterion, value: int | None) -> Text | None:
    """The title of a step of the scale."""
    found: Step | None = next((one for one in criterion.scale if one.value == value), None)
    return found.title if found else None


def _confusion(asked: Sequence[Criterion], seen: Sequence[SeenMarks]) -> Confusion:
    one, two = (held.marks for held in seen)
    steps = sorted({step.value for criterion in asked for step in criterion.scale})
    counted: dict[tuple[int, int], int] = {}
    for criterion in asked:
        if criterion.id in one and criterion.id in two:
            pair = one[criterion.id].value, two[criterion.id].value
            counted[pair] = counted.get(pair, 0) + 1
    return Confusion(steps, [(a, [(counted.get((a, b), 0), a == b) for b in steps]) for a in steps])


@signed_in
def tell_page(request: HttpRequest, file: UUID, language: str) -> HttpResponse:
    """Before the city is told: until when it may reply, and what is still in the way."""
    held, person = certifying_file(request, file), person_of(request)
    marking_open(held, person)
    fault: InputError | None = None
    if request.method == "POST":
        try:
            tell_provisional(acting_user=person, file=held)
        except NotAllowed:
            raise
        except InputError as found:
            fault = found
        else:
            tell(request, "marking.told")
            return HttpResponseRedirect(address(language_of(request), "marking_file", file=held.pk))
    today, criteria = timezone.localdate(), criteria_of(held)
    left = unsettled(held, criteria) if held.state == FileState.RECONCILING else ()
    return render_page(
        request,
        "marking/tell.html",
        status_of(fault),
        current="assessments",
        part="marking",
        file=held,
        set=criteria,
        clock=clock_of(today + timedelta(days=held.call.reply_days), today),
        left=[criteria.by_id[key] for key in left],
        bare=[criteria.by_id[key] for key in (told_without_reason(held, criteria) if not left else ())],
        possible=held.state == FileState.RECONCILING and not left,
        may=decide_call(person, "assess.run", held.call),
        fault=fault,
    )
