"""Units: an algebra that keeps million baht from baht and real money from nominal."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from mudmai.core.language import same
from mudmai.core.units import BUILT_IN, NUMBER, PERCENT, RATIO, Dimension, Unit, unit

BAHT = unit("baht", {"THB": 1})
MILLION = unit("million_baht", {"THB": 1}, 10**6)
REAL = unit("million_baht_cvm2002", {"THB_2002": 1}, 10**6)
PERSON = unit("persons", {"person": 1})

units = st.builds(
    lambda exponents, scale: unit("u", exponents, scale),
    st.dictionaries(st.sampled_from(["THB", "person", "km2"]), st.integers(-2, 2)),
    st.sampled_from([Fraction(1), Fraction(1000), Fraction(1, 100)]),
)


def test_same_measure_means_same_dimension_and_same_scale() -> None:
    assert MILLION.same_measure(unit("mb", {"THB": 1}, 1_000_000, same("another name")))
    assert not MILLION.same_measure(BAHT)
    assert not MILLION.same_measure(REAL)
    assert not BAHT.same_measure(PERSON)
    assert NUMBER.same_measure(RATIO)
    assert not PERCENT.same_measure(RATIO)


def test_products_and_quotients() -> None:
    per_head = MILLION / PERSON
    assert per_head.dimension == Dimension((("THB", 1), ("person", -1)))
    assert per_head.scale == 10**6
    assert (per_head * PERSON).same_measure(MILLION)
    assert MILLION / MILLION == RATIO
    assert (MILLION / BAHT).scale == 10**6
    assert MILLION * PERCENT / PERCENT != MILLION  # a derived unit: same measure, its own code
    assert (MILLION * PERCENT / PERCENT).same_measure(MILLION)


def test_zero_exponents_vanish_and_order_does_not_matter() -> None:
    assert unit("a", {"THB": 0}).dimension.is_one
    assert unit("a", {"b": 1, "a": 2}).dimension == unit("a", {"a": 2, "b": 1}).dimension
    assert unit("a", {"THB": 1}).label.en == "a"


@given(units, units, units)
def test_the_algebra_is_a_group(a: Unit, b: Unit, c: Unit) -> None:
    assert (a * b).same_measure(b * a)
    assert ((a * b) * c).same_measure(a * (b * c))
    assert (a * b / b).same_measure(a)
    assert (a / a).same_measure(RATIO)
    assert (a * RATIO).same_measure(a)


def test_built_in_units_are_known_by_code_and_labelled_twice() -> None:
    assert set(BUILT_IN) == {"ratio", "percent", "number"}
    assert all(u.label.th and u.label.en and u.code == code for code, u in BUILT_IN.items())
