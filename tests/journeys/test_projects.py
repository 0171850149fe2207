"""A plan on its way: from the office's workbook to the citizen's page.

An officer brings the made-up five-year workbook, is told where it disagrees with its own summary, brings the mended one
and loads it; says where a project is; the plan is printed and released; progress is reported and approved; an executive
looks; a citizen reads.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from mudmai.exchange.forms import read_form_book, shipped_form_layouts
from mudmai.exchange.sheets import open_workbook
from tests.exchange.forms.plan_workbook import COORDINATION_BAHT, MAIN_BAHT, MAIN_PROJECTS, write_plan_workbook
from tests.journeys.conftest import DESK
from tests.journeys.walking import (
    Office,
    chosen,
    downloaded,
    drop,
    entering,
    in_both_languages,
    said,
    serving,
    sound,
    tab_to,
    typed,
    wait_for,
    went,
)

PLAN = "แผนพัฒนาเทศบาล พ.ศ. 2566-2570"
PERIOD = "2026-10"
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=")
"""A picture of one dot: what is tested is its way, not what it shows."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A municipality without a plan yet."""
    with serving(tmp_path_factory.mktemp("town") / "home", "tests.journeys.town") as running:
        yield running


@pytest.fixture
def enter(browser: Any, office: Office) -> Iterator[Callable[..., Any]]:
    """Sign in as one of the municipality."""
    with entering(browser, office) as entered:
        yield entered


def test_from_the_workbook_to_the_citizens_page(enter: Callable[..., Any], office: Office, tmp_path: Path) -> None:
    officer = enter("officer", viewport=DESK)
    plan = set_up(officer)
    told_of_faults(officer, tmp_path)
    loaded(officer, tmp_path)
    printed(officer, plan, tmp_path)
    path = located(officer)
    linked(officer, plan, path)
    released(enter("publisher", viewport=DESK), plan)
    reported(officer, path, tmp_path)
    reviewed(enter("reviewer"), path)
    looked_at(enter("executive"), path)
    read(enter(), path, tmp_path)


def set_up(page: Any) -> str:
    """A programme of five fiscal years, typed in Thai digits; its address."""
    page.goto("/programmes/")
    sound(page, "a1-programmes")
    went(page, "a[href$='/programmes/new/']")
    in_both_languages(page, "a2-new")
    typed(page, "#p_th", PLAN)
    typed(page, "#p_first", "๒๕๖๖")
    typed(page, "#p_last", "2570")
    chosen(page, "#p_cycle", "month")
    went(page, "main form button[type=submit]")
    in_both_languages(page, "a3-load")
    return str(re.sub(r"load/$", "", page.url))


def told_of_faults(page: Any, folder: Path) -> None:
    """Each disagreement of the workbook with its summary is told with its cell; nothing is loaded."""
    made = write_plan_workbook(folder / "แผน (ร่าง).xlsx", planted=True)
    drop(page, made.path)
    went(page, "form[data-upload] button[type=submit]")
    wait_for(page, "#agree")
    told = said(page)
    for one in made.planted:
        assert one.cell.split("!")[-1] in told, one
    in_both_languages(page, "a4-disagrees")


def loaded(page: Any, folder: Path) -> None:
    """The mended workbook agrees and is loaded whole."""
    went(page, "#load ~ form a, section[aria-labelledby=load] a")
    made = write_plan_workbook(folder / "แผนพัฒนา 2566-2570.xlsx")
    drop(page, made.path)
    went(page, "form[data-upload] button[type=submit]")
    wait_for(page, "#agree")
    assert "✓" in page.locator("section[aria-labelledby=agree]").inner_text()
    in_both_languages(page, "a5-agrees")
    typed(page, "#l_day", "1 ตุลาคม 2565")
    went(page, "section[aria-labelledby=load] button[type=submit]")
    wait_for(page, ".job-done")
    went(page, "main .buttons a.btn-primary")
    told = said(page)
    total = sum(one.total for one in made.projects if one.state == "active")
    assert f"{total:,}" in told and total > MAIN_BAHT + COORDINATION_BAHT
    in_both_languages(page, "a6-programme")


def printed(page: Any, plan: str, folder: Path) -> None:
    """The official forms, to the baht, read again by the register's own reader."""
    page.goto(plan)
    went(page, "a[href$='/print/']")
    in_both_languages(page, "a6-print")
    path = downloaded(page, "button[formaction$='print.xlsx']", folder / "forms.xlsx")
    again = read_form_book(open_workbook(path), shipped_form_layouts()[0])
    assert again.totals("por-02") == (MAIN_PROJECTS, MAIN_BAHT)


def located(page: Any) -> str:
    """The project with the most money is found and lies in two provinces, in equal parts; its path."""
    page.goto("/projects/?q=ก่อสร้างถนน")
    sound(page, "a7-found")
    went(page, ".project-rows a")
    in_both_languages(page, "a8-project")
    path = page.url.removeprefix(page.evaluate("location.origin"))
    went(page, "a[href$='/edit/']")
    typed(page, "#a_1", "ขอนแก่น")
    typed(page, "#a_2", "จังหวัดร้อยเอ็ด")
    tab_to(page, "input[name=rule]")
    page.check("#r_equal")
    went(page, "main form button[type=submit]")
    assert "ขอนแก่น" in said(page) and "ร้อยเอ็ด" in said(page)
    sound(page, "a9-located")
    return str(path)


def linked(page: Any, plan: str, path: str) -> None:
    """The worker suggests clauses of a plan; the officer ticks one, and it counts."""
    page.goto(plan)
    went(page, "a[href$='/links/']")
    went(page, "form:has(input[value=suggest]) button")
    wait_for(page, ".job-done", 240)
    page.goto(re.sub(r"^.*//[^/]*", "", plan) + "links/")
    in_both_languages(page, "a9-links")
    tab_to(page, "input[name=yes]")
    name = page.evaluate("document.activeElement.closest('fieldset').querySelector('legend').innerText")
    page.keyboard.press("Space")
    went(page, ".link-submit button")
    page.goto(re.sub(r"^.*//[^/]*", "", plan) + "links/?show=linked")
    assert name in said(page) and "✓" in said(page)
    page.goto(path + "links/")
    in_both_languages(page, "a9-project-links")


def reported(page: Any, path: str, folder: Path) -> None:
    """A quarter of the work is done and paid; a photo proves it; something has to be decided above."""
    page.goto(path + "report/?period=" + PERIOD)
    typed(page, "#id_percent", "๒๕")
    typed(page, "#id_disbursed", "๑,๐๐๐,๐๐๐.๕๐")
    went(page, "button[name=do][value=save]")
    photo = folder / "หน้างาน.png"
    photo.write_bytes(PNG)
    drop(page, photo)
    went(page, "form:has(#id_file) button[type=submit]")
    tab_to(page, "#obstacles ~ details summary, section[aria-labelledby=obstacles] summary")
    page.keyboard.press("Enter")
    typed(page, "#id_obstacle", "ยังไม่ได้รับอนุญาตใช้พื้นที่")
    page.check("input[name=needs_decision]")
    went(page, "form:has(#id_obstacle) button[type=submit]")
    in_both_languages(page, "b2-report")
    went(page, "button[name=do][value=submit]")
    assert "ส่งแล้ว รอรับรอง" in said(page)


def reviewed(page: Any, path: str) -> None:
    """The reviewer finds it in the queue, sees the photo, approves."""
    page.goto("/projects/reports/review/")
    assert "1,000,000.50" in said(page)
    in_both_languages(page, "b3-queue")
    page.goto(path + "report/?period=" + PERIOD)
    assert "1,000,000.50" in said(page)
    went(page, "form:has(input[value=approve]) button[type=submit]")
    assert "รับรองแล้ว" in said(page)
    sound(page, "b4-approved")


def released(page: Any, plan: str) -> None:
    """The publisher opens the plan to everybody."""
    page.goto(plan)
    went(page, "button[value=release]")
    in_both_languages(page, "b1-released")


def looked_at(page: Any, path: str) -> None:
    """The executive, on a phone: how many, how much at each stage, where; the rows add up."""
    page.goto("/projects/")
    told = said(page)
    assert "2,296" in told and "✓" in told
    in_both_languages(page, "c1-portfolio")
    page.goto("/projects/?system=th-nesdc&area=TH-40#map")
    sound(page, "c2-province")
    assert "ขอนแก่น" in said(page)


def read(page: Any, path: str, folder: Path) -> None:
    """A citizen: six answers in order, one A4 page, the sign's code."""
    page.goto(path)
    questions = page.locator(".answers dt").all_inner_texts()
    assert len(questions) == 6
    in_both_languages(page, "d1-project")
    tab_to(page, "a[href$='page.pdf']")
    sheet = folder / "page.pdf"
    sheet.write_bytes(page.request.get(path + "page.pdf").body())
    assert len(PdfReader(sheet).pages) == 1
    assert page.request.get(path + "sign.svg").ok
