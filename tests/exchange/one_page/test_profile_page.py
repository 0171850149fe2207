"""The page of a city: digits that are no figures stay as written, lines do not end inside a Thai word."""

from __future__ import annotations

import re
from datetime import date

import pytest

from mudmai.core.language import Digits, Language, Text, same
from mudmai.exchange.one_page import DotLine, ProfilePart, ProfileSheet, profile_page
from mudmai.exchange.one_page.pages import TEMPLATE, _qr, profile_data
from mudmai.exchange.typesetting import pictures
from tests.exchange.pdf_words import needs_fonts, pages_of

SMART = Text("การบริหารภาครัฐและการเดินทางขนส่งอัจฉริยะ", "Smart governance")
DOTS = tuple(
    DotLine(Text(f"{'ก' * n} {SMART.th}", SMART.en), "85", Text("ครบ", "all"), "70-80", 0.8, None, (0.5, 0.7))
    for n in range(1, 12)
)
SHEET = ProfileSheet(
    kind=Text("โปรไฟล์เมือง", "City profile"),
    title=Text("เทศบาลนครขอนแก่น", "Khon Kaen"),
    under=(same("ใบรับรอง LSC-2569-001"),),
    standing=Text("ได้รับการรับรองถึง 1 มกราคม 2570", "certified until 1 January 2027"),
    tone="good",
    parts=(ProfilePart(Text("คะแนน", "Scores"), (), DOTS, (Text("ตัว", "m"), Text("ค่า", "own"), Text("กลาง", "mid"))),),
    sources=(Text("กรมการปกครอง 2566 (CC BY 4.0)", "Registry 2023 (Creative Commons Attribution 4.0)"),),
    address="https://example.org/cities/c-40/profile/",
    printed_on=date(2026, 11, 22),
)


@pytest.mark.parametrize(
    ("told", "thai"),
    [
        ("กรมฯ 2566 (CC BY 4.0) 1,234.5", "กรมฯ ๒๕๖๖ (CC BY 4.0) ๑,๒๓๔.๕"),
        ("Creative Commons Attribution 4.0, 2566", "Creative Commons Attribution 4.0, ๒๕๖๖"),
        ("ODbL 1.0", "ODbL 1.0"),
        ("เลขที่ LSC-2569-001 ปี 2569", "เลขที่ LSC-2569-001 ปี ๒๕๖๙"),
        ("CO2e 4.5 ตัน", "CO2e ๔.๕ ตัน"),
        ("30,000 คน", "๓๐,๐๐๐ คน"),
        ("https://example.org/2566/4", "https://example.org/2566/4"),
    ],
)
def test_codes_and_versions_of_licences_keep_their_digits(told: str, thai: str) -> None:
    sheet = ProfileSheet(**{**{name: getattr(SHEET, name) for name in SHEET.__slots__}, "sources": (same(told),)})
    assert profile_data(sheet, "th", "thai")["sources"] == [re.sub(r"\S{18,}", _with_breaks, thai)]
    assert profile_data(sheet, "th", "arabic")["sources"] == [re.sub(r"\S{18,}", _with_breaks, told)]


def _with_breaks(run: re.Match[str]) -> str:
    return "\u200b".join(re.findall(r".{1,9}", run[0])) if run[0].isascii() else run[0]


@needs_fonts
def test_no_line_ends_inside_a_word() -> None:
    made = profile_data(SHEET, "th", "thai")
    files = _qr(SHEET.address)
    assert "อัจฉริยะ" in made["unbroken"]
    assert pictures(TEMPLATE, made, files=files) != pictures(TEMPLATE, {**made, "unbroken": ["-"]}, files=files)


@needs_fonts
@pytest.mark.parametrize(("language", "digits"), [("th", "thai"), ("en", "arabic")])
def test_one_page_says_it_whole(language: Language, digits: Digits) -> None:
    (page,) = pages_of(profile_page(SHEET, language, digits))
    assert page.replace(" ", "").count(SMART.in_(language).replace(" ", "")) == len(DOTS)
