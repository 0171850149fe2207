"""Obstacles raised and resolved; milestones met."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from mudmai.apps.programme.domain.refusals import needed, refused
from mudmai.apps.programme.models import Milestone, Obstacle, Project
from mudmai.apps.programme.policy import areas_of, require_on
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor


def raise_obstacle(
    *, acting_user: Actor, project: Project, text: str, needs_decision: bool = False, raised_on: date | None = None
) -> Obstacle:
    """Say what stands in the way; ``needs_decision`` puts the project in front of those above."""
    said, day = needed(text, "obstacle"), raised_on or timezone.localdate()
    _refuse_ahead(day, "raised_on")
    with transaction.atomic():
        _require(acting_user, project)
        made = Obstacle.objects.create(
            project=project,
            text=said,
            needs_decision=needs_decision,
            raised_on=day,
            raised_by=acting_user if isinstance(acting_user, Person) else None,
        )
        _told(acting_user, "obstacle.raise", project, "obstacle", str(made.pk), {"needs_decision": needs_decision})
    return made


def resolve_obstacle(*, acting_user: Actor, obstacle: Obstacle, resolution: str) -> Obstacle:
    """Record that an obstacle is gone, and how. Twice is refused."""
    said = needed(resolution, "resolution")
    with transaction.atomic():
        held = Obstacle.objects.select_for_update(of=("self",), no_key=True).get(pk=obstacle.pk)
        _require(acting_user, held.project)
        if held.resolved_on is not None:
            raise refused("ปัญหานี้แก้ไปแล้ว", "this obstacle is gone already", "obstacle", code="report_changed")
        held.resolved_on, held.resolution = timezone.localdate(), said
        held.save(update_fields=["resolved_on", "resolution"])
        _told(acting_user, "obstacle.resolve", held.project, "obstacle", str(held.pk), {}, said)
    return held


def meet_milestone(*, acting_user: Actor, milestone: Milestone, met_on: date | None) -> Milestone:
    """Record the day on which a milestone was met; None takes it back."""
    if met_on is not None:
        _refuse_ahead(met_on, "met_on")
    with transaction.atomic():
        held = Milestone.objects.select_for_update(of=("self",), no_key=True).get(pk=milestone.pk)
        _require(acting_user, held.project)
        if held.met_on != met_on:
            old, held.met_on = held.met_on, met_on
            held.save(update_fields=["met_on"])
            facts = {"met_on": met_on.isoformat() if met_on else None, "before": old.isoformat() if old else None}
            _told(acting_user, "milestone.meet", held.project, "milestone", str(held.pk), facts)
    return held


def _require(acting_user: Actor, project: Project) -> None:
    require_on(acting_user, "project.report", programme=project.programme, areas=areas_of(project))


def _refuse_ahead(day: date, field: str) -> None:
    if day > timezone.localdate():
        raise refused(f"วันที่ {day} ยังมาไม่ถึง", f"the day {day} is still to come", field)


def _told(
    actor: Actor, action: str, project: Project, kind: str, key: str, facts: dict[str, Any], reason: str = ""
) -> None:
    record(
        actor=actor,
        action=action,
        organisation=project.programme.organisation,
        object_kind=kind,
        object_id=key,
        new={"project": str(project.pk), **facts},
        reason=reason,
    )
    announce(action, project=str(project.pk))
