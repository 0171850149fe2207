"""Area systems and boundaries from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Cli

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "geo"


def shared(name: str) -> str:
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"{name} is not beside the project in shared/data/geo")
    return str(path)


def squares(path: Path, *codes: str, bow_tie: bool = False) -> str:
    features = []
    for i, code in enumerate(codes):
        x = 100 + i
        ring = [[x, 13], [x + 1, 13], [x + 1, 14], [x, 14], [x, 13]]
        if bow_tie and i == 0:
            ring[1], ring[2] = ring[2], ring[1]
        features.append(
            {
                "type": "Feature",
                "properties": {"code": code, "name": f"place {code}"},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return str(path)


def test_systems_and_their_areas_are_listed(cli: Cli) -> None:
    systems = {row["system"]: row for row in cli("areas", "list", "--format", "json").json()}
    assert {"th-nesdc", "th-nso", "th-nso-income", "th-sez", "th-nation"} <= set(systems)
    regions = cli("areas", "list", "th-nesdc", "--level", "region", "--format", "json").json()
    assert len(regions) == 7
    assert {row["parent"] for row in regions} == {"TH"}


def test_provinces_get_their_outlines(cli: Cli, home: Path) -> None:
    told = cli(
        "areas", "import", shared("th_adm1.geojson"), "--system", "th-nesdc", "--format", "json", home=home
    ).json()
    assert (told["code_field"], told["levels"][0]["areas"], told["levels"][0]["missing"]) == ("code", 77, [])
    document = json.loads((home / "areas/th-nesdc/province.geojson").read_text(encoding="utf-8"))
    assert {f["properties"]["code"] for f in document["features"]} >= {"TH-10", "TH-38", "TH-96"}


def test_the_workspace_shows_the_imported_outlines(cli: Cli, home: Path) -> None:
    from mudmai.workspace import Workspace

    cli("areas", "import", shared("th_adm1.geojson"), "--system", "th-nesdc", home=home)
    features = Workspace.open(home).areas_geojson("th-nesdc", "province")["features"]
    assert {f["properties"]["shape"] for f in features} == {"user"}
    assert len(features) == 77


def test_a_new_system_is_a_pack_that_loads(cli: Cli, home: Path) -> None:
    call = [
        "areas", "import", shared("th_adm2.geojson"), "--new-system", "my-districts", "--level", "district",
        "--parent-system", "th-nesdc", "--parent-field", "province_code", "--title", "อำเภอ",
    ]  # fmt: skip
    assert cli(*call, home=home).code == 0
    assert cli("pack", "check", str(home / "packs/my-districts"), home=home).code == 0
    rows = cli("areas", "list", "my-districts", "--level", "district", "--format", "json", home=home).json()
    assert len(rows) == 928
    assert rows[0]["parent"] == "TH-10"
    again = cli(*call, home=home)
    assert again.code == 1
    assert "my-districts" in again.err


def test_repairs_and_gaps_are_told_by_name(cli: Cli, home: Path, tmp_path: Path) -> None:
    told = cli(
        "areas",
        "import",
        squares(tmp_path / "a.geojson", "TH-10", "TH-11", bow_tie=True),
        "--system",
        "th-nesdc",
        home=home,
    )
    assert told.code == 0
    assert "repaired #1 TH-10 place TH-10: Self-intersection" in told.text
    assert "no outline for 75 areas" in told.text


def test_unknown_codes_refuse_the_file_by_name(cli: Cli, home: Path, tmp_path: Path) -> None:
    path = squares(tmp_path / "a.geojson", "TH-10", "TH-99")
    told = cli("areas", "import", path, "--system", "th-nesdc", home=home)
    assert (told.code, told.out) == (1, b"")
    assert "#2 TH-99 place TH-99" in told.err
    assert not (home / "areas").exists()
    assert cli("areas", "import", path, "--system", "th-nesdc", "--skip-unknown", home=home).code == 0
