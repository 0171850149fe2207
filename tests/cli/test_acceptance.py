"""What the plan's first release must show, said to the command line word for word."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mudmai.exchange.packs import shipped_packs

from .conftest import Cli, process

KEYS = {
    "indicator", "area", "area_system", "period", "value", "unit", "comparator", "target", "verdict", "reason",
    "coverage", "reading", "release",
}  # fmt: skip
REGIONS = {"NESDC-BKV", "NESDC-C", "NESDC-E", "NESDC-W", "NESDC-N", "NESDC-NE", "NESDC-S"}


@pytest.mark.parametrize(
    ("reading", "kingdom", "above"),
    [
        ("real-cagr-4", 2.994, {"NESDC-N": 3.241, "NESDC-NE": 3.071}),
        ("real-mean-5", 2.897, {"NESDC-NE": 3.114}),
        ("real-annual", 1.85, {"NESDC-BKV": 2.57, "NESDC-S": 2.08}),
        ("nominal-cagr-4", 4.784, {}),
        ("nominal-annual", 2.86, {"NESDC-BKV": 3.47, "NESDC-S": 3.96}),
    ],
)
def test_the_reading_decides_who_grows_faster(cli: Cli, reading: str, kingdom: float, above: dict[str, float]) -> None:
    ended = cli("score", "th-m8", "--indicator", "I1.1", "--year", "2562", "--reading", reading, "--format", "json")
    rows = ended.json()
    assert {row["area"] for row in rows} == REGIONS
    assert all(set(row) >= KEYS for row in rows)
    digits = len(str(kingdom).partition(".")[2])
    assert {round(row["comparator"], digits) for row in rows} == {kingdom}
    met = {row["area"]: row["value"] for row in rows if row["verdict"] == "met"}
    assert {area: round(value, digits) for area, value in met.items()} == above
    assert {row["verdict"] for row in rows} <= {"met", "not_met"}
    assert {row["period"] for row in rows} == {"2019"}


def test_the_inputs_of_the_growth_are_explained(cli: Cli) -> None:
    told = cli(
        "explain", "I1.1", "--area", "NESDC-N", "--year", "2562", "--format", "json", "--reading", "real-cagr-4"
    ).json()
    assert round(told["value"], 3) == 3.241
    assert {(i["area"], i["period"]) for i in told["inputs"]} == {
        ("NESDC-N", "2019"), ("NESDC-N", "2015"), ("TH", "2019"), ("TH", "2015"),
    }  # fmt: skip
    assert all(i["source"]["publisher_th"] and i["locator"] and i["dataset"] for i in told["inputs"])
    place = f"/r/{told['release']}/th-m8/I1.1/NESDC-N/2019"
    assert told["permalink"] == f"{place}?reading=real-cagr-4&packs={told['packs']}"
    assert told["citation_th"] != told["citation_en"]
    assert "3.24" in told["with_numbers_en"]


def test_gini_of_2566_only_the_south_is_above(cli: Cli) -> None:
    rows = cli("score", "--indicator", "I2.1", "--year", "๒๕๖๖", "--format", "json").json()
    values = {row["area"]: row["value"] for row in rows}
    assert values == {"NSOI-BKK3": 0.307, "NSOI-C": 0.360, "NSOI-N": 0.372, "NSOI-NE": 0.377, "NSOI-S": 0.395}
    assert {row["comparator"] for row in rows} == {0.382}
    assert [row["area"] for row in rows if row["verdict"] == "not_met"] == ["NSOI-S"]


def test_shares_without_their_base_year_are_not_judged(cli: Cli) -> None:
    rows = {row["area"]: row for row in cli("score", "--indicator", "I2.2", "--format", "json").json()}
    assert set(rows) == {"NSO-BKK", "NSO-C", "NSO-N", "NSO-NE", "NSO-S"}
    for area in ("NSO-N", "NSO-NE", "NSO-S"):
        assert (rows[area]["verdict"], rows[area]["reason"]) == ("not_judged", "base_missing")
        assert rows[area]["sentence_th"] != rows[area]["sentence_en"]
    assert round(rows["NSO-C"]["comparator"], 2) == 31.34


def test_smart_cities_37_of_105_with_path_and_chance(cli: Cli) -> None:
    (row,) = cli("score", "--indicator", "I3.1", "--format", "json").json()
    assert (row["value"], row["target"], row["period"]) == (37, 105, "2025")
    assert row["path"]["needed_per_period"] == 34
    assert 0 <= row["path"]["chance"] < 0.2
    assert row["path"]["method_th"]
    low, high = row["path"]["points"][-1]["low95"], row["path"]["points"][-1]["high95"]
    assert low < row["path"]["points"][-1]["median"] < high


def test_the_real_command_prints_nothing_but_json(started_home: Path) -> None:
    ended = process(
        started_home,
        "score",
        "th-m8",
        "--indicator",
        "I1.1",
        "--year",
        "2562",
        "--reading",
        "real-cagr-4",
        "--format",
        "json",
    )
    assert (ended.code, ended.err) == (0, "")
    assert len(ended.json()) == 7


def test_a_year_later_than_the_data_is_said_not_silent(cli: Cli) -> None:
    rows = cli("score", "--indicator", "I1.1", "--year", "2570", "--format", "json").json()
    assert {(row["area"], row["verdict"], row["value"]) for row in rows} == {(a, "not_judged", None) for a in REGIONS}


def test_buddhist_and_common_era_years_give_the_same(cli: Cli) -> None:
    said = [
        cli("score", "--indicator", "I1.1", "--year", y, "--format", "json").out for y in ("2562", "2019", "พ.ศ. ๒๕๖๒")
    ]
    assert len(set(said)) == 1


def test_an_old_state_of_the_packs_is_explained_by_its_name(cli: Cli, home: Path) -> None:
    asked = ("explain", "I1.1", "--area", "NESDC-N", "--year", "2562", "--format", "json")
    before = cli(*asked, home=home).json()
    folder = home / "packs" / "th-m8"
    shutil.copytree(shipped_packs() / "th-m8", folder)
    plan = folder / "plan.yaml"
    plan.write_text(plan.read_text("utf-8").replace("cagr(real_income_per_head, 4)", "cagr(real_income_per_head, 3)"))
    now = cli(*asked, home=home).json()
    assert now["formula"] == "cagr(real_income_per_head, 3)" and now["value"] != before["value"]
    assert cli(*asked, "--release", before["release"], "--packs", before["packs"], home=home).json() == before
    words = cli(*asked[:-2], "--packs", before["packs"], "--lang", "en", home=home).text
    assert f"Pack: th-m8 1.0 ({before['packs']})" in words
    unknown = cli(*asked, "--packs", "0123456789ab", home=home)
    assert unknown.code == 1 and "0123456789ab" in unknown.err
