"""What changed between two versions of a set."""

from __future__ import annotations

from dataclasses import replace

from mudmai.core.criteria import Side
from mudmai.core.criteria_changes import changes_between
from mudmai.core.language import same
from tests.core.test_criteria import COAST, SET, UNEVEN, criterion


def _with(**changes: object):  # type: ignore[no-untyped-def]
    return replace(SET, criteria=tuple(replace(one, **changes) if one.id == "x1" else one for one in SET.criteria))  # type: ignore[arg-type]


def test_nothing_changed() -> None:
    found = changes_between(SET, replace(SET, version="2"))
    assert found.none
    assert found.comparable


def test_words_leave_scores_comparable() -> None:
    found = changes_between(SET, _with(question=same("put better?")))
    assert found.reworded == ("x1",)
    assert found.comparable
    assert not found.none


def test_every_kind_of_change_is_told() -> None:
    assert changes_between(SET, _with(scale=UNEVEN)).rescaled == ("x1",)
    assert changes_between(SET, _with(fits=(COAST,))).refitted == ("x1",)
    assert changes_between(SET, _with(side=Side.OUTCOME)).moved == ("x1",)
    new = replace(SET, criteria=(*SET.criteria[1:], criterion("a9", "a", 2)))
    found = changes_between(SET, new)
    assert (found.added, found.removed) == (("a9",), ("a1",))
    assert not found.comparable


def test_points_count_as_shares_of_their_part() -> None:
    """Twice the points of the only criterion of a part change nothing; of one among several they change all."""
    assert changes_between(SET, _with(points=2.0)).reweighted == ()
    heavier = replace(SET, criteria=tuple(replace(o, points=9.0) if o.id == "a1" else o for o in SET.criteria))
    assert changes_between(SET, heavier).reweighted == ("a1", "a2", "a3")


def test_a_declared_break_stops_the_line() -> None:
    found = changes_between(SET, replace(SET, breaks=same("another scheme")))
    assert found.none
    assert not found.comparable
