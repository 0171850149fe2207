"""Kernels at one cell and along the calendar: arrays [areas, periods] in, arrays out, NaN = missing.

Every function is pure. Results never hold infinities; a negative zero may appear inside and is removed when a cube
leaves the evaluator. Arrays of one column or one row stand for values that do not change along that axis. The meaning
of each operation stands in :mod:`mudmai.core.formulas.nodes`; nothing here is shared with the reference evaluator.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from mudmai.engine.cubes import Bools, Floats

_Binary = Callable[[Floats, Floats], Floats]


def _calculated(operation: _Binary, left: Floats, right: Floats) -> Floats:
    """``operation(left, right)`` with infinities made missing.

    Overflow and division by zero are noticed through the processor's own flags, so that the usual case, without any,
    costs nothing.
    """
    seen: list[str] = []
    with np.errstate(all="ignore"), np.errstate(over="call", divide="call", call=lambda kind, _: seen.append(kind)):
        result = np.atleast_2d(operation(left, right))
    if seen:
        result[np.isinf(result)] = np.nan
    return result


def arithmetic(op: Literal["+", "-", "*", "/"], left: Floats, right: Floats) -> Floats:
    """The four operations; x / 0 and overflow are missing."""
    match op:
        case "+":
            return _calculated(np.add, left, right)
        case "-":
            return _calculated(np.subtract, left, right)
        case "*":
            return _calculated(np.multiply, left, right)
    return _calculated(np.divide, left, right)


_COMPARISONS: dict[str, Callable[[Floats, Floats], Bools]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}


def compare(op: str, left: Floats, right: Floats) -> Floats:
    """1.0 or 0.0; missing where either side is."""
    result = _COMPARISONS[op](left, right).astype(np.float64)
    _blank(result, np.isnan(left))
    _blank(result, np.isnan(right))
    return result


def _blank(values: Floats, mask: Bools) -> None:
    if mask.any():
        values[np.broadcast_to(mask, values.shape)] = np.nan


def both(left: Floats, right: Floats) -> Floats:
    """``and`` of truth values (1.0, 0.0, NaN)."""
    return np.minimum(left, right)


def either(left: Floats, right: Floats) -> Floats:
    """``or`` of truth values (1.0, 0.0, NaN)."""
    return np.maximum(left, right)


def negation(condition: Floats) -> Floats:
    """``not``."""
    return 1.0 - condition


def choose(condition: Floats, then: Floats, otherwise: Floats) -> Floats:
    """``if``: only the chosen branch needs a value; a missing condition is missing."""
    result = np.where(condition == 1.0, then, otherwise)
    _blank(result, np.isnan(condition))
    return result


def first_present(operands: Sequence[Floats]) -> Floats:
    """``coalesce``: the first operand that has a value."""
    result = operands[-1]
    for operand in reversed(operands[:-1]):
        result = np.where(np.isnan(operand), result, operand)
    return result


def least(operands: Sequence[Floats]) -> Floats:
    """The smallest; missing when any operand is (``np.minimum`` hands NaN on)."""
    result = operands[0]
    for operand in operands[1:]:
        result = np.minimum(result, operand)
    return result


def greatest(operands: Sequence[Floats]) -> Floats:
    """The largest; missing when any operand is."""
    result = operands[0]
    for operand in operands[1:]:
        result = np.maximum(result, operand)
    return result


def natural_logarithm(values: Floats) -> Floats:
    """ln x; x <= 0 is missing.

    The operand is made contiguous: vector and scalar code paths of a logarithm may differ in the last bit, and a cube
    must not depend on how its operand lay in memory.
    """
    with np.errstate(all="ignore"):
        result = np.log(np.ascontiguousarray(values))
    result[~np.isfinite(result)] = np.nan
    return result


def rounded(values: Floats, digits: int) -> Floats:
    """Half to even on the binary value, at ``digits`` decimals.

    ``rint(x * 10^d) / 10^d`` is right except where the product was itself rounded onto a half or is too large to hold
    decimals; those few cells go through Python's exact rounding.
    """
    scale = 10.0**digits
    with np.errstate(all="ignore"):
        scaled = values * scale
        result = np.rint(scaled) / scale
        doubtful = np.abs(np.abs(scaled - np.trunc(scaled)) - 0.5) <= np.abs(scaled) * 1e-15
        doubtful |= np.abs(scaled) >= 2.0**52
    for row, column in np.argwhere(doubtful & ~np.isnan(values)):
        result[row, column] = round(float(values[row, column]), digits)
    return result


# -- along the calendar ------------------------------------------------------------------------------------------------


def growth(now: Floats, base: Floats) -> Floats:
    """100 (x / base - 1); a base that is not positive is missing."""
    return _in_per_cent(_calculated(np.divide, now, _positive(base)))


def compound_growth(now: Floats, base: Floats, exponent: float) -> Floats:
    """100 ((x / base) ** exponent - 1); missing for a base <= 0 or x < 0."""
    ratio = _calculated(np.divide, now, _positive(base))
    _blank(ratio, now < 0)
    with np.errstate(all="ignore"):
        return _in_per_cent(np.power(ratio, exponent))  # a new array, contiguous: see natural_logarithm


def _in_per_cent(ratio: Floats) -> Floats:
    """100 (ratio - 1), in place: fresh memory costs more than the arithmetic."""
    with np.errstate(all="ignore"):
        ratio -= 1.0
        ratio *= 100.0
    return _finite(ratio)


def _positive(base: Floats) -> Floats:
    unfit = base <= 0
    return np.where(unfit, np.nan, base) if unfit.any() else base


def _finite(values: Floats) -> Floats:
    infinite = np.isinf(values)
    if infinite.any():
        values[infinite] = np.nan
    return values


def mean_over(values: Floats, n: int) -> Floats:
    """[areas, periods + n - 1] → [areas, periods]: mean of each window of ``n`` columns, oldest first."""
    width = values.shape[1] - n + 1
    with np.errstate(all="ignore"):
        total = values[:, :width].copy()
        for step in range(1, n):
            total += values[:, step : step + width]
    return _finite(total) / n


def running_sum(values: Floats) -> Floats:
    """Sum from the first column to each column; everything after a missing value is missing."""
    with np.errstate(all="ignore"):
        return _finite(np.cumsum(values, axis=1))


def over_parts(values: Floats, parts: int, how: Literal["sum", "mean"]) -> Floats:
    """[areas, years * parts] → [areas, years]: all parts present, added in calendar order."""
    by_year = values.reshape(values.shape[0], -1, parts)
    with np.errstate(all="ignore"):
        total = by_year[:, :, 0].copy()
        for part in range(1, parts):
            total += by_year[:, :, part]
    total = _finite(total)
    return total / parts if how == "mean" else total


def total_of(cubes: Sequence[Floats]) -> Floats:
    """Sum of several cubes, in order; missing where any is."""
    with np.errstate(all="ignore"):
        total = cubes[0].copy()
        for cube in cubes[1:]:
            total += cube
    return _finite(total)


def literal(value: float) -> Floats:
    """A literal as an array that broadcasts: [1, 1]."""
    return np.full((1, 1), value if math.isfinite(value) else np.nan)
