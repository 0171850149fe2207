"""Plans as data: goals, indicators, readings, targets, strategies and links upward.

Nothing here knows any plan by name; a plan arrives from a pack. Ids (``G1``, ``I1.1``, ``S2.2``) are the plan's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text
from mudmai.core.periods import Period

_EMPTY = Text("", "")


class Operator(StrEnum):
    """How a value must stand to what it is compared with."""

    AT_LEAST = ">="
    MORE_THAN = ">"
    AT_MOST = "<="
    LESS_THAN = "<"

    def holds(self, value: float, comparator: float) -> bool:
        """True when ``value operator comparator``; no tolerance: rounding is the pack's business, stated there."""
        match self:
            case Operator.AT_LEAST:
                return value >= comparator
            case Operator.MORE_THAN:
                return value > comparator
            case Operator.AT_MOST:
                return value <= comparator
        return value < comparator

    @property
    def upward(self) -> bool:
        """True when more is better."""
        return self in (Operator.AT_LEAST, Operator.MORE_THAN)


class Form(StrEnum):
    """The six forms of judgement."""

    PARENT = "parent"
    """Against the parent area in the same period."""
    BASE_PERIOD = "base_period"
    """Against the area's own value in a base period."""
    ABSOLUTE = "absolute"
    """Against a fixed number, every period."""
    CUMULATIVE_BY = "cumulative_by"
    """The amount added up since a start reaches a target by a deadline."""
    COUNT_BY = "count_by"
    """A stock or count reaches a target by a deadline."""
    DIRECTION = "direction"
    """Must move one way against an earlier period; no number is set."""


class Projection(StrEnum):
    """How the way to a deadline is projected (:mod:`mudmai.methods.projection`)."""

    DRIFT = "drift"
    """Random walk with drift."""
    TREND = "trend"
    """Straight least-squares trend."""
    NONE = "none"
    """Not at all: the straight line and the change needed are shown, nothing is foretold."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of judgement.

    ``target`` by form: ABSOLUTE, CUMULATIVE_BY, COUNT_BY need it; others have none. ``base`` is the base period of
    BASE_PERIOD, the first period that counts of CUMULATIVE_BY, the period whose value is where the path of COUNT_BY
    starts, and optional for DIRECTION (absent: the period before). ``deadline`` is the last period of the two
    deadline forms. ``of_whole`` (ABSOLUTE): the value is a share of the whole, said in the sentence only.
    """

    form: Form
    operator: Operator
    target: float | None = None
    base: Period | None = None
    deadline: Period | None = None
    note: Text = _EMPTY


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read an indicator where the document leaves a choice open; ``why`` says what speaks for it."""

    id: str
    title: Text
    formula: str
    why: Text = _EMPTY
    method: Text = _EMPTY


@dataclass(frozen=True, slots=True)
class AddedReading:
    """A reading that an overlay adds to an indicator of somebody else's plan; the default reading stays what it was."""

    plan: str
    indicator: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is promised and how it is judged.

    ``area_system`` and ``areas``: the areas that are judged, codes in order (already resolved from a level or a list).
    ``rule`` holds for all of them but those in ``exceptions`` (area code → its own rule; a target per named area is an
    exception too). ``reference_only`` areas are shown, never judged (the parent). ``proxy`` says what the figures
    stand for when the document's own quantity is not published. ``projection`` is the method that looks
    ahead to a deadline.
    """

    id: str
    goal: str
    title: Text
    unit: str
    area_system: str
    areas: tuple[str, ...]
    rule: Rule
    readings: tuple[Reading, ...]
    default_reading: str
    why_default: Text = _EMPTY
    exceptions: Mapping[str, Rule] = field(default_factory=dict)
    method: Text = _EMPTY
    proxy: Text = _EMPTY
    source_clause: str = ""
    plan_text: Text = _EMPTY
    step: int = 1
    """Periods between two regular observations (a survey every second year: 2)."""
    projection: Projection = Projection.DRIFT
    can_fall: bool = True
    """False for a count that only ever grows: its projection is never below the latest figure."""
    within: str = ""
    """A level of areas inside the judged ones, held against each area above them by the same rule (the form PARENT).
    The plan promises nothing for them: they are told apart and never counted among the judged."""

    def reading(self, reading: str | None = None) -> Reading:
        """The named reading, or the default one."""
        wanted = reading or self.default_reading
        for one in self.readings:
            if one.id == wanted:
                return one
        raise UnknownNameError(
            Text(f"วิธีอ่านของ {self.id} ", f"reading of {self.id}"), wanted, [r.id for r in self.readings]
        )

    def rule_for(self, area: str) -> Rule:
        """The rule that judges ``area``."""
        return self.exceptions.get(area, self.rule)


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal of the plan."""

    id: str
    title: Text
    plan_text: Text = _EMPTY


@dataclass(frozen=True, slots=True)
class Strategy:
    """A strategy or (with ``parent``) a sub-strategy; ``goals`` are the goals it serves, where the plan says so."""

    id: str
    title: Text
    parent: str | None = None
    text: Text = _EMPTY
    goals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UpwardLink:
    """What this plan serves above itself: a dimension of a national strategy, a main goal of a national plan."""

    id: str
    framework: Text
    title: Text
    text: Text = _EMPTY


@dataclass(frozen=True, slots=True)
class SituationFact:
    """A figure of the situation the plan starts from: a formula over loaded series, for named areas and a period."""

    id: str
    title: Text
    formula: str
    area_system: str
    areas: tuple[str, ...]
    period: Period
    unit: str
    stated: Mapping[str, float] = field(default_factory=dict)
    """Area code → the figure as the document prints it (its own rounding), to stand beside the computed one."""
    source_clause: str = ""
    note: Text = _EMPTY


@dataclass(frozen=True)
class Plan:
    """A plan in force from ``first`` to ``last`` (periods of one frequency)."""

    id: str
    title: Text
    first: Period
    last: Period
    goals: tuple[Goal, ...]
    indicators: tuple[Indicator, ...]
    strategies: tuple[Strategy, ...] = ()
    upward: tuple[UpwardLink, ...] = ()
    situation: tuple[SituationFact, ...] = ()
    summary: Text = _EMPTY
    version: str = ""
    source: str = ""
    publisher: Text = _EMPTY

    @cached_property
    def by_id(self) -> Mapping[str, Indicator]:
        """Indicators by id."""
        return {i.id: i for i in self.indicators}

    def indicator(self, indicator: str) -> Indicator:
        """The indicator ``indicator``; :class:`UnknownNameError` otherwise."""
        if indicator not in self.by_id:
            raise UnknownNameError(Text("ตัวชี้วัด", "indicator"), indicator, list(self.by_id))
        return self.by_id[indicator]

    def of_goal(self, goal: str) -> tuple[Indicator, ...]:
        """Indicators of one goal, in the plan's order."""
        return tuple(i for i in self.indicators if i.goal == goal)

    def sub_strategies(self, strategy: str) -> tuple[Strategy, ...]:
        """Sub-strategies of one strategy, in the plan's order."""
        return tuple(s for s in self.strategies if s.parent == strategy)


def with_added(plan: Plan, added: Sequence[AddedReading]) -> Plan:
    """``plan`` with the readings that others add to it, behind its own; the very same plan where there are none."""
    mine = [one for one in added if one.plan == plan.id]
    if not mine:
        return plan

    def read(indicator: Indicator) -> Indicator:
        more = tuple(one.reading for one in mine if one.indicator == indicator.id)
        return replace(indicator, readings=indicator.readings + more) if more else indicator

    return replace(plan, indicators=tuple(read(one) for one in plan.indicators))
