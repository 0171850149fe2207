"""What other rules of reporting would do to the projects of a programme, before anybody sets them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mudmai.apps.programme.domain.monitoring import Standing, monitored, standings
from mudmai.apps.programme.domain.report_cycle import Cycle, cycle_of, with_first
from mudmai.apps.programme.models import BudgetLine, LineOrigin, Programme, Project
from mudmai.core.project_status import ProjectStatus


@dataclass(frozen=True)
class Effect:
    """Standings now and by the rules asked for, in the same order; nothing of it is kept."""

    before: Sequence[Standing]
    after: Sequence[Standing]
    money_moves: bool

    @property
    def changed(self) -> list[tuple[Standing, Standing]]:
        """Projects whose status would be another one."""
        pairs = zip(self.before, self.after, strict=True)
        return [(old, new) for old, new in pairs if old.judgement.status is not new.judgement.status]

    @property
    def counts(self) -> Mapping[ProjectStatus, tuple[int, int]]:
        """How many projects have each status, now and then."""
        old = Counter(one.judgement.status for one in self.before)
        new = Counter(one.judgement.status for one in self.after)
        return {one: (old[one], new[one]) for one in ProjectStatus if old[one] or new[one]}

    @property
    def overdue(self) -> tuple[int, int]:
        """Reports that are overdue, now and then."""
        return sum(len(one.overdue) for one in self.before), sum(len(one.overdue) for one in self.after)

    @property
    def deciding(self) -> tuple[int, int]:
        """Projects that are in the list of those to be decided first, now and then."""
        return sum(1 for one in self.before if one.urgency), sum(1 for one in self.after if one.urgency)


def effect_of(programme: Programme, wanted: Cycle, today: date) -> Effect:
    """What ``wanted`` (as :func:`report_cycle.check_cycle` gives it) would change on ``today``."""
    rows = monitored(Project.objects.filter(programme=programme))
    now = cycle_of(programme)
    moves = now.fiscal_start != wanted.fiscal_start and _reported(programme)
    return Effect(standings(rows, today), standings(rows, today, cycle=with_first(wanted, programme)), moves)


def _reported(programme: Programme) -> bool:
    return BudgetLine.every.filter(project__programme=programme, origin=LineOrigin.REPORT).exists()
