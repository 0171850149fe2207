"""Next year's file: which recipe it fits, and exactly what has changed since.

What changed is told before anything is read: a column that is new or gone, a heading written differently, a sheet with
another name, names of areas and words that were never seen. A table that moved, or grew by a year, goes through.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from mudmai.core.area_names import NameForms
from mudmai.core.errors import Where
from mudmai.core.language import Text
from mudmai.core.series import Catalogue
from mudmai.exchange.sheets.cells import cell_name
from mudmai.exchange.sheets.column_facts import TableColumns, sort_columns
from mudmai.exchange.sheets.finding_tables import FoundTable, layout_of, needed
from mudmai.exchange.sheets.labels import combine, read_labels
from mudmai.exchange.sheets.layout import TOTAL_WORDS, Table
from mudmai.exchange.sheets.name_forms import shipped_name_forms
from mudmai.exchange.sheets.recipe import Meaning, Recipe, heading_key
from mudmai.exchange.sheets.row_areas import AreaReader
from mudmai.exchange.sheets.workbook import Sheet, Workbook


class ChangeKind(StrEnum):
    """What is different from the file that the recipe was made for."""

    NEW_COLUMN = "new_column"
    MISSING_COLUMN = "missing_column"
    RENAMED_HEADING = "renamed_heading"
    RENAMED_SHEET = "renamed_sheet"
    UNKNOWN_AREA = "unknown_area"
    NO_TABLE = "no_table"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``stops``: a person must settle it before the file can be read."""

    kind: ChangeKind
    text: Text
    where: Where
    stops: bool = True
    old: str = ""
    new: str = ""


@dataclass(frozen=True)
class Recognition:
    """The recipe that fits best with a score from 0 to 1 (1: every heading is there), and what changed."""

    recipe: Recipe | None
    score: float
    changes: tuple[Change, ...]
    found: FoundTable | None = None

    @property
    def ready(self) -> bool:
        """True when the file can be read by the recipe as it is."""
        return self.recipe is not None and not any(change.stops for change in self.changes)


def recognise(
    workbook: Workbook, recipes: Iterable[Recipe], catalogue: Catalogue, *, forms: NameForms | None = None
) -> Recognition:
    """The recipe among ``recipes`` that the workbook was most likely made for."""
    forms = forms if forms is not None else shipped_name_forms()
    best = Recognition(None, 0.0, ())
    for recipe in recipes:
        one = _against(workbook, recipe, AreaReader(catalogue, recipe, forms))
        if (one.score, -sum(c.stops for c in one.changes)) > (best.score, -sum(c.stops for c in best.changes)):
            best = one
    if best.recipe is None or best.score < 0.5:
        text = Text("ไม่มีสูตรอ่านไฟล์ใดเข้ากับไฟล์นี้", "no recipe fits this file")
        return Recognition(None, best.score, (Change(ChangeKind.NO_TABLE, text, Where(workbook.file)),))
    return best


def _against(workbook: Workbook, recipe: Recipe, reader: AreaReader) -> Recognition:
    wanted = needed(recipe)
    best: tuple[float, Sheet, Table] | None = None
    named = workbook.sheet(recipe.sheet) if recipe.sheet else None
    for sheet in [*([named] if named else []), *(sheet for sheet in workbook.visible if sheet is not named)]:
        seen = 0
        for table in layout_of(sheet, reader).tables:
            there = {heading_key(column.text) for column in table.columns}
            near = sum(_nearest(key, there) is not None for key in wanted - there)
            score = (len(wanted & there) + 0.7 * near) / max(1, len(wanted))
            if score == 1.0:
                score -= 0.001 * abs(seen - recipe.table)
                seen += 1
            if best is None or score > best[0]:
                best = (score, sheet, table)
    if best is None:
        return Recognition(None, 0.0, ())
    score, sheet, table = best
    found = FoundTable(workbook.file, sheet, table)
    columns = sort_columns(table, recipe)
    changes = [*_sheet_change(recipe, found, named), *_heading_changes(recipe, columns, found)]
    if not columns.missing:
        changes += _area_changes(columns, found, reader, recipe)
    return Recognition(recipe, round(score, 3), tuple(changes), found)


def _nearest(key: str, there: Iterable[str]) -> str | None:
    near = difflib.get_close_matches(key, list(there), n=1, cutoff=0.75)
    return near[0] if near else None


def _sheet_change(recipe: Recipe, found: FoundTable, named: Sheet | None) -> list[Change]:
    if not recipe.sheet or found.sheet is named:
        return []
    text = Text(
        f"แผ่นงาน “{recipe.sheet}” เปลี่ยนเป็น “{found.sheet.name}”",
        f"the sheet “{recipe.sheet}” is now “{found.sheet.name}”",
    )
    where = Where(found.file, found.sheet.name)
    return [Change(ChangeKind.RENAMED_SHEET, text, where, False, recipe.sheet, found.sheet.name)]


def _heading_changes(recipe: Recipe, columns: TableColumns, found: FoundTable) -> list[Change]:
    changes: list[Change] = []
    row = found.table.heading_rows[-1]
    free = {
        heading_key(column.text): column
        for column in (*columns.unread, *(facts.column for facts in columns.values if facts.unknown))
    }
    for rule in columns.missing:
        if rule.meaning in (Meaning.IGNORE, Meaning.NOTE):
            continue
        near = _nearest(heading_key(rule.heading), free)
        if near is not None:
            column = free.pop(near)
            text = Text(
                f"หัวคอลัมน์ “{rule.heading}” เปลี่ยนเป็น “{column.text}”",
                f"the heading “{rule.heading}” is now “{column.text}”",
            )
            where = Where(found.file, found.sheet.name, cell_name(row, column.col))
            changes.append(Change(ChangeKind.RENAMED_HEADING, text, where, True, rule.heading, column.text))
        else:
            text = Text(f"ไม่มีคอลัมน์ “{rule.heading}” แล้ว", f"the column “{rule.heading}” is gone")
            stops = rule.meaning is not Meaning.FLAG
            where = Where(found.file, found.sheet.name)
            changes.append(Change(ChangeKind.MISSING_COLUMN, text, where, stops, rule.heading))
    for column in free.values():
        text = Text(f"มีคอลัมน์ใหม่ “{column.text or '–'}”", f"there is a new column “{column.text or '–'}”")
        where = Where(found.file, found.sheet.name, cell_name(row, column.col))
        changes.append(Change(ChangeKind.NEW_COLUMN, text, where, bool(column.numbers), "", column.text))
    told = {heading_key(rule.text) for rule in recipe.headings if rule.meaning in (Meaning.SERIES, Meaning.DIMENSION)}
    seen = {heading_key(level) for column in found.table.columns for level in column.levels}
    from mudmai.exchange.sheets.heading_words import take_apart  # words of headings without period and unit

    seen |= {heading_key(take_apart(level).rest) for column in found.table.columns for level in column.levels}
    for word in recipe.headings:
        if heading_key(word.text) in told - seen:
            text = Text(f"ไม่มีคอลัมน์ “{word.text}” แล้ว", f"the column “{word.text}” is gone")
            where = Where(found.file, found.sheet.name)
            changes.append(Change(ChangeKind.MISSING_COLUMN, text, where, True, word.text))
    return changes


def _area_changes(columns: TableColumns, found: FoundTable, reader: AreaReader, recipe: Recipe) -> list[Change]:
    rows = np.array(found.table.data_rows, np.intp)
    pairs = columns.of(Meaning.AREA)
    labels = [read_labels(found.sheet, column.col, rows, fill_down=rule.fill_down) for rule, column in pairs]
    if recipe.sections == "area":
        from mudmai.exchange.sheets.row_reading import section_labels  # only tables with groups

        labels.insert(0, section_labels(found, rows))
    which, combos = combine([label.codes for label in labels], len(rows))
    changes: list[Change] = []
    told: set[str] = set()
    for n, combo in enumerate(combos):
        words = [label.words[code] for label, code in zip(labels, combo, strict=True) if code]
        if not words:
            continue
        area, how = reader.find(words)
        if area is not None or reader.leaves_out(how) or TOTAL_WORDS.match(how.text) or how.text in told:
            continue
        told.add(how.text)
        listed = ", ".join(reader.shown(how))
        text = Text(
            f"ไม่เคยพบชื่อพื้นที่ “{how.text}”" + (f" หมายถึง {listed} หรือไม่" if listed else ""),
            f"the area name “{how.text}” was never seen" + (f"; did you mean {listed}?" if listed else ""),
        )
        row = int(rows[int(np.argmax(which == n))])
        place = cell_name(row, pairs[-1][1].col) if pairs else None
        where = Where(found.file, found.sheet.name, place)
        changes.append(Change(ChangeKind.UNKNOWN_AREA, text, where, True, "", how.text))
    return changes
