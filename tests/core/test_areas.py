"""Area systems: closed, hierarchical, dated; crosswalks: declared, never guessed."""

from __future__ import annotations

from datetime import date

import pytest

from mudmai.core.areas import Area, AreaSystem, Crosswalk, CrosswalkLink, crosswalk_by_code
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text, same
from mudmai.core.periods import Period


def area(code: str, parent: str | None = None, level: str = "region", **more: object) -> Area:
    return Area(code, Text(f"ชื่อ {code}", f"Name {code}"), level, parent, **more)  # type: ignore[arg-type]


def system(*areas: Area, id: str = "toy") -> AreaSystem:
    return AreaSystem(id, same("Toy"), areas)


TOY = system(
    area("K", level="kingdom"),
    area("N", "K", aliases=("10", "TH.NN")),
    area("S", "K"),
    area("N1", "N", "province"),
    area("N2", "N", "province", valid_from=date(2011, 3, 23)),
    area("S1", "S", "province", valid_to=date(2011, 3, 22)),
)


def test_the_hierarchy_keeps_the_order_of_the_table() -> None:
    assert TOY.children_of == {"K": ("N", "S"), "N": ("N1", "N2"), "S": ("S1",)}
    assert [a.code for a in TOY.ancestors("N2")] == ["N", "K"]
    assert TOY.ancestors("K") == ()
    assert TOY.levels == ("kingdom", "region", "province")
    assert [a.code for a in TOY.level("province")] == ["N1", "N2", "S1"]


def test_parents_may_stand_below_their_children() -> None:
    assert system(area("N", "K"), area("K", level="kingdom")).children_of == {"K": ("N",)}


def test_areas_are_found_by_code_and_alias_never_by_name() -> None:
    assert TOY.find("N") is TOY.find("10") is TOY.find(" TH.NN ")
    for name in ("ชื่อ N", "Name N", "n", ""):
        with pytest.raises(UnknownNameError) as caught:
            TOY.find(name)
        assert "toy" in caught.value.message.en
    with pytest.raises(UnknownNameError) as caught:
        TOY.find("Name N1")
    assert caught.value.near[0] == "N1 (ชื่อ N1, Name N1)"


@pytest.mark.parametrize(
    ("areas", "said"),
    [
        ([area("A"), area("A")], "duplicate codes A"),
        ([area("A", "B")], "unknown parent B"),
        ([area("A", "A")], "circle"),
        ([area("A", "B"), area("B", "C"), area("C", "A")], "circle"),
        ([area("A", aliases=("1",)), area("B", aliases=("1",))], "alias 1 of B is also that of A"),
        ([area("A"), area("B", aliases=("A",))], "alias A of B is also that of A"),
        ([area("B", aliases=("A",)), area("A")], "alias A of B is also that of A"),
    ],
)
def test_a_table_that_is_no_system_is_refused(areas: list[Area], said: str) -> None:
    with pytest.raises(InputError) as caught:
        system(*areas)
    assert said in caught.value.message.en
    assert caught.value.code == "area_system"


def test_an_area_may_name_its_own_code_as_an_alias() -> None:
    assert system(area("A", aliases=("A", "A"))).find("A").code == "A"


@pytest.mark.parametrize(
    ("code", "period", "valid"),
    [
        ("N2", "2010", False), ("N2", "2011", True), ("N2", "2011-Q1", True), ("N2", "2011-02", False),
        ("N2", "2011-03", True),
        ("N2", "FY2010", False), ("N2", "FY2011", True), ("N2", "2050", True),
        ("S1", "2010", True), ("S1", "2011", True), ("S1", "2011-03", True), ("S1", "2011-04", False),
        ("S1", "2012", False),
        ("N1", "1900", True),
    ],
)  # fmt: skip
def test_an_area_is_valid_when_it_lived_for_part_of_the_period(code: str, period: str, valid: bool) -> None:
    assert TOY.find(code).is_valid_in(Period.from_iso(period)) is valid


OTHER = system(area("K", level="kingdom"), area("N", "K"), area("S", "K", level="zone"), area("E", "K"), id="other")


def test_a_crosswalk_by_code_joins_equal_codes_of_equal_level_only() -> None:
    walk = crosswalk_by_code(TOY, OTHER, ["kingdom", "region"], same("by code"))
    assert [(link.origin, link.destination) for link in walk.links] == [("K", "K"), ("N", "N")]
    assert walk.one_to_one == {"K": "K", "N": "N"}
    assert crosswalk_by_code(TOY, OTHER, ["kingdom"], same("")).one_to_one == {"K": "K"}


def test_shares_and_unions_are_not_one_to_one() -> None:
    walk = Crosswalk(
        "a", "b",
        (CrosswalkLink("1", "x"), CrosswalkLink("2", "y", 0.5), CrosswalkLink("2", "z", 0.5), CrosswalkLink("3", "w"),
         CrosswalkLink("4", "w")),
    )  # fmt: skip
    assert walk.one_to_one == {"x": "1"}
    assert [link.origin for link in walk.into["w"]] == ["3", "4"]
    assert "v" not in walk.into


@pytest.mark.parametrize("weight", [0, -0.1, 1.01, float("nan"), float("inf")])
def test_a_weight_is_a_share(weight: float) -> None:
    with pytest.raises(InputError) as caught:
        Crosswalk("a", "b", (CrosswalkLink("1", "x", weight),))
    assert "1 → x" in caught.value.message.en


def test_a_pair_is_linked_once() -> None:
    with pytest.raises(InputError):
        Crosswalk("a", "b", (CrosswalkLink("1", "x", 0.5), CrosswalkLink("1", "x", 0.5)))
