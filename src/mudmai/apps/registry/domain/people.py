"""Accounts: changed, closed, opened again. They are made in ``invitations``."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.domain.locking import lock_person
from mudmai.apps.registry.domain.roles import check_not_last
from mudmai.apps.registry.models import Organisation, Person, PersonalDetails
from mudmai.apps.registry.policy import Actor, decide, forget_roles, require, roles_of
from mudmai.core.errors import InputError, UnknownNameError, Where
from mudmai.core.language import Text

NAME_LENGTH = 120


def checked_email(text: str) -> str:
    """The address in lower case; what is none is refused."""
    address = text.strip().lower()
    try:
        validate_email(address)
    except ValidationError as fault:
        raise InputError(
            Text("ที่อยู่อีเมลไม่ถูกต้อง", "this is not an email address"),
            remedy=Text("ตรวจตัวสะกด เช่น name@example.go.th", "check the spelling, such as name@example.go.th"),
            code="email",
            where=Where(field="email"),
        ) from fault
    return address


def checked_name(text: str) -> str:
    """A display name without surplus spaces."""
    name = " ".join(text.split())
    if not name or len(name) > NAME_LENGTH:
        raise InputError(
            Text("ชื่อต้องมี 1 ถึง 120 ตัวอักษร", "a name has 1 to 120 characters"),
            remedy=Text("ใส่ชื่อที่ผู้อื่นจะเห็น", "give the name that others will see"),
            code="display_name",
            where=Where(field="display_name"),
        )
    return name


def person_named(pseudonym: str) -> Person:
    """The person by pseudonym."""
    found: Person | None = Person.objects.with_details().filter(pseudonym=pseudonym).first()
    if found is None:
        raise UnknownNameError(Text("บุคคล", "person"), pseudonym)
    return found


def person_of_email(email: str) -> Person | None:
    """The person who signs in with this address."""
    found: Person | None = Person.objects.with_details().filter(details__email=email.strip().lower()).first()
    return found


def new_person(*, email: str, display_name: str, password: str | None, language: str = "th") -> Person:
    """The rows of a new account, its address taken as proved; only for use cases that log it themselves.

    Raises Django's ``ValidationError`` for a password that is too weak.
    """
    person = Person(language=language if language in ("th", "en") else "th")
    details = PersonalDetails(person=person, email=email, display_name=checked_name(display_name))
    if password is None:
        person.set_unusable_password()
    else:
        validate_password(password, person)
        person.set_password(password)
    person.save()
    details.person = person
    details.save(force_insert=True)
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person


def change_profile(*, acting_user: Actor, person: Person, display_name: str, language: str) -> Person:
    """Change the name that others see and the language of mails. The log says which, and holds no name."""
    name = checked_name(display_name)
    if language not in ("th", "en"):
        raise UnknownNameError(Text("ภาษา", "language"), language, ["th", "en"])
    with transaction.atomic():
        require(acting_user, "self.change", about=person)
        row = lock_person(person)
        if row.erased_at is not None:
            return row
        old: dict[str, Any] = {}
        new: dict[str, Any] = {}
        if row.language != language:
            old["language"], new["language"] = row.language, language
            row.language = language
            row.save(update_fields=["language"])
        if row.display_name != name:
            old["display_name"], new["display_name"] = "(…)", "(…)"
            PersonalDetails.objects.filter(person=row).update(display_name=name)
            row.details.display_name = name
        if new:
            record(
                actor=acting_user,
                action="person.change",
                object_kind="person",
                object_id=row.pseudonym,
                old=old,
                new=new,
            )
            announce("person.change", person=row.pseudonym)
    return row


def deactivate_person(*, acting_user: Actor, person: Person, reason: str = "") -> Person:
    """Close an account: signing in ends at once; roles stay on record and count again when it is reopened."""
    return _switch(acting_user, person, active=False, reason=reason)


def reactivate_person(*, acting_user: Actor, person: Person, reason: str = "") -> Person:
    """Open a closed account again; an erased one stays closed."""
    if person.erased_at is not None:
        raise InputError(
            Text("บัญชีนี้ลบข้อมูลแล้ว เปิดใหม่ไม่ได้", "this account was erased and cannot be opened again"),
            remedy=Text("เชิญบุคคลนี้ใหม่", "invite the person anew"),
            code="account_erased",
        )
    return _switch(acting_user, person, active=True, reason=reason)


def _switch(acting_user: Actor, person: Person, *, active: bool, reason: str) -> Person:
    with transaction.atomic():
        row = lock_person(person)
        where = governing_organisation(acting_user, row)
        require(acting_user, "person.deactivate", organisation=where)
        if row.is_active == active:
            return row
        if not active:
            check_not_last(roles_of(row))
        row.is_active = active
        row.save(update_fields=["is_active"])
        record(
            actor=acting_user,
            action="person.reactivate" if active else "person.deactivate",
            organisation=where,
            object_kind="person",
            object_id=row.pseudonym,
            old={"active": not active},
            new={"active": active},
            reason=reason,
        )
        announce("person.reactivate" if active else "person.deactivate", person=row.pseudonym)
        forget_roles(row)
    return row


def governing_organisation(acting_user: Actor, person: Person) -> Organisation | None:
    """Where ``acting_user`` must be administrator to close ``person``'s account: *every* organisation of theirs.

    The first in which it is not allowed, so that the refusal names it; otherwise the first.
    """
    found = list({m.organisation_id: m.organisation for m in roles_of(person)}.values())
    if not found:
        found = list(Organisation.objects.filter(parent__isnull=True))
    for organisation in found:
        if not decide(acting_user, "person.deactivate", organisation=organisation):
            return organisation
    return found[0] if found else None
