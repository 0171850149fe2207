"""Reading files of areas: GeoJSON with the standard library, GeoPackage and Shapefile through GDAL (pyogrio).

Geometry arrives as longitude and latitude on WGS 84. Files in another known coordinate system (UTM, Indian 1975 ...)
are carried over by GDAL; a file that does not name its system is taken as longitude/latitude where its numbers can be.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from mudmai.core.errors import GeometryRefused, InputError, UnknownNameError, Where
from mudmai.core.language import Text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

GEOJSON_SUFFIXES = frozenset({".geojson", ".json"})
GDAL_SUFFIXES = frozenset({".gpkg", ".shp", ".zip"})
MAX_GEOJSON_BYTES = 400 * 1024 * 1024
"""Larger GeoJSON is refused: a GeoPackage of the same areas reads without holding the text in memory."""
MAX_FEATURES = 200_000

_LON_LAT = frozenset({"EPSG:4326", "OGC:CRS84", "CRS84", "URN:OGC:DEF:CRS:OGC:1.3:CRS84", "URN:OGC:DEF:CRS:EPSG::4326"})
_NAME_FIELDS = ("name_en", "name", "name_th", "ADM1_EN", "ADM2_EN", "ADM3_EN", "shapeName", "NAME_1", "NAME")


@dataclass(frozen=True)
class FeatureFile:
    """The features of one layer, in file order: properties, and shapes in lon/lat (None where a feature has none).

    ``crs`` is the coordinate system as the file names it (empty when it names none); ``reprojected`` says whether
    shapes were carried over to WGS 84.
    """

    path: Path
    layer: str
    fields: tuple[str, ...]
    properties: tuple[Mapping[str, Any], ...]
    geometries: tuple[BaseGeometry | None, ...]
    crs: str = ""
    reprojected: bool = False

    def label(self, index: int, code_field: str | None = None) -> str:
        """How a message names a feature: its number in the file, its code and its name where it has them."""
        row = self.properties[index]
        names = [str(row[f]) for f in (code_field, *_NAME_FIELDS) if f and row.get(f) not in (None, "")]
        return " ".join([f"#{index + 1}", *dict.fromkeys(names[:2])])

    def __len__(self) -> int:
        return len(self.properties)


def layers_of(path: Path) -> tuple[str, ...]:
    """The names of the layers in a file (GeoJSON has one, named after the file)."""
    _check_file(path)
    if path.suffix.lower() in GEOJSON_SUFFIXES:
        return (path.stem,)
    import pyogrio  # loads GDAL: only where such a file is opened

    try:
        return tuple(str(name) for name, _ in pyogrio.list_layers(path))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise _damaged(path, str(error)) from error


def read_features(path: Path, *, layer: str | None = None, encoding: str | None = None) -> FeatureFile:
    """All features of one layer.

    ``layer`` must be named when a file has several. ``encoding`` is for shapefiles whose attribute table is in an old
    code page (``cp874``). Raises :class:`GeometryRefused` for files that cannot be read, :class:`InputError` for
    choices that must be made.
    """
    layers = layers_of(path)
    if layer is not None and layer not in layers:
        raise UnknownNameError(Text("ชั้นข้อมูล", "layer"), layer, layers, where=Where(file=path.name))
    if path.suffix.lower() in GEOJSON_SUFFIXES:
        return _read_geojson(path)
    if layer is None and len(layers) != 1:
        raise InputError(
            Text(f"ไฟล์มี {len(layers)} ชั้นข้อมูล", f"the file has {len(layers)} layers"),
            remedy=Text(f"ระบุ --layer: {', '.join(layers)}", f"name one with --layer: {', '.join(layers)}"),
            code="layer",
            where=Where(file=path.name),
        )
    return _read_gdal(path, layer or layers[0], encoding)


def _check_file(path: Path) -> None:
    suffix = path.suffix.lower()
    if suffix not in GEOJSON_SUFFIXES | GDAL_SUFFIXES:
        raise InputError(
            Text(
                f"ไม่รองรับไฟล์ขอบเขตชนิด “{suffix or path.name}”",
                f"files of areas of type “{suffix or path.name}” are not read",
            ),
            remedy=Text(
                "ใช้ .geojson, .gpkg, .shp หรือ .zip ที่มี shapefile", "use .geojson, .gpkg, .shp or a .zip with a shapefile"
            ),
            code="file_type",
            where=Where(file=path.name),
        )
    if not path.is_file():
        raise InputError(
            Text(f"ไม่พบไฟล์ {path}", f"no file at {path}"),
            remedy=Text("ตรวจชื่อและโฟลเดอร์ของไฟล์", "check the name and the folder"),
            code="file_missing",
            where=Where(file=path.name),
        )


def _read_geojson(path: Path) -> FeatureFile:
    size = path.stat().st_size
    if size > MAX_GEOJSON_BYTES:
        raise GeometryRefused(
            Text(f"GeoJSON ใหญ่เกินไป ({size / 2**20:,.0f} MB)", f"this GeoJSON is too large ({size / 2**20:,.0f} MB)"),
            remedy=Text("แปลงเป็น GeoPackage แล้วนำเข้าอีกครั้ง", "convert it to GeoPackage and import that"),
            code="too_large",
            where=Where(file=path.name),
        )
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise _damaged(path, str(error)) from error
    crs = _geojson_crs(document, path)
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise _damaged(path, "no FeatureCollection")
    if not features:
        raise _empty(path)
    _check_count(path, len(features))
    properties = tuple(_properties_of(f) for f in features)
    fields = tuple(dict.fromkeys(name for row in properties for name in row))
    shapes = tuple(_shape_of(f) for f in features)
    return FeatureFile(path, path.stem, fields, properties, shapes, crs)


def _geojson_crs(document: Any, path: Path) -> str:
    """RFC 7946 is always WGS 84; the older ``crs`` member is obeyed only when it says the same."""
    member = document.get("crs") if isinstance(document, dict) else None
    if member is None:
        return ""
    name = str(member.get("properties", {}).get("name", member)) if isinstance(member, dict) else str(member)
    if name.upper() not in _LON_LAT:
        raise GeometryRefused(
            Text(f"GeoJSON อยู่ในระบบพิกัด {name}", f"this GeoJSON is in the coordinate system {name}"),
            remedy=Text(
                "ส่งออกเป็นลองจิจูด/ละติจูด (EPSG:4326) หรือใช้ GeoPackage",
                "export longitude/latitude (EPSG:4326), or use GeoPackage",
            ),
            code="crs",
            where=Where(file=path.name),
        )
    return name


def _properties_of(feature: Any) -> Mapping[str, Any]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    found = dict(properties) if isinstance(properties, dict) else {}
    if isinstance(feature, dict) and "id" in feature and "id" not in found:
        found["id"] = feature["id"]
    return found


def _shape_of(feature: Any) -> BaseGeometry | None:
    """The shape, or None for a null or unreadable geometry (refused later, by the feature's name)."""
    import shapely  # only where shapes are read

    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict):
        return None
    try:
        return shapely.force_2d(shapely.geometry.shape(geometry))
    except (shapely.errors.ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        return None


def _read_gdal(path: Path, layer: str, encoding: str | None) -> FeatureFile:
    import pyogrio.raw  # loads GDAL: only where such a file is opened
    import shapely

    try:
        info = pyogrio.read_info(path, layer=layer)
        _check_count(path, int(info["features"]))
        if encoding is None and path.suffix.lower() == ".shp" and not path.with_suffix(".cpg").is_file():
            encoding = "utf-8"  # GDAL would take an unnamed code page for Latin-1 and turn Thai names into noise
        meta, _, wkb, columns = pyogrio.raw.read(path, layer=layer, encoding=encoding, force_2d=True)
        crs = str(meta["crs"] or "")
        reproject = bool(crs) and crs.upper() not in _LON_LAT
        if reproject:
            _, _, wkb, _ = pyogrio.raw.read(_warped(path, layer), columns=[], force_2d=True)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError) as error:
        raise _damaged(path, str(error)) from error
    except (UnicodeDecodeError, LookupError) as error:
        raise _encoding(path, encoding or "utf-8") from error
    if wkb is None or len(wkb) == 0:
        raise _empty(path)
    fields = tuple(str(f) for f in meta["fields"])
    columns = [[_plain(v) for v in column] for column in columns]
    properties = tuple(dict(zip(fields, row, strict=True)) for row in zip(*columns, strict=True)) or ({},) * len(wkb)
    shapes = tuple(shapely.from_wkb(wkb, on_invalid="ignore"))
    return FeatureFile(path, layer, fields, properties, shapes, crs, reproject)


def _warped(path: Path, layer: str) -> str:
    """A GDAL virtual layer that gives ``layer`` in longitude/latitude (nothing is written to disk)."""
    source = str(path.resolve())
    if path.suffix.lower() == ".zip":
        source = f"/vsizip/{source}"
    return (
        f"<OGRVRTDataSource><OGRVRTWarpedLayer><OGRVRTLayer name={quoteattr(layer)}>"
        f'<SrcDataSource relativeToVRT="0">{escape(source)}</SrcDataSource><SrcLayer>{escape(layer)}</SrcLayer>'
        "</OGRVRTLayer><TargetSRS>EPSG:4326</TargetSRS></OGRVRTWarpedLayer></OGRVRTDataSource>"
    )


def _plain(value: Any) -> Any:
    """A NumPy scalar as a Python value; NaN as None."""
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and value != value else value


def _check_count(path: Path, count: int) -> None:
    if count > MAX_FEATURES:
        raise GeometryRefused(
            Text(f"มี {count:,} รูป เกิน {MAX_FEATURES:,}", f"{count:,} features are more than {MAX_FEATURES:,}"),
            remedy=Text("แบ่งไฟล์ตามระดับหรือจังหวัด", "divide the file by level or province"),
            code="too_large",
            where=Where(file=path.name),
        )


def _damaged(path: Path, why: str) -> GeometryRefused:
    return GeometryRefused(
        Text(f"อ่านไฟล์ไม่ได้ ({why})", f"the file cannot be read ({why})"),
        remedy=Text(
            "ตรวจว่าไฟล์ครบ (shapefile ต้องมี .shp .shx .dbf .prj) แล้วส่งออกใหม่",
            "check that it is whole (a shapefile is .shp, .shx, .dbf and .prj) and export it again",
        ),
        code="unreadable",
        where=Where(file=path.name),
    )


def _encoding(path: Path, encoding: str) -> GeometryRefused:
    return GeometryRefused(
        Text(f"อ่านตารางแอตทริบิวต์เป็น {encoding} ไม่ได้", f"the attribute table cannot be read as {encoding}"),
        remedy=Text("ระบุ --encoding cp874 สำหรับไฟล์ภาษาไทยรุ่นเก่า", "give --encoding cp874 for older Thai files"),
        code="encoding",
        where=Where(file=path.name),
    )


def _empty(path: Path) -> GeometryRefused:
    return GeometryRefused(
        Text("ไฟล์ไม่มีพื้นที่เลย", "the file has no features"),
        remedy=Text("ตรวจว่าเลือกชั้นข้อมูลถูกต้อง", "check that this is the right layer"),
        code="empty",
        where=Where(file=path.name),
    )


def text_of(value: Any) -> str:
    """A property as text: ``10.0`` of a spreadsheet-born table is the code ``10``; None is empty."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def names_of(features: Sequence[Mapping[str, Any]], field: str) -> list[str]:
    """One property of all features as text."""
    return [text_of(row.get(field)) for row in features]
