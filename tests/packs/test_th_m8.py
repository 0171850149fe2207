"""The plan of Milestone 8 as data, and the verdicts that its figures give."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path

import pytest

from mudmai.core.formulas.check import check
from mudmai.core.formulas.reference import ReferenceEvaluator
from mudmai.core.language import Text
from mudmai.core.observations import Dims, Flag
from mudmai.core.periods import Period
from mudmai.core.plans import Form, Indicator, Operator, Plan
from mudmai.exchange.packs import Pack, check_pack, load_pack, shipped_packs

Key = tuple[str, Dims, str, Period]


@cache
def pack() -> Pack:
    return load_pack(shipped_packs() / "th-m8")


def plan() -> Plan:
    found = pack().plan
    assert found is not None
    return found


def rows() -> Iterator[dict[str, str]]:
    for path in pack().data_files:
        with path.open(encoding="utf-8", newline="") as stream:
            yield from csv.DictReader(stream)


@cache
def figures() -> dict[Key, float]:
    return {
        (r["series"], (("sex", r["sex"]),) if r.get("sex") else (), r["area"], Period.from_iso(r["period"])): float(
            r["value"]
        )
        for r in rows()
    }


@cache
def evaluator() -> ReferenceEvaluator:
    return ReferenceEvaluator(pack().catalogue, lambda s, d, a, p: figures().get((s, tuple(d), a, p)))


def values(indicator: str, year: int, reading: str | None = None) -> dict[str, float | None]:
    """Values of the kingdom and of all judged areas."""
    one = plan().indicator(indicator)
    text = one.reading(reading).formula
    checked = check(text, pack().catalogue, pack().definitions, area_system=one.area_system, unit=one.unit)
    codes = dict.fromkeys(["TH", *one.areas])
    return {code: evaluator().cell(checked, code, Period.year(year)).value for code in codes}


def holding(indicator: str, year: int, reading: str | None = None) -> set[str]:
    """Judged areas that stand to the kingdom as the rule asks."""
    one, found = plan().indicator(indicator), values(indicator, year, reading)
    whole = found["TH"]
    assert whole is not None
    held = set()
    for code in one.areas:
        value = found[code]
        if value is not None and one.rule.operator.holds(value, whole):
            held.add(code)
    return held


def test_the_pack_has_no_problems() -> None:
    assert check_pack(shipped_packs() / "th-m8") == ()


def test_framework_is_whole() -> None:
    assert [g.id for g in plan().goals] == ["G1", "G2", "G3"]
    assert [(i.id, i.goal) for i in plan().indicators] == [
        ("I1.1", "G1"), ("I1.2", "G1"), ("I2.1", "G2"), ("I2.2", "G2"), ("I3.1", "G3"), ("I3.2", "G3"),
    ]  # fmt: skip
    assert (plan().first, plan().last) == (Period.year(2023), Period.year(2027))
    subs = {s.id: len(plan().sub_strategies(s.id)) for s in plan().strategies if s.parent is None}
    assert subs == {"S1": 4, "S2": 4, "S3": 3, "S4": 3}
    assert [u.id for u in plan().upward] == [
        "NS-competitiveness", "NS-opportunity", "NS-green", "P13-1", "P13-2", "P13-3", "P13-4", "P13-5",
    ]  # fmt: skip


def test_every_form_of_judgement_is_there() -> None:
    rules = [rule for i in plan().indicators for rule in (i.rule, *i.exceptions.values())]
    assert {rule.form for rule in rules} == set(Form)


def _rule(indicator: str, area: str) -> tuple[Form, Operator, float | None, str | None, str | None]:
    rule = plan().indicator(indicator).rule_for(area)
    iso: Callable[[Period | None], str | None] = lambda p: None if p is None else p.iso  # noqa: E731
    return rule.form, rule.operator, rule.target, iso(rule.base), iso(rule.deadline)


@pytest.mark.parametrize(
    ("indicator", "area", "rule"),
    [
        ("I1.1", "NESDC-N", (Form.PARENT, Operator.AT_LEAST, None, None, None)),
        ("I1.2", "SEZ-EEC", (Form.CUMULATIVE_BY, Operator.AT_LEAST, 500_000, "2023", "2027")),
        ("I1.2", "SEZ-SEC", (Form.CUMULATIVE_BY, Operator.AT_LEAST, 100_000, "2023", "2027")),
        ("I1.2", "SEZ-BORDER", (Form.CUMULATIVE_BY, Operator.AT_LEAST, 10_000, "2023", "2027")),
        ("I2.1", "NSOI-S", (Form.PARENT, Operator.LESS_THAN, None, None, None)),
        ("I2.2", "NSO-N", (Form.BASE_PERIOD, Operator.MORE_THAN, None, "2020", None)),
        ("I2.2", "NSO-BKK", (Form.ABSOLUTE, Operator.AT_MOST, 13, None, None)),
        ("I3.1", "TH", (Form.COUNT_BY, Operator.AT_LEAST, 105, "2022", "2027")),
        ("I3.2", "TH", (Form.DIRECTION, Operator.MORE_THAN, None, None, None)),
    ],
)
def test_rules_are_the_document_s(indicator: str, area: str, rule: tuple[object, ...]) -> None:
    assert _rule(indicator, area) == rule


def test_readings_of_income_per_head() -> None:
    indicator = plan().indicator("I1.1")
    names = {f"{kind}-{how}" for kind in ("real", "nominal") for how in ("annual", "cagr-4", "mean-5")}
    assert {r.id for r in indicator.readings} == names
    assert indicator.default_reading == "real-cagr-4"
    assert "ทบต้น" in indicator.why_default.th


@pytest.mark.parametrize(
    ("reading", "kingdom", "above"),
    [
        ("real-cagr-4", 2.994, {"NESDC-N", "NESDC-NE"}),
        ("real-mean-5", 2.897, {"NESDC-NE"}),
        ("real-annual", 1.85, {"NESDC-BKV", "NESDC-S"}),
        ("nominal-cagr-4", 4.784, set()),
        ("nominal-annual", 2.86, {"NESDC-BKV", "NESDC-S"}),
    ],
)
def test_the_reading_decides_who_grows_faster_in_2019(reading: str, kingdom: float, above: set[str]) -> None:
    assert values("I1.1", 2019, reading)["TH"] == pytest.approx(kingdom, abs=6e-3 if kingdom < 2.89 else 6e-4)
    assert holding("I1.1", 2019, reading) == above


def test_gini_of_2023_leaves_only_the_south_above_the_country() -> None:
    found = values("I2.1", 2023)
    assert found["TH"] == 0.382
    assert set(plan().indicator("I2.1").areas) - holding("I2.1", 2023) == {"NSOI-S"}
    assert found["NSOI-S"] == 0.395


def test_gini_breaks_in_2023() -> None:
    assert pack().catalogue.series["gini_income_nso"].break_periods == {Period.year(2023)}
    growth = check("growth(gini_income_nso, 2)", pack().catalogue)
    assert evaluator().cell(growth, "NSOI-N", Period.year(2023)).value is None
    assert evaluator().cell(growth, "NSOI-N", Period.year(2021)).value is not None


def test_base_year_of_employment_is_known_for_central_only() -> None:
    base = values("I2.2", 2020)
    assert base["NSO-C"] == pytest.approx(31.34, abs=5e-3)
    assert [code for code, value in base.items() if value is not None] == ["NSO-C"]
    shares = values("I2.2", 2019)
    del shares["TH"]
    assert sum(v for v in shares.values() if v is not None) == pytest.approx(100, abs=1e-4)


def test_smart_cities() -> None:
    found = {p.year_ce: v for (s, _, _, p), v in figures().items() if s == "smart_cities_certified"}
    assert found == {2021: 15, 2022: 30, 2023: 36, 2025: 37}


@pytest.mark.parametrize(
    ("indicator", "reading"),
    [
        ("I1.2", "zone-investment"),
        ("I1.2", "boi-applied"),
        ("I2.1", "income-nesdc"),
        ("I2.2", "year-mean"),
        ("I3.2", "valid"),
        ("I3.2", "assessed"),
    ],
)
def test_what_nobody_published_has_no_value(indicator: str, reading: str) -> None:
    for year in range(2019, 2028):
        assert set(values(indicator, year, reading).values()) == {None}


def test_default_readings_are_listed_first() -> None:
    for indicator in plan().indicators:
        assert indicator.readings[0].id == indicator.default_reading


def test_situation_computed_stands_beside_stated() -> None:
    off: dict[str, float] = {}
    for fact in plan().situation:
        checked = check(
            fact.formula, pack().catalogue, pack().definitions, area_system=fact.area_system, unit=fact.unit
        )
        for area, stated in fact.stated.items():
            value = evaluator().cell(checked, area, fact.period).value
            assert value is not None, fact.id
            if abs(value - stated) > 0.05:
                off[f"{fact.id}:{area}"] = round(value, 2)
    # The one difference is a later revision by the publisher; the fact's note says so.
    assert off == {"region-shares-2019:PLAN6-S": 7.81}


def test_starter_figures_are_a_few_thousand_with_source_and_method() -> None:
    found = list(rows())
    assert 5_000 < len(found) < 8_000
    catalogue = pack().catalogue
    assert {r["source"] for r in found} <= set(catalogue.sources)
    assert {r["method"] for r in found} <= set(catalogue.methods)
    assert all(r["locator"] and r["value"] and Flag(r["flag"]) for r in found)
    assert {r["flag"] for r in found if r["series"] == "grp_current" and r["period"] == "2020"} == {"P"}
    assert {r["flag"] for r in found if r["area"] == "TH-38" and r["series"] == "grp_cvm" and r["period"] < "2020"} == {
        "D"
    }
    assert not [r for r in found if r["area"] == "TH-38" and r["period"] < "2011"]


def test_every_value_lies_in_the_system_and_frequency_of_its_series() -> None:
    catalogue = pack().catalogue
    for row in rows():
        series = catalogue.series[row["series"]]
        assert row["area_system"] == series.area_system
        assert Period.from_iso(row["period"]).frequency is series.frequency
        assert row["area"] in catalogue.area_systems[series.area_system].by_code


def test_a_level_per_head_rolls_up_from_the_provinces() -> None:
    rolled = check('rollup(grp_per_head, level="province")', pack().catalogue, unit="baht_per_head")
    found = evaluator().cell(rolled, "TH", Period.year(2019)).value
    assert found == pytest.approx(figures()["grp_per_head", (), "TH", Period.year(2019)], rel=1e-6)


def texts(thing: object) -> Iterator[Text]:
    """Every text below ``thing``."""
    if isinstance(thing, Text):
        yield thing
    elif is_dataclass(thing) and not isinstance(thing, type):
        for one in fields(thing):
            yield from texts(getattr(thing, one.name))
    elif isinstance(thing, dict):
        for value in thing.values():
            yield from texts(value)
    elif isinstance(thing, tuple):
        for value in thing:
            yield from texts(value)


THAI = re.compile(r"[ก-๙]")
SLIPS = ("หมวดหมาย", "หมายเหตุที่ ๘", "น้อยอยู่", "ระยองเศรษฐกิจ", "ภูมิทัศน์การพัฒนาเมือง", "ํา")


def test_texts_are_in_their_language_and_free_of_the_scan_s_slips() -> None:
    catalogue = pack().catalogue
    found = [
        *texts(plan()),
        *texts(dict(catalogue.series)),
        *texts(dict(catalogue.sources)),
        *texts(dict(catalogue.methods)),
    ]
    assert len(found) > 250
    for text in found:
        assert bool(text.th) == bool(text.en), text
        assert not THAI.search(text.en), text
        assert not text.th or THAI.search(text.th) or text.th == text.en or text.th.isascii(), text
        assert not any(slip in text.th for slip in SLIPS), text
        assert not re.search(r"\b(19|20)\d\d\b", text.th), f"a Common Era year in Thai words: {text.th}"
        assert not re.search(r"\b25\d\d\b", text.en), f"a Buddhist year in English words: {text.en}"


def test_sources_of_figures_name_the_publisher() -> None:
    for source in pack().catalogue.sources.values():
        assert source.publisher.th
        assert source.note.th, f"{source.id}: what must a reader know before quoting?"


def test_indicators_say_what_a_reader_must_know() -> None:
    for indicator in plan().indicators:
        assert isinstance(indicator, Indicator)
        assert indicator.method.th
        assert indicator.plan_text.th
        assert indicator.why_default.th
        assert indicator.source_clause.startswith("ข้อ 2.2")
        assert all(reading.why.th for reading in indicator.readings)


def test_pack_lies_inside_the_package() -> None:
    assert Path(pack().directory).name == "th-m8"
