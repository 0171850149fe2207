"""The path of one area to a target with a deadline: what is needed, what is likely, and since when it is out of reach.

What is decided here, and shown with the result:

* Only points after the last break of method are used, and for amounts that are added up only those since the plan
  began to count, with the certain zero just before it as the first point.
* An amount that is added up is never projected below what is already reached: limits are cut there, and so they are for
  a count of which the pack says that it cannot fall. Another count is not cut (a certificate can lapse), but neither is
  it projected below zero when the line has never been below zero.
* A projection from few figures says so.
* ``last_reachable`` uses the fastest change per period between two neighbouring observations, seen over the whole line.
  While the target is in reach, it is the last period until which nothing may happen; afterwards, the last observed
  period from which that pace would have sufficed.
* ``easier_than_trend``: carrying on the average change of the points up to the start (when there are three or more),
  else of all points, arrives at the target anyway.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from mudmai.core.judgement import required_at
from mudmai.core.language import Text
from mudmai.core.path_words import chance_words, few_figures
from mudmai.core.period_text import period_text
from mudmai.core.periods import Period, period_range
from mudmai.core.plans import Form, Projection, Rule
from mudmai.core.series import Break
from mudmai.core.verdicts import PathAhead, PathPoint
from mudmai.methods.projection import MINIMUM_POINTS, ProjectionMethod, ProjectionRefused, project, too_few

Line = tuple[tuple[Period, float], ...]

_NOT_WANTED = Text("แผนกำหนดไว้ว่าไม่พยากรณ์ตัวชี้วัดนี้", "no projection: the plan's pack asks for none for this indicator")


def path_ahead(
    rule: Rule,
    line: Iterable[tuple[Period, float | None]],
    breaks: Sequence[Break] = (),
    *,
    method: Projection = Projection.DRIFT,
    can_fall: bool = True,
) -> PathAhead | None:
    """The path of one line of values under ``rule``; None for rules without deadline, base or target.

    ``line`` may have gaps and missing values (None); they are left out, never filled. Nothing later than the deadline
    is used. The result always has the straight line (when its start is known); projection and chance only where
    ``method`` is not ``NONE`` and :func:`~mudmai.methods.projection.project` does not refuse. Without any figure there
    is nothing that a change could be counted from: ``needed_per_period`` is None. ``can_fall`` False: what was counted
    stays, so nothing is projected below the latest figure.
    """
    if rule.form not in (Form.CUMULATIVE_BY, Form.COUNT_BY) or rule.deadline is None or rule.base is None:
        return None
    if rule.target is None:
        return None
    known = _usable(rule, line, breaks)
    by_period = dict(known)
    start = rule.base.shift(-1) if rule.form is Form.CUMULATIVE_BY else rule.base
    base_value = by_period.get(rule.base)
    steps = ((p, required_at(rule, p, base_value)) for p in period_range(start, rule.deadline))
    required = tuple((p, v) for p, v in steps if v is not None)
    observed = known[1:] if rule.form is Form.CUMULATIVE_BY else known
    latest, latest_value = observed[-1] if observed else (None, None)
    points, chance, refusal = _projected(rule, known, method, can_fall=can_fall)
    reachable, note = _last_reachable(rule, known)
    return PathAhead(
        start=start,
        deadline=rule.deadline,
        target=rule.target,
        required=required,
        latest=latest,
        latest_value=latest_value,
        needed_per_period=_needed(rule, observed[-1] if observed else None),
        recent_per_period=_pace(known),
        points=points,
        chance=chance,
        method=_method_words(method, len(observed)) if points else Text("", ""),
        refusal=refusal,
        last_reachable=reachable,
        last_reachable_note=note,
        easier_than_trend=_easier(rule, known, start),
        figures=len(observed),
        chance_note=Text("", "") if chance is None else chance_words(chance, len(observed)),
    )


def _method_words(method: Projection, figures: int) -> Text:
    """How it was projected, and that the figures are few, where they are."""
    how, few = ProjectionMethod(method.value).words, few_figures(figures)
    return how if not few.en else Text(f"{how.th} ({few.th})", f"{how.en} ({few.en})")


def _usable(rule: Rule, line: Iterable[tuple[Period, float | None]], breaks: Sequence[Break]) -> Line:
    """Known points in order, of the rule's frequency, after the last break, up to the deadline."""
    assert rule.base is not None and rule.deadline is not None
    frequency, deadline = rule.base.frequency, rule.deadline
    known = sorted((p, v) for p, v in line if v is not None and p.frequency == frequency and p <= deadline)
    if rule.form is Form.CUMULATIVE_BY:
        return ((rule.base.shift(-1), 0.0), *((p, v) for p, v in known if p >= rule.base))
    latest = known[-1][0] if known else deadline
    starts = [b.period for b in breaks if b.period.frequency == frequency and b.period <= latest]
    return tuple((p, v) for p, v in known if not starts or p >= max(starts))


def _pace(known: Line) -> float | None:
    """Average change per period from the first to the last point."""
    if len(known) < 2:
        return None
    (first, at_first), (last, at_last) = known[0], known[-1]
    return (at_last - at_first) / (last.ordinal - first.ordinal)


def _needed(rule: Rule, latest: tuple[Period, float] | None) -> float | None:
    """Change per remaining period; 0 when the target is reached, None at the deadline or without any value."""
    assert rule.deadline is not None and rule.target is not None
    if latest is None:
        return None
    period, value = latest
    if _reached(rule, value):
        return 0.0
    left = rule.deadline.ordinal - period.ordinal
    return (rule.target - value) / left if left > 0 else None


def _reached(rule: Rule, value: float) -> bool:
    assert rule.target is not None
    slack = 1e-9 * max(abs(value), abs(rule.target))
    return value >= rule.target - slack if rule.operator.upward else value <= rule.target + slack


def _projected(
    rule: Rule, known: Line, method: Projection, *, can_fall: bool
) -> tuple[tuple[PathPoint, ...], float | None, Text | None]:
    assert rule.deadline is not None and rule.target is not None
    certain = 1 if rule.form is Form.CUMULATIVE_BY else 0  # the zero before the count is no figure
    if known and known[-1][0] >= rule.deadline:
        return (), None, None
    if method is Projection.NONE:
        return (), None, _NOT_WANTED
    if len(known) < max(MINIMUM_POINTS, 1 + certain):
        return (), None, too_few(max(len(known) - certain, 0), MINIMUM_POINTS - certain)
    latest, value = known[-1]
    ahead = period_range(latest.shift(1), rule.deadline)
    times = [p.ordinal for p in ahead]
    try:
        found = project([p.ordinal for p, _ in known], [v for _, v in known], times, ProjectionMethod(method.value))
    except ProjectionRefused as refused:
        return (), None, refused.reason
    stays = rule.form is Form.CUMULATIVE_BY or not can_fall
    lowest = value if stays else (0.0 if min(v for _, v in known) >= 0 else -math.inf)
    low80, high80 = found.interval(0.80)
    low95, high95 = found.interval(0.95)
    rows = zip(ahead, found.median, low80, high80, low95, high95, strict=True)
    points = tuple(PathPoint(p, *(max(float(x), lowest) for x in numbers)) for p, *numbers in rows)
    chance = float(found.chance_at_least(rule.target)[-1])
    return points, chance if rule.operator.upward else 1.0 - chance, None


def _last_reachable(rule: Rule, known: Line) -> tuple[Period | None, Text]:
    """The last period from which the fastest pace shown would still do, and a note that says so."""
    assert rule.deadline is not None and rule.target is not None
    up = 1.0 if rule.operator.upward else -1.0
    paces = [up * (b[1] - a[1]) / (b[0].ordinal - a[0].ordinal) for a, b in pairwise(known)]
    fastest = max(paces, default=0.0)
    if not known or not paces:
        return None, Text("", "")
    if fastest <= 0:
        return None, Text(
            "ยังไม่เคยขยับเข้าใกล้เป้าหมาย จึงบอกไม่ได้ว่าจะไปถึงได้ด้วยอัตราใด",
            "so far there was no move towards the target, so there is no pace at which it could be reached",
        )
    latest, value = known[-1]
    waiting = _waiting_periods(up * (rule.target - value), fastest)
    if latest.ordinal + waiting <= rule.deadline.ordinal:
        until = rule.deadline.shift(-waiting)
        when = period_text(until)
        return until, Text(
            f"ยังไปถึงได้ แม้หยุดนิ่งจนถึง {when.th} ก็ยังทันถ้าทำได้เร็วเท่าที่เคยเร็วที่สุด",
            f"still within reach: even standing still until {when.en}, the fastest pace shown so far would do",
        )
    for period, then in reversed(known[:-1]):
        if period.ordinal + _waiting_periods(up * (rule.target - then), fastest) <= rule.deadline.ordinal:
            when = period_text(period)
            return period, Text(
                f"ยังพอไปถึงได้ครั้งสุดท้ายเมื่อ {when.th} หลังจากนั้นแม้ทำได้เร็วเท่าที่เคยเร็วที่สุดก็ไม่ทัน",
                f"was last within reach in {when.en}; since then even the fastest pace shown so far would not do",
            )
    return None, Text(
        "ไม่เคยอยู่ในวิสัยที่จะไปถึงได้ แม้ทำได้เร็วเท่าที่เคยเร็วที่สุด",
        "never within reach, even at the fastest pace shown so far",
    )


def _waiting_periods(distance: float, pace: float) -> int:
    """Whole periods needed to cover ``distance`` at ``pace`` (a hair's breadth of rounding is forgiven)."""
    return max(0, math.ceil(distance / pace - 1e-9))


def _easier(rule: Rule, known: Line, start: Period) -> bool:
    assert rule.deadline is not None and rule.target is not None
    before = tuple((p, v) for p, v in known if p <= start)
    basis = before if len(before) >= 3 else known
    pace = _pace(basis)
    if pace is None:
        return False
    period, value = basis[-1]
    return _reached(rule, value + pace * (rule.deadline.ordinal - period.ordinal))
