"""Rank intervals of an index against the same maths by hand in bare NumPy, same run: <= 1.5 x, < 2 GiB.

1,000 draws of 7,436 areas by 100 indicators in ten groups, one figure in fifty missing; six choices (two
normalisations, three means) with weights around equal ones. Both sides get the same choices and weights and must find
the same intervals before a time counts; both use float64. Ours is timed from the figures on (stages, own scores, draws,
intervals), the hand-written side from normalised figures on. Made-up figures, for timing only.

    python benchmarks/composite.py [--areas 7436] [--indicators 100] [--draws 1000] [--rounds 5] [--no-bounds]
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mudmai.core.composites import (
    Aggregation,
    CompositeIndex,
    IndexGroup,
    IndexIndicator,
    MissingRule,
    Normalisation,
    Uncertainty,
)
from mudmai.core.language import same
from mudmai.methods.index_draws import Choice, DrawEngine, noisy_weights, prepare_draws
from mudmai.methods.rank_intervals import rank_intervals

MOST = 1.5
MOST_MIB = 2048
GROUPS = 10
Floats = NDArray[np.float64]


def made_up(indicators: int) -> CompositeIndex:
    """Ten groups of indicators, reweighted where figures are missing."""
    each = [IndexIndicator(f"i{n}", same(f"i{n}"), f"i{n}", direction=1 if n % 3 else -1) for n in range(indicators)]
    groups = tuple(IndexGroup(f"g{n}", same(f"g{n}"), tuple(each[n::GROUPS])) for n in range(GROUPS))
    return CompositeIndex(
        "bench", "1", same("bench"), same(""), "land", "subdistrict",
        IndexGroup("all", same("all"), groups, Aggregation.ARITHMETIC),
        missing=MissingRule.REWEIGHT, floor=0.01, coverage_floor=0.25,
        uncertainty=Uncertainty(
            (Normalisation.RANK,), (Aggregation.GEOMETRIC, Aggregation.HARMONIC)
        ),
    )  # fmt: skip


def figures(areas: int, indicators: int) -> Floats:
    """Skewed, correlated figures, one in fifty missing."""
    chance = np.random.default_rng(5)
    shared = chance.normal(size=(areas, 1))
    x = np.exp(0.5 * shared + chance.normal(size=(areas, indicators)) / 2)
    return np.where(chance.random(x.shape) < 0.02, np.nan, x)


def by_hand(
    tables: dict[Normalisation, Floats],
    choices: tuple[Choice, ...],
    choice: NDArray[np.int64],
    weights: dict[str, Floats],
) -> Floats:
    """Low, median and high ranks [3, areas] as one writes them down: products of matrices, argsort, a percentile."""
    areas, indicators = next(iter(tables.values())).shape
    starts = np.cumsum([0] + [len(range(n, indicators, GROUPS)) for n in range(GROUPS)])
    ranks = np.empty((len(choice), areas), dtype=np.int32)
    for number, one in enumerate(choices):
        rows = np.flatnonzero(choice == number)
        x = tables[one.normalisation]
        if one.aggregation is Aggregation.GEOMETRIC:
            x = np.log(x)
        elif one.aggregation is Aggregation.HARMONIC:
            x = 1 / x
        held = ~np.isnan(x)
        zeros, mask = np.where(held, x, 0.0), held.astype(float)
        for start in range(0, len(rows), 64):
            block = rows[start : start + 64]
            total = np.zeros((len(block), areas))
            for n in range(GROUPS):
                w, part = weights[f"g{n}"][block], slice(starts[n], starts[n + 1])
                score = (w @ zeros[:, part].T) / (w @ mask[:, part].T)
                total += weights["all"][block, n, None] * score
            if one.aggregation is Aggregation.HARMONIC:
                total = 1 / total
            order = np.argsort(-total, axis=1)
            for row, places in zip(block, order, strict=True):
                ranks[row, places] = np.arange(1, areas + 1)
    return np.percentile(ranks, [5, 50, 95], axis=0, method="inverted_cdf")


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def drawn(engine: DrawEngine, draws: int, seed: int) -> tuple[NDArray[np.int64], dict[str, Floats]]:
    """The choices and weights that ``rank_intervals`` draws with this seed."""
    chance = np.random.default_rng(seed)
    told = engine.index.uncertainty
    choice = chance.integers(len(engine.choices), size=draws)
    base = engine.nominal_weights()
    return choice, {g: noisy_weights(w, draws, told.noise, told.spread, chance) for g, w in base.items()}


def measure(areas: int, indicators: int, draws: int, rounds: int) -> dict[str, Any]:
    """Median seconds of either side, their ratio, and the peak of memory."""
    index, values = made_up(indicators), figures(areas, indicators)

    def ours() -> Any:
        return rank_intervals(prepare_draws(values, index), seed=3, draws=draws)

    found = ours()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    engine = prepare_draws(values, index)
    tables = {key[0]: table.values for key, table in engine.tables.items()}
    choice, weights = drawn(engine, draws, seed=3)
    theirs = by_hand(tables, engine.choices, choice, weights)
    mine = np.array([found.low, found.median, found.high])[:, engine.areas]
    if abs(mine - theirs).max() > 1 or (mine != theirs).mean() > 1e-3:
        raise SystemExit("the two sides differ")
    ours_s, theirs_s, ready_s = [], [], []
    for _ in range(rounds):
        ours_s.append(_seconds(ours))
        theirs_s.append(_seconds(lambda: by_hand(tables, engine.choices, choice, weights)))
        ready_s.append(_seconds(lambda: rank_intervals(engine, seed=3, draws=draws)))
    return {
        "areas": areas, "indicators": indicators, "draws": draws, "choices": len(engine.choices),
        "seconds": round(median(ours_s), 3), "of_which_draws": round(median(ready_s), 3),
        "numpy": round(median(theirs_s), 3), "ratio": round(median(ours_s) / median(theirs_s), 2),
        "draws_ratio": round(median(ready_s) / median(theirs_s), 2), "peak_mib": round(peak),
    }  # fmt: skip


def main() -> int:
    """Print what was found; 1 when a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--areas", type=int, default=7436)
    parser.add_argument("--indicators", type=int, default=100)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-bounds", action="store_true", help="only measure")
    asked = parser.parse_args()
    found = measure(asked.areas, asked.indicators, asked.draws, asked.rounds)
    found["kept"] = found["ratio"] <= MOST and found["peak_mib"] < MOST_MIB
    print(json.dumps(found, indent=1))
    return 0 if asked.no_bounds or found["kept"] else 1


if __name__ == "__main__":
    sys.exit(main())
