"""A city's greenhouse gases on their way: kept by an officer by file and form, released, read by a citizen.

Every page is looked at in both languages on a phone: axe finds nothing, none is wider than the window.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from mudmai.core.inventories import Level
from mudmai.exchange.inventories import read_inventory_rules
from mudmai.exchange.packs import shipped_packs
from mudmai.web import urls_inventories
from tests.journeys.conftest import DESK, PATIENCE, PHONE
from tests.journeys.counting import CITY
from tests.journeys.walking import (
    PASSWORD,
    Office,
    chosen,
    downloaded,
    drop,
    in_both_languages,
    said,
    serving,
    sound,
    typed,
    went,
)
from tests.web.page_list import INVENTORIES, INVENTORY_FILES

SAVE = "main form .btn-primary"
HOMES = "I.1.2"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A municipality that is one whole area, without an inventory."""
    with serving(tmp_path_factory.mktemp("counting") / "home", "tests.journeys.counting") as running:
        yield running


@pytest.fixture
def enter(browser: Any, office: Office) -> Iterator[Callable[..., Any]]:
    """A visitor, or somebody of the municipality; at the end no script error. A refused form answers 4xx, which a
    browser logs as an error of the page: it is none."""
    contexts, trouble = [], []

    def entered(role: str = "", **settings: Any) -> Any:
        context = browser.new_context(**{"viewport": PHONE, "base_url": office.address, "locale": "th-TH", **settings})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(f"{page.url}: {error}"))
        if role:
            page.goto("/account/login/")
            typed(page, "#id_login", office.people[role])
            typed(page, "#id_password", PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url("**/account/")
        return page

    yield entered
    for context in contexts:
        context.close()
    assert trouble == []


def test_every_address_of_inventories_is_looked_at() -> None:
    named = {one.name for one in urls_inventories.urlpatterns}
    assert named - set(INVENTORY_FILES) == set(INVENTORIES)


def test_from_an_empty_template_to_the_citizens_page(enter: Callable[..., Any], office: Office, tmp_path: Path) -> None:
    officer = enter("officer")
    path = begun(officer)
    filled_in(officer, path, tmp_path)
    entered(officer, path)
    looked_at(officer, path)
    released(enter("publisher", viewport=DESK), path)
    citizen = enter()
    read(citizen, path, tmp_path)


def begun(page: Any) -> str:
    """The menu leads to the list, the list to the form; what is not filled in is told at its field."""
    went(page, ".people-nav a[href$='/inventories/']")
    in_both_languages(page, "inventories-none")
    went(page, "a[href$='/inventories/new/']")
    in_both_languages(page, "inventory-new")
    page.evaluate("document.querySelectorAll('main form').forEach(form => form.noValidate = true)")
    typed(page, "#id_year", "สองพัน")
    went(page, SAVE)
    assert page.locator("#id_year").get_attribute("aria-invalid") == "true"
    sound(page, "inventory-new-refused")
    chosen(page, "#id_city", CITY)
    typed(page, "#id_year", "๒๕๖๖")
    typed(page, "#id_population", "2,000")
    typed(page, "#id_population_source", "ทะเบียนราษฎร 31 ธ.ค. 2566")
    went(page, SAVE)
    assert "2566" in said(page)
    return str(page.url.removeprefix(page.evaluate("location.origin")))


def filled_in(page: Any, path: str, folder: Path) -> None:
    """The template comes back with a figure for one cell, and with "does not occur" for all others but one."""
    page.goto(path + "sheet/")
    in_both_languages(page, "inventory-sheet")
    book = downloaded(page, "a[href*='table.xlsx']", folder / "inventory.xlsx")
    fault(page, book, folder / "faulty.xlsx")
    write(book, book, "1000")
    drop(page, book)
    went(page, "section[aria-labelledby=give] .btn-primary")
    in_words = said(page)
    assert "รถดีเซล" in in_words
    sound(page, "inventory-sheet-preview")
    went(page, "section[aria-labelledby=found] .btn-primary")
    assert page.url.endswith(path)


def fault(page: Any, book: Path, path: Path) -> None:
    """A negative amount is told with its cell, and nothing is kept."""
    write(book, path, "-5")
    drop(page, path)
    went(page, "section[aria-labelledby=give] .btn-primary")
    assert "D" in said(page) and page.locator("[role=alert], .error-summary").count()
    sound(page, "inventory-sheet-refused")


def write(book: Path, path: Path, litres: str) -> None:
    held = load_workbook(book)
    sheet = held.worksheets[0]
    heads = {str(cell.value): cell.column for cell in sheet[1]}
    rules = read_inventory_rules(shipped_packs() / "th-ghg")
    counted = {id for id, cell in rules.cells.items() if cell.counts in Level.BASIC.counted}
    for row in range(2, sheet.max_row + 1):
        place = str(sheet.cell(row, heads["ช่องหรือกระแส"]).value or "")
        if place not in counted or place == HOMES:
            continue
        given: dict[str, object] = {"กิจกรรม": "ไม่มี", "สัญลักษณ์ (NO NE IE C)": "NO"}
        if place == "II.1.1":
            given = {"กิจกรรม": "รถดีเซล", "ปริมาณ": float(litres), "หน่วย": "L", "รหัสค่าการปล่อย": "road-diesel"}
        for head, value in given.items():
            sheet.cell(row, heads[head]).value = value  # type: ignore[assignment]
    held.save(path)


def entered(page: Any, path: str) -> None:
    """The cell first, then the entry: a factor of one's own with its source."""
    went(page, "main .buttons .btn-primary")
    in_both_languages(page, "inventory-choose-cell")
    chosen(page, "#id_cell", HOMES)
    went(page, SAVE)
    in_both_languages(page, "inventory-entry")
    typed(page, "#id_activity", "ไฟฟ้าในบ้าน")
    typed(page, "#id_amount", "๒,๐๐๐")
    chosen(page, "#id_unit", "MWh")
    chosen(page, "#id_factor", "own")
    page.locator("details:has(#id_factor_unit) > summary").press("Enter")
    typed(page, "#id_factor_unit", "kg/kWh")
    typed(page, "#id_co2e", "0.5")
    went(page, SAVE)
    assert page.locator("#id_factor_source").get_attribute("aria-invalid") == "true"
    assert page.locator("#id_activity").input_value() == "ไฟฟ้าในบ้าน"
    sound(page, "inventory-entry-refused")
    typed(page, "#id_factor_source", "ประกาศของหน่วยงาน ปี 2566")
    went(page, SAVE)
    assert page.url.endswith(path)
    in_both_languages(page, "inventory-draft")


def looked_at(page: Any, path: str) -> None:
    """Forms that lead on from the inventory."""
    rows = page.evaluate("[...document.querySelectorAll('main a[href*=\"/entries/\"]')].map(a => a.pathname)")
    row = next(one for one in rows if "/new/" not in one)
    for name in (row, f"{row}remove/", path + "settings/", path + "balances/waste/"):
        page.goto(name)
        in_both_languages(page, "inventory-" + name.rstrip("/").rsplit("/", 1)[-1][:8])


def released(page: Any, path: str) -> None:
    """The publisher looks once more and releases; the figures go into the series by the worker."""
    page.goto(path + "release/")
    in_both_languages(page, "inventory-release")
    went(page, SAVE)
    assert "1,003" in said(page) or "1,002" in said(page)


def read(page: Any, path: str, folder: Path) -> None:
    """A citizen comes from the areas to the list and the inventory, and takes it away."""
    page.goto("/areas/")
    went(page, "main a[href$='/inventories/']")
    in_both_languages(page, "inventories")
    went(page, f"main a[href$='{path}']")
    in_both_languages(page, "inventory-public")
    assert "entries/new" not in page.content()
    for form in ("csv", "xlsx", "json"):
        assert page.request.get(f"{path}table.{form}").ok
    assert page.request.get("/api/v1/inventories").json()["items"]
