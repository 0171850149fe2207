"""The doors of the API on real starter data."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow.parquet as pq
import pytest
from django.test import Client
from openapi_spec_validator import validate

from mudmai.workspace import Workspace


def get(client: Client, path: str, status: int = 200) -> Any:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.content[:500])
    return json.loads(answer.content)


@pytest.fixture
def plan(client: Client) -> str:
    return str(get(client, "/api/v1/plans")[0]["id"])


def test_index_names_doors_that_answer(db: None, client: Client) -> None:
    for door in get(client, "/api/v1/"):
        assert client.get(door["href"]).status_code == 200, door


def test_plan_tells_every_reading_and_rule(client: Client, plan: str) -> None:
    found = get(client, f"/api/v1/plans/{plan}")
    first = found["indicators"][0]
    assert [r["id"] for r in first["readings"]] == [
        "real-cagr-4",
        "real-annual",
        "real-mean-5",
        "nominal-cagr-4",
        "nominal-annual",
        "nominal-mean-5",
    ]
    assert [r["id"] for r in first["readings"] if r["is_default"]] == [first["default_reading"]]
    by_id = {i["id"]: i for i in found["indicators"]}
    assert {(r["area"], r["target"]) for r in by_id["I1.2"]["rules"] if r["area"]} == {
        ("SEZ-EEC", 500_000.0),
        ("SEZ-SEC", 100_000.0),
        ("SEZ-BORDER", 10_000.0),
    }
    assert len([s for s in found["strategies"] if s["parent"]]) == 14


@pytest.mark.parametrize("year", ["2019", "2562", "๒๕๖๒", "พ.ศ. 2562"])
def test_scorecard_reads_years_in_both_calendars(client: Client, plan: str, year: str) -> None:
    card = get(client, f"/api/v1/plans/{plan}/scorecard?indicator=I1.1&reading=real-cagr-4&year={year}")
    assert card["period"] == "2019"
    assert sorted(r["area"] for r in card["rows"] if r["verdict"] == "met") == ["NESDC-N", "NESDC-NE"]
    assert {round(r["comparator"], 3) for r in card["rows"]} == {2.994}


def test_scorecard_rows_have_the_promised_keys_and_null_for_missing(client: Client, plan: str) -> None:
    rows = get(client, f"/api/v1/plans/{plan}/scorecard?indicator=I2.2")["rows"]
    wanted = {"indicator", "area", "area_system", "period", "value", "unit", "comparator", "target", "verdict"}
    wanted |= {"reason", "coverage", "reading", "release"}
    assert all(wanted <= set(row) for row in rows)
    waiting = {row["area"]: (row["value"], row["reason"]) for row in rows if row["verdict"] == "not_judged"}
    assert waiting.pop("NSO-BKK") == (None, "value_missing")
    assert set(waiting.values()) == {(None, "base_missing")}


def test_explain_shows_inputs_with_sources(client: Client, plan: str) -> None:
    found = get(client, f"/api/v1/plans/{plan}/indicators/I1.1/explain?area=NESDC-N&year=2562&reading=real-cagr-4")
    assert round(found["value"], 3) == 3.241
    assert {i["role"] for i in found["inputs"]} == {"value", "comparator"}
    assert all(i["source"]["publisher_en"] and i["locator"] and i["method"] for i in found["inputs"])
    assert found["release"] in found["permalink"]
    assert found["release"] in found["citation_th"]


def test_indicator_gives_every_cell_of_every_area(client: Client, plan: str) -> None:
    found = get(client, f"/api/v1/plans/{plan}/indicators/I2.1")
    areas = {row["area"] for row in found["rows"]}
    assert len(found["rows"]) == len(areas) * len(found["periods"])
    assert found["breaks"] == ["2023"]


def test_observations_page_by_page_are_the_whole(client: Client) -> None:
    address: str | None = "/api/v1/observations?series=grp_per_head&limit=500"
    seen: list[tuple[str, str]] = []
    total = 0
    while address:
        page = get(client, address)
        seen += [(o["area"], o["period"]) for o in page["items"]]
        total, address = page["total"], page["next"]
    assert len(seen) == total == len(set(seen))


def test_observations_as_csv_and_parquet_equal_json(client: Client) -> None:
    query = "series=gini_income_nso&area=TH&limit=3"
    items = get(client, f"/api/v1/observations?{query}")["items"]
    text = client.get(f"/api/v1/observations?{query}&format=csv")
    assert text.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(text.content.decode("utf-8-sig"))))
    assert [(r["period"], float(r["value"])) for r in rows] == [(o["period"], o["value"]) for o in items]
    table = pq.read_table(io.BytesIO(client.get(f"/api/v1/observations?{query}&format=parquet").content))
    assert table.column("value").to_pylist() == [o["value"] for o in items]
    assert int(text.headers["X-Total-Count"]) == get(client, f"/api/v1/observations?{query}")["total"]
    assert 'rel="next"' in text.headers["Link"]


def test_observations_filter_by_period_in_either_calendar(client: Client) -> None:
    page = get(client, "/api/v1/observations?series=grp_per_head&area=TH&from=2560&to=2562")
    assert [o["period"] for o in page["items"]] == ["2017", "2018", "2019"]


def test_area_shapes_are_geojson_with_codes(client: Client) -> None:
    answer = client.get("/api/v1/area-systems/th-nesdc/areas.geojson?level=region")
    if not json.loads(answer.content)["features"]:
        pytest.skip("outlines are built by make setup")
    assert answer.headers["Content-Type"] == "application/geo+json"
    assert len({f["properties"]["code"] for f in json.loads(answer.content)["features"]}) == 7


def test_formula_door_computes_and_refuses_unit_clashes(client: Client) -> None:
    found = get(client, "/api/v1/evaluate?formula=growth(grp_per_head)&from=2019&to=2019")
    by_area = {i["area"]: i["value"] for i in found["items"]}
    assert (round(by_area["TH"], 2), found["unit"]) == (2.86, "percent")
    problem = get(client, "/api/v1/evaluate?formula=grp_per_head%2Bpopulation", 400)
    assert problem["code"] == "unit_clash"
    assert problem["position"] == 0


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/plans/none", 404, "unknown_name"),
        ("/api/v1/plans/th-m8/scorecard?area=XX", 404, "unknown_name"),
        ("/api/v1/plans/th-m8/scorecard?reading=none&indicator=I1.1", 404, "unknown_name"),
        ("/api/v1/plans/th-m8/scorecard?year=soon", 400, "period"),
        ("/api/v1/plans/th-m8/scorecard?release=r9-00000000", 404, "unknown_name"),
        ("/api/v1/observations?limit=0", 422, "invalid_parameter"),
        ("/api/v1/observations?from=2020&to=2019", 400, "period"),
        ("/api/v1/observations?format=xml", 422, "invalid_parameter"),
        ("/api/v1/area-systems/none", 404, "unknown_name"),
        ("/api/v1/nowhere", 404, "not_found"),
        ("/api/nowhere", 404, "not_found"),
    ],
)
def test_errors_are_problem_documents(client: Client, path: str, status: int, code: str) -> None:
    answer = client.get(path)
    body = json.loads(answer.content)
    assert (answer.status_code, answer.headers["Content-Type"], body["status"], body["code"]) == (
        status,
        "application/problem+json",
        status,
        code,
    )
    assert body["detail"] and body["detail_th"] and body["remedy"] and body["remedy_th"]
    assert client.get(body["type"]).status_code == 200


def test_doors_are_open_to_reads_of_other_origins_and_to_nothing_else(client: Client) -> None:
    assert client.get("/api/v1/plans").headers["Access-Control-Allow-Origin"] == "*"
    assert client.options("/api/v1/plans").headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    refused = client.post("/api/v1/plans")
    assert (refused.status_code, json.loads(refused.content)["code"]) == (405, "method_not_allowed")


def test_unchanged_answers_cost_a_304_until_the_release_changes(
    client: Client, own_home: Workspace, tmp_path: Path
) -> None:
    path = "/api/v1/observations?series=grp_per_head&area=TH"
    first = client.get(path)
    assert client.get(path, headers={"if-none-match": first.headers["ETag"]}).status_code == 304
    file = tmp_path / "next.csv"
    file.write_text("area_system,area,period,series,value\nth-nesdc,TH,2564,grp_per_head,1\n", encoding="utf-8")
    own_home.import_file(file, dataset="th-m8/nesdc_accounts", mode="update")
    again = client.get(path, headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, json.loads(again.content)["total"]) == (200, json.loads(first.content)["total"] + 1)


def test_a_named_release_keeps_its_answer(client: Client, own_home: Workspace, tmp_path: Path) -> None:
    release = own_home.release().id
    path = f"/api/v1/plans/th-m8/scorecard?indicator=I2.1&release={release}"
    before = client.get(path).content
    file = tmp_path / "next.csv"
    file.write_text(
        "area_system,area,period,series,value\nth-nso-income,TH,2566,gini_income_nso,0.5\n", encoding="utf-8"
    )
    own_home.import_file(file, dataset="th-m8/nso_income_gini", mode="update")
    assert own_home.release().id != release
    assert client.get(path).content == before


def test_openapi_document_is_valid_3_1_and_served(client: Client) -> None:
    document = get(client, "/api/v1/openapi.json")
    validate(document)
    assert document["openapi"].startswith("3.1")
    assert client.get("/api/v1/docs").status_code == 200


def test_an_unknown_area_is_answered_with_codes_beside_names(client: Client, plan: str) -> None:
    for address in ("/api/v1/observations?area=Chiang+Mai", f"/api/v1/plans/{plan}/scorecard?area=Chiang+Mai"):
        problem = get(client, address, 404)
        assert "TH-50 (เชียงใหม่, Chiang Mai)" in problem["remedy"], address


def test_an_unknown_parameter_is_named_with_near_ones(client: Client, plan: str) -> None:
    """What is not understood is not passed over: a mistyped filter would otherwise give everything."""
    problem = get(client, "/api/v1/observations?serie=grp_current", 422)
    assert problem["code"] == "unknown_parameter"
    assert "serie" in problem["detail"]
    assert "serie" in problem["detail_th"]
    assert "series" in problem["remedy"]
    for address in ("", "plans", f"plans/{plan}", "series", "releases", "area-systems"):
        assert client.get(f"/api/v1/{address}?bogus=1").status_code == 422, address


def test_every_documented_parameter_is_known(db: None, client: Client, plan: str) -> None:
    for path, doors in get(client, "/api/v1/openapi.json")["paths"].items():
        for one in doors.get("get", {}).get("parameters", []):
            if one["in"] == "query":
                parts = {"plan": plan, "indicator": "I1.1", "system": "th-nesdc", "series": "grp_current", "area": "TH",
                         "period": "2019", "release": "r1", "index": "province-base", "id": UUID(int=0),
                         "form": "csv", "code": "th-bangkok"}  # fmt: skip
                asked = f"{path.format(**parts)}?{one['name']}="
                answer = client.get(asked)
                assert b"unknown_parameter" not in answer.content, asked


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("limit=0", "ต้องไม่น้อยกว่า 1"),
        ("limit=99999", "ต้องไม่เกิน 10000"),
        ("limit=ten", "ต้องเป็นจำนวนเต็ม"),
        ("format=pdf", "ต้องเป็นค่าใดค่าหนึ่งใน 'json', 'csv' or 'parquet'"),
        ("series=" + "x" * 200, "ยาวเกิน 120 ตัวอักษร"),
    ],
)
def test_wrong_parameters_are_told_in_thai(client: Client, query: str, said: str) -> None:
    problem = get(client, f"/api/v1/observations?{query}", 422)
    assert said.replace(" or ", " หรือ ") in problem["detail_th"]
    assert "Input should" not in problem["detail_th"]
    assert "Input should" in problem["detail"] or "String should" in problem["detail"]


def test_citations_begin_with_the_address_of_the_site_where_it_is_set(client: Client, plan: str, settings: Any) -> None:
    settings.MUDMAI_SITE_ADDRESS = "https://scores.example.go.th"
    told = get(client, f"/api/v1/plans/{plan}/indicators/I1.1/explain?area=NESDC-S&year=2561")
    assert told["permalink"].startswith("https://scores.example.go.th/r/")
    assert told["citation_th"].endswith(" " + told["permalink"])
