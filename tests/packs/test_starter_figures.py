"""The starter figures against the collected official tables (in ../shared beside the project)."""

from __future__ import annotations

import csv
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from mudmai.exchange.packs import shipped_packs

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not (DATA / "stats").is_dir(), reason="../shared/data is not beside the project")


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("retabulate_starter", ROOT / "scripts" / "retabulate_starter.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_committed_tables_are_what_the_script_writes() -> None:
    differing = [path.name for path, text in script().tables(DATA) if path.read_text(encoding="utf-8") != text]
    assert differing == []


def test_growth_of_the_starter_figures_is_the_publisher_s() -> None:
    """Kingdom and regions, all years; nominal from the published level, real from chained volumes per head."""
    names = {name.upper(): code for name, (code, _, _) in script().NESDC_REGIONS.items()} | {"WHOLE KINGDOM": "TH"}
    value = {
        (r["series"], r["area"], int(r["period"])): float(r["value"])
        for r in read(shipped_packs() / "th-m8" / "data" / "nesdc_accounts.csv")
    }

    def level(series: str, area: str, year: int) -> float:
        if series == "nominal":
            return value["grp_per_head", area, year]
        return value["grp_cvm", area, year] / value["population", area, year]

    compared = 0
    for row in read(DATA / "stats" / "nesdc_per_capita_long_1995_2020.csv"):
        area, year = names.get(row["area_nesdc_en"]), int(row["year"])
        if area is None or year == 1995:
            continue
        for series, column in (("nominal", "per_capita_growth_pct"), ("real", "cvm_per_capita_growth_pct")):
            growth = 100 * (level(series, area, year) / level(series, area, year - 1) - 1)
            # The collected column is itself rounded to four decimals.
            assert growth == pytest.approx(float(row[column]), abs=6e-5), (area, year, series)
            compared += 1
    assert compared == 8 * 25 * 2


def test_si_sa_ket_and_sing_buri_carry_their_own_figures() -> None:
    rows = read(shipped_packs() / "th-m8" / "data" / "nesdc_accounts.csv")
    people = {r["area"]: float(r["value"]) for r in rows if r["series"] == "population" and r["period"] == "2019"}
    assert people["TH-33"] > 900
    assert people["TH-17"] < 250
    named = {r["area"]: r["locator"].split(";")[0] for r in rows if r["area"] in ("TH-17", "TH-33")}
    assert named == {"TH-17": "SINGBURI", "TH-33": "SI SA KET"}


def test_inputs_that_do_not_fit_are_refused() -> None:
    with pytest.raises(SystemExit, match="do not fit"):
        script().must(False, "a sum")
