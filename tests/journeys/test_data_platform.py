"""A file on its way: sent with faults, given back marked, mended, reviewed, released, found, read, and told in the log.

In Thai, on a phone, by keyboard. The figures are those that the National Statistical Office published for 2566; the
installation of the journey has them up to the survey before. The faults are a slip of the decimal point and a province
in an office's own short form.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import mudmai.packs
from mudmai.workspace import Workspace
from tests.journeys.conftest import PATIENCE, pressed
from tests.journeys.walking import (
    Office,
    chosen,
    drop,
    entering,
    in_both_languages,
    serving,
    sound,
    tab_to,
    typed,
    wait_for,
    went,
)

FIGURES = Path(mudmai.packs.__file__).parent / "th-m8" / "data" / "nso_income_gini.csv"
YEAR, SHORT, SLIP = "2023", "นครฯ", 4.19
HEADING = "ตารางที่ 9 สัมประสิทธิ์ความไม่เสมอภาคของรายได้ครัวเรือน พ.ศ. 2566"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office that holds a dataset."""
    with serving(tmp_path_factory.mktemp("office") / "home", "tests.journeys.office") as running:
        yield running


@pytest.fixture
def enter(browser: Any, office: Office) -> Iterator[Callable[..., Any]]:
    """Sign in as one of the office."""
    with entering(browser, office) as entered:
        yield entered


def step(name: str) -> str:
    """The button of a step on the page of a submission."""
    return f"form:has(input[name=do][value={name}]) button[type=submit]"


def figures() -> list[tuple[str, float]]:
    """Area code and coefficient of the year."""
    with FIGURES.open(encoding="utf-8-sig", newline="") as file:
        return [(row["area"], float(row["value"])) for row in csv.DictReader(file) if row["period"] == YEAR]


def book(office: Office, path: Path) -> dict[str, int]:
    """The office's workbook with two faults; the rows of the areas."""
    names = Workspace.open(office.home).catalogue.area_systems["th-nso-income"].by_code
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Gini 2566"
    sheet.append([HEADING])
    sheet.append([])
    sheet.append(["ภาค/จังหวัด", "พ.ศ. 2566"])
    rows = {}
    for code, value in figures():
        sheet.append([SHORT if code == "TH-80" else names[code].name.th, SLIP if code == "TH-86" else value])
        rows[code] = sheet.max_row
    workbook.save(path)
    return rows


def send_and_answer(page: Any, path: Path) -> str:
    """From the dataset's page to the checks; the address of the submission."""
    page.goto("/datasets/nso-income-gini/")
    in_both_languages(page, "a1-dataset")
    went(page, "a[href$='/datasets/nso-income-gini/submit/']")
    in_both_languages(page, "a2-submit")
    drop(page, path)
    typed(page, "#id_note", "ผลสำรวจ ปี 2566")
    went(page, "form[data-upload] button[type=submit]")
    wait_for(page, "ol.questions")
    in_both_languages(page, "a3-questions")
    assert SHORT in page.locator("main").inner_text()
    chosen(page, "select[name^=name-]", "TH-80")
    typed(page, "#id_name", "Gini รายปี")
    went(page, "button[value=confirm]")
    wait_for(page, ".reading-result")
    return str(page.url).removesuffix("reading/")


def test_from_a_faulty_file_to_the_figure_on_the_map(enter: Callable[..., Any], office: Office, tmp_path: Path) -> None:
    sent = tmp_path / "Gini 2566.xlsx"
    rows = book(office, sent)
    page = enter("contributor")
    here = send_and_answer(page, sent)
    in_both_languages(page, "a4-read")
    went(page, "a[href$='/checks/']")
    told = page.locator("main").inner_text()
    assert "ชุมพร" in told and "0.1 ถึง 0.7" in told and f"B{rows['TH-86']}" in told
    in_both_languages(page, "a5-checks")
    tab_to(page, "a[href$='marked.xlsx']")
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    marked = tmp_path / "marked.xlsx"
    waiting.value.save_as(marked)
    mended = mend(marked, f"B{rows['TH-86']}", dict(figures())["TH-86"], tmp_path)

    went(page, "a[href$='/replace/']")
    drop(page, mended)
    went(page, "form[action$='/replace/'] button[type=submit]")
    wait_for(page, ".reading-result")
    assert "✓" in page.locator(".reading-result").inner_text()
    sound(page, "a6-mended")
    page.goto(here)
    in_both_languages(page, "a7-ready")
    went(page, step("submit"))
    assert "รอตรวจทาน" in page.locator("main").inner_text()
    sound(page, "a8-submitted")

    path = here.removeprefix(office.address)
    review(enter("reviewer"), path)
    release(enter("publisher"), path)
    read(enter(), office)
    audit(enter("administrator"))


def mend(marked: Path, cell: str, value: float, folder: Path) -> Path:
    """The marked file tells what is wrong where; the officer types the figure of the report."""
    workbook = openpyxl.load_workbook(marked)
    first = workbook.worksheets[0]
    told = " ".join(str(c.value) for row in first.iter_rows() for c in row if c.value is not None)
    assert cell in told and "0.1 ถึง 0.7" in told
    sheet = workbook["Gini 2566"]
    assert sheet[cell].comment is not None and sheet[cell].fill.fgColor.rgb not in ("00000000", None)
    assert sheet[cell].value == SLIP
    sheet[cell].value = value
    workbook.save(folder / "Gini 2566 แก้แล้ว.xlsx")
    return folder / "Gini 2566 แก้แล้ว.xlsx"


def review(page: Any, path: str) -> None:
    page.goto("/submissions/")
    sound(page, "b1-list")
    went(page, f"a[href='{path}']")
    told = page.locator("main").inner_text()
    assert f"เพิ่ม {len(figures())} ค่า" in told and "ชุมพร" in told and "0.419" in told
    in_both_languages(page, "b2-review")
    went(page, step("approve"))
    assert "ตรวจทานผ่าน" in page.locator("main").inner_text()
    sound(page, "b3-approved")


def release(page: Any, path: str) -> None:
    page.goto(path)
    sound(page, "b4-release")
    went(page, step("release"))
    for _ in range(60):
        if "เผยแพร่แล้ว" in page.locator("main .page-head").inner_text():
            break
        page.wait_for_timeout(500)
        page.reload()
    in_both_languages(page, "b5-released")


def read(page: Any, office: Office) -> None:
    """A reader types a word that stands inside sentences, and takes the figures away."""
    page.goto("/")
    page.goto("/datasets/")
    typed(page, "input[type=search][name=q]", "เหลื่อมล้ำ")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")
    in_both_languages(page, "c1-found")
    went(page, "main a[href$='/datasets/nso-income-gini/']")
    in_both_languages(page, "c2-dataset")
    tab_to(page, "main a[href*='data.csv']")
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    saved = Path(waiting.value.path()).read_bytes()
    assert saved.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(saved.decode("utf-8-sig"))))
    got = {row["area"]: float(row["value"]) for row in rows if row["period"] == YEAR}
    assert got == dict(figures())
    page.goto("/plans/th-m8/indicators/I2.1/?year=2566")
    sound(page, "c3-indicator")
    assert "0.377" in page.locator("#areas").inner_text()
    page.goto("/r/" + Workspace.open(office.home).release().id + "/th-m8/I2.1/NSOI-NE/2023")
    work = page.locator("main").inner_text()
    assert "0.377" in work and "Gini 2566" in work, "the figure stands with its sheet and cell"
    in_both_languages(page, "c4-work")


def audit(page: Any) -> None:
    page.goto("/audit/")
    told = page.locator("main table").inner_text()
    for word in ("เจ้าหน้าที่ข้อมูล", "ผู้ตรวจทาน", "ผู้เผยแพร่"):
        assert word in told
    in_both_languages(page, "d1-log")


def test_the_officers_way_without_scripts(enter: Callable[..., Any], office: Office, tmp_path: Path) -> None:
    sent = tmp_path / "Gini ไม่มีสคริปต์.xlsx"
    rows = book(office, sent)
    page = enter("contributor", java_script_enabled=False)
    page.goto("/datasets/nso-income-gini/submit/")
    page.set_input_files("#id_file", sent)
    pressed(page, "form[data-upload] button[type=submit]")
    _reload_until(page, "button[value=confirm], .reading-result")
    if page.locator("select[name^=name-]").count():
        page.locator("select[name^=name-]").first.select_option("TH-80")
        pressed(page, "button[value=confirm]")
        _reload_until(page, ".reading-result")
    pressed(page, "a[href$='/checks/']")
    assert f"B{rows['TH-86']}" in page.locator("main").inner_text()
    with page.expect_download() as waiting:
        page.click("a[href$='marked.xlsx']")
    waiting.value.save_as(tmp_path / "marked.xlsx")
    mended = mend(tmp_path / "marked.xlsx", f"B{rows['TH-86']}", dict(figures())["TH-86"], tmp_path)
    pressed(page, "a[href$='/replace/']")
    page.set_input_files("#id_file", mended)
    pressed(page, "form[action$='/replace/'] button[type=submit]")
    _reload_until(page, ".reading-result")
    pressed(page, ".reading-result a.btn-primary")
    pressed(page, step("submit"))
    assert "รอตรวจทาน" in page.locator("main").inner_text()


def _reload_until(page: Any, wanted: str) -> None:
    """Without scripts the page loads itself anew while the file is read."""
    page.locator(wanted).first.wait_for(timeout=2 * PATIENCE)
