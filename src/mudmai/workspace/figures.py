"""The figures of one release: formulas as cubes (fast), single cells with their trace (readable), observations.

Values come from the fast evaluator; the readable one is asked only for single cells: why a value is missing, what went
into it, by which method.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mudmai.core.formulas import nodes
from mudmai.core.observations import Dims, write_dims
from mudmai.core.periods import Frequency, Period
from mudmai.core.series import Catalogue

if TYPE_CHECKING:
    from mudmai.core.formulas.check import CheckedFormula
    from mudmai.core.formulas.reference import Traced
    from mudmai.engine.cubes import Cube
    from mudmai.engine.release import Release, StoredObservation


@dataclass(frozen=True, slots=True)
class Leaf:
    """One observation that a formula asks for at one cell; ``value`` None: it is not there, or stored as missing."""

    series: str
    dims: str
    area: str
    period: Period
    value: float | None


class Figures:
    """Formulas of one catalogue over one release. Safe to share between threads."""

    def __init__(self, release: Release, catalogue: Catalogue) -> None:
        from mudmai.core.formulas.reference import (
            ReferenceEvaluator,
        )  # formulas and the engine load where they are used
        from mudmai.engine.evaluator import CubeEvaluator

        self.release = release
        self.catalogue = catalogue
        self._fast = CubeEvaluator(release, catalogue)
        self._slow = ReferenceEvaluator(catalogue, self._look_up)
        self._guard = threading.RLock()
        self._checked: dict[tuple[str, str | None, str | None, int], CheckedFormula] = {}
        self._cubes: dict[tuple[CheckedFormula, str | None], Cube | None] = {}
        self._methods: dict[tuple[str, str], frozenset[str]] = {}

    def checked(
        self,
        text: str,
        definitions: Mapping[str, str],
        area_system: str | None = None,
        unit: str | None = None,
    ) -> CheckedFormula:
        """The formula, read and typed."""
        from mudmai.core.formulas.check import check  # formulas load where they are used

        key = (text, area_system, unit, id(definitions))
        found = self._checked.get(key)
        if found is None:
            found = self._checked[key] = check(text, self.catalogue, definitions, area_system, unit)
        return found

    # ------------------------------------------------------------------ cubes
    def span(self, formula: CheckedFormula) -> tuple[Period, Period] | None:
        """First and last period, of the formula's own frequency, of the years in which its series have observations."""
        years = [
            Period.from_iso(iso).year_ce
            for leaf in formula.series
            for key in self.release.keys_of(leaf.series, leaf.dims)
            for iso in self.release.periods_of(key)
        ]
        if not years:
            return None
        frequency = formula.type.frequency or Frequency.ANNUAL
        parts = frequency.per_year
        return Period(frequency, min(years) * parts), Period(frequency, max(years) * parts + parts - 1)

    def cube(self, formula: CheckedFormula, area_system: str | None = None) -> Cube | None:
        """All values over :meth:`span`; None when none of the formula's series has an observation."""
        key = (formula, area_system)
        with self._guard:
            if key not in self._cubes:
                span = self.span(formula)
                self._cubes[key] = None if span is None else self.cube_between(formula, *span, area_system)
            return self._cubes[key]

    def cube_between(
        self, formula: CheckedFormula, first: Period, last: Period, area_system: str | None = None
    ) -> Cube:
        """All values from ``first`` to ``last``, not remembered."""
        with self._guard:
            return dict(self._fast.evaluate({"": formula}, first, last, area_system))[""]

    # ------------------------------------------------------------------ single cells
    def trace(self, formula: CheckedFormula, area: str, period: Period) -> Traced:
        """The readable evaluation of one cell."""
        return self._slow.cell(formula, area, period)

    def leaves(self, traced: Traced) -> tuple[Leaf, ...]:
        """The observations that the cell asked for, each once, in the order in which they are read."""
        from mudmai.core.formulas.reference import inputs  # formulas load where they are used

        return tuple(
            Leaf(one.node.series, write_dims(one.node.dims), one.area, one.period, one.value)
            for one in inputs(traced)
            if isinstance(one.node, nodes.SeriesRef)
        )

    def observation(self, leaf: Leaf) -> StoredObservation | None:
        """What the release holds for a leaf."""
        return self.release.cell(leaf.series, leaf.dims, leaf.area, leaf.period)

    def methods_of(self, series: str, dims: str) -> frozenset[str]:
        """All methods that a series' observations carry in this release (its own where they name none)."""
        key = (series, dims)
        if key not in self._methods:
            table = self.release.observations(series, dims)
            named = set(table.column("method").unique().to_pylist())
            default = self.catalogue.series[series].method if series in self.catalogue.series else ""
            self._methods[key] = frozenset(name or default for name in named)
        return self._methods[key]

    def method_of(self, leaf: Leaf) -> str:
        """The method id of one observation: its own, or its series' default; empty when unknown."""
        stored = self.observation(leaf)
        default = self.catalogue.series[leaf.series].method if leaf.series in self.catalogue.series else ""
        return (stored.method if stored is not None else "") or default

    def _look_up(self, series: str, dims: Dims, area: str, period: Period) -> float | None:
        stored = self.release.cell(series, dims, area, period)
        return None if stored is None else stored.value
