"""Definitions looked at: what depends on a name, and what a formula says, is and gives on real figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mudmai.core.areas import Area
from mudmai.core.errors import FormulaError, InputError, MudmaiError, UnknownNameError
from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.core.series import Series
from mudmai.core.units import Unit

if TYPE_CHECKING:
    from mudmai.workspace.shelf import Shelf
    from mudmai.workspace.workspace import Workspace

PERIODS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Dependent:
    """Something that would change with a definition. ``through`` names what lies in between; empty: nothing.

    ``kind``: ``formula``, ``series`` (through its aggregation), ``reading``, ``situation``, ``dataset``. ``plan`` and
    ``indicator`` where it is part of a plan; ``pack`` is where it is written.
    """

    kind: str
    id: str
    title: Text
    pack: str
    through: tuple[str, ...] = ()
    plan: str = ""
    indicator: str = ""


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One area: a value for each period of the preview, None where it is missing."""

    area: Area
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Preview:
    """A formula on real figures.

    ``words`` is its meaning; ``unit`` and ``area_system`` what it gives (no system: numbers alone). ``periods`` are the
    latest with any value, ``rows`` the areas with any value in the order of the system; both empty where nothing is
    loaded, and ``no_data`` says why. ``boolean``: values are 1 (holds) and 0.
    """

    text: str
    words: Text
    unit: Unit
    area_system: str
    boolean: bool
    series: tuple[str, ...]
    release: str
    periods: tuple[Period, ...] = ()
    rows: tuple[PreviewRow, ...] = ()
    areas: int = 0
    no_data: InputError | None = None

    def values_of(self, period: Period) -> Mapping[str, float | None]:
        """Area code → value in one of the periods."""
        at = self.periods.index(period)
        return {row.area.code: row.values[at] for row in self.rows}


def names_in(formula: str) -> frozenset[str]:
    """The series and named formulas that a formula reads directly; empty for one that cannot be read.

    >>> sorted(names_in("growth(a, 2) / `b c` + 1"))
    ['a', 'b c']
    """
    from mudmai.core.formulas.nodes import SeriesRef
    from mudmai.core.formulas.parse import parse
    from mudmai.core.formulas.scope import operands_of

    try:
        todo, found = [parse(formula)], set[str]()
    except FormulaError:
        return frozenset()
    while todo:
        node = todo.pop()
        if isinstance(node, SeriesRef):
            found.add(node.series)
        todo.extend(operands_of(node))
    return frozenset(found)


def known_content(workspace: Workspace, kind: str, name: str) -> dict[str, Any]:
    """A series or named formula of any pack as the content of a definition: to start a new one from it."""
    shelf = workspace.shelf
    if kind == "series":
        return _series_content(shelf.catalogue.one_series(name))
    titles = {n: title for pack in shelf.packs.values() for n, title in pack.definition_titles.items()}
    if name not in shelf.definitions:
        raise UnknownNameError(Text("สูตรที่มีชื่อ", "named formula"), name, list(shelf.definitions))
    return {"id": name, "title": _both(titles[name]), "formula": shelf.definitions[name]}


def _series_content(one: Series) -> dict[str, Any]:
    from mudmai.exchange.packs.measures import FREQUENCIES  # packs' own words load where they are written

    rule = one.aggregation
    frequencies = {frequency: word for word, frequency in FREQUENCIES.items()}
    found: dict[str, Any] = {
        "id": one.id,
        "title": _both(one.title),
        "area_system": one.area_system,
        "frequency": frequencies[one.frequency],
        "unit": one.unit,
        "aggregation": {
            key: value
            for key, value in (
                ("rule", rule.rule.value),
                ("weight", rule.weight),
                ("numerator", rule.numerator),
                ("denominator", rule.denominator),
            )
            if value
        },
        "dimensions": [
            {
                "id": d.id,
                "title": _both(d.title),
                "codes": [{"code": code, "label": _both(d.labels[code])} for code in d.codes],
            }
            for d in one.dimensions
        ],
        "breaks": [{"period": b.period.iso, "reason": _both(b.reason)} for b in one.breaks],
        "source": one.source,
        "method": one.method,
        "minimum": one.minimum,
        "maximum": one.maximum,
    }
    if one.note.th:
        found["note"] = _both(one.note)
    return found


def _both(text: Text) -> dict[str, str]:
    return {"th": text.th, "en": text.en}


def dependents(workspace: Workspace, name: str) -> tuple[Dependent, ...]:
    """Everything that uses the series or named formula ``name``, directly first, then through others.

    :class:`UnknownNameError` for a name that is neither.
    """
    shelf = workspace.shelf
    known = {**shelf.definitions, **shelf.catalogue.series}
    if name not in known:
        raise UnknownNameError(Text("อนุกรมหรือสูตร", "series or formula"), name, list(known))
    uses = list(_uses(shelf))
    found: list[Dependent] = []
    reached: dict[str, tuple[str, ...]] = {name: ()}
    todo = [name]
    while todo:
        here = todo.pop(0)
        for read, one in uses:
            if here not in read or (one.kind in ("formula", "series") and one.id in reached):
                continue
            way = reached[here] + (() if here == name else (here,))
            if one.kind in ("formula", "series"):
                reached[one.id] = way
                todo.append(one.id)
            told = Dependent(one.kind, one.id, one.title, one.pack, way, one.plan, one.indicator)
            if not any(
                (f.kind, f.id, f.plan, f.indicator) == (told.kind, told.id, told.plan, told.indicator) for f in found
            ):
                found.append(told)
    return tuple(found)


def preview(
    workspace: Workspace,
    text: str,
    *,
    area_system: str | None = None,
    unit: str | None = None,
    release: str | None = None,
) -> Preview:
    """Check a formula against what it has to give, and compute it for the latest periods.

    Raises :class:`FormulaError` and its kin with the position of the character.
    """
    from mudmai.core.formulas.check import check
    from mudmai.core.formulas.words import say

    shelf = workspace.shelf
    if area_system:
        shelf.catalogue.area_system(area_system)
    checked = check(text, shelf.catalogue, shelf.definitions, area_system or None, unit or None)
    system = checked.type.area_system or area_system or ""
    told = Preview(
        text=text,
        words=say(checked, shelf.catalogue),
        unit=checked.type.unit,
        area_system=system,
        boolean=checked.type.boolean,
        series=tuple(dict.fromkeys(ref.series for ref in checked.series)),
        release="",
    )
    try:
        held = workspace.release(release)
        cube = workspace.evaluate(text, area_system=area_system, release=held.id)
    except MudmaiError as fault:
        if isinstance(fault, InputError) and fault.code in ("no_data", "no_release", "no_area_system"):
            return _without_data(told, fault)
        raise
    by_area: dict[str, dict[Period, float | None]] = {}
    for area, period, value in cube.cells():
        if value is not None:
            by_area.setdefault(area, {})[period] = value
    periods = sorted({p for values in by_area.values() for p in values})[-PERIODS_SHOWN:]
    areas = shelf.catalogue.area_systems[system].areas if system else ()
    rows = [
        PreviewRow(area, tuple(by_area[area.code].get(p) for p in periods))
        for area in areas
        if area.code in by_area and any(by_area[area.code].get(p) is not None for p in periods)
    ]
    return Preview(
        told.text,
        told.words,
        told.unit,
        system,
        told.boolean,
        told.series,
        held.id,
        tuple(periods),
        tuple(rows),
        len(areas),
    )


def _without_data(told: Preview, fault: InputError) -> Preview:
    return Preview(told.text, told.words, told.unit, told.area_system, told.boolean, told.series, "", no_data=fault)


def _uses(shelf: Shelf) -> Iterator[tuple[frozenset[str], Dependent]]:
    """Everything that reads names, with the names it reads directly."""
    for pack in shelf.packs.values():
        for name, title in pack.definition_titles.items():
            yield names_in(pack.definitions[name]), Dependent("formula", name, title, pack.id)
        for dataset in pack.datasets:
            yield frozenset(dataset.series), Dependent("dataset", dataset.id, dataset.title, pack.id)
    owner = {name: pack.id for pack in reversed(list(shelf.packs.values())) for name in pack.catalogue.series}
    for series in shelf.catalogue.series.values():
        rule = series.aggregation
        read = frozenset(n for n in (rule.weight, rule.numerator, rule.denominator) if n)
        if read:
            yield read, Dependent("series", series.id, series.title, owner[series.id])
    added = {(a.plan, a.indicator, a.reading.id): p.id for p in shelf.packs.values() for a in p.added_readings}
    for plan in shelf.plans:
        home = shelf.pack_of(plan).id
        for one in plan.indicators:
            for how in one.readings:
                pack_id = added.get((plan.id, one.id, how.id), home)
                title = Text(f"{one.title.th}: {how.title.th}", f"{one.title.en}: {how.title.en}")
                yield names_in(how.formula), Dependent("reading", how.id, title, pack_id, (), plan.id, one.id)
        for fact in plan.situation:
            yield names_in(fact.formula), Dependent("situation", fact.id, fact.title, home, (), plan.id)
