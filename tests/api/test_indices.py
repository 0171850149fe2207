"""Doors to composite indices: what they are not, scores, weights, sensitivity, one area walked back."""

from __future__ import annotations

import csv
import io
import re
from math import log
from pathlib import Path
from typing import Any

import pytest
from django.test import Client


def get(client: Client, address: str, status: int = 200) -> Any:
    answer = client.get(address)
    assert answer.status_code == status, answer.content[:400]
    return answer.json()


def test_every_index_says_what_it_is_not(client: Client) -> None:
    listed = get(client, "/api/v1/indices")
    (one,) = [index for index in listed if index["id"] == "province-base"]
    assert one["experimental"]
    assert one["is_not_en"]
    whole = get(client, one["href"])
    assert sum(whole["effective_weights"].values()) > 0.999
    assert {figure["period"] for figure in whole["figures"]} == {"2019"}


def test_an_index_tells_all_that_working_its_scores_out_again_needs(client: Client) -> None:
    whole = get(client, "/api/v1/indices/province-base/scores?draws=0")
    assert whole["varied"] == {
        "normalisations": ["minmax", "rank"],
        "aggregations": ["geometric"],
        "missing": ["median"],
        "noise": "dirichlet",
        "spread": 0.3,
    }
    posts = {one["indicator"]: one for one in whole["figures"]}
    weights, floor = whole["weights"], whole["floor"]
    assert floor == 0.01

    def value(one: dict[str, Any]) -> float:
        low, high = posts[one["indicator"]]["goalposts"]
        told = posts[one["indicator"]]
        raw, low, high = (log(each) if told["log"] else each for each in (one["raw"], low, high))
        share = (raw - low) / (high - low)
        share = min(1.0, max(0.0, share)) if told["cap"] else share
        return floor + (1 - floor) * (share if told["direction"] == "more" else 1 - share)

    full = [one for one in whole["items"] if one["coverage"] == 1]
    assert len(full) > 10
    for area in full:
        x = {one["indicator"]: value(one) for one in area["stages"]}
        base = weights["product"] * x["product"] + weights["growth"] * x["growth"]
        work = weights["employed"] * x["employed"] + weights["women"] * x["women"]
        own = weights["investment"] * x["investment"] + weights["gini"] * x["gini"]
        assert 100 * (weights["base"] * base + weights["work"] * work + own) == pytest.approx(area["score"], abs=1e-9)


def test_scores_are_sorted_and_missing_is_null_with_a_reason(client: Client) -> None:
    items = get(client, "/api/v1/indices/province-base/scores?draws=100&seed=4")["items"]
    scores = [one["score"] for one in items]
    known = [score for score in scores if score is not None]
    assert known == sorted(known, reverse=True)
    assert scores[: len(known)] == known
    last = items[-1]
    assert (last["score"], last["rank"], last["rank_low"]) == (None, None, None)
    assert last["reason_th"]
    assert any(stage["raw"] is None for stage in last["stages"])


def test_weights_move_scores_and_must_add_up(client: Client) -> None:
    base = "/api/v1/indices/province-base/scores?draws=0"
    own, moved = get(client, base), get(client, base + "&weights=base=0.15,work=0.5")
    assert own["own_weights"]
    assert not moved["own_weights"]
    assert own["items"][0]["score"] != moved["items"][0]["score"]
    refused = get(client, base + "&weights=base=0.5", 400)
    assert refused["code"] == "index_weights"
    assert "1.15" in refused["detail"]


@pytest.mark.parametrize("page", ["indices.md", "indices.th.md"])
def test_the_call_of_the_guide_works(client: Client, page: str) -> None:
    guide = (Path(__file__).parents[2] / "docs/how-to" / page).read_text("utf-8")
    (address,) = re.findall(r"`(/api/v1/indices/[^`{}]+)`", guide)
    told = get(client, address + "&draws=0")
    assert {figure["period"] for figure in told["figures"]} == {"2017"}, "the year is read in either era"
    assert get(client, address.replace("year=2560", "period=2560"), 422)


def test_the_table_and_an_area(client: Client) -> None:
    answer = client.get("/api/v1/indices/province-base/scores.csv?draws=0")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 77
    told = get(client, "/api/v1/indices/province-base/areas/TH-40")
    (product,) = [one for one in told["work"] if one["indicator"] == "product"]
    assert {one["locator"] for one in product["inputs"]} != {""}
    assert get(client, "/api/v1/indices/province-base/areas/NESDC-NE", 400)["code"] == "area_outside_level"
    assert get(client, "/api/v1/indices/nothing", 404)["remedy"]


def test_sensitivity_names_choices(client: Client) -> None:
    told = get(client, "/api/v1/indices/province-base/sensitivity")
    assert told["choices"][0]["total"] >= told["choices"][-1]["total"]
    assert told["swaps"][0]["shift"] >= 0
    assert all(one["compared"] + one["lost"] == 75 and one["gained"] <= 2 for one in told["without"])
