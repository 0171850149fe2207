"""An inventory worked out, as JSON: totals with what they lack, cells, entries with factors, balances."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from mudmai.core.inventories import InventoryRules
from mudmai.core.language import Text
from mudmai.methods.balances import Balance
from mudmai.methods.greenhouse_gas import EntryEmissions, InventoryTotals, Total


def inventory_record(
    rules: InventoryRules, totals: InventoryTotals, balances: Iterable[Balance], *, facts: Mapping[str, Any]
) -> dict[str, Any]:
    """All of it, JSON-ready; missing is null, never zero. Tonnes CO2e, gases in kilograms.

    An entry's ``activity`` is what was written ("" nothing), its ``title`` what it is called: else the sub-sector.
    """
    population = facts.get("population")
    return {
        **facts,
        "level": str(totals.level),
        "gwp": {"set": totals.gwp.id, **_text("source", totals.gwp.source)},
        "method": _text("title", rules.source),
        "total": total_record(totals.total),
        "per_head": totals.per_head(population),
        "open_cells": [one.cell.id for one in totals.open_cells],
        "sectors": {id: total_record(one) for id, one in totals.sectors.items()},
        "scopes": {str(id): total_record(one) for id, one in totals.scopes.items()},
        "apart": {counts.value: total_record(one) for counts, one in totals.apart.items()},
        "entries": [_entry(rules, one) for one in totals.entries],
        "balances": [_balance(one) for one in balances],
    }


def inventory_json(
    rules: InventoryRules, totals: InventoryTotals, balances: Iterable[Balance], *, facts: Mapping[str, Any]
) -> bytes:
    """:func:`inventory_record` as UTF-8."""
    record = inventory_record(rules, totals, balances, facts=facts)
    return (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()


def total_record(total: Total) -> dict[str, Any]:
    """A sum with what it lacks."""
    return {
        "co2e_t": total.co2e,
        "complete": total.is_complete,
        "unknown_entries": total.unknown,
        "kg": dict(total.kg),
        "biogenic_co2_t": total.biogenic,
        "uncertainty_percent": total.uncertainty,
        "share_with_stated_uncertainty": total.stated,
    }


def _entry(rules: InventoryRules, one: EntryEmissions) -> dict[str, Any]:
    entry, factor = one.entry, one.entry.factor
    made = None
    if factor is not None:
        made = {
            "id": factor.id,
            "unit": factor.unit,
            "gases": dict(factor.gases),
            "year": factor.year,
            "method": factor.method,
            "parameters": dict(factor.parameters),
            "heat": {name: value for name in ("per_kg", "per_m3") if (value := getattr(factor.heat, name)) is not None},
            "uncertainty_percent": {gas or "all": value for gas, value in factor.uncertainty.items()},
            **_text("source", factor.source),
        }
    return {
        "cell": entry.cell,
        "activity": entry.activity,
        **_text("title", rules.activity_words(entry.cell, entry.activity)),
        "amount": entry.amount,
        "unit": entry.unit,
        "amount_uncertainty_percent": entry.uncertainty,
        "notation": None if entry.notation is None else str(entry.notation),
        "factor": made,
        "source": entry.source,
        "quality": None if entry.quality is None else str(entry.quality),
        "kg": dict(one.kg),
        "co2e_t": one.co2e,
        "biogenic_co2_t": one.biogenic,
        "uncertainty_percent": one.uncertainty,
        **(_text("why", one.why) if one.why is not None else {}),
    }


def _balance(one: Balance) -> dict[str, Any]:
    return {
        "id": one.kind.id,
        "unit": one.kind.unit,
        "inflow": one.inflow,
        "outflow": one.outflow,
        "gap": one.gap,
        "share_of_inflow": one.share,
        "half_width": one.half_width,
        "within_uncertainty": one.within,
        "closes": one.closes,
        "missing": [flow.id for flow in one.missing],
        **_text("verdict", one.verdict),
    }


def _text(name: str, text: Text) -> dict[str, str]:
    return {f"{name}_th": text.th, f"{name}_en": text.en}
