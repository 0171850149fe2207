"""``mudmai data``: import, list, compare and look at observations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from mudmai.cli.data_check import check
from mudmai.cli.data_files import (
    is_tidy,
    odd_values_of,
    publish_reading,
    read_with_recipe,
    reading_as_dict,
    tell_reading,
    tell_unready,
)
from mudmai.cli.fetching import fetch
from mudmai.cli.home import open_loaded, open_workspace
from mudmai.cli.obligations import calendar, remind
from mudmai.cli.output import Column, Printer, Sheet, printing
from mudmai.cli.periods import PERIOD, period_words
from mudmai.cli.progress import progress
from mudmai.cli.recipes import propose, recipes
from mudmai.cli.submissions import resume, submissions
from mudmai.cli.wording import SpokenCommand, SpokenGroup, language_of, option, say
from mudmai.core.language import Text
from mudmai.core.periods import Period

if TYPE_CHECKING:
    from mudmai.core.errors import Problem
    from mudmai.engine.diff import ReleaseDiff
    from mudmai.engine.release import Release
    from mudmai.workspace import Workspace

_KEEP_CELLS = 1_000
_MOST_WARNINGS = 20


@click.group("data", cls=SpokenGroup, text=Text("นำเข้า ดู และเทียบข้อมูล", "Import, list, compare and look at data."))
def data() -> None:
    """See ``text`` above."""


data.add_command(check)
data.add_command(propose)
data.add_command(recipes)
data.add_command(fetch)
data.add_command(submissions)
data.add_command(resume)
data.add_command(calendar)
data.add_command(remind)


@data.command(
    "import",
    cls=SpokenCommand,
    text=Text(
        "นำเข้าไฟล์ข้อมูล (CSV, Parquet, XLSX) เป็นชุดข้อมูลหนึ่งชุด รับทั้งไฟล์หรือไม่รับเลย: ถ้ามีแถวใดผิด "
        "จะบอกแถวและวิธีแก้ และรุ่นข้อมูลเดิมยังใช้งานต่อ\n\n"
        "คอลัมน์: area_system, area, period, series, value และถ้ามี: มิติของอนุกรม (หรือ dims), flag, source, method, "
        "locator\n\n"
        "ไฟล์แบบอื่นของหน่วยงาน (xlsx, xls, ods, CSV, JSON, Parquet) อ่านด้วยสูตร: ถ้ามีสูตรของไฟล์แบบนี้อยู่แล้ว ระบบหาให้เอง "
        "ถ้ายังไม่มี จะบอกว่าต้องตอบอะไรก่อน",
        "Import a file of observations (CSV, Parquet, XLSX) as one dataset. A file is taken whole or refused whole: "
        "when a row is at fault its number and the remedy are told, and the release of before is still served.\n\n"
        "Columns: area_system, area, period, series, value; optionally the series' dimensions (or dims), flag, source, "
        "method, locator.\n\n"
        "Any other file of an office (xlsx, xls, ods, CSV, JSON, Parquet) is read by a recipe: a kept one that fits "
        "is found by itself; otherwise it is said what has to be answered first.",
    ),
    examples=[
        ("mudmai data import figures.csv", Text("ชุดข้อมูล user/figures", "as the dataset user/figures")),
        (
            "mudmai data import 2567.xlsx --dataset nesdc/gpp --mode update",
            Text("ปรับปรุงบางแถวของชุดเดิม", "revise some rows of a dataset"),
        ),
        (
            'mudmai data import "GPP 2566.xlsx" --recipe GPP --dry-run',
            Text("ลองอ่านไฟล์ของหน่วยงาน ยังไม่เผยแพร่", "try an office's file without publishing"),
        ),
    ],
)
@click.argument("file", type=click.Path(path_type=Path))
@option("--dataset", text=Text("ชื่อชุดข้อมูล (ปกติ user/ชื่อไฟล์)", "name of the dataset (default: user/FILE)"))
@option(
    "--mode",
    type=click.Choice(["replace", "update"]),
    default=None,
    text=Text(
        "replace แทนทั้งชุด (ปกติของไฟล์ที่เป็นระเบียบแล้ว), update เฉพาะค่าในไฟล์ (ปกติของไฟล์ที่อ่านด้วยสูตร)",
        "replace the dataset (default of tidy files), or update the values of the file (default where a recipe reads)",
    ),
)
@option("--sheet", text=Text("แผ่นงานในไฟล์ Excel (ปกติคือแผ่นเดียวที่มีข้อมูล)", "sheet of a workbook"))
@option("--recipe", default="", text=Text("สูตรอ่านไฟล์: ชื่อที่เก็บไว้ หรือไฟล์ .json", "recipe: a kept name, or a .json file"))
@option("--dry-run", is_flag=True, text=Text("อ่านและตรวจเท่านั้น ไม่เผยแพร่", "read and check only; nothing is published"))
@option("--note", default="", text=Text("บันทึกถึงผู้อ่านรุ่นข้อมูลนี้", "a note for readers of the release"))
@printing
def import_(
    *,
    printer: Printer,
    file: Path,
    dataset: str | None,
    mode: Literal["replace", "update"] | None,
    sheet: str | None,
    recipe: str,
    dry_run: bool,
    note: str,
) -> None:
    """See ``text`` above."""
    workspace = open_workspace()
    if recipe or dry_run or not is_tidy(file):
        _import_any(workspace, printer, file, dataset or "", recipe, dry_run=dry_run, mode=mode, note=note)
        return
    before = workspace.store.current()
    with progress() as tell:
        after, warnings = workspace.import_with_warnings(
            file, dataset=dataset, mode=mode or "replace", note=note, sheet=sheet, progress=tell
        )
    name = dataset or _changed_dataset(before, after)
    _tell_import(workspace, printer, file.name, name, before, after, {"warnings": [w.as_dict() for w in warnings]})
    _warn(warnings)


def _import_any(
    workspace: Workspace,
    printer: Printer,
    file: Path,
    dataset: str,
    recipe: str,
    *,
    dry_run: bool,
    mode: Literal["replace", "update"] | None,
    note: str,
) -> None:
    """A file that is read by a recipe, or one that is only tried."""
    reading = read_with_recipe(workspace, file, dataset, recipe)
    told = reading_as_dict(reading)
    if not reading.ready or dry_run:
        as_text = "" if reading.ready else "\n"
        printer.show(
            Sheet("reading", [Column(key, Text(key, key)) for key in told], [told]),
            as_json=told,
            as_text=lambda: as_text,
        )
        if reading.ready:
            tell_reading(reading)
            return
        tell_unready(reading, file)
        raise SystemExit(1)
    tell_reading(reading)
    odd = odd_values_of(workspace, reading)
    name, before, after = publish_reading(workspace, reading, mode=mode or "update", note=note)
    _tell_import(workspace, printer, file.name, name, before, after, {**told, "warnings": [w.as_dict() for w in odd]})
    _warn(odd)


def _tell_import(
    workspace: Workspace,
    printer: Printer,
    file: str,
    name: str,
    before: Release | None,
    after: Release,
    more: dict[str, Any],
) -> None:
    """What an import changed."""
    diff = workspace.diff(before.id, after.id) if before is not None else None
    row: dict[str, Any] = {
        "dataset": name,
        "release_before": before.id if before else None,
        "release_after": after.id,
        "rows": after.datasets[name].rows if name in after.datasets else None,
        **_counts(diff),
    }
    changed = diff.summary if diff else Text("รุ่นแรกของโฟลเดอร์งานนี้", "the first release of this workspace")
    if before is not None and before.id == after.id:
        said = Text(f"ข้อมูลเหมือนเดิมทุกค่า รุ่น {after.id} ยังใช้งานอยู่", f"nothing new: release {after.id} is still served")
    else:
        origin = before.id if before else "–"
        said = Text(
            f"นำเข้า {file} แล้ว: รุ่น {origin} → {after.id}\n{changed.th}",
            f"imported {file}: release {origin} → {after.id}\n{changed.en}",
        )
    columns = [Column(key, Text(key, key)) for key in row]
    printer.show(Sheet("import", columns, [row]), as_json={**more, **row}, as_text=lambda: say(said) + "\n")


def _warn(warnings: Sequence[Problem]) -> None:
    """What was taken but should be looked at once more, on standard error."""
    if not warnings:
        return
    head = Text(f"รับไว้แล้ว แต่ควรตรวจซ้ำ {len(warnings)} รายการ:", f"taken, but look again at {len(warnings)}:")
    lines = [
        f"  - {one.where.words(language_of(), file=False)}: {say(one.message)} – {say(one.remedy)}"
        for one in warnings[:_MOST_WARNINGS]
    ]
    rest = len(warnings) - len(lines)
    more = (
        [say(Text(f"  ... และอีก {rest} รายการ (--format json)", f"  ... and {rest} more (--format json)"))]
        if rest
        else []
    )
    click.echo("\n".join([say(head), *lines, *more]), err=True)


def _changed_dataset(before: Release | None, after: Release) -> str:
    """The dataset that is new in ``after`` (empty when nothing changed)."""
    known = before.datasets if before else {}
    new = [n for n, v in after.datasets.items() if n not in known or known[n].object != v.object]
    return new[0] if len(new) == 1 else ""


def _counts(diff: ReleaseDiff | None) -> dict[str, Any]:
    if diff is None:
        return {"added": None, "removed": None, "revised": None, "noted": None, "summary_th": "", "summary_en": ""}
    c = diff.counts
    return {
        "added": c.added,
        "removed": c.removed,
        "revised": c.revised,
        "noted": c.noted,
        "summary_th": diff.summary.th,
        "summary_en": diff.summary.en,
    }


@data.command(
    "remove",
    cls=SpokenCommand,
    text=Text(
        "นำชุดข้อมูลออกจากรุ่นปัจจุบัน รุ่นก่อนหน้ายังมีชุดนี้อยู่", "Take a dataset out of the current release; earlier releases keep it."
    ),
    examples=[("mudmai data remove user/figures", Text("นำชุดข้อมูลของฉันออก", "take my dataset away"))],
)
@click.argument("dataset")
@option("--note", default="", text=Text("บันทึกถึงผู้อ่านรุ่นข้อมูลนี้", "a note for readers of the release"))
def remove(*, dataset: str, note: str) -> None:
    """See ``text`` above."""
    workspace = open_workspace()
    before = workspace.release()
    after = workspace.remove_dataset(dataset, note=note)
    summary = workspace.diff(before.id, after.id).summary
    said = Text(
        f"นำ {dataset} ออกแล้ว: รุ่น {before.id} → {after.id}\n{summary.th}",
        f"removed {dataset}: release {before.id} → {after.id}\n{summary.en}",
    )
    click.echo(say(said))


@data.command(
    "list",
    cls=SpokenCommand,
    text=Text("ชุดข้อมูลในรุ่นหนึ่ง", "The datasets of a release."),
    examples=[("mudmai data list", Text("รุ่นปัจจุบัน", "of the current release"))],
)
@option("--release", text=Text("รุ่นข้อมูล (ปกติคือรุ่นปัจจุบัน)", "release of the data (default: the current one)"))
@printing
def list_(*, printer: Printer, release: str | None) -> None:
    """See ``text`` above."""
    found = open_loaded().release(release)
    columns = [
        Column("dataset", Text("ชุดข้อมูล", "Dataset")),
        Column("rows", Text("แถว", "Rows"), decimals=0),
        Column("series", Text("อนุกรม", "Series"), decimals=0),
        Column("bytes", Text("ไบต์", "Bytes"), decimals=0),
        Column("since", Text("ตั้งแต่รุ่น", "Since release")),
    ]
    rows = [
        {"dataset": v.name, "rows": v.rows, "series": v.series, "bytes": v.bytes, "since": v.since}
        for v in found.datasets.values()
    ]
    heading = f"{say(Text('รุ่นข้อมูล', 'release'))} {found.id}"
    printer.show(Sheet("datasets", columns, rows, heading=heading, notes=[("Release", found.id)]))


@data.command(
    "releases",
    cls=SpokenCommand,
    text=Text("รุ่นข้อมูลทั้งหมด ใหม่สุดก่อน", "All releases, the newest first."),
    examples=[("mudmai data releases --format json", Text("เป็น JSON", "as JSON"))],
)
@printing
def releases(*, printer: Printer) -> None:
    """See ``text`` above."""
    columns = [
        Column("release", Text("รุ่น", "Release")),
        Column("created_at", Text("เมื่อ (UTC)", "Created (UTC)")),
        Column("datasets", Text("ชุดข้อมูล", "Datasets"), decimals=0),
        Column("rows", Text("แถว", "Rows"), decimals=0),
        Column("note", Text("บันทึก", "Note")),
    ]
    rows = [
        {
            "release": r.id,
            "created_at": r.created_at.isoformat(),
            "datasets": len(r.datasets),
            "rows": sum(v.rows for v in r.datasets.values()),
            "note": r.note,
        }
        for r in open_workspace().releases()
    ]
    printer.show(Sheet("releases", columns, rows))


@data.command(
    "diff",
    cls=SpokenCommand,
    text=Text(
        "อะไรเปลี่ยนจากรุ่นหนึ่งไปอีกรุ่นหนึ่ง (ปกติคือรุ่นปัจจุบัน): เพิ่ม นำออก ปรับปรุง",
        "What changed from one release to another (default: to the current one): added, removed, revised.",
    ),
    examples=[
        ("mudmai data diff r1", Text("ตั้งแต่รุ่นแรกถึงปัจจุบัน", "since the first release")),
        ("mudmai data diff r1 r2 --format csv -o changes.csv", Text("ทุกค่าที่เปลี่ยน", "every changed value")),
    ],
)
@click.argument("old")
@click.argument("new", required=False)
@option(
    "--cells",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    text=Text("จำนวนค่าที่แสดงในตาราง", "changed values shown in the table"),
)
@printing
def diff(*, printer: Printer, old: str, new: str | None, cells: int) -> None:
    """See ``text`` above."""
    found = open_workspace().diff(old, new)
    rows = found.cells.to_pylist()
    for_people = printer.format == "table"
    shown = [_changed_cell(row) for row in rows[:cells]] if for_people else rows
    rest = len(rows) - cells if for_people else 0
    footer = say(Text(f"และอีก {rest:,} ค่า (--cells)", f"and {rest:,} more (--cells)")) if rest > 0 else ""
    heading = f"{found.older} → {found.newer}: {found.summary.in_(language_of())}"
    printer.show(
        Sheet("changes", _CHANGE_COLUMNS, shown, heading=heading, footer=footer),
        as_json=_diff_as_json(found, rows),
    )


_CHANGE_COLUMNS = (
    Column("change", Text("การเปลี่ยน", "Change")),
    Column("dataset", Text("ชุดข้อมูล", "Dataset")),
    Column("series", Text("อนุกรม", "Series")),
    Column("dims", Text("มิติ", "Dimensions"), in_table=False),
    Column("area_system", Text("ระบบพื้นที่", "Area system"), in_table=False),
    Column("area", Text("พื้นที่", "Area")),
    Column("period", Text("ช่วงเวลา", "Period")),
    Column("old_value", Text("เดิม", "Old"), decimals=4),
    Column("new_value", Text("ใหม่", "New"), decimals=4),
    Column("change_percent", Text("เปลี่ยน %", "Change %"), decimals=2),
    *(
        Column(f"{side}_{key}", Text(f"{side}_{key}", f"{side}_{key}"), in_table=False)
        for key in ("flag", "source", "method")
        for side in ("old", "new")
    ),
)
_CHANGES = {
    "added": Text("เพิ่ม", "added"),
    "removed": Text("นำออก", "removed"),
    "revised": Text("ปรับปรุง", "revised"),
    "noted": Text("เปลี่ยนสถานะหรือที่มา", "noted"),
}


def _changed_cell(row: dict[str, Any]) -> dict[str, Any]:
    """A changed cell for people: the change and the period in the language of the command."""
    return {**row, "change": say(_CHANGES[row["change"]]), "period": period_words(Period.from_iso(row["period"]))}


def _diff_as_json(found: ReleaseDiff, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "older": found.older,
        "newer": found.newer,
        **_counts(found),
        "largest_percent": found.largest,
        "by_dataset": {
            name: {"added": c.added, "removed": c.removed, "revised": c.revised, "noted": c.noted}
            for name, c in found.by_dataset.items()
        },
        "cells": rows,
        "cells_cut": found.is_cut,
    }


@data.command(
    "series",
    cls=SpokenCommand,
    text=Text("อนุกรมทั้งหมด และมีข้อมูลอะไรในรุ่นนี้", "Every series, and what the release holds of it."),
    examples=[("mudmai data series", Text("ชื่อที่ใช้ในสูตร", "the names that formulas use"))],
)
@option("--release", text=Text("รุ่นข้อมูล (ปกติคือรุ่นปัจจุบัน)", "release of the data (default: the current one)"))
@printing
def series(*, printer: Printer, release: str | None) -> None:
    """See ``text`` above."""
    columns = [
        Column("series", Text("อนุกรม", "Series")),
        Column("title", Text("ชื่อ", "Title"), in_table=True),
        Column("area_system", Text("ระบบพื้นที่", "Area system")),
        Column("frequency", Text("ความถี่", "Freq")),
        Column("unit", Text("หน่วย", "Unit")),
        Column("observations", Text("ค่า", "Values"), decimals=0),
        Column("first", Text("ตั้งแต่", "From")),
        Column("last", Text("ถึง", "To")),
    ]
    language = language_of()
    rows = [
        {
            "series": one.series.id,
            "title": one.series.title.in_(language),
            "title_th": one.series.title.th,
            "title_en": one.series.title.en,
            "area_system": one.series.area_system,
            "frequency": one.series.frequency.value,
            "unit": one.series.unit,
            "observations": one.observations,
            "first": one.first.iso if one.first else None,
            "last": one.last.iso if one.last else None,
        }
        for one in open_loaded().series_list(release=release)
    ]
    printer.show(Sheet("series", columns, rows))


@data.command(
    "show",
    cls=SpokenCommand,
    text=Text("ค่าที่เก็บไว้ของอนุกรมหนึ่ง พร้อมแหล่งที่มา", "The stored values of a series, with their sources."),
    examples=[
        (
            "mudmai data show gini_income_nso --from 2560 -o gini.csv",
            Text("ค่า Gini ตั้งแต่ 2560", "the Gini coefficients since 2017"),
        ),
    ],
)
@click.argument("series")
@option("--area", "areas", multiple=True, text=Text("เฉพาะพื้นที่นี้ (ซ้ำได้)", "only this area (repeatable)"))
@option("--from", "first", type=PERIOD, text=Text("ช่วงเวลาแรก", "first period"))
@option("--to", "last", type=PERIOD, text=Text("ช่วงเวลาสุดท้าย", "last period"))
@option("--release", text=Text("รุ่นข้อมูล (ปกติคือรุ่นปัจจุบัน)", "release of the data (default: the current one)"))
@printing
def show(
    *,
    printer: Printer,
    series: str,
    areas: tuple[str, ...],
    first: Period | None,
    last: Period | None,
    release: str | None,
) -> None:
    """See ``text`` above."""
    limit = _KEEP_CELLS if printer.format == "table" else None
    page = open_loaded().observations(series, areas=areas, first=first, last=last, release=release, limit=limit)
    wide = ("area", "period", "dims", "value", "flag", "source", "method", "locator")
    columns = [
        Column("series", Text("อนุกรม", "Series"), in_table=False),
        Column("area_system", Text("ระบบพื้นที่", "Area system"), in_table=False),
        *(Column(key, _HEADS[key], decimals=4 if key == "value" else None) for key in wide),
    ]  # the columns of tidy data and no other: what is exported can be imported again
    rest = page.total - page.table.num_rows
    footer = say(Text(f"และอีก {rest:,} ค่า (ใช้ --format csv)", f"and {rest:,} more (use --format csv)")) if rest else ""
    notes = [("Series", series), ("Release", page.release)]
    printer.show(Sheet("observations", columns, page.as_dicts(), footer=footer, notes=notes))


_HEADS = {
    "area": Text("พื้นที่", "Area"),
    "period": Text("ช่วงเวลา", "Period"),
    "dims": Text("มิติ", "Dimensions"),
    "value": Text("ค่า", "Value"),
    "flag": Text("สถานะ", "Flag"),
    "source": Text("แหล่งที่มา", "Source"),
    "method": Text("วิธีการ", "Method"),
    "locator": Text("ตำแหน่ง", "Place"),
}
