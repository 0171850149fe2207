"""A city's road map: what it will do about its gaps, in which year, for how much, and what that would earn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from mudmai.apps.assessment.domain.facts import criteria_of, facts_of
from mudmai.apps.assessment.domain.refusals import changed, checked_text, needed, refused
from mudmai.apps.assessment.domain.standing import marks_told, values_by
from mudmai.apps.assessment.models import City, CityFile, FileState, RoadmapItem, RoadmapState
from mudmai.apps.assessment.policy import area_of, require_city
from mudmai.apps.programme.domain.projects import create_project
from mudmai.apps.programme.models import Programme, Stage
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor
from mudmai.core.criteria import Assessed, Criterion, assess
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text

FIELDS = ("criterion", "action", "title", "text", "to_step", "fiscal_year", "budget", "unit")
_MOST = Decimal(10) ** 13
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class YearPoints:
    """What the score would be when everything planned up to the end of a fiscal year (CE) is done as meant.

    ``changed``: criteria that rise by then, with the step that they reach. None as year: as the file stands now.
    """

    fiscal_year: int | None
    assessed: Assessed
    changed: dict[str, int]


@dataclass(frozen=True, slots=True)
class YearMoney:
    """Money of the items of one fiscal year (None: no year is set). ``unknown``: items whose money is not known; the
    total is at least ``known``, and nothing is known where ``items`` equals ``unknown``."""

    fiscal_year: int | None
    items: int
    known: Decimal | None
    unknown: int


def item_named(key: Any) -> RoadmapItem:
    """The item with this id. Raises :class:`UnknownNameError`."""
    rows = RoadmapItem.objects.select_related("city__organisation", "file", "project__programme")
    found = rows.filter(pk=key).first()
    if found is None:
        raise UnknownNameError(Text("รายการในแผนที่นำทาง", "item of a road map"), str(key))
    return found


def plan_action(
    *,
    acting_user: Actor,
    city: City,
    criterion: str,
    action: str = "",
    title: str = "",
    text: str = "",
    to_step: int | None = None,
    fiscal_year: int | None = None,
    budget: Decimal | None = None,
    unit: str = "",
    file: CityFile | None = None,
) -> RoadmapItem:
    """Plan something about a criterion: one of its recommended actions, or an idea of the city's own.

    ``file`` (default: the city's newest) says by which criteria. Money that is not known is None and never zero. Raises
    :class:`NotAllowed`, :class:`UnknownNameError`, :class:`InputError` ``roadmap``.
    """
    about = file or newest_file(city)
    if about is None or about.city_id != city.pk:
        raise _refused(
            "เปิดแฟ้มประเมินก่อน จึงจะวางแผนตามเกณฑ์ได้", "open a file first: the road map follows its criteria", "file"
        )
    values = _checked(
        about,
        {
            "criterion": criterion,
            "action": action,
            "title": title,
            "text": text,
            "to_step": to_step,
            "fiscal_year": fiscal_year,
            "budget": budget,
            "unit": unit,
        },
    )
    with transaction.atomic():
        held = _city(city)
        require_city(acting_user, "city.edit", held)
        by = acting_user if isinstance(acting_user, Person) else None
        made = RoadmapItem.objects.create(city=held, file=about, created_by=by, **values)
        _record(acting_user, made, new=_told(values))
    return made


def change_action(*, acting_user: Actor, item: RoadmapItem, revision: int, **fields: Any) -> RoadmapItem:
    """Change some of :data:`FIELDS` of an item that is planned. Raises ``roadmap_changed`` too."""
    for name in fields:
        if name not in FIELDS:
            raise UnknownNameError(Text("ช่องของแผนที่นำทาง", "field of a road map"), name, FIELDS)
    with transaction.atomic():
        held = _held(acting_user, item, revision)
        now = {name: getattr(held, name) for name in FIELDS}
        assert held.file is not None
        values = _checked(held.file, {**now, **fields})
        if values == now:
            return held
        for name, value in values.items():
            setattr(held, name, value)
        return _keep(acting_user, held, _told({k: v for k, v in now.items() if values[k] != v}), _told(values))


def drop_action(*, acting_user: Actor, item: RoadmapItem, revision: int, reason: str) -> RoadmapItem:
    """Give an item up; it stays to see with its reason in the log."""
    said = needed(reason)
    with transaction.atomic():
        held = _held(acting_user, item, revision)
        held.state = RoadmapState.DROPPED
        return _keep(acting_user, held, {"state": RoadmapState.PLANNED.value}, {"state": held.state.value}, said)


def done_action(*, acting_user: Actor, item: RoadmapItem, revision: int, note: str = "") -> RoadmapItem:
    """Tell that an item is done. That moves no score: the answer to the criterion does, with its evidence."""
    with transaction.atomic():
        held = _held(acting_user, item, revision)
        held.state = RoadmapState.DONE
        return _keep(acting_user, held, {"state": RoadmapState.PLANNED.value}, {"state": held.state.value}, note)


def make_draft_project(*, acting_user: Actor, item: RoadmapItem, programme: Programme, revision: int) -> RoadmapItem:
    """Make a draft project of an item, in a draft programme of the city's organisation; each knows the other.

    Raises :class:`NotAllowed` (also of the register), :class:`InputError` ``roadmap`` and those of the register.
    """
    with transaction.atomic():
        held = _held(acting_user, item, revision)
        if held.project_id is not None:
            raise _refused("รายการนี้มีร่างโครงการแล้ว", "there is a draft project of this item already", "project")
        if programme.is_released or programme.organisation_id != held.city.organisation_id:
            raise _refused(
                "เลือกแผนงานที่ยังเป็นร่างของหน่วยงานของเมือง",
                "choose a programme of the city's organisation that is still a draft",
                "programme",
            )
        held.project = create_project(
            acting_user=acting_user, programme=programme, facts=_facts(held), reason=f"roadmap {held.pk}"
        )
        held.revision += 1
        held.save(update_fields=["project", "revision"])
        new = {"item": str(held.pk), "project": str(held.project_id), "programme": str(programme.pk)}
        _log(acting_user, "roadmap.project", held, new=new)
    return held


def newest_file(city: City) -> CityFile | None:
    """The city's newest file that was not withdrawn."""
    rows = city.files.select_related("call").exclude(state=FileState.WITHDRAWN)
    return rows.order_by("-created_at").first()


def points_by_year(file: CityFile, items: Iterable[RoadmapItem] | None = None) -> tuple[YearPoints, ...]:
    """What the score would be year by year, now first. Only planned items with a year and a step count: an item
    without them promises nothing that can be counted, and a step below the one reached changes nothing. Now is by the
    city's answers, and by the settled marks once they were told to it."""
    criteria, facts = criteria_of(file), facts_of(file)
    values = values_by(file, marks_told(file))
    counted = [one for one in _items(file.city, items) if one.fiscal_year is not None and one.to_step is not None]
    found = [YearPoints(None, assess(criteria, values, facts=facts, claimed=file.claimed), {})]
    reached = dict(values)
    for year in sorted({one.fiscal_year for one in counted if one.fiscal_year is not None}):
        rises: dict[str, int] = {}
        for one in counted:
            known = criteria.by_id.get(one.criterion)
            if one.fiscal_year != year or one.to_step is None or known is None or not _is_step(known, one.to_step):
                continue
            if one.to_step > (reached.get(one.criterion) or 0):
                reached[one.criterion] = rises[one.criterion] = one.to_step
        assessed = assess(criteria, reached, facts=facts, claimed=file.claimed)
        found.append(YearPoints(year, assessed, rises))
    return tuple(found)


def money_by_year(city: City, items: Iterable[RoadmapItem] | None = None) -> tuple[YearMoney, ...]:
    """Money of planned and done items by fiscal year, those without a year last; what is not known is told."""
    years: dict[int | None, list[RoadmapItem]] = {}
    for one in _items(city, items, (RoadmapState.PLANNED, RoadmapState.DONE)):
        years.setdefault(one.fiscal_year, []).append(one)
    return tuple(_money(year, years[year]) for year in sorted(years, key=lambda y: (y is None, y or 0)))


def _money(year: int | None, items: Sequence[RoadmapItem]) -> YearMoney:
    amounts = [one.budget for one in items if one.budget is not None]
    known = sum(amounts, Decimal(0)) if amounts else None
    return YearMoney(year, len(items), known, len(items) - len(amounts))


def _items(
    city: City, items: Iterable[RoadmapItem] | None, states: Sequence[str] = (RoadmapState.PLANNED,)
) -> list[RoadmapItem]:
    rows = city.roadmap.all() if items is None else items
    return [one for one in rows if one.state in states]


def _facts(item: RoadmapItem) -> dict[str, Any]:
    """What the register is told of the draft project."""
    place = area_of(item.city)
    facts: dict[str, Any] = {"title": item.title, "description": item.text, "department": item.unit}
    if not place.is_everywhere:
        facts["places"] = [{"area_system": place.system, "area": place.code, "weight": None}]
    if item.fiscal_year is not None:
        amount = None if item.budget is None else str(item.budget)
        facts["budget"] = [
            {"fiscal_year": item.fiscal_year, "stage": Stage.PLANNED.value, "amount": amount, "source_of_fund": ""}
        ]
    return facts


def _checked(file: CityFile, given: dict[str, Any]) -> dict[str, Any]:
    values = dict(given)
    criteria = criteria_of(file)
    criterion = criteria.by_id.get(values["criterion"])
    if criterion is None:
        raise UnknownNameError(Text("เกณฑ์", "criterion"), values["criterion"], list(criteria.by_id))
    actions = {one.id: one.title.th for one in criteria.actions}
    if values["action"] and values["action"] not in actions:
        raise UnknownNameError(Text("สิ่งที่ควรทำ", "recommended action"), values["action"], list(actions))
    title = values["title"].strip() or actions.get(values["action"], "")
    values["title"] = checked_text(title, "title", most=300, what=Text("ชื่อสิ่งที่จะทำ", "the title"))
    for name, most in (("text", 20_000), ("unit", 200)):
        words = Text("ข้อความ", "the text")
        values[name] = checked_text(values[name], name, most=most, what=words, needs=False)
    if values["to_step"] is not None and not _is_step(criterion, values["to_step"]):
        raise _refused(f"ขั้น {values['to_step']} ไม่มีในข้อนี้", f"the criterion has no step {values['to_step']}", "to_step")
    _check_year(values["fiscal_year"])
    values["budget"] = _budget(values["budget"])
    return values


def _check_year(year: int | None) -> None:
    if year is not None and (type(year) is not int or not 1900 <= year <= 2200):
        told = f" ({year - 543})" if type(year) is int and 2443 <= year <= 2743 else ""
        raise _refused(f"ปี {year} ต้องเป็นปี ค.ศ.{told}", f"{year} must be a year CE{told}", "fiscal_year")


def _budget(amount: Decimal | None) -> Decimal | None:
    if amount is None:
        return None
    if not amount.is_finite() or not 0 <= amount < _MOST or amount != amount.quantize(_CENT):
        raise _refused(f"จำนวนเงิน {amount} ใช้ไม่ได้", f"the amount {amount} cannot be", "budget")
    return amount.quantize(_CENT)


def _is_step(criterion: Criterion, value: int) -> bool:
    return value in {step.value for step in criterion.scale}


def _city(city: City) -> City:
    return City.objects.select_related("organisation").get(pk=city.pk)


def _held(acting_user: Actor, item: RoadmapItem, revision: int) -> RoadmapItem:
    rows = RoadmapItem.objects.select_for_update(of=("self",), no_key=True).select_related("city__organisation", "file")
    held = rows.get(pk=item.pk)
    require_city(acting_user, "city.edit", held.city)
    if held.revision != revision:
        raise changed(Text(f"“{held.title}” ในแผนที่นำทาง", f"“{held.title}” of the road map"), code="roadmap_changed")
    if held.state != RoadmapState.PLANNED:
        now = RoadmapState(held.state).title
        raise _refused(f"รายการนี้ “{now.th}” แล้ว", f"this item is “{now.en}” already", "state")
    return held


def _keep(actor: Actor, held: RoadmapItem, old: dict[str, Any], new: dict[str, Any], reason: str = "") -> RoadmapItem:
    held.revision += 1
    held.save()
    _record(actor, held, old=old, new=new, reason=reason)
    return held


def _told(values: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()}


def _record(actor: Actor, item: RoadmapItem, **facts: Any) -> None:
    new = {"item": str(item.pk), **facts.pop("new", {})}
    _log(actor, "roadmap.change", item, new=new, **facts)


def _log(actor: Actor, action: str, item: RoadmapItem, **facts: Any) -> None:
    record(
        actor=actor,
        action=action,
        organisation=item.city.organisation,
        object_kind="city",
        object_id=item.city.code,
        **facts,
    )
    announce(action, city=str(item.city_id), item=str(item.pk))


def _refused(th: str, en: str, field: str) -> InputError:
    return refused(th, en, field, code="roadmap")
