"""The fast evaluator: many formulas in one pass over labelled cubes.

Formulas are compiled into one program (:mod:`mudmai.engine.steps`): common subtrees are computed once, series are read
when they are first needed, in storage order, and every intermediate cube is dropped as soon as its last user has run.
What the operations mean stands in :mod:`mudmai.core.formulas.nodes`; the readable twin of this evaluator is
:mod:`mudmai.core.formulas.reference`, with which it shares no kernel and must agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

import numpy as np

from mudmai.core.errors import FaultError
from mudmai.core.formulas import nodes
from mudmai.core.formulas.nodes import ScalarFunction
from mudmai.core.language import Text
from mudmai.core.periods import Frequency, Period
from mudmai.core.series import Catalogue
from mudmai.engine import kernels, kernels_areas
from mudmai.engine.cubes import AreaAxis, Cube, Floats, Passage, PeriodAxis
from mudmai.engine.release import Release
from mudmai.engine.sources import CubeSource, Placement, source_of
from mudmai.engine.steps import Checked, Program, Span, Step, Target, compile_formulas

_Looks: TypeAlias = Callable[[int], tuple[int, int]]


class CubeEvaluator:
    """Evaluates checked formulas over the observations of ``source``.

    ``source`` is a release or anything else that is a :class:`~mudmai.engine.sources.CubeSource`. An evaluator may be
    kept and used again, by one thread at a time; it remembers axes and layouts of what it read, never values.
    """

    def __init__(self, source: Release | CubeSource, catalogue: Catalogue) -> None:
        self.source = source_of(source)
        self.catalogue = catalogue
        self._areas: dict[str, AreaAxis] = {}
        self._passages: dict[tuple[str, str], Passage] = {}
        self._placement = Placement()

    def areas(self, system: str) -> AreaAxis:
        """The axis of an area system."""
        if system not in self._areas:
            self._areas[system] = AreaAxis(self.catalogue.area_system(system))
        return self._areas[system]

    def passage(self, origin: str, destination: str) -> Passage:
        """The declared crosswalk between two systems as codes."""
        key = (origin, destination)
        if key not in self._passages:
            crosswalk = self.catalogue.crosswalks[key]
            self._passages[key] = Passage.from_crosswalk(crosswalk, self.areas(origin), self.areas(destination))
        return self._passages[key]

    def evaluate(
        self, formulas: Mapping[str, Checked], first: Period, last: Period, area_system: str | None = None
    ) -> Iterator[tuple[str, Cube]]:
        """Each formula's cube from ``first`` to ``last``, in the order in which they are ready (not the given one).

        A formula of another frequency covers the same years. A formula of numbers alone is spread over ``area_system``
        (:class:`~mudmai.core.errors.InputError` without one). Cubes are new arrays; the caller may keep or change them.
        """
        program = self.compile(formulas, first, last, area_system)
        run = _Run(self, program)
        for target in program.targets:
            yield target.name, run.cube(target)

    def compile(
        self, formulas: Mapping[str, Checked], first: Period, last: Period, area_system: str | None = None
    ) -> Program:
        """The program that :meth:`evaluate` runs; for questions about what will be read."""
        return compile_formulas(
            formulas,
            self.catalogue,
            area_system,
            lambda frequency: PeriodAxis.spanning(first, last, frequency or first.frequency),
            self.source.extent,
            {key: place for place, key in enumerate(self.source.keys())},
        )

    def series_values(self, step: Step) -> Floats:
        """The observations of a leaf as a dense array over its span."""
        assert step.key is not None
        assert step.system is not None
        return self._placement.dense(self.source.runs(step.key), self.areas(step.system), _axis(step, step.span))


def _axis(step: Step, span: Span) -> PeriodAxis:
    return PeriodAxis(step.frequency or Frequency.ANNUAL, span[0], max(0, span[1] - span[0] + 1))


def _width(span: Span) -> int:
    return max(0, span[1] - span[0] + 1)


class _Run:
    """One pass: the arrays that are alive and how many users each still has."""

    def __init__(self, evaluator: CubeEvaluator, program: Program) -> None:
        self.evaluator = evaluator
        self.steps = program.steps
        self.alive: dict[int, Floats] = {}
        self.waiting = [step.users for step in program.steps]

    def cube(self, target: Target) -> Cube:
        """Compute what is still missing for one formula and hand its cube out."""
        self._compute(target.step)
        areas, periods = self.evaluator.areas(target.system), target.periods
        values = self._window(target.step, (periods.first, periods.last))
        values = np.broadcast_to(values, (len(areas), periods.count)) + 0.0  # a copy of its own; -0.0 becomes 0.0
        self._release(target.step)
        return Cube(values, areas, periods, target.boolean)

    def _compute(self, number: int) -> None:
        if number in self.alive:
            return
        step = self.steps[number]
        if step.span[1] < step.span[0]:
            assert step.system is not None  # numbers alone have a value everywhere
            self.alive[number] = np.empty((len(self.evaluator.areas(step.system)), 0))
            self._skip(step)
            return
        for operand in step.operands:
            self._compute(operand)
        self.alive[number] = self._apply(step)
        for operand in step.operands:
            self._release(operand)

    def _skip(self, step: Step) -> None:
        """A step that has no value anywhere does not need its operands: one user less for each."""
        for operand in step.operands:
            if operand not in self.alive and self.waiting[operand] == 1:
                self._skip(self.steps[operand])
            self._release(operand)

    def _release(self, number: int) -> None:
        self.waiting[number] -= 1
        if self.waiting[number] == 0:
            self.alive.pop(number, None)

    def _window(self, number: int, span: Span) -> Floats:
        """The values of a step over ``span``: a view where it was computed, missing elsewhere."""
        step, values = self.steps[number], self.alive[number]
        if step.constant or step.span == span:
            return values
        first, last = max(span[0], step.span[0]), min(span[1], step.span[1])
        if first == span[0] and last == span[1]:
            return values[:, first - step.span[0] : last - step.span[0] + 1]
        wider = np.full((values.shape[0], _width(span)), np.nan)
        if first <= last:
            columns = values[:, first - step.span[0] : last - step.span[0] + 1]
            wider[:, first - span[0] : last - span[0] + 1] = columns
        return wider

    def _apply(self, step: Step) -> Floats:
        node = step.node
        match node:
            case nodes.Number():
                return kernels.literal(node.value)
            case nodes.SeriesRef():
                return self.evaluator.series_values(step)
            case (
                nodes.Lag()
                | nodes.Growth()
                | nodes.Cagr()
                | nodes.MeanOver()
                | nodes.CumulativeSince()
                | nodes.AtPeriod()
                | nodes.PickPart()
                | nodes.Annual()
            ):
                return self._along_calendar(step)
            case nodes.Parent() | nodes.ShareOfParent() | nodes.Children() | nodes.Rank() | nodes.Crosswalked():
                return self._over_areas(step)
        return self._at_cell(step, [self._window(o, step.span) for o in step.operands])

    # -- one cell --------------------------------------------------------------------------------------------------

    def _at_cell(self, step: Step, operands: list[Floats]) -> Floats:
        node = step.node
        match node:
            case nodes.Negate():
                return -operands[0]
            case nodes.Arithmetic():
                return kernels.arithmetic(node.op, operands[0], operands[1])
            case nodes.Compare():
                return kernels.compare(node.op, operands[0], operands[1])
            case nodes.Logic():
                return (kernels.both if node.op == "and" else kernels.either)(operands[0], operands[1])
            case nodes.Not():
                return kernels.negation(operands[0])
            case nodes.If():
                return kernels.choose(*operands)
            case nodes.Coalesce():
                return kernels.first_present(operands)
            case nodes.Scalar():
                return _scalar(node, operands)
            case nodes.Convert():
                return kernels.arithmetic("*", operands[0], kernels.literal(node.factor))
            case nodes.SumOver():
                return kernels.total_of(operands)
        raise _unknown(node)

    # -- along the calendar ----------------------------------------------------------------------------------------

    def _along_calendar(self, step: Step) -> Floats:
        node, span, operand = step.node, step.span, step.operands[0]
        match node:
            case nodes.Lag():
                before = self._window(operand, (span[0] - node.n, span[1] - node.n))
                return _unbroken(before, step, lambda p: (p - node.n, p))
            case nodes.Growth() | nodes.Cagr():
                now = self._window(operand, span)
                base = self._window(operand, (span[0] - node.n, span[1] - node.n))
                values = kernels.growth(now, base) if isinstance(node, nodes.Growth) else _cagr(node, step, now, base)
                return _unbroken(values, step, lambda p: (p - node.n, p))
            case nodes.MeanOver():
                values = kernels.mean_over(self._window(operand, (span[0] - node.n + 1, span[1])), node.n)
                return _unbroken(values, step, lambda p: (p - node.n + 1, p))
            case nodes.CumulativeSince():
                since = node.since.ordinal
                values = kernels.running_sum(self._window(operand, (since, span[1])))[:, span[0] - since :]
                return _unbroken(values, step, lambda p: (since, p))
            case nodes.AtPeriod():
                at = node.period.ordinal
                column = self._window(operand, (at, at))
                values = np.broadcast_to(column, (column.shape[0], _width(span)))
                return _unbroken(values, step, lambda p: (min(p, at), max(p, at)))
        return self._of_years(step)

    def _of_years(self, step: Step) -> Floats:
        node, operand = step.node, step.operands[0]
        frequency = self.steps[operand].frequency
        parts = frequency.per_year if frequency is not None else 1
        years = (step.span[0] * parts, step.span[1] * parts + parts - 1)
        if isinstance(node, nodes.PickPart):
            return self._window(operand, years)[:, node.part - 1 :: parts]
        assert isinstance(node, nodes.Annual)
        values = kernels.over_parts(self._window(operand, years), parts, node.how)
        return _unbroken(values, step, lambda y: (y * parts, y * parts + parts - 1))

    # -- over areas ------------------------------------------------------------------------------------------------

    def _over_areas(self, step: Step) -> Floats:
        node = step.node
        operand = self.steps[step.operands[0]]
        if isinstance(node, nodes.Crosswalked):
            assert operand.system is not None
            values = self._full(step.operands[0], step.span, operand.system)
            passage = self.evaluator.passage(operand.system, node.destination)
            rows = len(self.evaluator.areas(node.destination))
            return kernels_areas.crosswalked(values, passage, rows, step.operand_additive)
        assert step.system is not None
        areas = self.evaluator.areas(step.system)
        values = self._full(step.operands[0], step.span, step.system)
        match node:
            case nodes.Parent():
                return kernels_areas.of_parent(values, areas.parents)
            case nodes.ShareOfParent():
                return kernels_areas.share_of_parent(values, areas.parents)
            case nodes.Rank():
                valid = areas.valid(_axis(step, step.span))
                return kernels_areas.rank(values, areas.siblings, valid, node.ascending)
        assert isinstance(node, nodes.Children)
        weights = self._full(step.operands[1], step.span, step.system) if node.weight is not None else None
        return kernels_areas.of_children(
            node.function,
            values,
            weights,
            areas.children(node.level),
            areas.valid(_axis(step, step.span)),
            node.min_coverage,
        )

    def _full(self, number: int, span: Span, system: str) -> Floats:
        """As :meth:`_window`, spread out over all areas and periods where the operand is a literal."""
        values = self._window(number, span)
        return np.broadcast_to(values, (len(self.evaluator.areas(system)), _width(span)))


def _scalar(node: nodes.Scalar, operands: list[Floats]) -> Floats:
    match node.function:
        case ScalarFunction.ABS:
            return np.abs(operands[0])
        case ScalarFunction.ROUND:
            return kernels.rounded(operands[0], node.digits)
        case ScalarFunction.LEAST:
            return kernels.least(operands)
        case ScalarFunction.GREATEST:
            return kernels.greatest(operands)
        case ScalarFunction.LN:
            return kernels.natural_logarithm(operands[0])


def _cagr(node: nodes.Cagr, step: Step, now: Floats, base: Floats) -> Floats:
    per_year = step.frequency.per_year if step.frequency is not None else 1
    return kernels.compound_growth(now, base, per_year / node.n)


def _unbroken(values: Floats, step: Step, looks: _Looks) -> Floats:
    """``values`` with the periods blanked from which the step looks across a series break.

    ``looks`` gives, for a period p, the earliest and latest period the step compares there: (low, high]. The result is
    a view of ``values`` when no break lies in the way.
    """
    if not step.operand_breaks:
        return values
    broken = []
    for column, period in enumerate(range(step.span[0], step.span[1] + 1)):
        low, high = looks(period)
        if any(low < b <= high for b in step.operand_breaks):
            broken.append(column)
    if broken:
        values = np.array(values)
        values[:, broken] = np.nan
    return values


def _unknown(node: nodes.Node) -> FaultError:
    name = type(node).__name__
    return FaultError(
        Text(f"ตัวคำนวณไม่รู้จัก {name}", f"the evaluator does not know {name}"),
        remedy=Text("แจ้งผู้ดูแลระบบ", "report this"),
        code="unknown_node",
    )
