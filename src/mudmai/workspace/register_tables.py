"""Counts of a register of certificates as observations of the series that its criteria set names.

A series of an area system with one area counts the whole register; any other series counts the smallest areas of its
system, where an area without a certificate has a count of 0 from the register's first year on. Before the first grant
there is no row at all. The year that still runs is flagged provisional.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mudmai.core.areas import AreaSystem
from mudmai.core.certificates import Entry, YearCount, counts_by_group, counts_by_year
from mudmai.core.criteria import RegisterRule
from mudmai.core.datasets import Dataset
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.core.observations import Flag
from mudmai.core.series import Catalogue

if TYPE_CHECKING:
    import pyarrow as pa

    from mudmai.engine.release import Release
    from mudmai.workspace.workspace import Workspace

COLUMNS = ("area_system", "area", "period", "series", "value", "flag", "locator")
Row = tuple[str, str, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Placed:
    """A certificate as it is counted, with the area that its city lies in."""

    entry: Entry
    area_system: str
    area: str


@dataclass(frozen=True, slots=True)
class RegisterRows:
    """Rows of :data:`COLUMNS`. ``unplaced``: how many certificates no area of a series' system could be found for."""

    rows: tuple[Row, ...]
    unplaced: int


def register_rows(catalogue: Catalogue, rule: RegisterRule, held: Sequence[Placed], today: date) -> RegisterRows:
    """The counts of every series of ``rule``; a series that no pack declares is refused (``register_series``)."""
    rows: list[Row] = []
    unplaced = 0
    for name in rule.series:
        if name not in catalogue.series:
            raise InputError(
                Text(
                    f"ชุดเนื้อหาของระบบไม่มีอนุกรม {name} ที่ทะเบียนต้องนับ", f"no pack declares {name}, which the register counts"
                ),
                remedy=Text(
                    "เพิ่มชุดเนื้อหาที่ประกาศอนุกรมนี้ แล้วสั่งงานนี้ซ้ำ คำตัดสินและใบรับรองยังอยู่ครบ",
                    "add the pack that declares it, then repeat this work; decisions and certificates are kept",
                ),
                code="register_series",
            )
        system = catalogue.area_system(catalogue.series[name].area_system)
        if len(system.areas) == 1:
            counts = counts_by_year([one.entry for one in held], today)
            rows += [_row(system.id, system.areas[0].code, name, one) for one in counts]
            continue
        inside = [(one, area_within(catalogue, system, one.area_system, one.area)) for one in held]
        entries = [_at(one.entry, code) for one, code in inside if code is not None]
        unplaced = max(unplaced, len(inside) - len(entries))
        smallest = [area.code for area in system.level(system.levels[-1])]
        grouped = counts_by_group(entries, today, group=lambda entry: entry.area, groups=smallest)
        for code in smallest:
            rows += [_row(system.id, code, name, one) for one in grouped[code]]
    return RegisterRows(tuple(rows), unplaced)


def area_within(catalogue: Catalogue, system: AreaSystem, held: str, code: str) -> str | None:
    """The area of the smallest level of ``system`` that an area of another (or the same) system lies in; None where it
    is not known."""
    if held not in catalogue.area_systems:
        return None
    own = catalogue.area_systems[held]
    if code not in own.by_code:
        return None
    walk = None if held == system.id else catalogue.crosswalks.get((held, system.id))
    there = {origin: found for found, origin in walk.one_to_one.items()} if walk is not None else {}
    smallest = system.levels[-1]
    for area in (own.by_code[code], *own.ancestors(code)):
        found = area.code if held == system.id else there.get(area.code)
        if found is not None and system.by_code[found].level == smallest:
            return found
    return None


def dataset_table(workspace: Workspace, rule: RegisterRule) -> tuple[Dataset, str]:
    """The dataset that the counts are published in, and the name of its table (``register_series`` where none is)."""
    known = {one.id: one for pack in workspace.packs.values() for one in pack.datasets}
    if rule.dataset not in known or not known[rule.dataset].tables:
        raise InputError(
            Text(
                f"ชุดเนื้อหาของระบบไม่มีชุดข้อมูล {rule.dataset} ที่ทะเบียนต้องเผยแพร่",
                f"no pack declares the dataset {rule.dataset}, in which the register is published",
            ),
            remedy=Text(
                "เพิ่มชุดเนื้อหาที่ประกาศชุดข้อมูลนี้ แล้วสั่งงานนี้ซ้ำ คำตัดสินและใบรับรองยังอยู่ครบ",
                "add the pack that declares it, then repeat this work; decisions and certificates are kept",
            ),
            code="register_series",
        )
    return known[rule.dataset], known[rule.dataset].tables[0]


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Rows as a tidy CSV file, as packs keep starter data."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)


def table_of(catalogue: Catalogue, rows: Sequence[Row], dataset: str) -> pa.Table:
    """Rows as a checked table with canonical columns (:func:`mudmai.exchange.tidy.read_tidy`)."""
    from mudmai.exchange.tidy import read_tidy  # readers load where tables are made

    with TemporaryDirectory(prefix="mudmai-register-") as folder:
        path = Path(folder) / "register.csv"
        write_rows(path, rows)
        return read_tidy(path, catalogue, dataset=dataset)


def published_rows(workspace: Workspace, table: str, release: Release | None = None) -> tuple[Row, ...]:
    """What the release (None: the served one) holds of the table, as rows; empty where it has none."""
    release = release or workspace.store.current()
    if release is None or table not in release.datasets:
        return ()
    told = release.dataset_table(table).select([*COLUMNS]).to_pylist()
    return tuple(
        (r["area_system"], r["area"], r["period"], r["series"], _number(r["value"]), r["flag"], r["locator"])
        for r in told
    )


def _at(entry: Entry, area: str) -> Entry:
    return Entry(entry.granted_on, entry.expires_on, entry.ended_on, area)


def _row(system: str, area: str, series: str, one: YearCount) -> Row:
    flag = Flag.PROVISIONAL if one.is_provisional else Flag.NORMAL
    told = (
        f"{'year still running' if one.is_provisional else 'end of the year'}; without a known end: {one.no_known_end}"
    )
    return (system, area, str(one.year), series, str(one.count), flag.value, told)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
