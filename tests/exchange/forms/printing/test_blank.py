"""Empty forms: filled in they are read like any workbook, left empty they hold nothing and no fault."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from mudmai.core.errors import InputError
from mudmai.core.language import Digits
from mudmai.exchange.forms import FormBook
from mudmai.exchange.forms.layout_files import shipped_form_layouts
from mudmai.exchange.forms.printing import blank_print, print_docx, print_pdf, print_xlsx, shipped_print_spec
from mudmai.exchange.forms.reader import read_form_book
from mudmai.exchange.sheets.workbook import open_workbook

LAYOUTS = shipped_form_layouts()[0]
SPEC = shipped_print_spec()
YEARS = (2023, 2024, 2025)


def read_filled(path: Path, digits: Digits, sheet: str, said: dict[tuple[str, int], object]) -> FormBook:
    """The workbook read after some cells (words of a heading or label, row below it) were written."""
    path.write_bytes(print_xlsx(blank_print(LAYOUTS, SPEC, YEARS, digits=digits, organisation="เทศบาลตัวอย่าง"), SPEC))
    book = load_workbook(path)
    page = book[sheet]
    places = {
        str(cell.value).split(" ....")[0]: cell for row in page.iter_rows(max_row=20) for cell in row if cell.value
    }
    head = next(cell.row for words, cell in places.items() if words == "ที่")
    for (words, row), value in said.items():
        cell = places[words]
        if row:
            page.cell(head + 2 + row, cell.column, value)
        else:
            cell.value = f"{cell.value} {value}"
    book.save(path)
    return read_form_book(open_workbook(path), LAYOUTS)


@pytest.mark.parametrize(("digits", "years"), [("arabic", ("2567", "2568")), ("thai", ("๒๕๖๗", "๒๕๖๘"))])
def test_a_filled_form_is_read_with_levels_and_amounts(tmp_path: Path, digits: Digits, years: tuple[str, str]) -> None:
    read = read_filled(
        tmp_path / "plan.xlsx", digits, "ผ.02",
        {
            ("ยุทธศาสตร์ของหน่วยงาน", 0): "ด้านโครงสร้างพื้นฐาน",
            ("แผนงาน", 0): "เคหะและชุมชน",
            ("โครงการ", 1): "ปรับปรุงถนน",
            (f"พ.ศ. {years[0]}", 1): 500000,
            (f"พ.ศ. {years[1]}", 1): "-",
            ("โครงการ", 2): "วางท่อระบายน้ำ",
        },
    )  # fmt: skip
    assert read.faults == ()
    assert read.warnings == ()
    first, second = read.projects
    assert (first.number, first.title, first.form) == ("1", "ปรับปรุงถนน", "por-02")
    assert first.hierarchy == (("strategy", "ยุทธศาสตร์ของหน่วยงาน ด้านโครงสร้างพื้นฐาน"), ("plan", "แผนงาน เคหะและชุมชน"))
    amounts = {one.fiscal_year: (one.amount, one.told) for one in first.amounts}
    assert amounts == {2023: (None, False), 2024: (Decimal(500000), False), 2025: (Decimal(0), True)}
    assert [one.amount for one in second.amounts] == [None, None, None]


@pytest.mark.parametrize("form", ["por-02", "por-02-1", "por-02-2", "por-03"])
def test_an_empty_form_holds_nothing(tmp_path: Path, form: str) -> None:
    path = tmp_path / "empty.xlsx"
    path.write_bytes(print_xlsx(blank_print(LAYOUTS, SPEC, YEARS, forms=[form], rows=3), SPEC))
    read = read_form_book(open_workbook(path), LAYOUTS)
    assert (read.projects, read.faults, read.warnings) == ((), (), ())
    assert [one.form for one in read.sheets] == [form]


def test_empty_forms_are_printed_as_pdf_and_word() -> None:
    made = blank_print(LAYOUTS, SPEC, YEARS, forms=["ผ.02"], rows=12)
    assert print_pdf(made, SPEC).startswith(b"%PDF")
    assert print_docx(made, SPEC).startswith(b"PK")


@pytest.mark.parametrize(
    ("years", "forms", "code"),
    [((), (), "form_years"), (range(2023, 2034), (), "form_years"), (YEARS, ["ผ.01"], "form_unknown")],
)
def test_what_cannot_be_filled_in_is_refused(years: tuple[int, ...], forms: list[str], code: str) -> None:
    with pytest.raises(InputError) as refused:
        blank_print(LAYOUTS, SPEC, tuple(years), forms=forms)
    assert refused.value.code == code
