"""API tokens: issued once, held to their limits, ended; what the API answers to good, bad and missing ones."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from mudmai.api.callers import FAILURES
from mudmai.apps.registry.domain.people import deactivate_person
from mudmai.apps.registry.domain.personal_data import erase_personal_data, personal_data_of
from mudmai.apps.registry.domain.tokens import TokenRefused, issue_token, person_of_token, revoke_token
from mudmai.apps.registry.models import ApiToken, AuditEntry, Person, Role
from mudmai.apps.registry.policy import ACTIONS, OPERATOR, READING, NotAllowed, Reach, decide, organisations_allowing
from mudmai.core.errors import InputError
from tests.apps.registry.small_world import PASSWORD, World, holding, somebody


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def a_token(person: Person, **limits: object) -> str:
    return issue_token(acting_user=person, person=person, name="nightly upload", **limits).secret  # type: ignore[arg-type]


def test_the_secret_is_kept_nowhere(world: World) -> None:
    person = holding(Role.CONTRIBUTOR, world.ministry)
    secret = a_token(person)
    row = ApiToken.objects.get()
    assert secret.startswith(row.prefix) and secret not in json.dumps(list(ApiToken.objects.values()), default=str)
    assert secret not in json.dumps(list(AuditEntry.objects.values()), default=str)
    assert AuditEntry.objects.first().action == "token.issue"  # type: ignore[union-attr]
    assert person_of_token(secret) == person


def test_only_for_oneself_or_by_the_operator(world: World) -> None:
    person = somebody()
    with pytest.raises(NotAllowed):
        issue_token(acting_user=world.root, person=person, name="x")
    issued = issue_token(acting_user=OPERATOR, person=person, name="x")
    with pytest.raises(NotAllowed):
        revoke_token(acting_user=world.root, token=issued.token)
    revoke_token(acting_user=OPERATOR, token=issued.token, reason="leaked")
    with pytest.raises(TokenRefused):
        person_of_token(issued.secret)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": "  "}, "token_name"),
        ({"name": "x" * 81}, "token_name"),
        ({"life": timedelta(days=400)}, "token_life"),
        ({"life": timedelta(0)}, "token_life"),
    ],
)
def test_bad_wishes(world: World, given: dict[str, object], code: str) -> None:
    with pytest.raises(InputError) as refused:
        issue_token(**{"acting_user": world.root, "person": world.root, "name": "x", **given})  # type: ignore[arg-type]
    assert refused.value.code == code


def test_not_beyond_twenty(world: World) -> None:
    for _ in range(20):
        a_token(world.root)
    with pytest.raises(InputError) as refused:
        a_token(world.root)
    assert refused.value.code == "too_many_tokens"


def test_an_organisation_without_a_role_is_refused(world: World) -> None:
    person = holding(Role.CONTRIBUTOR, world.ministry)
    with pytest.raises(InputError):
        a_token(person, organisation=world.other)


def test_expired_revoked_closed_and_made_up_are_refused_alike(world: World) -> None:
    person = holding(Role.CONTRIBUTOR, world.ministry)
    first, second, third = (a_token(person) for _ in range(3))
    rows = {r.prefix: r for r in ApiToken.objects.all()}
    ApiToken.objects.filter(pk=rows[first[:13]].pk).update(expires_at=timezone.now())
    revoke_token(acting_user=person, token=rows[second[:13]])
    deactivate_person(acting_user=world.root, person=person)
    told = []
    for secret in (first, second, third, "mudmai_x", ""):
        with pytest.raises(TokenRefused) as refused:
            person_of_token(secret)
        told.append(refused.value.message)
    assert len(set(told)) == 1


def test_the_last_use_is_noted_by_the_day(world: World) -> None:
    secret = a_token(world.root)
    for _ in range(2):
        person_of_token(secret)
    assert ApiToken.objects.get().last_used_on == timezone.localdate()


def test_read_only_reads_and_nothing_else(world: World) -> None:
    person = person_of_token(a_token(holding(Role.ADMINISTRATOR, world.ministry), read_only=True))
    for code, action in ACTIONS.items():
        here = None if action.reach is Reach.SELF else world.ministry
        allowed = decide(person, code, organisation=here, about=person).allowed
        assert allowed == (code in READING), code
        if here is not None:
            assert organisations_allowing(person, code).exists() == allowed, code


def test_held_to_one_organisation_and_those_below(world: World) -> None:
    person = person_of_token(a_token(world.root, organisation=world.ministry))
    for place, reached in ((world.ministry, True), (world.department, True), (world.other, False), (world.top, False)):
        decision = decide(person, "data.submit", organisation=place)
        assert decision.allowed == reached, decision.reason.en
        assert organisations_allowing(person, "data.submit").filter(pk=place.pk).exists() == reached
        assert decision.code == ("role" if reached else "token_elsewhere")


def test_no_token_changes_the_account_itself(world: World) -> None:
    person = person_of_token(a_token(world.root))
    for act in (lambda: a_token(person), lambda: erase_personal_data(acting_user=person, person=person)):
        with pytest.raises(NotAllowed) as refused:
            act()
        assert refused.value.decision.code == "token_own_account"
    assert personal_data_of(acting_user=person, person=person)


def test_erasing_a_person_ends_the_tokens(world: World) -> None:
    person = holding(Role.CONTRIBUTOR, world.ministry)
    secret = a_token(person)
    erase_personal_data(acting_user=person, person=person)
    assert not ApiToken.objects.exists()
    with pytest.raises(TokenRefused):
        person_of_token(secret)


def test_me_says_what_a_token_is_worth(client: Client, world: World) -> None:
    person = holding(Role.CONTRIBUTOR, world.department)
    answer = client.get("/api/v1/me", headers=bearer(a_token(person, read_only=True)))
    told = answer.json()
    assert (answer.status_code, told["pseudonym"], told["by_token"], told["read_only"]) == (
        200,
        person.pseudonym,
        True,
        True,
    )
    assert told["roles"][0]["organisation"] == "department"
    assert set(told["actions"]) == {
        "organisation.view",
        "data.read_internal",
        "project.view",
        "assess.view",
        "self.view",
    }
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert {"Authorization", "Cookie"} <= {one.strip() for one in answer.headers["Vary"].split(",")}
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_me_by_session(signed_in, world: World) -> None:  # type: ignore[no-untyped-def]  # pytest's fixture
    told = signed_in(world.root).get("/api/v1/me").json()
    assert (told["by_token"], told["pseudonym"]) == (False, world.root.pseudonym)
    assert set(told["actions"]) == set(ACTIONS)


def test_nobody_is_asked_for_a_token(client: Client) -> None:
    answer = client.get("/api/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_needed")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="mudmai"'
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("sent", ["Bearer nonsense", "Basic abc", "Bearer", "bearer  "])
def test_a_bad_token_is_refused_even_beside_a_session(signed_in, world: World, sent: str) -> None:  # type: ignore[no-untyped-def]
    answer = signed_in(world.root).get("/api/v1/me", headers={"Authorization": sent})
    assert (answer.status_code, answer.json()["code"]) == (401, "token_refused")
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_failing_tokens_are_slowed_and_good_ones_are_not(client: Client, world: World) -> None:
    good = a_token(world.root)
    codes = [client.get("/api/v1/me", headers=bearer("wrong")).status_code for _ in range(FAILURES + 1)]
    assert codes[:-1] == [401] * FAILURES and codes[-1] == 429
    assert client.get("/api/v1/me", headers=bearer(good)).status_code == 200


def test_the_description_names_the_schemes(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()
    assert document["components"]["securitySchemes"]["ApiTokenAuth"]["scheme"] == "bearer"
    assert {"ApiTokenAuth": []} in document["paths"]["/api/v1/me"]["get"]["security"]
    assert "security" not in document["paths"]["/api/v1/plans"]["get"]


def test_open_reads_stay_open(client: Client) -> None:
    answer = client.get("/api/v1/plans")
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, "*")


def test_the_page_shows_the_secret_once(signed_in, world: World) -> None:  # type: ignore[no-untyped-def]
    browser = signed_in(world.root)
    browser.post("/account/reauthenticate/", {"password": PASSWORD})
    wish = {"do": "issue", "name": "ส่งรายเดือน", "days": "30", "organisation": "ministry", "read_only": "on"}
    shown = browser.post("/account/tokens/", wish, follow=True).content.decode()
    row = ApiToken.objects.get()
    assert (row.organisation, row.read_only) == (world.ministry, True)
    secret = shown.partition('id="fresh-token">')[2].partition("<")[0]
    assert person_of_token(secret) == world.root
    again = browser.get("/en/account/tokens/").content.decode()
    assert secret not in again and row.prefix in again
    browser.post("/account/tokens/", {"do": "revoke", "token": str(row.pk)})
    with pytest.raises(TokenRefused):
        person_of_token(secret)


def test_the_page_of_tokens_asks_for_the_password_again(signed_in, world: World) -> None:  # type: ignore[no-untyped-def]
    answer = signed_in(world.root).get("/account/tokens/")
    assert answer.status_code == 302 and "reauthenticate" in answer.headers["Location"]
