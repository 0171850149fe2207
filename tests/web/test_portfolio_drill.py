"""The portfolio by area down to the subdistrict, the same whatever the number of projects; long lists of areas."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mudmai.apps.programme.domain import projects as do
from mudmai.apps.programme.domain.public_summary import refresh_summary
from mudmai.apps.programme.models import Programme
from mudmai.apps.registry.models import Person
from tests.web.test_projects import add, home, money, officer, people, plan, publisher, released

__all__ = ["home", "officer", "people", "plan", "publisher", "released"]

TAMBON = {"area_system": "th-admin", "area": "TH-400101"}


def test_the_portfolio_leads_from_region_to_subdistrict(
    client: Client, plan: Programme, officer: Person, publisher: Person
) -> None:
    add(officer, plan, "ถนนในเมือง", [money(2024, "500.00")], places=[TAMBON])
    do.release_programme(acting_user=publisher, programme=plan)
    whole = client.get("/projects/").content.decode()
    assert "ภาคตะวันออกเฉียงเหนือ" in whole
    assert "area=NESDC-NE" in whole
    assert "<option" not in whole or whole.count("<option") < 400
    province = client.get("/projects/", {"area": "TH-40", "system": "th-nesdc"}).content.decode()
    assert "area=TH-4001" in province and "เมืองขอนแก่น" in province
    assert "ระดับนี้ไม่มีแผนที่ขอบเขต" in province
    district = client.get("/projects/", {"area": "TH-4001", "system": "th-nesdc"}).content.decode()
    crumbs = district[district.index('class="crumbs"') :]
    assert crumbs.index("area=NESDC-NE") < crumbs.index("area=TH-40") < crumbs.index("เมืองขอนแก่น")
    assert "ยอดรวม" in district or "✓" in district
    smallest = client.get("/projects/", {"area": "TH-400101"}).content.decode()
    assert "ถนนในเมือง" in smallest
    assert "ไม่มีพื้นที่ย่อยลงไปอีก" in smallest
    elsewhere = client.get("/projects/", {"area": "TH-410101"}).content.decode()
    assert "ถนนในเมือง" not in elsewhere


def test_queries_of_the_portfolio_do_not_grow_and_the_area_page_says_as_of_when(
    client: Client, plan: Programme, officer: Person, publisher: Person
) -> None:
    do.release_programme(acting_user=publisher, programme=plan)
    client.get("/projects/")
    add(publisher, plan, "หนึ่ง", [money(2024, "1.00")], places=[TAMBON])
    with CaptureQueriesContext(connection) as few:
        assert client.get("/projects/").status_code == 200
    for n in range(8):
        add(publisher, plan, f"อีก {n}", [money(2024, "1.00")], places=[TAMBON])
    with CaptureQueriesContext(connection) as many:
        assert client.get("/projects/").status_code == 200
    assert len(many) == len(few)
    refresh_summary()
    page = client.get("/areas/TH-4001/").content.decode()
    assert "9" in page and "ยอดของโครงการ ณ" in page


def test_long_levels_are_not_listed_but_found(client: Client, released: Programme) -> None:
    page = client.get("/areas/").content.decode()
    assert page.count("<li>") < 400
    assert "มากเกินกว่าจะแสดงทั้งหมด" in page
    found = client.get("/areas/", {"q": "บ้านเป็ด"}).content.decode()
    assert "/areas/TH-400115/" in found and "เมืองขอนแก่น ขอนแก่น" in found
