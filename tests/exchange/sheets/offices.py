"""Workbooks as offices make them, built small, and the catalogue they are read with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl

from mudmai.core.areas import Area, AreaSystem
from mudmai.core.language import Text, same
from mudmai.core.periods import Frequency
from mudmai.core.series import Aggregation, AggregationRule, Catalogue, Series, SeriesDimension
from mudmai.core.units import unit
from mudmai.exchange.packs.load import load_pack
from mudmai.exchange.packs.pack import shipped_packs
from mudmai.exchange.sheets.applying import apply_recipe
from mudmai.exchange.sheets.cells import place_of
from mudmai.exchange.sheets.findings import Tidy
from mudmai.exchange.sheets.propose import Proposal, propose
from mudmai.exchange.sheets.recipe import Recipe
from mudmai.exchange.sheets.workbook import Workbook, open_workbook

SEX = SeriesDimension("sex", Text("เพศ", "sex"), ("F", "M"), {"F": Text("หญิง", "female"), "M": Text("ชาย", "male")})
TOWNS = AreaSystem(
    "towns",
    same("Towns"),
    (
        Area("K", Text("แดนเมือง", "Townland"), "kingdom"),
        Area("P1", Text("เมืองหนึ่ง", "Province One"), "province", "K"),
        Area("P2", Text("เมืองสอง", "Province Two"), "province", "K"),
        Area("P1-A", Text("สันทราย", "San Sai"), "subdistrict", "P1"),
        Area("P1-B", Text("บ้านแลง", "Ban Laeng"), "subdistrict", "P1"),
        Area("P2-A", Text("สันทราย", "San Sai"), "subdistrict", "P2"),
        Area("P2-C", Text("หนองบัว", "Nong Bua"), "subdistrict", "P2"),
    ),
)


def _series(name: str, th: str, code: str, frequency: Frequency = Frequency.ANNUAL, **more: Any) -> Series:
    system = more.pop("system", "th-nesdc")
    rule = Aggregation(AggregationRule.SUM)
    return Series(name, Text(th, name), system, frequency, code, rule, source="book", **more)


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The area systems that ship, a system of towns, and a few series."""
    shipped = load_pack(shipped_packs() / "th-areas").catalogue
    units = [
        unit("persons", {"person": 1}, 1, Text("คน", "persons"), 0),
        unit("million_baht", {"THB": 1}, 10**6, Text("ล้านบาท", "million baht")),
        unit("baht", {"THB": 1}, 1, Text("บาท", "baht")),
    ]
    series = [
        _series("population", "ประชากร", "persons", dimensions=(SEX,), minimum=0.0),
        _series("income", "รายได้", "million_baht"),
        _series("expense", "รายจ่าย", "million_baht"),
        _series("poverty", "สัดส่วนคนจน", "percent", minimum=0.0, maximum=100.0),
        _series("gini", "สัมประสิทธิ์จีนี", "ratio"),
        _series("budget", "งบประมาณรายจ่าย", "baht", Frequency.FISCAL),
        _series("employed", "ผู้มีงานทำ", "persons", Frequency.QUARTERLY, dimensions=(SEX,)),
        _series("visitors", "นักท่องเที่ยว", "persons", Frequency.MONTHLY),
        _series("houses", "บ้านเรือน", "persons", system="towns"),
    ]
    return replace(
        shipped,
        units={one.code: one for one in units},
        series={one.id: one for one in series},
        area_systems={**shipped.area_systems, "towns": TOWNS},
    )


@dataclass(frozen=True)
class Sheet:
    """A sheet to write: rows from A1 on, and what is around them."""

    rows: Sequence[Sequence[object]]
    merges: Sequence[str] = ()
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[str] = ()
    comments: Mapping[str, str] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)
    name: str = "Sheet1"
    hidden: bool = False


def write_book(path: Path, *sheets: Sheet) -> Path:
    """An xlsx workbook of these sheets."""
    from openpyxl.comments import Comment

    book = openpyxl.Workbook()
    book.remove(book.active)
    for one in sheets:
        sheet = book.create_sheet(one.name)
        for row in one.rows:
            sheet.append(list(row))
        for merge in one.merges:
            sheet.merge_cells(merge)
        for row in one.hidden_rows:
            sheet.row_dimensions[row].hidden = True
        for column in one.hidden_columns:
            sheet.column_dimensions[column].hidden = True
        for cell, text in one.comments.items():
            sheet[cell].comment = Comment(text, "officer")
        for cell, number_format in one.formats.items():
            sheet[cell].number_format = number_format
        if one.hidden:
            sheet.sheet_state = "hidden"
    book.save(path)
    return path


def book(path: Path, rows: Sequence[Sequence[object]], **more: Any) -> Path:
    """A workbook of one sheet."""
    return write_book(path, Sheet(rows, **more))


Facts = dict[tuple[str, ...], float | None]


def facts(tidy: Tidy) -> Facts:
    """(area, period, series, dims) → value; every fact once."""
    rows = tidy.table.to_pylist()
    found = {tuple(r[k] for k in ("area", "period", "series", "dims") if r[k]): r["value"] for r in rows}
    assert len(found) == len(rows)
    return found


def check_places(workbook: Workbook, tidy: Tidy) -> None:
    """Every value can be seen in the cell that it names (text and scaled values by the digits they begin with)."""
    for row in tidy.table.to_pylist():
        file, sheet, cell = row["locator"].split("!")
        assert file == workbook.file
        found = workbook.sheet(sheet)
        assert found is not None
        raw = found.value(*place_of(cell))
        if isinstance(raw, float) and row["value"] is not None and row["series"] in ("population", "visitors"):
            assert raw == row["value"] or raw * 1000 == row["value"]
        assert raw is not None


@dataclass(frozen=True)
class Reading:
    """A file read by its own proposal."""

    workbook: Workbook
    proposal: Proposal
    tidy: Tidy

    @property
    def facts(self) -> Facts:
        """What was read."""
        return facts(self.tidy)

    @property
    def codes(self) -> list[str]:
        """The codes of all problems."""
        return [problem.code for problem in self.tidy.problems]

    @property
    def cells(self) -> list[str | None]:
        """The cells of all problems."""
        return [problem.where.cell for problem in self.tidy.problems]

    @property
    def ignored(self) -> list[tuple[str, str]]:
        """What was left out: (place, kind)."""
        return [(one.place, one.kind) for one in self.tidy.ignored]

    def said(self) -> str:
        """All notes in English."""
        return "\n".join(note.en for note in (*self.tidy.notes, *self.proposal.notes))


def read(
    path: Path, series: str = "population", correct: Callable[[Recipe], Recipe] | None = None, **more: Any
) -> Reading:
    """Open, propose, correct, carry the recipe through JSON, apply."""
    workbook = open_workbook(path)
    proposal = propose(workbook, catalogue(), series=series, **more)
    recipe = correct(proposal.recipe) if correct else proposal.recipe
    recipe_again = Recipe.from_json(recipe.to_json())
    assert recipe_again == recipe
    tidy = apply_recipe(workbook, recipe_again, catalogue())
    check_places(workbook, tidy)
    return Reading(workbook, proposal, tidy)
