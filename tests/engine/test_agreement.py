"""The two evaluators agree: the readable reference, cell by cell, and the compiled one over cubes.

They share no kernel. On generated worlds (gaps, missing values, zeros, negatives, breaks, areas with a short legal
life, several roots, four frequencies, two area systems) and generated formulas they must agree on which cells have a
value, without exception, and on the values: to the bit where arithmetic is exact or element by element, else to one
part in 10^9. Every intended gap stands in :data:`GAPS`, with its reason; anything else fails.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mudmai.core.formulas import nodes
from mudmai.core.formulas.check import CheckedFormula, check
from mudmai.core.formulas.nodes import ChildrenFunction, Node, ScalarFunction
from mudmai.core.formulas.reference import ReferenceEvaluator, Traced
from mudmai.core.formulas.scope import operands_of
from mudmai.core.observations import Flag, Observation
from mudmai.core.periods import Period, period_range
from mudmai.engine.evaluator import CubeEvaluator
from mudmai.engine.sources import MemorySource
from tests.strategies import World, formulas, worlds


@dataclass(frozen=True)
class Gap:
    """An intended difference: to which formulas it applies, how far a value may be off, and why."""

    name: str
    reason: str
    applies: Callable[[Node], bool]
    allowed: Callable[[Traced, float], float]
    """Largest difference from the reference, given its trace and the largest magnitude among all operands."""


def _inexact(node: Node) -> bool:
    return not _stable(node)


GAPS = (
    Gap(
        "order of summation",
        "the reference rounds every sum once (fsum), the kernels add in sequence; powers, logarithms and the Gini and"
        " Theil indices are computed by other libraries or another arrangement of the same sum",
        _inexact,
        lambda traced, _: 1e-9 * abs(traced.value or 0.0),
    ),
    Gap(
        "cancellation",
        "where sums that differ in their last bits are subtracted, or an index is nearly zero, what is left over is"
        " small against the operands, not against the result",
        _inexact,
        lambda _, magnitude: 1e-12 * magnitude,
    ),
)


_EXACT_SCALARS = (ScalarFunction.ABS, ScalarFunction.LEAST, ScalarFunction.GREATEST)
_EXACT_CHILDREN = (ChildrenFunction.SUM, ChildrenFunction.COUNT, ChildrenFunction.MIN, ChildrenFunction.MAX)


def _parts(node: Node) -> tuple[Node, ...]:
    return operands_of(node)


def _exact(node: Node) -> bool:
    """Sums and products of quarters of whole numbers: no rounding at all, in any order (worlds hold only quarters)."""
    match node:
        case nodes.Number() | nodes.SeriesRef():
            return True
        case nodes.Arithmetic(op=op) if op == "/":
            return False
        case nodes.Scalar(function=function) if function not in _EXACT_SCALARS:
            return False
        case nodes.Annual(how=how) if how == "mean":
            return False
        case nodes.Children(function=function) if function not in _EXACT_CHILDREN:
            return False
        case nodes.Convert() | nodes.Growth() | nodes.Cagr() | nodes.MeanOver() | nodes.ShareOfParent():
            return False
    return all(_exact(part) for part in _parts(node)) and _products(node) <= 4


def _products(node: Node) -> int:
    """How many multiplications lie on one another; each adds digits, and beyond a few a product no longer fits."""
    own = 1 if isinstance(node, nodes.Arithmetic) and node.op == "*" else 0
    return own + max((_products(part) for part in _parts(node)), default=0)


def _stable(node: Node) -> bool:
    """Element-wise IEEE arithmetic on exact operands gives the same bits in both evaluators."""
    if _exact(node):
        return True
    match node:
        case nodes.CumulativeSince() | nodes.MeanOver() | nodes.Annual() | nodes.Cagr() | nodes.SumOver():
            return False
        case nodes.Scalar(function=ScalarFunction.LN) | nodes.Crosswalked():
            return False
        case nodes.Children(function=function) if function not in (ChildrenFunction.MIN, ChildrenFunction.MAX):
            return function is ChildrenFunction.COUNT and _stable(node.operand)
    return all(_stable(part) for part in _parts(node))


def _magnitude(traced: Traced) -> float:
    largest, seen, waiting = 0.0, set(), [traced]
    while waiting:
        one = waiting.pop()
        if id(one) not in seen:
            seen.add(id(one))
            largest = max(largest, abs(one.value or 0.0))
            waiting.extend(one.children)
    return largest


def _observations(world: World) -> Iterator[Observation]:
    for (series, dims, area, period), value in world.observations.items():
        flag = Flag.MISSING if value is None else Flag.NORMAL
        yield Observation(area, period, series, value, dims, flag)


def _window(world: World, checked: CheckedFormula) -> tuple[Period, Period]:
    """A little wider than the data on both sides."""
    assert checked.type.frequency is not None
    known = world.periods(checked.type.frequency)
    return known[0].shift(-2), known[-1].shift(2)


def disagreements(world: World, text: str) -> list[str]:
    """Every cell on which the evaluators differ by more than the declared gaps allow, in words."""
    checked = check(text, world.catalogue)
    if checked.type.area_system is None:
        return []
    first, last = _window(world, checked)
    source = MemorySource(_observations(world), world.catalogue)
    ((_, cube),) = CubeEvaluator(source, world.catalogue).evaluate({"formula": checked}, first, last)
    reference = ReferenceEvaluator(world.catalogue, world.lookup)
    gaps = [gap for gap in GAPS if gap.applies(checked.root)]
    found = []
    for area in world.areas(checked.type.area_system):
        for period in period_range(first, last):
            traced, value = reference.cell(checked, area, period), cube.at(area, period)
            if (traced.value is None) != (value is None):
                found.append(f"{area} {period}: reference {traced.value} ({traced.missing}), cubes {value}")
            elif traced.value is not None and value is not None and traced.value != value:
                allowed = max((gap.allowed(traced, _magnitude(traced)) for gap in gaps), default=0.0)
                if not abs(traced.value - value) <= allowed:
                    found.append(f"{area} {period}: reference {traced.value!r}, cubes {value!r}")
            if value is not None and math.copysign(1.0, value) < 0 and value == 0.0:
                found.append(f"{area} {period}: negative zero")
    return found


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_generated_formulas_agree_on_generated_data(data: st.DataObject) -> None:
    world = data.draw(worlds())
    text = data.draw(formulas(world))
    assert disagreements(world, text) == [], text


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_many_formulas_in_one_pass_are_what_each_is_alone(data: st.DataObject) -> None:
    world = data.draw(worlds(max_areas=8))
    texts = data.draw(st.lists(formulas(world, depth=3), min_size=2, max_size=5, unique=True))
    known = {text: check(text, world.catalogue) for text in texts}
    source = MemorySource(_observations(world), world.catalogue)
    first, last = (Period.year(y) for y in (2014, 2021))
    together = dict(CubeEvaluator(source, world.catalogue).evaluate(known, first, last, "main"))
    assert set(together) == set(texts)
    for text, checked in known.items():
        ((_, alone),) = CubeEvaluator(source, world.catalogue).evaluate({text: checked}, first, last, "main")
        assert alone.same_bits(together[text]), text


def test_the_declared_gaps_are_needed_and_have_reasons() -> None:
    assert all(gap.name and gap.reason for gap in GAPS)
    assert not _inexact(nodes.Growth(nodes.SeriesRef("x")))
    assert _inexact(nodes.MeanOver(nodes.SeriesRef("x"), 3))
