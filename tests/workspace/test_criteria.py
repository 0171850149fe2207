"""Sets of the workspace, and versions that are kept for good."""

from __future__ import annotations

from pathlib import Path

import pytest

from mudmai.core.errors import FaultError, PackError, UnknownNameError
from mudmai.exchange.criteria.writing import criteria_yaml
from mudmai.workspace.criteria import criteria_by_sha, criteria_set, criteria_sets, kept_criteria, newest
from mudmai.workspace.home import Home
from tests.exchange.criteria.test_reading import PACK, SOUND


def put(home: Home, text: str, name: str = "demo.yaml") -> Path:
    folder = home.packs / "own"
    (folder / "criteria").mkdir(parents=True, exist_ok=True)
    (folder / "pack.yaml").write_text(PACK, encoding="utf-8")
    (folder / "criteria" / name).write_text(text, encoding="utf-8")
    return folder / "criteria" / name


def test_own_sets_stand_before_shipped_ones(tmp_path: Path) -> None:
    home = Home(tmp_path)
    shipped = criteria_sets(home)
    put(home, SOUND)
    assert [one.id for one in criteria_sets(home)] == ["demo-1", *(one.id for one in shipped)]


def test_an_own_set_takes_the_place_of_a_shipped_one(tmp_path: Path) -> None:
    home = Home(tmp_path)
    put(home, SOUND.replace("id: demo-1", "id: smart-city-1"))
    assert criteria_set(home, "smart-city-1").scheme == "demo"


def test_names_that_nothing_answers_to(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError) as told:
        criteria_set(Home(tmp_path), "smart-citi")
    assert "smart-city" in told.value.near
    with pytest.raises(UnknownNameError):
        newest(Home(tmp_path), "nothing")


def test_the_newest_version_by_number_and_by_what_it_replaces(tmp_path: Path) -> None:
    home = Home(tmp_path)
    put(home, SOUND)
    put(home, SOUND.replace("id: demo-1", "id: demo-10").replace('version: "1.0"', 'version: "1.10"'), "b.yaml")
    put(home, SOUND.replace("id: demo-1", "id: demo-9").replace('version: "1.0"', 'version: "1.9"'), "c.yaml")
    assert newest(home, "demo").id == "demo-10"
    assert criteria_set(home, "demo").id == "demo-10"
    put(
        home,
        SOUND.replace("id: demo-1", "id: demo-9").replace('version: "1.0"', 'version: "1.9"\nreplaces: demo-10'),
        "c.yaml",
    )
    assert newest(home, "demo").id == "demo-9"


def test_a_kept_version_stays_when_the_pack_moves_on(tmp_path: Path) -> None:
    home = Home(tmp_path)
    path = put(home, SOUND)
    old = criteria_set(home, "demo-1")
    sha = kept_criteria(home, old)
    assert kept_criteria(home, old) == sha
    path.write_text(criteria_yaml(old).replace("id: a1", "id: a2"), encoding="utf-8")
    assert [one.id for one in criteria_set(home, "demo-1").criteria] == ["a2", "b1"]
    assert criteria_by_sha(home, sha) == old
    path.unlink()
    assert criteria_by_sha(home, sha).by_id["a1"].points == 2
    assert [one.name for one in (tmp_path / "criteria").iterdir()] == [f"{sha}.json"]


def test_a_kept_version_that_was_touched_is_never_used(tmp_path: Path) -> None:
    home = Home(tmp_path)
    sha = kept_criteria(home, criteria_sets(home)[0])
    path = tmp_path / "criteria" / f"{sha}.json"
    path.write_bytes(path.read_bytes().replace(b'"points":1.0', b'"points":9.0', 1))
    with pytest.raises(FaultError):
        criteria_by_sha(home, sha)
    assert kept_criteria(home, criteria_sets(home)[0]) == sha
    assert criteria_by_sha(home, sha) == criteria_sets(home)[0]
    for wrong in ("0" * 64, "../../secret", ""):
        with pytest.raises(UnknownNameError):
            criteria_by_sha(home, wrong)


def test_a_faulty_file_is_told_with_its_line(tmp_path: Path) -> None:
    put(Home(tmp_path), SOUND.replace("part: a\n", "part: zz\n"))
    with pytest.raises(PackError) as told:
        criteria_sets(Home(tmp_path))
    assert told.value.problems[0].where.line
