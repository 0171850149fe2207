"""A small country: two area systems that meet at the provinces, and people in an organisation tree."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from mudmai.apps.registry.areas import EVERYWHERE, AreaRef
from mudmai.apps.registry.domain.invitations import create_first_administrator
from mudmai.apps.registry.domain.organisations import create_organisation
from mudmai.apps.registry.domain.people import new_person
from mudmai.apps.registry.domain.roles import grant_role
from mudmai.apps.registry.models import Organisation, Person, Role
from mudmai.apps.registry.policy import OPERATOR
from mudmai.core.areas import Area, AreaSystem, crosswalk_by_code
from mudmai.core.language import Text, same
from mudmai.core.series import Catalogue

PASSWORD = "long teak boat 47"


@cache
def catalogue() -> Catalogue:
    def area(code: str, level: str, parent: str | None) -> Area:
        return Area(code, same(code), level, parent)

    provinces = {"P1": ("N", "A"), "P2": ("N", "B"), "P3": ("S", "B")}
    one = [area("TH", "kingdom", None), area("N", "region", "TH"), area("S", "region", "TH")]
    two = [area("TH", "kingdom", None), area("A", "region", "TH"), area("B", "region", "TH")]
    one += [area(code, "province", up) for code, (up, _) in provinces.items()]
    two += [area(code, "province", up) for code, (_, up) in provinces.items()]
    systems = {
        "one": AreaSystem("one", same("One"), tuple(one)),
        "two": AreaSystem("two", same("Two"), tuple(two)),
        "zones": AreaSystem("zones", same("Zones"), (area("Z1", "zone", None),)),
    }
    walk = crosswalk_by_code(systems["two"], systems["one"], ["province", "kingdom"], Text("-", "-"))
    return Catalogue(area_systems=systems, crosswalks={("two", "one"): walk})


NORTH, SOUTH, P1, P3 = AreaRef("one", "N"), AreaRef("one", "S"), AreaRef("one", "P1"), AreaRef("one", "P3")


@dataclass(frozen=True)
class World:
    """An operator at the top, a ministry with a department below it, another ministry beside."""

    top: Organisation
    ministry: Organisation
    department: Organisation
    other: Organisation
    root: Person


def build() -> World:
    """The organisations and the administrator of everything."""
    held = create_first_administrator(
        email="root@example.go.th",
        display_name="Root",
        password=PASSWORD,
        organisation_th="ผู้ดูแล",
        organisation_en="Operator",
    )
    root, top = held.person, held.organisation

    def organisation(code: str, parent: Organisation) -> Organisation:
        return create_organisation(
            acting_user=root, code=code, name_th=f"ชื่อ {code}", name_en=f"Name {code}", kind="ministry", parent=parent
        )

    ministry = organisation("ministry", top)
    return World(top, ministry, organisation("department", ministry), organisation("other", top), root)


def somebody(name: str = "somebody") -> Person:
    """A person without any role."""
    return new_person(email=f"{name}@example.go.th", display_name=f"Khun {name}", password=PASSWORD)


def holding(role: Role, organisation: Organisation, area: AreaRef = EVERYWHERE, name: str = "holder") -> Person:
    """A person with one role."""
    person = somebody(name)
    grant_role(acting_user=OPERATOR, person=person, organisation=organisation, role=role, area=area)
    return person
