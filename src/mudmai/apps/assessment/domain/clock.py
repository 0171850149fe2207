"""What time alone does: the right of reply ends, certificates expire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from mudmai.apps.assessment.domain.certificates import expire_due
from mudmai.apps.assessment.domain.replying import over_due


@dataclass(frozen=True, slots=True)
class Ticked:
    """How many files went to be decided, how many certificates ended."""

    replies_over: int
    expired: int


def tick(today: date | None = None) -> Ticked:
    """Do what is due on ``today``. Doing it again does nothing more."""
    day = today or timezone.localdate()
    return Ticked(len(over_due(day)), len(expire_due(day)))
