"""Text → syntax tree: a hand-written precedence parser.

From loosest to tightest: ``or``; ``and``; ``not``; one comparison; ``+ -``; ``* /``; ``-x``; ``f(...)``, ``(...)``,
``x[sex="F"]``. Names are ids of series or of named formulas: Latin letters, digits, ``_`` and ``.``; any other id is
written in backticks. Periods are ISO in CE years, bare or quoted; a Buddhist year is refused with its CE twin, because
``at(x, 2563)`` would otherwise be missing for ever without a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import pairwise
from typing import Any, cast

from mudmai.core.errors import FormulaError, InputError
from mudmai.core.formulas import nodes
from mudmai.core.formulas.functions import FUNCTIONS, RESERVED, Function, Parameter, Takes
from mudmai.core.formulas.nodes import Node
from mudmai.core.formulas.tokens import Kind, Token, refuse, tokenize
from mudmai.core.language import Text
from mudmai.core.observations import Dims
from mudmai.core.periods import BE_OFFSET, Period

MAX_DEPTH = 100
"""Levels of nesting in one tree; both evaluators recurse this deep."""

_POWER = {"or": 10, "and": 20, "+": 50, "-": 50, "*": 60, "/": 60}
_POWER.update(dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), 40))
_NOT, _COMPARE, _NEGATE = 30, 40, 70
_BUDDHIST = re.compile(r"(?P<fy>FY)?(?P<year>\d{4})(?P<part>-.+)?")
_FIRST_BUDDHIST_YEAR = 2400


@dataclass
class Parsed:
    """A tree and where each of its nodes begins in ``text``.

    Places are by identity: equal nodes at two places are two objects here.
    """

    text: str
    root: Node
    places: dict[int, int] = field(repr=False)

    def place(self, node: Node) -> int | None:
        """Where ``node`` begins, when it is a node of this very tree."""
        return self.places.get(id(node))


def parse(text: str) -> Node:
    """The tree of ``text``. Raises :class:`FormulaError` with the place of the fault.

    >>> parse("growth(gpp, 1)") == nodes.Growth(nodes.SeriesRef("gpp"), 1)
    True
    """
    return parse_with_places(text).root


def parse_with_places(text: str) -> Parsed:
    """As :func:`parse`, with the place of every node."""
    reader = _Reader(text)
    root = reader.whole()
    return Parsed(text, root, reader.places)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.next = 0
        self.nesting = 0
        self.places: dict[int, int] = {}
        self.depths: dict[int, int] = {}
        self.alive: list[Node] = []

    @property
    def here(self) -> Token:
        return self.tokens[self.next]

    def ended(self) -> bool:
        return self.next == len(self.tokens) - 1

    def take(self) -> Token:
        token = self.here
        self.next = min(self.next + 1, len(self.tokens) - 1)
        return token

    def fault(
        self, token: Token, th: str, en: str, remedy_th: str, remedy_en: str, code: str = "formula_syntax"
    ) -> FormulaError:
        return refuse(self.text, token.start, Text(th, en), Text(remedy_th, remedy_en), code)

    def note(self, node: Node, place: int, *operands: Node) -> Node:
        depth = 1 + max((self.depths.get(id(o), 0) for o in operands), default=0)
        if depth > MAX_DEPTH:
            raise self.too_deep(place)
        self.alive.append(node)  # keeps id() unique while we read
        self.places[id(node)] = place
        self.depths[id(node)] = depth
        return node

    def too_deep(self, place: int) -> FormulaError:
        return refuse(
            self.text,
            place,
            Text(f"สูตรซ้อนกันลึกเกิน {MAX_DEPTH} ชั้น", f"the formula is nested more than {MAX_DEPTH} levels deep"),
            Text("แบ่งเป็นสูตรย่อยที่มีชื่อ หรือจัดวงเล็บเป็นกลุ่ม", "split it into named formulas, or group it with brackets"),
            "formula_too_deep",
        )

    # --- expressions -------------------------------------------------------------------------------------------------

    def whole(self) -> Node:
        if self.ended():
            raise self.fault(
                self.here,
                "สูตรว่างเปล่า",
                "the formula is empty",
                "เขียนสูตร เช่น growth(x)",
                "write a formula such as growth(x)",
            )
        root = self.expression(0)
        if not self.ended():
            raise self.unexpected(self.here)
        return root

    def expression(self, power: int) -> Node:
        self.nesting += 1
        if self.nesting > MAX_DEPTH:
            raise self.too_deep(self.here.start)
        left = self.prefix()
        while (binds := self.binding(self.here)) > power:
            left = self.infix(left, self.take(), binds)
        self.nesting -= 1
        return left

    def binding(self, token: Token) -> int:
        if token.kind is Kind.SIGN or (token.kind is Kind.NAME and token.text in ("and", "or")):
            return _POWER.get(token.text, 0)
        return 0

    def infix(self, left: Node, op: Token, binds: int) -> Node:
        right = self.expression(binds)
        place = self.places[id(left)]
        node: Node
        if binds == _COMPARE:
            if self.binding(self.here) == _COMPARE:
                raise self.fault(
                    self.here,
                    "เปรียบเทียบต่อกันสองครั้งไม่ได้",
                    "two comparisons in a row",
                    "แยกเป็นสองข้าง เช่น a < b and b < c",
                    "write them apart: a < b and b < c",
                )
            node = nodes.Compare(cast(Any, op.text), left, right)
        elif op.text in ("and", "or"):
            node = nodes.Logic(cast(Any, op.text), left, right)
        else:
            node = nodes.Arithmetic(cast(Any, op.text), left, right)
        return self.note(node, place, left, right)

    def prefix(self) -> Node:
        token = self.take()
        if token.kind is Kind.NUMBER:
            return self.note(nodes.Number(_value(token)), token.start)
        if token.is_sign("-"):
            operand = self.expression(_NEGATE - 1)
            return self.note(nodes.Negate(operand), token.start, operand)
        if token.is_sign("("):
            inside = self.expression(0)
            self.close(")", token)
            self.places[id(inside)] = token.start
            return inside
        if token.kind is Kind.NAME:
            if token.text == "not" and not self.quoted(token):
                operand = self.expression(_NOT - 1)
                return self.note(nodes.Not(operand), token.start, operand)
            return self.named(token)
        raise self.unexpected(token)

    def quoted(self, token: Token) -> bool:
        return token.end - token.start > len(token.text)

    def named(self, token: Token) -> Node:
        if self.here.is_sign("(") and not self.quoted(token):
            return self.call(token)
        if token.text in RESERVED and not self.quoted(token):
            raise self.unexpected(token)
        dims: Dims = ()
        if self.here.is_sign("["):
            dims = self.filters()
        return self.note(nodes.SeriesRef(token.text, dims), token.start)

    def filters(self) -> Dims:
        opening = self.take()
        found: dict[str, str] = {}
        while True:
            name = self.take()
            if name.kind not in (Kind.NAME, Kind.WORD) or not name.text:
                raise self.fault(
                    name,
                    "ต้องมีชื่อมิติ",
                    "the name of a dimension is expected",
                    'เขียนแบบ x[sex="F"]',
                    'write it like x[sex="F"]',
                )
            sign = self.take()
            if not sign.is_sign("=", "=="):
                raise self.fault(sign, "ต้องมี =", "= is expected", 'เขียนแบบ x[sex="F"]', 'write it like x[sex="F"]')
            if name.text in found:
                raise self.fault(
                    name,
                    f"กรองมิติ {name.text} สองครั้ง",
                    f"the dimension {name.text} is filtered twice",
                    "เก็บไว้เพียงครั้งเดียว",
                    "keep one of the two",
                )
            found[name.text] = self.raw("]", name.text)
            if not self.here.is_sign(","):
                break
            self.take()
        self.close("]", opening)
        return tuple(sorted(found.items()))

    def close(self, sign: str, opening: Token) -> None:
        if not self.here.is_sign(sign):
            raise self.fault(
                self.here,
                f"วงเล็บ {opening.text} ที่ตำแหน่ง {opening.start + 1} ยังไม่ปิด"
                if self.ended()
                else f"พบ “{self.here.text}” แทนที่จะเป็น {sign}",
                f"the bracket {opening.text} at character {opening.start + 1} is not closed"
                if self.ended()
                else f"“{self.here.text}” where {sign} is expected",
                f"ใส่ {sign}",
                f"put a {sign}",
            )
        self.take()

    def unexpected(self, token: Token) -> FormulaError:
        if token.kind is Kind.END:
            return self.fault(
                token, "สูตรจบก่อนจะครบ", "the formula ends too early", "เขียนส่วนที่เหลือต่อ", "write the rest of it"
            )
        remedy = ("ตรวจเครื่องหมายก่อนหน้านี้", "check the sign before it")
        if token.is_sign("="):
            remedy = ("ใช้ == เพื่อเปรียบเทียบ", "write == to compare")
        elif token.is_sign("**"):
            remedy = ("ภาษานี้ไม่มีการยกกำลัง ใช้ x * x หรือ cagr(x, n)", "there are no powers; use x * x or cagr(x, n)")
        elif token.kind is Kind.WORD:
            remedy = (
                "คำในเครื่องหมายคำพูดใช้เป็นค่าไม่ได้ ถ้าเป็นชื่ออนุกรม ให้เอาเครื่องหมายคำพูดออก",
                "a quoted word is not a value; take the quotes off the name of a series",
            )
        elif token.text in RESERVED:
            remedy = (
                f"“{token.text}” เป็นคำสงวน ถ้าเป็นรหัสอนุกรม ให้เขียน `{token.text}`",
                f"“{token.text}” is reserved; a series of this id is written `{token.text}`",
            )
        return self.fault(token, f"ไม่ควรมี “{token.text}” ตรงนี้", f"“{token.text}” is not expected here", *remedy)

    # --- calls -------------------------------------------------------------------------------------------------------

    def call(self, name: Token) -> Node:
        function = FUNCTIONS.get(name.text)
        if function is None:
            near = get_close_matches(name.text.lower(), FUNCTIONS, n=4, cutoff=0.5)
            listed = ", ".join(near or sorted(FUNCTIONS))
            raise self.fault(
                name,
                f"ไม่มีฟังก์ชัน “{name.text}”",
                f"there is no function “{name.text}”",
                f"ฟังก์ชันที่ใกล้เคียงหรือมีอยู่: {listed}",
                f"near or existing functions: {listed}",
                "unknown_function",
            )
        opening = self.take()
        given = self.arguments(function)
        self.close(")", opening)
        missing = [p.name for p in function.parameters if p.required and p.name not in given]
        if missing:
            raise self.fault(
                name,
                f"{name.text} ยังขาด {', '.join(missing)}",
                f"{name.text} lacks {', '.join(missing)}",
                f"เขียนแบบ {function.signature}",
                f"write it like {function.signature}",
                "arguments",
            )
        operands = [v for v in given.values() if id(v) in self.depths]
        operands += [o for v in given.values() if isinstance(v, tuple) for o in v]
        return self.note(function.build(**given), name.start, *operands)

    def arguments(self, function: Function) -> dict[str, Any]:
        given: dict[str, Any] = {}
        by_name = {p.name: p for p in function.parameters}
        if self.here.is_sign(")"):
            return given
        while True:
            start = self.here
            following = self.tokens[min(self.next + 1, len(self.tokens) - 1)]
            if start.kind is Kind.NAME and following.is_sign("="):
                parameter = by_name.get(start.text)
                self.take()
                self.take()
            else:
                free = (p for p in function.parameters if not p.named_only and p.name not in given)
                parameter = next(free, None)
            if parameter is None or parameter.name in given:
                raise self.fault(
                    start,
                    f"{function.name} ไม่รับค่านี้",
                    f"{function.name} does not take this argument",
                    f"เขียนแบบ {function.signature}",
                    f"write it like {function.signature}",
                    "arguments",
                )
            given[parameter.name] = self.argument(function, parameter)
            if not self.here.is_sign(","):
                return given
            self.take()

    def argument(self, function: Function, parameter: Parameter) -> Any:
        start = self.here
        match parameter.takes:
            case Takes.FORMULA:
                return self.expression(0)
            case Takes.FORMULAS:
                return self.formulas(function, start)
            case Takes.SERIES:
                node = self.expression(0)
                if not isinstance(node, nodes.SeriesRef):
                    raise self.wrong(start, function, parameter, "ชื่ออนุกรมหนึ่งชื่อ", "the name of one series")
                return node
            case Takes.PERIOD:
                return self.period(start, self.raw(")", parameter.name))
            case Takes.WORD:
                word = self.raw(")", parameter.name)
                if parameter.choices and word not in parameter.choices:
                    listed = ", ".join(c for c in parameter.choices if not c.startswith("M0"))
                    raise self.wrong(start, function, parameter, f"คำใดคำหนึ่งใน {listed}", f"one of {listed}")
                return word
            case Takes.FLAG:
                word = self.raw(")", parameter.name)
                if word not in ("true", "false"):
                    raise self.wrong(start, function, parameter, "true หรือ false", "true or false")
                return word == "true"
        return self.plain_number(function, parameter)

    def formulas(self, function: Function, start: Token) -> tuple[Node, ...]:
        found = [self.expression(0)]
        while self.here.is_sign(","):
            self.take()
            found.append(self.expression(0))
        if len(found) < 2:
            raise self.fault(
                start,
                f"{function.name} ต้องการอย่างน้อยสองค่า",
                f"{function.name} needs at least two values",
                f"เขียนแบบ {function.name}(x, y)",
                f"write it like {function.name}(x, y)",
                "arguments",
            )
        return tuple(found)

    def plain_number(self, function: Function, parameter: Parameter) -> float | int:
        token = self.take()
        value = _value(token) if token.kind is Kind.NUMBER else -1.0
        if parameter.takes is Takes.SHARE:
            if not 0 < value <= 1:
                raise self.wrong(token, function, parameter, "ตัวเลขมากกว่า 0 ไม่เกิน 1", "a number above 0 and at most 1")
            return value
        if not (value.is_integer() and parameter.low <= value <= parameter.high):
            raise self.wrong(
                token,
                function,
                parameter,
                f"จำนวนเต็ม {parameter.low} ถึง {parameter.high}",
                f"a whole number from {parameter.low} to {parameter.high}",
            )
        return int(value)

    def wrong(self, token: Token, function: Function, parameter: Parameter, th: str, en: str) -> FormulaError:
        return self.fault(
            token,
            f"{parameter.name} ของ {function.name} ต้องเป็น{th}",
            f"{parameter.name} of {function.name} must be {en}",
            f"เขียนแบบ {function.signature}",
            f"write it like {function.signature}",
            "arguments",
        )

    def raw(self, closing: str, what: str) -> str:
        """A quoted word, or everything as it stands up to the next comma or bracket (``2020-Q4``, ``th-nso``)."""
        start = last = self.here
        parts = []
        while not self.ended() and not self.here.is_sign(",", closing, "(", ")", "[", "]"):
            last = self.take()
            parts.append(last)
        word = start.text if len(parts) == 1 else "".join(p.text for p in parts)
        spaced = any(a.end != b.start for a, b in pairwise(parts))
        mixed = len(parts) > 1 and any(p.kind is Kind.WORD for p in parts)
        if not word.strip() or spaced or mixed:
            raise self.fault(
                start,
                f"อ่านค่าของ {what} ไม่ได้",
                f"the value of {what} cannot be read",
                f'เขียนแบบ {what}="..."',
                f'write it like {what}="..."',
            )
        return word

    def period(self, token: Token, word: str) -> Period:
        match = _BUDDHIST.fullmatch(word)
        if match and int(match["year"]) >= _FIRST_BUDDHIST_YEAR:
            common = f"{match['fy'] or ''}{int(match['year']) - BE_OFFSET}{match['part'] or ''}"
            raise self.fault(
                token,
                f"{word} เป็นปี พ.ศ. ในสูตรใช้ปี ค.ศ.",
                f"{word} is a Buddhist year; formulas are written in CE years",
                f"เขียน {common} แทน",
                f"write {common} instead",
                "buddhist_year",
            )
        try:
            period = Period.from_iso(word)
        except InputError as error:
            raise refuse(self.text, token.start, error.message, error.remedy, "period") from None
        if period.year_ce < 1000:
            raise self.fault(
                token,
                f"{word} อยู่นอกช่วงปีที่ใช้ได้",
                f"{word} is outside the years in use",
                "ใช้ปี ค.ศ. สี่หลัก",
                "write a CE year from 1000 on",
                "period",
            )
        return period


def _value(token: Token) -> float:
    return float(token.text.replace("_", ""))
