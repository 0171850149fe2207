"""A city: a place with a body that plans it. It need not be one administrative area."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from mudmai.apps.registry.models import Organisation, Person
from mudmai.apps.registry.models.membership import AreaScoped
from mudmai.core.language import Text


class City(AreaScoped):
    """``code`` stands in addresses and never changes. The area is the smallest known one that holds the city (its
    province at least); ``is_whole_area`` tells that the city *is* that area, so that its figures are the city's own.

    ``organisation`` answers for it (NULL: nobody has taken it over yet). ``facts`` are what criteria ask of the body:
    ``{"population": {"value": 120000, "source": "...", "as_of": "2022"}, "powers": {"value": ["waste"], ...}}``;
    ``legal_type`` is a word of the criteria packs.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=60, unique=True, validators=[RegexValidator(r"^[a-z0-9][a-z0-9-]*$")])
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="cities")
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    legal_type = models.CharField(max_length=40, blank=True)
    is_whole_area = models.BooleanField(default=False)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    facts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    note = models.TextField(blank=True)
    source = models.CharField(max_length=300, blank=True)
    revision = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="cities_added")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=Q(area_system="", area_code="") | (~Q(area_system="") & ~Q(area_code="")),
                name="assessment_city_area",
            ),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> Text:
        """Its name; the Thai one stands in where no English one is known."""
        return Text(self.name_th, self.name_en or self.name_th)
