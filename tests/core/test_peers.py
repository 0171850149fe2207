"""Peers: mutual, never oneself, never by what is not known; reasons in words; spreads only of enough values."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudmai.core.errors import InputError
from mudmai.core.language import Text, same
from mudmai.core.peers import (
    FEWEST,
    Body,
    Feature,
    PeerWords,
    Terms,
    find_peers,
    mixed_legal_types,
    spread_of,
    usual_terms,
)


def body(id: str, **facts: Any) -> Body:
    return Body(id, same(id), **facts)


bodies = st.lists(
    st.builds(
        Body,
        id=st.sampled_from("abcdefgh"),
        name=st.just(same("x")),
        legal_type=st.sampled_from(["", "town", "city"]),
        population=st.none() | st.floats(100, 1e7),
        budget=st.none() | st.floats(0, 1e9),
        terrain=st.dictionaries(st.sampled_from(["coastal", "flood"]), st.booleans()),
        region=st.sampled_from(["", "N", "S"]),
        marks=st.frozensets(st.sampled_from("pqrs")),
    ),
    unique_by=lambda one: one.id,
    max_size=8,
)
ratios = st.none() | st.floats(1, 100)
terms = st.builds(
    Terms,
    legal_type=st.booleans(),
    population=ratios,
    budget=ratios,
    terrain=st.sampled_from([(), ("coastal",), ("coastal", "flood")]),
    region=st.booleans(),
    marks=st.none() | st.floats(0.05, 1),
)


@given(bodies, terms)
def test_being_a_peer_is_mutual_and_never_of_oneself(some: list[Body], asked: Terms) -> None:
    found = {one.id: find_peers(one, some, asked) for one in some}
    for one in some:
        assert one.id not in found[one.id].ids
        for peer in found[one.id].peers:
            assert one.id in found[peer.body.id].ids
            back = next(p for p in found[peer.body.id].peers if p.body.id == one.id)
            assert math.isclose(back.distance, peer.distance, abs_tol=1e-9)


@given(bodies, terms)
def test_what_is_not_known_is_never_equal(some: list[Body], asked: Terms) -> None:
    for one in some:
        for peer in find_peers(one, some, asked).peers:
            other = peer.body
            assert any(trait.fits for trait in peer.traits)
            if asked.legal_type:
                assert one.legal_type == other.legal_type
            if asked.population is not None:
                assert (one.population is None) == (other.population is None)
            for name in asked.terrain:
                assert one.terrain.get(name) == other.terrain.get(name)
            if asked.region:
                assert one.region == other.region


@given(bodies, terms, st.randoms())
def test_the_order_of_the_others_changes_nothing(some: list[Body], asked: Terms, random: Any) -> None:
    if not some:
        return
    shuffled = list(some)
    random.shuffle(shuffled)
    assert find_peers(some[0], some, asked) == find_peers(some[0], shuffled, asked)


@given(bodies, st.floats(1, 50), st.floats(1, 2))
def test_wider_terms_lose_nobody(some: list[Body], ratio: float, more: float) -> None:
    for one in some:
        narrow = find_peers(one, some, Terms(population=ratio)).ids
        assert set(narrow) <= set(find_peers(one, some, Terms(population=min(100, ratio * more))).ids)


def test_the_reason_names_both_figures() -> None:
    words = PeerWords(legal_types={"town": Text("เทศบาลเมือง", "Town municipality")})
    one, other = body("a", legal_type="town", population=42_000), body("b", legal_type="town", population=38_000)
    (peer,) = find_peers(one, [one, other], Terms(population=2), words).peers
    assert peer.reason.th == "เทศบาลเมืองเหมือนกัน · จำนวนประชากร 38,000 คน เทียบกับ 42,000 คน"
    assert peer.reason.en == "both: Town municipality; population 38,000 people beside 42,000"


def test_a_fact_of_one_alone_rules_out_and_a_fact_of_neither_is_told() -> None:
    known, unknown, third = body("a", legal_type="town", region="N"), body("b", region="N"), body("c", region="N")
    asked = Terms(region=True)
    assert find_peers(known, [unknown, third], asked).failed == {Feature.LEGAL_TYPE: 2}
    found = find_peers(unknown, [known, third], asked)
    assert found.ids == ("c",) and found.silent == (Feature.LEGAL_TYPE,)
    assert "ไม่ทราบประเภทหน่วยงานของทั้งสองเมือง" in found.peers[0].reason.th


def test_nothing_known_makes_no_peer() -> None:
    found = find_peers(body("a"), [body("b"), body("c")], Terms(population=2, region=True))
    assert not found.peers and found.told is not None and "ไม่ทราบ" in found.told.th


def test_too_few_are_told() -> None:
    some = [body(name, region="N") for name in "abc"]
    found = find_peers(some[0], some, Terms(legal_type=False, region=True))
    assert found.told == Text(
        "มีเมืองเทียบเคียงเพียง 2 เมือง จึงไม่แสดงช่วง", "only 2 cities to compare with, so no range is shown"
    )
    many = [body(str(n), region="N") for n in range(FEWEST + 1)]
    assert find_peers(many[0], many, Terms(legal_type=False, region=True)).told is None


def test_nearest_first_and_the_own_region_before_others() -> None:
    one = body("a", marks=frozenset("pqrs"), region="N")
    near, far = body("z", marks=frozenset("pqrs"), region="N"), body("b", marks=frozenset("pqrs"), region="S")
    less = body("c", marks=frozenset("pq"), region="N")
    assert find_peers(one, [less, far, near], Terms(legal_type=False, marks=0.5)).ids == ("z", "b", "c")


def test_usual_terms_follow_what_is_known() -> None:
    assert usual_terms(body("a", population=10.0)).population == 2.0
    assert usual_terms(body("a", marks=frozenset("p"))).features == (Feature.LEGAL_TYPE, Feature.MARKS)
    assert usual_terms(body("a", region="N")).features == (Feature.LEGAL_TYPE, Feature.REGION)


@pytest.mark.parametrize("wrong", [{"population": 0.5}, {"budget": 1e9}, {"marks": 0.0}, {"population": math.nan}])
def test_terms_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError, match="cannot be used") as caught:
        Terms(**wrong)  # type: ignore[arg-type]
    assert caught.value.code == "peer_terms"


def test_a_spread_needs_enough_values() -> None:
    assert spread_of([1.0, 2.0, 3.0, None]) is None
    spread = spread_of([4.0, 1.0, 3.0, 2.0])
    assert spread is not None and (spread.low, spread.median, spread.high, spread.count) == (1.75, 2.5, 3.25, 4)


def test_mixed_legal_types_are_told() -> None:
    town, city, unknown = body("a", legal_type="town"), body("b", legal_type="city"), body("c")
    assert mixed_legal_types([town, town]) is None
    assert mixed_legal_types([unknown, body("d")]) is None
    assert mixed_legal_types([town, city]) is not None
    told = mixed_legal_types([town, unknown])
    assert told is not None and "ไม่ทราบประเภท" in told.th
