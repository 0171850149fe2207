"""Weights that a reader moves on profiles and comparisons of cities: the server's numbers, no certificate."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from mudmai.apps.assessment.models import Certificate, City
from mudmai.workspace import Workspace
from mudmai.workspace.criteria import newest
from tests.apps.registry.small_world import World
from tests.web.page_reading import read_page
from tests.web.test_city_profiles import SCHEME, certify, read, town, world

__all__ = ["world"]

W = f"w.{SCHEME}."


def scored(world: World, starter: Workspace, code: str, *parts: tuple[float, float] | None) -> City:
    """A city with the scores of the parts as ranges; None: nothing to score. The whole is their mean."""
    city = town(world, code, 40_000 + len(code))
    row = certify(world, starter, city, 0.5)
    keys = [one.id for one in newest(starter.home, SCHEME).parts]
    told = {
        key: {"low": one[0] if one else None, "high": one[1] if one else None}
        for key, one in zip(keys, parts, strict=True)
    }
    known = [one for one in parts if one]
    whole = {"low": sum(a for a, _ in known) / len(known), "high": sum(b for _, b in known) / len(known)}
    Certificate.objects.filter(pk=row.pk).update(
        facts={**row.facts, "scores": {**row.facts["scores"], "overall": whole, "parts": told}}
    )
    return city


@pytest.fixture
def two(world: World, starter: Workspace) -> list[str]:
    """Two peers, and the ids of the four parts of the set, which weigh the same."""
    scored(world, starter, "one", (0.4, 0.6), (0.8, 0.8), (0.6, 0.6), None)
    scored(world, starter, "other", (0.9, 0.9), (0.5, 0.5), (0.7, 0.7), (0.1, 0.1))
    return [one.id for one in newest(starter.home, SCHEME).parts]


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def test_moved_weights_add_up_by_the_servers_rule(client: Client, two: list[str]) -> None:
    """One: weights 3 : 1 : 0 (: 4 without a score) give (3*0.4 + 0.8)/4 to (3*0.6 + 0.8)/4. Other, all four parts:
    (3*0.9 + 0.5 + 4*0.1)/8."""
    a, b, c, d = two
    asked = f"{W}{a}=30&{W}{b}=10&{W}{c}=0&{W}{d}=40"
    page = words(read(client, f"/en/cities/one/profile/?{asked}"))
    assert "Overall score by your weights 50–65%, by the published ones 60–66.6%" in page
    assert "Your weights; not the certifying result." in page and "this city has no score in it" in page
    assert "in use: 37.5% · published: 25%" in page and "in use: 0% · published: 25%" in page
    beside = words(read(client, f"/en/cities/compare/?cities=one,other&{asked}"))
    assert "your weights; not the certifying result 50–65% 45%" in beside
    assert "Overall score (" in beside and "60–66.6% 55%" in beside


def test_the_published_weights_are_one_click_away_and_the_same_to_the_digit(client: Client, two: list[str]) -> None:
    plain = read(client, "/en/cities/one/profile/")
    assert "tried-weights" in plain and "Your weights" not in plain and "<details" in plain
    for each in ("25", "7", "๒๕"):
        same = read(client, "/en/cities/one/profile/?" + "&".join(f"{W}{part}={each}" for part in two))
        assert "Your weights" not in same and "Overall score by your weights" not in same
    moved = read(client, f"/en/cities/one/profile/?by=chosen&legal=same&population=2&{W}{two[0]}=90")
    assert 'href="/en/cities/one/profile/?by=chosen&amp;legal=same&amp;population=2#weights-' in moved
    assert f'<input type="hidden" name="{W}{two[0]}" value="90">' in moved  # another choice of peers keeps them
    shares = dict(re.findall(rf'name="{re.escape(W)}([^"]+)"[^>]*?type="number"[^>]*?value="([^"]*)"', moved, re.S))
    assert shares == {two[0]: "90", **dict.fromkeys(two[1:], "25")}


def test_an_emptied_box_and_a_part_that_is_not_named_have_their_published_percentage(
    client: Client, two: list[str]
) -> None:
    """75 beside three times 25: one half, and a sixth each."""
    for address in ("/en/cities/one/profile/?", "/en/cities/compare/?cities=one,other&"):
        for asked in (f"{W}{two[0]}=75", f"{W}{two[0]}=75&{W}{two[1]}=&{W}{two[2]}=25"):
            page = words(read(client, address + asked))
            assert page.count("in use: 50% · published: 25%") == 1, asked
            assert page.count("in use: 16.7% · published: 25%") == 3, asked
            assert "an empty box takes the published weight" in page


@pytest.mark.parametrize("typed", ["-1", "x", "nan", "1001", "inf"])
def test_what_cannot_be_used_is_told_beside_its_field(client: Client, two: list[str], typed: str) -> None:
    for address in ("/en/cities/one/profile/?", "/en/cities/compare/?cities=one,other&"):
        page = read(client, f"{address}{W}{two[1]}={typed}&{W}{two[0]}=80", 422)
        fault = re.search(rf'id="{re.escape(W + two[1])}-fault">([^<]*)<', page)
        assert fault is not None and unescape(fault[1]).startswith(
            f"the weight “{typed}” cannot be used: give a number"
        )
        assert f'id="{W}{two[0]}-fault"' not in page and 'value="80"' in page
        assert "Nothing was worked out" in page and "Your weights" not in page
        read_page(page.encode())


def test_all_zero_is_refused_in_words_and_a_city_without_a_weighed_part_has_no_score(
    client: Client, two: list[str]
) -> None:
    nothing = "&".join(f"{W}{part}=0" for part in two)
    page = read(client, f"/en/cities/one/profile/?{nothing}", 422)
    assert "every part has the weight zero" in page and 'aria-invalid="true"' in page
    swapped = client.get(f"/en/cities/one/profile/?{nothing}", headers={"HX-Request": "true"})
    assert swapped.status_code == 200 and b"every part has the weight zero" in swapped.content
    only = nothing.replace(f"{W}{two[3]}=0", f"{W}{two[3]}=5")
    alone = words(read(client, f"/en/cities/one/profile/?{only}"))
    assert "Overall score by your weights –" in alone and "no score by these weights" in alone
    beside = words(read(client, f"/en/cities/compare/?cities=one,other&{only}"))
    assert "no score by these weights: no part with a weight has one, which is not zero 10%" in beside
    read(client, f"/en/cities/one/profile/?{W}nothing=3", 404)


def test_cities_under_other_criteria_are_not_weighed_together(
    client: Client, world: World, starter: Workspace, two: list[str]
) -> None:
    certify(world, starter, town(world, "else", 40_010), 0.9, sha="a" * 64)
    page = words(read(client, f"/en/cities/compare/?cities=one,else&{W}{two[0]}=100"))
    assert "other versions of the criteria: these weights do not fit" in page
    gone = read(client, "/en/cities/else/profile/")
    assert "The set of criteria is gone: other weights cannot be tried." in gone and "tried-weights" not in gone


def test_pages_are_sound_with_moved_weights(client: Client, two: list[str]) -> None:
    for prefix in ("", "/en"):
        for address in ("/cities/one/profile/?", "/cities/compare/?cities=one,other&"):
            for asked in ("", f"{W}{two[0]}=90", f"{W}{two[0]}=-1"):
                page = read_page(client.get(prefix + address + asked).content)
                assert page.faults == [], (address, asked)
                assert len(page.ids) == len(set(page.ids)), (address, asked)
                assert set(page.references) - {"", "work-title"} <= set(page.ids), (address, asked)
