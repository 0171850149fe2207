"""Tables for people, JSON, CSV and workbooks; on the screen and in files; Thai columns hold."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest

from mudmai.cli.output import Column, table_text
from mudmai.core.language import same
from mudmai.exchange.tables import width_of

from .conftest import Cli

CALLS = [
    ["score"],
    ["explain", "I1.1", "--area", "NESDC-N", "--year", "2562"],
    ["eval", "growth(grp_per_head)", "--from", "2560", "--to", "2562"],
    ["data", "list"],
    ["data", "releases"],
    ["data", "series"],
    ["data", "show", "gini_income_nso", "--from", "2566"],
    ["data", "diff", "r1"],
    ["areas", "list"],
    ["areas", "list", "th-nesdc", "--level", "region"],
    ["pack", "list"],
    ["pack", "show", "th-m8"],
    ["pack", "show", "th-areas"],
    ["bench", "--here", "--repeat", "1"],
]


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_every_command_that_prints_data_prints_all_four_forms(cli: Cli, tmp_path: Path, call: list[str]) -> None:
    for form in ("table", "json", "csv", "xlsx"):
        ended = cli(*call, "--format", form)
        assert (ended.code, ended.err) == (0, "")
        match form:
            case "table":
                assert ended.text.strip()
                assert "None" not in ended.text
                assert not any(line != line.rstrip() for line in ended.text.splitlines())
            case "json":
                assert isinstance(ended.json(), (list, dict))
            case "csv":
                assert ended.out.startswith(b"\xef\xbb\xbf")
                rows = list(csv.reader(io.StringIO(ended.out.decode("utf-8-sig"), newline="")))
                assert {len(row) for row in rows} == {len(rows[0])}
            case "xlsx":
                assert openpyxl.load_workbook(io.BytesIO(ended.out)).sheetnames


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_every_table_speaks_thai(cli: Cli, call: list[str]) -> None:
    text = cli(*call, "--lang", "th").text
    assert any("\u0e01" <= sign <= "\u0e5b" for sign in text)


def test_files_are_named_by_their_ending_or_the_format(cli: Cli, tmp_path: Path) -> None:
    for name in ("a.json", "a.csv", "a.xlsx", "a.txt"):
        ended = cli("score", "--indicator", "I2.1", "-o", str(tmp_path / name))
        assert (ended.code, ended.out) == (0, b"")
    assert len(json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))) == 5
    assert (tmp_path / "a.csv").read_bytes().count(b"\r\n") == 6
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == ["score", "notes"]
    assert "I2.1" in (tmp_path / "a.txt").read_text(encoding="utf-8")
    cli("score", "--format", "csv", "-o", str(tmp_path / "b.dat"))
    assert (tmp_path / "b.dat").read_bytes().startswith(b"\xef\xbb\xbf")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.csv", "a.json", "a.txt", "a.xlsx", "b.dat"]


def test_a_folder_that_cannot_take_the_file_is_the_users_matter(cli: Cli, tmp_path: Path) -> None:
    ended = cli("score", "-o", str(tmp_path / "nowhere" / "a.csv"))
    assert ended.code == 1
    assert "nowhere" in ended.err


def test_thai_columns_are_aligned(cli: Cli) -> None:
    lines = cli("score", "--indicator", "I1.1", "--year", "2562", "--lang", "th").text.splitlines()
    rows = [line for line in lines if line.startswith("NESDC-")]
    assert len(rows) == 7
    for mark in ("พ.ศ. 2562",):
        assert len({width_of(row[: row.index(mark)]) for row in rows}) == 1
    ends = {width_of(row[: row.index("บรรลุ")]) - (2 if "ไม่บรรลุ" in row else 0) for row in rows}
    assert len({width_of(row) for row in rows}) == 1
    assert ends


def test_json_numbers_are_whole_and_missing_is_null(cli: Cli) -> None:
    rows = cli("score", "--format", "json").json()
    missing = [row for row in rows if row["value"] is None]
    assert missing
    assert all(row["verdict"] == "not_judged" for row in missing)
    text = cli("score", "--format", "csv").out.decode("utf-8-sig")
    value = {row["area"]: row["value"] for row in csv.DictReader(io.StringIO(text)) if row["indicator"] == "I2.2"}
    assert value["NSO-N"] == ""


def test_the_workbook_says_how_to_read_it(cli: Cli) -> None:
    book = openpyxl.load_workbook(io.BytesIO(cli("score", "--format", "xlsx").out))
    notes = {row[0].value: row[1].value for row in book["notes"].rows}
    assert notes["Release"].startswith("r1-")
    assert "zero" in notes["Missing"]


def test_references_are_shown_on_request_only(cli: Cli) -> None:
    judged = cli("score", "--indicator", "I1.1", "--format", "json").json()
    more = cli("score", "--indicator", "I1.1", "--with-references", "--format", "json").json()
    extra = {row["area"] for row in more} - {row["area"] for row in judged}
    assert extra == {"TH"}


@pytest.mark.parametrize("width", [10, 30, 60, None])
def test_a_narrow_terminal_folds_words_and_never_cuts_figures(width: int | None) -> None:
    columns = [Column("code", same("Code")), Column("name", same("Name")), Column("value", same("Value"), decimals=2)]
    name = "หนึ่งสองสามสี่ห้าหกเจ็ดแปดเก้าสิบ"
    text = table_text(columns, [{"code": "NESDC-BKV", "name": name, "value": 1234567.891}], width)
    assert "1,234,567.89" in text
    assert "NESDC-BKV" in text
    rows = text.splitlines()[2:]
    assert "".join(row.replace("NESDC-BKV", "").replace("1,234,567.89", "").strip() for row in rows) == name


@pytest.mark.parametrize("ending", ["pdf", "parquet", "XLS", "html"])
def test_a_file_whose_ending_we_cannot_write_is_refused(cli: Cli, tmp_path: Path, ending: str) -> None:
    """Never text in a file that is called otherwise."""
    asked = tmp_path / f"score.{ending}"
    for language in ("en", "th"):
        ended = cli("score", "-o", str(asked), "--lang", language)
        assert (ended.code, ended.out) == (2, b"")
        assert all(one in ended.err for one in (".csv", ".json", ".xlsx", ".txt", "--format"))
    assert not asked.exists()
    assert cli("score", "--format", "csv", "-o", str(asked)).code == 0, "who names the form chooses the name"
    assert asked.read_bytes().startswith(b"\xef\xbb\xbf")


def test_eval_of_one_year_and_score_of_a_year_without_data(cli: Cli) -> None:
    one = cli("eval", "growth(grp_per_head)", "--year", "2562", "--format", "json")
    both = cli("eval", "growth(grp_per_head)", "--from", "2562", "--to", "2019", "--format", "json")
    assert one.json() == both.json()
    assert cli("eval", "grp_per_head", "--year", "2562", "--from", "2560").code == 2
    told = cli("score", "--year", "1800", "--lang", "th")
    assert told.code == 0
    assert "ไม่มีข้อมูลของ พ.ศ. 2343" in told.text
    assert "this release has no data of 1800" in cli("score", "--year", "1800").text
    assert "no data of" not in cli("score", "--year", "2562").text


def test_citations_begin_with_the_address_of_the_site_where_it_is_set(cli: Cli) -> None:
    call = ("explain", "I1.1", "--area", "NESDC-N", "--year", "2562", "--format", "json")
    site = "https://scores.example.go.th"
    plain, told = cli(*call).json(), cli(*call, MUDMAI_SITE_ADDRESS=site + "/").json()
    assert plain["permalink"].startswith("/r/")
    assert told["permalink"] == site + plain["permalink"]
    assert told["citation_th"].endswith(" " + told["permalink"])
    assert told["citation_en"].endswith(" " + told["permalink"])
