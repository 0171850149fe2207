"""Confirmed links of a project in the terms of OC4IDS 0.9: ``policyAlignment``."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from mudmai.apps.data.site import workspace
from mudmai.apps.programme.models import LinkState, PlanLink
from mudmai.core.plan_clauses import clauses_of


def policy_alignment(project: UUID | str) -> dict[str, Any]:
    """``policyAlignment`` of a project: ``policies`` are ``plan:clause``, ``description`` their titles with the part of
    the money where one was set. Empty where nothing is confirmed: the field needs at least one policy."""
    rows = PlanLink.objects.filter(project=project, state=LinkState.CONFIRMED).order_by("plan", "clause")
    links = list(rows.values_list("plan", "clause", "weight"))
    if not links:
        return {}
    known = {(plan.id, id): one for plan in workspace().plans for id, one in clauses_of(plan).items()}
    told = []
    for plan, clause, weight in links:
        title = known[plan, clause].title.th if (plan, clause) in known else ""
        part = "" if weight is None else f" ({(weight * 100).normalize():f}%)"
        told.append(f"{clause} {title}{part}".strip())
    policies = [f"{plan}:{clause}" for plan, clause, _ in links]
    return {"policyAlignment": {"policies": policies, "description": "; ".join(told)}}
