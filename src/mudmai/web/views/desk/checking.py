"""A definition as it stands in the form, checked: faults at their fields, meaning, figures, a map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mudmai.core.errors import FormulaError, InputError, MudmaiError, PackError, Problem
from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.core.plans import Indicator
from mudmai.web.charts.classes import Classes, quantile_classes
from mudmai.web.charts.maps import Outlines, Shape, outlines
from mudmai.web.preferences import Preferences
from mudmai.web.views.desk.fields import Given, content_of, field_at
from mudmai.workspace import Workspace
from mudmai.workspace.definitions import Preview, preview
from mudmai.workspace.overlay import Overlay
from mudmai.workspace.overlay_files import Content, name_of

WITH_FORMULA = ("formulas", "readings")


@dataclass(frozen=True, slots=True)
class Marked:
    """A formula taken apart at the character where its fault stands; ``place`` counts from 1."""

    before: str
    at: str
    after: str
    place: int


@dataclass(frozen=True)
class Checked:
    """What the check found. ``faults`` by field, ``others`` belong to none; ``shown`` where the formula is sound."""

    content: Content
    publisher: Content | None
    faults: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    others: tuple[Problem, ...] = ()
    marked: Marked | None = None
    shown: Preview | None = None

    @property
    def sound(self) -> bool:
        """True when it may be saved."""
        return not self.faults and not self.others


@dataclass(frozen=True, slots=True)
class ShadedArea:
    """An area of the map and its class (``none``: no value)."""

    shape: Shape
    fill: str


@dataclass(frozen=True, slots=True)
class PreviewMap:
    """One period of a preview as a map."""

    period: Period
    drawing: Outlines
    areas: tuple[ShadedArea, ...]
    classes: Classes


def checked(workspace: Workspace, kind: str, given: Given, *, name: str = "", replaces: bool = False) -> Checked:
    """Everything that is wrong with the form's definition, and what its formula gives."""
    content, publisher = content_of(kind, given)
    faults: dict[str, list[Problem]] = {}
    marked = shown = None
    if kind in WITH_FORMULA:
        try:
            shown = _preview(workspace, kind, content)
        except FormulaError as fault:
            faults["formula"] = [fault.as_problem()]
            marked = _marked(str(content.get("formula", "")), fault.position)
        except MudmaiError as fault:
            faults.setdefault(_field_of(kind, fault.where.field or ""), []).append(fault.as_problem())
    elif kind == "series" and name and name in workspace.catalogue.series:
        shown = preview(workspace, f"`{name}`")
    others: list[Problem] = []
    for place, problem in _refused(workspace, kind, content, name, replaces, publisher):
        if place == "formula" and "formula" in faults:
            continue
        (faults.setdefault(place, []) if place else others).append(problem)
    return Checked(
        content, publisher, {k: tuple(v) for k, v in faults.items() if k}, (*faults.get("", ()), *others), marked, shown
    )


def map_of(workspace: Workspace, shown: Preview, here: Preferences) -> PreviewMap | None:
    """The latest period as a map of the level with most values; None where there are no outlines or few areas."""
    if not shown.rows or shown.boolean:
        return None
    period = shown.periods[-1]
    values = shown.values_of(period)
    system = workspace.catalogue.area_system(shown.area_system)
    levels = [system.by_code[code].level for code, value in values.items() if value is not None]
    if not levels:
        return None
    level = max(set(levels), key=levels.count)
    drawing = outlines(workspace.areas_geojson(system.id, level)["features"], here.language)
    classes = quantile_classes([values.get(a.code) for a in system.level(level)], shown.unit.decimals)
    if drawing is None or classes is None or len({s.code for s in drawing.shapes} & values.keys()) < 2:
        return None
    areas = tuple(ShadedArea(one, str(classes.of(values.get(one.code)) or "none")) for one in drawing.shapes)
    return PreviewMap(period, drawing, areas, classes)


def _preview(workspace: Workspace, kind: str, content: Content) -> Preview:
    text = str(content.get("formula", ""))
    if kind == "formulas":
        return preview(workspace, text)
    one = _indicator(workspace, content)
    return preview(workspace, text, area_system=one.area_system, unit=one.unit)


def _indicator(workspace: Workspace, content: Content) -> Indicator:
    return workspace.plan(str(content.get("plan", ""))).indicator(str(content.get("indicator", "")))


def _refused(
    workspace: Workspace, kind: str, content: dict[str, Any], name: str, replaces: bool, publisher: Content | None
) -> list[tuple[str, Problem]]:
    """Faults that the overlay tells, each with the field it belongs to."""
    overlay = Overlay(workspace)
    try:
        overlay.check(kind, content, name=name, replaces=replaces, publisher=publisher)
    except PackError as fault:
        names = sorted({*overlay.state().definitions.of_kind(kind), name_of(kind, content)})
        mine = f"{kind}[{names.index(name_of(kind, content))}]"
        return [(_field_of(kind, _inside(one, mine)), one) for one in fault.problems or (fault.as_problem(),)]
    except InputError as fault:
        return [(_field_of(kind, fault.where.field or ""), fault.as_problem())]
    return []


def _inside(problem: Problem, mine: str) -> str:
    """The key inside the definition; empty where the fault is elsewhere."""
    key = problem.where.field or ""
    return key.removeprefix(mine + ".") if key.startswith(mine + ".") else ""


def _field_of(kind: str, key: str) -> str:
    return field_at(kind, key) if key else ""


def _marked(text: str, position: int | None) -> Marked | None:
    if position is None or position > len(text):
        return None
    return Marked(text[:position], text[position : position + 1] or " ", text[position + 1 :], position + 1)


def said(problem: Problem) -> Text:
    """A problem as one sentence with its remedy."""
    return Text(
        f"{problem.message.th} – {problem.remedy.th}" if problem.remedy.th else problem.message.th,
        f"{problem.message.en} – {problem.remedy.en}" if problem.remedy.en else problem.message.en,
    )
