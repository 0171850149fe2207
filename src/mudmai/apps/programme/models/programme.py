"""A programme: the plan document of one organisation, or a budget of some years."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q

from mudmai.apps.registry.areas import AreaRef
from mudmai.apps.registry.models import Organisation, Person
from mudmai.apps.registry.models.membership import AreaScoped
from mudmai.core.language import Text


class ProgrammeKind(models.TextChoices):
    """What kind of document it is."""

    LOCAL_PLAN = "local_plan", "local_plan"
    PROVINCIAL_PLAN = "provincial_plan", "provincial_plan"
    BUDGET = "budget", "budget"
    OTHER = "other", "other"

    @property
    def title(self) -> Text:
        """The kind in words."""
        return KIND_TITLES[self]


KIND_TITLES = {
    ProgrammeKind.LOCAL_PLAN: Text("แผนพัฒนาท้องถิ่น", "local development plan"),
    ProgrammeKind.PROVINCIAL_PLAN: Text("แผนพัฒนาจังหวัดหรือกลุ่มจังหวัด", "plan of a province or cluster"),
    ProgrammeKind.BUDGET: Text("งบประมาณรายจ่ายประจำปี", "annual budget"),
    ProgrammeKind.OTHER: Text("แผนงานอื่น", "other programme"),
}


class Reporting(models.TextChoices):
    """How often its projects report."""

    MONTH = "month", "month"
    QUARTER = "quarter", "quarter"
    NONE = "none", "none"

    @property
    def title(self) -> Text:
        """The cycle in words."""
        return REPORTING_TITLES[self]


REPORTING_TITLES = {
    Reporting.MONTH: Text("รายเดือน", "monthly"),
    Reporting.QUARTER: Text("รายไตรมาส", "quarterly"),
    Reporting.NONE: Text("ไม่มีรอบรายงาน", "no reporting"),
}


class Programme(AreaScoped):
    """``first_year``..``last_year`` are fiscal years (CE). ``plan`` names the levels of the hierarchy, top first.

    ``is_released``: everybody may read it; before, only those with a role in the organisation. ``form`` is the id of
    the form layout that it came in and is printed by ("" none). ``revision`` goes up with each change of this row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="programmes")
    title_th = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=20, choices=ProgrammeKind.choices, default=ProgrammeKind.LOCAL_PLAN)
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    form = models.CharField(max_length=60, blank=True)
    reporting = models.CharField(max_length=8, choices=Reporting.choices, default=Reporting.QUARTER)
    plan: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list, blank=True)
    note = models.TextField(blank=True)
    is_released = models.BooleanField(default=False, db_index=True)
    revision = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="programmes_created")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-first_year", "title_th", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(area_system="", area_code="") | (~Q(area_system="") & ~Q(area_code="")),
                name="programme_area_whole_or_none",
            ),
            models.CheckConstraint(
                condition=Q(first_year__gte=1900, last_year__lte=2200, first_year__lte=F("last_year")),
                name="programme_years",
            ),
        )

    def __str__(self) -> str:
        return f"{self.title_th} {self.first_year}-{self.last_year}"

    @property
    def title(self) -> Text:
        """Its name; the Thai one where no English is given."""
        return Text(self.title_th, self.title_en or self.title_th)

    @property
    def area(self) -> AreaRef:
        """The area that it is for."""
        return AreaRef(self.area_system, self.area_code)

    @property
    def years(self) -> range:
        """Its fiscal years (CE)."""
        return range(self.first_year, self.last_year + 1)
