"""Boundaries in: real Thai layers, and self-made broken shapes in GeoJSON, GeoPackage and Shapefile."""

from __future__ import annotations

import csv
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pyogrio import raw
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box, mapping, shape

from mudmai.core.areas import Area, AreaSystem
from mudmai.core.errors import GeometryRefused, InputError, UnknownNameError
from mudmai.core.language import Text, same
from mudmai.exchange.areas import import_areas
from mudmai.exchange.areas_reading import layers_of, read_features
from mudmai.exchange.areas_system import Columns, new_area_system

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "geo"


def shared(name: str) -> Path:
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"{name} is not beside the project in shared/data/geo")
    return path


def provinces() -> AreaSystem:
    """Seventy-seven provinces from the shared table of codes, under one kingdom."""
    with shared("provinces_master.csv").open(encoding="utf-8-sig") as handle:
        rows = list(csv.DictReader(handle))
    areas = [
        Area(r["iso3166_2"], Text(r["name_th"], r["name_en"]), "province", "TH", aliases=(r["code"], r["hasc"]))
        for r in rows
    ]
    return AreaSystem("test-th", same("Provinces"), (Area("TH", Text("ประเทศไทย", "Thailand"), "kingdom"), *areas))


SYSTEM = AreaSystem(
    "squares",
    same("Squares"),
    (
        Area("K", same("Kingdom"), "kingdom"),
        Area("X-1", same("One"), "cell", "K", aliases=("1", "AA.ON")),
        Area("X-2", same("Two"), "cell", "K", aliases=("2", "AA.TW")),
        Area("X-3", same("Three"), "cell", "K", aliases=("3", "AA.TH")),
    ),
)
ONE, TWO, THREE = box(100, 13, 101, 14), box(101, 13, 102, 14), box(102, 13, 103, 14)
BOW_TIE = Polygon([(102, 13), (103, 14), (103, 13), (102, 14)])


def geojson(path: Path, features: list[tuple[dict[str, Any], Any]], **members: Any) -> Path:
    """A FeatureCollection of properties and shapes (a shape may be a mapping, or None)."""
    made = [
        {"type": "Feature", "properties": p, "geometry": mapping(g) if hasattr(g, "geom_type") else g}
        for p, g in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": made, **members}), encoding="utf-8")
    return path


def gdal(path: Path, shapes: list[Any], driver: str, crs: str | None = "EPSG:4326", **columns: list[str]) -> Path:
    """A layer written by GDAL."""
    wkb = np.array([None if s is None else shapely.to_wkb(s) for s in shapes], dtype=object)
    data = [np.array(v, dtype=object) for v in columns.values()]
    options = {"crs": crs} if crs else {}
    if crs is None:
        with pytest.warns(UserWarning, match="crs"):
            raw.write(path, wkb, data, list(columns), geometry_type="Unknown", driver=driver)
    else:
        raw.write(path, wkb, data, list(columns), geometry_type="Polygon", driver=driver, **options)
    return path


def written(directory: Path, level: str = "cell", system: str = "squares") -> dict[str, Any]:
    document = json.loads((directory / system / f"{level}.geojson").read_text(encoding="utf-8"))
    return {f["properties"]["code"]: shape(f["geometry"]) for f in document["features"]}


def refused(path: Path, tmp_path: Path, **options: Any) -> GeometryRefused:
    with pytest.raises(GeometryRefused) as caught:
        import_areas(path, SYSTEM, tmp_path / "areas", **options)
    assert not (tmp_path / "areas").exists(), "a refused file must leave nothing behind"
    return caught.value


# ------------------------------------------------------------------------------------------------- real layers


def test_the_provinces_of_thailand_arrive_whole(tmp_path: Path) -> None:
    done = import_areas(shared("th_adm1.geojson"), provinces(), tmp_path)
    (level,) = done.levels
    assert (done.code_field, level.level, level.areas, level.missing, done.repaired) == ("code", "province", 77, (), ())
    shapes = written(tmp_path, "province", "test-th")
    assert shapes["TH-10"].contains(Point(100.5018, 13.7563)), "Bangkok's centre lies in Bangkok"
    assert level.ragged == ()
    assert shapely.coverage_is_valid(list(shapes.values()))


def test_thinning_keeps_shared_borders_and_ground(tmp_path: Path) -> None:
    system = provinces()
    fine = import_areas(shared("th_adm1.geojson"), system, tmp_path / "fine", tolerance=0).levels[0]
    rough = import_areas(shared("th_adm1.geojson"), system, tmp_path / "rough", tolerance=0.05).levels[0]
    assert rough.points_after < 0.6 * fine.points_after
    shapes = written(tmp_path / "rough", "province", "test-th")
    assert shapely.coverage_is_valid(list(shapes.values()))
    area = sum(s.area for s in written(tmp_path / "fine", "province", "test-th").values())
    assert sum(s.area for s in shapes.values()) == pytest.approx(area, rel=0.01)


@pytest.mark.parametrize(
    ("name", "count", "parent"), [("th_adm2.geojson", 928, "province_code"), ("th_adm3.geojson", 7425, "province_code")]
)
def test_districts_and_subdistricts_become_systems_under_the_provinces(
    tmp_path: Path, name: str, count: int, parent: str
) -> None:
    made = new_area_system(
        shared(name), "my-areas", tmp_path / "packs", tmp_path / "areas", level="local", parents=provinces(),
        columns=Columns(parent=parent),
    )  # fmt: skip
    assert len(made.system.level("local")) == count
    assert len(made.system.level("province")) == 77
    assert made.shapes.levels[0].areas == count
    first = made.system.level("local")[0]
    assert [a.code for a in made.system.ancestors(first.code)] == ["TH-10", "TH"]
    assert first.name.th.strip() != first.name.en.strip()


# ------------------------------------------------------------------------------------------------- ways to match


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("code", ["X-1", "X-2", "X-3"]),
        ("ADM1_PCODE", ["X1", "X2", "X3"]),
        ("HASC", ["AA.ON", "AA.TW", "AA.TH"]),
        ("number", [1, 2, 3]),
        ("number", [1.0, 2.0, 3.0]),
    ],
)
def test_the_code_property_is_found_by_what_it_holds(tmp_path: Path, field: str, values: list[Any]) -> None:
    rows = [
        ({"OBJECTID": i + 70, field: v, "name": "x"}, s)
        for i, (v, s) in enumerate(zip(values, (ONE, TWO, THREE), strict=True))
    ]
    done = import_areas(geojson(tmp_path / "a.geojson", rows), SYSTEM, tmp_path / "areas")
    assert done.code_field == field
    shapes = written(tmp_path / "areas")
    assert {k: s.equals(e) for (k, s), e in zip(shapes.items(), (ONE, TWO, THREE), strict=True)} == {
        "X-1": True, "X-2": True, "X-3": True,
    }  # fmt: skip


def test_the_code_property_can_be_named(tmp_path: Path) -> None:
    rows = [
        ({"code": "X-1", "old": "X-2"}, ONE),
        ({"code": "X-2", "old": "X-1"}, TWO),
        ({"code": "X-3", "old": "X-3"}, THREE),
    ]
    path = geojson(tmp_path / "a.geojson", rows)
    import_areas(path, SYSTEM, tmp_path / "areas", code_field="old")
    assert written(tmp_path / "areas")["X-1"].equals(TWO)
    with pytest.raises(UnknownNameError) as caught:
        import_areas(path, SYSTEM, tmp_path / "areas", code_field="cod")
    assert caught.value.near[0] == "code"


def test_areas_that_the_file_does_not_draw_are_reported(tmp_path: Path) -> None:
    done = import_areas(geojson(tmp_path / "a.geojson", [({"code": "X-2"}, TWO)]), SYSTEM, tmp_path / "areas")
    assert done.levels[0].missing == ("X-1", "X-3")


def test_a_file_of_several_levels_is_written_level_by_level(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", [({"code": "K"}, box(100, 13, 103, 14)), ({"code": "X-2"}, TWO)])
    done = import_areas(path, SYSTEM, tmp_path / "areas")
    assert [one.level for one in done.levels] == ["kingdom", "cell"]
    only = import_areas(path, SYSTEM, tmp_path / "cells", level="cell")
    assert [one.level for one in only.levels] == ["cell"]
    with pytest.raises(InputError):
        import_areas(path, SYSTEM, tmp_path / "none", level="village")


# ------------------------------------------------------------------------------------------------- refusals by name


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        (None, "empty_shape"),
        ({"type": "Polygon", "coordinates": []}, "empty_shape"),
        ({"type": "Polygon", "coordinates": [[[1, 2]]]}, "empty_shape"),
        ({"type": "Nonsense"}, "empty_shape"),
        (Point(102.5, 13.5), "not_polygon"),
        (LineString([(102, 13), (103, 14)]), "not_polygon"),
        (box(660000, 1510000, 680000, 1530000), "outside_lon_lat"),
        (box(13, 91, 14, 92), "outside_lon_lat"),
        (Polygon([(102, 13), (103, 14), (102, 13), (102, 13)]), "no_ground"),
        ({"type": "GeometryCollection", "geometries": [mapping(Point(1, 1))]}, "no_ground"),
    ],
)
def test_a_shape_that_cannot_be_used_is_refused_by_name(tmp_path: Path, geometry: Any, code: str) -> None:
    rows = [({"code": "X-1"}, ONE), ({"code": "X-3", "name_en": "Three"}, geometry)]
    error = refused(geojson(tmp_path / "a.geojson", rows), tmp_path)
    assert [p.code for p in error.problems] == [code]
    assert "#2 X-3 Three" in error.problems[0].message.en
    assert "#2 X-3 Three" in error.problems[0].message.th


def test_unknown_and_repeated_codes_are_refused_by_name_together(tmp_path: Path) -> None:
    rows = [
        ({"code": "X-1"}, ONE),
        ({"code": "X-9", "name": "Nowhere"}, TWO),
        ({"code": "1"}, THREE),
        ({"code": None}, THREE),
    ]
    error = refused(geojson(tmp_path / "a.geojson", rows), tmp_path)
    assert [p.code for p in error.problems] == ["unknown_area", "duplicate_area", "no_code"]
    assert "#2 X-9 Nowhere" in error.problems[0].message.en
    assert "“X-9”" in error.problems[0].message.en
    assert "#1 X-1" in error.problems[1].message.en


def test_unknown_codes_may_be_left_out_on_request(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", [({"code": "X-1"}, ONE), ({"code": "X-9"}, TWO)])
    done = import_areas(path, SYSTEM, tmp_path / "areas", skip_unknown=True)
    assert (done.skipped, list(written(tmp_path / "areas"))) == (1, ["X-1"])


def test_a_file_without_any_code_of_the_system_says_what_it_has(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        import_areas(geojson(tmp_path / "a.geojson", [({"colour": "red"}, ONE)]), SYSTEM, tmp_path / "areas")
    assert "colour" in caught.value.message.en
    assert "--code-field" in caught.value.remedy.en


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"type": "Feature"}', '{"features": 3}', "\udc80", '{"features": []}']
)
def test_a_damaged_geojson_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert refused(path, tmp_path).where.file == "a.geojson"


def test_another_type_of_file_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.kml").write_text("<kml/>")
    for name, code in (("a.kml", "file_type"), ("b.geojson", "file_missing"), ("b.gpkg", "file_missing")):
        with pytest.raises(InputError) as caught:
            import_areas(tmp_path / name, SYSTEM, tmp_path / "areas")
        assert caught.value.code == code


def test_geojson_in_another_coordinate_system_is_refused_naming_it(tmp_path: Path) -> None:
    rows = [({"code": "X-1"}, ONE)]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32647"}}
    error = refused(geojson(tmp_path / "a.geojson", rows, crs=crs), tmp_path)
    assert error.code == "crs"
    assert "32647" in error.message.en
    crs84 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    import_areas(geojson(tmp_path / "b.geojson", rows, crs=crs84), SYSTEM, tmp_path / "areas")


def test_a_refused_file_leaves_the_outlines_of_before(tmp_path: Path) -> None:
    import_areas(geojson(tmp_path / "a.geojson", [({"code": "X-1"}, ONE)]), SYSTEM, tmp_path / "areas")
    before = (tmp_path / "areas/squares/cell.geojson").read_bytes()
    with pytest.raises(GeometryRefused):
        import_areas(geojson(tmp_path / "b.geojson", [({"code": "X-1"}, Point(1, 1))]), SYSTEM, tmp_path / "areas")
    assert (tmp_path / "areas/squares/cell.geojson").read_bytes() == before
    assert [p.name for p in (tmp_path / "areas/squares").iterdir()] == ["cell.geojson"]


# ------------------------------------------------------------------------------------------------- repair and form


def test_a_bow_tie_is_repaired_and_reported_by_name(tmp_path: Path) -> None:
    rows = [({"code": "X-1"}, ONE), ({"code": "X-3", "name_en": "Three"}, BOW_TIE)]
    done = import_areas(geojson(tmp_path / "a.geojson", rows), SYSTEM, tmp_path / "areas")
    (repair,) = done.repaired
    assert (repair.code, repair.label) == ("X-3", "#2 X-3 Three")
    assert "Self-intersection" in repair.reason
    mended = written(tmp_path / "areas")["X-3"]
    assert mended.is_valid
    assert mended.area == pytest.approx(0.5)


def test_output_follows_rfc_7946(tmp_path: Path) -> None:
    clockwise = Polygon(
        [(100, 13), (100, 14), (101, 14), (101, 13)],
        holes=[[(100.2, 13.2), (100.4, 13.2), (100.4, 13.4), (100.2, 13.4)]],
    )
    deep = MultiPolygon([clockwise, box(104, 13, 104.123456789, 14)])
    import_areas(geojson(tmp_path / "a.geojson", [({"code": "1"}, deep)]), SYSTEM, tmp_path / "areas")
    document = json.loads((tmp_path / "areas/squares/cell.geojson").read_text(encoding="utf-8"))
    assert set(document) == {"type", "features"}
    (feature,) = document["features"]
    assert (feature["id"], feature["properties"]["code"], feature["properties"]["parent"]) == ("X-1", "X-1", "K")
    for polygon in shape(feature["geometry"]).geoms:
        assert polygon.exterior.is_ccw
        assert not any(hole.is_ccw for hole in polygon.interiors)
    assert 104.123457 in {x for ring in feature["geometry"]["coordinates"] for x, _ in ring[0]}


def test_heights_are_left_out_and_collections_give_their_polygons(tmp_path: Path) -> None:
    flat = {"type": "Polygon", "coordinates": [[[x, y, 9.0] for x, y in ONE.exterior.coords]]}
    mixed = {"type": "GeometryCollection", "geometries": [mapping(TWO), mapping(Point(101.5, 13.5))]}
    import_areas(
        geojson(tmp_path / "a.geojson", [({"code": "1"}, flat), ({"code": "2"}, mixed)]), SYSTEM, tmp_path / "areas"
    )
    shapes = written(tmp_path / "areas")
    assert not shapes["X-1"].has_z
    assert shapes["X-2"].equals(TWO)


def test_overlapping_neighbours_are_reported_and_still_valid(tmp_path: Path) -> None:
    over = box(100.9, 13, 102, 14)
    done = import_areas(
        geojson(tmp_path / "a.geojson", [({"code": "1"}, ONE), ({"code": "2"}, over), ({"code": "3"}, THREE)]), SYSTEM,
        tmp_path / "areas", tolerance=0.001,
    )  # fmt: skip
    assert done.levels[0].ragged == ("X-1", "X-2")
    assert all(s.is_valid for s in written(tmp_path / "areas").values())


# ------------------------------------------------------------------------------------- GeoPackage, Shapefile


@pytest.mark.parametrize(("name", "driver"), [("a.gpkg", "GPKG"), ("a.shp", "ESRI Shapefile")])
def test_geopackage_and_shapefile_give_the_same_as_geojson(tmp_path: Path, name: str, driver: str) -> None:
    path = gdal(tmp_path / name, [ONE, TWO, BOW_TIE], driver, code=["X-1", "X-2", "X-3"], name_th=["หนึ่ง", "สอง", "สาม"])
    done = import_areas(path, SYSTEM, tmp_path / "areas")
    rows = [({"code": c}, s) for c, s in (("X-1", ONE), ("X-2", TWO), ("X-3", BOW_TIE))]
    import_areas(geojson(tmp_path / "b.geojson", rows), SYSTEM, tmp_path / "other")
    ours, theirs = (written(tmp_path / d) for d in ("areas", "other"))
    assert all(ours[c].normalize().equals_exact(theirs[c].normalize(), 1e-9) for c in theirs)
    assert [r.code for r in done.repaired] == ["X-3"]
    assert read_features(path).properties[0]["name_th"] == "หนึ่ง"


@pytest.mark.parametrize("crs", ["EPSG:32647", "EPSG:24047", "EPSG:3857"])
@pytest.mark.parametrize(("name", "driver"), [("a b&c.gpkg", "GPKG"), ("utm.shp", "ESRI Shapefile")])
def test_other_coordinate_systems_are_carried_over(tmp_path: Path, crs: str, name: str, driver: str) -> None:
    utm, mercator = box(608000, 1438000, 662000, 1492500), box(11131949, 1459732, 11187608, 1516913)
    square = mercator if crs == "EPSG:3857" else utm
    done = import_areas(gdal(tmp_path / name, [square], driver, crs, code=["X-1"]), SYSTEM, tmp_path / "areas")
    assert done.reprojected
    assert written(tmp_path / "areas")["X-1"].bounds == pytest.approx((100.0, 13.0, 100.5, 13.5), abs=0.01)


def test_a_shapefile_of_metres_without_its_prj_is_refused(tmp_path: Path) -> None:
    path = gdal(
        tmp_path / "a.shp", [box(608000, 1438000, 662000, 1492500)], "ESRI Shapefile", "EPSG:32647", code=["X-1"]
    )
    path.with_suffix(".prj").unlink()
    error = refused(path, tmp_path)
    assert [p.code for p in error.problems] == ["outside_lon_lat"]
    assert ".prj" in error.problems[0].remedy.en


def test_degrees_without_a_prj_are_taken_as_such(tmp_path: Path) -> None:
    path = gdal(tmp_path / "a.shp", [ONE], "ESRI Shapefile", code=["X-1"])
    path.with_suffix(".prj").unlink()
    assert import_areas(path, SYSTEM, tmp_path / "areas").crs == ""


def test_a_geopackage_of_several_layers_wants_one_named(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    for layer, square in (("first", ONE), ("second", TWO)):
        raw.write(
            path, np.array([shapely.to_wkb(square)], dtype=object), [np.array(["X-1"], dtype=object)], ["code"],
            geometry_type="Polygon", driver="GPKG", crs="EPSG:4326", layer=layer, append=path.exists(),
        )  # fmt: skip
    assert layers_of(path) == ("first", "second")
    with pytest.raises(InputError) as caught:
        import_areas(path, SYSTEM, tmp_path / "areas")
    assert "first, second" in caught.value.remedy.en
    with pytest.raises(UnknownNameError):
        import_areas(path, SYSTEM, tmp_path / "areas", layer="third")
    import_areas(path, SYSTEM, tmp_path / "areas", layer="second")
    assert written(tmp_path / "areas")["X-1"].equals(TWO)


def test_a_zipped_shapefile_is_read_also_when_reprojected(tmp_path: Path) -> None:
    gdal(tmp_path / "utm.shp", [box(608000, 1438000, 662000, 1492500)], "ESRI Shapefile", "EPSG:32647", code=["X-1"])
    with zipfile.ZipFile(tmp_path / "utm.zip", "w") as archive:
        for part in tmp_path.glob("utm.*"):
            if part.suffix != ".zip":
                archive.write(part, part.name)
    import_areas(tmp_path / "utm.zip", SYSTEM, tmp_path / "areas")
    assert written(tmp_path / "areas")["X-1"].bounds == pytest.approx((100.0, 13.0, 100.5, 13.5), abs=0.01)


def test_a_truncated_geopackage_and_a_bare_shp_are_refused(tmp_path: Path) -> None:
    path = gdal(tmp_path / "a.gpkg", [ONE], "GPKG", code=["X-1"])
    os.truncate(path, path.stat().st_size // 3)
    refused(path, tmp_path)
    (tmp_path / "b.shp").write_bytes(b"not a shapefile at all")
    refused(tmp_path / "b.shp", tmp_path)


def test_a_null_geometry_in_a_geopackage_is_refused_by_name(tmp_path: Path) -> None:
    path = gdal(tmp_path / "a.gpkg", [ONE, None], "GPKG", code=["X-1", "X-2"])
    assert [p.code for p in refused(path, tmp_path).problems] == ["empty_shape"]


# ------------------------------------------------------------------------------------------------- a system of its own


def test_a_new_system_from_code_name_and_parent(tmp_path: Path) -> None:
    rows = [
        ({"code": "A", "name_th": "เอ", "name_en": "A", "parent": ""}, box(100, 13, 103, 14)),
        ({"code": "A1", "name_th": "เอหนึ่ง", "name_en": "A one", "parent": "A"}, ONE),
    ]
    made = new_area_system(
        geojson(tmp_path / "a.geojson", rows),
        "my-areas",
        tmp_path / "packs",
        tmp_path / "areas",
        title=Text("ของฉัน", "Mine"),
    )
    assert made.system.by_code["A1"].parent == "A"
    assert sorted(p.relative_to(made.pack).as_posix() for p in made.pack.rglob("*") if p.is_file()) == [
        "areas.yaml", "areas/my-areas.csv", "pack.yaml",
    ]  # fmt: skip
    table = (made.pack / "areas/my-areas.csv").read_text(encoding="utf-8").splitlines()
    assert table[0] == "code,name_th,name_en,level,parent,valid_from,valid_to,aliases"
    assert table[2] == "A1,เอหนึ่ง,A one,area,A,,,"
    assert list(written(tmp_path / "areas", "area", "my-areas")) == ["A", "A1"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([({"code": "A", "name": "a", "parent": "Z"}, ONE)], "unknown_parent"),
        ([({"code": "A", "name": "a"}, ONE), ({"code": "A", "name": "b"}, TWO)], "duplicate_area"),
        ([({"code": "", "name": "a"}, ONE)], "no_code"),
        ([({"code": "A", "name": None}, ONE)], "no_code"),
        ([({"code": "A", "name": "a"}, Point(1, 1))], "not_polygon"),
    ],
)
def test_a_new_system_at_fault_is_refused_and_nothing_is_written(tmp_path: Path, rows: Any, code: str) -> None:
    with pytest.raises(GeometryRefused) as caught:
        new_area_system(geojson(tmp_path / "a.geojson", rows), "mine", tmp_path / "packs", tmp_path / "areas")
    assert caught.value.problems[0].code == code
    assert not (tmp_path / "packs").exists()
    assert not (tmp_path / "areas").exists()


def test_ids_that_are_taken_or_no_ids_are_refused(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", [({"code": "A", "name": "a"}, ONE)])
    for bad in ("../evil", "Upper", "", "a b", "taken"):
        with pytest.raises(InputError) as caught:
            new_area_system(path, bad, tmp_path / "packs", tmp_path / "areas", taken=("taken",))
        assert caught.value.code == "system_id"


def test_a_circle_of_parents_is_refused(tmp_path: Path) -> None:
    rows = [({"code": "A", "name": "a", "parent": "B"}, ONE), ({"code": "B", "name": "b", "parent": "A"}, TWO)]
    with pytest.raises(InputError):
        new_area_system(geojson(tmp_path / "a.geojson", rows), "mine", tmp_path / "packs", tmp_path / "areas")
    assert not (tmp_path / "packs").exists()


def test_old_thai_code_pages_are_read_when_named_and_never_guessed(tmp_path: Path) -> None:
    path = tmp_path / "old.shp"
    raw.write(
        path, np.array([shapely.to_wkb(ONE)], dtype=object),
        [np.array(["X-1"], dtype=object), np.array(["กรุงเทพ"], dtype=object)], ["code", "name"],
        geometry_type="Polygon", crs="EPSG:4326", driver="ESRI Shapefile", encoding="cp874",
    )  # fmt: skip
    assert read_features(path).properties[0]["name"] == "กรุงเทพ", "its .cpg file names the code page"
    path.with_suffix(".cpg").unlink()
    for encoding in (None, "utf-8", "nonsense"):
        with pytest.raises(GeometryRefused) as caught:
            read_features(path, encoding=encoding)
        assert caught.value.code == "encoding"
        assert "cp874" in caught.value.remedy.en
    assert read_features(path, encoding="cp874").properties[0]["name"] == "กรุงเทพ"
