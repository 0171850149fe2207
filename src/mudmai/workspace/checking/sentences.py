"""What findings say: names of facts and numbers as people read them."""

from __future__ import annotations

from mudmai.core.checks import Fact
from mudmai.core.language import Text, same, write_number
from mudmai.core.observations import read_dims
from mudmai.core.period_text import period_text
from mudmai.core.periods import Period
from mudmai.core.series import Catalogue, Series


def number(value: float | None, decimals: int) -> str:
    """A figure with the decimals of its unit, or as many more as are needed to tell it from its neighbours.

    >>> number(12.3456, 2), number(0.00012, 2), number(1500.0, 0)
    ('12.35', '0.00012', '1,500')
    """
    if value is None or value != value:
        return write_number(None)
    if value and abs(value) < 10**-decimals:
        return f"{value:.3g}"
    return write_number(value, decimals)


def apart(one: float, other: float, decimals: int) -> tuple[str, str]:
    """Both numbers with as many decimals as it takes to see that they differ."""
    for more in range(decimals, decimals + 8):
        told = (number(one, more), number(other, more))
        if told[0] != told[1]:
            return told
    return f"{one:.15g}", f"{other:.15g}"


def unit_of(series: Series, catalogue: Catalogue) -> Text:
    """The unit in words."""
    return catalogue.unit(series.unit).label


def area_words(fact: Fact, catalogue: Catalogue) -> Text:
    """The area's name with its code."""
    if not fact.area:
        return Text("", "")
    system = catalogue.area_systems.get(fact.area_system)
    area = None if system is None else system.by_code.get(fact.area)
    return same(fact.area) if area is None else area.name


def fact_words(fact: Fact, catalogue: Catalogue) -> Text:
    """A fact as a person names it: series, dimension values, area, period.

    Thai parts stand side by side with spaces, English ones with commas.
    """
    series = catalogue.series.get(fact.series)
    title = same(fact.series) if series is None else series.title
    parts = [title, dims_words(fact.dims, series), area_words(fact, catalogue)]
    if fact.period:
        parts.append(period_text(Period.from_iso(fact.period)))
    return Text(" ".join(p.th for p in parts if p.th), ", ".join(p.en for p in parts if p.en))


def dims_words(dims: str, series: Series | None) -> Text:
    """Dimension values in words; empty for the total."""
    found = []
    for name, code in read_dims(dims):
        dimension = next((d for d in series.dimensions if d.id == name), None) if series is not None else None
        found.append(same(code) if dimension is None else dimension.labels.get(code, same(code)))
    return Text(" ".join(p.th for p in found), ", ".join(p.en for p in found))
