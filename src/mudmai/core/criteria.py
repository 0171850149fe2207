"""Criteria sets: what a city is assessed by, which of it applies to a body, and what the answers add up to.

A set has parts; a part has criteria; a criterion is answered with one step of its scale, which earns a share of its
points. What is not answered earns nothing *and is not known*: a score is therefore a range, from what is earned for
certain to what could still be earned, and a level is reached only by the certain end of it. A criterion that does not
fit a body (its size, legal type, powers) leaves the points that can be reached, with the reason told.

Paper criteria ask for plans and documents, outcome criteria for figures; their scores stand apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mudmai.core.language import Text

Fact = str | int | float | bool | frozenset[str] | None
"""What is known of a body: a word, a number, yes or no, a set of words; None is not known."""


class Side(StrEnum):
    """What a criterion asks for."""

    PAPER = "paper"
    OUTCOME = "outcome"

    @property
    def label(self) -> Text:
        """The side in words."""
        return _SIDES[self]


_SIDES = {
    Side.PAPER: Text("คะแนนเอกสาร (แผนและหลักฐานเอกสาร)", "paper score (plans and documents)"),
    Side.OUTCOME: Text("คะแนนผลลัพธ์ (ตัวเลขที่เกิดจริง)", "outcome score (figures)"),
}


class Comparison(StrEnum):
    """How a clause of fit compares a fact of the body."""

    IS = "is"
    IS_NOT = "is_not"
    AT_LEAST = "at_least"
    BELOW = "below"
    HAS = "has"


@dataclass(frozen=True, slots=True)
class FitClause:
    """One condition on a fact of the body. ``words`` say in a sentence what it asks (and why)."""

    fact: str
    comparison: Comparison
    values: tuple[str | float | bool, ...]
    words: Text

    def holds(self, facts: Mapping[str, Fact]) -> bool | None:
        """True, False, or None where the fact is not known."""
        held = facts.get(self.fact)
        if held is None:
            return None
        match self.comparison:
            case Comparison.IS:
                return held in self.values
            case Comparison.IS_NOT:
                return held not in self.values
            case Comparison.HAS:
                return isinstance(held, frozenset) and any(one in held for one in self.values)
        if not isinstance(held, (int, float)):
            return None
        bound = float(self.values[0])
        return held >= bound if self.comparison is Comparison.AT_LEAST else held < bound


@dataclass(frozen=True, slots=True)
class Fit:
    """Does a criterion apply to a body, and why."""

    applies: bool
    reason: Text


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a scale. ``share``: part of the criterion's points that it earns, 0..1."""

    value: int
    share: float
    title: Text


@dataclass(frozen=True, slots=True)
class LiveFigure:
    """A figure of the workspace that answers an outcome criterion.

    ``formula`` is in the house's language, ``area_system`` where its areas live. ``bounds``: (step value, bound) in
    rising order of steps; with ``rising`` a figure of at least the bound reaches the step, else of at most the bound.
    """

    formula: str
    area_system: str
    unit: str
    bounds: tuple[tuple[int, float], ...]
    rising: bool
    source: str = ""

    def step_of(self, figure: float | None) -> int | None:
        """The highest step that the figure reaches; None where there is no figure, 0 below the first bound."""
        if figure is None or figure != figure:
            return None
        reached = [step for step, bound in self.bounds if (figure >= bound if self.rising else figure <= bound)]
        return max(reached, default=0)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One question. ``points`` may be any number above 0; only its ratio to the others of its part counts.

    ``evidence``: pieces of evidence that an answer above step 0 needs. ``actions``: ids of recommended actions.
    """

    id: str
    part: str
    title: Text
    question: Text
    side: Side
    points: float
    scale: tuple[Step, ...]
    source: str
    guidance: Text | None = None
    evidence: int = 0
    live: LiveFigure | None = None
    fits: tuple[FitClause, ...] = ()
    actions: tuple[str, ...] = ()

    @property
    def top(self) -> int:
        """The highest step."""
        return max(step.value for step in self.scale)

    def share_of(self, value: int) -> float:
        """The part of the points that a step earns. Raises KeyError for a step that the scale does not have."""
        return {step.value: step.share for step in self.scale}[value]

    def fit(self, facts: Mapping[str, Fact]) -> Fit:
        """Applies unless a clause surely fails; what is not known of the body does not excuse it."""
        for clause in self.fits:
            if clause.holds(facts) is False:
                return Fit(False, clause.words)
        if not self.fits:
            return Fit(True, Text("ใช้กับทุกหน่วยงาน", "asked of every body"))
        unknown = [clause for clause in self.fits if clause.holds(facts) is None]
        if unknown:
            return Fit(
                True,
                Text(
                    "ถามไว้ก่อน เพราะยังไม่ทราบข้อมูลของหน่วยงานที่ใช้ตัดสินว่ายกเว้นหรือไม่",
                    "asked, because what would excuse the body is not known",
                ),
            )
        return Fit(True, self.fits[0].words)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a set. ``weight`` counts among the parts of its set. ``group`` joins parts for rules of levels.

    ``optional``: the body chooses whether it claims this part; a part that is not claimed is not scored.
    """

    id: str
    title: Text
    weight: float
    group: str = ""
    optional: bool = False
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class PartsRule:
    """Of the parts of ``group`` (all where ""), at least ``count`` (None: every one claimed) must score ``score``.

    ``compulsory`` names parts that must be among them.
    """

    score: float
    group: str = ""
    count: int | None = None
    compulsory: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Level:
    """A level of the set, lowest first. ``overall``: least score of the whole set, 0..1."""

    id: str
    title: Text
    overall: float
    parts: tuple[PartsRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """What a body may do about a gap. ``years``: how long it usually takes; None not told."""

    id: str
    title: Text
    text: Text
    source: str = ""
    years: int | None = None


class FactKind(StrEnum):
    """What a fact of a body is: one of several words, any number of them, a number, yes or no."""

    WORD = "word"
    WORDS = "words"
    NUMBER = "number"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class FactAsked:
    """A fact of the body that clauses of fit ask for, in words. ``choices``: (word, what it is called)."""

    id: str
    kind: FactKind
    title: Text
    choices: tuple[tuple[str, Text], ...] = ()
    unit: Text | None = None


@dataclass(frozen=True, slots=True)
class RegisterRule:
    """How certificates of the set stand in the register and feed series of figures.

    ``months``: how long a certificate holds (None: no end is set). ``surveillance``: months between checks (None:
    none). ``renewal_progress``: a renewal needs more than this share of what was promised, 0..1. ``series``: ids of
    series counted from the register; ``dataset`` is where they are published.
    """

    months: int | None
    surveillance: int | None
    renewal_progress: float | None
    series: tuple[str, ...] = ()
    dataset: str = ""
    note: Text | None = None
    """What is known of the term and where from, such as that no term was found published."""
    levels: tuple[str, ...] = ()
    """Levels that the series count; empty: every level."""


@dataclass(frozen=True)
class CriteriaSet:
    """One version of a set. ``scheme`` stays the same from version to version; ``id`` names the version in addresses.

    ``breaks``: why scores do not compare with those of the version before (None: they do).
    """

    id: str
    scheme: str
    version: str
    title: Text
    note: Text
    source: str
    parts: tuple[Part, ...]
    criteria: tuple[Criterion, ...]
    levels: tuple[Level, ...] = ()
    actions: tuple[Action, ...] = ()
    register: RegisterRule | None = None
    replaces: str = ""
    breaks: Text | None = None
    facts: tuple[FactAsked, ...] = ()
    by_id: Mapping[str, Criterion] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {one.id: one for one in self.criteria})

    def part(self, key: str) -> Part:
        """The part with this id. Raises KeyError."""
        return {one.id: one for one in self.parts}[key]

    def of_part(self, key: str) -> tuple[Criterion, ...]:
        """Its criteria, in order."""
        return tuple(one for one in self.criteria if one.part == key)


@dataclass(frozen=True, slots=True)
class Score:
    """Points earned, points still open (not answered), points that can be reached. Shares are None where none can."""

    earned: float
    open: float
    reachable: float

    @property
    def low(self) -> float | None:
        """The share that is certain."""
        return self.earned / self.reachable if self.reachable else None

    @property
    def high(self) -> float | None:
        """The share if everything open were earned in full."""
        return (self.earned + self.open) / self.reachable if self.reachable else None

    @property
    def coverage(self) -> float | None:
        """The share of the reachable points that have been answered."""
        return 1 - self.open / self.reachable if self.reachable else None


def added(scores: Iterable[tuple[Score, float]]) -> Score:
    """Scores joined by weight, each as a share of its reachable points; those without any are left out."""
    held = [(one, weight) for one, weight in scores if one.reachable and weight > 0]
    whole = sum(weight for _, weight in held)
    if not whole:
        return Score(0.0, 0.0, 0.0)
    earned = sum(weight * one.earned / one.reachable for one, weight in held) / whole
    unknown = sum(weight * one.open / one.reachable for one, weight in held) / whole
    return Score(earned, unknown, 1.0)


@dataclass(frozen=True)
class Assessed:
    """What answers add up to. ``criteria`` holds the applicable ones; ``left_out`` those that do not apply, and why."""

    criteria: Mapping[str, Score]
    parts: Mapping[str, Score]
    overall: Score
    sides: Mapping[Side, Score]
    left_out: Mapping[str, Fit]
    claimed: frozenset[str]
    level: Level | None
    """The highest level that is certain together with every level below it; None where none is."""


def assess(
    criteria: CriteriaSet,
    answers: Mapping[str, int | None],
    *,
    facts: Mapping[str, Fact] | None = None,
    claimed: Iterable[str] = (),
) -> Assessed:
    """Score ``answers`` (criterion id → step value; None or absent: not answered) for a body known by ``facts``.

    ``claimed`` names the optional parts that the body claims. Answers to criteria that do not apply are not counted.
    """
    known = facts or {}
    taken = frozenset(claimed)
    scores: dict[str, Score] = {}
    left_out: dict[str, Fit] = {}
    parts: dict[str, Score] = {}
    sides: dict[Side, list[tuple[Score, float]]] = {side: [] for side in Side}
    whole: list[tuple[Score, float]] = []
    for part in criteria.parts:
        if part.optional and part.id not in taken:
            continue
        mine: list[tuple[Criterion, Score]] = []
        for one in criteria.of_part(part.id):
            fit = one.fit(known)
            if not fit.applies:
                left_out[one.id] = fit
                continue
            scores[one.id] = _score(one, answers.get(one.id))
            mine.append((one, scores[one.id]))
        parts[part.id] = _total(score for _, score in mine)
        whole.append((parts[part.id], part.weight))
        for side in Side:
            only = _total(score for one, score in mine if one.side is side)
            sides[side].append((only, part.weight))
    overall = added(whole)
    reached = None
    for level in criteria.levels:
        if unmet(criteria, level, parts, overall):
            break
        reached = level
    return Assessed(
        scores, parts, overall, {side: added(held) for side, held in sides.items()}, left_out, taken, reached
    )


def _score(criterion: Criterion, value: int | None) -> Score:
    if value is None:
        return Score(0.0, criterion.points, criterion.points)
    return Score(criterion.points * criterion.share_of(value), 0.0, criterion.points)


def _total(scores: Iterable[Score]) -> Score:
    held = list(scores)
    return Score(sum(s.earned for s in held), sum(s.open for s in held), sum(s.reachable for s in held))


@dataclass(frozen=True, slots=True)
class Unmet:
    """A rule of a level that does not hold for certain. ``part`` "" is the whole; ``have`` None: nothing to score.

    ``kind``: ``overall`` (have and need are shares), ``part`` (a compulsory part, or one of those that must all pass),
    ``count`` (have and need count parts).
    """

    kind: str
    part: str
    have: float | None
    need: float
    group: str = ""


def unmet(criteria: CriteriaSet, level: Level, parts: Mapping[str, Score], overall: Score) -> tuple[Unmet, ...]:
    """What stands between the scores and a level; empty where it is reached."""
    found: list[Unmet] = []
    if overall.low is None or overall.low < level.overall - _EQUAL:
        found.append(Unmet("overall", "", overall.low, level.overall))
    for rule in level.parts:
        group = [part for part in criteria.parts if not rule.group or part.group == rule.group]
        passed = [part.id for part in group if _passes(parts.get(part.id), rule.score)]
        for name in rule.compulsory:
            if name not in passed:
                found.append(Unmet("part", name, _low(parts.get(name)), rule.score, rule.group))
        if rule.count is not None:
            if len(passed) < rule.count:
                found.append(Unmet("count", "", float(len(passed)), float(rule.count), rule.group))
            continue
        found += [
            Unmet("part", part.id, _low(parts.get(part.id)), rule.score, rule.group)
            for part in group
            if part.id in parts and part.id not in passed and part.id not in rule.compulsory
        ]
    return tuple(found)


_EQUAL = 1e-9
"""Scores are sums of a few products: closer than this they are equal."""


def _passes(score: Score | None, needed: float) -> bool:
    low = _low(score)
    return low is not None and low >= needed - _EQUAL


def _low(score: Score | None) -> float | None:
    return score.low if score is not None else None


@dataclass(frozen=True, slots=True)
class Gain:
    """A criterion that could still earn: ``overall`` is what its full points would add to the share of the whole."""

    criterion: str
    now: int | None
    overall: float
    part: float


@dataclass(frozen=True, slots=True)
class NextLevel:
    """The level after the one reached, what it still lacks, and the criteria that could earn most, largest first."""

    level: Level
    unmet: tuple[Unmet, ...]
    gains: tuple[Gain, ...]


def next_level(criteria: CriteriaSet, answers: Mapping[str, int | None], assessed: Assessed) -> NextLevel | None:
    """What blocks the next level; None where the highest is reached or the set has no levels."""
    order = [level.id for level in criteria.levels]
    at = order.index(assessed.level.id) + 1 if assessed.level else 0
    if at >= len(order):
        return None
    level = criteria.levels[at]
    whole = sum(criteria.part(key).weight for key, score in assessed.parts.items() if score.reachable)
    gains = []
    for key, score in assessed.criteria.items():
        left = score.reachable - score.earned
        if left <= 0:
            continue
        part = criteria.by_id[key].part
        share = left / assessed.parts[part].reachable
        gains.append(Gain(key, answers.get(key), share * criteria.part(part).weight / whole, share))
    gains.sort(key=lambda one: -one.overall)
    return NextLevel(level, unmet(criteria, level, assessed.parts, assessed.overall), tuple(gains))
