"""Where areas of one system lie in another."""

from __future__ import annotations

from functools import cache

import pytest

from mudmai.core.area_passages import Passages
from mudmai.exchange.packs import load_pack, shipped_packs


@cache
def known() -> Passages:
    catalogue = load_pack(shipped_packs() / "th-admin").catalogue
    return Passages(catalogue.area_systems, catalogue.crosswalks)


@pytest.mark.parametrize(
    ("origin", "code", "destination", "there"),
    [
        ("th-admin", "TH-400101", "th-nesdc", "TH-40"),
        ("th-admin", "TH-4001", "th-clusters", "TH-40"),
        ("th-admin", "TH-200101", "th-sez", "SEZ-EEC"),
        ("th-admin", "TH-400101", "th-sez", None),
        ("th-nesdc", "TH-40", "th-admin", "TH-40"),
        ("th-nesdc", "NESDC-NE", "th-admin", None),
        ("th-nesdc", "TH", "th-admin", "TH"),
        ("th-admin", "TH-400101", "th-admin", "TH-400101"),
        ("th-admin", "nowhere", "th-nesdc", None),
        ("gone", "TH-40", "th-nesdc", None),
    ],
)
def test_a_place_lies_where_a_whole_area_above_it_is_carried(
    origin: str, code: str, destination: str, there: str | None
) -> None:
    assert known().into(origin, code, destination) == there


def test_the_way_leads_from_a_region_to_the_subdistrict_and_back() -> None:
    assert known().below("th-nesdc", "NESDC-NE") == ("th-nesdc", "NESDC-NE")
    assert known().below("th-nesdc", "TH-40") == ("th-admin", "TH-40")
    assert known().below("th-admin", "TH-400101") is None
    trail = [(system, one.code) for system, one in known().trail("th-nesdc", "th-admin", "TH-400101")]
    assert trail == [
        ("th-nesdc", "TH"), ("th-nesdc", "NESDC-NE"), ("th-nesdc", "TH-40"), ("th-admin", "TH-4001"),
        ("th-admin", "TH-400101"),
    ]  # fmt: skip
    assert [one.code for _, one in known().trail("th-sez", "th-admin", "TH-4001")] == ["TH", "TH-40", "TH-4001"]


def test_what_is_around_an_area_reaches_into_other_systems() -> None:
    around = known().around("NESDC-NE")
    assert {"TH", "NESDC-NE", "TH-40", "TH-4001", "TH-400101"} <= around
    assert "TH-50" not in around and "TH-500101" not in around
    assert {"SEZ-EEC", "TH-20", "TH-200101"} <= known().around("SEZ-EEC")
    assert {"TH-400101", "TH-4001", "TH-40", "TH"} == known().around("TH-400101") & {
        one.code for one in known().systems["th-admin"].areas
    }


def test_what_holds_an_area_is_in_every_system() -> None:
    assert known().holders("TH-400101") >= {"TH-400101", "TH-4001", "TH-40", "NESDC-NE", "NSO-NE", "TH"}
    assert "TH-400101" not in known().holders("TH-40")
    assert known().holders("nowhere") == frozenset()
