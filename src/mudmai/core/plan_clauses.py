"""The clauses of a plan that something can be tied to, and the families in which their money adds up.

A plan has three families of clauses: its strategies with their sub-strategies, its goals with their indicators, and
what it serves above itself. Each family is a tree of its own (:func:`clause_tree`, in the terms of
:class:`mudmai.core.areas.AreaSystem`), so that totals by clause are told as totals by area are: direct, shared, whole,
outside, and together the grand total.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from mudmai.core.areas import Area, AreaSystem
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text
from mudmai.core.plans import Plan

PlanLevel = Literal["goal", "indicator", "strategy", "sub_strategy", "upward"]
Family = Literal["strategies", "goals", "upward"]

FAMILIES: Mapping[Family, tuple[PlanLevel, ...]] = {
    "strategies": ("strategy", "sub_strategy"),
    "goals": ("goal", "indicator"),
    "upward": ("upward",),
}
"""The levels of each family, top first."""

LEVEL_TITLES: Mapping[PlanLevel, Text] = {
    "strategy": Text("ยุทธศาสตร์", "strategy"),
    "sub_strategy": Text("กลยุทธ์ย่อย", "sub-strategy"),
    "goal": Text("เป้าหมาย", "goal"),
    "indicator": Text("ตัวชี้วัด", "indicator"),
    "upward": Text("แผนระดับบน", "higher plan"),
}
FAMILY_TITLES: Mapping[Family, Text] = {
    "strategies": Text("ยุทธศาสตร์และกลยุทธ์ย่อย", "strategies and sub-strategies"),
    "goals": Text("เป้าหมายและตัวชี้วัด", "goals and indicators"),
    "upward": Text("แผนระดับบนที่แผนนี้สนองตอบ", "higher plans that this plan serves"),
}


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a plan. ``parent``: the clause above it in its family; ``framework``: of what higher plan it is."""

    plan: str
    id: str
    level: PlanLevel
    title: Text
    text: Text
    parent: str | None = None
    framework: Text | None = None

    @property
    def family(self) -> Family:
        """The family it stands in."""
        return family_of(self.level)


def family_of(level: str) -> Family:
    """The family of a level; :class:`UnknownNameError` otherwise."""
    for family, levels in FAMILIES.items():
        if level in levels:
            return family
    known = [one for levels in FAMILIES.values() for one in levels]
    raise UnknownNameError(Text("ระดับของแผน", "level of a plan"), level, known)


def clauses_of(plan: Plan) -> Mapping[str, Clause]:
    """All clauses of a plan by id, each family in the plan's order, what stands below right after what is above."""
    found: dict[str, Clause] = {}

    def add(id: str, level: PlanLevel, title: Text, text: Text, parent: str | None = None) -> None:
        found.setdefault(id, Clause(plan.id, id, level, title, text, parent))

    for strategy in plan.strategies:
        if strategy.parent is None:
            add(strategy.id, "strategy", strategy.title, strategy.text)
            for sub in plan.sub_strategies(strategy.id):
                add(sub.id, "sub_strategy", sub.title, sub.text, strategy.id)
    for goal in plan.goals:
        add(goal.id, "goal", goal.title, goal.plan_text)
        for indicator in plan.of_goal(goal.id):
            add(indicator.id, "indicator", indicator.title, indicator.plan_text, goal.id)
    for link in plan.upward:
        found.setdefault(link.id, Clause(plan.id, link.id, "upward", link.title, link.text, None, link.framework))
    return found


def clause_of(plan: Plan, id: str) -> Clause:
    """The clause ``id``; :class:`UnknownNameError` otherwise."""
    known = clauses_of(plan)
    if id not in known:
        raise UnknownNameError(Text(f"ข้อของแผน {plan.id} ", f"clause of {plan.id}"), id, list(known))
    return known[id]


def clause_tree(plan: Plan, family: Family) -> AreaSystem:
    """A family of clauses as a system of places for money."""
    own = [one for one in clauses_of(plan).values() if one.family == family]
    return AreaSystem(
        f"{plan.id}:{family}", FAMILY_TITLES[family], tuple(Area(o.id, o.title, o.level, o.parent) for o in own)
    )


def below(clauses: Mapping[str, Clause], id: str) -> frozenset[str]:
    """A clause and all that stand below it."""
    return frozenset({id, *(one.id for one in clauses.values() if one.parent == id)})


Linked = tuple[str, Decimal | None]
Part = tuple[tuple[str, ...], Decimal]
ONE = Decimal(1)


def link_parts(links: Sequence[Linked], parents: Mapping[str, str | None] | None = None) -> tuple[Part, ...]:
    """How the money of one project is parted among the clauses of one family: (clauses, part of 1), together 1.

    A clause with a weight has that part. What is left is for the clauses without one, undivided among them; where
    there are none, it is for no clause (an empty group). A clause without a weight says no more than one below it
    that is linked too, and is left out.

    >>> [(ids, str(part)) for ids, part in link_parts([("S1.1", Decimal("0.6")), ("S2.1", None)])]
    [(('S1.1',), '0.6'), (('S2.1',), '0.4')]
    """
    above = _above([id for id, _ in links], parents or {})
    weighted = [((id,), weight) for id, weight in links if weight]
    others = tuple(id for id, weight in links if weight is None and id not in above)
    rest = ONE - sum((weight for _, weight in weighted), Decimal(0))
    return (*weighted, *([(others, rest)] if rest > 0 or not weighted else []))


def _above(ids: Collection[str], parents: Mapping[str, str | None]) -> set[str]:
    found: set[str] = set()
    for id in ids:
        up = parents.get(id)
        while up is not None:
            found.add(up)
            up = parents.get(up)
    return found
