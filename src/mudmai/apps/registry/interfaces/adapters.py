"""How the sign-in library (django-allauth) is bent to this house: no sign-up, our words and mails, encrypted keys."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse

from mudmai.apps.registry.interfaces.mail import send_mail
from mudmai.apps.registry.interfaces.words import MAILS, NOTICES
from mudmai.apps.registry.models import Person


def _language(request: HttpRequest) -> str:
    return "en" if request.path.startswith("/en/") else "th"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # published without types
    """Accounts come from invitations alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse(f"{_language(request)}:account")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse(f"{_language(request)}:home")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse(f"{_language(request)}:account")

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        name = (message_template or "").rpartition("/")[2].removesuffix(".txt")
        text = NOTICES.get(name)
        if text is not None:
            message = text.in_("en" if _language(request) == "en" else "th")
        if message:
            messages.add_message(request, level, message, extra_tags=extra_tags)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        name = template_prefix.rpartition("/")[2]
        if name in MAILS:
            values = {"password_reset_url": context["password_reset_url"]} if "password_reset_url" in context else {}
            send_mail(name, email, **values)


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # published without types
    """An outside login opens the account that has the same confirmed address; it never makes one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        kwargs.pop("context", None)
        super().send_notification_mail(*args, **kwargs)

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse(f"{_language(request)}:account")


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # published without types
    """Secrets of authenticators are encrypted with a key made from the site's signing key."""

    def _get_user_identifier(self, user: Person) -> str:
        return user.email or user.pseudonym

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        found: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**found, "name": "หมุดหมาย Mudmai"}

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode("utf-8")).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode("ascii")).decode("utf-8")


def _box() -> Fernet:
    key = hashlib.sha256(b"mudmai second factors" + str(settings.SECRET_KEY).encode("utf-8")).digest()
    return Fernet(base64.urlsafe_b64encode(key))
