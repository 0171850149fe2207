"""Mails: short, plain text, Thai first and English below it, so that no mail arrives in a language that is not read."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage

from mudmai.apps.registry.areas import AreaRef, area_name
from mudmai.apps.registry.interfaces.words import MAILS
from mudmai.apps.registry.models import Invitation, Role

log = logging.getLogger(__name__)


def send_mail(name: str, email: str, **values: Any) -> bool:
    """Send the mail ``name``; False, and a line in the server's log, where the mail server does not take it."""
    subject, body = MAILS[name]
    filled = body.format(**values) if values else body
    text = f"{filled.th}\n\n– – –\n\n{filled.en}\n"
    message = EmailMessage(f"หมุดหมาย: {subject.th} / {subject.en}", text, settings.DEFAULT_FROM_EMAIL, [email])
    try:
        message.send()
    except OSError:
        log.exception("the mail server did not take a mail (%s)", name)
        return False
    return True


def send_invitation(invitation: Invitation, url: str) -> bool:
    """Mail the one-time link to the invited address."""
    area, role = area_name(AreaRef(invitation.area_system, invitation.area_code)), Role(invitation.role).title
    return send_mail(
        "invitation",
        invitation.email,
        url=url,
        role_th=role.th,
        role_en=role.en,
        organisation_th=invitation.organisation.name_th,
        organisation_en=invitation.organisation.name_en,
        area_th=area.th,
        area_en=area.en,
    )
