"""The first administrator from the command line: Django's complaints about a password become an error for people."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from mudmai.apps.registry.domain.invitations import create_first_administrator
from mudmai.apps.registry.interfaces.words import error_text
from mudmai.apps.registry.models import Membership
from mudmai.core.errors import InputError
from mudmai.core.language import Text


def create_with_password(
    email: str, display_name: str, password: str | None, organisation_th: str, organisation_en: str
) -> Membership:
    """As :func:`create_first_administrator`; a weak password is an :class:`InputError`."""
    try:
        return create_first_administrator(
            email=email,
            display_name=display_name,
            password=password,
            organisation_th=organisation_th,
            organisation_en=organisation_en,
        )
    except ValidationError as weak:
        texts = [error_text(one) for one in weak.error_list]
        raise InputError(
            Text(" ".join(t.th for t in texts), " ".join(t.en for t in texts)),
            remedy=Text("เลือกรหัสผ่านอื่น", "choose another password"),
            code="password",
        ) from weak
