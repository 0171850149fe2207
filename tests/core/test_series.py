"""Series and the catalogue that gives values their meaning."""

from __future__ import annotations

import pytest

from mudmai.core.areas import Area, AreaSystem
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import same
from mudmai.core.observations import MISSING_FLAGS, Flag, read_dims, write_dims
from mudmai.core.periods import Frequency, Period
from mudmai.core.series import Aggregation, AggregationRule, Break, Catalogue, Series
from mudmai.core.units import PERCENT, unit

BAHT = unit("baht", {"THB": 1})
TOY = AreaSystem("toy", same("Toy"), (Area("K", same("Kingdom"), "kingdom"),))
GPP = Series("gpp", same("GPP"), "toy", Frequency.ANNUAL, "baht", Aggregation(AggregationRule.SUM))
GINI = Series(
    "gini",
    same("Gini"),
    "toy",
    Frequency.ANNUAL,
    "ratio",
    breaks=(Break(Period.year(2023), same("equivalised income")),),
)
CATALOGUE = Catalogue(units={"baht": BAHT}, area_systems={"toy": TOY}, series={"gpp": GPP, "gini": GINI})


def test_only_sums_are_additive() -> None:
    assert GPP.additive
    assert not GINI.additive
    for rule in set(AggregationRule) - {AggregationRule.SUM}:
        assert not Series("x", same("x"), "toy", Frequency.ANNUAL, "ratio", Aggregation(rule)).additive


def test_breaks_are_periods() -> None:
    assert GINI.break_periods == {Period.year(2023)}
    assert GPP.break_periods == frozenset()


def test_lookups_find_or_name_near_ones() -> None:
    assert CATALOGUE.one_series("gpp") is GPP
    assert CATALOGUE.unit("baht") is BAHT
    assert CATALOGUE.unit("percent") is PERCENT
    assert CATALOGUE.area_system("toy") is TOY
    for look, name, near in (
        (CATALOGUE.one_series, "gppp", "gpp"), (CATALOGUE.unit, "bath", "baht"), (CATALOGUE.area_system, "toi", "toy"),
    ):  # fmt: skip
        with pytest.raises(UnknownNameError) as caught:
            look(name)
        assert caught.value.near[0] == near


def test_a_pack_may_give_a_built_in_unit_its_own_words() -> None:
    own = unit("percent", {}, decimals=1)
    assert Catalogue(units={"percent": own}).unit("percent") is own


def test_merging_keeps_both_and_the_later_wins() -> None:
    other = Series("gpp", same("GPP, revised"), "toy", Frequency.ANNUAL, "baht")
    merged = CATALOGUE.merged(Catalogue(series={"gpp": other}))
    assert merged.series["gpp"] is other
    assert merged.series["gini"] is GINI
    assert merged.area_systems == CATALOGUE.area_systems
    assert CATALOGUE.series["gpp"] is GPP


def test_dimensions_have_one_spelling() -> None:
    dims = (("sex", "F"), ("age", "15-24"))
    assert write_dims(dims) == write_dims(tuple(reversed(dims))) == "age=15-24;sex=F"
    assert read_dims(write_dims(dims)) == tuple(sorted(dims))
    assert read_dims("") == ()


def test_flags_are_sdmx_codes_with_words_and_few_mean_missing() -> None:
    assert {f.value for f in MISSING_FLAGS} == {"L", "M", "O", "Q"}
    assert all(f.label.th and f.label.en for f in Flag)
    assert Flag("P").label.en == "provisional value"
