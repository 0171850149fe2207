"""Clauses of plans as addresses name them: ``PLAN:CLAUSE``, or ``PLAN:-FAMILY`` for what has no link of that family."""

from __future__ import annotations

from typing import Any

from mudmai.apps.programme.link_shares import ClauseChoice, projects_by_clause
from mudmai.core.errors import InputError
from mudmai.core.language import Text, same
from mudmai.core.plan_clauses import FAMILIES, Clause, below, clauses_of
from mudmai.core.plans import Plan
from mudmai.web.wording import wording
from mudmai.workspace import Workspace

WITHOUT = "-"


def clause_name(one: Clause) -> Text:
    """Its id and title."""
    return Text(f"{one.id} {one.title.th}", f"{one.id} {one.title.en}")


def read_clause(workspace: Workspace, text: str) -> ClauseChoice | None:
    """What the address asks for; None where it asks for nothing. Raises :class:`InputError` for an unknown clause."""
    if not text:
        return None
    found = _named(workspace, text)
    if found is None:
        name = wording("portfolio.facet_clause")
        raise InputError(
            wording("portfolio.unknown", name=name, value=text),
            remedy=wording("portfolio.unknown_remedy"),
            code="unknown_name",
        )
    plan, id = found
    known = clauses_of(plan)
    if id.startswith(WITHOUT):
        own = frozenset(key for key, one in known.items() if one.family == id[1:])
        return ClauseChoice(plan.id, own, without=True)
    return ClauseChoice(plan.id, below(known, id))


def _named(workspace: Workspace, text: str) -> tuple[Plan, str] | None:
    name, _, id = text.partition(":")
    plan = next((one for one in workspace.plans if one.id == name), None)
    if plan is None or not (id in clauses_of(plan) or (id.startswith(WITHOUT) and id[1:] in FAMILIES)):
        return None
    return plan, id


def clause_values(workspace: Workspace, projects: Any, chosen: str) -> list[tuple[str, Text, int | None]]:
    """The clauses that can be chosen: those of the first plan's strategies with projects, and the one chosen."""
    found: list[tuple[str, Text, int | None]] = []
    plan = workspace.plans[0] if workspace.plans else None
    if plan is not None:
        counts = projects_by_clause(projects, plan.id)
        found = [
            (f"{plan.id}:{id}", clause_name(one), counts[id])
            for id, one in clauses_of(plan).items()
            if one.family == "strategies" and counts.get(id)
        ]
    if chosen and chosen not in [value for value, _, _ in found] and (named := _named(workspace, chosen)):
        found.append((chosen, _label(*named), None))
    return found


def _label(plan: Plan, id: str) -> Text:
    if id.startswith(WITHOUT):
        return wording("cascade.without", plan=plan.title, family=wording(f"cascade.family_{id[1:]}"))
    return clause_name(clauses_of(plan)[id]) if id in clauses_of(plan) else same(id)
