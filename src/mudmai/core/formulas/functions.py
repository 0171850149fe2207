"""The table of functions: what each takes and which node it makes. Meaning: :mod:`mudmai.core.formulas.nodes`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mudmai.core.formulas import nodes
from mudmai.core.formulas.nodes import ChildrenFunction, Node, ScalarFunction
from mudmai.core.periods import Frequency
from mudmai.core.units import Unit

MOST_PERIODS = 1_200
"""The longest look back, in periods: a century of months."""


class Takes(StrEnum):
    """What an argument may be."""

    FORMULA = "formula"
    FORMULAS = "formulas"
    """All arguments that are left, at least two."""
    SERIES = "series"
    WHOLE = "whole number"
    SHARE = "share"
    """A number above 0, at most 1."""
    PERIOD = "period"
    WORD = "word"
    FLAG = "true or false"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument. ``named_only``: must be written ``name=``. ``low``/``high`` bound a whole number,
    ``choices`` a word."""

    name: str
    takes: Takes = Takes.FORMULA
    required: bool = True
    named_only: bool = False
    low: int = 0
    high: int = MOST_PERIODS
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language; ``build`` receives the arguments by name, those not given are left out."""

    name: str
    parameters: tuple[Parameter, ...]
    build: Callable[..., Node]

    @property
    def signature(self) -> str:
        """``growth(x, n)`` with optional arguments in square brackets, as the reference writes it."""
        parts = []
        for p in self.parameters:
            name = f"{p.name}=" if p.named_only else p.name + (", ..." if p.takes is Takes.FORMULAS else "")
            parts.append(name if p.required else f"[{name}]")
        return f"{self.name}({', '.join(parts)})"


_X = Parameter("x")
_SERIES = Parameter("series", Takes.SERIES)
_N = Parameter("n", Takes.WHOLE, low=1)
_LEVEL = Parameter("level", Takes.WORD, required=False, named_only=True)
_COVERAGE = Parameter("min_coverage", Takes.SHARE, required=False, named_only=True)
_PARTS = (*(f"Q{q}" for q in range(1, 5)), *(f"M{m}" for m in range(1, 13)), *(f"M0{m}" for m in range(1, 10)))


def _scalar(function: ScalarFunction) -> Callable[..., Node]:
    def build(x: Any, digits: int = 0) -> Node:
        return nodes.Scalar(function, x if isinstance(x, tuple) else (x,), digits)

    return build


def _children(function: ChildrenFunction) -> Callable[..., Node]:
    def build(x: Node, weight: Node | None = None, level: str | None = None, min_coverage: float = 1.0) -> Node:
        return nodes.Children(function, x, weight, level, min_coverage)

    return build


def _pick(x: Node, part: str) -> Node:
    return nodes.PickPart(x, int(part[1:]), Frequency.QUARTERLY if part[0] == "Q" else Frequency.MONTHLY)


def _aggregate(function: ChildrenFunction) -> Function:
    weight: tuple[Parameter, ...] = ()
    if function is ChildrenFunction.WEIGHTED_MEAN:
        weight = (Parameter("weight"),)
    elif function in (ChildrenFunction.GINI, ChildrenFunction.THEIL):
        weight = (Parameter("weight", required=False, named_only=True),)
    return Function(f"children_{function.value}", (_X, *weight, _LEVEL, _COVERAGE), _children(function))


_ALL = (
    Function(
        "if",
        (Parameter("condition"), Parameter("then"), Parameter("otherwise")),
        lambda condition, then, otherwise: nodes.If(condition, then, otherwise),
    ),
    Function("coalesce", (Parameter("x", Takes.FORMULAS),), lambda x: nodes.Coalesce(x)),
    Function("abs", (_X,), _scalar(ScalarFunction.ABS)),
    Function("round", (_X, Parameter("digits", Takes.WHOLE, required=False, high=12)), _scalar(ScalarFunction.ROUND)),
    Function("least", (Parameter("x", Takes.FORMULAS),), _scalar(ScalarFunction.LEAST)),
    Function("greatest", (Parameter("x", Takes.FORMULAS),), _scalar(ScalarFunction.GREATEST)),
    Function("ln", (_X,), _scalar(ScalarFunction.LN)),
    Function("convert", (_X, Parameter("unit", Takes.WORD)), lambda x, unit: nodes.Convert(x, Unit(unit))),
    Function("lag", (_X, Parameter("n", Takes.WHOLE)), lambda x, n: nodes.Lag(x, n)),
    Function("growth", (_X, Parameter("n", Takes.WHOLE, required=False, low=1)), lambda x, n=1: nodes.Growth(x, n)),
    Function("cagr", (_X, _N), lambda x, n: nodes.Cagr(x, n)),
    Function("mean_over", (_X, _N), lambda x, n: nodes.MeanOver(x, n)),
    Function("cumulative", (_X, Parameter("since", Takes.PERIOD)), lambda x, since: nodes.CumulativeSince(x, since)),
    Function("at", (_X, Parameter("period", Takes.PERIOD)), lambda x, period: nodes.AtPeriod(x, period)),
    Function("pick", (_X, Parameter("part", Takes.WORD, choices=_PARTS)), _pick),
    Function(
        "annual", (_X, Parameter("how", Takes.WORD, choices=("sum", "mean"))), lambda x, how: nodes.Annual(x, how)
    ),
    Function("parent", (_X,), lambda x: nodes.Parent(x)),
    Function("share_of_parent", (_X,), lambda x: nodes.ShareOfParent(x)),
    *(_aggregate(f) for f in ChildrenFunction),
    Function("rollup", (_SERIES, _LEVEL), lambda series, level=None: nodes.Rollup(series, level)),
    Function(
        "rank",
        (_X, Parameter("ascending", Takes.FLAG, required=False)),
        lambda x, ascending=False: nodes.Rank(x, ascending),
    ),
    Function(
        "sum_over",
        (_SERIES, Parameter("dimension", Takes.WORD)),
        lambda series, dimension: nodes.SumOver(series, dimension),
    ),
    Function("crosswalk", (_X, Parameter("system", Takes.WORD)), lambda x, system: nodes.Crosswalked(x, system)),
)

FUNCTIONS: Mapping[str, Function] = {f.name: f for f in _ALL}
"""Every function of the language by its name."""

RESERVED = frozenset({"and", "or", "not", "if", "true", "false"})
"""Words that cannot name a series unless quoted with backticks."""
