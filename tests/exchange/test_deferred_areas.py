"""Systems of many areas are kept pressed, and their areas read when somebody asks for one."""

from __future__ import annotations

import json
import pickle
from functools import cache

import pytest

from mudmai.core.areas import Area, AreaSystem
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import same
from mudmai.exchange.packs import Pack, load_packs, shipped_packs
from mudmai.exchange.packs.kept import read_packs, write_packs

FOLDERS = {name: shipped_packs() / name for name in ("th-areas", "th-admin")}


@cache
def packs() -> tuple[Pack, ...]:
    return load_packs(FOLDERS)


def test_a_kept_system_is_the_same_and_was_not_read_before_it_was_asked_for() -> None:
    kept = {one.id: one for one in read_packs(write_packs(packs()), FOLDERS)}["th-admin"].catalogue
    system = kept.area_systems["th-admin"]
    assert "areas" not in system.__dict__
    assert system.title.en and "areas" not in system.__dict__
    own = {one.id: one for one in packs()}["th-admin"].catalogue.area_systems["th-admin"]
    assert system.areas == own.areas and system.levels == own.levels
    assert system == own


def test_damaged_areas_are_no_kept_packs() -> None:
    told = json.loads(write_packs(packs()))
    system = next(one for pack in told for one in pack["catalogue"]["area_systems"] if one[0] == "th-admin")
    system[2] = system[2][:-8] + "AAAAAAA="
    with pytest.raises(ValueError, match="kept packs"):
        read_packs(json.dumps(told), FOLDERS)


def test_a_deferred_system_can_be_sent_to_another_process() -> None:
    made = AreaSystem.deferred("s", same("s"), same(""), lambda: (Area("A", same("A"), "kingdom"),))
    again = pickle.loads(pickle.dumps(made))
    assert again.areas == (Area("A", same("A"), "kingdom"),)
    with pytest.raises(AttributeError):
        _ = made.nothing


def test_an_unknown_code_among_many_is_told_with_near_ones() -> None:
    system = {one.id: one for one in packs()}["th-admin"].catalogue.area_systems["th-admin"]
    assert system.get("no such") is None
    with pytest.raises(UnknownNameError) as refused:
        system.find("TH-400199")
    assert "TH-4001" in refused.value.remedy.en
