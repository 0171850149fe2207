"""The table of a workbook that a recipe describes, wherever it has moved to."""

from __future__ import annotations

from dataclasses import dataclass

from mudmai.core.errors import ImportRefused, Where
from mudmai.core.language import Text
from mudmai.exchange.sheets.cells import cell_name
from mudmai.exchange.sheets.layout import Layout, Table, find_tables
from mudmai.exchange.sheets.recipe import Meaning, Recipe, heading_key
from mudmai.exchange.sheets.row_areas import AreaReader
from mudmai.exchange.sheets.workbook import Sheet, Workbook


@dataclass(frozen=True)
class FoundTable:
    """A table and its sheet; ``notes`` say where it was found when not where it was."""

    file: str
    sheet: Sheet
    table: Table
    notes: tuple[Text, ...] = ()


def layout_of(sheet: Sheet, reader: AreaReader) -> Layout:
    """The tables of a sheet, names of areas known."""
    known: dict[str, bool] = {}

    def knows(text: str) -> bool:
        if text not in known:
            known[text] = reader.find([text])[0] is not None if text else False
        return known[text]

    return find_tables(sheet, knows=knows)


def needed(recipe: Recipe) -> set[str]:
    """Headings without which a table is not the one."""
    optional = (Meaning.IGNORE, Meaning.NOTE, Meaning.FLAG)
    return {heading_key(rule.heading) for rule in recipe.columns if rule.meaning not in optional}


def find_table(workbook: Workbook, recipe: Recipe, reader: AreaReader) -> FoundTable:
    """The table that has all headings of the recipe; raises :class:`ImportRefused` (code ``no_table``) when none has.

    The sheet of the recipe is looked at first, then every visible one.
    """
    wanted = needed(recipe)
    named = workbook.sheet(recipe.sheet) if recipe.sheet else None
    sheets = [named] if named else []
    sheets += [sheet for sheet in workbook.visible if sheet is not named]
    best: tuple[int, Sheet, Table] | None = None
    for sheet in sheets:
        fitting = []
        for table in layout_of(sheet, reader).tables:
            there = {heading_key(column.text) for column in table.columns}
            if wanted <= there:
                fitting.append(table)
            elif best is None or len(wanted & there) > best[0]:
                best = (len(wanted & there), sheet, table)
        if fitting:
            table = fitting[min(recipe.table, len(fitting) - 1)]
            return FoundTable(workbook.file, sheet, table, _moved(recipe, sheet, named))
    raise _no_table(workbook, recipe, best)


def _moved(recipe: Recipe, sheet: Sheet, named: Sheet | None) -> tuple[Text, ...]:
    if not recipe.sheet or sheet is named:
        return ()
    return (
        Text(
            f"ไม่มีแผ่นงาน “{recipe.sheet}” แล้ว พบตารางในแผ่นงาน “{sheet.name}”",
            f"there is no sheet “{recipe.sheet}” any more; the table was found on “{sheet.name}”",
        ),
    )


def _no_table(workbook: Workbook, recipe: Recipe, best: tuple[int, Sheet, Table] | None) -> ImportRefused:
    wanted = ", ".join(f"“{rule.heading}”" for rule in recipe.columns if heading_key(rule.heading) in needed(recipe))
    if best is None:
        found = Text("ไม่พบตารางที่มีหัวคอลัมน์เลย", "no table with a heading was found")
        where = Where(workbook.file)
    else:
        _, sheet, table = best
        heads = {heading_key(column.text) for column in table.columns}
        lacking = ", ".join(
            f"“{rule.heading}”"
            for rule in recipe.columns
            if heading_key(rule.heading) in needed(recipe) and heading_key(rule.heading) not in heads
        )
        found = Text(f"ตารางที่ใกล้เคียงที่สุดขาดหัวคอลัมน์ {lacking}", f"the nearest table lacks {lacking}")
        where = Where(workbook.file, sheet.name, cell_name(table.heading_rows[0], table.columns[0].col))
    return ImportRefused(
        Text(f"ไม่พบตารางตามสูตร “{recipe.name}”: {found.th}", f"no table fits the recipe “{recipe.name}”: {found.en}"),
        remedy=Text(
            f"ตรวจหัวตารางให้มี {wanted} หรือสร้างสูตรใหม่จากไฟล์นี้",
            f"give the table the headings {wanted}, or make a new recipe",
        ),
        code="no_table",
        where=where,
    )
