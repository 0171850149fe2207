"""One figure of a free formula: value or why there is none, unit, period, release and the place where it stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from mudmai.core.areas import Area
from mudmai.core.judgement_words import amount
from mudmai.core.language import Text
from mudmai.core.period_text import period_text, read_period
from mudmai.core.periods import Period
from mudmai.core.units import Unit
from mudmai.core.verdicts import MissingReason
from mudmai.workspace.citations import cite_source
from mudmai.workspace.explaining import input_used
from mudmai.workspace.figures import Figures, Leaf
from mudmai.workspace.results import InputUsed
from mudmai.workspace.shelf import Shelf

if TYPE_CHECKING:
    from mudmai.core.formulas.check import CheckedFormula
    from mudmai.workspace.workspace import Workspace

_WHY = {
    MissingReason.INPUT_MISSING: Text("ไม่มีข้อมูล", "there are no data"),
    MissingReason.DIVISION_BY_ZERO: Text("ตัวหารเป็นศูนย์", "it would divide by zero"),
    MissingReason.SERIES_BREAK: Text("วิธีวัดเปลี่ยนระหว่างช่วงที่ใช้คำนวณ", "the method changed within the span"),
    MissingReason.NO_PARENT: Text("พื้นที่นี้ไม่มีพื้นที่ระดับบน", "the area has no wider area"),
    MissingReason.NO_CHILDREN: Text("พื้นที่นี้ไม่มีพื้นที่ย่อย", "the area has no areas below it"),
    MissingReason.CHILD_MISSING: Text("บางพื้นที่ย่อยไม่มีข้อมูล", "an area below it has no data"),
    MissingReason.NO_CROSSWALK_LINK: Text("พื้นที่นี้ไม่มีคู่ในระบบพื้นที่ของตัวเลข", "the area has no twin in that system"),
    MissingReason.UNDEFINED: Text("คำนวณไม่ได้ทางคณิตศาสตร์", "it is not defined"),
}


@dataclass(frozen=True)
class SingleFigure:
    """``value`` None: missing, and ``why`` says so. ``period`` None: nothing is known of any period. ``link`` is a path
    that keeps showing the figure, "" where it is made of several observations and of no plan's indicator."""

    formula: str
    words: Text
    area: Area
    area_system: str
    unit: Unit
    period: Period | None
    value: float | None
    why: Text | None
    release: str
    packs: str
    link: str
    inputs: tuple[InputUsed, ...]

    @property
    def told(self) -> Text:
        """The value with its unit and period; why it is missing otherwise."""
        when = period_text(self.period) if self.period else Text("–", "–")
        if self.value is None:
            why = self.why or Text("–", "–")
            return Text(f"ไม่มีค่า ({when.th}): {why.th}", f"missing ({when.en}): {why.en}")
        much = amount(self.value, self.unit)
        return Text(f"{much.th} ({when.th})", f"{much.en} ({when.en})")

    @property
    def sources(self) -> tuple[Text, ...]:
        """The sources of its inputs, each once."""
        known = {one.source.id: cite_source(one.source) for one in self.inputs if one.source is not None}
        return tuple(known.values())


def single_figure(
    workspace: Workspace,
    formula: str,
    *,
    area_system: str,
    area: str,
    period: str = "",
    unit: str = "",
    release: str | None = None,
) -> SingleFigure:
    """The figure of ``area`` (a code of ``area_system``).

    ``period``: as people write it, in either era and either digits; a bare year is a fiscal year where the figure is of
    fiscal years, and another frequency than the figure's is refused; "" is the latest in which the area has a value.
    ``unit``: what the formula must give, "" its own. Raises :class:`FormulaError` and its kin,
    :class:`UnknownNameError`, and :class:`InputError` ``no_release``, ``period``.
    """
    from mudmai.core.formulas.words import say  # formulas load where figures are asked for

    shelf, held = workspace.shelf, workspace.release(release)
    workspace.keep_packs()
    figures = workspace.figures_of(shelf, held)
    checked = figures.checked(formula, shelf.definitions, area_system, unit or None)
    place = figures.catalogue.area_system(area_system).find(area)
    asked = read_period(period, frequency=checked.type.frequency).period if period else None
    at = asked or _latest(figures, checked, place, area_system)
    shown = figures.catalogue.unit(unit) if unit else checked.type.unit
    words = say(checked, shelf.catalogue)
    if at is None:
        why = Text("ระบบยังไม่มีข้อมูลใดของตัวเลขนี้", "the store holds no data of this figure at all")
        return SingleFigure(formula, words, place, area_system, shown, None, None, why, held.id, shelf.state, "", ())
    traced = figures.trace(checked, place.code, at)
    leaves = figures.leaves(traced)
    inputs = tuple(input_used(figures, leaf) for leaf in leaves)
    reason = traced.missing or MissingReason.INPUT_MISSING
    return SingleFigure(
        formula=formula,
        words=words,
        area=place,
        area_system=area_system,
        unit=shown,
        period=at,
        value=traced.value,
        why=None if traced.value is not None else _WHY[reason],
        release=held.id,
        packs=shelf.state,
        link=_link(shelf, formula, area_system, place, at, held.id) or _of_one(leaves, held.id),
        inputs=inputs,
    )


def _latest(figures: Figures, formula: CheckedFormula, area: Area, area_system: str) -> Period | None:
    """The last period with a value of the area; where it has none, the last with any value or of the span."""
    cube = figures.cube(formula, area_system)
    if cube is None:
        return None
    periods = cube.periods.periods
    row = cube.areas.row(area.code)
    known = cube.values == cube.values
    if row is not None and known[row].any():
        return periods[int(known[row].nonzero()[0][-1])]
    anywhere = known.any(axis=0).nonzero()[0]
    return periods[int(anywhere[-1])] if anywhere.size else periods[-1]


def _link(shelf: Shelf, formula: str, area_system: str, area: Area, period: Period, release: str) -> str:
    """The permanent page of the figure where an indicator of a plan is just this formula."""
    for plan in shelf.plans:
        for one in plan.indicators:
            if one.area_system != area_system:
                continue
            for how in one.readings:
                if how.formula.strip() == formula.strip():
                    parts = ("r", release, plan.id, one.id, area.code, period.iso)
                    query = urlencode({"reading": how.id, "packs": shelf.state})
                    return "/" + "/".join(quote(part, safe="") for part in parts) + f"?{query}"
    return ""


def _of_one(leaves: tuple[Leaf, ...], release: str) -> str:
    """Where a figure that is one observation can be read for good."""
    if len(leaves) != 1:
        return ""
    return observation_link(leaves[0].series, leaves[0].dims, leaves[0].area, leaves[0].period, release)


def observation_link(series: str, dims: str, area: str, period: Period, release: str) -> str:
    """The path of the API that keeps showing one observation of a release."""
    asked = {"series": series, "area": area, "from": period.iso, "to": period.iso, "dims": dims, "release": release}
    return f"/api/v1/observations?{urlencode(asked)}"
