"""Clauses of plans that may mean the same thing in different words: by likeness of their words, for people to judge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from mudmai.core.plan_clauses import Clause, clauses_of
from mudmai.core.plans import Plan

LEAST = 0.16
"""Likeness (0 to 1) from which a pair is shown: about where the words of a title, and not only letters, are shared."""


@dataclass(frozen=True, slots=True)
class AlikeClauses:
    """Two clauses and their likeness, 0 to 1."""

    first: Clause
    second: Clause
    likeness: float


def alike_clauses(plans: Iterable[Plan], *, least: float = LEAST, most: int = 40) -> tuple[AlikeClauses, ...]:
    """Pairs of clauses of two plans, or of two families of one plan, the most alike first.

    A goal is compared with a strategy and with what the plan serves above itself; clauses of one family of one plan
    are no pair: the plan itself tells them apart.
    """
    return _alike(tuple(_said(plan) for plan in plans), least, most)


def _said(plan: Plan) -> tuple[Clause, ...]:
    return tuple(one for one in clauses_of(plan).values() if one.level != "indicator")


@lru_cache(maxsize=8)
def _alike(plans: tuple[tuple[Clause, ...], ...], least: float, most: int) -> tuple[AlikeClauses, ...]:
    from mudmai.methods.similarity import alike_pairs  # loads NumPy and SciPy

    clauses = [one for plan in plans for one in plan]
    texts = [f"{one.title.th} {one.text.th}" for one in clauses]
    found = []
    for pair in alike_pairs(texts, least=least):
        first, second = clauses[pair.first], clauses[pair.second]
        if (first.plan, first.family) != (second.plan, second.family):
            found.append(AlikeClauses(first, second, pair.cosine))
    return tuple(found[:most])
