"""What hangs on a project: who takes part, what is due, contracts, risks, documents, results."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from mudmai.apps.programme.models.project import Project
from mudmai.apps.registry.models import Organisation, Person


class PartyRole(models.TextChoices):
    """What an organisation is to the project (codelist ``partyRole`` of OC4IDS)."""

    PUBLIC_AUTHORITY = "publicAuthority", "publicAuthority"
    FUNDER = "funder", "funder"
    ADMINISTRATIVE_ENTITY = "administrativeEntity", "administrativeEntity"
    BUYER = "buyer", "buyer"
    SUPPLIER = "supplier", "supplier"
    PARTNER = "partner", "partner"


class Party(models.Model):
    """An organisation that takes part. Names of natural persons do not belong here."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="parties")
    role = models.CharField(max_length=24, choices=PartyRole.choices)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="project_parts"
    )
    name = models.CharField(max_length=300)
    identifier = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ("project_id", "id")

    def __str__(self) -> str:
        return f"{self.role} {self.name}"


class Milestone(models.Model):
    """Something due on a day. ``weight`` is its part of the physical work (0 to 1), where it is known."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="milestones")
    title = models.CharField(max_length=300)
    due_on = models.DateField(null=True, blank=True)
    met_on = models.DateField(null=True, blank=True)
    weight = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ("project_id", "due_on", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(weight=None) | Q(weight__gte=0, weight__lte=1), name="programme_milestone_weight"
            ),
        )

    def __str__(self) -> str:
        return self.title


class Contract(models.Model):
    """A contract of the project (a contracting process of OC4IDS). ``amount`` in baht; NULL: not known."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="contracts")
    number = models.CharField(max_length=80)
    title = models.CharField(max_length=500, blank=True)
    supplier = models.ForeignKey(Party, null=True, blank=True, on_delete=models.PROTECT, related_name="contracts")
    amount = models.DecimalField(max_digits=20, decimal_places=2, null=True, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    start = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=16, blank=True)
    method = models.CharField(max_length=120, blank=True)
    url = models.URLField(max_length=500, blank=True)

    class Meta:
        ordering = ("project_id", "signed_on", "id")
        constraints = (
            models.UniqueConstraint(fields=["project", "number"], name="programme_contract_once"),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0), name="programme_contract_not_below_zero"
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()


class Risk(models.Model):
    """What may go wrong. ``likelihood`` and ``impact``: 1 (least) to 5."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="risks")
    title = models.CharField(max_length=300)
    likelihood = models.PositiveSmallIntegerField()
    impact = models.PositiveSmallIntegerField()
    response = models.TextField(blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("project_id", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(likelihood__range=(1, 5), impact__range=(1, 5)), name="programme_risk_scale"
            ),
        )

    def __str__(self) -> str:
        return self.title


class ProjectDocument(models.Model):
    """A file or photo, kept by its SHA-256 in the shelf of raw files, or an address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="documents")
    type = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=300)
    raw_sha = models.CharField(max_length=64, blank=True)
    raw_name = models.CharField(max_length=255, blank=True)
    raw_size = models.BigIntegerField(null=True, blank=True)
    url = models.URLField(max_length=500, blank=True)
    published_on = models.DateField(null=True, blank=True)
    created_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="project_documents_created"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("project_id", "created_at", "id")
        constraints = (
            models.CheckConstraint(condition=~Q(raw_sha="") | ~Q(url=""), name="programme_document_somewhere"),
        )

    def __str__(self) -> str:
        return self.title


class ProjectIndicator(models.Model):
    """A promised result: an indicator of a plan (``plan``, ``indicator``), or one of its own (both empty)."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="indicators")
    plan = models.CharField(max_length=120, blank=True)
    indicator = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=500)
    unit = models.CharField(max_length=80, blank=True)
    baseline = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    target = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    actual = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    target_year = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("project_id", "id")

    def __str__(self) -> str:
        return self.title
