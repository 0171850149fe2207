"""Rights over cities, files and certificates.

The city's side is decided in the city's organisation, the certifying side in the call's. Whoever belongs to both may
act on neither side of the judgement: see :func:`conflict_of`.
"""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from mudmai.apps.assessment.models import (
    Call,
    City,
    CityFile,
    FileState,
    Inventory,
    InventoryState,
    Marker,
    MarkerState,
)
from mudmai.apps.registry.areas import AreaRef
from mudmai.apps.registry.models import Membership, Organisation, Person
from mudmai.apps.registry.policy import (
    Actor,
    Decision,
    NotAllowed,
    Operator,
    decide,
    line_of,
    organisations_allowing,
)
from mudmai.core.language import Text

Asking = Person | Operator | AnonymousUser | None

DECIDED = (FileState.GRANTED, FileState.REFUSED)
"""States in which a decision stands."""


def area_of(city: City) -> AreaRef:
    """The area that the city lies in."""
    return AreaRef(city.area_system, city.area_code)


def decide_city(person: Asking, action: str, city: City) -> Decision:
    """May the person do ``action`` for this city?"""
    if city.organisation is None and isinstance(person, Person):
        return Decision(
            False,
            Text("ยังไม่มีหน่วยงานใดรับผิดชอบเมืองนี้ในระบบ", "no organisation answers for this city yet"),
            "no_organisation",
        )
    return decide(person, action, organisation=city.organisation, area=area_of(city))


def decide_city_side(person: Asking, action: str, file: CityFile) -> Decision:
    """May the person do ``action`` for the city that the file is about?"""
    return decide_city(person, action, file.city)


def decide_call(person: Asking, action: str, call: Call) -> Decision:
    """May the person do ``action`` on the certifying side of the call?"""
    return decide(person, action, organisation=call.organisation)


def decide_view(person: Asking, file: CityFile) -> Decision:
    """May the person read the file? Its city's side, the certifying side, and whoever marks it.

    Who stepped back from marking it no longer reads it as a marker; who declared a conflict of interest not by a role
    on the certifying side either.
    """
    mine = decide_city_side(person, "assess.view", file)
    if mine:
        return mine
    if isinstance(person, Person) and _in_conflict(person).filter(file=file).exists():
        text = Text(
            "ถอนตัวจากการตรวจแฟ้มนี้เพราะมีส่วนได้เสีย จึงอ่านแฟ้มนี้ไม่ได้",
            "stepped back from marking this file for a conflict of interest and may not read it",
        )
        return Decision(False, text, "stepped_back")
    theirs = decide_call(person, "assess.view", file.call)
    if theirs:
        if file.state == FileState.DRAFT:
            text = Text("แฟ้มยังเป็นร่างของเมือง ยังไม่ได้ส่ง", "the file is still the city's draft")
            return Decision(False, text, "draft")
        return theirs
    if isinstance(person, Person) and _marking(person).filter(file=file).exists():
        return Decision(True, Text("ได้รับแต่งตั้งให้ตรวจแฟ้มนี้", "appointed to mark this file"), "marker")
    return mine if mine.code not in ("no_role", "no_organisation") else theirs


def visible_files(files: QuerySet[CityFile], person: Asking) -> QuerySet[CityFile]:
    """Those of ``files`` that the person may read: decided in the query, whatever their number."""
    inside = organisations_allowing(person, "assess.view").values("pk")
    judged = Q(call__organisation__in=inside) & ~Q(state=FileState.DRAFT)
    if isinstance(person, Person):
        judged |= Q(pk__in=_marking(person).values("file_id"))
        judged &= ~Q(pk__in=_in_conflict(person).values("file_id"))
    return files.filter(Q(city__organisation__in=inside) | judged)


def _marking(person: Person) -> QuerySet[Marker]:
    """What the person is appointed to mark and has not stepped back from."""
    return Marker.objects.filter(person=person).exclude(state=MarkerState.RECUSED)


def _in_conflict(person: Person) -> QuerySet[Marker]:
    """What the person stepped back from for a conflict of interest that they declared."""
    return Marker.objects.filter(person=person, state=MarkerState.RECUSED, has_conflict=True)


def visible_calls(calls: QuerySet[Call], person: Asking) -> QuerySet[Call]:
    """Published calls, and those that the person may set up."""
    inside = organisations_allowing(person, "assess.call").values("pk")
    return calls.filter(Q(is_published=True) | Q(organisation__in=inside))


def decide_inventory(person: Asking, inventory: Inventory) -> Decision:
    """May the person read the inventory? Everybody once it is released, before those of the city's organisation."""
    if inventory.is_released:
        return Decision(True, Text("บัญชีนี้เปิดเผยแล้ว", "this inventory is released"), "public")
    return decide_city(person, "assess.view", inventory.city)


def visible_inventories(inventories: QuerySet[Inventory], person: Asking) -> QuerySet[Inventory]:
    """Those of ``inventories`` that the person may read: decided in the query, whatever their number."""
    inside = organisations_allowing(person, "assess.view").values("pk")
    return inventories.filter(Q(state=InventoryState.RELEASED) | Q(city__organisation__in=inside))


def conflict_of(person: Person, file: CityFile) -> Text | None:
    """Why the person may not judge the file whatever their role: they belong to the city, or worked on the file."""
    city = file.city
    if city.organisation is not None and _belongs(person, city.organisation):
        return Text(
            f"เป็นคนของ{city.organisation.name_th} ซึ่งเป็นหน่วยงานของเมืองนี้ จึงตรวจหรือตัดสินแฟ้มนี้ไม่ได้",
            f"belongs to {city.organisation.name_en}, the city's own organisation, and may not judge this file",
        )
    worked = (
        file.answers.filter(changed_by=person).exists()
        or file.evidence.filter(added_by=person).exists()
        or file.submitted_by_id == person.pk
    )
    if worked:
        return Text("ได้ร่วมจัดทำแฟ้มนี้ จึงตรวจหรือตัดสินไม่ได้", "worked on this file and may not judge it")
    return None


def _belongs(person: Person, organisation: Organisation) -> bool:
    """True where the person holds a role in the organisation, below it, or above it short of the top of the tree."""
    rows = Membership.objects.filter(person=person, ended_at=None).select_related("organisation")
    line = line_of(organisation)
    near = set(line[:-1] or line)
    return any(row.organisation_id in near or organisation.pk in line_of(row.organisation) for row in rows)


def require_city(person: Actor | None, action: str, city: City) -> None:
    """As :func:`decide_city`, but a refusal is raised as :class:`NotAllowed`."""
    decision = decide_city(person, action, city)
    if not decision:
        raise NotAllowed(decision)


def require_call(person: Actor | None, action: str, call: Call) -> None:
    """As :func:`decide_call`, but a refusal is raised as :class:`NotAllowed`."""
    decision = decide_call(person, action, call)
    if not decision:
        raise NotAllowed(decision)
