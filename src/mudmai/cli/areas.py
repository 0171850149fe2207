"""``mudmai areas``: area systems, and boundaries for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mudmai.cli.home import home, open_workspace
from mudmai.cli.output import Column, Printer, Sheet, printing
from mudmai.cli.progress import progress
from mudmai.cli.wording import SpokenCommand, SpokenGroup, language_of, option, say
from mudmai.core.language import Text, so_many

if TYPE_CHECKING:
    from mudmai.core.areas import AreaSystem
    from mudmai.exchange.areas import AreasImported
    from mudmai.workspace import Workspace


@click.group("areas", cls=SpokenGroup, text=Text("ระบบพื้นที่และขอบเขต", "Area systems and their boundaries."))
def areas() -> None:
    """See ``text`` above."""


@areas.command(
    "list",
    cls=SpokenCommand,
    text=Text(
        "ระบบพื้นที่ทั้งหมด หรือพื้นที่ของระบบหนึ่ง ระบบที่ต่างกันไม่ปนกันแม้ชื่อเหมือนกัน",
        "All area systems, or the areas of one. Systems never mix, even where names are alike.",
    ),
    examples=[
        ("mudmai areas list", Text("ทุกระบบ", "the systems")),
        ("mudmai areas list th-nesdc --level region", Text("ภาคของระบบหนึ่ง", "the regions of one")),
    ],
)
@click.argument("system", required=False)
@option("--level", text=Text("เฉพาะระดับนี้", "only areas of this level"))
@printing
def list_(*, printer: Printer, system: str | None, level: str | None) -> None:
    """See ``text`` above."""
    catalogue = open_workspace().catalogue
    if system is None:
        printer.show(_systems_sheet(list(catalogue.area_systems.values())))
        return
    found = catalogue.area_system(system)
    columns = [
        Column("code", Text("รหัส", "Code")),
        Column("name_th", Text("ชื่อไทย", "Thai name")),
        Column("name_en", Text("ชื่ออังกฤษ", "English name")),
        Column("level", Text("ระดับ", "Level")),
        Column("parent", Text("พื้นที่แม่", "Parent")),
        Column("aliases", Text("รหัสอื่น", "Other codes")),
        Column("valid_from", Text("ตั้งแต่", "Valid from"), in_table=False),
        Column("valid_to", Text("ถึง", "Valid to"), in_table=False),
    ]
    rows = [
        {
            "code": a.code,
            "name_th": a.name.th,
            "name_en": a.name.en,
            "level": a.level,
            "parent": a.parent,
            "aliases": ", ".join(a.aliases) or None,
            "valid_from": a.valid_from.isoformat() if a.valid_from else None,
            "valid_to": a.valid_to.isoformat() if a.valid_to else None,
        }
        for a in found.areas
        if level in (None, a.level)
    ]
    printer.show(Sheet("areas", columns, rows, heading=f"{found.id}  {found.title.in_(language_of())}"))


def _systems_sheet(systems: list[AreaSystem]) -> Sheet:
    columns = [
        Column("system", Text("ระบบ", "System")),
        Column("title", Text("ชื่อ", "Title")),
        Column("levels", Text("ระดับ (จำนวนพื้นที่)", "Levels (areas)")),
        Column("areas", Text("พื้นที่", "Areas"), decimals=0),
    ]
    language = language_of()
    rows = [
        {
            "system": s.id,
            "title": s.title.in_(language),
            "title_th": s.title.th,
            "title_en": s.title.en,
            "levels": ", ".join(f"{name} ({len(s.level(name))})" for name in s.levels),
            "areas": len(s.areas),
        }
        for s in systems
    ]
    return Sheet("systems", columns, rows)


@areas.command(
    "import",
    cls=SpokenCommand,
    text=Text(
        "นำเข้าขอบเขต (GeoJSON, GeoPackage, Shapefile หรือ .zip) ให้พื้นที่ของระบบที่มีอยู่ (--system) "
        "หรือสร้างระบบใหม่จากไฟล์ (--new-system)\n\n"
        "รูปที่ผิดจะถูกซ่อมและรายงานชื่อ รูปที่ใช้ไม่ได้ รหัสที่ไม่รู้จักหรือซ้ำ ทำให้ไม่รับทั้งไฟล์ โดยบอกชื่อทุกรายการ",
        "Import boundaries (GeoJSON, GeoPackage, Shapefile, or one in a .zip) for the areas of a system (--system), or "
        "make a new system of the file (--new-system).\n\n"
        "Invalid shapes are repaired and named. A shape that cannot be used, an unknown or a repeated code refuse the "
        "whole file, each by name.",
    ),
    examples=[
        (
            "mudmai areas import provinces.geojson --system th-nesdc",
            Text("ขอบเขตจังหวัด จับคู่ด้วยรหัสหรือรหัสอื่น", "outlines of provinces, matched by code or alias"),
        ),
        (
            "mudmai areas import tha.gpkg --layer adm1 --system th-nso --code-field ADM1_PCODE",
            Text("ระบุชั้นข้อมูลและช่องรหัส", "naming the layer and the code property"),
        ),
        (
            "mudmai areas import districts.geojson --new-system my-districts --level district "
            "--parent-system th-nesdc --parent-field province_code",
            Text("สร้างระบบอำเภอใต้จังหวัดที่มีอยู่", "a new system of districts below known provinces"),
        ),
    ],
)
@click.argument("file", type=click.Path(path_type=Path))
@option("--system", text=Text("ระบบพื้นที่ที่จะได้รับขอบเขต", "the area system that gets the outlines"))
@option("--new-system", text=Text("รหัสของระบบใหม่ที่จะสร้าง", "id of a new system to make of the file"))
@option("--layer", text=Text("ชั้นข้อมูลในไฟล์", "layer of the file"))
@option("--code-field", text=Text("ช่องที่เป็นรหัสพื้นที่", "property that holds the code (default: found)"))
@option("--name-field", text=Text("ช่องชื่อ (ระบบใหม่)", "property that holds the name (new system)"))
@option("--parent-field", text=Text("ช่องรหัสพื้นที่แม่ (ระบบใหม่)", "property that holds the parent's code (new system)"))
@option("--parent-system", text=Text("ระบบที่มีพื้นที่แม่ (ระบบใหม่)", "system that has the parents (new system)"))
@option("--level", text=Text("ระดับ: เลือกเฉพาะ หรือชื่อระดับของระบบใหม่", "only this level; in a new system its name"))
@option("--title", text=Text("ชื่อของระบบใหม่", "title of a new system"))
@option(
    "--tolerance",
    type=click.FloatRange(min=0),
    text=Text("ระดับการลดจุด (องศา) 0 คือไม่ลด", "thinning in degrees; 0 none (default: what a web map needs)"),
)
@option("--encoding", text=Text("รหัสอักขระของ shapefile เช่น cp874", "code page of a shapefile's table, such as cp874"))
@option("--skip-unknown", is_flag=True, text=Text("ข้ามรหัสที่ไม่รู้จัก", "leave features of unknown code out"))
@printing
def import_(*, printer: Printer, file: Path, system: str | None, new_system: str | None, **choices: Any) -> None:
    """See ``text`` above."""
    if (system is None) == (new_system is None):
        raise click.UsageError(
            say(Text("ระบุ --system หรือ --new-system อย่างใดอย่างหนึ่ง", "give either --system or --new-system"))
        )
    workspace = open_workspace()
    made = _into(workspace, file, system, choices) if system else _new(workspace, file, new_system or "", choices)
    columns = [
        Column("level", Text("ระดับ", "Level")),
        Column("areas", Text("พื้นที่", "Areas"), decimals=0),
        Column("points_before", Text("จุดเดิม", "Points before"), decimals=0),
        Column("points_after", Text("จุดที่เหลือ", "Points after"), decimals=0),
        Column("bytes", Text("ไบต์", "Bytes"), decimals=0),
        Column("file", Text("ไฟล์", "File")),
    ]
    told = made.as_dict()
    printer.show(
        Sheet("areas", columns, told["levels"], heading=_heading(made), footer=_footer(made)),
        as_json=told,
    )


def _into(workspace: Workspace, file: Path, system: str, choices: dict[str, Any]) -> AreasImported:
    from mudmai.exchange.areas import import_areas  # loads shapely: only for this command

    with progress() as tell:
        return import_areas(
            file,
            workspace.catalogue.area_system(system),
            home() / "areas",
            layer=choices["layer"],
            code_field=choices["code_field"],
            level=choices["level"],
            skip_unknown=choices["skip_unknown"],
            tolerance=choices["tolerance"],
            encoding=choices["encoding"],
            progress=tell,
        )


def _new(workspace: Workspace, file: Path, new_system: str, choices: dict[str, Any]) -> AreasImported:
    from mudmai.exchange.areas_system import Columns, new_area_system  # loads shapely: only for this command

    parents, title, name = choices["parent_system"], choices["title"], choices["name_field"]
    columns = Columns(choices["code_field"], name, name, choices["parent_field"])
    with progress() as tell:
        return new_area_system(
            file,
            new_system,
            home() / "packs",
            home() / "areas",
            title=Text(title, title) if title else None,
            level=choices["level"] or "area",
            columns=columns,
            parents=workspace.catalogue.area_system(parents) if parents else None,
            taken=[*workspace.catalogue.area_systems, *workspace.packs],
            layer=choices["layer"],
            tolerance=choices["tolerance"],
            encoding=choices["encoding"],
            progress=tell,
        ).shapes


def _heading(made: AreasImported) -> str:
    crs = f", {made.crs} → EPSG:4326" if made.reprojected else ""
    return f"{made.system}: {made.layer}, {say(Text('รหัสจากช่อง', 'codes from'))} {made.code_field}{crs}"


def _footer(made: AreasImported) -> str:
    """Repairs, areas without an outline, borders that do not fit: each by name."""
    lines = [say(Text(f"ซ่อมแล้ว {r.label}: {r.reason}", f"repaired {r.label}: {r.reason}")) for r in made.repaired]
    for level in made.levels:
        if level.missing:
            said = ", ".join(level.missing[:20]) + (" …" if len(level.missing) > 20 else "")
            count = len(level.missing)
            lines.append(
                say(
                    Text(
                        f"ไฟล์ไม่มีขอบเขตของ {count} พื้นที่: {said}",
                        f"no outline for {so_many(count, 'area', 'areas')}: {said}",
                    )
                )
            )
        if level.ragged:
            said = ", ".join(level.ragged[:20]) + (" …" if len(level.ragged) > 20 else "")
            lines.append(
                say(Text(f"เส้นเขตไม่ต่อกับพื้นที่ข้างเคียง: {said}", f"borders that do not fit their neighbours': {said}"))
            )
    if made.skipped:
        lines.append(say(Text(f"ข้าม {made.skipped} รูป", f"{made.skipped} features left out")))
    return "\n".join(lines)
