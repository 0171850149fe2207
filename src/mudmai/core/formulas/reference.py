"""The readable evaluator: one cell at a time, with a trace of how its value came about.

It is the meaning of :mod:`mudmai.core.formulas.nodes` in plain Python floats, slow and without tricks; the fast
evaluator is held against it. It also explains figures to people, so it keeps every cell that it looked at.

Sums (of children, of periods, over a dimension, over crosswalk links) are :func:`math.fsum`: exactly rounded, the same
in any order. Everything else is one IEEE operation after the other, in the order in which nodes.py writes it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR

from mudmai.core.areas import Area, AreaSystem
from mudmai.core.errors import InputError
from mudmai.core.formulas import nodes
from mudmai.core.formulas.check import CheckedFormula
from mudmai.core.formulas.nodes import ChildrenFunction, Node, NodeType, ScalarFunction
from mudmai.core.formulas.scope import operands_of, summed_refs
from mudmai.core.language import Text
from mudmai.core.observations import Dims
from mudmai.core.periods import Period
from mudmai.core.series import Catalogue
from mudmai.core.units import Unit
from mudmai.core.verdicts import MissingReason

Lookup = Callable[[str, Dims, str, Period], float | None]
"""(series, dims, area, period) → the observed value; None where there is none."""


@dataclass(frozen=True, slots=True)
class Traced:
    """The value of ``node`` at one cell and the cells it was made of, in the order in which they were looked at.

    ``value`` is None exactly when ``missing`` says why; a boolean is 1.0 or 0.0 and ``boolean`` says so. ``unit`` is
    the node's. Aggregates over children list the operand of every child, then (where weighted) every weight.
    """

    value: float | None
    missing: MissingReason | None
    node: Node
    area: str
    period: Period
    children: tuple[Traced, ...] = ()
    unit: Unit | None = None
    boolean: bool = False


class ReferenceEvaluator:
    """Evaluates checked formulas cell by cell.

    >>> from mudmai.core.areas import Area, AreaSystem
    >>> from mudmai.core.formulas.check import check
    >>> from mudmai.core.language import same
    >>> from mudmai.core.periods import Frequency
    >>> from mudmai.core.series import Catalogue, Series
    >>> gpp = Series("gpp", same("GPP"), "s", Frequency.ANNUAL, "number")
    >>> system = AreaSystem("s", same("S"), (Area("A", same("A"), "province"),))
    >>> catalogue = Catalogue(area_systems={"s": system}, series={"gpp": gpp})
    >>> figures = {Period.year(2018): 100.0, Period.year(2019): 103.0}
    >>> evaluator = ReferenceEvaluator(catalogue, lambda series, dims, area, period: figures.get(period))
    >>> round(evaluator.cell(check("growth(gpp)", catalogue), "A", Period.year(2019)).value, 6)
    3.0
    """

    def __init__(self, catalogue: Catalogue, lookup: Lookup) -> None:
        self.catalogue = catalogue
        self.lookup = lookup

    def cell(self, checked: CheckedFormula, area: str, period: Period) -> Traced:
        """The formula at ``area`` (a code of its system) and ``period`` (of its frequency).

        Raises :class:`InputError` for a period of another frequency and :class:`UnknownNameError` for an unknown area.
        """
        kind = checked.type
        if kind.frequency is not None and period.frequency is not kind.frequency:
            raise InputError(
                Text(
                    f"ช่วงเวลา {period.iso} ไม่ตรงกับความถี่ของสูตร",
                    f"{period.iso} is not a period of the formula's frequency",
                ),
                remedy=Text("ใช้ช่วงเวลาที่มีความถี่เดียวกับสูตร", "ask for a period of the formula's own frequency"),
                code="period",
            )
        if kind.area_system is not None:
            area = self.catalogue.area_system(kind.area_system).find(area).code
        return _Call(self.catalogue, self.lookup, checked).at(checked.root, area, period)

    @staticmethod
    def inputs(traced: Traced) -> list[Traced]:
        """The observations that were looked at, each cell once, in order of first use; missing ones included."""
        return inputs(traced)


def inputs(traced: Traced) -> list[Traced]:
    """See :meth:`ReferenceEvaluator.inputs`."""
    found: dict[tuple[Node, str, Period], Traced] = {}
    seen: set[int] = set()

    def walk(one: Traced) -> None:
        if id(one) in seen:
            return
        seen.add(id(one))
        if isinstance(one.node, nodes.SeriesRef):
            found.setdefault((one.node, one.area, one.period), one)
        for child in one.children:
            walk(child)

    walk(traced)
    return list(found.values())


def members(system: AreaSystem, area: str, level: str | None, period: Period) -> tuple[str, ...]:
    """The children of ``area`` (with ``level``: its descendants there) that are valid in ``period``, in order."""
    if level is None:
        codes: Sequence[str] = system.children_of.get(area, ())
    else:
        codes = [a.code for a in system.level(level) if any(up.code == area for up in system.ancestors(a.code))]
    return tuple(c for c in codes if _is_valid(system.by_code[c], period))


def siblings(system: AreaSystem, area: str, period: Period) -> tuple[str, ...]:
    """The areas under the same parent as ``area``, itself included, as far as they are valid in ``period``."""
    parent = system.by_code[area].parent
    return tuple(a.code for a in system.areas if a.parent == parent and _is_valid(a, period))


def _is_valid(area: Area, period: Period) -> bool:
    return MINYEAR < period.year_ce < MAXYEAR - 1 and area.is_valid_in(period)


Outcome = tuple[float | None, MissingReason | None]


def _value(value: float) -> Outcome:
    """A computed number; no infinities, no NaN, no negative zero."""
    return (value + 0.0, None) if math.isfinite(value) else (None, MissingReason.UNDEFINED)


def _missing(reason: MissingReason) -> Outcome:
    return None, reason


def _sum(values: Sequence[float]) -> float:
    try:
        return math.fsum(values)
    except (OverflowError, ValueError):  # beyond the largest float, or infinities of both signs
        return math.nan


def _quotient(x: float, y: float) -> Outcome:
    return _missing(MissingReason.DIVISION_BY_ZERO) if y == 0 else _value(x / y)


def _power(base: float, exponent: float) -> float:
    try:
        return float(base**exponent)
    except OverflowError:
        return math.inf


class _Call:
    """One call of the evaluator: every (node, area, period) is computed once."""

    def __init__(self, catalogue: Catalogue, lookup: Lookup, checked: CheckedFormula) -> None:
        self.catalogue = catalogue
        self.lookup = lookup
        self.checked = checked
        self.known: dict[tuple[int, str, Period], Traced] = {}
        self.kinds: dict[int, NodeType] = {}
        self.summed: dict[int, tuple[nodes.SeriesRef, ...]] = {}

    def kind(self, node: Node) -> NodeType:
        if id(node) not in self.kinds:
            self.kinds[id(node)] = self.checked.type if node is self.checked.root else self.checked.types[node]
        return self.kinds[id(node)]

    def at(self, node: Node, area: str, period: Period) -> Traced:
        key = id(node), area, period
        if key not in self.known:
            (value, missing), children = self.compute(node, area, period)
            kind = self.kind(node)
            self.known[key] = Traced(value, missing, node, area, period, children, kind.unit, kind.boolean)
        return self.known[key]

    def compute(self, node: Node, area: str, period: Period) -> tuple[Outcome, tuple[Traced, ...]]:
        match node:
            case nodes.Number(value):
                return _value(value), ()
            case nodes.SeriesRef(series, dims):
                found = self.lookup(series, dims, area, period)
                if found is None or not math.isfinite(found):
                    return _missing(MissingReason.INPUT_MISSING), ()
                return _value(float(found)), ()
            case nodes.If(condition, then, otherwise):
                question = self.at(condition, area, period)
                if question.value is None:
                    return (None, question.missing), (question,)
                chosen = self.at(then if question.value else otherwise, area, period)
                return (chosen.value, chosen.missing), (question, chosen)
            case nodes.Coalesce(operands):
                return self.coalesce(operands, area, period)
            case nodes.Negate() | nodes.Arithmetic() | nodes.Compare() | nodes.Logic() | nodes.Not():
                return self.pointwise(node, area, period)
            case nodes.Scalar() | nodes.Convert():
                return self.pointwise(node, area, period)
            case nodes.Lag() | nodes.AtPeriod() | nodes.Growth() | nodes.Cagr():
                return self.look_back(node, area, period)
            case nodes.MeanOver() | nodes.CumulativeSince() | nodes.PickPart() | nodes.Annual():
                return self.over_periods(node, area, period)
            case nodes.Parent() | nodes.ShareOfParent():
                return self.parent(node, area, period)
            case nodes.Children():
                return self.children(node, area, period)
            case nodes.Rank():
                return self.rank(node, area, period)
            case nodes.SumOver():
                return self.sum_over(node, area, period)
            case nodes.Crosswalked():
                return self.crosswalk(node, area, period)
        raise TypeError(f"the checker leaves no such node: {node!r}")

    # --- one cell ----------------------------------------------------------------------------------------------------

    def coalesce(self, operands: tuple[Node, ...], area: str, period: Period) -> tuple[Outcome, tuple[Traced, ...]]:
        tried: list[Traced] = []
        for operand in operands:
            tried.append(self.at(operand, area, period))
            if tried[-1].value is not None:
                return (tried[-1].value, None), tuple(tried)
        return (None, tried[0].missing), tuple(tried)

    def pointwise(self, node: Node, area: str, period: Period) -> tuple[Outcome, tuple[Traced, ...]]:
        parts = tuple(self.at(part, area, period) for part in operands_of(node))
        values = [p.value for p in parts if p.value is not None]
        if len(values) < len(parts):
            return _missing(_first_reason(parts)), parts
        return _apply(node, values), parts

    # --- other periods ---------------------------------------------------------------------------------------------

    def crosses_break(self, node: Node, one: Period, other: Period) -> bool:
        early, late = sorted((one.ordinal, other.ordinal))
        return any(early < b.ordinal <= late for b in self.kind(node).breaks)

    def look_back(
        self, node: nodes.Lag | nodes.AtPeriod | nodes.Growth | nodes.Cagr, area: str, period: Period
    ) -> tuple[Outcome, tuple[Traced, ...]]:
        there = node.period if isinstance(node, nodes.AtPeriod) else period.shift(-node.n)
        base = self.at(node.operand, area, there)
        comparing = isinstance(node, nodes.Growth | nodes.Cagr)
        parts = (self.at(node.operand, area, period), base) if comparing else (base,)
        if self.crosses_break(node.operand, period, there):
            return _missing(MissingReason.SERIES_BREAK), parts
        if any(p.value is None for p in parts):
            return _missing(_first_reason(parts)), parts
        assert parts[0].value is not None and base.value is not None
        if isinstance(node, nodes.Growth):
            return _growth(parts[0].value, base.value), parts
        if isinstance(node, nodes.Cagr):
            return _cagr(parts[0].value, base.value, period.frequency.per_year / node.n), parts
        return (base.value, None), parts

    def over_periods(
        self, node: nodes.MeanOver | nodes.CumulativeSince | nodes.PickPart | nodes.Annual, area: str, period: Period
    ) -> tuple[Outcome, tuple[Traced, ...]]:
        match node:
            case nodes.MeanOver(n=n):
                span = [period.shift(i - n + 1) for i in range(n)]
            case nodes.CumulativeSince(since=since):
                if period.ordinal < since.ordinal:
                    return _missing(MissingReason.INPUT_MISSING), ()
                span = [since.shift(i) for i in range(period.ordinal - since.ordinal + 1)]
            case nodes.PickPart(part=part, of=finer):
                span = [Period(finer, period.year_ce * finer.per_year + part - 1)]
            case _:
                inner = self.kind(node.operand).frequency
                assert inner is not None
                span = [Period(inner, period.year_ce * inner.per_year + i) for i in range(inner.per_year)]
        parts = tuple(self.at(node.operand, area, p) for p in span)
        if self.crosses_break(node.operand, span[0], span[-1]):
            return _missing(MissingReason.SERIES_BREAK), parts
        values = [p.value for p in parts if p.value is not None]
        if len(values) < len(parts):
            return _missing(_first_reason(parts)), parts
        mean = isinstance(node, nodes.MeanOver) or (isinstance(node, nodes.Annual) and node.how == "mean")
        return _value(_sum(values) / len(values) if mean else _sum(values)), parts

    # --- other areas -------------------------------------------------------------------------------------------------

    def system(self, node: Node) -> AreaSystem:
        system = self.kind(node).area_system
        assert system is not None
        return self.catalogue.area_system(system)

    def parent(
        self, node: nodes.Parent | nodes.ShareOfParent, area: str, period: Period
    ) -> tuple[Outcome, tuple[Traced, ...]]:
        above = self.system(node.operand).by_code[area].parent
        sharing = isinstance(node, nodes.ShareOfParent)
        own = (self.at(node.operand, area, period),) if sharing else ()
        if above is None:
            return _missing(MissingReason.NO_PARENT), own
        parts = (*own, self.at(node.operand, above, period))
        if any(p.value is None for p in parts):
            return _missing(_first_reason(parts)), parts
        if not sharing:
            return (parts[0].value, None), parts
        assert parts[0].value is not None and parts[1].value is not None
        if parts[1].value == 0:
            return _missing(MissingReason.DIVISION_BY_ZERO), parts
        return _value(100.0 * parts[0].value / parts[1].value), parts

    def children(self, node: nodes.Children, area: str, period: Period) -> tuple[Outcome, tuple[Traced, ...]]:
        codes = members(self.system(node.operand), area, node.level, period)
        if not codes:
            return _missing(MissingReason.NO_CHILDREN), ()
        operands = tuple(self.at(node.operand, code, period) for code in codes)
        weights: tuple[Traced, ...] = ()
        if node.weight is not None:
            weights = tuple(self.at(node.weight, code, period) for code in codes)
        values, shares = [], []
        for i, operand in enumerate(operands):
            weight = weights[i].value if weights else 1.0
            if operand.value is not None and weight is not None:
                values.append(operand.value)
                shares.append(weight)
        if len(values) / len(codes) < node.min_coverage:
            return _missing(MissingReason.CHILD_MISSING), operands + weights
        return _aggregate(node.function, values, shares), operands + weights

    def rank(self, node: nodes.Rank, area: str, period: Period) -> tuple[Outcome, tuple[Traced, ...]]:
        codes = siblings(self.system(node.operand), area, period)
        own = self.at(node.operand, area, period)
        if own.value is None:
            return (None, own.missing), (own,)
        if area not in codes:
            return _missing(MissingReason.INPUT_MISSING), (own,)
        others = tuple(self.at(node.operand, code, period) for code in codes if code != area)
        known = [o.value for o in others if o.value is not None]
        ahead = [v for v in known if (v < own.value if node.ascending else v > own.value)]
        return _value(1.0 + len(ahead)), (own, *others)

    def sum_over(self, node: nodes.SumOver, area: str, period: Period) -> tuple[Outcome, tuple[Traced, ...]]:
        if id(node) not in self.summed:
            self.summed[id(node)] = summed_refs(node, self.catalogue)
            for ref in self.summed[id(node)]:
                self.kinds[id(ref)] = self.kind(node.operand)
        parts = tuple(self.at(ref, area, period) for ref in self.summed[id(node)])
        values = [p.value for p in parts if p.value is not None]
        if len(values) < len(parts):
            return _missing(_first_reason(parts)), parts
        return _value(_sum(values)), parts

    def crosswalk(self, node: nodes.Crosswalked, area: str, period: Period) -> tuple[Outcome, tuple[Traced, ...]]:
        kind = self.kind(node.operand)
        crosswalk = self.catalogue.crosswalks[kind.area_system or "", node.destination]
        if not kind.additive:
            origin = crosswalk.one_to_one.get(area)
            if origin is None:
                return _missing(MissingReason.NO_CROSSWALK_LINK), ()
            one = self.at(node.operand, origin, period)
            return (one.value, one.missing), (one,)
        links = crosswalk.into.get(area, ())
        if not links:
            return _missing(MissingReason.NO_CROSSWALK_LINK), ()
        parts = tuple(self.at(node.operand, link.origin, period) for link in links)
        if any(p.value is None for p in parts):
            return _missing(_first_reason(parts)), parts
        carried = [link.weight * p.value for link, p in zip(links, parts, strict=True) if p.value is not None]
        return _value(_sum(carried)), parts


def _first_reason(parts: Sequence[Traced]) -> MissingReason:
    return next(p.missing for p in parts if p.missing is not None)


def _apply(node: Node, values: list[float]) -> Outcome:
    """A node of one cell on the values of its operands."""
    match node:
        case nodes.Negate():
            return _value(-values[0])
        case nodes.Arithmetic(op="+"):
            return _value(values[0] + values[1])
        case nodes.Arithmetic(op="-"):
            return _value(values[0] - values[1])
        case nodes.Arithmetic(op="*"):
            return _value(values[0] * values[1])
        case nodes.Arithmetic(op="/"):
            return _quotient(values[0], values[1])
        case nodes.Compare(op=op):
            return float(_COMPARISONS[op](values[0], values[1])), None
        case nodes.Logic(op="and"):
            return float(values[0] == 1.0 and values[1] == 1.0), None
        case nodes.Logic(op="or"):
            return float(values[0] == 1.0 or values[1] == 1.0), None
        case nodes.Not():
            return 1.0 - values[0], None
        case nodes.Convert(factor=factor):
            return _value(values[0] * factor)
        case nodes.Scalar(function=ScalarFunction.ABS):
            return _value(abs(values[0]))
        case nodes.Scalar(function=ScalarFunction.ROUND, digits=digits):
            return _value(_round(values[0], digits))
        case nodes.Scalar(function=ScalarFunction.LEAST):
            return _value(min(values))
        case nodes.Scalar(function=ScalarFunction.GREATEST):
            return _value(max(values))
        case nodes.Scalar(function=ScalarFunction.LN):
            return _value(math.log(values[0])) if values[0] > 0 else _missing(MissingReason.UNDEFINED)
    raise TypeError(f"not a node of one cell: {node!r}")


def _round(value: float, digits: int) -> float:
    try:
        return round(value, digits)
    except OverflowError:
        return math.inf


_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda x, y: x < y,
    "<=": lambda x, y: x <= y,
    ">": lambda x, y: x > y,
    ">=": lambda x, y: x >= y,
    "==": lambda x, y: x == y,
    "!=": lambda x, y: x != y,
}


def _growth(value: float, base: float) -> Outcome:
    if base == 0:
        return _missing(MissingReason.DIVISION_BY_ZERO)
    return _missing(MissingReason.UNDEFINED) if base < 0 else _value(100.0 * (value / base - 1.0))


def _cagr(value: float, base: float, exponent: float) -> Outcome:
    if base == 0:
        return _missing(MissingReason.DIVISION_BY_ZERO)
    if base < 0 or value < 0:
        return _missing(MissingReason.UNDEFINED)
    return _value(100.0 * (_power(value / base, exponent) - 1.0))


def _aggregate(function: ChildrenFunction, values: list[float], weights: list[float]) -> Outcome:
    """An aggregate over the children that have a value; ``weights`` are ones where none are given."""
    total = _sum(weights)
    if any(w < 0 for w in weights) or total == 0:
        return _missing(MissingReason.UNDEFINED)
    match function:
        case ChildrenFunction.SUM | ChildrenFunction.COUNT:
            return _value(_sum(values))
        case ChildrenFunction.MEAN:
            return _value(_sum(values) / len(values))
        case ChildrenFunction.WEIGHTED_MEAN:
            return _value(_sum([w * x for w, x in zip(weights, values, strict=True)]) / total)
        case ChildrenFunction.MIN:
            return _value(min(values))
        case ChildrenFunction.MAX:
            return _value(max(values))
    if any(x < 0 for x in values):
        return _missing(MissingReason.UNDEFINED)
    mean = _sum([w * x for w, x in zip(weights, values, strict=True)]) / total
    if mean == 0:
        return _missing(MissingReason.DIVISION_BY_ZERO)
    if not math.isfinite(mean):
        return _missing(MissingReason.UNDEFINED)
    pairs = list(zip(values, weights, strict=True))
    return _gini(pairs, total, mean) if function is ChildrenFunction.GINI else _theil(pairs, total, mean)


def _gini(pairs: list[tuple[float, float]], total: float, mean: float) -> Outcome:
    under = 2.0 * total * total * mean
    over = _sum([w * v * abs(x - y) for x, w in pairs for y, v in pairs])
    return _value(over / under) if under else _missing(MissingReason.UNDEFINED)


def _theil(pairs: list[tuple[float, float]], total: float, mean: float) -> Outcome:
    return _value(_sum([(w / total) * (x / mean) * math.log(x / mean) for x, w in pairs if x / mean > 0]))
