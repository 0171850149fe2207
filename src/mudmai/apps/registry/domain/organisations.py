"""Organisations: made, renamed, looked up."""

from __future__ import annotations

import re

from django.db import transaction

from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.models import Organisation, OrganisationKind
from mudmai.apps.registry.models.organisation import CODE
from mudmai.apps.registry.policy import OPERATOR, Actor, Decision, NotAllowed, require
from mudmai.core.errors import InputError, UnknownNameError, Where
from mudmai.core.language import Text


def organisation_named(code: str) -> Organisation:
    """The organisation ``code``; an unknown one is refused with near names."""
    found = Organisation.objects.select_related("parent").filter(code=code).first()
    if found is None:
        raise UnknownNameError(
            Text("หน่วยงาน", "organisation"), code, list(Organisation.objects.values_list("code", flat=True))
        )
    return found


def create_organisation(
    *, acting_user: Actor, code: str, name_th: str, name_en: str, kind: str = "other", parent: Organisation | None
) -> Organisation:
    """Add an organisation below ``parent``. Only the first one, made by the operator, has none above it.

    Raises :class:`NotAllowed`, or :class:`InputError` for a code or a name that cannot be used.
    """
    code, name_th, name_en = code.strip().lower(), name_th.strip(), name_en.strip()
    _check(code, name_th, name_en, kind)
    with transaction.atomic():
        if parent is None and not (acting_user is OPERATOR and not Organisation.objects.exists()):
            text = Text("ต้องเลือกหน่วยงานต้นสังกัด", "choose the organisation that it belongs to")
            raise NotAllowed(Decision(False, text, "no_organisation"))
        require(acting_user, "organisation.create", organisation=parent)
        if Organisation.objects.filter(code=code).exists():
            raise _refused("code", f"มีหน่วยงานรหัส {code} แล้ว", f"there is already an organisation {code}")
        made = Organisation.objects.create(code=code, name_th=name_th, name_en=name_en, kind=kind, parent=parent)
        new = {"name_th": name_th, "name_en": name_en, "kind": kind, "parent": parent.code if parent else None}
        record(
            actor=acting_user,
            action="organisation.create",
            organisation=made,
            object_kind="organisation",
            object_id=made.code,
            new=new,
        )
        announce("organisation.create", organisation=made.code)
    return made


def rename_organisation(*, acting_user: Actor, organisation: Organisation, name_th: str, name_en: str) -> Organisation:
    """Change the names. The code stays, so that addresses do."""
    name_th, name_en = name_th.strip(), name_en.strip()
    with transaction.atomic():
        held = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
        require(acting_user, "organisation.rename", organisation=held)
        _check(held.code, name_th, name_en, held.kind)
        old = {"name_th": held.name_th, "name_en": held.name_en}
        new = {"name_th": name_th, "name_en": name_en}
        if old == new:
            return held
        held.name_th, held.name_en = name_th, name_en
        held.save(update_fields=["name_th", "name_en"])
        record(
            actor=acting_user,
            action="organisation.rename",
            organisation=held,
            object_kind="organisation",
            object_id=held.code,
            old=old,
            new=new,
        )
        announce("organisation.rename", organisation=held.code)
    return held


def _check(code: str, name_th: str, name_en: str, kind: str) -> None:
    if not re.fullmatch(CODE, code):
        raise _refused(
            "code",
            "รหัสต้องเป็นอักษร a-z ตัวเลข หรือขีด 2 ถึง 40 ตัว",
            "a code is 2 to 40 letters a-z, digits or hyphens",
        )
    if not name_th or not name_en:
        raise _refused("name", "ต้องมีชื่อทั้งไทยและอังกฤษ", "a name is needed in Thai and in English")
    if max(len(name_th), len(name_en)) > 200:
        raise _refused("name", "ชื่อยาวเกิน 200 ตัวอักษร", "a name has more than 200 characters")
    if kind not in OrganisationKind.values:
        raise UnknownNameError(Text("ประเภทหน่วยงาน", "kind of organisation"), kind, list(OrganisationKind.values))


def _refused(field: str, th: str, en: str) -> InputError:
    return InputError(
        Text(th, en),
        remedy=Text("แก้แล้วส่งอีกครั้ง", "correct it and send it again"),
        code="organisation",
        where=Where(field=field),
    )
