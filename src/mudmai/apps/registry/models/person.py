"""An account, and the personal details that belong to it in a table of their own.

Everything else (memberships, the log, later submissions) points at the account or its pseudonym, never at a name or an
address: erasing the details leaves a history that can still be read and names nobody.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from mudmai.core.language import Text

if TYPE_CHECKING:
    from mudmai.apps.registry.models.token import TokenLimit

LANGUAGES = [("th", "ไทย"), ("en", "English")]


def new_pseudonym() -> str:
    """``p-`` and twelve characters: what the log calls a person."""
    return "p-" + secrets.token_hex(6)


class PersonQuerySet(models.QuerySet["Person"]):
    def with_details(self) -> PersonQuerySet:
        """People with their details in one query."""
        return self.select_related("details")


class PersonRows(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]  # made by Django
    def get_by_natural_key(self, username: str | None) -> Person:
        found: Person = self.get(pseudonym=username)
        return found


class Person(AbstractBaseUser):
    """An account. It is made by accepting an invitation (``domain.invitations``) and in no other way."""

    pseudonym = models.CharField(max_length=20, unique=True, default=new_pseudonym, editable=False)
    language = models.CharField(max_length=2, choices=LANGUAGES, default="th")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "pseudonym"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = PersonRows()

    token_limit: TokenLimit | None = None
    """Set where a program acts with one of the person's tokens; lives as long as this object."""

    def __str__(self) -> str:
        return self.pseudonym

    def _detail(self, name: str) -> str:
        details = getattr(self, "details", None)  # absent once erased
        return getattr(details, name, "") if details is not None else ""

    @property
    def email(self) -> str:
        """The address for signing in; empty once erased."""
        return self._detail("email")

    @property
    def display_name(self) -> str:
        """The name that others see; empty once erased."""
        return self._detail("display_name")

    @property
    def shown(self) -> Text:
        """How pages call this person."""
        name = self.display_name
        if name:
            return Text(name, name)
        return Text(f"บัญชีที่ลบข้อมูลแล้ว ({self.pseudonym})", f"erased account ({self.pseudonym})")


class PersonalDetails(models.Model):
    """Name and address of one person: the row that is shown, exported and erased on request."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="details")
    email = models.EmailField(max_length=254, unique=True)
    display_name = models.CharField(max_length=120)

    class Meta:
        verbose_name_plural = "personal details"

    def __str__(self) -> str:
        return self.person_id and f"details of {self.person_id}"
