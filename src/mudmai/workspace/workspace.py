"""The workspace: one folder of packs and releases, opened; the service layer that every face calls.

A :class:`Workspace` reads: it may be shared by many threads, and many processes may open the same folder while one of
them imports. Every answer is computed for one release and one content of packs, and remembered by both; which release
is served is looked up anew (one small file) on every call. What the packs said when a link was made is kept beside the
releases (:mod:`mudmai.workspace.snapshots`), so that the link shows the same for good.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from mudmai.core.errors import InputError, PackError, Problem
from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.core.plans import Indicator, Plan, Reading
from mudmai.core.series import Catalogue
from mudmai.workspace.answer_memory import AnswerMemory
from mudmai.workspace.home import Home, home_folder
from mudmai.workspace.pack_content import STATE_LENGTH
from mudmai.workspace.pack_watch import PackWatch
from mudmai.workspace.publishing import remove_table
from mudmai.workspace.results import (
    AreaView,
    Explanation,
    IndicatorView,
    ObservationPage,
    PackState,
    PackUsed,
    Scorecard,
    SeriesInfo,
)
from mudmai.workspace.shapes import imported_mark
from mudmai.workspace.shelf import Shelf
from mudmai.workspace.starter import Progress, load_starter_data, starter_datasets

if TYPE_CHECKING:
    from mudmai.core.datasets import DatasetRecord
    from mudmai.core.formulas.check import CheckedFormula
    from mudmai.engine.cubes import Cube
    from mudmai.engine.diff import ReleaseDiff
    from mudmai.engine.release import Release
    from mudmai.engine.releases import ReleaseStore
    from mudmai.exchange.packs import Pack
    from mudmai.workspace.datasets import DatasetCatalogue
    from mudmai.workspace.figures import Figures
    from mudmai.workspace.scoring import Score

Year = int | Period | None
"""A CE year, a period (only its year counts; each indicator uses its own frequency), or None: the latest with data."""

T = TypeVar("T")

_ANSWERS_KEPT = 256
_FIGURES_KEPT = 4


def _year_ce(year: Year) -> int | None:
    return year.year_ce if isinstance(year, Period) else year


class Workspace:
    """One installation's folder: packs, releases, caches (see :mod:`mudmai.workspace.home` for its layout)."""

    def __init__(self, home: Home, shipped: Path) -> None:
        self.home = home
        self.shipped = shipped
        self._watch = PackWatch(home, shipped)
        self.snapshots = self._watch.snapshots
        """States of the packs that links and releases name."""
        self._guard = threading.RLock()
        self._answers = AnswerMemory(_ANSWERS_KEPT)
        self._figures: OrderedDict[tuple[str, str], Figures] = OrderedDict()
        self._store: ReleaseStore | None = None

    @classmethod
    def open(cls, home: Path | None = None, *, shipped: Path | None = None) -> Workspace:
        """Open ``home`` (default: ``MUDMAI_HOME``, else ``./var``); nothing is created until :meth:`init` or an import.

        ``shipped`` replaces the folder of the packs that come with the software (for tests and other distributions).
        Raises :class:`PackError` when a shipped pack is faulty; faulty packs of ``home`` are left out and told by
        :attr:`pack_faults`.
        """
        from mudmai.exchange.packs import shipped_packs  # packs load where a workspace is opened

        return cls(home_folder(home), shipped if shipped is not None else shipped_packs())

    def init(self, progress: Progress | None = None) -> Release:
        """Load the starter data of every pack as datasets ``<pack>/<file stem>``.

        What is there already is left alone, but for starter data that nobody changed and whose file is newer.
        """
        shelf = self.shelf
        self._watch.keep(shelf)
        held = load_starter_data(shelf, self.store, self.home.starter, progress)
        self.snapshots.note_release(held.id, shelf.digest)
        return held

    # ------------------------------------------------------------------ what is here
    @property
    def shelf(self) -> Shelf:
        """The packs as they are now; a change on disk is seen within a second, a faulty change leaves the old ones."""
        return self._watch.shelf

    def look_again(self) -> None:
        """Let the next question see the packs on disk, however lately they were looked at."""
        self._watch.look_again()

    @property
    def pack_faults(self) -> tuple[PackError, ...]:
        """Why packs of this installation are left out, or (edited into faulty ones while it is open) used as before."""
        return self._watch.faults

    @property
    def pack_fault(self) -> PackError | None:
        """The first of :attr:`pack_faults`."""
        return next(iter(self.pack_faults), None)

    @property
    def packs_state(self) -> str:
        """The state of the packs as they are now, as links carry it."""
        return self.shelf.state

    def packs_of_release(self, release: str | None = None) -> str | None:
        """The state of the packs that was in use when a release was published; None when nobody noted it."""
        noted = self.snapshots.of_release(self.release(release).id)
        return None if noted is None else noted[:STATE_LENGTH]

    def shelf_of(self, packs: str | None) -> Shelf:
        """The packs as they are (None), or as they were in a kept state; :class:`UnknownNameError` for any other."""
        return self._watch.shelf_of(packs)

    def keep_packs(self) -> None:
        """Keep what the packs say now, before something is published by it."""
        self._watch.keep(self.shelf)

    @property
    def store(self) -> ReleaseStore:
        """The releases of observations."""
        with self._guard:
            if self._store is None:
                from mudmai.engine.releases import ReleaseStore  # the engine loads where figures are read

                self._store = ReleaseStore(self.home.store)
            return self._store

    @property
    def catalogue(self) -> Catalogue:
        """Units, area systems, crosswalks, sources, methods and series of all packs together."""
        return self.shelf.catalogue

    @property
    def packs(self) -> Mapping[str, Pack]:
        """Loaded packs by id, areas packs first, none before one that it requires."""
        return self.shelf.packs

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The plans of all packs, in order of packs."""
        return self.shelf.plans

    def plan(self, plan_id: str | None = None) -> Plan:
        """The plan with this id (None: the first); :class:`UnknownNameError` otherwise."""
        return self.shelf.plan(plan_id)

    def pack_states(self) -> tuple[PackState, ...]:
        """Every pack with the datasets that the current release holds of it."""
        shelf, current = self.shelf, self.store.current()
        held = set(current.datasets) if current is not None else set()
        mine: dict[str, list[str]] = {}
        for name, pack, _ in starter_datasets(shelf):
            mine.setdefault(pack.id, []).extend([name] if name in held else [])
        return tuple(
            PackState(
                p.id, p.kind, p.version, p.title, p.id not in shelf.own, str(p.directory), tuple(mine.get(p.id, ()))
            )
            for p in shelf.packs.values()
        )

    def release(self, release: str | None = None) -> Release:
        """The named release (:class:`UnknownNameError` when unknown), or the current one.

        Raises an :class:`InputError` that says ``mudmai init`` when there is none yet.
        """
        current = self.store.current() if release is None else self.store.get(release)
        if current is None:
            raise InputError(
                Text("ยังไม่มีข้อมูลในพื้นที่ทำงานนี้", "this workspace has no data yet"),
                remedy=Text("เรียก mudmai init เพื่อโหลดข้อมูลตั้งต้น", "run mudmai init to load the starter data"),
                code="no_release",
            )
        return current

    def releases(self) -> Sequence[Release]:
        """All releases, newest first."""
        return self.store.list()

    def etag(self, release: str | None = None) -> str:
        """A token that changes exactly when an answer may change: release id, content of packs, imported outlines."""
        current = self.store.current_id() if release is None else self.store.get(release).id
        return f"{current or 'empty'}-{self.shelf.digest}{imported_mark(self.home.areas)}"

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
        packs: str | None = None,
    ) -> Scorecard:
        """Every indicator of the plan, judged; with ``packs``, by what the packs said in that kept state.

        ``reading`` holds for the indicators that know it; with ``indicator`` an unknown reading is an
        :class:`UnknownNameError`, as are unknown indicators, areas, plans, releases and states of packs.
        """
        shelf, held = self.shelf_of(packs), self.release(release)
        plan, year_ce = shelf.plan(plan_id), _year_ce(year)

        def make() -> Scorecard:
            from mudmai.workspace.scorecards import build_scorecard, chosen_readings

            chosen = chosen_readings(plan, indicator, reading)
            scores = [self.score(shelf, held, plan, one, how) for one, how in chosen]
            return build_scorecard(
                plan, scores, held.id, shelf.state, year_ce=year_ce, area=area, catalogue=shelf.catalogue
            )

        return self.remembered(("scorecard", held.id, shelf.digest, plan.id, year_ce, indicator, area, reading), make)

    def indicator_view(
        self,
        plan_id: str | None,
        indicator: str,
        *,
        reading: str | None = None,
        release: str | None = None,
        packs: str | None = None,
        everyone: bool = False,
    ) -> IndicatorView:
        """One indicator in all areas and periods, judged cell by cell, with breaks and the path to its deadline.

        ``everyone`` adds every other area of the system that has a value, as reference lines (for maps and tables).
        """
        shelf, held = self.shelf_of(packs), self.release(release)
        plan = shelf.plan(plan_id)
        one = plan.indicator(indicator)
        how = one.reading(reading)

        def make() -> IndicatorView:
            from mudmai.workspace.views import build_indicator_view

            return build_indicator_view(self.score(shelf, held, plan, one, how), everyone=everyone)

        return self.remembered(("indicator", held.id, shelf.digest, plan.id, one.id, how.id, everyone), make)

    def area_view(self, area: str, *, year: Year = None, release: str | None = None) -> AreaView:
        """Every indicator and situation figure of one area, in all systems that know it, against parent and peers."""
        shelf, held = self.shelf, self.release(release)
        year_ce = _year_ce(year)

        def make() -> AreaView:
            from mudmai.workspace.views import SituationCube, build_area_view

            figures = self.figures_of(shelf, held)
            scores = [
                self.score(shelf, held, plan, one, one.reading()) for plan in shelf.plans for one in plan.indicators
            ]
            return build_area_view(
                area,
                figures=figures,
                scores=scores,
                plans=shelf.plans,
                situation_of=lambda plan, fact: SituationCube(figures, fact, shelf.definitions_of(plan)),
                year_ce=year_ce,
            )

        return self.remembered(("area", held.id, shelf.digest, area, year_ce), make)

    def explain(
        self,
        plan_id: str | None,
        indicator: str,
        area: str,
        period: Year = None,
        *,
        reading: str | None = None,
        release: str | None = None,
        packs: str | None = None,
    ) -> Explanation:
        """The work behind one figure: formula with numbers, inputs with sources, citation, permanent link.

        ``period`` None: the last one in which the area has a value (else the indicator's latest). ``packs`` (a state
        that a permanent link names) answers by what the packs said then, whatever they say now.
        """
        shelf, held = self.shelf_of(packs), self.release(release)
        self._watch.try_to_keep(shelf)
        plan = shelf.plan(plan_id)
        one = plan.indicator(indicator)
        how = one.reading(reading)
        place = shelf.catalogue.area_system(one.area_system).find(area)

        def make() -> Explanation:
            from mudmai.workspace.explaining import build_explanation

            score = self.score(shelf, held, plan, one, how)
            return build_explanation(score, place, _period_of(score, place.code, period))

        key = ("explain", held.id, shelf.digest, plan.id, one.id, how.id, place.code, period)
        return self.remembered(key, make)

    # ------------------------------------------------------------------ formulas and observations
    def check_formula(self, text: str, *, area_system: str | None = None) -> CheckedFormula:
        """Read and check a free formula; raises :class:`FormulaError` with the position."""
        from mudmai.core.formulas.check import check  # formulas load where they are used

        shelf = self.shelf
        if area_system is not None:
            shelf.catalogue.area_system(area_system)
        return check(text, shelf.catalogue, shelf.definitions, area_system)

    def evaluate(
        self,
        text: str,
        *,
        area_system: str | None = None,
        first: Period | None = None,
        last: Period | None = None,
        release: str | None = None,
    ) -> Cube:
        """A free formula over all areas of its system, from ``first`` to ``last`` (default: the years with data).

        ``first``/``last`` of another frequency than the formula's count by their years.
        """
        shelf, held = self.shelf, self.release(release)
        formula = self.check_formula(text, area_system=area_system)
        figures = self.figures_of(shelf, held)
        begin, end = _span_of(figures, formula, first, last)
        return figures.cube_between(formula, begin, end, area_system)

    def series_list(self, *, release: str | None = None) -> tuple[SeriesInfo, ...]:
        """Every series of the catalogue and what the release holds of it (nothing, where there is no release yet)."""
        from mudmai.workspace.observation_query import list_series

        shelf = self.shelf
        held = self.store.current() if release is None else self.release(release)
        key = ("series", None if held is None else held.id, shelf.digest)
        return self.remembered(key, lambda: list_series(held, shelf.catalogue))

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
        from mudmai.workspace.observation_query import ObservationFilter, find_observations

        wanted = ObservationFilter(series, tuple(areas), first, last, dims, dataset)
        return find_observations(self.release(release), self.catalogue, wanted, offset=offset, limit=limit)

    def datasets(self, *, release: str | None = None) -> tuple[DatasetRecord, ...]:
        """Every dataset that a pack describes, of any class, with what the release holds of it."""
        return self.dataset_catalogue(release=release).records

    def dataset_catalogue(self, *, release: str | None = None) -> DatasetCatalogue:
        """The datasets of a release and their rows; its part ``open`` is what may leave the house."""
        shelf, held = self.shelf, self.release(release)

        def make() -> DatasetCatalogue:
            from mudmai.workspace.datasets import DatasetCatalogue

            return DatasetCatalogue(shelf, held, self.releases())

        return self.remembered(("datasets", held.id, shelf.digest), make)

    # ------------------------------------------------------------------ data in
    def import_file(
        self,
        path: Path,
        *,
        dataset: str | None = None,
        mode: Literal["replace", "update"] = "replace",
        note: str = "",
        sheet: str | None = None,
        progress: Progress | None = None,
    ) -> Release:
        """As :meth:`import_with_warnings`, without the warnings."""
        return self.import_with_warnings(path, dataset=dataset, mode=mode, note=note, sheet=sheet, progress=progress)[0]

    def import_with_warnings(
        self,
        path: Path,
        *,
        dataset: str | None = None,
        mode: Literal["replace", "update"] = "replace",
        note: str = "",
        sheet: str | None = None,
        progress: Progress | None = None,
    ) -> tuple[Release, tuple[Problem, ...]]:
        """Read a tidy file whole (CSV, Parquet, XLSX) and publish it as a dataset (default name: ``user/<file stem>``).

        Gives the release and what a reader should look at once more: values far off the one before them
        (:mod:`mudmai.workspace.plausibility`). Values without a source are told as imported by a user, never credited
        to the edition their series was made from. Raises :class:`ImportRefused` and changes nothing when any row is at
        fault.
        """
        from mudmai.workspace.importing import import_table  # readers load where files are read

        return import_table(self, path, dataset=dataset, mode=mode, note=note, sheet=sheet, progress=progress)

    def remove_dataset(self, dataset: str, *, note: str = "") -> Release:
        """A new release without ``dataset``; the releases of before keep it."""
        return remove_table(self, dataset, note=note)

    def diff(self, old: str, new: str | None = None) -> ReleaseDiff:
        """What changed from one release to another (default: to the current one)."""
        return self.store.diff(self.release(old), self.release(new))

    # ------------------------------------------------------------------ shapes
    def areas_geojson(self, system: str, level: str | None = None) -> dict[str, Any]:
        """A GeoJSON FeatureCollection of one level of a system (default: the level below the root).

        Properties ``code, name_th, name_en, level, parent, shape`` where ``shape`` says whether the outline is ``own``,
        ``dissolved`` from descendants or ``user`` (imported). Areas without any outline are left out.
        """
        from mudmai.workspace.shapes import areas_geojson, outline_mark

        shelf = self.shelf
        known = shelf.catalogue.area_system(system)
        packs = [pack.directory for pack in shelf.packs.values()]
        mark = outline_mark(known, user=self.home.areas, packs=packs)
        return self.remembered(
            ("shapes", shelf.digest, system, level, mark),
            lambda: areas_geojson(known, level, user=self.home.areas, packs=packs, cache=self.home.cache),
        )

    # ------------------------------------------------------------------ for the services beside it
    def figures_of(self, shelf: Shelf, release: Release) -> Figures:
        """The observations of a release under a state of the packs, with what was computed from them."""
        from mudmai.workspace.figures import Figures  # formulas and the engine load where figures are computed

        key = (release.id, shelf.digest)
        with self._guard:
            found = self._figures.get(key)
            if found is None:
                found = self._figures[key] = Figures(release, shelf.catalogue)
                while len(self._figures) > _FIGURES_KEPT:
                    self._figures.popitem(last=False)
            self._figures.move_to_end(key)
            return found

    def score(self, shelf: Shelf, release: Release, plan: Plan, indicator: Indicator, reading: Reading) -> Score:
        """One indicator in one reading, computed and judged for all areas and periods of a release."""

        def make() -> Score:
            from mudmai.workspace.scoring import Score

            pack = shelf.pack_of(plan)
            used = PackUsed(pack.id, pack.version, shelf.state)
            return Score(self.figures_of(shelf, release), plan, indicator, reading, pack.definitions, used)

        return self.remembered(("score", release.id, shelf.digest, plan.id, indicator.id, reading.id), make)

    def remembered(self, key: Hashable, make: Callable[[], T]) -> T:
        """The answer under ``key`` (which names all that it depends on), made once while it is asked for."""
        return self._answers.remembered(key, make)


def _period_of(score: Score, area: str, period: Year) -> Period:
    """The indicator's period that is meant."""
    if isinstance(period, Period) and period.frequency is score.frequency:
        return period
    if period is not None:
        return score.period_in(period.year_ce if isinstance(period, Period) else period)
    known = score.known_periods(area)
    return known[-1] if known else score.latest or score.period_in(score.plan.last.year_ce)


def _span_of(
    figures: Figures, formula: CheckedFormula, first: Period | None, last: Period | None
) -> tuple[Period, Period]:
    """The asked span; missing ends come from the years with data."""
    span = figures.span(formula)
    begin, end = first or last or (span[0] if span else None), last or (span[1] if span else None) or first
    if begin is None or end is None:
        raise InputError(
            Text(
                "ไม่มีข้อมูลของอนุกรมในสูตรนี้ จึงไม่รู้ว่าจะคำนวณช่วงใด",
                "no series of this formula has data, so its span is unknown",
            ),
            remedy=Text("ระบุช่วงปี หรือนำเข้าข้อมูล", "give the years, or import data"),
            code="no_data",
        )
    if first is None and span is not None and last is not None:
        begin = span[0]
    return begin, end
