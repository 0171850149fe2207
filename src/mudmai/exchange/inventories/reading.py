"""The tables of inventories, read from the ``inventory.yaml`` of a pack where they are used."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from mudmai.core.errors import InputError, PackError
from mudmai.core.inventories import (
    BIOGENIC,
    MIXED,
    BalanceKind,
    Cell,
    Counts,
    Factor,
    FlowKind,
    GwpSet,
    InventoryRules,
    Named,
    checked_factor,
)
from mudmai.core.inventory_units import Heat, measure_of
from mudmai.core.language import Text
from mudmai.exchange.packs.findings import Findings
from mudmai.exchange.packs.pack import shipped_packs
from mudmai.exchange.packs.placed import Placed, wording
from mudmai.exchange.packs.schema_inventory import FactorPart, InventoryFile
from mudmai.exchange.packs.shape import read_shape
from mudmai.exchange.packs.yaml_lines import read_yaml
from mudmai.methods.waste_emissions import worked_out

FILE = "inventory.yaml"
_NOUNS = {
    "sectors": Text("หมวด", "sector"),
    "cells": Text("ช่อง", "cell"),
    "gwp_sets": Text("ชุด GWP", "GWP set"),
    "factors": Text("ค่าการปล่อย", "emission factor"),
    "balances": Text("ดุล", "balance"),
}


def read_inventory_rules(folder: Path) -> InventoryRules:
    """The tables of the pack in ``folder``. Raises :class:`PackError` with file, line and key of every fault."""
    if not (folder / FILE).is_file():
        raise PackError(
            Text(f"ชุดเนื้อหา “{folder.name}” ไม่มี {FILE}", f"the pack “{folder.name}” has no {FILE}"),
            remedy=Text(f"ใช้ชุดเนื้อหาที่มี {FILE}", f"use a pack with a {FILE}"),
            code="pack_file",
        )
    findings = Findings(folder.name)
    document = read_yaml(folder / FILE, FILE)
    part = read_shape(InventoryFile, document, FILE, findings)
    findings.raise_if_any()
    assert part is not None
    placed = Placed(FILE, part, document, findings)
    rules = _rules(placed)
    _check(placed, rules)
    findings.raise_if_any()
    return rules


@lru_cache(maxsize=1)
def shipped_inventory_rules() -> InventoryRules:
    """The tables that come with the product: those of the first shipped pack that has any."""
    return next(read_inventory_rules(one) for one in sorted(shipped_packs().iterdir()) if (one / FILE).is_file())


def _rules(placed: Placed[InventoryFile]) -> InventoryRules:
    part = placed.part
    sub_sectors = {
        s.id: Named(s.id, wording(s.title), sector.id) for sector in part.sectors for s in sector.sub_sectors
    }
    cells = {
        cell.id: Cell(cell.id, sub.id, sector.id, cell.scope, Counts(cell.counts), wording(cell.title))
        for sector in part.sectors
        for sub in sector.sub_sectors
        for cell in sub.cells
    }
    factors = {}
    for n, one in enumerate(part.factors):
        made = _factor(placed, one, n)
        if made is not None:
            factors[made.id] = made
    return InventoryRules(
        id=part.id,
        title=wording(part.title),
        sectors={one.id: Named(one.id, wording(one.title)) for one in part.sectors},
        sub_sectors=sub_sectors,
        cells=cells,
        gwp_sets={
            one.id: GwpSet(one.id, wording(one.title), wording(one.source), dict(one.values), wording(one.note))
            for one in part.gwp_sets
        },
        factors=factors,
        balances={
            one.id: BalanceKind(
                one.id, wording(one.title), one.unit, tuple(FlowKind(f.id, wording(f.title), f.side) for f in one.flows)
            )
            for one in part.balances
        },
        source=wording(part.source),
        series=part.series or "",
        population_series=part.population_series or "",
        dataset=part.dataset or "",
        no_factor={cell: wording(one.why) for one in part.no_factor for cell in one.cells},
    )


def _factor(placed: Placed[InventoryFile], part: FactorPart, n: int) -> Factor | None:
    unit, gases = part.unit or "", dict(part.gases)
    if (part.method is None) == (not gases):
        placed.tell(
            "pack_value",
            ("factors", n),
            Text(f"{part.id} ต้องมี gases หรือ method อย่างใดอย่างหนึ่ง", f"{part.id} needs either gases or a method"),
            Text("ใส่อย่างใดอย่างหนึ่ง", "give one of them"),
        )
        return None
    try:
        if part.method is not None:
            unit, gases = worked_out(part.method, part.parameters)
        heat = Heat(part.heat.per_kg, part.heat.per_m3) if part.heat else Heat()
        return checked_factor(
            Factor(
                id=part.id,
                title=wording(part.title),
                unit=unit,
                gases=gases,
                source=wording(part.source),
                year=part.year,
                heat=heat,
                uncertainty={"" if gas == "all" else gas: value for gas, value in part.uncertainty.items()},
                cells=tuple(part.cells),
                note=wording(part.note) if part.note else None,
                method=part.method or "",
                parameters=dict(part.parameters),
            )
        )
    except InputError as fault:
        placed.tell_error(("factors", n), fault, prefix=f"{part.id}: ")
        return None


def _check(placed: Placed[InventoryFile], rules: InventoryRules) -> None:
    part = placed.part
    for name in ("sectors", "gwp_sets", "factors", "balances"):
        placed.unique(_NOUNS[name], [one.id for one in getattr(part, name)], (name,))
    cells = [c.id for sector in part.sectors for sub in sector.sub_sectors for c in sub.cells]
    for cell in sorted({one for one in cells if cells.count(one) > 1}):
        placed.tell(
            "pack_duplicate",
            ("sectors",),
            Text(f"ช่อง {cell} ซ้ำ", f"the cell {cell} stands twice"),
            Text("ใช้รหัสไม่ซ้ำ", "give every cell its own id"),
        )
    places = {*rules.cells, *rules.sub_sectors, *rules.sectors}
    for n, one in enumerate(part.factors):
        for at, cell in enumerate(one.cells):
            placed.known(_NOUNS["cells"], cell, places, ("factors", n, "cells", at))
        for gas in one.gases:
            _known_gas(placed, gas, rules.gwp_sets, n)
    for n, gap in enumerate(part.no_factor):
        for at, cell in enumerate(gap.cells):
            placed.known(_NOUNS["cells"], cell, rules.cells, ("no_factor", n, "cells", at))
    for n, kind in enumerate(part.balances):
        placed.unique(Text("กระแส", "flow"), [f.id for f in kind.flows], ("balances", n, "flows"))
        try:
            measure_of(kind.unit)
        except InputError as fault:
            placed.tell_error(("balances", n, "unit"), fault)


def _known_gas(placed: Placed[InventoryFile], gas: str, sets: Mapping[str, GwpSet], n: int) -> None:
    if gas not in (BIOGENIC, MIXED) and not any(gas in one.values for one in sets.values()):
        known = sorted({name for one in sets.values() for name in one.values} | {BIOGENIC, MIXED})
        placed.known(Text("ก๊าซ", "gas"), gas, known, ("factors", n, "gases", gas))
