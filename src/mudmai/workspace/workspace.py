"""The workspace: one folder of packs and releases, opened; the service layer that every face calls.

A :class:`Workspace` reads: it may be shared by many threads, and many processes may open the same folder while one of
them imports. Every answer is computed for one release and one content of packs, and remembered by both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.core.plans import Plan
from mudmai.core.series import Catalogue
from mudmai.workspace.results import (
    AreaView,
    Explanation,
    IndicatorView,
    ObservationPage,
    PackState,
    Scorecard,
    SeriesInfo,
)

if TYPE_CHECKING:
    from mudmai.core.formulas.check import CheckedFormula
    from mudmai.engine.cubes import Cube
    from mudmai.engine.releases import Release, ReleaseDiff, ReleaseStore
    from mudmai.exchange.packs import Pack

Progress = Callable[[Text, int, int], None]
"""Told of long work: what is being done, how many steps are done, how many there are."""

Year = int | Period | None
"""A CE year, a period (only its year counts; each indicator uses its own frequency), or None: the latest with data."""


class Workspace:
    """One installation's folder: packs, releases, caches (see :mod:`mudmai.workspace.home` for its layout)."""

    @classmethod
    def open(cls, home: Path | None = None, *, shipped: Path | None = None) -> Workspace:
        """Open ``home`` (default: ``MUDMAI_HOME``, else ``./var``); nothing is created until :meth:`init` or an import.

        ``shipped`` replaces the folder of the packs that come with the software (for tests and other distributions).
        """
        raise NotImplementedError

    def init(self, progress: Progress | None = None) -> Release:
        """Load the starter data of every pack as datasets ``<pack>/<file stem>``; what is already there is left alone."""
        raise NotImplementedError

    # ------------------------------------------------------------------ what is here
    @property
    def store(self) -> ReleaseStore:
        """The releases of observations."""
        raise NotImplementedError

    @property
    def catalogue(self) -> Catalogue:
        """Units, area systems, crosswalks, sources, methods and series of all packs together."""
        raise NotImplementedError

    @property
    def packs(self) -> Mapping[str, Pack]:
        """Loaded packs by id, areas packs first."""
        raise NotImplementedError

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The plans of all packs, in order of pack id."""
        raise NotImplementedError

    def plan(self, plan_id: str | None = None) -> Plan:
        """The plan with this id (None: the first); :class:`UnknownNameError` otherwise."""
        raise NotImplementedError

    def pack_states(self) -> tuple[PackState, ...]:
        """Every pack with the datasets that the current release holds of it."""
        raise NotImplementedError

    def release(self, release: str | None = None) -> Release:
        """The named release, or the current one; an :class:`InputError` that says ``mudmai init`` when there is none."""
        raise NotImplementedError

    def releases(self) -> Sequence[Release]:
        """All releases, newest first."""
        raise NotImplementedError

    def etag(self, release: str | None = None) -> str:
        """A token that changes exactly when an answer may change: release id and content of packs."""
        raise NotImplementedError

    # ------------------------------------------------------------------ judging
    def scorecard(
        self,
        plan_id: str | None = None,
        *,
        year: Year = None,
        indicator: str | None = None,
        area: str | None = None,
        reading: str | None = None,
        release: str | None = None,
    ) -> Scorecard:
        """Every indicator of the plan, judged. ``reading`` holds for the indicators that know it; with ``indicator``
        an unknown reading is an :class:`UnknownNameError`, as are unknown indicators, areas, plans and releases."""
        raise NotImplementedError

    def indicator_view(
        self,
        plan_id: str | None,
        indicator: str,
        *,
        reading: str | None = None,
        release: str | None = None,
    ) -> IndicatorView:
        """One indicator in all areas and periods, judged cell by cell, with breaks and the path to its deadline."""
        raise NotImplementedError

    def area_view(self, area: str, *, year: Year = None, release: str | None = None) -> AreaView:
        """Every indicator and situation figure of one area, in all systems that know it, against parent and peers."""
        raise NotImplementedError

    def explain(
        self,
        plan_id: str | None,
        indicator: str,
        area: str,
        period: Year = None,
        *,
        reading: str | None = None,
        release: str | None = None,
    ) -> Explanation:
        """The work behind one figure: formula with numbers, inputs with sources, citation, permanent link."""
        raise NotImplementedError

    # ------------------------------------------------------------------ formulas and observations
    def check_formula(self, text: str, *, area_system: str | None = None) -> CheckedFormula:
        """Read and check a free formula; raises :class:`FormulaError` with the position."""
        raise NotImplementedError

    def evaluate(
        self,
        text: str,
        *,
        area_system: str | None = None,
        first: Period | None = None,
        last: Period | None = None,
        release: str | None = None,
    ) -> Cube:
        """A free formula over all areas of its system and the periods from ``first`` to ``last`` (default: with data)."""
        raise NotImplementedError

    def series_list(self, *, release: str | None = None) -> tuple[SeriesInfo, ...]:
        """Every series of the catalogue and what the release holds of it."""
        raise NotImplementedError

    def observations(
        self,
        series: str | None = None,
        *,
        areas: Sequence[str] = (),
        first: Period | None = None,
        last: Period | None = None,
        dims: str | None = None,
        dataset: str | None = None,
        release: str | None = None,
        offset: int = 0,
        limit: int | None = 1000,
    ) -> ObservationPage:
        """Observations that fit all filters, in stable order. ``dims=""``: totals only; None: all."""
        raise NotImplementedError

    # ------------------------------------------------------------------ data in
    def import_file(
        self,
        path: Path,
        *,
        dataset: str | None = None,
        mode: Literal["replace", "update"] = "replace",
        note: str = "",
        progress: Progress | None = None,
    ) -> Release:
        """Read a tidy file whole (CSV, Parquet, XLSX) and publish it as a dataset (default name: ``user/<file stem>``);
        raises :class:`ImportRefused` and changes nothing when any row is at fault."""
        raise NotImplementedError

    def diff(self, old: str, new: str | None = None) -> ReleaseDiff:
        """What changed from one release to another (default: to the current one)."""
        raise NotImplementedError

    # ------------------------------------------------------------------ shapes
    def areas_geojson(self, system: str, level: str | None = None) -> dict[str, Any]:
        """A GeoJSON FeatureCollection of one level of a system (default: the level below the root): properties
        ``code, name_th, name_en, level, parent, shape`` where ``shape`` says whether the outline is ``own``,
        ``dissolved`` from descendants or ``user`` (imported). Areas without any outline are left out."""
        raise NotImplementedError
