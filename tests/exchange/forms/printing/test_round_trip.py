"""The printed workbook handed in again gives the same projects, amounts and totals, and agrees with its own summary."""

from __future__ import annotations

import tempfile
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mudmai.core.language import Digits
from mudmai.exchange.forms import FormBook
from mudmai.exchange.forms.layout_files import shipped_form_layouts
from mudmai.exchange.forms.printing import form_print, print_xlsx, shipped_print_spec
from mudmai.exchange.forms.reader import read_form_book
from mudmai.exchange.forms.reconciling import reconcile
from mudmai.exchange.sheets.workbook import open_workbook
from tests.exchange.forms.plan_workbook import write_plan_workbook
from tests.exchange.forms.printing.printed_books import HIERARCHY, book, plain_book, project, said

LAYOUTS = shipped_form_layouts()[0]
SPEC = shipped_print_spec()


def read_again(of: FormBook, folder: Path, digits: Digits = "arabic") -> FormBook:
    path = folder / "print.xlsx"
    path.write_bytes(print_xlsx(form_print(of, LAYOUTS, SPEC, digits=digits, organisation="เทศบาลตัวอย่าง"), SPEC))
    return read_form_book(open_workbook(path), LAYOUTS)


@pytest.mark.parametrize("digits", ["arabic", "thai"])
def test_the_print_reads_back_to_the_same_projects(tmp_path: Path, digits: Digits) -> None:
    of = plain_book(12)
    again = read_again(of, tmp_path, digits)
    assert again.faults == ()
    assert again.warnings == ()
    form_03 = [one for one in again.projects if one.form == "por-03"]
    assert [one.fields["plan"] for one in form_03] == ["แผนงานบริหารงานทั่วไป"]
    assert [said(one)[:4] for one in again.projects] == [said(one)[:4] for one in of.projects]
    assert [one.hierarchy for one in again.projects][:-1] == [one.hierarchy for one in of.projects][:-1]
    for field in ("objective", "target", "kpi", "outcome", "department"):
        assert [one.fields[field] for one in again.projects if one.form != "por-03"] == [
            one.fields[field] for one in of.projects if one.form != "por-03"
        ]


def test_the_printed_summary_agrees_with_the_printed_forms(tmp_path: Path) -> None:
    again = read_again(plain_book(12), tmp_path)
    found = reconcile(again)
    assert found.agrees
    assert {line.what for line in found.lines} == {"section", "row_total", "column_total"}


def test_two_plans_of_one_sheet_come_back_from_two_sheets(tmp_path: Path) -> None:
    other = (*HIERARCHY[:3], ("plan", "แผนงานสาธารณสุข"))
    of = book(project("1", [1000]), project("2", [2000]), project("1", ["-"], hierarchy=other, row=40))
    again = read_again(of, tmp_path)
    assert again.faults == ()
    assert [said(one) for one in again.projects] == [said(one) for one in of.projects]
    assert [sheet.name for sheet in again.sheets] == ["ยุทธ1.1เคหะและชุมชน", "ยุทธ1.1เคหะและชุมชน (2)"]


amounts = st.one_of(
    st.none(), st.just("-"), st.decimals(min_value=0, max_value=10**10, places=2), st.integers(0, 5_000_000)
)
letters = st.text(alphabet="กขคงจดตทนปพมยรลวสหอาิีุเแโไ่้์ abcXYZ#$@\\\"'=+-_*&<>/0123456789๐๑", max_size=40)
projects = st.tuples(letters, st.lists(amounts, min_size=5, max_size=5), st.lists(amounts, min_size=5, max_size=5))


@settings(max_examples=25, deadline=None)
@given(st.lists(projects, min_size=1, max_size=6), st.booleans(), st.sampled_from(["arabic", "thai"]))
def test_any_book_comes_back(
    rows: list[tuple[str, list[Decimal | str | int | None], list[Decimal | str | int | None]]],
    with_ordinance: bool,
    digits: Digits,
) -> None:
    of = book(
        *(
            project(
                str(n),
                plan,
                title=f"โครงการ {' '.join(title.split())}".strip(),
                ordinance=law if with_ordinance else (),
            )
            for n, (title, plan, law) in enumerate(rows, start=1)
        )
    )
    with tempfile.TemporaryDirectory() as folder:
        again = read_again(of, Path(folder), digits)
    assert again.faults == ()
    assert [said(one) for one in again.projects] == [said(one) for one in of.projects]
    assert again.totals("por-02") == of.totals("por-02")


def test_a_whole_plan_workbook_comes_back_to_the_baht(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    write_plan_workbook(path)
    of = read_form_book(open_workbook(path), LAYOUTS)
    again = read_again(of, tmp_path)
    assert again.faults == ()
    assert again.totals("por-02") == (1186, Decimal(2_847_165_072))
    assert again.totals("por-02-2") == (60, Decimal(3_489_999_000))
    assert Counter(map(said, again.projects)) == Counter(map(said, of.counted))
    assert reconcile(again).agrees
