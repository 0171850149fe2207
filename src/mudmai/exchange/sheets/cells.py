"""Cells and places of a sheet: positions count from 0 inside, ``D7`` is written at the edges."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from mudmai.core.number_text import clean_text

Place = tuple[int, int]
"""(row, column), both from 0."""

_A1 = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")


class CellKind(StrEnum):
    """What stands in a cell."""

    EMPTY = "empty"
    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    BOOL = "bool"
    ERROR = "error"
    FORMULA = "formula"
    """A formula whose value was not kept in the file; it is never computed here."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: ``value`` as the file holds it, ``text`` as it is read; ``merged_from`` is the corner of a merge."""

    row: int
    col: int
    value: object
    text: str
    kind: CellKind
    merged_from: Place | None = None
    comment: str = ""
    hidden: bool = False

    @property
    def name(self) -> str:
        """``D7``."""
        return cell_name(self.row, self.col)


@dataclass(frozen=True, slots=True)
class MergedRange:
    """Cells joined into one, ends included."""

    top: int
    left: int
    bottom: int
    right: int

    def places(self) -> Iterator[Place]:
        """All its cells."""
        return ((r, c) for r in range(self.top, self.bottom + 1) for c in range(self.left, self.right + 1))


@dataclass(frozen=True, slots=True)
class TextBox:
    """Text drawn over the cells, and the cell at its upper left corner; ``over_row`` is the row it lies over most,
    where the file tells it."""

    anchor: Place
    text: str
    over_row: int | None = None


def column_name(col: int) -> str:
    """The letters of a column counted from 0.

    >>> column_name(0), column_name(25), column_name(26), column_name(702)
    ('A', 'Z', 'AA', 'AAA')
    """
    letters = ""
    col += 1
    while col:
        col, rest = divmod(col - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, col: int) -> str:
    """``D7`` for (6, 3).

    >>> cell_name(6, 3)
    'D7'
    """
    return f"{column_name(col)}{row + 1}"


def place_of(name: str) -> Place:
    """The inverse of :func:`cell_name`; :class:`ValueError` for anything else.

    >>> place_of("D7"), place_of("$AA$10")
    ((6, 3), (9, 26))
    """
    match = _A1.fullmatch(name)
    if match is None:
        raise ValueError(name)
    col = 0
    for letter in match[1]:
        col = 26 * col + ord(letter) - 64
    return int(match[2]) - 1, col - 1


def kind_of(value: object) -> CellKind:
    """The kind of a raw value."""
    if value is None or value == "":
        return CellKind.EMPTY
    if isinstance(value, str):
        return CellKind.TEXT if clean_text(value) else CellKind.EMPTY
    if isinstance(value, bool):
        return CellKind.BOOL
    if isinstance(value, int | float):
        return CellKind.NUMBER
    return CellKind.DATE


def text_of(value: object) -> str:
    """A raw value as the text a reader of the sheet takes it for; a first of the month reads as the month.

    >>> text_of(2566.0), text_of(" ก\\u200bข "), text_of(datetime.date(2023, 1, 1)), text_of(None)
    ('2566', 'กข', '2023-01', '')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime) and value.day == 1:
        return f"{value.year:04d}-{value.month:02d}"
    return str(value)
