"""Figures of different units made comparable: min-max, z-scores, goalposts, ranks, distance to a target.

With x an indicator's figures, larger always better after it:

=========== ================================================ ==========================================
method      where more is better                             where less is
=========== ================================================ ==========================================
min-max     (x - min) / (max - min)                          (max - x) / (max - min)
z-score     (x - mean) / s, s over n - 1                     (mean - x) / s
goalposts   (x - low) / (high - low)                         (high - x) / (high - low)
rank        (number worse + half of the equal others)/(n-1)  the same, of -x
target      min(1, (x - min) / (target - min))               min(1, (max - x) / (max - target))
=========== ================================================ ==========================================

Min-max, z-scores, ranks and targets depend on the other areas, goalposts do not. Where all have reached their target
each has 1. Missing stays missing. ``log`` takes the natural logarithm of figures, goalposts and target first; ``cap``
limits to 0..1; ``floor`` draws onto floor..1 (z-scores: shifts the smallest to floor).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from mudmai.core import composite_words as words
from mudmai.core.composites import IndexIndicator, Normalisation
from mudmai.core.errors import InputError, Problem

Floats = NDArray[np.float64]


def normalise(
    values: Floats, indicators: Sequence[IndexIndicator], method: Normalisation, floor: float | None = None
) -> Floats:
    """``values`` (areas x indicators, after any logarithm) as comparable figures of the same shape.

    Raises :class:`InputError` ``index_constant`` where an indicator is the same everywhere and the method needs
    differences, with one problem per indicator.
    """
    if method in (Normalisation.MINMAX, Normalisation.ZSCORE, Normalisation.RANK):
        refuse(_constant(values, indicators, method))
    found = np.empty_like(values)
    for column, indicator in enumerate(indicators):
        x = _column(values[:, column], indicator, method)
        if indicator.cap and method is not Normalisation.ZSCORE:
            x = np.clip(x, 0.0, 1.0)
        if floor is not None:
            x = x - np.nanmin(x) + floor if method is Normalisation.ZSCORE else floor + (1 - floor) * x
        found[:, column] = x
    return found


def refuse(problems: Iterator[Problem]) -> None:
    """Raise one :class:`InputError` over ``problems``, named by the first; nothing where there are none."""
    listed = tuple(problems)
    if listed:
        raise InputError(listed[0].message, remedy=listed[0].remedy, code=listed[0].code, problems=listed)


def _constant(values: Floats, indicators: Sequence[IndexIndicator], method: Normalisation) -> Iterator[Problem]:
    low, high = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    for column in np.flatnonzero(low == high).tolist():
        found = words.CONSTANT.format(id=indicators[column].id, value=f"{low[column]:g}", normalisation=method.words)
        yield Problem("index_constant", found, words.DROP_CONSTANT)


def _column(x: Floats, indicator: IndexIndicator, method: Normalisation) -> Floats:
    up = indicator.direction > 0
    if method is Normalisation.RANK:
        count = int((~np.isnan(x)).sum())
        return np.asarray((rankdata(x if up else -x, nan_policy="omit") - 1) / (count - 1))
    if method is Normalisation.ZSCORE:
        scored = (x - np.nanmean(x)) / np.nanstd(x, ddof=1)
        return np.asarray(scored if up else -scored)
    if method is Normalisation.GOALPOSTS:
        assert indicator.goalposts is not None
        low, high = (_scaled(post, indicator) for post in indicator.goalposts)
        return (x - low) / (high - low) if up else (high - x) / (high - low)
    low, high = float(np.nanmin(x)), float(np.nanmax(x))
    if method is Normalisation.MINMAX:
        return (x - low) / (high - low) if up else (high - x) / (high - low)
    assert indicator.target is not None
    target = _scaled(indicator.target, indicator)
    if target <= low if up else target >= high:
        return np.where(np.isnan(x), np.nan, 1.0)
    return np.minimum(1.0, (x - low) / (target - low) if up else (high - x) / (high - target))


def _scaled(value: float, indicator: IndexIndicator) -> float:
    return float(np.log(value)) if indicator.log else float(value)
