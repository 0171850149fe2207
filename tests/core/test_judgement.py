"""The six forms of judgement, and every reason not to judge."""

from __future__ import annotations

from datetime import date

import pytest

from mudmai.core.areas import Area
from mudmai.core.judgement import Case, Side, compared_period, judge, reference, required_at
from mudmai.core.judgement_words import amount, headline, telling_decimals
from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.core.plans import Form, Operator, Rule
from mudmai.core.series import Break
from mudmai.core.units import NUMBER, PERCENT, RATIO, unit
from mudmai.core.verdicts import MissingReason, Reason, Verdict

NORTH = Area("N", Text("ภาคเหนือ", "North"), "region", "TH")
KINGDOM = Area("TH", Text("ประเทศไทย", "Thailand"), "kingdom")
PARENT = Rule(Form.PARENT, Operator.AT_LEAST)
BASE = Rule(Form.BASE_PERIOD, Operator.MORE_THAN, base=Period.year(2020))
COUNT = Rule(Form.COUNT_BY, Operator.AT_LEAST, 105, Period.year(2021), Period.year(2027))
AMOUNT = Rule(Form.CUMULATIVE_BY, Operator.AT_LEAST, 500, Period.year(2023), Period.year(2027))


def side(value: float | None, year: int = 2019, area: Area = NORTH, **more: object) -> Side:
    return Side(area, Period.year(year), value, **more)  # type: ignore[arg-type]


def of(rule: Rule, value: Side, other: Side | None = None, *, unit=PERCENT, breaks=(), any_data=True):
    return judge(rule, Case(unit, value, other, tuple(breaks), any_data))


@pytest.mark.parametrize(
    ("operator", "value", "other", "verdict"),
    [
        (Operator.AT_LEAST, 3.0, 3.0, Verdict.MET),
        (Operator.MORE_THAN, 3.0, 3.0, Verdict.NOT_MET),
        (Operator.AT_MOST, 3.0, 3.0, Verdict.MET),
        (Operator.LESS_THAN, 3.0, 3.0, Verdict.NOT_MET),
        (Operator.LESS_THAN, 2.9, 3.0, Verdict.MET),
        (Operator.AT_LEAST, 2.9999999, 3.0, Verdict.NOT_MET),
    ],
)
def test_parent_compares_exactly(operator, value, other, verdict):
    found = of(Rule(Form.PARENT, operator), side(value), side(other, area=KINGDOM))
    assert (found.verdict, found.reason, found.comparator) == (verdict, Reason.COMPARED, other)
    assert found.coverage == 1.0


def test_the_sentence_gives_both_numbers_and_what_was_asked():
    found = of(PARENT, side(3.2412), side(2.9938, area=KINGDOM))
    assert found.sentence.th == (
        "ภาคเหนือ พ.ศ. 2562 อยู่ที่ร้อยละ 3.24 สูงกว่าประเทศไทย (ร้อยละ 2.99) จึงเป็นไปตามแผนที่กำหนดให้ไม่ต่ำกว่าค่าของประเทศไทย"
    )
    assert found.sentence.en == (
        "North, 2019: 3.24 per cent, above Thailand (2.99 per cent), "
        "so what the plan asks (at least the value of Thailand) is met"
    )


def test_numbers_that_differ_never_look_alike():
    far = of(PARENT, side(2.99400001), side(2.99400002, area=KINGDOM)).sentence
    assert "2.99400001 per cent, below Thailand (2.99400002 per cent)" in far.en and "is not met" in far.en
    same = of(PARENT, side(2.994), side(2.994, area=KINGDOM)).sentence
    assert "2.99 per cent, equal to Thailand (2.99 per cent)" in same.en and "is met" in same.en


def test_a_hair_below_the_line_is_seen_in_the_sentence():
    rule = Rule(Form.COUNT_BY, Operator.AT_LEAST, 105, Period.year(2015), Period.year(2020))
    cities = unit("cities", {"city": 1}, label=Text("เมือง", "cities"), decimals=0)
    found = of(rule, side(92.96), side(45, year=2015), unit=cities)
    assert found.verdict is Verdict.OFF_TRACK
    assert "92.96 of the 105 cities due by 2020; the straight line to the target stands at 93.00" in found.sentence.en
    late = of(rule, side(104.7, year=2020), side(45, year=2015), unit=cities).sentence
    assert "104.7 cities" in late.en and "the target of 105.0 cities is not reached" in late.en


def test_a_missing_value_and_a_missing_base_are_one_sentence():
    rule = Rule(Form.BASE_PERIOD, Operator.MORE_THAN, base=Period.year(2015))
    found = of(rule, side(None), side(None, year=2015)).sentence
    assert found.en.startswith("not judged: North has no value in 2019, nor one in 2015 to compare it with")
    assert found.th.startswith("ยังตัดสินไม่ได้: ภาคเหนือไม่มีค่าของ พ.ศ. 2562 และไม่มีค่าของ พ.ศ. 2558 ให้เทียบ")
    found = of(rule, side(3.0), side(None, year=2015)).sentence
    assert "North, 2019: 3.00 per cent, but its own value in 2015 to compare it with is missing" in found.en


def test_values_that_round_alike_are_told_apart():
    found = of(PARENT, side(2.9938), side(2.9941, area=KINGDOM))
    assert "2.9938" in found.sentence.en and "2.9941" in found.sentence.en
    assert telling_decimals(PERCENT, 1.0, 1.0, None) == 2


def test_a_missing_value_is_never_a_verdict_and_is_named():
    lacking = (Text("รายได้ต่อหัว ภาคเหนือ พ.ศ. 2562", "income per head, North, 2019"),)
    found = of(PARENT, side(None, lacking=lacking, present=1, needed=2), side(2.99, area=KINGDOM, present=2, needed=2))
    assert (found.verdict, found.reason, found.value) == (Verdict.NOT_JUDGED, Reason.VALUE_MISSING, None)
    assert "income per head, North, 2019" in found.sentence.en
    assert "importing it would allow a verdict" in found.sentence.en
    assert "รายได้ต่อหัว ภาคเหนือ พ.ศ. 2562" in found.sentence.th
    assert found.coverage == 0.75


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        (MissingReason.INPUT_MISSING, Reason.VALUE_MISSING),
        (MissingReason.DIVISION_BY_ZERO, Reason.DIVISION_BY_ZERO),
        (MissingReason.SERIES_BREAK, Reason.SERIES_BREAK),
        (MissingReason.NO_PARENT, Reason.NO_PARENT),
        (MissingReason.NO_CROSSWALK_LINK, Reason.NOT_COMPARABLE),
        (MissingReason.CHILD_MISSING, Reason.VALUE_MISSING),
    ],
)
def test_the_reason_of_a_missing_formula_becomes_the_reason_of_the_verdict(missing, reason):
    found = of(PARENT, side(None, missing=missing), side(1.0, area=KINGDOM))
    assert (found.verdict, found.reason) == (Verdict.NOT_JUDGED, reason)
    assert found.sentence.th and found.sentence.en


def test_parent_missing_and_no_parent():
    assert of(PARENT, side(3.0), side(None, area=KINGDOM)).reason is Reason.COMPARATOR_MISSING
    assert of(PARENT, side(3.0, area=KINGDOM), None).reason is Reason.NO_PARENT


def test_base_period():
    assert compared_period(BASE, Period.year(2023)) == Period.year(2020)
    assert of(BASE, side(31.5, 2023), side(31.34, 2020)).verdict is Verdict.MET
    assert of(BASE, side(31.34, 2023), side(31.34, 2020)).verdict is Verdict.NOT_MET
    found = of(BASE, side(22.0, 2023), side(None, 2020))
    assert (found.verdict, found.reason) == (Verdict.NOT_JUDGED, Reason.BASE_MISSING)
    assert "2020" in found.sentence.en and "2563" in found.sentence.th and found.value == 22.0


def test_a_missing_base_is_told_before_a_missing_value():
    found = of(BASE, side(None, 2023), side(None, 2020))
    assert (found.verdict, found.reason) == (Verdict.NOT_JUDGED, Reason.BASE_MISSING)
    assert "no value" in found.sentence.en
    assert of(BASE, side(None, 2020), side(None, 2020)).reason is Reason.BASE_MISSING
    assert of(BASE, side(None, 2019), side(None, 2020)).reason is Reason.PERIOD_OUTSIDE
    assert of(BASE, side(None, 2023), side(31.3, 2020)).reason is Reason.VALUE_MISSING


def test_the_base_itself_and_earlier_periods_are_outside():
    assert of(BASE, side(31.0, 2020), side(31.0, 2020)).reason is Reason.PERIOD_OUTSIDE
    assert of(BASE, side(31.0, 2011), side(31.0, 2020)).reason is Reason.PERIOD_OUTSIDE
    fiscal = Side(NORTH, Period.fiscal(2023), 31.0)
    assert of(BASE, fiscal, side(31.0, 2020)).reason is Reason.PERIOD_OUTSIDE


def test_a_break_between_base_and_now_forbids_the_comparison():
    broken = [Break(Period.year(2023), Text("เปลี่ยนเป็นรายได้ปรับขนาดครัวเรือน", "equivalised income"))]
    found = of(BASE, side(0.38, 2023), side(0.43, 2020), breaks=broken)
    assert (found.verdict, found.reason) == (Verdict.NOT_JUDGED, Reason.SERIES_BREAK)
    assert "2023" in found.sentence.en and "equivalised income" in found.sentence.en
    assert of(BASE, side(0.38, 2022), side(0.43, 2020), breaks=broken).verdict is Verdict.NOT_MET
    at_base = [Break(Period.year(2020), Text("x", "x"))]
    assert of(BASE, side(0.38, 2022), side(0.43, 2020), breaks=at_base).verdict is Verdict.NOT_MET


def test_two_methods_are_not_compared():
    one = side(0.395, 2023, methods={"gini": frozenset({"equivalised"})})
    other = side(0.43, 2023, KINGDOM, methods={"gini": frozenset({"per_head"})})
    found = of(Rule(Form.PARENT, Operator.LESS_THAN), one, other, unit=RATIO)
    assert (found.verdict, found.reason) == (Verdict.NOT_JUDGED, Reason.NOT_COMPARABLE)
    assert "equivalised" in found.sentence.en and "per_head" in found.sentence.th
    unnamed = side(0.43, 2023, KINGDOM, methods={"gini": frozenset({""})})
    assert of(Rule(Form.PARENT, Operator.LESS_THAN), one, unnamed, unit=RATIO).verdict is Verdict.MET


def test_absolute():
    rule = Rule(Form.ABSOLUTE, Operator.AT_MOST, 13.0)
    assert of(rule, side(13.0)).verdict is Verdict.MET
    found = of(rule, side(13.2))
    assert (found.verdict, found.comparator, found.target) == (Verdict.NOT_MET, 13.0, 13.0)


def test_direction_looks_one_step_back_or_at_its_base():
    rule = Rule(Form.DIRECTION, Operator.MORE_THAN)
    assert compared_period(rule, Period.year(2023), step=2) == Period.year(2021)
    assert of(rule, side(5, 2023), side(4, 2022)).verdict is Verdict.MET
    assert of(rule, side(4, 2023), side(4, 2022)).verdict is Verdict.NOT_MET
    found = of(rule, side(4, 2023), side(None, 2022))
    assert (found.verdict, found.reason) == (Verdict.NOT_JUDGED, Reason.BASE_MISSING)
    based = Rule(Form.DIRECTION, Operator.MORE_THAN, base=Period.year(2022))
    assert compared_period(based, Period.year(2026)) == Period.year(2022)


@pytest.mark.parametrize(
    ("year", "value", "verdict", "reason", "comparator"),
    [
        (2024, 61, Verdict.ON_TRACK, Reason.PATH, 60.0),
        (2024, 60, Verdict.ON_TRACK, Reason.PATH, 60.0),
        (2025, 37, Verdict.OFF_TRACK, Reason.PATH, 75.0),
        (2025, 105, Verdict.MET, Reason.REACHED, 105.0),
        (2027, 104, Verdict.NOT_MET, Reason.DEADLINE_PASSED, 105.0),
        (2027, 105, Verdict.MET, Reason.REACHED, 105.0),
        (2028, 200, Verdict.NOT_JUDGED, Reason.PERIOD_OUTSIDE, None),
        (2020, 3, Verdict.NOT_JUDGED, Reason.PERIOD_OUTSIDE, None),
    ],
)
def test_count_by_a_deadline(year, value, verdict, reason, comparator):
    found = of(COUNT, side(value, year, KINGDOM), side(15, 2021, KINGDOM), unit=NUMBER)
    assert (found.verdict, found.reason, found.comparator, found.target) == (verdict, reason, comparator, 105)


def test_count_without_its_base_cannot_be_put_on_a_line_but_can_be_reached():
    none = side(None, 2021, KINGDOM)
    assert of(COUNT, side(37, 2025, KINGDOM), none, unit=NUMBER).reason is Reason.BASE_MISSING
    assert of(COUNT, side(106, 2025, KINGDOM), none, unit=NUMBER).verdict is Verdict.MET


def test_a_count_that_must_fall():
    rule = Rule(Form.COUNT_BY, Operator.AT_MOST, 10, Period.year(2020), Period.year(2025))
    assert of(rule, side(28, 2023), side(40, 2020)).verdict is Verdict.OFF_TRACK
    assert of(rule, side(22, 2023), side(40, 2020)).verdict is Verdict.ON_TRACK
    assert of(rule, side(10, 2023), side(40, 2020)).verdict is Verdict.MET


@pytest.mark.parametrize(
    ("year", "value", "verdict"),
    [
        (2023, 100, Verdict.ON_TRACK),
        (2023, 99, Verdict.OFF_TRACK),
        (2026, 500, Verdict.MET),
        (2027, 499, Verdict.NOT_MET),
    ],
)
def test_a_cumulative_amount_starts_from_nothing_before_its_first_period(year, value, verdict):
    assert of(AMOUNT, side(value, year)).verdict is verdict


def test_a_ceiling_is_kept_only_at_the_end_and_broken_at_once():
    ceiling = Rule(Form.CUMULATIVE_BY, Operator.AT_MOST, 500, Period.year(2023), Period.year(2027))
    assert of(ceiling, side(90, 2023)).verdict is Verdict.ON_TRACK
    assert of(ceiling, side(150, 2023)).verdict is Verdict.OFF_TRACK
    assert of(ceiling, side(501, 2024)).verdict is Verdict.NOT_MET
    assert of(ceiling, side(480, 2027)).verdict is Verdict.MET


def test_the_line_tolerates_the_rounding_of_its_own_arithmetic():
    rule = Rule(Form.CUMULATIVE_BY, Operator.AT_LEAST, 0.3, Period.year(2021), Period.year(2023))
    line = required_at(rule, Period.year(2021), None)
    assert line is not None
    assert of(rule, side(line * (1 - 1e-12), 2021)).verdict is Verdict.ON_TRACK
    assert of(rule, side(line * (1 - 1e-6), 2021)).verdict is Verdict.OFF_TRACK


def test_areas_before_their_time_and_indicators_without_data():
    young = Area("TH-38", Text("บึงกาฬ", "Bueng Kan"), "province", "TH", valid_from=date(2011, 3, 23))
    found = of(PARENT, side(3.0, 2005, young), side(2.0, 2005, KINGDOM))
    assert (found.verdict, found.reason) == (Verdict.NOT_JUDGED, Reason.AREA_NOT_VALID)
    assert of(PARENT, side(None), side(None, area=KINGDOM), any_data=False).reason is Reason.NO_DATA


def test_reference_rows_are_shown_not_judged():
    found = reference(Case(PERCENT, side(2.99, area=KINGDOM)))
    assert (found.verdict, found.reason, found.value) == (Verdict.NOT_JUDGED, Reason.REFERENCE, 2.99)


def test_amounts_and_headlines():
    assert amount(None, PERCENT).th == "–"
    assert amount(0.3824, RATIO).th == "0.382"
    assert (
        headline({Verdict.MET: 1, Verdict.NOT_MET: 2, Verdict.NOT_JUDGED: 2}).en == "met in 1 of 5 areas, not judged 2"
    )
    assert headline({Verdict.OFF_TRACK: 1}).en == "off track"
    assert headline({Verdict.NOT_JUDGED: 5}).en == "none of 5 areas judged"
