"""The real thing: NESDC's gross regional and provincial product, a wide sheet with repeated rows and no codes."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest

from mudmai.core.area_names import AreaNames
from mudmai.core.language import Text, same
from mudmai.core.series import Catalogue, Series, SeriesDimension
from mudmai.exchange.packs.load import load_pack
from mudmai.exchange.packs.pack import shipped_packs
from mudmai.exchange.sheets.applying import apply_recipe
from mudmai.exchange.sheets.findings import Tidy
from mudmai.exchange.sheets.name_forms import shipped_name_forms
from mudmai.exchange.sheets.propose import Proposal, propose
from mudmai.exchange.sheets.recipe import Meaning, Recipe, SeriesRule
from mudmai.exchange.sheets.workbook import Workbook, open_workbook

STATS = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "stats"
ORIGINAL, OURS = STATS / "originals" / "GPP + regional.xlsx", STATS / "nesdc_gpp_grp_1995_2020.csv"
pytestmark = pytest.mark.skipif(
    not (ORIGINAL.is_file() and OURS.is_file()),
    reason="the shared folder with NESDC's workbook is not beside the project",
)
CURRENT, CHAIN = "Current Market Prices", "Chain Volume Measures"
TOTALS = (
    "Gross provincial product (GPP)", "Gross provincial product (CVMs)", "Gross provincial cluster product",
    "Gross provincial cluster product (CVMs)", "Gross regional product (GRP)", "Gross regional product (CVMs)",
    "Gross domestic product (GDP)", "Gross domestic product (CVMs)",
)  # fmt: skip
PER_HEAD = (
    "GPP Per capita (Baht)", "Gross provincial cluster product per capita (Baht)", "GRP Per capita (Baht)",
    "GDP Per capita (Baht)",
)  # fmt: skip
PEOPLE = ("Population (1,000 persons)",)
YEARS = [str(year) for year in range(1995, 2021)]


@lru_cache(maxsize=1)
def rows() -> tuple[Mapping[str, str], ...]:
    """The cleaned table, row by row."""
    with OURS.open(encoding="utf-8-sig", newline="") as file:
        return tuple(csv.DictReader(file))


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The shipped catalogue with sectors, and the same four series for the clusters."""
    shipped = load_pack(shipped_packs() / "th-m8").catalogue
    names = dict.fromkeys(r["sector"] for r in rows() if r["sector"] not in (*TOTALS, *PER_HEAD, *PEOPLE))
    labels = {f"s{n:02d}": same(name) for n, name in enumerate(names)}
    sector = SeriesDimension("sector", Text("สาขาการผลิต", "sector"), tuple(labels), labels)
    series: dict[str, Series] = {}
    for name in ("grp_current", "grp_cvm", "grp_per_head", "population"):
        one = replace(shipped.series[name], dimensions=(sector,) if name in ("grp_current", "grp_cvm") else ())
        series |= {name: one, f"{name}_cl": replace(one, id=f"{name}_cl", area_system="th-clusters")}
    return replace(shipped, series=series)


@lru_cache(maxsize=1)
def workbook() -> Workbook:
    return open_workbook(ORIGINAL)


@lru_cache(maxsize=1)
def proposal() -> Proposal:
    return propose(workbook(), catalogue())


def corrected(recipe: Recipe) -> Recipe:
    """What a person corrects: which words are totals, and which series the two price bases and three measures are."""
    rules = []
    for system, end in (("th-nesdc", ""), ("th-clusters", "_cl")):
        for series, when in (
            ("population", {"sector": PEOPLE}),
            ("grp_per_head", {"sector": PER_HEAD}),
            ("grp_current", {"type": (CURRENT,)}),
            ("grp_cvm", {"type": (CHAIN,)}),
        ):
            without = ("sector",) if "sector" in when else ()
            rules.append(SeriesRule(series + end, when, system, without=without))
    columns = tuple(
        replace(rule, words=dict.fromkeys(TOTALS, "_T")) if rule.heading == "sector" else rule
        for rule in recipe.columns
    )
    return replace(recipe, columns=columns, series_rules=tuple(rules))


@lru_cache(maxsize=2)
def read(not_alive: str = "leave_out") -> Tidy:
    recipe = corrected(proposal().recipe)
    recipe = Recipe.from_json(replace(recipe, not_alive=not_alive).to_json())  # type: ignore[arg-type]
    return apply_recipe(workbook(), recipe, catalogue())


def test_the_proposal_knows_the_columns() -> None:
    meanings = {one.heading: one.meaning for one in proposal().columns}
    assert {name: meanings[name] for name in ("region", "province", "type", "sector")} == {
        "region": Meaning.AREA,
        "province": Meaning.AREA,
        "type": Meaning.SERIES,
        "sector": Meaning.DIMENSION,
    }
    assert meanings["province_code_nesdc"] is Meaning.IGNORE
    assert all(meanings[year] is Meaning.VALUE for year in YEARS)
    assert not any(rule.fill_down for rule in proposal().recipe.columns)


def test_every_name_is_an_area_without_any_help() -> None:
    recipe = proposal().recipe
    assert recipe.area_systems == ("th-nesdc", "th-clusters")
    assert proposal().guesses == () and recipe.aliases == {}
    assert [q.kind for q in proposal().questions] == ["column"]


def test_every_cell_equals_the_cleaned_table() -> None:
    tidy = read("keep")
    assert tidy.accepted, tidy.problems[:3]
    found = {
        (r["area"], r["series"].removesuffix("_cl"), r["dims"], r["period"]): r["value"] for r in tidy.table.to_pylist()
    }
    names = [AreaNames(catalogue().area_systems[s], shipped_name_forms()) for s in ("th-nesdc", "th-clusters")]
    sector = {label.en: code for code, label in catalogue().series["grp_current"].dimensions[0].labels.items()}
    expected: dict[tuple[str, str, str, str], float] = {}
    for row in rows():
        area = names[row["level"] == "Subregional"].find(row["area_nesdc_en"]).code
        what, dims = _fact(row, sector)
        expected |= {(str(area), what, dims, year): float(row[year]) for year in YEARS}
    assert len(expected) == 5150 * 26
    assert found.keys() == expected.keys()
    assert max(abs(found[key] - value) / max(1.0, abs(value)) for key, value in expected.items()) < 1e-9


def _fact(row: Mapping[str, str], sector: Mapping[str, str]) -> tuple[str, str]:
    if row["sector"] in PEOPLE:
        return "population", ""
    if row["sector"] in PER_HEAD:
        return "grp_per_head", ""
    series = "grp_current" if row["type"] == CURRENT else "grp_cvm"
    return series, "" if row["sector"] in TOTALS else f"sector={sector[row['sector']]}"


def test_repeats_are_told_and_kept_once() -> None:
    repeats = [one for one in read("keep").ignored if one.kind == "repeat"]
    assert len(repeats) == 5356 - 5150 and {one.cells for one in repeats} == {26}
    assert repeats[0].place == "row 3" and "row 2" in repeats[0].reason.en


def test_zeros_from_before_a_province_existed_are_no_figures() -> None:
    left_out = [one for one in read().ignored if one.kind == "not_alive"]
    assert len(left_out) == 1 and left_out[0].cells == 52 * 16 and "832 of them zero" in left_out[0].reason.en
    assert read().accepted and read().cells["values"] == 5150 * 26 - 50 * 16


def test_every_value_names_its_cell() -> None:
    table = read("keep").table
    row = table.slice(26 * 100, 1).to_pylist()[0]
    file, sheet, cell = row["locator"].split("!")
    assert (file, sheet) == ("GPP + regional.xlsx", "Sheet1") and cell[0].isalpha()
    from mudmai.exchange.sheets.cells import place_of

    assert workbook().sheets[0].value(*place_of(cell)) == row["value"]


def test_it_can_be_published(tmp_path: Path) -> None:
    from mudmai.engine.releases import ReleaseStore

    release = ReleaseStore(tmp_path).publish("nesdc/gpp", read().table, mode="replace", note="")
    assert release.observations("grp_per_head").num_rows > 2000
