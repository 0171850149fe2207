"""Labelled cubes: dense arrays of areas x periods with their labels at the edges.

A :class:`Cube` is what a formula gives: one float64 value per area and period, NaN where the value is missing (NaN
means missing inside the engine only; it never leaves it as a value). Labels live in the two axes. An
:class:`AreaAxis` also carries the hierarchy of its area system as sorted integer codes, so that everything over
children, parents and siblings is a segment operation, never a join.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mudmai.core.areas import AreaSystem, Crosswalk
from mudmai.core.periods import Frequency, Period

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PeriodAxis:
    """Consecutive periods of one frequency: ``first`` is the ordinal of the first, ``count`` how many.

    >>> PeriodAxis.between(Period.year(2018), Period.year(2020)).labels
    ('2018', '2019', '2020')
    """

    frequency: Frequency
    first: int
    count: int

    @classmethod
    def between(cls, first: Period, last: Period) -> PeriodAxis:
        """The axis from ``first`` to ``last``, both included; empty when ``last`` is earlier."""
        return cls(first.frequency, first.ordinal, max(0, last.ordinal - first.ordinal + 1))

    @classmethod
    def spanning(cls, first: Period, last: Period, frequency: Frequency) -> PeriodAxis:
        """All periods of ``frequency`` in the time from ``first`` to ``last``: whole years where frequencies differ.

        >>> PeriodAxis.spanning(Period.year(2019), Period.year(2019), Frequency.QUARTERLY).labels
        ('2019-Q1', '2019-Q2', '2019-Q3', '2019-Q4')
        """
        if first.frequency is frequency and last.frequency is frequency:
            return cls.between(first, last)
        parts = frequency.per_year
        return cls(frequency, first.year_ce * parts, max(0, (last.year_ce - first.year_ce + 1) * parts))

    @property
    def last(self) -> int:
        """Ordinal of the last period (one before ``first`` when the axis is empty)."""
        return self.first + self.count - 1

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods in order."""
        return tuple(Period(self.frequency, o) for o in range(self.first, self.first + self.count))

    @property
    def labels(self) -> tuple[str, ...]:
        """The periods in the house form."""
        return tuple(p.iso for p in self.periods)

    def position(self, period: Period) -> int | None:
        """The column of ``period``, or None when it is not on this axis."""
        at = period.ordinal - self.first
        return at if period.frequency is self.frequency and 0 <= at < self.count else None


@dataclass(frozen=True)
class Families:
    """Groups of areas as segments: the children of each owner, or the siblings of each parent.

    ``members[m]`` are rows of the area axis, group after group and in the system's order inside a group;
    ``owner_rows[k]`` is the row that owns a group (-1 for the group of roots); ``group[m]`` is the group of a member;
    ``starts[k]`` and ``sizes[k]`` bound the groups. No group is empty.
    """

    members: Ints
    owner_rows: Ints
    group: Ints
    starts: Ints
    sizes: Ints

    @classmethod
    def from_pairs(cls, owners: Ints, members: Ints) -> Families:
        """Groups from parallel arrays of owner row and member row, in any order."""
        order = np.lexsort((members, owners))
        owners, members = owners[order], members[order]
        owner_rows, starts, group = np.unique(owners, return_index=True, return_inverse=True)
        sizes = np.diff(np.append(starts, owners.size))
        return cls(members, owner_rows, group.astype(np.int64), starts.astype(np.int64), sizes.astype(np.int64))

    @cached_property
    def member_slice(self) -> slice | None:
        """The members as a slice of rows where they lie side by side (then they need not be gathered)."""
        m = self.members
        if m.size and np.array_equal(m, np.arange(m[0], m[0] + m.size)):
            return slice(int(m[0]), int(m[0]) + m.size)
        return None

    def gather(self, values: Floats) -> Floats:
        """``values[members]``: [areas, periods] → [members, periods]; a view where possible."""
        return values[self.member_slice] if self.member_slice is not None else values[self.members]

    @cached_property
    def _known_cells(self) -> dict[int, Ints]:
        return {}

    def cells(self, width: int) -> Ints:
        """For an array [members, width] laid out flat: the cell of [groups, width] that each value belongs to."""
        if width not in self._known_cells:
            if len(self._known_cells) >= 4:
                self._known_cells.clear()
            self._known_cells[width] = (self.group[:, None] * width + np.arange(width)[None, :]).ravel()
        return self._known_cells[width]

    @cached_property
    def size_classes(self) -> tuple[Ints, ...]:
        """Positions into ``members`` as rectangular tables, one table for each power of two of the group's size.

        Each table is [groups, width]; short groups are filled up with the position ``len(members)``, which stands for
        "nobody". Sorting inside groups then is sorting along the rows of a few tables instead of a loop over groups.
        """
        tables = []
        widths = 1 << np.ceil(np.log2(np.maximum(self.sizes, 1))).astype(np.int64)
        for width in np.unique(widths):
            picked = np.flatnonzero(widths == width)
            table = self.starts[picked][:, None] + np.arange(width)[None, :]
            tables.append(np.where(np.arange(width)[None, :] < self.sizes[picked][:, None], table, self.members.size))
        return tuple(tables)

    @cached_property
    def class_groups(self) -> tuple[Ints, ...]:
        """The groups (indices into ``owner_rows``) of every table of :attr:`size_classes`."""
        widths = 1 << np.ceil(np.log2(np.maximum(self.sizes, 1))).astype(np.int64)
        return tuple(np.flatnonzero(widths == width) for width in np.unique(widths))


class AreaAxis:
    """The areas of one system, in the system's order, with its hierarchy as integer codes.

    ``codes[i]`` is the code of row i; ``parents[i]`` the row of its parent, -1 for a root.
    """

    def __init__(self, system: AreaSystem) -> None:
        self.system = system.id
        self.codes: tuple[str, ...] = tuple(a.code for a in system.areas)
        self.rows: dict[str, int] = {code: i for i, code in enumerate(self.codes)}
        self.parents: Ints = np.array([-1 if a.parent is None else self.rows[a.parent] for a in system.areas], np.int64)
        self._levels = [a.level for a in system.areas]
        self._areas = system.areas
        self._dated = [i for i, a in enumerate(system.areas) if a.valid_from is not None or a.valid_to is not None]
        self._families: dict[str | None, Families] = {}
        self._valid: dict[PeriodAxis, Bools | None] = {}

    def __len__(self) -> int:
        return len(self.codes)

    def row(self, code: str) -> int | None:
        """The row of an area code, or None when the system has no such area."""
        return self.rows.get(code)

    def children(self, level: str | None = None) -> Families:
        """Direct children of every area or, with ``level``, its descendants at that level."""
        if level not in self._families:
            self._families[level] = self._descendants(level) if level is not None else self._direct()
        return self._families[level]

    def _direct(self) -> Families:
        members = np.flatnonzero(self.parents >= 0)
        return Families.from_pairs(self.parents[members], members)

    def _descendants(self, level: str) -> Families:
        owners, members = [], []
        for row, name in enumerate(self._levels):
            above = int(self.parents[row]) if name == level else -1
            while above >= 0:
                owners.append(above)
                members.append(row)
                above = int(self.parents[above])
        return Families.from_pairs(np.array(owners, np.int64), np.array(members, np.int64))

    @cached_property
    def siblings(self) -> Families:
        """Groups of areas with the same parent; the roots are one group, owned by row -1."""
        return Families.from_pairs(self.parents, np.arange(len(self)))

    def valid(self, periods: PeriodAxis) -> Bools | None:
        """[areas, periods]: is the area valid in the period? None when every area always is."""
        if not self._dated:
            return None
        if periods not in self._valid:
            mask = np.ones((len(self), periods.count), bool)
            for row in self._dated:
                mask[row] = [self._areas[row].is_valid_in(p) for p in periods.periods]
            self._valid[periods] = None if mask.all() else mask
        return self._valid[periods]

    def __getstate__(self) -> dict[str, object]:
        """Workers build their own segments and masks."""
        state = {k: v for k, v in self.__dict__.items() if k != "siblings"}
        return {**state, "_families": {}, "_valid": {}}


@dataclass(frozen=True)
class Passage:
    """A crosswalk as integer codes: sparse weights from rows of the origin to rows of the destination."""

    origin_rows: Ints
    destination_rows: Ints
    weights: Floats
    single_origin: Ints
    single_destination: Ints

    @classmethod
    def from_crosswalk(cls, crosswalk: Crosswalk, origin: AreaAxis, destination: AreaAxis) -> Passage:
        """Links to areas that the destination does not have are left out; an unknown origin (-1) has no value."""
        links = [
            (origin.rows.get(link.origin, -1), destination.rows[code], link.weight)
            for code, of_code in crosswalk.into.items()
            if code in destination.rows
            for link in of_code
        ]
        links.sort(key=lambda link: link[1])  # stable: the given order inside a destination
        single = [
            (origin.rows[o], destination.rows[d])
            for d, o in crosswalk.one_to_one.items()
            if o in origin.rows and d in destination.rows
        ]
        return cls(
            np.array([link[0] for link in links], np.int64),
            np.array([link[1] for link in links], np.int64),
            np.array([link[2] for link in links], np.float64),
            np.array([o for o, _ in single], np.int64),
            np.array([d for _, d in single], np.int64),
        )


@dataclass(frozen=True, eq=False)
class Cube:
    """Values of one formula: ``values`` float64 [areas, periods], NaN = missing, with the two axes as labels.

    ``boolean`` values are 1.0 and 0.0.
    """

    values: Floats
    areas: AreaAxis
    periods: PeriodAxis
    boolean: bool = False

    def at(self, area: str, period: Period) -> float | None:
        """The value of one cell; None when it is missing or lies outside the cube."""
        row, column = self.areas.row(area), self.periods.position(period)
        if row is None or column is None:
            return None
        value = float(self.values[row, column])
        return None if value != value else value

    def cells(self) -> Iterator[tuple[str, Period, float | None]]:
        """All cells in the order of areas, then periods."""
        periods = self.periods.periods
        for code, line in zip(self.areas.codes, self.values.tolist(), strict=True):
            for period, value in zip(periods, line, strict=True):
                yield code, period, None if value != value else value

    def same_bits(self, other: Cube) -> bool:
        """True when labels and every bit of the values are equal (missing equals missing)."""
        return (
            self.areas.codes == other.areas.codes
            and self.periods == other.periods
            and self.values.shape == other.values.shape
            and self.values.tobytes() == other.values.tobytes()
        )


Axis: TypeAlias = AreaAxis | PeriodAxis
