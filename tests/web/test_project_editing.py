"""A project changed by page: what was typed is kept, refusals stand beside their field, leaving a plan is confirmed."""

from __future__ import annotations

import re
import struct
import zlib
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mudmai.apps.programme.domain import projects as do
from mudmai.apps.programme.models import Milestone, Programme, Project, ProjectDocument, ProjectState, RevisionKind
from mudmai.apps.programme.portfolio import money_by_programme
from mudmai.apps.registry.models import AuditEntry, Person, Role
from tests.apps.registry.small_world import World, holding
from tests.web import test_projects
from tests.web.test_projects import plain, text

home, people, officer, publisher = (
    test_projects.home,
    test_projects.people,
    test_projects.officer,
    test_projects.publisher,
)
plan, released, as_person = test_projects.plan, test_projects.released, test_projects.as_person
"""The same small plan as that of the other pages of projects."""

STAGES = ("planned", "ordinance", "allocated", "committed", "disbursed")


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


_HEAD, _END = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0" * 13), chunk(b"IDAT", b"\0") + chunk(b"IEND", b"")
PNG, PLAIN = _HEAD + chunk(b"tEXt", b"Author\0the owner of the phone") + _END, _HEAD + _END
"""A picture as a phone sends it, and as it goes out."""


def first(programme: Programme) -> Project:
    found = programme.projects.order_by("position").first()
    assert found is not None
    return found


def form_of(answer: Any) -> dict[str, Any]:
    """The fields of the page's form as a browser would send them back."""
    page = text(answer)
    body = page[page.index('<form method="post" class="form') :]
    body = body[: body.index("</form>")]
    found: dict[str, list[str]] = {}

    def put(name: str, value: str) -> None:
        for code, sign in (("&quot;", '"'), ("&#x27;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
            value = value.replace(code, sign)
        found.setdefault(name, []).append(value)

    fields = r"<input\b[^>]*>|<textarea\b.*?</textarea>|<select\b.*?</select>"
    for tag in re.findall(fields, body, re.S):
        name = re.search(r'\bname="([^"]*)"', tag)
        if name is None or 'type="file"' in tag:
            continue
        if tag.startswith("<textarea"):
            put(name[1], re.sub(r"^<textarea[^>]*>|</textarea>$", "", tag))
        elif tag.startswith("<select"):
            chosen = re.search(r'<option value="([^"]*)" selected', tag)
            put(name[1], chosen[1] if chosen else "")
        elif 'type="radio"' not in tag or " checked" in tag:
            value = re.search(r'\bvalue="([^"]*)"', tag)
            put(name[1], value[1] if value else "")
    found.pop("csrfmiddlewaretoken", None)
    return found


def decision(**more: str) -> dict[str, str]:
    told = {"kind": "changed", "revision_number": "2/2567", "decided_on": "1/10/2567", "reason": "สภามีมติ"}
    return {**told, "document": "ประกาศ ลว. 1 ต.ค. 2567", **more}


# ------------------------------------------------------------------ a draft


def test_a_new_project_in_thai_digits_is_there_at_once(plan: Programme, officer: Person, as_person: Any) -> None:
    client, there = as_person(officer), f"/programmes/{plan.pk}/projects/new/"
    form = form_of(client.get(there))
    assert form["b_year"] == ["2567", "2568", "2569", "", ""], "a row for each year of the programme, and two to spare"
    form |= {"title": ["ศาลากลางน้ำ"], "start": ["๑ ต.ค. ๒๕๖๗"], "beneficiaries": ["๑,๒๐๐"], "department": ["กองช่าง"]}
    form["b_planned"] = ["๑,๒๕๐,๐๐๐.๕๐", "-", "", "", ""]
    form["b_source"] = ["เงินอุดหนุน", "", "", "", ""]
    form["words"][-1] = "แผนงานเคหะ"
    assert client.post(there, form).status_code == 302
    made = Project.objects.get(title="ศาลากลางน้ำ")
    lines = {(one.fiscal_year, one.stage, one.source_of_fund): (one.amount, one.note) for one in made.budget.all()}
    assert lines == {
        (2024, "planned", "เงินอุดหนุน"): (Decimal("1250000.50"), ""),
        (2025, "planned", ""): (Decimal(0), "-"),
    }, "a dash is zero and says so, an empty field is no line"
    assert (made.start, made.beneficiaries, made.version) == (date(2024, 10, 1), 1200, 1)
    assert made.hierarchy[-1][1] == "แผนงานเคหะ"
    assert AuditEntry.objects.filter(action="project.create", object_id=str(made.pk)).exists()


def test_an_unchanged_form_changes_nothing_and_keeps_every_cell(
    plan: Programme, officer: Person, as_person: Any
) -> None:
    client, held = as_person(officer), first(plan)
    there = f"/projects/{held.pk}/change/"
    form = form_of(client.get(there))
    answer = client.post(there, form)
    assert answer.status_code == 400 and "ไม่มีสิ่งใดเปลี่ยน" in text(answer)
    form["department"] = ["กองคลัง"]
    form["b_ordinance"][0] = "900000"
    assert client.post(there, form).status_code == 302
    held.refresh_from_db()
    lines = {one.stage: one for one in held.budget.all()}
    assert (held.department, held.version) == ("กองคลัง", 2)
    assert lines["planned"].locator == "ยุทธ1!E12" and lines["ordinance"].locator == ""
    event = held.versions.get(sequence=2).event
    assert not event.is_official, "a draft changes directly: no revision of the plan"
    assert do.projection_faults(plan) == []


@pytest.mark.parametrize(
    ("field", "row", "typed", "beside"),
    [
        ("b_planned", 0, "-500", "f_b_planned_0"),
        ("b_planned", 0, "(500)", "f_b_planned_0"),
        ("b_planned", 1, "1" + "0" * 15, "f_b_planned_1"),
        ("b_planned", 1, "๑๒ล้าน", "f_b_planned_1"),
        ("b_planned", 1, "1e9", "f_b_planned_1"),
        ("b_planned", 1, "0.001", "f_b_planned_1"),
        ("b_year", 1, "2588", "f_b_year_1"),
        ("b_year", 1, "ปีหน้า", "f_b_year_1"),
        ("b_year", 1, "", "f_b_year_1"),
        ("start", None, "31/2/2567", "f_start"),
        ("beneficiaries", None, "12.5", "f_beneficiaries"),
        ("title", None, " ", "f_title"),
        ("number", None, "9" * 41, "f_number"),
    ],
)
def test_faults_stand_beside_their_field_and_what_was_typed_stays(
    plan: Programme, officer: Person, as_person: Any, field: str, row: int | None, typed: str, beside: str
) -> None:
    client, held = as_person(officer), first(plan)
    there = f"/projects/{held.pk}/change/"
    form = form_of(client.get(there))
    form["b_planned"][1] = "7"
    form[field] = [typed] if row is None else [*form[field][:row], typed, *form[field][row + 1 :]]
    form["objective"] = ["พิมพ์ไว้ยาว"]
    answer = client.post(there, form)
    page = text(answer)
    assert answer.status_code == 400
    assert f'id="{beside}-fault"' in page and f'href="#{beside}"' in page and "พิมพ์ไว้ยาว" in page
    assert re.search(rf'id="{beside}"[^>]*aria-invalid="true"', page)
    assert not typed.strip() or typed in page
    held.refresh_from_db()
    assert held.version == 1


def test_more_paid_than_committed_takes_a_reason(plan: Programme, officer: Person, as_person: Any) -> None:
    client, held = as_person(officer), first(plan)
    there = f"/projects/{held.pk}/change/"
    form = form_of(client.get(there))
    form["b_committed"][0] = "100"
    answer = client.post(there, form)
    assert answer.status_code == 400 and 'id="f_over_reason-fault"' in text(answer)
    again = form_of(answer) | {"over_reason": ["ค่า K"]}
    assert client.post(there, again).status_code == 302
    assert "ค่า K" in Project.objects.get(pk=held.pk).versions.last().event.reason  # type: ignore[union-attr]


def test_the_second_of_two_editors_is_told_what_the_first_changed(
    plan: Programme, officer: Person, as_person: Any
) -> None:
    client, held = as_person(officer), first(plan)
    there = f"/projects/{held.pk}/change/"
    second = form_of(client.get(there))
    do.change_project(acting_user=officer, project=Project.objects.get(pk=held.pk), facts={"department": "กองสาธารณสุข"})
    second |= {"objective": ["ของคนที่สอง"]}
    answer = client.post(there, second)
    page = plain(answer)
    assert answer.status_code == 409
    assert "มีผู้เปลี่ยนโครงการนี้ระหว่างที่คุณแก้" in page and "กองช่าง กองสาธารณสุข" in page
    assert "ของคนที่สอง" in text(answer)
    held.refresh_from_db()
    assert (held.objective, held.department, held.version) == ("", "กองสาธารณสุข", 2)
    assert client.post(there, form_of(answer)).status_code == 302, "saving again is a deliberate act"
    held.refresh_from_db()
    assert (held.objective, held.department) == ("ของคนที่สอง", "กองช่าง")


# ------------------------------------------------------------------ a released plan


def test_a_released_plan_changes_by_a_revision_that_is_shown_first(
    released: Programme, publisher: Person, officer: Person, as_person: Any
) -> None:
    held = first(released)
    there = f"/projects/{held.pk}/change/"
    assert as_person(officer).get(there).status_code == 403, "a contributor does not revise a released plan"
    client = as_person(publisher)
    form = form_of(client.get(there))
    form["b_planned"][0] = "1,500,000"
    refused = client.post(there, form | {"reason": [""]})
    assert refused.status_code == 400 and 'id="f_reason-fault"' in text(refused)
    assert 'id="f_decided_on-fault"' in text(client.post(there, form | decision(decided_on="1/10/2599")))
    log = AuditEntry.objects.count()
    seen = client.post(there, form | decision())
    page = plain(seen)
    assert seen.status_code == 200 and "1,000,000 1,500,000" in page and "2/2567" in page
    held.refresh_from_db()
    assert held.version == 1 and AuditEntry.objects.count() == log, "a preview records nothing"
    carried = form_of(seen)
    assert client.post(there, carried | {"do": "again"}).status_code == 200
    assert client.post(there, carried | {"do": "confirm"}).status_code == 302
    held.refresh_from_db()
    event = held.versions.get(sequence=2).event
    assert (event.kind, event.number, event.decided_on) == ("changed", "2/2567", date(2024, 10, 1))
    assert event.is_official and event.document.startswith("ประกาศ")
    answers = plain(Client().get(f"/projects/{held.pk}/"))
    assert "มติ 1 ต.ค. 2567: เปลี่ยนแปลง 2/2567 · ประกาศ ลว. 1 ต.ค. 2567" in answers
    english = plain(Client().get(f"/en/projects/{held.pk}/"))
    assert "Decided 1 Oct 2024: changed 2/2567" in english, english[english.find("Decided") :][:200]


def test_a_decision_older_than_the_latest_is_refused_beside_its_day(
    released: Programme, publisher: Person, as_person: Any
) -> None:
    held, client = first(released), as_person(publisher)
    there = f"/projects/{held.pk}/change/"
    form = form_of(client.get(there)) | {"department": ["กองคลัง"]}
    answer = client.post(there, form | decision(decided_on="1/1/2560"))
    assert answer.status_code == 400 and 'id="f_decided_on-fault"' in text(answer)


def test_a_new_project_of_a_released_plan_is_an_addition(
    released: Programme, publisher: Person, as_person: Any
) -> None:
    client, there = as_person(publisher), f"/programmes/{released.pk}/projects/new/"
    form = form_of(client.get(there)) | {"title": ["สวนสาธารณะ"]}
    form["b_planned"][0] = "250"
    seen = client.post(there, form | decision(kind="added"))
    assert "สวนสาธารณะ" in plain(seen) and not Project.objects.filter(title="สวนสาธารณะ").exists()
    assert client.post(there, form_of(seen) | {"do": "confirm"}).status_code == 302
    made = Project.objects.get(title="สวนสาธารณะ")
    assert made.versions.get().event.kind == RevisionKind.ADDED


def test_a_plan_released_meanwhile_takes_no_direct_change(
    plan: Programme, officer: Person, publisher: Person, as_person: Any
) -> None:
    held = first(plan)
    do.release_programme(acting_user=publisher, programme=plan)
    from mudmai.core.errors import InputError

    with pytest.raises(InputError) as told:
        do.change_project(acting_user=publisher, project=Project.objects.get(pk=held.pk), facts={"title": "x"})
    assert told.value.code == "revision_needed"


# ------------------------------------------------------------------ leaving a place


def planned(programme: Programme) -> Decimal:
    return money_by_programme([programme.pk])[programme.pk]["planned"]


@pytest.mark.parametrize("how", ["merge", "duplicate"])
def test_what_is_merged_or_double_counts_once_and_the_page_says_where(
    plan: Programme, officer: Person, as_person: Any, how: str
) -> None:
    client, (road, water, _) = as_person(officer), plan.projects.order_by("position")
    there = f"/projects/{road.pk}/{how}/"
    assert "ประปา" in plain(client.get(f"{there}?q=ประปา"))
    form = form_of(client.get(f"{there}?into={water.pk}")) | decision()
    seen = client.post(there, form)
    page = plain(seen)
    assert seen.status_code == 200 and "จะไม่นับอีก: แผน 1,000,000 บาท" in page and "ระบบประปาสองจังหวัด" in page
    assert "1,300,050.26 300,050.26" in page, "the sum of the programme before and after"
    assert planned(plan) == Decimal("1300050.26")
    assert client.post(there, form_of(seen) | {"do": "confirm"}).status_code == 302
    road.refresh_from_db()
    assert (road.state, road.successor_id) == ({"merge": "merged"}.get(how, how), water.pk)
    assert planned(plan) == Decimal("300050.26") and do.projection_faults(plan) == []
    assert client.get(f"/projects/{road.pk}/change/").status_code == 400, "what counts nowhere is not edited"


def test_a_joint_budget_adds_both(plan: Programme, officer: Person, as_person: Any) -> None:
    client, (road, water, _) = as_person(officer), plan.projects.order_by("position")
    there = f"/projects/{road.pk}/merge/"
    form = form_of(client.get(f"{there}?into={water.pk}")) | decision() | {"money": "joint"}
    seen = client.post(there, form)
    assert "แผน 300,000.01 1,300,000.01" in plain(seen), "the project that stays, before and after"
    assert "แผน 1,300,050.26 1,300,050.26" in plain(seen), "the programme"
    assert client.post(there, form_of(seen) | {"do": "confirm"}).status_code == 302
    assert planned(plan) == Decimal("1300050.26"), "not a satang more or less"
    assert do.projection_faults(plan) == []


def test_a_project_moves_to_another_section_and_counts_there(plan: Programme, officer: Person, as_person: Any) -> None:
    client, held = as_person(officer), first(plan)
    there = f"/projects/{held.pk}/move/"
    form = form_of(client.get(there)) | decision()
    assert client.post(there, form).status_code == 400, "the same section"
    form["words"][-1] = "แผนงานอุตสาหกรรม"
    seen = client.post(there, form)
    assert "เงินจะนับที่ แผนพัฒนาท้องถิ่น › ยุทธศาสตร์ที่ 1 › แผนงานอุตสาหกรรม" in plain(seen)
    assert client.post(there, form_of(seen) | {"do": "confirm"}).status_code == 302
    held.refresh_from_db()
    assert held.state == ProjectState.MOVED and planned(plan) == Decimal("1300050.26")


@pytest.mark.parametrize(
    ("how", "query", "said"),
    [
        ("move", "to=00000000-0000-0000-0000-000000000000", "ไม่พบแผนงานปลายทาง"),
        ("move", "to=elsewhere", "ไม่พบแผนงานปลายทาง"),
        ("merge", "into=00000000-0000-0000-0000-000000000000", "ไม่พบโครงการปลายทาง"),
        ("duplicate", "into=nothing", "ไม่พบโครงการปลายทาง"),
    ],
)
def test_a_target_that_is_not_there_is_told(
    plan: Programme, officer: Person, as_person: Any, how: str, query: str, said: str
) -> None:
    answer = as_person(officer).get(f"/projects/{first(plan).pk}/{how}/?{query}")
    assert answer.status_code == 400 and said in plain(answer)


def test_a_target_of_others_is_not_told_apart_from_none(
    plan: Programme, officer: Person, people: World, as_person: Any
) -> None:
    stranger = holding(Role.CONTRIBUTOR, people.other, name="stranger")
    hidden = do.create_programme(
        acting_user=stranger, organisation=people.other, title_th="แผนปิด", first_year=2024, last_year=2024
    )
    secret = do.create_project(acting_user=stranger, programme=hidden, facts={"title": "โครงการปิด"}, kind="original")
    there = f"/projects/{first(plan).pk}"
    for address in (f"{there}/merge/?into={secret.pk}", f"{there}/move/?to={hidden.pk}"):
        page = plain(as_person(officer).get(address))
        assert "ไม่พบ" in page and "แผนปิด" not in page and "โครงการปิด" not in page


def test_a_removed_project_counts_nowhere_and_comes_back(plan: Programme, officer: Person, as_person: Any) -> None:
    client, held = as_person(officer), first(plan)
    for how, state, sums in (("remove", "removed", "300050.26"), ("restore", "active", "1300050.26")):
        there = f"/projects/{held.pk}/{how}/"
        form = form_of(client.get(there)) | decision(decided_on="1/11/2567")
        seen = client.post(there, form)
        assert client.post(there, form_of(seen) | {"do": "confirm"}).status_code == 302
        held.refresh_from_db()
        assert held.state == state and planned(plan) == Decimal(sums)
    assert do.projection_faults(plan) == []


def test_a_project_changed_meanwhile_does_not_leave(plan: Programme, officer: Person, as_person: Any) -> None:
    client, held = as_person(officer), first(plan)
    there = f"/projects/{held.pk}/remove/"
    form = form_of(client.get(there)) | decision()
    do.change_project(acting_user=officer, project=Project.objects.get(pk=held.pk), facts={"department": "อื่น"})
    answer = client.post(there, form | {"do": "confirm"})
    assert answer.status_code == 409 and "สภามีมติ" in text(answer)
    held.refresh_from_db()
    assert held.counts


# ------------------------------------------------------------------ what hangs on a project


def at(held: Project, kind: str, key: object = "new") -> str:
    return f"/projects/{held.pk}/details/{kind}/{key}/"


def test_details_are_added_changed_and_removed(plan: Programme, officer: Person, as_person: Any) -> None:
    client, held = as_person(officer), first(plan)
    stone = {"title": "วางท่อ", "due_on": "๑/๕/๒๕๖๗", "met_on": "", "weight": "๔๐%", "note": ""}
    assert client.post(at(held, "milestone"), stone).status_code == 302
    made = held.milestones.get()
    assert (made.due_on, made.weight) == (date(2024, 5, 1), Decimal("0.4"))
    form = form_of(client.get(at(held, "milestone", made.pk)))
    assert form["weight"] == ["40"] and form["due_on"] == ["1 พ.ค. 2567"]
    too_much = client.post(at(held, "milestone"), stone | {"weight": "70"})
    assert too_much.status_code == 400 and 'id="f_weight-fault"' in text(too_much) and "ร้อยละ 110" in text(too_much)
    assert client.post(at(held, "milestone", made.pk), form | {"met_on": "3/5/2567"}).status_code == 302
    late = client.post(at(held, "milestone", made.pk), form | {"title": "พิมพ์ไว้"})
    assert late.status_code == 409 and "พิมพ์ไว้" in text(late), "the second editor keeps what was typed"
    made.refresh_from_db()
    assert made.met_on == date(2024, 5, 3) and made.title == "วางท่อ"
    asked = client.get(at(held, "milestone", made.pk) + "remove/")
    assert client.post(at(held, "milestone", made.pk) + "remove/", form_of(asked)).status_code == 302
    assert not held.milestones.exists()


def test_a_contract_names_its_supplier_and_no_person(released: Programme, officer: Person, as_person: Any) -> None:
    client, held = as_person(officer), first(released)
    form = {
        "number": "12/2567",
        "supplier": "บริษัท ก่อสร้าง จำกัด",
        "amount": "๙๙๙,๐๐๐.๕๐",
        "signed_on": "1/2/2567",
        "url": "https://example.go.th/12",
    }
    person = client.post(at(held, "contract"), form | {"supplier": "นาย สมชาย ใจดี"})
    assert person.status_code == 400 and 'id="f_supplier-fault"' in text(person)
    assert client.post(at(held, "contract"), form | {"url": "javascript:alert(1)"}).status_code == 400
    assert client.post(at(held, "contract"), form).status_code == 302
    again = form | {"number": "13/2567", "amount": ""}
    assert client.post(at(held, "contract"), again).status_code == 302
    assert held.parties.count() == 1, "the supplier is made once"
    page = plain(Client().get(f"/projects/{held.pk}/"))
    assert "12/2567 บริษัท ก่อสร้าง จำกัด 999,000.50 1 ก.พ. 2567" in page
    assert "13/2567 บริษัท ก่อสร้าง จำกัด ไม่ได้บันทึก" in page, "an amount that is not known is not zero"


def test_photos_are_shown_with_their_words_and_files_only_downloaded(
    released: Programme, officer: Person, as_person: Any
) -> None:
    client, held = as_person(officer), first(released)

    def send(name: str, data: bytes, kind: str) -> Any:
        given = {"title": f"ภาพ {name}", "type": kind, "url": "", "published_on": ""}
        return client.post(at(held, "document"), given | {"file": SimpleUploadedFile(name, data)})

    drawing = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
    refused = send("a.jpg", drawing, "photo")
    assert refused.status_code == 400 and "ไม่ใช่ภาพ" in text(refused) and "ภาพ a.jpg" in text(refused)
    assert send("../../หน้างาน.png", PNG, "photo").status_code == 302
    assert send("page.html", b"<script>alert(1)</script>", "").status_code == 302
    neither = client.post(at(held, "document"), {"title": "x", "type": "", "url": "", "published_on": ""})
    assert neither.status_code == 400
    photo, page = ProjectDocument.objects.order_by("created_at")
    assert photo.raw_name == "หน้างาน.png"
    shown = text(Client().get(f"/projects/{held.pk}/"))
    assert f'<img src="/projects/{held.pk}/documents/{photo.pk}/" alt="ภาพ ../../หน้างาน.png"' in shown
    for one, kind, data in (
        (photo, "image/png", PLAIN),
        (page, "application/octet-stream", b"<script>alert(1)</script>"),
    ):
        answer = Client().get(f"/projects/{held.pk}/documents/{one.pk}/")
        assert b"".join(answer.streaming_content) == data
        assert answer["Content-Type"] == kind and answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Disposition"].startswith("attachment")


def test_files_of_a_draft_are_for_its_own_people(
    plan: Programme, officer: Person, people: World, as_person: Any
) -> None:
    client, held = as_person(officer), first(plan)
    given = {"title": "แบบแปลน", "type": "", "url": "", "published_on": ""}
    client.post(at(held, "document"), given | {"file": SimpleUploadedFile("a.pdf", b"%PDF-")})
    there = f"/projects/{held.pk}/documents/{ProjectDocument.objects.get().pk}/"
    stranger = holding(Role.ADMINISTRATOR, people.other, name="stranger")
    assert Client().get(there).status_code == 302
    assert as_person(stranger).get(there).status_code == 403
    answer = as_person(officer).get(there)
    assert answer.status_code == 200 and b"".join(answer.streaming_content) == b"%PDF-"
    other = plan.projects.order_by("position")[1]
    wrong = f"/projects/{other.pk}/documents/{ProjectDocument.objects.get().pk}/"
    assert as_person(officer).get(wrong).status_code == 404


def test_an_indicator_of_a_plan_brings_its_live_figure(released: Programme, officer: Person, as_person: Any) -> None:
    client, held = as_person(officer), first(released)
    form = {"of_plan": "th-m8/I1.1", "title": "", "target": "3.5", "target_year": "๒๕๗๐"}
    assert client.post(at(held, "indicator"), form).status_code == 302
    assert client.post(at(held, "indicator"), {"title": "ถนนที่ดีขึ้น", "unit": "กม.", "target": "5"}).status_code == 302
    assert client.post(at(held, "indicator"), {"of_plan": "th-m8/I9.9", "title": "x"}).status_code == 400
    made = held.indicators.first()
    assert made is not None and (made.plan, made.indicator, made.target_year) == ("th-m8", "I1.1", 2027)
    page = text(Client().get(f"/projects/{held.pk}/"))
    assert "/plans/th-m8/indicators/I1.1/" in page and "verdict-" in page
    assert "วัดผลแล้ว 1 จาก 2 ตัวชี้วัด" in plain(Client().get(f"/projects/{held.pk}/"))
    assert "ยังไม่ได้วัด" in plain(Client().get(f"/projects/{held.pk}/"))


def test_risks_are_for_those_inside(released: Programme, officer: Person, as_person: Any) -> None:
    client, held = as_person(officer), first(released)
    risk = {"title": "ผู้รับจ้างทิ้งงาน", "likelihood": "2", "impact": "5"}
    assert client.post(at(held, "risk"), risk | {"impact": "9"}).status_code == 400
    assert client.post(at(held, "risk"), risk).status_code == 302
    assert "ทิ้งงาน" in plain(client.get(f"/projects/{held.pk}/details/"))
    assert "ทิ้งงาน" not in plain(Client().get(f"/projects/{held.pk}/"))


@pytest.mark.parametrize("kind", ["party", "milestone", "contract", "risk", "indicator", "document"])
def test_empty_forms_of_details_are_refused_and_others_not_found(
    plan: Programme, officer: Person, as_person: Any, kind: str
) -> None:
    client, held = as_person(officer), first(plan)
    assert client.get(at(held, kind)).status_code == 200
    answer = client.post(at(held, kind), {})
    assert answer.status_code == 400 and "field-faults" in text(answer)
    assert client.get(at(held, kind, "999999")).status_code == 404
    assert client.get(at(held, "friend")).status_code == 404


# ------------------------------------------------------------------ the page that everybody reads


def test_the_page_says_why_nothing_is_known(released: Programme) -> None:
    page = plain(Client().get(f"/projects/{first(released).pk}/"))
    for said in ("ยังไม่มีผู้บันทึกผลที่สัญญาไว้", "ยังไม่มีผู้บันทึกงานตามกำหนด", "ยังไม่มีผู้บันทึกสัญญา", "ยังไม่มีผู้แนบเอกสารหรือภาพ"):
        assert said in page


def test_forty_milestones_and_sixty_documents_stay_readable(released: Programme, publisher: Person) -> None:
    held = first(released)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert Client().get(f"/projects/{held.pk}/").status_code == 200
        return len(seen)

    Milestone.objects.create(project=held, title="แรก", due_on=date(2024, 1, 1))
    ProjectDocument.objects.create(project=held, title="แรก", url="https://example.go.th/0")
    before = queries()
    for n in range(40):
        met = date(2024, 2, 1) if n % 2 else None
        Milestone.objects.create(project=held, title=f"งาน {n}", due_on=date(2024, 1, 1 + n % 28), met_on=met)
    for n in range(60):
        ProjectDocument.objects.create(
            project=held,
            title=f"ภาพ {n}",
            type="photo" if n % 2 else "finalAudit",
            raw_sha=f"{n:064x}",
            raw_name="a.png",
        )
    assert queries() == before
    page = text(Client().get(f"/projects/{held.pk}/"))
    shown = re.sub(r"<details.*?</details>", "", page, flags=re.S)
    assert shown.count("<img") <= 7 and page.count("<img") > 30, "six photos and the QR code; the rest opens"
    assert "เสร็จ 20 จาก 41 งาน" in plain(Client().get(f"/projects/{held.pk}/"))
    assert "เอกสาร: ภาพ 0" in page, "papers that are decisions stand with who decides"


def test_hostile_words_stay_words(plan: Programme, officer: Person, as_person: Any) -> None:
    client, held = as_person(officer), first(plan)
    form = form_of(client.get(f"/projects/{held.pk}/change/"))
    form |= {"title": ["<script>alert(1)</script>"], "objective": ['"><img src=x>']}
    assert client.post(f"/projects/{held.pk}/change/", form).status_code == 302
    for address in ("", "change/", "remove/", "merge/", "move/", "details/"):
        page = text(client.get(f"/projects/{held.pk}/{address}"))
        assert "<script>alert(1)" not in page and "<img src=x>" not in page
