"""Doors to composite indices: declarations, scores with intervals and every stage, one area walked back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from mudmai.api.parameters import Packs, Release, YearText, asked_calendar_year
from mudmai.api.problem_docs import PROBLEMS
from mudmai.workspace.index_results import IndexView, IndicatorWork, index_as_dict
from mudmai.workspace.indices import compute_index, list_indices, read_weights

router = Router(tags=["indices"])

Weights = Annotated[
    str | None,
    Query(
        description="Weights to try, as `a=0.4,b=0.6`: by id of indicator or group. Those of a group add up to 1; "
        "items that are not named keep their own",
        max_length=2000,
    ),
]
Draws = Annotated[
    int | None, Query(ge=0, le=2000, description="Draws for rank intervals; 0: none. Absent: as the index declares")
]
Seed = Annotated[int | None, Query(ge=0, le=2**31, description="Seed of the draws; the same seed, the same intervals")]


class IndexVariedOut(Schema):
    """Choices as reasonable as the index's own, from which rank intervals and sensitivity are drawn."""

    normalisations: list[str]
    aggregations: list[str]
    missing: list[str]
    noise: str = Field(description="How weights move: dirichlet, uniform or none")
    spread: float = Field(
        description="dirichlet: relative standard deviation of an average weight; uniform: the most a weight moves"
    )


class IndexOut(Schema):
    """A composite index as its pack declares it."""

    id: str
    version: str
    title_th: str
    title_en: str
    experimental: bool = Field(description="An example of method, not an official index")
    note_th: str
    note_en: str
    is_not_th: str = Field(description="What the index does not measure")
    is_not_en: str
    area_system: str
    level: str
    pack: str
    normalisation: str
    weighting: str
    aggregation: str
    missing: str
    coverage_floor: float = Field(description="Share of true figures below which there is no score")
    floor: float | None = Field(description="Normalised values are drawn from 0-1 onto floor-1; null: they are not")
    varied: IndexVariedOut
    scale: int
    href: str


class IndexFigureOut(Schema):
    """An indicator and the figures that stand behind it."""

    indicator: str
    title_th: str
    title_en: str
    formula: str
    unit: str
    direction: str
    goalposts: list[float] | None
    log: bool
    cap: bool = Field(description="Values beyond a goalpost or target count as it")
    period: str | None
    areas_with_figure: int


class IndexWholeOut(IndexOut):
    """A composite index with its weights and figures in one release."""

    release: str
    packs: str
    own_weights: bool = Field(description="false: weights tried by the caller")
    weights: dict[str, float] = Field(description="Item → weight within its group")
    effective_weights: dict[str, float] = Field(description="Indicator → weight in the whole index")
    years: list[int]
    figures: list[IndexFigureOut]
    areas: int
    scored: int
    draws: int
    seed: int
    mean_rank_width: float | None
    sure_neighbours: dict[str, int] | None = Field(
        description="Of how many neighbours in the ranking the order holds in at least 95 of 100 draws"
    )
    no_intervals_th: str | None
    no_intervals_en: str | None
    notes_th: list[str]
    notes_en: list[str]
    period: str | None
    permalink: str


class StageOut(Schema):
    """One figure on its way into the score; null is missing."""

    indicator: str
    raw: float | None
    treated: float | None
    normalised: float | None
    imputed: bool


class AreaScoreOut(Schema):
    """One area. Without a score, `reason_*` says why."""

    area: str
    area_name_th: str
    area_name_en: str
    score: float | None
    rank: int | None
    rank_low: int | None = Field(description="90 of 100 draws lie from rank_low to rank_high")
    rank_high: int | None
    rank_median: int | None
    ranked: int | None = Field(description="How many areas are ranked among each other")
    coverage: float
    known: int
    indicators: int
    reason_th: str
    reason_en: str
    groups: dict[str, float | None]
    stages: list[StageOut]


class ScoresOut(IndexWholeOut):
    """All areas: those with a score first, the best of them first."""

    items: list[AreaScoreOut]


class InputOut(Schema):
    """An observation behind a figure."""

    series: str
    dims: str
    area: str
    period: str
    value: float | None
    unit: str
    locator: str
    dataset: str
    source: str | None


class IndicatorWorkOut(Schema):
    """One indicator of one area, walked back."""

    indicator: str
    groups: list[str]
    raw: float | None
    treated: float | None
    normalised: float | None
    imputed: bool
    weight: float
    unit: str
    period: str | None
    formula: str
    with_numbers_th: str
    with_numbers_en: str
    reason_th: str
    reason_en: str
    inputs: list[InputOut]


class ChoiceOut(Schema):
    """A choice behind an index and how much it moves ranks (Sobol indices)."""

    choice: str
    title_th: str
    title_en: str
    first: float = Field(description="Share of the variance that the choice explains alone")
    first_low: float = Field(description="Low end of the 90% bootstrap interval of `first`")
    first_high: float
    total: float = Field(description="Share with interactions")
    total_low: float = Field(description="Low end of the 90% bootstrap interval of `total`")
    total_high: float


class WithoutOut(Schema):
    """How far ranks move without one indicator; null where it cannot be computed."""

    indicator: str
    mean_shift: float | None
    largest_shift: int | None
    compared: int | None = Field(
        description="How many areas have a score with and without the indicator; shifts are of ranks among these"
    )
    gained: int | None = Field(description="How many areas have a score only without the indicator")
    lost: int | None = Field(description="How many areas have a score only with the indicator")
    reason_th: str
    reason_en: str


class SwapOut(Schema):
    """Two neighbours in the ranking and the least weight that must move for them to draw level."""

    ahead: str
    behind: str
    from_th: str
    from_en: str
    to_th: str
    to_en: str
    shift: float


class SensitivityOut(Schema):
    """How much of a ranking is noise."""

    mean_rank_width: float | None
    choices: list[ChoiceOut]
    without: list[WithoutOut]
    swaps: list[SwapOut]
    refused_th: str | None
    refused_en: str | None
    seed: int
    release: str


class IndexAreaOut(Schema):
    """One area of an index, from the score back to observations."""

    index: str
    release: str
    row: AreaScoreOut
    work: list[IndicatorWorkOut]


@router.get("/indices", response=list[IndexOut], operation_id="listIndices", openapi_extra=PROBLEMS)
def indices(request: HttpRequest) -> list[dict[str, Any]]:
    """The composite indices that packs declare."""
    return [
        {**index_as_dict(one), "href": f"/api/v1/indices/{one.id}"}
        for one in list_indices(request.workspace)  # type: ignore[attr-defined]
    ]


@router.get("/indices/{index}", response=IndexWholeOut, operation_id="getIndex", openapi_extra=PROBLEMS)
def get_index(
    request: HttpRequest,
    index: str,
    year: YearText = None,
    release: Release = None,
    packs: Packs = None,
) -> dict[str, Any]:
    """What an index is, is not and is made of, and how far its ranking can be trusted."""
    return _whole(_view(request, index, year, None, None, None, release, packs))


@router.get("/indices/{index}/scores", response=ScoresOut, operation_id="getIndexScores", openapi_extra=PROBLEMS)
def get_scores(
    request: HttpRequest,
    index: str,
    year: YearText = None,
    weights: Weights = None,
    draws: Draws = None,
    seed: Seed = None,
    release: Release = None,
    packs: Packs = None,
) -> dict[str, Any]:
    """Every area: score, rank interval, groups, each figure at each stage."""
    view = _view(request, index, year, weights, draws, seed, release, packs)
    return {**_whole(view), "items": [_row(view, n) for n in range(len(view.rows))]}


@router.get("/indices/{index}/scores.csv", operation_id="indexTable", openapi_extra=PROBLEMS)
def get_table(
    request: HttpRequest,
    index: str,
    year: YearText = None,
    weights: Weights = None,
    draws: Draws = None,
    seed: Seed = None,
    release: Release = None,
    packs: Packs = None,
) -> HttpResponse:
    """The same as a table, one row for each area; a missing value is an empty cell and its reason stands beside."""
    from mudmai.exchange.tables import csv_bytes  # only answers in CSV need the writer

    rows = _view(request, index, year, weights, draws, seed, release, packs).as_dicts()
    response = HttpResponse(csv_bytes(list(rows[0]) if rows else [], rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="scores.csv"'
    return response


@router.get(
    "/indices/{index}/sensitivity",
    response=SensitivityOut,
    operation_id="getIndexSensitivity",
    openapi_extra=PROBLEMS,
)
def get_sensitivity(
    request: HttpRequest,
    index: str,
    year: YearText = None,
    weights: Weights = None,
    seed: Seed = None,
    release: Release = None,
    packs: Packs = None,
) -> dict[str, Any]:
    """Which choices move the ranks, what each indicator does, what would change the order."""
    from mudmai.workspace.index_noise import index_noise  # SciPy loads where it is asked

    view = _view(request, index, year, weights, None, seed, release, packs)
    return index_noise(request.workspace, view).as_dict()  # type: ignore[attr-defined]


@router.get("/indices/{index}/areas/{area}", response=IndexAreaOut, operation_id="getIndexArea", openapi_extra=PROBLEMS)
def get_area(
    request: HttpRequest,
    index: str,
    area: str,
    year: YearText = None,
    weights: Weights = None,
    release: Release = None,
    packs: Packs = None,
) -> dict[str, Any]:
    """One area, walked back from its score to observations and their sources."""
    from mudmai.workspace.index_tracing import index_area  # the readable evaluator loads where it is asked

    view = _view(request, index, year, weights, None, None, release, packs)
    found = index_area(request.workspace, view, area)  # type: ignore[attr-defined]
    return {
        "index": view.index.id,
        "release": view.release,
        "row": _row(view, view.rows.index(found.row)),
        "work": [_work(one) for one in found.work],
    }


def _view(
    request: HttpRequest,
    index: str,
    year: str | None,
    weights: str | None,
    draws: int | None,
    seed: int | None,
    release: str | None,
    packs: str | None,
) -> IndexView:
    asked = asked_calendar_year(year)
    return compute_index(
        request.workspace,  # type: ignore[attr-defined]
        index,
        year=None if asked is None else asked.year_ce,
        weights=read_weights(weights) if weights else None,
        draws=draws,
        seed=seed,
        release=release or None,
        packs=packs or None,
    )


def _whole(view: IndexView) -> dict[str, Any]:
    return {**view.summary(), "href": f"/api/v1/indices/{view.index.id}"}


def _row(view: IndexView, at: int) -> Mapping[str, Any]:
    row = view.rows[at]
    span = row.span
    return {
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
        "indicators": len(view.figures.used),
        "reason_th": "" if row.reason is None else row.reason.th,
        "reason_en": "" if row.reason is None else row.reason.en,
        "groups": dict(row.groups),
        "stages": [
            {
                "indicator": one.indicator,
                "raw": one.raw,
                "treated": one.treated,
                "normalised": one.normalised,
                "imputed": one.imputed,
            }
            for one in row.stages
        ],
    }


def _work(one: IndicatorWork) -> dict[str, Any]:
    stage = one.stage
    return {
        "indicator": one.indicator.id,
        "groups": [group.id for group in one.groups],
        "raw": stage.raw,
        "treated": stage.treated,
        "normalised": stage.normalised,
        "imputed": stage.imputed,
        "weight": stage.weight,
        "unit": one.unit.code,
        "period": None if one.period is None else one.period.iso,
        "formula": one.formula,
        "with_numbers_th": "" if one.with_numbers is None else one.with_numbers.th,
        "with_numbers_en": "" if one.with_numbers is None else one.with_numbers.en,
        "reason_th": "" if one.reason is None else one.reason.th,
        "reason_en": "" if one.reason is None else one.reason.en,
        "inputs": [
            {
                "series": used.series,
                "dims": used.dims,
                "area": used.area,
                "period": used.period.iso,
                "value": used.value,
                "unit": used.unit,
                "locator": used.locator,
                "dataset": used.dataset,
                "source": None if used.source is None else used.source.id,
            }
            for used in one.inputs
        ],
    }
