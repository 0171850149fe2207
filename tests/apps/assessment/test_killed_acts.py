"""Acts of the assessment, killed before each of their statements, on both databases: done whole or not at all."""

from __future__ import annotations

import json

import pytest

from tests.apps.assessment.race_site import RaceSite, race_site, race_template, server

__all__ = ["race_site", "race_template", "server"]

SCRIPT, IS_TOY = "killing.py", True
ENDS = {
    "tell": ("reconciling", "reply"),
    "decide": ("deciding", "granted"),
    "appeal": ("granted", "appealed"),
}


@pytest.mark.slow
def test_an_act_that_is_killed_is_done_whole_or_not_at_all_and_no_mail_is_lost(race_site: RaceSite) -> None:
    out, err = race_site.start().go().process.communicate(timeout=900)
    assert out, err[-3000:]
    told = json.loads(out.splitlines()[-1])
    for act, (before, after) in ENDS.items():
        was, now = told[act]["was"], told[act]["is"]
        assert told[act]["kills"] > 3 and not told[act]["left"], (act, told[act])
        assert (was[0], now[0]) == (before, after), act
        assert len(now[3]) == len(was[3]) + 1, f"{act}: one step"
        assert now[7] == was[7] + 1, f"{act}: one row of the log"
    assert told["decide"]["is"][4:6] == [[["granted", "passed"]], [["passed", 1]]]
    assert told["appeal"]["is"][6] == 1
    assert told["chain"] is True
    mails = told["mails"]
    assert mails["kills"] > 3 and not mails["lost"] and not mails["strange"], mails
    assert mails["again"] == 0 and mails["waiting"] == 0, mails
