"""Cell suppression: which cells of a table of counts may be shown when some are too small to be.

Hiding the small cells (*primary*) is not enough where the table has totals: a hidden cell is the total minus its
neighbours. Further cells (*complementary*) are hidden until nobody who knows the relations, the shown cells and that
no count is negative can pin a hidden one down.

* Primary: below a threshold; or, where the contributions behind each cell are known, the (n,k) dominance rule and the
  p % rule. Hundepool, Domingo-Ferrer, Franconi, Giessing, Schulte Nordholt, Spicer, de Wolf (2012), *Statistical
  Disclosure Control*, ch. 4.2.
* Complementary: for every cell that is not safe yet, the cheapest change of the table that keeps all relations and
  moves the cell as far as it must be uncertain; the cells that take part in it are hidden. A linear programme, one cell
  after the other: Kelly, Golden, Assad (1992), *Networks* 22, 397-417; Cox (1980), *JASA* 75, 377-385 for the problem.
* Audit: the smallest and largest value of every primary cell that agree with what is shown, by two linear programmes;
  the interval must be as wide as the protection asked (the *sliding* protection level of Fischetti and Salazar (2000),
  *JASA* 95, 916-928).

Finding the very cheapest pattern is NP-hard; the pattern found here is safe and minimal (no single complementary cell
of a table that is small enough to try can be shown again), not always the cheapest. Nothing here is random.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from mudmai.core.errors import InputError
from mudmai.core.language import Text

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Indices: TypeAlias = npt.NDArray[np.intp]

_TOUCH = 1e-7
"""A cell that moves by no more than this does not move."""
_SLACK = 1e-6
"""How much narrower than asked an interval may come out of floating-point arithmetic."""
_ROUNDS = 20
"""Audits after which cells that still fail are told as exposed; one or two are enough in exact arithmetic."""
_EXACT = 300
"""Primary cells up to which the last audit finds the whole interval of each, not only that it is wide enough."""
_TRIES = 4_000
"""Programmes that may be spent on showing single complementary cells of one group again."""


class CellState(IntEnum):
    """What becomes of a cell."""

    KEPT = 0
    PRIMARY = 1
    COMPLEMENTARY = 2


@dataclass(frozen=True)
class Suppression:
    """The outcome for n cells.

    ``state`` (n,) holds :class:`CellState`; ``low``/``high`` (n,) bound what can be worked out of each primary cell
    (``high`` may be infinite; NaN for other cells; of a table with very many primary cells only a part of the interval
    that is as wide as asked). ``exposed`` (n,) marks primary cells that stay less protected than
    asked, because too much is public already. ``rounds`` counts audits.
    """

    state: npt.NDArray[np.int8]
    low: Floats
    high: Floats
    exposed: Mask
    rounds: int

    @property
    def hidden(self) -> Mask:
        """True where the value must not be shown."""
        return np.asarray(self.state != CellState.KEPT)


def small_cells(values: Floats, threshold: float, *, zeros: bool = False) -> Mask:
    """Cells (n,) below ``threshold``; zero counts only with ``zeros``. NaN (missing) is never small."""
    small = values < threshold
    return small if zeros else small & (values != 0)


def dominated_cells(contributions: Floats, n: int, k: float) -> Mask:
    """The (n,k) rule: the ``n`` largest of a cell's contributions make more than ``k`` percent of it.

    ``contributions`` (cells, contributors), padded with zeros; magnitudes are non-negative.
    """
    _refuse_negative(contributions)
    largest = -np.sort(-contributions, axis=1)[:, :n]
    return np.asarray(largest.sum(axis=1) > contributions.sum(axis=1) * k / 100)


def p_percent_cells(contributions: Floats, p: float) -> Mask:
    """The p % rule: the second largest contributor can estimate the largest to within ``p`` percent.

    ``contributions`` as for :func:`dominated_cells`; a cell with no contributions is not sensitive.
    """
    _refuse_negative(contributions)
    ordered = -np.sort(-contributions, axis=1)
    if ordered.shape[1] < 2:
        return np.asarray(ordered.sum(axis=1) > 0)
    rest = ordered[:, 2:].sum(axis=1)
    return np.asarray((ordered[:, 0] > 0) & (rest < ordered[:, 0] * p / 100))


def suppress(
    values: Floats,
    relations: csr_array,
    primary: Mask,
    *,
    protection: float | Floats,
    weights: Floats | None = None,
    public: Mask | None = None,
    hidden: Mask | None = None,
    whole: bool = True,
) -> Suppression:
    """Choose the complementary cells for ``primary`` and audit the result.

    ``values`` (n,) are counts, none negative, none NaN (leave missing cells out of ``relations`` or fold them into
    it: a relation need not be fulfilled exactly, its gap is taken as known to everybody). ``relations`` (m, n) sparse:
    each row is a sum that stays as it is, a total with 1 and its parts with -1. ``protection`` is the width that the
    interval of a primary cell must have. ``weights`` (n,) is the information lost with a cell (default: 1 + ln(1 +
    value)). ``public`` marks cells whose value everybody has from elsewhere: hiding them protects nothing. ``hidden``
    marks cells that stay hidden in any case. ``whole``: the reader knows that counts are whole numbers.

    Zero cells are only hidden as complements where nothing else helps: which zeros are certain is often known.
    """
    _refuse_negative(values)
    table = _Table.of(values, relations, public, weights)
    need = np.broadcast_to(np.asarray(protection, np.float64), values.shape)
    need = np.ceil(need) if whole else need
    hide = primary.copy() if hidden is None else primary | hidden
    rounds = 1
    low, high = table.intervals(hide, np.flatnonzero(primary), whole, need)
    failing = _failing(primary, low, high, need)
    exposed = np.zeros(len(values), bool)
    while len(failing) and rounds < _ROUNDS:
        for cell in failing[np.lexsort((failing, -values[failing]))]:
            if exposed[cell]:
                continue
            partners = table.partners(int(cell), need[cell] - (values[cell] - low[cell]), hide)
            if partners is None:
                exposed[cell] = True
            else:
                hide[partners] = True
        rounds += 1
        low, high = table.intervals(hide, np.flatnonzero(primary), whole, need)
        failing = _failing(primary & ~exposed, low, high, need)
    _show_again(table, hide, primary, hidden, exposed, need, whole)
    exact = int(primary.sum()) <= _EXACT
    low, high = table.intervals(hide, np.flatnonzero(primary), whole, None if exact else need)
    state = np.where(primary, CellState.PRIMARY, np.where(hide, CellState.COMPLEMENTARY, CellState.KEPT))
    exposed = np.zeros(len(values), bool)
    exposed[_failing(primary, low, high, need)] = True
    return Suppression(state.astype(np.int8), low, high, exposed, rounds)


def audit(
    values: Floats,
    relations: csr_array,
    hidden: Mask,
    cells: Indices,
    *,
    public: Mask | None = None,
    whole: bool = True,
) -> tuple[Floats, Floats]:
    """Lowest and highest value (n,) that agrees with what is shown, for each of ``cells``; NaN for all others."""
    return _Table.of(values, relations, public, None).intervals(hidden, cells, whole)


def _refuse_negative(values: Floats) -> None:
    if not np.all(values >= 0):
        raise InputError(
            Text("มีค่าติดลบหรือค่าว่างในตารางนับจำนวน", "a table of counts holds a negative or missing value"),
            remedy=Text("ปกปิดได้เฉพาะจำนวนนับที่ไม่ติดลบ", "only counts that are not negative can be protected"),
            code="disclosure",
        )


def _failing(primary: Mask, low: Floats, high: Floats, need: Floats) -> Indices:
    with np.errstate(invalid="ignore"):
        return np.flatnonzero(primary & ~(high - low >= need - _SLACK))


@dataclass(frozen=True)
class _Table:
    """Values with their relations, by rows and by columns."""

    values: Floats
    rows: Any
    columns: Any
    fixed: Mask
    weights: Floats

    @classmethod
    def of(cls, values: Floats, relations: csr_array, public: Mask | None, weights: Floats | None) -> _Table:
        fixed = np.zeros(len(values), bool) if public is None else public
        lost = 1.0 + np.log1p(values) if weights is None else weights
        return cls(values, relations.tocsr(), relations.tocsc(), fixed, lost)

    def relations_of(self, cells: Indices) -> Indices:
        """Rows in which any of the cells takes part."""
        return np.unique(self.columns[:, cells].indices).astype(np.intp)

    def cells_of(self, rows: Indices) -> Indices:
        """Cells that take part in any of the rows."""
        return np.unique(self.rows[rows, :].indices).astype(np.intp)

    def intervals(self, hidden: Mask, cells: Indices, whole: bool, need: Floats | None = None) -> tuple[Floats, Floats]:
        """What can be worked out of each of ``cells``, group by group of hidden cells that relations tie together.

        With ``need`` (n,) the search for a cell ends when its interval is known to be that wide.
        """
        low, high = np.full(len(self.values), np.nan), np.full(len(self.values), np.nan)
        known = cells[self.fixed[cells]]
        low[known] = high[known] = self.values[known]
        for group in self.groups(hidden & ~self.fixed):
            wanted = np.flatnonzero(np.isin(group, cells))
            if len(wanted):
                one = _Group(self, group)
                down, up = one.exactly(wanted) if need is None else one.wide_enough(wanted, need[group])
                low[group[wanted]] = self.values[group[wanted]] + down
                high[group[wanted]] = self.values[group[wanted]] + up
        if whole:
            low, high = np.ceil(low - _SLACK), np.floor(high + _SLACK)
        return low, high

    def groups(self, hidden: Mask) -> list[Indices]:
        """Hidden cells that hang together through relations, in order of their first cell."""
        at = np.flatnonzero(hidden)
        if not len(at):
            return []
        from scipy.sparse import coo_array  # scipy is only loaded where something is hidden
        from scipy.sparse.csgraph import connected_components

        met = self.columns[:, at].tocoo()
        size = len(at) + met.shape[0]
        graph = coo_array((np.ones(met.nnz), (met.col, met.row + len(at))), shape=(size, size))
        label = connected_components(graph.tocsr(), directed=False)[1][: len(at)]
        order = np.argsort(label, kind="stable")
        cuts = np.flatnonzero(np.diff(label[order])) + 1
        return sorted((at[one] for one in np.split(order, cuts)), key=lambda one: int(one[0]))

    def partners(self, cell: int, move: float, hidden: Mask) -> Indices | None:
        """The cheapest cells to hide so that ``cell`` may be larger by ``move``; None where no set of cells helps."""
        if self.fixed[cell]:
            return None
        for zeros in (False, True):
            reach = np.array([cell], np.intp)
            for hops in (2, 4, 0):
                wider = self._reach(reach, hops)
                if hops == 0 or len(wider) > len(reach):
                    reach = wider
                    found = self._cheapest(cell, move, reach, hidden, zeros)
                    if found is not None:
                        return found
        return None

    def _reach(self, cells: Indices, hops: int) -> Indices:
        """Cells within so many relations; 0: all that hang together."""
        done = 0
        while hops == 0 or done < hops:
            wider = np.union1d(cells, self.cells_of(self.relations_of(cells)))
            if len(wider) == len(cells):
                break
            cells, done = wider, done + 1
        return cells

    def _cheapest(self, cell: int, move: float, reach: Indices, hidden: Mask, zeros: bool) -> Indices | None:
        from scipy.optimize import linprog
        from scipy.sparse import hstack

        free = ~self.fixed[reach] & (zeros | hidden[reach] | (self.values[reach] > 0))
        cells = reach[free]
        matrix = self.columns[:, cells].tocsr()
        matrix = matrix[np.flatnonzero(np.diff(matrix.indptr))]
        cost = np.where(hidden[cells], _TOUCH, self.weights[cells])
        up = np.column_stack([np.zeros(len(cells)), np.full(len(cells), np.inf)])
        down = np.column_stack([np.zeros(len(cells)), self.values[cells]])
        at = int(np.searchsorted(cells, cell))
        up[at], down[at] = (move, move), (0.0, 0.0)
        found = linprog(
            np.concatenate([cost, cost]),
            A_eq=hstack([matrix, -matrix]).tocsr(),
            b_eq=np.zeros(matrix.shape[0]),
            bounds=np.vstack([up, down]),
            method="highs",
        )
        if found.status != 0:
            return None
        moved = np.abs(found.x[: len(cells)] - found.x[len(cells) :]) > _TOUCH * max(1.0, move)
        return np.asarray(cells[moved])


class _Group:
    """Hidden cells that hang together, and the changes of them that leave everything shown as it is."""

    def __init__(self, table: _Table, cells: Indices) -> None:
        matrix = table.columns[:, cells].tocsr()
        self.matrix = matrix[np.flatnonzero(np.diff(matrix.indptr))]
        self.values = table.values[cells]

    def exactly(self, wanted: Indices) -> tuple[Floats, Floats]:
        """Largest fall and rise (as changes) of each of the ``wanted`` places."""
        endless = np.full(len(self.values), np.inf)
        down, up = np.zeros(len(wanted)), np.zeros(len(wanted))
        for n, at in enumerate(wanted):
            for sign, ends in ((-1.0, down), (1.0, up)):
                change = self._furthest(np.array([at]), sign, endless)
                # No change at all is allowed, so a programme without an end is unbounded, never infeasible.
                ends[n] = sign * np.inf if change is None else change[at]
        return down, up

    def wide_enough(self, wanted: Indices, need: Floats) -> tuple[Floats, Floats]:
        """Changes that are possible, searched until each of ``wanted`` has ``need`` between the two, or all it can."""
        roof = np.full(len(self.values), need.max(initial=1.0) * len(self.values))
        down, up = np.zeros(len(self.values)), np.zeros(len(self.values))

        def try_together(places: Indices, sign: float, limit: Floats) -> None:
            change = self._furthest(places, sign, limit)
            if change is not None:  # one possible table tells about all of its cells
                np.minimum(down, change, out=down)
                np.maximum(up, change, out=up)

        limit = roof.copy()
        limit[wanted] = np.minimum(roof[wanted], need[wanted])
        left = len(wanted) + 1
        while len(narrow := wanted[(up - down < need)[wanted]]) < left:
            left = len(narrow)
            for sign in (1.0, -1.0):
                if left:
                    try_together(narrow, sign, limit)
        for at in wanted:
            for sign in (1.0, -1.0):
                if up[at] - down[at] < need[at]:
                    try_together(np.array([at]), sign, roof)
        return down[wanted], up[wanted]

    def _furthest(self, places: Indices, sign: float, limit: Floats) -> Floats | None:
        """A change of the group that moves the sum of ``places`` as far as it goes; None when there is no end."""
        from scipy.optimize import linprog

        aim = np.zeros(len(self.values))
        aim[places] = -sign
        zero = np.zeros(self.matrix.shape[0])
        bounds = np.column_stack([-self.values, limit])
        found = linprog(aim, A_eq=self.matrix, b_eq=zero, bounds=bounds, method="highs")
        return np.asarray(found.x) if found.status == 0 else None


def _show_again(
    table: _Table, hide: Mask, primary: Mask, always: Mask | None, exposed: Mask, need: Floats, whole: bool
) -> None:
    """Show complementary cells again, the most telling first, wherever the primary cells stay safe without them."""
    keep_hidden = primary if always is None else primary | always
    guarded = primary & ~exposed
    for group in table.groups(hide & ~table.fixed):
        extra = group[~keep_hidden[group]]
        sensitive = group[guarded[group]]
        if len(extra) * len(sensitive) > _TRIES:
            continue
        for cell in extra[np.lexsort((extra, -table.weights[extra]))]:
            hide[cell] = False
            trial = np.zeros(len(hide), bool)
            trial[group] = hide[group]
            low, high = table.intervals(trial, sensitive, whole, need)
            if len(_failing(np.isin(np.arange(len(hide)), sensitive), low, high, need)):
                hide[cell] = True
