"""A city of a first entry: who holds its register says which organisation answers for it; others read whom to ask."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from mudmai.apps.assessment.domain.cities import bodies_for
from mudmai.apps.assessment.models import City, RegisterHolder
from mudmai.apps.registry.areas import AreaRef
from mudmai.apps.registry.models import AuditEntry, Membership, Person, Role
from tests.apps.registry.small_world import World, holding
from tests.web.page_reading import read_page
from tests.web.register.conftest import plain

pytestmark = pytest.mark.django_db
Enter = Callable[[Person], Client]
CITY = "/en/cities/khon-kaen/"
BUTTON = "Let this body answer for it"


def test_the_holder_hands_a_city_to_any_organisation(people: World, keeper: Person, enter: Enter) -> None:
    client = enter(keeper)
    page = client.get(CITY)
    assert BUTTON in plain(page) and read_page(page.content).faults == []
    assert all(f'value="{one.code}"' in page.content.decode() for one in (people.other, people.ministry))
    for wrong in ("", "nobody"):
        refused = client.post(CITY, {"organisation": wrong})
        assert refused.status_code == 422 and "no organisation of this site was chosen" in plain(refused)
        assert read_page(refused.content).faults == []
    assert client.post(CITY, {"organisation": people.other.code}).status_code == 302
    assert City.objects.get(code="khon-kaen").organisation == people.other
    entry = AuditEntry.objects.get(action="city.change", object_id="khon-kaen")
    assert entry.new == {"organisation": people.other.code}
    assert BUTTON not in plain(client.get(CITY))
    assert client.post(CITY, {"organisation": people.ministry.code}).status_code == 422  # it has one already
    assert City.objects.get(code="khon-kaen").organisation == people.other


def test_others_are_told_whom_to_ask_and_offered_no_button(people: World, enter: Enter) -> None:
    stranger = holding(Role.PUBLISHER, people.other, name="stranger")
    for browser in (Client(), enter(stranger)):
        told = plain(browser.get(CITY))
        assert BUTTON not in told.replace(f"“{BUTTON}”", "") and people.department.name_en in told
        assert '<select class="form-select" id="id_organisation"' not in browser.get(CITY).content.decode()
        assert people.department.name_th in plain(browser.get("/cities/khon-kaen/"))
    assert enter(stranger).post(CITY, {"organisation": people.other.code}).status_code == 403
    assert enter(stranger).post(CITY, {"organisation": "nobody"}).status_code == 403
    assert City.objects.get(code="khon-kaen").organisation is None
    RegisterHolder.objects.all().delete()
    assert "Ask the operator of the site to name the holder" in plain(enter(stranger).get(CITY))


def test_organisations_with_the_area_of_the_city_stand_first(people: World, keeper: Person, enter: Enter) -> None:
    city = City.objects.get(code="khon-kaen")
    near, others = bodies_for(city)
    assert near == [] and {one.pk for one in others} >= {people.other.pk, people.department.pk}
    local = holding(Role.CONTRIBUTOR, people.other, name="local")
    Membership.objects.filter(person=local).update(area_system=city.area_system, area_code=city.area_code)
    assert bodies_for(city)[0] == [people.other]
    body = enter(keeper).get(CITY).content.decode()
    assert body.index("With the area of this city") < body.index(f'value="{people.other.code}"')
    assert body.index(f'value="{people.other.code}"') < body.index("Other organisations")
    elsewhere = AreaRef(city.area_system, "TH-50")
    Membership.objects.filter(person=local).update(area_code=elsewhere.code)
    assert bodies_for(city)[0] == []
