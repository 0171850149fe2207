"""API tokens: issued, revoked, and the person behind one.

A token never does more than its person may; it may be held to one organisation (and those below it) and to reading.
What concerns the account itself (name, further tokens, erasure) is not done by a token at all.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.models import ApiToken, Organisation, Person
from mudmai.apps.registry.policy import Actor, memberships_in, require
from mudmai.core.errors import InputError, UnknownNameError, Where
from mudmai.core.language import Text

MARK = "mudmai_"
"""How every secret begins, so that scanners of leaked secrets can tell one."""
PREFIX_LENGTH = len(MARK) + 6
LIFE = timedelta(days=90)
LONGEST_LIFE = timedelta(days=366)
MOST_OPEN = 20
NAME_LENGTH = 80


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A fresh token and its secret, which is known only now."""

    token: ApiToken
    secret: str


class TokenRefused(InputError):
    """A token that is unknown, expired, revoked, or whose account is closed; which of these is not told."""

    default_code = "token_refused"

    def __init__(self) -> None:
        super().__init__(
            Text("โทเคนนี้ใช้ไม่ได้ หมดอายุ หรือถูกเพิกถอนแล้ว", "this token does not work: unknown, expired or revoked"),
            remedy=Text(
                "สร้างโทเคนใหม่ที่หน้า บัญชีของฉัน › โทเคน (/account/tokens/)",
                "make a new one on the page My account › Tokens (/en/account/tokens/)",
            ),
        )


def issue_token(
    *,
    acting_user: Actor,
    person: Person,
    name: str,
    life: timedelta = LIFE,
    organisation: Organisation | None = None,
    read_only: bool = False,
) -> IssuedToken:
    """A new token of ``person``. Refused: no name, over a year, a 21st open one, an organisation without a role."""
    title = _checked_name(name)
    now = timezone.now()
    _check_life(life)
    secret = MARK + secrets.token_urlsafe(32)
    with transaction.atomic():
        require(acting_user, "token.issue", about=person)
        if organisation is not None and not memberships_in(person, organisation):
            raise UnknownNameError(Text("หน่วยงานที่มีสิทธิ์", "organisation with a role"), organisation.code)
        if open_tokens(person).count() >= MOST_OPEN:
            raise InputError(
                Text(f"มีโทเคนที่ยังใช้ได้ครบ {MOST_OPEN} ชุดแล้ว", f"there are {MOST_OPEN} working tokens already"),
                remedy=Text("เพิกถอนชุดที่ไม่ใช้ก่อน", "revoke one that is not used"),
                code="too_many_tokens",
            )
        token = ApiToken.objects.create(
            person=person,
            name=title,
            prefix=secret[:PREFIX_LENGTH],
            secret_hash=hash_of(secret),
            organisation=organisation,
            read_only=read_only,
            expires_at=now + life,
        )
        record(
            actor=acting_user,
            action="token.issue",
            organisation=organisation,
            object_kind="token",
            object_id=str(token.pk),
            new={"person": person.pseudonym, "read_only": read_only, "expires_at": token.expires_at.isoformat()},
        )
        announce("token.issue", token=token.pk, person=person.pseudonym)
    return IssuedToken(token, secret)


def revoke_token(*, acting_user: Actor, token: ApiToken, reason: str = "") -> ApiToken:
    """End a token; twice is once."""
    with transaction.atomic():
        row = (
            ApiToken.objects.select_for_update(of=("self",), no_key=True)
            .select_related("person", "organisation")
            .filter(pk=token.pk)
            .first()
        )
        if row is None:  # gone with the account a moment ago
            raise UnknownNameError(Text("โทเคน", "token"), str(token.pk))
        require(acting_user, "token.revoke", about=row.person)
        if row.revoked_at is not None:
            return row
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at"])
        record(
            actor=acting_user,
            action="token.revoke",
            organisation=row.organisation,
            object_kind="token",
            object_id=str(row.pk),
            old={"person": row.person.pseudonym, "read_only": row.read_only},
            reason=reason,
        )
        announce("token.revoke", token=row.pk, person=row.person.pseudonym)
    return row


def person_of_token(secret: str) -> Person:
    """Whoever the secret belongs to, carrying the token's limits; :class:`TokenRefused` where it does not work.

    The day of the last use is noted, not the hour.
    """
    row = ApiToken.objects.select_related("person__details").filter(secret_hash=hash_of(secret)).first()
    now = timezone.now()
    if row is None or not row.is_open(now) or not row.person.is_active:
        raise TokenRefused
    today = timezone.localdate(now)
    if row.last_used_on != today:
        ApiToken.objects.filter(pk=row.pk).update(last_used_on=today)
    person: Person = row.person
    person.token_limit = row.limit
    return person


def open_tokens(person: Person) -> QuerySet[ApiToken]:
    """Those of the person that work now."""
    return ApiToken.objects.filter(person=person, revoked_at__isnull=True, expires_at__gt=timezone.now())


def token_numbered(person: Person, number: int) -> ApiToken:
    """One of the person's own tokens."""
    found = ApiToken.objects.filter(person=person, pk=number).first()
    if found is None:
        raise UnknownNameError(Text("โทเคน", "token"), str(number))
    return found


def hash_of(secret: str) -> str:
    """What is kept of a secret: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8")).hexdigest()


def _checked_name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > NAME_LENGTH:
        raise InputError(
            Text(f"ชื่อโทเคนต้องมี 1 ถึง {NAME_LENGTH} ตัวอักษร", f"a token's name has 1 to {NAME_LENGTH} characters"),
            remedy=Text("ตั้งชื่อตามโปรแกรมที่จะใช้", "name it after the program that will use it"),
            code="token_name",
            where=Where(field="name"),
        )
    return name


def _check_life(life: timedelta) -> None:
    if not timedelta(0) < life <= LONGEST_LIFE:
        raise InputError(
            Text("อายุโทเคนต้องอยู่ระหว่าง 1 ถึง 366 วัน", "a token lives 1 to 366 days"),
            remedy=Text("เลือกอายุที่สั้นลง แล้วออกชุดใหม่เมื่อหมดอายุ", "choose a shorter life and issue another when it ends"),
            code="token_life",
            where=Where(field="days"),
        )
