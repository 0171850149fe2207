"""The road map of a city: what lacks, what will be done about it, when, for how much, and what that would earn."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from mudmai.apps.assessment.domain import roadmap as do
from mudmai.apps.assessment.domain.cities import city_named
from mudmai.apps.assessment.domain.facts import criteria_of, criteria_or_fault
from mudmai.apps.assessment.domain.standing import marks_told, standing_of, values_by
from mudmai.apps.assessment.models import City, CityFile, RoadmapItem, RoadmapState
from mudmai.apps.assessment.policy import decide_city
from mudmai.apps.programme.models import Programme
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.criteria import Action, CriteriaSet, Criterion, NextLevel, Score
from mudmai.core.errors import FaultError, InputError, UnknownNameError, Where
from mudmai.core.language import Text
from mudmai.core.search_text import year_meant
from mudmai.core.typed_figures import exact_number
from mudmai.web.pages import address, language_of, reader, render_page
from mudmai.web.views.assessment.shared import as_uuid, revision_of, step_typed
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.web.wording import wording


@dataclass(frozen=True, slots=True)
class Gap:
    """A criterion that lacks, what it could add, what is recommended, how much is planned for it already."""

    criterion: Criterion
    adds: str
    actions: list[Action]
    planned: int


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item with the criterion it is for; None where the set of its file no longer has it."""

    item: RoadmapItem
    criterion: Criterion | None
    step: Text | None


@dataclass(frozen=True, slots=True)
class YearRow:
    """One year: the score by its end, the level, the money, the criteria that rise. ``year`` None: now."""

    year: int | None
    score: Score
    level: Text | None
    rises: list[Text]
    money: do.YearMoney | None


@signed_in
def roadmap(request: HttpRequest, code: str, language: str) -> HttpResponse:
    """The page of the road map; ``?print=1`` without what is only for the screen."""
    person, city = person_of(request), city_named(code)
    _require(person, "assess.view", city)
    file = do.newest_file(city)
    items = list(city.roadmap.select_related("file__call", "project__programme"))
    found = criteria_or_fault(file) if file is not None else None
    criteria, lost = (None, found) if isinstance(found, FaultError) else (found, None)
    years = _years(criteria, file, items) if criteria is not None and file is not None else []
    following = _next(file) if criteria is not None and file is not None else None
    shown = {one.year for one in years if one.money is not None}
    return render_page(
        request,
        "assessment/roadmap.html",
        current="assessments",
        part="assessments",
        city=city,
        file=file,
        set=criteria,
        lost=[lost] if lost is not None else [],
        items=[_row(one) for one in items if one.state != RoadmapState.DROPPED],
        dropped=[_row(one) for one in items if one.state == RoadmapState.DROPPED],
        years=years,
        money_loose=[one for one in do.money_by_year(city, items) if one.fiscal_year not in shown],
        gaps=_gaps(request, criteria, following, items) if criteria is not None else [],
        next=following,
        settled=file is not None and marks_told(file) == "reconciled",
        may_edit=bool(decide_city(person, "city.edit", city)),
        printing=bool(request.GET.get("print")),
    )


def _require(person: Person, action: str, city: City) -> None:
    decision = decide_city(person, action, city)
    if not decision:
        raise NotAllowed(decision)


def _row(item: RoadmapItem) -> ItemRow:
    criteria = criteria_or_fault(item.file) if item.file is not None else None
    criterion = criteria.by_id.get(item.criterion) if isinstance(criteria, CriteriaSet) else None
    titles = {step.value: step.title for step in criterion.scale} if criterion else {}
    return ItemRow(item, criterion, titles.get(item.to_step) if item.to_step is not None else None)


def _years(criteria: CriteriaSet, file: CityFile, items: list[RoadmapItem]) -> list[YearRow]:
    """Years in which something rises or is paid for: one without a rise keeps the score of the year before."""
    money = {one.fiscal_year: one for one in do.money_by_year(file.city, items) if one.fiscal_year is not None}
    found: list[YearRow] = []
    for one in do.points_by_year(file, items):
        level = one.assessed.level.title if one.assessed.level else None
        rises = [criteria.by_id[key].title for key in one.changed]
        paid = money.pop(one.fiscal_year, None) if one.fiscal_year is not None else None
        found.append(YearRow(one.fiscal_year, one.assessed.overall, level, rises, paid))
    for year, paid in sorted(money.items()):
        before = [one for one in found if one.year is None or one.year < year]
        if before:
            found.insert(len(before), YearRow(year, before[-1].score, before[-1].level, [], paid))
    return found


def _next(file: CityFile) -> NextLevel | None:
    """The next level by what the city plans on."""
    return standing_of(file, marks=marks_told(file), figures=False).next


def _gaps(
    request: HttpRequest, criteria: CriteriaSet, following: NextLevel | None, items: list[RoadmapItem]
) -> list[Gap]:
    """What keeps the next level away, largest first."""
    if following is None:
        return []
    here, actions = reader(request), {one.id: one for one in criteria.actions}
    planned = Counter(one.criterion for one in items if one.state == RoadmapState.PLANNED)
    found = []
    for gain in following.gains:
        one = criteria.by_id[gain.criterion]
        known = [actions[key] for key in one.actions if key in actions]
        found.append(Gap(one, here.number(gain.overall * 100, 1), known, planned[one.id]))
    return found


@signed_in
def new_item(request: HttpRequest, code: str, language: str) -> HttpResponse:
    """Plan something about one criterion: a recommended action or an idea of one's own."""
    person, city = person_of(request), city_named(code)
    _require(person, "city.edit", city)
    file = do.newest_file(city)
    if file is None:
        raise InputError(
            wording("roadmap.no_file"),
            remedy=wording("assess.no_open_calls"),
            code="roadmap",
            where=Where(field="file"),
        )
    given = request.POST if request.method == "POST" else request.GET
    criterion = criteria_of(file).by_id.get(given.get("criterion", ""))
    if criterion is None:
        raise UnknownNameError(
            Text("เกณฑ์", "criterion"), given.get("criterion", "") or "–", list(criteria_of(file).by_id)
        )
    fault: InputError | None = None
    if request.method == "POST":
        try:
            do.plan_action(acting_user=person, city=city, file=file, criterion=criterion.id, **_fields(request))
            tell(request, "roadmap.added")
            return HttpResponseRedirect(address(language_of(request), "city_roadmap", code=city.code))
        except NotAllowed:
            raise
        except InputError as found:
            fault = found
    return _form(request, city, file, criterion, None, fault)


@signed_in
def item_page(request: HttpRequest, code: str, item: UUID, language: str) -> HttpResponse:
    """Change an item, tell that it is done, give it up, or make a draft project of it."""
    person, city = person_of(request), city_named(code)
    _require(person, "city.edit", city)
    held = _item(city, item)
    fault: InputError | None = None
    if request.method == "POST":
        try:
            return _act(request, person, city, held)
        except NotAllowed:
            raise
        except InputError as found:
            fault = found
            held = _item(city, item)
    if held.file is None:
        raise Http404
    return _form(request, city, held.file, criteria_of(held.file).by_id.get(held.criterion), held, fault)


def _item(city: City, key: UUID) -> RoadmapItem:
    held = do.item_named(key)
    if held.city_id != city.pk:
        raise UnknownNameError(Text("รายการในแผนที่นำทาง", "item of a road map"), str(key))
    return held


def _act(request: HttpRequest, person: Person, city: City, held: RoadmapItem) -> HttpResponse:
    given: dict[str, Any] = {"acting_user": person, "item": held, "revision": revision_of(request)}
    match request.POST.get("do", ""):
        case "change":
            do.change_action(**given, **_fields(request))
            tell(request, "roadmap.kept")
        case "done":
            do.done_action(**given)
            tell(request, "roadmap.is_done")
        case "drop":
            do.drop_action(**given, reason=request.POST.get("reason", ""))
            tell(request, "roadmap.dropped")
        case "project":
            key = as_uuid(request.POST.get("programme", ""))
            programme = next((one for one in _programmes(city) if one.pk == key), None)
            if programme is None:
                raise UnknownNameError(Text("แผนงาน", "programme"), request.POST.get("programme", "") or "–")
            do.make_draft_project(**given, programme=programme)
            tell(request, "roadmap.project_made")
        case _:
            raise Http404
    return HttpResponseRedirect(address(language_of(request), "city_roadmap", code=city.code))


def _programmes(city: City) -> list[Programme]:
    """Programmes of the city's organisation that are drafts."""
    rows = Programme.objects.filter(organisation_id=city.organisation_id, is_released=False)
    return list(rows.select_related("organisation"))


def _fields(request: HttpRequest) -> dict[str, Any]:
    given = request.POST
    year = given.get("fiscal_year", "").strip()
    meant = year_meant(year.translate({0x0E50 + n: str(n) for n in range(10)})) if year else None
    if year and meant is None:
        raise InputError(
            wording("roadmap.bad_year", value=year),
            remedy=wording("roadmap.bad_year_remedy"),
            code="period",
            where=Where(field="fiscal_year"),
        )
    budget: Decimal | None = exact_number(given.get("budget", ""), "budget")
    return {
        "action": given.get("action", ""),
        "title": given.get("title", "").strip(),
        "text": given.get("text", "").strip(),
        "to_step": step_typed(given.get("to_step", "")),
        "fiscal_year": meant,
        "budget": budget,
        "unit": given.get("unit", "").strip(),
    }


def _form(
    request: HttpRequest,
    city: City,
    file: CityFile,
    criterion: Criterion | None,
    held: RoadmapItem | None,
    fault: InputError | None,
) -> HttpResponse:
    criteria = criteria_of(file)
    actions = {one.id: one for one in criteria.actions}
    changed = fault is not None and fault.code == "roadmap_changed"
    return render_page(
        request,
        "assessment/roadmap_item.html",
        200 if fault is None else 409 if changed else 422,
        current="assessments",
        part="assessments",
        city=city,
        file=file,
        set=criteria,
        criterion=criterion,
        step_now=values_by(file, marks_told(file)).get(criterion.id) if criterion else None,
        item=held,
        planned=held is None or held.state == RoadmapState.PLANNED,
        state=RoadmapState(held.state).title if held else None,
        actions=[actions[key] for key in criterion.actions if key in actions] if criterion else [],
        given=_given(request, held, actions),
        revision=held.revision if held else 0,
        programmes=_programmes(city) if held is not None and held.project_id is None else [],
        fault=fault,
        changed=changed,
    )


def _given(request: HttpRequest, held: RoadmapItem | None, actions: dict[str, Action]) -> Any:
    """What was typed, what is kept, or what the chosen action proposes."""
    if request.method == "POST" and request.POST.get("do", "change") == "change":
        return request.POST
    here = reader(request)
    if held is not None:
        return {
            "action": held.action,
            "title": held.title,
            "text": held.text,
            "to_step": "" if held.to_step is None else str(held.to_step),
            "fiscal_year": "" if held.fiscal_year is None else here.year(held.fiscal_year),
            "budget": "" if held.budget is None else f"{held.budget:,f}".removesuffix(".00"),
            "unit": held.unit,
        }
    chosen = actions.get(request.GET.get("action", ""))
    return {"action": chosen.id, "title": here.say(chosen.title)} if chosen else {}
