"""Where a project is, and how its money is shared among its places."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from mudmai.apps.programme.domain.projects import project_for, set_places
from mudmai.apps.programme.models import Project
from mudmai.apps.programme.place_names import place_named
from mudmai.apps.programme.policy import change_action, decide_project
from mudmai.apps.registry.areas import catalogue, listed_areas
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.apportionment import SharingRule
from mudmai.core.errors import InputError
from mudmai.core.language import Text, to_arabic_digits
from mudmai.web.pages import address, language_of, render_page
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.web.wording import wording

SPARE = 3
"""Empty lines of the form."""


@signed_in
def edit(request: HttpRequest, project: UUID, language: str) -> HttpResponse:
    """Places with their weights, one to a line, and the rule."""
    person = person_of(request)
    held = project_for(person, project)
    decision = decide_project(person, change_action(held.programme), held)
    if not decision:
        raise NotAllowed(decision)
    fault: InputError | None = None
    if request.method == "POST":
        try:
            _keep(request, person, held)
            tell(request, "project.places_kept")
            return HttpResponseRedirect(address(language_of(request), "project", project=held.pk))
        except NotAllowed:
            raise
        except InputError as found:
            fault = found
    return render_page(
        request,
        "projects/edit.html",
        409 if fault and fault.code == "project_changed" else 400 if fault else 200,
        part="programmes",
        current="projects",
        project=held,
        fault=fault,
        rows=_rows(request, held),
        rule=request.POST.get("rule", held.sharing_rule),
        rules=[(one.value, one.label, one.needs_weights) for one in SharingRule],
        reason=request.POST.get("reason", ""),
        version=request.POST.get("version", held.version),
        area_names=_names(held, language_of(request)),
    )


def _keep(request: HttpRequest, person: Person, held: Project) -> None:
    given = request.POST
    held.version = (
        int(given["version"]) if given.get("version", "").isascii() and given.get("version", "").isdigit() else 0
    )
    places = [
        (place_named(name), _weight(weight))
        for name, weight in zip(given.getlist("area"), given.getlist("weight"), strict=False)
        if name.strip()
    ]
    set_places(
        acting_user=person, project=held, places=places, rule=given.get("rule", ""), reason=given.get("reason", "")
    )


def _weight(text: str) -> Decimal | None:
    """A number in either digits; a part in per cent is written with its sign."""
    plain = to_arabic_digits(text).replace(",", "").strip()
    if not plain:
        return None
    try:
        value = Decimal(plain.rstrip("%").strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise InputError(
            wording("project.bad_weight", value=text), remedy=wording("project.bad_weight_remedy"), code="sharing"
        )
    return value / 100 if plain.endswith("%") else value


def _rows(request: HttpRequest, held: Project) -> list[tuple[str, str]]:
    if request.method == "POST":
        given = list(zip(request.POST.getlist("area"), request.POST.getlist("weight"), strict=False))
    else:
        given = [(one.area, "" if one.weight is None else f"{one.weight.normalize():f}") for one in held.places.all()]
    return [*(pair for pair in given if pair[0].strip()), *[("", "")] * SPARE]


def _names(held: Project, language: str) -> list[tuple[str, str]]:
    """Codes and names to choose from, each code once; smaller areas than these are written by name or code."""
    found: dict[str, Text] = {}
    for system in catalogue().area_systems.values():
        for area in listed_areas(system):
            found.setdefault(area.code, area.name)
    return [(code, name.th if language == "th" else name.en) for code, name in list(found.items())[:400]]
