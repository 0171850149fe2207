"""Programmes: the list, setting one up, and one plan as it stands, as it stood, and what each decision changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from mudmai.apps.programme.domain import projects as do
from mudmai.apps.programme.domain.form_layouts import known_layouts, layouts_holding
from mudmai.apps.programme.interfaces.form_printing import has_print
from mudmai.apps.programme.models import Programme, ProgrammeKind, Reporting, RevisionEvent, Stage
from mudmai.apps.programme.policy import change_action, decide_on
from mudmai.apps.programme.portfolio import Chosen, money_by_programme, money_of, projects_of
from mudmai.apps.programme.sections import Section, parts_of, sections_of
from mudmai.apps.registry.areas import AreaRef, area_name, checked_area
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Decision, NotAllowed, organisations_allowing, require_anywhere
from mudmai.core.days import read_day
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text, same
from mudmai.core.ledger import Standing, money
from mudmai.core.search_text import year_meant
from mudmai.exchange.forms.layouts import FormLayouts
from mudmai.web.pages import address, language_of, reader, render_page
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.web.views.projects.changes import ChangeRow, change_rows
from mudmai.web.views.projects.portfolio import waterfall
from mudmai.web.views.projects.readers import asker, for_readers, person_or_none
from mudmai.web.wording import wording


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """A programme in the list, its projects and its money."""

    programme: Programme
    kind: Text
    count: int
    money: Mapping[str, Decimal]


@for_readers
def programme_list(request: HttpRequest, language: str) -> HttpResponse:
    """All programmes that one may read."""
    person = asker(request)
    found = list(do.visible_programmes(person))
    counts = dict(projects_of(person, Chosen()).order_by().values_list("programme_id").annotate(n=Count("pk")))
    sums = money_by_programme([one.pk for one in found])
    may_add = person is not None and organisations_allowing(person, "project.edit").exists()
    return render_page(
        request,
        "projects/programmes.html",
        current="projects",
        rows=[
            ProgrammeRow(one, ProgrammeKind(one.kind).title, counts.get(one.pk, 0), sums.get(one.pk, {}))
            for one in found
        ],
        may_add=may_add,
    )


@signed_in
def new_programme(request: HttpRequest, language: str) -> HttpResponse:
    """Set up a programme; its workbook is loaded on the next page."""
    person = person_of(request)
    require_anywhere(person, "project.edit")
    organisations = list(organisations_allowing(person, "project.edit"))
    fault: InputError | None = None
    if request.method == "POST":
        try:
            made = _create(request, person, {one.code: one for one in organisations})
            tell(request, "programme.created")
            return HttpResponseRedirect(address(language_of(request), "programme_load", programme=made.pk))
        except NotAllowed:
            raise
        except InputError as found:
            fault = found
    return render_page(
        request,
        "projects/new_programme.html",
        400 if fault else 200,
        part="programmes",
        current="projects",
        fault=fault,
        given=request.POST,
        organisations=organisations,
        kinds=[(one.value, one.title) for one in ProgrammeKind],
        cycles=[(one.value, one.title) for one in Reporting],
        layouts=known_layouts(),
    )


def _create(request: HttpRequest, person: Person, organisations: Mapping[str, Any]) -> Programme:
    given = request.POST
    code = given.get("organisation", "")
    if code not in organisations:
        raise UnknownNameError(Text("หน่วยงาน", "organisation"), code, list(organisations))
    system, _, area = given.get("area", "").partition(":")
    return do.create_programme(
        acting_user=person,
        organisation=organisations[code],
        title_th=given.get("title_th", ""),
        title_en=given.get("title_en", ""),
        kind=given.get("kind", ""),
        first_year=_fiscal_year(given.get("first_year", "")),
        last_year=_fiscal_year(given.get("last_year", "")),
        form=given.get("form", ""),
        area=checked_area(system, area) if area else AreaRef("", ""),
        reporting=given.get("reporting", ""),
        note=given.get("note", ""),
    )


def _fiscal_year(text: str) -> int:
    """A year in either calendar and either digits."""
    year = year_meant(text.strip().translate({0x0E50 + n: str(n) for n in range(10)}))
    if year is None:
        raise InputError(
            wording("programme.bad_year", value=text or "–"), remedy=wording("programme.bad_year_remedy"), code="period"
        )
    return year


@dataclass(frozen=True)
class AsOf:
    """The plan at the end of a day: its projects that counted then, and their planned money."""

    day: date
    rows: list[tuple[str, Standing, Decimal]]
    shown: int
    total: Decimal


@dataclass(frozen=True)
class Revision:
    """One decision and, where it is opened, what it changed."""

    event: RevisionEvent
    projects: int
    rows: list[ChangeRow] | None = None
    more: int = 0


MOST_ROWS = 100
MOST_EVENTS = 6
"""Decisions shown at once; those before them are folded."""


def programme(request: HttpRequest, programme: UUID, language: str) -> HttpResponse:
    """One programme; ``?event=`` opens a revision, ``?day=`` shows the plan as of a day."""
    if request.method == "POST":
        response: HttpResponse = _act(request, programme, language)
        return response
    return _page(request, programme=programme, language=language)


@for_readers
def _page(request: HttpRequest, programme: UUID, language: str) -> HttpResponse:
    """The page itself, kept for visitors."""
    person, here = asker(request), reader(request)
    held = do.programme_for(person, programme)
    chosen = Chosen(programme=held.pk)
    sums = money_of(projects_of(person, chosen), chosen)
    stages = [stage for stage in Stage if sums.stages[stage.value] is not None]
    stage = next(
        (one for one in stages if one.value == request.GET.get("stage")), stages[0] if stages else Stage.PLANNED
    )
    events = held.events.annotate(n=Count("versions")).order_by("-decided_on", "-sequence")
    asked = request.GET.get("event", "")
    signed = person_or_none(request)
    fault: InputError | None = None
    as_of: AsOf | None = None
    try:
        as_of = _as_of(held, request.GET["day"]) if request.GET.get("day", "").strip() else None
    except InputError as found:
        fault = found
    years = [year for year, row in sums.years.items() if stage.value in row]
    opened, sections = request.GET.get("open", ""), sections_of(held, stage.value)
    told = [_revision(one, asked == str(one.sequence), here) for one in events]
    return render_page(
        request,
        "projects/programme.html",
        400 if fault else 200,
        current="projects",
        programme=held,
        kind=ProgrammeKind(held.kind).title,
        cycle=Reporting(held.reporting).title,
        area=area_name(held.area),
        money=sums,
        waterfall=waterfall(sums.stages),
        stage=stage,
        stages=stages,
        years=years,
        year_totals=[row[stage.value] for row in sums.years.values() if stage.value in row],
        stage_total=sums.stages[stage.value],
        parts=_parts(sections, years, layouts_holding({one.form for one in sections}), opened),
        opened=opened,
        can_open=len(sections) > FEW_SECTIONS,
        events=told[:MOST_EVENTS],
        earlier_events=told[MOST_EVENTS:],
        earlier_start=MOST_EVENTS + 1,
        earlier_open=any(one.rows is not None for one in told[MOST_EVENTS:]),
        as_of=as_of,
        day_asked=request.GET.get("day", ""),
        fault=fault,
        loads=list(held.loads.all()[:20]) if signed else [],
        rights=_rights(signed, held) if signed else {},
        prints=has_print(held),
    )


@dataclass(frozen=True)
class MoneyRow:
    """A line of the table of headings: the words from the top, projects, one amount for each year, all together."""

    headings: list[tuple[Text, str]]
    count: int
    amounts: list[Decimal | None]
    total: Decimal | None


@dataclass(frozen=True)
class GroupRow:
    """A strategy; ``key`` opens its sections, "" where there are none below."""

    row: MoneyRow
    key: str
    is_open: bool
    below: list[MoneyRow]


@dataclass(frozen=True)
class PartRows:
    """A form of the plan: its code and name where it has one."""

    code: str
    title: Text | None
    row: MoneyRow
    groups: list[GroupRow]


FEW_SECTIONS = 15
"""A plan with no more sections shows them all at once."""


def _parts(sections: list[Section], years: list[int], layouts: FormLayouts | None, opened: str) -> list[PartRows]:
    """The plan by its headings; ``opened`` is the key of a strategy, or ``all``."""
    every = opened == "all" or len(sections) <= FEW_SECTIONS
    names = {one.id: one.title for one in layouts.levels} if layouts else {}
    forms = {one.id: one for one in layouts.forms} if layouts else {}

    def row(one: Section, above: int = 0) -> MoneyRow:
        words = [(names.get(level, same(level)), said) for level, said in one.hierarchy[above:]]
        return MoneyRow(words, one.count, [one.years.get(year) for year in years], one.total)

    parts = []
    for n, part in enumerate(parts_of(sections, layouts)):
        groups = []
        for m, group in enumerate(part.groups):
            key = "" if group.is_alone else f"{n}-{m}"
            is_open = bool(key) and (every or key == opened)
            below = [row(one, len(group.headings)) for one in group.sections] if is_open else []
            groups.append(GroupRow(row(group.together), key, is_open, below))
        form = forms.get(part.form)
        parts.append(PartRows(form.code if form else "", form.title if form else None, row(part.together), groups))
    return parts


def _revision(event: RevisionEvent, opened: bool, here: Any) -> Revision:
    count: int = getattr(event, "n", 0)
    if not opened:
        return Revision(event, count)
    rows = change_rows(do.revision_table(event), here)
    return Revision(event, count, rows[:MOST_ROWS], max(0, len(rows) - MOST_ROWS))


def _as_of(held: Programme, text: str) -> AsOf:
    day = read_day(text)
    rows = [
        (key, one, money(one.facts, lambda line: line["stage"] == Stage.PLANNED.value))
        for key, one in do.plan_as_of(held, day).items()
        if one.state.counts
    ]
    return AsOf(day, rows[:MOST_ROWS], len(rows), sum((amount for _, _, amount in rows), Decimal(0)))


def _rights(person: Person, held: Programme) -> dict[str, Decision]:
    return {
        "change": decide_on(person, change_action(held), programme=held),
        "link": decide_on(person, "project.link", programme=held),
        "lock": decide_on(person, "project.lock", programme=held),
    }


@signed_in
def _act(request: HttpRequest, programme: UUID, language: str) -> HttpResponse:
    person = person_of(request)
    held = do.programme_for(person, programme)
    match request.POST.get("do", ""):
        case "release":
            do.release_programme(acting_user=person, programme=held, reason=request.POST.get("reason", ""))
            tell(request, "programme.released_now")
        case "conceal":
            do.conceal_programme(acting_user=person, programme=held, reason=request.POST.get("reason", ""))
            tell(request, "programme.concealed_now")
        case _:
            raise Http404
    return HttpResponseRedirect(address(language_of(request), "programme", programme=held.pk))
