"""A new area system out of a file that has codes, names and, if wanted, parents: written as an areas pack."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from mudmai.core.areas import Area, AreaSystem
from mudmai.core.errors import GeometryRefused, InputError, Problem, UnknownNameError, Where
from mudmai.core.language import Text
from mudmai.exchange.areas import AreasImported, Progress, import_areas, write_whole
from mudmai.exchange.areas_matching import CodeIndex
from mudmai.exchange.areas_reading import FeatureFile, names_of, read_features

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_CODE_NAMES = ("code", "pcode", "adm3_pcode", "adm2_pcode", "adm1_pcode", "iso", "hasc", "id")
_TH_NAMES = ("name_th", "adm3_th", "adm2_th", "adm1_th", "nl_name_1", "name_local")
_EN_NAMES = ("name_en", "adm3_en", "adm2_en", "adm1_en", "name_1", "shapename", "name")
_PARENT_NAMES = ("parent", "parent_code", "district_code", "province_code", "region_code")


@dataclass(frozen=True, slots=True)
class Columns:
    """The properties of the file that hold code, names and parent; None: found by their usual names."""

    code: str | None = None
    name_th: str | None = None
    name_en: str | None = None
    parent: str | None = None


@dataclass(frozen=True)
class AreaSystemMade:
    """A new system, the pack that holds it, and its imported outlines."""

    system: AreaSystem
    pack: Path
    shapes: AreasImported


def new_area_system(
    path: Path,
    system_id: str,
    packs: Path,
    areas: Path,
    *,
    title: Text | None = None,
    level: str = "area",
    columns: Columns | None = None,
    parents: AreaSystem | None = None,
    taken: Sequence[str] = (),
    layer: str | None = None,
    tolerance: float | None = None,
    encoding: str | None = None,
    progress: Progress | None = None,
) -> AreaSystemMade:
    """Build the system ``system_id`` from ``path``, write it as an areas pack under ``packs`` and its outlines under
    ``areas``.

    Features become areas of ``level``. Parents named in the file must be features of it, or areas of the system
    ``parents``, which are then taken over with their own ancestors. ``taken`` are ids that are in use. Codes and names
    must be there and codes unique: :class:`GeometryRefused` names the features otherwise.
    """
    _check_id(system_id, taken)
    file = read_features(path, layer=layer, encoding=encoding)
    found = _settle_columns(file, columns or Columns(), parents is not None)
    own = _areas_of(file, found, level, parents)
    above = _ancestors(own, parents)
    if level in {a.level for a in above}:
        raise InputError(
            Text(f"ระดับ “{level}” มีอยู่แล้วในระบบแม่", f"the level “{level}” is one of the parents' own"),
            remedy=Text("ตั้งชื่อระดับใหม่ด้วย --level", "name another level with --level"),
            code="level",
        )
    system = AreaSystem(system_id, title or Text(system_id, system_id), (*above, *own))
    shapes = import_areas(
        path, system, areas, layer=layer, code_field=found.code, level=level, tolerance=tolerance, encoding=encoding,
        progress=progress,
    )  # fmt: skip
    write_areas_pack(system, packs / system_id, note=f"{path.name}, {file.layer}")
    return AreaSystemMade(system, packs / system_id, shapes)


def _check_id(system_id: str, taken: Sequence[str]) -> None:
    if not _ID.fullmatch(system_id):
        raise InputError(
            Text(f"“{system_id}” ใช้เป็นรหัสระบบไม่ได้", f"“{system_id}” cannot be the id of a system"),
            remedy=Text(
                "ใช้ตัวพิมพ์เล็ก a-z ตัวเลข และขีดกลาง เช่น my-districts", "use small letters, digits and hyphens: my-districts"
            ),
            code="system_id",
        )
    if system_id in taken:
        raise InputError(
            Text(f"มี “{system_id}” อยู่แล้ว", f"“{system_id}” is already there"),
            remedy=Text("เลือกรหัสอื่น หรือนำเข้าด้วย --system", "choose another id, or import into it with --system"),
            code="system_id",
        )


def _settle_columns(file: FeatureFile, wanted: Columns, with_parents: bool) -> Columns:
    """Every column named or found; code and one name are needed, a parent only where it is named or usual."""
    for field in (wanted.code, wanted.name_th, wanted.name_en, wanted.parent):
        if field is not None and field not in file.fields:
            raise UnknownNameError(Text("ช่อง", "property"), field, file.fields, where=Where(file=file.path.name))
    by_lower = {f.lower(): f for f in reversed(file.fields)}

    def usual(names: Sequence[str]) -> str | None:
        return next((by_lower[n] for n in names if n in by_lower), None)

    code = wanted.code or usual(_CODE_NAMES)
    th, en = wanted.name_th or usual(_TH_NAMES), wanted.name_en or usual(_EN_NAMES)
    if code is None or (th or en) is None:
        raise InputError(
            Text(
                f"ไม่พบช่องรหัสหรือชื่อ (ช่องที่มี: {', '.join(file.fields) or '–'})",
                f"no property for code or name (it has: {', '.join(file.fields) or '–'})",
            ),
            remedy=Text("ระบุ --code-field และ --name-field", "give --code-field and --name-field"),
            code="columns",
            where=Where(file=file.path.name),
        )
    parent = wanted.parent or (usual(_PARENT_NAMES) if with_parents or "parent" in by_lower else None)
    return Columns(code, th or en, en or th, parent)


def _areas_of(file: FeatureFile, columns: Columns, level: str, parents: AreaSystem | None) -> tuple[Area, ...]:
    assert columns.code
    assert columns.name_th
    assert columns.name_en
    codes = names_of(file.properties, columns.code)
    th, en = names_of(file.properties, columns.name_th), names_of(file.properties, columns.name_en)
    above = names_of(file.properties, columns.parent) if columns.parent else [""] * len(file)
    index, own = CodeIndex.of(parents) if parents else None, set(codes)
    problems: list[Problem] = []
    made: dict[str, Area] = {}
    for i, code in enumerate(codes):
        label, parent = file.label(i, columns.code), above[i] or None
        outside = index.find(parent) if index and parent and parent not in own else None
        if not code or not (th[i] or en[i]):
            problems.append(_problem("no_code", label, "ไม่มีรหัสหรือชื่อ", "it has no code or no name", columns.code))
        elif code in made:
            problems.append(
                _problem("duplicate_area", label, f"รหัส {code} ซ้ำ", f"code {code} is repeated", columns.code)
            )
        elif parent is not None and outside is None and parent not in own:
            field = columns.parent or ""
            problems.append(_problem("unknown_parent", label, f"ไม่พบพื้นที่แม่ {parent}", f"unknown parent {parent}", field))
        else:
            made[code] = Area(code, Text(th[i] or en[i], en[i] or th[i]), level, outside.code if outside else parent)
    if problems:
        raise GeometryRefused(
            Text(f"สร้างระบบพื้นที่ไม่ได้: {len(problems)} รูปมีปัญหา", f"{len(problems)} features do not make an area system"),
            remedy=Text(
                "แก้ตารางแอตทริบิวต์ หรือระบุ --parent-system ที่มีพื้นที่แม่",
                "mend the attribute table, or name the --parent-system that has the parents",
            ),
            code="area_system",
            where=Where(file=file.path.name),
            problems=problems,
        )
    return tuple(made.values())


def _problem(code: str, label: str, th: str, en: str, field: str) -> Problem:
    return Problem(
        code, Text(f"{label}: {th}", f"{label}: {en}"), Text("แก้ค่าในช่องนี้", "mend this value"), Where(field=field)
    )


def _ancestors(own: Sequence[Area], parents: AreaSystem | None) -> tuple[Area, ...]:
    """The areas of ``parents`` that stand above the new ones, in their system's order."""
    if parents is None:
        return ()
    codes = {a.code for a in own}
    wanted = {a.parent for a in own if a.parent and a.parent not in codes}
    wanted |= {up.code for code in tuple(wanted) if code for up in parents.ancestors(code)}
    clash = sorted(codes & {a.code for a in parents.areas if a.code in wanted})
    if clash:
        raise InputError(
            Text(
                f"รหัสซ้ำกับระบบแม่: {', '.join(clash[:8])}",
                f"codes that the parent system has too: {', '.join(clash[:8])}",
            ),
            remedy=Text("ใช้รหัสอื่นในไฟล์", "use other codes in the file"),
            code="area_system",
        )
    return tuple(area for area in parents.areas if area.code in wanted)


def write_areas_pack(system: AreaSystem, directory: Path, *, note: str = "") -> None:
    """Write ``system`` as an areas pack: ``pack.yaml`` comes last, so that no half pack is ever loaded."""
    table = f"areas/{system.id}.csv"
    write_whole(directory / table, _table(system))
    write_whole(directory / "areas.yaml", _yaml({"systems": [_system_entry(system, table, note)]}))
    title = {"th": system.title.th, "en": system.title.en}
    write_whole(directory / "pack.yaml", _yaml({"pack": system.id, "kind": "areas", "version": "1", "title": title}))


def _system_entry(system: AreaSystem, table: str, note: str) -> Mapping[str, Any]:
    entry: dict[str, Any] = {"id": system.id, "title": {"th": system.title.th, "en": system.title.en}, "table": table}
    if note:
        entry["note"] = {"th": f"สร้างจาก {note}", "en": f"made from {note}"}
    return entry


def _yaml(content: Mapping[str, Any]) -> str:
    return str(yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120))


def _table(system: AreaSystem) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["code", "name_th", "name_en", "level", "parent", "valid_from", "valid_to", "aliases"])
    for a in system.areas:
        dates = [d.isoformat() if d else "" for d in (a.valid_from, a.valid_to)]
        writer.writerow([a.code, a.name.th, a.name.en, a.level, a.parent or "", *dates, "|".join(a.aliases)])
    return out.getvalue()
