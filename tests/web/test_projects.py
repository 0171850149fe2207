"""Pages of programmes and projects: what visitors, officers and reviewers see and do, without scripts."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from mudmai.apps.programme.domain import projects as do
from mudmai.apps.programme.domain.public_summary import refresh_summary
from mudmai.apps.programme.models import Programme, Project
from mudmai.apps.registry.areas import AreaRef
from mudmai.apps.registry.models import Person, Role
from mudmai.site import wiring
from mudmai.workspace import Workspace
from mudmai.workspace.portfolio_summary import FILE
from tests.apps.registry.small_world import World, build, holding
from tests.exchange.forms.plan_workbook import write_plan_workbook
from tests.exchange.forms.water_pack import write_water_pack, write_water_workbook

DAY = date(2023, 10, 1)
KHON_KAEN, UDON = AreaRef("th-nesdc", "TH-40"), AreaRef("th-nesdc", "TH-41")
NORTH_EAST = AreaRef("th-nesdc", "NESDC-NE")


def place(area: AreaRef, weight: str | None = None) -> dict[str, Any]:
    return {"area_system": area.system, "area": area.code, "weight": weight}


def money(year: int, amount: str | None, stage: str = "planned", cell: str = "") -> dict[str, Any]:
    return {"fiscal_year": year, "stage": stage, "amount": amount, "locator": cell}


@pytest.fixture
def home(starter: Workspace, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """The starter workspace behind the site; what projects leave in it goes again."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SECRET_KEY = "a key for tests that is long enough to be one"
    settings.MUDMAI_JOBS = "immediate"
    settings.MUDMAI_HOME = starter.home.root
    monkeypatch.setattr(wiring, "_opened", starter)
    (starter.home.root / FILE).unlink(missing_ok=True)
    yield starter
    (starter.home.root / FILE).unlink(missing_ok=True)


@pytest.fixture
def people(db: None, home: Workspace) -> World:
    return build()


@pytest.fixture
def officer(people: World) -> Person:
    return holding(Role.CONTRIBUTOR, people.department, name="officer")


@pytest.fixture
def publisher(people: World) -> Person:
    return holding(Role.PUBLISHER, people.department, name="publisher")


@pytest.fixture
def plan(people: World, officer: Person) -> Programme:
    """A draft with three projects: in one province, shared by two, for a region."""
    made = do.create_programme(
        acting_user=officer, organisation=people.department, title_th="แผนพัฒนาท้องถิ่น", title_en="Local plan",
        first_year=2024, last_year=2026,
    )  # fmt: skip
    headings = [["strategy", "ยุทธศาสตร์ที่ 1"], ["plan", "แผนงานเคหะ"]]
    road = [money(2024, "1000000.00", cell="ยุทธ1!E12"), money(2024, "400000.00", "disbursed")]
    more = {"places": [place(KHON_KAEN)], "department": "กองช่าง", "number": "1", "hierarchy": headings}
    add(officer, made, "ก่อสร้างถนนคอนกรีต หมู่ที่ ๕", road, **more)
    water = [money(2025, "300000.01"), money(2025, "200000.00", "ordinance")]
    both = [place(KHON_KAEN, "2"), place(UDON, "1")]
    add(officer, made, "ระบบประปาสองจังหวัด", water, places=both, sharing_rule="population")
    add(officer, made, "พัฒนาทั้งภาค", [money(2026, "50.25"), money(2025, None)], places=[place(NORTH_EAST)])
    return made


def add(officer: Person, plan: Programme, title: str, budget: list[dict[str, Any]], **more: Any) -> Project:
    facts = {"title": title, "budget": budget, **more}
    return do.create_project(acting_user=officer, programme=plan, facts=facts, kind="original", decided_on=DAY)


@pytest.fixture
def released(plan: Programme, publisher: Person) -> Programme:
    made = do.release_programme(acting_user=publisher, programme=plan)
    refresh_summary()
    return made


@pytest.fixture
def as_person() -> Callable[[Person], Client]:
    def enter(person: Person) -> Client:
        cache.clear()
        client = Client(raise_request_exception=False)
        client.force_login(person)
        return client

    return enter


def text(answer: Any) -> str:
    body: str = answer.content.decode()
    return body


def plain(answer: Any) -> str:
    """What a person reads: the text without tags, spaces made one."""
    body = re.sub(r"<(script|style|title)\b.*?</\1>|<[^>]*>", " ", text(answer), flags=re.S)
    return " ".join(body.split())


def test_the_portfolio_says_how_many_how_much_and_where_and_adds_up(released: Programme) -> None:
    page = plain(Client().get("/projects/?area=NESDC-NE&system=th-nesdc"))
    assert "3 โครงการ" in page
    assert "1,300,050.26" in page and "200,000" in page and "400,000" in page
    assert "1,000,000 200,000.01 1,200,000.01" in page, "Khon Kaen: direct, shared, both"
    assert "0 100,000 100,000" in page, "Udon Thani has its share only"
    assert "50.25" in page and "ไม่แบ่งเป็นพื้นที่ย่อย" in page
    assert "ทุกแถวรวมกันเท่ากับยอดรวมพอดี" in page
    assert "ยังไม่มีตัวเลข" in page, "nothing is known of allocations, and that is no zero"
    english = plain(Client().get("/en/projects/"))
    assert "1.3 million baht" in english and "2 Projects" not in english


def test_chips_search_and_years_in_either_calendar(released: Programme) -> None:
    def titles(query: str) -> int:
        page = text(Client().get(f"/projects/?{query}"))
        return sum(one in page for one in ("หมู่ที่ ๕</a>", "ประปาสองจังหวัด", "พัฒนาทั้งภาค"))

    for query, n in {
        "q=ประปา": 1, "q=หมู่ที่ 5": 1, "q=คอนกรีต ๕": 1, "q=เรือ": 0, "year=2568": 1, "year=2025": 1, "year=๒๕๖๗": 1,
        "stage=ordinance": 1, "area=TH-41": 2, "area=TH-40": 3, "department=กองช่าง": 1, "status=identification": 3,
        "area=TH": 3,
    }.items():  # fmt: skip
        page = Client().get(f"/projects/?{query}")
        assert page.status_code == 200, query
        found = len(re.findall(r'<th scope="row"><a href="/projects/[0-9a-f-]{36}/"', text(page)))
        assert found == n, query
    assert "ประปา</mark>" in text(Client().get("/projects/?q=ประปา"))
    for query, order in {"q=ประปา": ["list", "stages", "map"], "year=2568": ["stages", "map", "list"]}.items():
        assert re.findall(r'<h2 id="(list|stages|map)"', text(Client().get(f"/projects/?{query}"))) == order, query
    for wrong in ("year=12", "stage=x", "status=x", "area=XX", "programme=x"):
        assert Client().get(f"/projects/?{wrong}").status_code == 400, wrong


def test_the_number_of_queries_does_not_grow(released: Programme, publisher: Person, as_person: Any) -> None:
    client = as_person(publisher)

    def queries(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    addresses = ("/projects/", "/programmes/", f"/programmes/{released.pk}/", "/projects/?q=ระบบ&year=2568")
    before = [queries(one) for one in addresses]
    held = Programme.objects.get(pk=released.pk)
    for n in range(6):
        do.create_project(
            acting_user=publisher, programme=held, decided_on=DAY, reason="เพิ่ม",
            facts={"title": f"ระบบระบายน้ำ {n}", "budget": [money(2025, "10.00")], "places": [place(KHON_KAEN)]},
        )  # fmt: skip
    assert [queries(one) for one in addresses] == before


def test_a_visitors_page_is_kept_until_a_project_changes(released: Programme, publisher: Person) -> None:
    first = Client().get("/projects/")
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "no-cache"
    assert Client().get("/projects/", headers={"If-None-Match": tag}).status_code == 304
    do.create_project(acting_user=publisher, programme=released, facts={"title": "ใหม่"}, decided_on=DAY, reason="เพิ่ม")
    assert "4 โครงการ" in plain(Client().get("/projects/", headers={"If-None-Match": tag}))


def test_a_draft_is_for_its_own_people_only(plan: Programme, officer: Person, people: World, as_person: Any) -> None:
    one = plan.projects.first()
    assert one is not None
    stranger = holding(Role.ADMINISTRATOR, people.other, name="stranger")
    for address in (f"/programmes/{plan.pk}/", f"/projects/{one.pk}/", f"/projects/{one.pk}/sign.svg"):
        assert Client().get(address).status_code == 302, address
        assert as_person(stranger).get(address).status_code == 403, address
        assert as_person(officer).get(address).status_code == 200, address
    assert "ระบบประปา" not in text(Client().get("/projects/"))
    assert "ระบบประปา" not in text(as_person(stranger).get("/projects/"))
    assert b"\xe0" not in b"".join(Client().get("/projects/list.csv").streaming_content)
    assert "ระบบประปา" in text(as_person(officer).get("/projects/"))
    assert ">โครงการ</a>" not in text(Client().get("/about/")), "no menu without a released programme"


def test_six_answers_in_their_order_and_silence_is_explained(released: Programme) -> None:
    road = released.projects.get(number="1")
    page = plain(Client().get(f"/projects/{road.pk}/"))
    asked = ["ได้รับงบประมาณหรือยัง", "ใช้เงินไปเท่าไร", "อยู่ที่ไหน", "ใครรับผิดชอบและตัดสินใจ", "ตามกำหนดหรือไม่", "เกิดผลอะไรขึ้น"]
    places = [page.index(one) for one in asked]
    assert places == sorted(places)
    assert "มีเพียงตัวเลขในแผน 1,000,000 บาท" in page and "400,000 บาท ร้อยละ 40" in page
    assert "ขอนแก่น" in page and "กองช่าง" in page and "ยังไม่มีผลที่วัดได้" in page
    assert "ยุทธ1!E12" in page, "the cell of the amount"
    svg = Client().get(f"/projects/{road.pk}/sign.svg")
    assert svg.headers["Content-Type"] == "image/svg+xml" and b"<svg" in svg.content
    english = plain(Client().get(f"/en/projects/{road.pk}/"))
    assert "Was it funded?" in english and "Not known" in english


def test_a_revision_shows_before_and_after_and_the_plan_as_of_a_day(released: Programme, publisher: Person) -> None:
    road = released.projects.get(number="1")
    do.revise(
        acting_user=publisher, programme=released, kind="changed", decided_on=date(2024, 6, 1), reason="ราคากลางใหม่",
        number="1/2567",
        changes=[do.ProjectChange(road, {"budget": [money(2024, "900000.00")]})],
    )  # fmt: skip
    address = f"/programmes/{released.pk}/"
    opened = plain(Client().get(address + "?event=4"))
    assert "ครั้งที่ 1/2567" in opened and "ราคากลางใหม่" in opened
    assert "1,000,000 900,000" in opened
    then = plain(Client().get(address + "?day=31 พ.ค. 2567"))
    assert "แผนมี 3 โครงการ รวม 1,300,050.26 บาท" in then
    now = plain(Client().get(address + "?day=1/6/2567"))
    assert "รวม 1,200,050.26 บาท" in now
    wrong = Client().get(address + "?day=someday")
    assert wrong.status_code == 400 and "someday" in text(wrong)


def test_area_pages_and_the_menu_tell_of_projects_without_a_database(released: Programme) -> None:
    page = plain(Client().get("/areas/TH-40/"))
    assert "2 โครงการ รวม 1,200,000.01 บาท" in page
    assert "อีก" not in page and "1 โครงการของพื้นที่ที่กว้างกว่า" in page
    assert "โครงการและเงิน" not in plain(Client().get("/areas/TH-83/"))
    with CaptureQueriesContext(connection) as seen:
        assert ">โครงการ</a>" in text(Client().get("/areas/TH-41/"))
    assert len(seen) == 0


def test_files_have_one_row_for_each_line_of_money(released: Programme) -> None:
    lines = b"".join(Client().get("/projects/list.csv").streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 6
    assert lines[0].startswith("project,programme,number,title")
    assert Client().get("/projects/list.xlsx?q=ประปา").content[:2] == b"PK"
    assert Client().get("/projects/list.pdf").status_code == 400


def test_places_are_set_by_name_and_a_bad_sharing_keeps_what_was_written(
    plan: Programme, officer: Person, as_person: Any
) -> None:
    one = plan.projects.get(title="พัฒนาทั้งภาค")
    client, address = as_person(officer), f"/projects/{one.pk}/edit/"
    assert client.get(address).status_code == 200
    given = {"version": one.version, "area": ["ขอนแก่น", "TH-41", ""], "weight": ["60%", "๐.๕", ""], "rule": "by_hand"}
    refused = client.post(address, given)
    assert refused.status_code == 400 and "110" in text(refused) and "60%" in text(refused)
    given["weight"] = ["60%", "0.4", ""]
    assert client.post(address, given).status_code == 302
    assert [(p.area, p.weight) for p in one.places.all()] == [("TH-40", Decimal("0.6")), ("TH-41", Decimal("0.4"))]
    stale = client.post(address, given)
    assert stale.status_code == 409
    assert client.post(address, {**given, "version": one.version + 1, "area": ["ไม่มีจริง"]}).status_code == 400


def test_a_programme_is_set_up_and_released_by_page(
    people: World, officer: Person, publisher: Person, as_person: Any
) -> None:
    client = as_person(officer)
    form = {
        "organisation": "department", "title_th": "แผนใหม่", "kind": "local_plan", "first_year": "๒๕๖๗",
        "last_year": "2571", "form": "", "reporting": "quarter",
    }  # fmt: skip
    assert client.get("/programmes/new/").status_code == 200
    bad = client.post("/programmes/new/", {**form, "first_year": "67"})
    assert bad.status_code == 400 and "แผนใหม่" in text(bad)
    made = client.post("/programmes/new/", form)
    plan = Programme.objects.get()
    assert made.status_code == 302 and (plan.first_year, plan.last_year) == (2024, 2028)
    assert client.post(f"/programmes/{plan.pk}/", {"do": "release"}).status_code == 403
    assert as_person(publisher).post(f"/programmes/{plan.pk}/", {"do": "release"}).status_code == 302
    plan.refresh_from_db()
    assert plan.is_released
    assert Client(enforce_csrf_checks=True).post(f"/programmes/{plan.pk}/", {"do": "conceal"}).status_code == 403


def test_forms_and_one_page_are_had_on_paper(released: Programme, publisher: Person) -> None:
    do.create_project(
        acting_user=publisher, programme=released, facts={"title": "ยังไม่มีเงิน"}, decided_on=DAY, reason="-"
    )
    for address, begins in (
        (f"/programmes/{released.pk}/print.xlsx", b"PK"),
        (f"/programmes/{released.pk}/print.pdf?digits=thai", b"%PDF"),
        (f"/programmes/{released.pk}/print.docx", b"PK"),
        (f"/projects/{released.projects.get(number='1').pk}/page.pdf", b"%PDF"),
        ("/en/areas/TH-40/page.pdf", b"%PDF"),
    ):
        answer = Client().get(address)
        assert answer.status_code == 200 and answer.content.startswith(begins), address
    assert Client().get(f"/programmes/{released.pk}/print.exe").status_code == 404


def test_a_workbook_is_read_compared_and_loaded_only_with_a_reason(
    people: World, officer: Person, as_person: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    made = do.create_programme(
        acting_user=officer, organisation=people.department, title_th="แผน", first_year=2023, last_year=2027
    )
    path = tmp_path / "plan.xlsx"
    write_plan_workbook(path, planted=True)
    client = as_person(officer)
    with django_capture_on_commit_callbacks(execute=True), path.open("rb") as file:
        taken = client.post(f"/programmes/{made.pk}/load/", {"file": file})
    assert taken.status_code == 302 and not made.projects.exists()
    seen = client.get(taken.url)
    page = plain(seen)
    assert "6,372,164,572" in page and "ไม่ตรง 8 จาก" in page and "ผ.01!D16" in page
    assert "ย้ายไปแผนงานอื่น 20" in page, "what does not count, in words"
    refused = client.post(taken.url, {"kind": "original", "reason": " "})
    assert refused.status_code == 400 and "ต้องบอกเหตุผล" in text(refused) and not made.projects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        loaded = client.post(taken.url, {"kind": "original", "reason": "แบบสรุปพิมพ์ผิด"})
    assert loaded.status_code == 302 and "/jobs/" in loaded.url
    assert made.projects.filter(state="active").count() == 2296
    assert "2,296 โครงการ" in plain(client.get(f"/programmes/{made.pk}/"))
    page = plain(client.get(f"/programmes/{made.pk}/"))
    assert "2,847,165,072" in page and "3,489,999,000" in page, "each form tells its own sum"
    assert "ชุมชนที่ 12 " not in page and "ชุมชนที่ 12 " in plain(client.get(f"/programmes/{made.pk}/?open=all"))
    assert "นำเข้าแล้ว" in plain(client.get(taken.url))


def test_a_form_of_the_workspaces_own_pack_goes_in_by_page(
    home: Workspace, officer: Person, as_person: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    folder = write_water_pack(home.home.packs)
    try:
        client = as_person(officer)
        assert "Request for water works" in text(client.get("/en/programmes/new/"))
        form = {"organisation": "department", "title_th": "แผนน้ำ", "kind": "other", "reporting": "none"}
        client.post("/programmes/new/", {**form, "first_year": "2569", "last_year": "2570", "form": "water-works"})
        plan = Programme.objects.get()
        path = write_water_workbook(tmp_path / "water.xlsx")
        with django_capture_on_commit_callbacks(execute=True), path.open("rb") as file:
            taken = client.post(f"/programmes/{plan.pk}/load/", {"file": file})
        with django_capture_on_commit_callbacks(execute=True):
            client.post(taken.url, {"kind": "original"})
        page = plain(client.get(f"/programmes/{plan.pk}/"))
        assert "นบ.1" in page and "1,250,300.50" in page
        one = Project.objects.get(title="ขุดสระ")
        assert "เป้าหมายน้ำ" in text(client.get(f"/projects/{one.pk}/change/")), "its own levels are asked for"
    finally:
        shutil.rmtree(folder)
