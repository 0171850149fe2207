"""The map as a drawing of the server: for paper, for readers without scripts, and until the live map is there.

Outlines are set on a coarse grid, so that neighbours keep one common border and a page stays light. What a colour says
is said a second time by a sign or a figure inside the area.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import cos, radians
from typing import Any

GRID = 560
"""Units along the longer side: about three kilometres each for a country of the size of Thailand."""
_SMALLEST = 7.0
_MARGIN = 6
MOST_MARKS = 40
Point = tuple[int, int]
Ring = list[Point]


@dataclass(frozen=True, slots=True)
class Shape:
    """One area: its outline as an SVG path, and a place inside it for a sign or a figure."""

    code: str
    name: str
    path: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Outlines:
    """All areas of one level in a box of ``width`` times ``height``."""

    width: int
    height: int
    shapes: tuple[Shape, ...]

    @property
    def marked(self) -> bool:
        """True when the areas are few enough to carry a sign each."""
        return len(self.shapes) <= MOST_MARKS


def outlines(features: list[Mapping[str, Any]], language: str) -> Outlines | None:
    """The outlines of GeoJSON ``features``; None without any."""
    areas = [(f["properties"], _rings(f["geometry"])) for f in features if f.get("geometry")]
    points = [p for _, rings in areas for ring in rings for p in ring]
    if not points:
        return None
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrow = cos(radians((south + north) / 2))
    scale = GRID / max((east - west) * narrow, north - south, 1e-9)

    def placed(point: tuple[float, float]) -> Point:
        return (
            _MARGIN + round((point[0] - west) * narrow * scale),
            _MARGIN + round((north - point[1]) * scale),
        )

    shapes = tuple(shape for about, rings in areas if (shape := _shape(about, rings, placed, language)) is not None)
    width, height = placed((east, south))
    return Outlines(width + _MARGIN, height + _MARGIN, shapes) if shapes else None


_LETTER, _LINE = 13, 24
"""Room of a letter and of a line of the labels, in units of the drawing."""


def labels_apart(labels: Iterable[tuple[Shape, str]]) -> set[str]:
    """Codes of the areas whose label covers none of those before it; the labels come with the most important first."""
    kept: list[tuple[Shape, str]] = []
    for shape, label in labels:
        covers = any(
            abs(shape.x - other.x) < _LETTER * (len(label) + len(beside)) / 2 and abs(shape.y - other.y) < _LINE
            for other, beside in kept
        )
        if label and not covers:
            kept.append((shape, label))
    return {shape.code for shape, _ in kept}


def _rings(geometry: Mapping[str, Any]) -> list[list[tuple[float, float]]]:
    """Outer rings and holes of a polygon or of many; the even-odd rule tells them apart."""
    many = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry.get("coordinates", [])
    return [[(float(p[0]), float(p[1])) for p in ring] for polygon in many for ring in polygon]


def _shape(
    about: Mapping[str, Any],
    rings: list[list[tuple[float, float]]],
    placed: Callable[[tuple[float, float]], Point],
    language: str,
) -> Shape | None:
    coarse = [_coarse([placed(p) for p in ring]) for ring in rings]
    kept = sorted((r for r in coarse if len(r) > 2), key=_extent, reverse=True)
    if not kept:
        return None
    drawn = [kept[0], *(r for r in kept[1:] if _extent(r) >= _SMALLEST)]
    x, y = _inside(kept[0])
    return Shape(about["code"], about.get(f"name_{language}", ""), "".join(_path(ring) for ring in drawn), x, y)


def _coarse(ring: Ring) -> Ring:
    """Without repeated points and points in the middle of a straight stroke."""
    found: Ring = []
    for point in ring:
        if found and point == found[-1]:
            continue
        if len(found) > 1 and _turn(found[-2], found[-1], point) == 0:
            found.pop()
        found.append(point)
    if len(found) > 1 and found[0] == found[-1]:
        found.pop()
    return found


def _turn(a: Point, b: Point, c: Point) -> int:
    return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])


def _extent(ring: Ring) -> float:
    """The area of a ring, by the shoelace rule."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))) / 2


def _inside(ring: Ring) -> Point:
    """The middle of the widest level stretch inside the ring: never outside of a bent area, as a centre may be."""
    low, high = min(y for _, y in ring), max(y for _, y in ring)
    best = (0.0, ring[0])
    for k in range(1, 24):
        y = low + (high - low) * k / 24 + 0.01
        edges = zip(ring, [*ring[1:], ring[0]], strict=True)
        cuts = sorted(a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1]) for a, b in edges if (a[1] > y) != (b[1] > y))
        for left, right in zip(cuts[::2], cuts[1::2], strict=False):
            best = max(best, (right - left, (round((left + right) / 2), round(y))))
    return best[1]


def _path(ring: Ring) -> str:
    strokes, before = [], ring[0]
    for point in ring[1:]:
        strokes.append(f"{point[0] - before[0]} {point[1] - before[1]}")
        before = point
    return f"M{ring[0][0]} {ring[0][1]}l{' '.join(strokes)}z".replace(" -", "-")
