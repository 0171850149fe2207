"""The pages of a project and an area: one page exactly, in words and figures, safe with any text."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from mudmai.core.language import Language, Text
from mudmai.exchange.one_page import (
    AreaMoney,
    AreaSheet,
    IndicatorLine,
    Named,
    ProjectLine,
    ProjectSheet,
    Result,
    StageMoney,
    area_page,
    project_page,
)
from mudmai.exchange.one_page.pages import project_data
from tests.exchange.pdf_words import needs_fonts, pages_of

pytestmark = needs_fonts

HOSTILE = '#panic("x") $ @a \\ "q" *b* _c_ `d` <e> [f] {g} #import "@preview/x:1.0.0" #read("/etc/passwd")'

PROJECT = ProjectSheet(
    title="ก่อสร้างระบบระบายน้ำ",
    owner="เทศบาลตัวอย่าง",
    printed_on=date(2026, 11, 22),
    number="12",
    programme="แผนพัฒนาท้องถิ่น",
    money=(
        StageMoney("planned", Decimal(12_000_000)),
        StageMoney("ordinance", Decimal(10_500_000)),
        StageMoney("allocated", Decimal(0)),
        StageMoney("committed", Decimal("9876543.21")),
        StageMoney("disbursed", None),
    ),
    places=("ตำบลหนึ่ง", "ตำบลสอง"),
    start=date(2026, 1, 5),
    end=date(2027, 3, 31),
    status=Text("ล่าช้า", "late"),
    reason=Text("ช้ากว่าแผน 25 จุด", "25 points behind its plan"),
    tone="bad",
    physical=Decimal("35.25"),
    deciders=(Named(Text("อนุมัติ", "Approves"), "สภาเทศบาล"),),
    results=(Result("วันน้ำท่วม", "14", "3", ""),),
    sources=("แผนพัฒนาท้องถิ่น แถว 24",),
    address="https://example.org/projects/1",
    as_of=date(2026, 10, 31),
)
AREA = AreaSheet(
    name=Text("ภาคเหนือ", "North"),
    printed_on=date(2026, 11, 22),
    indicators=(
        IndicatorLine(Text("ตัวชี้วัด ก", "Indicator A"), Text("3.071", "3.071"), Text("2562", "2019"),
                      Text("บรรลุ", "met"), Text("สูงกว่า 2.994", "above 2.994"), "good"),
        IndicatorLine(Text("ตัวชี้วัด ข", "Indicator B"), Text("ไม่มีข้อมูล", "no data"), Text("", ""),
                      Text("ยังตัดสินไม่ได้", "not judged")),
    ),
    release="r-1",
)  # fmt: skip


def page(pdf: bytes) -> str:
    pages = pages_of(pdf)
    assert len(pages) == 1
    return pages[0].replace("\u200b", "")


def test_project_page_answers_in_both_languages() -> None:
    english = page(project_page(PROJECT, "en"))
    for words in ("Was it funded", "12,000,000 baht", "9,876,543.21 baht", "82.3% of the plan", "not reported",
                  "35.3% of the work is done", "late", "25 points behind", "5 Jan 2026 to 31 Mar 2027",
                  "nothing is measured yet", "Printed on 22 Nov 2026", "https://example.org/projects/1"):  # fmt: skip
        assert words in english
    thai = page(project_page(PROJECT))
    for words in ("12,000,000 บาท", "ช้า", "5 ม.ค. 2569", "22 พ.ย. 2569", "31 ต.ค. 2569"):
        assert words in thai
    places = [english.index(words) for words in ("funded", "Where?", "When?", "on time?", "decides?", "change?")]
    assert places == sorted(places)


def test_missing_money_is_no_zero() -> None:
    bars = project_data(PROJECT, "en")["parts"][0]["bars"]
    assert [one["part"] for one in bars] == [1.0, 0.875, 0.0, pytest.approx(0.8230452675), None]
    assert bars[2]["text"] == "0 baht"
    bare = page(project_page(ProjectSheet("x", "y", date(2026, 1, 1)), "en"))
    assert "no figures of money yet" in bare
    assert "not known" in bare


def test_area_page_with_and_without_projects() -> None:
    without = page(area_page(AREA, "en"))
    assert "Indicator A" in without
    assert "above 2.994" in without
    assert "not judged" in without
    assert "Projects and money" not in without
    sheet = replace(
        AREA,
        money=AreaMoney(Decimal(1_000_000), Decimal("0.75"), Decimal(5)),
        project_count=40,
        projects=tuple(ProjectLine(f"โครงการ {n}", Decimal(n * 1000), Text("ล่าช้า", "late"), "bad") for n in range(40)),
        stages=(StageMoney("planned", Decimal(1_000_001)),),
    )
    words = page(area_page(sheet, "en"))
    assert "1,000,000.75 baht" in words
    assert "40 projects" in words
    assert "and 26 more" in words


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_fullest_pages_are_still_one(language: Language) -> None:
    long = "ข้อความยาวมากของโครงการที่เขียนไว้ครบทุกช่อง " * 40
    full = replace(
        PROJECT, title=long, owner=long, programme=long, places=(long,) * 50, reason=Text(long, long), objective=long,
        deciders=(Named(Text(long, long), long),) * 20, results=(Result(long, long, long, long),) * 20,
        sources=(long,) * 20, address="https://example.org/" + "x" * 400,
    )  # fmt: skip
    assert "…" in page(project_page(full, language))
    line = replace(AREA.indicators[0], title=Text(long, long), sentence=Text(long, long))
    area = replace(
        AREA, name=Text(long, long), indicators=(line,) * 30, project_count=500, sources=(long,) * 9,
        projects=tuple(ProjectLine(long, Decimal(10**14), Text("ล่าช้า", "late")) for _ in range(30)),
    )  # fmt: skip
    words = page(area_page(area, language))
    assert "500" in words
    assert "r-1" in words


def test_hostile_words_are_letters_only() -> None:
    sheet = replace(PROJECT, title=HOSTILE, owner=HOSTILE, places=(HOSTILE,), objective=HOSTILE, sources=(HOSTILE,))
    words = page(project_page(sheet, "en"))
    assert words.count('#panic("x") $ @a \\ "q" *b* _c_') >= 4
    assert "root:" not in words
    assert PdfReader(io.BytesIO(project_page(sheet))).metadata.title == HOSTILE


@settings(max_examples=10, deadline=None)
@given(st.text(max_size=300), st.sampled_from(["th", "en"]))
def test_any_text_prints(text: str, language: Language) -> None:
    page(project_page(replace(PROJECT, title=text, owner=text, places=(text,), address=""), language))


def test_the_qr_leads_to_the_address() -> None:
    with_qr = PdfReader(io.BytesIO(project_page(PROJECT))).pages[0].get_contents()
    without = PdfReader(io.BytesIO(project_page(replace(PROJECT, address="")))).pages[0].get_contents()
    assert with_qr is not None
    assert without is not None
    assert "ดูข้อมูลล่าสุด" not in page(project_page(replace(PROJECT, address="")))
