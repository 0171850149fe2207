"""The register: certificates with their end, their events and the checks after the grant."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q

from mudmai.apps.assessment.models.city import City
from mudmai.apps.assessment.models.marking import Decision
from mudmai.apps.registry.models import Organisation, Person
from mudmai.core.language import Text


class RegisterHolder(models.Model):
    """Which organisation keeps the register of a scheme."""

    scheme = models.CharField(max_length=64, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="registers_held")
    set_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.scheme


class EndReason(models.TextChoices):
    """Why a certificate ended."""

    NONE = "", ""
    EXPIRED = "expired", "expired"
    WITHDRAWN = "withdrawn", "withdrawn"
    SUPERSEDED = "superseded", "superseded"

    @property
    def title(self) -> Text:
        """The reason in words."""
        return END_TITLES[self]


END_TITLES = {
    EndReason.NONE: Text("ยังมีผล", "in force"),
    EndReason.EXPIRED: Text("หมดอายุ", "expired"),
    EndReason.WITHDRAWN: Text("ถูกเพิกถอน", "withdrawn"),
    EndReason.SUPERSEDED: Text("มีใบใหม่แทนแล้ว", "superseded by a new one"),
}


class Certificate(models.Model):
    """It holds from ``granted_on`` up to and with ``expires_on`` (NULL: no end is known), or ends on ``ended_on``.

    ``granted_precision`` "year": only the year is known, ``granted_on`` is its last day. ``facts``: claimed parts,
    scores at the time, whatever the public register shows. ``decision`` NULL: a first entry, taken over with its
    ``source``. Nothing of a row changes without a :class:`CertificateEvent` and an audit row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scheme = models.CharField(max_length=64, db_index=True)
    criteria = models.CharField(max_length=64, blank=True)
    number = models.CharField(max_length=60, unique=True)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="certificates")
    level = models.CharField(max_length=64, blank=True)
    granted_on = models.DateField()
    granted_precision = models.CharField(max_length=4, choices=[("day", "day"), ("year", "year")], default="day")
    expires_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=10, choices=EndReason.choices, blank=True, default="")
    facts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    decision = models.OneToOneField(Decision, null=True, on_delete=models.PROTECT, related_name="certificate")
    renews = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="renewed_by")
    source = models.CharField(max_length=500, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("scheme", "granted_on", "number")
        constraints = (
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=F("granted_on")), name="assessment_certificate_days"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, end_reason="") | (~Q(ended_on=None) & ~Q(end_reason="")),
                name="assessment_certificate_end",
            ),
        )
        indexes = (models.Index(fields=["expires_on", "ended_on"], name="assessment_expiring"),)

    def __str__(self) -> str:
        return self.number


class EventKind(models.TextChoices):
    """What happened to a certificate."""

    FIRST_ENTRY = "first_entry", "first_entry"
    GRANTED = "granted", "granted"
    SURVEYED = "surveyed", "surveyed"
    RENEWED = "renewed", "renewed"
    EXPIRED = "expired", "expired"
    WITHDRAWN = "withdrawn", "withdrawn"
    SUPERSEDED = "superseded", "superseded"
    CORRECTED = "corrected", "corrected"

    @property
    def title(self) -> Text:
        """The event in words."""
        return EVENT_TITLES[self]


EVENT_TITLES = {
    EventKind.FIRST_ENTRY: Text(
        "ออกใบรับรองก่อนเริ่มใช้ทะเบียนนี้ จึงรับมาเป็นรายการตั้งต้น",
        "granted before this register began; taken over as a first entry",
    ),
    EventKind.GRANTED: Text("ออกใบรับรอง", "granted"),
    EventKind.SURVEYED: Text("ติดตามหลังรับรอง", "checked after the grant"),
    EventKind.RENEWED: Text("ต่ออายุ", "renewed"),
    EventKind.EXPIRED: Text("หมดอายุ", "expired"),
    EventKind.WITHDRAWN: Text("เพิกถอน", "withdrawn"),
    EventKind.SUPERSEDED: Text("มีใบใหม่แทน", "superseded"),
    EventKind.CORRECTED: Text("แก้ข้อมูล", "corrected"),
}


class CertificateEvent(models.Model):
    """One event; rows are only added. ``facts``: old and new of what changed. ``by`` None: operator or clock.

    ``on`` of a first entry is the last day of the year of its grant: no more is known, whatever a later correction
    found out.
    """

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=EventKind.choices)
    on = models.DateField()
    at = models.DateTimeField(auto_now_add=True)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="certificate_events")
    facts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)

    class Meta:
        ordering = ("certificate_id", "sequence")
        constraints = (models.UniqueConstraint(fields=["certificate", "sequence"], name="assessment_event_once"),)

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.sequence} {self.kind}"

    @property
    def on_precision(self) -> str:
        """``day``, or ``year`` where only that of ``on`` is known."""
        return "year" if self.kind == EventKind.FIRST_ENTRY else "day"

    @property
    def on_iso(self) -> str:
        """``on`` as far as it is known: a day (``2026-03-05``) or a year (``2021``)."""
        return str(self.on.year) if self.on_precision == "year" else self.on.isoformat()


class Surveillance(models.Model):
    """A check after the grant. ``progress``: share of what was promised that is done, percent; NULL not known."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="surveillance")
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    progress = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    finding = models.TextField(blank=True)
    has_concern = models.BooleanField(null=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="certificate_checks")

    class Meta:
        ordering = ("certificate_id", "due_on")
        constraints = (models.UniqueConstraint(fields=["certificate", "due_on"], name="assessment_check_once"),)

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.due_on}"
