"""Where the tables of a sheet are: titles, headings over several rows, data, totals, notes, repeated headings.

Works on positions and kinds of cells only; what a column means is decided later. Rows of a sheet are walked once. A
table is a heading (one to six rows) directly above rows with values; it ends where another heading or nothing follows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from mudmai.core.errors import InputError
from mudmai.core.number_text import clean_text, read_number
from mudmai.exchange.sheets.cells import Place, text_of
from mudmai.exchange.sheets.headings import Column, columns_of, heading_rows_above
from mudmai.exchange.sheets.row_profiles import BLANK, KindGrid, Word, numbers_its_columns, runs_like_years
from mudmai.exchange.sheets.workbook import Sheet

TOTAL_WORDS = re.compile(r"^(รวม|ยอดรวม|ผลรวม|ทั้งหมด|ทั้งสิ้น|total|grand total|sub-?total|sum)", re.IGNORECASE)
NOTE_WORDS = re.compile(r"^(หมายเหตุ|ที่มา|แหล่งที่มา|แหล่งข้อมูล|อ้างอิง|note|notes|source|sources|remark|\*)", re.IGNORECASE)


class RowKind(StrEnum):
    """What a row of a table is; rows that are not named are data."""

    DATA = "data"
    BLANK = "blank"
    TOTAL = "total"
    SECTION = "section"
    """A label alone: the name of the group below, or a label that runs on."""
    NOTE = "note"
    REPEATED_HEADING = "repeated_heading"
    NUMBERING = "numbering"


@dataclass(frozen=True)
class Table:
    """One table. Rows and columns count from 0, ends included. ``kinds`` names the rows that are not plain data."""

    sheet: str
    heading_rows: tuple[int, ...]
    first_row: int
    last_row: int
    columns: tuple[Column, ...]
    title: tuple[tuple[Place, str], ...] = ()
    notes: tuple[tuple[Place, str], ...] = ()
    kinds: Mapping[int, RowKind] = field(default_factory=dict)

    @cached_property
    def data_rows(self) -> list[int]:
        """Rows with values, totals included."""
        skip = {row for row, kind in self.kinds.items() if kind is not RowKind.TOTAL}
        return [row for row in range(self.first_row, self.last_row + 1) if row not in skip]

    @property
    def value_columns(self) -> tuple[Column, ...]:
        """Columns that hold mostly numbers."""
        return tuple(column for column in self.columns if column.numeric)

    def heading(self) -> tuple[str, ...]:
        """The headings of all columns, for comparison."""
        return tuple(column.text for column in self.columns)


@dataclass(frozen=True)
class Layout:
    """All tables of a sheet in reading order. ``stray`` are rows with values under no heading."""

    sheet: str
    tables: tuple[Table, ...]
    stray: tuple[int, ...] = ()


Knows = Callable[[str], bool]


def find_tables(sheet: Sheet, *, knows: Knows = lambda text: False) -> Layout:
    """The tables of ``sheet``. ``knows`` tells labels (names of areas): a row that begins with one is no heading."""
    if not sheet.rows or not sheet.width:
        return Layout(sheet.name, ())
    spoilt = {*sheet.without_value, *sheet.errors}
    whole = KindGrid(sheet.columns, range(sheet.width), len(sheet.rows), spoilt)
    segments = _segments(whole)
    tables: list[Table] = []
    stray: list[int] = []
    for columns in segments:
        grid = whole if len(segments) == 1 else KindGrid(sheet.columns, columns, len(sheet.rows), spoilt)
        walk = _Walk(sheet, grid, knows)
        walk.run()
        tables += walk.tables
        stray += walk.stray
    tables.sort(key=lambda table: (table.heading_rows[0], table.columns[0].col))
    return Layout(sheet.name, tuple(tables), tuple(sorted(set(stray))))


def _segments(grid: KindGrid) -> list[tuple[int, ...]]:
    """Groups of columns that are tables side by side; usually one group of all columns."""
    counts = {col: _counts(grid, col) for col in grid.columns}
    groups: list[list[int]] = []
    for col in grid.columns:
        if not sum(counts[col]):
            continue
        if groups and groups[-1][-1] == col - 1:
            groups[-1].append(col)
        else:
            groups.append([col])
    joined: list[list[int]] = []
    for group in groups:
        if joined and not (_stands_alone(group, counts) and _stands_alone(joined[-1], counts)):
            joined[-1] += group
        else:
            joined.append(group)
    if len(joined) < 2:
        return [grid.columns]
    return [tuple(range(group[0], group[-1] + 1)) for group in joined]


def _counts(grid: KindGrid, col: int) -> tuple[int, int, int]:
    """Texts, numbers and years in a column."""
    found = np.bincount(grid.column(col), minlength=4)
    return int(found[Word.TEXT]), int(found[Word.NUMBER]), int(found[Word.YEAR])


def _stands_alone(group: list[int], filled: Mapping[int, tuple[int, int, int]]) -> bool:
    """A table of its own has a first column of words, and numbers right of it."""
    texts, numbers, years = filled[group[0]]
    return texts > numbers + years and any(filled[c][1] + filled[c][2] > filled[c][0] for c in group[1:])


class _Walk:
    """One walk down some columns of a sheet."""

    def __init__(self, sheet: Sheet, grid: KindGrid, knows: Knows) -> None:
        self.sheet, self.rows, self.knows, self.profiles = sheet, sheet.rows, knows, grid
        self.total = _total_rows(sheet, grid)
        plain = (grid.kinds == Word.NUMBER).any(axis=1) & (grid.kinds == Word.TEXT).any(axis=1) & ~self.total
        self.plain = plain
        """Rows with words and numbers and no word of a total: plain data wherever they stand."""
        self.next_odd = np.append(np.flatnonzero(~plain), len(grid))
        self.tables: list[Table] = []
        self.stray: list[int] = []
        self.above = 0
        """The first row that no table has taken."""

    def run(self) -> None:
        """Find the tables."""
        row = 0
        while row < len(self.rows):
            if not self._has_values(row):
                row += 1
                continue
            heading = heading_rows_above(self.sheet, self.profiles, row, self.above, self.knows)
            if not heading:
                self.stray.append(row)
                row += 1
                continue
            row = self._table(heading, row)
            self.above = row

    def _has_values(self, row: int) -> bool:
        """A row of values, not the years of a heading or the numbering of columns."""
        one = self.profiles[row]
        if not one.numbers and not one.years:
            return False
        if self._is_numbering(row):
            return False
        if one.numbers or not one.years:
            return True
        return not self._is_years(row)

    def _is_numbering(self, row: int) -> bool:
        one = self.profiles[row]
        if one.texts or one.years or len(one.numbers) < 3:
            return False
        return numbers_its_columns([self._number(row, col) for col in one.numbers])

    def _is_years(self, row: int) -> bool:
        """Whether the bare years of a row are headings: no full heading stands directly above them."""
        one = self.profiles[row]
        above = self.profiles[row - 1] if row > self.above else BLANK
        taken = {*above.texts, *above.years, *above.numbers}
        if any(self.knows(text_of(self.rows[row][col])) for col in one.texts):
            return False
        if not above.is_blank and not above.is_single and all(col in taken for col in one.years):
            upper_covers = len(taken & set(one.columns())) == one.count
            return not upper_covers
        if len(one.years) == 1:
            return bool(one.texts) or above.count > 1
        return runs_like_years([self._number(row, col) for col in one.years]) or self._followed_by_values(row)

    def _followed_by_values(self, row: int) -> bool:
        return row + 1 < len(self.rows) and bool(self.profiles[row + 1].numbers)

    def _number(self, row: int, col: int) -> float:
        value = self.rows[row][col]
        if isinstance(value, int | float):
            return float(value)
        try:
            return read_number(str(value)).value or 0.0
        except InputError:
            return 0.0

    def _table(self, heading: tuple[int, ...], first: int) -> int:
        """Collect the table under ``heading``; gives the row after it."""
        start = first
        while start - 1 > heading[-1] and not self.profiles[start - 1].is_blank:
            start -= 1
        kinds: dict[int, RowKind] = {}
        row, last = start, first
        words = self._words(heading[-1])
        valued = self._valued(first)
        while row < len(self.rows):
            if self.plain[row] and row > first:
                row = int(self.next_odd[np.searchsorted(self.next_odd, row)])
                last = row - 1
                continue
            one = self.profiles[row]
            if one.is_blank:
                kinds[row] = RowKind.BLANK
            elif row > first and self._words(row) == words:
                self._repeat(row, heading, kinds)
            elif self._is_numbering(row):
                kinds[row] = RowKind.NUMBERING
            elif row > first and self._begins_another(row, valued):
                break
            elif one.numbers or one.years:
                last = row
                if self.total[row]:
                    kinds[row] = RowKind.TOTAL
            elif self._has_words_for_values(row, valued):
                last = row
            else:
                kinds[row] = RowKind.SECTION
            row += 1
        self._close(heading, start, last, row, kinds)
        return last + 1 + self._notes_after(last, row)

    def _words(self, row: int) -> tuple[str, ...]:
        one = self.profiles[row]
        return tuple(text_of(self.rows[row][col]) for col in one.columns())

    def _repeat(self, row: int, heading: tuple[int, ...], kinds: dict[int, RowKind]) -> None:
        """Mark a heading printed again, upper rows included."""
        for up, of in enumerate(reversed(heading)):
            if self._words(row - up) == self._words(of):
                kinds[row - up] = RowKind.REPEATED_HEADING

    def _begins_another(self, row: int, valued: set[int]) -> bool:
        """Whether words stand where the table has values, with values below: another heading."""
        one = self.profiles[row]
        if one.numbers or one.is_single or self._known_label(row):
            return False
        if one.years and not (len(one.years) > 1 and runs_like_years([self._number(row, c) for c in one.years])):
            return False
        in_values = [col for col in (*one.texts, *one.years) if col in valued]
        if not in_values:
            return False
        if one.years and not one.texts:
            return False
        return any(self._has_values(below) for below in range(row + 1, min(row + 8, len(self.rows))))

    def _has_words_for_values(self, row: int, valued: set[int]) -> bool:
        """Words where values belong, in a row with a label of its own: a faulty row, told cell by cell later."""
        one = self.profiles[row]
        labelled = len(one.texts) > 1 and one.texts[0] not in valued
        in_values = any(col in valued for col in one.texts)
        return labelled and in_values and not NOTE_WORDS.match(text_of(self.rows[row][one.texts[0]]))

    def _known_label(self, row: int) -> bool:
        one = self.profiles[row]
        return bool(one.texts) and self.knows(text_of(self.rows[row][one.texts[0]]))

    def _valued(self, first: int) -> set[int]:
        """Columns that hold numbers in the first rows under a heading."""
        some = (self.profiles.kinds[first : first + 40] >= Word.NUMBER).sum(axis=0)
        return {col for col, count in zip(self.profiles.columns, some.tolist(), strict=True) if count}

    def _notes_after(self, last: int, end: int) -> int:
        """How many rows after ``last`` are notes of the table."""
        count = 0
        for row in range(last + 1, end):
            if self.profiles[row].is_single and NOTE_WORDS.match(self._words(row)[0]):
                count = row - last
            elif not self.profiles[row].is_blank and count and not self.profiles[row].is_single:
                break
        return count

    def _close(self, heading: tuple[int, ...], start: int, last: int, end: int, kinds: dict[int, RowKind]) -> None:
        """Build the table: label rows after the last value are notes."""
        notes: list[tuple[Place, str]] = []
        noted = self._notes_after(last, end)
        for row in range(last + 1, last + 1 + (noted or end - last - 1)):
            one = self.profiles[row]
            if row >= end or (not noted and one.is_blank and notes):
                break
            notes += [((row, col), text_of(self.rows[row][col])) for col in one.texts]
        kinds = {row: kind for row, kind in kinds.items() if row <= last}
        title = [
            ((row, col), text_of(self.rows[row][col]))
            for row in range(self.above, heading[0])
            for col in self.profiles[row].columns()
            if text_of(self.rows[row][col])
        ]
        body = np.ones(last + 1 - start, bool)
        body[[row - start for row, kind in kinds.items() if kind is not RowKind.TOTAL and row >= start]] = False
        columns = columns_of(self.sheet, self.profiles, heading, start + np.flatnonzero(body))
        if columns:
            table = Table(self.sheet.name, heading, start, last, columns, tuple(title), tuple(notes), kinds)
            self.tables.append(table)


def _total_rows(sheet: Sheet, grid: KindGrid) -> npt.NDArray[np.bool_]:
    """Rows whose first word is one of a total."""
    words = np.zeros(grid.kinds.shape, bool)
    is_text = grid.kinds == Word.TEXT
    for at, col in enumerate(grid.columns):
        if not is_text[:, at].any():
            continue
        column = sheet.columns[col]
        texts = {value for value in set(column) if isinstance(value, str) and TOTAL_WORDS.match(clean_text(value))}
        if texts:
            words[:, at] = np.fromiter(map(texts.__contains__, column), bool, len(column))
    first = is_text.argmax(axis=1)
    found: npt.NDArray[np.bool_] = is_text.any(axis=1) & words[np.arange(len(grid)), first]
    return found
