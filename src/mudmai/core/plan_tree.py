"""The strategies of a plan as a hierarchy of the kind that areas have, so that money is shared among them alike."""

from __future__ import annotations

from mudmai.core.areas import Area, AreaSystem
from mudmai.core.plans import Plan

STRATEGY, SUB_STRATEGY = "strategy", "sub_strategy"


def strategy_system(plan: Plan) -> AreaSystem:
    """Strategies (level ``strategy``) and what they divide into (``sub_strategy``), by the plan's own ids."""
    areas = tuple(
        Area(one.id, one.title, STRATEGY if one.parent is None else SUB_STRATEGY, one.parent) for one in plan.strategies
    )
    return AreaSystem(plan.id, plan.title, areas)
