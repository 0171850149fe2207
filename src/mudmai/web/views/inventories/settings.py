"""Beginning an inventory, changing what it rests on, releasing it and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from mudmai.apps.assessment.domain.inventories import (
    change_inventory,
    create_inventory,
    release_inventory,
    reopen_inventory,
)
from mudmai.apps.assessment.domain.inventory_finding import inventory_for
from mudmai.apps.assessment.domain.inventory_rows import population_of, rules_of, totals_of
from mudmai.apps.assessment.models import City, Inventory
from mudmai.apps.assessment.policy import require_city
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import NotAllowed, organisations_allowing, require_anywhere
from mudmai.core.errors import InputError, Where
from mudmai.core.inventories import Level
from mudmai.core.language import same
from mudmai.core.periods import BE_OFFSET
from mudmai.core.typed_figures import whole_number
from mudmai.web.pages import address, language_of, render_page
from mudmai.web.views.inventories.shared import Field, field, revision_of, status_of
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.web.wording import wording


@signed_in
def new_inventory(request: HttpRequest, language: str) -> HttpResponse:
    """The form: a city that one works for, a year, the level. ``?city=`` chooses the city."""
    person = person_of(request)
    require_anywhere(person, "city.edit")
    cities = list(_cities(person))
    first = next((one for one in cities if one.code == request.GET.get("city")), cities[0] if cities else None)
    given: Mapping[str, str] = request.POST if request.method == "POST" else _proposed(first)
    fault: InputError | None = None
    if request.method == "POST":
        try:
            made = create_inventory(acting_user=person, city=_city(cities, given), year=_year(given), **_values(given))
            tell(request, "inventory.begun")
            return HttpResponseRedirect(address(language_of(request), "inventory", inventory=made.pk))
        except NotAllowed:
            raise
        except InputError as found:
            fault = found
    choices = tuple((one.code, one.name) for one in cities)
    fields = [
        field("city", given, fault, choices=choices, required=True, hint=False),
        field("year", given, fault, required=True, numeric=True),
        *_fields(given, fault),
    ]
    return render_page(
        request,
        "inventories/form.html",
        status_of(fault),
        current="assessments",
        part="inventories",
        title=wording("inventory.begin"),
        fields=fields,
        fault=fault,
        nothing=None if cities else wording("inventory.no_city"),
    )


@signed_in
def inventory_settings(request: HttpRequest, inventory: UUID, language: str) -> HttpResponse:
    """Level, GWP set, population and note."""
    person = person_of(request)
    held = inventory_for(person, inventory)
    require_city(person, "city.edit", held.city)
    given: Mapping[str, str] = request.POST if request.method == "POST" else _kept(held)
    fault: InputError | None = None
    if request.method == "POST":
        try:
            change_inventory(acting_user=person, inventory=held, revision=revision_of(request), **_values(given))
            tell(request, "inventory.saved")
            return HttpResponseRedirect(address(language_of(request), "inventory", inventory=held.pk))
        except NotAllowed:
            raise
        except InputError as found:
            fault = found
    return render_page(
        request,
        "inventories/form.html",
        status_of(fault),
        current="assessments",
        part="inventories",
        inventory=held,
        title=wording("inventory.settings"),
        fields=_fields(given, fault),
        fault=fault,
        revision=given.get("revision", held.revision),
    )


@signed_in
def inventory_release(request: HttpRequest, inventory: UUID, language: str) -> HttpResponse:
    """The page that asks once more: release a draft, or take a released one back with a reason."""
    person = person_of(request)
    held = inventory_for(person, inventory)
    require_city(person, "city.release", held.city)
    fault: InputError | None = None
    if request.method == "POST":
        try:
            back = request.POST.get("do") == "reopen"
            if back:
                reason = request.POST.get("reason", "")
                reopen_inventory(acting_user=person, inventory=held, revision=revision_of(request), reason=reason)
            else:
                release_inventory(acting_user=person, inventory=held, revision=revision_of(request))
            tell(request, "inventory.reopened" if back else "inventory.released")
            return HttpResponseRedirect(address(language_of(request), "inventory", inventory=held.pk))
        except NotAllowed:
            raise
        except InputError as found:
            fault = found
    totals = totals_of(held)
    return render_page(
        request,
        "inventories/release.html",
        status_of(fault),
        current="assessments",
        part="inventories",
        inventory=held,
        totals=totals,
        open_count=len(totals.open_cells),
        reason=field("reason", request.POST, fault, required=True, long=True),
        fault=fault,
        revision=request.POST.get("revision", held.revision),
    )


def _cities(person: Person) -> QuerySet[City]:
    inside = organisations_allowing(person, "city.edit")
    return City.objects.filter(organisation__in=inside.values("pk")).order_by("name_th", "code")


def _city(cities: list[City], given: Mapping[str, str]) -> City:
    found = next((one for one in cities if one.code == given.get("city")), None)
    if found is None:
        raise _wrong("inventory.choose_city", "city")
    return found


def _year(given: Mapping[str, str]) -> int:
    """The year that was typed, in either calendar."""
    year = whole_number(given.get("year", ""), "year")
    if year is None:
        raise _wrong("inventory.needs_year", "year")
    return year - BE_OFFSET if year >= 2400 else year


def _wrong(key: str, name: str) -> InputError:
    return InputError(wording(key), remedy=wording("inventory.mend_field"), code="inventory", where=Where(field=name))


def _values(given: Mapping[str, str]) -> dict[str, Any]:
    return {
        "level": given.get("level", ""),
        "gwp_set": given.get("gwp_set", ""),
        "population": whole_number(given.get("population", ""), "population"),
        "population_source": given.get("population_source", ""),
        "note": given.get("note", ""),
    }


def _fields(given: Mapping[str, str], fault: InputError | None) -> list[Field]:
    sets = tuple((one.id, one.title) for one in rules_of().gwp_sets.values())
    return [
        field("level", given, fault, choices=tuple((one.value, same(one.value)) for one in Level)),
        field("gwp_set", given, fault, choices=sets),
        field("population", given, fault, numeric=True),
        field("population_source", given, fault),
        field("note", given, fault, long=True, hint=False),
    ]


def _proposed(city: City | None) -> dict[str, str]:
    population = population_of(city) if city is not None else None
    told = city.facts.get("population", {}) if city is not None and population else {}
    return {
        "city": city.code if city is not None else "",
        "year": str(timezone.localdate().year - 1 + BE_OFFSET),
        "level": Level.BASIC.value,
        "gwp_set": next(iter(rules_of().gwp_sets)),
        "population": str(population or ""),
        "population_source": str(told.get("source", "")),
    }


def _kept(held: Inventory) -> dict[str, str]:
    return {
        "level": held.level,
        "gwp_set": held.gwp_set,
        "population": str(held.population or ""),
        "population_source": held.population_source,
        "note": held.note,
    }
