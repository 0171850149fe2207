"""Methane and other gases of waste and wastewater: first-order methods of IPCC 2006, volume 5.

Each function gives kilograms of gas; the ``*_factor`` ones give them for one kilogram of waste (or one person and
year), so that an inventory can show factor and activity apart. Shares are 0 to 1; outside of that, or below zero where
that cannot be, :class:`InputError` ``inventory_factor`` names the parameter. Nothing has a default that a reader would
not see: callers pass what the pack states.

Sources: IPCC 2006 Guidelines, volume 5, equations 3.2 to 3.5 (landfill), 4.1 and 4.2 (biological treatment), 5.1 to 5.5
(incineration), 6.1 to 6.3, 6.7 and 6.8 (wastewater); GPC 1.1, equations 8.1 to 8.12.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mudmai.core.errors import InputError, Where
from mudmai.core.inventories import BIOGENIC
from mudmai.core.language import Text

CARBON_TO_METHANE = 16 / 12
CARBON_TO_DIOXIDE = 44 / 12
NITROGEN_TO_OXIDE = 44 / 28


def methane_potential(*, mcf: float, doc: float, docf: float, f: float) -> float:
    """L0: kilograms of methane that a kilogram of landfilled waste will ever make: MCF x DOC x DOCf x F x 16/12.

    >>> round(methane_potential(mcf=1.0, doc=0.15, docf=0.5, f=0.5), 6)
    0.05
    """
    for name, value in (("mcf", mcf), ("doc", doc), ("docf", docf), ("f", f)):
        _share(name, value)
    return mcf * doc * docf * f * CARBON_TO_METHANE


def landfill_methane(
    waste: float, *, mcf: float, doc: float, docf: float, f: float, recovered: float, oxidation: float
) -> float:
    """Methane that waste landfilled in a year commits to, in the unit of ``waste``: (waste x L0 - recovered)(1 - OX).

    >>> round(landfill_methane(1000, mcf=1, doc=0.15, docf=0.5, f=0.5, recovered=10, oxidation=0.1), 6)
    36.0
    """
    _share("oxidation", oxidation)
    _not_below("waste", waste)
    _not_below("recovered", recovered)
    made = waste * methane_potential(mcf=mcf, doc=doc, docf=docf, f=f)
    if recovered > made:
        raise _wrong(
            "recovered",
            Text(
                f"ก๊าซที่นำไปใช้ ({recovered:g}) มากกว่าที่เกิดขึ้นได้ ({made:g})",
                f"more methane is recovered ({recovered:g}) than can come ({made:g})",
            ),
        )
    return (made - recovered) * (1 - oxidation)


def wastewater_methane(organic: float, *, bo: float, mcf: float, sludge: float = 0.0, recovered: float = 0.0) -> float:
    """Kilograms of methane of ``organic`` kilograms (TOW) of BOD or COD: (TOW - S) x Bo x MCF - R.

    >>> wastewater_methane(1000, bo=0.6, mcf=0.5)
    300.0
    """
    for name, value in (("organic", organic), ("bo", bo), ("sludge", sludge), ("recovered", recovered)):
        _not_below(name, value)
    _share("mcf", mcf)
    if sludge > organic:
        raise _wrong("sludge", Text("กากตะกอนมากกว่าสารอินทรีย์ทั้งหมด", "more sludge than organic matter"))
    made = (organic - sludge) * bo * mcf
    if recovered > made:
        raise _wrong("recovered", Text("ก๊าซที่นำไปใช้มากกว่าที่เกิดขึ้น", "more methane is recovered than made"))
    return made - recovered


def organic_load(persons: float, *, bod_per_day: float, industrial: float) -> float:
    """TOW: kilograms of BOD a year from grams a person and day; ``industrial`` corrects for other inflow (1 or more).

    >>> organic_load(1000, bod_per_day=40, industrial=1.25)
    18250.0
    """
    for name, value in (("persons", persons), ("bod_per_day", bod_per_day), ("industrial", industrial)):
        _not_below(name, value)
    return persons * bod_per_day * 0.001 * industrial * 365


def wastewater_nitrous_oxide(
    persons: float, *, protein: float, npr: float, other: float, industrial: float, ef: float, sludge: float = 0.0
) -> float:
    """Kilograms of N2O of discharged nitrogen: (P x protein x Fnpr x Fnon-con x Find-com - sludge) x EF x 44/28.

    ``protein`` in kilograms a person and year, ``npr`` kilograms of nitrogen in one of protein, ``ef`` kg N2O-N a kg N.

    >>> round(wastewater_nitrous_oxide(1000, protein=20, npr=0.16, other=1.1, industrial=1.25, ef=0.005), 4)
    34.5714
    """
    given = {"persons": persons, "protein": protein, "npr": npr, "other": other, "industrial": industrial, "ef": ef}
    for name, value in {**given, "sludge": sludge}.items():
        _not_below(name, value)
    nitrogen = persons * protein * npr * other * industrial - sludge
    _not_below("sludge", nitrogen)
    return nitrogen * ef * NITROGEN_TO_OXIDE


def incinerated_carbon(*, dry: float, carbon: float, fossil: float, oxidised: float) -> tuple[float, float]:
    """Kilograms of (fossil, biogenic) CO2 for a kilogram of wet waste burned: dm x CF x FCF x OF x 44/12.

    >>> [round(x, 4) for x in incinerated_carbon(dry=1.0, carbon=0.75, fossil=1.0, oxidised=1.0)]
    [2.75, 0.0]
    """
    for name, value in (("dry", dry), ("carbon", carbon), ("fossil", fossil), ("oxidised", oxidised)):
        _share(name, value)
    whole = dry * carbon * oxidised * CARBON_TO_DIOXIDE
    return whole * fossil, whole * (1 - fossil)


def _landfill(p: Mapping[str, float]) -> dict[str, float]:
    potential = methane_potential(mcf=p["mcf"], doc=p["doc"], docf=p["docf"], f=p["f"])
    _share("recovered_share", p["recovered_share"])
    _share("oxidation", p["oxidation"])
    return {"CH4": potential * (1 - p["recovered_share"]) * (1 - p["oxidation"])}


def _wastewater(p: Mapping[str, float]) -> dict[str, float]:
    load = organic_load(1, bod_per_day=p["bod_per_day"], industrial=p["industrial"])
    return {"CH4": wastewater_methane(load, bo=p["bo"], mcf=p["mcf"])}


def _effluent(p: Mapping[str, float]) -> dict[str, float]:
    names = ("protein", "npr", "other", "industrial", "ef")
    return {"N2O": wastewater_nitrous_oxide(1, **{name: p[name] for name in names})}


def _incineration(p: Mapping[str, float]) -> dict[str, float]:
    names = ("dry", "carbon", "fossil", "oxidised")
    fossil, biogenic = incinerated_carbon(**{name: p[name] for name in names})
    for name in ("ch4", "n2o"):
        _not_below(name, p[name])
    return {"CO2": fossil, BIOGENIC: biogenic, "CH4": p["ch4"], "N2O": p["n2o"]}


@dataclass(frozen=True, slots=True)
class FactorMethod:
    """A factor that is worked out: its parameters, the unit of the result, how."""

    id: str
    title: Text
    unit: str
    parameters: Mapping[str, Text]
    made: Callable[[Mapping[str, float]], dict[str, float]]


_INDUSTRIAL = Text("ตัวคูณน้ำเสียจากแหล่งอื่น (1 ขึ้นไป)", "correction for other inflow (1 or more)")
METHODS: Mapping[str, FactorMethod] = {
    one.id: one
    for one in (
        FactorMethod(
            "landfill",
            Text("ฝังกลบ: มีเทนที่จะเกิดทั้งหมด (L0)", "landfill: methane commitment (L0)"),
            "kg/kg",
            {
                "mcf": Text("MCF ตามชนิดหลุมฝังกลบ (0-1)", "MCF by kind of site (0-1)"),
                "doc": Text("DOC คาร์บอนที่ย่อยได้ (0-1)", "DOC, degradable carbon (0-1)"),
                "docf": Text("DOCf ส่วนที่ย่อยจริง (0-1)", "DOCf, share that decomposes (0-1)"),
                "f": Text("F ส่วนของมีเทนในก๊าซ (0-1)", "F, methane in the gas (0-1)"),
                "recovered_share": Text("ส่วนที่นำไปใช้หรือเผา (0-1)", "share recovered or flared (0-1)"),
                "oxidation": Text("OX ส่วนที่ถูกออกซิไดซ์ (0-1)", "OX, share oxidised (0-1)"),
            },
            _landfill,
        ),
        FactorMethod(
            "wastewater",
            Text("น้ำเสียชุมชน: มีเทน", "domestic wastewater: methane"),
            "kg/person",
            {
                "bod_per_day": Text("BOD (กรัมต่อคนต่อวัน)", "BOD (grams a person and day)"),
                "industrial": _INDUSTRIAL,
                "bo": Text("Bo (กก. มีเทนต่อ กก. BOD)", "Bo (kg CH4 a kg BOD)"),
                "mcf": Text("MCF ตามระบบบำบัด (0-1)", "MCF by treatment (0-1)"),
            },
            _wastewater,
        ),
        FactorMethod(
            "effluent",
            Text("น้ำเสียชุมชน: ไนตรัสออกไซด์", "domestic wastewater: nitrous oxide"),
            "kg/person",
            {
                "protein": Text("โปรตีน (กก. ต่อคนต่อปี)", "protein (kg a person and year)"),
                "npr": Text("ไนโตรเจนในโปรตีน (กก. ต่อ กก.)", "nitrogen in protein (kg a kg)"),
                "other": Text("ตัวคูณโปรตีนที่ไม่ได้บริโภค", "correction for protein not eaten"),
                "industrial": _INDUSTRIAL,
                "ef": Text("EF (กก. N2O-N ต่อ กก. N)", "EF (kg N2O-N a kg N)"),
            },
            _effluent,
        ),
        FactorMethod(
            "incineration",
            Text("เผาขยะ", "incineration or open burning"),
            "kg/kg",
            {
                "dry": Text("เนื้อแห้ง (0-1)", "dry matter (0-1)"),
                "carbon": Text("คาร์บอนในเนื้อแห้ง (0-1)", "carbon in dry matter (0-1)"),
                "fossil": Text("ส่วนฟอสซิลของคาร์บอน (0-1)", "fossil share of the carbon (0-1)"),
                "oxidised": Text("ส่วนที่เผาไหม้ (0-1)", "share oxidised (0-1)"),
                "ch4": Text("มีเทน (กก. ต่อ กก. ขยะเปียก)", "CH4 (kg a kg of wet waste)"),
                "n2o": Text("ไนตรัสออกไซด์ (กก. ต่อ กก. ขยะเปียก)", "N2O (kg a kg of wet waste)"),
            },
            _incineration,
        ),
    )
}
"""Factors that are worked out from parameters, by id."""


def worked_out(method: str, parameters: Mapping[str, float]) -> tuple[str, dict[str, float]]:
    """Unit and gases of a factor. Raises ``inventory_factor`` for a parameter that is missing or cannot be."""
    known = METHODS.get(method)
    if known is None:
        raise _wrong("method", Text(f"ไม่รู้จักวิธี {method}", f"there is no method {method}"))
    for name, title in known.parameters.items():
        if name not in parameters:
            raise _wrong(name, Text(f"ยังไม่มี {title.th}", f"{title.en} is missing"))
    return known.unit, known.made(parameters)


def _share(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise _wrong(name, Text(f"{name} ต้องอยู่ระหว่าง 0 ถึง 1 ไม่ใช่ {value:g}", f"{name} is 0 to 1, not {value:g}"))


def _not_below(name: str, value: float) -> None:
    if not 0 <= value < float("inf"):
        raise _wrong(name, Text(f"{name} ต้องไม่ติดลบ ({value:g})", f"{name} must be zero or more, not {value:g}"))


def _wrong(name: str, message: Text) -> InputError:
    return InputError(
        message,
        remedy=Text("แก้พารามิเตอร์นี้ของค่าการปล่อย", "mend this parameter of the factor"),
        code="inventory_factor",
        where=Where(field=name),
    )
