"""The scorecard: goals, indicators and verdicts of one plan, for the latest figures or a chosen year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse

from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.core.plans import Goal, Plan, Reading
from mudmai.core.verdicts import Reason, Verdict
from mudmai.web.asking import READ, State, asked_readings, asked_state, asked_year
from mudmai.web.charts.spark import Spark, spark
from mudmai.web.freshness import fresh
from mudmai.web.pages import render_page, workspace_of
from mudmai.web.wording import wording
from mudmai.workspace import IndicatorSummary, Scorecard, ScoreRow

ORDER = (Verdict.MET, Verdict.ON_TRACK, Verdict.OFF_TRACK, Verdict.NOT_MET, Verdict.NOT_JUDGED)


@dataclass(frozen=True, slots=True)
class IndicatorBoard:
    """One indicator of the scorecard with its areas."""

    summary: IndicatorSummary
    rows: tuple[ScoreRow, ...]
    references: tuple[ScoreRow, ...]
    counts: tuple[tuple[Verdict, int], ...]
    spark: Spark | None
    spark_name: Text
    parameter: str
    readings: tuple[Reading, ...]
    why_not: tuple[tuple[Text, int], ...]
    before_plan: bool

    @property
    def verdict(self) -> Verdict | None:
        """The verdict when the indicator has one area only."""
        return self.rows[0].verdict if len(self.rows) == 1 else None


@dataclass(frozen=True, slots=True)
class GoalBoard:
    """One goal: its indicators, and how many verdicts of each kind they have together."""

    goal: Goal
    indicators: tuple[IndicatorBoard, ...]
    counts: tuple[tuple[Verdict, int], ...]


def read_scorecard(request: HttpRequest, plan_id: str | None) -> Scorecard:
    """The scorecard that the address asks for, with the chosen reading of each indicator."""
    workspace = workspace_of(request)
    asked, state = asked_year(request.GET), asked_state(request.GET)
    card = workspace.scorecard(plan_id, year=asked, **state)
    _check_year(card)
    same: State = {"release": card.release, "packs": state["packs"]}
    for indicator, reading in asked_readings(request.GET, card.plan).items():
        other = workspace.scorecard(card.plan.id, year=asked, indicator=indicator, reading=reading, **same)
        card = _with_reading(card, other, indicator)
    return card


def _with_reading(card: Scorecard, other: Scorecard, indicator: str) -> Scorecard:
    """``card`` with one indicator taken from ``other``; the plan's order is kept."""

    def merged(old: tuple[ScoreRow, ...], new: tuple[ScoreRow, ...]) -> tuple[ScoreRow, ...]:
        return tuple(
            row
            for one in card.plan.indicators
            for row in (new if one.id == indicator else old)
            if row.indicator == one.id
        )

    swapped = {s.indicator.id: s for s in other.summaries}
    return replace(
        card,
        rows=merged(card.rows, other.rows),
        references=merged(card.references, other.references),
        summaries=tuple(swapped.get(s.indicator.id, s) for s in card.summaries),
    )


def boards(card: Scorecard) -> tuple[GoalBoard, ...]:
    """The scorecard in the order in which it is read."""
    found = []
    for goal, summaries in card.goals():
        made = tuple(_indicator_board(card, one) for one in summaries)
        together = {v: sum(s.counts.get(v, 0) for s in summaries) for v in ORDER}
        found.append(GoalBoard(goal, made, tuple((v, n) for v, n in together.items() if n)))
    return tuple(found)


def _indicator_board(card: Scorecard, summary: IndicatorSummary) -> IndicatorBoard:
    indicator = summary.indicator
    rows, references = card.of(indicator.id), card.references_of(indicator.id)
    names = {r.area: r.area_name for r in (*rows, *references)}
    reasons: dict[Reason, int] = {}
    for row in rows:
        if row.verdict is Verdict.NOT_JUDGED:
            reasons[row.reason] = reasons.get(row.reason, 0) + 1
    return IndicatorBoard(
        summary=summary,
        rows=rows,
        references=references,
        counts=tuple((v, summary.counts.get(v, 0)) for v in ORDER if summary.counts.get(v, 0)),
        spark=spark(summary.spark, summary.target, indicator.step),
        spark_name=names.get(summary.spark_area, Text("", "")),
        parameter=READ + indicator.id,
        readings=indicator.readings if len(indicator.readings) > 1 else (),
        why_not=tuple((wording(f"reason.{reason.value}"), n) for reason, n in reasons.items()),
        before_plan=before_plan(card.plan, summary.period, rows),
    )


def before_plan(plan: Plan, period: Period | None, rows: Sequence[ScoreRow]) -> bool:
    """True when figures are shown that are older than the plan itself, which a reader must be told."""
    return period is not None and period.year_ce < plan.first.year_ce and any(r.value is not None for r in rows)


def _check_year(card: Scorecard) -> None:
    """A year that neither the plan nor any figure reaches is a slip of the pen, not a year without results."""
    if card.period is None:
        return
    first = min([card.plan.first.year_ce, *card.years])
    last = max([card.plan.last.year_ce, *card.years])
    if first <= card.period.year_ce <= last:
        return
    asked = card.period
    raise InputError(
        Text(
            f"แผนนี้ไม่มีทั้งข้อมูลและเป้าหมายของปี พ.ศ. {asked.year_be} (ค.ศ. {asked.year_ce})",
            f"this plan has neither figures nor targets for {asked.year_ce} ({asked.year_be} BE)",
        ),
        remedy=Text(
            f"เลือกปีระหว่าง {first + 543}-{last + 543} ({first}-{last})",
            f"choose a year between {first} and {last} ({first + 543}-{last + 543} BE)",
        ),
        code="period",
    )


@fresh
def first(request: HttpRequest, language: str) -> HttpResponse:
    """The first plan's scorecard at the front door."""
    return _page(request, None)


@fresh
def scorecard(request: HttpRequest, plan: str, language: str) -> HttpResponse:
    """One plan's scorecard."""
    return _page(request, plan)


def held_state(request: HttpRequest, release: str, packs: str) -> dict[str, object]:
    """What a page needs to say that it shows figures or definitions of before, and to keep to them in its links."""
    workspace = workspace_of(request)
    current = workspace.release().id
    return {
        "state": asked_state(request.GET),
        "packs": packs,
        "is_current": release == current,
        "packs_are_current": packs == workspace.packs_state,
        "current_release": current,
    }


def _page(request: HttpRequest, plan_id: str | None) -> HttpResponse:
    card = read_scorecard(request, plan_id)
    plan = card.plan
    asked = card.period.year_ce if card.period else None
    planned = range(plan.first.year_ce, plan.last.year_ce + 1)
    return render_page(
        request,
        "scorecard.html",
        current="scorecard",
        card=card,
        plan=plan,
        plans=workspace_of(request).plans,
        goals=boards(card),
        years=sorted({*card.years, *planned, *([asked] if asked else [])}, reverse=True),
        with_data=frozenset(card.years),
        asked_year=asked,
        chosen=[(n, v) for n, v in request.GET.items() if v and (n.startswith(READ) or n in ("release", "packs"))],
        **held_state(request, card.release, card.packs),
        order=ORDER,
    )
