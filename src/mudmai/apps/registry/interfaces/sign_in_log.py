"""What happens inside the sign-in library is written to the same log as every other change."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.socialaccount import signals as social
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from mudmai.apps.registry.domain.audit import VISITOR, record_alone
from mudmai.apps.registry.domain.people import person_of_email
from mudmai.apps.registry.models import Person


def _said(action: str, **facts: Any) -> Any:
    def write(sender: object, user: Person | None = None, **told: Any) -> None:
        if isinstance(user, Person):
            authenticator = told.get("authenticator")
            new = {**facts, "type": str(authenticator.type)} if authenticator is not None else facts or None
            record_alone(actor=user, action=action, object_kind="person", object_id=user.pseudonym, new=new)

    return write


def _refused(sender: object, credentials: dict[str, Any], **told: Any) -> None:
    person = person_of_email(str(credentials.get("email", "")))
    object_id = person.pseudonym if person else ""
    record_alone(actor=VISITOR, action="session.refused", object_kind="person" if person else "", object_id=object_id)


_WRITERS = {
    "session.start": (user_logged_in, _said("session.start")),
    "session.end": (user_logged_out, _said("session.end")),
    "session.refused": (user_login_failed, _refused),
    "password.change": (account.password_changed, _said("password.change")),
    "password.set": (account.password_set, _said("password.change", first=True)),
    "password.reset": (account.password_reset, _said("password.reset")),
    "factor.add": (mfa.authenticator_added, _said("factor.add")),
    "factor.remove": (mfa.authenticator_removed, _said("factor.remove")),
    "factor.renew": (mfa.authenticator_reset, _said("factor.renew")),
    "factor.refused": (mfa.authentication_failed, _said("factor.refused")),
}


def _connected(sender: object, sociallogin: Any, **told: Any) -> None:
    user = sociallogin.user
    record_alone(actor=user, action="outside_login.connect", object_kind="person", object_id=user.pseudonym)


def listen() -> None:
    """Connect the writers, once."""
    for name, (signal, write) in _WRITERS.items():
        signal.connect(write, weak=False, dispatch_uid=f"mudmai.{name}")
    social.social_account_added.connect(_connected, weak=False, dispatch_uid="mudmai.outside_login")
