"""Fields as people type them: either digits, commas, either calendar; each keeps what was typed and its fault."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from mudmai.core.days import read_day
from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text, to_arabic_digits
from mudmai.core.search_text import year_meant
from mudmai.web.wording import wording

_NUMBER = re.compile(r"\d{1,30}(\.\d{1,12})?")
DASHES = frozenset({"-", "–", "—", "−"})
"""What stands for zero in a form of the plan."""


@dataclass(frozen=True, slots=True)
class TypedField:
    """One field of a form: ``value`` as typed. ``kind``: text, long, select, many or file.

    ``options`` belong to select and to lists.
    ``many``: any of the options, ``value`` their ids with spaces between.

    ``known`` are words that may be chosen from while typing. ``fault`` stands beside the field.
    """

    name: str
    label: Text
    value: str = ""
    kind: str = "text"
    hint: Text | None = None
    fault: Text | None = None
    required: bool = False
    longest: int = 0
    options: Sequence[tuple[str, Text]] = ()
    known: Sequence[str] = ()
    numeric: bool = False
    group: str = ""

    @property
    def chosen(self) -> list[str]:
        """The ids of a field of several."""
        return self.value.split()

    @property
    def posted_as(self) -> str:
        """The name that it is sent under: fields of a group are sent under one name, in their order."""
        return self.group or self.name

    @property
    def id(self) -> str:
        """The field's anchor."""
        return f"f_{self.name}"


def read_amount(text: str, field: str = "") -> tuple[Decimal | None, str]:
    """An amount in baht, and the dash where one stood for zero; None where nothing is written.

    A number below zero is read, so that the refusal can name it.

    >>> read_amount("๑,๒๕๐.๕๐ บาท"), read_amount("-"), read_amount(""), read_amount("(500)")
    ((Decimal('1250.50'), ''), (Decimal('0'), '-'), (None, ''), (Decimal('-500'), ''))
    """
    plain = to_arabic_digits(text.strip())
    if plain in DASHES:
        return Decimal(0), "-"
    value = read_number(plain.removesuffix("บาท").removesuffix("baht"), field)
    return value, ""


def read_number(text: str, field: str = "") -> Decimal | None:
    """A number in either digits, with or without commas; "" is not known."""
    plain = re.sub(r"[\s,]", "", to_arabic_digits(text))
    if not plain:
        return None
    below = plain[0] in DASHES or (plain[0] == "(" and plain[-1] == ")")
    plain = plain[1:] if plain[0] in DASHES else plain.strip("()") if below else plain
    if _NUMBER.fullmatch(plain) is None:
        raise InputError(
            wording("editing.no_number", value=text.strip()[:60]),
            remedy=wording("editing.no_number_remedy"),
            code="budget",
            where=Where(field=field),
        )
    return -Decimal(plain) if below else Decimal(plain)


def read_percent(text: str, field: str = "") -> Decimal | None:
    """A part of 1, typed in per cent.

    >>> read_percent("25%"), read_percent("๑๒.๕")
    (Decimal('0.25'), Decimal('0.125'))
    """
    value = read_number(text.strip().removesuffix("%"), field)
    return None if value is None else value / 100


def read_year(text: str, field: str = "") -> int | None:
    """A year (CE) in either calendar and digits; None where nothing is written.

    >>> read_year("พ.ศ. ๒๕๖๗"), read_year("2024"), read_year("")
    (2024, 2024, None)
    """
    plain = re.sub(r"พ\.?\s?ศ\.?|ค\.?\s?ศ\.?|\s", "", to_arabic_digits(text))
    if not plain:
        return None
    year = year_meant(plain)
    if year is None:
        raise InputError(
            wording("programme.bad_year", value=text.strip()[:60]),
            remedy=wording("programme.bad_year_remedy"),
            code="period",
            where=Where(field=field),
        )
    return year


def read_date(text: str, field: str = "") -> date | None:
    """A day in either calendar; None where nothing is written."""
    if not text.strip():
        return None
    try:
        return read_day(text)
    except InputError as fault:
        fault.where = Where(field=field)
        raise


def summary_of(fields: Iterable[TypedField]) -> list[TypedField]:
    """The fields with faults, in the order of the form."""
    return [one for one in fields if one.fault is not None]
