"""Pages of submissions: as a person without scripts uses them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from mudmai.apps.data.domain import submissions as do
from mudmai.apps.data.models import Submission
from mudmai.apps.registry.models import Role
from mudmai.apps.registry.policy import OPERATOR
from tests.apps.data.conftest import data_world, signed_in, toy_workspace
from tests.apps.data.data_world import B, DataWorld, draft
from tests.apps.data.test_release import ready, released, released_by_other
from tests.apps.registry.small_world import holding

__all__ = ["data_world", "signed_in", "toy_workspace"]


def text(answer: Any) -> str:
    body: str = answer.content.decode()
    return body


def post(client: Client, one: Submission, do_what: str, **more: Any) -> Any:
    return client.post(f"/submissions/{one.pk}/", {"do": do_what, "revision": one.revision, **more})


def test_the_way_through_the_pages(
    data_world: DataWorld, signed_in: Any, django_capture_on_commit_callbacks: Any
) -> None:
    one = draft(data_world.contributor, data_world.ministry, [("A", "2020", 130.0), ("A", "2021", 140.0)])
    page = text(signed_in(data_world.contributor).get(f"/submissions/{one.pk}/"))
    assert "แก้ไข 1 ค่า มากที่สุดร้อยละ +3.2" in page and "เพิ่ม 1 ค่า" in page
    assert "ส่งให้ตรวจทาน" in page and "file.csv" in page
    assert post(signed_in(data_world.contributor), one, "submit", note="ปี 2564").status_code == 302
    one.refresh_from_db()
    assert one.state == "submitted"
    mine = text(signed_in(data_world.contributor).get(f"/submissions/{one.pk}/"))
    assert "สำหรับผู้ส่ง" not in mine and 'value="approve"' not in mine and "ต้องเป็นผู้ตรวจทานขึ้นไป" in mine
    reviewer = signed_in(data_world.reviewer)
    assert "ตรวจทานผ่าน" in text(reviewer.get(f"/submissions/{one.pk}/"))
    assert str(one.pk) in text(reviewer.get("/submissions/?show=review"))
    assert post(reviewer, one, "approve", level="1", note="ตรงกับรายงาน").status_code == 302
    one.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        assert post(signed_in(data_world.publisher), one, "release").status_code == 302
    one.refresh_from_db()
    assert one.state == "released" and data_world.value("A", "2021") == 140.0
    english = text(signed_in(data_world.publisher).get(f"/en/submissions/{one.pk}/"))
    assert "1 value revised, the largest by +3.2% (Money, Alpha, 2020); 1 added" in english
    assert "ตรงกับรายงาน" in english and "Withdraw" in english


def test_an_older_page_is_told_what_happened_and_keeps_what_was_written(data_world: DataWorld, signed_in: Any) -> None:
    one = draft(data_world.contributor, data_world.ministry, [("A", "2021", 140.0)])
    do.submit(acting_user=data_world.contributor, submission=one)
    old = Submission.objects.get(pk=one.pk)
    do.approve(acting_user=data_world.reviewer, submission=one, level=1)
    answer = post(signed_in(data_world.publisher), old, "return", reason="แถว 7 ผิด")
    assert answer.status_code == 409
    assert "มีผู้เปลี่ยนรายการส่งนี้" in text(answer) and "แถว 7 ผิด" in text(answer)
    one.refresh_from_db()
    assert one.state == "approved"


def test_lists_show_what_one_may_see_and_no_more(data_world: DataWorld, signed_in: Any) -> None:
    one = draft(data_world.contributor, data_world.ministry, [("A", "2021", 140.0)])
    do.submit(acting_user=data_world.contributor, submission=one)
    southern = holding(Role.REVIEWER, data_world.ministry, B, name="southern")
    outsider = holding(Role.ADMINISTRATOR, data_world.other, name="outsider")
    for who, sees in ((data_world.reviewer, True), (southern, False), (outsider, False)):
        client = signed_in(who)
        assert (str(one.pk) in text(client.get("/submissions/?show=all"))) is sees
        wanted = 200 if sees else 403
        for address in ("", "differences.csv", "file/"):
            answer = client.get(f"/submissions/{one.pk}/{address}")
            assert answer.status_code == wanted
            answer.close()
    assert Client().get(f"/submissions/{one.pk}/").status_code == 302
    assert Client().get("/submissions/").status_code == 302


def test_differences_as_a_file(data_world: DataWorld, signed_in: Any) -> None:
    one = draft(data_world.contributor, data_world.ministry, [("A", "2021", 140.0), ("A", "2020", None)])
    answer = signed_in(data_world.reviewer).get(f"/submissions/{one.pk}/differences.csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("change,area_system,series")
    assert [line.split(",")[0] for line in lines[1:]] == ["revised", "added"]


def test_holders_are_assigned_and_the_official_one_chosen_by_page(data_world: DataWorld, signed_in: Any) -> None:
    root = signed_in(data_world.people.root)
    given = {"do": "assign", "organisation": "other", "levels": "2"}
    assert root.post("/datasets/toy-money/holders/", given).status_code == 302
    released(data_world, [("A", "2021", 100.0)])
    do.assign_dataset(acting_user=OPERATOR, dataset="toy-money", organisation=data_world.other)
    released_by_other(data_world, [("A", "2021", 110.0)])
    root = signed_in(data_world.people.root)
    empty = root.post("/datasets/toy-money/holders/", {"do": "choose", "organisation": "other", "reason": " "})
    assert empty.status_code == 409 and "ต้องบอกเหตุผล" in text(empty)
    chosen = {"do": "choose", "organisation": "other", "reason": "นิยาม <b>ตรง</b> แผน"}
    assert root.post("/datasets/toy-money/holders/", chosen).status_code == 302
    public = text(Client().get("/datasets/toy-money/publishers/"))
    assert "110" in public and "100" in public and "นิยาม &lt;b&gt;ตรง&lt;/b&gt; แผน" in public
    assert signed_in(data_world.publisher).post("/datasets/toy-money/holders/", chosen).status_code == 403
    stranger = signed_in(holding(Role.READER, data_world.people.department, name="stranger"))
    assert stranger.get("/datasets/toy-money/holders/").status_code == 404
    assert Client().get("/datasets/toy-score/publishers/").status_code == 404


def test_a_figure_as_published_on_a_day(data_world: DataWorld) -> None:
    one = released(data_world, [("A", "2020", 130.0), ("A", "2021", 140.0)])
    asked = "/en/datasets/toy-money/as-of/?series=money&area=A&period=2563"
    now = text(Client().get(asked))
    assert ">130<" in now and "126" in now
    assert "Nothing had been published by that day" in text(Client().get(asked + "&date=1/10/2560"))
    do.withdraw(acting_user=data_world.publisher, submission=one, reason="นับซ้ำ")
    back = text(Client().get(asked))
    assert "<strong>126</strong>" in back and "นับซ้ำ" in back and "(withdrawn)" in back
    gone = text(Client().get(asked.replace("2563", "2564")))
    assert "taken out" in gone and "<strong>withdrawn</strong>" in gone and "นับซ้ำ" in gone and "(withdrawn)" in gone
    released(data_world, [("A", "2021", 140.0)])
    anew = text(Client().get(asked.replace("2563", "2564")))
    assert "<strong>140</strong>" in anew and "<strong>withdrawn</strong>" not in anew
    other = text(Client().get("/en/datasets/toy-money/as-of/?series=money&area=B&period=2019"))
    assert ">100<" in other and "(withdrawn)" not in other, "only what was withdrawn is marked"
    wrong = Client().get(asked + "&date=someday")
    assert wrong.status_code == 400 and "someday" in text(wrong)
    assert Client().get("/datasets/toy-money/as-of/?area=Z&period=2563").status_code == 400
    assert Client().get("/datasets/toy-score/as-of/").status_code == 404


def test_before_a_withdrawal_the_page_counts_what_goes(data_world: DataWorld, signed_in: Any) -> None:
    one = released(data_world, [("A", "2020", 130.0), ("A", "2019", 120.0), ("A", "2021", 1.0), ("A", "2022", 1.0)])
    page = text(signed_in(data_world.publisher).get(f"/en/submissions/{one.pk}/"))
    assert "2 values go, 1 falls back to the figure of before, 1 stays" in page


def test_a_dataset_of_which_everything_was_withdrawn_keeps_its_page_and_its_history(data_world: DataWorld) -> None:
    one = released(data_world, [("A", "2021", 140.0)], mode="replace")
    do.withdraw(acting_user=data_world.publisher, submission=one, reason="นับซ้ำ")
    page = Client().get("/en/datasets/toy-money/")
    assert page.status_code == 200
    assert "นับซ้ำ" in text(page) and "No figures are published now" in text(page)
    assert f"?release={one.release}" in text(page)
    assert Client().get(f"/en/datasets/toy-money/?release={one.release}").status_code == 200
    then = Client().get("/en/datasets/toy-money/as-of/?series=money&area=A&period=2021")
    assert then.status_code == 200
    assert "<strong>withdrawn</strong>" in text(then) and "นับซ้ำ" in text(then) and "140" in text(then)
    assert Client().get("/datasets/toy-score/").status_code == 404


def test_forms_need_our_own_page(data_world: DataWorld) -> None:
    one = ready(data_world, [("A", "2021", 1.0)])
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(data_world.publisher)
    assert post(strict, one, "release").status_code == 403
    one.refresh_from_db()
    assert one.state == "approved"


@pytest.mark.parametrize("show", ["todo", "mine", "review", "publish", "returned", "released", "all", "nonsense"])
def test_every_list_opens(data_world: DataWorld, signed_in: Any, show: str) -> None:
    ready(data_world, [("A", "2021", 1.0)])
    assert signed_in(data_world.publisher).get(f"/submissions/?show={show}&page=9").status_code == 200


def test_a_permanent_link_keeps_showing_what_was_published_marked_as_withdrawn(data_world: DataWorld) -> None:
    one = released(data_world, [("A", "2020", 150.0)])
    link = f"/en/r/{one.release}/toyplan/P/A/2020"
    before = text(Client().get(link))
    assert ">150<" in before and "withdrawn" not in before
    do.withdraw(acting_user=data_world.publisher, submission=one, reason="นับซ้ำ")
    after = text(Client().get(link))
    assert ">150<" in after and "were withdrawn later" in after and "นับซ้ำ" in after
    older = text(Client().get(f"/en/r/{one.base_release}/toyplan/P/A/2020"))
    assert ">126<" in older and "were withdrawn later" not in older
