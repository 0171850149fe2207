"""The city's pages without scripts: what is read by whom, what is refused, that nothing typed is lost."""

from __future__ import annotations

import re
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from mudmai.apps.assessment.domain.cities import create_city
from mudmai.apps.assessment.domain.facts import facts_asked
from mudmai.apps.assessment.models import Call, City, CityFile
from tests.apps.assessment.assessment_world import A1, AssessmentWorld
from tests.web.assessment.conftest import Enter, plain, text


def test_anybody_reads_what_is_assessed_and_until_when(world: AssessmentWorld) -> None:
    page = plain(Client().get("/assessments/"))
    assert "เมืองของเล่น" in page and "รอบทดสอบ" in page and "(เหลือ 30 วัน)" in page
    assert "คะแนนรวมที่ได้แน่อย่างน้อย 60%" in page and "ในหมวด “สิ่งแวดล้อม”" in page
    assert "แฟ้มประเมินของฉัน" not in page
    english = plain(Client().get("/en/criteria/toy-smart-1/"))
    assert "Asked of cities on the coast only" in english and "pieces of evidence needed: 1" in english
    assert Client().get("/criteria/nothing/").status_code == 404
    book = Client().get("/criteria/toy-smart-1/answers.xlsx")
    assert book.content[:2] == b"PK" and Client().get("/criteria/toy-smart-1/set.xlsx").status_code == 200


def test_days_agree_with_their_number(world: AssessmentWorld, signed_in: Enter) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    Call.objects.filter(pk=world.call.pk).update(reply_days=1, appeal_days=2, closes_on=tomorrow)
    client = signed_in(world.filler)
    page = plain(client.get(f"/en/calls/{world.call.pk}/"))
    assert "1 day to reply to the provisional result; 2 days to appeal." in page and "(1 day left)" in page
    assert "(1 day left)" in plain(client.get("/en/assessments/"))
    thai = plain(client.get(f"/calls/{world.call.pk}/"))
    assert "ชี้แจงผลเบื้องต้นได้ 1 วัน อุทธรณ์ผลได้ 2 วัน" in thai and "(เหลือ 1 วัน)" in thai


def test_who_runs_a_call_is_led_to_the_files_and_not_asked_to_add_a_city(
    world: AssessmentWorld, signed_in: Enter
) -> None:
    runs = signed_in(world.decider).get(f"/en/calls/{world.call.pk}/")
    assert "Files that cities send in this call wait for you at" in plain(runs)
    assert 'href="/en/marking/"' in runs.content.decode() and "no city to open a file for" not in plain(runs)
    assert "wait for you at" not in plain(signed_in(world.filler).get(f"/en/calls/{world.call.pk}/"))
    form = plain(signed_in(world.decider).get("/calls/new/"))
    assert "จำนวนวันที่ให้เมืองชี้แจง" in form and "จำนวนวันที่ให้ยื่นอุทธรณ์" in form, "a number of days, not a date"


def test_a_day_that_cannot_be_read_is_told_at_its_field(world: AssessmentWorld, signed_in: Enter) -> None:
    runner = signed_in(world.decider)
    given = {
        "organisation": world.call.organisation.code, "criteria": world.call.criteria, "title_th": "รอบใหม่",
        "opens_on": "2026-10-01", "closes_on": "2026-12-01", "markers": "2", "reply_days": "15", "appeal_days": "30",
    }  # fmt: skip
    for name, wrong in (("opens_on", "32/13/2569"), ("closes_on", "เร็ว ๆ นี้"), ("reply_days", "สองสัปดาห์")):
        refused = runner.post("/calls/new/", {**given, name: wrong})
        page = refused.content.decode()
        assert refused.status_code == 422 and f'id="{name}-faults"' in page, name
        assert page.count('aria-invalid="true"') == 1 and wrong in page, name


def test_every_page_answers_in_both_languages(world: AssessmentWorld, file: CityFile, signed_in: Enter) -> None:
    client = signed_in(world.filler)
    for address in (
        "/assessments/",
        "/criteria/toy-smart-1/",
        f"/criteria/toy-smart-1/?kept={file.criteria_sha}",
        "/cities/",
        "/cities/?q=เอหนึ่ง",
        "/cities/new/",
        "/cities/alpha-one/",
        "/cities/alpha-one/change/",
        f"/calls/{world.call.pk}/",
        f"/assessments/{file.pk}/",
        f"/assessments/{file.pk}/parts/plan/",
        f"/assessments/{file.pk}/parts/environment/",
        f"/assessments/{file.pk}/criteria/c-plan/evidence/",
        f"/assessments/{file.pk}/criteria/c-money/evidence/?figure=live",
        f"/assessments/{file.pk}/book/",
        f"/assessments/{file.pk}/answers.xlsx",
        "/cities/alpha-one/roadmap/",
        "/cities/alpha-one/roadmap/?print=1",
        "/cities/alpha-one/roadmap/new/?criterion=c-waste&action=sort-waste",
    ):
        for prefix in ("", "/en"):
            answer = client.get(prefix + address)
            assert answer.status_code == 200, (prefix + address, plain(answer)[:500])
    caller = signed_in(world.decider)
    for address in ("/calls/new/", f"/calls/{world.call.pk}/change/"):
        assert caller.get(address).status_code == 200, address


def test_the_way_to_a_listed_city_to_indices_and_to_inventories(world: AssessmentWorld, signed_in: Enter) -> None:
    form = signed_in(world.filler).get("/cities/new/")
    assert "มีในรายชื่ออยู่แล้วหรือไม่" in plain(form) and "รับผิดชอบเมืองนี้" in plain(form)
    assert "มีในรายชื่ออยู่แล้วหรือไม่" not in plain(signed_in(world.filler).get("/cities/alpha-one/change/"))
    for address in ("/assessments/", "/cities/"):
        page = text(Client().get(address))
        assert 'href="/indices/"' in page and 'href="/inventories/"' in page, address


def test_cities_stand_in_the_order_of_the_language(world: AssessmentWorld) -> None:
    given = {"acting_user": world.filler, "organisation": world.town, "area": A1}
    create_city(**given, code="z-town", name_th="เมืองกอ", name_en="Zed Town")
    create_city(**given, code="a-town", name_th="เมืองเฮ", name_en="Able Town")
    create_city(**given, code="y-town", name_th="ยาวไกล", name_en="Yard Town")
    thai, english = ["z-town", "alpha-one", "a-town", "y-town"], ["a-town", "alpha-one", "y-town", "z-town"]
    for prefix, wanted in (("", thai), ("/en", english)):
        found = re.findall(
            r'<th scope="row"><a href="(?:/en)?/cities/([a-z0-9-]+)/"', text(Client().get(f"{prefix}/cities/"))
        )
        assert found == wanted


def test_a_city_is_added_and_a_refusal_keeps_what_was_typed(world: AssessmentWorld, signed_in: Enter) -> None:
    client = signed_in(world.filler)
    given = {
        "organisation": world.town.code, "code": "beta", "name_th": "เมืองบี", "area": "A1", "fact_population": "หลายคน",
    }  # fmt: skip
    refused = client.post("/cities/new/", given)
    assert refused.status_code == 422 and "เมืองบี" in text(refused) and "หลายคน" in text(refused)
    below = client.post("/en/cities/new/", {**given, "fact_population": "-5", "latitude": "-7.25"})
    assert below.status_code == 422 and "“-5” is below zero: it must be zero or more" in plain(below)
    assert "“-7.25”" not in plain(below), "south of the equator is a place"
    given["fact_population"] = "๑๒,๐๐๐"
    bare = client.post("/cities/new/", given)
    assert bare.status_code == 422, "a fact without its source"
    title = facts_asked()["population"].title.th
    assert f"“{title}”: ต้องบอกแหล่งที่มา" in plain(bare) and "“population”" not in plain(bare), "named as on the form"
    given |= {"fact_population_source": "ทะเบียน", "fact_population_as_of": "2568"}
    assert client.post("/cities/new/", given).status_code == 302
    page = plain(Client().get("/cities/beta/"))
    assert "12,000" in page and "ทะเบียน" in page and "ยังไม่ทราบ" in page
    made = City.objects.get(code="beta")
    assert made.facts["population"]["as_of"] == "2025"
    change = {**given, "revision": made.revision, "name_th": "เมืองบีใหม่"}
    assert client.post("/cities/beta/change/", change).status_code == 302
    stale = client.post("/cities/beta/change/", {**change, "name_th": "อีกชื่อ"})
    assert stale.status_code == 409 and "อีกชื่อ" in text(stale) and "เมืองบีใหม่" in text(stale)
    assert signed_in(world.reader).get("/cities/new/").status_code == 403


def test_the_time_of_a_fact_is_read_and_told_in_the_readers_era(world: AssessmentWorld, signed_in: Enter) -> None:
    client = signed_in(world.filler)
    given = {
        "organisation": world.town.code, "code": "gamma", "name_th": "เมืองซี", "area": "A1",
        "fact_population": "12000", "fact_population_source": "ทะเบียน", "fact_population_as_of": "เร็ว ๆ นี้",
    }  # fmt: skip
    refused = client.post("/en/cities/new/", given)
    assert refused.status_code == 422 and "cannot be read as a period" in plain(refused)
    assert client.post("/cities/new/", {**given, "fact_population_as_of": "๒๕๖๘"}).status_code == 302
    assert "As of 2025" in plain(Client().get("/en/cities/gamma/"))
    assert "ณ พ.ศ. 2568" in plain(Client().get("/cities/gamma/"))
    assert 'value="พ.ศ. 2568"' in text(client.get("/cities/gamma/change/"))
    made = City.objects.get(code="gamma")
    for kept, en, th in (
        ("๒๕๖๘", "2025", "พ.ศ. 2568"),
        ("2024-10-01", "1 Oct 2024", "1 ต.ค. 2567"),
        ("ปลายปี", "ปลายปี", "ปลายปี"),
    ):
        made.facts["population"]["as_of"] = kept
        made.save()
        assert f"As of {en})" in plain(Client().get("/en/cities/gamma/"))
        assert f"ณ {th})" in plain(Client().get("/cities/gamma/"))
        same = {**given, "fact_population_as_of": en, "revision": made.revision, "name_th": f"เมือง {en}"}
        assert client.post("/cities/gamma/change/", same).status_code == 302
        made = City.objects.get(code="gamma")
        assert made.facts["population"]["as_of"] == kept, "what says the same stays as it was written"
