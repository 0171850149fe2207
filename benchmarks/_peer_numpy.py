"""The workload's maths written by hand in bare NumPy: no labels, no compiler, dense arrays that happen to be aligned.

Same load (values of the release, read series by series) and same write (:class:`ResultWriter`) as the evaluator. It
knows that the areas stand in breadth-first order, so that siblings lie side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mudmai.core.areas import AreaSystem
from mudmai.engine import bench
from mudmai.engine.cubes import AreaAxis, Cube, PeriodAxis
from mudmai.engine.objects import SeriesKey
from mudmai.engine.releases import ReleaseStore
from mudmai.engine.results import ResultWriter

Array = npt.NDArray[np.float64]


class Hierarchy:
    """Parents and the segments of siblings (rows 1.. in breadth-first order)."""

    def __init__(self, axis: AreaAxis) -> None:
        self.parents = axis.parents
        self.group = axis.parents[1:]
        self.starts = np.flatnonzero(np.r_[True, self.group[1:] != self.group[:-1]])
        self.owners = self.group[self.starts]
        self.sizes = np.diff(np.r_[self.starts, self.group.size])

    def sums(self, x: Array) -> Array:
        return np.add.reduceat(x, self.starts, axis=0)

    def spread(self, x: Array, rows: int) -> Array:
        out = np.full((rows, x.shape[1]), np.nan)
        out[self.owners] = x
        return out

    def above(self, x: Array) -> Array:
        out = x[self.parents]
        out[0] = np.nan
        return out

    def gini(self, x: Array) -> Array:
        """Children with a value missing make the whole missing (NaN runs through the sums)."""
        out = np.empty((self.starts.size, x.shape[1]))
        place = np.arange(1.0, self.group.size + 1.0) - np.repeat(self.starts, self.sizes)
        for year in range(x.shape[1]):
            v = x[1:, year]
            s = v[np.lexsort((v, self.group))]
            total = np.add.reduceat(s, self.starts)
            n = self.sizes
            out[:, year] = 2.0 * np.add.reduceat(place * s, self.starts) / (n * total) - (n + 1.0) / n
        return out

    def rank(self, x: Array) -> Array:
        out = np.empty_like(x)
        groups = np.r_[-1, self.group]
        starts = np.r_[0, self.starts + 1]
        first = np.repeat(starts, np.diff(np.r_[starts, groups.size]))
        for year in range(x.shape[1]):
            v = -x[:, year]
            order = np.lexsort((v, groups))
            s = v[order]
            new = np.r_[True, s[1:] != s[:-1]] | (np.arange(s.size) == first)
            place = np.maximum.accumulate(np.where(new, np.arange(s.size), 0)) - first + 1.0
            place[np.isnan(s)] = np.nan
            out[order, year] = place
        return out


def _lagged(x: Array, n: int) -> Array:
    out = np.full_like(x, np.nan)
    out[:, n:] = x[:, :-n]
    return out


def _growth(x: Array, n: int) -> Array:
    return 100.0 * (x / _lagged(x, n) - 1.0)


def _mean(x: Array, n: int) -> Array:
    out = np.full_like(x, np.nan)
    total = x[:, : x.shape[1] - n + 1].copy()
    for step in range(1, n):
        total += x[:, step : x.shape[1] - n + 1 + step]
    out[:, n - 1 :] = total / n
    return out


def _cumulative(x: Array, since: int) -> Array:
    out = np.full_like(x, np.nan)
    out[:, since:] = np.cumsum(x[:, since:], axis=1)
    return out


def compute(use: bench.Use, get: Callable[[str], Array], h: Hierarchy) -> Array:
    """One formula."""
    a, b, r, q, n = get(use.a), get(use.b), get(use.r), get(use.q), use.n
    rows = a.shape[0]
    match use.kind:
        case 0:
            return 100.0 * a / b
        case 1:
            return _growth(a + b, n)
        case 2:
            return 100.0 * ((r / _lagged(r, n + 2)) ** (1.0 / (n + 2)) - 1.0)
        case 3:
            return _mean(r - q, n + 2)
        case 4:
            x = a + b
            return 100.0 * x / h.above(x)
        case 5:
            return h.spread(h.gini(r + q), rows)
        case 6:
            return h.spread(h.sums(a[1:]), rows) / h.spread(h.sums(b[1:]), rows)
        case 7:
            x = r + q
            up = h.above(x)
            out = (x > up).astype(np.float64)
            out[np.isnan(x) | np.isnan(up)] = np.nan
            return out
        case 8:
            return h.rank(r / q)
        case 9:
            return r - _lagged(q, n)
        case 10:
            before = _lagged(r, n)
            return np.where(np.isnan(r), np.where(np.isnan(before), q, before), r)
        case 11:
            return _growth(r / b, n)
        case 12:
            w = (a + b)[1:]
            top = h.sums(r[1:] * w)
            weight = h.sums(np.where(np.isnan(r[1:]), np.nan, w))
            return h.spread(top / weight, rows)
        case 13:
            return _cumulative(a - b, n)
    return r / h.above(q)


def cubes(store: ReleaseStore, shape: bench.Shape, system: AreaSystem) -> Iterator[tuple[str, Cube]]:
    """All formulas, chunk after chunk; a chunk's series are read when it begins and dropped when it ends."""
    release = store.current()
    assert release is not None
    axis = AreaAxis(system)
    periods = PeriodAxis.between(bench.FIRST, bench.LAST)
    hierarchy = Hierarchy(axis)
    sorted_rows = np.argsort(np.array(axis.codes))  # the release sorts areas by code
    loaded: dict[str, Array] = {}
    chunk = ""

    def get(name: str) -> Array:
        if name not in loaded:
            dense = np.empty((len(axis), periods.count))
            dense[sorted_rows] = release.columns_of(SeriesKey(bench.SYSTEM, name)).values.reshape(dense.shape)
            loaded[name] = dense
        return loaded[name]

    with np.errstate(all="ignore"):
        for name, use in bench.uses(shape).items():
            if name[:3] != chunk:
                loaded.clear()
                chunk = name[:3]
            yield name, Cube(compute(use, get, hierarchy) + 0.0, axis, periods)


def run(store: ReleaseStore, shape: bench.Shape, system: AreaSystem, folder: Path) -> None:
    """From the release on disk to results on disk."""
    with ResultWriter(folder) as writer:
        for name, cube in cubes(store, shape, system):
            writer.write(name, cube)
