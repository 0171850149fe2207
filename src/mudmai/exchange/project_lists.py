"""Lists of projects as tables, in and out: one definition of the columns for pages, command line, API and import.

One row for each line of money (fiscal year x stage x source of fund); what belongs to the project stands in every row
of it, so that a spreadsheet can sort and filter. A project without money has one row with empty money columns. Rows
and columns that a file does not have say nothing: nothing is taken away because it is not there.

Text that a spreadsheet would run as a formula is guarded by an apostrophe in CSV; text that looks guarded already gets
a further one, so that reading gives back every text as it was (:func:`guarded`, :func:`unguarded`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from mudmai.core.area_names import fold_name
from mudmai.core.language import Text
from mudmai.exchange.tables import csv_chunks, xlsx_bytes

Heads = Literal["ids", "th", "en"]


@dataclass(frozen=True)
class ListColumn:
    """A column: its id, its headings in both languages, what it holds, and headings that are read as well."""

    id: str
    title: Text
    told: Text
    also: tuple[str, ...] = ()

    @property
    def headings(self) -> tuple[str, ...]:
        """All headings by which it is known."""
        return (self.id, self.title.th, self.title.en, *self.also)


def _column(id: str, title: tuple[str, str], told: tuple[str, str], *also: str) -> ListColumn:
    return ListColumn(id, Text(*title), Text(*told), also)


_TEXT = ("ข้อความ", "text")
COLUMNS: tuple[ListColumn, ...] = (
    _column(
        "project", ("รหัสโครงการ", "Project id"), ("อย่าแก้ ว่าง = โครงการใหม่", "leave as it is; empty: a new project")
    ),
    _column(
        "programme",
        ("แผนงานในทะเบียน", "Programme"),
        ("ชื่อแผน ใช้ตรวจว่านำเข้าถูกแผน", "title; checked when the file comes in"),
    ),
    _column("number", ("ลำดับ", "No."), ("ลำดับในแผน", "number in the plan"), "ลำดับที่", "ที่"),
    _column("title", ("ชื่อโครงการ", "Project title"), _TEXT, "โครงการ"),
    _column("objective", ("วัตถุประสงค์", "Objective"), _TEXT),
    _column("output", ("เป้าหมาย (ผลผลิต)", "Output"), _TEXT, "เป้าหมาย"),
    _column("outcome", ("ผลที่คาดว่าจะได้รับ", "Outcome"), _TEXT),
    _column("kpi", ("ตัวชี้วัด", "Indicator"), _TEXT, "KPI"),
    _column("description", ("รายละเอียด", "Description"), _TEXT),
    _column("department", ("หน่วยงานรับผิดชอบ", "Department"), _TEXT, "หน่วยงาน"),
    _column("status", ("สถานะ", "Status"), ("รหัสหรือคำ", "a code or its words")),
    _column("type", ("ประเภท", "Type"), _TEXT),
    _column("sector", ("สาขา", "Sector"), _TEXT),
    _column("purpose", ("จุดมุ่งหมาย", "Purpose"), _TEXT),
    _column("start", ("วันเริ่ม", "Start"), ("ค.ศ. แบบ 2025-01-31", "2025-01-31")),
    _column("end", ("วันสิ้นสุด", "End"), ("ค.ศ. แบบ 2025-01-31", "2025-01-31")),
    _column("beneficiaries", ("ผู้ได้รับประโยชน์ (คน)", "Beneficiaries"), ("จำนวนเต็ม", "a whole number")),
    _column(
        "hierarchy",
        ("ลำดับชั้นในแผน", "Levels of the plan"),
        ("รหัสระดับ: ชื่อ > รหัสระดับ: ชื่อ จากบนลงล่าง", "level: words > level: words, from the top"),
    ),
    _column(
        "areas",
        ("พื้นที่ดำเนินการ", "Areas"),
        ("ระบบพื้นที่:รหัส เว้นวรรคคั่น =น้ำหนัก ต่อท้ายได้", "system:code, by spaces; =weight may follow"),
    ),
    _column("sharing", ("วิธีแบ่งเงิน", "Sharing"), ("รหัสหรือคำ", "a code or its words")),
    _column(
        "fiscal_year",
        ("ปีงบประมาณ (ค.ศ.)", "Fiscal year"),
        ("ค.ศ. หรือ พ.ศ. แบบเดียวทั้งไฟล์", "CE or BE, one of them in a file"),
        "ปีงบประมาณ",
        "ปีงบประมาณ (พ.ศ.)",
    ),
    _column(
        "stage",
        ("ขั้นของเงิน", "Stage of money"),
        (
            "planned ordinance allocated committed disbursed หรือคำ",
            "planned ordinance allocated committed disbursed, or words",
        ),
        "ขั้น",
    ),
    _column("source_of_fund", ("แหล่งเงิน", "Source of fund"), _TEXT, "แหล่งงบประมาณ"),
    _column(
        "amount",
        ("จำนวนเงิน (บาท)", "Amount (baht)"),
        ("ว่าง = ไม่ทราบ ไม่ใช่ศูนย์ ขีด - = ศูนย์", "empty: not known, never zero; a dash: zero"),
        "จำนวนเงิน",
        "งบประมาณ",
        "งบประมาณ (บาท)",
    ),
    _column("note", ("หมายเหตุของเงิน", "Note on the money"), _TEXT, "หมายเหตุ"),
    _column("cell", ("เซลล์ที่มา", "Source cell"), ("บอกที่มาเท่านั้น ไม่อ่านกลับ", "where it was read from; never read back")),
    _column(
        "version",
        ("รุ่น", "Version"),
        ("อย่าแก้ ใช้กันการเขียนทับ", "leave as it is: it keeps others' changes from being overwritten"),
    ),
)
"""All columns, in their order."""

IDS = tuple(one.id for one in COLUMNS)
NEEDED = ("title", "fiscal_year", "stage", "amount")
"""Columns that make a table a list of projects."""
MONEY = ("fiscal_year", "stage", "source_of_fund", "amount", "note", "cell")
"""Columns of a row's own; all others belong to the project."""

_BY_HEADING = {fold_name(words): one.id for one in reversed(COLUMNS) for words in one.headings}
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_EXACT = 15
"""Digits that a number of a spreadsheet keeps."""
_SHEET = Text("โครงการ", "projects")
_HOW = Text("คอลัมน์", "columns")


def column_of(heading: str) -> str | None:
    """The column that a heading names, in either language; None for any other.

    >>> column_of("จำนวนเงิน (บาท)"), column_of("Amount (baht)"), column_of("AMOUNT"), column_of("ผู้รับจ้าง")
    ('amount', 'amount', 'amount', None)
    """
    return _BY_HEADING.get(fold_name(heading)) if heading else None


def headings(heads: Heads) -> dict[str, str]:
    """The heading of each column."""
    return {one.id: one.id if heads == "ids" else one.title.in_(heads) for one in COLUMNS}


def guarded(text: str) -> str:
    """``text`` for a table: what begins with apostrophes before a sign of a formula gets one more.

    >>> guarded("=1"), guarded("'=1"), unguarded(guarded("'=1")), guarded("'60s")
    ('=1', "''=1", "'=1", "'60s")
    """
    return "'" + text if text.startswith("'") and text.lstrip("'").startswith(_RISKY) else text


def unguarded(text: str) -> str:
    """The inverse of :func:`guarded` and of :func:`mudmai.exchange.tables.safe_text`."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(_RISKY) else text


def list_csv(batches: Iterable[Iterable[Mapping[str, Any]]], *, heads: Heads = "ids") -> Iterator[bytes]:
    """The rows as CSV, in pieces. Amounts are exact decimal text."""
    return csv_chunks(IDS, (map(_for_csv, rows) for rows in batches), titles=headings(heads))


def list_xlsx(rows: Iterable[Mapping[str, Any]], *, heads: Heads = "ids") -> bytes:
    """The rows as a workbook: numbers where Excel keeps them exactly, a second sheet on what the columns hold."""
    language: Literal["th", "en"] = "en" if heads == "en" else "th"
    named = headings(heads)
    notes = [(named[one.id], one.told.in_(language)) for one in COLUMNS]
    return xlsx_bytes(
        IDS,
        map(_for_excel, rows),
        titles=named,
        sheet=_SHEET.in_(language),
        notes=notes,
        notes_sheet=_HOW.in_(language),
        decimals=lambda row, column: 2 if column == "amount" else None,
    )


def _for_csv(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: guarded(value) if isinstance(value, str) else value for name, value in row.items()}


def _for_excel(row: Mapping[str, Any]) -> dict[str, Any]:
    made = _for_csv(row)
    amount = made.get("amount")
    if isinstance(amount, Decimal):
        whole = amount == amount.to_integral_value()
        exact = len(amount.normalize().as_tuple().digits) <= _EXACT
        made["amount"] = (int(amount) if whole else float(amount)) if exact else f"{amount:f}"
    return made


def levels_text(hierarchy: Sequence[Sequence[str]]) -> str:
    """The levels above a project, from the top, in one line.

    >>> print(levels_text([["plan", "การศึกษา"], ["section", "ก"]]))
    plan: การศึกษา > section: ก
    >>> levels_of(levels_text([["plan", "การศึกษา"], ["section", "a > b"]]))
    [['plan', 'การศึกษา'], ['section', 'a > b']]
    """
    return " > ".join(f"{level}: {_escaped(words)}" for level, words in hierarchy)


def levels_of(text: str) -> list[list[str]]:
    """The inverse of :func:`levels_text`; levels may stand in lines too. Raises ``ValueError`` with a part that has
    no level."""
    found = []
    for part in _LEVEL_BREAK.split(text):
        if not part.strip():
            continue
        level, colon, words = part.partition(":")
        if not colon or not level.strip():
            raise ValueError(part.strip())
        found.append([level.strip(), _ESCAPED.sub(lambda one: "\n" if one[1] == "n" else one[1], words.strip())])
    return found


_LEVEL_BREAK = re.compile(r"(?<!\\)>|[\r\n]+")
_ESCAPED = re.compile(r"\\([n>\\])")


def _escaped(words: str) -> str:
    plain = words.replace("\\", "\\\\").replace(">", "\\>")
    return plain.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def places_text(places: Iterable[tuple[str, str, str | None]]) -> str:
    """Areas as (system, code, weight).

    >>> places_text([("s", "A", None), ("s", "B", "0.5")])
    's:A s:B=0.5'
    """
    return " ".join(f"{system}:{code}" + (f"={weight}" if weight else "") for system, code, weight in places)


def places_of(text: str) -> list[tuple[str, str, str | None]]:
    """The inverse of :func:`places_text`; the system is "" where only a code is written."""
    found: list[tuple[str, str, str | None]] = []
    for word in text.replace(",", " ").replace("+", " ").split():
        place, _, weight = word.partition("=")
        system, colon, code = place.partition(":")
        found.append((system, code, weight or None) if colon else ("", system, weight or None))
    return found
