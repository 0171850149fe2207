"""Forms: they read what was typed; whether it may be done is decided in ``domain``."""

from __future__ import annotations

from typing import Any

from django import forms

from mudmai.apps.registry.models import OrganisationKind, Role


class AcceptForm(forms.Form):
    """A new account by invitation."""

    display_name = forms.CharField(max_length=120)
    password = forms.CharField(strip=False, max_length=200)
    password2 = forms.CharField(strip=False, max_length=200)

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        first, second = cleaned.get("password"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", forms.ValidationError("", "password_mismatch"))
        return cleaned


class ProfileForm(forms.Form):
    """Name and language."""

    display_name = forms.CharField(max_length=120)
    language = forms.ChoiceField(choices=[("th", "ไทย"), ("en", "English")])


class EraseForm(forms.Form):
    """The word that confirms an erasure, so that it is not done by accident."""

    confirm = forms.BooleanField()
    reason = forms.CharField(required=False, max_length=500)


class AreaParts:
    """What a form with a field ``area`` adds."""

    cleaned_data: dict[str, Any]

    def area_parts(self) -> tuple[str, str]:
        """``system:code`` taken apart."""
        system, _, code = str(self.cleaned_data["area"]).strip().partition(":")
        return system.strip(), code.strip()


class RoleForm(AreaParts, forms.Form):
    """A role in an area; both area fields empty: all areas."""

    role = forms.ChoiceField(choices=Role.choices)
    area = forms.CharField(required=False, max_length=130)


class InviteForm(RoleForm):
    """Whom to invite, and as what."""

    email = forms.EmailField(max_length=254)


class OrganisationForm(forms.Form):
    """A new organisation."""

    code = forms.CharField(max_length=40)
    name_th = forms.CharField(max_length=200)
    name_en = forms.CharField(max_length=200)
    kind = forms.ChoiceField(choices=OrganisationKind.choices, initial="other")
    parent = forms.CharField(max_length=40)


class NamesForm(forms.Form):
    """New names of an organisation."""

    name_th = forms.CharField(max_length=200)
    name_en = forms.CharField(max_length=200)


class EmailForm(forms.Form):
    """A new address of one's own."""

    email = forms.EmailField(max_length=254)


class TokenForm(forms.Form):
    """A new API token."""

    name = forms.CharField(max_length=80)
    days = forms.ChoiceField(choices=[(str(days), days) for days in (7, 30, 90, 366)], initial="90")
    organisation = forms.CharField(required=False, max_length=40)
    read_only = forms.BooleanField(required=False)


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(required=False, max_length=500)
