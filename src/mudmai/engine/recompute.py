"""Full and incremental runs: compute again only what depends on series that changed.

Every written formula remembers what it was *made from*: a digest over the formula itself, the window, the area systems
and crosswalks it passes, and the content of each series it reads (the release keeps a digest for every series, so
nothing has to be read to compare). A formula whose digest is unchanged keeps its file, hard-linked; the others are
evaluated by the same evaluator in one pass. Both kinds of run therefore give the same bits.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from mudmai.core.areas import AreaSystem
from mudmai.core.formulas import nodes
from mudmai.core.observations import write_dims
from mudmai.core.periods import Period
from mudmai.core.series import Catalogue, Series
from mudmai.engine.evaluator import CubeEvaluator
from mudmai.engine.objects import SeriesKey
from mudmai.engine.release import Release
from mudmai.engine.results import Results, ResultWriter, WrittenFormula, finish
from mudmai.engine.steps import Checked

Progress = Callable[[str], None]
"""Called with the name of each formula that is done."""


def write_results(
    folder: Path,
    release: Release,
    catalogue: Catalogue,
    formulas: Mapping[str, Checked],
    first: Period,
    last: Period,
    *,
    area_system: str | None = None,
    progress: Progress | None = None,
) -> Results:
    """Evaluate all ``formulas`` from ``first`` to ``last`` and write them below ``folder``."""
    return _write({}, None, folder, release, catalogue, formulas, first, last, area_system, progress)


def recompute(
    previous: Results,
    folder: Path,
    release: Release,
    catalogue: Catalogue,
    formulas: Mapping[str, Checked],
    *,
    area_system: str | None = None,
    progress: Progress | None = None,
) -> Results:
    """As :func:`write_results` for ``release``, taking over from ``previous`` whatever has not changed.

    The window is that of ``previous``. ``copied`` of the result names the formulas taken over.
    """
    known = {name: entry for name, entry in previous.formulas.items() if (previous.folder / entry.file).is_file()}
    first, last = previous.first, previous.last
    return _write(known, previous.folder, folder, release, catalogue, formulas, first, last, area_system, progress)


def _write(
    known: Mapping[str, WrittenFormula],
    known_folder: Path | None,
    folder: Path,
    release: Release,
    catalogue: Catalogue,
    formulas: Mapping[str, Checked],
    first: Period,
    last: Period,
    area_system: str | None,
    progress: Progress | None,
) -> Results:
    folder.mkdir(parents=True, exist_ok=True)
    origins = Origins(release, catalogue, first, last, area_system)
    made_from = {name: origins.of(checked) for name, checked in formulas.items()}
    kept = {name: known[name] for name in formulas if name in known and known[name].made_from == made_from[name]}
    for entry in kept.values():
        assert known_folder is not None
        _link(known_folder / entry.file, folder / entry.file)
    changed = {name: checked for name, checked in formulas.items() if name not in kept}
    with ResultWriter(folder) as writer:
        for name, cube in CubeEvaluator(release, catalogue).evaluate(changed, first, last, area_system):
            writer.write(name, cube, made_from[name])
            if progress is not None:
                progress(name)
    return finish(folder, release.id, first, last, {**kept, **writer.written}, kept)


def _link(origin: Path, copy: Path) -> None:
    if copy.exists():
        return
    try:
        os.link(origin, copy)
    except OSError:  # another disk, or one without hard links
        shutil.copyfile(origin, copy)


class Origins:
    """Digests of what formulas are made from, for one release, catalogue and window."""

    def __init__(
        self, release: Release, catalogue: Catalogue, first: Period, last: Period, area_system: str | None = None
    ) -> None:
        self._release = release
        self._catalogue = catalogue
        self._window = (first.iso, last.iso, area_system or "")
        self._systems: dict[str, str] = {}
        self._meanings: dict[str, str] = {}

    def of(self, checked: Checked) -> str:
        """The digest of one formula: equal digests mean equal results."""
        text = repr(checked.root)
        parts = [text, repr(checked.type.area_system), *self._window]
        for ref in checked.series:
            series = self._catalogue.one_series(ref.series)
            parts.append(self._meaning(series))
            parts.append(self._content(SeriesKey(series.area_system, series.id, write_dims(ref.dims))))
        if "Crosswalked(" in text:
            crossed = [node for node in checked.types if isinstance(node, nodes.Crosswalked)]
            for node in sorted(crossed, key=repr):
                parts.append(self._system(node.destination))
                parts.append(self._crosswalk(checked.types[node.operand].area_system, node.destination))
        return _digest(*parts)

    def _meaning(self, series: Series) -> str:
        """Everything besides values that a formula's result takes from a series."""
        if series.id not in self._meanings:
            breaks = sorted(b.iso for b in series.break_periods)
            told = (series.frequency.value, series.unit, series.additive, breaks, self._system(series.area_system))
            self._meanings[series.id] = repr(told)
        return self._meanings[series.id]

    def _content(self, key: SeriesKey) -> str:
        return "+".join([repr(key), *sorted(run.digest for _, run in self._release.runs.get(key, ()))])

    def _system(self, system: str) -> str:
        if system not in self._systems:
            self._systems[system] = _system_digest(self._catalogue.area_system(system))
        return self._systems[system]

    def _crosswalk(self, origin: str | None, destination: str) -> str:
        crosswalk = self._catalogue.crosswalks[(origin or "", destination)]
        return _digest(*(f"{link.origin}>{link.destination}*{link.weight!r}" for link in crosswalk.links))


def _system_digest(system: AreaSystem) -> str:
    return _digest(*(f"{a.code}|{a.parent}|{a.level}|{a.valid_from}|{a.valid_to}" for a in system.areas))


def _digest(*parts: str) -> str:
    state = hashlib.blake2b(digest_size=16)
    for part in parts:
        state.update(part.encode() + b"\0")
    return state.hexdigest()
