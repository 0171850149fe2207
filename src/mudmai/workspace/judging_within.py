"""Areas inside the judged ones, held against every area above them by the plan's own rule.

A plan may promise something of regions; whoever answers for a province asks the same question of it: does it keep pace
with its region, and with the country? The pack names the level (``within``); these verdicts are never counted as the
plan's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mudmai.core.areas import Area
from mudmai.core.errors import InputError
from mudmai.core.judgement import Case, judge
from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.core.plans import Form, Indicator, Plan, Reading
from mudmai.core.units import Unit
from mudmai.core.verdicts import Judgement, Verdict

if TYPE_CHECKING:
    from mudmai.workspace.scoring import Score
    from mudmai.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Against:
    """One verdict: the area above that it is held against, nearest first."""

    area: Area
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class WithinRow:
    """One area inside; ``value`` None where it is missing."""

    area: Area
    value: float | None
    against: tuple[Against, ...]

    @property
    def lags_all(self) -> bool:
        """True when it was judged against every area above and met none."""
        return bool(self.against) and all(one.judgement.verdict is Verdict.NOT_MET for one in self.against)


@dataclass(frozen=True)
class WithinView:
    """All areas of the level in one period; ``counts``: level of the area above → verdict → how many."""

    plan: Plan
    indicator: Indicator
    reading: Reading
    unit: Unit
    release: str
    period: Period | None
    periods: tuple[Period, ...]
    rows: tuple[WithinRow, ...]
    counts: Mapping[str, Mapping[Verdict, int]]

    def as_dicts(self) -> list[dict[str, Any]]:
        """One flat row for each area and area above it."""
        return [
            {
                "indicator": self.indicator.id,
                "area": row.area.code,
                "area_th": row.area.name.th,
                "area_en": row.area.name.en,
                "period": self.period.iso if self.period else None,
                "value": row.value,
                "unit": self.indicator.unit,
                "against": one.area.code,
                "against_th": one.area.name.th,
                "against_en": one.area.name.en,
                "comparator": one.judgement.comparator,
                "verdict": one.judgement.verdict.value,
                "reason": one.judgement.reason.value,
                "reading": self.reading.id,
                "release": self.release,
            }
            for row in self.rows
            for one in row.against
        ]


def judge_within(
    workspace: Workspace,
    plan_id: str | None,
    indicator: str,
    *,
    year: int | None = None,
    reading: str | None = None,
    release: str | None = None,
) -> WithinView:
    """Every area of the indicator's level ``within`` against each area above it.

    ``year`` (CE) None: the last period in which at least half of them have a value. Raises :class:`InputError`
    (``no_level_within``) for an indicator whose pack names no such level.
    """
    held, plan = workspace.release(release), workspace.plan(plan_id)
    one = plan.indicator(indicator)
    if not one.within or one.rule.form is not Form.PARENT:
        raise _none_within(plan, one)
    score = workspace.score(workspace.shelf, held, plan, one, one.reading(reading))
    areas = score.system.level(one.within)
    known = {area.code: set(score.known_periods(area.code)) for area in areas}
    periods = tuple(sorted(set().union(*known.values())))
    period = score.period_in(year) if year is not None else _latest(known, periods)
    rows = () if period is None else tuple(_row(score, area, period) for area in areas)
    counts: dict[str, Counter[Verdict]] = {}
    for row in rows:
        for against in row.against:
            counts.setdefault(against.area.level, Counter())[against.judgement.verdict] += 1
    return WithinView(plan, one, score.reading, score.unit, held.id, period, periods, rows, counts)


def _latest(known: Mapping[str, set[Period]], periods: tuple[Period, ...]) -> Period | None:
    ever = sum(map(bool, known.values()))
    full = [p for p in periods if 2 * sum(p in some for some in known.values()) >= ever]
    return max(full, default=None)


def _row(score: Score, area: Area, period: Period) -> WithinRow:
    mine = score.side(area, period)
    rule = score.indicator.rule
    against = tuple(
        Against(above, judge(rule, Case(score.unit, mine, score.side(above, period), score.breaks, score.any_data)))
        for above in score.system.ancestors(area.code)
    )
    return WithinRow(area, mine.value, against)


def _none_within(plan: Plan, indicator: Indicator) -> InputError:
    having = ", ".join(one.id for one in plan.indicators if one.within) or "–"
    return InputError(
        Text(
            f"{indicator.id} ไม่มีระดับพื้นที่ย่อยที่เทียบด้วยกติกาเดียวกัน",
            f"{indicator.id} names no level of areas inside the judged ones",
        ),
        remedy=Text(f"ดูตัวชี้วัดที่มี: {having}", f"these have one: {having}"),
        code="no_level_within",
    )
