"""The map of the register: the counts of the list by province, figures behind colours, what lies nowhere."""

from __future__ import annotations

import gzip
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mudmai.apps.assessment.domain.register_places import places_of
from mudmai.apps.assessment.models import Certificate
from mudmai.apps.registry.models import Person
from mudmai.web.charts.maps import Shape, labels_apart
from mudmai.web.views.register.places import _shades
from tests.apps.assessment.register_world import SCHEME, Kinds, grant, new_city
from tests.apps.registry.small_world import World
from tests.web.register.conftest import plain
from tests.web.register.test_register import found

pytestmark = pytest.mark.django_db


def where(page: str) -> str:
    """The section with the map."""
    return page[page.index('aria-labelledby="where"') : page.index('id="list"')]


def test_map_and_table_tell_the_counts_of_the_list(kinds: Kinds) -> None:
    """38 are in force (the 37 first entries and one granted now); expired and withdrawn ones are on no map."""
    page = Client().get("/en/register/").content.decode()
    section = where(page)
    rows = re.findall(r'<th scope="row"><a href="([^"]+)"[^>]*>([^<]+)</a></th><td class="num">(\d+)', section)
    assert sum(int(n) for _, _, n in rows) == 38
    assert len(rows) == len({name for _, name, _ in rows})
    drawn = dict(re.findall(r"<title>([^<]+?) (\d+)</title>", section))
    assert drawn == {name: n for _, name, n in rows}
    assert section.count("<path") == 77
    assert f"38 of the certificates counted today lie in {len(rows)} areas" in plain(Client().get("/en/register/"))
    for address, name, n in rows[:3]:
        listed = Client().get(f"/en/register/{address.replace('&amp;', '&').partition('#')[0]}").content.decode()
        assert f"{n} found" in listed, name
        assert 'aria-current="true"' in where(listed)
    loei = next(address for address, name, _ in rows if name == "Loei")
    assert found(Client().get(f"/register/{loei.replace('&amp;', '&')}").content.decode()) == {kinds.held.number}


def test_a_colour_is_never_the_only_sign(kinds: Kinds) -> None:
    section = where(Client().get("/register/").content.decode())
    shaded = re.findall(r'<path class="fill-(\d)"', section)
    assert len(shaded) == section.count("<title>") > 10
    legend = re.findall(r'<span class="swatch ramp-(\d)"></span> ([^<]+)', section)
    assert {shade for shade, _ in legend} == set(shaded)
    assert [int(words) for _, words in legend] == sorted({int(n) for n in re.findall(r" (\d+)</title>", section)})
    assert "ไม่มีใบรับรองที่นับในทะเบียน" in section
    assert 0 < section.count("<text") <= len(shaded)
    assert len(gzip.compress(section.encode())) < 12_000


def test_cities_in_no_province_are_told_by_name(kinds: Kinds, keeper: Person, people: World) -> None:
    grant(keeper, people.department, new_city("north", "เมืองเหนือ", "North City", "NESDC-N"), timezone.localdate())
    grant(keeper, people.department, new_city("lost", "เมืองไร้แผนที่", "Lost City", "XX-1"), timezone.localdate())
    told = plain(Client().get("/en/register/"))
    assert "38 of the certificates counted today lie in" in told
    assert "lie in no single known area" in told
    assert "North City (" in told and "Lost City" in told
    held = places_of(SCHEME, timezone.localdate())
    assert held is not None and sum(one.count for one in held.rows) == 38
    assert {one.code for one in held.unplaced} == {"north", "lost"}


def test_nothing_in_force_draws_no_map(people: World) -> None:
    Certificate.objects.update(ended_on=timezone.localdate(), end_reason="expired")
    page = Client().get("/register/").content.decode()
    assert 'aria-labelledby="where"' not in page and 'id="list"' in page


def test_queries_do_not_grow_with_certificates(kinds: Kinds, keeper: Person, people: World) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert Client().get("/register/").status_code == 200
        return len(queries)

    count()
    few = count()
    for n in range(8):
        grant(keeper, people.department, new_city(f"more-{n}", f"เมือง {n}"), timezone.localdate())
    assert count() <= few


def test_shades_follow_counts() -> None:
    assert _shades([1, 1, 2, 4]) == {1: 2, 2: 3, 4: 4}
    assert _shades([7]) == {7: 2}
    many = _shades(range(1, 11))
    assert [many[n] for n in range(1, 11)] == sorted(many.values()) and set(many.values()) == {2, 3, 4, 5}


def test_a_label_never_covers_a_more_important_one() -> None:
    near = [Shape("a", "", "", 100, 100), Shape("b", "", "", 110, 110), Shape("c", "", "", 100, 140)]
    assert labels_apart((one, "5") for one in near) == {"a", "c"}
    assert labels_apart((one, "5") for one in reversed(near)) == {"c", "b"}
    assert labels_apart([(near[0], ""), (near[1], "12")]) == {"b"}
