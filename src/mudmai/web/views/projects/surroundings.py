"""What a project is tied to: goals and strategies of plans, and projects that look alike."""

from __future__ import annotations

from typing import Any

from mudmai.apps.programme.models import Project


def links_of(project: Project) -> list[Any]:
    """Links to plans that a person has confirmed."""
    rows = getattr(project, "links", None)
    return list(rows.all()[:50]) if rows is not None else []


def duplicates_of(project: Project) -> list[Project]:
    """Projects that were found to be this one: each counts once, here."""
    return list(project.predecessors.filter(state="duplicate").select_related("programme")[:50])
