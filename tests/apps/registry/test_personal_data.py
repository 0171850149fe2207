"""Personal data: declared, shown, handed over, erased; the log keeps a pseudonym."""

from __future__ import annotations

import json

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.test import Client

from mudmai.apps.registry.domain.audit import verify_chain
from mudmai.apps.registry.domain.invitations import invite_person
from mudmai.apps.registry.domain.personal_data import (
    DECLARED,
    IMPERSONAL,
    erase_personal_data,
    export_personal_data,
    personal_data_of,
)
from mudmai.apps.registry.models import AuditEntry, Invitation, Person, PersonalDetails, Role
from mudmai.apps.registry.policy import OPERATOR, NotAllowed
from mudmai.core.errors import InputError
from tests.apps.registry.small_world import World, holding, somebody

ABOUT_PEOPLE = {
    "registry.Person",
    "registry.PersonalDetails",
    "registry.Invitation",
    "registry.ApiToken",
    "account.EmailAddress",
    "mfa.Authenticator",
    "socialaccount.SocialAccount",
}
"""Tables of which every field must be declared, or be said to hold nothing about a person."""

PLAIN = {
    "account.EmailAddress": {"verified", "primary", "user"},
    "mfa.Authenticator": {"user", "type", "created_at", "last_used_at"},
    "socialaccount.SocialAccount": {"user", "provider", "last_login", "date_joined"},
    "registry.Invitation": {
        "area_system",
        "area_code",
        "token_hash",
        "organisation",
        "role",
        "created_at",
        "expires_at",
        "accepted_at",
        "withdrawn_at",
    },
    "registry.PersonalDetails": {"person"},
    "registry.ApiToken": {
        "person",
        "prefix",
        "secret_hash",
        "organisation",
        "read_only",
        "created_at",
        "expires_at",
        "revoked_at",
    },
}
"""Keys, switches and dates of the same tables."""

LIBRARIES = {"account", "mfa", "socialaccount", "auth", "contenttypes", "sessions"}


def declared() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in DECLARED:
        found.setdefault(one.model, set()).update(one.fields)
    return found


def test_every_field_about_a_person_is_declared() -> None:
    undeclared = []
    for label in ABOUT_PEOPLE:
        names = {f.name for f in apps.get_model(label)._meta.get_fields() if f.concrete and f.name != "id"}
        known = declared().get(label, set()) | PLAIN.get(label, set())
        known |= {key.rpartition(".")[2] for key in IMPERSONAL if key.startswith(label + ".")}
        undeclared += [f"{label}.{name}" for name in names - known]
    assert undeclared == []


def test_every_table_that_points_at_a_person_is_considered() -> None:
    pointing = {
        model._meta.label
        for model in apps.get_models()
        if any(f.related_model is Person for f in model._meta.get_fields() if f.concrete and f.is_relation)
    }
    assert pointing <= ABOUT_PEOPLE | set(declared())


def test_what_is_declared_is_there() -> None:
    for label, fields in declared().items():
        names = {f.name for f in apps.get_model(label)._meta.get_fields()}
        assert fields <= names, label
    for one in DECLARED:
        for text in (one.title, one.purpose, one.basis, one.kept):
            assert text.th and text.en


def test_a_person_sees_and_takes_along_everything(world: World) -> None:
    person = holding(Role.REVIEWER, world.ministry)
    shown = {h.field.title.en: h.value for h in personal_data_of(acting_user=person, person=person)}
    assert shown["email address"] == "holder@example.go.th"
    assert shown["roles in organisations"][0]["role"] == "reviewer"
    taken = json.loads(export_personal_data(acting_user=person, person=person))
    assert taken["pseudonym"] == person.pseudonym
    assert len(taken["data"]) == len(DECLARED)
    assert {"title", "purpose", "lawful_basis", "kept", "value", "kept_in"} == set(taken["data"][0])
    assert AuditEntry.objects.first().action == "person.export"  # type: ignore[union-attr]


def test_nobody_else_sees_it_not_even_the_administrator(world: World) -> None:
    person = somebody()
    for act in (personal_data_of, export_personal_data, erase_personal_data):
        with pytest.raises(NotAllowed):
            act(acting_user=world.root, person=person)
    assert Person.objects.get(pk=person.pk).erased_at is None


def test_erasing_leaves_the_work_and_no_name(world: World) -> None:
    person = holding(Role.ADMINISTRATOR, world.ministry, name="vanishing")
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    invite_person(acting_user=person, email="guest@example.go.th", organisation=world.ministry, role=Role.READER)
    invite_person(acting_user=world.root, email=person.email, organisation=world.other, role=Role.READER)
    browser = Client()
    browser.force_login(person)

    erased = erase_personal_data(acting_user=person, person=person, reason="ลาออก")

    row = Person.objects.with_details().get(pk=person.pk)
    assert (row.email, row.display_name, row.is_active, row.last_login) == ("", "", False, None)
    assert (erased.email, erased.shown.en) == ("", f"erased account ({person.pseudonym})")
    assert not row.has_usable_password()
    assert not PersonalDetails.objects.filter(person=person).exists()
    assert not EmailAddress.objects.filter(user=person).exists()
    assert not Authenticator.objects.filter(user=person).exists()
    assert not Invitation.objects.filter(email="vanishing@example.go.th").exists()
    assert not row.memberships.filter(ended_at__isnull=True).exists()
    everything = json.dumps(list(AuditEntry.objects.values("actor", "object_id", "old", "new", "reason")))
    assert "vanishing" not in everything
    assert AuditEntry.objects.filter(actor=person.pseudonym, action="person.invite").exists()
    assert verify_chain().is_whole


def test_erasing_twice_is_once_and_the_operator_may_do_it_on_request(world: World) -> None:
    person = somebody()
    for _ in range(2):
        erase_personal_data(acting_user=OPERATOR, person=person, reason="หนังสือที่ 12")
    assert AuditEntry.objects.filter(action="person.erase").count() == 1


def test_the_last_administrator_is_not_erased(world: World) -> None:
    with pytest.raises(InputError) as refused:
        erase_personal_data(acting_user=world.root, person=world.root)
    assert refused.value.code == "last_administrator"
    assert Person.objects.with_details().get(pk=world.root.pk).email == "root@example.go.th"


def test_no_log_entry_ever_holds_an_address_or_a_name(world: World) -> None:
    people = [holding(Role.READER, world.ministry, name=f"reader{n}") for n in range(3)]
    for one in people:
        export_personal_data(acting_user=one, person=one)
    everything = json.dumps(list(AuditEntry.objects.values()), default=str, ensure_ascii=False)
    for one in people:
        assert one.email not in everything
        assert one.display_name not in everything
