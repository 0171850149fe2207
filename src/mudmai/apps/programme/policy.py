"""Rights over programmes and projects: a released programme is for everybody to read, and only revised by decision."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from mudmai.apps.data.policy import decide_over
from mudmai.apps.programme.models import Programme, Project
from mudmai.apps.registry.areas import AreaRef
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor, Decision, NotAllowed, Operator, decide, organisations_allowing
from mudmai.core.language import Text

Asking = Person | Operator | AnonymousUser | None


def decide_view(person: Asking, programme: Programme) -> Decision:
    """May the person read the programme and its projects?"""
    if programme.is_released:
        return Decision(True, Text("แผนงานนี้เปิดเผยแล้ว", "this programme is released"), "public")
    return decide(person, "project.view", organisation=programme.organisation)


def visible(programmes: QuerySet[Programme], person: Asking) -> QuerySet[Programme]:
    """Those of ``programmes`` that the person may read: decided in the query, whatever their number."""
    return programmes.filter(_visible("", person))


def visible_projects(projects: QuerySet[Project], person: Asking) -> QuerySet[Project]:
    """Those of ``projects`` that the person may read."""
    return projects.filter(_visible("programme__", person))


def _visible(path: str, person: Asking) -> Q:
    inside = organisations_allowing(person, "project.view").values("pk")
    return Q(**{f"{path}is_released": True}) | Q(**{f"{path}organisation__in": inside})


def change_action(programme: Programme) -> str:
    """What changing the projects of a programme takes: while it is a draft, editing; once released, a revision."""
    return "project.revise" if programme.is_released else "project.edit"


def areas_of(project: Project) -> list[AreaRef]:
    """The places of a project; where it has none, the area of its programme."""
    places = [AreaRef(one.area_system, one.area) for one in project.places.all()]
    return places or [project.programme.area]


def decide_on(person: Actor | None, action: str, *, programme: Programme, areas: Iterable[AreaRef] = ()) -> Decision:
    """May the person do ``action`` in the programme, for every one of ``areas`` (none: the programme's own)?"""
    asked = list(areas) or [programme.area]
    return decide_over(person, action, organisation=programme.organisation, areas=asked)


def require_on(person: Actor | None, action: str, *, programme: Programme, areas: Iterable[AreaRef] = ()) -> None:
    """As :func:`decide_on`, but a refusal is raised as :class:`NotAllowed`."""
    decision = decide_on(person, action, programme=programme, areas=areas)
    if not decision:
        raise NotAllowed(decision)


def decide_project(person: Actor | None, action: str, project: Project) -> Decision:
    """May the person do ``action`` with this project? Its places count, or where it has none its programme's area."""
    return decide_on(person, action, programme=project.programme, areas=areas_of(project))
