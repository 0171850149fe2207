"""What templates ask about links of projects to plans."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.http import HttpRequest

from mudmai.apps.programme.models import LinkState, Project, Stage
from mudmai.apps.programme.policy import decide_project
from mudmai.core.language import Text
from mudmai.web.pages import workspace_of
from mudmai.web.views.projects.links import LinkLine, lines_of
from mudmai.web.views.projects.readers import person_or_none
from mudmai.workspace.portfolio_summary import ProjectMoney

register = template.Library()


@register.simple_tag(takes_context=True)
def links_of_project(context: template.Context, project: Project) -> list[LinkLine]:
    """The confirmed links of a project, at most 50."""
    rows = project.links.filter(state=LinkState.CONFIRMED).order_by("plan", "clause")
    return lines_of(list(rows[:50]), workspace_of(context["request"]).plans)


@register.simple_tag
def may_link(request: HttpRequest, project: Project) -> bool:
    """True when the person may link the project."""
    person = person_or_none(request)
    return person is not None and bool(decide_project(person, "project.link", project))


@register.simple_tag
def stages_of(money: ProjectMoney) -> list[tuple[Text, Decimal]]:
    """The known money of a clause by stage, in the order of the stages."""
    return [(stage.title, money.stages[stage.value]) for stage in Stage if stage.value in money.stages]


@register.simple_tag
def undivided_of(money: ProjectMoney) -> list[tuple[Text, Decimal]]:
    """The money that is for a clause and others together, by stage."""
    return [(stage.title, money.undivided[stage.value]) for stage in Stage if money.undivided.get(stage.value)]
