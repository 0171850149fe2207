"""Every node of a formula as a phrase, in Thai and English.

A phrase is a noun phrase that fits inside another one; what would be read wrongly there is put in brackets. Series are
called by their titles, dimensions by their labels, periods in the calendar of the language.
"""

from __future__ import annotations

from mudmai.core.formulas import nodes
from mudmai.core.formulas.nodes import ChildrenFunction, Node, ScalarFunction
from mudmai.core.formulas.scope import operands_of
from mudmai.core.language import Text, same, write_number
from mudmai.core.observations import Dims
from mudmai.core.period_text import MONTHS_EN_FULL, MONTHS_TH_FULL, period_text
from mudmai.core.periods import Frequency
from mudmai.core.series import Catalogue, Series

_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "/", "<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}
_POWER = {"or": 1, "and": 2, "+": 5, "-": 5, "*": 6, "/": 6}
_LONG, _COMPARE, _NOUN, _ATOM = 0, 4, 8, 9
"""How tightly a phrase holds together: a clause, a comparison, a noun phrase, a single name or number."""

_PERIOD_NAMES = {
    Frequency.ANNUAL: (Text("ปี", "year"), "years"),
    Frequency.FISCAL: (Text("ปีงบประมาณ", "fiscal year"), "fiscal years"),
    Frequency.QUARTERLY: (Text("ไตรมาส", "quarter"), "quarters"),
    Frequency.MONTHLY: (Text("เดือน", "month"), "months"),
}


def phrase(node: Node, catalogue: Catalogue) -> Text:
    """``node`` in words."""
    return _Phrases(catalogue).of(node)[0]


def series_of(node: Node, catalogue: Catalogue) -> Series | None:
    """A series that ``node`` reads, for its frequency and area system; None when the catalogue knows none."""
    if isinstance(node, nodes.SeriesRef):
        return catalogue.series.get(node.series)
    return next((s for o in operands_of(node) if (s := series_of(o, catalogue)) is not None), None)


def is_constant(node: Node) -> bool:
    """True when ``node`` is made of numbers alone."""
    return not isinstance(node, nodes.SeriesRef) and all(is_constant(o) for o in operands_of(node))


def frequency_of(node: Node, catalogue: Catalogue) -> Frequency:
    """The frequency of ``node``; annual where it cannot be known."""
    if isinstance(node, nodes.PickPart | nodes.Annual):
        return Frequency.ANNUAL
    if isinstance(node, nodes.SeriesRef):
        known = catalogue.series.get(node.series)
        return known.frequency if known else Frequency.ANNUAL
    known_parts = [o for o in operands_of(node) if series_of(o, catalogue) is not None]
    return frequency_of(known_parts[0], catalogue) if known_parts else Frequency.ANNUAL


def area_system_of(node: Node, catalogue: Catalogue) -> str | None:
    """The area system of ``node``; None for numbers alone."""
    if isinstance(node, nodes.Crosswalked):
        return node.destination
    if isinstance(node, nodes.SeriesRef):
        known = catalogue.series.get(node.series)
        return known.area_system if known else None
    found = (area_system_of(o, catalogue) for o in operands_of(node))
    return next((system for system in found if system is not None), None)


def plain_number(value: float) -> str:
    """A number as it was meant in a formula, with the decimals that it has."""
    decimals = 0 if value.is_integer() else min(12, len(f"{value:.12f}".rstrip("0").partition(".")[2]))
    return write_number(value, decimals)


Phrase = tuple[Text, int]


class _Phrases:
    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def of(self, node: Node) -> Phrase:
        match node:
            case nodes.Number(value):
                return same(plain_number(value)), _ATOM
            case nodes.SeriesRef(series, dims):
                return self.series(series, dims), _ATOM
            case nodes.Negate(operand):
                x = self.inside(operand, _NOUN)
                return Text(f"−{x.th}", f"−{x.en}"), 7
            case nodes.Arithmetic(op, left, right):
                x, y = self.inside(left, _POWER[op]), self.inside(right, _POWER[op] + 1)
                return Text(f"{x.th} {_SIGNS[op]} {y.th}", f"{x.en} {_SIGNS[op]} {y.en}"), _POWER[op]
            case nodes.Compare() | nodes.Logic() | nodes.Not() | nodes.If() | nodes.Coalesce():
                return self.choice(node)
            case nodes.Scalar() | nodes.Convert():
                return self.scalar(node), _NOUN
            case nodes.Children() | nodes.Rollup():
                return self.children(node), _NOUN
            case nodes.Parent() | nodes.ShareOfParent() | nodes.Rank() | nodes.SumOver() | nodes.Crosswalked():
                return self.over_areas(node), _NOUN
        return self.over_time(node), _NOUN

    def inside(self, node: Node, power: int = _ATOM) -> Text:
        text, holds = self.of(node)
        return text if holds >= power else Text(f"({text.th})", f"({text.en})")

    def named(self, node: Node) -> Text:
        """Inside a noun phrase: anything but arithmetic and clauses may stand bare."""
        return self.inside(node, _NOUN)

    def listed(self, operands: tuple[Node, ...]) -> Text:
        parts = [self.inside(o, _POWER["+"]) for o in operands]
        return Text(", ".join(p.th for p in parts), ", ".join(p.en for p in parts))

    def series(self, series: str, dims: Dims) -> Text:
        known = self.catalogue.series.get(series)
        title = known.title if known else same(series)
        if not dims:
            return title
        declared = {d.id: d for d in known.dimensions} if known else {}
        th, en = [], []
        for dimension, code in dims:
            one = declared.get(dimension)
            name = one.title if one else same(dimension)
            label = one.labels.get(code, same(code)) if one else same(code)
            th.append(f"{name.th}: {label.th}")
            en.append(f"{name.en}: {label.en}")
        return Text(f"{title.th} ({', '.join(th)})", f"{title.en} ({', '.join(en)})")

    # --- clauses -----------------------------------------------------------------------------------------------------

    def choice(self, node: Node) -> Phrase:
        match node:
            case nodes.Compare(op, left, right):
                x, y = self.inside(left, _COMPARE + 1), self.inside(right, _COMPARE + 1)
                return Text(f"{x.th} {_SIGNS[op]} {y.th}", f"{x.en} {_SIGNS[op]} {y.en}"), _COMPARE
            case nodes.Logic(op, left, right):
                x, y = self.inside(left, _POWER[op]), self.inside(right, _POWER[op] + 1)
                word = Text("และ", "and") if op == "and" else Text("หรือ", "or")
                return Text(f"{x.th} {word.th} {y.th}", f"{x.en} {word.en} {y.en}"), _POWER[op]
            case nodes.Not(operand):
                x = self.inside(operand, _ATOM)
                return Text(f"ไม่ใช่กรณี {x.th}", f"not {x.en}"), 3
            case nodes.If(condition, then, otherwise):
                c, x, y = self.of(condition)[0], self.inside(then, 1), self.inside(otherwise, 1)
                return Text(f"ถ้า {c.th} ใช้ {x.th} มิฉะนั้นใช้ {y.th}", f"if {c.en} then {x.en}, otherwise {y.en}"), _LONG
            case nodes.Coalesce(operands):
                x = self.listed(operands)
                return Text(f"ค่าแรกที่มีข้อมูลจาก {x.th}", f"the first that has a value of {x.en}"), _LONG
        raise TypeError(f"not a clause: {node!r}")

    def scalar(self, node: nodes.Scalar | nodes.Convert) -> Text:
        if isinstance(node, nodes.Convert):
            x = self.named(node.operand)
            unit = self.catalogue.units.get(node.unit.code, node.unit).label
            return Text(f"{x.th} ในหน่วย {unit.th or node.unit.code}", f"{x.en} in {unit.en or node.unit.code}")
        x = self.named(node.operands[0])
        match node.function:
            case ScalarFunction.ABS:
                return Text(f"ค่าสัมบูรณ์ของ {x.th}", f"the absolute value of {x.en}")
            case ScalarFunction.ROUND:
                if node.digits == 0:
                    return Text(f"{x.th} ปัดเป็นจำนวนเต็ม", f"{x.en} rounded to a whole number")
                places = "decimal" if node.digits == 1 else "decimals"
                return Text(f"{x.th} ปัดเป็นทศนิยม {node.digits} ตำแหน่ง", f"{x.en} rounded to {node.digits} {places}")
            case ScalarFunction.LN:
                return Text(f"ลอการิทึมธรรมชาติของ {x.th}", f"the natural logarithm of {x.en}")
        x = self.listed(node.operands)
        if node.function is ScalarFunction.LEAST:
            return Text(f"ค่าน้อยที่สุดของ ({x.th})", f"the least of ({x.en})")
        return Text(f"ค่ามากที่สุดของ ({x.th})", f"the greatest of ({x.en})")

    # --- time --------------------------------------------------------------------------------------------------------

    def periods(self, node: Node, n: int) -> Text:
        """``4 years``."""
        one, many = _PERIOD_NAMES[frequency_of(node, self.catalogue)]
        return Text(f"{n} {one.th}", f"{n} {one.en if n == 1 else many}")

    def over_time(self, node: Node) -> Text:
        match node:
            case nodes.Lag(operand, n):
                x, span = self.named(operand), self.periods(operand, n)
                return Text(f"{x.th} เมื่อ {span.th}ก่อน", f"{x.en} {span.en} earlier")
            case nodes.Growth(operand, n):
                x, span = self.named(operand), self.periods(operand, n)
                return Text(f"อัตราการเปลี่ยนแปลงของ {x.th} ในช่วง {span.th}", f"growth of {x.en} over {span.en}")
            case nodes.Cagr(operand, n):
                x, span = self.named(operand), self.periods(operand, n)
                return Text(
                    f"อัตราการเติบโตเฉลี่ยต่อปีแบบทบต้นของ {x.th} ในช่วง {span.th}",
                    f"compound yearly growth of {x.en} over {span.en}",
                )
            case nodes.MeanOver(operand, n):
                x, span = self.named(operand), self.periods(operand, n)
                return Text(f"ค่าเฉลี่ยย้อนหลัง {span.th}ของ {x.th}", f"mean over the last {span.en} of {x.en}")
            case nodes.CumulativeSince(operand, since):
                x, when = self.named(operand), period_text(since)
                return Text(f"{x.th} สะสมตั้งแต่ {when.th}", f"{x.en} added up since {when.en}")
            case nodes.AtPeriod(operand, period):
                x, when = self.named(operand), period_text(period)
                return Text(f"{x.th} ใน {when.th}", f"{x.en} in {when.en}")
            case nodes.PickPart(operand, part, of):
                x = self.named(operand)
                if of is Frequency.MONTHLY:
                    return Text(f"{x.th} เดือน{MONTHS_TH_FULL[part - 1]}", f"{x.en} in {MONTHS_EN_FULL[part - 1]}")
                return Text(f"{x.th} ไตรมาสที่ {part}", f"{x.en} in quarter {part}")
            case nodes.Annual(operand, how):
                x = self.named(operand)
                if how == "sum":
                    return Text(f"ผลรวมทั้งปีของ {x.th}", f"the year's total of {x.en}")
                return Text(f"ค่าเฉลี่ยทั้งปีของ {x.th}", f"the year's mean of {x.en}")
        raise TypeError(f"not a node of the formula language: {node!r}")

    # --- areas -------------------------------------------------------------------------------------------------------

    def over_areas(
        self, node: nodes.Parent | nodes.ShareOfParent | nodes.Rank | nodes.SumOver | nodes.Crosswalked
    ) -> Text:
        x = self.named(node.operand)
        match node:
            case nodes.Parent():
                return Text(f"{x.th} (ของพื้นที่ระดับบน)", f"{x.en} (of the parent area)")
            case nodes.ShareOfParent():
                return Text(f"ส่วนแบ่งร้อยละของ {x.th} ในพื้นที่ระดับบน", f"share of {x.en} in the parent area, per cent")
            case nodes.Rank(ascending=ascending):
                th, en = ("น้อยไปมาก", "smallest first") if ascending else ("มากไปน้อย", "largest first")
                return Text(
                    f"อันดับของ {x.th} ในหมู่พื้นที่ภายใต้ระดับบนเดียวกัน ({th})",
                    f"rank of {x.en} among areas of one parent ({en})",
                )
            case nodes.SumOver(operand, dimension):
                known = self.catalogue.series.get(operand.series)
                titles = {d.id: d.title for d in known.dimensions} if known else {}
                title = titles.get(dimension, same(dimension))
                return Text(f"ผลรวมของ {x.th} ทุกกลุ่ม ({title.th})", f"sum of {x.en} over all groups of {title.en}")
        system = self.catalogue.area_systems.get(node.destination)
        title = system.title if system else same(node.destination)
        return Text(f"{x.th} เทียบเข้าระบบพื้นที่ {title.th}", f"{x.en} carried into the areas of {title.en}")

    def children(self, node: nodes.Children | nodes.Rollup) -> Text:
        counting = isinstance(node, nodes.Children) and node.function is ChildrenFunction.COUNT
        x = self.of(node.operand)[0] if counting else self.named(node.operand)
        where = Text("พื้นที่ย่อย", "sub-areas")
        if node.level is not None:
            where = Text(f"พื้นที่ย่อยระดับ {node.level}", f"sub-areas of level {node.level}")
        if isinstance(node, nodes.Rollup):
            return Text(
                f"{x.th} รวมจาก{where.th}ตามกติกาของอนุกรม",
                f"{x.en} aggregated from {where.en} by the rule of the series",
            )
        text = _AGGREGATES[node.function].format(x="\0", where="\1")
        text = Text(
            text.th.replace("\0", x.th).replace("\1", where.th), text.en.replace("\0", x.en).replace("\1", where.en)
        )
        if node.weight is not None:
            w = self.named(node.weight)
            text = Text(f"{text.th} ถ่วงน้ำหนักด้วย {w.th}", f"{text.en} weighted by {w.en}")
        if node.min_coverage != 1.0:
            share = plain_number(round(100 * node.min_coverage, 6))
            text = Text(
                f"{text.th} (เมื่อมีข้อมูลอย่างน้อยร้อยละ {share} ของพื้นที่)",
                f"{text.en} (when at least {share} per cent are known)",
            )
        return text


_AGGREGATES = {
    ChildrenFunction.SUM: Text("ผลรวมของ {x} ใน{where}", "sum of {x} over {where}"),
    ChildrenFunction.MEAN: Text("ค่าเฉลี่ยของ {x} ใน{where}", "mean of {x} over {where}"),
    ChildrenFunction.WEIGHTED_MEAN: Text("ค่าเฉลี่ยของ {x} ใน{where}", "mean of {x} over {where}"),
    ChildrenFunction.COUNT: Text("จำนวน{where}ที่ {x}", "number of {where} where {x}"),
    ChildrenFunction.GINI: Text("ค่าสัมประสิทธิ์จีนีของ {x} ระหว่าง{where}", "Gini coefficient of {x} between {where}"),
    ChildrenFunction.THEIL: Text("ดัชนีไทล์ (T) ของ {x} ระหว่าง{where}", "Theil index (T) of {x} between {where}"),
    ChildrenFunction.MIN: Text("ค่าต่ำสุดของ {x} ใน{where}", "lowest {x} among {where}"),
    ChildrenFunction.MAX: Text("ค่าสูงสุดของ {x} ใน{where}", "highest {x} among {where}"),
}
