"""Boundaries in: GeoJSON, GeoPackage and Shapefile matched to an area system, checked, repaired, thinned, kept.

:func:`import_areas` gives the areas of a known system their outlines: one RFC 7946 file per level at
``<areas>/<system>/<level>.geojson``, written aside and swapped in. :func:`new_area_system` makes a system of its own
out of a file that has codes, names and, if wanted, parents: an areas pack an officer can read and change.
A file is taken whole or refused whole, with one problem per feature, by name.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mudmai.core.areas import Area, AreaSystem
from mudmai.core.errors import GeometryRefused, InputError, Problem, Where
from mudmai.core.language import Text
from mudmai.exchange.areas_geometry import DECIMALS, Repaired, sound_shape, thin
from mudmai.exchange.areas_matching import find_code_field, match_features
from mudmai.exchange.areas_reading import FeatureFile, read_features

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Progress = Callable[[Text, int, int], None]


@dataclass(frozen=True, slots=True)
class LevelImported:
    """One level of a system that has new outlines. ``missing`` are the areas of the level that the file does not draw;
    ``ragged`` those whose borders do not fit their neighbours' in the file (gaps or overlaps)."""

    level: str
    path: Path
    areas: int
    missing: tuple[str, ...]
    tolerance: float
    points_before: int
    points_after: int
    bytes: int
    ragged: tuple[str, ...]


@dataclass(frozen=True)
class AreasImported:
    """What :func:`import_areas` did; ``skipped`` counts features of unknown code that were left out on request."""

    system: str
    layer: str
    code_field: str
    crs: str
    reprojected: bool
    levels: tuple[LevelImported, ...]
    repaired: tuple[Repaired, ...] = ()
    skipped: int = 0

    def as_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return {
            "system": self.system,
            "layer": self.layer,
            "code_field": self.code_field,
            "crs": self.crs,
            "reprojected": self.reprojected,
            "levels": [
                {
                    "level": one.level,
                    "file": str(one.path),
                    "areas": one.areas,
                    "missing": list(one.missing),
                    "tolerance": one.tolerance,
                    "points_before": one.points_before,
                    "points_after": one.points_after,
                    "bytes": one.bytes,
                    "ragged": list(one.ragged),
                }
                for one in self.levels
            ],
            "repaired": [
                {"code": r.code, "feature": r.label, "reason": r.reason, "area_change": r.area_change}
                for r in self.repaired
            ],
            "skipped": self.skipped,
        }


def import_areas(
    path: Path,
    system: AreaSystem,
    areas: Path,
    *,
    layer: str | None = None,
    code_field: str | None = None,
    level: str | None = None,
    skip_unknown: bool = False,
    tolerance: float | None = None,
    encoding: str | None = None,
    progress: Progress | None = None,
) -> AreasImported:
    """Give areas of ``system`` the outlines in ``path`` and write them under the folder ``areas``.

    ``level`` keeps only the areas of one level. ``tolerance`` (degrees) thins the outlines: None as little as a web map
    needs, 0 not at all. ``skip_unknown`` leaves out features whose code the system does not know. Invalid shapes are
    repaired and listed; empty ones, those that are no polygons or lie outside longitude/latitude, unknown and repeated
    codes refuse the file: :class:`GeometryRefused`, nothing is written.
    """
    tell = progress or _silent
    tell(Text("อ่านไฟล์", "reading the file"), 0, 4)
    file = read_features(path, layer=layer, encoding=encoding)
    field = find_code_field(file, system, code_field)
    tell(Text("จับคู่รหัสพื้นที่", "matching codes"), 1, 4)
    matched = match_features(file, system, field, skip_unknown=skip_unknown)
    skipped = len(file) - len(matched)
    if level is not None:
        matched = {i: area for i, area in matched.items() if area.level == level}
        _require_level(matched, level, system, path)
    tell(Text("ตรวจและซ่อมรูป", "checking shapes"), 2, 4)
    sound, repaired = _sound_shapes(file, matched, field)
    tell(Text("ลดรายละเอียดและบันทึก", "thinning and writing"), 3, 4)
    levels = tuple(
        _write_level(name, {a: s for a, s in sound.items() if a.level == name}, system, areas, tolerance)
        for name in system.levels
        if any(area.level == name for area in sound)
    )
    tell(Text("เสร็จแล้ว", "done"), 4, 4)
    return AreasImported(system.id, file.layer, field, file.crs, file.reprojected, levels, repaired, skipped)


def _silent(_what: Text, _done: int, _of: int) -> None:
    """Progress that nobody watches."""


def _require_level(matched: Mapping[int, Area], level: str, system: AreaSystem, path: Path) -> None:
    if not matched:
        raise InputError(
            Text(f"ไม่มีพื้นที่ระดับ “{level}” ในไฟล์", f"the file draws no area of level “{level}”"),
            remedy=Text(f"ระดับของระบบ {system.id}: {', '.join(system.levels)}", f"levels: {', '.join(system.levels)}"),
            code="level",
            where=Where(file=path.name),
        )


def _sound_shapes(
    file: FeatureFile, matched: Mapping[int, Area], field: str | None
) -> tuple[dict[Area, BaseGeometry], tuple[Repaired, ...]]:
    """Valid polygons by area, in the file's order, and what had to be repaired."""
    sound: dict[Area, BaseGeometry] = {}
    repaired: list[Repaired] = []
    problems: list[Problem] = []
    for i, area in matched.items():
        shape, repair, problem = sound_shape(file.geometries[i], area.code, file.label(i, field))
        if shape is not None:
            sound[area] = shape
        if repair is not None:
            repaired.append(repair)
        if problem is not None:
            problems.append(problem)
    if problems:
        raise GeometryRefused(
            Text(
                f"{len(problems)} จาก {len(matched)} รูปใช้ไม่ได้ จึงไม่นำเข้าทั้งไฟล์",
                f"{len(problems)} of {len(matched)} features cannot be used; nothing was imported",
            ),
            remedy=Text("แก้รูปตามรายชื่อแล้วนำเข้าอีกครั้ง", "mend the features listed and import again"),
            where=Where(file=file.path.name),
            problems=problems,
        )
    return sound, tuple(repaired)


def _write_level(
    level: str, shapes: Mapping[Area, BaseGeometry], system: AreaSystem, areas: Path, tolerance: float | None
) -> LevelImported:
    order = [area for area in system.level(level) if area in shapes]
    thinned = thin([shapes[area] for area in order], tolerance)
    target = areas / system.id / f"{level}.geojson"
    text = geojson_text(dict(zip(order, thinned.shapes, strict=True)))
    write_whole(target, text)
    return LevelImported(
        level,
        target,
        len(order),
        tuple(area.code for area in system.level(level) if area not in shapes),
        thinned.tolerance,
        thinned.points_before,
        thinned.points_after,
        len(text.encode()),
        tuple(order[i].code for i in thinned.ragged),
    )


def geojson_text(shapes: Mapping[Area, BaseGeometry]) -> str:
    """An RFC 7946 FeatureCollection: ``id`` and property ``code`` are the area's code; names and level beside them."""
    import shapely  # only where shapes are written

    features = [
        {
            "type": "Feature",
            "id": area.code,
            "properties": {
                "code": area.code,
                "name_th": area.name.th,
                "name_en": area.name.en,
                "level": area.level,
                "parent": area.parent,
            },
            "geometry": _rounded(shapely.geometry.mapping(shape)),
        }
        for area, shape in shapes.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":"))


def _rounded(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """A geometry whose numbers have at most :data:`DECIMALS` decimals."""

    def numbers(value: Any) -> Any:
        return round(value, DECIMALS) if isinstance(value, float) else [numbers(v) for v in value]

    return {"type": geometry["type"], "coordinates": numbers(geometry["coordinates"])}


def write_whole(target: Path, text: str) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with aside.open("w", encoding="utf-8", newline="") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
