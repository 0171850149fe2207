"""OGC API Features: paging, boxes, time, properties, refusals."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from openapi_spec_validator import OpenAPIV30SpecValidator

from mudmai.workspace import Workspace

PROVINCES = "/ogc/collections/areas-th-nesdc-province/items"
JUDGED = "/ogc/collections/indicator-th-m8-i1-1/items"


@pytest.fixture(autouse=True)
def outlined(client: Client) -> None:
    if not get(client, "/ogc/collections")["collections"]:
        pytest.skip("outlines are built by make setup")


def get(client: Client, path: str, status: int = 200) -> Any:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.content[:400])
    return json.loads(answer.content)


def test_pages_follow_each_other_and_give_every_feature_once(client: Client) -> None:
    path, seen = f"{PROVINCES}?limit=20&level=province", list[str]()
    while path:
        page = get(client, path)
        assert page["numberReturned"] == len(page["features"]) <= 20 and page["numberMatched"] == 77
        seen += [f["id"] for f in page["features"]]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        path = urlsplit(following[0])._replace(scheme="", netloc="").geturl() if following else ""
    assert len(seen) == len(set(seen)) == 77


def test_a_box_finds_what_touches_it(client: Client) -> None:
    def ids(box: str) -> set[str]:
        return {f["id"] for f in get(client, f"{PROVINCES}?limit=100&bbox={box}")["features"]}

    assert ids("100.4,13.6,100.6,13.8") >= {"TH-10"} and len(ids("100.4,13.6,100.6,13.8")) < 10
    assert ids("100.4,13.6,0,100.6,13.8,9") == ids("100.4,13.6,100.6,13.8")
    assert ids("5,48,20,70") == set()
    assert len(ids("90,-10,-170,30")) == 77


def test_time_chooses_areas_that_lived_and_values_that_hold(client: Client) -> None:
    def ids(path: str, when: str) -> set[str]:
        return {f["id"] for f in get(client, f"{path}?limit=100&datetime={when}")["features"]}

    assert ids(PROVINCES, "..%2F..") - ids(PROVINCES, "..%2F2010-12-31") == {"TH-38"}
    period = get(client, JUDGED)["features"][0]["properties"]["period"]
    assert len(ids(JUDGED, f"{period}-06-30T12:00:00Z")) == 7
    assert ids(JUDGED, "1990-01-01%2F1991-01-01") == set()


def test_properties_filter_and_one_feature_stands_alone(client: Client) -> None:
    met = get(client, f"{JUDGED}?verdict=met")["features"]
    assert met and {f["properties"]["verdict"] for f in met} == {"met"}
    one = get(client, f"{JUDGED}/{met[0]['id']}")
    assert one["properties"] == met[0]["properties"] and {link["rel"] for link in one["links"]} == {
        "self",
        "collection",
    }
    value = met[0]["properties"]["value"]
    assert [f["id"] for f in get(client, f"{JUDGED}?value={value!r}")["features"]] == [met[0]["id"]]


def test_layers_say_what_the_scorecard_says(client: Client, starter: Workspace) -> None:
    rows = {r.area: r for r in starter.scorecard(None, indicator="I1.1").rows}
    features = {f["id"]: f["properties"] for f in get(client, JUDGED)["features"]}
    assert set(features) == set(rows)
    for area, row in rows.items():
        told = features[area]
        assert (told["verdict"], told["sentence_th"]) == (row.verdict.value, row.sentence.th)
        assert told["value"] == row.value and told["release"] == row.release


@pytest.mark.parametrize(
    "query",
    ["ooga=booga", "limit=0", "limit=-1", "limit=many", "offset=-1", "bbox=1,2,3", "bbox=a,b,c,d", "bbox=1,9,3,4",
     "datetime=soon", "datetime=2020/2019", "datetime=1/2/3", "f=html", "crs=urn:x", "bbox-crs=urn:x"],
)  # fmt: skip
def test_parameters_that_cannot_be_used_are_refused(client: Client, query: str) -> None:
    assert get(client, f"{PROVINCES}?{query}", 400)["status"] == 400


def test_what_is_not_there_is_404(client: Client) -> None:
    get(client, "/ogc/collections/nothing", 404)
    get(client, "/ogc/collections/nothing/items", 404)
    get(client, f"{PROVINCES}/TH-00", 404)
    get(client, "/ogc?strange=1", 400)


def test_the_description_is_valid_openapi_3_0_and_declares_every_filter(client: Client) -> None:
    document = get(client, "/ogc/api")
    OpenAPIV30SpecValidator(document).validate()
    assert document["openapi"].startswith("3.0")
    declared = document["paths"]["/collections/indicator-th-m8-i1-1/items"]["get"]["parameters"]
    assert {"verdict", "period", "bbox", "limit", "datetime"} <= {p["name"] for p in declared}
