"""Criteria: hand-computed scores, and what holds whatever is answered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mudmai.core.criteria import (
    Comparison,
    CriteriaSet,
    Criterion,
    FitClause,
    Level,
    LiveFigure,
    Part,
    PartsRule,
    Score,
    Side,
    Step,
    assess,
    next_level,
    unmet,
)
from mudmai.core.criteria_words import percent_range, unmet_words
from mudmai.core.language import same

SCALE = tuple(Step(n, n / 3, same(f"step {n}")) for n in range(4))
UNEVEN = (Step(0, 0.0, same("no")), Step(1, 0.1, same("some")), Step(2, 1.0, same("all")))
COAST = FitClause("coastal", Comparison.IS, (True,), same("cities on the coast"))
LARGE = FitClause("population", Comparison.AT_LEAST, (50_000.0,), same("large cities"))
WASTE = FitClause("powers", Comparison.HAS, ("waste",), same("who collects waste"))


def criterion(name: str, part: str, points: float = 1, side: Side = Side.PAPER, **more: object) -> Criterion:
    found = Criterion(name, part, same(name), same(f"{name}?"), side, points, SCALE, "a source")
    return replace(found, **more)  # type: ignore[arg-type]


SET = CriteriaSet(
    id="demo-1",
    scheme="demo",
    version="1",
    title=same("Demo"),
    note=same(""),
    source="a scheme",
    parts=(
        Part("a", same("A"), 3, "must"),
        Part("b", same("B"), 1, "must"),
        Part("x", same("X"), 2, "choice", optional=True),
        Part("y", same("Y"), 2, "choice", optional=True),
    ),
    criteria=(
        criterion("a1", "a", 2),
        criterion("a2", "a", 1, Side.OUTCOME),
        criterion("a3", "a", 1, Side.OUTCOME, fits=(COAST,)),
        criterion("b1", "b", 1, scale=UNEVEN),
        criterion("b2", "b", 3, Side.OUTCOME, fits=(LARGE, WASTE)),
        criterion("x1", "x", 1),
        criterion("y1", "y", 1, Side.OUTCOME),
    ),
    levels=(
        Level("first", same("First"), 0.3),
        Level("second", same("Second"), 0.7, (PartsRule(0.5, "must"), PartsRule(0.6, "choice", 1, ("x",)))),
    ),
)
INLAND = {"coastal": False, "population": 80_000, "powers": frozenset({"waste"})}


def test_a_case_by_hand() -> None:
    """Part A: a1 step 3 of 3 earns 2, a2 open (1), a3 left out: 2 of 3, 1 open. Part B: b1 step 1 earns 0.1 of 1,
    b2 step 2 earns 2 of 3: 2.1 of 4. X claimed: step 3, 1 of 1. Whole: (3*2/3 + 1*2.1/4 + 2*1) / 6."""
    found = assess(SET, {"a1": 3, "b1": 1, "b2": 2, "x1": 3}, facts=INLAND, claimed=["x"])
    assert found.parts["a"] == Score(2.0, 1.0, 3.0)
    assert found.parts["b"].low == pytest.approx(2.1 / 4)
    assert found.overall.low == pytest.approx((2 + 0.525 + 2) / 6)
    assert found.overall.high == pytest.approx((3 + 0.525 + 2) / 6)
    assert found.left_out.keys() == {"a3"}
    assert found.left_out["a3"].reason == same("cities on the coast")
    assert "y" not in found.parts
    # Paper: a1 2/2 (weight 3), b1 0.1/1 (1), x1 1/1 (2). Outcome: a2 open 1/1 (3), b2 2/3 (1).
    assert found.sides[Side.PAPER].low == pytest.approx((3 + 0.1 + 2) / 6)
    assert (found.sides[Side.OUTCOME].low, found.sides[Side.OUTCOME].high) == (
        pytest.approx((2 / 3) / 4),
        pytest.approx((3 + 2 / 3) / 4),
    )
    assert found.level is not None
    assert found.level.id == "second"


def test_a_level_is_reached_only_by_what_is_certain() -> None:
    found = assess(SET, {}, facts=INLAND, claimed=["x"])
    assert (found.overall.low, found.overall.high, found.overall.coverage) == (0.0, 1.0, 0.0)
    assert found.level is None
    ahead = next_level(SET, {}, found)
    assert ahead is not None
    assert ahead.level.id == "first"
    assert [(one.kind, one.have, one.need) for one in ahead.unmet] == [("overall", 0.0, 0.3)]
    # What could add most: b2 earns 3 of 4 points of B (1 of 6), a1 2 of 3 of A (3 of 6), x1 all of X (2 of 6).
    gains = {one.criterion: one.overall for one in ahead.gains}
    assert gains == pytest.approx({"a1": 2 / 6, "x1": 2 / 6, "a2": 1 / 6, "b2": 0.75 / 6, "b1": 0.25 / 6})
    assert sum(gains.values()) == pytest.approx(1)


def test_a_compulsory_part_that_is_not_claimed_blocks_the_level() -> None:
    best = {one.id: one.top for one in SET.criteria}
    found = assess(SET, best, facts=INLAND, claimed=["y"])
    assert found.overall.low == 1
    assert found.level is not None
    assert found.level.id == "first"
    lacking = unmet(SET, SET.levels[1], found.parts, found.overall)
    assert [(one.kind, one.part, one.have) for one in lacking] == [("part", "x", None)]
    assert "X" in unmet_words(SET, lacking[0]).en
    assert next_level(SET, best, assess(SET, best, facts=INLAND, claimed=["x"])) is None


def test_what_is_not_known_of_a_body_does_not_excuse_it() -> None:
    assert SET.by_id["a3"].fit({}).applies
    assert not SET.by_id["b2"].fit({"population": 10_000}).applies
    assert not SET.by_id["b2"].fit({"population": 60_000, "powers": frozenset({"roads"})}).applies
    assert SET.by_id["b2"].fit({"population": 50_000, "powers": frozenset({"waste"})}).applies


def test_a_body_that_nothing_applies_to_has_no_score() -> None:
    only = replace(SET, criteria=(criterion("a3", "a", fits=(COAST,)),))
    found = assess(only, {"a3": 3}, facts={"coastal": False})
    assert (found.overall.low, found.overall.high, found.overall.coverage) == (None, None, None)
    assert found.level is None
    assert percent_range(found.overall) == "–"
    assert next_level(only, {}, found) is not None


def test_a_step_outside_the_scale_is_refused() -> None:
    with pytest.raises(KeyError):
        assess(SET, {"a1": 4})


@pytest.mark.parametrize(
    ("rising", "figure", "step"),
    [
        (True, 9.9, 0), (True, 10.0, 1), (True, 25.0, 2), (True, None, None), (True, float("nan"), None),
        (False, 31.0, 0), (False, 30.0, 1), (False, 5.0, 2),
    ],
)  # fmt: skip
def test_steps_of_a_live_figure(rising: bool, figure: float | None, step: int | None) -> None:
    bounds = ((1, 10.0), (2, 20.0)) if rising else ((1, 30.0), (2, 10.0))
    assert LiveFigure("x", "s", "percent", bounds, rising).step_of(figure) == step


FACTS = st.fixed_dictionaries(
    {},
    optional={
        "coastal": st.booleans(),
        "population": st.integers(0, 200_000),
        "powers": st.frozensets(st.sampled_from(["waste", "roads"])),
    },
)
ANSWERS = st.fixed_dictionaries(
    {}, optional={one.id: st.none() | st.sampled_from([s.value for s in one.scale]) for one in SET.criteria}
)
CLAIMS = st.sets(st.sampled_from(["x", "y"]))


def rank(level: Level | None) -> int:
    return -1 if level is None else [one.id for one in SET.levels].index(level.id)


@settings(max_examples=150, deadline=None)
@given(ANSWERS, FACTS, CLAIMS, st.data())
def test_a_better_answer_never_lowers_a_score_or_level(answers, facts, claimed, data) -> None:  # type: ignore[no-untyped-def]
    name = data.draw(st.sampled_from([one.id for one in SET.criteria]))
    held = answers.get(name)
    better = data.draw(st.integers(0 if held is None else held, SET.by_id[name].top))
    before = assess(SET, answers, facts=facts, claimed=claimed)
    after = assess(SET, {**answers, name: better}, facts=facts, claimed=claimed)
    for old, new in [(before.overall, after.overall), *((before.parts[p], after.parts[p]) for p in before.parts)]:
        assert (old.low is None) == (new.low is None)
        if old.low is not None and new.low is not None:
            assert new.low >= old.low - 1e-12
            if held is not None:
                assert new.high >= old.high - 1e-12  # type: ignore[operator]
    assert rank(after.level) >= rank(before.level)


@settings(max_examples=80, deadline=None)
@given(ANSWERS, FACTS, CLAIMS, st.randoms())
def test_the_order_of_answers_changes_nothing(answers, facts, claimed, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(answers.items())
    random.shuffle(shuffled)
    one = assess(SET, answers, facts=facts, claimed=claimed)
    assert assess(SET, dict(shuffled), facts=facts, claimed=sorted(claimed, reverse=True)) == one


@settings(max_examples=150, deadline=None)
@given(ANSWERS, FACTS, CLAIMS)
def test_what_is_not_answered_is_open_and_never_zero_known(answers, facts, claimed) -> None:  # type: ignore[no-untyped-def]
    found = assess(SET, answers, facts=facts, claimed=claimed)
    for name, score in found.criteria.items():
        assert score.open == (score.reachable if answers.get(name) is None else 0)
    if found.overall.low is not None:
        assert 0 <= found.overall.low <= found.overall.high <= 1 + 1e-12  # type: ignore[operator]
        worst = {**dict.fromkeys(found.criteria, 0), **{k: v for k, v in answers.items() if v is not None}}
        known = assess(SET, worst, facts=facts, claimed=claimed)
        assert known.overall.low == pytest.approx(found.overall.low)
        best = {**{n: SET.by_id[n].top for n in found.criteria}, **{k: v for k, v in answers.items() if v is not None}}
        assert assess(SET, best, facts=facts, claimed=claimed).overall.low == pytest.approx(found.overall.high)


@settings(max_examples=100, deadline=None)
@given(ANSWERS, FACTS, CLAIMS, st.integers(0, 3))
def test_what_does_not_fit_leaves_the_reachable_points(answers, facts, claimed, step) -> None:  # type: ignore[no-untyped-def]
    inland = {**facts, "coastal": False}
    found = assess(SET, answers, facts=inland, claimed=claimed)
    assert "a3" in found.left_out
    assert found.parts["a"].reachable == 3
    assert assess(SET, {**answers, "a3": step}, facts=inland, claimed=claimed) == found
    without = replace(SET, criteria=tuple(one for one in SET.criteria if one.id != "a3"))
    assert assess(without, answers, facts=inland, claimed=claimed).overall == found.overall


def test_a_level_needs_every_level_below_it() -> None:
    first = Level("first", same("first"), 0.5, (PartsRule(1.0, "must"),))
    held = replace(SET, levels=(first, Level("second", same("second"), 0.5)))
    assessed = assess(held, {"a1": 3, "a2": 3, "b1": 1}, facts={"coastal": False})
    assert unmet(held, held.levels[1], assessed.parts, assessed.overall) == ()
    assert assessed.level is None
    found = next_level(held, {"a1": 3, "a2": 3, "b1": 1}, assessed)
    assert found is not None
    assert found.level == first
