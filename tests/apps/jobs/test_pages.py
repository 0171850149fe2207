"""The pages of long work: who sees what, the buttons, the page that loads again by itself and the one that need not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from mudmai.apps.jobs.domain.jobs import JobRun, enqueue, job
from mudmai.apps.jobs.models import Job, JobState
from mudmai.apps.registry.models import Person, Role
from mudmai.core.language import Text
from tests.apps.registry.small_world import World, holding, somebody

Enter = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def _work() -> None:
    @job("test.page", title=Text("อ่านไฟล์ทดสอบ", "read a test file"))
    def page(run: JobRun) -> None: ...


@pytest.fixture
def starter(world: World) -> Person:
    return holding(Role.CONTRIBUTOR, world.ministry, name="starter")


def running(starter: Person, world: World) -> Job:
    row = enqueue("test.page", {}, actor=starter, organisation=world.ministry)
    Job.objects.filter(pk=row.pk).update(
        state=JobState.RUNNING, claim=1, done=1500, total=6000, message_th="แผ่นที่ 2", message_en="sheet 2"
    )
    return row


def test_a_running_job_tells_how_far_it_is_and_loads_again(world: World, starter: Person, signed_in: Enter) -> None:
    row = running(starter, world)
    answer = signed_in(starter).get(f"/en/jobs/{row.pk}/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Read a test file" in page and "sheet 2" in page and "1,500 of 6,000 (25%)" in page
    assert 'value="250"' in page and 'max="1000"' in page
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    assert f'hx-get="/en/jobs/{row.pk}/progress/?alone=1"' in page and 'value="cancel"' in page
    still = signed_in(starter).get(f"/jobs/{row.pk}/?still=1").content.decode()
    assert "http-equiv" not in still and "แผ่นที่ 2" in still


def test_the_part_for_scripts_ends_with_a_reload(world: World, starter: Person, signed_in: Enter) -> None:
    row = running(starter, world)
    part = signed_in(starter).get(f"/jobs/{row.pk}/progress/")
    assert "<html" not in part.content.decode() and "HX-Refresh" not in part.headers
    Job.objects.update(state=JobState.DONE, finished_at=timezone.now())
    over = signed_in(starter).get(f"/jobs/{row.pk}/progress/")
    assert over.headers["HX-Refresh"] == "true" and "hx-get" not in over.content.decode()


def test_cancel_and_repeat_by_the_buttons(world: World, starter: Person, signed_in: Enter) -> None:
    row = enqueue("test.page", {}, actor=starter, organisation=world.ministry)
    browser = signed_in(starter)
    assert browser.post(f"/jobs/{row.pk}/", {"do": "cancel"}, follow=True).status_code == 200
    row.refresh_from_db()
    assert row.state == "cancelled"
    assert 'value="retry"' in browser.get(f"/jobs/{row.pk}/").content.decode()
    browser.post(f"/jobs/{row.pk}/", {"do": "retry"})
    row.refresh_from_db()
    assert row.state == "queued"
    assert browser.post(f"/jobs/{row.pk}/", {"do": "nonsense"}).status_code == 404


def test_who_sees_a_job_and_who_may_stop_it(world: World, starter: Person, signed_in: Enter) -> None:
    row = running(starter, world)
    reviewer = holding(Role.REVIEWER, world.ministry, name="reviewer")
    page = signed_in(reviewer).get(f"/jobs/{row.pk}/")
    assert page.status_code == 200 and 'value="cancel"' not in page.content.decode()
    assert signed_in(reviewer).post(f"/jobs/{row.pk}/", {"do": "cancel"}).status_code == 403
    for stranger in (somebody("stranger"), holding(Role.PUBLISHER, world.other, name="elsewhere")):
        assert signed_in(stranger).get(f"/jobs/{row.pk}/").status_code == 403
        assert signed_in(stranger).get(f"/jobs/{row.pk}/progress/").status_code == 403
    publisher = holding(Role.PUBLISHER, world.ministry, name="publisher")
    assert signed_in(publisher).post(f"/jobs/{row.pk}/", {"do": "cancel"}).status_code == 302
    assert signed_in(starter).get("/jobs/00000000-0000-0000-0000-000000000000/").status_code == 404


def test_visitors_are_led_to_sign_in(world: World, starter: Person, client: Client) -> None:
    row = running(starter, world)
    for path in ("/jobs/", f"/jobs/{row.pk}/", f"/jobs/{row.pk}/progress/"):
        assert client.get(path).status_code == 302


def test_the_list_shows_one_s_own_and_on_demand_what_one_may_see(
    world: World, starter: Person, signed_in: Enter
) -> None:
    row = running(starter, world)
    hidden = enqueue("test.page", {}, actor=world.root, organisation=world.other)
    own = signed_in(starter).get("/en/jobs/").content.decode()
    assert str(row.pk) in own and "25%" in own and "All work" not in own
    reviewer = holding(Role.REVIEWER, world.ministry, name="reviewer")
    assert str(row.pk) not in signed_in(reviewer).get("/en/jobs/").content.decode()
    wide = signed_in(reviewer).get("/en/jobs/?all=1").content.decode()
    assert str(row.pk) in wide and str(hidden.pk) not in wide
    everything = signed_in(world.root).get("/en/jobs/?all=1").content.decode()
    assert str(row.pk) in everything and str(hidden.pk) in everything


def test_a_failed_job_says_why_where_and_what_to_do(world: World, starter: Person, signed_in: Enter) -> None:
    row = running(starter, world)
    problem = {
        "code": "empty_cell",
        "th": "ช่องว่าง",
        "en": "an empty cell",
        "remedy_th": "ใส่ค่า",
        "remedy_en": "give a value",
        "where": {"sheet": "<GPP>", "cell": "B7"},
    }
    fault = {**problem, "en": "The file was refused", "where": {}, "problems": [problem], "problem_count": 70}
    Job.objects.update(state=JobState.FAILED, fault=fault, finished_at=timezone.now(), attempts=1)
    page = signed_in(starter).get(f"/en/jobs/{row.pk}/").content.decode()
    assert "The file was refused" in page and "give a value" in page and "1 of 70" in page
    assert "&lt;GPP&gt;" in page and "<GPP>" not in page


def test_the_menu_leads_there_once_there_is_something(world: World, starter: Person, signed_in: Enter) -> None:
    assert 'href="/jobs/"' not in signed_in(starter).get("/account/").content.decode()
    running(starter, world)
    assert 'href="/jobs/"' in signed_in(starter).get("/account/").content.decode()
