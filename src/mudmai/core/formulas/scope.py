"""Names of a formula: series, filters and named formulas (inlined, never in a circle), and the limits of its size."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace

from mudmai.core.errors import CycleError, FormulaError, Where
from mudmai.core.formulas import agreement, nodes
from mudmai.core.formulas.agreement import Spot, joined
from mudmai.core.formulas.nodes import Node, NodeType
from mudmai.core.formulas.parse import MAX_DEPTH, Parsed, parse_with_places
from mudmai.core.language import Text
from mudmai.core.series import TOTAL, Catalogue, Series
from mudmai.core.units import NUMBER, Unit

MAX_NODES = 5_000
"""Nodes of one formula after its named formulas are written out."""
MAX_CHAIN = 30
"""Named formulas that may call one another in a row."""


def operands_of(node: Node) -> tuple[Node, ...]:
    """The direct parts of a node, in the order in which they are evaluated."""
    match node:
        case nodes.Number() | nodes.SeriesRef():
            return ()
        case nodes.Arithmetic() | nodes.Compare() | nodes.Logic():
            return (node.left, node.right)
        case nodes.If():
            return (node.condition, node.then, node.otherwise)
        case nodes.Coalesce() | nodes.Scalar():
            return node.operands
        case nodes.Children():
            return (node.operand,) if node.weight is None else (node.operand, node.weight)
    return (node.operand,)


def summed_refs(node: nodes.SumOver, catalogue: Catalogue) -> tuple[nodes.SeriesRef, ...]:
    """The observations that ``sum_over`` adds, one per code of the dimension, in the declared order."""
    ref = node.operand
    codes = next(d.codes for d in catalogue.one_series(ref.series).dimensions if d.id == node.dimension)
    return tuple(nodes.SeriesRef(ref.series, tuple(sorted((*ref.dims, (node.dimension, code))))) for code in codes)


@dataclass(frozen=True, slots=True)
class Typed:
    """A resolved node, its type, and how large and deep its tree is."""

    node: Node
    type: NodeType
    size: int = 1
    depth: int = 1


class Scope(ABC):
    """What a formula may name, what it has been found to be, and the demands that every node shares.

    :meth:`visit` types a node; it is the business of :mod:`mudmai.core.formulas.check`.
    """

    def __init__(self, catalogue: Catalogue, definitions: Mapping[str, str]) -> None:
        self.catalogue = catalogue
        self.definitions = definitions
        self.types: dict[Node, NodeType] = {}
        self.inlined: dict[str, Typed] = {}
        self.open: list[str] = []
        self.level = 0
        self.parsed: Parsed | None = None
        self.definition: str | None = None

    @abstractmethod
    def visit(self, node: Node) -> Typed: ...

    # --- names -----------------------------------------------------------------------------------------------------

    def formula(self, parsed: Parsed, definition: str | None) -> Typed:
        outer = self.parsed, self.definition
        self.parsed, self.definition = parsed, definition
        try:
            return self.visit(parsed.root)
        finally:
            self.parsed, self.definition = outer

    def spot(self, node: Node) -> Spot:
        assert self.parsed is not None
        return Spot(self.parsed, node, self.definition)

    def named(self, ref: nodes.SeriesRef) -> Typed:
        if ref.series in self.definitions:
            return self.defined(ref)
        series = self.series(ref, ref.series)
        node = replace(ref, dims=tuple((d, c) for d, c in ref.dims if c != TOTAL))
        self.check_dims(ref, series)
        kind = NodeType(
            unit=self.catalogue.unit(series.unit),
            area_system=series.area_system,
            frequency=series.frequency,
            additive=series.additive,
            breaks=series.break_periods,
        )
        return self.made(ref, node, kind)

    def series(self, at: Node, name: str) -> Series:
        if name not in self.catalogue.series:
            known = [*self.catalogue.series, *self.definitions]
            hyphened = [k for k in known if k.startswith(name + "-")]
            hint = ", ".join(f"`{k}`" for k in hyphened[:4])
            kind = Text("ชื่ออนุกรมหรือสูตร", "series or named formula")
            raise agreement.unknown(self.spot(at), kind, name, known, "unknown_name", hint)
        return self.catalogue.series[name]

    def defined(self, ref: nodes.SeriesRef) -> Typed:
        name = ref.series
        if name in self.catalogue.series:
            raise self.spot(ref).error(
                FormulaError,
                Text(f"“{name}” เป็นทั้งอนุกรมและสูตร", f"“{name}” is both a series and a named formula"),
                Text("เปลี่ยนชื่อสูตร", "rename the formula"),
                "ambiguous_name",
            )
        if ref.dims:
            raise self.spot(ref).error(
                FormulaError,
                Text(f"“{name}” เป็นสูตร กรองมิติไม่ได้", f"“{name}” is a named formula and cannot be filtered"),
                Text("กรองที่อนุกรมภายในสูตร", "filter the series inside it"),
                "unknown_dimension",
            )
        if name in self.open:
            circle = " → ".join([*self.open[self.open.index(name) :], name])
            raise self.spot(ref).error(
                CycleError,
                Text(f"สูตรอ้างถึงตัวเองเป็นวง: {circle}", f"the formula needs itself: {circle}"),
                Text("ตัดการอ้างถึงข้อใดข้อหนึ่งในวงออก", "break the circle at one of these names"),
            )
        if len(self.open) >= MAX_CHAIN:
            raise self.too_large(ref)
        if name not in self.inlined:
            self.open.append(name)
            try:
                self.inlined[name] = self.formula(self.read(name), name)
            finally:
                self.open.pop()
        return self.inlined[name]

    def read(self, definition: str) -> Parsed:
        try:
            return parse_with_places(self.definitions[definition])
        except FormulaError as error:
            error.where = Where(field=definition)
            raise

    def check_dims(self, ref: nodes.SeriesRef, series: Series) -> None:
        declared = {d.id: d for d in series.dimensions}
        for dimension, code in ref.dims:
            if dimension not in declared:
                kind = Text(f"มิติของ {series.id}", f"dimension of {series.id}")
                raise agreement.unknown(self.spot(ref), kind, dimension, list(declared), "unknown_dimension")
            if code != TOTAL and code not in declared[dimension].codes:
                kind = Text(f"รหัสของมิติ {dimension}", f"code of the dimension {dimension}")
                known = list(declared[dimension].codes)
                raise agreement.unknown(self.spot(ref), kind, code, known, "unknown_dimension")

    def types_of(self, root: Node) -> dict[Node, NodeType]:
        found: dict[Node, NodeType] = {}
        waiting = [root]
        while waiting:
            node = waiting.pop()
            if node not in found:
                found[node] = self.types[node]
                waiting.extend(operands_of(node))
        return found

    def leaves(self, root: Node) -> tuple[nodes.SeriesRef, ...]:
        found: dict[nodes.SeriesRef, None] = {}
        seen: set[Node] = set()

        def walk(node: Node) -> None:
            if node in seen:
                return
            seen.add(node)
            if isinstance(node, nodes.SumOver):
                found.update(dict.fromkeys(summed_refs(node, self.catalogue)))
            elif isinstance(node, nodes.SeriesRef):
                found[node] = None
            else:
                for operand in operands_of(node):
                    walk(operand)

        walk(root)
        return tuple(found)

    # --- limits and shared demands ---------------------------------------------------------------------------------

    def made(self, at: Node, node: Node, kind: NodeType, *operands: Typed) -> Typed:
        size = 1 + sum(o.size for o in operands)
        depth = 1 + max((o.depth for o in operands), default=0)
        if size > MAX_NODES or depth > MAX_DEPTH:
            raise self.too_large(at)
        self.types[node] = kind
        return Typed(node, kind, size, depth)

    def too_large(self, at: Node) -> FormulaError:
        return self.spot(at).error(
            FormulaError,
            Text(
                f"เมื่อแทนสูตรย่อยแล้ว สูตรใหญ่เกิน {MAX_NODES:,} ส่วน ลึกเกิน {MAX_DEPTH} ชั้น หรืออ้างสูตรต่อกันเกิน {MAX_CHAIN} ทอด",
                f"with its named formulas written out it has more than {MAX_NODES:,} parts or {MAX_DEPTH} levels,"
                f" or more than {MAX_CHAIN} named formulas call one another in a row",
            ),
            Text("ทำสูตรให้สั้นลง", "make the formula simpler"),
            "formula_too_deep",
        )

    def number(self, node: Node) -> Typed:
        found = self.visit(node)
        if found.type.boolean:
            raise agreement.boolean_clash(self.spot(node), node, wants_boolean=False)
        return found

    def condition(self, node: Node) -> Typed:
        found = self.visit(node)
        if not found.type.boolean:
            raise agreement.boolean_clash(self.spot(node), node, wants_boolean=True)
        return found

    def data(self, found: Typed, at: Node, function: str) -> Typed:
        if found.type.area_system is None or found.type.frequency is None:
            raise agreement.needs_series(self.spot(at), found.node, function)
        return found

    def additive(self, found: Typed, at: Node, function: str) -> Typed:
        if not found.type.additive:
            raise agreement.not_additive(self.spot(at), found.node, function)
        return found

    def join(self, at: Node, *sides: Typed) -> NodeType:
        return joined(self.spot(at), self.catalogue, [(s.node, s.type) for s in sides])

    def one_measure(self, at: Node, sides: list[Typed], doing: Text) -> Unit:
        measured = [s for s in sides if not s.type.literal]
        if not measured:
            return NUMBER
        first = measured[0]
        for other in measured[1:]:
            if not first.type.unit.same_measure(other.type.unit):
                raise agreement.unit_clash(
                    self.spot(at), self.catalogue, first.node, first.type.unit, other.node, other.type.unit, doing
                )
        return first.type.unit
