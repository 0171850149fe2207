"""Any office's file read for a dataset: tidy, by a kept recipe, or with a proposal; and what changed since."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mudmai.core.errors import ImportRefused
from mudmai.exchange.sheets.recognition import ChangeKind
from mudmai.workspace import Workspace
from mudmai.workspace.intake import Reading, guess_datasets, read_file
from mudmai.workspace.recipes import RecipeShelf
from tests.workspace.toy_packs import FILES

HEAD = ["พื้นที่", "พ.ศ. 2562", "พ.ศ. 2563"]
ROWS = [["Alpha", 120, 126], ["Beta", 100, 101], ["Country", 220, 227]]
DATASETS = """\
organisations:
  - {id: office, name: {th: สำนักงาน, en: Office}}
datasets:
  - id: toy-money
    title: {th: เงิน, en: Money}
    notes: {th: เงินรายปี, en: Money by year}
    publisher: office
    contact: {name: {th: สำนักงาน, en: Office}, email: office@example.org}
    licence: cc0
    tags: [{th: เงิน, en: money}]
    objectives: [mission]
    update: year
    geo_unit: region
    data_source: {th: รายงาน, en: Report}
    data_class: open
    series: [money]
    tables: [toyplan/money]
"""


@pytest.fixture
def office(tmp_path: Path) -> Workspace:
    """The toy country with a described dataset of one series."""
    for name, text in {**FILES, "toyplan/datasets.yaml": DATASETS}.items():
        path = tmp_path / "shipped" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    workspace = Workspace.open(tmp_path / "home", shipped=tmp_path / "shipped")
    workspace.init()
    return workspace


def book(path: Path, rows: list[list[object]], *, sheet: str = "ตาราง") -> Path:
    workbook = openpyxl.Workbook()
    workbook.active.title = sheet
    for row in rows:
        workbook.active.append(row)
    workbook.save(path)
    return path


def read(office: Workspace, path: Path, **more: object) -> Reading:
    return read_file(office, path, name=path.name, dataset="toy-money", **more)  # type: ignore[arg-type]


def values(reading: Reading) -> dict[tuple[str, str], float]:
    assert reading.table is not None
    return {(row["area"], row["period"]): row["value"] for row in reading.table.to_pylist()}


def test_a_new_file_gets_a_proposal(office: Workspace, tmp_path: Path) -> None:
    reading = read(office, book(tmp_path / "new.xlsx", [HEAD, *ROWS]))
    assert reading.kind == "proposal" and reading.table is None and not reading.ready
    assert reading.proposal is not None and reading.recipe is not None
    assert reading.recipe.series == "money"  # a dataset of one series tells what the values are


def test_a_kept_recipe_reads_next_years_file(office: Workspace, tmp_path: Path) -> None:
    first = read(office, book(tmp_path / "2563.xlsx", [HEAD, *ROWS]))
    assert first.recipe is not None
    RecipeShelf(office).keep("toy-money", replace(first.recipe, name="เงินรายปี"), by="p-1")
    grown = [["รายงานเงิน"], [], [*HEAD, "พ.ศ. 2564"], *([*row, 130 + n] for n, row in enumerate(ROWS))]
    reading = read(office, book(tmp_path / "2564.xlsx", grown))
    assert (reading.kind, reading.recipe_name, reading.ready) == ("recipe", "เงินรายปี", True), reading.problems
    assert values(reading)["B", "2021"] == 131 and len(values(reading)) == 9
    assert reading.table is not None
    assert reading.table.to_pylist()[0]["locator"] == "2564.xlsx!ตาราง!B4"


def test_a_file_that_changed_says_exactly_what(office: Workspace, tmp_path: Path) -> None:
    first = read(office, book(tmp_path / "a.xlsx", [HEAD, *ROWS]))
    assert first.recipe is not None
    RecipeShelf(office).keep("toy-money", replace(first.recipe, name="r"), by="")
    renamed = read(office, book(tmp_path / "b.xlsx", [["พื้นที่ภาค", *HEAD[1:]], *ROWS, ["Gamma", 1, 2]]))
    kinds = {change.kind for change in renamed.changes}
    assert ChangeKind.RENAMED_HEADING in kinds and not renamed.ready
    assert renamed.recipe is not None and renamed.recipe.columns[0].heading == "พื้นที่ภาค"
    assert {"renamed_heading", "area_name"} <= {one.code for one in renamed.problems}
    settled = renamed.recipe.with_aliases({"Gamma": "-"})
    again = read(office, tmp_path / "b.xlsx", recipe=settled)
    assert again.ready and len(values(again)) == 6


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet", "json", "cp874"])
def test_tidy_files_of_any_kind_need_no_recipe(office: Workspace, tmp_path: Path, ending: str) -> None:
    rows = [{"area_system": "land", "area": "A", "period": "2021", "series": "money", "value": 130}]
    path = tmp_path / f"tidy.{'csv' if ending == 'cp874' else ending}"
    if ending == "xlsx":
        book(path, [list(rows[0]), list(rows[0].values())])
    elif ending == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif ending == "json":
        path.write_text(json.dumps(rows), "utf-8")
    else:
        line = "land,A,2021,money,130"
        path.write_text(f"{','.join(rows[0])},locator\n{line},หน้า ๑\n", "cp874" if ending == "cp874" else "utf-8")
    reading = read(office, path)
    assert reading.kind == "tidy" and reading.ready, reading.problems
    assert values(reading) == {("A", "2021"): 130}


def test_the_name_that_people_know_stands_in_every_place(office: Workspace, tmp_path: Path) -> None:
    kept = tmp_path / "0123abcd"
    kept.write_text("area_system,area,period,series,value\nland,A,2021,money,130\n", "utf-8")
    reading = read_file(office, kept, name="C:\\งาน\\เงิน 2564.csv", dataset="toy-money")
    assert reading.file == "เงิน 2564.csv" and reading.table is not None
    assert reading.table.to_pylist()[0]["locator"] == "เงิน 2564.csv"
    assert list(office.home.cache.glob("reading-*")) == []


def test_ten_thousand_errors_are_counted_and_the_first_told(office: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    lines = "".join(f"land,A,{n % 9000 + 1000},money,x{n}\n" for n in range(12_000))
    path.write_text("area_system,area,period,series,value\n" + lines, "utf-8")
    reading = read(office, path)
    assert reading.table is None and reading.problem_count >= 10_000 and len(reading.problems) <= 200
    assert all(one.message.th and one.remedy.th for one in reading.problems)


def test_values_of_another_dataset_stop_the_file(office: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "score.csv"
    path.write_text("area_system,area,period,series,value\nland,A,2021,score,0.5\n", "utf-8")
    reading = read(office, path)
    assert not reading.ready and [one.code for one in reading.problems] == ["series_of_other_dataset"]
    assert read_file(office, path, name="score.csv", dataset="user/score").ready


def test_the_dataset_is_guessed_from_series_and_recipes(office: Workspace, tmp_path: Path) -> None:
    tidy = tmp_path / "t.csv"
    tidy.write_text("area_system,area,period,series,value\nland,A,2021,money,130\n", "utf-8")
    assert [one.dataset for one in guess_datasets(office, tidy, name="t.csv")] == ["toy-money"]
    path = book(tmp_path / "a.xlsx", [HEAD, *ROWS])
    assert guess_datasets(office, path, name="a.xlsx") == ()
    recipe = read(office, path).recipe
    assert recipe is not None
    RecipeShelf(office).keep("toy-money", replace(recipe, name="เงิน"), by="")
    assert [(one.dataset, one.recipe) for one in guess_datasets(office, path, name="a.xlsx")] == [("toy-money", "เงิน")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"PK\x03\x04 cut short"),
        ("a.pdf", b"%PDF-1.7"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table>"),
        ("a.csv", b""),
        ("a.parquet", b"PAR1 nothing"),
        ("a.csv", b"\x81\x82\xff\xfe\x00\x01"),
    ],
)
def test_what_is_no_table_is_refused_with_a_next_step(
    office: Workspace, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / "raw"
    path.write_bytes(content)
    with pytest.raises(ImportRefused) as refused:
        read_file(office, path, name=name, dataset="toy-money")
    assert refused.value.remedy.th and refused.value.remedy.en and str(tmp_path) not in refused.value.words("th")


def test_a_recipe_that_does_not_fit_says_which_headings_lack(office: Workspace, tmp_path: Path) -> None:
    recipe = read(office, book(tmp_path / "a.xlsx", [HEAD, *ROWS])).recipe
    other = book(tmp_path / "b.xlsx", [["เดือน", "ฝน", "แดด"], ["มกราคม", 1, 2], ["กุมภาพันธ์", 2, 3]])
    reading = read(office, other, recipe=recipe)
    assert reading.table is None and reading.problems and "พื้นที่" in reading.problems[0].message.th
