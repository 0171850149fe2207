"""Ranks of a composite index under many choices and weights at once: what rank intervals and sensitivity build on.

A *choice* is a normalisation, an aggregation and a missing rule; a *draw* is a choice with weights for every group.
Draws of one choice are computed together, as products of matrices, in blocks that fit a processor's cache. Weights that
come from the figures (principal components, entropy) are those of the index's own choice in every draw.

The areas ranked are the same in every draw: those with a score by the index's own choices and by all alternatives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mudmai.core import composite_words as words
from mudmai.core.composites import (
    Aggregation,
    CompositeIndex,
    IndexGroup,
    MissingRule,
    Normalisation,
    WeightNoise,
)
from mudmai.core.errors import InputError
from mudmai.methods.aggregate import backward, copeland, forward
from mudmai.methods.composite import SAME_SCORE, CompositeResult, columns_of, compute, score_tree
from mudmai.methods.index_stages import Stages, stages_of

Floats = NDArray[np.float64]
Ranks = NDArray[np.unsignedinteger[Any]]
BLOCK = 32
"""Draws computed at once."""
MOST_IN_PAIRS = 1_000
"""Areas up to which Copeland's comparison in pairs is drawn."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to compute an index."""

    normalisation: Normalisation
    aggregation: Aggregation
    missing: MissingRule


def choices_of(index: CompositeIndex) -> tuple[Choice, ...]:
    """The index's own choice first, then every combination of its alternatives."""
    told = index.uncertainty
    ways = (
        dict.fromkeys((index.normalisation, *told.normalisations)),
        dict.fromkeys((index.aggregation, *told.aggregations)),
        dict.fromkeys((index.missing, *told.missing)),
    )
    return tuple(Choice(*each) for each in product(*ways))


@dataclass(frozen=True)
class _Table:
    """Comparable figures of the ranked areas, for one normalisation and missing rule."""

    values: Floats
    over_present: bool
    absent: Mapping[str, NDArray[np.bool_]]


@dataclass(frozen=True)
class DrawEngine:
    """An index ready to be drawn. ``areas`` are the rows ranked; ``left_out`` those scored, yet not by every choice."""

    index: CompositeIndex
    nominal: CompositeResult
    choices: tuple[Choice, ...]
    areas: NDArray[np.int64]
    left_out: tuple[int, ...]
    tables: Mapping[tuple[Normalisation, MissingRule], _Table]

    def nominal_weights(self) -> dict[str, Floats]:
        """Group id → the index's own weights [children]."""
        return {group: np.array(found) for group, found in self.nominal.weights.items()}

    def nominal_ranks(self) -> NDArray[np.int64]:
        """Ranks [ranked areas] by the index's own choices and weights, among the areas ranked."""
        once = {group: found[None, :] for group, found in self.nominal_weights().items()}
        return np.asarray(self.ranks(np.zeros(1, dtype=np.int64), once)[0], dtype=np.int64)

    def ranks(self, choice: NDArray[np.int64], weights: Mapping[str, Floats]) -> Ranks:
        """Competition ranks [draws, ranked areas]; ``choice`` [draws] into ``choices``, ``weights`` [draws, children].

        Every row of weights adds up to 1.
        """
        draws, count = len(choice), len(self.areas)
        found = np.empty((draws, count), dtype=np.uint16 if count < 2**16 else np.uint32)
        for number, one in enumerate(self.choices):
            mine = np.flatnonzero(choice == number)
            if not len(mine):
                continue
            scorer = _Scorer(self.index, one.aggregation, self.tables[one.normalisation, one.missing])
            for start in range(0, len(mine), BLOCK):
                rows = mine[start : start + BLOCK]
                found[rows] = rank_rows(scorer.scores({group: w[rows] for group, w in weights.items()}))
        return found


def prepare_draws(
    values: ArrayLike,
    index: CompositeIndex,
    denominators: Mapping[str, ArrayLike] | None = None,
    area_groups: ArrayLike | None = None,
) -> DrawEngine:
    """Compute ``index`` by its own and all other choices; arguments and errors as :func:`composite.compute`.

    ``index_pairs``: Copeland among more than :data:`MOST_IN_PAIRS` areas is refused.
    """
    nominal = compute(values, index, denominators, area_groups)
    choices = choices_of(index)
    uses_pairs = any(one.aggregation is Aggregation.COPELAND for one in choices) or any(
        group.aggregation is Aggregation.COPELAND for group in index.groups
    )
    if uses_pairs and int(nominal.scored.sum()) > MOST_IN_PAIRS:
        said = words.TOO_MANY_PAIRS.format(most=MOST_IN_PAIRS, found=int(nominal.scored.sum()))
        raise InputError(said, remedy=words.FEWER_PAIRS, code="index_pairs")
    weights = {group: np.array(found) for group, found in nominal.weights.items()}
    stages: dict[tuple[Normalisation, MissingRule], Stages] = {}
    empty: dict[tuple[Normalisation, MissingRule], dict[str, NDArray[np.bool_]]] = {}
    may_fall: dict[tuple[Normalisation, MissingRule], bool] = {}
    negative = any((found < 0).any() for found in weights.values())
    ranked = nominal.scored.copy()
    for one in choices:
        key = one.normalisation, one.missing
        if key not in stages:
            stages[key] = stages_of(
                values, index, denominators, area_groups, normalisation=one.normalisation, missing=one.missing
            )
            may_fall[key] = negative or bool((stages[key].normalised <= 0).any())
        elif not (one.aggregation.needs_positive and may_fall[key]):
            continue  # what is missing is the same under every aggregation
        tree = score_tree(stages[key], index, aggregation=one.aggregation, missing=one.missing, weights=weights)
        empty[key] = {group: np.isnan(scores) for group, scores in tree.scores.items()}
        ranked &= ~empty[key][index.root.id]
    areas = np.flatnonzero(ranked)
    tables = {
        key: _Table(
            stage.normalised[areas],
            key[1] is MissingRule.REWEIGHT,
            {group: absent[areas] for group, absent in empty[key].items()},
        )
        for key, stage in stages.items()
    }
    left_out = tuple(np.flatnonzero(nominal.scored & ~ranked).tolist())
    return DrawEngine(index, nominal, choices, areas, left_out, tables)


@dataclass(frozen=True)
class _Own:
    """A group's own indicators: their places among its children, and their figures on the group's scale [k, areas].

    ``gaps`` are the areas in which a child is missing, and ``there`` [k, gaps] what of the own indicators is there.
    """

    places: list[int]
    figures: Floats
    gaps: NDArray[np.int64]
    there: Floats


class _Scorer:
    """Scores [draws, areas] of one choice; what does not change from draw to draw is worked out once."""

    def __init__(self, index: CompositeIndex, aggregation: Aggregation, table: _Table) -> None:
        self.root = replace(index.root, aggregation=aggregation)
        self.columns = columns_of(index)
        self.table = table
        self.whole = not np.isnan(table.values).any()
        self.own: dict[str, _Own] = {}
        self.flat: dict[str, Floats] = {}

    def scores(self, weights: Mapping[str, Floats]) -> Floats:
        """Scores of the root, for weights [draws, children] by group."""
        return backward(*self._group(self.root, Aggregation.ARITHMETIC, weights))

    def _group(
        self, group: IndexGroup, inherited: Aggregation, weights: Mapping[str, Floats]
    ) -> tuple[Floats, Aggregation]:
        """Scores on the scale of the group's aggregation (see :func:`forward`), and that aggregation."""
        how = group.aggregation or inherited
        if how is Aggregation.COPELAND:
            return self._in_pairs(group, weights), how
        if self.whole and all((one.aggregation or how) is how for one in group.groups()):
            if group.id not in self.flat:
                below = [self.columns[one.id] for one in group.indicators()]
                self.flat[group.id] = np.ascontiguousarray(forward(self.table.values[:, below], how).T)
            parts = self._flatten(group, np.ones(len(weights[group.id])), weights)
            return np.column_stack(list(parts)) @ self.flat[group.id], how
        return self._nested(group, how, weights), how

    def _nested(self, group: IndexGroup, how: Aggregation, weights: Mapping[str, Floats]) -> Floats:
        own, w = self._own(group, how), weights[group.id]
        total = w[:, own.places] @ own.figures
        share = w[:, own.places] @ own.there
        for place, child in enumerate(group.children):
            if not isinstance(child, IndexGroup):
                continue
            score, scale = self._group(child, how, weights)
            if scale is not how:
                score = backward(score, scale)
                score = forward(np.maximum(score, 1e-300) if how.needs_positive else score, how)
            absent = self.table.absent[child.id]
            if absent.any():
                score[:, absent] = 0.0
            score *= w[:, place, None]
            total += score
            share += w[:, place, None] * ~absent[own.gaps]
        if len(own.gaps):
            share[abs(share) < 1e-12] = 1.0
            total[:, own.gaps] /= share
        return total

    def _own(self, group: IndexGroup, how: Aggregation) -> _Own:
        if group.id not in self.own:
            own = [(n, c) for n, c in enumerate(group.children) if not isinstance(c, IndexGroup)]
            x = forward(self.table.values[:, [self.columns[child.id] for _, child in own]], how).T
            held = ~np.isnan(x)
            gap = ~held.all(axis=0)
            for child in group.children:
                if isinstance(child, IndexGroup):
                    gap |= self.table.absent[child.id]
            gaps = np.flatnonzero(gap) if self.table.over_present else np.empty(0, dtype=np.int64)
            figures = np.ascontiguousarray(np.where(held, x, 0.0))
            self.own[group.id] = _Own([n for n, _ in own], figures, gaps, held[:, gaps].astype(np.float64))
        return self.own[group.id]

    def _flatten(self, group: IndexGroup, share: Floats, weights: Mapping[str, Floats]) -> Iterator[Floats]:
        """The weight [draws] of each indicator below in the whole group, in their order."""
        for place, child in enumerate(group.children):
            part = share * weights[group.id][:, place]
            if isinstance(child, IndexGroup):
                yield from self._flatten(child, part, weights)
            else:
                yield part

    def _in_pairs(self, group: IndexGroup, weights: Mapping[str, Floats]) -> Floats:
        parts = [
            backward(*self._group(child, Aggregation.COPELAND, weights))
            if isinstance(child, IndexGroup)
            else np.broadcast_to(
                self.table.values[:, self.columns[child.id]], (len(weights[group.id]), len(self.table.values))
            )
            for child in group.children
        ]
        there = np.column_stack(
            [
                ~self.table.absent[child.id]
                if isinstance(child, IndexGroup)
                else ~np.isnan(self.table.values[:, self.columns[child.id]])
                for child in group.children
            ]
        )
        each = [
            copeland(np.column_stack([part[draw] for part in parts]), w, there)
            for draw, w in enumerate(weights[group.id])
        ]
        return np.array(each)


def rank_rows(scores: Floats) -> NDArray[np.uint32]:
    """Competition ranks of every row [draws, areas], 1 for the highest; scores equal to 12 decimals share a rank.

    Score and place are packed into one whole number, so that plain sorting does what would take an indirect one.
    """
    draws, count = scores.shape
    bits = count.bit_length()
    largest = float(max(scores.max(initial=0.0), -scores.min(initial=0.0))) or 1.0
    keys = scores * -min(10.0**SAME_SCORE, 2.0 ** (62 - bits) / largest)
    keys = np.rint(keys, out=keys).astype(np.int64)
    keys <<= bits
    keys |= np.arange(count)
    keys.sort(axis=1)
    places = keys & ((1 << bits) - 1)
    keys >>= bits
    same = keys[:, 1:] == keys[:, :-1]
    order = np.broadcast_to(np.arange(1, count + 1, dtype=np.uint32), (draws, count))
    if same.any():
        order = order.copy()
        order[:, 1:][same] = 0
        order = np.maximum.accumulate(order, axis=1)
    ranks = np.empty((draws, count), dtype=np.uint32)
    for row in range(draws):
        ranks[row, places[row]] = order[row]
    return ranks


def noisy_weights(
    weights: Floats, draws: int, noise: WeightNoise, spread: float, chance: np.random.Generator
) -> Floats:
    """``draws`` sets of weights around ``weights`` [children], each adding up to 1.

    Dirichlet with the weights as means and the concentration that gives an average weight (1/k) the relative standard
    deviation ``spread``: (k - 1)/spread^2 - 1. Uniform: each weight times 1 ± at most ``spread``, then divided by their
    sum. Negative weights, which principal components may give, have no Dirichlet distribution and move uniformly.
    """
    k = len(weights)
    if noise is WeightNoise.NONE or spread == 0 or k == 1:
        return np.tile(weights, (draws, 1))
    if noise is WeightNoise.UNIFORM or (weights < 0).any():
        moved = weights * (1 + spread * (2 * chance.random((draws, k)) - 1))
    else:
        moved = chance.standard_gamma(weights * ((k - 1) / spread**2 - 1), size=(draws, k))
    return np.asarray(moved / moved.sum(axis=1, keepdims=True))
