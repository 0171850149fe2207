"""Catalogues and files, read by programs that people use: ckanapi, a harvester's loop, pyshacl, frictionless."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from rdflib import RDF, Graph, Namespace

from mudmai.workspace import Workspace
from tests.api.doors.conftest import Programs, Server

DCAT, DCT = Namespace("http://www.w3.org/ns/dcat#"), Namespace("http://purl.org/dc/terms/")
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own reader of JSON-LD
SHACL = Namespace("http://www.w3.org/ns/shacl#")

OF_A_REGISTER = "smart-city-certificates"


def names(server: Server) -> set[str]:
    """Datasets with rows: a register that nothing was decided in yet has none."""
    return {one.id for one in Workspace.open(server.home).datasets() if one.holding.rows}


def test_ckanapi_finds_by_a_thai_word(server: Server, programs: Programs) -> None:
    found = json.loads(programs.run("ckanapi", "action", "package_search", "-r", server.base, "q=เพศ"))
    assert [p["name"] for p in found["results"]] == ["nso-labour-force"]


def test_ckanapi_dumps_every_dataset_with_its_columns(server: Server, programs: Programs) -> None:
    lines = programs.run("ckanapi", "dump", "datasets", "--all", "-r", server.base, "-d").splitlines()
    packages = {p["name"]: p for p in map(json.loads, lines)}
    assert set(packages) == names(server)
    tables = [r for p in packages.values() for r in p["resources"] if r["datastore_active"]]
    assert len(tables) == len(packages)
    assert all({f["id"] for f in t["datastore_fields"]} >= {"area", "period", "series", "value"} for t in tables)


def test_ckanapi_downloads_every_file_and_frictionless_accepts_the_packages(
    server: Server, programs: Programs, tmp_path: Path
) -> None:
    folder = tmp_path / "dump"
    folder.mkdir()
    programs.run("ckanapi", "dump", "datasets", "--all", "-D", folder, "-r", server.base)
    described = sorted(folder.glob("*/datapackage.json"))
    assert {path.parent.name for path in described} == names(server)
    for path in described:
        files = [f for f in (path.parent / "data").iterdir() if f.stat().st_size > 0]
        lists = {".json"} if path.parent.name == OF_A_REGISTER else set()
        assert {f.suffix for f in files} == {".csv", ".xlsx", ".geojson", ".zip"} | lists
    programs.run("frictionless", "validate", described[0])


def harvest(server: Server, rows: int) -> Iterator[dict[str, Any]]:
    """The calls of CKAN's own harvester: pages in order of id until an empty one, then organisations and groups."""
    start = 0
    while True:
        path = f"/api/3/action/package_search?rows={rows}&start={start}&sort={quote('id asc')}"
        page = server.get(path).json["result"]["results"]
        if not page:
            return
        yield from page
        start += rows


@pytest.mark.parametrize("rows", [1, 4, 100])
def test_a_harvester_reads_every_page_once_and_in_order(server: Server, rows: int) -> None:
    found = list(harvest(server, rows))
    assert [p["id"] for p in found] == sorted(p["id"] for p in found)
    assert {p["name"] for p in found} == names(server)
    assert len(found) == len(names(server))
    for package in found:
        shown = server.get(f"/api/3/action/organization_show?id={package['owner_org']}").json["result"]
        assert shown["title"] == package["organization"]["title"]
        for group in package["groups"]:
            assert server.get(f"/api/3/action/group_show?id={group['id']}").json["result"]["name"] == group["name"]


def test_a_package_is_shown_by_name_or_id_to_get_and_post(server: Server) -> None:
    """The SDK of one Thai catalogue asks ``package_show?name=``."""
    by_name = server.get("/api/3/action/package_show?name=smart-cities").json["result"]
    by_id = server.get(f"/api/action/package_show?id={by_name['id']}").json["result"]
    posted = server.post("/api/3/action/package_show", {"id": "smart-cities"}).json["result"]
    assert by_name == by_id == posted


def test_packages_carry_the_fourteen_fields_with_values_of_the_government_catalogue(
    server: Server, interop: Path
) -> None:
    told = json.loads((interop.parent / "stats" / "gdcatalog_metadata_fields.json").read_text("utf-8"))
    for package in harvest(server, 100):
        assert [f["field"] for f in told["required"] if not package.get(f["field"])] == []
        assert package["data_type"] in told["data_type_choices"]
        assert package["data_category"] in told["data_category_choices"]
        assert package["update_frequency_unit"] in told["update_frequency_unit_choices"]
        assert package["geo_coverage"] in told["geo_coverage_choices"]
        assert 2480 < int(package["first_year_of_data"]) <= int(package["last_year_of_data"]) < 2600


@pytest.mark.parametrize(("form", "written"), [("ttl", "turtle"), ("jsonld", "json-ld"), ("rdf", "xml")])
def test_the_catalogue_conforms_to_dcat_ap(
    server: Server, programs: Programs, interop: Path, tmp_path: Path, form: str, written: str
) -> None:
    answer = server.get(f"/catalog.{form}")
    assert "charset=utf-8" in answer.headers["content-type"]
    file = tmp_path / f"catalogue.{form}"
    file.write_bytes(answer.body)
    said = programs.run("pyshacl", "-s", dcat_ap_shapes(interop, tmp_path), "-df", written, file)
    assert "Conforms: True" in said
    graph = Graph().parse(data=answer.body, format=written)
    titles = {str(t) for d in graph.subjects(RDF.type, DCAT.Dataset) for t in graph.objects(d, DCT.title)}
    assert len(list(graph.subjects(RDF.type, DCAT.Dataset))) == len(names(server))
    assert "ผู้มีงานทำรายจังหวัดและเพศ ไตรมาสที่ 4" in titles


def test_the_list_behind_counts_of_a_register_is_a_distribution(server: Server) -> None:
    graph = Graph().parse(data=server.get("/catalog.ttl").body, format="turtle")
    lists = {
        str(url)
        for dataset in graph.subjects(RDF.type, DCAT.Dataset)
        for one in graph.objects(dataset, DCAT.distribution)
        for url in graph.objects(one, DCAT.downloadURL)
        if "/register/" in str(url) and (one, DCT.modified, None) not in graph
    }
    assert {url.partition("certificates.")[2] for url in lists} == {
        f"{form}?scheme=smart-city" for form in ("csv", "xlsx", "json")
    }
    taken = {url: server.get(url.removeprefix(server.base)) for url in lists}
    assert {one.status for one in taken.values()} == {200}
    rows = next(one.json["certificates"] for url, one in taken.items() if ".json" in url)
    assert len(rows) == 37 and {row["scheme"] for row in rows} == {"smart-city"}


def test_a_catalogue_without_titles_does_not_conform(
    server: Server, programs: Programs, interop: Path, tmp_path: Path
) -> None:
    """The shapes are really looked at."""
    graph = Graph().parse(data=server.get("/dataset/smart-cities.ttl").body, format="turtle")
    graph.remove((None, DCT.title, None))
    file = tmp_path / "broken.ttl"
    graph.serialize(file, format="turtle")
    with pytest.raises(AssertionError, match="Conforms: False"):
        programs.run("pyshacl", "-s", dcat_ap_shapes(interop, tmp_path), "-df", "turtle", file)


def dcat_ap_shapes(interop: Path, folder: Path) -> Path:
    """The shapes of DCAT-AP 3.0.1 and their ranges, as one file.

    The published files name five shapes that none of them defines; these names are left out.
    """
    graph = Graph()
    for name in ("3.0.1_shacl_dcat-ap-SHACL.ttl", "3.0.1_shacl_ranges.ttl"):
        graph.parse(interop / "dcat-ap" / name, format="turtle")
    loose = [pair for pair in graph.subject_objects(SHACL.property) if (pair[1], SHACL.path, None) not in graph]
    assert len(loose) == 5
    for shape, part in loose:
        graph.remove((shape, SHACL.property, part))
    file = folder / "shapes.ttl"
    graph.serialize(file, format="turtle")
    return file


def test_frictionless_accepts_the_package_as_one_file_and_in_parts(
    server: Server, programs: Programs, tmp_path: Path
) -> None:
    for name in ("nso-labour-force", "plan-situation"):  # one with a dimension, one over two area systems
        file = tmp_path / f"{name}.zip"
        file.write_bytes(server.get(f"/dataset/{name}/datapackage.zip").body)
        assert "INVALID" not in programs.run("frictionless", "validate", file)
    said = programs.run("frictionless", "validate", f"{server.base}/dataset/nesdc-accounts/datapackage.json")
    assert said.count("VALID") == 3


def test_frictionless_finds_a_fact_that_does_not_fit_its_schema(
    server: Server, programs: Programs, tmp_path: Path
) -> None:
    """The schema is really looked at."""
    for part in ("datapackage.json", "data.csv", "areas.csv", "series.csv"):
        text = server.get(f"/dataset/smart-cities/{part}").text
        (tmp_path / part).write_bytes(text.replace(f"{server.base}/dataset/smart-cities/", "").encode())
    broken = (tmp_path / "data.csv").read_text("utf-8").replace("th-nation,TH,2021", "th-nation,XX,2021")
    (tmp_path / "data.csv").write_text(broken, "utf-8")
    with pytest.raises(AssertionError, match="foreign-key"):
        programs.run("frictionless", "validate", tmp_path / "datapackage.json")
