"""From the unit a file writes to the unit of a series: an exact factor, or a refusal."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from mudmai.core.number_text import ReadUnit, read_unit, split_unit
from mudmai.core.units import Unit


@lru_cache(maxsize=512)
def unit_of_series(unit: Unit) -> ReadUnit | None:
    """What the label of a unit says, in Thai or else in English; None when it cannot be read.

    >>> from mudmai.core.units import unit
    >>> from mudmai.core.language import Text
    >>> unit_of_series(unit("mb", {"THB": 1}, 10**6, Text("ล้านบาท (ราคาประจำปี)", "million baht")))
    ReadUnit(text='ล้านบาท', base='baht', scale=Fraction(1000000, 1))
    """
    if unit.code in ("percent", "ratio"):
        return ReadUnit(unit.code, "percent", Fraction(1) if unit.code == "percent" else Fraction(100))
    for label in (unit.label.th, unit.label.en):
        found = read_unit(label) or read_unit(label.split("(")[0]) or split_unit(label)[1]
        if found is not None:
            return found
    return None


def factor(written: ReadUnit | None, unit: Unit) -> Fraction | None:
    """What values as written are multiplied by; 1 when either unit is not known; None when they do not fit.

    >>> from mudmai.core.units import PERCENT
    >>> factor(read_unit("ร้อยละ"), PERCENT), factor(None, PERCENT), factor(read_unit("บาท"), PERCENT)
    (Fraction(1, 1), Fraction(1, 1), None)
    """
    own = unit_of_series(unit)
    if written is None or own is None:
        return Fraction(1)
    if written.base != own.base:
        return None
    return written.scale / own.scale
