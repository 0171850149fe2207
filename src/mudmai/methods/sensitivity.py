"""Which choice moves an index's ranks, what one indicator does, and which weights would change the order.

**Sobol indices** of a model with independent factors. From two samples A and B of N points and, for each factor i, the
points of A with factor i taken from B (A_B^i)::

    S_i  = mean( f(B) (f(A_B^i) - f(A)) ) / V        first order: Saltelli et al. (2010), after Sobol (2007)
    ST_i = mean( (f(A) - f(A_B^i))^2 ) / (2 V)       total: Jansen (1999)

V is the variance over A and B together. A factor may be a number, a choice or a whole set of weights: it is changed as
one. S_i is the share of the variance that factor i explains alone, ST_i with its interactions; the model runs N (k + 2)
times. Intervals are percentiles over bootstrap samples of the N points; estimates are not limited to 0..1, since a
negative one shows its own error. Where nothing varies the indices are undefined: NaN.

**Swaps** (arithmetic mean over groups or indicators with normalised figures x, weights w): moving the weight d from
item j to item i changes the lead of area a over b by ``d ((a_i - b_i) - (a_j - b_j))``, so that they draw level at
``d* = -lead / ((a_i - b_i) - (a_j - b_j))``, possible where ``d* < w_j``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mudmai.core import composite_words as words
from mudmai.core.composites import Aggregation, CompositeIndex, IndexGroup, IndexIndicator, Weighting, WeightNoise
from mudmai.core.errors import InputError, MudmaiError
from mudmai.core.language import Text
from mudmai.methods.composite import CompositeResult, columns_of, competition_ranks, compute
from mudmai.methods.index_draws import DrawEngine, noisy_weights

Floats = NDArray[np.float64]
Sample = Mapping[str, NDArray[np.generic]]
Model = Callable[[Sample], Floats]


@dataclass(frozen=True, slots=True)
class FactorShare:
    """Sobol indices of one factor, with the bootstrap interval of each."""

    factor: str
    first: float
    first_low: float
    first_high: float
    total: float
    total_low: float
    total_high: float


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Shares of the variance of a model's output by factor; ``runs`` of the model, ``mean`` and ``variance`` of it."""

    factors: tuple[FactorShare, ...]
    mean: float
    variance: float
    runs: int
    level: float
    seed: int


def sobol_indices(
    model: Model, a: Sample, b: Sample, *, seed: int, level: float = 0.90, resamples: int = 500
) -> Sensitivity:
    """Sobol indices of ``model``, which maps factors [N, ...] to outputs [N]; ``a`` and ``b`` are independent samples.

    The standard error falls with the root of N: on the Ishigami function N = 2^14 gives all within about 0.02.
    """
    at_a, at_b = model(a), model(b)
    changed = {name: model({**a, name: b[name]}) for name in a}
    chance = np.random.default_rng(seed)
    points = len(at_a)
    picks = chance.integers(points, size=(resamples, points))
    variance = float(np.concatenate([at_a, at_b]).var())
    flat = variance <= 1e-18 * max(1.0, float(abs(at_a).max()) ** 2)
    mean = float(np.concatenate([at_a, at_b]).mean())
    if flat:
        nan = float("nan")
        shares = tuple(FactorShare(name, nan, nan, nan, nan, nan, nan) for name in a)
        return Sensitivity(shares, mean, variance, points * (len(changed) + 2), level, seed)
    centred_b = at_b - mean
    spread = ((at_a - mean) ** 2 + centred_b**2) / 2
    base = spread[picks].mean(axis=1)
    found = []
    for name, at_c in changed.items():
        alone, whole = centred_b * (at_c - at_a), (at_a - at_c) ** 2 / 2
        edges = [(1 - level) / 2, (1 + level) / 2]
        first = np.quantile(alone[picks].mean(axis=1) / base, edges)
        total = np.quantile(whole[picks].mean(axis=1) / base, edges)
        found.append(
            FactorShare(
                name,
                float(alone.mean() / variance),
                float(first[0]),
                float(first[1]),
                float(whole.mean() / variance),
                float(total[0]),
                float(total[1]),
            )
        )
    return Sensitivity(tuple(found), mean, variance, points * (len(changed) + 2), level, seed)


NORMALISATION, AGGREGATION, MISSING, WEIGHTS = "normalisation", "aggregation", "missing", "weights:"
"""Names of the factors of an index; ``weights:`` is followed by the id of a group."""


def index_sensitivity(engine: DrawEngine, *, seed: int, points: int = 256) -> Sensitivity:
    """Which choice moves the ranks of an index most; the output is the mean absolute shift of rank from its own.

    Factors: normalisation, aggregation and missing rule where the index declares alternatives, and the weights of each
    group of two or more items where it declares noise. After Saisana, Saltelli & Tarantola (2005).

    ``index_draws``: fewer than 16 points, or an index without any alternative.
    """
    told, index = engine.index.uncertainty, engine.index
    own = engine.nominal_ranks()
    ways = {
        NORMALISATION: tuple(dict.fromkeys(one.normalisation for one in engine.choices)),
        AGGREGATION: tuple(dict.fromkeys(one.aggregation for one in engine.choices)),
        MISSING: tuple(dict.fromkeys(one.missing for one in engine.choices)),
    }
    base = engine.nominal_weights()
    noisy = [g for g, w in base.items() if len(w) > 1 and told.noise is not WeightNoise.NONE and told.spread > 0]
    if points < 16 or (not noisy and all(len(ways[name]) < 2 for name in ways)):
        raise InputError(words.NO_ALTERNATIVES.format(id=index.id), remedy=words.GIVE_ALTERNATIVES, code="index_draws")
    chance = np.random.default_rng(seed)

    def sample() -> dict[str, NDArray[np.generic]]:
        picked: dict[str, NDArray[np.generic]] = {
            name: chance.integers(len(way), size=points) for name, way in ways.items() if len(way) > 1
        }
        for group in noisy:
            picked[WEIGHTS + group] = noisy_weights(base[group], points, told.noise, told.spread, chance)
        return picked

    sizes = [len(way) for way in ways.values()]

    def model(at: Sample) -> Floats:
        place = [np.asarray(at.get(name, np.zeros(points, dtype=np.int64)), dtype=np.int64) for name in ways]
        choice = (place[0] * sizes[1] + place[1]) * sizes[2] + place[2]
        weights = {
            group: np.asarray(at.get(WEIGHTS + group, np.tile(found, (points, 1))), dtype=np.float64)
            for group, found in base.items()
        }
        return np.asarray(abs(engine.ranks(choice, weights).astype(np.int64) - own).mean(axis=1))

    return sobol_indices(model, sample(), sample(), seed=seed)


@dataclass(frozen=True)
class WithoutIndicator:
    """The index without one indicator: ranks [areas], how far they lie from the index's own, and why it fails if so.

    ``compared`` areas have a score with and without it: the shifts are between their ranks among each other, NaN where
    they are fewer than two. ``gained`` have a score only without the indicator, ``lost`` only with it.
    """

    indicator: str
    ranks: Floats | None
    mean_shift: float
    largest_shift: float
    reason: Text | None
    compared: int = 0
    gained: int = 0
    lost: int = 0


def leave_one_out(
    values: ArrayLike,
    index: CompositeIndex,
    denominators: Mapping[str, ArrayLike] | None = None,
    area_groups: ArrayLike | None = None,
) -> tuple[WithoutIndicator, ...]:
    """The index computed anew without each indicator in turn; the weights of its group are divided by what is left.

    Areas may gain or lose a score with the indicator, which moves the ranks of all below them: shifts are between ranks
    worked out anew among the areas that have a score in both. A group that loses its only indicator goes. Weights by
    pairs lose the row and column. Where the index cannot be computed without it, ``reason`` says why and the shifts are
    NaN.
    """
    own = compute(values, index, denominators, area_groups)
    table = np.asarray(values, dtype=np.float64)
    found = []
    for column, indicator in enumerate(index.indicators):
        if len(index.indicators) == 1:
            break
        try:
            less = compute(np.delete(table, column, axis=1), _without(index, indicator.id), denominators, area_groups)
        except MudmaiError as fault:
            found.append(WithoutIndicator(indicator.id, None, float("nan"), float("nan"), fault.message))
            continue
        both, mean, most = own.scored & less.scored, float("nan"), float("nan")
        if both.sum() > 1:
            shift = abs(competition_ranks(less.score[both]) - competition_ranks(own.score[both]))
            mean, most = float(shift.mean()), float(shift.max())
        gained, lost = int((less.scored & ~own.scored).sum()), int((own.scored & ~less.scored).sum())
        found.append(WithoutIndicator(indicator.id, less.ranks, mean, most, None, int(both.sum()), gained, lost))
    return tuple(found)


def _without(index: CompositeIndex, gone: str) -> CompositeIndex:
    compared, budget = dict(index.pairwise), dict(index.budget)

    def less(group: IndexGroup) -> IndexGroup | None:
        kept: list[IndexGroup | IndexIndicator] = []
        for place, child in enumerate(group.children):
            left = less(child) if isinstance(child, IndexGroup) else (None if child.id == gone else child)
            if left is not None:
                kept.append(left)
                continue
            if group.id in compared:
                drop = np.delete(np.delete(np.array(compared[group.id]), place, 0), place, 1)
                compared[group.id] = tuple(tuple(row) for row in drop.tolist())
            experts = budget.get(group.id, ())
            budget[group.id] = tuple({i: p for i, p in points.items() if i != child.id} for points in experts)
        if not kept:
            return None
        total = sum(child.weight or 0.0 for child in kept)
        if index.weighting is Weighting.GIVEN and len(kept) < len(group.children) and total > 0:
            kept = [replace(child, weight=(child.weight or 0.0) / total) for child in kept]
        return replace(group, children=tuple(kept))

    root = less(index.root)
    assert root is not None
    return replace(index, root=root, pairwise=compared, budget=budget)


@dataclass(frozen=True, slots=True)
class Swap:
    """The least weight that must move for two areas to draw level: ``shift`` from item ``giver`` to item ``taker``.

    ``taker_weight`` and ``giver_weight`` are the thresholds: their weights at which the two are equal; beyond them the
    order changes.
    """

    group: str
    ahead: int
    behind: int
    taker: str
    giver: str
    shift: float
    taker_weight: float
    giver_weight: float


def swaps_of(result: CompositeResult, ahead: int, behind: int, group: str | None = None) -> tuple[Swap, ...]:
    """What would change the order of two areas: shifts of weight between two children of ``group`` (None: the root).

    The smallest first, at most one for each pair of children. Empty where no shift between two children can do it,
    where an area has no score or lacks a child of the group or of one above it (its weights are others then), or where
    the aggregation of the group, or of one above it, is not arithmetic: there is no closed form. Equal areas: shift 0.
    """
    path = _path(result.index.root, group or result.index.root.id, result.index.aggregation)
    if path is None or np.isnan(result.score[[ahead, behind]]).any():
        return ()
    inner = path[-1]
    w = np.array(result.weights[inner.id])
    parts = [_figures(one, result, [ahead, behind]) for one in path]
    apart = parts[-1][:, 0] - parts[-1][:, 1]
    influence = _influence(path, result)
    root = result.group_scores[result.index.root.id]
    lead = float(root[ahead] - root[behind])
    if any(np.isnan(part).any() for part in parts) or influence <= 0:
        return ()
    found = []
    for i in range(len(w)):
        for j in range(len(w)):
            gain = float(apart[i] - apart[j]) * influence
            if i == j or gain >= -1e-15:
                continue
            shift = -lead / gain
            if 0 <= shift < w[j] - 1e-12:
                ids = inner.children[i].id, inner.children[j].id
                found.append(Swap(inner.id, ahead, behind, *ids, shift, float(w[i]) + shift, float(w[j]) - shift))
    return tuple(sorted(found, key=lambda swap: swap.shift))


def _path(root: IndexGroup, name: str, inherited: Aggregation) -> list[IndexGroup] | None:
    """Groups from ``root`` to ``name``, all arithmetic; None where there is none or one is not."""
    how = root.aggregation or inherited
    if how is not Aggregation.ARITHMETIC:
        return None
    if root.id == name:
        return [root]
    for child in root.children:
        if isinstance(child, IndexGroup):
            below = _path(child, name, how)
            if below is not None:
                return [root, *below]
    return None


def _figures(group: IndexGroup, result: CompositeResult, areas: list[int]) -> Floats:
    columns = columns_of(result.index)
    parts = [
        result.group_scores[child.id] if isinstance(child, IndexGroup) else result.normalised[:, columns[child.id]]
        for child in group.children
    ]
    return np.array([part[areas] for part in parts])


def _influence(path: list[IndexGroup], result: CompositeResult) -> float:
    share = 1.0
    for above, below in pairwise(path):
        place = [child.id for child in above.children].index(below.id)
        share *= result.weights[above.id][place]
    return share
