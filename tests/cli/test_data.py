"""Importing, comparing and looking at data from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from mudmai.cli.main import run

from .conftest import Cli, process

HEAD = "area_system,area,period,series,value,flag,source,method"


def figures(path: Path, *values: float, period: str = "2564") -> Path:
    areas = ("TH", "NESDC-N", "NESDC-S")
    rows = [
        f"th-nesdc,{area},{period},grp_current,{value},A,nesdc-gpp-2563,nesdc-current-prices"
        for area, value in zip(areas, values, strict=False)
    ]
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8-sig")
    return path


def test_import_says_what_changed_and_is_served_at_once(cli: Cli, home: Path, tmp_path: Path) -> None:
    told = cli("data", "import", str(figures(tmp_path / "new.csv", 100, 20, 30)), home=home)
    assert told.code == 0
    assert "look again at 3" in told.err, "a hundred million baht is not what the country makes in a year"
    assert "r1-" in told.text
    assert "r2-" in told.text
    assert "3 values added" in told.text
    shown = cli("data", "show", "grp_current", "--from", "2564", "--format", "json", home=home).json()
    assert [(o["area"], o["period"], o["value"], o["dataset"]) for o in shown] == [
        ("NESDC-N", "2021", 20.0, "user/new"), ("NESDC-S", "2021", 30.0, "user/new"), ("TH", "2021", 100.0, "user/new"),
    ]  # fmt: skip
    assert "user/new" in cli("data", "list", home=home).text


def test_update_revises_replace_replaces_and_the_same_again_is_nothing_new(
    cli: Cli, home: Path, tmp_path: Path
) -> None:
    path = figures(tmp_path / "new.csv", 100, 20, 30)
    cli("data", "import", str(path), home=home)
    again = cli("data", "import", str(path), "--format", "json", home=home).json()
    assert again["release_before"] == again["release_after"]
    update = cli("data", "import", str(figures(path, 101)), "--mode", "update", "--format", "json", home=home).json()
    assert (update["revised"], update["added"], update["removed"]) == (1, 0, 0)
    replace = cli("data", "import", str(path), "--note", "ฉบับแก้ไข", "--format", "json", home=home).json()
    assert (replace["removed"], replace["revised"], replace["rows"]) == (2, 0, 1)
    assert cli("data", "releases", "--format", "json", home=home).json()[0]["note"] == "ฉบับแก้ไข"


def test_diff_shows_old_and_new(cli: Cli, home: Path, tmp_path: Path) -> None:
    path = figures(tmp_path / "new.csv", 100, 20, 30)
    cli("data", "import", str(path), home=home)
    cli("data", "import", str(figures(path, 110, 20, 30)), home=home)
    told = cli("data", "diff", "r2", "r3", "--format", "json", home=home).json()
    (cell,) = told["cells"]
    assert (cell["area"], cell["old_value"], cell["new_value"], cell["change"]) == ("TH", 100.0, 110.0, "revised")
    assert "10.0" in told["summary_en"]
    assert "ปรับปรุง 1 ค่า" in cli("data", "diff", "r2", "--lang", "th", home=home).text


def test_an_older_release_keeps_answering_as_it_did(cli: Cli, home: Path, tmp_path: Path) -> None:
    call = ["eval", "grp_current", "--from", "2564", "--to", "2564", "--area", "NESDC-N", "--format", "json"]
    cli("data", "import", str(figures(tmp_path / "new.csv", 100, 20, 30)), home=home)
    assert cli(*call, home=home).json()[0]["value"] == 20
    assert cli(*call, "--release", "r1", home=home).json()[0]["value"] is None


def test_init_again_leaves_everything_alone(cli: Cli, home: Path, tmp_path: Path) -> None:
    cli("data", "import", str(figures(tmp_path / "new.csv", 100, 20, 30)), home=home)
    before = cli("data", "releases", "--format", "json", home=home).json()
    assert cli("init", home=home).code == 0
    assert cli("data", "releases", "--format", "json", home=home).json() == before


def test_progress_is_for_terminals_only(home: Path, tmp_path: Path) -> None:
    ended = process(home, "data", "import", str(figures(tmp_path / "new.csv", 16e6, 1.2e6, 1.4e6)))
    assert (ended.code, ended.err) == (0, "")


def test_progress_is_drawn_on_a_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import io

    from mudmai.cli import progress
    from mudmai.core.language import Text

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    monkeypatch.setattr(progress.sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with progress.progress() as tell:
        tell(Text("อ่าน", "reading"), 1, 2)
    assert "reading" in screen.getvalue() or "อ่าน" in screen.getvalue()


def test_run_takes_a_list_of_arguments() -> None:
    assert run(["--version"]) == 0


def test_files_with_thai_names_stay_datasets_of_their_own(cli: Cli, home: Path, tmp_path: Path) -> None:
    cli("data", "import", str(figures(tmp_path / "ประชากร ปี 64.csv", 1)), home=home)
    cli("data", "import", str(figures(tmp_path / "แรงงาน.csv", 2, period="2565")), home=home)
    names = [row["dataset"] for row in cli("data", "list", "--format", "json", home=home).json()]
    assert {"user/ประชากร-ปี-64", "user/แรงงาน"} <= set(names)


def test_a_sheet_of_a_workbook_can_be_named(cli: Cli, home: Path, tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for sheet, value in ((book.active, 5), (book.create_sheet("ปี 2565"), 6)):
        for row in ([*HEAD.split(",")], ["th-nesdc", "TH", "พ.ศ. 2565", "grp_current", value, "P", "", ""]):
            sheet.append(row)
    book.save(tmp_path / "book.xlsx")
    both = cli("data", "import", str(tmp_path / "book.xlsx"), home=home)
    assert both.code == 1
    assert "ปี 2565" in both.err
    assert cli("data", "import", str(tmp_path / "book.xlsx"), "--sheet", "ปี 2565", home=home).code == 0
    (row,) = cli("data", "show", "grp_current", "--from", "2565", "--format", "json", home=home).json()
    assert (row["value"], row["flag"]) == (6.0, "P")
    assert "ปี 2565!2" in row["locator"]


def test_a_dataset_can_be_taken_away_and_earlier_releases_keep_it(cli: Cli, home: Path, tmp_path: Path) -> None:
    cli("data", "import", str(figures(tmp_path / "new.csv", 100, 20, 30)), home=home)
    told = cli("data", "remove", "user/new", home=home)
    assert (told.code, told.err) == (0, "")
    assert "3 values removed" in told.text
    assert "user/new" not in cli("data", "list", home=home).text
    assert "user/new" in cli("data", "list", "--release", "r2", home=home).text
    again = cli("data", "remove", "user/new", home=home)
    assert again.code == 1
    assert "th-m8/" in again.err


@pytest.mark.parametrize("series", ["gini_income_nso", "employed"])
def test_what_show_writes_is_imported_again_without_a_change(cli: Cli, home: Path, tmp_path: Path, series: str) -> None:
    rows = cli("data", "show", series, "--format", "json", home=home).json()
    (dataset,) = {row["dataset"] for row in rows}
    kept = tmp_path / "shown.csv"
    cli("data", "show", series, "-o", str(kept), home=home)
    call = ("data", "import", str(kept), "--dataset", dataset, "--mode", "update", "--format", "json")
    told = cli(*call, home=home)
    assert told.code == 0, told.err
    assert told.json()["release_before"] == told.json()["release_after"]


def test_diff_speaks_thai_to_people_and_codes_to_programs(cli: Cli, home: Path, tmp_path: Path) -> None:
    path = figures(tmp_path / "new.csv", 100, 20, 30)
    cli("data", "import", str(path), home=home)
    cli("data", "import", str(figures(path, 110, 20)), home=home)
    text = cli("data", "diff", "r2", "r3", "--lang", "th", home=home).text
    assert all(one in text for one in ("ปรับปรุง", "นำออก", "พ.ศ. 2564", "เดิม", "ใหม่"))
    assert not any(one in text for one in ("revised", "removed", "2021", "Period"))
    told = cli("data", "diff", "r2", "r3", "--lang", "th", "--format", "csv", home=home).text
    assert "revised" in told
    assert "2021" in told


def test_an_import_says_what_should_be_looked_at_again(cli: Cli, home: Path, tmp_path: Path) -> None:
    rows = "th-nation,TH,2569,smart_cities_certified,42000000"
    path = tmp_path / "odd.csv"
    path.write_text(f"area_system,area,period,series,value\n{rows}\n", encoding="utf-8")
    told = cli("data", "import", str(path), "--format", "json", "--lang", "th", home=home)
    assert told.code == 0
    (warning,) = told.json()["warnings"]
    assert warning["th"] in told.err
    assert "แถว 2" in told.err


def test_check_tells_what_to_mend_and_gives_the_file_back_marked(cli: Cli, home: Path, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    path = tmp_path / "cities.csv"
    rows = ["th-nation,TH,2564,smart_cities_certified,15,A", "th-nation,TH,2565,smart_cities_certified,14.5,A"]
    path.write_text("\n".join(["area_system,area,period,series,value,flag", *rows]) + "\n", encoding="utf-8")
    before = cli("data", "releases", "--format", "json", home=home).json()
    told = cli("data", "check", str(path), "--dataset", "smart-cities", "--format", "json", home=home)
    assert told.code == 1
    found = {(one["rule"], one["fact"][2]) for one in told.json()["findings"] if one["severity"] == "error"}
    assert found == {("whole-cities", "2022"), ("cumulative", "2022"), ("published", "2022")}
    marked = tmp_path / "marked.xlsx"
    assert cli("data", "check", str(path), "--dataset", "smart-cities", "-o", str(marked), home=home).code == 1
    assert openpyxl.load_workbook(marked)["cities"]["E3"].comment is not None
    path.write_text(path.read_text("utf-8").replace("14.5", "30"), "utf-8")
    assert cli("data", "check", str(path), "--dataset", "smart-cities", "--mode", "replace", home=home).code == 0
    assert cli("data", "releases", "--format", "json", home=home).json() == before
