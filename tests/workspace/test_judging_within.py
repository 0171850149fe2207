"""Provinces held against their region and the country: beside the plan's own verdicts, never among them."""

from __future__ import annotations

import pytest

from mudmai.core.errors import InputError
from mudmai.core.verdicts import Verdict
from mudmai.workspace import Workspace
from mudmai.workspace.judging_within import judge_within


def test_77_provinces_against_region_and_country(thailand: Workspace) -> None:
    view = judge_within(thailand, "th-m8", "I1.1")
    assert len(view.rows) == 77 and view.period is not None and view.period.year_ce == 2020
    assert {level: sum(found.values()) for level, found in view.counts.items()} == {"region": 77, "kingdom": 77}
    assert not any(found.get(Verdict.NOT_JUDGED, 0) for found in view.counts.values())
    for row in view.rows:
        assert [one.area.level for one in row.against] == ["region", "kingdom"] and row.value is not None
        for one in row.against:
            told = one.judgement
            assert told.comparator is not None
            assert told.verdict is (Verdict.MET if row.value >= told.comparator else Verdict.NOT_MET)


def test_the_comparators_are_the_values_of_the_plans_own_page(thailand: Workspace) -> None:
    card = thailand.scorecard("th-m8", indicator="I1.1", year=2019)
    regions = {row.area: row.value for row in card.rows}
    view = judge_within(thailand, "th-m8", "I1.1", year=2019)
    assert {one.area.code: one.judgement.comparator for row in view.rows for one in row.against[:1]} == regions
    assert len(card.rows) == 7  # the plan still judges its regions, and nothing else


def test_a_year_without_figures_judges_nothing(thailand: Workspace) -> None:
    view = judge_within(thailand, "th-m8", "I1.1", year=2012)  # provinces begin in 2011, four years are needed
    assert {row.value for row in view.rows} == {None}
    assert all(set(found) == {Verdict.NOT_JUDGED} for found in view.counts.values())


def test_an_indicator_without_such_a_level_is_refused(thailand: Workspace) -> None:
    with pytest.raises(InputError) as refused:
        judge_within(thailand, "th-m8", "I3.1")
    assert refused.value.code == "no_level_within" and "I1.1" in refused.value.remedy.en
