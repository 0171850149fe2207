"""Values that stand out from their own row, by measures that a few of them cannot bend.

Source: B. Iglewicz and D. Hoaglin, "How to Detect and Handle Outliers", ASQC, 1993: the modified z-score
0.6745 (x - median) / MAD, with 3.5 as the usual limit; where more than half of a row is equal (MAD 0) the mean absolute
deviation from the median takes its place, (x - median) / (1.253314 MeanAD).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

FEWEST = 5
"""A row with fewer values says nothing about what is usual in it."""

_MAD = 0.6745
_MEAN = 1.253314


def modified_z_scores(values: Floats, fewest: int = FEWEST) -> Floats:
    """Scores of the values in each row of [rows, n]; NaN for missing values and in rows with fewer than ``fewest``.

    A row without any spread scores 0.

    >>> modified_z_scores(np.array([[1.0, 2.0, 3.0, 4.0, 100.0]])).round(2).tolist()
    [[-1.35, -0.67, 0.0, 0.67, 65.43]]
    """
    found = np.full(values.shape, np.nan)
    known = ~np.isnan(values)
    enough = known.sum(axis=1) >= fewest
    if not enough.any():
        return found
    rows = values[enough]
    middle = np.nanmedian(rows, axis=1, keepdims=True)
    off = np.abs(rows - middle)
    mad = np.nanmedian(off, axis=1, keepdims=True)
    mean = np.nanmean(off, axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        scores = np.where(mad > 0, _MAD * (rows - middle) / mad, (rows - middle) / (_MEAN * mean))
    scores = np.where((mean == 0) & ~np.isnan(rows), 0.0, scores)
    found[enough] = scores
    return found
