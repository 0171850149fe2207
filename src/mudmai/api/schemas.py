"""The shapes that the API answers with, for the OpenAPI document and for checking ourselves.

Field names are those of :meth:`mudmai.workspace.results.ScoreRow.as_dict` and its kin. ``null`` is a missing value,
never zero. Periods are ISO and Common Era (``2019``, ``FY2024``, ``2019-Q4``, ``2019-04``).
"""

from __future__ import annotations

from typing import Any, Literal

from ninja import Field, Schema

Verdict = Literal["met", "not_met", "on_track", "off_track", "not_judged"]


class PathPointOut(Schema):
    """A point ahead with its 80 % and 95 % prediction intervals."""

    period: str
    median: float
    low80: float
    high80: float
    low95: float
    high95: float


class RequiredPointOut(Schema):
    """A point of the straight line from the start to the target."""

    period: str
    value: float


class PathOut(Schema):
    """The way to a target with a deadline."""

    start: str
    deadline: str
    target: float
    required: list[RequiredPointOut]
    latest: str | None
    latest_value: float | None
    needed_per_period: float | None
    recent_per_period: float | None
    points: list[PathPointOut]
    chance: float | None = Field(None, description="Probability (0..1) of reaching the target by the deadline")
    method_th: str
    method_en: str
    refusal_th: str | None
    refusal_en: str | None
    last_reachable: str | None
    last_reachable_note_th: str
    last_reachable_note_en: str
    easier_than_trend: bool


class ScoreRowOut(Schema):
    """One area in one period under one reading."""

    indicator: str
    area: str
    area_name_th: str
    area_name_en: str
    area_system: str
    period: str
    value: float | None
    unit: str
    comparator: float | None
    target: float | None
    verdict: Verdict
    reason: str
    sentence_th: str
    sentence_en: str
    coverage: float = Field(description="Share (0..1) of the inputs this verdict needs that are present")
    reading: str
    release: str
    path: PathOut | None = None


class ScorecardOut(Schema):
    """A plan under judgement in one release."""

    plan: str
    release: str
    packs: str
    period: str | None
    rows: list[ScoreRowOut]
    references: list[ScoreRowOut] = Field(description="Areas shown beside, not judged (parents)")


class LinkOut(Schema):
    """A named address."""

    name: str
    href: str


class ReadingOut(Schema):
    """One way to read an indicator."""

    id: str
    title_th: str
    title_en: str
    formula: str
    why_th: str
    why_en: str
    is_default: bool


class RuleOut(Schema):
    """A rule of judgement."""

    area: str | None = Field(None, description="The area this rule is for; null: all others")
    form: str
    operator: str
    target: float | None
    base: str | None
    deadline: str | None


class IndicatorOut(Schema):
    """An indicator of a plan."""

    id: str
    goal: str
    title_th: str
    title_en: str
    unit: str
    area_system: str
    areas: list[str]
    default_reading: str
    readings: list[ReadingOut]
    rules: list[RuleOut]
    method_th: str
    method_en: str
    proxy_th: str
    proxy_en: str


class GoalOut(Schema):
    """A goal of a plan."""

    id: str
    title_th: str
    title_en: str


class StrategyOut(Schema):
    """A strategy, or with ``parent`` a sub-strategy."""

    id: str
    parent: str | None
    title_th: str
    title_en: str
    text_th: str
    text_en: str


class PlanBriefOut(Schema):
    """A plan in a list."""

    id: str
    title_th: str
    title_en: str
    first: str
    last: str
    version: str
    href: str


class PlanOut(Schema):
    """A plan whole."""

    id: str
    title_th: str
    title_en: str
    first: str
    last: str
    version: str
    goals: list[GoalOut]
    indicators: list[IndicatorOut]
    strategies: list[StrategyOut]


class IndicatorCellsOut(Schema):
    """An indicator in all areas and periods under one reading."""

    plan: str
    indicator: str
    reading: str
    release: str
    packs: str
    unit: str
    periods: list[str]
    breaks: list[str] = Field(description="Periods from which values are made by another method")
    rows: list[ScoreRowOut]


class ExplanationOut(ScoreRowOut):
    """The work behind one figure."""

    plan: str
    formula: str
    words_th: str
    words_en: str
    with_numbers_th: str
    with_numbers_en: str
    comparator_with_numbers_th: str | None
    comparator_with_numbers_en: str | None
    inputs: list[dict[str, Any]]
    method_th: str
    method_en: str
    citation_th: str
    citation_en: str
    permalink: str
    pack: str
    pack_version: str
    packs: str = Field(description="The state of the packs behind the answer, as permanent links carry it")


class SeriesOut(Schema):
    """A series and what the release holds of it."""

    id: str
    title_th: str
    title_en: str
    area_system: str
    frequency: str
    unit: str
    aggregation: str
    dimensions: list[str]
    breaks: list[str]
    method: str
    source: str
    observations: int
    missing: int
    areas: int
    first: str | None
    last: str | None
    datasets: list[str]


class ObservationOut(Schema):
    """One observation."""

    area_system: str
    area: str
    period: str
    series: str
    dims: str
    value: float | None
    flag: str
    source: str
    method: str
    locator: str


class SeriesPageOut(Schema):
    """All series."""

    release: str
    total: int
    items: list[SeriesOut]


class ObservationPageOut(Schema):
    """A page of observations."""

    release: str
    total: int
    offset: int
    limit: int
    next: str | None = Field(description="Address of the next page; null at the end")
    items: list[ObservationOut]


class AreaOut(Schema):
    """An area of a system."""

    code: str
    name_th: str
    name_en: str
    level: str
    parent: str | None
    valid_from: str | None
    valid_to: str | None
    aliases: list[str]


class AreaSystemOut(Schema):
    """An area system."""

    id: str
    title_th: str
    title_en: str
    note_th: str
    note_en: str
    levels: list[str]
    areas: list[AreaOut]


class ReleaseOut(Schema):
    """An immutable release of observations."""

    id: str
    sequence: int
    created_at: str
    parent: str | None
    is_current: bool
    datasets: list[str]


class ValueOut(Schema):
    """A value of a free formula; true or false where the formula is a comparison."""

    area: str
    period: str
    value: bool | float | None


class EvaluationOut(Schema):
    """A free formula over areas and periods."""

    formula: str
    area_system: str
    unit: str
    release: str
    items: list[ValueOut]


class ProblemOut(Schema):
    """RFC 9457 problem document with Thai twins and the remedy."""

    type: str
    title: str
    title_th: str
    status: int
    code: str
    detail: str
    detail_th: str
    remedy: str
    remedy_th: str
    instance: str
    problems: list[dict[str, Any]] | None = None
    position: int | None = None
