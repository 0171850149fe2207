"""What cannot be scored is refused on the command line, with what is wrong and what to do; an export says the same
scores in every form."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from .conftest import Cli

PACK = """\
pack: odd
kind: overlay
version: "1"
title: {th: แปลก, en: Odd}
requires: [th-areas, th-m8]
"""
INDEX = """\
indices:
  - id: odd
    version: "1"
    title: {{th: ดัชนีทดลอง, en: Experimental index}}
    experimental: true
    note: {{th: คือ, en: Is}}
    is_not: {{th: ไม่ใช่, en: Is not}}
    area_system: th-nesdc
    level: province
    period: {period}
    normalisation: {normalisation}
    aggregation: {aggregation}
    weights: given
    missing: reweight
    coverage_floor: 0.5
    indicators:
      - id: growth
        title: {{th: การเติบโต, en: Growth}}
        formula: {formula}
        unit: percent
        direction: more{more}
        weight: {weight}
        note: {{th: ก, en: a}}
      - id: gini
        title: {{th: ความไม่เสมอภาค, en: Inequality}}
        formula: crosswalk(gini_income_nso, "th-nesdc")
        unit: ratio
        direction: less
        weight: 0.5
        note: {{th: ข, en: b}}
"""
SOUND = {
    "period": "2019",
    "normalisation": "minmax",
    "aggregation": "arithmetic",
    "formula": "cagr(real_income_per_head, 5)",
    "more": "",
    "weight": "0.5",
}


def odd(home: Path, **changes: str) -> Path:
    folder = home / "packs" / "odd"
    folder.mkdir(parents=True)
    (folder / "pack.yaml").write_text(PACK, "utf-8")
    (folder / "indices.yaml").write_text(INDEX.format(**SOUND | changes), "utf-8")
    return folder


def test_the_index_of_these_tests_is_sound(cli: Cli, home: Path) -> None:
    folder = odd(home)
    assert cli("pack", "check", str(folder), home=home).code == 0
    assert cli("index", "compute", "odd", "--draws", "0", "--format", "json", home=home).json()["areas"] == 77


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"formula": 'convert(real_income_per_head / real_income_per_head, "percent")'}, "same"),
        ({"period": "1990"}, "no figure in any area"),
        ({"more": "\n        log: true"}, "not above zero in 8 areas"),
    ],
)
def test_figures_that_cannot_be_scored(cli: Cli, home: Path, changes: dict[str, str], said: str) -> None:
    """The same everywhere; all missing; below zero where a logarithm is taken."""
    odd(home, **changes)
    ended = cli("index", "compute", "odd", "--lang", "en", home=home)
    assert ended.code == 1
    assert said in ended.err and "→" in ended.err
    assert ended.out == b""


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"weight": "0.7"}, "add up to 1.2"),
        ({"aggregation": "geometric"}, "floor"),
        ({"aggregation": "geometric", "normalisation": "zscore"}, "geometric"),
    ],
)
def test_declarations_that_cannot_be(cli: Cli, home: Path, changes: dict[str, str], said: str) -> None:
    """Weights that do not sum; figures that may be zero or negative under a geometric mean."""
    folder = odd(home, **changes)
    ended = cli("pack", "check", str(folder), "--lang", "en", home=home)
    assert ended.code == 1
    assert said in ended.text + ended.err
    told = cli("index", "compute", "odd", "--lang", "en", home=home)
    assert told.code == 1 and told.out == b""


def test_every_form_of_the_export_has_the_same_scores(cli: Cli, tmp_path: Path) -> None:
    asked = ("index", "export", "province-base", "--draws", "100", "--seed", "3")
    for form in ("csv", "xlsx", "json"):
        assert cli(*asked, "-o", str(tmp_path / f"scores.{form}")).code == 0
    computed = cli("index", "compute", "province-base", "--draws", "100", "--seed", "3", "--format", "json").json()
    fields = ("score", "rank", "rank_low", "rank_high")
    wanted = {row["area"]: [row[name] for name in fields] for row in computed["rows"]}
    assert len(wanted) == 77 and any(row[0] is None for row in wanted.values())

    records = json.loads((tmp_path / "scores.json").read_text("utf-8"))["rows"]
    assert {row["area"]: [row[name] for name in fields] for row in records} == wanted
    rows = csv.DictReader(io.StringIO((tmp_path / "scores.csv").read_text("utf-8-sig")))
    assert {row["area"]: [float(row[n]) if row[n] else None for n in fields] for row in rows} == wanted
    head, *cells = load_workbook(tmp_path / "scores.xlsx").worksheets[0].iter_rows(values_only=True)
    book = [dict(zip(head, row, strict=True)) for row in cells]
    short = {area: [None if one is None else round(one, 10) for one in told] for area, told in wanted.items()}
    found = {row["area"]: [None if row[n] is None else round(row[n], 10) for n in fields] for row in book}
    assert found == short  # a workbook keeps 15 to 16 digits
