"""Filling a file by its pages: two editors of one criterion, evidence, sending, the road map."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django import Settings

from mudmai.apps.assessment.domain.answer_books import export_answer_book
from mudmai.apps.assessment.domain.answers import save_answer
from mudmai.apps.assessment.domain.facts import criteria_of
from mudmai.apps.assessment.domain.files import file_named, open_file, return_file, submit_file
from mudmai.apps.assessment.domain.reconciling import reconcile_equal, tell_provisional
from mudmai.apps.assessment.domain.roadmap import plan_action, points_by_year
from mudmai.apps.assessment.models import CityFile, FileState, RoadmapItem
from mudmai.exchange.criteria.answer_sheets import ANSWER, CRITERION, GivenAnswer, write_answer_book
from tests.apps.assessment.assessment_world import AssessmentWorld, link
from tests.apps.assessment.marking_world import fresh
from tests.web.assessment.conftest import Enter, plain, text
from tests.web.marking.journeying import ANSWERS, appointed, handed, submitted


def fields(page: Any, **more: str) -> dict[str, str]:
    """What the form of a part sends as it stands: hidden marks, and answers of ``more``."""
    hidden = dict(re.findall(r'type="hidden" name="([rsb]_[\w-]+)" value="([^"]*)"', text(page)))
    return {**hidden, **more}


def test_two_editors_of_one_criterion_the_second_sees_both(
    world: AssessmentWorld, file: CityFile, signed_in: Enter
) -> None:
    address = f"/assessments/{file.pk}/parts/plan/"
    first, second = signed_in(world.filler), signed_in(world.colleague)
    mine, theirs = fields(first.get(address)), fields(second.get(address))
    assert first.post(address, {**mine, "v_c-plan": "2", "t_c-plan": "แผนของเรา"}).status_code == 302
    late = second.post(
        address, {**theirs, "v_c-plan": "1", "t_c-plan": "อีกแบบ", "v_c-open": "3", "t_c-open": "เปิดทุกชุด"}
    )
    assert late.status_code == 409
    assert "แผนของเรา" in text(late) and "อีกแบบ" in text(late), "both versions"
    kept = {one.criterion: (one.value, one.text) for one in file.answers.all()}
    assert kept == {"c-plan": (2, "แผนของเรา"), "c-open": (3, "เปิดทุกชุด")}, "what nobody else touched was saved"
    again = second.post(address, {**fields(late), "v_c-plan": "1", "t_c-plan": "อีกแบบ"})
    assert again.status_code == 302 and file.answers.get(criterion="c-plan").value == 1
    assert signed_in(world.reader).post(address, {**mine, "v_c-plan": "3"}).status_code == 403


def test_the_page_says_what_blocks_and_what_does_not_apply(
    world: AssessmentWorld, file: CityFile, signed_in: Enter
) -> None:
    client = signed_in(world.filler)
    page = plain(client.get(f"/assessments/{file.pk}/"))
    assert "ได้แน่ 0% อาจถึง 100%" in page and "สิ่งที่ติดขัดก่อนถึงระดับ" in page
    assert "ถามเฉพาะเมืองติดทะเล" in page, "why a criterion does not apply"
    assert client.post(f"/assessments/{file.pk}/", {"do": "claim", "revision": "1", "part": []}).status_code == 409


def test_english_sentences_begin_with_a_capital_and_a_returned_file_says_so(
    world: AssessmentWorld, file: CityFile, signed_in: Enter
) -> None:
    client = signed_in(world.filler)
    page = plain(client.get(f"/en/assessments/{file.pk}/"))
    assert "Self-assessment · " in page and "The overall score is 0% for certain and must be 60%" in page
    assert "The role of reviewer or higher is needed to submit a city" in page
    for criterion in ("c-plan", "c-open", "c-money", "c-waste"):
        save_answer(acting_user=world.filler, file=file, criterion=criterion, value=1, text="", revision=0)
        link(world, file, criterion, today=None)
    sent = submit_file(acting_user=world.sender, file=file_named(file.pk))
    return_file(acting_user=world.runner, file=sent, reason="แนบแผนใหม่")
    assert "returned to be mended, not sent again yet" in plain(client.get("/en/assessments/"))
    whole = text(client.get(f"/en/assessments/{file.pk}/"))
    assert "assess-bar-open" not in whole[whole.index("assess-legend") : whole.index("</details>")], "all is answered"


def test_the_next_step_is_offered_first(world: AssessmentWorld, file: CityFile, signed_in: Enter) -> None:
    client, address = signed_in(world.filler), f"/assessments/{file.pk}/"
    assert "ยังไม่ได้ส่ง · วันสุดท้าย" in plain(client.get("/assessments/")), "a draft waits for who may fill it"
    assert "ยังไม่ได้ส่ง" not in plain(signed_in(world.reader).get("/assessments/"))
    page = text(client.get(address))
    assert f'href="{address}parts/plan/">ตอบต่อ: ' in page and 'href="#send"' not in page
    assert "ตอบต่อ" not in text(signed_in(world.reader).get(address))
    for criterion in ("c-plan", "c-open", "c-money", "c-waste"):
        save_answer(acting_user=world.filler, file=file, criterion=criterion, value=1, text="", revision=0)
    lacking = text(client.get(address))
    assert f'<a href="{address}criteria/c-plan/evidence/">' in lacking, "what lacks leads to where it is attached"
    assert f'href="{address}parts/plan/">แนบหลักฐานต่อ: ' in lacking and "ตอบต่อ: " not in lacking
    unproven = "2 คำตอบยังขาดหลักฐาน"
    assert unproven in lacking and unproven in text(client.get(f"{address}parts/plan/")), "told beside the level"
    for criterion in ("c-plan", "c-open", "c-money", "c-waste"):
        link(world, file, criterion, today=None)
    page = text(client.get(address))
    assert 'href="#send"' in page and "ตอบต่อ: " not in page and "ยังขาดหลักฐาน: นับ" not in page
    assert 'href="/cities/alpha-one/roadmap/#gaps"' in page, "what blocks leads to what can be done about it"


def test_after_the_marks_were_told_what_blocks_and_the_road_map_are_by_them(
    world: AssessmentWorld, signed_in: Enter
) -> None:
    client = signed_in(world.filler)
    sent = submitted(world)
    for marker in appointed(world, sent):
        handed(marker, {**ANSWERS, "c-open": 1}, "ยังเปิดไม่ครบ")
    reconcile_equal(acting_user=world.runner, file=fresh(sent))
    held = tell_provisional(acting_user=world.runner, file=fresh(sent))
    plan_action(
        acting_user=world.filler,
        city=held.city,
        file=held,
        criterion="c-open",
        title="แผนใหม่",
        to_step=2,
        fiscal_year=2028,
    )
    points = points_by_year(held)
    assert points[1].changed == {"c-open": 2}, "above the settled mark, though not above the city's answer"
    for page in (f"/assessments/{held.pk}/", f"/assessments/{held.pk}/parts/plan/"):
        told = plain(client.get(page))
        assert "คะแนนที่ยุติแล้ว" in told and "คำตอบตอนนี้" not in told and "ได้ขั้น 1 จาก 3" in told
    road = plain(client.get("/cities/alpha-one/roadmap/"))
    assert "คิดจากคะแนนที่ยุติแล้ว" in road and "ระดับถัดไปคือ" in road


def test_rarer_pages_of_the_menu_stand_behind_one_word(world: AssessmentWorld, signed_in: Enter) -> None:
    few = text(signed_in(world.filler).get("/account/"))
    many = text(signed_in(world.decider).get("/account/"))
    assert "people-more" not in few and 'href="/organisations/"' in few
    inside = many.partition('<details class="people-more">')[2].partition("</details>")[0]
    assert 'href="/organisations/"' in inside and 'href="/assessments/"' not in inside
    assert '<summary aria-current="true">' in text(signed_in(world.decider).get("/organisations/"))


def test_a_compulsory_part_is_marked_and_ticked_beforehand(world: AssessmentWorld, signed_in: Enter) -> None:
    assert "จำเป็นสำหรับระดับ “ผ่าน” “ดีเด่น”" in plain(Client().get("/criteria/toy-smart-1/"))
    made = open_file(acting_user=world.filler, call=world.call, city=world.city)
    client, address = signed_in(world.filler), f"/assessments/{made.pk}/"
    ticked = 'name="part" value="environment" checked'
    page = client.get(address)
    assert "จำเป็นสำหรับระดับ" in plain(page) and ticked in text(page)
    claim = {"do": "claim", "revision": str(made.revision)}
    assert client.post(address, {**claim, "part": ["environment"]}).status_code == 302
    made.refresh_from_db()
    claim["revision"] = str(made.revision)
    assert client.post(address, claim).status_code == 302, "left out on purpose"
    assert ticked not in text(client.get(address))


def test_what_keeps_a_file_from_being_sent_is_listed_by_part(
    world: AssessmentWorld, file: CityFile, signed_in: Enter
) -> None:
    client, address = signed_in(world.sender), f"/en/assessments/{file.pk}/"
    refused = client.post(address, {"do": "submit", "revision": str(file.revision)})
    assert refused.status_code == 422
    told = text(refused).partition('id="fault"')[2].partition("</div>")[0]
    assert "answer." not in told and "field" not in told, "no inner names"
    assert f'href="/en/assessments/{file.pk}/parts/plan/#c-c-plan"' in told
    assert told.index("parts/plan/") < told.index("Environment") < told.index("parts/environment/")
    assert not re.search(r"\b1 (pieces|criteria)\b", plain(refused))


def test_evidence_is_looked_at_attached_and_refused(world: AssessmentWorld, file: CityFile, signed_in: Enter) -> None:
    client, address = signed_in(world.filler), f"/assessments/{file.pk}/criteria/c-money/evidence/"
    assert "ไม่เกิน 100 MB" in plain(client.get(address)), "limits are told before choosing"
    look = plain(client.get(address + "?figure=live"))
    assert "ค่าที่อ่านได้" in look
    assert client.post(address, {"do": "figure", "figure": "live"}).status_code == 302
    bad = client.post(address, {"do": "link", "url": "javascript:alert(1)", "title": "ชื่อที่พิมพ์"})
    assert bad.status_code == 422 and "ชื่อที่พิมพ์" in text(bad)
    odd = client.post(address, {"do": "file", "file": SimpleUploadedFile("a.exe", b"MZ")})
    assert odd.status_code == 422 and "a.exe" in text(odd)
    good = {"do": "file", "file": SimpleUploadedFile("a.pdf", b"%PDF-1.7 x"), "title": "แผน"}
    assert client.post(address, good).status_code == 302
    row = file.evidence.get(kind="file")
    got = client.get(f"/assessments/{file.pk}/evidence/{row.pk}/")
    assert b"".join(got.streaming_content).startswith(b"%PDF")
    assert got.status_code == 200 and "attachment" in got.headers["Content-Disposition"]


def test_the_history_names_criterion_and_evidence(world: AssessmentWorld, file: CityFile, signed_in: Enter) -> None:
    named = (("c-plan", "แผนแม่บทฉบับที่ห้า"), ("c-open", "รายการชุดข้อมูล"))
    for key, piece in named:
        link(world, file, key, title=piece, today=timezone.localdate())
    titles = [criteria_of(file).by_id[key].title for key, _ in named]
    client = signed_in(world.filler)
    history = plain(client.get(f"/assessments/{file.pk}/")).split("ประวัติของแฟ้ม")[-1]
    for title, piece in zip(titles, (one for _, one in named), strict=True):
        assert f"{title.th}: “{piece}”" in history
    assert history.count("แนบหลักฐาน") == 1, "the same act within a minute is told once"
    later = file.steps.filter(action="file.attach").latest("sequence")
    file.steps.filter(pk=later.pk).update(at=later.at + timedelta(minutes=2))
    english = plain(client.get(f"/en/assessments/{file.pk}/")).split("History")[-1]
    assert english.count("attached evidence") == 2 and f"{titles[1].en}: “รายการชุดข้อมูล”" in english


def test_a_workbook_is_looked_at_then_loaded(world: AssessmentWorld, file: CityFile, signed_in: Enter) -> None:
    client, address = signed_in(world.filler), f"/assessments/{file.pk}/book/"
    world_book = export_answer_book(file)
    seen = client.post(address, {"file": SimpleUploadedFile("b.xlsx", world_book)})
    assert seen.status_code == 200 and "ตรงกับที่บันทึกไว้" in plain(seen)
    wrong = client.post(address, {"file": SimpleUploadedFile("b.xlsx", b"no workbook")})
    assert wrong.status_code == 422 and "“b.xlsx” ไม่ใช่สมุดคำตอบ" in plain(wrong), "by the name that it came with"
    assert client.post(address, {"do": "load", "token": "x"}).status_code == 422


def test_a_workbook_larger_than_one_that_is_filled_in_is_refused_while_it_comes(
    world: AssessmentWorld, file: CityFile, signed_in: Enter, settings: Settings, tmp_path: Path
) -> None:
    client, address = signed_in(world.filler), f"/assessments/{file.pk}/book/"
    assert "ไม่เกิน 20 MB" in plain(client.get(address))
    settings.MUDMAI_WORKBOOK_BYTES = 1 << 20
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "arriving")
    answer = client.post(address, {"file": SimpleUploadedFile("b.xlsx", b"PK\x03\x04" + b"\x00" * (3 << 20))})
    told = plain(answer)
    assert answer.status_code == 422 and "ไฟล์ใหญ่กว่า 1 MB จึงไม่ได้รับไว้ (ที่ส่งมามีขนาด 3 MB)" in told
    assert "ลบรูปภาพและแผ่นงานที่เพิ่มเข้ามา" in told and "Parquet" not in told
    assert not list((tmp_path / "arriving").rglob("*")), "nothing is left half received"


def test_a_link_with_a_password_is_told_in_its_own_cell(
    world: AssessmentWorld, file: CityFile, signed_in: Enter
) -> None:
    given = {"c-plan": GivenAnswer(2, "", ("https://a:b@town.example/plan",))}
    data = write_answer_book(criteria_of(file), city=file.city.name_th, claimed=file.claimed, answers=given)
    client, address = signed_in(world.filler), f"/assessments/{file.pk}/book/"
    page = plain(client.post(address, {"file": SimpleUploadedFile("b.xlsx", data)}))
    title = criteria_of(file).by_id["c-plan"].title.th
    assert "เซลล์ J3" in page and f"“{title}” ลิงก์ที่ 1" in page
    assert "a:b@" not in page, "a password is not shown again"


def test_a_workbook_with_faults_shows_no_changes_and_tells_of_another_city(
    world: AssessmentWorld, file: CityFile, signed_in: Enter
) -> None:
    client, address = signed_in(world.filler), f"/assessments/{file.pk}/book/"

    def look(city: str, wrong: str = "") -> Any:
        given = {"c-plan": GivenAnswer(2, "", ())}
        data = BytesIO(write_answer_book(criteria_of(file), city=city, claimed=file.claimed, answers=given))
        if wrong:
            book = load_workbook(data)
            rows = [row for sheet in book.worksheets for row in sheet.iter_rows()]
            next(row for row in rows if row[0].value == f"{CRITERION}c-open")[ANSWER - 1].value = wrong
            data = BytesIO()
            book.save(data)
        return client.post(address, {"file": SimpleUploadedFile("b.xlsx", data.getvalue())})

    sound = look(file.city.name_th)
    assert sound.status_code == 200 and "changes-caption" in text(sound) and "ไฟล์นี้เป็นของเมือง" not in plain(sound)
    other = look("เมืองอื่น")
    assert other.status_code == 200 and "ไฟล์นี้เป็นของเมือง “เมืองอื่น”" in plain(other)
    faulty = look(file.city.name_th, "99 ไม่มี")
    assert faulty.status_code == 422 and "faults-caption" in text(faulty) and "changes-caption" not in text(faulty)


def test_a_file_is_sent_when_what_is_open_is_confirmed(
    world: AssessmentWorld, file: CityFile, signed_in: Enter
) -> None:
    client, address = signed_in(world.sender), f"/assessments/{file.pk}/"
    part = f"/assessments/{file.pk}/parts/plan/"
    assert client.post(part, {**fields(client.get(part)), "v_c-open": "1", "t_c-open": ""}).status_code == 302
    given = {"do": "submit", "revision": file.revision, "note": "ข้อความ", "leave_open": ["c-plan"]}
    refused = client.post(address, given)
    assert refused.status_code == 422 and "ข้อความ" in text(refused)
    given["leave_open"] = ["c-plan", "c-money", "c-waste"]
    assert client.post(address, given).status_code == 302
    file.refresh_from_db()
    assert file.state == FileState.SUBMITTED


def test_a_road_map_counts_what_is_expected(world: AssessmentWorld, file: CityFile, signed_in: Enter) -> None:
    client, address = signed_in(world.filler), "/cities/alpha-one/roadmap/"
    given = {
        "criterion": "c-waste",
        "title": "คัดแยก",
        "to_step": "3",
        "fiscal_year": "๒๕๗๑",
        "budget": "",
        "unit": "กอง",
    }
    bad = client.post(address + "new/", {**given, "fiscal_year": "ปีหน้า"})
    assert bad.status_code == 422 and "คัดแยก" in text(bad) and "ปีหน้า" in text(bad)
    assert "(ตอนนี้)" not in text(bad), "what is not answered stands at no step"
    save_answer(acting_user=world.filler, file=file, criterion="c-waste", value=1, text="", revision=0)
    asked = plain(client.get(address + "new/?criterion=c-waste"))
    assert asked.count("(ตอนนี้)") == 1 and "ไม่เพิ่มคะแนน" in asked
    assert client.post(address + "new/", given).status_code == 302
    page = plain(client.get(address))
    assert "ระดับถัดไปคือ" in page and "คิดจากคะแนนที่ยุติแล้ว" not in page
    assert "2571" in page and "คัดแยก" in page and "ยังไม่ทราบ" in page, "money that is not known is no zero"
    item = RoadmapItem.objects.get()
    assert client.post(f"{address}{item.pk}/", {"do": "drop", "revision": 99, "reason": "-"}).status_code == 409
    assert client.post(f"{address}{item.pk}/", {"do": "done", "revision": item.revision}).status_code == 302
