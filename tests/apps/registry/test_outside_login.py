"""OpenID Connect: off by default; against a real provider it opens the account with the same confirmed address."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from pytest_django import Settings

from mudmai.apps.registry.models import AuditEntry, Person
from mudmai.site.account_settings import account_settings
from mudmai.site.environment import Environment
from tests.apps.registry.small_world import World, somebody

with warnings.catch_warnings(record=True):  # the provider's own libraries announce their next versions
    provider = pytest.importorskip("oidc_provider_mock", reason="the provider to test against is not installed")


@pytest.fixture
def issuer(settings: Settings) -> Iterator[str]:
    """A provider on this machine, and the site told of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        users = [
            provider.User(sub="1", claims={"email": "somebody@example.go.th", "email_verified": True}),
            provider.User(sub="2", claims={"email": "stranger@example.go.th", "email_verified": True}),
            provider.User(sub="3", claims={"email": "somebody@example.go.th", "email_verified": False}),
        ]
        with provider.run_server_in_thread(user_claims=users) as server:
            address = f"http://localhost:{server.server_port}"
            environment = Environment(
                oidc_issuer=address, oidc_client_id="mudmai", oidc_client_secret="secret", oidc_name="Ministry"
            )
            for name, value in account_settings(environment).items():
                if name.startswith(("SOCIALACCOUNT_PROVIDERS", "MUDMAI_OUTSIDE")):
                    setattr(settings, name, value)
            yield address


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _location(address: str, form: bytes) -> str:
    """Agree at the provider as user ``form`` says; where it sends the browser."""
    from urllib.error import HTTPError

    try:
        build_opener(_Stay).open(Request(address, data=form), timeout=60)
    except HTTPError as answer:
        return str(answer.headers["Location"])
    raise AssertionError("the provider did not send the browser back")


def sign_in(client: Client, sub: str) -> Any:
    start = client.post("/account/oidc/login/login/")
    assert start.status_code == 302
    back = urlsplit(_location(start.headers["Location"], f"sub={sub}".encode()))
    assert back.path == "/account/oidc/login/login/callback/"
    return client.get(f"{back.path}?{back.query}")


def test_it_is_off_by_default(client: Client, world: World) -> None:
    assert "oidc" not in client.get("/account/login/").content.decode()
    assert client.post("/account/oidc/login/login/").status_code == 404


def test_the_sign_in_page_offers_it_and_lets_the_form_go_there(client: Client, world: World, issuer: str) -> None:
    page = client.get("/account/login/")
    assert "เข้าสู่ระบบด้วย Ministry" in page.content.decode()
    assert f"form-action 'self' {issuer};" in page.headers["Content-Security-Policy"]
    assert issuer not in client.get("/preferences").headers["Content-Security-Policy"]


def test_a_confirmed_address_opens_its_account(client: Client, world: World, issuer: str) -> None:
    person = somebody()
    done = sign_in(client, "1")
    assert done.headers["Location"] == "/account/"
    assert "somebody@example.go.th" in client.get("/account/").content.decode()
    assert SocialAccount.objects.get().user == person
    assert AuditEntry.objects.filter(action="session.start", actor=person.pseudonym).exists()


def test_a_stranger_gets_no_account(client: Client, world: World, issuer: str) -> None:
    before = Person.objects.count()
    answer = sign_in(client, "2")
    page = client.get(answer.headers["Location"]) if answer.status_code == 302 else answer
    assert "ยังไม่มีบัญชีสำหรับที่อยู่นี้" in page.content.decode()
    assert (Person.objects.count(), SocialAccount.objects.count()) == (before, 0)
    assert client.get("/account/").status_code == 302


def test_an_address_that_the_provider_has_not_confirmed_opens_nothing(
    client: Client, world: World, issuer: str
) -> None:
    somebody()
    sign_in(client, "3")
    assert SocialAccount.objects.count() == 0
    assert client.get("/account/").status_code == 302


def test_a_forged_answer_is_refused_with_a_page(client: Client, world: World, issuer: str) -> None:
    answer = client.get("/account/oidc/login/login/callback/?code=made-up&state=made-up")
    assert "เข้าสู่ระบบภายนอกไม่สำเร็จ" in answer.content.decode()
    assert client.get("/account/").status_code == 302
