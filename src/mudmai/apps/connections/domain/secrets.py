"""Secrets of sources, encrypted with a key made from the site's signing key; never shown again and never logged."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from mudmai.core.errors import InputError
from mudmai.core.language import Text


def locked(secret: str) -> str:
    """The secret as it is kept; empty stays empty."""
    return _box().encrypt(secret.encode("utf-8")).decode("ascii") if secret else ""


def opened(kept: str) -> str:
    """The inverse of :func:`locked`; raises :class:`InputError` ``connection_secret`` for another key of the site."""
    if not kept:
        return ""
    try:
        return _box().decrypt(kept.encode("ascii")).decode("utf-8")
    except InvalidToken:
        raise InputError(
            Text(
                "เปิดกุญแจลับของการเชื่อมต่อไม่ได้ เพราะกุญแจของระบบเปลี่ยนไป",
                "the secret cannot be opened: the site's key has changed",
            ),
            remedy=Text("ใส่กุญแจลับของการเชื่อมต่อใหม่", "enter the secret of the connection again"),
            code="connection_secret",
        ) from None


def _box() -> Fernet:
    key = hashlib.sha256(b"mudmai secrets of sources" + str(settings.SECRET_KEY).encode("utf-8")).digest()
    return Fernet(base64.urlsafe_b64encode(key))
