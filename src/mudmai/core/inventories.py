"""City inventories of greenhouse gases: sectors, scopes, which cells count, notation keys, factors, entries.

The frame is the Global Protocol for Community-Scale Greenhouse Gas Inventories (GPC 1.1, 2021): a *cell* is a
sub-sector in one scope (``I.1.2``: homes, scope 2). BASIC counts the cells of stationary energy, transport and waste
of scopes 1 and 2 and waste of scope 3; BASIC+ adds processes, land use and the other transboundary cells. Waste brought
in from outside and power made for the grid belong to the territory but to no total; other scope 3 is told apart.

A cell without figures has a notation key or is missing; neither is ever zero. Carbon dioxide of biological origin is
kept apart from all totals (:data:`BIOGENIC`). The tables themselves are a pack's (``inventory.yaml``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from mudmai.core.errors import InputError, UnknownNameError, Where
from mudmai.core.inventory_units import Heat, factor_unit, measure_of
from mudmai.core.language import Text, same

BIOGENIC = "CO2_biogenic"
"""Gas name of carbon dioxide from biomass: told beside the totals, never in them."""
MIXED = "CO2e"
"""A factor that its source gives in carbon dioxide equivalents already; its GWP set is the source's."""


class Counts(StrEnum):
    """Where a cell belongs."""

    BASIC = "basic"
    BASIC_PLUS = "basic_plus"
    TERRITORIAL = "territorial"
    OPTIONAL = "optional"


class Level(StrEnum):
    """How far an inventory reaches."""

    BASIC = "BASIC"
    BASIC_PLUS = "BASIC+"

    @property
    def counted(self) -> frozenset[Counts]:
        """The cells in its total."""
        return frozenset({Counts.BASIC} if self is Level.BASIC else {Counts.BASIC, Counts.BASIC_PLUS})


class Notation(StrEnum):
    """Why a cell or a flow has no figure."""

    NOT_OCCURRING = "NO"
    NOT_ESTIMATED = "NE"
    ELSEWHERE = "IE"
    CONFIDENTIAL = "C"

    @property
    def words(self) -> Text:
        """The key in words."""
        return _NOTATIONS[self]

    @property
    def leaves_a_gap(self) -> bool:
        """True when something is emitted that the total does not have."""
        return self in (Notation.NOT_ESTIMATED, Notation.CONFIDENTIAL)


_NOTATIONS = {
    Notation.NOT_OCCURRING: Text("ไม่มีกิจกรรมนี้ในเมือง", "does not occur in the city"),
    Notation.NOT_ESTIMATED: Text("มีแต่ยังไม่ได้ประเมิน", "occurs, not estimated"),
    Notation.ELSEWHERE: Text("รวมอยู่ในรายการอื่น", "included elsewhere"),
    Notation.CONFIDENTIAL: Text("ข้อมูลเปิดเผยไม่ได้", "confidential"),
}


class Quality(StrEnum):
    """How good a source is, for activity and factor together the worse of both."""

    HIGH = "H"
    MEDIUM = "M"
    LOW = "L"

    @property
    def words(self) -> Text:
        """The grade in words."""
        return _QUALITIES[self]


_QUALITIES = {
    Quality.HIGH: Text("สูง: วัดหรือบันทึกละเอียด ค่าการปล่อยเฉพาะพื้นที่", "high: detailed records, local factors"),
    Quality.MEDIUM: Text("ปานกลาง: แบบจำลองมีที่มา ค่าการปล่อยทั่วไป", "medium: modelled on stated grounds, general factors"),
    Quality.LOW: Text("ต่ำ: ประมาณหยาบ ค่าการปล่อยตั้งต้น", "low: rough estimates, default factors"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A sub-sector in one scope."""

    id: str
    sub_sector: str
    sector: str
    scope: int
    counts: Counts
    title: Text


@dataclass(frozen=True, slots=True)
class Named:
    """A sector or sub-sector; ``within`` is the sector of a sub-sector."""

    id: str
    title: Text
    within: str = ""


@dataclass(frozen=True, slots=True)
class GwpSet:
    """Global warming potentials over 100 years, kg CO2e for a kg of gas."""

    id: str
    title: Text
    source: Text
    values: Mapping[str, float]
    note: Text = field(default_factory=lambda: Text("", ""))


@dataclass(frozen=True, slots=True)
class Factor:
    """Kilograms of each gas for one unit of activity; ``unit`` is written ``kg/<unit>``.

    ``uncertainty`` is the half-width of the 95 % interval in per cent, by gas or under ``""`` for all. ``method`` and
    ``parameters`` tell how one that is worked out was made ("" for one that is given).
    """

    id: str
    title: Text
    unit: str
    gases: Mapping[str, float]
    source: Text
    year: int | None = None
    heat: Heat = field(default_factory=Heat)
    uncertainty: Mapping[str, float] = field(default_factory=dict)
    cells: tuple[str, ...] = ()
    note: Text | None = None
    method: str = ""
    parameters: Mapping[str, float] = field(default_factory=dict)

    def fits(self, cell: str) -> bool:
        """Is it meant for this cell? Beginnings count: ``I`` is all of stationary energy."""
        return not self.cells or any(cell == one or cell.startswith(one + ".") for one in self.cells)

    def stating(self, percent: float | None) -> Factor:
        """The factor with the uncertainty that its user states, for all gases; as it is where they state none."""
        return self if percent is None else replace(self, uncertainty={"": percent})


@dataclass(frozen=True, slots=True)
class Entry:
    """One activity of one cell. ``amount`` None: not known. ``notation`` says why a cell has no figure at all.

    ``activity`` "": nobody named it; :meth:`InventoryRules.activity_words` shows its sub-sector then.

    ``uncertainty`` is that of the amount, in per cent (half-width of the 95 % interval).
    """

    id: str
    cell: str
    activity: str
    amount: float | None = None
    unit: str = ""
    factor: Factor | None = None
    notation: Notation | None = None
    uncertainty: float | None = None
    quality: Quality | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class FlowKind:
    """A flow of a balance: ``side`` is ``in`` or ``out``."""

    id: str
    title: Text
    side: str


@dataclass(frozen=True, slots=True)
class BalanceKind:
    """A balance that ought to close: what comes in is what goes out."""

    id: str
    title: Text
    unit: str
    flows: tuple[FlowKind, ...]

    @property
    def unit_title(self) -> Text:
        """The unit as people read it: in Thai by its name, in English by its sign."""
        return Text(measure_of(self.unit).title.th, self.unit.replace("m3", "m³"))


@dataclass(frozen=True)
class InventoryRules:
    """The tables of a pack.

    ``series``, ``population_series`` and ``dataset``: where released totals and populations are published ("" nowhere).
    ``no_factor``: cells for which no factor is given, and why.
    """

    id: str
    title: Text
    sectors: Mapping[str, Named]
    sub_sectors: Mapping[str, Named]
    cells: Mapping[str, Cell]
    gwp_sets: Mapping[str, GwpSet]
    factors: Mapping[str, Factor]
    balances: Mapping[str, BalanceKind]
    source: Text
    series: str = ""
    population_series: str = ""
    dataset: str = ""
    no_factor: Mapping[str, Text] = field(default_factory=dict)

    def cell(self, id: str, where: Where | None = None) -> Cell:
        """The cell of an id. Raises :class:`UnknownNameError`."""
        found = self.cells.get(id.strip())
        if found is None:
            raise UnknownNameError(Text("ช่องของบัญชี", "cell of the inventory"), id, list(self.cells), where=where)
        return found

    def written_activity(self, cell: str, activity: str) -> str:
        """What somebody wrote: "" for nothing, and for the bare title of the cell's sub-sector in either language."""
        one = self.cells.get(cell)
        title = None if one is None else self.sub_sectors[one.sub_sector].title
        said = " ".join(activity.split())
        return "" if title is not None and said in (title.th, title.en) else activity

    def activity_words(self, cell: str, activity: str) -> Text:
        """An activity in words: where nobody named it, the title of the cell's sub-sector."""
        written = self.written_activity(cell, activity)
        one = self.cells.get(cell)
        return same(activity) if written or one is None else self.sub_sectors[one.sub_sector].title

    def gwp(self, id: str) -> GwpSet:
        """The GWP set of an id. Raises :class:`UnknownNameError`."""
        found = self.gwp_sets.get(id)
        if found is None:
            raise UnknownNameError(Text("ชุดค่า GWP", "GWP set"), id, list(self.gwp_sets))
        return found

    def factor(self, id: str, where: Where | None = None) -> Factor:
        """The factor of an id. Raises :class:`UnknownNameError`."""
        found = self.factors.get(id)
        if found is None:
            raise UnknownNameError(Text("ค่าการปล่อย", "emission factor"), id, list(self.factors), where=where)
        return found


def checked_factor(factor: Factor, where: Where | None = None) -> Factor:
    """``factor`` when it can be used; raises ``inventory_factor`` for one without gases or below zero."""
    factor_unit(factor.unit, where)
    if not factor.gases:
        raise _refused(
            "ค่าการปล่อยไม่มีก๊าซใดเลย", "the factor names no gas",
            "ใส่ค่าอย่างน้อยหนึ่งก๊าซ เช่น CO2", "give at least one gas, such as CO2", "inventory_factor", where,
        )  # fmt: skip
    for gas, value in factor.gases.items():
        if not value >= 0 or value == float("inf"):
            raise _refused(
                f"ค่าการปล่อยของ {gas} ต้องเป็นตัวเลขไม่ติดลบ", f"the factor of {gas} must be a number of zero or more",
                "แก้ค่าของก๊าซนี้ หรือเว้นว่างถ้าไม่ทราบ", "mend the value of this gas, or leave it empty where unknown",
                "inventory_factor", where,
            )  # fmt: skip
    return factor


def checked_entry(entry: Entry, rules: InventoryRules, where: Where | None = None) -> Entry:
    """``entry`` when it can be kept. Raises :class:`InputError`: negative amounts, unknown units and cells, a figure
    beside a notation key, an entry that says nothing."""
    rules.cell(entry.cell, where)
    if entry.amount is not None and not 0 <= entry.amount < 1e18:
        raise _refused(
            f"ปริมาณ {entry.amount:g} ต้องไม่ติดลบ", f"the amount {entry.amount:g} must not be below zero",
            "แก้ปริมาณ การดูดกลับหรือการนำไปใช้ให้ใส่ในสูตรของค่าการปล่อย", "mend the amount; recovery belongs to the factor",
            "inventory_amount", where,
        )  # fmt: skip
    if entry.notation is not None and (entry.amount is not None or entry.factor is not None):
        raise _refused(
            f"มีทั้งตัวเลขและสัญลักษณ์ {entry.notation}", f"there is a figure beside the notation key {entry.notation}",
            "เก็บไว้อย่างใดอย่างหนึ่ง", "keep one of them", "inventory_notation", where,
        )  # fmt: skip
    if entry.notation is Notation.ELSEWHERE and not entry.source.strip():
        raise _refused(
            "IE ต้องบอกว่ารวมอยู่ในรายการใด", "IE needs to say where it is included",
            "เขียนในช่องที่มา", "write it in the source", "inventory_notation", where,
        )  # fmt: skip
    if entry.amount is not None or entry.unit:
        measure_of(entry.unit, where)
    for value in (entry.uncertainty, *(entry.factor.uncertainty.values() if entry.factor else ())):
        if value is not None and not 0 <= value <= 1000:
            raise _refused(
                f"ความไม่แน่นอน {value:g} ต้องอยู่ระหว่าง 0 ถึง 1000 เปอร์เซ็นต์",
                f"an uncertainty is 0 to 1000 per cent, not {value:g}",
                "แก้ หรือเว้นว่างถ้าไม่ทราบ", "mend it, or leave it empty where unknown", "inventory_amount", where,
            )  # fmt: skip
    if entry.factor is not None:
        checked_factor(entry.factor, where)
    return entry


def _refused(th: str, en: str, remedy_th: str, remedy_en: str, code: str, where: Where | None) -> InputError:
    return InputError(Text(th, en), remedy=Text(remedy_th, remedy_en), code=code, where=where)
