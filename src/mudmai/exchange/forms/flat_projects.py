"""Flat lists of projects: one row for each line of a budget, grouped into projects; every amount keeps its cell.

The layout comes from a pack (:mod:`mudmai.exchange.forms.flat_layouts`). Nothing is guessed: a unit whose name is
misspelt or means two areas stays without an area and is listed with the candidates, until a person says which one is
meant (``aliases``). Names of projects are never mended: two that look alike in one unit are told as a warning.

Money is :class:`~decimal.Decimal` in baht with two places; an empty cell is None, ``-`` the zero that somebody told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import combinations
from typing import TypeVar

from mudmai.core.area_names import AreaNames, FoundArea, fold_name, letters_apart
from mudmai.core.errors import InputError, Problem, Where
from mudmai.core.language import Text, so_many, to_arabic_digits
from mudmai.exchange.forms.book import FormAmount, FormBook, FormProject
from mudmai.exchange.forms.flat_layouts import FlatLayout
from mudmai.exchange.sheets.cells import cell_name, text_of
from mudmai.exchange.sheets.workbook import Sheet, Workbook

K = TypeVar("K")

LARGEST = Decimal(10) ** 13
"""Baht. Several times the yearly budget of the whole country; a larger amount is a slip of the keyboard."""

_SATANG = Decimal("0.01")
_HEADING_ROWS = 20
_MOST_RANGES = 6
_BE = 543
_DASHES = frozenset({"-", "–", "—", "−"})


@dataclass(frozen=True, slots=True)
class FlatLine:
    """One row: ``row`` as a person counts it (from 1), ``cell`` of the amount; ``category`` from the widest, mended."""

    row: int
    cell: str
    id: str
    text: str
    category: tuple[str, ...]
    written_category: tuple[str, ...]
    fiscal_year: int
    amount: Decimal | None
    told: bool = False


@dataclass(frozen=True)
class FlatUnit:
    """Who has the money, as written, and the area that the name means, if one is meant for certain."""

    text: str
    found: FoundArea

    @property
    def area(self) -> str | None:
        """The area's code; None when it is not certain."""
        return self.found.code


@dataclass(frozen=True)
class FlatProject:
    """The lines of one project of one unit. ``number`` counts the projects of the file from 1."""

    number: int
    title: str
    unit: FlatUnit
    hierarchy: tuple[tuple[str, str], ...]
    lines: tuple[FlatLine, ...]

    @property
    def total(self) -> Decimal:
        """All lines; nothing written adds nothing."""
        return _sum(self.lines)


@dataclass(frozen=True)
class FlatBook:
    """A flat list, read. ``faults`` stop a loading; ``warnings`` are for a person to see."""

    file: str
    sheet: str
    layout: FlatLayout
    projects: tuple[FlatProject, ...]
    units: tuple[FlatUnit, ...]
    faults: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @cached_property
    def lines(self) -> tuple[FlatLine, ...]:
        """All lines, in the order of the file."""
        return tuple(sorted((line for one in self.projects for line in one.lines), key=lambda line: line.row))

    @property
    def unmatched(self) -> tuple[FlatUnit, ...]:
        """Units that are not certainly one area."""
        return tuple(unit for unit in self.units if unit.area is None)

    @property
    def total(self) -> Decimal:
        """The grand total."""
        return _sum(self.lines)

    @property
    def fiscal_years(self) -> tuple[int, ...]:
        """Fiscal years (CE), in order."""
        return tuple(sorted({line.fiscal_year for line in self.lines}))

    def totals_by_unit(self) -> Mapping[str, Decimal]:
        """Money by the unit as written."""
        return _totals((one.unit.text, one.lines) for one in self.projects)

    def totals_by_area(self) -> Mapping[str | None, Decimal]:
        """Money by area code; None holds the units that are not matched."""
        return _totals((one.unit.area, one.lines) for one in self.projects)

    def totals_by_category(self, depth: int = 0, *, written: bool = False) -> Mapping[str, Decimal]:
        """Money by the category of a depth (0 the widest; the empty text where a line has none)."""
        return _totals(((line.written_category if written else line.category)[depth], (line,)) for line in self.lines)

    def refuse_if_faulty(self) -> None:
        """Raise the faults as one error, nothing loaded."""
        if self.faults:
            raise InputError(
                Text(
                    f"พบที่ผิด {len(self.faults)} แห่ง จึงยังไม่นำเข้า",
                    f"{so_many(len(self.faults), 'fault', 'faults')}, so nothing is loaded",
                ),
                remedy=Text("แก้ตามรายการแล้วนำเข้าใหม่", "mend what is listed and load the file again"),
                code="flat_projects",
                where=Where(file=self.file),
                problems=self.faults,
            )

    def form_book(self) -> FormBook:
        """The same as a staged book of forms, so that what loads forms loads flat lists."""
        return FormBook(
            self.file, self.layout.id, (), tuple(map(self._form_project, self.projects)), (), self.faults, self.warnings
        )

    def _form_project(self, project: FlatProject) -> FormProject:
        fields = {
            "title": project.title,
            "department_written": project.unit.text,
            "department": project.unit.text,
            "lines": "\n".join(map(_line_words, project.lines)),
        }
        return FormProject(
            str(project.number),
            fields,
            project.hierarchy,
            tuple(self._amounts(project.lines)),
            (),
            self.sheet,
            project.lines[0].row,
            self.layout.id,
            project.unit.text,
        )

    def _amounts(self, lines: Sequence[FlatLine]) -> Iterable[FormAmount]:
        """One amount for each year: the register keeps money by year and stage, its lines stay told in ``lines``."""
        by_year: dict[int, list[FlatLine]] = {}
        for line in lines:
            by_year.setdefault(line.fiscal_year, []).append(line)
        for year, own in by_year.items():
            known = [line for line in own if line.amount is not None]
            told = bool(known) and all(line.told for line in known)
            amount = _sum(known).quantize(_SATANG) if known else None
            yield FormAmount(year, self.layout.stage, amount, _span([line.cell for line in own]), told)


def _line_words(line: FlatLine) -> str:
    """A line as it is kept beside its project: cell, amount, category, what it is for."""
    amount = "–" if line.amount is None else f"{line.amount:,}"
    return " · ".join(
        part for part in (line.cell, amount, *(c for c in line.category if c), line.text, line.id) if part
    )


def _span(cells: Sequence[str]) -> str:
    """Cells of one column as ranges: ``R2:R8,R12``; a long list ends in ``…``."""
    column = cells[0].rstrip("0123456789")
    rows = [int(cell[len(column) :]) for cell in cells]
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    words = [f"{column}{first}" if first == last else f"{column}{first}:{column}{last}" for first, last in runs]
    return ",".join(words) if len(words) <= _MOST_RANGES else ",".join(words[:_MOST_RANGES]) + "…"


def fitting_layout(workbook: Workbook, layouts: Iterable[FlatLayout]) -> tuple[FlatLayout, Sheet, int] | None:
    """The first layout whose headings a visible sheet has near its top, that sheet and the heading's row (from 0)."""
    known = tuple(layouts)
    for sheet in workbook.visible:
        for row in range(min(_HEADING_ROWS, len(sheet.rows))):
            headings = [text_of(value) for value in sheet.rows[row]]
            for layout in known:
                if not layout.missing(headings):
                    return layout, sheet, row
    return None


def read_flat_projects(
    workbook: Workbook,
    layouts: Sequence[FlatLayout],
    names: Callable[[str], AreaNames],
    *,
    aliases: Mapping[str, str] | None = None,
) -> FlatBook:
    """The list read by the layout that fits. ``names`` gives the names of an area system by its id.

    ``aliases`` are what a person said units mean: name → area code. Raises :class:`InputError` ``flat_layout`` when no
    layout fits; faults of rows are in the book, see :meth:`FlatBook.refuse_if_faulty`.
    """
    fitting = fitting_layout(workbook, layouts)
    if fitting is None:
        raise _no_layout(workbook, layouts)
    layout, sheet, heading = fitting
    return _Reader(workbook.file, layout, sheet, heading, names(layout.area_system), aliases or {}).book()


class _Reader:
    """One reading of one sheet."""

    def __init__(
        self, file: str, layout: FlatLayout, sheet: Sheet, heading: int, names: AreaNames, aliases: Mapping[str, str]
    ) -> None:
        self.file, self.layout, self.sheet, self.heading, self.names = file, layout, sheet, heading, names
        self.aliases = {fold_name(name): code for name, code in aliases.items()}
        self.places = {fold_name(text_of(value)): col for col, value in reversed([*enumerate(sheet.rows[heading])])}
        self.columns = {name: self._column(words) for name, words in layout.columns.items()}
        self.levels = [(level.id, self._column(level.headings)) for level in layout.hierarchy]
        self.categories = [self._column(words) for words in layout.categories]
        self.spellings = {fold_name(given): meant for given, meant in layout.spellings.items()}
        self.faults: list[Problem] = []
        self.units: dict[str, FlatUnit] = {}

    def book(self) -> FlatBook:
        groups: dict[tuple[str, str], list[FlatLine]] = {}
        heads: dict[tuple[str, str], tuple[str, tuple[tuple[str, str], ...]]] = {}
        for row in range(self.heading + 1, len(self.sheet.rows)):
            if not any(map(text_of, self.sheet.rows[row])):
                continue
            title, unit = self._text(row, "project"), self._text(row, "unit")
            line = self._line(row, title, unit)
            if line is not None:
                key = (unit, fold_name(title))
                groups.setdefault(key, []).append(line)
                heads.setdefault(key, (title, self._levels(row)))
        projects = tuple(
            FlatProject(n, heads[key][0], self._unit(key[0]), heads[key][1], tuple(lines))
            for n, (key, lines) in enumerate(groups.items(), 1)
        )
        units = tuple(self.units.values())
        warnings = (*self._unmatched(units), *self._alike(projects))
        return FlatBook(self.file, self.sheet.name, self.layout, projects, units, tuple(self.faults), warnings)

    def _line(self, row: int, title: str, unit: str) -> FlatLine | None:
        """The line of a row, or None after telling what is wrong with it."""
        before = len(self.faults)
        for name, said in (("project", title), ("unit", unit)):
            if not said:
                self._fault(row, name, "flat_empty", Text("ช่องว่าง", "the cell is empty"))
        year = self._year(row)
        amount, told = self._amount(row, "amount")
        if self.columns.get("amount_again") is not None:
            again, _ = self._amount(row, "amount_again")
            if again != amount and len(self.faults) == before:
                differ = Text(
                    f"จำนวนเงินสองช่องไม่ตรงกัน ({amount} กับ {again})", f"the two amounts differ ({amount}, {again})"
                )
                self._fault(row, "amount_again", "flat_amount", differ)
        if len(self.faults) > before or year is None:
            return None
        written = tuple(text_of(self.sheet.value(row, col)) if col is not None else "" for col in self.categories)
        cell = self._cell(row, "amount")
        return FlatLine(
            row + 1,
            cell,
            self._text(row, "line"),
            self._text(row, "text"),
            tuple(map(self._mended, written)),
            written,
            year,
            amount,
            told,
        )

    def _year(self, row: int) -> int | None:
        said = to_arabic_digits(self._text(row, "fiscal_year"))
        if not (said.isdigit() and len(said) == 4):
            self._fault(row, "fiscal_year", "flat_year", Text(f"“{said}” ไม่ใช่ปีงบประมาณ", f"“{said}” is no fiscal year"))
            return None
        year, buddhist = int(said), int(said) >= 2400
        if buddhist != (self.layout.calendar == "BE"):
            calendar = Text("พ.ศ.", "Buddhist Era") if self.layout.calendar == "BE" else Text("ค.ศ.", "Common Era")
            self._fault(
                row,
                "fiscal_year",
                "flat_year",
                Text(f"ปี {said} ไม่ใช่ปี {calendar.th} อย่างแถวอื่น", f"the year {said} is not of the {calendar.en}"),
            )
            return None
        return year - _BE if buddhist else year

    def _amount(self, row: int, name: str) -> tuple[Decimal | None, bool]:
        """The amount and whether a dash told its zero."""
        col = self.columns[name]
        value = self.sheet.value(row, col) if col is not None else ""
        said = to_arabic_digits(text_of(value)).replace(",", "").replace(" ", "")
        if not said:
            return None, False
        if said in _DASHES:
            return Decimal(0).quantize(_SATANG), True
        try:
            amount = Decimal(str(value) if isinstance(value, int | float) else said)
        except InvalidOperation:
            amount = Decimal("NaN")
        fault = self._wrong(amount, said)
        if fault is not None:
            self._fault(row, name, "flat_amount", fault)
            return None, False
        return amount.quantize(_SATANG), False

    @staticmethod
    def _wrong(amount: Decimal, said: str) -> Text | None:
        if not amount.is_finite():
            return Text(f"“{said}” ไม่ใช่จำนวนเงิน", f"“{said}” is no amount of money")
        if amount < 0:
            return Text(f"งบประมาณติดลบ ({said})", f"a budget below zero ({said})")
        if amount > LARGEST:
            return Text(f"จำนวนเงินมากเกินจริง ({said} บาท)", f"an amount too large to be true ({said} baht)")
        if amount != amount.quantize(_SATANG):
            return Text(f"จำนวนเงินละเอียดกว่าสตางค์ ({said})", f"an amount finer than a satang ({said})")
        return None

    def _unit(self, text: str) -> FlatUnit:
        if text not in self.units:
            self.units[text] = FlatUnit(text, self.names.find(text, aliases=self.aliases))
        return self.units[text]

    def _unmatched(self, units: Sequence[FlatUnit]) -> Iterable[Problem]:
        for unit in units:
            if unit.area is None:
                by_code = self.names.system.by_code
                known = ", ".join(f"{code} {by_code[code].name.th}" for code in unit.found.candidates) or "–"
                yield Problem(
                    "flat_unit",
                    Text(f"“{unit.text}” ยังไม่แน่ว่าหมายถึงพื้นที่ใด", f"“{unit.text}” is not certainly one area"),
                    Text(f"เลือกพื้นที่: {known}", f"choose the area: {known}"),
                    Where(file=self.file, sheet=self.sheet.name, field="unit"),
                )

    def _alike(self, projects: Sequence[FlatProject]) -> Iterable[Problem]:
        by_unit: dict[str, list[FlatProject]] = {}
        for project in projects:
            by_unit.setdefault(project.unit.text, []).append(project)
        for unit, own in by_unit.items():
            for one, other in combinations(own, 2):
                if letters_apart(fold_name(one.title), fold_name(other.title), 3) <= 3:
                    yield Problem(
                        "flat_alike",
                        Text(
                            f"{unit}: “{one.title}” กับ “{other.title}” ต่างกันไม่กี่ตัวอักษร อาจเป็นโครงการเดียวกัน",
                            f"{unit}: “{one.title}” and “{other.title}” differ by a few letters and may be one project",
                        ),
                        Text(
                            "แก้ชื่อในไฟล์ให้ตรงกัน หรือปล่อยไว้เป็นสองโครงการ",
                            "make the names equal in the file, or leave two projects",
                        ),
                        Where(file=self.file, sheet=self.sheet.name, row=other.lines[0].row, field="project"),
                    )

    def _levels(self, row: int) -> tuple[tuple[str, str], ...]:
        said = ((level, text_of(self.sheet.value(row, col))) for level, col in self.levels if col is not None)
        return tuple((level, self._mended(text)) for level, text in said if text)

    def _mended(self, text: str) -> str:
        return self.spellings.get(fold_name(text), text)

    def _column(self, words: Iterable[str]) -> int | None:
        return next((self.places[key] for key in map(fold_name, words) if key in self.places), None)

    def _text(self, row: int, name: str) -> str:
        col = self.columns.get(name)
        return text_of(self.sheet.value(row, col)) if col is not None else ""

    def _cell(self, row: int, name: str) -> str:
        col = self.columns.get(name)
        return cell_name(row, col) if col is not None else ""

    def _fault(self, row: int, name: str, code: str, message: Text) -> None:
        where = Where(file=self.file, sheet=self.sheet.name, cell=self._cell(row, name), row=row + 1, field=name)
        self.faults.append(Problem(code, message, _REMEDIES[code], where))


_REMEDIES = {
    "flat_empty": Text("เติมชื่อโครงการและหน่วยงานทุกแถว", "write the project and the unit in every row"),
    "flat_year": Text("ใช้ปีงบประมาณสี่หลัก ปฏิทินเดียวกันทั้งไฟล์", "write years of four digits, in one calendar for the file"),
    "flat_amount": Text(
        "เขียนจำนวนเงินเป็นบาท เช่น 1,160,100 หรือเว้นว่างถ้าไม่มี", "write baht, such as 1,160,100; leave it empty if none"
    ),
}


def _no_layout(workbook: Workbook, layouts: Sequence[FlatLayout]) -> InputError:
    needed = "; ".join(f"{one.id}: " + ", ".join(one.columns[name][0] for name in one.columns) for one in layouts)
    return InputError(
        Text("หัวตารางของไฟล์ไม่ตรงกับแบบบัญชีโครงการที่รู้จัก", "the headings fit no known layout of project lists"),
        remedy=Text(f"ใช้หัวตารางแบบใดแบบหนึ่ง: {needed}", f"use the headings of one layout: {needed}"),
        code="flat_layout",
        where=Where(file=workbook.file),
    )


def _sum(lines: Iterable[FlatLine]) -> Decimal:
    return sum((line.amount for line in lines if line.amount is not None), Decimal(0))


def _totals(pairs: Iterable[tuple[K, Iterable[FlatLine]]]) -> dict[K, Decimal]:
    found: dict[K, Decimal] = {}
    for key, lines in pairs:
        found[key] = found.get(key, Decimal(0)) + _sum(lines)
    return found
