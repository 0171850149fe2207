"""Numbers and units as offices write them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudmai.core.errors import InputError
from mudmai.core.language import to_thai_digits
from mudmai.core.number_text import looks_numeric, read_number, read_unit, split_unit
from mudmai.core.observations import MISSING_FLAGS, Flag


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,632,820", 1632820),
        ("๑,๖๓๒,๘๒๐.๐๐", 1632820),
        ("(1,200)", -1200),
        ("−5", -5),
        ("–5.25", -5.25),
        ("+7", 7),
        ("1.2 ล้าน", 1_200_000),
        ("5 แสน", 500_000),
        ("3 พันล้าน", 3_000_000_000),
        ("๒ หมื่น", 20_000),
        ("1.5 million", 1_500_000),
        ("1,234*", 1234),
        ("1,234 1/", 1234),
        ("1,234¹", 1234),
        ("12 r", 12),
        ("12(p)", 12),
        ("1 234 567", 1234567),
        ("1\u00a0234", 1234),
        ("1.2E+05", 120_000),
        ("฿1,200", 1200),
        ("1,200.-", 1200),
        ("1,200 บาท", 1200),
        ("  42\u200b ", 42),
        ("-0", 0),
        (".5", 0.5),
    ],
)
def test_numbers(text: str, value: float) -> None:
    assert read_number(text).value == value


@pytest.mark.parametrize(("text", "value"), [("5%", 5), ("ร้อยละ 5", 5), ("๕.๒๕ %", 5.25), ("(3%)", -3), ("(3)%", -3)])
def test_per_cent_is_told(text: str, value: float) -> None:
    found = read_number(text)
    assert (found.value, found.percent) == (value, True)


@pytest.mark.parametrize(
    ("text", "flag"), [("12 p", "P"), ("12e", "E"), ("ประมาณ 12", "E"), ("12 r", "A"), ("9 f", "F")]
)
def test_letters_become_flags(text: str, flag: str) -> None:
    assert read_number(text).flag == flag


@pytest.mark.parametrize("text", ["", "  ", "n.a.", "N/A", "..", "…", "ไม่มีข้อมูล", "(ไม่มีข้อมูล)", "null"])
def test_missing_words(text: str) -> None:
    found = read_number(text)
    assert found.value is None and found.flag in MISSING_FLAGS and not found.dash


def test_not_collected_has_its_own_flag() -> None:
    assert read_number("ไม่ได้จัดเก็บ").flag is Flag.MISSING_DATA_EXISTS


@pytest.mark.parametrize("text", ["-", " -   ", "–", "—", "--", "ไม่มี"])
def test_a_dash_means_what_the_caller_says(text: str) -> None:
    assert read_number(text).value is None and read_number(text).dash
    assert read_number(text, dash="zero").value == 0
    with pytest.raises(InputError, match="zero or missing"):
        read_number(text, dash="refuse")


@pytest.mark.parametrize(
    "text",
    ["1,5", "1.234,50", "1,23,4", "12,34", "abc", "12 เชียงใหม่", "<5", "1-2", "2566-2570", "(5", "5)", "(-5)", "1..2",
     "ร้อยละ", "1,200 ดวงดาว", "=1+1", "1e999", "5 5"],
)  # fmt: skip
def test_two_meanings_are_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        read_number(text)
    assert caught.value.code == "number" and caught.value.remedy.th


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12), st.booleans()
)
def test_written_numbers_come_back(value: object, thai: bool) -> None:
    text = f"{value:,}"
    assert read_number(to_thai_digits(text) if thai else text).value == float(str(value))


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = read_number(text)
    except InputError:
        assert not looks_numeric(text)
        return
    assert found.value is None or abs(found.value) >= 0


@pytest.mark.parametrize(
    ("text", "base", "scale"),
    [
        ("บาท", "baht", 1),
        ("พันบาท", "baht", 1000),
        ("(ล้านบาท)", "baht", 10**6),
        ("หน่วย : ล้านบาท", "baht", 10**6),
        ("Million Baht", "baht", 10**6),
        ("1,000 คน", "person", 1000),
        ("บาท/คน", "baht/person", 1),
        ("Baht per capita", "baht/person", 1),
        ("ร้อยละ", "percent", 1),
        ("ไร่", "rai", 1),
        ("บาทต่อคนต่อปี", "baht/person", 1),
    ],
)
def test_units(text: str, base: str, scale: int) -> None:
    found = read_unit(text)
    assert found is not None and (found.base, found.scale) == (base, Fraction(scale))


@pytest.mark.parametrize("text", ["คนจน", "เชียงใหม่", "บาทวิถี", "", "2566", "ชาย"])
def test_no_unit_from_a_part_of_a_word(text: str) -> None:
    assert read_unit(text) is None


def test_units_in_headings() -> None:
    assert split_unit("งบประมาณ (บาท)") == ("งบประมาณ", read_unit("บาท"))
    assert split_unit("ตารางที่ 1 รายได้ หน่วย: พันบาท") == ("ตารางที่ 1 รายได้", read_unit("พันบาท"))
    assert split_unit("GPP Per capita (Baht)") == ("GPP Per capita", read_unit("บาท") and split_unit("(Baht)")[1])
