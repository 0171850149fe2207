"""What a composite index is: its indicators, how they are made comparable, weighed and put together.

A declaration holds content, not figures: :mod:`mudmai.methods.composite` computes it. Terms follow the OECD/JRC
*Handbook on Constructing Composite Indicators* (2008). A declaration that contradicts itself is refused when it is
made, with one problem per fault.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mudmai.core import composite_words as words
from mudmai.core.errors import InputError, Problem
from mudmai.core.language import Text

SUM_TOLERANCE = 1e-6
"""How far from 1 given weights may add up."""


class _Worded(StrEnum):
    @property
    def words(self) -> Text:
        """The choice, in a few words."""
        return words.CHOICES[type(self).__name__][self.value]


class Normalisation(_Worded):
    """How figures of different units become comparable."""

    MINMAX = "minmax"
    ZSCORE = "zscore"
    GOALPOSTS = "goalposts"
    RANK = "rank"
    TARGET = "target"


class Aggregation(_Worded):
    """How the children of a group become its score."""

    ARITHMETIC = "arithmetic"
    GEOMETRIC = "geometric"
    HARMONIC = "harmonic"
    COPELAND = "copeland"

    @property
    def needs_positive(self) -> bool:
        """Whether zero and negative values have no meaning in it."""
        return self in (Aggregation.GEOMETRIC, Aggregation.HARMONIC)


class Weighting(_Worded):
    """Where weights come from; in every group they add up to 1."""

    EQUAL = "equal"
    GIVEN = "given"
    BUDGET = "budget"
    PCA = "pca"
    ENTROPY = "entropy"
    AHP = "ahp"


class MissingRule(_Worded):
    """What happens where an area lacks a figure. No rule gives a score to an area that has no figure at all."""

    NONE = "none"
    REWEIGHT = "reweight"
    GROUP_MEAN = "group_mean"
    MEDIAN = "median"

    @property
    def imputes(self) -> bool:
        """Whether figures are put in place of missing ones."""
        return self in (MissingRule.GROUP_MEAN, MissingRule.MEDIAN)


class WeightNoise(_Worded):
    """The distribution of weights in the uncertainty analysis."""

    NONE = "none"
    UNIFORM = "uniform"
    DIRICHLET = "dirichlet"


@dataclass(frozen=True, slots=True)
class IndexIndicator:
    """One figure of an index.

    ``formula`` and ``denominator`` are formulas over series, so is their quotient the figure. ``direction`` is +1 where
    more is better and -1 where less is. ``goalposts`` are the figure's reference minimum and maximum, low before high,
    whatever the direction. ``log``: the natural logarithm of figure, goalposts and target is used. ``cap``: the
    normalised value is limited to 0..1. ``treat``: outliers may be treated. ``weight`` counts within the group.
    """

    id: str
    title: Text
    formula: str
    unit: str = ""
    direction: int = 1
    goalposts: tuple[float, float] | None = None
    log: bool = False
    cap: bool = False
    target: float | None = None
    denominator: str | None = None
    treat: bool = True
    weight: float | None = None
    note: Text | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class IndexGroup:
    """Indicators or groups that have one score together. ``aggregation`` None: that of the group above."""

    id: str
    title: Text
    children: tuple[IndexIndicator | IndexGroup, ...]
    aggregation: Aggregation | None = None
    weight: float | None = None
    note: Text | None = None

    def groups(self) -> Iterator[IndexGroup]:
        """This group, then all groups below it, depth first."""
        yield self
        for child in self.children:
            if isinstance(child, IndexGroup):
                yield from child.groups()

    def indicators(self) -> Iterator[IndexIndicator]:
        """All indicators below, depth first: the order of the columns of every table of figures."""
        for child in self.children:
            if isinstance(child, IndexGroup):
                yield from child.indicators()
            else:
                yield child


@dataclass(frozen=True, slots=True)
class Treatment:
    """When an indicator has outliers, and what is tried: see :mod:`mudmai.methods.treatment`."""

    skewness: float = 2.0
    kurtosis: float = 3.5
    most_points: int = 5


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """The choices that could have been made otherwise, for rank intervals and sensitivity.

    The index's own choice always belongs to the alternatives and need not be named. ``spread`` is the relative standard
    deviation of an average weight (``dirichlet``), or the most that a weight moves, of itself (``uniform``).
    An aggregation stands for the index's own: groups that declare their own keep it. The missing rule ``none`` is no
    alternative to others: it would take areas out instead of ranking them otherwise.
    """

    normalisations: tuple[Normalisation, ...] = ()
    aggregations: tuple[Aggregation, ...] = ()
    missing: tuple[MissingRule, ...] = ()
    noise: WeightNoise = WeightNoise.DIRICHLET
    spread: float = 0.25


@dataclass(frozen=True, slots=True)
class CompositeIndex:
    """A whole index.

    - ``weighting`` with its data: ``given`` takes the weights on the items; ``budget`` maps a group to the points that
      each expert gave to its children (by id); ``pairwise`` maps a group to its matrix of comparisons (Saaty's scale,
      in the order of the children); ``pca`` and ``entropy`` come from the figures.
    - ``missing``: ``none`` (an area without all figures has no score), ``reweight`` (over what is there),
      ``group_mean`` and ``median`` (a figure is put in, and shown as put in).
    - ``coverage_floor``: the share of true figures, 0..1, below which there is no score (of a group, under
      ``reweight``, and of the index).
    - ``floor``: the smallest normalised value. Min-max, ranks, goalposts and targets are drawn onto floor..1, z-scores
      are shifted. Without it a geometric or harmonic mean refuses what is not positive.
    - ``scale`` 1 or 100: scores are multiplied by it (z-scores are not).
    """

    id: str
    version: str
    title: Text
    note: Text
    area_system: str
    level: str
    root: IndexGroup
    normalisation: Normalisation = Normalisation.MINMAX
    weighting: Weighting = Weighting.EQUAL
    missing: MissingRule = MissingRule.NONE
    treatment: Treatment | None = None
    coverage_floor: float = 0.5
    floor: float | None = None
    scale: int = 100
    budget: Mapping[str, tuple[Mapping[str, float], ...]] = field(default_factory=dict)
    pairwise: Mapping[str, tuple[tuple[float, ...], ...]] = field(default_factory=dict)
    uncertainty: Uncertainty = Uncertainty()
    source: str = ""

    def __post_init__(self) -> None:
        problems = tuple(_problems(self))
        if problems:
            first = problems[0]
            raise InputError(
                Text(
                    f"ดัชนี “{self.id}” ใช้ไม่ได้: {first.message.th}",
                    f"the index “{self.id}” cannot be used: {first.message.en}",
                ),
                remedy=first.remedy,
                code=first.code,
                problems=problems,
            )

    @property
    def indicators(self) -> tuple[IndexIndicator, ...]:
        """All indicators, in the order of the columns of every table of figures."""
        return tuple(self.root.indicators())

    @property
    def groups(self) -> tuple[IndexGroup, ...]:
        """All groups, the root first, depth first."""
        return tuple(self.root.groups())

    @property
    def aggregation(self) -> Aggregation:
        """The aggregation of the root, which groups without their own inherit."""
        assert self.root.aggregation is not None
        return self.root.aggregation


def _problems(index: CompositeIndex) -> Iterator[Problem]:
    yield from _shape_problems(index)
    for indicator in index.indicators:
        yield from _indicator_problems(index, indicator)
    if index.root.aggregation is None:
        return
    for group in index.groups:
        yield from _weight_problems(index, group)
    aggregations = {index.root.aggregation, *(g.aggregation for g in index.groups if g.aggregation)}
    yield from choice_problems(index, index.normalisation, aggregations)
    for normalisation in index.uncertainty.normalisations:
        yield from choice_problems(index, normalisation, aggregations)
    for aggregation in index.uncertainty.aggregations:
        for normalisation in (index.normalisation, *index.uncertainty.normalisations):
            yield from choice_problems(index, normalisation, {aggregation})


def choice_problems(
    index: CompositeIndex, normalisation: Normalisation, aggregations: set[Aggregation]
) -> Iterator[Problem]:
    """What keeps ``normalisation`` from being used in the index, alone and with ``aggregations``."""
    for indicator in index.indicators:
        if normalisation is Normalisation.GOALPOSTS and indicator.goalposts is None:
            yield Problem("index_goalposts", words.NO_GOALPOSTS.format(id=indicator.id), words.GIVE_GOALPOSTS)
        if normalisation is Normalisation.TARGET and indicator.target is None:
            yield Problem("index_goalposts", words.NO_TARGET.format(id=indicator.id), words.GIVE_TARGET)
    ranged = normalisation in (Normalisation.MINMAX, Normalisation.ZSCORE, Normalisation.RANK, Normalisation.TARGET)
    if ranged and index.floor is None:
        for aggregation in sorted(a for a in aggregations if a.needs_positive):
            said = words.NEEDS_FLOOR.format(normalisation=normalisation.words, aggregation=aggregation.words)
            yield Problem("index_not_positive", said, words.GIVE_FLOOR)


def _shape_problems(index: CompositeIndex) -> Iterator[Problem]:
    ids = [*(group.id for group in index.groups), *(indicator.id for indicator in index.indicators)]
    for twice in sorted({one for one in ids if ids.count(one) > 1}):
        yield Problem("index_shape", words.TWICE.format(id=twice), words.NAME_ONCE)
    for group in index.groups:
        if not group.children:
            yield Problem("index_shape", words.EMPTY_GROUP.format(id=group.id), words.FILL_GROUP)
    if index.root.aggregation is None:
        yield Problem("index_shape", words.NO_AGGREGATION, words.GIVE_AGGREGATION)
    if not 0 <= index.coverage_floor <= 1:
        yield Problem("index_shape", words.BAD_COVERAGE.format(found=index.coverage_floor), words.GIVE_COVERAGE)
    if index.floor is not None and not 0 < index.floor < 1:
        yield Problem("index_shape", words.BAD_FLOOR.format(found=index.floor), words.GIVE_FLOOR)
    if index.scale not in (1, 100):
        yield Problem("index_shape", words.BAD_SCALE.format(found=index.scale), words.GIVE_SCALE)
    if MissingRule.NONE in index.uncertainty.missing and index.missing is not MissingRule.NONE:
        yield Problem("index_shape", words.NONE_AS_ALTERNATIVE, words.GIVE_MISSING)
    if not 0 <= index.uncertainty.spread < 1:
        yield Problem("index_shape", words.BAD_SPREAD.format(found=index.uncertainty.spread), words.GIVE_SPREAD)


def _indicator_problems(index: CompositeIndex, indicator: IndexIndicator) -> Iterator[Problem]:
    if indicator.direction not in (1, -1):
        found = words.BAD_DIRECTION.format(id=indicator.id, found=indicator.direction)
        yield Problem("index_shape", found, words.GIVE_DIRECTION)
    if indicator.goalposts is not None:
        low, high = indicator.goalposts
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            found = words.BAD_GOALPOSTS.format(id=indicator.id, low=low, high=high)
            yield Problem("index_goalposts", found, words.ORDER_GOALPOSTS)
        elif indicator.log and low <= 0:
            yield Problem("index_goalposts", words.LOG_GOALPOSTS.format(id=indicator.id, low=low), words.NO_LOG)
    if indicator.target is not None and (
        not math.isfinite(indicator.target) or (indicator.log and indicator.target <= 0)
    ):
        yield Problem("index_goalposts", words.BAD_TARGET.format(id=indicator.id, found=indicator.target), words.NO_LOG)


def _weight_problems(index: CompositeIndex, group: IndexGroup) -> Iterator[Problem]:
    if index.weighting is Weighting.GIVEN:
        yield from _given_problems(group)
    elif index.weighting is Weighting.BUDGET:
        yield from _budget_problems(group, index.budget.get(group.id, ()))
    elif index.weighting is Weighting.AHP and len(group.children) > 1:
        yield from pairwise_problems(group.id, len(group.children), index.pairwise.get(group.id, ()))


def _given_problems(group: IndexGroup) -> Iterator[Problem]:
    given = [child.weight for child in group.children]
    without = [child.id for child in group.children if child.weight is None]
    if without and len(given) > 1:
        found = words.WEIGHT_MISSING.format(group=group.id, ids=", ".join(without))
        yield Problem("index_weights", found, words.GIVE_WEIGHTS)
        return
    found_weights = [weight for weight in given if weight is not None]
    if any(not math.isfinite(weight) or weight < 0 for weight in found_weights):
        yield Problem("index_weights", words.WEIGHT_NEGATIVE.format(group=group.id), words.GIVE_WEIGHTS)
    elif found_weights and abs(math.fsum(found_weights) - 1) > SUM_TOLERANCE:
        found = words.WEIGHT_SUM.format(group=group.id, found=f"{math.fsum(found_weights):.6g}")
        yield Problem("index_weights", found, words.GIVE_WEIGHTS)


def _budget_problems(group: IndexGroup, experts: tuple[Mapping[str, float], ...]) -> Iterator[Problem]:
    ids = {child.id for child in group.children}
    if not experts and len(ids) > 1:
        yield Problem("index_weights", words.NO_BUDGET.format(group=group.id), words.GIVE_BUDGET)
    for number, points in enumerate(experts, 1):
        fine = set(points) == ids and all(math.isfinite(p) and p >= 0 for p in points.values())
        if not fine or sum(points.values()) <= 0:
            found = words.BAD_BUDGET.format(group=group.id, number=number, ids=", ".join(sorted(ids)))
            yield Problem("index_weights", found, words.GIVE_BUDGET)


def pairwise_problems(group: str, size: int, matrix: tuple[tuple[float, ...], ...]) -> Iterator[Problem]:
    """What keeps ``matrix`` from being a matrix of pairwise comparisons of ``size`` items: positive and reciprocal."""
    if len(matrix) != size or any(len(row) != size for row in matrix):
        yield Problem("index_pairwise", words.PAIRWISE_SHAPE.format(group=group, size=size), words.GIVE_PAIRWISE)
        return
    if any(not math.isfinite(cell) or cell <= 0 for row in matrix for cell in row):
        yield Problem("index_pairwise", words.PAIRWISE_POSITIVE.format(group=group), words.GIVE_PAIRWISE)
        return
    for i in range(size):
        for j in range(i, size):
            if abs(matrix[i][j] * matrix[j][i] - 1) > 0.01:  # thirds and sevenths are written with two or three digits
                found = words.PAIRWISE_RECIPROCAL.format(
                    group=group, i=i + 1, j=j + 1, a=f"{matrix[i][j]:g}", b=f"{matrix[j][i]:g}"
                )
                yield Problem("index_pairwise", found, words.GIVE_PAIRWISE)
