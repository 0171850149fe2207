"""What a workspace answers about an index. Nothing here computes; ``None`` is missing and never zero."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from mudmai.core.areas import Area
from mudmai.core.composites import CompositeIndex, IndexGroup, IndexIndicator
from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.core.units import Unit
from mudmai.workspace.index_figures import FigureUsed, IndexFigures
from mudmai.workspace.index_shelf import OfferedIndex
from mudmai.workspace.results import InputUsed


@dataclass(frozen=True, slots=True)
class RankSpan:
    """Ranks that an area took in the draws: 90 of 100 lie from ``low`` to ``high``; 1 is the best.

    ``out_of`` areas are ranked among each other; ``top`` is the share of draws with rank ``top_k`` or better.
    ``ahead``: share of draws in which the area ranks before the next one of the list (None for the last).
    """

    low: int
    median: int
    high: int
    out_of: int
    top: float
    top_k: int
    ahead: float | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One figure of one area on its way into the score.

    ``raw`` is what the formula gives, ``treated`` what is left after outliers and logarithm, ``normalised`` what is put
    together, ``weight`` its weight in the whole index. ``imputed``: ``treated`` was put in for a missing ``raw``.
    """

    indicator: str
    raw: float | None
    treated: float | None
    normalised: float | None
    weight: float
    imputed: bool = False


@dataclass(frozen=True, slots=True)
class AreaScore:
    """One area. ``score`` None: ``reason`` says why; then ``rank`` and ``span`` are None too."""

    area: Area
    score: float | None
    rank: int | None
    span: RankSpan | None
    coverage: float
    known: int
    groups: Mapping[str, float | None]
    stages: tuple[Stage, ...]
    reason: Text | None


@dataclass(frozen=True)
class IndexView:
    """An index over one release: every area, every stage. ``rows`` are ordered by score, those without one last.

    ``weights`` are those of items within their groups, ``effective`` those of indicators in the whole index.
    ``intervals_refused`` says why there are no rank intervals where there are none. ``draws`` is how many there were.
    """

    offered: OfferedIndex
    index: CompositeIndex
    own_weights: bool
    release: str
    figures: IndexFigures
    year_ce: int | None
    rows: tuple[AreaScore, ...]
    weights: Mapping[str, float]
    effective: Mapping[str, float]
    notes: tuple[Text, ...]
    draws: int
    seed: int
    intervals_refused: Text | None = None

    @property
    def scored(self) -> tuple[AreaScore, ...]:
        """The areas with a score, the best first."""
        return tuple(row for row in self.rows if row.score is not None)

    @property
    def unscored(self) -> tuple[AreaScore, ...]:
        """The areas without one, in the system's order."""
        return tuple(row for row in self.rows if row.score is None)

    @property
    def mean_width(self) -> float | None:
        """How many ranks an interval spans on average; None without intervals."""
        widths = [row.span.high - row.span.low + 1 for row in self.rows if row.span is not None]
        return sum(widths) / len(widths) if widths else None

    @property
    def sure_neighbours(self) -> tuple[int, int] | None:
        """Of how many pairs of neighbours the order holds in at least 95 of 100 draws; None without intervals."""
        known = [row.span.ahead for row in self.rows if row.span is not None and row.span.ahead is not None]
        return (sum(one >= 0.95 for one in known), len(known)) if known else None

    def row_of(self, area: str) -> AreaScore | None:
        """The row of an area; None where it is not of the level."""
        return next((row for row in self.rows if row.area.code == area), None)

    def used(self, indicator: str) -> FigureUsed:
        """What stands behind an indicator."""
        return next(one for one in self.figures.used if one.indicator.id == indicator)

    @property
    def permalink(self) -> str:
        """The path that keeps showing these results: of this release, by what the packs say now."""
        held: dict[str, str] = {"release": self.release, "packs": self.offered.pack.state}
        if self.year_ce is not None:
            held["year"] = str(self.year_ce)
        if not self.own_weights:
            held |= {f"w.{name}": f"{100 * weight:.6g}" for name, weight in self.weights.items()}
        return f"/indices/{quote(self.index.id, safe='')}/?{urlencode(held)}"

    def summary(self) -> dict[str, Any]:
        """What stands above the rows, JSON-ready."""
        index, declared = self.index, self.offered.declared
        sure = self.sure_neighbours
        return {
            **index_as_dict(self.offered),
            "release": self.release,
            "packs": self.offered.pack.state,
            "own_weights": self.own_weights,
            "weights": dict(self.weights),
            "effective_weights": {one.id: self.effective[one.id] for one in index.indicators},
            "years": list(self.figures.years),
            "figures": [
                {
                    "indicator": one.indicator.id,
                    "title_th": one.indicator.title.th,
                    "title_en": one.indicator.title.en,
                    "formula": one.text,
                    "unit": one.unit.code,
                    "direction": "more" if one.indicator.direction > 0 else "less",
                    "goalposts": None if one.indicator.goalposts is None else list(one.indicator.goalposts),
                    "log": one.indicator.log,
                    "cap": one.indicator.cap,
                    "period": None if one.period is None else one.period.iso,
                    "areas_with_figure": one.known,
                }
                for one in self.figures.used
            ],
            "areas": len(self.rows),
            "scored": len(self.scored),
            "draws": self.draws,
            "seed": self.seed,
            "mean_rank_width": self.mean_width,
            "sure_neighbours": None if sure is None else {"sure": sure[0], "pairs": sure[1]},
            "no_intervals_th": None if self.intervals_refused is None else self.intervals_refused.th,
            "no_intervals_en": None if self.intervals_refused is None else self.intervals_refused.en,
            "notes_th": [note.th for note in self.notes],
            "notes_en": [note.en for note in self.notes],
            "period": None if declared.period is None else declared.period.iso,
            "permalink": self.permalink,
        }

    @property
    def parts(self) -> tuple[IndexGroup | IndexIndicator, ...]:
        """What the index has below its top: all groups depth first, and the indicators that stand in none, in order."""
        found: list[IndexGroup | IndexIndicator] = []
        for child in self.index.root.children:
            found += child.groups() if isinstance(child, IndexGroup) else [child]
        return tuple(found)

    def part_score(self, row: AreaScore, part: IndexGroup | IndexIndicator) -> float | None:
        """The score of one of :attr:`parts`, on the scale of the index; None where it has none."""
        if isinstance(part, IndexGroup):
            return row.groups[part.id]
        value = next(one.normalised for one in row.stages if one.indicator == part.id)
        return None if value is None else value * self._scale

    @property
    def _scale(self) -> float:
        return self.index.scale if self.index.normalisation.value != "zscore" else 1.0

    def weights_of(self, row: AreaScore) -> dict[str, float | None]:
        """Id of an indicator → its weight in this area's score. They add up to 1: where figures are missing and the
        index weighs over what is there, the others carry more. None for one that is not in it, or without a score."""
        found: dict[str, float | None] = {one.id: None for one in self.index.indicators}
        if row.score is not None:
            found |= self._shared(row, self.index.root, 1.0)
        return found

    def _shared(self, row: AreaScore, group: IndexGroup, above: float) -> dict[str, float | None]:
        there = [one for one in group.children if self.part_score(row, one) is not None]
        whole = sum(self.weights[one.id] for one in there)
        found: dict[str, float | None] = {}
        for one in there:
            mine = above * self.weights[one.id] / whole if whole else 0.0
            found |= self._shared(row, one, mine) if isinstance(one, IndexGroup) else {one.id: mine}
        return found

    @property
    def reweighted(self) -> int:
        """How many areas with a score miss a figure, so that the others weigh more."""
        return sum(any(one is None for one in self.weights_of(row).values()) for row in self.scored)

    def as_dicts(self, *, stages: bool = True) -> list[dict[str, Any]]:
        """One flat row for each area: score, interval, groups, and with ``stages`` each figure at each stage."""
        return [self._flat(row, stages) for row in self.rows]

    def _flat(self, row: AreaScore, stages: bool) -> dict[str, Any]:
        span = row.span
        told: dict[str, Any] = {
            "index": self.index.id,
            "version": self.index.version,
            "area": row.area.code,
            "area_name_th": row.area.name.th,
            "area_name_en": row.area.name.en,
            "score": row.score,
            "rank": row.rank,
            "rank_low": None if span is None else span.low,
            "rank_high": None if span is None else span.high,
            "rank_median": None if span is None else span.median,
            "ranked": None if span is None else span.out_of,
            "coverage": row.coverage,
            "known": row.known,
            "indicators": len(self.figures.used),
            "reason_th": "" if row.reason is None else row.reason.th,
            "reason_en": "" if row.reason is None else row.reason.en,
            **{f"group_{one.id}": self.part_score(row, one) for one in self.parts},
            **{f"weight_{name}": weight for name, weight in self.weights_of(row).items()},
        }
        if stages:
            for stage in row.stages:
                told |= {
                    f"{stage.indicator}_raw": stage.raw,
                    f"{stage.indicator}_treated": stage.treated,
                    f"{stage.indicator}_normalised": stage.normalised,
                    f"{stage.indicator}_imputed": stage.imputed,
                }
        return {**told, "release": self.release}

    def provenance(self) -> Iterator[tuple[str, str]]:
        """Notes for a file: what the index is and is not, how it is made, what each figure is."""
        index, declared = self.index, self.offered.declared
        yield "Index", f"{index.id} {index.version}\n{index.title.th}\n{index.title.en}"
        yield "What it is", f"{index.note.th}\n{index.note.en}"
        yield "What it is not", f"{declared.is_not.th}\n{declared.is_not.en}"
        yield "Pack", str(self.offered.pack)
        yield "Release", self.release
        yield "Weights", "of the index" if self.own_weights else "tried by a reader, not those of the index"
        yield (
            "Method",
            (
                f"normalisation {index.normalisation.value}; weights {index.weighting.value}; aggregation "
                f"{index.aggregation.value}; missing {index.missing.value}; coverage floor {index.coverage_floor:g}"
                + ("" if index.floor is None else f"; normalised values from {index.floor:g} on (floor)")
            ),
        )
        yield "Intervals", f"{self.draws} draws, seed {self.seed}; 90 of 100 draws lie within; {_varied(index)}"
        yield (
            "Missing",
            "an empty cell is a missing value, never zero; the reason stands beside it · ช่องว่างคือไม่มีค่า ไม่ใช่ศูนย์",
        )
        for one in self.figures.used:
            yield one.indicator.id, self._told(one)

    def _told(self, one: FigureUsed) -> str:
        made = one.indicator
        posts = "" if made.goalposts is None else f"; goalposts {made.goalposts[0]:g} to {made.goalposts[1]:g}"
        posts += ", values beyond count as the goalpost" if posts and made.cap else ""
        when = "no figures" if one.period is None else one.period.iso
        return (
            f"{made.title.th}\n{made.title.en}\n{one.text}\nunit {one.unit.code}; {when}; "
            f"{'more' if made.direction > 0 else 'less'} is better{posts}{'; logarithm' if made.log else ''}; weight "
            f"{self.effective[made.id]:.4g}; {one.known} areas have a figure"
        )


def _varied(index: CompositeIndex) -> str:
    """The choices among which the draws of rank intervals choose."""
    told = index.uncertainty
    ways = {
        "normalisation": (index.normalisation, *told.normalisations),
        "aggregation": (index.aggregation, *told.aggregations),
        "missing": (index.missing, *told.missing),
    }
    named = [f"{name} {' or '.join(dict.fromkeys(one.value for one in way))}" for name, way in ways.items()]
    return "; ".join([*named, f"weights {told.noise.value}, spread {told.spread:g}"])


def index_as_dict(offered: OfferedIndex) -> dict[str, Any]:
    """What an index is, JSON-ready."""
    index, declared = offered.index, offered.declared
    return {
        "id": index.id,
        "version": index.version,
        "title_th": index.title.th,
        "title_en": index.title.en,
        "experimental": declared.experimental,
        "note_th": index.note.th,
        "note_en": index.note.en,
        "is_not_th": declared.is_not.th,
        "is_not_en": declared.is_not.en,
        "area_system": index.area_system,
        "level": index.level,
        "pack": offered.pack.id,
        "normalisation": index.normalisation.value,
        "weighting": index.weighting.value,
        "aggregation": index.aggregation.value,
        "missing": index.missing.value,
        "coverage_floor": index.coverage_floor,
        "floor": index.floor,
        "varied": {
            "normalisations": [one.value for one in index.uncertainty.normalisations],
            "aggregations": [one.value for one in index.uncertainty.aggregations],
            "missing": [one.value for one in index.uncertainty.missing],
            "noise": index.uncertainty.noise.value,
            "spread": index.uncertainty.spread,
        },
        "scale": index.scale,
    }


@dataclass(frozen=True)
class IndicatorWork:
    """One indicator of one area: its stages, and the observations behind the figure. ``reason`` None: it is there."""

    indicator: IndexIndicator
    groups: tuple[IndexGroup, ...]
    stage: Stage
    unit: Unit
    period: Period | None
    words: Text
    with_numbers: Text | None
    formula: str
    inputs: tuple[InputUsed, ...]
    reason: Text | None


@dataclass(frozen=True)
class IndexAreaView:
    """One area of an index, walked back to its sources."""

    view: IndexView
    row: AreaScore
    work: tuple[IndicatorWork, ...]


@dataclass(frozen=True, slots=True)
class ChoiceEffect:
    """How much a choice moves ranks: Sobol indices of first order and in all (with interactions), with intervals."""

    choice: str
    title: Text
    first: float
    first_low: float
    first_high: float
    total: float
    total_low: float
    total_high: float


@dataclass(frozen=True, slots=True)
class OrderChange:
    """Neighbours in the ranking and the smallest shift of weight (0..1, within a group) that draws them level."""

    better: AreaScore
    worse: AreaScore
    giver: Text
    taker: Text
    shift: float


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Ranks without one indicator: how far they move; None where it cannot be computed, and why.

    The ranks are those among the ``compared`` areas, which have a score with and without it; ``gained`` have one only
    without it, ``lost`` only with it. None where the index cannot be computed without the indicator.
    """

    indicator: IndexIndicator
    mean_shift: float | None
    most_shift: int | None
    reason: Text | None
    compared: int | None = None
    gained: int | None = None
    lost: int | None = None


@dataclass(frozen=True)
class NoiseView:
    """How much of a ranking is noise. ``refused`` says why there is no sensitivity where there is none."""

    view: IndexView
    choices: tuple[ChoiceEffect, ...]
    changes: tuple[OrderChange, ...]
    left_out: tuple[LeftOut, ...]
    refused: Text | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "mean_rank_width": self.view.mean_width,
            "choices": [
                {
                    "choice": one.choice,
                    "title_th": one.title.th,
                    "title_en": one.title.en,
                    "first": one.first,
                    "first_low": one.first_low,
                    "first_high": one.first_high,
                    "total": one.total,
                    "total_low": one.total_low,
                    "total_high": one.total_high,
                }
                for one in self.choices
            ],
            "without": [
                {
                    "indicator": one.indicator.id,
                    "mean_shift": one.mean_shift,
                    "largest_shift": one.most_shift,
                    "compared": one.compared,
                    "gained": one.gained,
                    "lost": one.lost,
                    "reason_th": "" if one.reason is None else one.reason.th,
                    "reason_en": "" if one.reason is None else one.reason.en,
                }
                for one in self.left_out
            ],
            "swaps": [
                {
                    "ahead": one.better.area.code,
                    "behind": one.worse.area.code,
                    "from_th": one.giver.th,
                    "from_en": one.giver.en,
                    "to_th": one.taker.th,
                    "to_en": one.taker.en,
                    "shift": one.shift,
                }
                for one in self.changes
            ],
            "refused_th": None if self.refused is None else self.refused.th,
            "refused_en": None if self.refused is None else self.refused.en,
            "seed": self.view.seed,
            "release": self.view.release,
        }
