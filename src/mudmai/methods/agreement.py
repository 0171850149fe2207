"""Agreement of two markers beyond chance: Cohen's kappa, weighted by how far marks lie apart.

With p_ij the share of items marked i by the first and j by the second marker, p_i., p_.j their sums and agreement
weights v_ij (1 on the diagonal)::

    p_o = sum_ij v_ij p_ij        p_e = sum_ij v_ij p_i. p_.j        kappa = (p_o - p_e) / (1 - p_e)

``v_ij = 1 - |i - j|/(k - 1)`` (linear), ``1 - (i - j)^2/(k - 1)^2`` (quadratic), or 1 where i = j and else 0 (none).
Cohen (1968), *Psychological Bulletin* 70, 213-220. Large-sample standard error: Fleiss, Cohen & Everitt (1969), *ibid.*
72, 323-327::

    se^2 = ( sum_ij p_ij [v_ij (1 - p_e) - (v_i. + v_.j)(1 - p_o)]^2 - (p_o p_e - 2 p_e + p_o)^2 ) / (n (1 - p_e)^4)

with ``v_i. = sum_j p_.j v_ij`` and ``v_.j = sum_i p_i. v_ij``. The interval is normal; below :data:`SMALL` items it is
not to be trusted and :func:`bootstrap_interval` stands in.

Pairs in which a mark is missing (NaN) are left out and counted. Where chance alone makes agreement certain (both
markers gave one and the same mark throughout) kappa is undefined, neither 0 nor 1: it is None, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mudmai.core.errors import InputError
from mudmai.core.language import Text

Floats = NDArray[np.float64]
KappaWeights = Literal["none", "linear", "quadratic"]
SMALL = 30
"""Items below which the normal interval is not to be trusted."""

NO_PAIRS = Text("ไม่มีข้อที่ผู้ตรวจทั้งสองให้คะแนน", "no item was marked by both markers")
ONE_MARK = Text(
    "ผู้ตรวจทั้งสองให้คะแนนเดียวกันทุกข้อ จึงไม่มีความแตกต่างให้วัดความสอดคล้องเกินความบังเอิญ",
    "both markers gave one and the same mark throughout: agreement beyond chance cannot be measured",
)


@dataclass(frozen=True)
class Agreement:
    """How far two markers agree.

    ``kappa``, ``error`` and the interval ``low``..``high`` (limited to -1..1) are None where they are undefined, and
    ``reason`` says why. ``exact`` is the share of items with the same mark (None without items), ``observed`` and
    ``expected`` the weighted agreement found and by chance. ``table`` [k, k] counts items, rows the first marker.
    ``items`` have both marks, ``unpaired`` lack one. ``method`` says where the interval comes from.
    """

    kappa: float | None
    error: float | None
    low: float | None
    high: float | None
    level: float
    method: Literal["large-sample", "bootstrap"] | None
    reason: Text | None
    exact: float | None
    observed: float | None
    expected: float | None
    table: NDArray[np.int64]
    categories: tuple[float, ...]
    items: int
    unpaired: int
    weights: KappaWeights

    @property
    def small(self) -> bool:
        """Whether there are too few items for the large-sample interval."""
        return self.items < SMALL


def weighted_kappa(
    first: ArrayLike,
    second: ArrayLike,
    categories: Sequence[float],
    *,
    weights: KappaWeights = "quadratic",
    level: float = 0.95,
    seed: int | None = None,
) -> Agreement:
    """Agreement of ``first`` and ``second`` [items], marks out of ``categories`` in their order, NaN where not marked.

    Distances count steps of ``categories``, all steps alike. With a ``seed`` the interval is a bootstrap one (2,000
    samples) instead of the large-sample one; ask for it below :data:`SMALL` items.

    Raises :class:`InputError` ``marks``: lengths that differ, fewer than two or repeated categories, a mark that is
    none of them.
    """
    a, b, unpaired = _pairs(first, second, categories)
    k = len(categories)
    found = agreement_of_table(
        np.bincount(a * k + b, minlength=k * k).reshape(k, k), categories, weights=weights, level=level
    )
    found = replace(found, unpaired=unpaired)
    if seed is None or found.kappa is None:
        return found
    interval = bootstrap_interval(found.table, weights=weights, level=level, seed=seed)
    return replace(found, low=interval[0], high=interval[1], method="bootstrap")


def agreement_of_table(
    table: ArrayLike,
    categories: Sequence[float] | None = None,
    *,
    weights: KappaWeights = "quadratic",
    level: float = 0.95,
) -> Agreement:
    """As :func:`weighted_kappa`, from a table [k, k] that counts items by the marks of both, rows the first marker.

    >>> round(agreement_of_table([[20, 5], [10, 15]], weights="none").kappa, 6)
    0.4
    """
    counts = np.asarray(table, dtype=np.int64)
    k = len(counts)
    if counts.shape != (k, k) or k < 2 or (counts < 0).any():
        raise _refused(Text("ตารางคะแนนต้องเป็นสี่เหลี่ยมจัตุรัสของจำนวนนับ", "the table of marks must be a square of counts"))
    named = tuple(float(c) for c in (range(k) if categories is None else categories))
    n = int(counts.sum())
    exact = float(np.trace(counts) / n) if n else None
    if n == 0:
        return Agreement(None, None, None, None, level, None, NO_PAIRS, exact, None, None, counts, named, 0, 0, weights)
    v = agreement_weights(k, weights)
    observed, expected = _shares(counts / n, v)
    if 1 - expected < 1e-12:
        return Agreement(
            None, None, None, None, level, None, ONE_MARK, exact, observed, expected, counts, named, n, 0, weights
        )
    kappa = (observed - expected) / (1 - expected)
    error = _standard_error(counts / n, v, observed, expected, n)
    from scipy.special import ndtri  # scipy is only loaded where agreement is computed

    reach = float(ndtri((1 + level) / 2)) * error
    low, high = max(-1.0, kappa - reach), min(1.0, kappa + reach)
    return Agreement(
        kappa, error, low, high, level, "large-sample", None, exact, observed, expected, counts, named, n, 0, weights
    )


def agreement_weights(k: int, weights: KappaWeights) -> Floats:
    """v_ij of ``k`` categories.

    >>> agreement_weights(3, "quadratic").tolist()
    [[1.0, 0.75, 0.0], [0.75, 1.0, 0.75], [0.0, 0.75, 1.0]]
    """
    apart = abs(np.subtract.outer(np.arange(k), np.arange(k))) / (k - 1)
    if weights == "none":
        return np.asarray(apart == 0, dtype=np.float64)
    return np.asarray(1 - (apart if weights == "linear" else apart**2), dtype=np.float64)


def bootstrap_interval(
    table: ArrayLike, *, weights: KappaWeights = "quadratic", level: float = 0.95, seed: int, samples: int = 2000
) -> tuple[float, float]:
    """Percentile interval of kappa from ``samples`` resamples of the items of ``table`` [k, k].

    Resamples in which kappa is undefined are left out; NaN where fewer than half have one.
    """
    counts = np.asarray(table, dtype=np.int64)
    n, k = int(counts.sum()), len(counts)
    chance = np.random.default_rng(seed)
    p = chance.multinomial(n, counts.ravel() / n, size=samples).reshape(samples, k, k) / n
    v = agreement_weights(k, weights)
    observed = (p * v).sum(axis=(1, 2))
    expected = np.einsum("si,ij,sj->s", p.sum(axis=2), v, p.sum(axis=1))
    known = 1 - expected > 1e-12
    if known.mean() < 0.5:
        return float("nan"), float("nan")
    kappas = (observed[known] - expected[known]) / (1 - expected[known])
    low, high = np.quantile(kappas, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _pairs(
    first: ArrayLike, second: ArrayLike, categories: Sequence[float]
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    named = np.asarray(categories, dtype=np.float64)
    if a.ndim != 1 or a.shape != b.shape:
        raise _refused(Text("ผู้ตรวจสองคนให้คะแนนไม่เท่ากันจำนวนข้อ", "the two markers do not have the same number of items"))
    if len(named) < 2 or len(set(named.tolist())) < len(named):
        raise _refused(Text("ต้องมีระดับคะแนนอย่างน้อยสองระดับที่ไม่ซ้ำ", "at least two different marks are needed"))
    both = ~(np.isnan(a) | np.isnan(b))
    x, y = a[both, None] == named, b[both, None] == named
    if not (x.any(axis=1).all() and y.any(axis=1).all()):
        raise _refused(Text("มีคะแนนที่ไม่อยู่ในระดับที่กำหนด", "a mark is none of the marks that can be given"))
    return x.argmax(axis=1), y.argmax(axis=1), int((~both).sum())


def _refused(message: Text) -> InputError:
    remedy = Text(
        "ตรวจคะแนนของผู้ตรวจทั้งสองกับระดับคะแนนของเกณฑ์", "look at both markers' marks and the scale of the criteria"
    )
    return InputError(message, remedy=remedy, code="marks")


def _shares(p: Floats, v: Floats) -> tuple[float, float]:
    return float((v * p).sum()), float(p.sum(axis=1) @ v @ p.sum(axis=0))


def _standard_error(p: Floats, v: Floats, observed: float, expected: float, n: int) -> float:
    rows, columns = v @ p.sum(axis=0), v.T @ p.sum(axis=1)
    inner = v * (1 - expected) - np.add.outer(rows, columns) * (1 - observed)
    spread = float((p * inner**2).sum()) - (observed * expected - 2 * expected + observed) ** 2
    return float(np.sqrt(max(spread, 0.0) / n) / (1 - expected) ** 2)
