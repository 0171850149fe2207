"""Totals of many lines: equal to core's sharing for any lines, exact beyond floating point, bad tables refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mudmai.core.apportionment import AreaMoney, LevelTotals, SharingRule, level_totals, share
from mudmai.core.areas import Area, AreaSystem
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import same
from mudmai.engine.money import SCHEMA, Amount, money_table, money_totals, read_money_lines

D = Decimal


def _tree(*areas: tuple[str, str, str | None]) -> AreaSystem:
    return AreaSystem("toy", same("toy"), tuple(Area(code, same(code), level, parent) for code, level, parent in areas))


LAND = _tree(
    ("K", "kingdom", None),
    *((code, "province", "K") for code in "PQ"),
    *((code, "district", code[0]) for code in ("P1", "P2", "Q1", "Q2", "Q3")),
    *((code, "tambon", code[:2]) for code in ("P11", "P12", "P21", "Q11", "Q31")),
)
AIMS = _tree(
    *((code, "strategy", None) for code in ("S1", "S2")),
    *((code, "sub_strategy", code[:2]) for code in ("S1.1", "S1.2", "S2.1")),
)

amounts = st.decimals(min_value=-(10**11), max_value=10**11, places=2, allow_nan=False, allow_infinity=False)
codes = st.lists(st.sampled_from([*sorted(LAND.by_code), "elsewhere"]), unique=True, max_size=4).map(tuple)
aims = st.lists(st.sampled_from([*sorted(AIMS.by_code), "S9"]), unique=True, max_size=3).map(tuple)
rules = st.sampled_from([SharingRule.UNDIVIDED, SharingRule.EQUAL, SharingRule.POPULATION])


@st.composite
def given_amounts(draw: Any) -> Amount:
    places, served = draw(codes), draw(aims)
    return Amount(
        draw(st.integers(2020, 2024)),
        draw(st.sampled_from(["planned", "ordinance", "disbursed"])),
        draw(amounts),
        places,
        draw(rules),
        {code: draw(st.integers(1, 9)) for code in places},
        served,
        draw(st.sampled_from([SharingRule.UNDIVIDED, SharingRule.EQUAL])),
    )


def _nonzero(totals: LevelTotals) -> LevelTotals:
    """What comes to nothing is not told by the engine."""
    nothing = D(0)
    areas = {code: money for code, money in totals.areas.items() if money.direct or money.shared}
    whole = {places: amount for places, amount in totals.whole.items() if amount}
    return LevelTotals(totals.level, areas, whole, totals.outside + nothing, totals.grand + nothing)


def _cores(lines: list[Amount], level: str) -> LevelTotals:
    return _nonzero(level_totals([share(o.baht, o.areas, o.area_rule, o.area_weights) for o in lines], LAND, level))


@settings(max_examples=150, deadline=None)
@given(st.lists(given_amounts(), max_size=12), st.sampled_from(LAND.levels))
def test_totals_are_those_of_core_at_every_level(lines: list[Amount], level: str) -> None:
    found = money_totals(read_money_lines(money_table(lines)), areas=(LAND, level))
    assert found.adds_up
    assert found.grand == sum(int(one.baht * 100) for one in lines)
    assert _nonzero(found.level_totals(level)) == _cores(lines, level)


@settings(max_examples=100, deadline=None)
@given(st.lists(given_amounts(), max_size=10), st.sampled_from(LAND.levels), st.sampled_from(AIMS.levels))
def test_crossed_with_strategies_years_and_stages_it_still_adds_up(lines: list[Amount], level: str, aim: str) -> None:
    table = read_money_lines(money_table(lines))
    crossed = money_totals(table, areas=(LAND, level), strategies=(AIMS, aim))
    assert crossed.adds_up
    assert _nonzero(crossed.level_totals(level)) == _cores(lines, level)
    for year in table.years:
        one = money_totals(table, areas=(LAND, level), years=[year], by_stage=False)
        assert one.adds_up
        assert _nonzero(one.level_totals(level)) == _cores([o for o in lines if o.fiscal_year == year], level)
    by_aim = money_totals(table, strategies=(AIMS, aim), by_year=False, by_stage=False)
    assert by_aim.adds_up
    served = {}
    for row in crossed.rows:
        key = (row.strategy_kind, row.strategies)
        served[key] = served.get(key, 0) + row.satang
    assert {(r.strategy_kind, r.strategies): r.satang for r in by_aim.rows} == {k: v for k, v in served.items() if v}


def test_a_case_counted_by_hand() -> None:
    lines = [
        Amount(2024, "planned", D(10), ("P11",)),
        Amount(2024, "planned", D("100.01"), ("P1", "Q1"), SharingRule.EQUAL),
        Amount(2024, "planned", D(30), ("P11", "P12"), SharingRule.EQUAL),
        Amount(2024, "planned", D(7), ("P", "Q")),
        Amount(2024, "planned", D(5), ("K",)),
        Amount(2024, "planned", D(3)),
    ]
    found = money_totals(read_money_lines(money_table(lines)), areas=(LAND, "province")).level_totals("province")
    assert found.areas == {"P": AreaMoney(D(40), D("50.01")), "Q": AreaMoney(D(0), D(50))}
    assert found.whole == {("P", "Q"): D(7), ("K",): D(5)}
    assert (found.outside, found.grand) == (D(3), D("155.01"))


def test_whole_numbers_beyond_floating_point_stay_exact() -> None:
    big = (1 << 61) + 1
    table = pa.table(
        [[0, 1, 2], [2024] * 3, ["planned"] * 3, [["P"], ["P"], ["Q"]], [[], [], []], [big, 1, -big]], SCHEMA
    )
    found = money_totals(read_money_lines(table), areas=(LAND, "province"))
    assert [row.satang for row in found.rows] == [big + 1, -big]
    assert found.adds_up


def test_places_as_plain_text_and_as_a_dictionary_read_alike() -> None:
    rows = {"line": [0, 1, 2], "fiscal_year": [2024, 2025, 2025], "stage": ["planned"] * 3, "satang": [5, 6, 7]}
    plain = pa.table({**rows, "areas": ["P1", None, "Q1"], "strategies": pa.array([None, "S1", "S1.1"])})
    coded = plain.set_column(4, "areas", plain["areas"].dictionary_encode())
    lists = plain.set_column(4, "areas", pa.chunked_array([[["P1"], [], ["Q1"]]]))
    answers = [money_totals(read_money_lines(t), areas=(LAND, "district")).rows for t in (plain, coded, lists)]
    assert answers[0] == answers[1] == answers[2]
    assert [(row.area_kind, row.areas, row.fiscal_year, row.satang) for row in answers[0]] == [
        ("direct", ("P1",), 2024, 5),
        ("direct", ("Q1",), 2025, 7),
        ("outside", (), 2025, 6),
    ]


def test_no_lines_are_no_money() -> None:
    found = money_totals(read_money_lines(money_table([])), areas=(LAND, "province"))
    assert (found.rows, found.grand, found.adds_up) == ((), 0, True)


@pytest.mark.parametrize(
    ("column", "values", "words"),
    [
        ("satang", pa.array([1.5, 2.0]), "whole satang"),
        ("satang", pa.array([1, None]), "whole satang"),
        ("satang", pa.array([1 << 62, 1 << 62]), "larger than can be counted"),
        ("stage", pa.array([None, "planned"]), "needs a fiscal year"),
    ],
)
def test_a_table_that_cannot_be_added_up_is_refused(column: str, values: pa.Array, words: str) -> None:
    table = money_table([Amount(2024, "planned", D(1)), Amount(2024, "planned", D(1))])
    with pytest.raises(InputError, match=words) as refused:
        read_money_lines(table.set_column(table.column_names.index(column), column, values))
    assert refused.value.code == "money_lines"


def test_rows_of_a_line_stand_together_and_levels_are_known() -> None:
    table = money_table([Amount(2024, "planned", D(1))] * 3)
    with pytest.raises(InputError, match="stand together"):
        read_money_lines(table.set_column(0, "line", pa.array([0, 1, 0])))
    with pytest.raises(InputError, match="missing"):
        read_money_lines(table.drop_columns(["line"]))
    with pytest.raises(UnknownNameError):
        money_totals(read_money_lines(table), areas=(LAND, "village"))


def test_a_fraction_of_a_satang_is_refused() -> None:
    with pytest.raises(InputError, match="finer than a satang"):
        money_table([Amount(2024, "planned", D("1.001"))])
