"""Answers out to a workbook and back; what people do to workbooks is told by sheet and cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from mudmai.core.errors import ImportRefused, InputError
from mudmai.core.language import same
from mudmai.exchange.criteria.answer_reading import AnswerBook, answer_book_id, read_answer_book
from mudmai.exchange.criteria.answer_sheets import GUIDE, GivenAnswer, LocalEntry, write_answer_book
from mudmai.exchange.criteria.canonical import criteria_digest, criteria_json
from mudmai.exchange.criteria.reading import read_criteria_sets
from mudmai.exchange.packs.pack import shipped_packs

SET = next(one for one in read_criteria_sets(shipped_packs() / "th-criteria") if one.scheme == "smart-city")
FIRST = SET.of_part("area")
SHEET = "1. พื้นที่และเป้าหมาย"
FACTS = {"population": 120_000, "legal_type": "nakhon_municipality", "powers": frozenset({"waste"}), "coastal": False}
ANSWERS = {
    one.id: GivenAnswer(n % 4, "=SUM(A1)\nดี" if n % 3 == 0 else "", ("https://example.org/a?b=1",) if n % 2 else ())
    for n, one in enumerate(SET.criteria)
    if n % 5
}


@pytest.fixture(scope="module")
def content() -> bytes:
    return write_answer_book(
        SET,
        city="เมืองทดลอง",
        facts=FACTS,
        claimed=("environment", "people"),
        answers=ANSWERS,
        local=[LocalEntry("-ตลาดน้ำ", "ของชุมชน", "ยังอยู่")],
    )


def changed(content: bytes, path: Path, change: Callable[[Any], None]) -> AnswerBook:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book.worksheets:
        sheet.protection.sheet = False
    change(book)
    book.save(path)
    return read_answer_book(path, SET)


def told(book: AnswerBook) -> list[tuple[str, str | None, str | None]]:
    return [(one.code, one.where.sheet, one.where.cell) for one in book.problems]


def test_what_goes_out_comes_back(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "answers.xlsx"
    path.write_bytes(content)
    assert answer_book_id(path) == (SET.id, SET.version, criteria_digest(criteria_json(SET)))
    book = read_answer_book(path, SET)
    assert book.problems == ()
    assert {k: GivenAnswer(a.step, a.text, a.links) for k, a in book.answers.items()} == ANSWERS
    assert book.facts == FACTS
    assert book.claimed == ("environment", "people")
    assert book.local == (LocalEntry("-ตลาดน้ำ", "ของชุมชน", "ยังอยู่"),)
    where = book.answers[FIRST[1].id].where
    assert (where.sheet, where.cell) == (SHEET, "H4")


def test_an_empty_form_answers_nothing(tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    path.write_bytes(write_answer_book(SET))
    book = read_answer_book(path, SET)
    assert (book.answers, book.facts, book.claimed, book.local, book.problems) == ({}, {}, (), (), ())


def test_the_form_is_guarded_and_its_text_is_never_a_formula(content: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book[SHEET]
    assert book.security.lockStructure
    assert sheet.protection.sheet
    assert sheet.column_dimensions["A"].hidden
    assert (sheet["H3"].protection.locked, sheet["C3"].protection.locked) == (False, True)
    lists = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
    assert lists["H3"].startswith("'_scales'!")
    kinds = {cell.data_type for one in book.worksheets for row in one.iter_rows() for cell in row}
    assert "f" not in kinds
    assert {one.title for one in book.worksheets if one.sheet_state == "hidden"} == {"_mudmai", "_scales"}


@pytest.mark.parametrize(
    ("typed", "step"),
    [
        (2, 2), (2.0, 2), ("2", 2), ("๒", 2), (" ๓ – ใช้จริง", 3), ("None yet", 0), ("ยังไม่มี", 0), ("-", None),
        (None, None), ("1. กำลังทำ", 1),
    ],
)  # fmt: skip
def test_answers_as_people_type_them(content: bytes, tmp_path: Path, typed: object, step: int | None) -> None:
    def change(book: Any) -> None:
        book[SHEET]["H4"] = typed

    book = changed(content, tmp_path / "a.xlsx", change)
    assert book.problems == ()
    held = book.answers.get(FIRST[1].id)
    assert (held.step if held else None) == step


def edit(cell: str, value: object, sheet: str = SHEET) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        book[sheet][cell] = value

    return change


FAULTS: list[tuple[Callable[[Any], None], tuple[str, str, str]]] = [
    (edit("H4", 4), ("answer_book_step", SHEET, "H4")),
    (edit("H4", "อาจจะ"), ("answer_book_step", SHEET, "H4")),
    (edit("H4", "2 – ยังไม่มี"), ("answer_book_step", SHEET, "H4")),
    (edit("H4", "=1+1"), ("answer_book_formula", SHEET, "H4")),
    (edit("I4", '=HYPERLINK("http://example.org")'), ("answer_book_formula", SHEET, "I4")),
    (edit("A4", "criterion:sc-nothing"), ("answer_book_ids", SHEET, "A4")),
    (edit("A4", "criterion:sc-goals"), ("answer_book_ids", SHEET, "C4")),
    (edit("J4", "javascript:alert(1)"), ("answer_book_link", SHEET, "J4")),
    (edit("J4", "ftp://example.org/a"), ("answer_book_link", SHEET, "J4")),
    (edit("H30", 2), ("answer_book_ids", SHEET, "H30")),
    (edit("I4", "ก" * 9000), ("answer_book_shape", SHEET, "I4")),
    (lambda book: book[SHEET].merge_cells("H4:H5"), ("answer_book_shape", SHEET, "H4")),
]


@pytest.mark.parametrize(("change", "expected"), FAULTS)
def test_a_fault_is_told_by_sheet_and_cell(
    content: bytes, tmp_path: Path, change: Callable[[Any], None], expected: tuple[str, str, str]
) -> None:
    book = changed(content, tmp_path / "a.xlsx", change)
    assert expected in told(book)
    assert not book.ok
    assert all(one.message.th and one.remedy.en for one in book.problems)


def test_a_fault_names_the_question_and_what_may_be_written(content: bytes, tmp_path: Path) -> None:
    one = FIRST[1]

    def change(book: Any) -> None:
        book[SHEET]["H4"] = -1
        book[SHEET]["J5"] = "\n".join(f"https://example.org/{n}" for n in range(21))
        guide = book[GUIDE]
        for cell in guide["A"]:
            if cell.value == "fact:population":
                guide.cell(cell.row, 3).value = -5
            if cell.value == "fact:coastal":
                guide.cell(cell.row, 3).value = "บางที"

    book = changed(content, tmp_path / "a.xlsx", change)
    by_code = {one.code: one for one in book.problems if one.where.sheet == SHEET}
    step, links = by_code["answer_book_step"], by_code["answer_book_link"]
    assert step.message.en == f"“{one.title.en}”: “-1” is none of its steps"
    assert step.message.th == f"“{one.title.th}”: “-1” ไม่ใช่ขั้นใดของข้อนี้"
    for choice in one.scale:
        assert f"{choice.value} – {choice.title.th}" in step.remedy.th
        assert f"{choice.value} – {choice.title.en}" in step.remedy.en
    assert "there are 21 links" in links.message.en
    people, coast = (one for one in book.problems if one.code == "answer_book_fact")
    titles = {fact.id: fact.title for fact in SET.facts}
    assert people.message.th.startswith(f"“{titles['population'].th}”: “-5”") and "zero or more" in people.remedy.en
    assert coast.message.en == f"“{titles['coastal'].en}”: “บางที” is neither yes nor no"
    words = " ".join(f"{one.message.th} {one.message.en} {one.remedy.th} {one.remedy.en}" for one in book.problems)
    assert not [one.id for one in SET.criteria if one.id in words], "ids are ours, not the reader's"


def test_a_fact_of_the_wrong_kind_is_told(content: bytes, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet = book[GUIDE]
        row = next(cell.row for cell in sheet["A"] if cell.value == "fact:population")
        sheet.cell(row, 3).value = "มากมาย"

    book = changed(content, tmp_path / "a.xlsx", change)
    assert [one[0] for one in told(book)] == ["answer_book_fact"]
    assert "population" not in book.facts


def test_thai_digits_are_numbers_of_people(content: bytes, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet = book[GUIDE]
        row = next(cell.row for cell in sheet["A"] if cell.value == "fact:population")
        sheet.cell(row, 3).value = "๑๒,๓๔๕"

    assert changed(content, tmp_path / "a.xlsx", change).facts["population"] == 12_345


def test_lost_and_doubled_rows_are_told(content: bytes, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet = book[SHEET]
        for col in range(1, 11):
            sheet.cell(20, col).value = sheet.cell(3, col).value
        sheet.delete_rows(5)

    book = changed(content, tmp_path / "a.xlsx", change)
    assert {one[0] for one in told(book)} == {"answer_book_ids"}
    missing = next(one for one in book.problems if one.where.cell is None)
    assert missing.message.en == f"there is no row of “{FIRST[2].title.en}”" and missing.where.sheet == SHEET


def test_another_version_is_refused_whole(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    other = replace(SET, criteria=(replace(SET.criteria[0], question=same("changed?")), *SET.criteria[1:]))
    book = read_answer_book(path, other)
    assert (book.answers, [one.code for one in book.problems]) == ({}, ["answer_book_set"])


def test_files_that_are_no_workbook_of_answers(tmp_path: Path) -> None:
    plain = tmp_path / "plain.xlsx"
    openpyxl.Workbook().save(plain)
    with pytest.raises(InputError) as refused:
        read_answer_book(plain, SET)
    assert refused.value.code == "answer_book"
    with pytest.raises(InputError, match=r"งานของเมือง\.xlsx") as refused:
        read_answer_book(plain, SET, name="งานของเมือง.xlsx")
    assert refused.value.where.file == "งานของเมือง.xlsx" and "plain.xlsx" not in refused.value.message.th
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(ImportRefused):
        read_answer_book(broken, SET)


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (40 << 20))
    with pytest.raises(ImportRefused):
        read_answer_book(bomb, SET)
