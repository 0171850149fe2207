"""The closed syntax tree of formulas, and the meaning of every node.

Two evaluators implement this meaning and share no kernel: the readable reference in
:mod:`mudmai.core.formulas.reference` and the fast one in :mod:`mudmai.engine`. A cell is an area and a period. Every
node has a value at a cell or is missing there. Definitions that both must follow:

* A missing operand makes the result missing, unless the node says otherwise. NaN and infinities are never values: an
  operation that would give one is missing (``division_by_zero`` or ``undefined``). A negative zero is zero.
* Booleans are their own type, carried as 1.0 and 0.0; comparison with missing is missing; ``and``/``or`` are missing
  when either side is.
* ``x at period q`` means the cell of the same area; a period without an observation is missing, never a neighbour.
* **Series breaks.** Every node has a set of break periods: the union over its leaves. A node that looks from period p
  at period q is missing (``series_break``) when a break b lies in (min(p,q), max(p,q)]: from b on, values are made by
  another method.
* **Children** of an area are its direct children in the area system, or with ``level`` its descendants at that level,
  as far as they are valid in the period (areas between need not be). When present / valid < ``min_coverage`` (a share,
  0 < c <= 1, default 1) the aggregate is missing (``child_missing``); without any valid child it is ``no_children``.
* Which reason is given when several apply: a break before missing operands, the first missing operand from the left
  before division by zero, that before ``undefined``. Evaluators must agree on missing or not, only the reference gives
  reasons.

All nodes are frozen, hashable and structurally comparable; equal subtrees may be computed once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from mudmai.core.observations import Dims
from mudmai.core.periods import Frequency, Period
from mudmai.core.units import Unit


@dataclass(frozen=True, slots=True)
class Number:
    """A literal. A bare literal takes the unit of what it is added to or compared with; elsewhere it is a pure
    number."""

    value: float


@dataclass(frozen=True, slots=True)
class SeriesRef:
    """Observations of a series; ``dims`` filters (``x[sex="F"]``), totals where a dimension is not named."""

    series: str
    dims: Dims = ()


@dataclass(frozen=True, slots=True)
class Negate:
    """``-x``."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``x + y``, ``x - y`` (same measure), ``x * y``, ``x / y`` (units multiply, divide; y = 0 → division_by_zero)."""

    op: Literal["+", "-", "*", "/"]
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Compare:
    """``x < y`` and its kin; same measure; boolean."""

    op: Literal["<", "<=", ">", ">=", "==", "!="]
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic:
    """``x and y``, ``x or y``; missing when either is missing."""

    op: Literal["and", "or"]
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Not:
    """``not x``."""

    operand: Node


@dataclass(frozen=True, slots=True)
class If:
    """``if(c, x, y)``: only the chosen branch must have a value; a missing condition is missing."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Coalesce:
    """``coalesce(x, y, ...)``: the first that has a value."""

    operands: tuple[Node, ...]


class ScalarFunction(StrEnum):
    """Functions of numbers at one cell."""

    ABS = "abs"
    ROUND = "round"
    """``round(x, digits)``: half to even on the exact binary value, as Python's ``round``: 0.3825 to three
    decimals is 0.383, because the float is a little above."""
    LEAST = "least"
    """``least(x, y, ...)``: missing when any operand is."""
    GREATEST = "greatest"
    LN = "ln"
    """Natural logarithm of a pure number; x <= 0 → undefined."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A scalar function; ``digits`` for ROUND only (0..12)."""

    function: ScalarFunction
    operands: tuple[Node, ...]
    digits: int = 0


@dataclass(frozen=True, slots=True)
class Convert:
    """``convert(x, unit)``: same dimension, other scale. ``factor`` is set by the checker: value * factor."""

    operand: Node
    unit: Unit
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Lag:
    """``lag(x, n)``: x at n periods earlier (n >= 0)."""

    operand: Node
    n: int


@dataclass(frozen=True, slots=True)
class Growth:
    """``growth(x, n=1)``: 100 * (x / lag(x, n) - 1) in per cent; base 0 → division_by_zero, base < 0 → undefined."""

    operand: Node
    n: int = 1


@dataclass(frozen=True, slots=True)
class Cagr:
    """``cagr(x, n)``: 100 * ((x / lag(x, n)) ** (periods per year / n) - 1), per cent a year; base 0 →
    division_by_zero, base < 0 or x < 0 → undefined."""

    operand: Node
    n: int


@dataclass(frozen=True, slots=True)
class MeanOver:
    """``mean_over(x, n)``: mean of the n periods that end here; all must have a value; none across a break."""

    operand: Node
    n: int


@dataclass(frozen=True, slots=True)
class CumulativeSince:
    """``cumulative(x, since=P)``: sum from P to here, all present, none across a break; before P missing
    (``input_missing``)."""

    operand: Node
    since: Period


@dataclass(frozen=True, slots=True)
class AtPeriod:
    """``at(x, P)``: x at P, the same for every period (missing across a break)."""

    operand: Node
    period: Period


@dataclass(frozen=True, slots=True)
class PickPart:
    """``pick(x, "Q4")`` or ``pick(x, "M12")``: a quarterly or monthly node as an annual one, one part of each year.

    ``of`` is how the part was written; the checker holds it against the frequency of the operand. A break in part b of
    year Y is a break of the annual node in Y when b <= part, else in Y + 1."""

    operand: Node
    part: int
    of: Frequency = Frequency.QUARTERLY


@dataclass(frozen=True, slots=True)
class Annual:
    """``annual(x, "sum"|"mean")``: all parts of the year present; none across a break inside the year. A break in any
    part of year Y is a break of the annual node in Y."""

    operand: Node
    how: Literal["sum", "mean"]


@dataclass(frozen=True, slots=True)
class Parent:
    """``parent(x)``: x of the parent area; ``no_parent`` at a root."""

    operand: Node


@dataclass(frozen=True, slots=True)
class ShareOfParent:
    """``share_of_parent(x)``: 100 * x / parent(x), per cent; x must be additive over areas."""

    operand: Node


class ChildrenFunction(StrEnum):
    """Aggregates over children."""

    SUM = "sum"
    MEAN = "mean"
    WEIGHTED_MEAN = "weighted_mean"
    COUNT = "count"
    """Children where a condition is true; unit number."""
    GINI = "gini"
    """sum_ij w_i w_j |x_i - x_j| / (2 W^2 mu); x < 0 → undefined, mu = 0 → division_by_zero."""
    THEIL = "theil"
    """Theil's T: sum_i (w_i/W) (x_i/mu) ln(x_i/mu), 0 ln 0 = 0; x < 0 → undefined, mu = 0 → division_by_zero."""
    MIN = "min"
    MAX = "max"


@dataclass(frozen=True, slots=True)
class Children:
    """``children_sum(x)`` and its kin: ``weight=`` (weighted_mean must, gini and theil may), ``level=``,
    ``min_coverage=``. A weight that is missing makes its child missing; negative weights or a zero total of weights are
    undefined. SUM needs an additive operand."""

    function: ChildrenFunction
    operand: Node
    weight: Node | None = None
    level: str | None = None
    min_coverage: float = 1.0


@dataclass(frozen=True, slots=True)
class Rollup:
    """``rollup(series)``: children made into their whole by the series' own aggregation rule (SUM, WEIGHTED_MEAN,
    RATIO_OF_SUMS); a rule of NONE is refused. The checker rewrites it into Children and Arithmetic nodes."""

    operand: SeriesRef
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Rank:
    """``rank(x)``: 1 for the largest (``rank(x, ascending=true)``: smallest) among valid siblings with a value; ties
    share the better rank. Siblings have the same parent; roots are siblings of roots. An area that is not valid in the
    period has no rank (``input_missing``)."""

    operand: Node
    ascending: bool = False


@dataclass(frozen=True, slots=True)
class SumOver:
    """``sum_over(series, "sex")``: sum of all codes of a dimension, other dimensions as filtered; all present; the
    series must be additive."""

    operand: SeriesRef
    dimension: str


@dataclass(frozen=True, slots=True)
class Crosswalked:
    """``crosswalk(x, "system")``: x carried into another area system by the declared crosswalk. Additive x: weighted
    sum over all links of the destination, all origins present. Other x: one-to-one links only. No link →
    ``no_crosswalk_link``."""

    operand: Node
    destination: str


Node: TypeAlias = (
    Number
    | SeriesRef
    | Negate
    | Arithmetic
    | Compare
    | Logic
    | Not
    | If
    | Coalesce
    | Scalar
    | Convert
    | Lag
    | Growth
    | Cagr
    | MeanOver
    | CumulativeSince
    | AtPeriod
    | PickPart
    | Annual
    | Parent
    | ShareOfParent
    | Children
    | Rollup
    | Rank
    | SumOver
    | Crosswalked
)


@dataclass(frozen=True, slots=True)
class NodeType:
    """What the checker knows of a node.

    ``area_system``/``frequency`` are None for literals. ``additive``: values may be summed over areas. ``breaks``: the
    periods (of this node's frequency) from which another method applies. ``literal``: made of numbers alone. A boolean
    has the unit :data:`~mudmai.core.units.NUMBER`. The type of a literal does not change where it takes another unit.
    """

    unit: Unit
    area_system: str | None
    frequency: Frequency | None
    boolean: bool = False
    additive: bool = False
    breaks: frozenset[Period] = frozenset()
    literal: bool = False
