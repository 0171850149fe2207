"""A city's inventory of greenhouse gases of one year: activities, own factors, flows of balances."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from mudmai.apps.assessment.models.city import City
from mudmai.apps.registry.models import Person
from mudmai.core.language import Text


class InventoryState(models.TextChoices):
    """Who may read it."""

    DRAFT = "draft", "draft"
    RELEASED = "released", "released"

    @property
    def title(self) -> Text:
        """The state in words."""
        return INVENTORY_TITLES[self]


INVENTORY_TITLES = {
    InventoryState.DRAFT: Text("ร่าง", "draft"),
    InventoryState.RELEASED: Text("เปิดเผยแล้ว", "released"),
}


class Inventory(models.Model):
    """``year`` CE. ``rules``: id of the pack's tables. ``level`` BASIC or BASIC+. ``population`` NULL: not known.

    ``revision`` goes up with every change of the inventory, its entries and flows. ``published``: the release that
    holds its figures ("" none), ``published_why`` why it holds none.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="inventories")
    year = models.PositiveSmallIntegerField()
    rules = models.CharField(max_length=64)
    gwp_set = models.CharField(max_length=64)
    level = models.CharField(max_length=8)
    state = models.CharField(max_length=8, choices=InventoryState.choices, default=InventoryState.DRAFT, db_index=True)
    population = models.PositiveIntegerField(null=True, blank=True)
    population_source = models.CharField(max_length=300, blank=True)
    note = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)
    published = models.CharField(max_length=64, blank=True)
    published_why: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="inventories_begun")
    created_at = models.DateTimeField(auto_now_add=True)
    released_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="inventories_released")
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-year", "city_id")
        constraints = (
            models.UniqueConstraint(fields=["city", "year"], name="assessment_inventory_once"),
            models.CheckConstraint(condition=Q(year__gte=1900, year__lte=2200), name="assessment_inventory_year"),
            models.CheckConstraint(condition=Q(level__in=["BASIC", "BASIC+"]), name="assessment_inventory_level"),
        )

    def __str__(self) -> str:
        return f"{self.city_id} {self.year}"

    @property
    def is_released(self) -> bool:
        """Open to everybody, and not to be changed until it is taken back."""
        return self.state == InventoryState.RELEASED


class InventoryEntry(models.Model):
    """An activity of a cell. ``amount`` NULL: not known, or ``notation`` says why there is none.

    ``factor``: an id of the pack; ``own_factor`` a factor of its own: unit, gases, source, and where it was worked out
    method and parameters. At most one of both; beside a factor of the pack ``own_factor`` holds no more than the
    ``uncertainty`` that was stated for it. ``locator``: where in which file it came from.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    inventory = models.ForeignKey(Inventory, on_delete=models.CASCADE, related_name="entries")
    cell = models.CharField(max_length=64)
    activity = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=30, decimal_places=9, null=True, blank=True)
    unit = models.CharField(max_length=16, blank=True)
    notation = models.CharField(max_length=2, blank=True)
    factor = models.CharField(max_length=64, blank=True)
    own_factor: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    uncertainty = models.FloatField(null=True, blank=True)
    quality = models.CharField(max_length=1, blank=True)
    source = models.CharField(max_length=500, blank=True)
    locator = models.CharField(max_length=300, blank=True)
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="inventory_entries")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("inventory_id", "cell", "activity", "id")
        constraints = (
            models.UniqueConstraint(fields=["inventory", "cell", "activity"], name="assessment_entry_once"),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="assessment_entry_amount"),
            models.CheckConstraint(
                condition=Q(notation="") | Q(amount=None, factor=""), name="assessment_entry_notation"
            ),
        )

    def __str__(self) -> str:
        return f"{self.cell} {self.activity}"


class BalanceFlow(models.Model):
    """A flow of one of the inventory's balances, in the balance's unit. ``amount`` NULL: not known, never zero."""

    inventory = models.ForeignKey(Inventory, on_delete=models.CASCADE, related_name="flows")
    balance = models.CharField(max_length=64)
    flow = models.CharField(max_length=64)
    amount = models.DecimalField(max_digits=30, decimal_places=9, null=True, blank=True)
    uncertainty = models.FloatField(null=True, blank=True)
    notation = models.CharField(max_length=2, blank=True)
    source = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("inventory_id", "balance", "id")
        constraints = (
            models.UniqueConstraint(fields=["inventory", "balance", "flow"], name="assessment_flow_once"),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="assessment_flow_amount"),
        )

    def __str__(self) -> str:
        return f"{self.balance}/{self.flow}"
