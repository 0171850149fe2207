"""The marker's own desk: the declaration first, then part by part the answer, its evidence and the mark; handing in.

Nothing of the other markers stands on these pages: only :func:`marks_seen_by`'s own row is read. Who stepped back is
told only that they did.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from mudmai.apps.assessment.domain.answers import answers_of
from mudmai.apps.assessment.domain.facts import criteria_of
from mudmai.apps.assessment.domain.files import file_named
from mudmai.apps.assessment.domain.filling import asked_criteria
from mudmai.apps.assessment.domain.markers import BEFORE_MARKS_COUNT, declare, marker_for, recuse_marker, unfit_to_mark
from mudmai.apps.assessment.domain.marks import hand_in, open_again, save_mark, stale_marks
from mudmai.apps.assessment.models import Answer, CityFile, FileState, Mark, Marker, MarkerState
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.criteria import CriteriaSet, Criterion, Part
from mudmai.core.errors import InputError, UnknownNameError, Where
from mudmai.core.language import Text
from mudmai.web.pages import address, language_of, render_page
from mudmai.web.views.assessment.shared import step_typed
from mudmai.web.views.marking.marks import step_title
from mudmai.web.views.marking.shared import Piece, pieces_of, status_of
from mudmai.web.views.people.access import person_of, row_number, signed_in, tell
from mudmai.web.wording import wording


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part with how much of it is marked and what is to look at again."""

    part: Part
    asked: int
    given: int
    stale: int

    @property
    def done(self) -> bool:
        """Everything is marked and nothing changed since."""
        return self.asked == self.given and not self.stale


@dataclass(frozen=True)
class MarkView:
    """A criterion on the desk: what the city says, its evidence, the own mark; what the form holds."""

    criterion: Criterion
    answer: Answer | None
    answered: Text | None
    pieces: list[Piece]
    mark: Mark | None
    marked: Text | None
    value: str
    reason: str
    seen: str
    revision: int
    is_stale: bool
    editable: bool
    fault: InputError | None
    kept: Text | None
    """What another page of the marker kept in the meantime."""


@dataclass(frozen=True)
class Typed:
    """What the form says of one criterion."""

    value: str
    reason: str
    revision: int
    touched: bool


@signed_in
def desk(request: HttpRequest, file: UUID, language: str) -> HttpResponse:
    """Where the marker stands with this file; first of all what they declare."""
    held = file_named(file)
    marker = marker_for(person_of(request), held)
    if request.method != "POST":
        return _show(request, held, marker)
    try:
        done = _act(request, marker)
    except NotAllowed:
        raise
    except InputError as fault:
        return _show(request, file_named(file), marker_for(person_of(request), held), fault)
    tell(request, done)
    leaves = done in ("marking.declared_conflict", "marking.stepped_back")
    parts = {} if leaves else {"file": held.pk}
    return HttpResponseRedirect(address(language_of(request), "marking" if leaves else "marking_desk", **parts))


def _act(request: HttpRequest, marker: Marker) -> str:
    given, person = request.POST, person_of(request)
    match given.get("do", ""):
        case "declare":
            said = given.get("conflict", "")
            if said not in ("yes", "no"):
                raise InputError(
                    wording("marking.no_declaration"),
                    remedy=wording("marking.no_declaration_remedy"),
                    code="declaration",
                    where=Where(field="conflict"),
                )
            text = given.get("declaration", "")
            declare(acting_user=person, marker=marker, has_conflict=said == "yes", declaration=text)
            return _declared(file_named(marker.file_id), conflict=said == "yes")
        case "hand_in":
            hand_in(acting_user=person, marker=marker)
            return "marking.handed_in"
        case "recuse":
            recuse_marker(acting_user=person, marker=marker, reason=given.get("reason", ""))
            return "marking.stepped_back"
        case _:
            raise Http404


def _declared(file: CityFile, *, conflict: bool) -> str:
    """What is told after the declaration, as the file stands now."""
    if conflict:
        return "marking.declared_conflict"
    return "marking.declared_open" if file.state == FileState.MARKING else "marking.declared"


def _show(request: HttpRequest, file: CityFile, marker: Marker, fault: InputError | None = None) -> HttpResponse:
    criteria = criteria_of(file)
    declaring, unfit = marker.state == MarkerState.APPOINTED, unfit_to_mark(marker)
    silent = declaring or marker.state == MarkerState.RECUSED
    parts = [] if silent else _parts(file, criteria, marker)
    asked, given = sum(one.asked for one in parts), sum(one.given for one in parts)
    return render_page(
        request,
        "marking/declare.html" if declaring else "marking/desk.html",
        status_of(fault),
        current="assessments",
        part="marking",
        file=file,
        set=criteria,
        marker=marker,
        parts=parts,
        asked=asked,
        given=given,
        left=asked - given,
        go_on=next((one.part for one in parts if not one.done), None),
        stale=[criteria.by_id[key] for key in stale_marks(marker) if key in criteria.by_id] if not silent else [],
        again=marker.done_at is not None and marker.state == MarkerState.MARKING,
        marking=marker.state == MarkerState.MARKING and file.state == FileState.MARKING and unfit is None,
        unfit=unfit,
        may_step_back=marker.state != MarkerState.RECUSED and file.state in BEFORE_MARKS_COUNT,
        faults=[(criteria.by_id.get(one.where.field or ""), one) for one in fault.problems] if fault else [],
        fault=fault,
        posted=request.POST if fault else {},
    )


def _parts(file: CityFile, criteria: CriteriaSet, marker: Marker) -> list[PartRow]:
    marked = set(marker.marks.values_list("criterion", flat=True))
    stale = set(stale_marks(marker))
    asked = asked_criteria(file, criteria)
    found = []
    for part in criteria.parts:
        mine = [one.id for one in asked if one.part == part.id]
        if mine:
            given = sum(key in marked for key in mine)
            found.append(PartRow(part, len(mine), given, sum(key in stale for key in mine)))
    return found


@signed_in
def part_page(request: HttpRequest, file: UUID, part: str, language: str) -> HttpResponse:
    """One part: criterion after criterion with answer, evidence and the own mark; one form keeps what was touched."""
    held = file_named(file)
    marker = marker_for(person_of(request), held)
    if marker.state in (MarkerState.APPOINTED, MarkerState.RECUSED):
        return HttpResponseRedirect(address(language_of(request), "marking_desk", file=held.pk))
    criteria = criteria_of(held)
    asked = [one for one in asked_criteria(held, criteria) if one.part == part]
    if not asked:
        raise UnknownNameError(Text("หมวดของแฟ้มนี้", "part of this file"), part)
    typed: dict[str, Typed] = {}
    faults: dict[str, InputError] = {}
    if request.method == "POST":
        typed = {one.id: found for one in asked if (found := _typed(request, one.id)) is not None}
        faults = _save(request, marker, typed)
        if not faults:
            return HttpResponseRedirect(_next(request, held, part))
    return _show_part(request, held, marker, criteria, asked, typed, faults)


def _typed(request: HttpRequest, key: str) -> Typed | None:
    given = request.POST
    if f"r_{key}" not in given:
        return None
    value, reason = given.get(f"v_{key}", ""), given.get(f"t_{key}", "").replace("\r\n", "\n").strip()
    touched = given.get(f"s_{key}", "") != _digest(value, reason) or given.get("go") == f"stay:{key}"
    return Typed(value, reason, row_number(given[f"r_{key}"]), touched)


def _digest(value: str, reason: str) -> str:
    """A mark of what the page showed: it tells what was touched from what was only sent along."""
    return hashlib.sha256(f"{value}|{reason}".encode()).hexdigest()[:16]


def _save(request: HttpRequest, marker: Marker, typed: Mapping[str, Typed]) -> dict[str, InputError]:
    """Keep what was touched; one that is refused does not hold back the others."""
    faults: dict[str, InputError] = {}
    kept = 0
    for key, one in typed.items():
        if not one.touched:
            continue
        try:
            value = step_typed(one.value)
            if value is None:
                raise InputError(wording("marking.no_step"), remedy=wording("marking.no_step_remedy"), code="mark_step")
            save_mark(
                acting_user=person_of(request),
                marker=marker,
                criterion=key,
                value=value,
                reason=one.reason,
                revision=one.revision,
            )
            kept += 1
        except NotAllowed:
            raise
        except InputError as fault:
            faults[key] = fault
    if kept:
        tell(request, "marking.kept" if not faults else "marking.kept_some")
    return faults


def _next(request: HttpRequest, file: CityFile, part: str) -> str:
    language = language_of(request)
    kind, _, key = request.POST.get("go", "").partition(":")
    known = {one.id: one.part for one in asked_criteria(file)}
    if kind == "part" and key in known.values():
        return address(language, "marking_part", file=file.pk, part=key)
    if kind == "desk":
        return address(language, "marking_desk", file=file.pk)
    here = address(language, "marking_part", file=file.pk, part=part)
    return f"{here}#c-{key}" if kind == "stay" and key in known else here


def _show_part(
    request: HttpRequest,
    file: CityFile,
    marker: Marker,
    criteria: CriteriaSet,
    asked: list[Criterion],
    typed: Mapping[str, Typed],
    faults: Mapping[str, InputError],
) -> HttpResponse:
    marks = {one.criterion: one for one in marker.marks.all()}
    answers, stale = answers_of(file), set(stale_marks(marker))
    pieces = pieces_of(request, file, asked[0].part, criteria.by_id)
    marking = marker.state == MarkerState.MARKING and file.state == FileState.MARKING
    editable = marking and unfit_to_mark(marker) is None
    closed = set() if not editable or marker.done_at is None else {one.id for one in asked} - open_again(marker)
    parts = _parts(file, criteria, marker)
    at = next(i for i, one in enumerate(parts) if one.part.id == asked[0].part)
    views = [
        _view(
            one, answers.get(one.id), pieces.get(one.id, []), marks.get(one.id), typed.get(one.id),
            faults.get(one.id), one.id in stale, editable and one.id not in closed,
        )
        for one in asked
    ]  # fmt: skip
    conflict = any(one.code == "mark_changed" for one in faults.values())
    return render_page(
        request,
        "marking/part.html",
        200 if not faults else 409 if conflict else 422,
        current="assessments",
        part="marking",
        file=file,
        set=criteria,
        one=parts[at],
        number=at + 1,
        count=len(parts),
        before=parts[at - 1].part if at else None,
        after=parts[at + 1].part if at + 1 < len(parts) else None,
        asked=views,
        marker=marker,
        editable=editable,
        faults=[(criteria.by_id[key], one) for key, one in faults.items()],
    )


def _view(
    criterion: Criterion,
    answer: Answer | None,
    pieces: list[Piece],
    mark: Mark | None,
    typed: Typed | None,
    fault: InputError | None,
    is_stale: bool,
    editable: bool,
) -> MarkView:
    kept_value, kept_reason = (str(mark.value), mark.reason) if mark else ("", "")
    value, reason = (typed.value, typed.reason) if fault is not None and typed else (kept_value, kept_reason)
    marked = step_title(criterion, mark.value) if mark else None
    return MarkView(
        criterion=criterion,
        answer=answer,
        answered=step_title(criterion, answer.value) if answer else None,
        pieces=pieces,
        mark=mark,
        marked=marked,
        value=value,
        reason=reason,
        seen=_digest(kept_value, kept_reason.replace("\r\n", "\n").strip()),
        revision=mark.revision if mark else 0,
        is_stale=is_stale,
        editable=editable,
        fault=fault,
        kept=marked if fault is not None and fault.code == "mark_changed" else None,
    )
