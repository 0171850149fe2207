"""What officers do to a workbook of criteria: edits are kept, faults are told by sheet and cell."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.exchange.criteria.criteria_book import CriteriaBook, read_criteria_book, write_criteria_book, written_pack
from mudmai.exchange.criteria.reading import read_criteria_sets
from mudmai.exchange.packs import check_pack
from mudmai.exchange.packs.pack import shipped_packs

SET = next(
    one for one in read_criteria_sets(shipped_packs() / "th-criteria") if one.scheme == "liveable-sustainable-city"
)


def edited(path: Path, sheet: str, cell: str, value: Any) -> CriteriaBook:
    book = openpyxl.load_workbook(io.BytesIO(write_criteria_book(SET)))
    book[sheet][cell] = value
    book.save(path)
    return read_criteria_book(path)


def test_an_edit_is_kept(tmp_path: Path) -> None:
    read = edited(tmp_path / "a.xlsx", "criteria", "J2", 3)
    assert read.criteria is not None
    assert (SET.criteria[0].points, read.criteria.criteria[0].points) == (1.5, 3)


@pytest.mark.parametrize(
    ("sheet", "cell", "value"),
    [
        ("criteria", "B2", "nowhere"),
        ("criteria", "J2", "many"),
        ("criteria", "K2", "no-scale"),
        ("criteria", "D2", None),
        ("parts", "A3", "liveable"),
        ("levels", "D3", 0.1),
        ("fits", "C2", "looks_like"),
        ("choices", "A2", "no-fact"),
        ("rules", "A2", "no-level"),
    ],
)
def test_a_fault_is_told_by_sheet_and_cell(tmp_path: Path, sheet: str, cell: str, value: Any) -> None:
    read = edited(tmp_path / "a.xlsx", sheet, cell, value)
    assert read.criteria is None
    places = {(one.where.sheet, (one.where.cell or "")[1:]) for one in read.problems}
    assert (sheet, cell[1:]) in places, [one.as_dict() for one in read.problems]


def test_another_workbook_is_refused(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    with pytest.raises(InputError) as told:
        read_criteria_book(tmp_path / "a.xlsx")
    assert told.value.code == "criteria_book"


def test_it_becomes_a_pack_that_passes_the_check(tmp_path: Path) -> None:
    for inside, text in written_pack([SET], pack="own", title=Text("ชุด: หนึ่ง", "Own, one"), requires=["th-m8"]).items():
        path = tmp_path / "own" / inside
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert check_pack(tmp_path / "own") == ()
    assert read_criteria_sets(tmp_path / "own") == (SET,)
