"""Pages of links to plans: many confirmed at once, one project's links, the cascade, clauses in the portfolio."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from mudmai.apps.programme.domain.links import add_link
from mudmai.apps.programme.domain.links_suggesting import suggest_links
from mudmai.apps.programme.domain.public_summary import refresh_summary
from mudmai.apps.programme.models import PlanLink, Programme
from mudmai.apps.registry.models import Person
from tests.web.test_projects import (  # noqa: F401  fixtures
    add,
    as_person,
    home,
    money,
    officer,
    people,
    plain,
    plan,
    publisher,
    released,
    text,
)

pytestmark = pytest.mark.django_db
PLAN = "th-m8"


@pytest.fixture
def suggested(plan: Programme, officer: Person) -> Programme:  # noqa: F811
    add(officer, plan, "ก่อสร้างถนนเชื่อมโยงแหล่งท่องเที่ยวชุมชน", [money(2025, "10.00")])
    add(officer, plan, "ฝึกอบรมเกษตรกรเพิ่มมูลค่าสินค้าเกษตร", [money(2025, "20.00")])
    suggest_links(acting_user=officer, programme=plan, plan=PLAN)
    return plan


def boxes(page: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]+)"', page)


def test_many_are_confirmed_at_once_and_the_rest_refused(suggested: Programme, officer: Person, as_person: Any) -> None:  # noqa: F811
    client, address = as_person(officer), f"/programmes/{suggested.pk}/links/"
    first = client.get(address)
    assert first.status_code == 200
    page = text(first)
    assert "ความมั่นใจ" in page and "เพราะถ้อยคำ" in page
    yes, rest = boxes(page, "yes"), boxes(page, "rest")
    assert len(yes) >= 4 and len(rest) >= 2
    nothing = client.post(address, {"shown": boxes(page, "shown")})
    assert nothing.status_code == 400 and "ยังไม่ได้เลือกข้อใด" in text(nothing)
    form = {"yes": yes[:1], "shown": boxes(page, "shown"), "rest": [rest[0], rest[1]]}
    assert client.post(address, form).status_code == 302
    states = sorted(PlanLink.objects.exclude(state="suggested").values_list("state", flat=True))
    assert states.count("confirmed") == 1 and states.count("refused") >= 2
    again = client.post(address, form)
    assert again.status_code == 409 and "การสั่งครั้งนี้ยังไม่มีผลเลยสักข้อ" in plain(again)
    assert "ยืนยันแล้ว 1" in plain(client.get(address))
    for show in ("low", "unlinked", "bare", "linked", "all"):
        assert client.get(f"{address}?show={show}&size=100").status_code == 200, show
    assert client.get(f"{address}?show=x").status_code == 400
    assert client.get(f"{address}?level=upward&clause=P13-1&plan={PLAN}").status_code == 200


def test_suggesting_in_the_background(plan: Programme, officer: Person, as_person: Any) -> None:  # noqa: F811
    asked = as_person(officer).post(f"/programmes/{plan.pk}/links/?level=upward", {"do": "suggest"})
    assert asked.status_code == 302 and "/jobs/" in asked.headers["Location"]


def test_sure_ones_are_ticked_where_it_is_asked_for(suggested: Programme, officer: Person, as_person: Any) -> None:  # noqa: F811
    client, address = as_person(officer), f"/programmes/{suggested.pk}/links/"
    PlanLink.objects.update(confidence="0.9")
    assert " checked" not in text(client.get(address))
    assert text(client.get(address + "?tick=1")).count(" checked") == len(
        set(PlanLink.objects.values_list("project", flat=True))
    )


def test_one_project_by_hand_with_parts(plan: Programme, officer: Person, as_person: Any) -> None:  # noqa: F811
    road = plan.projects.get(number="1")
    client, address = as_person(officer), f"/projects/{road.pk}/links/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"do": "add", "clause": f"{PLAN}:S1.1", "part": "๖๐%"}).status_code == 302
    assert client.post(address, {"do": "add", "clause": f"{PLAN}:S2.2"}).status_code == 302
    bad = client.post(address, {"do": "add", "clause": f"{PLAN}:S3.1", "part": "หก", "reason": "เก็บไว้"})
    assert bad.status_code == 400 and "เก็บไว้" in text(bad)
    page = text(client.get(address))
    seen = boxes(page, "seen")
    one, two = (value.partition(".")[0] for value in seen)
    form = {"do": "weights", "seen": seen, f"part_{one}": "70", f"part_{two}": "50"}
    over = client.post(address, form)
    assert over.status_code == 400 and "120" in plain(over) and 'value="50"' in text(over)
    assert client.post(address, {**form, f"part_{two}": "30"}).status_code == 302
    assert client.post(address, form).status_code == 409
    link = PlanLink.objects.get(clause="S2.2")
    away = {"do": "refuse", "link": f"{link.pk}.{link.revision}"}
    assert client.post(address, away).status_code == 400
    assert client.post(address, {**away, "reason": "ผิดข้อ"}).status_code == 302
    shown = plain(client.get(f"/projects/{road.pk}/"))
    assert "S1.1" in shown and "70% ของเงินโครงการ" in shown and "S2.2" not in shown
    assert client.post(address, {"do": "confirm", "link": "x"}).status_code == 409
    assert client.post(address, {"do": "suggest"}).status_code == 302


@pytest.fixture
def linked(released: Programme, publisher: Person) -> Programme:  # noqa: F811
    road, water = released.projects.get(number="1"), released.projects.get(title__contains="ประปา")
    for project, clause in ((road, "S1.1"), (water, "S1.1"), (water, "S2.2"), (water, "P13-1")):
        add_link(acting_user=publisher, project=project, plan=PLAN, clause=clause)
    refresh_summary()
    return released


def test_strategies_tell_their_projects_and_lead_to_them(linked: Programme) -> None:
    page = text(Client().get(f"/plans/{PLAN}/strategies/"))
    assert f"/projects/?clause={PLAN}:S1.1" in page and f"/projects/?clause={PLAN}:P13-1" in page
    said = plain(Client().get(f"/plans/{PLAN}/strategies/"))
    assert "2 โครงการที่ยืนยันแล้ว S1.1 · แผน 1,000,000 บาท · เบิกจ่าย 400,000 บาท" in said
    assert "แผน 300,000.01 บาท" in said, "the water is for S1.1 and S2.2 together"
    english = plain(Client().get(f"/en/plans/{PLAN}/strategies/"))
    assert "2 confirmed projects" in english and "undivided" in english


def test_the_portfolio_of_a_clause(linked: Programme) -> None:
    def titles(query: str) -> int:
        page = Client().get(f"/projects/?{query}")
        assert page.status_code == 200, query
        return len(re.findall(r'<th scope="row"><a href="/projects/[0-9a-f-]{36}/"', text(page)))

    for query, n in {
        f"clause={PLAN}:S1.1": 2, f"clause={PLAN}:S1": 2, f"clause={PLAN}:S2.2": 1, f"clause={PLAN}:S4.3": 0,
        f"clause={PLAN}:-strategies": 1, f"clause={PLAN}:-upward": 2, f"clause={PLAN}:-goals": 3,
    }.items():  # fmt: skip
        assert titles(query) == n, query
    assert Client().get(f"/projects/?clause={PLAN}:S9").status_code == 400
    assert Client().get("/projects/?clause=x").status_code == 400
    assert "S2.2" in plain(Client().get(f"/projects/?clause={PLAN}:S2.2"))


def test_a_visitors_portfolio_follows_the_links(linked: Programme, publisher: Person) -> None:  # noqa: F811
    address = f"/projects/?clause={PLAN}:S3.1"
    tag = Client().get(address).headers["ETag"]
    assert Client().get(address, headers={"If-None-Match": tag}).status_code == 304
    add_link(acting_user=publisher, project=linked.projects.get(number="1"), plan=PLAN, clause="S3.1")
    assert Client().get(address, headers={"If-None-Match": tag}).status_code == 200


def test_the_cascade_adds_up_and_names_what_is_empty(linked: Programme, officer: Person, as_person: Any) -> None:  # noqa: F811
    page = plain(Client().get("/projects/cascade/"))
    assert "ข้อยังไม่มีโครงการ" in page and "S4.3" in page
    assert "รวมกันเท่ากับยอดรวมพอดีทุกขั้น" in page and "1,300,050.26" in page
    assert "1 / 3" in page, "one of three projects has no strategy"
    assert "ข้อที่อาจเป็นเรื่องเดียวกัน" in page and "0.33" in page
    for query in ("rows=goals", "rows=upward", f"rows=goals&against={PLAN}:strategies", f"plan={PLAN}"):
        assert Client().get(f"/en/projects/cascade/?{query}").status_code == 200, query
    for query in ("rows=x", "against=x", "plan=x"):
        assert Client().get(f"/projects/cascade/?{query}").status_code in (400, 404), query
    own = text(as_person(officer).get("/projects/cascade/"))
    assert f"/programmes/{linked.pk}/links/?plan={PLAN}" in own


def test_the_export_has_its_columns_and_its_amounts(linked: Programme) -> None:
    body = b"".join(Client().get("/projects/cascade.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body)))
    assert len(rows) == 3
    road, water, region = rows
    assert (road["budget_2024"], road["amount_planned"], road["amount_disbursed"]) == (
        "1000000.00",
        "1000000.00",
        "400000.00",
    )
    assert road["th-m8.sub_strategy"].startswith("S1.1 ") and road["link_status"] == "confirmed"
    assert water["th-m8.sub_strategy"].count(";") == 1 and water["th-m8.goal"] == ""
    assert any(name.startswith("th-m8.upward.") and water[name] for name in water)
    assert region["link_status"] == "none" and region["budget_2025"] == "" and region["budget_2026"] == "50.25"
    book = load_workbook(io.BytesIO(Client().get("/en/projects/cascade.xlsx").content))
    head = [cell.value for cell in book.worksheets[0][1]]
    assert head == list(rows[0])
    assert book.worksheets[0].cell(2, head.index("budget_2024") + 1).value == 1_000_000
    assert len(book.worksheets) == 2, "what the columns mean"
    assert Client().get("/projects/cascade.pdf").status_code == 400


def test_drafts_stay_out_of_the_cascade(plan: Programme) -> None:  # noqa: F811
    assert "1,300,050.26" not in plain(Client().get("/projects/cascade/"))
    body = b"".join(Client().get("/projects/cascade.csv").streaming_content).decode("utf-8-sig")
    assert len(body.splitlines()) == 1


def test_queries_do_not_grow_with_the_rows(linked: Programme, publisher: Person, as_person: Any) -> None:  # noqa: F811
    client = as_person(publisher)
    addresses = (
        "/projects/cascade/",
        "/projects/cascade.xlsx",
        f"/programmes/{linked.pk}/links/?show=all",
        f"/projects/?clause={PLAN}:S1.1",
    )

    def queries(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    suggest_links(acting_user=publisher, programme=linked, plan=PLAN)
    before = [queries(one) for one in addresses]
    from mudmai.apps.programme.domain import projects as do
    from tests.web.test_projects import DAY

    for n in range(6):
        made = do.create_project(
            acting_user=publisher, programme=linked, decided_on=DAY, reason="เพิ่ม",
            facts={"title": f"ก่อสร้างระบบระบายน้ำชุมชน {n}", "budget": [money(2025, "10.00")]},
        )  # fmt: skip
        add_link(acting_user=publisher, project=made, plan=PLAN, clause="S1.1" if n % 2 else "S2.2")
    suggest_links(acting_user=publisher, programme=linked, plan=PLAN)
    assert [queries(one) for one in addresses] == before


def test_the_api_tells_confirmed_links_as_policy_alignment(linked: Programme) -> None:
    water = linked.projects.get(title__contains="ประปา")
    told = Client().get(f"/api/v1/projects/{water.pk}").json()
    assert told["policyAlignment"]["policies"] == [f"{PLAN}:P13-1", f"{PLAN}:S1.1", f"{PLAN}:S2.2"]
    assert "S2.2 " in told["policyAlignment"]["description"]
    region = linked.projects.get(title__contains="ทั้งภาค")
    assert "policyAlignment" not in Client().get(f"/api/v1/projects/{region.pk}").json()
