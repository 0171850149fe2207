"""Rows of inventories as the core knows them, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from mudmai.apps.assessment.models import BalanceFlow, City, Inventory, InventoryEntry
from mudmai.apps.data.site import workspace
from mudmai.core.inventories import Entry, Factor, InventoryRules, Level, Notation, Quality
from mudmai.core.language import Text, same
from mudmai.exchange.inventories.sheets import inventory_rows
from mudmai.methods.balances import Balance, Flow, balance
from mudmai.methods.greenhouse_gas import Break, InventoryTotals, added_up, breaks_between
from mudmai.workspace.inventories import inventory_rules


def rules_of(inventory: Inventory | None = None) -> InventoryRules:
    """The tables that an inventory is kept by; without one those that a new inventory takes."""
    return inventory_rules(workspace().home, inventory.rules if inventory is not None else "")


def entries_of(inventory: Inventory, rules: InventoryRules | None = None) -> list[Entry]:
    """The entries, in the order of the cells."""
    held = rules or rules_of(inventory)
    order = {cell: n for n, cell in enumerate(held.cells)}
    rows = sorted(inventory.entries.all(), key=lambda row: (order.get(row.cell, len(order)), row.activity))
    return [entry_of(row, held) for row in rows]


def entry_of(row: InventoryEntry, rules: InventoryRules) -> Entry:
    """One entry. A factor that the pack has no more leaves the entry without one, as not known."""
    title = rules.activity_words(row.cell, row.activity)
    if row.factor:
        given = rules.factors.get(row.factor)
        factor = None if given is None else given.stating(row.own_factor.get("uncertainty"))
    else:
        factor = own_factor(row.own_factor, title)
    return Entry(
        id=str(row.pk),
        cell=row.cell,
        activity=rules.written_activity(row.cell, row.activity),
        amount=None if row.amount is None else float(row.amount),
        unit=row.unit,
        factor=factor,
        notation=Notation(row.notation) if row.notation else None,
        uncertainty=row.uncertainty,
        quality=Quality(row.quality) if row.quality else None,
        source=row.source,
    )


def own_factor(told: Mapping[str, Any], title: Text) -> Factor | None:
    """A factor kept with its entry, named ``title``; None where there is none."""
    if not told:
        return None
    stated = told.get("uncertainty")
    return Factor(
        id="",
        title=title,
        unit=told["unit"],
        gases=dict(told["gases"]),
        source=same(told.get("source", "")),
        uncertainty={} if stated is None else {"": stated},
        method=told.get("method", ""),
        parameters=dict(told.get("parameters", {})),
    )


def entry_values(entry: Entry, rules: InventoryRules) -> dict[str, Any]:
    """The fields of a row for ``entry``."""
    factor = ""
    own: dict[str, Any] = {}
    if entry.factor is not None and entry.factor.id in rules.factors:
        factor = entry.factor.id
        if entry.factor.uncertainty != rules.factors[factor].uncertainty:
            own = {"uncertainty": entry.factor.uncertainty.get("")}
    elif entry.factor is not None:
        one = entry.factor
        own = {"unit": one.unit, "gases": dict(one.gases), "source": one.source.th}
        if one.uncertainty:
            own["uncertainty"] = one.uncertainty.get("")
        if one.method:
            own |= {"method": one.method, "parameters": dict(one.parameters)}
    return {
        "cell": entry.cell,
        "activity": rules.written_activity(entry.cell, entry.activity)[:200],
        "amount": exact(entry.amount),
        "unit": entry.unit,
        "notation": str(entry.notation or ""),
        "factor": factor,
        "own_factor": own,
        "uncertainty": entry.uncertainty,
        "quality": str(entry.quality or ""),
        "source": entry.source[:500],
    }


def exact(amount: float | None) -> Decimal | None:
    """An amount as a row keeps it."""
    return None if amount is None else Decimal(repr(float(amount))).quantize(Decimal("1e-9"))


def told_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a row as the log and pages tell them."""
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()}


def flows_of(inventory: Inventory) -> dict[tuple[str, str], tuple[Flow, str]]:
    """(balance, flow) → its amount and source."""
    return {(row.balance, row.flow): (_flow(row), row.source) for row in inventory.flows.all()}


def _flow(row: BalanceFlow) -> Flow:
    amount = None if row.amount is None else float(row.amount)
    return Flow(amount, row.uncertainty, Notation(row.notation) if row.notation else None)


def balances_of(inventory: Inventory, rules: InventoryRules | None = None) -> list[Balance]:
    """All balances of the tables; one of which nothing is told is not closed because nothing is known."""
    held, flows = rules or rules_of(inventory), flows_of(inventory)
    return [
        balance(kind, {flow: value for (name, flow), (value, _) in flows.items() if name == kind.id})
        for kind in held.balances.values()
    ]


def totals_of(inventory: Inventory, rules: InventoryRules | None = None) -> InventoryTotals:
    """The inventory added up, with what is not known."""
    held = rules or rules_of(inventory)
    return added_up(held, entries_of(inventory, held), level=Level(inventory.level), gwp=held.gwp(inventory.gwp_set))


def earlier_of(inventory: Inventory, among: Iterable[Inventory]) -> Inventory | None:
    """The year before it among the city's others."""
    before = [one for one in among if one.city_id == inventory.city_id and one.year < inventory.year]
    return max(before, key=lambda one: one.year, default=None)


def breaks_of(earlier: Inventory, later: Inventory) -> tuple[Break, ...]:
    """Why the two years must not be compared as they stand."""
    held = rules_of(later)
    both = entries_of(earlier, held), entries_of(later, held)
    found = breaks_between(held, *both, gwp=(earlier.gwp_set, later.gwp_set))
    if earlier.level != later.level:
        why = Text(f"ระดับเปลี่ยนจาก {earlier.level} เป็น {later.level}", f"level {earlier.level} became {later.level}")
        found = (Break("", why), *found)
    return found


def sheet_of(inventory: Inventory, language: Any, *, empty: bool = False) -> list[dict[str, Any]]:
    """Rows of its sheet; ``empty`` adds a row for whatever is not told yet."""
    held = rules_of(inventory)
    level = Level(inventory.level) if empty else None
    return inventory_rows(held, entries_of(inventory, held), flows_of(inventory), language, level=level)


def population_of(city: City) -> int | None:
    """What the city's facts say of its population."""
    told = city.facts.get("population")
    value = told.get("value") if isinstance(told, dict) else None
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else None
