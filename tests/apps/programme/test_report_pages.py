"""The pages of reports, as a person without scripts uses them on a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mudmai.apps.programme.domain.period_locks import lock_period
from mudmai.apps.programme.models import Milestone, Obstacle, Project, Report
from mudmai.apps.registry.models import Person, Role
from mudmai.core.errors import InputError
from mudmai.core.typed_figures import exact_number
from mudmai.web.views.projects import report_lists, reports
from tests.apps.programme.programme_world import ProgrammeWorld
from tests.apps.programme.test_reports import Q1, Q2, cycle, draft, road, sent
from tests.apps.registry.small_world import holding

TODAY = date(2024, 7, 20)


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (reports, report_lists):
        monkeypatch.setattr(module.timezone, "localdate", lambda *_: TODAY)


@pytest.fixture
def as_person() -> Callable[[Person], Client]:
    def sign_in(person: Person) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(person)
        return client

    return sign_in


def text(answer: Any) -> str:
    body: str = answer.content.decode()
    return body


def at(project: Project) -> str:
    return f"/projects/{project.pk}/report/"


def form(do: str, revision: int = 0, period: str = "2024-Q1", **more: Any) -> dict[str, Any]:
    return {"do": do, "period": period, "revision": revision, **more}


def test_an_officer_sends_a_report_in_thai_digits_and_a_reviewer_approves_it(world: ProgrammeWorld, as_person) -> None:
    cycle(world)
    project = road(world)
    officer, reviewer = as_person(world.officer), as_person(world.reviewer)
    page = text(officer.get(at(project)))
    assert "ไตรมาสที่ 2 ปีงบประมาณ 2567 (ม.ค.–มี.ค. 2567)" in page  # the oldest that is owed
    assert "แผนถึงสิ้นงวด ร้อยละ 24.7" in page and "ค้างส่ง" in page
    answer = officer.post(at(project), form("submit", percent="๒๕.๕", disbursed="๒๐๐,๐๐๐.๕๐", note="ลงเสาเข็ม"))
    assert answer.status_code == 302
    report = Report.objects.get()
    assert (report.percent, report.disbursed) == (Decimal("25.50"), Decimal("200000.50"))
    waiting = text(reviewer.get("/projects/reports/"))
    assert "ถนนสายหลัก" in waiting and "200,000.50" in waiting
    page = text(reviewer.get(at(project) + "?period=2024-Q1"))
    assert "รับรองรายงานนี้" in page and "ลงเสาเข็ม" in page
    assert reviewer.post(at(project), form("approve", report.revision)).status_code == 302
    report.refresh_from_db()
    assert report.state == "approved"
    english = text(as_person(world.reviewer).get("/en" + at(project) + "?period=2024-Q1"))
    assert "approved" in english and "Planned against actual" in english and "<svg" in english


def test_what_was_typed_is_not_lost_when_somebody_was_faster(world: ProgrammeWorld, as_person) -> None:
    project = road(world)
    first = draft(world, project, percent="10")
    draft(world, project, percent="12", revision=first.revision)
    answer = as_person(world.officer).post(
        at(project), form("save", first.revision, percent="15", disbursed="", note="ของฉัน")
    )
    assert answer.status_code == 409
    page = text(answer)
    assert 'value="15"' in page and "ของฉัน" in page and "มีผู้แก้รายงานงวดนี้" in page
    assert Report.objects.get().percent == 12
    assert "ที่บันทึกอยู่ขณะนี้" in page and 'name="revision" value="2"' in page
    sent(world, road(world, "อื่น"))
    other = Project.objects.get(title="อื่น")
    late = as_person(world.officer).post(at(other), form("save", 1, percent="77", disbursed="", note="พิมพ์ไว้นาน"))
    assert late.status_code == 409 and "พิมพ์ไว้นาน" in text(late) and 'name="percent"' not in text(late)


def test_a_refused_report_stays_as_a_draft_and_can_be_sent_again_at_once(world: ProgrammeWorld, as_person) -> None:
    project, officer = road(world), as_person(world.officer)
    page = text(officer.post(at(project), form("submit", percent="10", disbursed="1000000.01")))
    revision = int(page.partition('name="revision" value="')[2].partition('"')[0])
    again = form("submit", revision, percent="10", disbursed="1000000.01", over_reason="ค่า K")
    assert officer.post(at(project), again).status_code == 302
    assert Report.objects.get().state == "submitted"


@pytest.mark.parametrize(
    ("percent", "disbursed", "said"),
    [
        ("101", "", "ระหว่าง 0 ถึง 100"),
        ("สิบ", "", "ไม่ใช่ตัวเลข"),
        ("-5", "", "ต้องเป็นศูนย์หรือมากกว่า"),
        ("10", "1000000.01", "เกินก่อหนี้ผูกพัน"),
        ("10", "1" * 29, "ใช้ไม่ได้"),
        ("", "", "ทั้งความก้าวหน้าและยอดเบิกจ่าย"),
    ],
)
def test_figures_that_cannot_be_are_told_beside_what_was_typed(
    world: ProgrammeWorld, as_person, percent, disbursed, said
) -> None:
    project = road(world)
    answer = as_person(world.officer).post(at(project), form("submit", percent=percent, disbursed=disbursed))
    page = text(answer)
    assert answer.status_code == 422 and said in page
    assert f'value="{percent}"' in page or not percent
    assert not Report.objects.filter(state="submitted").exists()


def test_a_locked_period_says_so_and_takes_nothing(world: ProgrammeWorld, as_person) -> None:
    project = road(world)
    report = sent(world, project)
    lock_period(acting_user=world.publisher, programme=world.programme, period=Q1)
    page = text(as_person(world.reviewer).get(at(project) + "?period=2024-Q1"))
    assert "งวดนี้ล็อกแล้ว" in page and "รับรองรายงานนี้" not in page
    answer = as_person(world.reviewer).post(at(project), form("approve", report.revision))
    assert answer.status_code == 422 and "ล็อกแล้วเมื่อ" in text(answer)


def test_a_publisher_locks_and_reopens_on_the_list(world: ProgrammeWorld, as_person) -> None:
    road(world)
    publisher, officer = as_person(world.publisher), as_person(world.officer)
    asked = {"programme": str(world.programme.pk), "period": Q1.iso}
    assert officer.post("/projects/reports/", {**asked, "do": "lock"}).status_code == 403
    assert publisher.post("/projects/reports/", {**asked, "do": "lock"}).status_code == 302
    assert world.programme.locks.filter(reopened_at=None).count() == 1
    assert publisher.post("/projects/reports/", {**asked, "do": "reopen", "reason": ""}).status_code == 422
    assert publisher.post("/projects/reports/", {**asked, "do": "reopen", "reason": "แก้ยอด"}).status_code == 302
    assert not world.programme.locks.filter(reopened_at=None).exists()


def test_the_list_shows_overdue_and_decisions(world: ProgrammeWorld, as_person) -> None:
    cycle(world)
    project = road(world)
    officer = as_person(world.officer)
    obstacle = form("obstacle", obstacle="ที่ดินติดเขตป่า", needs_decision="on")
    assert officer.post(at(project), obstacle).status_code == 302
    page = text(officer.get("/projects/reports/"))
    assert "ที่ดินติดเขตป่า" in page and "เกินกำหนด 96 วัน" in page
    found = Obstacle.objects.get()
    assert officer.post(at(project), form("resolve", id=found.pk, resolution="ได้รับอนุญาต")).status_code == 302
    assert "ที่ดินติดเขตป่า" not in text(officer.get("/projects/reports/"))
    assert "2 days" not in text(officer.get("/en/projects/reports/"))


def test_evidence_goes_up_and_comes_down_only_for_those_inside(world: ProgrammeWorld, as_person, tmp_path) -> None:
    project = road(world)
    report = draft(world, project)
    officer = as_person(world.officer)
    photo = SimpleUploadedFile("หน้างาน.jpg", b"\xff\xd8 not really", content_type="image/jpeg")
    assert officer.post(at(project), form("attach", report.revision, file=photo)).status_code == 302
    kept = report.evidence.get()
    there = f"/projects/{project.pk}/evidence/{kept.pk}/"
    answer = officer.get(there)
    assert b"".join(answer.streaming_content) == b"\xff\xd8 not really"
    assert answer["Content-Type"] == "application/octet-stream" and "attachment" in answer["Content-Disposition"]
    stranger = holding(Role.PUBLISHER, world.people.other, name="stranger")
    assert as_person(stranger).get(there).status_code == 403
    assert as_person(stranger).get(at(project)).status_code == 403
    assert Client().get(at(project)).status_code == 302
    report.refresh_from_db()
    gone = form("detach", report.revision, evidence=kept.pk)
    assert officer.post(at(project), gone).status_code == 302 and not report.evidence.exists()


def test_a_reader_sees_and_may_not_write(world: ProgrammeWorld, as_person) -> None:
    project = road(world)
    reader = as_person(holding(Role.READER, world.people.department, name="reader"))
    page = text(reader.get(at(project)))
    assert 'name="percent"' not in page
    assert reader.post(at(project), form("save", percent="5", disbursed="")).status_code == 403
    assert not Report.objects.exists()


def test_a_milestone_is_recorded_in_the_buddhist_calendar(world: ProgrammeWorld, as_person) -> None:
    project = road(world)
    stone = Milestone.objects.create(project=project, title="วางท่อ", due_on=date(2024, 5, 1))
    answer = as_person(world.officer).post(at(project), form("milestone", id=stone.pk, met_on="3/5/2567"))
    stone.refresh_from_db()
    assert answer.status_code == 302 and stone.met_on == date(2024, 5, 3)


def test_hostile_words_stay_words(world: ProgrammeWorld, as_person) -> None:
    project = road(world, "<script>alert(1)</script>")
    draft(world, project, Q2, note="<img src=x>")
    page = text(as_person(world.officer).get(at(project) + "?period=2024-Q2"))
    assert "<script>alert(1)" not in page and "<img src=x>" not in page
    assert as_person(world.officer).get(at(project) + "?period=nonsense").status_code == 400


@pytest.mark.parametrize("typed", ["1e5", "--", "1.2.3", "½", "NaN"])
def test_numbers_that_are_none(typed: str) -> None:
    with pytest.raises(InputError):
        exact_number(typed, "percent")
