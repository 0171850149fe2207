"""Amounts of money in cells: exact to the satang, a dash as the zero that was told, an empty cell as nothing."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.core.number_text import read_number
from mudmai.exchange.sheets.said import Said

MOST = 10**15
"""No amount of one project reaches this many baht; what does is a slip of the keyboard."""
TOO_MUCH = float(MOST)
"""The same as a float, which a float is compared with at once."""

_CENT = Decimal("0.01")
_ZERO = Decimal("0.00")


class ReadAmount(NamedTuple):
    """An amount, None for an empty cell; ``told`` for a dash; ``fault`` (code, what is said) when it cannot be."""

    amount: Decimal | None
    told: bool = False
    fault: tuple[str, Said] | None = None


NOTHING = ReadAmount(None)


def read_amount(value: object) -> ReadAmount:
    """What a cell says.

    >>> read_amount(1200.5).amount, read_amount(" -   "), read_amount("").amount, read_amount("๑,๒๐๐").amount
    (Decimal('1200.50'), ReadAmount(amount=Decimal('0.00'), told=True, fault=None), None, Decimal('1200.00'))
    >>> read_amount(-1.0).fault[0], read_amount(1e15).fault[0], read_amount("สองล้าน").fault[0]
    ('form_negative', 'form_too_large', 'form_amount')
    """
    if value == "" or value is None:
        return NOTHING
    if isinstance(value, str):
        return _written(value)
    if isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, float):
        return ReadAmount(None, fault=("form_amount", _not_an_amount(str(value))))
    return _checked(value, told=False)


@lru_cache(maxsize=4096)
def _written(value: str) -> ReadAmount:
    """An amount that was typed as text: a sheet repeats few of them, the dash most of all."""
    if not value.strip():
        return NOTHING
    try:
        read = read_number(value, dash="zero")
    except InputError:
        return ReadAmount(None, fault=("form_amount", _not_an_amount(value)))
    if read.percent or read.unit not in ("", "บาท", "baht", "thb"):
        return ReadAmount(None, fault=("form_amount", _not_an_amount(value)))
    return NOTHING if read.value is None else _checked(read.value, told=read.dash)


@lru_cache(maxsize=16384)
def whole_baht(value: float) -> Decimal:
    """A whole number of baht, not below zero and below :data:`MOST`, with two places."""
    return Decimal(int(value)).quantize(_CENT) if value else _ZERO


def _checked(value: float, told: bool) -> ReadAmount:
    if value < 0:
        return ReadAmount(None, fault=("form_negative", _negative(value)))
    if not value < TOO_MUCH:
        return ReadAmount(None, fault=("form_too_large", _too_large(value)))
    if value.is_integer():
        return ReadAmount(whole_baht(value), told)
    exact = Decimal(repr(value))
    rounded = exact.quantize(_CENT)
    if abs(exact - rounded) > Decimal("0.000001"):
        return ReadAmount(None, fault=("form_satang", _below_satang(exact)))
    return ReadAmount(rounded, told)


def _not_an_amount(text: str) -> Said:
    return (
        Text(f"“{text}” ไม่ใช่จำนวนเงิน", f"“{text}” is no amount of money"),
        Text("เขียนเป็นตัวเลขบาท เช่น 1,200,000 หรือ - ถ้าเป็นศูนย์", "write baht in figures, such as 1,200,000, or - for zero"),
    )


def _negative(value: float) -> Said:
    return (
        Text(f"งบประมาณติดลบ {value:,.2f} บาท", f"a negative budget of {value:,.2f} baht"),
        Text("งบประมาณต้องเป็นศูนย์ขึ้นไป แก้เซลล์นี้", "a budget is zero or more: mend the cell"),
    )


def _too_large(value: float) -> Said:
    return (
        Text(f"จำนวนเงิน {value:,.0f} บาท สูงเกินจริง", f"{value:,.0f} baht is more than any project"),
        Text(f"จำนวนเงินต้องน้อยกว่า {MOST:,} บาท ตรวจจำนวนหลัก", f"amounts are below {MOST:,} baht: check the digits"),
    )


def _below_satang(exact: Decimal) -> Said:
    return (
        Text(f"จำนวนเงิน {exact} มีเศษต่ำกว่าสตางค์", f"{exact} has a fraction of a satang"),
        Text("ปัดเป็นทศนิยมสองตำแหน่งในไฟล์", "round it to two decimals in the file"),
    )
