"""The six questions about a project, answered in the order in which people ask them; never left silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mudmai.apps.programme.models import Project, Stage
from mudmai.apps.programme.models.project import STAGE_TITLES
from mudmai.apps.registry.areas import AreaRef, area_name
from mudmai.core.apportionment import SharingRule
from mudmai.core.language import Text, same
from mudmai.web.preferences import Preferences
from mudmai.web.templatetags.mudmai_projects import written_baht
from mudmai.web.views.people.moments import write_day
from mudmai.web.views.projects.decided import Decided
from mudmai.web.views.projects.promised import Result
from mudmai.web.wording import wording

MOST_TOLD = 3
"""Decisions and results that an answer names; the page has all of them."""
_FUNDED = (Stage.ALLOCATED, Stage.ORDINANCE)


@dataclass(frozen=True, slots=True)
class Answer:
    """A question, its short answer, and what stands behind it. ``known`` False: the answer says why not.

    ``links`` are addresses with their words: papers and decisions that the answer rests on.
    """

    question: Text
    words: Text
    detail: tuple[Text, ...] = ()
    known: bool = True
    links: tuple[tuple[str, Text], ...] = ()


def answers_of(
    project: Project, stages: Mapping[str, Decimal], here: Preferences, *, on_time: Answer | None = None,
    decisions: Sequence[str] = (), decided: Decided | None = None, results: Sequence[Result] = (),
) -> list[Answer]:  # fmt: skip
    """All six. ``on_time`` and ``decisions`` (what waits for somebody) come from the reports, where there are any;
    ``decided`` is what was decided so far, ``results`` what was promised and measured."""
    return [
        _funded(stages, here),
        _spent(stages, here),
        _where(project, here),
        _decides(project, decisions, decided or Decided()),
        on_time or _period(project, here),
        _changed(results, project, here),
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


def _decides(project: Project, waiting: Sequence[str], decided: Decided) -> Answer:
    """Who is responsible, what waits for a decision, and what was decided so far; names of persons never."""
    office = project.programme.organisation.name
    if project.department:
        words = wording("project.decides", department=project.department, office=office)
    else:
        words = wording("project.decides_office", office=office)
    detail = [wording("project.waits_decision", text=one) for one in waiting]
    detail += decided.told or (wording("project.none_decided"),)
    return Answer(_ask("decides"), words, tuple(detail), links=decided.papers)


def _period(project: Project, here: Preferences) -> Answer:
    if project.start is None and project.end is None:
        return _unknown("on_time")
    words = wording("project.period", start=write_day(here, project.start), end=write_day(here, project.end))
    return Answer(_ask("on_time"), words, (wording("project.no_report"),), known=False)


def _changed(results: Sequence[Result], project: Project, here: Preferences) -> Answer:
    measured = [one for one in results if one.known]
    if measured:
        words = wording("project.measured_of", n=here.number(len(measured), 0), of=here.number(len(results), 0))
        told = tuple(one.sentence for one in measured[:MOST_TOLD])
        links = tuple((one.address, one.title) for one in measured[:MOST_TOLD] if one.address)
        return Answer(_ask("changed"), words, told, links=links)
    promised = project.outcome or project.output
    detail = (wording("project.promised", text=same(promised)),) if promised else ()
    why = "project.unmeasured" if results else "project.unknown_changed"
    return Answer(_ask("changed"), wording(why), detail, known=False)
