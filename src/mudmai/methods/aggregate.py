"""Comparable figures of a group's children put together: arithmetic, geometric, harmonic mean, Copeland.

With x_i the children's figures of an area and w_i weights that add up to 1: ``sum w_i x_i``; ``exp(sum w_i ln x_i)``;
``1 / sum(w_i / x_i)``. Copeland's rule (Munda & Nardo 2009 in the form of the OECD/JRC *Handbook*, step 7): area a
beats b where the weights of the children in which it is better, with half of those in which they are equal, add up to
more than one half; its score is the number that it beats less the number that beat it, drawn onto 0..1 over the areas
compared (0.5 where there is only one).

Missing children: with ``over_present`` weights are divided by their sum over the children that are there; without it a
missing child leaves the score missing. Copeland compares two areas over the children that both have.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mudmai.core.composites import Aggregation

Floats = NDArray[np.float64]
_CELLS = 4_000_000
"""Comparisons held in memory at once."""


def aggregate(values: Floats, weights: Floats, how: Aggregation, *, over_present: bool = False) -> Floats:
    """Scores [areas] of ``values`` [areas, children]. The caller has refused what is not positive where it must be.

    NaN where a child is missing (``over_present``: where all of positive weight are).

    >>> aggregate(np.array([[1.0, 4.0]]), np.array([0.5, 0.5]), Aggregation.GEOMETRIC).tolist()
    [2.0]
    """
    present = ~np.isnan(values)
    if not over_present:
        present &= present.all(axis=1, keepdims=True)
    if how is Aggregation.COPELAND:
        return copeland(values, weights, present)
    filled = np.where(present, forward(values, how), 0.0)
    total = present @ weights
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (filled @ weights) / np.where(present.all(axis=1), 1.0, total)
        mean[~present.any(axis=1) | (abs(total) < 1e-12)] = np.nan
        return backward(mean, how)


def forward(values: Floats, how: Aggregation) -> Floats:
    """The scale on which the mean is an arithmetic one."""
    if how is Aggregation.GEOMETRIC:
        return np.asarray(np.log(values))
    return 1.0 / values if how is Aggregation.HARMONIC else values


def backward(means: Floats, how: Aggregation) -> Floats:
    """From the scale of :func:`forward` back to figures."""
    if how is Aggregation.GEOMETRIC:
        return np.asarray(np.exp(means))
    return 1.0 / means if how is Aggregation.HARMONIC else means


def copeland(values: Floats, weights: Floats, present: NDArray[np.bool_]) -> Floats:
    """Copeland scores 0..1 of ``values`` [areas, children] where ``present``; areas without any child have none."""
    scores = np.full(len(values), np.nan)
    rows = np.flatnonzero(present @ abs(weights) > 1e-12)
    if len(rows) < 2:
        scores[rows] = 0.5
        return scores
    x, there = np.where(present, values, 0.0)[rows], present[rows]
    step = max(1, _CELLS // (len(rows) * x.shape[1]))
    for start in range(0, len(rows), step):
        mine, held = x[start : start + step, None, :], there[start : start + step, None, :]
        better = np.where(held & there, np.sign(mine - x), 0.0) @ weights
        wins = np.sign(np.where(abs(better) < 1e-12, 0.0, better)).sum(axis=1)
        scores[rows[start : start + step]] = 0.5 + wins / (2 * (len(rows) - 1))
    return scores
