"""Outliers of one indicator: found by skewness and kurtosis, pulled in one point at a time, else the logarithm.

The rule of the OECD/JRC *Handbook on Constructing Composite Indicators* (2008) as its peers apply it (COINr): an
indicator is treated when the absolute skewness is above 2 and kurtosis above 3.5. Then the k most extreme values of the
longer tail are set to the next one, for k = 1, 2, ... up to 5, until the test passes (winsorising). Where that does not
help, the values as they were are replaced by ``ln(x - min + 0.01 (max - min))``; for a long lower tail by its mirror
image.

Missing values (NaN) stay missing and count nowhere. Values tied at the extreme are moved together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mudmai.core.composites import Treatment

Floats = NDArray[np.float64]
_SHIFT = 0.01
"""How far below its minimum the logarithm of an indicator begins, as a share of its range."""


def skewness(values: ArrayLike) -> float:
    """Sample skewness as Excel's SKEW: n/((n-1)(n-2)) sum z^3; NaN below 3 values or where all are the same.

    >>> round(skewness([3, 4, 5, 2, 3, 4, 5, 6, 4, 7]), 6)
    0.359543
    """
    n, z = _scores(values)
    return float("nan") if z is None or n < 3 else float(n / ((n - 1) * (n - 2)) * (z**3).sum())


def kurtosis(values: ArrayLike) -> float:
    """Sample excess kurtosis as Excel's KURT; NaN below 4 values or where all are the same.

    >>> round(kurtosis([3, 4, 5, 2, 3, 4, 5, 6, 4, 7]), 6)
    -0.1518
    """
    n, z = _scores(values)
    if z is None or n < 4:
        return float("nan")
    whole = n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * float((z**4).sum())
    return whole - 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))


def _scores(values: ArrayLike) -> tuple[int, Floats | None]:
    x = np.asarray(values, dtype=np.float64)
    x = x[~np.isnan(x)]
    n = len(x)
    if n < 2 or float(np.ptp(x)) == 0:
        return n, None
    return n, (x - x.mean()) / x.std(ddof=1)


@dataclass(frozen=True)
class TreatedColumn:
    """Values after treatment, and what was done: ``moved`` are the places of winsorised values, ``log`` the logarithm.

    ``passes`` is False where even the logarithm leaves the test failed.
    """

    values: Floats
    skewness: float
    kurtosis: float
    moved: tuple[int, ...] = ()
    log: bool = False
    passes: bool = True

    @property
    def changed(self) -> bool:
        """Whether anything was done."""
        return bool(self.moved) or self.log


def has_outliers(values: ArrayLike, rule: Treatment) -> bool:
    """Whether both thresholds are passed; what has no skewness (too few values, all the same) has no outliers."""
    return abs(skewness(values)) > rule.skewness and kurtosis(values) > rule.kurtosis


def treat(values: ArrayLike, rule: Treatment, *, allow_log: bool = True) -> TreatedColumn:
    """Treat one indicator's values over areas. ``skewness`` and ``kurtosis`` of the result are those before.

    >>> treat([1, 2, 3, 4, 5, 6, 7, 8, 9, 1000], Treatment()).moved
    (9,)
    """
    x = np.asarray(values, dtype=np.float64)
    before = (skewness(x), kurtosis(x))
    if not has_outliers(x, rule):
        return TreatedColumn(x, *before)
    high = before[0] > 0
    pulled, moved = x.copy(), np.zeros(x.shape, dtype=bool)
    while has_outliers(pulled, rule):
        kept = pulled[~moved & ~np.isnan(pulled)]
        extreme = kept.max() if high else kept.min()
        rest = kept[kept != extreme]
        moved |= (pulled >= extreme) if high else (pulled <= extreme)
        if moved.sum() > rule.most_points or not len(rest):
            return _logged(x, before, rule, high) if allow_log else TreatedColumn(x, *before, passes=False)
        pulled[moved] = rest.max() if high else rest.min()
    return TreatedColumn(pulled, *before, tuple(np.flatnonzero(moved).tolist()))


def _logged(x: Floats, before: tuple[float, float], rule: Treatment, high: bool) -> TreatedColumn:
    low, top = float(np.nanmin(x)), float(np.nanmax(x))
    shift = _SHIFT * (top - low)
    found = np.log(x - low + shift) if high else -np.log(top + shift - x)
    return TreatedColumn(found, *before, log=True, passes=not has_outliers(found, rule))
