"""What the pages of inventories share: faults of forms, fields, how a revision is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text, to_arabic_digits
from mudmai.core.typed_figures import exact_number
from mudmai.web.wording import wording

CONFLICTS = ("inventory_changed", "inventory_released")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form as the template draws it: ``choices`` empty for typed ones."""

    name: str
    label: Text
    value: str = ""
    hint: Text | None = None
    fault: Text | None = None
    choices: tuple[tuple[str, Text], ...] = ()
    required: bool = False
    long: bool = False
    numeric: bool = False


def field(
    name: str,
    given: Mapping[str, str],
    fault: InputError | None,
    *,
    choices: tuple[tuple[str, Text], ...] = (),
    required: bool = False,
    long: bool = False,
    numeric: bool = False,
    hint: bool = True,
) -> Field:
    """The field ``name`` with its words, what was given and the fault that stands at it."""
    wrong = fault.message if fault is not None and fault.where.field == name else None
    return Field(
        name=name,
        label=wording(f"invfield.{name}"),
        value=given.get(name, ""),
        hint=wording(f"invfield.{name}_help") if hint else None,
        fault=wrong,
        choices=choices,
        required=required,
        long=long,
        numeric=numeric,
    )


def status_of(fault: InputError | None) -> int:
    """The status of a page with a form."""
    return 200 if fault is None else 409 if fault.code in CONFLICTS else 422


def revision_of(request: HttpRequest) -> int:
    """The revision that a form was made from; 0, which none has, where it says none."""
    said = request.POST.get("revision", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def figure(given: Mapping[str, str], name: str) -> float | None:
    """A number that was typed; "" is not known. Below zero is refused by name; 1e-5 is read too."""
    plain = to_arabic_digits(given.get(name, "").strip()).replace(",", "").replace("\N{MINUS SIGN}", "-")
    if not plain:
        return None
    if plain.startswith("-") and plain[1:].replace(".", "", 1).isdigit():
        raise InputError(
            Text(f"“{given[name]}” ติดลบ", f"“{given[name]}” is below zero"),
            remedy=wording("inventory.no_negative"),
            code="inventory_amount",
            where=Where(field=name),
        )
    head, exponent, power = plain.lower().partition("e")
    if exponent and head.replace(".", "", 1).isdigit() and power.lstrip("+-").isdigit() and len(power) < 4:
        return float(plain)
    found = exact_number(given[name], name)
    return None if found is None else float(found)
