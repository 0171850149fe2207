"""Files of criteria: every fault is told with file, line and key; sound ones are read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mudmai.core.criteria import Comparison
from mudmai.core.errors import PackError
from mudmai.exchange.criteria.reading import read_criteria_sets
from mudmai.exchange.packs import check_pack

PACK = """\
pack: own
kind: criteria
version: "1"
title: {th: ชุด, en: Own}
requires: [th-areas, th-m8]
"""
SOUND = """\
id: demo-1
scheme: demo
version: "1.0"
title: {th: ตัวอย่าง, en: Demo}
note: {th: หมายเหตุ, en: Note}
source: a scheme
sources: {law: a law of 2562}
scales:
  plain:
    - {value: 0, title: {th: ไม่มี, en: None}}
    - {value: 1, share: 0.25, title: {th: บ้าง, en: Some}}
    - {value: 2, title: {th: ครบ, en: All}}
facts:
  - {id: coastal, kind: yes_no, title: {th: ทะเล, en: Coast}}
  - id: powers
    kind: words
    title: {th: หน้าที่, en: Powers}
    choices:
      - {id: waste, title: {th: ขยะ, en: Waste}}
fits:
  shore: {fact: coastal, is: true, words: {th: ติดทะเล, en: on the coast}}
parts:
  - {id: a, title: {th: ก, en: A}, weight: 2, group: g}
  - {id: b, title: {th: ข, en: B}, group: g, optional: true}
criteria:
  - id: a1
    part: a
    title: {th: แผน, en: Plan}
    question: {th: มีแผนหรือไม่, en: "Is there a plan?"}
    side: paper
    points: 2
    scale: plain
    source: law
    clause: ข้อ 3
    evidence: 1
    fits: [shore, {fact: powers, has: [waste], words: {th: เก็บขยะ, en: collects waste}}]
    actions: [write]
  - id: b1
    part: b
    title: {th: โต, en: Growth}
    question: {th: โตเท่าใด, en: "How fast?"}
    side: outcome
    scale:
      - {value: 0, title: {th: น้อย, en: Little}}
      - {value: 1, title: {th: มาก, en: Much}}
    source: law
    live:
      formula: growth(real_income_per_head)
      area_system: th-nesdc
      unit: percent
      direction: at_least
      bounds: {"1": 2.5}
levels:
  - {id: low, title: {th: ต่ำ, en: Low}, overall: 0.2}
  - id: high
    title: {th: สูง, en: High}
    overall: 0.7
    parts: [{score: 0.5, group: g, count: 1, compulsory: [a]}]
actions:
  - {id: write, title: {th: ทำแผน, en: Write}, text: {th: เขียน, en: Write it}, years: 1}
register: {months: 24, series: [demo_valid], dataset: demo-certificates}
"""


def written(root: Path, text: str, name: str = "demo.yaml") -> Path:
    folder = root / "own"
    (folder / "criteria").mkdir(parents=True, exist_ok=True)
    (folder / "pack.yaml").write_text(PACK, encoding="utf-8")
    (folder / "criteria" / name).write_text(text, encoding="utf-8")
    return folder


def test_a_sound_file(tmp_path: Path) -> None:
    folder = written(tmp_path, SOUND)
    assert check_pack(folder) == ()
    (one,) = read_criteria_sets(folder)
    plan, growth = one.criteria
    assert [step.share for step in plan.scale] == [0, 0.25, 1]
    assert plan.source == "a law of 2562 ข้อ 3"
    assert [(c.comparison, c.values) for c in plan.fits] == [(Comparison.IS, (True,)), (Comparison.HAS, ("waste",))]
    assert growth.live is not None
    assert (growth.live.step_of(2.4), growth.live.step_of(2.5)) == (0, 1)
    assert one.levels[1].parts[0].compulsory == ("a",)
    assert one.register is not None
    assert one.register.months == 24


BROKEN = [
    ("part: a\n", "part: aa\n", "criteria[0].part"),
    ("actions: [write]", "actions: [wrote]", "criteria[0].actions[0]"),
    ("  - id: b1", "  - id: a1", "criteria[1].id"),
    ("    scale: plain", "    scale: plane", "criteria[0].scale"),
    ("source: law\n    clause", "source: lore\n    clause", "criteria[0].source"),
    ("fits: [shore,", "fits: [shores,", "criteria[0].fits[0]"),
    ("{value: 0, title: {th: ไม่มี", "{value: 3, title: {th: ไม่มี", "scales.plain"),
    ("{value: 2, title: {th: ครบ", "{value: 2, share: 0.9, title: {th: ครบ", "scales.plain"),
    ("share: 0.25", "share: 1.5", "scales.plain[1].share"),
    ("weight: 2,", "weight: 0,", "parts[0].weight"),
    ("points: 2", "points: -1", "criteria[0].points"),
    ("overall: 0.7", "overall: 0.1", "levels[1].overall"),
    ("formula: growth(real_income_per_head)", "formula: growth(real_income_per_head", "criteria[1].live.formula"),
    ("formula: growth(real_income_per_head)", "formula: growth(no_such_series)", "criteria[1].live.formula"),
    ('bounds: {"1": 2.5}', 'bounds: {"7": 2.5}', "criteria[1].live.bounds"),
    ("side: outcome", "side: paper", "criteria[1].live"),
    ("compulsory: [a]", "compulsory: [z]", "levels[1].parts[0].compulsory[0]"),
    ("count: 1", "count: 9", "levels[1].parts[0].count"),
    ("group: g, count", "group: h, count", "levels[1].parts[0].group"),
    ("{fact: coastal, is: true,", "{fact: coastal, is: true, is_not: [x],", "fits.shore"),
    ("{fact: coastal, is: true,", "{fact: coastal, at_least: 3,", "fits.shore.at_least"),
    ("has: [waste]", "has: [wastes]", "criteria[0].fits[1].has[0]"),
    ("    side: paper", "    sides: paper", "criteria[0].sides"),
    ("part: b\n", "part: a\n", "parts[1].id"),
]


@pytest.mark.parametrize(("found", "wrong", "key"), BROKEN)
def test_a_fault_is_told_with_file_line_and_key(tmp_path: Path, found: str, wrong: str, key: str) -> None:
    assert SOUND.count(found) == 1
    folder = written(tmp_path, SOUND.replace(found, wrong))
    told = [one for one in check_pack(folder) if (one.where.field or "").startswith(key)]
    assert told, [one.as_dict() for one in check_pack(folder)]
    lines = (folder / "criteria" / "demo.yaml").read_text(encoding="utf-8").splitlines()
    for one in told:
        name = re.sub(r"\[\d+\]$", "", one.where.field or "").rpartition(".")[2]
        assert name in lines[(one.where.line or 0) - 1]
    assert all(one.where.file == "own/criteria/demo.yaml" and one.remedy.th for one in told)


def test_an_id_in_two_files_is_told(tmp_path: Path) -> None:
    folder = written(tmp_path, SOUND)
    written(tmp_path, SOUND, "other.yaml")
    with pytest.raises(PackError) as told:
        read_criteria_sets(folder)
    assert [one.code for one in told.value.problems] == ["pack_duplicate"]


def test_a_pack_of_criteria_needs_a_file_of_them(tmp_path: Path) -> None:
    folder = written(tmp_path, SOUND)
    (folder / "criteria" / "demo.yaml").unlink()
    assert [one.code for one in check_pack(folder)] == ["pack_file"]
    assert read_criteria_sets(folder) == ()


def test_the_sample_of_the_how_to_is_sound(tmp_path: Path) -> None:
    page = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "write-criteria.md"
    sample = re.search(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert sample is not None
    assert check_pack(written(tmp_path, sample[1])) == ()
