"""The same figures in Excel, PDF and Word; the form of the paper; hostile words."""

from __future__ import annotations

import io
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader

from mudmai.core.errors import FaultError, InputError, PackError
from mudmai.core.language import to_arabic_digits
from mudmai.exchange.forms import FormBook
from mudmai.exchange.forms.layout_files import shipped_form_layouts
from mudmai.exchange.forms.printing import (
    FormPrint,
    Money,
    form_print,
    print_docx,
    print_pdf,
    print_xlsx,
    read_print_spec,
    shipped_print_spec,
)
from mudmai.exchange.forms.printing.model import sum_of
from mudmai.exchange.packs.pack import shipped_packs
from tests.exchange.forms.printing.printed_books import HOSTILE, book, plain_book, project
from tests.exchange.pdf_words import needs_fonts, pages_of, pieces_of

pytestmark = needs_fonts

LAYOUTS = shipped_form_layouts()[0]
SPEC = shipped_print_spec()
NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d\d)?")


def printed(of: FormBook, digits: str = "arabic", **options: object) -> FormPrint:
    return form_print(of, LAYOUTS, SPEC, digits=digits, **options)  # type: ignore[arg-type]


def model_figures(made: FormPrint) -> Counter[Decimal]:
    """Amounts of four digits and more: those are written with a comma, and cannot be anything else on a page."""
    amounts = (one.baht for sheet in made.sheets for one in sheet.money() if one.baht is not None)
    return Counter(one for one in amounts if abs(one) >= 1000)


def figures_in(texts: list[str]) -> Counter[Decimal]:
    found = (NUMBER.fullmatch(to_arabic_digits(text).strip()) for text in texts)
    return Counter(Decimal(one[0].replace(",", "")) for one in found if one)


def pdf_figures(pdf: bytes) -> Counter[Decimal]:
    return figures_in(pieces_of(pdf))


def docx_cells(data: bytes) -> list[str]:
    tables = Document(io.BytesIO(data)).element.body.iter("{*}tc")
    return ["\n".join("".join(t.text or "" for t in p.iter("{*}t")) for p in cell.iter("{*}p")) for cell in tables]


def xlsx_figures(data: bytes) -> Counter[Decimal]:
    values = (cell.value for sheet in load_workbook(io.BytesIO(data), data_only=True) for row in sheet for cell in row)
    return Counter(Decimal(str(one)) for one in values if isinstance(one, (int, float)) and abs(one) >= 1000)


@pytest.mark.parametrize("digits", ["arabic", "thai"])
def test_three_kinds_of_file_hold_the_same_figures(digits: str) -> None:
    made = printed(plain_book(12), digits)
    wanted = model_figures(made)
    assert wanted[Decimal("1234567.50")] == 2
    assert pdf_figures(print_pdf(made, SPEC)) == wanted
    assert figures_in(docx_cells(print_docx(made, SPEC))) == wanted
    assert {k.normalize(): n for k, n in xlsx_figures(print_xlsx(made, SPEC)).items()} == {
        k.normalize(): n for k, n in wanted.items()
    }


def test_totals_add_up_and_the_summary_agrees_with_its_forms() -> None:
    of = plain_book(12)
    made = printed(of)
    summary = made.sheets[0]
    assert summary.mark == "แบบ ผ.01"
    grand = summary.rows[-1].cells[-1]
    assert isinstance(grand, Money)
    assert grand.baht == of.totals("por-02")[1]
    assert [row.kind for row in summary.rows] == ["group", "project", "subtotal"] * 2 + ["total"]
    roads = next(sheet for sheet in made.sheets if sheet.form == "por-02")
    assert roads.rows[-1].cells[0] == "รวมทั้งสิ้น 12 โครงการ"
    assert sum(one.baht or 0 for one in roads.rows[-1].cells if isinstance(one, Money)) == sum(
        one.total() for one in of.projects if one.sheet == "ยุทธ1.1เคหะและชุมชน"
    )


def test_empty_dash_and_zero_stay_three_things() -> None:
    made = printed(book(project("1", [None, "-", 0, 5, None]), project("2", [None, "-", 0, 5, 7])))
    cells = [cell for cell in made.sheets[1].rows[0].cells if isinstance(cell, Money)]
    assert [one.text() for one in cells] == ["", "-", "0", "5", ""]
    total = [cell.text() for cell in made.sheets[1].rows[-1].cells if isinstance(cell, Money)]
    assert total == ["", "-", "0", "10", "7"]
    page = load_workbook(io.BytesIO(print_xlsx(made, SPEC)))[made.sheets[1].name]
    first = next(row for row in page.iter_rows() if row[0].value == "1")
    assert [cell.value for cell in first[4:9]] == [None, "-", 0, 5, None]


def test_pages_repeat_their_heading_and_number_themselves() -> None:
    pages = pages_of(print_pdf(printed(plain_book(40)), SPEC))
    assert len(pages) > 8
    for number, words in enumerate(pages, start=1):
        assert f"หน้า {number} จาก {len(pages)}" in words
        assert "งบประมาณ" in words
    assert "ผู้อนุมัติ" in pages[-1]
    assert not any("ผู้อนุมัติ" in words for words in pages[:-1])
    thai = pages_of(print_pdf(printed(plain_book(1), "thai"), SPEC))
    assert "หน้า ๑ จาก ๗" in thai[0]
    assert "พ.ศ. ๒๕๖๖" in thai[0]


def test_page_is_a4_landscape_with_a_binder_margin() -> None:
    made = printed(plain_book(3))
    box = PdfReader(io.BytesIO(print_pdf(made, SPEC))).pages[0].mediabox
    assert (round(box.width * 25.4 / 72), round(box.height * 25.4 / 72)) == (297, 210)
    section = Document(io.BytesIO(print_docx(made, SPEC))).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)
    assert round(section.left_margin.mm) == 25
    for page in load_workbook(io.BytesIO(print_xlsx(made, SPEC))):
        assert page.page_setup.orientation == "landscape"
        assert page.page_setup.paperSize == 9
        assert page.print_title_rows
        assert page.page_margins.left == pytest.approx(25 / 25.4)
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (1, 0)
        assert page.oddFooter.right.text.endswith("หน้า &P จาก &N")


def test_three_row_heading_repeats_in_excel_and_word() -> None:
    made = printed(plain_book(3))
    sheet = next(one for one in made.sheets if one.form == "por-02")
    page = load_workbook(io.BytesIO(print_xlsx(made, SPEC)))[sheet.name]
    top = next(row[0].row for row in page.iter_rows() if row[0].value == "ที่")
    assert page.print_title_rows == f"${top}:${top + 2}"
    spans = {str(one) for one in page.merged_cells.ranges}
    assert {f"A{top}:A{top + 2}", f"E{top}:I{top}"} <= spans
    assert page.cell(top + 1, 5).value == "พ.ศ. 2566"
    table = Document(io.BytesIO(print_docx(made, SPEC))).tables[made.sheets.index(sheet)]
    heads = [row for row in table._tbl.tr_lst if row.trPr.find("{*}tblHeader") is not None]
    assert len(heads) == 3
    assert all(row.trPr.find("{*}cantSplit") is not None for row in table._tbl.tr_lst)


def test_excel_totals_are_sums_that_leave_subtotals_out() -> None:
    made = printed(plain_book(3))
    page = load_workbook(io.BytesIO(print_xlsx(made, SPEC)))[made.sheets[0].name]
    last = next(row for row in page.iter_rows() if row[0].value == "รวมทั้งสิ้น")
    assert str(last[-1].value).startswith("=SUBTOTAL(9,")


def test_thai_digits_in_excel_are_a_look_of_numbers() -> None:
    made = printed(plain_book(3), "thai")
    page = load_workbook(io.BytesIO(print_xlsx(made, SPEC)))[made.sheets[0].name]
    formats = {cell.number_format for row in page for cell in row if isinstance(cell.value, int)}
    assert formats == {"[$-D00041E]#,##0"}


def test_word_page_numbers_follow_the_digits() -> None:
    for digits, word in (("thai", "ThaiArabic"), ("arabic", "Arabic")):
        footer = Document(io.BytesIO(print_docx(printed(plain_book(1), digits), SPEC))).sections[0].footer
        fields = [one.text for one in footer._element.iter("{*}instrText")]
        assert fields == [f" PAGE \\* {word} ", f" NUMPAGES \\* {word} "]


def test_hostile_words_are_letters_only() -> None:
    evil = project(
        "=1+1", [1_000_000] * 5, title=HOSTILE, department="=cmd|'/c calc'!A0", kpi="\x00\x0b+1", outcome="x" * 900
    )
    level = (("plan", 'แผนงาน #eval("1") $x$'),)
    made = printed(book(evil, project("2", [1], hierarchy=level)), organisation="&D #set text(red)")
    words = "".join(pages_of(print_pdf(made, SPEC))).replace("\u200b", "")
    assert '#panic("x") $ @a \\ "q"' in words
    assert '#eval("1") $x$' in words
    assert words.count("x") >= 900
    page = load_workbook(io.BytesIO(print_xlsx(made, SPEC)))
    for sheet in page:
        for row in sheet:
            for cell in row:
                assert cell.data_type != "f" or str(cell.value).startswith("=SUBTOTAL(9,")
    assert HOSTILE in [cell.value for row in page[made.sheets[1].name] for cell in row]
    assert HOSTILE in docx_cells(print_docx(made, SPEC))


def test_amounts_beyond_the_digits_of_excel_stay_exact() -> None:
    huge = Decimal("1000000000000000.25")
    made = printed(book(project("1", [huge, None, None, None, None])))
    page = load_workbook(io.BytesIO(print_xlsx(made, SPEC)), data_only=True)[made.sheets[1].name]
    values = [cell.value for row in page for cell in row if cell.value is not None]
    assert values.count("1,000,000,000,000,000.25") == 2
    assert pdf_figures(print_pdf(made, SPEC))[huge] == model_figures(made)[huge] == 8


def test_a_row_longer_than_a_page_is_parted_not_lost() -> None:
    text = " ".join(f"ข้อ{n}" for n in range(2_000))
    pages = pages_of(print_pdf(printed(book(project("1", [1], objective=text))), SPEC))
    assert "ข้อ0" in "".join(pages)
    assert "ข้อ1999" in "".join(pages)


def test_forms_are_chosen_by_code_and_unknown_ones_named() -> None:
    assert {one.form for one in printed(plain_book(1), forms=["ผ.03"]).sheets} == {"por-03"}
    with pytest.raises(InputError) as told:
        printed(plain_book(1), forms=["ผ.99"])
    assert told.value.code == "form_unknown"
    assert "ผ.02/1" in told.value.remedy.th


def test_a_missing_font_is_told(tmp_path: Path) -> None:
    with pytest.raises(FaultError) as told:
        print_pdf(printed(plain_book(1)), SPEC, fonts=tmp_path)
    assert told.value.code == "font_missing"
    assert "Sarabun" in told.value.message.en


def test_a_spec_with_a_wrong_key_names_file_and_line(tmp_path: Path) -> None:
    text = (shipped_packs() / "th-forms" / "print.yaml").read_text(encoding="utf-8")
    (tmp_path / "print.yaml").write_text(text.replace("binder_edge: left", "binder_edge: middle"), encoding="utf-8")
    with pytest.raises(PackError) as told:
        read_print_spec(tmp_path)
    assert told.value.problems[0].where.field == "paper.binder_edge"
    assert told.value.problems[0].where.line == 1 + text[: text.index("binder_edge")].count("\n")


def test_an_empty_book_prints_a_page_to_sign() -> None:
    made = printed(book())
    assert made.sheets == ()
    assert "ผู้จัดทำ" in pages_of(print_pdf(made, SPEC))[0]
    assert load_workbook(io.BytesIO(print_xlsx(made, SPEC))).sheetnames
    assert docx_cells(print_docx(made, SPEC))


amounts = st.one_of(
    st.none(), st.just("-"), st.decimals(min_value=0, max_value=10**9, places=2), st.integers(0, 5_000_000)
)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(amounts, min_size=5, max_size=5), min_size=1, max_size=4))
def test_any_figures_print_alike(rows: list[list[Decimal | str | int | None]]) -> None:
    made = printed(book(*(project(str(n), row) for n, row in enumerate(rows, start=1))))
    wanted = model_figures(made)
    assert figures_in(docx_cells(print_docx(made, SPEC))) == wanted
    assert pdf_figures(print_pdf(made, SPEC)) == wanted
    assert {k.normalize(): n for k, n in xlsx_figures(print_xlsx(made, SPEC)).items()} == {
        k.normalize(): n for k, n in wanted.items()
    }


def test_sums_keep_what_was_told() -> None:
    assert sum_of([]).text() == ""
    assert sum_of([Money(None), Money(Decimal(0), told=True)]).text() == "-"
    assert sum_of([Money(Decimal(0)), Money(Decimal(0), told=True)]).text() == "0"
