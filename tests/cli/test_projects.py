"""``mudmai projects``: the budget bill into the register and out again, to the baht; forms reconciled and printed."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from .conftest import Cli, process

BILL = (
    Path(__file__).parents[2].parent / "shared" / "data" / "stats" / "budget_fy2022_province_and_cluster_projects.csv"
)
HEAD = "ITEM_ID,BUDGETARY_UNIT,PROJECT,CATEGORY_LV1,ITEM_DESCRIPTION,FISCAL_YEAR,AMOUNT\n"
needs_bill = pytest.mark.skipif(not BILL.is_file(), reason="the budget lines of the shared data are not here")


def bill_by(column: str) -> dict[str, Decimal]:
    """The file's own column, summed by the csv module alone."""
    found: dict[str, Decimal] = {}
    with BILL.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            found[row[column]] = found.get(row[column], Decimal(0)) + Decimal(row["AMOUNT"].replace(",", ""))
    return found


def small(folder: Path, *rows: str) -> Path:
    path = folder / "lines.csv"
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return path


@needs_bill
def test_totals_of_a_file_are_its_own_to_the_baht(cli: Cli) -> None:
    ended = cli("projects", "totals", str(BILL), "--level", "province", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(ended.text.lstrip("\ufeff"))))
    by_code = {f"TH-{code}": amount for code, amount in bill_by("unit_code").items() if code.isdigit()}
    assert {row["area"]: Decimal(row["baht"]) for row in rows if row["kind"] == "direct"} == by_code
    assert sum(Decimal(row["baht"]) for row in rows) == Decimal(16_999_993_823)
    assert {row["kind"] for row in rows} == {"direct", "whole", "outside"}


@needs_bill
def test_totals_by_category(cli: Cli) -> None:
    found = cli("projects", "totals", str(BILL), "--by", "category", "--format", "json").json()
    theirs = bill_by("CATEGORY_LV1")
    theirs["งบรายจ่ายอื่น"] += theirs.pop("งบรายจ่ายอิ่น")
    assert {row["category"]: Decimal(row["baht"]) for row in found} == theirs


@needs_bill
def test_the_bill_goes_into_the_register_and_comes_out(home: Path) -> None:
    assert process(home, "account", "create-admin", "somsri@example.go.th", "--invite").code == 0
    loaded = process(home, "projects", "import", str(BILL), "--title", "งบประมาณ 2565", "--format", "json")
    assert loaded.code == 0, loaded.err
    assert loaded.err.count("is not certainly one area") == 8
    told = loaded.json()
    assert (told["projects"], told["lines"], told["first_year"], told["last_year"]) == (396, 1951, 2022, 2022)
    again = process(home, "projects", "import", str(BILL))
    assert again.code == 1
    assert "loaded already" in again.err

    found = process(home, "projects", "totals", "--level", "province", "--format", "json").json()
    by_code = {f"TH-{code}": amount for code, amount in bill_by("unit_code").items() if code.isdigit()}
    assert {row["area"]: Decimal(row["baht"]) for row in found if row["kind"] == "direct"} == by_code
    assert sum(Decimal(row["baht"]) for row in found) == Decimal(16_999_993_823)

    listed = process(home, "projects", "list", "--programme", told["programme"], "--format", "json").json()
    assert len(listed) == 396
    assert sum(Decimal(row["planned"]) for row in listed) == Decimal(16_999_993_823)
    assert all(row["disbursed"] is None for row in listed)
    (programme,) = process(home, "projects", "list", "--programmes", "--format", "json").json()
    assert (programme["title"], programme["kind"], programme["projects"]) == ("งบประมาณ 2565", "budget", 396)
    by_file = bill_by("BUDGETARY_UNIT")
    by_unit: dict[str, Decimal] = {}
    for row in listed:
        by_unit[row["department"]] = by_unit.get(row["department"], Decimal(0)) + Decimal(row["planned"])
    assert by_unit == by_file  # provinces and clusters alike, matched or not

    lines = process(home, "projects", "list", "--programme", told["programme"], "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(lines.text.lstrip("\ufeff"))))
    assert len(rows) == 396
    assert sum(Decimal(row["amount"]) for row in rows) == Decimal(16_999_993_823)
    without = {row["department"] for row in rows if not row["areas"]}
    assert len(without) == 8  # listed, not guessed
    assert all(f"“{unit}” is not certainly one area" in loaded.err for unit in without)
    few = process(home, "projects", "list", "--text", "ท่องเที่ยว", "--limit", "5", "--format", "json").json()
    assert len(few) == 5
    assert all("ท่องเที่ยว" in row["title"] for row in few)


def test_a_list_goes_out_changes_and_comes_back(home: Path, tmp_path: Path) -> None:
    assert process(home, "account", "create-admin", "somsri@example.go.th", "--invite").code == 0
    first = small(tmp_path, "1,จังหวัดน่าน,ถนน,งบลงทุน,x,2022,5\n", "2,จังหวัดน่าน,สะพาน,งบลงทุน,x,2022,7.25\n")
    programme = process(home, "projects", "import", str(first), "--format", "json").json()["programme"]
    for ending in ("csv", "xlsx"):
        path = tmp_path / f"out.{ending}"
        assert process(home, "projects", "list", "-o", str(path)).code == 0
        same = process(home, "projects", "import", str(path), "--format", "json")
        assert (same.code, same.err) == (0, "")
        told = same.json()
        assert (told["changed"], told["new"], told["unchanged"], told["programme"]) == (0, 0, 2, programme)
    text = (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    (tmp_path / "out.csv").write_text(text.replace("7.25", "8.50"), encoding="utf-8-sig")
    dry = process(home, "projects", "import", str(tmp_path / "out.csv"), "--dry-run", "--format", "json")
    assert dry.json()["changed"] == 1
    refused = process(home, "projects", "import", str(tmp_path / "out.csv"))
    assert (refused.code, "a reason is needed" in refused.err) == (1, True)
    wrong = process(home, "projects", "import", str(tmp_path / "out.csv"), "--decided-on", "someday")
    assert wrong.code == 2
    done = process(
        home, "projects", "import", str(tmp_path / "out.csv"), "--reason", "มติ", "--decided-on", "2025-01-05"
    )
    assert done.code == 0, done.err
    listed = process(home, "projects", "list", "--format", "json").json()
    assert [row["planned"] for row in listed] == ["5.00", "8.50"]
    bad = tmp_path / "bad.csv"
    bad.write_text(text.replace("7.25", "-1"), encoding="utf-8-sig")
    ended = process(home, "projects", "import", str(bad), "--reason", "-")
    assert ended.code == 1
    assert "cell X3" in ended.err

    for form in ("pdf", "docx", "xlsx"):
        path = tmp_path / f"forms.{form}"
        printed = process(home, "projects", "print", "--programme", programme, "-o", str(path), "--digits", "thai")
        assert printed.code == 0, printed.err
        assert path.stat().st_size > 1000
    both = process(home, "projects", "print", str(first), "--programme", programme, "-o", str(tmp_path / "x.pdf"))
    assert both.code == 2
    unknown = process(home, "projects", "print", "--programme", programme, "-o", str(path), "--form", "ผ.99")
    assert unknown.code == 1
    assert "ผ.02" in unknown.err
    nowhere = process(home, "projects", "print", "--programme", programme, "-o", str(tmp_path / "no" / "x.pdf"))
    assert nowhere.code == 1
    assert "cannot be written" in nowhere.err


def test_a_faulty_file_is_loaded_not_at_all(cli: Cli, tmp_path: Path) -> None:
    path = small(tmp_path, "1,จังหวัดน่าน,ก,งบลงทุน,x,2022,5\n", "2,จังหวัดน่าน,ก,งบลงทุน,x,2022,-5\n")
    ended = cli("projects", "import", str(path))
    assert ended.code == 1
    assert "cell G3" in ended.err
    assert "below zero" in ended.err
    tried = cli("projects", "import", str(path), "--dry-run", "--format", "json")
    assert (tried.code, tried.json()["faults"]) == (1, 1)


def test_units_are_settled_by_name(cli: Cli, tmp_path: Path) -> None:
    path = small(tmp_path, "1,จังหวัดสิงค์บุรี,ก,งบลงทุน,x,2022,5\n")
    assert cli("projects", "import", str(path), "--dry-run", "--format", "json").json()["unmatched_units"] == 1
    told = cli("projects", "totals", str(path), "--unit", "จังหวัดสิงค์บุรี=TH-17", "--format", "json").json()
    assert [(row["area"], row["baht"]) for row in told] == [("TH-17", "5.00")]
    assert cli("projects", "totals", str(path), "--unit", "nothing").code == 2


def test_files_that_are_none_and_wrong_calls(cli: Cli, tmp_path: Path) -> None:
    missing = cli("projects", "totals", str(tmp_path / "none.csv"))
    assert missing.code == 1
    assert "there is no file" in missing.err
    other = tmp_path / "other.csv"
    other.write_text("ก,ข\n1,2\n", encoding="utf-8")
    assert cli("projects", "import", str(other), "--dry-run").code == 1
    assert cli("projects", "totals", "--by", "category").code == 2
    good = small(tmp_path, "1,จังหวัดน่าน,ก,งบลงทุน,x,2022,5\n")
    assert cli("projects", "print", str(good), "-o", str(tmp_path / "x.pdf")).code == 1
    assert cli("projects", "print", str(good), "-o", str(tmp_path / "x.odt")).code == 2


def test_a_plan_workbook_is_compared_and_printed(cli: Cli, tmp_path: Path) -> None:
    from tests.exchange.forms.plan_workbook import write_plan_workbook

    path = tmp_path / "plan.xlsx"
    write_plan_workbook(path)
    ended = cli("projects", "reconcile", str(path), "--all", "--format", "json")
    lines = ended.json()
    assert lines
    assert (ended.code == 1) == any(not line["agrees"] for line in lines)
    printed = tmp_path / "forms.xlsx"
    done = cli("projects", "print", str(path), "-o", str(printed), "--form", "por-03")
    assert done.code == 0, done.err
    assert openpyxl.load_workbook(printed).sheetnames


def test_stages_are_never_added_and_a_summary_that_disagrees_is_told(cli: Cli, tmp_path: Path) -> None:
    from tests.exchange.forms.plan_workbook import write_plan_workbook

    path = tmp_path / "plan.xlsx"
    write_plan_workbook(path, planted=True)
    told = cli("projects", "totals", str(path), "--lang", "en").text.splitlines()[-1]
    assert "planned 6,372,164,572.00 · ordinance 218,804,400.00 baht (stages are never added" in told
    read = cli("projects", "import", str(path), "--dry-run", "--lang", "en")
    assert read.code == 0 and "8 of 301 comparisons with the book's own summary disagree" in read.err
