"""What a reader asks for in the query string: a year in either calendar, one reading per indicator, a sort order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.core.period_text import read_period
from mudmai.core.periods import Period
from mudmai.core.plans import Plan

READ = "r."
"""Prefix of the query parameter that chooses a reading: ``?r.I1.1=real-mean-5``."""


def asked_year(query: Mapping[str, str]) -> Period | None:
    """``?year=2562`` or ``2019`` or ``๒๕๖๒``; None when absent; anything else is an :class:`InputError`."""
    text = query.get("year", "").strip()
    return Period.year(read_period(text).period.year_ce) if text else None


def asked_readings(query: Mapping[str, str], plan: Plan) -> dict[str, str]:
    """Indicator id → reading, for the indicators of ``plan`` for which one is asked for; unknown names are refused."""
    found = {}
    for name, value in query.items():
        if name.startswith(READ) and value:
            indicator = plan.indicator(name.removeprefix(READ))
            found[indicator.id] = indicator.reading(value).id
    return found


class State(TypedDict):
    """The release of figures and the state of the packs that an address names; None: as they are now."""

    release: str | None
    packs: str | None


def asked_state(query: Mapping[str, str]) -> State:
    """``?release=r12-3fa9c2d1&packs=48c7b21801ad``, as citations carry them."""
    return {"release": query.get("release") or None, "packs": query.get("packs") or None}


@dataclass(frozen=True, slots=True)
class Order:
    """How a table is sorted."""

    column: str
    descending: bool


def asked_order(query: Mapping[str, str], columns: tuple[str, ...], default: Order) -> Order:
    """``?sort=value`` ascending, ``?sort=-value`` descending."""
    text = query.get("sort", "")
    if not text:
        return default
    column = text.removeprefix("-")
    if column not in columns:
        raise InputError(
            Text(f"เรียงตาม “{column}” ไม่ได้", f"cannot sort by “{column}”"),
            remedy=Text(f"เลือกจาก {', '.join(columns)}", f"choose one of {', '.join(columns)}"),
            code="sort",
        )
    return Order(column, text.startswith("-"))


def asked_choice(query: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    """One of ``choices`` (the first is the default)."""
    text = query.get(name, "") or choices[0]
    if text not in choices:
        raise InputError(
            Text(f"ไม่รู้จักค่า {name}={text}", f"unknown value {name}={text}"),
            remedy=Text(f"เลือกจาก {', '.join(choices)}", f"choose one of {', '.join(choices)}"),
            code=name,
        )
    return text
