"""Cities: the list, one city with its body, area and facts, adding and changing one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from mudmai.apps.assessment.domain import cities as do
from mudmai.apps.assessment.models import Call, City, CityFile
from mudmai.apps.assessment.policy import area_of, decide_city, visible_files
from mudmai.apps.programme.place_names import place_named
from mudmai.apps.registry.areas import area_name, catalogue, listed_areas
from mudmai.apps.registry.models import Organisation, Person
from mudmai.apps.registry.policy import Decision, NotAllowed, organisations_allowing, require_anywhere
from mudmai.core.collation import dictionary_order
from mudmai.core.criteria import FactAsked, FactKind
from mudmai.core.errors import InputError, UnknownNameError, Where
from mudmai.core.language import Text, same
from mudmai.core.typed_figures import exact_number
from mudmai.web.pages import address, language_of, reader, render_page
from mudmai.web.preferences import Preferences
from mudmai.web.views.assessment.fact_times import as_of_typed, as_of_words
from mudmai.web.views.assessment.shared import call_row, known_sets, name_order, revision_of, set_titles, title_in
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.web.views.projects.readers import asker, person_or_none
from mudmai.web.wording import wording

MOST = 1000
"""Cities that the list shows; more are found by searching."""


@dataclass(frozen=True, slots=True)
class CityRow:
    """A city in the list, and whether it has a certificate in force today."""

    city: City
    area: Text
    certified: bool


def city_list(request: HttpRequest, language: str) -> HttpResponse:
    """All cities; ``?q=`` cuts them down by name, body or area."""
    asked = request.GET.get("q", "").strip()
    today = timezone.localdate()
    held = Q(certificates__ended_on=None) & (Q(certificates__expires_on=None) | Q(certificates__expires_on__gte=today))
    certified = set(City.objects.filter(held, certificates__granted_on__lte=today).values_list("pk", flat=True))
    rows = [
        CityRow(one, area_name(area_of(one)), one.pk in certified)
        for one in City.objects.select_related("organisation").order_by("name_th")[:MOST]
    ]
    rows.sort(key=lambda row: name_order(request, row.city.name))
    if asked:
        rows = [one for one in rows if _answers(one, asked)]
    person = person_or_none(request)
    return render_page(
        request,
        "assessment/cities.html",
        current="assessments",
        part="assessments",
        rows=rows,
        asked=asked,
        may_add=person is not None and organisations_allowing(person, "city.edit").exists(),
    )


def _answers(row: CityRow, asked: str) -> bool:
    body = row.city.organisation
    names = [row.city.name, row.area, *([body.name] if body else [])]
    wanted = asked.casefold()
    return any(wanted in text.casefold() for one in names for text in (one.th, one.en))


@dataclass(frozen=True, slots=True)
class FactRow:
    """What is known of the body: ``value`` None where it is not."""

    title: Text
    value: Text | None
    source: str
    as_of: str


def city_page(request: HttpRequest, code: str, language: str) -> HttpResponse:
    """One city: what it is, its certificates, its files that one may read, and what one may do for it."""
    held = do.city_named(code)
    if request.method == "POST":
        answer: HttpResponse = _take_over(request, code=code, language=language)
        return answer
    return _city(request, held)


@signed_in
def _take_over(request: HttpRequest, code: str, language: str) -> HttpResponse:
    """Whoever holds the register says which organisation answers for a city that nobody answers for."""
    person, held = person_of(request), do.city_named(code)
    decision = do.decide_confirming(person, held)
    if not decision:
        raise NotAllowed(decision)
    try:
        do.take_over(acting_user=person, city=held, organisation=_body(request.POST.get("organisation", "")))
    except NotAllowed:
        raise
    except InputError as fault:
        return _city(request, do.city_named(code), fault)
    tell(request, "assess.taken_over")
    return HttpResponseRedirect(address(language_of(request), "city", code=held.code))


def _body(code: str) -> Organisation:
    found = Organisation.objects.filter(code=code).first()
    if found is None:
        fault = wording("assess.take_over_choose")
        raise InputError(
            fault, remedy=wording("assess.take_over_choose_how"), code="assessment", where=Where(field="organisation")
        )
    return found


def _city(request: HttpRequest, held: City, fault: InputError | None = None) -> HttpResponse:
    person, today = asker(request), timezone.localdate()
    titles = set_titles(request)
    files = visible_files(CityFile.objects.filter(city=held), person).select_related("call").order_by("-created_at")
    may_edit: Decision = decide_city(person, "city.edit", held)
    may_fill: Decision = decide_city(person, "assess.fill", held)
    calls = []
    if may_fill:
        taken = CityFile.objects.filter(city=held).exclude(state="withdrawn").values("call_id")
        found = Call.objects.filter(is_published=True, opens_on__lte=today, closes_on__gte=today).exclude(pk__in=taken)
        calls = [call_row(one, titles, today) for one in found.select_related("organisation")]
    bodies: list[tuple[Text, list[Organisation]]] = []
    may_hand = held.organisation is None and bool(do.decide_confirming(person, held))
    if may_hand:
        near, others = do.bodies_for(held)
        named = (("assess.take_near", near), ("assess.take_others", others))
        bodies = [(wording(key), _by_name(found, language_of(request))) for key, found in named if found]
    return render_page(
        request,
        "assessment/city.html",
        200 if fault is None else 422,
        current="assessments",
        part="assessments",
        city=held,
        area=area_name(area_of(held)),
        facts=fact_rows(request, held),
        legal_type=_legal_words(request, held),
        certificates=list(held.certificates.order_by("-granted_on")),
        titles=titles,
        today=today,
        files=[(one, title_in(titles, one.call.criteria)) for one in files],
        calls=calls,
        may_edit=may_edit,
        may_fill=may_fill,
        may_plan=bool(decide_city(person, "assess.view", held)),
        may_hand=may_hand,
        bodies=bodies,
        holders=do.register_holders(held) if held.organisation is None and not may_hand else [],
        given=request.POST,
        fault=fault,
    )


def _by_name(rows: list[Organisation], language: str) -> list[Organisation]:
    return sorted(rows, key=lambda one: dictionary_order(one.name_en if language == "en" else one.name_th))


def facts_asked(request: HttpRequest) -> list[FactAsked]:
    """Every fact that some set asks for, each once, the legal type of the body apart."""
    found: dict[str, FactAsked] = {}
    for one in known_sets(request):
        for asked in one.facts:
            found.setdefault(asked.id, asked)
    return list(found.values())


LEGAL = "legal_type"


def _legal_words(request: HttpRequest, held: City) -> Text | None:
    if not held.legal_type:
        return None
    for one in facts_asked(request):
        if one.id == LEGAL:
            return dict(one.choices).get(held.legal_type, same(held.legal_type))
    return same(held.legal_type)


def fact_rows(request: HttpRequest, held: City) -> list[FactRow]:
    """Each fact that criteria ask for, known or not, with where it comes from."""
    here = reader(request)
    found = []
    for asked in facts_asked(request):
        if asked.id == LEGAL:
            continue
        kept = held.facts.get(asked.id) or {}
        words = _words(asked, kept.get("value"), here.number)
        when = as_of_words(here, str(kept.get("as_of", "")))
        found.append(FactRow(asked.title, words, str(kept.get("source", "")), when))
    return found


def _words(asked: FactAsked, value: Any, number: Any) -> Text | None:
    if value is None:
        return None
    names = dict(asked.choices)
    if isinstance(value, bool):
        return wording("assess.yes") if value else wording("assess.no")
    if isinstance(value, (int, float)):
        unit = asked.unit or same("")
        told = number(value, 0 if float(value).is_integer() else 2)
        return Text(f"{told} {unit.th}".strip(), f"{told} {unit.en}".strip())
    if isinstance(value, list):
        texts = [names.get(one, same(str(one))) for one in value]
        if not texts:
            return wording("assess.none_of_them")
        return Text(" ".join(one.th for one in texts), ", ".join(one.en for one in texts))
    return names.get(value, same(str(value)))


def _organisation(person: Person, code: str) -> Organisation:
    known = {one.code: one for one in organisations_allowing(person, "city.edit")}
    if code not in known:
        raise UnknownNameError(Text("หน่วยงาน", "organisation"), code, list(known))
    return known[code]


@signed_in
def new_city(request: HttpRequest, language: str) -> HttpResponse:
    """Add a city of an organisation of one's own."""
    person = person_of(request)
    require_anywhere(person, "city.edit")
    fault: InputError | None = None
    if request.method == "POST":
        try:
            made = do.create_city(
                acting_user=person,
                organisation=_organisation(person, request.POST.get("organisation", "")),
                code=request.POST.get("code", "").strip(),
                **_fields(request),
            )
            tell(request, "assess.city_added")
            return HttpResponseRedirect(address(language_of(request), "city", code=made.code))
        except NotAllowed:
            raise
        except InputError as found:
            fault = found
    return _form(request, person, None, fault)


@signed_in
def change_city(request: HttpRequest, code: str, language: str) -> HttpResponse:
    """Change what is known of a city. Two who do so at once: the second sees what the first kept."""
    person, held = person_of(request), do.city_named(code)
    decision = decide_city(person, "city.edit", held)
    if not decision:
        raise NotAllowed(decision)
    fault: InputError | None = None
    if request.method == "POST":
        try:
            do.change_city(acting_user=person, city=held, revision=revision_of(request), **_fields(request))
            tell(request, "assess.city_kept")
            return HttpResponseRedirect(address(language_of(request), "city", code=held.code))
        except NotAllowed:
            raise
        except InputError as found:
            fault = found
            held = do.city_named(code)
    return _form(request, person, held, fault)


def _fields(request: HttpRequest) -> dict[str, Any]:
    """The form as the domain takes it. Raises :class:`InputError` for a number that is none or an unknown place."""
    given = request.POST
    latitude, longitude = (exact_number(given.get(name, ""), name, signed=True) for name in ("latitude", "longitude"))
    return {
        "name_th": given.get("name_th", "").strip(),
        "name_en": given.get("name_en", "").strip(),
        "legal_type": given.get(LEGAL, ""),
        "area": place_named(given.get("area", "")),
        "is_whole_area": given.get("is_whole_area") == "on",
        "latitude": None if latitude is None else float(latitude),
        "longitude": None if longitude is None else float(longitude),
        "source": given.get("source", "").strip(),
        "facts": _facts(request),
    }


def _facts(request: HttpRequest) -> dict[str, Any]:
    """Every fact of the form: the value None where it was left empty, which is not known."""
    given, found = request.POST, {}
    for asked in facts_asked(request):
        if asked.id == LEGAL:
            continue
        name = f"fact_{asked.id}"
        value: Any = None
        typed = given.get(name, "").strip()
        match asked.kind:
            case FactKind.NUMBER:
                number = exact_number(typed, name)
                value = None if number is None else int(number) if number == int(number) else float(number)
            case FactKind.YES_NO:
                value = {"yes": True, "no": False}.get(typed)
            case FactKind.WORDS:
                chosen = [one for one, _ in asked.choices if one in given.getlist(name)]
                value = chosen if chosen or given.get(f"{name}_none") == "on" else None
            case _:
                value = typed or None
        source, as_of = given.get(f"{name}_source", "").strip(), given.get(f"{name}_as_of", "").strip()
        found[asked.id] = {"value": value, "source": source, "as_of": as_of}
    return found


@dataclass(frozen=True, slots=True)
class FactField:
    """A fact on the form: what was typed or is kept."""

    asked: FactAsked
    name: str
    value: str
    values: tuple[str, ...]
    none: bool
    source: str
    as_of: str


def _form(request: HttpRequest, person: Person, held: City | None, fault: InputError | None) -> HttpResponse:
    asked = facts_asked(request)
    posted = request.POST if request.method == "POST" else None
    changed = fault is not None and fault.code == "city_changed"
    return render_page(
        request,
        "assessment/city_form.html",
        200 if fault is None else 409 if changed else 422,
        current="assessments",
        part="assessments",
        city=held,
        given=_given(request, held),
        facts=[_field(reader(request), one, held, posted) for one in asked if one.id != LEGAL],
        legal=next((one for one in asked if one.id == LEGAL), None),
        organisations=list(organisations_allowing(person, "city.edit")) if held is None else [],
        area_names=_area_names(language_of(request)),
        revision=held.revision if held else 0,
        now=fact_rows(request, held) if held and changed else [],
        now_area=area_name(area_of(held)) if held and changed else None,
        fault=fault,
    )


def _given(request: HttpRequest, held: City | None) -> Any:
    if request.method == "POST":
        return request.POST
    if held is None:
        return {}
    names = ("name_th", "name_en", "legal_type", "source")
    found: dict[str, Any] = {name: getattr(held, name) for name in names}
    place = area_name(area_of(held))
    found["area"] = f"{place.in_(language_of(request))} ({held.area_code})" if held.area_code else ""
    found["is_whole_area"] = "on" if held.is_whole_area else ""
    found["latitude"] = "" if held.latitude is None else f"{held.latitude:g}"
    found["longitude"] = "" if held.longitude is None else f"{held.longitude:g}"
    return found


def _field(here: Preferences, asked: FactAsked, held: City | None, posted: Any) -> FactField:
    name = f"fact_{asked.id}"
    if posted is not None:
        values = tuple(posted.getlist(name))
        value = values[0] if values else ""
        none = posted.get(f"{name}_none") == "on"
        source, as_of = posted.get(f"{name}_source", ""), posted.get(f"{name}_as_of", "")
        return FactField(asked, name, value, values, none, source, as_of)
    kept = (held.facts.get(asked.id) if held else None) or {}
    value = kept.get("value")
    values = tuple(value) if isinstance(value, list) else ()
    shown = (
        {True: "yes", False: "no"}.get(value, "") if isinstance(value, bool) else "" if value is None else str(value)
    )
    return FactField(
        asked,
        name,
        shown,
        values,
        value == [],
        str(kept.get("source", "")),
        as_of_typed(here, str(kept.get("as_of", ""))),
    )


def _area_names(language: str) -> Iterable[tuple[str, str]]:
    found: dict[str, Text] = {}
    for system in catalogue().area_systems.values():
        for area in listed_areas(system):
            found.setdefault(area.code, area.name)
    return [(code, name.th if language == "th" else name.en) for code, name in list(found.items())[:400]]
