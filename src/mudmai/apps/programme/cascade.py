"""The cascade: which clauses of a plan have projects and money, which projects and money have no clause, by confirmed
links only; and how many projects tie a clause of one plan to a clause of another. The number of queries is fixed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

from mudmai.apps.programme.clause_money import ClauseSum, LevelSums, Stages, plan_sums
from mudmai.apps.programme.link_shares import confirmed_links
from mudmai.apps.programme.models import BudgetLine, LinkState, PlanLink, Programme, Project, Stage
from mudmai.apps.programme.queries import SATANG, counted_projects
from mudmai.core.plan_clauses import FAMILIES, Clause, Family, below, clauses_of
from mudmai.core.plans import Plan


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """A clause and what projects bring to it. ``through``: projects of strategies that the plan says serve it."""

    clause: Clause
    sums: ClauseSum
    through: int = 0

    @property
    def is_empty(self) -> bool:
        """No project at all, neither its own nor through a strategy."""
        return not self.sums.projects and not self.through


@dataclass(frozen=True, slots=True)
class Unlinked:
    """Projects of a programme without a confirmed link, and their money by stage, beside all of the programme."""

    programme: Programme
    projects: int
    of_projects: int
    money: Stages
    of_money: Stages


@dataclass(frozen=True)
class FamilyCascade:
    """One family of a plan: its clauses as a tree, and the sums of its finest level that has them all."""

    family: Family
    rows: tuple[ClauseRow, ...]
    levels: Mapping[str, LevelSums]
    unlinked: tuple[Unlinked, ...]

    @property
    def top(self) -> LevelSums:
        """The sums of the top level: every linked project counts there."""
        return self.levels[next(level for level in FAMILIES[self.family] if level in self.levels)]

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages with a known amount."""
        return tuple(stage for stage in Stage.values if stage in self.top.grand)


def cascade(projects: QuerySet[Project], plan: Plan, family: Family) -> FamilyCascade | None:
    """The cascade of one family; None where the plan has no clauses in it."""
    chosen = counted_projects(projects)
    levels = plan_sums(chosen, plan, FAMILIES[family])
    if not levels:
        return None
    known = clauses_of(plan)
    through = _through(chosen, plan) if family == "goals" else {}
    rows = tuple(
        ClauseRow(one, levels[one.level].clauses[id], through.get(id, 0))
        for id, one in known.items()
        if one.family == family
    )
    return FamilyCascade(family, rows, levels, _unlinked(chosen, plan, family))


def _through(chosen: QuerySet[Project], plan: Plan) -> dict[str, int]:
    """Projects by goal through the strategies that the plan says serve it."""
    serving: dict[str, set[str]] = {}
    for one in plan.strategies:
        for goal in one.goals:
            serving.setdefault(goal, set()).update({one.id, *(sub.id for sub in plan.sub_strategies(one.id))})
    if not serving:
        return {}
    links = confirmed_links(chosen, plan, "strategy")
    return {goal: sum(bool(own.intersection(links[key])) for key in links) for goal, own in serving.items()}


def _unlinked(chosen: QuerySet[Project], plan: Plan, family: Family) -> tuple[Unlinked, ...]:
    ids = [id for id, one in clauses_of(plan).items() if one.family == family]
    links = PlanLink.objects.filter(project=OuterRef("pk"), plan=plan.id, clause__in=ids, state=LinkState.CONFIRMED)
    rest = chosen.filter(~Exists(links))
    all_counts, counts = (dict(_count(rows)) for rows in (chosen, rest))
    all_money, money = (_money(rows) for rows in (chosen, rest))
    programmes = Programme.objects.select_related("organisation").filter(pk__in=counts).order_by("title_th", "id")
    return tuple(
        Unlinked(one, counts[one.pk], all_counts[one.pk], money.get(one.pk, {}), all_money.get(one.pk, {}))
        for one in programmes
    )


def _count(rows: QuerySet[Project]) -> Iterable[tuple[UUID, int]]:
    return rows.order_by().values_list("programme_id").annotate(n=Count("pk"))


def _money(rows: QuerySet[Project]) -> dict[UUID, Stages]:
    lines = BudgetLine.counted.filter(project__in=rows.order_by().values("pk"), amount__isnull=False).order_by()
    found: dict[UUID, Stages] = {}
    sums = lines.values("project__programme_id", "stage").annotate(all=Sum(SATANG))
    for programme, stage, satang in sums.values_list("project__programme_id", "stage", "all"):
        found.setdefault(programme, {})[stage] = satang
    return found


@dataclass(frozen=True)
class Crossing:
    """How many projects are linked to a row and to a column: a project may stand in several cells, so that cells are
    not added up. ``stated``: pairs that the plan itself ties together."""

    rows: tuple[Clause, ...]
    columns: tuple[Clause, ...]
    cells: Mapping[tuple[str, str], int]
    stated: frozenset[tuple[str, str]]


def crossing(projects: QuerySet[Project], one: tuple[Plan, Family], other: tuple[Plan, Family]) -> Crossing:
    """Clauses of one family against those of another, of the same plan or of two."""
    chosen = counted_projects(projects)
    rows, columns = (
        tuple(clause for clause in clauses_of(plan).values() if clause.family == family)
        for plan, family in (one, other)
    )
    held = [confirmed_links(chosen, plan, FAMILIES[family][0]) for plan, family in (one, other)]
    inside = [{id: below(known, id) for id in known} for known in (clauses_of(one[0]), clauses_of(other[0]))]
    cells: dict[tuple[str, str], int] = {}
    for key in held[0].keys() & held[1].keys():
        served = [set(links[key]) for links in held]
        for row in rows:
            if not inside[0][row.id] & served[0]:
                continue
            for column in columns:
                if inside[1][column.id] & served[1]:
                    cells[row.id, column.id] = cells.get((row.id, column.id), 0) + 1
    return Crossing(rows, columns, cells, _stated(one, other))


def _stated(one: tuple[Plan, Family], other: tuple[Plan, Family]) -> frozenset[tuple[str, str]]:
    if one[0].id != other[0].id or {one[1], other[1]} != {"strategies", "goals"}:
        return frozenset()
    pairs = {(strategy.id, goal) for strategy in one[0].strategies for goal in strategy.goals}
    return frozenset(pairs if one[1] == "strategies" else {(goal, strategy) for strategy, goal in pairs})
