"""The pages for people who sign in: sound, in both languages, refused with a reason, constant in their queries."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from mudmai.apps.registry.domain.invitations import invite_person
from mudmai.apps.registry.models import AuditEntry, Invitation, Membership, Organisation, Person, Role
from tests.apps.registry.small_world import NORTH, PASSWORD, World, holding
from tests.web.page_reading import read_page

SignIn = Callable[[Person], Client]
THAI = re.compile("[\u0e01-\u0e5b]")


def pages(world: World, person: Person) -> list[str]:
    return [
        "/account/",
        "/account/data/",
        "/account/two-factor/",
        "/account/two-factor/webauthn/",
        "/account/password/change/",
        "/account/reauthenticate/",
        "/account/logout/",
        "/organisations/",
        "/organisations/ministry/",
        f"/organisations/ministry/people/{person.pseudonym}/",
        "/audit/",
        "/audit/?action=role.grant&from=2024-01-01",
    ]


def check_sound(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, address
    page = read_page(answer.content)
    assert page.faults == [], address
    assert page.language == ("en" if address.startswith("/en/") else "th")
    assert len(set(page.ids)) == len(page.ids), address
    assert set(page.references) <= {*page.ids, "work-title"}, address  # the panel is filled by a script
    assert page.headings[0] == 1 and page.headings.count(1) == 1, address
    assert all(step - before <= 1 for before, step in zip(page.headings, page.headings[1:], strict=False)), address
    for control in page.controls:
        assert control["inside"] or control.get("id") in page.labels, (address, control)
    for _, _, link in page.links:
        assert link.startswith(("/", "#", "?", "http://testserver/", "data:")), (address, link)
    assert "no-store" in answer.headers["Cache-Control"], address


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_pages_are_sound_in_both_languages(world: World, signed_in: SignIn, prefix: str) -> None:
    person = holding(Role.REVIEWER, world.ministry, NORTH)
    invite_person(acting_user=world.root, email="g@example.go.th", organisation=world.ministry, role=Role.READER)
    client = signed_in(world.root)
    for address in pages(world, person):
        check_sound(client, prefix + address)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_way_in_is_sound_in_both_languages(world: World, client: Client, prefix: str) -> None:
    invited = invite_person(
        acting_user=world.root, email="g@example.go.th", organisation=world.ministry, role=Role.READER
    )
    for address in (
        "/account/login/",
        "/account/password/reset/",
        f"/account/invitations/{invited.token}/",
    ):
        check_sound(client, prefix + address)


def test_english_pages_carry_no_thai_but_names(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.root)
    for address in ("/en/account/two-factor/", "/en/account/data/", "/en/organisations/", "/en/audit/"):
        text = read_page(client.get(address).content).text
        kept = text.replace("ไทย", "").replace("ชื่อ", "").replace("ผู้ดูแล", "")
        assert not THAI.search(kept), (address, THAI.findall(kept)[:20])


def test_public_pages_touch_neither_database_nor_session(
    client: Client, django_assert_num_queries: Callable[..., object]
) -> None:
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        answer = client.get("/areas/")
    assert answer.status_code in (200, 400)  # 400: this workspace has no figures
    assert "Set-Cookie" not in answer.headers
    assert 'href="/account/"' in answer.content.decode()
    assert len(answer.headers["X-Request-ID"]) == 16


def test_who_may_not_is_told_why(world: World, signed_in: SignIn) -> None:
    client = signed_in(holding(Role.READER, world.other))
    refused = client.get("/en/organisations/ministry/")
    assert refused.status_code == 403
    assert "no role is held in Name ministry" in refused.content.decode()
    assert client.get("/organisations/nonesuch/").status_code == 404
    assert client.get("/audit/").status_code == 403
    assert client.get("/organisations/other/people/p-nobody/").status_code == 404
    before = AuditEntry.objects.count()
    posted = client.post("/en/organisations/other/", {"do": "rename", "name_th": "ก", "name_en": "a"})
    assert posted.status_code == 403
    assert "the role of administrator or higher is needed to" in posted.content.decode()
    assert AuditEntry.objects.count() == before


def count(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


@pytest.mark.parametrize("address", ["/organisations/ministry/", "/organisations/", "/audit/", "/account/"])
def test_as_many_queries_for_three_rows_as_for_one(world: World, signed_in: SignIn, address: str) -> None:
    chief = holding(Role.ADMINISTRATOR, world.ministry)
    client = signed_in(chief)
    first = count(client, address)
    for n in range(2):
        holding(Role.READER, world.ministry, NORTH, name=f"more{n}")
        invite_person(acting_user=chief, email=f"g{n}@example.go.th", organisation=world.ministry, role=Role.READER)
        Organisation.objects.create(code=f"below{n}", name_th="ก", name_en="a", parent=world.department)
        Membership.objects.create(person=chief, organisation=world.other, role=list(Role)[n])
    assert count(client, address) == first


def test_what_an_organisation_belongs_to_is_chosen_not_assumed(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.root)
    form = client.get("/organisations/").content.decode().partition('id="id_parent"')[2].partition("</select>")[0]
    assert "selected" not in form
    assert form.index('<option value=""') < form.index('<option value="ministry"')
    given = {"code": "town-x", "name_th": "เมือง", "name_en": "Town", "kind": "province", "parent": ""}
    assert "Location" not in client.post("/organisations/", given).headers
    assert not Organisation.objects.filter(code="town-x").exists()


def test_an_organisation_is_added_renamed_and_filled_with_people(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.root)
    added = client.post(
        "/organisations/",
        {"code": "Khon-Kaen", "name_th": "ขอนแก่น", "name_en": "Khon Kaen", "kind": "province", "parent": "ministry"},
    )
    assert added.headers["Location"] == "/organisations/khon-kaen/"
    parent = Organisation.objects.get(code="ministry").name_th
    assert f"เพิ่ม “ขอนแก่น” เป็นหน่วยงานในสังกัดของ “{parent}”" in client.get("/organisations/khon-kaen/").content.decode()
    client.post("/organisations/khon-kaen/", {"do": "rename", "name_th": "จังหวัดขอนแก่น", "name_en": "KK"})
    assert "จังหวัดขอนแก่น" in client.get("/organisations/khon-kaen/").content.decode()
    client.post(
        "/organisations/khon-kaen/",
        {"do": "invite", "email": "a@example.go.th", "role": "contributor", "area": "one:P1"},
    )
    page = client.get("/organisations/khon-kaen/").content.decode()
    link = re.search(r"http://testserver(/account/invitations/[^/<]+/)", page)
    assert link is not None
    assert link[1] in mail.outbox[-1].body
    assert link[1] not in client.get("/organisations/khon-kaen/").content.decode()

    guest = Client()
    faulty = guest.post(link[1], {"display_name": "ก", "password": "x", "password2": "y"}).content.decode()
    assert "รหัสผ่านสองช่องไม่เหมือนกัน" in faulty
    weak = guest.post(link[1], {"display_name": "ก", "password": "short", "password2": "short"}).content.decode()
    assert "อย่างน้อย 10 ตัวอักษร" in weak
    done = guest.post(link[1], {"display_name": "สมชาย", "password": PASSWORD, "password2": PASSWORD})
    assert done.headers["Location"] == "/account/login/"
    assert guest.get(link[1]).status_code == 400

    person = Person.objects.get(details__email="a@example.go.th")
    address = f"/organisations/khon-kaen/people/{person.pseudonym}/"
    client.post(address, {"do": "grant", "role": "reviewer", "area": "one:N", "reason": "คำสั่ง 2"})
    held = person.memberships.get(role="reviewer")
    assert (held.area_code, held.ended_at) == ("N", None)
    client.post(address, {"do": "revoke", "membership": held.pk, "reason": "ย้าย"})
    assert person.memberships.get(role="reviewer").ended_at is not None
    client.post(address, {"do": "close", "reason": "ลาออก"})
    assert not Person.objects.get(pk=person.pk).is_active
    client.post(address, {"do": "reopen"})
    assert Person.objects.get(pk=person.pk).is_active
    assert client.post(address, {"do": "dance"}).status_code == 404


def test_an_invitation_is_withdrawn_on_the_page(world: World, signed_in: SignIn) -> None:
    invite_person(acting_user=world.root, email="g@example.go.th", organisation=world.ministry, role=Role.READER)
    client = signed_in(world.root)
    row = Invitation.objects.get()
    client.post("/organisations/ministry/", {"do": "withdraw", "invitation": row.pk})
    assert Invitation.objects.get().withdrawn_at is not None
    assert client.post("/organisations/other/", {"do": "withdraw", "invitation": row.pk}).status_code == 404


def test_an_account_that_exists_signs_in_and_accepts(world: World, client: Client) -> None:
    person = holding(Role.READER, world.other)
    invited = invite_person(acting_user=world.root, email=person.email, organisation=world.ministry, role=Role.REVIEWER)
    link = f"/account/invitations/{invited.token}/"
    sent = client.post(link)
    assert sent.headers["Location"] == f"/account/login/?next={link}"
    entered = client.post("/account/login/", {"login": person.email, "password": PASSWORD, "next": link})
    assert entered.headers["Location"] == link
    client.post(link)
    assert person.memberships.filter(organisation=world.ministry, role="reviewer").exists()


def test_the_log_is_read_filtered_and_taken_along(world: World, signed_in: SignIn) -> None:
    person = holding(Role.REVIEWER, world.ministry)
    client = signed_in(world.root)
    page = client.get(f"/en/audit/?object={person.pseudonym}").content.decode()
    assert "granted a role" in page
    assert "role: reviewer; organisation: ministry" in page
    assert "Khun holder" in page
    rows = list(csv.DictReader(io.StringIO(client.get("/audit/log.csv").content.decode("utf-8-sig"))))
    assert len(rows) == AuditEntry.objects.count()
    assert rows[-1]["sequence"] == "1"
    assert client.get("/audit/?from=yesterday").status_code == 400
    assert client.get("/audit/?page=999").status_code == 200


def test_the_log_is_paged(world: World, signed_in: SignIn) -> None:
    for n in range(50):
        Organisation.objects.create(code=f"o{n}", name_th="ก", name_en="a", parent=world.top)
        holding(Role.READER, world.ministry, name=f"m{n}")
    client = signed_in(world.root)
    first = client.get("/audit/?action=role.grant").content.decode()
    assert "?action=role.grant&amp;page=2" in first
    assert len(re.findall(r'<tr id="n\d+">', first)) == 50


def test_my_data_are_shown_taken_along_and_erased(world: World, client: Client) -> None:
    person = holding(Role.CONTRIBUTOR, world.ministry)
    client.post("/account/login/", {"login": person.email, "password": PASSWORD})
    assert "PDPA" in client.get("/account/data/").content.decode()
    assert client.get("/account/data/export.json").status_code == 405
    taken = client.post("/account/data/export.json")
    assert taken.headers["Content-Disposition"] == f'attachment; filename="mudmai-{person.pseudonym}.json"'
    assert json.loads(taken.content)["pseudonym"] == person.pseudonym
    asked = client.get("/account/data/erase/")
    assert asked.headers["Location"].startswith("/account/reauthenticate/")
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert person.pseudonym in client.get("/account/data/erase/").content.decode()
    unsure = client.post("/account/data/erase/", {"reason": "x"})
    assert Person.objects.get(pk=person.pk).is_active
    assert "ต้องกรอกช่องนี้" in unsure.content.decode() or "ยังบันทึกไม่ได้" in unsure.content.decode()
    gone = client.post("/account/data/erase/", {"confirm": "on"})
    assert "ลบข้อมูลแล้ว" in gone.content.decode()
    assert client.get("/account/").status_code == 302
    assert Person.objects.get(pk=person.pk).erased_at is not None


def test_the_profile_is_changed_on_the_page(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.root)
    assert client.post("/account/", {"display_name": "ราก", "language": "en"}).status_code == 302
    page = client.get("/account/").content.decode()
    assert "บันทึกแล้ว" in page and "<h1>ราก</h1>" in page
    assert client.post("/account/", {"display_name": "", "language": "en"}).status_code == 200


def test_names_are_written_as_text(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.root)
    client.post("/account/", {"display_name": "<script>alert(1)</script>", "language": "th"})
    for address in ("/account/", "/organisations/operator/", "/audit/"):
        assert "<script>alert" not in client.get(address).content.decode()


def test_without_a_database_only_these_pages_say_so(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import OperationalError

    def missing(*_: object, **__: object) -> None:
        raise OperationalError("no such table: django_session")

    monkeypatch.setattr(SessionStore, "load", missing)
    client.cookies["mudmai_session"] = "x" * 32
    refused = client.get("/en/account/")
    assert refused.status_code == 503
    assert "mudmai db migrate" in refused.content.decode()
    assert client.get("/areas/").status_code in (200, 400)
