"""Real processes act on one register at one moment, on both databases."""

from __future__ import annotations

import time
from typing import Any

import pytest

from mudmai.workspace.publishing import publishing_alone
from tests.apps.assessment.race_site import RaceSite, race_site, race_template, server, wait_for

__all__ = ["race_site", "race_template", "server"]

SCRIPT, IS_TOY = "register_racing.py", False
EXPIRED = "SELECT count(*) FROM assessment_certificate WHERE end_reason = 'expired'"
GRANTED = "SELECT count(*) FROM assessment_certificate WHERE decision_id IS NOT NULL"
A_WHILE = 1.0
"""How long the slower one is given to come to where it waits for the other."""


@pytest.fixture
def made(race_site: RaceSite) -> dict[str, Any]:
    """What is there before."""
    told: dict[str, Any] = race_site.run("seed")
    return told


@pytest.mark.slow
@pytest.mark.parametrize("first", ["clock", "grant"])
def test_expiry_by_the_clock_and_a_grant_at_one_moment_end_with_the_right_count(
    race_site: RaceSite, made: dict[str, Any], first: str
) -> None:
    begin = {"clock": ("clock",), "grant": ("grant", made["decisions"]["new"])}
    order = [first, *(begin.keys() - {first})]
    racers = {name: race_site.start(*begin[name]) for name in order}
    expired, granted = race_site.value(EXPIRED), race_site.value(GRANTED)
    done = {
        "clock": lambda: race_site.value(EXPIRED) == expired + 2,
        "grant": lambda: race_site.value(GRANTED) == granted + 1,
    }
    with publishing_alone(race_site.workspace()):
        for name in order:  # each has kept its change, and waits for its turn to count
            racers[name].go()
            wait_for(done[name])
            time.sleep(A_WHILE)
    assert len(racers["clock"].told()["expired"]) == 2
    racers["grant"].told()
    left = race_site.run("state")
    assert left["count"] == made["count"] - 2 + 1
    assert left["release"] == "", "the last that was published must be the count as it is"
    assert left["counts"] == [[37, made["count"]], [made["count"], left["count"]]]
    assert left["chain"]


@pytest.mark.slow
def test_two_granted_at_one_moment_have_two_numbers(race_site: RaceSite, made: dict[str, Any]) -> None:
    both = [race_site.start("grant", made["decisions"][one]) for one in ("new", "ended")]
    told = sorted(one.told()["number"] for one in [racer.go() for racer in both])
    first, second = (int(number.rpartition("-")[2]) for number in told)
    assert second == first + 1
    assert set(told) <= set(race_site.run("state")["valid"])


@pytest.mark.slow
def test_two_clocks_at_once_end_and_publish_once(race_site: RaceSite, made: dict[str, Any]) -> None:
    both = [race_site.start("clock"), race_site.start("clock")]
    told = [one.told() for one in [racer.go() for racer in both]]
    assert sorted(len(one["expired"]) for one in told) in ([0, 2], [1, 1])
    assert sorted(one["published"] for one in told) == [0, 1]
    left = race_site.run("state")
    assert left["count"] == made["count"] - 2
    assert sum(kinds.count("expired") for kinds in left["events"].values()) == 3
    assert len(left["counts"]) == 2 and left["chain"]


@pytest.mark.slow
def test_a_withdrawal_is_not_overwritten_by_a_grant_at_the_same_moment(
    race_site: RaceSite, made: dict[str, Any]
) -> None:
    grant = race_site.start("grant", made["decisions"]["held"])
    withdrawal = race_site.start("withdraw", "held").go().until("held")
    grant.go()
    time.sleep(A_WHILE)
    withdrawal.go().told()
    told = grant.told()
    assert told["renews"] == ""
    left = race_site.run("state")
    (number,) = (one for one, end in left["ends"].items() if end == "withdrawn")
    assert left["events"][number] == ["granted", "withdrawn"]
    assert left["revisions"][number] == 2
    assert told["number"] in left["valid"]


@pytest.mark.slow
def test_a_city_never_holds_two_by_a_correction_and_a_grant_at_once(race_site: RaceSite, made: dict[str, Any]) -> None:
    grant = race_site.start("grant", made["decisions"]["ended"])
    correction = race_site.start("correct", made["ended"]).go().until("held")
    grant.go()
    time.sleep(A_WHILE)
    correction.go().told()
    told = grant.told()
    assert told["renews"] == made["ended"]
    left = race_site.run("state")
    assert left["ends"][made["ended"]] == "superseded"
    assert told["number"] in left["valid"] and made["ended"] not in left["valid"]


@pytest.mark.slow
def test_a_city_that_is_renamed_and_its_certificate_that_is_withdrawn_wait_for_each_other_one_way(
    race_site: RaceSite, made: dict[str, Any]
) -> None:
    rename = race_site.start("rename", "held")
    withdrawal = race_site.start("late", "held").go().until("held")
    rename.go()
    time.sleep(A_WHILE)
    assert withdrawal.go().told() == rename.told() == {"told": "done"}
    left = race_site.run("state")
    (number,) = (one for one, end in left["ends"].items() if end == "withdrawn")
    assert left["events"][number] == ["granted", "withdrawn", "corrected"]


@pytest.mark.slow
def test_a_process_killed_after_the_release_leaves_its_row_in_the_log_to_the_next(
    race_site: RaceSite, made: dict[str, Any]
) -> None:
    race_site.start("killed").go().told(killed=True)
    served = race_site.workspace().store.current_id()
    for _ in range(2):
        left = race_site.run("state")
        assert left["release"] == ""
        assert left["counts"] == [[37, made["count"]], [made["count"], made["count"] - 2]]
        assert left["releases"][-1] == served == race_site.workspace().store.current_id()
