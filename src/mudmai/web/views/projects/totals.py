"""Sums of the money of one project."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from mudmai.apps.programme.models import BudgetLine


def totals(budget: Iterable[BudgetLine]) -> dict[str, Decimal]:
    """Known money by stage over all years."""
    found: dict[str, Decimal] = {}
    for line in budget:
        if line.amount is not None:
            found[line.stage] = found.get(line.stage, Decimal(0)) + line.amount
    return found
