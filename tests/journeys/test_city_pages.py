"""Every page of the city's side: axe finds nothing, none is wider than the window; the blockers stay in sight."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse

from mudmai.web import urls_assessment
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.test_axe import NEEDS_AXE, violations
from tests.journeys.test_register_pages import VIEWS, WIDE
from tests.journeys.walking import Office, entering, serving
from tests.web.page_list import CITY_FILES, CITY_SIDE

SET = "smart-city-1"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with serving(tmp_path_factory.mktemp("city") / "home", "tests.journeys.city") as running:
        yield running


@pytest.fixture
def enter(browser: Any, office: Office) -> Iterator[Callable[..., Any]]:
    with entering(browser, office) as entered:
        yield entered


def address(asked: str, ids: dict[str, str], prefix: str = "") -> str:
    """The address of a page by its name; what follows ``?`` is its question."""
    name, _, question = asked.partition("?")
    path = next(str(one.pattern) for one in urls_assessment.urlpatterns if one.name == name)
    given = {
        "set": SET, "code": ids["id_city"], "call": ids["id_call"], "file": ids["id_file"], "item": ids["id_item"],
        "part": "mobility", "criterion": "sc-boundary",
    }  # fmt: skip
    there = reverse(f"th:{name}", kwargs={key: one for key, one in given.items() if f":{key}>" in path})
    return prefix + there + (f"?{question}" if question else "")


def test_every_address_of_the_city_side_is_looked_at() -> None:
    listed = {one.partition("?")[0] for one in CITY_SIDE}
    assert {one.name for one in urls_assessment.urlpatterns} - set(CITY_FILES) - listed == set()


@NEEDS_AXE
@pytest.mark.parametrize("view", VIEWS)
def test_pages_of_the_city_side(enter: Callable[..., Any], office: Office, view: str) -> None:
    prefix, viewport = VIEWS[view]
    pages = {role: enter(role, viewport=viewport) for role in ("officer", "certifier")}
    found: dict[str, Any] = {}
    for name in CITY_SIDE:
        page = pages["certifier" if "call" in name and name != "call" else "officer"]
        answer = page.goto(address(name, office.people, prefix))
        wide = page.evaluate(WIDE)
        faults = [*([f"{wide} pixels wider than the window"] if wide > 0 else []), *violations(page)]
        if answer.status != 200 or faults:
            found[name] = answer.status if answer.status != 200 else faults
    assert found == {}


def test_what_blocks_the_next_level_stays_in_sight(enter: Callable[..., Any], office: Office) -> None:
    top = "document.querySelector('.assess-next').getBoundingClientRect().top"
    ask = "document.querySelector('.assess-asked').getBoundingClientRect().top"
    page = enter("officer", viewport=DESK)
    page.goto(address("file_part", office.people))
    page.evaluate("scrollTo(0, 1500)")
    assert 0 <= page.evaluate(top) < 100, "beside the questions on a wide screen"
    page.set_viewport_size(PHONE)
    page.reload()
    assert page.evaluate(top) < page.evaluate(ask), "above them on a phone"
