"""The log: one row for every change, in a chain of hashes; rows are added and never touched again.

The database itself refuses to update or delete rows (triggers made by a migration), and each row's hash covers the row
and the hash before it, so that a change made around the database shows (``domain.audit.verify_chain``).
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC

from django.db import models

FIRST = "0" * 64
"""The hash before the first row."""


class AuditEntry(models.Model):
    """Actors are pseudonyms (``p-…``), ``operator`` (the machine's shell), ``visitor`` or ``system``: no names here."""

    sequence = models.BigIntegerField(unique=True)
    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=20, db_index=True)
    action = models.CharField(max_length=40, db_index=True)
    organisation = models.CharField(max_length=40, blank=True, db_index=True)
    object_kind = models.CharField(max_length=30, blank=True)
    object_id = models.CharField(max_length=80, blank=True)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    request_id = models.CharField(max_length=32, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("-sequence",)
        indexes = (models.Index(fields=["object_kind", "object_id"], name="registry_audit_object"),)
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"

    def computed_hash(self) -> str:
        """SHA-256 over the row's content and the hash before it."""
        content = {
            "sequence": self.sequence,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": self.actor,
            "action": self.action,
            "organisation": self.organisation,
            "object": [self.object_kind, self.object_id],
            "old": self.old,
            "new": self.new,
            "reason": self.reason,
            "request": self.request_id,
            "previous": self.previous_hash,
        }
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8")).hexdigest()
