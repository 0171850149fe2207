"""Before anything is computed: names, units, area systems, frequencies and aggregation rules of a formula.

A formula that passes has a :class:`NodeType` for every node, its named formulas inlined, its roll-ups written out and
its conversions given their factors; what remains to go wrong at a cell is missing data.

What may be added over areas (``additive``): series with the rule ``sum``; their negation, sums and differences;
products with and quotients by numbers alone; conversions; ``lag``, ``at``, ``pick``, ``annual``, ``mean_over``,
``cumulative``, ``sum_over``, ``crosswalk`` of such; ``children_sum``, ``children_count``; ``if`` and ``coalesce`` when
every branch is such or the number 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mudmai.core.errors import AreaSystemError, FormulaError, UnitError
from mudmai.core.formulas import agreement, nodes
from mudmai.core.formulas.agreement import Spot
from mudmai.core.formulas.nodes import ChildrenFunction, Node, NodeType, ScalarFunction
from mudmai.core.formulas.parse import MAX_DEPTH, parse_with_places
from mudmai.core.formulas.scope import Scope, Typed
from mudmai.core.language import Text
from mudmai.core.periods import Frequency, Period
from mudmai.core.series import AggregationRule, Catalogue
from mudmai.core.units import BUILT_IN, NUMBER, PERCENT, RATIO, Unit

_ADDED, _SUBTRACTED = Text("บวก", "added"), Text("ลบ", "subtracted")
_COMPARED, _CHOSEN = Text("เปรียบเทียบ", "compared"), Text("ใช้เป็นทางเลือกเดียว", "alternatives of one result")


@dataclass(frozen=True)
class CheckedFormula:
    """A formula that may be computed.

    ``root`` has every name resolved; ``types`` knows each of its nodes; ``type`` is the root's, in the demanded unit
    where one was asked for; ``series`` are all observations it reads (``sum_over`` written out), each once.
    """

    text: str
    root: Node
    types: Mapping[Node, NodeType] = field(compare=False, repr=False)
    type: NodeType
    series: tuple[nodes.SeriesRef, ...]


def check(
    text: str,
    catalogue: Catalogue,
    definitions: Mapping[str, str] | None = None,
    area_system: str | None = None,
    unit: str | None = None,
) -> CheckedFormula:
    """Read and type ``text``.

    ``definitions`` are named formulas (id → text); ``area_system`` and ``unit`` are demands on the result.
    Raises :class:`FormulaError` and its kin (:class:`UnitError`, :class:`AreaSystemError`, :class:`CycleError`).
    """
    checker = _Checker(catalogue, definitions or {})
    parsed = parse_with_places(text)
    whole = checker.formula(parsed, None)
    spot = Spot(parsed, parsed.root)
    kind = whole.type
    if unit is not None:
        wanted = catalogue.unit(unit)
        if kind.boolean:
            raise agreement.boolean_clash(spot, parsed.root, wants_boolean=False)
        if not kind.literal and not kind.unit.same_measure(wanted):
            raise agreement.demanded_unit_clash(spot, kind.unit, wanted)
        kind = replace(kind, unit=wanted)
    if area_system is not None and kind.area_system not in (None, area_system):
        raise _wrong_system(spot, catalogue, kind.area_system or "", area_system)
    return CheckedFormula(text, whole.node, checker.types_of(whole.node), kind, checker.leaves(whole.node))


def _wrong_system(spot: Spot, catalogue: Catalogue, found: str, wanted: str) -> FormulaError:
    catalogue.area_system(wanted)
    remedy = Text(
        "ใช้อนุกรมของระบบพื้นที่ที่ต้องการ เพราะยังไม่มีตารางเทียบพื้นที่",
        "use series of the system asked for; no crosswalk is declared",
    )
    if (found, wanted) in catalogue.crosswalks:
        remedy = Text(f'ครอบสูตรด้วย crosswalk(..., "{wanted}")', f'wrap it in crosswalk(..., "{wanted}")')
    return spot.error(
        AreaSystemError,
        Text(
            f"สูตรให้ผลในระบบพื้นที่ {found} แต่ต้องการระบบ {wanted}",
            f"the formula gives areas of {found}, but {wanted} is asked for",
        ),
        remedy,
    )


class _Checker(Scope):
    def visit(self, node: Node) -> Typed:
        if isinstance(node, nodes.SeriesRef):
            return self.named(node)
        self.level += 1
        if self.level > MAX_DEPTH:
            raise self.too_large(node)  # before Python itself runs out of stack in a chain of named formulas
        try:
            return self.typed(node)
        finally:
            self.level -= 1

    def typed(self, node: Node) -> Typed:
        match node:
            case nodes.Number():
                return self.made(node, node, NodeType(NUMBER, None, None, literal=True))
            case nodes.Negate(operand):
                x = self.number(operand)
                return self.made(node, nodes.Negate(x.node), x.type, x)
            case nodes.Arithmetic():
                return self.arithmetic(node)
            case nodes.Compare() | nodes.Logic():
                return self.relation(node)
            case nodes.Not(operand):
                x = self.condition(operand)
                return self.made(node, nodes.Not(x.node), x.type, x)
            case nodes.If() | nodes.Coalesce():
                return self.choice(node)
            case nodes.Scalar():
                return self.scalar(node)
            case nodes.Convert():
                return self.convert(node)
            case nodes.Growth() | nodes.Cagr():
                x = self.data(self.number(node.operand), node.operand, node.__class__.__name__.lower())
                return self.made(node, replace(node, operand=x.node), _plain(x.type, PERCENT), x)
            case nodes.Rollup():
                return self.rollup(node)
            case nodes.SumOver():
                return self.sum_over(node)
            case nodes.Parent() | nodes.ShareOfParent() | nodes.Children() | nodes.Rank() | nodes.Crosswalked():
                return self.over_areas(node)
        return self.over_time(node)

    def arithmetic(self, node: nodes.Arithmetic) -> Typed:
        x, y = self.number(node.left), self.number(node.right)
        kind = self.join(node, x, y)
        if node.op in ("+", "-"):
            unit = self.one_measure(node, [x, y], _ADDED if node.op == "+" else _SUBTRACTED)
            additive = x.type.additive and y.type.additive
        else:
            unit = agreement.product(self.catalogue, x.type.unit, y.type.unit, node.op)
            scaled = x.type.additive and y.type.literal
            additive = scaled or (node.op == "*" and x.type.literal and y.type.additive)
        made = nodes.Arithmetic(node.op, x.node, y.node)
        return self.made(node, made, replace(kind, unit=unit, additive=additive), x, y)

    def relation(self, node: nodes.Compare | nodes.Logic) -> Typed:
        demand = self.number if isinstance(node, nodes.Compare) else self.condition
        x, y = demand(node.left), demand(node.right)
        kind = self.join(node, x, y)
        if isinstance(node, nodes.Compare):
            self.one_measure(node, [x, y], _COMPARED)
        made = replace(node, left=x.node, right=y.node)
        return self.made(node, made, replace(kind, unit=NUMBER, boolean=True), x, y)

    def choice(self, node: nodes.If | nodes.Coalesce) -> Typed:
        condition = [self.condition(node.condition)] if isinstance(node, nodes.If) else []
        written = (node.then, node.otherwise) if isinstance(node, nodes.If) else node.operands
        first = self.visit(written[0])
        demand = self.condition if first.type.boolean else self.number
        branches = [first, *(demand(w) for w in written[1:])]
        kind = self.join(node, *condition, *branches)
        unit = NUMBER if first.type.boolean else self.one_measure(node, branches, _CHOSEN)
        additive = any(b.type.additive for b in branches) and all(
            b.type.additive or b.node == nodes.Number(0.0) for b in branches
        )
        made: Node
        if isinstance(node, nodes.If):
            made = nodes.If(condition[0].node, branches[0].node, branches[1].node)
        else:
            made = nodes.Coalesce(tuple(b.node for b in branches))
        kind = replace(kind, unit=unit, boolean=first.type.boolean, additive=additive)
        return self.made(node, made, kind, *condition, *branches)

    def scalar(self, node: nodes.Scalar) -> Typed:
        operands = [self.number(o) for o in node.operands]
        kind = self.join(node, *operands)
        if node.function is ScalarFunction.LN:
            unit = operands[0].type.unit
            if not unit.same_measure(RATIO):
                raise agreement.not_pure(self.spot(node), operands[0].node, unit)
            unit = RATIO
        else:
            unit = self.one_measure(node, operands, _COMPARED)
        made = replace(node, operands=tuple(o.node for o in operands))
        return self.made(node, made, replace(kind, unit=unit), *operands)

    def convert(self, node: nodes.Convert) -> Typed:
        x = self.number(node.operand)
        known = [*self.catalogue.units, *BUILT_IN]
        if node.unit.code not in known:
            raise agreement.unknown(self.spot(node), Text("หน่วย", "unit"), node.unit.code, known, "unknown_unit")
        unit = self.catalogue.unit(node.unit.code)
        if x.type.unit.dimension != unit.dimension:
            found, wanted = agreement.say_unit(x.type.unit), agreement.say_unit(unit)
            raise self.spot(node).error(
                UnitError,
                Text(
                    f"แปลง {agreement.quote(x.node)} จาก{found.th} เป็น{wanted.th} ไม่ได้",
                    f"{agreement.quote(x.node)} is in {found.en} and cannot be converted to {wanted.en}",
                ),
                Text("แปลงได้เฉพาะหน่วยที่วัดสิ่งเดียวกันแต่ต่างขนาด", "only units of one measure and another size convert"),
            )
        return self.converted(node, x, unit)

    def converted(self, at: Node, x: Typed, unit: Unit) -> Typed:
        factor = float(x.type.unit.scale / unit.scale)
        return self.made(at, nodes.Convert(x.node, unit, factor), replace(x.type, unit=unit, literal=False), x)

    # --- time --------------------------------------------------------------------------------------------------------

    def over_time(self, node: Node) -> Typed:
        match node:
            case nodes.Lag() | nodes.AtPeriod():
                x = self.data(self.visit(node.operand), node.operand, "lag" if isinstance(node, nodes.Lag) else "at")
            case nodes.MeanOver():
                x = self.data(self.number(node.operand), node.operand, "mean_over")
            case nodes.CumulativeSince():
                x = self.data(self.number(node.operand), node.operand, "cumulative")
            case nodes.PickPart():
                return self.pick(node)
            case nodes.Annual():
                return self.annual(node)
            case _:
                raise TypeError(f"not a node of the formula language: {node!r}")
        period = getattr(node, "period", getattr(node, "since", None))
        if isinstance(period, Period) and period.frequency is not x.type.frequency:
            raise self.wrong_period(node, x, period)
        return self.made(node, replace(node, operand=x.node), x.type, x)

    def wrong_period(self, at: Node, x: Typed, period: Period) -> FormulaError:
        assert x.type.frequency is not None
        given, found = agreement.FREQUENCY_WORDS[period.frequency], agreement.FREQUENCY_WORDS[x.type.frequency]
        samples = {"A": "2020", "F": "FY2020", "Q": "2020-Q1", "M": "2020-01"}
        sample = samples[x.type.frequency.value]
        return self.spot(at).error(
            FormulaError,
            Text(
                f"{period.iso} เป็นช่วงเวลา{given.th} แต่ {agreement.quote(x.node)} เป็นข้อมูล{found.th}",
                f"{period.iso} is {given.en}, but {agreement.quote(x.node)} is {found.en}",
            ),
            Text(f"เขียนช่วงเวลาแบบ {sample}", f"write a period like {sample}"),
            "frequency_clash",
        )

    def pick(self, node: nodes.PickPart) -> Typed:
        x = self.data(self.visit(node.operand), node.operand, "pick")
        if x.type.frequency is not node.of:
            raise self.not_parts(node, x, "pick", (node.of,))
        shifted = frozenset(Period.year(b.year_ce + (0 if b.part <= node.part else 1)) for b in x.type.breaks)
        kind = replace(x.type, frequency=Frequency.ANNUAL, breaks=shifted)
        return self.made(node, replace(node, operand=x.node), kind, x)

    def annual(self, node: nodes.Annual) -> Typed:
        x = self.data(self.number(node.operand), node.operand, "annual")
        if x.type.frequency not in (Frequency.QUARTERLY, Frequency.MONTHLY):
            raise self.not_parts(node, x, "annual", (Frequency.QUARTERLY, Frequency.MONTHLY))
        years = frozenset(Period.year(b.year_ce) for b in x.type.breaks)
        kind = replace(x.type, frequency=Frequency.ANNUAL, breaks=years)
        return self.made(node, replace(node, operand=x.node), kind, x)

    def not_parts(self, at: Node, x: Typed, function: str, wanted: tuple[Frequency, ...]) -> FormulaError:
        assert x.type.frequency is not None
        words = agreement.FREQUENCY_WORDS
        th, en = "หรือ".join(words[w].th for w in wanted), " or ".join(words[w].en for w in wanted)
        found = words[x.type.frequency]
        return self.spot(at).error(
            FormulaError,
            Text(
                f"{function} ตรงนี้ต้องการข้อมูล{th} แต่ {agreement.quote(x.node)} เป็นข้อมูล{found.th}",
                f"{function} needs {en} data here, but {agreement.quote(x.node)} is {found.en}",
            ),
            Text(
                "ใช้ Q1-Q4 กับข้อมูลรายไตรมาส M1-M12 กับข้อมูลรายเดือน ข้อมูลรายปีใช้ได้เลย",
                "Q1-Q4 go with quarters, M1-M12 with months; annual data need neither",
            ),
            "frequency_clash",
        )

    # --- areas and dimensions ----------------------------------------------------------------------------------------

    def over_areas(
        self, node: nodes.Parent | nodes.ShareOfParent | nodes.Children | nodes.Rank | nodes.Crosswalked
    ) -> Typed:
        match node:
            case nodes.Parent(operand):
                x = self.data(self.visit(operand), operand, "parent")
                return self.made(node, nodes.Parent(x.node), replace(x.type, additive=False), x)
            case nodes.ShareOfParent(operand):
                x = self.data(self.number(operand), operand, "share_of_parent")
                self.additive(x, operand, "share_of_parent")
                return self.made(node, nodes.ShareOfParent(x.node), _plain(x.type, PERCENT), x)
            case nodes.Rank(operand, ascending):
                x = self.data(self.number(operand), operand, "rank")
                return self.made(node, nodes.Rank(x.node, ascending), _plain(x.type, NUMBER), x)
            case nodes.Crosswalked():
                return self.crosswalk(node)
        return self.children(node)

    def children(self, node: nodes.Children) -> Typed:
        name = f"children_{node.function.value}"
        counting = node.function is ChildrenFunction.COUNT
        x = self.condition(node.operand) if counting else self.number(node.operand)
        self.data(x, node.operand, name)
        if node.function is ChildrenFunction.SUM:
            self.additive(x, node.operand, name)
        sides = [x] if node.weight is None else [x, self.number(node.weight)]
        kind = self.join(node, *sides)
        assert kind.area_system is not None
        if node.level is not None:
            levels = list(self.catalogue.area_system(kind.area_system).levels)
            if node.level not in levels:
                what = Text(f"ระดับของระบบพื้นที่ {kind.area_system}", f"level of the area system {kind.area_system}")
                raise agreement.unknown(self.spot(node), what, node.level, levels, "unknown_level")
        units = {ChildrenFunction.COUNT: NUMBER, ChildrenFunction.GINI: RATIO, ChildrenFunction.THEIL: RATIO}
        unit = units.get(node.function, x.type.unit)
        made = replace(node, operand=x.node, weight=sides[1].node if len(sides) > 1 else None)
        kind = replace(kind, unit=unit, additive=node.function in (ChildrenFunction.SUM, ChildrenFunction.COUNT))
        return self.made(node, made, kind, *sides)

    def crosswalk(self, node: nodes.Crosswalked) -> Typed:
        x = self.data(self.visit(node.operand), node.operand, "crosswalk")
        origin = x.type.area_system or ""
        if (origin, node.destination) not in self.catalogue.crosswalks:
            ways = sorted(d for o, d in self.catalogue.crosswalks if o == origin)
            listed = ", ".join(ways) or "–"
            raise self.spot(node).error(
                AreaSystemError,
                Text(
                    f"ยังไม่มีตารางเทียบพื้นที่จาก {origin} ไป {node.destination}",
                    f"no crosswalk from {origin} to {node.destination} is declared",
                ),
                Text(f"จาก {origin} ไปได้ถึง: {listed}", f"from {origin} there are crosswalks to: {listed}"),
            )
        kind = replace(x.type, area_system=node.destination)
        return self.made(node, nodes.Crosswalked(x.node, node.destination), kind, x)

    def sum_over(self, node: nodes.SumOver) -> Typed:
        name = node.operand.series
        series = self.series(node.operand, name)
        x = self.named(node.operand)
        ref = x.node
        assert isinstance(ref, nodes.SeriesRef)
        self.additive(x, node.operand, "sum_over")
        declared = [d.id for d in series.dimensions]
        if node.dimension not in declared:
            kind = Text(f"มิติของ {name}", f"dimension of {name}")
            raise agreement.unknown(self.spot(node), kind, node.dimension, declared, "unknown_dimension")
        if node.dimension in dict(ref.dims):
            raise self.spot(node).error(
                FormulaError,
                Text(f"กรองมิติ {node.dimension} แล้วยังรวมมิติเดียวกัน", f"{node.dimension} is filtered and summed at once"),
                Text("เลือกอย่างใดอย่างหนึ่ง", "keep the filter or the sum"),
                "unknown_dimension",
            )
        return self.made(node, nodes.SumOver(ref, node.dimension), x.type, x)

    def rollup(self, node: nodes.Rollup) -> Typed:
        ref, level = node.operand, node.level
        series = self.series(ref, ref.series)
        self.check_dims(ref, series)
        how = series.aggregation
        match how.rule:
            case AggregationRule.SUM:
                return self.visit(nodes.Children(ChildrenFunction.SUM, ref, level=level))
            case AggregationRule.WEIGHTED_MEAN if how.weight:
                weight = nodes.SeriesRef(how.weight, ref.dims)
                return self.visit(nodes.Children(ChildrenFunction.WEIGHTED_MEAN, ref, weight, level))
            case AggregationRule.RATIO_OF_SUMS if how.numerator and how.denominator:
                over = nodes.Children(ChildrenFunction.SUM, nodes.SeriesRef(how.numerator, ref.dims), level=level)
                under = nodes.Children(ChildrenFunction.SUM, nodes.SeriesRef(how.denominator, ref.dims), level=level)
                x = self.visit(nodes.Arithmetic("/", over, under))
                unit = self.catalogue.unit(series.unit)
                if x.type.unit.same_measure(unit):
                    return x
                if x.type.unit.dimension != unit.dimension:
                    raise agreement.unit_clash(
                        self.spot(node), self.catalogue, ref, unit, x.node, x.type.unit, _COMPARED
                    )
                return self.converted(node, x, unit)
        raise self.spot(node).error(
            FormulaError,
            Text(f"อนุกรม {ref.series} ไม่มีกติกาการรวมพื้นที่", f"the series {ref.series} has no rule to aggregate areas"),
            Text(
                "เลือกเองด้วย children_mean, children_weighted_mean(x, น้ำหนัก) หรือประกาศกติกาในแพ็ก",
                "choose: children_mean, children_weighted_mean(x, weight), or declare a rule in the pack",
            ),
            "aggregation",
        )


def _plain(kind: NodeType, unit: Unit) -> NodeType:
    return replace(kind, unit=unit, additive=False)
