"""What holds for all doors: only open data, unchanged answers, named releases, missing values, other origins."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from openpyxl import load_workbook

from mudmai.api.doors import door
from mudmai.exchange.packs import shipped_packs
from mudmai.exchange.tidy import read_tidy
from mudmai.site import wiring
from mudmai.workspace import Workspace

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own writer of JSON-LD

DOCS = Path(__file__).resolve().parents[3] / "docs" / "how-to"

EVERYWHERE = [
    "/api/3/action/package_search?rows=1000",
    "/api/3/action/package_list",
    "/api/3/action/organization_list?all_fields=true",
    "/api/3/action/tag_list",
    "/catalog",
    "/catalog.ttl",
    "/catalog.jsonld",
    "/catalog.rdf",
    "/dataset/smart-cities.ttl",
    "/dataset/smart-cities/data.csv",
    "/dataset/smart-cities/data.xlsx",
    "/dataset/smart-cities/data.geojson",
    "/dataset/smart-cities/datapackage.json",
    "/dataset/smart-cities/datapackage.zip",
    "/sdmx/dataflow",
    "/sdmx/codelist",
    "/sdmx/data/SMART_CITIES",
    "/sdmx/data/SMART_CITIES?format=csv",
    "/ogc",
    "/ogc/api",
    "/ogc/collections",
]


def body(client: Client, path: str, status: int = 200, **headers: str) -> bytes:
    answer: Any = client.get(path, headers=headers)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == status, (path, content[:500])
    return bytes(content)


def take_maps(starter: Workspace, home: Path) -> None:
    """Dissolved outlines of another home serve this one too; making them takes seconds."""
    if (starter.home.cache / "shapes").is_dir():
        shutil.copytree(starter.home.cache / "shapes", home / "cache" / "shapes", dirs_exist_ok=True)


def rows(client: Client, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body(client, path).decode("utf-8-sig"))))


@pytest.mark.parametrize("path", EVERYWHERE)
def test_unchanged_answers_cost_a_304_and_are_open_to_other_origins(client: Client, path: str) -> None:
    first = client.get(path)
    assert first.status_code == 200, first.content[:300]
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    again = client.get(path, headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(path).content == first.content


def test_answers_for_one_media_type_or_host_are_not_given_to_another(client: Client) -> None:
    turtle, linked = (client.get("/catalog", headers={"accept": one}) for one in ("text/turtle", "application/ld+json"))
    assert (turtle.headers["Content-Type"], linked.headers["Content-Type"]) == (
        "text/turtle; charset=utf-8",
        "application/ld+json; charset=utf-8",
    )
    assert turtle.headers["ETag"] != linked.headers["ETag"]
    assert b"localhost" in client.get("/catalog", headers={"host": "localhost"}).content
    assert b"localhost" not in client.get("/catalog", headers={"host": "127.0.0.1"}).content


@pytest.fixture(scope="module")
def closed_home(starter: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with the Gini dataset internal, the labour dataset personal and the BOI dataset not described."""
    home = tmp_path_factory.mktemp("closed-home")
    take_maps(starter, home)
    pack = home / "packs" / "th-m8"
    shutil.copytree(shipped_packs() / "th-m8", pack)
    told = (pack / "datasets.yaml").read_text("utf-8")
    parts = {part.split("\n")[0]: part for part in told.split("\n  - id: ")}
    parts["nso-labour-force"] = parts["nso-labour-force"].replace(
        "    series:", "    governance: personal\n    series:"
    )
    parts["nso-income-gini"] = parts["nso-income-gini"].replace("data_class: open", "data_class: internal")
    del parts["boi-applications"]
    told = "\n  - id: ".join(parts.values())
    (pack / "datasets.yaml").write_text(told, "utf-8")
    workspace = Workspace.open(home)
    workspace.init()
    return workspace


@pytest.fixture
def closed(closed_home: Workspace, client: Client, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The same behind the site."""
    monkeypatch.setattr(wiring, "_opened", closed_home)
    return closed_home


HIDDEN = ("nso-income-gini", "nso-labour-force", "boi-applications", "NSO_INCOME_GINI", "gini_income_nso")


@pytest.mark.parametrize("path", EVERYWHERE)
def test_only_open_datasets_are_told_of(client: Client, closed: Workspace, path: str) -> None:
    said = body(client, path).decode("utf-8", "replace")
    assert [word for word in HIDDEN if word in said] == []
    assert "indicator-th-m8-i2-1" not in said and "indicator-th-m8-i2-2" not in said


@pytest.mark.parametrize(
    "path",
    [
        "/dataset/nso-income-gini",
        "/dataset/nso-income-gini.ttl",
        "/dataset/nso-income-gini/data.csv",
        "/dataset/nso-labour-force/data.xlsx",
        "/dataset/nso-labour-force/datapackage.zip",
        "/dataset/boi-applications/data.geojson",
        "/api/3/action/package_show?id=nso-income-gini",
        "/api/3/action/organization_show?id=nso",
        "/sdmx/data/NSO_INCOME_GINI",
        "/sdmx/codelist/MUDMAI/CL_AREA_NSO_INCOME_GINI",
        "/ogc/collections/indicator-th-m8-i2-1",
        "/ogc/collections/indicator-th-m8-i2-1/items",
    ],
)
def test_what_is_not_open_is_not_there(client: Client, closed: Workspace, path: str) -> None:
    assert {one.id for one in closed.datasets()} >= {"nso-income-gini", "nso-labour-force"}
    body(client, path, 404)


def test_rows_of_an_undescribed_import_stay_inside(client: Client, own_home: Workspace, tmp_path: Path) -> None:
    """A reader's own import of a series is no part of the publisher's dataset, nor of layers."""
    before = rows(client, "/dataset/smart-cities/data.csv")
    file = tmp_path / "mine.csv"
    rows_of_mine = ("th-nation,TH,2569,smart_cities_certified,99", "th-nation,TH,2569,smart_cities_valid,99")
    file.write_text("\n".join(("area_system,area,period,series,value", *rows_of_mine, "")), "utf-8")
    own_home.import_file(file)
    assert rows(client, "/dataset/smart-cities/data.csv") == before
    assert b"99" not in body(client, "/sdmx/data/SMART_CITIES?detail=dataonly")
    catalogue = own_home.dataset_catalogue()
    plan = own_home.plan()
    open_ones = {i.id for i in plan.indicators if catalogue.is_open(plan, i)}
    assert "I3.1" not in open_ones and "I1.1" in open_ones


def test_a_named_release_keeps_its_answers(
    client: Client, starter: Workspace, own_home: Workspace, tmp_path: Path
) -> None:
    take_maps(starter, own_home.home.root)
    release = own_home.release().id
    paths = [f"{path}{'&' if '?' in path else '?'}release={release}" for path in EVERYWHERE]
    before = {path: body(client, path) for path in paths}
    file = tmp_path / "next.csv"
    file.write_text("area_system,area,period,series,value\nth-nation,TH,2569,smart_cities_certified,50\n", "utf-8")
    own_home.import_file(file, dataset="th-m8/smart_cities", mode="update")
    assert {path: body(client, path) for path in paths} == before
    assert len(rows(client, "/dataset/smart-cities/data.csv")) == 5
    assert release in body(client, f"/catalog.ttl?release={release}").decode()
    assert f"data.csv?release={release}" in body(client, f"/api/3/action/package_search?release={release}").decode()
    body(client, "/dataset/smart-cities/data.csv?release=r9-00000000", 404)


def test_a_missing_value_is_missing_at_every_door(client: Client, own_home: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "next.csv"
    file.write_text("area_system,area,period,series,value,flag\nth-nation,TH,2567,smart_cities_certified,,O\n", "utf-8")
    own_home.import_file(file, dataset="th-m8/smart_cities", mode="update")
    found = {r["period"]: (r["value"], r["flag"]) for r in rows(client, "/dataset/smart-cities/data.csv")}
    assert found["2024"] == ("", "O")
    generic = body(client, "/sdmx/data/SMART_CITIES?startPeriod=2024&endPeriod=2024&detail=dataonly").decode()
    assert '<gen:ObsDimension value="2024"/></gen:Obs>' in generic
    told = rows(client, "/sdmx/data/SMART_CITIES?format=csv")
    assert [r["OBS_VALUE"] for r in told if r["TIME_PERIOD"] == "2024"] == [""]
    package = json.loads(body(client, "/api/3/action/package_show?id=smart-cities"))["result"]
    table = next(r["id"] for r in package["resources"] if r["datastore_active"])
    asked = f'/api/3/action/datastore_search?resource_id={table}&filters={{"period":"2024"}}'
    assert json.loads(body(client, asked))["result"]["records"][0]["value"] is None
    feature = json.loads(body(client, "/dataset/smart-cities/data.geojson"))["features"][0]["properties"]
    assert (feature["smart_cities_certified"], feature["smart_cities_certified_period"]) == (37.0, "2025")


def test_a_second_installation_takes_the_table_as_it_is(client: Client, starter: Workspace, tmp_path: Path) -> None:
    for record in starter.dataset_catalogue().open:
        file = tmp_path / f"{record.id}.csv"
        file.write_bytes(body(client, f"/dataset/{record.id}/data.csv"))
        table = read_tidy(file, starter.catalogue, dataset="second")
        assert table.num_rows == record.holding.rows
        stored = {v for t in starter.dataset_catalogue().tables(record) for v in t.column("value").to_pylist()}
        assert set(table.column("value").to_pylist()) == stored


def test_the_workbook_has_names_buddhist_years_and_notes(client: Client) -> None:
    book = load_workbook(io.BytesIO(body(client, "/dataset/nso-labour-force/data.xlsx")))
    data, notes = book.worksheets
    head = [c.value for c in data[1]]
    first = dict(zip(head, (c.value for c in data[2]), strict=True))
    assert first["พื้นที่"] == "กรุงเทพมหานคร" and first["ช่วงเวลา (พ.ศ.)"] == "ไตรมาสที่ 4 ปี 2557"
    assert first["ค่า (value)"] == 5_244_719
    said = {row[0].value: row[1].value for row in notes.iter_rows()}
    assert said["หน่วยงานผู้เผยแพร่"].startswith("สำนักงานสถิติแห่งชาติ")


def test_equal_content_gives_equal_packages(client: Client) -> None:
    path = "/dataset/plan-situation/datapackage.zip"
    one, two = body(client, path), body(client, f"{path}?release=1")
    with ZipFile(io.BytesIO(one)) as first, ZipFile(io.BytesIO(two)) as second:
        assert first.namelist() == second.namelist()
        assert first.read("data.csv") == second.read("data.csv")
    assert one == body(client, path)


@pytest.mark.parametrize(
    "path", ["/dataset/nesdc-accounts/data.csv", "/sdmx/data/NESDC_ACCOUNTS", "/sdmx/data/NESDC_ACCOUNTS?format=csv"]
)
def test_large_answers_are_streamed_and_the_same(client: Client, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    whole = body(client, path)
    monkeypatch.setattr(door, "WHOLE_ROWS", 100)
    answer: Any = client.get(f"{path}{'&' if '?' in path else '?'}release=1")
    assert answer.streaming and "ETag" in answer.headers
    pieces = list(answer.streaming_content)
    assert len(pieces) > 1
    assert b"".join(pieces) == whole


@pytest.mark.parametrize("path", ["/catalog.ttl", "/sdmx/dataflow", "/ogc/collections", "/dataset/x/data.csv"])
def test_doors_only_answer_reads(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
    assert client.options(path).headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


def test_every_address_of_the_manual_answers(client: Client) -> None:
    said = "".join((DOCS / name).read_text("utf-8") for name in ("connect.md", "connect.th.md"))
    paths = set(re.findall(r"https://data\.example(/[\w./-]+)", said))
    assert len(paths) >= 4
    assert {p: client.get(p if p != "/sdmx" else "/sdmx/dataflow").status_code for p in paths} == dict.fromkeys(
        paths, 200
    )
