"""City inventories of greenhouse gases: totals with what they lack, entries with factors and sources, balances."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from mudmai.api.callers import caller
from mudmai.api.problem_docs import problems
from mudmai.apps.assessment.domain.inventory_finding import inventories_for, inventory_for
from mudmai.apps.assessment.domain.inventory_rows import balances_of, rules_of, totals_of
from mudmai.apps.assessment.models import Inventory
from mudmai.exchange.inventories.export import inventory_record

router = Router(tags=["inventories"])
_MOST = 500
_LISTED = problems("401", "403", "422", "429", "500")
_READ = problems("401", "403", "404", "422", "429", "500")


class InventoryOut(Schema):
    """An inventory in short; null is not known, never zero."""

    id: UUID
    city: str = Field(description="Code of the city")
    city_th: str
    city_en: str
    year: int = Field(description="Common Era")
    level: str = Field(description="BASIC or BASIC+")
    gwp_set: str
    state: str = Field(description="released, or draft for those of the city")
    co2e_t: float | None = Field(description="Known total, tonnes of CO2 equivalent")
    per_head_t: float | None
    open_cells: int = Field(
        description="Counted cells with something not known: above zero, the total is at least this"
    )
    href: str


class InventoriesOut(Schema):
    """Inventories, the latest year first."""

    items: list[InventoryOut]


class InventoryWholeOut(Schema):
    """An inventory with all that it rests on."""

    id: UUID
    city: str
    year: int
    population: int | None
    population_source: str
    state: str
    revision: int
    level: str
    gwp: dict[str, Any]
    method: dict[str, Any]
    total: dict[str, Any]
    per_head: float | None
    open_cells: list[str]
    sectors: dict[str, Any]
    scopes: dict[str, Any]
    apart: dict[str, Any]
    entries: list[dict[str, Any]]
    balances: list[dict[str, Any]]


@router.get("/inventories", response=InventoriesOut, operation_id="listInventories", openapi_extra=_LISTED)
def list_inventories(
    request: HttpRequest,
    city: str | None = Query(None, max_length=60, description="Code of a city"),
    year: int | None = Query(None, ge=1900, le=2200, description="Common Era"),
) -> dict[str, Any]:
    """Released inventories, and drafts of the caller's own cities; the latest 500."""
    rows = inventories_for(caller(request))
    if city:
        rows = rows.filter(city__code=city)
    if year:
        rows = rows.filter(year=year)
    return {"items": [_short(one) for one in rows[:_MOST]]}


@router.get("/inventories/{id}", response=InventoryWholeOut, operation_id="getInventory", openapi_extra=_READ)
def get_inventory(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """One inventory: sums by sector and scope with uncertainty, entries with factors and sources, balances."""
    held = inventory_for(caller(request), id)
    rules = rules_of(held)
    facts = {
        "id": held.pk,
        "city": held.city.code,
        "year": held.year,
        "population": held.population,
        "population_source": held.population_source,
        "state": held.state,
        "revision": held.revision,
    }
    return inventory_record(rules, totals_of(held, rules), balances_of(held, rules), facts=facts)


def _short(held: Inventory) -> dict[str, Any]:
    totals = totals_of(held)
    return {
        "id": held.pk,
        "city": held.city.code,
        "city_th": held.city.name.th,
        "city_en": held.city.name.en,
        "year": held.year,
        "level": held.level,
        "gwp_set": held.gwp_set,
        "state": held.state,
        "co2e_t": totals.total.co2e,
        "per_head_t": totals.per_head(held.population),
        "open_cells": len(totals.open_cells),
        "href": f"/api/v1/inventories/{held.pk}",
    }
