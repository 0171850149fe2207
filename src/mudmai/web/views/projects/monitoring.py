"""What the reports of a project say on its page: approved ones only, which is what the public is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch
from django.utils import timezone

from mudmai.apps.programme.domain.disbursed_years import years_of_project
from mudmai.apps.programme.domain.monitoring import standing_of
from mudmai.apps.programme.domain.progress_curves import SCurve, s_curve
from mudmai.apps.programme.models import Project
from mudmai.core.language import Language, Text
from mudmai.core.project_status import ProjectStatus
from mudmai.web.charts.progress_curve import described, progress_curve
from mudmai.web.charts.rendering import inline_svg
from mudmai.web.pages import address
from mudmai.web.preferences import Preferences
from mudmai.web.views.projects.answers import Answer
from mudmai.web.wording import wording


@dataclass(frozen=True)
class Monitored:
    """``on_time`` None: nothing was reported and no period is known, so that the page says so itself."""

    project: Project
    on_time: Answer | None
    decisions: tuple[str, ...]
    curve: SCurve | None = None

    def curve_parts(self, here: Preferences) -> dict[str, Any]:
        """What ``reports/curve.html`` and ``reports/by_year.html`` show: approved figures only."""
        chart = progress_curve(self.curve, here) if self.curve else None
        told = described(wording("reports.curve"), here.language)
        return {
            "curve": self.curve,
            "chart": inline_svg(chart, "progress", *told) if chart else "",
            "by_year": years_of_project(self.project),
        }

    def address(self, language: Language) -> str:
        """The page of the reports; empty where the site has none."""
        try:
            return address(language, "project_report", project=self.project.pk)
        except NoReverseMatch:
            return ""


def monitoring_of(project: Project) -> Monitored:
    """The status by rule with its reason, and what waits for a decision."""
    found = standing_of(project, timezone.localdate(), approved_only=True)
    decisions = tuple(one.text for one in found.obstacles if one.needs_decision)
    judged = found.judgement
    curve = s_curve(found) if found.reports else None
    if judged.status is ProjectStatus.NOT_JUDGED:
        unknown = None if project.start is None and project.end is None else _not_judged(judged.reason)
        return Monitored(project, unknown, decisions, curve)
    answer = Answer(wording("project.ask_on_time"), judged.status.label, (judged.reason,))
    return Monitored(project, answer, decisions, curve)


def _not_judged(reason: Text) -> Answer:
    return Answer(wording("project.ask_on_time"), wording("project.not_judged", why=reason), known=False)
