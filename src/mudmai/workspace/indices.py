"""Composite indices over the figures of a release: scores with every stage, walked back to observations.

Everything is computed once for a release, a state of the packs, a year and weights, and remembered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from mudmai.core.composites import CompositeIndex, IndexGroup, IndexIndicator
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.workspace.index_figures import IndexFigures, index_figures
from mudmai.workspace.index_results import AreaScore, IndexView, RankSpan, Stage
from mudmai.workspace.index_shelf import OfferedIndex, find_index, list_indices
from mudmai.workspace.index_weights import read_weights, reweighted

if TYPE_CHECKING:
    from mudmai.methods.composite import CompositeResult
    from mudmai.methods.rank_intervals import RankIntervals
    from mudmai.workspace.workspace import Workspace

__all__ = ["compute_index", "find_index", "list_indices", "read_weights"]

MOST_DRAWS = 10_000
_FEWEST_RANKED = 3
_TOO_FEW = Text("มีพื้นที่ที่มีคะแนนไม่ถึงสามแห่ง", "fewer than three areas have a score")
Floats = npt.NDArray[np.float64]


def compute_index(
    workspace: Workspace,
    index_id: str,
    *,
    year: int | None = None,
    weights: Mapping[str, float] | None = None,
    shares: bool = False,
    draws: int | None = None,
    seed: int | None = None,
    release: str | None = None,
    packs: str | None = None,
) -> IndexView:
    """The index over all areas of its level, with rank intervals.

    ``year`` (CE) None: as the index declares. ``weights``: by id of indicator or group, over the index's own; they add
    up to 1 within a group. ``shares`` takes them as points, beside which the index's own count per cent. ``draws`` 0:
    no intervals. Raises :class:`mudmai.core.errors.UnknownNameError` (index, weight, release, state of packs) and
    :class:`InputError` (weights that do not add up, an indicator without any figure or the same everywhere, values that
    no mean takes).
    """
    offered = find_index(workspace, index_id, packs)
    held = workspace.release(release)
    many = offered.declared.draws if draws is None else _checked_draws(draws)
    start = offered.declared.seed if seed is None else seed
    given = tuple(sorted((weights or {}).items()))
    key = ("index", held.id, offered.pack.state, offered.id, year, given, shares, many, start)
    shelf = workspace.shelf_of(packs)

    def make() -> IndexView:
        figures = index_figures(workspace.figures_of(shelf, held), offered, year)
        return _view(offered, figures, dict(given), shares, held.id, year, many, start)

    return workspace.remembered(key, make)


def result_of(view: IndexView) -> CompositeResult:
    """The computed index behind a view, areas in the order of its figures."""
    from mudmai.methods.composite import compute  # SciPy loads where an index is computed

    return compute(view.figures.values, view.index, None, area_groups(view.figures))


def area_groups(figures: IndexFigures) -> list[str] | None:
    """What stands above each area: figures are put in from the areas beside it. None, so that all areas are one group,
    where some area above has no figure below it to put in."""
    above = [area.parent or "" for area in figures.areas]
    known, labels = np.isfinite(figures.values), np.array(above)
    return above if all(known[labels == one].any(axis=0).all() for one in set(above)) else None


def _view(
    offered: OfferedIndex,
    figures: IndexFigures,
    given: Mapping[str, float],
    shares: bool,
    release: str,
    year: int | None,
    draws: int,
    seed: int,
) -> IndexView:
    from mudmai.methods.composite import compute  # as above

    index = _quotients_made(offered.index)
    made = compute(figures.values, index, None, area_groups(figures))
    if given:
        index = reweighted(index, _weights(index, made), given, shares=shares)
        made = compute(figures.values, index, None, area_groups(figures))
    intervals, refused = _intervals(made, figures, draws, seed)
    local = _weights(index, made)
    effective = dict(_effective(index.root, local, 1.0))
    rows = _rows(figures, made, intervals, effective)
    return IndexView(
        offered, index, not given, release, figures, year, rows, local, effective, made.notes,
        0 if intervals is None else draws, seed, refused,
    )  # fmt: skip


def _quotients_made(index: CompositeIndex) -> CompositeIndex:
    """The index over figures whose denominators are part of their formulas already."""

    def plain(item: IndexGroup | IndexIndicator) -> IndexGroup | IndexIndicator:
        if isinstance(item, IndexIndicator):
            return replace(item, denominator=None)
        return replace(item, children=tuple(plain(child) for child in item.children))

    root = plain(index.root)
    assert isinstance(root, IndexGroup)
    return replace(index, root=root)


def _weights(index: CompositeIndex, made: CompositeResult) -> dict[str, float]:
    """Id of an item → its weight within its group."""
    return {
        child.id: weight
        for group in index.groups
        for child, weight in zip(group.children, made.weights[group.id], strict=True)
    }


def _effective(group: IndexGroup, local: Mapping[str, float], above: float) -> list[tuple[str, float]]:
    """Id of an item below → its weight in the whole index."""
    found: list[tuple[str, float]] = []
    for child in group.children:
        weight = above * local[child.id]
        found.append((child.id, weight))
        if isinstance(child, IndexGroup):
            found += _effective(child, local, weight)
    return found


def _intervals(
    made: CompositeResult, figures: IndexFigures, draws: int, seed: int
) -> tuple[RankIntervals | None, Text | None]:
    """Rank intervals, or why there are none: too few areas, or a choice that these figures do not allow."""
    from mudmai.methods.index_draws import prepare_draws  # as above
    from mudmai.methods.rank_intervals import rank_intervals

    if not draws:
        return None, None
    if int(made.scored.sum()) < _FEWEST_RANKED:
        return None, _TOO_FEW
    try:
        engine = prepare_draws(figures.values, made.index, None, area_groups(figures))
        return rank_intervals(engine, seed=seed, draws=draws), None
    except InputError as fault:
        return None, fault.message


def _rows(
    figures: IndexFigures, made: CompositeResult, intervals: RankIntervals | None, effective: Mapping[str, float]
) -> tuple[AreaScore, ...]:
    stages, index = made.stages, made.index
    raw, treated, normalised = (_known(one) for one in (stages.denominated, stages.filled, stages.normalised))
    imputed, present = stages.imputed.tolist(), stages.present.sum(axis=1).tolist()
    scale = index.scale if made.index.normalisation.value != "zscore" else 1
    groups = {g.id: _known(made.group_scores[g.id] * scale) for g in index.groups if g is not index.root}
    score, ranks, coverage = _known(made.score), _known(made.ranks), made.coverage.tolist()
    spans = _spans(intervals, len(figures.areas))
    ids = [(one.id, effective[one.id]) for one in index.indicators]
    rows = [
        AreaScore(
            area=area,
            score=score[n],
            rank=None if ranks[n] is None else int(ranks[n]),
            span=spans[n] if score[n] is not None else None,
            coverage=coverage[n],
            known=present[n],
            groups={name: values[n] for name, values in groups.items()},
            stages=tuple(
                Stage(name, raw[n][k], treated[n][k], normalised[n][k], weight, imputed[n][k])
                for k, (name, weight) in enumerate(ids)
            ),
            reason=made.reasons[n],
        )
        for n, area in enumerate(figures.areas)
    ]
    return tuple(sorted(rows, key=lambda row: (row.score is None, -(row.score or 0.0))))


def _known(values: Floats) -> Any:
    """As lists of plain numbers, as deep as the array, with None where missing."""
    plain = values.astype(object)
    plain[np.isnan(values)] = None
    return plain.tolist()


def _spans(intervals: RankIntervals | None, areas: int) -> list[RankSpan | None]:
    """Row of the figures → its interval; None for areas that are not ranked by every choice."""
    found: list[RankSpan | None] = [None] * areas
    if intervals is None:
        return found
    order, ahead = intervals.order.tolist(), [*intervals.ahead.tolist(), None]
    low, median, high, top = (one.tolist() for one in (intervals.low, intervals.median, intervals.high, intervals.top))
    for at, chance in zip(order, ahead, strict=True):
        span = RankSpan(int(low[at]), int(median[at]), int(high[at]), len(order), top[at], intervals.top_k, chance)
        found[at] = span
    return found


def _checked_draws(draws: int) -> int:
    if draws == 0 or 100 <= draws <= MOST_DRAWS:
        return draws
    raise InputError(
        Text(f"จำนวนครั้งที่คำนวณซ้ำ {draws} ใช้ไม่ได้", f"{draws} draws cannot be used"),
        remedy=Text(f"ใช้ 0 หรือ 100 ถึง {MOST_DRAWS:,}", f"use 0, or 100 to {MOST_DRAWS:,}"),
        code="index_draws",
    )
