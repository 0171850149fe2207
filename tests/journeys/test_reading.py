"""From the scorecard to the cell of a file, as an analyst, a citizen on a phone, and a reader without a mouse."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mudmai.workspace import Workspace
from tests.journeys.conftest import PHONE, until
from tests.web.page_list import addresses


def test_from_the_scorecard_to_the_opened_file(visit: Callable[..., Any], workspace: Workspace) -> None:
    page = visit("/?year=2562")
    page.get_by_role("link", name="อัตราการเติบโตของรายได้ต่อประชากรในภาค").last.click()
    page.wait_for_url("**/indicators/I1.1/**")
    assert page.locator(".panel-chart svg.chart").count() == 7

    page.locator("[data-map]").scroll_into_view_if_needed()
    page.wait_for_selector(".map-drawn")
    box = page.locator(".map canvas").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.55, box["y"] + box["height"] * 0.3)
    until(page, "document.querySelector('.map-read').textContent.length > 20")

    page.locator("#areas").get_by_role("link", name="ภาคตะวันออกเฉียงเหนือ", exact=True).click()
    page.wait_for_url("**/areas/NESDC-NE/")
    assert page.get_by_role("heading", level=1).inner_text() == "ภาคตะวันออกเฉียงเหนือ"

    page.locator("tr.own a[data-work]").first.click()
    panel = page.locator("#work-panel[open]")
    panel.wait_for()
    work = workspace.explain("th-m8", "I1.1", "NESDC-NE")
    assert work.row.sentence.th in panel.inner_text()
    assert work.inputs[0].source is not None
    assert work.inputs[0].source.publisher.th in panel.inner_text()
    assert work.permalink.split("?")[0] in panel.locator("#permalink").inner_text()
    page.keyboard.press("Escape")

    with page.expect_navigation():
        page.get_by_role("link", name="อัตราการเติบโตของรายได้ต่อประชากรในภาค").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV", exact=True).click()
    saved = Path(waiting.value.path()).read_bytes()
    assert saved.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(saved.decode("utf-8-sig"))))
    figure = next(r for r in rows if r["area"] == "NESDC-NE" and r["period"] == work.row.period.iso)
    assert float(figure["value"]) == work.row.value


def test_the_year_and_the_reading_change_in_place(visit: Callable[..., Any]) -> None:
    page = visit("/")
    page.evaluate("window.sameDocument = true")
    page.locator("#year").select_option("2019")
    page.wait_for_url("**/?year=2019")
    until(page, "document.querySelector('.years-say').textContent.includes('2562')")
    board = page.locator("#I1\\.1")
    assert "บรรลุ 2" in board.locator(".headline").inner_text()
    board.locator("select").select_option("real-mean-5")
    page.wait_for_url("**r.I1.1=real-mean-5**")
    until(page, "document.querySelector('#I1\\\\.1 .headline').textContent.includes('บรรลุ 1')")
    slider = page.locator("#year-slider")
    slider.focus()
    slider.press("ArrowLeft")
    page.wait_for_url("**year=2018**")
    assert page.evaluate("window.sameDocument"), "the page was not loaded anew"
    assert "real-mean-5" in page.url, "the reading stays"
    page.go_back()
    page.wait_for_url("**year=2019**")
    until(page, "document.querySelector('#year').value === '2019'")


def test_with_the_keyboard_alone(visit: Callable[..., Any]) -> None:
    page = visit("/en/?year=2019")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    until(page, "document.activeElement.id === 'main'")
    page.keyboard.press("Tab")
    assert "I1.1" in page.evaluate("document.activeElement.textContent")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.hasAttribute('data-work')"):
            break
    figure = page.evaluate("document.activeElement.href")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "focus can be seen"
    page.keyboard.press("Enter")
    page.locator("#work-panel[open]").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#work-panel') !== null")
    page.keyboard.press("Escape")
    until(page, "!document.querySelector('#work-panel').open")
    assert page.evaluate("document.activeElement.href") == figure, "the reader is back where she was"


def test_sorting_keeps_the_place_of_the_reader(visit: Callable[..., Any]) -> None:
    page = visit("/en/plans/th-m8/indicators/I1.1/?year=2019")
    head = page.locator("#areas thead").get_by_role("link", name="Value")
    head.focus()
    head.press("Enter")
    page.wait_for_selector("#areas th[aria-sort=descending]")
    assert page.locator("#areas tbody tr").first.get_attribute("data-code") == "NESDC-N"
    until(page, "document.activeElement.closest('th')?.getAttribute('aria-sort') === 'descending'")


def test_preferences_change_every_page(visit: Callable[..., Any]) -> None:
    page = visit("/?year=2019")
    with page.expect_navigation():
        page.get_by_role("link", name="ปี/ตัวเลข").click()
    page.get_by_label("ค.ศ. เสมอ").check()
    page.get_by_label("๐ ๑ ๒").check()
    page.get_by_role("button", name="บันทึก").click()
    page.wait_for_url("**/?year=2019")
    assert "ค.ศ. ๒๐๑๙" in page.locator(".years-say").inner_text()


def test_pages_read_without_scripts(visit: Callable[..., Any]) -> None:
    page = visit("/", java_script_enabled=False)
    assert page.locator(".glance-lines li").count() == 6
    page.locator("#year").select_option("2019")
    page.locator("form.years button").click()
    page.wait_for_url("**year=2019**")
    assert "2562" in page.locator(".years-say").inner_text()
    page.locator("#I1\\.1 a[data-work]").first.click()
    page.wait_for_url("**/r/**")
    assert page.locator("#work h1").is_visible()
    page.goto("/plans/th-m8/indicators/I1.1/")
    assert page.locator(".panel-chart svg").first.is_visible()
    assert page.locator(".map-wait").is_visible()
    page.locator("#areas thead a").nth(1).click()
    page.wait_for_url("**sort=-value**")
    assert page.locator("#areas th[aria-sort=descending]").count() == 1


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_no_page_is_wider_than_a_phone(visit: Callable[..., Any], workspace: Workspace, prefix: str) -> None:
    page = visit(f"{prefix}/", viewport=PHONE, has_touch=True, is_mobile=True)
    wide = {}
    for address in addresses(workspace, prefix):
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            wide[address] = width
    assert wide == {}


def test_controls_are_large_enough_for_a_thumb(visit: Callable[..., Any]) -> None:
    page = visit("/", viewport=PHONE, has_touch=True, is_mobile=True)
    small = page.evaluate(
        """() => [...document.querySelectorAll(
             'header a, .glance-lines a, select, button, .btn, input:not([type=hidden]), thead a')]
           .filter(e => e.offsetParent).map(e => [e.textContent.trim().slice(0, 30), e.getBoundingClientRect().height])
           .filter(([, height]) => height < 44)"""
    )
    assert small == []


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_no_verdict_and_no_caption_is_cut_on_a_phone(
    visit: Callable[..., Any], workspace: Workspace, prefix: str
) -> None:
    page = visit(f"{prefix}/", viewport=PHONE, has_touch=True, is_mobile=True)
    cut = {}
    for address in addresses(workspace, prefix):
        page.goto(address)
        found = page.evaluate(
            """() => [...document.querySelectorAll('.areas-table .verdict, .areas-table caption, .areas-table td')]
               .filter(e => e.offsetParent && e.getBoundingClientRect().right > innerWidth)
               .map(e => e.textContent.trim())"""
        )
        if found:
            cut[address] = found
    assert cut == {}


def test_the_map_stays_on_paper(visit: Callable[..., Any]) -> None:
    page = visit("/plans/th-m8/indicators/I1.1/")
    page.locator("[data-map]").scroll_into_view_if_needed()
    page.wait_for_selector(".map-drawn")
    box = page.locator(".map-live").bounding_box()
    assert box["height"] > 300, "the live map fills its place"
    assert not page.locator(".map-static").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".map-static").is_visible() and not page.locator(".map-live").is_visible()
