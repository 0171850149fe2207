"""Next year's file goes through by itself, or says exactly what changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mudmai.core.errors import ImportRefused, InputError
from mudmai.exchange.sheets.applying import apply_recipe
from mudmai.exchange.sheets.recipe import ColumnRule, Meaning, Recipe
from mudmai.exchange.sheets.recognition import ChangeKind, Recognition, recognise
from mudmai.exchange.sheets.workbook import open_workbook
from tests.exchange.sheets.offices import Sheet, book, catalogue, facts, read, write_book

THIS_YEAR = [["ประชากร ปี 2565"], ["จังหวัด", "ชาย", "หญิง"], ["เชียงใหม่", 40, 60], ["น่าน", 20, 30]]
BUDGET = [["จังหวัด", "เพศ", 2565], ["เชียงใหม่", "ชาย", 4]]


def recipes(folder: Path) -> list[Recipe]:
    one = read(book(folder / "this.xlsx", THIS_YEAR), name="ประชากร").proposal.recipe
    two = read(book(folder / "other.xlsx", BUDGET), name="อื่น").proposal.recipe
    return [two, one]


def next_year(folder: Path, rows: list[list[object]], **more: object) -> Recognition:
    return recognise(open_workbook(book(folder / "next.xlsx", rows, **more)), recipes(folder), catalogue())


def test_it_goes_through_by_itself(tmp_path: Path) -> None:
    rows = [[], ["สำนักทะเบียน"], ["ประชากร ปี 2566"], [], *THIS_YEAR[1:], ["แพร่", 5, 6]]
    found = next_year(tmp_path, rows)
    assert found.ready and found.recipe is not None and found.recipe.name == "ประชากร" and found.changes == ()
    tidy = apply_recipe(open_workbook(tmp_path / "next.xlsx"), found.recipe, catalogue())
    assert tidy.accepted and facts(tidy)["TH-54", "2023", "population", "sex=F"] == 6


@pytest.mark.parametrize(
    ("heading", "rows", "kind", "new"),
    [
        (["จังหวัด", "ชาย", "หญิง", "ต่างด้าว"], [["น่าน", 1, 2, 3]], ChangeKind.NEW_COLUMN, "ต่างด้าว"),
        (["จังหวัด", "ชาย"], [["น่าน", 1]], ChangeKind.MISSING_COLUMN, ""),
        (["รายจังหวัด", "ชาย", "หญิง"], [["น่าน", 1, 2]], ChangeKind.RENAMED_HEADING, "รายจังหวัด"),
        (["จังหวัด", "ชาย", "หญิง"], [["น่านเหนือใต้", 1, 2]], ChangeKind.UNKNOWN_AREA, "น่านเหนือใต้"),
    ],
)
def test_what_changed_is_told(
    heading: list[object], rows: list[list[object]], kind: ChangeKind, new: str, tmp_path: Path
) -> None:
    found = next_year(tmp_path, [["ประชากร ปี 2566"], heading, *rows])
    assert [change.kind for change in found.changes] == [kind] and not found.ready
    assert found.changes[0].new == new and found.changes[0].text.th


def test_a_renamed_sheet_only_needs_saying(tmp_path: Path) -> None:
    note = Sheet([["คำอธิบาย"]], name="อ่านก่อน")
    rows = [["จังหวัด", 2565], ["น่าน", 1]]
    first = read(write_book(tmp_path / "a.xlsx", note, Sheet(rows, name="ปี65"))).proposal.recipe
    assert first.sheet == "ปี65"
    workbook = open_workbook(write_book(tmp_path / "b.xlsx", note, Sheet([["จังหวัด", 2566], ["น่าน", 1]], name="ปี66")))
    found = recognise(workbook, [first], catalogue())
    assert [change.kind for change in found.changes] == [ChangeKind.RENAMED_SHEET] and found.ready
    assert "no sheet “ปี65”" in apply_recipe(workbook, first, catalogue()).notes[0].en


def test_another_file_is_no_file_of_ours(tmp_path: Path) -> None:
    found = next_year(tmp_path, [["ชื่อโครงการ", "วงเงิน"], ["ถนน", 5], ["คลอง", 6]])
    assert found.recipe is None and found.changes[0].kind is ChangeKind.NO_TABLE and not found.ready
    with pytest.raises(ImportRefused) as caught:
        apply_recipe(open_workbook(tmp_path / "next.xlsx"), recipes(tmp_path)[1], catalogue())
    assert caught.value.code == "no_table" and "จังหวัด" in caught.value.remedy.th


def test_recipes_are_readable_and_checked() -> None:
    recipe = Recipe("r", (ColumnRule("จังหวัด", Meaning.AREA, words={"ก": "TH-10"}),), dash="zero", table=1)
    text = recipe.to_json()
    assert "จังหวัด" in text and Recipe.from_json(text) == recipe
    for bad in (
        "[]",
        "{",
        text.replace('"version": 1', '"version": 9'),
        text.replace('"zero"', '"perhaps"'),
        text.replace('"area"', '"arena"'),
        text.replace('"heading"', '"headline"'),
        text.replace('"table": 1', '"table": "1"'),
        text.replace('"words": {', '"words": ['),
        text.replace('"dash"', '"dashes"'),
    ):
        with pytest.raises(InputError) as caught:
            Recipe.from_json(bad)
        assert caught.value.code == "recipe"


def test_a_learnt_name_is_kept_in_the_recipe(tmp_path: Path) -> None:
    rows = [["จังหวัด", 2566], ["เวียงพิงค์", 1], ["น่าน", 2]]
    recipe = read(book(tmp_path / "a.xlsx", rows)).proposal.recipe.with_aliases({"เวียงพิงค์": "TH-50"})
    again = Recipe.from_json(replace(recipe, name="learnt").to_json())
    tidy = apply_recipe(open_workbook(tmp_path / "a.xlsx"), again, catalogue())
    assert tidy.accepted and facts(tidy)["TH-50", "2023", "population"] == 1
