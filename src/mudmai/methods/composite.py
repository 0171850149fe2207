"""Scores of a composite index, with every stage kept so that a score can be walked back to the figures given.

OECD/JRC *Handbook on Constructing Composite Indicators* (2008), steps 3 to 7. Missing is never zero: an area has a
score only where the index's missing rule and coverage floor allow it, and else a reason in words. Figures that were put
in never count as coverage, and an area without any figure never has a score.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from mudmai.core import composite_words as words
from mudmai.core.composites import (
    Aggregation,
    CompositeIndex,
    IndexGroup,
    MissingRule,
    Normalisation,
    Weighting,
)
from mudmai.core.errors import InputError, Problem, UnknownNameError
from mudmai.core.language import Text
from mudmai.methods import weights as weighing
from mudmai.methods.aggregate import aggregate
from mudmai.methods.index_stages import Stages, stages_of
from mudmai.methods.normalise import refuse
from mudmai.methods.weights import AhpWeights, PcaWeights

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
SAME_SCORE = 12
"""Decimals of an unscaled score that count."""


@dataclass(frozen=True)
class CompositeResult:
    """All stages of a computed index; rows are areas as given, columns ``index.indicators``.

    - ``stages``: ``raw``, ``denominated``, ``treated``, ``filled`` with the mask ``imputed``, ``normalised``;
    - ``group_scores``: group id → scores [areas], not scaled, the root's included; NaN where a group has none;
    - ``weights``: group id → weights of its children, in their order, adding up to 1; ``weight_details``: what the
      principal components or pairwise comparisons told;
    - ``coverage``: true figures over indicators, 0..1; ``score`` is scaled, NaN where there is none; ``reasons`` says
      why, None where there is a score; ``ranks``: 1 is best, equal scores share the best rank (competition ranking),
      NaN without score;
    - ``notes``: what a reader must know of how the figures were changed.
    """

    index: CompositeIndex
    stages: Stages
    weights: Mapping[str, tuple[float, ...]]
    weight_details: Mapping[str, PcaWeights | AhpWeights]
    group_scores: Mapping[str, Floats]
    coverage: Floats
    score: Floats
    reasons: tuple[Text | None, ...]
    ranks: Floats
    notes: tuple[Text, ...]

    @property
    def normalised(self) -> Floats:
        """Comparable figures [areas, indicators]."""
        return self.stages.normalised

    @property
    def imputed(self) -> Flags:
        """Where a figure was put in [areas, indicators]."""
        return self.stages.imputed

    @property
    def scored(self) -> Flags:
        """Which areas have a score."""
        return ~np.isnan(self.score)

    def column(self, indicator: str) -> int:
        """The column of an indicator by its id; ``KeyError`` where the index has none."""
        return columns_of(self.index)[indicator]


def columns_of(index: CompositeIndex) -> dict[str, int]:
    """Indicator id → column."""
    return {indicator.id: column for column, indicator in enumerate(index.indicators)}


def compute(
    values: ArrayLike,
    index: CompositeIndex,
    denominators: Mapping[str, ArrayLike] | None = None,
    area_groups: ArrayLike | None = None,
    weights: Mapping[str, ArrayLike] | None = None,
) -> CompositeResult:
    """Compute ``index`` over areas.

    ``values`` [areas, indicators]: figures in the order of ``index.indicators``, NaN where missing. ``denominators``:
    indicator id → [areas], for every indicator that declares one. ``area_groups`` [areas]: a label per area, within
    which ``group_mean`` and ``median`` put figures in (None: all areas are one group). ``weights``: group id → weights
    of its children that stand for the index's own, as a reader may move them; they are divided by their sum.

    Raises :class:`InputError`: ``index_values`` (shape, infinite), ``index_all_missing``, ``index_constant``,
    ``index_not_positive``, ``index_weights`` (figures that give no weights), each with one problem per indicator.
    """
    stages = stages_of(values, index, denominators, area_groups)
    tree = score_tree(stages, index, weights=_moved(index, weights or {}))
    top = tree.scores[index.root.id]
    counts = stages.present.sum(axis=1)
    coverage = counts / len(index.indicators)
    allowed = (counts > 0) & (coverage >= index.coverage_floor - 1e-12)
    scale = 1 if index.normalisation is Normalisation.ZSCORE else index.scale
    score = np.where(allowed, top, np.nan) * scale
    return CompositeResult(
        index,
        stages,
        MappingProxyType({group: tuple(found.tolist()) for group, found in tree.weights.items()}),
        MappingProxyType(tree.details),
        MappingProxyType(tree.scores),
        coverage,
        score,
        tuple(_reasons(index, stages, score)),
        competition_ranks(np.where(allowed, top, np.nan)),
        (*_stage_notes(stages), *tree.notes),
    )


def _moved(index: CompositeIndex, weights: Mapping[str, ArrayLike]) -> dict[str, Floats]:
    groups = {group.id: group for group in index.groups}
    found: dict[str, Floats] = {}
    for name, given in weights.items():
        if name not in groups:
            raise UnknownNameError(words.GROUP, name, tuple(groups))
        w, count = np.asarray(given, dtype=np.float64), len(groups[name].children)
        if w.shape != (count,) or not np.isfinite(w).all() or (w < 0).any() or w.sum() <= 0:
            said = words.GIVEN_WEIGHTS.format(group=name, count=count)
            raise InputError(said, remedy=words.GIVE_WEIGHTS, code="index_weights")
        found[name] = w / w.sum()
    return found


def competition_ranks(score: Floats) -> Floats:
    """1 for the highest score; equal scores share the best rank and the next ranks are left out; NaN stays NaN.

    Scores (unscaled) that agree to :data:`SAME_SCORE` decimals are equal: what differs behind is rounding.

    >>> competition_ranks(np.array([3.0, 5.0, np.nan, 5.0])).tolist()
    [3.0, 1.0, nan, 1.0]
    """
    return np.asarray(rankdata(-np.round(score, SAME_SCORE), method="min", nan_policy="omit"), dtype=np.float64)


@dataclass(frozen=True)
class ScoreTree:
    """Scores of all groups, unscaled, and the weights that made them."""

    scores: dict[str, Floats]
    weights: dict[str, Floats]
    details: dict[str, PcaWeights | AhpWeights]
    notes: tuple[Text, ...]


def score_tree(
    stages: Stages,
    index: CompositeIndex,
    *,
    aggregation: Aggregation | None = None,
    missing: MissingRule | None = None,
    weights: Mapping[str, Floats] | None = None,
) -> ScoreTree:
    """Scores of all groups from comparable figures; ``weights`` (group id → weights) stand for the index's own.

    The coverage floor of the whole index is not applied here, that of groups under ``reweight`` is.
    """
    over_present = (missing or index.missing) is MissingRule.REWEIGHT
    columns, present = columns_of(index), stages.present
    scores: dict[str, Floats] = {}
    made: dict[str, Floats] = {}
    details: dict[str, PcaWeights | AhpWeights] = {}
    notes: list[Text] = []

    def visit(group: IndexGroup, inherited: Aggregation) -> Floats:
        how = group.aggregation or inherited
        parts = [
            visit(child, how) if isinstance(child, IndexGroup) else stages.normalised[:, columns[child.id]]
            for child in group.children
        ]
        table = np.column_stack(parts)
        refuse(_positive_problems(table, group, how))
        given = (weights or {}).get(group.id)
        found, detail, told = (given, None, ()) if given is not None else weights_of(index, group, table)
        if detail is not None:
            details[group.id] = detail
        notes.extend(told)
        made[group.id] = found
        score = aggregate(table, found, how, over_present=over_present)
        if over_present:
            below = [columns[one.id] for one in group.indicators()]
            score[present[:, below].mean(axis=1) < index.coverage_floor - 1e-12] = np.nan
        scores[group.id] = score
        return score

    how = aggregation or index.aggregation
    visit(replace(index.root, aggregation=how), how)
    return ScoreTree(scores, made, details, tuple(notes))


def weights_of(
    index: CompositeIndex, group: IndexGroup, table: Floats
) -> tuple[Floats, PcaWeights | AhpWeights | None, tuple[Text, ...]]:
    """Weights of a group's children, what is known of them, and what must be told; ``table`` [areas, children]."""
    items, how = len(group.children), index.weighting
    if items == 1 or how is Weighting.EQUAL:
        return weighing.equal_weights(items), None, ()
    if how is Weighting.GIVEN:
        given = np.array([child.weight for child in group.children], dtype=np.float64)
        return given / given.sum(), None, ()
    if how is Weighting.BUDGET:
        points = [[expert[child.id] for child in group.children] for expert in index.budget[group.id]]
        return weighing.budget_weights(points), None, ()
    if how is Weighting.AHP:
        ahp = weighing.ahp_weights(index.pairwise[group.id])
        said = words.INCONSISTENT.format(group=group.id, ratio=f"{ahp.consistency_ratio:.2f}")
        return ahp.weights, ahp, () if ahp.consistent else (said,)
    try:
        if how is Weighting.ENTROPY:
            return weighing.entropy_weights(table), None, ()
        pca = weighing.pca_weights(table)
    except ValueError as fault:
        why = words.WHY_NO_WEIGHTS.get(str(fault), Text(str(fault), str(fault)))
        said = words.NOTHING_TO_WEIGH.format(group=group.id, why=why)
        raise InputError(said, remedy=words.OTHER_WEIGHTING, code="index_weights") from fault
    ids = ", ".join(group.children[item].id for item in pca.negative)
    told = (words.NEGATIVE_WEIGHT.format(group=group.id, ids=ids),) if ids else ()
    return pca.weights, pca, told


def _positive_problems(table: Floats, group: IndexGroup, how: Aggregation) -> Iterator[Problem]:
    if how.needs_positive:
        for child, count in zip(group.children, (table <= 0).sum(axis=0).tolist(), strict=True):
            if count:
                said = words.NOT_POSITIVE.format(id=child.id, count=count, aggregation=how.words)
                yield Problem("index_not_positive", said, words.GIVE_FLOOR)


def _stage_notes(stages: Stages) -> Iterator[Text]:
    for indicator, treated in stages.treatments.items():
        if treated.moved:
            yield words.WINSORISED.format(id=indicator, count=len(treated.moved))
        elif treated.log:
            yield words.LOGGED.format(id=indicator)
        if not treated.passes:
            yield words.STILL_SKEWED.format(id=indicator)
    if stages.imputed.any():
        yield words.IMPUTED.format(count=int(stages.imputed.sum()))


def _reasons(index: CompositeIndex, stages: Stages, score: Floats) -> list[Text | None]:
    found: list[Text | None] = [None] * len(score)
    for area in np.flatnonzero(np.isnan(score)).tolist():
        found[area] = _reason(index, stages, area)
    return found


def _reason(index: CompositeIndex, stages: Stages, area: int) -> Text:
    indicators, count = index.indicators, int(stages.present[area].sum())
    if count == 0:
        return words.NO_FIGURES
    if index.missing is not MissingRule.NONE and count < index.coverage_floor * len(indicators) - 1e-9:
        floor = f"{100 * index.coverage_floor:g}"
        return words.BELOW_FLOOR.format(present=count, needed=len(indicators), floor=floor)
    there = ~np.isnan(stages.filled[area])
    lacking = [one.title for one, held in zip(indicators, there, strict=True) if not held]
    if index.missing is MissingRule.REWEIGHT or not lacking:
        return words.NO_WEIGHT
    return words.lacking(lacking)
