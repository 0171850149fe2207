"""Inequality of a weighted distribution: Gini, Theil's T and L, and Theil's T split between and within groups.

All functions take one-dimensional arrays ``values`` and optional ``weights`` (people behind each value; default 1). A
missing (NaN) or infinite value or weight makes the result missing: leave such rows out knowingly, before the call.
Negative values or weights, a total weight of zero and a mean of zero are undefined: NaN. Multiplying all weights by a
number changes nothing. Sources: Gini (1914) in the form of Lerman & Yitzhaki (1989); Theil (1967), ch. 4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def _prepared(values: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats] | None:
    """Values and weights as arrays without empty weights; None when the result is missing or undefined."""
    x = np.asarray(values, dtype=np.float64)
    w = np.ones_like(x) if weights is None else np.asarray(weights, dtype=np.float64)
    if x.ndim != 1 or x.shape != w.shape:
        raise ValueError(f"values and weights must be one-dimensional and of one length, not {x.shape} and {w.shape}")
    if not (np.isfinite(x).all() and np.isfinite(w).all()) or (x < 0).any() or (w < 0).any():
        return None
    x, w = x[w > 0], w[w > 0]
    return (x, w) if len(x) and float(w @ x) > 0 else None


def gini(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Gini coefficient, 0..1: sum_ij w_i w_j |x_i - x_j| / (2 W^2 mu), computed from sorted values in n log n.

    >>> round(gini([20, 50, 20, 10]), 12)
    0.3
    """
    ready = _prepared(values, weights)
    if ready is None:
        return float("nan")
    x, w = ready
    order = np.argsort(x, kind="stable")
    x, w = x[order], w[order]
    before = np.cumsum(w) - w / 2
    total, amount = float(w.sum()), float(w @ x)
    return max(0.0, 2.0 * float((w * x) @ before) / (total * amount) - 1.0)


def theil_t(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Theil's T: sum_i (w_i/W) (x_i/mu) ln(x_i/mu), with 0 ln 0 = 0.

    >>> round(theil_t([10, 10, 10, 20, 50]), 4)
    0.2502
    """
    ready = _prepared(values, weights)
    if ready is None:
        return float("nan")
    x, w = ready
    ratio = x / (float(w @ x) / float(w.sum()))
    logs = np.log(ratio, out=np.zeros_like(ratio), where=ratio > 0)
    return float((w / w.sum()) @ (ratio * logs))


def theil_l(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Theil's L (mean log deviation): sum_i (w_i/W) ln(mu/x_i); NaN when any value is zero.

    >>> round(theil_l([10, 10, 10, 20, 50]), 7)
    0.2326302
    """
    ready = _prepared(values, weights)
    if ready is None or (ready[0] == 0).any():
        return float("nan")
    x, w = ready
    return float((w / w.sum()) @ np.log(float(w @ x) / float(w.sum()) / x))


@dataclass(frozen=True, slots=True)
class TheilParts:
    """Theil's T and its parts: ``total = between + within`` (each to rounding)."""

    total: float
    between: float
    within: float


def theil_parts(values: ArrayLike, groups: ArrayLike, weights: ArrayLike | None = None) -> TheilParts:
    """Theil's T split by groups: between (every one given the mean of its group) and within (the rest).

    ``groups`` has one label per value. NaN in all parts where Theil's T is undefined.

    >>> parts = theil_parts([1, 3, 2, 6], ["a", "a", "b", "b"])
    >>> round(parts.between + parts.within - parts.total, 12)
    0.0
    """
    x = np.asarray(values, dtype=np.float64)
    w = np.ones_like(x) if weights is None else np.asarray(weights, dtype=np.float64)
    labels, member = np.unique(np.asarray(groups), return_inverse=True)
    if member.shape != x.shape:
        raise ValueError(f"one group per value is needed: {member.shape} labels for {x.shape} values")
    total = theil_t(x, w)
    if np.isnan(total):
        return TheilParts(total, total, total)
    people = np.bincount(member, weights=w, minlength=len(labels))
    amounts = np.bincount(member, weights=w * x, minlength=len(labels))
    held = people > 0
    between = theil_t(amounts[held] / people[held], people[held])
    return TheilParts(total, between, total - between)
