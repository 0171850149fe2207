"""A connection: where a dataset's files come from, how often, and how it went last."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from mudmai.apps.registry.models import Organisation, Person
from mudmai.core.language import Text
from mudmai.exchange.connectors import KIND_TITLES


class Every(models.IntegerChoices):
    """How often it is fetched, in seconds; 0: when somebody asks."""

    ASKED = 0, "asked"
    HOUR = 3600, "hour"
    DAY = 86400, "day"
    WEEK = 604800, "week"
    MONTH = 2592000, "month"

    @property
    def title(self) -> Text:
        """The schedule in words."""
        return EVERY_TITLES[self]


EVERY_TITLES = {
    Every.ASKED: Text("เมื่อสั่งเท่านั้น", "only when asked"),
    Every.HOUR: Text("ทุกชั่วโมง", "every hour"),
    Every.DAY: Text("ทุกวัน", "every day"),
    Every.WEEK: Text("ทุกสัปดาห์", "every week"),
    Every.MONTH: Text("ทุก 30 วัน", "every 30 days"),
}


class Connection(models.Model):
    """``settings`` are those of the source (:mod:`mudmai.exchange.connectors.sources`), without a secret; ``secret`` is
    encrypted with the site's key. ``set_up_by`` is in whose right it fetches (None: the operator). ``validators`` are
    those of the last content that was taken over. ``revision`` goes up with every change of what is fetched.
    ``busy_until`` keeps two workers from fetching at once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="connections")
    dataset = models.CharField(max_length=120, db_index=True)
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in KIND_TITLES])
    settings = models.JSONField()
    secret = models.TextField(blank=True)
    mode = models.CharField(max_length=8, default="update")
    auto_submit = models.BooleanField(default=False)
    every = models.PositiveIntegerField(choices=Every.choices, default=Every.DAY)
    enabled = models.BooleanField(default=True)
    next_due = models.DateTimeField(null=True, blank=True, db_index=True)
    failures = models.PositiveIntegerField(default=0)
    validators = models.JSONField(default=dict)
    last_success_at = models.DateTimeField(null=True, blank=True)
    last_tried_at = models.DateTimeField(null=True, blank=True)
    busy_until = models.DateTimeField(null=True, blank=True)
    set_up_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="connections")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("name", "created_at")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=list(KIND_TITLES)), name="connections_kind"),
            models.CheckConstraint(condition=Q(mode__in=["update", "replace"]), name="connections_mode"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.id}"

    @property
    def kind_title(self) -> Text:
        """The kind of source in words."""
        return KIND_TITLES[self.kind]  # type: ignore[index]  # one of the choices

    @property
    def every_title(self) -> Text:
        """The schedule in words."""
        return Every(self.every).title

    @property
    def address(self) -> str:
        """Where it fetches from, for people."""
        told = self.settings
        return str(told.get("url") or told.get("portal") or told.get("root") or told.get("folder") or "")
