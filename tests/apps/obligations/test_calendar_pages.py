"""The pages of the calendar: for visitors, for those who may set it, in both languages; the feed by its address."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from mudmai.apps.obligations.domain import calendar as calendar_domain
from mudmai.apps.obligations.domain.obligations import set_obligation, waive
from mudmai.apps.obligations.models import Obligation, Waiver
from mudmai.apps.registry.policy import OPERATOR
from mudmai.core.periods import Frequency, Period
from mudmai.web.views.calendar import pages
from tests.apps.data.data_world import DataWorld

DAY = date(2024, 4, 10)
FORM = {
    "dataset": "toy-money", "organisation": "ministry", "area": "", "frequency": "F", "first": "ปีงบ 2566", "last": "",
    "due_after": "2", "due_unit": "month", "grace": "5", "remind_before": "14", "contact_role": "contributor",
    "skip_weekends": "on",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (calendar_domain, pages):
        monkeypatch.setattr(module, "today", lambda: DAY)


@pytest.fixture
def visitor(data: DataWorld) -> Client:
    cache.clear()
    return Client(raise_request_exception=False)


def owe(data: DataWorld, dataset: str = "toy-money", **more) -> Obligation:
    facts = {"frequency": Frequency.ANNUAL, "first": Period.year(2022), "due_after": 90, **more}
    return set_obligation(acting_user=OPERATOR, dataset=dataset, organisation=data.ministry, **facts)


def test_an_empty_calendar_says_so(visitor: Client) -> None:
    assert "ยังไม่มีการกำหนด" in visitor.get("/calendar/").content.decode()


def test_a_visitor_sees_what_is_due_and_nobodys_name(visitor: Client, data: DataWorld) -> None:
    owe(data)
    page = visitor.get("/calendar/").content.decode()
    assert page.index("เกินกำหนด</h2>".replace("</h2>", "")) > 0
    assert "เกินมา 376 วัน" in page and "31 มี.ค. 2566" in page
    assert "พ.ศ. 2566" in page
    assert "@" not in page and "Khun" not in page and "/calendar/obligations/" not in page
    english = visitor.get("/en/calendar/").content.decode()
    assert "376 days over" in english and "31 Mar 2023" in english


def test_filters_and_months(visitor: Client, data: DataWorld) -> None:
    one = owe(data)
    waive(acting_user=OPERATOR, obligation=one, period=Period.year(2022), reason="<b>flood</b>")
    waived = visitor.get("/calendar/?state=waived&month=2023-03").content.decode()
    assert "&lt;b&gt;flood&lt;/b&gt;" in waived and "<b>flood" not in waived
    assert "ไม่มีรายการที่ตรงกับเงื่อนไข" in visitor.get("/calendar/?organisation=other").content.decode()
    for wrong in ("?state=lost", "?month=2566", "?month=x"):
        assert visitor.get("/calendar/" + wrong).status_code in (400, 404, 422)


def test_closed_data_are_not_in_the_public_calendar_or_feed(visitor: Client, data: DataWorld, signed_in) -> None:
    owe(data, "toy-score")
    assert "คะแนน" not in visitor.get("/calendar/").content.decode()
    assert b"VEVENT" not in visitor.get("/calendar.ics").content
    client = signed_in(data.contributor)
    assert "คะแนน" in client.get("/calendar/").content.decode()
    assert b"VEVENT" not in client.get("/calendar.ics").content


def test_the_feed_follows_filters_and_language(visitor: Client, data: DataWorld) -> None:
    owe(data, last=Period.year(2023))
    answer = visitor.get("/en/calendar.ics?dataset=toy-money")
    assert answer["Content-Type"].startswith("text/calendar")
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert [str(e["summary"]) for e in events] == [
        "! Money, 2022 – Name ministry",
        "! Money, 2023 – Name ministry",
    ]
    assert not Calendar.from_ical(visitor.get("/calendar.ics?organisation=other").content).walk("VEVENT")


def test_queries_of_the_page_do_not_grow_with_rows(visitor: Client, data: DataWorld) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert visitor.get("/calendar/").status_code == 200
        return len(seen)

    owe(data)
    few = queries()
    for organisation in (data.other, data.people.department):
        set_obligation(
            acting_user=OPERATOR, dataset="toy-money", organisation=organisation, frequency=Frequency.MONTHLY,
            first=Period.from_iso("2021-01"), due_after=30,
        )  # fmt: skip
    assert queries() == few


def test_a_publisher_sets_changes_waives_and_ends(data: DataWorld, signed_in) -> None:
    client = signed_in(data.publisher)
    assert "กำหนดข้อมูลที่ต้องส่ง" in client.get("/calendar/").content.decode()
    answer = client.post("/calendar/obligations/new/", FORM)
    assert answer.status_code == 302, answer.content.decode()
    held = Obligation.objects.get()
    assert (held.first, held.due_unit, held.skip_weekends, held.grace) == ("FY2023", "month", True, 5)
    page = client.get(answer["Location"]).content.decode()
    assert "บันทึกกำหนดส่งแล้ว" in page and "ปีงบ" in page
    there = answer["Location"]
    change = {
        **FORM,
        "do": "change",
        "first": "2566",
        "due_after": "3",
        "organisation": "other",
        "dataset": "toy-score",
    }
    assert client.post(there, change).status_code == 302
    held.refresh_from_db()
    assert (held.due_after, held.dataset, held.organisation) == (3, "toy-money", data.ministry)
    assert client.post(there, {"do": "waive", "period": "FY2023", "reason": ""}).status_code == 422
    assert client.post(there, {"do": "waive", "period": "FY2023", "reason": "flood"}).status_code == 302
    assert Waiver.objects.get().reason == "flood"
    assert client.post(there, {"do": "end", "reason": ""}).status_code == 302
    held.refresh_from_db()
    assert held.ended_at is not None
    assert client.get(there).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"first": "ปีงบ สิบ"}, ""), ({"due_after": "-3"}, "is-faulty"), ({"last": "ปีงบ 2560"}, "งวดสุดท้ายอยู่ก่อนงวดแรก")],
)
def test_a_faulty_form_is_shown_again(data: DataWorld, signed_in, wrong: dict[str, str], said: str) -> None:
    answer = signed_in(data.publisher).post("/calendar/obligations/new/", {**FORM, **wrong})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Obligation.objects.count() == 0


def test_others_may_not(data: DataWorld, signed_in, visitor: Client) -> None:
    held = owe(data)
    assert visitor.get(f"/calendar/obligations/{held.pk}/").status_code == 302
    client = signed_in(data.reviewer)
    assert client.get("/calendar/obligations/new/").status_code == 403
    assert client.post("/calendar/obligations/new/", FORM).status_code == 403
    assert client.post(f"/calendar/obligations/{held.pk}/", {"do": "end"}).status_code == 403
    held.refresh_from_db()
    assert held.ended_at is None
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(data.publisher)
    assert strict.post("/calendar/obligations/new/", FORM).status_code == 403


def test_the_page_of_an_organisation_leads_to_its_calendar(data: DataWorld, signed_in) -> None:
    page = signed_in(data.publisher).get("/organisations/ministry/").content.decode()
    assert "/calendar/?organisation=ministry" in page
