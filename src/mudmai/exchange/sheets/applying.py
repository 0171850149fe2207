"""A recipe applied to a workbook: tidy data with a source cell for each value, or problems by cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from mudmai.core.area_names import NameForms
from mudmai.core.language import Text
from mudmai.core.series import Catalogue
from mudmai.exchange.sheets.around import with_constants
from mudmai.exchange.sheets.cell_facts import CellFacts, FactReader
from mudmai.exchange.sheets.cell_values import CellValues, read_values
from mudmai.exchange.sheets.cells import column_name
from mudmai.exchange.sheets.column_facts import ColumnFacts, TableColumns, sort_columns, table_unit, unknown_heading
from mudmai.exchange.sheets.finding_tables import FoundTable, find_table
from mudmai.exchange.sheets.findings import Findings, Tidy
from mudmai.exchange.sheets.labels import Codes, Labels, combine, read_labels
from mudmai.exchange.sheets.layout import RowKind
from mudmai.exchange.sheets.name_forms import shipped_name_forms
from mudmai.exchange.sheets.recipe import Meaning, Recipe
from mudmai.exchange.sheets.row_areas import AreaReader, RowAreas, read_row_areas
from mudmai.exchange.sheets.row_reading import flag_ranks, rows_to_read, section_labels, tell_surroundings
from mudmai.exchange.sheets.tidy_table import CellBlock, build_table
from mudmai.exchange.sheets.workbook import Workbook

Rows = npt.NDArray[np.intp]


def apply_recipe(workbook: Workbook, recipe: Recipe, catalogue: Catalogue, *, forms: NameForms | None = None) -> Tidy:
    """Read the table that ``recipe`` describes.

    Values keep their cell; names become codes; faults are told by cell and stop nothing else, so that all are seen at
    once. Raises :class:`mudmai.core.errors.ImportRefused` when the table is not there at all.
    """
    reader = AreaReader(catalogue, recipe, forms if forms is not None else shipped_name_forms())
    found = find_table(workbook, recipe, reader)
    findings = Findings(workbook.file, found.sheet.name)
    findings.notes += [*workbook.notes, *found.notes]
    recipe = with_constants(recipe, found, reader)
    columns = _seen(sort_columns(found.table, recipe), found, recipe, findings)
    _tell_columns(columns, found, findings)
    rows = rows_to_read(found, recipe, findings)
    tell_surroundings(found, findings)
    sheet = _Reading(found, columns, rows, recipe, catalogue, reader, findings)
    blocks = [block for facts in columns.values if (block := sheet.column(facts)) is not None]
    sheet.tell()
    return build_table(blocks, sheet.areas.areas, found, recipe, catalogue, findings)


def _seen(columns: TableColumns, found: FoundTable, recipe: Recipe, findings: Findings) -> TableColumns:
    """Hidden value columns are left out and told, unless the recipe reads what is hidden."""
    hidden = [facts for facts in columns.values if facts.column.col in found.sheet.hidden_columns and not facts.ignored]
    if recipe.hidden == "read" or not hidden:
        return columns
    for facts in hidden:
        reason = Text(
            f"คอลัมน์ “{facts.column.text}” ถูกซ่อนไว้ในไฟล์", f"the column “{facts.column.text}” is hidden in the file"
        )
        findings.ignore(f"column {column_name(facts.column.col)}", "hidden", reason, facts.column.numbers)
    return replace(columns, values=tuple(facts for facts in columns.values if facts not in hidden))


def _tell_columns(columns: TableColumns, found: FoundTable, findings: Findings) -> None:
    for facts in columns.values:
        if facts.unknown and not facts.ignored:
            row, col = found.table.heading_rows[-1], facts.column.col
            findings.problem("heading_words", *unknown_heading(facts), row=row, col=col)
    for column in columns.unread:
        text = column.text or "–"
        findings.note(f"ไม่ได้อ่านคอลัมน์ “{text}”", f"the column “{text}” was not read")


@dataclass
class _Reading:
    """The table while its columns are read; row labels are shared by all columns."""

    found: FoundTable
    columns: TableColumns
    rows: Rows
    recipe: Recipe
    catalogue: Catalogue
    reader: AreaReader
    findings: Findings

    def __post_init__(self) -> None:
        self.labels: dict[str, Labels] = {}
        for rule, column in self.columns.labels:
            if rule.meaning not in (Meaning.IGNORE, Meaning.NOTE):
                self.labels[rule.heading] = read_labels(
                    self.found.sheet, column.col, self.rows, fill_down=rule.fill_down
                )
        self.areas = self._areas()
        self.facts = FactReader(
            self.catalogue,
            self.recipe,
            self.findings,
            table_unit(self.found.table, self.recipe),
            [rule for rule, _ in self.columns.of(Meaning.DIMENSION)],
            [rule for rule, _ in self.columns.of(Meaning.SERIES)],
            [rule for rule, _ in self.columns.of(Meaning.PERIOD)],
        )
        self.words = [
            rule.heading
            for rule, _ in self.columns.labels
            if rule.meaning in (Meaning.DIMENSION, Meaning.SERIES, Meaning.PERIOD)
        ]
        self.flags = flag_ranks(self.columns, self.labels, self.rows, self.findings)
        self.empty = self.dashes = 0
        self.marks: set[str] = set()
        self.system_of, self.combos, self.which = self._row_combos()

    def _areas(self) -> RowAreas:
        labels = [self.labels[rule.heading] for rule, _ in self.columns.of(Meaning.AREA)]
        places = [column.col for _, column in self.columns.of(Meaning.AREA)]
        if self.recipe.sections == "area":
            labels.insert(0, section_labels(self.found, self.rows))
            places.insert(0, self.found.table.columns[0].col)
        return read_row_areas(labels, self.rows, self.reader, self.recipe, self.findings, tuple(places))

    def _row_combos(self) -> tuple[list[str], list[tuple[int, ...]], Codes]:
        systems = sorted({system for system, _ in self.areas.areas})
        rank = {system: n for n, system in enumerate(systems)}
        of_area = np.array([rank[system] for system, _ in self.areas.areas] or [0], np.int64)
        parts = [np.where(self.areas.codes >= 0, of_area[np.maximum(self.areas.codes, 0)], 0)]
        parts += [self.labels[heading].codes for heading in self.words]
        which, combos = combine(parts, len(self.rows))
        return systems, combos, which

    def column(self, facts: ColumnFacts) -> CellBlock | None:
        """All values of one column; None when there are none."""
        if facts.ignored or facts.unknown or not len(self.rows):
            return None
        col = facts.column.col
        good = self.areas.codes >= 0
        rows = self.rows[good]
        if not len(rows):
            return None
        values = read_values(self.found.sheet, col, rows, self.recipe, self.findings)
        self.empty += values.empty
        self.dashes += values.dashes
        self.marks |= values.marks
        which = self.which[good]
        first = dict(zip(*(a.tolist() for a in np.unique(which, return_index=True)), strict=True))
        told: list[CellFacts | None] = [None] * len(self.combos)
        used = np.bincount(which[values.there], minlength=len(self.combos))
        for n, at in first.items():
            if used[n]:
                told[n] = self._facts(facts, self.combos[n], int(rows[at]), col)
        return self._block(facts, values, which, told, rows, good)

    def _facts(self, facts: ColumnFacts, combo: tuple[int, ...], row: int, col: int) -> CellFacts | None:
        words = {heading: self.labels[heading].words[code] for heading, code in zip(self.words, combo[1:], strict=True)}
        system = self.system_of[combo[0]] if self.system_of else ""
        return self.facts.read(facts, system, words, row, col)

    def _block(
        self,
        facts: ColumnFacts,
        values: CellValues,
        which: Codes,
        told: list[CellFacts | None],
        rows: Rows,
        good: npt.NDArray[np.bool_],
    ) -> CellBlock | None:
        known = np.array([one is not None for one in told])
        keep = values.there & known[which]
        if not keep.any():
            return None
        numbers = _scaled(values.values, which, [one.factor if one else Fraction(1) for one in told])
        self._own_units(values, numbers, which, told, rows, facts.column.col)
        self._percents(values, numbers, which, told, rows, facts.column.col)
        flags = self.flags(facts, values.flags, good)
        return CellBlock(
            facts.column.col,
            rows[keep],
            self.areas.codes[good][keep],
            which[keep],
            list(told),
            numbers[keep],
            flags[keep],
        )

    def _own_units(self, values: CellValues, numbers: Any, which: Codes, told: Any, rows: Rows, col: int) -> None:
        """A cell that names its own unit (``1,200 บาท``) goes by it."""
        from mudmai.exchange.sheets.said import unit_differs  # few files have such cells
        from mudmai.exchange.sheets.units import factor

        for at, written in values.units.items():
            one = told[which[at]]
            if one is None:
                continue
            scale = factor(written, self.catalogue.unit(one.series.unit))
            if scale is None:
                said = unit_differs(written.text, one.series.id, self.catalogue.unit(one.series.unit).label)
                self.findings.problem("unit_clash", *said, row=int(rows[at]), col=col)
            else:
                numbers[at] = _times(float(values.values[at]), scale)

    def _percents(self, values: CellValues, numbers: Any, which: Codes, told: Any, rows: Rows, col: int) -> None:
        from mudmai.exchange.sheets.said import unit_differs  # few files have such cells

        for at in np.flatnonzero(values.percent).tolist():
            one = told[which[at]]
            if one is None:
                continue
            if one.percent_factor is None:
                said = unit_differs("%", one.series.id, self.catalogue.unit(one.series.unit).label)
                self.findings.problem("unit_clash", *said, row=int(rows[at]), col=col, once=f"percent {col}")
            else:
                numbers[at] = _times(float(values.values[at]), one.percent_factor)

    def tell(self) -> None:
        """Notes on the whole table: calendars, empty cells, dashes, marks."""
        calendars = self.facts.calendars
        if len(calendars) > 1:
            from mudmai.exchange.tidy_words import mixed_calendars  # its words fit as they are

            (be, _, _), (ce, row, col) = calendars["BE"], calendars["CE"]
            self.findings.problem(
                "mixed_calendars", *mixed_calendars("CE", ce, be, calendars["BE"][1] + 1), row=row, col=col
            )
        if self.empty:
            n = f"{self.empty:,}"
            if self.recipe.empty == "missing":
                self.findings.note(f"ช่องว่าง {n} ช่อง บันทึกว่าไม่มีค่า", f"{n} empty cells are recorded as missing")
            else:
                self.findings.note(f"ไม่ได้อ่านช่องว่าง {n} ช่อง", f"{n} empty cells were not read")
        if self.dashes:
            n, zero = f"{self.dashes:,}", self.recipe.dash == "zero"
            self.findings.note(
                f"ขีด (-) {n} ช่อง อ่านเป็น{'ศูนย์' if zero else 'ไม่มีค่า'}",
                f"{n} dashes are read as {'zero' if zero else 'missing'}",
            )
        if self.marks:
            marks = ", ".join(sorted(self.marks)[:10])
            self.findings.note(f"มีเครื่องหมายกำกับค่า: {marks}", f"values carry marks: {marks}")
        skipped = [row for row, kind in self.found.table.kinds.items() if kind is RowKind.REPEATED_HEADING]
        if skipped:
            self.findings.note(f"หัวตารางพิมพ์ซ้ำ {len(skipped)} แถว", f"the heading is repeated in {len(skipped)} rows")


def _times(value: float, scale: Fraction) -> float:
    return value * scale.numerator if scale.denominator == 1 else value / scale.denominator * scale.numerator


def _scaled(values: npt.NDArray[np.float64], which: Codes, factors: list[Fraction]) -> npt.NDArray[np.float64]:
    """Values times the factor of their combination; whole divisors divide, so that 1,500 thousands are 1.5 exactly."""
    if all(one == 1 for one in factors):
        return values.copy()
    up = np.array([float(one.numerator) for one in factors])
    down = np.array([float(one.denominator) for one in factors])
    scaled: npt.NDArray[np.float64] = values * up[which] / down[which]
    return scaled
