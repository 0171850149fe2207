"""An invitation by a one-time link; only the hash of its secret is kept."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from mudmai.apps.registry.models.membership import AreaScoped, Role
from mudmai.apps.registry.models.organisation import Organisation
from mudmai.apps.registry.models.person import Person


class Invitation(AreaScoped):
    """``email`` is emptied as soon as the invitation has been used, withdrawn or cleared away after its end."""

    email = models.EmailField(max_length=254, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=14, choices=Role.choices)
    invited_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="invitations_sent")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="invitations_accepted")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    def is_open(self, now: datetime) -> bool:
        """True while the link can be used."""
        return self.accepted_at is None and self.withdrawn_at is None and now < self.expires_at
