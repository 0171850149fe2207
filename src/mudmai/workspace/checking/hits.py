"""Findings of one rule before they are put into words: places in arrays; words are made for what is told only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from mudmai.core.checks import CheckRule, Fact, Finding, fingerprint
from mudmai.core.errors import Where
from mudmai.core.language import Text
from mudmai.workspace.checking.figures import NO_ROW, Bools, FileFigures, Grid, Ints


@dataclass(frozen=True)
class Said:
    """One finding in words."""

    text: Text
    remedy: Text
    expected: Text


@dataclass(frozen=True)
class Hits:
    """``rows`` (n,) are rows of the table (:data:`NO_ROW`: nowhere in the file), in ascending order.

    ``fact`` names the n-th figure, ``marks`` what its fingerprint is made of beside rule and fact, ``value`` what was
    found, ``say`` puts it into words.
    """

    rule: CheckRule
    rows: Ints
    fact: Callable[[int], Fact]
    value: Callable[[int], float | str | None]
    marks: Callable[[int], tuple[float | str | None, ...]]
    say: Callable[[int], Said]

    def __len__(self) -> int:
        return len(self.rows)

    def fingerprint(self, at: int) -> str:
        """The lasting mark of the n-th hit."""
        return fingerprint(self.rule.id, self.fact(at), *self.marks(at))

    def finding(self, at: int, figures: FileFigures, *, accepted: bool = False) -> Finding:
        """The n-th hit, told in full."""
        said = self.say(at)
        row = int(self.rows[at])
        place = figures.place(row) if row != NO_ROW else Where(file=figures.file or None)
        value = self.value(at)
        mark = self.fingerprint(at)
        fact = self.fact(at)
        told = None if isinstance(value, float) and value != value else value
        return Finding(
            self.rule.id, self.rule.severity, said.text, said.remedy, place, fact, told, said.expected, mark, accepted
        )


def cells_hit(
    rule: CheckRule,
    grid: Grid,
    hit: Bools,
    say: Callable[[int, int, Fact], Said],
    *,
    rows: Ints | None = None,
    marks: Callable[[int, int], tuple[float | str | None, ...]] | None = None,
    value: Callable[[int, int], float | str | None] | None = None,
) -> Hits | None:
    """Hits at the cells of a grid; None when there are none.

    ``rows`` [areas, periods] are the rows to point at where they are not the cells' own, ``marks`` the numbers of the
    fingerprint where it is not made of the value.
    """
    areas, periods = np.nonzero(hit)
    if not len(areas):
        return None
    own = (grid.rows if rows is None else rows)[areas, periods]
    order = np.argsort(np.where(own == NO_ROW, np.iinfo(np.int64).max, own), kind="stable")
    areas, periods, own = areas[order], periods[order], own[order]
    axes = grid.axes

    def fact(at: int) -> Fact:
        iso = axes.period(int(periods[at])).iso
        return Fact(axes.system.id, axes.area(int(areas[at])), iso, grid.series.id, grid.dims)

    def found(at: int) -> float | str | None:
        cell = (int(areas[at]), int(periods[at]))
        return float(grid.filled[cell]) if value is None else value(*cell)

    def marked(at: int) -> tuple[float | str | None, ...]:
        return (found(at),) if marks is None else marks(int(areas[at]), int(periods[at]))

    return Hits(rule, own, fact, found, marked, lambda at: say(int(areas[at]), int(periods[at]), fact(at)))


def present(found: Iterator[Hits | None]) -> Iterator[Hits]:
    """Those that hit anything."""
    return (one for one in found if one is not None)
