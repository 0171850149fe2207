"""Flat lists of projects: the budget bill of 2565 to the baht, units that are not guessed, faults with their cells."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import pytest

from mudmai.core.area_names import AreaNames
from mudmai.core.errors import InputError
from mudmai.exchange.forms.flat_layouts import FlatLayout, shipped_flat_layouts
from mudmai.exchange.forms.flat_projects import FlatBook, read_flat_projects
from mudmai.exchange.packs.load import load_pack
from mudmai.exchange.packs.pack import shipped_packs
from mudmai.exchange.sheets import open_workbook, shipped_name_forms

BILL = (
    Path(__file__).parents[3].parent / "shared" / "data" / "stats" / "budget_fy2022_province_and_cluster_projects.csv"
)
HEAD = "ITEM_ID,BUDGETARY_UNIT,PROJECT,CATEGORY_LV1,ITEM_DESCRIPTION,FISCAL_YEAR,AMOUNT,AMOUNT_NUM\n"
GOOD = '1,จังหวัดน่าน,โครงการ ก,งบลงทุน,ถนน,2022,"1,000.50",1000.50\n'


@lru_cache
def _catalogue() -> Callable[[str], AreaNames]:
    known = load_pack(shipped_packs() / "th-areas").catalogue
    return lambda system: AreaNames(known.area_system(system), shipped_name_forms())


def read(path: Path, **options: dict[str, str]) -> FlatBook:
    return read_flat_projects(open_workbook(path), shipped_flat_layouts(), _catalogue(), **options)


def made(folder: Path, *rows: str, head: str = HEAD) -> FlatBook:
    path = folder / "list.csv"
    path.write_text(head + "".join(rows), encoding="utf-8")
    return read(path)


@pytest.fixture(scope="module")
def bill() -> FlatBook:
    if not BILL.is_file():
        pytest.skip("the budget lines of the shared data are not here")
    return read(BILL)


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    if not BILL.is_file():
        pytest.skip("the budget lines of the shared data are not here")
    with BILL.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def summed(rows: list[dict[str, str]], *columns: str) -> dict[str, Decimal]:
    """The file's own column, added up by the csv module and Decimal alone."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        found["|".join(row[column] for column in columns)] += Decimal(row["AMOUNT"].replace(",", ""))
    return dict(found)


def squeezed(totals: dict[str, Decimal]) -> dict[str, Decimal]:
    """Spaces and invisible signs in names are not told apart."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for name, amount in totals.items():
        found[re.sub("[\u200b-\u200f\ufeff]", "", " ".join(name.split()))] += amount
    return dict(found)


def test_the_bill_reads_to_the_baht(bill: FlatBook, rows: list[dict[str, str]]) -> None:
    bill.refuse_if_faulty()
    assert bill.layout.id == "th-budget-lines"
    assert len(bill.lines) == len(rows) == 1951
    assert bill.total == sum(summed(rows).values()) == Decimal(16_999_993_823)
    assert bill.fiscal_years == (2022,)


def test_units_and_categories_add_up_as_the_file_does(bill: FlatBook, rows: list[dict[str, str]]) -> None:
    assert bill.totals_by_unit() == squeezed(summed(rows, "BUDGETARY_UNIT"))
    for depth in range(3):
        assert bill.totals_by_category(depth, written=True) == squeezed(summed(rows, f"CATEGORY_LV{depth + 1}"))
    widest = summed(rows, "CATEGORY_LV1")
    widest["งบรายจ่ายอื่น"] += widest.pop("งบรายจ่ายอิ่น")
    assert bill.totals_by_category() == widest


def test_projects_are_the_pairs_of_unit_and_name(bill: FlatBook, rows: list[dict[str, str]]) -> None:
    theirs = squeezed(summed(rows, "BUDGETARY_UNIT", "PROJECT"))
    assert {f"{one.unit.text}|{one.title}": one.total for one in bill.projects} == theirs
    assert len(bill.projects) == 396


def test_every_amount_keeps_its_row(bill: FlatBook) -> None:
    lines = BILL.read_text(encoding="utf-8-sig")
    parsed = list(csv.reader(lines.splitlines()))
    at = parsed[0].index("AMOUNT")
    assert [line.row for line in bill.lines] == list(range(2, 1953))
    for line in bill.lines:
        assert line.cell == f"R{line.row}"
        assert line.amount == Decimal(parsed[line.row - 1][at].replace(",", ""))
        assert line.id == parsed[line.row - 1][0]


def test_units_are_matched_for_certain_or_listed(bill: FlatBook, rows: list[dict[str, str]]) -> None:
    """The file's own province codes are the oracle; names that lost a letter or a number are listed, never guessed."""
    assert [unit.text for unit in bill.unmatched] == [
        "จังหวัดสิงค์บุรี",
        "กลุ่มจังหวัดภาคกลางตอนล่าง",
        "จังหวัดสุราษฎ์ธานี",
        "กลุ่มจังหวัดภาคตะวันออก",
        "กลุ่มจังหวัดภาคตะวันออกเฉียงเหนือตอนบน",
        "กลุ่มจังหวัดภาคตะวันออกเฉียงเหนือตอนล่าง",
        "กลุ่มจังหวัดภาคเหนือตอนบน",
        "กลุ่มจังหวัดภาคเหนือตอนล่าง",
    ]
    assert all(unit.found.candidates for unit in bill.unmatched)
    by_area = bill.totals_by_area()
    for code, amount in summed(rows, "unit_code").items():
        if code.isdigit():
            assert by_area[f"TH-{code}"] == amount
    unmatched = {unit.text for unit in bill.unmatched}
    assert by_area[None] == sum(v for unit, v in summed(rows, "BUDGETARY_UNIT").items() if unit in unmatched)
    assert sum(by_area.values()) == bill.total
    assert [problem.code for problem in bill.warnings].count("flat_unit") == 8


def test_what_a_person_says_of_a_unit_counts() -> None:
    if not BILL.is_file():
        pytest.skip("the budget lines of the shared data are not here")
    told = read(BILL, aliases={"จังหวัดสิงค์บุรี": "TH-17", "จังหวัดสุราษฎ์ธานี": "TH-84"})
    assert len(told.unmatched) == 6
    assert told.totals_by_area()["TH-17"] > 0


def test_as_a_staged_book_nothing_is_lost(bill: FlatBook) -> None:
    book = bill.form_book()
    assert book.totals(bill.layout.id) == (396, bill.total)
    first = book.projects[0]
    assert first.title == "โครงการส่งเสริมและพัฒนาภาคการเกษตร"
    assert dict(first.hierarchy)["plan"].startswith("แผนงานยุทธศาสตร์")
    assert [(one.fiscal_year, one.cell, one.amount) for one in first.amounts] == [(2022, "R2:R9", first.total())]
    kept = first.fields["lines"].splitlines()
    assert len(kept) == 8
    assert kept[0].startswith("R2 · 1,160,100.00 · งบดำเนินงาน")


def test_empty_is_none_and_a_dash_is_a_told_zero(tmp_path: Path) -> None:
    book = made(
        tmp_path,
        GOOD,
        "2,จังหวัดน่าน,โครงการ ก,งบลงทุน,ว่าง,2022,,\n",
        "3,จังหวัดน่าน,โครงการ ข,งบลงทุน,ขีด,2022,-,-\n",
        "4,จังหวัดน่าน,โครงการ ข,งบลงทุน,ไทย,2022,๑๒๐,120\n",
    )
    assert [(line.amount, line.told) for line in book.lines] == [
        (Decimal("1000.50"), False),
        (None, False),
        (Decimal("0.00"), True),
        (Decimal("120.00"), False),
    ]
    assert book.projects[0].unit.area == "TH-55"


@pytest.mark.parametrize(
    ("row", "cell", "words"),
    [
        ("2,จังหวัดน่าน,ก,งบลงทุน,x,2022,-5,-5\n", "G3", "below zero"),
        ("2,จังหวัดน่าน,ก,งบลงทุน,x,2022,1000000000000000,1000000000000000\n", "G3", "too large"),
        ("2,จังหวัดน่าน,ก,งบลงทุน,x,2565,5,5\n", "F3", "not of the Common Era"),
        ("2,จังหวัดน่าน,ก,งบลงทุน,x,65,5,5\n", "F3", "no fiscal year"),
        ("2,จังหวัดน่าน,ก,งบลงทุน,x,2022,5,6\n", "H3", "differ"),
        ("2,จังหวัดน่าน,ก,งบลงทุน,x,2022,1.001,1.001\n", "G3", "finer than a satang"),
        ("2,จังหวัดน่าน,ก,งบลงทุน,x,2022,ห้าบาท,\n", "G3", "no amount"),
        ("2,จังหวัดน่าน,ก,งบลงทุน,x,2022,NaN,NaN\n", "G3", "no amount"),
        ("2,,ก,งบลงทุน,x,2022,5,5\n", "B3", "empty"),
        ("2,จังหวัดน่าน,,งบลงทุน,x,2022,5,5\n", "C3", "empty"),
    ],
)
def test_a_fault_names_its_cell_and_stops_the_loading(tmp_path: Path, row: str, cell: str, words: str) -> None:
    book = made(tmp_path, GOOD, row)
    assert book.faults[0].where.cell == cell
    assert words in book.faults[0].message.en
    with pytest.raises(InputError) as refused:
        book.refuse_if_faulty()
    assert refused.value.code == "flat_projects"


def test_names_that_look_alike_are_told_and_kept_apart(tmp_path: Path) -> None:
    book = made(
        tmp_path,
        "1,จังหวัดน่าน,โครงการพัฒนาด้านการเกษตร,งบลงทุน,x,2022,5,5\n",
        "2,จังหวัดน่าน,โครงการพัฒนาด้านกาเกษตร,งบลงทุน,x,2022,6,6\n",
    )
    assert len(book.projects) == 2
    assert [problem.code for problem in book.warnings] == ["flat_alike"]


def test_a_list_in_the_words_of_an_office(tmp_path: Path) -> None:
    head = "บัญชีโครงการ,,,,\nลำดับ,จังหวัด,ชื่อโครงการ,ปีงบประมาณ พ.ศ.,งบประมาณ (บาท)\n"
    book = made(tmp_path, "๑,จ.น่าน,ถนน,๒๕๖๗,๑๐๐\n", head=head)
    assert book.layout.id == "th-project-list"
    assert (book.lines[0].fiscal_year, book.lines[0].amount, book.lines[0].row) == (2024, Decimal(100), 3)


def test_a_file_of_no_layout_says_which_headings_are_expected(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="fit no known layout") as refused:
        made(tmp_path, "1,2\n", head="ก,ข\n")
    assert "BUDGETARY_UNIT" in refused.value.remedy.en


def test_layouts_say_what_is_missing() -> None:
    layout: FlatLayout = shipped_flat_layouts()[0]
    assert layout.missing(["PROJECT", "amount", "fiscal year"]) == ("unit",)
