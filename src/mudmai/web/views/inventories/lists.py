"""The list of inventories: released ones for everybody, drafts for those of the city."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from mudmai.apps.assessment.domain.inventory_finding import inventories_for
from mudmai.apps.assessment.domain.inventory_rows import rules_of, totals_of
from mudmai.apps.assessment.models import Inventory
from mudmai.apps.registry.policy import organisations_allowing
from mudmai.methods.greenhouse_gas import InventoryTotals
from mudmai.web.pages import render_page
from mudmai.web.views.projects.readers import asker, person_or_none

MOST = 500


@dataclass(frozen=True, slots=True)
class Row:
    """An inventory with what it adds up to."""

    inventory: Inventory
    totals: InventoryTotals
    per_head: float | None
    open: int


@never_cache
def inventory_list(request: HttpRequest, language: str) -> HttpResponse:
    """The page."""
    rows = []
    for one in inventories_for(asker(request))[:MOST]:
        totals = totals_of(one, rules_of(one))
        rows.append(Row(one, totals, totals.per_head(one.population), len(totals.open_cells)))
    person = person_or_none(request)
    may_add = person is not None and organisations_allowing(person, "city.edit").exists()
    return render_page(
        request, "inventories/list.html", current="assessments", part="inventories", rows=rows, may_add=may_add
    )
