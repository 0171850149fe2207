"""What somebody has to decide about a project, and in which order: the few that need it come first."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from mudmai.apps.programme.domain.report_cycle import Cycle, Owed
from mudmai.apps.programme.models import Obstacle
from mudmai.core.language import Text, so_many
from mudmai.core.project_status import ProjectFacts, ProjectJudgement, ProjectStatus


class Concern(IntEnum):
    """Why a project is in the list: the larger, the sooner somebody has to look at it."""

    OVERDUE = 1
    SILENT = 2
    PAID_AHEAD = 3
    LATE = 4
    OVER_COST = 5
    ASKED = 6

    @property
    def label(self) -> Text:
        """The reason in a few words."""
        return _LABELS[self]


_LABELS = {
    Concern.ASKED: Text("โครงการขอการตัดสินใจ", "The project asks for a decision"),
    Concern.OVER_COST: Text("เกินงบ หรือคาดว่าจะเกิน", "Over its budget, or forecast to be"),
    Concern.LATE: Text("ล่าช้ากว่าแผน", "Late against its plan"),
    Concern.PAID_AHEAD: Text("เบิกจ่ายนำหน้างาน", "Paid ahead of the work"),
    Concern.SILENT: Text("ขาดรายงานจนตัดสินไม่ได้", "Silent for so long that it cannot be judged"),
    Concern.OVERDUE: Text("ค้างส่งรายงาน", "A report is overdue"),
}

_BY_STATUS = {ProjectStatus.OVER_COST: Concern.OVER_COST, ProjectStatus.LATE: Concern.LATE}


def concerns_of(
    judgement: ProjectJudgement,
    facts: ProjectFacts,
    obstacles: Iterable[Obstacle],
    owed: Iterable[Owed],
    cycle: Cycle,
) -> dict[Concern, list[Text]]:
    """All that speaks for looking at the project, with the reasons in figures; empty where nothing does."""
    found: dict[Concern, list[Text]] = {}
    for one in obstacles:
        if one.needs_decision:
            found.setdefault(Concern.ASKED, []).append(
                Text(f"โครงการขอการตัดสินใจ: {one.text}", f"the project asks for a decision: {one.text}")
            )
    by_status = _BY_STATUS.get(judgement.status)
    silent = judgement.rule in ("silent", "no_report") and facts.missed >= cycle.thresholds.silent_periods
    if by_status is not None:
        found[by_status] = [judgement.reason]
    elif silent:
        found[Concern.SILENT] = [judgement.reason]
    elif judgement.rule == "paid_ahead":
        found[Concern.PAID_AHEAD] = [judgement.reason]
    late = [one for one in owed if one.days > 0]
    if late and not silent:
        days = max(one.days for one in late)
        found[Concern.OVERDUE] = [
            Text(
                f"ค้างส่งรายงาน {len(late)} งวด เกินกำหนดนานที่สุด {days} วัน",
                f"{so_many(len(late), 'report', 'reports')} overdue, the oldest by {so_many(days, 'day', 'days')}",
            )
        ]
    return dict(sorted(found.items(), reverse=True))
