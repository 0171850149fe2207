"""Series: what is measured, in which area system, how often, in which unit, and how parts make a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mudmai.core.areas import AreaSystem, Crosswalk
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text
from mudmai.core.periods import Frequency, Period
from mudmai.core.sources import Method, Source
from mudmai.core.units import BUILT_IN, Unit

TOTAL = "_T"
"""The code of "all categories together" in a dimension (SDMX)."""


class AggregationRule(StrEnum):
    """How values of parts make the value of the whole."""

    SUM = "sum"
    WEIGHTED_MEAN = "weighted_mean"
    RATIO_OF_SUMS = "ratio_of_sums"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Aggregation:
    """``weight`` (series id) for a weighted mean; ``numerator``/``denominator`` (series ids) for a ratio of sums."""

    rule: AggregationRule = AggregationRule.NONE
    weight: str | None = None
    numerator: str | None = None
    denominator: str | None = None


@dataclass(frozen=True, slots=True)
class SeriesDimension:
    """A disaggregation of a series (sex, industry, age): its codes without the total, with labels."""

    id: str
    title: Text
    codes: tuple[str, ...]
    labels: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Break:
    """From ``period`` on, values are made by another method; no comparison reaches across."""

    period: Period
    reason: Text


@dataclass(frozen=True, slots=True)
class Series:
    """A measured quantity. ``method`` and ``source`` are ids and the default for observations that name none.

    ``additive`` is derived: only series with the rule ``sum`` may be added over areas.
    """

    id: str
    title: Text
    area_system: str
    frequency: Frequency
    unit: str
    aggregation: Aggregation = field(default_factory=Aggregation)
    dimensions: tuple[SeriesDimension, ...] = ()
    breaks: tuple[Break, ...] = ()
    method: str = ""
    source: str = ""
    note: Text = field(default_factory=lambda: Text("", ""))
    minimum: float | None = None
    maximum: float | None = None

    @property
    def additive(self) -> bool:
        """True when values of areas may be added up."""
        return self.aggregation.rule is AggregationRule.SUM

    @property
    def break_periods(self) -> frozenset[Period]:
        """Periods from which a new method applies."""
        return frozenset(b.period for b in self.breaks)


@dataclass(frozen=True)
class Catalogue:
    """Everything that gives values their meaning: units, area systems, crosswalks, sources, methods, series.

    Lookups raise :class:`UnknownNameError` with near names.
    """

    units: Mapping[str, Unit] = field(default_factory=dict)
    area_systems: Mapping[str, AreaSystem] = field(default_factory=dict)
    crosswalks: Mapping[tuple[str, str], Crosswalk] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    methods: Mapping[str, Method] = field(default_factory=dict)
    series: Mapping[str, Series] = field(default_factory=dict)

    def unit(self, code: str) -> Unit:
        """The unit ``code``; built-in units are always known."""
        found = self.units.get(code) or BUILT_IN.get(code)
        if found is None:
            raise UnknownNameError(Text("หน่วย", "unit"), code, [*self.units, *BUILT_IN])
        return found

    def area_system(self, system: str) -> AreaSystem:
        """The area system ``system``."""
        if system not in self.area_systems:
            raise UnknownNameError(Text("ระบบพื้นที่", "area system"), system, list(self.area_systems))
        return self.area_systems[system]

    def one_series(self, series: str) -> Series:
        """The series ``series``."""
        if series not in self.series:
            raise UnknownNameError(Text("ชุดข้อมูลอนุกรม", "series"), series, list(self.series))
        return self.series[series]

    def merged(self, other: Catalogue) -> Catalogue:
        """Both catalogues together; ``other`` wins on equal ids."""
        return Catalogue(
            {**self.units, **other.units},
            {**self.area_systems, **other.area_systems},
            {**self.crosswalks, **other.crosswalks},
            {**self.sources, **other.sources},
            {**self.methods, **other.methods},
            {**self.series, **other.series},
        )
