"""Checks against what is published: changed history, totals filled from the release, places, reports, marked files."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest

from mudmai.core.checks import Severity
from mudmai.core.errors import Problem, UnknownNameError, Where
from mudmai.core.language import same
from mudmai.workspace import Workspace
from mudmai.workspace.checking import check_table, checked_reading, keep_report, marked_file, read_report
from mudmai.workspace.checking.reports import CSV_COLUMNS, chosen, finding_rows
from mudmai.workspace.intake import read_file

SHIPPED = Path(__file__).parents[3] / "src" / "mudmai" / "packs"
ACCOUNTS = SHIPPED / "th-m8" / "data" / "nesdc_accounts.csv"
HEAD = "area_system,area,period,series,value,flag\n"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The shipped packs with their figures published."""
    workspace = Workspace.open(tmp_path_factory.mktemp("home"))
    workspace.init()
    return workspace


def tidy(workspace: Workspace, folder: Path, *lines: str, name: str = "file.csv") -> pa.Table:
    path = folder / name
    path.write_text(HEAD + "".join(f"{line}\n" for line in lines), "utf-8")
    table = read_file(workspace, path, name=name, dataset="nesdc-accounts").table
    assert table is not None
    return table


def figure(workspace: Workspace, series: str, area: str, period: str) -> float:
    cell = workspace.release().cell(series, "", area, period)
    assert cell is not None
    assert cell.value is not None
    return cell.value


def test_a_published_figure_that_changes_is_told_and_the_last_years_are_free(real: Workspace, tmp_path: Path) -> None:
    old, new = figure(real, "population", "TH-10", "2015"), figure(real, "population", "TH-10", "2020")
    table = tidy(
        real,
        tmp_path,
        f"th-nesdc,TH-10,2015,population,{old * 1.01},A",
        f"th-nesdc,TH-10,2020,population,{new * 1.01},A",
    )
    report = check_table(real, "nesdc-accounts", table, file="file.csv")
    told = [one for one in report.findings if one.rule == "published"]
    assert [(one.fact.area, one.fact.period) for one in told] == [("TH-10", "2015")]
    assert told[0].severity is Severity.WARNING
    assert "+1.00%" in told[0].text.en
    assert told[0].where.row == 2


def test_a_revised_part_is_held_against_the_published_whole(real: Workspace, tmp_path: Path) -> None:
    old = figure(real, "grp_current", "TH-10", "2015")
    table = tidy(real, tmp_path, f"th-nesdc,TH-10,2015,grp_current,{old + 500},A")
    report = check_table(real, "nesdc-accounts", table, file="file.csv")
    told = {one.rule: one for one in report.findings}
    assert told["provinces-make-region"].fact.area == "NESDC-BKV"
    assert told["provinces-make-region"].where.row == 2  # the row that the file does hold
    assert told["product-per-head"].fact == told["provinces-make-region"].fact.__class__(
        "th-nesdc", "TH-10", "2015", "grp_per_head", ""
    )
    alone = check_table(real, "nesdc-accounts", table, mode="replace")
    assert "provinces-make-region" not in {one.rule for one in alone.findings}


def test_what_is_published_passes_as_it_stands(real: Workspace) -> None:
    table = read_file(real, ACCOUNTS, name="nesdc_accounts.csv", dataset="nesdc-accounts").table
    report = check_table(real, "nesdc-accounts", table)
    assert (report.errors, report.warnings) == (0, 0)


@pytest.mark.parametrize(
    ("dataset", "file", "errors", "warnings"),
    [
        ("nesdc-accounts", "nesdc_accounts", 0, {"sudden-product": 3}),
        ("nso-labour-force", "nso_labour_force", 0, {"every-area": 6}),
        ("nso-income-gini", "nso_income_gini", 0, {"sudden": 3}),
        ("boi-applications", "boi_applications", 1, {"provinces-below-kingdom": 2, "sudden": 1}),
        ("smart-cities", "smart_cities", 0, {"every-year": 1}),
    ],
)
def test_the_shipped_figures_and_their_true_findings(
    tmp_path: Path, dataset: str, file: str, errors: int, warnings: dict[str, int]
) -> None:
    """Against nothing published; docs/explanation/checks.md says what each finding is."""
    empty = Workspace.open(tmp_path)
    path = SHIPPED / "th-m8" / "data" / f"{file}.csv"
    report = checked_reading(empty, read_file(empty, path, name=path.name, dataset=dataset))
    assert report.errors == errors
    found = {one.rule: one.found for one in report.counts if one.found and one.severity is Severity.WARNING}
    assert found == warnings


def test_an_unknown_dataset_is_refused(real: Workspace) -> None:
    with pytest.raises(UnknownNameError):
        check_table(real, "nothing-of-the-kind", pa.table({}))


def test_a_file_that_cannot_be_read_gives_its_faults(real: Workspace) -> None:
    problems = [Problem("number", same("“x”"), same("mend"), Where("a.xlsx", "s", "B7"))]
    report = check_table(real, "nesdc-accounts", None, problems=problems, problem_count=5, file="a.xlsx")
    assert report.errors == 5
    assert report.findings[0].where.cell == "B7"


def test_a_report_is_kept_and_a_marked_file_made_of_it(real: Workspace, tmp_path: Path) -> None:
    old = figure(real, "grp_current", "TH-10", "2015")
    path = tmp_path / "บัญชี.csv"
    path.write_text(HEAD + f"th-nesdc,TH-10,2015,grp_current,{old + 500},A\n", "utf-8")
    reading = read_file(real, path, name=path.name, dataset="nesdc-accounts")
    report = checked_reading(real, reading)
    assert read_report(real, keep_report(real, report).sha256) == report
    content = marked_file(real, path, name=path.name, report=report, title=same("accounts"))
    again = tmp_path / "again.xlsx"
    again.write_bytes(content)
    sheet = openpyxl.load_workbook(again)["บัญชี"]
    assert sheet["E2"].fill.fgColor.rgb == "FFFFC9C2"
    back = checked_reading(real, read_file(real, again, name=again.name, dataset="nesdc-accounts"))
    assert {one.fingerprint for one in back.findings} == {one.fingerprint for one in report.findings}
    rows = list(finding_rows(chosen(report.findings, show="error")))
    assert set(rows[0]) == set(CSV_COLUMNS)
    assert all(row["severity"] == "error" for row in rows)
