"""``mudmai assess register`` and ``mudmai assess clock`` in a workspace of the shipped packs."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from .conftest import process


@pytest.fixture(scope="module")
def home(started_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with figures and a database, whose register has the first entries."""
    import shutil

    made = Path(shutil.copytree(started_home, tmp_path_factory.mktemp("register") / "home"))
    ended = process(made, "assess", "register", "load", "--lang", "en")
    assert (ended.code, ended.err) == (0, "")
    assert "smart-city:" in ended.text and "known" in ended.text
    return made


def test_list_show_and_counts(home: Path) -> None:
    listed = process(home, "assess", "register", "list", "--format", "json").json()
    assert len(listed) == 37 and {one["state"] for one in listed} == {"in_force"}
    found = process(home, "assess", "register", "list", "--find", "phuket smart", "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(found.text.lstrip("\ufeff")))
    assert row["number"] == "smart-city-2021-F13"
    shown = process(home, "assess", "register", "show", row["number"], "--lang", "en").text
    assert "Phuket Smart City" in shown and "first entry" in shown
    lost = process(home, "assess", "register", "show", "smart-city-2021-F99", "--lang", "en")
    assert lost.code == 1 and "smart-city-2021-F" in lost.err
    counts = process(home, "assess", "register", "counts", "--today", "2026-05-04", "--format", "json").json()
    assert [(one["year"], one["count"]) for one in counts] == [
        ("2021", 15), ("2022", 30), ("2023", 36), ("2024", 36), ("2025", 37), ("2026", 37)
    ]  # fmt: skip


def test_loading_again_changes_nothing(home: Path) -> None:
    assert "0 new, 37 known" in process(home, "assess", "register", "load", "--lang", "en").text


def test_who_keeps_it(home: Path) -> None:
    lost = process(home, "assess", "register", "hold", "smart-city", "nobody", "--lang", "en")
    assert lost.code == 1 and "no organisation yet" in lost.err and "mudmai account create-admin" in lost.err
    assert process(home, "account", "create-admin", "root@example.go.th", "--invite").code == 0
    lost = process(home, "assess", "register", "hold", "smart-city", "nobody", "--lang", "en")
    assert lost.code == 1 and "nobody" in lost.err and "operator" in lost.err
    wrong = process(home, "assess", "register", "hold", "smart-citi", "operator", "--lang", "en")
    assert wrong.code == 1 and "smart-city" in wrong.err
    held = process(home, "assess", "register", "hold", "smart-city", "operator", "--lang", "en")
    assert (held.code, held.err) == (0, "") and "kept by" in held.text


def test_export(home: Path, tmp_path: Path) -> None:
    for suffix in ("csv", "xlsx", "json"):
        assert process(home, "assess", "register", "export", str(tmp_path / f"r.{suffix}")).code == 0
    assert len(list(csv.DictReader(io.StringIO((tmp_path / "r.csv").read_text("utf-8-sig"))))) == 37
    assert load_workbook(tmp_path / "r.xlsx")["certificates"].max_row == 38
    assert len(json.loads((tmp_path / "r.json").read_text("utf-8"))["certificates"]) == 37
    refused = process(home, "assess", "register", "export", str(tmp_path / "r.txt"), "--lang", "en")
    assert refused.code == 1 and ".xlsx" in refused.err


def test_the_clock_of_a_day(home: Path) -> None:
    asked = ("assess", "clock", "--today", f"{date.today().year + 1}-06-30", "--lang", "en")
    early = process(home, *asked)
    assert early.code == 1 and "--rehearsal" in early.err and asked[3] in early.err
    first = process(home, *asked, "--rehearsal")
    assert first.code == 0 and "37 → 37" in first.text
    assert "nothing changed" in process(home, *asked, "--rehearsal").text
    assert "register.clock" in process(home, "audit", "list", "--format", "csv").text
    assert process(home, "assess", "clock", "--today", "tomorrow").code == 1
