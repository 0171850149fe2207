"""First entries of registers: the shipped ones against what they were tabulated from, and faults with their place."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from mudmai.core.certificates import counts_by_year
from mudmai.core.errors import PackError
from mudmai.exchange.packs.load import load_pack
from mudmai.exchange.packs.pack import shipped_packs
from mudmai.exchange.register_entries import read_first_entries
from mudmai.workspace.criteria import newest
from mudmai.workspace.home import Home
from mudmai.workspace.register_tables import COLUMNS, Placed, register_rows

PACK = shipped_packs() / "th-register"
STATS = Path(__file__).parents[2].parent / "shared" / "data" / "stats" / "depa_certified_smart_cities_37.csv"


def test_counts_of_the_announced_cities() -> None:
    (first,) = read_first_entries(PACK)
    found = counts_by_year([one.entry for one in first.entries], date(2026, 1, 1))
    assert [(one.year, one.count) for one in found] == [
        (2021, 15), (2022, 30), (2023, 36), (2024, 36), (2025, 37), (2026, 37),
    ]  # fmt: skip
    assert all(one.no_known_end == one.count for one in found)


def test_they_are_the_announced_cities() -> None:
    if not STATS.is_file():
        pytest.skip("the compiled list is not beside the repository")
    (first,) = read_first_entries(PACK)
    with STATS.open(encoding="utf-8") as file:
        there = {
            (r["id"], "TH-" + r["province_code"], int(r["batch_year_ce"]), tuple(r["smart_dimensions"].split("|")))
            for r in csv.DictReader(file)
        }
    assert {(one.city, one.area, one.year, one.parts) for one in first.entries} == there


def test_the_starter_figures_are_the_counts_of_the_first_entries() -> None:
    (first,) = read_first_entries(PACK)
    rule = newest(Home(Path("unused")), first.scheme).register
    assert rule is not None
    held = [Placed(one.entry, first.area_system, one.area) for one in first.entries]
    counted = register_rows(load_pack(PACK).catalogue, rule, held, date(first.until + 1, 1, 1))
    assert counted.unplaced == 0
    with (PACK / "data" / "smart_city_certificates.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert tuple(header) == COLUMNS
    assert [tuple(row) for row in rows] == [row for row in counted.rows if int(row[2]) <= first.until]
    provinces = Counter({row[1]: int(row[4]) for row in counted.rows if row[0] != "th-nation" and row[2] == "2025"})
    assert provinces.total() == 37 and len(provinces) == 77
    assert (provinces["TH-10"], provinces["TH-20"], provinces["TH-63"]) == (4, 2, 0)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("TH-52,2021", "TH-99,2021", "area"),
        ("TH-52,2021", "TH-52,2564", "year"),
        ("smart-city-2021-F02", "smart-city-2021-F01", "number"),
        ("economy|energy|environment,,", "Economy energy,,", "parts"),
    ],
)
def test_faults_are_told_with_line_and_column(tmp_path: Path, old: str, new: str, key: str) -> None:
    folder = tmp_path / "th-register"
    shutil.copytree(PACK, folder)
    table = folder / "register" / "smart-city.csv"
    table.write_text(table.read_text("utf-8").replace(old, new, 1), "utf-8")
    areas = {key: system.by_code for key, system in load_pack(PACK).catalogue.area_systems.items()}
    with pytest.raises(PackError) as refused:
        read_first_entries(folder, areas)
    (problem,) = refused.value.problems
    assert problem.where.file.endswith("register/smart-city.csv")
    assert problem.where.line in (3, 4) and problem.where.field == key
