"""Units of measure: small algebra over named base units, with scale and price basis.

A unit is a product of base units with whole exponents and a scale: ``million_baht`` is 10^6 · THB, ``percent`` is
10^-2 · 1. Money carries its price basis as a base unit of its own (current prices against chained volumes of a
reference year), so that nominal and real money never add up by accident.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from mudmai.core.language import Text, same


@dataclass(frozen=True, slots=True)
class Dimension:
    """Exponents of base units, e.g. ``(("THB", 1), ("person", -1))``; sorted by name, no zero exponents."""

    exponents: tuple[tuple[str, int], ...] = ()

    def __mul__(self, other: Dimension) -> Dimension:
        return self._combine(other, 1)

    def __truediv__(self, other: Dimension) -> Dimension:
        return self._combine(other, -1)

    def _combine(self, other: Dimension, sign: int) -> Dimension:
        total = dict(self.exponents)
        for name, power in other.exponents:
            total[name] = total.get(name, 0) + sign * power
        return Dimension(tuple(sorted((n, p) for n, p in total.items() if p)))

    @property
    def is_one(self) -> bool:
        """True for a pure number (ratio, per cent, index)."""
        return not self.exponents


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: ``code`` (as packs and files name it), dimension, exact scale, labels, decimals shown by default."""

    code: str
    dimension: Dimension = field(default_factory=Dimension)
    scale: Fraction = Fraction(1)
    label: Text = field(default_factory=lambda: same(""))
    decimals: int = 2

    def __mul__(self, other: Unit) -> Unit:
        return _derived(f"{self.code}*{other.code}", self.dimension * other.dimension, self.scale * other.scale)

    def __truediv__(self, other: Unit) -> Unit:
        return _derived(f"{self.code}/{other.code}", self.dimension / other.dimension, self.scale / other.scale)

    def same_measure(self, other: Unit) -> bool:
        """True when values in both units may be added or compared as they stand: equal dimension and equal scale."""
        return self.dimension == other.dimension and self.scale == other.scale


def _derived(code: str, dimension: Dimension, scale: Fraction) -> Unit:
    if dimension.is_one and scale == 1:
        return RATIO
    if dimension.is_one and scale == Fraction(1, 100):
        return PERCENT
    return Unit(code, dimension, scale, same(code))


RATIO = Unit("ratio", label=Text("สัดส่วน", "ratio"), decimals=3)
PERCENT = Unit("percent", scale=Fraction(1, 100), label=Text("ร้อยละ", "per cent"), decimals=2)
PERCENTAGE_POINT = PERCENT
NUMBER = Unit("number", label=Text("จำนวน", "number"), decimals=0)
"""A bare number: same measure as :data:`RATIO`."""

BUILT_IN: Mapping[str, Unit] = {u.code: u for u in (RATIO, PERCENT, NUMBER)}


def unit(
    code: str, base: Mapping[str, int], scale: Fraction | int = 1, label: Text | None = None, decimals: int = 2
) -> Unit:
    """Build a unit from base exponents: ``unit("baht_per_head", {"THB": 1, "person": -1})``."""
    dimension = Dimension(tuple(sorted((n, p) for n, p in base.items() if p)))
    return Unit(code, dimension, Fraction(scale), label or same(code), decimals)
