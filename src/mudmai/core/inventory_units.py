"""Units in which activities of an inventory are measured, and how one becomes another: an explicit table, no guesses.

A factor is kilograms of a gas for one unit of activity (``kg/m3``, ``g/kg``, ``t/TJ``). Amounts of one kind of measure
are scaled; mass or volume becomes energy only by a stated heat value. Whatever else is refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mudmai.core.errors import InputError, UnknownNameError, Where
from mudmai.core.language import Text

Kind = Literal["mass", "volume", "energy", "people", "distance", "area", "animals", "products"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit: what kind of thing it measures, and how many base units (kg, m3, TJ, ...) one of it is."""

    code: str
    kind: Kind
    scale: float
    title: Text
    also: tuple[str, ...] = ()


def _one(code: str, kind: Kind, scale: float, th: str, en: str, *also: str) -> Measure:
    return Measure(code, kind, scale, Text(th, en), also)


MEASURES: tuple[Measure, ...] = (
    _one("g", "mass", 1e-3, "กรัม", "gram"),
    _one("kg", "mass", 1, "กิโลกรัม", "kilogram", "กก."),
    _one("t", "mass", 1e3, "ตัน", "tonne", "tonnes", "ton", "tons"),
    _one("Gg", "mass", 1e6, "พันตัน", "gigagram", "kt"),
    _one("L", "volume", 1e-3, "ลิตร", "litre", "litres", "liter", "liters"),
    _one("m3", "volume", 1, "ลูกบาศก์เมตร", "cubic metre", "m³", "ลบ.ม."),
    _one("MJ", "energy", 1e-6, "เมกะจูล", "megajoule"),
    _one("GJ", "energy", 1e-3, "กิกะจูล", "gigajoule"),
    _one("TJ", "energy", 1, "เทระจูล", "terajoule"),
    _one("kWh", "energy", 3.6e-6, "กิโลวัตต์ชั่วโมง", "kilowatt-hour", "กิโลวัตต์-ชั่วโมง"),
    _one("MWh", "energy", 3.6e-3, "เมกะวัตต์ชั่วโมง", "megawatt-hour", "เมกะวัตต์-ชั่วโมง"),
    _one("GWh", "energy", 3.6, "กิกะวัตต์ชั่วโมง", "gigawatt-hour", "กิกะวัตต์-ชั่วโมง"),
    _one("toe", "energy", 0.041868, "ตันเทียบเท่าน้ำมันดิบ", "tonne of oil equivalent"),
    _one("ktoe", "energy", 41.868, "พันตันเทียบเท่าน้ำมันดิบ", "thousand tonnes of oil equivalent"),
    _one("person", "people", 1, "คน", "person", "persons", "people"),
    _one("km", "distance", 1, "กิโลเมตร", "kilometre", "กม."),
    _one("ha", "area", 1, "เฮกตาร์", "hectare", "hectares"),
    _one("rai", "area", 0.16, "ไร่", "rai"),
    _one("head", "animals", 1, "ตัว", "head"),
    _one("piece", "products", 1, "ชิ้น", "piece", "pieces"),
)
"""All measures. One rai is 1,600 square metres; one toe is 41.868 GJ (International Energy Agency)."""

_BY_NAME: Mapping[str, Measure] = {
    name.casefold(): one for one in MEASURES for name in (one.title.th, one.title.en, *one.also)
} | {one.code.casefold(): one for one in MEASURES}
_BY_CODE = {one.code: one for one in MEASURES}
_KIND = Text("หน่วย", "unit")


def measure_of(name: str, where: Where | None = None) -> Measure:
    """The measure of a code or its words. Raises :class:`UnknownNameError`.

    >>> measure_of("ลิตร").code, measure_of("KWH").scale
    ('L', 3.6e-06)
    """
    plain = " ".join(name.split())
    found = _BY_CODE.get(plain) or _BY_NAME.get(plain.casefold())
    if found is None:
        raise UnknownNameError(_KIND, plain, [one.code for one in MEASURES], where=where)
    return found


def factor_unit(name: str, where: Where | None = None) -> tuple[float, Measure]:
    """``kg/m3`` as (kilograms of gas, per which measure). Raises :class:`UnknownNameError`.

    >>> kilograms, per = factor_unit("t/TJ")
    >>> kilograms, per.code
    (1000.0, 'TJ')
    """
    above, slash, below = name.partition("/")
    gas = measure_of(above, where)
    if not slash or gas.kind != "mass":
        raise UnknownNameError(
            Text("หน่วยของค่าการปล่อย", "unit of a factor"),
            name,
            ["kg/kg", "g/kg", "kg/m3", "kg/L", "kg/TJ", "kg/kWh"],
            where=where,
        )
    return float(gas.scale), measure_of(below, where)


@dataclass(frozen=True, slots=True)
class Heat:
    """Net heat values of a fuel, where they are stated: MJ per kilogram, MJ per cubic metre."""

    per_kg: float | None = None
    per_m3: float | None = None


def converted(amount: float, unit: Measure, per: Measure, heat: Heat | None = None) -> float:
    """``amount`` counted in the units ``per``. Raises :class:`InputError` ``inventory_unit`` where nothing stated leads
    from one to the other.

    >>> converted(2, measure_of("t"), measure_of("kg"))
    2000.0
    >>> round(converted(1000, measure_of("L"), measure_of("TJ"), Heat(per_m3=36420)), 6)
    0.03642
    """
    if unit.kind == per.kind:
        return amount * (unit.scale / per.scale)
    stated = heat or Heat()
    if per.kind == "energy" and unit.kind == "mass" and stated.per_kg is not None:
        return amount * unit.scale * stated.per_kg * 1e-6 / per.scale
    if per.kind == "energy" and unit.kind == "volume" and stated.per_m3 is not None:
        return amount * unit.scale * stated.per_m3 * 1e-6 / per.scale
    if unit.kind == "energy" and per.kind == "mass" and stated.per_kg:
        return amount * unit.scale * 1e6 / stated.per_kg / per.scale
    if unit.kind == "energy" and per.kind == "volume" and stated.per_m3:
        return amount * unit.scale * 1e6 / stated.per_m3 / per.scale
    raise InputError(
        Text(
            f"แปลงหน่วย {unit.title.th} ({unit.code}) เป็น {per.title.th} ({per.code}) ไม่ได้",
            f"{unit.title.en} ({unit.code}) cannot be turned into {per.title.en} ({per.code})",
        ),
        remedy=Text(
            "ใช้หน่วยของค่าการปล่อย หรือเลือกค่าการปล่อยที่บอกค่าความร้อนของเชื้อเพลิงในหน่วยนี้",
            "give the amount in the factor's unit, or choose a factor that states a heat value for this unit",
        ),
        code="inventory_unit",
    )
