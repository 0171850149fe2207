"""What is still needed, in words: counted from the latest figure, or from the start when there is none."""

from __future__ import annotations

import pytest

from mudmai.core.language import Text
from mudmai.core.path_words import chance_words, needed_words
from mudmai.core.periods import Period
from mudmai.core.units import PERCENT, unit
from mudmai.core.verdicts import PathAhead

MILLIONS = unit("million_baht", {"THB": 1}, 1_000_000, Text("ล้านบาท", "million baht"))
CITIES = unit("cities", {"city": 1}, label=Text("เมือง", "cities"), decimals=0)


def path(needed: float | None, *, latest: int | None = 2025, target: float = 105, required: int = 6) -> PathAhead:
    years = tuple((Period.year(2022 + n), target * n / 5) for n in range(required))
    when = None if latest is None else Period.year(latest)
    return PathAhead(Period.year(2022), Period.year(2027), target, years, when, None, needed, None)


def test_counted_from_the_latest_figure():
    said = needed_words(path(34.0), CITIES)
    assert said.en == "must rise by 34 cities a year, counted from 2025, to reach 105 cities by 2027"
    assert said.th == "ต้องเพิ่มขึ้นปีละ 34 เมือง นับจาก พ.ศ. 2568 จึงจะถึง 105 เมือง ภายใน พ.ศ. 2570"
    assert needed_words(path(-9.5, target=10), CITIES).en.startswith("must fall by 9.5 cities a year")


def test_without_any_figure_it_counts_from_the_start():
    said = needed_words(path(None, latest=None, target=500_000), MILLIONS)
    assert said.en == (
        "takes 100,000 million baht a year from 2023 to 2027 to reach 500,000 million baht (no figures yet)"
    )
    assert said.th == ("ต้องได้ปีละ 100,000 ล้านบาท ตั้งแต่ พ.ศ. 2566 ถึง พ.ศ. 2570 จึงจะครบ 500,000 ล้านบาท (ยังไม่มีข้อมูล)")
    assert needed_words(path(None, latest=None, required=0), CITIES) == Text("", "")


def test_reached_and_at_the_deadline():
    assert needed_words(path(0.0), CITIES).en == "the target of 105 cities is reached"
    assert needed_words(path(None, latest=2027), CITIES) == Text("", "")


def test_differences_of_per_cents_are_points():
    assert "by 1 percentage point a year" in needed_words(path(1.0, target=40), PERCENT).en
    said = needed_words(path(1.5, target=40), PERCENT)
    assert "1.50 percentage points a year" in said.en and "to reach 40 per cent" in said.en
    assert "ปีละ 1.50 จุดร้อยละ" in said.th and "จึงจะถึงร้อยละ 40" in said.th


@pytest.mark.parametrize(("chance", "said"), [(0.0, "under 1"), (0.03, "3"), (0.995, "over 99"), (0.5, "50")])
def test_no_chance_is_a_promise(chance: float, said: str):
    assert chance_words(chance).en == f"chance of arriving: {said} per cent"
