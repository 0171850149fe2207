"""Changing one's own address by a mailed link, and roles that need a second factor."""

from __future__ import annotations

import html
import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from pytest_django import Settings

from mudmai.apps.registry.domain import email_change
from mudmai.apps.registry.domain.email_change import ask_email_change, change_email
from mudmai.apps.registry.domain.people import person_of_email
from mudmai.apps.registry.domain.tokens import issue_token, person_of_token
from mudmai.apps.registry.models import AuditEntry, Person, Role
from mudmai.apps.registry.policy import NotAllowed, decide, organisations_allowing
from mudmai.core.errors import InputError
from tests.apps.registry.small_world import PASSWORD, World, holding, somebody


def again(person: Person) -> Person:
    """The same person as the next request sees them."""
    found: Person = Person.objects.with_details().get(pk=person.pk)
    return found


# ---------------------------------------------------------------------- the address
def test_the_link_changes_the_address_once(world: World) -> None:
    person = holding(Role.READER, world.ministry)
    wish = ask_email_change(acting_user=person, person=person, email=" New@Example.go.th ")
    assert again(person).email == "holder@example.go.th", "nothing happens before the link is used"
    changed = change_email(link=wish.link)
    assert (changed.old, changed.new) == ("holder@example.go.th", "new@example.go.th")
    assert person_of_email("new@example.go.th") == person and person_of_email("holder@example.go.th") is None
    assert list(EmailAddress.objects.filter(user=person).values_list("email", "verified", "primary")) == [
        ("new@example.go.th", True, True)
    ]
    with pytest.raises(InputError) as refused:
        change_email(link=wish.link)
    assert refused.value.code == "email_link"
    everything = str(list(AuditEntry.objects.values()))
    assert "new@example.go.th" not in everything and "email.change" in everything


def test_only_for_oneself(world: World) -> None:
    with pytest.raises(NotAllowed):
        ask_email_change(acting_user=world.root, person=somebody(), email="x@example.go.th")


def test_an_address_of_somebody_else_is_told_only_to_who_reads_it(world: World) -> None:
    person = holding(Role.READER, world.ministry)
    wish = ask_email_change(acting_user=person, person=person, email=world.root.email)
    with pytest.raises(InputError) as refused:
        change_email(link=wish.link)
    assert refused.value.code == "email_taken" and again(person).email == "holder@example.go.th"


def test_old_broken_and_foreign_links(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person = holding(Role.READER, world.ministry)
    link = ask_email_change(acting_user=person, person=person, email="new@example.go.th").link
    for broken in (link[:-4] + "AAAA", "", "x" * 3000, "ก"):
        with pytest.raises(InputError) as refused:
            change_email(link=broken)
        assert refused.value.code == "email_link"
    monkeypatch.setattr(email_change, "LIFE_SECONDS", -1)
    with pytest.raises(InputError):
        change_email(link=link)


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_pages_from_wish_to_notice(client: Client, world: World, language: str) -> None:
    person = holding(Role.READER, world.ministry)
    client.post("/account/login/", {"login": person.email, "password": PASSWORD})
    assert "reauthenticate" in client.get(f"{language}/account/email/").headers.get("Location", "reauthenticate")
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    same = client.post(f"{language}/account/email/", {"email": person.email})
    assert same.status_code == 200 and ("อีเมลปัจจุบัน" if not language else "present address") in same.content.decode()
    assert client.post(f"{language}/account/email/", {"email": "new@example.go.th"}).status_code == 302
    (sent,) = mail.outbox
    assert sent.to == ["new@example.go.th"] and "ยืนยันอีเมลใหม่" in sent.subject
    (path,) = set(re.findall(r"http://testserver(\S+)", sent.body))
    assert path.startswith(f"{language}/account/email/")
    stranger = Client(raise_request_exception=False)  # the link may be opened on a phone where nobody is signed in
    page = stranger.get(path)
    assert page.status_code == 200 and "new@example.go.th" in html.unescape(page.content.decode())
    assert again(person).email == "holder@example.go.th", "opening alone changes nothing"
    stranger.post(path)
    assert again(person).email == "new@example.go.th"
    assert mail.outbox[-1].to == ["holder@example.go.th"], "the old address is told"
    assert stranger.get(path).status_code == 400
    assert client.get("/account/").status_code == 200, "the session goes on"
    fresh = Client()
    assert fresh.post("/account/login/", {"login": "new@example.go.th", "password": PASSWORD}).status_code == 302


# ---------------------------------------------------------------------- second factors
@pytest.fixture
def strict(settings: Settings, world: World) -> None:
    settings.MUDMAI_SECOND_FACTOR_FROM = "publisher"


def give_factor(person: Person) -> Person:
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    return again(person)


@pytest.mark.usefixtures("strict")
def test_roles_do_nothing_without_the_factor(world: World) -> None:
    person = holding(Role.PUBLISHER, world.ministry)
    refused = decide(person, "data.publish", organisation=world.ministry)
    assert (refused.allowed, refused.code) == (False, "second_factor")
    assert not organisations_allowing(person, "organisation.view").exists()
    assert decide(person, "self.view", about=person).allowed, "one's own account stays reachable"
    person = give_factor(person)
    assert decide(person, "data.publish", organisation=world.ministry).allowed
    assert organisations_allowing(person, "organisation.view").exists()


@pytest.mark.usefixtures("strict")
def test_lower_roles_need_none(world: World) -> None:
    assert decide(holding(Role.REVIEWER, world.ministry), "data.review", organisation=world.ministry).allowed


@pytest.mark.usefixtures("strict")
def test_the_page_says_what_to_do(signed_in, world: World) -> None:  # type: ignore[no-untyped-def]  # pytest's fixture
    person = holding(Role.PUBLISHER, world.ministry)
    browser = signed_in(person)
    for path in ("/en/organisations/", "/en/audit/", "/en/desk/"):
        page = browser.get(path)
        assert page.status_code == 403 and "A second factor is needed first" in page.content.decode()
        assert "/en/account/two-factor/" in page.content.decode()
    assert "ต้องเปิดการยืนยันสองชั้นก่อน" in browser.get("/organisations/").content.decode()
    for path in ("/en/account/", "/en/account/data/", "/en/account/two-factor/", "/en/account/password/change/"):
        assert browser.get(path).status_code == 200, path
    give_factor(person)
    assert browser.get("/en/organisations/").status_code == 200


@pytest.mark.usefixtures("strict")
def test_tokens_are_no_way_around(client: Client, world: World) -> None:
    person = holding(Role.PUBLISHER, world.ministry)
    secret = issue_token(acting_user=person, person=person, name="x").secret
    told = client.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).json()
    assert told["actions"] == ["self.view"]
    assert decide(person_of_token(secret), "data.publish", organisation=world.ministry).code == "second_factor"


def test_nobody_has_to_where_the_site_does_not_ask(world: World) -> None:
    assert decide(world.root, "role.grant", organisation=world.ministry).allowed


def test_the_setting_knows_the_roles() -> None:
    from mudmai.site.environment import read_environment

    assert read_environment({"MUDMAI_SECOND_FACTOR_FROM": "Publisher"}).second_factor_from == "publisher"
    with pytest.raises(InputError):
        read_environment({"MUDMAI_SECOND_FACTOR_FROM": "king"})
    assert {r.value for r in Role} == {"reader", "contributor", "reviewer", "publisher", "administrator"}
