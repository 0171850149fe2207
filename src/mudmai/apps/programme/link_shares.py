"""Confirmed links of projects to the clauses of a plan, as totals of money use them: exact parts that make a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum

from mudmai.apps.programme.models import LinkState, PlanLink, Project
from mudmai.core.apportionment import largest_remainders
from mudmai.core.plan_clauses import FAMILIES, Linked, Part, clauses_of, family_of, link_parts
from mudmai.core.plans import Plan


@dataclass(frozen=True)
class ConfirmedLinks(Mapping[UUID, tuple[str, ...]]):
    """The clauses of one family that each project is linked to, and the parts of its money for them.

    ``parts`` has every project of the mapping; a project that is not here has no link.
    """

    plan: str
    parts: Mapping[UUID, tuple[Part, ...]] = field(default_factory=dict)

    def __getitem__(self, project: UUID) -> tuple[str, ...]:
        return tuple(dict.fromkeys(id for ids, _ in self.parts[project] for id in ids))

    def __iter__(self) -> Iterator[UUID]:
        return iter(self.parts)

    def __len__(self) -> int:
        return len(self.parts)

    @property
    def divided(self) -> Mapping[UUID, tuple[Part, ...]]:
        """The projects whose money goes to more than one group of clauses."""
        return {project: parts for project, parts in self.parts.items() if len(parts) > 1}


def confirmed_links(projects: QuerySet[Project] | None, plan: Plan, level: str) -> ConfirmedLinks:
    """The confirmed links of ``projects`` (None: all) to the family of clauses in which ``level`` stands: one query.

    Links to a strategy and to its sub-strategies are one family: a total by strategy counts both, a total by
    sub-strategy tells the money of a strategy as a whole as such.
    """
    family = family_of(level)
    rows = PlanLink.objects.filter(plan=plan.id, level__in=FAMILIES[family], state=LinkState.CONFIRMED)
    if projects is not None:
        rows = rows.filter(project__in=projects.order_by().values("pk"))
    own: dict[UUID, list[Linked]] = {}
    known = clauses_of(plan)
    for project, clause, weight in rows.order_by("project_id", "clause").values_list("project_id", "clause", "weight"):
        if clause in known:  # a clause that a newer edition of the plan dropped is no place for money
            own.setdefault(project, []).append((clause, weight))
    parents = {one.id: one.parent for one in known.values()}
    return ConfirmedLinks(plan.id, {project: link_parts(links, parents) for project, links in own.items()})


def with_links(table: pa.Table, links: Mapping[UUID, Any] | None) -> pa.Table:
    """Lines of money (:data:`mudmai.apps.programme.queries.LINES`) with the clauses of their projects."""
    known = {project.hex: list(ids) for project, ids in (links or {}).items()}
    owner = table.column("project").combine_chunks().dictionary_encode()
    named = pa.array([known.get(key, []) for key in owner.dictionary.to_pylist()], pa.list_(pa.string()))
    column = named.take(owner.indices)
    return share_among(table.set_column(table.column_names.index("strategies"), "strategies", column), links)


def share_among(table: pa.Table, links: Mapping[UUID, Any] | None) -> pa.Table:
    """Rows of projects whose money is parted by weights, each as its parts; to the satang, and still together.

    Every other row stays as it is.
    """
    divided = {key.hex: parts for key, parts in links.divided.items()} if isinstance(links, ConfirmedLinks) else {}
    if not divided:
        return table
    chosen = pc.is_in(table.column("project"), pa.array(list(divided), pa.string())).to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(chosen).tolist()
    keys, satang = table.column("project").to_pylist(), table.column("satang").to_pylist()
    made = {row: _shared(satang[row], divided[keys[row]]) for row in rows}
    counts = np.ones(len(table), np.int64)
    for row, parts in made.items():
        counts[row] = len(parts)
    taken = np.repeat(np.arange(len(table)), counts)
    wide = table.take(pa.array(taken))
    amounts, clauses = wide.column("satang").to_pylist(), wide.column("strategies").to_pylist()
    starts = np.cumsum(counts) - counts
    for row, parts in made.items():
        for n, (ids, amount) in enumerate(parts):
            amounts[starts[row] + n], clauses[starts[row] + n] = amount, list(ids)
    for name, values in (("satang", amounts), ("strategies", clauses)):
        place = wide.schema.get_field_index(name)
        wide = wide.set_column(place, wide.schema.field(place), pa.array(values, wide.schema.field(place).type))
    return wide


@lru_cache(maxsize=4096)
def _shared(satang: int, parts: tuple[Part, ...]) -> tuple[tuple[tuple[str, ...], int], ...]:
    """The satang of each part by largest remainders; parts of nothing are left out, but for one."""
    amounts = largest_remainders(Decimal(satang), dict(parts), unit=Decimal(1))
    found = tuple((ids, int(amount)) for ids, amount in amounts.items() if amount)
    return found or ((parts[0][0], satang),)


@dataclass(frozen=True, slots=True)
class ClauseChoice:
    """Projects that are chosen by their confirmed links: to any of ``clauses``, or (``without``) to none of them."""

    plan: str
    clauses: frozenset[str]
    without: bool = False

    @property
    def query(self) -> Q:
        """As a condition on projects."""
        links = PlanLink.objects.filter(
            project=OuterRef("pk"), plan=self.plan, clause__in=self.clauses, state=LinkState.CONFIRMED
        )
        return ~Q(Exists(links)) if self.without else Q(Exists(links))


def links_mark() -> str:
    """A short text that changes whenever a confirmed link may have changed: one query."""
    rows = PlanLink.objects.aggregate(
        n=Count("pk", filter=Q(state=LinkState.CONFIRMED)), last=Max("decided_at"), revisions=Sum("revision")
    )
    return "-".join(map(str, rows.values()))


def linked_keys(plan: str) -> set[str]:
    """The projects with a confirmed link to the plan, as 32 hexadecimal digits: one query."""
    rows = PlanLink.objects.filter(plan=plan, state=LinkState.CONFIRMED).order_by()
    return {key.hex for key in rows.values_list("project_id", flat=True).distinct()}


def projects_by_clause(projects: QuerySet[Project], plan: str) -> dict[str, int]:
    """How many of ``projects`` are linked to each clause itself: one query."""
    rows = PlanLink.objects.filter(plan=plan, state=LinkState.CONFIRMED, project__in=projects.order_by().values("pk"))
    return dict(rows.order_by().values_list("clause").annotate(n=Count("project")))
