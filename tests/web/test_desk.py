"""The steward's desk: forms without scripts, live checks, previews, history, and who may do it."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from mudmai.apps.registry.domain.tokens import issue_token
from mudmai.apps.registry.models import AuditEntry, Person, Role
from mudmai.site import wiring
from mudmai.workspace import Workspace
from mudmai.workspace.overlay import Overlay
from tests.apps.registry.small_world import NORTH, World, build, holding
from tests.workspace.toy_packs import write_toy_packs

FORMULA = {"id": "richer", "title_th": "เงินเพิ่ม", "title_en": "More money", "formula": "growth(money)"}
SERIES = {
    "id": "debt",
    "title_th": "หนี้",
    "title_en": "Debt",
    "area_system": "land",
    "frequency": "annual",
    "unit": "baht",
    "rule": "sum",
    "source": "office",
    "method": "old",
}


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Workspace:
    write_toy_packs(tmp_path / "shipped")
    workspace = Workspace.open(tmp_path / "home", shipped=tmp_path / "shipped")
    workspace.init()
    monkeypatch.setattr(wiring, "_opened", workspace)
    settings.MUDMAI_CATALOGUE = "tests.apps.registry.small_world.catalogue"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return workspace


@pytest.fixture
def world(db: None, toy: Workspace) -> World:
    return build()


@pytest.fixture
def steward(world: World) -> Person:
    return holding(Role.PUBLISHER, world.ministry)


@pytest.fixture
def browser(steward: Person) -> Client:
    found = Client(raise_request_exception=False)
    found.force_login(steward)
    return found


def words(content: bytes) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", content.decode()))


def started(toy: Workspace) -> dict[str, str]:
    return {"started_from": Overlay(toy).version}


def save(browser: Client, toy: Workspace, kind: str, given: dict[str, str], name: str = "new", **more: str):  # type: ignore[no-untyped-def]
    return browser.post(f"/desk/{kind}/{name}/", {**given, **started(toy), "do": "save", **more})


@pytest.mark.parametrize("language", ["", "/en"])
def test_every_form_opens_in_both_languages(browser: Client, language: str) -> None:
    assert browser.get(f"{language}/desk/").status_code == 200
    for kind in ("series", "formulas", "readings", "datasets", "units", "sources", "methods"):
        answer = browser.get(f"{language}/desk/{kind}/new/")
        assert answer.status_code == 200, kind
        page = answer.content.decode()
        for found in re.findall(r'<(?:input|select|textarea)[^>]* id="(id_\w+)"', page):
            labelled = f'for="{found}"' in page or re.search(rf'<label class="choice"><input[^>]*id="{found}"', page)
            assert labelled, (kind, found)


def test_check_says_what_a_formula_means_and_gives(browser: Client, toy: Workspace) -> None:
    page = browser.post("/en/desk/formulas/new/", {**FORMULA, "do": "check"})
    text = words(page.content)
    assert "It is sound" in text and "growth of Money" in text
    cube = toy.evaluate("growth(money)")
    known = [(a, p, v) for a, p, v in cube.cells() if v is not None]
    assert known and f"{known[-1][2]:,.2f}".replace("-", "−") in text
    assert Overlay(toy).version == "", "checking keeps nothing"


def test_a_fault_is_marked_at_its_character_and_its_field(browser: Client) -> None:
    page = browser.post("/en/desk/formulas/new/", {**FORMULA, "formula": "growth(mony) + 1", "do": "check"})
    assert "<code>growth(<mark>m</mark>ony) + 1</code>" in page.content.decode()
    assert "character 8" in words(page.content) and "money" in words(page.content)


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"unit": ""}, "unit", "unit"),
        ({"title_en": ""}, "title_en", "en"),
        ({"rule": "weighted_mean"}, "weight", "weight"),
        ({"id": "has space"}, "id", "not well formed"),
        ({"id": "money"}, "id", "taken"),
        ({"minimum": "abc"}, "minimum", "number"),
        ({"dimensions": "sex | เพศ | sex\n F | หญิง"}, "dimensions", "en"),
        ({"breaks": "2563 | ใหม่ | new"}, "breaks", "Buddhist"),
    ],
)
def test_faults_of_a_series_stand_at_their_fields(
    browser: Client, toy: Workspace, changes: dict[str, str], field: str, said: str
) -> None:
    answer = save(browser, toy, "series", {**SERIES, **changes})
    assert answer.status_code == 422
    page = browser.post("/en/desk/series/new/", {**SERIES, **changes, "do": "check"}).content.decode()
    faults = re.search(rf'id="id_{field}-faults">(.*?)</p>', page, re.DOTALL)
    assert faults is not None and said in html.unescape(faults.group(1))
    assert Overlay(toy).version == ""


def test_a_series_with_everything_is_kept_and_shown_again(browser: Client, toy: Workspace) -> None:
    given = {
        **SERIES,
        "dimensions": "sex | เพศ | sex\n  F | หญิง | female\n  M | ชาย | male",
        "breaks": "2018 | วิธีใหม่ | new way",
        "minimum": "0",
        "maximum": "1,000.5",
        "note_th": "หมายเหตุ",
        "note_en": "Note",
    }
    answer = save(browser, toy, "series", given, note="หนังสือที่ 12")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/series/debt/")
    one = toy.catalogue.series["debt"]
    assert (one.minimum, one.maximum, [d.codes for d in one.dimensions]) == (0, 1000.5, [("F", "M")])
    page = browser.get("/desk/series/debt/").content.decode()
    for text in ("sex | เพศ | sex\n  F | หญิง | female\n  M | ชาย | male", "2018 | วิธีใหม่ | new way", "1000.5"):
        assert text in html.unescape(page)
    logged = AuditEntry.objects.filter(action="definition.save").get()
    assert (logged.object_id, logged.organisation, logged.reason) == ("series/debt", "ministry", "หนังสือที่ 12")
    assert logged.new["unit"] == "baht"


def test_changing_logs_old_and_new_and_history_restores(browser: Client, toy: Workspace) -> None:
    save(browser, toy, "formulas", FORMULA)
    first = Overlay(toy).version
    save(browser, toy, "formulas", {**FORMULA, "formula": "growth(money, 2)"}, name="richer")
    entry = AuditEntry.objects.filter(action="definition.save").first()
    assert entry is not None
    assert (entry.old, entry.new) == ({"formula": "growth(money)"}, {"formula": "growth(money, 2)"})
    page = words(browser.get("/en/desk/formulas/richer/history/").content)
    assert "growth(money) → growth(money, 2)" in page
    back = browser.post("/desk/formulas/richer/history/", {"version": first, **started(toy)})
    assert back.status_code == 302 and toy.shelf.definitions["richer"] == "growth(money)"
    assert AuditEntry.objects.first().action == "definition.restore"  # type: ignore[union-attr]


def test_the_second_of_two_editors_is_told(browser: Client, toy: Workspace) -> None:
    save(browser, toy, "formulas", FORMULA)
    seen = started(toy)
    save(browser, toy, "formulas", {**FORMULA, "formula": "growth(money, 2)"}, name="richer")
    late = browser.post("/en/desk/formulas/richer/", {**FORMULA, "formula": "growth(money, 3)", **seen, "do": "save"})
    assert late.status_code == 409 and "somebody changed richer" in words(late.content)
    assert "growth(money, 3)" in late.content.decode(), "what was typed is not lost"
    assert toy.shelf.definitions["richer"] == "growth(money, 2)"


def test_removing_and_what_still_needs_it(browser: Client, toy: Workspace) -> None:
    save(browser, toy, "formulas", FORMULA)
    save(browser, toy, "formulas", {**FORMULA, "id": "twice", "formula": "richer * 2"})
    refused = browser.post("/en/desk/formulas/richer/", {**FORMULA, **started(toy), "do": "remove"})
    assert refused.status_code == 409 and "richer" in toy.shelf.definitions
    assert "twice" in words(browser.get("/en/desk/formulas/richer/").content)
    browser.post("/desk/formulas/twice/", {**FORMULA, **started(toy), "do": "remove"})
    assert "twice" not in toy.shelf.definitions
    assert "twice" in words(browser.get("/en/desk/").content), "its history stays reachable"
    assert browser.get("/en/desk/formulas/twice/history/").status_code == 200


def test_a_reading_is_added_to_an_indicator_and_shown_there(browser: Client, toy: Workspace) -> None:
    plan = toy.plan()
    one = plan.indicators[0]
    given = {
        "plan": plan.id,
        "indicator": one.id,
        "id": "own",
        "title_th": "เอง",
        "title_en": "Own way",
        "formula": one.readings[0].formula,
    }
    answer = save(browser, toy, "readings", given)
    assert answer.status_code == 302
    assert browser.get(answer.headers["Location"]).status_code == 200
    assert "Own way" in words(browser.get(f"/en/plans/{plan.id}/indicators/{one.id}/").content)


def test_a_dataset_with_its_fourteen_fields(browser: Client, toy: Workspace) -> None:
    given = {
        "id": "town-debt",
        "title_th": "หนี้เมือง",
        "title_en": "Debt of towns",
        "notes_th": "รายละเอียด",
        "notes_en": "Notes",
        "publisher_id": "town-hall",
        "publisher_th": "ศาลากลาง",
        "publisher_en": "Town hall",
        "contact_th": "ฝ่ายคลัง",
        "contact_en": "Treasury",
        "contact_email": "treasury@example.go.th",
        "licence": "cc-by",
        "tags": "หนี้ | debt",
        "objectives": "mission",
        "update": "year",
        "interval": "1",
        "geo_unit": "province",
        "data_source_th": "ทะเบียน",
        "data_source_en": "Register",
        "data_class": "open",
        "data_type": "statistics",
        "governance": "public",
        "series": "money",
        "tables": "user/debt",
    }
    answer = save(browser, toy, "datasets", given)
    assert answer.status_code == 302, words(answer.content)
    (dataset,) = toy.packs["desk"].datasets
    assert (dataset.id, dataset.publisher.name.en, dataset.licence) == ("town-debt", "Town hall", "cc-by")
    again = save(
        browser,
        toy,
        "datasets",
        {**given, "publisher": "town-hall", "publisher_id": "", "interval": "2"},
        name="town-debt",
    )
    assert again.status_code == 302 and toy.packs["desk"].datasets[0].interval == 2


def test_a_new_definition_may_start_from_a_known_one(browser: Client, toy: Workspace) -> None:
    assert "?copy=money" in browser.get("/en/desk/uses/?name=money").content.decode()
    page = html.unescape(browser.get("/en/desk/series/new/?copy=score").content.decode())
    assert 'value="score"' in page and "2018 | เปลี่ยนวิธี | new method" in page
    assert '<option value="ratio" selected>' in page and '<option value="annual" selected>' in page
    assert browser.get("/en/desk/formulas/new/?copy=nothing").status_code == 404


def test_the_live_check_is_a_part_of_the_page(browser: Client) -> None:
    part = browser.post("/en/desk/formulas/check/", {**FORMULA, "formula": "money + score"})
    text = part.content.decode()
    assert part.status_code == 200 and "<html" not in text and 'id="desk-check"' in text
    assert "cannot be saved" in words(part.content)


def test_replacing_is_for_the_top_and_asked_for(browser: Client, world: World, toy: Workspace) -> None:
    same = {**SERIES, "id": "money", "note_th": "ใหม่", "note_en": "new"}
    assert save(browser, toy, "series", same).status_code == 422
    assert save(browser, toy, "series", same, replaces="on").status_code == 403
    assert toy.catalogue.series["money"].note.en == ""
    browser.force_login(world.root)
    assert save(browser, toy, "series", same, replaces="on").status_code == 302
    assert toy.catalogue.series["money"].note.en == "new"


@pytest.mark.parametrize("role", [None, Role.READER, Role.REVIEWER])
def test_others_are_refused_with_the_reason(world: World, toy: Workspace, role: Role | None) -> None:
    from tests.apps.registry.small_world import somebody

    person = somebody() if role is None else holding(role, world.ministry)
    client = Client(raise_request_exception=False)
    client.force_login(person)
    for path in ("/en/desk/", "/en/desk/formulas/new/", "/en/desk/uses/"):
        refused = client.get(path)
        assert refused.status_code == 403, path
        assert ("publisher" in words(refused.content)) == (role is not None)
    assert save(client, toy, "formulas", FORMULA).status_code == 403
    assert Client().get("/desk/").status_code == 302


def test_a_publisher_of_one_area_does_not_define_for_all(world: World, toy: Workspace) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(holding(Role.PUBLISHER, world.ministry, NORTH, name="northern"))
    assert client.get("/desk/").status_code == 403


def test_a_definition_belongs_to_its_organisation(browser: Client, world: World, toy: Workspace) -> None:
    save(browser, toy, "formulas", FORMULA)
    other = Client(raise_request_exception=False)
    other.force_login(holding(Role.PUBLISHER, world.other, name="stranger"))
    seen = other.get("/en/desk/formulas/richer/")
    assert seen.status_code == 200 and 'value="save"' not in seen.content.decode()
    assert save(other, toy, "formulas", {**FORMULA, "formula": "money"}, name="richer").status_code == 403
    assert toy.shelf.definitions["richer"] == "growth(money)"


def test_html_in_a_title_stays_text(browser: Client, toy: Workspace) -> None:
    save(browser, toy, "formulas", {**FORMULA, "title_en": "<script>alert(1)</script>"})
    for path in (
        "/en/desk/",
        "/en/desk/formulas/richer/",
        "/en/desk/formulas/richer/history/",
        "/en/desk/uses/?name=richer",
    ):
        assert b"<script>alert" not in browser.get(path).content


def test_forms_need_their_csrf_token(steward: Person, toy: Workspace) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(steward)
    assert save(strict, toy, "formulas", FORMULA).status_code == 403
    assert Overlay(toy).version == ""


def test_the_api_checks_a_formula(steward: Person, toy: Workspace) -> None:
    secret = issue_token(acting_user=steward, person=steward, name="x").secret
    client = Client(raise_request_exception=False)

    def ask(body: dict[str, object], token: str = secret):  # type: ignore[no-untyped-def]
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return client.post("/api/v1/formulas/check", json.dumps(body), content_type="application/json", headers=headers)

    sound = ask({"formula": "growth(money)", "preview": True}).json()
    assert (sound["ok"], sound["unit"], sound["area_system"], sound["series"]) == (True, "percent", "land", ["money"])
    assert sound["periods"] and sound["rows"] and sound["problem"] is None
    faulty = ask({"formula": "growth(mony)"})
    told = faulty.json()
    assert (faulty.status_code, told["ok"], told["problem"]["position"]) == (200, False, 7)
    assert ask({"formula": "money", "unit": "percent"}).json()["problem"]["code"] == "unit_clash"
    assert ask({"formula": "money", "area_system": "moon"}).status_code == 404
    assert ask({}).status_code == 422
    assert ask({"formula": "money"}, token="").status_code == 401
    assert client.get("/api/v1/formulas/check").status_code == 405


def test_a_session_needs_the_csrf_token_at_the_api(steward: Person, toy: Workspace) -> None:
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.force_login(steward)
    body = json.dumps({"formula": "money"})
    refused = strict.post("/api/v1/formulas/check", body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
    strict.get("/desk/formulas/new/")
    token = strict.cookies["mudmai_csrf"].value
    allowed = strict.post(
        "/api/v1/formulas/check", body, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert allowed.status_code == 200
