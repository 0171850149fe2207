"""Pages of markers and certifiers without scripts: who reads what, independence, refusals in words, nothing lost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client, RequestFactory

from mudmai.apps.assessment.domain.evidence import attach_link
from mudmai.apps.assessment.domain.files import open_file, return_file, submit_file
from mudmai.apps.assessment.domain.markers import appoint_marker, recuse_marker
from mudmai.apps.assessment.domain.marks import save_mark
from mudmai.apps.assessment.models import Call, Certificate, FileState, Mark, Marker, MarkerState, ReconciledMark
from mudmai.apps.programme.domain.programmes import release_programme
from mudmai.apps.programme.domain.projects import create_programme, create_project
from mudmai.apps.registry.domain.roles import grant_role
from mudmai.apps.registry.models import Role
from mudmai.apps.registry.policy import OPERATOR, NotAllowed
from mudmai.web.views.marking.shared import agreement_told, clock_of
from tests.apps.assessment.assessment_world import AssessmentWorld
from tests.apps.assessment.marking_world import fresh
from tests.apps.registry.small_world import holding
from tests.web.assessment.conftest import Enter, plain, text
from tests.web.marking.journeying import (
    FIRST_REASON,
    ONE,
    SECOND_REASON,
    appointed,
    deciding,
    granted,
    handed,
    marked,
    settled,
    submitted,
    told,
)


def test_every_page_answers_in_both_languages(world: AssessmentWorld, signed_in: Enter) -> None:
    file = marked(world, submitted(world))
    runner, marker = signed_in(world.runner), signed_in(world.markers[0])
    decider, city = signed_in(world.decider), signed_in(world.sender)
    base = f"/marking/{file.pk}/"
    for client, address in (
        (runner, "/marking/"),
        (runner, f"/marking/?call={world.call.pk}"),
        (runner, base),
        (runner, base + "marks/"),
        (runner, base + "marks/?show=differing"),
        (runner, base + "provisional/"),
        (marker, "/marking/"),
        (marker, base + "mark/"),
        (marker, base + "mark/plan/"),
        (decider, base + "decide/"),
        (city, f"/assessments/{file.pk}/result/"),
    ):
        for prefix in ("", "/en"):
            answer = client.get(prefix + address)
            assert answer.status_code == 200, (prefix + address, plain(answer)[:800])


def test_the_queue_tells_what_each_file_waits_for(world: AssessmentWorld, signed_in: Enter) -> None:
    file = submitted(world)
    runner = signed_in(world.runner)
    assert "ต้องแต่งตั้งผู้ตรวจอีก 2 คน" in plain(runner.get("/marking/"))
    appointed(world, file)
    assert "ผู้ตรวจส่งคะแนนแล้ว 0 จาก 2 คน" in plain(runner.get("/marking/"))
    mine = plain(signed_in(world.markers[0]).get("/marking/"))
    assert "เหลือ 4 จาก 4 ข้อ" in mine and "ยังไม่เสร็จ" not in mine
    assert "ไม่มีแฟ้มที่รอให้คุณตรวจ" in plain(signed_in(world.reader).get("/marking/"))


def test_what_is_settled_is_counted_and_a_marker_reads_what_comes_next(
    world: AssessmentWorld, signed_in: Enter
) -> None:
    file = marked(world, submitted(world))
    runner = signed_in(world.runner)
    assert "มีข้อยุติแล้ว 0 จาก 4 ข้อ" in plain(runner.get("/marking/"))
    desk = plain(signed_in(world.markers[0]).get(f"/marking/{file.pk}/mark/"))
    assert "คุณไม่ต้องทำอะไรอีก" in desk and "ให้คะแนนของคุณเอง" not in desk
    settled(world, file)
    for address in ("/marking/", f"/marking/{file.pk}/"):
        assert "มีข้อยุติแล้ว 4 จาก 4 ข้อ" in plain(runner.get(address))


def test_the_queue_asks_no_more_for_more_files(world: AssessmentWorld, signed_in: Enter) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from mudmai.apps.assessment.domain.cities import create_city
    from tests.apps.assessment.assessment_world import A1

    submitted(world)
    runner = signed_in(world.runner)
    runner.get("/marking/")
    with CaptureQueriesContext(connection) as few:
        runner.get("/marking/")
    for number in range(6):
        city = create_city(
            acting_user=world.filler, organisation=world.town, code=f"more-{number}", name_th=f"เมือง {number}", area=A1
        )
        more = open_file(acting_user=world.filler, call=world.call, city=city)
        type(more).objects.filter(pk=more.pk).update(state=FileState.SUBMITTED)
    with CaptureQueriesContext(connection) as many:
        assert "เมือง 5" in plain(runner.get("/marking/"))
    assert len(many) <= len(few)


def test_markers_are_appointed_and_who_is_barred_is_told_why(world: AssessmentWorld, signed_in: Enter) -> None:
    file = submitted(world)
    both = holding(Role.CONTRIBUTOR, world.agency, name="both")
    grant_role(acting_user=OPERATOR, person=both, organisation=world.town, role=Role.READER)
    runner = signed_in(world.runner)
    page = plain(runner.get(f"/marking/{file.pk}/"))
    assert "ซึ่งเป็นหน่วยงานของเมืองนี้ จึงตรวจหรือตัดสินแฟ้มนี้ไม่ได้" in page
    assert "จะหาข้อยุติและตัดสินแฟ้มนี้ไม่ได้" in page
    assert 'class="btn btn-primary" href="#appoint"' in text(runner.get(f"/marking/{file.pk}/"))
    refused = runner.post(f"/marking/{file.pk}/", {"do": "appoint", "person": both.pk})
    assert refused.status_code == 422 and not Marker.objects.exists()
    assert runner.post(f"/marking/{file.pk}/", {"do": "appoint"}).status_code == 422
    for person in world.markers[:2]:
        assert runner.post(f"/marking/{file.pk}/", {"do": "appoint", "person": person.pk}).status_code == 302
    assert fresh(file).state == FileState.MARKING
    one = Marker.objects.first()
    assert one is not None
    assert runner.post(f"/marking/{file.pk}/", {"do": "recuse", "marker": one.pk, "reason": ""}).status_code == 422
    assert runner.post(f"/marking/{file.pk}/", {"do": "recuse", "marker": one.pk, "reason": "ป่วย"}).status_code == 302
    assert "ถอนตัวแล้ว คะแนนไม่นับ" in plain(runner.get(f"/marking/{file.pk}/"))
    back = {"do": "return", "reason": "แผนที่แนบอ่านไม่ได้"}
    assert runner.post(f"/marking/{file.pk}/", back).status_code == 302
    assert fresh(file).state == FileState.DRAFT


def test_a_marker_declares_first_and_steps_back_with_a_conflict(world: AssessmentWorld, signed_in: Enter) -> None:
    file = submitted(world)
    for person in world.markers[:2]:
        appoint_marker(acting_user=world.runner, file=file, person=person)
    client = signed_in(world.markers[0])
    desk = f"/marking/{file.pk}/mark/"
    assert "แจ้งเรื่องส่วนได้เสีย" in plain(client.get(desk))
    assert client.get(desk + "plan/").status_code == 302
    assert client.post(desk, {"do": "declare"}).status_code == 422
    assert client.post(desk, {"do": "declare", "conflict": "yes"}).status_code == 422, "a conflict is described"
    assert client.post(desk, {"do": "declare", "conflict": "no"}).status_code == 302
    assert client.get(desk + "plan/").status_code == 200
    other = signed_in(world.markers[1])
    gone = {"do": "declare", "conflict": "yes", "declaration": "ญาติเป็นผู้รับจ้าง"}
    assert other.post(desk, gone)["Location"] == "/marking/"
    assert Marker.objects.get(person=world.markers[1]).state == MarkerState.RECUSED
    assert "คุณถอนตัวจากแฟ้มนี้แล้ว" in plain(other.get(desk)) and f"{desk}plan/" not in text(other.get(desk))
    assert other.get(desk + "plan/")["Location"] == desk
    piece = file.evidence.get(criterion="c-plan")
    for address in (f"/assessments/{file.pk}/", f"/assessments/{file.pk}/criteria/{piece.criterion}/evidence/"):
        assert other.get(address).status_code == 403
    assert str(file.pk) not in text(other.get("/marking/"))
    assert "ญาติเป็นผู้รับจ้าง" in plain(signed_in(world.runner).get(f"/marking/{file.pk}/"))
    assert signed_in(world.markers[2]).get(desk).status_code == 403


def test_a_desk_says_how_it_stands_and_what_comes_next(world: AssessmentWorld, signed_in: Enter) -> None:
    file = submitted(world)
    appoint_marker(acting_user=world.runner, file=file, person=world.markers[0])
    client = signed_in(world.markers[0])
    desk, declares = f"/en/marking/{file.pk}/mark/", {"do": "declare", "conflict": "no"}
    assert client.post(desk, declares).status_code == 302
    page = plain(client.get(desk))
    assert "Declared. Marking begins when all markers are appointed." in page
    assert "you may read the file; marking begins" in page.lower()
    appoint_marker(acting_user=world.runner, file=file, person=world.markers[1])
    other = signed_in(world.markers[1])
    assert other.post(desk, declares).status_code == 302
    for page in (plain(other.get(desk)), plain(client.get(desk))):
        assert "when all markers are appointed" not in page and "Marking is open. Next:" in page
    assert f'href="/en/marking/{file.pk}/mark/plan/"' in text(client.get(desk)).split("Next:")[1][:120]
    signed_in(world.runner).post(f"/marking/{file.pk}/", {"do": "return", "reason": "แผนที่แนบอ่านไม่ได้"})
    page = plain(client.get(desk))
    assert "The city has the file back" in page and "when all markers" not in page


def kept_back(world: AssessmentWorld) -> None:
    """The call of a time when markers were told nothing."""
    Call.objects.filter(pk=world.call.pk).update(shows_reasons=False)


def test_markers_read_before_they_write_who_reads_their_reasons(world: AssessmentWorld, signed_in: Enter) -> None:
    file = submitted(world)
    appointed(world, file)
    client, desk = signed_in(world.markers[0]), f"/en/marking/{file.pk}/mark/"
    for address in (desk, desk + "plan/"):
        assert "The city will read your reason, without your name." in plain(client.get(address)), address
    assert "The city will read this, without your name." in plain(client.get(desk + "plan/"))
    kept_back(world)
    for address in (desk, desk + "plan/"):
        page = plain(client.get(address))
        assert "the city does not read them" in page and "without your name" not in page, address


def test_a_city_that_may_not_read_markers_is_told_a_reason_or_that_there_is_none(
    world: AssessmentWorld, signed_in: Enter
) -> None:
    kept_back(world)
    file = settled(world, marked(world, submitted(world)))
    runner, marks = signed_in(world.runner), f"/en/marking/{file.pk}/marks/"
    assert "loses points" not in plain(runner.get(f"/en/marking/{file.pk}/provisional/")), "what loses has its reason"
    low = {"do": "settle", "criterion": "c-open", "value": "0", "reason": "ไม่พบหลักฐาน", "sequence": "1"}
    assert runner.post(marks, low).status_code == 302
    ReconciledMark.objects.filter(criterion="c-open").update(reason="")
    warned = text(runner.get(f"/en/marking/{file.pk}/provisional/"))
    assert "would read no reason: 1" in warned and f"{marks}?show=bare#c-c-open" in warned
    bare = text(runner.get(f"{marks}?show=bare"))
    assert 'id="c-c-open"' in bare and 'id="c-c-plan"' not in bare and "Write a reason, or settle otherwise" in bare
    assert runner.post(f"/en/marking/{file.pk}/provisional/").status_code == 302, "it is a warning and no more"
    page = plain(signed_in(world.sender).get(f"/en/assessments/{file.pk}/result/"))
    assert FIRST_REASON not in page and SECOND_REASON not in page
    assert "there is only what whoever settled the marks wrote" in page
    assert page.count("No reason was written down for the city to read.") == 1
    ReconciledMark.objects.filter(file=file).update(reason="", value=0)
    page = plain(signed_in(world.sender).get(f"/en/assessments/{file.pk}/result/"))
    assert "4 criteria lost points or differ from your answer" in page, "many are told once"
    assert "No reason was written down for the city to read." not in page


def test_a_reason_is_written_for_equal_marks_before_and_after_they_are_taken_over(
    world: AssessmentWorld, signed_in: Enter
) -> None:
    kept_back(world)
    file = submitted(world)
    for marker in appointed(world, file):
        handed(marker, {**ONE, "c-open": 1, "c-money": 1}, FIRST_REASON)
    runner, marks = signed_in(world.runner), f"/marking/{file.pk}/marks/"
    give = {"do": "settle", "criterion": "c-open", "value": "1", "reason": "ข้อมูลเปิดไม่ครบ", "sequence": "0"}
    assert runner.post(marks, give).status_code == 302
    assert runner.post(marks, {"do": "equal"}).status_code == 302
    tell = f"/marking/{file.pk}/provisional/"
    assert "เมืองเสียคะแนน 1 ข้อโดยไม่ได้อ่านเหตุผล" in plain(runner.get(tell))
    give |= {"criterion": "c-money", "reason": "เงินดูแลไม่ถึงครึ่ง", "sequence": "1", "show": "bare"}
    assert runner.post(marks, give)["Location"].endswith("?show=bare#table"), "it is no longer in that list"
    assert "โดยไม่ได้อ่านเหตุผล" not in plain(runner.get(tell))
    assert runner.post(tell).status_code == 302
    page = plain(signed_in(world.sender).get(f"/assessments/{file.pk}/result/"))
    assert "ข้อมูลเปิดไม่ครบ" in page and "เงินดูแลไม่ถึงครึ่ง" in page and FIRST_REASON not in page


def test_nobody_sees_marks_of_another_before_all_handed_in(world: AssessmentWorld, signed_in: Enter) -> None:
    file = submitted(world)
    first, _ = appointed(world, file)
    handed(first, ONE, FIRST_REASON)
    base = f"/marking/{file.pk}/"
    name = first.person.shown.th
    second = signed_in(world.markers[1])
    for address in ("/marking/", base + "mark/", base + "mark/plan/", base + "mark/environment/"):
        page = text(second.get(address))
        assert FIRST_REASON not in page and "checked" not in page and name not in page, address
    for client in (second, signed_in(world.runner), signed_in(world.decider), signed_in(world.markers[2])):
        for address in (base, base + "marks/", base + "decide/", f"/assessments/{file.pk}/", "/marking/"):
            page = text(client.get(address))
            assert FIRST_REASON not in page and "แคปปา" not in page and "ให้คะแนนเท่ากัน" not in page, address
    assert FIRST_REASON not in text(signed_in(world.sender).get(f"/assessments/{file.pk}/result/"))


def test_a_marker_marks_beside_the_evidence_and_hands_in(world: AssessmentWorld, signed_in: Enter) -> None:
    file = submitted(world)
    appointed(world, file)
    client = signed_in(world.markers[0])
    desk = f"/marking/{file.pk}/mark/"
    page = plain(client.get(desk + "environment/"))
    assert "คำอธิบาย c-money" in page and "วันนี้: ตัวเลขยังเท่าเดิม" in page
    assert "แผนของเมือง" in plain(client.get(desk + "plan/"))
    given = {"r_c-plan": "0", "s_c-plan": "", "v_c-plan": "1", "t_c-plan": ""}
    given |= {"r_c-open": "0", "s_c-open": "", "v_c-open": "2", "t_c-open": ""}
    refused = client.post(desk + "plan/", given)
    assert refused.status_code == 422, "another mark than the city's answer needs a reason"
    assert Mark.objects.filter(criterion="c-open").exists() and not Mark.objects.filter(criterion="c-plan").exists()
    assert 'name="v_c-plan" value="1" checked' in text(refused)
    given |= {"t_c-plan": "แผนหมดอายุ", "r_c-open": "1"}
    assert client.post(desk + "plan/", given).status_code == 302
    stale = client.post(desk + "plan/", {**given, "v_c-plan": "0"})
    assert stale.status_code == 409 and "แผนหมดอายุ" in text(stale)
    lacks = client.post(desk, {"do": "hand_in"})
    assert lacks.status_code == 422 and "เงินดูแลเมือง" in plain(lacks)
    rest = {"r_c-money": "0", "v_c-money": "2", "r_c-waste": "0", "v_c-waste": "3", "s_c-money": "", "s_c-waste": ""}
    assert client.post(desk + "environment/", {**rest, "go": "desk"})["Location"] == desk
    assert client.post(desk, {"do": "hand_in"}).status_code == 302
    assert "อ่านได้อย่างเดียว" in plain(client.get(desk + "plan/"))


def test_agreement_is_told_honestly_and_differing_marks_are_settled(world: AssessmentWorld, signed_in: Enter) -> None:
    file = marked(world, submitted(world))
    runner = signed_in(world.runner)
    marks = f"/marking/{file.pk}/marks/"
    page = plain(runner.get(marks))
    assert "ค่าแคปปาใช้บอกอะไรไม่ได้ · ให้คะแนนเท่ากัน 50% ของข้อ" in page and "น้อยเกินกว่าจะวัด" in page
    assert FIRST_REASON in page and SECOND_REASON in page and "ต่างกัน 2 ข้อ" in page
    assert "ยังแจ้งผลเบื้องต้นไม่ได้ เหลือ 4 ข้อ" in plain(runner.get(f"/marking/{file.pk}/provisional/"))
    home = text(runner.get(f"/marking/{file.pk}/"))
    assert "ยังแจ้งผลเบื้องต้นไม่ได้ เหลือ 4 ข้อ" in " ".join(home.split()) and f'href="{marks}"' in home, (
        "how many, and the way to settle them"
    )
    assert f'href="/marking/{file.pk}/provisional/"' not in home, "what cannot be done yet is not offered"
    assert runner.post(f"/marking/{file.pk}/provisional/").status_code == 422
    assert runner.post(marks, {"do": "equal"}).status_code == 302
    page = text(runner.get(marks))
    assert 'id="c-c-open"' in page and 'id="c-c-plan"' not in page, "it begins with what is not settled"
    assert 'href="?show=differing#c-c-open"' in page, "what the list names is found wherever it stands"
    give = {"do": "settle", "criterion": "c-open", "value": "2", "reason": "", "sequence": "0"}
    refused = runner.post(marks, give)
    assert refused.status_code == 422 and 'value="2" checked' in text(refused)
    assert '<a href="#c-c-open">' in text(refused).partition('id="fault"')[2].partition("</div>")[0], "which, and where"
    assert runner.post(marks, {**give, "reason": "หารือแล้ว"}).status_code == 302
    again = runner.post(marks, {**give, "reason": "อีกหน้าหนึ่ง"})
    assert again.status_code == 409 and "อีกหน้าหนึ่ง" in text(again)
    last = runner.post(marks, {**give, "criterion": "c-money", "reason": "หารือแล้ว", "show": "open"})
    assert last.status_code == 302 and last["Location"].endswith("?show=open#table"), "it stands there no more"
    page = plain(runner.get(marks))
    assert "เหลือ 0 ข้อ" not in page and "คะแนนของผู้ตรวจและข้อยุติ" in page and FIRST_REASON in page
    assert "ชี้แจงได้ถึงวันที่" in plain(runner.get(f"/marking/{file.pk}/provisional/"))
    assert runner.post(f"/marking/{file.pk}/provisional/").status_code == 302
    assert fresh(file).state == FileState.REPLY
    assert signed_in(world.markers[0]).get(marks).status_code == 403


def test_the_city_reads_its_result_and_replies(world: AssessmentWorld, signed_in: Enter) -> None:
    file = submitted(world)
    result = f"/assessments/{file.pk}/result/"
    assert "ยังไม่มีผล" in plain(signed_in(world.reader).get(result))
    file = told(world, file)
    city = signed_in(world.sender)
    page = text(city.get(result))
    assert "(อีก 15 วัน)" in page and "หารือแล้ว" in page
    assert FIRST_REASON in page and SECOND_REASON in page, "the call lets the city read why, without names"
    assert all(one.shown.th not in page for one in world.markers[:2])
    assert signed_in(world.runner).get(result).status_code == 403
    assert 'name="text"' not in text(signed_in(world.reader).get(result))
    refused = city.post(result, {"do": "reply", "criterion": "c-open", "text": " "})
    assert refused.status_code == 422
    assert '<a href="#c-c-open">' in text(refused).partition('id="fault"')[2].partition("</div>")[0], "which, and where"
    assert city.post(result, {"do": "reply", "criterion": "c-open", "text": "มีข้อมูลเปิดแล้ว"}).status_code == 302
    assert city.post(result, {"do": "reply", "text": "ขอบคุณผู้ตรวจ"}).status_code == 302
    attach_link(acting_user=world.filler, file=fresh(file), criterion="c-open", url="https://t.example/o", title="ใหม่")
    asked = city.post(result, {"do": "end"})
    assert asked.status_code == 200 and fresh(file).state == FileState.REPLY, "it asks once more"
    assert city.post(result, {"do": "end", "sure": "yes"}).status_code == 302
    runner = signed_in(world.runner)
    page = plain(runner.get(f"/marking/{file.pk}/marks/?show=replies"))
    assert "มีข้อมูลเปิดแล้ว" in page and "ต้องหาข้อยุติอีกครั้ง" in page and "ขอบคุณผู้ตรวจ" in page
    again = {"do": "settle", "criterion": "c-open", "value": "3", "reason": "หลักฐานใหม่", "sequence": "1"}
    assert runner.post(f"/marking/{file.pk}/marks/", again).status_code == 302
    assert runner.get(f"/marking/{file.pk}/decide/").status_code == 403


def test_a_decision_is_looked_at_before_it_is_taken_and_taken_once(world: AssessmentWorld, signed_in: Enter) -> None:
    file = deciding(world, submitted(world))
    decider = signed_in(world.decider)
    page = f"/marking/{file.pk}/decide/"
    shown = plain(decider.get(page))
    assert "คะแนนเอกสาร" in shown and "ยังไม่ถึง:" in shown and "คะแนนที่ยุติถึงระดับนี้แล้ว" in shown
    given = {"outcome": "granted:passed", "reasons": "ครบตามเกณฑ์", "revision": file.revision}
    assert decider.post(page, {**given, "reasons": ""}).status_code == 422
    none = decider.post(page, {**given, "outcome": ""})
    assert none.status_code == 422 and "ยังไม่ได้เลือกผล" in text(none).split("<fieldset")[1].split("</fieldset>")[0]
    too_high = decider.post(page, {**given, "outcome": "granted:high", "sure": "yes"})
    assert too_high.status_code == 422 and "ยังไม่ถึงระดับ" in plain(too_high)
    looked = decider.post(page, given)
    assert looked.status_code == 200 and "ยืนยันผลการตัดสิน" in plain(looked) and not Certificate.objects.exists()
    refusing = plain(decider.post(page, {**given, "outcome": "refused"}))
    assert "ยืนยันผลการตัดสิน" in refusing and "ถึงระดับ “" in refusing, "who refuses reads that a level is reached"
    dated = plain(decider.post(page, {**given, "expires_on": "2036-03-05"}))
    assert "5 มี.ค. 2579" in dated and "2036-03-05" not in dated
    past = decider.post(page, {**given, "expires_on": "30 ก.ย. 2568"})
    assert past.status_code == 422 and "ยืนยันผลการตัดสิน" not in plain(past), "a past end is refused on the first page"
    beside = text(past).split('id="id_expires"')[1].split("expires-hint")[1]
    assert "วันสิ้นอายุ 30 ก.ย. 2568 ต้องอยู่หลังวันตัดสิน" in beside and 'value="30 ก.ย. 2568"' in text(past)
    unread = text(decider.post(page, {**given, "expires_on": "ปีหน้า"})).split('id="id_expires"')[1]
    assert "อ่านไม่ได้" in unread and 'aria-invalid="true"' in unread
    assert "ครบตามเกณฑ์" in text(decider.post(page, {**given, "back": "1"}))
    assert decider.post(page, {**given, "sure": "yes"}).status_code == 302
    second = decider.post(page, {**given, "sure": "yes"})
    assert second.status_code == 409 and Certificate.objects.count() == 1


def test_everybody_reads_the_decision_and_nobody_s_name(world: AssessmentWorld, signed_in: Enter) -> None:
    number = granted(world).certificate.number
    for prefix in ("", "/en"):
        page = Client().get(f"{prefix}/register/{number}/decision/")
        assert page.status_code == 200
        assert "ครบตามเกณฑ์ของระดับ" in text(page) and FIRST_REASON not in text(page) and "คำอธิบาย" not in text(page)
        people = (*world.markers, world.decider, world.runner, world.sender, world.filler)
        assert not [one for one in people if one.shown.th in text(page)]
    assert Client().get("/register/none/decision/").status_code == 404


def test_an_appeal_is_filed_once_and_decided_by_another(world: AssessmentWorld, signed_in: Enter) -> None:
    first = granted(world)
    file = first.file
    city, result = signed_in(world.sender), f"/assessments/{file.pk}/result/"
    assert "อุทธรณ์ได้ถึงวันที่" in plain(city.get(result)) and "(อีก 30 วัน)" in plain(city.get(result))
    assert city.post(result, {"do": "appeal", "text": " "}).status_code == 422, "nothing to confirm"
    assert city.post(result, {"do": "appeal", "text": "ขอระดับสูงกว่า"}).status_code == 200
    assert fresh(file).state == FileState.GRANTED, "it asks once more"
    assert city.post(result, {"do": "appeal", "text": "ขอระดับสูงกว่า", "sure": "yes"}).status_code == 302
    page = f"/marking/{file.pk}/appeal/"
    given = {"outcome": "upheld:deciding", "reasons": "ควรพิจารณาใหม่"}
    own = signed_in(world.decider)
    assert "คุณเป็นผู้ตัดสินผลเดิม" in plain(own.get(page)) and own.post(page, given).status_code == 422
    other = signed_in(holding(Role.PUBLISHER, world.agency, name="second"))
    assert "รับรอง “ผ่าน”" in plain(other.get(page)), "what the appeal is against, with its level"
    assert other.post(page, {**given, "reasons": ""}).status_code == 422
    assert other.post(page, given).status_code == 302
    assert fresh(file).state == FileState.DECIDING
    assert "รับอุทธรณ์" in plain(city.get(result))
    again = {"outcome": "granted:passed", "reasons": "ตามเดิม", "revision": fresh(file).revision}
    looked = plain(other.post(f"/marking/{file.pk}/decide/", again))
    assert f"ใบรับรองเดิมที่จะสิ้นสุดวันนี้ {first.certificate.number} ใบเดิมมีผลถึง" in looked
    looked = plain(other.post(f"/marking/{file.pk}/decide/", {**again, "outcome": "refused"}))
    assert first.certificate.number not in looked, "a refusal ends nothing"


def test_marks_older_than_the_evidence_are_told(world: AssessmentWorld, signed_in: Enter) -> None:
    file = submitted(world)
    appointed(world, file)
    client, desk = signed_in(world.markers[0]), f"/marking/{file.pk}/mark/"
    client.post(desk + "plan/", {"r_c-plan": "0", "s_c-plan": "", "v_c-plan": "3"})
    return_file(acting_user=world.runner, file=fresh(file), reason="ขอหลักฐานเพิ่ม")
    attach_link(acting_user=world.filler, file=fresh(file), criterion="c-plan", url="https://t.example/n", title="ใหม่")
    submit_file(acting_user=world.sender, file=fresh(file))
    assert "ต้องดูอีกครั้ง 1 ข้อ" in plain(client.get(desk))
    assert "ยืนยันคะแนนข้อนี้" in plain(client.get(desk + "plan/"))
    mark = Mark.objects.get(criterion="c-plan")
    sure = {"r_c-plan": mark.revision, "s_c-plan": "", "v_c-plan": "3", "go": "stay:c-plan"}
    assert client.post(desk + "plan/", sure).status_code == 302
    assert "ต้องดูอีกครั้ง 1 ข้อ" not in plain(client.get(desk))


def test_a_marker_who_joined_the_city_since_marks_no_more_and_both_sides_are_told(
    world: AssessmentWorld, signed_in: Enter
) -> None:
    file = submitted(world)
    first, _ = appointed(world, file)
    desk, theirs = f"/en/marking/{file.pk}/mark/", f"/en/marking/{file.pk}/"
    assert "no longer mark" not in plain(signed_in(world.runner).get(theirs)) + plain(signed_in(first.person).get(desk))
    grant_role(acting_user=OPERATOR, person=first.person, organisation=world.town, role=Role.READER)
    with pytest.raises(NotAllowed) as refused:
        save_mark(acting_user=first.person, marker=first, criterion="c-plan", value=3, reason="ดี")
    assert refused.value.remedy is not None and "steps back" in refused.value.remedy.en
    page = plain(signed_in(world.runner).get(theirs))
    assert page.count("Can no longer mark this file: belongs to") == 1 and "appoint somebody else" in page
    own = signed_in(first.person)
    assert "You can no longer mark this file: belongs to" in plain(own.get(desk))
    assert 'value="hand_in"' not in text(own.get(desk)) and "To read only" in plain(own.get(f"{desk}plan/"))
    assert own.post(desk, {"do": "recuse", "reason": "ย้ายไปทำงานกับเมือง"}).status_code == 302
    page = plain(signed_in(world.runner).get(theirs))
    assert "Can no longer mark this file" not in page and "(1 more needed)" in page


def test_who_stepped_back_is_told_that_only(world: AssessmentWorld, signed_in: Enter) -> None:
    file = marked(world, submitted(world))
    first = Marker.objects.get(person=world.markers[0])
    recuse_marker(acting_user=world.markers[0], marker=first, reason="ขอถอนตัว")
    client = signed_in(world.markers[0])
    desk = f"/marking/{file.pk}/mark/"
    for part in ("plan", "environment"):
        assert client.get(f"{desk}{part}/")["Location"] == desk
        assert client.post(f"{desk}{part}/", {"r_c-plan": "1", "v_c-plan": "0"})["Location"] == desk
    page = text(client.get(desk))
    assert "คุณถอนตัวจากแฟ้มนี้แล้ว" in page and f"{desk}plan/" not in page and FIRST_REASON not in page
    assert settled is not None and FIRST_REASON not in text(signed_in(world.runner).get(f"/marking/{file.pk}/marks/"))


def test_a_project_that_markers_cannot_read_is_no_link_and_does_not_count(
    world: AssessmentWorld, signed_in: Enter
) -> None:
    file = submitted(world)
    return_file(acting_user=world.runner, file=file, reason="ขอหลักฐานเพิ่ม")
    programme = create_programme(
        acting_user=world.filler, organisation=world.town, title_th="แผน", first_year=2026, last_year=2028
    )
    project = create_project(acting_user=world.filler, programme=programme, facts={"title": "ทางเดินริมน้ำ"})
    city = signed_in(world.filler)
    here = f"/assessments/{file.pk}/criteria/c-plan/evidence/"
    assert "แผนงานยังไม่เปิดเผย ยังไม่นับเป็นหลักฐาน" in plain(city.get(here + "?q=ทางเดิน"))
    page = plain(city.post(here, {"do": "project", "project": project.pk}, follow=True))
    assert "แนบโครงการแล้ว แต่ผู้ตรวจยังอ่านไม่ได้จนกว่าแผนงานจะเปิดเผย" in page
    assert "หลักฐานที่นับได้ 1 จากที่ต้องมี 1 รายการ" in page and "ผู้ตรวจอ่านไม่ได้ จึงยังไม่นับเป็นหลักฐาน" in page
    opened = f'href="/projects/{project.pk}/"'
    assert opened in text(city.get(here)) and city.get(f"/projects/{project.pk}/").status_code == 200
    submit_file(acting_user=world.sender, file=fresh(file))
    appointed(world, fresh(file))
    marker = signed_in(world.markers[0])
    desk = text(marker.get(f"/marking/{file.pk}/mark/plan/"))
    assert "ทางเดินริมน้ำ" in desk and opened not in desk and "ผู้ตรวจอ่านไม่ได้ จึงยังไม่นับเป็นหลักฐาน" in desk
    assert marker.get(f"/projects/{project.pk}/").status_code == 403
    release_programme(acting_user=holding(Role.PUBLISHER, world.town, name="publisher"), programme=programme)
    desk = text(marker.get(f"/marking/{file.pk}/mark/plan/"))
    assert opened in desk and "ผู้ตรวจอ่านไม่ได้" not in desk
    assert marker.get(f"/projects/{project.pk}/").status_code == 200


@pytest.mark.parametrize(("left", "says"), [(1, "(1 day left)"), (2, "(2 days left)")])
def test_days_that_are_left_agree_with_their_number(left: int, says: str) -> None:
    clock = clock_of(date(2026, 3, 1) + timedelta(days=left), date(2026, 3, 1))
    assert clock is not None and clock.text.en.endswith(says) and clock.text.th.endswith(f"(อีก {left} วัน)")


@pytest.mark.parametrize(
    ("low", "says"),
    [(0.0, "ค่าแคปปาใช้บอกอะไรไม่ได้ · ให้คะแนนเท่ากัน 67% ของข้อ"), (-0.3, "ความสอดคล้องน้อย 0.00 จากเต็ม 1 (−0.30 ถึง 0.30)")],
)
def test_a_kappa_that_cannot_be_but_zero_is_no_agreement_in_words(low: float, says: str) -> None:
    held = {"kappa": 0.0, "low": low, "high": -low, "exact": 2 / 3, "told": {"th": "เหตุผล", "en": "why"}}
    head, told = agreement_told(RequestFactory().get("/"), held)
    assert head.th.startswith(says) and told.en.startswith("why")
    assert ("The interval holds 0" in told.en) == (low < 0)


def test_less_than_chance_is_not_claimed_of_an_interval_that_holds_it() -> None:
    held = {
        "kappa": -0.02,
        "low": -0.36,
        "high": 0.31,
        "exact": 0.55,
        "told": {"th": "จาก 31 ข้อ", "en": "over 31 criteria"},
    }
    head, told = agreement_told(RequestFactory().get("/"), held)
    assert head.en.startswith("No more agreement than by chance: −0.02 of at most 1 (−0.36 to 0.31)")
    assert told.en.startswith("over 31 criteria. The interval holds 0") and "บังเอิญ" in told.th
