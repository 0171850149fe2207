"""Changing one's own address: asked for when signed in, done by the link that is mailed to the new address.

Nothing is kept between the two: the link itself carries the wish, encrypted, for a day. It works once, because the
address that it starts from is then no longer the account's.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import transaction

from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.domain.locking import lock_person
from mudmai.apps.registry.domain.people import checked_email, person_of_email
from mudmai.apps.registry.models import Person, PersonalDetails
from mudmai.apps.registry.policy import Actor, require
from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text

LIFE_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class EmailWish:
    """A change that was asked for; ``link`` is the secret part of the link, ``email`` where it has to be sent."""

    email: str
    link: str


@dataclass(frozen=True, slots=True)
class EmailChanged:
    """A change that was made."""

    person: Person
    old: str
    new: str


def ask_email_change(*, acting_user: Actor, person: Person, email: str) -> EmailWish:
    """Check the wish and make the link for it. An address of another account is refused only when the link is used, so
    that nobody can ask whether it has one."""
    require(acting_user, "self.change", about=person)
    address = checked_email(email)
    if address == person.email:
        raise InputError(
            Text("เป็นอีเมลปัจจุบันอยู่แล้ว", "this is the present address"),
            remedy=Text("ใส่อีเมลใหม่", "give the new one"),
            code="email",
            where=Where(field="email"),
        )
    told = {"person": person.pseudonym, "old": person.email, "new": address}
    with transaction.atomic():
        record(actor=acting_user, action="email.ask", object_kind="person", object_id=person.pseudonym)
    return EmailWish(address, _box().encrypt(json.dumps(told).encode()).decode("ascii"))


def read_email_wish(link: str) -> tuple[Person, str]:
    """Whose address a link changes, and to what; :class:`InputError` ``email_link`` where it does not work."""
    try:
        told = json.loads(_box().decrypt(link.encode("ascii", "replace"), ttl=LIFE_SECONDS))
    except (InvalidToken, ValueError):
        raise _dead_link() from None
    person = Person.objects.with_details().filter(pseudonym=told["person"], is_active=True).first()
    if person is None or person.email != told["old"]:
        raise _dead_link()
    return person, told["new"]


def change_email(*, link: str) -> EmailChanged:
    """Use the link: the account signs in with the new address from now on. The log does not say which."""
    with transaction.atomic():
        known, new = read_email_wish(link)
        person = lock_person(known)
        read_email_wish(link)  # somebody may have been faster
        other = person_of_email(new)
        if other is not None and other.pk != person.pk:
            raise InputError(
                Text("อีเมลนี้มีบัญชีอื่นใช้แล้ว", "another account has this address"),
                remedy=Text("ใช้อีเมลอื่น หรือติดต่อผู้ดูแลสิทธิ์", "use another address, or ask an administrator"),
                code="email_taken",
            )
        old = person.email
        PersonalDetails.objects.filter(person=person).update(email=new)
        EmailAddress.objects.filter(user=person).delete()
        EmailAddress.objects.create(user=person, email=new, verified=True, primary=True)
        person.details.email = new
        record(
            actor=person,
            action="email.change",
            object_kind="person",
            object_id=person.pseudonym,
            old={"email": "(…)"},
            new={"email": "(…)"},
        )
        announce("email.change", person=person.pseudonym)
    return EmailChanged(person, old, new)


def _dead_link() -> InputError:
    return InputError(
        Text("ลิงก์เปลี่ยนอีเมลนี้ใช้ไม่ได้แล้ว", "this link to change the address can no longer be used"),
        remedy=Text(
            "ขอเปลี่ยนใหม่ที่หน้า บัญชีของฉัน ลิงก์ใช้ได้ครั้งเดียวภายในหนึ่งวัน",
            "ask again on the page My account: a link works once, within a day",
        ),
        code="email_link",
    )


def _box() -> Fernet:
    key = hashlib.sha256(b"mudmai change of address" + str(settings.SECRET_KEY).encode("utf-8")).digest()
    return Fernet(base64.urlsafe_b64encode(key))
