"""The library's forms for passkeys, made safe against answers that are no answers: refused, not broken."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms

_SHAPELESS = (KeyError, TypeError, ValueError, AttributeError, IndexError)
"""What reading a malformed credential raises, besides the library's own refusals."""


def _refused() -> Exception:
    fault: Exception = get_adapter().validation_error("incorrect_code")
    return fault


class AddPasskeyForm(forms.AddWebAuthnForm):  # type: ignore[misc]  # published without types
    def clean(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = super().clean()
        except _SHAPELESS as fault:
            raise _refused() from fault
        return found


class _Answer:
    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]  # of the form beside it
        except _SHAPELESS as fault:
            raise _refused() from fault


class AuthenticatePasskeyForm(_Answer, forms.AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class LoginPasskeyForm(_Answer, forms.LoginWebAuthnForm):  # type: ignore[misc]
    pass


class ReauthenticatePasskeyForm(_Answer, forms.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass
