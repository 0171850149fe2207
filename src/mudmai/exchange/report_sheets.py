"""The sheet of reports of a programme: one row for each project and period, the same columns out and in.

Headings are the keys of :data:`COLUMNS` or their Thai or English titles; others are left alone. The row of headings may
stand below others. Rows without any figure or text are no report. An empty cell is not known, never zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from mudmai.core.errors import InputError, Problem, Where
from mudmai.core.language import Language, Text, to_arabic_digits
from mudmai.core.typed_figures import exact_number
from mudmai.exchange.sheets.cells import cell_name, text_of
from mudmai.exchange.sheets.workbook import Sheet, open_workbook
from mudmai.exchange.tables import csv_bytes, xlsx_bytes

MOST_ROWS = 20_000
_HEAD_ROWS = 30


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column. ``typed``: what people fill in; the others help them and are read back only to find the project."""

    key: str
    title: Text
    typed: bool = False


COLUMNS = (
    SheetColumn("project", Text("รหัสโครงการ", "project id")),
    SheetColumn("number", Text("ที่", "no.")),
    SheetColumn("title", Text("ชื่อโครงการ", "project name")),
    SheetColumn("department", Text("หน่วยงานรับผิดชอบ", "department")),
    SheetColumn("period", Text("งวดรายงาน", "period")),
    SheetColumn("budget", Text("งบประมาณ (บาท)", "budget (baht)")),
    SheetColumn("planned_percent", Text("แผนงานสะสม (ร้อยละ)", "planned so far (%)")),
    SheetColumn("earlier_percent", Text("งวดก่อน: ผลงานสะสม (ร้อยละ)", "before: work so far (%)")),
    SheetColumn("earlier_disbursed", Text("งวดก่อน: เบิกจ่ายสะสม (บาท)", "before: disbursed so far (baht)")),
    SheetColumn("percent", Text("ผลงานสะสม (ร้อยละ)", "work so far (%)"), typed=True),
    SheetColumn("disbursed", Text("เบิกจ่ายสะสม (บาท)", "disbursed so far (baht)"), typed=True),
    SheetColumn("note", Text("งานที่ทำในงวดนี้", "what was done"), typed=True),
    SheetColumn("fall_reason", Text("เหตุผลที่ตัวเลขลดลง", "reason of a fall"), typed=True),
    SheetColumn("over_reason", Text("เหตุผลที่เบิกจ่ายเกินก่อหนี้ผูกพัน", "reason of more than committed"), typed=True),
    SheetColumn("state", Text("สถานะรายงาน", "state of the report")),
    SheetColumn("revision", Text("ฉบับที่", "revision")),
)
"""All columns in their order."""

TYPED = tuple(one.key for one in COLUMNS if one.typed)
_TEXTS = ("note", "fall_reason", "over_reason")
_GUARDED = ("'=", "'+", "'-", "'@")
_FIX = Text("แก้เซลล์นี้แล้วส่งไฟล์อีกครั้ง", "mend this cell and send the file again")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row with something to report. ``cells`` names the cell of each column; ``revision`` None: not told."""

    row: int
    project: UUID
    period: str
    percent: Decimal | None
    disbursed: Decimal | None
    note: str
    fall_reason: str
    over_reason: str
    revision: int | None
    sheet: str
    cells: Mapping[str, str]

    def where(self, field: str | None = None) -> Where:
        """The place of a field, or of the row."""
        cell = self.cells.get(field or "project", "")
        return Where(sheet=self.sheet, cell=cell or self.cells.get("project"), row=self.row, field=field)


@dataclass(frozen=True, slots=True)
class ReportSheet:
    """What a file says. ``empty`` rows name a project but report nothing; with ``problems`` nothing can be kept."""

    rows: tuple[SheetRow, ...]
    empty: int
    problems: tuple[Problem, ...]


def report_xlsx(rows: Iterable[Mapping[str, Any]], language: Language, *, notes: Sequence[tuple[str, str]]) -> bytes:
    """The rows as a workbook with headings in one language; ``notes`` go on a second sheet."""
    keys = [one.key for one in COLUMNS]
    shown = {"disbursed": 2, "earlier_disbursed": 2, "budget": 2}
    return xlsx_bytes(
        keys,
        rows,
        titles={one.key: one.title.in_(language) for one in COLUMNS},
        sheet="รายงาน" if language == "th" else "reports",
        notes=notes,
        notes_sheet="คำอธิบาย" if language == "th" else "notes",
        decimals=lambda _, column: shown.get(column),
    )


def report_csv(rows: Iterable[Mapping[str, Any]], language: Language) -> bytes:
    """The rows as CSV with headings in one language."""
    return csv_bytes([one.key for one in COLUMNS], rows, titles={one.key: one.title.in_(language) for one in COLUMNS})


def read_report_sheet(path: Path, *, name: str = "") -> ReportSheet:
    """Read a sheet of reports in any format of tables; ``name`` is what people call the file, where it is kept under
    another name.

    Raises :class:`InputError` ``report_sheet`` where no row of headings is found, and
    :class:`mudmai.core.errors.ImportRefused` for a file that cannot be opened safely. Cells that cannot be read are
    told all together in ``problems``.
    """
    book = open_workbook(path, name=name)
    for sheet in book.visible:
        head = _head(sheet)
        if head is not None:
            return _read(sheet, *head)
    raise InputError(
        Text("ไม่พบหัวตารางของใบรายงาน", "no headings of a sheet of reports were found"),
        remedy=Text(
            "ดาวน์โหลดใบรายงานของแผนงานแล้วกรอกในไฟล์นั้น อย่างน้อยต้องมีคอลัมน์ รหัสโครงการ และ ผลงานสะสม หรือ เบิกจ่ายสะสม",
            "fill in the sheet downloaded for the programme; it needs “project id” and “work so far” or “disbursed”",
        ),
        code="report_sheet",
        where=Where(file=book.file),
    )


def _head(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    names = {_plain(name): one.key for one in COLUMNS for name in (one.key, one.title.th, one.title.en)}
    for row, cells in enumerate(sheet.rows[:_HEAD_ROWS]):
        found: dict[str, int] = {}
        for col, value in enumerate(cells):
            key = names.get(_plain(text_of(value)))
            if key is not None and key not in found:
                found[key] = col
        if "project" in found and ({"percent", "disbursed"} & found.keys()):
            return row, found
    return None


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _read(sheet: Sheet, head: int, columns: Mapping[str, int]) -> ReportSheet:
    rows: list[SheetRow] = []
    problems: list[Problem] = []
    seen: dict[tuple[UUID, str], int] = {}
    empty = 0
    for at in range(head + 1, min(len(sheet.rows), head + 1 + MOST_ROWS)):
        told = {key: text_of(sheet.value(at, col)) for key, col in columns.items()}
        if not told["project"] and not any(told.get(key) for key in TYPED):
            continue
        if not any(told.get(key) for key in TYPED):
            empty += 1
            continue
        reading = _Reading(sheet, at, columns, told)
        one = reading.row()
        problems += reading.problems
        if one is None:
            continue
        key = (one.project, one.period)
        if key in seen:
            problems.append(
                Problem(
                    "report_sheet",
                    Text(f"โครงการนี้มีแล้วที่แถว {seen[key]}", f"this project stands in row {seen[key]} already"),
                    Text("ให้เหลือแถวเดียวต่อโครงการและงวด", "keep one row for a project and period"),
                    one.where(),
                )
            )
            continue
        seen[key] = one.row
        rows.append(one)
    return ReportSheet(tuple(rows), empty, tuple(problems))


class _Reading:
    """One row being read, with what is wrong in it."""

    def __init__(self, sheet: Sheet, at: int, columns: Mapping[str, int], told: Mapping[str, str]) -> None:
        self.sheet, self.at, self.told = sheet, at, told
        self.cells = {key: cell_name(at, col) for key, col in columns.items()}
        self.problems: list[Problem] = []

    def row(self) -> SheetRow | None:
        """The row; None where something in it cannot be read."""
        project = self._project()
        percent, disbursed = self._figure("percent"), self._figure("disbursed")
        revision = self._revision()
        if self.problems or project is None:
            return None
        note, fall, over = (_unguarded(self.told.get(name, "")) for name in _TEXTS)
        return SheetRow(
            self.at + 1, project, self.told.get("period", ""), percent, disbursed, note, fall, over, revision,
            self.sheet.name, self.cells,
        )  # fmt: skip

    def _project(self) -> UUID | None:
        try:
            return UUID(self.told["project"])
        except ValueError:
            self._wrong(
                "project",
                Text(f"รหัสโครงการ “{self.told['project']}” ใช้ไม่ได้", f"“{self.told['project']}” is no project id"),
                Text("คัดลอกรหัสจากใบรายงานที่ดาวน์โหลด", "copy the id from the sheet that was downloaded"),
            )
            return None

    def _figure(self, name: str) -> Decimal | None:
        try:
            return exact_number(self.told.get(name, ""), name)
        except InputError as fault:
            self._wrong(name, fault.message, fault.remedy)
            return None

    def _revision(self) -> int | None:
        text = to_arabic_digits(self.told.get("revision", ""))
        if not text:
            return None
        if text.isdecimal() and len(text) < 9:
            return int(text)
        self._wrong("revision", Text(f"ฉบับที่ “{text}” ใช้ไม่ได้", f"“{text}” is no revision"), _FIX)
        return None

    def _wrong(self, name: str, message: Text, remedy: Text | None) -> None:
        place = Where(sheet=self.sheet.name, cell=self.cells.get(name), row=self.at + 1, field=name)
        self.problems.append(Problem("report_sheet", message, remedy or _FIX, place))


def _unguarded(text: str) -> str:
    """A text without the apostrophe that kept a spreadsheet from running it as a formula."""
    return text[1:] if text.startswith(_GUARDED) else text
