"""Accepted exceptions: findings of checks that somebody looked at and took as they are, with the reason."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from mudmai.apps.data.models.submission import Submission
from mudmai.apps.registry.models import Organisation, Person
from mudmai.core.checks import Fact
from mudmai.core.language import Text


class AcceptedException(models.Model):
    """An exception for one finding, by its fingerprint, in what one organisation sends of one dataset.

    It holds for the same value in the next file and lapses with another value, because that has another fingerprint.
    ``fact`` is ``area_system, area, period, series, dims``. A revoked exception stays, with who ended it and why.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.CharField(max_length=120, db_index=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="accepted_exceptions")
    fingerprint = models.CharField(max_length=64)
    rule = models.CharField(max_length=120)
    text_th = models.TextField()
    text_en = models.TextField()
    fact = models.JSONField()
    reason = models.TextField()
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="exceptions_accepted")
    accepted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="exceptions_accepted")
    accepted_at = models.DateTimeField(auto_now_add=True)
    revoked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="exceptions_revoked")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoke_reason = models.TextField(blank=True)

    class Meta:
        ordering = ("dataset", "-accepted_at")
        constraints = (
            models.UniqueConstraint(
                fields=["dataset", "organisation", "fingerprint"],
                condition=Q(revoked_at__isnull=True),
                name="data_one_exception",
            ),
        )

    def __str__(self) -> str:
        return f"{self.dataset} {self.rule} {self.fingerprint[:8]}"

    @property
    def text(self) -> Text:
        """The finding in words, as it was when it was accepted."""
        return Text(self.text_th, self.text_en)

    @property
    def told_fact(self) -> Fact:
        """Which figure it is about."""
        return Fact(*self.fact)
