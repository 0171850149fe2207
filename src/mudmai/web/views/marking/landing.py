"""``/marking/``: what a marker has to do, and for those who run calls every file with what it waits for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mudmai.apps.assessment.domain.facts import criteria_or_fault
from mudmai.apps.assessment.domain.filling import asked_criteria
from mudmai.apps.assessment.models import Call, CityFile, FileState, Marker, MarkerState
from mudmai.apps.assessment.policy import visible_files
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import organisations_allowing
from mudmai.core.criteria import CriteriaSet
from mudmai.core.errors import FaultError
from mudmai.core.language import Text, same
from mudmai.web.pages import render_page
from mudmai.web.views.assessment.shared import as_uuid
from mudmai.web.views.marking.shared import waits_for
from mudmai.web.views.people.access import person_of, signed_in

OPEN = (
    FileState.SUBMITTED,
    FileState.MARKING,
    FileState.RECONCILING,
    FileState.REPLY,
    FileState.DECIDING,
    FileState.APPEALED,
)
ENDED = (FileState.GRANTED, FileState.REFUSED)
MOVES = (
    "file.submit",
    "file.appoint",
    "file.declare",
    "file.recuse",
    "file.marks_done",
    "file.provisional",
    "file.reply_over",
    "file.decide",
    "file.appeal",
    "file.appeal_decide",
)
"""Steps that a file waits since."""
SHOWN = 50
"""Decided files that the page lists."""


@dataclass(frozen=True, slots=True)
class Task:
    """A file that the person marks; ``days`` since they were appointed. ``lost``: its kept criteria set is."""

    marker: Marker
    title: Text
    asked: int
    given: int
    days: int
    lost: FaultError | None

    @property
    def left(self) -> int:
        """Criteria without a mark."""
        return max(0, self.asked - self.given)


@dataclass(frozen=True, slots=True)
class Row:
    """A file of the queue; ``days`` since its last step."""

    file: CityFile
    title: Text
    waits: Text
    days: int
    lost: FaultError | None


@signed_in
def marking(request: HttpRequest, language: str) -> HttpResponse:
    """My files to mark; the queue of my calls by state."""
    person = person_of(request)
    today = timezone.localdate()
    chosen = as_uuid(request.GET.get("call", ""))
    calls = Call.objects.filter(organisation__in=organisations_allowing(person, "assess.run").values("pk"))
    listed = list(calls.annotate(many=Count("files", filter=Q(files__state__in=[*OPEN, *ENDED]))))
    mine = next((one for one in listed if one.pk == chosen), None)
    tasks = _tasks(person, today)
    queue, ended = _queue(person, calls, mine, today)
    return render_page(
        request,
        "marking/landing.html",
        current="assessments",
        part="marking",
        declaring=[one for one in tasks if one.marker.state == MarkerState.APPOINTED],
        marking=[one for one in tasks if one.marker.state == MarkerState.MARKING],
        done=[one for one in tasks if one.marker.state == MarkerState.DONE],
        runs=bool(listed),
        calls=listed,
        call=mine,
        queue=[(state.title, [one for one in queue if one.file.state == state]) for state in OPEN],
        waiting=len(queue),
        ended=ended,
        shown=SHOWN,
        lost=list({str(one.lost): one.lost for one in (*tasks, *queue, *ended) if one.lost}.values()),
    )


def _tasks(person: Person, today: date) -> list[Task]:
    rows = Marker.objects.filter(person=person, file__state__in=[*OPEN, *ENDED]).exclude(state=MarkerState.RECUSED)
    rows = rows.select_related("file__call__organisation", "file__city").annotate(given=Count("marks"))
    found = []
    for one in rows.order_by("appointed_at"):
        title, criteria, lost = _set(one.file)
        asked = {each.id for each in asked_criteria(one.file, criteria)} if criteria is not None else set()
        days = (today - timezone.localdate(one.appointed_at)).days
        found.append(Task(one, title, len(asked), one.given, days, lost))
    return found


def _queue(person: Person, calls: object, call: Call | None, today: date) -> tuple[list[Row], list[Row]]:
    files = visible_files(CityFile.objects.filter(call__in=calls, state__in=[*OPEN, *ENDED]), person)
    files = files.filter(call=call) if call is not None else files
    files = files.select_related("call__organisation", "city").prefetch_related("markers")
    files = files.annotate(
        since=Max("steps__at", filter=Q(steps__action__in=MOVES)), settled=Count("reconciled__criterion", distinct=True)
    )
    queue = [_row(one, today) for one in files.filter(state__in=OPEN).order_by("since", "id")]
    ended = [_row(one, today) for one in files.filter(state__in=ENDED).order_by("-since", "id")[:SHOWN]]
    return queue, ended


def _row(file: CityFile, today: date) -> Row:
    since = getattr(file, "since", None) or file.created_at
    title, criteria, lost = _set(file)
    asked = len(asked_criteria(file, criteria)) if criteria is not None else 0
    settled = min(getattr(file, "settled", 0), asked)
    waits = waits_for(file, list(file.markers.all()), today, settled=settled, asked=asked)
    return Row(file, title, waits, (today - timezone.localdate(since)).days, lost)


def _set(file: CityFile) -> tuple[Text, CriteriaSet | None, FaultError | None]:
    """The title of the file's set with the set; where the kept version is lost, its id with what is wrong."""
    found = criteria_or_fault(file)
    if isinstance(found, FaultError):
        return same(file.call.criteria), None, found
    return found.title, found, None
