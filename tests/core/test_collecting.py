"""The search for circles, put off."""

from __future__ import annotations

import gc
import weakref
from itertools import count

import pytest

from mudmai.core import collecting
from mudmai.core.collecting import collection_put_off


class _Thing:
    other: object = None


def test_what_was_made_is_not_searched_right_after() -> None:
    """The next objects made set off a search of themselves, not of the thousands made inside."""
    searched: list[int] = []

    def hear(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            searched.append(len(gc.get_objects(generation=0)))

    with collection_put_off():
        assert not gc.isenabled()
        kept = [[n] for n in range(50_000)]
    gc.callbacks.append(hear)
    try:
        more = [[n] for n in range(2_000)]
    finally:
        gc.callbacks.remove(hear)
    assert gc.isenabled()
    assert len(kept) == 50_000
    assert len(more) == 2_000
    assert max(searched, default=0) < 20_000


def test_a_circle_made_inside_is_found_by_a_full_search() -> None:
    with collection_put_off():
        one, other = _Thing(), _Thing()
        one.other, other.other = other, one
        gone = weakref.ref(one)
        del one, other
    gc.collect()
    assert gone() is None


def test_no_circle_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many put-offs everything is searched, whatever else the process does."""
    monkeypatch.setattr(collecting, "_times", count(collecting.SEARCH_AFTER - 1))
    one = _Thing()
    one.other, gone = one, weakref.ref(one)
    del one
    with collection_put_off():
        pass
    assert gone() is not None
    with collection_put_off():
        pass
    assert gone() is None


def test_nested_ones_and_a_search_that_was_off_stay_as_they_were() -> None:
    with collection_put_off():
        with collection_put_off():
            assert not gc.isenabled()
        assert not gc.isenabled()
    gc.disable()
    try:
        with collection_put_off():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
