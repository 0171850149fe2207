"""Who holds a dataset, whose figures are the official ones, and publications on their way."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from mudmai.apps.data.models.submission import Submission
from mudmai.apps.registry.models import Organisation, Person
from mudmai.core.language import Text


class DatasetHolder(models.Model):
    """An organisation that publishes a dataset, under ``table`` in the store of releases.

    ``levels`` approvals are needed. ``left_out_sha`` names a Parquet of facts that this holder has given and that are
    not served, because another holder's stand in their place. ``own_approval``: the submitter may approve (offices of
    one person).
    """

    dataset = models.CharField(max_length=120, db_index=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="datasets_held")
    table = models.CharField(max_length=200)
    levels = models.PositiveSmallIntegerField(default=1)
    own_approval = models.BooleanField(default=False)
    is_official = models.BooleanField(default=False)
    left_out_sha = models.CharField(max_length=64, blank=True)
    since = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("dataset", "id")
        constraints = (
            models.UniqueConstraint(fields=["dataset", "organisation"], name="data_one_holder"),
            models.UniqueConstraint(fields=["dataset"], condition=Q(is_official=True), name="data_one_official_holder"),
            models.CheckConstraint(condition=Q(levels__gte=1, levels__lte=5), name="data_levels"),
        )

    def __str__(self) -> str:
        return f"{self.dataset} {self.organisation_id}"


class OfficialChoice(models.Model):
    """Whose figures are official: for a dataset (``series`` empty) or one of its series. Rows are only added."""

    dataset = models.CharField(max_length=120, db_index=True)
    series = models.CharField(max_length=120, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="official_choices")
    reason = models.TextField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="official_choices")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("dataset", "series", "-id")

    def __str__(self) -> str:
        return f"{self.dataset} {self.series} {self.organisation_id}"


class PublicationKind(models.TextChoices):
    """What a publication is for."""

    RELEASE = "release", "release"
    WITHDRAW = "withdraw", "withdraw"
    CHOICE = "choice", "choice"

    @property
    def title(self) -> Text:
        """The kind in words."""
        return _KINDS[self]


_KINDS = {
    PublicationKind.RELEASE: Text("เผยแพร่", "release"),
    PublicationKind.WITHDRAW: Text("ถอน", "withdrawal"),
    PublicationKind.CHOICE: Text("เปลี่ยนผู้เผยแพร่ทางการ", "official choice"),
}


class Publication(models.Model):
    """The outbox: what is to be done to the stores of releases, kept before it is done.

    ``plan`` names tables by the hash of their Parquet file; ``done_at`` is set when the stores and everything beside
    them have it. At most one is open for a dataset.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.CharField(max_length=120, db_index=True)
    kind = models.CharField(max_length=10, choices=PublicationKind.choices)
    submission = models.ForeignKey(Submission, null=True, on_delete=models.PROTECT, related_name="publications")
    plan = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)
    release = models.CharField(max_length=40, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    fault = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ("created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=["dataset"], condition=Q(done_at__isnull=True), name="data_one_open_publication"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.dataset} {self.id}"
