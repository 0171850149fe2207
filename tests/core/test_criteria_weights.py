"""Tried weights of parts: a case by hand, and what holds whatever is tried."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mudmai.core.criteria import Part, Score, assess
from mudmai.core.criteria_weights import checked_weights, shares_of, whole_by
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import same
from tests.core.test_criteria import INLAND, SET

OWN = {one.id: one.weight for one in SET.parts}
PARTS = (Part("a", same("A"), 3), Part("b", same("B"), 1))


def test_a_case_by_hand() -> None:
    """A: 2 of 3 certain, 1 open. B: 2.1 of 4. X: all. Tried 1 : 2 : 1 in place of 3 : 1 : 2, that is a quarter, a
    half, a quarter: 2/3/4 + 0.525/2 + 1/4 are certain, 1/3/4 is open."""
    found = assess(SET, {"a1": 3, "b1": 1, "b2": 2, "x1": 3}, facts=INLAND, claimed=["x"])
    tried = whole_by(found.parts, {"a": 10, "b": 20, "x": 10, "y": 90}, OWN)
    assert tried.low == pytest.approx(1 / 6 + 0.2625 + 0.25)
    assert tried.high == pytest.approx(1 / 4 + 0.2625 + 0.25)
    # Y was not claimed: however much it weighs, it is left out and not zero.
    assert tried == whole_by(found.parts, {"a": 1, "b": 2, "x": 1, "y": 0}, OWN)


def test_a_part_alone_is_its_score_and_none_at_all_is_no_score() -> None:
    parts = {"a": Score(1, 1, 4), "b": Score(0, 0, 0)}
    own = {"a": 3.0, "b": 1.0}
    only = whole_by(parts, {"a": 5, "b": 5}, own)
    assert (only.low, only.high) == (0.25, 0.5)
    assert whole_by(parts, {"a": 0, "b": 1}, own).low is None
    assert whole_by({}, own, own).low is None


ANSWERS = st.fixed_dictionaries(
    {one.id: st.sampled_from([None, *(step.value for step in one.scale)]) for one in SET.criteria}
)
WEIGHTS = st.fixed_dictionaries({one.id: st.integers(0, 1000) for one in SET.parts})


@settings(max_examples=200, deadline=None)
@given(ANSWERS, st.sets(st.sampled_from(["x", "y"])), st.integers(1, 10_000))
def test_the_weights_of_the_set_give_its_score_exactly(
    answers: dict[str, int | None], claimed: set[str], times: int
) -> None:
    found = assess(SET, answers, facts=INLAND, claimed=claimed)
    assert whole_by(found.parts, OWN, OWN) == found.overall
    assert whole_by(found.parts, {key: one * times for key, one in OWN.items()}, OWN) == found.overall


@settings(max_examples=200, deadline=None)
@given(ANSWERS, WEIGHTS, st.integers(1, 10_000))
def test_only_proportions_count_and_a_score_lies_between_its_parts(
    answers: dict[str, int | None], weights: dict[str, int], times: int
) -> None:
    found = assess(SET, answers, facts=INLAND, claimed=["x", "y"])
    tried = whole_by(found.parts, weights, OWN)
    assert whole_by(found.parts, {key: one * times for key, one in weights.items()}, OWN) == tried
    counting = [score for key, score in found.parts.items() if weights[key]]
    if not counting:
        assert tried.low is None
        return
    assert tried.low is not None
    assert tried.high is not None
    lows, highs = [s.low or 0.0 for s in counting], [s.high or 0.0 for s in counting]
    assert min(lows) - 1e-12 <= tried.low <= max(lows) + 1e-12
    assert min(highs) - 1e-12 <= tried.high <= max(highs) + 1e-12
    assert tried.low <= tried.high + 1e-12


def test_weights_are_checked_by_part() -> None:
    assert checked_weights(PARTS, {}) == {"a": 3, "b": 1}
    assert checked_weights(PARTS, {"b": 0}) == {"a": 3, "b": 0}
    with pytest.raises(InputError) as refused:
        checked_weights(PARTS, {"a": -1, "b": math.nan})
    assert [(one.code, one.where.field) for one in refused.value.problems] == [
        ("part_weights", "a"),
        ("part_weights", "b"),
    ]
    with pytest.raises(InputError) as nothing:
        checked_weights(PARTS, {"a": 0, "b": 0})
    assert [one.where.field for one in nothing.value.problems] == [""]
    with pytest.raises(InputError):
        checked_weights(PARTS, {"a": math.inf})
    with pytest.raises(UnknownNameError):
        checked_weights(PARTS, {"z": 1})


def test_shares_are_exact() -> None:
    assert sum(shares_of({"a": 0.1, "b": 0.2, "c": 0.3}, "abc").values()) == 1
    assert set(shares_of({"a": 0, "b": 0}, "ab").values()) == {0}
