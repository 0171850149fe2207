"""Granting and revoking roles."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from mudmai.apps.registry.areas import EVERYWHERE, AreaRef
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.domain.locking import lock_person, lock_top
from mudmai.apps.registry.models import Membership, Organisation, Person, Role
from mudmai.apps.registry.policy import Actor, forget_roles, require
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text


def role_named(code: str) -> Role:
    """The role; an unknown code is refused with near names."""
    if code not in Role.values:
        raise UnknownNameError(Text("บทบาท", "role"), code, list(Role.values))
    return Role(code)


def grant_role(
    *,
    acting_user: Actor,
    person: Person,
    organisation: Organisation,
    role: Role,
    area: AreaRef = EVERYWHERE,
    reason: str = "",
) -> Membership:
    """Let ``person`` hold ``role`` in ``organisation`` and ``area``; holding it already changes nothing."""
    with transaction.atomic():
        require(acting_user, "role.grant", organisation=organisation, area=area)
        if not lock_person(person).is_active:
            raise InputError(
                Text("บัญชีของบุคคลนี้ถูกปิด", "the account of this person is closed"),
                remedy=Text("เปิดบัญชีก่อนแล้วให้สิทธิ์", "reopen the account first"),
                code="account_closed",
            )
        return held(acting_user, person, organisation, role, area, reason)


def held(
    actor: Actor, person: Person, organisation: Organisation, role: Role, area: AreaRef, reason: str = ""
) -> Membership:
    """The part of a grant that follows the decision; for use cases that have decided already (an invitation)."""
    membership, made = Membership.objects.get_or_create(
        person=person,
        organisation=organisation,
        role=role,
        area_system=area.system,
        area_code=area.code,
        ended_at=None,
    )
    if made:
        record(
            actor=actor,
            action="role.grant",
            organisation=organisation,
            object_kind="person",
            object_id=person.pseudonym,
            new=_facts(membership),
            reason=reason,
        )
        announce("role.grant", person=person.pseudonym, organisation=organisation.code, role=role.value)
        forget_roles(person)
    return membership


def revoke_role(*, acting_user: Actor, membership: Membership, reason: str = "") -> Membership:
    """End a role. The last administrator of all areas at the top cannot be taken away: who would give rights?"""
    with transaction.atomic():
        found = Membership.objects.select_for_update(of=("self",), no_key=True).select_related("organisation", "person")
        row = found.get(pk=membership.pk)
        area = AreaRef(row.area_system, row.area_code)
        require(acting_user, "role.revoke", organisation=row.organisation, area=area)
        if row.ended_at is not None:
            return row
        check_not_last([row])
        end(acting_user, row, reason)
        announce("role.revoke", person=row.person.pseudonym, organisation=row.organisation.code, role=row.role)
        forget_roles(row.person)
    return row


def end(actor: Actor, row: Membership, reason: str) -> None:
    """End one role and log it; the decision has been made."""
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
    record(
        actor=actor,
        action="role.revoke",
        organisation=row.organisation,
        object_kind="person",
        object_id=row.person.pseudonym,
        old=_facts(row),
        reason=reason,
    )


def check_not_last(ending: list[Membership]) -> None:
    """Refuse when no active person would administer the organisation at the top any more."""
    if not any(m.role == Role.ADMINISTRATOR and m.organisation.parent_id is None and m.is_everywhere for m in ending):
        return
    lock_top()
    left = Membership.objects.filter(
        role=Role.ADMINISTRATOR,
        organisation__parent__isnull=True,
        area_code="",
        ended_at__isnull=True,
        person__is_active=True,
    ).exclude(pk__in=[m.pk for m in ending])
    if not left.exists():
        raise InputError(
            Text("นี่คือผู้ดูแลสิทธิ์สูงสุดคนสุดท้าย", "this is the last administrator at the top"),
            remedy=Text("ให้สิทธิ์นี้แก่บุคคลอื่นก่อน", "give this role to another person first"),
            code="last_administrator",
        )


def _facts(membership: Membership) -> dict[str, Any]:
    area = AreaRef(membership.area_system, membership.area_code)
    return {"role": str(membership.role), "organisation": membership.organisation.code, **area.as_dict()}
