"""Rows of a sheet at a glance: what stands where, before anything is known about tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import compress, pairwise, repeat
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mudmai.core.errors import InputError
from mudmai.core.language import to_arabic_digits
from mudmai.core.number_text import clean_text, looks_numeric, read_unit
from mudmai.core.period_text import BE_YEARS, CE_YEARS, read_period

_YEARS = (range(1900, 2101), range(1900 + 543, 2101 + 543))


class Word(IntEnum):
    """What a cell of text can be."""

    BLANK = 0
    TEXT = 1
    NUMBER = 2
    YEAR = 3
    """A bare year: a number by its looks, a heading by its place."""


_MEMO: dict[str, Word] = {}
_MOST_REMEMBERED = 200_000


def word_kind(text: str) -> Word:
    """The kind of a text cell (remembered)."""
    found = _MEMO.get(text)
    if found is None:
        if len(_MEMO) > _MOST_REMEMBERED:
            _MEMO.clear()
        found = _MEMO[text] = _word_kind(text)
    return found


def _word_kind(text: str) -> Word:
    plain = to_arabic_digits(clean_text(text))
    if not plain:
        return Word.BLANK
    if re.fullmatch("[0-9]{4}", plain) and is_year(float(plain)):
        return Word.YEAR
    return Word.NUMBER if looks_numeric(text) else Word.TEXT


def is_year(value: float) -> bool:
    """Whether a number may be a year of either calendar."""
    return value == int(value) and any(int(value) in years for years in _YEARS) if abs(value) < 1e6 else False


@lru_cache(maxsize=1 << 14)
def reads_as_period(text: str) -> bool:
    """Whether the whole text is one period with at least a year.

    >>> reads_as_period("พ.ศ. 2566"), reads_as_period("ปี 66"), reads_as_period("เชียงใหม่"), reads_as_period("12")
    (True, True, False, False)
    """
    try:
        read_period(text)
    except InputError:
        return False
    digits = re.fullmatch(r"\s*[0-9]{4}\s*", to_arabic_digits(text))
    return digits is None or int(digits[0]) in (*CE_YEARS, *BE_YEARS)


@dataclass(frozen=True, slots=True)
class RowProfile:
    """One row: columns that are filled, by what fills them (ascending). ``years`` are among neither of the others."""

    texts: tuple[int, ...]
    numbers: tuple[int, ...]
    years: tuple[int, ...]

    @property
    def count(self) -> int:
        """Filled cells."""
        return len(self.texts) + len(self.numbers) + len(self.years)

    @property
    def is_blank(self) -> bool:
        """Nothing there."""
        return not (self.texts or self.numbers or self.years)

    @property
    def is_single(self) -> bool:
        """One text and nothing else."""
        return len(self.texts) == 1 and not self.numbers and not self.years

    def columns(self) -> tuple[int, ...]:
        """All filled columns."""
        return tuple(sorted((*self.texts, *self.numbers, *self.years)))


BLANK = RowProfile((), (), ())


_EDGE = 64
Kinds: TypeAlias = npt.NDArray[np.uint8]


def column_kinds(column: Sequence[object]) -> Kinds:
    """A :class:`Word` for every cell of a column; what is of one type is judged at once.

    Headings above and notes below are words over numbers: the middle of a long column is judged by itself.
    """
    if len(column) > 8 * _EDGE:
        parts = (column[:_EDGE], column[_EDGE:-_EDGE], column[-_EDGE:])
        return np.concatenate([_kinds_of_part(part) for part in parts])
    return _kinds_of_part(column)


def _kinds_of_part(column: Sequence[object]) -> Kinds:
    types = set(map(type, column))
    if types == {float}:
        return _float_kinds(np.array(column, np.float64))
    if types == {str}:
        return np.fromiter(map(_kinds_of(set(column)).__getitem__, column), np.uint8, len(column))
    if types == {str, float}:
        words = _kinds_of({v for v in column if v.__class__ is str})
        kinds = np.fromiter(map(words.get, column, repeat(-1)), np.int8, len(column))
        numbers = kinds < 0
        floats = np.fromiter(compress(column, numbers.tolist()), np.float64)
        kinds[numbers] = _float_kinds(floats)
        return kinds.view(np.uint8)
    return np.fromiter((_cell_kind(v) for v in column), np.uint8, len(column))


def _kinds_of(words: set[object]) -> dict[object, int]:
    return {word: int(word_kind(str(word))) for word in words}


def _float_kinds(values: npt.NDArray[np.float64]) -> Kinds:
    whole = values == np.floor(values)
    years = np.zeros(len(values), bool)
    for one in _YEARS:
        years |= (values >= one.start) & (values < one.stop)
    return np.where(whole & years, np.uint8(Word.YEAR), np.uint8(Word.NUMBER))


def _cell_kind(value: object) -> int:
    if value is None or value == "":
        return Word.BLANK
    if isinstance(value, str):
        return word_kind(value)
    if isinstance(value, bool):
        return Word.TEXT
    if isinstance(value, int | float):
        return Word.YEAR if is_year(float(value)) else Word.NUMBER
    return Word.TEXT


class KindGrid:
    """The kinds of all cells of some columns of a sheet, and the profile of any row.

    ``kinds`` is (rows, columns) in the order of ``columns``; rows are profiled when they are asked for. ``spoilt`` are
    cells whose number is not there (errors, formulas without a value); they count as numbers.
    """

    def __init__(
        self,
        data: Sequence[Sequence[object]],
        columns: Sequence[int],
        rows: int,
        spoilt: Iterable[tuple[int, int]] = (),
    ) -> None:
        self.columns = tuple(columns)
        self.kinds: Kinds = np.zeros((rows, len(self.columns)), np.uint8)
        for at, col in enumerate(self.columns):
            self.kinds[:, at] = column_kinds(data[col])
        places = {col: at for at, col in enumerate(self.columns)}
        for row, col in spoilt:
            if col in places and row < rows:
                self.kinds[row, places[col]] = Word.NUMBER
        self._known: dict[int, RowProfile] = {}

    def __len__(self) -> int:
        return len(self.kinds)

    def __getitem__(self, row: int) -> RowProfile:
        found = self._known.get(row)
        if found is None:
            line = self.kinds[row].tolist()
            texts, numbers, years = (
                tuple(col for col, kind in zip(self.columns, line, strict=True) if kind == wanted)
                for wanted in (Word.TEXT, Word.NUMBER, Word.YEAR)
            )
            found = self._known[row] = RowProfile(texts, numbers, years) if texts or numbers or years else BLANK
        return found

    def column(self, col: int) -> Kinds:
        """The kinds of one column."""
        return self.kinds[:, self.columns.index(col)]


def runs_like_years(values: Sequence[float]) -> bool:
    """Whether numbers go on like the years of a heading: all different, in one direction, by small steps."""
    steps = [b - a for a, b in pairwise(values)]
    return bool(steps) and (all(0 < s <= 10 for s in steps) or all(-10 <= s < 0 for s in steps))


def numbers_its_columns(values: Sequence[float]) -> bool:
    """Whether a row only counts the columns: 1, 2, 3 ... or (1), (2), (3) ..."""
    return len(values) >= 3 and [abs(v) for v in values] == [float(n + 1) for n in range(len(values))]


def is_unit_line(text: str) -> bool:
    """A unit standing alone above a table: ``(หน่วย: ล้านบาท)``."""
    return read_unit(text) is not None
