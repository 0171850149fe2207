"""The corpus: one trap of an office's table each, read to the expected values or told by cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mudmai.exchange.sheets.recipe import HeadingRule, Meaning, Recipe
from tests.exchange.sheets.offices import Facts, Sheet, book, read, write_book

CM, LP, NAN = "TH-50", "TH-52", "TH-55"
PLAIN: Facts = {
    (CM, "2022", "population"): 100.0,
    (CM, "2023", "population"): 110.0,
    (LP, "2022", "population"): 50.0,
    (LP, "2023", "population"): 55.0,
}
TWO_YEARS = [["เชียงใหม่", 100, 110], ["ลำปาง", 50, 55]]
Case = tuple[list[list[Any]], dict[str, Any]]


def _table(*heading: object, above: Any = (), below: Any = (), rows: Any = None) -> list[list[Any]]:
    return [*map(list, above), list(heading), *map(list, rows or TWO_YEARS), *map(list, below)]


GOES_THROUGH: dict[str, Case] = {
    "plain": (_table("จังหวัด", 2565, 2566), {}),
    "years as text": (_table("จังหวัด", "2565", "2566"), {}),
    "years with their era": (_table("จังหวัด", "พ.ศ. 2565", "พ.ศ. 2566"), {}),
    "two digits": (_table("จังหวัด", "ปี 65", "ปี 66"), {}),
    "Thai digits": (_table("จังหวัด", "๒๕๖๕", "๒๕๖๖"), {}),
    "Common Era": (_table("Province", 2022, 2023), {}),
    "both calendars in one heading": (_table("จังหวัด", "2565 (2022)", "2566 (2023)"), {}),
    "provisional year": (_table("จังหวัด", "2565", "2566"), {}),
    "a title": (_table("จังหวัด", 2565, 2566, above=[["ตารางที่ 1 ประชากรรายจังหวัด"], []]), {}),
    "a merged title": (
        _table("จังหวัด", 2565, 2566, above=[["ประชากรรายจังหวัด พ.ศ. 2565-2566"]]),
        {"merges": ["A1:C1"]},
    ),
    "preamble in pairs": (
        _table("จังหวัด", 2565, 2566, above=[["หน่วยงาน", "สำนักงานสถิติ"], ["ปรับปรุง", "มีนาคม"], []]),
        {},
    ),
    "a unit line": (_table("จังหวัด", 2565, 2566, above=[["ประชากร", "", "หน่วย: คน"]]), {}),
    "a unit line in thousands": (
        _table("จังหวัด", 2565, 2566, above=[["", "", "(พันคน)"]], rows=[["เชียงใหม่", 0.1, 0.11], ["ลำปาง", 0.05, 0.055]]),
        {},
    ),
    "notes below": (
        _table("จังหวัด", 2565, 2566, below=[[], ["หมายเหตุ: ข้อมูล ณ 31 ธันวาคม"], ["ที่มา: กรมการปกครอง"]]),
        {},
    ),
    "numbers as text": (
        _table("จังหวัด", 2565, 2566, rows=[["เชียงใหม่", "100", " 110 "], ["ลำปาง", "๕๐", "55.00"]]),
        {},
    ),
    "running numbers": (
        [["ลำดับ", "จังหวัด", 2565, 2566], [1, "เชียงใหม่", 100, 110], [2, "ลำปาง", 50, 55]],
        {},
    ),
    "names with จ.": (_table("จังหวัด", 2565, 2566, rows=[["จ.เชียงใหม่", 100, 110], ["จังหวัดลำปาง", 50, 55]]), {}),
    "names with hidden signs": (
        _table("จังหวัด", 2565, 2566, rows=[["เชียง\u200bใหม่\u00a0", 100, 110], [" ลํา ปาง", 50, 55]]),
        {},
    ),
    "names in English": (
        _table("Province", 2565, 2566, rows=[["CHIANG MAI", 100, 110], ["Lampang Province", 50, 55]]),
        {},
    ),
    "codes": (_table("รหัสจังหวัด", 2565, 2566, rows=[[50, 100, 110], [52, 50, 55]]), {}),
    "code beside name": (
        [["รหัสจังหวัด", "จังหวัด", 2565, 2566], ["50", "เชียงใหม่", 100, 110], ["52", "ลำปาง", 50, 55]],
        {},
    ),
    "two heading rows": (
        [["จังหวัด", "ประชากร", None], [None, 2565, 2566], *TWO_YEARS],
        {"merges": ["A1:A2", "B1:C1"]},
    ),
    "two heading rows unmerged": ([["จังหวัด", "ประชากร", ""], ["", 2565, 2566], *TWO_YEARS], {}),
    "three heading rows": (
        [["จังหวัด", "สถิติ", None], [None, "ประชากร", None], [None, 2565, 2566], *TWO_YEARS],
        {"merges": ["A1:A3", "B1:C1", "B2:C2"]},
    ),
    "numbered columns": ([["จังหวัด", 2565, 2566], ["(1)", "(2)", "(3)"], *TWO_YEARS], {}),
    "blank padding": ([["จังหวัด", 2565, 2566], [], TWO_YEARS[0], [], [], TWO_YEARS[1]], {}),
    "the heading again": (
        [["จังหวัด", 2565, 2566], TWO_YEARS[0], ["จังหวัด", 2565, 2566], TWO_YEARS[1]],
        {},
    ),
    "starts in C5": ([[], [], [], [], *[[None, None, *row] for row in _table("จังหวัด", 2565, 2566)]], {}),
    "a spacer column": ([["จังหวัด", "", 2565, 2566], *[[r[0], "", *r[1:]] for r in TWO_YEARS]], {}),
    "a total row": (_table("จังหวัด", 2565, 2566, below=[["รวม", 150, 165]]), {}),
    "identical repeats": (_table("จังหวัด", 2565, 2566, rows=[*TWO_YEARS, TWO_YEARS[0]]), {}),
    "long form": (
        [
            ["จังหวัด", "ปี", "จำนวน"],
            ["เชียงใหม่", 2565, 100],
            ["เชียงใหม่", 2566, 110],
            ["ลำปาง", 2565, 50],
            ["ลำปาง", 2566, 55],
        ],
        {},
    ),
    "empty below means the same": (
        [["จังหวัด", "ปี", "จำนวน"], ["เชียงใหม่", 2565, 100], ["", 2566, 110], ["ลำปาง", 2565, 50], ["", 2566, 55]],
        {},
    ),
    "merged below": (
        [["จังหวัด", "ปี", "จำนวน"], ["เชียงใหม่", 2565, 100], [None, 2566, 110], ["ลำปาง", 2565, 50], [None, 2566, 55]],
        {"merges": ["A2:A3", "A4:A5"]},
    ),
    "unit in the heading": (
        [["จังหวัด", "ประชากร ปี 2565 (คน)", "ประชากร ปี 2566 (คน)"], *TWO_YEARS],
        {},
    ),
    "a remark column": (
        [["จังหวัด", 2565, 2566, "หมายเหตุ"], [*TWO_YEARS[0], "ปรับปรุง"], [*TWO_YEARS[1], ""]],
        {},
    ),
    "footnote marks": (_table("จังหวัด", 2565, 2566, rows=[["เชียงใหม่", "100*", "110 r"], ["ลำปาง", "50 1/", "55²"]]), {}),
}


@pytest.mark.parametrize("name", GOES_THROUGH)
def test_the_same_figures_however_they_are_laid_out(name: str, tmp_path: Path) -> None:
    rows, more = GOES_THROUGH[name]
    reading = read(book(tmp_path / "office.xlsx", rows, **more))
    assert reading.codes == [], reading.tidy.problems
    assert reading.facts == PLAIN
    assert reading.proposal.ready, reading.proposal.questions


def _one(value: object, series: str = "population", heading: object = 2566, **more: Any) -> Callable[[Path], Any]:
    def make(path: Path) -> Any:
        rows = [["จังหวัด", heading], ["ลำปาง", 7], ["เชียงใหม่", value], ["น่าน", 9]]
        return read(book(path / "one.xlsx", rows, **more), series)

    return make


@pytest.mark.parametrize(
    ("value", "read_as"),
    [
        ("1,632,820", 1632820),
        ("(1,200)", None),
        ("1.2 ล้าน", 1200000),
        ("5 แสน", 500000),
        ("๑๒", 12),
        ("1,200 คน", 1200),
    ],
)
def test_one_odd_number(value: str, read_as: float | None, tmp_path: Path) -> None:
    reading = _one(value)(tmp_path)
    if read_as is None:  # a negative population is below the series' bounds
        assert reading.codes == ["out_of_bounds"] and reading.cells == ["B3"]
    else:
        assert reading.facts[CM, "2023", "population"] == read_as and reading.codes == []


def test_a_dash_is_missing_unless_told(tmp_path: Path) -> None:
    reading = _one(" -   ")(tmp_path)
    assert reading.facts[CM, "2023", "population"] is None
    assert "1 dashes are read as missing" in reading.said()
    rows = [["จังหวัด", 2566], ["เชียงใหม่", "-"], ["น่าน", 9]]
    zero = read(book(tmp_path / "z.xlsx", rows), correct=lambda recipe: replace(recipe, dash="zero"))
    assert zero.facts[CM, "2023", "population"] == 0
    refused = read(book(tmp_path / "z.xlsx", rows), correct=lambda recipe: replace(recipe, dash="refuse"))
    assert refused.codes == ["number"] and refused.cells == ["B2"]


def test_empty_is_not_a_dash_and_not_zero(tmp_path: Path) -> None:
    reading = _one(None)(tmp_path)
    assert (CM, "2023", "population") not in reading.facts and reading.ignored == [("row 3", "no_value")]
    told = read(tmp_path / "one.xlsx", correct=lambda recipe: replace(recipe, empty="missing"))
    assert told.facts[CM, "2023", "population"] is None


@pytest.mark.parametrize("value", ["n.a.", "ไม่มีข้อมูล", "..", "N/A"])
def test_missing_words(value: str, tmp_path: Path) -> None:
    reading = _one(value)(tmp_path)
    assert reading.facts[CM, "2023", "population"] is None and reading.codes == []


@pytest.mark.parametrize("value", ["1,5", "abc", "<5", "12-15"])
def test_what_is_no_number_is_told_by_cell(value: str, tmp_path: Path) -> None:
    reading = _one(value)(tmp_path)
    assert (reading.codes, reading.cells) == (["number"], ["B3"])
    assert (CM, "2023", "population") not in reading.facts
    assert not reading.tidy.accepted


def test_a_formula_without_a_value_is_refused_by_cell(tmp_path: Path) -> None:
    reading = _one("=1+1")(tmp_path)
    assert (reading.codes, reading.cells) == (["cell_formula"], ["B3"])


def test_per_cent_of_any_kind(tmp_path: Path) -> None:
    for n, (value, more) in enumerate(
        [("12.5%", {}), ("ร้อยละ 12.5", {}), (12.5, {}), (0.125, {"formats": {"B3": "0.0%"}})]
    ):
        (tmp_path / str(n)).mkdir()
        assert _one(value, "poverty", **more)(tmp_path / str(n)).facts[CM, "2023", "poverty"] == 12.5
    assert _one("35%", "gini")(tmp_path).facts[CM, "2023", "gini"] == 0.35
    assert _one("35%", "population")(tmp_path).codes == ["unit_clash"]


def test_units_become_the_unit_of_the_series(tmp_path: Path) -> None:
    for heading, value in (
        ("ปี 2566 (บาท)", 1500000),
        ("ปี 2566 (พันบาท)", 1500),
        ("2566", 1.5),
        ("ปี 2566 (ล้านบาท)", 1.5),
    ):
        assert _one(value, "income", heading)(tmp_path).facts[CM, "2023", "income"] == 1.5
    clash = _one(5, "income", "ปี 2566 (คน)")(tmp_path)
    assert clash.codes == ["unit_clash"]


def test_sexes_in_the_heading(tmp_path: Path) -> None:
    rows = [["จังหวัด", "พ.ศ. 2566", None, None], [None, "ชาย", "หญิง", "รวม"], ["เชียงใหม่", 40, 60, 100]]
    reading = read(book(tmp_path / "a.xlsx", rows, merges=["A1:A2", "B1:D1"]))
    assert reading.facts == {
        (CM, "2023", "population", "sex=M"): 40.0,
        (CM, "2023", "population", "sex=F"): 60.0,
        (CM, "2023", "population"): 100.0,
    }


def test_sexes_in_rows_with_their_total(tmp_path: Path) -> None:
    rows = [["จังหวัด", "เพศ", 2566], ["เชียงใหม่", "รวม", 100], ["", "ชาย", 40], ["", "หญิง", 60], ["ลำปาง", "รวม", 7]]
    reading = read(book(tmp_path / "a.xlsx", rows))
    assert reading.facts[CM, "2023", "population"] == 100 and reading.facts[CM, "2023", "population", "sex=F"] == 60
    assert reading.facts[LP, "2023", "population"] == 7 and reading.codes == []


def test_two_series_side_by_side(tmp_path: Path) -> None:
    rows = [["จังหวัด", "รายได้ (ล้านบาท)", "รายจ่าย (พันบาท)"], ["เชียงใหม่", 5, 3000]]
    reading = read(book(tmp_path / "a.xlsx", [["งบการเงิน ปี 2566"], *rows]), "")
    assert reading.facts == {(CM, "2023", "income"): 5.0, (CM, "2023", "expense"): 3.0}


def test_quarters_and_months(tmp_path: Path) -> None:
    rows = [["จังหวัด", "ปี 2566", None], [None, "ไตรมาส 1", "ไตรมาส 2"], ["เชียงใหม่", 5, 6]]
    reading = read(book(tmp_path / "q.xlsx", rows, merges=["A1:A2", "B1:C1"]), "employed")
    assert reading.facts == {(CM, "2023-Q1", "employed"): 5.0, (CM, "2023-Q2", "employed"): 6.0}
    rows = [["จังหวัด", "ม.ค. 66", "ก.พ. 66"], ["เชียงใหม่", 5, 6]]
    reading = read(book(tmp_path / "m.xlsx", rows), "visitors")
    assert reading.facts == {(CM, "2023-01", "visitors"): 5.0, (CM, "2023-02", "visitors"): 6.0}
    rows = [["จังหวัด", "ปี", "เดือน", "คน"], ["เชียงใหม่", 2566, "มกราคม", 5], ["เชียงใหม่", 2566, "ก.พ.", 6]]
    assert read(book(tmp_path / "l.xlsx", rows), "visitors").facts == reading.facts


def test_fiscal_years(tmp_path: Path) -> None:
    for heading in ("ปีงบประมาณ 2566", "FY2023", "2566", "ปีงบ 66"):
        assert _one(5, "budget", heading)(tmp_path).facts[CM, "FY2023", "budget"] == 5.0


def test_the_period_of_the_title_or_the_sheet(tmp_path: Path) -> None:
    rows = [["จังหวัด", "จำนวน"], ["เชียงใหม่", 5]]
    assert read(book(tmp_path / "a.xlsx", [["ประชากร ปี พ.ศ. 2566"], *rows])).facts == {(CM, "2023", "population"): 5.0}
    assert read(book(tmp_path / "b.xlsx", rows, name="2566")).facts == {(CM, "2023", "population"): 5.0}
    nothing = read(book(tmp_path / "c.xlsx", rows))
    assert nothing.codes == ["period"] and [q.kind for q in nothing.proposal.questions] == ["period"]


def test_the_area_of_the_title(tmp_path: Path) -> None:
    rows = [["ประชากร จังหวัดเชียงใหม่"], ["ปี", "ชาย", "หญิง"], [2565, 4, 5], [2566, 6, 7]]
    reading = read(book(tmp_path / "a.xlsx", rows))
    assert reading.facts[CM, "2023", "population", "sex=M"] == 6 and len(reading.facts) == 4


def test_total_rows(tmp_path: Path) -> None:
    rows = [["พื้นที่", 2566], ["รวมทั้งประเทศ", 100], ["ภาคเหนือ", 60], ["เชียงใหม่", 40], ["รวม", 999]]
    reading = read(book(tmp_path / "a.xlsx", rows))
    assert reading.facts == {
        ("TH", "2023", "population"): 100.0,
        ("NESDC-N", "2023", "population"): 60.0,
        (CM, "2023", "population"): 40.0,
    }
    assert reading.ignored == [("row 5", "total")]


def test_sections_tell_which_tambon_is_meant(tmp_path: Path) -> None:
    rows = [["พื้นที่", 2566], ["เมืองหนึ่ง"], ["ต.สันทราย", 1], ["บ้านแลง", 2], ["เมืองสอง"], ["ต.สันทราย", 3], ["หนองบัว", 4]]
    reading = read(book(tmp_path / "a.xlsx", rows), "houses")
    assert reading.facts == {
        ("P1-A", "2023", "houses"): 1.0,
        ("P1-B", "2023", "houses"): 2.0,
        ("P2-A", "2023", "houses"): 3.0,
        ("P2-C", "2023", "houses"): 4.0,
    }


def test_one_tambon_name_in_two_provinces(tmp_path: Path) -> None:
    rows = [["จังหวัด", "ตำบล", 2566], ["เมืองหนึ่ง", "สันทราย", 1], ["เมืองสอง", "สันทราย", 3], ["เมืองสอง", "หนองบัว", 4]]
    reading = read(book(tmp_path / "a.xlsx", rows), "houses")
    assert reading.facts[("P1-A", "2023", "houses")] == 1 and reading.facts[("P2-A", "2023", "houses")] == 3
    alone = read(book(tmp_path / "b.xlsx", [["ตำบล", 2566], ["สันทราย", 1], ["หนองบัว", 4], ["บ้านแลง", 4]]), "houses")
    assert alone.codes == ["area_name"] and "P1-A" in alone.tidy.problems[0].remedy.en
    assert [q.about for q in alone.proposal.questions] == ["สันทราย"]


def test_a_misspelt_name_is_a_guess_to_confirm(tmp_path: Path) -> None:
    rows = [["จังหวัด", 2566], ["เชียงไหม่", 1], ["ลำปาง", 2]]
    reading = read(book(tmp_path / "a.xlsx", rows))
    assert [(text, code) for text, code, _ in reading.proposal.guesses] == [("เชียงไหม่", CM)]
    assert reading.facts[CM, "2023", "population"] == 1
    strict = read(tmp_path / "a.xlsx", correct=lambda recipe: replace(recipe, aliases={}))
    assert strict.codes == ["area_name"] and "TH-50" in strict.tidy.problems[0].remedy.en


def test_an_unknown_name_is_told(tmp_path: Path) -> None:
    rows = [["จังหวัด", 2566], ["แดนสนธยา", 1], ["ลำปาง", 2], ["น่าน", 3]]
    reading = read(book(tmp_path / "a.xlsx", rows))
    assert (reading.codes, reading.cells) == (["area_name"], ["A2"])
    left_out = read(tmp_path / "a.xlsx", correct=lambda recipe: recipe.with_aliases({"แดนสนธยา": "-"}))
    assert left_out.codes == [] and left_out.ignored == [("row 2", "left_out")]


def test_repeats_that_differ_are_listed(tmp_path: Path) -> None:
    rows = [["จังหวัด", 2566], ["เชียงใหม่", 1], ["ลำปาง", 2], ["จ.เชียงใหม่", 9]]
    reading = read(book(tmp_path / "a.xlsx", rows))
    assert (reading.codes, reading.cells) == (["duplicate"], ["B4"]) and "B2" in reading.tidy.problems[0].message.en


def test_both_calendars_in_one_table_are_refused(tmp_path: Path) -> None:
    reading = read(book(tmp_path / "a.xlsx", [["จังหวัด", "2565", "2023"], ["เชียงใหม่", 1, 2]]))
    assert reading.codes == ["mixed_calendars"]


def test_an_area_before_it_was_founded(tmp_path: Path) -> None:
    rows = [["จังหวัด", 2552, 2566], ["บึงกาฬ", 0, 5], ["ลำปาง", 1, 2]]
    reading = read(book(tmp_path / "a.xlsx", rows))
    assert ("TH-38", "2009", "population") not in reading.facts
    assert reading.ignored == [("B2", "not_alive")] and "1 of them zero" in reading.tidy.ignored[0].reason.en


def test_hidden_rows_and_sheets_are_told(tmp_path: Path) -> None:
    rows = [["จังหวัด", 2566], ["เชียงใหม่", 1], ["ลำปาง", 2]]
    path = write_book(
        tmp_path / "a.xlsx", Sheet(rows, hidden_rows=[3]), Sheet([["จังหวัด", 2560], ["น่าน", 3]], name="เก่า", hidden=True)
    )
    reading = read(path)
    assert reading.facts == {(CM, "2023", "population"): 1.0}
    assert ("row 3", "hidden") in reading.ignored and "เก่า" in reading.said()
    assert [q.kind for q in reading.proposal.questions] == ["hidden"]
    both = read(path, correct=lambda recipe: replace(recipe, hidden="read"))
    assert len(both.facts) == 2


def test_comments_are_shown(tmp_path: Path) -> None:
    rows = [["จังหวัด", 2566], ["เชียงใหม่", 1]]
    assert "comment at B2: รอยืนยัน" in read(book(tmp_path / "a.xlsx", rows, comments={"B2": "รอยืนยัน"})).said()


def test_several_tables_on_a_sheet(tmp_path: Path) -> None:
    rows = [
        ["ตารางที่ 1 ประชากร"], ["จังหวัด", 2565, 2566], *TWO_YEARS, [],
        ["ตารางที่ 2 รายได้"], ["จังหวัด", 2564, 2565], ["น่าน", 7, 8],
    ]  # fmt: skip
    path = book(tmp_path / "a.xlsx", rows)
    first = read(path)
    assert first.facts == PLAIN and [q.kind for q in first.proposal.questions] == ["table"]
    second = read(path, "income", table=1)
    assert second.facts == {(NAN, "2021", "income"): 7.0, (NAN, "2022", "income"): 8.0}


def test_tables_side_by_side(tmp_path: Path) -> None:
    rows = [
        ["จังหวัด", 2565, 2566, None, "จังหวัด", 2565],
        ["เชียงใหม่", 100, 110, None, "น่าน", 7],
        ["ลำปาง", 50, 55, None, "แพร่", 8],
    ]
    path = book(tmp_path / "a.xlsx", rows)
    assert read(path).facts == PLAIN
    assert read(path, table=1).facts == {(NAN, "2022", "population"): 7.0, ("TH-54", "2022", "population"): 8.0}


def test_a_table_directly_below_another(tmp_path: Path) -> None:
    rows = [["จังหวัด", 2565, 2566], *TWO_YEARS, ["จังหวัด", "ชาย", "หญิง"], ["น่าน", 1, 2]]
    assert read(book(tmp_path / "a.xlsx", rows)).facts == PLAIN


def test_an_unknown_column_is_told(tmp_path: Path) -> None:
    rows = [["จังหวัด", 2566], ["เชียงใหม่", 1]]
    recipe = read(book(tmp_path / "a.xlsx", rows)).proposal.recipe
    more = [["จังหวัด", 2566, "คนต่างด้าว"], ["เชียงใหม่", 1, 2]]
    reading = read(book(tmp_path / "b.xlsx", more), correct=lambda _: recipe)
    assert (reading.codes, reading.cells) == (["heading_words"], ["C1"])
    rule = HeadingRule("คนต่างด้าว", Meaning.IGNORE)

    def ignore(_: Recipe) -> Recipe:
        return replace(recipe, headings=(*recipe.headings, rule))

    assert read(tmp_path / "b.xlsx", correct=ignore).facts == {(CM, "2023", "population"): 1.0}


def test_a_share_beside_the_number_is_left_out(tmp_path: Path) -> None:
    rows = [["จังหวัด", "จำนวน", "ร้อยละ"], ["เชียงใหม่", 60, 60.0], ["ลำปาง", 40, 40.0]]
    reading = read(book(tmp_path / "a.xlsx", [["ประชากร ปี 2566"], *rows]))
    assert reading.facts == {(CM, "2023", "population"): 60.0, (LP, "2023", "population"): 40.0}


def test_values_that_look_like_years_stay_values(tmp_path: Path) -> None:
    rows = [["จังหวัด", "ชาย", "หญิง"], ["เชียงใหม่", 2500, 2501], ["ลำปาง", 2502, 2503]]
    reading = read(book(tmp_path / "a.xlsx", [["ประชากร ปี 2566"], *rows]))
    assert reading.facts[CM, "2023", "population", "sex=M"] == 2500 and len(reading.facts) == 4


def test_hidden_columns_are_told(tmp_path: Path) -> None:
    rows = [["จังหวัด", 2565, 2566], *TWO_YEARS]
    reading = read(book(tmp_path / "a.xlsx", rows, hidden_columns=["B"]))
    assert reading.facts == {(CM, "2023", "population"): 110.0, (LP, "2023", "population"): 55.0}
    assert reading.ignored == [("column B", "hidden")]
    assert [q.kind for q in reading.proposal.questions] == ["hidden"]
    assert read(tmp_path / "a.xlsx", correct=lambda recipe: replace(recipe, hidden="read")).facts == PLAIN


@pytest.mark.parametrize(
    "rows",
    [
        [["ปี", "จังหวัด", "จำนวน"], [2566, "เชียงใหม่", 2500], [2566, "ลำปาง", 2501]],
        [["จังหวัด", 2566], ["เชียงใหม่", 2500], ["ลำปาง", 2501]],
        [["จังหวัด", "พ.ศ. 2566"], ["เชียงใหม่", "2500"], ["ลำปาง", "2501"]],
        [["ประชากร ปี 2566"], ["จังหวัด", "จำนวน"], ["เชียงใหม่", 2500], ["ลำปาง", 2501]],
        [["ประชากร ปี 2566"], [], ["จังหวัด", "จำนวน"], ["เชียงใหม่", "๒๕๐๐"], ["ลำปาง", 2501]],
    ],
)
def test_figures_like_years_under_any_heading(rows: list[list[Any]], tmp_path: Path) -> None:
    reading = read(book(tmp_path / "a.xlsx", rows))
    assert reading.facts == {(CM, "2023", "population"): 2500.0, (LP, "2023", "population"): 2501.0}


def test_one_year_twice_with_other_figures_is_a_problem(tmp_path: Path) -> None:
    reading = read(book(tmp_path / "a.xlsx", [["จังหวัด", "2566", "พ.ศ. 2566"], ["เชียงใหม่", 1, 2]]))
    assert (reading.codes, reading.cells) == (["duplicate"], ["C2"])
