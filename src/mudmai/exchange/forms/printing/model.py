"""The print model: what stands on the pages of a form, the same for Excel, PDF and Word.

Money is :class:`~decimal.Decimal` baht. A missing amount is an empty cell; a zero that was told as ``-`` stays ``-``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from mudmai.core.language import Digits, to_thai_digits
from mudmai.exchange.forms.book import Stage

ColumnKind = Literal["number", "text", "money", "count"]
RowKind = Literal["project", "group", "subtotal", "total"]

DASH = "-"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a cell: None is an empty cell; ``told`` is a zero written as ``-``."""

    baht: Decimal | None
    told: bool = False

    def text(self, digits: Digits = "arabic") -> str:
        """As it is printed: whole baht without decimals, satang with two.

        >>> Money(Decimal("1234.50")).text(), Money(Decimal(0), told=True).text(), Money(None).text()
        ('1,234.50', '-', '')
        """
        if self.baht is None:
            return ""
        if self.told and not self.baht:
            return DASH
        whole = self.baht == self.baht.to_integral_value()
        return in_digits(f"{self.baht:,.0f}" if whole else f"{self.baht:,.2f}", digits)


Cell = str | int | Money


@dataclass(frozen=True, slots=True)
class PrintColumn:
    """A column: ``field`` as in the form, ``width`` in millimetres as wished by the form."""

    field: str
    kind: ColumnKind
    width: float
    fiscal_year: int | None = None
    stage: Stage | None = None


@dataclass(frozen=True, slots=True)
class HeadCell:
    """A cell of the heading, from 0; it covers ``rows`` x ``cols`` places."""

    row: int
    col: int
    text: str
    rows: int = 1
    cols: int = 1


@dataclass(frozen=True, slots=True)
class PrintRow:
    """A row. A subtotal or total has its words in the first cell, over the columns up to the first figure."""

    kind: RowKind
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class PrintSheet:
    """A form of one section: a sheet of the workbook, and in PDF and Word the pages from a new page on."""

    name: str
    form: str
    mark: str
    titles: tuple[str, ...]
    levels: tuple[str, ...]
    columns: tuple[PrintColumn, ...]
    head: tuple[HeadCell, ...]
    rows: tuple[PrintRow, ...]

    @property
    def head_rows(self) -> int:
        """How many rows the heading has."""
        return max(cell.row + cell.rows for cell in self.head)

    @property
    def label_columns(self) -> int:
        """How many columns stand before the first figure: the words of a total go over them."""
        return next(j for j, column in enumerate(self.columns) if column.kind in ("money", "count"))

    def money(self) -> Iterator[Money]:
        """All amounts, row by row, totals among them."""
        for row in self.rows:
            yield from (cell for cell in row.cells if isinstance(cell, Money))


@dataclass(frozen=True)
class FormPrint:
    """A whole print; ``roles`` sign at its end."""

    title: str
    sheets: tuple[PrintSheet, ...]
    roles: tuple[str, ...]
    digits: Digits = "arabic"

    def written(self, cell: Cell) -> str:
        """A cell as it is printed; counts and amounts in the chosen digits, text of others as it is."""
        if isinstance(cell, Money):
            return cell.text(self.digits)
        if isinstance(cell, int):
            return in_digits(f"{cell:,}", self.digits)
        return cell


def in_digits(text: str, digits: Digits) -> str:
    """Words of the print itself (years, numbers, marks of forms) in the chosen digits."""
    return to_thai_digits(text) if digits == "thai" else text


def sum_of(amounts: Sequence[Money]) -> Money:
    """The sum: of nothing written it is empty, of nothing but ``-`` it is ``-``."""
    told = [one.baht for one in amounts if one.baht is not None]
    if not told:
        return Money(None)
    return Money(sum(told, Decimal(0)), told=all(one.told for one in amounts if one.baht is not None))


def total_cells(words: str, columns: Sequence[PrintColumn], rows: Sequence[PrintRow]) -> tuple[Cell, ...]:
    """The cells of a total over ``rows``: its words, then the sums of its columns."""
    cells: list[Cell] = [words]
    for j, column in enumerate(columns[1:], start=1):
        if column.kind == "money":
            cells.append(sum_of([c for row in rows if isinstance(c := row.cells[j], Money)]))
        elif column.kind == "count":
            cells.append(sum(c for row in rows if isinstance(c := row.cells[j], int)))
        else:
            cells.append("")
    return tuple(cells)
