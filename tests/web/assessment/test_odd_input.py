"""What goes wrong at a city's desk: calls that are over, sets that changed, files too large, facts not known."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from mudmai.apps.assessment.domain.answers import save_answer
from mudmai.apps.assessment.domain.calls import create_call, publish_call
from mudmai.apps.assessment.domain.cities import create_city
from mudmai.apps.assessment.domain.evidence import attach_link
from mudmai.apps.assessment.domain.files import open_file
from mudmai.apps.assessment.domain.roadmap import plan_action
from mudmai.apps.assessment.models import Call, City, CityFile, FileState
from tests.apps.assessment.assessment_world import A1, SET, AssessmentWorld
from tests.web.assessment.conftest import Enter, plain, text
from tests.web.assessment.test_filling_pages import fields


def test_a_call_that_is_over_opens_takes_and_sends_nothing(
    world: AssessmentWorld, file: CityFile, signed_in: Enter
) -> None:
    client, address = signed_in(world.filler), f"/assessments/{file.pk}/"
    held = fields(client.get(f"{address}parts/plan/"))
    Call.objects.filter(pk=world.call.pk).update(closes_on=timezone.localdate() - timedelta(days=1))
    late = client.post(f"{address}parts/plan/", {**held, "v_c-plan": "2", "t_c-plan": "พิมพ์ไว้นานแล้ว"})
    assert late.status_code == 422 and "พิมพ์ไว้นานแล้ว" in text(late), "what was typed can still be copied"
    assert "รอบ" in plain(late) and not file.answers.exclude(value=None).exists()
    page = client.get(address)
    assert page.status_code == 200 and "ปิดรับแล้ว" in plain(page), plain(page)[:600]
    sent = signed_in(world.sender).post(address, {"do": "submit", "revision": str(file.revision)})
    assert sent.status_code == 422
    file.refresh_from_db()
    assert file.state == FileState.DRAFT
    other = create_city(acting_user=world.filler, organisation=world.town, code="later", name_th="เมืองมาช้า", area=A1)
    refused = client.post(f"/calls/{world.call.pk}/", {"do": "open", "city": other.code})
    assert refused.status_code == 422 and not other.files.exists()


def test_a_file_keeps_the_set_that_it_was_opened_with(
    world: AssessmentWorld, file: CityFile, signed_in: Enter, tmp_path: Path
) -> None:
    pack = tmp_path / "shipped" / "toycriteria" / "criteria.yaml"
    whole = pack.read_text("utf-8")
    start, end = whole.index("  - id: c-open"), whole.index("  - id: c-coast")
    pack.write_text(whole[:start] + whole[end:], "utf-8")
    assert "เปิดเผยหรือไม่" not in plain(Client().get("/criteria/toy-smart-1/"))
    client, address = signed_in(world.filler), f"/assessments/{file.pk}/parts/plan/"
    page = client.get(address)
    assert "เปิดเผยหรือไม่" in plain(page)
    assert client.post(address, {**fields(page), "v_c-open": "2", "t_c-open": "ยังตอบได้"}).status_code == 302
    assert file.answers.get(criterion="c-open").value == 2
    for more in ("", "answers.xlsx", "criteria/c-open/evidence/"):
        assert client.get(f"/assessments/{file.pk}/{more}").status_code == 200
    kept = plain(Client().get(f"/criteria/toy-smart-1/?kept={file.criteria_sha}"))
    assert "เปิดเผยหรือไม่" in kept, "the set of the file is still there to read"


def test_a_film_is_refused_early_and_a_link_proposed(
    world: AssessmentWorld, file: CityFile, signed_in: Enter, settings: Settings, tmp_path: Path
) -> None:
    settings.MUDMAI_EVIDENCE_BYTES = 1 << 20
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "arriving")
    address = f"/assessments/{file.pk}/criteria/c-money/evidence/"
    kept = set((tmp_path / "home").rglob("*"))
    film = SimpleUploadedFile("พิธีเปิด.mp4", b"\x00\x00\x00\x18ftypmp42" + b"\x00" * (3 << 20))
    client = signed_in(world.filler)
    answer = client.post(address, {"do": "file", "file": film})
    told = plain(answer)
    assert answer.status_code == 422 and "1 MB" in told and "ลิงก์" in told
    assert not list((tmp_path / "arriving").rglob("*")), "nothing is left half received"
    assert {one for one in set((tmp_path / "home").rglob("*")) - kept if one.is_file() and "raw" in one.parts} == set()
    assert not file.evidence.exists()
    short = SimpleUploadedFile("สั้น.mp4", b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 100)
    assert client.post(address, {"do": "file", "file": short}).status_code == 422 and not file.evidence.exists()


def test_what_was_replaced_stays_beside_what_replaced_it(
    world: AssessmentWorld, file: CityFile, signed_in: Enter
) -> None:
    old = attach_link(
        acting_user=world.filler, file=file, criterion="c-plan", title="แผนฉบับเก่า", url="https://town.example/old"
    )
    client, address = signed_in(world.filler), f"/assessments/{file.pk}/criteria/c-plan/evidence/"
    new = {"do": "link", "url": "https://town.example/new", "title": "แผนฉบับใหม่", "replaces": str(old.pk)}
    assert client.post(address, new).status_code == 302
    page = plain(client.get(address))
    assert "แผนฉบับใหม่" in page and "แผนฉบับเก่า" in page
    assert "หลักฐานที่นับได้ 1" in page, "what was replaced counts no more"


def test_what_is_not_known_of_a_city_excuses_it_from_nothing(world: AssessmentWorld, signed_in: Enter) -> None:
    City.objects.filter(pk=world.city.pk).update(facts={})
    city = City.objects.get(pk=world.city.pk)
    file = open_file(acting_user=world.filler, call=world.call, city=city)
    client = signed_in(world.filler)
    page = plain(client.get(f"/assessments/{file.pk}/parts/plan/"))
    assert "ดูแลชายฝั่งหรือไม่" in page, "it is asked"
    assert "ยังไม่ทราบข้อมูลของหน่วยงาน" in page and "“ถามเฉพาะเมืองติดทะเล”" in page, "and why"
    told = client.get(f"/assessments/{file.pk}/")
    assert "มี 1 ข้อที่ถามไว้ก่อน" in plain(told) and f"/cities/{city.code}/change/" in text(told)


def test_a_summary_is_printed_without_forms(world: AssessmentWorld, file: CityFile, signed_in: Enter) -> None:
    page = signed_in(world.filler).get(f"/assessments/{file.pk}/?print=1")
    assert page.status_code == 200 and "ได้แน่ 0%" in plain(page) and 'name="leave_open"' not in text(page)


def test_the_years_of_a_road_map_tell_money_that_is_not_known(
    world: AssessmentWorld, file: CityFile, signed_in: Enter
) -> None:
    given = {"acting_user": world.filler, "city": world.city, "file": file, "criterion": "c-plan"}
    plan_action(**given, title="เขียนแผน", to_step=3, fiscal_year=2027, budget=Decimal(1_000_000))
    plan_action(**given, title="จัดเวที", fiscal_year=2027)
    plan_action(**given, title="พิมพ์เล่ม", fiscal_year=2029, budget=Decimal(50_000))
    plan_action(**given, title="ไม่รู้เมื่อไร")
    page = plain(signed_in(world.filler).get("/cities/alpha-one/roadmap/?print=1"))
    assert "อย่างน้อย 1,000,000" in page and "อีก 1 รายการยังไม่ทราบ" in page
    assert "2570" in page and "2572" in page and "ยังไม่ระบุปี" in page


@pytest.mark.parametrize("page", ["/assessments/", "/cities/", "file", "part", "/cities/alpha-one/"])
def test_more_rows_ask_no_more_of_the_database(
    world: AssessmentWorld, file: CityFile, signed_in: Enter, page: str
) -> None:
    client = signed_in(world.filler)
    address = {"file": f"/assessments/{file.pk}/", "part": f"/assessments/{file.pk}/parts/plan/"}.get(page, page)
    grown(world, file, 1)
    client.get(address)
    few = asked(client, address)
    for n in range(2, 6):
        grown(world, file, n)
    assert asked(client, address) <= few


def asked(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def grown(world: AssessmentWorld, file: CityFile, n: int) -> None:
    """One more city and call, a file in it for both cities, a piece of evidence, an answer of another colleague."""
    today = timezone.localdate()
    made = create_call(
        acting_user=world.decider, organisation=world.agency, criteria_id=SET,
        title_th=f"รอบ {n}", title_en=f"Call {n}", opens_on=today, closes_on=today + timedelta(days=9),
    )  # fmt: skip
    call = publish_call(acting_user=world.decider, call=made)
    city = create_city(
        acting_user=world.filler, organisation=world.town, code=f"more-{n}", name_th=f"เมือง {n}", area=A1
    )
    for one in (city, world.city):
        open_file(acting_user=world.filler, call=call, city=one)
    for criterion in ("c-plan", "c-open")[: 1 + n % 2]:
        row = file.answers.filter(criterion=criterion).first()
        save_answer(
            acting_user=(world.filler, world.colleague)[n % 2],
            file=file, criterion=criterion, value=n % 3, text=f"ครั้งที่ {n}", revision=row.revision if row else 0,
        )  # fmt: skip
    attach_link(
        acting_user=(world.filler, world.colleague)[n % 2],
        file=file, criterion="c-plan", title=f"ลิงก์ {n}", url=f"https://town.example/{n}",
    )  # fmt: skip
