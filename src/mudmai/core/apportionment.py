"""Fair sharing of money among areas (or strategies): exact, and always adding up.

An amount that belongs to one place is *direct*. An amount of several places is *shared* by a rule, with exact decimals
and the method of largest remainders (Hamilton's method; Balinski and Young, *Fair Representation*, 2nd ed. 2001), or
stays *undivided*. Seen from a finer level than the place it was given to, an amount is *whole-area*: a province-wide
project is no district's. Whatever the level and the system, direct + shared + whole-area + outside is the grand total.

Amounts are :class:`~decimal.Decimal` in one currency; binary floating-point numbers are refused. A weight that is not
known stops the sharing: it is never taken for zero.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from mudmai.core.areas import AreaSystem
from mudmai.core.errors import InputError, UnknownNameError, Where
from mudmai.core.language import Text

K = TypeVar("K", bound=Hashable)
Weight = Decimal | int | Fraction

SATANG = Decimal("0.01")
"""The smallest unit in which money is shared out."""


class SharingRule(StrEnum):
    """How an amount is shared among several places."""

    UNDIVIDED = "undivided"
    EQUAL = "equal"
    POPULATION = "population"
    AREA = "area"
    BENEFICIARIES = "beneficiaries"
    BY_HAND = "by_hand"

    @property
    def label(self) -> Text:
        """The rule in words."""
        return _RULES[self]

    @property
    def needs_weights(self) -> bool:
        """True when a weight is needed for each place."""
        return self not in (SharingRule.UNDIVIDED, SharingRule.EQUAL)


_RULES = {
    SharingRule.UNDIVIDED: Text("ไม่แบ่ง (นับรวมทั้งกลุ่มพื้นที่)", "undivided (counted for the group of areas)"),
    SharingRule.EQUAL: Text("แบ่งเท่ากัน", "in equal parts"),
    SharingRule.POPULATION: Text("แบ่งตามจำนวนประชากร", "by population"),
    SharingRule.AREA: Text("แบ่งตามขนาดพื้นที่", "by land area"),
    SharingRule.BENEFICIARIES: Text("แบ่งตามจำนวนผู้ได้รับประโยชน์", "by beneficiaries"),
    SharingRule.BY_HAND: Text("กำหนดสัดส่วนเอง", "by shares set by hand"),
}


def largest_remainders(total: Decimal, weights: Mapping[K, Weight], *, unit: Decimal = SATANG) -> dict[K, Decimal]:
    """``total`` shared in proportion to ``weights`` (at least 0, not all 0), in whole ``unit``s, adding up exactly.

    Each key gets its quota rounded down; the units left go to the largest remainders, the earlier key first where two
    are equal. A total below zero is shared as its opposite. A total that is no whole number of units keeps the rest in
    the first key with a weight.

    >>> {k: str(v) for k, v in largest_remainders(Decimal("100"), {"a": 1, "b": 1, "c": 1}).items()}
    {'a': '33.34', 'b': '33.33', 'c': '33.33'}
    """
    if type(total) is not Decimal or not total.is_finite():
        raise _bad("amount", Text(f"จำนวนเงิน {total} ใช้ไม่ได้", f"the amount {total} cannot be shared"))
    exact = {key: _weight(key, weight) for key, weight in weights.items()}
    whole = sum(exact.values(), Fraction(0))
    if whole == 0:
        raise _bad("weight", Text("น้ำหนักทุกพื้นที่เป็นศูนย์", "every weight is zero"))
    units, rest = divmod(abs(Fraction(total)), Fraction(unit))
    quotas = {key: units * weight / whole for key, weight in exact.items()}
    counts = {key: int(quota) for key, quota in quotas.items()}
    left = int(units) - sum(counts.values())
    by_remainder = sorted(quotas, key=lambda key: quotas[key] - counts[key], reverse=True)  # stable: earlier key first
    for key in by_remainder[:left]:
        counts[key] += 1
    sign = -1 if total < 0 else 1
    shares = {key: sign * count * unit for key, count in counts.items()}
    if rest:
        first = next(key for key, weight in exact.items() if weight)
        shares[first] += total - sum(shares.values(), Decimal(0))
    return shares


def _weight(key: object, weight: Weight) -> Fraction:
    if type(weight) not in (Decimal, int, Fraction):
        raise _bad(str(key), Text(f"น้ำหนัก {weight} ไม่ใช่จำนวนแน่นอน", f"the weight {weight} is no exact number"))
    if isinstance(weight, Decimal) and not weight.is_finite():
        raise _bad(str(key), Text(f"น้ำหนัก {weight} ใช้ไม่ได้", f"the weight {weight} cannot be used"))
    if weight < 0:
        raise _bad(str(key), Text(f"น้ำหนัก {weight} ติดลบ", f"the weight {weight} is below zero"))
    return Fraction(weight)


@dataclass(frozen=True, slots=True)
class Part:
    """An amount at one place, or (``places`` of several) undivided among them."""

    places: tuple[str, ...]
    amount: Decimal


def share(
    amount: Decimal,
    places: Sequence[str],
    rule: SharingRule = SharingRule.UNDIVIDED,
    weights: Mapping[str, Weight | None] | None = None,
    *,
    unit: Decimal = SATANG,
) -> tuple[Part, ...]:
    """The parts of ``amount`` by place; they add up to it exactly.

    ``weights`` are needed by the rules that ask for them, one for each place. Shares set by hand are parts of 1 and
    have to make 1 together. Raises :class:`InputError` ``weight_missing`` (naming the places), ``sharing`` else.

    >>> [(p.places, str(p.amount)) for p in share(Decimal(10), ["x", "y"], SharingRule.POPULATION, {"x": 3, "y": 1})]
    [(('x',), '7.50'), (('y',), '2.50')]
    """
    own = tuple(dict.fromkeys(places))
    if len(own) != len(places):
        twice = sorted({place for place in places if list(places).count(place) > 1})
        raise _bad("areas", Text(f"พื้นที่ซ้ำ {', '.join(twice)}", f"places given twice: {', '.join(twice)}"))
    if len(own) <= 1 or rule is SharingRule.UNDIVIDED:
        return (Part(own, amount),)
    if rule is SharingRule.EQUAL:
        return _parts(largest_remainders(amount, dict.fromkeys(own, 1), unit=unit))
    given = weights or {}
    known = {place: weight for place in own if (weight := given.get(place)) is not None}
    if len(known) < len(own):
        _refuse_missing(rule, [place for place in own if place not in known])
    if rule is SharingRule.BY_HAND:
        _check_shares(known)
    return _parts(largest_remainders(amount, known, unit=unit))


def _parts(shares: Mapping[str, Decimal]) -> tuple[Part, ...]:
    return tuple(Part((place,), amount) for place, amount in shares.items())


def _refuse_missing(rule: SharingRule, missing: Sequence[str]) -> None:
    names = ", ".join(missing)
    raise InputError(
        Text(
            f"“{rule.label.th}” ไม่ได้ เพราะไม่มีตัวเลขของ {names}",
            f"cannot be shared {rule.label.en}: there is no figure for {names}",
        ),
        remedy=Text("เติมตัวเลขของพื้นที่เหล่านั้น หรือเลือกวิธีแบ่งอื่น", "give the figures of these places, or choose another rule"),
        code="weight_missing",
        where=Where(field="weights"),
    )


def _check_shares(shares: Mapping[str, Weight]) -> None:
    whole = sum((_weight(place, weight) for place, weight in shares.items()), Fraction(0))
    if whole != 1:
        told = f"{float(whole * 100):.4f}".rstrip("0").rstrip(".")
        raise _bad("weights", Text(f"สัดส่วนรวมกันได้ร้อยละ {told} ไม่ใช่ 100", f"the shares make {told}%, not 100"))


def _bad(field: str, message: Text) -> InputError:
    return InputError(
        message,
        remedy=Text("แก้จำนวนเงิน พื้นที่ หรือสัดส่วน แล้วลองใหม่", "mend the amount, the places or the shares, and try again"),
        code="sharing",
        where=Where(field=field),
    )


@dataclass(frozen=True, slots=True)
class AreaMoney:
    """What one area has: ``direct`` is its own alone, ``shared`` its parts of amounts that other areas share."""

    direct: Decimal = Decimal(0)
    shared: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        """Both together."""
        return self.direct + self.shared


@dataclass(frozen=True)
class LevelTotals:
    """Money by the areas of one level.

    ``areas``: by code, those with money only. ``whole``: amounts that are not divided at this level, by the areas they
    are for (one wider area, or a group that shares without dividing). ``outside``: amounts without a place in this
    system. ``grand`` is what went in; :attr:`adds_up` says that nothing was lost or counted twice.
    """

    level: str
    areas: Mapping[str, AreaMoney]
    whole: Mapping[tuple[str, ...], Decimal]
    outside: Decimal
    grand: Decimal

    @property
    def adds_up(self) -> bool:
        """True when all rows together are the grand total, to the last unit."""
        rows = sum((money.total for money in self.areas.values()), Decimal(0))
        return rows + sum(self.whole.values(), Decimal(0)) + self.outside == self.grand


def level_totals(projects: Iterable[Sequence[Part]], system: AreaSystem, level: str) -> LevelTotals:
    """Totals of projects (each as its parts, see :func:`share`) by the areas of ``level``.

    A place below ``level`` counts for the area above it; a place above it, and a group whose places lie in different
    areas, stays whole. Codes that the system does not know, and amounts without a place, are outside.
    """
    if level not in system.levels:
        raise UnknownNameError(Text("ระดับพื้นที่", "level"), level, list(system.levels))
    direct: dict[str, Decimal] = {}
    shared: dict[str, Decimal] = {}
    whole: dict[tuple[str, ...], Decimal] = {}
    outside = grand = Decimal(0)
    for parts in projects:
        homes = [home_of(part.places, system, level) for part in parts]
        alone = len(set(homes)) == 1
        for part, home in zip(parts, homes, strict=True):
            grand += part.amount
            if home is None:
                outside += part.amount
            elif isinstance(home, tuple):
                whole[home] = whole.get(home, Decimal(0)) + part.amount
            else:
                kind = direct if alone else shared
                kind[home] = kind.get(home, Decimal(0)) + part.amount
    order = [area.code for area in system.level(level) if area.code in direct or area.code in shared]
    zero = Decimal(0)
    areas = {code: AreaMoney(direct.get(code, zero), shared.get(code, zero)) for code in order}
    return LevelTotals(level, areas, whole, outside, grand)


def home_of(places: Sequence[str], system: AreaSystem, level: str) -> str | tuple[str, ...] | None:
    """The area of ``level`` that holds all ``places``; the wider area or group where that is not one; None outside."""
    if not places or any(place not in system.by_code for place in places):
        return None
    homes = {_above(place, system, level) for place in places}
    if len(homes) == 1 and (one := homes.pop()) is not None:
        return one
    return tuple(sorted(places))


def _above(place: str, system: AreaSystem, level: str) -> str | None:
    if system.by_code[place].level == level:
        return place
    return next((area.code for area in system.ancestors(place) if area.level == level), None)
