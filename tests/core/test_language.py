"""Two languages, two scripts of digits, and numbers as Thai statistics print them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudmai.core.language import MISSING_TEXT, Text, same, to_arabic_digits, to_thai_digits, write_number


@given(st.text())
def test_digits_go_there_and_back(text: str) -> None:
    assert to_arabic_digits(to_thai_digits(text)) == to_arabic_digits(text)
    assert to_thai_digits(to_arabic_digits(text)) == to_thai_digits(text)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234567.5, 1, "1,234,567.5"), (0.125, 2, "0.13"), (2.345, 2, "2.35"), (-2.345, 2, "−2.35"),
        (2.675, 2, "2.68"),
        (1e15, 0, "1,000,000,000,000,000"), (-0.004, 2, "0.00"), (-0.0, 0, "0"), (0.5, 0, "1"),
        (1.5, 0, "2"), (2.5, 0, "3"),
        (None, 2, "–"), (float("nan"), 2, "–"), (float("inf"), 2, "–"), (float("-inf"), 0, "–"),
        (1e300, 2, None), (5e-324, 2, "0.00"),
    ],
)  # fmt: skip
def test_numbers_round_half_away_from_zero_as_printed(value: float | None, decimals: int, text: str | None) -> None:
    written = write_number(value, decimals)
    assert written == text if text is not None else written.startswith("1,000")


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 6))
def test_every_number_is_written_and_near(value: float, decimals: int) -> None:
    text = write_number(value, decimals)
    read = Decimal(text.replace(",", "").replace("\N{MINUS SIGN}", "-"))
    assert abs(read - Decimal(repr(value))) <= Decimal(1).scaleb(-decimals) / 2
    assert "-" not in text


def test_signs_and_thai_digits() -> None:
    assert write_number(3.1, 1, signed=True) == "+3.1"
    assert write_number(0, 1, signed=True) == "0.0"
    assert write_number(1234.5, 1, "thai") == "๑,๒๓๔.๕"
    assert write_number(None, digits="thai") == MISSING_TEXT


def test_texts_are_chosen_and_filled() -> None:
    text = Text("พบ {count} รายการ", "{count} found").format(count=3)
    assert (text.in_("th"), text.in_("en"), str(text)) == ("พบ 3 รายการ", "3 found", "พบ 3 รายการ")
    assert same("GPP") == Text("GPP", "GPP")
