"""Declarations of composite indices: what contradicts itself is refused, each fault told."""

from __future__ import annotations

import pytest

from mudmai.core import composite_words as words
from mudmai.core.composites import (
    Aggregation,
    MissingRule,
    Normalisation,
    Uncertainty,
    Weighting,
    WeightNoise,
)
from mudmai.core.errors import InputError
from tests.methods.small_index import fixed, group, index, indicator

A, B = indicator("a"), indicator("b")
GOOD_PAIRS = {"root": ((1.0, 3.0), (1 / 3, 1.0))}


def refused(**more: object) -> InputError:
    children = more.pop("children", (A, B))
    with pytest.raises(InputError) as caught:
        index(*children, **more)  # type: ignore[misc]
    error = caught.value
    assert all(p.message.th and p.message.en and p.remedy.th and p.remedy.en for p in error.problems)
    assert "{" not in error.words("th") + error.words("en")
    return error


def test_every_choice_has_words():
    for kind in (Normalisation, Aggregation, Weighting, MissingRule, WeightNoise):
        assert {one.value for one in kind} == set(words.CHOICES[kind.__name__])
        assert all(one.words.th and one.words.en for one in kind)


def test_order_of_indicators_and_groups_is_depth_first():
    found = index(group("g", A, group("h", B)), indicator("c"))
    assert [one.id for one in found.indicators] == ["a", "b", "c"]
    assert [one.id for one in found.groups] == ["root", "g", "h"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"children": (A, A)}, "index_shape"),
        ({"children": (A, group("g"))}, "index_shape"),
        ({"children": (A, indicator("b", direction=0))}, "index_shape"),
        ({"coverage_floor": 1.5}, "index_shape"),
        ({"coverage_floor": float("nan")}, "index_shape"),
        ({"scale": 10}, "index_shape"),
        ({"floor": 0.0}, "index_shape"),
        ({"uncertainty": Uncertainty(spread=1.0)}, "index_shape"),
        ({"missing": MissingRule.MEDIAN, "uncertainty": Uncertainty(missing=(MissingRule.NONE,))}, "index_shape"),
        ({"normalisation": Normalisation.GOALPOSTS}, "index_goalposts"),
        ({"normalisation": Normalisation.TARGET}, "index_goalposts"),
        ({"children": (A, indicator("b", goalposts=(3.0, 3.0)))}, "index_goalposts"),
        ({"children": (A, indicator("b", goalposts=(3.0, 1.0)))}, "index_goalposts"),
        ({"children": (A, indicator("b", goalposts=(0.0, 1.0), log=True))}, "index_goalposts"),
        ({"children": (A, indicator("b", target=float("inf")))}, "index_goalposts"),
        ({"weighting": Weighting.GIVEN}, "index_weights"),
        ({"weighting": Weighting.GIVEN, "children": (fixed("a", weight=0.5), fixed("b", weight=0.6))}, "index_weights"),
        (
            {"weighting": Weighting.GIVEN, "children": (fixed("a", weight=1.5), fixed("b", weight=-0.5))},
            "index_weights",
        ),
        ({"weighting": Weighting.BUDGET}, "index_weights"),
        ({"weighting": Weighting.BUDGET, "budget": {"root": ({"a": 3},)}}, "index_weights"),
        ({"weighting": Weighting.BUDGET, "budget": {"root": ({"a": 0, "b": 0},)}}, "index_weights"),
        ({"weighting": Weighting.AHP}, "index_pairwise"),
        ({"weighting": Weighting.AHP, "pairwise": {"root": ((1.0, 3.0), (3.0, 1.0))}}, "index_pairwise"),
        ({"weighting": Weighting.AHP, "pairwise": {"root": ((1.0, 0.0), (3.0, 1.0))}}, "index_pairwise"),
        ({"how": Aggregation.GEOMETRIC}, "index_not_positive"),
        ({"uncertainty": Uncertainty(aggregations=(Aggregation.HARMONIC,))}, "index_not_positive"),
    ],
)
def test_refused(more: dict[str, object], code: str):
    error = refused(**more)
    assert error.code == code
    assert code in {problem.code for problem in error.problems}


def test_every_fault_is_told_at_once():
    children = (group("g", fixed("a", weight=0.3), fixed("b", weight=0.3)), indicator("c", direction=2))
    error = refused(children=children, weighting=Weighting.GIVEN, coverage_floor=-1)
    assert [p.code for p in error.problems] == ["index_shape", "index_shape", "index_weights", "index_weights"]
    assert any("0.6" in p.message.en for p in error.problems)


def test_accepted():
    index(A, B, weighting=Weighting.AHP, pairwise=GOOD_PAIRS)
    index(A, weighting=Weighting.GIVEN)
    index(A, B, how=Aggregation.GEOMETRIC, floor=0.01)
    index(fixed("a"), fixed("b"), how=Aggregation.HARMONIC, normalisation=Normalisation.GOALPOSTS)
    index(fixed("a", weight=1 / 3), fixed("b", weight=2 / 3), weighting=Weighting.GIVEN)
