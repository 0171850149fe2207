"""The ledger: replaying it gives the state of any day; nobody counts twice."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudmai.core.errors import InputError
from mudmai.core.ledger import (
    Change,
    Entry,
    LedgerEvent,
    ProjectState,
    RevisionKind,
    Standing,
    before_after,
    counted,
    money,
    replay,
    stands_for,
)

FIRST = date(2023, 10, 1)
PROJECTS = ["road", "canal", "bridge", "well"]


def event(sequence: int, day: int, *entries: Entry) -> LedgerEvent:
    return LedgerEvent(sequence, RevisionKind.CHANGED, FIRST + timedelta(days=day), entries)


def budget(amount: str | None) -> dict[str, object]:
    return {"title": "x", "budget": [{"amount": amount, "fiscal_year": 2024, "stage": "planned"}]}


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[int, dict[str, tuple[str, ProjectState, str | None]]]]:
    """Days in order, and what each says of some projects; successors are projects that count on that day."""
    days = sorted(draw(st.lists(st.integers(0, 30), min_size=1, max_size=8)))
    state: dict[str, tuple[str, ProjectState, str | None]] = {}
    found = []
    for day in days:
        said: dict[str, tuple[str, ProjectState, str | None]] = {}
        for name in draw(st.lists(st.sampled_from(PROJECTS), min_size=1, unique=True)):
            alive = [one for one, (_, s, _) in state.items() if s.counts and one != name and one not in said]
            kind = draw(st.sampled_from([ProjectState.ACTIVE, ProjectState.MERGED])) if alive else ProjectState.ACTIVE
            if name in state and not state[name][1].counts:
                continue
            into = draw(st.sampled_from(alive)) if kind is ProjectState.MERGED else None
            said[name] = (str(draw(st.integers(0, 10**12))), kind, into)
            state[name] = said[name]
        found.append((day, said))
    return found


@given(histories(), st.integers(-1, 31), st.randoms(use_true_random=False))
def test_replaying_to_any_day_gives_the_state_then(history, day, order) -> None:
    """The register, kept by hand day by day, and the ledger replayed from events in any order say the same."""
    events, kept = [], {}
    for sequence, (when, said) in enumerate(history, 1):
        entries = [Entry(name, budget(amount), state, into) for name, (amount, state, into) in said.items()]
        events.append(event(sequence, when, *entries))
        if when <= day:
            kept.update(said)
    order.shuffle(events)
    standings = replay(events, FIRST + timedelta(days=day))
    told = {name: (one.facts["budget"][0]["amount"], one.state, one.successor) for name, one in standings.items()}
    assert told == kept
    total = sum((money(facts) for facts in counted(standings).values()), Decimal(0))
    assert total == sum((Decimal(amount) for amount, state, _ in kept.values() if state.counts), Decimal(0))
    for name in kept:
        stands = stands_for(standings, name)
        assert stands is None or standings[stands].state.counts


@given(histories())
def test_changes_put_upon_the_state_before_give_the_state_after(history) -> None:
    standings: dict[str, Standing] = {}
    events = []
    for sequence, (when, said) in enumerate(history, 1):
        entries = [Entry(name, budget(amount), state, into) for name, (amount, state, into) in said.items()]
        this = event(sequence, when, *entries)
        facts = {name: dict(one.facts) for name, one in standings.items()}
        for row in before_after(standings, this):
            if row.before is None and row.field == "":
                facts[row.project] = dict(row.after)
            elif row.field != "state":
                assert facts[row.project][row.field] == row.before
                facts[row.project][row.field] = row.after
        events.append(this)
        standings = replay(events)
        assert facts == {name: dict(one.facts) for name, one in standings.items()}


def test_events_of_one_day_stand_in_the_order_they_were_recorded() -> None:
    events = [event(2, 0, Entry("road", budget("2"))), event(1, 0, Entry("road", budget("1")))]
    assert money(replay(events, FIRST)["road"].facts) == 2
    assert replay(events, FIRST - timedelta(days=1)) == {}


def test_who_counts_in_the_stead_of_whom() -> None:
    moved = Entry("road", budget("5"), ProjectState.MOVED, "canal")
    merged = Entry("canal", budget("5"), ProjectState.MERGED, "bridge")
    standings = replay([event(1, 0, moved, merged, Entry("bridge", budget("9")))])
    assert stands_for(standings, "road") == "bridge"
    assert list(counted(standings)) == ["bridge"]
    assert stands_for(standings, "tower") is None
    gone = replay([event(1, 0, Entry("road", {}, ProjectState.REMOVED))])
    assert stands_for(gone, "road") is None


def test_successors_that_lead_back_are_refused() -> None:
    there = Entry("road", {}, ProjectState.MERGED, "canal")
    back = Entry("canal", {}, ProjectState.MERGED, "road")
    with pytest.raises(InputError) as told:
        stands_for(replay([event(1, 0, there, back)]), "road")
    assert told.value.code == "successor_cycle"


def test_an_amount_that_is_not_known_is_left_out() -> None:
    assert money(budget(None)) == 0
    assert money(budget("7.25"), lambda line: line["fiscal_year"] == 2025) == 0


def test_a_move_is_a_row_of_the_table() -> None:
    before = replay([event(1, 0, Entry("road", budget("1")))])
    rows = before_after(before, event(2, 1, Entry("road", budget("1"), ProjectState.MOVED, "canal")))
    assert rows == (Change("road", "state", "active", "moved"),)
