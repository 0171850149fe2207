"""Editions for readers of both calendars."""

from __future__ import annotations

import pytest

from mudmai.core.language import same
from mudmai.core.sources import Source


@pytest.mark.parametrize(
    ("edition", "th", "en"),
    [
        ("2563", "พ.ศ. 2563 (ค.ศ. 2020)", "2020 (B.E. 2563)"),
        ("2019", "พ.ศ. 2562 (ค.ศ. 2019)", "2019 (B.E. 2562)"),
        ("2557-2562", "พ.ศ. 2557-2562 (ค.ศ. 2014-2019)", "2014-2019 (B.E. 2557-2562)"),
        ("2nd, revised", "2nd, revised", "2nd, revised"),
        ("", "", ""),
    ],
)
def test_years_are_given_in_both_calendars(edition: str, th: str, en: str):
    words = Source("x", same("X"), same("X"), edition=edition).edition_words
    assert (words.th, words.en) == (th, en)
