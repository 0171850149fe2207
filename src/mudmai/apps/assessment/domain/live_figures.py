"""Live figures: what the observation store or the project register says of a city, frozen into its evidence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from mudmai.apps.assessment.domain.facts import criteria_of
from mudmai.apps.assessment.domain.refusals import refused
from mudmai.apps.assessment.domain.register_measures import measure_titled, read_measure
from mudmai.apps.assessment.models import City, Evidence
from mudmai.apps.assessment.policy import area_of
from mudmai.apps.data.site import workspace as site_workspace
from mudmai.apps.registry.areas import AreaRef, area_name, catalogue, covers
from mudmai.core.criteria import Criterion, LiveFigure
from mudmai.core.days import write_day
from mudmai.core.errors import InputError
from mudmai.core.language import Text, write_number
from mudmai.core.period_text import period_text
from mudmai.workspace import Workspace
from mudmai.workspace.single_figures import SingleFigure, single_figure

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CHANGES = ("value", "period", "unit")


@dataclass(frozen=True, slots=True)
class FigureNow:
    """What a frozen figure is today. ``differs``: another value, period or unit than when it was attached."""

    figure: dict[str, Any]
    differs: bool
    told: Text


def read_figure(
    workspace: Workspace,
    *,
    city: City,
    formula: str = "",
    series: str = "",
    measure: str = "",
    area: AreaRef | None = None,
    period: str = "",
    live: LiveFigure | None = None,
) -> dict[str, Any]:
    """One figure, as plain JSON; ``value`` None is missing and ``why`` says so.

    Exactly one of ``formula``, ``series``, ``measure``, or else ``live``: the figure of the criterion itself. ``area``
    is the city's own; a wider one that holds it is read too, and ``of_city`` is then false: such a figure stands as
    context and answers nothing about the city. ``reaches`` is the step of the criterion that ``live`` gives for it.

    Raises :class:`FormulaError` and its kin, :class:`UnknownNameError`, :class:`InputError` ``figure``, ``period``.
    """
    asked = [one for one in (formula, series, measure) if one]
    if len(asked) > 1 or (not asked and live is None):
        raise _figure("เลือกตัวเลขหนึ่งตัว: สูตร อนุกรม หรือตัววัดของทะเบียน", "choose one figure: formula, series or measure")
    if measure:
        if period:
            raise refused(
                "ตัวเลขจากทะเบียนโครงการเป็นยอดของวันนี้ ไม่แยกตามช่วงเวลา",
                "a figure of the project register is of today and of no other period",
                "period",
                code="figure",
                remedy=Text("เว้นช่องช่วงเวลาว่างไว้", "leave the period empty"),
            )
        if area is not None and area != area_of(city):
            raise _figure(
                "ตัวเลขจากทะเบียนโครงการเป็นของหน่วยงานของเมือง เลือกพื้นที่อื่นไม่ได้",
                "a figure of the project register is of the city's own organisation: no other area can be chosen",
            )
        return _of_register(workspace, measure, city)
    return _of_store(workspace, city, formula, series, area, period, live)


def figure_now(evidence: Evidence) -> FigureNow:
    """The figure of the evidence, read again in the way it was read then."""
    then = evidence.figure
    city = evidence.file.city
    criterion = criteria_of(evidence.file).by_id.get(evidence.criterion)
    place = AreaRef(then.get("area_system", ""), then.get("area", "")) if then.get("area") else None
    now = read_figure(
        site_workspace(),
        city=city,
        formula=then.get("formula", ""),
        measure=then.get("measure", ""),
        area=place,
        period=then.get("asked_period", ""),
        live=criterion.live if criterion else None,
    )
    differs = any(then.get(name) != now.get(name) for name in _CHANGES)
    if not differs:
        told = Text("ตัวเลขยังเท่าเดิม", "the figure is still the same")
    else:
        told = Text(
            f"ขณะแนบ: {then.get('told_th', '–')} ขณะนี้: {now['told_th']}",
            f"when attached: {then.get('told_en', '–')}; now: {now['told_en']}",
        )
    return FigureNow(now, differs, told)


def proposed(workspace: Workspace, city: City, criterion: Criterion) -> dict[str, Any] | None:
    """What the criterion's own live figure says of the city; None where it has none."""
    return read_figure(workspace, city=city, live=criterion.live) if criterion.live else None


def _of_store(
    workspace: Workspace,
    city: City,
    formula: str,
    series: str,
    area: AreaRef | None,
    period: str,
    live: LiveFigure | None,
) -> dict[str, Any]:
    if series:
        workspace.catalogue.one_series(series)
        formula = series if _PLAIN.fullmatch(series) else f"`{series}`"
    is_own = live is not None and (not formula or formula.strip() == live.formula.strip())
    text = live.formula if live is not None and not formula else formula
    mine = area_of(city)
    place = area or mine
    of_city = covers(mine, place) and covers(place, mine) and city.is_whole_area
    if not covers(place, mine):
        raise _figure(
            f"{area_name(place).th}ไม่ใช่พื้นที่ของเมืองนี้",
            f"{area_name(place).en} is neither the area of the city nor one that holds it",
        )
    told = {"kind": "formula", "formula": text, "asked_period": period}
    wanted = live.area_system if live is not None and is_own else _system_of(workspace, text, place)
    there = _in_system(place, wanted)
    unit = live.unit if live is not None and is_own else ""
    if there is None:
        why = Text("ตัวเลขนี้อยู่ในระบบพื้นที่ที่ไม่มีพื้นที่ของเมือง", "the figure is of areas among which the city has none")
        return {**told, **_nothing(why, place, of_city, unit)}
    try:
        found = single_figure(workspace, text, area_system=wanted, area=there.code, period=period, unit=unit)
    except InputError as fault:
        if fault.code not in ("no_release", "no_data"):
            raise
        return {**told, **_nothing(fault.message, place, of_city, unit)}
    step = live.step_of(found.value) if live is not None and is_own and of_city else None
    if period and found.period is not None:
        told["asked_period"] = found.period.iso
    return {**told, **_told(found, place, of_city), "reaches": step}


def _system_of(workspace: Workspace, formula: str, place: AreaRef) -> str:
    """The area system that the formula itself is of; that of the place where it is of none."""
    return workspace.check_formula(formula).type.area_system or place.system


def _in_system(place: AreaRef, system: str) -> AreaRef | None:
    """The same area in another system, where the two are joined area to area."""
    if place.system == system:
        return place
    walk = catalogue().crosswalks.get((place.system, system))
    code = {origin: there for there, origin in walk.one_to_one.items()}.get(place.code) if walk else None
    return AreaRef(system, code) if code else None


def _told(found: SingleFigure, place: AreaRef, of_city: bool) -> dict[str, Any]:
    name, when, said = found.area.name, period_text(found.period) if found.period else Text("", ""), found.told
    return {
        "area_system": place.system,
        "area": place.code,
        "area_th": name.th,
        "area_en": name.en,
        "of_city": of_city,
        "note_th": "" if of_city else f"เป็นตัวเลขของ{name.th} ไม่ใช่ของเมือง จึงใช้ตอบข้อเกี่ยวกับเมืองไม่ได้",
        "note_en": "" if of_city else f"a figure of {name.en} and not of the city: it answers nothing about the city",
        "title_th": found.words.th,
        "title_en": found.words.en,
        "value": found.value,
        "why_th": found.why.th if found.why else "",
        "why_en": found.why.en if found.why else "",
        "unit": found.unit.code,
        "unit_th": found.unit.label.th,
        "unit_en": found.unit.label.en,
        "period": found.period.iso if found.period else "",
        "period_th": when.th,
        "period_en": when.en,
        "told_th": said.th,
        "told_en": said.en,
        "release": found.release,
        "packs": found.packs,
        "link": found.link,
        "sources_th": [one.th for one in found.sources],
        "sources_en": [one.en for one in found.sources],
        "inputs_th": [one.text.th for one in found.inputs[:50]],
        "inputs_en": [one.text.en for one in found.inputs[:50]],
        "read_at": timezone.now().isoformat(),
    }


def _nothing(why: Text, place: AreaRef, of_city: bool, unit: str) -> dict[str, Any]:
    """No figure, and why."""
    name = area_name(place)
    return {
        "area_system": place.system,
        "area": place.code,
        "area_th": name.th,
        "area_en": name.en,
        "of_city": of_city,
        "value": None,
        "why_th": why.th,
        "why_en": why.en,
        "unit": unit,
        "period": "",
        "told_th": f"ไม่มีค่า: {why.th}",
        "told_en": f"missing: {why.en}",
        "release": "",
        "packs": "",
        "link": "",
        "reaches": None,
        "read_at": timezone.now().isoformat(),
    }


def _of_register(workspace: Workspace, measure: str, city: City) -> dict[str, Any]:
    one, title = measure_titled(workspace, measure)
    if city.organisation is None:
        raise _figure("ยังไม่มีหน่วยงานรับผิดชอบเมืองนี้", "no organisation answers for this city yet")
    found = read_measure(workspace, measure, city)
    value, why = found["value"], found["why"]
    mine, today = area_of(city), timezone.localdate()
    when = write_day(today)
    much = write_number(value, 0 if value is not None and value == int(value) else 2)
    of = city.organisation
    return {
        "kind": "measure",
        "measure": measure,
        "asked_period": "",
        "area_system": mine.system,
        "area": mine.code,
        "area_th": of.name_th,
        "area_en": of.name_en,
        "of_city": True,
        "title_th": title.th,
        "title_en": title.en,
        "value": value,
        "why_th": why.th if why else "",
        "why_en": why.en if why else "",
        "unit": one.id,
        "unit_th": one.unit.th,
        "unit_en": one.unit.en,
        "period": "",
        "period_th": when.th,
        "period_en": when.en,
        "told_th": f"{much} {one.unit.th}" if why is None else f"ไม่มีค่า: {why.th}",
        "told_en": f"{much} {one.unit.en}" if why is None else f"missing: {why.en}",
        "release": "",
        "packs": workspace.packs_state,
        "link": "",
        "programmes": found["programmes"],
        "projects": found["projects"],
        "as_of": today.isoformat(),
        "reaches": None,
        "read_at": timezone.now().isoformat(),
    }


def _figure(th: str, en: str) -> InputError:
    return refused(th, en, "figure", code="figure")
