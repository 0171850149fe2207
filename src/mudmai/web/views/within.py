"""Areas inside the judged ones: each against every area above it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from mudmai.core.language import Text
from mudmai.core.verdicts import Verdict
from mudmai.web.asking import asked_year
from mudmai.web.freshness import fresh
from mudmai.web.pages import render_page, workspace_of
from mudmai.web.wording import wording, wordings
from mudmai.workspace.judging_within import WithinView, judge_within


@fresh
def within(request: HttpRequest, plan: str, indicator: str, language: str) -> HttpResponse:
    """The page of the areas inside one indicator's judged areas."""
    year = asked_year(request.GET)
    view = judge_within(
        workspace_of(request),
        plan,
        indicator,
        year=year.year_ce if year else None,
        reading=request.GET.get("reading") or None,
    )
    return render_page(
        request,
        "within.html",
        current="scorecard",
        plan=view.plan,
        indicator=view.indicator,
        view=view,
        title=wording("within.title", indicator=view.indicator.id),
        years=list(reversed(view.periods)),
        counts=_counts(view),
        heads=[_level(level) for level in view.counts],
    )


def _counts(view: WithinView) -> list[tuple[Text, int]]:
    """A line for each level above: how many meet the rule; and how many could not be judged."""
    lines = []
    for level, found in view.counts.items():
        everyone = sum(found.values())
        told = wording("within.count", level=_level(level), met=found.get(Verdict.MET, 0), all=everyone)
        lines.append((told, found.get(Verdict.NOT_JUDGED, 0)))
    return lines


def _level(level: str) -> Text:
    key = f"within.level_{level}"
    return wording(key if key in wordings() else "within.level_other")
