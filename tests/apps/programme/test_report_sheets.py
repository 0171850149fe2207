"""Reports by the sheet, by programs, many reviewed at once, settings with their effect, reminders."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mudmai.apps.data.site import workspace
from mudmai.apps.programme.domain.period_locks import lock_period
from mudmai.apps.programme.domain.report_entries import enter_report, enter_sheet, sheet_rows
from mudmai.apps.programme.domain.report_reminders import pending_reminders, send_reminders
from mudmai.apps.programme.domain.reporting import attach_evidence, submit_report
from mudmai.apps.programme.interfaces.jobs_reminding import deliver
from mudmai.apps.programme.models import Project, Report, ReportReminder, ReportStep
from mudmai.apps.registry.domain.tokens import issue_token
from mudmai.apps.registry.models import Person, Role
from mudmai.exchange.report_sheets import COLUMNS, read_report_sheet, report_csv, report_xlsx
from mudmai.web.views.projects import report_lists, report_review, report_settings, report_sheet, reports
from mudmai.workspace.raw_files import raw_files
from tests.apps.programme.programme_world import ProgrammeWorld
from tests.apps.programme.test_reports import Q1, Q2, approved, cycle, draft, road, sent
from tests.apps.registry.small_world import holding

TODAY = date(2024, 7, 20)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (reports, report_lists, report_review, report_settings, report_sheet):
        monkeypatch.setattr(module.timezone, "localdate", lambda *_: TODAY)


@pytest.fixture
def as_person() -> Callable[[Person], Client]:
    def sign_in(person: Person) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(person)
        return client

    return sign_in


def filled(world: ProgrammeWorld, figures: dict[str, dict[str, Any]], name: str = "r.xlsx") -> SimpleUploadedFile:
    """The downloaded sheet with figures typed in by title of the project."""
    book = openpyxl.load_workbook(io.BytesIO(report_xlsx(sheet_rows(world.programme, Q1, TODAY), "th", notes=[])))
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[1]}
    titles = {one.key: one.title.th for one in COLUMNS}
    for row in range(2, sheet.max_row + 1):
        for key, value in figures.get(sheet.cell(row, heads[titles["title"]]).value, {}).items():
            sheet.cell(row, heads[titles[key]]).value = value
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile(name, out.getvalue())


def text(answer: Any) -> str:
    body: str = answer.content.decode()
    return body


def token_in(page: str) -> str:
    return page.partition('name="token" value="')[2].partition('"')[0]


def test_the_columns_are_the_same_out_and_in(world: ProgrammeWorld, tmp_path: Path) -> None:
    cycle(world)
    project = road(world)
    draft(world, project, percent="12.5", disbursed="1234567890123.45", note="=SUM(A1)")
    rows = sheet_rows(world.programme, Q1, TODAY)
    for language, body, name in (
        ("th", report_xlsx(rows, "th", notes=[("ก", "ข")]), "a.xlsx"),
        ("en", report_csv(rows, "en"), "a.csv"),
    ):
        path = tmp_path / name
        path.write_bytes(body)
        [row] = read_report_sheet(path).rows
        told = (row.project, row.period, row.percent, row.disbursed, row.note, row.revision)
        assert told == (project.pk, "2024-Q1", Decimal("12.5"), Decimal("1234567890123.45"), "=SUM(A1)", 1), language
    found = enter_sheet(acting_user=world.officer, programme=world.programme, period=Q1, rows=[row])
    assert found.count("same") == 1 and ReportStep.objects.count() == 1


def test_a_whole_programme_from_one_file(world: ProgrammeWorld, as_person) -> None:
    cycle(world)
    for title in ("ถนน", "สะพาน", "ท่อ"):
        road(world, title)
    officer, at = as_person(world.officer), f"/programmes/{world.programme.pk}/reports/"
    taken = officer.get(at + "2024-Q1.xlsx")
    assert taken.status_code == 200 and "reports-2024-Q1.xlsx" in taken.headers["Content-Disposition"]
    typed = {"ถนน": {"percent": "๒๕.๕", "disbursed": 100000.25}, "สะพาน": {"percent": 10}}
    looked = officer.post(at, {"do": "look", "period": "2024-Q1", "send": "on", "file": filled(world, typed)})
    page = text(looked)
    assert looked.status_code == 200 and "ส่งให้รับรอง 2 รายงาน" in page and not Report.objects.exists()
    kept = officer.post(at, {"do": "keep", "period": "2024-Q1", "token": token_in(page)})
    assert kept.status_code == 302
    states = dict(Report.objects.values_list("project__title", "state"))
    assert states == {"ถนน": "submitted", "สะพาน": "submitted"}
    assert Report.objects.get(project__title="ถนน").disbursed == Decimal("100000.25")
    stranger = as_person(holding(Role.CONTRIBUTOR, world.people.department, name="second"))
    other = stranger.post(at, {"do": "keep", "period": "2024-Q1", "token": token_in(page)})
    assert other.status_code == 422 and "หมดอายุ" in text(other)


def test_faults_are_told_by_cell_and_nothing_is_kept(world: ProgrammeWorld, as_person) -> None:
    cycle(world)
    for title in ("ถนน", "สะพาน", "ท่อ", "คลอง"):
        road(world, title)
    at = f"/programmes/{world.programme.pk}/reports/"
    officer = as_person(world.officer)

    def looked(typed: dict[str, dict[str, Any]]) -> str:
        answer = officer.post(at, {"do": "look", "period": "2024-Q1", "send": "on", "file": filled(world, typed)})
        assert answer.status_code == 422
        assert not Report.objects.exists() and token_in(text(answer)) == ""
        return text(answer)

    page = looked({"ถนน": {"percent": "สิบ"}, "สะพาน": {"disbursed": "-"}, "ท่อ": {"percent": 5}})
    assert "J2" in page and "K3" in page and "ไม่ใช่ตัวเลข" in page
    paid, done = {"disbursed": 2000000}, {"percent": 100}
    page = looked({"ถนน": {"percent": 101}, "ท่อ": paid, "คลอง": done, "สะพาน": {"percent": 1}})
    assert "J2" in page and "ระหว่าง 0 ถึง 100" in page
    assert "K4" in page and "เกินก่อหนี้ผูกพัน" in page
    assert "J5" in page and "ยังไม่มีหลักฐาน" in page
    lock_period(acting_user=world.publisher, programme=world.programme, period=Q1)
    assert "ล็อกแล้ว" in looked({"ถนน": {"percent": 5}})
    other = SimpleUploadedFile("a.csv", "ก,ข\n1,2\n".encode())
    wrong = officer.post(at, {"do": "look", "period": "2024-Q1", "file": other})
    assert wrong.status_code == 422 and "ไม่พบหัวตาราง" in text(wrong)


def test_a_sheet_that_is_older_than_the_report_is_refused(world: ProgrammeWorld, tmp_path: Path) -> None:
    cycle(world)
    project = road(world)
    report = draft(world, project, percent="10")
    path = tmp_path / "a.xlsx"
    path.write_bytes(filled(world, {"ถนนสายหลัก": {"percent": 15}}).read())
    draft(world, project, percent="12", revision=report.revision)
    rows = read_report_sheet(path).rows
    found = enter_sheet(acting_user=world.officer, programme=world.programme, period=Q1, rows=rows)
    assert [one.code for one in found.problems] == ["report_changed"] and found.problems[0].where.cell
    assert Report.objects.get().percent == 12


def test_queries_of_the_sheet_and_of_the_review_do_not_grow(world: ProgrammeWorld, as_person) -> None:
    cycle(world)
    reviewer = as_person(world.reviewer)

    def count() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as one:
            sheet_rows(world.programme, Q1, TODAY)
        with CaptureQueriesContext(connection) as two:
            assert reviewer.get("/projects/reports/review/").status_code == 200
        return len(one), len(two)

    for n in range(2):
        sent(world, road(world, f"a{n}"))
    count()
    few = count()
    for n in range(4):
        attach_to(world, draft(world, road(world, f"b{n}")), b"x")
    for n in range(4):
        sent(world, road(world, f"c{n}"))
    assert count() == few


def attach_to(world: ProgrammeWorld, report: Report, body: bytes, name: str = "a.png") -> Report:
    kept = raw_files(workspace()).keep_bytes(body, name=name)
    attach_evidence(acting_user=world.officer, report=report, raw=kept)
    return report


def test_many_are_reviewed_and_one_refusal_does_not_hold_up_the_others(world: ProgrammeWorld, as_person) -> None:
    cycle(world)
    first = submit_report(acting_user=world.officer, report=attach_to(world, draft(world, road(world, "ถนน")), PNG))
    second, third = sent(world, road(world, "สะพาน")), sent(world, road(world, "ท่อ"))
    reviewer, at = as_person(world.reviewer), "/projects/reports/review/"
    page = text(reviewer.get(at))
    assert "3" in page and f"{first.pk}:{first.revision}" in page and "?show=picture" in page
    photo = reviewer.get(f"/projects/{first.project_id}/evidence/{first.evidence.get().pk}/?show=picture")
    photo.close()
    assert photo.headers["Content-Type"] == "image/png" and "sandbox" in photo.headers["Content-Security-Policy"]
    stale = f"{second.pk}:{second.revision - 1}"
    answer = reviewer.post(at, {"do": "approve", "report": [f"{first.pk}:{first.revision}", stale]})
    assert answer.status_code == 422 and "สะพาน" in text(answer) and "มีผู้แก้รายงานงวดนี้" in text(answer)
    assert Report.objects.get(pk=first.pk).state == "approved"
    assert Report.objects.get(pk=second.pk).state == "submitted"
    unsaid = reviewer.post(at, {"do": "return", "report": [f"{third.pk}:{third.revision}"], "reason": " "})
    assert unsaid.status_code == 422 and Report.objects.get(pk=third.pk).state == "submitted"
    both = [f"{one.pk}:{one.revision}" for one in (second, third)]
    assert reviewer.post(at, {"do": "return", "report": both, "reason": "ขาดภาพถ่าย"}).status_code == 302
    assert set(Report.objects.filter(pk__in=[second.pk, third.pk]).values_list("state", flat=True)) == {"returned"}
    assert reviewer.post(at, {"do": "approve"}).status_code == 422


def test_a_file_that_only_calls_itself_a_picture_is_not_shown(world: ProgrammeWorld, as_person) -> None:
    report = attach_to(world, draft(world, road(world)), b"<script>alert(1)</script>", name="a.png")
    at = f"/projects/{report.project_id}/evidence/{report.evidence.get().pk}/"
    client = as_person(world.officer)
    assert client.get(at + "?show=picture").status_code == 404
    whole = client.get(at)
    whole.close()
    assert whole.headers["Content-Disposition"].startswith("attachment")


def test_settings_show_their_effect_before_they_are_set(world: ProgrammeWorld, as_person) -> None:
    cycle(world)
    approved(world, road(world), Q2, "25", "1")
    publisher, at = as_person(world.publisher), f"/programmes/{world.programme.pk}/monitoring/"
    page = text(publisher.get(at))
    assert 'name="late_points"' in page and "ค่าปกติ 20" in page
    wanted = {"reporting": "quarter", "first": "2024-04", "due_after": "๓๐", "fiscal_start": "10"}
    lines = {"late_points": "60", "risk_points": "55", "late_days": "900", "risk_days": "800"}
    world.programme.refresh_from_db()
    revision = world.programme.revision
    looked = publisher.post(at, {"do": "preview", **wanted, **lines})
    assert looked.status_code == 200 and "โครงการที่สถานะจะเปลี่ยน" in text(looked) and "ถนนสายหลัก" in text(looked)
    world.programme.refresh_from_db()
    assert world.programme.revision == revision
    refused = publisher.post(at, {"do": "preview", **wanted, **lines, "fiscal_start": "11"})
    assert refused.status_code == 422 and "คร่อมปีงบประมาณ" in text(refused) and 'value="60"' in text(refused)
    saved = publisher.post(at, {"do": "save", "revision": revision, **wanted, **lines})
    assert saved.status_code == 302
    world.programme.refresh_from_db()
    rule = world.programme.monitoring
    assert (rule.due_after, rule.first_period, rule.thresholds["late_points"]) == (30, "2024-Q2", 60)
    late = publisher.post(at, {"do": "save", "revision": revision, **wanted, **lines})
    assert late.status_code == 409
    assert as_person(world.officer).get(at).status_code == 403


def test_the_list_explains_its_order_and_draws_the_programme(world: ProgrammeWorld, as_person) -> None:
    cycle(world)
    approved(world, road(world), Q2, "5", "1")
    page = text(as_person(world.reviewer).get(f"/projects/reports/?programme={world.programme.pk}"))
    assert "เรียงลำดับอย่างไร" in page and "ล่าช้ากว่าแผน · 1 โครงการ" in page and "<svg" in page
    assert "เส้นรวม 1 โครงการ" in page and "ค้างส่งรายงาน 1 งวด" in page


def test_the_same_report_twice_is_once(world: ProgrammeWorld) -> None:
    project = road(world)
    told = {"acting_user": world.officer, "project": project, "period": Q1, "percent": Decimal(5), "disbursed": None}
    assert [enter_report(**told).what for _ in range(2)] == ["new", "same"]
    assert [enter_report(**told, send=True).what for _ in range(2)] == ["sent", "same"]
    assert ReportStep.objects.count() == 2


def test_reports_over_the_api(world: ProgrammeWorld) -> None:
    project = road(world)
    secret = issue_token(acting_user=world.officer, person=world.officer, name="x").secret
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    at = f"/api/v1/projects/{project.pk}/reports"

    def post(body: dict[str, Any], to: str = at) -> Any:
        return client.post(to, body, content_type="application/json")

    body = {"period": "2024-Q1", "percent": "25.50", "disbursed": "200000.25"}
    made = [post(body) for _ in range(2)]
    assert [one.status_code for one in made] == [200, 200] and made[0].json() == made[1].json()
    assert made[0].json()["disbursed"] == "200000.25" and made[0].json()["revision"] == 1
    other = post({**body, "percent": "30"})
    assert other.status_code == 409 and other.json()["code"] == "report_changed"
    done = [post({"revision": 1}, f"{at}/2024-Q1/submit") for _ in range(2)]
    assert [one.status_code for one in done] == [200, 200] and done[1].json()["state"] == "submitted"
    assert post({**body, "percent": "101", "revision": 2}).status_code in (400, 422)
    assert client.get(at).json()["items"][0]["state"] == "submitted"
    assert Client().get(at).status_code in (401, 403)
    world.programme.is_released = True
    world.programme.save()
    assert Client().get(at).json() == {"items": []}


def test_reminders_go_out_once_for_each_stage(world: ProgrammeWorld) -> None:
    cycle(world)
    road(world)
    road(world, "อื่น")
    due = [(one.period.iso, str(one.stage), one.projects) for one in pending_reminders(date(2024, 4, 12))]
    assert due == [("2024-Q1", "due", 2)]
    done = send_reminders(deliver=deliver, day=date(2024, 4, 12))
    assert (done.reminders, done.mails, done.failed) == (1, 1, 0)
    assert "2 โครงการ" in mail.outbox[0].body and mail.outbox[0].to == [world.officer.email]
    assert send_reminders(deliver=deliver, day=date(2024, 4, 13)).reminders == 0
    assert send_reminders(deliver=lambda *_: False, day=date(2024, 4, 20)).failed == 1
    assert send_reminders(deliver=deliver, day=date(2024, 4, 20)).mails == 1
    assert ReportReminder.objects.count() == 2 and "เกินกำหนดแล้ว" in mail.outbox[1].body
    sent(world, Project.objects.get(title="อื่น"))
    assert [one.projects for one in pending_reminders(date(2024, 7, 20)) if one.period.iso == "2024-Q1"] == []
