"""One inventory: the total a head, by sector and scope, what is not known, balances, method and factors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from mudmai.apps.assessment.domain.inventory_finding import inventories_for, inventory_for
from mudmai.apps.assessment.domain.inventory_rows import (
    balances_of,
    breaks_of,
    earlier_of,
    flows_of,
    rules_of,
    sheet_of,
    totals_of,
)
from mudmai.apps.assessment.models import Inventory
from mudmai.apps.assessment.policy import decide_city
from mudmai.core.inventories import Factor, InventoryRules
from mudmai.core.language import Text
from mudmai.exchange.inventories.export import inventory_json
from mudmai.exchange.inventories.sheets import cell_words, inventory_csv, inventory_xlsx
from mudmai.http.sharing import open_file
from mudmai.methods.balances import Balance
from mudmai.methods.greenhouse_gas import EntryEmissions, InventoryTotals, Total
from mudmai.methods.inventory_gaps import gaps_of
from mudmai.web.pages import language_of, render_page
from mudmai.web.views.projects.readers import asker, or_sign_in
from mudmai.web.wording import wording

_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


@dataclass(frozen=True, slots=True)
class SectorRow:
    """A sector: its scopes and its total, the part of the largest sector (0 to 100), how many cells are open.

    ``percent``: of the whole. ``why``: the one reason that all of its counted cells give for having no figure.
    """

    title: Text
    scopes: tuple[float | None, ...]
    total: Total
    width: float
    percent: float | None
    open: int
    counts: bool
    why: Text | None


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A counted cell with something unknown, and why."""

    cell: str
    title: Text
    why: Text


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry with what it emits; ``activity`` in words, ``title`` of its cell."""

    one: EntryEmissions
    activity: Text
    title: Text


@dataclass(frozen=True, slots=True)
class FactorRow:
    """A factor that the inventory uses."""

    factor: Factor
    gases: str


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """A balance, its flows with amounts and sources."""

    balance: Balance
    flows: tuple[tuple[Text, str, float | None, Text | None, str], ...]
    told: int


@or_sign_in
@never_cache
def inventory_page(request: HttpRequest, inventory: UUID, language: str) -> HttpResponse:
    """The page."""
    person = asker(request)
    held = inventory_for(person, inventory)
    rules = rules_of(held)
    totals = totals_of(held, rules)
    others = list(inventories_for(person).filter(city=held.city).exclude(pk=held.pk))
    earlier = earlier_of(held, others)
    may_edit = decide_city(person, "city.edit", held.city)
    return render_page(
        request,
        "inventories/inventory.html",
        current="assessments",
        part="inventories",
        inventory=held,
        rules=rules,
        totals=totals,
        per_head=totals.per_head(held.population),
        sectors=sector_rows(rules, totals),
        scopes=[(n, total) for n, total in totals.scopes.items() if total.co2e is not None or total.unknown],
        gases=[(gas, kg, totals.gas_co2e(gas)) for gas, kg in totals.total.kg.items() if gas != "CO2_biogenic"],
        open_rows=[OpenRow(one.cell.id, cell_words(rules, one.cell.id), one.why) for one in gaps_of(rules, totals)],
        apart=[(wording(f"inventory.counts_{one.value}"), total) for one, total in totals.apart.items()],
        entries=[_entry(rules, one) for one in totals.entries],
        factors=_factors(totals),
        balances=_balances(held, rules),
        earlier=earlier,
        earlier_totals=totals_of(earlier, rules) if earlier else None,
        breaks=[_break(rules, one.cell, one.why) for one in breaks_of(earlier, held)] if earlier else [],
        others=others,
        may_edit=may_edit and not held.is_released,
        may_release=decide_city(person, "city.release", held.city),
    )


def sector_rows(rules: InventoryRules, totals: InventoryTotals) -> list[SectorRow]:
    """The sectors with their scopes; one that does not count at the level is told apart by ``counts``."""
    largest = max((one.co2e for one in totals.sectors.values() if one.co2e is not None), default=0.0)
    whole = totals.total.co2e
    counted = {cell.sector for cell in rules.cells.values() if cell.counts in totals.level.counted}
    rows = []
    for id, sector in rules.sectors.items():
        total = totals.sectors[id]
        rows.append(
            SectorRow(
                title=sector.title,
                scopes=tuple(totals.sector_scopes[id, scope].co2e for scope in totals.scopes),
                total=total,
                width=round(100 * total.co2e / largest, 2) if total.co2e and largest else 0.0,
                percent=100 * total.co2e / whole if total.co2e is not None and whole else None,
                open=sum(1 for one in totals.open_cells if one.cell.sector == id),
                counts=id in counted,
                why=_common_reason(totals, id),
            )
        )
    return rows


def _common_reason(totals: InventoryTotals, sector: str) -> Text | None:
    cells = [c for c in totals.cells.values() if c.cell.sector == sector and c.cell.counts in totals.level.counted]
    keys = {one.notation for one in cells}
    only = next(iter(keys)) if len(keys) == 1 else None
    return only.words if only is not None else None


def _entry(rules: InventoryRules, one: EntryEmissions) -> EntryRow:
    entry = one.entry
    return EntryRow(one, rules.activity_words(entry.cell, entry.activity), cell_words(rules, entry.cell))


def _factors(totals: InventoryTotals) -> list[FactorRow]:
    found: dict[tuple[object, ...], FactorRow] = {}
    for one in totals.entries:
        factor = one.entry.factor
        if factor is not None:
            gases = ", ".join(f"{gas} {value:g}" for gas, value in factor.gases.items())
            found.setdefault((factor.id, factor.title, gases), FactorRow(factor, gases))
    return list(found.values())


def _balances(held: Inventory, rules: InventoryRules) -> list[BalanceRow]:
    flows = flows_of(held)
    rows = []
    for one in balances_of(held, rules):
        told = []
        for flow in one.kind.flows:
            value, source = flows.get((one.kind.id, flow.id), (None, ""))
            words = value.notation.words if value is not None and value.notation is not None else None
            told.append((flow.title, flow.side, value.amount if value is not None else None, words, source))
        known = sum(1 for flow in one.kind.flows if (one.kind.id, flow.id) in flows)
        rows.append(BalanceRow(one, tuple(told), known))
    return rows


def _break(rules: InventoryRules, cell: str, why: Text) -> tuple[Text | None, Text]:
    return (cell_words(rules, cell) if cell else None, why)


@open_file
@or_sign_in
@never_cache
def inventory_table(request: HttpRequest, inventory: UUID, form: str, language: str) -> HttpResponse:
    """The inventory as a file; ``?empty=1``: the template, with a row for whatever is not told yet."""
    if form not in _TYPES:
        raise Http404
    held = inventory_for(asker(request), inventory)
    rules, here = rules_of(held), language_of(request)
    body: bytes
    if form == "json":
        body = inventory_json(rules, totals_of(held, rules), balances_of(held, rules), facts=_facts(held))
    else:
        rows = sheet_of(held, here, empty=request.GET.get("empty") == "1")
        body = inventory_xlsx(rules, rows, here) if form == "xlsx" else inventory_csv(rows, here)
    response = HttpResponse(body, content_type=_TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{held.city.code}-ghg-{held.year}.{form}"'
    return response


def _facts(held: Inventory) -> Mapping[str, object]:
    return {
        "id": str(held.pk),
        "city": held.city.code,
        "year": held.year,
        "population": held.population,
        "population_source": held.population_source,
        "state": held.state,
        "revision": held.revision,
    }
