"""Area tables of a pack: CSV rows made into area systems, and the declared crosswalks between them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from mudmai.core.areas import Area, AreaSystem, Crosswalk, CrosswalkLink, crosswalk_by_code
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.exchange.packs.findings import Findings
from mudmai.exchange.packs.placed import Placed, wording
from mudmai.exchange.packs.schema import AreasFile, CrosswalkPart
from mudmai.exchange.packs.yaml_lines import Path_

AREA_COLUMNS = ("code", "name_th", "name_en", "level", "parent", "valid_from", "valid_to", "aliases")
LINK_COLUMNS = ("origin", "destination", "weight")
MAX_BYTES = 20_000_000

Systems = Mapping[str, AreaSystem]


def build_systems(placed: Placed[AreasFile], directory: Path) -> dict[str, AreaSystem]:
    """The area systems of ``areas.yaml``; faults go to the findings and leave the system out."""
    placed.unique(Text("ระบบพื้นที่", "area system"), [s.id for s in placed.part.systems], ("systems",))
    found: dict[str, AreaSystem] = {}
    for index, part in enumerate(placed.part.systems):
        path: Path_ = ("systems", index, "table")
        table = _table_in(directory, part.table, placed, path)
        if table is None:
            continue
        areas = read_area_table(table, part.table, placed.findings)
        if areas is None:
            continue
        try:
            found[part.id] = AreaSystem(part.id, wording(part.title), areas, wording(part.note))
        except InputError as error:
            placed.findings.add_error(error, file=part.table)
    return found


def read_area_table(path: Path, shown: str, findings: Findings) -> tuple[Area, ...] | None:
    """The areas of one CSV table, or None when a row is at fault (every fault names its line and column)."""
    rows = _rows(path, shown, AREA_COLUMNS, findings)
    if rows is None:
        return None
    before, areas, aliases = len(findings.problems), [], dict[str, tuple[str, int]]()
    for line, row in rows:
        code = row["code"]
        for column in ("code", "name_th", "name_en", "level"):
            if not row[column]:
                _tell(findings, shown, line, column, f"{column} ว่าง", f"{column} is empty", "เติมค่าให้ครบ", "fill it in")
        names = tuple(a for a in row["aliases"].split("|") if a)
        for name in (code, *names):
            if name in aliases and aliases[name][0] != code:
                other, first = aliases[name]
                _tell(
                    findings, shown, line, "aliases", f"รหัส {name} ใช้กับ {other} แล้ว (บรรทัด {first})",
                    f"the code {name} already stands for {other} (line {first})", "ลบรหัสที่ซ้ำ", "remove one of them",
                )  # fmt: skip
            aliases.setdefault(name, (code, line))
        first_day, last_day = (_day(row[c], findings, shown, line, c) for c in ("valid_from", "valid_to"))
        areas.append(
            Area(
                code,
                Text(row["name_th"], row["name_en"]),
                row["level"],
                row["parent"] or None,
                first_day,
                last_day,
                names,
            )
        )
    return tuple(areas) if len(findings.problems) == before else None


def build_crosswalks(placed: Placed[AreasFile], directory: Path, systems: Systems) -> dict[tuple[str, str], Crosswalk]:
    """The crosswalks of ``areas.yaml``; ``systems`` includes those of required packs."""
    found: dict[tuple[str, str], Crosswalk] = {}
    kind = Text("ระบบพื้นที่", "area system")
    for index, part in enumerate(placed.part.crosswalks):
        path: Path_ = ("crosswalks", index)
        ends = [placed.known(kind, getattr(part, end), systems, (*path, end)) for end in ("origin", "destination")]
        if not all(ends):
            continue
        one = _crosswalk(part, path, placed, directory, systems)
        if one is None:
            continue
        ways = [one]
        if part.both_ways:
            back = tuple(CrosswalkLink(k.destination, k.origin) for k in one.links if k.weight == 1.0)
            ways.append(Crosswalk(part.destination, part.origin, back, one.method))
        for way in ways:
            if (way.origin, way.destination) in found:
                placed.tell(
                    "pack_duplicate",
                    path,
                    Text(
                        f"ทางเชื่อม {way.origin} → {way.destination} ซ้ำ",
                        f"crosswalk {way.origin} → {way.destination} stands twice",
                    ),
                    Text("เหลือไว้เพียงรายการเดียว", "keep one of them"),
                )
            found[way.origin, way.destination] = way
    return found


def _crosswalk(
    part: CrosswalkPart, path: Path_, placed: Placed[AreasFile], directory: Path, systems: Systems
) -> Crosswalk | None:
    origin, destination = systems[part.origin], systems[part.destination]
    if (part.by_equal_code is None) == (part.links is None):
        placed.tell(
            "pack_value",
            path,
            Text("ต้องมี by_equal_code หรือ links อย่างใดอย่างหนึ่ง", "give either by_equal_code or links"),
            Text("ระบุระดับที่รหัสตรงกัน หรือตารางทางเชื่อม", "name the levels of equal codes, or a table of links"),
        )
        return None
    if part.by_equal_code is not None:
        for i, level in enumerate(part.by_equal_code):
            both = [s for s in origin.levels if s in destination.levels]
            placed.known(Text("ระดับพื้นที่ร่วม", "common level"), level, both, (*path, "by_equal_code", i))
        return crosswalk_by_code(origin, destination, part.by_equal_code, wording(part.method))
    assert part.links is not None
    table = _table_in(directory, part.links, placed, (*path, "links"))
    links = _read_links(table, part.links, origin, destination, placed.findings) if table is not None else None
    return None if links is None else Crosswalk(part.origin, part.destination, links, wording(part.method))


def _read_links(
    path: Path, shown: str, origin: AreaSystem, destination: AreaSystem, findings: Findings
) -> tuple[CrosswalkLink, ...] | None:
    rows = _rows(path, shown, LINK_COLUMNS, findings)
    if rows is None:
        return None
    before, links = len(findings.problems), []
    seen: set[tuple[str, str]] = set()
    for line, row in rows:
        for column, system in (("origin", origin), ("destination", destination)):
            if row[column] not in system.by_code:
                _tell(
                    findings, shown, line, column, f"ไม่มีพื้นที่ {row[column]} ใน {system.id}",
                    f"no area {row[column]} in {system.id}", "ตรวจรหัสพื้นที่", "check the code",
                )  # fmt: skip
        try:
            weight = float(row["weight"])
        except ValueError:
            weight = 0.0
        if not 0 < weight <= 1:
            _tell(
                findings, shown, line, "weight", f"น้ำหนัก “{row['weight']}” ใช้ไม่ได้",
                f"the weight “{row['weight']}” cannot be used",
                "ใช้ตัวเลขมากกว่า 0 และไม่เกิน 1", "a number above 0, at most 1",
            )  # fmt: skip
        pair = (row["origin"], row["destination"])
        if pair in seen:
            _tell(findings, shown, line, "origin", "ทางเชื่อมซ้ำ", "the link stands twice", "ลบแถวที่ซ้ำ", "remove one row")
        seen.add(pair)
        links.append(CrosswalkLink(*pair, weight))
    return tuple(links) if len(findings.problems) == before else None


def _table_in(directory: Path, name: str, placed: Placed[AreasFile], path: Path_) -> Path | None:
    """The table inside the pack's folder; outside or absent is a problem."""
    table = (directory / name).resolve()
    if not table.is_relative_to(directory.resolve()) or not table.is_file():
        placed.tell(
            "pack_file",
            path,
            Text(f"ไม่พบตาราง {name} ในชุดเนื้อหา", f"there is no table {name} in the pack"),
            Text("วางไฟล์ไว้ในโฟลเดอร์ของชุดเนื้อหา", "put the file into the pack's folder"),
        )
        return None
    return table


def _rows(
    path: Path, shown: str, columns: tuple[str, ...], findings: Findings
) -> list[tuple[int, dict[str, str]]] | None:
    """Rows with their line numbers; None when the file cannot be read as this table."""
    if path.stat().st_size > MAX_BYTES:
        _tell(findings, shown, None, None, "ไฟล์ใหญ่เกินไป", "the file is too large", "ไม่เกิน 20 MB", "at most 20 MB")
        return None
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            head = next(reader, [])
            if tuple(head) != columns:
                wanted = ",".join(columns)
                _tell(
                    findings, shown, 1, None, f"หัวตารางไม่ตรง พบ {','.join(head)}",
                    f"wrong head, found {','.join(head)}", f"ใช้ {wanted}", f"use {wanted}",
                )  # fmt: skip
                return None
            rows = []
            for cells in reader:
                if len(cells) != len(columns):
                    _tell(
                        findings, shown, reader.line_num, None, f"มี {len(cells)} ช่อง ต้องมี {len(columns)}",
                        f"{len(cells)} cells, expected {len(columns)}",
                        "ตรวจจุลภาคในแถวนี้", "check the commas of this row",
                    )  # fmt: skip
                    return None
                rows.append((reader.line_num, dict(zip(columns, (c.strip() for c in cells), strict=True))))
            return rows
    except (UnicodeDecodeError, csv.Error) as error:
        _tell(findings, shown, None, None, f"อ่านตารางไม่ได้ ({error})", f"the table cannot be read ({error})",
              "บันทึกเป็น CSV แบบ UTF-8", "save it as CSV in UTF-8")  # fmt: skip
        return None


def _day(text: str, findings: Findings, shown: str, line: int, column: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.year >= 2400:
        _tell(
            findings, shown, line, column, f"“{text}” ไม่ใช่วันที่แบบ ค.ศ.", f"“{text}” is no date in Common Era",
            "เขียน 2011-03-23", "write 2011-03-23",
        )  # fmt: skip
        return None
    return day


def _tell(
    findings: Findings, shown: str, line: int | None, column: str | None, th: str, en: str, do_th: str, do_en: str
) -> None:
    findings.add("pack_areas", Text(th, en), Text(do_th, do_en), file=shown, line=line, key=column)
