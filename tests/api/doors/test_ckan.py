"""CKAN's Action API: envelopes, errors, searching, the datastore."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from mudmai.api.doors import ckan_rows

BASE = "/api/3/action/"


def act(client: Client, name: str, status: int = 200, **asked: Any) -> Any:
    given = {n: v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for n, v in asked.items()}
    answer = client.get(f"{BASE}{name}?{urlencode(given)}")
    assert answer.status_code == status, answer.content[:500]
    assert answer.headers["Content-Type"] == "application/json;charset=utf-8"
    told = json.loads(answer.content)
    if isinstance(told, str):
        return told
    assert told["success"] is (status == 200)
    return told["result"] if status == 200 else told["error"]


def found(client: Client, **asked: Any) -> list[str]:
    return [p["name"] for p in act(client, "package_search", **asked)["results"]]


def table(client: Client, dataset: str) -> str:
    package = act(client, "package_show", id=dataset)
    return str(next(r["id"] for r in package["resources"] if r["datastore_active"]))


def test_errors_are_worded_as_ckan_words_them(client: Client) -> None:
    assert act(client, "no_such_action", 400) == "Bad request - Action name not known: no_such_action"
    assert act(client, "package_show", 404, id="none")["__type"] == "Not Found Error"
    assert act(client, "resource_show", 404, id="none")["__type"] == "Not Found Error"
    assert act(client, "datastore_search_sql", 403, sql="SELECT 1")["__type"] == "Authorization Error"
    assert act(client, "package_search", 409, rows="many")["__type"] == "Validation Error"
    assert "undefined field" in act(client, "package_search", 409, fq="nonsense:1")["message"]


@pytest.mark.parametrize("body", ['{"id": "smart-cities"', "[1]", '"text"'])
def test_a_body_that_is_no_object_is_refused(client: Client, body: str) -> None:
    answer = client.post(f"{BASE}package_show", body, content_type="application/json")
    assert (answer.status_code, json.loads(answer.content)["success"]) == (409, False)


def test_posts_need_no_token_and_other_origins_may_send_them(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(f"{BASE}status_show", "{}", content_type="application/json")
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in strict.options(f"{BASE}status_show").headers["Access-Control-Allow-Methods"]


def test_words_are_found_inside_thai_sentences_and_in_either_digits(client: Client) -> None:
    assert found(client, q="ขาดข้อมูล") == ["nso-labour-force"]
    assert found(client, q="พ.ศ. ๒๕๕๗-๒๕๖๒") == ["nso-labour-force"]
    assert set(found(client, q="smart cities")) == {"smart-cities", "smart-city-certificates"}
    assert found(client, q="ไม่มีคำนี้แน่นอน") == []


def test_filters_facets_and_orders(client: Client) -> None:
    assert set(found(client, fq="organization:nso")) == {"nso-labour-force", "nso-income-gini"}
    assert set(found(client, fq="organization:(nso OR boi)")) == {
        "nso-labour-force",
        "nso-income-gini",
        "boi-applications",
    }
    assert "nso-labour-force" not in found(client, fq='-tags:"แรงงาน"')
    assert found(client, fq="+res_format:CSV +name:plan-situation") == ["plan-situation"]
    assert found(client, sort="name desc")[:2] == ["smart-city-certificates", "smart-cities"]
    told = act(client, "package_search", rows=0, **{"facet.field": ["organization", "license_id"]})
    assert told["results"] == [] and told["count"] == 7
    assert told["facets"]["organization"]["nso"] == 2
    items = {i["name"]: i["display_name"] for i in told["search_facets"]["organization"]["items"]}
    assert items["nso"].startswith("สำนักงานสถิติแห่งชาติ")


def test_lists_and_their_members(client: Client) -> None:
    names = act(client, "package_list")
    assert names == sorted(names) and act(client, "package_list", limit=2, offset=1) == names[1:3]
    for name in act(client, "organization_list"):
        one = act(client, "organization_show", id=name, include_datasets=True)
        assert one["package_count"] == len(one["packages"]) > 0
    assert act(client, "group_list") == ["th-m8"]
    assert len(act(client, "group_show", id="th-m8", include_datasets=True)["packages"]) == 6
    assert "แรงงาน" in act(client, "tag_list")
    assert {p["license_id"] for p in act(client, "package_search")["results"]} <= {
        o["id"] for o in act(client, "license_list")
    } | {"อื่นๆ"}


def test_the_datastore_gives_every_row_once_whatever_the_page(client: Client) -> None:
    resource = table(client, "nso-labour-force")
    total = act(client, "datastore_search", resource_id=resource, limit=0)["total"]
    seen: list[int] = []
    for offset in range(0, total + 600, 600):
        page = act(client, "datastore_search", resource_id=resource, limit=600, offset=offset)
        assert page["total"] == total
        seen += [r["_id"] for r in page["records"]]
    assert seen == list(range(1, total + 1))


def test_the_datastore_filters_sorts_and_searches(client: Client) -> None:
    resource = table(client, "nso-labour-force")
    women = act(
        client, "datastore_search", resource_id=resource, filters={"area": ["TH"], "sex": "F"}, sort="period desc"
    )
    assert [r["period"] for r in women["records"]] == [f"{y}-Q4" for y in range(2019, 2013, -1)]
    totals = act(
        client, "datastore_search", resource_id=resource, filters={"area": "TH", "sex": ""}, fields="period,value"
    )
    assert {tuple(r) for r in totals["records"]} == {("period", "value")} and totals["total"] == 8
    assert act(client, "datastore_search", resource_id=resource, q="narathiwat male")["total"] > 0
    assert act(client, "datastore_search", 409, resource_id=resource, sort="nothing")["__type"] == "Validation Error"
    assert act(client, "datastore_search", 404, resource_id="none")["__type"] == "Not Found Error"
    assert act(client, "datastore_info", id=resource)["meta"]["count"] == 1508


def test_rows_have_the_same_numbers_under_a_filter(client: Client) -> None:
    resource = table(client, "nesdc-accounts")
    whole = act(client, "datastore_search", resource_id=resource, limit=5000)["records"]
    some = act(client, "datastore_search", resource_id=resource, filters={"area": "TH-50"}, limit=5000)["records"]
    assert some == [r for r in whole if r["area"] == "TH-50"] and some


def test_pages_under_a_filter_are_parts_of_the_same_rows(client: Client) -> None:
    resource = table(client, "nesdc-accounts")
    asked = {"resource_id": resource, "filters": {"area": ["TH", "TH-50"], "flag": "A"}}
    whole = act(client, "datastore_search", limit=5000, **asked)
    parts = [act(client, "datastore_search", limit=37, offset=o, **asked) for o in range(0, whole["total"] + 37, 37)]
    assert [r for p in parts for r in p["records"]] == whole["records"]
    assert len(whole["records"]) == whole["total"] > 37
    some = whole["records"][40]
    assert act(client, "datastore_search", resource_id=resource, filters={"_id": some["_id"]})["records"] == [some]
    again = act(
        client, "datastore_search", resource_id=resource, filters={"value": some["value"], "area": some["area"]}
    )
    assert some in again["records"]


def test_words_over_too_many_rows_ask_for_a_filter(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ckan_rows, "MOST_LOOKED_AT", 1000)
    resource = table(client, "nesdc-accounts")
    assert "narrow" in act(client, "datastore_search", 409, resource_id=resource, q="kingdom")["message"]
    assert act(client, "datastore_search", resource_id=resource, q="kingdom", filters={"area": "TH"})["total"] > 0


def test_the_list_behind_the_counts_of_a_register_is_a_resource(client: Client) -> None:
    package = act(client, "package_show", id="smart-city-certificates")
    lists = [one for one in package["resources"] if "/register/" in one["url"]]
    assert [one["format"] for one in lists] == ["CSV", "XLSX", "JSON"]
    assert lists[0]["url"].endswith("/register/certificates.csv?scheme=smart-city")
    assert [one["position"] for one in package["resources"]] == list(range(package["num_resources"]))
    assert act(client, "resource_show", id=lists[2]["id"]) == lists[2]
    assert act(client, "datastore_search", 404, resource_id=lists[0]["id"])["__type"] == "Not Found Error"
    plain = act(client, "package_show", id="smart-cities")["resources"]
    assert not [one for one in plain if "/register/" in one["url"]]
    assert found(client, fq="res_format:JSON") == ["smart-city-certificates"]
