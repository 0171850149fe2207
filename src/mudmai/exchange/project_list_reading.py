"""Lists of projects coming in (the columns of :mod:`mudmai.exchange.project_lists`): every value with its cell.

What values mean in a register (statuses, areas, levels) is not decided here; amounts and years are, because a slip in
them is a slip of the file. Nothing is guessed, and every fault names its cell.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from mudmai.core.area_names import fold_name
from mudmai.core.errors import InputError, Problem, Where
from mudmai.core.language import Text, to_arabic_digits
from mudmai.exchange.project_lists import MONEY, NEEDED, column_of, headings, unguarded
from mudmai.exchange.sheets.cells import cell_name, text_of
from mudmai.exchange.sheets.workbook import Sheet, Workbook

LARGEST = Decimal(10) ** 13
"""Baht; amounts stay below it."""
_HEADING_ROWS = 20
_BE = 543
_DASHES = frozenset({"-", "–", "—", "−"})
_SATANG = Decimal("0.01")
_MEND = Text("แก้เซลล์นี้แล้วนำเข้าใหม่", "mend this cell and load the file again")


@dataclass(frozen=True, slots=True)
class ListCell:
    """A value of the project's own, as text, and where it stands (``sheet!cell`` in two parts)."""

    text: str
    cell: str


@dataclass(frozen=True, slots=True)
class ListLine:
    """A line of money. ``told``: a zero written as a dash; ``note`` None: the file has no such column."""

    fiscal_year: int
    stage: ListCell
    source: str
    amount: Decimal | None
    told: bool
    note: str | None
    cell: str
    row: int


@dataclass
class ListedProject:
    """The rows of one project. ``id`` is "" for a new one; ``fields`` holds the columns that the file has."""

    id: str
    row: int
    fields: dict[str, ListCell]
    lines: list[ListLine] = field(default_factory=list)


@dataclass(frozen=True)
class ProjectList:
    """A list, read. ``faults`` stop a load."""

    file: str
    sheet: str
    columns: tuple[str, ...]
    left_out: tuple[str, ...]
    projects: tuple[ListedProject, ...]
    faults: tuple[Problem, ...] = ()

    @property
    def fiscal_years(self) -> tuple[int, ...]:
        """Fiscal years (CE) of the rows, in order."""
        return tuple(sorted({line.fiscal_year for one in self.projects for line in one.lines}))

    @property
    def line_count(self) -> int:
        """Lines of money."""
        return sum(len(one.lines) for one in self.projects)

    @property
    def total(self) -> Decimal:
        """All known amounts of the first stage that has any: amounts of two stages are never added."""
        return sum((a for one in self.projects for line in one.lines if (a := line.amount) is not None), Decimal(0))

    def where(self, cell: str = "", *, row: int | None = None, field: str | None = None) -> Where:
        """A place of the file."""
        return Where(file=self.file, sheet=self.sheet, cell=cell or None, row=row, field=field)


def fitting_list(workbook: Workbook) -> tuple[Sheet, int, Mapping[str, int]] | None:
    """The first visible sheet with the headings of a list near its top: sheet, row (from 0) and place of each column.

    A table is a list when it has :data:`~mudmai.exchange.project_lists.NEEDED`.
    """
    for sheet in workbook.visible:
        for row in range(min(_HEADING_ROWS, len(sheet.rows))):
            found: dict[str, int] = {}
            for col, value in enumerate(sheet.rows[row]):
                name = column_of(text_of(value))
                if name is not None:
                    found.setdefault(name, col)
            if all(name in found for name in NEEDED):
                return sheet, row, found
    return None


def read_project_list(workbook: Workbook) -> ProjectList:
    """The list, rows brought together into projects. Raises :class:`InputError` ``list_heading``."""
    fitting = fitting_list(workbook)
    if fitting is None:
        wanted = Text(*(", ".join(headings(heads)[name] for name in NEEDED) for heads in ("th", "ids")))
        raise InputError(
            Text("ไม่พบหัวตารางของบัญชีโครงการ", "no sheet has the headings of a list of projects"),
            remedy=Text(
                f"ใช้หัวตารางอย่างไฟล์ที่ส่งออก อย่างน้อย {wanted.th}",
                f"use the headings of an exported file, at least {wanted.en}",
            ),
            code="list_heading",
            where=Where(file=workbook.file),
        )  # fmt: skip
    return _Reader(workbook.file, *fitting).read()


class _Reader:
    """One reading of one sheet."""

    def __init__(self, file: str, sheet: Sheet, heading: int, places: Mapping[str, int]) -> None:
        self.file, self.sheet, self.heading, self.places = file, sheet, heading, places
        self.own = [name for name in places if name not in MONEY]
        self.faults: list[Problem] = []
        self.calendar: tuple[str, str] | None = None

    def read(self) -> ProjectList:
        found: dict[tuple[str, ...], ListedProject] = {}
        for row in range(self.heading + 1, len(self.sheet.rows)):
            if any(self._text(row, name) for name in self.places if name != "version"):
                self._row(row, found)
        taken = set(self.places.values())
        head = self.sheet.rows[self.heading]
        left = [said for col, value in enumerate(head) if col not in taken and (said := text_of(value))]
        columns = tuple(self.places)
        return ProjectList(
            self.file, self.sheet.name, columns, tuple(left), tuple(found.values()), tuple(self.faults)
        )  # fmt: skip

    def _row(self, row: int, found: dict[tuple[str, ...], ListedProject]) -> None:
        cells = {name: ListCell(self._text(row, name), self._cell(row, name)) for name in self.own}
        id = cells["project"].text.lower() if "project" in cells else ""
        title = cells["title"].text
        if not title and not id:
            self._fault(row, "title", "list_empty", Text("ไม่มีชื่อโครงการ", "the project has no title"))
            return
        key = (id,) if id else ("", cells["number"].text if "number" in cells else "", fold_name(title))
        one = found.get(key)
        if one is None:
            found[key] = one = ListedProject(id, row + 1, cells)
        else:
            self._same(one, cells)
        line = self._line(row)
        if line is not None:
            one.lines.append(line)

    def _same(self, one: ListedProject, cells: Mapping[str, ListCell]) -> None:
        """What belongs to the project is the same in all its rows, or empty in the later ones."""
        for name, cell in cells.items():
            first = one.fields[name]
            if cell.text and cell.text != first.text:
                one_way, other = f"{first.cell} “{first.text[:60]}”", f"{cell.cell} “{cell.text[:60]}”"
                message = Text(
                    f"โครงการเดียวกันแต่ค่าไม่ตรงกัน: {one_way} กับ {other}",
                    f"two rows of one project differ: {one_way}, {other}",
                )
                remedy = Text("ใส่ค่าเดียวกันทุกแถวของโครงการ", "write the same in all rows of the project")
                where = Where(file=self.file, sheet=self.sheet.name, cell=cell.cell, field=name)
                self.faults.append(Problem("list_differs", message, remedy, where))

    def _line(self, row: int) -> ListLine | None:
        """The money of a row; None where it has none, or after telling what is wrong."""
        year, stage = self._text(row, "fiscal_year"), self._text(row, "stage")
        written = text_of(self._value(row, "amount"))
        if not (year or stage or written):
            return None
        before = len(self.faults)
        read_year = self._year(row, year)
        if not stage:
            self._fault(row, "stage", "list_empty", Text("ไม่บอกขั้นของเงิน", "the stage of the money is not told"))
        amount, told = self._amount(row, written)
        if len(self.faults) > before or read_year is None:
            return None
        note = self._text(row, "note") if "note" in self.places else None
        stage_cell = ListCell(stage, self._cell(row, "stage"))
        source = self._text(row, "source_of_fund")
        return ListLine(read_year, stage_cell, source, amount, told, note, self._cell(row, "amount"), row + 1)

    def _year(self, row: int, said: str) -> int | None:
        plain = to_arabic_digits(said)
        if not (plain.isdigit() and len(plain) == 4):
            self._fault(row, "fiscal_year", "list_year", Text(f"“{said}” ไม่ใช่ปีงบประมาณ", f"“{said}” is no fiscal year"))
            return None
        calendar = "BE" if int(plain) >= 2400 else "CE"
        if self.calendar is None:
            self.calendar = (calendar, self._cell(row, "fiscal_year"))
        if calendar != self.calendar[0]:
            first = self.calendar[1]
            told = Text(
                f"ปี {said} คนละปฏิทินกับเซลล์ {first}",
                f"the year {said} is of another calendar than {first}",
            )
            self._fault(row, "fiscal_year", "list_year", told)
            return None
        return int(plain) - (_BE if calendar == "BE" else 0)

    def _amount(self, row: int, written: str) -> tuple[Decimal | None, bool]:
        value = self._value(row, "amount")
        said = to_arabic_digits(written).replace(",", "").replace(" ", "")
        if not said:
            return None, False
        if said in _DASHES:
            return Decimal("0.00"), True
        number = isinstance(value, int | float) and not isinstance(value, bool)
        try:
            amount = Decimal(str(value) if number else said)
        except InvalidOperation:
            amount = Decimal("NaN")
        fault = _wrong(amount, said)
        if fault is not None:
            self._fault(row, "amount", "list_amount", fault)
            return None, False
        return amount.quantize(_SATANG), False

    def _value(self, row: int, name: str) -> object:
        col = self.places.get(name)
        return self.sheet.value(row, col) if col is not None else ""

    def _text(self, row: int, name: str) -> str:
        """Text as it was written, line ends and all; numbers and days as a person reads them."""
        value = self._value(row, name)
        if isinstance(value, str):
            return unguarded(value).strip()
        if isinstance(value, datetime.datetime):
            value = value.date()
        return value.isoformat() if isinstance(value, datetime.date) else text_of(value)

    def _cell(self, row: int, name: str) -> str:
        return cell_name(row, self.places[name]) if name in self.places else ""

    def _fault(self, row: int, name: str, code: str, message: Text) -> None:
        where = Where(file=self.file, sheet=self.sheet.name, cell=self._cell(row, name), row=row + 1, field=name)
        self.faults.append(Problem(code, message, _MEND, where))


def _wrong(amount: Decimal, said: str) -> Text | None:
    if not amount.is_finite():
        return Text(f"“{said}” ไม่ใช่จำนวนเงิน", f"“{said}” is no amount of money")
    if amount < 0:
        return Text(f"จำนวนเงินติดลบ ({said})", f"an amount below zero ({said})")
    if amount >= LARGEST:
        return Text(f"จำนวนเงินมากเกินจริง ({said} บาท)", f"an amount too large to be true ({said} baht)")
    if amount != amount.quantize(_SATANG):
        return Text(f"จำนวนเงินละเอียดกว่าสตางค์ ({said})", f"an amount finer than a satang ({said})")
    return None
