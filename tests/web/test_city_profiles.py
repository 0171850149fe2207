"""Profiles of cities: honest with the little that first entries tell, scores only where criteria compare."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mudmai.apps.assessment.domain.first_entries import load_first_entries
from mudmai.apps.assessment.domain.profiles import city_profile
from mudmai.apps.assessment.models import Call, Certificate, City, CityFile, Decision
from mudmai.core.language import Text
from mudmai.core.peers import spread_of
from mudmai.web.charts.peer_dots import history_line, peer_dots
from mudmai.web.views.profiles.paper import profile_sheet
from mudmai.workspace import Workspace
from mudmai.workspace.criteria import kept_criteria, newest
from tests.apps.registry.small_world import World, build

SCHEME = "liveable-sustainable-city"
DAY = date(2026, 6, 1)


@pytest.fixture
def world(db: None, starter: Workspace, client: Client) -> World:
    load_first_entries(starter.home.root, publish=False)
    return build()


def town(world: World, code: str, people: int | None, legal: str = "mueang_municipality", **more: Any) -> City:
    facts = {} if people is None else {"population": {"value": people, "source": "ทะเบียนราษฎร", "as_of": "2566"}}
    return City.objects.create(
        code=code, name_th=f"เมือง {code}", name_en=f"Town {code}", legal_type=legal, area_system="th-nesdc",
        area_code="TH-40", organisation=world.department, facts=facts, **more,
    )  # fmt: skip


def certify(world: World, starter: Workspace, city: City, share: float, day: date = DAY, sha: str = "") -> Certificate:
    criteria = newest(starter.home, SCHEME)
    kept = sha or kept_criteria(starter.home, criteria)
    call, _ = Call.objects.get_or_create(
        organisation=world.ministry, scheme=SCHEME, criteria=criteria.id, criteria_sha=kept,
        defaults={"title_th": "รอบ", "opens_on": date(2024, 1, 1), "closes_on": date(2027, 1, 1)},
    )  # fmt: skip
    file, _ = CityFile.objects.get_or_create(call=call, city=city, defaults={"criteria_sha": kept})
    decision = Decision.objects.create(
        file=file, sequence=1, outcome="granted", level=criteria.levels[0].id, reasons="-", decided_on=day
    )
    score = {"low": share, "high": share}
    scores = {"overall": score, "paper": score, "outcome": score, "parts": {one.id: score for one in criteria.parts}}
    return Certificate.objects.create(
        scheme=SCHEME, criteria=criteria.id, number=f"{city.code}-{day.year}", city=city, level=criteria.levels[0].id,
        granted_on=day, decision=decision, facts={"version": criteria.version, "scores": scores},
    )  # fmt: skip


def read(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def test_a_first_entry_tells_what_is_known_and_who_could_tell_the_rest(client: Client, world: World) -> None:
    page = read(client, "/cities/khon-kaen/profile/")
    assert "ไม่ทราบวันสิ้นอายุ" in page and "ตั้งแต่ปี 2564" in page
    assert "ไม่มีคะแนน" in page
    assert "ไม่ใช่ของเมืองนี้โดยเฉพาะ" in page
    assert "ได้รับการรับรองด้านเดียวกัน 7 จาก 7 ด้าน" in page
    assert "ผู้ให้ข้อมูลได้" in page and "ใครให้ข้อมูลได้" in page
    english = read(client, "/en/cities/khon-kaen/profile/")
    assert "Not known of this city: legal type" in english and "no known end" in english


def test_peers_of_another_legal_type_are_left_out_unless_asked_openly(client: Client, world: World) -> None:
    town(world, "one", 40_000)
    for n in range(4):
        town(world, f"peer-{n}", 38_000 + n)
    town(world, "village", 41_000, legal="tambon_municipality")
    page = read(client, "/en/cities/one/profile/")
    assert "population 38,000 people beside 40,000" in page and "4 peers" in page
    assert "Town village" not in page and "it would be unfair" in page
    opened = read(client, "/en/cities/one/profile/?by=chosen&legal=any&population=2")
    assert "Town village" in opened and "Legal types are mixed here" in opened


def test_too_few_peers_show_no_range(client: Client, world: World, starter: Workspace) -> None:
    for n in range(3):
        certify(world, starter, town(world, f"few-{n}", 40_000 + n), 0.6 + n / 10)
    page = read(client, "/cities/few-0/profile/")
    assert "มีเมืองเทียบเคียงเพียง 2 เมือง จึงไม่แสดงช่วง" in page
    scores = page[page.index("คะแนนตามคำตัดสิน") : page.index('id="peers"')]
    assert "peer-band" not in scores and scores.count("peer-own") >= 3
    assert "สูงกว่าเมืองเทียบเคียง 0 จาก 2 เมือง" in page


def test_that_no_peer_has_scores_is_said_once(client: Client, world: World, starter: Workspace) -> None:
    certify(world, starter, town(world, "lone", 40_000), 0.6)
    town(world, "silent", 41_000)
    page = read(client, "/cities/lone/profile/")
    scores = page[page.index('id="stands"') : page.index('id="peers"')]
    assert scores.count("ยังไม่มีเมืองเทียบเคียงใดที่มีค่าเหล่านี้") == 1 and "60%" in scores
    assert "ไม่มีค่าให้เทียบ" not in scores and "จุดใหญ่สีเข้ม" not in scores and "ครึ่งกลาง" not in scores
    part = next(one for one in profile_sheet(city_profile("lone", DAY), "th", "https://x.example/").parts if one.dots)
    assert part.lines[0].th.startswith("ยังไม่มีเมืองเทียบเคียงใด") and part.heads[2].th == ""


def test_scores_under_other_criteria_are_set_apart_and_break_the_history(world: World, starter: Workspace) -> None:
    mine = town(world, "mine", 50_000)
    certify(world, starter, mine, 0.6, date(2024, 6, 1), sha="a" * 64)
    certify(world, starter, mine, 0.8)
    certify(world, starter, town(world, "same", 51_000), 0.7)
    certify(world, starter, town(world, "else", 52_000), 0.9, sha="a" * 64)
    seen = city_profile("mine", DAY)
    (decided,) = seen.decided
    assert decided.apart == 1 and list(decided.lines[0].others) == ["same"]
    assert [line.id for line in decided.lines[:3]] == ["overall", "paper", "outcome"]
    (history,) = seen.histories
    assert history.points[0].why is None and isinstance(history.points[1].why, Text)
    assert decided.next is not None


def test_figures_of_a_part_of_an_area_are_never_the_citys_own(world: World) -> None:
    town(world, "part", 50_000)
    town(world, "whole", 1_800_000, legal="pao", is_whole_area=True)
    assert city_profile("part", DAY).area_is_city is False
    assert city_profile("whole", DAY).area_is_city is True


def test_cities_side_by_side_refuse_to_mix_legal_types(client: Client, world: World) -> None:
    town(world, "one", 40_000)
    town(world, "village", 41_000, legal="tambon_municipality")
    refused = read(client, "/en/cities/compare/?cities=one,village")
    assert "Not shown:" in refused and "compare-caption" not in refused
    shown = read(client, "/en/cities/compare/?cities=one&cities=village&mixed=yes")
    assert "Warning:" in shown and "compare-caption" in shown and "41,000" in shown
    assert shown.count('name="cities"><option') == 3 and "c_3" in shown
    three = read(client, "/en/cities/compare/?cities=one,village,khon-kaen&mixed=yes")
    assert 'id="c_4"' in three and 'id="c_5"' not in three, "another city can always be added"
    read(client, "/cities/compare/?cities=nobody", 404)
    read(client, "/cities/compare/")


def test_terms_that_cannot_be_used_are_told_beside_the_form(client: Client, world: World) -> None:
    page = read(client, "/cities/khon-kaen/profile/?by=chosen&population=0.1", 422)
    assert "ใช้ไม่ได้" in page and 'role="alert"' in page
    read(client, "/cities/khon-kaen/profile/?by=chosen&population=nan&parts=x", 200)
    read(client, "/cities/nobody/profile/", 404)


def test_queries_do_not_grow_with_cities(client: Client, world: World, starter: Workspace) -> None:
    one = town(world, "one", 40_000)
    certify(world, starter, one, 0.7)
    town(world, "first", 40_001)

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            read(client, "/cities/one/profile/")
        return len(queries)

    count()
    few = count()
    for n in range(25):
        certify(world, starter, town(world, f"more-{n}", 40_000 + n), 0.5 + n / 100)
    assert count() <= few


@pytest.mark.parametrize("address", ["/cities/khon-kaen/profile.pdf", "/en/cities/one/profile.pdf?digits=thai"])
def test_one_page_to_print(client: Client, world: World, starter: Workspace, address: str) -> None:
    certify(world, starter, town(world, "one", 40_000), 0.7)
    answer = client.get(address)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", answer.content)) == 1
    assert client.get("/cities/khon-kaen/profile.pdf?digits=roman").status_code in (400, 422)


def test_the_api_says_the_same(client: Client, world: World) -> None:
    listed = json.loads(client.get("/api/v1/cities?limit=5").content)
    assert listed["count"] == 37 and len(listed["cities"]) == 5
    told = json.loads(client.get("/api/v1/cities/khon-kaen").content)
    assert told["population"] is None and told["decided"] == [] and told["areas"][0]["is_city"] is False
    peers = json.loads(client.get("/api/v1/cities/khon-kaen/peers").content)
    assert peers["features"] == ["legal_type", "marks"] and peers["not_known"] == ["legal_type"]
    assert all(one["reason_th"] and one["reason_en"] for one in peers["peers"])
    near = json.loads(client.get("/api/v1/cities/khon-kaen/peers?region=true").content)
    regions = {one["code"]: one["region"] for one in json.loads(client.get("/api/v1/cities").content)["cities"]}
    assert near["peers"] and {regions[one["code"]] for one in near["peers"]} == {regions["khon-kaen"]}
    assert client.get("/api/v1/cities/nobody").status_code == 404
    assert client.get("/api/v1/cities/khon-kaen/peers?population=0").status_code in (400, 422)


def test_dots_and_broken_lines() -> None:
    dots = peer_dots(0.5, [0.0, 1.0], spread_of([0.0, 0.2, 0.6, 1.0]), own_to=0.75, scale=(0, 1))
    assert dots is not None and dots.own == "50.0%" and dots.own_to == "73.5%" and dots.others == ("3.0%", "97.0%")
    assert peer_dots(None, [1.0], None) is None and peer_dots(1.0, [None], None) is None
    flat = peer_dots(2.0, [2.0, 2.0], None)
    assert flat is not None and flat.own == "50.0%" and flat.left is None
    days = [(date(2020, 1, 1), 0.5, True), (date(2021, 1, 1), 0.6, True), (date(2022, 1, 1), 0.4, False)]
    line = history_line(days)
    assert line is not None and len(line.points) == 3 and len(line.runs) == 1 and len(line.breaks) == 1
    assert line.points[1].x < line.breaks[0] < line.points[2].x
    assert history_line(days[:1]) is None
