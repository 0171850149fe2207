"""``indices.yaml``: what a sound file means, and every fault told with file, line and key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mudmai.core.composites import Aggregation, MissingRule, Weighting
from mudmai.exchange.indices import read_indices
from mudmai.exchange.packs import check_pack, load_pack, shipped_packs
from tests.exchange.pack_samples import write_packs

INDICES = """\
indices:
  - id: both
    version: "1"
    title: {th: ดัชนี, en: Index}
    experimental: true
    note: {th: คือ, en: Is}
    is_not: {th: ไม่ใช่, en: Is not}
    area_system: five
    level: region
    period: 2020
    weights: given
    normalisation: goalposts
    missing: reweight
    groups:
      - {id: purse, title: {th: เงิน, en: Purse}, weight: 0.4}
    indicators:
      - id: per-head
        group: purse
        title: {th: ต่อหัว, en: Per head}
        formula: money
        denominator: people
        unit: baht_per_person
        direction: more
        low: 0
        high: 100
        weight: 1
        note: {th: ก, en: a}
      - id: crowd
        title: {th: คน, en: Crowd}
        formula: people
        unit: person
        direction: less
        low: 0
        high: 10
        weight: 0.6
        note: {th: ข, en: b}
"""


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    write_packs(tmp_path)
    folder = tmp_path / "demo"
    units = folder / "units.yaml"
    units.write_text(
        units.read_text("utf-8")
        + "  - {id: baht_per_person, label: {th: บาทต่อคน, en: baht per head}, base: {THB: 1, person: -1}}\n",
        "utf-8",
    )
    (folder / "indices.yaml").write_text(INDICES, "utf-8")
    return folder


def told(folder: Path, old: str, new: str) -> list[tuple[str, int | None, str, str]]:
    """Code, line, key and message of every problem after one change."""
    file = folder / "indices.yaml"
    assert old in INDICES
    file.write_text(INDICES.replace(old, new), "utf-8")
    return [
        (one.code, one.where.line, str(one.where.field), one.message.en)
        for one in check_pack(folder)
        if one.where.file == "demo/indices.yaml"
    ]


def line_of(words: str) -> int:
    return next(n for n, line in enumerate(INDICES.splitlines(), 1) if words in line)


def test_a_sound_file_means_a_tree(demo: Path) -> None:
    assert check_pack(demo) == ()
    pack = load_pack(demo)
    text = (demo / "indices.yaml").read_bytes()
    (one,) = read_indices(text, pack.id, pack.catalogue, pack.definitions)
    assert one.experimental
    assert one.is_not.en == "Is not"
    assert one.period is not None
    assert one.period.iso == "2020"
    index = one.index
    assert (index.weighting, index.missing) == (Weighting.GIVEN, MissingRule.REWEIGHT)
    assert index.aggregation is Aggregation.ARITHMETIC
    assert [group.id for group in index.groups] == ["both", "purse"]
    assert [(i.id, i.direction, i.goalposts) for i in index.indicators] == [
        ("per-head", 1, (0, 100)),
        ("crowd", -1, (0, 10)),
    ]


@pytest.mark.parametrize(
    ("old", "new", "code", "at", "key", "said"),
    [
        ("formula: money", "formula: mony", "pack_", "formula: money", "indices[0].indicators[0].formula", "mony"),
        ("unit: person\n", "unit: baht\n", "pack_unit", "formula: people", "indices[0].indicators[1].formula", "baht"),
        ("unit: person\n", "unit: cap\n", "pack_unknown_id", "unit: person", "indices[0].indicators[1].unit", "cap"),
        ("group: purse", "group: purs", "pack_unknown_id", "group: purse", "indices[0].indicators[0].group", "purs"),
        ("level: region", "level: town", "pack_unknown_id", "level: region", "indices[0].level", "town"),
        ("area_system: five", "area_system: six", "pack_unknown_id", "area_system", "indices[0].area_system", "six"),
        ("        high: 10\n", "", "pack_value", "- id: crowd", "indices[0].indicators[1]", "both low and high"),
        ("low: 0\n        high: 10\n", "low: 9\n        high: 1\n", "pack_index_goalposts", "- id: crowd",
         "indices[0].indicators[1]", "no range"),
        ("weight: 0.6", "weight: 0.5", "pack_index_weights", "- id: both", "indices[0]", "add up to 0.9"),
        ("direction: less", "direction: down", "pack_value", "direction: less", "indices[0].indicators[1].direction",
         "down"),
        ("is_not:", "isnt:", "pack_unknown_key", "is_not", "indices[0].isnt", "isnt"),
        ("- id: crowd", "- id: per-head", "pack_duplicate", "- id: crowd", "indices[0].indicators[1].id", "per-head"),
    ],
)  # fmt: skip
def test_every_fault_is_told_where_it_stands(
    demo: Path, old: str, new: str, code: str, at: str, key: str, said: str
) -> None:
    found = told(demo, old, new)
    assert any(
        one.startswith(code) and line == line_of(at) and where == key and said in words
        for one, line, where, words in found
    ), found


def test_groups_in_a_circle_are_refused(demo: Path) -> None:
    found = told(demo, "{id: purse, title", "{id: purse, parent: purse, title")
    assert [(code, key) for code, _, key, _ in found] == [("pack_value", "indices[0].groups[0].parent")]


def test_a_geometric_mean_needs_a_floor(demo: Path) -> None:
    found = told(demo, "normalisation: goalposts", "normalisation: minmax\n    aggregation: geometric")
    assert {code for code, *_ in found} == {"pack_index_not_positive"}


def test_the_shipped_indices_are_sound_and_say_what_they_are_not() -> None:
    folders = [one for one in shipped_packs().iterdir() if (one / "indices.yaml").is_file()]
    assert folders
    for folder in folders:
        assert check_pack(folder) == ()
        pack = load_pack(folder)
        text = (folder / "indices.yaml").read_bytes()
        for one in read_indices(text, pack.id, pack.catalogue, pack.definitions):
            assert one.is_not.th
            assert one.is_not.en
            if one.experimental:
                assert re.search("ทดลอง", one.index.title.th)
                assert re.search("xperimental", one.index.title.en)
            for indicator in one.index.indicators:
                assert indicator.note is not None
