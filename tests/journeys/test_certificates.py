"""The register of certificates and the profiles of its cities: axe finds nothing, no page is wider than the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.journeys.conftest import DESK, PHONE, pressed
from tests.journeys.test_axe import NEEDS_AXE
from tests.journeys.walking import Office, entering, serving, sound

VIEWS = {"thai-phone": ("", PHONE), "english-desk": ("/en", DESK)}
KINDS = ("held", "expired", "withdrawn", "first")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with serving(tmp_path_factory.mktemp("certificates") / "home", "tests.journeys.certificates") as running:
        yield running


@pytest.fixture
def enter(browser: Any, office: Office) -> Iterator[Callable[..., Any]]:
    with entering(browser, office) as entered:
        yield entered


@NEEDS_AXE
@pytest.mark.parametrize("view", VIEWS)
def test_pages_that_everybody_reads(enter: Callable[..., Any], office: Office, view: str) -> None:
    prefix, viewport = VIEWS[view]
    page = enter(viewport=viewport)
    listed = ("/register/", "/register/?state=expired", "/register/?q=zzz")
    for address in (*listed, *(f"/register/{office.people[one]}/" for one in KINDS)):
        assert page.goto(prefix + address).status == 200
        sound(page, f"register-{view}-{address.strip('/').replace('/', '-')[:40]}")


@NEEDS_AXE
@pytest.mark.parametrize("view", VIEWS)
def test_pages_of_the_holder(enter: Callable[..., Any], office: Office, view: str) -> None:
    prefix, viewport = VIEWS[view]
    page = enter("publisher", viewport=viewport)
    for work in ("check", "correct", "withdraw"):
        assert page.goto(f"{prefix}/register/{office.people['held']}/{work}/").status == 200
        sound(page, f"register-{view}-{work}")


@NEEDS_AXE
@pytest.mark.parametrize("view", VIEWS)
def test_profiles_and_cities_side_by_side(enter: Callable[..., Any], office: Office, view: str) -> None:
    """From the certificate to the city's profile, and from there to it beside its nearest peers."""
    prefix, viewport = VIEWS[view]
    page = enter(viewport=viewport)
    for kind in ("held", "first"):
        page.goto(f"{prefix}/register/{office.people[kind]}/")
        pressed(page, "main a[href$='/profile/']")
        sound(page, f"profile-{view}-{kind}")
    pressed(page, "main a[href*='/cities/compare/?']")
    assert page.locator("main table tbody tr").count() > 1
    sound(page, f"compare-{view}-peers")
    assert page.goto(f"{prefix}/cities/compare/").status == 200
    sound(page, f"compare-{view}-none")
