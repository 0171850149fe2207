"""Money and projects by the clauses of a plan: confirmed links only, and together always the grand total."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pyarrow as pa
from django.db.models import QuerySet

from mudmai.apps.programme.area_money import Held
from mudmai.apps.programme.link_shares import ConfirmedLinks, confirmed_links, linked_keys, with_links
from mudmai.apps.programme.models import Project, Stage
from mudmai.apps.programme.queries import counted_projects, lines, lines_of
from mudmai.core.plan_clauses import FAMILIES, PlanLevel, below, clause_tree, clauses_of
from mudmai.core.plans import Plan

Stages = dict[str, int]
"""Satang by stage; a stage that is not here has no known amount."""


@dataclass
class ClauseSum:
    """What projects bring to one clause: how many, and satang by stage, whole or by part, or undivided with others."""

    projects: int = 0
    direct: Stages = field(default_factory=dict)
    shared: Stages = field(default_factory=dict)
    undivided: Stages = field(default_factory=dict)

    @property
    def own(self) -> Stages:
        """Direct and shared."""
        found = dict(self.direct)
        for stage, satang in self.shared.items():
            found[stage] = found.get(stage, 0) + satang
        return found


@dataclass(frozen=True)
class LevelSums:
    """The money of one level of a plan. ``clauses`` has every clause of the level, in the plan's order.

    ``whole``: money that is not divided at this level, by the clauses that it is for together (one wider clause, or
    several). ``unlinked``: money without a confirmed link. All together are ``grand``.
    """

    level: PlanLevel
    clauses: Mapping[str, ClauseSum]
    whole: Mapping[tuple[str, ...], Stages]
    unlinked: Stages
    unlinked_projects: int
    grand: Stages

    @property
    def adds_up(self) -> bool:
        """True when nothing was lost or counted twice, at any stage."""
        told: Stages = {}
        for one in (*(c.own for c in self.clauses.values()), *self.whole.values(), self.unlinked):
            for stage, satang in one.items():
                told[stage] = told.get(stage, 0) + satang
        return all(told.get(stage, 0) == self.grand.get(stage, 0) for stage in Stage.values)

    @property
    def undivided(self) -> Stages:
        """All of :attr:`whole`."""
        return _together(self.whole.values())


def plan_sums(
    projects: QuerySet[Project] | Held, plan: Plan, levels: Iterable[PlanLevel] | None = None
) -> dict[PlanLevel, LevelSums]:
    """The sums of each level of the plan that has clauses (or of ``levels``); the money is read once."""
    from mudmai.engine.money import money_totals, read_money_lines  # the analytic half loads with the first figure

    table, keys = _money_and_keys(projects)
    grand: Stages = {}
    for row in table.group_by("stage").aggregate([("satang", "sum")]).to_pylist():
        grand[row["stage"]] = row["satang_sum"]
    wanted = set(levels) if levels is not None else None
    found: dict[PlanLevel, LevelSums] = {}
    for family, own in FAMILIES.items():
        tree = clause_tree(plan, family)
        asked = [level for level in own if level in tree.levels and (wanted is None or level in wanted)]
        if not asked:
            continue
        links = _links_of(projects, keys, plan, own[0])
        held = read_money_lines(with_links(table, links))
        for level in asked:
            totals = money_totals(held, strategies=(tree, level), by_year=False)
            found[level] = _level_sums(plan, level, totals, links, keys, grand)
    return found


def _money_and_keys(projects: QuerySet[Project] | Held) -> tuple[pa.Table, list[UUID]]:
    if isinstance(projects, Held):
        columns = projects.columns.only(projects.wanted)
        return lines_of(columns), [UUID(key) for key in columns.keys]
    chosen = counted_projects(projects)
    return lines(chosen), list(chosen.order_by().values_list("pk", flat=True))


def _links_of(projects: QuerySet[Project] | Held, keys: list[UUID], plan: Plan, level: PlanLevel) -> ConfirmedLinks:
    if not isinstance(projects, Held):
        return confirmed_links(counted_projects(projects), plan, level)
    links, own = confirmed_links(None, plan, level), set(keys)
    return replace(links, parts={key: parts for key, parts in links.parts.items() if key in own})


def _level_sums(
    plan: Plan, level: PlanLevel, totals: Any, links: ConfirmedLinks, keys: list[UUID], grand: Stages
) -> LevelSums:
    known = clauses_of(plan)
    sums = {id: ClauseSum() for id, one in known.items() if one.level == level}
    whole: dict[tuple[str, ...], Stages] = {}
    unlinked: Stages = {}
    for row in totals.rows:
        match row.strategy_kind:
            case "direct":
                _add(sums[row.strategies[0]].direct, row.stage, row.satang)
            case "shared":
                _add(sums[row.strategies[0]].shared, row.stage, row.satang)
            case "whole":
                _add(whole.setdefault(row.strategies, {}), row.stage, row.satang)
            case _:
                _add(unlinked, row.stage, row.satang)
    inside = {id: below(known, id) for id in sums}
    for group, stages in whole.items():
        for id, own in inside.items():
            if own.intersection(group):
                for stage, satang in stages.items():
                    _add(sums[id].undivided, stage, satang)
    for project in links:
        served = set(links[project])
        for id, own in inside.items():
            sums[id].projects += bool(own & served)
    return LevelSums(level, sums, whole, unlinked, sum(key not in links for key in keys), dict(grand))


def _add(stages: Stages, stage: str, satang: int) -> None:
    stages[stage] = stages.get(stage, 0) + satang


def _together(many: Iterable[Stages]) -> Stages:
    found: Stages = {}
    for one in many:
        for stage, satang in one.items():
            _add(found, stage, satang)
    return found


def plans_told(held: Held, plans: Iterable[Plan]) -> dict[str, dict[str, Any]]:
    """For the public summary: by plan and clause, the projects and their money; clauses without a project are left out.

    ``direct``/``shared`` are planned money (of the first stage that is known where nothing is planned), ``stages`` all
    known stages in baht, ``undivided`` the part that is for this clause and others together, by stage.
    """
    found: dict[str, dict[str, Any]] = {}
    for plan in plans:
        told: dict[str, Any] = {}
        linked = held.narrowed(held.columns.named(linked_keys(plan.id)))
        for sums in plan_sums(linked, plan).values() if linked.count else ():
            for id, one in sums.clauses.items():
                if one.projects:
                    told[id] = _told(one)
        if told:
            found[plan.id] = told
    return found


def _told(one: ClauseSum) -> dict[str, Any]:
    first = next((stage for stage in Stage.values if stage in one.own), Stage.PLANNED.value)
    spent = one.own.get(Stage.DISBURSED.value)
    return {
        "projects": one.projects,
        "direct": baht_text(one.direct.get(first, 0)),
        "shared": baht_text(one.shared.get(first, 0)),
        "disbursed": None if spent is None else baht_text(spent),
        "stages": {stage: baht_text(satang) for stage, satang in one.own.items()},
        "undivided": {stage: baht_text(satang) for stage, satang in one.undivided.items()},
        "largest": [],
    }


def baht_text(satang: int) -> str:
    """Whole satang as exact text in baht."""
    return str(Decimal(satang).scaleb(-2))
