"""A formula in words, and a figure with its working: what "show the work" shows.

``say`` gives the meaning of a formula, ``say_with_numbers`` the working of one cell, step by step from the result down
to the observations, with units, areas and periods. Shown numbers are rounded for reading; the value itself is not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from mudmai.core.formulas import nodes
from mudmai.core.formulas.check import CheckedFormula
from mudmai.core.formulas.nodes import ChildrenFunction, Node, ScalarFunction
from mudmai.core.formulas.phrases import area_system_of, frequency_of, is_constant, phrase, plain_number
from mudmai.core.formulas.reference import Traced
from mudmai.core.language import Digits, Language, Text, to_thai_digits, write_number
from mudmai.core.period_text import Calendar, write_period
from mudmai.core.series import Catalogue
from mudmai.core.units import Unit
from mudmai.core.verdicts import MissingReason

MOST_STEPS = 40
"""Lines of one working; the rest is counted."""
_MOST_TERMS = 8

MISSING_WORDS = {
    MissingReason.INPUT_MISSING: Text("ไม่มีข้อมูล", "no data"),
    MissingReason.DIVISION_BY_ZERO: Text("ตัวหารเป็นศูนย์", "division by zero"),
    MissingReason.SERIES_BREAK: Text("อนุกรมเปลี่ยนวิธีวัดระหว่างช่วงที่เทียบ", "the series changes its method in between"),
    MissingReason.NO_PARENT: Text("ไม่มีพื้นที่ระดับบน", "there is no parent area"),
    MissingReason.NO_CHILDREN: Text("ไม่มีพื้นที่ย่อย", "there are no sub-areas"),
    MissingReason.CHILD_MISSING: Text("ข้อมูลของพื้นที่ย่อยไม่ครบ", "data of sub-areas are incomplete"),
    MissingReason.NO_CROSSWALK_LINK: Text("ไม่มีตารางเทียบสำหรับพื้นที่นี้", "the crosswalk has no link for this area"),
    MissingReason.UNDEFINED: Text("คำนวณไม่ได้ทางคณิตศาสตร์", "not defined mathematically"),
}
"""Why there is no value, for people."""


def say(formula: CheckedFormula | Node, catalogue: Catalogue) -> Text:
    """The meaning of ``formula`` in Thai and English; series by title.

    >>> say(nodes.Growth(nodes.SeriesRef("gpp"), 4), Catalogue()).en
    'growth of gpp over 4 years'
    """
    return phrase(formula.root if isinstance(formula, CheckedFormula) else formula, catalogue)


def say_value(value: float | None, unit: Unit | None, language: Language, digits: Digits = "arabic") -> str:
    """A value with its unit: ``94,123.00 baht``, ``ร้อยละ 3.24``; at least four significant digits of small values."""
    number = write_number(value, _decimals(value, unit), digits)
    if value is None or unit is None:
        return number
    label = unit.label.in_(language) or unit.code
    if unit.dimension.is_one:
        if unit.scale == 1:
            return number
        if language == "th" and label.startswith("ร้อยละ"):
            return f"{label} {number}"
    return f"{number} {label}"


def say_with_numbers(
    traced: Traced,
    catalogue: Catalogue,
    language: Language = "th",
    *,
    digits: Digits = "arabic",
    calendar: Calendar | None = None,
) -> str:
    """The working of one cell as lines of text: the result first, then what went into it, indented by depth.

    Every line reads ``what (area, period): how = value``; an observation is its own line without a how. Periods are in
    BE for Thai and CE for English unless ``calendar`` says otherwise.
    """
    working = _Working(catalogue, language, digits, calendar)
    working.step(traced, 0)
    if not working.lines:  # numbers alone
        working.lines.append(working.line(traced))
    if working.left_out:
        rest = {"th": f"... และอีก {working.left_out} ขั้น", "en": f"... and {working.left_out} more steps"}[language]
        working.lines.append(to_thai_digits(rest) if digits == "thai" else rest)
    return "\n".join(working.lines)


def _decimals(value: float | None, unit: Unit | None) -> int:
    shown = unit.decimals if unit is not None else 2
    if not value:
        return shown
    if shown == 0 and value.is_integer():
        return 0
    return min(10, max(shown, 3 - math.floor(math.log10(abs(value))))) if abs(value) < 1 else shown


class _Working:
    def __init__(self, catalogue: Catalogue, language: Language, digits: Digits, calendar: Calendar | None) -> None:
        self.catalogue = catalogue
        self.language = language
        self.digits = digits
        self.calendar = calendar
        self.lines: list[str] = []
        self.told: set[tuple[Node, str, str]] = set()
        self.left_out = 0

    def step(self, traced: Traced, depth: int) -> None:
        key = traced.node, traced.area, traced.period.iso
        if is_constant(traced.node) or key in self.told:
            return
        self.told.add(key)
        if len(self.lines) < MOST_STEPS:
            self.lines.append("  " * depth + self.line(traced))
        else:
            self.left_out += 1
        for child in traced.children:
            self.step(child, depth + 1)

    def line(self, traced: Traced) -> str:
        what = phrase(traced.node, self.catalogue).in_(self.language)
        if self.digits == "thai":
            what = to_thai_digits(what)
        period = write_period(traced.period, self.language, self.calendar, self.digits)
        place = ", ".join(p for p in (self.area(traced), period) if p)
        how = self.how(traced)
        equals = "=" if self.holds(traced) else "≈"
        return f"{what} ({place}): {how + f' {equals} ' if how else ''}{self.result(traced)}"

    def holds(self, traced: Traced) -> bool:
        """False where the numbers as shown, rounded, do not quite give the result as shown."""
        shown = [self.rounded(c, traced) for c in traced.children]
        numbers = [number for number in shown if number is not None]
        if traced.value is None or not numbers or len(numbers) < len(shown):
            return True
        again = self.again(traced.node, numbers)
        decimals = _decimals(traced.value, traced.unit)
        return again is None or write_number(again, decimals) == write_number(traced.value, decimals)

    def again(self, node: Node, shown: list[float]) -> float | None:
        """The result of an equation from its shown numbers; None where it is not an equation of a few numbers."""
        try:
            match node:
                case nodes.Arithmetic(op=op):
                    first, second = shown
                    ways = {"+": first + second, "-": first - second, "*": first * second}
                    return first / second if op == "/" else ways[op]
                case nodes.Convert(factor=factor):
                    return shown[0] * factor
                case nodes.Growth():
                    return 100 * (shown[0] / shown[1] - 1)
                case nodes.Cagr(operand=operand, n=n):
                    power = frequency_of(operand, self.catalogue).per_year / n
                    return 100 * (math.pow(shown[0] / shown[1], power) - 1)
                case nodes.ShareOfParent() if len(shown) == 2:
                    return 100 * shown[0] / shown[1]
                case nodes.MeanOver() | nodes.Annual(how="mean"):
                    return math.fsum(shown) / len(shown)
                case nodes.CumulativeSince() | nodes.Annual() | nodes.SumOver():
                    return math.fsum(shown)
        except (ArithmeticError, ValueError):
            return None
        return None

    def rounded(self, traced: Traced, inside: Traced) -> float | None:
        """The value as it is shown inside the equation of ``inside``."""
        if traced.value is None or is_constant(traced.node):
            return traced.value
        return round(traced.value, self.decimals_inside(traced, inside))

    def decimals_inside(self, traced: Traced, inside: Traced) -> int:
        """A number that is turned into another unit keeps the digits that its result shows: 51.901 × 1,000 = 51,901."""
        own = _decimals(traced.value, traced.unit)
        if not isinstance(inside.node, nodes.Convert) or not inside.value:
            return own
        more = _decimals(inside.value, inside.unit) + math.ceil(math.log10(inside.node.factor))
        return min(10, max(own, more))

    def area(self, traced: Traced) -> str:
        system = self.catalogue.area_systems.get(area_system_of(traced.node, self.catalogue) or "")
        area = system.by_code.get(traced.area) if system else None
        return area.name.in_(self.language) if area else traced.area

    def result(self, traced: Traced) -> str:
        if traced.missing is not None:
            return f"{write_number(None)} ({MISSING_WORDS[traced.missing].in_(self.language)})"
        if traced.boolean:
            return (Text("จริง", "true") if traced.value else Text("ไม่จริง", "false")).in_(self.language)
        return say_value(traced.value, traced.unit, self.language, self.digits)

    def short(self, traced: Traced, inside: Traced | None = None) -> str:
        """The value inside an equation: no unit, negatives in brackets."""
        if traced.boolean and traced.value is not None:
            return self.result(traced)
        if traced.value is not None and is_constant(traced.node):
            text = plain_number(traced.value)
            text = to_thai_digits(text) if self.digits == "thai" else text
        else:
            decimals = self.decimals_inside(traced, inside or traced)
            if traced.value is not None and traced.value.is_integer() and inside is not None:
                decimals = min(decimals, _decimals(traced.value, traced.unit))
            text = write_number(traced.value, decimals, self.digits)
        return f"({text})" if text.startswith("\N{MINUS SIGN}") else text

    def count(self, n: int) -> str:
        return write_number(float(n), 0, self.digits)

    def text(self, th: str, en: str) -> str:
        return th if self.language == "th" else en

    def many(self, terms: Sequence[str], sign: str) -> str:
        if len(terms) > _MOST_TERMS:
            terms = [*terms[: _MOST_TERMS - 2], "…", terms[-1]]
        return sign.join(terms)

    # --- how ---------------------------------------------------------------------------------------------------------

    def how(self, traced: Traced) -> str:
        """The equation with the values of the children put in; empty where there is nothing to show."""
        parts = [self.short(c, traced) for c in traced.children]
        if not parts or isinstance(traced.node, nodes.SeriesRef):
            return ""
        match traced.node:
            case nodes.Negate():
                return f"−{parts[0]}"
            case nodes.Arithmetic(op=op):
                sign = {"+": "+", "-": "−", "*": "×", "/": "/"}[op]
                return f"{parts[0]} {sign} {parts[1]}"
            case nodes.Compare(op=op):
                sign = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}.get(op, op)
                return f"{parts[0]} {sign} {parts[1]}"
            case nodes.Logic(op=op):
                return f" {self.text('และ', 'and') if op == 'and' else self.text('หรือ', 'or')} ".join(parts)
            case nodes.Not():
                return f"{self.text('ไม่ใช่', 'not')} {parts[0]}"
            case nodes.If():
                return self.branch(traced)
            case nodes.Coalesce():
                if traced.value is None:
                    return self.text("ไม่มีค่าใดเลย", "none has a value")
                return self.text(f"ค่าที่ {self.count(len(parts))}", f"number {self.count(len(parts))} of the list")
            case nodes.Scalar() | nodes.Convert():
                return self.scalar(traced.node, parts)
            case nodes.Children():
                return self.children(traced)
        return self.moved(traced, parts)

    def branch(self, traced: Traced) -> str:
        question = traced.children[0]
        if question.value is None:
            return self.text("ตัดสินเงื่อนไขไม่ได้", "the condition cannot be decided")
        if question.value:
            return self.text("เงื่อนไขเป็นจริง", "the condition holds")
        return self.text("เงื่อนไขไม่เป็นจริง", "the condition does not hold")

    def scalar(self, node: nodes.Scalar | nodes.Convert, parts: list[str]) -> str:
        if isinstance(node, nodes.Convert):
            factor = plain_number(node.factor) if node.factor >= 1e-6 else f"{node.factor:g}"
            return f"{parts[0]} × {to_thai_digits(factor) if self.digits == 'thai' else factor}"
        match node.function:
            case ScalarFunction.ABS:
                return f"|{parts[0]}|"
            case ScalarFunction.LN:
                return f"ln {parts[0]}"
            case ScalarFunction.ROUND:
                return f"{self.text('ปัด', 'rounded')} {parts[0]}"
            case ScalarFunction.LEAST:
                return f"{self.text('น้อยที่สุดของ', 'least of')} {self.many(parts, ', ')}"
        return f"{self.text('มากที่สุดของ', 'greatest of')} {self.many(parts, ', ')}"

    def moved(self, traced: Traced, parts: list[str]) -> str:
        match traced.node:
            case nodes.Growth():
                return f"{self.count(100)} × ({parts[0]} / {parts[1]} − {self.count(1)})"
            case nodes.Cagr(operand=operand, n=n):
                per_year = frequency_of(operand, self.catalogue).per_year
                power = f"{self.count(per_year)}/{self.count(n)}"
                return f"{self.count(100)} × (({parts[0]} / {parts[1]})^({power}) − {self.count(1)})"
            case nodes.MeanOver() | nodes.Annual(how="mean"):
                return f"({self.many(parts, ' + ')}) / {self.count(len(parts))}"
            case nodes.CumulativeSince() | nodes.Annual() | nodes.SumOver():
                return self.many(parts, " + ")
            case nodes.Crosswalked() if len(parts) > 1:
                return self.text(f"รวม {self.many(parts, ', ')} ตามน้ำหนัก", f"weighted sum of {self.many(parts, ', ')}")
            case nodes.ShareOfParent() if len(parts) == 2:
                return f"{self.count(100)} × {parts[0]} / {parts[1]}"
            case nodes.Rank():
                known = self.count(sum(c.value is not None for c in traced.children))
                return self.text(f"จาก {known} พื้นที่ที่มีข้อมูล", f"areas with data: {known}")
        return ""

    def children(self, traced: Traced) -> str:
        node = traced.node
        assert isinstance(node, nodes.Children)
        weighted = node.weight is not None
        size = len(traced.children) // (2 if weighted else 1)
        operands, weights = traced.children[:size], traced.children[size:]
        kept = [
            i for i, o in enumerate(operands) if o.value is not None and (not weighted or weights[i].value is not None)
        ]
        values = [self.short(operands[i]) for i in kept]
        if traced.value is None:
            known, all_ = self.count(len(kept)), self.count(size)
            return self.text(f"มีข้อมูล {known} จาก {all_} พื้นที่", f"{known} of {all_} sub-areas have a value")
        if weighted and node.function is ChildrenFunction.WEIGHTED_MEAN:
            shares = [self.short(weights[i]) for i in kept]
            terms = [f"{w} × {x}" for w, x in zip(shares, values, strict=True)]
            return f"({self.many(terms, ' + ')}) / ({self.many(shares, ' + ')})"
        return self.aggregate(node.function, values, [operands[i] for i in kept])

    def aggregate(self, function: ChildrenFunction, values: list[str], operands: list[Traced]) -> str:
        ways: dict[ChildrenFunction, Callable[[], str]] = {
            ChildrenFunction.SUM: lambda: self.many(values, " + "),
            ChildrenFunction.MEAN: lambda: f"({self.many(values, ' + ')}) / {self.count(len(values))}",
            ChildrenFunction.MIN: lambda: f"{self.text('ต่ำสุดของ', 'lowest of')} {self.many(values, ', ')}",
            ChildrenFunction.MAX: lambda: f"{self.text('สูงสุดของ', 'highest of')} {self.many(values, ', ')}",
            ChildrenFunction.GINI: lambda: f"{self.text('จีนีของ', 'Gini of')} {self.many(values, ', ')}",
            ChildrenFunction.THEIL: lambda: f"{self.text('ไทล์ของ', 'Theil of')} {self.many(values, ', ')}",
        }
        if function in ways:
            return ways[function]()
        holds, size = self.count(sum(o.value == 1.0 for o in operands)), self.count(len(operands))
        return self.text(f"จริง {holds} จาก {size} พื้นที่", f"true in {holds} of {size} sub-areas")
