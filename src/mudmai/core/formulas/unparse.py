"""Syntax tree → text that parses to the same tree."""

from __future__ import annotations

import re
from typing import Any

from mudmai.core.formulas import nodes
from mudmai.core.formulas.functions import RESERVED
from mudmai.core.formulas.nodes import Node
from mudmai.core.periods import Frequency

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*")
_POWER = {"or": 10, "and": 20, "+": 50, "-": 50, "*": 60, "/": 60}
_NOT, _COMPARE, _NEGATE, _ATOM = 30, 40, 70, 100


def unparse(node: Node) -> str:
    """The formula as text, with brackets only where they are needed.

    >>> unparse(nodes.Negate(nodes.Arithmetic("+", nodes.SeriesRef("a"), nodes.Number(1.0))))
    '-(a + 1)'
    """
    return _written(node)[0]


def write_literal(value: float) -> str:
    """A number as the language writes it: ``5``, ``0.25``, ``1e+16``."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _at_least(node: Node, power: int) -> str:
    text, binds = _written(node)
    return text if binds >= power else f"({text})"


def _written(node: Node) -> tuple[str, int]:
    match node:
        case nodes.Number(value):
            return write_literal(value), _ATOM if value >= 0 else _NEGATE
        case nodes.Negate(operand):
            return f"-{_at_least(operand, _NEGATE)}", _NEGATE
        case nodes.Arithmetic(op, left, right) | nodes.Logic(op, left, right):
            power = _POWER[op]
            return f"{_at_least(left, power)} {op} {_at_least(right, power + 1)}", power
        case nodes.Compare(op, left, right):
            return f"{_at_least(left, _COMPARE + 1)} {op} {_at_least(right, _COMPARE + 1)}", _COMPARE
        case nodes.Not(operand):
            return f"not {_at_least(operand, _NOT)}", _NOT
    return _atom(node), _ATOM


def _atom(node: Node) -> str:
    match node:
        case nodes.SeriesRef(series, dims):
            name = series if _PLAIN_NAME.fullmatch(series) and series not in RESERVED else f"`{series}`"
            return name + (f"[{', '.join(f'{_dimension(d)}={_quoted(c)}' for d, c in dims)}]" if dims else "")
        case nodes.If(condition, then, otherwise):
            return _call("if", condition, then, otherwise)
        case nodes.Coalesce(operands):
            return _call("coalesce", *operands)
        case nodes.Scalar(function, operands, digits):
            return _call(function.value, *operands, *([str(digits)] if digits else []))
        case nodes.Convert(operand, unit):
            return _call("convert", operand, _quoted(unit.code))
        case nodes.Rank(operand, ascending):
            return _call("rank", operand, *(["ascending=true"] if ascending else []))
        case nodes.SumOver(operand, dimension):
            return _call("sum_over", operand, _quoted(dimension))
        case nodes.Crosswalked(operand, destination):
            return _call("crosswalk", operand, _quoted(destination))
        case nodes.Children() | nodes.Rollup() | nodes.Parent() | nodes.ShareOfParent():
            return _over_areas(node)
    return _over_time(node)


def _over_time(node: Node) -> str:
    match node:
        case nodes.Lag(operand, n):
            return _call("lag", operand, str(n))
        case nodes.Growth(operand, n):
            return _call("growth", operand, *([str(n)] if n != 1 else []))
        case nodes.Cagr(operand, n):
            return _call("cagr", operand, str(n))
        case nodes.MeanOver(operand, n):
            return _call("mean_over", operand, str(n))
        case nodes.CumulativeSince(operand, since):
            return _call("cumulative", operand, f"since={since.iso}")
        case nodes.AtPeriod(operand, period):
            return _call("at", operand, period.iso)
        case nodes.PickPart(operand, part, of):
            return _call("pick", operand, _quoted(f"{'Q' if of is Frequency.QUARTERLY else 'M'}{part}"))
        case nodes.Annual(operand, how):
            return _call("annual", operand, _quoted(how))
    raise TypeError(f"not a node of the formula language: {node!r}")


def _over_areas(node: nodes.Children | nodes.Rollup | nodes.Parent | nodes.ShareOfParent) -> str:
    match node:
        case nodes.Parent(operand):
            return _call("parent", operand)
        case nodes.ShareOfParent(operand):
            return _call("share_of_parent", operand)
        case nodes.Rollup(operand, level):
            return _call("rollup", operand, *([f"level={_quoted(level)}"] if level else []))
    options: list[str] = []
    if node.weight is not None:
        options.append(f"weight={unparse(node.weight)}")
    if node.level is not None:
        options.append(f"level={_quoted(node.level)}")
    if node.min_coverage != 1.0:
        options.append(f"min_coverage={node.min_coverage!r}")
    return _call(f"children_{node.function.value}", node.operand, *options)


def _call(name: str, *arguments: Any) -> str:
    return f"{name}({', '.join(a if isinstance(a, str) else unparse(a) for a in arguments)})"


def _dimension(name: str) -> str:
    return name if _PLAIN_NAME.fullmatch(name) else _quoted(name)


def _quoted(word: str) -> str:
    return f"'{word}'" if '"' in word else f'"{word}"'
