"""Two processes act on one file at one moment, on both databases: one is told that it was slower, nothing is lost."""

from __future__ import annotations

import pytest

from tests.apps.assessment.race_site import RaceSite, race_site, race_template, server

__all__ = ["race_site", "race_template", "server"]

SCRIPT, IS_TOY = "racing.py", True


@pytest.mark.slow
def test_of_two_at_once_one_is_told_and_nothing_is_lost(race_site: RaceSite) -> None:
    ids = race_site.run("seed")
    for what, people in (("answer", ("filler", "colleague")), ("submit", ("sender", "sender"))):
        both = [race_site.start(what, ids["file"], ids[who], str(2 + n)) for n, who in enumerate(people)]
        for one in both:
            one.go()
        said = sorted(one.told() for one in both)
        refusal = {"answer": "answer_changed", "submit": "file_changed"}[what]
        assert said == sorted([refusal, "done"]), what
