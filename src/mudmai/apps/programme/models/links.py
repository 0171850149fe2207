"""What people decided about a project beside its own facts: the clauses of plans it serves, and its likenesses."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from mudmai.apps.programme.models.project import Project
from mudmai.apps.registry.models import Person
from mudmai.core.language import Text


class LinkState(models.TextChoices):
    """How far a link to a clause of a plan has come; only a confirmed one counts in any total."""

    SUGGESTED = "suggested", "suggested"
    CONFIRMED = "confirmed", "confirmed"
    REFUSED = "refused", "refused"

    @property
    def title(self) -> Text:
        """The state in words."""
        return LINK_STATE_TITLES[self]


LINK_STATE_TITLES = {
    LinkState.SUGGESTED: Text("เสนอไว้ รอยืนยัน", "suggested, to be confirmed"),
    LinkState.CONFIRMED: Text("ยืนยันแล้ว", "confirmed"),
    LinkState.REFUSED: Text("ไม่ใช่ข้อนี้", "not this one"),
}


class PlanLink(models.Model):
    """A project serves a clause of a plan. ``plan`` and ``clause`` are ids of a pack; ``level`` is the clause's level.

    ``confidence`` (0 to 1) is that of the suggestion that it came from, NULL where a person made it. ``weight``: the
    part of the project's money that is for this clause, NULL where its links share without weights. A decision that a
    suggestion is wrong is kept (``refused``), so that it is not asked again. ``revision`` goes up with each change.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="links")
    plan = models.CharField(max_length=120)
    level = models.CharField(max_length=24)
    clause = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=LinkState.choices, default=LinkState.SUGGESTED)
    confidence = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    weight = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    words = models.CharField(max_length=300, blank=True)
    reason = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="links_decided")
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("project_id", "plan", "clause")
        constraints = (
            models.UniqueConstraint(fields=["project", "plan", "clause"], name="programme_link_once"),
            models.CheckConstraint(condition=Q(state__in=LinkState.values), name="programme_link_state"),
            models.CheckConstraint(
                condition=Q(confidence=None) | Q(confidence__gte=0, confidence__lte=1), name="programme_link_confidence"
            ),
            models.CheckConstraint(
                condition=Q(weight=None) | Q(weight__gte=0, weight__lte=1), name="programme_link_weight"
            ),
        )
        indexes = (models.Index(fields=["plan", "clause", "state"], name="programme_by_clause"),)

    def __str__(self) -> str:
        return f"{self.project_id} {self.plan}:{self.clause} {self.state}"

    @property
    def state_title(self) -> Text:
        """Its state in words."""
        return LinkState(self.state).title


class Likeness(models.TextChoices):
    """What a person decided about two projects that look alike."""

    DUPLICATE = "duplicate", "duplicate"
    CONTINUED = "continued", "continued"
    DIFFERENT = "different", "different"

    @property
    def title(self) -> Text:
        """The decision in words."""
        return LIKENESS_TITLES[self]


LIKENESS_TITLES = {
    Likeness.DUPLICATE: Text("โครงการเดียวกัน บันทึกซ้ำ", "the same project, entered twice"),
    Likeness.CONTINUED: Text("โครงการต่อเนื่องจากปีก่อน", "continues the other one"),
    Likeness.DIFFERENT: Text("คนละโครงการ", "different projects"),
}


class LikenessDecision(models.Model):
    """Two projects, the one with the smaller id first, and what was decided; ``score`` (0 to 1) as it was shown then.

    A pair that was decided is not asked again.
    """

    first = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="likenesses_first")
    second = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="likenesses_second")
    verdict = models.CharField(max_length=10, choices=Likeness.choices)
    score = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="likenesses_decided")
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("decided_at", "id")
        constraints = (
            models.UniqueConstraint(fields=["first", "second"], name="programme_likeness_once"),
            models.CheckConstraint(condition=Q(verdict__in=Likeness.values), name="programme_likeness_verdict"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="programme_likeness_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id} {self.verdict}"

    @property
    def verdict_title(self) -> Text:
        """The decision in words."""
        return Likeness(self.verdict).title
