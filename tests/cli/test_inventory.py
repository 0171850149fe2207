"""``mudmai inventory``: what is not known and why, levels, factors for other cells, balances."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from mudmai.cli.main import run

HEAD = "cell,activity,amount,unit,notation,factor\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MUDMAI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MUDMAI_LANG", "en")
    return tmp_path


def written(folder: Path, *lines: str) -> str:
    path = folder / "city.csv"
    path.write_text(HEAD + "".join(line + "\n" for line in lines), "utf-8")
    return str(path)


def test_cells_that_are_not_known_are_named_with_the_reason(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ("I.1.1,LPG,1000,kg,,homes-lpg", "I.1.2,power,5,MWh,,", "I.2.1,stoves,,kg,,homes-lpg", "I.3.1,x,,,NE,")
    file = written(folder, *lines)
    assert run(["inventory", "compute", file, "--population", "100"]) == 0
    shown = capsys.readouterr().out
    assert "level BASIC · GWP set" in shown
    assert "at least 0.03 t a head" in shown
    for cell, why in (
        ("I.1.2", "power: there is no emission factor"),
        ("I.2.1", "stoves: the amount is not known"),
        ("I.3.1", "x: occurs, not estimated"),
        ("II.1.1", "neither a figure nor a notation key"),
    ):
        (line,) = [one for one in shown.splitlines() if one.startswith(f"  {cell}  ")]
        assert why in line
    for spot in ("cell F3, row 3, field factor", "cell C4, row 4, field amount", "cell E5, row 5, field notation"):
        assert spot in shown
    told = json_of(capsys, "inventory", "compute", file, "--format", "json")
    kinds = {one["cell"]: [reason["kind"] for reason in one["reasons"]] for one in told["not_known"]}
    assert (kinds["I.1.2"], kinds["I.2.1"], kinds["I.3.1"], kinds["II.1.1"]) == (
        ["no_factor"], ["no_amount"], ["NE"], ["empty"]
    )  # fmt: skip
    assert "I.1.1" not in kinds
    assert told["total"]["co2e_t"] > 0 and told["level"] == "BASIC" and told["gwp"]["set"]


def json_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object] | dict[str, list]:  # type: ignore[type-arg]
    assert run(list(arguments)) == 0
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


def test_sectors_beyond_the_level_are_not_called_known(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(folder, "I.1.1,LPG,1000,kg,,homes-lpg")
    assert run(["inventory", "compute", file]) == 0
    (beyond,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("V ")]
    assert "not counted at this level" in beyond
    assert run(["inventory", "compute", file, "--level", "BASIC+"]) == 0
    (counted,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("V ")]
    assert "not counted" not in counted and not counted.endswith(" 0")


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_template_carries_its_level(folder: Path, ending: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(folder / f"inventory.{ending}")
    assert run(["inventory", "template", "-o", file, "--level", "BASIC+"]) == 0
    capsys.readouterr()
    assert run(["inventory", "compute", file]) == 0
    told = capsys.readouterr()
    assert "level BASIC+ ·" in told.out and told.err == ""
    assert run(["inventory", "compute", file, "--level", "BASIC"]) == 0
    told = capsys.readouterr()
    assert "level BASIC ·" in told.out
    assert "the sheet is of level BASIC+; worked out for BASIC" in told.err


def test_a_level_that_there_is_not_is_refused_by_its_cell(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "inventory.xlsx"
    assert run(["inventory", "template", "-o", str(file)]) == 0
    book = openpyxl.load_workbook(file)
    book.worksheets[0]["C2"] = "GOLD"
    book.save(file)
    assert run(["inventory", "compute", str(file)]) == 1
    err = capsys.readouterr().err
    assert "cell C2" in err and "GOLD" in err


def test_a_factor_for_other_cells_is_told_and_counted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(folder, "I.3.1,LPG,1000,kg,,homes-lpg")
    told = json_of(capsys, "inventory", "compute", file, "--format", "json")
    (one,) = told["warnings"]
    assert one["where"]["cell"] == "F2" and "homes-lpg is meant for" in one["en"]
    assert run(["inventory", "compute", file]) == 0
    assert "not for I.3.1" in capsys.readouterr().err


def test_balances_say_closed_or_why_not(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    template = folder / "inventory.csv"
    assert run(["inventory", "template", "-o", str(template)]) == 0
    capsys.readouterr()
    assert run(["inventory", "compute", str(template)]) == 0
    shown = capsys.readouterr().out
    assert "Balances:" in shown and "not closed because none of its flows is filled in" in shown
    flows = [line.split(",")[0] for line in template.read_text("utf-8-sig").splitlines() if line.startswith("waste/")]
    file = written(folder, *(f"{one},,0,t,," for one in flows))
    assert run(["inventory", "compute", file]) == 0
    assert ": closes" in capsys.readouterr().out
    assert run(["inventory", "compute", written(folder, f"{flows[0]},,5,t,,")]) == 0
    assert "not closed because this is not known" in capsys.readouterr().out


def test_factors_are_shown_with_all_that_working_them_out_again_needs(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = {one["factor"]: one for one in json_of(capsys, "inventory", "show", "--format", "json")}  # type: ignore[index]
    assert shown["road-diesel"]["heat"] == "43 MJ/kg, 36420 MJ/m3"
    assert shown["grid-2569"]["heat"] == "" and shown["grid-2569"]["gases"] == "CO2e 0.475"
    assert shown["incineration-plastics"]["gases"].startswith("CO2 2.75")
    assert all(float(part.split()[1]) >= 0 for one in shown.values() for part in one["gases"].split(", "))


def test_an_uncertainty_stated_for_a_given_factor_counts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "city.csv"
    head = HEAD.strip() + ",uncertainty of the amount (±%),uncertainty of the factor (±%)\n"
    path.write_text(head + "I.1.2,power,5,MWh,,grid-2569,3,4\n", "utf-8")
    told = json_of(capsys, "inventory", "compute", str(path), "--format", "json")
    assert told["total"]["uncertainty_percent"] == 5.0 and told["total"]["share_with_stated_uncertainty"] == 1.0  # type: ignore[call-overload]


def test_an_unexplained_elsewhere_is_told_at_its_source(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "city.csv"
    path.write_text(HEAD.strip() + ",source\nI.1.3,losses,,,IE,,\n", "utf-8")
    assert run(["inventory", "compute", str(path)]) != 0
    assert "cell G2, row 2, field source: IE needs to say where it is included" in capsys.readouterr().err
