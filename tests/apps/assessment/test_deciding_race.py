"""Real processes on both databases: two decide one file at one moment; nobody waits for somebody who waits for them."""

from __future__ import annotations

import time

import pytest

from tests.apps.assessment.race_site import RaceSite, race_site, race_template, server

__all__ = ["race_site", "race_template", "server"]

SCRIPT, IS_TOY = "deciding_racing.py", True
A_WHILE = 1.5
"""How long the slower one is given to come to where it waits for the other."""


@pytest.mark.slow
def test_of_two_decisions_at_one_moment_one_stands_and_nothing_is_half_done(race_site: RaceSite) -> None:
    made = race_site.run("seed")
    asked = zip(made["people"], ("granted", "refused"), strict=True)
    both = [race_site.start("decide", made["file"], made["revision"], person, outcome) for person, outcome in asked]
    for one in both:
        one.go()
    came = [one.told()["told"] for one in both]
    assert sorted(came) == ["done", "file_changed"]
    left = race_site.run("state", made["file"])
    outcome = "granted" if came[0] == "done" else "refused"
    assert left == {
        "state": outcome,
        "decisions": [outcome],
        "certificates": int(outcome == "granted"),
        "logged": 1,
        "steps": 1,
    }


@pytest.mark.slow
def test_a_grant_and_a_plan_wait_for_a_change_of_their_city_and_not_the_other_way_round(race_site: RaceSite) -> None:
    made = race_site.run("seed")
    others = [
        race_site.start("decide", made["file"], made["revision"], made["people"][0], "granted"),
        race_site.start("plan", made["file"], made["filler"]),
    ]
    change = race_site.start("rename", made["file"], made["filler"]).go().until("held")
    for one in others:
        one.go()
    time.sleep(A_WHILE)
    change.go()
    assert [one.told()["told"] for one in (change, *others)] == ["done", "done", "done"]
