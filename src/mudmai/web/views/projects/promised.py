"""What a project promised and what was measured: its own indicators, and indicators of plans with their live figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from mudmai.apps.programme.models import Project, ProjectIndicator
from mudmai.core.errors import MudmaiError
from mudmai.core.judgement_words import amount
from mudmai.core.language import Language, Text, same
from mudmai.web.pages import address
from mudmai.web.preferences import Preferences
from mudmai.web.wording import wording
from mudmai.workspace import IndicatorView, Workspace
from mudmai.workspace.results import AreaLine


@dataclass(frozen=True)
class Result:
    """A promised result. ``known`` False: nothing was measured, ``measured`` says why.

    ``address`` leads to the figure of the plan, with ``verdict`` on the area that it is of; ``source`` tells where the
    number is from.
    """

    title: Text
    baseline: str
    target: str
    measured: Text
    known: bool
    source: Text
    sentence: Text
    address: str = ""
    verdict: str = ""
    verdict_label: Text | None = None


def results_of(project: Project, workspace: Workspace, here: Preferences) -> list[Result]:
    """In the order of the project; the figures of plans are those of the latest release."""
    areas = [one.area for one in project.places.all()]
    return [_result(one, areas, workspace, here) for one in project.indicators.all()]


def _result(one: ProjectIndicator, areas: Iterable[str], workspace: Workspace, here: Preferences) -> Result:
    baseline = _figure(one.baseline, here)
    target = _figure(one.target, here)
    if one.target is not None and one.target_year:
        target = f"{target} ({here.year(one.target_year)})"
    told = (baseline, target)
    if one.plan:
        return _of_plan(one, areas, workspace, here, told)
    unit = one.unit
    if one.actual is None:
        why = wording("project.result_none")
        return Result(same(one.title), *told, why, False, wording("project.source_own"), why)
    measured = same(f"{_figure(one.actual, here)} {unit}".strip())
    sentence = wording(
        "project.result", title=one.title, unit=unit, baseline=baseline, actual=_figure(one.actual, here), target=target
    )
    return Result(same(one.title), *told, measured, True, wording("project.source_own"), sentence)


def _of_plan(
    one: ProjectIndicator, areas: Iterable[str], workspace: Workspace, here: Preferences, told: tuple[str, str]
) -> Result:
    """The figure of the plan for the area of the project, or the wider area that the plan judges."""
    try:
        view = workspace.indicator_view(one.plan, one.indicator)
    except MudmaiError:
        why = wording("project.result_gone", indicator=f"{one.plan} {one.indicator}")
        return Result(same(one.title), *told, why, False, same(f"{one.plan} {one.indicator}"), why)
    language: Language = here.language
    lead = address(language, "indicator", plan=one.plan, indicator=one.indicator)
    source = wording("project.source_plan", plan=view.plan.title, indicator=one.indicator)
    line = _line(view, areas, workspace)
    row = line.latest if line is not None else None
    if line is None or row is None:
        why = wording("project.result_elsewhere")
        return Result(same(one.title), *told, why, False, source, why, lead)
    value = amount(row.value, view.unit, row.decimals)
    where, when = row.area_name, here.period(row.period)
    said = Text(f"{where.th} {when}: {value.th}", f"{where.en} {when}: {value.en}")
    sentence = Text(
        f"{one.title}: {said.th} ({row.verdict.label.th})", f"{one.title}: {said.en} ({row.verdict.label.en})"
    )
    return Result(same(one.title), *told, said, True, source, sentence, lead, row.verdict.value, row.verdict.label)


def _line(view: IndicatorView, areas: Iterable[str], workspace: Workspace) -> AreaLine | None:
    """The line of the nearest area: that of the project, else the first above it that the plan judges."""
    system = workspace.catalogue.area_systems.get(view.indicator.area_system)
    for code in areas:
        known = system.by_code.get(code) if system else None
        above = [known.code, *(one.code for one in system.ancestors(known.code))] if system and known else [code]
        for here in above:
            found = view.line(here)
            if found is not None and found.latest is not None and not found.is_reference:
                return found
    return None


def _figure(value: Decimal | None, here: Preferences) -> str:
    return "–" if value is None else here.say(f"{value.normalize():,f}")
