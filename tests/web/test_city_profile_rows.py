"""The rows of a profile on the command line: scores of a decision as ranges beside those of the peers."""

from __future__ import annotations

import pytest

from mudmai.apps.assessment.domain.profiles import city_profile
from mudmai.cli.assess_profile import _chooser, _text, rows_of
from mudmai.core.errors import UnknownNameError
from mudmai.core.peers import Terms, usual_terms
from mudmai.workspace import Workspace
from tests.apps.registry.small_world import World
from tests.web.test_city_profiles import DAY, certify, town, world

__all__ = ["world"]


def test_scores_are_ranges_cut_and_never_rounded_up(world: World, starter: Workspace) -> None:
    held = certify(world, starter, town(world, "mine", 50_000), 0.69996)
    held.facts["scores"]["overall"] = {"low": 0.69996, "high": 0.8}
    held.save()
    for n in range(4):
        certify(world, starter, town(world, f"peer-{n}", 51_000 + n), 0.5 + n / 10)
    seen = city_profile("mine", DAY)
    rows = {row["id"]: row for row in rows_of(seen) if row["part"] == "score"}
    assert rows["overall"]["value_words"] == "69.9–80.0" and rows["paper"]["value_words"] == "69.9"
    assert (rows["overall"]["low"], rows["overall"]["high"], rows["overall"]["peers"]) == (0.69996, 0.8, 4)
    assert round(rows["overall"]["median"], 6) == 0.65 and rows["overall"]["middle"] == "57.5 – 72.5"
    assert len(rows) == len(seen.decided[0].lines) > 3  # the parts too
    told = _text(seen, rows_of(seen), None)
    assert "69.9–80.0" in told and "51,000" in told


def test_peers_are_those_of_the_page_until_terms_are_asked_for(world: World) -> None:
    nothing = {"any_legal_type": False, "population": None, "budget": None, "region": False, "parts": None}
    seen = city_profile("phuket", DAY)
    assert _chooser(**nothing, terrain=()) is usual_terms
    asked = _chooser(**{**nothing, "region": True}, terrain=("coastal",))(seen.body)
    assert asked == Terms(terrain=("coastal",), region=True)
    with pytest.raises(UnknownNameError) as refused:
        _chooser(**nothing, terrain=("moon",))
    assert "coastal" in refused.value.remedy.en
