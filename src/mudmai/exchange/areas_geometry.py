"""Shapes fit for use: checked, repaired, thinned for the web without tearing shared borders, wound as RFC 7946 asks.

Repair follows GEOS ``make_valid`` by structure (a self-crossing ring keeps the ground it encloses); thinning is the
Visvalingam-Whyatt coverage simplification of GEOS, in which neighbours keep one and the same border.
Sources: RFC 7946; OGC 06-103r4 (simple features).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mudmai.core.errors import Problem
from mudmai.core.language import Text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

DECIMALS = 6
"""Decimals of a degree that are written: about a tenth of a metre."""
POINTS_PER_AREA = 160
"""With ``tolerance="auto"`` thinning stops once a layer has no more points than this for each area ..."""
POINTS_AT_LEAST = 16_000
"""... or no more than this in all."""
_TOLERANCES = (0.0005, 0.001, 0.002, 0.004, 0.008, 0.016)


@dataclass(frozen=True, slots=True)
class Repaired:
    """A shape that was mended: what was wrong (GEOS), and the relative change of its area in square degrees."""

    code: str
    label: str
    reason: str
    area_change: float


def sound_shape(
    shape: BaseGeometry | None, code: str, label: str
) -> tuple[BaseGeometry | None, Repaired | None, Problem | None]:
    """One shape as a valid (multi)polygon; with the note of a repair, or the problem for which it is refused."""
    import shapely  # only where shapes are worked on

    if shape is None or shape.is_empty:
        return None, None, _refused(label, "empty_shape", "ไม่มีรูปขอบเขต", "it has no shape")
    if shape.geom_type not in ("Polygon", "MultiPolygon", "GeometryCollection"):
        found = shape.geom_type
        return None, None, _refused(label, "not_polygon", f"เป็น {found} ไม่ใช่รูปปิด", f"it is a {found}, not a polygon")
    x0, y0, x1, y1 = shape.bounds
    if not (np.isfinite([x0, y0, x1, y1]).all() and x0 >= -180 and x1 <= 180 and y0 >= -90 and y1 <= 90):
        place = f"{x0:,.1f}, {y0:,.1f} … {x1:,.1f}, {y1:,.1f}"
        th, en = f"พิกัดอยู่นอกลองจิจูด/ละติจูด ({place})", f"its coordinates are no longitude/latitude ({place})"
        return None, None, _refused(label, "outside_lon_lat", th, en)
    repaired = None
    if not shape.is_valid:
        reason, before = str(shapely.is_valid_reason(shape)), shape.area
        shape = shapely.make_valid(shape, method="structure", keep_collapsed=False)
        repaired = Repaired(code, label, reason, (shape.area - before) / before if before else 0.0)
    polygons = _polygons_of(shape)
    if polygons is None or polygons.is_empty or not polygons.area > 0:
        th, en = "ซ่อมรูปแล้วไม่เหลือเนื้อที่", "nothing of it encloses any ground, even after repair"
        return None, None, _refused(label, "no_ground", th, en)
    return polygons, repaired, None


def _polygons_of(shape: BaseGeometry) -> BaseGeometry | None:
    import shapely  # only where shapes are worked on

    if shape.geom_type != "GeometryCollection":
        return shape
    parts = [p for p in shapely.get_parts(shape) if p.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else None


def _refused(label: str, code: str, th: str, en: str) -> Problem:
    remedy = {
        "outside_lon_lat": Text(
            "ระบุระบบพิกัดในไฟล์ (.prj) หรือส่งออกเป็น EPSG:4326",
            "give the file its coordinate system (.prj) or export EPSG:4326",
        )
    }.get(code, Text("แก้รูปนี้ในโปรแกรม GIS แล้วส่งออกใหม่", "mend this feature in a GIS and export again"))
    return Problem(code, Text(f"{label}: {th}", f"{label}: {en}"), remedy)


@dataclass(frozen=True)
class Thinned:
    """Shapes for the web: ``tolerance`` used (degrees, 0 = none), points before and after, and the ``ragged`` positions
    whose borders do not fit their neighbours' (gaps or overlaps in the file; such a layer is thinned one by one)."""

    shapes: tuple[BaseGeometry, ...]
    tolerance: float
    points_before: int
    points_after: int
    ragged: tuple[int, ...]


def thin(shapes: Sequence[BaseGeometry], tolerance: float | None) -> Thinned:
    """Thin a layer by ``tolerance`` degrees (None: as little as brings it under the limits above; 0: not at all)."""
    import shapely  # only where shapes are worked on

    given = np.array(shapes, dtype=object)
    before = _points(given)
    bad_edges = shapely.coverage_invalid_edges(given)
    ragged = tuple(int(i) for i in np.flatnonzero(~shapely.is_empty(bad_edges)))
    simplify: Callable[[float], Any] = lambda t: _simplified(given, t, clean=not ragged)  # noqa: E731 - names the choice once
    result, used = given, 0.0
    if tolerance:
        result, used = simplify(tolerance), tolerance
    elif tolerance is None:
        limit = max(POINTS_AT_LEAST, POINTS_PER_AREA * len(given))
        for step in _TOLERANCES:
            if _points(result) <= limit:
                break
            result, used = simplify(step), step
    return Thinned(tuple(_finished(result)), used, before, _points(result), ragged)


def _simplified(shapes: Any, tolerance: float, *, clean: bool) -> Any:
    """A clean coverage keeps shared borders; otherwise each shape is thinned alone and must stay a valid polygon."""
    import shapely  # only where shapes are worked on

    thinned = shapely.coverage_simplify(shapes, tolerance) if clean else shapely.simplify(shapes, tolerance)
    keep = shapely.is_valid(thinned) & ~shapely.is_empty(thinned) & (shapely.area(thinned) > 0)
    return np.where(keep, thinned, shapes)


def _finished(shapes: Any) -> Any:
    """Rounded, exterior rings counter-clockwise; a shape that rounding would break is left unrounded."""
    import shapely  # only where shapes are worked on

    rounded = shapely.set_precision(shapes, 10.0**-DECIMALS)
    keep = shapely.is_valid(rounded) & ~shapely.is_empty(rounded) & (shapely.area(rounded) > 0)
    return shapely.orient_polygons(np.where(keep, rounded, shapes), exterior_cw=False)


def _points(shapes: Any) -> int:
    import shapely  # only where shapes are worked on

    return int(np.sum(shapely.get_num_coordinates(shapes)))
