"""First entries of a register: certificates from before the register began, as facts of a pack.

``register/<scheme>.yaml`` of a pack says where the entries are from, and names a CSV with the columns of
:data:`COLUMNS`. Only the year of each is known (``granted_on`` is its last day), and no end.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import Field

from mudmai.core.certificates import Entry
from mudmai.core.language import Text
from mudmai.exchange.packs.findings import Findings
from mudmai.exchange.packs.schema_base import Id, Part, Wording, Words
from mudmai.exchange.packs.shape import read_shape
from mudmai.exchange.packs.yaml_lines import read_yaml

FOLDER = "register"
COLUMNS = ("number", "city", "name_th", "name_en", "area", "year", "parts", "note_th", "note_en")
_NUMBER = re.compile(r"[a-z0-9][A-Za-z0-9-]{3,59}")
_CITY = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_PARTS = re.compile(r"([a-z][a-z0-9_-]*(\|[a-z][a-z0-9_-]*)*)?")


class RegisterFile(Part):
    """`register/*.yaml`: first entries of the register of one scheme."""

    scheme: Id = Field(description="The scheme of a criteria set.")
    level: Id = Field(description="The level that they were certified at.")
    area_system: Id = Field(description="The area system of the column `area`.")
    until: int = Field(ge=1900, le=2200, description="The last year (CE) that the list covers.")
    source: Wording = Field(description="Where the entries are from, and under what licence.")
    table: Words = Field(description="CSV beside this file: `" + ",".join(COLUMNS) + "`; parts joined by `|`.")


@dataclass(frozen=True, slots=True)
class FirstEntry:
    """One certificate of before. ``year`` CE; ``parts``: ids of what it was granted for; ``note``: what is doubtful."""

    number: str
    city: str
    name: Text
    area: str
    year: int
    parts: tuple[str, ...]
    note: Text | None

    @property
    def granted_on(self) -> date:
        """The last day of its year: the day is not known."""
        return date(self.year, 12, 31)

    @property
    def entry(self) -> Entry:
        """As it is counted."""
        return Entry(self.granted_on, area=self.area)


@dataclass(frozen=True)
class FirstEntries:
    """The first entries of one register."""

    scheme: str
    level: str
    area_system: str
    until: int
    source: Text
    entries: tuple[FirstEntry, ...]


def register_files(folder: Path) -> tuple[Path, ...]:
    """The files of first entries in the folder of a pack."""
    return tuple(sorted((folder / FOLDER).glob("*.yaml")))


def read_first_entries(folder: Path, areas: dict[str, Collection[str]] | None = None) -> tuple[FirstEntries, ...]:
    """All first entries in the folder of a pack; ``areas``: codes by area system that the areas are checked against.

    Raises :class:`mudmai.core.errors.PackError` with every problem: file, line and key (or column).
    """
    findings = Findings(folder.name)
    found: list[FirstEntries] = []
    taken: dict[str, str] = {}
    for path in register_files(folder):
        shown = path.relative_to(folder).as_posix()
        document = read_yaml(path, shown)
        part = read_shape(RegisterFile, document, shown, findings)
        if part is None:
            continue
        table = path.parent / part.table
        if "/" in part.table or not table.is_file():
            findings.add(
                "pack_file",
                Text(f"ไม่พบไฟล์ {part.table}", f"there is no file {part.table}"),
                Text("วางไฟล์ไว้ข้างไฟล์นี้", "put it beside this file"),
                file=shown, line=document.line_of(("table",)), key="table",
            )  # fmt: skip
            continue
        known = areas.get(part.area_system) if areas is not None else None
        if areas is not None and known is None:
            findings.add(
                "pack_unknown_id",
                Text(f"ไม่มีระบบพื้นที่ {part.area_system}", f"there is no area system {part.area_system}"),
                Text(f"ใช้ {', '.join(sorted(areas))}", f"use one of {', '.join(sorted(areas))}"),
                file=shown, line=document.line_of(("area_system",)), key="area_system",
            )  # fmt: skip
        rows = _rows(table, f"{FOLDER}/{part.table}", findings, part.until, known, taken)
        source = Text(part.source.th, part.source.en)
        found.append(FirstEntries(part.scheme, part.level, part.area_system, part.until, source, rows))
    findings.raise_if_any()
    return tuple(found)


def _rows(
    path: Path, shown: str, findings: Findings, until: int, areas: Collection[str] | None, taken: dict[str, str]
) -> tuple[FirstEntry, ...]:
    def tell(line: int, key: str, th: str, en: str, remedy: Text) -> None:
        findings.add("first_entry", Text(th, en), remedy, file=shown, line=line, key=key)

    reader = csv.DictReader(io.StringIO(path.read_text("utf-8-sig")), strict=True)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        columns = ",".join(COLUMNS)
        tell(1, "header", "หัวตารางไม่ตรง", "the heading differs", Text(f"ใช้ {columns}", f"use {columns}"))
        return ()
    found = []
    for row in reader:
        line = reader.line_num
        if None in row or None in row.values():
            tell(line, "row", "จำนวนช่องไม่ตรงหัวตาราง", "the row has more or fewer cells than the heading",
                 Text("แก้บรรทัดนี้", "mend this line"))  # fmt: skip
            continue
        cells = {key: value.strip() for key, value in row.items()}
        faults = list(_faults(cells, until, areas))
        if cells["number"] in taken:
            faults.append(("number", f"เลขที่ซ้ำกับ {taken[cells['number']]}", f"taken by {taken[cells['number']]}"))
        taken.setdefault(cells["number"], f"{shown}:{line}")
        for key, th, en in faults:
            tell(line, key, f"“{cells[key]}”: {th}", f"“{cells[key]}”: {en}", Text("แก้ช่องนี้", "mend this cell"))
        if not faults:
            note = Text(cells["note_th"], cells["note_en"] or cells["note_th"]) if cells["note_th"] else None
            name = Text(cells["name_th"], cells["name_en"] or cells["name_th"])
            parts = tuple(cells["parts"].split("|")) if cells["parts"] else ()
            found.append(
                FirstEntry(cells["number"], cells["city"], name, cells["area"], int(cells["year"]), parts, note)
            )
    return tuple(found)


def _faults(cells: dict[str, str], until: int, areas: Collection[str] | None) -> list[tuple[str, str, str]]:
    found = []
    for key, pattern in (("number", _NUMBER), ("city", _CITY), ("parts", _PARTS)):
        if not pattern.fullmatch(cells[key]):
            found.append((key, "รูปแบบไม่ถูกต้อง", "not of the form that is asked"))
    if not cells["name_th"]:
        found.append(("name_th", "ต้องมีชื่อ", "a name is needed"))
    if areas is not None and cells["area"] not in areas:
        found.append(("area", "ไม่มีรหัสพื้นที่นี้", "there is no such area"))
    year = cells["year"]
    if not (year.isascii() and year.isdigit() and 1900 <= int(year) <= until):
        found.append(("year", f"ต้องเป็นปี ค.ศ. ไม่เกิน {until}", f"a year CE up to {until} is asked"))
    return found
