"""Formulas in words and figures with their working, in Thai and English."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mudmai.core.formulas.check import check
from mudmai.core.formulas.parse import parse
from mudmai.core.formulas.reference import ReferenceEvaluator
from mudmai.core.formulas.unparse import unparse
from mudmai.core.formulas.words import MISSING_WORDS, MOST_STEPS, say, say_value, say_with_numbers
from mudmai.core.series import Catalogue
from mudmai.core.units import PERCENT, RATIO
from mudmai.core.verdicts import MissingReason
from tests.core.formulas.small_world import CATALOGUE, cell, checked, years
from tests.strategies import formulas, worlds


@pytest.mark.parametrize(
    ("text", "th", "en"),
    [
        ("gpp / pop", "ผลิตภัณฑ์จังหวัด / ประชากร", "gross product / population"),
        (
            "2 * (gpp + 1_000.5)",
            "2 × (ผลิตภัณฑ์จังหวัด + 1,000.5)",
            "2 × (gross product + 1,000.5)",
        ),
        ("gpp - (gpp - 1)", "ผลิตภัณฑ์จังหวัด − (ผลิตภัณฑ์จังหวัด − 1)", "gross product − (gross product − 1)"),
        ('pop[sex="F"]', "ประชากร (เพศ: หญิง)", "population (sex: female)"),
        ("sum_over(pop, sex)", "ผลรวมของ ประชากร ทุกกลุ่ม (เพศ)", "sum of population over all groups of sex"),
        (
            "growth(per_head, 4)",
            "อัตราการเปลี่ยนแปลงของ ผลิตภัณฑ์ต่อหัว ในช่วง 4 ปี",
            "growth of product per head over 4 years",
        ),
        (
            "growth(quarterly)",
            "อัตราการเปลี่ยนแปลงของ รายไตรมาส ในช่วง 1 ไตรมาส",
            "growth of quarterly figure over 1 quarter",
        ),
        (
            "cagr(gpp / pop, 4) >= parent(cagr(gpp / pop, 4))",
            "อัตราการเติบโตเฉลี่ยต่อปีแบบทบต้นของ (ผลิตภัณฑ์จังหวัด / ประชากร) ในช่วง 4 ปี"
            " ≥ อัตราการเติบโตเฉลี่ยต่อปีแบบทบต้นของ (ผลิตภัณฑ์จังหวัด / ประชากร) ในช่วง 4 ปี (ของพื้นที่ระดับบน)",
            "compound yearly growth of (gross product / population) over 4 years"
            " ≥ compound yearly growth of (gross product / population) over 4 years (of the parent area)",
        ),
        (
            "mean_over(growth(gpp), 5)",
            "ค่าเฉลี่ยย้อนหลัง 5 ปีของ อัตราการเปลี่ยนแปลงของ ผลิตภัณฑ์จังหวัด ในช่วง 1 ปี",
            "mean over the last 5 years of growth of gross product over 1 year",
        ),
        ("lag(gpp, 2)", "ผลิตภัณฑ์จังหวัด เมื่อ 2 ปีก่อน", "gross product 2 years earlier"),
        ("at(gpp, 2020)", "ผลิตภัณฑ์จังหวัด ใน พ.ศ. 2563", "gross product in 2020"),
        ("cumulative(gpp, 2023)", "ผลิตภัณฑ์จังหวัด สะสมตั้งแต่ พ.ศ. 2566", "gross product added up since 2023"),
        ("pick(quarterly, Q4)", "รายไตรมาส ไตรมาสที่ 4", "quarterly figure in quarter 4"),
        ("pick(monthly, M1)", "รายเดือน เดือนมกราคม", "monthly figure in January"),
        ("annual(quarterly, mean)", "ค่าเฉลี่ยทั้งปีของ รายไตรมาส", "the year's mean of quarterly figure"),
        (
            "children_gini(per_head, weight=pop, level=province, min_coverage=0.8)",
            "ค่าสัมประสิทธิ์จีนีของ ผลิตภัณฑ์ต่อหัว ระหว่างพื้นที่ย่อยระดับ province ถ่วงน้ำหนักด้วย ประชากร (เมื่อมีข้อมูลอย่างน้อยร้อยละ 80 ของพื้นที่)",
            "Gini coefficient of product per head between sub-areas of level province weighted by population"
            " (when at least 80 per cent are known)",
        ),
        ("children_count(gpp > 5)", "จำนวนพื้นที่ย่อยที่ ผลิตภัณฑ์จังหวัด > 5", "number of sub-areas where gross product > 5"),
        (
            "if(gpp > 5 and not pop > 2, gpp, 0)",
            "ถ้า ผลิตภัณฑ์จังหวัด > 5 และ ไม่ใช่กรณี (ประชากร > 2) ใช้ ผลิตภัณฑ์จังหวัด มิฉะนั้นใช้ 0",
            "if gross product > 5 and not (population > 2) then gross product, otherwise 0",
        ),
        ("coalesce(gpp, 0)", "ค่าแรกที่มีข้อมูลจาก ผลิตภัณฑ์จังหวัด, 0", "the first that has a value of gross product, 0"),
        (
            "convert(gpp, baht) + 1",
            "ผลิตภัณฑ์จังหวัด ในหน่วย บาท + 1",
            "gross product in baht + 1",
        ),
        (
            "crosswalk(jobs, land)",
            "ผู้มีงานทำ เทียบเข้าระบบพื้นที่ ระบบหลัก",
            "employed persons carried into the areas of the land",
        ),
    ],
)
def test_in_words(text: str, th: str, en: str) -> None:
    found = say(checked(text), CATALOGUE)
    assert (found.th, found.en) == (th, en)


def test_unchecked_trees_and_unknown_series_are_said_by_id() -> None:
    assert (
        say(parse("rollup(no_such)"), Catalogue()).en == "no_such aggregated from sub-areas by the rule of the series"
    )


def test_values_with_units() -> None:
    baht = CATALOGUE.unit("million_baht")
    assert say_value(1234567.891, baht, "en") == "1,234,567.89 million baht"
    assert say_value(1234567.891, baht, "th", "thai") == "๑,๒๓๔,๕๖๗.๘๙ ล้านบาท"
    assert say_value(3.2412, PERCENT, "th") == "ร้อยละ 3.24"
    assert say_value(3.2412, PERCENT, "en") == "3.24 per cent"
    assert say_value(0.382, RATIO, "en") == "0.3820"
    assert say_value(0.00001234, baht, "en") == "0.00001234 million baht"
    assert say_value(None, baht, "en") == "–"
    assert say_value(0.0, CATALOGUE.unit("person"), "th") == "0 คน"


FIGURES = {
    "gpp": years("n1", 2015, 1000, None, None, None, 1500) | years("N", 2015, 2000, None, None, None, 2900),
    "pop": years("n1", 2015, 50, None, None, None, 60) | years("N", 2015, 100, None, None, None, 110),
}


def test_the_working_in_english() -> None:
    found = cell("cagr(gpp / pop, 4)", "n1 2019", FIGURES)
    assert say_with_numbers(found, CATALOGUE, "en") == (
        "compound yearly growth of (gross product / population) over 4 years (Area n1, 2019):"
        " 100 × ((25.00 / 20.00)^(1/4) − 1) = 5.74 per cent\n"
        "  gross product / population (Area n1, 2019): 1,500.00 / 60 = 25.00 million baht/persons\n"
        "    gross product (Area n1, 2019): 1,500.00 million baht\n"
        "    population (Area n1, 2019): 60 persons\n"
        "  gross product / population (Area n1, 2015): 1,000.00 / 50 = 20.00 million baht/persons\n"
        "    gross product (Area n1, 2015): 1,000.00 million baht\n"
        "    population (Area n1, 2015): 50 persons"
    )


def test_the_working_in_thai_with_thai_digits() -> None:
    found = cell("share_of_parent(gpp)", "n1 2019", FIGURES)
    assert say_with_numbers(found, CATALOGUE, "th", digits="thai") == (
        "ส่วนแบ่งร้อยละของ ผลิตภัณฑ์จังหวัด ในพื้นที่ระดับบน (พื้นที่ n1, พ.ศ. ๒๕๖๒):"
        " ๑๐๐ × ๑,๕๐๐.๐๐ / ๒,๙๐๐.๐๐ = ร้อยละ ๕๑.๗๒\n"
        "  ผลิตภัณฑ์จังหวัด (พื้นที่ n1, พ.ศ. ๒๕๖๒): ๑,๕๐๐.๐๐ ล้านบาท\n"
        "  ผลิตภัณฑ์จังหวัด (พื้นที่ N, พ.ศ. ๒๕๖๒): ๒,๙๐๐.๐๐ ล้านบาท"
    )


def test_the_calendar_can_be_chosen() -> None:
    found = cell("gpp", "n1 2019", FIGURES)
    assert say_with_numbers(found, CATALOGUE, "th", calendar="CE") == "ผลิตภัณฑ์จังหวัด (พื้นที่ n1, ค.ศ. 2019): 1,500.00 ล้านบาท"
    assert say_with_numbers(found, CATALOGUE, "en", calendar="BE").startswith("gross product (Area n1, 2562 BE)")


@pytest.mark.parametrize(
    ("text", "at", "first"),
    [
        ("gpp + -5", "n1 2019", "gross product + −5 (Area n1, 2019): 1,500.00 + (−5) = 1,495.00 million baht"),
        ("gpp >= 1_000", "n1 2019", "gross product ≥ 1,000 (Area n1, 2019): 1,500.00 ≥ 1,000 = true"),
        (
            "growth(gpp)",
            "n1 2019",
            "growth of gross product over 1 year (Area n1, 2019): 100 × (1,500.00 / – − 1) = – (no data)",
        ),
        ("gpp / 0", "n1 2019", "gross product / 0 (Area n1, 2019): 1,500.00 / 0 = – (division by zero)"),
        (
            "children_sum(gpp)",
            "N 2019",
            "sum of gross product over sub-areas (Area N, 2019): 1 of 3 sub-areas have a value"
            " = – (data of sub-areas are incomplete)",
        ),
        (
            "children_weighted_mean(per_head, pop, min_coverage=0.1)",
            "E 2019",
            "mean of product per head over sub-areas weighted by population (when at least 10 per cent are known)"
            " (Area E, 2019): – (there are no sub-areas)",
        ),
        (
            "if(gpp > 5, pop, 0)",
            "n1 2019",
            "if gross product > 5 then population, otherwise 0 (Area n1, 2019): the condition holds = 60 persons",
        ),
        (
            "coalesce(lag(gpp, 1), gpp)",
            "n1 2019",
            "the first that has a value of gross product 1 year earlier, gross product (Area n1, 2019):"
            " number 2 of the list = 1,500.00 million baht",
        ),
        (
            "rank(gpp)",
            "n1 2019",
            "rank of gross product among areas of one parent (largest first) (Area n1, 2019): areas with data: 1 = 1",
        ),
        ("1 + 1", "n1 2019", "1 + 1 (n1, 2019): 1 + 1 = 2"),
        (
            "convert(gpp, baht)",
            "n1 2019",
            "gross product in baht (Area n1, 2019): 1,500.00 × 1,000,000 = 1,500,000,000.00 baht",
        ),
    ],
)
def test_first_lines(text: str, at: str, first: str) -> None:
    assert say_with_numbers(cell(text, at, FIGURES), CATALOGUE, "en").split("\n")[0] == first


def test_a_long_working_is_counted_not_shown() -> None:
    figures = {"gpp": years("n1", 1960, *range(1, 61))}
    lines = say_with_numbers(cell("mean_over(gpp, 60)", "n1 2019", figures), CATALOGUE, "en").split("\n")
    assert len(lines) == MOST_STEPS + 1
    assert lines[-1] == "... and 21 more steps"
    assert ": (1.00 + 2.00 + 3.00 + 4.00 + 5.00 + 6.00 + … + 60.00) / 60 = 30.50 million baht" in lines[0]


@pytest.mark.parametrize("opening", ["abs(", "-", "children_max(", "growth(", "if(1 > 2, 1, ", "(1 + "])
def test_the_deepest_formulas_are_checked_computed_and_said_with_stack_to_spare(opening: str) -> None:
    times = 48 if opening.startswith("(") else 98  # a bracket and its sum are two levels
    text = opening * times + "gpp / gpp" + ")" * times * (opening != "-")

    def under(frames: int) -> str:
        if frames:
            return under(frames - 1)
        found = checked(text)
        assert check(unparse(found.root), CATALOGUE).root == found.root
        assert say(found, CATALOGUE).th
        return say_with_numbers(cell(text, "n1 2019", FIGURES), CATALOGUE, "en")

    assert under(150)


def test_every_reason_has_words() -> None:
    assert set(MISSING_WORDS) == set(MissingReason)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_every_formula_can_be_said_and_shown(data: st.DataObject) -> None:
    world = data.draw(worlds())
    found = check(data.draw(formulas(world)), world.catalogue)
    words = say(found, world.catalogue)
    assert words.th
    assert words.en
    assert found.type.area_system is not None
    assert found.type.frequency is not None
    area, period = world.areas(found.type.area_system)[0], world.periods(found.type.frequency)[-1]
    traced = ReferenceEvaluator(world.catalogue, world.lookup).cell(found, area, period)
    for language in ("th", "en"):
        shown = say_with_numbers(traced, world.catalogue, language)  # type: ignore[arg-type]
        assert len(shown.split("\n")) <= MOST_STEPS + 1
        assert "nan" not in shown.lower().split()


def test_no_equation_is_false_as_it_is_shown() -> None:
    """A number turned into another unit keeps the digits of its result; what rounding still bends is "about"."""
    figures = {"gpp": years("n1", 2019, 1543.21)} | {"pop": years("n1", 2019, 24858.0)}
    lines = say_with_numbers(cell("convert(gpp / pop, baht_per_head)", "n1 2019", figures), CATALOGUE, "en").split("\n")
    shown, _, result = lines[0].rpartition(": ")[2].partition(" = ")
    assert result == "62,081.02 baht per head"
    assert shown == "0.06208102 × 1,000,000"
    bent = {"gpp": years("n1", 2019, 0.124)}
    first = say_with_numbers(cell("gpp * 1000", "n1 2019", bent), CATALOGUE, "en").split("\n")[0]
    assert first.endswith("0.1240 × 1,000 = 124.00 million baht")
    bent = {"gpp": years("n1", 2019, 10.124)}
    first = say_with_numbers(cell("gpp * 1000", "n1 2019", bent), CATALOGUE, "en").split("\n")[0]
    assert first.endswith("10.12 × 1,000 ≈ 10,124.00 million baht")
