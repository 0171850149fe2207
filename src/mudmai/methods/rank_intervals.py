"""How much of a ranking is noise: rank intervals by Monte Carlo over weights, normalisation, aggregation, missing rule.

After Saisana, Saltelli & Tarantola (2005), *J. R. Stat. Soc. A* 168, 307-323. Each draw takes one of the choices that
the index declares as possible, all alike probable, and weights around the index's own; areas are ranked anew. An
interval says where an area would stand had the index been made otherwise; it says nothing about errors of the figures.

Areas without a score stay out, and so do areas that some choice leaves without one (``left_out``); the others are
ranked among each other in every draw. The same seed gives the same draws.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mudmai.core import composite_words as words
from mudmai.core.errors import InputError
from mudmai.methods.index_draws import DrawEngine, Ranks, noisy_weights

Floats = NDArray[np.float64]
MOST_DRAWS = 100_000


@dataclass(frozen=True)
class RankIntervals:
    """What the draws showed. Arrays are over all areas given, NaN for those that are not ranked.

    ``low``, ``median``, ``high``: ranks that were drawn, at (1 - level)/2, 1/2 and (1 + level)/2 of all draws; ``mean``
    is their mean. ``nominal``: ranks by the index's own choices among the areas ranked here. ``top``: the share of
    draws with a rank of ``top_k`` or better. ``order``: areas by nominal rank; ``ahead`` [len(order) - 1]: the share of
    draws in which an area of ``order`` ranks before the next one, equal ranks counted half.
    """

    nominal: Floats
    low: Floats
    median: Floats
    high: Floats
    mean: Floats
    top: Floats
    top_k: int
    order: NDArray[np.int64]
    ahead: Floats
    level: float
    draws: int
    seed: int
    choices: int
    left_out: tuple[int, ...]


def rank_intervals(
    engine: DrawEngine, *, seed: int, draws: int = 1000, level: float = 0.90, top_k: int = 10
) -> RankIntervals:
    """Intervals of ranks from ``draws`` draws of a prepared index (:func:`mudmai.methods.index_draws.prepare_draws`).

    ``index_draws``: fewer than 20 or more than 100,000 draws, or a level outside 0..1, are refused.
    """
    if not 20 <= draws <= MOST_DRAWS or not 0 < level < 1:
        raise InputError(words.BAD_DRAWS, remedy=words.GIVE_DRAWS.format(most=MOST_DRAWS), code="index_draws")
    chance = np.random.default_rng(seed)
    choice = chance.integers(len(engine.choices), size=draws)
    told = engine.index.uncertainty
    weights = {
        group: noisy_weights(found, draws, told.noise, told.spread, chance)
        for group, found in engine.nominal_weights().items()
    }
    return _told(engine, engine.ranks(choice, weights), seed, level, top_k)


def _told(engine: DrawEngine, drawn: Ranks, seed: int, level: float, top_k: int) -> RankIntervals:
    draws, total = len(drawn), len(engine.nominal.score)
    areas = engine.areas
    by_area = np.ascontiguousarray(drawn.T)
    nominal = engine.nominal_ranks()
    order = np.argsort(nominal, kind="stable")
    before, after = by_area[order[:-1]], by_area[order[1:]]
    ahead = (np.count_nonzero(before < after, axis=1) + np.count_nonzero(before == after, axis=1) / 2) / draws
    top = np.count_nonzero(by_area <= top_k, axis=1) / draws
    mean = by_area.sum(axis=1, dtype=np.int64) / draws
    by_area.sort(axis=1, kind="stable")  # sorts small whole numbers by their digits

    def at(share: float) -> Floats:
        return _spread(by_area[:, max(0, math.ceil(share * draws - 1e-9) - 1)], areas, total)

    return RankIntervals(
        nominal=_spread(nominal, areas, total),
        low=at((1 - level) / 2),
        median=at(0.5),
        high=at((1 + level) / 2),
        mean=_spread(mean, areas, total),
        top=_spread(top, areas, total),
        top_k=top_k,
        order=areas[order],
        ahead=np.asarray(ahead),
        level=level,
        draws=draws,
        seed=seed,
        choices=len(engine.choices),
        left_out=engine.left_out,
    )


def _spread(found: NDArray[np.generic], areas: NDArray[np.int64], total: int) -> Floats:
    whole = np.full(total, np.nan)
    whole[areas] = found
    return whole
