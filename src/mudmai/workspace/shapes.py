"""Outlines of areas: imported ones first, then those of packs, else dissolved from the descendants that have one.

Dissolving takes seconds, so its result is kept in the workspace's cache folder under a name made of what went into it;
a change of packs or imports gives another name, never a stale map.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mudmai.core.areas import Area, AreaSystem
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text

_RULES = "2"
"""Raised when the way of dissolving changes, so that cached maps are made anew."""

Feature = dict[str, Any]


def areas_geojson(
    system: AreaSystem, level: str | None, *, user: Path, packs: Sequence[Path], cache: Path
) -> dict[str, Any]:
    """The FeatureCollection of one level (default: the level below the root).

    ``user`` is the folder of imported outlines, ``packs`` the folders of packs with ``shapes/*.geojson``. Properties:
    ``code, name_th, name_en, level, parent, shape`` (``user``, ``own`` or ``dissolved``). Areas without any outline
    below them are left out.
    """
    levels = system.levels
    wanted = level if level is not None else levels[min(1, len(levels) - 1)]
    if wanted not in levels:
        raise UnknownNameError(Text(f"ระดับของระบบ {system.id} ", f"level of {system.id}"), wanted, list(levels))
    files = _files(system, user, packs)
    name = _name(system, wanted, files)
    kept = cache / "shapes" / f"{system.id}-{wanted}-{name}.geojson"
    try:
        found: dict[str, Any] = json.loads(kept.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        found = _build(system, wanted, files)
        _keep(kept, found)
    return found


def outline_mark(system: AreaSystem, *, user: Path, packs: Sequence[Path]) -> str:
    """A mark that changes when the outlines or the hierarchy behind :func:`areas_geojson` do."""
    return _name(system, "", _files(system, user, packs))


def imported_mark(folder: Path) -> str:
    """A mark of all imported outlines that changes when one is added, taken away or written anew; empty without any.

    >>> imported_mark(Path("/nowhere"))
    ''
    """
    try:
        found = [
            f"{inside.path}|{stat.st_size}|{stat.st_mtime_ns}"
            for system in os.scandir(folder)
            if system.is_dir()
            for inside in os.scandir(system)
            for stat in (inside.stat(),)
        ]
    except OSError:  # nothing was ever imported, or it is being replaced at this moment
        return ""
    return "-" + hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()[:12] if found else ""


def _files(system: AreaSystem, user: Path, packs: Sequence[Path]) -> list[tuple[str, Path]]:
    """Files with outlines, the weakest first: those of packs, then the imported ones of this system."""
    shipped = [("own", path) for pack in packs for path in sorted((pack / "shapes").glob("*.geojson"))]
    return [*shipped, *(("user", path) for path in sorted((user / system.id).glob("*.geojson")))]


def _name(system: AreaSystem, level: str, files: Sequence[tuple[str, Path]]) -> str:
    """A digest of the outlines, the hierarchy and the rules that make the map."""
    whole = hashlib.sha256(f"{_RULES}|{level}".encode())
    for kind, path in files:
        stat = path.stat()
        whole.update(f"|{kind}|{path.name}|{stat.st_size}|{stat.st_mtime_ns}".encode())
    for area in system.areas:
        whole.update(f"|{area.code}|{area.parent}|{area.level}|{area.name.th}|{area.name.en}".encode())
    return whole.hexdigest()[:16]


def _outlines(files: Sequence[tuple[str, Path]]) -> dict[str, tuple[str, Any]]:
    """Area code → kind and geometry; a later file wins."""
    found: dict[str, tuple[str, Any]] = {}
    for kind, path in files:
        for feature in json.loads(path.read_text("utf-8"))["features"]:
            if feature.get("geometry"):
                found[str(feature["properties"]["code"])] = (kind, feature["geometry"])
    return found


def _build(system: AreaSystem, level: str, files: Sequence[tuple[str, Path]]) -> dict[str, Any]:
    outlines = _outlines(files)
    features = []
    for area in system.level(level):
        found = outlines.get(area.code) or _dissolved(system, area, outlines)
        if found is not None:
            features.append(_feature(area, *found))
    return {"type": "FeatureCollection", "features": features}


def _feature(area: Area, kind: str, geometry: Any) -> Feature:
    return {
        "type": "Feature",
        "id": area.code,
        "properties": {
            "code": area.code,
            "name_th": area.name.th,
            "name_en": area.name.en,
            "level": area.level,
            "parent": area.parent,
            "shape": kind,
        },
        "geometry": geometry,
    }


def _dissolved(system: AreaSystem, area: Area, outlines: Mapping[str, tuple[str, Any]]) -> tuple[str, Any] | None:
    """The union of the nearest descendants with an outline; None when there is none at all."""
    parts = _parts(system, area.code, outlines)
    if not parts:
        return None
    import shapely  # shapely is only loaded where a map is dissolved

    shapes = [shapely.make_valid(shapely.geometry.shape(part)) for part in parts]
    union = shapely.union_all(shapes, grid_size=1e-5)
    return "dissolved", json.loads(shapely.to_geojson(_areal(union)))


def _parts(system: AreaSystem, code: str, outlines: Mapping[str, tuple[str, Any]]) -> list[Any]:
    parts: list[Any] = []
    for child in system.children_of.get(code, ()):
        parts += [outlines[child][1]] if child in outlines else _parts(system, child, outlines)
    return parts


def _areal(shape: Any) -> Any:
    """Polygons only, without slivers that borders leave where they do not quite meet."""
    import shapely

    polygons = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    cleaned = []
    for polygon in polygons:
        holes = [ring for ring in polygon.interiors if shapely.Polygon(ring).area > 1e-4]
        cleaned.append(shapely.Polygon(polygon.exterior, holes))
    return cleaned[0] if len(cleaned) == 1 else shapely.MultiPolygon(cleaned)


def _keep(path: Path, found: Mapping[str, Any]) -> None:
    """Write the map aside and swap it in; a folder that cannot be written only costs time."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text(json.dumps(found, ensure_ascii=False, separators=(",", ":")), "utf-8")
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
