"""Inviting people: a one-time link that proves the address and carries one role."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from mudmai.apps.registry.areas import EVERYWHERE, AreaRef
from mudmai.apps.registry.domain.audit import VISITOR, record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.domain.locking import lock_person
from mudmai.apps.registry.domain.people import checked_email, new_person, person_of_email
from mudmai.apps.registry.domain.roles import held
from mudmai.apps.registry.models import Invitation, Membership, Organisation, Person, Role
from mudmai.apps.registry.policy import OPERATOR, Actor, Decision, NotAllowed, forget_roles, require
from mudmai.core.errors import InputError
from mudmai.core.language import Text

LIFE = timedelta(days=7)
TOP_CODE = "operator"
"""Code of the organisation at the top where the operator did not make one before."""
KEPT_AFTER_END = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Invited:
    """A fresh invitation and its secret, which is known only now."""

    invitation: Invitation
    token: str


def hash_of(token: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


def invite_person(
    *,
    acting_user: Actor,
    email: str,
    organisation: Organisation,
    role: Role,
    area: AreaRef = EVERYWHERE,
    life: timedelta = LIFE,
) -> Invited:
    """Invite whoever reads ``email`` to hold ``role``. An open invitation to the same is withdrawn and replaced."""
    address = checked_email(email)
    token = secrets.token_urlsafe(32)
    now = timezone.now()
    with transaction.atomic():
        require(acting_user, "person.invite", organisation=organisation, area=area)
        _clear_away()
        same = Invitation.objects.filter(
            email=address, organisation=organisation, role=role, area_system=area.system, area_code=area.code
        ).filter(accepted_at__isnull=True, withdrawn_at__isnull=True)
        same.update(withdrawn_at=now, email="")
        invitation = Invitation.objects.create(
            email=address,
            token_hash=hash_of(token),
            organisation=organisation,
            role=role,
            area_system=area.system,
            area_code=area.code,
            invited_by=acting_user if isinstance(acting_user, Person) else None,
            expires_at=now + life,
        )
        record(
            actor=acting_user,
            action="person.invite",
            organisation=organisation,
            object_kind="invitation",
            object_id=str(invitation.pk),
            new={"role": role.value, **area.as_dict(), "expires_at": invitation.expires_at.isoformat()},
        )
        announce("person.invite", invitation=invitation.pk)
    return Invited(invitation, token)


def withdraw_invitation(*, acting_user: Actor, invitation: Invitation) -> Invitation:
    """Take an open invitation back; its link stops working."""
    with transaction.atomic():
        row = (
            Invitation.objects.select_for_update(of=("self",), no_key=True)
            .select_related("organisation")
            .get(pk=invitation.pk)
        )
        area = AreaRef(row.area_system, row.area_code)
        require(acting_user, "person.invite", organisation=row.organisation, area=area)
        if not row.is_open(timezone.now()):
            return row
        row.withdrawn_at, row.email = timezone.now(), ""
        row.save(update_fields=["withdrawn_at", "email"])
        record(
            actor=acting_user,
            action="invitation.withdraw",
            organisation=row.organisation,
            object_kind="invitation",
            object_id=str(row.pk),
            old={"role": row.role, **area.as_dict()},
        )
        announce("invitation.withdraw", invitation=row.pk)
    return row


def open_invitation(token: str) -> Invitation:
    """The invitation behind a link; one that is used, withdrawn, expired or made up is refused alike."""
    found = Invitation.objects.select_related("organisation").filter(token_hash=hash_of(token)).first()
    if found is None or not found.is_open(timezone.now()):
        raise InputError(
            Text("ลิงก์เชิญนี้ใช้ไม่ได้แล้ว", "this invitation can no longer be used"),
            remedy=Text(
                "ขอลิงก์ใหม่จากผู้ที่เชิญ ลิงก์หนึ่งใช้ได้ครั้งเดียวภายใน 7 วัน", "ask for a new one: a link works once, within 7 days"
            ),
            code="invitation",
        )
    return found


def accept_invitation(
    *,
    acting_user: Person | None,
    token: str,
    display_name: str = "",
    password: str | None = None,
    language: str = "th",
) -> Membership:
    """Use an invitation. Nobody signed in: an account is made. Signed in: the role goes to that account's address only.

    Raises :class:`InputError` (the link, or an address that already has an account), :class:`NotAllowed` (another
    account is signed in), or Django's ``ValidationError`` for a weak password.
    """
    with transaction.atomic():
        signed_in = lock_person(acting_user) if acting_user is not None else None
        row = open_invitation(token)
        row = (
            Invitation.objects.select_for_update(of=("self",), no_key=True)
            .select_related("organisation")
            .get(pk=row.pk)
        )
        if not row.is_open(timezone.now()):
            open_invitation("")  # somebody was faster: refused as any used link
        if signed_in is not None:
            person = _same_address(signed_in, row)
        else:
            person = _new_account(row, display_name, password, language)
        row.accepted_at, row.accepted_by, row.email = timezone.now(), person, ""
        row.save(update_fields=["accepted_at", "accepted_by", "email"])
        record(
            actor=person,
            action="invitation.accept",
            organisation=row.organisation,
            object_kind="invitation",
            object_id=str(row.pk),
            new={"person": person.pseudonym},
        )
        area = AreaRef(row.area_system, row.area_code)
        membership = held(row.invited_by or OPERATOR, person, row.organisation, Role(row.role), area)
        announce("invitation.accept", invitation=row.pk, person=person.pseudonym)
        if acting_user is not None:
            forget_roles(acting_user)
    return membership


def _same_address(person: Person, row: Invitation) -> Person:
    if person.email != row.email:
        text = Text("ลิงก์นี้เชิญอีเมลอื่น", "this link invites another address")
        raise NotAllowed(Decision(False, text, "other_address"))
    return person


def _new_account(row: Invitation, display_name: str, password: str | None, language: str) -> Person:
    if person_of_email(row.email) is not None:
        raise InputError(
            Text("อีเมลนี้มีบัญชีแล้ว", "this address already has an account"),
            remedy=Text("เข้าสู่ระบบก่อน แล้วเปิดลิงก์นี้อีกครั้ง", "sign in first, then open this link again"),
            code="has_account",
        )
    person = new_person(email=row.email, display_name=display_name, password=password, language=language)
    record(
        actor=VISITOR,
        action="person.create",
        organisation=row.organisation,
        object_kind="person",
        object_id=person.pseudonym,
        new={"language": person.language},
    )
    return person


def _clear_away() -> None:
    """Forget the addresses of invitations that ended long ago."""
    ended = timezone.now() - KEPT_AFTER_END
    Invitation.objects.filter(Q(expires_at__lt=ended)).exclude(email="").update(email="")


def create_first_administrator(
    *, email: str, display_name: str, password: str | None, organisation_th: str, organisation_en: str
) -> Membership:
    """From the machine's shell: an administrator of everything; makes the organisation at the top where there is none.

    An address that has an account gets the role and keeps its name and password.
    """
    address = checked_email(email)
    with transaction.atomic():
        top = top_organisation(organisation_th, organisation_en)
        person = person_of_email(address)
        if person is not None:
            person = lock_person(person)
        else:
            person = new_person(email=address, display_name=display_name, password=password)
            record(
                actor=OPERATOR,
                action="person.create",
                organisation=top,
                object_kind="person",
                object_id=person.pseudonym,
                new={"language": person.language},
            )
        membership = held(OPERATOR, person, top, Role.ADMINISTRATOR, EVERYWHERE)
        announce("person.create", person=person.pseudonym)
    return membership


def top_organisation(name_th: str, name_en: str) -> Organisation:
    """The organisation that has none above it; made by the operator when there is none."""
    from mudmai.apps.registry.domain.organisations import create_organisation  # beside us; only for the first start

    found = Organisation.objects.filter(parent__isnull=True).order_by("pk").first()
    if found is not None:
        return found
    return create_organisation(
        acting_user=OPERATOR, code=TOP_CODE, name_th=name_th, name_en=name_en, kind="operator", parent=None
    )
