"""Workbooks of inventories, out and in: one row for each activity of a cell and for each flow of a balance.

A row's place is a cell of the inventory (``I.1.1``) or a flow (``waste/made``); a row ``level`` says how far the
inventory reaches. The factor is an id of the pack, or the row's own: its unit and kilograms by gas, with a source.
Rows that say nothing are passed over; an empty amount is not known, never zero. An activity that nobody named stays
empty and is written out as its sub-sector in the reader's language, which is read back as empty. What is wrong is
told all together, each with sheet and cell. The file is the whole inventory: what it does not have is taken away when
it is loaded, and the preview says so before.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mudmai.core.errors import InputError, Problem, Where
from mudmai.core.inventories import (
    BIOGENIC,
    MIXED,
    Entry,
    Factor,
    InventoryRules,
    Level,
    Notation,
    Quality,
    checked_entry,
)
from mudmai.core.inventory_units import MEASURES, converted, factor_unit, measure_of
from mudmai.core.language import Language, Text, same, to_arabic_digits
from mudmai.exchange.sheets.cells import cell_name, text_of
from mudmai.exchange.sheets.workbook import Sheet, open_workbook
from mudmai.exchange.tables import csv_bytes, xlsx_bytes
from mudmai.methods.balances import Flow

MOST_ROWS = 5_000
_HEAD_ROWS = 30
_FIX = Text("แก้เซลล์นี้แล้วส่งไฟล์อีกครั้ง", "mend this cell and send the file again")
_GUARDED = ("'=", "'+", "'-", "'@")
_GASES = {"co2": "CO2", "ch4": "CH4", "n2o": "N2O", "co2_biogenic": BIOGENIC, "co2e": MIXED}

COLUMNS: Mapping[str, Text] = {
    "place": Text("ช่องหรือกระแส", "cell or flow"),
    "what": Text("ความหมายของช่อง", "what the cell is"),
    "activity": Text("กิจกรรม", "activity"),
    "amount": Text("ปริมาณ", "amount"),
    "unit": Text("หน่วย", "unit"),
    "notation": Text("สัญลักษณ์ (NO NE IE C)", "notation key (NO NE IE C)"),
    "factor": Text("รหัสค่าการปล่อย", "factor id"),
    "factor_unit": Text("หน่วยของค่าการปล่อยของตนเอง", "own factor: unit"),
    "co2": Text("ค่าของตนเอง CO2", "own factor: CO2"),
    "ch4": Text("ค่าของตนเอง CH4", "own factor: CH4"),
    "n2o": Text("ค่าของตนเอง N2O", "own factor: N2O"),
    "co2_biogenic": Text("ค่าของตนเอง CO2 ชีวภาพ", "own factor: biogenic CO2"),
    "co2e": Text("ค่าของตนเอง CO2e", "own factor: CO2e"),
    "factor_source": Text("ที่มาของค่าของตนเอง", "own factor: source"),
    "uncertainty": Text("ความไม่แน่นอนของปริมาณ (±%)", "uncertainty of the amount (±%)"),
    "factor_uncertainty": Text("ความไม่แน่นอนของค่าการปล่อย (±%)", "uncertainty of the factor (±%)"),
    "quality": Text("คุณภาพข้อมูล (H M L)", "quality (H M L)"),
    "source": Text("ที่มาของปริมาณ", "source of the amount"),
}
"""Columns in their order; headings are the keys or their words in either language."""
_HELP = ("place", "what")
LEVEL_ROW = "level"
"""Place of the row whose activity names the level of the inventory."""
_LEVEL_WORDS = Text(
    "ระดับของบัญชี (BASIC หรือ BASIC+) อยู่ในคอลัมน์กิจกรรม", "level (BASIC or BASIC+), in the column of activities"
)


@dataclass(frozen=True, slots=True)
class SheetFlow:
    """A flow of a balance with its place in the file."""

    balance: str
    flow: str
    value: Flow
    source: str
    where: Where


@dataclass(frozen=True)
class InventorySheet:
    """What a file says; with ``problems`` nothing of it may be kept. ``where`` by the id of an entry.

    ``hinders`` by the same id: the cell that keeps an entry from being added up (amount, factor or notation key).

    ``warnings`` keep nothing out: factors that are meant for other cells. ``level`` None: the file names none.
    """

    file: str
    entries: tuple[Entry, ...]
    where: Mapping[str, Where]
    flows: tuple[SheetFlow, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()
    level: Level | None = None
    hinders: Mapping[str, Where] = field(default_factory=dict)

    def refuse(self) -> None:
        """Raise :class:`InputError` ``inventory_sheet`` with all problems, when there are any."""
        if self.problems:
            count = len(self.problems)
            raise InputError(
                Text(
                    f"ไฟล์นี้มีข้อผิดพลาด {count} รายการ ยังไม่มีอะไรถูกบันทึก",
                    f"faults in the file: {count}; nothing was kept",
                ),
                remedy=Text("แก้ตามเซลล์ที่ระบุแล้วส่งอีกครั้ง", "mend the named cells and send it again"),
                code="inventory_sheet",
                where=Where(file=self.file),
                problems=self.problems,
            )

    def flows_of(self, balance: str) -> dict[str, Flow]:
        """The flows of one balance by id."""
        return {one.flow: one.value for one in self.flows if one.balance == balance}


def inventory_rows(
    rules: InventoryRules, entries: Iterable[Entry], flows: Mapping[tuple[str, str], tuple[Flow, str]],
    language: Language, *, level: Level | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Rows of the sheet: all entries, and with ``level`` a row that names it and an empty one for every counted cell
    and flow without one."""
    rows = [_entry_row(rules, one, language) for one in entries]
    used = {row["place"] for row in rows}
    if level is not None:
        rows += [
            {"place": cell.id, "what": cell_words(rules, cell.id).in_(language)}
            for cell in rules.cells.values()
            if cell.counts in level.counted and cell.id not in used
        ]
        order = list(rules.cells)
        rows.sort(key=lambda row: order.index(row["place"]))
        rows.insert(0, {"place": LEVEL_ROW, "what": _LEVEL_WORDS.in_(language), "activity": str(level)})
    for kind in rules.balances.values():
        for flow in kind.flows:
            told = flows.get((kind.id, flow.id))
            if told is None and level is None:
                continue
            value, source = told or (Flow(None), "")
            rows.append({
                "place": f"{kind.id}/{flow.id}",
                "what": f"{kind.title.in_(language)}: {flow.title.in_(language)}",
                "amount": value.amount,
                "unit": kind.unit,
                "notation": str(value.notation or ""),
                "uncertainty": value.uncertainty,
                "source": source,
            })  # fmt: skip
    return rows


def cell_words(rules: InventoryRules, cell: str) -> Text:
    """A cell in words: sub-sector, scope, which part."""
    one = rules.cells[cell]
    sub = rules.sub_sectors[one.sub_sector].title
    return Text(f"{sub.th} ขอบเขต {one.scope}: {one.title.th}", f"{sub.en}, scope {one.scope}: {one.title.en}")


def _entry_row(rules: InventoryRules, entry: Entry, language: Language) -> dict[str, Any]:
    row: dict[str, Any] = {
        "place": entry.cell,
        "what": cell_words(rules, entry.cell).in_(language),
        "activity": rules.activity_words(entry.cell, entry.activity).in_(language),
        "amount": entry.amount,
        "unit": entry.unit,
        "notation": str(entry.notation or ""),
        "uncertainty": entry.uncertainty,
        "quality": str(entry.quality or ""),
        "source": entry.source,
    }
    factor = entry.factor
    if factor is not None and factor.id in rules.factors:
        row["factor"] = factor.id
        if factor.uncertainty != rules.factors[factor.id].uncertainty:
            row["factor_uncertainty"] = factor.uncertainty.get("")
    elif factor is not None:
        row |= {"factor_unit": factor.unit, "factor_source": factor.source.in_(language)}
        row |= {name: factor.gases.get(gas) for name, gas in _GASES.items()}
        row["factor_uncertainty"] = factor.uncertainty.get("")
    return row


def inventory_xlsx(rules: InventoryRules, rows: Sequence[Mapping[str, Any]], language: Language) -> bytes:
    """The rows as a workbook, with a sheet of units, notation keys and factors."""
    notes = [(str(one), one.words.in_(language)) for one in (*Notation, *Quality)]
    notes += [(one.code, one.title.in_(language)) for one in MEASURES]
    notes += [
        (one.id, f"{one.title.in_(language)} [{one.unit}] {one.source.in_(language)}") for one in rules.factors.values()
    ]
    return xlsx_bytes(
        list(COLUMNS),
        rows,
        titles={key: words.in_(language) for key, words in COLUMNS.items()},
        sheet="บัญชี" if language == "th" else "inventory",
        notes=notes,
        notes_sheet="รหัสที่ใช้ได้" if language == "th" else "codes",
    )


def inventory_csv(rows: Iterable[Mapping[str, Any]], language: Language) -> bytes:
    """The rows as CSV."""
    return csv_bytes(list(COLUMNS), rows, titles={key: words.in_(language) for key, words in COLUMNS.items()})


def read_inventory_sheet(path: Path, rules: InventoryRules, *, name: str = "") -> InventorySheet:
    """Read a workbook or CSV of an inventory. Raises ``inventory_sheet`` where no row of headings is found, and
    :class:`mudmai.core.errors.ImportRefused` for a file that cannot be opened safely."""
    book = open_workbook(path, name=name)
    file = book.file
    for sheet in book.visible:
        head = _head(sheet)
        if head is not None:
            return _read(sheet, *head, rules, file)
    wanted = [COLUMNS[key] for key in ("place", "activity", "amount", "unit")]
    raise InputError(
        Text("ไม่พบหัวตารางของบัญชีก๊าซเรือนกระจก", "no headings of an inventory were found"),
        remedy=Text(
            f"ใช้แบบฟอร์มที่ดาวน์โหลดจากหน้าบัญชี อย่างน้อยต้องมี {', '.join(one.th for one in wanted)}",
            f"use the template of the inventory's page; it needs at least {', '.join(one.en for one in wanted)}",
        ),
        code="inventory_sheet",
        where=Where(file=file, sheet=book.visible[0].name if book.visible else None, cell="A1"),
    )


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _head(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    names = {_plain(name): key for key, words in COLUMNS.items() for name in (key, words.th, words.en)}
    names |= {"cell": "place", "gpc": "place"}
    for row, cells in enumerate(sheet.rows[:_HEAD_ROWS]):
        found: dict[str, int] = {}
        for col, value in enumerate(cells):
            key = names.get(_plain(text_of(value)))
            if key is not None:
                found.setdefault(key, col)
        if {"place", "amount", "unit"} <= found.keys():
            return row, found
    return None


def _read(sheet: Sheet, head: int, columns: Mapping[str, int], rules: InventoryRules, file: str) -> InventorySheet:
    entries: list[Entry] = []
    flows: list[SheetFlow] = []
    problems: list[Problem] = []
    warnings: list[Problem] = []
    level: Level | None = None
    where: dict[str, Where] = {}
    hinders: dict[str, Where] = {}
    seen: dict[tuple[str, str], str] = {}
    for at in range(head + 1, min(len(sheet.rows), head + 1 + MOST_ROWS)):
        row = _Row(sheet, at, columns, file)
        if not row.says_something():
            continue
        try:
            place = row.text("place")
            if place == LEVEL_ROW:
                level = row.level()
                key = (place, "")
            elif "/" in place:
                flows.append(row.flow(rules, place))
                key = (place, "")
            else:
                one = row.entry(rules, place)
                key = (place, _plain(one.activity))
                entries.append(one)
                where[one.id], hinders[one.id] = row.where("place"), row.where(_hinders(one))
                warnings += row.misfits(rules, one)
            if key in seen:
                row.fault("place", f"แถวนี้ซ้ำกับแถว {seen[key]}", f"this row repeats row {seen[key]}")
            seen.setdefault(key, str(at + 1))
        except InputError as fault:
            problems.append(fault.as_problem())
            problems += row.unknown_factor(rules, beside=fault)
    if len(sheet.rows) > head + 1 + MOST_ROWS:
        problems.append(Problem(
            "inventory_sheet", Text(f"ไฟล์ยาวเกิน {MOST_ROWS} แถว", f"the file is longer than {MOST_ROWS} rows"),
            _FIX, Where(file=file, sheet=sheet.name),
        ))  # fmt: skip
    return InventorySheet(file, tuple(entries), where, tuple(flows), tuple(problems), tuple(warnings), level, hinders)


def _hinders(one: Entry) -> str:
    """The column that says why the entry cannot be added up."""
    if one.notation is not None:
        return "notation"
    if one.amount is None:
        return "amount"
    return "factor" if one.factor is None else "place"


class _Row:
    """One row being read; faults name its cells."""

    def __init__(self, sheet: Sheet, at: int, columns: Mapping[str, int], file: str) -> None:
        self.sheet, self.at, self.columns, self.file = sheet, at, columns, file

    def where(self, name: str) -> Where:
        col = self.columns.get(name)
        cell = None if col is None else cell_name(self.at, col)
        return Where(file=self.file, sheet=self.sheet.name, cell=cell, row=self.at + 1, field=name)

    def says_something(self) -> bool:
        help_only = (*_HELP, "unit")
        return any(self.text(name) for name in self.columns if name not in help_only)

    def text(self, name: str) -> str:
        col = self.columns.get(name)
        said = text_of(self.sheet.value(self.at, col)).strip() if col is not None else ""
        return said[1:] if said.startswith(_GUARDED) else said

    def number(self, name: str) -> float | None:
        col = self.columns.get(name)
        value = self.sheet.value(self.at, col) if col is not None else ""
        if isinstance(value, int | float) and not isinstance(value, bool):
            found = float(value)
        else:
            said = to_arabic_digits(self.text(name)).replace(",", "").replace(" ", "").removesuffix("%")
            if not said:
                return None
            try:
                found = float(said)
            except ValueError:
                self.fault(name, f"“{self.text(name)}” ไม่ใช่ตัวเลข", f"“{self.text(name)}” is no number")
        if not math.isfinite(found) or found < 0:
            self.fault(name, f"ค่า {found:g} ต้องเป็นตัวเลขไม่ติดลบ", f"{found:g} must be a number of zero or more")
        return found

    def fault(self, name: str, th: str, en: str) -> None:
        raise InputError(Text(th, en), remedy=_FIX, code="inventory_sheet", where=self.where(name))

    def level(self) -> Level:
        said = self.text("activity").upper()
        if said not in list(Level):
            self.fault("activity", f"ระดับ {said} ต้องเป็น BASIC หรือ BASIC+", f"the level is BASIC or BASIC+, not {said}")
        return Level(said)

    def unknown_factor(self, rules: InventoryRules, *, beside: InputError) -> list[Problem]:
        """The factor's own fault, where another fault of the row was met before it."""
        where = self.where("factor")
        named = self.text("factor")
        if not named or beside.where == where:
            return []
        try:
            rules.factor(named, where)
        except InputError as fault:
            return [fault.as_problem()]
        return []

    def misfits(self, rules: InventoryRules, entry: Entry) -> list[Problem]:
        """A factor of the pack that is meant for other cells: told, and counted all the same."""
        factor = entry.factor
        if factor is None or factor.fits(entry.cell):
            return []
        meant = ", ".join(factor.cells)
        message = Text(
            f"ค่าการปล่อย {factor.id} ใช้กับ {meant} ไม่ใช่ {entry.cell}",
            f"the factor {factor.id} is meant for {meant}, not for {entry.cell}",
        )
        remedy = Text(
            "ตรวจว่าเลือกถูกหรือไม่ หากไม่แก้จะคำนวณตามที่กรอก", "check that it is the right one; it is counted as it stands"
        )
        return [Problem("inventory_factor", message, remedy, self.where("factor"))]

    def notation(self) -> Notation | None:
        said = self.text("notation").upper()
        if said and said not in list(Notation):
            self.fault("notation", f"ไม่รู้จักสัญลักษณ์ {said}", f"{said} is no notation key (NO, NE, IE, C)")
        return Notation(said) if said else None

    def entry(self, rules: InventoryRules, place: str) -> Entry:
        rules.cell(place, self.where("place"))
        amount, notation, unit = self.number("amount"), self.notation(), self.text("unit")
        quality = self.text("quality").upper()
        if quality and quality not in list(Quality):
            self.fault("quality", f"คุณภาพ {quality} ต้องเป็น H M หรือ L", f"quality is H, M or L, not {quality}")
        if amount is not None and not unit:
            self.fault("unit", "ปริมาณไม่มีหน่วย", "the amount has no unit")
        if unit:
            unit = measure_of(unit, self.where("unit")).code
        factor = self.factor(rules, place)
        if amount is not None and factor is not None:
            self.fits(amount, unit, factor)
        made = Entry(
            id=f"{self.sheet.name}!{self.at + 1}",
            cell=place,
            activity=rules.written_activity(place, self.text("activity")),
            amount=amount,
            unit="" if notation and amount is None else unit,
            factor=factor,
            notation=notation,
            uncertainty=self.number("uncertainty"),
            quality=Quality(quality) if quality else None,
            source=self.text("source"),
        )
        unexplained = notation is Notation.ELSEWHERE and amount is None and not made.source
        return checked_entry(made, rules, self.where("source" if unexplained else "amount"))

    def fits(self, amount: float, unit: str, factor: Factor) -> None:
        where = self.where("unit")
        try:
            converted(amount, measure_of(unit), factor_unit(factor.unit)[1], factor.heat)
        except InputError as fault:
            raise InputError(fault.message, remedy=fault.remedy, code=fault.code, where=where) from None

    def factor(self, rules: InventoryRules, place: str) -> Factor | None:
        named, unit = self.text("factor"), self.text("factor_unit")
        gases = {gas: value for name, gas in _GASES.items() if (value := self.number(name)) is not None}
        if named and (unit or gases):
            self.fault("factor", "มีทั้งรหัสค่าการปล่อยและค่าของตนเอง", "there is a factor's id beside an own factor")
        if named:
            return rules.factor(named, self.where("factor")).stating(self.number("factor_uncertainty"))
        if not unit and not gases:
            return None
        if not gases:
            self.fault("co2", "ค่าการปล่อยของตนเองไม่มีก๊าซใดเลย", "the own factor names no gas")
        if not unit:
            self.fault("factor_unit", "ค่าการปล่อยของตนเองไม่มีหน่วย", "the own factor has no unit (kg/kWh, kg/TJ, ...)")
        if not self.text("factor_source"):
            self.fault("factor_source", "ค่าการปล่อยของตนเองไม่บอกที่มา", "the own factor has no source")
        factor_unit(unit, self.where("factor_unit"))
        stated = self.number("factor_uncertainty")
        return Factor(
            id="",
            title=rules.activity_words(place, self.text("activity")),
            unit=unit,
            gases=gases,
            source=same(self.text("factor_source")),
            uncertainty={} if stated is None else {"": stated},
        )

    def flow(self, rules: InventoryRules, place: str) -> SheetFlow:
        balance, _, flow = place.partition("/")
        kind = rules.balances.get(balance)
        if kind is None or flow not in [one.id for one in kind.flows]:
            self.fault("place", f"ไม่รู้จักกระแส {place}", f"there is no flow {place}")
        assert kind is not None
        amount, notation = self.number("amount"), self.notation()
        if amount is not None and notation is not None:
            self.fault("notation", "มีทั้งตัวเลขและสัญลักษณ์", "there is a figure beside a notation key")
        if amount is not None and self.text("unit"):
            try:
                amount = converted(amount, measure_of(self.text("unit"), self.where("unit")), measure_of(kind.unit))
            except InputError as fault:
                raise InputError(
                    fault.message, remedy=fault.remedy, code=fault.code, where=self.where("unit")
                ) from None
        value = Flow(amount, self.number("uncertainty"), notation)
        return SheetFlow(balance, flow, value, self.text("source"), self.where("place"))
