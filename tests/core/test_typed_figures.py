"""Figures as people type them: below zero is told apart from what is no number."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mudmai.core.errors import InputError
from mudmai.core.typed_figures import exact_number, whole_number


@pytest.mark.parametrize("text", ["-5", "−5", "-๕", "-1,250.50", " - 5"])
def test_a_number_below_zero_is_told_so(text: str) -> None:
    for read in (exact_number, whole_number):
        with pytest.raises(InputError) as refused:
            read(text, "population")
        assert refused.value.message.en == f"“{text}” is below zero: it must be zero or more"
        assert "ต้องเป็นศูนย์หรือมากกว่า" in refused.value.message.th
        assert (refused.value.code, refused.value.where.field) == ("report_figures", "population")


@pytest.mark.parametrize("text", ["-", "–", "five", "5-", "--5", "1e5"])
def test_what_is_no_number_is_told_so(text: str) -> None:
    for signed in (False, True):
        with pytest.raises(InputError) as refused:
            exact_number(text, "population", signed=signed)
        assert "is no number" in refused.value.message.en


def test_signed_numbers_are_taken_where_they_mean_something() -> None:
    assert exact_number("-๗.๒๕", "latitude", signed=True) == Decimal("-7.25")
    assert exact_number("0", "population") == 0 and exact_number(" ", "population") is None
