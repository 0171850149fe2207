"""``mudmai index``: the list, scores, noise and every stage, in all forms."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from .conftest import Cli
from .test_index_faults import odd


def test_the_list_says_what_is_experimental(cli: Cli) -> None:
    (one,) = [row for row in cli("index", "list", "--format", "json").json() if row["index"] == "province-base"]
    assert one["experimental"] is True
    assert one["pack"] == "th-indices"
    assert "ทดลอง" in cli("index", "list", "--lang", "th").text


def test_scores_come_with_intervals_and_reasons(cli: Cli) -> None:
    told = cli("index", "compute", "province-base", "--format", "json", "--draws", "200", "--seed", "1").json()
    assert (told["areas"], told["draws"], told["seed"]) == (77, 200, 1)
    without = [row for row in told["rows"] if row["score"] is None]
    assert without
    assert all(row["reason_en"] and row["rank"] is None for row in without)
    assert all(row["rank_low"] <= row["rank_high"] for row in told["rows"] if row["score"] is not None)


def test_the_table_says_first_what_the_index_is_not(cli: Cli) -> None:
    text = cli("index", "compute", "province-base", "--lang", "en", "--draws", "100").text
    assert text.index("no official index") < text.index("Prachin Buri")
    assert "does not measure liveability" in text
    assert "less than 80%" in text


def test_single_indicators_and_weights_over_what_is_there_are_told(cli: Cli) -> None:
    told = cli("index", "compute", "province-base", "--format", "json", "--draws", "0").json()
    names = ("product", "growth", "investment", "employed", "women", "gini")
    assert any(row["group_gini"] is not None for row in told["rows"])
    short = 0
    for row in told["rows"]:
        weights = {name: row[f"weight_{name}"] for name in names}
        known = {name: weight for name, weight in weights.items() if weight is not None}
        if row["score"] is None:
            assert not known
            continue
        assert sum(known.values()) == pytest.approx(1)
        parts = {"base": ("product", "growth"), "work": ("employed", "women")}
        score = sum(row[f"group_{one}"] * weights[one] for one in ("investment", "gini") if one in known)
        for group, inside in parts.items():
            score += (row[f"group_{group}"] or 0) * sum(known.get(one, 0) for one in inside)
        assert score == pytest.approx(row["score"])
        short += len(known) < len(names)
    text = cli("index", "compute", "province-base", "--lang", "en", "--draws", "100", "--seed", "2562").text
    assert ("miss a figure" in text) == bool(short)
    assert "worked out 100 times with other choices" in text and "draws lie within" not in text
    assert "Inequality" in text


def test_an_index_reweighted_tells_its_weights(cli: Cli, home: Path) -> None:
    """Half of the weight each: where one figure is missing the other carries all of it."""
    odd(home)
    told = cli("index", "compute", "odd", "--format", "json", "--draws", "0", home=home).json()
    seen = {(row["weight_growth"], row["weight_gini"]) for row in told["rows"] if row["score"] is not None}
    assert (0.5, 0.5) in seen
    assert seen & {(1.0, None), (None, 1.0)}
    shown = cli("index", "compute", "odd", "--lang", "en", "--draws", "0", home=home).text
    assert "miss a figure" in shown


def test_sensitivity_tells_choices_and_swaps(cli: Cli) -> None:
    told = cli("index", "sensitivity", "province-base", "--format", "json").json()
    assert {one["choice"] for one in told["choices"]} >= {"normalisation", "weights:province-base"}
    assert len(told["without"]) == 6
    assert all(one["largest_shift"] < one["compared"] for one in told["without"])
    assert told["swaps"]
    assert all(one["first_low"] <= one["first"] <= one["first_high"] for one in told["choices"])
    text = cli("index", "sensitivity", "province-base", "--lang", "en").text
    assert "neighbours keep their order" in text
    some = next(one for one in told["without"] if one["gained"])
    assert f"among the {some['compared']} areas with a score either way" in text
    assert f"areas that gain a score: {some['gained']}" in text


def test_the_export_carries_all_stages_and_leaves_gaps_empty(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "scores.csv"
    assert cli("index", "export", "province-base", "--draws", "100", "-o", str(file)).code == 0
    rows = {row["area"]: row for row in csv.DictReader(io.StringIO(file.read_text("utf-8-sig")))}
    assert len(rows) == 77
    row = rows["TH-18"]
    assert (row["score"], row["gini_raw"], row["gini_normalised"]) == ("", "", "")
    assert row["reason_th"]
    assert float(rows["TH-40"]["product_raw"]) > 1000
    notes = cli("index", "export", "province-base", "--format", "json", "--draws", "100").json()["notes"]
    assert "real_income_per_head" in notes["product"]
    assert notes["What it is not"]
    assert "normalised values from 0.01 on (floor)" in notes["Method"]
    assert "values beyond count as the goalpost" in notes["product"]
    assert "normalisation goalposts or minmax or rank; aggregation arithmetic or geometric" in notes["Intervals"]
    assert "weights dirichlet, spread 0.3" in notes["Intervals"]
    book = tmp_path / "scores.xlsx"
    assert cli("index", "export", "province-base", "-o", str(book)).code == 0
    assert book.read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing",), "province-base"),
        (("province-base", "--weights", "base=0.9"), "add up to 1.55"),
        (("province-base", "--weights", "base"), "cannot be read"),
        (("province-base", "--period", "2020"), "no figure in any area"),
        (("province-base", "--draws", "3"), "3 draws"),
    ],
)
def test_faults_are_told_with_a_remedy(cli: Cli, arguments: tuple[str, ...], said: str) -> None:
    ended = cli("index", "compute", *arguments, "--lang", "en")
    assert ended.code == 1
    assert said in ended.err
    assert "→" in ended.err
