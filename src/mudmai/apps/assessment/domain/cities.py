"""Cities: added, changed, taken over by the organisation that answers for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from mudmai.apps.assessment.domain.certificates import hold_certificates, tell_city_changed
from mudmai.apps.assessment.domain.facts import checked_facts, checked_legal_type
from mudmai.apps.assessment.domain.refusals import changed, checked_text, refused
from mudmai.apps.assessment.domain.register_publishing import register_changed
from mudmai.apps.assessment.models import Certificate, City, RegisterHolder
from mudmai.apps.assessment.policy import Asking, area_of, require_city
from mudmai.apps.registry.areas import AreaRef, checked_area, covers
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.models import Membership, Organisation, Person
from mudmai.apps.registry.policy import Actor, Decision, NotAllowed, Operator, decide, require
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_TAKEN_ADDRESSES = frozenset({"compare", "new"})
"""Words that stand where a code stands in addresses of pages (``/cities/compare/``, ``/cities/new/``)."""
_NAME = Text("ชื่อเมือง", "the name of the city")
FIELDS = (
    "name_th",
    "name_en",
    "legal_type",
    "facts",
    "area",
    "is_whole_area",
    "latitude",
    "longitude",
    "note",
    "source",
)
"""What :func:`change_city` may change; the code of a city never does."""


def city_named(code: str) -> City:
    """The city with this code. Raises :class:`UnknownNameError` with near ones."""
    found = City.objects.select_related("organisation").filter(code=code).first()
    if found is None:
        raise UnknownNameError(Text("เมือง", "city"), code, list(City.objects.values_list("code", flat=True)))
    return found


def create_city(
    *,
    acting_user: Actor,
    organisation: Organisation,
    code: str,
    name_th: str,
    name_en: str = "",
    area: AreaRef,
    legal_type: str = "",
    facts: Mapping[str, Any] | None = None,
    is_whole_area: bool = False,
    latitude: float | None = None,
    longitude: float | None = None,
    note: str = "",
    source: str = "",
) -> City:
    """A city that ``organisation`` answers for. ``area`` is the smallest known one that holds it.

    Raises :class:`NotAllowed`, :class:`InputError` ``assessment``, ``city_facts``.
    """
    if not _CODE.fullmatch(code):
        raise refused(
            f"รหัสเมือง “{code}” ใช้ได้เฉพาะ a-z 0-9 และ -", f"the code “{code}” may only have a-z, 0-9 and -", "code"
        )
    if code in _TAKEN_ADDRESSES:
        raise refused(
            f"“{code}” เป็นที่อยู่ของหน้าอื่นในระบบ โปรดใช้รหัสเมืองอื่น",
            f"“{code}” is the address of another page; choose another code",
            "code",
        )
    values = _checked(
        {
            "name_th": name_th,
            "name_en": name_en,
            "legal_type": legal_type,
            "facts": facts or {},
            "area": area,
            "is_whole_area": is_whole_area,
            "latitude": latitude,
            "longitude": longitude,
            "note": note,
            "source": source,
        }
    )
    with transaction.atomic():
        place = AreaRef(values["area_system"], values["area_code"])
        require(acting_user, "city.edit", organisation=organisation, area=place)
        if City.objects.filter(code=code).exists():
            raise _taken(code)
        by = acting_user if isinstance(acting_user, Person) else None
        try:
            with transaction.atomic():
                made = City.objects.create(organisation=organisation, code=code, created_by=by, **values)
        except IntegrityError as twice:  # another was quicker with the same code
            raise _taken(code) from twice
        _record(acting_user, "city.create", made, new=values)
    return made


def change_city(*, acting_user: Actor, city: City, revision: int, **fields: Any) -> City:
    """Change some of :data:`FIELDS`. Facts given are laid over those held; a fact whose value is None goes.

    Raises :class:`NotAllowed`, :class:`InputError` ``city_changed``, ``assessment``, ``city_facts``.
    """
    for name in fields:
        if name not in FIELDS:
            raise UnknownNameError(Text("ช่องของเมือง", "field of a city"), name, FIELDS)
    with transaction.atomic():
        held = _held(city)
        require_city(acting_user, "city.edit", held)
        if held.revision != revision:
            raise changed(Text("ข้อมูลเมืองนี้", "the city"), code="city_changed")
        given = dict(fields)
        if "facts" in given:
            given["facts"] = {**held.facts, **given["facts"]}
        values = _checked(given, held.facts)
        if "area_code" in values:
            place = AreaRef(values["area_system"], values["area_code"])
            require(acting_user, "city.edit", organisation=held.organisation, area=place)
        old = {name: getattr(held, name) for name in values}
        if old == values:
            return held
        hold_certificates(held)
        for name, value in values.items():
            setattr(held, name, value)
        held.revision += 1
        held.save()
        _record(acting_user, "city.change", held, old=old, new=values)
        tell_city_changed(held, acting_user=acting_user, old=old, new=values)
        if old.get("area_code") != values.get("area_code") or old.get("area_system") != values.get("area_system"):
            _count_again(held)
    return held


def _count_again(city: City) -> None:
    """Its certificates are counted in its area."""
    for scheme in Certificate.objects.filter(city=city).order_by().values_list("scheme", flat=True).distinct():
        register_changed(scheme)


def take_over(*, acting_user: Actor, city: City, organisation: Organisation) -> City:
    """Let ``organisation`` answer for a city that nobody answers for yet.

    Only who keeps a register in which the city stands, or the operator, confirms this; others are told whom to ask.
    Raises :class:`NotAllowed`, :class:`InputError` ``city_taken``.
    """
    with transaction.atomic():
        held = _held(city)
        decision = decide_confirming(acting_user, held)
        if not decision:
            raise NotAllowed(decision)
        if held.organisation is not None:
            raise refused(
                f"{held.organisation.name_th}รับผิดชอบเมืองนี้อยู่แล้ว",
                f"{held.organisation.name_en} already answers for this city",
                "organisation",
                code="city_taken",
                remedy=Text("ติดต่อหน่วยงานนั้น", "ask that organisation"),
            )
        held.organisation = organisation
        held.revision += 1
        held.save(update_fields=["organisation", "revision"])
        _record(acting_user, "city.change", held, old={"organisation": None}, new={"organisation": organisation.code})
    return held


def register_holders(city: City) -> list[Organisation]:
    """The organisations that hold a register in which the city stands."""
    schemes = Certificate.objects.filter(city=city).values("scheme")
    rows = RegisterHolder.objects.filter(scheme__in=schemes).select_related("organisation").order_by("scheme")
    return list(dict.fromkeys(one.organisation for one in rows))


def decide_confirming(person: Asking, city: City) -> Decision:
    """May the person say who answers for this city? A refusal names whom to ask."""
    if isinstance(person, Operator):
        return Decision(True, Text("ผู้ดูแลระบบ", "the operator"), "operator")
    holders = register_holders(city)
    for one in holders:
        if decision := decide(person, "certificate.keep", organisation=one):
            return decision
    th = ", ".join(one.name_th for one in holders) or "ผู้ดูแลระบบ"
    en = ", ".join(one.name_en for one in holders) or "the operator of the site"
    text = Text(f"ผู้ยืนยันว่าหน่วยงานใดรับผิดชอบเมืองนี้คือ {th}", f"who answers for this city is confirmed by {en}: ask them")
    return Decision(False, text, "not_register_holder")


def bodies_for(city: City) -> tuple[list[Organisation], list[Organisation]]:
    """Every organisation that could answer for the city: first those with a role held for an area that covers it."""
    place = area_of(city)
    held = Membership.objects.filter(ended_at=None).exclude(area_code="").order_by()
    rows = set(held.values_list("organisation_id", "area_system", "area_code"))
    covering = {area for area in {row[1:] for row in rows} if covers(AreaRef(*area), place)}
    near = {row[0] for row in rows if row[1:] in covering}
    every = list(Organisation.objects.order_by("name_th", "code"))
    return [one for one in every if one.pk in near], [one for one in every if one.pk not in near]


def _held(city: City) -> City:
    return City.objects.select_for_update(of=("self",), no_key=True).select_related("organisation").get(pk=city.pk)


def _checked(given: Mapping[str, Any], facts: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The columns of the fields given, each checked; ``facts`` are those that the city has."""
    values = dict(given)
    if "name_th" in values:
        values["name_th"] = checked_text(values["name_th"], "name_th", most=200, what=_NAME)
    for name, most in (("name_en", 200), ("source", 300), ("note", 4000)):
        if name in values:
            values[name] = checked_text(values[name], name, most=most, what=Text("ข้อความ", "the text"), needs=False)
    if "legal_type" in values:
        values["legal_type"] = checked_legal_type(values["legal_type"])
    if "facts" in values:
        values["facts"] = checked_facts(values["facts"], facts)
    for name, most_degrees in (("latitude", 90.0), ("longitude", 180.0)):
        degrees = values.get(name)
        if degrees is not None and not -most_degrees <= degrees <= most_degrees:
            raise refused(f"พิกัด {degrees} ใช้ไม่ได้", f"{degrees} is no {name}", name)
    if "area" in values:
        area: AreaRef = values.pop("area")
        area = checked_area(area.system, area.code)
        if area.is_everywhere:
            raise refused(
                "ต้องระบุพื้นที่ของเมือง อย่างน้อยจังหวัด", "the area of the city is needed, at least its province", "area"
            )
        values |= {"area_system": area.system, "area_code": area.code}
    return values


def _taken(code: str) -> Exception:
    return refused(f"มีเมืองรหัส {code} อยู่แล้ว", f"there is a city with the code {code} already", "code")


def _record(actor: Actor, action: str, city: City, **facts: Any) -> None:
    record(
        actor=actor,
        action=action,
        organisation=city.organisation,
        object_kind="city",
        object_id=city.code,
        **facts,
    )
    announce(action, city=str(city.pk))
