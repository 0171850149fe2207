"""The pages of alike projects and of a revised workbook, as a person without scripts uses them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from mudmai.apps.jobs.models import Job
from mudmai.apps.programme.domain import jobs_revising, likenesses
from mudmai.apps.programme.domain.jobs_revising import COMPARE, begin_comparing, begin_revising
from mudmai.apps.programme.domain.projects import ProjectChange, load_form_book, revise
from mudmai.apps.programme.domain.revised_books import Choices
from mudmai.apps.programme.models import LikenessDecision, Project, RevisionEvent
from mudmai.apps.registry.models import Person
from mudmai.exchange.forms.book import FormBook
from tests.apps.programme.form_books import SHEET, amount, book, project, raw
from tests.apps.programme.programme_world import ProgrammeWorld

ROAD, CANAL, SCHOOL = "ก่อสร้างถนนสายวัดใหม่", "ขุดลอกคลองหนองบัว", "ปรับปรุงอาคารเรียนชั้นเดียว"


@pytest.fixture(autouse=True)
def _now(settings: Settings) -> None:
    settings.MUDMAI_JOBS = "immediate"


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


def twins(world: ProgrammeWorld) -> dict[str, Any]:
    one, two = world.project(ROAD), world.project(ROAD, output="2 สาย")
    low, high = sorted((one, two), key=lambda row: row.pk.hex)
    return {"first": low.pk, "second": high.pk, "first_version": low.version, "second_version": high.version}


def test_a_person_searches_decides_and_thinks_again(as_person, world: ProgrammeWorld) -> None:
    pair = twins(world)
    client = as_person(world.officer)
    at = f"/programmes/{world.programme.pk}/alike/"
    assert "ยังไม่เคยเทียบ" in text(client.get(at))
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert client.post(at, {"do": "search"}).status_code == 302
    page = text(client.get(at))
    assert "≠ ต่างกัน" in page
    assert "= ตรงกัน" in page
    refused = client.post(at, {**pair, "do": "first"})
    assert refused.status_code == 400
    assert 'aria-invalid="true"' in text(refused)
    assert client.post(at, {**pair, "do": "first", "reason": "บันทึกซ้ำ"}).status_code == 302
    assert Project.objects.get(pk=pair["second"]).state == "duplicate"
    assert "ไม่มีคู่ที่รอตัดสิน" in text(client.get(at))
    decided = text(client.get(at + "?decided=1"))
    assert "บันทึกซ้ำ" in decided
    assert "นับเฉพาะโครงการ ก" in decided
    stale = client.post(at + "?decided=1", {**pair, "do": "different", "reason": "คนละสาย"})
    assert stale.status_code == 400  # from a page of before the decision
    pair |= {"second_version": Project.objects.get(pk=pair["second"]).version}
    assert client.post(at + "?decided=1", {**pair, "do": "different", "reason": "คนละสาย"}).status_code == 302
    assert Project.objects.get(pk=pair["second"]).state == "active"
    assert LikenessDecision.objects.get().verdict == "different"
    assert client.post(at, {**pair, "do": "nonsense"}).status_code == 404


def test_the_queries_of_the_list_do_not_grow(as_person, world: ProgrammeWorld) -> None:
    client = as_person(world.officer)
    counts = []
    for n in (3, 9):
        for k in range(n):
            for _ in range(2):
                world.project(f"ติดตั้งโคมไฟจุดที่ {n * 100 + k}")
        found = likenesses.likely_pairs(likenesses.described(Project.objects.all()))
        likenesses.keep_pairs(likenesses.FoundPairs(tuple(found), "", None, 1))
        with CaptureQueriesContext(connection) as told:
            assert client.get("/projects/alike/").status_code == 200
        counts.append(len(told))
    assert counts[1] <= counts[0]


# --- a revised workbook --------------------------------------------------------------------------------------------


@pytest.fixture
def revised(world: ProgrammeWorld, monkeypatch: pytest.MonkeyPatch) -> FormBook:
    """The plan is loaded; the file that comes next is a book with a change, a new row, a lost and an uncertain one."""
    held = book(project(13, ROAD), project(14, CANAL), project(15, SCHOOL))
    load_form_book(acting_user=world.officer, programme=world.programme, book=held, raw=raw())
    unsure = replace(project(14, "ขุดลอกคลองหนองบัวและก่อสร้างฝายน้ำล้นบ้านดอน", amount(2024, "77.00", "E14")), number="9")
    made = book(project(13, ROAD, amount(2024, "250.50", "E13")), unsure, project(16, "ติดตั้งไฟส่องสว่าง"))
    monkeypatch.setattr(jobs_revising, "book_in", lambda raw, layouts: made)
    return made


def compared(world: ProgrammeWorld) -> Job:

    with TestCase.captureOnCommitCallbacks(execute=True):
        job = begin_comparing(acting_user=world.officer, programme=world.programme, raw=raw("b"))
    job.refresh_from_db()
    assert job.result is not None, job.fault
    return job


def form(**more: Any) -> dict[str, Any]:
    return {"kind": "changed", "number": "2/2567", "decided_on": "1/6/2567", "reason": "สภามีมติ", **more}


def test_the_comparison_is_shown_decided_and_written_once(as_person, world: ProgrammeWorld, revised: FormBook) -> None:
    client = as_person(world.officer)
    job = compared(world)
    at = f"/programmes/{world.programme.pk}/revise/{job.pk}/"
    page = text(client.get(at))
    for words in ("250.50", "150.50", "ติดตั้งไฟส่องสว่าง", "เป็นโครงการใหม่", SCHOOL, "ชื่อคล้ายกัน"):
        assert words in page
    school = Project.objects.get(title=SCHOOL)
    undecided = client.post(at, form(remove=[str(school.pk)]))
    assert undecided.status_code == 400
    kept = text(undecided)
    assert "แถวที่ไม่ได้เลือก" in kept, kept[kept.index('role="alert"') :][:600]
    assert "โปรดเลือกหนึ่งข้อ" in kept
    assert f'value="{school.pk}" checked' in kept
    canal = Project.objects.get(title=CANAL)
    for missing in ({"decided_on": ""}, {"reason": " "}):
        assert client.post(at, {**form(**{"row-0": str(canal.pk)}), **missing}).status_code == 400

    with TestCase.captureOnCommitCallbacks(execute=True):
        sent = client.post(at, form(**{"row-0": str(canal.pk), "remove": [str(school.pk)]}))
    assert sent.status_code == 302, text(sent)[text(sent).index('role="alert"') :][:600]
    done = Job.objects.get(kind=jobs_revising.REVISE)
    assert done.result == {"changed": 2, "added": 1, "removed": 1, "unchanged": 0}, done.fault
    assert Project.objects.get(pk=school.pk).state == "removed"
    event = RevisionEvent.objects.order_by("-sequence").first()
    assert (event.number, event.decided_on.isoformat(), event.kind) == ("2/2567", "2024-06-01", "changed")
    again = text(client.get(at))
    assert "แผนถูกเปลี่ยนหลังการเทียบนี้" in again
    late = client.post(at, form(**{"row-0": str(canal.pk)}))
    assert late.status_code == 400
    assert "แผนงานนี้ถูกเปลี่ยน 1 ครั้ง" in text(late)
    assert "ไม่มีสิ่งที่ต้องบันทึก" in text(client.get(f"/programmes/{world.programme.pk}/revise/{compared(world).pk}/"))


def test_a_plan_that_changes_while_the_work_waits_refuses_it(world: ProgrammeWorld, revised: FormBook) -> None:

    job = compared(world)
    canal = Project.objects.get(title=CANAL)
    with TestCase.captureOnCommitCallbacks(execute=True):
        asked = begin_revising(
            acting_user=world.officer,
            programme=world.programme,
            raw=raw("b"),
            kind="changed",
            decided_on=likenesses.timezone.localdate(),
            reason="สภามีมติ",
            base=job.result["base"],
            choices=Choices({(SHEET, 14): "new"}),
        )
        revise(
            acting_user=world.officer,
            programme=world.programme,
            kind="corrected",
            decided_on=likenesses.timezone.localdate(),
            reason="แก้คำผิด",
            changes=[ProjectChange(canal, {"kpi": "1"})],
        )
    asked.refresh_from_db()
    assert asked.fault["code"] == "plan_changed"
    assert Project.objects.get(title=ROAD).budget.get(fiscal_year=2024).amount == 100


def test_others_see_neither(as_person, world: ProgrammeWorld, revised: FormBook) -> None:
    job = compared(world)
    for person, status in ((world.people.root, 200), (world.reviewer, 200)):
        assert as_person(person).get(f"/programmes/{world.programme.pk}/revise/{job.pk}/").status_code == status
    assert Client().get(f"/programmes/{world.programme.pk}/revise/{job.pk}/").status_code == 302
    assert (
        as_person(world.officer).get(f"/programmes/{world.programme.pk}/revise/{world.programme.pk}/").status_code
        == 404
    )
    assert Job.objects.filter(kind=COMPARE).count() == 1
