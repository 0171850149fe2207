"""A city's road map: what it will do about its gaps, when, for how much."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from mudmai.apps.assessment.models.city import City
from mudmai.apps.assessment.models.file import CityFile
from mudmai.apps.programme.models import Project
from mudmai.apps.registry.models import Person
from mudmai.core.language import Text


class RoadmapState(models.TextChoices):
    """Where an item stands."""

    PLANNED = "planned", "planned"
    DONE = "done", "done"
    DROPPED = "dropped", "dropped"

    @property
    def title(self) -> Text:
        """The state in words."""
        return ROADMAP_TITLES[self]


ROADMAP_TITLES = {
    RoadmapState.PLANNED: Text("วางแผนไว้", "planned"),
    RoadmapState.DONE: Text("ทำแล้ว", "done"),
    RoadmapState.DROPPED: Text("ยกเลิก", "dropped"),
}


class RoadmapItem(models.Model):
    """``action`` is an id of the criteria set, "" an idea of the city's own. ``fiscal_year`` CE; ``budget`` in baht,
    NULL not known. ``to_step``: the step of the criterion that it is meant to reach. ``project``: its draft."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="roadmap")
    file = models.ForeignKey(CityFile, null=True, on_delete=models.PROTECT, related_name="roadmap")
    criterion = models.CharField(max_length=64)
    action = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    to_step = models.PositiveSmallIntegerField(null=True, blank=True)
    fiscal_year = models.PositiveSmallIntegerField(null=True, blank=True)
    budget = models.DecimalField(max_digits=20, decimal_places=2, null=True, blank=True)
    unit = models.CharField(max_length=200, blank=True)
    project = models.OneToOneField(Project, null=True, on_delete=models.PROTECT, related_name="roadmap_item")
    state = models.CharField(max_length=8, choices=RoadmapState.choices, default=RoadmapState.PLANNED)
    revision = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="roadmap_items")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("city_id", "fiscal_year", "created_at", "id")
        constraints = (
            models.CheckConstraint(condition=Q(budget=None) | Q(budget__gte=0), name="assessment_roadmap_budget"),
        )

    def __str__(self) -> str:
        return self.title
