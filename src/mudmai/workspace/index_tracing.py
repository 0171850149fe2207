"""One area of an index, walked back: score, groups, normalised, treated, raw, formula, observations, sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mudmai.core.areas import Area
from mudmai.core.composites import IndexGroup, IndexIndicator
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.workspace.explaining import input_used, with_numbers
from mudmai.workspace.figures import Figures
from mudmai.workspace.index_figures import FigureUsed
from mudmai.workspace.index_results import IndexAreaView, IndexView, IndicatorWork, Stage
from mudmai.workspace.results import InputUsed

if TYPE_CHECKING:
    from mudmai.workspace.workspace import Workspace

_NO_PERIOD = Text("ไม่มีตัวเลขของพื้นที่ใดเลย", "no area has a figure")


def index_area(workspace: Workspace, view: IndexView, area: str) -> IndexAreaView:
    """The work behind one area's score, by the same release, packs and weights as ``view``.

    Raises :class:`mudmai.core.errors.UnknownNameError` for an area that the system does not know and
    :class:`InputError` ``area_outside_level`` for one of another level (or that did not live then).
    """
    place = view.figures.system.find(area)
    row = view.row_of(place.code)
    if row is None:
        raise _outside(view, place)
    figures = workspace.figures_of(workspace.shelf_of(view.offered.pack.state), workspace.release(view.release))
    stages = {stage.indicator: stage for stage in row.stages}
    work = tuple(
        _work(figures, view.used(one.id), groups, stages[one.id], place) for one, groups in _placed(view.index.root, ())
    )
    return IndexAreaView(view, row, work)


def _placed(
    group: IndexGroup, above: tuple[IndexGroup, ...]
) -> Iterator[tuple[IndexIndicator, tuple[IndexGroup, ...]]]:
    """Each indicator and the groups that it lies in, the nearest first; the root is not told."""
    for child in group.children:
        if isinstance(child, IndexGroup):
            yield from _placed(child, (child, *above))
        else:
            yield child, above


def _work(
    figures: Figures, used: FigureUsed, groups: tuple[IndexGroup, ...], stage: Stage, place: Area
) -> IndicatorWork:
    from mudmai.core.formulas.words import MISSING_WORDS, say  # the wording of formulas loads where it is shown

    words = say(used.formula, figures.catalogue)
    inputs: tuple[InputUsed, ...] = ()
    told: Text | None = None
    reason = _NO_PERIOD if used.period is None else None
    if used.period is not None:
        traced = figures.trace(used.formula, place.code, used.period)
        inputs = tuple(input_used(figures, leaf) for leaf in figures.leaves(traced))
        told = with_numbers(traced, figures)
        reason = None if traced.missing is None else MISSING_WORDS[traced.missing]
    return IndicatorWork(used.indicator, groups, stage, used.unit, used.period, words, told, used.text, inputs, reason)


def _outside(view: IndexView, place: Area) -> InputError:
    level = view.index.level
    return InputError(
        Text(
            f"{place.name.th} ({place.code}) อยู่ระดับ {place.level} ดัชนีนี้ให้คะแนนเฉพาะระดับ {level}",
            f"{place.name.en} ({place.code}) is of the level {place.level}; this index scores the level {level}",
        ),
        remedy=Text("เลือกพื้นที่ในรายการของดัชนี", "choose an area from the index's list"),
        code="area_outside_level",
    )
