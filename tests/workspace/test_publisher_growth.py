"""NESDC's own growth columns come out of a formula over NESDC's own levels, for every area it publishes.

The long table (kingdom, 7 regions, 18 clusters, 77 provinces x 1995-2020) is re-tabulated to tidy rows, imported as any
officer's file is, and ``growth`` is computed by the engine. The publisher prints growth in per cent with four decimals,
so both agree to 1e-6 as fractions. Rows that the publisher leaves at zero because the province did not yet exist are
no figures: they are left out, and the growth into its first year (printed as ``inf``) is missing here.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from mudmai.core.errors import ImportRefused
from mudmai.core.periods import Period
from mudmai.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT.parent / "shared" / "data" / "stats" / "nesdc_per_capita_long_1995_2020.csv"

pytestmark = pytest.mark.skipif(not TABLE.exists(), reason="needs ../shared/data/stats beside the project")

Row = dict[str, str]
COLUMNS = {
    "pub_nominal": ("per_capita_baht", "per_capita_growth_pct"),
    "pub_real": ("cvm_per_capita_baht", "cvm_per_capita_growth_pct"),
}

SERIES = """
series:
  - id: pub_nominal
    title: {th: ต่อหัว ราคาประจำปี, en: "Per head, current prices"}
    area_system: pub-areas
    frequency: annual
    unit: pub_baht
    aggregation: {rule: none}
    source: pub
    method: pub
  - id: pub_real
    title: {th: ต่อหัว ที่แท้จริง, en: "Per head, chain volumes"}
    area_system: pub-areas
    frequency: annual
    unit: pub_baht
    aggregation: {rule: none}
    source: pub
    method: pub
"""
OTHER_FILES = {
    "pack.yaml": "pack: pub\nkind: areas\nversion: '1'\ntitle: {th: ทดสอบ, en: Test}\n",
    "units.yaml": "units:\n  - {id: pub_baht, label: {th: บาทต่อหัว, en: baht per head}, base: {THB: 1, person: -1}}\n",
    "sources.yaml": (
        "sources:\n  - id: pub\n    publisher: {th: สศช., en: NESDC}\n    title: {th: ผลิตภัณฑ์ภาคและจังหวัด, en: GPP}\n"
    ),
    "methods.yaml": "methods:\n  - {id: pub, title: {th: ตามที่เผยแพร่, en: as published}}\n",
    "areas.yaml": "systems:\n  - {id: pub-areas, title: {th: ทดสอบ, en: Test}, table: areas/pub.csv}\n",
    "series.yaml": SERIES,
}


def published() -> list[Row]:
    with TABLE.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def code(row: Row) -> str:
    """A code of its own for every published area: provinces by their number, the rest by their printed name."""
    return f"TH-{row['code']}" if row["level"] == "Provincial" else f"{row['level']}:{row['area_nesdc_en']}"


def exists(row: Row) -> bool:
    return float(row["per_capita_baht"]) > 0


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    home = tmp_path_factory.mktemp("publisher")
    pack = home / "packs" / "pub"
    (pack / "areas").mkdir(parents=True)
    for name, text in OTHER_FILES.items():
        (pack / name).write_text(text, encoding="utf-8")
    rows = published()
    areas = dict.fromkeys(code(row) for row in rows)
    with (pack / "areas" / "pub.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["code", "name_th", "name_en", "level", "parent", "valid_from", "valid_to", "aliases"])
        out.writerows([one, one, one, "published", "", "", "", ""] for one in areas)
    with (home / "tidy.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["area_system", "area", "period", "series", "value"])
        for row in filter(exists, rows):
            for series, (level, _growth) in COLUMNS.items():
                out.writerow(["pub-areas", code(row), row["year"], series, row[level]])
    opened = Workspace.open(home)
    opened.import_file(home / "tidy.csv", dataset="pub/accounts")
    return opened


@pytest.mark.parametrize("series", sorted(COLUMNS))
def test_growth_is_the_publishers_own(workspace: Workspace, series: str) -> None:
    cube = workspace.evaluate(f"growth({series})", first=Period.year(1995), last=Period.year(2020))
    compared, worst, areas = 0, 0.0, set()
    for row in published():
        text = row[COLUMNS[series][1]]
        ours = cube.at(code(row), Period.year(int(row["year"])))
        if text in ("", "inf") or not exists(row):
            assert ours is None, (code(row), row["year"], ours)
            continue
        assert ours is not None, (code(row), row["year"])
        worst = max(worst, abs(ours - float(text)) / 100)
        compared += 1
        areas.add(code(row))
    assert worst <= 1e-6
    assert (compared, len(areas)) == (2559, 103)


def test_the_whole_table_with_its_zeros_is_refused_for_the_shipped_series(tmp_path: Path) -> None:
    """In the shipped area system the province has its legal dates, so its invented zeros are named and refused."""
    tidy = tmp_path / "zeros.csv"
    with tidy.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["area_system", "area", "period", "series", "value"])
        for row in published():
            if row["level"] == "Provincial" and not exists(row):
                out.writerow(["th-nesdc", f"TH-{row['code']}", row["year"], "grp_per_head", row["per_capita_baht"]])
    with pytest.raises(ImportRefused) as refused:
        Workspace.open(tmp_path / "home").import_file(tidy, dataset="user/zeros")
    assert len(refused.value.problems) == 16
