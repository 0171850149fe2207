"""The six questions about a project, answered in the order in which people ask them; never left silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mudmai.apps.programme.models import Project, ProjectIndicator, Stage
from mudmai.apps.programme.models.project import STAGE_TITLES
from mudmai.apps.registry.areas import AreaRef, area_name
from mudmai.core.apportionment import SharingRule
from mudmai.core.language import Text, same
from mudmai.web.preferences import Preferences
from mudmai.web.templatetags.mudmai_projects import written_baht
from mudmai.web.views.people.moments import write_day
from mudmai.web.wording import wording

_FUNDED = (Stage.ALLOCATED, Stage.ORDINANCE)


@dataclass(frozen=True, slots=True)
class Answer:
    """A question, its short answer, and what stands behind it. ``known`` False: the answer says why not."""

    question: Text
    words: Text
    detail: tuple[Text, ...] = ()
    known: bool = True


def answers_of(
    project: Project, stages: Mapping[str, Decimal], here: Preferences, *, on_time: Answer | None = None,
    decisions: Sequence[str] = (),
) -> list[Answer]:  # fmt: skip
    """All six. ``on_time`` and ``decisions`` (what waits for somebody) come from the reports, where there are any."""
    return [
        _funded(stages, here),
        _spent(stages, here),
        _where(project, here),
        _decides(project, decisions),
        on_time or _period(project, here),
        _changed(list(project.indicators.all()), project, here),
    ]


def _ask(name: str) -> Text:
    return wording(f"project.ask_{name}")


def _unknown(name: str) -> Answer:
    return Answer(_ask(name), wording(f"project.unknown_{name}"), known=False)


def _funded(stages: Mapping[str, Decimal], here: Preferences) -> Answer:
    planned = stages.get(Stage.PLANNED)
    for stage in _FUNDED:
        amount = stages.get(stage)
        if amount is None:
            continue
        told = written_baht(here, amount)
        if not amount:
            return Answer(_ask("funded"), wording("project.not_funded", stage=STAGE_TITLES[stage]))
        if planned:
            percent = here.number(float(amount / planned * 100), 0)
            words = wording(
                "project.funded_of",
                stage=STAGE_TITLES[stage],
                amount=told,
                planned=written_baht(here, planned),
                percent=percent,
            )
            return Answer(_ask("funded"), words)
        return Answer(_ask("funded"), wording("project.funded", stage=STAGE_TITLES[stage], amount=told))
    if planned is None:
        return _unknown("funded")
    words = wording("project.planned_only", amount=written_baht(here, planned))
    return Answer(_ask("funded"), words, known=False)


def _spent(stages: Mapping[str, Decimal], here: Preferences) -> Answer:
    spent = stages.get(Stage.DISBURSED)
    if spent is None:
        return _unknown("spent")
    told = written_baht(here, spent)
    for stage in (Stage.COMMITTED, Stage.ALLOCATED, Stage.ORDINANCE, Stage.PLANNED):
        whole = stages.get(stage)
        if whole:
            percent = here.number(float(spent / whole * 100), 0)
            return Answer(
                _ask("spent"),
                wording(
                    "project.spent_of",
                    amount=told,
                    percent=percent,
                    stage=STAGE_TITLES[stage],
                    whole=written_baht(here, whole),
                ),
            )
    return Answer(_ask("spent"), wording("project.spent", amount=told))


def _where(project: Project, here: Preferences) -> Answer:
    places = list(project.places.all())
    if not places:
        area = project.programme.area
        if area.is_everywhere:
            return _unknown("where")
        return Answer(_ask("where"), wording("project.where_plan", area=area_name(area)), known=False)
    names = [area_name(AreaRef(one.area_system, one.area)) for one in places]
    words = Text(", ".join(one.th for one in names), ", ".join(one.en for one in names))
    rule = SharingRule(project.sharing_rule).label
    detail = (wording("project.shared_by", rule=rule),) if len(places) > 1 else ()
    return Answer(_ask("where"), words, detail)


def _decides(project: Project, decisions: Sequence[str]) -> Answer:
    office = project.programme.organisation.name
    if project.department:
        words = wording("project.decides", department=project.department, office=office)
    else:
        words = wording("project.decides_office", office=office)
    waiting = tuple(wording("project.waits_decision", text=one) for one in decisions)
    return Answer(_ask("decides"), words, waiting)


def _period(project: Project, here: Preferences) -> Answer:
    if project.start is None and project.end is None:
        return _unknown("on_time")
    words = wording("project.period", start=write_day(here, project.start), end=write_day(here, project.end))
    return Answer(_ask("on_time"), words, (wording("project.no_report"),), known=False)


def _changed(indicators: Sequence[ProjectIndicator], project: Project, here: Preferences) -> Answer:
    measured = [one for one in indicators if one.actual is not None]
    if measured:
        told = tuple(
            wording(
                "project.result", title=one.title, unit=one.unit,
                baseline=_figure(one.baseline, here), actual=_figure(one.actual, here),
                target=_figure(one.target, here),
            )
            for one in measured
        )  # fmt: skip
        return Answer(_ask("changed"), wording("project.measured", n=here.number(len(measured), 0)), told)
    promised = project.outcome or project.output
    detail = (wording("project.promised", text=same(promised)),) if promised else ()
    return Answer(_ask("changed"), wording("project.unknown_changed"), detail, known=False)


def _figure(value: Decimal | None, here: Preferences) -> str:
    return "–" if value is None else here.say(same(f"{value.normalize():,f}"))
