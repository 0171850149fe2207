"""A secret by which a program acts for a person; only the hash of the secret is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import models

from mudmai.apps.registry.models.organisation import Organisation
from mudmai.apps.registry.models.person import Person


@dataclass(frozen=True, slots=True)
class TokenLimit:
    """How far a token reaches at most; the person's roles bound it further. ``organisation`` None: all of them."""

    organisation: int | None
    read_only: bool


class ApiToken(models.Model):
    """``prefix`` is the beginning of the secret, so that its owner knows one from another."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16)
    secret_hash = models.CharField(max_length=64, unique=True)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    read_only = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return f"token {self.pk}"

    def is_open(self, now: datetime) -> bool:
        """True while it works."""
        return self.revoked_at is None and now < self.expires_at

    @property
    def limit(self) -> TokenLimit:
        """What the policy has to heed."""
        return TokenLimit(self.organisation_id, self.read_only)
