"""A call: a certifying organisation opens a criteria set to cities for some time."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from mudmai.apps.registry.models import Organisation, Person
from mudmai.core.language import Text


class Call(models.Model):
    """``criteria`` is the id of a set and ``criteria_sha`` the kept state of it that all files of the call use.

    ``opens_on``..``closes_on``: days on which files may be opened and submitted. ``reply_days``: how long a city may
    reply to the provisional result; ``appeal_days``: how long a decision may be appealed. ``markers``: how many
    independent markers mark each file. ``shows_reasons``: the city reads the markers' reasons, without names, with
    the provisional result; markers know before they write. ``revision`` goes up with each change of this row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="calls")
    scheme = models.CharField(max_length=64)
    criteria = models.CharField(max_length=64)
    criteria_sha = models.CharField(max_length=64)
    title_th = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)
    note = models.TextField(blank=True)
    opens_on = models.DateField()
    closes_on = models.DateField()
    reply_days = models.PositiveSmallIntegerField(default=15)
    appeal_days = models.PositiveSmallIntegerField(default=30)
    markers = models.PositiveSmallIntegerField(default=2)
    shows_reasons = models.BooleanField(default=True)
    is_published = models.BooleanField(default=False, db_index=True)
    revision = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="calls_set_up")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-opens_on", "title_th", "id")
        constraints = (
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="assessment_call_days"),
            models.CheckConstraint(
                condition=Q(markers__gte=2, markers__lte=5, reply_days__lte=365, appeal_days__lte=365),
                name="assessment_call_limits",
            ),
        )

    def __str__(self) -> str:
        return f"{self.criteria} {self.opens_on}"

    @property
    def title(self) -> Text:
        """Its title; the Thai one stands in where there is no English one."""
        return Text(self.title_th, self.title_en or self.title_th)
