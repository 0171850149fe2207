"""Bilingual text and the two digit scripts.

Inside the house every text that a person may read is a :class:`Text` with a Thai and an English wording;
faces choose one of them. Digits are Arabic inside; Thai digits are read and written at the edges only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["th", "en"]
Digits = Literal["arabic", "thai"]

_ARABIC = "0123456789"
_THAI = "๐๑๒๓๔๕๖๗๘๙"
_TO_THAI = str.maketrans(_ARABIC, _THAI)
_ONE_OR_MANY = re.compile(r"\{(\w+):([^{}|]*)\|([^{}|]*)\}")
_TO_ARABIC = str.maketrans(_THAI, _ARABIC)

MISSING_TEXT = "–"
"""What a missing value looks like on paper and on screen: never a zero, never an empty cell."""


@dataclass(frozen=True, slots=True)
class Text:
    """One meaning in Thai and in English.

    >>> Text("ภาคเหนือ", "North").in_("en")
    'North'
    """

    th: str
    en: str

    def in_(self, language: Language) -> str:
        """The wording in ``language`` ("th" or "en")."""
        return self.th if language == "th" else self.en

    def format(self, **values: object) -> Text:
        """The same text with ``{named}`` places filled in both wordings; a text fills each in its own language.

        ``{n:row|rows}`` is the first word where *n* is 1, else the second.

        >>> Text("เงินขั้น{stage}", "money: {stage}").format(stage=Text("แผน", "planned")).en
        'money: planned'
        >>> Text("{n} แถว", "{n} {n:row is|rows are} hidden").format(n=1).en
        '1 row is hidden'
        """
        th = {name: value.th if isinstance(value, Text) else value for name, value in values.items()}
        en = {name: value.en if isinstance(value, Text) else value for name, value in values.items()}
        return Text(_agreeing(self.th, th).format(**th), _agreeing(self.en, en).format(**en))

    def __str__(self) -> str:
        return self.th


def _agreeing(text: str, values: Mapping[str, object]) -> str:
    """``text`` with each ``{n:one|many}`` chosen by the number that it names."""
    if "|" not in text:
        return text

    def chosen(found: re.Match[str]) -> str:
        name, one, many = found.groups()
        return one if to_arabic_digits(str(values[name])) == "1" else many

    return _ONE_OR_MANY.sub(chosen, text)


def so_many(count: int, one: str, many: str) -> str:
    """A count with the word that agrees with it.

    >>> so_many(1, "row", "rows"), so_many(2000, "row", "rows")
    ('1 row', '2,000 rows')
    """
    return f"{count:,} {one if count == 1 else many}"


def same(text: str) -> Text:
    """A text that reads the same in both languages (a code, a number, a proper name).

    >>> same("GPP").th == same("GPP").en
    True
    """
    return Text(text, text)


def to_arabic_digits(text: str) -> str:
    """``text`` with every Thai digit replaced by its Arabic twin.

    >>> to_arabic_digits("พ.ศ. ๒๕๖๖")
    'พ.ศ. 2566'
    """
    return text.translate(_TO_ARABIC)


def to_thai_digits(text: str) -> str:
    """``text`` with every Arabic digit replaced by its Thai twin.

    >>> to_thai_digits("2566")
    '๒๕๖๖'
    """
    return text.translate(_TO_THAI)


def write_number(value: float | None, decimals: int = 2, digits: Digits = "arabic", *, signed: bool = False) -> str:
    """A number for people: thousands separated, ``decimals`` kept, a true minus sign, missing as an en dash.

    Rounding is half away from zero on the decimal representation that a reader sees, so that 2.345 with two decimals
    reads 2.35 as in printed Thai statistics. ``None``, NaN and infinities are missing.

    >>> write_number(1234567.5, 1)
    '1,234,567.5'
    >>> write_number(None)
    '–'
    >>> write_number(-0.004, 2)
    '0.00'
    """
    from decimal import ROUND_HALF_UP, Context, Decimal  # the decimal module is only needed where numbers meet people

    if value is None or value - value != 0:
        return MISSING_TEXT
    exact = Context(prec=400)  # any float64 to any shown decimals
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, exact)
    if rounded == 0:
        rounded = abs(rounded)
    text = f"{abs(rounded):,f}"
    sign = "\N{MINUS SIGN}" if rounded < 0 else ("+" if signed and rounded > 0 else "")
    text = sign + text
    return to_thai_digits(text) if digits == "thai" else text
