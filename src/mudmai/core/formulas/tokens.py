"""Formulas as tokens: numbers, names, quoted words and signs, each with its place in the text.

What people paste from office documents is read as what it means: Thai digits, curly quotes and the signs × ÷ − ≤ ≥ ≠.
Every such sign is one character long in both forms, so that places stay true to the text as given.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum

from mudmai.core.errors import FormulaError
from mudmai.core.language import Text, to_arabic_digits

MAX_LENGTH = 10_000
"""Characters in one formula."""


class Kind(StrEnum):
    """Kinds of tokens."""

    NUMBER = "number"
    NAME = "name"
    WORD = "word"
    """A quoted text."""
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """``text`` is what counts (a quoted word without its quotes); ``start``/``end`` are places in the formula."""

    kind: Kind
    text: str
    start: int
    end: int

    def is_sign(self, *signs: str) -> bool:
        """True when this token is one of ``signs``."""
        return self.kind is Kind.SIGN and self.text in signs


_NUMBER = re.compile(r"[0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*")
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'|`([^`]+)`")
_SIGN = re.compile(r"<=|>=|==|!=|\*\*|[-+*/<>=()\[\],]")
_ONE_FOR_ONE = str.maketrans({"×": "*", "÷": "/", "−": "-", "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"})
_WIDER = {"≤": "<=", "≥": ">=", "≠": "!="}


def refuse(text: str, position: int, message: Text, remedy: Text, code: str = "formula_syntax") -> FormulaError:
    """The error that points at ``position`` of ``text``."""
    return FormulaError(message, remedy=remedy, code=code, position=position, source=text)


def tokenize(text: str) -> tuple[Token, ...]:
    """All tokens of ``text``, the last of them END. Raises :class:`FormulaError` with the place of the fault."""
    if len(text) > MAX_LENGTH:
        raise FormulaError(
            Text(
                f"สูตรยาว {len(text):,} ตัวอักษร ยาวได้ไม่เกิน {MAX_LENGTH:,}",
                f"the formula has {len(text):,} characters; at most {MAX_LENGTH:,} are read",
            ),
            remedy=Text("แบ่งเป็นสูตรย่อยที่มีชื่อ", "split it into named formulas"),
            code="formula_too_long",
            position=MAX_LENGTH,
        )
    plain = to_arabic_digits(text).translate(_ONE_FOR_ONE)
    tokens = []
    place = 0
    while place < len(plain):
        if plain[place].isspace():
            place += 1
            continue
        token = _token_at(plain, place, text)
        tokens.append(token)
        place = token.end
    tokens.append(Token(Kind.END, "", len(plain), len(plain)))
    return tuple(tokens)


def _token_at(plain: str, place: int, text: str) -> Token:
    if match := _NUMBER.match(plain, place):
        if math.isinf(float(match[0])):
            raise refuse(
                text,
                place,
                Text("ตัวเลขใหญ่เกินไป", "the number is too large"),
                Text("ใช้ตัวเลขที่เล็กลง", "write a smaller number"),
            )
        return Token(Kind.NUMBER, match[0], place, match.end())
    if match := _NAME.match(plain, place):
        return Token(Kind.NAME, match[0], place, match.end())
    if match := _QUOTED.match(plain, place):
        quoted_name = match[3] is not None
        word = match[match.lastindex or 0]
        return Token(Kind.NAME if quoted_name else Kind.WORD, word, place, match.end())
    if plain[place] in _WIDER:
        return Token(Kind.SIGN, _WIDER[plain[place]], place, place + 1)
    if match := _SIGN.match(plain, place):
        return Token(Kind.SIGN, match[0], place, match.end())
    raise _unreadable(plain, place, text)


def _unreadable(plain: str, place: int, text: str) -> FormulaError:
    sign = plain[place]
    message = Text(f"อ่านเครื่องหมาย “{sign}” ไม่ได้", f"the character “{sign}” cannot be read")
    if sign in "\"'`":
        message = Text("เครื่องหมายคำพูดเปิดแล้วไม่ปิด", "a quotation mark is opened and never closed")
        return refuse(text, place, message, Text("ปิดเครื่องหมายคำพูด", "close the quotation mark"))
    if sign == "%":
        remedy = Text('ใช้ convert(x, "percent") แทนเครื่องหมาย %', 'use convert(x, "percent") instead of the sign %')
    elif sign == "^":
        remedy = Text("ภาษานี้ไม่มีการยกกำลัง ใช้ x * x หรือ cagr(x, n)", "there are no powers; use x * x or cagr(x, n)")
    elif sign.isalpha():
        message = Text(f"ชื่อขึ้นต้นด้วย “{sign}” ไม่ได้", f"a name cannot begin with “{sign}”")
        remedy = Text(
            "ใช้รหัสของอนุกรม (ตัวอักษรละติน ตัวเลข _ และ .) ไม่ใช่ชื่อเรื่อง",
            "write the id of the series (Latin letters, digits, _ and .), not its title",
        )
    else:
        remedy = Text(
            "ใช้ + - * / < <= > >= == != and or not วงเล็บ และชื่อ",
            "use + - * / < <= > >= == != and or not, brackets and names",
        )
    return refuse(text, place, message, remedy)
