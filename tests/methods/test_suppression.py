"""Suppression: tables worked out by hand, and random tables that a reader tries to solve by other means than ours."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from mudmai.core.errors import InputError
from mudmai.methods.suppression import (
    CellState,
    audit,
    dominated_cells,
    p_percent_cells,
    small_cells,
    suppress,
)

KEPT, PRIMARY, COMPLEMENTARY = CellState.KEPT, CellState.PRIMARY, CellState.COMPLEMENTARY


def sums(n: int, *rows: tuple[int, tuple[int, ...]]) -> csr_array:
    """Relations of ``n`` cells: each a total and its parts."""
    matrix = np.zeros((len(rows), n))
    for at, (total, parts) in enumerate(rows):
        matrix[at, total] = 1
        matrix[at, list(parts)] = -1
    return csr_array(matrix)


ROW = sums(4, (0, (1, 2, 3)))


def test_nothing_small_nothing_hidden() -> None:
    values = np.array([60.0, 10, 20, 30])
    found = suppress(values, ROW, small_cells(values, 5), protection=5)
    assert found.state.tolist() == [KEPT] * 4
    assert found.rounds == 1
    assert np.isnan(found.low).all()


def test_the_smallest_neighbour_that_is_large_enough_is_hidden_too() -> None:
    values = np.array([53.0, 3, 20, 30])
    found = suppress(values, ROW, small_cells(values, 5), protection=5)
    assert found.state.tolist() == [KEPT, PRIMARY, COMPLEMENTARY, KEPT]
    # what is left is 23 = x + y: each anything from 0 to 23
    assert (found.low[1], found.high[1]) == (0, 23)


def test_two_small_cells_that_cover_each_other_need_no_third() -> None:
    values = np.array([57.0, 3, 4, 50])
    found = suppress(values, ROW, small_cells(values, 5), protection=5)
    assert found.state.tolist() == [KEPT, PRIMARY, PRIMARY, KEPT]
    assert (found.high[1], found.high[2]) == (7, 7)


def test_two_small_cells_that_do_not_cover_each_other_get_a_third() -> None:
    values = np.array([53.0, 1, 2, 50])
    alone = audit(values, ROW, np.array([False, True, True, False]), np.array([1, 2]))
    assert (alone[0][1], alone[1][1]) == (0, 3)  # narrower than five
    found = suppress(values, ROW, small_cells(values, 5), protection=5)
    assert found.state.tolist() == [KEPT, PRIMARY, PRIMARY, COMPLEMENTARY]


def test_the_corner_of_a_two_way_table_takes_a_rectangle() -> None:
    """Rows a, b, c; columns x, y, z; the classical pattern of four cells: one primary, three complementary."""
    inner = np.array([[2, 20, 30], [40, 11, 60], [70, 80, 90]], float)
    table = np.zeros((4, 4))
    table[:3, :3] = inner
    table[3, :3], table[:3, 3] = inner.sum(0), inner.sum(1)
    table[3, 3] = inner.sum()
    at = np.arange(16).reshape(4, 4)
    rows = [(at[r, 3], tuple(at[r, :3])) for r in range(4)] + [(at[3, c], tuple(at[:3, c])) for c in range(4)]
    values = table.ravel()
    found = suppress(values, sums(16, *rows), small_cells(values, 5), protection=5)
    assert found.state.reshape(4, 4).tolist() == [
        [PRIMARY, COMPLEMENTARY, KEPT, KEPT],
        [COMPLEMENTARY, COMPLEMENTARY, KEPT, KEPT],
        [KEPT] * 4,
        [KEPT] * 4,
    ]
    # a + b = 22, a + c = 42, b + d = 31: a from 0 to 22
    assert (found.low[0], found.high[0]) == (0, 22)


def test_an_only_child_hides_its_parent_and_the_parent_a_sibling() -> None:
    """0 country = 1 + 2; 1 region = 3 (one town): the region's figure is the town's."""
    values = np.array([104.0, 4, 100, 4])
    relations = sums(4, (0, (1, 2)), (1, (3,)))
    found = suppress(values, relations, small_cells(values, 5), protection=5)
    assert found.state.tolist() == [KEPT, PRIMARY, COMPLEMENTARY, PRIMARY]
    values = np.array([110.0, 10, 100, 4, 6])
    relations = sums(5, (0, (1, 2)), (1, (3, 4)))
    assert suppress(values, relations, small_cells(values, 5), protection=5).state.tolist() == [
        KEPT, KEPT, KEPT, PRIMARY, COMPLEMENTARY,
    ]  # fmt: skip


def test_zeros_are_small_only_where_asked_and_hidden_last() -> None:
    values = np.array([33.0, 0, 3, 30])
    assert small_cells(values, 5).tolist() == [False, False, True, False]
    assert small_cells(values, 5, zeros=True).tolist() == [False, True, True, False]
    found = suppress(values, ROW, small_cells(values, 5), protection=5)
    assert found.state.tolist() == [KEPT, KEPT, PRIMARY, COMPLEMENTARY]


def test_a_gap_between_total_and_parts_is_taken_as_known() -> None:
    """The parts make 23 of 30: whoever knows the missing seven works out what we hide, so a second cell is needed."""
    values = np.array([30.0, 3, 20])
    found = suppress(values, sums(3, (0, (1, 2))), small_cells(values, 5), protection=5)
    assert found.state.tolist() == [KEPT, PRIMARY, COMPLEMENTARY]


def test_what_is_public_protects_nobody_and_cannot_be_hidden_again() -> None:
    values = np.array([53.0, 3, 20, 30])
    public = np.array([False, False, True, False])
    found = suppress(values, ROW, small_cells(values, 5), protection=5, public=public)
    assert found.state.tolist() == [KEPT, PRIMARY, KEPT, COMPLEMENTARY]
    everything = suppress(values, ROW, small_cells(values, 5), protection=5, public=np.ones(4, bool))
    assert everything.exposed.tolist() == [False, True, False, False]
    assert (everything.low[1], everything.high[1]) == (3, 3)
    around = suppress(values, ROW, small_cells(values, 5), protection=5, public=np.array([True, False, True, True]))
    assert around.exposed[1] and around.state[1] == PRIMARY


def test_what_stays_hidden_anyway_is_used_first() -> None:
    values = np.array([53.0, 3, 20, 30])
    found = suppress(values, ROW, small_cells(values, 5), protection=5, hidden=np.array([False, False, False, True]))
    assert found.state.tolist() == [KEPT, PRIMARY, KEPT, COMPLEMENTARY]


def test_dominance_and_p_percent_by_hand() -> None:
    cells = np.array([[90.0, 5, 5], [40, 35, 25], [0, 0, 0]])
    assert dominated_cells(cells, 1, 80).tolist() == [True, False, False]
    assert dominated_cells(cells, 2, 70).tolist() == [True, True, False]
    # the second of 90, 5, 5 knows the first to within 5: less than 10 % of 90
    assert p_percent_cells(cells, 10).tolist() == [True, False, False]
    assert p_percent_cells(np.array([[7.0], [0.0]]), 10).tolist() == [True, False]


def test_a_negative_or_missing_count_is_refused() -> None:
    for bad in (-1.0, np.nan):
        with pytest.raises(InputError) as refused:
            suppress(np.array([1.0, bad]), sums(2, (0, (1,))), np.array([True, False]), protection=5)
        assert refused.value.code == "disclosure"


def test_a_cell_without_relations_is_safe_by_itself() -> None:
    found = suppress(np.array([2.0, 50]), sums(2), np.array([True, False]), protection=5)
    assert found.state.tolist() == [PRIMARY, KEPT]
    assert found.high[0] == np.inf


# Random tables: an area tree of up to three levels, crossed with sex where wanted.


@st.composite
def tables(draw: st.DrawFn) -> tuple[np.ndarray, csr_array]:
    tree = draw(st.lists(st.lists(st.integers(1, 3), min_size=1, max_size=3), min_size=1, max_size=3))
    sexes = draw(st.sampled_from([0, 2, 3]))
    parents: dict[int, list[int]] = {0: []}
    leaves: list[int] = []
    n = 1
    for region in tree:
        here, n = n, n + 1
        parents[0].append(here)
        parents[here] = []
        for towns in region:
            place, n = n, n + 1
            parents[here].append(place)
            parents[place] = list(range(n, n + towns))
            leaves.extend(parents[place])
            n += towns
    counts = draw(
        st.lists(
            st.integers(0, 8) | st.integers(0, 60),
            min_size=len(leaves) * max(sexes, 1),
            max_size=len(leaves) * max(sexes, 1),
        )
    )
    width = sexes + 1  # the total, then each sex
    cells = np.zeros((n, width))
    cells[leaves, (1 if sexes else 0) :] = np.array(counts, float).reshape(len(leaves), max(sexes, 1))
    if sexes:
        cells[leaves, 0] = cells[leaves, 1:].sum(1)
    for area in sorted(parents, reverse=True):
        cells[area] = cells[parents[area]].sum(0)
    at = np.arange(n * width).reshape(n, width)
    rows = [(int(at[a, s]), tuple(at[parts, s].tolist())) for a, parts in parents.items() for s in range(width)]
    rows += [(int(at[a, 0]), tuple(at[a, 1:].tolist())) for a in range(n) if sexes]
    return cells.ravel(), sums(n * width, *rows)


def solved_by_another(values: np.ndarray, relations: csr_array, shown: np.ndarray, cell: int) -> tuple[float, float]:
    """Bounds of a cell over *whole-number* tables, in the values themselves: a mixed-integer programme."""
    lower = np.where(shown, values, 0.0)
    upper = np.where(shown, values, values.sum() + 100)
    aim = np.zeros(len(values))
    aim[cell] = 1
    gap = relations @ values
    ends = []
    for sign in (1, -1):
        found = milp(
            sign * aim,
            constraints=LinearConstraint(relations, gap, gap),
            integrality=np.ones(len(values)),
            bounds=Bounds(lower, upper),
        )
        assert found.status == 0
        ends.append(sign * found.fun)
    return round(ends[0]), round(ends[1])


@settings(max_examples=10, deadline=None, derandomize=True)
@given(tables())
def test_nobody_recovers_a_small_cell(table: tuple[np.ndarray, csr_array]) -> None:
    values, relations = table
    primary = small_cells(values, 5)
    found = suppress(values, relations, primary, protection=5)
    assert not found.exposed.any()
    assert (found.hidden & primary).sum() == primary.sum()
    if not primary.any():
        assert not found.hidden.any()
    # by elimination: no primary cell is a combination of what is shown
    dense = relations.toarray()[:, found.hidden]
    null = _null_space(dense)
    for n, cell in enumerate(np.flatnonzero(found.hidden)):
        if primary[cell]:
            assert np.abs(null[n]).max(initial=0) > 1e-8, "a small cell follows from the others by elimination alone"
            low, high = solved_by_another(values, relations, ~found.hidden, int(cell))
            assert high - low >= 5
            assert low <= values[cell] <= high


def _null_space(matrix: np.ndarray) -> np.ndarray:
    if not matrix.shape[0]:
        return np.eye(matrix.shape[1])
    _, sizes, right = np.linalg.svd(matrix)
    rank = int((sizes > 1e-9).sum())
    return right[rank:].T


@settings(max_examples=6, deadline=None, derandomize=True)
@given(tables())
def test_the_outcome_is_the_same_every_time_and_no_cell_is_hidden_in_vain(
    table: tuple[np.ndarray, csr_array],
) -> None:
    values, relations = table
    primary = small_cells(values, 5)
    found, again = (suppress(values, relations, primary, protection=5) for _ in range(2))
    assert found.state.tolist() == again.state.tolist()
    for cell in np.flatnonzero(found.state == COMPLEMENTARY):
        trial = found.hidden.copy()
        trial[cell] = False
        low, high = audit(values, relations, trial, np.flatnonzero(primary))
        assert (high - low)[primary].min() < 5, "this cell could have been shown"


@pytest.mark.parametrize("counts", [(1, 1, 1, 1), (1, 4, 4, 1), (4, 1, 1, 30)])
def test_a_two_by_two_table_of_small_counts_by_enumeration(counts: tuple[int, ...]) -> None:
    """All whole-number tables with what is shown are listed; every small cell takes values five apart."""
    a, b, c, d = counts
    values = np.array([a, b, a + b, c, d, c + d, a + c, b + d, a + b + c + d], float)
    rows = [(2, (0, 1)), (5, (3, 4)), (8, (6, 7)), (6, (0, 3)), (7, (1, 4)), (8, (2, 5))]
    primary = small_cells(values, 5)
    found = suppress(values, sums(9, *rows), primary, protection=5)
    w, x, y, z = (one.ravel() for one in np.indices((12, 12, 12, 40)))
    every = np.stack([w, x, w + x, y, z, y + z, w + y, x + z, w + x + y + z])
    possible = every[:, (every == values[:, None])[~found.hidden].all(axis=0)]
    assert possible.shape[1] > 0
    assert np.ptp(possible[primary], axis=1).min() >= 5
