"""One change is one function: decided, kept whole or not at all, logged with old and new, told when kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mudmai.apps.registry.areas import checked_area
from mudmai.apps.registry.domain import events, invitations, organisations, people, roles
from mudmai.apps.registry.domain.requests import request_id
from mudmai.apps.registry.models import AuditEntry, Invitation, Membership, Organisation, Person, Role
from mudmai.apps.registry.policy import OPERATOR, NotAllowed
from mudmai.core.errors import InputError, UnknownNameError
from tests.apps.registry.small_world import NORTH, P1, P3, PASSWORD, World, holding, somebody


def last() -> dict[str, Any]:
    entry = AuditEntry.objects.first()
    assert entry is not None
    return {n: getattr(entry, n) for n in ("actor", "action", "organisation", "object_id", "old", "new", "reason")}


def test_an_organisation_is_made_below_another(world: World) -> None:
    made = organisations.create_organisation(
        acting_user=world.root, code="new-one", name_th="ใหม่", name_en="New", kind="local", parent=world.ministry
    )
    assert (made.parent, made.name.th) == (world.ministry, "ใหม่")
    assert last() == {
        "actor": world.root.pseudonym,
        "action": "organisation.create",
        "organisation": "new-one",
        "object_id": "new-one",
        "old": None,
        "new": {"name_th": "ใหม่", "name_en": "New", "kind": "local", "parent": "ministry"},
        "reason": "",
    }


def test_a_name_changes_with_old_and_new_and_saying_it_again_changes_nothing(world: World) -> None:
    for _ in range(2):
        organisations.rename_organisation(
            acting_user=world.root, organisation=world.ministry, name_th="ชื่อใหม่", name_en="New name"
        )
    assert AuditEntry.objects.filter(action="organisation.rename").count() == 1
    assert last()["old"] == {"name_th": "ชื่อ ministry", "name_en": "Name ministry"}
    assert last()["new"] == {"name_th": "ชื่อใหม่", "name_en": "New name"}


@pytest.mark.parametrize(
    "bad",
    [
        {"code": "Has Space"},
        {"code": "x"},
        {"code": "a" * 41},
        {"name_th": " "},
        {"name_en": "x" * 201},
        {"kind": "zoo"},
    ],
)
def test_what_cannot_be_an_organisation_is_refused(world: World, bad: dict[str, str]) -> None:
    given = {"code": "fine", "name_th": "ดี", "name_en": "Fine", "kind": "other"} | bad
    with pytest.raises(InputError):
        organisations.create_organisation(acting_user=world.root, parent=world.top, **given)
    assert not Organisation.objects.filter(code="fine").exists()


def test_a_second_organisation_at_the_top_is_refused_even_to_the_operator(world: World) -> None:
    with pytest.raises(NotAllowed):
        organisations.create_organisation(
            acting_user=OPERATOR, code="second", name_th="สอง", name_en="Second", kind="other", parent=None
        )


def test_a_role_is_granted_once_and_revoked_once(world: World) -> None:
    person = somebody()
    given = {"person": person, "organisation": world.ministry, "role": Role.REVIEWER, "area": NORTH}
    one = roles.grant_role(acting_user=world.root, reason="คำสั่งที่ 1", **given)
    assert roles.grant_role(acting_user=world.root, **given) == one
    assert last()["new"] == {"role": "reviewer", "organisation": "ministry", "area_system": "one", "area": "N"}
    assert last()["reason"] == "คำสั่งที่ 1"
    roles.revoke_role(acting_user=world.root, membership=one)
    roles.revoke_role(acting_user=world.root, membership=one)
    assert (last()["action"], last()["old"]["role"]) == ("role.revoke", "reviewer")
    assert AuditEntry.objects.filter(object_id=person.pseudonym).count() == 2
    assert Membership.objects.get(pk=one.pk).ended_at is not None


def test_an_administrator_of_the_north_gives_rights_in_the_north_only(world: World) -> None:
    northern, person = holding(Role.ADMINISTRATOR, world.ministry, NORTH), somebody()
    roles.grant_role(acting_user=northern, person=person, organisation=world.department, role=Role.READER, area=P1)
    for area in (P3, checked_area("", "")):
        with pytest.raises(NotAllowed):
            roles.grant_role(
                acting_user=northern, person=person, organisation=world.ministry, role=Role.READER, area=area
            )
    assert person.memberships.count() == 1


def test_the_last_administrator_at_the_top_stays(world: World) -> None:
    held = world.root.memberships.get()
    for refused in (
        lambda: roles.revoke_role(acting_user=OPERATOR, membership=held),
        lambda: people.deactivate_person(acting_user=OPERATOR, person=world.root),
    ):
        with pytest.raises(InputError) as told:
            refused()
        assert told.value.code == "last_administrator"
    second = holding(Role.ADMINISTRATOR, world.top)
    roles.revoke_role(acting_user=second, membership=held)
    assert Membership.objects.get(pk=held.pk).ended_at is not None


def test_nothing_is_kept_when_a_change_fails_half_way(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise OSError("the disk is full")

    before = AuditEntry.objects.count()
    monkeypatch.setattr(organisations, "record", fail)
    with pytest.raises(OSError, match="disk"):
        organisations.rename_organisation(
            acting_user=world.root, organisation=world.ministry, name_th="ใหม่", name_en="New"
        )
    assert Organisation.objects.get(code="ministry").name_en == "Name ministry"
    assert AuditEntry.objects.count() == before


def test_a_refused_change_leaves_no_trace(world: World) -> None:
    before = AuditEntry.objects.count()
    with pytest.raises(NotAllowed):
        organisations.rename_organisation(acting_user=somebody(), organisation=world.ministry, name_th="x", name_en="x")
    assert AuditEntry.objects.count() == before


def test_events_are_told_after_the_change_is_kept(
    world: World, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    heard: list[events.Event] = []

    def deaf(_: events.Event) -> None:
        raise RuntimeError("not listening")

    for one in (deaf, heard.append):
        events.subscribe("organisation.rename", one)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            organisations.rename_organisation(
                acting_user=world.root, organisation=world.ministry, name_th="ใหม่", name_en="New"
            )
            assert heard == []
    finally:
        for one in (deaf, heard.append):
            events.unsubscribe("organisation.rename", one)
    assert heard == [events.Event("organisation.rename", {"organisation": "ministry"})]


def test_the_log_carries_the_request(world: World) -> None:
    mark = request_id.set("abc123")
    try:
        organisations.rename_organisation(
            acting_user=world.root, organisation=world.ministry, name_th="ใหม่", name_en="New"
        )
    finally:
        request_id.reset(mark)
    assert AuditEntry.objects.first().request_id == "abc123"  # type: ignore[union-attr]


def test_an_invitation_makes_an_account_once(world: World) -> None:
    invited = invitations.invite_person(
        acting_user=world.root, email=" New@Example.go.th", organisation=world.ministry, role=Role.CONTRIBUTOR, area=P1
    )
    kept = Invitation.objects.get()
    assert invited.token not in (kept.token_hash, kept.email)
    held = invitations.accept_invitation(
        acting_user=None, token=invited.token, display_name="  สมชาย   ใจดี ", password=PASSWORD
    )
    assert (held.role, held.area_code, held.person.email) == ("contributor", "P1", "new@example.go.th")
    assert held.person.display_name == "สมชาย ใจดี"
    assert held.person.check_password(PASSWORD)
    assert Invitation.objects.get().email == ""
    with pytest.raises(InputError) as used:
        invitations.accept_invitation(acting_user=None, token=invited.token, display_name="x", password=PASSWORD)
    assert used.value.code == "invitation"
    assert Person.objects.filter(details__email="new@example.go.th").count() == 1


def test_an_invitation_expires_is_withdrawn_and_is_replaced(world: World) -> None:
    def invite(**more: Any) -> invitations.Invited:
        return invitations.invite_person(
            acting_user=world.root, email="a@example.go.th", organisation=world.ministry, role=Role.READER, **more
        )

    late = invite(life=timedelta(seconds=-1))
    first = invite()
    second = invite()
    invitations.withdraw_invitation(acting_user=world.root, invitation=second.invitation)
    for one in (late, first, second):
        with pytest.raises(InputError):
            invitations.accept_invitation(acting_user=None, token=one.token, display_name="x", password=PASSWORD)
    Invitation.objects.filter(pk=late.invitation.pk).update(
        email="a@example.go.th", expires_at=timezone.now() - timedelta(days=31)
    )
    invite()
    assert Invitation.objects.get(pk=late.invitation.pk).email == ""


def test_an_account_that_exists_accepts_after_signing_in_and_nobody_else_does(world: World) -> None:
    person, other = somebody("mine"), somebody("other")
    invited = invitations.invite_person(
        acting_user=world.root, email=person.email, organisation=world.ministry, role=Role.PUBLISHER
    )
    with pytest.raises(InputError) as known:
        invitations.accept_invitation(acting_user=None, token=invited.token, display_name="x", password=PASSWORD)
    assert known.value.code == "has_account"
    with pytest.raises(NotAllowed):
        invitations.accept_invitation(acting_user=other, token=invited.token)
    held = invitations.accept_invitation(acting_user=person, token=invited.token)
    assert (held.person, held.role) == (person, "publisher")


@pytest.mark.parametrize("weak", ["short", "1234567890123", "password123", "weakling@example.go.th"])
def test_a_weak_password_is_refused_and_the_invitation_stays_open(world: World, weak: str) -> None:
    invited = invitations.invite_person(
        acting_user=world.root, email="weakling@example.go.th", organisation=world.ministry, role=Role.READER
    )
    with pytest.raises(ValidationError):
        invitations.accept_invitation(acting_user=None, token=invited.token, display_name="x", password=weak)
    assert invitations.open_invitation(invited.token).pk == invited.invitation.pk


def test_only_administrators_invite(world: World) -> None:
    publisher = holding(Role.PUBLISHER, world.ministry)
    with pytest.raises(NotAllowed):
        invitations.invite_person(
            acting_user=publisher, email="a@example.go.th", organisation=world.ministry, role=Role.READER
        )
    with pytest.raises(InputError):
        invitations.invite_person(
            acting_user=world.root, email="no mail", organisation=world.ministry, role=Role.READER
        )


def test_closing_takes_an_administrator_of_every_organisation_of_theirs(world: World) -> None:
    person = holding(Role.READER, world.ministry, name="both")
    roles.grant_role(acting_user=OPERATOR, person=person, organisation=world.other, role=Role.READER)
    chief = holding(Role.ADMINISTRATOR, world.ministry)
    fresh = Person.objects.get(pk=person.pk)
    with pytest.raises(NotAllowed):
        people.deactivate_person(acting_user=chief, person=fresh)
    people.deactivate_person(acting_user=world.root, person=fresh, reason="ย้าย")
    assert not Person.objects.get(pk=person.pk).is_active
    people.reactivate_person(acting_user=world.root, person=fresh)
    assert Person.objects.get(pk=person.pk).is_active
    assert [e.action for e in AuditEntry.objects.all()[:2]] == ["person.reactivate", "person.deactivate"]


def test_the_profile_is_one_s_own(world: World) -> None:
    person, other = somebody(), somebody("other")
    people.change_profile(acting_user=person, person=person, display_name="ชื่อใหม่", language="en")
    changed = Person.objects.with_details().get(pk=person.pk)
    assert (changed.display_name, changed.language) == ("ชื่อใหม่", "en")
    assert "ชื่อใหม่" not in str(last())
    for bad in ({"display_name": " "}, {"display_name": "x" * 121}, {"language": "fr"}):
        with pytest.raises(InputError):
            people.change_profile(acting_user=person, person=person, **({"display_name": "x", "language": "th"} | bad))
    with pytest.raises(NotAllowed):
        people.change_profile(acting_user=other, person=person, display_name="x", language="th")


def test_areas_are_checked_before_they_are_given() -> None:
    assert checked_area("one", "P1") == P1
    for system, code, error in (("one", "", InputError), ("", "P1", InputError), ("one", "P9", UnknownNameError)):
        with pytest.raises(error):
            checked_area(system, code)
    with pytest.raises(UnknownNameError):
        checked_area("nine", "P1")
