"""``mudmai assess`` without a database: sets, workbooks to fill in, scores, packs."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from mudmai.cli.main import run


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MUDMAI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.delenv("MUDMAI_LANG", raising=False)
    return tmp_path


def filled(path: Path, *steps: tuple[str, str, int]) -> Path:
    book = openpyxl.load_workbook(path)
    for sheet, cell, value in steps:
        next(one for one in book.worksheets if one.title.startswith(sheet))[cell] = value
    book.save(path)
    return path


def test_sets_are_listed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["assess", "criteria", "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert {"smart-city", "universal-design"} <= {one["scheme"] for one in listed}
    assert run(["assess", "criteria", "smart-city", "--lang", "th"]) == 0
    assert "ขอบเขตพื้นที่" in capsys.readouterr().out
    assert run(["assess", "criteria", "smart-citi"]) == 1
    assert "smart-city" in capsys.readouterr().err


def test_a_filled_workbook_is_scored(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Part 1 of the smart city: points 1, 1, 2, 1, 2; steps 3 and 0 of 3 for the first two: 1 of 7, 5 open."""
    form = home / "answers.xlsx"
    assert run(["assess", "template", "smart-city", "--out", str(form), "--claim", "environment"]) == 0
    filled(form, ("1.", "H3", 3), ("1.", "H4", 0))
    capsys.readouterr()
    assert run(["assess", "score", str(form), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["parts"]["area"]["low"] == pytest.approx(1 / 7)
    assert told["parts"]["area"]["high"] == pytest.approx(6 / 7)
    assert told["criteria"]["sc-boundary"]["step"] == 3
    assert told["criteria"]["sc-boundary"]["cell"].endswith("!H3")
    assert told["criteria"]["sc-goals"]["step"] is None
    assert (told["level"], told["claimed"], told["next"]["level"]) == (None, ["environment"], "promoted")
    assert run(["assess", "score", str(form), "--fact", "flood_prone=no"]) == 0
    shown = capsys.readouterr().out
    assert "no level is certain yet" in shown
    assert "1 not asked" in shown
    assert "14.2–85.7" in shown  # cut, not rounded: 1/7 is 14.28


def test_faults_end_with_code_1_and_their_cells(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    form = home / "answers.xlsx"
    run(["assess", "template", "universal-design", "--out", str(form)])
    filled(form, ("2.", "H4", 9))
    assert run(["assess", "score", str(form)]) == 1
    assert "H4" in capsys.readouterr().err
    assert run(["assess", "score", str(home / "absent.xlsx")]) == 1
    assert run(["assess", "score", str(form), "--fact", "population=many"]) in (1, 2)


def test_answers_that_are_not_asked_are_told_first(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The part was claimed in the form and is no longer; a criterion does not fit the body."""
    form = home / "answers.xlsx"
    assert run(["assess", "template", "smart-city", "--out", str(form), "--lang", "en"]) == 0
    assert capsys.readouterr().out == f"wrote {form}\n"
    book = openpyxl.load_workbook(form)
    sheet = next(one for one in book.worksheets if one["A1"].value == "part:environment")
    sheet["H3"] = 1
    book.save(form)
    assert run(["assess", "score", str(form), "--lang", "en"]) == 0
    told = capsys.readouterr()
    assert "Answers that are not counted: 1" in told.err
    assert f"sheet {sheet.title}, cell H3: not asked" in told.err and "is not claimed" in told.err
    assert "not asked: 1" in told.out
    assert run(["assess", "score", str(form), "--format", "json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)["not_counted"]
    assert one["where"]["cell"] == "H3"
    assert run(["assess", "score", str(form), "--claim", "environment", "--lang", "en"]) == 0
    assert capsys.readouterr().err == ""


def test_a_lost_row_is_told_by_its_sheet(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    form = home / "answers.xlsx"
    run(["assess", "template", "universal-design", "--out", str(form)])
    book = openpyxl.load_workbook(form)
    next(one for one in book.worksheets if one.title.startswith("2.")).delete_rows(3)
    book.save(form)
    assert run(["assess", "score", str(form), "--lang", "en"]) == 1
    err = capsys.readouterr().err
    assert "  - sheet 2. อาคารและที่สาธารณะ: there is no row of “" in err and "  - :" not in err


def test_a_set_is_edited_in_excel_and_comes_back_as_a_pack(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = home / "criteria.xlsx"
    assert run(["assess", "criteria", "digital-readiness", "--out", str(book)]) == 0
    filled(book, ("set", "B2", "ours-1"))
    pack = home / "home" / "packs" / "ours"
    assert run(["assess", "criteria-pack", str(book), "--out", str(pack)]) == 0
    assert run(["pack", "check", str(pack)]) == 0
    capsys.readouterr()
    assert run(["assess", "criteria", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["id"] == "ours-1"
    assert run(["assess", "criteria-pack", str(book), "--out", str(pack)]) == 1
