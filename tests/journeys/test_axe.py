"""axe-core finds nothing on any page, in both languages, wide and narrow, with the panel open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mudmai.workspace import Workspace
from tests.journeys.conftest import DESK, PHONE, WEB
from tests.web.page_list import addresses

AXE = WEB / "assets" / "node_modules" / "axe-core" / "axe.min.js"
NEEDS_AXE = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make front")
ASK = """() => axe.run(document, {resultTypes: ['violations']}).then(found => found.violations.map(
    v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | ')))"""


def violations(page: Any) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(ASK)
    return found


@NEEDS_AXE
@pytest.mark.parametrize(
    ("prefix", "viewport"), [("", DESK), ("/en", DESK), ("", PHONE)], ids=["thai-desk", "english-desk", "thai-phone"]
)
def test_axe_finds_nothing(
    visit: Callable[..., Any], workspace: Workspace, prefix: str, viewport: dict[str, int]
) -> None:
    page = visit(f"{prefix}/", viewport=viewport)
    found = {}
    for address in addresses(workspace, prefix):
        page.goto(address)
        if faults := violations(page):
            found[address] = faults
    assert found == {}


@NEEDS_AXE
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_axe_finds_nothing_on_error_pages_and_in_the_panel(visit: Callable[..., Any], prefix: str) -> None:
    page = visit(f"{prefix}/?year=2019")
    page.locator("#I1\\.1 a[data-work]").first.click()
    page.locator("#work-panel[open]").wait_for()
    assert violations(page) == []
    page.goto(f"{prefix}/areas/?q=zzzz")
    assert violations(page) == []


@NEEDS_AXE
def test_axe_finds_nothing_beside_the_map(visit: Callable[..., Any]) -> None:
    page = visit("/plans/th-m8/indicators/I1.1/")
    page.locator("[data-map]").scroll_into_view_if_needed()
    page.wait_for_selector(".map-drawn")
    assert violations(page) == []
