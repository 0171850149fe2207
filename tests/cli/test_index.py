"""``mudmai index``: the list, scores, noise and every stage, in all forms."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from .conftest import Cli


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
    assert "less than 80 %" in text


def test_sensitivity_tells_choices_and_swaps(cli: Cli) -> None:
    told = cli("index", "sensitivity", "province-base", "--format", "json").json()
    assert {one["choice"] for one in told["choices"]} >= {"normalisation", "weights:province-base"}
    assert len(told["without"]) == 6
    assert told["swaps"]
    text = cli("index", "sensitivity", "province-base", "--lang", "en").text
    assert "neighbours keep their order" in text


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
    book = tmp_path / "scores.xlsx"
    assert cli("index", "export", "province-base", "-o", str(book)).code == 0
    assert book.read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing",), "province-base"),
        (("province-base", "--weights", "base=0.9"), "add up to 1.55"),
        (("province-base", "--weights", "base"), "cannot be read"),
        (("province-base", "--period", "2020"), "no figure at all"),
        (("province-base", "--draws", "3"), "3 draws"),
    ],
)
def test_faults_are_told_with_a_remedy(cli: Cli, arguments: tuple[str, ...], said: str) -> None:
    ended = cli("index", "compute", *arguments, "--lang", "en")
    assert ended.code == 1
    assert said in ended.err
    assert "→" in ended.err
