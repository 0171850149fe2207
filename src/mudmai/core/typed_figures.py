"""Figures as people type them."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text, to_arabic_digits

_PLAIN = re.compile(r"\d+(\.\d+)?")
_MINUS = re.compile(r"[-−–]\d+(\.\d+)?")


def exact_number(text: str, field: str, *, signed: bool = False) -> Decimal | None:
    """The number typed, digits of either script, commas between thousands; "" is not known. A dash is refused, and so
    is a number below zero where it is not ``signed``.

    >>> exact_number("๑,๒๕๐.๕๐", "disbursed"), exact_number(" ", "percent")
    (Decimal('1250.50'), None)
    """
    plain = to_arabic_digits(text.strip()).replace(",", "").replace(" ", "").removesuffix("%")
    if not plain:
        return None
    if _MINUS.fullmatch(plain) is not None:
        if signed:
            return Decimal(f"-{plain[1:]}")
        raise _negative(text, field)
    try:
        if _PLAIN.fullmatch(plain) is None:
            raise InvalidOperation
        return Decimal(plain)
    except InvalidOperation:
        raise InputError(
            Text(f"“{text}” ไม่ใช่ตัวเลข", f"“{text}” is no number"),
            remedy=Text(
                "พิมพ์เป็นตัวเลข เช่น 1,250,000.50 ถ้ายังไม่ทราบให้เว้นว่าง",
                "write such as 1,250,000.50; leave it empty where unknown",
            ),
            code="report_figures",
            where=Where(field=field),
        ) from None  # fmt: skip


def _negative(text: str, field: str) -> InputError:
    return InputError(
        Text(f"“{text}” ติดลบ ต้องเป็นศูนย์หรือมากกว่า", f"“{text}” is below zero: it must be zero or more"),
        remedy=Text(
            "พิมพ์จำนวนตั้งแต่ 0 ขึ้นไป ถ้ายังไม่ทราบให้เว้นว่าง",
            "write a number of zero or more; leave it empty where unknown",
        ),
        code="report_figures",
        where=Where(field=field),
    )


def whole_number(text: str, field: str) -> int | None:
    """As :func:`exact_number`, without a fraction.

    >>> whole_number("๑๕", "due_after")
    15
    """
    found = exact_number(text, field)
    if found is None:
        return None
    if found != int(found) or found > 10**9:
        raise InputError(
            Text(f"“{text}” ต้องเป็นจำนวนเต็ม", f"“{text}” must be a whole number"),
            remedy=Text("พิมพ์จำนวนเต็ม เช่น 15", "write a whole number such as 15"),
            code="report_figures",
            where=Where(field=field),
        )
    return int(found)
