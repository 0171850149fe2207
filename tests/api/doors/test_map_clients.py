"""The map door, read by GDAL (as QGIS and GeoPandas do) and put through the conformance suite of OGC API Features."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mudmai.workspace import Workspace
from tests.api.doors.conftest import Programs, Server


@pytest.fixture
def outlined(server: Server) -> Server:
    if not server.get("/ogc/collections").json["collections"]:
        pytest.skip("outlines are built by make setup")
    return server


@pytest.mark.slow
def test_the_conformance_suite_passes_whole(outlined: Server, programs: Programs, tmp_path: Path) -> None:
    settings = tmp_path / "pytest.ini"
    settings.write_text("[pytest]\n", "utf-8")
    options = f"-c {settings} -p no:cacheprovider"
    said = programs.run(
        "python", "-m", "ogctests", "features/core", "-v", "true", "-i", f"{outlined.base}/ogc", PYTEST_ADDOPTS=options
    )
    counts = re.search(r"=+ (\d+) passed(?:, \d+ warnings?)? in", said)
    assert counts is not None and counts[1] == "29", said[-3000:]


GDAL = """
import json, sys
import pyogrio
source, box = "OAPIF:" + sys.argv[1], (100.3, 13.5, 100.9, 13.9)
layers = [name for name, _ in pyogrio.list_layers(source)]
def read(layer, **how):
    meta, _, shapes, fields = pyogrio.raw.read(source, layer=layer, **how)
    return {"crs": meta["crs"], "shapes": len([s for s in shapes if s]),
            **{n: list(map(str, f)) for n, f in zip(meta["fields"], fields)}}
print(json.dumps({
    "layers": layers,
    "all": read("areas-th-nesdc-province", columns=["code"]),
    "boxed": read("areas-th-nesdc-province", bbox=box, columns=["code", "name_th"]),
    "judged": read("indicator-th-m8-i1-1"),
    "met": read("indicator-th-m8-i1-1", where="verdict = 'met'", columns=["code"]),
}))
"""


def test_gdal_reads_layers_pages_boxes_and_properties(outlined: Server, programs: Programs) -> None:
    found = programs.python(GDAL, f"{outlined.base}/ogc")
    workspace = Workspace.open(outlined.home)
    shapes = workspace.areas_geojson("th-nesdc", "province")
    assert sorted(found["all"]["code"]) == sorted(f["id"] for f in shapes["features"])
    assert found["all"]["shapes"] == len(shapes["features"])
    assert "กรุงเทพมหานคร" in found["boxed"]["name_th"] and len(found["boxed"]["code"]) < 15
    view = workspace.indicator_view(None, "I1.1")
    rows = {line.area.code: line.latest for line in view.lines if not line.is_reference}
    told = dict(zip(found["judged"]["code"], found["judged"]["verdict"], strict=True))
    assert told == {code: row.verdict.value for code, row in rows.items() if row}
    assert sorted(found["met"]["code"]) == sorted(code for code, verdict in told.items() if verdict == "met")
    values = dict(zip(found["judged"]["code"], map(float, found["judged"]["value"]), strict=True))
    assert values == pytest.approx({code: row.value for code, row in rows.items() if row})
    assert {"areas-th-nesdc-region", "indicator-th-m8-i2-1"} <= set(found["layers"])
