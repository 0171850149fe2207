"""Headings over several rows: which rows they are, and the words above each column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mudmai.core.number_text import read_unit
from mudmai.exchange.sheets.cells import Place, text_of
from mudmai.exchange.sheets.row_profiles import KindGrid, RowProfile, Word, is_unit_line
from mudmai.exchange.sheets.workbook import Sheet

MOST_HEADING_ROWS = 6


@dataclass(frozen=True)
class Column:
    """One column: the words above it from the top down (merged words repeated), and whether it holds numbers.

    ``cells`` are the places of the words, level by level; ``numeric`` is the share of numbers among what is filled.
    """

    col: int
    levels: tuple[str, ...]
    cells: tuple[Place, ...]
    numbers: int = 0
    texts: int = 0

    @property
    def text(self) -> str:
        """All words, joined."""
        return " / ".join(self.levels)

    @property
    def numeric(self) -> bool:
        """True when more numbers than words stand in it."""
        return self.numbers > self.texts


def heading_rows_above(
    sheet: Sheet, profiles: KindGrid, first: int, floor: int, knows: Callable[[str], bool]
) -> tuple[int, ...]:
    """The heading rows above the values that begin in row ``first``; empty when there are none from ``floor`` on."""
    bottom = first - 1
    skipped = 0
    while bottom >= floor and skipped < 4 and not _may_be_heading(sheet, profiles, bottom, knows):
        one = profiles[bottom]
        if not (one.is_blank or one.is_single or _numbering(one) or _is_label_row(sheet, one, bottom, knows)):
            return ()
        skipped += 1
        bottom -= 1
    if bottom < floor or not _may_be_heading(sheet, profiles, bottom, knows):
        return ()
    rows = [bottom]
    while (
        rows[0] - 1 >= floor
        and len(rows) < MOST_HEADING_ROWS
        and _is_upper(sheet, profiles, rows[0] - 1, rows[0], bottom, knows)
    ):
        rows.insert(0, rows[0] - 1)
    return tuple(rows)


def _numbering(one: RowProfile) -> bool:
    return bool(one.numbers) and not one.texts and not one.years


def _is_label_row(sheet: Sheet, one: RowProfile, row: int, knows: Callable[[str], bool]) -> bool:
    return bool(one.texts) and not one.numbers and knows(text_of(sheet.rows[row][one.texts[0]]))


def _may_be_heading(sheet: Sheet, profiles: KindGrid, row: int, knows: Callable[[str], bool]) -> bool:
    """At least two words or years, none of which is the label of a row."""
    one = profiles[row]
    if one.numbers or one.count < 2:
        return False
    first = one.texts[0] if one.texts else -1
    return not (first >= 0 and first == one.columns()[0] and knows(text_of(sheet.rows[row][first])))


def _is_upper(
    sheet: Sheet, profiles: KindGrid, row: int, below: int, bottom: int, knows: Callable[[str], bool]
) -> bool:
    """Whether ``row`` is a further heading row: it spans columns of the rows below and is no title."""
    one = profiles[row]
    if one.is_blank or one.numbers:
        return False
    lower = set(profiles[bottom].columns())
    texts = [text_of(sheet.rows[row][col]) for col in one.columns()]
    if one.is_single:
        col = one.texts[0]
        spans = any(m.top == row and m.left == col and m.right > col for m in sheet.merged)
        return not is_unit_line(texts[0]) and col > min(lower) and (spans or bool(sheet.merged) or col > min(lower))
    if set(one.columns()) <= lower and min(lower) in one.columns() and not _spans(sheet, row):
        return False
    if any(read_unit(text) for text in texts) and one.count <= 2 < len(lower):
        return False
    if one.count == 2 and len(lower) > 3 and one.columns()[1] == one.columns()[0] + 1 and not _spans(sheet, row):
        return False
    reach = set(one.columns()) | {
        c for m in sheet.merged if m.top <= row <= m.bottom for c in range(m.left, m.right + 1)
    }
    gaps = lower - reach
    return len(one.columns()) >= 2 and (
        len(reach & lower) * 2 >= len(lower) or bool(gaps and max(one.columns()) >= min(lower))
    )


def _spans(sheet: Sheet, row: int) -> bool:
    return any(m.top == row and m.right > m.left for m in sheet.merged)


def columns_of(
    sheet: Sheet, profiles: KindGrid, heading: tuple[int, ...], body: npt.NDArray[np.intp]
) -> tuple[Column, ...]:
    """The columns under ``heading``: words by level, and how many numbers and texts the ``body`` rows have."""
    kinds = profiles.kinds[body]
    texts, numbers = ((kinds == wanted).sum(axis=0) for wanted in (Word.TEXT, Word.NUMBER))
    numbers = numbers + (kinds == Word.YEAR).sum(axis=0)
    counts = {col: (int(numbers[at]), int(texts[at])) for at, col in enumerate(profiles.columns)}
    used = {col for col, found in counts.items() if any(found)}
    used |= {c for row in heading for c in profiles[row].columns()}
    if not used:
        return ()
    words = _levels(sheet, profiles, heading, sorted(used))
    columns = []
    for col in sorted(used):
        levels, cells = words[col]
        columns.append(Column(col, levels, cells, *counts.get(col, (0, 0))))
    return tuple(columns)


def _levels(
    sheet: Sheet, profiles: KindGrid, heading: tuple[int, ...], used: Sequence[int]
) -> dict[int, tuple[tuple[str, ...], tuple[Place, ...]]]:
    """Words above each column, from the top; a merged word counts for all its columns and once for all its rows."""
    grid: dict[Place, tuple[str, Place]] = {}
    for row in heading:
        for col in used:
            place = sheet.merged_from.get((row, col), (row, col))
            text = text_of(sheet.value(*place)) if place[0] >= heading[0] else ""
            if text:
                grid[row, col] = (text, place)
    bottom = heading[-1]
    for row in heading[:-1]:
        last: tuple[str, Place] | None = None
        for col in used:
            if (row, col) in grid:
                below = [(r, col) for r in heading if r > row and (r, col) in grid]
                own = grid[row, col]
                last = own if any(grid[place] != own for place in below) else None
            elif (
                last is not None
                and any((r, col) in grid for r in heading if row < r <= bottom)
                and not _is_merged(sheet, last[1])
            ):
                grid[row, col] = last
    found = {}
    for col in used:
        words: list[tuple[str, Place]] = []
        for row in heading:
            if (row, col) in grid and grid[row, col] not in words:
                words.append(grid[row, col])
        found[col] = (tuple(text for text, _ in words), tuple(place for _, place in words))
    return found


def _is_merged(sheet: Sheet, place: Place) -> bool:
    return any((m.top, m.left) == place and m.right > m.left for m in sheet.merged)
