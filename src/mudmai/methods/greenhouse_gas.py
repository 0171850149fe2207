"""Emissions of an inventory: activity x factor x GWP, by gas, cell, sector and scope, with their uncertainty.

For an activity *A* and a factor *EF* per gas::

    kg of gas = A x EF          t CO2e = sum over gases of (kg x GWP) / 1000

Uncertainties are half-widths of 95 % intervals in per cent and are propagated by approach 1 of IPCC 2006, volume 1,
chapter 3 (equations 3.1 and 3.2): of a product ``sqrt(Ua^2 + Uf^2)``, of a sum ``sqrt(sum (U x)^2) / |sum x|``. Entries
are taken as independent; where two share a factor the true uncertainty is larger.

Missing is never zero: an entry without amount or factor has no emissions, and whatever adds it up says so (``unknown``
entries, ``open_cells``). A sum over nothing known is None. Biogenic carbon dioxide is added up beside the totals.

Frame: Global Protocol for Community-Scale Greenhouse Gas Inventories, version 1.1 (2021), chapters 3, 4 and 6 to 8.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mudmai.core.errors import InputError
from mudmai.core.inventories import BIOGENIC, MIXED, Cell, Counts, Entry, GwpSet, InventoryRules, Level, Notation
from mudmai.core.inventory_units import converted, factor_unit, measure_of
from mudmai.core.language import Text


@dataclass(frozen=True, slots=True)
class EntryEmissions:
    """What one entry emits. ``kg``: gas → kilograms. ``co2e`` and ``biogenic`` in tonnes; None with ``why`` where not
    known. ``uncertainty`` in per cent, None where amount or factor state none."""

    entry: Entry
    kg: Mapping[str, float]
    co2e: float | None
    biogenic: float | None
    uncertainty: float | None
    why: Text | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of entries in tonnes CO2e. ``co2e`` None: nothing is known. ``unknown`` entries are not in it.

    ``uncertainty`` is that of all of it, None unless every entry states one; ``stated`` is the share of ``co2e`` that
    does (0 to 1), None where there is nothing to share.
    """

    co2e: float | None
    kg: Mapping[str, float]
    biogenic: float | None
    unknown: int
    uncertainty: float | None
    stated: float | None

    @property
    def is_complete(self) -> bool:
        """True when there is something and none of its entries is unknown."""
        return self.co2e is not None and not self.unknown


@dataclass(frozen=True, slots=True)
class CellTotal:
    """A cell: its sum, its notation key where it has one, and whether it is open (something there is not known)."""

    cell: Cell
    total: Total
    notation: Notation | None
    is_open: bool

    @property
    def is_missing(self) -> bool:
        """Nothing at all is said of it."""
        return self.is_open and self.notation is None and self.total.co2e is None and not self.total.unknown


@dataclass(frozen=True)
class InventoryTotals:
    """An inventory added up. ``total``, ``sectors``, ``scopes`` hold the cells that count at the level; ``apart`` the
    others that have figures, by where they belong. ``open_cells``: counted cells with something not known."""

    level: Level
    gwp: GwpSet
    entries: tuple[EntryEmissions, ...]
    cells: Mapping[str, CellTotal]
    sectors: Mapping[str, Total]
    scopes: Mapping[int, Total]
    sector_scopes: Mapping[tuple[str, int], Total]
    total: Total
    apart: Mapping[Counts, Total]

    @property
    def open_cells(self) -> tuple[CellTotal, ...]:
        """Counted cells with something that the total does not have."""
        return tuple(c for c in self.cells.values() if c.is_open and c.cell.counts in self.level.counted)

    def gas_co2e(self, gas: str) -> float | None:
        """Tonnes CO2e of one gas in the total; None where the total does not have it."""
        kg = self.total.kg.get(gas)
        return None if kg is None else kg * (1.0 if gas == MIXED else self.gwp.values[gas]) / 1000

    def per_head(self, population: float | None) -> float | None:
        """Tonnes CO2e a person; None without a population or a total."""
        return self.total.co2e / population if population and self.total.co2e is not None else None


def emissions_of(entry: Entry, gwp: GwpSet) -> EntryEmissions:
    """What one entry emits, with a reason where it cannot be told. A unit that does not fit raises
    :class:`InputError` ``inventory_unit``."""
    if entry.notation is not None:
        return _unknown(entry, entry.notation.words)
    if entry.amount is None:
        return _unknown(entry, Text("ยังไม่ทราบปริมาณกิจกรรม", "the amount is not known"))
    if entry.factor is None:
        return _unknown(entry, Text("ยังไม่มีค่าการปล่อย", "there is no emission factor"))
    for gas in entry.factor.gases:
        if gas not in (BIOGENIC, MIXED) and gas not in gwp.values:
            return _unknown(entry, Text(f"ชุด {gwp.id} ไม่มีค่า GWP ของ {gas}", f"{gwp.id} has no GWP of {gas}"))
    scale, per = factor_unit(entry.factor.unit)
    activity = converted(entry.amount, measure_of(entry.unit), per, entry.factor.heat)
    kg = {gas: activity * value * scale for gas, value in entry.factor.gases.items()}
    weighed = {gas: value * _gwp(gas, gwp) / 1000 for gas, value in kg.items() if gas != BIOGENIC}
    biogenic = kg[BIOGENIC] / 1000 if BIOGENIC in kg else None
    return EntryEmissions(entry, kg, math.fsum(weighed.values()), biogenic, _uncertainty(entry, weighed))


def _gwp(gas: str, gwp: GwpSet) -> float:
    return 1.0 if gas == MIXED else gwp.values[gas]


def _unknown(entry: Entry, why: Text) -> EntryEmissions:
    return EntryEmissions(entry, {}, None, None, None, why)


def _uncertainty(entry: Entry, weighed: Mapping[str, float]) -> float | None:
    assert entry.factor is not None
    stated = entry.factor.uncertainty
    of_gases = [stated.get(gas, stated.get("")) for gas in weighed]
    if entry.uncertainty is None or any(one is None for one in of_gases):
        return None
    factor = combined_uncertainty(list(weighed.values()), [one for one in of_gases if one is not None])
    return None if factor is None else math.hypot(entry.uncertainty, factor)


def combined_uncertainty(values: Sequence[float], percents: Sequence[float]) -> float | None:
    """Per cent of the sum of independent ``values`` with uncertainties in per cent (IPCC 2006, equation 3.2).

    None where the values add up to nothing.

    >>> round(combined_uncertainty([100, 200], [5, 10]), 4)
    6.8718
    """
    whole = abs(math.fsum(values))
    if not whole:
        return None
    return math.sqrt(math.fsum((u * x) ** 2 for u, x in zip(percents, values, strict=True))) / whole


def added_up(rules: InventoryRules, entries: Iterable[Entry], *, level: Level, gwp: GwpSet) -> InventoryTotals:
    """The inventory. Raises :class:`InputError` with all entries whose units do not fit."""
    found: list[EntryEmissions] = []
    faults = []
    for entry in entries:
        try:
            found.append(emissions_of(entry, gwp))
        except InputError as fault:
            faults.append(fault)
    if faults:
        first = faults[0]
        raise InputError(
            first.message, remedy=first.remedy, code=first.code, problems=[fault.as_problem() for fault in faults]
        )
    cells = {id: _cell(cell, [e for e in found if e.entry.cell == id]) for id, cell in rules.cells.items()}
    counted = [e for e in found if rules.cells[e.entry.cell].counts in level.counted]
    whole = [e for e in counted if _is_part(e)]

    def among(rows: Iterable[EntryEmissions], sector: str | None = None, scope: int | None = None) -> Total:
        picked = [
            e
            for e in rows
            if (sector is None or rules.cells[e.entry.cell].sector == sector)
            and (scope is None or rules.cells[e.entry.cell].scope == scope)
        ]
        return total_of(picked)

    sectors = {one: among(whole, sector=one) for one in rules.sectors}
    scopes = {one: among(whole, scope=one) for one in sorted({c.scope for c in rules.cells.values()})}
    both = {(s, n): among(whole, s, n) for s in sectors for n in scopes}
    apart = {
        counts: total_of(rows)
        for counts in Counts
        if counts not in level.counted
        and (rows := [e for e in found if _is_part(e) and rules.cells[e.entry.cell].counts is counts])
    }
    return InventoryTotals(level, gwp, tuple(found), cells, sectors, scopes, both, total_of(whole), apart)


def _is_part(one: EntryEmissions) -> bool:
    """Does a sum have to hold it? What does not occur or is included elsewhere leaves no gap."""
    return one.entry.notation is None or one.entry.notation.leaves_a_gap


def _cell(cell: Cell, rows: Sequence[EntryEmissions]) -> CellTotal:
    keys = [e.entry.notation for e in rows if e.entry.notation is not None]
    total = total_of([e for e in rows if _is_part(e)])
    notation = keys[0] if keys and len(keys) == len(rows) else None
    return CellTotal(cell, total, notation, not rows or bool(total.unknown))


def total_of(rows: Iterable[EntryEmissions]) -> Total:
    """The sum of entries; those without emissions are counted as unknown, not as zero."""
    listed = list(rows)
    known = [e for e in listed if e.co2e is not None]
    values = [e.co2e for e in known if e.co2e is not None]
    gases: dict[str, list[float]] = {}
    for one in known:
        for gas, value in one.kg.items():
            gases.setdefault(gas, []).append(value)
    biogenic = [e.biogenic for e in known if e.biogenic is not None]
    stated = [(e.co2e, e.uncertainty) for e in known if e.co2e is not None and e.uncertainty is not None]
    whole = math.fsum(values)
    percent = None
    if len(stated) == len(known) and known:
        percent = combined_uncertainty([x for x, _ in stated], [u for _, u in stated])
    return Total(
        co2e=whole if known else None,
        kg={gas: math.fsum(some) for gas, some in gases.items()},
        biogenic=math.fsum(biogenic) if biogenic else None,
        unknown=len(listed) - len(known),
        uncertainty=percent,
        stated=math.fsum(x for x, _ in stated) / whole if known and whole else None,
    )


@dataclass(frozen=True, slots=True)
class Break:
    """A reason why two years must not be compared as they stand."""

    cell: str
    why: Text


def breaks_between(
    rules: InventoryRules, earlier: Sequence[Entry], later: Sequence[Entry], *, gwp: tuple[str, str] = ("", "")
) -> tuple[Break, ...]:
    """Where factors or coverage changed between two years, cell by cell; another GWP set breaks all (cell "")."""
    found = []
    if gwp[0] != gwp[1]:
        found.append(Break("", Text(f"ชุด GWP เปลี่ยนจาก {gwp[0]} เป็น {gwp[1]}", f"GWP set {gwp[0]} became {gwp[1]}")))
    for id in rules.cells:
        before, after = ([e for e in some if e.cell == id] for some in (earlier, later))
        if _covered(before) != _covered(after):
            found.append(Break(id, Text("รายการที่ครอบคลุมต่างกัน", "what is covered differs")))
            continue
        old, new = _factors(before), _factors(after)
        if any(old[name] != new[name] for name in old.keys() & new.keys()):
            found.append(Break(id, Text("ค่าการปล่อยเปลี่ยน", "emission factors changed")))
    return tuple(found)


def _covered(entries: Sequence[Entry]) -> frozenset[str]:
    return frozenset(
        str(e.notation) if e.notation else " ".join(e.activity.casefold().split())
        for e in entries
        if e.notation or (e.amount is not None and e.factor)
    )


def _factors(entries: Sequence[Entry]) -> dict[str, tuple[str, tuple[tuple[str, float], ...], object]]:
    return {
        e.activity: (e.factor.unit, tuple(sorted(e.factor.gases.items())), e.factor.heat)
        for e in entries
        if e.factor is not None
    }
