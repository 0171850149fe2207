"""The way in: what is assessed, calls that are open, and for people who have signed in what waits for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mudmai.apps.assessment.domain.facts import criteria_or_fault
from mudmai.apps.assessment.domain.files import fill_until
from mudmai.apps.assessment.models import Answer, Call, City, CityFile, FileState, FileStep
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import organisations_allowing
from mudmai.core.criteria import CriteriaSet, Side
from mudmai.core.errors import FaultError
from mudmai.core.language import Text, same
from mudmai.web.pages import render_page
from mudmai.web.views.assessment.criteria import level_words
from mudmai.web.views.assessment.shared import (
    CallRow,
    call_row,
    known_sets,
    name_order,
    newest_sets,
    title_in,
)
from mudmai.web.views.projects.readers import person_or_none

MOST = 50
"""Rows of one's own that the page shows."""


@dataclass(frozen=True, slots=True)
class SetRow:
    """A criteria set in the list: its newest version, the others, how much it asks."""

    set: CriteriaSet
    others: list[CriteriaSet]
    paper: int
    outcome: int
    levels: list[tuple[Text, list[Text]]]


@dataclass(frozen=True, slots=True)
class AskedCriterion:
    """A criterion that a colleague asked this person to answer. ``lost``: the kept set of its file is."""

    file: CityFile
    criterion: str
    part: str
    title: Text
    lost: FaultError | None = None


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """A file whose provisional result may be replied to, and the days that are left."""

    file: CityFile
    title: Text
    days: int | None


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A file that is being filled, its last day and the days until then. ``is_returned``: it was sent back to mend."""

    file: CityFile
    title: Text
    until: date
    days: int
    is_returned: bool


@dataclass
class Mine:
    """What concerns one person."""

    cities: list[City] = field(default_factory=list)
    files: list[tuple[Text, list[tuple[CityFile, Text]]]] = field(default_factory=list)
    asked: list[AskedCriterion] = field(default_factory=list)
    replies: list[ReplyRow] = field(default_factory=list)
    drafts: list[DraftRow] = field(default_factory=list)
    may_add: bool = False
    may_call: bool = False
    own_calls: list[CallRow] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        """Something waits for the person."""
        return bool(self.asked or self.replies or self.drafts)


def assessments(request: HttpRequest, language: str) -> HttpResponse:
    """The page for everybody; one's own on top of it."""
    person, today = person_or_none(request), timezone.localdate()
    known = known_sets(request)
    titles = {one.id: one.title for one in known}
    calls = [
        call_row(one, titles, today) for one in Call.objects.filter(is_published=True).select_related("organisation")
    ]
    return render_page(
        request,
        "assessment/landing.html",
        current="assessments",
        part="assessments",
        sets=[_set_row(one, known) for one in newest_sets(known)],
        open_calls=sorted((one for one in calls if one.is_open), key=lambda one: one.days),
        coming=sorted((one for one in calls if one.opens_in), key=lambda one: one.opens_in),
        closed=[one for one in calls if one.days < 0][:20],
        mine=_mine(request, person, titles, today) if person else None,
    )


def _set_row(criteria: CriteriaSet, known: tuple[CriteriaSet, ...]) -> SetRow:
    sides = [one.side for one in criteria.criteria]
    return SetRow(
        criteria,
        [one for one in known if one.scheme == criteria.scheme and one.id != criteria.id],
        sides.count(Side.PAPER),
        sides.count(Side.OUTCOME),
        [(one.title, level_words(criteria, one)) for one in criteria.levels],
    )


def _mine(request: HttpRequest, person: Person, titles: dict[str, Text], today: date) -> Mine:
    inside = organisations_allowing(person, "assess.view").values("pk")
    mine = Mine(
        cities=list(City.objects.filter(organisation__in=inside).order_by("name_th")[:MOST]),
        may_add=organisations_allowing(person, "city.edit").exists(),
        may_call=organisations_allowing(person, "assess.call").exists(),
    )
    mine.cities.sort(key=lambda one: name_order(request, one.name))
    rows = CityFile.objects.filter(city__organisation__in=inside).select_related("city", "call")
    files = list(rows.order_by("-created_at")[:MOST])
    for state in FileState:
        held = [(one, title_in(titles, one.call.criteria)) for one in files if one.state == state]
        if held:
            mine.files.append((state.title, held))
    mine.asked = _asked(request, person)
    filling = organisations_allowing(person, "assess.fill").values("pk")
    sent_back = FileStep.objects.filter(file=OuterRef("pk"), action="file.return")
    drafts = rows.filter(state=FileState.DRAFT, city__organisation__in=filling).order_by("call__closes_on")
    for one in drafts.annotate(is_returned=Exists(sent_back))[:MOST]:
        until = fill_until(one)
        title = title_in(titles, one.call.criteria)
        mine.drafts.append(DraftRow(one, title, until, (until - today).days, one.is_returned))
    replying = organisations_allowing(person, "assess.submit").values("pk")
    for one in rows.filter(state=FileState.REPLY, city__organisation__in=replying).order_by("reply_due")[:MOST]:
        days = (one.reply_due - today).days if one.reply_due else None
        mine.replies.append(ReplyRow(one, title_in(titles, one.call.criteria), days))
    if mine.may_call:
        own = organisations_allowing(person, "assess.call").values("pk")
        drafts = Call.objects.filter(organisation__in=own).select_related("organisation")[:MOST]
        mine.own_calls = [call_row(one, titles, today) for one in drafts]
    return mine


def _asked(request: HttpRequest, person: Person) -> list[AskedCriterion]:
    """Criteria that wait for this person's answer, in files that may still be filled."""
    rows = Answer.objects.filter(assigned_to=person, value=None, file__state=FileState.DRAFT)
    found = []
    for one in rows.select_related("file__city", "file__call")[:MOST]:
        criteria = criteria_or_fault(one.file)
        if isinstance(criteria, FaultError):
            found.append(AskedCriterion(one.file, one.criterion, "", same(one.criterion), criteria))
            continue
        criterion = criteria.by_id.get(one.criterion)
        if criterion is not None:
            found.append(AskedCriterion(one.file, criterion.id, criterion.part, criterion.title))
    return found
