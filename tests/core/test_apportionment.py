"""Money shared among areas: by hand-computed cases and by properties that hold for any project."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudmai.core.apportionment import (
    AreaMoney,
    Part,
    SharingRule,
    largest_remainders,
    level_totals,
    share,
)
from mudmai.core.areas import Area, AreaSystem
from mudmai.core.errors import InputError
from mudmai.core.language import same

D = Decimal


def _area(code: str, level: str, parent: str | None) -> Area:
    return Area(code, same(code), level, parent)


TREE = AreaSystem(
    "toy",
    same("toy"),
    (
        _area("K", "kingdom", None),
        _area("P", "province", "K"),
        _area("Q", "province", "K"),
        *(_area(code, "district", code[0]) for code in ("P1", "P2", "Q1", "Q2", "Q3")),
        *(_area(code, "tambon", code[:2]) for code in ("P11", "P12", "P21", "Q11", "Q31")),
    ),
)
CODES = sorted(TREE.by_code)

amounts = st.decimals(min_value=-(10**15), max_value=10**15, places=2, allow_nan=False, allow_infinity=False)
weights = st.one_of(st.integers(0, 10**9), st.decimals(0, 10**6, places=3))


def test_the_textbook_case_in_which_one_more_unit_costs_a_place_one() -> None:
    """Populations 6, 6, 2 (the Alabama paradox as textbooks tell it): quotas 4.29, 4.29, 1.43 of 10; 4.71, 4.71, 1.57
    of 11."""
    people = {"A": 6, "B": 6, "C": 2}

    assert largest_remainders(D(10), people, unit=D(1)) == {"A": 4, "B": 4, "C": 2}
    assert largest_remainders(D(11), people, unit=D(1)) == {"A": 5, "B": 5, "C": 1}


def test_equal_remainders_go_to_the_earlier_place() -> None:
    assert largest_remainders(D("0.01"), {"b": 1, "a": 1}) == {"b": D("0.01"), "a": D(0)}


def test_less_than_a_satang_is_not_lost() -> None:
    shares = largest_remainders(D("1.005"), {"a": 0, "b": 1, "c": 1})

    assert sum(shares.values()) == D("1.005")
    assert shares["a"] == 0


@given(amounts, st.dictionaries(st.text(max_size=3), weights, min_size=1).filter(lambda w: any(w.values())))
def test_shares_add_up_and_stay_within_one_unit_of_the_quota(total: Decimal, given_weights: dict[str, Decimal]) -> None:
    shares = largest_remainders(total, given_weights)

    assert sum(shares.values()) == total
    whole = sum((Fraction(w) for w in given_weights.values()), Fraction(0))
    for key, amount in shares.items():
        assert abs(Fraction(amount) - Fraction(total) * Fraction(given_weights[key]) / whole) < Fraction(1, 100)


@given(
    amounts,
    st.lists(st.sampled_from(CODES), unique=True, max_size=5),
    st.sampled_from(SharingRule),
    st.lists(st.integers(1, 10**7), min_size=5, max_size=5),
)
def test_parts_add_up_for_every_rule(total: Decimal, places: list[str], rule: SharingRule, numbers: list[int]) -> None:
    assert sum(part.amount for part in _shared(total, places, rule, numbers)) == total


def _shared(total: Decimal, places: list[str], rule: SharingRule, numbers: list[int]) -> tuple[Part, ...]:
    given_weights: dict[str, int | Fraction] = dict(zip(places, numbers, strict=False))
    if rule is SharingRule.BY_HAND and places:
        whole = sum(given_weights.values())
        given_weights = {place: Fraction(number, whole) for place, number in given_weights.items()}
    return share(total, places, rule, given_weights)


projects = st.lists(
    st.builds(
        _shared,
        amounts,
        st.lists(st.sampled_from([*CODES, "elsewhere"]), unique=True, max_size=5),
        st.sampled_from(SharingRule),
        st.lists(st.integers(1, 10**7), min_size=6, max_size=6),
    ),
    max_size=20,
)


@given(projects, st.sampled_from(TREE.levels))
def test_every_level_adds_up_to_the_grand_total(many: list[tuple[Part, ...]], level: str) -> None:
    totals = level_totals(many, TREE, level)

    assert totals.adds_up
    assert totals.grand == sum((part.amount for parts in many for part in parts), D(0))


@given(projects)
def test_a_level_is_the_sum_of_the_level_below_and_what_that_leaves_whole(many: list[tuple[Part, ...]]) -> None:
    """Province by province: districts, and whatever is whole inside the province."""
    provinces, districts = level_totals(many, TREE, "province"), level_totals(many, TREE, "district")
    for code in ("P", "Q"):
        inside = sum((m.total for c, m in districts.areas.items() if c[0] == code), D(0))
        whole = sum((m for group, m in districts.whole.items() if all(c[0] == code for c in group)), D(0))
        assert provinces.areas.get(code, AreaMoney()).total == inside + whole


def test_direct_shared_whole_and_outside_by_hand() -> None:
    many = [
        share(D(100), ["P11"]),
        share(D(90), ["P1", "Q1"], SharingRule.POPULATION, {"P1": 2, "Q1": 1}),
        share(D(50), ["P"]),
        share(D(40), ["P1", "P2"]),
        share(D(30), ["P1", "Q1"]),
        share(D(7), []),
    ]

    at_province, at_district = level_totals(many, TREE, "province"), level_totals(many, TREE, "district")

    assert at_province.areas == {"P": AreaMoney(D(190), D(60)), "Q": AreaMoney(D(0), D(30))}
    assert at_province.whole == {("P1", "Q1"): D(30)}
    assert at_province.outside == 7
    assert at_district.areas == {"P1": AreaMoney(D(100), D(60)), "Q1": AreaMoney(D(0), D(30))}
    assert at_district.whole == {("P",): D(50), ("P1", "P2"): D(40), ("P1", "Q1"): D(30)}


@pytest.mark.parametrize(
    ("rule", "given_weights", "code", "word"),
    [
        (SharingRule.POPULATION, {"P1": 5}, "weight_missing", "Q1"),
        (SharingRule.POPULATION, {"P1": 5, "Q1": None}, "weight_missing", "Q1"),
        (SharingRule.AREA, {"P1": 0, "Q1": 0}, "sharing", "zero"),
        (SharingRule.AREA, {"P1": -1, "Q1": 2}, "sharing", "below zero"),
        (SharingRule.AREA, {"P1": D("NaN"), "Q1": 2}, "sharing", "NaN"),
        (SharingRule.AREA, {"P1": 0.5, "Q1": 2}, "sharing", "exact"),
        (SharingRule.BY_HAND, {"P1": D("0.7"), "Q1": D("0.4")}, "sharing", "110%"),
        (SharingRule.BY_HAND, {"P1": D("0.5"), "Q1": D("0.4")}, "sharing", "90%"),
    ],
)
def test_what_cannot_be_shared_is_refused(rule: SharingRule, given_weights: dict, code: str, word: str) -> None:
    with pytest.raises(InputError, match=word) as refused:
        share(D(10), ["P1", "Q1"], rule, given_weights)

    assert refused.value.code == code


def test_a_place_twice_and_an_unknown_level_are_refused() -> None:
    with pytest.raises(InputError, match="P1"):
        share(D(10), ["P1", "P1"])
    with pytest.raises(InputError, match="village"):
        level_totals([], TREE, "village")
