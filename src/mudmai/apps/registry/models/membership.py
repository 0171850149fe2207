"""A role of a person, held in an organisation and an area."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from mudmai.apps.registry.models.organisation import Organisation
from mudmai.apps.registry.models.person import Person
from mudmai.core.language import Text


class Role(models.TextChoices):
    """A ladder: each role may do what those before it may."""

    READER = "reader", "reader"
    CONTRIBUTOR = "contributor", "contributor"
    REVIEWER = "reviewer", "reviewer"
    PUBLISHER = "publisher", "publisher"
    ADMINISTRATOR = "administrator", "administrator"

    @property
    def rank(self) -> int:
        """0 for the lowest."""
        return list(Role).index(self)

    @property
    def title(self) -> Text:
        """The role in words."""
        return ROLE_TITLES[self]


ROLE_TITLES = {
    Role.READER: Text("ผู้อ่าน", "reader"),
    Role.CONTRIBUTOR: Text("ผู้ส่งข้อมูล", "contributor"),
    Role.REVIEWER: Text("ผู้ตรวจทาน", "reviewer"),
    Role.PUBLISHER: Text("ผู้เผยแพร่", "publisher"),
    Role.ADMINISTRATOR: Text("ผู้ดูแลสิทธิ์", "administrator"),
}


class AreaScoped(models.Model):
    """An area and everything below it; both fields empty: all areas."""

    area_system = models.CharField(max_length=60, blank=True, default="")
    area_code = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        abstract = True

    @property
    def is_everywhere(self) -> bool:
        """True when no area bounds it."""
        return not self.area_code


class Membership(AreaScoped):
    """Kept when it ends: who held which role when is part of the record."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=14, choices=Role.choices)
    granted_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("organisation__code", "person_id", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["person", "organisation", "role", "area_system", "area_code"],
                condition=Q(ended_at__isnull=True),
                name="registry_one_role_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(area_system="", area_code="") | (~Q(area_system="") & ~Q(area_code="")),
                name="registry_area_whole_or_none",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.organisation_id} {self.area_system}:{self.area_code}"
