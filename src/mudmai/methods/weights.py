"""Weights of the items of one group: equal, shared out by experts, by principal components, by entropy, by AHP.

Matrices are areas x items. Weights add up to 1. A missing value (NaN) is left out: the whole row by principal
components, the single figure by entropy. Faults are ``ValueError`` with a plain sentence; the caller says which group.

Sources: OECD/JRC *Handbook* (2008), step 6; Shannon (1948) in the form of Zeleny (1982) for entropy; Saaty (1980),
*The Analytic Hierarchy Process*, for the eigenvector, and his random indices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
"""Saaty's mean consistency index of random reciprocal matrices of size 1 to 15."""
CONSISTENT = 0.1
"""The consistency ratio above which comparisons contradict each other."""


def equal_weights(items: int) -> Floats:
    """1/n each."""
    return np.full(items, 1.0 / items)


def budget_weights(points: Sequence[ArrayLike]) -> Floats:
    """The mean over experts of the share that each gave to each item; each expert counts the same.

    >>> budget_weights([[50, 50], [30, 10]]).tolist()
    [0.625, 0.375]
    """
    shared = np.asarray(points, dtype=np.float64)
    totals = shared.sum(axis=1, keepdims=True)
    if (shared < 0).any() or not (totals > 0).all() or not np.isfinite(totals).all():
        raise ValueError("every expert must share out points that are not negative")
    return np.asarray((shared / totals).mean(axis=0))


def entropy_weights(matrix: ArrayLike) -> Floats:
    """w_j = d_j / sum d, d_j = 1 + sum_i p_ij ln p_ij / ln n, p_ij = x_ij / sum_i x_ij: what differs more weighs more.

    Zero counts as 0 ln 0 = 0. An item that is the same everywhere weighs nothing; where all are, nothing is defined.

    >>> entropy_weights([[1, 2], [4, 16]]).round(6).tolist()
    [0.358889, 0.641111]
    """
    x = np.asarray(matrix, dtype=np.float64)
    present = ~np.isnan(x)
    if (x[present] < 0).any():
        raise ValueError("entropy weights need figures that are not negative")
    counts, sums = present.sum(axis=0), np.nansum(x, axis=0)
    if (counts < 2).any() or (sums <= 0).any():
        raise ValueError("entropy weights need at least two figures of each item, not all zero")
    p = np.where(present, x, 0.0) / sums
    logs = np.log(p, out=np.zeros_like(p), where=p > 0)
    differs = np.maximum(1 + (p * logs).sum(axis=0) / np.log(counts), 0.0)
    if differs.sum() <= 1e-12:
        raise ValueError("all items are the same everywhere")
    return np.asarray(differs / differs.sum())


@dataclass(frozen=True)
class PcaWeights:
    """Weights by the first principal component; ``explained`` is its share of the variance of all items."""

    weights: Floats
    explained: float

    @property
    def negative(self) -> tuple[int, ...]:
        """The items whose weight is negative: a better figure lowers the score. To be told, never hidden."""
        return tuple(np.flatnonzero(self.weights < 0).tolist())


def pca_weights(matrix: ArrayLike) -> PcaWeights:
    """The loadings of the first principal component of the correlation matrix, divided by their sum.

    Rows with a missing value are left out; at least three must be left and no item may be constant. Undefined where
    the loadings add up to nothing.

    >>> pca_weights([[1, 2], [2, 3], [3, 5]]).weights.round(6).tolist()
    [0.5, 0.5]
    """
    x = np.asarray(matrix, dtype=np.float64)
    x = x[~np.isnan(x).any(axis=1)]
    if len(x) < 3:
        raise ValueError("principal components need at least three areas with all figures")
    if (np.ptp(x, axis=0) == 0).any():
        raise ValueError("principal components need items that differ between areas")
    values, vectors = np.linalg.eigh(np.atleast_2d(np.corrcoef(x, rowvar=False)))
    loadings = vectors[:, -1]
    if abs(loadings.sum()) < 1e-9:
        raise ValueError("the loadings of the first principal component add up to nothing")
    return PcaWeights(loadings / loadings.sum(), float(values[-1] / values.sum()))


@dataclass(frozen=True)
class AhpWeights:
    """Weights by pairwise comparison, with how far the comparisons contradict each other.

    ``consistency_index`` = (lambda - n)/(n - 1); ``consistency_ratio`` is it over the ``random_index`` (0 for one or
    two items, which cannot contradict each other; NaN above 15 items, for which no random index is published).
    """

    weights: Floats
    largest_eigenvalue: float
    consistency_index: float
    random_index: float
    consistency_ratio: float

    @property
    def consistent(self) -> bool:
        """Whether the ratio is at most 0.1 (not known above 15 items: False)."""
        return self.consistency_ratio <= CONSISTENT


def ahp_weights(matrix: ArrayLike) -> AhpWeights:
    """Saaty's principal eigenvector of a positive reciprocal matrix ``a_ij`` = how much more i weighs than j.

    >>> found = ahp_weights([[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]])
    >>> found.weights.round(6).tolist(), abs(round(found.consistency_ratio, 9))
    ([0.571429, 0.285714, 0.142857], 0.0)
    """
    a = np.asarray(matrix, dtype=np.float64)
    if a.ndim != 2 or a.shape[0] != a.shape[1] or not (np.isfinite(a).all() and (a > 0).all()):
        raise ValueError("comparisons must be a square matrix of positive numbers")
    if (abs(a * a.T - 1) > 0.01).any():
        raise ValueError("opposite comparisons must be reciprocal")
    n = len(a)
    values, vectors = np.linalg.eig(a)
    first = int(np.argmax(values.real))
    vector = abs(vectors[:, first].real)
    largest = float(values[first].real)
    index = (largest - n) / (n - 1) if n > 1 else 0.0
    random = RANDOM_INDEX[n - 1] if n <= len(RANDOM_INDEX) else float("nan")
    ratio = 0.0 if n < 3 else index / random
    return AhpWeights(vector / vector.sum(), largest, index, random, ratio)
