"""The shipped sets of criteria: what the schemes ask stands in them, and everything in them can be used."""

from __future__ import annotations

from functools import cache

import pytest

from mudmai.core.criteria import CriteriaSet, Side, assess
from mudmai.exchange.criteria.reading import read_criteria_sets
from mudmai.exchange.packs import check_pack, load_pack, shipped_packs

SMARTS = ["environment", "economy", "energy", "governance", "living", "mobility", "people"]
PROPOSAL = ["area", "infrastructure", "data", "services", "management"]


@cache
def sets() -> dict[str, CriteriaSet]:
    return {one.scheme: one for one in read_criteria_sets(shipped_packs() / "th-criteria")}


def best(one: CriteriaSet) -> dict[str, int]:
    return {criterion.id: criterion.top for criterion in one.criteria}


def test_the_pack_has_no_problems() -> None:
    assert check_pack(shipped_packs() / "th-criteria") == ()
    assert load_pack(shipped_packs() / "th-criteria").kind == "criteria"


def test_every_set_is_there_with_both_sides_and_sources() -> None:
    assert {name: len(one.criteria) for name, one in sets().items()} == {
        "digital-readiness": 27,
        "disaster-resilience-detailed": 34,
        "disaster-resilience-preliminary": 30,
        "liveable-sustainable-city": 40,
        "smart-city": 46,
        "universal-design": 26,
    }
    for one in sets().values():
        assert {criterion.side for criterion in one.criteria} == set(Side)
        assert all(criterion.source and criterion.actions for criterion in one.criteria)
        assert {part.id for part in one.parts} == {criterion.part for criterion in one.criteria}


@pytest.mark.parametrize("name", ["smart-city", "liveable-sustainable-city", "universal-design"])
def test_everything_at_the_top_reaches_the_highest_level(name: str) -> None:
    one = sets()[name]
    found = assess(one, best(one), claimed=[part.id for part in one.parts if part.optional])
    assert found.overall.low == pytest.approx(1)
    assert found.level == one.levels[-1]
    assert assess(one, {}).level is None


def test_scales_of_disaster_resilience() -> None:
    """Three steps above nothing in the preliminary set, five in the detailed one, over ten essentials."""
    for name, top in (("disaster-resilience-preliminary", 3), ("disaster-resilience-detailed", 5)):
        assert {criterion.top for criterion in sets()[name].criteria} == {top}
        assert len(sets()[name].parts) == 10


def test_a_smart_city_needs_five_parts_and_two_smarts_with_environment() -> None:
    one = sets()["smart-city"]
    assert [part.id for part in one.parts if not part.optional] == PROPOSAL
    assert [part.id for part in one.parts if part.optional] == SMARTS

    def level(*claimed: str, **lower: int) -> str:
        answers = {**best(one), **{key.replace("_", "-"): step for key, step in lower.items()}}
        found = assess(one, answers, claimed=claimed).level
        return found.id if found else ""

    assert level("environment", "people") == "certified"
    assert level("people", "living", "energy") == "promoted"
    assert level("environment") == "promoted"
    # Seven tenths of the whole are not enough where a compulsory part stays below them.
    assert level("environment", "people", sc_boundary=0, sc_goals=0) == "promoted"
    assert one.register is not None
    assert (one.register.renewal_progress, one.register.levels) == (0.5, ("certified",))


def test_a_liveable_city_has_four_equal_parts() -> None:
    assert [part.weight for part in sets()["liveable-sustainable-city"].parts] == [25] * 4


def test_what_a_body_cannot_do_is_not_asked_of_it() -> None:
    one = sets()["liveable-sustainable-city"]
    inland = {"powers": frozenset({"roads"}), "coastal": False, "legal_type": "sao", "population": 4000}
    left = assess(one, {}, facts=inland).left_out
    assert {"lc-water-loss", "lc-waste-plan", "lc-coast", "lc-wastewater", "lc-school-quality"} <= left.keys()
    assert "lc-streets-plan" not in left
    assert assess(one, {}).left_out == {}


def test_live_figures_are_of_outcomes_of_the_province_and_count_little() -> None:
    live = [(one, c) for one in sets().values() for c in one.criteria if c.live]
    assert {c.id for _, c in live} == {"sc-eco-growth", "lc-economy-growth"}
    for _, criterion in live:
        assert "จังหวัด" in criterion.question.th
        assert criterion.points < 1
        assert criterion.live is not None
        assert (criterion.live.step_of(-1.0), criterion.live.step_of(3.0)) == (0, 3)
